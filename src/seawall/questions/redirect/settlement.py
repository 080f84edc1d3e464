"""The ledger of a pact: who lent what to whom, due when, at what price (articles 7 and 8)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall import units
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.tables import UNIT, day_date
from seawall.study.protocol_check import member_places

if TYPE_CHECKING:
    from datetime import date

    from seawall.questions.redirect.instance import Floats
    from seawall.questions.redirect.ladder import Planned
    from seawall.questions.redirect.prepare import Prepared
    from seawall.study import Protocol, Study

__all__ = ["SETTLEMENT", "Prices", "prices_of", "settled", "settlement"]

PRICE_UNIT = "USD/MMBtu"
SETTLEMENT = ("loan", "cargo", "world", "kind", "lender", "borrower", "quantity", "unit", "energy",
              "delivered", "due", "returned", "owed", "balance", "price", "price_basis",
              "price_unit", "amount", "extra_cost", "extra_boil_off", "compensation",
              "why")  # fmt: skip


@dataclass(frozen=True)
class Prices:
    """What gas costs, by cargo.

    Attributes
    ----------
    contract
        Of a cargo by its own contract [USD/MMBtu]; absent where nobody has told it.
    base
        By member [USD/MMBtu]: what stands in where a contract's is not known.
    market
        Mean of the offers of the book [USD/MMBtu]; nan where there is none.
    energy
        [MMBtu/t] by cargo.
    """

    contract: dict[str, float]
    base: dict[str, float]
    market: float
    energy: dict[str, float]

    def of(self, cargo: str, lender: str, basis: str) -> tuple[float, str]:
        """Price by article 7, and what it rests on."""
        if basis == "market" and np.isfinite(self.market):
            return self.market, "market"
        if basis == "contract" and cargo in self.contract:
            return self.contract[cargo], "contract"
        missing = "no offer is known" if basis == "market" else "contract price not known"
        return self.base[lender], f"base price ({missing})"


def prices_of(study: Study, commodity: str, members: tuple[str, ...]) -> Prices:
    """Prices of a study with a book: `commodity` is what its cargoes carry.

    The base price of a member is the mean of the study's prices at it and its regions.
    """
    cargoes: Any = study.table("cargoes")
    content = float(study.lookup("commodities", "energy_content")[commodity])
    energy = cargoes["energy"].fillna(content)
    offer = cargoes["state"] == "offer"
    known = cargoes["price"].notna()
    contract = {
        str(row.id): float(row.price) for row in cargoes[known & ~offer].itertuples(index=False)
    }
    market = float(cargoes.loc[known & offer, "price"].mean())
    base = {member: _base(study, commodity, member) for member in members}
    of_cargo = dict(zip(cargoes["id"], energy.astype(float), strict=True))
    return Prices(contract, base, market, of_cargo)


def _base(study: Study, commodity: str, member: str) -> float:
    """Mean of the study's prices of the commodity at a member's places, else of whatever has a
    price in energy there; nan where there is none."""
    content = study.lookup("commodities", "energy_content")
    prices: Any = study.table("prices")
    at = prices[prices["place"].isin(member_places(study, member))]
    same = at[at["commodity"] == commodity]
    mine = same if len(same) else at[at["unit"] == PRICE_UNIT]
    found = [
        units.convert_price(row.price, row.unit, PRICE_UNIT, float(content[row.commodity]))
        for row in mine.itertuples(index=False)
    ]
    return float(np.mean(found)) if found else float("nan")


def settlement(
    ready: Prepared, planned: Planned, protocol: Protocol, prices: Prices
) -> pd.DataFrame:
    """One row a loan and world, in order of delivery.

    A cargo that goes the other way while something is owed pays that back first, oldest first; it
    counts as `kind` "return" as far as it does.  What is owed has the premium of article 8 on top.
    `amount` is what the borrower pays [million USD]: gas at the price of article 7, compensation,
    and extra freight and boil-off if the article says so.  `balance` is what the borrower owes the
    lender after the row [kt]; minus: the lender owes.
    """
    frames = [
        _Ledger(ready, planned, protocol, prices, w).rows() for w in range(planned.instance.worlds)
    ]
    rows = [row for frame in frames for row in frame]
    return pd.DataFrame(rows, columns=list(SETTLEMENT))


def settled(ready: Prepared, table: pd.DataFrame, members: tuple[str, ...]) -> Floats:
    """(worlds, members) what a member pays the others for loans, net [million USD]."""
    result = np.zeros((len(ready.worlds), len(members)))
    for w, world in enumerate(ready.worlds):
        mine = table[table["world"] == world.name]
        for m, member in enumerate(members):
            pays = mine.loc[mine["borrower"] == member, "amount"].sum()
            result[w, m] = pays - mine.loc[mine["lender"] == member, "amount"].sum()
    return result


class _Ledger:
    """The ledger of one world."""

    def __init__(
        self, ready: Prepared, planned: Planned, protocol: Protocol, prices: Prices, world: int
    ) -> None:
        self._ready, self._planned, self._world = ready, planned, world
        self._protocol, self._prices = protocol, prices
        self._usual = _usual_landing(ready, planned, world)

    def rows(self) -> list[tuple[Any, ...]]:
        columns = self._planned.instance.columns
        cargo, column = self._planned.taken(self._world)
        lent = (columns.lender[column] != NOBODY) & (columns.day[column, self._world] != NOBODY)
        days = columns.day[column, self._world]
        order = np.lexsort((cargo, days))
        order = order[lent[order]]
        members = self._planned.instance.terminals.members
        borrowers = self._planned.member_of_cluster()[columns.cluster[column]]
        # By (lender, borrower): loans that are open, oldest first, as [row, owed].
        open_loans: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
        rows: list[dict[str, Any]] = []
        for i in order:
            giver, taker = members[columns.lender[column[i]]], members[borrowers[i]]
            row = self._row(int(cargo[i]), int(column[i]), giver, taker)
            rest, back = row["quantity"], 0.0
            debts = open_loans[taker, giver]
            while debts and rest > 0:
                at, owes = debts.pop(0)
                part = min(rest, owes)
                rows[at]["returned"] += part
                rows[at]["owed"] -= part
                back, rest = back + part, rest - part
                if owes > part:
                    debts.insert(0, (at, owes - part))
            row["kind"] = "return" if rest <= 0 else "loan, part return" if back else "loan"
            row["owed"] = rest * (1.0 + self._protocol.return_.premium)
            if rest <= 0:
                row["due"] = None
                row["why"] = f"gives back what {giver} owes {taker}"
            if row["owed"] > 0:
                open_loans[giver, taker].append((len(rows), row["owed"]))
            row["balance"] = _open(open_loans, giver, taker) - _open(open_loans, taker, giver)
            row["loan"] = f"{'return' if rest <= 0 else 'loan'}-{len(rows) + 1}"
            rows.append(row)
        return [tuple(row[name] for name in SETTLEMENT) for row in rows]

    def _row(self, cargo: int, column: int, giver: str, taker: str) -> dict[str, Any]:
        w, columns = self._world, self._planned.instance.columns
        terms = self._protocol.price
        name = self._planned.instance.cargoes.ids[cargo]
        energy = self._prices.energy[name]
        price, basis = self._prices.of(name, giver, terms.basis)
        quantity = float(columns.lands[column, w])
        # kt x MMBtu/t x USD/MMBtu is thousand USD.
        worth = energy * price / 1000.0
        freight = float(columns.freight[column, w] + columns.fee[column, w])
        lost = max(0.0, self._usual.get(cargo, quantity) - quantity)
        extra = freight + lost * worth
        rate = units.convert_price(terms.compensation, terms.unit, PRICE_UNIT, energy)
        on_top = quantity * energy * rate / 1000.0
        delivered: date | None = day_date(self._ready, float(columns.day[column, w]))
        assert delivered is not None  # only cargo that lands is lent
        return {
            "loan": "", "cargo": name, "world": self._ready.worlds[w].name, "kind": "loan",
            "lender": giver, "borrower": taker, "quantity": quantity, "unit": UNIT,
            "energy": quantity * energy / 1000.0, "delivered": delivered,
            "due": delivered + timedelta(weeks=self._protocol.return_.weeks), "returned": 0.0,
            "owed": 0.0, "balance": 0.0, "price": price, "price_basis": basis,
            "price_unit": PRICE_UNIT,
            "amount": quantity * worth + on_top + (extra if terms.plus_cost else 0.0),
            "extra_cost": extra, "extra_boil_off": lost, "compensation": on_top,
            "why": self._why(taker),
        }  # fmt: skip

    def _why(self, taker: str) -> str:
        instance = self._planned.instance
        since = int(instance.lending.from_day[self._world, instance.terminals.members.index(taker)])
        trigger = self._protocol.trigger
        if since == NOBODY:
            return ""
        return (
            f"{taker} is in need by article 2 from {day_date(self._ready, since)}: tier "
            f"{trigger.tier} below {trigger.below:.0%} for {trigger.days:g} days without the pact"
        )


def _open(loans: dict[tuple[str, str], list[tuple[int, float]]], giver: str, taker: str) -> float:
    return sum(owes for _, owes in loans[giver, taker])


def _usual_landing(ready: Prepared, planned: Planned, world: int) -> dict[int, float]:
    """What a cargo would land where it was meant to go [kt], by cargo: the most of its columns
    that go on as planned."""
    columns = planned.instance.columns
    base = ready.voyages["base"].to_numpy(dtype=bool)[columns.voyage]
    there = base & (columns.day[:, world] != NOBODY) & (columns.lender == NOBODY)
    result: dict[int, float] = {}
    for o in np.flatnonzero(there):
        cargo = int(columns.cargo[o])
        result[cargo] = max(result.get(cargo, 0.0), float(columns.lands[o, world]))
    return result
