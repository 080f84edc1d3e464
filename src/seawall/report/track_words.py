"""Sentences on promises: how many are kept, what may come of the large ones, what a slip costs.

They take the tables of the answers, so that the page and the command line say the same.  What
disappoints stands first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall.questions.prepared import find_scenario
from seawall.questions.track.reasons import amount
from seawall.report import text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["chance", "in_short", "slip_told", "told"]

#: Forecasts that are told in the headline, the largest sums of money first.
FORECASTS = 3
#: Days below which a slip changes nothing that could be told.
_NOTHING = 0.5


def told(result: Any) -> list[str]:
    """The answer in a few sentences."""
    figures, made = result.summary(), result.tables
    counts = figures["status"]
    few = counts["no evidence"] == 1
    none = (
        f"Of {figures['pledges']} promises known by {figures['as_of']}, {counts['no evidence']} "
        f"{'has' if few else 'have'} no evidence that anything came of {'it' if few else 'them'}."
    )
    rest = (
        f"{counts['delivered']} are delivered, {counts['on track']} on track, {counts['late']} "
        f"late, {counts['stalled']} stalled; {counts['moving']} move, but no deadline says what "
        "would be on track."
    )
    lines = [none, rest]
    late = made["pledges"][made["pledges"]["status"] == "late"].drop_duplicates("why")
    lines += [f"Late: {row.what} ({row.id}): {row.why}." for row in late.itertuples()]
    lines += [_ahead(row, made["pledges"]) for row in _leading(made["forecasts"])]
    lines.append(_held(figures["backtest"]))
    if figures["contradictions"]:
        times = figures["contradictions"]
        often = "Once" if times == 1 else f"{times} times"
        lines.append(
            f"{often} sources contradict each other; {figures['decided']} of these cases can be "
            "decided."
        )
    return [line for line in lines if line]


def _leading(forecasts: pd.DataFrame) -> list[Any]:
    """The counted targets of the largest figures, one a pledge and one an amount and day."""
    rows = forecasts.drop_duplicates("id")
    rows = rows.assign(money=rows["unit"].str.fullmatch("[A-Z]{3}"))
    rows = rows.sort_values(["money", "target"], ascending=False, kind="stable")
    rows = rows.drop_duplicates(["target", "unit"])
    return list(rows.head(FORECASTS).itertuples())


def _ahead(row: Any, pledges: pd.DataFrame) -> str:
    what = dict(zip(pledges["id"], pledges["what"], strict=True)).get(row.id, row.id)
    return (
        f"{text.capital(str(what))} ({row.id}): {amount(row.forecast)} of {amount(row.target)} "
        f"{row.unit} by {row.by} ({amount(row.low)} to {amount(row.high)}; probability "
        f"{chance(row.probability)}); if it went on as before, {amount(row.naive)}."
    )


def chance(probability: float) -> str:
    """A probability in per cent, and no more certain than draws can say."""
    if probability < 0.01:
        return "below 1 %"
    return "above 99 %" if probability > 0.99 else f"{100 * probability:.0f} %"


def _held(found: Any) -> str:
    """How far such forecasts held, and whether the naive one did better."""
    if not found:
        return ""
    worse = found["error"] > found["naive_error"]
    than = "more than the naive forecast's" if worse else "less than the naive forecast's"
    return (
        f"Of {int(found['forecasts'])} such forecasts of the past, the interval held in "
        f"{found['inside']:.0%}; the median error was {found['error']:.0%}, {than} "
        f"{found['naive_error']:.0%}."
    ).replace("%", " %")


def slip_told(result: Any) -> list[str]:
    """What a slip costs in a few sentences, by scenario and headline place."""
    figures, slips = result.summary(), result.tables["slips"]
    place, good = (result.study.lookup(table, "name") for table in ("places", "commodities"))
    title = {name: _title(result.study, name) for name in slips["scenario"].unique()}
    years = f"{figures['late']} year{'' if figures['late'] == 1 else 's'}"
    when = (
        f", {figures['planned']} to {figures['until']}" if figures["planned"] else
        " (no day was stated)"
    )  # fmt: skip
    lines = [f"{figures['pledge']}, {figures['what']}: {years} late{when}."]
    shown = slips[slips["response"] == "market"] if "market" in set(slips["response"]) else slips
    for row in shown.itertuples():
        if abs(row.days_more) < _NOTHING and not abs(row.survive_less) >= _NOTHING:
            continue
        lines.append(
            f"{title[row.scenario]} ({row.response}): {place[row.place]} would miss "
            f"{_more(row.unserved_more, row.unit)} {_inside(good[row.commodity])}, "
            f"{_days(row.days_more)} of its whole need{_survives(row)}."
        )
    if len(lines) == 1:
        lines.append("In none of the scenarios does the slip change what is served.")
    lines += [
        f"{place[row.place]}: over these years a slip costs {amount(row.expected)} million in the "
        f"mean ({amount(row.expected_low)} to {amount(row.expected_high)}), and "
        f"{amount(row.worst_twentieth)} million in the worst twentieth."
        for row in result.tables["tails"].itertuples()
    ]
    return lines


def in_short(board: Any, slipped: Any) -> list[str]:
    """Two sentences for a page that is about other things: the board, and what a slip costs."""
    first = told(board)
    lead, *cases = slip_told(slipped)
    return [" ".join(first[:2]), f"{lead.removesuffix('.')}: {' '.join(cases)}"]


def _title(study: Any, name: str) -> str:
    scenario = find_scenario(study, name)
    return str(scenario.title) if scenario else name


def _inside(name: str) -> str:
    """A name within a sentence; one that is an abbreviation keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _more(quantity: float, unit: str) -> str:
    return (
        f"{text.trim(text.sig(abs(quantity), 3))} {unit} {'more' if quantity >= 0 else 'less'} of"
    )


def _days(days: float) -> str:
    return f"{text.trim(text.sig(abs(days), 2))} days"


def _survives(row: Any) -> str:
    """For how long everything is served; a run that never falls short has no such day."""
    kept, late = row.survive_kept, row.survive_late
    if kept == kept and late == late:
        less = kept - late
        if abs(less) < 1.0:
            return ""
        word = "shorter" if less > 0 else "longer"
        return f", and holds out {abs(less):.0f} days {word} ({late:.0f} instead of {kept:.0f})"
    if kept == kept:
        return f", and holds out to the end instead of {kept:.0f} days"
    return f", and holds out {late:.0f} days instead of to the end" if late == late else ""
