"""Rows by name: what overlays, differences and explanations call a row.

A row's key is its key cells joined by "/": `dahej` in facilities, `IND/cobalt/users` in stocks.
Where several variants have a row of one key, "@" and the variant tell them apart:
`JPN/cobalt/users@stocks-low`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from seawall.errors import UnknownName, UsageError
from seawall.study.cells import format_value
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from seawall.study.records import Table
    from seawall.study.study import Study

__all__ = ["Keys", "at", "key_columns", "row_key"]


def row_key(table: str, row: Any) -> str:
    """Return the key of a row without its variant.

    Parameters
    ----------
    table
        Name of the table.
    row
        The row as a named tuple (`Study.rows`), a Series or a mapping.

    Raises
    ------
    UnknownName
        No table has that name.
    """
    columns = [_record(table).by_name[name] for name in _record(table).key]
    by_name = hasattr(row, "keys")  # a Series or a mapping; a named tuple has attributes
    return "/".join(
        format_value(column, row[column.name] if by_name else getattr(row, column.name))
        for column in columns
    )


def key_columns(table: str) -> str:
    """Return what a key of the table is made of, in words: "place/commodity/holder"."""
    return "/".join(_record(table).key)


def at(study: Study, table: str, key: str) -> int:
    """Return the position in `study.frames[table]` (rows of all variants) of the row of a key.

    Raises
    ------
    UnknownName
        There is no such table or row.
    UsageError
        Several variants have a row of that key.
    """
    return Keys(study.frames).at(table, key)


class Keys:
    """The rows of a study's frames by key; each table is looked through once.

    Parameters
    ----------
    frames
        All rows of all variants by table, as `Study.frames`.
    """

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        self._frames = frames
        self._names: dict[str, tuple[str, ...]] = {}
        self._found: dict[str, dict[str, int]] = {}

    def names(self, table: str) -> tuple[str, ...]:
        """Return the keys of a table in the order of its rows, with "@variant" where needed."""
        if table not in self._names:
            plain = plain_keys(table, self._frames[table])
            often = Counter(plain)
            variants = _variants(self._frames[table])
            self._names[table] = tuple(
                f"{key}@{variant}" if often[key] > 1 and variant else key
                for key, variant in zip(plain, variants, strict=True)
            )
        return self._names[table]

    def has(self, table: str, key: str) -> bool:
        """Tell whether the key is that of one row."""
        return key in self._positions(table)

    def at(self, table: str, key: str) -> int:
        """Return the position of a row; see the function `at`."""
        found = self._positions(table)
        if key in found:
            return found[key]
        same = [name for name in self.names(table) if name.rpartition("@")[0] == key]
        if same:
            raise UsageError(
                f'several variants have a row "{key}" of {table}; write ' + " or ".join(same)
            )
        raise UnknownName(f"row of {table}", key, self.names(table))

    def _positions(self, table: str) -> dict[str, int]:
        """Positions by every name that a row may be given."""
        _record(table)
        if table not in self._found:
            names = self.names(table)
            found = {name: i for i, name in enumerate(names)}
            variants = _variants(self._frames[table])
            for i, (name, variant) in enumerate(zip(names, variants, strict=True)):
                # The variant may be named where it need not be, and blank cells at the end of a key
                # may be left out: "alba/lng" is the stock without a holder, "alba/lng/".
                found.setdefault(f"{name}@{variant}" if variant else name, i)
                if name.endswith("/"):
                    found.setdefault(name.rstrip("/"), i)
            self._found[table] = found
        return self._found[table]


def plain_keys(table: str, frame: pd.DataFrame) -> list[str]:
    """Return the key of each row of a frame, without variants."""
    columns = [_record(table).by_name[name] for name in _record(table).key]
    cells = [[format_value(column, value) for value in frame[column.name]] for column in columns]
    return ["/".join(parts) for parts in zip(*cells, strict=True)]


def _variants(frame: pd.DataFrame) -> list[str]:
    return list(frame["variant"]) if "variant" in frame else [""] * len(frame)


def _record(table: str) -> Table:
    if table not in TABLES:
        raise UnknownName("table", table, TABLES)
    return TABLES[table]
