"""The part of a book that one member has itself: nothing declared can depend on the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall import units
from seawall.study.book import book_day, with_book
from seawall.study.protocol_check import member_places

if TYPE_CHECKING:
    from seawall.study import Study

__all__ = ["own_book"]


def own_book(study: Study, member: str) -> Study:
    """The study with the part of its book that a member has itself.

    Its cargoes with their ships, its other ships, the offers of the market, its tanks, and the
    clauses of its contracts.  Of others' terminals it knows what the study says of everybody: that
    they are there, and how large their tanks are; these count as empty.  A terminal at which no
    ship that it knows may call means nothing to it.  A book that holds no more than that already
    stays as it is.

    Raises
    ------
    InputError
        What is left is no book: it has no cargo, or no tank, of the member.
    """
    places = member_places(study, member)
    cargoes, ships, tanks, clauses = (
        study.table(name).drop(columns="row") for name in ("cargoes", "ships", "tanks", "clauses")
    )
    mine = cargoes[cargoes["owner"].isin(places) | (cargoes["state"] == "offer")]
    used = ships[ships["id"].isin(mine["ship"]) | ships["owner"].isin(places)]
    place = study.lookup("terminals", "place")
    own = tanks[tanks["terminal"].map(place).isin(places)]
    others = _others(study, places, used, mine)
    return with_book(
        study,
        {
            "cargoes": mine,
            "ships": used,
            "tanks": pd.concat([own, others], ignore_index=True) if len(own) else own,
            "clauses": clauses[clauses["contract"].isin(mine["contract"])],
        },
    )


def _others(
    study: Study, places: frozenset[str], ships: pd.DataFrame, cargoes: pd.DataFrame
) -> pd.DataFrame:
    """Rows of `tanks` for the terminals of others, by what is public."""
    known: list[Any] = list(ships.itertuples())
    sold: list[Any] = list(cargoes[cargoes["state"] == "offer"].itertuples())
    sizes = [(row.size, _listed(row.terminals)) for row in known]
    sizes += [(row.size, set()) for row in sold]
    held = {row.place: row for row in study.rows("stocks")}
    made = []
    for row in study.rows("terminals"):
        stock = held.get(row.place)
        if row.role != "receiving" or row.place in places or stock is None:
            continue
        if not any(
            row.smallest_ship <= size <= row.largest_ship and (not may or row.id in may)
            for size, may in sizes
        ):
            continue
        made.append({
            "terminal": row.id, "as_of": book_day(study).isoformat(), "stock": 0.0, "floor": 0.0,
            "tank": units.convert(stock.tank, stock.unit, "kt"), "source": stock.source,
            "confidence": stock.confidence, "note": "another's: what is in it is not known",
        })  # fmt: skip
    return pd.DataFrame(made)


def _listed(text: str) -> set[str]:
    return {part.strip() for part in text.split(";") if part.strip()}
