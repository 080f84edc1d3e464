"""What the siting of refining hubs is given, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["OXIDES", "Circuits", "Hubs"]

#: Oxides that hubs make, apart: neodymium-praseodymium, dysprosium-terbium.
OXIDES = ("ndpr", "dytb")


@dataclass(frozen=True)
class Circuits:
    """Sizes (c,) of circuits: `oxide`, which of `OXIDES` it makes; `most`, t of oxide in a year;
    `fixed`, million USD a year at any load; `capital`, million USD; `unit`, USD/t."""

    oxide: NDArray[np.int64]
    size: Floats
    most: Floats
    capital: Floats
    fixed: Floats
    unit: Floats


@dataclass(frozen=True)
class Hubs:
    """Sites s, feeds f, users k, circuits c, two oxides o.

    Attributes
    ----------
    yields : (f, 2)
        Oxide that can be made of a whole feed [t/yr], losses taken off.
    ore : (f, s)
        What a whole feed costs at a site: its price, its way, its thorium [million USD/yr].
    worth : (s, k, 2)
        What a tonne of oxide of a site is worth to a user: price less the way [USD/t].
    wanted : (k, 2)
        Oxide that users take at most [t/yr].
    home : (k,)
        Whether a user is at home, where what is promised arrives.
    base : (s,)
        Cost of a hub whatever it makes [million USD/yr].
    least
        Part of what it can make that a circuit must make: none is built to stand idle.
    circuits
        Sizes of which each site may have one for each oxide.
    """

    yields: Floats
    ore: Floats
    worth: Floats
    wanted: Floats
    home: NDArray[np.bool_]
    base: Floats
    least: float
    circuits: Circuits

    @property
    def sites(self) -> int:
        """How many candidate sites there are."""
        return len(self.base)
