"""The dispatch of power grids is PyPSA's: the same plants, line, limits and load blocks.

Costs are all different, so the cheapest dispatch is the only one.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from tests.grid_cases import make_grids, quiet

from seawall.network.grids import BLOCKS, Grids, block_loads
from seawall.program.dispatch import dispatch

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.filterwarnings("ignore")

GAS = {"fuel": "gas", "cost": 20.0, "heat_rate": 0.1, "lng_share": 1.0}
DAYS = 7.0


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    yield
    logging.disable(before)


def joined(**changes: float) -> Grids:
    """Two grids, a line between them, coal with a limit on its energy, gas in one of them."""
    plants = {
        "coal": {"capacity": 60.0, "cost": 10.0, "energy": 1.2},
        "gas": {**GAS, "capacity": 70.0},
        "oil": {"fuel": "oil", "capacity": 25.0, "cost": 50.0},
        "far": {"grid": "b", "capacity": 100.0, "cost": 12.0, "available": 0.9},
        "far oil": {"grid": "b", "fuel": "oil", "capacity": 40.0, "cost": 55.0},
    }
    limit = changes.get("limit", 30.0)
    return make_grids(
        plants,
        loads={"a": (60, 100, 160), "b": (40, 60, 85)},
        lines={"line": {"limit": limit}},
    )


def by_pypsa(grids: Grids, gas: float | None) -> tuple[pd.Series, pd.Series]:
    """GWh of each generator and unserved of each grid."""
    import pypsa

    network = pypsa.Network()
    network.set_snapshots(range(len(BLOCKS)))
    hours = DAYS * 24 * np.array(BLOCKS)
    for column in ("objective", "generators", "stores"):
        network.snapshot_weightings[column] = hours
    loads = block_loads(grids)[:, 0, :]
    for n, name in enumerate(grids.id):
        network.add("Bus", name)
        network.add("Load", f"load {name}", bus=name, p_set=loads[n])
        # As here: a cut costs ten times the dearest plant, in each block 1 % more.
        cost = 10 * grids.cost.max() * (1 + 0.01 * np.arange(len(BLOCKS)))
        network.add("Generator", f"dark {name}", bus=name, p_nom=1e4, marginal_cost=cost)
    for g, name in enumerate(grids.generator):
        most = min(grids.energy[g] * DAYS * 1000, 1e9)
        if gas is not None and grids.heat_rate[g] > 0:
            most = min(most, gas * 1000 / grids.heat_rate[g])
        network.add(
            "Generator", name, bus=grids.id[grids.grid[g]], p_nom=grids.capacity[g],
            p_max_pu=grids.available[g], marginal_cost=grids.cost[g], e_sum_max=most,
        )  # fmt: skip
    for a, name in enumerate(grids.intertie):
        network.add(
            "Link", name, bus0=grids.id[grids.origin[a]], bus1=grids.id[grids.destination[a]],
            p_nom=grids.limit[a], marginal_cost=1.0,
        )  # fmt: skip
    status, condition = network.optimize(solver_name="highs")
    assert (status, condition) == ("ok", "optimal")
    made = network.generators_t.p.mul(hours, axis=0).sum() / 1000
    return made[list(grids.generator)], made[[f"dark {name}" for name in grids.id]]


@pytest.mark.parametrize("gas", [None, 0.9, 0.4, 0.0])
@pytest.mark.parametrize("limit", [0.0, 30.0])
def test_generation_and_cuts_are_those_of_pypsa(gas: float | None, limit: float):
    grids = joined(limit=limit)
    allowed = None if gas is None else np.array([[gas], [0.0]])
    ours = dispatch(grids, quiet(grids, DAYS), allowed)
    made, dark = by_pypsa(grids, gas)
    assert ours.generation[:, 0] == pytest.approx(made.to_numpy(), abs=1e-4)
    assert ours.unserved[:, 0] == pytest.approx(dark.to_numpy(), abs=1e-4)
