"""Why headline places go short on the twelve-node study: splits, survival, buyers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conftest import DATA
from tests.questions.pacts import agreed, pact

from seawall.questions.groups import groups, series
from seawall.questions.prepared import RESPONSES, Prepared, find_scenario
from seawall.questions.shortage import BUYERS, Shortage, shortage
from seawall.questions.survival import time_to_survive
from seawall.responses import Trajectory
from seawall.shocks import Conditions
from seawall.study import read

HEADLINE = ("NRD", "SUD")


@pytest.fixture(scope="module")
def ready() -> Prepared:
    return Prepared(read(DATA / "twelve"))


@pytest.fixture(scope="module")
def met(ready: Prepared) -> Conditions:
    return ready.conditions(find_scenario(ready.study, "narrows-60d"))


@pytest.fixture(scope="module")
def runs(ready: Prepared, met: Conditions) -> dict[str, Trajectory]:
    return {name: ready.response(name).run(met) for name in RESPONSES if name != "pact"}


@pytest.fixture(scope="module")
def why(ready: Prepared, met: Conditions, runs: dict[str, Trajectory]) -> Shortage:
    return shortage(ready, met, runs)


def test_survival_is_asked_for_headline_places_and_not_for_frozen(
    why: Shortage, ready: Prepared, met: Conditions, runs: dict[str, Trajectory]
) -> None:
    """One figure for all other responses, without loans."""
    assert set(why.survive) == {
        (response, place, "gas") for response in ("market", "foresight") for place in HEADLINE
    }
    for place in HEADLINE:
        assert why.survive["market", place, "gas"] == why.survive["foresight", place, "gas"]
        (group,) = [g for g in groups(ready.network) if g.place == place and g.whole]
        alone = time_to_survive(ready.network, met, runs["frozen"], group)
        assert why.survive["market", place, "gas"] == alone
    # Suda runs dry within the closure, whatever it pays; Nord does not.
    sud = why.survive["market", "SUD", "gas"]
    assert sud is not None
    assert 7 < sud < 60
    assert why.survive["market", "NRD", "gas"] is None


def test_missing_and_priced_out_add_up_to_what_is_unserved(
    why: Shortage, ready: Prepared, met: Conditions, runs: dict[str, Trajectory]
) -> None:
    wanted = ready.network.demands.quantity[:, None] * met.wanted
    told = 0
    for group in groups(ready.network):
        found = why.split_of("market", group)
        if found is None:
            assert group.place not in HEADLINE
            continue
        short = float((series(wanted, group) - series(runs["market"].served, group)).sum())
        assert found.missing + found.priced_out == pytest.approx(short, abs=1e-5)
        assert min(found.missing, found.priced_out) >= 0
        told += found.priced_out > 0
    assert told >= 4


def test_tiers_and_sectors_add_up_to_the_place(why: Shortage, ready: Prepared) -> None:
    for place in HEADLINE:
        here = [g for g in groups(ready.network) if g.place == place]
        (whole,) = [g for g in here if g.whole]
        tiers = [g for g in here if not g.whole and g.sector == "all"]
        assert len(tiers) == 3
        for what in ("missing", "priced_out"):
            parts = [getattr(why.split_of("market", g), what) for g in tiers]
            assert sum(parts) == pytest.approx(
                getattr(why.split_of("market", whole), what), abs=1e-5
            )


def test_splits_are_of_the_market_alone(why: Shortage, ready: Prepared) -> None:
    """Foresight buys nothing from anybody, and frozen has no market."""
    assert {key[0] for key in why.splits} == {"market"}
    assert {key[1] for key in why.splits} == set(HEADLINE)
    (whole,) = [g for g in groups(ready.network) if g.place == "NRD" and g.whole]
    assert why.split_of("foresight", whole) is None


def test_buyers_add_up_to_what_was_priced_out(why: Shortage) -> None:
    table = why.buyers("narrows-60d")
    assert tuple(table.columns) == BUYERS
    assert set(table["scenario"]) == {"narrows-60d"}
    assert set(table["place"]) == set(HEADLINE)
    assert (table["place"] != table["buyer"]).all()
    assert not table.duplicated(["response", "place", "commodity", "buyer"]).any()
    for place, rows in table.groupby("place"):
        split = why.splits["market", str(place), "gas", "all", "all"]
        assert rows["quantity"].sum() == pytest.approx(split.priced_out)
        assert rows["quantity"].is_monotonic_decreasing


def test_a_pact_that_lends_nothing_is_split_as_the_market(
    ready: Prepared, met: Conditions, runs: dict[str, Trajectory]
) -> None:
    idle = replace(runs["market"], response="pact", transfers=())
    found = shortage(ready, met, {"market": runs["market"], "pact": idle})
    table = found.buyers("s")
    market, pact_ = (
        table[table["response"] == name].drop(columns="response").reset_index(drop=True)
        for name in ("market", "pact")
    )
    assert len(market) > 0
    assert market.equals(pact_)
    assert found.survive["pact", "SUD", "gas"] == found.survive["market", "SUD", "gas"]


def test_loans_count_towards_survival_and_are_not_split() -> None:
    ready = Prepared(agreed())
    met = ready.conditions(find_scenario(ready.study, "narrows-60d"))
    runs = {name: ready.response(name, pact()).run(met) for name in ("market", "pact")}
    assert runs["pact"].transfers
    found = shortage(ready, met, runs)
    assert {key[0] for key in found.splits} == {"market"}
    free, lent = (found.survive[name, "SUD", "gas"] for name in ("market", "pact"))
    assert free is not None
    assert lent is None or lent >= free


def test_without_a_shock_nothing_is_asked(ready: Prepared) -> None:
    calm = ready.base_conditions
    found = shortage(ready, calm, {"foresight": ready.foresight.run(calm)})
    assert found.survive == {}
    assert found.splits == {}
    assert found.buyers("base").empty
