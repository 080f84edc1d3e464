"""Instructions: one row for each who must be told, and words that the plans bear out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.questions.redirect.mornings import a_morning

from seawall.questions.redirect.figures import consent_worth, shut
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.instructions import ACTIONS, INSTRUCTIONS, Orders, instructions
from seawall.questions.redirect.ladder import Planned
from seawall.questions.redirect.why import Why


def told(ready: Any, plans: dict[str, Planned], name: str = "alone") -> pd.DataFrame:
    why = Why(plans["nothing"], plans[name], shut(ready.worlds))
    return instructions(Orders(ready, plans[name]), why)


@pytest.mark.parametrize("seed", range(1, 9))
def test_everyone_who_must_be_told_is_told_once(seed: int):
    ready, plans = a_morning(seed, judge="average")
    table = told(ready, plans)
    assert list(table) == list(INSTRUCTIONS)
    assert set(table["action"]) <= set(ACTIONS)
    cargoes, column = ready.instance.cargoes, plans["alone"].plan.column
    must = {
        name for c, name in enumerate(cargoes.ids)
        if cargoes.now[c] and (cargoes.owner[c] != NOBODY or column[0, c] != NOBODY)
    }  # fmt: skip
    today = table[table["today"]]
    assert sorted(today["cargo"]) == sorted(must)
    assert (today["world"] == "all").all()
    # What may wait is listed only where it changes something.
    assert (table.loc[~table["today"].astype(bool), "action"] != "go on").all()


@pytest.mark.parametrize("seed", range(1, 9))
def test_actions_are_what_the_columns_say(seed: int):
    ready, plans = a_morning(seed, judge="average")
    instance, orders = ready.instance, Orders(ready, plans["alone"])
    for w, found in enumerate(orders.told()):
        for c, order in found.items():
            o = plans["alone"].plan.column[w, c]
            offer = instance.cargoes.owner[c] == NOBODY
            if o == NOBODY:
                assert order.action == "wait"
            elif offer:
                assert order.action == "buy"
            else:
                away = instance.columns.cluster[o] != instance.terminals.cluster[order.planned]
                assert (order.action in ("divert", "swap")) == away


def test_a_loan_names_both_and_what_would_be_short():
    ready, plans = a_morning(1)
    row = told(ready, plans).set_index("cargo").loc["cargo-3"]
    assert (row["action"], row["lender"], row["borrower"]) == ("divert", "far", "near")
    gap = plans["nothing"].short(0, row["tier"], 0)
    day = int(ready.instance.columns.day[plans["alone"].plan.column[0, 3], 0])
    assert row["short_nothing"] == pytest.approx(gap[day : day + 7].sum())
    assert "if nothing were done" in row["why"]
    assert f"day {day}" in row["why"]


def test_two_that_change_clusters_are_a_swap():
    ready, plans = a_morning(1)
    alone = plans["alone"]
    columns, terminals = ready.instance.columns, ready.instance.terminals
    orders = Orders(ready, alone)
    # Two cargoes, each meant for the cluster to which the other goes.
    one, two = (next(c for c in range(len(columns.cargo)) if columns.cluster[c] == k)
                for k in (0, 1))  # fmt: skip
    a, b = int(columns.cargo[one]), int(columns.cargo[two])
    if a == b:
        two = next(o for o in np.flatnonzero(columns.cluster == 1) if columns.cargo[o] != a)
        b = int(columns.cargo[two])
    column = np.full_like(alone.plan.column, NOBODY)
    column[:, a], column[:, b] = one, two
    orders = Orders(ready, Planned("alone", alone.instance, replace(alone.plan, column=column)))
    orders.meant = orders.meant.copy()
    orders.meant[a] = int(np.flatnonzero(terminals.cluster == 1)[0])
    orders.meant[b] = int(np.flatnonzero(terminals.cluster == 0)[0])
    found = orders.told()[0]
    if ready.instance.cargoes.owner[a] != NOBODY and ready.instance.cargoes.owner[b] != NOBODY:
        assert (found[a].action, found[a].partner) == ("swap", b)
        assert (found[b].action, found[b].partner) == ("swap", a)


def test_sellers_are_to_be_asked_only_where_consent_moves_a_cargo():
    ready, plans = a_morning(1)
    table = told(ready, plans)
    assert "ask" not in set(table["action"])
    worlds = tuple(replace(world, consent=True) for world in ready.worlds)
    granted = replace(ready, worlds=worlds)
    asked = told(granted, plans)
    asks = asked[asked["action"] == "ask"]
    assert list(asks["cargo"]) == ["cargo-3"]  # its seller says nothing, and it is diverted
    assert "nobody knows whether the seller agrees" in asks["why"].iloc[0]


def test_consent_is_worth_the_difference_between_its_worlds():
    ready, plans = a_morning(5, judge="average")
    planned = plans["alone"]
    worlds = tuple(
        replace(world, reopens={"strait": 10.0}, consent=bool(w))
        for w, world in enumerate(ready.worlds)
    )
    assert len(worlds) == 2
    expected = planned.costs[0] - planned.costs[1]
    assert consent_worth(worlds, planned) == pytest.approx(expected)
    assert consent_worth(ready.worlds, planned) is None


def test_one_that_stays_behind_a_shut_passage_says_which():
    ready, plans = a_morning(1)
    column = np.full_like(plans["alone"].plan.column, NOBODY)
    left = Planned("alone", ready.instance, replace(plans["alone"].plan, column=column))
    table = told(ready, {**plans, "alone": left}).set_index("cargo")
    assert set(table["action"]) == {"wait"}
    assert "strait" in table.loc["cargo-0", "why"]
    assert "strait" not in table.loc["cargo-1", "why"]
