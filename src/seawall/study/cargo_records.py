"""Tables of cargoes: what `redirect` moves, by whose ships, from where to where.

`terminals`, `sea_legs` and `seasons` belong to a study; `cargoes`, `ships`, `tanks` and `clauses`
are a **book**: the position of somebody's cargoes on one morning, which a study may hold, a
generator makes from contracts and trade, and a user loads from a folder or a workbook.
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

__all__ = ["BOOK_TABLES", "CARGO_TABLES", "REDIRECT", "SHIPLESS", "STATES"]

#: Where a cargo is in its life; an offer is somebody else's, to be bought.
STATES = ("planned", "ballast", "loading", "laden", "offer")
#: States in which a cargo needs no ship of its own: the seller of an offer brings it.
SHIPLESS = ("offer",)
KNOWN = ("yes", "no", "unknown")
#: `used_by` of assumptions that books and `redirect` read, and no other run; with the second one
#: the tables were built as well.
REDIRECT = ("redirect", "builder+redirect")

TERMINALS = Table(
    "terminals",
    "Where ships load and unload, one by one. Tanks and send-out of those that receive are rows of "
    "`stocks` and `facilities` at their place.",
    (
        id_column("Key of the terminal."),
        text("name", "Name as people write it.", required=True),
        choice("role", ("loading", "receiving"), "Whether ships take cargo there or bring it."),
        ref("place", "places", "Of a loading terminal its plant group, of a receiving one itself: "
            "a place of kind terminal."),
        *position("terminal"),
        number("capacity", "Mt/yr", "What it can load or send out in a year.", above=True),
        number("berths", "", "Ships that lie alongside at a time.", required=True, least=1),
        number("port_days", "day", "Days alongside of one ship, with moving in and out.",
               required=True, above=True),
        number("largest_ship", "m3", "Largest tank volume of a ship that may come.",
               required=True, above=True),
        number("smallest_ship", "m3", "Smallest tank volume of a ship that may come.", default=0.0),
        text("port", "Sea port by which it lies; terminals of one port share its approach."),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

SEA_LEGS = Table(
    "sea_legs",
    "The roads of the sea: stretches between two junctions, in both directions. Distances between "
    "any two ports or ships follow them.",
    (
        id_column("Key of the stretch."),
        Column("points", "points", "Its course from end to end; stretches that meet share the "
               "point.", required=True),
        number("length", "nm", "Its length in nautical miles.", required=True),
        ref("passage", "passages", "Passage that it leads through; blank: none.", required=False),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

SEASONS = Table(
    "seasons",
    "How use and liftings run through the year: factors on the mean of the year.",
    (
        ref("place", "places", "Country whose imports it describes."),
        number("month", "", "Month, 1 to 12.", required=True, least=1, most=12),
        number("factor", "ratio", "Mean of the month over the mean of the year.", required=True,
               above=True),
        *EVIDENCE,
    ),
    key=("place", "month"),
)  # fmt: skip

SHIPS = Table(
    "ships",
    "Ships of a book, as they are on its day.",
    (
        id_column("Key of the ship."),
        text("name", "Name as people write it.", required=True),
        number("size", "m3", "Tank volume.", required=True, above=True),
        number("speed", "kn", "Speed at sea.", required=True, above=True),
        number("boil_off", "share", "Of the tank volume a day, laden.", required=True, most=0.01),
        number("boil_off_ballast", "share", "Of the tank volume a day, in ballast.", required=True,
               most=0.01),
        number("heel", "share", "Of the tank volume that stays aboard to keep the tanks cold.",
               required=True, most=0.2),
        number("charter", "USD/day", "What a day of it costs.", required=True),
        text("operator", "Who sends it: a seller, a buyer."),
        ref("owner", "places or country", "Country whose buyer has it on charter; blank: a "
            "seller's.", required=False),
        *position("ship"),
        date("free_from", "From when it can take a new cargo; blank: the day of the book, or when "
             "it has brought the one it has."),
        text("terminals", "Terminals that it may call at, separated by `;`; blank: by size."),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

CARGOES = Table(
    "cargoes",
    "Cargoes of a book: those under contract, those bought for a date, and offers.",
    (
        id_column("Key of the cargo."),
        ref("contract", "contracts", "Contract that it is lifted under; blank: none that is known.",
            required=False),
        text("seller", "Who sells it.", required=True),
        text("buyer", "Who has bought it; blank for an offer."),
        ref("owner", "places or country", "Country of its buyer; blank for an offer.",
            required=False),
        choice("state", STATES, "planned: to be loaded; ballast: its ship is on the way to load; "
               "loading; laden: at sea; offer: for sale, its seller brings it."),
        ref("load", "terminals", "Where it is or was loaded."),
        Column("load_from", "date", "First day of its loading window.", required=True),
        Column("load_to", "date", "Last day of its loading window.", required=True),
        ref("ship", "ships", "Ship that carries it; blank only for an offer.", required=False),
        number("size", "m3", "Tank volume that it fills.", required=True, above=True),
        number("energy", "MMBtu/t", "Energy content; blank: that of the commodity.", above=True),
        choice("basis", ("FOB", "DES", "unknown"), "Where title passes."),
        choice("flexible", KNOWN, "Whether its destination is free; unknown is not a yes."),
        ref("destination", "terminals", "Where it is meant to go; blank for an offer.",
            required=False),
        Column("eta", "date", "When it is due there; of an offer, blank.", required=False),
        number("price", "USD/MMBtu", "What an offer costs, or what the contract pays.", above=True),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

TANKS = Table(
    "tanks",
    "What terminals hold on the day of the book.",
    (
        ref("terminal", "terminals", "A terminal that receives."),
        Column("as_of", "date", "Day of the reading, in the morning; one for the whole book.",
               required=True),
        number("stock", "kt", "What the tanks hold.", required=True),
        number("floor", "kt", "What must stay in them.", required=True),
        number("tank", "kt", "What they can hold.", required=True, above=True),
        *EVIDENCE,
    ),
    key=("terminal",),
)  # fmt: skip

CLAUSES = Table(
    "clauses",
    "What contracts say on moving their cargo; a contract without a row has none of these rules.",
    (
        ref("contract", "contracts", "The contract."),
        text("destinations", "Terminals, coasts or countries to which its cargo may go without "
             "asking, separated by `;`; blank: by `flexible` of the contract."),
        choice("consent", KNOWN, "Whether the seller agrees to other destinations."),
        number("fee", "USD/MMBtu", "Paid to the seller for a diversion.", default=0.0),
        number("notice", "day", "Days before loading, or before the old date of arrival, by which "
               "a change must be told.", default=0.0),
        number("tolerance_down", "share", "Of the year's quantity that need not be lifted.",
               default=0.0, most=1.0),
        number("tolerance_up", "share", "Of the year's quantity that may be asked on top.",
               default=0.0, most=1.0),
        choice("pro_rata", KNOWN, "Whether force majeure cuts all buyers of the plant alike."),
        *EVIDENCE,
    ),
    key=("contract",),
)  # fmt: skip

#: What a book consists of, in the order in which it is written.
BOOK_TABLES = (CARGOES, SHIPS, TANKS, CLAUSES)
CARGO_TABLES = (TERMINALS, SEA_LEGS, SEASONS, *BOOK_TABLES)
