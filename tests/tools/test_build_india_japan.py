"""The builder of the reference study: its output is what is committed, and it adds up."""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict

import pytest
from tools.build_india_japan import flows, report, tables
from tools.build_india_japan.build import Built, build
from tools.build_india_japan.contracts import in_force
from tools.build_india_japan.routes import avoided

Row = dict[str, str]
FIVE_PER_CENT = 0.05


@pytest.fixture(scope="module")
def built() -> Built:
    """The study as built from the facts now."""
    return build()


def rows(built: Built, name: str, variant: str = "avoided") -> list[Row]:
    """Rows of a table that count under one state of the Red Sea, domestic gas pooled."""
    found = csv.DictReader(built.files[f"{name}.csv"].splitlines())
    return [r for r in found if r.get("variant", "") in ("", variant, "pooled")]


def long_haul(built: Built, variant: str = "avoided") -> list[Row]:
    return [r for r in gas_lanes(built, variant) if r["route"] != "berth"]


def gas_lanes(built: Built, variant: str = "avoided") -> list[Row]:
    return [r for r in rows(built, "lanes", variant) if r["commodity"] == "lng"]


def crossings(row: Row) -> dict[str, float]:
    marks = (mark.split("@") for mark in row["passages"].split(";") if mark)
    return {name: float(days) for name, days in marks}


def test_committed_study_is_what_the_builder_makes(built: Built) -> None:
    """Byte for byte, and with no file too many."""
    found = {
        path.relative_to(tables.STUDY).as_posix(): path.read_bytes()
        for path in tables.STUDY.rglob("*")
        if path.is_file() and path.suffix in (".csv", ".toml")
    }
    assert found.keys() == built.files.keys()
    for name, text in built.files.items():
        assert found[name] == text.encode(), name


def test_totals_are_those_of_the_base(built: Built) -> None:
    """Exports and imports are 456 Mt a year, and lanes carry exactly them."""
    plants = [r for r in rows(built, "facilities") if r["process"] == "liquefaction"]
    assert sum(float(r["base"]) for r in plants) == pytest.approx(456, abs=0.01)
    into: dict[str, float] = defaultdict(float)
    for lane in long_haul(built):
        into[lane["destination"][:3]] += float(lane["base"])
    assert sum(into.values()) == pytest.approx(456, abs=0.02)
    assert into["JPN"] == pytest.approx(65.5, abs=0.01)
    assert into["IND"] == pytest.approx(26.0, abs=0.01)
    regas: dict[str, float] = defaultdict(float)
    for row in rows(built, "facilities"):
        if row["process"] == "regasification":
            regas[row["output_place"][:3]] += float(row["base"])
    assert regas == pytest.approx({"IND": 26.0, "JPN": 65.5}, abs=0.01)


def test_tiers_add_up_to_supply(built: Built) -> None:
    """Indian tiers use LNG and India's own gas where pooled, LNG alone where not."""
    own = next(r for r in rows(built, "facilities") if r["id"] == "IND-domestic-gas")
    use: dict[tuple[str, str], float] = defaultdict(float)
    for row in csv.DictReader(built.files["demands.csv"].splitlines()):
        if row["commodity"] != "gas":
            continue
        use[row["place"][:3], row["variant"]] += float(row["quantity"])
    assert use["IND", "pooled"] == pytest.approx(26.0 + float(own["base"]), abs=0.01)
    assert use["IND", "unpooled"] == pytest.approx(26.0, abs=0.01)
    assert use["JPN", ""] == pytest.approx(65.5, abs=0.01)
    assert float(own["base"]) == pytest.approx(34.3 / 1.312, abs=1e-3)


def test_national_stocks_are_shared_out_in_full(built: Built) -> None:
    """Terminal stocks add up to the published or estimated national ones."""
    country = {r["id"]: r["country"] for r in rows(built, "places")}
    kind = {r["id"]: r["kind"] for r in rows(built, "places")}
    start: dict[str, float] = defaultdict(float)
    for row in rows(built, "stocks"):
        assert float(row["floor"]) <= float(row["start"]) <= float(row["tank"]), row
        if kind[row["place"]] == "terminal":
            start[country[row["place"]]] += float(row["start"])
    assert start == pytest.approx({"IND": 0.88, "JPN": 4.3}, abs=0.005)


def test_size_fits_the_program(built: Built) -> None:
    """About 400 long-haul lanes in the base, detours included."""
    assert len(long_haul(built)) <= 420
    assert len(long_haul(built, "open")) <= 500
    assert len(gas_lanes(built)) - len(long_haul(built)) == 46


def test_only_berths_take_no_time(built: Built) -> None:
    """A long-haul lane has days, boil-off and freight; a berth has none of them."""
    for row in gas_lanes(built):
        berth = row["route"] == "berth"
        assert (float(row["days"]) == 0) == berth, row["id"]
        assert (float(row["loss"]) == 0) == berth, row["id"]
        assert (float(row["freight"]) == 0) == berth, row["id"]
        assert (row["growth"] == "") == berth, row["id"]


@pytest.mark.parametrize("variant", ["avoided", "open"])
def test_detours_are_longer_and_avoid_something(built: Built, variant: str) -> None:
    """Each replaces a lane that counts, joins the same places, and is shut less."""
    known = {r["id"]: r for r in long_haul(built, variant)}
    for row in known.values():
        if not row["replaces"]:
            continue
        main = known[row["replaces"]]
        assert float(row["base"]) == 0
        assert (row["origin"], row["destination"]) == (main["origin"], main["destination"])
        assert float(row["days"]) > float(main["days"]), row["id"]
        assert set(crossings(main)) - set(crossings(row)), row["id"]


@pytest.mark.parametrize("variant", ["avoided", "open"])
def test_hormuz_shuts_in_what_lies_behind_it(built: Built, variant: str) -> None:
    """Qatar and the Emirates outbound but for Kuwait, everybody else inbound to Kuwait."""
    for row in long_haul(built, variant):
        inside = row["origin"] in ("QAT", "ARE")
        assert ("hormuz" in crossings(row)) == (inside != (row["destination"] == "KWT")), row["id"]
        if "hormuz" in crossings(row):
            assert "no-hormuz" not in row["id"]


@pytest.mark.parametrize("variant", ["avoided", "open"])
def test_crossings_lie_on_the_way(built: Built, variant: str) -> None:
    """After departure, before arrival, at passages that the study has."""
    known = {r["id"] for r in rows(built, "passages")}
    used = set()
    for row in rows(built, "lanes", variant):
        for passage, day in crossings(row).items():
            assert passage in known
            assert 0 < day < float(row["days"]), row["id"]
            used.add(passage)
    assert used - {"bab_el_mandeb"} == known - {"bab_el_mandeb"}


def test_base_avoids_the_red_sea(built: Built) -> None:
    """Only Ain Sukhna and Aqaba use Suez in the base; opened, Atlantic cargo takes it."""
    through = {r["destination"] for r in long_haul(built) if "suez" in crossings(r)}
    assert through == {"EGY", "ROW"}
    assert not any("bab_el_mandeb" in crossings(r) for r in long_haul(built))
    opened = {r["id"]: r for r in long_haul(built, "open")}
    assert "suez" in crossings(opened["USA-GULF.IND-WEST.open"])
    assert opened["USA-GULF.IND-WEST.no-suez.open"]["route"] == "by the Cape"
    flow = sum(float(r["base"]) for r in long_haul(built))
    assert sum(float(r["base"]) for r in opened.values()) == pytest.approx(flow, abs=0.01)


def test_canals_carry_less_than_they_can(built: Built) -> None:
    """Base use stays below the capacity of the canals, in both states of the Red Sea."""
    limits = {r["id"]: float(r["capacity"]) for r in rows(built, "passages") if r["capacity"]}
    assert limits.keys() == {"panama", "suez"}
    for variant in ("avoided", "open"):
        for passage, limit in limits.items():
            lanes = [r for r in long_haul(built, variant) if passage in crossings(r)]
            assert sum(float(r["base"]) for r in lanes) < limit


def test_shares_are_those_that_were_published(built: Built) -> None:
    """India 59 %, Japan about 6 % through Hormuz; Qatar sells most to China."""
    assert report.share(built, "IND", ["QAT", "ARE"]) == pytest.approx(0.59, abs=0.03)
    assert report.share(built, "JPN", ["QAT", "ARE"]) == pytest.approx(0.06, abs=0.01)
    assert report.share(built, "JPN", ["QAT", "ARE", "OMN"]) == pytest.approx(0.11, abs=0.01)
    assert 76 <= report.passing(built, "hormuz") <= 88
    qatar = {f.destination: f.amount for f in built.flows if f.origin == "QAT"}
    assert max(qatar, key=lambda place: qatar[place]) == "CHN"


def test_known_zeros_stay_zero(built: Built) -> None:
    """No Russian LNG to Britain or Taiwan, no American to China; Arctic LNG 2 is in China."""
    pairs = {(f.origin, f.destination): f.amount for f in built.flows}
    for origin in ("RUS-EAST", "RUS-WEST"):
        assert (origin, "GBR") not in pairs
        assert (origin, "TWN") not in pairs
    assert not any((o, "CHN") in pairs for o in ("USA-GULF", "USA-ATLANTIC"))
    assert pairs["RUS-WEST", "CHN"] > 1.4


def test_distances_agree_with_the_published_table(built: Built) -> None:
    """facts/sea_lanes.csv against facts/distances.csv: within 5 %, no route where none is."""
    groups = {g.port["name"]: g.id for g in built.groups.values()}
    ports = {"Dahej": "IND-WEST", "Futtsu": "JPN-KANTO"}
    computed = {
        (r["origin"], r["destination"], frozenset(filter(None, r["closed"].split(";")))): r["nm"]
        for r in tables.read("sea_lanes")
    }
    checked = 0
    for fact in tables.read("distances"):
        if fact["origin"] not in groups or fact["destination"] not in ports:
            continue
        if "Torres" in fact["note"]:
            continue
        pair = groups[fact["origin"]], ports[fact["destination"]]
        shut = frozenset(filter(None, fact["closed"].split(";"))) | avoided(*pair)
        if (*pair, shut) not in computed:
            continue
        nm = computed[*pair, shut]
        checked += 1
        if fact["nm"] and "panama" not in avoided(*pair):
            assert float(nm) == pytest.approx(float(fact["nm"]), rel=FIVE_PER_CENT), fact
        elif fact["nm"]:
            # The published table lets everybody through Panama.
            assert float(nm) >= float(fact["nm"]) * (1 - FIVE_PER_CENT), fact
        else:
            assert nm == "", fact
    assert checked >= 40


def test_contracts_are_in_force_and_counted_once(built: Built) -> None:
    """None expired, not begun, contained in another, or from a seller's portfolio."""
    found = {row["id"] for row, _ in in_force(built.groups)}
    assert found.isdisjoint({"K21", "K02", "K22", "K50", "K68", "K71", "K13", "K07", "K84"})
    assert {"K01", "K05", "K59", "K82"} <= found
    pairs = {(f.origin, f.destination) for f in built.flows}
    for row in rows(built, "contracts"):
        if row["id"].startswith("TERM-"):
            assert (row["origin"], row["destination"]) in pairs
            assert not row["origin"].startswith("USA")
            assert not row["destination"].startswith(("IND", "JPN"))


def test_every_row_has_a_known_source(built: Built) -> None:
    """Sources are named in sources.csv and each of them is used."""
    known = {r["id"] for r in csv.DictReader(built.files["sources.csv"].splitlines())}
    used = set()
    without = ("sources.csv", "paths.csv", "links.csv")  # tables without figures
    for name, text in built.files.items():
        if name.endswith(".csv") and name not in without:
            for row in csv.DictReader(text.splitlines()):
                assert row["confidence"] in ("looked-up", "recalled", "estimate", "assumption")
                used.add(row["source"])
    assert used == known


def test_scenarios_name_things_of_the_study(built: Built) -> None:
    """Targets exist, and hormuz-2026 shows its sources."""
    passages = {r["id"] for r in rows(built, "passages")}
    facilities = {r["id"] for r in rows(built, "facilities")}
    places = {r["id"] for r in rows(built, "places")}
    for name, text in built.files.items():
        if not name.startswith("scenarios/"):
            continue
        scenario = tomllib.loads(text)
        assert scenario["about"]
        for shock in scenario["shock"]:
            assert shock.get("passage", "hormuz") in passages
            assert shock.get("facility", "QAT-liquefaction") in facilities
            assert shock.get("place", "QAT") in places
    assert len(tomllib.loads(built.files["scenarios/hormuz-2026.toml"])["sources"]) >= 5


def test_fitting_meets_both_margins_and_keeps_zeros() -> None:
    """Iterative proportional fitting on a table that can be checked by hand."""
    np = pytest.importorskip("numpy")
    seed = np.array([[1.0, 1.0], [1.0, 0.0]])
    result = flows.fit(seed, np.array([3.0, 1.0]), np.array([2.0, 2.0]))
    assert result == pytest.approx(np.array([[1.0, 2.0], [1.0, 0.0]]))
    with pytest.raises(tables.FactError, match="can't meet"):
        flows.fit(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([1.0, 1.0]), np.array([1.0, 1.0]))


GRIDS = ("JP-tokyo", "JP-rest", "IN-mumbai", "IN-maharashtra")


def test_grids_have_what_their_facts_say(built: Built) -> None:
    """Capacity by fuel: the cities' own rows, the surroundings Japan or the state less them."""
    capacity: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows(built, "generators"):
        if "above rating" not in row["name"]:
            capacity[row["grid"], row["fuel"]] += float(row["capacity"])
    facts = {
        (r["system"], r["item"]): float(r["value"])
        for r in tables.read("grids")
        if r["kind"] == "capacity" and r["unit"] == "MW"
    }
    for fuel in ("gas", "coal", "nuclear", "hydro", "pumped storage", "solar", "wind", "biomass"):
        assert capacity["JP-tokyo", fuel] == pytest.approx(facts["TEPCO", fuel])
        both = capacity["JP-tokyo", fuel] + capacity["JP-rest", fuel]
        assert both == pytest.approx(facts["JPN", fuel], rel=1e-3), fuel
    for fuel in ("gas", "coal", "hydro"):
        assert capacity["IN-mumbai", fuel] == pytest.approx(facts["MUM", fuel])
        both = capacity["IN-mumbai", fuel] + capacity["IN-maharashtra", fuel]
        assert both == pytest.approx(facts["MAHA", fuel]), fuel


def test_nuclear_plants_that_do_not_run_are_not_counted(built: Built) -> None:
    """Nameplate is kept and shown; what can run is what ran."""
    found = {r["id"]: r for r in rows(built, "generators")}
    tokyo, rest = found["JP-tokyo-nuclear"], found["JP-rest-nuclear"]
    assert (float(tokyo["capacity"]), float(tokyo["available"])) == (8212, 0)
    energy = float(rest["capacity"]) * float(rest["available"]) * 8.76
    assert energy == pytest.approx(84_000, rel=0.001)


def test_loads_add_up_to_published_years(built: Built) -> None:
    """Tokyo 274 TWh, Mumbai 22.7, and the rest of Japan as the July and August of 2023."""
    year: dict[str, float] = defaultdict(float)
    months: dict[str, int] = defaultdict(int)
    for row in rows(built, "loads"):
        year[row["grid"]] += float(row["energy"]) / 1000
        months[row["grid"]] += 1
        assert float(row["minimum"]) < float(row["peak"])
        assert row["confidence"] == "estimate"
    assert months == dict.fromkeys(GRIDS, 12)
    assert year["JP-tokyo"] == pytest.approx(274, abs=0.5)
    assert year["IN-mumbai"] == pytest.approx(22.7)
    assert year["JP-rest"] / year["JP-tokyo"] == pytest.approx((74.4 + 88.3 - 55.2) / 55.2)


def test_all_gas_for_power_of_a_japanese_coast_is_burnt_in_one_grid(built: Built) -> None:
    shares: dict[str, float] = defaultdict(float)
    for row in rows(built, "grid_gas"):
        shares[row["demand"]] += float(row["share"])
    power = {r["id"] for r in rows(built, "demands") if r["sector"].startswith("power")}
    assert power <= shares.keys()
    assert all(share == 1 for name, share in shares.items() if name.startswith("JPN"))
    assert all(share < 0.2 for name, share in shares.items() if name.startswith("IND"))


def test_nobody_is_said_to_have_reviewed_an_assumption(built: Built) -> None:
    found = rows(built, "assumptions")
    assert len(found) > 50
    assert {row[name] for row in found for name in ("review", "reviewed_by", "reviewed_on")} == {""}
