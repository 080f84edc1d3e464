"""The roads of the sea: ways on a tiny net of known lengths, and those of the reference study."""

from __future__ import annotations

import csv
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.errors import InputError, UnknownName
from seawall.network.seaways import Seaways, distance, not_taken
from seawall.study import read

if TYPE_CHECKING:
    from seawall.study import Study

FACTS = Path(__file__).parents[2] / "facts"
LEGS = (
    # west port - gate - strait - gate - east port, and a long way around from gate to gate.
    ("west", "0 0;2 0", 120.0, ""),
    ("strait", "2 0;3 0;4 0", 120.0, "narrow"),
    ("east", "4 0;6 0", 130.0, ""),
    ("around", "2 0;2 -5;4 -5;4 0", 720.0, "wide"),
    ("slow", "0 0;1 1;2 0", 200.0, ""),
    ("beyond", "6 0;180 10", 9000.0, ""),
    ("seam", "-180 10;-170 10", 600.0, ""),
)
PORTS = (("left", 0.0, 0.3), ("right", 6.0, 0.0), ("far", -170.0, 10.0), ("gate", 2.0, -0.1))
NARROW, BOTH = frozenset({"narrow"}), frozenset({"narrow", "wide"})


def net(legs: tuple[tuple[str, str, float, str], ...] = LEGS) -> Seaways:
    """A study's tables of the sea, and no more of a study."""
    frames = {
        "sea_legs": pd.DataFrame(legs, columns=["id", "points", "length", "passage"]),
        "terminals": pd.DataFrame(PORTS, columns=["id", "lon", "lat"]),
        "passages": pd.DataFrame({"id": ["narrow", "wide"]}),
    }
    study: Any = SimpleNamespace(
        table=frames.__getitem__, rows=lambda name: frames[name].itertuples(index=False)
    )
    return Seaways.of(cast("Study", study))


@pytest.fixture(scope="module")
def tiny() -> Seaways:
    return net()


@pytest.fixture(scope="module")
def study() -> Study:
    return read("india-japan")


@pytest.fixture(scope="module")
def seas(study: Study) -> Seaways:
    return Seaways.of(study)


def length(seas: Seaways, *way: Any) -> float:
    route = seas.route(*way)
    return np.inf if route is None else route.nm


def test_the_shortest_way_leads_through_the_middle_of_the_strait(tiny: Seaways) -> None:
    route = tiny.route("left", "right")
    assert route is not None
    assert route.nm == pytest.approx(370)
    assert dict(route.crossings) == pytest.approx({"narrow": 180.0})
    assert route.points[0].tolist() == [0, 0.3]
    assert route.points[-1].tolist() == [6, 0]
    assert route.marks[-1] == pytest.approx(370)


def test_a_shut_strait_is_gone_round_and_two_leave_no_way(tiny: Seaways) -> None:
    route = tiny.route("left", "right", NARROW)
    assert route is not None
    assert route.nm == pytest.approx(970)
    assert dict(route.crossings) == pytest.approx({"wide": 480.0})
    assert tiny.route("left", "right", BOTH) is None
    assert tiny.distances(["left"], ["right", "gate"], BOTH).tolist() == [[np.inf, 120]]


@pytest.mark.parametrize(
    "ship, to, nm, crossings",
    [
        # In the open sea: on a leg, and 30' beside one, which counts.
        ((1.0, 0.0), "right", 310.0, {"narrow": 120.0}),
        ((1.0, -0.5), "right", 310 + 30.0, {"narrow": 150.0}),
        # In the strait before and behind its middle.
        ((2.5, 0.0), "right", 220.0, {"narrow": 30.0}),
        ((3.5, 0.0), "right", 160.0, {}),
        ((3.5, 0.0), "left", 210.0, {"narrow": 30.0}),
    ],
)
def test_ships_on_the_way(
    tiny: Seaways, ship: tuple[float, float], to: str, nm: float, crossings: dict[str, float]
) -> None:
    route = tiny.route(ship, to)
    assert route is not None
    assert route.nm == pytest.approx(nm, rel=2e-3)
    assert dict(route.crossings) == pytest.approx(crossings, rel=5e-3)
    assert tiny.distances([ship], [to]) == pytest.approx(route.nm)


def test_a_ship_inside_a_shut_strait_leaves_by_the_nearer_side(tiny: Seaways) -> None:
    assert length(tiny, (2.5, 0.0), "left", NARROW) == pytest.approx(150)
    assert length(tiny, (2.5, 0.0), "right", NARROW) == pytest.approx(30 + 720 + 130)
    assert length(tiny, (2.5, 0.0), "right", BOTH) == np.inf
    assert length(tiny, (3.5, 0.0), "right", BOTH) == pytest.approx(160)
    # Two ships in it: on one side they meet, across its middle they go round.
    assert length(tiny, (2.2, 0.0), (2.8, 0.0), NARROW) == pytest.approx(36)
    assert length(tiny, (2.2, 0.0), (3.8, 0.0), NARROW) == pytest.approx(12 + 720 + 12)
    assert length(tiny, (2.2, 0.0), (3.8, 0.0), BOTH) == np.inf


def test_a_strait_of_several_legs_is_left_as_one() -> None:
    """A ship deep inside reaches a gate over other legs of it, and crosses its middle once."""
    legs = (
        ("west", "0 0;2 0", 120.0, ""), ("one", "2 0;3 0", 60.0, "narrow"),
        ("two", "3 0;4 0", 60.0, "narrow"), ("three", "4 0;5 0", 60.0, "narrow"),
        ("east", "5 0;6 0", 60.0, ""),
    )  # fmt: skip
    seas = net(legs)
    assert length(seas, (3.2, 0.0), "left", NARROW) == pytest.approx(192)
    assert length(seas, (3.2, 0.0), "right", NARROW) == np.inf
    route = seas.route("left", "right")
    assert route is not None
    assert dict(route.crossings) == pytest.approx({"narrow": 210.0})


def test_of_two_legs_between_the_same_ends_the_shorter_counts(tiny: Seaways) -> None:
    """They are not added up, and the longer one can still be sailed from its middle."""
    assert length(tiny, "left", "gate") == pytest.approx(120)
    assert length(tiny, (1.0, 1.0), "gate") == pytest.approx(100, rel=1e-3)


def test_180_degrees_is_one_place(tiny: Seaways) -> None:
    route = tiny.route("right", "far")
    assert route is not None
    assert route.nm == pytest.approx(9600)
    jump = int(np.flatnonzero(np.abs(np.diff(route.points[:, 0])) > 180)[0])
    assert route.marks[jump] == pytest.approx(route.marks[jump + 1])
    assert abs(tiny.along(route, route.marks[jump] + 1.0)[0]) > 179


@given(share=st.floats(0, 1))
def test_what_is_left_of_a_way_is_the_way_from_there(share: float) -> None:
    """On the tiny net, also inside the strait: positions and lengths agree."""
    seas = net()
    route = seas.route("left", "right")
    assert route is not None
    done = share * route.nm
    here = seas.along(route, done)
    # The port lies 18 nm beside the first leg, which no length counts.
    if done > 20:
        assert length(seas, here, "right") == pytest.approx(route.nm - done, abs=0.1)


def test_along_ends_at_the_ends(tiny: Seaways) -> None:
    route = tiny.route("gate", "right")
    assert route is not None
    assert tiny.along(route, -5.0) == (2.0, -0.1)
    assert tiny.along(route, 1e6) == (6.0, 0.0)


def test_names_that_are_not_there_are_refused(tiny: Seaways) -> None:
    with pytest.raises(UnknownName, match="terminal"):
        tiny.route("nowhere", "right")
    with pytest.raises(UnknownName, match="passage"):
        tiny.distances(["left"], ["right"], frozenset({"suez"}))
    with pytest.raises(InputError, match="no roads of the sea"):
        net(())


def test_great_circles() -> None:
    assert distance(0.0, 0.0, (0.0, 1.0)) == pytest.approx(60.04, abs=0.01)
    assert distance(179.0, 0.0, (-179.0, 0.0)) == pytest.approx(120.08, abs=0.02)


#: Approach through Bintuni Bay, which the published figure leaves out.
APPROACH = {"tangguh": 0.05}
#: The published way leads through Torres Strait, too shallow for laden ships.
SHALLOW = ("aplng-curtis-island", "png-lng-caution-bay")


def published(study: Study) -> list[tuple[str, str, frozenset[str], float]]:
    """Ways of distances.csv between terminals of the study; inf where it says no route."""
    ids = {name: key for key, name in study.lookup("terminals", "name").items()}
    ids |= {name.partition(" (")[0]: key for name, key in ids.items()}
    found = []
    with (FACTS / "distances.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ends = [ids.get(row[c], ids.get(row[c].partition(" (")[0]))
                    for c in ("origin", "destination")]  # fmt: skip
            if all(ends) and row["closed"] != "closed":
                shut = frozenset(filter(None, row["closed"].split(";")))
                nm = float(row["nm"]) if row["nm"] else np.inf
                found.append((str(ends[0]), str(ends[1]), shut, nm))
    return found


def test_published_distances_come_out(study: Study, seas: Seaways) -> None:
    ways = published(study)
    assert len(ways) > 80
    for origin, destination, shut, nm in ways:
        found = float(seas.distances([origin], [destination], shut)[0, 0])
        if origin in SHALLOW and destination == "dahej":
            assert found > 1.1 * nm
        elif np.isinf(nm):
            assert np.isinf(found), (origin, shut)
        else:
            off = APPROACH.get(origin, 0.005)
            assert found == pytest.approx(nm, rel=off), (origin, destination, shut)


def test_lanes_of_the_study_take_as_long(study: Study, seas: Seaways) -> None:
    """Main lanes, sea days at 17 knots within 2 %.

    Of a group the plant that its lanes begin at; of a coast the terminal nearest to its port.
    """
    knots = {row.id: row.value for row in study.rows("assumptions")}["speed"]
    ids = list(seas.terminals)
    spots = np.array([seas.terminals[name][1] for name in ids])
    places = {row.id: (row.lon, row.lat) for row in study.rows("places")}
    checked = 0
    lanes = study.table("lanes").query("commodity == 'lng' and replaces == ''")
    lane: Any
    for lane in lanes.itertuples():
        near = [distance(spots[:, 0], spots[:, 1], places[place])
                for place in (lane.origin, lane.destination)]  # fmt: skip
        start, end = (ids[int(np.argmin(far))] for far in near)
        if lane.days == 0 or max(far.min() for far in near) > 15 or start in APPROACH:
            continue
        crossed = {name for name, _ in lane.passages}
        shut = not_taken(study, str(lane.origin)) | (frozenset({"panama"}) - crossed)
        route = seas.route(start, end, shut)
        assert route is not None
        assert route.nm / (knots * 24) + 3.0 == pytest.approx(lane.days, rel=0.02), lane.id
        checked += 1
    assert checked > 100


def test_every_terminal_reaches_every_other(study: Study, seas: Seaways) -> None:
    """With the Red Sea avoided too; with Hormuz shut only what lies inside it is cut off."""
    ids = list(seas.terminals)
    red_sea = frozenset({"bab_el_mandeb"})
    assert np.isfinite(seas.distances(ids, ids, red_sea)).all()
    shut = seas.distances(ids, ["dahej"], red_sea | {"hormuz"})[:, 0]
    inside = {name for name, nm in zip(ids, shut, strict=True) if np.isinf(nm)}
    assert inside == {"ras-laffan-qatarenergy-lng-n-and-s", "das-island-adnoc-lng"}


def test_with_malacca_shut_ships_take_sunda(seas: Seaways) -> None:
    ras = "ras-laffan-qatarenergy-lng-n-and-s"
    route = seas.route(ras, "futtsu", frozenset({"malacca"}))
    assert route is not None
    assert [name for name, _ in route.crossings] == ["hormuz", "sunda", "luzon_strait"]
    before = seas.route(ras, "futtsu")
    assert before is not None
    assert [name for name, _ in before.crossings] == ["hormuz", "malacca", "luzon_strait"]


@pytest.mark.parametrize("destination", ["futtsu", "dahej", "kochi", "ennore"])
def test_a_ship_at_sea_has_left_what_it_has_not_sailed(seas: Seaways, destination: str) -> None:
    """From points along ways of the study the rest is what was left, or a shorter way is met."""
    for origin in ("sabine-pass", "qalhat-oman-lng-qalhat-lng", "gorgon-barrow-island"):
        route = seas.route(origin, destination)
        assert route is not None
        for share in (0.2, 0.5, 0.8):
            here = seas.along(route, share * route.nm)
            left = float(seas.distances([here], [destination])[0, 0])
            assert left == pytest.approx((1 - share) * route.nm, abs=1.0)


def test_what_ships_do_not_take(study: Study) -> None:
    """The Red Sea where it is avoided, and canals that nobody sails to from there."""
    assert not_taken(study, "QAT") == {"bab_el_mandeb", "suez", "panama"}
    assert not_taken(study, "USA-GULF") == {"bab_el_mandeb", "suez"} - crossed(study, "USA-GULF")
    assert "panama" not in not_taken(study, "USA-GULF")
    assert "bab_el_mandeb" not in not_taken(study.variant("open"), "USA-GULF")


def crossed(study: Study, origin: str) -> set[str]:
    lanes = study.table("lanes").query("origin == @origin")["passages"]
    return {name for crossings in lanes for name, _ in crossings}
