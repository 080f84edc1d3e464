"""`seawall exposure --place`: the tree through the tiers, as text before the tables."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from tests.conftest import DATA
from tests.test_cli import run

import seawall
from seawall.cli.tiers import LEGEND, tree
from seawall.questions.exposure import ExposureResult

TREE = """\
Who stands behind HOM, magnet
  X
    magnet   Valley 93 %, ~Mineland 6.7 %
      oxide  Mineland 81 %, Otherland 16 %, Mineland (recycled) 3.8 %
        ore  Mineland 75 %, Otherland 21 %
"""


@pytest.fixture(scope="module")
def magnets() -> ExposureResult:
    return seawall.exposure(seawall.read(DATA / "tiers"), place="HOM", commodity="magnet")


def test_the_tree_comes_first_stage_by_stage_with_recycling_and_unknown_pairs_marked():
    result = run("exposure", DATA / "tiers", "--place", "HOM", "--commodity", "magnet")
    assert result.exit_code == 0, result.output
    # 16 % of the oxide is Otherland's, though Homeland buys all but 7 % of its magnets in Valley.
    assert result.stdout.startswith(TREE + f"\n{LEGEND}\n\nlookthrough")


def test_its_shares_are_those_of_the_table(magnets: ExposureResult):
    table = magnets.tables["lookthrough"]
    oxide = table[table["stage_commodity"] == "oxide"].set_index(["origin", "origin_kind"])["share"]
    told = tree(magnets)[3]
    for key, word in {
        ("MIN", "conversion"): "Mineland {} %",
        ("OTH", "conversion"): "Otherland {} %",
        ("MIN", "recycling"): "Mineland (recycled) {} %",
    }.items():
        percent = 100 * oxide[key]
        assert word.format(f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}") in told


def test_all_that_a_place_demands_where_no_commodity_is_named():
    said = run("exposure", DATA / "tiers", "--place", "HOM").stdout
    assert TREE in said
    # Nothing is traced through tea, and all of it comes from one country.
    assert "Who stands behind HOM, tea\n  tea  Mineland 100 %\n" in said


def test_no_tree_for_all_places_at_once():
    said = run("exposure", DATA / "tiers").stdout
    assert "Who stands behind" not in said
    assert said.startswith("lookthrough")


def test_small_makers_are_pooled_and_dust_is_not_named(magnets: ExposureResult):
    table = magnets.tables["lookthrough"]
    ore = table[table["stage_commodity"] == "ore"].iloc[:1]
    shares = {"MIN": 0.4, "OTH": 0.3, "VAL": 0.2, "HOM": 0.06, "AAA": 0.036, "BBB": 0.004}
    rows = pd.concat(
        [ore.assign(origin_country=place, share=share) for place, share in shares.items()]
    )
    pooled = replace(magnets, tables={"lookthrough": rows})
    told = "ore  Mineland 40 %, Otherland 30 %, Valley 20 %, Homeland 6.0 %, the rest 4.0 %"
    assert tree(pooled)[2].strip() == told
