"""Each article changed alone: which changes, what they do, and the words for it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from tests.questions.pacts import agreed, pact
from tests.study.protocols import protocols

from seawall.network.build import Goods
from seawall.questions import article_effects as module
from seawall.questions.article_effects import ARTICLES, article_effects, changes
from seawall.questions.articles import articles, differences
from seawall.questions.pact_worth import World, pact_worth
from seawall.questions.prepared import find_scenario
from seawall.shocks import Scenario
from seawall.study import Protocol, Study

WEEKS = 60 / 7


@pytest.fixture(scope="module")
def study() -> Study:
    return agreed()


@pytest.fixture(scope="module")
def closure(study: Study) -> Scenario:
    found = find_scenario(study, "narrows-60d")
    assert found is not None
    return found


def test_each_change_is_of_its_own_article() -> None:
    protocol = pact()
    every = changes(protocol)
    assert [change.number for change in every] == [2, 3, 4, 5, 8]
    for change in every:
        worded = differences(protocol, change.of(protocol))
        assert {difference.number for difference in worded} <= {change.number}
        # Here each says something that the protocol does not say yet.
        assert worded, change


def test_changes_say_what_they_change() -> None:
    by = {change.number: change for change in changes(pact())}
    twice = by[3].of(pact())
    assert twice.volume.cargoes_per_week == 4
    assert by[3].words == "with 4 cargoes a week"
    assert by[5].of(pact()).floor.days == {"NRD": 0.0, "SUD": 0.0}
    assert by[8].of(pact()).return_.weeks == 10


@given(protocols())
def test_changed_protocols_are_valid_and_the_old_one_is_not_touched(protocol: Protocol) -> None:
    before = protocol.digest()
    for change in changes(protocol):
        changed = change.of(protocol)
        assert isinstance(changed, Protocol)
        assert {d.number for d in differences(protocol, changed)} <= {change.number}
    assert protocol.digest() == before


@pytest.fixture(scope="module")
def usual(study: Study, closure: Scenario) -> pd.DataFrame:
    return pact_worth(study, closure, [World(WEEKS)], pact()).set_index("place")


@pytest.fixture(scope="module")
def told(study: Study, closure: Scenario, usual: pd.DataFrame) -> pd.DataFrame:
    stands = {
        str(place): (float(row["worth"]), float(row["lent"])) for place, row in usual.iterrows()
    }
    table = article_effects(study, closure, WEEKS, pact(), stands)
    assert tuple(table.columns) == ARTICLES
    return table.set_index("number")


def test_every_article_is_told_with_its_text(told: pd.DataFrame, study: Study) -> None:
    names = study.lookup("places", "name")
    assert list(told.index) == list(range(1, 11))
    assert list(told["text"]) == [a.text for a in articles(pact(), names)]
    assert told["effect"].isna().tolist() == [
        True, False, False, False, False, True, False, False, True, True
    ]  # fmt: skip


def test_effects_are_differences_of_real_runs(
    told: pd.DataFrame, study: Study, closure: Scenario, usual: pd.DataFrame
) -> None:
    """With twice the volume, the sentence is what two runs say."""
    names = study.lookup("places", "name")
    double = next(c for c in changes(pact()) if c.number == 3).of(pact())
    more = pact_worth(study, closure, [World(WEEKS)], double).set_index("place")
    effect = told.loc[3, "effect"]
    lent, before = more["lent"].sum(), usual["lent"].sum()
    assert before > 0
    assert f"{lent:.2f} instead of {before:.2f} Mt would be lent" in effect
    for place in ("NRD", "SUD"):
        change = more.loc[place, "worth"] - usual.loc[place, "worth"]
        verb = "gains" if change > 0 else "loses"
        part = f"{names[place]} {verb} USD {abs(change):.0f} million"
        assert (part in effect) == (abs(change) > 0.5)


def test_a_compensation_is_what_was_lent_times_a_unit(
    told: pd.DataFrame, study: Study, usual: pd.DataFrame
) -> None:
    lent = usual["lent"].max()
    each = Goods(study).price(1.0, "USD/MMBtu", "lng")
    name = study.lookup("places", "name")["NRD"]
    assert told.loc[7, "effect"] == (
        f"In a closure of {WEEKS:g} weeks: "
        f"every USD/MMBtu of compensation would bring {name} USD {lent * each:.0f} million."
    )


USUAL = {"A": (10.0, 0.0), "B": (-4.0, 0.5)}
NAMES = {"A": "Ada", "B": "Bel"}


@pytest.mark.parametrize(
    "changed, sentence",
    [
        (USUAL, "Without a floor, nothing would change."),
        (
            {"A": (13.0, 0.0), "B": (-6.0, 0.75)},
            (
                "Without a floor, 0.75 instead of 0.50 Mt would be lent: Ada gains USD 3 million, "
                "Bel loses USD 2 million."
            ),
        ),
        (
            {"A": (10.4, 0.0), "B": (-4.0, 0.25)},
            "Without a floor, 0.25 instead of 0.50 Mt would be lent.",
        ),
    ],
    ids=["nothing", "both", "too little to tell"],
)
def test_sentences(changed: dict[str, tuple[float, float]], sentence: str) -> None:
    assert module._sentence("without a floor", changed, USUAL, NAMES) == sentence


def test_nothing_lent_is_nothing_to_compensate(study: Study) -> None:
    nothing = {"NRD": (0.0, 0.0), "SUD": (0.0, 0.0)}
    assert module._compensation(study, pact(), nothing, {}) is None
