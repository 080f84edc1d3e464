"""What differs between two studies: cells by table, row and column, rows, settings, texts."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.study.cells import NAMED, format_value
from seawall.study.keys import plain_keys
from seawall.study.overlay_rows import MAIN
from seawall.study.records import TABLES
from seawall.study.toml import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from seawall.study.columns import Column
    from seawall.study.overlay_file import Change
    from seawall.study.study import Study

__all__ = ["Difference", "differences"]

#: What stands for a table where a setting or a text differs.
SETTINGS, SCENARIOS, PROTOCOL, DRAFTS = "study.toml", "scenarios", "protocol.toml", "protocols"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between two studies.

    Attributes
    ----------
    table, row, column
        The cell. `column` is "" for a row that only one study has, and `row`, too, where rows only
        stand in another order. For study.toml, scenarios and protocols `table` is the file or its
        folder, `row` the name of the file inside and `column` the key.
    a, b
        The texts in the first and the second study; of a row, its main figure.
    kind
        "changed", "added" (only the second has it), "removed" or "order".
    unit
        Unit of a figure, "" for other cells.
    change
        b / a - 1 of a figure; NaN otherwise, or where a is 0 or blank.
    source_a, source_b, confidence_a, confidence_b
        The evidence in each study: that of the overlay where one set the cell, else of the row.
    who, why
        Who changed the cell by an overlay, and why; "" without an overlay.
    """

    table: str
    row: str
    column: str
    a: str
    b: str
    kind: str
    unit: str = ""
    change: float = float("nan")
    source_a: str = ""
    source_b: str = ""
    confidence_a: str = ""
    confidence_b: str = ""
    who: str = ""
    why: str = ""


def differences(a: Study, b: Study) -> tuple[Difference, ...]:
    """Return what differs between two studies, in the order of tables and of the rows of `a`.

    Line numbers, the names of studies and texts of TOML that read the same do not count. Nothing
    differs exactly where both have the same digest, scenarios and protocols.
    """
    found = [*_settings(a, b)]
    for table in TABLES:
        found += _Pair(a, b, table).differences()
    for folder, texts_a, texts_b in (
        (SCENARIOS, a.scenario_texts, b.scenario_texts),
        (DRAFTS, a.draft_texts, b.draft_texts),
    ):
        for name in sorted({*texts_a, *texts_b}):
            found += _texts(folder, name, texts_a.get(name), texts_b.get(name))
    found += _texts(PROTOCOL, "", a.protocol_text or None, b.protocol_text or None)
    return tuple(found)


class _Pair:
    """One table in two studies."""

    def __init__(self, a: Study, b: Study, table: str) -> None:
        self.a, self.b, self.table = a.frames[table], b.frames[table], table
        self.names_a, self.names_b = row_names(table, self.a, self.b)
        self.changes_a, self.changes_b = _by_cell(a, table), _by_cell(b, table)

    def differences(self) -> Iterator[Difference]:
        """Rows that both have cell by cell, then rows that only one has, then their order."""
        at_b = {name: i for i, name in enumerate(self.names_b)}
        both = [(i, at_b[name]) for i, name in enumerate(self.names_a) if name in at_b]
        found: list[tuple[int, int, Difference]] = []
        for number, column in enumerate(TABLES[self.table].columns):
            found += [(i, number, self._cell(column, i, j)) for i, j in self._unlike(column, both)]
        yield from (difference for _, _, difference in sorted(found, key=lambda f: f[:2]))
        known = set(self.names_a)
        for names, frame, others, kind in (
            (self.names_a, self.a, at_b, "removed"),
            (self.names_b, self.b, known, "added"),
        ):
            for i, name in enumerate(names):
                if name not in others:
                    yield self._row(frame.iloc[i], name, kind)
        if [j for _, j in both] != sorted(j for _, j in both):
            yield Difference(self.table, "", "", "", "", "order")

    def _unlike(self, column: Column, both: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Positions of the rows whose cells differ."""
        ours, theirs = (np.array(at, dtype=np.int64) for at in zip(*both, strict=True)) if both \
            else (np.array([], dtype=np.int64),) * 2  # fmt: skip
        one = self.a[column.name].to_numpy()[ours]
        other = self.b[column.name].to_numpy()[theirs]
        if column.kind in NAMED:
            unlike = np.array([x != y for x, y in zip(one, other, strict=True)], dtype=bool)
        else:
            unlike = one != other
            if column.kind == "number":
                unlike &= ~(np.isnan(one) & np.isnan(other))
        return [both[i] for i in np.flatnonzero(unlike)]

    def _cell(self, column: Column, i: int, j: int) -> Difference:
        row_a, row_b = self.a.iloc[i], self.b.iloc[j]
        name = self.names_b[j]
        old, new = row_a[column.name], row_b[column.name]
        change_a = _change(self.changes_a, self.names_a[i], column.name)
        change_b = _change(self.changes_b, name, column.name)
        source_a, confidence_a = _evidence(row_a, column.name, change_a)
        source_b, confidence_b = _evidence(row_b, column.name, change_b)
        cause = change_b or change_a
        figure = column.kind == "number" and bool(old) and not np.isnan([old, new]).any()
        return Difference(
            table=self.table,
            row=name,
            column=column.name,
            a=format_value(column, old),
            b=format_value(column, new),
            kind="changed",
            unit=_unit(column, row_b),
            change=float(new / old - 1.0) if figure else float("nan"),
            source_a=source_a,
            source_b=source_b,
            confidence_a=confidence_a,
            confidence_b=confidence_b,
            who=cause.who if cause else "",
            why=cause.why if cause else "",
        )

    def _row(self, row: pd.Series, name: str, kind: str) -> Difference:
        """A row that only one study has, by its main figure."""
        main = MAIN.get(self.table, "")
        column = TABLES[self.table].by_name.get(main)
        text = format_value(column, row[main]) if column else ""
        source, confidence = _evidence(row, main, None)
        added = kind == "added"
        return Difference(
            self.table, name, "", "" if added else text, text if added else "", kind,
            unit=_unit(column, row) if column else "",
            source_a="" if added else source, source_b=source if added else "",
            confidence_a="" if added else confidence, confidence_b=confidence if added else "",
        )  # fmt: skip


def row_names(table: str, a: pd.DataFrame, b: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Names by which rows of two frames are matched: the key, with its variant where one of the
    frames has the key several times."""
    plain = [plain_keys(table, frame) for frame in (a, b)]
    often = {key for keys in plain for key, count in Counter(keys).items() if count > 1}
    named = []
    for keys, frame in zip(plain, (a, b), strict=True):
        variants = frame["variant"] if "variant" in frame else [""] * len(keys)
        named.append(
            [
                f"{key}@{variant}" if key in often and variant else key
                for key, variant in zip(keys, variants, strict=True)
            ]
        )
    return named[0], named[1]


def _by_cell(study: Study, table: str) -> dict[tuple[str, str], Change]:
    """Changes of overlays by row and column, with the columns that followed them."""
    found: dict[tuple[str, str], Change] = {}
    for change in study.overlays:
        if change.table == table:
            # The first is the one with the best evidence.
            found.setdefault((change.row, change.column), change)
            for column in change.follows:
                found.setdefault((change.row, column), change)
    return found


def _change(changes: Mapping[tuple[str, str], Change], name: str, column: str) -> Change | None:
    """The change of a cell; an overlay names the variant only where its own study needs it."""
    return changes.get((name, column)) or changes.get((name.rpartition("@")[0], column))


def _evidence(row: pd.Series, column: str, change: Change | None) -> tuple[str, str]:
    """Source and confidence of a cell."""
    if column in ("source", "confidence"):
        return "", ""  # it is the evidence, and has none of its own
    if change is not None:
        return change.source, change.evidence
    return str(row.get("source", "")), str(row.get("confidence", ""))


def _unit(column: Column, row: pd.Series) -> str:
    if column.unit.startswith("@"):
        return str(row.get(column.unit[1:], ""))
    return column.unit


def _settings(a: Study, b: Study) -> Iterator[Difference]:
    """Keys of study.toml, and variants that are chosen."""
    yield from _keys(
        SETTINGS,
        "",
        _flat(a.settings.model_dump(mode="json")),
        _flat(b.settings.model_dump(mode="json")),
    )
    yield from _keys(SETTINGS, "", _chosen(a), _chosen(b))


def _chosen(study: Study) -> dict[str, str]:
    return {f"chosen.{group}": name for group, name in study.selected.items()}


def _texts(folder: str, name: str, a: str | None, b: str | None) -> Iterator[Difference]:
    """Keys of a TOML text, or the whole where only one study has it or it cannot be read."""
    if a == b:
        return
    if a is None or b is None:
        kind = "added" if a is None else "removed"
        yield Difference(folder, name, "", _title(a), _title(b), kind)
        return
    try:
        one, other = tomllib.loads(a), tomllib.loads(b)
    except tomllib.TOMLDecodeError:
        yield Difference(folder, name, "", _title(a), _title(b), "changed")
        return
    yield from _keys(folder, name, _flat(one), _flat(other))


def _title(text: str | None) -> str:
    """What a TOML text calls itself, "" where it does not say."""
    if text is None:
        return ""
    try:
        return str(tomllib.loads(text).get("title", ""))
    except tomllib.TOMLDecodeError:
        return "not valid TOML"


def _keys(table: str, row: str, a: Mapping[str, str], b: Mapping[str, str]) -> Iterator[Difference]:
    for key in dict.fromkeys([*a, *b]):
        if a.get(key) != b.get(key):
            kind = "changed" if key in a and key in b else "added" if key in b else "removed"
            yield Difference(table, row, key, a.get(key, ""), b.get(key, ""), kind)


def _flat(value: Any, path: str = "") -> dict[str, str]:
    """The content of a TOML document by dotted path; tables in a list are counted from 1."""
    if isinstance(value, dict):
        inside = {f"{path}.{key}" if path else str(key): item for key, item in value.items()}
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        inside = {f"{path}.{i}": item for i, item in enumerate(value, start=1)}
    elif value is None:
        return {}
    else:
        return {path: value if isinstance(value, str) else value_text(value)}
    return {key: text for name, item in inside.items() for key, text in _flat(item, name).items()}
