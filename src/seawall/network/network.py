"""The supply network as arrays.

Everything downstream (shocks, program, responses) works on these arrays and knows no names of
sectors, countries or commodities.  Positions are the contract: entry `i` of every array of a block
speaks of unit `i` of that block, and an array of indices always says into which block it points.

Quantities are in the commodity's own unit (Mt), rates per period, money in millions of the study's
currency, prices in millions per unit (for Mt and USD: the number of USD/t).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

TINY = 1e-12
#: A demand whose sector says so is nobody's: it stands for what sources cannot explain.
UNEXPLAINED = "(gap)"


@dataclass(frozen=True)
class Nodes:
    """(place, commodity) pairs with what is stored there.

    Attributes
    ----------
    place, commodity, country
        Names, one of each a node.
    start, floor, tank
        Stock at the start, floor and tank volume [unit]; zero where there is no stock.
    has_stock
        Whether the node has a tank at all.
    loss
        Share of the stock that is lost in a period.
    price
        Base price [million / unit]; nan before calibration.
    kink
        Half the gap between selling and buying price, `k` [million / unit].
    """

    place: tuple[str, ...]
    commodity: tuple[str, ...]
    country: tuple[str, ...]
    start: Floats
    floor: Floats
    tank: Floats
    has_stock: Bools
    loss: Floats
    price: Floats
    kink: Floats

    def __len__(self) -> int:
        return len(self.place)

    def index(self) -> dict[tuple[str, str], int]:
        """Position of every (place, commodity) pair."""
        return {pair: i for i, pair in enumerate(zip(self.place, self.commodity, strict=True))}


@dataclass(frozen=True)
class Facilities:
    """Recipes at places.

    `recipe` (nodes x facilities) holds units made (+) or used (-) per unit of activity; `base` and
    `capacity` are activity per period, `capacity` what can be reached, its part above the base
    only after `ramp` periods; `free_output` marks nodes (not facilities) that get a by-product,
    which may be thrown away for nothing; `cost` is per unit of activity, `kink` its half gap.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    place: tuple[str, ...]
    recipe: csr_array
    free_output: Bools
    base: Floats
    capacity: Floats
    ramp: Floats
    cost: Floats
    kink: Floats

    def __len__(self) -> int:
        return len(self.id)

    @property
    def spare(self) -> Floats:
        """Reachable activity beyond the base."""
        result: Floats = np.maximum(self.capacity - self.base, 0.0)
        return result


@dataclass(frozen=True)
class Lanes:
    """Ways to move one commodity between two nodes.

    `origin`, `destination` point into nodes; `lag` is the lead time in periods (not whole);
    `keep` is the share that arrives; `base`, `capacity` and `growth` are per period (capacity and
    growth inf = no limit); `qualify` is in periods; `freight` is real freight, `duty` a share of
    the value that arrives, `cost` what the program pays (freight, duty and the calibration
    residual), freight and cost per unit departed.
    `replaces` is the lane that this one is a detour of, or -1.
    `tariff_free` says that a contract spares the pair the tariffs of a scenario.
    Crossing `j` says that lane `crossing_lane[j]` is at passage `crossing_passage[j]`
    `crossing_lag[j]` periods after departure.
    """

    id: tuple[str, ...]
    route: tuple[str, ...]
    origin: Ints
    destination: Ints
    lag: Floats
    keep: Floats
    base: Floats
    capacity: Floats
    growth: Floats
    qualify: Floats
    freight: Floats
    duty: Floats
    cost: Floats
    kink: Floats
    replaces: Ints
    tariff_free: Bools
    crossing_lane: Ints
    crossing_passage: Ints
    crossing_lag: Floats

    def __len__(self) -> int:
        return len(self.id)

    @property
    def inherited(self) -> Floats:
        """Base flow that counts for the pair: a detour inherits that of the lane it replaces."""
        own = self.base.copy()
        detour = self.replaces >= 0
        own[detour] = self.base[self.replaces[detour]]
        return own


@dataclass(frozen=True)
class Demands:
    """Steps of demand: a tier is one step, an elastic demand a ladder of them.

    `tier_of` points into the rows of the study (`tier_id`, `tier`, `sector`); `quantity` is per
    period, `wtp` million per unit.  `elasticity` is one a row, nan for a tier; before calibration
    an elastic demand is one step whose `wtp` is not yet known (nan).

    `priority` (million per unit) decides who is served first and how much is bid; it equals `wtp`
    unless an allocation order changes it, and `wtp` stays what a unit is worth.  A step is wanted
    from `since` to before `until` (days after the first shock), -inf and inf where no order says
    otherwise; the undisturbed base knows only the steps that have always been wanted.
    """

    tier_id: tuple[str, ...]
    tier: tuple[str, ...]
    sector: tuple[str, ...]
    tier_of: Ints
    node: Ints
    quantity: Floats
    wtp: Floats
    elasticity: Floats
    priority: Floats
    since: Floats
    until: Floats

    def __len__(self) -> int:
        return len(self.node)

    @property
    def explained(self) -> Bools:
        """Which steps somebody wants (steps,); the others balance what sources disagree about."""
        of_row = np.array([UNEXPLAINED not in sector for sector in self.sector], dtype=bool)
        result: Bools = of_row[self.tier_of] if len(of_row) else np.zeros(0, dtype=bool)
        return result

    @property
    def base(self) -> Floats:
        """Quantity per period in the undisturbed base, where no order is in force [unit]."""
        result: Floats = np.where(np.isneginf(self.since), self.quantity, 0.0)
        return result


@dataclass(frozen=True)
class Contracts:
    """A floor under what an origin sends to a buyer: the sum over the lanes in `member` is at least
    `share` of all departures of `origin`.

    `quantity` is what the contracts of the pair come to per period, `floor` the part of it that
    must be kept; `share` is 0 until the base is known.  `member` (contracts x lanes) marks the
    routes to the buyer.
    """

    id: tuple[str, ...]
    origin: Ints
    quantity: Floats
    floor: Floats
    share: Floats
    member: csr_array

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Passages:
    """Straits and canals; `capacity` is per period over all lanes (inf = none)."""

    id: tuple[str, ...]
    name: tuple[str, ...]
    capacity: Floats

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Terms:
    """What holds for the whole program: rates are per period, shares of price."""

    period_days: float
    start: date
    periods: int
    discount: float
    kink: float
    holding: float
    demurrage: float
    terminal: bool
    pipeline: bool
    curtail: bool
    calibrate: bool
    closed: bool = False


@dataclass(frozen=True)
class Profile:
    """By what figures of a closed study are multiplied in each period of its run.

    `capacity` and `cost` are (facilities, periods), `lane_capacity` and `freight` (lanes, periods),
    `wanted` (rows of the study's demands, periods), so that steps find theirs by `tier_of`.
    """

    capacity: Floats
    cost: Floats
    lane_capacity: Floats
    freight: Floats
    wanted: Floats


@dataclass(frozen=True)
class Network:
    """One supply network: the only thing that a program is made of."""

    terms: Terms
    nodes: Nodes
    facilities: Facilities
    lanes: Lanes
    demands: Demands
    contracts: Contracts
    passages: Passages
    profile: Profile | None = None

    def dearer(self, periods: int) -> tuple[Floats, Floats] | None:
        """What a profile adds to costs [million / unit]: of activity (facilities, periods) and of
        departures (lanes, periods); None without one."""
        if self.profile is None:
            return None
        activity = self.facilities.cost[:, None] * (during(self.profile.cost, 0, periods) - 1.0)
        freight = self.lanes.freight[:, None] * (during(self.profile.freight, 0, periods) - 1.0)
        return activity, freight

    @property
    def abroad(self) -> Bools:
        """Lanes that lead to another country (lanes,)."""
        country = np.array(self.nodes.country, dtype=object)
        result: Bools = country[self.lanes.origin] != country[self.lanes.destination]
        return result

    def imbalance(self) -> Floats:
        """What is left over at each node in the base, per period [unit]; zero when balanced."""
        nodes, lanes, demands = self.nodes, self.lanes, self.demands
        left = self.facilities.recipe @ self.facilities.base
        np.add.at(left, lanes.destination, lanes.keep * lanes.base)
        np.subtract.at(left, lanes.origin, lanes.base)
        np.subtract.at(left, demands.node, demands.base)
        result: Floats = left - nodes.loss * nodes.start
        return result


def during(factors: Floats, start: int, periods: int) -> Floats:
    """Factors (units, periods) from period `start` on; after the last one they stay as it was."""
    at = np.minimum(np.arange(start, start + periods), factors.shape[1] - 1)
    result: Floats = factors[:, at]
    return result
