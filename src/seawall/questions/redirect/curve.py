"""What the pact saves as a function of how much spot cargo is for sale: a curve, not a number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.errors import UsageError
from seawall.questions.redirect.ask import redirect
from seawall.questions.redirect.figures import saving
from seawall.questions.result import Result
from seawall.runs.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.questions.redirect.ask import RedirectResult
    from seawall.runs.progress import Progress
    from seawall.shocks import Scenario
    from seawall.study import Protocol, Study

__all__ = ["COUNTS", "SAVED_BY_OFFERS", "Curve", "curve_row", "redirect_curve", "spot_curve"]

#: Numbers of offers where none are named.
COUNTS = (0, 6, 12, 24, 40)

SAVED_BY_OFFERS = ("offers", "nothing", "greedy", "alone", "pact", "saved", "low", "high",
                   "gap_alone", "gap_pact", "unserved_nothing", "unserved_alone", "unserved_pact",
                   "lent", "unit")  # fmt: skip


_UNITS = {
    **dict.fromkeys(("nothing", "greedy", "alone", "pact", "saved", "low", "high"), "million USD"),
    **dict.fromkeys(("gap_alone", "gap_pact"), "share"),
    **dict.fromkeys(("unserved_nothing", "unserved_alone", "unserved_pact", "lent"), "kt"),
}


@dataclass(frozen=True)
class Curve(Result):
    """Table `saved_by_offers`, and the answer with the most offers, of which there is a page."""

    answer: RedirectResult


def spot_curve(
    study: Study,
    scenario: str | Scenario,
    counts: Iterable[int] = COUNTS,
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

    Raises
    ------
    UsageError
        No count is named, one is below 0, or a study's own book has fewer offers.
    """
    made = redirect_curve(study, scenario, counts, protocol=protocol, progress=progress, **options)
    return made.tables["saved_by_offers"]


def redirect_curve(
    study: Study,
    scenario: str | Scenario,
    counts: Iterable[int] = COUNTS,
    *,
    protocol: Protocol | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Curve:
    """The table of `spot_curve` as a result: with what it depends on, and the last answer."""
    told = progress or SilentProgress()
    wanted = sorted(set(counts))
    if not wanted or wanted[0] < 0:
        raise UsageError("how many offers? name counts from 0")
    # Too many for the book is known before the first search.
    studies = [_with_offers(study, count) for count in wanted]
    rows = []
    for count, fewer in zip(wanted, studies, strict=True):
        told.note(f"{count} offers")
        answer = redirect(
            fewer, scenario, protocol=protocol, offers=count, progress=told, **options
        )
        rows.append(curve_row(count, answer))
    table = pd.DataFrame(rows, columns=list(SAVED_BY_OFFERS))
    names = ("scenario", "title", "about", "as_of", "horizon_days", "judge", "book", "notes")
    return Curve(
        question="redirect_curve",
        identity={**answer.identity, "question": "redirect_curve", "digest": study.digest(),
                  "offers": wanted},
        tables={"saved_by_offers": table},
        figures={name: answer.figures[name] for name in names if name in answer.figures},
        units=_UNITS,
        study=study,
        answer=answer,
    )  # fmt: skip


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
    cargoes = study.table("cargoes")
    if cargoes.empty:
        return study
    offers = cargoes[cargoes["state"] == "offer"].sort_values(["load_from", "id"])
    if len(offers) < count:
        raise UsageError(f"the book has {len(offers)} offers, not {count}")
    dropped = set(offers["id"].iloc[count:])
    every = study.frames["cargoes"]
    # Fewer rows of a checked book; whose book it is stays known.
    kept = every[~every["id"].isin(dropped)].reset_index(drop=True)
    return replace(study, frames={**study.frames, "cargoes": kept})
