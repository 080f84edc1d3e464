"""The ledger by hand: who lent what, due when, at what price."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.questions.redirect.instances import tiny
from tests.questions.redirect.mornings import DAY, ready_of

from seawall.questions.redirect.instance import NOBODY, Plan
from seawall.questions.redirect.ladder import Planned
from seawall.questions.redirect.settlement import Prices, settled, settlement
from seawall.study import Protocol

#: 50 MMBtu/t at 10 USD/MMBtu: half a million USD a kt.
ENERGY, PRICE, MARKET = 50.0, 10.0, 16.0


def protocol(**changes: Any) -> Protocol:
    return Protocol.model_validate(
        {"title": "a pact", "members": ["near", "far"], "floor": {"days": {"near": 1, "far": 1}},
         "return": {"weeks": 26, "premium": 0.1}, **changes}
    )  # fmt: skip


def prices(instance: Any, *, contract: bool = True) -> Prices:
    ids = instance.cargoes.ids
    return Prices(
        dict.fromkeys(ids, PRICE) if contract else {}, {"near": 11.0, "far": 12.0}, MARKET,
        dict.fromkeys(ids, ENERGY),
    )  # fmt: skip


def lending_plan(*, back: bool = False) -> tuple[Any, Planned, list[int]]:
    """A plan in which member 1 lends two cargoes to member 0, the second perhaps the other way
    round: 60 kt on day 2, 50 kt on day 5; the first costs 3 more and would have landed 62."""
    instance = tiny(1, worlds=1, judge="average")
    columns = instance.columns
    cluster = {int(m): k for k, m in enumerate(instance.terminals.region_member[
        instance.terminals.cluster_region])}  # fmt: skip
    own = [int(np.flatnonzero(columns.cargo == c)[0]) for c in (0, 1)]
    arrays = {name: getattr(columns, name).copy() for name in
              ("cluster", "lender", "day", "lands", "freight", "fee", "cost")}  # fmt: skip
    for o, (giver, taker, day, kt) in zip(
        own, ((1, 0, 2, 60.0), (0, 1, 5, 50.0) if back else (1, 0, 5, 50.0)), strict=True
    ):
        arrays["lender"][o], arrays["cluster"][o] = giver, cluster[taker]
        arrays["day"][o], arrays["lands"][o] = day, kt
        arrays["freight"][o], arrays["fee"][o] = (2.0, 1.0) if o == own[0] else (0.0, 0.0)
        arrays["cost"][o] = arrays["freight"][o] + arrays["fee"][o]
    instance = replace(instance, columns=replace(columns, **arrays))
    count = len(instance.cargoes.ids)
    column = np.full((1, count), NOBODY)
    column[0, :2] = own
    terminal = np.full((1, count), NOBODY)
    zeros = np.zeros(1)
    days = instance.days
    plan = Plan(
        column, terminal, np.zeros((1, len(instance.terminals.ids), days)),
        np.zeros((1, len(instance.terminals.ids), days)),
        np.zeros((1, len(instance.steps.ids), days)), zeros, zeros, zeros, zeros, zeros, zeros,
        0.0, -np.inf,
    )  # fmt: skip
    return ready_of(instance), Planned("pact", instance, plan), own


def ledger(articles: Protocol, *, contract: bool = True, back: bool = False) -> pd.DataFrame:
    ready, planned, _ = lending_plan(back=back)
    # Nothing goes on as planned in this morning, so that no boil-off is extra.
    ready.voyages["base"] = False
    return settlement(ready, planned, articles, prices(planned.instance, contract=contract))


def test_two_loans_by_hand():
    table = ledger(protocol())
    assert table["lender"].tolist() == ["far", "far"]
    assert table["borrower"].tolist() == ["near", "near"]
    assert table["delivered"].tolist() == [DAY + timedelta(days=2), DAY + timedelta(days=5)]
    assert table["due"].tolist() == [d + timedelta(weeks=26) for d in table["delivered"]]
    assert table["owed"].to_numpy() == pytest.approx([66.0, 55.0])  # a tenth on top
    assert table["balance"].to_numpy() == pytest.approx([66.0, 121.0])
    assert table["energy"].to_numpy() == pytest.approx([3.0, 2.5])  # million MMBtu
    # 60 kt x 50 MMBtu/t x 10 USD/MMBtu = 30 million USD, and 3 of freight and fee.
    assert table["amount"].to_numpy() == pytest.approx([33.0, 25.0])
    assert table["extra_cost"].to_numpy() == pytest.approx([3.0, 0.0])


def test_a_lender_who_bears_the_cost_is_paid_the_gas_only():
    table = ledger(protocol(price={"plus_cost": False, "compensation": 0.5}))
    # Compensation: 60 kt x 50 x 0.5 USD/MMBtu = 1.5 million USD.
    assert table["compensation"].to_numpy() == pytest.approx([1.5, 1.25])
    assert table["amount"].to_numpy() == pytest.approx([31.5, 26.25])
    assert table["extra_cost"].to_numpy() == pytest.approx([3.0, 0.0])


def test_market_price_and_what_stands_in_for_a_contract():
    assert set(ledger(protocol(price={"basis": "market"}))["price"]) == {MARKET}
    without = ledger(protocol(), contract=False)
    assert set(without["price"]) == {12.0}
    assert without["price_basis"].str.contains("not known").all()


def test_cargo_the_other_way_pays_back_first():
    table = ledger(protocol(), back=True)
    first, second = table.iloc[0], table.iloc[1]
    assert second["kind"] == "return"
    assert second["owed"] == 0.0
    assert second["due"] is None
    assert first["returned"] == pytest.approx(50.0)
    assert first["owed"] == pytest.approx(16.0)
    # Who gave back is the lender of the second row: minus says that it is still in debt.
    assert second["balance"] == pytest.approx(-16.0)


def test_boil_off_on_the_longer_way_is_the_borrowers():
    ready, planned, own = lending_plan()
    columns = planned.instance.columns
    usual = next(int(o) for o in np.flatnonzero(columns.cargo == 0) if int(o) != own[0])
    columns.lands[usual], columns.day[usual], columns.lender[usual] = 62.0, 1, NOBODY
    ready.voyages["base"] = np.arange(len(ready.voyages)) == usual
    table = settlement(ready, planned, protocol(), prices(planned.instance))
    assert table["extra_boil_off"].to_numpy() == pytest.approx([2.0, 0.0])
    assert table["amount"].iloc[0] == pytest.approx(30.0 + 3.0 + 1.0)  # 2 kt at half a million


def test_what_members_pay_each_other():
    ready, planned, _ = lending_plan()
    ready.voyages["base"] = False
    table = settlement(ready, planned, protocol(), prices(planned.instance))
    pays = settled(ready, table, planned.instance.terminals.members)
    assert pays[0] == pytest.approx([58.0, -58.0])


def test_dates_are_dates():
    assert all(isinstance(day, date) for day in ledger(protocol())["delivered"])
