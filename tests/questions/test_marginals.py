"""What one more unit is worth, and how far the order of two losses can be off."""

from __future__ import annotations

import numpy as np
import pytest
from tests.conftest import DATA

from seawall.questions.indicators import first_short_day, survival_days
from seawall.questions.marginals import marginals
from seawall.questions.prepared import find_scenario, prepare
from seawall.questions.stress import loss, stress
from seawall.responses import order_tolerance
from seawall.study import read


def test_nothing_is_scarce_in_the_base() -> None:
    """Undisturbed, one more unit of a plant or lane earns nothing beyond its cost and kink."""
    ready = prepare(read(DATA / "twelve"))
    run = ready.response("foresight").run(ready.base_conditions)
    table = marginals(ready.network, {"foresight": run}, "base")
    assert table[table["kind"] != "stock"].empty


def test_a_shut_strait_makes_what_avoids_it_worth_something() -> None:
    """With the sound shut, lanes and tanks that still reach its buyer have a value; the frozen
    response has no prices and no rows."""
    table = stress(read(DATA / "twelve"), "narrows-60d").tables["marginals"]
    assert set(table["response"]) <= {"market", "foresight"}
    assert (table["value"] > 0).all()
    shut = stress(read(DATA / "twelve"), "gulf-outage").tables["marginals"]
    assert not shut.empty


@pytest.mark.parametrize("name", ["narrows-60d", "gulf-outage", "canal-60d"])
def test_losses_are_ordered_within_the_printed_tolerance(name: str) -> None:
    """Foresight loses at most what frozen loses, up to ties and discount; the tolerance is zero
    between a run and itself."""
    ready = prepare(read(DATA / "twelve"))
    met = ready.conditions(find_scenario(ready.study, name))
    frozen, best = (ready.response(r).run(met) for r in ("frozen", "foresight"))
    network, base = ready.network, ready.reference
    allowed = order_tolerance(network, frozen, best)
    assert order_tolerance(network, best, best) == 0.0
    assert allowed > 0
    assert loss(network, met, best, base) <= loss(network, met, frozen, base) + allowed


def test_the_first_shortage_is_the_day_on_which_the_stock_ends() -> None:
    """10 a week wanted, 6 arrive, 5 in the tank: the second week lacks 4 of which the tank gives 1,
    so it is served in full for a quarter of the week."""
    demand, gap = np.full(3, 10.0), np.array([0.0, 3.0, 4.0])
    drawn = np.array([4.0, 1.0, 0.0])
    assert first_short_day(demand, gap, 7.0, drawn) == pytest.approx(7 + 7 / 4)
    assert survival_days(demand, gap, 7.0, drawn) == pytest.approx(7 + 7 / 4)
    # Without a stock behind it: all until there is nothing.
    assert first_short_day(demand, gap, 7.0) == pytest.approx(7 * (2 - 0.3))
    assert first_short_day(demand, np.zeros(3), 7.0, drawn) is None
