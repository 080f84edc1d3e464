"""What facility location says about figures that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from seawall.errors import UsageError
from seawall.questions.site import facility_location

INF, NAN = np.inf, np.nan
COST = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (([1, 1], [1.0, 2.0]), r"assign_cost has shape \(2,\)"),
        (([1, 1], np.empty((0, 2))), r"assign_cost has shape \(0, 2\)"),
        (([1, 1, 1], COST), r"open_cost has shape \(3,\), not \(2,\)"),
        (([1, 1], COST, [1, 1, 1]), r"capacity has shape \(3,\), not \(2,\)"),
        (([1, 1], COST, [9, 9], [1, 1]), r"demand has shape \(2,\), not \(3,\)"),
        (([1, "far"], COST), "open_cost is not an array of numbers"),
        (([1, -2], COST), "open_cost of site 1 is -2"),
        (([1, NAN], COST), "open_cost of site 1 is nan"),
        (([INF, 1], COST), "open_cost of site 0 is inf: it must be finite"),
        (([1, 1], COST, [9, NAN]), "capacity of site 1 is nan"),
        (([1, 1], COST, [9, -1]), "capacity of site 1 is -1"),
        (([1, 1], COST, [9, 9], [1, INF, 1]), "demand of client 1 is inf"),
        (([1, 1], COST, [9, 9], [1, 1, -1]), "demand of client 2 is -1"),
        (([1, 1], [[1, -2], [3, 4]]), r"assign_cost\[0, 1\] is -2"),
        (([1, 1], [[1, 2], [NAN, 4]]), r"assign_cost\[1, 0\] is nan"),
        (([1, 1], [[1, 2], [INF, INF]]), "no site can serve client 1"),
        (([1, 1], COST, [1, 1]), "all capacities together are 2, the demand is 3"),
        (([1, 1], COST, [4, 4], [5, 1, 1], True), "client 0 needs more than any site .* 5 against"),
        (([1, 1], [[INF, 1], [1, 1], [1, 1]], [9, 2], [3, 1, 1], True), "client 0 needs more"),
    ],
)
def test_the_message_names_what_is_wrong(arguments, words) -> None:
    with pytest.raises(UsageError, match=words):
        facility_location(*arguments)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(UsageError) as told:
        facility_location([1, -1], [[1, NAN], [INF, INF]], [NAN, 1], [-1, 1])
    for words in ("open_cost of site 1", "capacity of site 0", "demand of client 0",
                  "assign_cost[0, 1]", "client 1"):  # fmt: skip
        assert words in str(told.value)


@pytest.mark.parametrize("options, words", [
    ({"time_limit": 0}, "time_limit is 0"), ({"time_limit": NAN}, "time_limit is nan"),
    ({"gap": -0.1}, "gap is -0.1"), ({"gap": 1}, "gap is 1"),
])  # fmt: skip
def test_limits_that_cannot_be(options, words) -> None:
    with pytest.raises(UsageError, match=words):
        facility_location([1, 1], COST, **options)
