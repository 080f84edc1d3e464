"""Percentiles with what never comes, grades and shares against cases known analytically."""

from __future__ import annotations

import numpy as np
import pytest

from seawall.questions.uncertainty.inputs import P90
from seawall.questions.uncertainty.statistics import (
    candidates,
    evidence,
    grade,
    happens,
    moves,
    percentiles,
    shares,
    single_variance,
)


def test_percentiles_of_what_comes_in_part_of_the_draws():
    """A percentile that lies among the draws in which it never comes is blank."""
    drawn = np.array([10.0, 20.0, 30.0] + [np.inf] * 7)
    assert percentiles(drawn) == (10.0, None, None)
    assert happens(drawn) == pytest.approx(0.3)
    assert percentiles(np.array([np.inf] * 5)) == (None, None, None)
    assert percentiles(np.linspace(0, 1, 101)) == pytest.approx((0.1, 0.5, 0.9))
    assert happens(np.array([0.0, 0.0, 1.0, 3.0])) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "weak, sure, wanted", [(1.0, 4.0, "A"), (1.0, 2.0, "B"), (1.0, 1.1, "C"), (2.0, 1.0, "D")]
)
def test_grade_of_a_sum_whose_shares_are_known(weak: float, sure: float, wanted: str):
    """f = weak x + sure y: the share on weak inputs is weak^2 / (weak^2 + sure^2)."""
    rng = np.random.default_rng(4)
    x, y, fresh = rng.standard_normal((3, 4000))
    drawn = weak * x + sure * y
    found = evidence(drawn, (drawn[:2000], (weak * x + sure * fresh)[:2000]))
    share = weak**2 / (weak**2 + sure**2)
    assert found.grade == wanted
    assert found.weak is not None
    assert found.error is not None
    assert abs(found.weak - share) < 4 * found.error + 4 * 2 * share / 4000**0.5
    assert found.error < 0.04


def test_an_interaction_does_not_count_as_weak_alone():
    """f = x y moves only with both: knowing the weak one leaves half nothing."""
    rng = np.random.default_rng(4)
    x, y, fresh = rng.standard_normal((3, 20_000))
    found = evidence(x * y, (x * y, x * fresh))
    assert found.weak == pytest.approx(0.0, abs=0.05)


def test_what_does_not_move_is_a_and_few_draws_are_not_graded():
    """No draw moves it, so nothing weak does; two draws tell nothing."""
    assert evidence(np.zeros(200), None).grade == "A"
    assert evidence(np.full(200, 3.0) + 1e-12 * np.arange(200), None).grade == "A"
    assert evidence(np.arange(5.0), None).grade is None
    assert evidence(np.arange(50.0), None).grade == "D"
    assert not moves(np.full(3, 7.0))


def test_limits_of_grades():
    """A under 10 %, B under 30, C under 60."""
    assert [grade(s) for s in (0.0, 0.0999, 0.1, 0.2999, 0.3, 0.5999, 0.6, 1.0)] == list("AABBCCDD")


def test_strong_inputs_are_found_among_many():
    """Three inputs of a thousand make the figure; they are found first, strongest first."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal((120, 1000))
    drawn = 5.0 * z[:, 17] - 3.0 * z[:, 400] + 2.0 * z[:, 999] + 0.3 * rng.standard_normal(120)
    assert candidates(z, drawn, 10)[:3] == [17, 400, 999]
    assert candidates(z, np.ones(120), 10) == []


def test_shares_of_a_sum_of_parabolas():
    """f = 2 x + (y^2 - 1) + w: variances 4, 2 and 1, of 7; chance is taken off the rest."""
    rng = np.random.default_rng(2)
    z = rng.standard_normal((3000, 4))
    drawn = 2.0 * z[:, 0] + z[:, 1] ** 2 - 1.0 + z[:, 2]
    found = shares(z, drawn + 0.5 * rng.standard_normal(3000), 7.25)
    for (share, error), wanted in zip(found, (4.0, 2.0, 1.0, 0.0), strict=True):
        assert share == pytest.approx(wanted / 7.25, abs=4 * error + 1e-3)
        assert error < 0.02
    assert shares(z[:, :0], drawn, 1.0) == []


def test_variance_of_one_input():
    """Of a line it is the slope squared; of a parabola also twice the bend squared."""
    assert single_variance(-3.0 * P90, 0.0, 3.0 * P90) == pytest.approx(9.0)
    assert single_variance(P90**2, 0.0, P90**2) == pytest.approx(2.0)
    assert single_variance(-3.0 * P90, 0.0, 3.0 * P90, own=0.5) == pytest.approx(4.5)
