"""Kernel: solutions, certificates, bounds and refusals, against independent answers."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csc_array

from seawall.errors import Infeasible, LimitReached, SolverError
from seawall.program import LinearProgram, Loaded, Residuals, certify, solve

INF = np.inf


def random_program(seed: int, *, rows: int = 5, columns: int = 8) -> LinearProgram:
    """A feasible and bounded program: rows hold a known point, columns lie in boxes."""
    rng = np.random.default_rng(seed)
    matrix = np.round(rng.normal(size=(rows, columns)), 2) * (rng.random((rows, columns)) < 0.6)
    lower = np.where(rng.random(columns) < 0.7, 0.0, -2.0)
    upper = lower + rng.integers(1, 6, columns)
    inside = lower + (upper - lower) * rng.random(columns)
    level = matrix @ inside
    kind = rng.integers(0, 3, rows)
    return LinearProgram(
        c=np.round(rng.normal(size=columns), 2),
        A=csc_array(matrix),
        row_lower=np.where(kind == 0, -INF, np.where(kind == 1, level, level - rng.random(rows))),
        row_upper=np.where(kind == 2, INF, np.where(kind == 1, level, level + rng.random(rows))),
        lower=lower,
        upper=upper,
    )


def oracle(program: LinearProgram) -> float:
    """Optimal cost by scipy, from the same arrays written as one-sided rows."""
    matrix = program.A.toarray()
    above, below = np.isfinite(program.row_upper), np.isfinite(program.row_lower)
    found = linprog(
        program.c,
        A_ub=np.vstack([matrix[above], -matrix[below]]),
        b_ub=np.concatenate([program.row_upper[above], -program.row_lower[below]]),
        bounds=list(zip(program.lower, program.upper, strict=True)),
        method="highs-ipm",
    )
    assert found.status == 0
    return float(found.fun)


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_random_programs_agree_with_scipy(seed: int):
    """The optimal cost of a random feasible program is that of scipy.optimize.linprog."""
    program = random_program(seed)
    found = solve(program)
    assert found.cost == pytest.approx(oracle(program), abs=1e-7)
    assert found.residuals.ok()
    assert found.lower_bound == pytest.approx(found.cost, abs=1e-6)


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_any_duals_prove_a_lower_bound(seed: int):
    """Weak duality: whatever the duals, the bound of `certify` is not above the optimum, here with
    all columns boxed and duals of a sign that their rows' bounds allow."""
    program = random_program(seed)
    rng = np.random.default_rng(seed + 1)
    dual = rng.normal(size=program.shape[0])
    dual = np.where(np.isinf(program.row_lower), -np.abs(dual), dual)
    dual = np.where(np.isinf(program.row_upper), np.abs(dual), dual)
    residuals, bound = certify(program, solve(program).x, dual)
    assert residuals.dual == 0
    assert bound <= solve(program).cost + 1e-9


def test_reduced_costs_follow_the_sign_convention_of_linprog():
    """min x with x + y = 3, x >= 1, y <= 1: the row is worth +1, the bound of y costs 1."""
    program = LinearProgram(
        c=np.array([1.0, 0.0]), A=csc_array(np.array([[1.0, 1.0]])),
        row_lower=np.array([3.0]), row_upper=np.array([3.0]),
        lower=np.array([1.0, 0.0]), upper=np.array([5.0, 1.0]),
    )  # fmt: skip
    found = solve(program)
    assert found.x == pytest.approx([2, 1])
    assert found.row_dual == pytest.approx([1])
    assert found.reduced_cost == pytest.approx([0, -1])


def simple() -> LinearProgram:
    """Three columns, two rows, a unique optimum in a corner: x = (2, 2, 0)."""
    return LinearProgram(
        c=np.array([-3.0, -2.0, 1.0]),
        A=csc_array(np.array([[1.0, 1.0, 0.0], [1.0, 0.0, -1.0]])),
        row_lower=np.array([-INF, -INF]),
        row_upper=np.array([4.0, 2.0]),
        lower=np.zeros(3),
        upper=np.full(3, INF),
    )


@pytest.mark.parametrize("column", range(3))
@pytest.mark.parametrize("move", [-1e-3, 1e-3])
def test_certificates_reject_a_moved_solution(column: int, move: float):
    """Moving one column of an optimal solution by 0.001 breaks a limit or opens the gap."""
    found = solve(simple())
    x = found.x.copy()
    x[column] += move
    residuals, _ = certify(simple(), x, found.row_dual)
    assert not residuals.ok()


@pytest.mark.parametrize("row", range(2))
def test_certificates_reject_moved_duals(row: int):
    """Wrong duals prove less (or point at an infinite bound), which shows as gap or residual."""
    found = solve(simple())
    dual = found.row_dual.copy()
    dual[row] += 0.01
    assert not certify(simple(), found.x, dual)[0].ok()


@pytest.mark.parametrize("where", ["x", "dual"])
def test_certificates_reject_nan(where: str):
    """A nan is in no order with any tolerance and must not slip through a maximum."""
    found = solve(simple())
    x, dual = found.x.copy(), found.row_dual.copy()
    (x if where == "x" else dual)[0] = np.nan
    assert not certify(simple(), x, dual)[0].ok()
    assert not Residuals(primal=0.0, dual=0.0, gap=float("nan")).ok()


def test_infeasible_programs_say_so():
    """Two rows that contradict each other raise Infeasible, not a number."""
    program = replace(simple(), row_lower=np.array([5.0, -INF]), row_upper=np.array([INF, 2.0]),
                      upper=np.array([1.0, 1.0, 1.0]))  # fmt: skip
    with pytest.raises(Infeasible):
        solve(program)


def test_unbounded_programs_are_no_answer():
    """A cost that falls for ever is an error: it has no optimum to certify."""
    program = LinearProgram(
        c=np.array([-1.0]), A=csc_array((0, 1)), row_lower=np.zeros(0), row_upper=np.zeros(0),
        lower=np.zeros(1), upper=np.array([INF]),
    )  # fmt: skip
    with pytest.raises((SolverError, Infeasible)):
        solve(program)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"A": csc_array(np.array([[1e-10, 1.0, 0.0], [1.0, 0.0, -1.0]]))}, "below 1e-9"),
        ({"c": np.array([np.nan, 0.0, 0.0])}, "nan"),
        ({"lower": np.full(3, 2.0), "upper": np.full(3, 1.0)}, "lower > upper"),
        ({"row_lower": np.full(2, 9.0)}, "lower > upper"),
        ({"c": np.zeros(2)}, "shape"),
    ],
)
def test_wrong_programs_cannot_be_built(change: dict[str, np.ndarray], words: str):
    """Entries that the solver would drop, nan, crossed bounds and wrong shapes are refused."""
    with pytest.raises(ValueError, match=words):
        replace(simple(), **change)


def test_stored_zeros_are_removed():
    """Explicit zeros slow the solver down and are not entries below 1e-9."""
    matrix = csc_array((np.array([1.0, 0.0]), np.array([0, 0]), np.array([0, 1, 2])), shape=(1, 2))
    program = LinearProgram(
        c=np.ones(2), A=matrix, row_lower=np.zeros(1), row_upper=np.ones(1),
        lower=np.zeros(2), upper=np.ones(2),
    )  # fmt: skip
    assert program.A.nnz == 1


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_whole_numbers_agree_with_brute_force(seed: int):
    """A small program over whole numbers has the optimum that trying all of them finds."""
    rng = np.random.default_rng(seed)
    matrix = rng.integers(-3, 6, (2, 4)).astype(float)
    program = LinearProgram(
        c=rng.integers(-5, 6, 4).astype(float), A=csc_array(matrix),
        row_lower=np.full(2, -INF), row_upper=rng.integers(2, 9, 2).astype(float),
        lower=np.zeros(4), upper=np.full(4, 3.0), integrality=np.ones(4),
    )  # fmt: skip
    points = np.array(list(itertools.product(range(4), repeat=4)), dtype=float)
    feasible = points[np.all(points @ matrix.T <= program.row_upper + 1e-9, axis=1)]
    found = solve(program)
    assert found.cost == pytest.approx((feasible @ program.c).min(), abs=1e-6)
    assert found.x == pytest.approx(np.round(found.x), abs=1e-6)
    assert found.lower_bound <= found.cost + 1e-6


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_warm_resolve_equals_cold_resolve(seed: int):
    """Other bounds give the same optimum from the base basis as from nothing."""
    base, other = random_program(seed), random_program(seed)
    upper = other.lower + (other.upper - other.lower) * 0.9
    change = (other.lower, np.maximum(upper, other.lower), other.row_lower - 1.0, other.row_upper)
    loaded = Loaded(base)
    loaded.solve()
    try:
        warm = loaded.resolve(*change)
    except Infeasible:
        with pytest.raises(Infeasible):
            loaded.resolve(*change, warm=False)
        return
    cold = loaded.resolve(*change, warm=False)
    assert warm.cost == pytest.approx(cold.cost, abs=1e-7)
    assert warm.cost == pytest.approx(
        oracle(replace(base, lower=change[0], upper=change[1], row_lower=change[2])), abs=1e-7
    )


def test_resolve_leaves_the_base_unchanged():
    """After other bounds, even infeasible ones, the loaded program is the base again."""
    program = random_program(7)
    loaded = Loaded(program)
    before = loaded.solve()
    loaded.resolve(program.lower, program.upper, program.row_lower - 5, program.row_upper + 5)
    with pytest.raises(Infeasible):
        loaded.resolve(program.upper, program.upper, np.full(5, 1e4), np.full(5, 1e4))
    assert loaded.solve().cost == pytest.approx(before.cost, abs=1e-9)
    same = loaded.resolve(program.lower, program.upper, program.row_lower, program.row_upper)
    assert same.cost == pytest.approx(before.cost, abs=1e-9)


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_other_costs_give_the_optimum_of_scipy_and_then_the_base_again(seed: int):
    """Costs that a scenario changes, also together with bounds: certified against the new costs,
    from the base basis and from nothing, and gone afterwards."""
    base = random_program(seed)
    cost = base.c + np.random.default_rng(seed).uniform(-4, 9, len(base.c)).round(2)
    bounds = (base.lower, base.upper, base.row_lower - 1.0, base.row_upper)
    loaded = Loaded(base)
    before = loaded.solve()
    best = oracle(replace(base, c=cost, row_lower=bounds[2]))
    for warm in (True, False):
        found = loaded.resolve(*bounds, cost=cost, warm=warm)
        assert found.cost == pytest.approx(best, abs=1e-7)
        assert found.residuals.ok()
        assert found.reduced_cost == pytest.approx(cost - base.A.T @ found.row_dual)
    same = loaded.resolve(base.lower, base.upper, base.row_lower, base.row_upper)
    assert same.cost == pytest.approx(before.cost, abs=1e-9)


def test_time_limit_ends_without_a_wrong_answer():
    """With no time at all there is either no result (LimitReached) or one that says how far it is
    from optimal; never one that claims a bound above the optimum."""
    program = random_program(3, rows=60, columns=90)
    optimum = solve(program).cost
    try:
        found = solve(program, time_limit=0.0)
    except LimitReached:
        return
    assert found.residuals.primal <= 1e-6
    assert found.lower_bound <= optimum + 1e-6
    assert found.cost >= optimum - 1e-6


def test_time_limit_never_returns_a_point_that_breaks_its_rows():
    """A program that no starting point meets ends in LimitReached (exit 5) when there is no time
    to find one."""
    free = replace(
        random_program(4, rows=80, columns=120), lower=np.zeros(120), upper=np.full(120, INF)
    )
    level = free.A @ np.ones(120)
    program = replace(free, c=np.ones(120), row_lower=level, row_upper=level)
    with pytest.raises(LimitReached) as caught:
        solve(program, time_limit=0.0)
    assert caught.value.exit_code == 5
