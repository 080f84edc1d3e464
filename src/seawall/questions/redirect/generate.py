"""A full book of cargoes from a study's contracts and base trade.

No position in it is real: it is an annual delivery programme as contracts, flows, tanks and ships
of the study would have it, drawn by a seed, and every row says so.  With no shock nobody runs short
under it and no tank runs over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.errors import UsageError
from seawall.network.seaways import Seaways
from seawall.questions.redirect import book_ships
from seawall.questions.redirect.book_schedule import GOLDEN, Lifting, schedule, vessels
from seawall.questions.redirect.book_ships import Pool, Ship, fleet, state_of
from seawall.questions.redirect.book_trade import Trade, trade_of
from seawall.questions.redirect.book_ways import SeaWays, Ways
from seawall.study.cargo_records import BOOK_TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.study import Study

__all__ = ["NOTE", "Programme", "generate", "programme"]

#: What every generated row says of itself.
NOTE = "generated from contracts and base trade; not a real position"
#: Longest horizon of a generated book: what loads later is not looked at by anybody.
MOST_DAYS = 366
#: First day on which an offer may load, and part of the horizon within which offers do.
FIRST_OFFER, OFFERED = 2, 0.8


@dataclass(frozen=True)
class Programme:
    """A generated book before it is written down; days count from `as_of`."""

    trade: Trade
    as_of: date
    days: int
    liftings: tuple[Lifting, ...]
    ships: tuple[Ship, ...]
    pools: tuple[Pool, ...]

    def day(self, number: float) -> str:
        """Date of a day."""
        return (self.as_of + timedelta(days=int(number))).isoformat()


def generate(
    study: Study,
    *,
    as_of: date | None = None,
    days: int = 120,
    offers: int = 24,
    seed: int = 0,
    season: bool = False,
) -> dict[str, pd.DataFrame]:
    """Frames `cargoes`, `ships`, `tanks` and `clauses` of a book.

    Parameters
    ----------
    as_of
        Day of the book; None: the first day of the study. Tanks hold what `stocks` say in any case.
    days
        Cargoes that arrive or load within so many days are in it.
    offers
        Number of cargoes for sale. Their price is that at the jetty; freight comes on top.
    seed
        Phases of liftings and of tanks; the same seed gives the same book.
    season
        Whether use and liftings follow the study's `seasons`; without rows they are even.

    Raises
    ------
    UsageError
        A horizon or a number of offers that makes no book.
    InputError
        The study lacks terminals, ways or assumptions that a book needs.
    """
    made = programme(study, as_of=as_of, days=days, seed=seed, season=season)
    if offers < 0:
        raise UsageError(f"a book holds 0 offers or more, not {offers}")
    rng = np.random.default_rng([seed, 1])
    cargoes = [*_cargoes(made), *_offers(made, offers, rng)]
    rows = {
        "cargoes": cargoes,
        "ships": book_ships.rows(made.ships, made.day),
        "tanks": _tanks(made),
        "clauses": _clauses(made),
    }
    return {table.name: _frame(table.name, rows[table.name], made) for table in BOOK_TABLES}


def programme(
    study: Study,
    *,
    as_of: date | None = None,
    days: int = 120,
    seed: int = 0,
    season: bool = False,
    ways: Ways | None = None,
) -> Programme:
    """The liftings of a book and the ships that make them; see `generate`.

    Parameters
    ----------
    ways
        Distances; None: along the sea lanes of the study.
    """
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"a book covers 1 to {MOST_DAYS} days, not {days}")
    day = as_of or study.settings.start
    trade = trade_of(study, day, season=season)
    known = ways or SeaWays(Seaways.of(study), trade)
    liftings = schedule(trade, known, day, days, np.random.default_rng([seed, 0]))
    ships, pools = fleet(trade, known, liftings)
    return Programme(trade, day, days, tuple(liftings), tuple(ships), tuple(pools))


def _frame(name: str, rows: Sequence[dict[str, Any]], made: Programme) -> pd.DataFrame:
    """Rows as a table of the study: every column, in order, text blank and numbers nan where
    nothing is said."""
    table = next(t for t in BOOK_TABLES if t.name == name)
    common = {"source": made.trade.source, "confidence": "assumption", "note": NOTE}
    frame: dict[str, Any] = {}
    for column in table.columns:
        number = column.kind == "number"
        blank: Any = np.nan if number else ""
        values = [row.get(column.name, common.get(column.name, blank)) for row in rows]
        frame[column.name] = np.array(values, dtype=float) if number else pd.array(
            values, dtype=pd.StringDtype(na_value=np.nan))  # fmt: skip
    frame[table.line] = np.arange(2, len(rows) + 2)
    return pd.DataFrame(frame)


def _cargoes(made: Programme) -> list[dict[str, Any]]:
    """Rows of cargoes that somebody has bought, in the order of arrival."""
    ship_of = {number: ship for ship in made.ships for number in ship.cargoes}
    count: dict[str, int] = {}
    window = int(made.trade.values["loading_window"])
    rows = []
    for number, one in enumerate(made.liftings):
        contract, ship = one.contract, ship_of[number]
        name = contract.id or f"{contract.group}.{contract.country}"
        count[name] = count.get(name, 0) + 1
        rows.append({
            "id": f"{name}-{count[name]:03d}",
            "contract": contract.id,
            "seller": contract.seller,
            "buyer": contract.buyer,
            "owner": contract.country,
            "state": state_of(one, ship, number),
            "load": one.jetty.id,
            "load_from": made.day(one.load),
            "load_to": made.day(one.load + window - 1),
            "ship": ship.id,
            "size": one.vessel.size,
            "basis": contract.basis,
            "flexible": contract.flexible,
            "destination": one.harbour.id,
            "eta": made.day(one.arrives),
        })  # fmt: skip
    return rows


def _offers(made: Programme, offers: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Rows of cargoes for sale: from plant groups by what they send to others, even over time, the
    cheap and the dear ones mixed."""
    trade = made.trade
    groups = [g for g in trade.outside if g in trade.price]
    if not groups or not offers:
        return []
    sent = np.cumsum([trade.outside[g] for g in groups])
    low, high = trade.values["spot_low"], trade.values["spot_high"]
    phase, turn, rank = rng.random(), rng.random(), rng.permutation(offers)
    window = int(trade.values["loading_window"])
    span = max(0.0, OFFERED * made.days - FIRST_OFFER)
    size = vessels(trade)["standard"].size
    done: dict[str, int] = {}
    rows = []
    for n in range(offers):
        at = (turn + n * GOLDEN) % 1.0 * sent[-1]
        group = groups[int(np.searchsorted(sent, at, side="right"))]
        own = sorted((j for j in trade.jetties if j.group == group), key=lambda j: -j.capacity)
        jetty = own[done.get(group, 0) % len(own)]
        done[group] = done.get(group, 0) + 1
        load = int(FIRST_OFFER + (n + phase) / offers * span)
        dearer = low + (high - low) * (rank[n] + 0.5) / offers
        rows.append({
            "id": f"offer-{n + 1:03d}",
            "seller": f"spot, {trade.names.get(group, group)}",
            "state": "offer",
            "load": jetty.id,
            "load_from": made.day(load),
            "load_to": made.day(load + window - 1),
            "size": min(size, jetty.largest),
            "basis": "DES",
            "flexible": "yes",
            "price": round(trade.price[group] * dearer, 2),
            "note": f"{NOTE}; price at the jetty, freight comes on top",
        })  # fmt: skip
    return rows


def _tanks(made: Programme) -> list[dict[str, Any]]:
    """Rows of what terminals hold: the study's stocks."""
    return [
        {
            "terminal": h.id,
            "as_of": made.as_of.isoformat(),
            "stock": round(h.stock, 4),
            "floor": round(h.floor, 4),
            "tank": round(h.tank, 4),
            "note": "generated: what the table stocks of the study holds",
        }
        for h in made.trade.harbours
    ]


def _clauses(made: Programme) -> list[dict[str, Any]]:
    """Rules of contracts that have cargoes and no free destination."""
    v = made.trade.values
    lifted = {one.contract.id: one.contract for one in made.liftings if one.contract.id}
    rows = []
    for name in sorted(lifted):
        contract = lifted[name]
        if contract.flexible == "yes":
            continue
        brought = contract.basis != "FOB"
        rows.append({
            "contract": name,
            "consent": "no" if contract.flexible == "no" else "unknown",
            "fee": v["diversion_fee"] if brought else 0.0,
            "notice": v["notice"],
            "tolerance_down": v["quantity_tolerance"],
            "tolerance_up": v["quantity_tolerance"],
            "pro_rata": "yes",
            "note": "generated: usual rules by named assumptions, not the contract's own",
        })  # fmt: skip
    return rows
