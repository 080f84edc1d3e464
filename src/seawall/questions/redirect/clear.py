"""Bringing an offer and a need together, knowing nothing but the two.

A transport problem (Hitchcock 1941) with whole cargoes: each cargo of a lot goes to one coast, and
what it lands fills what is lacking there in the week of landing and the few after it.  It is solved
to proven optimality; the surplus that it maximises is what the borrower would pay at most less the
price and the costs that it bears by article 7.  Among matchings of the same surplus article 10
chooses.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csc_array, vstack

from seawall import units
from seawall.program import LinearProgram, solve
from seawall.questions.redirect.declared import Acceptance, Match, same_articles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from seawall.questions.redirect.declared import Lack, Lot, Need, Offer
    from seawall.study import Protocol

    Floats = NDArray[np.float64]

__all__ = ["MATCHES", "Cleared", "clear", "matches_table"]

MATCHES = (
    "match", "week", "class", "cargoes", "quantity", "unit", "price", "price_unit", "offered_by",
    "lot", "for", "coast", "tier", "arrives_week", "extra_cost",
)  # fmt: skip
#: Surplus that may be given up for the order of article 10 [million USD]: a solver's dust.
_DUST = 1e-6
#: What the first word of article 10 weighs more than the next.
_FIRST = 1e4


@dataclass(frozen=True)
class Cleared:
    """Matches, what they are worth to both together, and what no matching exceeds.

    Attributes
    ----------
    acceptance
        What goes home to both sides.
    surplus, bound
        Million USD: worth of what is served less price and costs; `bound` is proven.
    served
        kt by the id of what was lacking.
    why
        Why nothing was matched, "" if something was.
    """

    acceptance: Acceptance
    surplus: float
    bound: float
    served: dict[str, float]
    why: str = ""

    @property
    def gap(self) -> float:
        """Million USD by which a better matching is not ruled out."""
        return max(self.bound - self.surplus, 0.0)


@dataclass(frozen=True)
class _Way:
    """A lot that may go to a coast, and which lacks it could fill there."""

    lot: Lot
    coast: str
    cost: float
    """Price and costs of one cargo [million USD]."""
    fills: tuple[int, ...]


def clear(offer: Offer, need: Need, protocol: Protocol) -> Cleared:
    """Match an offer and a need by the articles of a protocol.

    Article 2 says from when loans may be told, 3 how many a week, 7 what they cost, 10 which come
    first where they are worth the same; 1, 4, 5 and 6 were kept by whoever declared, 8 follows
    from what is lent, and 9 speaks of several lenders, of which an offer is one.

    Raises
    ------
    UsageError
        They were made by other articles, on different days, or for somebody else.
    """
    same_articles(offer, need, protocol.digest())
    ways = _ways(offer, need, protocol)
    if not ways:
        return Cleared(_accepted(offer, []), 0.0, 0.0, {}, _why(offer, need))
    program = _program(ways, offer, need, protocol)
    best = solve(program, gap=0.0, near=_DUST / 10)
    found = solve(_ordered(program, best.cost, _order(ways, protocol)), gap=0.0, near=_DUST / 10)
    counts = np.round(found.x[: len(ways)]).astype(int)
    fill = found.x[len(ways) :]
    worth = np.concatenate([[_worth(need.lacks[i], offer.energy) for i in w.fills] for w in ways])
    surplus = float(worth @ fill - sum(n * w.cost for n, w in zip(counts, ways, strict=True)))
    matched, served = _matches(ways, counts, fill, offer, need, protocol)
    bound = max(surplus, -best.lower_bound)
    why = "" if matched else "nothing is worth its price and costs to who lacks it"
    return Cleared(_accepted(offer, matched), surplus, bound, served, why)


def matches_table(acceptance: Acceptance) -> pd.DataFrame:
    """Matches as a table with the columns `MATCHES`."""
    rows = [
        (
            match.id, match.week, match.size, match.cargoes, match.quantity, "kt", match.price,
            "USD/MMBtu", acceptance.member, match.lot, acceptance.other, match.coast, match.tier,
            match.arrives, match.extra,
        )
        for match in acceptance.matches
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(MATCHES))


def price_of(lot: Lot, protocol: Protocol) -> float:
    """What the borrower pays for a lot by article 7, compensation included [USD/MMBtu]."""
    extra = protocol.price.compensation
    return lot.price + (units.convert(extra, protocol.price.unit, "USD/MMBtu") if extra else 0.0)


def _ways(offer: Offer, need: Need, protocol: Protocol) -> list[_Way]:
    """Every lot and coast that suit each other, and where something is lacking."""
    if need.since is None:
        return []
    ways = []
    for lot in offer.lots:
        if lot.decide_by < need.since or lot.cargoes == 0:
            continue
        price = price_of(lot, protocol) * offer.energy / 1000.0 * lot.quantity
        for coast in sorted(lot.arrives.keys() & need.coasts.keys()):
            if lot.size not in need.takes[coast]:
                continue
            fills = tuple(
                at for at, lack in enumerate(need.lacks)
                if lack.place == need.coasts[coast]
                and 0 <= lack.week - lot.arrives[coast] <= need.keeps
            )  # fmt: skip
            if fills:
                costs = lot.extra[coast] if protocol.price.plus_cost else 0.0
                ways.append(_Way(lot, coast, price + costs, fills))
    return ways


def _why(offer: Offer, need: Need) -> str:
    if need.since is None:
        return f"{need.member} may not ask: by article 2 it is not in need"
    if not offer.lots:
        return f"{offer.member} can spare nothing above its floor"
    if not need.lacks:
        return f"{need.member} lacks nothing"
    return "no cargo that is offered can be told in time and be where it is lacking"


def _worth(lack: Lack, energy: float) -> float:
    """Million USD a kt."""
    return lack.price * energy / 1000.0


def _order(ways: list[_Way], protocol: Protocol) -> Floats:
    """What article 10 says against a cargo of each way: its first word weighs most."""
    made = np.zeros(len(ways))
    for word in protocol.objectives.order:
        if word == "arrival":
            own = np.array([float(way.lot.arrives[way.coast]) for way in ways])
        else:
            own = np.array([way.cost for way in ways])
        made = _FIRST * made + own
    # What is alike in all of it goes by its place in the offer.
    return made / max(float(made.max()), 1.0) + 1e-5 * np.arange(len(ways)) / len(ways)


def _ordered(program: LinearProgram, best: float, order: Floats) -> LinearProgram:
    """The program that looks for the first by article 10 among those that cost no more."""
    used = np.flatnonzero(np.abs(program.c) > _DUST)
    row = csc_array((program.c[used], (np.zeros(len(used), int), used)), shape=(1, len(program.c)))
    return replace(
        program,
        c=np.concatenate([order, np.zeros(len(program.c) - len(order))]),
        A=csc_array(vstack([program.A, row])),
        row_lower=np.append(program.row_lower, -np.inf),
        row_upper=np.append(program.row_upper, best + _DUST),
    )


def _program(ways: list[_Way], offer: Offer, need: Need, protocol: Protocol) -> LinearProgram:
    """Columns: cargoes by way (whole), then kt by way and what it fills."""
    n = len(ways)
    pairs = [(at, lack) for at, way in enumerate(ways) for lack in way.fills]
    cost = np.array([way.cost for way in ways])
    worth = np.array([_worth(need.lacks[lack], offer.energy) for _, lack in pairs])
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    upper: list[float] = []

    def row(entries: Iterable[tuple[int, float]], most: float) -> None:
        for column, value in entries:
            rows.append(len(upper))
            columns.append(column)
            values.append(value)
        upper.append(most)

    for at, way in enumerate(ways):
        own = [(n + k, 1.0) for k, (of, _) in enumerate(pairs) if of == at]
        row([*own, (at, -way.lot.quantity)], 0.0)
    for lack, short in enumerate(need.lacks):
        row([(n + k, 1.0) for k, (_, what) in enumerate(pairs) if what == lack], short.quantity)
    for lot in offer.lots:
        row([(at, 1.0) for at, way in enumerate(ways) if way.lot is lot], lot.cargoes)
    cap = protocol.volume.cargoes_per_week
    for week in range(max(way.lot.week for way in ways) + 1):
        row([(at, 1.0) for at, way in enumerate(ways) if way.lot.week == week], np.ceil(cap))
        row(
            [(at, 1.0) for at, way in enumerate(ways) if way.lot.week <= week],
            np.floor(cap * (week + 1) + 1e-9),
        )
    matrix = coo_array((values, (rows, columns)), shape=(len(upper), n + len(pairs)))
    size = n + len(pairs)
    most = np.concatenate([[float(way.lot.cargoes) for way in ways], np.full(len(pairs), np.inf)])
    return LinearProgram(
        c=np.concatenate([cost, -worth]), A=csc_array(matrix),
        row_lower=np.full(len(upper), -np.inf), row_upper=np.array(upper),
        lower=np.zeros(size), upper=most,
        integrality=np.concatenate([np.ones(n), np.zeros(len(pairs))]),
    )  # fmt: skip


def _matches(
    ways: list[_Way],
    counts: NDArray[np.int64],
    fill: Floats,
    offer: Offer,
    need: Need,
    protocol: Protocol,
) -> tuple[list[Match], dict[str, float]]:
    """Matches in the order of telling and arriving, and what they serve."""
    served: dict[str, float] = {}
    found = []
    at = 0
    for count, way in zip(counts, ways, strict=True):
        own = fill[at : at + len(way.fills)]
        at += len(way.fills)
        if count == 0:
            continue
        lacks = [need.lacks[i] for i in way.fills]
        for lack, amount in zip(lacks, own, strict=True):
            if amount > 1e-6:
                served[lack.id] = served.get(lack.id, 0.0) + float(amount)
        most = max(zip(own, lacks, strict=True), key=lambda pair: (pair[0] > 1e-6, pair[1].price))
        found.append((int(count), way, most[1].tier))
    found.sort(key=lambda f: (f[1].lot.week, f[1].lot.arrives[f[1].coast], f[1].lot.id, f[1].coast))
    matches = [
        Match(
            id=f"M{number}", week=way.lot.week, lot=way.lot.id, size=way.lot.size,
            coast=way.coast, tier=tier, cargoes=count, arrives=way.lot.arrives[way.coast],
            quantity=round(count * way.lot.quantity, 6),
            price=round(price_of(way.lot, protocol), 6),
            extra=round(count * way.lot.extra[way.coast], 6) if protocol.price.plus_cost else 0.0,
        )
        for number, (count, way, tier) in enumerate(found, start=1)
    ]  # fmt: skip
    return matches, served


def _accepted(offer: Offer, matches: list[Match]) -> Acceptance:
    head = {
        part.name: getattr(offer, part.name)
        for part in fields(Acceptance)
        if part.name != "matches"
    }
    return Acceptance(**head, matches=tuple(matches))
