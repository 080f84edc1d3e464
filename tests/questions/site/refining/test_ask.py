"""Hubs on the built-in study: tables that add up, findings, and what is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.study.books import with_hubs
from tests.study.conftest import DATA, Folder

import seawall
from seawall.errors import Infeasible, InputError, LimitReached, UsageError
from seawall.exchange.plants import plants_geojson
from seawall.network.seaways import Seaways, distance
from seawall.questions.site.refining.arrange import KM_PER_NM, Wish, arrange
from seawall.questions.site.refining.ask import RefiningResult, asked_refining, refining
from seawall.questions.site.refining.solve import place
from seawall.report.site_refining import refining_page, told

if TYPE_CHECKING:
    from tests.study.conftest import DATA, Folder

    from seawall.questions.site.refining.instance import Hubs
    from seawall.questions.site.refining.solve import Placed
    from seawall.study import Study

QUICK = {"hubs": 2, "readings": ("middle", "low"), "gap": 0.2, "time_limit": 600.0}


def _copy(path: Path) -> Folder:
    return Folder(Path(shutil.copytree(DATA / "twelve", path / "twelve")))


@pytest.fixture(scope="module")
def study() -> Study:
    return seawall.read("india-japan")


@pytest.fixture(scope="module")
def found(study: Study) -> RefiningResult:
    return refining(study, **QUICK)


def test_circuits_ore_and_oxide_add_up(found: RefiningResult) -> None:
    plants, ore, oxide = (found.tables[name] for name in ("plants", "ore", "oxide"))
    arranged, placed = found.solved["middle"]
    assert placed is not None
    assert len(found.tables["hubs"]) == 2
    for good, name in (("ndpr_oxide", "ndpr"), ("dytb_oxide", "dytb")):
        own = plants[plants["good"] == good].set_index("site")["output"]
        sold = oxide[oxide["good"] == good].groupby("site")["quantity"].sum()
        assert own.to_dict() == pytest.approx(sold.reindex(own.index).to_dict(), abs=0.01)
        got = ore.groupby("site")[name].sum().reindex(own.index)
        assert (own <= got + 0.01).all()
    assert (plants["load"] >= 0.5 * 0.85 - 1e-6).all()
    assert ore.groupby("feed")["share"].sum().max() <= 1.0 + 1e-6
    assert not (ore["status"] == "closed").any()
    # The promise: what makers of magnets at home want.
    home = arranged.users.loc[arranged.users["place"] == "IND", "ndpr"].sum()
    promised = min(home, arranged.hubs.yields[:, 0].sum())
    got = oxide[(oxide["place"] == "IND") & (oxide["good"] == "ndpr_oxide")]["quantity"].sum()
    assert got >= promised - 0.01
    assert found.summary()["home_ndpr"] == pytest.approx(got, abs=0.01)


def test_values_of_circuits_add_up_to_that_of_the_plan(found: RefiningResult) -> None:
    plants, bounds = found.tables["plants"], found.tables["bounds"].iloc[0]
    assert plants["value"].sum() == pytest.approx(bounds["value"], abs=1e-3)
    assert bounds["value"] <= bounds["bound"] + 1e-6
    assert bounds["gap"] <= 0.2
    made = plants["output"] * (plants["price"] - plants["cost"]) / 1000.0
    assert made.to_numpy() == pytest.approx(plants["value"].to_numpy(), abs=1e-3)


def test_low_ore_is_told_as_what_cannot_be_fed(found: RefiningResult) -> None:
    bounds = found.tables["bounds"].set_index("reading")
    assert not bounds.at["low", "possible"]
    assert found.summary()["impossible"] == ["low"]
    lines = told(found.summary(), found.tables["count"])
    assert any("low reading" in line and "cannot be fed" in line for line in lines)
    # What disappoints comes first.
    assert "lose" in lines[0]


def test_shares_of_refiners_add_up_before_and_after(found: RefiningResult) -> None:
    exposure = found.tables["exposure"]
    sums = exposure.groupby(["good", "place"])[["share_before", "share_after"]].sum()
    assert sums.to_numpy() == pytest.approx(1.0, abs=0.01)
    india = exposure[(exposure["place"] == "IND") & (exposure["good"] == "ndpr_oxide")]
    china = india.set_index("origin").loc["CHN"]
    part = china["hubs"] / china["wanted"]
    assert china["share_before"] > 0.8
    assert china["share_after"] == pytest.approx(china["share_before"] * (1.0 - part))


def test_page_and_points_show_every_hub(found: RefiningResult) -> None:
    page = refining_page(found)
    for name in found.tables["hubs"]["name"]:
        assert name in page
    for raw in ("ndpr_oxide", "nan", "CHN"):
        assert raw not in page.replace("NaN", "")
    assert plants_geojson(found.tables["plants"]).count('"Point"') == len(found.tables["plants"])


def test_the_identity_is_known_before_the_answer(found: RefiningResult, study: Study) -> None:
    assert asked_refining(study, **QUICK) == found.identity
    assert asked_refining(study, **{**QUICK, "premium": 0.1}) != found.identity


def test_users_who_pay_more_make_hubs_pay(study: Study) -> None:
    dear = refining(study, **{**QUICK, "hubs": 1, "readings": ("middle",), "premium": 1.0})
    assert dear.summary()["value"] > 0
    assert dear.summary()["needed"] == 0.0


def test_what_a_feed_costs_is_what_is_worked_out_by_hand(study: Study) -> None:
    arranged = arrange(study, Wish())
    assume = study.table("assumptions").set_index("id")["value"]
    f = int(np.flatnonzero(arranged.feeds["id"] == "irel-surplus")[0])
    s = int(np.flatnonzero(arranged.sites["id"] == "chatrapur")[0])
    feed = arranged.feeds.iloc[f]
    paid = feed["ndpr"] * feed["price_ndpr"] + feed["dytb"] * feed["price_dytb"]
    thorium = feed["ndpr"] * feed["thorium"] * assume["hub_thorium_cost"]
    # It lies where the site is: no way to speak of.
    assert arranged.hubs.ore[f, s] == pytest.approx((paid + thorium) / 1e6, rel=1e-3)
    far = int(np.flatnonzero(arranged.sites["region"] == "IN-GJ")[0])
    way = arranged.hubs.ore[f, far] - arranged.hubs.ore[f, s]
    tonnes = feed["ndpr"] * assume["hub_ndpr_grade"]
    road = arranged.ore_km[f, far] * assume["hub_road_freight"] / 1000.0
    assert 0 < way * 1e6 / tonnes <= road + 1e-6
    assert arranged.home == "IND"


def test_inland_legs_of_ways_by_sea_go_by_road(study: Study) -> None:
    """To makers inland: by road from the port of some site, and by sea from there."""
    arranged = arrange(study, Wish())
    assume = study.table("assumptions").set_index("id")["value"]
    sites = arranged.sites
    k = int(np.flatnonzero(arranged.users["id"] == "india-north")[0])
    s = int(np.flatnonzero(sites["id"] == "chatrapur")[0])
    where = (float(arranged.users["lon"][k]), float(arranged.users["lat"][k]))
    road = distance(sites["lon"].to_numpy(float), sites["lat"].to_numpy(float), where)
    road = road * KM_PER_NM * assume["hub_detour"]
    points = list(zip(sites["lon"].astype(float), sites["lat"].astype(float), strict=True))
    sea = Seaways.of(study).distances([points[s]], points)[0] * KM_PER_NM
    port = sites["port_km"].to_numpy(float)
    per_road, per_sea = (assume[f"hub_{way}_freight"] / 1000.0 for way in ("road", "sea"))
    over = (road + port + port[s]) * per_road + sea * per_sea + assume["hub_port_handling"]
    cheapest = min(road[s] * per_road, over.min())
    worth = arranged.price[0] - assume["hub_oxide_packing"] * cheapest
    assert arranged.hubs.worth[s, k, 0] == pytest.approx(worth)
    # A way by sea never costs less than the road to the nearest port of all.
    assert over.min() >= (road + port).min() * per_road


def test_a_search_that_ends_too_soon_loses_only_its_own_row(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(hubs: Hubs, count: int, *others: object, **more: object) -> Placed:
        if count in (3, 5):
            raise LimitReached("no plan yet")
        return place(hubs, count, *others, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("seawall.questions.site.refining.ask.place", slow)
    found = refining(study, **{**QUICK, "hubs": 1, "readings": ("middle",)})
    count = found.tables["count"].set_index("number")
    assert count["found"].to_dict() == {
        1: "plan", 2: "plan", 3: "no plan found in the time given", 4: "plan",
        5: "no plan found in the time given",
    }  # fmt: skip
    assert refining_page(found).count("no plan found in the time given") == 2
    with pytest.raises(LimitReached):  # there is nothing to tell without the first reading
        refining(study, **{**QUICK, "hubs": 3})


def test_readings_capital_and_closed_ore(study: Study) -> None:
    low, middle, high = (arrange(study, Wish(reading=r)) for r in ("low", "middle", "high"))
    assert (low.hubs.yields <= middle.hubs.yields).all()
    assert (middle.hubs.yields <= high.hubs.yields).all()
    cheap, dear = (arrange(study, Wish(capital=c)) for c in ("low", "high"))
    assert (cheap.hubs.circuits.fixed < dear.hubs.circuits.fixed).all()
    assert (cheap.capital < dear.capital).all()
    whole = arrange(study, Wish(open_all=True))
    assert len(whole.feeds) > len(middle.feeds)
    assert whole.hubs.yields[:, 0].sum() > 5.0 * middle.hubs.yields[:, 0].sum()


def test_wrong_wishes_are_refused_all_at_once(study: Study) -> None:
    with pytest.raises(UsageError) as caught:
        Wish(hubs=0, reading="medium", capital="dear", premium=-2.0, promise=(-1.0, 0.0))
    for word in ("hubs", "'medium'", "'dear'", "premium", "ndpr"):
        assert word in str(caught.value)
    with pytest.raises(UsageError, match=r"31 rows of hub_sites\.csv, not 40"):
        refining(study, hubs=40)
    with pytest.raises(UsageError, match="promise is of ndpr and dytb, not tin"):
        refining(study, promise={"tin": 5.0})
    with pytest.raises(UsageError, match="readings"):
        refining(study, readings=("medium",))
    with pytest.raises(Infeasible, match="at most"):
        refining(study, promise={"dytb": 5_000.0}, readings=("middle",))


def test_a_study_without_hubs_or_prices_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"hub_sites\.csv.*no rows"):
        arrange(_copy(tmp_path).read(), Wish())


def test_a_study_without_assumptions_of_hubs_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="hub_"):
        arrange(with_hubs(_copy(tmp_path)).read(), Wish(hubs=1))


def test_plans_do_not_hang_on_the_order_of_sites(study: Study) -> None:
    arranged = arrange(study, Wish())
    hubs = arranged.hubs
    turned = replace(
        hubs, ore=hubs.ore[:, ::-1], worth=hubs.worth[::-1], base=hubs.base[::-1]
    )  # fmt: skip
    one = place(hubs, 1, (2_000.0, 0.0), time_limit=600.0)
    other = place(turned, 1, (2_000.0, 0.0), time_limit=600.0)
    assert one.value == pytest.approx(other.value, rel=1e-4)
