"""One shock through both questions: the pact in `stress` (weeks, flows) and here (days, cargoes).

The two are not the same model, and the lines say where they part: in a stress test everybody
re-plans by belief and the cargo goes to the highest bidder, here a plan knows its worlds; there the
pact is triggered by what has happened, here by what would happen without it; flows are divisible,
cargoes are whole; and there spot cargo is what the world's plants can reach, here a list of offers.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall import units
from seawall.questions.redirect.tables import UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.questions.redirect.ask import RedirectResult
    from seawall.questions.stress import StressResult

__all__ = ["BRIDGE", "RECONCILED", "bridge", "reconciled"]

BRIDGE = ("line", "amount", "unit", "why")
RECONCILED = ("line", "place", "tier", "stress", "redirect", "difference", "unit", "why")
_SERVED = (
    "there by belief about the end, week by week, against other buyers; here by a plan for its "
    "worlds, day by day, with spot cargo as offered"
)
_TRIGGER = (
    "there from the period after the days of article 2; here from the day after them, as the "
    "plan without the pact foretells it"
)
_BELIEF = (
    "part of what goes short in the market and would not, did everybody know the end, as a plan "
    "for its worlds does: that part a loan need not cover"
)
_WHOLE = "there in parts of a cargo, here in whole ones; there what flows, here what is in the book"
_FREIGHT = "there by lanes of plant groups, here by the voyage of each ship"
_VALUE = (
    "there with the market's prices and over its own run; here what is short, paid and left over "
    "within the horizon"
)


def reconciled(stress_result: StressResult, redirect_result: RedirectResult) -> pd.DataFrame:
    """The pact line by line in both, over the days of the horizon.

    Lines: unserved of each member and tier without and with the pact, lent, first day lent, extra
    freight of loans, and value of the pact to each member and in all.  Of the stress test the
    periods count that begin within the horizon; periods that reach beyond it in part.

    Where nobody comes into need here, there is no plan with the pact: it is the one without.

    Raises
    ------
    ValueError
        When the stress test has no pact.
    """
    _with_pact(stress_result)
    rows = [
        *_unserved(stress_result, redirect_result), *_lent(stress_result, redirect_result),
        *_worth(stress_result, redirect_result),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(RECONCILED))


def bridge(stress_result: StressResult, redirect_result: RedirectResult) -> pd.DataFrame:
    """From what the pact is worth in the stress test to what it saves here, line by line [million
    USD]: the first line and the lines after it add up to the last but one; `residual` is what is
    left over.

    What loans keep from going short is volume times worth of a kt (a decomposition by volume and
    rate): the difference in volume counts at the stress test's worth of a kt, the difference in
    worth at this plan's volume.

    Raises
    ------
    ValueError
        When the stress test has no pact.
    """
    _with_pact(stress_result)
    here, there = _Here(redirect_result), _There(stress_result, redirect_result)
    per_kt = there.kept / there.lent if there.lent > 0 else here.per_kt
    early = _early(here, there)
    more = here.lent - there.lent
    belief = -there.known_part * here.lent * per_kt
    lines = [
        ("value of the pact in stress", there.worth, "market against pact, over its own run"),
        ("after the horizon", there.kept - there.kept_in_all,
         "what its loans keep from going short after the last day that is planned here"),
        ("trigger day", early * per_kt, _TRIGGER),
        ("whole cargoes and volume", (more - early) * per_kt, _WHOLE),
        ("belief", belief, _BELIEF),
        ("who goes short", here.kept - there.kept - more * per_kt - belief,
         "what else a kt lent is worth: tiers and days that it reaches, other buyers"),
        ("freight and fees", there.extra - here.extra, _FREIGHT),
        ("spot offers", here.purchases, "offers that a loan makes needless, or needs, here"),
        ("end of the horizon", here.left, "stock and cargoes left at the end, here"),
        ("prices and stock in stress", -(there.worth - there.kept_in_all + there.extra),
         "cargo replaced at the market's prices and stock left at the end, there"),
    ]  # fmt: skip
    total = sum(amount for _, amount, _ in lines)
    lines.append(("value of the pact in redirect", here.saved, "alone against pact"))
    lines.append(("residual", here.saved - total, ""))
    rows = [(line, amount, "million USD", why) for line, amount, why in lines]
    return pd.DataFrame(rows, columns=list(BRIDGE))


class _Here:
    """What the pact changes in the answer of a morning [million USD, kt]."""

    def __init__(self, result: RedirectResult) -> None:
        saved: Any = result.tables["saved"]
        judged: Any = saved[(saved["world"] == result.prepared.instance.judge)
                       & (saved["place"] == "all")].set_index("plan")  # fmt: skip
        parts = ["shortage", "freight", "fees", "purchases", "left", "total"]
        less = judged.loc["alone", parts] - judged.loc[_pact_plan(result), parts]
        self.saved, self.kept = float(less["total"]), float(less["shortage"])
        self.extra = -float(less["freight"] + less["fees"])
        self.purchases, self.left = float(less["purchases"]), -float(less["left"])
        ledger: Any = result.tables["settlement"]
        ledger = ledger[ledger["kind"] != "return"]
        weights = {w.name: w.weight for w in result.prepared.worlds}
        weight = ledger["world"].map(weights).astype(float)
        quantity = ledger["quantity"].astype(float)
        self.landed = [
            ((_date(day) - result.prepared.as_of).days, float(amount))
            for day, amount in zip(ledger["delivered"], quantity * weight, strict=True)
        ]
        self.lent = sum(amount for _, amount in self.landed)
        self.per_kt = self.kept / self.lent if self.lent > 0 else 0.0


class _There:
    """What the pact changes in a stress test, within the horizon of the other and in all."""

    def __init__(self, result: StressResult, other: RedirectResult) -> None:
        start, days = other.prepared.as_of, other.prepared.instance.days
        members = set(other.prepared.instance.terminals.members)
        worth: Any = result.tables["pact"].set_index("place")["worth"]
        self.worth = float(worth[worth.index.isin(members)].sum())
        lost = {name: _lost(result, name, members, start, days)
                for name in ("market", "pact", "foresight")}  # fmt: skip
        self.kept_in_all = lost["market"][0] - lost["pact"][0]
        self.kept = lost["market"][1] - lost["pact"][1]
        market, known = lost["market"][1], lost["foresight"][1]
        told = "foresight" in result.responses and market > 0
        self.known_part = min(1.0, max(0.0, 1.0 - known / market)) if told else 0.0
        moved: Any = result.tables["transfers"]
        self.extra = float(moved["extra_cost"].sum())
        loans = moved[moved["kind"] != "return"]
        unit = _amount_unit(result)
        landed = [
            ((_date(day) - start).days, units.convert(float(amount), unit, UNIT))
            for day, amount in zip(loans["arrives"], loans["quantity"], strict=True)
        ]
        self.landed = [(day, amount) for day, amount in landed if 0 <= day < days]
        self.lent = sum(amount for _, amount in self.landed)


def _lost(
    result: StressResult, response: str, members: set[str], start: date, days: int
) -> tuple[float, float]:
    """Worth of what members go short of in a response, in all and within the horizon."""
    known: Any = result.tables["indicators"]
    timeline: Any = result.tables["timeline"]
    known = known[(known["response"] == response) & known["place"].isin(members)
                  & (known["sector"] == "all") & (known["tier"] != "all")]  # fmt: skip
    timeline = timeline[timeline["response"] == response]
    inside = 0.0
    for row in known[known["value_lost"] > 0].itertuples(index=False):
        mine = timeline[(timeline["place"] == row.place) & (timeline["tier"] == row.tier)]
        gap = mine["demand"] - mine["served"]
        step = _period(timeline["period_start"])
        part = (gap * _inside(mine["period_start"], start, days, step)).sum()
        inside += float(row.value_lost * part / max(gap.sum(), 1e-12))
    return float(known["value_lost"].sum()), inside


def _early(here: _Here, there: _There) -> float:
    """What lands here before the first loan there does, less the other way round [kt]."""
    first = [min((day for day, _ in each.landed), default=10**6) for each in (here, there)]
    return sum(kt for day, kt in here.landed if day < first[1]) - sum(
        kt for day, kt in there.landed if day < first[0]
    )


def _with_pact(result: StressResult) -> None:
    if result.tables["pact"].empty:
        raise ValueError("the stress test has no pact: ask it with market and pact")


def _pact_plan(result: RedirectResult) -> str:
    """The plan with the pact; where nobody lends, the one without is the same."""
    return "pact" if "pact" in result.plans else "alone"


def _unserved(there: StressResult, here: RedirectResult) -> Iterator[tuple[Any, ...]]:
    """Unserved by tier of each member [kt], without the pact and with it."""
    start, days = here.prepared.as_of, here.prepared.instance.days
    timeline = there.tables["timeline"]
    mine = _average(here, here.tables["shortage"], "unserved", ("plan", "place", "tier"))
    for response, plan in (("market", "alone"), ("pact", _pact_plan(here))):
        part = timeline[timeline["response"] == response]
        share = _inside(part["period_start"], start, days, _period(part["period_start"]))
        gap = (part["demand"] - part["served"]) * share
        gap = gap * part["unit"].map(lambda unit: units.convert(1.0, unit, UNIT))
        sums = gap.groupby([part["place"], part["tier"]]).sum()
        for (place, tier), value in mine[plan].items():
            other = sums.get((place, tier))
            if other is not None:
                yield _line(f"unserved, {response} and {plan}", place, tier, float(other), value,
                            UNIT, _SERVED)  # fmt: skip


def _average(
    here: RedirectResult, table: pd.DataFrame, column: str, keys: tuple[str, ...]
) -> dict[str, dict[tuple[str, ...], float]]:
    """Averages over worlds, by plan and then the other keys."""
    weight = {world.name: world.weight for world in here.prepared.worlds}
    sums: Any = (table[column] * table["world"].map(weight)).groupby([table[k] for k in keys]).sum()
    result: dict[str, dict[tuple[str, ...], float]] = {}
    for (plan, *rest), value in sums.items():
        result.setdefault(plan, {})[tuple(rest)] = float(value)
    return result


def _lent(there: StressResult, here: RedirectResult) -> Iterator[tuple[Any, ...]]:
    """What is lent, from when, and what its freight costs on top."""
    start, days = here.prepared.as_of, here.prepared.instance.days
    moved = there.tables["transfers"]
    moved = moved[moved["kind"] != "return"]
    on = moved["arrives"].map(lambda day: (_date(day) - start).days).astype(float)
    moved = moved[(on >= 0) & (on < days)]
    ledger = here.tables["settlement"]
    ledger = ledger[ledger["kind"] != "return"]
    weights = {w.name: w.weight for w in here.prepared.worlds}
    weight = ledger["world"].map(weights).astype(float)
    unit = _amount_unit(there)
    yield _line("lent", "all", "", units.convert(float(moved["quantity"].sum()), unit, UNIT),
                float((ledger["quantity"].astype(float) * weight).sum()), UNIT, _WHOLE)  # fmt: skip
    first = [(_date(min(t)) - start).days if len(t) else None
             for t in (moved["arrives"], ledger["delivered"])]  # fmt: skip
    yield _line("first day lent cargo lands", "all", "", first[0], first[1], "day", _TRIGGER)
    extra = float((ledger["extra_cost"].astype(float) * weight).sum())
    yield _line("extra freight of loans", "all", "", float(moved["extra_cost"].sum()), extra,
                "million USD", _FREIGHT)  # fmt: skip


def _worth(there: StressResult, here: RedirectResult) -> Iterator[tuple[Any, ...]]:
    """What the pact is worth to each member and in all [million USD]."""
    saved = here.tables["saved"]
    judged = saved[saved["world"] == here.prepared.instance.judge].set_index(["plan", "place"])
    total = judged["total"]
    worth = there.tables["pact"].set_index("place")["worth"]
    pact = _pact_plan(here)
    members = [place for plan, place in total.index if plan == pact and place != "all"]
    for place in members:
        if place in worth.index:
            yield _line("value of the pact", place, "", float(worth[place]),
                        float(total["alone", place] - total[pact, place]), "million USD",
                        _VALUE)  # fmt: skip
    yield _line("value of the pact", "all", "", float(worth.reindex(members).sum()),
                float(total["alone", "all"] - total[pact, "all"]), "million USD",
                _VALUE)  # fmt: skip


def _line(
    line: str, place: str, tier: str, there: float | None, here: float | None, unit: str, why: str
) -> tuple[Any, ...]:
    nan = float("nan")
    one, two = nan if there is None else there, nan if here is None else here
    same = abs(one - two) <= 1e-9 * max(1.0, abs(one))
    return line, place, tier, one, two, two - one, unit, "" if same else why


def _inside(starts: pd.Series[Any], start: date, days: int, step: float) -> pd.Series[float]:
    """Part of each period that lies within the horizon."""
    first = starts.map(lambda d: (_date(d) - start).days).astype(float)
    last = (first + step).clip(upper=days)
    result: pd.Series[float] = ((last - first.clip(lower=0)) / step).clip(lower=0.0)
    return result


def _period(starts: pd.Series[Any]) -> float:
    """Length of a period [days]."""
    found = sorted({_date(d) for d in starts})
    return float((found[1] - found[0]).days) if len(found) > 1 else 7.0


def _date(value: Any) -> date:
    return date(value.year, value.month, value.day)


def _amount_unit(there: StressResult) -> str:
    """Unit of what the pact lends, as the stress test counts it."""
    found = there.tables["timeline"]["unit"].unique()
    return str(found[0])
