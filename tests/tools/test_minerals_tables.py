"""Tables of the mineral and chip chains: figures are those of the facts, rules hold for all."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest
from tools.build_india_japan import minerals_lanes
from tools.build_india_japan.build import Built, build
from tools.build_india_japan.minerals_facts import Facts, Flow
from tools.build_india_japan.minerals_goods import GOODS, Values
from tools.build_india_japan.tables import Row, number, read

OFF = ("stocks-low", "stocks-high", "plants-magnets", "plants-oxide", "open", "unpooled")


@pytest.fixture(scope="module")
def built() -> Built:
    return build()


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts()


def rows(built: Built, name: str, off: tuple[str, ...] = OFF) -> list[Row]:
    """Rows of the mineral chains that count unless a variant is chosen."""
    found = list(csv.DictReader(built.files[f"{name}.csv"].splitlines()))
    return [
        r for r in found if r.get("commodity", "") not in ("lng", "gas")
        and r.get("variant", "") not in off
    ]  # fmt: skip


def flow(built: Built, identity: str) -> float:
    return next(number(r, "base") for r in rows(built, "lanes") if r["id"] == identity)


def test_magnets_are_shared_out_by_the_makers_share(built: Built) -> None:
    """China's exports are the 58,152 t of its customs, 0.477 of them with Dy or Tb."""
    out: dict[str, float] = defaultdict(float)
    for row in rows(built, "lanes"):
        if row["origin"] == "CHN" and row["commodity"].startswith("magnet"):
            out[row["commodity"]] += number(row, "base")
    assert sum(out.values()) == pytest.approx(58152, rel=1e-4)
    assert out["magnet_dy"] / sum(out.values()) == pytest.approx(0.477, abs=1e-4)
    assert flow(built, "JPN.IND.magnet_dy") == pytest.approx(259 * 0.7, rel=1e-4)


def test_demand_is_what_the_facts_believe(built: Built) -> None:
    use: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows(built, "demands"):
        good = "magnet" if row["commodity"].startswith("magnet") else row["commodity"]
        use[row["place"], good] += number(row, "quantity")
    for place, good, value in (
        ("JPN", "magnet", 12000), ("IND", "magnet", 3700), ("CHN", "magnet", 167448),
        ("DEU", "magnet", 12885), ("EU", "magnet", 10730), ("USA", "magnet", 7710),
        ("KOR", "magnet", 5822), ("VNM", "magnet", 6060), ("PHL", "magnet", 325),
        ("JPN", "gallium", 167), ("JPN", "lithium_chemicals", 44640), ("IND", "nickel", 100),
        ("JPN", "spherical_graphite", 9.9787), ("IND", "graphite", 83.714),
        ("JPN", "germanium", 25), ("IND", "germanium", 3), ("JPN", "cobalt", 11000),
    ):  # fmt: skip
        assert use[place, good] == pytest.approx(value, rel=2e-4), (place, good)
    # All natural graphite that Japan takes: flake and what was made round from it.
    into = sum(number(r, "base") for r in rows(built, "lanes")
               if r["destination"] == "JPN" and "graphite" in r["commodity"])  # fmt: skip
    assert into == pytest.approx(44.343, rel=1e-4)


def test_demand_is_of_the_last_stage_alone(built: Built) -> None:
    """Earlier stages have nothing but gaps, told as such, which pay little more than the price."""
    price = {(r["place"], r["commodity"]): number(r, "price") for r in rows(built, "prices")}
    tiers: dict[str, set[str]] = defaultdict(set)
    gaps = set()
    for row in rows(built, "demands"):
        node = row["place"], row["commodity"]
        if row["id"].endswith(".gap"):
            assert row["sector"] == "stock building and losses (gap)"
            assert row["tier"] == "deferrable"
            assert number(row, "wtp") == pytest.approx(1.05 * price[node], rel=1e-4)
            gaps.add(node)
        else:
            assert GOODS[row["commodity"]].final, row["id"]
            assert number(row, "wtp_low") < number(row, "wtp") < number(row, "wtp_high")
            assert number(row, "wtp") > 1.02 * price[node]
            tiers[row["id"].rpartition(".")[0]].add(row["tier"])
    assert all(found == {"essential", "important", "deferrable"} for found in tiers.values())
    told = {(r["place"], r["commodity"]) for r in read("mineral_gaps") if r["side"] == "use"}
    assert gaps == told


def test_worth_is_a_multiple_of_the_price_of_the_grade(built: Built) -> None:
    """23 in the high case of essential use, of 61,988 with Dy and 47,295 without, everywhere."""
    found = {r["id"]: r for r in rows(built, "demands")}
    for place in ("JPN", "IND", "CHN"):
        dy, free = (found[f"{place}.{good}.essential"] for good in ("magnet_dy", "magnet_dyfree"))
        assert number(dy, "wtp_high") == pytest.approx(23 * 61988, rel=1e-4)
        assert number(dy, "wtp") == pytest.approx(12 * 61988, rel=1e-4)
        assert number(free, "wtp") == pytest.approx(12 * 47295, rel=1e-4)


def test_japans_dysprosium_is_used_stored_or_not_explained(built: Built) -> None:
    """600 t come in, magnets take half of them: the rest is a row of its own."""
    into = sum(number(r, "base") for r in rows(built, "lanes")
               if (r["destination"], r["commodity"]) == ("JPN", "dytb_oxide"))  # fmt: skip
    gap = next(r for r in rows(built, "demands") if r["id"] == "JPN.dytb_oxide.gap")
    assert into == pytest.approx(600)
    assert number(gap, "quantity") == pytest.approx(into - 9600 * 0.7 * 0.0447, abs=0.1)
    recipe = {r["commodity"]: r for r in rows(built, "processes")
              if r["process"] == "magnet_dy_japan"}  # fmt: skip
    assert recipe["dytb_oxide"]["quantity"] == "0.0447"
    assert recipe["dytb_oxide"]["confidence"] == "assumption"


def test_parts_of_a_total_by_an_assumed_share_are_not_looked_up(built: Built) -> None:
    for row in rows(built, "demands"):
        assert row["confidence"] in ("estimate", "assumption"), row["id"]
    lanes = {r["id"]: r for r in rows(built, "lanes")}
    for end in ("KOR", "JPN", "USA", "IDN"):
        ball = lanes[f"CHN.{end}.spherical_graphite"]
        assert (ball["confidence"], ball["basis"]) == ("estimate", "reported")
        assert "annualised" in ball["note"]
        if end != "IDN":
            flake = lanes[f"CHN.{end}.graphite"]
            assert (flake["confidence"], flake["basis"]) == ("estimate", "reported")
    for name in ("USA.IND.gallium", "ROW.JPN.gallium"):
        assert lanes[name]["basis"] == "filled"
        assert "may be Chinese" in lanes[name]["note"]
    for row in rows(built, "facilities") + rows(built, "lanes"):
        if "magnet_dy" in (row.get("process", "") + row.get("commodity", "")):
            assert row["confidence"] != "looked-up", row["id"]


def test_japans_gallium_is_imported_recycled_or_a_gap(built: Built) -> None:
    """167 t of use: 62 t of 2024's imports, 70 t from home as in 2021, the rest not told."""
    into = sum(number(r, "base") for r in rows(built, "lanes")
               if (r["destination"], r["commodity"]) == ("JPN", "gallium"))  # fmt: skip
    home = {r["id"]: number(r, "base") for r in rows(built, "facilities")
            if r["place"] == "JPN" and "gallium" in r["id"]}  # fmt: skip
    assert home == {
        "jpn-gallium-extraction": 3, "jpn-gallium-recycling": 67, "jpn-gallium-gap": 35,
    }  # fmt: skip
    assert into == 62
    kinds = {r["process"]: r["kind"] for r in rows(built, "processes")}
    assert kinds["unlisted_gallium"] == "recycling"


def test_gaps_are_marked_and_none_is_missing(built: Built) -> None:
    found = {r["id"]: r for r in rows(built, "facilities") if "(gap)" in r["name"]}
    told = [r for r in read("mineral_gaps") if r["side"] == "source"]
    assert len(found) == len(told) >= 20
    assert {r["confidence"] for r in found.values()} == {"assumption"}
    assert sum(number(r, "base") for r in found.values() if r["place"] == "NOR") == pytest.approx(
        2291 + 24.77
    )


def test_lanes_carry_what_the_facts_say(built: Built, facts: Facts) -> None:
    """Every pair of the fact tables is a lane with the sum of its rows, but for what is told."""
    kept = {(r["commodity"], r["origin"], r["destination"]): r for r in rows(built, "lanes")
            if not r["replaces"]}  # fmt: skip
    netted = 0
    for good in GOODS:
        for one in facts.flows(good):
            row = kept.get((good, *one.pair))
            if row is None or number(row, "base") != pytest.approx(one.quantity, rel=1e-5):
                netted += 1
                back = next(f for f in facts.flows(good) if f.pair == one.pair[::-1])
                left = max(one.quantity - back.quantity, 0.0)
                assert (number(row, "base") if row else 0.0) == pytest.approx(left, rel=1e-4)
            else:
                assert row["basis"] == one.basis
    assert netted == 6  # there and back within a period: Japan and Korea, Germany and America
    assert kept["silicon_wafer", "JPN", "KOR"]["basis"] == "filled"
    assert kept["lithium_chemicals", "CHN", "JPN"]["basis"] == "reported"
    assert kept["germanium", "CHN", "JPN"]["base"] == "13.5"


def test_air_crosses_nothing_and_takes_days(built: Built) -> None:
    by_air = ("gallium", "germanium", "silicon_wafer", "wafer_starts")
    for row in rows(built, "lanes"):
        if row["commodity"] in by_air:
            assert not row["passages"], row["id"]
            assert row["route"] == "by air"
        assert number(row, "days") > 0
        assert number(row, "freight") >= 0
    days = {r["id"]: number(r, "days") for r in rows(built, "lanes")}
    assert days["CHN.JPN.gallium"] == 7
    assert days["TWN.JPN.wafer_starts"] == 35
    assert days["CHN.CHN-SCRAP.swarf"] == 30


def test_growth_follows_the_buyers_need(built: Built) -> None:
    """One per cent a week of what Japan uses of Dy and Tb, whoever it buys from."""
    growth = {r["id"]: r for r in rows(built, "lanes")}
    need = 9600 * 0.7 * 0.0447
    for name in ("CHN.JPN.dytb_oxide", "MYS.JPN.dytb_oxide"):
        assert number(growth[name], "growth") == pytest.approx(0.04 * need * 28 / 365, rel=1e-4)
        assert number(growth[name], "qualify_days") == 26 * 7
    assert growth["MYS.JPN.dytb_oxide"]["base"] == "0"
    assert growth["CHN.CHN-SCRAP.swarf"]["growth"] == ""


def test_stocks_are_days_of_use_in_three_variants(built: Built) -> None:
    found: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in rows(built, "stocks", off=()):
        found[row["place"], row["commodity"]][row["variant"]] = row
    heavy = found["JPN", "dytb_oxide"]
    need = 600 / 365  # all that comes in, what no recipe explains with it
    days = {"stocks-low": 60, "stocks-middle": 180, "stocks-high": 270}
    assert {name: number(r, "start") for name, r in heavy.items()} == pytest.approx(
        {name: day * need for name, day in days.items()}, rel=1e-4
    )
    india = {name: number(r, "start") for name, r in found["IND", "magnet_dyfree"].items()}
    assert india["stocks-low"] < india["stocks-middle"] < india["stocks-high"]
    plain = [v for v in found.values() if not set(v) & {"plants-magnets", "plants-oxide"}]
    assert all(set(v) == set(days) for v in plain)
    for row in (r for v in found.values() for r in v.values()):
        assert number(row, "tank") == pytest.approx(1.5 * number(row, "start"), rel=1e-3, abs=0.01)


def test_prices_close_along_the_recipes(built: Built) -> None:
    price = {(r["place"], r["commodity"]): (number(r, "price"), r["unit"])
             for r in rows(built, "prices")}  # fmt: skip
    assert price["CHN", "magnet_dyfree"][0] == pytest.approx(47295)
    assert price["CHN", "magnet_dy"][0] == pytest.approx(57570)
    assert price["DEU", "magnet_dy"][0] == pytest.approx(61988, abs=1)
    # One price a grade outside China, whatever recipe its makers have.
    for place in ("JPN", "IND", "USA", "VNM"):
        assert price[place, "magnet_dy"] == price["DEU", "magnet_dy"]
        assert price[place, "magnet_dyfree"][0] == pytest.approx(47295)
    assert price["CHN", "ndpr_metal"][0] == 83700
    assert price["JPN", "ndpr_metal"][0] == 89230
    assert price["CHL", "lithium_ore"][0] == 21300
    assert price["AUS", "lithium_ore"][0] == 32300
    assert price["JPN", "silicon_wafer"] == (940000, "USD/million square inches")
    # 19.86 M USD a year of a thousand starts a month, which are 7,967 wafers.
    assert price["JPN", "wafer_starts"] == (pytest.approx(2493, abs=1), "USD/wafer")


def test_fabs_come_to_their_country(built: Built) -> None:
    fabs: dict[str, float] = defaultdict(float)
    for row in rows(built, "facilities"):
        if row["process"] == "wafer_processing":
            fabs[row["place"]] += number(row, "base") / (0.388 / 0.0487)
    assert fabs["JPN"] == pytest.approx(4700, rel=1e-3)
    assert fabs["IND"] == pytest.approx(1, rel=1e-3)
    assert fabs["TWN"] == pytest.approx(5700, rel=1e-3)
    dholera = next(r for r in rows(built, "facilities") if "dholera" in r["id"])
    assert (dholera["base"], dholera["capacity"], dholera["nameplate"]) == ("0", "0", "1344")


def test_chips_go_by_shares_of_sales(built: Built) -> None:
    """Each country's in the same proportions; what Japan makes for Japan needs no lane."""
    assert flow(built, "TWN.JPN.wafer_starts") / flow(
        built, "TWN.IND.wafer_starts"
    ) == pytest.approx(46.7 / 52, rel=1e-4)
    lanes = [r for r in rows(built, "lanes") if r["commodity"] == "wafer_starts"]
    assert {r["basis"] for r in lanes} == {"filled"}
    assert {r["destination"] for r in lanes} == {"JPN", "IND", "ROW"}


def test_contracts_have_a_flow_and_its_quantity(built: Built) -> None:
    found = [r for r in rows(built, "contracts") if r["commodity"] in GOODS]
    assert {(r["origin"], r["destination"], r["quantity"], r["tariff_free"]) for r in found} == {
        ("IND", "JPN", "336", "yes"), ("MYS", "JPN", "500", "no"),
    }  # fmt: skip
    assert {r["flexible"] for r in found} == {"no"}


def test_indian_plants_replace_chinese_magnets(built: Built) -> None:
    """Dy and Tb come from China in both variants; 43 % of the metal can be India's own."""
    every = rows(built, "lanes", off=())

    def base(good: str, variant: str) -> float:
        return sum(number(r, "base") for r in every
                   if (r["origin"], r["destination"]) == ("CHN", "IND")
                   and r["commodity"] == good and r["variant"] in ("", variant))  # fmt: skip

    for good, share in (("magnet_dy", 0.7), ("magnet_dyfree", 0.3)):
        fewer = base(good, "plants-none") - base(good, "plants-oxide")
        assert fewer == pytest.approx(1200 * share, abs=0.01)
    assert base("ndpr_metal", "plants-none") == 0
    assert base("ndpr_metal", "plants-magnets") == pytest.approx(1200 * 0.35)
    assert base("ndpr_metal", "plants-oxide") == pytest.approx(1200 * 0.35 - 210 / 1.17, abs=0.01)
    for variant in ("plants-magnets", "plants-oxide"):
        assert base("dytb_oxide", variant) == pytest.approx(1200 * 0.7 * 0.0429, abs=0.01)


def test_netting_leaves_what_each_place_gives_in_all(facts: Facts) -> None:
    """There and back within a period becomes one way; slow ways stay as they are."""
    trade = minerals_lanes.load(facts.assume)
    flows = [
        Flow("magnet_dy", a, b, quantity, "derived", {}, "estimate")
        for a, b, quantity in (
            ("JPN", "KOR", 175.0), ("KOR", "JPN", 42.0), ("JPN", "DEU", 315.0),
            ("DEU", "JPN", 70.0),
        )
    ]  # fmt: skip

    def given(found: list[Flow]) -> dict[str, float]:
        left: dict[str, float] = defaultdict(float)
        for one in found:
            left[one.origin] += one.quantity
            left[one.destination] -= one.quantity
        return left

    found = minerals_lanes.netted(flows, trade)
    assert given(found) == pytest.approx(given(flows))
    assert {f.pair: f.quantity for f in found} == {
        ("JPN", "KOR"): 133.0, ("JPN", "DEU"): 315.0, ("DEU", "JPN"): 70.0,
    }  # fmt: skip


def test_a_circle_within_a_period_is_named(facts: Facts) -> None:
    trade = minerals_lanes.load(facts.assume)
    ring = [Flow("magnet_dy", a, b, 1.0, "derived", {}, "estimate")
            for a, b in (("JPN", "KOR"), ("KOR", "CHN"), ("CHN", "JPN"))]  # fmt: skip
    with pytest.raises(ValueError, match="magnet_dy goes round"):
        minerals_lanes.circles(ring, trade)
    minerals_lanes.circles(ring[:2], trade)


def test_values_override_by_place() -> None:
    values = Values()
    metal, magnet = GOODS["ndpr_metal"], GOODS["magnet_dy"]
    assert values.override(metal, "CHN", "price") is None
    abroad = values.override(metal, "VNM", "price")
    assert abroad is not None
    assert abroad["base_price_usd"] == "89230"
    stock = values.override(magnet, "IND", "stock")
    assert stock is not None
    assert (stock["stock_days_low"], stock["stock_days_high"]) == ("28", "56")


def test_splits_keep_the_sum(facts: Facts) -> None:
    """Parts of an aggregate row add up to it."""
    magnets = sum(f.quantity for g in ("magnet_dy", "magnet_dyfree") for p, f in
                  facts.made(g).items() if p in ("PHL", "ROW"))  # fmt: skip
    assert magnets == pytest.approx(900)
    ore = facts.made("nickel_ore")
    assert sum(ore[p].quantity for p in ("ROW", "COL", "ZAF", "MDG", "PNG", "TUR")) == (
        pytest.approx(308)
    )
    assert "JPN" not in facts.made("lithium_chemicals")
