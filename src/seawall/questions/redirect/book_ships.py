"""Ships of a generated book: as few as can run the programme, each where its work has it be.

Ships of buyers who lift themselves (FOB) are one pool for each of their countries, those of sellers
who bring (DES, or not known) one for each plant group; a pool's ships of one size run its liftings
by `rotation.fewest_ships`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.rotation import fewest_ships

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from seawall.questions.redirect.book_schedule import Lifting, Vessel
    from seawall.questions.redirect.book_trade import Trade
    from seawall.questions.redirect.book_ways import Ways

__all__ = ["Pool", "Ship", "fleet"]


@dataclass(frozen=True)
class Ship:
    """A ship on the day of the book, and the cargoes that it makes, by their number.

    `state` is that of its first cargo; `free_from` the day from which it is there for it (0: now).
    """

    id: str
    vessel: Vessel
    operator: str
    owner: str
    lon: float
    lat: float
    free_from: int
    state: str
    cargoes: tuple[int, ...]


@dataclass(frozen=True)
class Pool:
    """Ships of one operator and size: how many it needs, and the proof that fewer can't do."""

    operator: str
    size: float
    liftings: int
    ships: int
    least: int


def fleet(trade: Trade, ways: Ways, liftings: Sequence[Lifting]) -> tuple[list[Ship], list[Pool]]:
    """Ships that run the liftings, and what each pool needs."""
    members: dict[tuple[str, str, float], list[int]] = {}
    for number, lifting in enumerate(liftings):
        members.setdefault((*_operator(trade, lifting), lifting.vessel.size), []).append(number)
    ships: list[Ship] = []
    pools: list[Pool] = []
    for (operator, owner, size), own in sorted(members.items()):
        chains, least = _chains(ways, [liftings[n] for n in own])
        pools.append(Pool(operator, size, len(own), len(chains), least))
        for chain in chains:
            cargoes = tuple(own[n] for n in chain)
            name = f"ship-{len(ships) + 1:03d}"
            ships.append(_placed(ways, name, operator, owner, liftings, cargoes))
    return ships, pools


def _operator(trade: Trade, lifting: Lifting) -> tuple[str, str]:
    """Who sends the ship, and the country of the buyer whose it is."""
    contract = lifting.contract
    if contract.basis == "FOB":
        name = trade.names.get(contract.country, contract.country)
        return f"buyers in {name}", contract.country
    return f"sellers at {trade.names.get(contract.group, contract.group)}", ""


def _chains(ways: Ways, own: Sequence[Lifting]) -> tuple[list[tuple[int, ...]], int]:
    """Liftings that one ship makes one after the other, with as little idling as the fewest ships
    leave."""
    terminals = list(dict.fromkeys(one.harbour.id for one in own))
    jetties = list(dict.fromkeys(one.jetty.id for one in own))
    miles = ways.ballast(terminals, jetties)
    from_ = [terminals.index(one.harbour.id) for one in own]
    to = [jetties.index(one.jetty.id) for one in own]
    days = miles[np.ix_(from_, to)] / own[0].vessel.speed / 24.0
    start = np.array([one.load for one in own], dtype=float)
    end = np.array([one.arrives + one.jetty.port_days for one in own])
    found = fewest_ships(start, end, days, idle=days)
    return list(found.chains), found.lower_bound


def _placed(
    ways: Ways, name: str, operator: str, owner: str, liftings: Sequence[Lifting],
    cargoes: tuple[int, ...],
) -> Ship:  # fmt: skip
    """A ship where its first cargo has it be on day 0."""
    first = liftings[cargoes[0]]
    state, nm, free = _first(first)
    if state == "laden":
        lon, lat = ways.along(first.way, nm)
    else:
        lon, lat = ways.along(first.way.back(), first.way.nm - nm)
    return Ship(name, first.vessel, operator, owner, lon, lat, free, state, cargoes)


def _first(lifting: Lifting) -> tuple[str, float, int]:
    """State of a ship's first cargo, its miles from the jetty on day 0, and when it is free."""
    a_day = lifting.vessel.speed * 24.0
    if lifting.leaves <= 0:
        sailing = lifting.arrives - lifting.leaves
        return "laden", lifting.way.nm * min(1.0, -lifting.leaves / max(sailing, 1e-9)), 0
    if lifting.load <= 0:
        return "loading", 0.0, 0
    back = lifting.way.nm / a_day
    if lifting.load <= back:
        return "ballast", lifting.load * a_day, 0
    return "planned", lifting.way.nm, int(np.floor(lifting.load - back))


def state_of(lifting: Lifting, ship: Ship, number: int) -> str:
    """State of a cargo on day 0: the first of its ship may be under way, all others are planned."""
    return ship.state if ship.cargoes[0] == number else "planned"


def rows(ships: Sequence[Ship], day: Any) -> list[dict[str, Any]]:
    """Rows of the table `ships`; `day(n)` is the date of day n."""
    return [
        {
            "id": ship.id,
            "name": f"generated {ship.id}",
            "size": ship.vessel.size,
            "speed": ship.vessel.speed,
            "boil_off": ship.vessel.boil_off,
            "boil_off_ballast": ship.vessel.boil_off_ballast,
            "heel": ship.vessel.heel,
            "charter": ship.vessel.charter,
            "operator": ship.operator,
            "owner": ship.owner,
            "lat": round(ship.lat, 4),
            "lon": round(ship.lon, 4),
            "free_from": day(ship.free_from) if ship.free_from else "",
            "terminals": "",
        }
        for ship in ships
    ]
