"""Decades from a catalogue: expectations, intervals and compensation on cases known by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.questions.decades import Catalogue, compensation, contributions, draw
from seawall.shocks.hazards import Hazard, draw_decade

ONE = Hazard(
    id="one", name="One", kind="passage", targets=("p",), commodity=None, frequency=0.2, low=0.2,
    high=0.2, days_median=30.0, days_sigma=1.0, days_most=365.0, recovery_days=0.0, depth=1.0,
    depth_least=1.0, depth_most=1.0,
)  # fmt: skip
TWO = replace(ONE, id="two", frequency=0.5, low=0.5, high=0.5)


def catalogue(
    gain: list[list[list[float]]], lent: list[list[list[float]]], *found: Hazard
) -> Catalogue:
    """Two members; each borrows what the other lends."""
    lends = np.array(lent, dtype=float)
    return Catalogue(
        found or (ONE, TWO), ("A", "B"), np.array(gain, dtype=float), lends, lends[:, :, ::-1]
    )


#: In "one" B lends 2 to A in the second case; in "two" nothing happens.
ONE_WAY = catalogue([[[0, 0], [60, -20]], [[0, 0], [0, 0]]], [[[0, 0], [0, 2]], [[0, 0], [0, 0]]])
#: As that, and in "two" A lends 1 to B in both cases.
BOTH_WAYS = catalogue(
    [[[0, 0], [60, -20]], [[-4, 10], [-4, 10]]], [[[0, 0], [0, 2]], [[1, 0], [1, 0]]]
)


def test_expected_amounts_are_frequency_times_mean_over_cases():
    """0.2 events a year, half of them gain 60."""
    assert ONE_WAY.yearly(ONE_WAY.gain) == pytest.approx([6.0, -2.0])
    assert BOTH_WAYS.yearly(BOTH_WAYS.gain) == pytest.approx([6.0 - 2.0, -2.0 + 5.0])
    assert ONE_WAY.yearly(ONE_WAY.lent) == pytest.approx([0.0, 0.2])


def test_drawn_decades_have_the_expected_mean_and_the_spread_of_poisson():
    """Mean and variance of a compound Poisson sum, within five standard errors."""
    drawn = draw(ONE_WAY, years=10, draws=20_000, seed=1)
    mean, variance = 6.0, 0.1 * 60**2 / 10
    assert drawn.gain[:, 0].mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / 20_000))
    assert drawn.gain[:, 0].var() == pytest.approx(variance, rel=0.05)
    # Used in a decade with at least one event of the second case: 1 - exp(-10 x 0.1).
    assert (drawn.uses > 0).mean() == pytest.approx(1 - np.exp(-1), abs=0.02)
    assert drawn.lent[:, 1] == pytest.approx(drawn.borrowed[:, 0])


def test_decades_are_those_of_the_hazards():
    """With one case for all, a decade's gain counts its events as `draw_decade` has them."""
    single = catalogue([[[1.0, -1.0]], [[0.0, 0.0]]], [[[0, 1]], [[0, 0]]])
    drawn = draw(single, years=10, draws=50, seed=7)
    events = draw_decade((ONE, TWO), 10, 50, seed=7)
    assert drawn.gain[:, 0] * 10 == pytest.approx(
        [sum(e.hazard == "one" for e in each) for each in events]
    )


def test_one_lender_has_one_interval():
    """B loses 20 for 2 lent, A gains 60: between 10 and 30 a unit both gain."""
    (terms,) = compensation(ONE_WAY, draw(ONE_WAY, 10, 200, 0))
    assert (terms.lender, terms.borrower) == ("B", "A")
    assert (terms.least, terms.most) == pytest.approx((10.0, 30.0))
    # One hazard only: its frequency cancels, and so does its uncertainty.
    assert (terms.least_low, terms.least_high) == pytest.approx((10.0, 10.0))
    assert terms.agreeable
    assert terms.chance == 1.0
    assert terms.lent == pytest.approx(0.2)


def test_loans_both_ways_have_an_interval_each_and_one_for_all():
    """A lends at least for 4 and B pays up to 10 a unit; over both, only net lending counts."""
    by_a, by_b, whole = compensation(BOTH_WAYS, draw(BOTH_WAYS, 10, 200, 0))
    assert (by_a.lender, by_a.least, by_a.most) == ("A", pytest.approx(4), pytest.approx(10))
    assert (by_b.lender, by_b.least, by_b.most) == ("B", pytest.approx(10), pytest.approx(30))
    # A lends 0.5 a year and borrows 0.2; its gain of 4 a year may be spent on paying 13.3 a unit
    # less, B gains 3 a year and could pay 10 a unit more.
    assert (whole.least, whole.most) == pytest.approx((-4 / 0.3, 3 / 0.3))
    assert whole.agreeable


def test_no_compensation_is_agreeable_where_the_loss_exceeds_the_gain():
    """B loses 50 a unit and A gains 10."""
    bad = catalogue([[[20, -100]], [[0, 0]]], [[[0, 2]], [[0, 0]]])
    (terms,) = compensation(bad, draw(bad, 10, 100, 0))
    assert (terms.least, terms.most) == pytest.approx((50, 10))
    assert not terms.agreeable
    assert terms.chance == 0.0


def test_uncertain_frequencies_widen_the_interval():
    """Two hazards with unlike gains: their mix decides the bounds."""
    wide = catalogue(
        [[[60, -20]], [[10, -30]]], [[[0, 2]], [[0, 1]]],
        replace(ONE, low=0.02, high=0.6), replace(TWO, low=0.05, high=1.5),
    )  # fmt: skip
    (terms,) = compensation(wide, draw(wide, 10, 2000, 0))
    assert terms.least_low < terms.least < terms.least_high
    assert 10 < terms.least_low < terms.least_high < 30
    assert terms.most_low < terms.most < terms.most_high


def test_a_pact_that_is_never_used_has_no_price():
    """No bound, nothing agreeable, and no error."""
    never = catalogue([[[0, 0]], [[0, 0]]], [[[0, 0]], [[0, 0]]])
    drawn = draw(never, 10, 50, 0)
    (terms,) = compensation(never, drawn)
    assert np.isnan(terms.least)
    assert np.isnan(terms.most)
    assert not terms.agreeable
    assert not drawn.uses.any()


def test_hazards_that_move_most_come_first():
    """By expected balance, whatever its sign."""
    assert list(contributions(BOTH_WAYS, 0)) == [0, 1]
    assert list(contributions(BOTH_WAYS, 1)) == [1, 0]


@given(
    gain=st.lists(st.floats(-100, 100), min_size=4, max_size=4),
    lent=st.lists(st.floats(0.1, 5), min_size=2, max_size=2),
    share=st.floats(0, 1),
)
def test_between_the_bounds_nobody_loses(gain: list[float], lent: list[float], share: float):
    """Any compensation within an agreeable interval leaves both with a gain."""
    made = catalogue(
        [[gain[:2]], [gain[2:]]], [[[0, lent[0]]], [[lent[1], 0]]]
    )  # fmt: skip
    whole = compensation(made, draw(made, 10, 5, 0))[-1]
    if not whole.agreeable or np.isnan(whole.least) or np.isnan(whole.most):
        return
    price = whole.least + share * (whole.most - whole.least)
    net = made.yearly(made.lent) - made.yearly(made.borrowed)
    balance = made.yearly(made.gain) + price * net
    assert np.all(balance >= -1e-6 * max(1.0, abs(price)))
