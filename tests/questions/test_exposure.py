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
from seawall.errors import SeawallError, UnknownName
from seawall.network import Network
from seawall.questions.exposure import ExposureResult, _Traced
from seawall.questions.prepared import prepare
from seawall.runs import document
from seawall.study import read

COLUMNS = {
    "direct": ["place", "commodity", "supplier", "share"],
    "lookthrough": ["place", "commodity", "stage", "origin", "share"],
    "passages": ["place", "commodity", "passage", "share"],
    "indices": ["commodity", "place", "index", "value"],
}


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


@pytest.mark.parametrize("table", ["direct", "lookthrough"])
@pytest.mark.parametrize("study", ["three", "twelve"])
def test_shares_sum_to_one(study: str, table: str):
    """What a place gets has one origin or another: shares add up to 1 (to what is cut off)."""
    sums = exposed(study).tables[table].groupby(["place", "commodity"])["share"].sum()
    assert sums.to_numpy() == pytest.approx(1.0, abs=1e-5)


def test_three_hangs_on_one_plant_and_one_gate():
    """All of IMP's gas is from the plant and through the gate: both are flagged."""
    tables = exposed("three").tables
    assert share(tables["lookthrough"], place="IMP", origin="plant") == pytest.approx(1)
    assert share(tables["passages"], place="IMP", passage="gate") == pytest.approx(1)
    assert set(tables["flags"]["flag"]) == {"single source", "single passage"}
    index = tables["indices"].set_index(["place", "index"])["value"]
    assert index["IMP", "HHI"] == pytest.approx(1)
    assert index["IMP", "effective_suppliers"] == pytest.approx(1)


# --- by hand, through a hub and a recipe ---------------------------------------------------------


def traced(network: Network) -> _Traced:
    return _Traced(network)


def test_metal_shows_the_mines_behind_hub_and_smelter():
    """Hub ore is 3/4 north and 1/4 south; a metal is 2 parts ore and 0.5 coke by recipe: 0.6 north,
    0.2 south, 0.2 ovens; the strait on the north's leg carries the 0.6."""
    stage = {"ore": "ore", "coke": "coke", "metal": "metal", "slag": "slag"}
    origins = traced(networks.hub()).origins(stage)
    by_origin = origins.set_index("origin")["share"]
    assert by_origin["north"] == pytest.approx(0.6)
    assert by_origin["south"] == pytest.approx(0.2)
    assert by_origin["smelter"] == pytest.approx(0.2)
    assert dict(zip(origins["origin"], origins["stage"], strict=True))["smelter"] == "coke"
    passages = traced(networks.hub()).passages()
    assert share(passages, passage="strait") == pytest.approx(0.6)


def test_a_hub_supplies_directly_and_disappears_on_looking_through():
    """Nord buys from the hub; what it gets there is West's."""
    tables = exposed("twelve").tables
    assert share(tables["direct"], place="NRD", supplier="HBL") > 0.05
    assert share(tables["lookthrough"], place="NRD", origin="hub") == 0
    assert share(tables["lookthrough"], place="NRD", origin="west") > share(
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
    passages = traced(replace(network, lanes=lanes)).passages()
    assert share(passages, passage="strait") == pytest.approx(0.8)


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
    table = exposed("twelve").tables["lookthrough"]
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
        traced(network).origins({"x": "x"})


@pytest.mark.parametrize("where", [{"place": "NRT"}, {"commodity": "lgn"}])
def test_unknown_filters_get_suggestions(where: dict[str, str]):
    """A place or commodity that is not in the tables is an error, not an empty table."""
    with pytest.raises(UnknownName) as caught:
        seawall.exposure(read(DATA / "twelve"), **where)
    assert caught.value.suggestions


def test_filters_keep_their_rows():
    """With a place only its rows are left, and flags and indices are its own."""
    result = seawall.exposure(read(DATA / "twelve"), place="SUD")
    for name in ("direct", "lookthrough", "passages", "indices", "flags"):
        assert set(result.tables[name]["place"]) <= {"SUD"}
    assert not result.tables["lookthrough"].empty


@pytest.mark.parametrize("study", ["three", "twelve"])
def test_answers_can_be_written_as_json(study: str):
    """The document of --json has no nan and no infinity."""
    result = exposed(study)
    text = document.document(None, result.summary(), result.tables)
    assert "NaN" not in text
    assert "Infinity" not in text
