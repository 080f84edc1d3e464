"""What a scenario means for a network: shares, arrivals, returns, limits; checked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests import networks
from tests.networks import make, with_terms

from seawall.errors import UnknownName
from seawall.network import Network
from seawall.shocks import Conditions, Scenario, Shock, conditions, undisturbed
from seawall.shocks.conditions import outlook


def meet(network: Network, *shocks: Shock, periods: int = 12) -> Conditions:
    return conditions(network, Scenario(title="test", shock=shocks), periods)


def ferry(lag: float, crossing: float, keep: float = 1.0, **lane: float) -> Network:
    """One lane of 10 a week that crosses one passage."""
    return make(
        nodes={"a.x": {"price": 1, "start": 5, "tank": 10}, "b.x": {"price": 2}},
        facilities={"wells": {"recipe": {"a.x": 1}, "base": 10, "capacity": 12}},
        lanes={"ferry": {"origin": "a.x", "to": "b.x", "lag": lag, "keep": keep, "base": 10,
                         "passages": {"gate": crossing}, **lane}},
        demands={"d": {"at": "b.x", "quantity": 10 * keep, "wtp": 9}},
        passages={"gate": np.inf},
    )  # fmt: skip


# --- time ----------------------------------------------------------------------------------------


def test_sixty_days_are_eight_weeks_and_four_days():
    """A facility that stops for 60 days runs 3/7 of the ninth week and all of the tenth."""
    met = meet(networks.chain(), Shock(facility="wells", days=60))
    assert met.capacity[0] == pytest.approx([0] * 8 + [3 / 7] + [1] * 3)


def test_the_window_begins_on_the_first_day_of_the_first_shock():
    """A shock on day 10 is period 0; one on day 20 begins 10 days later: 4/7 of period 1."""
    met = meet(
        networks.two_buyers(),
        Shock(facility="wells", start_day=10, days=7),
        Shock(lane="to-south", start_day=20, days=4),
    )
    assert met.capacity[0, :2] == pytest.approx([0, 1])
    assert met.open[2, :3] == pytest.approx([1, 3 / 7, 1])


def test_an_allocation_order_counts_from_the_first_shock_and_the_base_knows_none():
    """A step wanted until day 10 gives way in the second week; shocks on demand hit both."""
    network = make(
        nodes={"a.x": {"price": 1}},
        demands={
            "before": {"at": "a.x", "quantity": 3, "wtp": 9, "until": 10},
            "after": {"at": "a.x", "quantity": 3, "wtp": 9, "priority": 20, "since": 10},
            "never": {"at": "a.x", "quantity": 3, "wtp": 9, "until": 0},
        },
    )
    met = meet(network, Shock(demand="a", start_day=30, days=7, change=1.0), periods=3)
    assert met.wanted == pytest.approx(np.array([[2, 3 / 7, 0], [0, 4 / 7, 1], [0, 0, 0]]))
    assert undisturbed(network, 2).wanted == pytest.approx(np.array([[1, 1], [0, 0], [1, 1]]))
    assert network.demands.base == pytest.approx([3, 0, 3])


def test_an_allocation_order_goes_on_where_people_plan_again():
    """What people expect from the second period on has the order where it stands by then."""
    network = make(
        nodes={"a.x": {"price": 1}},
        demands={"after": {"at": "a.x", "quantity": 3, "wtp": 9, "since": 10}},
    )
    met = meet(network, Shock(demand="a", days=7, change=0.5), periods=4)
    seen = outlook(network, met, 1, 3, met.shocks)
    assert seen.wanted == pytest.approx(met.wanted[:, 1:])


def test_recovery_steps_and_lasting_damage():
    """28 days shut, two weeks at 0.4, two at 0.7, then 0.83 for good."""
    met = meet(
        networks.chain(),
        Shock(facility="wells", days=28, recovery=((14, 0.4), (14, 0.7)), lasting=0.17),
    )
    assert met.capacity[0] == pytest.approx([0] * 4 + [0.4] * 2 + [0.7] * 2 + [0.83] * 4)


def test_two_shocks_on_one_target_leave_the_smaller_share():
    """Overlapping shocks do not add up: half and a quarter open leave a quarter."""
    met = meet(
        networks.chain(),
        Shock(facility="wells", days=14, depth=0.5),
        Shock(facility="wells", days=7, depth=0.75),
    )
    assert met.capacity[0, :3] == pytest.approx([0.25, 0.5, 1])


# --- passages ------------------------------------------------------------------------------------


def test_availability_is_interpolated_over_the_crossing():
    """Crossing 1.25 weeks after departure, shut for 10 days (A = 0, 4/7, 1): a departure at t sees
    0.75 A[t + 1] + 0.25 A[t + 2]."""
    met = meet(ferry(lag=3, crossing=1.25), Shock(passage="gate", days=10))
    assert met.open[0, :3] == pytest.approx([0.75 * 4 / 7 + 0.25, 1, 1])
    # What left at -1 and -2 is at sea: 0.75 x 0 + 0.25 x 4/7 and 0.75 x 1 + 0.25 x 0.
    assert met.arrivals[1] == pytest.approx([10, 7.5, 10 / 7, *[0] * 9])
    assert met.returned[0, 0] == pytest.approx(2.5 + 10 * (1 - 1 / 7))


def test_the_scarcest_of_several_passages_counts():
    """With strait and canal shut at different times each departure has the smaller share."""
    network = networks.canal()
    only = replace(network, lanes=replace(network.lanes, replaces=np.array([-1, -1])))
    met = meet(only, Shock(passage="strait", days=7), Shock(passage="canal", days=21))
    # strait: 0.75 A[t] + 0.25 A[t + 1], canal: 0.5 A[t + 1] + 0.5 A[t + 2].
    assert met.open[0, :4] == pytest.approx([0, 0.5, 1, 1])


def test_a_passage_beyond_the_window_stays_as_it_was():
    """A lasting closure also stops departures that would cross after the last period."""
    met = meet(ferry(lag=6, crossing=5), Shock(passage="gate", days=1, lasting=1.0), periods=4)
    assert met.open[0] == pytest.approx([0, 0, 0, 0])


def test_cargo_that_has_crossed_arrives_and_the_rest_returns():
    """Crossing after one week of three: of three weeks of cargo at sea two have crossed."""
    met = meet(ferry(lag=3, crossing=1), Shock(passage="gate", days=60))
    assert met.arrivals[1, :4] == pytest.approx([10, 10, 0, 0])
    assert met.returned[0] == pytest.approx([10] + [0] * 11)
    assert met.arrivals[0].max() == met.returned[1].max() == 0


def test_cargo_that_has_not_crossed_takes_the_detour():
    """The canal shuts: what left at -1 and half of what left at -2 arrives by the cape, whose
    4.25 weeks count from departure; nothing returns."""
    met = meet(networks.canal(), Shock(passage="canal", days=70))
    assert met.returned.max() == 0
    direct = np.zeros(12)
    # Lag 2.5: -3 lands half at 0; -2 (half of it has crossed) lands half at 0, half at 1.
    direct[:2] = [5 + 2.5, 2.5]
    round_the_cape = np.zeros(12)
    # Lag 4.25: -2 (5) lands at 2 and 3, -1 (10) at 3 and 4, by 3 : 1.
    round_the_cape[2:5] = [3.75, 1.25 + 7.5, 2.5]
    assert met.arrivals[1] == pytest.approx(direct + round_the_cape)
    assert met.open[1, :6] == pytest.approx([1] * 6)


def test_a_detour_through_the_same_shut_strait_is_no_way_out():
    """In the half-open week the cape route ships nothing beyond what the strait lets through."""
    met = meet(networks.canal(), Shock(passage="strait", days=10))
    assert met.open[0] + met.open[1] == pytest.approx(met.open[0])
    both = meet(networks.canal(), Shock(passage="strait", days=10), Shock(passage="canal", days=70))
    assert both.open[0, :6].max() == 0
    # The cape alone: the strait's share, 0.75 A[t] + 0.25 A[t + 1] with A = 0, 4/7, 1.
    assert both.open[1, :3] == pytest.approx([0.25 * 4 / 7, 0.75 * 4 / 7 + 0.25, 1])


def test_a_half_ban_is_not_evaded_by_the_detour():
    """A ban of depth 0.5 leaves half of the departures over all routes together."""
    met = meet(networks.canal(), Shock(ban="plant", days=21, depth=0.5))
    assert (met.open[0] + met.open[1])[:3] == pytest.approx([0.5] * 3)


def test_no_pipeline_means_nothing_at_sea():
    """pipeline=false starts with empty seas."""
    met = undisturbed(with_terms(ferry(3, 1), pipeline=False), 5)
    assert met.arrivals.max() == met.returned.max() == met.afloat_after.max() == 0


def test_the_undisturbed_pipeline_lands_the_base_flow():
    """Until the window's own departures land, arrivals are the base flow less the loss."""
    met = undisturbed(ferry(lag=2.25, crossing=1, keep=0.9), 5)
    assert met.arrivals[1] == pytest.approx([9, 9, 0.25 * 9, 0, 0])
    assert met.open.min() == 1


@given(
    lag=st.floats(0, 6), part=st.floats(0, 1), keep=st.floats(0.5, 1), days=st.floats(1, 90),
    depth=st.floats(0.05, 1), periods=st.integers(1, 10), detour=st.floats(0, 3),
)  # fmt: skip
@hypothesis_settings(max_examples=25)
def test_no_cargo_at_sea_is_lost_or_made(
    lag: float, part: float, keep: float, days: float, depth: float, periods: int, detour: float
):
    """What arrives (before its loss), returns or stays afloat is what was at sea: base x lag."""
    crossing = lag * part
    plain = ferry(lag, crossing, keep)
    other = {"origin": "a.x", "to": "b.x", "lag": lag + detour, "keep": keep, "replaces": "ferry"}
    lanes = {"ferry": {"origin": "a.x", "to": "b.x", "lag": lag, "keep": keep, "base": 10,
                       "passages": {"gate": crossing}}}  # fmt: skip
    with_detour = make(
        nodes={"a.x": {"price": 1, "start": 5, "tank": 10}, "b.x": {"price": 2}},
        lanes={**lanes, "round": other}, passages={"gate": np.inf},
    )  # fmt: skip
    for network in (plain, with_detour):
        met = meet(network, Shock(passage="gate", days=days, depth=depth), periods=periods)
        seen = (met.arrivals.sum() + met.afloat_after.sum()) / keep + met.returned.sum()
        assert seen == pytest.approx(10 * lag, abs=1e-9)
        assert min(met.arrivals.min(), met.returned.min(), met.afloat_after.min()) >= 0


# --- targets -------------------------------------------------------------------------------------


def test_a_ban_stops_exports_of_one_commodity_only():
    """Lanes within the country stay open; a commodity that is not named stays free."""
    network = networks.hub()
    met = meet(network, Shock(ban="north", commodity="ore", days=14))
    assert met.open[:, 0] == pytest.approx([0, 1, 1, 1])
    country = replace(network.nodes, country=("N", "N", "N", "S", "S", "S", "S", "C"))
    met = meet(replace(network, nodes=country), Shock(ban="N", days=14))
    assert met.open[:, 0] == pytest.approx([1, 1, 0, 1])


def test_ships_that_left_before_a_ban_arrive():
    """A ban stops departures, not what is at sea."""
    met = meet(ferry(3, 1), Shock(ban="a", days=60))
    assert met.arrivals[1, :4] == pytest.approx([10, 10, 10, 0])
    assert met.returned.max() == 0


def test_a_demand_shock_multiplies_what_is_wanted():
    """+20 % for ten days at a country hits all its places, other countries nothing."""
    met = meet(networks.two_buyers(), Shock(demand="NOR", change=0.2, days=10))
    assert met.wanted[:2, :3] == pytest.approx(np.array([[1.2, 1 + 0.2 * 3 / 7, 1]] * 2))
    assert met.wanted[2] == pytest.approx([1] * 12)


def test_a_place_shock_stops_its_facilities_that_make_the_commodity():
    """At the smelter a shock on metal stops the smelter and leaves the ovens."""
    met = meet(networks.hub(), Shock(place="smelter", commodity="metal", days=7))
    assert met.capacity[:, 0] == pytest.approx([1, 1, 1, 0])
    met = meet(networks.hub(), Shock(place="smelter", days=7))
    assert met.capacity[:, 0] == pytest.approx([1, 1, 0, 0])


@pytest.mark.parametrize(
    "shock, suggestion",
    [
        (Shock(passage="canl"), "canal"),
        (Shock(facility="well"), "wells"),
        (Shock(lane="shrt"), "short"),
        (Shock(place="plnt"), "plant"),
        (Shock(ban="plnt"), "plant"),
        (Shock(demand="cost", change=0.1), "coast"),
        (Shock(ban="plant", commodity="lgn"), "lng"),
    ],
)
def test_an_unknown_target_is_an_error_with_suggestions(shock: Shock, suggestion: str):
    """A name that hits nothing raises UnknownName (exit 2) and says what was perhaps meant."""
    with pytest.raises(UnknownName) as caught:
        meet(networks.canal(), shock)
    assert suggestion in caught.value.suggestions
    assert caught.value.exit_code == 2


# --- limits --------------------------------------------------------------------------------------


def test_growth_is_slow_after_qualifying():
    """Base 10, growth 0.5 a week each week after 1.5 weeks, capacity 12."""
    network = ferry(lag=1, crossing=0.5, growth=0.5, qualify=1.5, capacity=12)
    limit = meet(network, Shock(facility="wells", days=7), periods=8).departure_limit(network)
    assert limit[0] == pytest.approx([10, 10, 10.25, 10.75, 11.25, 11.75, 12, 12])


def test_the_base_has_no_growth_limit_but_shut_detours():
    """Undisturbed, lanes go up to their capacity and detours not at all."""
    network = networks.canal()
    limit = undisturbed(network, 3).departure_limit(network)
    assert np.all(np.isinf(limit[0]))
    assert limit[1].max() == 0


def test_a_detour_inherits_the_base_of_its_lane():
    """With the canal shut the cape takes the base at once and grows like any lane."""
    network = networks.canal()
    lanes = replace(network.lanes, growth=np.array([1.0, 1.0]))
    network = replace(network, lanes=lanes)
    limit = meet(network, Shock(passage="canal", days=700)).departure_limit(network)
    assert limit[0, :3].max() == 0
    assert limit[1, :3] == pytest.approx([10, 11, 12])


def test_a_half_open_lane_grows_by_half():
    """What is open of base plus growth: half of 10, 11, 12."""
    network = ferry(lag=1, crossing=0, growth=1)
    limit = meet(network, Shock(passage="gate", days=70, depth=0.5)).departure_limit(network)
    assert limit[0, :3] == pytest.approx([5, 5.5, 6])


def test_spare_capacity_is_reached_along_its_ramp():
    """A ramp of four weeks gives a quarter of the spare in the first week; none means at once."""
    network = networks.chain()
    slow = replace(network, facilities=replace(network.facilities, ramp=np.array([4.0])))
    shock = Shock(demand="coast", change=0.1)
    assert meet(slow, shock).spare_share(slow)[0, :5] == pytest.approx([0.25, 0.5, 0.75, 1, 1])
    assert meet(network, shock).spare_share(network)[0, :2] == pytest.approx([1, 1])
    assert undisturbed(slow, 2).spare_share(slow)[0] == pytest.approx([1, 1])


def test_contract_rows_are_freed_while_a_route_is_shut():
    """While the strait stops the route to the east the north's floor is off, then on again."""
    network = networks.two_buyers()
    holds = meet(network, Shock(passage="strait", days=14)).contract_holds(network)
    # Crossing a week after departure: departures 0 are stopped by week 1.
    assert holds[0, :4].tolist() == [False, True, True, True]
    south = meet(network, Shock(lane="to-south", days=14)).contract_holds(network)
    assert south.all()


def test_a_detour_keeps_a_contract_alive():
    """Where the detour is open the floor holds: the buyer is still reached."""
    network = networks.canal()
    contract = make(
        nodes={"plant.lng": {}, "coast.lng": {}},
        lanes={"short": {"origin": "plant.lng", "to": "coast.lng"},
               "cape": {"origin": "plant.lng", "to": "coast.lng"}},
        contracts={"c": {"origin": "plant.lng", "lanes": ["short", "cape"], "share": 0.5}},
    ).contracts  # fmt: skip
    network = replace(network, contracts=contract)
    assert meet(network, Shock(passage="canal", days=30)).contract_holds(network).all()
    assert not meet(network, Shock(passage="strait", days=30)).contract_holds(network)[0, 0]


def test_a_shock_on_a_power_grid_dates_the_run_and_hits_nothing_else():
    network = networks.chain()
    met = meet(network, Shock(generator="anything", start_day=4), Shock(load="any", change=0.5))
    assert met.shocked
    assert np.all(met.capacity == 1)
    assert np.all(met.open == 1)
    assert np.all(met.wanted == 1)
    assert len(met.shocks) == 2
    later = meet(network, Shock(load="any", change=0.5), Shock(facility="wells", start_day=7))
    assert later.capacity[0, 0] == 1
    assert later.capacity[0, 1] == 0


# --- windows -------------------------------------------------------------------------------------


def test_growth_and_ramps_go_on_in_a_later_window():
    """A window that begins in period 3 has had three periods of growth and of the ramp."""
    network = ferry(lag=1, crossing=0.5, growth=0.5, qualify=1.5, capacity=12)
    facilities = replace(network.facilities, ramp=np.array([4.0]))
    network = replace(network, facilities=facilities)
    met = meet(network, Shock(facility="wells", days=7), periods=8)
    part = met.window(3, 4)
    assert (part.elapsed, part.periods) == (3, 4)
    assert part.departure_limit(network)[0] == pytest.approx([10.75, 11.25, 11.75, 12])
    assert part.spare_share(network)[0] == pytest.approx([1, 1, 1, 1])
    assert met.window(1, 2).spare_share(network)[0] == pytest.approx([0.5, 0.75])
    # Of a window of a window the same: two and one.
    again = met.window(2, 6).window(1, 4)
    assert again.elapsed == 3
    assert np.array_equal(again.departure_limit(network), part.departure_limit(network))


def test_a_window_keeps_what_still_arrives_and_forgets_what_comes_after_the_end():
    met = meet(ferry(lag=3, crossing=1), Shock(passage="gate", days=60), periods=2)
    assert met.afloat_after[1] == pytest.approx(0)
    late = meet(ferry(lag=6, crossing=1), Shock(passage="gate", days=60), periods=2)
    assert late.afloat_after[1] > 0
    part = late.window(1, 1)
    assert part.afloat_after.max() == 0
    assert part.arrivals == pytest.approx(late.arrivals[:, 1:])
    assert part.returned == pytest.approx(late.returned[:, 1:])


def test_an_outlook_dates_shocks_as_the_run_does():
    """The run began with a shock on day 10; in its period 4 (day 38) one of day 41 is three days
    ahead: 4/7 of the period shut."""
    network = networks.two_buyers()
    first = Shock(facility="wells", start_day=10, days=7)
    met = meet(network, first)
    seen = outlook(network, met, 4, 3, (first, Shock(lane="to-south", start_day=41, days=11)))
    assert seen.open[2] == pytest.approx([3 / 7, 0, 1])
    assert seen.elapsed == 4
    assert seen.shocks == met.shocks


_ANY = st.sampled_from(
    [{"passage": "strait"}, {"passage": "canal"}, {"facility": "wells"}, {"lane": "short"},
     {"demand": "coast", "change": 0.3}]
)  # fmt: skip


@given(
    shocks=st.lists(
        st.tuples(_ANY, st.integers(0, 60), st.floats(1, 80), st.floats(0, 1)), min_size=1,
        max_size=3,
    ),
    start=st.integers(0, 15),
)  # fmt: skip
@hypothesis_settings(max_examples=40)
def test_an_outlook_of_what_is_true_is_what_happens(
    shocks: list[tuple[dict[str, str | float], int, float, float]], start: int
):
    """With the true shocks, what is expected from any period on is the rest of the run, and so are
    all limits; of ships at sea it says nothing."""
    network = networks.canal()
    lanes = replace(network.lanes, growth=np.array([0.5, 0.5]))
    network = replace(network, lanes=lanes)
    found = [
        Shock.model_validate(
            target | {"start_day": day, "days": days}
            | ({} if "change" in target else {"depth": depth})
        )
        for target, day, days, depth in shocks
    ]  # fmt: skip
    met = meet(network, *found, periods=16)
    seen, true = outlook(network, met, start, 16 - start, met.shocks), met.window(start, 16 - start)
    for name in ("open", "capacity", "wanted"):
        assert getattr(seen, name) == pytest.approx(getattr(true, name), abs=1e-12)
    assert seen.departure_limit(network) == pytest.approx(true.departure_limit(network))
    assert np.array_equal(seen.spare_share(network), true.spare_share(network))
