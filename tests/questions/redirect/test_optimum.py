"""The search against trying everything on tiny instances."""

from __future__ import annotations

import pytest
from tests.questions.redirect.brute import brute
from tests.questions.redirect.instances import tiny, with_floors

from seawall.questions.redirect.alone import greedy, nothing
from seawall.questions.redirect.check import replay
from seawall.questions.redirect.instance import Instance
from seawall.questions.redirect.search import solve

#: What a plan may cost more than the best [million USD] and count as the best.
NEAR = 0.0101


def small(seed: int) -> Instance:
    """A tiny instance that is enumerated in a second or so."""
    instance = tiny(seed, cargoes=3 + seed % 2, offers=1, latest=1)
    return with_floors(instance, nothing(instance))


# Two of the first 24 take most of a minute to enumerate.
@pytest.mark.parametrize("seed", sorted(set(range(24)) - {5, 21}))
def test_the_search_finds_the_best_plan(seed: int):
    instance = small(seed)
    best = brute(instance)
    assert replay(instance, best).faults == ()
    found = solve(instance, time_limit=30.0, gap=0.0)
    assert replay(instance, found).faults == ()
    assert found.lower_bound <= best.cost + 1e-6
    assert best.cost - 1e-6 <= found.cost <= best.cost + NEAR
    idle, acted = nothing(instance), greedy(instance)
    assert idle.cost >= acted.cost >= best.cost - 1e-6
