"""Small power grids as arrays, for tests that need no study."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from seawall.network.grids import Grids
from seawall.program.dispatch import Stretches

PLANT: dict[str, Any] = {
    "grid": "a", "fuel": "coal", "capacity": 100.0, "available": 1.0, "firm": None,
    "energy": np.inf, "cost": 10.0, "heat_rate": 0.0, "lng_share": 0.0, "fill": 0.0,
    "efficiency": 1.0,
}  # fmt: skip
LINE: dict[str, Any] = {"origin": "b", "destination": "a", "limit": 50.0, "base": 0.0}


def make_grids(
    plants: dict[str, dict[str, Any]],
    *,
    loads: dict[str, tuple[float, float, float]],
    lines: dict[str, dict[str, Any]] | None = None,
    feeds: dict[tuple[str, str], float] | None = None,
) -> Grids:
    """Grids with `loads` (minimum, mean, peak in MW, the same every month); plants and lines are
    told by how they differ from `PLANT` and `LINE`."""
    names = tuple(loads)
    at = {name: i for i, name in enumerate(names)}
    full = {name: PLANT | given for name, given in plants.items()}
    ties = {name: LINE | given for name, given in (lines or {}).items()}
    feeds = feeds or {}
    demand = tuple(dict.fromkeys(d for _, d in feeds))

    def column(name: str) -> np.ndarray:
        return np.array([plant[name] for plant in full.values()], dtype=float)

    def month(k: int) -> np.ndarray:
        return np.repeat([[loads[name][k]] for name in names], 12, axis=1).astype(float)

    for plant in full.values():
        plant["firm"] = plant["available"] if plant["firm"] is None else plant["firm"]
    matrix = np.zeros((len(names), len(demand)))
    for (grid, each), share in feeds.items():
        matrix[at[grid], demand.index(each)] = share
    return Grids(
        id=names, name=names, generator=tuple(full), generator_name=tuple(full),
        fuel=tuple(plant["fuel"] for plant in full.values()),
        grid=np.array([at[plant["grid"]] for plant in full.values()], dtype=np.int64),
        capacity=column("capacity"), available=column("available"), firm=column("firm"),
        energy=column("energy"), cost=column("cost"), heat_rate=column("heat_rate"),
        lng_share=column("lng_share"), fill=column("fill"), efficiency=column("efficiency"),
        intertie=tuple(ties),
        origin=np.array([at[tie["origin"]] for tie in ties.values()], dtype=np.int64),
        destination=np.array([at[tie["destination"]] for tie in ties.values()], dtype=np.int64),
        limit=np.array([tie["limit"] for tie in ties.values()], dtype=float),
        base=np.array([tie["base"] for tie in ties.values()], dtype=float),
        peak=month(2), minimum=month(0), mean=month(1), demand=demand, feeds=csr_array(matrix),
    )  # fmt: skip


def quiet(grids: Grids, *days: float) -> Stretches:
    """One period of one stretch for each length in days, in January, nothing out."""
    size = len(days)
    return Stretches(
        period=np.arange(size), month=np.zeros(size, dtype=np.int64),
        days=np.array(days, dtype=float), plant=np.ones((size, len(grids.generator))),
        tie=np.ones((size, len(grids.intertie))), load=np.ones((size, len(grids))),
        added=np.zeros((size, len(grids))),
    )  # fmt: skip
