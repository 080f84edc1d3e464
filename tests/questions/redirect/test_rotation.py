"""Ships for liftings: least in number, cheapest, and proven so."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from seawall.errors import UsageError
from seawall.program import LinearProgram, solve
from seawall.questions.redirect.rotation import NONE, assign, fewest_ships

seeds = st.integers(0, 10_000)


def fewest_by_program(follows: np.ndarray) -> float:
    """Liftings less the largest matching, as a linear program: its corners are whole."""
    n = len(follows)
    i, j = np.nonzero(follows)
    if not len(i):
        return float(n)
    k = np.arange(len(i))
    rows = csr_array(
        (np.ones(2 * len(i)), (np.concatenate([i, n + j]), np.concatenate([k, k]))),
        shape=(2 * n, len(i)),
    )
    zero, one = np.zeros(len(i)), np.ones(len(i))
    found = solve(LinearProgram(-one, rows, np.full(2 * n, -np.inf), np.ones(2 * n), zero, one))
    return n + found.cost


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(1, 14))
def test_no_schedule_needs_fewer_ships(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 60, n).astype(float)
    end = start + rng.integers(2, 15, n)
    ballast = rng.integers(1, 15, (n, n)).astype(float)
    found = fewest_ships(start, end, ballast)
    follows = end[:, None] + ballast <= start[None, :]
    assert found.ships == found.lower_bound == round(fewest_by_program(follows))
    assert sorted(i for chain in found.chains for i in chain) == list(range(n))
    for chain in found.chains:
        assert all(follows[a, b] for a, b in pairwise(chain))
    cheap = fewest_ships(start, end, ballast, idle=ballast)
    assert cheap.ships == found.ships


def test_a_shuttle_needs_a_ship_for_every_round_under_way() -> None:
    start = np.arange(0.0, 100.0, 10.0)
    assert fewest_ships(start, start + 12, np.full((10, 10), 12.0)).ships == 3
    assert fewest_ships([], [], np.zeros((0, 0))).ships == 0
    with pytest.raises(UsageError, match="after it starts"):
        fewest_ships([1.0], [1.0], [[0.0]])


def cheapest_by_trying(given: tuple[np.ndarray, ...]) -> float:
    """Cost of the best plan of all, by trying every predecessor of every lifting."""
    free, reach, first, last, takes, between, charter = given
    s, n = len(free), len(first)
    best = np.inf
    for before in product(range(-1, s + n), repeat=n):
        used = [b for b in before if b >= 0]
        if len(set(used)) < len(used):
            continue
        cost, day = 0.0, np.full(n, np.nan)
        for _ in range(n):
            for j, b in enumerate(before):
                if b < 0:
                    day[j] = first[j]
                elif b < s:
                    day[j] = max(first[j], free[b] + reach[b, j])
                elif not np.isnan(day[b - s]):
                    i = b - s
                    day[j] = max(first[j], day[i] + takes[i] + between[i, j])
        if not (day <= last).all():
            continue
        for j, b in enumerate(before):
            cost += charter[j] if b < 0 else reach[b, j] if b < s else between[b - s, j]
        best = min(best, cost)
    return float(best)


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(0, 2), st.integers(1, 3))
def test_ships_are_bracketed_by_the_bound_and_the_best(seed: int, s: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 30, n).astype(float)
    problem = (
        rng.integers(0, 10, s).astype(float), rng.integers(1, 15, (s, n)).astype(float), first,
        first + rng.integers(0, 6, n), rng.integers(3, 10, n).astype(float),
        rng.integers(1, 12, (n, n)).astype(float), rng.integers(10, 40, n).astype(float),
    )  # fmt: skip
    found = assign(*problem)
    best = cheapest_by_trying(problem)
    assert found.lower_bound <= best + 1e-9 <= found.cost + 2e-9
    assert (found.day <= problem[3] + 1e-9).all()
    fixed = (*problem[:3], first, *problem[4:])
    assert assign(*fixed).cost == pytest.approx(cheapest_by_trying(fixed))
    assert assign(*fixed).gap == pytest.approx(0.0, abs=1e-9)


def test_a_ship_is_chartered_where_none_can_come() -> None:
    found = assign([0.0], [[20.0]], [5.0], [6.0], [10.0], [[0.0]], [99.0])
    assert found.ship.tolist() == [NONE]
    assert found.cost == 99.0
