"""Headline figures of a morning: what goes short first, money after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.lending import lowest_share
from seawall.study.book import BookedStudy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from seawall.questions.redirect.ask import Morning
    from seawall.questions.redirect.ladder import Planned
    from seawall.questions.redirect.prepare import Prepared
    from seawall.questions.redirect.worlds import World

__all__ = ["consent_worth", "of", "saving", "shut"]

#: Instructions that a summary shows.
FIRST = 12


def shut(worlds: Sequence[World]) -> list[frozenset[str]]:
    """Passages that are shut this morning, by world."""
    return [frozenset(name for name, day in world.reopens.items() if day > 0) for world in worlds]


def consent_worth(worlds: Sequence[World], planned: Planned) -> float | None:
    """What it is worth that sellers who might refuse consent [million USD], weighted over worlds
    that differ in nothing else; None where no two do."""
    total = weight = 0.0
    for a, granted in enumerate(worlds):
        for b, refused in enumerate(worlds):
            same = dict(granted.reopens) == dict(refused.reopens)
            if granted.consent and not refused.consent and same:
                both = granted.weight + refused.weight
                total += both * float(planned.costs[b] - planned.costs[a])
                weight += both
    return total / weight if weight > 0 else None


def saving(better: Planned, worse: Planned) -> dict[str, float]:
    """What one plan saves against another [million USD], and what goes short less [kt].

    No search is exact: the saving between what both could be lies between `low` and `high`, by
    what is proven of each.  A plan that was not searched for is what it is.  What article 10 adds
    to the cost of a loan ranks cargoes and is paid by nobody: it is left out, as in the plan.
    """
    weights = better.instance.weights
    ranks = [_ranks(planned) for planned in (better, worse)]
    saved = (worse.plan.cost - ranks[1]) - (better.plan.cost - ranks[0])
    searched = [np.isfinite(planned.plan.lower_bound) for planned in (better, worse)]
    least, most = (
        worse.plan.cost - worse.plan.lower_bound,
        better.plan.cost - better.plan.lower_bound,
    )
    return {
        "saved": saved,
        "low": saved - least if searched[1] else saved,
        "high": saved + most if searched[0] else saved,
        "unserved": float(weights @ (_unserved(worse) - _unserved(better))),
    }


def _ranks(planned: Planned) -> float:
    """What article 10 adds to the cost of a plan [million USD]; under "worst" that world's."""
    order, instance = planned.plan.order, planned.instance
    if instance.judge == "worst":
        return float(order[int(np.argmax(planned.costs))])
    return float(instance.weights @ order)


def of(
    ready: Prepared, plans: Mapping[str, Planned], found: Mapping[str, pd.DataFrame],
    morning: Morning,
) -> dict[str, Any]:  # fmt: skip
    """All figures; physical results first.

    `cost`, `gap` and savings are those of the search; `charter` are the ships that a plan needs
    beside, which `gap_usd` counts too.
    """
    chosen = plans.get("pact", plans["alone"])
    weights = ready.instance.weights
    unserved = {name: float(weights @ _unserved(p)) / 1000.0 for name, p in plans.items()}
    ladder = [(name, plans[name]) for name in ("pact", "alone", "greedy") if name in plans]
    saved = {
        f"{name}_against_{other}": saving(planned, plans[other])
        for i, (name, planned) in enumerate(ladder)
        for other in [*(n for n, _ in ladder[i + 1 :]), "nothing"]
    }
    charter = _charter(found["saved"], ready.instance.judge)
    for name, figures in saved.items():
        better, _, worse = name.partition("_against_")
        figures["charter"] = charter[worse] - charter[better]
    return {
        "scenario": morning.scenario.name,
        "title": morning.scenario.title,
        "about": morning.scenario.about,
        "as_of": morning.as_of.isoformat(),
        "horizon_days": ready.instance.days,
        "plan": chosen.name,
        "unserved_mt": unserved,
        "first_short": _first_short(found["shortage"]),
        "instructions": _first(found["instructions"]),
        "told_today": int(found["instructions"]["today"].sum()),
        "pact": _pact_words(ready, plans, morning),
        "nearest_to_need": _nearest(ready, plans, morning),
        "lent": _lent(chosen),
        "saved": saved,
        "cost": {name: p.plan.cost for name, p in plans.items()},
        "charter": charter,
        "lower_bound": {name: p.plan.lower_bound for name, p in ladder if name != "greedy"},
        "gap": {name: p.plan.gap(weights) for name, p in ladder if name != "greedy"},
        "gap_usd": {name: p.plan.cost - p.plan.lower_bound + charter[name] for name, p in ladder
                    if name != "greedy"},
        "consent_worth": consent_worth(ready.worlds, chosen),
        "judge": ready.instance.judge,
        "worlds": [
            {"name": w.name, "weight": w.weight, "reopens": dict(w.reopens), "consent": w.consent}
            for w in ready.worlds
        ],
        "book": _book(ready, morning),
        "touched": list(ready.touched),
        "notes": _notes(ready, plans),
    }  # fmt: skip


def _charter(saved: pd.DataFrame, judge: str) -> dict[str, float]:
    """What ships cost that are chartered, by plan [million USD]."""
    rows = saved[(saved["place"] == "all") & (saved["world"] == judge)]
    return {str(k): float(v) for k, v in zip(rows["plan"], rows["charter"], strict=True)}


def _unserved(planned: Planned) -> Any:
    """(worlds,) what is not served [kt]."""
    return planned.unserved.sum(axis=(1, 2))


def _lent(planned: Planned) -> float:
    """What is lent, by weight over worlds [kt]."""
    columns = planned.instance.columns
    total = 0.0
    for w, weight in enumerate(planned.instance.weights):
        _, column = planned.taken(w)
        loan = columns.lender[column] != NOBODY
        total += float(weight) * float(columns.lands[column[loan], w].sum())
    return total


def _first_short(shortage: pd.DataFrame) -> dict[str, str | None]:
    """The first day on which anything goes short, by plan."""
    result: dict[str, str | None] = {}
    for name, rows in shortage.groupby("plan", sort=False):
        days = [day for day in rows["first_day"] if day is not None and day == day]
        result[str(name)] = min(days).isoformat() if days else None
    return result


def _first(instructions: pd.DataFrame) -> list[dict[str, Any]]:
    """The first instructions that change something today."""
    today = instructions[instructions["today"] & (instructions["action"] != "go on")]
    columns = ["cargo", "action", "from", "to", "arrive", "extra_days", "extra_cost", "why"]
    rows = today[columns].head(FIRST).astype(object)
    return [
        {
            str(key): None if value is None or value != value
            else value.isoformat() if hasattr(value, "isoformat") else value
            for key, value in row.items()
        }
        for row in rows.to_dict("records")
    ]  # fmt: skip


def _nearest(
    ready: Prepared, plans: Mapping[str, Planned], morning: Morning
) -> dict[str, float] | None:
    """By member, how low article 2's tier falls without the pact (`lowest_share`)."""
    if morning.protocol is None:
        return None
    return lowest_share(ready, morning.protocol, plans["alone"].plan, morning.past)


def _pact_words(ready: Prepared, plans: Mapping[str, Planned], morning: Morning) -> str:
    protocol = morning.protocol
    if protocol is None:
        return "There is no protocol: everyone plans for himself."
    trigger = protocol.trigger
    lowest = _nearest(ready, plans, morning) or {}
    imported = "" if trigger.pooled else " (its imported part)"
    tier = f"tier {trigger.tier}{imported}"
    days = f"{trigger.days:g} days in a row"
    if "pact" not in plans and all(share >= trigger.below - 1e-9 for share in lowest.values()):
        near = "; ".join(f"{name} {share:.1%}" for name, share in lowest.items())
        return (
            f"The pact lends nothing, because nobody comes into need by article 2: below "
            f"{trigger.below:.0%} of {tier} served for {days}. Without the pact the lowest share "
            f"over {days} is: {near}."
        )
    need = "; ".join(
        f"{name} falls to {share:.1%}" for name, share in lowest.items() if share < trigger.below
    )
    words = f"Without the pact, of {tier} over {days}: {need}" if need else "Nobody is in need"
    if "pact" not in plans:
        return f"{words}. But no cargo is eligible in time, so the pact lends nothing."
    kt = _lent(plans["pact"])
    if kt <= 0:
        return (
            f"{words}. By the articles of {protocol.title!r} cargo may be lent, but lending none "
            "is the better plan."
        )
    return f"{words}. By the articles of {protocol.title!r} {kt:,.0f} kt are lent."


def _book(ready: Prepared, morning: Morning) -> dict[str, Any]:
    cargoes = ready.study.table("cargoes")
    offers = int((cargoes["state"] == "offer").sum())
    return {
        "generated": morning.generated,
        "note": _origin(morning),
        "cargoes": len(cargoes) - offers,
        "offers": offers,
        "ships": len(ready.study.table("ships")),
        "columns": len(ready.instance.columns.cargo),
    }


def _origin(morning: Morning) -> str:
    """Whose book it is; one that was rolled on is still that of the first morning."""
    if morning.generated:
        return (
            "The book was generated from contracts and trade: cargoes, ships and positions are "
            "examples, not real ones."
        )
    asked = morning.asked
    if not isinstance(asked, BookedStudy):
        return "The book is the study's own."
    return f"The book is yours: {asked.book}." if asked.book else "The book is yours."


def _notes(ready: Prepared, plans: Mapping[str, Planned]) -> list[str]:
    """What a reader must know before the figures."""
    notes = []
    if not plans["nothing"].unserved.any():
        notes.append(
            "Nothing goes short within the horizon even if nobody does anything: for these members "
            "it is no emergency."
        )
    notes += [f"Not read of the scenario: {words}." for words in ready.unread]
    return notes
