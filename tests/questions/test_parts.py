"""Chains of goods: what a question asks of which."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seawall.errors import UnknownName, UsageError
from seawall.questions.parts import lending, parts
from seawall.questions.prepared import find_scenario, prepare
from seawall.questions.stress import stress
from seawall.questions.sweep import single_failures, sweep
from seawall.shocks import Scenario, Shock
from seawall.study import read

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def tiers():
    return read(DATA / "tiers")


def test_a_chain_has_its_rows_and_its_calendar(tiers):
    assert tiers.chains == ("magnets", "tea")
    magnets, tea = tiers.chain("magnets"), tiers.chain("tea")
    assert (magnets.settings.period_days, magnets.settings.periods) == (28, 26)
    assert (magnets.settings.market.window, magnets.settings.market.replan) == (13, 1)
    assert (tea.settings.period_days, tea.settings.periods) == (7, 104)
    assert set(magnets.table("commodities")["id"]) == {"ore", "oxide", "magnet"}
    assert set(tea.table("facilities")["id"]) == {"min-tea"}
    assert set(tea.table("lanes")["id"]) == {"min~hom.tea"}
    assert magnets.digest() != tea.digest()
    with pytest.raises(UnknownName, match='did you mean "magnets"'):
        tiers.chain("magnet")


def test_a_chain_is_a_study_of_one_chain(tiers):
    magnets = tiers.chain("magnets")
    assert magnets.chains == ("magnets",)
    assert magnets.chain("magnets").digest() == magnets.digest()


def test_every_row_is_in_one_chain(tiers):
    for table in ("lanes", "facilities", "demands", "stocks", "prices", "processes"):
        whole = tiers.table(table)
        split = pd.concat([tiers.chain(name).table(table) for name in tiers.chains])
        assert sorted(whole["row"]) == sorted(split["row"])


def test_only_the_chains_that_are_struck_are_asked(tiers):
    found = find_scenario(tiers, "oxide-ban")
    assert [part.chain for part in parts(tiers, found)] == ["magnets"]
    result = stress(tiers, "oxide-ban")
    assert result.chains == ("magnets",)
    assert set(result.tables["indicators"]["commodity"]) == {"magnet"}
    assert "chains" not in result.summary()


def test_losses_of_chains_add_up(tiers):
    both = stress(tiers, "both")
    assert both.chains == ("magnets", "tea")
    alone = stress(tiers, "oxide-ban")
    tea = Shock(ban="MIN", commodity="tea", days=60)
    other = stress(tiers, Scenario(title="Tea", shock=(tea,)))
    for name in ("frozen", "market", "foresight"):
        sums = alone.figures["responses"][name]["loss"] + other.figures["responses"][name]["loss"]
        assert both.figures["responses"][name]["loss"] == pytest.approx(sums, rel=1e-9)
        # Tonnes of magnets and of tea are not one number.
        assert both.figures["responses"][name]["unserved"] is None
    assert set(both.figures["chains"]) == {"magnets", "tea"}
    assert both.figures["responses"]["frozen"]["loss"] > 0
    one = both.tables["timeline"].query("commodity == 'tea'")["period_start"].unique()
    assert (one[1] - one[0]).days == 7
    other_step = both.tables["timeline"].query("commodity == 'magnet'")["period_start"].unique()
    assert (other_step[1] - other_step[0]).days == 28


def test_what_no_chain_has_is_told_with_names_of_all(tiers):
    wrong = Scenario(title="Wrong", shock=(Shock(ban="MINN", commodity="tea"),))
    with pytest.raises(UnknownName, match='did you mean "MIN"'):
        stress(tiers, wrong)
    wrong = Scenario(title="Wrong", shock=(Shock(place="MIN", commodity="te"),))
    with pytest.raises(UnknownName, match='did you mean "tea"'):
        stress(tiers, wrong)


def test_the_undisturbed_base_is_asked_of_all_chains(tiers):
    base = stress(tiers)
    assert base.chains == ("magnets", "tea")
    assert base.figures["loss"] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("chain", ["magnets", "tea"])
def test_the_free_program_returns_the_base(tiers, chain):
    ready = prepare(tiers.chain(chain))
    run = ready.response("foresight").run(ready.base_conditions)
    base = ready.network.lanes.base[:, None]
    assert np.abs(run.departures - base).max() <= 1e-3 * base.max()


def test_a_sweep_ranks_what_countries_make_in_every_chain(tiers):
    ranking = sweep(tiers, days=180).tables["ranking"]
    assert {"MIN:oxide", "MIN:tea", "VAL:magnet", "OTH:ore", "narrows"} <= set(ranking["targets"])
    assert set(ranking["kind"]) == {"country and commodity", "country", "passage"}
    # All that Mineland makes of the chain of magnets; of tea it makes one thing.
    assert ranking.query("targets == 'MIN'")["commodity"].unique().tolist() == ["magnet"]
    # A tier two steps up hurts Homeland, which buys neither ore nor oxide.
    hurt = ranking.query("place == 'HOM' and targets == 'MIN:oxide'")
    assert hurt["unserved"].gt(0).any()


def test_a_pact_needs_a_protocol(tiers):
    with pytest.raises(UsageError, match=r"protocol\.toml"):
        stress(tiers, "oxide-ban", "pact")
    with pytest.raises(UsageError, match=r"protocol\.toml"):
        lending(tiers)


def test_a_passage_limit_may_hold_for_one_chain_only(tiers):
    frames = tiers.tables
    limits = frames["passages"]
    limits["capacity"], limits["capacity_unit"], limits["chain"] = 1.0, "t/yr", "tea"
    limited = replace(tiers, frames=dict(frames) | {"passages": limits})
    assert np.isnan(limited.chain("magnets").table("passages")["capacity"][0])
    assert limited.chain("tea").table("passages")["capacity"][0] == 1.0


def test_what_falls_off_does_not_fail_by_itself(tiers):
    frames = tiers.tables
    goods, recipes = frames["commodities"], frames["processes"]
    slag = goods[goods["id"] == "oxide"].assign(id="slag", name="Slag", contains=[()])
    falls = recipes[recipes["commodity"] == "magnet"].assign(
        commodity="slag", role="by-product", quantity=0.1
    )
    changed = {
        "commodities": pd.concat([goods, slag], ignore_index=True),
        "processes": pd.concat([recipes, falls], ignore_index=True),
    }
    study = replace(tiers, frames=dict(frames) | changed).chain("magnets")
    targets = {failure.target for failure in single_failures(study, prepare(study), 180.0)}
    assert {"MIN:magnet", "VAL:magnet"} <= targets
    assert not {target for target in targets if target.endswith(":slag")}
