"""What would change the answer: inputs that move it, capacities that bind, rules not asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.network.build import SIGMA
from seawall.report import text, views
from seawall.report.brief import answer as answers
from seawall.report.brief import inputs
from seawall.report.brief.evidence import groups_of
from seawall.report.brief.intervals import Intervals

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from seawall.report.brief.cells import Cell, Reading
    from seawall.report.brief.words import Words

#: Savings below this [million] a unit are not told.
_LEAST_SAVING = 1e-4
_MOST_MOVERS = 8
#: An input that makes less of the spread than this is not told.
_LEAST_SHARE = 0.005


@dataclass(frozen=True)
class Mover:
    """An input or a capacity and what it does.

    `low` and `high` are what the cell lacks with the input at its ends, of a tornado; `saving`
    [million] is what one more unit of a capacity is worth.
    """

    name: str
    unit: str
    low: float | None = None
    high: float | None = None
    saving: float = 0.0
    share: float = 0.0
    confidence: str = ""
    home: bool = False


def movers(reading: Reading, words: Words) -> list[Mover]:
    """What moves the answer, the most first: the tornado if there is one, else capacities of the
    chain in question by what one more unit would save."""
    if reading.short:
        cell = reading.short[0]
        found = Intervals(reading, words).movers(cell, answers.told(cell))
        if found:
            return [
                Mover(
                    name=inputs.name(words, row),
                    unit=words.figures.amount(1.0, cell.unit, 1),
                    low=text.number(row["low"]),
                    high=text.number(row["high"]),
                    share=min(1.0, max(0.0, text.number(row["share_of_variance"]) or 0.0)),
                    confidence=str(row["confidence"]),
                )
                for row in found[:_MOST_MOVERS]
            ]
    return _capacities(reading, words)


def _capacities(reading: Reading, words: Words) -> list[Mover]:
    table = reading.table("marginals")
    if table.empty:
        return []
    every = table["response"].unique()
    response = next((n for n in (reading.central, "market", "pact", "foresight") if n in every), "")
    rows = table[table["response"] == response]
    cell = answers.focus(reading)
    units = _units(reading, cell)
    ends = _ends(reading)
    headline = {c.place for c in reading.cells}
    found = []
    for kind, say in (("facility", words.facility), ("lane", words.lane)):
        here = rows[rows["kind"] == kind]
        # A detour is the same capacity as the lane that it stands in for.
        here = here[~here["id"].str.contains(".detour", regex=False)]
        for key, value in zip(here["id"].astype(str), views.figures(here, "value"), strict=True):
            if key in units and value >= _LEAST_SAVING:
                unit = words.figures.amount(1.0, units[key], 1)
                home = bool(headline & ends.get(key, set()))
                found.append(Mover(say(key), unit, saving=float(value), home=home))
    found = _unlike(sorted(found, key=lambda m: -m.saving))
    half = _MOST_MOVERS // 2
    own = [m for m in found if m.home][:half]
    chosen = [*own, *[m for m in found if m not in own][: _MOST_MOVERS - len(own)]]
    return sorted(chosen, key=lambda m: -m.saving)


def _ends(reading: Reading) -> dict[str, set[str]]:
    """Countries that a facility stands in or a lane goes to."""
    country = views.country_of(reading.study)
    plants, lanes = reading.study.table("facilities"), reading.study.table("lanes")
    pairs = [
        *zip(plants["id"].astype(str), plants["place"].astype(str), strict=True),
        *zip(lanes["id"].astype(str), lanes["destination"].astype(str), strict=True),
    ]
    return {key: {country.get(place, place)} for key, place in pairs}


def _unlike(movers: Iterable[Mover]) -> list[Mover]:
    """Movers of different names: lanes of several routes between two places read the same."""
    seen: dict[str, Mover] = {}
    for mover in movers:
        seen.setdefault(mover.name, mover)
    return list(seen.values())


def _units(reading: Reading, cell: Cell) -> dict[str, str]:
    """Units of the facilities and lanes of a cell's chain whose good is counted as the cell's."""
    study = reading.study.chain(cell.chain)
    goods = study.lookup("commodities", "unit")
    lanes = study.table("lanes")
    plants = study.table("facilities")
    found = {
        str(key): goods[good]
        for key, good in zip(lanes["id"], lanes["commodity"], strict=True)
        if goods[good] == cell.unit
    }
    own = zip(plants["id"], plants["unit"], strict=True)
    return found | {str(key): cell.unit for key, unit in own if unit == f"{cell.unit}/yr"}


def sentences(reading: Reading, words: Words, found: list[Mover]) -> list[str]:
    """Sentences on what would change the answer, the weightiest first."""
    cell = reading.short[0] if reading.short else None
    told = _tornado(reading, words, found) if found and found[0].low is not None else []
    if not told:
        told = [
            words.sentence(
                "change.marginal",
                unit=m.unit,
                name=m.name,
                money=words.figures.money(m.saving, reading.study.settings.currency),
            )
            for m in _first(found)
        ]
    told += _stock_at_start(reading, words)
    if cell is not None:
        told += _reactions(words, cell)
        told += _stock_doubt(reading, words, cell)
    told += _not_asked(reading, words)
    return told


def _first(found: list[Mover]) -> list[Mover]:
    """The best of the headline's own, then the best of all others."""
    home = [m for m in found if m.home][:1]
    return [*home, *[m for m in found if m not in home][: 2 - len(home)]]


def _tornado(reading: Reading, words: Words, found: list[Mover]) -> list[str]:
    cell = reading.short[0]
    return [
        words.sentence(
            "change.tornado",
            input=m.name,
            confidence=words.say(f"evidence.{m.confidence}"),
            figure=words.say(
                "name.cell", place=words.place(cell.place), good=words.good(cell.good)
            ),
            low=words.figures.amount(m.low, cell.unit),
            high=words.figures.amount(m.high, cell.unit),
            share=words.figures.share(m.share),
        )
        for m in found[:3]
        if m.share >= _LEAST_SHARE
    ]


def _stock_at_start(reading: Reading, words: Words) -> list[str]:
    """The tank of the headline in which one more unit would have been worth most."""
    table = reading.table("marginals")
    if table.empty:
        return []
    country = views.country_of(reading.study)
    headline = {cell.place for cell in reading.cells}
    rows = table[table["kind"] == "stock"]
    lands = rows["id"].astype(str).str.rpartition(".")[0].map(lambda p: country.get(p, p))
    here = rows[lands.isin(headline)]
    if here.empty:
        return []
    best = here.iloc[int(views.figures(here, "value").argmax())]
    good = str(best["id"]).rpartition(".")[2]
    unit = reading.study.lookup("commodities", "unit").get(good)
    if unit is None or float(best["value"]) < _LEAST_SAVING:
        return []
    return [
        words.sentence(
            "change.marginal_stock",
            unit=words.figures.amount(1.0, unit, 1),
            name=words.stock(best["id"]),
            money=words.figures.money(best["value"], reading.study.settings.currency),
        )
    ]


def _reactions(words: Words, cell: Cell) -> list[str]:
    """What knowing the end, and reacting at all, is worth to who is short."""

    def amount(name: str) -> str:
        return words.figures.amount(cell.outcomes[name].unserved, cell.unit)

    place = {"good": words.good(cell.good), "place": words.place(cell.place)}
    told = []
    asked = set(cell.outcomes)
    if {"market", "foresight"} <= asked and amount("market") != amount("foresight"):
        told.append(
            words.sentence("change.end", known=amount("foresight"), blind=amount("market"), **place)
        )
    if {"market", "frozen"} <= asked and amount("market") != amount("frozen"):
        told.append(
            words.sentence(
                "change.react", frozen=amount("frozen"), market=amount("market"), **place
            )
        )
    return told


def _stock_doubt(reading: Reading, words: Words, cell: Cell) -> list[str]:
    """How much the start stock is in doubt, by its evidence."""
    stocks = reading.study.table("stocks")
    country = views.country_of(reading.study)
    goods = reading.study.lookup("commodities", "chain")
    here = stocks[
        (stocks["place"].astype(str).map(lambda p: country.get(p, p)) == cell.place)
        & (stocks["commodity"].map(goods) == cell.chain)
    ]
    own = here[here["commodity"] == cell.good]
    rows: pd.DataFrame = own if len(own) else here
    days = cell.middle.cover_days
    if rows.empty or not days:
        return []
    weight = views.figures(rows, "start").groupby(rows["confidence"].astype(str)).sum()
    confidence = str(weight.idxmax())
    return [
        words.sentence(
            "change.stock",
            good=words.good(cell.good),
            place=words.place(cell.place),
            days=words.figures.days(days),
            confidence=words.say(f"evidence.{confidence}"),
            spread=words.figures.share(SIGMA[confidence]),
            fewer=words.figures.days(days * SIGMA[confidence]),
        )
    ]


def _not_asked(reading: Reading, words: Words) -> list[str]:
    """Rules, responses and draws that this run did not ask."""
    told = []
    first, last = reading.event
    if last > first:
        told.append(words.sentence("change.longer", days=f"{last - first:,.0f}"))
    if len(reading.responses) == 1:
        only = words.say(f"response.{reading.responses[0]}")
        told.append(words.sentence("change.responses", list=only))
    if reading.table("intervals").empty:
        told.append(words.sentence("change.interval"))
    groups = groups_of(reading.study, tuple({c.chain: None for c in reading.cells}))
    chosen = reading.study.selected
    other = [
        words.say(
            "assumption.variant",
            group=words.listed("variants", group),
            name=words.say("list.or").join(
                words.listed("variants", name) for name in names if name != chosen[group]
            ),
        )
        for group, names in groups.items()
    ]
    if other:
        told.append(words.sentence("change.variant", list=words.say("list.items").join(other)))
    return told
