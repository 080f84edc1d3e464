"""A scenario on a network -> arrays: what is open, what arrives, what can be made and wanted.

`Conditions` is all that the program and the forward simulation know of a scenario; without one it
describes the undisturbed base.  Period 0 begins on the first day of the first shock, and the world
before it is the base.  Of a closed study period 0 begins on its own first day: there is no world
before it, and its profile counts from there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.network.network import during
from seawall.shocks.targets import found, missed

if TYPE_CHECKING:
    from seawall.network.network import Bools, Floats, Network
    from seawall.shocks.scenario import Scenario, Shock


@dataclass(frozen=True)
class Conditions:
    """What a run of `periods` periods meets.

    Attributes
    ----------
    shocked
        Whether limits of a disturbed world hold (slow switching, ramps of spare capacity).
    open : (lanes, periods)
        Share of a departure that can go this lane; for a detour, of the lane that it replaces.
    arrivals : (nodes, periods)
        What was at sea before period 0 and arrives, by its own lane or by a detour [unit].
    returned : (nodes, periods)
        What was at sea, is blocked without a detour and comes back to its origin [unit].
    afloat_after : (nodes,)
        What was at sea before period 0 and arrives after the last period [unit].
    capacity : (facilities, periods)
        Share of base and spare activity that can run.
    wanted : (demand steps, periods)
        Demand as a multiple of the base; zero while a step is not wanted (see `Demands`).
    quota : (nodes, periods)
        Most that may leave each node for other countries, inf without a quota [unit].
    tariff : (lanes, periods)
        Duty of a scenario on what departs, as a share of the base price of what arrives.
    elapsed
        Periods for which the shock has been known when period 0 begins.
    shocks
        What strikes; a response that plans forms its belief from them.
    """

    periods: int
    shocked: bool
    open: Floats
    arrivals: Floats
    returned: Floats
    afloat_after: Floats
    capacity: Floats
    wanted: Floats
    quota: Floats
    tariff: Floats
    elapsed: int = 0
    shocks: tuple[Shock, ...] = ()

    def window(self, start: int, periods: int) -> Conditions:
        """The same from period `start` on, for `periods` periods.

        What arrives or comes back earlier has arrived; `afloat_after` is not carried over.
        """
        part = slice(start, start + periods)
        return replace(
            self,
            periods=periods,
            open=self.open[:, part],
            arrivals=self.arrivals[:, part],
            returned=self.returned[:, part],
            afloat_after=np.zeros_like(self.afloat_after),
            capacity=self.capacity[:, part],
            wanted=self.wanted[:, part],
            quota=self.quota[:, part],
            tariff=self.tariff[:, part],
            elapsed=self.elapsed + start,
        )

    def duty(self, network: Network) -> Floats:
        """Tariff per unit that departs (lanes, periods) [million / unit]."""
        lanes = network.lanes
        value = lanes.keep * network.nodes.price[lanes.destination]
        result: Floats = self.tariff * value[:, None]
        return result

    def departure_limit(self, network: Network) -> Floats:
        """Upper bound of departures (lanes, periods): what is open of base plus growth.

        Switching partners is slow, changing route is not: a detour inherits the base of its lane.
        The base run has no growth limit, but detours stay shut while their lane is open.
        """
        lanes = network.lanes
        base = lanes.inherited[:, None]
        cap = lanes.capacity[:, None]
        if network.profile is not None:
            cap = cap * during(network.profile.lane_capacity, self.elapsed, self.periods)
        if not self.shocked:
            limit = np.broadcast_to(cap, self.open.shape).copy()
            limit[lanes.replaces >= 0] = 0.0
            return limit
        t = self.elapsed + np.arange(self.periods)
        waited = np.maximum(0.0, t - lanes.qualify[:, None])
        with np.errstate(invalid="ignore"):
            grown = np.where(waited > 0, lanes.growth[:, None] * waited, 0.0)
        grown[np.isinf(lanes.growth)] = np.inf
        limit = np.minimum(cap, base + grown)
        with np.errstate(invalid="ignore"):
            bounded = np.where(np.isinf(limit) & (self.open < 1.0), base, limit) * self.open
        return np.where(self.open > 0, bounded, 0.0)

    def spare_share(self, network: Network) -> Floats:
        """Share of spare activity that has been reached (facilities, periods)."""
        ramp = network.facilities.ramp[:, None]
        if not self.shocked:
            return np.ones((len(network.facilities), self.periods))
        t = self.elapsed + np.arange(1, self.periods + 1)[None, :]
        reached: Floats = np.minimum(1.0, t / np.maximum(ramp, 1.0))
        return reached

    def contract_holds(self, network: Network) -> Bools:
        """Whether each contract's floor holds (contracts, periods): only while every used lane
        of the pair, or a detour of it, is fully open."""
        lanes = network.lanes
        way = self.open.copy()
        detour = np.flatnonzero(lanes.replaces >= 0)
        np.add.at(way, lanes.replaces[detour], self.open[detour])
        shut = ((lanes.base > 0)[:, None] & (way < 1.0 - 1e-9)).astype(float)
        member = network.contracts.member
        holds: Bools = np.asarray(member @ shut) < 0.5
        return holds


def undisturbed(network: Network, periods: int) -> Conditions:
    """The base: everything open, the pipeline arriving."""
    return _assemble(network, periods, shocked=False, shocks=())


def conditions(network: Network, scenario: Scenario | None, periods: int) -> Conditions:
    """What `scenario` means for `network` over `periods` periods.

    Raises
    ------
    UnknownName
        When a shock names something that the network does not have.
    """
    if scenario is None:
        return undisturbed(network, periods)
    first = None
    if network.terms.closed:
        first = float((network.terms.start - (scenario.start or network.terms.start)).days)
    return _assemble(network, periods, shocked=True, shocks=scenario.shock, first=first)


def outlook(
    network: Network, met: Conditions, start: int, periods: int, seen: tuple[Shock, ...]
) -> Conditions:
    """What people who have seen `seen` expect of `met` from its period `start` on.

    Of ships already at sea it knows nothing (`arrivals` and `returned` hold base flows).
    """
    first = first_day(met.shocks) + network.terms.period_days * start
    return replace(
        _assemble(
            network,
            periods,
            shocked=met.shocked,
            shocks=seen,
            first=first,
            elapsed=met.elapsed + start,
        ),
        elapsed=met.elapsed + start,
        shocks=met.shocks,
    )


def first_day(shocks: tuple[Shock, ...]) -> float:
    """Day on which the first of `shocks` begins: the first day of a run."""
    return min((s.start_day for s in shocks), default=0.0)


def _assemble(
    network: Network,
    periods: int,
    *,
    shocked: bool,
    shocks: tuple[Shock, ...],
    first: float | None = None,
    elapsed: int = 0,
) -> Conditions:
    lanes = network.lanes
    first = first_day(shocks) if first is None else first
    before = int(np.ceil(lanes.lag.max(initial=0.0))) + 1
    clock = _Clock(network.terms.period_days, first, before, periods)

    gate = np.ones((len(network.passages), clock.size))
    leave = np.ones((len(lanes), clock.size))
    capacity = np.ones((len(network.facilities), clock.size))
    wanted = np.ones((len(network.demands), clock.size))
    allowed = np.full((len(network.nodes), clock.size), np.inf)
    duty = np.zeros((len(lanes), clock.size))
    blocks = {
        "passage": gate, "lane": leave, "ban": leave,
        "facility": capacity, "place": capacity, "demand": wanted, "quota": allowed,
    }  # fmt: skip
    for shock in shocks:
        if shock.on_grid:
            continue  # it dates the run, and the grid layer reads it from `Conditions.shocks`
        kind, _ = shock.target
        rows = found(network, shock)
        if not rows:
            raise missed([network], shock)
        level = clock.level(shock.levels())
        if kind == "tariff":
            # Of several duties on one good each is paid; a contract can free a pair of all of them.
            paid = np.array(rows)[~lanes.tariff_free[rows]]
            duty[paid] += level - 1.0
            continue
        if kind == "quota":
            rows = np.unique(lanes.origin[rows]).tolist()
            level = np.where(clock.covers(shock.levels()), level, np.inf)
        block = blocks[kind]
        block[rows] = block[rows] * level if kind == "demand" else np.minimum(block[rows], level)

    if network.profile is not None:
        own = network.profile
        capacity[:, before:] *= during(own.capacity, elapsed, periods)
        wanted[:, before:] *= during(own.wanted, elapsed, periods)[network.demands.tier_of]
    share = _open_shares(network, gate, leave, clock)
    arrivals, returned, after = _pipeline(network, share, clock)
    now = slice(before, None)
    return Conditions(
        periods=periods,
        shocked=shocked,
        open=share[:, now],
        arrivals=arrivals,
        returned=returned,
        afloat_after=after,
        capacity=capacity[:, now],
        wanted=wanted[:, now] * _in_force(network, periods, elapsed, shocked=shocked),
        quota=_quota(network, allowed[:, now]),
        tariff=duty[:, now],
        shocks=shocks,
    )


def _quota(network: Network, allowed: Floats) -> Floats:
    """Most that may leave each node for other countries (nodes, periods) [unit]: `allowed` of its
    base exports.  Of a country's quota every node has the part of its base."""
    lanes, abroad = network.lanes, network.abroad
    exports = np.bincount(lanes.origin[abroad], lanes.base[abroad], len(network.nodes))
    # Who exports nothing in the base may not begin to under a quota: 0 x inf is no limit.
    result: Floats = np.full(allowed.shape, np.inf)
    np.multiply(exports[:, None], allowed, out=result, where=np.isfinite(allowed))
    return result


def _in_force(network: Network, periods: int, elapsed: int, *, shocked: bool) -> Floats:
    """Share of each period in which each demand step is wanted (demand steps, periods).

    Allocation orders begin with the first shock, so the base knows only what has always been
    wanted, also what an order ends later.
    """
    since, until = network.demands.since[:, None], network.demands.until[:, None]
    if not shocked:
        return np.repeat(np.where(np.isneginf(since), 1.0, 0.0), periods, axis=1)
    # In periods, so that what is wanted all the time counts as exactly one.
    begin, days = elapsed + np.arange(periods), network.terms.period_days
    inside = np.minimum(begin + 1, until / days) - np.maximum(begin, since / days)
    result: Floats = np.clip(inside, 0.0, None)
    return result


@dataclass(frozen=True)
class _Clock:
    """Periods from `before` periods ahead of the first shock to the end of the run."""

    period_days: float
    first_day: float
    before: int
    periods: int

    @property
    def size(self) -> int:
        return self.before + self.periods

    def covers(self, pieces: list[tuple[float, float, float]]) -> Bools:
        """Which periods `pieces` (from, to, share) touch."""
        result: Bools = np.any([self._overlap(start, end) > 0 for start, end, _ in pieces], axis=0)
        return result

    def level(self, pieces: list[tuple[float, float, float]]) -> Floats:
        """Mean level in each period of a share that is 1 outside `pieces` (from, to, share)."""
        result = np.ones(self.size)
        for start, end, share in pieces:
            result += (share - 1.0) * self._overlap(start, end) / self.period_days
        # Hours as parts of a day do not quite add up to a whole.
        return np.maximum(result, 0.0)

    def _overlap(self, start: float, end: float) -> Floats:
        """Days of each period between two days."""
        begin = (np.arange(self.size) - self.before) * self.period_days + self.first_day
        inside = np.minimum(begin + self.period_days, end) - np.maximum(begin, start)
        result: Floats = np.clip(inside, 0.0, None)
        return result


def _open_shares(network: Network, gate: Floats, leave: Floats, clock: _Clock) -> Floats:
    """Share of each departure that can go each lane (lanes, before + periods).

    The availability of a departure is the smallest over its passages of
    (1 - f) A[t + i] + f A[t + i + 1] with i, f the whole and broken part of the crossing time.
    Of what its own lane cannot take, detours take what they can, the shortest first.
    """
    lanes = network.lanes
    own = leave.copy()
    shut: Bools = np.any(gate < 1.0, axis=1)
    t = np.arange(clock.size)
    whole = np.floor(lanes.crossing_lag).astype(int)
    part = lanes.crossing_lag - whole
    for j, a in enumerate(lanes.crossing_lane):
        if not shut[lanes.crossing_passage[j]]:
            continue
        a_open = gate[lanes.crossing_passage[j]]
        # Past the end of the clock the passage stays as it was last.
        now = a_open[np.minimum(t + whole[j], clock.size - 1)]
        then = a_open[np.minimum(t + whole[j] + 1, clock.size - 1)]
        own[a] = np.minimum(own[a], (1 - part[j]) * now + part[j] * then)
    share = own.copy()
    detours = np.flatnonzero(lanes.replaces >= 0)
    # Lane and detour may share a shut passage and then open together, so what a detour adds is
    # what it is open beyond the lane (and the shorter detours), not a share of the rest.
    taken = {a: own[a] for a in {int(lanes.replaces[d]) for d in detours}}
    for d in detours[np.argsort(lanes.lag[detours], kind="stable")]:
        a = int(lanes.replaces[d])
        share[d] = np.maximum(0.0, own[d] - taken[a])
        taken[a] = taken[a] + share[d]
    return share


def _pipeline(network: Network, share: Floats, clock: _Clock) -> tuple[Floats, Floats, Floats]:
    """What departed at base rates before period 0: arrivals, returns to the origin, and the rest
    that arrives after the end."""
    nodes, lanes = network.nodes, network.lanes
    size, periods, before = len(nodes), clock.periods, clock.before
    arrivals, returned = np.zeros((size, periods)), np.zeros((size, periods))
    after = np.zeros(size)
    if not network.terms.pipeline:
        return arrivals, returned, after
    base = lanes.inherited
    detour = lanes.replaces >= 0
    whole = np.floor(lanes.lag).astype(int)
    part = lanes.lag - whole
    for lag_step, weight in ((0, 1.0 - part), (1, part)):
        for b in range(before):
            at = b - before + whole + lag_step
            goes = weight * share[:, b]
            # Of a departure that has landed in part, only the rest can have been stopped.
            partly = ~detour & (at == 0) & (lag_step == 1)
            goes = np.where(partly, np.maximum(weight - (1.0 - share[:, b]), 0.0), goes)
            landed = lanes.keep * base * goes
            # A detour of a ship at sea never arrives before the shock is known.
            at = np.where(detour & (at < 0), 0, at)
            inside = (at >= 0) & (at < periods) & (landed > 0)
            np.add.at(arrivals, (lanes.destination[inside], at[inside]), landed[inside])
            late = (at >= periods) & (landed > 0)
            np.add.at(after, lanes.destination[late], landed[late])
    _turn_back(network, share, clock, returned)
    return arrivals, returned, after


def _turn_back(network: Network, share: Floats, clock: _Clock, returned: Floats) -> None:
    """Cargo at sea that meets a shut passage without a detour is back at its origin when it would
    have crossed (a ship that cannot leave never left)."""
    lanes = network.lanes
    taken = share[:, : clock.before].copy()
    detours = np.flatnonzero(lanes.replaces >= 0)
    np.add.at(taken, lanes.replaces[detours], share[detours, : clock.before])
    lost = np.maximum(0.0, 1.0 - taken) * lanes.base[:, None]
    lost[lanes.replaces >= 0] = 0.0
    last = np.zeros(len(lanes))
    np.maximum.at(last, lanes.crossing_lane, lanes.crossing_lag)
    for b in range(clock.before):
        at = np.clip(b - clock.before + np.floor(last).astype(int), 0, clock.periods - 1)
        hit = lost[:, b] > 0
        np.add.at(returned, (lanes.origin[hit], at[hit]), lost[hit, b])
