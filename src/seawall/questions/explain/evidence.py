"""The rows of the study behind a figure: value, source, confidence, and who changed it.

Each row says why it is here (`about`) and how much of the figure's supply or demand hangs on it
(`weight`); balancing may have moved it, and then both figures are told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.study.cells import format_value
from seawall.study.keys import Keys, row_key
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.network import BaseCase
    from seawall.study import Study

COLUMNS = (
    "rank", "about", "weight", "table", "row", "column", "value", "unit", "low", "high",
    "balanced", "moved", "confidence", "source", "publisher", "title", "date", "url", "who", "why",
    "file", "line", "note",
)  # fmt: skip
#: Why an input of the run's tornado is there.
MOVES = "moves it most"
#: Columns that balancing moves, by table, and what it calls the table.
BALANCED = {"facilities": "facility", "lanes": "lane", "demands": "demand"}
_MOVED = ("base", "quantity")
#: Columns that `low` and `high` speak of.
_SPANNED = {
    "facilities": "base", "lanes": "base", "demands": "quantity", "prices": "price",
    "assumptions": "value",
}  # fmt: skip


@dataclass
class Evidence:
    """Collects rows, each cell once, in the order of their groups and weights."""

    study: Study
    base: BaseCase | None = None
    _rows: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    _tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    _keys: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(
        self,
        table: str,
        row: str,
        columns: Sequence[str],
        about: str,
        weight: float | None = None,
        group: int = 0,
    ) -> None:
        """Add cells of the row whose key is `row` (cells joined by "/"), unless they are blank.

        Parameters
        ----------
        about
            Why the row stands behind the figure, in words.
        weight
            Part of the figure that hangs on it, None where that is no share.
        group
            Lower groups come first; within one the larger weight.
        """
        named = self._named(table).get(row)
        if named is None:
            return
        for column in columns:
            key = (table, row, column)
            value = getattr(named, column)
            if key in self._rows or value == "" or value == () or value != value:
                continue
            cell = {"about": about, "weight": weight, "group": group}
            self._rows[key] = cell | self._cell(table, row, column, named)

    def common(self, error: Mapping[str, Any], group: int) -> None:
        """Add what many rows have in common: an error that a source or a term gives all of them.

        Parameters
        ----------
        error
            A row of a run's table `tornado`.
        """
        table, column = str(error["table"]), str(error["column"])
        source = str(error["source"])
        named = self._sources.get(source)
        self._rows[("common", str(error["input"]), column)] = {
            "about": MOVES, "weight": float(error["share_of_variance"]), "group": group,
            "table": table, "row": f"{error['rows']} rows: {error['name']}", "column": column,
            "value": "", "unit": str(error["unit"]), "confidence": str(error["confidence"]),
            "source": source, "publisher": getattr(named, "publisher", ""),
            "title": getattr(named, "title", ""), "date": getattr(named, "date", ""),
            "url": getattr(named, "url", ""), "file": TABLES[table].file,
        }  # fmt: skip

    def fresh(self) -> None:
        """Forget what was looked up, after `study` and `base` have changed."""
        self._tables.clear()
        self._keys.clear()
        for name in ("_sources", "_goods", "_moved", "_changes"):
            self.__dict__.pop(name, None)

    def setting(self, row: str, column: str, value: float, about: str, group: int) -> None:
        """Add a number of study.toml."""
        self._rows[("study.toml", row, column)] = {
            "about": about, "weight": None, "group": group, "table": "study.toml", "row": row,
            "column": column, "value": format(value, "g"), "file": "study.toml",
        }  # fmt: skip

    def frame(self) -> pd.DataFrame:
        """All rows, the first group first and within it the largest weight."""
        rows = sorted(self._rows.values(), key=lambda row: (row["group"], -(row["weight"] or 0.0)))
        frame = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
        frame["rank"] = range(1, len(frame) + 1)
        texts = [c for c in COLUMNS if c not in ("rank", "weight", "moved", "line")]
        frame[texts] = frame[texts].astype(object).where(frame[texts].notna(), "")
        return frame

    def _named(self, table: str) -> dict[str, Any]:
        """Rows of a table that count in the chosen variants, by their key without a variant."""
        if table not in self._tables:
            self._tables[table] = {row_key(table, row): row for row in self.study.rows(table)}
        return self._tables[table]

    def _name_of(self, table: str, line: int) -> str:
        """The key of a row as overlays name it, with its variant where that is needed."""
        if table not in self._keys:
            lines = self.study.frames[table]["row"].tolist()
            names = Keys(self.study.frames).names(table)
            self._keys[table] = dict(zip(lines, names, strict=True))
        return self._keys[table][line]

    def _cell(self, table: str, row: str, column: str, named: Any) -> dict[str, Any]:
        record = TABLES[table].by_name[column]
        spans = _SPANNED.get(table) == column or (table, column) == ("demands", "wtp")
        low, high = ("wtp_low", "wtp_high") if column == "wtp" else ("low", "high")
        moved = self._moved.get((table, row)) if column in _MOVED else None
        source = self._sources.get(getattr(named, "source", ""))
        row = self._name_of(table, int(named.row))
        changed = self._changes.get((table, row, column))
        return {
            "table": table,
            "row": row,
            "column": column,
            "value": format_value(record, getattr(named, column)),
            "unit": _unit(record.unit, named, self._goods),
            "low": _number(getattr(named, low, None)) if spans else "",
            "high": _number(getattr(named, high, None)) if spans else "",
            "balanced": "" if moved is None else format(moved[0], ".5g"),
            "moved": None if moved is None else moved[1],
            "confidence": getattr(named, "confidence", ""),
            "source": getattr(named, "source", ""),
            "publisher": getattr(source, "publisher", ""),
            "title": getattr(source, "title", ""),
            "date": getattr(source, "date", ""),
            "url": getattr(source, "url", ""),
            "who": "" if changed is None else changed.who,
            "why": "" if changed is None else changed.why,
            "file": TABLES[table].file,
            "line": int(named.row),
            "note": getattr(named, "note", ""),
        }

    @cached_property
    def _sources(self) -> Mapping[str, Any]:
        return self._named("sources")

    @cached_property
    def _goods(self) -> Mapping[str, str]:
        return self.study.lookup("commodities", "unit")

    @cached_property
    def _moved(self) -> dict[tuple[str, str], tuple[float, float]]:
        """Figure after balancing (a year, unit of the commodity) and by what share it moved."""
        if self.base is None:
            return {}
        table = {kind: name for name, kind in BALANCED.items()}
        return {
            (table[m.kind], m.id): (m.value, m.value / m.prior - 1.0)
            for m in self.base.moves
            if m.prior > 0
        }

    @cached_property
    def _changes(self) -> dict[tuple[str, str, str], Any]:
        """Changes that overlays made, by cell."""
        return {
            (change.table, change.row, column): change
            for change in self.study.overlays
            for column in (change.column, *change.follows)
        }


def _unit(unit: str, named: Any, goods: Mapping[str, str]) -> str:
    """The unit of a cell: fixed, or that of the column or commodity that its record names."""
    if not unit.startswith("@"):
        return unit
    if unit == "@commodity":
        return goods.get(named.commodity, "")
    return str(getattr(named, unit[1:], ""))


def _number(value: float | None) -> str:
    return "" if value is None or value != value else format(value, ".6g")


def weak(inputs: pd.DataFrame) -> tuple[int, int]:
    """How many rows of the study stand behind a figure, and how many are estimates or
    assumptions."""
    rows = inputs[inputs["confidence"] != ""].drop_duplicates(["table", "row"])
    guessed = rows["confidence"].isin(["estimate", "assumption"])
    return len(rows), int(guessed.sum())
