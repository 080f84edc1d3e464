"""The parts of a figure: the numbers from which its equation makes it again.

Table `parts` has a row a part (`name`, `value`, `unit`); `result` is what the equation makes of
them, so that a reader with a calculator comes to the figure.  Figures that come from periods have
table `periods` beside it: the periods that count, with what was wanted, served and drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.questions.explain.case import Case, Lack, lack
from seawall.questions.groups import cover_days
from seawall.questions.indicators import SHORT, indicators
from seawall.questions.stress import loss, start_date
from seawall.responses import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.network.network import Ints
    from seawall.questions.groups import Group

PARTS = ("name", "value", "unit", "sign")
PERIODS = ("period", "period_start", "demand", "served", "gap", "gap_share", "drawn")
#: Above this part of demand a gap counts for the time to survive.
_NOTHING = 1e-6
#: Countries of which the value of what they go without is told one by one.
_MOST = 8


@dataclass
class Parts:
    """Parts of one figure.

    Attributes
    ----------
    rows, periods
        Rows of tables `parts` and `periods`.
    result
        What the equation makes of them; None where a figure is blank, or where a program and not
        arithmetic gives it.
    formula
        The equation with the numbers in it.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    periods: list[dict[str, Any]] = field(default_factory=list)
    result: float | None = None
    formula: str = ""

    def add(self, name: str, value: float | None, unit: str, sign: str = "") -> None:
        self.rows.append({"name": name, "value": value, "unit": unit, "sign": sign})


def measured(case: Case, group: Group) -> dict[str, Any]:
    """The row of `indicators` of a group, computed from the case's run."""
    rows = indicators(case.network, case.met, case.run, "")
    wanted = (group.place, group.commodity, group.tier, group.sector)
    return next(
        row for row in rows
        if (row["place"], row["commodity"], row["tier"], row["sector"]) == wanted
    )  # fmt: skip


def parts_of(case: Case, group: Group, column: str, unit: str) -> Parts:
    """The parts of a column of `indicators` or `ranking`.

    `missing`, `priced_out` and, other than under frozen, the time to survive come from runs of
    their own, so their parts have no `result`.
    """
    found, short = Parts(), lack(case, group)
    if column == "demand":
        _demand(found, case, group, unit)
    elif column == "value_lost":
        _value_lost(found, case, group, unit)
    elif column == "cover_days":
        _cover(found, case, group)
    elif column in _DAYS:
        _day(found, case, group, short, column)
    else:
        _amounts(found, case, group, short, column)
    return found


_DAYS = ("first_shortfall_day", "time_to_survive_days", "time_to_recover_days", "worst_day")


def _periods(found: Parts, case: Case, short: Lack, at: Ints | Sequence[int]) -> None:
    first = start_date(case.study, case.scenario)
    for t in np.asarray(at, dtype=int).tolist():
        found.periods.append(
            {
                "period": t + 1,
                "period_start": first + timedelta(days=case.period * t),
                "demand": float(short.demand[t]),
                "served": float(short.served[t]),
                "gap": float(short.gap[t]),
                "gap_share": float(short.gap[t] / max(short.demand[t], 1e-12)),
                "drawn": None if short.drawn is None else _clean(short.drawn[t], short.demand[t]),
            }
        )


def _clean(amount: float, beside: float) -> float:
    """An amount, 0 where it is what a solver leaves."""
    return 0.0 if abs(amount) < 1e-9 * abs(beside) else float(amount)


def _amounts(found: Parts, case: Case, group: Group, short: Lack, column: str) -> None:
    """unserved, unserved_share, weeks_short, worst_share, missing, priced_out."""
    unit = str(case.study.lookup("commodities", "unit")[group.commodity])
    demand, gap = float(short.demand.sum()), float(short.gap.sum())
    gap = gap if gap > _NOTHING * demand else 0.0
    if column == "worst_share":
        t = int(np.argmax(short.gap / np.maximum(short.demand, _NOTHING)))
        _periods(found, case, short, [t])
        found.add("gap of the worst period", float(short.gap[t]), unit)
        found.add("demand of that period", float(short.demand[t]), unit)
        found.result = float(short.gap[t] / short.demand[t]) if gap else 0.0
        found.formula = f"{short.gap[t]:.6g} / {short.demand[t]:.6g}"
        return
    _periods(found, case, short, short.short)
    if column == "weeks_short":
        found.add("periods with more than 0.1 % unserved", float(len(short.short)), "period")
        found.add("weeks in a period", case.period / 7, "week")
        found.result = len(short.short) * case.period / 7
        found.formula = f"{len(short.short)} x {case.period / 7:g}"
        return
    found.add("demand over the run", demand, unit)
    found.add("served over the run", demand - float(short.gap.sum()), unit)
    found.add("not served in the periods listed", float(short.gap[short.short].sum()), unit)
    rest = gap - float(short.gap[short.short].sum()) if gap else 0.0
    found.add("not served in other periods, under 0.1 % each", rest, unit)
    if column == "unserved_share":
        found.result = gap / demand if demand else 0.0
        found.formula = f"{gap:.6g} / {demand:.6g}"
    elif column == "unserved":
        found.result = gap
        found.formula = f"{demand:.7g} - {demand - gap:.7g}"


def _day(found: Parts, case: Case, group: Group, short: Lack, column: str) -> None:
    least = _NOTHING if column == "time_to_survive_days" else SHORT
    at = np.flatnonzero(short.gap > least * short.demand)
    if column == "time_to_survive_days" and case.response != "frozen":
        _periods(found, case, short, at[:1])
        found.formula = "a program finds it: see the equation"
        return
    if not len(at):
        found.formula = "nothing goes unserved"
        return
    if column == "worst_day":
        t = int(np.argmax(short.gap / np.maximum(short.demand, _NOTHING)))
        found.result, found.formula = t * case.period, f"{case.period:g} x {t}"
        _periods(found, case, short, [t])
        return
    if column == "time_to_recover_days":
        t = int(at[-1])
        _periods(found, case, short, [t])
        if t < len(short.gap) - 1:
            found.result = case.period * (t + 1)
            found.formula = f"{case.period:g} x ({t} + 1)"
        return
    t = int(at[0])
    _periods(found, case, short, [t])
    drawn = None if short.drawn is None else float(short.drawn[t])
    hole = float(short.demand[t] if drawn is None else short.gap[t] + drawn)
    found.add("t, the first short period less 1", float(t), "period")
    found.add("gap of that period", float(short.gap[t]), "")
    found.add("demand of that period" if drawn is None else "gap + drawn from stock", hole, "")
    found.add("days in a period", case.period, "day")
    found.result = case.period * (t + 1 - float(short.gap[t]) / hole)
    found.formula = f"{case.period:g} x ({t} + 1 - {short.gap[t]:.6g} / {hole:.6g})"
    whole = measured(case, group)[column]
    if whole is not None and whole > found.result:
        # A tier is never short before its place, whose stocks are empty later within the period.
        found.add("first day of the place as a whole", whole, "day")
        found.result = whole
        found.formula += f"; not before the place as a whole, day {whole:.6g}"


def _demand(found: Parts, case: Case, group: Group, unit: str) -> None:
    demands, total = case.network.demands, 0.0
    for row in dict.fromkeys(demands.tier_of[group.steps].tolist()):
        steps = group.steps[demands.tier_of[group.steps] == row]
        part = float(case.wanted[steps].sum())
        found.add(f"demands {demands.tier_id[row]}", part, unit, "+")
        total += part
    found.result = total
    found.formula = " + ".join(f"{row['value']:.6g}" for row in found.rows)


def _value_lost(found: Parts, case: Case, group: Group, unit: str) -> None:
    demands = case.network.demands
    gap = (case.wanted - case.run.served).sum(axis=1)
    rows = []
    for m in group.steps.tolist():
        if abs(gap[m]) > _NOTHING * max(float(case.wanted[m].sum()), 1e-12):
            worth = float(demands.wtp[m])
            name = f"demands {demands.tier_id[demands.tier_of[m]]}: {gap[m]:.4g} x {worth:.5g}"
            rows.append((name, float(gap[m]) * worth))
    for name, lost in sorted(rows, key=lambda row: -row[1]):
        found.add(name, lost, unit, "+")
    # What a solver leaves of steps that are served in full counts in the sum, as in the table.
    every = float(demands.wtp[group.steps] @ gap[group.steps])
    found.result = every if rows else 0.0
    found.formula = " + ".join(f"{row['value']:.6g}" for row in found.rows) or "0"


def _cover(found: Parts, case: Case, group: Group) -> None:
    nodes = case.network.nodes
    usable = float(group.yields @ (nodes.start - nodes.floor)[group.stocks])
    for n, part in zip(group.stocks.tolist(), group.yields.tolist(), strict=True):
        name = f"usable stock of {nodes.commodity[n]} at {nodes.place[n]}"
        found.add(name, part * float(nodes.start[n] - nodes.floor[n]), "", "+")
    days = cover_days(case.network, group)
    if days is not None:
        found.add("inflow a day in the base", usable / days, "")
        found.result, found.formula = days, f"{usable:.6g} / {usable / days:.6g}"


def parts_of_summary(cases: Sequence[Case], column: str, money: str) -> Parts:
    """The parts of a figure of the whole study; chains add up."""
    found = Parts(result=0.0)
    if column == "unserved":
        return _unserved(found, cases)
    total = 0.0
    for case in cases:
        of = f" ({case.study.chains[0]})" if len(cases) > 1 else ""
        for name, amount, sign in _signed(case, column):
            found.add(name + of, amount, money, sign)
            total += amount if sign == "+" else -amount
    found.result = total
    # What a solver leaves is a part, but nobody adds it up by hand.
    least = 1e-9 * max(abs(row["value"]) for row in found.rows)
    numbers = [
        f"{row['sign']} {row['value']:,.2f}" for row in found.rows if abs(row["value"]) > least
    ]
    found.formula = " ".join(numbers).lstrip("+ ")
    return found


def _signed(case: Case, column: str) -> list[tuple[str, float, str]]:
    """Name, amount and sign of each part of a figure of one chain."""
    now, base = value(case.network, case.met, case.run), case.ready.reference
    if column == "surplus":
        return [("benefit", now.benefit, "+"), ("cost", now.cost, "-"), ("left", now.left, "+")]
    if column == "cost":
        return [("cost", now.cost, "+")]
    return [
        ("value of what is not served", now.shortfall, "+"),
        ("cost", now.cost, "+"),
        ("cost of the base", base.cost, "-"),
        ("left at the end", now.left, "-"),
        ("left at the end of the base", base.left, "+"),
        ("value of what the base does not serve", base.shortfall, "-"),
    ]


def _unserved(found: Parts, cases: Sequence[Case]) -> Parts:
    total = 0.0
    for case in cases:
        demands = case.network.demands
        gap = np.maximum((case.wanted - case.run.served)[demands.explained], 0.0)
        nodes = case.network.nodes
        land = np.array([nodes.country[n] for n in demands.node[demands.explained]], dtype=object)
        by = {name: float(gap[land == name].sum()) for name in dict.fromkeys(land.tolist())}
        ordered = sorted(by.items(), key=lambda item: -item[1])
        for name, amount in ordered[:_MOST]:
            if amount > _NOTHING:
                found.add(f"not served in {name}", amount, "", "+")
        rest = sum(amount for _, amount in ordered[_MOST:])
        if rest > _NOTHING:
            found.add("not served elsewhere", rest, "", "+")
        total += float(gap.sum())
    found.result = total
    found.formula = " + ".join(f"{row['value']:.6g}" for row in found.rows) or "0"
    return found


def lost_by_country(case: Case) -> list[tuple[str, float]]:
    """Willingness to pay of what each country goes without, most first [million]."""
    demands, nodes = case.network.demands, case.network.nodes
    worth = demands.wtp * (case.wanted - case.run.served).sum(axis=1)
    land = np.array([nodes.country[n] for n in demands.node], dtype=object)
    by = {name: float(worth[land == name].sum()) for name in dict.fromkeys(land.tolist())}
    return sorted(by.items(), key=lambda item: -item[1])


def loss_of(case: Case) -> float:
    """The loss of a case [million]."""
    return loss(case.network, case.met, case.run, case.ready.reference)
