"""Cargo that a protocol turns over: what can be moved, what was, and what is owed for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.responses.pact import Lending
    from seawall.responses.trajectory import Trajectory


@dataclass(frozen=True)
class Transfer:
    """Cargo that leaves the lane of its owner for a lane to another member.

    `owner` and `other` are positions of members: the lender and the borrower of a loan, the
    borrower and the lender of a return.  `departs` and `decided` are periods (cargo at sea has
    departed before it was decided), `arrives` is when it lands, in periods; `quantity` is what was
    loaded [unit]; `cost` is the extra freight and boil-off per unit [million / unit]; `group` and
    `limit` say how much of its origin is eligible in a period; a return is early if it could be
    made later still.
    """

    owner: int
    other: int
    taken: int
    given: int
    departs: int
    decided: int
    arrives: float
    quantity: float
    cost: float
    group: int
    limit: float
    is_return: bool = False
    is_early: bool = False

    def of(self, quantity: float) -> Transfer:
        """The same with another quantity."""
        return replace(self, quantity=quantity)

    def halved(self) -> Transfer:
        """Half of it."""
        return self.of(self.quantity / 2)

    def as_return(self, *, early: bool) -> Transfer:
        """The same, given back; `early` if it need not be yet."""
        return replace(self, is_return=True, is_early=early)


@dataclass
class Debt:
    """What a borrower still owes a lender, and by which period [unit]."""

    lender: int
    borrower: int
    due: int
    owed: float


def candidates(
    run: Lending,
    plan: Trajectory,
    owner: int,
    other: int,
    *,
    at_sea: bool,
    decided: Sequence[Transfer] = (),
) -> list[Transfer]:
    """Cargo of `owner` that can be turned over to `other`: what departs in the coming periods, and
    with `at_sea` what has departed since the shock, has landed nowhere yet and has not passed the
    point at which the other lane would have landed it.  `decided` is what the same plan has turned
    over already, to others."""
    moves, lanes, now = run.articles.moves, run.network.lanes, run.now
    steps = min(run.planning.replan, run.met.periods - now)
    # What has been turned over already of a departure is not eligible again.
    used: dict[tuple[int, int], float] = {}
    for past in (*run.transfers, *decided):
        key = past.group, past.departs
        used[key] = used.get(key, 0.0) + past.quantity
    found = []
    for m in np.flatnonzero((moves.owner == owner) & (moves.other == other)):
        a, b, group = int(moves.taken[m]), int(moves.given[m]), int(moves.group[m])
        longest = int(np.ceil(max(lanes.lag[a], lanes.lag[b])))
        first = max(0, now - longest) if at_sea else now
        for t in range(first, now + steps):
            under_way = t + min(np.floor(lanes.lag[a]), np.floor(lanes.lag[b])) >= now
            if (t < now and not under_way) or run.truth.open[b, t] < 1.0 - 1e-9:
                continue
            flow = run.departures[a, t] if t < now else plan.departures[a, t - now]
            flow -= sum(d.quantity for d in decided if (d.taken, d.departs) == (a, t))
            limit = float(moves.limit[m]) - used.get((group, t), 0.0)
            if min(flow, limit) <= 0:
                continue
            found.append(
                Transfer(
                    owner=owner, other=other, taken=a, given=b, departs=t, decided=now,
                    arrives=float(t + lanes.lag[b]), quantity=float(flow),
                    cost=float(moves.cost[m]), group=group, limit=limit,
                )
            )  # fmt: skip
    return found
