"""From a book and a scenario to arrays, by hand on a triangle of sea legs."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.questions.redirect import harbours
from tests.questions.redirect.harbours import (
    ABOARD,
    BOILS,
    CHARTER,
    DAY,
    HEEL,
    at_sea,
    cargo,
    offer,
    on,
    ready,
    shut,
    study,
    with_cargoes,
)

from seawall.errors import UnknownName, UsageError
from seawall.questions.redirect import movable
from seawall.questions.redirect.emergency import every_nth
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.worlds import worlds_of
from seawall.shocks import Scenario, Shock

if TYPE_CHECKING:
    from seawall.questions.redirect.prepare import Prepared


def first(made: Prepared, name: str, cluster: str = "ISLAND", world: int = 0) -> int:
    """The earliest column of a cargo to a cluster."""
    c, instance = made.instance.columns, made.instance
    mine = (c.cargo == instance.cargoes.ids.index(name)) & np.isin(c.world, [NOBODY, world])
    mine &= c.cluster == instance.terminals.clusters.index(cluster)
    return min(np.flatnonzero(mine).tolist(), key=lambda o: (c.day[o, world] % 10_000, o))


@settings(max_examples=15, deadline=None)
@given(lon=st.floats(11, 49), loads=st.integers(0, 95), late=st.integers(0, 9))
def test_without_a_shock_going_on_as_planned_costs_nothing(
    lon: float, loads: int, late: int
) -> None:
    planned = cargo("a", load_from=on(loads), load_to=on(loads), eta=on(loads + 6 + late))
    made = ready(with_cargoes(planned, at_sea("b", lon)), None)
    columns = made.instance.columns
    for name in ("a", "b"):
        o = first(made, name)
        assert columns.cost[o].tolist() == [0.0]
        assert made.voyages["base"][columns.voyage[o]]
    due = loads + 6 + late
    assert columns.day[first(made, "a"), 0] == (due if due < 90 else NOBODY)


def test_what_is_prepared_survives_the_way_between_processes() -> None:
    made = ready(with_cargoes(cargo("a"), at_sea("b", 20.0)), None)
    again = pickle.loads(pickle.dumps(made))
    assert [repr(c.row) for c in again.cargoes] == [repr(c.row) for c in made.cargoes]
    assert again.voyages.drop(columns="points").equals(made.voyages.drop(columns="points"))
    assert np.array_equal(again.instance.columns.cost, made.instance.columns.cost)
    later = again.chooser.of(again.cargoes[0])
    assert [c.day for c in later] == [c.day for c in made.chooser.of(made.cargoes[0])]


def test_lands_what_is_left_of_it_and_each_day_later_costs_charter_and_gas() -> None:
    made = ready(with_cargoes(cargo("a")), None)
    o, columns = first(made, "a"), made.instance.columns
    assert made.instance.cargoes.aboard[0] == pytest.approx(ABOARD)
    # Leaves on day 11, alongside on day 16.
    assert columns.lands[o, 0] == pytest.approx(ABOARD - 5 * BOILS - HEEL)
    assert columns.lands[o + 3, 0] == pytest.approx(ABOARD - 8 * BOILS - HEEL)
    assert columns.freight[o + 3, 0] == pytest.approx(3 * CHARTER)
    assert len(columns.day) == 11


def test_cargo_behind_a_shut_strait_waits_for_it_or_stays() -> None:
    book = with_cargoes(cargo("a"), at_sea("in", 2.5, eta=on(6)), at_sea("out", 20.0, eta=on(4)))
    worlds = worlds_of(shut("strait"), DAY, reopen=(30, 200))
    made = ready(book, shut("strait"), worlds=worlds)
    columns = made.instance.columns
    # Its ship comes in on day 30, half a day before it loads for a day, and sails for five.
    assert columns.day[first(made, "a"), 0] == 36
    assert columns.day[first(made, "a", world=1), 1] == NOBODY
    inside = first(made, "in")
    assert columns.world[inside] == NOBODY
    # Day 30 at the middle of the strait, 300 and 2,400 miles from there.
    assert columns.day[inside].tolist() == [34, NOBODY]
    assert columns.freight[inside, 0] == pytest.approx((34 - 6) * CHARTER)
    assert columns.lands[inside, 0] == pytest.approx(ABOARD - (34 + 2) * BOILS - HEEL)
    assert columns.day[first(made, "out")].tolist() == [4, 4]


def test_a_short_closure_is_waited_for_and_a_long_one_sailed_around() -> None:
    book = with_cargoes(
        cargo("a", contract="K2", load="south", flexible="unknown", basis="DES",
              load_from=on(5), load_to=on(5), eta=on(7))
    )  # fmt: skip
    # Its ship came in on day 4 and leaves on day 6; half a day to the middle of the narrows.
    waits = ready(book, shut("narrows", start_day=5.0, days=3.0))
    goes = ready(book, shut("narrows", start_day=5.0, days=40.0))
    o = first(waits, "a")
    assert waits.instance.columns.day[o, 0] == 8
    way = waits.voyages.iloc[waits.instance.columns.voyage[o]]
    assert (way["nm"], way["wait_days"]) == (600, pytest.approx(1.5))
    o = first(goes, "a")
    assert goes.instance.columns.day[o, 0] == 10
    way = goes.voyages.iloc[goes.instance.columns.voyage[o]]
    assert way["nm"] == pytest.approx(2400)
    assert "around narrows" in way["route"]


def test_what_is_at_sea_may_choose_between_waiting_and_the_detour_today() -> None:
    book = with_cargoes(
        at_sea("b", 60.0, contract="K2", load="south", flexible="unknown", basis="DES")
    )
    worlds = worlds_of(shut("narrows"), DAY, reopen=(2, 30))
    made = ready(book, shut("narrows"), worlds=worlds)
    columns = made.instance.columns
    ways = {tuple(days) for days in columns.day.tolist()}
    # Half a day to the middle; it opens on day 2 or 30; around it is four days in both worlds.
    assert (2, 30) in ways
    assert (4, 4) in ways
    assert set(columns.world) == {NOBODY}


def test_offers_go_to_everybody_and_cost_the_whole_voyage() -> None:
    made = ready(with_cargoes(cargo("a"), offer("o")), None)
    o, columns = first(made, "o", "COAST"), made.instance.columns
    # Leaves on day 11, three days to the jetty, three back with 50 t of fuel at 600 USD, two calls.
    assert columns.day[o, 0] == 14
    assert columns.freight[o, 0] == pytest.approx((3 + 3 + 2) * CHARTER + 3 * 0.03)
    bought = columns.cost[o, 0] - columns.freight[o, 0] - columns.fee[o, 0]
    assert bought == pytest.approx(12.0 * 51.5 * ABOARD / 1000)
    assert made.instance.cargoes.value[1] == 0.0


def test_of_a_passage_open_in_part_every_nth_passes() -> None:
    assert every_nth([0.5] * 5).tolist() == [False, True, False, True, False]
    rows = [cargo(f"a{n}", load_from=on(10 + n), load_to=on(10 + n), eta=on(16 + n))
            for n in range(4)]  # fmt: skip
    made = ready(with_cargoes(*rows), shut("strait", days=60.0, depth=0.5))
    days = [int(made.instance.columns.day[first(made, f"a{n}"), 0]) for n in range(4)]
    assert days[1] == 17
    assert days[3] == 19
    assert min(days[0], days[2]) >= 60


def test_a_plant_that_stops_loads_nothing_until_it_is_back() -> None:
    stop = Shock(facility="north-plant", days=20, recovery=((14, 0.5),))
    rows = [cargo(f"a{n}", load_from=on(10 + n), load_to=on(10 + n), eta=on(16 + n))
            for n in range(3)]  # fmt: skip
    made = ready(with_cargoes(*rows), Scenario(title="stop", shock=(stop,)))
    days = [int(made.instance.columns.day[first(made, f"a{n}"), 0]) for n in range(3)]
    # Back on day 34, two berths of a day each; a day to load, five to sail.
    assert days == [40, 40, 41]
    half = Scenario(title="half", shock=(stop.model_copy(update={"depth": 0.5, "recovery": ()}),))
    made = ready(with_cargoes(*rows), half)
    assert [c.cut for c in made.cargoes] == [False, True, False]


def test_demand_and_gas_from_home_follow_the_scenario() -> None:
    more = Shock(demand="COAST", change=0.25, days=10)
    less = Shock(facility="wells", depth=0.5, days=5)
    made = ready(with_cargoes(cargo("a")), Scenario(title="x", shock=(more, less)))
    steps = made.instance.steps
    coast = [n for n, name in enumerate(steps.ids) if name.startswith("coast")]
    usual = 8 * 1000 / 365
    assert steps.wanted[0, coast, 0].sum() == pytest.approx(1.25 * usual)
    assert steps.wanted[0, coast, 10].sum() == pytest.approx(usual)
    assert steps.home[0, 1, [0, 5]].tolist() == pytest.approx([2000 / 365, 4000 / 365])
    assert steps.home[0, 0].max() == 0
    shaped = ready(with_cargoes(cargo("a")), None, season=True).instance.steps.wanted
    assert shaped[0, 0, 0] == pytest.approx(1.5 * 3000 / 365)


def test_a_ban_holds_a_cargo_back() -> None:
    ban = Scenario(title="ban", shock=(Shock(ban="NORTH", commodity="lng", to="ISLAND", days=20),))
    made = ready(with_cargoes(cargo("a")), ban)
    assert made.instance.columns.day[first(made, "a"), 0] == 26


def test_an_emergency_without_effect_says_what_was_looked_for() -> None:
    book = with_cargoes(cargo("a"))
    with pytest.raises(UsageError, match="no cargo would pass narrows while it is shut"):
        ready(book, shut("narrows"))
    with pytest.raises(UnknownName, match="nowhere"):
        ready(book, shut("nowhere"))
    tariff = Shock(tariff="NORTH", rate=0.1, commodity="lng")
    both = Scenario(title="x", shock=(tariff, Shock(passage="strait")))
    assert ready(book, both).unread == ("the shock on tariff NORTH",)
    with pytest.raises(UsageError, match="the book is of 2026-03-02"):
        ready(book, shut("strait"), as_of=DAY.replace(year=2027))
    with pytest.raises(UsageError, match="no book"):
        ready(study(), shut("strait"))


def test_what_is_left_is_worth_what_need_not_be_paid() -> None:
    clause = {"contract": "K1", "consent": "unknown", "tolerance_down": 0.03}
    rows = [cargo("a"), cargo("b", load_from=on(20), load_to=on(20), eta=on(26)),
            cargo("late", load_from=on(88), load_to=on(88), eta=on(94))]  # fmt: skip
    made = ready(with_cargoes(*rows, clauses=(clause,)), None)
    price = made.instance.end_value[0]
    # 3 % of 3,000 kt is one cargo: that which loads last.  Here it is due after the horizon.
    late = (ABOARD - 5 * BOILS - HEEL) * price
    assert made.instance.cargoes.value == pytest.approx([0.0, 0.0, late])
    made = ready(with_cargoes(*rows[:2], clauses=(clause,)), None)
    assert made.instance.cargoes.value == pytest.approx([0.0, ABOARD * price])


def test_what_is_aboard_and_left_boils_and_pays_for_its_ship_to_the_end() -> None:
    made = ready(with_cargoes(at_sea("a", 20.0)), None)
    loaded_before = made.cargoes[0].loaded
    days = made.instance.days - loaded_before
    lands = ABOARD - days * BOILS - HEEL
    waits = CHARTER * (made.instance.days - made.cargoes[0].due)
    expected = lands * made.instance.end_value[0] - waits
    assert made.instance.cargoes.value == pytest.approx([expected])


@pytest.mark.parametrize("eta, through", [(13, True), (18, False)])
def test_a_canal_is_only_for_those_who_are_due_by_it(
    eta: int, through: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # From the south one day through the narrows, four around them; loaded by day 12.
    plain = study()
    passages = plain.tables["passages"]
    passages.loc[passages["id"] == "narrows", "kind"] = "canal"
    canal = replace(plain, frames={**plain.frames, "passages": passages})
    monkeypatch.setattr(harbours, "study", lambda: canal)
    # No lane of the south leads through it, so else its ships would never take it.
    monkeypatch.setattr(movable, "not_taken", lambda study, place: frozenset())
    row = cargo("a", contract="K2", load="south", basis="DES", flexible="unknown", eta=on(eta))
    made = ready(with_cargoes(row, offer("o")), None)
    columns, voyages = made.instance.columns, made.voyages
    crossed = {
        name: "narrows" in voyages["crossings"][columns.voyage[first(made, name)]]
        for name in ("a", "o")
    }
    assert crossed == {"a": through, "o": False}


def test_another_destination_costs_its_papers() -> None:
    made = ready(with_cargoes(at_sea("a", 20.0)), None)
    own = made.cargoes[0]
    assert own.way is not None
    made.chooser.change_cost = 0.3
    fixed = {k: made.chooser._fixed(own, k, own.way) for k in (own.cluster, 1 - own.cluster)}
    assert fixed == {own.cluster: 0.0, 1 - own.cluster: pytest.approx(0.3)}
