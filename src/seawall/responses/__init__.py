"""How the world reacts: each response turns conditions into a trajectory."""

from __future__ import annotations

from seawall.responses.foresight import Foresight
from seawall.responses.frozen import Frozen
from seawall.responses.trajectory import (
    Trajectory,
    Value,
    breaches,
    imbalance,
    order_tolerance,
    value,
)

__all__ = [
    "Foresight",
    "Frozen",
    "Trajectory",
    "Value",
    "breaches",
    "imbalance",
    "order_tolerance",
    "value",
]
