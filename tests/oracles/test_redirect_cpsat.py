"""The search for a redirection against CP-SAT, which runs in a process of its own (OR-Tools and
highspy cannot share one), in whole tonnes."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from benchmarks.measure import child
from tests.questions.redirect.instances import middle, tiny, with_floors

from seawall.questions.redirect.alone import greedy, nothing
from seawall.questions.redirect.check import completed, replay
from seawall.questions.redirect.search import solve

if TYPE_CHECKING:
    from pathlib import Path

    from seawall.questions.redirect.instance import Instance, Plan

NEAR = 0.0101
SECONDS = 20.0


def theirs(instance: Instance, folder: Path, seconds: float) -> tuple[dict[str, Any], Plan]:
    """What CP-SAT says, and its choices with the best send-out for them."""
    path = folder / "instance.pickle"
    path.write_bytes(pickle.dumps(instance))
    said = child("benchmarks.redirect_cpsat", str(path), str(seconds)).figures
    plan = completed(instance, np.array(said["column"]), np.array(said["terminal"]))
    assert replay(instance, plan).faults == ()
    return said, plan


def posed(instance: Instance) -> Instance:
    """With floors of a lender that a plan without loans keeps, to the tonne."""
    result = with_floors(instance, nothing(instance))
    np.round(result.lending.floor, 3, out=result.lending.floor)
    np.round(result.lending.serves, 3, out=result.lending.serves)
    return result


@pytest.mark.parametrize("seed", range(16))
def test_both_find_the_best_plan_of_tiny_instances(seed: int, tmp_path: Path):
    instance = posed(tiny(seed))
    said, best = theirs(instance, tmp_path, 60.0)
    assert said["status"] == "OPTIMAL"
    assert best.cost == pytest.approx(said["cost"], abs=1e-3)
    found = solve(instance, time_limit=30.0, gap=0.0)
    assert replay(instance, found).faults == ()
    assert found.lower_bound <= best.cost + 1e-3
    assert best.cost - 1e-3 <= found.cost <= best.cost + NEAR
    assert nothing(instance).cost >= greedy(instance).cost >= best.cost - 1e-3


@pytest.mark.parametrize("seed", range(3))
def test_the_search_is_no_worse_on_middling_instances(seed: int, tmp_path: Path):
    instance = posed(middle(seed))
    said, plan = theirs(instance, tmp_path, SECONDS)
    found = solve(instance, time_limit=SECONDS, gap=0.0)
    assert replay(instance, found).faults == ()
    # Neither bound may lie above a plan that holds.
    assert found.lower_bound <= plan.cost + 1e-3
    assert said["bound"] <= found.cost + 1e-2
    assert found.cost <= plan.cost + NEAR
