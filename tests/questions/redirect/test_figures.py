"""Headline figures: a saving is an interval, by what is proven of both plans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.questions.redirect.mornings import a_morning

from seawall.questions.redirect.figures import saving, shut
from seawall.questions.redirect.ladder import Planned
from seawall.questions.redirect.rolling import matching_worlds


def with_bound(planned: Planned, cost: float, bound: float) -> Planned:
    plan = replace(planned.plan, cost=cost, lower_bound=bound, order=0.0 * planned.plan.order)
    return Planned(planned.name, planned.instance, plan)


def test_a_saving_lies_between_what_is_proven():
    _, plans = a_morning(1)
    better = with_bound(plans["alone"], 100.0, 90.0)
    worse = with_bound(plans["alone"], 160.0, 130.0)
    found = saving(better, worse)
    assert (found["saved"], found["low"], found["high"]) == (60.0, 30.0, 70.0)


def test_a_plan_that_nobody_searched_for_is_what_it_is():
    _, plans = a_morning(1)
    better = with_bound(plans["alone"], 100.0, 90.0)
    nothing = with_bound(plans["nothing"], 160.0, -np.inf)
    found = saving(better, nothing)
    assert (found["saved"], found["low"], found["high"]) == (60.0, 60.0, 70.0)
    short = plans["nothing"].unserved.sum() - plans["alone"].unserved.sum()
    assert found["unserved"] == pytest.approx(short)


@pytest.mark.parametrize("judge, ranks", [("average", 6.0), ("worst", 12.0)])
def test_what_article_10_ranks_by_is_no_money(judge: str, ranks: float):
    _, plans = a_morning(5)
    alone = with_bound(plans["alone"], 160.0, 130.0)
    # Twelve in the world that costs most, nothing in the other.
    dearest = int(np.argmax(plans["alone"].costs))
    order = np.where(np.arange(2) == dearest, 12.0, 0.0)
    plan = replace(plans["alone"].plan, cost=100.0, lower_bound=90.0, order=order)
    instance = replace(alone.instance, judge=judge, weights=np.array([0.5, 0.5]))
    found = saving(Planned("pact", instance, plan), alone)
    assert found["saved"] == pytest.approx(60.0 + ranks)
    assert (found["high"] - found["saved"], found["saved"] - found["low"]) == (10.0, 30.0)


def test_what_is_open_again_is_not_shut():
    ready, _ = a_morning(1)
    opened = replace(ready.worlds[0], reopens={"strait": 0.0, "canal": 3.0})
    assert shut([opened]) == [frozenset({"canal"})]


def test_worlds_are_matched_by_name():
    ready, _ = a_morning(5)
    one, two = ready.worlds
    heavy = 0 if one.weight >= two.weight else 1
    assert matching_worlds((one, two), (two, replace(one, name="new"))) == {0: 1, 1: heavy}
