"""Where the columns and rows of a program are.

Columns go unit by unit with time inside, so that all periods of one unit are one contiguous slice:
column = block.offset + position of the unit in the block * periods + period.  Rows likewise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from seawall.network.network import Floats, Ints, Network


@dataclass(frozen=True)
class Block:
    """A family of columns or rows: its units (positions in the network) over all periods."""

    name: str
    units: Ints
    offset: int
    periods: int

    @property
    def size(self) -> int:
        """Number of columns (rows)."""
        return len(self.units) * self.periods

    @property
    def slice(self) -> slice:
        """The block's place in a vector of all columns (rows)."""
        return slice(self.offset, self.offset + self.size)

    def table(self, vector: Floats) -> Floats:
        """The block's part of a vector of all columns (rows) as (units, periods)."""
        return vector[self.slice].reshape(len(self.units), self.periods)

    def index(self) -> Ints:
        """Positions in a vector of all columns (rows) as (units, periods)."""
        return np.arange(self.offset, self.offset + self.size).reshape(-1, self.periods)


@dataclass(frozen=True)
class Layout:
    """Blocks of columns and of rows by name.

    Columns: `activity_low` and `activity_high` (facilities: up to the base, beyond it),
    `departure_low` and `departure_high` (lanes), `stock` (up to the start stock), `stock_extra`
    (above it), `waiting`, `departed` (all departures of a node that has contracts), `served`
    (demand steps), `spill`.
    Rows: `balance` (nodes), `departed`, `contract`, `passage`, `quota` (nodes).
    """

    periods: int
    columns: dict[str, Block]
    rows: dict[str, Block]

    @property
    def num_columns(self) -> int:
        return sum(block.size for block in self.columns.values())

    @property
    def num_rows(self) -> int:
        return sum(block.size for block in self.rows.values())


def layout(network: Network, periods: int, *, quotas: bool = False) -> Layout:
    """Lay out the program of `network` over `periods` periods.

    `quotas` adds the rows that nodes need for a quota (`quota_nodes`): few scenarios ask for them,
    and all would carry them.  A unit that can never be used has no column: no `low` part without a
    kink, no waiting where nothing arrives from outside, no spill where nothing is made for free.
    """
    nodes, facilities, lanes = network.nodes, network.facilities, network.lanes
    bought_low = (facilities.base > 0) & (facilities.kink > 0)
    goes_low = (lanes.inherited > 0) & (lanes.kink > 0)
    goes_high = ~goes_low | (lanes.capacity > lanes.inherited)
    bound = np.flatnonzero(network.contracts.share > 0)
    bound_origins = contract_nodes(network)
    columns = {
        "activity_low": np.flatnonzero(bought_low),
        "activity_high": np.flatnonzero(~bought_low | (facilities.spare > 0)),
        "departure_low": np.flatnonzero(goes_low),
        "departure_high": np.flatnonzero(goes_high),
        "stock": np.flatnonzero(nodes.has_stock),
        "stock_extra": np.flatnonzero(nodes.has_stock & (nodes.tank > nodes.start)),
        "waiting": waiting_nodes(network),
        "departed": bound_origins,
        "served": np.arange(len(network.demands)),
        "spill": np.flatnonzero(facilities.free_output),
    }
    rows = {
        "balance": np.arange(len(nodes)),
        "departed": bound_origins,
        "contract": bound,
        "passage": np.flatnonzero(np.isfinite(network.passages.capacity)),
        "quota": quota_nodes(network) if quotas else np.zeros(0, dtype=np.int64),
    }
    return Layout(periods, _blocks(columns, periods), _blocks(rows, periods))


def waiting_nodes(network: Network) -> Ints:
    """Nodes where ships may have to wait: those that lanes with a lead time reach, and those that
    ships may have to come back to because a passage ahead is shut.

    In a closed study nothing is at sea that anyone could not have foreseen, so nothing waits."""
    lanes = network.lanes
    if network.terms.closed:
        return np.zeros(0, dtype=np.int64)
    arriving = lanes.destination[lanes.lag > 0]
    returning = lanes.origin[lanes.crossing_lane]
    return np.unique(np.concatenate([arriving, returning]))


def contract_nodes(network: Network) -> Ints:
    """Nodes with contracts: the sum of their departures has a column."""
    contracts = network.contracts
    return np.unique(contracts.origin[contracts.share > 0])


def quota_nodes(network: Network) -> Ints:
    """Nodes with lanes abroad of which no column says how much leaves the country: all but those
    with contracts from which every lane leads abroad."""
    origin, abroad = network.lanes.origin, network.abroad
    told = np.setdiff1d(contract_nodes(network), origin[~abroad])
    return np.setdiff1d(origin[abroad], told)


def _blocks(families: dict[str, Ints], periods: int) -> dict[str, Block]:
    blocks, offset = {}, 0
    for name, units in families.items():
        blocks[name] = Block(name, np.asarray(units, dtype=np.int64), offset, periods)
        offset += blocks[name].size
    return blocks
