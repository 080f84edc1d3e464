"""What a column may hold: one record per column of every table.

These records are the only description of the tables. The reader parses cells by them, the checks
follow their references, and the reference page is rendered from them (`seawall.study.reference`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["TABLES", "Column", "Table", "column_names"]

Kind = Literal["id", "text", "number", "choice", "unit", "date", "crossings", "points"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    name, kind, meaning
        Its header, the type of its cells and one sentence on what it says.
    required
        Whether a blank cell is an error. The header itself must be there if so.
    default
        The number that a blank cell stands for; None: the cell stays absent (NaN, or "" as text).
    unit
        Unit of a number: a fixed one ("day"), or "@name", the column of the row that holds it.
    minimum, maximum
        Bounds of a number, inclusive, unless `above` or `below` says that the bound is open.
    choices
        The words that a choice may be.
    dimension
        For a unit column, what it must measure: "commodity" (the unit of the row's commodity),
        "flow" (a rate of that), "price", "mass flow", "activity" (a rate of the process's output).
    references
        Tables of which the cell names a row: "places", "places or country", "variants" ...
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    default: float | None = None
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    above: bool = False
    below: bool = False
    choices: tuple[str, ...] = ()
    dimension: str = ""
    references: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in the order in which they are written, and what is unique in it."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = False
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def file(self) -> str:
        """Name of the table's file in a study's folder."""
        return f"{self.name}.csv"


def column_names(table: str) -> tuple[str, ...]:
    """Return the names of a table's columns in their order."""
    return tuple(column.name for column in TABLES[table].columns)


SECTORS = (
    "critical minerals",
    "supply chains",
    "advanced technology",
    "clean energy",
    "AI",
    "industrial collaboration",
)
PLACE_KINDS = (
    "country", "region", "cluster", "terminal", "port", "grid", "plant_group", "plant_site",
)  # fmt: skip
CONFIDENCES = ("looked-up", "recalled", "estimate", "assumption")
TIERS = ("essential", "important", "deferrable", "elastic")


def _id(meaning: str) -> Column:
    return Column("id", "id", meaning, required=True)


def _text(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "text", meaning, required=required)


def _ref(name: str, to: str, meaning: str, *, required: bool = True) -> Column:
    return Column(name, "id", meaning, required=required, references=to)


def _choice(name: str, choices: tuple[str, ...], meaning: str) -> Column:
    return Column(name, "choice", meaning, required=True, choices=choices)


def _unit(name: str, dimension: str, meaning: str, *, required: bool = True) -> Column:
    return Column(name, "unit", meaning, required=required, dimension=dimension)


def _number(
    name: str,
    unit: str,
    meaning: str,
    *,
    required: bool = False,
    default: float | None = None,
    least: float | None = 0.0,
    most: float | None = None,
    above: bool = False,
    below: bool = False,
) -> Column:
    return Column(
        name, "number", meaning, required=required, default=default, unit=unit,
        minimum=least, maximum=most, above=above, below=below,
    )  # fmt: skip


def _date(name: str, meaning: str) -> Column:
    return Column(name, "date", f"{meaning} Year, year-month or full date, ISO 8601.")


def _range(of: str, unit: str) -> tuple[Column, Column]:
    return (
        _number("low", unit, f"5th percentile of `{of}`; blank: by the row's confidence."),
        _number("high", unit, f"95th percentile of `{of}`; blank: by the row's confidence."),
    )


def _position(what: str) -> tuple[Column, Column]:
    return (
        _number("lat", "deg", f"Latitude of the {what}, north positive.", required=True,
                least=-90, most=90),
        _number("lon", "deg", f"Longitude of the {what}, east positive.", required=True,
                least=-180, most=180),
    )  # fmt: skip


VARIANT = _ref(
    "variant", "variants", "The row counts only where this variant is chosen; blank: always.",
    required=False,
)  # fmt: skip
EVIDENCE = (
    _ref("source", "sources", "Where the row's figures come from."),
    _choice("confidence", CONFIDENCES, "How the figures were come by; sets their error model."),
    _text("note", "Anything a reader should know."),
)

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
        _choice("kind", ("extraction", "conversion"),
                "Extraction takes from nature and has no inputs; conversion has at least one."),
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
        _number("cost", "@cost_unit", "Cost per unit of activity.", default=0),
        _unit("cost_unit", "price", "Unit of the cost.", required=False),
        VARIANT,
        *EVIDENCE,
    ),
    key=("id",),
    required=True,
)

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
        _number("freight", "@freight_unit", "Freight per unit that departs.", required=True),
        _unit("freight_unit", "price", "Unit of the freight."),
        _number("duty", "share", "Import duty, part of the value.", default=0),
        _number("capacity", "@unit", "Largest flow; blank: no limit."),
        _number("base", "@unit", "Flow in the base year, before reconciling.", required=True),
        *_range("base", "@unit"),
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
        _number("toll", "@toll_unit", "Toll per unit that passes; shown, freight holds it.",
                ),
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
        _choice("used_by", ("engine", "builder"), "Whether runs use it, or only the tables did."),
        _number("low", "@unit", "5th percentile.", least=None),
        _number("high", "@unit", "95th percentile.", least=None),
        *EVIDENCE,
    ),
    key=("id",),
    required=True,
)

#: All tables by name, in the order in which they should be read and filled.
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SOURCES, PLACES, COMMODITIES, PROCESSES, FACILITIES, LANES, PATHS, PASSAGES, STOCKS,
        DEMANDS, PRICES, CONTRACTS, ASSUMPTIONS,
    )
}  # fmt: skip
