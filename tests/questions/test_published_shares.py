"""Published shares beside the flows: shown, indexed, flagged; never traced, the same for all."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import DATA

import seawall
from seawall.files import csv_text
from seawall.questions.exposure.market import published_shares, share_flags, share_indices
from seawall.runs import document
from seawall.study import Study, read

HEAD = (
    "item", "name", "sector", "chain", "kind", "country", "year", "share", "source", "confidence",
)  # fmt: skip
CHIP, TIP = "leading_chip", "leaf_tip"
#: Small ones first: the table puts the largest first.
SHARES = {
    (CHIP, "AI", "magnets", "stage"): {"OTH": 0.06, "VAL": 0.9, "ROW": 0.04},
    (TIP, "supply chains", "tea", "material"): {"MIN": 0.5, "HOM": 0.5},
    ("brand", "supply chains", "", "company"): {"HOM": 0.7},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The study of three tiers with shares of what it has no flows of."""
    folder = Path(shutil.copytree(DATA / "tiers", tmp_path_factory.mktemp("shares") / "tiers"))
    rows = [
        [item, item, sector, chain, kind, country, "2024", str(share), "hand", "estimate"]
        for (item, sector, chain, kind), shares in SHARES.items()
        for country, share in shares.items()
    ]
    (folder / "shares.csv").write_text(csv_text(HEAD, rows), encoding="utf-8", newline="")
    return read(folder)


@pytest.fixture(scope="module")
def tables(study: Study) -> dict[str, pd.DataFrame]:
    return dict(seawall.exposure(study).tables)


def of_world(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["place"] == ""]


def test_they_are_shown_as_they_are(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["published_shares"]
    assert table.groupby("item", sort=False)["country"].agg(list).to_dict() == {
        CHIP: ["VAL", "OTH", "ROW"], TIP: ["MIN", "HOM"], "brand": ["HOM"],
    }  # fmt: skip
    assert set(table["known"]) == {0.0}
    assert set(table["confidence"]) == {"estimate"}
    assert table.iloc[0][["kind", "sector", "chain", "year", "share"]].tolist() == [
        "stage", "AI", "magnets", 2024, 0.9,
    ]  # fmt: skip


def test_indices_are_of_the_world_and_of_what_is_told_by_country(
    tables: dict[str, pd.DataFrame],
) -> None:
    """0.9² + 0.06² = 0.8136, with the rest many; of the brand 30 % is not told: no index."""
    table = of_world(tables["indices"])
    found = table.set_index(["commodity", "index"])["value"].to_dict()
    assert found == pytest.approx(
        {
            (CHIP, "HHI"): 0.8136, (CHIP, "effective_suppliers"): 1 / 0.8136,
            (TIP, "HHI"): 0.5, (TIP, "effective_suppliers"): 2.0,
        }
    )  # fmt: skip


def test_one_country_above_65_percent_is_flagged(tables: dict[str, pd.DataFrame]) -> None:
    table = of_world(tables["flags"])
    assert table[["commodity", "flag", "what", "share", "benchmark", "known"]].values.tolist() == [
        [CHIP, "single source", "VAL", 0.9, 0.65, 0.0],
        ["brand", "single source", "HOM", 0.7, 0.65, 0.0],
    ]


def test_the_rest_of_the_world_is_no_single_source() -> None:
    table = pd.DataFrame({"item": ["x", "x"], "country": ["ROW", "VAL"], "share": [0.7, 0.3],
                          "known": 0.0})  # fmt: skip
    assert share_flags(table).empty
    assert share_indices(table).empty


def test_all_that_runs_on_flows_is_as_without_them(
    study: Study, tables: dict[str, pd.DataFrame]
) -> None:
    bare = seawall.exposure(read(DATA / "tiers")).tables
    assert bare["published_shares"].empty
    for name, table in bare.items():
        if name in ("indices", "flags"):
            other = tables[name][tables[name]["place"] != ""].reset_index(drop=True)
            pd.testing.assert_frame_equal(table, other, check_dtype=False)
        elif name != "published_shares":
            pd.testing.assert_frame_equal(table, tables[name])


def test_a_place_sees_them_all_and_a_commodity_none(study: Study) -> None:
    of_place = seawall.exposure(study, place="HOM")
    assert len(of_place.tables["published_shares"]) == 6
    assert set(of_world(of_place.tables["flags"])["commodity"]) == {CHIP, "brand"}
    assert set(of_place.tables["direct"]["place"]) == {"HOM"}
    of_good = seawall.exposure(study, commodity="magnet").tables
    assert of_good["published_shares"].empty
    for name in ("indices", "flags"):
        assert of_world(of_good[name]).empty
        assert not of_good[name].empty


def test_a_chain_has_its_own_and_those_of_none(study: Study) -> None:
    items = {name: set(published_shares(study.chain(name))["item"]) for name in study.chains}
    assert items == {"magnets": {CHIP, "brand"}, "tea": {TIP, "brand"}}
    assert len(study.table("shares")) == 6


def test_an_answer_with_them_can_be_written(study: Study) -> None:
    result = seawall.exposure(study)
    text = document.document(None, result.summary(), result.tables)
    assert '"published_shares"' in text
    assert "NaN" not in text


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12).filter(lambda s: sum(s) <= 100))
def test_the_index_lies_between_that_of_equal_shares_and_one(percent: list[int]) -> None:
    """Against the sum written out; below 95 % told there is none."""
    shares = np.array(percent) / 100
    table = pd.DataFrame({"item": "x", "country": [f"C{i}" for i in range(len(shares))],
                          "share": shares})  # fmt: skip
    found = share_indices(table).set_index("index")["value"]
    if sum(percent) < 95:
        assert found.empty
        return
    assert found["HHI"] == pytest.approx(sum(s * s for s in shares))
    assert 0.95**2 / len(shares) - 1e-9 <= found["HHI"] <= 1.0
    assert found["HHI"] * found["effective_suppliers"] == pytest.approx(1.0)


def test_the_leading_edge_is_told_beside_the_wafers() -> None:
    """What the chain of chips, in which all wafers are alike, would hide."""
    table = published_shares(read("india-japan"))
    front = table[table["item"] == "accelerator_front_end"]
    assert (front["country"].iloc[0], front["share"].iloc[0]) == ("TWN", 0.9)
    assert set(front["confidence"]) == {"estimate"}
    flagged = share_flags(table)
    assert dict(zip(flagged["commodity"], flagged["what"], strict=True)) == {
        "accelerator_design": "USA", "accelerator_front_end": "TWN",
        "advanced_packaging": "TWN", "hbm": "KOR", "abf_film": "JPN", "photoresist": "JPN",
    }  # fmt: skip
    index = share_indices(table).set_index(["commodity", "index"])["value"]
    assert index["accelerator_front_end", "HHI"] == pytest.approx(0.8138)
    assert index["abf_substrates", "effective_suppliers"] == pytest.approx(4.098, abs=1e-3)
    # One maker's share says nothing of the others.
    assert ("hbm_sk_hynix", "HHI") not in index.index
