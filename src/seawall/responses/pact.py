"""Pact: the market, and a protocol that is a rule.

Left to the same objective, a lender with the higher willingness to pay never lends, so loans and
returns are not choices of the program: before each plan the articles decide from the plan without
them how much is turned over, and the bounds of the program carry it out.

A loan moves eligible cargo of the lender, at its origin or at sea, to the existing lane of the same
origin to the borrower.  It is made when a member is in need by what has happened, as far as its
plan shows a shortage that the cargo can still meet and the lender can bear it from stock above its
floor, without touching its own first tiers; when it lands it goes to the tiers that were short
(left to the borrower's own plan it would replace a purchase or fill a tank).  A return is the same
in the other direction: as soon as the borrower's plan has no shortage and gets none by it, and in
any case in time to be done when it is due.  Until somebody is in need the pact is the market.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import Infeasible
from seawall.responses.lending import Debt, Transfer, candidates
from seawall.responses.market import Market, Rolling
from seawall.responses.trajectory import landings

if TYPE_CHECKING:
    from seawall.network.network import Floats
    from seawall.program.assemble import State
    from seawall.responses.market import Limits
    from seawall.responses.sharing import Member, Sharing
    from seawall.responses.trajectory import Trajectory
    from seawall.shocks import Conditions

#: Quantities below this part of a period's volume are rounding.
LEAST = 1e-6
#: What the plan shows would hurt its giver is halved so often before it is dropped.
HALVINGS = 3


class Pact:
    """The market under a protocol; it moves the market's own program."""

    name = "pact"

    def __init__(self, market: Market, articles: Sharing) -> None:
        self.market = market
        self.articles = articles

    def run(self, met: Conditions, *, warm: bool = True) -> Trajectory:
        """What happens under `met` when nobody knows how long it lasts and the articles hold.

        Raises
        ------
        Infeasible
            Naming the nodes and periods that cannot be balanced.
        """
        return self.start(met, warm=warm).finish()

    def start(self, met: Conditions, *, warm: bool = True) -> Lending:
        """A run at its first day, or, where the market has been run under the same `met`, at the
        first day on which somebody is in need; to be moved plan by plan."""
        run = Lending(self, met, warm)
        done = self.market.done
        if done is not None and done.met is met and done.warm == warm:
            run.follow(done)
        return run


class Lending(Rolling):
    """One run under a protocol: what has been lent and what is owed."""

    def __init__(self, pact: Pact, met: Conditions, warm: bool) -> None:
        super().__init__(pact.market, met, warm)
        self.articles = pact.articles
        self.transfers: list[Transfer] = []
        self.debts: list[Debt] = []
        #: What lent cargo lands at each member (members, periods).
        self.lent_lands = np.zeros((len(self.articles.members), self.landing.shape[1]))

    def follow(self, market: Rolling) -> None:
        """Go along with a market run until somebody is in need."""
        so_far = market.trajectory()
        for basis in market.bases:
            self.basis = basis
            if self._anybody_in_need():
                return
            self.bases.append(basis)
            end = self.now + self.planning.replan
            self.carry_out(so_far.between(self.now, min(end, self.met.periods)))
        self.basis = None

    def _anybody_in_need(self) -> bool:
        return self.articles.volume > 0 and any(map(self._in_need, self.articles.members))

    def back(self, base: Conditions) -> bool:
        """Whether the world is back in its base and nothing is owed."""
        return not any(d.owed > self._least for d in self.debts) and super().back(base)

    @property
    def _least(self) -> float:
        return LEAST * max(self.articles.volume, 1e-12)

    def plan(self) -> Trajectory:
        """The next plan: what the articles decide on top of what everybody would do."""
        met, state = self.ahead()
        alone, kept = self._alone(met, state)
        if self.articles.volume <= 0:
            return alone
        needs = [self._in_need(m) for m in self.articles.members]
        loans = self._loans(met, alone, needs)
        returns = self._returns(met, alone, needs)
        for _ in range(HALVINGS + 1):
            moved = self._worth_moving([*returns, *loans])
            plan = self._carrying(moved, alone, met, state, kept | {t.owner for t in loans})
            hurt = {t.owner for t in loans if not self._served(t.owner, plan, met)}
            early = {t.owner for t in returns if t.is_early and self._short(t.owner, met, plan)}
            if not hurt and not early:
                self._book(moved)
                return plan
            loans = [t.halved() if t.owner in hurt else t for t in loans]
            returns = [t.halved() if t.is_early and t.owner in early else t for t in returns]
        moved = self._worth_moving([t for t in returns if not t.is_early])
        plan = self._carrying(moved, alone, met, state, kept)
        self._book(moved)
        return plan

    def _worth_moving(self, transfers: list[Transfer]) -> list[Transfer]:
        return [t for t in transfers if t.quantity > self._least]

    def _short(self, i: int, met: Conditions, plan: Trajectory) -> bool:
        """Whether a member's watched tier, or one above it, goes short in a plan."""
        return bool(self._shortage(self.articles.members[i], met, plan).any())

    def _alone(self, met: Conditions, state: State) -> tuple[Trajectory, set[int]]:
        """The plan without new loans and returns, and whose floors hold in it: those of lenders
        whose lent cargo has not landed yet, unless their own first tiers would suffer."""
        limits = self.market.limits(met, state)
        kept = {t.owner for t in self.transfers if self._missing(t)}
        if kept:
            floored = self._floored(limits, kept)
            plan = self.market.solve(floored, met, self.basis, warm=self.warm)
            if all(self._served(i, plan, met) for i in kept):
                return plan, kept
        return self.market.solve(limits, met, self.basis, warm=self.warm), set()

    def trajectory(self) -> Trajectory:
        """What has happened, with what was lent and returned."""
        return replace(super().trajectory(), response=Pact.name, transfers=tuple(self.transfers))

    # --- what the articles decide ----------------------------------------------------------------

    def _in_need(self, member: Member) -> bool:
        """Article 2: whether less than the agreed share of the tier has been served for long
        enough."""
        articles, last = self.articles, self.articles.trigger_periods
        if self.now < last:
            return False
        trigger = articles.protocol.trigger
        steps = member.steps[trigger.tier]
        span = slice(self.now - last, self.now)
        wanted = self._wanted(self.met, span)[steps].sum(axis=0)
        short = wanted - self.served[steps, span].sum(axis=0)
        counted = wanted * (1.0 if trigger.pooled else member.imported)
        return bool(np.all(short > (1.0 - trigger.below) * np.maximum(counted, 1e-12)))

    def _wanted(self, met: Conditions, span: slice) -> Floats:
        result: Floats = self.network.demands.quantity[:, None] * met.wanted[:, span]
        return result

    def _shortage(self, member: Member, met: Conditions, plan: Trajectory) -> Floats:
        """Planned shortage of the watched tier and all above it (window periods,)."""
        wanted = self._wanted(met, slice(None))[member.watched]
        result: Floats = np.maximum(wanted - plan.served[member.watched], 0.0).sum(axis=0)
        return np.where(result > LEAST * wanted.sum(axis=0), result, 0.0)

    def _served(self, i: int, plan: Trajectory, met: Conditions) -> bool:
        """Article 6: whether a member's own first tiers are served in full in a plan."""
        own = self.articles.members[i].own
        wanted = self._wanted(met, slice(None))[own]
        return not bool(np.any(wanted - plan.served[own] > LEAST * np.maximum(wanted, 1e-12)))

    def _missing(self, t: Transfer) -> bool:
        """Whether lent cargo would not yet have landed at its owner's."""
        return not t.is_return and t.departs + self.network.lanes.lag[t.taken] >= self.now

    def _spare(self, i: int) -> float:
        """Article 5: what a lender has in its tanks above its floor, less the lent cargo that will
        be missing there [unit]."""
        tanks = self.articles.members[i].tanks
        keep = self.network.lanes.keep
        gone = sum(t.quantity * keep[t.taken] for t in self.transfers
                   if t.owner == i and self._missing(t))  # fmt: skip
        stock = float(self.state().stock[tanks].sum())
        return float(max(0.0, stock - self.articles.members[i].floor - gone))

    def _loans(self, met: Conditions, plan: Trajectory, needs: list[bool]) -> list[Transfer]:
        """What is lent now: for each member in need, by those that are not and can bear it."""
        articles = self.articles
        spare = {
            i: self._spare(i)
            for i, need in enumerate(needs)
            if not need and any(needs) and self._served(i, plan, met)
        }
        lenders = [i for i, amount in spare.items() if amount > self._least]
        most = articles.volume * min(self.planning.replan, self.met.periods - self.now)
        room = most
        found: list[Transfer] = []
        for j in (j for j, need in enumerate(needs) if need):
            short = self._shortage(articles.members[j], met, plan)
            total = sum(spare[i] for i in lenders)
            # What each lender gives is told before any of them gives: the parts add up to one.
            equal = articles.protocol.fairness.rule == "equal"
            parts = {
                i: 1.0 / len(lenders) if equal else spare[i] / total
                for i in lenders
                if total > self._least
            }
            for i, part in parts.items():
                options = candidates(
                    self, plan, i, j, at_sea=articles.protocol.eligible.at_sea, decided=found
                )
                taken = self._fill(options, short * part, room * part, spare[i])
                spare[i] -= sum(t.quantity * self.network.lanes.keep[t.taken] for t in taken)
                found += taken
            room = most - sum(t.quantity for t in found)
        return found

    def _fill(
        self,
        options: list[Transfer],
        short: Floats,
        room: float,
        spare: float,
    ) -> list[Transfer]:
        """Take eligible cargo in the order of article 10 until shortage (window periods,), volume
        or spare is used up."""
        rank = {"arrival": lambda t: t.arrives, "cost": lambda t: t.cost}
        order = self.articles.protocol.objectives.order
        options = sorted(
            options, key=lambda t: (*(rank[key](t) for key in order), t.taken, t.given)
        )
        lanes = self.network.lanes
        used: dict[tuple[int, int], float] = {}
        moved: list[Transfer] = []
        for option in options:
            first = int(np.floor(option.arrives)) - self.now
            keep = lanes.keep[option.given]
            need = float(short[max(first, 0) :].sum()) - sum(
                t.quantity * lanes.keep[t.given] for t in moved if t.arrives >= option.arrives
            )
            lane_left = option.quantity - used.get((option.taken, option.departs), 0.0)
            group = (-1 - option.group, option.departs)
            group_left = option.limit - used.get(group, 0.0)
            here = lanes.keep[option.taken]
            take = min(lane_left, group_left, room, need / keep, spare / here)
            if take <= self._least:
                continue
            room -= take
            spare -= take * here
            for key in ((option.taken, option.departs), group):
                used[key] = used.get(key, 0.0) + take
            moved.append(option.of(take))
        return moved

    def _returns(self, met: Conditions, plan: Trajectory, needs: list[bool]) -> list[Transfer]:
        """Article 8: what is given back now, by every borrower that has no shortage ahead, and by
        every one for which it would otherwise be too late."""
        articles, steps = self.articles, min(self.planning.replan, self.met.periods - self.now)
        found: list[Transfer] = []
        for lender, borrower in {
            (d.lender, d.borrower): None for d in self.debts if d.owed > self._least
        }:
            debts = [d for d in self.debts if (d.lender, d.borrower) == (lender, borrower)]
            owed = sum(d.owed for d in debts)
            most = articles.volume * steps
            clear = not needs[borrower] and not self._short(borrower, met, plan)
            # What is due by then and could not be given back at full volume if not begun now.
            must = max(
                sum(e.owed for e in debts if e.due <= d.due)
                - articles.volume * max(0, d.due - self.now - steps)
                for d in debts
            )
            goal = min(most, owed if clear else max(0.0, must))
            if goal <= self._least:
                continue
            options = candidates(self, plan, borrower, lender, at_sea=False)
            taken = self._fill(options, np.full(met.periods, np.inf), goal, np.inf)
            # Nothing that is due is put off because the borrower would rather keep it.
            found += [t.as_return(early=must <= self._least) for t in taken]
        return found

    # --- carrying it out -------------------------------------------------------------------------

    def _carrying(
        self,
        moved: list[Transfer],
        alone: Trajectory,
        met: Conditions,
        state: State,
        lenders: set[int],
    ) -> Trajectory:
        """The plan in which `moved` happens and the floors of `lenders` hold."""
        window = self.planning.window
        change = np.zeros((len(self.network.lanes), self.now + window))
        for t in moved:
            change[t.taken, t.departs] -= t.quantity
            change[t.given, t.departs] += t.quantity
        lands = (
            self.lent_lands[:, self.now : self.now + window]
            + self._landing([t for t in moved if not t.is_return], self.now + window)[:, self.now :]
        )
        if not moved and not lands[:, : self.planning.replan].any():
            return alone
        # Of cargo at sea only what has not landed counts; `candidates` offers nothing else.
        earlier = np.zeros_like(change)
        earlier[:, : self.now] = change[:, : self.now]
        met = _with_arrivals(met, landings(self.network, earlier)[:, self.now :])
        limits = self._floored(self.market.limits(met, state), lenders)
        limits = self._forced(limits, alone, change[:, self.now :], moved)
        # Only a little differs from the plan that was solved last.
        near = self.market.basis() if self.warm else None
        try:
            meant = self._meant_for(limits, alone, met, lands)
            return self.market.solve(meant, met, near, warm=self.warm)
        except Infeasible:
            # What the borrower got cannot all be sent out at once: it goes where it can.
            return self.market.solve(limits, met, near, warm=self.warm)

    def _landing(self, loans: list[Transfer], periods: int) -> Floats:
        """What lent cargo lands at each member (members, periods)."""
        sent = np.zeros((len(self.network.lanes), periods))
        result = np.zeros((len(self.articles.members), periods))
        for j in {t.other for t in loans}:
            sent[:] = 0.0
            for t in loans:
                if t.other == j:
                    sent[t.given, t.departs] += t.quantity
            result[j] = landings(self.network, sent).sum(axis=0)
        return result

    def _meant_for(
        self, limits: Limits, alone: Trajectory, met: Conditions, lands: Floats
    ) -> Limits:
        """Bounds under which borrowed cargo goes, when it lands, to the tiers for whose need it was
        lent: beyond what they would get without that rule, highest willingness to pay first."""
        lower, upper, row_lower, row_upper = limits
        lower = lower.copy()
        block = self.market.program.layout.columns["served"]
        table, most = block.table(lower), block.table(upper)
        q = self.market.program.scale.quantity
        for j, member in enumerate(self.articles.members):
            steps = member.watched[np.argsort(-self.network.demands.wtp[member.watched])]
            for t in np.flatnonzero(lands[j, : self.planning.replan] > self._least):
                rest = float(lands[j, t]) * q
                for m in steps:
                    got = min(float(alone.served[m, t]) * q, float(most[m, t]))
                    more = min(rest, float(most[m, t]) - got)
                    table[m, t] = min(max(float(table[m, t]), got + more), float(most[m, t]))
                    rest -= more
        return lower, upper, row_lower, row_upper

    def _forced(
        self, limits: Limits, alone: Trajectory, change: Floats, moved: list[Transfer]
    ) -> Limits:
        """Bounds under which the cargo of the coming periods moves over: the lane it leaves carries
        no more than without it less the cargo, the lane it takes no less than that plus the cargo,
        and no other lane to who gets it carries less than it would have."""
        lower, upper, row_lower, row_upper = (a.copy() for a in limits)
        plan, q = self.market.program.layout, self.market.program.scale.quantity
        lanes, steps = self.network.lanes, self.planning.replan
        ahead = np.any(change != 0.0, axis=1)
        gets = {int(lanes.destination[t.given]) for t in moved if t.departs >= self.now}
        held = np.isin(lanes.destination, list(gets)) & (lanes.lag > 0) & (change.min(axis=1) >= 0)
        low, high = plan.columns["departure_low"], plan.columns["departure_high"]
        at_low = {int(a): i for i, a in enumerate(low.units)}
        at_high = {int(a): i for i, a in enumerate(high.units)}
        for a in np.flatnonzero(ahead | held):
            for t in range(steps):
                flow = float(alone.departures[a, t] + change[a, t])
                columns = [
                    block.offset + at[int(a)] * plan.periods + t
                    for block, at in ((low, at_low), (high, at_high))
                    if int(a) in at
                ]
                if change[a, t] < 0:
                    rest = max(flow, 0.0) * q
                    for j in columns:
                        upper[j] = min(upper[j], rest)
                        rest -= upper[j]
                elif held[a] or change[a, t] > 0:
                    rest = max(flow, 0.0) * q
                    for j in columns[:-1]:
                        lower[j] = min(upper[j], rest)
                        rest -= lower[j]
                    lower[columns[-1]] = rest
                    upper[columns[-1]] = max(upper[columns[-1]], rest)
        contract = plan.rows["contract"]
        if len(contract.units):
            freed = self.network.contracts.member[contract.units] @ np.minimum(change, 0.0)
            row_lower[contract.slice] += freed.ravel() * q
        return lower, upper, row_lower, row_upper

    def _floored(self, limits: Limits, lenders: set[int]) -> Limits:
        """Bounds under which the tanks of `lenders` keep what article 5 leaves there."""
        lower, *others = limits
        lower = lower.copy()
        block = self.market.program.layout.columns["stock"]
        table = block.table(lower)
        stock = self.state().stock
        for i in lenders:
            member = self.articles.members[i]
            share = min(1.0, member.floor / max(float(stock[member.tanks].sum()), 1e-12))
            at = np.flatnonzero(np.isin(block.units, member.tanks))
            start = self.network.nodes.start[block.units[at]]
            kept = np.minimum(stock[block.units[at]] * share, start)
            kept = kept * self.market.program.scale.quantity
            table[at] = np.maximum(table[at], kept[:, None])
        return (lower, others[0], others[1], others[2])

    def _book(self, moved: list[Transfer]) -> None:
        """Write down what is lent, returned and owed, and turn cargo at sea over."""
        premium = 1.0 + self.articles.protocol.return_.premium
        loans = [t for t in moved if not t.is_return]
        self.lent_lands += self._landing(loans, self.lent_lands.shape[1])
        for t in moved:
            self.transfers.append(t)
            if t.departs < self.now:
                self._turn_over(t)
            if not t.is_return:
                due = self.now + self.articles.due_periods
                self.debts.append(Debt(t.owner, t.other, due, t.quantity * premium))
                continue
            rest = t.quantity
            for debt in sorted(self.debts, key=lambda d: d.due):
                if (debt.lender, debt.borrower) == (t.other, t.owner):
                    paid = min(rest, debt.owed)
                    debt.owed -= paid
                    rest -= paid

    def _turn_over(self, t: Transfer) -> None:
        change = np.zeros((len(self.network.lanes), self.landing.shape[1]))
        change[t.taken, t.departs] -= t.quantity
        change[t.given, t.departs] += t.quantity
        self.departures += change[:, : self.met.periods]
        self.landing += landings(self.network, change)


def _with_arrivals(met: Conditions, more: Floats) -> Conditions:
    return replace(met, arrivals=met.arrivals + more[:, : met.periods])
