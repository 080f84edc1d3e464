"""Market: everyone re-plans again and again, seeing what has happened and believing the rest.

Every few periods the program of a short window is moved by its right-hand sides: it starts from the
stocks, ships and departures that earlier plans have left, meets the truth in the periods that will
be carried out and a belief after them (Model predictive control; Rawlings, Mayne and Diehl 2017,
chapter 1).  Holders keep a precautionary stock, and cargo goes to the highest bidder.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import Infeasible
from seawall.program.assemble import State, assemble, base_state, bounds, costs, serves
from seawall.program.diagnose import why_infeasible
from seawall.program.highs import Loaded
from seawall.program.linear import Residuals
from seawall.program.start import calibrated_basis
from seawall.responses.foresight import around, trajectory
from seawall.responses.trajectory import Trajectory, landings
from seawall.shocks.belief import Belief, believed, over
from seawall.shocks.conditions import first_day, outlook, undisturbed

if TYPE_CHECKING:
    from seawall.network.network import Floats, Ints, Network
    from seawall.program.highs import Reached
    from seawall.shocks import Conditions

    Limits = tuple[Floats, Floats, Floats, Floats]

#: Relative distance from the base at which the world counts as back in it.
BACK = 1e-6
#: A window's program is small: the interior point method pays only after so many iterations.
FAR = 20_000


@dataclass(frozen=True)
class Planning:
    """How people plan: `window` periods ahead, anew every `replan` periods, with `belief` about
    shocks that go on, keeping `precaution` of the usable start stock and giving `comfort` of price
    in a period for what is there of it."""

    window: int = 26
    replan: int = 2
    belief: Belief = field(default_factory=Belief)
    precaution: float = 0.4
    comfort: float = 0.0015


class Market:
    """The window program of a network, loaded once and moved along.

    Parameters
    ----------
    quoted
        Nodes for which a run says between which values its prices lie; default none.
    quotas
        Whether the program has rows for quotas; one without hands runs that need them to another.
    """

    name = "market"

    def __init__(
        self,
        network: Network,
        planning: Planning | None = None,
        quoted: Ints | None = None,
        *,
        quotas: bool = False,
    ) -> None:
        self.network = network
        self._quoted = quoted
        self.planning = planning or Planning()
        self.program = assemble(
            network, self.planning.window, comfort=self.planning.comfort, quotas=quotas
        )
        self._loaded = Loaded(self.program.linear, far=FAR)
        #: Prices of periods that are not carried out are nobody's.
        self.around = around(self.program, quoted, self.planning.replan)
        if network.terms.calibrate:
            self._loaded.start_from(calibrated_basis(network, self.program.layout))
        self._loaded.solve()
        #: The last run: a pact goes along with it until somebody is in need.
        self.done: Rolling | None = None

    def run(self, met: Conditions, *, warm: bool = True) -> Trajectory:
        """What happens under `met` when nobody knows how long it lasts.

        Raises
        ------
        Infeasible
            Naming the nodes and periods that cannot be balanced.
        """
        self.done = self.start(met, warm=warm)
        return self.done.finish()

    def start(self, met: Conditions, *, warm: bool = True) -> Rolling:
        """A run at its first day, to be moved plan by plan."""
        return Rolling(self, met, warm)

    def fitting(self, met: Conditions) -> Market:
        """The same market with a program that has a place for every quota of `met`."""
        return self if serves(self.network, self.program.layout, met) else self._with_quotas

    @cached_property
    def _with_quotas(self) -> Market:
        return Market(self.network, self.planning, self._quoted, quotas=True)

    def limits(self, met: Conditions, state: State) -> Limits:
        """Bounds of the program for one window."""
        return bounds(self.network, self.program.layout, met, self.program.scale, state)

    def solve(
        self, limits: Limits, met: Conditions, start: Reached | None, *, warm: bool = True
    ) -> Trajectory:
        """The plan for one window that meets `met`, within `limits`."""
        cost = costs(self.program, met)
        try:
            solution = self._loaded.resolve(
                *limits, cost=cost, warm=warm, start=start, around=self.around
            )
        except Infeasible as error:
            raise Infeasible(why_infeasible(self.program, limits)) from error
        return trajectory(self.program, solution, self.name)

    @cached_property
    def base_prices(self) -> tuple[Floats, Floats]:
        """Between which values prices lie in the base (nodes,), nan where nobody asked."""
        nodes, window = self.network.nodes, self.planning.window
        met = undisturbed(self.network, window)
        state = replace(base_state(self.network, window), floor=self.kept)
        plan = self.solve(self.limits(met, state), met, None)
        unknown = np.full((len(nodes), 1), np.nan)
        low, high = (
            unknown if quote is None else quote[:, : self.planning.replan]
            for quote in (plan.price_low, plan.price_high)
        )
        return np.minimum(low.min(axis=1), nodes.price), np.maximum(high.max(axis=1), nodes.price)

    @property
    def kept(self) -> Floats:
        """The stock that holders mean to keep, floor and precaution (nodes,) [unit]."""
        nodes = self.network.nodes
        usable = np.maximum(0.0, nodes.start - nodes.floor)
        result: Floats = nodes.floor + self.planning.precaution * usable
        return result

    def basis(self) -> Reached:
        """Where the next plan starts: the basis of the last one, which is nearer than that of the
        base, and nearer than the same moved on by the periods in between."""
        return self._loaded.reached()


class Rolling:
    """One run: what has happened so far, and what is at sea."""

    def __init__(self, market: Market, met: Conditions, warm: bool) -> None:
        self.network, self.planning = market.network, market.planning
        self.met, self.warm = met, warm
        network, t = self.network, met.periods
        horizon = t + self.planning.window
        # Plans look past the end of the run, so the truth must reach as far.
        self.truth = _prolonged(network, met, horizon)
        self.market = market.fitting(self.truth)
        size = len(network.nodes)
        self.departures = np.zeros((len(network.lanes), t))
        self.activity = np.zeros((len(network.facilities), t))
        self.served = np.zeros((len(network.demands), t))
        self.stock, self.waiting, self.spill, self.price = (np.zeros((size, t)) for _ in range(4))
        self.price_low, self.price_high = (np.full((size, t), np.nan) for _ in range(2))
        self.landing = self.truth.arrivals.copy()
        self.crossings = np.zeros((len(network.passages.id), horizon))
        self.residuals = Residuals(0.0, 0.0, 0.0)
        self.basis: Reached | None = None
        #: Where each plan started from.
        self.bases: list[Reached | None] = []
        self.plans = 0
        self.now = 0

    def finish(self) -> Trajectory:
        """Plan by plan to the end of the run, or until the world is back in its base."""
        base = undisturbed(self.network, self.planning.window)
        while self.now < self.met.periods:
            if self.back(base):
                self.rest_is_base()
                break
            self.bases.append(self.basis)
            self.carry_out(self.plan())
            self.basis = self.market.basis() if self.warm else None
        return self.trajectory()

    def plan(self) -> Trajectory:
        """The next plan."""
        met, state = self.ahead()
        limits = self.market.limits(met, state)
        return self.market.solve(limits, met, self.basis, warm=self.warm)

    def day(self) -> float:
        """Today, counted as the days of the shocks are."""
        return first_day(self.met.shocks) + self.network.terms.period_days * self.now

    def back(self, base: Conditions) -> bool:
        """Whether stocks and pipeline equal the base and no shock remains or is to come."""
        if not over(self.met.shocks, self.day()):
            return False
        state = self.state()
        nodes = self.network.nodes
        size = np.maximum(1.0, nodes.start)
        ahead = self.landing[:, self.now : self.now + base.periods]
        return bool(
            np.all(np.abs(state.stock - nodes.start) <= BACK * size)
            and np.all(state.waiting <= BACK * size)
            and np.all(np.abs(ahead - base.arrivals) <= BACK * np.maximum(1.0, base.arrivals))
        )

    def state(self) -> State:
        """Stocks and ships at the start of the next plan, with the precautionary stock as floor."""
        nodes, t = self.network.nodes, self.now
        stock = self.stock[:, t - 1] if t else nodes.start
        # A solver's -1e-13 would be an upper bound below zero where nothing may wait.
        waiting = np.maximum(0.0, self.waiting[:, t - 1]) if t else np.zeros(len(nodes))
        # Who has less than that need not fill up at once, but draws no further.
        floor = np.minimum(self.market.kept, np.maximum(stock, np.minimum(nodes.floor, stock)))
        return State(stock, waiting, floor, self.crossings[:, t : t + self.planning.window])

    def ahead(self) -> tuple[Conditions, State]:
        """What the next plan meets: the truth while it is carried out, then what is believed."""
        plan, t = self.planning, self.now
        seen = believed(self.met.shocks, self.day(), plan.belief)
        guess = outlook(self.network, self.truth, t, plan.window, seen)
        truth = self.truth.window(t, plan.window)
        known = np.arange(plan.window) < plan.replan

        def joined(true: Floats, guessed: Floats) -> Floats:
            result: Floats = np.where(known, true, guessed)
            return result

        window = replace(
            truth,
            open=joined(truth.open, guess.open),
            arrivals=self.landing[:, t : t + plan.window],
            capacity=joined(truth.capacity, guess.capacity),
            wanted=joined(truth.wanted, guess.wanted),
            quota=joined(truth.quota, guess.quota),
            tariff=joined(truth.tariff, guess.tariff),
        )
        return window, self.state()

    def carry_out(self, plan: Trajectory) -> None:
        """Make the first periods of a plan happen."""
        first = self.now
        steps = min(self.planning.replan, self.met.periods - first)
        done, here = slice(first, first + steps), slice(0, steps)
        for name in ("departures", "activity", "served", "stock", "waiting", "spill"):
            getattr(self, name)[:, done] = getattr(plan, name)[:, here]
        for name in ("price", "price_low", "price_high"):
            quote = getattr(plan, name)
            if quote is not None:
                getattr(self, name)[:, done] = quote[:, here]
        self._set_out(plan.departures[:, here], steps)
        if plan.residuals is not None:
            self.residuals = self.residuals.worst(plan.residuals)
        self.now += steps
        self.plans += 1

    def _set_out(self, departures: Floats, steps: int) -> None:
        """Book where and when the departures of this plan land and cross."""
        lanes, first = self.network.lanes, self.now
        horizon = self.landing.shape[1] - first
        padded = np.zeros((len(lanes), horizon))
        padded[:, :steps] = departures
        landed = landings(self.network, padded)
        # What lands while the plan is carried out is in the plan already.
        self.landing[:, first + steps :] += landed[:, steps:]
        whole = np.floor(lanes.crossing_lag).astype(int)
        part = lanes.crossing_lag - whole
        for step, weight in ((0, 1.0 - part), (1, part)):
            for t in range(steps):
                at = first + t + whole + step
                inside = (at >= first + steps) & (at < self.crossings.shape[1])
                amount = (weight * departures[lanes.crossing_lane, t])[inside]
                np.add.at(self.crossings, (lanes.crossing_passage[inside], at[inside]), amount)

    def rest_is_base(self) -> None:
        """From now on everything is as in the base."""
        network, rest = self.network, slice(self.now, self.met.periods)
        self.departures[:, rest] = network.lanes.base[:, None]
        self.activity[:, rest] = network.facilities.base[:, None]
        self.served[:, rest] = network.demands.quantity[:, None] * self.met.wanted[:, rest]
        self.stock[:, rest] = network.nodes.start[:, None]
        self.spill[:, rest] = _base_spill(network)[:, None]
        self.price[:, rest] = network.nodes.price[:, None]
        self._quote_base(rest)
        self.now = self.met.periods

    def _quote_base(self, rest: slice) -> None:
        """Between which values prices lie from now on: those of the first plan in the base."""
        if self.market.around is not None:
            low, high = self.market.base_prices
            self.price_low[:, rest], self.price_high[:, rest] = low[:, None], high[:, None]

    def trajectory(self) -> Trajectory:
        """What has happened."""
        quoted = self.market.around is not None
        return Trajectory(
            response=self.market.name,
            activity=self.activity,
            departures=self.departures,
            stock=self.stock,
            waiting=self.waiting,
            served=self.served,
            spill=self.spill,
            price=self.price,
            price_low=self.price_low if quoted else None,
            price_high=self.price_high if quoted else None,
            residuals=self.residuals,
        )


def _base_spill(network: Network) -> Floats:
    """What of by-products is thrown away in a period of the base (nodes,) [unit]."""
    lanes, demands, nodes = network.lanes, network.demands, network.nodes
    left = network.facilities.recipe @ network.facilities.base - nodes.loss * nodes.start
    np.add.at(left, lanes.destination, lanes.keep * lanes.base)
    np.subtract.at(left, lanes.origin, lanes.base)
    np.subtract.at(left, demands.node, demands.base)
    result: Floats = np.where(network.facilities.free_output, np.maximum(left, 0.0), 0.0)
    return result


def _prolonged(network: Network, met: Conditions, periods: int) -> Conditions:
    """`met`, going on for `periods` periods as its shocks say."""
    longer = outlook(network, met, 0, periods, met.shocks)
    t = met.periods
    for name in ("open", "arrivals", "returned", "capacity", "wanted", "quota", "tariff"):
        getattr(longer, name)[:, :t] = getattr(met, name)
    return longer
