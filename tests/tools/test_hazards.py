"""Hazards and scenarios of need: counted by the rule that is written down, from facts alone."""

from __future__ import annotations

import csv
import tomllib
from datetime import date

import pytest
from tools.build_india_japan import hazards, tables
from tools.build_india_japan.build import Built, build

from seawall.questions.prepared import prepare
from seawall.shocks.hazards import hazards as read_hazards
from seawall.shocks.hazards import severities
from seawall.study import read

Row = dict[str, str]


@pytest.fixture(scope="module")
def built() -> Built:
    """The study as built from the facts now."""
    return build()


@pytest.fixture(scope="module")
def rows(built: Built) -> dict[str, Row]:
    return {r["id"]: r for r in csv.DictReader(built.files["hazards.csv"].splitlines())}


@pytest.fixture(scope="module")
def rules() -> dict[str, Row]:
    return tables.by_key(tables.read("hazard_rules"), "id")


def test_there_is_a_moderate_number_of_hazards_and_all_are_estimates(rows: dict[str, Row]) -> None:
    """Each says what was counted in which window, and that the list is no census."""
    assert 10 <= len(rows) <= 16
    for row in rows.values():
        assert row["confidence"] == "estimate"
        assert row["note"].startswith("counted ")
        assert row["note"].endswith("No census")
        assert float(row["frequency_low"]) < float(row["frequency"])
        assert float(row["frequency"]) < float(row["frequency_high"])


def test_no_event_after_february_2026_counts(built: Built, rules: dict[str, Row]) -> None:
    """Neither does a window reach further; one that did is refused."""
    for name, rule in rules.items():
        for event in hazards.counted(rule, built.groups):
            assert event.start <= date(2026, 2, 28), name
    late = rules["hormuz-closure"] | {"until": "2026-04-01"}
    with pytest.raises(tables.FactError, match="counts beyond 2026-02-28"):
        hazards.counted(late, built.groups)


def test_the_passages_are_counted_as_written(built: Built, rules: dict[str, Row]) -> None:
    """Seven closures of a fifth or more for a day or more; the LNG row of the Red Sea is in
    another one."""
    events = hazards.counted(rules["pool.passage"], built.groups)
    assert [(e.start.year, e.depth) for e in events] == [
        (1956, 1), (1967, 1), (1989, 1), (2004, 1), (2021, 1), (2023, 0.25), (2023, 0.6),
    ]  # fmt: skip


def test_a_pooled_frequency_is_the_gamma_of_the_docstring(rows: dict[str, Row]) -> None:
    """Hormuz: no closure in 70.2 years, and the pool (7 in 281 passage-years) as one event."""
    years = 25626 / 365.25
    frequency = 1 / (years + 4 * years / 7)
    assert float(rows["hormuz-closure"]["frequency"]) == pytest.approx(frequency, abs=1e-4)
    red_sea = 2 * 6 / (2 * years + 4 * years / 7)
    assert float(rows["red-sea-closure"]["frequency"]) == pytest.approx(red_sea, abs=1e-4)


def test_a_frequency_of_its_own_is_that_of_jeffreys(rows: dict[str, Row]) -> None:
    """One cold spell in the fifteen years from 2011 to 2025."""
    assert float(rows["japan-cold-spell"]["frequency"]) == pytest.approx(1.5 / 15, abs=2e-4)


def test_sizes_are_those_of_the_events(built: Built, rows: dict[str, Row]) -> None:
    """0.74 Mt in 33 days, and all reactors that run, as shares of Japan's use."""
    japan = sum(f.amount for f in built.flows if f.destination.startswith("JPN"))
    cold = 0.74 / (japan * 33 / 365)
    assert float(rows["japan-cold-spell"]["depth"]) == pytest.approx(cold, abs=1e-3)
    reactors = 84 * 0.122 / japan
    assert float(rows["japan-earthquake"]["depth_most"]) == pytest.approx(reactors, abs=1e-3)


def test_plants_hit_together_are_one_event(built: Built, rules: dict[str, Row]) -> None:
    """Hurricane Laura shut Cameron and Sabine Pass: one event, their capacities together."""
    events = hazards.counted(rules["usa-gulf-storm"], built.groups)
    laura = events[0]
    assert laura.start == date(2020, 8, 25)
    size = built.groups["USA-GULF"].nameplate
    assert laura.depth == pytest.approx((13.5 + 0.9 * 29.5) / size)
    assert 17 < laura.days < 41
    assert len(events) == 4


def test_a_plant_that_no_group_has_is_an_error(built: Built) -> None:
    """A misspelt plant must not count as nothing."""
    with pytest.raises(tables.FactError, match="no plant of USA-GULF is called 'Freepart'"):
        hazards._part("Freepart", built.groups["USA-GULF"])


def test_lanes_behind_a_sign_are_those_of_the_study(rows: dict[str, Row], built: Built) -> None:
    """All lanes from the Russian Pacific to Japan, and from West Africa to India."""
    lanes = {r["id"] for r in csv.DictReader(built.files["lanes.csv"].splitlines())}
    russian = set(rows["russia-cuts-japan"]["target"].split(";"))
    assert russian == {i for i in lanes if i.startswith("RUS-EAST.JPN")}
    portfolio = set(rows["india-supplier-default"]["target"].split(";"))
    assert portfolio <= lanes
    assert {i.split(".")[0] for i in portfolio} == set(hazards.PORTFOLIO)


def test_every_case_of_the_built_in_study_can_be_asked() -> None:
    """Each hits something in the network."""
    study = read("india-japan").chain("gas")
    ready = prepare(study)
    for hazard in read_hazards(study):
        (_, scenario), *_ = severities(hazard, 1)
        met = ready.conditions(scenario)
        assert met.open.min() < 1 or met.capacity.min() < 1 or met.wanted.max() > 1


def test_scenarios_of_need_have_their_size_and_sources(built: Built) -> None:
    """They say first what they are and are not, and name where their sizes come from."""

    def text(name: str) -> dict[str, object]:
        return tomllib.loads(built.files[f"scenarios/{name}.toml"])

    cold = tomllib.loads(built.files["scenarios/japan-cold-snap.toml"])
    demand = cold["shock"][0]
    japan = sum(f.amount for f in built.flows if f.destination.startswith("JPN"))
    assert demand["days"] * demand["change"] * japan / 365 == pytest.approx(0.74, abs=0.005)
    assert {s.get("place") for s in cold["shock"]} == {None, "AUS-WEST", "NOR"}
    trip = tomllib.loads(built.files["scenarios/japan-nuclear-trip.toml"])
    assert trip["shock"][0]["change"] * japan == pytest.approx(84 * 0.122, abs=0.05)
    default = tomllib.loads(built.files["scenarios/india-supplier-default.toml"])
    flow = {
        r["id"]: float(r["base"]) for r in csv.DictReader(built.files["lanes.csv"].splitlines())
    }
    lost = sum(s["depth"] * flow[s["lane"]] for s in default["shock"])
    assert lost == pytest.approx(0.9 * 2.5, abs=0.01)
    for name in ("japan-cold-snap", "japan-nuclear-trip", "australia-outage"):
        assert text(name)["about"]
        assert text(name)["sources"]


def test_the_facts_of_hazards_are_whole() -> None:
    """Every event that a rule may count is there once, with its confidence."""
    facts = tables.read("hazards")
    keys = [(r["event"], r["target"], r["start"]) for r in facts]
    assert len(set(keys)) == len(keys)
    kinds = {r["target_kind"] for r in facts}
    assert {"passage", "liquefaction", "regas", "contract", "power"} <= kinds
    assert len(tables.read("pact_events")) == 21
