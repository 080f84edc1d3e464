"""Plants that are built, found by filling and refilling: each takes what others have left.

`construct` opens the site that is worth most at the prices of the bound with what is left in pools
and places, again and again (a lazy greedy: what a site is worth only falls as others take).
`refill` then closes a few plants around a random one and opens the best there anew, many times
over (large neighbourhood search, Shaw 1998); it keeps what is better, and at first also what is a
little worse (annealing, Kirkpatrick, Gelatt, Vecchi 1983).  Both settle feed and gas plant by
plant; `flows.operate` settles who takes what exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.site.biogas.bound import use_of
from seawall.questions.site.biogas.filling import Data, State, fill, refilled, trim

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.site.biogas.bound import Prices
    from seawall.questions.site.biogas.cells import Pairs
    from seawall.questions.site.biogas.flows import Plan
    from seawall.questions.site.biogas.instance import Instance

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Filling", "complete", "construct", "refill"]

#: Steps in which the heat of `refill` falls to nothing.
COOLINGS = 40


@dataclass(frozen=True)
class Filling:
    """Plants, and what each takes and sells while a search goes on.

    `size` (J,) size of the plant at each site, -1 for none; `left` (p,) and `room` (D,) what is
    left of each pool and demand; `taken` (i,) and `sold` (o,) by item and outlet; `built` (R,)
    plants by region.
    """

    size: Ints
    left: Floats
    room: Floats
    taken: Floats
    sold: Floats
    built: Ints

    def copy(self) -> Filling:
        """A copy to be changed."""
        return Filling(*(getattr(self, name).copy() for name in self.__dataclass_fields__))

    @staticmethod
    def of(instance: Instance, plan: Plan) -> Filling:
        """The plants of a plan, as they are run there."""
        pools, places = len(instance.available), len(instance.demand)
        used = np.bincount(instance.pool, weights=plan.taken, minlength=pools)
        met = np.bincount(instance.place, weights=plan.sold, minlength=places)
        size = np.full(instance.sites, -1)
        size[plan.sites] = plan.sizes
        return Filling(
            size, np.maximum(instance.available - used, 0.0),
            np.maximum(instance.demand - met, 0.0), plan.taken.copy(), plan.sold.copy(),
            np.bincount(instance.region[plan.sites], minlength=len(instance.most)),
        )  # fmt: skip

    @property
    def sites(self) -> Ints:
        """Sites with a plant."""
        return np.flatnonzero(self.size >= 0)

    def state(self) -> State:
        """The arrays, as the compiled loops take them."""
        return State(self.size, self.left, self.room, self.taken, self.sold, self.built)

    def value(self, instance: Instance) -> float:
        """Sales less all costs of what is settled plant by plant [million INR a year]."""
        fixed = instance.fixed[self.size[self.sites]].sum()
        return float(self.sold @ instance.price - self.taken @ instance.cost - fixed)


def construct(instance: Instance, prices: Prices) -> Filling:
    """Open `count` plants, the one that is worth most at these prices first; those that regions
    must have before all others."""
    begun = Filling(
        np.full(instance.sites, -1), instance.available.copy(), instance.demand.copy(),
        np.zeros(len(instance.pool)), np.zeros(len(instance.place)),
        np.zeros(len(instance.most), dtype=np.int64),
    )  # fmt: skip
    data, state = _data(instance, prices), begun.state()
    able = np.diff(instance.outlet) > 0
    pi, delta = prices.pi, prices.delta
    for region in np.flatnonzero(instance.least):
        inside = np.flatnonzero(able & (instance.region == region))
        fill(data, state, inside, int(instance.least[region]), -np.inf, pi, delta)
    fill(data, state, np.flatnonzero(able), instance.count - len(begun.sites), -np.inf, pi, delta)
    return begun


def complete(instance: Instance, prices: Prices, filled: Filling) -> Filling:
    """As many plants as asked for: those worth least are closed, or the best are added."""
    better = filled.copy()
    data, state = _data(instance, prices), better.state()
    extra = len(better.sites) - instance.count
    if extra > 0:
        trim(data, state, extra)
    elif extra < 0:
        able = np.flatnonzero(np.diff(instance.outlet) > 0)
        fill(data, state, able, -extra, -np.inf, prices.pi, prices.delta)
    return better


def refill(
    instance: Instance,
    prices: Prices,
    filled: Filling,
    around: Pairs,
    *,
    toll: float,
    spare: int,
    turns: int,
    heat: float,
    seed: int,
    until: float = np.inf,
) -> Filling:
    """Close plants around random ones and open the best there anew, `turns` times.

    Parameters
    ----------
    around
        Sites near each site, nearest first.
    toll, spare
        What the worst plant of the best choice is worth: others may be had for it, up to `spare`
        more or fewer.
    heat
        What a turn may lose at first, about [million INR a year]; it cools to nothing.
    until
        `monotonic` time at which it cools at once and ends.
    """
    changed, data, rng = filled.copy(), _data(instance, prices), np.random.default_rng(seed)
    state = changed.state()
    for step in range(COOLINGS, 0, -1):
        late = monotonic() > until
        warmth = 0.0 if late else heat * (step - 1) / (COOLINGS - 1)
        refilled(
            data, state, around.start, around.other, prices.pi, prices.delta, toll,
            instance.count, spare, max(turns // COOLINGS, 1), warmth, rng,
        )  # fmt: skip
        if late:
            break
    return changed


def _data(instance: Instance, prices: Prices) -> Data:
    return Data(
        instance.first, instance.pool, instance.cost, instance.gas, use_of(instance),
        instance.outlet, instance.place, instance.price + prices.nu, instance.cap, instance.fixed,
        instance.least_use, instance.region, instance.most, instance.least,
    )  # fmt: skip
