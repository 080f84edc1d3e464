"""The same question again: known before it is computed, read back as it was, repeated exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.conftest import DATA
from tests.questions.pacts import agreed, pact

import seawall
from seawall.errors import UnknownName, UsageError
from seawall.questions.again import again, as_result
from seawall.questions.asked import asked_stress
from seawall.questions.exposure import asked_exposure
from seawall.questions.result import Result
from seawall.questions.sweep import asked_sweep
from seawall.questions.worth import Account, asked_worth, worth
from seawall.runs import Run, Shelf, StoredRun, store
from seawall.shocks import Scenario
from seawall.study import Study, read

Case = tuple[Callable[..., Result], Callable[..., dict[str, Any]], Study, tuple[Any, ...], Any]


def short(study: Study) -> Study:
    """The study with runs of half a year: what is compared here does not hang on their length."""
    return replace(study, settings=study.settings.model_copy(update={"periods": 26}))


def case(name: str) -> Case:
    """A question, its identity, the study, and the arguments of both."""
    twelve, tiers = short(read(DATA / "twelve")), read(DATA / "tiers")
    pacted = short(agreed())
    made = Scenario.model_validate(
        {"title": "x", "start": "2026-05-04", "shock": [{"passage": "narrows", "days": 1 / 3}]}
    )
    cases: dict[str, Case] = {
        "stress": (seawall.stress, asked_stress, twelve, ("narrows-60d",), {}),
        "base": (seawall.stress, asked_stress, twelve, (), {}),
        "frozen": (seawall.stress, asked_stress, twelve, (made, ["frozen"]), {}),
        "pact": (seawall.stress, asked_stress, pacted, ("canal-60d",), {}),
        "protocol": (seawall.stress, asked_stress, twelve, ("canal-60d", ["pact", "frozen"]),
                     {"protocol": pact()}),
        "rationing": (seawall.stress, asked_stress, twelve, ("narrows-60d", "frozen"),
                      {"rationing": "equal"}),
        "one chain": (seawall.stress, asked_stress, tiers, ("oxide-ban", "frozen"), {}),
        "both chains": (seawall.stress, asked_stress, tiers, ("both", "frozen"), {}),
        "sweep": (seawall.sweep, asked_sweep, twelve, (1, ["frozen"], 30, ["NRD"]), {}),
        "chains": (seawall.sweep, asked_sweep, tiers, (1, "frozen"), {}),
        "exposure": (seawall.exposure, asked_exposure, tiers, ("VAL", "magnet"), {}),
        "worth": (seawall.worth, asked_worth, pacted, (),
                  {"severities": 1, "draws": 200, "seed": 3, "years": 5}),
    }  # fmt: skip
    return cases[name]


CASES = (
    "stress", "base", "frozen", "pact", "protocol", "rationing", "one chain", "both chains",
    "sweep", "chains", "exposure", "worth",
)  # fmt: skip


@cache
def answered(name: str) -> Result:
    ask, _, study, args, options = case(name)
    return ask(study, *args, **options)


def kept(name: str, folder: Path) -> tuple[Shelf, StoredRun]:
    place = Shelf(folder)
    return place, place.keep(answered(name), answered(name).study)


@pytest.mark.parametrize("name", CASES)
def test_what_is_asked_is_known_before(name: str):
    _, asked, study, args, options = case(name)
    assert asked(study, *args, **options) == answered(name).identity


def test_other_arguments_are_other_runs():
    ids = {Run.of(answered(name).identity).id for name in CASES}
    assert len(ids) == len(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_kept_answer_is_the_result_that_it_was(name: str, tmp_path: Path):
    place, stored = kept(name, tmp_path)
    result, back = answered(name), as_result(stored, place.study_of(stored))
    assert type(back) is type(result)
    assert Run.of(back.identity).id == Run.of(result.identity).id
    assert result.study is not None
    assert back.study is not None
    assert back.study.digest() == result.study.digest()
    assert back.study.name == result.study.name
    assert dict(back.units) == dict(result.units)
    for field in ("scenario", "responses", "chains", "protocol"):
        assert getattr(back, field, None) == getattr(result, field, None)
    document = seawall.runs.document.document
    assert document(None, back.summary(), back.tables) == document(
        None, result.summary(), result.tables
    )


@pytest.mark.parametrize("name", CASES)
def test_a_run_is_repeated_from_its_record(name: str, tmp_path: Path):
    place, stored = kept(name, tmp_path)
    new = again(stored, place.study_of(stored))
    assert new.identity == answered(name).identity
    assert store.differences(stored.tables, new.tables) == []


def test_scenarios_count_as_they_were(tmp_path: Path):
    """The record holds the shocks: a study without the scenario, or with another of that name,
    gives the same answer."""
    _, stored = kept("stress", tmp_path)
    study = case("stress")[2]
    new = again(stored, replace(study, scenario_texts={}))
    assert store.differences(stored.tables, new.tables) == []


def test_another_study_is_refused(tmp_path: Path):
    _, stored = kept("frozen", tmp_path)
    with pytest.raises(UsageError, match='another study than "three"'):
        again(stored, read(DATA / "three"))


def test_what_cannot_be_repeated(tmp_path: Path):
    place, stored = kept("exposure", tmp_path)
    study = place.study_of(stored)
    other = replace(stored, run=stored.run | {"question": "demo"})
    with pytest.raises(UsageError, match='"demo", which its record alone cannot repeat'):
        again(other, study)
    assert type(as_result(other, None)) is Result
    with pytest.raises(UsageError, match="without its study"):
        as_result(stored, None)


def test_a_balance_of_the_caller_is_another_run():
    def mine(scenario: Scenario) -> dict[str, Account]:
        return {"NRD": Account(0.0, 1.0, 0.5), "SUD": Account(0.0, 2.0, 0.25)}

    _, asked, study, _, options = case("worth")
    own = worth(study, balance=mine, **options)
    assert own.identity != asked(study, **options)
    assert own.identity == asked(study, **options, own=True)


def test_draws_count_only_where_inputs_are_drawn():
    study = case("stress")[2]
    plain = asked_stress(study, "narrows-60d")
    assert asked_stress(study, "narrows-60d", seed=5) == plain
    drawn = asked_stress(study, "narrows-60d", uncertain=20, seed=5)
    assert drawn == plain | {"uncertain": 20, "seed": 5}


@pytest.mark.parametrize(
    "args, options, error",
    [
        (("narrow-60d",), {}, UnknownName),
        (("narrows-60d", ["frozn"]), {}, UnknownName),
        (("narrows-60d", "frozen"), {"rationing": "x"}, UnknownName),
        (("narrows-60d", "pact"), {}, UsageError),
    ],
)
def test_wrong_arguments_are_told_before(
    args: tuple[Any, ...], options: dict[str, Any], error: type[Exception]
):
    with pytest.raises(error):
        asked_stress(case("stress")[2], *args, **options)


def test_tables_that_differ_are_told():
    table = pd.DataFrame({"place": ["a", "b"], "x": [1.0, None]})
    assert store.differences({"t": table}, {"t": table.copy()}) == []
    for other, told in (
        (table.assign(x=[1.0 + 2**-52, None]), "1.0000000000000002"),
        (table.iloc[:1], "2 and 1 rows"),
        (table.rename(columns={"x": "y"}), "columns place, x and place, y"),
        (table.assign(x=["1", None]), "row 1 of x"),
        (table.astype({"x": "float32"}), "another type in x"),
    ):
        (found,) = store.differences({"t": table}, {"t": other})
        assert told in found


def test_the_order_of_responses_does_not_count():
    """It is no part of the identity, so the tables must not hang on it."""
    study = case("stress")[2]
    one = seawall.stress(study, "narrows-60d", ["frozen", "foresight"])
    other = seawall.stress(study, "narrows-60d", ["foresight", "frozen", "frozen"])
    assert one.identity == other.identity
    kept = {name: table for name, table in one.tables.items() if len(table)}
    assert set(kept) >= {"indicators", "timeline", "flows"}
    for name, table in kept.items():
        pd.testing.assert_frame_equal(table, other.tables[name], check_exact=True)
