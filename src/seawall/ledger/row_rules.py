"""What is wrong with an entry by itself; cells and rows obey the rules of a study's tables."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from numbers import Real
from typing import TYPE_CHECKING

from seawall.errors import did_you_mean
from seawall.ledger.counted import slip_in
from seawall.ledger.entries import KINDS, RECORDS, absent
from seawall.study import cells
from seawall.study.checks import roadmap, track
from seawall.study.checks.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seawall.errors import Problem
    from seawall.ledger.entries import Entry, Row
    from seawall.study.checks.context import Row as Checked
    from seawall.study.columns import Column

    #: Column, value, rule and what would be right.
    Told = tuple[str, str, str, str]

__all__ = ["Told", "problems_of_cells", "problems_of_rows"]

_CHECKS = (
    roadmap.figures_say_what_they_count,
    track.figures_of_pledges_count_something,
    track.spans_of_pledges_end_after_they_begin,
    track.quotes_are_short,
    track.digests_of_texts_are_digests,
    track.evidence_shows_one_thing,
)
_HALF = re.compile("[\ud800-\udfff]")
_NO_TEXT = "not text that a database holds"


def problems_of_cells(entry: Entry, currencies: frozenset[str]) -> Iterator[Told]:
    """What is wrong with who, why and the single cells of an entry."""
    if entry.kind not in RECORDS:
        yield "", entry.kind, "no such kind of row", f"one of {', '.join(KINDS)}"
        return
    for name, said in (("who", entry.who), ("why", entry.why)):
        if not said.strip():
            yield name, said, "blank", f"say {name} it is recorded" if name == "why" else "a name"
        elif not _writable(said):
            yield name, said, _NO_TEXT, ""
    record = RECORDS[entry.kind]
    for name in sorted(entry.row.keys() - record.by_name.keys()):
        yield name, _shown(entry.row[name]), "no such column", did_you_mean(name, record.by_name)
    for column in record.columns:
        value = entry.row.get(column.name)
        if value is not None and not absent(value):
            yield from _cell(entry.kind, column, value, currencies)
        elif column.required:
            yield column.name, "", "blank", f"required: {column.meaning}"


def problems_of_rows(rows: Mapping[int, tuple[str, Row]]) -> Iterator[Problem]:
    """What the checks of a study find in whole rows, each by kind; `row` says which it is."""
    by_kind: dict[str, list[Checked]] = {kind: [] for kind in KINDS}
    for index, (kind, row) in rows.items():
        checked: Checked = {"row": index}
        for column in RECORDS[kind].columns:
            value = row[column.name]
            checked[column.name] = cells.absent(column) if value is None else value
        by_kind[kind].append(checked)
    context = _Rows(by_kind)
    for check in _CHECKS:
        yield from check(context)


class _Rows(Context):
    """Rows of entries in the place of a study's."""

    def __init__(self, rows: dict[str, list[Checked]]) -> None:
        self._rows = rows


def _cell(
    kind: str, column: Column, value: str | float, currencies: frozenset[str]
) -> Iterable[Told]:
    if column.kind == "number":
        if not _finite(value):
            return [(column.name, _shown(value), "not a number", "a finite number")]
        return _parsed(column, cells.format_number(float(value)))
    if not isinstance(value, str) or not _writable(value):
        return [(column.name, _shown(value), _NO_TEXT, "")]
    if column.kind == "text" and column.name != "counted_in":
        return _parsed(column, value)
    return _short(kind, column.name, value, currencies)


@lru_cache(maxsize=10_000)
def _short(kind: str, name: str, text: str, currencies: frozenset[str]) -> list[Told]:
    """What is wrong with an id, a date, a choice or what is counted: the same in many rows."""
    told = _parsed(RECORDS[kind].by_name[name], text)
    slip = slip_in(text, currencies) if name == "counted_in" and not told else None
    return [(name, text, *slip)] if slip else told


def _parsed(column: Column, text: str) -> list[Told]:
    try:
        cells.parse_cell(column, text)
    except cells.CellError as error:
        return [(column.name, text, error.rule, error.fix)]
    return []


def _finite(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond all that a float can hold
        return False


def _shown(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > 1024:  # Python will not write it out
        return "beyond 1e308"
    return str(value)


def _writable(text: str) -> bool:
    """No NUL, which PostgreSQL refuses, and no half of a surrogate pair, which is no text."""
    return "\0" not in text and (text.isascii() or not _HALF.search(text))
