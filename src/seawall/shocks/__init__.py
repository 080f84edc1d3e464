"""Scenarios, and what they mean for a network as arrays."""

from __future__ import annotations

from seawall.shocks.conditions import Conditions, conditions, undisturbed
from seawall.shocks.scenario import Scenario, Shock, parse_scenario, read_scenario, scenario_text

__all__ = [
    "Conditions",
    "Scenario",
    "Shock",
    "conditions",
    "parse_scenario",
    "read_scenario",
    "scenario_text",
    "undisturbed",
]
