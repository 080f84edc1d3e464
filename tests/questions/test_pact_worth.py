"""What the pact is worth by the length of a closure, spot supply and belief."""

from __future__ import annotations

import numpy as np
import pytest
from tests.questions.pacts import agreed, pact

import seawall
from seawall.questions.pact_worth import (
    PACT_WORTH,
    World,
    _in_world,
    accounts,
    lasting,
    pact_worth,
)
from seawall.questions.prepared import Prepared, find_scenario
from seawall.shocks import Scenario, Shock
from seawall.study import Study

LONG = 60 / 7


@pytest.fixture(scope="module")
def study() -> Study:
    return agreed()


@pytest.fixture(scope="module")
def ready(study: Study) -> Prepared:
    return Prepared(study)


@pytest.fixture(scope="module")
def closure(study: Study) -> Scenario:
    found = find_scenario(study, "narrows-60d")
    assert found is not None
    return found


def test_a_world_is_told_in_words() -> None:
    assert str(World(8, spot=0.5, belief=2.0)) == "8 weeks, spot 0.5, belief 2"


def test_every_shock_lasts_and_recovers_as_before() -> None:
    shocks = (
        Shock(passage="narrows", days=60, recovery=((14, 0.5),)),
        Shock(facility="liq-gulf", start_day=7, days=10, depth=0.4),
    )
    longer = lasting(Scenario(title="t", shock=shocks), 12)
    assert [s.days for s in longer.shock] == [84, 84]
    assert [(s.start_day, s.depth, s.recovery) for s in longer.shock] == [
        (s.start_day, s.depth, s.recovery) for s in shocks
    ]
    assert [s.days for s in shocks] == [60, 10]


def test_spot_supply_is_a_multiple_of_spare_output(ready: Prepared) -> None:
    usual, none, twice = (
        _in_world(ready, World(8, spot=spot)).network.facilities for spot in (1.0, 0.0, 2.0)
    )
    assert usual is ready.network.facilities
    assert none.capacity == pytest.approx(usual.base)
    assert usual.spare.max() > 0
    assert twice.spare == pytest.approx(2 * usual.spare)


def test_belief_is_that_of_the_world_and_the_least_stays(ready: Prepared) -> None:
    other = _in_world(ready, World(8, belief=3.0)).planning
    assert other.belief.multiple == 3.0
    assert other.belief.least_days == ready.planning.belief.least_days
    assert other.window == ready.planning.window
    assert ready.planning.belief.multiple == 1.0


def test_rows_are_the_accounts_and_what_goes_unserved(study: Study, closure: Scenario) -> None:
    """Two worlds, two members: each row is what a stress test of that closure says."""
    table = pact_worth(study, closure, [World(4), World(LONG)], pact())
    assert tuple(table.columns) == PACT_WORTH
    assert list(table["weeks"]) == [4, 4, LONG, LONG]
    assert list(table["place"]) == ["NRD", "SUD"] * 2
    assert table["worth"].to_numpy() == pytest.approx(
        (table["value_pact"] - table["value_market"]).to_numpy()
    )
    short, long = table.iloc[:2], table.iloc[2:].set_index("place")
    # Four weeks are covered by the tanks: the articles are never needed.
    assert (short[["unserved_market", "lent", "borrowed", "owed", "worth"]] == 0).to_numpy().all()
    assert long.loc["NRD", "lent"] == long.loc["SUD", "borrowed"] > 0
    assert long.loc["SUD", "unserved_pact"] < long.loc["SUD", "unserved_market"]

    asked = seawall.stress(study, closure, ("market", "pact"), protocol=pact())
    told = asked.tables["pact"].set_index("place")
    for column in ("value_market", "value_pact", "worth", "lent", "borrowed", "owed"):
        assert long[column].to_dict() == pytest.approx(told[column].to_dict(), abs=1e-6), column
    indicators = asked.tables["indicators"]
    whole = indicators[indicators["tier"] == "all"].set_index(["response", "place"])["unserved"]
    for place in ("NRD", "SUD"):
        for response in ("market", "pact"):
            assert long.loc[place, f"unserved_{response}"] == pytest.approx(whole[response, place])


def test_the_study_s_own_protocol_is_the_default(study: Study, closure: Scenario) -> None:
    own, given = (pact_worth(study, closure, [World(LONG)], p) for p in (None, pact()))
    assert own.equals(given)


def test_without_spot_supply_more_goes_unserved(study: Study, closure: Scenario) -> None:
    usual, none = (
        pact_worth(study, closure, [World(LONG, spot=spot)])["unserved_market"].sum()
        for spot in (1.0, 0.0)
    )
    assert none > usual > 0


def test_accounts_are_of_market_and_pact_under_the_same_conditions(
    ready: Prepared, closure: Scenario
) -> None:
    met, runs, table = accounts(ready, closure, None)
    assert list(runs) == ["market", "pact"]
    assert met.periods == ready.periods
    lent = sum(t.quantity for t in runs["pact"].transfers if not t.is_return)
    assert table["lent"].sum() == table["borrowed"].sum() == pytest.approx(lent)
    assert lent > 0
    # Until the first loan is decided both go the same way.
    first = min(t.decided for t in runs["pact"].transfers)
    assert np.array_equal(runs["market"].served[:, :first], runs["pact"].served[:, :first])
