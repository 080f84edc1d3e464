"""The second half of the report: single losses, exposure, base year, data, sources, limits."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.errors import SeawallError
from seawall.report import charts, text, views
from seawall.report.charts import Axis, Bar, Line
from seawall.report.scenario import link
from seawall.report.tables import Cell, Html, frame_table, html_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.report.views import Names

CONFIDENCE = ("assumption", "estimate", "recalled", "looked-up")
CONFIDENCE_MEANING: Mapping[str, str] = {
    "looked-up": "read in the named source",
    "recalled": "from the named publication, not read again",
    "estimate": "derived by a rule that the row gives",
    "assumption": "our own",
}
DATA_TABLES = ("facilities", "lanes", "demands", "stocks", "prices", "processes", "contracts",
               "assumptions")  # fmt: skip
FIGURE_COLUMN: Mapping[str, str] = {
    "facilities": "base", "lanes": "base", "demands": "quantity", "stocks": "start",
    "prices": "price", "contracts": "quantity", "assumptions": "value",
}  # fmt: skip
KINDS: Mapping[str, str] = {
    "plant_group": "all plants", "country": "whole country", "passage": "",
}  # fmt: skip


def sweep_section(sweep: Any, names: Names, places: tuple[str, ...]) -> str:
    """Bars of every single loss, one chart a country."""
    table: pd.DataFrame = sweep.tables["ranking"]
    table = table.assign(unserved=views.figures(table, "unserved"))
    blocks, rows = [], []
    asked = len(table[["targets", "kind"]].drop_duplicates())
    known = False
    for place in places:
        here = table[table["place"].astype(str) == place]
        known |= len(here) > 0
        if here.empty:
            continue
        wide = here.pivot_table(
            index=["targets", "kind"], columns="response", values="unserved", aggfunc="max"
        ).fillna(0.0)
        responses = [r for r in text.RESPONSES if r in wide]
        wide["worst"] = wide[responses].max(axis=1)
        wide = wide.sort_values("worst", ascending=False)
        shown = wide[wide["worst"] > 1e-3].head(10)
        if len(shown):
            blocks.append(_sweep_chart(shown, responses, names, place))
        felt = wide[wide["worst"] > 1e-6]
        for (target, kind), row in zip(felt.index, felt.to_dict("records"), strict=True):
            rows.append(
                [names.of(place), _target(names, target, kind),
                 *(text.mt(row[r]) for r in responses)]
            )  # fmt: skip
    if not known:
        raise SeawallError("the sweep speaks of none of the headline places")
    responses = [r for r in text.RESPONSES if r in set(table["response"])]
    listing = html_table(
        ["Country", "What is lost", *(text.RESPONSES[r] for r in responses)], rows,
        caption="Not served after each single loss", numbers=range(2, 2 + len(responses)),
        note=f"{asked} single losses were tried; those that are not listed leave a country fully "
        "served.",
    )  # fmt: skip
    days = text.number(getattr(sweep, "identity", {}).get("days"))
    length = f" for {text.sig(days)} days" if days else ""
    return (
        '<section id="sweep"><h2>If one thing fails</h2><p class="about">Every plant group, '
        f"exporting country and passage is taken away alone{length}; the "
        "largest losses first. A passage can hold several exporters, so the bars overlap and must "
        f'not be added.</p><div class="charts">{"".join(blocks)}</div>'
        f"<details><summary>Table of all single losses</summary>{listing}</details></section>"
    )


def _target(names: Names, target: object, kind: object) -> str:
    word = KINDS.get(str(kind), text.words(kind))
    name = names.of_many(target)
    return f"{name} ({word})" if word else name


def _sweep_chart(shown: pd.DataFrame, responses: list[str], names: Names, place: str) -> str:
    lead = responses[0]
    other = "foresight" if "foresight" in responses and lead != "foresight" else None
    bars = []
    for (target, kind), row in zip(shown.index, shown.to_dict("records"), strict=True):
        mark = float(row[other]) if other else None
        words = text.plain(row[lead]) + ("" if mark is None else f" | {text.plain(mark)}")
        bars.append(Bar(_target(names, target, kind), float(row[lead]), words, mark,
                        charts.COLOUR[lead]))  # fmt: skip
    unit = f"not served, Mt: {'bar ' if other else ''}{text.RESPONSES[lead].lower()}"
    unit += f" | tick {text.RESPONSES[other].lower()}" if other else ""
    title = f"{names.of(place)}: not served after one loss"
    drawn = charts.bar_chart(bars, title=title, unit=unit)
    return charts.block(title, drawn)


def exposure_section(exposure: Any, names: Names, places: tuple[str, ...]) -> str:
    """Shares of suppliers and passages in the base year, without any shock."""
    blocks = []
    parts = (
        ("direct", "supplier", "imports by supplier"),
        ("passages", "passage", "supply that crosses a passage"),
    )
    for place in places:
        for part, column, words in parts:
            table = exposure.tables.get(part)
            if table is None:
                continue
            rows = table[table["place"].astype(str) == place]
            # What it only works up is told by what that becomes.
            rows = rows[views.column(rows, "use") != "recipe"]
            rows = rows.assign(share=views.figures(rows, "share"))
            rows = rows[rows["share"] > 0.001].sort_values("share", ascending=False).head(8)
            if rows.empty:
                continue
            bars = [
                Bar(names.short(key), float(v), text.pct(v), colour="#0072B2")
                for key, v in zip(rows[column], rows["share"], strict=True)
            ]
            title = f"{names.of(place)}: {words}"
            drawn = charts.bar_chart(bars, title=title, unit="share of the base year")
            blocks.append(charts.block(title, drawn))
    flags = exposure.tables.get("flags")
    listing = _flags(flags, names) if flags is not None and len(flags) else ""
    return (
        '<section id="exposure"><h2>On whom they depend</h2><p class="about">Shares of the base '
        "year, before any shock; those of passages count home production as supply. Passages can "
        "follow one another on the same voyage, so their shares do not add up to 100 %.</p>"
        f'<div class="charts">{"".join(blocks)}</div>{listing}</section>'
    )


def _flags(flags: pd.DataFrame, names: Names) -> str:
    table = frame_table(
        flags, names, caption="Single sources and single passages",
        note="A single source above 65 % (benchmark of the EU Critical Raw Materials Act) or a "
        "single passage above 50 %.",
    )  # fmt: skip
    summary = f"{len(flags)} cases in which a place hangs on one source or passage"
    return f"<details><summary>{summary}</summary>{table}</details>"


def lengths_section(frame: pd.DataFrame, names: Names, sources: pd.DataFrame | None = None) -> str:
    """How the answer grows with the length of the closure, and where its dates come from."""
    blocks = []
    needed = {"weeks", "response", "place", "unserved"}
    if needed <= set(frame.columns):
        blocks = [
            _length_chart(frame[frame["place"].astype(str) == place], names, place)
            for place in dict.fromkeys(frame["place"].astype(str))
        ]
    table = frame_table(frame, names, caption="Results by length of the closure")
    return (
        '<section id="lengths"><h2>If it lasts longer</h2><p class="about">The closure is followed '
        "by the slow restart and the lasting damage of its scenario, so that even a short one is "
        "felt to the end of the run. Frozen means here that nobody changes partners in all that "
        "time: an upper end, and less credible the longer it lasts."
        f"{_not_asked(frame)}</p>"
        f'<div class="charts">{"".join(blocks)}</div>'
        f"<details open><summary>Table of results by length</summary>{table}</details>"
        f"{_dated(sources) if sources is not None and len(sources) else ''}</section>"
    )


def _not_asked(frame: pd.DataFrame) -> str:
    """A word on the ends of the bracket that this table lacks."""
    asked = set(frame["response"]) if "response" in frame else set()
    left = [text.RESPONSES[r].lower() for r in ("market", "foresight") if r not in asked]
    return f" Not asked here: {text.join(left)}." if asked and left else ""


def _dated(sources: pd.DataFrame) -> str:
    """Dated events with their addresses."""
    items = "".join(
        f"<li>{link(str(row['url']), escape(str(row['title'])))}</li>"
        for row in sources.to_dict("records")
    )
    return (
        f"<details open><summary>Where the dates of the closure come from ({len(sources)} sources)"
        f"</summary><ul>{items}</ul></details>"
    )


def _length_chart(rows: pd.DataFrame, names: Names, place: str) -> str:
    lines = []
    for response in [r for r in text.RESPONSES if r in set(rows["response"])]:
        part = rows[rows["response"] == response].sort_values("weeks")
        lines.append(Line(text.RESPONSES[response], response, list(part["weeks"].astype(float)),
                          list(part["unserved"].astype(float))))  # fmt: skip
    ticks = [(float(w), f"{float(w):.0f}") for w in sorted(set(rows["weeks"]))]
    top = max(max(line.y) for line in lines)
    title = f"{names.of(place)}: not served by length of the closure"
    y_axis = charts.value_axis(0.0, top or 1.0, "Mt", "not served, by weeks shut")
    x_axis = Axis(0.0, ticks[-1][0], ticks)
    drawn = charts.line_chart(lines, x_axis, y_axis, title=title, band=True)
    return charts.block(title, drawn)


def variants_section(frame: pd.DataFrame, names: Names) -> str:
    return (
        '<section id="variants"><h2>If the rules were different</h2><p class="about">Pooled: home '
        "production is shared among all users. Unpooled: its own users keep it, and only the users "
        "of imported gas are counted, so that the same loss is a larger share of less use.</p>"
        f"{frame_table(frame, names, caption='Results by variant of the study')}</section>"
    )


def base_section(extra: Mapping[str, pd.DataFrame], names: Names) -> str:
    """How published figures were made to add up."""
    parts = []
    if "moves" in extra:
        parts.append(_moves(extra["moves"], names))
    if "raised" in extra and len(raised := _worth_showing(extra["raised"])):
        parts.append(
            frame_table(raised, names, caption="Capacities raised to fit the base",
                        limit=15, note="The base lay above the stated capacity. Mt a year; raises "
                        "of less than 1 % are left out.")
        )  # fmt: skip
    if not parts:
        return ""
    return (
        '<section id="base"><h2>How the base year was made to add up</h2>'
        f"{''.join(parts)}</section>"
    )


def _worth_showing(raised: pd.DataFrame) -> pd.DataFrame:
    """Capacities that were raised by 1 % or more."""
    before, after = views.figures(raised, "stated"), views.figures(raised, "raised")
    return raised[after >= 1.01 * before]


def _moves(moves: pd.DataFrame, names: Names) -> str:
    """The largest moves in the unit of the figure and as a share of it."""
    before, after = views.figures(moves, "prior"), views.figures(moves, "reconciled")
    shown = moves.assign(
        change=after - before, relative=(after - before) / before.where(before > 0)
    )
    order = shown["change"].abs().sort_values(ascending=False).index
    first = [c for c in shown.columns if c not in ("relative", "sigma", "source", "confidence")]
    last = [c for c in ("relative", "sigma", "source", "confidence") if c in shown]
    return frame_table(
        shown.loc[order, first + last], names, caption="Largest moves", limit=15,
        note="Published figures do not add up: each was moved as little as its confidence allows "
        "until every place balances. Mt a year.",
    )  # fmt: skip


def confidence_counts(study: Any) -> dict[str, int]:
    """Rows that carry a figure, by confidence class."""
    counts = dict.fromkeys(CONFIDENCE, 0)
    for name in DATA_TABLES:
        for value in views.column(_table(study, name), "confidence"):
            if not text.missing(value):
                counts[str(value)] = counts.get(str(value), 0) + 1
    return counts


def _table(study: Any, name: str) -> pd.DataFrame:
    """A table that a study may lack: then it has nothing to show."""
    known = getattr(study, "frames", None) or study.tables
    return views.table(study, name) if name in known else pd.DataFrame()


def data_section(study: Any, names: Names) -> str:
    """Assumptions in full; weak rows of every table, the weakest and largest first."""
    counts = confidence_counts(study)
    total = sum(counts.values()) or 1
    classes = html_table(
        ["Confidence", "What it means", "Rows", "Share of rows"],
        [[c, CONFIDENCE_MEANING.get(c, ""), text.trim(text.sig(n, 3)), text.pct(n / total)]
         for c, n in counts.items()],
        caption="How well the figures are known", numbers=(2, 3),
    )  # fmt: skip
    assumptions = _table(study, "assumptions")
    rows = []
    for row in assumptions.to_dict("records"):
        low, high = row.get("low"), row.get("high")
        span = text.NOTHING
        if not (text.missing(low) or text.missing(high)):
            span = f"{text.cell(low)} to {text.cell(high)}"
        rows.append(
            [text.capital(text.words(row["id"])), f"{text.cell(row['value'])} {row['unit']}", span,
             names.in_words(row["applies_to"]), names.in_words(row["why"]), str(row["confidence"])]
        )  # fmt: skip
    listed = html_table(
        ["Assumption", "Value", "Range", "Applies to", "Why", "Confidence"], rows,
        caption="Assumptions",
    )  # fmt: skip
    weak = _weak_rows(study, names)
    folded = (
        (f"List of {len(rows)} assumptions", listed if rows else ""),
        ("Weakest data: what to replace first", weak),
    )
    parts = "".join(
        f"<details><summary>{summary}</summary>{inside}</details>"
        for summary, inside in folded
        if inside
    )
    return f'<section id="data"><h2>Assumptions and weakest data</h2>{classes}{parts}</section>'


def _weak_rows(study: Any, names: Names, limit: int = 20) -> str:
    found = []
    for table in DATA_TABLES[:-1]:
        frame = _table(study, table)
        column = FIGURE_COLUMN.get(table)
        if column is None or frame.empty:
            continue
        values = views.figures(frame, column)
        scale = values.abs().sum() or 1.0
        for k, row in enumerate(frame.to_dict("records")):
            level = str(row.get("confidence"))
            if level in CONFIDENCE[:2] and values.iloc[k] == values.iloc[k]:
                weight = float(values.iloc[k]) / scale
                found.append((CONFIDENCE.index(level), -weight, table, row, column))
    found.sort(key=lambda item: (item[0], item[1]))
    rows = []
    for _, _, table, row, column in found[:limit]:
        unit = row.get("unit") or row.get(f"{column}_unit") or ""
        rows.append(
            [text.capital(text.words(table)), _row_name(row, names),
             f"{text.cell(row[column])} {unit}".strip(), str(row["confidence"]),
             names.of(row.get("source"))]
        )  # fmt: skip
    if not rows:
        return ""
    return html_table(
        ["Table", "Row", "Figure", "Confidence", "Source"], rows, caption="Weakest data",
        note=f"Assumptions first, then estimates, each by size; {len(rows)} of {len(found)} rows. "
        "Replace these first.",
    )  # fmt: skip


def _row_name(row: Mapping[Any, Any], names: Names) -> str:
    if not text.missing(row.get("id")) and names.known(row["id"]):
        return names.of(row["id"])
    parts = [names.of(row[c]) for c in ("place", "origin", "destination", "commodity")
             if not text.missing(row.get(c))]  # fmt: skip
    return ", ".join(parts)


def sources_section(study: Any) -> str:
    """All sources with what rests on them."""
    used: dict[str, dict[str, int]] = {}
    for table in DATA_TABLES:
        frame = _table(study, table)
        pairs = zip(views.column(frame, "source"), views.column(frame, "confidence"), strict=True)
        for source, level in pairs:
            if not text.missing(source):
                classes = used.setdefault(str(source), {})
                classes[str(level)] = classes.get(str(level), 0) + 1
    rows: list[list[Cell]] = []
    for row in views.table(study, "sources").to_dict("records"):
        classes = used.get(str(row["id"]), {})
        levels = ", ".join(f"{classes[c]} {c}" for c in CONFIDENCE if c in classes)
        title = escape(str(row["title"]))
        url = "" if text.missing(row.get("url")) else str(row["url"])
        rows.append(
            [str(row["publisher"]), Html(link(url, title)),
             "" if text.missing(row.get("date")) else str(row["date"]),
             "" if text.missing(row.get("licence")) else str(row["licence"]),
             levels or "not used by a figure"]
        )  # fmt: skip
    table = html_table(
        ["Publisher", "Title", "Date", "Licence", "Rows by confidence"], rows, caption="Sources"
    )
    return (
        '<section id="sources"><h2>Sources</h2><p class="about">Figures were carried over, files '
        f"were not. Links open only when followed.</p><details><summary>List of "
        f"{len(rows)} sources</summary>{table}</details></section>"
    )


LIMITS = """
It is not a forecast. It says what would follow from the shock, the data and the response that are
named, and nothing about how likely they are.

Frozen and foresight are ends of a range of behaviour, not of everything: wrong data can move both.
One country can do worse when others react than when nobody does, because it is outbid; and the
market can lose more than frozen, because its plans rest on a belief.

No government acts in these runs: no rationing, no release of other stocks, no change of price
rules, unless a scenario or an allocation order says so.

The sharing pact is a draft: nobody has signed it. Whether governments, buyers and sellers would
keep to it in a crisis is not modelled.

Power grids are fed by what the gas runs leave; nothing comes back from them. Each grid is one node,
and a month has one peak.

Stocks that a shock has used up are hardly refilled within a run: what remains at its end is
valued, but the next shock would find emptier tanks.

Prices follow from physical balance and willingness to pay. Contracts, credit, panic and
speculation are not modelled beyond the share of cargo that contracts hold.

Other fuels enter only through what users would pay to keep their supply. Blackouts, lost harvests
and lost output that follow from a shortage are not counted.

Ships, crews, insurance and escorts are not limited beyond the days and freight of each lane.

The map shows land outlines only. It shows no borders and takes no position on any.
"""


def limits_section() -> str:
    items = "".join(f"<li>{escape(' '.join(p.split()))}</li>" for p in LIMITS.split("\n\n"))
    return f'<section id="limits"><h2>What this does not say</h2><ul>{items}</ul></section>'
