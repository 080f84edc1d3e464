"""The shelf: every run that was computed, found again by its inputs.

FOLDER/runs/<id>/           each run, as `store` writes it
FOLDER/studies/<digest>/    copies of the studies that were asked, as `snapshots` writes them
FOLDER/partial/<id>/        finished items of long runs that were interrupted
FOLDER/index.sqlite         a cache of what the folders of the runs say

Nothing on it is ever changed, only added: folders are built under a temporary name and renamed, so
that several processes may write at once and a crash leaves nothing half done.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from seawall.errors import IntegrityError, UnknownName, UsageError
from seawall.runs import snapshots, store
from seawall.runs.entries import KEPT, Entry, entry_of, stamp
from seawall.runs.identity import SHORT, Run
from seawall.runs.index import Index, IndexBusyError, IndexUnusableError
from seawall.runs.kept import KeptFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from seawall.runs.store import StoredRun
    from seawall.study import Study

FOLDER = "SEAWALL_RUNS"
LAST = "last"
#: Columns of `listed`.
COLUMNS = (
    "id", "created", "question", "study", "scenario", "title", "responses", "headline", "status",
)  # fmt: skip
_LEAST = 4  # digits of an id that name a run
_ID = re.compile(rf"[0-9a-f]{{{SHORT}}}")
_REFERENCE = re.compile(rf"[0-9a-f]{{{_LEAST},64}}")
_DAY = 86_400.0  # seconds
#: Age at which what a crash left is removed: no write lasts a day.
_LEFT_OVER = _DAY
#: Age at which finished items are given up: other code or another study has long been asked since.
_GIVEN_UP = 30 * _DAY


class Answer(Protocol):
    """What a question gives back, as far as a shelf cares."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """What the answer depends on."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Frames by name."""

    def summary(self) -> dict[str, Any]:
        """Headline figures with their units."""


def default_folder() -> Path:
    """Where runs are kept: the environment's SEAWALL_RUNS, else the user's data folder."""
    named = os.environ.get(FOLDER)
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("seawall", appauthor=False)) / "runs"


class Shelf:
    """Runs in one folder, which is made when the first is kept.

    Parameters
    ----------
    folder
        None: `default_folder()`.
    say
        Takes a line about the shelf itself, such as that its index was rebuilt; None warns.
    """

    def __init__(
        self, folder: str | Path | None = None, say: Callable[[str], None] | None = None
    ) -> None:
        self.folder = (Path(folder) if folder is not None else default_folder()).absolute()
        self.runs = self.folder / "runs"
        self.studies = self.folder / "studies"
        self.partial = self.folder / "partial"
        self.index = Index(self.folder / "index.sqlite")
        self._say = say or (lambda text: warnings.warn(text, stacklevel=3))

    def keep(self, answer: Answer, study: Study | None) -> StoredRun:
        """Put an answer on the shelf with a copy of the study that it is of, and read it back.

        A run that is there already stays as it is.

        Raises
        ------
        IntegrityError
            The run is there with other tables (the same inputs must give the same), or has been
            edited.
        """
        run = Run.of(answer.identity)
        target = self.runs / run.short_id
        if not target.is_dir():
            self.runs.mkdir(parents=True, exist_ok=True)
            self.studies.mkdir(exist_ok=True)
            if study is not None:
                snapshots.keep(self.studies, study)
            # Another process that was quicker has its tables compared below.
            with contextlib.suppress(FileExistsError):
                store.keep(target, run, answer.summary(), answer.tables, study)
        stored = self._read(target, run.id)
        unlike = store.differences(stored.tables, answer.tables)
        if unlike:
            raise IntegrityError(
                f"run {run.short_id} was computed on {stored.created[:10]} with other tables "
                f"(kept, computed now): {'; '.join(unlike)}; {target} is left as it is"
            )
        self._touch(target)
        return stored

    def lookup(self, run: Run) -> StoredRun | None:
        """The kept run of these inputs, None if there is none.

        Raises
        ------
        IntegrityError
            It has been edited.
        """
        target = self.runs / run.short_id
        if not target.is_dir():
            return None
        stored = self._read(target, run.id)
        self._touch(target)
        return stored

    def find(self, reference: str | Path) -> StoredRun:
        """A run by its id, the first digits of it (at least four), "last" (the one that was last
        computed or asked for), or its folder.

        Raises
        ------
        UnknownName
            There is no such run.
        UsageError
            The digits are those of several runs.
        IntegrityError
            The run has been edited.
        """
        return store.read(self.folder_of(reference))

    def folder_of(self, reference: str | Path) -> Path:
        """Folder of the run that `find` would read."""
        text = str(reference)
        if (Path(reference) / store.RECORD).is_file():
            return Path(reference)
        if text == LAST:
            entries = self._sorted()
            if not entries:
                raise UnknownName("run", LAST)
            return self.runs / entries[0].id
        ids = self._ids()
        if _REFERENCE.fullmatch(text):
            # A whole id of 64 digits names the folder of its first 12; `read` holds the rest.
            found = [id for id in ids if id.startswith(text[:SHORT])]
            if len(found) > 1:
                raise UsageError(f'"{text}" are digits of several runs: {", ".join(found)}')
            if found:
                return self.runs / found[0]
        raise UnknownName("run", text, [*ids, LAST] if ids else ())

    def matching(
        self, question: str, scenario: str | None, study: str | None = None
    ) -> Iterator[StoredRun]:
        """Yield the runs that answered a question, the last one computed or asked for first.

        Parameters
        ----------
        scenario
            Name of the scenario; None: runs without one.
        study
            Name of the study; None: of any.

        Raises
        ------
        IntegrityError
            One of them has been edited.
        """
        for entry in self._sorted():
            if (
                entry.status == KEPT
                and entry.question == question
                and entry.scenario == (scenario or "")
                and study in (None, entry.study)
            ):
                yield store.read(self.runs / entry.id)

    def latest(
        self, question: str, scenario: str | None = None, study_name: str | None = None
    ) -> StoredRun | None:
        """The first of `matching`, None if there is none."""
        return next(self.matching(question, scenario, study_name), None)

    def listed(self) -> pd.DataFrame:
        """All runs, the last one computed or asked for first; columns `COLUMNS`."""
        import pandas as pd

        self.sweep(_LEFT_OVER)
        rows = [[getattr(entry, name) for name in COLUMNS] for entry in self._sorted()]
        return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")

    def study_of(self, stored: StoredRun) -> Study:
        """The study that a run was asked of, with the run's variants chosen.

        Raises
        ------
        UsageError
            It is neither on the shelf nor built in.
        IntegrityError
            Its copy has been edited.
        """
        return snapshots.restored(self.studies, stored.origin, str(stored.run["study"]))

    def items_of(self, run: Run) -> KeptFolder:
        """Where a long computation of these inputs keeps its finished items."""
        return KeptFolder(self.partial / run.short_id)

    def rebuild(self) -> None:
        """Write the index anew from the folders of the runs."""
        entries = [entry_of(self.runs / id) for id in self._ids()]
        if self.folder.is_dir():
            self.index.rebuild(entries)

    def run_folders(self) -> list[Path]:
        """Folders of all runs, damaged ones too, in order of their ids."""
        return [self.runs / id for id in self._ids()]

    def check_index(self) -> None:
        """Compare the index with the folders, and rebuild it if they do not agree."""
        try:
            known = self.index.all()
            wrong = self.index.check()
            if not wrong and known != {id: entry_of(self.runs / id) for id in self._ids()}:
                wrong = "it does not agree with the folders of the runs"
        except (IndexBusyError, IndexUnusableError) as error:
            wrong = str(error)
        if wrong and self._ids():
            self._say(f"the index of runs is rebuilt: {wrong}")
            self._rebuilt()

    def sweep(self, age: float) -> list[Path]:
        """Remove what crashes left, if nobody has touched it for `age` seconds, and items that
        were given up; return what is left over but younger."""
        now = time.time()
        young = []
        for path in self.folder.glob(".index.*.partial"):
            if _age(path, now) > age:
                path.unlink(missing_ok=True)
        for inside in (self.runs, self.studies):
            for path in inside.glob(".*.partial") if inside.is_dir() else ():
                if _age(path, now) > age:
                    shutil.rmtree(path, ignore_errors=True)  # else the next sweep does it
                else:
                    young.append(path)
        for path in self.partial.iterdir() if self.partial.is_dir() else ():
            if _age(path, now) > _GIVEN_UP:
                shutil.rmtree(path, ignore_errors=True)
        return young

    def entries(self) -> list[Entry]:
        """All runs by id, as the index has them once it agrees with the folders."""
        try:
            # First the index: what another process adds meanwhile is then only new, never gone.
            known = self.index.all()
        except IndexUnusableError as error:
            ids = self._ids()
            if ids:
                self._say(f"the index of runs is rebuilt: {error}")
                return self._rebuilt()
            return []
        except IndexBusyError as error:
            self._say(f"the runs are listed without their index: {error}")
            return [entry_of(self.runs / id) for id in self._ids()]
        there = {id: stamp(self.runs / id) for id in self._ids()}
        new = {
            id: entry_of(self.runs / id)
            for id, mark in there.items()
            if id not in known or (known[id].touched, known[id].size) != mark
        }
        gone = known.keys() - there.keys()
        if new or gone:
            self._say(
                f"the index of runs is brought up to date: {len(new)} new or changed, "
                f"{len(gone)} gone"
            )
            with contextlib.suppress(IndexBusyError, IndexUnusableError):  # the next list does it
                self.index.put(new.values(), gone)
        found = known | new
        return [found[id] for id in sorted(there)]

    def _rebuilt(self) -> list[Entry]:
        entries = [entry_of(self.runs / id) for id in self._ids()]
        try:
            self.index.rebuild(entries)
        except IndexBusyError as error:
            self._say(f"the index of runs could not be written: {error}")
        return entries

    def _sorted(self) -> list[Entry]:
        return sorted(self.entries(), key=lambda entry: (-entry.touched, entry.id))

    def _ids(self) -> list[str]:
        """Names of the folders of runs; what is being written has another kind of name."""
        if not self.runs.is_dir():
            return []
        return sorted(path.name for path in self.runs.iterdir() if _ID.fullmatch(path.name))

    def _read(self, folder: Path, id: str) -> StoredRun:
        try:
            stored = store.read(folder)
        except IntegrityError as error:
            raise IntegrityError(
                f"{error}; without the folder {folder} the run is computed anew"
            ) from error
        if stored.run["id"] != id:
            raise IntegrityError(
                f"{folder} holds the run {stored.run['id']}, not {id}: it has been renamed"
            )
        return stored

    def _touch(self, folder: Path) -> None:
        """Mark a run as the last one asked for, and let the index know."""
        with contextlib.suppress(PermissionError):  # a shelf that others keep
            os.utime(folder / store.RECORD)
        # An index that cannot be written now is mended by the next list, which says so.
        with contextlib.suppress(IndexBusyError, IndexUnusableError):
            self.index.put([entry_of(folder)])


def _age(path: Path, now: float) -> float:
    """Seconds since anything in a folder was last written."""
    try:
        return now - max(item.stat().st_mtime for item in (path, *path.rglob("*")))
    except OSError:
        return 0.0  # its writer is at it
