"""Tables of refining hubs: candidate sites, sizes of circuits, ore, and who wants the oxide.

All of them may be empty; the refining layer of `site` needs them, no other question reads them.
Quantities are tonnes of contained oxide, NdPr and Dy with Tb apart.
"""

from __future__ import annotations

from seawall.study.columns import (
    EVIDENCE,
    Column,
    Table,
    choice,
    id_column,
    number,
    position,
    ref,
    text,
)

__all__ = ["HUB_TABLES", "OUTPUTS"]

#: What hubs make: the commodities of `hub_sizes`, in the order of the columns of ore and use.
OUTPUTS = ("ndpr_oxide", "dytb_oxide")

HUB_SITES = Table(
    "hub_sites",
    "Candidate sites on the coast for a refining hub.",
    (
        id_column("Key of the site."),
        text("name", "Name as people write it.", required=True),
        Column("region", "id", "Region, by its ISO 3166-2 code.", required=True),
        text("region_name", "Name of the region.", required=True),
        *position("site"),
        text("port", "Port through which ore comes and oxide leaves.", required=True),
        number("port_km", "km", "Road to that port.", required=True),
        number("brownfield", "share", "Part of the base capital that a plant on the site saves.",
               required=True, most=1.0),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

HUB_SIZES = Table(
    "hub_sizes",
    "Sizes in which a hub's separation circuits are built. What a hub needs whatever its size "
    "(cracking, leaching, works at the port) is an assumption, `hub_base_capital`.",
    (
        ref("output", "commodities", "Oxide that it makes: ndpr_oxide or dytb_oxide."),
        number("size", "t/yr", "Oxide at full load.", required=True, above=True),
        number("capital_low", "million USD", "What it costs by the cheapest reading.",
               required=True),
        number("capital", "million USD", "What it costs.", required=True),
        number("capital_high", "million USD", "What it costs by the dearest reading.",
               required=True),
        number("running", "million USD/yr", "What it costs a year at any load: staff, upkeep.",
               required=True),
        number("unit_cost", "USD/t", "Reagents and energy of a tonne of oxide.", required=True),
        *EVIDENCE,
    ),
    key=("output", "size"),
)  # fmt: skip

HUB_FEEDS = Table(
    "hub_feeds",
    "Ore, concentrate and carbonate that hubs could get in a year, by contained oxide. A feed is "
    "shipped whole: its NdPr and its Dy and Tb go to the same hub.",
    (
        id_column("Key of the feed."),
        text("name", "Name as people write it.", required=True),
        ref("place", "places", "Where it comes from."),
        *position("feed"),
        number("ndpr_low", "t/yr", "NdPr oxide in it, low reading.", required=True),
        number("ndpr", "t/yr", "NdPr oxide in it.", required=True),
        number("ndpr_high", "t/yr", "NdPr oxide in it, high reading.", required=True),
        number("dytb_low", "t/yr", "Dy and Tb oxide in it, low reading.", required=True),
        number("dytb", "t/yr", "Dy and Tb oxide in it.", required=True),
        number("dytb_high", "t/yr", "Dy and Tb oxide in it, high reading.", required=True),
        number("price_ndpr", "USD/t", "Paid for a tonne of the NdPr oxide in it.", required=True),
        number("price_dytb", "USD/t", "Paid for a tonne of the Dy and Tb oxide in it.",
               required=True),
        number("thorium", "t/t", "Thorium oxide in it for each tonne of its NdPr oxide; 0: none.",
               required=True),
        choice("status", ("mined", "planned", "study", "closed"), "Mined, being built or funded, "
               "studied; closed: bound to others, shown and not used."),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

HUB_USERS = Table(
    "hub_users",
    "Who wants the oxide: makers of magnets. Makers of cells take none, and are there for their "
    "distance, with quantities of 0.",
    (
        id_column("Key of the user."),
        text("name", "Name as people write it.", required=True),
        ref("place", "places", "Where it is."),
        *position("user"),
        number("ndpr", "t/yr", "NdPr oxide wanted.", required=True),
        number("dytb", "t/yr", "Dy and Tb oxide wanted.", required=True),
        choice("kind", ("magnets", "cells"), "Makers of magnets, or of cells."),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

HUB_TABLES = (HUB_SITES, HUB_SIZES, HUB_FEEDS, HUB_USERS)
