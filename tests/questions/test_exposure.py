"""Exposure: shares traced back through lanes, hubs and recipes, against hand and forward cases."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests import networks
from tests.conftest import DATA

import seawall
from seawall.errors import SeawallError, UnknownName, UsageError
from seawall.network import Network
from seawall.questions.exposure import ExposureResult
from seawall.questions.exposure.roots import Traced, roots
from seawall.questions.exposure.tables import direct, lookthrough, passages
from seawall.questions.exposure.tracing import CONVERSION, Tracing
from seawall.questions.prepared import Prepared, prepare
from seawall.runs import document
from seawall.study import Study, read

COLUMNS = {
    "direct": ["place", "commodity", "supplier", "share"],
    "lookthrough": ["place", "commodity", "stage", "origin", "share"],
    "passages": ["place", "commodity", "passage", "share"],
    "indices": ["commodity", "place", "index", "value"],
    "flags": ["place", "commodity", "flag", "what", "share", "benchmark"],
    "links": ["place", "commodity", "element", "from_place", "from_commodity", "to_place",
              "to_commodity", "kind", "share"],
    "published_shares": ["item", "name", "sector", "kind", "country", "share", "known"],
}  # fmt: skip
STUDIES = ["three", "twelve", "tiers"]


@cache
def exposed(study: str) -> ExposureResult:
    return seawall.exposure(read(DATA / study))


def share(table: pd.DataFrame, **where: str) -> float:
    for column, value in where.items():
        table = table[table[column] == value]
    return float(table["share"].sum())


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_tables_have_the_columns_that_stay(table: str):
    """Each table has at least the columns that other people rely on, in their order."""
    found = [c for c in exposed("twelve").tables[table] if c in COLUMNS[table]]
    assert found == COLUMNS[table]


def origins(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of look-through that say where an element begins: who made it later counts it again."""
    return table[table["origin_kind"] != CONVERSION]


@pytest.mark.parametrize("study", STUDIES)
def test_shares_sum_to_one(study: str):
    """What a place gets has one origin or another: mines and recycling add up to 1 (to what is cut
    off), and so do suppliers; a stage in between has at most all."""
    tables = exposed(study).tables
    sums = tables["direct"].groupby(["place", "commodity"])["share"].sum()
    assert sums.to_numpy() == pytest.approx(1.0, abs=1e-9)
    pair = ["place", "commodity", "element"]
    sums = origins(tables["lookthrough"]).groupby(pair)["share"].sum()
    assert sums.to_numpy() == pytest.approx(1.0, abs=1e-5)
    stages = tables["lookthrough"].groupby([*pair, "stage_commodity"])["share"].sum()
    assert (stages <= 1.0 + 1e-9).all()
    for table in ("direct", "lookthrough", "passages", "links"):
        assert tables[table]["known"].between(0.0, 1.0).all()


def test_three_hangs_on_one_plant_and_one_gate():
    """All of IMP's gas is from the plant and through the gate: both are flagged."""
    tables = exposed("three").tables
    here = {"place": "IMP", "commodity": "gas"}
    assert share(tables["lookthrough"], origin="plant", **here) == pytest.approx(1)
    assert share(tables["passages"], passage="gate", **here) == pytest.approx(1)
    assert set(tables["flags"]["flag"]) == {"single source", "single passage"}
    index = tables["indices"].set_index(["place", "index"])["value"]
    assert index["IMP", "HHI"] == pytest.approx(1)
    assert index["IMP", "effective_suppliers"] == pytest.approx(1)


# --- by hand, through a hub and a recipe ---------------------------------------------------------


def traced(network: Network) -> list[Traced]:
    return [Traced("", Tracing(network), tuple(roots(network)))]


def test_metal_shows_the_mines_behind_hub_and_smelter():
    """Hub ore is 3/4 north and 1/4 south; a metal is 2 parts ore and 0.5 coke by recipe: 0.6 north,
    0.2 south, 0.2 ovens; the strait on the north's leg carries the 0.6."""
    stage = {"ore": "ore", "coke": "coke", "metal": "metal", "slag": "slag"}
    found = traced(networks.hub())
    table = lookthrough(found, stage, {name: name for name in ("north", "south", "smelter")})
    begins = origins(table)
    by_origin = begins.set_index("origin")["share"]
    assert by_origin["north"] == pytest.approx(0.6)
    assert by_origin["south"] == pytest.approx(0.2)
    assert by_origin["smelter"] == pytest.approx(0.2)
    assert dict(zip(begins["origin"], begins["stage"], strict=True))["smelter"] == "coke"
    assert share(table, stage="metal", origin="smelter") == pytest.approx(1.0)
    assert share(passages(found, ["strait"]), passage="strait") == pytest.approx(0.6)


def test_a_hub_supplies_directly_and_disappears_on_looking_through():
    """Nord buys from the hub; what it gets there is West's."""
    tables = exposed("twelve").tables
    assert share(tables["direct"], place="NRD", supplier="HBL") > 0.05
    assert share(tables["lookthrough"], place="NRD", origin="hub") == 0
    assert share(tables["lookthrough"], place="NRD", commodity="lng", origin="west") > share(
        tables["direct"], place="NRD", supplier="WST"
    )


def test_a_passage_crossed_twice_counts_once():
    """Ore that crosses the same strait on both legs has crossed it once: shares stay within 1."""
    network = networks.hub()
    lanes = replace(
        network.lanes,
        crossing_lane=np.array([0, 1, 2]), crossing_passage=np.zeros(3, dtype=np.int64),
        crossing_lag=np.array([0.5, 0.25, 0.5]),
    )  # fmt: skip
    table = passages(traced(replace(network, lanes=lanes)), ["strait"])
    assert share(table, passage="strait") == pytest.approx(0.8)


# --- from the other side -------------------------------------------------------------------------


def test_shares_equal_what_sources_send_forward():
    """Following each source's goods forward through every node, by mixing, gives each demand the
    same origins as tracing its supply backward."""
    network = prepare(read(DATA / "twelve")).network
    lanes, recipe = network.lanes, network.facilities.recipe.tocoo()
    size = len(network.nodes)
    # content[n, s]: part of a unit at node n that came from source s, by repeated mixing.
    enters = np.bincount(lanes.destination, lanes.keep * lanes.base, size)
    makes = recipe.data > 0
    made = recipe.data[makes] * network.facilities.base[recipe.col[makes]]
    enters += np.bincount(recipe.row[makes], made, size)
    content = np.zeros((size, size))
    for _ in range(30):
        mixed = np.zeros_like(content)
        for a in np.flatnonzero(lanes.base > 0):
            landed = lanes.keep[a] * lanes.base[a]
            mixed[lanes.destination[a]] += landed * content[lanes.origin[a]]
        for n, f, amount in zip(recipe.row[makes], recipe.col[makes], made, strict=True):
            inputs = recipe.row[(recipe.col == f) & (recipe.data < 0)]
            unit = np.zeros(size)
            unit[n] = 1.0
            mixed[n] += amount * (content[inputs[0]] if len(inputs) else unit)
        content = mixed / np.maximum(enters, 1e-12)[:, None]
    table = origins(exposed("twelve").tables["lookthrough"])
    for n in set(network.demands.node.tolist()):
        for s in range(size):
            expected = content[n, s]
            found = share(
                table, place=network.nodes.place[n], origin=network.nodes.place[s],
                commodity=network.nodes.commodity[n],
            )  # fmt: skip
            if network.nodes.commodity[s] == "lng" or network.nodes.place[s] == "NRD":
                assert found == pytest.approx(expected, abs=2e-6)


def test_passage_shares_equal_totals_from_the_passage_side():
    """Served demand times passage share, over all places, is what crosses the passage and reaches
    somebody: each crossing lane's cargo less the losses on its way."""
    network = prepare(read(DATA / "twelve")).network
    nodes, lanes, demands = network.nodes, network.lanes, network.demands
    wanted = np.bincount(demands.node, demands.quantity, len(nodes))
    table = exposed("twelve").tables["passages"]
    # In twelve every lane that crosses a passage ends at a demand place or one regasification
    # before it, so that what lands there times 0.985 (or 1) is what is served.
    left = {"alba": 1.0, "suda": 0.985, "nord-west": 0.985, "nord-east": 0.985}
    for p, passage in enumerate(network.passages.id):
        crossing = lanes.crossing_lane[lanes.crossing_passage == p]
        landed = lanes.keep[crossing] * lanes.base[crossing]
        ends = [nodes.place[d] for d in lanes.destination[crossing]]
        direct = float(sum(x * left[e] for x, e in zip(landed, ends, strict=True)))
        total = 0.0
        for n in np.flatnonzero(wanted):
            place, commodity = nodes.place[n], nodes.commodity[n]
            total += wanted[n] * share(table, place=place, commodity=commodity, passage=passage)
        assert total == pytest.approx(direct, rel=1e-4)


# --- refusals ------------------------------------------------------------------------------------


def test_a_cycle_without_a_source_is_an_error_that_names_it():
    """Two places that only feed each other have no origin to trace to."""
    network = networks.make(
        nodes={"a.x": {"price": 1}, "b.x": {"price": 1}},
        lanes={"ab": {"origin": "a.x", "to": "b.x", "lag": 1, "base": 1},
               "ba": {"origin": "b.x", "to": "a.x", "lag": 1, "base": 1}},
        demands={"d": {"at": "b.x", "quantity": 1e-15, "wtp": 2}},
    )  # fmt: skip
    with pytest.raises(SeawallError, match="x at a"):
        traced(network)


@pytest.mark.parametrize("where", [{"place": "NRT"}, {"commodity": "lgn"}])
def test_unknown_filters_get_suggestions(where: dict[str, str]):
    """A place or commodity that is not in the tables is an error, not an empty table."""
    with pytest.raises(UnknownName) as caught:
        seawall.exposure(read(DATA / "twelve"), **where)
    assert caught.value.suggestions


def test_a_place_without_use_of_a_commodity_is_told_so():
    """Valley is a place and tea a commodity, and nobody there drinks it: no name is misspelt."""
    study = read(DATA / "tiers")
    with pytest.raises(UsageError, match=r"^VAL has no use of tea in this study$") as caught:
        seawall.exposure(study, place="VAL", commodity="tea")
    assert not isinstance(caught.value, UnknownName)
    with pytest.raises(UnknownName, match='no place "VLA"'):
        seawall.exposure(study, place="VLA", commodity="tea")


def test_filters_keep_their_rows():
    """With a place only its rows are left, and flags and indices are its own."""
    result = seawall.exposure(read(DATA / "twelve"), place="SUD")
    assert set(result.tables) == set(COLUMNS)
    for name in COLUMNS:
        if name != "published_shares":  # of the world: test_published_shares.py
            assert set(result.tables[name]["place"]) <= {"SUD"}
    assert not result.tables["lookthrough"].empty


@pytest.mark.parametrize("study", STUDIES)
def test_answers_can_be_written_as_json(study: str):
    """The document of --json has no nan and no infinity."""
    result = exposed(study)
    text = document.document(None, result.summary(), result.tables)
    assert "NaN" not in text
    assert "Infinity" not in text


# --- through the tiers ---------------------------------------------------------------------------


def rows(table: pd.DataFrame, columns: list[str], **where: str) -> dict[object, float]:
    """Shares of some rows by the values of some columns."""
    for column, value in where.items():
        table = table[table[column] == value]
    return dict(zip(zip(*(table[c] for c in columns), strict=True), table["share"], strict=True))


def test_a_magnet_bought_in_the_valley_shows_the_oxide_of_the_mine_land():
    """Homeland buys 14/15 of its magnets in Valley, whose oxide is 5/6 Mineland's; 40 of every 900
    of that are recycled, and 6/86 of the ore that Mineland separates is Otherland's. Mineland sells
    Homeland 7 % of its magnets, and has made 84 % of the oxide in them."""
    tables = exposed("tiers").tables
    valley, mine = 14 / 15, 1 / 15
    assert share(tables["direct"], place="HOM", supplier="MIN", commodity="magnet") == (
        pytest.approx(mine)
    )
    oxide = valley * 5 / 6 + mine
    expected = {
        ("magnet", "VAL", "conversion"): valley, ("magnet", "MIN", "conversion"): mine,
        ("oxide", "MIN", "conversion"): oxide * 860 / 900,
        ("oxide", "MIN", "recycling"): oxide * 40 / 900,
        ("oxide", "OTH", "conversion"): valley / 6,
        ("ore", "MIN", "extraction"): oxide * 860 / 900 * 80 / 86,
        ("ore", "OTH", "extraction"): valley / 6 + oxide * 860 / 900 * 6 / 86,
    }  # fmt: skip
    found = rows(
        tables["lookthrough"], ["stage", "origin", "origin_kind"], place="HOM", commodity="magnet"
    )
    assert found == pytest.approx(expected, rel=2e-3)
    steps = tables["lookthrough"].set_index("stage")["steps"].to_dict()
    assert (steps["magnet"], steps["oxide"], steps["ore"]) == (0, 1, 2)


def test_what_runs_on_filled_lanes_is_not_known():
    """The lane from Mineland to Homeland is filled in: the fifteenth of the magnets that it brings
    is not known, and all that Mineland sends by Valley is."""
    tables = exposed("tiers").tables
    direct = tables["direct"].set_index(["place", "commodity", "supplier"])["known"]
    assert direct["HOM", "magnet", "MIN"] == 0.0
    assert direct["HOM", "magnet", "VAL"] == 1.0
    table = tables["lookthrough"]
    oxide = table[(table["place"] == "HOM") & (table["stage"] == "oxide")]
    by_origin = oxide.set_index(["origin", "origin_kind"])["known"]
    through = 14 / 15 * 5 / 6
    assert by_origin["MIN", "recycling"] == pytest.approx(through / (through + 1 / 15), rel=1e-3)
    assert by_origin["OTH", "conversion"] == 1.0
    links = tables["links"].set_index(["from_place", "from_commodity", "to_place"])["known"]
    assert links["MIN", "magnet", "HOM"] == 0.0
    assert links["MIN", "oxide", "VAL"] == 1.0


def test_flags_name_the_country_behind_at_every_stage_but_not_home():
    """Homeland hangs on Valley for magnets and on Mineland for oxide and ore, Mineland on nobody:
    the few imports of ore, all of Otherland, are not most of what it has."""
    tables = exposed("tiers").tables
    flags = tables["flags"][tables["flags"]["flag"] == "single source"]
    found = rows(flags, ["stage", "what"], place="HOM", commodity="magnet")
    assert set(found) == {("", "VAL"), ("magnet", "VAL"), ("oxide", "MIN"), ("ore", "MIN")}
    # Recycled oxide is Mineland's, too.
    assert found["oxide", "MIN"] == pytest.approx(14 / 15 * 5 / 6 + 1 / 15, rel=1e-3)
    assert "MIN" not in set(flags["place"])
    imports = tables["direct"].set_index(["place", "commodity", "supplier"])
    assert imports.loc[("MIN", "ore", "OTH"), "share"] == 1.0
    assert imports.loc[("MIN", "ore", "OTH"), "of_supply"] == pytest.approx(60 / 860, rel=1e-3)


def test_indices_of_a_stage_are_those_of_who_made_it():
    """Homeland's oxide is 0.844 Mineland's and 0.156 Otherland's."""
    table = exposed("tiers").tables["indices"]
    table = table[(table["place"] == "HOM") & (table["stage"] == "oxide")]
    value = table.set_index("index")["value"]
    oxide = 14 / 15 * 5 / 6 + 1 / 15
    assert value["lookthrough_HHI"] == pytest.approx(oxide**2 + (1 - oxide) ** 2, rel=1e-3)
    assert value["lookthrough_effective_suppliers"] == pytest.approx(1 / value["lookthrough_HHI"])


def test_links_of_the_tree_carry_on_what_comes_in():
    """What a node in the tree sends on is what it gets by lanes and recipes, and what begins there;
    the last links bring all of Homeland's magnets."""
    tables = exposed("tiers").tables
    tree = tables["links"][tables["links"]["commodity"] == "magnet"]
    assert set(tree["place"]) == {"HOM"}
    sent = tree.groupby(["from_place", "from_commodity"])["share"].sum().to_dict()
    got = tree.groupby(["to_place", "to_commodity"])["share"].sum().to_dict()
    assert got.pop(("HOM", "magnet")) == pytest.approx(1.0)
    for node, size in got.items():
        begins = rows(
            tables["lookthrough"], ["origin", "stage_commodity"], place="HOM", commodity="magnet",
            origin=node[0], stage_commodity=node[1], origin_kind="recycling",
        )  # fmt: skip
        begins |= rows(
            tables["lookthrough"], ["origin", "stage_commodity"], place="HOM", commodity="magnet",
            origin=node[0], stage_commodity=node[1], origin_kind="extraction",
        )  # fmt: skip
        assert sent[node] == pytest.approx(size + begins.get(node, 0.0), abs=1e-5), node


def test_what_recipes_of_headline_places_use_is_told_too():
    """Importland demands gas and makes it from lng, and so it has rows for lng, marked as such."""
    table = exposed("three").tables["lookthrough"]
    uses = table[table["place"] == "IMP"].set_index("commodity")["use"].to_dict()
    assert uses == {"gas": "demand", "lng": "recipe"}


def test_suppliers_of_what_is_only_used_are_told():
    """The smelter's country demands nothing, and uses ore from the hub; the hub, which only passes
    ore on, has no rows."""
    network = networks.hub()
    table = direct(network, np.zeros(len(network.lanes), dtype=bool))
    assert rows(table, ["place", "commodity", "supplier"]) == {
        ("S", "ore", "hub"): 1.0, ("smelter", "ore", "hub"): 1.0, ("city", "metal", "S"): 1.0,
    }  # fmt: skip


def test_only_the_chain_of_a_commodity_is_asked(monkeypatch: pytest.MonkeyPatch):
    """Asked for tea, nobody balances magnets."""
    asked: list[str] = []

    def prepared(study: Study) -> Prepared:
        asked.extend(study.chains)
        return prepare(study)

    monkeypatch.setattr("seawall.questions.exposure.prepare", prepared)
    result = seawall.exposure(read(DATA / "tiers"), commodity="tea")
    assert asked == ["tea"]
    assert set(result.tables["lookthrough"]["commodity"]) == {"tea"}
