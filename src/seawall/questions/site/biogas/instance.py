"""What is decided, as arrays: sites, plants of several sizes, feeds within reach, buyers of gas.

A plant at a site has one size and takes feeds from **pools** (one cell's residue of one kind); an
**item** is one pool within reach of one site.  Amounts are kt a year, prices INR/kg (= thousand
INR/t), money million INR a year, so that amount x price is money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Instance", "classes_of"]


@dataclass(frozen=True)
class Instance:
    """A program of siting: maximise sales less costs.

    Attributes
    ----------
    first, pool, cost, gas, feed
        Items by site: `first` (J+1,); (i,) pool, cost of a kt delivered (price, haul, store, less
        manure), gas of a kt, kind of feed.
    available
        (p,) kt a year in each pool.
    peak
        (feeds, C) a feed's share of use in a class of months over the mean share: 1 for one that
        is used evenly, 2 for one used in half of the months.
    cap, fixed
        (K,) gas of a year at each size, and yearly cost of a plant; sizes ascend.
    least_use
        Share of its size that a plant must at least be used: none is built to stand idle.
    outlet, place, price
        Buyers by site: `outlet` (J+1,); (o,) place, and price there less delivery, and less what
        it costs to run the plant for a kg.
    demand
        (D,) gas that each place can take in a year.
    count
        Plants to be built.
    output
        Gas that all must make at least.
    region, most, least
        (J,) region of each site; (R,) plants that a region may and must have.
    """

    first: Ints
    pool: Ints
    cost: Floats
    gas: Floats
    feed: Ints
    available: Floats
    peak: Floats
    cap: Floats
    fixed: Floats
    least_use: float
    outlet: Ints
    place: Ints
    price: Floats
    demand: Floats
    count: int
    output: float
    region: Ints
    most: Ints
    least: Ints

    @property
    def sites(self) -> int:
        """How many sites there are."""
        return len(self.first) - 1

    @property
    def busiest(self) -> int:
        """The class of months in which all feeds together are used most."""
        return int(np.argmax(self.peak.sum(axis=0)))

    @property
    def owner(self) -> Ints:
        """(i,) site of each item."""
        return np.repeat(np.arange(self.sites), np.diff(self.first))

    @property
    def seller(self) -> Ints:
        """(o,) site of each outlet."""
        return np.repeat(np.arange(self.sites), np.diff(self.outlet))


def classes_of(used: Floats) -> tuple[Floats, Ints]:
    """Months that differ in what is used, and the class of each month.

    Parameters
    ----------
    used
        (feeds, 12) share of the year's feed that is used in each month.

    Returns
    -------
    (feeds, C) use over the mean month, without classes in which every feed is used at most as much
    as in another (a plant that suffices in that one suffices in them); (12,) the class whose limit
    covers each month.
    """
    relative = np.round(used * used.shape[1], 9)
    kept: list[int] = []
    for month in range(relative.shape[1]):
        one = relative[:, month]
        if any((one <= relative[:, other]).all() for other in kept):
            continue
        kept = [other for other in kept if not (relative[:, other] <= one).all()] + [month]
    covers = [
        next(c for c, k in enumerate(kept) if (relative[:, m] <= relative[:, k]).all())
        for m in range(relative.shape[1])
    ]
    return relative[:, kept], np.array(covers)
