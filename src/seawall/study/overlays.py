"""A study and the cells that people would have otherwise -> a study, checked anew.

Overlays are laid over a study all at once: their order does not matter, and two that want one cell
otherwise contradict each other.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall.errors import InputError, Problem, UnknownName, UsageError, did_you_mean
from seawall.study import checks
from seawall.study.cargo_records import CARGO_TABLES, REDIRECT
from seawall.study.cells import CellError, Value, absent, cell_value, format_value
from seawall.study.keys import Keys, key_columns, row_key
from seawall.study.overlay_blame import blamed, culprits
from seawall.study.overlay_file import Change, overlay_text, read_changes, read_overlay
from seawall.study.overlay_rows import Cell, apply, by_cell
from seawall.study.records import TABLES
from seawall.study.site_records import SITE, SITE_TABLES
from seawall.study.track_records import TRACK_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seawall.study.columns import Column
    from seawall.study.study import Study

__all__ = [
    "UNUSED", "Change", "change_at", "only_read_by", "overlaid", "overlay_text", "read_overlay",
]  # fmt: skip

#: Columns that people read and no question uses, and what counts instead.
UNUSED = {
    ("facilities", "nameplate"): "runs use capacity",
    ("paths", "points"): "it is the course on the map; runs use days and passages of lanes",
}
_TOLL = ("passages", "toll")
_CARGOES = {table.name for table in CARGO_TABLES}
_SITE = {table.name for table in SITE_TABLES}
_TRACK = {table.name for table in TRACK_TABLES}
_NO_TABLES = ("study", "settings", "study.toml", "scenarios", "protocol", "protocols")


def only_read_by(table: str, column: str, used_by: str) -> str:
    """The question that reads a cell where no other does (`redirect` with its books, `site`,
    `track`); blank where others do.

    `used_by` is that of the row, where it is an assumption.
    """
    if table == "assumptions":
        found = used_by in REDIRECT, used_by in SITE, False
    else:
        found = (table, column) == _TOLL or table in _CARGOES, table in _SITE, table in _TRACK
    questions = ("redirect", "site", "track")
    return next((name for name, only in zip(questions, found, strict=True) if only), "")


def overlaid(study: Study, files: str | Path | Iterable[str | Path]) -> Study:
    """Lay overlays over a study.

    A changed figure whose row states a range (`low`, `high`) takes the range with it: scaled, or
    left out where the overlay states a confidence of its own. The confidence of a row follows the
    evidence of its main figure, its source too where the overlay names a key of sources.csv, and
    an assumption that was agreed is only proposed once its value is changed.

    Parameters
    ----------
    study
        Without overlays: all are laid at once.
    files
        Overlay files in any order; none gives the study as it is.

    Returns
    -------
    Study
        With the changed frames, the changes in `overlays`, and further warnings.

    Raises
    ------
    UnknownName
        There is no such file.
    UsageError
        The study has overlays already.
    InputError
        With every problem of every overlay, conflicts between them, and every rule of the study
        that the changed study breaks, by file and line of the overlay.
    """
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(file) for file in files]
    paths = list(dict.fromkeys(paths))
    if not paths:
        return study
    if study.overlays:
        raise UsageError("the study has overlays already: lay all of them at once")
    problems: list[Problem] = []
    warnings: list[Problem] = []
    changes: list[Change] = []
    for path in paths:
        told: list[Problem] = []
        found = read_changes(path, told)
        if not found and not told:
            rule = "the overlay changes nothing"
            warnings.append(Problem(str(path), 1, "", "", rule, "add a row a cell"))
        problems += told
        changes += found
    cells, broken = _cells(study, changes, problems)
    problems += _conflicts([cell for cell in cells if cell.change not in broken])
    frames, made = apply(study.frames, cells)
    found_by_checks = checks.run(frames, study.settings, clean=not problems)
    # What a cell that could not be read leads to is no news.
    told_of = {(change.file, change.line) for change in broken}
    errors = blamed(culprits(study, cells, made, found_by_checks.errors), made)
    problems += [error for error in errors if (error.file, error.row) not in told_of]
    if problems:
        names = ", ".join(map(str, paths))
        raise InputError(problems, title=f'study "{study.name}" with {names}')
    known = set(study.warnings)
    warnings += [warning for cell in cells for warning in _oddities(study, cell)]
    warnings += _other_variants(study, cells)
    warnings += blamed([w for w in found_by_checks.warnings if w not in known], made)
    kept = [w for w in found_by_checks.warnings if w in known]
    warnings = sorted(set(warnings), key=lambda w: (w.file, w.row or 0, w.column, w.rule))
    return replace(study, frames=frames, overlays=made, warnings=(*kept, *warnings))


def change_at(study: Study, table: str, row: Any, column: str) -> Change | None:
    """Return the change that an overlay made to a cell, None if there is none.

    Where several overlays agree on the cell it is the one with the best evidence.

    Parameters
    ----------
    row
        The row as a named tuple (`Study.rows`), a Series or a mapping, or its key.
    """
    if not study.overlays:
        return None
    if isinstance(row, str):
        keys = {row}
    else:
        plain = row_key(table, row)
        variant = row.get("variant", "") if hasattr(row, "get") else getattr(row, "variant", "")
        keys = {plain, f"{plain}@{variant}"}
    for change in study.overlays:
        if change.table == table and change.column == column and change.row in keys:
            return change
    return None


def _cells(
    study: Study, changes: Iterable[Change], problems: list[Problem]
) -> tuple[list[Cell], set[Change]]:
    """Find the cells that are meant; those whose value cannot be read are blank and broken."""
    keys = Keys(study.frames)
    cells: list[Cell] = []
    broken: set[Change] = set()
    for change in changes:
        column = _column(change, problems)
        position = _position(change, keys, problems)
        if column is None or position is None:
            continue
        row = study.frames[change.table].iloc[position]
        change = replace(
            change,
            row=keys.names(change.table)[position],
            before=format_value(column, row[column.name]),
            study_line=int(row[TABLES[change.table].line]),
        )
        value: Value
        try:
            value = cell_value(column, change.value)
            change = replace(change, value=format_value(column, value))
        except CellError as error:
            rule = f"{change.table}.{column.name}: {error.rule}"
            problems.append(_problem(change, "value", change.value, rule, error.fix))
            value = absent(column)
            broken.add(change)
        cells.append(Cell(change, position, value))
    return cells, broken


def _problem(change: Change, column: str, value: str, rule: str, fix: str) -> Problem:
    return Problem(change.file, change.line, column, value, rule, fix)


def _column(change: Change, problems: list[Problem]) -> Column | None:
    """The column that a change means; None if there is none or it may not be changed."""
    if not change.table or not change.column:
        return None  # told when the overlay was read
    if change.table not in TABLES:
        plain = change.table.removesuffix(".csv")
        if plain in TABLES:
            fix = f'write "{plain}"'
        elif change.table in _NO_TABLES:
            fix = "an overlay changes tables; settings and texts change in a study of your own"
        else:
            fix = did_you_mean(change.table, TABLES) or "known tables: " + ", ".join(TABLES)
        problems.append(_problem(change, "table", change.table, "no table has this name", fix))
        return None
    record = TABLES[change.table]
    if change.column in record.key:
        rule = f"{change.column} is part of the key of {change.table}, by which rows are known"
        fix = "an overlay changes the other columns of a row"
        problems.append(_problem(change, "column", change.column, rule, fix))
        return None
    if change.column not in record.by_name:
        others = [name for name in record.by_name if name not in record.key]
        if change.column == "row":
            rule, fix = "row is the line in the file and no column", "name the column to change"
        else:
            rule = f"{change.table} has no such column"
            fix = did_you_mean(change.column, others) or "columns: " + ", ".join(others)
        problems.append(_problem(change, "column", change.column, rule, fix))
        return None
    return record.by_name[change.column]


def _position(change: Change, keys: Keys, problems: list[Problem]) -> int | None:
    """The position of the row that a change means; None if it isn't there."""
    if not change.row or change.table not in TABLES:
        return None
    try:
        return keys.at(change.table, change.row)
    except UnknownName as error:
        shape = key_columns(change.table)
        if shape.count("/") > change.row.count("/"):
            fix = f"a row of {change.table} is named {shape}"
        else:
            fix = "an overlay changes rows and adds none: add it in a study of your own"
        hint = did_you_mean(change.row, error.known)
        rule = f"{change.table} has no such row"
        fix = f"{hint} {fix}" if hint else fix
        problems.append(_problem(change, "row", change.row, rule, fix))
    except UsageError as error:
        rule, _, fix = str(error).partition("; ")
        problems.append(_problem(change, "row", change.row, rule, fix))
    return None


def _conflicts(cells: Iterable[Cell]) -> list[Problem]:
    """One problem a cell that is wanted otherwise by different rows of overlays."""
    found = []
    for wanted in by_cell(cells).values():
        changes = sorted((cell.change for cell in wanted), key=lambda c: (c.file, c.line))
        if len({change.value for change in changes}) < 2:
            continue
        last = changes[-1]
        each = "; ".join(f'"{c.value}" by {c.who or "nobody"} ({c.where})' for c in changes)
        rule = f"conflict over {last.table} {last.row} {last.column}: {each}"
        found.append(
            _problem(last, "value", last.value, rule, "agree on one value, or leave one out")
        )
    return found


def _oddities(study: Study, cell: Cell) -> Iterable[Problem]:
    """What is allowed and may not be meant: mostly changes that no result will show."""
    change = cell.change
    table, column = change.table, change.column
    row = study.frames[table].iloc[cell.position]
    cell_name = f"{table} {change.row} {column}"

    def odd(rule: str, fix: str) -> Problem:
        return _problem(change, "value", change.value, f"{cell_name}: {rule}", fix)

    if change.value == change.before:
        fix = "only its evidence changes" if change.confidence else "leave the row out"
        yield odd("the study says so already", fix)
    if (table, column) in UNUSED:
        yield odd("shown and never used: no result changes", UNUSED[table, column])
    built = table == "assumptions" and column in ("value", "unit") and row["used_by"]
    if built in ("builder", "builder+redirect"):
        no, nothing = ("no run", "no") if built == "builder" else ("only redirect", "no other")
        rule = f"{no} reads it, the tables were built with it: {nothing} result changes"
        yield odd(rule, "change the rows that were built with it")
    if (table, column) == _TOLL:
        rule = "only redirect reads it: no other result changes"
        yield odd(rule, "what tolls cost is part of the freight of lanes")
    record = TABLES[table]
    measured = [c.name for c in record.columns if c.unit == f"@{column}"]
    if measured and change.value != change.before:
        names = ", ".join(measured)
        yield odd(f"{names} of the row are now in this unit", "change the figures with it")


def _other_variants(study: Study, cells: Iterable[Cell]) -> Iterator[Problem]:
    """One warning a file and variant whose rows do not count as the study is chosen."""
    found: dict[tuple[str, str], list[Change]] = {}
    for cell in cells:
        variant = study.frames[cell.change.table].iloc[cell.position].get("variant", "")
        if variant and variant not in study.selected.values():
            found.setdefault((cell.change.file, variant), []).append(cell.change)
    for (_, variant), changes in found.items():
        first = min(changes, key=lambda change: change.line)
        rows = {(change.table, change.row) for change in changes}
        what = f"{first.table} {first.row}" + (
            f" and {len(rows) - 1} more" if len(rows) > 1 else ""
        )
        rule = f'{what}: counts only where variant "{variant}" is chosen'
        fix = "choose the variant in a scenario, or change the row of the chosen one"
        yield _problem(first, "row", first.row, rule, fix)
