"""The price of secrecy on a made-up morning: matches against full information."""

from __future__ import annotations

import pytest
from tests.questions.redirect import harbours
from tests.questions.redirect.harbours import cargo, on
from tests.questions.redirect.test_secret import articles, morning

from seawall.errors import UsageError
from seawall.questions.redirect.ask import RedirectResult, redirect
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.own_part import chosen
from seawall.questions.redirect.secrecy import Undisclosed, secrecy

#: What the coast waits for behind the strait.
HELD = cargo("coast-2", owner="COAST", buyer="Coast Gas", contract="K3", basis="DES",
             flexible="no", destination="jetty", load_from=on(6), load_to=on(7),
             eta=on(10))  # fmt: skip


@pytest.fixture(scope="module")
def full() -> RedirectResult:
    return redirect(
        morning(HELD), harbours.shut("strait", 60.0), horizon=42, protocol=articles(),
        time_limit=6.0, gap=0.001,
    )  # fmt: skip


@pytest.fixture(scope="module")
def told(full: RedirectResult) -> Undisclosed:
    return secrecy(full, weeks=6, time_limit=6.0, gap=0.001)


def test_who_lends_to_whom_follows_from_the_articles(told: Undisclosed):
    assert (told.lender, told.borrower) == ("ISLAND", "COAST")
    assert (told.offer.member, told.need.member) == ("ISLAND", "COAST")
    assert told.accepted >= 1


def test_secrecy_is_never_cheaper_than_what_the_search_leaves_open(
    full: RedirectResult, told: Undisclosed
):
    found = told.secrecy
    assert found.low >= 0.0
    assert found.low - 1e-9 <= found.price <= found.high + 1e-9
    by_matches = told.by_matches.plan
    more = by_matches.cost - full.plans["pact"].plan.cost
    assert found.price == pytest.approx(max(more, 0.0), abs=1e-6)


def test_matches_are_never_worse_than_everyone_for_himself(full: RedirectResult, told: Undisclosed):
    alone = full.plans["alone"].plan
    assert told.by_matches.plan.cost <= alone.cost + 1e-6
    # So the price is at most what the pact saves.
    saved = alone.cost - full.plans["pact"].plan.cost
    assert told.secrecy.price <= max(saved, 0.0) + 1e-6


def test_only_what_was_accepted_is_lent(told: Undisclosed):
    instance, plan = told.by_matches.instance, told.by_matches.plan
    taken = plan.column[0] != NOBODY
    lends = taken & (instance.columns.lender[plan.column[0]] != NOBODY)
    names = {instance.cargoes.ids[c] for c in lends.nonzero()[0]}
    assert names <= set(chosen(told.cleared.acceptance, told.offer.own))
    assert len(names) == told.lent <= told.accepted


def test_where_nobody_is_in_need_secrecy_has_no_price(full: RedirectResult):
    trigger = articles().trigger.model_copy(update={"days": 41.0})
    patient = articles().model_copy(update={"trigger": trigger})
    result = redirect(
        full.study, full.scenario, horizon=42, protocol=patient, time_limit=3.0, gap=0.05
    )
    with pytest.raises(UsageError, match="article 2"):
        secrecy(result)


def test_members_must_be_such_that_loans_are_possible(full: RedirectResult):
    with pytest.raises(UsageError, match="ISLAND to COAST"):
        secrecy(full, lender="COAST")
