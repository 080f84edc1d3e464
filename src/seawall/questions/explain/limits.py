"""What binds: shut ways, empty tanks, plants and lanes at their limit, and what more would save.

What one more unit would save is not read from prices, which speak of the whole study's money: the
case is computed again with the limit moved, and the explained figure compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.program.assemble import stock_floor
from seawall.questions.explain.behind import cut_lanes
from seawall.questions.explain.parts import measured
from seawall.questions.explain.supply import base_path
from seawall.questions.marginals import facility_margins, lane_margins
from seawall.shocks import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seawall.network import Network
    from seawall.network.network import Bools, Ints
    from seawall.questions.explain.case import Case
    from seawall.questions.groups import Group

LIMITS = (
    "kind", "id", "name", "from_period", "to_period", "periods", "share", "step", "step_unit",
    "figure", "gain", "gain_unit", "words",
)  # fmt: skip
#: Within this share of a limit something is at it.
_AT = 1e-6
#: Limits that are tried again with more, by response: a market takes seconds each.
MOST_TRIED = {"frozen": 2, "foresight": 5, "market": 2, "pact": 2}
#: The step of a limit, as part of what the place wants in a year, before rounding to one digit.
_STEP = 0.02
#: A tank with less than this of what could be drawn from it is empty.
_EMPTY = 0.02


@dataclass(frozen=True)
class Limit:
    """One limit: what it is, when it binds, and the network in which there is more of it."""

    kind: str
    id: str
    name: str
    periods: Ints
    share: float | None
    words: str
    step: float | None = None
    step_unit: str = ""
    more: Callable[[], Network] | None = None
    worth: float = 0.0


def limits_of(
    case: Case, group: Group, column: str, names: Mapping[str, str], *, tried: int | None = None
) -> list[dict[str, Any]]:
    """Rows of table `limits` for a figure of `group`, what cuts most first.

    Parameters
    ----------
    names
        Names of places, passages and facilities, by id.
    tried
        How many limits to compute again with more of them; None: `MOST_TRIED`.
    """
    most = MOST_TRIED[case.response] if tried is None else tried
    found = [*_cuts(case, group, names), *_stocks(case, group, names)]
    if case.run.price is not None:
        found += sorted(_plants_and_lanes(case, group, names), key=lambda one: -one.worth)
    left, rows = most, list[dict[str, Any]]()
    for one in found:
        gain = None
        if one.more is not None and left > 0:
            gain, left = _gain(case, group, column, one.more()), left - 1
        if one.kind in ("facility", "lane") and gain is None and len(rows) > most + 6:
            continue
        rows.append(_row(case, one, column, gain, group))
    return rows


def _row(
    case: Case, one: Limit, column: str, gain: tuple[str, float | None] | None, group: Group
) -> dict[str, Any]:
    figure, saved = gain or ("", None)
    unit = (
        "day"
        if figure.endswith("_day")
        else case.study.lookup("commodities", "unit")[group.commodity]
    )
    return {
        "kind": one.kind,
        "id": one.id,
        "name": one.name,
        "from_period": int(one.periods[0]) + 1 if len(one.periods) else None,
        "to_period": int(one.periods[-1]) + 1 if len(one.periods) else None,
        "periods": len(one.periods),
        "share": one.share,
        "step": one.step,
        "step_unit": one.step_unit,
        "figure": figure,
        "gain": saved,
        "gain_unit": unit if saved is not None else "",
        "words": when(case, one.periods) + one.words,
    }


def when(case: Case, periods: Ints) -> str:
    """Periods in words, with a colon: "weeks 3 to 11: "."""
    if not len(periods):
        return ""
    word = "week" if case.period == 7 else f"period of {case.period:g} days"
    first, last = int(periods[0]) + 1, int(periods[-1]) + 1
    if first == last:
        return f"{word} {first}: "
    plural = "weeks" if case.period == 7 else f"periods of {case.period:g} days"
    some = "" if last - first + 1 == len(periods) else f" ({len(periods)} of them)"
    return f"{plural} {first} to {last}{some}: "


def _gain(case: Case, group: Group, column: str, network: Network) -> tuple[str, float | None]:
    """By how much a figure falls (a day comes later) in a network with more."""
    figure = column if column in ("first_shortfall_day", "unserved") else "unserved"
    now, then = measured(case, group)[figure], measured(case.on(network), group)[figure]
    if now is None or then is None:
        return figure, None
    gain = then - now if figure.endswith("_day") else now - then
    # Two optima of one program differ by less than its tolerance for the figure.
    return figure, 0.0 if abs(gain) < 1e-6 * max(abs(now), 1e-9) else gain


def step_of(case: Case, group: Group) -> float:
    """A round step: about 2 % of what the place wants in a year, one digit."""
    yearly = float(case.network.demands.base[group.steps].sum()) * 365.0 / case.period
    return float(f"{max(_STEP * yearly, 1e-9):.0e}")


def _cuts(case: Case, group: Group, names: Mapping[str, str]) -> Iterator[Limit]:
    """What the shocks shut of the place's supply."""
    if case.scenario is None:
        return
    path = base_path(case, group)
    for shock in case.scenario.shock:
        if shock.on_grid:
            continue
        kind, target = shock.target
        alone = replace(case, scenario=Scenario(name=target, title=target, shock=(shock,)))
        name = names.get(target, target)
        cut = cut_lanes(alone)
        if kind == "passage":
            share = path.passages()[target]
            much = "nothing passes" if shock.depth >= 1 else f"{shock.depth:.0%} less passes"
            words = f"{much} {name}, by which {share:.0%} of its base supply comes"
        elif kind == "demand":
            share, words = None, f"{name} wants {shock.change:+.0%}"
        elif kind in ("facility", "place"):
            stopped = (alone.met.capacity < 1 - 1e-9).any(axis=1)
            share = float(path.facilities()[stopped].sum())
            good = f" of {shock.commodity}" if shock.commodity else ""
            words = (
                f"output{good} of {name} is down by {shock.depth:.0%}; {share:.0%} of its base "
                "supply is made there"
            )
        else:
            # Lanes of one shock lie side by side: they leave one country, or are one lane.
            share = float(path.lanes()[cut].sum())
            words = f"{kind} on {name}; {share:.0%} of its base supply comes by lanes that it hits"
        yield Limit("shock", target, name, _struck(alone), share, words)


def _struck(case: Case) -> Ints:
    """Periods in which a scenario changes anything."""
    met = case.met
    changed = (
        (met.open[cut_lanes(case)] < 1 - 1e-9).any(axis=0)
        | (met.capacity < 1 - 1e-9).any(axis=0)
        | (met.wanted != 1.0).any(axis=0)
        | np.isfinite(met.quota).any(axis=0)
        | (met.tariff > 0).any(axis=0)
    )
    result: Ints = np.flatnonzero(changed)
    return result


def _stocks(case: Case, group: Group, names: Mapping[str, str]) -> Iterator[Limit]:
    """Tanks behind the place that are at their floor while it is short: when most of what could be
    drawn lies in such tanks, and what more in them would save."""
    nodes, at = case.network.nodes, group.stocks
    if not len(at):
        return
    # Who plans without knowing the end keeps part of the stock in any case.
    kept = case.ready.planning.precaution if case.response in ("market", "pact") else 0.0
    floor = stock_floor(case.network, case.met.periods)[at]
    floor = floor + kept * (nodes.start - nodes.floor)[at, None]
    usable = (1.0 - kept) * (nodes.start - nodes.floor)[at] * group.yields
    total = float(usable.sum())
    room = (case.run.stock[at] - floor) * group.yields[:, None]
    empty = (room <= _EMPTY * usable[:, None] + _AT) & (usable > 0)[:, None]
    wanted = case.wanted[group.steps].sum(axis=0)
    short = (case.wanted - case.run.served)[group.steps].sum(axis=0) > 1e-3 * wanted
    dry = (empty & short).any(axis=1)
    held = float(usable[dry].sum())
    if held <= 0:
        return
    periods = np.flatnonzero(short & (empty[dry].T @ usable[dry] >= 0.5 * held))
    # Counted as what it becomes: LNG in a tank is gas.
    unit = case.study.lookup("commodities", "unit")[group.commodity]
    step = float(f"{max(0.1 * total, 1e-9):.0e}")

    def more() -> Network:
        part = np.zeros(len(nodes))
        part[at[dry]] = (usable / np.maximum(group.yields, 1e-12))[dry] / held * step
        grown = replace(nodes, start=nodes.start + part, tank=nodes.tank + part)
        return replace(case.network, nodes=grown)

    first = np.flatnonzero(dry)[np.argsort(-usable[dry], kind="stable")]
    told = [names.get(nodes.place[n], nodes.place[n]) for n in at[first].tolist()]
    others = f" and {len(told) - 2} others" if len(told) > 3 else ""
    listed = ", ".join(told[:2] if others else told)
    least = "what their holders keep" if kept else "their floor"
    words = f"tanks are at {least} ({listed}{others}; {held:.3g} {unit} could be drawn there)"
    goods = "+".join(dict.fromkeys(nodes.commodity[n] for n in at.tolist()))
    yield Limit("stock", goods, "tanks behind it", periods, held / total, words, step, unit, more)


def _plants_and_lanes(case: Case, group: Group, names: Mapping[str, str]) -> Iterator[Limit]:
    """Plants and lanes of which more would have been worth something while the place was short."""
    network, price = case.network, case.run.price
    assert price is not None
    gap = (case.wanted - case.run.served)[group.steps].sum(axis=0)
    wanted = case.wanted[group.steps].sum(axis=0)
    short = np.flatnonzero(gap > 1e-3 * wanted)
    if not len(short):
        return
    last = int(short[-1]) + 1
    least = 1e-3 * float(np.median(network.nodes.price[network.nodes.price > 0]))
    near = _near(network, group)
    step = step_of(case, group)
    good = case.study.lookup("commodities", "unit")[group.commodity]
    facilities, lanes = network.facilities, network.lanes
    margin = facility_margins(network, price)
    can = case.met.capacity * (
        facilities.base[:, None] + facilities.spare[:, None] * case.met.spare_share(network)
    )
    full = (case.run.activity >= can * (1 - _AT)) & (margin > least)
    for f in np.flatnonzero(near[0] & full[:, :last].any(axis=1)).tolist():
        periods = np.flatnonzero(full[f])
        name = names.get(facilities.id[f], facilities.name[f])
        stopped = bool((case.met.capacity[f, periods] < 1 - _AT).all())
        words = f"{name} {'can make no more' if not stopped else 'is shut by the shock'}"
        yield Limit(
            "facility", facilities.id[f], name, periods, None, words, step, f"{good}/yr",
            None if stopped else _larger_plant(case, f, step), float(margin[f, :last].sum()),
        )  # fmt: skip
    margin = lane_margins(network, price)
    limit = case.met.departure_limit(network)
    full = (case.run.departures >= limit * (1 - _AT)) & (margin > least) & (limit > 0)
    for a in np.flatnonzero(near[1] & full[:, :last].any(axis=1)).tolist():
        periods = np.flatnonzero(full[a])
        ends = (network.nodes.place[lanes.origin[a]], network.nodes.place[lanes.destination[a]])
        name = " to ".join(names.get(end, end) for end in ends)
        # What a terminal can land is said of the terminal.
        if lanes.lag[a] == 0:
            continue
        at_capacity = bool((limit[a, periods] >= lanes.capacity[a] * (1 - _AT)).all())
        words = f"{name} {'is at its capacity' if at_capacity else 'may not grow faster'}"
        yield Limit(
            "lane", lanes.id[a], name, periods, None, words, step if at_capacity else 2.0,
            f"{good}/yr" if at_capacity else "times the growth",
            _larger_lane(case, a, step if at_capacity else None), float(margin[a, :last].sum()),
        )  # fmt: skip


def _near(network: Network, group: Group) -> tuple[Bools, Bools]:
    """Facilities and lanes from which something can reach the group's nodes."""
    lanes, recipe = network.lanes, network.facilities.recipe.tocsc()
    reach = np.zeros(len(network.nodes), dtype=bool)
    reach[network.demands.node[group.steps]] = True
    makes, uses = recipe.maximum(0).astype(bool), (-recipe).maximum(0).astype(bool)
    while True:
        wider = reach.copy()
        wider[lanes.origin[reach[lanes.destination]]] = True
        helps = np.asarray(makes.T @ reach) > 0
        wider |= np.asarray(uses @ helps) > 0
        if np.array_equal(wider, reach):
            return np.asarray(makes.T @ reach) > 0, reach[lanes.destination]
        reach = wider


def _larger_plant(case: Case, f: int, step: float) -> Callable[[], Network]:
    """A network in which a plant can make `step` a year more, and its berths land as much."""

    def more() -> Network:
        network, extra = case.network, step * case.period / 365.0
        facilities, lanes = network.facilities, network.lanes
        capacity, berth = facilities.capacity.copy(), lanes.capacity.copy()
        capacity[f] += extra
        place = network.facilities.place[f]
        berths = [
            a for a in np.flatnonzero((lanes.lag == 0) & np.isfinite(berth)).tolist()
            if network.nodes.place[lanes.destination[a]] == place
        ]  # fmt: skip
        berth[berths] += extra
        return replace(
            network,
            facilities=replace(facilities, capacity=capacity),
            lanes=replace(lanes, capacity=berth),
        )

    return more


def _larger_lane(case: Case, a: int, step: float | None) -> Callable[[], Network]:
    """A network in which a lane carries `step` a year more; None: may grow twice as fast."""

    def more() -> Network:
        network, lanes = case.network, case.network.lanes
        if step is None:
            growth = lanes.growth.copy()
            growth[a] *= 2.0
            return replace(network, lanes=replace(lanes, growth=growth))
        capacity = lanes.capacity.copy()
        capacity[a] += step * case.period / 365.0
        return replace(network, lanes=replace(lanes, capacity=capacity))

    return more
