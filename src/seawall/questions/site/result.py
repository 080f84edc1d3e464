"""What every kernel of siting gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Siting"]


@dataclass(frozen=True)
class Siting:
    """Sites that open, who goes where, and how much better it could be.

    Attributes
    ----------
    sites
        (p,) indices of the sites that open, ascending.
    assignment
        (n,) for each client the site that serves it; where demand may be split, the one that
        serves most of it.
    cost, lower_bound
        Cost of this solution, and what no solution can undercut.
    seconds
        How long it took.
    history
        (seconds, cost, lower bound) whenever one of them got better.
    flow
        (n, m) share of each client's demand that each site serves; None where it is not split.
    """

    sites: NDArray[np.int64]
    assignment: NDArray[np.int64]
    cost: float
    lower_bound: float
    seconds: float
    history: tuple[tuple[float, float, float], ...] = ()
    flow: NDArray[np.float64] | None = None

    @property
    def gap(self) -> float:
        """(cost - lower bound) / |cost|; 0 where both are the same."""
        return (
            0.0
            if self.cost == self.lower_bound
            else (self.cost - self.lower_bound) / abs(self.cost)
        )
