"""Courses: a ship is where its day says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.questions.redirect.courses import along, crossings_of, made_good, points_of


def test_texts_read_back():
    assert points_of("54.00 25.50;-57.10 26.30") == [(54.0, 25.5), (-57.1, 26.3)]
    assert crossings_of("hormuz@1.25;malacca@9.00", 3.0) == [("hormuz", 4.25), ("malacca", 12.0)]
    assert crossings_of("") == []


def test_half_way_along_the_equator():
    course = [(0.0, 0.0), (10.0, 0.0), (30.0, 0.0)]
    assert along(course, 0.5) == pytest.approx((15.0, 0.0))
    assert along(course, 0.0) == pytest.approx((0.0, 0.0))
    assert along(course, 1.0) == pytest.approx((30.0, 0.0))


def test_over_the_date_line():
    lon, lat = along([(170.0, 0.0), (-170.0, 0.0)], 0.75)
    assert (lon, lat) == pytest.approx((-175.0, 0.0))


def test_a_ship_lies_before_the_passage_until_it_opens():
    # Ten days at sea; the passage lies two days out and opens on day 7: five days of waiting.
    voyage = {"departs": 0.0, "arrives": 15.0, "waits": 5.0, "crossings": [("strait", 7.0)]}
    told = {day: made_good(day, **voyage) for day in (1, 2, 4, 6.9, 8, 14)}
    assert told == pytest.approx({1: 0.1, 2: 0.2, 4: 0.2, 6.9: 0.2, 8: 0.3, 14: 0.9})


@given(
    day=st.floats(-5, 60), departs=st.floats(0, 5), sails=st.floats(1, 30), waits=st.floats(0, 20)
)
def test_no_ship_sails_back_or_beyond(day: float, departs: float, sails: float, waits: float):
    arrives = departs + sails + waits
    crossing = [("strait", departs + 0.4 * sails + waits)]
    one = made_good(day, departs, arrives, waits, crossing)
    two = made_good(day + 0.5, departs, arrives, waits, crossing)
    assert 0.0 <= one <= two <= 1.0
