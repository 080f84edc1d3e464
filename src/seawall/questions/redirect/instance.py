"""The problem of one morning as plain arrays, and a plan for it: no study, no names of places.

Quantities are kilotonnes, money is million USD, days count from the day of the book (0).  A
**world** is one way in which what is not known may turn out: when a passage opens again, whether
sellers consent.  A **column** is one thing that can be done with one cargo: bring it to one
cluster of terminals so that unloading begins on one day.  Cargoes that must be told today what to
do have columns that all worlds share; the others choose in each world by themselves (two-stage
programming with recourse, Dantzig 1955).  Leaving a cargo where it is is always possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

__all__ = ["NOBODY", "Cargoes", "Columns", "Instance", "Lending", "Plan", "Steps", "Terminals"]

#: In the place of a member, cargo, column or terminal: none.
NOBODY = -1


@dataclass(frozen=True)
class Terminals:
    """Receiving terminals (J,) and what they hang below.

    A terminal lies in a **cluster**, whose terminals can stand in for each other; clusters send
    out to a **region**, where demand is; a region belongs to a **member**.
    """

    ids: tuple[str, ...]
    cluster: Ints
    start: Floats
    floor: Floats
    tank: Floats
    send_out: Floats
    """Most that it can send out [kt a day]."""
    berths: Ints
    port_days: Ints
    """Whole days that a ship takes a berth: 2 means the day on which it begins and the next."""
    largest: Floats
    """Largest ship [m3]."""
    smallest: Floats
    clusters: tuple[str, ...]
    cluster_region: Ints
    regions: tuple[str, ...]
    region_member: Ints
    members: tuple[str, ...]

    @property
    def member(self) -> Ints:
        """Member of each terminal (J,)."""
        result: Ints = self.region_member[self.cluster_region[self.cluster]]
        return result


@dataclass(frozen=True)
class Steps:
    """Steps of demand (M,), each with one willingness to pay; within a region highest first."""

    ids: tuple[str, ...]
    region: Ints
    tier: tuple[str, ...]
    worth: Floats
    """Willingness to pay [million USD a kt]."""
    wanted: Floats
    """(worlds, M, days) [kt a day], less nothing: all gas, also that from home."""
    home: Floats
    """Gas that comes from home (worlds, regions, days) [kt a day]."""


@dataclass(frozen=True)
class Cargoes:
    """Cargoes (C,)."""

    ids: tuple[str, ...]
    owner: Ints
    """Member whose buyer has it; NOBODY for an offer."""
    size: Floats
    """Tank volume of the ship [m3]."""
    aboard: Floats
    """What is, or will be, loaded [kt]."""
    value: Floats
    """What it is worth where it is left undelivered [million USD]: what is not paid for, or what
    is still aboard at the base price less the rest of the way."""
    now: Bools
    """Whether it must be told today what to do."""
    group: Ints
    """Cargoes of one group are alike in everything but the day."""


@dataclass(frozen=True)
class Columns:
    """Things that can be done (O,), sorted by cargo, then world, cluster, day."""

    cargo: Ints
    cluster: Ints
    world: Ints
    """The one world in which it counts; NOBODY: all, it is decided today."""
    day: Ints
    """(O, worlds) first day alongside; NOBODY: not within the horizon in that world."""
    lands: Floats
    """(O, worlds) what it unloads [kt]."""
    cost: Floats
    """(O, worlds) extra freight, fees and purchase against going on as planned [million USD]."""
    freight: Floats
    """(O, worlds) the part of `cost` that is freight (charter, fuel, tolls, waiting)."""
    fee: Floats
    """(O, worlds) the part that is paid to a seller for the diversion."""
    lender: Ints
    """Member whose cargo goes to another member's terminal; NOBODY: no loan."""
    decide: Ints
    """Day on which it must be told at the latest."""
    voyage: Ints
    """Row of the table of voyages, for the report: which way it sails."""
    priority: Floats
    """What article 10 adds to the cost of a loan [million USD]: its order, not money."""


@dataclass(frozen=True)
class Lending:
    """The pact in numbers; `cargoes_per_week` 0 means that there is none."""

    cargoes_per_week: float
    floor: Floats
    """(worlds, members, days) stock of all its terminals that a lender keeps while it lends [kt]:
    what article 5 says, or what it would have without a loan where that is less."""
    serves: Floats
    """(worlds, M, days) what lenders' own first tiers get in any case [kt a day]."""
    from_day: Ints
    """(worlds, members) first day on which a member is in need by article 2; NOBODY: never."""
    share: Floats
    """(members,) part that a lender gives of all loans (article 9); nan: no rule."""
    return_weeks: int
    premium: float


@dataclass(frozen=True)
class Instance:
    """All of it: `worlds` with their weights (W,), `days` of the horizon.

    `judge` is "average" (over worlds, by weight) or "worst".  `end_value` is what a kt in each
    cluster's tanks is worth at the end (K,).  All of it counts: with a limit at what was there at
    the start, a plan would leave laden ships at sea rather than fill a tank.
    """

    days: int
    weights: Floats
    judge: str
    terminals: Terminals
    steps: Steps
    cargoes: Cargoes
    columns: Columns
    lending: Lending
    end_value: Floats
    fits: Bools
    """(cargoes, terminals) whether the ship may call there."""

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return len(self.weights)


@dataclass(frozen=True)
class Plan:
    """What is done in each world, at which terminal, and what follows.

    Attributes
    ----------
    column
        (worlds, cargoes) chosen column; NOBODY: left where it is.
    terminal
        (worlds, cargoes) terminal; NOBODY: none, or none decided yet.
    stock, sent
        (worlds, J, days) stock at the end of the day, send-out of the day [kt].
    served
        (worlds, M, days) [kt a day].
    shortage, freight, fees, purchases, left, order
        (worlds,) million USD: willingness to pay of what is not served; the parts of cost; value
        of what is left in tanks and of cargoes that are left; what article 10 adds.
    cost
        What counts in all: over worlds by `judge`, shortage + freight + fees + purchases + order
        - left.
    lower_bound
        Proven: no plan costs less.
    """

    column: Ints
    terminal: Ints
    stock: Floats
    sent: Floats
    served: Floats
    shortage: Floats
    freight: Floats
    fees: Floats
    purchases: Floats
    left: Floats
    order: Floats
    cost: float
    lower_bound: float

    @property
    def spent(self) -> Floats:
        """(worlds,) shortage + freight + fees + purchases: what the gap is measured against."""
        result: Floats = self.shortage + self.freight + self.fees + self.purchases
        return result

    def gap(self, weights: Floats) -> float:
        """(cost - bound) / what the plan spends: the end value of stock would make the ratio of
        the objective itself meaningless."""
        return (self.cost - self.lower_bound) / max(float(weights @ self.spent), 1e-9)
