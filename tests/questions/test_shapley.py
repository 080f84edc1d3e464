"""Shares of a difference: games whose shares are known by hand, and all orders by brute force."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.errors import UsageError
from seawall.questions.shapley import EXACT, Plan, plan, shares


def played(planned: Plan, game: dict[int, float]) -> tuple[list[float], list[float]]:
    """Shares and errors of a game with one figure."""
    values = {subset: np.array([game[subset]]) for subset in planned.subsets}
    found, error = shares(planned, values)
    return found[:, 0].tolist(), error[:, 0].tolist()


def brute(players: int, game: dict[int, float]) -> list[float]:
    """Mean step of each player over every order, one by one."""
    orders = list(permutations(range(players)))
    total = [0.0] * players
    for order in orders:
        stands = 0
        for i in order:
            total[i] += game[stands | 1 << i] - game[stands]
            stands |= 1 << i
    return [part / len(orders) for part in total]


def additive(weights: list[float]) -> dict[int, float]:
    return {
        s: sum(w for i, w in enumerate(weights) if s >> i & 1) for s in range(2 ** len(weights))
    }


def test_an_additive_game_gives_each_its_own() -> None:
    weights = [3.0, -1.0, 0.0, 0.5]
    found, error = played(plan(4), additive(weights))
    assert found == pytest.approx(weights, abs=1e-12)
    assert error == [0.0] * 4


def test_what_two_do_only_together_is_halved() -> None:
    # v = 2 of a, 1 of b, and 4 more of both: a = 2 + 4/2, b = 1 + 4/2; c does nothing.
    game = {0: 0.0, 1: 2.0, 2: 1.0, 3: 7.0, 4: 0.0, 5: 2.0, 6: 1.0, 7: 7.0}
    found, _ = played(plan(3), game)
    assert found == pytest.approx([4.0, 3.0, 0.0], abs=1e-12)


def test_gloves() -> None:
    """One left glove and two right ones: only a pair is worth anything (Shapley: 2/3, 1/6, 1/6)."""
    game = {s: 1.0 if s & 1 and s & 6 else 0.0 for s in range(8)}
    found, _ = played(plan(3), game)
    assert found == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-12)


@given(st.integers(1, 5).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.floats(-9, 9), min_size=2**n, max_size=2**n))
))  # fmt: skip
def test_all_subsets_are_all_orders(case: tuple[int, list[float]]) -> None:
    players, values = case
    game = dict(enumerate(values))
    found, _ = played(plan(players), game)
    assert found == pytest.approx(brute(players, game), abs=1e-9)
    assert sum(found) == pytest.approx(game[2**players - 1] - game[0], abs=1e-9)


def large(subset: int) -> float:
    """A game of eight in which neighbours help each other."""
    held = [subset >> i & 1 for i in range(8)]
    own = sum((i + 1) * x for i, x in enumerate(held))
    return float(own + 3.0 * sum(a * b for a, b in pairwise(held)))


def test_drawn_orders_add_up_and_their_error_is_honest() -> None:
    planned = plan(8, samples=60, seed=1)
    assert len(planned.orders) == 60
    assert planned.orders[1] == planned.orders[0][::-1]
    game = {subset: large(subset) for subset in planned.subsets}
    found, error = played(planned, game)
    assert sum(found) == pytest.approx(large(255) - large(0), abs=1e-9)
    # Known: each has its own and half of every pair that it is in.
    true = [i + 1 + 1.5 * ((i > 0) + (i < 7)) for i in range(8)]
    # An antithetic pair turns both neighbours of a pair over once first: no error is left.
    assert found == pytest.approx(true, abs=1e-9)
    assert max(error) < 1e-9


def test_triples_leave_an_error_that_covers() -> None:
    def value(subset: int) -> float:
        return 10.0 * (subset & 7 == 7) + 5.0 * (subset >> 4 & 7 == 7)

    true = [10 / 3] * 3 + [0.0] + [5 / 3] * 3
    planned = plan(7, samples=200, seed=3)
    found, error = played(planned, {s: value(s) for s in planned.subsets})
    assert sum(found) == pytest.approx(15.0)
    assert error[3] == 0.0
    assert all(0 < e < 1 for i, e in enumerate(error) if i != 3)
    assert all(abs(f - t) <= 3 * e + 1e-12 for f, t, e in zip(found, true, error, strict=True))


def test_the_same_seed_draws_the_same_orders() -> None:
    assert plan(9, 10, seed=4) == plan(9, 10, seed=4)
    assert plan(9, 10, seed=4) != plan(9, 10, seed=5)


def test_few_inputs_are_never_drawn() -> None:
    assert plan(EXACT, samples=4).orders == ()
    assert len(plan(EXACT).subsets) == 2**EXACT


@pytest.mark.parametrize("samples", [0, 1, 2])
def test_too_few_orders_are_refused(samples: int) -> None:
    with pytest.raises(UsageError, match=r"7 inputs are too many .* at least 4 orders"):
        plan(EXACT + 1, samples)
