"""Properties that hold for every scenario, on the twelve-node study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import DATA

from seawall.questions.prepared import Prepared
from seawall.questions.stress import loss
from seawall.responses import Trajectory, breaches
from seawall.responses.trajectory import order_tolerance
from seawall.shocks import Conditions, Scenario, Shock, parse_scenario
from seawall.study import Study, read

RESPONSES = ("frozen", "foresight")


def shortened(study: Study, periods: int = 40) -> Study:
    """The study over fewer periods: random scenarios end early enough."""
    return replace(study, settings=study.settings.model_copy(update={"periods": periods}))


@cache
def ready(variant: str = "pooled") -> Prepared:
    return Prepared(shortened(read(DATA / "twelve")).variant(variant))


def outcome(
    prepared: Prepared, response: str, *shocks: Shock
) -> tuple[Conditions, Trajectory, float]:
    met = prepared.conditions(Scenario(title="random", shock=shocks))
    run = prepared.response(response).run(met)
    return met, run, loss(prepared.network, met, run, prepared.reference)


def assert_keeps_limits(prepared: Prepared, met: Conditions, run: Trajectory) -> None:
    size = max(prepared.network.lanes.base.max(), prepared.network.facilities.base.max())
    found = breaches(prepared.network, met, run)
    assert max(found.values()) < 1e-7 * size, found


_TARGETS = (
    [("passage", p) for p in ("narrows", "sound", "canal")]
    + [("facility", f) for f in ("liq-gulf", "liq-west", "wells-nord", "regas-nord-west",
                                 "regas-nord-east", "regas-suda")]
    + [("place", p) for p in ("gulf", "WST", "south")]
    + [("lane", a) for a in ("west~hub", "hub~nord-east", "gulf~alba", "nord-west~nord-west-t",
                             "suda~suda-t", "gulf~alba~cape")]
    + [("ban", p) for p in ("GLF", "west", "HBL")]
    + [("quota", p) for p in ("GLF", "west", "HBL")]
    + [("tariff", p) for p in ("GLF", "*")]
    + [("demand", p) for p in ("NRD", "SUD", "alba")]
)  # fmt: skip


@st.composite
def shocks(draw: st.DrawFn) -> Shock:
    kind, name = draw(st.sampled_from(_TARGETS))
    when = {"start_day": draw(st.integers(0, 30)), "days": draw(st.integers(1, 120))}
    if kind == "demand":
        return Shock(demand=name, change=draw(st.sampled_from([-0.6, -0.2, 0.15, 0.5])), **when)
    if kind == "tariff":
        return Shock(tariff=name, rate=draw(st.sampled_from([0.01, 0.5, 3.0])), **when)
    steps = draw(st.lists(st.tuples(st.integers(1, 30), st.floats(0, 1)), max_size=2))
    return Shock.model_validate(
        {
            kind: name, **when, "depth": draw(st.sampled_from([0.3, 0.77, 1.0])),
            "recovery": steps, "lasting": draw(st.sampled_from([0.0, 0.0, 0.17])),
        }
    )  # fmt: skip


@pytest.mark.parametrize("name", ["canal-60d", "demand-up", "gulf-outage", "narrows-60d"])
@pytest.mark.parametrize("response", RESPONSES)
def test_scenarios_of_the_study_keep_all_limits(name: str, response: str):
    """Every node balances in every period and no limit is breached, over the whole window."""
    study = read(DATA / "twelve")
    scenario = parse_scenario(name, study.scenario_texts[name])
    prepared = Prepared(study.variant(*scenario.variants))
    met = prepared.conditions(scenario)
    assert_keeps_limits(prepared, met, prepared.response(response).run(met))


@given(st.lists(shocks(), min_size=1, max_size=3))
@settings(max_examples=25)
def test_random_scenarios_keep_all_limits_and_their_order(found: list[Shock]):
    """Whatever happens, both responses balance and keep all limits, and foresight loses no more
    than frozen beyond the stated tolerance of discount and ties."""
    prepared = ready()
    frozen_met, frozen, frozen_loss = outcome(prepared, "frozen", *found)
    met, foresight, least = outcome(prepared, "foresight", *found)
    assert_keeps_limits(prepared, frozen_met, frozen)
    assert_keeps_limits(prepared, met, foresight)
    within = order_tolerance(prepared.network, foresight, frozen, met)
    assert least <= frozen_loss + within + 1e-6


@given(
    target=st.sampled_from([t for t in _TARGETS if t[0] in ("passage", "place", "lane")]),
    days=st.integers(1, 100), longer=st.integers(0, 60),
    depth=st.floats(0.1, 1.0), deeper=st.floats(0.0, 1.0),
)  # fmt: skip
@settings(max_examples=15)
def test_foresight_is_monotone_in_depth_and_end(
    target: tuple[str, str], days: int, longer: int, depth: float, deeper: float
):
    """A deeper or longer closure from the same day on never costs less, but for discount and
    ties."""
    prepared = ready()
    kind, name = target
    base = {kind: name, "days": days, "depth": depth}
    more = {"days": days + longer, "depth": depth + (1 - depth) * deeper}
    _, mild_run, mild = outcome(prepared, "foresight", Shock.model_validate(base))
    _, hard_run, hard = outcome(prepared, "foresight", Shock.model_validate(base | more))
    assert hard >= mild - order_tolerance(prepared.network, mild_run, hard_run) - 1e-6


# --- invariance ----------------------------------------------------------------------------------

SHOCK = Shock(passage="narrows", days=60)
OTHER = Shock(place="WST", days=40, depth=0.8, lasting=0.1)
_AMOUNTS = {
    "facilities": ("base", "low", "high", "capacity"),
    "lanes": ("base", "low", "high", "capacity"),
    "demands": ("quantity", "low", "high"),
    "stocks": ("start", "floor", "tank"),
    "contracts": ("quantity",),
}


def with_frames(study: Study, **frames: pd.DataFrame) -> Study:
    return replace(study, frames={**study.frames, **frames})


def permuted(study: Study) -> Study:
    """All rows of all tables in another order."""
    return with_frames(
        study,
        **{n: f.sample(frac=1, random_state=3).reset_index(drop=True)
           for n, f in study.frames.items()},
    )  # fmt: skip


def in_kilotonnes(study: Study) -> Study:
    """All megatonnes of quantities written as kilotonnes."""
    frames = {}
    for name, columns in _AMOUNTS.items():
        frame = study.frames[name].copy()
        mega = frame["unit"].str.startswith("Mt")
        for column in columns:
            frame[column] = frame[column].where(~mega, frame[column] * 1000)
        frame["unit"] = frame["unit"].str.replace("Mt", "kt")
        frames[name] = frame
    lanes = frames["lanes"]
    lanes["growth"] *= 1000
    lanes["growth_unit"] = lanes["growth_unit"].str.replace("Mt", "kt")
    return with_frames(study, **frames)


def scaled(study: Study, factor: float) -> Study:
    """All quantities, capacities and growth `factor` times as large."""
    frames = {}
    for name, columns in _AMOUNTS.items():
        frame = study.frames[name].copy()
        frame[list(columns)] = frame[list(columns)] * factor
        frames[name] = frame
    frames["lanes"]["growth"] *= factor
    frames["passages"] = study.frames["passages"].assign(
        capacity=study.frames["passages"]["capacity"] * factor
    )
    assumed = study.frames["assumptions"].copy()
    assumed["value"] = assumed["value"].where(
        assumed["id"] != "drop_below", assumed["value"] * factor
    )
    return with_frames(study, **frames, assumptions=assumed)


def totals(prepared: Prepared, response: str, shock: Shock) -> tuple[float, dict[str, float]]:
    """Loss and the served total of every tier."""
    _, run, lost = outcome(prepared, response, shock)
    demands = prepared.network.demands
    served: dict[str, float] = {}
    for m, t in enumerate(demands.tier_of):
        served[demands.tier_id[t]] = served.get(demands.tier_id[t], 0.0) + run.served[m].sum()
    return lost, served


@pytest.mark.parametrize(
    "change, factor",
    [(permuted, 1.0), (in_kilotonnes, 1.0), (lambda s: scaled(s, 37.0), 37.0),
     (lambda s: scaled(s, 0.002), 0.002)],
    ids=["permuted", "kilotonnes", "times 37", "times 0.002"],
)  # fmt: skip
@pytest.mark.parametrize("response", RESPONSES)
def test_answers_do_not_depend_on_how_the_study_is_written(
    change: Callable[[Study], Study], factor: float, response: str
):
    """Order of rows, units and a common scale leave loss and per-tier totals as they are."""
    study = shortened(read(DATA / "twelve"))
    other = Prepared(change(study))
    for shock in (SHOCK, OTHER):
        lost, served = totals(ready(), response, shock)
        lost_now, served_now = totals(other, response, shock)
        assert lost_now / factor == pytest.approx(lost, rel=1e-5, abs=1e-4)
        assert set(served_now) == set(served)
        for tier, amount in served.items():
            assert served_now[tier] / factor == pytest.approx(amount, rel=1e-5, abs=1e-7)


def test_the_same_run_twice_is_the_same_to_the_last_bit():
    """Nothing depends on what was asked before."""
    one, other = ready(), Prepared(shortened(read(DATA / "twelve")))
    outcome(one, "foresight", OTHER)
    first = outcome(one, "foresight", SHOCK)[1]
    again = outcome(other, "foresight", SHOCK)[1]
    assert np.allclose(first.served, again.served, atol=1e-9)
    assert np.allclose(first.departures, again.departures, atol=1e-7)
