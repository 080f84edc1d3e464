"""Hazards: distributions keep their moments, draws repeat, cases stand for the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaincinv, ndtri
from tests.conftest import DATA

from seawall.errors import UsageError
from seawall.questions.prepared import prepare
from seawall.shocks.hazards import (
    Hazard,
    draw_cases,
    draw_decade,
    draw_frequencies,
    hazards,
    severities,
)
from seawall.study import read

NARROWS = Hazard(
    id="narrows-shut", name="The narrows shut", kind="passage", targets=("narrows",),
    commodity=None, frequency=0.5, low=0.5, high=0.5, days_median=30.0, days_sigma=1.0,
    days_most=365.0, recovery_days=0.0, depth=0.5, depth_least=0.2, depth_most=1.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def twelve() -> tuple[Hazard, ...]:
    return hazards(read(DATA / "twelve"))


def test_hazards_are_the_rows_of_the_table(twelve: tuple[Hazard, ...]):
    """Targets are split, blanks get their meaning, a missing range comes from the confidence."""
    narrows, plants, cold = twelve
    assert (narrows.targets, narrows.commodity, narrows.season) == (("narrows",), None, None)
    assert (narrows.depth_least, narrows.depth_most) == (1, 1)
    assert (plants.targets, plants.commodity) == (("gulf", "south"), "lng")
    assert (plants.days_most, plants.cluster) == (1095, "")
    assert cold.season == (12, 2)
    spread = np.exp(1.645 * 0.5)  # an assumption
    assert (cold.low, cold.high) == pytest.approx((0.3 / spread, 0.3 * spread))


def test_every_case_of_the_table_can_be_asked(twelve: tuple[Hazard, ...]):
    """Scenarios hit what the network has, and the same targets as the row says."""
    ready = prepare(read(DATA / "twelve"))
    for hazard in twelve:
        for probability, scenario in severities(hazard, 2):
            assert probability == 0.5
            assert tuple(s.target for s in scenario.shock) == tuple(
                (hazard.kind, name) for name in hazard.targets
            )
            met = ready.conditions(scenario)
            hit = met.open.min() < 1 or met.capacity.min() < 1 or met.wanted.max() > 1
            assert hit, scenario.title


def test_demand_is_added_and_the_rest_taken_away(twelve: tuple[Hazard, ...]):
    """A depth is a change of demand or a share lost; half of what was lost recovers in a step."""
    _, plants, cold = twelve
    ((_, colder),) = severities(cold, 1)
    assert colder.shock[0].change == pytest.approx(0.15)
    assert colder.shock[0].depth == 1.0  # untouched
    ((_, stopped),) = severities(plants, 1)
    assert stopped.shock[0].depth == pytest.approx(0.4)
    assert stopped.shock[0].recovery == ((14, pytest.approx(0.8)),)


@given(
    median=st.floats(1, 500), sigma=st.floats(0, 3.5), most=st.floats(5, 2000),
    n=st.integers(1, 12),
)  # fmt: skip
def test_cases_keep_the_mean_length(median: float, sigma: float, most: float, n: int):
    """The mean over cases is that of the capped lognormal, whatever their number."""
    hazard = replace(NARROWS, days_median=median, days_sigma=sigma, days_most=most)
    lengths = [scenario.shock[0].days for _, scenario in severities(hazard, n)]
    at = np.log(most / median) / sigma if sigma > 1e-6 else 0.0
    parts = sorted({-9.0, float(np.clip(at, -9, 9)), 0.0, float(min(sigma, 8.9)), 9.0})
    expected = sum(
        quad(lambda z: np.minimum(median * np.exp(sigma * z), most) * np.exp(-z * z / 2), a, b)[0]
        for a, b in pairwise(parts)
    ) / np.sqrt(2 * np.pi)
    assert np.mean(lengths) == pytest.approx(expected, rel=2e-4)
    assert np.all(np.diff(lengths) >= -1e-9 * most)
    assert max(lengths) <= most


@given(
    least=st.floats(0, 0.4), width=st.floats(0.05, 0.6), middle=st.floats(0.05, 0.95),
    n=st.integers(1, 12),
)  # fmt: skip
def test_cases_keep_the_mean_depth(least: float, width: float, middle: float, n: int):
    """The mean over cases is that of the row, and none lies outside its bounds."""
    mean = least + middle * width
    hazard = replace(NARROWS, depth=mean, depth_least=least, depth_most=least + width)
    depths = [scenario.shock[0].depth for _, scenario in severities(hazard, n)]
    assert np.mean(depths) == pytest.approx(mean, rel=1e-6)
    assert min(depths) >= least - 1e-9
    assert max(depths) <= least + width + 1e-9


def test_quantiles_are_those_of_the_distributions():
    """Median and 84th percentile of the length, bounds of the depth, the cap."""
    assert NARROWS.days(0.5) == pytest.approx(30)
    assert NARROWS.days(0.8413447) == pytest.approx(30 * np.e, rel=1e-5)
    assert NARROWS.days(0.9999) == 365
    assert NARROWS.depths(np.array([0.0, 1.0])) == pytest.approx([0.2, 1.0])
    # With the mean in the middle a beta distribution is symmetric.
    assert replace(NARROWS, depth=0.6).depths(0.5) == pytest.approx(0.6)


def test_depth_and_length_are_not_tied():
    """Over many cases length and depth hang together hardly more than independent ones."""
    cases = [scenario.shock[0] for _, scenario in severities(NARROWS, 200)]
    ranks = np.argsort(np.argsort([c.depth for c in cases]))
    assert abs(np.corrcoef(np.arange(200), ranks)[0, 1]) < 0.05


def test_events_have_the_frequency_length_and_depth_of_the_hazard():
    """Counts over many decades, and the distribution of what is drawn."""
    draws, years = 2000, 10
    events = [e for each in draw_decade([NARROWS], years, draws, seed=3) for e in each]
    # Five standard deviations of a Poisson count.
    assert len(events) == pytest.approx(draws * years * 0.5, abs=5 * np.sqrt(draws * 5))
    days = np.array([e.scenario.shock[0].days for e in events])
    assert np.median(days) == pytest.approx(30, rel=0.05)
    uncapped = days[days < 365]
    assert len(uncapped) / len(days) == pytest.approx(0.9938, abs=0.004)
    assert np.quantile(days, 0.9) == pytest.approx(30 * np.exp(ndtri(0.9)), rel=0.05)
    depths = np.array([e.scenario.shock[0].depth for e in events])
    assert depths.mean() == pytest.approx(0.5, abs=0.01)
    assert 0.2 <= depths.min() < depths.max() <= 1.0
    whole = np.array([e.year for e in events])
    assert np.bincount(whole, minlength=10) == pytest.approx(np.full(10, 1000), abs=160)


def test_an_uncertain_frequency_has_its_mean_and_percentiles():
    """Drawn frequencies are gamma with the row's mean and ratio of percentiles."""
    shape = 2.5
    low, high = (0.3 / shape * gammaincinv(shape, p) for p in (0.05, 0.95))
    hazard = replace(NARROWS, frequency=0.3, low=low, high=high)
    assert hazard.frequency_shape == pytest.approx(shape, rel=1e-6)
    drawn = draw_frequencies([hazard], 4000, seed=1)[:, 0]
    assert drawn.mean() == pytest.approx(0.3, rel=0.03)
    assert np.percentile(drawn, [5, 95]) == pytest.approx([low, high], rel=0.08)


def test_clustered_hazards_have_bad_years_together():
    """Counts of a year have the variance of a negative binomial and go together."""
    pair = [replace(NARROWS, id=i, cluster="tight", dispersion=3.0) for i in ("a", "b")]
    alone = [replace(NARROWS, id=i) for i in ("a", "b")]

    def yearly(found: list[Hazard]) -> np.ndarray:
        count = np.zeros((3000, 2))
        for d, events in enumerate(draw_decade(found, 1, 3000, seed=5)):
            for e in events:
                count[d, "ab".index(e.hazard)] += 1
        return count

    together, apart = yearly(pair), yearly(alone)
    assert together.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.08)
    assert together[:, 0].var() == pytest.approx(0.5 + 3 * 0.25, rel=0.3)
    assert apart[:, 0].var() == pytest.approx(0.5, rel=0.15)
    assert np.corrcoef(together.T)[0, 1] > 0.4
    assert abs(np.corrcoef(apart.T)[0, 1]) < 0.06


def test_draws_repeat_and_do_not_depend_on_how_many(twelve: tuple[Hazard, ...]):
    """Draw i is the same whether three or ten are drawn; another seed gives others."""
    few, many = draw_decade(twelve, 10, 3, seed=8), draw_decade(twelve, 10, 10, seed=8)
    assert few == many[:3]
    assert many != draw_decade(twelve, 10, 10, seed=9)
    assert len({repr(events) for events in many}) == 10


def test_counted_cases_are_those_of_the_decades(twelve: tuple[Hazard, ...]):
    """Both ways of drawing see the same number of events, and spread them over the cases."""
    decades = draw_decade(twelve, 10, 40, seed=2)
    count = draw_cases(twelve, 10, 40, seed=2, n=3)
    for events, cases in zip(decades, count, strict=True):
        for h, hazard in enumerate(twelve):
            assert cases[h].sum() == sum(e.hazard == hazard.id for e in events)
    many = draw_cases([NARROWS], 10, 3000, 0, 3).sum(axis=0)[0]
    assert many / many.sum() == pytest.approx([1 / 3] * 3, abs=0.02)


@pytest.mark.parametrize(
    "season,months",
    [((12, 2), {12, 1, 2}), ((6, 6), {6}), ((5, 9), {5, 6, 7, 8, 9}), ((1, 12), None)],
)
def test_events_begin_in_their_season(season: tuple[int, int], months: set[int] | None):
    """Also where the season runs over the turn of the year; with a first year they have dates."""
    hazard = replace(NARROWS, season=season, frequency=3.0, low=3.0, high=3.0)
    events = draw_decade([hazard], 10, 30, seed=4, first_year=2027)
    dates = [e.scenario.start for each in events for e in each]
    assert all(isinstance(d, date) for d in dates)
    assert {d.month for d in dates if d} == (months or set(range(1, 13)))
    assert {d.year for d in dates if d} == set(range(2027, 2037))
    assert all(e.scenario.start is None for e in draw_decade([hazard], 1, 1)[0])


def test_events_come_in_order(twelve: tuple[Hazard, ...]):
    """Events of a decade are sorted by the day on which they begin."""
    for events in draw_decade(twelve, 10, 20, seed=6):
        when = [(e.year, e.day) for e in events]
        assert when == sorted(when)
        assert all(0 <= day < 365 for _, day in when)


def test_a_hazard_that_never_strikes_is_never_drawn():
    """A frequency of zero is certain."""
    never = replace(NARROWS, frequency=0.0, low=0.0, high=0.0)
    assert draw_decade([never], 10, 5) == [[]] * 5


@pytest.mark.parametrize("years,draws", [(0, 1), (1, 0), (-3, 2)])
def test_nothing_is_not_drawn(years: int, draws: int):
    """Numbers below 1 are refused in words."""
    with pytest.raises(UsageError, match=r"at least one (year|draw)"):
        draw_decade([NARROWS], years, draws)


def test_no_severities_are_refused():
    """There is at least one case."""
    with pytest.raises(UsageError, match="at least one severity"):
        severities(NARROWS, 0)
