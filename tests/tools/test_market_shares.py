"""Shares beside the chain of chips: those of the facts, none twice, none of what has flows."""

from __future__ import annotations

from collections import defaultdict

import pytest
from tools.build_india_japan import market_shares, mineral_scenarios
from tools.build_india_japan.sources import Sources
from tools.build_india_japan.tables import FactError, Row, read


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return market_shares.rows(Sources())


def test_every_share_of_the_facts_and_no_other(rows: list[Row]) -> None:
    facts = sorted(
        (r["item"], r["country"].replace("+", "-"), float(r["share"]), r["confidence"])
        for r in read("semiconductor_shares")
    )
    found = sorted((r["name"], r["country"], float(r["share"]), r["confidence"]) for r in rows)
    assert found == facts
    assert len(found) == 25


def test_what_the_chain_has_as_flows_is_left_out(rows: list[Row]) -> None:
    assert not [r for r in rows if r["name"].startswith(("Wafer fab", "Silicon wafers"))]


def test_shares_of_an_item_add_up_to_all_unless_a_part_is_not_told(rows: list[Row]) -> None:
    total: dict[str, float] = defaultdict(float)
    for row in rows:
        total[row["item"]] += float(row["share"])
    assert total.pop("hbm_sk_hynix") == 0.58
    assert total.pop("accelerator_design") == 0.95
    assert total == dict.fromkeys(total, pytest.approx(1.0))


def test_two_countries_of_one_figure_stay_together(rows: list[Row]) -> None:
    (row,) = [r for r in rows if r["country"] == "MYS-SGP"]
    assert (row["item"], row["share"]) == ("advanced_packaging", "0.02")
    assert row["note"].startswith("MYS and SGP together: no figure parts them; size of the market:")


def test_every_row_has_a_source(rows: list[Row]) -> None:
    sources = Sources()
    market_shares.rows(sources)
    known = {row["id"]: row for row in sources.rows()}
    for row in rows:
        source = known[row["source"]]
        # An estimate of ours is not told as somebody's publication.
        assert (source["publisher"] == "Seawall") == source["title"].startswith("own ")
        assert source["publisher"] != "Seawall" or row["confidence"] == "estimate"


def test_the_scenario_says_what_its_chips_hide() -> None:
    text = mineral_scenarios.texts([])["taiwan-strait"]
    assert market_shares.share("accelerator_front_end", "TWN")["share"] == "0.9"
    assert (
        "about 90 % of the front-end wafers of AI accelerators come from Taiwan (an estimate)"
        in text
    )
    assert "{" not in text.split("[[shock]]")[0]


def test_an_unknown_share_is_an_error() -> None:
    with pytest.raises(FactError, match="0 shares of IND in hbm"):
        market_shares.share("hbm", "IND")
