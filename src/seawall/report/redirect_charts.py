"""Drawings of a morning: tanks and shortage by day, the ladder of plans, the curve over offers."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

from seawall.report import rounding, text
from seawall.report.charts import (
    COLOUR,
    DASH,
    Axis,
    Bar,
    Line,
    bar_chart,
    block,
    line_chart,
    value_axis,
)
from seawall.report.redirect_view import KEYS, PLANS, SHORT_PLANS, kt, money
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from seawall.report.layout import Figure
    from seawall.report.redirect_view import Morning, World

SMALL = (262.0, 112.0)  # px: one of many small charts
#: Dates on the axis of days, about.
_DAYS = 4


def day_axis(case: Morning) -> Axis:
    """Days of the book with a date about every three weeks."""
    step = max(1, round(case.days / _DAYS / 7)) * 7 if case.days >= 14 else max(1, case.days // 2)
    ticks = []
    for day in range(0, case.days, step):
        stamp = case.date(day)
        ticks.append((float(day), f"{stamp.day} {stamp.strftime('%b')}"))
    return Axis(0.0, float(max(1, case.days - 1)), ticks)


def tanks(case: Morning) -> str:
    """Levels of each country in each world, and of each terminal in the heaviest one."""
    table = case.table("tanks")
    if table.empty:
        return '<p class="note">No tank is known in this study, so there are no levels.</p>'
    parts = []
    for world in case.worlds:
        rows = table[(table["world"] == world.name) & (table["kind"] == "country")]
        drawn = "".join(
            block(f"{case.names.short(member)}: gas in tanks", _level(case, rows, member))
            for member in case.members
            if (rows["place"] == member).any()
        )
        parts.append(_by_world(case, world, f'<div class="charts">{drawn}</div>'))
    return (
        f"{''.join(parts)}{_terminals(case, table)}"
        '<p class="note">At the end of each day. The floor is what stays in the tanks; a lender '
        "keeps what article 5 asks of it while it lends. A level that jumps is a cargo.</p>"
    )


def _by_world(case: Morning, world: World, body: str) -> str:
    """As it is for one world; one of many behind its name, the heaviest laid open."""
    if len(case.worlds) == 1:
        return body
    opened = " open" if world is case.heaviest else ""
    words = f"{world.words} ({text.pct(world.weight)})"
    return f"<details{opened}><summary>{escape(words)}</summary>{body}</details>"


def _level(case: Morning, rows: pd.DataFrame, member: str) -> Figure:
    mine = rows[rows["place"] == member]
    lines = []
    for plan in case.shown:
        own = mine[mine["plan"] == plan].sort_values("day")
        if len(own):
            lines.append(
                Line(SHORT_PLANS[plan], KEYS[plan], _list(own["day"]), _list(own["stock"]))
            )
    own = mine[mine["plan"] == case.plan].sort_values("day")
    days = _list(own["day"])
    lines.append(Line("tank", "limit", days, _list(own["tank"])))
    lines.append(Line("floor", "limit", days, _list(own["floor"])))
    if own["lending_floor"].notna().any():
        lines.append(Line("kept by article 5", "first", days, _list(own["lending_floor"])))
    top = max(max(line.y) for line in lines if line.y)
    return line_chart(
        lines, day_axis(case), value_axis(0.0, top, "kt", "Gas in tanks [kt]"),
        title=f"Gas in the tanks of {case.names.short(member)} by day",
    )  # fmt: skip


def _list(column: pd.Series[Any]) -> list[float]:
    return [float(v) for v in column]


def _terminals(case: Morning, table: pd.DataFrame) -> str:
    """Small multiples, terminal by terminal, below their coast."""
    world = case.heaviest
    rows = table[(table["kind"] == "terminal") & (table["world"] == world.name)]
    if rows.empty:
        return ""
    coast = _coasts(case)
    groups: dict[str, list[str]] = {}
    for place in dict.fromkeys(rows["place"].astype(str)):
        groups.setdefault(coast.get(place, ""), []).append(place)
    found = []
    for name in sorted(groups):
        charts = "".join(_small(case, rows[rows["place"] == place], place)
                         for place in groups[name])  # fmt: skip
        count = len(groups[name])
        title = f"{name or 'Other terminals'}: {count} terminal{'' if count == 1 else 's'}"
        found.append(
            f"<details><summary>{escape(title)}</summary>"
            f'{small_key(case)}<div class="smalls">{charts}</div></details>'
        )
    only = f" in the world “{world.name}”" if len(case.worlds) > 1 else ""
    return f"<h3>By terminal{escape(only)}</h3>{''.join(found)}"


def _coasts(case: Morning) -> dict[str, str]:
    """Coast of each terminal: what its place is part of."""
    places = case.study.table("places")
    if "parent" not in places:
        return {}
    parent = dict(zip(places["id"].astype(str), places["parent"], strict=True))
    ends = case.study.table("terminals")
    return {
        str(key): case.names.short(parent.get(str(place)))
        for key, place in zip(ends["id"], ends["place"], strict=True)
        if not text.missing(parent.get(str(place)))
    }


def small_key(case: Morning) -> str:
    """What the lines of small charts are."""
    entries = [
        (SHORT_PLANS[plan], COLOUR[KEYS[plan]], DASH.get(KEYS[plan], "")) for plan in case.shown
    ]
    entries.append(("floor and tank", "#1f2a37", ""))
    return '<ul class="key">' + "".join(
        f'<li><svg width="34" height="10" aria-hidden="true"><path d="M1 5H33" stroke="{colour}" '
        f'stroke-width="2"{_dash(dash)}/></svg> {escape(text.capital(words))}</li>'
        for words, colour, dash in entries
    ) + "</ul>"  # fmt: skip


def _dash(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


def _small(case: Morning, rows: pd.DataFrame, place: str) -> str:
    """One terminal: its own scale from nothing to a full tank."""
    width, height = SMALL
    most, least = float(rows["tank"].iloc[0]), float(rows["floor"].iloc[0])
    top = max(most, float(rows["stock"].max()), 1e-9)

    def px(day: float) -> float:
        return 1.0 + day / max(1, case.days - 1) * (width - 2.0)

    def py(level: float) -> float:
        return height - 4.0 - max(level, 0.0) / top * (height - 10.0)

    shapes = [
        f'<path d="M0 {py(v):.1f}H{width:g}" stroke="#1f2a37" stroke-width="0.8" fill="none"/>'
        for v in (most, least)
    ]
    for plan in case.shown:
        own = rows[rows["plan"] == plan].sort_values("day")
        points = "L".join(
            f"{px(day):.0f} {py(level):.1f}"
            for day, level in zip(own["day"], own["stock"], strict=True)
        )
        key = KEYS[plan]
        shapes.append(
            f'<path d="M{points}" fill="none" stroke="{COLOUR[key]}" stroke-width="1.6"'
            f"{_dash(DASH.get(key, ''))}/>"
        )
    name = case.names.end(place)
    return (
        f'<figure class="small"><h4>{escape(name)} <span>{escape(kt(most))}</span></h4>'
        f'<svg class="figure" role="img" aria-label="{escape(f"Gas in the tanks of {name}", True)}"'
        f' width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        f"{''.join(shapes)}</svg></figure>"
    )


def shortage_days(case: Morning) -> str:
    """What goes unserved by day, of each member, all tiers together."""
    table = case.table("shortage_days")
    if table.empty:
        return '<p class="note">No tier goes short on any day under any plan: no chart.</p>'
    parts = []
    for world in case.worlds:
        rows = table[table["world"] == world.name]
        drawn = []
        for member in case.members:
            mine = rows[rows["member"] == member]
            total = mine.groupby(["plan", "day"])["unserved"].sum()
            if mine.empty or float(total.max()) <= 0.0:
                drawn.append(
                    f'<p class="note">{escape(case.names.short(member))}: nothing goes short.</p>'
                )
                continue
            lines = [
                Line(SHORT_PLANS[plan], KEYS[plan], _list(own.index.to_series()), _list(own))
                for plan in case.shown
                if plan in total.index.get_level_values(0)
                for own in [total[plan].sort_index()]
            ]
            chart = line_chart(
                lines, day_axis(case),
                value_axis(0.0, float(total.max()), "kt", "Not served [kt a day]"),
                title=f"What goes unserved in {case.names.short(member)} by day",
            )  # fmt: skip
            drawn.append(block(f"{case.names.short(member)}: not served, by day", chart))
        parts.append(_by_world(case, world, f'<div class="charts">{"".join(drawn)}</div>'))
    return "".join(parts)


def ladder(case: Morning) -> str:
    """Two ladders: what goes unserved, and how far each plan is from what none can beat."""
    bounds = [
        b for plan in case.plans if (b := _bound(case, plan)) is not None
    ]  # fmt: skip
    short = [
        Bar(PLANS[plan], case.of(plan, "all", "unserved"), kt(case.of(plan, "all", "unserved")),
            colour=COLOUR[KEYS[plan]])
        for plan in case.plans
    ]  # fmt: skip
    drawn = [block("What goes unserved", bar_chart(
        short, title="What goes unserved under each plan", unit="Not served over all days",
    ))]  # fmt: skip
    if bounds:
        best = min(bounds)
        over = {plan: _cost(case, plan) - best for plan in case.plans}
        bars = [
            Bar(PLANS[plan], max(more, 0.0), f"{money(max(more, 0.0))}", colour=COLOUR[KEYS[plan]])
            for plan, more in over.items()
        ]
        drawn.append(block("Cost above what no plan can beat", bar_chart(
            bars, title="Cost of each plan above the proven bound",
            unit="Million USD above the lowest proven bound",
        )))  # fmt: skip
    return f'<div class="charts">{"".join(drawn)}</div>'


def _cost(case: Morning, plan: str) -> float:
    """Cost by judge [million USD]."""
    costs = dict(case.figures.get("cost") or {})
    return float(costs.get(plan, case.of(plan, "all", "total")))


def _bound(case: Morning, plan: str) -> float | None:
    return text.number(dict(case.figures.get("lower_bound") or {}).get(plan))


def offers(case: Morning) -> str:
    """What the pact saves over how many spot cargoes are for sale; blank where nobody asked."""
    table = case.table("saved_by_offers")
    if table.empty:
        return ""
    table = table.sort_values("offers")
    ends: Sequence[float] = [*table["low"], *table["high"], *table["saved"], 0.0]
    low, high = (float(f([v for v in ends if math.isfinite(v)])) for f in (min, max))
    line = Line(
        "the pact saves", "pact", _list(table["offers"]), _list(table["saved"]),
        _list(table["low"]), _list(table["high"]),
    )  # fmt: skip
    counts = _list(table["offers"])
    span = Axis(min(counts), max(*counts, min(counts) + 1.0), [(c, f"{c:.0f}") for c in counts])
    chart = line_chart(
        [line], span, value_axis(low, max(high, low + 1.0), "million", "Million USD"),
        title="What the pact saves over the number of spot offers",
    )  # fmt: skip
    rows = [
        [f"{row['offers']:.0f}", kt(row["unserved_nothing"]), kt(row["unserved_alone"]),
         kt(row["unserved_pact"]), kt(row["lent"]),
         rounding.rounded(float(row["saved"]), float(row["low"]), float(row["high"]))]
        for row in table.to_dict("records")
    ]  # fmt: skip
    told = html_table(
        ["Spot offers", "Unserved: nothing is done", "Each for himself", "With the pact", "Lent",
         "The pact saves [million USD]"],
        rows, caption="What the pact saves, by how much spot cargo is for sale",
        numbers=[0, 1, 2, 3, 4, 5],
        note="Shaded: between what is proven of both plans. The fewer cargoes can be bought, the "
        "more a loan may be worth; the number of offers is assumed.",
    )  # fmt: skip
    return f"{block('What the pact saves, by number of spot offers', chart)}{told}"
