"""Cells, calendars of feed, classes of months, years of opening."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.errors import UsageError
from seawall.questions.site.biogas.calendar import kept_through
from seawall.questions.site.biogas.cells import EARTH, near, split
from seawall.questions.site.biogas.instance import classes_of
from seawall.questions.site.biogas.phases import phased


def test_cells_share_out_their_district_and_lie_within_it() -> None:
    lat, lon = np.array([20.0, 25.0, 30.0]), np.array([75.0, 80.0, 85.0])
    area, gas = np.array([1000.0, 5000.0, 20000.0]), np.array([0.0, 10.0, 1.0])
    cells = split(lat, lon, area, gas, 60)
    assert np.bincount(cells.district, weights=cells.part) == pytest.approx(np.ones(3))
    assert np.bincount(cells.district, weights=cells.area) == pytest.approx(area)
    assert abs(len(cells) - 60) <= 3
    home = near(cells.lat, cells.lon, lat, lon, 5000.0)
    km = {(int(i), int(j)): d for i, j, d in zip(home.owner, home.other, home.km, strict=True)}
    radius = np.sqrt(area / np.pi)
    for n, d in enumerate(cells.district):
        assert km[n, int(d)] <= radius[d] * 1.001
    with pytest.raises(UsageError, match="3 districts need at least as many cells, not 2"):
        split(lat, lon, area, gas, 2)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.floats(1.0, 3000.0))
def test_what_is_near_is_what_the_great_circle_says(seed: int, reach: float) -> None:
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(-60, 60, 8), rng.uniform(-180, 180, 8)
    found = near(lat, lon, lat, lon, reach)
    phi, lam = np.radians(lat), np.radians(lon)
    cosine = np.sin(phi)[:, None] * np.sin(phi) + np.cos(phi)[:, None] * np.cos(phi) * np.cos(
        lam[:, None] - lam
    )
    km = EARTH * np.arccos(np.clip(cosine, -1.0, 1.0))
    told = {(int(i), int(j)) for i, j in zip(found.owner, found.other, strict=True)}
    for i, j in product(range(8), repeat=2):
        if abs(km[i, j] - reach) > 1.0:
            assert ((i, j) in told) == (km[i, j] < reach)
    for i, j, d in zip(found.owner, found.other, found.km, strict=True):
        assert d == pytest.approx(km[i, j], abs=0.5)


def test_a_store_without_loss_feeds_all_and_one_with_loss_what_a_simulation_says() -> None:
    came = np.zeros(12)
    came[9:12] = 1 / 3
    even = np.full(12, 1 / 12)
    fed, months = kept_through(came, even, 0.0)
    assert fed == pytest.approx(1.0)
    assert months > 3.0
    fed, months = kept_through(came, even, 0.02)
    stock, held = 0.0, []
    for month in [9, 10, 11, *range(9)] * 3:
        stock = stock + came[month] - fed * even[month]
        held.append(stock)
        stock *= 0.98
    assert held[-1] == pytest.approx(0.0, abs=1e-9)
    assert min(held) > -1e-9
    assert months == pytest.approx(sum(held[-12:]))
    assert 0.85 < fed < 0.98


def test_feed_that_is_used_as_it_comes_is_never_stored() -> None:
    share = np.array([0.5, 0.5, *[0.0] * 10])
    assert kept_through(share, share, 0.1) == (pytest.approx(1.0), pytest.approx(0.0))


def test_months_that_another_one_covers_are_no_class_of_their_own() -> None:
    even, winter = np.full(12, 1 / 12), np.zeros(12)
    winter[:6] = 1 / 6
    summer = np.roll(winter, 6)
    peak, covers = classes_of(np.array([even, winter]))
    assert peak.tolist() == [[1.0], [2.0]]
    assert set(covers) == {0}
    peak, covers = classes_of(np.array([even, winter, summer]))
    assert peak.T.tolist() == [[1.0, 2.0, 0.0], [1.0, 0.0, 2.0]]
    assert covers.tolist() == [0] * 6 + [1] * 6


def test_years_hold_their_budget_and_bring_gas_early() -> None:
    capital, output = np.array([4.0, 3.0, 3.0, 2.0]), np.array([4.0, 1.0, 3.0, 2.0])
    found = phased(capital, output, years=3, budget=5.0, discount=0.1)
    spent = np.bincount(found.opened, weights=capital, minlength=4)[1:]
    assert (spent <= 5.0 + 1e-9).all()
    worth = [(3 - y) * 1.1**-y for y in range(3)]
    told = sum(output[n] * worth[y - 1] for n, y in enumerate(found.opened) if y)
    best = max(
        sum(output[n] * worth[y] for n, y in enumerate(years) if y < 3)
        for years in product(range(4), repeat=4)
        if all(capital[[y == k for y in years]].sum() <= 5.0 for k in range(3))
    )
    assert told >= best * (1.0 - 2e-3)
    whole = phased(capital, output, years=2, budget=None, discount=0.1)
    assert (whole.opened > 0).all()
    with pytest.raises(UsageError, match="1 million INR a year build nothing"):
        phased(capital, output, years=2, budget=1.0, discount=0.1)
    with pytest.raises(UsageError, match="at least one, not 0"):
        phased(capital, output, years=0, budget=None, discount=0.1)
