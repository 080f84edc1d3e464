"""What may be recorded: pure functions over new rows and what is known already."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from seawall.errors import InputError, Problem, did_you_mean
from seawall.ledger.entries import KINDS, RECORDS, Entry, whole
from seawall.units import all_units

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from seawall.ledger.entries import Row
    from seawall.study.columns import Column

__all__ = ["Known", "LedgerProblem", "Refused", "first_day", "last_day", "problems"]

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
#: Column, value, rule and what would be right.
Told = tuple[str, str, str, str]


class Known(Protocol):
    """What is known already: rows of the study and of the ledger."""

    def row(self, kind: str, key: str) -> Row | None:
        """The newest row of a key, None if there is none."""

    @property
    def currencies(self) -> Collection[str]:
        """Codes of the currencies that can be turned into others."""


@dataclass(frozen=True)
class LedgerProblem:
    """Why one entry cannot be recorded: its place among those given (from 0), column and rule."""

    index: int
    kind: str
    key: str
    column: str
    value: str
    rule: str
    fix: str = ""

    def as_problem(self) -> Problem:
        """The same as a line of an `InputError`: the row is the entry's place, from 1."""
        return Problem(self.kind, self.index + 1, self.column, self.value, self.rule, self.fix)


class Refused(InputError):
    """Entries that break rules; nothing was recorded. `refused` lists each with its reason."""

    def __init__(self, refused: Sequence[LedgerProblem]) -> None:
        self.refused = tuple(refused)
        super().__init__((each.as_problem() for each in refused), "the entries; none was recorded")


def first_day(text: str) -> date:
    """The first day that "2026", "2026-03" or "2026-03-04" can mean."""
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    return date(year, month, day)


def last_day(text: str) -> date:
    """The last day that such a date can mean."""
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else monthrange(year, month)[1])


def problems(entries: Sequence[Entry], known: Known, today: date) -> tuple[LedgerProblem, ...]:
    """All reasons why entries cannot be recorded together, in their order; () if all can.

    Entries may refer to others of the same sequence, in any order.
    """
    found: list[LedgerProblem] = []
    sound: dict[int, Entry] = {}
    for index, entry in enumerate(entries):
        own = [LedgerProblem(index, entry.kind, entry.key, *told) for told in _own(entry, known)]
        found += own
        if not own:
            sound[index] = entry
    first: dict[tuple[str, str], int] = {}
    for index, entry in sound.items():
        first.setdefault((entry.kind, entry.key), index)
    both = _Both({one: whole(one[0], entries[n].row) for one, n in first.items()}, known)
    for index, entry in sound.items():
        row = whole(entry.kind, entry.row)
        told = [*_again(entry, row, index, first, known), *_refers(entry.kind, row, both)]
        if entry.kind == "evidence":
            told += [*_dated(row, both, today), *_loops(row, both)]
        found += [LedgerProblem(index, entry.kind, entry.key, *each) for each in told]
    return tuple(sorted(found, key=lambda each: each.index))


class _Both:
    """Rows of the entries before those that are known."""

    def __init__(self, batch: dict[tuple[str, str], dict[str, str | float | None]], known: Known):
        self._batch, self._known = batch, known

    def row(self, kind: str, key: str) -> Row | None:
        return self._batch.get((kind, key)) or self._known.row(kind, key)


def _own(entry: Entry, known: Known) -> Iterator[Told]:
    """What is wrong with an entry by itself."""
    if entry.kind not in RECORDS:
        yield "", entry.kind, "no such kind of row", f"one of {', '.join(KINDS)}"
        return
    for name, said in (("who", entry.who), ("why", entry.why)):
        if not said.strip():
            yield name, said, "blank", f"say {name} it is recorded" if name == "why" else "a name"
        elif not _writable(said):
            yield name, said, "not text that a database holds", ""
    record = RECORDS[entry.kind]
    for name in sorted(entry.row.keys() - record.by_name.keys()):
        yield name, str(entry.row[name]), "no such column", did_you_mean(name, record.by_name)
    for column in record.columns:
        value = entry.row.get(column.name)
        if value is not None and value != "" and value == value:
            yield from _cell(column, value)
        elif column.required:
            yield column.name, "", "blank", f"required: {column.meaning}"
    yield from _counted(entry.row, known)


def _cell(column: Column, value: str | float) -> Iterator[Told]:
    shown = str(value)
    if column.kind == "number":
        if isinstance(value, str | bool) or not math.isfinite(value):
            yield column.name, shown, "not a number", "a finite number"
        elif column.minimum is not None and value < column.minimum:
            yield column.name, shown, f"below {column.minimum:g}", ""
    elif not isinstance(value, str) or not _writable(value):
        yield column.name, shown, "not text that a database holds", ""
    elif column.kind == "choice" and value not in column.choices:
        yield column.name, shown, "not one of the words", f"one of {', '.join(column.choices)}"
    elif column.kind == "date" and not _is_date(value):
        yield column.name, shown, "not a date", "YYYY, YYYY-MM or YYYY-MM-DD"


def _counted(row: Row, known: Known) -> Iterator[Told]:
    unit = row.get("counted_in")
    if not unit:
        for name in ("quantity", "value", "target"):
            value = row.get(name)
            if isinstance(value, float | int) and value == value:
                yield "counted_in", "", "blank", f"say what `{name}` counts"
        return
    text = str(unit)
    if _CURRENCY.fullmatch(text) and text not in known.currencies and text not in all_units():
        near = did_you_mean(text, known.currencies)
        right = near or f"one of {', '.join(sorted(known.currencies))}"
        yield "counted_in", text, "unknown currency", right


def _again(
    entry: Entry, row: Row, index: int, first: dict[tuple[str, str], int], known: Known
) -> Iterator[Told]:
    """What is wrong with a key that is there already, or not there to be replaced."""
    earlier = first[entry.kind, entry.key]
    if earlier != index:
        yield "id", entry.key, f"twice; entry {earlier + 1} has it too", "one row an id"
        return
    there = known.row(entry.kind, entry.key)
    if there is None:
        if entry.replaces:
            yield "id", entry.key, "replaces a row that is not there", ""
    elif whole(entry.kind, there) == row:
        yield "id", entry.key, "recorded already with the same content", "leave it out"
    elif not entry.replaces:
        right = "a new id and what it supersedes, or say that it replaces the row"
        yield "id", entry.key, "a past row would change", right


def _refers(kind: str, row: Row, both: _Both) -> Iterator[Told]:
    for column in RECORDS[kind].columns:
        key, to = row[column.name], column.references
        if to in RECORDS and key and both.row(to, str(key)) is None:
            yield column.name, str(key), f"no such row of {to}", f"add it to {to} first"
    if kind == "evidence" and not (row["indicator"] or row["milestone"]):
        yield "indicator", "", "blank, and so is milestone", "say what it is evidence of"


def _dated(row: Row, both: _Both, today: date) -> Iterator[Told]:
    if not row["date"]:
        yield "date", "", "blank", "when it was published"
        return
    said = str(row["date"])
    if first_day(said) > today:
        yield "date", said, f"in the future of {today}", "the day when it was published"
    for name, of in (("indicator", "indicators"), ("milestone", "milestones")):
        owner = both.row(of, str(row[name])) if row[name] else None
        pledge = both.row("pledges", str(owner["pledge"])) if owner else None
        made = str(pledge.get("date") or "") if pledge else ""
        if pledge and made and last_day(said) < first_day(made):
            yield "date", said, f"before the pledge {pledge['id']} of {made}", ""


def _loops(row: Row, both: _Both) -> Iterator[Told]:
    seen = [str(row["id"])]
    ahead = row["supersedes"]
    while ahead:
        seen.append(str(ahead))
        if ahead in seen[:-1]:
            if ahead == seen[0]:  # else the loop is another row's
                yield "supersedes", str(row["supersedes"]), f"a loop: {' > '.join(seen)}", ""
            return
        after = both.row("evidence", str(ahead))
        ahead = after.get("supersedes") if after else None


def _writable(text: str) -> bool:
    """No NUL, which PostgreSQL refuses, and no half of a surrogate pair, which is no text."""
    return "\0" not in text and not re.search("[\ud800-\udfff]", text)


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        first_day(text)
    except ValueError:
        return False
    return True
