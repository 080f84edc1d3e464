"""A starting basis for a calibrated program.

Calibration fixes the optimum of the base (everything at its base, prices at p), so the solver need
not search for it.  A stock column is basic in every period of its node, which holds the node's
price constant over time; a node without a stock takes the base part of one facility or lane that
leaves it within the period, or else enters it; all other rows keep their slack.  What is not basic
sits at the bound that it has in the base.  The solver mends whatever this misses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.program.linear import Basis

if TYPE_CHECKING:
    from seawall.network.network import Network
    from seawall.program.layout import Layout

BASIC, LOWER, UPPER = Basis.BASIC, Basis.LOWER, Basis.UPPER


def calibrated_basis(network: Network, plan: Layout) -> Basis:
    """Status of every column and row at the calibrated base."""
    lanes, recipe = network.lanes, network.facilities.recipe.tocoo()
    columns = np.full(plan.num_columns, LOWER, dtype=np.int8)
    rows = np.full(plan.num_rows, BASIC, dtype=np.int8)
    for name in ("activity_low", "departure_low", "served", "stock"):
        columns[plan.columns[name].slice] = UPPER

    def make_basic(name: str, unit: int) -> bool:
        block = plan.columns[name]
        at = np.flatnonzero(block.units == unit)
        if not len(at) or columns[block.index()[at[0], 0]] == BASIC:
            return False
        columns[block.index()[at[0]]] = BASIC
        return True

    balance = plan.rows["balance"].index()
    for node in range(len(network.nodes)):
        quick = np.flatnonzero((lanes.origin == node) & (lanes.lag == 0) & (lanes.base > 0))
        made = recipe.col[(recipe.row == node) & (recipe.data > 0)]
        choices = [
            ("stock", node),
            *(("departure_low", int(a)) for a in quick[np.argsort(-lanes.base[quick])]),
            *(("activity_low", int(f)) for f in made),
        ]
        if any(make_basic(name, unit) for name, unit in choices):
            rows[balance[node]] = LOWER
    total = plan.columns["departed"]
    columns[total.slice] = BASIC
    rows[plan.rows["departed"].slice] = LOWER
    return Basis(columns, rows)
