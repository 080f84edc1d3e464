"""Flows on lanes as tables: the base, and what a run makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from seawall.network import Network
    from seawall.responses import Trajectory


def base(network: Network) -> pd.DataFrame:
    """Base flow of every lane per year, with its days, freight and calibration residual
    (million / unit departed)."""
    lanes, nodes = network.lanes, network.nodes
    year = 365.0 / network.terms.period_days
    paid = lanes.freight + lanes.duty * lanes.keep * nodes.price[lanes.destination]
    return pd.DataFrame(
        {
            "lane": lanes.id,
            "origin": [nodes.place[o] for o in lanes.origin],
            "destination": [nodes.place[d] for d in lanes.destination],
            "commodity": [nodes.commodity[o] for o in lanes.origin],
            "route": lanes.route,
            "replaces": ["" if r < 0 else lanes.id[r] for r in lanes.replaces],
            "quantity": lanes.base * year,
            "days": lanes.lag * network.terms.period_days,
            "freight": paid,
            "residual": np.where(lanes.base > 0, lanes.cost - paid, 0.0),
        }
    )


def by_period(
    network: Network, runs: Mapping[str, Trajectory], scenario: str, dates: list[date]
) -> pd.DataFrame:
    """Departures of every lane that is used at all, by response and period."""
    lanes = network.lanes
    frames = []
    for name, run in runs.items():
        used = np.flatnonzero((run.departures.max(axis=1, initial=0.0) > 1e-9) | (lanes.base > 0))
        frames.append(
            pd.DataFrame(
                {
                    "scenario": scenario,
                    "response": name,
                    "lane": np.repeat([lanes.id[a] for a in used], len(dates)),
                    "period_start": np.tile(np.array(dates, dtype=object), len(used)),
                    "quantity": run.departures[used].ravel(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
