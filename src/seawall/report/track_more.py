"""Parts of the page of promises: contradictions, forecasts, timeline, changes, claims."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from seawall.questions.track.reasons import amount
from seawall.report import tables, text, track_charts, track_words
from seawall.report.tables import Cell, Html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

__all__ = ["changes", "claims", "contradictions", "forecasts", "linked", "timeline"]

_KINDS = {
    "value": "Amounts that cannot all be true", "count": "Counts that cannot all be true",
    "sum": "Parts that do not add up", "first": "“First” said of what had been before",
    "title": "One person, different titles", "name": "One thing, different names",
    "list": "Lists that differ", "date": "Dates that cannot all be true",
}  # fmt: skip
_CHANGES = {
    "status": "Status", "known": "Came to be known", "gone": "No longer counts",
    "recorded": "Recorded in the ledger",
}  # fmt: skip
#: Figures from this on are told in words: 10 billion.
_LARGE = 1e6
#: Changes of a sort that are shown.
_SHOWN = 60
_KEY = (
    '<ul class="key"><li>● promised, shown or done</li><li>○ due</li><li>▏deadline</li>'
    "<li>the red line: the day of this page</li></ul>"
)


def contradictions(made: Mapping[str, pd.DataFrame], sources: Mapping[str, tuple[str, str]]) -> str:
    """One block each: what is said side by side, why it conflicts, and which is preferred.

    Parameters
    ----------
    sources
        Title and address of each source of the study, by id.
    """
    if made["contradictions"].empty:
        return "<p>The rules find none.</p>"
    claims = made["claims"].set_index("id")
    pledges = made["pledges"].set_index("id")
    parts = []
    for row in _rows(made["contradictions"]):
        told = zip(row.claims.split(";"), row.values.split(" | "), row.sources.split(" | "),
                   strict=True)  # fmt: skip
        said: list[list[Cell]] = [
            [_id(key), *_words(key, value, claims, pledges), _source(name, claims, sources),
             "preferred" if key == row.preferred else ""]
            for key, value, name in told
        ]  # fmt: skip
        note = f"{text.capital(row.why)}."
        note += (
            f" Preferred: {row.preferred}, {row.preference}."
            if row.preferred
            else (" Nothing decides which is right.")
        )
        table = tables.html_table(
            ["", "says", "in the words", "source", ""], said, caption="Side by side", note=note
        )
        title = f"{_KINDS[row.kind]}: {row.subject}"
        parts.append(f"<h3>{escape(title)}</h3>{table}")
    return "".join(parts)


def _id(key: str) -> Html:
    return Html(f'<span class="id">{escape(key)}</span>')


def _words(key: str, value: str, claims: pd.DataFrame, pledges: pd.DataFrame) -> list[str]:
    """What is said, and the quote; a pledge has our words and no quote."""
    if key not in claims.index:
        return [value, str(pledges["what"].get(key, ""))]
    row: Any = claims.loc[key]
    if row["quantity"] == row["quantity"] and abs(row["quantity"]) >= _LARGE:
        value = f"{amount(row['quantity'])} {row['counted_in']}"
        value += f" ({row['period']})" if row["period"] else ""
    return [value, f"“{row['quote']}”" if row["quote"] else "(derived, in no source)"]


def _source(name: str, claims: pd.DataFrame, sources: Mapping[str, tuple[str, str]]) -> Cell:
    """A source by its title; one that only the ledger has stands with the claims."""
    title, url = sources.get(name, ("", ""))
    if not title:
        here = claims[claims["source"] == name]
        title, url = (str(here[column].iloc[0]) if len(here) else "" for column in
                      ("title", "url"))  # fmt: skip
    return linked(title or name, url)


def linked(name: str, url: str) -> Html:
    """A name with its address behind it, if that is a page; nothing is loaded from there."""
    page = url.startswith(("https://", "http://"))
    link = f' <a href="{escape(url, quote=True)}" rel="noreferrer">open</a>' if page else ""
    return Html(f"{escape(name)}{link}")


def forecasts(made: Mapping[str, pd.DataFrame]) -> str:
    """Each counted target with its interval on one scale, and how far such forecasts held."""
    if made["forecasts"].empty:
        return ""
    what = made["indicators"].set_index("indicator")["what"]
    rows: list[list[Cell]] = []
    for row in _rows(made["forecasts"]):
        drawn: Cell = ""
        if row.target > 0:
            drawn = Html(track_charts.interval(
                *(value / row.target for value in (row.low, row.forecast, row.high, row.naive))
            ))  # fmt: skip
        rows.append([
            f"{text.capital(str(what[row.indicator]))} ({row.id})",
            Html(f'<span class="id">{escape(row.by)}{" *" if row.note else ""}</span>'),
            f"{amount(row.target)} {row.unit}",
            f"{amount(row.forecast)} ({amount(row.low)} to {amount(row.high)})",
            amount(row.naive), track_words.chance(row.probability), drawn,
        ])  # fmt: skip
    head = ["what is counted", "by", "target", "forecast (5th to 95th percentile)",
            "if it goes on as before", "probability", "0.1 % to 1,000 % of the target"]  # fmt: skip
    table = tables.html_table(
        head, rows, caption="Forecasts of counted targets", numbers=(5,),
        note="Dot: forecast; bar: its interval; red tick: the naive forecast; dashed: the target; "
        "the scale is logarithmic. * No deadline was stated: ten years on. The years to come are "
        "taken to be like those that were.",
    )  # fmt: skip
    return table + _held(made["coverage"], made["pledges"])


def _held(coverage: pd.DataFrame, pledges: pd.DataFrame) -> str:
    if coverage.empty:
        return ""
    what = pledges.set_index("id")["what"]
    rows: list[list[Cell]] = [
        [
            "All" if row.target == "all" else f"{what.get(row.target, '')} ({row.target})",
            str(int(row.forecasts)),
            text.pct(row.inside),
            text.pct(row.error),
            text.pct(row.naive_error),
        ]
        for row in _rows(coverage)
    ]
    whole = coverage[coverage["target"] == "all"].iloc[0]
    worse = whole["error"] > whole["naive_error"]
    return tables.html_table(
        ["target", "forecasts", "interval held (90 % are promised)", "median error",
         "median error of the naive forecast"], rows,
        caption="How far such forecasts of the past held", numbers=(1, 2, 3, 4),
        note=("In the median the naive forecast was better. " if worse else "")
        + "Forecasts of one target from year to year share most of what they foretell.",
    )  # fmt: skip


def timeline(line: pd.DataFrame, as_of: str) -> str:
    """A drawing, and all dates as lists by year."""
    if line.empty:
        return ""
    parts = []
    for year, rows in line.groupby(line["last"].str[:4], sort=True):
        cells: list[list[Cell]] = [
            [row.date, row.kind, row.what, row.sector, row.pledge] for row in _rows(rows)
        ]
        table = tables.html_table(["date", "", "what", "sector", "promise"], cells,
                                  caption=f"{year}")  # fmt: skip
        parts.append(f"<details><summary>{year}: {len(rows)}</summary>{table}</details>")
    return _KEY + track_charts.years(line, as_of) + "".join(parts)


def changes(made: Mapping[str, pd.DataFrame], figures: Mapping[str, Any]) -> str:
    """What is otherwise than on an earlier day; empty unless that was asked."""
    if not figures["changes_since"]:
        return ""
    rows, what = made["changes"], made["pledges"].set_index("id")["what"]
    if rows.empty:
        return f"<p>Nothing has changed since {escape(figures['changes_since'])}.</p>"
    parts = [f'<p class="about">Since the end of {escape(figures["changes_since"])}.</p>']
    for change, title in _CHANGES.items():
        some = rows[rows["change"] == change]
        cells: list[list[Cell]] = [
            [
                _id(row.key),
                str(what.get(row.pledge, "")),
                row.column,
                row.before,
                row.after,
                row.who,
                row.why,
            ]
            for row in _rows(some.head(_SHOWN))
        ]
        if cells:
            more = f"{_SHOWN} of {len(some)}; all are in the tables." if len(some) > _SHOWN else ""
            parts.append(tables.html_table(
                ["row", "promise", "column", "before", "after", "who", "why"], cells,
                caption=title, note=more,
            ))  # fmt: skip
    return "".join(parts)


def claims(rows: pd.DataFrame) -> str:
    """All claims by source, in the words of the source."""
    if rows.empty:
        return ""
    parts = []
    for title, some in rows.groupby("title", sort=False):
        cells: list[list[Cell]] = [
            [row.id, f"{row.subject}: {row.predicate}", row.value, row.period,
             f"“{row.quote}”" if row.quote else "(derived)"]
            for row in _rows(some)
        ]  # fmt: skip
        table = tables.html_table(
            ["", "of what", "says", "period", "quote"], cells, caption=f"{title}"
        )
        parts.append(f"<details><summary>{escape(str(title))}: {len(some)} claims</summary>"
                     f"{table}</details>")  # fmt: skip
    return "".join(parts)


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return frame.itertuples(index=False)
