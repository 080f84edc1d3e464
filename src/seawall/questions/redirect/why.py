"""Why a cargo is told what it is told, in words that the plans themselves bear out.

Every sentence compares this plan with the one in which nobody does anything, or names what the
voyage crosses; where no shortage and no saving explains an order, it says so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.courses import crossings_of
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.tables import day_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.questions.redirect.instructions import Order, Orders
    from seawall.questions.redirect.ladder import Planned

__all__ = ["Story", "Why"]

#: Days from arrival over which a cargo is set against what is short: about what it lasts.
WEEK = 7
#: What goes without saying [kt over a week].
LITTLE = 0.05


@dataclass(frozen=True)
class Story:
    """A reason in words, and its figures: the tier that would be short in the week from arrival,
    by how much if nobody did anything and by how much under the plan [kt]; nan for none."""

    text: str
    tier: str = ""
    before: float = float("nan")
    after: float = float("nan")


class Why:
    """Reasons for the orders of one plan, against the plan `nothing`."""

    def __init__(self, nothing: Planned, planned: Planned, shut: list[frozenset[str]]) -> None:
        self._nothing, self._planned, self._shut = nothing, planned, shut
        self._consent: float | None = None
        self._usual: defaultdict[str, set[str]] | None = None

    def worth_asking(self, value: float | None) -> Why:
        """The same with what consent of all sellers would be worth [million USD]."""
        result = Why(self._nothing, self._planned, self._shut)
        result._consent = value
        return result

    def of(self, orders: Orders, order: Order, *, ask: bool = False) -> Story:
        """The reason for one order."""
        tier, before, after, need = self._need(orders, order)
        parts = [*self._first(orders, order, ask=ask), *need, *self._way(orders, order)]
        if not need and order.action in ("divert", "swap", "buy", "delay"):
            parts += self._money(orders, order)
        if not parts:
            parts = ["as planned"] if order.action == "go on" else [
                "no single shortage or saving explains it: it follows from the plan as a whole"
            ]  # fmt: skip
        return Story("; ".join(parts), tier, before, after)

    def _first(self, orders: Orders, order: Order, *, ask: bool) -> Iterator[str]:
        """What the order rests on: consent, the pact, a partner, or that nothing is done."""
        if ask:
            worth = "" if self._consent is None else (
                f" (consent of all such sellers together is worth {_said(self._consent)} million "
                "USD)"
            )  # fmt: skip
            yield f"nobody knows whether the seller agrees; with consent it would move{worth}"
        terminals, columns = orders.instance.terminals, orders.instance.columns
        if order.column != NOBODY and columns.lender[order.column] != NOBODY:
            lender = terminals.members[columns.lender[order.column]]
            yield f"lent by {lender} under article 3"
        if order.partner != NOBODY:
            yield f"changes places with {orders.instance.cargoes.ids[order.partner]}"
        if order.column == NOBODY:
            crossed = self._crossed(orders, order)
            yield (
                f"stays where it is: its way leads through {crossed}, which is shut" if crossed
                else "stays where it is: no place and day makes bringing it worth its cost"
            )  # fmt: skip

    def _need(self, orders: Orders, order: Order) -> tuple[str, float, float, list[str]]:
        """The highest tier that goes short where it lands if nobody does anything."""
        nan = float("nan")
        if order.column == NOBODY:
            return "", nan, nan, []
        instance, w = orders.instance, order.world
        day = int(instance.columns.day[order.column, w])
        if day == NOBODY:
            when = "the end of the horizon"
            return "", nan, nan, [f"it lands only after {when} in this world"]
        region = int(instance.terminals.cluster_region[orders.cluster(order)])
        place = instance.terminals.regions[region]
        steps = instance.steps
        mine = np.flatnonzero(steps.region == region)
        ranked = mine[np.argsort(-steps.worth[mine], kind="stable")]
        first_later: tuple[int, str] | None = None
        for tier in dict.fromkeys(steps.tier[m] for m in ranked):
            gap = self._nothing.short(region, tier, w)
            before = float(gap[day : day + WEEK].sum())
            if before > LITTLE:
                after = float(self._planned.short(region, tier, w)[day : day + WEEK].sum())
                since = day_date(orders.ready, day)
                said = (
                    f"lands on day {day}: in the week from {since} the {tier} tier in {place} "
                    f"would be {_said(before)} kt short if nothing were done, "
                    f"{_left(before, after)}"
                )
                # Going on needs no reason of its own; its figures are in the columns.
                return tier, before, after, [] if order.action == "go on" else [said]
            later = np.flatnonzero(gap[day:] > LITTLE / WEEK)
            if later.size and first_later is None:
                first_later = day + int(later[0]), tier
        if first_later is not None and order.action not in ("go on", "delay"):
            on = day_date(orders.ready, first_later[0])
            tier = first_later[1]
            said = f"the {tier} tier in {place} would be short from {on} if nothing were done"
            return tier, 0.0, 0.0, [said]
        return "", nan, nan, []

    def _way(self, orders: Orders, order: Order) -> Iterator[str]:
        """The way round, and what is shut on the usual one."""
        if order.column == NOBODY or order.action == "buy":
            return
        columns = orders.instance.columns
        way = orders.ready.voyages.iloc[int(columns.voyage[order.column])]
        day = columns.day[order.column, order.world]
        here = {name for name, _ in crossings_of(str(way["crossings"]))}
        through = here & self._shut[order.world]
        waits = float(way["wait_days"])
        if through and waits >= 1:
            yield f"waits {_said(waits)} days for {', '.join(sorted(through))} to open"
        crossed = self._crossed(orders, order) if not through else ""
        if crossed:
            yield f"its usual way leads through {crossed}, which is shut"
        if order.action == "delay" and day != NOBODY:
            slack = float(day) - float(np.ceil(float(way["arrive_day"])))
            if slack >= 1:
                yield f"it could be there {_said(slack)} days sooner but is of more use later"

    def _crossed(self, orders: Orders, order: Order) -> str:
        """Passages, shut in that world, of any way on which it would go as planned."""
        if self._usual is None:
            ways = orders.ready.voyages
            base = ways[ways["base"].astype(bool)]
            self._usual = defaultdict(set)
            for name, text in zip(base["cargo"], base["crossings"], strict=True):
                self._usual[str(name)] |= {passage for passage, _ in crossings_of(str(text))}
        found = self._usual[orders.instance.cargoes.ids[order.cargo]] & self._shut[order.world]
        return ", ".join(sorted(found))

    def _money(self, orders: Orders, order: Order) -> Iterator[str]:
        cost = float(orders.instance.columns.cost[order.column, order.world])
        if cost < 0:
            yield f"saves {_said(-cost)} million USD against going on"


def _left(before: float, after: float) -> str:
    """What of a shortage is left under the plan."""
    if abs(before - after) <= LITTLE:
        return "and is under this plan"
    return "none with this plan" if after <= LITTLE else f"{_said(after)} kt with this plan"


def _said(value: float) -> str:
    """A figure within a sentence: two digits, whole above a hundred."""
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2g}"
