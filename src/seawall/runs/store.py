"""A run on disk: a folder that is there as a whole or not at all.

DIR/run.json            identity, inputs, summary, SHA-256 of every other file
DIR/tables/NAME.parquet each table as it was computed
DIR/tables/NAME.csv     the same for spreadsheets, made safe to open there
DIR/...                 further files of the run, such as report.html
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall import files
from seawall.errors import IntegrityError, UsageError
from seawall.runs.document import plain
from seawall.runs.identity import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from seawall.runs.identity import Run

RECORD = "run.json"
FORMAT = 1
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
    """

    run: dict[str, Any]
    summary: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    created: str


def write(
    folder: str | Path,
    run: Run,
    summary: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    extra: Mapping[str, str] | None = None,
) -> Path:
    """Write a run into a folder of its own and return the folder.

    Parameters
    ----------
    folder
        Made with its parents. A folder that holds a run is replaced as a whole.
    run, summary, tables
        The run and its result.
    extra
        Further text files by their path inside the folder, such as `report.html`.

    Raises
    ------
    UsageError
        If the folder holds something else than a run.
    """
    target = Path(folder).resolve()
    replace = may_replace(target)
    contents = {name: text.encode() for name, text in (extra or {}).items()}
    for name, table in tables.items():
        if not _TABLE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} can't be the name of a table")
        contents[f"tables/{name}.parquet"] = _parquet(table)
        contents[f"tables/{name}.csv"] = spreadsheet_csv(table).encode()
    record = {
        "format": FORMAT,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "run": run.document(),
        "summary": plain(summary),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()},
    }
    contents[RECORD] = json.dumps(record, indent=1, allow_nan=False).encode()
    target.parent.mkdir(parents=True, exist_ok=True)
    with files.atomic_folder(target, replace=replace) as partial:
        for name, data in contents.items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write_bytes(path, data)
    return target


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
        If there is no run in the folder.
    IntegrityError
        If a file is missing or changed, or the inputs don't match the id.
    """
    source = Path(folder)
    path = source / RECORD
    if not path.is_file():
        raise UsageError(f"there is no run in {source}: {RECORD} is missing")
    try:
        record = json.loads(path.read_bytes())
        run, listed = record["run"], record["files"]
        summary, created = record["summary"], record["created"]
        inputs = {key: value for key, value in run.items() if key not in ("id", "short_id")}
        stated = run["id"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(f"{path} isn't the record of a run: {error}") from error
    if digest(inputs) != stated:
        raise IntegrityError(f"{path}: the inputs don't give the run's id {stated}")
    tables = {}
    for name, expected in listed.items():
        data = _checked(source / name, expected)
        if name.endswith(".parquet"):
            tables[Path(name).stem] = _from_parquet(data)
    return StoredRun(run, summary, tables, created)


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


def _checked(path: Path, expected: str) -> bytes:
    """The content of a file of the run, if it is what was written."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise IntegrityError(f"{path} can't be read: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != expected:
        raise IntegrityError(f"{path} has changed since it was written")
    return data
