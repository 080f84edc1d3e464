"""Exposure: where do we hang on a single source or passage?  No solving, only the base.

Direct shares are those of the suppliers of a node; look-through shares trace every element back
through lanes and recipes to who made it at each stage, down to the mine (`tracing`); passage shares
trace the same way what crossed a passage on any leg.  Published shares of what no flows are known
of stand beside them (`market`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seawall.errors import UnknownName, UsageError
from seawall.questions.exposure.concentration import flags, indices, published
from seawall.questions.exposure.market import published_shares, share_flags, share_indices
from seawall.questions.exposure.roots import filled_lanes, traced
from seawall.questions.exposure.tables import direct, links, lookthrough, passages
from seawall.questions.exposure.tracing import NoSourceError
from seawall.questions.indices import supply_risks
from seawall.questions.prepared import prepare
from seawall.questions.result import Result, stacked
from seawall.questions.supply_risk import eu_supply_risk, nassar_supply_risk

if TYPE_CHECKING:
    import pandas as pd

    from seawall.study import Study

__all__ = [
    "ExposureResult",
    "NoSourceError",
    "asked_exposure",
    "eu_supply_risk",
    "exposure",
    "nassar_supply_risk",
]


@dataclass(frozen=True)
class ExposureResult(Result):
    """Tables `direct`, `lookthrough`, `passages`, `links`, `indices`, `flags`,
    `published_shares`."""

    study: Study


def exposure(
    study: Study, place: str | None = None, commodity: str | None = None
) -> ExposureResult:
    """Supplier, origin and passage shares of every demand place (and of countries with several),
    and of what the recipes of headline places use.

    Parameters
    ----------
    place, commodity
        Keep only rows of this place (country) or commodity. Published shares are the same for
        every place and of no commodity.

    Raises
    ------
    UnknownName
        When there is no such place or commodity.
    UsageError
        When there are no rows of them, since the place does not use the commodity.
    NoSourceError
        When goods run in a circle into which nothing is extracted.
    """
    chain = study.lookup("commodities", "chain")
    if commodity is not None and commodity not in chain:
        raise UnknownName("commodity", commodity, chain)
    names = study.chains if commodity is None else (chain[commodity],)
    tables = stacked([_of_chain(study.chain(name)) for name in names])
    country = study.lookup("places", "country")
    tables = _only(tables, place, commodity, {*country, *country.values()})
    suppliers, origins, crossed = (tables[k] for k in ("direct", "lookthrough", "passages"))
    world = published_shares(study)
    if commodity is not None:
        world = world.iloc[:0]
    tables |= stacked(
        [
            {"indices": indices(suppliers, origins)},
            {"indices": tables["indices"]},
            {"indices": share_indices(world)},
            {"flags": flags(suppliers, origins, crossed, country)},
            {"flags": share_flags(world)},
        ]
    )
    tables["published_shares"] = world
    return ExposureResult(
        question="exposure",
        identity=asked_exposure(study, place, commodity),
        tables=tables,
        figures={
            "flags": len(tables["flags"]),
            "largest_passage": None if crossed.empty
            else crossed.nlargest(1, "share").iloc[0].to_dict(),
        },
        units={
            "share": "share of supply", "known": "share", "HHI": "0-1",
            "effective_suppliers": "number",
        },
        study=study,
    )  # fmt: skip


def asked_exposure(
    study: Study, place: str | None = None, commodity: str | None = None
) -> dict[str, Any]:
    """Identity of the answer that `exposure` gives to the same arguments, without computing it."""
    return {
        "question": "exposure",
        "study": study.name,
        "digest": study.digest(),
        "place": place,
        "commodity": commodity,
    }


def _only(
    tables: dict[str, pd.DataFrame], place: str | None, commodity: str | None, places: set[str]
) -> dict[str, pd.DataFrame]:
    """The rows of a place and a commodity, if they are given; an error if there are none."""
    shares = [table for name, table in tables.items() if name != "indices"]
    if place is not None and place not in places:
        raise UnknownName("place", place, {str(x) for table in shares for x in table["place"]})
    wanted = {k: v for k, v in (("place", place), ("commodity", commodity)) if v is not None}

    def rows(table: pd.DataFrame) -> pd.DataFrame:
        for key, value in wanted.items():
            table = table[table[key] == value]
        return table.reset_index(drop=True)

    if wanted and not any(len(rows(table)) for table in shares):
        raise UsageError(
            f"{place or 'no place'} has {'no ' if place else ''}use of "
            f"{commodity or 'what is traced'} in this study"
        )
    return {name: rows(table) for name, table in tables.items()}


def _of_chain(study: Study) -> dict[str, pd.DataFrame]:
    """The tables of one chain; `indices` holds the published ones alone."""
    network = prepare(study).network
    found = traced(study, network)
    suppliers = direct(network, filled_lanes(study, network))
    return {
        "direct": suppliers,
        "lookthrough": lookthrough(
            found, study.lookup("commodities", "stage"), study.lookup("places", "country")
        ),
        "passages": passages(found, network.passages.id),
        "links": links(found, study.settings.headline),
        "indices": published(supply_risks(network, study, suppliers)),
    }
