"""The page of a slip: what is not served if a promise is kept, and if it comes late."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from seawall.errors import UsageError
from seawall.questions.prepared import find_scenario
from seawall.questions.track.reasons import amount
from seawall.report import charts, tables, text, track_words
from seawall.report.html import page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from seawall.report.tables import Cell

__all__ = ["FILE", "slip_page"]

FILE = "report.html"


def slip_page(result: Any) -> str:
    """Write a slip as one HTML page that loads nothing.

    Raises
    ------
    UsageError
        The answer is of another question.
    """
    if result.question != "track" or "slips" not in result.tables:
        raise UsageError(f'an answer to "{result.question}" has no slip')
    figures = result.summary()
    sections = [
        ("slips", "Kept, and late", _slips(result)),
        ("tails", "Over the years of the slip", _tails(result)),
        ("why", "What the promise changes", _why(figures)),
    ]
    first, *rest = track_words.slip_told(result)
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in rest)
    head = (
        '<header id="headline"><p class="kicker">Seawall: what a slip costs</p>'
        f"<h1>{escape(text.capital(figures['what']))}, {figures['late']} years late</h1>"
        f'<p class="answer">{escape(first)}</p><ol>{items}</ol></header>'
    )
    body = "".join(
        f'<section id="{key}"><h2>{escape(title)}</h2>{inside}</section>'
        for key, title, inside in sections if inside
    )  # fmt: skip
    return page(f"Slip of {figures['pledge']}", "", head + body)


def _slips(result: Any) -> str:
    slips = result.tables["slips"]
    if slips.empty:
        return "<p>Everything is served in all scenarios that were asked, kept or late.</p>"
    place, good = (result.study.lookup(table, "name") for table in ("places", "commodities"))
    parts = []
    for (name, response), rows in slips.groupby(["scenario", "response"], sort=False):
        scenario = find_scenario(result.study, str(name))
        title = scenario.title if scenario else str(name)
        bars = [
            charts.Bar(
                f"{place[row.place]}, {good[row.commodity]}", row.days_late,
                f"{text.sig(row.days_late, 3)} late, {text.sig(row.days_kept, 3)} kept",
                row.days_kept,
            )
            for row in _rows(rows)
        ]  # fmt: skip
        drawn = charts.bar_chart(
            bars, title=f"{title}, {response}",
            unit="days of the whole need that are not served; the tick: if it is kept",
        )  # fmt: skip
        parts.append(charts.block(f"{title}: {text.RESPONSES.get(str(response), response)}", drawn))
        cells: list[list[Cell]] = [
            [
                place[row.place], good[row.commodity],
                f"{text.sig(row.unserved_kept, 3)} {row.unit}",
                f"{text.sig(row.unserved_late, 3)} {row.unit}", text.few_days(row.days_more),
                *(text.held_out(day) for day in (row.survive_kept, row.survive_late)),
                amount(row.value_more),
            ]
            for row in _rows(rows)
        ]  # fmt: skip
        parts.append(tables.html_table(
            ["where", "of", "not served if kept", "if late", "more, in days of need",
             "holds out if kept", "if late",
             f"worth of what is lost more [{result.units['value_more']}]"], cells,
            caption="What is not served", numbers=(2, 3, 4, 5, 6, 7),
        ))  # fmt: skip
    return "".join(parts)


def _tails(result: Any) -> str:
    tails, cases = result.tables["tails"], result.tables["cases"]
    if tails.empty:
        return ""
    place = result.study.lookup("places", "name")
    unit = result.units["expected"]
    rows: list[list[Cell]] = [
        [
            place.get(row.place, row.place),
            text.pct(row.chance),
            f"{amount(row.expected)} ({amount(row.expected_low)} to {amount(row.expected_high)})",
            amount(row.percentile_95),
            amount(row.worst_twentieth),
        ]
        for row in _rows(tails)
    ]
    listed: list[list[Cell]] = [
        [row.name, f"{row.frequency:.2g}", place.get(row.place, row.place),
         amount(row.value_kept), amount(row.value_late), amount(row.value_more)]
        for row in _rows(cases)
    ]  # fmt: skip
    return tables.html_table(
        ["where", "chance that it costs anything", f"in the mean [{unit}]",
         "19 in 20 cost less than", "mean of the worst twentieth"], rows,
        caption="Cost of the slip over its years, by the hazards of the study",
        numbers=(1, 2, 3, 4),
    ) + tables.html_table(
        ["hazard", "times a year", "where", "lost if kept", "lost if late", "more"], listed,
        caption=f"Each case that was computed [{unit}]", numbers=(1, 3, 4, 5),
    )  # fmt: skip


def _why(figures: Any) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in figures["why"])
    return (
        f"<ul>{items}<li>All else stays as in the study: the network of those years is not known "
        "otherwise, and what both networks share cancels out.</li><li>A scenario strikes with "
        "certainty; only the hazards say how often.</li></ul>"
    )


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return frame.itertuples(index=False)
