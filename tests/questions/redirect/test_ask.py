"""A morning as a whole: tables, figures, the pact, and the next morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.questions.redirect.harbours import DAY, at_sea, cargo, offer, on, shut, with_cargoes

from seawall.errors import UsageError
from seawall.questions.redirect.ask import asked_redirect, redirect
from seawall.questions.redirect.check import replay
from seawall.questions.redirect.curve import SAVED_BY_OFFERS, spot_curve
from seawall.questions.redirect.ladder import Planned, translated
from seawall.questions.redirect.starting import beyond, filled, lengthened, without_a_loan

if TYPE_CHECKING:
    from seawall.questions.redirect.ask import RedirectResult
    from seawall.questions.redirect.instance import Ints, Plan
    from seawall.study import Protocol, Study

#: What the contract of each table names; more may be added.
COLUMNS = {
    "instructions": "cargo action from to depart arrive extra_days extra_cost why ship contract "
    "owner lender borrower quantity unit decide_by today world",
    "settlement": "loan cargo lender borrower quantity unit delivered due returned owed price "
    "price_unit amount extra_cost compensation why",
    "tanks": "plan world place kind day date stock floor tank unit",
    "shortage": "plan world place tier demand unserved unserved_share value_lost first_day",
    "shortage_days": "plan world place tier day",
    "saved": "plan world place shortage freight fees purchases spent left total lower_bound gap "
    "gap_usd",
    "reasons": "kind place from to value unit why",
    "voyages": "cargo ship plan world action terminal depart arrive points crossings",
    "book": "cargo",
}
SCENARIO = shut("strait", days=56.0)


@cache
def book() -> Study:
    """The coast's cargoes are behind the strait, the island's come from the south."""
    coast = {"destination": "jetty", "buyer": "Coast Gas", "owner": "COAST", "contract": "K3",
             "basis": "DES", "flexible": "no"}  # fmt: skip
    south = {"contract": "", "load": "south", "basis": "FOB"}
    rows = [
        at_sea("a", 25.0, **coast, eta=on(1)),
        *(cargo(f"n{k}", load_from=on(7 * k + 1), load_to=on(7 * k + 2), eta=on(7 * k + 5), **coast)
          for k in range(8)),
        *(cargo(f"s{k}", load_from=on(5 * k + 2), load_to=on(5 * k + 3), eta=on(5 * k + 4), **south)
          for k in range(10)),
        offer("o1", load_from=on(8), load_to=on(9)), offer("o2", load_from=on(20), load_to=on(21)),
    ]  # fmt: skip
    return with_cargoes(*rows, stock=350.0)


def asked(**given: object) -> RedirectResult:
    options = {"horizon": 49, "time_limit": 15.0, "gap": 0.0} | given
    return redirect(book(), SCENARIO, **options)  # type: ignore[arg-type]


@cache
def first() -> RedirectResult:
    return asked()


def test_tables_have_the_columns_that_were_promised() -> None:
    tables = first().tables
    assert set(tables) >= set(COLUMNS)
    for name, columns in COLUMNS.items():
        assert set(columns.split()) <= set(tables[name].columns), name


def test_every_plan_keeps_the_rules_and_each_is_allowed_more() -> None:
    plans = first().plans
    assert list(plans) == ["nothing", "greedy", "alone", "pact"]
    for planned in plans.values():
        assert replay(planned.instance, planned.plan).faults == ()
    cost = {name: planned.plan.cost for name, planned in plans.items()}
    assert cost["alone"] <= min(cost["greedy"], cost["nothing"]) + 1e-6
    assert cost["pact"] <= cost["alone"] + 1e-6
    assert cost["pact"] < cost["alone"] - 1.0


def test_what_is_lent_is_in_the_ledger_the_instructions_and_the_words() -> None:
    answer = first()
    ledger, table = answer.tables["settlement"], answer.tables["instructions"]
    assert set(ledger["lender"]) == {"ISLAND"}
    lent = table[table["lender"] == "ISLAND"]
    assert set(lent["cargo"]) == set(ledger["cargo"])
    assert answer.figures["lent"] == pytest.approx(ledger["quantity"].sum())
    assert "COAST falls to" in answer.figures["pact"]
    assert answer.figures["nearest_to_need"]["ISLAND"] == pytest.approx(1.0)
    pays = answer.tables["saved"].query("plan == 'pact' and world == 'average'").set_index("place")
    assert pays.loc["COAST", "settled"] == pytest.approx(ledger["amount"].sum())
    assert pays.loc["all", "settled"] == pytest.approx(0.0)


def test_a_lender_keeps_its_floor_and_its_first_tier() -> None:
    planned = first().plan
    terminals, lending = planned.instance.terminals, planned.instance.lending
    island = terminals.members.index("ISLAND")
    stock = planned.plan.stock[0, terminals.member == island].sum(axis=0)
    assert (stock >= lending.floor[0, island] - 1e-6).all()
    homes = planned.instance.steps.ids.index("homes")
    wanted = planned.instance.steps.wanted[0, homes]
    assert planned.plan.served[0, homes] == pytest.approx(wanted)


def test_where_nobody_comes_into_need_it_is_said_how_near_it_came() -> None:
    answer = redirect(book(), SCENARIO, horizon=49, time_limit=15.0, gap=0.0,
                      protocol=_deeper())  # fmt: skip
    assert "pact" not in answer.plans
    words = answer.figures["pact"]
    assert words.startswith("The pact lends nothing, because nobody comes into need by article 2")
    for member, share in answer.figures["nearest_to_need"].items():
        assert f"{member} {share:.1%}" in words


def _deeper() -> Protocol:
    from tests.questions.redirect.test_lending import ARTICLES

    trigger = ARTICLES.trigger.model_copy(update={"below": 0.0})
    return ARTICLES.model_copy(update={"trigger": trigger})


def test_the_next_morning_goes_on_where_the_first_left_off() -> None:
    one = first()
    day = DAY + timedelta(days=1)
    two = asked(previous=one, as_of=day)
    assert two.prepared.as_of == day
    assert two.began == one.began == DAY
    assert two.past is not None
    assert two.past.days == 1
    served = one.plans["alone"].plan.served[0, :, :1]
    assert two.past.served == pytest.approx(served)
    assert "pact" in two.plans
    for planned in two.plans.values():
        assert replay(planned.instance, planned.plan).faults == ()
    assert two.plans["alone"].plan.cost <= two.plans["greedy"].plan.cost + 1e-6


def test_what_came_after_the_horizon_begins_by_the_rule_of_thumb() -> None:
    planned, rule = first().plans["alone"], first().plans["greedy"]
    instance = planned.instance
    none = np.full_like(planned.plan.column, -1)
    nobody = type(planned)("alone", instance, _replaced(planned.plan, none))
    names = beyond(type(planned)("greedy", instance, _replaced(rule.plan, none)), nobody)
    assert names == frozenset(instance.cargoes.ids)
    whole = filled(nobody.plan, rule.plan, names, instance)
    assert np.array_equal(whole.column, rule.plan.column)
    kept = filled(planned.plan, rule.plan, frozenset(), instance)
    assert np.array_equal(kept.column, planned.plan.column)
    longer = lengthened(instance, rule.plan, time_limit=60.0, gap=0.0)
    assert replay(instance, longer).faults == ()
    assert planned.plan.cost - 1e-6 <= longer.cost <= rule.plan.cost + 1e-6


def test_what_a_longer_search_finds_is_not_what_the_pact_saves() -> None:
    plans = first().plans
    alone, pact = plans["alone"], plans["pact"]
    assert without_a_loan(alone, pact) is alone
    # The rule of thumb in the place of the plan alone; the pact's plan without a loan is better.
    worse = Planned("alone", alone.instance, replace(plans["greedy"].plan, lower_bound=-1e9))
    none = Planned("pact", pact.instance, translated(alone.plan, alone.instance, pact.instance))
    found = without_a_loan(worse, none)
    assert found.plan.cost == pytest.approx(alone.plan.cost)
    assert found.plan.lower_bound == -1e9
    assert replay(found.instance, found.plan).faults == ()


def _replaced(plan: Plan, column: Ints) -> Plan:
    return replace(plan, column=column.copy(), terminal=column.copy())


def test_the_curve_has_a_row_a_count_with_what_is_proven() -> None:
    table = spot_curve(book(), SCENARIO, (0, 2), horizon=49, time_limit=15.0, gap=0.0)
    assert tuple(table.columns) == SAVED_BY_OFFERS
    assert table["offers"].tolist() == [0, 2]
    full = first().plans
    alone, pact = full["alone"].plan, full["pact"].plan
    # What article 10 ranks by is no money.
    money = pact.cost - float(full["pact"].instance.weights @ pact.order)
    assert table["saved"].iloc[1] == pytest.approx(alone.cost - money)
    assert (table["low"] <= table["saved"] + 1e-6).all()
    assert (table["saved"] <= table["high"] + 1e-6).all()
    # More to be had never costs more.
    assert table["alone"].iloc[1] <= table["alone"].iloc[0] + 1e-6
    with pytest.raises(UsageError, match="has 2 offers"):
        spot_curve(book(), SCENARIO, (3,))


def test_the_identity_is_known_before_the_answer() -> None:
    answer = first()
    same = asked_redirect(book(), SCENARIO, horizon=49, time_limit=15.0, gap=0.0)
    assert same == answer.identity


def test_a_day_of_reopening_that_has_passed_is_refused() -> None:
    with pytest.raises(UsageError, match="every day of reopening is past"):
        asked(previous=first(), as_of=DAY + timedelta(days=5), reopen=(3.0,))
