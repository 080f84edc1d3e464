"""Ways of minerals between countries: passages, detours, days, and how detours are chosen."""

from __future__ import annotations

import csv
import itertools
import math
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tools.build_india_japan import mineral_routes, mineral_sea
from tools.build_india_japan.mineral_routes import LISTED, Ports, SeaAssumptions, Way, Ways, usual
from tools.build_india_japan.sea import Path
from tools.build_india_japan.tables import FACTS, FactError, Row, by_key, read

if TYPE_CHECKING:
    from collections.abc import Callable

STATES = ("avoided", "open")


@cache
def ways() -> Ways:
    return mineral_routes.routes()


@cache
def sea_rows() -> list[Row]:
    return read("mineral_sea_lanes")


def crossed(way: Way) -> set[str]:
    return {name for name, _ in way.passages}


def first(pair: tuple[str, str], state: str = "avoided") -> Way:
    way = usual(ways()[pair], state)
    assert way is not None
    return way


def at_sea(pair: tuple[str, str], state: str) -> float:
    """Days from port to port."""
    ports, assume = Ports(), SeaAssumptions()
    inland = ports.of(*pair).inland_days + ports.of(*pair[::-1]).inland_days
    return first(pair, state).days - inland - assume["load"] - assume["unload"]


def test_every_pair_that_may_trade_has_ways() -> None:
    """Of the pairs in the fact tables and with the buyers; an unknown one says what to do."""
    missing = [pair for pair in mineral_routes.pairs() if pair not in ways()]
    assert missing == []
    assert len(mineral_routes.pairs()) > 450
    with pytest.raises(FactError, match=r"XXX to JPN.*mineral_ports.csv"):
        ways()["XXX", "JPN"]


@pytest.mark.parametrize("state", STATES)
def test_the_usual_way_is_one_and_first(state: str) -> None:
    for pair, found in ways().items():
        assert not found[0].replaces_first, pair
        mine = [w for w in found if not w.replaces_first and w.variant in ("", state)]
        assert len(mine) == 1, pair
        for way in found:
            if way.replaces_first and way.variant in ("", state):
                # It has the variant of the way that it stands in for, or a narrower one.
                assert mine[0].variant in ("", way.variant), pair
                assert way.days >= mine[0].days, pair


@pytest.mark.parametrize("state", STATES)
def test_each_passage_of_a_usual_way_has_a_way_round(state: str) -> None:
    """With any one passage shut every pair is still joined, at a price that it is known for."""
    longest: dict[str, float] = {}
    for pair, found in ways().items():
        way = first(pair, state)
        round_it = [w for w in found if w.replaces_first and w.variant in ("", state)]
        for name in crossed(way):
            extra = [w.days - way.days for w in round_it if name not in crossed(w)]
            assert extra, (pair, name)
            longest[name] = max(longest.get(name, 0.0), min(extra))
    assert longest["taiwan_strait"] < 1.5
    # From Rangoon, which lies north of Malacca.
    assert 3 < longest["malacca"] < 5
    assert longest["panama"] > 10
    if state == "open":
        # To Haifa, round Africa instead of by the canal.
        assert 20 < longest["suez"] == longest["bab_el_mandeb"] < 30


def test_shipments_by_land_and_to_the_rest_of_the_world_cross_nothing() -> None:
    for pair in (("MMR", "CHN"), ("LAO", "CHN"), ("CAN", "USA"), ("SVN", "EU"), ("RUS", "CHN")):
        (way,) = ways()[pair]
        assert way.passages == ()
        assert way.points == ""
        assert 3 <= way.days <= 14
    (rest,) = ways()["ROW", "JPN"]
    assert (rest.days, rest.passages, rest.confidence) == (30.0, (), "assumption")
    air = mineral_routes.by_air()
    assert (air.days, air.passages, air.route) == (7.0, (), "by air")


def test_red_sea_is_avoided_or_open() -> None:
    """China to Europe goes by the Cape, or by Suez; neither from Mozambique to New York."""
    pair = ("CHN", "EU")
    assert "the Cape" in first(pair).route
    assert not {"suez", "gibraltar"} & crossed(first(pair))
    assert {"suez", "bab_el_mandeb", "malacca"} <= crossed(first(pair, "open"))
    assert first(pair).days - first(pair, "open").days == pytest.approx(10.0, abs=0.2)
    for found in ways().values():
        for way in found:
            red = crossed(way) & {"suez", "bab_el_mandeb"}
            assert not red or way.variant == "open" or way.replaces_first
    # The canal would save a tenth of a day there, less than its toll is worth.
    assert first(("MOZ", "USA")) is first(("MOZ", "USA"), "open")


def test_days_at_sea_are_near_those_of_carriers() -> None:
    """Geese Cargo 2025: Shanghai to Rotterdam 32 days by Suez at the median, 45-48 by the Cape;
    to Los Angeles 15-18 by standard services (transit tables of forwarders)."""
    assert at_sea(("CHN", "EU"), "open") == pytest.approx(32, rel=0.05)
    assert at_sea(("CHN", "EU"), "avoided") == pytest.approx(46.5, rel=0.12)
    assert 15 <= at_sea(("CHN", "USA"), "open") <= 18


def test_known_gates() -> None:
    assert crossed(first(("CHN", "IND"))) == {"malacca"}
    assert crossed(first(("CHN", "JPN"))) == set()
    assert crossed(first(("CHL", "EU"))) == {"panama"}
    assert "lombok" in crossed(first(("AUS", "CHN")))
    assert crossed(first(("COD", "CHN"))) == {"malacca", "taiwan_strait"}
    assert crossed(first(("COD", "FIN"))) == set()
    # No port of the study lies behind Hormuz.
    assert not any("hormuz" in row["crosses"] for row in sea_rows())


@pytest.mark.parametrize("state", STATES)
def test_a_strait_beside_taiwan_counts_only_where_shutting_it_costs_days(state: str) -> None:
    """Half a day, as for gas: from Haiphong to Tokyo both ways are as good as one another."""
    least = float(by_key(read("model_assumptions"), "id")["passage_least"]["value"])
    counted = 0
    for pair, found in ways().items():
        way = first(pair, state)
        for strait in crossed(way) & mineral_routes.BESIDE_TAIWAN:
            extra = [w.days - way.days for w in found if w.replaces_first
                     and w.variant in ("", state) and strait not in crossed(w)]  # fmt: skip
            assert min(extra) >= least - 0.01, (pair, strait)
            counted += 1
    assert 30 < counted < 200
    shortest = {
        (r["exporter"], r["importer"]): r for r in sea_rows() if r["kind"] == "usual"
    }  # fmt: skip
    for pair in (("VNM", "JPN"), ("CHN", "IND")):
        assert "taiwan_strait" in shortest[pair]["crosses"]
        assert "avoiding the Taiwan Strait" in first(pair).route
        assert not crossed(first(pair)) & mineral_routes.BESIDE_TAIWAN
    (only,) = ways()["VNM", "JPN"]
    assert not only.replaces_first
    assert crossed(first(("COD", "CHN"))) == {"malacca", "taiwan_strait"}


def test_crossings_lie_on_the_way_in_order() -> None:
    for pair, found in ways().items():
        for way in found:
            days = [day for _, day in way.passages]
            assert days == sorted(days)
            assert all(0 < day < way.days for day in days), pair
            assert crossed(way) <= set(LISTED)


def test_no_course_is_shorter_than_the_great_circle() -> None:
    """Ports are tied to the nearest node of the network, up to 80 nautical miles away."""
    ports = Ports()
    for row in sea_rows():
        pair = row["exporter"], row["importer"]
        ends = ports.of(*pair), ports.of(*pair[::-1])
        (x1, y1), (x2, y2) = ((math.radians(p.lon), math.radians(p.lat)) for p in ends)
        cos = math.sin(y1) * math.sin(y2) + math.cos(y1) * math.cos(y2) * math.cos(x1 - x2)
        assert float(row["nm"]) + 80 >= math.degrees(math.acos(min(1.0, cos))) * 60, row
        course = row["points"].split(";")
        assert [course[0], course[-1]] == [f"{p.lon:.2f} {p.lat:.2f}" for p in ends]
        assert 2 <= len(course) <= 20


def test_there_and_back_is_as_far() -> None:
    """The usual way does not depend on the direction."""
    usual_nm = {
        (r["exporter"], r["importer"], r["variant"]): float(r["nm"])
        for r in sea_rows() if r["kind"] == "usual"
    }  # fmt: skip
    both = [k for k in usual_nm if (k[1], k[0], k[2]) in usual_nm]
    assert len(both) > 100
    for key in both:
        assert usual_nm[key] == pytest.approx(usual_nm[key[1], key[0], key[2]], abs=1.5)


def test_courses_are_cut_at_180_degrees() -> None:
    found = first(("JPN", "USA"))
    assert found.points.count("|") == 1
    for piece in found.points.split("|"):
        lons = [float(p.split(" ")[0]) for p in piece.split(";")]
        assert all(abs(b - a) <= 180 for a, b in itertools.pairwise(lons))


def path(nm: float, *passages: str) -> Path:
    return Path(nm, tuple((name, nm / 2) for name in passages), ())


def finder(*paths: Path) -> Callable[[frozenset[str]], Path | None]:
    """The shortest of some paths that crosses nothing shut."""

    def find(shut: frozenset[str]) -> Path | None:
        left = [p for p in paths if not shut & {name for name, _ in p.crossings}]
        return min(left, key=lambda p: p.nm, default=None)

    return find


NONE: frozenset[str] = frozenset()


def test_one_detour_stands_in_for_several_closures_where_that_costs_little() -> None:
    first_way = path(1000, "malacca", "taiwan_strait")
    west, east = path(1020, "malacca"), path(1200, "sunda", "taiwan_strait")
    both = path(1230, "sunda")
    every = finder(first_way, west, east, both)
    assert mineral_sea.detours(every, NONE, first_way, 50) == [both, west]
    # With patience for 250 miles, one way round both is enough.
    assert mineral_sea.detours(every, NONE, first_way, 250) == [both]
    # With none at all, each closure has the shortest way round it.
    assert mineral_sea.detours(every, NONE, first_way, 0) == [east, west]


def test_what_cannot_be_rounded_has_no_detour() -> None:
    first_way = path(1000, "panama")
    assert mineral_sea.detours(finder(first_way), NONE, first_way, 50) == []


def test_red_sea_is_used_where_nothing_else_is_left() -> None:
    """It is avoided by choice: with Gibraltar shut, ships to the Mediterranean go by Suez."""
    by_cape, by_suez = path(9000, "gibraltar"), path(6000, "suez", "bab_el_mandeb")
    found = mineral_sea.detours(finder(by_cape, by_suez), frozenset({"bab_el_mandeb"}), by_cape, 50)
    assert found == [by_suez]
    ((gibraltar,),) = [
        [w for w in ways()["JPN", "ISR"] if w.variant == "avoided" and "suez" in crossed(w)]
    ]
    assert gibraltar.replaces_first


def test_tables_say_where_they_come_from() -> None:
    for name in ("mineral_ports", "mineral_overland"):
        for row in read(name):
            assert row["source"]
            assert row["confidence"] in ("looked-up", "estimate", "assumption")
    own = [r for r in by_key(read("mineral_assumptions"), "id").values()
           if r["id"].startswith("mineral_sea_")]  # fmt: skip
    for row in own:
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), row["id"]
    with (FACTS / "mineral_sea_lanes.csv").open(encoding="utf-8") as file:
        assert tuple(next(csv.reader(file))) == mineral_routes.COLUMNS
