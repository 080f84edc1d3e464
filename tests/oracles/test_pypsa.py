"""The optimum of the program is PyPSA's, for the base and under scenarios.

PyPSA's network is made from the arrays of the network and the conditions of the scenario alone
(benchmarks/pypsa_twin.py), so an error in Seawall's rows, costs or bounds shows as a difference.
Both solve without discount, which the twin does not express.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from benchmarks.pypsa_twin import twin, undiscounted, whole_periods

from seawall.network import base_case
from seawall.program import assemble, bounds, costs, solve
from seawall.program.linear import LinearProgram
from seawall.questions.prepared import find_scenario
from seawall.shocks import Scenario, Shock, conditions
from seawall.study import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seawall.network import Network
    from seawall.shocks import Conditions

# Warnings of PyPSA and what it builds on say nothing of Seawall.
pytestmark = pytest.mark.filterwarnings("ignore")

CASES = [
    ("three", None, True),
    ("three", "gate-14d", True),
    ("three", "gate-60d", True),
    ("three", "gate-60d", False),
    ("twelve", None, True),
    ("twelve", None, False),
    ("twelve", "narrows-60d", True),
    ("twelve", "canal-60d", True),
    ("twelve", "gulf-outage", True),
    ("twelve", "gulf-outage", False),
    ("twelve", "demand-up", True),
]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    yield
    logging.disable(before)


def asked(folder: Path, scenario: str | None, *, calibrated: bool) -> tuple[Network, Conditions]:
    """The undiscounted network of a study, and what it meets under one of its scenarios."""
    study = read(folder)
    found = find_scenario(study, scenario)
    if found is not None:
        study = study.variant(*found.variants)
    model = study.settings.model.model_copy(update={"calibrate": calibrated})
    settings = study.settings.model_copy(update={"model": model})
    network = undiscounted(base_case(replace(study, settings=settings)).network)
    return network, conditions(network, found, network.terms.periods)


def ours(network: Network, met: Conditions) -> float:
    """Seawall's optimum in millions."""
    program = assemble(network, met.periods, quotas=True)
    low, high, row_low, row_high = bounds(network, program.layout, met, program.scale)
    linear, cost = program.linear, costs(program, met)
    cost = linear.c if cost is None else cost
    changed = LinearProgram(cost, linear.A, row_low, row_high, low, high)
    return solve(changed).cost / program.scale.money


def theirs(network: Network, met: Conditions) -> float:
    """PyPSA's optimum in millions."""
    peer = twin(network, met)
    peer.build()
    return peer.solve()


@pytest.mark.parametrize("name,scenario,calibrated", CASES)
def test_pypsa_finds_the_same_optimum(
    data: Path, name: str, scenario: str | None, calibrated: bool
) -> None:
    network, met = asked(data / name, scenario, calibrated=calibrated)
    assert ours(network, met) == pytest.approx(theirs(network, met), rel=1e-6)


def test_what_a_closure_costs_is_the_same(data: Path) -> None:
    """The difference to the base is far smaller than the optimum: it is compared by itself."""
    network, shut = asked(data / "twelve", "narrows-60d", calibrated=True)
    still = conditions(network, None, network.terms.periods)
    loss = ours(network, shut) - ours(network, still)
    assert loss > 0
    assert loss == pytest.approx(theirs(network, shut) - theirs(network, still), rel=1e-6)


def test_lead_times_of_whole_weeks(data: Path) -> None:
    """With whole weeks each lane is one port of one Link: PyPSA's delay as it is documented."""
    network, met = asked(data / "twelve", "narrows-60d", calibrated=True)
    rounded = whole_periods(network)
    scenario = find_scenario(read(data / "twelve"), "narrows-60d")
    met = conditions(rounded, scenario, met.periods)
    assert ours(rounded, met) == pytest.approx(theirs(rounded, met), rel=1e-6)


def test_the_twin_says_that_it_has_no_discount(data: Path) -> None:
    network = base_case(read(data / "three")).network
    with pytest.raises(ValueError, match="no discount"):
        twin(network, conditions(network, None, 4))


@pytest.mark.parametrize("target", ["GLF", "west"])
def test_tariffs_and_quotas(data: Path, target: str) -> None:
    """A country whose plants have contracts, and one without: a quota and a tariff that end, on
    goods of three weeks at sea and of a few days."""
    network, still = asked(data / "twelve", None, calibrated=True)
    shocks = (
        Shock(quota=target, depth=0.3, days=80, recovery=((20, 0.9),)),
        Shock(tariff="*", to="SUD", rate=0.2, days=50),
        Shock(tariff=target, to="alba", rate=1.5, start_day=10, days=30),
    )
    met = conditions(network, Scenario(title="rules", shock=shocks), still.periods)
    loss = ours(network, met) - ours(network, still)
    assert loss > 10
    assert loss == pytest.approx(theirs(network, met) - theirs(network, still), rel=1e-5)
