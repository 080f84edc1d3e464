"""What the report's part on minerals and chips reads out of a study and its results, in one place.

The files that draw and write about chains see names instead of ids and the rows that matter to a
reader: those of the headline places and of goods that somebody there wants for use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall import units
from seawall.errors import UnitError
from seawall.network.network import UNEXPLAINED
from seawall.report import text, views
from seawall.report.tables import Html
from seawall.report.views import Names, bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seawall.questions.demo_chains import ChainsResult

#: Responses that chains are asked for, in the order of a table.
RESPONSES = ("frozen", "market", "foresight")
#: What is traced, in words; what is not here is traced under its own name.
ELEMENTS: Mapping[str, str] = {
    "NdPr": "Nd and Pr", "DyTb": "Dy and Tb", "Li": "lithium", "Co": "cobalt", "Ni": "nickel",
    "C": "graphite", "Ga": "gallium", "Ge": "germanium", "Si": "silicon",
}  # fmt: skip
UNITS: Mapping[str, str] = {"k wafers": "thousand wafers"}
#: Name of the rest of the world, in small letters.
REST = "all others"
#: Longest list of names in a cell.
MOST_NAMES = 6
#: Below this share a pair counts as filled in rather than known.
KNOWN = 0.5
#: A shortage below this share of the use of a run is not worth a row.
FELT = 1e-4
ORIGIN_KEYS = ["place", "commodity", "element", "stage", "stage_commodity"]


@dataclass(frozen=True)
class ChainsView:
    """A study and what was asked of its chains, ready to be written about."""

    study: Any
    chains: ChainsResult
    names: Names

    @cached_property
    def places(self) -> tuple[str, ...]:
        return tuple(str(p) for p in self.study.settings.headline)

    @cached_property
    def goods(self) -> pd.DataFrame:
        """Commodities by id."""
        frame = views.table(self.study, "commodities")
        return frame.set_index(frame["id"].astype(str))

    @cached_property
    def gas(self) -> frozenset[str]:
        """Commodities that the rest of the report is about: those that heat."""
        return frozenset(self.goods.index[views.figures(self.goods, "energy_content").notna()])

    @cached_property
    def finals(self) -> frozenset[str]:
        """Goods that headline places want for use; gaps that sources leave are no use."""
        demands = views.table(self.study, "demands")
        used = ~demands["sector"].astype(str).str.contains(UNEXPLAINED, regex=False)
        here = demands["place"].astype(str).isin(self.places)
        return frozenset(demands.loc[used & here, "commodity"].astype(str)) - self.gas

    def chain(self, commodity: object) -> str:
        return str(self.goods.at[str(commodity), "chain"])

    def sector(self, commodity: object) -> str:
        return str(self.goods.at[str(commodity), "sector"])

    def unit(self, commodity: object) -> str:
        """Unit of a commodity in words."""
        unit = str(self.goods.at[str(commodity), "unit"])
        return UNITS.get(unit, unit)

    def good(self, commodity: object) -> str:
        return self.names.good(commodity)

    def place(self, place: object) -> str:
        return self.names.place(place)

    def element(self, element: object, commodity: object) -> str:
        """What is traced, in words; a good that holds nothing is traced as itself."""
        key = "" if text.missing(element) else str(element)
        return ELEMENTS.get(key, key) or self.good(commodity)

    def rest(self, place: object) -> bool:
        """Whether a place is the rest of the world, and so no single country."""
        return self.place(place).lower() == REST

    def home(self, place: object) -> str:
        """The country of a place."""
        return self._country.get(str(place), str(place))

    @cached_property
    def outputs(self) -> frozenset[str]:
        """Goods that some process is run for, and not only gives off."""
        table = views.table(self.study, "processes")
        return frozenset(table.loc[table["role"] == "output", "commodity"].astype(str))

    @cached_property
    def outlets(self) -> Mapping[str, str]:
        """Where what is made at a place appears, if not there."""
        table = views.table(self.study, "facilities")
        pairs = zip(table["place"].astype(str), views.column(table, "output_place"), strict=True)
        return {place: str(outlet) for place, outlet in pairs if not text.missing(outlet)}

    @cached_property
    def _country(self) -> Mapping[str, str]:
        return views.country_of(self.study)

    def table(self, name: str) -> pd.DataFrame:
        """A table of the results; empty where it was not asked for."""
        return self.chains.tables.get(name, pd.DataFrame())

    def exposed(self, name: str) -> pd.DataFrame:
        """A table of exposure without gas."""
        frame: pd.DataFrame = self.chains.exposure.tables[name]
        return frame[~frame["commodity"].isin(self.gas)]

    @cached_property
    def _prices(self) -> pd.DataFrame:
        table = views.table(self.study, "prices")
        return table.assign(price=views.figures(table, "price"))

    def value(self, good: object, place: object, amount: float) -> float:
        """Worth of an amount at the price of a place, or at the mean price of the good [million];
        0 where the study has no price."""
        rows = self._prices[self._prices["commodity"] == good]
        here = rows[rows["place"] == place]
        rows = here if len(here) else rows
        if rows.empty:
            return 0.0
        per = str(rows["unit"].iloc[0]).partition("/")[2]
        try:
            count = units.convert(amount, str(self.goods.at[str(good), "unit"]), per)
        except UnitError:
            return 0.0
        return count * float(rows["price"].mean()) / 1e6

    @cached_property
    def worth(self) -> Mapping[tuple[str, str], float]:
        """Worth of a year's use by headline place and good in use [million]."""
        demands = views.table(self.study, "demands")
        found: dict[tuple[str, str], float] = {}
        for row in demands.to_dict("records"):
            place, good = str(row["place"]), str(row["commodity"])
            if place in self.places and good in self.finals:
                amount = units.convert(
                    float(row["quantity"]), str(row["unit"]), f"{self.goods['unit'].at[good]!s}/yr"
                )
                found[place, good] = found.get((place, good), 0.0) + self.value(good, place, amount)
        return found

    @cached_property
    def origins(self) -> pd.DataFrame:
        """Shares of the countries of origin of what headline places use, stage by stage.

        Columns of ORIGIN_KEYS, steps, country, recycled (yes or no), share and known (0 to 1).
        """
        table = self.exposed("lookthrough")
        table = table[table["place"].isin(self.places) & table["commodity"].isin(self.finals)]
        return origins(table)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """What each scenario means for headline places and goods in use, all uses together."""
        frames = []
        for number, result in enumerate(self.chains.stresses):
            rows = result.tables["indicators"]
            rows = rows[(rows["tier"] == "all") & rows["place"].isin(self.places)]
            rows = rows[rows["commodity"].isin(self.finals)]
            title = result.scenario.title if result.scenario else "The base"
            frames.append(rows.assign(number=number, title=title))
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    @cached_property
    def hurt(self) -> list[Hurt]:
        """Who is short of what in which scenario, the worst share first within a scenario."""
        if self.indicators.empty:
            return []
        found = []
        keys = ["number", "place", "commodity"]
        for key, rows in self.indicators.groupby(keys, sort=False):
            number, place, good = (str(part) for part in key)
            by = {str(row["response"]): row for row in rows.to_dict("records")}
            shares = [text.number(row["unserved_share"]) or 0.0 for row in by.values()]
            if max(shares) > FELT:
                found.append(Hurt(int(number), str(place), str(good), by, max(shares)))
        return sorted(found, key=lambda h: (h.number, -h.worst))

    @cached_property
    def run(self) -> str:
        """Length of a run in words: "2 years"."""
        part = self.study
        for name in self.study.chains:
            if not set(views.table(self.study.chain(name), "commodities")["id"]) & self.gas:
                part = self.study.chain(name)
        return text.duration(views.run_days(part)).removeprefix("about ")

    def title(self, number: int) -> str:
        scenario = self.chains.stresses[number].scenario
        return scenario.title if scenario else "The base"

    def scenario_title(self, name: object) -> str:
        """Title of a scenario by its name."""
        for result in self.chains.stresses:
            if result.scenario and result.scenario.name == str(name):
                return result.scenario.title
        return text.capital(str(name).replace("-", " "))

    def people(self, words: object) -> str:
        """A list of place names that a question wrote, with the short names of a drawing."""
        said = str(words)
        for key, name in self._long:
            said = said.replace(name, self.place(key)).replace(bare(name), self.place(key))
        parts = [part for part in said.split(", ") if part]
        more = len(parts) - MOST_NAMES
        return text.join([*parts[:MOST_NAMES], f"{more} more"] if more > 1 else parts)

    @cached_property
    def _long(self) -> Sequence[tuple[str, str]]:
        places = views.table(self.study, "places")
        pairs = zip(places["id"].astype(str), places["name"].astype(str), strict=True)
        return [(key, name) for key, name in pairs if ":" in name or "(" in name]


@dataclass(frozen=True)
class Hurt:
    """A place and a good that go short in a scenario: rows of the indicators by response."""

    number: int
    place: str
    good: str
    rows: Mapping[str, Mapping[Any, Any]]
    worst: float

    def share(self, response: str) -> float | None:
        row = self.rows.get(response)
        return None if row is None else text.number(row["unserved_share"])

    def figure(self, response: str, column: str) -> float | None:
        row = self.rows.get(response)
        return None if row is None else text.number(row[column])

    @property
    def first_day(self) -> float | None:
        """The earliest first shortage under any response but foresight, which saves from the first
        day what it will want later, in days."""
        asked = [name for name in self.rows if name != "foresight"] or list(self.rows)
        days = [self.figure(response, "first_shortfall_day") for response in asked]
        return min((day for day in days if day is not None), default=None)


def origins(lookthrough: pd.DataFrame) -> pd.DataFrame:
    """Look-through rows summed by country, what is won from scrap apart."""
    known = lookthrough["share"] * lookthrough["known"]
    frame = lookthrough.assign(
        country=lookthrough["origin_country"].astype(str),
        recycled=lookthrough["origin_kind"] == "recycling",
        known=known,
    )
    keys = [*ORIGIN_KEYS, "country", "recycled"]
    sums = frame.groupby(keys, sort=False, as_index=False).agg(
        share=("share", "sum"), known=("known", "sum"), steps=("steps", "min")
    )
    sums["known"] = (sums["known"] / sums["share"].where(sums["share"] > 0)).fillna(1.0)
    return sums


def largest(rows: pd.DataFrame, column: str = "share") -> pd.Series[Any] | None:
    """The row with the largest share, or None."""
    return None if rows.empty else rows.iloc[int(rows[column].to_numpy().argmax())]


def share(value: object, known: object = 1.0) -> str | Html:
    """A share; marked where no figure on the pairs behind it is known."""
    sure = text.number(known)
    if sure is None or sure >= KNOWN:
        return text.pct(value)
    return Html(f'<span class="unknown" title="no pair trade known">{text.pct(value)}</span>')


def details(summary: str, inside: str, *, opened: bool = False) -> str:
    """A folded part; the summary must be safe markup."""
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>{inside}</details>"


def items(sentences: Iterable[str]) -> str:
    """Sentences as a list; they must be safe markup."""
    said = "".join(f"<li>{sentence}</li>" for sentence in sentences if sentence)
    return f"<ul>{said}</ul>" if said else ""
