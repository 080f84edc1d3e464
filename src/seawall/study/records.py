"""What a column may hold: one record per column of every table.

These records are the only description of the tables. The reader parses cells by them, the checks
follow their references, and the reference page is rendered from them (`seawall.study.reference`).
"""

from __future__ import annotations

from seawall.study.cargo_records import CARGO_TABLES, REDIRECT
from seawall.study.columns import EVIDENCE, SECTORS, VARIANT, Column, Table
from seawall.study.columns import choice as _choice
from seawall.study.columns import date as _date
from seawall.study.columns import id_column as _id
from seawall.study.columns import number as _number
from seawall.study.columns import position as _position
from seawall.study.columns import ref as _ref
from seawall.study.columns import span as _range
from seawall.study.columns import text as _text
from seawall.study.columns import unit as _unit
from seawall.study.grid_records import GRID_TABLES
from seawall.study.hazard_records import HAZARDS
from seawall.study.published_records import PUBLISHED
from seawall.study.risk_records import RISK_TABLES
from seawall.study.roadmap_records import ROADMAP_TABLES
from seawall.study.series_records import SERIES
from seawall.study.share_records import SHARES
from seawall.study.site_records import SITE, SITE_TABLES
from seawall.study.track_records import TRACK_TABLES

__all__ = ["EQUAL", "SECTORS", "TABLES", "Column", "Table", "column_names"]


def column_names(table: str) -> tuple[str, ...]:
    """Return the names of a table's columns in their order."""
    return tuple(column.name for column in TABLES[table].columns)


PLACE_KINDS = (
    "country", "region", "cluster", "terminal", "port", "grid", "plant_group", "plant_site",
)  # fmt: skip
TIERS = ("essential", "important", "deferrable", "elastic")
#: How equal weights of all tiers are asked for; no allocation order may have that name.
EQUAL = "equal"


SOURCES = Table(
    "sources",
    "Where figures come from.",
    (
        _id("Key by which other tables name the source."),
        _text("publisher", "Who published it.", required=True),
        _text("title", "Its title.", required=True),
        _date("date", "When it was published."),
        _text("url", "Where it can be read."),
        _text("licence", "Terms under which it was published."),
        _text("sha256", "SHA-256 of its text in UTF-8, if that is kept: 64 hex digits."),
        _text("note", "Anything a reader should know."),
    ),
    key=("id",),
    required=True,
)

PLACES = Table(
    "places",
    "Countries, coasts, terminals, plants: wherever a commodity can be.",
    (
        _id("Key of the place; ISO 3166 codes for countries and regions."),
        _text("name", "Name as people write it.", required=True),
        _choice("kind", PLACE_KINDS, "What sort of place it is."),
        Column("country", "id", "Country it counts to: ISO 3166-1 alpha-3, or a code of the "
               "study such as ROW.", required=True),
        _ref("parent", "places", "The place that it is part of.", required=False),
        *_position("place"),
        *EVIDENCE,
    ),
    key=("id",),
    required=True,
)  # fmt: skip

COMMODITIES = Table(
    "commodities",
    "Goods, each with one unit, at one stage of its making.",
    (
        _id("Key of the commodity."),
        _text("name", "Name as people write it.", required=True),
        _choice("sector", SECTORS, "Sector of the roadmap that it belongs to."),
        _text("stage", "Stage in its chain: ore, oxide, metal, magnet, lng, gas ...",
              required=True),
        Column("chain", "id", "Chain of goods that it belongs to; chains share no recipe. Blank: "
               "the one chain of all commodities without a name for it."),
        Column("contains", "contents",
               "What is traced through it, and how much of it one unit holds: "
               "NdPr@0.28;DyTb@0.03. Blank: the commodity itself is traced."),
        Column("hs", "id", "Its heading or subheading in the Harmonized System, edition 2022."),
        _unit("unit", "quantity", "Unit in which results count it."),
        _number("energy_content", "MMBtu/t", "Energy in a tonne; needed for prices per MMBtu.",
                above=True),
        _number("gas_volume", "m3 gas/t", "Gas in a tonne.", above=True),
        *EVIDENCE,
    ),
    key=("id",),
    required=True,
)  # fmt: skip

PROCESSES = Table(
    "processes",
    "Recipes: one row a process and commodity.",
    (
        Column("process", "id", "Key of the process; all its rows share it.", required=True),
        _choice("kind", ("extraction", "conversion", "recycling"),
                "Extraction takes from nature and has no inputs; conversion has at least one; "
                "recycling takes scrap, of the network or from outside, and is an origin of its "
                "own."),
        _ref("commodity", "commodities", "What goes in or comes out."),
        _choice("role", ("input", "output", "by-product"),
                "A by-product without a market may be thrown away free of charge."),
        _number("quantity", "@commodity", "Amount per unit of activity.", required=True,
                above=True),
        *EVIDENCE,
    ),
    key=("process", "commodity"),
    required=True,
)  # fmt: skip

FACILITIES = Table(
    "facilities",
    "Processes at places.",
    (
        _id("Key of the facility."),
        _text("name", "Name as people write it.", required=True),
        _ref("process", "processes", "What it does."),
        _ref("place", "places", "Where inputs are drawn."),
        _ref("output_place", "places", "Where outputs arrive; blank: at `place`.", required=False),
        _number("base", "@unit", "Activity in the base year.", required=True),
        *_range("base", "@unit"),
        _number("capacity", "@unit", "Activity it can really reach; blank: base x 1.02."),
        _number("nameplate", "@unit", "Nameplate capacity; shown, never used."),
        _number("ramp_days", "day", "Days to go from base to capacity.", default=0),
        _unit("unit", "activity", "Unit of base, capacity and nameplate."),
        _number("cost", "@cost_unit", "Cost per unit of activity; below 0 only in a closed study.",
                default=0, least=None),
        _unit("cost_unit", "price", "Unit of the cost.", required=False),
        VARIANT,
        *EVIDENCE,
    ),
    key=("id",),
    required=True,
)  # fmt: skip

LANES = Table(
    "lanes",
    "Ways to move one commodity from one place to another by one route.",
    (
        _id("Key of the lane."),
        _ref("origin", "places", "Where it starts."),
        _ref("destination", "places", "Where it ends."),
        _ref("commodity", "commodities", "What moves."),
        _text("route", 'The route in words: "by the Cape".', required=True),
        _number("days", "day", "Days from departure to arrival: sailing and port.",
                required=True),
        _number("loss", "share", "Part of the cargo lost or burnt on the way.", required=True,
                most=1, below=True),
        _number("freight", "@freight_unit", "Freight per unit that departs; below 0 only in a "
                "closed study.", required=True, least=None),
        _unit("freight_unit", "price", "Unit of the freight."),
        _number("duty", "share", "Import duty, part of the value.", default=0),
        _number("capacity", "@unit", "Largest flow; blank: no limit."),
        _number("base", "@unit", "Flow in the base year, before reconciling.", required=True),
        *_range("base", "@unit"),
        Column("basis", "choice", "How the flow of the pair is known: reported by trade figures, "
               "derived from a balance, or filled in where no pair is known. Blank: derived.",
               choices=("reported", "derived", "filled")),
        _unit("unit", "flow", "Unit of capacity and base."),
        Column("passages", "crossings",
               "Passages that it crosses, with days after departure: hormuz@1.2;malacca@9.5."),
        _ref("replaces", "lanes", "The lane of which this is the detour; its base is then 0.",
             required=False),
        _number("qualify_days", "day", "Days before the flow may grow above its base.",
                default=0),
        _number("growth", "@growth_unit",
                "What the flow of a period may grow by, each period; blank: no limit."),
        _unit("growth_unit", "commodity", "Unit of growth.", required=False),
        VARIANT,
        *EVIDENCE,
    ),
    key=("id",),
    required=True,
)  # fmt: skip

PATHS = Table(
    "paths",
    "The course of lanes on a map; never used in a computation.",
    (
        _ref("lane", "lanes", "The lane."),
        Column("points", "points",
               '"lon lat;lon lat;..."; pieces split by | where it crosses the antimeridian.',
               required=True),
    ),
    key=("lane",),
)  # fmt: skip

PASSAGES = Table(
    "passages",
    "Straits, canals, pipelines and corridors that lanes share.",
    (
        _id("Key of the passage."),
        _text("name", "Name as people write it.", required=True),
        _choice("kind", ("strait", "canal", "pipeline", "corridor"), "What sort of passage."),
        *_position("passage"),
        _number("capacity", "@capacity_unit",
                "Most that may pass in a year, all commodities together; blank: no limit."),
        _unit("capacity_unit", "mass flow", "Unit of the capacity.", required=False),
        Column("chain", "id",
               "Chain of commodities that the capacity is for; blank: every chain by itself."),
        _number("toll", "@toll_unit",
                "Toll per unit that passes; freight holds it, only `redirect` reads it."),
        _unit("toll_unit", "price", "Unit of the toll.", required=False),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

STOCKS = Table(
    "stocks",
    "Storage of one commodity at one place.",
    (
        _ref("place", "places", "Where it lies."),
        _ref("commodity", "commodities", "What lies there."),
        _number("start", "@unit", "What is there on the first day.", required=True),
        _number("floor", "@unit", "What may not be drawn.", required=True),
        _number("tank", "@unit", "What fits in.", required=True),
        _unit("unit", "commodity", "Unit of start, floor and tank."),
        _number("usable", "share", "Part of all three that counts.", default=1, most=1),
        _number("loss", "share/day", "Part that is lost a day.", default=0, most=1, below=True),
        _text("holder", "Who may release it."),
        VARIANT,
        *EVIDENCE,
    ),
    key=("place", "commodity", "holder"),
)

DEMANDS = Table(
    "demands",
    "What is wanted, tier by tier, with what it would pay.",
    (
        _id("Key of the row."),
        _ref("place", "places", "Where it is wanted."),
        _ref("commodity", "commodities", "What is wanted."),
        _choice("tier", TIERS, "Rank when it is short; elastic: a ladder of steps by price."),
        _text("sector", "Who wants it, in words.", required=True),
        _number("quantity", "@unit", "Use in the base year.", required=True),
        *_range("quantity", "@unit"),
        _unit("unit", "flow", "Unit of the quantity."),
        _number("wtp", "@wtp_unit", "Willingness to pay; required unless the tier is elastic."),
        _number("wtp_low", "@wtp_unit", "5th percentile of `wtp`."),
        _number("wtp_high", "@wtp_unit", "95th percentile of `wtp`."),
        _unit("wtp_unit", "price", "Unit of the willingness to pay.", required=False),
        _number("elasticity", "ratio", "Price elasticity as a positive number; elastic tier only.",
                above=True),
        VARIANT,
        *EVIDENCE,
    ),
    key=("id",),
    required=True,
)  # fmt: skip

RATIONING = Table(
    "rationing",
    "Allocation orders of governments: who is served first when it is short.",
    (
        Column("order", "id", "Name of the order; all its rows share it.", required=True),
        _ref("place", "places or country",
             "Where it holds; a country code stands for all its places."),
        _ref("commodity", "commodities", "Of what."),
        Column("tier", "choice", "Tier that is meant; blank: every tier.", choices=TIERS),
        _text("sector", "Sector that is meant, as in demands.csv; blank: every sector."),
        _number("guaranteed", "share",
                "Part of what is wanted that is served before all that is not guaranteed.",
                required=True, most=1),
        _number("from_day", "day", "Day after the first shock from which it holds.", default=0),
        _number("rank", "ratio", "Lower ranks are served first among what is guaranteed.",
                default=1),
        *EVIDENCE,
    ),
    key=("order", "place", "commodity", "tier", "sector", "from_day"),
)  # fmt: skip

PRICES = Table(
    "prices",
    "Base prices of nodes; a node without a row gets the netback of its lanes.",
    (
        _ref("place", "places", "Where."),
        _ref("commodity", "commodities", "Of what."),
        _number("price", "@unit", "Price in the base year.", required=True),
        _unit("unit", "price", "Unit of the price."),
        *_range("price", "@unit"),
        *EVIDENCE,
    ),
    key=("place", "commodity"),
)

CONTRACTS = Table(
    "contracts",
    "Obligations between sellers and buyers.",
    (
        _id("Key of the contract."),
        _text("seller", "Who sells.", required=True),
        _text("buyer", "Who buys.", required=True),
        _ref("origin", "places", "Where the cargo comes from."),
        _ref("destination", "places or country",
             "Where it goes; a country code stands for all its places."),
        _ref("commodity", "commodities", "What is sold."),
        _number("quantity", "@unit", "Quantity a year.", required=True),
        _unit("unit", "flow", "Unit of the quantity."),
        _date("start", "First day."),
        _date("end", "Last day."),
        Column("basis", "choice", "Who owns the ship: FOB the buyer, DES the seller.",
               choices=("FOB", "DES", "unknown")),
        _choice("flexible", ("yes", "no", "unknown"), "Whether the buyer may send it elsewhere."),
        _number("floor", "share", "Part of its share of departures that it keeps in any case; "
                "blank: the assumption contract_floor.", most=1),
        Column("tariff_free", "choice", "Whether a scenario's tariffs spare it; blank: no.",
               choices=("yes", "no")),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

ASSUMPTIONS = Table(
    "assumptions",
    "Numbers that no source gives: each named, with a reason.",
    (
        _id("Key of the assumption."),
        _number("value", "@unit", "Its value.", required=True, least=None),
        _unit("unit", "any", "Its unit."),
        _text("applies_to", "To what it applies.", required=True),
        _text("why", "Why this value.", required=True),
        _choice("used_by", ("engine", "builder", *REDIRECT, *SITE),
                "Who reads it: every run; the builder of the tables alone; books of cargoes and "
                "`redirect` alone; these two; or `site` alone."),
        _number("low", "@unit", "5th percentile.", least=None),
        _number("high", "@unit", "95th percentile.", least=None),
        *EVIDENCE,
        Column("review", "choice", "Where its review stands; blank: not reviewed.",
               choices=("proposed", "agreed")),
        _text("reviewed_by", "Who agreed to it, or who proposes it."),
        _date("reviewed_on", "When."),
    ),
    key=("id",),
    required=True,
)  # fmt: skip

#: All tables by name, in the order in which they should be read and filled.
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SOURCES, PLACES, COMMODITIES, PROCESSES, FACILITIES, LANES, PATHS, PASSAGES, STOCKS,
        DEMANDS, SERIES, RATIONING, PRICES, CONTRACTS, HAZARDS, PUBLISHED, ASSUMPTIONS,
        *GRID_TABLES, *RISK_TABLES, SHARES, *ROADMAP_TABLES, *CARGO_TABLES,
        *SITE_TABLES, *TRACK_TABLES,
    )
}  # fmt: skip
