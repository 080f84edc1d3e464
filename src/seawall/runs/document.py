"""Results as JSON: the document that `--json` prints and that a stored run keeps.

Infinity, NaN and missing values become null, dates ISO text. Tables are lists of rows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from seawall.runs.identity import Run


def document(
    run: Run | Mapping[str, Any] | None,
    summary: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
) -> str:
    """One JSON document, `{"run": ..., "summary": {...}, "tables": {name: [row, ...]}}`.

    A stored run is given as its record has it: the code that made it may be another.
    """
    whole = {
        "run": run if run is None or isinstance(run, Mapping) else run.document(),
        "summary": plain(summary),
        "tables": {name: rows(table) for name, table in tables.items()},
    }
    return json.dumps(whole, allow_nan=False)


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as a list of rows with JSON values, in the table's order."""
    names = [str(name) for name in table.columns]
    columns = [[plain(value) for value in table[name].tolist()] for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def plain(value: Any) -> Any:
    """Return a value as JSON takes it.

    Raises
    ------
    TypeError
        If the value has no JSON form.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    import pandas as pd

    if value is pd.NA or value is pd.NaT:
        return None
    if hasattr(value, "isoformat"):
        text: str = value.isoformat()
        return text.removesuffix("T00:00:00")  # a moment at midnight is a date
    raise TypeError(f"{type(value).__name__} has no JSON form")
