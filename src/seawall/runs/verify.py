"""Whether what is on a shelf is what was put there.  Nothing is repaired or removed but the index,
which is a cache, and what crashes left behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.runs import snapshots, store
from seawall.runs.entries import entry_of

if TYPE_CHECKING:
    from pathlib import Path

    from seawall.runs.shelf import Shelf

#: Age [s] at which something half written has no writer any more: a write takes seconds.
CRASHED = 600.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what it is ("run", "study" or "shelf"), its id, and what is
    wrong with it; `note` is odd but no fault."""

    kind: str
    id: str
    faults: tuple[str, ...] = ()
    note: str = ""


def check_run(folder: Path) -> Finding:
    """Compare every file of a run with the run's own record."""
    faults = store.faults_of(folder)
    extra = "" if faults else ", ".join(sorted(_beside(folder)))
    note = f"{folder} also holds what is no part of the run: {extra}" if extra else ""
    return Finding("run", folder.name, tuple(faults), note)


def check_shelf(shelf: Shelf) -> list[Finding]:
    """Compare every run and every copy of a study with their own records.

    An index that does not agree with the folders is rebuilt, which the shelf says; what crashes
    left behind is removed when nobody can be writing it any more.
    """
    findings = []
    for folder in shelf.run_folders():
        found = check_run(folder)
        status = entry_of(folder).status
        if not found.faults and status != "kept":  # under another name than its id
            found = Finding("run", folder.name, (status,))
        findings.append(found)
    if shelf.studies.is_dir():
        for folder in sorted(shelf.studies.iterdir()):
            if not folder.name.startswith("."):
                faults = tuple(snapshots.faults_of(folder))
                findings.append(Finding("study", folder.name, faults))
    shelf.check_index()
    left = shelf.sweep(CRASHED)
    if left:
        findings.append(
            Finding("shelf", "", (), f"{len(left)} folders are being written, or were a moment ago")
        )
    return findings


def _beside(folder: Path) -> set[str]:
    """Files in the folder of a run that its record does not list."""
    listed = {store.RECORD, *store.record(folder)["files"]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return there - listed
