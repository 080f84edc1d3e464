"""What runs in a network, whatever its author called it: so much of this bus for so much of that.

A generator, a link, the pump of a storage unit: each takes from some buses and gives to others in
fixed proportions, within a limit and at a cost.  In these words a network is carried over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.network.network import Floats

__all__ = ["Activity", "Bus", "Port", "one_way", "split"]


@dataclass(frozen=True)
class Bus:
    """A bus: the place and the commodity that it becomes."""

    place: str
    good: str


@dataclass(frozen=True)
class Port:
    """What passes a bus per unit of activity: given (above 0) or taken, a figure a period, which
    arrives `delay` periods later (a part of one too)."""

    bus: Bus
    rate: Floats
    delay: float = 0.0


@dataclass(frozen=True)
class Activity:
    """Something that runs.

    Attributes
    ----------
    kind, name
        As PyPSA calls it.
    id
        Its id in the study.
    ports
        What it gives and takes.
    most : (periods,)
        Largest activity in each period [MWh], inf for no limit.
    cost : (periods,)
        Cost per unit of activity [money / MWh].
    """

    kind: str
    name: str
    id: str
    ports: tuple[Port, ...]
    most: Floats
    cost: Floats

    def reversed(self) -> Activity:
        """The same, run backwards: what it gave it takes, what it cost it earns."""
        ports = tuple(replace(port, rate=-port.rate) for port in self.ports)
        return replace(self, id=f"{self.id}~back", ports=ports, cost=-self.cost)


def one_way(activity: Activity, least: Floats) -> Iterator[Activity]:
    """An activity that may run from `least` (at most 0) to its most, as one or two that run from
    0 upwards."""
    yield activity
    if (least < 0).any():
        yield replace(activity.reversed(), most=-least)


def split(activity: Activity) -> Iterator[Activity]:
    """An activity whose proportions change over time, as several that each have fixed ones.

    A study's proportions are fixed, its limits are not: each of the parts may run when its
    proportions are those that hold.  Those of a delayed port hold when it arrives, so the departure
    in period t is of the proportions of t + delay; what arrives after the end is lost whatever
    they are.
    """
    ports = tuple(port for port in activity.ports if port.rate.any())
    if not ports:
        return
    table = np.array([_leaving(port) for port in ports]).T
    levels, which = np.unique(table, axis=0, return_inverse=True)
    level_of = which.ravel()
    # Parts go by the first period in which they may run.
    order = list(dict.fromkeys(level_of.tolist()))
    for number, level in enumerate(order, start=1):
        fixed = tuple(
            replace(port, rate=np.full_like(port.rate, levels[level, i]))
            for i, port in enumerate(ports)
        )
        name = activity.id if len(order) == 1 else f"{activity.id}~{number}"
        runs = level_of == level
        yield replace(activity, id=name, ports=fixed, most=np.where(runs, activity.most, 0.0))


def _leaving(port: Port) -> Floats:
    """Rate that holds for what departs in each period."""
    delay = int(port.delay)
    if not delay:
        return port.rate
    last = len(port.rate) - 1
    result: Floats = port.rate[np.minimum(np.arange(last + 1) + delay, last)]
    # Past the end nothing arrives, so the proportion of the last arrival stands for them all.
    return result
