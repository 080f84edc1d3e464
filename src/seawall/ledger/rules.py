"""What may be recorded: pure functions over new rows and what is known already."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from seawall.errors import InputError, Problem
from seawall.ledger.entries import RECORDS, Entry, whole
from seawall.ledger.row_rules import problems_of_cells, problems_of_rows
from seawall.study.checks.track import first_day, last_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from seawall.ledger.entries import Cell, Row
    from seawall.ledger.row_rules import Told

    #: A kind and an id.
    Name = tuple[str, str]

__all__ = [
    "Known", "LedgerProblem", "Name", "Refused", "digest_of_text", "problems", "resting_on",
]  # fmt: skip

_LOOP = 5  # rows of a loop that a message names
#: Columns of each kind that name rows of another, with that kind.
_REFERRING = {
    kind: [(each.name, each.references) for each in table.columns if each.references in RECORDS]
    for kind, table in RECORDS.items()
}


class Known(Protocol):
    """What is known already: rows of the study and of the ledger."""

    def load(self, names: Iterable[Name]) -> None:
        """Read rows that will be asked for, many at once."""

    def row(self, kind: str, key: str) -> Row | None:
        """The newest row of a key, None if there is none."""

    @property
    def currencies(self) -> frozenset[str]:
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


def problems(
    entries: Sequence[Entry],
    known: Known,
    today: date,
    texts: Mapping[str, str] | None = None,
) -> tuple[LedgerProblem, ...]:
    """All reasons why entries cannot be recorded together, in their order; () if all can.

    Entries may refer to others of the same sequence, in any order.

    Parameters
    ----------
    texts
        Texts of sources by id: a claim's quote has to be in that of its source, if it is here.
    """
    found: list[LedgerProblem] = []
    rows: dict[int, tuple[str, dict[str, Cell]]] = {}
    for index, entry in enumerate(entries):
        own = list(problems_of_cells(entry, known.currencies))
        found += [LedgerProblem(index, entry.kind, entry.key, *told) for told in own]
        if entry.kind in RECORDS:
            broken = {column for column, *_ in own}
            sound = {name: cell for name, cell in entry.row.items() if name not in broken}
            rows[index] = entry.kind, whole(entry.kind, sound)
    # A cell that breaks a rule of its own is absent from here on, and nothing more is said of it.
    told_of = {(each.index, each.column) for each in found}
    both = _Both(rows, known)
    for index, told in _together(entries, rows, both, today, texts or {}):
        entry = entries[index]
        if (index, told[0]) not in told_of:
            found.append(LedgerProblem(index, entry.kind, entry.key, *told))
    return tuple(sorted(found, key=lambda each: each.index))


def resting_on(
    bad: Collection[int], entries: Sequence[Entry], known: Known
) -> Iterator[LedgerProblem]:
    """Entries that refer, over any number of others, to ones that are left out and to no others."""
    left = Counter((each.kind, each.key) for n, each in enumerate(entries) if n not in bad)
    referring: dict[Name, list[tuple[int, str]]] = {}
    for index, entry in enumerate(entries):
        if index not in bad:
            for column, name in _references(entry.kind, entry.row):
                referring.setdefault(name, []).append((index, column))
    out, gone = set(bad), [(entries[n].kind, entries[n].key) for n in bad]
    while gone:
        name = gone.pop()
        if left[name] or known.row(*name) is not None:
            continue
        for index, column in referring.get(name, ()):
            if index not in out:
                entry, (kind, key) = entries[index], name
                rule, fix = _missing(kind)
                yield LedgerProblem(index, entry.kind, entry.key, column, key, rule, fix)
                out.add(index)
                left[entry.kind, entry.key] -= 1
                gone.append((entry.kind, entry.key))


class _Both:
    """Rows of the entries before those that are known; of an id that stands twice, the first."""

    def __init__(self, rows: Mapping[int, tuple[str, dict[str, Cell]]], known: Known) -> None:
        self.known = known
        self.first: dict[Name, int] = {}
        for index, (kind, row) in rows.items():
            if row["id"] is not None:
                self.first.setdefault((kind, str(row["id"])), index)
        self.batch = {name: rows[index][1] for name, index in self.first.items()}
        known.load(self.batch)
        self._load(name for kind, row in rows.values() for _, name in _references(kind, row))
        # What evidence speaks of leads to the pledge of which the date counts.
        owners = (owner for _, row in rows.values() for owner in self.owners(row))
        self._load(("pledges", str(each["pledge"])) for each in owners if each["pledge"])

    def _load(self, names: Iterable[Name]) -> None:
        self.known.load(name for name in names if name not in self.batch)

    def row(self, kind: str, key: str) -> Row | None:
        return self.batch.get((kind, key)) or self.known.row(kind, key)

    def owners(self, row: Row) -> list[Row]:
        """The indicator and the milestone that a row speaks of, where it does."""
        named = [("indicators", row.get("indicator")), ("milestones", row.get("milestone"))]
        rows = [self.row(kind, str(key)) for kind, key in named if key]
        return [each for each in rows if each is not None]


def _together(
    entries: Sequence[Entry],
    rows: Mapping[int, tuple[str, dict[str, Cell]]],
    both: _Both,
    today: date,
    texts: Mapping[str, str],
) -> Iterator[tuple[int, Told]]:
    """What is wrong with whole rows, and with entries beside others and what is known."""
    for problem in problems_of_rows(rows):
        yield int(problem.row or 0), (problem.column, problem.value, problem.rule, problem.fix)
    plain = {source: _plain(text) for source, text in texts.items()}
    digests = {source: digest_of_text(text) for source, text in texts.items()}
    for index, (kind, row) in rows.items():
        told = [*_again(entries[index], row, index, both), *_refers(kind, row, both)]
        if kind == "evidence":
            told += [*_dated(row, both, today), *_unlike(row, both)]
        if kind == "claims":
            told += [*_quoted(row, plain), *_another(row, digests, both)]
        for each in told:
            yield index, each
    yield from _loops(both, any(entry.replaces for entry in entries))


def _again(entry: Entry, row: Row, index: int, both: _Both) -> Iterator[Told]:
    """What is wrong with a key that is there already, or not there to be replaced."""
    if row["id"] is None:
        return
    earlier = both.first[entry.kind, entry.key]
    if earlier != index:
        yield "id", entry.key, f"twice; entry {earlier + 1} has it too", "one row an id"
        return
    there = both.known.row(entry.kind, entry.key)
    if there is None:
        if entry.replaces:
            yield "id", entry.key, "replaces a row that is not there", ""
    elif whole(entry.kind, there) == row:
        yield "id", entry.key, "recorded already with the same content", "leave it out"
    elif not entry.replaces:
        right = "a new id and what it supersedes, or say that it replaces the row"
        yield "id", entry.key, "a past row would change", right


def _references(kind: str, row: Row) -> Iterator[tuple[str, Name]]:
    """Columns of a row that refer to other rows, each with the row that it names."""
    for column, to in _REFERRING.get(kind, ()):
        key = row.get(column)
        if key and isinstance(key, str):
            yield column, (to, key)


def _refers(kind: str, row: Row, both: _Both) -> Iterator[Told]:
    for column, (to, key) in _references(kind, row):
        if both.row(to, key) is None:
            yield column, key, *_missing(to)


def _missing(to: str) -> tuple[str, str]:
    return f"no such row of {to}", f"add it to {to} first"


def _dated(row: Row, both: _Both, today: date) -> Iterator[Told]:
    if not row["date"]:
        yield "date", "", "blank", "when it was published"
        return
    said = str(row["date"])
    if first_day(said) > today:
        yield "date", said, f"in the future of {today}", "the day when it was published"
    for owner in both.owners(row):
        pledge = both.row("pledges", str(owner["pledge"]))
        made = str(pledge["date"] or "") if pledge else ""
        if pledge and made and last_day(said) < first_day(made):
            yield "date", said, f"before the pledge {pledge['id']} of {made}", ""


def _unlike(row: Row, both: _Both) -> Iterator[Told]:
    old = both.row("evidence", str(row["supersedes"])) if row["supersedes"] else None
    if old and any(old[name] != row[name] for name in ("indicator", "milestone")):
        right = "name evidence of the same indicator or milestone"
        yield "supersedes", str(old["id"]), "what it supersedes speaks of something else", right


def _quoted(row: Row, texts: Mapping[str, str]) -> Iterator[Told]:
    source, quote = str(row["source"]), str(row["quote"] or "")
    if source in texts and _plain(quote) not in texts[source]:
        rule = f"not in the text of its source {source}"
        yield "quote", quote, rule, 'copy the exact words, or write "derived" as its kind'


def _another(row: Row, digests: Mapping[str, str], both: _Both) -> Iterator[Told]:
    """Whether the text that was given is the one that was kept."""
    name = str(row["source"])
    source = both.row("sources", name) if name in digests else None
    kept = str(source.get("sha256") or "") if source else ""
    if kept and kept != digests[name]:
        rule = f"the text is not the one that its source has the digest of, {kept[:12]}..."
        yield "source", name, rule, "give the text that was kept, or change the source's sha256"


def digest_of_text(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hex, as table `sources` keeps it; lines end with \\n."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(lines.encode()).hexdigest()


def _plain(text: str) -> str:
    """The text with one space wherever it has some."""
    return " ".join(text.split())


def _loops(both: _Both, replacing: bool) -> Iterator[tuple[int, Told]]:
    """New evidence that supersedes itself over others.

    Each row is walked once. Only where a row is replaced can one that is known lead to a new one.
    """
    done: set[str] = set()
    for name in [key for kind, key in both.batch if kind == "evidence"]:
        path: dict[str, None] = {}
        ahead = name
        while ahead and ahead not in done and ahead not in path:
            path[ahead] = None
            row: Row | None = both.batch.get(("evidence", ahead))
            if row is None and replacing:
                row = both.known.row("evidence", ahead)
            ahead = str(row["supersedes"] or "") if row else ""
        done.update(path)
        if ahead not in path:
            continue
        loop = list(path)
        loop = loop[loop.index(ahead) :]
        for n, key in enumerate(loop):
            if ("evidence", key) in both.first:
                names = [loop[(n + step) % len(loop)] for step in range(min(len(loop), _LOOP))]
                shown = " > ".join([*names, *["..."][: len(loop) > _LOOP], key])
                after = loop[(n + 1) % len(loop)]
                told = ("supersedes", after, f"a loop: {shown}", "name the older only")
                yield both.first["evidence", key], told
