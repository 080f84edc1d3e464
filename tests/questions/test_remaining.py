"""Some chains as a study of their own: the scenarios that still hit something, the same answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import seawall
from seawall.questions.remaining import excerpt
from seawall.shocks import parse_scenario
from seawall.study import Study


@pytest.fixture(scope="module")
def whole() -> Study:
    return seawall.read("india-japan")


@pytest.fixture(scope="module")
def gas(whole: Study) -> Study:
    return excerpt(whole, ["lng"])


def test_scenarios_that_hit_nothing_are_gone(gas: Study) -> None:
    assert {"hormuz-60d", "malacca-60d", "tokyo-march-2022", "taiwan-strait"} <= set(
        gas.scenarios()
    )
    assert not {"rare-earth-ban", "magnet-tariff", "graphite-permits"} & set(gas.scenarios())


def test_a_scenario_keeps_the_shocks_that_hit_something_and_says_so(
    whole: Study, gas: Study
) -> None:
    name = "taiwan-strait"
    before = parse_scenario(name, whole.scenario_texts[name])
    after = parse_scenario(name, gas.scenario_texts[name])
    assert 0 < len(after.shock) < len(before.shock)
    assert set(after.shock) < set(before.shock)
    assert after.about.endswith("left out here.")
    assert after.sources == before.sources
    assert gas.scenario_texts["hormuz-60d"] == whole.scenario_texts["hormuz-60d"]


def test_a_whole_study_is_left_as_it_is(whole: Study) -> None:
    assert excerpt(whole, whole.chains) is whole


def test_a_scenario_that_cannot_be_read_is_left_as_it_is() -> None:
    study = seawall.read("india-japan")
    texts = {"broken": "title =", "variant": 'title = "x"\nvariants = ["none-such"]\n[[shock]]\n'}
    left = excerpt(replace(study, scenario_texts=texts), ["nickel"])
    assert dict(left.scenario_texts) == texts


@pytest.mark.parametrize("scenario", [None, "hormuz-60d"])
def test_answers_are_those_of_the_whole_study(
    whole: Study, gas: Study, tmp_path: Path, scenario: str | None
) -> None:
    part = seawall.read(seawall.write(gas, tmp_path / "gas"))
    assert part.digest() == gas.digest()
    a = seawall.stress(whole, scenario, response="frozen")
    b = seawall.stress(part, scenario, response="frozen")
    for name in ("indicators", "timeline", "flows", "grids", "grid_weeks"):
        left, right = a.tables[name], b.tables[name]
        if "commodity" in left:
            left = left[left["commodity"].isin(["lng", "gas"])]
        if "lane" in left:
            left = left[left["lane"].isin(right["lane"])]
        assert len(left) == len(right) > 0, name
        for column in right.columns:
            one, two = left[column].to_numpy(), right[column].to_numpy()
            if right[column].dtype.kind == "f":
                np.testing.assert_allclose(one, two, rtol=0, atol=1e-9, err_msg=f"{name}.{column}")
            else:
                assert (left[column].fillna("").tolist()) == right[column].fillna("").tolist()
    if scenario:
        loss = [r.summary()["responses"]["frozen"]["loss"] for r in (a, b)]
        assert loss[0] == pytest.approx(loss[1], abs=1e-9)
        assert loss[0] > 1000
