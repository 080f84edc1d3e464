"""What allocation orders cost and whom they protect."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from tests.conftest import DATA

from seawall.errors import UnknownName
from seawall.questions.orders import COLUMNS, EQUAL_WEIGHTS, WILLINGNESS, compare_orders
from seawall.questions.prepared import prepare
from seawall.questions.stress import loss
from seawall.responses import breaches
from seawall.shocks import Scenario, Shock
from seawall.study import Study, read
from seawall.study.records import EQUAL

HARD = Scenario(title="hard", shock=(Shock(passage="narrows", days=200),))


@pytest.fixture(scope="module")
def study() -> Study:
    whole = read(DATA / "twelve")
    return replace(whole, settings=whole.settings.model_copy(update={"periods": 40}))


@pytest.fixture(scope="module", params=["frozen", "foresight"])
def table(study: Study, request: pytest.FixtureRequest) -> pd.DataFrame:
    return compare_orders(study, HARD, request.param)


def line(table: pd.DataFrame, order: str, place: str, tier: str = "all") -> pd.Series:
    part = table[(table["order"] == order) & (table["place"] == place) & (table["tier"] == tier)]
    return part.iloc[0]


def test_every_order_has_a_row_for_every_group(table: pd.DataFrame):
    assert tuple(table.columns) == COLUMNS
    names = table["order"].drop_duplicates().tolist()
    assert names == [WILLINGNESS, EQUAL_WEIGHTS, "works-first", "homes-only"]
    keys = ["place", "commodity", "tier", "sector"]
    first = table[table["order"] == WILLINGNESS][keys].reset_index(drop=True)
    for name in names:
        assert table[table["order"] == name][keys].reset_index(drop=True).equals(first)
    assert set(table["effect"]) <= {"better", "worse", "same"}
    free = table[table["order"] == WILLINGNESS]
    assert (free["effect"] == "same").all()
    assert (free["order_cost"] == 0).all()


def test_parts_add_up_to_their_place(table: pd.DataFrame):
    for _, part in table[table["place"] == "NRD"].groupby("order"):
        whole = part[part["tier"] == "all"].iloc[0]
        tiers = part[(part["tier"] != "all") & (part["sector"] == "all")]
        for column in ("demand", "unserved", "value_lost"):
            assert tiers[column].sum() == pytest.approx(whole[column], rel=1e-4, abs=1e-5)


def test_an_order_protects_whom_it_names_at_the_expense_of_others(table: pd.DataFrame):
    works = line(table, "works-first", "NRD", "deferrable")
    assert works["effect"] == "better"
    assert works["unserved"] < line(table, WILLINGNESS, "NRD", "deferrable")["unserved"]
    others = [line(table, "works-first", "NRD", tier) for tier in ("essential", "important")]
    assert "worse" in {row["effect"] for row in others}
    assert works["order_cost"] > 0


def test_with_foresight_an_order_may_take_from_abroad(study: Study):
    found = compare_orders(study, HARD, "foresight")
    assert line(found, "works-first", "alba")["effect"] == "worse"
    assert line(found, "works-first", "SUD")["effect"] == "better"


def test_what_is_served_anyway_may_be_guaranteed_for_nothing(table: pd.DataFrame):
    if line(table, WILLINGNESS, "NRD", "essential")["unserved"] == 0:
        only = table[table["order"] == "homes-only"]
        assert set(only["effect"]) == {"same"}
        assert set(only["order_cost"]) == {0.0}
    else:
        pytest.fail("the scenario must leave homes served")


def test_equal_weights_shed_tiers_alike_and_cost_more_than_willingness_to_pay(
    table: pd.DataFrame,
):
    tiers = [line(table, EQUAL_WEIGHTS, "NRD", t) for t in ("essential", "important", "deferrable")]
    shares = [row["unserved_share"] for row in tiers]
    if table["response"].iloc[0] == "frozen":
        assert min(shares) > 0
        assert max(shares) - min(shares) < 1e-4
    assert tiers[0]["order_cost"] > 0


def test_the_same_is_what_the_prepared_study_says(study: Study, table: pd.DataFrame):
    ready = prepare(study)
    response = str(table["response"].iloc[0])
    for title, order in ((WILLINGNESS, None), (EQUAL_WEIGHTS, EQUAL), ("works-first",) * 2):
        under = ready.rationed(order)
        assert under is ready.rationed(order)
        met = under.conditions(HARD)
        run = under.response(response).run(met)
        size = max(under.network.lanes.base.max(), under.network.facilities.base.max())
        assert max(breaches(under.network, met, run).values()) < 1e-6 * size
        assert under.reference.surplus == pytest.approx(ready.reference.surplus, rel=1e-9)
        lost = loss(under.network, met, run, under.reference)
        assert line(table, title, "NRD")["study_loss"] == pytest.approx(lost, rel=1e-6)


def test_no_order_changes_the_base(study: Study):
    found = compare_orders(study, None, "frozen")
    assert found["unserved"].max() == 0
    assert found["order_cost"].abs().max() == 0


def test_an_unknown_order_is_refused_with_a_suggestion(study: Study):
    with pytest.raises(UnknownName, match='did you mean "works-first"'):
        prepare(study).rationed("work-first")
    with pytest.raises(UnknownName, match="response"):
        compare_orders(study, HARD, "frosen")
