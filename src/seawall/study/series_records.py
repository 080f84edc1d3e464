"""How figures of a closed study run through its periods."""

from __future__ import annotations

from seawall.study.columns import EVIDENCE, Column, Table, choice, number

__all__ = ["SERIES", "SERIES_OF"]

#: Figures that may change from period to period, by table.
SERIES_OF = {
    "facilities": ("capacity", "cost"),
    "lanes": ("capacity", "freight"),
    "demands": ("quantity",),
}

SERIES = Table(
    "series",
    "How figures change from period to period, in closed studies only: each row holds from its "
    "period until the next row of the same figure. Before the first row the factor is 1.",
    (
        choice("table", tuple(SERIES_OF), "Table of the figure."),
        Column("id", "id", "Id of its row in that table.", required=True),
        choice("column", tuple(dict.fromkeys(c for cs in SERIES_OF.values() for c in cs)),
               "Which figure: capacity or cost of a facility, capacity or freight of a lane, "
               "quantity of a demand."),
        number("from_period", "", "First period for which it holds; periods count from 0.",
               required=True),
        number("factor", "ratio", "By what the figure is multiplied. Below 0 only for cost, "
               "freight and quantity: a negative quantity is brought in and not taken.",
               required=True, least=None),
        *EVIDENCE,
    ),
    key=("table", "id", "column", "from_period"),
)  # fmt: skip
