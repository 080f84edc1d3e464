"""Ships on the map: where a voyage puts them, over the edge of the map and before shut passages."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report import redirected

from seawall.report.redirect_map import script, ship_map, still
from seawall.report.redirect_view import morning
from seawall.report.redirect_ways import (
    CHANGED,
    EDGE,
    Ways,
    course_of,
    cut,
    data,
    part_at,
    timing,
    voyages,
)
from seawall.report.worldmap import CENTRE, to_units


@pytest.fixture(scope="module")
def case():
    return morning(redirected.answer())


def test_points_that_ways_share_are_stored_once() -> None:
    ways = Ways()
    a = ways.add("60.00 10.00;70.00 10.00;72.50 21.70")
    b = ways.add("50.00 10.00;60.00 10.00;70.00 10.00")
    assert ways.add("60.00 10.00;70.00 10.00;72.50 21.70") == a != b
    assert len(set(ways.points)) == len(ways.points)
    assert set(ways.ways[a][0]) & set(ways.ways[b][0])


def test_a_way_over_the_edge_leaves_on_one_side_and_comes_in_on_the_other() -> None:
    ways = Ways()
    way = ways.add(redirected.COURSES["ocean"])
    xs = np.array([ways.points[number][0] for number in ways.ways[way][0]])
    jumps = np.flatnonzero(np.abs(np.diff(xs)) > EDGE)
    assert len(jumps) == 1
    assert ways.path(way).count("M") == 2
    # No ship is ever in the middle of that jump.
    for part in np.linspace(0.0, 1.0, 200):
        x, _ = ways.at(way, part)
        assert min(abs(xs - x)) < 900
    assert abs(xs[0]) < EDGE + 500


def test_ends_of_a_way_are_those_of_its_course() -> None:
    ways = Ways()
    for course in redirected.COURSES.values():
        way, line = ways.add(course), course_of(course)
        for part, (lon, lat) in ((0.0, line[0]), (1.0, line[-1])):
            relative = (lon - CENTRE + 180.0) % 360.0 - 180.0
            wanted = to_units(np.array([[relative, lat]]))[0]
            assert np.allclose(ways.at(way, part), wanted, atol=1.0)


@given(
    st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-60, 70)), min_size=2, max_size=8, unique=True
    )
)
def test_a_cut_course_stays_on_the_map_and_keeps_its_length(points: list[tuple[float, float]]):
    pieces = cut(np.array(points))
    ends = np.array([[*a, *b] for a, b, _ in pieces])
    assert np.all(np.abs(ends[:, [0, 2]]) <= 180.0 + 1e-6)
    assert np.all(np.abs(ends[:, 0] - ends[:, 2]) <= 180.0 + 1e-6)
    assert all(length >= 0.0 for _, _, length in pieces)
    assert np.allclose(pieces[0][0][1], points[0][1])
    assert np.allclose(pieces[-1][1][1], points[-1][1])


def test_a_ship_waits_before_a_passage_that_is_shut() -> None:
    course = course_of(redirected.COURSES["gulf"])
    times = timing(course, 24.0, [(np.array(redirected.PASSAGE), 20.0)])
    at = part_at(times, 20.0)
    assert 0.0 < at < 1.0
    assert part_at(times, 10.0) == pytest.approx(at)  # it lies there
    assert part_at(times, 24.0) == 1.0
    days = [day for day, _ in times]
    assert days == sorted(days)


@given(st.floats(0.5, 60), st.floats(0.0, 1.0))
def test_a_ship_never_sails_back(days: float, share: float) -> None:
    course = course_of(redirected.COURSES["gulf"])
    times = timing(course, days, [(np.array(redirected.PASSAGE), share * days)])
    parts = [part_at(times, day) for day in np.linspace(0.0, days, 40)]
    assert np.all(np.diff(parts) >= -1e-9)
    assert parts[0] == 0.0
    assert parts[-1] == pytest.approx(1.0)


def test_the_script_has_every_voyage_of_the_table(case) -> None:
    ways, found = voyages(case)
    told = data(case, ways, found)
    table = case.table("voyages")
    assert sum(len(rows) for rows in told["voyages"].values()) == len(table)
    for (plan, world), rows in table.groupby(["plan", "world"]):
        number = [w.name for w in case.worlds].index(str(world))
        mine = told["voyages"][f"{plan} {number}"]
        wanted = sorted((case.day(r.depart), case.day(r.arrive)) for r in rows.itertuples())
        assert sorted((v[2], v[3]) for v in mine) == wanted
        for voyage in mine:
            assert 0 <= voyage[1] < len(told["ways"])
            assert -1 <= voyage[7] < len(told["ways"])
    for numbers, behind in told["ways"]:
        assert len(numbers) == len(behind)
        assert behind == sorted(behind)
        assert behind[-1] == 1000
        assert max(numbers) < len(told["points"]) / 2
    assert told["worlds"][1]["reopens"] == {"narrows": None}
    json.dumps(told, allow_nan=False)


def test_only_what_is_sent_elsewhere_has_an_old_way(case) -> None:
    ways, found = voyages(case)
    for voyage in found:
        assert (voyage.old >= 0) == (voyage.action in ("divert", "swap"))
    moved = next(v for v in found if v.old >= 0)
    assert ways.ways[moved.old] == ways.ways[ways.add(redirected.COURSES["east"])]
    assert moved.way != moved.old


def test_a_cargo_without_a_way_before_has_a_straight_one() -> None:
    table = redirected.voyages()
    gone = (table["plan"] == "nothing") & (table["cargo"] == "C-3")
    made = morning(redirected.answer(voyages=table[~gone]))
    ways, found = voyages(made)
    moved = next(v for v in found if v.action == "divert")
    assert moved.old >= 0
    x, y = ways.at(moved.old, 1.0)
    lon, lat = redirected.ENDS["north-bay"][3:]
    assert np.allclose((x, y), to_units(np.array([[lon - CENTRE, lat]]))[0], atol=1.0)


def test_the_still_picture_is_the_first_day(case) -> None:
    ways, found = voyages(case)
    shown = [v for v in found if v.plan == "pact" and v.world == case.heaviest.name]
    drawn = still(ways, shown, 0.0)
    under = [v for v in shown if v.depart <= 0 <= v.arrive]
    assert drawn.count('class="ship') == len(under) == 2
    assert drawn.count('class="ship moved"') == sum(v.action in CHANGED for v in under) == 1
    assert drawn.count('class="old"') == 1
    whole = ship_map(case)
    assert drawn in whole.shapes
    assert "2 laden ships under way, 1 of them not as planned. Shut: The &lt;Narrows&gt;." in (
        whole.html
    )
    assert script(whole).count("<script") == 2
    assert whole.html.count("data-passage") == 4  # a cross and a word in each of two sizes
