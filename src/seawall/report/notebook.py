"""A result as a notebook shows it: headline, tables and map in a frame of its own, offline.

The frame keeps the report's style and the notebook's apart, and drawings of several results on one
page from sharing names.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from seawall.report import findings, fuels, scenario, text, views, worldmap
from seawall.report.html import page
from seawall.report.redirect import redirect_page
from seawall.report.site import site_page
from seawall.report.site_refining import refining_page
from seawall.report.slip import slip_page
from seawall.report.tables import html_table
from seawall.report.track import track_page
from seawall.runs.document import plain

if TYPE_CHECKING:
    import pandas as pd

    from seawall.questions.result import Result

#: Rows of a table that are shown; the others are counted.
ROWS = 12
#: Columns of `indicators` that stand at the top.
_TOLD = (
    "response", "place", "commodity", "unit", "demand", "unserved", "low", "high",
    "unserved_share", "first_shortfall_day", "time_to_survive_days", "grade",
)  # fmt: skip
HEIGHT = 720  # px; the frame scrolls, and its corner can be drawn
_FRAME = (
    "width:100%;max-width:1180px;height:{height}px;border:1px solid #d5dce3;border-radius:4px;"
    "resize:vertical;overflow:auto;background:#fff"
)


def drawn(result: Result) -> str:
    """The HTML that a notebook cell shows for a result."""
    study = getattr(result, "study", None)
    if result.question == "redirect" and study is not None:
        return _framed(_title(result), redirect_page(result))
    if result.question == "site" and study is not None:
        draw = refining_page if "hubs" in result.tables else site_page
        return _framed(_title(result), draw(result))
    if result.question == "track" and study is not None:
        draw = slip_page if "slips" in result.tables else track_page
        return _framed(_title(result), draw(result))
    names = None if study is None else views.Names(study)
    case = _case(result, names)
    if case is None or names is None:
        title, shapes, lead = _title(result), "", _headline(result, names)
    else:
        ships = worldmap.world_map(study, case, names, "1", case.responses[0])
        title, shapes, lead = case.title, worldmap.shared_shapes() + ships.shapes, ""
        lead = (
            f'<p class="lead">{escape(findings.answer(case))}</p>'
            f"{scenario.bracket_table(case, names)}"
            f"{scenario.map_html(ships) if case.shut or case.struck else ''}"
        )
    tables = "".join(_folded(name, table, names) for name, table in result.tables.items())
    inside = page(title, shapes, f"<section><h2>{escape(title)}</h2>{lead}</section>{tables}")
    return _framed(title, inside)


def _framed(title: str, inside: str) -> str:
    """A page in a frame of its own."""
    return (
        f'<iframe title="{escape(title, quote=True)}" sandbox="allow-scripts" '
        f'style="{_FRAME.format(height=HEIGHT)}" srcdoc="{escape(inside, quote=True)}"></iframe>'
    )


def _case(result: Any, names: views.Names | None) -> views.Case | None:
    """A stress test of a fuel at the places that the study speaks of; None for all else."""
    if names is None or result.question != "stress":
        return None
    told = set(result.tables["indicators"]["commodity"].astype(str))
    goods = fuels.fuels(result.study)
    fits = bool(told) if goods is None else bool(told & goods)
    return views.case(result.study, result, names) if fits else None


def _title(result: Any) -> str:
    return str(result.figures.get("title") or text.capital(result.question))


def _headline(result: Result, names: views.Names | None) -> str:
    """What the result says of itself, its single figures, and its first rows that matter."""
    about = str(result.figures.get("about") or "")
    single = [
        [text.capital(text.words(name)), _cell(value, names), result.units.get(name, "")]
        for name, value in result.figures.items()
        if isinstance(value, int | float)
    ]
    figures = (
        html_table(["Figure", "Value", "Unit"], single, caption="In short", numbers=[1])
        if single
        else ""
    )
    first = next((name for name, table in result.tables.items() if len(table)), None)
    rows = "" if first is None else _table(first, _of_headline(result, first), names)
    return f"{f'<p>{escape(about)}</p>' if about else ''}{figures}{rows}"


def _of_headline(result: Any, name: str) -> pd.DataFrame:
    """Of a stress test whole places that its study speaks of; of all else every row."""
    table: pd.DataFrame = result.tables[name]
    if name != "indicators":
        return table
    headline = set(result.study.settings.headline)
    whole = table[(table["tier"] == "all") & table["place"].isin(headline)]
    told = whole[[column for column in _TOLD if column in whole]]
    return told.dropna(axis="columns", how="all")


def _table(name: str, table: pd.DataFrame, names: views.Names | None) -> str:
    """A table, cut after some rows."""
    shown = table.head(ROWS)
    rows = [[_cell(value, names) for value in row] for row in shown.itertuples(index=False)]
    numbers = [k for k, kind in enumerate(shown.dtypes) if kind.kind in "fiu"]
    more = f"{len(table) - ROWS} more rows in .tables[{name!r}]." if len(table) > ROWS else ""
    head = [text.capital(text.words(column)) for column in shown.columns]
    return html_table(head, rows, caption=text.words(name), numbers=numbers, note=more)


def _folded(name: str, table: pd.DataFrame, names: views.Names | None) -> str:
    """A table behind its name."""
    body = _table(name, table, names)
    return f"<details><summary>{escape(name)}: {len(table)} rows</summary>{body}</details>"


def _cell(value: Any, names: views.Names | None) -> str:
    """A value for people: three digits, names in place of ids."""
    value = plain(value)
    if value is None:
        return text.NOTHING
    if isinstance(value, float):
        return text.sig(value, 3)
    if isinstance(value, str) and names is not None:
        return names.in_cell(value)
    return str(value)
