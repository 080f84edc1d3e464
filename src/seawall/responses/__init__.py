"""How the world reacts: each response turns conditions into a trajectory."""

from __future__ import annotations

from seawall.responses.foresight import Foresight
from seawall.responses.frozen import Frozen
from seawall.responses.lending import Transfer
from seawall.responses.market import Market, Planning
from seawall.responses.pact import Pact
from seawall.responses.sharing import Sharing, sharing
from seawall.responses.trajectory import (
    Trajectory,
    Value,
    breaches,
    imbalance,
    order_tolerance,
    tariff_paid,
    value,
)

__all__ = [
    "Foresight",
    "Frozen",
    "Market",
    "Pact",
    "Planning",
    "Sharing",
    "Trajectory",
    "Transfer",
    "Value",
    "breaches",
    "imbalance",
    "order_tolerance",
    "sharing",
    "tariff_paid",
    "value",
]
