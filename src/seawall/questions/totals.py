"""Totals of the base, as publishers count them: trade, shares, stocks, use of capacity, prices.

Each kind of the table `published` is one function here.  None: the base holds nothing that such a
total could be taken of, which is not the same as 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall import units
from seawall.network.build import Goods
from seawall.network.network import TINY
from seawall.questions.exposure import exposure
from seawall.questions.exposure.tracing import CONVERSION
from seawall.questions.prepared import prepare
from seawall.study.published_records import TOTALS

if TYPE_CHECKING:
    from seawall.network.network import Bools, Floats
    from seawall.study import Study


@dataclass(frozen=True)
class _Asked:
    """Whose total is asked for: masks over nodes; `ends` marks the nodes of the commodity."""

    place: str
    partner: str
    commodity: str
    inside: Bools
    ends: Bools


class Totals:
    """Totals of a study's reconciled base, by `of(row of the table published)`."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.network = prepare(study).network
        self.goods = Goods(study)
        self._parent: dict[str, str] = study.lookup("places", "parent")
        nodes, lanes = self.network.nodes, self.network.lanes
        country = np.array(nodes.country)
        self._abroad: Bools = country[lanes.origin] != country[lanes.destination]
        self._commodity = np.array(nodes.commodity)
        self._landed: Floats = lanes.keep * lanes.base

    def of(self, row: Any) -> float | None:
        """The base's figure for a row of the table `published`, in the row's unit."""
        asked = _Asked(
            place=row.place,
            partner=row.partner,
            commodity=row.commodity,
            inside=self._inside(row.place),
            ends=self._commodity == row.commodity,
        )
        found = getattr(self, f"_{row.what}")(asked)
        if found is None:
            return None
        return self._in_unit(float(found), TOTALS[row.what].dimension, row.commodity, row.unit)

    def _in_unit(self, value: float, dimension: str, commodity: str, unit: str) -> float:
        counted = self.goods.unit[commodity]
        if dimension == "price":
            return value / self.goods.price(1.0, unit, commodity)
        if dimension == "flow":
            return units.convert(value * self.goods.periods_per_year, f"{counted}/yr", unit)
        own = {"commodity": counted, "share": "share", "time": "day"}[dimension]
        return units.convert(value, own, unit)

    def _inside(self, place: str) -> Bools:
        """Nodes of a place, of the places below it, or of a country; all of them for ""."""
        nodes = self.network.nodes
        mask = [
            not place or place == nodes.country[n] or place in self._chain(nodes.place[n])
            for n in range(len(nodes))
        ]
        return np.array(mask, dtype=bool)

    def _chain(self, place: str) -> list[str]:
        """A place and all that it is part of."""
        chain = [place]
        while above := self._parent.get(chain[-1], ""):
            chain.append(above)
        return chain

    def _entering(self, asked: _Asked, partner: str = "") -> Bools:
        """Lanes that bring the commodity into a place from outside (from a partner)."""
        lanes = self.network.lanes
        return self._between(lanes.origin, lanes.destination, asked, partner)

    def _between(self, far: Any, near: Any, asked: _Asked, partner: str) -> Bools:
        crosses = self._abroad if not asked.place else ~asked.inside[far] & asked.inside[near]
        result: Bools = crosses & asked.ends[near] & self._inside(partner)[far]
        return result

    def _import(self, asked: _Asked) -> float:
        """What lands in a place from outside per period; of all: between countries."""
        return float(self._landed[self._entering(asked, asked.partner)].sum())

    def _export(self, asked: _Asked) -> float:
        """What departs from a place for outside per period; of all: between countries."""
        lanes = self.network.lanes
        out = self._between(lanes.destination, lanes.origin, asked, asked.partner)
        return float(lanes.base[out].sum())

    def _import_share(self, asked: _Asked) -> float | None:
        """Part of a place's imports that comes from the partner, without tracing."""
        return _ratio(self._import(asked), self._landed[self._entering(asked)].sum())

    def _demand(self, asked: _Asked) -> float | None:
        """What is used in a place per period."""
        demands = self.network.demands
        here = (asked.inside & asked.ends)[demands.node]
        return float(demands.base[here].sum()) if here.any() else None

    def _stock(self, asked: _Asked) -> float | None:
        """What lies in the tanks of a place on the first day, floors included."""
        nodes = self.network.nodes
        here = asked.inside & asked.ends & nodes.has_stock
        return float(nodes.start[here].sum()) if here.any() else None

    def _stock_days(self, asked: _Asked) -> float | None:
        """Days of imports that the stock of a place is worth, floors included."""
        stock = self._stock(asked)
        daily = self._landed[self._entering(asked)].sum() / self.network.terms.period_days
        return None if stock is None else _ratio(stock, daily)

    def _utilisation(self, asked: _Asked) -> float | None:
        """Base activity over nameplate of the facilities that make the commodity in a place;
        those without a nameplate don't count."""
        facilities = self.network.facilities
        used = whole = 0.0
        for f, name in enumerate(facilities.id):
            here = not asked.place or asked.place in self._belongs[facilities.place[f]]
            if here and self._main_output[name] == asked.commodity and name in self._nameplate:
                used += float(facilities.base[f])
                whole += self._nameplate[name]
        return _ratio(used, whole)

    @cached_property
    def _belongs(self) -> dict[str, set[str]]:
        """Names that stand for each place: itself, what it is part of, its country."""
        country = self.study.lookup("places", "country")
        return {place: {*self._chain(place), country[place]} for place in country}

    @cached_property
    def _main_output(self) -> dict[str, str]:
        """The commodity that counts each facility's activity: its first output."""
        first: dict[str, str] = {}
        for row in self.study.rows("processes"):
            if row.role == "output":
                first.setdefault(row.process, row.commodity)
        return {row.id: first[row.process] for row in self.study.rows("facilities")}

    @cached_property
    def _nameplate(self) -> dict[str, float]:
        """Nameplate per period of the facilities that have one."""
        return {
            row.id: self.goods.rate(row.nameplate, row.unit, self._main_output[row.id])
            for row in self.study.rows("facilities")
            if not np.isnan(row.nameplate)
        }

    def _price(self, asked: _Asked) -> float | None:
        """Base price in a place, weighted by what passes through its nodes."""
        nodes, lanes, network = self.network.nodes, self.network.lanes, self.network
        size = len(nodes)
        passes = np.bincount(lanes.destination, self._landed, size)
        passes += network.facilities.recipe.maximum(0) @ network.facilities.base
        here = asked.inside & asked.ends
        return _ratio(float((nodes.price * passes)[here].sum()), passes[here].sum())

    def _crossing(self, passage: str) -> Bools:
        lanes, passages = self.network.lanes, self.network.passages
        mask = np.zeros(len(lanes), dtype=bool)
        at = passages.id.index(passage)
        mask[lanes.crossing_lane[lanes.crossing_passage == at]] = True
        return mask

    def _passage(self, asked: _Asked) -> float:
        """What passes per period, as loaded: all of it, or what is bound for a place."""
        lanes = self.network.lanes
        bound = self._entering(asked) if asked.place else asked.ends[lanes.destination]
        return float(lanes.base[bound & self._crossing(asked.partner)].sum())

    def _passage_share(self, asked: _Asked) -> float | None:
        """Part of a place's imports whose last lane crosses the passage; of all: of all trade."""
        bound = self._entering(asked)
        over = bound & self._crossing(asked.partner)
        return _ratio(self._landed[over].sum(), self._landed[bound].sum())

    def _origin_share(self, asked: _Asked) -> float | None:
        """Part of what a place uses that was extracted at the partner, traced through all lanes
        and recipes; of the first element that a commodity is said to contain."""
        table = self._lookthrough
        rows = table[(table["place"] == asked.place) & (table["commodity"] == asked.commodity)]
        if rows.empty:
            return None
        own = [asked.partner in self._belongs[place] for place in rows["origin"]]
        return float(rows["share"][own].sum())

    @cached_property
    def _lookthrough(self) -> Any:
        held = self.study.lookup("commodities", "contains")
        first = {good: contents[0][0] if contents else "" for good, contents in held.items()}
        table = exposure(self.study).tables["lookthrough"]
        leading = table["element"] == table["commodity"].map(first)
        return table[leading & (table["origin_kind"] != CONVERSION)]


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > TINY else None
