"""What a run is worth to members of a pact, and who owes whom: cases found by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.networks import make
from tests.study.protocols import GOOD

from seawall.network import Network
from seawall.questions.accounts import PACT, SETTLEMENT, TRANSFERS, pact_tables
from seawall.responses import Frozen, Trajectory, Transfer
from seawall.responses.sharing import Member, Moves, Sharing
from seawall.shocks import Conditions, undisturbed
from seawall.study import parse_protocol

PERIODS = 8
LEA, BAR = 0, 1
GULF_LEA, GULF_BAR = 0, 1
#: Base price at Lea and Bar; price of the week in both.
AT_LEA, AT_BAR, SPOT = 100.0, 120.0, 150.0
EXTRA = 3.0
DATES = [date(2026, 3, 2) + timedelta(days=7 * t) for t in range(PERIODS)]


def two(keep: float = 1.0) -> Network:
    """A gulf that sends 10 a week to Lea and to Bar, a week away; each has a tank of 30."""
    return make(
        nodes={
            "gulf.lng": {"start": 5, "tank": 10, "price": 80},
            "lea.lng": {"start": 20, "tank": 30, "price": AT_LEA},
            "bar.lng": {"start": 20, "tank": 30, "price": AT_BAR},
        },
        facilities={"wells": {"recipe": {"gulf.lng": 1}, "base": 10 + 10 / keep, "capacity": 30}},
        lanes={
            "gulf-lea": {"origin": "gulf.lng", "to": "lea.lng", "lag": 1, "base": 10},
            "gulf-bar": {"origin": "gulf.lng", "to": "bar.lng", "lag": 1, "base": 10 / keep,
                         "keep": keep},
        },
        demands={
            "lea-homes": {"at": "lea.lng", "quantity": 10, "wtp": 500},
            "bar-homes": {"at": "bar.lng", "quantity": 10, "wtp": 400},
        },
        periods=PERIODS,
    )  # fmt: skip


def articles(network: Network, *, compensation: float = 0.0, **keys: str) -> Sharing:
    """The articles of Lea and Bar; `keys` replace lines of the file."""
    text = GOOD.replace("NRD", "lea").replace("SUD", "bar")
    for key, value in keys.items():
        (line,) = [row for row in text.splitlines() if row.startswith(f"{key} = ")]
        text = text.replace(line, f"{key} = {value}")
    none = np.array([], dtype=np.int64)

    def member(i: int, name: str) -> Member:
        return Member(
            name=name, entries=np.array([1 + i]), tanks=np.array([1 + i]), floor=0.0,
            steps={"essential": np.array([i]), "important": none, "deferrable": none},
            watched=np.array([i]), own=np.array([i]), imported=1.0,
        )  # fmt: skip

    protocol = parse_protocol("protocol", text)
    return Sharing(
        protocol=protocol, commodity="lng", members=(member(LEA, "lea"), member(BAR, "bar")),
        moves=Moves(none, none, none, none, none, np.zeros(0), np.zeros(0)), volume=10.0,
        trigger_periods=1, due_periods=protocol.return_.weeks, compensation=compensation,
    )  # fmt: skip


def loan(quantity: float = 4.0, departs: int = 2, **keys: Any) -> Transfer:
    found = Transfer(
        owner=LEA, other=BAR, taken=GULF_LEA, given=GULF_BAR, departs=departs, decided=departs,
        arrives=departs + 1.0, quantity=quantity, cost=EXTRA, group=0, limit=10.0,
    )  # fmt: skip
    return replace(found, **keys)


def given_back(quantity: float = 4.0, departs: int = 4) -> Transfer:
    found = loan(quantity, departs, owner=BAR, other=LEA, taken=GULF_BAR, given=GULF_LEA)
    return found.as_return(early=False)


class Case:
    """A base that is met again, a market in which 4 less are sent to Bar in week 2, and a pact."""

    def __init__(self, network: Network | None = None) -> None:
        self.network = network or two()
        self.met: Conditions = undisturbed(self.network, PERIODS)
        self.base: Trajectory = Frozen(self.network).run(self.met)
        price = np.tile(np.array([[80.0], [SPOT], [SPOT]]), (1, PERIODS))
        self.market = self.run(sent={(GULF_BAR, 2): -4.0}, served={(BAR, 3): -4.0}, price=price)

    def run(
        self,
        *,
        sent: dict[tuple[int, int], float] | None = None,
        served: dict[tuple[int, int], float] | None = None,
        stock: dict[tuple[int, int], float] | None = None,
        **keys: Any,
    ) -> Trajectory:
        """The base with changes by (lane, demand step or node, period)."""
        changed = {}
        for name, changes in (("departures", sent), ("served", served), ("stock", stock)):
            array = getattr(self.base, name).copy()
            for at, change in (changes or {}).items():
                array[at] += change
            changed[name] = array
        return replace(self.base, response="made up", **changed, **keys)

    def pact(self, *transfers: Transfer, **changes: Any) -> Trajectory:
        return self.run(transfers=transfers, price=self.market.price, **changes)

    def tables(self, agreed: Sharing, pact: Trajectory, **runs: Trajectory) -> Any:
        every = {"market": self.market, "pact": pact} | runs
        return pact_tables(self.network, self.met, agreed, every, self.base, "test", DATES)

    def rows(self, agreed: Sharing, pact: Trajectory) -> pd.DataFrame:
        table: pd.DataFrame = self.tables(agreed, pact)["pact"].set_index("place")
        return table


@pytest.fixture
def case() -> Case:
    return Case()


def lent(case: Case, *transfers: Transfer, **changes: Any) -> Trajectory:
    """The pact in which Bar gets 4 of Lea's cargo in week 3 instead of going short, and Lea takes
    4 from its tank."""
    stock = {(1, t): -4.0 for t in range(3, PERIODS)} | changes.pop("stock", {})
    sent = {(GULF_LEA, 2): -4.0} | changes.pop("sent", {})
    return case.pact(*(transfers or (loan(),)), stock=stock, sent=sent, **changes)


def test_without_articles_or_a_pact_there_is_nothing_to_tell(case: Case) -> None:
    for agreed, runs in (
        (None, {"market": case.market, "pact": case.market}),
        (articles(case.network), {"market": case.market}),
    ):
        tables = pact_tables(case.network, case.met, agreed, runs, case.base, "test", DATES)
        assert all(table.empty for table in tables.values())
        assert {n: tuple(t.columns) for n, t in tables.items()} == {
            "pact": PACT, "settlement": SETTLEMENT, "transfers": TRANSFERS,
        }  # fmt: skip


def test_without_transfers_the_ledger_is_empty_and_the_pact_worth_nothing(case: Case) -> None:
    tables = case.tables(articles(case.network), replace(case.market, response="pact"))
    assert tables["settlement"].empty
    assert tables["transfers"].empty
    table = tables["pact"].set_index("place")
    # Bar does without 4 of 400 and does not pay 120 for them.
    assert table["value_market"].to_dict() == pytest.approx({"lea": 0.0, "bar": -4 * 400 + 4 * 120})
    assert (
        (table[["worth", "lent", "borrowed", "returned", "owed", "settlement"]] == 0)
        .to_numpy()
        .all()
    )


def test_without_the_market_there_is_a_ledger_and_no_worth(case: Case) -> None:
    tables = pact_tables(
        case.network, case.met, articles(case.network), {"pact": lent(case)}, case.base, "t", DATES
    )
    assert tables["pact"].empty
    assert len(tables["transfers"]) == 1
    assert len(tables["settlement"]) == PERIODS - 2


def test_a_loan_is_paid_at_the_lenders_contract_price(case: Case) -> None:
    """400 for the cargo and 12 for the longer way, from which Lea gets 400."""
    tables = case.tables(articles(case.network), lent(case))
    first = tables["settlement"].iloc[0]
    assert (first["lender"], first["borrower"]) == ("lea", "bar")
    assert first["period_start"] == DATES[2]
    assert (first["lent"], first["returned"], first["owed"], first["overdue"]) == (4, 0, 4, 0)
    assert (first["price"], first["extra_cost"], first["compensation"]) == (AT_LEA, 4 * EXTRA, 0)
    assert first["payment"] == pytest.approx(4 * AT_LEA + 4 * EXTRA)
    assert tables["settlement"]["payment"].iloc[1:].sum() == 0
    assert (tables["settlement"]["owed"] == 4).all()
    table = tables["pact"].set_index("place")
    assert table["settlement"].to_dict() == pytest.approx({"lea": 400, "bar": -400})
    assert table["lent"].to_dict() == {"lea": 4, "bar": 0}
    assert table["borrowed"].to_dict() == {"lea": 0, "bar": 4}
    assert table["owed"].to_dict() == {"lea": 0, "bar": 4}


def test_a_loan_is_a_transfer_in_words(case: Case) -> None:
    at_sea = loan(1.0, departs=1, decided=2)
    table = case.tables(articles(case.network), lent(case, loan(), at_sea, given_back()))
    moved = table["transfers"]
    assert list(moved["kind"]) == ["loan", "loan at sea", "return"]
    assert list(moved["lender"]) == ["lea"] * 3
    assert list(moved["borrower"]) == ["bar"] * 3
    assert list(moved["from_lane"]) == ["gulf-lea", "gulf-lea", "gulf-bar"]
    assert list(moved["to_lane"]) == ["gulf-bar", "gulf-bar", "gulf-lea"]
    assert list(moved["departs"]) == [DATES[2], DATES[1], DATES[4]]
    assert list(moved["arrives"]) == [DATES[3], DATES[2], DATES[5]]
    assert list(moved["extra_cost"]) == pytest.approx([12, 3, 12])
    # Cargo at sea is booked when it is turned over.
    ledger = table["settlement"].set_index("period_start")
    assert ledger.loc[DATES[2], "lent"] == 5
    assert DATES[1] not in ledger.index


def test_a_lender_that_draws_on_its_tank_buys_nothing(case: Case) -> None:
    """It pays the seller as before, gets 400 from Bar, and its tank is 4 lower at the end; what it
    is owed it will pay for."""
    row = case.rows(articles(case.network), lent(case)).loc["lea"]
    # Cargo of 4 that does not come is not paid (400), and 4 are missing in its tank.
    assert row["worth"] == pytest.approx(4 * AT_LEA - 4 * AT_LEA)


def test_a_lender_that_replaces_what_it_lent_pays_the_price_of_the_week(case: Case) -> None:
    """4 bought at 150 instead of 4 taken from the tank, which are worth 100."""
    agreed = articles(case.network)
    tank = case.rows(agreed, lent(case)).loc["lea"]
    bought = case.rows(agreed, case.pact(loan())).loc["lea"]
    assert bought["worth"] - tank["worth"] == pytest.approx(4 * AT_LEA - 4 * SPOT)


def test_what_is_bought_beyond_contracts_costs_the_price_of_the_week(case: Case) -> None:
    """Also without a pact: Lea fills its tank with 2 more at 150, which are worth 100 there."""
    fills = case.run(
        sent={(GULF_LEA, 2): 2.0}, stock={(1, t): 2.0 for t in range(3, PERIODS)},
        price=case.market.price,
    )  # fmt: skip
    table = case.tables(articles(case.network), fills, market=fills)["pact"].set_index("place")
    assert table.loc["lea", "value_market"] == pytest.approx(2 * AT_LEA - 2 * SPOT)


def test_a_borrower_is_served_and_pays(case: Case) -> None:
    """4 of 400 are served, for 412; it will be paid for the 4 that it owes."""
    row = case.rows(articles(case.network), lent(case)).loc["bar"]
    assert row["value_market"] == pytest.approx(-4 * 400 + 4 * AT_BAR)
    assert row["worth"] == pytest.approx(4 * 400 - 412)


def test_a_lender_that_bears_the_extra_cost_pays_it(case: Case) -> None:
    pays, bears = (
        case.rows(articles(case.network, plus_cost=flag), lent(case)) for flag in ("true", "false")
    )
    change = bears["worth"] - pays["worth"]
    assert change.to_dict() == pytest.approx({"lea": -4 * EXTRA, "bar": 4 * EXTRA})
    # Which is paid to carriers, so no cash between the two.
    assert bears["settlement"].to_dict() == pytest.approx(pays["settlement"].to_dict())


def test_a_compensation_moves_from_the_borrower_to_the_lender(case: Case) -> None:
    with_it = articles(case.network, compensation=25.0)
    plain, paid = (case.rows(a, lent(case)) for a in (articles(case.network), with_it))
    for column in ("worth", "settlement"):
        change = paid[column] - plain[column]
        assert change.to_dict() == pytest.approx({"lea": 100, "bar": -100}), column
    ledger = case.tables(with_it, lent(case, loan(), given_back()))["settlement"]
    # For what is lent, not for what comes back.
    assert ledger["compensation"].sum() == pytest.approx(100)


def test_the_market_as_the_basis_moves_its_difference(case: Case) -> None:
    """150 instead of 100 for each of 4."""
    agreed = articles(case.network, basis='"market"')
    plain, paid = (case.rows(a, lent(case)) for a in (articles(case.network), agreed))
    change = paid["worth"] - plain["worth"]
    assert change.to_dict() == pytest.approx({"lea": 4 * 50, "bar": -4 * 50})
    assert case.tables(agreed, lent(case))["settlement"]["price"].iloc[0] == SPOT


def test_a_return_is_bought_back_and_ends_the_debt(case: Case) -> None:
    """Bar gives 4 of its own contracts, for which Lea pays what Bar's cost; Bar bears the way."""
    agreed = articles(case.network)
    # Lea's tank is full again at the end, Bar's is 4 lower.
    back = {(1, t): 4.0 for t in range(5, PERIODS)} | {(2, t): -4.0 for t in range(5, PERIODS)}
    stock = {(1, t): -4.0 for t in range(3, PERIODS)}
    run = case.pact(
        loan(), given_back(),
        sent={(GULF_LEA, 2): -4.0, (GULF_LEA, 4): 4.0, (GULF_BAR, 4): -4.0},
        stock={at: stock.get(at, 0.0) + back.get(at, 0.0) for at in {*stock, *back}},
    )  # fmt: skip
    tables = case.tables(agreed, run)
    ledger = tables["settlement"].set_index("period_start")
    assert list(ledger.index) == DATES[2:5]
    last = ledger.loc[DATES[4]]
    assert (last["lent"], last["returned"], last["owed"]) == (0, 4, 0)
    assert last["price"] == AT_BAR
    assert last["payment"] == pytest.approx(-4 * AT_BAR)
    table = tables["pact"].set_index("place")
    assert table["returned"].to_dict() == {"lea": 4, "bar": 0}
    assert (table["owed"] == 0).all()
    assert table["settlement"].to_dict() == pytest.approx({"lea": 400 - 480, "bar": 480 - 400})
    # Lea: 400 from Bar to the seller, 4 back for 480, tank as before, 400 not paid to the seller.
    assert table.loc["lea", "worth"] == pytest.approx(400 - 480)
    # Bar: served, 412 for the loan, 480 and 12 for the way for cargo that its tank goes without.
    assert table.loc["bar", "worth"] == pytest.approx(1600 - 412 + 480 - 12 - 4 * AT_BAR)


def test_debts_at_the_end_count_with_the_premium(case: Case) -> None:
    """4 lent and half as much again is owed; 3 come back and 3 stay open, at each one's price."""
    agreed = articles(case.network, premium="0.5")
    table = case.rows(agreed, lent(case, loan(), given_back(3.0)))
    assert table["owed"].to_dict() == pytest.approx({"lea": 0, "bar": 3})
    full = case.rows(agreed, lent(case, loan(), given_back(6.0)))
    assert full["owed"].to_dict() == pytest.approx({"lea": 0, "bar": 0})
    ledger = case.tables(agreed, lent(case, loan(), given_back(3.0)))["settlement"]
    assert list(ledger["owed"]) == pytest.approx([6, 6, 3, 3, 3, 3])


def test_what_is_due_and_not_returned_is_overdue(case: Case) -> None:
    """Lent in week 2 for 3 weeks; 1 comes back in time."""
    agreed = articles(case.network, weeks="3")
    ledger = case.tables(agreed, lent(case, loan(), given_back(1.0)))["settlement"]
    assert list(ledger["owed"]) == pytest.approx([4, 4, 3, 3, 3, 3])
    assert list(ledger["overdue"]) == pytest.approx([0, 0, 0, 3, 3, 3])


@pytest.mark.parametrize("basis", ['"contract"', '"market"'])
@pytest.mark.parametrize("keep", [1.0, 0.9])
def test_payments_between_members_add_up_to_zero(basis: str, keep: float) -> None:
    """What one pays another gets; the ledger has beside it what carriers get."""
    case = Case(two(keep))
    agreed = articles(case.network, compensation=7.0, basis=basis)
    tables = case.tables(agreed, lent(case, loan(), given_back(2.0)))
    cash = tables["pact"].set_index("place")["settlement"]
    assert cash.sum() == pytest.approx(0)
    assert cash["lea"] != 0
    ledger = tables["settlement"]
    # Bar bears the way there, as part of its payment, and the way back, which is none of it.
    there = ledger.loc[ledger["lent"] > 0, "extra_cost"].sum()
    assert cash["lea"] == pytest.approx(ledger["payment"].sum() - there)
    assert ledger["extra_cost"].sum() == pytest.approx(6 * EXTRA)


def test_boil_off_is_paid_as_landed(case: Case) -> None:
    """What would land at Bar's is what a return of Bar's is paid for."""
    case = Case(two(keep=0.9))
    ledger = case.tables(articles(case.network), lent(case, loan(), given_back(2.0)))["settlement"]
    assert ledger["payment"].min() == pytest.approx(-2 * 0.9 * AT_BAR)
