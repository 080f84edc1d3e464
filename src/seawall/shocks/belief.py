"""What people believe about a shock that is still going on.

Nobody knows when a strait reopens.  Whoever plans sees what has happened and what has been
announced (restart lags, lasting damage), and believes something about the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.shocks.scenario import Shock


@dataclass(frozen=True)
class Belief:
    """How much longer a shock will last: `multiple` times as long as it has lasted, at least
    `least_days`."""

    multiple: float = 1.0
    least_days: float = 28.0

    def remaining(self, elapsed_days: float) -> float:
        """Believed days until the end of a shock that has lasted `elapsed_days`."""
        return max(self.multiple * elapsed_days, self.least_days)


def believed(shocks: Iterable[Shock], day: float, belief: Belief) -> tuple[Shock, ...]:
    """The shocks as people see them on `day`, counted as the shocks' own days are.

    What has not begun is unknown; what goes on lasts as long as `belief` says, its announced
    recovery and lasting damage after that; what is over is known.
    """
    seen = []
    for shock in shocks:
        elapsed = day - shock.start_day
        if elapsed < 0:
            continue
        if elapsed < shock.days:
            shock = shock.model_copy(update={"days": elapsed + belief.remaining(elapsed)})
        seen.append(shock)
    return tuple(seen)


def over(shocks: Iterable[Shock], day: float) -> bool:
    """Whether on `day` every shock, with its recovery, is past, and none is still to come."""
    return all(end <= day for shock in shocks for _, end, _ in shock.levels())
