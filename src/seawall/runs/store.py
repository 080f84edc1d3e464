"""A run on disk: a folder that is there as a whole or not at all.

DIR/run.json            identity, inputs, summary, study, SHA-256 of every other file and of itself
DIR/tables/NAME.parquet each table as it was computed
DIR/tables/NAME.csv     the same for spreadsheets, made safe to open there (not on the shelf)
DIR/...                 further files of the run, such as report.html
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall import files
from seawall.errors import IntegrityError, UsageError
from seawall.runs.document import plain
from seawall.runs.identity import digest
from seawall.runs.snapshots import origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from seawall.runs.identity import Run
    from seawall.study import Study

RECORD = "run.json"
FORMAT = 2
_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*")
# A spreadsheet runs a cell that starts so as a formula.
_FORMULA = re.compile(r"^(?=[=+\-@\t\r])")


@dataclass(frozen=True)
class StoredRun:
    """A run as it was written.

    Attributes
    ----------
    run
        Ids and inputs, as `Run.document` gives them.
    summary
        The result's summary, null where it had infinity.
    tables
        Name to table.
    created
        When the folder was written, ISO time in UTC.
    folder
        Where it is.
    origin
        Of which study it is, as `snapshots.origin_of` gives it; empty where it is of none.
    """

    run: dict[str, Any]
    summary: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    created: str
    folder: Path
    origin: dict[str, Any] = field(default_factory=dict)

    @property
    def short_id(self) -> str:
        """The first 12 digits of the id."""
        return str(self.run["short_id"])


def write(
    folder: str | Path,
    run: Run,
    summary: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    extra: Mapping[str, str] | None = None,
    study: Study | None = None,
) -> Path:
    """Write a run into a folder of its own, for people too, and return the folder.

    Parameters
    ----------
    folder
        Made with its parents. A folder that holds a run is replaced as a whole.
    run, summary, tables
        The run and its result.
    extra
        Further text files by their path inside the folder, such as `report.html`.
    study
        The study that was asked, so that the run can say so.

    Raises
    ------
    UsageError
        If the folder holds something else than a run.
    """
    target = Path(folder).resolve()
    replace = may_replace(target)
    sheets = {f"tables/{name}.csv": spreadsheet_csv(table) for name, table in tables.items()}
    contents = _contents(run, summary, tables, {**(extra or {}), **sheets}, study)
    target.parent.mkdir(parents=True, exist_ok=True)
    _put(target, contents, replace=replace)
    return target


def keep(
    folder: Path,
    run: Run,
    summary: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    study: Study | None = None,
) -> None:
    """Write a run where there is none, without the tables for spreadsheets.

    Raises
    ------
    FileExistsError
        There is a folder of that name already, or another process was quicker.
    """
    _put(folder, _contents(run, summary, tables, {}, study), replace=False)


def _contents(
    run: Run,
    summary: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    extra: Mapping[str, str],
    study: Study | None,
) -> dict[str, bytes]:
    """Every file of a run by its path inside the folder."""
    contents = {name: text.encode() for name, text in extra.items()}
    for name, table in tables.items():
        if not _TABLE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} can't be the name of a table")
        contents[f"tables/{name}.parquet"] = _parquet(table)
    record = {
        "format": FORMAT,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "run": run.document(),
        "summary": plain(summary),
        "study": origin_of(study) if study is not None else {},
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()},
    }
    record["seal"] = digest(record)
    return {**contents, RECORD: json.dumps(record, indent=1, allow_nan=False).encode()}


def _put(target: Path, contents: Mapping[str, bytes], *, replace: bool) -> None:
    with files.atomic_folder(target, replace=replace) as partial:
        for name, data in contents.items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write_bytes(path, data)


def may_replace(folder: str | Path) -> bool:
    """Whether there is a run in the folder that `write` would replace.

    Call it before a long computation, so that a folder that can't be used is known at once.

    Raises
    ------
    UsageError
        If the folder is a file, or holds something else than a run.
    """
    target = Path(folder)
    if not target.exists():
        return False
    if not target.is_dir():
        raise UsageError(f"{target} is a file; name a folder")
    if (target / RECORD).is_file():
        return True
    if any(target.iterdir()):
        raise UsageError(f"{target} holds files that aren't a run; name a new folder")
    return False


def read(folder: str | Path) -> StoredRun:
    """Read a run back and check it against its own record.

    Raises
    ------
    UsageError
        If there is no run in the folder, or one that another version of Seawall wrote.
    IntegrityError
        If a file is missing or changed, or the inputs don't match the id.
    """
    source = Path(folder)
    kept = record(source)
    found: dict[str, bytes] = {}
    faults = list(_changed(source, kept["files"], found))
    if faults:
        raise IntegrityError("; ".join(faults))
    tables = {
        Path(name).stem: _from_parquet(data)
        for name, data in found.items()
        if name.endswith(".parquet")
    }
    return StoredRun(kept["run"], kept["summary"], tables, kept["created"], source, kept["study"])


def record(folder: Path) -> dict[str, Any]:
    """The content of run.json, checked against itself; the tables are not read.

    Raises
    ------
    UsageError
        If there is no run in the folder, or one that another version of Seawall wrote.
    IntegrityError
        If it is no record, has changed, or its inputs don't give its id.
    """
    path = folder / RECORD
    if not path.is_file():
        raise UsageError(f"there is no run in {folder}: {RECORD} is missing")
    try:
        kept = json.loads(path.read_bytes())
        version, run = kept["format"], kept["run"]
        stated, named = run["id"], run["short_id"]
        inputs = {key: value for key, value in run.items() if key not in ("id", "short_id")}
        if version == FORMAT:
            seal = kept["seal"]
            _ = kept["created"], kept["summary"], kept["study"]["name"] if kept["study"] else None
            _ = [str(value) for value in kept["files"].values()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(f"{path} isn't the record of a run: {error}") from error
    if version != FORMAT:
        raise UsageError(
            f"{path} has format {version}, which another version of Seawall wrote; this one reads "
            f"format {FORMAT}: compute the run again"
        )
    if digest(inputs) != stated or not str(stated).startswith(str(named)):
        raise IntegrityError(f"{path}: the inputs don't give the run's id {stated}")
    if digest({key: value for key, value in kept.items() if key != "seal"}) != seal:
        raise IntegrityError(f"{path} has changed since it was written: its seal doesn't match")
    return dict(kept)


def faults_of(folder: Path) -> list[str]:
    """What is wrong with the run in a folder, a sentence each that names the file; none if it is
    as it was written.  A run of another version counts as wrong."""
    try:
        kept = record(folder)
    except (UsageError, IntegrityError) as error:
        return [str(error)]
    return list(_changed(folder, kept["files"], {}))


def _changed(folder: Path, listed: Mapping[str, str], found: dict[str, bytes]) -> Iterator[str]:
    """Yield what differs from the list of files; the content of the others goes to `found`."""
    for name, expected in listed.items():
        path = folder / name
        try:
            data = path.read_bytes()
        except OSError as error:
            yield f"{path} can't be read: {error.strerror}"
            continue
        if hashlib.sha256(data).hexdigest() != expected:
            yield f"{path} has changed since it was written"
        else:
            found[name] = data


def differences(kept: Mapping[str, pd.DataFrame], new: Mapping[str, pd.DataFrame]) -> list[str]:
    """In which tables a result differs from a stored one, a sentence each; none if every cell is
    the same to the last digit."""
    told = [f"{name} is in one of them only" for name in sorted(kept.keys() ^ new.keys())]
    for name in kept:
        if name in new:
            # As it would be read back: files know no difference between None and NaN.
            other = _from_parquet(_parquet(new[name]))
            if not kept[name].equals(other):
                told.append(f"{name} {_unlike(kept[name], other)}")
    return told


def _unlike(a: pd.DataFrame, b: pd.DataFrame) -> str:
    """How two tables of one name differ."""
    if list(a) != list(b):
        return f"has the columns {', '.join(map(str, a))} and {', '.join(map(str, b))}"
    if len(a) != len(b):
        return f"has {len(a)} and {len(b)} rows"
    for name in a:
        one, other = a[name], b[name]
        if not one.equals(other):
            unlike = ~((one == other) | (one.isna() & other.isna()))
            if not unlike.any():
                return f"has another type in {name}: {one.dtype} and {other.dtype}"
            row = int(unlike.to_numpy().argmax())
            return f"has {one.iloc[row]!r} and {other.iloc[row]!r} in row {row + 1} of {name}"
    return "has other types of columns"


def spreadsheet_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV that a spreadsheet can open without running anything.

    Text that starts like a formula gets an apostrophe in front. Infinity is blank, as is absence.
    """
    import numpy as np
    from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

    safe = table.copy()
    safe.columns = [_FORMULA.sub("'", str(name)) for name in safe.columns]
    for name in safe.columns:
        column = safe[name]
        if is_bool_dtype(column) or is_datetime64_any_dtype(column):
            continue
        if is_numeric_dtype(column):
            safe[name] = column.replace([np.inf, -np.inf], np.nan)
        else:
            safe[name] = column.map(_without_formula, na_action="ignore")
    return str(safe.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d"))


def _without_formula(value: object) -> object:
    """A text cell that no spreadsheet takes for a formula; numbers as they are."""
    return _FORMULA.sub("'", value) if isinstance(value, str) else plain(value)


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, engine="pyarrow")
    return buffer.getvalue()


def _from_parquet(data: bytes) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(io.BytesIO(data), engine="pyarrow")
