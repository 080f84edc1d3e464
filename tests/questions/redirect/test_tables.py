"""Tables of the plans: what they add up to is what the plan says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.questions.redirect.mornings import DAY, a_morning

from seawall.questions.redirect import tables
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.instructions import Orders, actions

SEEDS = (1, 5, 7)


@pytest.mark.parametrize("seed", SEEDS)
def test_saved_is_what_the_plan_counts(seed: int):
    ready, plans = a_morning(seed, judge="average")
    table = tables.saved(ready, list(plans.values())).set_index(["plan", "world", "place"])
    for name, planned in plans.items():
        plan = planned.plan
        for w, world in enumerate(ready.worlds):
            row = table.loc[name, world.name, "all"]
            assert row["shortage"] == pytest.approx(plan.shortage[w])
            assert row["left"] == pytest.approx(plan.left[w])
            assert row["total"] == pytest.approx(plan.spent[w] - plan.left[w])
        judged = table.loc[name, "average", "all"]
        order = ready.instance.weights @ plan.order
        assert judged["total"] == pytest.approx(plan.cost - order)
        assert judged["gap_usd"] == pytest.approx(plan.cost - plans["alone"].plan.lower_bound)


@pytest.mark.parametrize("seed", SEEDS)
def test_members_add_up_to_all_but_offers_that_nobody_takes(seed: int):
    ready, plans = a_morning(seed)
    table = tables.saved(ready, list(plans.values()))
    of_members = table[table["place"] != "all"].groupby(["plan", "world"])
    all_ = table[table["place"] == "all"].set_index(["plan", "world"])
    for column in ("shortage", "freight", "fees", "purchases", "spent", "left", "unserved"):
        sums = of_members[column].sum()
        assert sums.to_numpy() == pytest.approx(all_[column].reindex(sums.index).to_numpy())


def test_what_members_pay_each_other_cancels():
    ready, plans = a_morning(1)
    pays = np.array([[-12.0, 12.0]])
    table = tables.saved(ready, list(plans.values()), {"alone": pays})
    alone = table[(table["plan"] == "alone") & (table["world"] == ready.worlds[0].name)]
    settled = alone.set_index("place")["settled"]
    assert settled[["near", "far"]].tolist() == [-12.0, 12.0]
    assert settled["all"] == 0.0
    assert (table.loc[table["plan"] == "nothing", "settled"] == 0.0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_tanks_of_a_country_are_those_of_its_terminals(seed: int):
    ready, plans = a_morning(seed)
    table = tables.tanks(ready, plans.values())
    terminals = ready.instance.terminals
    member = {t: terminals.members[m] for t, m in zip(terminals.ids, terminals.member, strict=True)}
    single = table[table["kind"] == "terminal"]
    keys = ["plan", "world", "day"]
    sums = single.groupby([*keys, single["place"].map(member)])["stock"].sum()
    whole = table[table["kind"] == "country"].set_index([*keys, "place"])["stock"]
    assert whole.to_numpy() == pytest.approx(sums.reindex(whole.index).to_numpy())
    assert table["date"].iloc[1] == DAY + pd.Timedelta(days=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_shortage_by_tier_is_that_by_day(seed: int):
    ready, plans = a_morning(seed)
    whole = tables.shortage(ready, plans.values())
    days = tables.shortage_days(ready, plans.values())
    keys = ["plan", "world", "member", "tier"]
    sums = days.groupby(keys)["unserved"].sum()
    for row in whole.itertuples(index=False):
        found = sums.get((row.plan, row.world, row.place, row.tier), 0.0)
        assert row.unserved == pytest.approx(found, abs=1e-2)
        assert 0.0 <= row.unserved_share <= 1.0 + 1e-9
        assert (row.first_day is None) == (row.unserved_share * row.demand <= 1e-2)
    lost = whole.groupby(["plan", "world"])["value_lost"].sum()
    for name, planned in plans.items():
        for w, world in enumerate(ready.worlds):
            assert lost[name, world.name] == pytest.approx(planned.plan.shortage[w], abs=1e-3)


def test_a_tier_that_is_served_has_no_first_day():
    ready, plans = a_morning(1)
    served = tables.shortage(ready, plans.values()).query("unserved == 0")
    assert len(served)
    assert served["first_day"].isna().all()


def test_voyages_and_book_speak_of_every_cargo():
    ready, plans = a_morning(1)
    alone = plans["alone"]
    table = tables.voyages(ready, [alone], actions(Orders(ready, alone)))
    taken = alone.plan.column[0] != NOBODY
    assert list(table["cargo"]) == [
        name for name, yes in zip(ready.instance.cargoes.ids, taken, strict=True) if yes
    ]
    assert set(table["action"]) <= {"go on", "divert", "swap", "delay", "buy"}
    book = tables.book(ready, plans["nothing"])
    assert list(book["cargo"]) == list(ready.instance.cargoes.ids)
    went = plans["nothing"].plan.column[0] != NOBODY
    assert book["arrive_shut"].notna().tolist() == went.tolist()
