"""The program of a Seawall network once more, as a PyPSA network that PyPSA solves.

Its components are those of `seawall.exchange.twin`, made from the network's arrays and a scenario's
conditions alone.  PyPSA has no component for contract floors, for a quota on what leaves a country
and for the capacity of a passage that lanes share: these are added to its model by linopy
(`add_rows`).

Discounting is not expressed: `twin` wants a network whose discount is 0 (`undiscounted`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from seawall.exchange.twin import Measure, components, undiscounted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pypsa
    from linopy import LinearExpression, Model, Variable

    from seawall.network.network import Floats, Ints, Network
    from seawall.shocks import Conditions

__all__ = ["Twin", "twin", "undiscounted", "whole_periods"]

MEASURE = Measure()


def whole_periods(network: Network) -> Network:
    """`network` with lead times rounded to whole periods; crossing times stay."""
    return replace(network, lanes=replace(network.lanes, lag=np.round(network.lanes.lag)))


@dataclass(frozen=True)
class Twin:
    """A PyPSA network, its links that are lanes, and what its own components cannot say.

    `lane_link` holds the names of the Links that carry cargo, `lane_of` the lane of each.
    """

    pypsa: pypsa.Network
    lane_link: tuple[str, ...]
    lane_of: Ints
    network: Network
    met: Conditions

    def build(self) -> Model:
        """PyPSA's own model, ready to be handed to a solver."""
        model: Model = self.pypsa.optimize.create_model(
            consistency_check=False, include_objective_constant=False
        )
        self.add_rows(model)
        return model

    def add_rows(self, model: Model) -> None:
        """Add contract floors, passage capacities and quotas to PyPSA's model."""
        if len(self.lane_link):
            sent = model["Link-p"]
            _add_contracts(model, sent, self)
            _add_passages(model, sent, self)
            _add_quotas(model, sent, self)

    def solve(self) -> float:
        """Solve with HiGHS on one thread and give the optimum in millions.

        Raises
        ------
        RuntimeError
            When PyPSA does not report an optimal solution.
        """
        status, condition = self.pypsa.optimize.solve_model(
            solver_name="highs",
            io_api="direct",
            solver_options={"threads": 1, "output_flag": False, "random_seed": 0},
            log_to_console=False,
        )
        if (status, condition) != ("ok", "optimal"):
            raise RuntimeError(f"PyPSA answers {status}, {condition}")
        objective = self.pypsa.objective
        if objective is None:
            raise RuntimeError("PyPSA has no objective after an optimal solve")
        return float(objective)


def twin(network: Network, met: Conditions) -> Twin:
    """The PyPSA network of `network` under `met`.

    Raises
    ------
    ValueError
        When the network has a discount.
    """
    made = components(network, met, MEASURE)
    return Twin(
        pypsa=made.pypsa, lane_link=made.lane_link, lane_of=made.lane_of, network=network, met=met
    )


def _terms(sent: Variable, links: Sequence[str], factor: Floats) -> LinearExpression:
    """factor * departures by link, one entry an element of the new dimension `entry`."""
    chosen = sent.sel(name=xr.DataArray(list(links), dims="entry"))
    terms: LinearExpression = (chosen * xr.DataArray(factor, dims="entry")).drop_vars("name")
    return terms


def _add_contracts(model: Model, sent: Variable, twin: Twin) -> None:
    """Departures to the buyer less its share of all departures of the origin >= 0."""
    contracts, lanes = twin.network.contracts, twin.network.lanes
    member = contracts.member.toarray()
    bound = np.flatnonzero(contracts.share > 0)
    if not len(bound):
        return
    leaves = lanes.origin[twin.lane_of][None, :] == contracts.origin[bound][:, None]
    factor = member[bound][:, twin.lane_of] - contracts.share[bound][:, None]
    row, link = np.nonzero(leaves)
    lhs = _terms(sent, [twin.lane_link[i] for i in link], factor[row, link])
    lhs = lhs.groupby(xr.DataArray(row, dims="entry", name="contract")).sum()
    holds = xr.DataArray(
        twin.met.contract_holds(twin.network)[bound].T,
        coords={"snapshot": sent.indexes["snapshot"], "contract": np.arange(len(bound))},
        dims=("snapshot", "contract"),
    )
    model.add_constraints(lhs, ">=", 0, name="contract", mask=holds)


def _add_passages(model: Model, sent: Variable, twin: Twin) -> None:
    """Crossings of the window's own departures in each snapshot <= capacity."""
    lanes, passages = twin.network.lanes, twin.network.passages
    for p in np.flatnonzero(np.isfinite(passages.capacity)):
        parts: dict[int, list[tuple[str, float]]] = {}
        for j in np.flatnonzero(lanes.crossing_passage == p):
            whole = int(np.floor(lanes.crossing_lag[j]))
            broken = float(lanes.crossing_lag[j] - whole)
            for i in np.flatnonzero(twin.lane_of == lanes.crossing_lane[j]):
                parts.setdefault(whole, []).append((twin.lane_link[i], 1.0 - broken))
                if broken > 0:
                    parts.setdefault(whole + 1, []).append((twin.lane_link[i], broken))
        crossing = [
            _terms(sent, [name for name, _ in part], np.array([f for _, f in part]))
            .sum("entry")
            .shift(snapshot=later)
            for later, part in sorted(parts.items())
        ]
        if crossing:
            model.add_constraints(
                sum(crossing[1:], start=crossing[0]), "<=", MEASURE.amount * passages.capacity[p],
                name=f"passage-{passages.id[p]}",
            )  # fmt: skip


def _add_quotas(model: Model, sent: Variable, twin: Twin) -> None:
    """Departures of a node for other countries in each snapshot <= quota."""
    nodes, lanes, quota = twin.network.nodes, twin.network.lanes, twin.met.quota
    for n in np.flatnonzero(np.isfinite(quota).any(axis=1)):
        links = [
            link
            for link, a in zip(twin.lane_link, twin.lane_of, strict=True)
            if lanes.origin[a] == n and nodes.country[lanes.destination[a]] != nodes.country[n]
        ]
        limit = xr.DataArray(MEASURE.amount * np.where(np.isfinite(quota[n]), quota[n], 0.0),
                             coords={"snapshot": sent.indexes["snapshot"]})  # fmt: skip
        set_now = xr.DataArray(np.isfinite(quota[n]), coords=limit.coords)
        model.add_constraints(
            _terms(sent, links, np.ones(len(links))).sum("entry"), "<=", limit,
            name=f"quota-{nodes.place[n]}-{nodes.commodity[n]}", mask=set_now,
        )  # fmt: skip
