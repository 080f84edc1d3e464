"""Gas plants on the reference study, asked for few of them in few cells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import seawall
from seawall.errors import UnknownName, UsageError
from seawall.exchange.plants import plants_geojson
from seawall.questions.site.biogas.ask import BiogasResult, asked_biogas, biogas
from seawall.questions.site.biogas.replaced import as_overlay, home_gas
from seawall.report.site import site_page
from seawall.runs import Run
from seawall.study.overlays import overlaid, overlay_text

if TYPE_CHECKING:
    from pathlib import Path

    from seawall.study import Study

ASKED = {"count": 40, "cells": 700, "readings": ("middle", "low"), "least": {"IN-KL": 2},
         "most": {"IN-PB": 5}, "time_limit": 3.0, "years": 4}  # fmt: skip


@pytest.fixture(scope="module")
def study() -> Study:
    return seawall.read("india-japan")


@pytest.fixture(scope="module")
def found(study: Study) -> BiogasResult:
    return biogas(study, **ASKED)  # type: ignore[arg-type]


def test_as_many_plants_as_asked_for_stand_where_they_may(found: BiogasResult) -> None:
    plants = found.tables["plants"]
    assert len(plants) == 40
    assert plants["site"].is_unique
    by_region = plants.groupby("region").size()
    assert by_region["IN-KL"] >= 2
    assert by_region.get("IN-PB", 0) <= 5
    assert (plants["load"] <= 0.8 + 1e-6).all()
    assert (plants["load"] >= 0.4 - 1e-6).all()
    assert plants["lat"].between(6, 37).all()
    assert (plants["opened"] >= 1).all()
    assert plants["cost"].is_monotonic_increasing


def test_no_residue_is_used_twice_and_months_add_up(found: BiogasResult, study: Study) -> None:
    feed, plants = found.tables["feed"], found.tables["plants"]
    used = feed.assign(district=feed["cell"].str.split("-").str[0])
    used = used.groupby(["district", "feedstock"])["quantity"].sum()
    there = study.table("residues").set_index(["district", "feedstock"])["middle"]
    assert (used <= there.loc[used.index] * 1.0001 + 1.0).all()
    gas = study.lookup("feedstocks", "gas_yield")
    made = (feed["quantity"] * feed["feedstock"].map(gas)).groupby(feed["site"]).sum()
    told = plants.set_index("site")["output"]
    assert made.loc[told.index].to_numpy() == pytest.approx(told.to_numpy(), rel=0.01)
    assert set(feed["month"]) == set(range(1, 13))
    straw = feed[feed["feedstock"] == "rice_straw"].groupby("month")["quantity"].sum()
    assert straw.std() <= 1e-6 * straw.mean() + 5.0
    assert found.tables["sales"]["quantity"].sum() == pytest.approx(told.sum(), rel=1e-3)


def test_costs_are_those_of_a_plant_worked_out_by_hand(found: BiogasResult, study: Study) -> None:
    """Value = sales less all costs, from the tables alone."""
    plants = found.tables["plants"]
    price = found.summary()["price"]
    by_hand = (price - plants["cost"]) * plants["output"] / 1000.0
    assert by_hand.to_numpy() == pytest.approx(plants["value"].to_numpy(), rel=1e-6, abs=1e-6)
    bounds = found.tables["bounds"].set_index("reading")
    assert bounds.loc["middle", "value"] == pytest.approx(plants["value"].sum(), rel=1e-6)
    assert (bounds["bound"] >= bounds["value"] - 1e-6).all()
    size = study.table("plant_sizes").set_index("size")["capital"]
    assert plants["capital"].to_numpy() == pytest.approx(size.loc[plants["size"]].to_numpy())


def test_robust_sites_are_those_chosen_in_every_reading(found: BiogasResult) -> None:
    sites = [one.plan.sites for _, one in found.solved.values()]
    assert found.summary()["always"] == len(np.intersect1d(*sites))
    robust = found.tables["robust"]
    assert (robust["in_all"] == robust[["middle", "low"]].min(axis=1)).all()
    assert robust["middle"].sum() == robust["low"].sum() == 40


def test_the_gas_goes_back_into_the_network(
    found: BiogasResult, study: Study, tmp_path: Path
) -> None:
    lng = found.summary()["lng_mt"]
    file = tmp_path / "replaced.csv"
    file.write_text(overlay_text(as_overlay(study, lng)), encoding="utf-8")
    changed = overlaid(study, file)
    before, after = (float(home_gas(s).base) for s in (study, changed))
    assert after - before == pytest.approx(lng, abs=1e-4)
    lanes = [s.table("lanes").set_index("id")["base"] for s in (study, changed)]
    west = [lane[lane.index.str.endswith(("IND-WEST", "IND-EAST"))].sum() for lane in lanes]
    assert west[0] - west[1] == pytest.approx(lng, abs=0.01)
    with pytest.raises(UsageError, match="only 26"):
        as_overlay(study, 1000.0)


def test_page_and_points_show_every_plant(found: BiogasResult) -> None:
    page = site_page(found)
    assert page.count("<circle") == 40 + 3
    assert "Kerala" in page
    assert "rice_straw" not in page
    whole = json.loads(plants_geojson(found.tables["plants"]))
    assert len(whole["features"]) == 40
    first = whole["features"][0]
    assert first["geometry"]["coordinates"][0] == found.tables["plants"]["lon"].iloc[0]
    assert {"site", "size", "output", "cost"} <= set(first["properties"])


def test_the_identity_is_known_before_the_answer(found: BiogasResult, study: Study) -> None:
    told = asked_biogas(study, **ASKED)
    assert told == dict(found.identity)
    assert Run.of(told).id == Run.of(found.identity).id
    assert asked_biogas(study, **{**ASKED, "count": 41}) != told


def test_wrong_wishes_are_refused_all_at_once(study: Study) -> None:
    with pytest.raises(UsageError) as caught:
        biogas(study, count=0, capital="cheap", mean_size=-1.0)
    for words in ("at least one plant, not 0", "not 'cheap'", "0 t/day or more, not -1"):
        assert words in str(caught.value)
    with pytest.raises(UnknownName, match="IN-XX"):
        biogas(study, most={"IN-XX": 3})
    with pytest.raises(UsageError, match='no feedstock "straw"'):
        biogas(study, feedstocks=("straw",))
    with pytest.raises(UsageError, match="and there are"):
        biogas(study, count=100_000)
    with pytest.raises(UsageError, match="more than all 5"):
        biogas(study, count=5, least={"IN-PB": 6})
