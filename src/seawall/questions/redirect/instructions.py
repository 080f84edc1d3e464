"""Instructions: what each cargo is told, compared with going on as its book says.

What a cargo is told follows from the plan's column and the book alone; why, `why.py` says.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.rules import ONLY_WITH
from seawall.questions.redirect.tables import UNIT, day_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.questions.redirect.ladder import Planned
    from seawall.questions.redirect.prepare import Prepared
    from seawall.questions.redirect.why import Why

__all__ = ["ACTIONS", "INSTRUCTIONS", "Order", "Orders", "actions", "instructions"]

ACTIONS = ("go on", "divert", "swap", "delay", "buy", "wait", "ask")
INSTRUCTIONS = ("cargo", "action", "from", "to", "depart", "arrive", "extra_days", "extra_cost",
                "why", "ship", "contract", "owner", "lender", "borrower", "quantity", "unit",
                "decide_by", "today", "world", "tier", "short_nothing", "short_plan",
                "partner")  # fmt: skip
ALL_WORLDS = "all"


@dataclass(frozen=True)
class Order:
    """What one cargo does in one world under a plan.

    `column` is NOBODY where it is left; `seat` and `planned` are terminals of the instance, NOBODY
    for none; `due` is the day in the book on which it was meant to be alongside, nan for none.
    """

    cargo: int
    world: int
    column: int
    action: str
    seat: int
    planned: int
    due: float
    partner: int = NOBODY


class Orders:
    """The orders of a plan, world by world."""

    def __init__(self, ready: Prepared, planned: Planned) -> None:
        self.ready, self.planned = ready, planned
        self.instance = planned.instance
        book = ready.study.table("cargoes").set_index("id")
        self.book: pd.DataFrame = book.reindex(list(self.instance.cargoes.ids))
        seats = {name: j for j, name in enumerate(self.instance.terminals.ids)}
        self.meant = np.array([seats.get(str(d), NOBODY) for d in self.book["destination"]])
        self.due = np.array([_days_from(ready.as_of, d) for d in self.book["eta"]])

    def needs_consent(self, order: Order) -> bool:
        """Whether it goes where its seller would have to agree and nobody knows if he does."""
        if order.column == NOBODY:
            return False
        cluster, cargo = self.cluster(order), self.ready.cargoes[order.cargo]
        home = bool(self.planned.member_of_cluster()[cluster] == cargo.owner)
        may = self.ready.chooser.rules.may(cargo.row, cluster, cargo.cluster, home=home)
        return may == ONLY_WITH

    @cached_property
    def by_world(self) -> tuple[dict[int, Order], ...]:
        """Orders by cargo; an offer that nobody takes has none."""
        return tuple(
            {c: order for c in range(len(self.instance.cargoes.ids))
             if (order := self._order(c, w)) is not None}
            for w in range(self.instance.worlds)
        )  # fmt: skip

    def _order(self, cargo: int, world: int) -> Order | None:
        column = int(self.planned.plan.column[world, cargo])
        offer = self.instance.cargoes.owner[cargo] == NOBODY
        if column == NOBODY and offer:
            return None
        meant, due = int(self.meant[cargo]), float(self.due[cargo])
        seat = int(self.planned.plan.terminal[world, cargo])
        if column == NOBODY:
            return Order(cargo, world, column, "wait", seat, meant, due)
        action = "buy" if offer else self._moved(column, world, meant, due)
        return Order(cargo, world, column, action, seat, meant, due)

    def _moved(self, column: int, world: int, meant: int, due: float) -> str:
        """What a cargo does that somebody has and that sails."""
        columns, terminals = self.instance.columns, self.instance.terminals
        if meant == NOBODY or columns.cluster[column] != terminals.cluster[meant]:
            return "divert"
        day = columns.day[column, world]
        way = self.ready.voyages.iloc[int(columns.voyage[column])]
        waits = float(way["wait_days"])
        if day != NOBODY:
            waits += max(0.0, float(day) - np.ceil(float(way["arrive_day"])))
        late = day == NOBODY or not day <= due
        return "delay" if late and waits >= 1.0 else "go on"

    def cluster(self, order: Order) -> int:
        """Cluster that a cargo goes to; NOBODY where it stays."""
        if order.column == NOBODY:
            return NOBODY
        return int(self.instance.columns.cluster[order.column])

    def told(self) -> tuple[dict[int, Order], ...]:
        """Orders with the swaps marked: two cargoes that change clusters with each other."""
        return tuple(self._with_swaps(orders) for orders in self.by_world)

    def _with_swaps(self, orders: Mapping[int, Order]) -> dict[int, Order]:
        result = dict(orders)
        cluster_of = self.instance.terminals.cluster
        waiting: dict[tuple[int, int], list[int]] = defaultdict(list)
        moved = [o for o in orders.values() if o.action == "divert" and o.planned != NOBODY]
        # By the day on which they land, so that those that belong together find each other.
        moved.sort(key=lambda o: (self._day(o), o.cargo))
        for order in moved:
            old, new = int(cluster_of[order.planned]), self.cluster(order)
            others = waiting[new, old]
            if others:
                other = others.pop(0)
                for one, two in ((order.cargo, other), (other, order.cargo)):
                    result[one] = replace(result[one], action="swap", partner=two)
            else:
                waiting[old, new].append(order.cargo)
        return result

    def _day(self, order: Order) -> float:
        day = int(self.instance.columns.day[order.column, order.world])
        return float(day) if day != NOBODY else np.inf

    def kept_in(self, order: Order) -> tuple[object, ...]:
        """What makes two orders of a cargo the same in two worlds."""
        return (order.action, self.cluster(order), order.seat, self._day_or_none(order),
                order.partner)  # fmt: skip

    def _day_or_none(self, order: Order) -> float | None:
        return None if order.column == NOBODY else self._day(order)


def actions(orders: Orders) -> dict[tuple[str, int, str], str]:
    """Action by plan, world and cargo."""
    return {
        (orders.planned.name, w, orders.instance.cargoes.ids[c]): order.action
        for w, told in enumerate(orders.told())
        for c, order in told.items()
    }


def instructions(orders: Orders, why: Why) -> pd.DataFrame:
    """Rows of `instructions`: first those who must be told today, by day of decision."""
    told = orders.told()
    heaviest = int(np.argmax(orders.instance.weights))
    rows: list[tuple[Any, ...]] = []
    for c in range(len(orders.instance.cargoes.ids)):
        mine = [found[c] for found in told if c in found]
        if not mine:
            continue
        asks = _asked(orders, mine)
        if orders.instance.cargoes.now[c]:
            order = next((o for o in mine if o.world == heaviest), mine[0])
            if asks is not None:
                rows.append(_row(orders, asks, why, ALL_WORLDS, today=True, ask=True))
            if asks is None or _same(orders, mine):
                rows.append(_row(orders, order, why, ALL_WORLDS, today=True))
                continue
        elif asks is not None:
            rows.append(_row(orders, asks, why, _world(orders, asks), today=False, ask=True))
        rows += _recourse(orders, mine, why)
    table = pd.DataFrame(rows, columns=list(INSTRUCTIONS))
    order_ = pd.DataFrame({
        "later": ~table["today"].astype(bool),
        "quiet": table["action"] == "go on",
        "decide": pd.to_datetime(table["decide_by"]),
        "at": np.arange(len(table)),
    }).sort_values(["later", "quiet", "decide", "at"], kind="stable")  # fmt: skip
    return table.loc[order_.index].reset_index(drop=True)


def _recourse(orders: Orders, mine: list[Order], why: Why) -> list[tuple[Any, ...]]:
    """Rows of a cargo that is not told today: one where all worlds agree, else one a world."""
    if _same(orders, mine) and len(mine) == orders.instance.worlds:
        if mine[0].action == "go on":
            return []
        return [_row(orders, mine[0], why, ALL_WORLDS, today=False)]
    return [
        _row(orders, order, why, _world(orders, order), today=False)
        for order in mine
        if order.action != "go on"
    ]


def _same(orders: Orders, mine: list[Order]) -> bool:
    return len({orders.kept_in(order) for order in mine}) == 1


def _world(orders: Orders, order: Order) -> str:
    return str(orders.ready.worlds[order.world].name)


def _asked(orders: Orders, mine: list[Order]) -> Order | None:
    """The order of a world with consent that needs it: its seller is to be asked."""
    moved = ("divert", "swap")
    for order in mine:
        if (
            order.action in moved
            and orders.ready.worlds[order.world].consent
            and orders.needs_consent(order)
        ):
            return order
    return None


def _row(
    orders: Orders, order: Order, why: Why, world: str, *, today: bool, ask: bool = False
) -> tuple[Any, ...]:
    instance, book = orders.instance, orders.book.iloc[order.cargo]
    terminals, columns, w, o = instance.terminals, instance.columns, order.world, order.column
    members = terminals.members
    depart: date | None = None
    arrive: date | None = None
    extra_days = extra_cost = quantity = float("nan")
    lender = borrower = ""
    decide: date | None = orders.ready.as_of if today else None
    if o != NOBODY:
        way = orders.ready.voyages.iloc[int(columns.voyage[o])]
        day = float(columns.day[o, w])
        alongside = day if day != NOBODY else float(way["arrive_day"])
        depart = day_date(orders.ready, float(way["depart_day"]))
        arrive = day_date(orders.ready, alongside)
        extra_days = alongside - order.due
        extra_cost = float(columns.cost[o, w])
        quantity = float(columns.lands[o, w])
        decide = day_date(orders.ready, max(0.0, float(columns.decide[o])))
        if columns.lender[o] != NOBODY:
            lender = members[columns.lender[o]]
            borrower = members[terminals.region_member[
                terminals.cluster_region[columns.cluster[o]]]]  # fmt: skip
    story = why.of(orders, order, ask=ask)
    return (
        instance.cargoes.ids[order.cargo], "ask" if ask else order.action,
        terminals.ids[order.planned] if order.planned != NOBODY else str(book["destination"]),
        _goal(orders, order), depart, arrive, extra_days, extra_cost, story.text,
        book["ship"], book["contract"], book["owner"], lender, borrower, quantity, UNIT, decide,
        today, world, story.tier, story.before, story.after,
        instance.cargoes.ids[order.partner] if order.partner != NOBODY else "",
    )  # fmt: skip


def _goal(orders: Orders, order: Order) -> str:
    """The terminal that it goes to, or the cluster while none is decided."""
    terminals = orders.instance.terminals
    if order.column == NOBODY:
        return ""
    if order.seat != NOBODY:
        return terminals.ids[order.seat]
    return terminals.clusters[orders.cluster(order)]


def _days_from(start: date, text: object) -> float:
    """Days from the day of the book to a date of it; nan for none."""
    if not isinstance(text, str) or not text:
        return float("nan")
    return float((date.fromisoformat(text) - start).days)
