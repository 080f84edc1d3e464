"""A linear program as plain arrays, and what a solver must give back for one.

    minimise   c @ x
    subject to row_lower <= A @ x <= row_upper,  lower <= x <= upper

Duals follow the sign convention of `scipy.optimize.linprog`: `row_dual[i]` is the change of the
optimal cost per unit that row i's binding side is raised, `reduced_cost = c - A.T @ row_dual`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.sparse import csc_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LinearProgram:
    """Columns `c`, `lower`, `upper` (n,), rows `row_lower`, `row_upper` (m,), matrix A (m, n).

    `integrality` (n,) marks whole-numbered columns with 1, or None.  `numpy.inf` means no bound.

    Raises
    ------
    ValueError
        When shapes disagree, a figure is nan, a bound is crossed, or the matrix holds entries that
        the solver would drop (below 1e-9 in size, other than 0).
    """

    c: Floats
    A: csc_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    integrality: Floats | None = None

    def __post_init__(self) -> None:
        as_floats = ("c", "row_lower", "row_upper", "lower", "upper")
        for name in as_floats:
            object.__setattr__(self, name, np.ascontiguousarray(getattr(self, name), dtype=float))
        matrix = csc_array(self.A)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        object.__setattr__(self, "A", matrix)
        m, n = matrix.shape
        for name, size in zip(as_floats, (n, m, m, n, n), strict=True):
            if getattr(self, name).shape != (size,):
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, not ({size},)")
            if np.isnan(getattr(self, name)).any():
                raise ValueError(f"{name} holds nan at {np.isnan(getattr(self, name)).argmax()}")
        if np.isnan(matrix.data).any():
            raise ValueError("A holds nan")
        if matrix.nnz and np.abs(matrix.data).min() < 1e-9:
            raise ValueError("A holds entries below 1e-9, which the solver drops: scale the units")
        if np.any(self.lower > self.upper):
            raise ValueError(f"column {np.argmax(self.lower > self.upper)}: lower > upper")
        if np.any(self.row_lower > self.row_upper):
            raise ValueError(f"row {np.argmax(self.row_lower > self.row_upper)}: lower > upper")
        if self.integrality is not None and self.integrality.shape != (n,):
            raise ValueError(f"integrality has shape {self.integrality.shape}, not ({n},)")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        m, n = self.A.shape
        return int(m), int(n)


@dataclass(frozen=True)
class Basis:
    """Where a simplex method starts: the status of every column and row."""

    columns: NDArray[np.int8]
    rows: NDArray[np.int8]

    LOWER: ClassVar[int] = 0
    BASIC: ClassVar[int] = 1
    UPPER: ClassVar[int] = 2


@dataclass(frozen=True)
class Residuals:
    """How far a solution is from optimal, found without the solver; all relative.

    `primal`: largest bound or row violation over 1 + the size of that bound.
    `dual`: largest reduced cost of the wrong sign over 1 + the largest cost coefficient in use.
    `gap`: distance between the cost and the bound that the duals prove, over 1 + |cost|.
    """

    primal: float
    dual: float
    gap: float

    def ok(self, tolerance: float = 1e-6) -> bool:
        """Whether all three lie within `tolerance`."""
        # One by one: a nan is in no order with anything, so a maximum would let it pass.
        return all(size <= tolerance for size in (self.primal, self.dual, self.gap))

    def worst(self, other: Residuals) -> Residuals:
        """The larger of each."""
        return Residuals(
            max(self.primal, other.primal), max(self.dual, other.dual), max(self.gap, other.gap)
        )


@dataclass(frozen=True)
class Solution:
    """x (n,), row_dual (m,), reduced_cost (n,), cost, a proven lower bound, the gap between them
    (relative), the certificate, and how much work the solver did.

    `row_dual_range` holds the lowest and highest dual (m,) of the rows for which it was asked:
    where an optimum has many duals, those of a little more and a little less.  It is nan for other
    rows, and on a side on which the solver did not get there soon."""

    x: Floats
    row_dual: Floats
    reduced_cost: Floats
    cost: float
    lower_bound: float
    gap: float
    residuals: Residuals
    iterations: int = 0
    row_dual_range: tuple[Floats, Floats] | None = None


def certify(program: LinearProgram, x: Floats, row_dual: Floats) -> tuple[Residuals, float]:
    """Residuals of (x, row_dual) for `program`, and the lower bound that the duals prove.

    Weak duality (von Neumann 1947): for any row_dual, the cost is at least
    sum_i (y+ row_lower - y- row_upper) + sum_j (z+ lower - z- upper) with z = c - A' y.  A dual
    that points at an infinite bound counts as dual residual and not into the bound.
    """
    activity = program.A @ x
    over = (
        _excess(program.row_lower - activity, program.row_lower),
        _excess(activity - program.row_upper, program.row_upper),
        _excess(program.lower - x, program.lower),
        _excess(x - program.upper, program.upper),
    )
    primal = float(np.max(over))
    z = program.c - program.A.T @ row_dual
    scale = 1.0 + float(np.abs(program.c).max(initial=0.0))
    bound, wrong = 0.0, 0.0
    for slope, low, high in (
        (row_dual, program.row_lower, program.row_upper),
        (z, program.lower, program.upper),
    ):
        up, down = np.maximum(slope, 0.0), np.maximum(-slope, 0.0)
        wrong = max(
            wrong,
            float(np.where(np.isinf(low), up, 0.0).max(initial=0.0)),
            float(np.where(np.isinf(high), down, 0.0).max(initial=0.0)),
        )
        # Sums of products and not `@`: that wakes the threads of BLAS for a vector of ten thousand,
        # which takes longer than all the rest.
        bound += float(np.sum(up * np.where(np.isinf(low), 0.0, low)))
        bound -= float(np.sum(down * np.where(np.isinf(high), 0.0, high)))
    cost = float(np.sum(program.c * x))
    gap = abs(cost - bound) / (1.0 + abs(cost))
    return Residuals(primal=primal, dual=wrong / scale, gap=gap), bound


def _excess(over: Floats, bound: Floats) -> float:
    finite = np.isfinite(bound)
    if not finite.any():
        return 0.0
    relative = over[finite] / (1.0 + np.abs(bound[finite]))
    return float(np.maximum(0.0, relative.max()))
