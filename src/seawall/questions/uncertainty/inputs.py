"""Who is wrong together: the independent errors behind the figures of a study.

Errors are standard normal, independent of each other and of different (table, column), and of four
kinds:

*row*: a quantity is a figure of its own.  *source*: the quantities of one column that one source
gives share half of the variance of their errors (`SHARED`): who measures, converts or guesses a
whole column is wrong about all of it in the same way (a fiscal year, a definition, a rule of
thumb).  Were every row independent, a world total of 27 rows would be known five times better than
any row; were all rows one, their shares of it would be known exactly.  *term*: a price, a rule or a
willingness to pay that many rows repeat is one statement and has one error.  Own assumptions share
an error only within a column: what somebody assumes about tanks says nothing about demand.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from seawall.questions.uncertainty.figures import FIGURES, WEAK, Errors, Figure, errors
from seawall.study.records import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from seawall.network.network import Bools, Floats, Ints
    from seawall.study import Study

#: Share of the variance of a quantity's error that all rows of its source have in common.
SHARED = 0.5
_WEAKEST_FIRST = ("assumption", "estimate", "recalled", "looked-up")
#: The 90th percentile of a standard normal; the 10th is its opposite.
P90 = 1.2815515655446004


@dataclass(frozen=True)
class Input:
    """One independent error: an input of the answer that somebody could look up.

    Attributes
    ----------
    key
        Its stable name: table.column/row, or table.column/source for what rows have in common.
    figure
        What it is an error of.
    kind
        `row`, `source` or `term`.
    rows
        Key of each row that it moves.
    source, confidence
        Where the figure comes from; the weakest class of evidence among its rows.
    unit
        Unit of `stated`; "times what is stated" for a source.
    stated
        The figure as its table states it; 1 for a source.
    """

    key: str
    figure: Figure
    kind: Literal["row", "source", "term"]
    rows: tuple[str, ...]
    source: str
    confidence: str
    unit: str
    stated: float

    @property
    def weak(self) -> bool:
        """Whether it is an estimate or an assumption."""
        return self.confidence in WEAK


@dataclass(frozen=True)
class Column:
    """The rows of one figure and the errors that move them.

    `own` and `shared` (rows,) point into all inputs, -1 where there is none; an error of a row is
    `own_weight` times its own plus `shared_weight` times that of its source.
    """

    figure: Figure
    errors: Errors
    own: Ints
    shared: Ints
    own_weight: Floats
    shared_weight: Floats
    inputs: slice

    def factor(self, z: Floats) -> Floats:
        """What each row is multiplied by where all inputs are at `z` (inputs,)."""
        moved = np.zeros(len(self.own))
        for at, weight in ((self.own, self.own_weight), (self.shared, self.shared_weight)):
            found = at >= 0
            moved[found] += weight[found] * z[at[found]]
        return self.errors.factor(moved)


@dataclass(frozen=True)
class Inputs:
    """All inputs of one chain of goods, and the columns that they move."""

    chain: str
    inputs: tuple[Input, ...]
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def weak(self) -> Bools:
        """Which inputs are estimates or assumptions."""
        return np.array([one.weak for one in self.inputs], dtype=bool)

    def draw(self, seed: int, number: int) -> Floats:
        """Errors of draw `number` (inputs,): the same however many draws there are, whoever makes
        them, and whatever other tables hold."""
        z = np.zeros(len(self))
        for column in self.columns:
            name = f"{self.chain}:{column.figure.key}"
            stream = np.random.SeedSequence(seed, spawn_key=(number, zlib.crc32(name.encode())))
            size = column.inputs.stop - column.inputs.start
            z[column.inputs] = np.random.default_rng(stream).standard_normal(size)
        return z

    def single(self, at: int, z: float) -> Floats:
        """Only input `at` is off, by `z` standard deviations of the figure: a row is then as far
        off as with the part of the error that it shares."""
        result = np.zeros(len(self))
        result[at] = z / self.own_share(at) ** 0.5
        return result

    def own_share(self, at: int) -> float:
        """Part of the variance of a figure's error that is input `at`; 1 but for rows that share
        an error with others."""
        if self.inputs[at].kind != "row":
            return 1.0
        column = next(c for c in self.columns if c.inputs.start <= at < c.inputs.stop)
        return float(column.own_weight[column.own == at][0]) ** 2

    def span(self, at: int) -> tuple[float, float]:
        """The 10th and 90th percentile of input `at`, in its unit."""
        one = self.inputs[at]
        column = next(c for c in self.columns if c.inputs.start <= at < c.inputs.stop)
        low, high = (column.factor(self.single(at, side)) for side in (-P90, P90))
        if one.kind == "source":
            rows = column.shared == at
            middle = [float(np.exp(np.log(f[rows]).mean())) for f in (low, high)]
            return middle[0], middle[1]
        row = int(np.flatnonzero(column.own == at)[0])
        value = float(column.errors.value[row])
        return tuple(  # type: ignore[return-value]
            min(one.stated + value * (float(f[row]) - 1.0), one.figure.most) for f in (low, high)
        )


def inputs_of(study: Study, chain: str = "") -> Inputs:
    """All inputs of a study of one chain; `chain` names it in the seeds of draws."""
    found: list[Input] = []
    columns: list[Column] = []
    for figure in FIGURES:
        table = study.table(figure.table)
        off = errors(figure, table) if len(table) else None
        if off is None or not off.moves.any():
            continue
        first, rows = len(found), _Rows(figure, table, np.flatnonzero(off.moves).tolist())
        own, shared = (np.full(len(table), -1, dtype=np.int64) for _ in range(2))
        for name, at in rows.statements().items():
            own[at] = len(found)
            found.append(rows.statement(name, at))
        for at in rows.blocks():
            shared[at] = len(found)
            found.append(rows.source(at))
        weight = np.where(shared >= 0, SHARED, 0.0)
        columns.append(
            Column(
                figure=figure,
                errors=off,
                own=own,
                shared=shared,
                own_weight=np.sqrt(1.0 - weight),
                shared_weight=np.sqrt(weight),
                inputs=slice(first, len(found)),
            )
        )
    return Inputs(chain, tuple(found), tuple(columns))


def row_keys(name: str, table: pd.DataFrame) -> list[str]:
    """What tells each row of a table from the others: the cells of its key, joined by "/"."""
    cells = [table[column].astype(str) for column in TABLES[name].key]
    return ["/".join(parts) for parts in zip(*cells, strict=True)]


class _Rows:
    """The rows of a table that a figure moves, and what they have in common."""

    def __init__(self, figure: Figure, table: pd.DataFrame, moves: list[int]) -> None:
        self.figure, self.moves = figure, moves
        self.cells: dict[str, list[Any]] = {str(name): table[name].tolist() for name in table}
        self.keys = row_keys(figure.table, table)

    def statements(self) -> dict[str, list[int]]:
        """Rows that are one figure, by its name: each for itself, or all that state the same."""
        figure = self.figure
        if figure.kind == "quantity" or figure.table == "assumptions":
            return {self.keys[row]: [row] for row in self.moves}
        names = (figure.column, figure.unit, figure.low, figure.high)
        told = [self.cells[name] for name in names if name in self.cells]
        same: dict[str, list[int]] = {}
        for row in self.moves:
            values = (column[row] for column in told)
            name = " ".join(str(value) for value in values if value == value)  # nan is a blank
            same.setdefault(name, []).append(row)
        return {self.keys[rows[0]] if len(rows) == 1 else name: rows for name, rows in same.items()}

    def blocks(self) -> list[list[int]]:
        """Quantities of one source, class of evidence and good, where there are several."""
        if self.figure.kind == "term":
            return []
        same: dict[tuple[str, ...], list[int]] = {}
        for row in self.moves:
            same.setdefault(self._about(row), []).append(row)
        return [rows for rows in same.values() if len(rows) > 1]

    def _about(self, row: int) -> tuple[str, ...]:
        good = next((name for name in ("commodity", "process") if name in self.cells), None)
        names = ("source", "confidence") if good is None else ("source", "confidence", good)
        return tuple(str(self.cells[name][row]) for name in names)

    def statement(self, name: str, rows: list[int]) -> Input:
        """The input of rows that are one figure."""
        figure, cells = self.figure, self.cells
        sources = [cells["source"][row] for row in rows]
        classes = {cells["confidence"][row] for row in rows}
        return Input(
            key=f"{figure.key}/{name}",
            figure=figure,
            kind="row" if figure.kind == "quantity" else "term",
            rows=tuple(self.keys[row] for row in rows),
            source=max(dict.fromkeys(sources), key=sources.count),
            confidence=next(name for name in _WEAKEST_FIRST if name in classes),
            unit=cells[figure.unit][rows[0]] if figure.unit in cells else figure.unit,
            stated=float(cells[figure.column][rows[0]]),
        )

    def source(self, rows: list[int]) -> Input:
        """The input that rows of one source have in common."""
        about = self._about(rows[0])
        return Input(
            key=f"{self.figure.key}/{'/'.join(about)}",
            figure=self.figure,
            kind="source",
            rows=tuple(self.keys[row] for row in rows),
            source=about[0],
            confidence=about[1],
            unit="times what is stated",
            stated=1.0,
        )
