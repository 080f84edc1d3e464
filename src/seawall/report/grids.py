"""The section of the power grids: how far they hang on LNG, what goes dark, what no gas mends."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from seawall.report import charts, phrases, text, views
from seawall.report.charts import Axis, Line
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.report.views import Case

KINDS: Mapping[str, str] = {
    "tonnes": "gas",
    "megawatts": "plants and lines",
    "both": "gas, and plants and lines",
    "none": "nothing",
}
_CHARTS = 6
_FELT_SHARE = 0.99
_WEEKS = 26
_DEPENDENCE = {"gas_share_of_energy": "gas_share", "lng_share_of_energy": "lng_share"}


def grids_section(cases: Sequence[Case], dependence: pd.DataFrame) -> str:
    """HTML of the grids; empty for a study without them.

    How far a grid hangs on LNG comes first, the least dependent before the others: a loan of LNG
    can only help those that burn it.
    """
    told = [case for case in cases if len(case.table("grids"))]
    if not told and dependence.empty:
        return ""
    first = phrases.dependence(dependence)
    lead = f'<p class="lead">{escape(first[0])}</p>' if first else ""
    rest = "".join(f"<li>{escape(sentence)}</li>" for sentence in first[1:])
    cuts = [
        f"{case.title}: {phrases.dark(case.table('grids'))}"
        for case in sorted(told, key=lambda case: -phrases.cut(case.table("grids")))
        if _told(case)
    ]
    lit = [case.title for case in told if not _told(case)]
    if lit:
        cuts.append(f"No grid cuts anything under any response in: {text.join(lit)}.")
    dark = "".join(f"<li>{escape(sentence)}</li>" for sentence in cuts)
    blocks = [block for case in told for block in _charts(case)][:_CHARTS]
    return (
        f'<section id="grids"><h2>What becomes of electricity</h2>{lead}<ul>{rest}</ul>'
        '<p class="about">Two kinds of shortage look alike and need different cures: too little '
        "gas for the plants there are, and too few plants and lines whatever gas there is. A loan "
        f"of LNG helps only with the first.</p><ul>{dark}</ul>{_table(told)}"
        f'<div class="charts">{"".join(blocks)}</div>{_shares(dependence)}</section>'
    )


def _told(case: Case) -> bool:
    """Whether something is cut, or an alert is called."""
    grids = case.table("grids")
    return phrases.cut(grids) > 0.0 or bool(phrases.alert(grids))


def _table(cases: Sequence[Case]) -> str:
    """Scenarios and grids in which something is short, one column of cuts a response."""
    responses = [r for r in text.RESPONSES if any(r in case.responses for case in cases)]
    rows = []
    quiet = 0
    for case in cases:
        for _, here in case.table("grids").groupby("grid", sort=False):
            if not _felt(here):
                quiet += 1
                continue
            rows.append(_row(case, here, responses))
    if not rows:
        return ""
    head = ["Scenario", "Grid",
            *(f"Not served, {text.RESPONSES[r].lower()}" for r in responses),
            "Of it for want of gas", "Hours short", "Lowest reserve margin", "Weeks below 3 %",
            "Other fuels and imports give", "What is short"]  # fmt: skip
    left_out = (
        f" {quiet} pairs of scenario and grid in which nothing is short are left out."
        if quiet
        else ""
    )
    return html_table(
        head, rows, caption="What is short on the grids", numbers=range(2, len(head) - 1),
        note="Where responses differ, the worst of them counts. Reserve margin: firm plants and "
        "what neighbours can spare less the peak, as a share of it; fuel is not part of it. Below "
        f"3 % Japan calls an alert.{left_out}",
    )  # fmt: skip


def _felt(rows: pd.DataFrame) -> bool:
    return bool(
        (rows["kind"] != "none").any() or (views.figures(rows, "unserved_gwh") > 0.05).any()
    )


def _row(case: Case, here: pd.DataFrame, responses: Sequence[str]) -> list[str]:
    by = here.set_index("response")
    figures = {
        c: views.figures(here, c).fillna(0.0)
        for c in ("unserved_for_gas_gwh", "hours_short", "weeks_alert", "switched_gwh")
    }
    low = here.assign(reserve_margin_low=views.figures(here, "reserve_margin_low"))
    lowest = low.nsmallest(1, "reserve_margin_low").iloc[0]
    least = phrases.margin(lowest["reserve_margin_low"])
    kinds = set(here["kind"])
    kind = "both" if "both" in kinds or {"tonnes", "megawatts"} <= kinds else (
        next((k for k in ("megawatts", "tonnes") if k in kinds), "none")
    )  # fmt: skip
    return [
        case.title, str(here["name"].iloc[0]),
        *(phrases.gwh(by.loc[r, "unserved_gwh"]) if r in by.index else text.NOTHING
          for r in responses),
        phrases.gwh(figures["unserved_for_gas_gwh"].max()),
        text.sig(float(figures["hours_short"].max())),
        f"{least}, {text.short_day(lowest['reserve_margin_week'])}",
        f"{figures['weeks_alert'].max():.0f}",
        phrases.gwh(figures["switched_gwh"].max()),
        KINDS[kind],
    ]  # fmt: skip


def _charts(case: Case) -> list[str]:
    """Weeks of a scenario in which a grid gets less gas than its plants want, or is cut."""
    weeks = case.table("grid_weeks")
    if weeks.empty:
        return []
    found = []
    for grid, rows in case.table("grids").groupby("grid", sort=False):
        here = weeks[weeks["grid"] == grid]
        name = str(rows["name"].iloc[0])
        if float(views.figures(here, "unserved_gwh").max()) > 0.05:
            found.append(_chart(case, here, name, "unserved_gwh"))
        elif float(views.figures(here, "gas_fed").min()) < _FELT_SHARE:
            found.append(_chart(case, here, name, "gas_fed"))
    return found


def _chart(case: Case, weeks: pd.DataFrame, name: str, column: str) -> str:
    lines: list[Line] = []
    start = pd.to_datetime(weeks["period_start"]).min()
    scale = 100.0 if column == "gas_fed" else 1.0
    count = _weeks(weeks, column)
    for response in case.responses:
        rows = weeks[weeks["response"] == response].head(count)
        if rows.empty:
            continue
        days = [float((d - start).days) for d in pd.to_datetime(rows["period_start"])]
        values = [float(v) * scale for v in views.figures(rows, column)]
        same = next((k for k, line in enumerate(lines) if list(line.y) == values), None)
        word = text.RESPONSES.get(response, response)
        if same is None:
            lines.append(Line(word, response, days, values))
        else:
            both = f"{lines[same].name}, {word.lower()}"
            lines[same] = Line(both, lines[same].key, days, values)
    last = max(line.x[-1] for line in lines)
    ticks = [(7.0 * w, f"week {w + 1}" if w == 0 else str(w + 1))
             for w in range(0, count, max(1, round(count / 5)))]  # fmt: skip
    if column == "gas_fed":
        lowest = min(min(line.y) for line in lines)
        axis = charts.share_axis(lowest, "gas that its plants get of what they want")
        title = f"{name}: gas for power. {case.title}"
    else:
        top = max(max(line.y) for line in lines)
        axis = charts.value_axis(0.0, top, "GWh", "electricity not served, a week")
        title = f"{name}: cuts. {case.title}"
    drawn = charts.line_chart(lines, Axis(0.0, max(last, 7.0), ticks), axis, title=title)
    return charts.block(title, drawn)


def _weeks(weeks: pd.DataFrame, column: str) -> int:
    """Weeks to draw: a while beyond the last one in which something is short."""
    values = views.figures(weeks, column)
    felt = values < _FELT_SHARE if column == "gas_fed" else values > 0.05
    dates = sorted(weeks["period_start"].unique())
    last = weeks.loc[felt, "period_start"].max()
    return min(len(dates), max(_WEEKS, dates.index(last) + 9 if felt.any() else 0))


def _shares(dependence: pd.DataFrame) -> str:
    if dependence.empty:
        return ""
    frame = dependence.rename(columns=_DEPENDENCE)
    order = views.figures(frame, "lng_share").sort_values(kind="stable").index
    rows = [
        [str(r["name"]), text.pct(r["gas_share"]), text.pct(r["lng_share"])]
        for r in frame.loc[order].to_dict("records")
    ]
    return html_table(
        ["Grid", "Electricity from gas", "From LNG"], rows,
        caption="How far each grid hangs on gas in an ordinary year", numbers=(1, 2),
        note="What comes over lines counts as the mix of the grid that sends it.",
    )  # fmt: skip
