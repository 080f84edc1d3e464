"""Tables of siting: where residues lie, what plants cost, who takes their gas; and of hubs.

All of them may be empty; `site` needs them, no other question reads them.
"""

from __future__ import annotations

from seawall.study.columns import (
    EVIDENCE,
    Column,
    Table,
    choice,
    date,
    id_column,
    number,
    position,
    ref,
    text,
)
from seawall.study.hub_records import HUB_TABLES

__all__ = ["SITE", "SITE_TABLES"]

#: `used_by` of assumptions that `site` reads, and no other run.
SITE = ("site",)

DISTRICTS = Table(
    "districts",
    "Areas in which residues arise. A district is taken as a disc of its area around its middle, "
    "and split into cells.",
    (
        id_column("Key of the district."),
        text("name", "Name as people write it.", required=True),
        Column("region", "id", "Region that it belongs to, by its ISO 3166-2 code.", required=True),
        text("region_name", "Name of the region.", required=True),
        *position("middle"),
        number("area", "km2", "Its area.", required=True, above=True),
        number("population", "", "People who live there.", required=True),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

FEEDSTOCKS = Table(
    "feedstocks",
    "Residues that plants take.",
    (
        id_column("Key of the feedstock."),
        text("name", "Name as people write it.", required=True),
        number("gas_yield", "t/t", "Compressed biogas of a tonne.", required=True, above=True,
               most=1.0),
        number("price", "INR/t", "Price where it lies, gathered and baled.", required=True),
        number("loading", "INR/t", "Loading for the way to a plant.", required=True),
        number("loss", "share/month", "Lost a month in store.", required=True, most=0.5),
        number("kept", "", "Months for which it can be stored; 0: used when it comes.",
               required=True, most=12),
        number("store_price", "INR/t a month", "Keeping a tonne in store.", required=True),
        number("manure", "t/t", "Dry manure that is left of a tonne.", required=True),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

FEED_CALENDARS = Table(
    "feed_calendars",
    "When a feedstock comes, and when a plant uses it: shares of the year, which add up to 1.",
    (
        ref("feedstock", "feedstocks", "Feedstock that it describes."),
        number("month", "", "Month, 1 to 12.", required=True, least=1, most=12),
        number("available", "share", "Share of the year's quantity that comes.", required=True,
               most=1.0),
        number("used", "share", "Share of the year's use.", required=True, most=1.0),
        *EVIDENCE,
    ),
    key=("feedstock", "month"),
)  # fmt: skip

RESIDUES = Table(
    "residues",
    "What is left over in a district in a year, before anybody collects it.",
    (
        ref("district", "districts", "District in which it arises."),
        ref("feedstock", "feedstocks", "What it is."),
        number("low", "t/yr", "A low reading of the sources.", required=True),
        number("middle", "t/yr", "The middle one.", required=True),
        number("high", "t/yr", "A high one.", required=True),
        *EVIDENCE,
    ),
    key=("district", "feedstock"),
)  # fmt: skip

PLANT_SIZES = Table(
    "plant_sizes",
    "Sizes in which plants are built.",
    (
        number("size", "t/day", "Compressed biogas at full load.", required=True, above=True),
        number("capital_low", "million INR", "What it costs by the cheapest reading.",
               required=True),
        number("capital", "million INR", "What it costs.", required=True),
        number("capital_high", "million INR", "What it costs by the dearest reading.",
               required=True),
        *EVIDENCE,
    ),
    key=("size",),
)  # fmt: skip

GAS_PLACES = Table(
    "gas_places",
    "Who takes the gas: fleets, city networks, districts.",
    (
        id_column("Key of the place."),
        text("name", "Name as people write it.", required=True),
        Column("region", "id", "Region, by its ISO 3166-2 code.", required=True),
        *position("place"),
        choice("kind", ("fleet", "city", "district"), "A fleet, a city's network, or what "
               "vehicles of a district use."),
        number("quantity", "t/day", "Gas that it can take.", required=True),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

GAS_PLANTS = Table(
    "gas_plants",
    "Plants that are there or are being built: their feed and their buyers are taken.",
    (
        id_column("Key of the plant."),
        text("name", "Name as people write it.", required=True),
        Column("region", "id", "Region, by its ISO 3166-2 code.", required=True),
        *position("plant"),
        ref("feedstock", "feedstocks", "What it is fed; blank: nothing that is listed.",
            required=False),
        number("feed", "t/day", "Feed at full load."),
        number("size", "t/day", "Compressed biogas at full load.", required=True, above=True),
        choice("status", ("operating", "building", "announced"), "Announced plants take nothing."),
        date("opened", "When it opened."),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

SITE_TABLES = (
    DISTRICTS, FEEDSTOCKS, FEED_CALENDARS, RESIDUES, PLANT_SIZES, GAS_PLACES, GAS_PLANTS,
    *HUB_TABLES,
)  # fmt: skip
