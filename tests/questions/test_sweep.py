"""Sweep: every single failure, ranked by what it costs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from tests.conftest import DATA

import seawall
from seawall.errors import UnknownName, UsageError
from seawall.questions.prepared import prepare
from seawall.questions.sweep import SweepResult, single_failures
from seawall.shocks import Scenario, Shock
from seawall.study import Study, read

STAY = ["targets", "kind", "response", "place", "unserved", "value_lost", "time_to_survive_days"]


def short(study: Study) -> Study:
    return replace(study, settings=study.settings.model_copy(update={"periods": 40}))


@cache
def swept() -> SweepResult:
    return seawall.sweep(short(read(DATA / "twelve")), response=("frozen", "foresight"))


def test_the_ranking_has_the_columns_that_stay():
    """The columns that other people rely on are there, in their order."""
    assert [c for c in swept().tables["ranking"] if c in STAY] == STAY


def test_every_failure_that_touches_the_base_is_asked_once():
    """Three plant groups and three passages; no country beside its one plant group, no wells, no
    terminals."""
    table = swept().tables["ranking"]
    found = set(zip(table["targets"], table["kind"], strict=True))
    assert found == {
        ("gulf", "plant_group"), ("west", "plant_group"), ("south", "plant_group"),
        ("narrows", "passage"), ("sound", "passage"), ("canal", "passage"),
    }  # fmt: skip
    # Two headline places and two responses each.
    assert len(table) == 6 * 2 * 2
    assert swept().summary()["failures"] == 6


def test_failures_that_touch_nothing_are_not_solved():
    """A passage that no used lane crosses and a plant group that makes nothing are left out."""
    study = short(read(DATA / "twelve"))
    lanes = study.frames["lanes"].copy()
    lanes["passages"] = [
        tuple(p for p in crossed if p[0] != "sound") for crossed in lanes["passages"]
    ]
    without = replace(study, frames={**study.frames, "lanes": lanes})
    targets = {f.target for f in single_failures(without, prepare(without), 60)}
    assert targets == {"gulf", "west", "south", "narrows", "canal"}


def test_a_country_with_two_plant_groups_fails_as_one_too():
    """Where a country has several plant groups their common failure is asked as well."""
    study = short(read(DATA / "twelve"))
    places = study.frames["places"].copy()
    places.loc[places["id"] == "south", "country"] = "WST"
    joined = replace(study, frames={**study.frames, "places": places})
    found = {(f.target, f.kind) for f in single_failures(joined, prepare(joined), 60)}
    assert ("WST", "country") in found
    assert {("west", "plant_group"), ("south", "plant_group")} <= found


def test_the_worst_comes_first():
    """Failures are ordered by what they cost the headline places over all responses; the rows of
    one failure stay together."""
    table = swept().tables["ranking"]
    cost = table.groupby("targets", sort=False)["value_lost"].sum()
    assert list(cost) == sorted(cost, reverse=True)
    assert list(table["targets"]) == [t for t in cost.index for _ in range(4)]
    worst = table.iloc[0]
    assert swept().summary()["worst"] == worst["name"]


def test_a_sweep_is_a_stress_test_for_each():
    """A row of the ranking is what `stress` says of the same failure."""
    study = short(read(DATA / "twelve"))
    scenario = Scenario(title="t", shock=(Shock(passage="narrows", days=60),))
    table = swept().tables["ranking"]
    for response in ("frozen", "foresight"):
        result = seawall.stress(study, scenario, response)
        indicators = result.tables["indicators"]
        for place in ("NRD", "SUD"):
            one = table[(table["targets"] == "narrows") & (table["response"] == response)
                        & (table["place"] == place)].iloc[0]  # fmt: skip
            other = indicators[(indicators["place"] == place) & (indicators["tier"] == "all")]
            # A sweep tells how long a place survives only where its own run shows it.
            survive = ("time_to_survive_days",) if response == "frozen" else ()
            for column in ("unserved", "value_lost", *survive):
                expected = other[column].iloc[0]
                if pd.isna(expected):
                    assert pd.isna(one[column])
                else:
                    assert one[column] == pytest.approx(expected, rel=1e-6, abs=1e-6)
            assert one["study_loss"] == pytest.approx(result.summary()["loss"], rel=1e-6)


def test_survival_is_told_for_frozen_only():
    """Time to survive belongs to inbound arrivals as in frozen."""
    table = swept().tables["ranking"]
    assert table.loc[table["response"] == "foresight", "time_to_survive_days"].isna().all()
    hurt = table[(table["response"] == "frozen") & (table["unserved"] > 1e-3)]
    assert hurt["time_to_survive_days"].notna().all()


@pytest.mark.parametrize("n", [0, 2])
def test_only_single_failures(n: int):
    """Pairs are refused in words (exit 2), not answered with singles."""
    with pytest.raises(UsageError, match="single failures"):
        seawall.sweep(read(DATA / "twelve"), n=n)


def test_places_that_demand_nothing_are_unknown():
    """A misspelt place gives an error with a suggestion, not an empty ranking."""
    with pytest.raises(UnknownName) as caught:
        seawall.sweep(short(read(DATA / "twelve")), places=["NRT"])
    assert "NRD" in caught.value.suggestions


def test_other_places_can_be_asked_for():
    """The ranking speaks of the places that were asked for."""
    result = seawall.sweep(short(read(DATA / "three")), response="frozen", places=["IMP"])
    assert set(result.tables["ranking"]["place"]) == {"IMP"}
    assert set(result.tables["ranking"]["targets"]) == {"plant", "gate"}
