"""Pact of three: what one plan lends to one member it cannot lend to another."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace

import numpy as np
from tests.responses.pacts import BORROWER, LENDER, sharing_of
from tests.responses.test_pact import CLOSED, MARKET, NETWORK, TINY, Watched, meet

from seawall.responses.pact import Pact


def test_two_borrowers_share_a_volume_a_lane_and_a_spare():
    """A third member that takes cargo as Bar does: nothing is lent twice, and a lender with nothing
    left to spare lends the second nothing."""
    agreed = sharing_of(NETWORK, volume=9.0, limit=2.0)
    to_bar = np.flatnonzero(agreed.moves.owner == LENDER)
    again = {
        f.name: np.concatenate([value, value[to_bar]])
        for f in fields(agreed.moves)
        for value in [getattr(agreed.moves, f.name)]
    }
    again["other"][-len(to_bar) :] = 2
    three = replace(
        agreed,
        members=(*agreed.members, replace(agreed.members[BORROWER], name="too")),
        moves=replace(agreed.moves, **again),
    )
    for spare in (20.0, 0.5):
        members = (replace(three.members[LENDER], floor=40.0 - spare), *three.members[1:])
        run = Watched(Pact(MARKET, replace(three, members=members)), meet(NETWORK, CLOSED))
        met, state = run.ahead()
        plan = run.market.solve(run.market.limits(met, state), met, None)
        # Both need all that can come.
        wanting = replace(plan, served=np.zeros_like(plan.served))
        wanting.served[three.members[LENDER].own] = plan.served[three.members[LENDER].own]
        loans = run._loans(met, wanting, [False, True, True])
        assert loans
        assert sum(t.quantity for t in loans) <= 2 * 9.0 + TINY
        assert sum(t.quantity * NETWORK.lanes.keep[t.taken] for t in loans) <= spare + TINY
        eligible, carried = Counter(), Counter()
        for t in loans:
            eligible[t.group, t.departs] += t.quantity
            carried[t.taken, t.departs] += t.quantity
        assert max(eligible.values()) <= 2.0 + TINY
        assert all(plan.departures[a, t] + TINY >= q for (a, t), q in carried.items())
