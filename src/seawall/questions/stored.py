"""Kept runs by whatever names them, and the study that each was computed from.

A run is a folder that `--out` wrote, or one on the shelf by its id, the first digits of it, or
"last".  Its study is one of those that the caller has, or one that the shelf or the package knows,
if its content is that of the run: a study that has changed since is not the run's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from seawall.errors import InputError, IntegrityError, UnknownName, UsageError
from seawall.runs.identity import SHORT
from seawall.runs.shelf import Shelf
from seawall.runs.snapshots import CONTENT
from seawall.runs.store import StoredRun
from seawall.shocks import Scenario
from seawall.study import Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from seawall.study import Study


def stored_run(reference: str | Path | StoredRun) -> StoredRun:
    """The run that is meant.

    Raises
    ------
    UnknownName, UsageError
        There is no such run, or several.
    IntegrityError
        Its folder is not what it was when it was written.
    """
    return reference if isinstance(reference, StoredRun) else Shelf().find(reference)


def study_of(stored: StoredRun, given: Iterable[Study] = ()) -> Study:
    """The study of a run, with the variants that the run chose.

    Parameters
    ----------
    given
        Studies that the caller has; each counts only if its content is that of the run.

    Raises
    ------
    UsageError
        Neither these nor what is kept has that content.
    """
    for study in given:
        chosen = _chosen(study, stored.origin.get("chosen", {}))
        if chosen is not None and chosen.digest() == stored.run["study"]:
            return chosen
    try:
        return Shelf().study_of(stored)
    except UsageError as error:
        raise UsageError(
            f"the study of run {stored.short_id} (digest {stored.run['study'][:SHORT]}) is not "
            "known here: name it with --study, and its overlays with --with"
        ) from error


def files_of(stored: StoredRun, study: Study) -> Path | None:
    """Where the tables of a run's study can be opened; None where they are nowhere on disk."""
    if study.folder is not None:
        return study.folder
    copy = Shelf().studies / str(stored.origin.get("base", "")) / CONTENT
    return copy if stored.origin and copy.is_dir() else None


def _chosen(study: Study, variants: Mapping[str, str]) -> Study | None:
    """The study with a run's variants; None where it does not have them."""
    try:
        return study.variant(*variants.values())
    except UnknownName:
        return None


def scenario_of(stored: StoredRun) -> Scenario | None:
    """The scenario of a run as it was asked, None for the base.

    Raises
    ------
    IntegrityError
        This version cannot read it.
    """
    record = stored.run.get("scenario")
    if record is None:
        return None
    try:
        return Scenario.model_validate(record)
    except ValidationError as error:
        raise IntegrityError(_unreadable("scenario", stored, error)) from error


def protocol_of(stored: StoredRun) -> Protocol | None:
    """The protocol by which a run was made, None if there was none.

    Raises
    ------
    IntegrityError
        This version cannot read it.
    """
    record = stored.run.get("options", {}).get("protocol")
    if record is None:
        return None
    try:
        return Protocol.model_validate(record)
    except (ValidationError, InputError) as error:
        raise IntegrityError(_unreadable("protocol", stored, error)) from error


def _unreadable(what: str, stored: StoredRun, error: Exception) -> str:
    return f"the {what} of run {stored.short_id} is not one that this version reads: {error}"
