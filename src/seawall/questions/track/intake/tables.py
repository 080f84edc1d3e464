"""Tables that people bring to the ledger: what each row would do there, before it does it.

A CSV file or a sheet of a workbook holds rows of one kind, read and checked as a study's tables
are.  A plan says of each row whether it is new, changes a row, is known already, or is refused and
why; nothing is recorded here.  A table of proposals (`proposals_of`) becomes claims only in the
rows where a person wrote "yes".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from seawall.errors import InputError, Problem, UsageError, did_you_mean
from seawall.errors import quote as quoted
from seawall.ledger.entries import KINDS, RECORDS, Entry, whole
from seawall.ledger.rules import problems, resting_on
from seawall.questions.track.intake.text import propose
from seawall.study.columns import Column, Table, number
from seawall.study.columns import text as text_column
from seawall.study.csv_tables import csv_rows, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seawall.ledger.book import Book
    from seawall.ledger.rules import LedgerProblem, Name
    from seawall.study import Study

    Row = dict[str, str | float | None]

__all__ = ["PROPOSALS", "Plan", "planned", "planned_proposals", "proposals_of"]

_ROWS = ("kind", "key", "what", "file", "row", "reason")
_CHANGES = ("kind", "key", "column", "before", "after")
_CLAIMS = "claims"
_ACCEPT = "accept"
_YES = "yes"
#: Problems of one table that readers tell; beyond these, a cell that breaks a rule looks blank.
_TOLD = 1000
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".ods", ".numbers")

#: Claims that a text may make, as a person goes through them.  Only a row with a yes has to hold.
PROPOSALS = Table(
    "proposals",
    "What a text may claim, one proposal a row.",
    (
        number("number", "", "Its place among the proposals, from 1."),
        Column(_ACCEPT, "choice", "yes: record it; no or blank: do not.", choices=(_YES, "no")),
        text_column("what", "What sort of figure it is."),
        number("start", "", "Characters of the text before the quote."),
        number("end", "", "Characters of the text up to the end of the quote."),
        *(replace(column, required=False) for column in RECORDS[_CLAIMS].columns),
    ),
    key=("number",),
)


@dataclass(frozen=True)
class Plan:
    """What an import would do.

    Attributes
    ----------
    rows
        kind, key, what (new, changed, same, refused), file, row (the line in it), reason.
    changes
        kind, key, column, before, after: each cell in which a row differs from the one that is
        known, also where the change is refused; text, number or None.
    entries
        What can be recorded: the new and the changed rows.
    problems
        Why the other rows are refused, by file, row and column.
    left
        Proposals without a yes; they are no rows.
    """

    rows: pd.DataFrame
    changes: pd.DataFrame
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    left: int = 0


def planned(
    paths: Iterable[str | Path],
    book: Book,
    study: Study,
    who: str,
    why: str,
    *,
    replaces: bool = False,
    kind: str | None = None,
    text: str | None = None,
    today: date | None = None,
) -> Plan:
    """What would become of the rows of CSV files and workbooks.

    Parameters
    ----------
    paths
        CSV files (`claims.csv`: the name says the kind) and workbooks (a sheet a kind).  A file
        with a column `accept` holds proposals, whatever its name.
    book, study
        What is known: the rows of the book, and of the study where the book has none.
    who, why
        Who records the rows, and for what reason.
    replaces
        Whether rows may take the place of those that have their ids and other content.
    kind
        What the CSV files hold, instead of what their names say.
    text
        The text in which the quotes of claims must stand; spaces and line ends do not count.
    today
        The day after which nothing can have been published; None: today (UTC).

    Raises
    ------
    UsageError
        Who or why is blank, or `kind` or `text` are given where they can mean nothing.
    InputError
        Files or sheets that cannot be read as tables: all that is wrong with them.  What is wrong
        with single rows is in the plan.
    """
    lines, left = _read([Path(path) for path in paths], kind)
    return _planned(lines, left, _Known(book, study), (who, why), replaces, text, today)


def planned_proposals(
    proposals: pd.DataFrame,
    book: Book,
    study: Study,
    who: str,
    why: str,
    *,
    replaces: bool = False,
    text: str | None = None,
    today: date | None = None,
) -> Plan:
    """What would become of the proposals in which `accept` is "yes"; the others are left out.

    Parameters
    ----------
    proposals
        As `proposals_of` gives them, with some answers in `accept`.
    """
    lines, left = _accepted(PROPOSALS.name, proposals.assign(row=proposals["number"]), [])
    return _planned(lines, left, _Known(book, study), (who, why), replaces, text, today)


def proposals_of(text: str, source: str, published: date | None = None) -> pd.DataFrame:
    """What a text may claim, as a table that a person can answer: no proposal has a yes.

    Parameters
    ----------
    source
        Id of the text among the sources.
    published
        When it was published: days of the week and "the next ten years" count from then.

    Returns
    -------
    Columns of `PROPOSALS`.  Subjects and predicates are guesses, to be written over.
    """
    found = propose(text, published=published)
    rows = [
        {column.name: "" if column.kind != "number" else float("nan")
         for column in PROPOSALS.columns} | {
            "number": float(n), "what": each["kind"], "start": float(each["start"]),
            "end": float(each["end"]), "id": f"{source}-{n}", "source": source,
            "subject": each["subject"], "value": each["value"], "quantity": each["quantity"],
            "predicate": ", ".join(filter(None, (each["kind"], each["bound"]))),
            "counted_in": each["counted_in"], "begins": each["begins"], "ends": each["ends"],
            "quote": each["quote"], "kind": "stated", "confidence": "looked-up",
        }
        for n, each in enumerate(found.to_dict("records"), start=1)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(PROPOSALS.by_name))
    numbers = [column.name for column in PROPOSALS.columns if column.kind == "number"]
    return frame.astype(dict.fromkeys(numbers, "float64"))


# --- what is known -----------------------------------------------------------------------------


class _Known:
    """The newest row per key: the book's, else the study's."""

    def __init__(self, book: Book, study: Study) -> None:
        self._book, self._study = book, study
        self._kinds: dict[str, dict[str, Row]] = {}

    @property
    def currencies(self) -> frozenset[str]:
        return self._book.currencies

    def load(self, names: Iterable[Name]) -> None:
        """Nothing: a kind is read as a whole when its first row is asked for."""

    def row(self, kind: str, key: str) -> Row | None:
        if kind not in self._kinds:
            frames = (self._study.frames.get(kind), self._book.frame(kind))
            self._kinds[kind] = {
                str(row["id"]): whole(kind, {str(name): cell for name, cell in row.items()})
                for frame in frames
                if frame is not None
                for row in frame.to_dict("records")
            }
        return self._kinds[kind].get(key)


# --- files into lines --------------------------------------------------------------------------


@dataclass
class _Line:
    """A row as it stands in a file, and what is wrong with it."""

    kind: str
    file: str
    line: int
    row: Row
    problems: list[Problem] = field(default_factory=list)

    @property
    def key(self) -> str:
        return str(self.row["id"] or "")

    @property
    def place(self) -> tuple[str, str]:
        return self.kind, self.key

    def tell(self, why: LedgerProblem) -> None:
        """Say that the ledger would refuse it."""
        self.add(why.column, why.value, why.rule, why.fix)

    def add(self, column: str, value: str, rule: str, fix: str) -> None:
        self.problems.append(Problem(self.file, self.line, column, value, rule, fix))


def _read(paths: Sequence[Path], kind: str | None) -> tuple[list[_Line], int]:
    """All rows of all files, and the number of proposals without a yes."""
    kinds = (*KINDS, PROPOSALS.name)
    if kind is not None and kind not in kinds:
        hint = did_you_mean(kind, kinds) or f"one of {', '.join(kinds)}"
        raise UsageError(f"no kind of row {quoted(kind)}; {hint}")
    if kind is not None and any(path.suffix.casefold() in _WORKBOOKS for path in paths):
        raise UsageError("a kind is said of CSV files; in a workbook the names of sheets say it")
    names = Counter(path.name for path in paths)
    broken: list[Problem] = []
    lines: list[_Line] = []
    left = 0
    for path in paths:
        label = path.name if names[path.name] == 1 else str(path)
        for table, file, frame, found in _tables(path, label, kind, broken):
            told = [replace(problem, file=file) for problem in found]
            there = set() if frame is None else set(frame[table.line])
            broken += [each for each in told if each.row not in there or len(told) > _TOLD]
            if frame is None:
                continue
            if table is PROPOSALS:
                some, others = _accepted(file, frame, told)
                lines, left = lines + some, left + others
            else:
                lines += _lines(table.name, file, frame, told)
    if broken:
        raise InputError(broken, "the files; nothing was recorded")
    return lines, left


def _tables(
    path: Path, label: str, kind: str | None, broken: list[Problem]
) -> Iterator[tuple[Table, str, pd.DataFrame | None, list[Problem]]]:
    """Yield each table of a file: its record, where it is, its rows, and what is wrong there."""
    told: list[Problem] = []
    if path.is_dir() or not path.exists():
        rule = "this is a folder" if path.is_dir() else "there is no such file"
        broken.append(Problem(label, None, "", str(path), rule, "name a .csv or an .xlsx"))
    elif path.suffix.casefold() in _WORKBOOKS:
        yield from _sheets(path, label, broken)
    elif path.suffix.casefold() != ".csv":
        fix = "a table is a .csv or an .xlsx, an article a .txt or a .md"
        broken.append(Problem(label, None, "", path.name, "neither a table nor an article", fix))
    elif (table := _record(path, label, kind, broken)) is not None:
        found: list[Problem] = []
        rows = csv_rows(path, table.file, found)
        yield table, label, table_of(table, rows, found, told), told


def _record(path: Path, label: str, kind: str | None, broken: list[Problem]) -> Table | None:
    """The record of a CSV file: as said, else by the column of answers, else by its name."""
    if kind is not None:
        return PROPOSALS if kind == PROPOSALS.name else RECORDS[kind]
    header = next(csv_rows(path, label, []), (1, []))[1]  # what is wrong is told once it is read
    if _ACCEPT in header or path.stem == PROPOSALS.name:
        return PROPOSALS
    if path.stem not in RECORDS:
        known = [table.file for table in RECORDS.values()]
        hint = did_you_mean(path.name, known) or f"name it one of {', '.join(known)}"
        rule = "the name says no kind of row"
        broken.append(Problem(label, None, "", path.name, rule, f"{hint}, or say the kind"))
        return None
    return RECORDS[path.stem]


def _sheets(
    path: Path, label: str, broken: list[Problem]
) -> Iterator[tuple[Table, str, pd.DataFrame | None, list[Problem]]]:
    from seawall.study.workbook_reader import Workbook

    try:
        book = Workbook(path, (*KINDS, PROPOSALS.name))
    except InputError as error:
        broken += error.problems
        return
    broken += [replace(each, file=f"{label}[{each.file}]") for each in book.strangers()]
    for table in (*RECORDS.values(), PROPOSALS):
        if book.holds(table):
            told: list[Problem] = []
            yield table, f"{label}[{table.name}]", book.table(table, told), told


def _lines(kind: str, file: str, frame: pd.DataFrame, told: Sequence[Problem]) -> list[_Line]:
    """The rows of a frame with what is wrong in each; columns that the kind has not are dropped."""
    by_row: dict[int, list[Problem]] = {}
    for problem in told:
        by_row.setdefault(problem.row or 0, []).append(problem)
    columns = {str(name): name for name in frame.columns}
    return [
        _Line(kind, file, line, whole(kind, {name: row[columns[name]] for name in columns}),
              by_row.get(line, []))
        for row in frame.to_dict("records")
        for line in (int(row["row"]),)
    ]  # fmt: skip


def _accepted(file: str, frame: pd.DataFrame, told: Sequence[Problem]) -> tuple[list[_Line], int]:
    """Claims of the proposals with a yes, and the number of those without.

    A row whose answer cannot be read is no yes, and is told; what else is wrong in rows without a
    yes is nobody's concern.
    """
    doubtful = {problem.row for problem in told if problem.column in ("", _ACCEPT)}
    wanted = (frame[_ACCEPT] == _YES) | frame["row"].isin(doubtful)
    return _lines(_CLAIMS, file, frame[wanted], told), int((~wanted).sum())


# --- lines into a plan -------------------------------------------------------------------------


def _planned(
    lines: list[_Line], left: int, known: _Known, said: tuple[str, str], replaces: bool,
    text: str | None, today: date | None,
) -> Plan:  # fmt: skip
    if not all(each.strip() for each in said):
        raise UsageError("say who records the rows, and why (--who, --why)")
    sources = {str(line.row["source"]) for line in lines if line.kind == _CLAIMS}
    if text is not None and not sources and not left:
        raise UsageError("a text is given, and no file has claims whose quotes could stand in it")
    texts = {} if text is None else dict.fromkeys(sources, text)
    before = {line.place: known.row(*line.place) for line in lines}
    same = [not line.problems and before[line.place] == line.row for line in lines]
    differs = [line for line, is_same in zip(lines, same, strict=True) if not is_same]
    changes = [
        (*line.place, name, old[name], new)
        for line in differs
        if (old := before[line.place]) is not None and not line.problems
        for name, new in line.row.items()
        if old[name] != new
    ]
    if not replaces:
        _find_past(differs, before)
    _find_repeated(lines, differs)

    def entry(line: _Line) -> Entry:
        return Entry(line.kind, line.row, *said, replaces=before[line.place] is not None)

    day = today or datetime.now(UTC).date()

    def broken(entries: Sequence[Entry]) -> tuple[LedgerProblem, ...]:
        return problems(entries, known, day, texts)

    good = _judged(differs, entry, known, broken)
    recorded = {id(line) for line in good}
    rows = []
    for line, is_same in zip(lines, same, strict=True):
        what = "same" if is_same else "refused"
        if id(line) in recorded:
            what = "new" if before[line.place] is None else "changed"
        line.problems.sort(key=lambda problem: problem.column)
        reason = " | ".join(_reason(problem) for problem in line.problems)
        rows.append((*line.place, what, line.file, line.line, reason))
    return Plan(
        rows=pd.DataFrame(rows, columns=list(_ROWS)),
        changes=pd.DataFrame(changes, columns=list(_CHANGES), dtype=object),
        entries=tuple(entry(line) for line in good),
        problems=tuple(problem for line in lines for problem in line.problems),
        left=left,
    )


def _find_repeated(lines: Sequence[_Line], differs: Sequence[_Line]) -> None:
    """Tell rows whose id stands further up, unless they say nothing new."""
    first: dict[tuple[str, str], _Line] = {}
    for line in lines:
        first.setdefault(line.place, line)
    for line in differs:
        other = first[line.place]
        if line.key and other is not line:
            rule = f"twice; {other.file}:{other.line} has it too"
            line.add("id", line.key, rule, "one row an id")


def _find_past(lines: Sequence[_Line], before: dict[tuple[str, str], Row | None]) -> None:
    """Tell rows that would change one that is known."""
    for line in lines:
        old = before[line.place]
        # Cells that cannot be read look blank, and would seem to be changed.
        if old is not None and not line.problems:
            names = ", ".join(name for name, cell in line.row.items() if old[name] != cell)
            fix = "say that it replaces that row (--replace), or give it an id of its own"
            line.add("id", line.key, f"a past row would change ({names})", fix)


def _judged(
    lines: Sequence[_Line], entry: Callable[[_Line], Entry], known: _Known,
    broken: Callable[[Sequence[Entry]], Sequence[LedgerProblem]],
) -> list[_Line]:  # fmt: skip
    """The lines that the ledger will take, in their order; the others are told why not."""
    good = [line for line in lines if not line.problems]
    bad = [line for line in lines if line.problems]
    # Rows that are out already are judged once, so that all that is wrong with them is told.
    entries = [entry(line) for line in good]
    for each in broken([*entries, *(_as_if_read(line, entry(line)) for line in bad)]):
        if each.index >= len(good):
            line = bad[each.index - len(good)]
            seen = {problem.column for problem in line.problems}
            if "" not in seen and each.column not in seen:
                line.tell(each)
    # What referred to a row that is left out has to be looked at again.
    while found := broken(entries):
        rest = resting_on({each.index for each in found}, entries, known)
        for each in (*found, *rest):
            good[each.index].tell(each)
        good = [line for line in good if not line.problems]
        entries = [entry(line) for line in good]
    return good


def _as_if_read(line: _Line, entry: Entry) -> Entry:
    """An entry with some figure where one stands that cannot be read: it is not absent."""
    columns = RECORDS[line.kind].by_name
    stood = {problem.column for problem in line.problems if problem.value}
    figures = {name: 0.0 for name in stood & columns.keys() if columns[name].kind == "number"}
    return replace(entry, row={**line.row, **figures})


def _reason(problem: Problem) -> str:
    """A problem without its place."""
    told = f"{problem.column or 'row'} {quoted(problem.value)}: {problem.rule}"
    return f"{told}; {problem.fix}" if problem.fix else told
