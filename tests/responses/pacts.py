"""Two importers with shared origins and a pact between them, small enough to check by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.networks import calibrated, make

from seawall.network import Network
from seawall.responses.sharing import Member, Moves, Sharing
from seawall.study import Protocol

PERIODS = 40
#: Positions of the members.
LENDER, BORROWER = 0, 1


def pair(*, growth: float = 0.05, lender_stock: float = 40.0, loss: float = 0.0) -> Network:
    """A gulf behind a strait sells mostly to Bar, the south mostly to Lea; each has two tiers.

    Lea holds four weeks of stock, Bar one.  South to Lea takes 2.3 weeks and to Bar 1.5; the gulf
    to Bar one week and to Lea two.  Partners change slowly.
    """

    def lane(origin: str, to: str, lag: float, base: float, freight: float, **row: Any) -> Any:
        return {"origin": f"{origin}.lng", "to": f"{to}.lng", "lag": lag, "base": base,
                "freight": freight, "growth": growth, **row}  # fmt: skip

    strait = {"passages": {"strait": 0.25}}
    return calibrated(
        make(
            nodes={
                "gulf.lng": {"start": 4, "tank": 8, "price": 100},
                "south.lng": {"start": 4, "tank": 8, "price": 100},
                "lea.lng": {"start": lender_stock, "tank": 60, "floor": 2, "price": 130,
                            "loss": loss},
                "bar.lng": {"start": 10, "tank": 20, "floor": 1, "price": 130},
            },
            facilities={
                "gulf-wells": {"recipe": {"gulf.lng": 1}, "base": 7, "capacity": 7.2},
                "south-wells": {"recipe": {"south.lng": 1}, "base": 13 + loss * lender_stock,
                                "capacity": 13.3 + loss * lender_stock},
            },
            lanes={
                "gulf-bar": lane("gulf", "bar", 1.0, 6, 20, **strait),
                "gulf-lea": lane("gulf", "lea", 2.0, 1, 25, **strait),
                "south-lea": lane("south", "lea", 2.3, 9 + loss * lender_stock, 22),
                "south-bar": lane("south", "bar", 1.5, 4, 24, keep=1.0),
            },
            demands={
                "lea-homes": {"at": "lea.lng", "quantity": 5, "wtp": 900},
                "lea-works": {"at": "lea.lng", "quantity": 5, "wtp": 400, "tier": "important"},
                "bar-homes": {"at": "bar.lng", "quantity": 4, "wtp": 600},
                "bar-works": {"at": "bar.lng", "quantity": 6, "wtp": 300, "tier": "important"},
            },
            passages={"strait": np.inf},
        ),
        periods=PERIODS,
    )  # fmt: skip


def protocol(**articles: Any) -> Protocol:
    """The articles of Lea and Bar; `articles` replace whole tables."""
    found = {
        "title": "Lea and Bar lend each other cargoes", "members": ["lea", "bar"],
        "floor": {"days": {"lea": 14.0, "bar": 3.5}},
    } | articles  # fmt: skip
    return Protocol.model_validate(found)


def sharing_of(
    network: Network,
    *,
    volume: float = 2.0,
    floor: tuple[float, float] = (20.0, 5.0),
    limit: float = 3.0,
    due: int = 12,
    own: int = 1,
    trigger_periods: int = 1,
    imported: float = 1.0,
    **articles: Any,
) -> Sharing:
    """The same as a run needs it, made without a study.

    Parameters
    ----------
    volume, floor, limit, due
        Most per week, what stays in the tanks of Lea and Bar, eligible per week of each origin and
        owner [unit]; weeks until the return.
    own
        How many of a member's two tiers come before any loan.
    imported
        Part of each member's demand that counts as imported.
    """
    lanes = list(network.lanes.id)
    ways = [
        (LENDER, BORROWER, "south-lea", "south-bar", 0),
        (LENDER, BORROWER, "gulf-lea", "gulf-bar", 1),
        (BORROWER, LENDER, "south-bar", "south-lea", 2),
        (BORROWER, LENDER, "gulf-bar", "gulf-lea", 3),
    ]
    taken = np.array([lanes.index(w[2]) for w in ways])
    given = np.array([lanes.index(w[3]) for w in ways])

    def member(i: int, name: str) -> Member:
        steps = {"essential": np.array([2 * i]), "important": np.array([2 * i + 1]),
                 "deferrable": np.array([], dtype=np.int64)}  # fmt: skip
        both = np.array([2 * i, 2 * i + 1])
        return Member(
            name=name, entries=np.array([2 + i]), tanks=np.array([2 + i]), floor=floor[i],
            steps=steps, watched=both, own=both[:own], imported=imported,
        )  # fmt: skip

    return Sharing(
        protocol=protocol(**articles),
        commodity="lng",
        members=(member(LENDER, "lea"), member(BORROWER, "bar")),
        moves=Moves(
            owner=np.array([w[0] for w in ways]), other=np.array([w[1] for w in ways]),
            taken=taken, given=given, group=np.array([w[4] for w in ways]),
            limit=np.full(4, limit),
            cost=network.lanes.freight[given] - network.lanes.freight[taken],
        ),
        volume=volume,
        trigger_periods=trigger_periods,
        due_periods=due,
        compensation=0.0,
    )  # fmt: skip
