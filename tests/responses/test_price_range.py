"""Prices as intervals: in the base within the kinks, and one value where somebody is short."""

from __future__ import annotations

import numpy as np
import pytest
from tests.networks import calibrated, make

from seawall.network import Network
from seawall.program import assemble
from seawall.responses import Foresight
from seawall.responses.market import Market
from seawall.shocks import Conditions, Scenario, Shock, conditions, undisturbed

COAST = np.array([1])
PERIODS = 20


def bare() -> Network:
    """Wells and a coast a week away, neither with a tank: k is 1 at the wells and 2 on the lane."""
    return calibrated(make(
        nodes={"plant.lng": {"price": 100}, "coast.lng": {"price": 200}},
        facilities={"wells": {"recipe": {"plant.lng": 1}, "base": 10, "capacity": 12}},
        lanes={"ship": {"origin": "plant.lng", "to": "coast.lng", "lag": 1, "base": 10}},
        demands={"homes": {"at": "coast.lng", "quantity": 10, "wtp": 500}},
    ))  # fmt: skip


def meet(network: Network, *shocks: Shock) -> Conditions:
    return conditions(network, Scenario(title="test", shock=shocks), PERIODS)


def test_in_the_base_it_is_the_price_and_both_kinks():
    """A unit more at the coast saves a voyage and output at c - k each, a unit less costs c + k
    each; in week 0 ships are at sea already, so less means that homes go without."""
    network = bare()
    foresight = Foresight(assemble(network, PERIODS), COAST)
    run = foresight.run(undisturbed(network, PERIODS))
    assert run.price is not None
    assert run.price_low is not None
    assert run.price_high is not None
    assert run.price_low[1, 1:] == pytest.approx(np.full(PERIODS - 1, 197), abs=0.3)
    assert run.price_high[1, 1:] == pytest.approx(np.full(PERIODS - 1, 203), abs=0.3)
    assert run.price_high[1, 0] == pytest.approx(500, abs=0.3)
    assert np.isnan(run.price_low[0]).all()
    assert np.isnan(run.price_high[0]).all()


def test_where_homes_are_short_it_is_what_they_pay():
    """Half of the wells stop for six weeks: 500 and nothing else while their ships fail to come."""
    network = bare()
    run = Foresight(assemble(network, PERIODS), COAST).run(
        meet(network, Shock(facility="wells", days=42, depth=0.5))
    )
    assert run.price_low is not None
    assert run.price_high is not None
    assert run.price_low[1, 2:6] == pytest.approx(np.full(4, 500), abs=0.3)
    assert run.price_high[1, 2:6] == pytest.approx(np.full(4, 500), abs=0.3)


@pytest.mark.parametrize("response", ["market", "foresight"])
def test_it_holds_the_price_and_changes_nothing(response: str):
    """The run is the same, bit by bit, and its price lies within the interval; without asking there
    is none."""
    network = bare()
    met = meet(network, Shock(facility="wells", days=42, depth=0.5))

    def made(quoted: np.ndarray | None) -> Market | Foresight:
        if response == "market":
            return Market(network, quoted=quoted)
        return Foresight(assemble(network, PERIODS), quoted)

    plain, run = made(None).run(met), made(COAST).run(met)
    assert plain.price_low is None
    assert plain.price_high is None
    assert (run.served == plain.served).all()
    assert run.price is not None
    assert plain.price is not None
    assert (run.price == plain.price).all()
    assert run.price_low is not None
    assert run.price_high is not None
    assert (run.price_low[1] <= run.price[1]).all()
    assert (run.price[1] <= run.price_high[1]).all()
    assert np.isnan(run.price_low[0]).all()


def test_a_market_back_in_its_base_quotes_the_base():
    """Weeks after the world is as it was, the interval is that of the base: p -+ both kinks, and
    what homes pay where a plan's first week cannot be mended by a ship."""
    network = bare()
    run = Market(network, quoted=COAST).run(meet(network, Shock(facility="wells", days=7)))
    assert run.price_low is not None
    assert run.price_high is not None
    assert run.price_low[1, -1] < 200 < run.price_high[1, -1]
    # A plan prefers serving now to serving later by a per cent or two.
    assert run.price_high[1, -1] == pytest.approx(500, rel=0.03)
    assert (run.price_low[1, -6:] == run.price_low[1, -1]).all()


def test_no_nodes_are_no_question():
    network = bare()
    run = Foresight(assemble(network, PERIODS), np.zeros(0, dtype=np.int64)).run(
        undisturbed(network, PERIODS)
    )
    assert run.price_low is None
