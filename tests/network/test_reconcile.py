"""Reconciling: the base balances, and figures move as little as their evidence allows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.sparse import csr_array
from tests import networks
from tests.networks import make, spread

from seawall.network import Network, reconcile
from seawall.network.reconcile import ContradictionError, least_squares_balance

# --- the kernel ----------------------------------------------------------------------------------


def test_three_figures_by_hand():
    """x + y = z with priors 10, 20, 33 and deviations 1, 2, 2: the gap of 3 is shared 1 : 4 : 4."""
    x = least_squares_balance(
        np.array([10.0, 20.0, 33.0]), np.array([1.0, 2.0, 2.0]),
        csr_array(np.array([[1.0, 1.0, -1.0]])), np.zeros(1),
    )  # fmt: skip
    assert x == pytest.approx([10 + 3 / 9, 20 + 12 / 9, 33 - 12 / 9])


def test_figures_do_not_turn_negative():
    """A prior that would be pushed under zero stays at zero and the others take the rest: 1 + y = 5
    with y dragged down, x at 0."""
    x = least_squares_balance(
        np.array([1.0, 10.0]), np.array([10.0, 1.0]), csr_array(np.array([[1.0, 1.0]])),
        np.array([5.0]),
    )  # fmt: skip
    assert x == pytest.approx([0.0, 5.0])


def test_a_fixed_figure_stays():
    """Deviation 0 means that the figure is known: all of the gap goes to the other."""
    x = least_squares_balance(
        np.array([4.0, 7.0]), np.array([0.0, 1.0]), csr_array(np.array([[1.0, -1.0]])), np.zeros(1)
    )
    assert x == pytest.approx([4.0, 4.0])


def test_impossible_balances_raise():
    """x + y = -1 has no non-negative solution: ContradictionError with exit code 3."""
    with pytest.raises(ContradictionError) as caught:
        least_squares_balance(
            np.ones(2), np.ones(2), csr_array(np.array([[1.0, 1.0]])), np.array([-1.0])
        )
    assert caught.value.exit_code == 3


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_random_balances_agree_with_scipy(seed: int):
    """The optimum of a random balance with binding signs is that of a general-purpose method."""
    rng = np.random.default_rng(seed)
    n, m = 7, 3
    matrix = rng.integers(-1, 2, (m, n)).astype(float)
    right = matrix @ rng.uniform(0, 8, n) * (rng.random() < 0.8)
    prior, deviation = rng.uniform(0, 8, n), rng.uniform(0.5, 3, n)
    ours = least_squares_balance(prior, deviation, csr_array(matrix), right)
    assert np.all(ours >= 0)
    assert matrix @ ours == pytest.approx(right, abs=1e-7)

    def moved(x: np.ndarray) -> float:
        return float((((x - prior) / deviation) ** 2).sum())

    theirs = minimize(
        moved, ours + 0.1, method="SLSQP", bounds=[(0, None)] * n,
        constraints={"type": "eq", "fun": lambda x: matrix @ x - right},
        options={"ftol": 1e-12, "maxiter": 500},
    )  # fmt: skip
    assert moved(ours) <= theirs.fun + 1e-6


# --- networks ------------------------------------------------------------------------------------


def off_balance(network: Network, factor: float) -> Network:
    """The same network with demand at `factor` times what balances."""
    demands = network.demands
    return replace(network, demands=replace(demands, quantity=demands.quantity * factor))


@pytest.mark.parametrize("name", sorted(networks.CATALOGUE))
def test_every_network_balances(name: str):
    """After reconciling nothing is left over at any node, save by-products, and nothing is
    negative."""
    network = off_balance(networks.CATALOGUE[name](), 1.1)
    done = reconcile(network, spread(network)).network
    left = done.imbalance()
    assert np.abs(left[~done.facilities.free_output]).max() < 1e-8
    assert left.min() > -1e-8
    assert min(done.lanes.base.min(), done.facilities.base.min(), done.demands.quantity.min()) >= 0


def test_a_by_product_may_be_left_over():
    """Slag that nobody takes does not stop the smelter that makes it."""
    done = reconcile(networks.hub(), spread(networks.hub())).network
    assert done.facilities.base == pytest.approx(networks.hub().facilities.base)
    assert done.imbalance()[done.nodes.index()[("smelter", "slag")]] == pytest.approx(6)


def test_a_balanced_network_stays():
    """What balances already is not moved."""
    network = networks.canal()
    done = reconcile(network, spread(network))
    assert done.moves == ()
    assert done.raised == ()
    assert done.network.lanes.base == pytest.approx(network.lanes.base)


def test_tiers_of_one_node_move_together():
    """Homes and power at one node keep their proportion when demand gives way."""
    network = off_balance(networks.canal(), 1.3)
    done = reconcile(network, spread(network)).network
    assert done.demands.quantity[0] / done.demands.quantity[1] == pytest.approx(6 / 4)
    assert done.demands.quantity.sum() < 13


def test_moves_are_listed_largest_first_in_units_a_year():
    """Every change is kept: kind, id, prior and value per year, deviation."""
    network = off_balance(networks.canal(), 1.3)
    moves = reconcile(network, spread(network)).moves
    assert {(m.kind, m.id) for m in moves} == {
        ("facility", "wells"), ("lane", "short"), ("demand", "homes"), ("demand", "power"),
    }  # fmt: skip
    sizes = [abs(m.value - m.prior) for m in moves]
    assert sizes == sorted(sizes, reverse=True)
    wells = next(m for m in moves if m.id == "wells")
    assert wells.prior == pytest.approx(10 * 365 / 7)
    assert wells.sigma == 0.1


def test_small_lanes_are_dropped_and_their_mass_given_back():
    """A lane that ends under the threshold is dropped, named, and the network balances again."""
    network = networks.two_buyers()
    flows = np.array([3.0, 0.05, 5.0])
    quantity = np.array([3.0, 0.05, 5.0])
    network = replace(
        network, lanes=replace(network.lanes, base=flows),
        demands=replace(network.demands, quantity=quantity),
    )  # fmt: skip
    # Demand that only the small lane serves cannot be met without it.
    small = replace(spread(network), demand=np.zeros(3))
    with pytest.raises(ContradictionError):
        reconcile(network, small, drop_below=0.1)
    done = reconcile(network, spread(network, 0.3), drop_below=0.1)
    assert done.dropped == ("to-west",)
    assert done.network.lanes.base[1] == 0
    assert np.abs(done.network.imbalance()).max() < 1e-8


def test_a_capacity_below_its_own_base_is_raised_to_two_per_cent_above():
    """A stated capacity that contradicts its base becomes 1.02 times the balanced base."""
    network = networks.canal()
    lanes = replace(network.lanes, capacity=np.array([8.0, np.inf]))
    done = reconcile(replace(network, lanes=lanes), spread(network))
    assert done.network.lanes.capacity[0] == pytest.approx(10.2)
    year = 365 / 7
    assert done.raised == (("short", pytest.approx(8 * year), pytest.approx(10.2 * year)),)


def test_a_capacity_that_the_balanced_base_outgrows_keeps_its_spare():
    """A facility with a spare of 0.1 keeps that spare when balancing raises its base."""
    network = off_balance(networks.canal(), 1.3)
    facilities = replace(network.facilities, capacity=np.array([10.1]))
    done = reconcile(replace(network, facilities=facilities), spread(network)).network
    assert done.facilities.base[0] > 10.1
    assert done.facilities.spare[0] == pytest.approx(0.1)


def test_a_passage_below_its_base_is_raised():
    """A canal that cannot carry the base flow is raised, so that the base is feasible."""
    network = networks.canal()
    passages = replace(network.passages, capacity=np.array([np.inf, 7.0]))
    done = reconcile(replace(network, passages=passages), spread(network))
    assert done.network.passages.capacity[1] == pytest.approx(10.2)
    assert [name for name, _, _ in done.raised] == ["canal"]


def test_a_node_without_a_way_in_contradicts():
    """Demand with certain figures at a node that nothing reaches cannot be balanced."""
    network = make(
        nodes={"a.x": {"price": 1}},
        demands={"d": {"at": "a.x", "quantity": 1, "wtp": 2}},
    )
    with pytest.raises(ContradictionError):
        reconcile(network, replace(spread(network), demand=np.zeros(1)))
