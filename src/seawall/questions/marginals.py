"""What one more unit would be worth: of a plant, of a lane, in a tank.

From the prices of a program's trajectory alone: one more unit of capacity earns, in each period,
what its output is worth less what its input and its running cost, and never less than nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.network.network import during
from seawall.responses.trajectory import exports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.network import Network
    from seawall.network.network import Floats
    from seawall.responses import Trajectory
    from seawall.shocks import Conditions

COLUMNS = ("scenario", "response", "kind", "id", "value", "per")
#: Values below this share of the price are what ties and tolerances leave.
_NOISE = 1e-3
#: A quota counts as used up within this share of it.
_FULL = 1e-6


def marginals(
    network: Network, runs: Mapping[str, Trajectory], scenario: str, met: Conditions | None = None
) -> pd.DataFrame:
    """One row a facility, lane or stock of which one more unit would have been worth something.
    `met` says what tariffs and quotas there are.

    `value` is in millions over the whole run: for one more unit a year of capacity (`per` =
    "unit/yr"), or for one more unit in the tank on the first day beyond its base price
    (`per` = "unit").  Responses without prices have no rows.
    """
    rows = []
    year = 365.0 / network.terms.period_days
    for name, run in runs.items():
        if run.price is None:
            continue
        nodes = network.nodes
        # A closed study has no base prices: there the run's own say what is noise.
        known = nodes.price[nodes.price > 0] if nodes.price.any() else run.price[run.price > 0]
        least = _NOISE * float(np.median(known)) if len(known) else 0.0
        made = facility_margins(network, run.price)
        sent = _lane_margins(network, run, run.price, met)
        if network.profile is not None:
            made = made * during(network.profile.capacity, 0, run.periods)
            sent = sent * during(network.profile.lane_capacity, 0, run.periods)
        parts = (
            ("facility", network.facilities.id, made, year),
            ("lane", network.lanes.id, sent, year),
        )
        for kind, ids, margin, per in parts:
            worth = np.where(margin > least, margin, 0.0).sum(axis=1) / per
            rows += [
                (scenario, name, kind, ids[i], float(worth[i]), "unit/yr")
                for i in np.argsort(-worth)
                if worth[i] > 0
            ]
        ahead = np.where(nodes.has_stock, run.price[:, 0] - nodes.price, 0.0)
        rows += [
            (scenario, name, "stock", f"{nodes.place[n]}.{nodes.commodity[n]}", float(ahead[n]),
             "unit")
            for n in np.argsort(-ahead)
            if ahead[n] > least
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def facility_margins(network: Network, price: Floats) -> Floats:
    """What one more unit of activity earns beyond cost + k (facilities, periods)."""
    facilities = network.facilities
    earned = facilities.recipe.T @ price - (facilities.cost + facilities.kink)[:, None]
    dearer = network.dearer(price.shape[1])
    if dearer is not None:
        earned = earned - dearer[0]
    result: Floats = np.maximum(earned, 0.0)
    return result


def _lane_margins(
    network: Network, run: Trajectory, price: Floats, met: Conditions | None
) -> Floats:
    """As `lane_margins`, after tariffs; more of a lane is worth nothing where a quota is full."""
    margin = lane_margins(network, price)
    if met is None:
        return margin
    margin = np.maximum(margin - met.duty(network), 0.0)
    full = exports(network, run.departures) >= met.quota * (1.0 - _FULL)
    result: Floats = np.where(network.abroad[:, None] & full[network.lanes.origin], 0.0, margin)
    return result


def lane_margins(network: Network, price: Floats) -> Floats:
    """What one more unit of departures earns beyond cost + k (lanes, periods); what arrives after
    the run is worth the base price."""
    lanes, periods = network.lanes, price.shape[1]
    whole = np.floor(lanes.lag).astype(int)
    part = (lanes.lag - whole)[:, None]
    longest = int(whole.max(initial=0)) + 2
    padded = np.concatenate([price, np.tile(network.nodes.price[:, None], longest)], axis=1)
    t = np.arange(periods)[None, :] + whole[:, None]
    at = lanes.destination[:, None]
    value = (1.0 - part) * padded[at, t] + part * padded[at, t + 1]
    spent = price[lanes.origin] + (lanes.cost + lanes.kink)[:, None]
    dearer = network.dearer(periods)
    if dearer is not None:
        spent = spent + dearer[1]
    result: Floats = np.maximum(lanes.keep[:, None] * value - spent, 0.0)
    return result
