"""Tracing: against all paths one by one, from the side of the origins, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import networks
from tests.questions.traces import (
    PLACES,
    World,
    holds,
    in_a_unit,
    sent_past,
    totals,
    ways,
    worlds,
)

import seawall
from seawall.questions.exposure import NoSourceError
from seawall.questions.exposure.roots import DEMAND, Root, Traced, of_held, traced
from seawall.questions.exposure.tables import LEAST, LEAST_LINK, links, lookthrough, passages
from seawall.questions.exposure.tracing import CONVERSION, Tracing
from seawall.questions.prepared import prepare

STAGES = {good: good for good in ("ore", "oxide", "scrap", "metal", "slag", "coke")}
COUNTRIES = {place: place for place in PLACES}


def tracing(world: World) -> Tracing:
    return Tracing(world.network, world.content, world.recycles, world.filled, "X", world.every)


def rooted(world: World, *nodes: int) -> Traced:
    """What is used at single nodes of a world."""
    network = world.network
    unit = np.eye(len(network.nodes))
    return Traced(
        "X",
        tracing(world),
        tuple(
            Root(network.nodes.place[n], network.nodes.commodity[n], DEMAND, unit[n]) for n in nodes
        ),
    )


def told(shares: dict[object, list[float]], least: float) -> dict[object, tuple[float, float]]:
    """Share and its known part, of what is not cut off."""
    return {k: (share, known / share) for k, (share, known) in shares.items() if share > least}


def same(table: pd.DataFrame, keys: list[str], expected: dict[object, tuple[float, float]]) -> None:
    """The table has these keys with these shares and known parts."""
    named = zip(*(table[key] for key in keys), strict=True)
    found = dict(zip(named, zip(table["share"], table["known"], strict=True), strict=True))
    assert set(found) == set(expected)
    for key, values in expected.items():
        assert found[key] == pytest.approx(values, abs=1e-9), key


@settings(max_examples=40, deadline=None)
@given(st.one_of(worlds(), worlds(bulk=True)))
def test_tables_equal_all_paths_one_by_one(world: World):
    """In random networks that run forward only, every share and its known part is the sum over all
    paths back to mines and recycling; root in the middle included."""
    names = world.network.nodes.index()
    for pair in (("c", "metal"), ("b", "oxide")):
        root = names[pair]
        expected, found = totals(world, root), [rooted(world, root)]
        made = lookthrough(found, STAGES, COUNTRIES)
        same(made, ["origin", "stage_commodity", "origin_kind"], told(expected["makers"], LEAST))
        begins = made[made["origin_kind"] != CONVERSION]
        assert begins["share"].sum() == pytest.approx(1.0, abs=1e-5)
        crossed = {
            (world.network.passages.id[p],): value
            for p, value in told(expected["passages"], LEAST).items()
        }
        same(passages(found, world.network.passages.id), ["passage"], crossed)
        nodes = world.network.nodes
        tree = links(found, [pair[0]])
        whole = {
            (nodes.place[o], nodes.commodity[o], nodes.place[d], nodes.commodity[d], kind): share
            for (o, d, kind), (share, _) in expected["links"].items()
            if share >= LEAST_LINK * (1 + 1e-9)
        }
        keys = ["from_place", "from_commodity", "to_place", "to_commodity", "kind"]
        shares = tree.set_index(keys)["share"].to_dict()
        assert {k: v for k, v in shares.items() if v >= LEAST_LINK * (1 + 1e-9)} == pytest.approx(
            whole, abs=1e-9
        )


def passage_side_equals_country_side(world: World, found: Traced) -> None:
    """What each origin sends past a passage adds up to what crossed it, at every root."""
    names, into = world.network.passages.id, ways(world)
    table = passages([found], names).set_index(["place", "commodity", "passage"])["share"]
    for p, name in enumerate(names):
        past = sum(sent_past(world, into, p).values(), np.zeros(len(world.network.nodes)))
        for root in found.roots:
            shown = table.get((root.place, root.commodity, name), 0.0)
            assert shown == pytest.approx(float(root.weights @ past), abs=LEAST)


@settings(max_examples=40, deadline=None)
@given(worlds(circles=True))
def test_both_sides_give_the_same_totals_in_circles_too(world: World):
    """With goods sent to and fro and slag made into oxide again: passages add up from both sides,
    origins to 1, and no stage to more."""
    names = world.network.nodes.index()
    found = rooted(world, names["c", "metal"], names["a", "oxide"])
    passage_side_equals_country_side(world, found)
    table = lookthrough([found], STAGES, COUNTRIES)
    begins = table[table["origin_kind"] != CONVERSION].groupby("place")["share"].sum()
    assert begins.to_numpy() == pytest.approx(1.0, abs=1e-5)
    stages = table[table["origin_kind"] == CONVERSION].groupby(["place", "stage_commodity"])
    assert (stages["share"].sum() <= 1.0 + 1e-9).all()
    assert table["known"].between(0.0, 1.0).all()


def test_both_sides_give_the_same_totals_for_india_and_japan():
    """In every chain of the reference study, for every element and place."""
    study = seawall.read("india-japan")
    for name in study.chains:
        part = study.chain(name)
        network = prepare(part).network
        contains = part.lookup("commodities", "contains")
        for found in traced(part, network):
            held = {good: dict(held) for good, held in contains.items()}
            content = {k: v[found.element] for k, v in held.items() if found.element in v}
            world = World(
                network,
                content if found.element else None,
                recycles=found.tracing.kind == "recycling",
                filled=np.zeros(len(network.lanes), dtype=bool),
                every=held,
            )
            passage_side_equals_country_side(world, found)


@settings(max_examples=40, deadline=None)
@given(st.one_of(worlds(), worlds(circles=True), worlds(bulk=True)))
def test_a_unit_holds_what_is_mixed_into_it(world: World):
    """Goods mixed over and over; with a single element everything holds the nominal content,
    whatever its recipes lose."""
    found = tracing(world)
    assert found.held == pytest.approx(in_a_unit(world), rel=1e-9)
    if world.every is None:
        nominal = np.array([holds(world, n) for n in range(len(world.network.nodes))])
        some = found.enters > 0
        assert found.held[some] == pytest.approx(nominal[some], rel=1e-12)


# --- by hand -------------------------------------------------------------------------------------


def shares(world: World, place: str, commodity: str) -> dict[tuple[str, str, str], float]:
    """Share by (stage, origin, kind)."""
    node = world.network.nodes.index()[place, commodity]
    table = lookthrough([rooted(world, node)], STAGES, COUNTRIES)
    keys = zip(table["stage"], table["origin"], table["origin_kind"], strict=True)
    return dict(zip(keys, table["share"], strict=True))


def world(facilities: dict[str, dict[str, float]], *recycles: str, **lanes: str) -> World:
    """Facilities "place-name" by recipe at a base of 1, lanes of 1 unit as "a.ore>b.ore"."""
    ends = {name: way.split(">") for name, way in lanes.items()}
    named = [
        *(n for recipe in facilities.values() for n in recipe),
        *(n for way in ends.values() for n in way),
    ]
    network = networks.make(
        nodes={name: {"price": 1} for name in dict.fromkeys(named)},
        facilities={
            name: {"recipe": recipe, "base": 1, "place": name.split("-")[0]}
            for name, recipe in facilities.items()
        },
        lanes={name: {"origin": o, "to": d, "base": 1} for name, (o, d) in ends.items()},
    )
    again = np.array([name in recycles for name in facilities], dtype=bool)
    content = {"ore": 0.5, "oxide": 0.8, "metal": 1.0, "scrap": 0.4}
    return World(network, content, again, np.zeros(len(lanes), dtype=bool))


def test_inputs_weigh_by_what_they_hold_of_the_element():
    """Metal of 1 oxide (0.8) and 2 scrap (0.4 each) is half oxide and half scrap, however much coke
    goes in, which holds none."""
    made = world({
        "a-mine": {"a.ore": 4}, "a-kiln": {"a.ore": -4, "a.oxide": 1}, "b-yard": {"a.scrap": 2},
        "c-oven": {"a.coke": 90},
        "a-smelter": {"a.oxide": -1, "a.scrap": -2, "a.coke": -90, "a.metal": 1.5},
    })  # fmt: skip
    assert shares(made, "a", "metal") == pytest.approx({
        ("metal", "a", "conversion"): 1.0, ("oxide", "a", "conversion"): 0.5,
        ("scrap", "b", "extraction"): 0.5, ("ore", "a", "extraction"): 0.5,
    })  # fmt: skip


def test_recycling_is_an_origin_even_though_its_scrap_comes_from_somewhere():
    """A quarter of the oxide is made from the scrap of the smelter: nothing is traced behind it."""
    facilities = {
        "a-mine": {"a.ore": 6}, "a-kiln": {"a.ore": -6, "a.oxide": 3},
        "a-smelter": {"a.oxide": -4, "a.metal": 3, "a.scrap": 2},
        "b-again": {"a.scrap": -2, "a.oxide": 1},
    }  # fmt: skip
    found = shares(world(facilities, "b-again"), "a", "metal")
    assert found["oxide", "b", "recycling"] == pytest.approx(0.25)
    assert found["ore", "a", "extraction"] == pytest.approx(0.75)
    assert ("scrap", "a", "conversion") not in found


def test_what_is_made_over_and_over_counts_once():
    """The same, not called recycling: all comes from the ore; a quarter was last made into oxide at
    b, and all of the metal once, although part of it has been metal before."""
    facilities = {
        "a-mine": {"a.ore": 6}, "a-kiln": {"a.ore": -6, "a.oxide": 3},
        "a-smelter": {"a.oxide": -4, "a.metal": 3, "a.scrap": 2},
        "b-again": {"a.scrap": -2, "a.oxide": 1},
    }  # fmt: skip
    assert shares(world(facilities), "a", "metal") == pytest.approx({
        ("metal", "a", "conversion"): 1.0, ("oxide", "a", "conversion"): 0.75,
        ("oxide", "b", "conversion"): 0.25, ("scrap", "a", "conversion"): 0.25,
        ("ore", "a", "extraction"): 1.0,
    })  # fmt: skip


def test_recipes_that_only_feed_each_other_have_no_source():
    """Metal from oxide from metal, and no ore: the error names element, commodity and place."""
    circle = {"a-smelter": {"a.oxide": -1, "a.metal": 1}, "a-melt": {"a.metal": -1, "a.oxide": 1}}
    with pytest.raises(NoSourceError, match="X runs in a circle without a source: oxide at a"):
        tracing(world(circle))


def test_re_exports_are_seen_through():
    """b sends back to a half of what it got: both have a's ore, and only once."""
    made = world({"a-mine": {"a.ore": 1}}, out="a.ore>b.ore", home="b.ore>a.ore")
    assert shares(made, "b", "ore") == pytest.approx({("ore", "a", "extraction"): 1.0})


def two_makers(**swarf: float) -> World:
    """City gets 3 magnets of a and 1 of b; b puts 3 times the Dy of a into one. Both need 1.25 Nd
    for 1 in the magnet, and a keeps its swarf."""
    network = networks.make(
        nodes={
            name: {"price": 1}
            for name in ("a.nd", "b.nd", "m.dy", "n.dy", "a.magnet", "b.magnet", "city.magnet",
                         "a.swarf")
        },
        facilities={
            "a-nd": {"recipe": {"a.nd": 1}, "base": 3.75, "place": "a"},
            "b-nd": {"recipe": {"b.nd": 1}, "base": 1.25, "place": "b"},
            "m-dy": {"recipe": {"m.dy": 1}, "base": 0.375, "place": "m"},
            "n-dy": {"recipe": {"n.dy": 1}, "base": 0.375, "place": "n"},
            "a-maker": {"recipe": {"a.nd": -1.25, "m.dy": -0.125, "a.magnet": 1, "a.swarf": 0.25},
                        "base": 3, "place": "a"},
            "b-maker": {"recipe": {"b.nd": -1.25, "n.dy": -0.375, "b.magnet": 1}, "base": 1,
                        "place": "b"},
        },
        lanes={
            "a": {"origin": "a.magnet", "to": "city.magnet", "base": 3, "passages": {"strait": 1}},
            "b": {"origin": "b.magnet", "to": "city.magnet", "base": 1},
        },
        demands={"cars": {"at": "city.magnet", "quantity": 4, "wtp": 9}},
        passages={"strait": np.inf},
    )  # fmt: skip
    every = {
        "nd": {"Nd": 1.0}, "dy": {"Dy": 1.0}, "magnet": {"Nd": 1.0, "Dy": 0.1},
        "swarf": {"Nd": 1.0, **swarf},
    }  # fmt: skip
    content = {good: held["Dy"] for good, held in every.items() if "Dy" in held}
    none = np.zeros(6, dtype=bool)
    return World(network, content, none, np.zeros(2, dtype=bool), every)


@pytest.mark.parametrize("swarf", [{}, {"Dy": 0.1}])
def test_makers_that_put_in_more_count_for_more(swarf: dict[str, float]):
    """3 magnets of 0.1 Dy and one of 0.3 hold the same: half of the Dy is of either maker, and half
    crossed the strait of a, though 3/4 of the magnets did. It is so whether the Dy in the swarf
    (0.2 of what was put in) is told or not."""
    made = two_makers(**swarf)
    at = made.network.nodes.index()
    held = tracing(made).held
    assert held[at["a", "magnet"]] == pytest.approx(0.1)
    assert held[at["b", "magnet"]] == pytest.approx(0.3)
    assert held[at["city", "magnet"]] == pytest.approx(0.6 / 4)
    found = rooted(made, at["city", "magnet"])
    stage = dict.fromkeys(("nd", "dy", "magnet", "swarf"), "")
    table = lookthrough([found], stage, dict.fromkeys("abmn", ""))
    assert dict(zip(table["origin"], table["share"], strict=True)) == pytest.approx(
        dict.fromkeys("abmn", 0.5)
    )
    assert passages([found], ["strait"])["share"].tolist() == pytest.approx([0.5])
    tree = links([found], ["city"])
    assert tree["share"].tolist() == pytest.approx([0.5] * 4)


def test_the_main_element_stays_nominal_whatever_is_lost():
    """Nd is most of a magnet: 3 of 4 are a's, though only a's swarf is in the study."""
    made = two_makers()
    assert made.every is not None
    content = {good: held["Nd"] for good, held in made.every.items() if "Nd" in held}
    found = Tracing(made.network, content, None, None, "Nd", made.every)
    city = made.network.nodes.index()["city", "magnet"]
    unit = np.eye(len(made.network.nodes))[:, [city]]
    shares = dict(zip(found.makers, found.by_maker(unit)[:, 0], strict=True))
    assert shares["a", "magnet", CONVERSION] == pytest.approx(0.75, abs=1e-12)
    assert shares["b", "magnet", CONVERSION] == pytest.approx(0.25, abs=1e-12)


def test_nodes_without_the_element_hold_none_and_dilute_nothing():
    """Ore that leaves b without ever getting there is not known, and counts for nothing."""
    made = world({"a-mine": {"a.ore": 1}, "a-oven": {"a.coke": 1}}, home="a.ore>c.ore")
    found = tracing(made)
    index = made.network.nodes.index()
    assert found.held[index["a", "coke"]] == 0.0
    assert found.held[index["c", "ore"]] == pytest.approx(0.5)
    empty = world({"a-mine": {"a.ore": 1}}, home="a.ore>c.ore", lost="b.ore>c.ore")
    found = tracing(empty)
    index = empty.network.nodes.index()
    assert found.held[index["b", "ore"]] == 0.0
    assert found.held[index["c", "ore"]] == pytest.approx(0.5)
    assert shares(empty, "c", "ore") == pytest.approx({("ore", "a", "extraction"): 1.0})


def test_weights_of_a_country_are_of_the_element():
    """Two places of one country with a magnet each, of 0.1 and 0.3 Dy: the first's is a quarter."""
    made = two_makers()
    index = made.network.nodes.index()
    both = np.zeros(len(made.network.nodes))
    both[[index["a", "magnet"], index["b", "magnet"]]] = 0.5
    root = of_held(Root("land", "magnet", DEMAND, both), tracing(made))
    assert root.weights[index["a", "magnet"]] == pytest.approx(0.25)
    assert root.weights.sum() == pytest.approx(1.0)
