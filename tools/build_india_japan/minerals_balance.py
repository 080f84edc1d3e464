"""How far the chains are from balance before reconciling: ``python -m ...minerals_balance``.

A gap that the tables show stands in facts/mineral_gaps.csv; what is left here is what reconciling
has to give back to figures that may move.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

import seawall
from seawall.network import raw_network
from tools.build_india_japan.minerals_goods import CHAINS
from tools.build_india_japan.tables import STUDY

if TYPE_CHECKING:
    from seawall.study import Study

DAYS_PER_YEAR = 365
#: Least part of what passes through a place that is told.
TOLD = 0.004


@dataclass(frozen=True)
class Left:
    """What is left of a good at a place (+) or lacks there (-), and all that comes in, a year."""

    place: str
    good: str
    left: float
    through: float

    @property
    def share(self) -> float:
        """Part of what comes in, or of what goes out where nothing does."""
        return self.left / self.through if self.through > 0 else float(np.sign(self.left))


def left_over(study: Study, chain: str) -> list[Left]:
    """The unbalanced rest of every node of a chain as its tables state it, largest share first."""
    network, _ = raw_network(study.chain(chain))
    nodes, lanes, year = network.nodes, network.lanes, DAYS_PER_YEAR / network.terms.period_days
    through = network.facilities.recipe.maximum(0) @ network.facilities.base
    np.add.at(through, lanes.destination, lanes.keep * lanes.base)
    found = [
        Left(nodes.place[n], nodes.commodity[n], float(rest * year), float(through[n] * year))
        for n, rest in enumerate(network.imbalance())
    ]
    return sorted(found, key=lambda one: (-abs(one.share), one.good, one.place))


def text(study: Study) -> str:
    """A line a node that is further from balance than rounding, chain by chain."""
    lines: list[str] = []
    for chain in CHAINS:
        rests = [one for one in left_over(study, chain) if abs(one.share) > TOLD]
        lines.append(f"{chain}: {len(rests)} nodes off by more than {TOLD:.1%}")
        lines += [
            f"  {one.place:9} {one.good:20} {one.left:12,.2f} of {one.through:14,.1f} "
            f"{one.share:8.1%}"
            for one in rests
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(text(seawall.read(STUDY)) + "\n")
