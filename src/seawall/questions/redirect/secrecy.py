"""What it costs two members not to show each other their books.

Both are asked for their declared views of the same morning, each from its own part of the book; the
views are cleared, and what was accepted is set beside the plan of the pact with full information.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import UsageError
from seawall.questions.redirect import secret
from seawall.questions.redirect.clear import clear
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.ladder import Planned, translated
from seawall.questions.redirect.own_part import (
    Secrecy,
    only_accepted,
    price_of_secrecy,
)
from seawall.questions.redirect.search import solve

if TYPE_CHECKING:
    from seawall.questions.redirect.ask import RedirectResult
    from seawall.questions.redirect.clear import Cleared
    from seawall.questions.redirect.declared import Need, Offer
    from seawall.questions.redirect.instance import Instance, Plan

__all__ = ["Undisclosed", "secrecy"]


@dataclass(frozen=True)
class Undisclosed:
    """A morning planned without showing books.

    Attributes
    ----------
    lender, borrower
        Who offered and who asked.
    offer, need, cleared
        What both declared, and what was matched.
    secrecy
        What it costs against the pact with full information.
    by_matches
        The plan in which only what was accepted is lent.
    accepted, lent, lent_in_full
        Cargoes: accepted, of these those that go in the plan by matches, and those that go in the
        pact with full information; means over worlds.
    """

    lender: str
    borrower: str
    offer: Offer
    need: Need
    cleared: Cleared
    secrecy: Secrecy
    by_matches: Planned
    accepted: int
    lent: float
    lent_in_full: float


def secrecy(
    result: RedirectResult,
    *,
    lender: str | None = None,
    borrower: str | None = None,
    weeks: int = 13,
    time_limit: float = 60.0,
    gap: float = 0.01,
) -> Undisclosed:
    """The price of secrecy of one morning.

    Parameters
    ----------
    result
        The answer with full information.
    lender, borrower
        Between whom; None: the two between whom the articles allow loans.
    weeks
        That are declared.
    time_limit, gap
        As `redirect` has them, of each of the three searches: offer, need, what was accepted.

    Raises
    ------
    UsageError
        There is no protocol, nobody is in need by article 2, or it is not clear between whom.
    """
    if result.protocol is None:
        raise UsageError("without a protocol nothing is lent, and secrecy has no price")
    if "pact" not in result.plans:
        raise UsageError(
            "nobody who could be helped is in need by article 2: nothing is lent with full "
            "information either, and secrecy has no price on this morning"
        )
    alone, full = result.plans["alone"], result.plans["pact"]
    one, two = _between(full.instance, lender, borrower)
    how: dict[str, Any] = {
        "protocol": result.protocol, "scenario": result.scenario, "weeks": weeks,
        "horizon": full.instance.days, "worlds": result.prepared.worlds,
        "judge": full.instance.judge, "began": result.began, "time_limit": time_limit, "gap": gap,
    }  # fmt: skip
    offered = secret.offer(result.study, one, other=two, **how)
    needed = secret.need(result.study, two, other=one, **how)
    cleared = clear(offered, needed, result.protocol)
    instance = only_accepted(full.instance, cleared.acceptance, offered.own)
    start = translated(alone.plan, alone.instance, instance)
    plan = solve(instance, time_limit=time_limit, gap=gap, start=start)
    return Undisclosed(
        one, two, offered, needed, cleared,
        secrecy=price_of_secrecy(full.instance, plan, full.plan),
        by_matches=Planned("matches", instance, plan),
        accepted=sum(match.cargoes for match in cleared.acceptance.matches),
        lent=_loans(instance, plan), lent_in_full=_loans(full.instance, full.plan),
    )  # fmt: skip


def _between(instance: Instance, lender: str | None, borrower: str | None) -> tuple[str, str]:
    """Lender and borrower: those named, or the only two between whom there are loans."""
    columns, terminals = instance.columns, instance.terminals
    to = terminals.region_member[terminals.cluster_region[columns.cluster]]
    loans = np.flatnonzero(columns.lender != NOBODY)
    names = terminals.members
    pairs = sorted({(names[columns.lender[o]], names[to[o]]) for o in loans})
    found = [p for p in pairs if lender in (None, p[0]) and borrower in (None, p[1])]
    if len(found) != 1:
        known = ", ".join(f"{one} to {two}" for one, two in pairs)
        raise UsageError(f"between whom? name a lender and a borrower; loans are possible: {known}")
    return found[0]


def _loans(instance: Instance, plan: Plan) -> float:
    """Cargoes that are lent, mean over worlds."""
    taken = plan.column != NOBODY
    lends = taken & (instance.columns.lender[np.where(taken, plan.column, 0)] != NOBODY)
    return float(instance.weights @ lends.sum(axis=1))
