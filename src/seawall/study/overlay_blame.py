"""Problems of a changed study, told where the change was written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seawall.errors import Problem
from seawall.study import checks
from seawall.study.overlay_rows import apply, by_cell
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seawall.study.overlay_file import Change
    from seawall.study.overlay_rows import Cell
    from seawall.study.study import Study

__all__ = ["blamed", "culprits"]

_MOST_TRIED = 50
_MOST_NAMED = 5


def blamed(problems: Iterable[Problem], changes: Sequence[Change]) -> list[Problem]:
    """Return problems of a study's rows at the file and line of the overlays that changed them.

    A problem of a row that no overlay changed stays where it is and says that there are overlays:
    the study stood without them. Without changes all stay as they are.
    """
    by_row: dict[tuple[str, int], list[Change]] = {}
    for change in changes:
        file = TABLES[change.table].file
        by_row.setdefault((file, change.study_line), []).append(change)
    return [
        _at(problem, by_row.get((problem.file, problem.row or 0), []), changes)
        for problem in problems
    ]


def _at(problem: Problem, own: list[Change], changes: Sequence[Change]) -> Problem:
    """The problem where its overlay says so; `own` are the changes of its row."""
    cause = [c for c in own if problem.column in (c.column, *c.follows)] or own
    if cause:
        first = cause[0]
        where = f"{problem.file}:{problem.row}"
        set_by = (
            f"{first.table} {first.row}, whose {first.column} {first.who} sets to {first.value}"
        )
        rule = f"{problem.rule} ({where}: {set_by})"
        return replace(problem, file=first.file, row=first.line, rule=rule)
    if not changes or problem.file not in {table.file for table in TABLES.values()}:
        return problem
    places = list(dict.fromkeys(change.where for change in changes))
    more = f" and {len(places) - _MOST_NAMED} more" if len(places) > _MOST_NAMED else ""
    rule = f"{problem.rule} (with what overlays change: {', '.join(places[:_MOST_NAMED])}{more})"
    return replace(problem, rule=rule)


def culprits(
    study: Study, cells: Sequence[Cell], changes: Sequence[Change], errors: Sequence[Problem]
) -> list[Problem]:
    """Find which change breaks a row that none of them touches, by making each alone.

    Parameters
    ----------
    study
        Without overlays, so without errors.
    cells, changes
        What all overlays change.
    errors
        What the checks find when all of it is changed.

    Returns
    -------
    The errors; those of rows that no overlay changes at the one change that causes them alone,
    if one does.
    """
    touched = {(TABLES[c.table].file, c.study_line) for c in changes}
    far = {error for error in errors if (error.file, error.row or 0) not in touched}
    wanted = by_cell(cells)
    if not far or len(wanted) > _MOST_TRIED:
        return list(errors)
    caused: dict[Problem, Change] = {}
    for alone in wanted.values():
        frames, made = apply(study.frames, alone)
        for error in far.intersection(checks.run(frames, study.settings).errors):
            caused.setdefault(error, made[0])
    wrong = {(error.file, error.row, error.column) for error in errors}
    return [
        _told(error, caused[error]) if error in caused else error
        for error in errors
        # A cell that is wrong where it stands is told once, and not again by what it breaks.
        if error not in caused or _cell(caused[error]) not in wrong
    ]


def _cell(change: Change) -> tuple[str, int, str]:
    return TABLES[change.table].file, change.study_line, change.column


def _told(error: Problem, change: Change) -> Problem:
    where = ":".join(str(part) for part in (error.file, error.row, error.column) if part)
    rule = f"{change.table} {change.row} {change.column}: breaks {where}: {error.rule}"
    return Problem(change.file, change.line, "value", change.value, rule, error.fix)
