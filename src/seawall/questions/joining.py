"""Two runs' tables of one name, joined on the columns that name their rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Columns that name a row of a table, by table. A table that is not here is not compared, and the
#: comparison says so.
KEYS: dict[str, tuple[str, ...]] = {
    "indicators": ("scenario", "response", "place", "commodity", "tier", "sector"),
    "timeline": ("scenario", "response", "place", "commodity", "tier", "period_start"),
    "flows": ("scenario", "response", "lane", "period_start"),
    "base_flows": ("lane",),
    "marginals": ("scenario", "response", "kind", "id"),
    "buyers": ("scenario", "response", "place", "commodity", "buyer"),
    "pact": ("place",),
    "settlement": ("period_start", "lender", "borrower"),
    "transfers": (
        "kind", "decided", "departs", "lender", "borrower", "from_lane", "to_lane",
    ),
    "ranking": ("targets", "kind", "response", "place", "commodity"),
    "direct": ("place", "commodity", "supplier"),
    "lookthrough": (
        "place", "commodity", "element", "stage_commodity", "origin", "origin_kind",
    ),
    "passages": ("place", "commodity", "element", "passage"),
    "links": (
        "place", "commodity", "element", "from_place", "from_commodity", "to_place",
        "to_commodity", "kind",
    ),
    "indices": ("commodity", "place", "element", "stage_commodity", "index"),
    "flags": ("place", "commodity", "element", "stage_commodity", "flag", "what"),
    "published_shares": ("item", "country"),
    "worth": ("place",),
    "compensation": ("lender", "borrower"),
    "worth_hazards": ("hazard", "place"),
    "worth_cases": ("scenario", "place"),
    "decades": ("place", "percentile"),
    "plausible": ("id",),
    "grids": ("scenario", "response", "grid"),
    "grid_weeks": ("scenario", "response", "grid", "period_start"),
    "orders": ("order", "response", "place", "commodity", "tier", "sector"),
    "pact_worth": ("weeks", "spot", "belief", "place"),
    "moves": ("what", "id"),
    "raised": ("id",),
}  # fmt: skip
#: Keys that name what was asked. Where each run has a single one and they differ, comparing them is
#: the point, and rows are joined without them.
ASKED = ("scenario", "response")
#: A change below this part of the largest value of its column is rounding of a solver.
NOISE = 1e-9


@dataclass
class Joined:
    """What a comparison of tables found.

    Attributes
    ----------
    changes
        Numbers that differ, the largest first: by the change as a part of the largest value that
        the column has in either run.
    texts
        Words and dates that differ.
    rows
        Rows that only one run has.
    tables
        For each table whether it was compared, and how much was found.
    """

    changes: list[dict[str, Any]] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)


def joined(a: Mapping[str, pd.DataFrame], b: Mapping[str, pd.DataFrame]) -> Joined:
    """Compare all tables of two runs, cell by cell."""
    found = Joined()
    for name in {**a, **b}:
        one, other = a.get(name), b.get(name)
        before = len(found.changes) + len(found.texts) + len(found.rows)
        status, both = _table(name, one, other, found)
        changed = len(found.changes) + len(found.texts) + len(found.rows) - before
        if status == "" and one is not None and other is not None:
            status = "changed" if changed or list(one) != list(other) else "same"
        found.tables.append(
            {
                "table": name,
                "status": status,
                "rows_a": None if one is None else len(one),
                "rows_b": None if other is None else len(other),
                "joined": both,
                "changed": changed,
            }
        )
    found.changes.sort(key=lambda row: -row["of_column"])
    return found


def _table(
    name: str, a: pd.DataFrame | None, b: pd.DataFrame | None, found: Joined
) -> tuple[str, int | None]:
    """Compare one table: why it could not be, and how many rows were joined."""
    if a is None or b is None:
        return f"only in run_{'b' if a is None else 'a'}", None
    if name not in KEYS:
        return "no key columns are declared for it", None
    missing = [key for key in KEYS[name] if key not in a or key not in b]
    if missing:
        return f"a run lacks the key column {', '.join(missing)}", None
    keys = _keys(name, a, b)
    left, right = (_indexed(table, keys) for table in (a, b))
    if not (left.index.is_unique and right.index.is_unique):
        return f"{', '.join(keys)} do not name single rows", None
    common = left.index.intersection(right.index, sort=False)
    for side, table in (("run_a", left), ("run_b", right)):
        for key in table.index.difference(common, sort=False):
            found.rows.append({"table": name, "row": _row(keys, key), "only_in": side})
    left = left.iloc[left.index.get_indexer(common)]
    right = right.iloc[right.index.get_indexer(common)]
    for column in left.columns.intersection(right.columns, sort=False):
        if column not in KEYS[name]:
            _column(name, str(column), keys, left[column], right[column], found)
    return "", len(common)


def _keys(name: str, a: pd.DataFrame, b: pd.DataFrame) -> list[str]:
    """Return the keys to join on: without what was asked differently."""
    keys = []
    for key in KEYS[name]:
        one, other = a[key].unique(), b[key].unique()
        if key in ASKED and len(one) == len(other) == 1 and one[0] != other[0]:
            continue
        keys.append(key)
    return keys


def _indexed(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    values = [table[key].map(_key_text) for key in keys]
    # Tuples, not levels: a single key would otherwise lose its tuple on the way.
    return table.set_axis(pd.Index(list(zip(*values, strict=True)), tupleize_cols=False), axis=0)


def _key_text(value: Any) -> str:
    """Return a key as text: whether it is a date or its text depends on how it was stored."""
    return "" if value is None or value != value else str(value).removesuffix(" 00:00:00")


def _row(keys: list[str], values: tuple[str, ...]) -> str:
    return ", ".join(f"{key} {value}" for key, value in zip(keys, values, strict=True) if value)


def _size(before: float, after: float, step: float | None) -> float:
    """How large a change is; of a value that one run lacks, the value."""
    if step is not None:
        return abs(step)
    there = [abs(value) for value in (before, after) if np.isfinite(value)]
    return float(max(there, default=0.0))


def _column(
    table: str, column: str, keys: list[str], a: pd.Series[Any], b: pd.Series[Any], found: Joined
) -> None:
    """Compare one column of the rows that both runs have."""
    numeric = [_is_numeric(series) for series in (a, b)]
    head = {"table": table, "column": column}
    if not all(numeric):
        one, other = a.map(_key_text), b.map(_key_text)
        for at in np.flatnonzero((one != other).to_numpy()).tolist():
            row = _row(keys, a.index[at])
            found.texts.append({**head, "row": row, "run_a": one.iloc[at], "run_b": other.iloc[at]})
        return
    before, after = (series.to_numpy(dtype=float, na_value=np.nan) for series in (a, b))
    finite = np.concatenate([before[np.isfinite(before)], after[np.isfinite(after)]])
    scale = float(np.abs(finite).max(initial=0.0))
    with np.errstate(invalid="ignore"):
        change = after - before
    same = (before == after) | (np.isnan(before) & np.isnan(after))
    for at in np.flatnonzero(~same & ~(np.abs(change) <= NOISE * scale)).tolist():
        step = float(change[at]) if np.isfinite(change[at]) else None
        found.changes.append(
            {
                **head,
                "row": _row(keys, a.index[at]),
                "run_a": _value(before[at]),
                "run_b": _value(after[at]),
                "change": step,
                "relative": step / abs(before[at]) if step is not None and before[at] else None,
                # What appears or disappears counts by its size: a blank beside 0 is no change.
                "of_column": _size(before[at], after[at], step) / scale if scale else 0.0,
            }
        )


def _is_numeric(series: pd.Series[Any]) -> bool:
    """Whether a column holds numbers; one without any value goes with whatever the other holds."""
    if series.isna().all():
        return True
    return bool(pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series))


def _value(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
