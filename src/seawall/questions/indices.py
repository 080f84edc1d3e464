"""Published supply-risk indices of the importing places of a study, from its base flows.

What each index is made of, and what of it is assumed: docs/reference/supply-risk.md.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from seawall.network.network import TINY
from seawall.questions.supply_risk import (
    UNKNOWN_WGI,
    WORST_WGI,
    disruption_potential,
    eu_supply_risk,
    import_reliance,
    nassar_supply_risk,
    trade_exposure,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from seawall.network import Network
    from seawall.study import Study

__all__ = ["EU", "HOME_TRADE", "MEMBERS", "IndexRow", "supply_risks"]

#: The place that stands for the EU as a whole, or for what of it has no place of its own.
EU = "EU"
#: Its members: the EU's method counts their supply as the EU's own.
MEMBERS = frozenset(
    (
        EU, "AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC",
        "HRV", "HUN", "IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK",
        "SVN", "SWE",
    )
)  # fmt: skip
#: Trade parameter of supply from within the place: the EU's study has it for members of the EU.
HOME_TRADE = 0.8


class IndexRow(TypedDict):
    """A row of the table `indices`."""

    commodity: str
    place: str
    index: str
    value: float


def _sums() -> defaultdict[Any, float]:
    return defaultdict(float)


@dataclass(frozen=True)
class _Trade:
    """What is made and moves of one commodity in the base, per period [unit].

    `primary` is production by country without recycling, `made` with it; `landed` and `sent` are
    what arrives and what departs by pair of countries.
    """

    primary: defaultdict[str, float] = field(default_factory=_sums)
    made: defaultdict[str, float] = field(default_factory=_sums)
    landed: defaultdict[tuple[str, str], float] = field(default_factory=_sums)
    sent: defaultdict[tuple[str, str], float] = field(default_factory=_sums)

    def imports(self, home: frozenset[str]) -> dict[str, float]:
        """Arrivals from outside `home` by the country that shipped them."""
        found: defaultdict[str, float] = _sums()
        for (origin, destination), amount in self.landed.items():
            if destination in home and origin not in home:
                found[origin] += amount
        return found

    def exports(self, home: frozenset[str]) -> float:
        """Departures from `home` to outside."""
        return sum(x for (o, d), x in self.sent.items() if o in home and d not in home)


def supply_risks(network: Network, study: Study, direct: pd.DataFrame) -> list[IndexRow]:
    """EU supply risk and supply risk after Nassar et al. (2020) of importing places.

    Parameters
    ----------
    network
        The network of the study (or of one of its chains) with its balanced base.
    study
        Its tables `governance`, `materials` and `export_rules` are used, and which of its
        processes recycle.
    direct
        The pairs of `place` and `commodity` that are rated, in this order, as in the exposure table
        of that name.  Places that are no country, that import nothing, or commodities without a row
        in `materials`, are passed over.  Where a member of the EU is among the places, the EU
        as a whole is rated as well, as "EU".

    Returns
    -------
    list of IndexRow
        `EU_SR` (from 0, critical from 1.0) where the commodity has a material; `Nassar_DP`,
        `Nassar_TE` (0-1); `Nassar_SR` (0-1) where its economic vulnerability is known.

    Notes
    -----
    Assumptions: a place's own production has the trade parameter 0.8 that the EU gives its members;
    Nassar's weight (ability and willingness to supply) is governance, 0 best to 1 worst; countries
    without a score count as the middle; ROW counts as one country.
    """
    found = _trade(network, _recycling(study))
    wgi = _governance(study)
    terms: dict[str, dict[str, float]] = defaultdict(dict)
    for rule in study.rows("export_rules"):
        terms[rule.commodity][rule.country] = float(rule.factor)
    materials = {row.commodity: row for row in study.rows("materials")}
    rows: list[IndexRow] = []
    for place, commodity in _pairs(network, direct):
        if commodity not in materials or commodity not in found:
            continue
        home = MEMBERS if place == EU else frozenset({place})
        own = MEMBERS if place in MEMBERS else home
        trade = terms[commodity] | dict.fromkeys(own, HOME_TRADE)
        values = _indices(found[commodity], home, wgi, trade, materials[commodity])
        rows += [
            {"commodity": commodity, "place": place, "index": index, "value": value}
            for index, value in values
        ]
    return rows


def _pairs(network: Network, direct: pd.DataFrame) -> list[tuple[str, str]]:
    """Countries and commodities that are rated; the EU follows the first of its members."""
    countries = set(network.nodes.country)
    pairs: dict[tuple[str, str], None] = {}
    for place, commodity in zip(direct["place"], direct["commodity"], strict=True):
        if place in countries:
            pairs[str(place), str(commodity)] = None
            if place in MEMBERS:
                pairs[EU, str(commodity)] = None
    return list(pairs)


def _recycling(study: Study) -> set[str]:
    """Facilities whose output is not primary production."""
    processes = study.table("processes")
    recycle = set(processes.loc[processes["kind"] == "recycling", "process"])
    facilities = study.table("facilities")
    return set(facilities.loc[facilities["process"].isin(recycle), "id"])


def _governance(study: Study) -> dict[str, float]:
    """Scaled governance by country, of the newest year."""
    table = study.table("governance").sort_values("year")
    return dict(zip(table["country"], table["wgi"].astype(float), strict=True))


def _trade(network: Network, recycling: set[str]) -> dict[str, _Trade]:
    """Production and trade between countries, by commodity."""
    nodes, lanes, facilities = network.nodes, network.lanes, network.facilities
    found: defaultdict[str, _Trade] = defaultdict(_Trade)
    recipe = facilities.recipe.tocoo()
    for n, f, amount in zip(recipe.row, recipe.col, recipe.data, strict=True):
        made = float(amount * facilities.base[f])
        if made <= TINY:
            continue
        trade, country = found[nodes.commodity[n]], nodes.country[n]
        trade.made[country] += made
        if facilities.id[f] not in recycling:
            trade.primary[country] += made
    for a in np.flatnonzero(lanes.base > TINY):
        o, d = lanes.origin[a], lanes.destination[a]
        trade, pair = found[nodes.commodity[d]], (nodes.country[o], nodes.country[d])
        trade.landed[pair] += float(lanes.keep[a] * lanes.base[a])
        trade.sent[pair] += float(lanes.base[a])
    return dict(found)


def _indices(
    trade: _Trade,
    home: frozenset[str],
    wgi: Mapping[str, float],
    terms: Mapping[str, float],
    material: Any,
) -> Iterator[tuple[str, float]]:
    """Name and value of each index of the countries in `home` that can be computed."""
    imports, exports = trade.imports(home), trade.exports(home)
    bought = sum(imports.values())
    if bought <= TINY or not trade.primary:
        return
    world = _shares(trade.primary)
    own = {country: made for country, made in trade.primary.items() if country in home}
    if material.material:
        reliance = import_reliance(bought, exports, sum(own.values()))
        yield "EU_SR", eu_supply_risk(
            world, _shares(own | imports), wgi, terms, reliance,
            float(material.eol_rir), float(material.si_sr),
        )  # fmt: skip
    weight = {country: wgi.get(country, UNKNOWN_WGI) / WORST_WGI for country in world}
    potential = disruption_potential(world, weight, home)
    yield "Nassar_DP", potential
    made = sum(amount for country, amount in trade.made.items() if country in home)
    used = made + bought - exports
    if used <= TINY:
        return
    exposure = trade_exposure(bought, exports, used)
    yield "Nassar_TE", exposure
    if not np.isnan(material.vulnerability):
        yield (
            "Nassar_SR",
            nassar_supply_risk(potential, exposure, float(material.vulnerability)),
        )


def _shares(amounts: Mapping[str, float]) -> dict[str, float]:
    total = sum(amounts.values())
    return {country: amount / total for country, amount in amounts.items()}
