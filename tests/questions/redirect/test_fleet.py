"""Ships tied together: who lifts what after a plan, and what must be chartered."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.questions.redirect import harbours
from tests.questions.redirect.harbours import CHARTER, at_sea, cargo, on

from seawall.questions.redirect.alone import nothing
from seawall.questions.redirect.fleet import SHIPS, SLACK, Fleet, manned
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.ladder import Planned
from seawall.questions.redirect.prepare import Prepared
from seawall.questions.redirect.rotation import NONE, assign
from seawall.study import Study
from seawall.study.book import with_book

#: Fuel of a day in ballast by hand: 50 t at 600 USD [million USD].
FUEL = 0.03
FIRST = at_sea("first", 45.0)
NEXT = cargo("next", load="south")
#: By hand: `next` is due on day 16, a day from the south; its window ends on day 11 and a day in
#: port follows, so that loading begins on day 11; the harbour takes two days.
LOADS, ENDS = 11.0, 18.0


def one_ship(*more: dict[str, Any]) -> Study:
    """`first` is at sea with the ship that is to lift `next`."""
    book = harbours.with_cargoes(FIRST, NEXT, *more)
    frames = {name: book.table(name).drop(columns="row") for name in ("cargoes", "ships", "tanks")}
    cargoes, ships = frames["cargoes"], frames["ships"]
    cargoes["ship"] = cargoes["ship"].mask(cargoes["id"] == "next", "s-first")
    return with_book(harbours.study(), {**frames, "ships": ships[ships["id"] != "s-next"]})


def going_on(ready: Prepared, **days: int) -> Planned:
    """Everybody goes on, to the harbour, but some cargoes come so many days later."""
    plan, columns = nothing(ready.instance), ready.instance.columns
    chosen = plan.column.copy()
    for name, later in days.items():
        c = ready.instance.cargoes.ids.index(name)
        for w in range(ready.instance.worlds):
            old = chosen[w, c]
            alike = (columns.cargo == c) & (columns.cluster == columns.cluster[old])
            alike &= columns.world == columns.world[old]
            alike &= columns.day[:, w] == columns.day[old, w] + later
            chosen[w, c] = np.flatnonzero(alike)[0]
    harbour = ready.instance.terminals.ids.index("harbour")
    terminal = np.where(chosen == NOBODY, NOBODY, harbour)
    return Planned("nothing", ready.instance, replace(plan, column=chosen, terminal=terminal))


def test_a_ship_goes_from_one_cargo_to_the_next():
    ready = harbours.ready(one_ship(), None)
    planned = going_on(ready)
    made = manned(ready, planned, 0)
    assert [lifting.cargo for lifting in made.liftings] == ["next"]
    assert (made.cost, made.lower_bound) == (0.0, 0.0)
    table = Fleet(ready).table([planned])
    assert tuple(table.columns) == SHIPS
    row = table.iloc[0]
    assert (row["ship"], row["from_cargo"], row["from"]) == ("s-first", "first", "harbour")
    # Due on day 2, two days alongside, a day through the narrows.
    assert (row["free_on"], row["loads_on"]) == (4.0, LOADS)
    assert row["ballast_days"] == pytest.approx(1.0, abs=1e-3)
    assert row["waits"] == pytest.approx(6.0, abs=1e-3)
    assert not row["chartered"]


def test_a_ship_that_comes_too_late_is_replaced_by_a_chartered_one():
    ready = harbours.ready(one_ship(), None)
    made = manned(ready, going_on(ready, first=10), 0)
    assert made.chartered.tolist() == [True]
    # Free on day 14, in the south on day 15.
    assert made.late[0] == pytest.approx(15.0 - LOADS - SLACK, abs=1e-3)
    by_hand = CHARTER * (ENDS - LOADS + 1.0) + FUEL
    assert made.cost == pytest.approx(by_hand, abs=1e-3)
    assert made.lower_bound == pytest.approx(made.cost, abs=1e-5)
    cost, least = Fleet(ready).charter(going_on(ready, first=10))
    assert cost[0].tolist() == pytest.approx([made.cost, 0.0, made.cost])
    assert least[0] == made.lower_bound


def test_a_free_ship_of_the_pool_takes_its_place():
    ready = harbours.ready(one_ship(at_sea("other", 46.0)), None)
    made = manned(ready, going_on(ready, first=10), 0)
    assert made.cost == 0.0
    table = Fleet(ready).table([going_on(ready, first=10)])
    row = table.iloc[0]
    assert (row["ship"], row["booked"], row["from_cargo"]) == ("s-other", "s-first", "other")
    assert row["late_days"] > 0
    # On time, nobody changes ships.
    assert Fleet(ready).table([going_on(ready)]).iloc[0]["ship"] == "s-first"


@pytest.mark.parametrize(
    "given_",
    [{"buyer": "Another"}, {"size": 150_000.0}, {"terminals": "harbour;north"}],
    ids=["of others", "of another class", "may not load there"],
)
def test_a_ship_that_may_not_does_not(given_: dict[str, Any]):
    ready = harbours.ready(one_ship(at_sea("other", 46.0, **given_)), None)
    assert manned(ready, going_on(ready, first=10), 0).chartered.tolist() == [True]


def test_a_ship_whose_cargo_stays_aboard_lifts_nothing_else():
    ready = harbours.ready(one_ship(), None)
    planned = going_on(ready)
    column = planned.plan.column.copy()
    column[0, ready.instance.cargoes.ids.index("first")] = NOBODY
    made = manned(ready, replace(planned, plan=replace(planned.plan, column=column)), 0)
    assert made.chartered.tolist() == [True]
    assert made.late[0] == np.inf


def test_a_cargo_that_is_not_lifted_needs_no_ship():
    ready = harbours.ready(one_ship(), None)
    planned = going_on(ready)
    column = planned.plan.column.copy()
    column[0, ready.instance.cargoes.ids.index("next")] = NOBODY
    made = manned(ready, replace(planned, plan=replace(planned.plan, column=column)), 0)
    assert made.liftings == ()
    assert made.cost == 0.0


def test_ballast_goes_around_what_is_shut():
    ready = harbours.ready(one_ship(), harbours.shut("narrows", 60.0))
    row = Fleet(ready).table([going_on(ready)]).iloc[0]
    assert row["ballast_days"] == pytest.approx(4.0, abs=1e-3)


def test_ships_are_never_in_two_places():
    more = [
        cargo(f"n{i}", load="south", load_from=on(12 + 3 * i), load_to=on(13 + 3 * i),
              eta=on(18 + 3 * i))
        for i in range(4)
    ]  # fmt: skip
    book = one_ship(*more)
    frames = {n: book.table(n).drop(columns="row") for n in ("cargoes", "ships", "tanks")}
    ready = harbours.ready(with_book(harbours.study(), frames), harbours.shut("narrows", 60.0))
    planned = going_on(ready)
    made = manned(ready, planned, 0)
    for j, i in enumerate(made.found.before):
        if i != NONE:
            one, two = made.liftings[i], made.liftings[j]
            assert one.free + made.between[i, j] <= two.loads + SLACK + 1e-9
            assert made.found.ship[i] == made.found.ship[j] != NONE
    followed = made.found.before[made.found.before != NONE]
    assert len(set(followed.tolist())) == len(followed)


def cheapest(
    free: np.ndarray, reach: np.ndarray, loads: np.ndarray, takes: np.ndarray,
    between: np.ndarray, charter: np.ndarray,
) -> float:  # fmt: skip
    """Every way to give each lifting a ship, or a chartered one."""
    order = np.argsort(loads, kind="stable")
    best = np.inf
    for ships in product(range(-1, len(free)), repeat=len(loads)):
        cost, at = 0.0, dict[int, int]()
        for j in order:
            ship = ships[j]
            if ship < 0:
                cost += charter[j]
                continue
            if ship in at:
                leaves, days = loads[at[ship]] + takes[at[ship]], between[at[ship], j]
            else:
                leaves, days = free[ship], reach[ship, j]
            cost += days if leaves + days <= loads[j] + 1e-9 else np.inf
            at[ship] = int(j)
        best = min(best, cost)
    return best


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(1, 4))
def test_the_assignment_is_the_cheapest_of_all(seed: int, ships: int, n: int):
    draw = np.random.default_rng(seed)
    free = draw.integers(0, 6, ships).astype(float)
    reach = draw.integers(1, 9, (ships, n)).astype(float)
    loads = draw.permutation(20)[:n].astype(float)
    takes = draw.integers(1, 6, n).astype(float)
    between = draw.integers(1, 9, (n, n)).astype(float)
    charter = draw.integers(1, 40, n).astype(float)
    found = assign(free, reach, loads, loads, takes, between, charter, onward=False)
    assert found.cost == pytest.approx(cheapest(free, reach, loads, takes, between, charter))
    assert found.lower_bound == pytest.approx(found.cost)
