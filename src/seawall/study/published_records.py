"""The record of the table `published`: totals that the base is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seawall.study.columns import EVIDENCE, Column, Table, choice, id_column, number, ref, unit

Need = Literal["needed", "allowed", "none"]


@dataclass(frozen=True, slots=True)
class Total:
    """What a kind of total is measured in and what it must name.

    `dimension` is that of a unit column ("flow", "commodity", "price"), or the dimension of the
    unit itself ("share", "time").  `partner_in` is the table of the partner.
    """

    dimension: str
    place: Need
    partner: Need
    partner_in: Literal["places", "passages"] = "places"


#: Kinds of total by the word that the table has for them.
TOTALS: dict[str, Total] = {
    "import": Total("flow", "allowed", "allowed"),
    "export": Total("flow", "allowed", "allowed"),
    "import_share": Total("share", "needed", "needed"),
    "demand": Total("flow", "needed", "none"),
    "stock": Total("commodity", "needed", "none"),
    "stock_days": Total("time", "needed", "none"),
    "utilisation": Total("share", "allowed", "none"),
    "price": Total("price", "needed", "none"),
    "passage": Total("flow", "allowed", "needed", "passages"),
    "passage_share": Total("share", "allowed", "needed", "passages"),
    "origin_share": Total("share", "needed", "needed"),
}

PUBLISHED = Table(
    "published",
    "Published totals that the base is compared with (`check --plausible`); no run uses them.",
    (
        id_column("Key of the row."),
        choice("what", tuple(TOTALS), "What is compared; how it is computed: see Results."),
        ref("place", "places or country",
            "Whose total; places below it count with it. Blank: all of the study.",
            required=False),
        Column("partner", "id",
               "The other side: a place or country, or the passage of passage and passage_share."),
        ref("commodity", "commodities", "Of what."),
        number("value", "@unit", "The published figure.", required=True, above=True),
        unit("unit", "any", "Its unit."),
        number("low", "@unit", "Least that agrees with it; blank: by the row's confidence."),
        number("high", "@unit", "Most that agrees with it; blank: by the row's confidence."),
        Column("as_of", "date", "What time it speaks of. Year, year-month or full date, ISO 8601.",
               required=True),
        choice("independent", ("yes", "no"),
               "no: the study was made from this figure, so that agreement proves nothing."),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip
