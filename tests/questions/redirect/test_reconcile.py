"""One shock through both questions: the value of the pact, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.questions.redirect import harbours
from tests.questions.redirect.harbours import cargo, on, shut

import seawall
from seawall.questions.redirect.ask import redirect
from seawall.questions.redirect.check import replay
from seawall.questions.redirect.reconcile import BRIDGE, RECONCILED, bridge, reconciled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.questions.redirect.ask import RedirectResult
    from seawall.questions.stress import StressResult

#: The coast has all its imports from behind the strait; the island's come from the south, where a
#: lane leads to the coast as well.
LANE = "SOUTH.jetty,SOUTH,jetty,lng,open sea,6,0,30,USD/t,0,Mt/yr,,0.07,Mt"
DAYS = 49


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[StressResult, RedirectResult]]:
    """The strait shut for eight weeks: the stress test, and the plan of its first seven."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(harbours.TABLES, "lanes", [*harbours.TABLES["lanes"], LANE])
        made = harbours.study.__wrapped__()
        patch.setattr(harbours, "study", lambda: made)
        rows = [
            cargo(f"n{k}", destination="jetty", buyer="Coast Gas", owner="COAST", contract="K3",
                  basis="DES", flexible="no", load_from=on(7 * k + 1), load_to=on(7 * k + 2),
                  eta=on(7 * k + 5))
            for k in range(8)
        ] + [
            cargo(f"s{k}", contract="", load="south", basis="FOB", load_from=on(5 * k + 2),
                  load_to=on(5 * k + 3), eta=on(5 * k + 4), terminals="")
            for k in range(10)
        ]  # fmt: skip
        book = harbours.with_cargoes(*rows, stock=350.0)
        scenario = shut("strait", days=56.0)
        there = seawall.stress(made, scenario, ["market", "pact", "foresight"])
        yield there, redirect(book, scenario, horizon=DAYS, time_limit=20.0, gap=0.0)


def test_the_lines_add_up(both: tuple[StressResult, RedirectResult]) -> None:
    there, here = both
    table = bridge(there, here)
    assert tuple(table.columns) == BRIDGE
    amount = table.set_index("line")["amount"]
    ends = ["value of the pact in redirect", "residual"]
    assert amount["value of the pact in stress"] == pytest.approx(there.tables["pact"].worth.sum())
    total = here.tables["saved"].query("place == 'all' and world == 'average'").set_index("plan")
    saved = total.loc["alone", "total"] - total.loc["pact", "total"]
    assert amount["value of the pact in redirect"] == pytest.approx(saved)
    assert amount.drop(ends).sum() == pytest.approx(saved)
    assert amount["residual"] == pytest.approx(0.0, abs=1e-6)
    assert (table["why"] != "").sum() == len(table) - 1


def test_volume_and_worth_are_those_of_the_ledgers(
    both: tuple[StressResult, RedirectResult],
) -> None:
    there, here = both
    amount = bridge(there, here).set_index("line")["amount"]
    ledger, plans = here.tables["settlement"], here.plans
    lent = ledger.loc[ledger["kind"] != "return", "quantity"].sum()
    assert lent > 100.0
    kept = float((plans["alone"].plan.shortage - plans["pact"].plan.shortage)[0])
    moved = there.tables["transfers"]
    assert (moved["kind"] != "return").any()
    first = ["after the horizon", "trigger day", "whole cargoes and volume", "belief",
             "who goes short"]  # fmt: skip
    market = there.tables["indicators"].query(
        "sector == 'all' and tier != 'all' and place in ['ISLAND', 'COAST']"
    ).groupby("response")["value_lost"].sum()  # fmt: skip
    # From what loans keep from going short there to what they keep here.
    assert market["market"] - market["pact"] + amount[first].sum() == pytest.approx(kept)
    extra = plans["pact"].plan.freight[0] + plans["pact"].plan.fees[0] - (
        plans["alone"].plan.freight[0] + plans["alone"].plan.fees[0]
    )  # fmt: skip
    assert amount["freight and fees"] == pytest.approx(moved["extra_cost"].sum() - extra)


def test_the_pact_is_kept_in_both(both: tuple[StressResult, RedirectResult]) -> None:
    _, here = both
    for planned in here.plans.values():
        assert replay(planned.instance, planned.plan).faults == ()
    coast = here.prepared.instance.terminals.members.index("COAST")
    assert here.plan.instance.lending.from_day[0, coast] == 7
    assert set(here.tables["settlement"]["borrower"]) == {"COAST"}


def test_line_by_line(both: tuple[StressResult, RedirectResult]) -> None:
    table = reconciled(*both)
    assert tuple(table.columns) == RECONCILED
    assert table["difference"].to_numpy() == pytest.approx(
        (table["redirect"] - table["stress"]).to_numpy(), nan_ok=True
    )
    lines = set(table["line"])
    assert {"lent", "first day lent cargo lands", "value of the pact"} <= lines


def test_where_nobody_lends_here_the_value_is_nothing(
    both: tuple[StressResult, RedirectResult],
) -> None:
    there, here = both
    plans = {name: planned for name, planned in here.plans.items() if name != "pact"}
    saved = here.tables["saved"]
    tables = {**here.tables, "saved": saved[saved["plan"] != "pact"],
              "settlement": here.tables["settlement"].iloc[:0]}  # fmt: skip
    amount = bridge(there, _with(here, plans, tables)).set_index("line")["amount"]
    assert amount["value of the pact in redirect"] == 0.0
    assert amount["residual"] == pytest.approx(0.0, abs=1e-6)


def _with(here: RedirectResult, plans: dict, tables: dict) -> RedirectResult:
    from dataclasses import replace

    return replace(here, plans=plans, tables=tables)
