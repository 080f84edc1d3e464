"""Supply-risk indices of the places of a network: shares, reliance and terms by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import pytest
from tests import networks

from seawall.network import Network
from seawall.questions.exposure.roots import filled_lanes
from seawall.questions.exposure.tables import direct
from seawall.questions.indices import HOME_TRADE, supply_risks
from seawall.questions.prepared import prepare
from seawall.questions.supply_risk import eu_supply_risk
from seawall.study import read

Rows = list[Mapping[str, Any]]


class Tables:
    """A study as far as the indices look at it."""

    def __init__(self, **tables: Rows) -> None:
        self.rows_of = tables

    def table(self, name: str) -> pd.DataFrame:
        return pd.DataFrame(self.rows_of[name])

    def rows(self, name: str) -> Iterator[Any]:
        return self.table(name).itertuples(index=False)


def material(commodity: str = "metal", **changes: Any) -> Mapping[str, Any]:
    row = {
        "commodity": commodity, "material": "Metal", "stage": "processing", "eol_rir": 0.1,
        "si_sr": 0.9, "vulnerability": float("nan"),
    }  # fmt: skip
    return row | changes


def study(**tables: Rows) -> Any:
    known: dict[str, Rows] = {
        "processes": [
            {"process": "smelting", "kind": "conversion"},
            {"process": "scrap", "kind": "recycling"},
        ],
        "facilities": [
            {"id": "chn", "process": "smelting"},
            {"id": "aus", "process": "smelting"},
            {"id": "jpn", "process": "smelting"},
            {"id": "jpn-scrap", "process": "scrap"},
        ],
        "governance": [
            {"country": "CHN", "year": 2022, "wgi": 9.9},
            {"country": "CHN", "year": 2023, "wgi": 6.0},
            {"country": "AUS", "year": 2023, "wgi": 2.0},
        ],
        "materials": [material()],
        "export_rules": [{"country": "CHN", "commodity": "metal", "factor": 1.1}],
    }
    return Tables(**(known | tables))


@pytest.fixture
def network() -> Network:
    """The world makes 100 new metal: 80 in China, 10 in Australia, 10 in Japan, which also gets 5
    from scrap, buys 30 and 20 (of 25 shipped) and sells 5 to Korea. Australia buys 2 back."""
    return networks.make(
        nodes={
            "CHN.metal": {}, "AUS.metal": {}, "JPN.metal": {}, "KOR.metal": {}, "plant.metal":
            {"country": "CHN"},
        },
        facilities={
            "chn": {"recipe": {"plant.metal": 2.0}, "base": 40.0},
            "aus": {"recipe": {"AUS.metal": 1.0}, "base": 10.0},
            "jpn": {"recipe": {"JPN.metal": 1.0}, "base": 10.0},
            "jpn-scrap": {"recipe": {"JPN.metal": 1.0}, "base": 5.0},
        },
        lanes={
            "home": {"origin": "plant.metal", "to": "CHN.metal", "base": 80.0},
            "a": {"origin": "CHN.metal", "to": "JPN.metal", "base": 30.0},
            "b": {"origin": "AUS.metal", "to": "JPN.metal", "base": 25.0, "keep": 0.8},
            "c": {"origin": "JPN.metal", "to": "KOR.metal", "base": 5.0},
            "d": {"origin": "CHN.metal", "to": "AUS.metal", "base": 2.0},
        },
    )  # fmt: skip


def pairs(*places: str, commodity: str = "metal") -> pd.DataFrame:
    return pd.DataFrame([(p, commodity) for p in places], columns=["place", "commodity"])


def by_index(rows: list[Any], place: str) -> dict[str, float]:
    return {row["index"]: row["value"] for row in rows if row["place"] == place}


def test_japan_by_hand(network: Network):
    """World 0.8, 0.1, 0.1; sourcing 30, 20 and 10 of its own in 60; 45 of 55 (new) and of 60 (all
    metal) come from abroad on balance."""
    found = by_index(supply_risks(network, study(), pairs("JPN")), "JPN")
    assert list(found) == ["EU_SR", "Nassar_DP", "Nassar_TE"]
    world = 0.64 * 6 * 1.1 + 0.01 * 2 + 0.01 * 5 * HOME_TRADE
    own = (30 / 60) ** 2 * 6 * 1.1 + (20 / 60) ** 2 * 2 + (10 / 60) ** 2 * 5 * HOME_TRADE
    half = 45 / 55 / 2
    expected = (world * half + own * (1 - half)) * 0.9 * 0.9
    assert found["EU_SR"] == pytest.approx(expected, rel=1e-12)
    assert found["Nassar_DP"] == pytest.approx(0.64 * 0.6 + 0.01 * 0.2)
    assert found["Nassar_TE"] == pytest.approx(45 / 60)


def test_a_place_without_production_draws_on_its_supplier_alone(network: Network):
    found = by_index(supply_risks(network, study(), pairs("KOR")), "KOR")
    wgi, trade = {"CHN": 6.0, "AUS": 2.0}, {"CHN": 1.1}
    world = {"CHN": 0.8, "AUS": 0.1, "JPN": 0.1}
    assert found["EU_SR"] == pytest.approx(
        eu_supply_risk(world, {"JPN": 1.0}, wgi, trade, 1.0, 0.1, 0.9)
    )
    assert found["Nassar_TE"] == 1.0


def test_a_net_exporter_relies_on_its_own_sourcing(network: Network):
    """Australia makes 10, buys 2, ships 25 from stock: reliance 0; it uses nothing on balance."""
    found = by_index(supply_risks(network, study(), pairs("AUS")), "AUS")
    own = (10 / 12) ** 2 * 2 * HOME_TRADE + (2 / 12) ** 2 * 6 * 1.1
    assert found["EU_SR"] == pytest.approx(own * 0.81)
    assert list(found) == ["EU_SR", "Nassar_DP"]


def test_who_imports_nothing_is_not_rated(network: Network):
    """China only sells; a plant is no country; gas is no material here."""
    others = pd.concat([pairs("CHN", "plant"), pairs("JPN", commodity="gas")])
    assert supply_risks(network, study(), others) == []
    assert supply_risks(network, study(materials=[]), pairs("JPN")) == []


def test_nassar_needs_a_vulnerability(network: Network):
    known = study(materials=[material(vulnerability=0.5)])
    found = by_index(supply_risks(network, known, pairs("JPN")), "JPN")
    assert found["Nassar_SR"] ** 3 == pytest.approx(0.386 * 0.75 * 0.5)


def test_what_is_not_on_the_eu_list_has_no_eu_index(network: Network):
    nan = float("nan")
    bare = study(materials=[material(material="", stage="", eol_rir=nan, si_sr=nan)])
    found = by_index(supply_risks(network, bare, pairs("JPN")), "JPN")
    assert list(found) == ["Nassar_DP", "Nassar_TE"]


def test_the_eu_is_rated_as_one():
    """Germany buys 6 from Finland and 2 from China; the EU makes 6 and buys 2. Inside, t is 0.8."""
    network = networks.make(
        nodes={"FIN.metal": {}, "DEU.metal": {}, "CHN.metal": {}},
        facilities={
            "fin": {"recipe": {"FIN.metal": 1.0}, "base": 6.0},
            "chn": {"recipe": {"CHN.metal": 1.0}, "base": 4.0},
        },
        lanes={
            "in": {"origin": "FIN.metal", "to": "DEU.metal", "base": 6.0},
            "out": {"origin": "CHN.metal", "to": "DEU.metal", "base": 2.0},
        },
    )
    rows = supply_risks(network, study(materials=[material(eol_rir=0, si_sr=1)]), pairs("DEU"))
    assert {row["place"] for row in rows} == {"DEU", "EU"}
    germany, union = by_index(rows, "DEU"), by_index(rows, "EU")
    world = 0.36 * 5 * 0.8 + 0.16 * 6 * 1.1
    own = 0.75**2 * 5 * 0.8 + 0.25**2 * 6 * 1.1
    assert germany["EU_SR"] == pytest.approx((world + own) / 2)
    # 2 of 8 come from outside: an eighth of the weight is the world's.
    assert union["EU_SR"] == pytest.approx(world / 8 + own * 7 / 8)
    assert germany["Nassar_DP"] == pytest.approx(0.36 * 0.5 + 0.16 * 0.6)
    assert union["Nassar_DP"] == pytest.approx(0.16 * 0.6)
    assert (germany["Nassar_TE"], union["Nassar_TE"]) == (1.0, 0.25)


def test_japanese_polysilicon_of_the_built_in_study():
    """The same from other tables: who supplies by the exposure table, who makes by facility."""
    whole = read("india-japan")
    part = whole.chain("chips")
    network = prepare(part).network
    suppliers = direct(network, filled_lanes(part, network))
    mine = suppliers[(suppliers["place"] == "JPN") & (suppliers["commodity"] == "polysilicon")]
    sourcing = dict(zip(mine["supplier"], mine["of_supply"], strict=True))
    reliance = sum(sourcing.values())
    sourcing["JPN"] = 1 - reliance
    made: dict[str, float] = {}
    goods = part.table("processes").set_index("process")
    country = part.lookup("places", "country")
    for place, process, base in zip(
        network.facilities.place, part.table("facilities")["process"], network.facilities.base,
        strict=True,
    ):  # fmt: skip
        rows = goods.loc[[process]]
        out = rows[(rows["commodity"] == "polysilicon") & (rows["role"] == "output")]
        if len(out):
            made[country[place]] = made.get(country[place], 0) + base * out["quantity"].iloc[0]
    world = {c: amount / sum(made.values()) for c, amount in made.items()}
    scores = part.table("governance")
    wgi = dict(zip(scores["country"], scores["wgi"], strict=True))
    # Japan sells none of it; silicon metal has no recycling and a substitution index of 0.99.
    rows = [r for r in supply_risks(network, part, suppliers) if r["commodity"] == "polysilicon"]
    found = by_index(rows, "JPN")
    expected = eu_supply_risk(world, sourcing, wgi, {"JPN": HOME_TRADE}, reliance, 0.0, 0.99)
    assert found["EU_SR"] == pytest.approx(expected, rel=1e-6)
    assert found["Nassar_TE"] == pytest.approx(reliance, rel=1e-6)
    assert 0.5 < found["EU_SR"] < 1.0
    assert "Nassar_SR" not in found
