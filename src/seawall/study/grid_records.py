"""Tables of power grids: what generates, what joins them, what they must serve, whose gas."""

from __future__ import annotations

from seawall.study.columns import (
    EVIDENCE,
    VARIANT,
    Table,
    choice,
    id_column,
    number,
    ref,
    text,
    unit,
)

__all__ = ["FUELS", "GENERATORS", "GRID_GAS", "GRID_TABLES", "INTERTIES", "LOADS"]

#: Fuels of generators. "saving" is load that consumers give up when asked; "outside" is supply
#: from beyond the grids of the study.
FUELS = (
    "gas", "coal", "oil", "nuclear", "hydro", "pumped storage", "solar", "wind", "biomass",
    "other", "outside", "saving",
)  # fmt: skip

GENERATORS = Table(
    "generators",
    "What feeds a power grid: plants by fuel, pumped storage, supply from outside, saving.",
    (
        id_column("Key of the generator; a scenario can hit it."),
        text("name", "Name as people write it.", required=True),
        ref("grid", "places", "Place of kind grid that it feeds."),
        choice("fuel", FUELS, "What it runs on."),
        number("capacity", "MW", "What could run if nothing were out.", required=True),
        number("available", "share", "Part of the capacity that can run in any hour.", default=1,
               most=1),
        number("firm", "share", "Part of the capacity that counts for the reserve margin; "
               "blank: as `available`.", most=1),
        number("energy", "GWh/yr", "Most that it can give, spread evenly over the year; blank: "
               "no limit but its capacity."),
        number("cost", "@cost_unit", "Cost per unit of energy; sets the order in which they run.",
               required=True),
        unit("cost_unit", "price", "Unit of the cost."),
        number("heat_rate", "t per MWh", "Gas burnt per unit of energy; for gas, and only there.",
               above=True),
        number("lng_share", "share", "Part of its gas that comes as LNG; for gas.", most=1),
        number("fill", "GWh", "Energy of one full upper reservoir; for pumped storage, and only "
               "there.", above=True),
        number("efficiency", "share", "Energy given back of what was pumped; for pumped storage.",
               above=True, most=1),
        VARIANT,
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

INTERTIES = Table(
    "interties",
    "Lines between two grids, one row a direction.",
    (
        id_column("Key of the intertie; a scenario can hit it."),
        ref("origin", "places", "Grid that sends."),
        ref("destination", "places", "Grid that receives."),
        number("limit", "MW", "Operating limit in this direction.", required=True),
        number("base", "GWh/yr", "What flows in an ordinary year.", default=0),
        VARIANT,
        *EVIDENCE,
    ),
    key=("id",),
)

LOADS = Table(
    "loads",
    "What each grid must serve, month by month.",
    (
        ref("grid", "places", "Place of kind grid."),
        number("month", "", "Month of the year, 1 to 12.", required=True, least=1, most=12),
        number("energy", "GWh", "Energy of the month.", required=True, above=True),
        number("peak", "MW", "Highest load of the month.", required=True, above=True),
        number("minimum", "MW", "Lowest load of the month.", required=True),
        *EVIDENCE,
    ),
    key=("grid", "month"),
)

GRID_GAS = Table(
    "grid_gas",
    "Which demand for gas feeds the gas plants of which grid.",
    (
        ref("grid", "places", "Place of kind grid."),
        ref("demand", "demands", "Row of demands.csv: gas for power."),
        number("share", "share", "Part of that row's gas that this grid burns.", required=True,
               most=1, above=True),
        *EVIDENCE,
    ),
    key=("grid", "demand"),
)  # fmt: skip

GRID_TABLES = (GENERATORS, INTERTIES, LOADS, GRID_GAS)
