"""Feed through the year: what a store holds month by month, and what it loses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.study import Study

    Floats = NDArray[np.float64]

__all__ = ["Store", "kept_through", "store_of"]


@dataclass(frozen=True)
class Store:
    """One feedstock's year at a plant, of one tonne bought.

    Attributes
    ----------
    available, used
        (12,) shares of the year that come and are used.
    fed
        Tonnes of a tonne bought that are fed: the rest is lost in store.
    months
        Tonne-months in store of a tonne bought.
    """

    available: Floats
    used: Floats
    fed: float
    months: float


def store_of(study: Study, feed: Any) -> Store:
    """The year of a feedstock (a row of `feedstocks`) by its calendar."""
    rows = study.table("feed_calendars")
    rows = rows[rows["feedstock"] == feed.id]
    month = rows["month"].to_numpy(int) - 1
    available, used = np.zeros(12), np.zeros(12)
    available[month], used[month] = rows["available"], rows["used"]
    # Shares are written with few digits.
    available, used = available / available.sum(), used / used.sum()
    fed, months = kept_through(available, used, float(feed.loss))
    return Store(available, used, fed, months)


def kept_through(available: Floats, used: Floats, loss: float) -> tuple[float, float]:
    """How much of a tonne is fed, and tonne-months in store, in a year that repeats itself.

    What is in store at the end of a month loses `loss`; the store is empty before the month from
    which on more has come than was used.  With r = 1 - loss and months from there,
    fed = sum available[m] r^(11-m) / sum used[m] r^(11-m).
    """
    surplus = np.cumsum(available - used)
    begin = (int(np.argmin(surplus)) + 1) % 12
    came, went = np.roll(available, -begin), np.roll(used, -begin)
    keeps = (1.0 - loss) ** np.arange(11, -1, -1)
    fed = float(came @ keeps / (went @ keeps))
    stock, months = 0.0, 0.0
    for into, out in zip(came, went, strict=True):
        stock += into - fed * out
        months += max(stock, 0.0)
        stock *= 1.0 - loss
    return fed, months
