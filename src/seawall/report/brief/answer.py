"""The answer of a stress run in five sentences, the disappointing first, physics before money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.report import phrases, text, views
from seawall.report.brief.cells import SHORT
from seawall.report.brief.intervals import Intervals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from seawall.report.brief.cells import Cell, Outcome, Reading
    from seawall.report.brief.words import Words

_MOST_LISTED = 3
#: A stock that falls by less than this share of itself hardly moves.
_FALL = 0.02


def answer(reading: Reading, words: Words) -> tuple[str, ...]:
    """Five sentences."""
    grid = _Grids(reading, words)
    if not reading.short:
        return _nobody_short(reading, words, grid)
    cell = reading.short[0]
    return (
        _lead(reading, words, cell),
        _when(reading, words, cell),
        _split(reading, words, cell),
        _rest(reading, words, cell, grid),
        money(reading, words),
    )


def span(reading: Reading, words: Words, cell: Cell) -> str:
    """How far a run looks ahead, in words."""
    settings = reading.settings(cell.chain)
    return span_words(words, float(settings.periods * settings.period_days))


def span_words(words: Words, days: float) -> str:
    """A length of a run: whole years where it is so within two per cent, else weeks."""
    years = days / 365.25
    if round(years) >= 1 and abs(years - round(years)) < 0.02:
        whole = round(years)
        return words.say("span.year") if whole == 1 else words.say("span.years", count=whole)
    return words.say("span.weeks", count=round(days / 7.0))


def told(cell: Cell) -> str:
    """The response to tell of: the central one if it leaves the cell short, else the worst."""
    if cell.middle.share > SHORT:
        return cell.central
    return max(cell.outcomes, key=lambda name: cell.outcomes[name].share)


def _lead(reading: Reading, words: Words, cell: Cell) -> str:
    say, figures = words.say, words.figures
    first = told(cell)
    amounts = _by_amount(words, cell, first)
    outcome = cell.outcomes[first]
    hit = [name for name, o in cell.outcomes.items() if o.share > SHORT]
    scope = (
        say("answer.scope_one")
        if len(cell.outcomes) == 1
        else say("answer.scope_all")
        if len(hit) == len(cell.outcomes)
        else say("answer.scope_some", count=len(hit), all=len(cell.outcomes))
    )
    others = [
        say("answer.other", amount=amount, response=_conditions(words, names))
        for amount, names in amounts[1:]
    ]
    return words.sentence(
        "answer.lead",
        place=words.place(cell.place),
        good=words.good(cell.good),
        scope=scope,
        central=Intervals(reading, words).around(cell, first, amounts[0][0]),
        share=figures.share(outcome.share),
        span=span(reading, words, cell),
        middle=_conditions(words, amounts[0][1]),
        others=say("answer.others", list=figures.join(others)) if others else "",
    )


def _by_amount(words: Words, cell: Cell, first: str) -> list[tuple[str, list[str]]]:
    """Amounts not served with the responses that read the same, that of `first` first."""
    order = [first, *(name for name in cell.outcomes if name != first)]
    found: dict[str, list[str]] = {}
    for name in order:
        found.setdefault(words.figures.amount(cell.outcomes[name].unserved, cell.unit), []).append(
            name
        )
    return list(found.items())


def _conditions(words: Words, names: Sequence[str]) -> str:
    """Conditions of responses: "as the market reacts and with the pact"."""
    return words.figures.join([words.say(f"if.{name}") for name in names])


def _when(reading: Reading, words: Words, cell: Cell) -> str:
    name = told(cell)
    outcome = cell.outcomes[name]
    response = words.say(f"if.{name}")
    if outcome.first_day is None or outcome.weeks_short <= 0.0:
        return words.sentence("answer.when_unknown", response=response)
    # The worst period may have begun before the day on which its shortage shows.
    worst_day = max(outcome.worst_day or 0.0, outcome.first_day)
    return words.sentence(
        "answer.when",
        response=response,
        when=at(words, outcome.first_day),
        date=words.figures.date(reading.date(outcome.first_day)),
        weeks=words.figures.weeks(outcome.weeks_short),
        worst_date=words.figures.date(reading.date(worst_day)),
        worst=words.figures.share(outcome.worst_share),
    )


def at(words: Words, day: float) -> str:
    """When a shortage starts, within a sentence."""
    if day < 1.0:
        return words.say("when.at_once")
    return words.say("when.day" if day < 100 else "when.week", day=words.figures.day(day))


def _split(reading: Reading, words: Words, cell: Cell) -> str:
    """Missing or outbid, and who bought it."""
    name = next((n for n in (told(cell), *cell.outcomes) if _known(cell.outcomes.get(n))), None)
    if name is None:
        return words.sentence("answer.split_unknown")
    outcome = cell.outcomes[name]
    missing, sold = outcome.missing or 0.0, outcome.priced_out or 0.0
    whole = missing + sold
    if sold <= 0.01 * whole:
        return words.sentence("answer.split_missing")
    buyers = _buyers(reading, words, cell, name)
    if missing <= 0.01 * whole:
        return words.sentence("answer.split_outbid", buyers=buyers)
    return words.sentence(
        "answer.split_both",
        missing=words.figures.amount(missing, cell.unit),
        priced_out=words.figures.amount(sold, cell.unit),
        buyers=buyers,
    )


def _known(outcome: Outcome | None) -> bool:
    """Whether an outcome says what is missing and what is outbid."""
    return (
        outcome is not None
        and outcome.share > SHORT
        and outcome.missing is not None
        and outcome.priced_out is not None
        and outcome.missing + outcome.priced_out > 0.0
    )


def _buyers(reading: Reading, words: Words, cell: Cell, response: str) -> str:
    frame = reading.table("buyers")
    rows = frame[(frame["place"] == cell.place) & (frame["response"] == response)]
    rows = rows[rows["commodity"] == cell.good]
    bought = views.figures(rows, "quantity").groupby(rows["buyer"].astype(str)).sum()
    bought = bought[bought > 0.01 * bought.sum()].sort_values(ascending=False)
    names = [words.place(key) for key in bought.index[:_MOST_LISTED]]
    if not names:
        return words.say("answer.buyers_unknown")
    if len(bought) > _MOST_LISTED:
        names.append(words.say("answer.buyers_others"))
    return words.figures.join(names)


def _rest(reading: Reading, words: Words, cell: Cell, grid: _Grids) -> str:
    """The other places of the headline, those outside it, and what goes dark."""
    say, figures = words.say, words.figures
    parts = []
    also = [
        say(
            "answer.rest_item",
            place=words.place(other.place),
            good=words.good(other.good),
            amount=figures.amount(other.outcomes[told(other)].unserved, other.unit),
            share=figures.share(other.outcomes[told(other)].share),
            response=say(f"if.{told(other)}"),
        )
        for other in reading.short[1 : 1 + _MOST_LISTED]
    ]
    if also:
        parts.append(say("answer.rest_short", list=figures.join(also)))
    parts += _served(reading, words)
    outside = _outside(reading, words, cell)
    parts.append(outside or (say("answer.rest_nobody") if not also else ""))
    parts.append(grid.clause() if grid.bad else "")
    joined = say("list.clauses").join(part for part in parts if part)
    return words.sentence("answer.rest", parts=joined)


def _served(reading: Reading, words: Words) -> list[str]:
    """Headline places that no response leaves short of anything."""
    hurt = {cell.place for cell in reading.short}
    places = dict.fromkeys(
        cell.place for cell in reading.cells if (cell.place, cell.good) not in reading.unknown
    )
    well = [words.place(place) for place in places if place not in hurt]
    if not well:
        return []
    key = "answer.rest_served_one" if len(well) == 1 else "answer.rest_served_many"
    return [words.say(key, places=words.figures.join(well))]


def _outside(reading: Reading, words: Words, cell: Cell | None) -> str:
    """Who else goes without, of the same chain and counted in the same unit, most first."""
    every = [
        other
        for other in reading.others
        if cell is None or (other.chain, other.unit) == (cell.chain, cell.unit)
    ]
    # Tonnes of other goods are not compared where the good itself is short elsewhere.
    good = cell.good if cell is not None else ""
    every = [other for other in every if other.good == good] or every
    unit = every[0].unit if every else ""
    every = [other for other in every if other.unit == unit]
    every.sort(key=lambda other: -other.outcomes[told(other)].unserved)
    several = cell is None or len({other.good for other in every[:_MOST_LISTED]}) > 1
    key = "answer.rest_outside_good" if several else "answer.rest_outside_item"
    found = [
        words.say(
            key,
            place=words.place(other.place),
            amount=words.figures.amount(other.outcomes[told(other)].unserved, other.unit),
            **({"good": words.good(other.good)} if several else {}),
        )
        for other in every[:_MOST_LISTED]
    ]
    return words.say("answer.rest_outside", list=words.figures.join(found)) if found else ""


def money(reading: Reading, words: Words) -> str:
    """What all lose together, the range over the responses, and what the pact does to it."""
    currency = reading.study.settings.currency
    losses = {name: loss for name in reading.responses if (loss := reading.loss(name)) is not None}
    pact = _pact(reading, words)
    if not losses:
        return words.sentence("answer.loss_unknown", pact=pact)
    said = {name: words.figures.money(loss, currency) for name, loss in losses.items()}
    if max(abs(loss) for loss in losses.values()) < 0.05:
        return words.sentence("answer.loss_none", pact=pact)
    first = reading.central if reading.central in losses else next(iter(losses))
    low, high = min(losses, key=losses.__getitem__), max(losses, key=losses.__getitem__)
    ends = [
        words.say("answer.other", amount=said[name], response=words.say(f"if.{name}"))
        for name in dict.fromkeys((low, high))
        if said[name] != said[first]
    ]
    range_words = words.say("answer.loss_range", list=words.figures.join(ends)) if ends else ""
    worse = phrases.market_worse(losses) != ""
    return words.sentence(
        "answer.loss",
        central=said[first],
        response=words.say(f"if.{first}"),
        range=range_words,
        worse=words.say("answer.loss_worse") if worse else "",
        pact=pact,
    )


def _pact(reading: Reading, words: Words) -> str:
    table = reading.table("pact")
    if table.empty:
        return ""
    if not phrases.pact_used(table):
        return words.say("answer.pact_idle")
    lends = words.study.lookup("commodities", "unit")
    unit = next((cell.unit for cell in reading.cells if "pact" in cell.outcomes), "")
    worth = float(views.figures(table, "worth").sum())
    return words.say(
        "answer.pact_used" if worth >= 0.0 else "answer.pact_costs",
        lent=words.figures.amount(
            float(views.figures(table, "lent").sum()), unit or next(iter(lends.values()))
        ),
        worth=words.figures.money(abs(worth), reading.study.settings.currency),
    )


def _nobody_short(reading: Reading, words: Words, grid: _Grids) -> tuple[str, ...]:
    parts = [_none_lead(reading, words), stock_sentence(reading, words)]
    outside = _outside(reading, words, None) or words.say("answer.rest_nobody")
    parts.append(words.sentence("answer.rest", parts=outside))
    if grid.bad:
        parts.insert(0, words.sentence("grid.sentence", parts=grid.clause()))
    elif grid.known:
        parts.append(words.sentence("grid.sentence", parts=grid.clause()))
    else:
        parts.append(_survive(reading, words))
    return (*parts, money(reading, words))


def _none_lead(reading: Reading, words: Words) -> str:
    answered = [c for c in reading.cells if (c.place, c.good) not in reading.unknown]
    places = [words.place(p) for p in dict.fromkeys(cell.place for cell in answered)]
    goods = [words.good(g) for g in dict.fromkeys(cell.good for cell in answered)]
    unknown = dict.fromkeys(
        words.good(c.good) for c in reading.cells if (c.place, c.good) in reading.unknown
    )
    said = words.sentence(
        "none.lead_one" if len(places) == 1 else "none.lead_many",
        places=words.figures.join(places),
        goods=words.figures.join(goods)
        if len(goods) <= _MOST_LISTED
        else words.say("none.lead_goods", count=len(goods)),
    )
    if not unknown:
        return said
    more = words.sentence("none.lead_unknown", goods=words.figures.join(list(unknown)))
    return words.say("list.sentences").join((said, more))


def _survive(reading: Reading, words: Words) -> str:
    cell = reading.cells[0]
    frozen = cell.outcomes.get("frozen")
    if frozen is None or frozen.survive_days is not None:
        return words.sentence("none.survive_unknown")
    return words.sentence("none.survive", span=span(reading, words, cell))


@dataclass(frozen=True)
class Fall:
    """How far the stock of a cell falls under the response in which it falls furthest.

    `usual` (the median of the run) and `low` are days of use; `rows` are the periods.
    """

    cell: Cell
    response: str
    usual: float
    low: float
    date: object
    rows: pd.DataFrame

    @property
    def left(self) -> float:
        """What is left at the lowest as a share of the usual."""
        return self.low / self.usual


def falls(reading: Reading) -> list[Fall]:
    """Headline cells with a stock whose trade is known, deepest fall first."""
    found = []
    for cell in reading.cells:
        if (cell.place, cell.good) in reading.unknown:
            continue
        frame = reading.unserved(cell)
        for name, rows in frame.groupby("response", sort=False):
            known = rows.dropna(subset=["cover"])
            usual = float(known["cover"].median()) if len(known) else 0.0
            if usual > 0.0:
                lowest = known.nsmallest(1, "cover").iloc[0]
                low, date = float(lowest["cover"]), lowest["period_start"]
                found.append(Fall(cell, str(name), usual, low, date, rows))
    best: dict[tuple[str, str], Fall] = {}
    for each in sorted(found, key=lambda fall: fall.left):
        best.setdefault((each.cell.place, each.cell.good), each)
    return list(best.values())


def focus(reading: Reading) -> Cell:
    """The cell to look at closely: the shortest, else the one whose stock falls most."""
    if reading.short:
        return reading.short[0]
    found = falls(reading)
    return found[0].cell if found else reading.cells[0]


def stock_sentence(reading: Reading, words: Words) -> str:
    """How far the stock falls that falls most."""
    found = falls(reading)
    if not found:
        return words.sentence("none.stock_unknown")
    fall = found[0]
    values: Mapping[str, str] = {
        "good": words.good(fall.cell.good),
        "place": words.place(fall.cell.place),
        "response": words.say(f"if.{fall.response}"),
    }
    low = words.figures.days(fall.low)
    if fall.left > 1.0 - _FALL:
        return words.sentence("none.stock_flat", start=low, **values)
    return words.sentence(
        "none.stock",
        start=words.figures.days(fall.usual),
        low=low,
        date=words.figures.date(fall.date),
        **values,
    )


class _Grids:
    """What the power grids of a run do, in clauses."""

    def __init__(self, reading: Reading, words: Words) -> None:
        self._words = words
        self._table = reading.table("grids")
        self.known = not self._table.empty
        self.cut = phrases.cut(self._table)
        low = views.figures(self._table, "reserve_margin_low")
        self._lowest = None if low.dropna().empty else self._table.iloc[int(low.argmin())]
        self.alert = self._lowest is not None and float(low.min()) < phrases.ALERT
        #: Whether anything is cut or near it.
        self.bad = self.known and (self.cut > 0.0 or self.alert)

    def clause(self) -> str:
        """The worst of it."""
        say, figures = self._words.say, self._words.figures
        parts = []
        if self.cut:
            worst = self._table.iloc[int(views.figures(self._table, "unserved_gwh").argmax())]
            gas = (text.number(worst["unserved_for_gas_gwh"]) or 0.0) / self.cut
            parts.append(
                say(
                    "grid.cut",
                    grid=self._words.place(worst["grid"]),
                    amount=figures.electricity(self.cut),
                    hours=text.sig(float(worst["hours_short"])),
                    part=figures.share(gas),
                )
            )
        if self._lowest is not None and self.alert:
            parts.append(
                say(
                    "grid.alert",
                    grid=self._words.place(self._lowest["grid"]),
                    margin=figures.share(self._lowest["reserve_margin_low"]),
                    date=figures.date(self._lowest["reserve_margin_week"]),
                )
            )
        if not parts and self._lowest is not None:
            margin = figures.share(self._lowest["reserve_margin_low"])
            grid = self._words.place(self._lowest["grid"])
            parts.append(say("grid.fine", margin=margin, grid=grid))
        return say("list.clauses").join(parts)
