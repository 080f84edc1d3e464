"""Where an optimum has many duals, their range is that of a little more and a little less."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csc_array
from tests.program.test_solve import random_program

from seawall.program import LinearProgram, Loaded, highs

ROWS, STEP = np.array([0]), np.array([0.01])


def merit_order(demand: float, most: float = np.inf) -> LinearProgram:
    """Five at a cost of 1 and `most` at a cost of 3 serve `demand`; a second row limits nothing."""
    return LinearProgram(
        c=np.array([1.0, 3.0]),
        A=csc_array(np.array([[1.0, 1.0], [1.0, 0.0]])),
        row_lower=np.array([demand, -np.inf]),
        row_upper=np.array([demand, 100.0]),
        lower=np.zeros(2),
        upper=np.array([5.0, most]),
    )


def ranged(program: LinearProgram) -> tuple[np.ndarray, np.ndarray, float]:
    loaded = Loaded(merit_order(2.0, program.upper[1]))
    loaded.solve()
    found = loaded.resolve(
        program.lower, program.upper, program.row_lower, program.row_upper, around=(ROWS, STEP)
    )
    assert found.row_dual_range is not None
    return (*found.row_dual_range, float(found.row_dual[0]))


@pytest.mark.parametrize("demand, low, high", [(4.0, 1, 1), (5.0, 1, 3), (8.0, 3, 3)])
def test_the_range_is_that_of_the_step_in_the_merit_order(demand: float, low: float, high: float):
    """One value between steps, both values at a step; nan for rows that were not asked."""
    least, most, dual = ranged(merit_order(demand))
    assert (least[0], most[0]) == (pytest.approx(low), pytest.approx(high))
    assert least[0] <= dual <= most[0]
    assert np.isnan(least[1])
    assert np.isnan(most[1])


def test_where_no_more_can_be_had_the_dual_has_no_upper_end():
    """All that there is is used: one more unit cannot be served at any cost."""
    least, most, _ = ranged(merit_order(5.0, most=0.0))
    assert least[0] == pytest.approx(1)
    assert most[0] == np.inf


def test_what_is_not_found_soon_is_nan(monkeypatch: pytest.MonkeyPatch):
    """Without an iteration the other side stays unknown, and is not taken for the dual."""
    monkeypatch.setattr(highs, "BESIDE", 0)
    least, most, dual = ranged(merit_order(5.0))
    # One of the two sides is optimal in the basis as it is.
    known = np.isfinite([least[0], most[0]])
    assert known.sum() == 1
    assert np.array([least[0], most[0]])[known][0] == dual


def test_nothing_else_changes():
    """Solution, basis and loaded program are those of a solve that asks for no range, and there is
    no range then."""
    for seed in range(5):
        program = random_program(seed)
        limits = (program.lower, program.upper, program.row_lower, program.row_upper)
        loaded = Loaded(program)
        loaded.solve()
        plain = loaded.resolve(*limits)
        basis = loaded.basis()
        rows = np.arange(len(program.row_lower))
        asked = loaded.resolve(*limits, around=(rows, np.full(len(rows), 1e-4)))
        assert plain.row_dual_range is None
        assert (asked.x == plain.x).all()
        assert (asked.row_dual == plain.row_dual).all()
        assert (loaded.basis().columns == basis.columns).all()
        assert loaded.resolve(*limits).cost == plain.cost
        assert asked.row_dual_range is not None
        low, high = asked.row_dual_range
        known = ~np.isnan(low) & ~np.isnan(high)
        assert known.any()
        assert (low[known] <= plain.row_dual[known]).all()
        assert (plain.row_dual[known] <= high[known]).all()
