"""What the pact saves as a function of how much spot cargo is for sale: a curve, not a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.questions.redirect.ask import redirect
from seawall.questions.redirect.figures import saving
from seawall.runs.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.questions.redirect.ask import RedirectResult
    from seawall.runs.progress import Progress
    from seawall.shocks import Scenario
    from seawall.study import Protocol, Study

__all__ = ["SAVED_BY_OFFERS", "curve_row", "spot_curve"]

SAVED_BY_OFFERS = ("offers", "nothing", "greedy", "alone", "pact", "saved", "low", "high",
                   "gap_alone", "gap_pact", "unserved_nothing", "unserved_alone", "unserved_pact",
                   "lent", "unit")  # fmt: skip


def spot_curve(
    study: Study,
    scenario: str | Scenario,
    counts: Iterable[int] = (0, 6, 12, 24, 40),
    *,
    protocol: Protocol | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> pd.DataFrame:
    """One row a count of offers: cost of the plans and what the pact saves [million USD], what goes
    short [kt].

    The saving between the best plans lies between `low` and `high`, by what is proven of both.
    Books differ in nothing but the number of offers where they are generated from one seed; a
    study's own book keeps its first offers by loading date.

    Parameters
    ----------
    options
        As of `redirect`, without `offers`, `previous`.
    """
    told = progress or SilentProgress()
    wanted = sorted(set(counts))
    rows = []
    for count in wanted:
        told.note(f"{count} offers")
        answer = redirect(
            _with_offers(study, count), scenario, protocol=protocol, offers=count, progress=told,
            **options,
        )  # fmt: skip
        rows.append(curve_row(count, answer))
    return pd.DataFrame(rows, columns=list(SAVED_BY_OFFERS))


def curve_row(count: int, answer: RedirectResult) -> tuple[Any, ...]:
    """The row of an answer; without a plan with the pact it saves nothing."""
    plans = answer.plans
    alone = plans["alone"]
    pact = plans.get("pact", alone)
    weights = alone.instance.weights
    saved = saving(pact, alone)
    none = pact is alone
    short = {
        name: float(weights @ plan.unserved.sum(axis=(1, 2)))
        for name, plan in (("nothing", plans["nothing"]), ("alone", alone), ("pact", pact))
    }
    return (
        count, plans["nothing"].plan.cost, plans["greedy"].plan.cost, alone.plan.cost,
        pact.plan.cost, saved["saved"], 0.0 if none else saved["low"],
        0.0 if none else saved["high"], alone.plan.gap(weights), pact.plan.gap(weights),
        short["nothing"], short["alone"], short["pact"], float(answer.figures["lent"]), "kt",
    )  # fmt: skip


def _with_offers(study: Study, count: int) -> Study:
    """A study whose own book keeps so many of its offers; one without a book as it is.

    Raises
    ------
    UsageError
        The book has fewer offers.
    """
    from seawall.errors import UsageError
    from seawall.study.book import with_book

    cargoes = study.table("cargoes")
    if cargoes.empty:
        return study
    offers = cargoes[cargoes["state"] == "offer"].sort_values(["load_from", "id"])
    if len(offers) < count:
        raise UsageError(f"the book has {len(offers)} offers, not {count}")
    dropped = set(offers["id"].iloc[count:])
    kept = cargoes[~cargoes["id"].isin(dropped)]
    frames = {name: study.table(name) for name in ("ships", "tanks", "clauses")}
    return with_book(study, {"cargoes": kept, **frames})
