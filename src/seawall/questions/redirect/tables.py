"""Tables of a plan: tanks by day, shortage by tier, the ladder of what was saved, voyages, book."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions.redirect.instance import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seawall.questions.redirect.instance import Floats
    from seawall.questions.redirect.ladder import Planned
    from seawall.questions.redirect.prepare import Prepared

__all__ = [
    "BOOK", "SAVED", "SHORTAGE", "SHORTAGE_DAYS", "TANKS", "UNIT", "VOYAGES", "book", "day_date",
    "saved", "shortage", "shortage_days", "tanks", "voyages",
]  # fmt: skip

UNIT = "kt"
#: A day is short when more than this part of a tier goes unserved, as in a stress test.
SHORT = 1e-3
TANKS = ("plan", "world", "place", "kind", "day", "date", "stock", "floor", "tank",
         "lending_floor", "unit")  # fmt: skip
SHORTAGE = ("plan", "world", "place", "tier", "demand", "unserved", "unserved_share",
            "value_lost", "first_day", "unit")  # fmt: skip
SHORTAGE_DAYS = ("plan", "world", "member", "place", "tier", "day", "date", "demand", "unserved",
                 "unit")  # fmt: skip
SAVED = ("plan", "world", "place", "shortage", "freight", "fees", "purchases", "spent", "settled",
         "charter", "left", "total", "lower_bound", "gap", "gap_usd", "unserved",
         "unit")  # fmt: skip
#: Where `charter` stands among the figures of a row.
_CHARTER = 6
VOYAGES = ("cargo", "ship", "plan", "world", "action", "terminal", "depart", "arrive", "points",
           "crossings")  # fmt: skip
BOOK = ("cargo", "ship", "state", "contract", "seller", "buyer", "owner", "load", "destination",
        "load_from", "load_to", "eta", "arrive_shut", "quantity", "unit")  # fmt: skip


def day_date(ready: Prepared, day: float) -> date | None:
    """The date of a day of the horizon; None for a day that never comes."""
    if not np.isfinite(day):
        return None
    return ready.as_of + timedelta(days=int(np.floor(day)))


def tanks(ready: Prepared, plans: Iterable[Planned]) -> pd.DataFrame:
    """Stock at the end of each day [kt], of every terminal and of all of a member together.

    `lending_floor` is what a lender keeps while it lends, of a plan with a pact.
    """
    frames = []
    for planned in plans:
        instance = planned.instance
        terminals, lending = instance.terminals, instance.lending
        floor = np.minimum(terminals.floor, terminals.start)
        count = len(terminals.members)
        per_member = np.eye(count)[:, terminals.member]
        days = np.arange(instance.days)
        dates = [day_date(ready, float(day)) for day in days]
        for w, world in enumerate(ready.worlds):
            stock = planned.plan.stock[w]
            kept = np.full((count, instance.days), np.nan)
            if lending.cargoes_per_week > 0:
                kept = lending.floor[w]
            blocks = (
                ("country", terminals.members, per_member @ stock, per_member @ floor,
                 per_member @ terminals.tank, kept),
                ("terminal", terminals.ids, stock, floor, terminals.tank,
                 np.full(stock.shape, np.nan)),
            )  # fmt: skip
            for kind, names, level, least, most, lends in blocks:
                frames.append(pd.DataFrame({
                    "plan": planned.name, "world": world.name,
                    "place": np.repeat(np.array(names, dtype=object), instance.days),
                    "kind": kind,
                    "day": np.tile(days, len(names)), "date": dates * len(names),
                    "stock": level.ravel(),
                    "floor": np.repeat(least, instance.days),
                    "tank": np.repeat(most, instance.days),
                    "lending_floor": lends.ravel(), "unit": UNIT,
                }))  # fmt: skip
    return _stacked(frames, TANKS)


def shortage(ready: Prepared, plans: Iterable[Planned]) -> pd.DataFrame:
    """What each tier of each member wants and does not get over the horizon [kt], and from when."""
    rows: list[tuple[Any, ...]] = []
    for planned in plans:
        steps, members = planned.instance.steps, planned.instance.terminals.members
        tier, of = np.array(steps.tier), planned.step_member()
        for w, world in enumerate(ready.worlds):
            for m, member in enumerate(members):
                for name in dict.fromkeys(np.array(steps.tier)[of == m]):
                    mine = (of == m) & (tier == name)
                    wanted = steps.wanted[w, mine].sum(axis=0)
                    lost = planned.unserved[w, mine]
                    gap = lost.sum(axis=0)
                    days = np.flatnonzero(gap > SHORT * np.maximum(wanted, 1e-9))
                    demand, missing = float(wanted.sum()), float(gap.sum())
                    rows.append((
                        planned.name, world.name, member, str(name), demand, missing,
                        missing / demand if demand > 0 else 0.0,
                        float(steps.worth[mine] @ lost.sum(axis=1)),
                        day_date(ready, float(days[0])) if days.size else None, UNIT,
                    ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(SHORTAGE))


def shortage_days(ready: Prepared, plans: Iterable[Planned]) -> pd.DataFrame:
    """The same by region and day: only days of tiers that go short under some plan."""
    made = list(plans)
    rows: list[pd.DataFrame] = []
    for w, world in enumerate(ready.worlds):
        for r, region in enumerate(made[0].instance.terminals.regions):
            terminals, steps = made[0].instance.terminals, made[0].instance.steps
            member = terminals.members[terminals.region_member[r]]
            tiers = np.array(steps.tier)
            for tier in dict.fromkeys(tiers[steps.region == r]):
                wanted = steps.wanted[w, (steps.region == r) & (tiers == tier)].sum(axis=0)
                gaps = {p.name: p.short(r, str(tier), w) for p in made}
                if not any((gap > SHORT * np.maximum(wanted, 1e-9)).any() for gap in gaps.values()):
                    continue
                days = np.arange(len(wanted))
                dates = [day_date(ready, float(day)) for day in days]
                rows += [
                    pd.DataFrame({
                        "plan": name, "world": world.name, "member": member, "place": region,
                        "tier": str(tier), "day": days, "date": dates, "demand": wanted,
                        "unserved": gap, "unit": UNIT,
                    })
                    for name, gap in gaps.items()
                ]  # fmt: skip
    return _stacked(rows, SHORTAGE_DAYS)


def saved(
    ready: Prepared,
    plans: Sequence[Planned],
    settled: Mapping[str, Floats] | None = None,
    charter: Mapping[str, Floats] | None = None,
) -> pd.DataFrame:
    """The ladder of plans by world and member [million USD, unserved in kt].

    The rows of world "average" (or "worst", by what the plan was judged) hold the proven bound and
    the gap: (cost - bound) over what the plan spends.  Plans of one instance share the best bound
    that is proven for any of them.

    Ships that must be chartered (`fleet`) are counted in `total` and in `gap_usd`: no search sees
    them, so that nothing is proven of how few a better plan would need.  `gap` is that of the
    search, without them.

    Parameters
    ----------
    settled
        For each plan (worlds, members) what a member pays the others for loans, net.
    charter
        For each plan (worlds, members + 1) what ships cost that are chartered, all together last.
    """
    rows: list[tuple[Any, ...]] = []
    for planned in plans:
        table = np.array(
            [_account(planned, w, settled, charter) for w in range(planned.instance.worlds)]
        )
        weights = planned.instance.weights
        if planned.instance.judge == "worst":
            weights = np.eye(len(weights))[int(np.argmax(planned.costs))]
        bound = max(p.plan.lower_bound for p in plans if p.instance is planned.instance)
        places = (*planned.instance.terminals.members, "all")
        for w, world in enumerate(ready.worlds):
            for place, part in zip(places, table[w], strict=True):
                rows.append((planned.name, world.name, place, *part[:-1], *[np.nan] * 3, part[-1]))
        spent = float(weights @ planned.plan.spent)
        for i, place in enumerate(places):
            part = weights @ table[:, i]
            proof = [np.nan] * 3
            if place == "all" and np.isfinite(bound):
                # By judge the cost is that of the instance: `total` is cost without `order`.
                over = planned.plan.cost - bound
                proof = [bound, over / max(spent, 1e-9), over + part[_CHARTER]]
            rows.append((planned.name, planned.instance.judge, place, *part[:-1], *proof, part[-1]))
    return pd.DataFrame([(*row, UNIT) for row in rows], columns=list(SAVED))


def _account(
    planned: Planned,
    world: int,
    settled: Mapping[str, Floats] | None,
    charter: Mapping[str, Floats] | None,
) -> Floats:
    """(members + all, 10): shortage, freight, fees, purchases, spent, settled, charter, left,
    total, unserved."""
    plan = planned.plan
    members = len(planned.instance.terminals.members)
    freight, fees, bought = planned.paid_by(world)
    left, all_left = planned.left_by(world)
    pays = (settled or {}).get(planned.name)
    own = np.zeros(members) if pays is None else pays[world]
    parts = np.array([planned.shortage_by(world), freight, fees, bought])
    spent = parts.sum(axis=0)
    unserved = planned.unserved_by(world)
    hired = np.zeros(members + 1) if charter is None else charter[planned.name][world]
    total = spent + own + hired[:-1] - left
    each = np.array([*parts, spent, own, hired[:-1], left, total, unserved]).T
    whole = np.array([
        plan.shortage[world], plan.freight[world], plan.fees[world], plan.purchases[world],
        plan.spent[world], own.sum(), hired[-1], all_left,
        plan.spent[world] + own.sum() + hired[-1] - all_left, unserved.sum(),
    ])  # fmt: skip
    return np.vstack([each, whole])


def voyages(
    ready: Prepared, plans: Iterable[Planned], actions: Mapping[tuple[str, int, str], str]
) -> pd.DataFrame:
    """Which way each cargo sails in each plan and world.

    Parameters
    ----------
    actions
        Action by plan, world and cargo; where none is named it goes on.
    """
    ship = ready.study.table("cargoes").set_index("id")["ship"]
    ways = ready.voyages
    rows: list[tuple[Any, ...]] = []
    for planned in plans:
        instance = planned.instance
        for w, world in enumerate(ready.worlds):
            for c, o in zip(*planned.taken(w), strict=True):
                name, seat = instance.cargoes.ids[c], planned.plan.terminal[w, c]
                way = ways.iloc[int(instance.columns.voyage[o])]
                day = int(instance.columns.day[o, w])
                rows.append((
                    name, ship[name], planned.name, world.name,
                    actions.get((planned.name, w, name), "go on"),
                    instance.terminals.ids[seat] if seat != NOBODY else "",
                    day_date(ready, float(way["depart_day"])),
                    day_date(ready, day if day != NOBODY else float(way["arrive_day"])),
                    way["points"], way["crossings"],
                ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(VOYAGES))


def book(ready: Prepared, nothing: Planned) -> pd.DataFrame:
    """Cargoes as they were: due when the sea is open (`eta`), and when if everybody goes on under
    the shock (`arrive_shut`, in the heaviest world; blank: not within the horizon)."""
    cargoes = ready.study.table("cargoes").rename(columns={"id": "cargo"})
    world = int(np.argmax(nothing.instance.weights))
    index = {name: c for c, name in enumerate(nothing.instance.cargoes.ids)}
    aboard = nothing.instance.cargoes.aboard
    due: list[date | None] = []
    for name in cargoes["cargo"]:
        o = int(nothing.plan.column[world, index[name]]) if name in index else NOBODY
        day = int(nothing.instance.columns.day[o, world]) if o != NOBODY else NOBODY
        due.append(day_date(ready, day) if day != NOBODY else None)
    quantity = [aboard[index[n]] if n in index else np.nan for n in cargoes["cargo"]]
    cargoes["arrive_shut"] = due
    return cargoes.assign(quantity=quantity, unit=UNIT)[list(BOOK)]


def _stacked(frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=list(columns))
    return pd.concat(frames, ignore_index=True)[list(columns)]
