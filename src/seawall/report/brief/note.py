"""What a brief holds, ready to be laid out: words and numbers, no format and no language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime

    import pandas as pd

#: A brief answers in so many sentences.
SENTENCES = 5


@dataclass(frozen=True)
class Chart:
    """A chart of categories; values are finite or None where there is nothing.

    Attributes
    ----------
    kind
        "line" over time, "bar" lying, "column" standing.
    title, alt
        What stands above it, and what it shows for those who don't see it.
    unit
        Title of the axis of values.
    categories, series
        Labels, and name with values for each series.
    note
        Where its figures come from, for the speaker's notes.
    share
        Whether values are shares of 1, to be shown as per cent.
    dates
        The categories as dates, where they are such: the axis is then one of time.
    """

    kind: str
    title: str
    alt: str
    unit: str
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    note: str = ""
    share: bool = False
    dates: tuple[datetime.date, ...] = ()

    @property
    def number_format(self) -> str:
        """Format of the axis: as many decimals as the largest value needs."""
        if self.share:
            largest = self.largest
            return "0%" if largest >= 0.04 else "0.0%" if largest >= 0.004 else "0.00%"
        return "#,##0" if self.largest >= 4 else "0.0" if self.largest >= 0.4 else "0.00"

    @property
    def largest(self) -> float:
        """The largest absolute value."""
        return max(
            (abs(v) for _, values in self.series for v in values if v is not None), default=0.0
        )


@dataclass(frozen=True)
class Grid:
    """A table in words; `note` stands below it, `left` is how many columns are flush left."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    left: int = 1


@dataclass(frozen=True)
class Source:
    """A source as it is cited; `title` stays in its own language."""

    key: str
    publisher: str
    title: str
    date: str
    url: str
    used_for: str

    @property
    def cited(self) -> str:
        """Publisher, title and date, none of them twice."""
        parts = [self.title]
        if self.publisher and not self.title.startswith(self.publisher):
            parts.insert(0, self.publisher)
        if self.date and self.date not in self.title:
            parts.append(self.date)
        return ". ".join(parts)


@dataclass(frozen=True)
class Sheet:
    """A table of the run for the workbook; `rows` is how many the run has."""

    frame: pd.DataFrame
    rows: int


@dataclass(frozen=True)
class Labels:
    """Headings and fixed words of a note in its language.

    `more` has a placeholder `{count}`; the captions, `lead_in` and `aside` have `{words}`.
    """

    question: str
    answer: str
    sure: str
    table: str
    chart: str
    assumptions: str
    changes: str
    sources: str
    check: str
    more: str
    continued: str
    table_caption: str
    chart_caption: str
    lead_in: str
    aside: str


@dataclass(frozen=True)
class Front:
    """What a workbook says of itself, in the language of the note.

    Attributes
    ----------
    readme
        Heads and texts of the first sheet.
    contents_head, contents
        Names of the columns and rows of its list of sheets: name, what it holds, rows.
    assumptions_head, assumptions
        The same for the sheet of assumptions; the first head stands above the columns.
    sources_head
        The same for the sheet of sources, whose rows are the note's own.
    """

    readme: tuple[tuple[str, str], ...] = ()
    contents_head: tuple[str, ...] = ()
    contents: tuple[tuple[str, str, str], ...] = ()
    assumptions_head: tuple[str, ...] = ()
    assumptions: tuple[tuple[Any, ...], ...] = ()
    sources_head: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """Everything that a brief says.

    Attributes
    ----------
    answer
        Five sentences, the disappointing first.
    sure
        How sure that is: interval and grade, or that none was computed.
    charts
        `when`, `bracket`, `origin`, `moves`; the last is None where nothing is known.
    slide_titles
        Of the slides with charts, in order: what the chart says.
    assumptions, changes
        Sentences, the weightiest first.
    sheets
        Tables of the run for the workbook, by name.
    units
        Unit of each column of those tables, where one unit holds for all rows.
    """

    language: str
    title: str
    question: str
    answer: tuple[str, ...]
    sure: tuple[str, ...]
    table: Grid
    when: Chart
    bracket: Chart
    origin: Chart
    moves: Chart | None
    assumptions: tuple[str, ...]
    changes: tuple[str, ...]
    sources: tuple[Source, ...]
    further_sources: str
    check: tuple[str, ...]
    footer: str
    labels: Labels
    run_id: str
    created: str
    sheets: dict[str, Sheet]
    units: dict[str, str]
    front: Front = Front()
