"""Trade rules of a scenario as arrays: bans to one country, quotas, tariffs, and what they hit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import networks
from tests.conftest import DATA

from seawall.errors import UnknownName
from seawall.network import Network, raw_network
from seawall.shocks import Conditions, Scenario, Shock, conditions, undisturbed
from seawall.shocks.conditions import outlook
from seawall.shocks.targets import hits, known, missed
from seawall.study import read

#: Lanes of the rivals: mine-mill, mine-east, mine-west, other-west, other-east.
RIVALS = networks.rivals()


def meet(network: Network, *shocks: Shock, periods: int = 12) -> Conditions:
    return conditions(network, Scenario(title="test", shock=shocks), periods)


def test_a_ban_can_name_who_gets_nothing():
    """Only the lanes to that country or place shut; without `to` all abroad do, and never those
    at home."""
    to_west = meet(RIVALS, Shock(ban="M", commodity="ore", to="west", days=14))
    assert to_west.open[:, 0] == pytest.approx([1, 1, 0, 1, 1])
    assert to_west.open[:, 2] == pytest.approx([1, 1, 1, 1, 1])
    assert meet(RIVALS, Shock(ban="mine")).open[:, 0] == pytest.approx([1, 0, 0, 1, 1])


# --- quotas --------------------------------------------------------------------------------------


def test_a_quota_is_a_share_of_what_leaves_the_country():
    """The mine sends ten abroad and two home: a quota of 60 % is six, back in two steps; who is
    not named has none, and lanes stay open."""
    shock = Shock(quota="M", commodity="ore", days=14, depth=0.4, recovery=((7, 0.8), (7, 1.0)))
    met = meet(RIVALS, shock)
    assert met.quota[0] == pytest.approx([6, 6, 8, 10, *[np.inf] * 8])
    assert np.all(np.isinf(met.quota[1:]))
    assert np.all(met.open == 1)
    assert np.all(np.isinf(undisturbed(RIVALS, 3).quota))


def test_a_quota_counts_broken_periods_in_proportion_and_lasts():
    """Ten days take 0.4 of a week and 3/7 of that of the next; what stays lost stays."""
    met = meet(RIVALS, Shock(quota="mine", days=10, depth=0.4, lasting=0.1))
    rest = [10 * (1 - 0.4 * 3 / 7 - 0.1 * 4 / 7), *[9.0] * 10]
    assert met.quota[0] == pytest.approx([6, *rest])
    # A quota at the base is still a quota.
    assert meet(RIVALS, Shock(quota="M", days=14, depth=0)).quota[0, :3] == pytest.approx(
        [10, 10, np.inf]
    )


def test_of_two_quotas_the_lower_holds_and_a_country_shares_by_base():
    """Two mines of one country keep 70 % of ten and of four; then one of them half."""
    country = tuple("M" if p == "other" else c for p, c in
                    zip(RIVALS.nodes.place, RIVALS.nodes.country, strict=True))  # fmt: skip
    network = replace(RIVALS, nodes=replace(RIVALS.nodes, country=country))
    both = Shock(quota="M", commodity="ore", depth=0.3)
    assert meet(network, both).quota[[0, 2], 0] == pytest.approx([7, 2.8])
    one = Shock(quota="other", depth=0.5)
    assert meet(network, both, one).quota[[0, 2], 0] == pytest.approx([7, 2])


# --- tariffs -------------------------------------------------------------------------------------


def test_a_tariff_is_paid_on_what_arrives_across_the_border():
    """25 % on ore of M: 15 a unit to the east (price 60), of what leaves for the west a quarter is
    lost on the way; at home nothing, and nothing before or after."""
    met = meet(RIVALS, Shock(tariff="M", commodity="ore", rate=0.25, days=21))
    assert met.tariff[:, 2] == pytest.approx([0, 0.25, 0.25, 0, 0])
    assert met.duty(RIVALS)[:, 2] == pytest.approx([0, 15, 0.75 * 15, 0, 0])
    assert met.tariff[:, 3:].max() == 0
    assert np.all(met.open == 1)
    assert undisturbed(RIVALS, 3).tariff.max() == 0


def test_tariffs_by_destination_from_everywhere_add_up_and_count_days():
    """10 % of the west on all ore and 30 % on that of the mine; ten days are 3/7 of the second
    week."""
    met = meet(
        RIVALS,
        Shock(tariff="*", to="west", rate=0.1, days=10),
        Shock(tariff="mine", to="west", rate=0.3, days=7),
    )
    assert met.tariff[2, :3] == pytest.approx([0.4, 0.1 * 3 / 7, 0])
    assert met.tariff[3, :3] == pytest.approx([0.1, 0.1 * 3 / 7, 0])
    assert met.tariff[[0, 1, 4]].max() == 0


def test_a_contract_can_spare_a_pair_the_tariff():
    free = np.array([False, False, True, False, False])
    network = replace(RIVALS, lanes=replace(RIVALS.lanes, tariff_free=free))
    met = meet(network, Shock(tariff="M", rate=0.25))
    assert met.tariff[:, 0] == pytest.approx([0, 0.25, 0, 0, 0])


@pytest.mark.parametrize("buyer", ["NRD", "nord-west"])
def test_which_lanes_a_tariff_free_contract_spares(buyer: str):
    """All routes of the pair, also to one port of a country, also where the buyer may resell."""
    study = read(DATA / "twelve")
    table = study.frames["contracts"]
    table = table.assign(
        tariff_free=np.where(table["id"] == "gulf-nord", "yes", ""),
        destination=table["destination"].where(table["id"] != "gulf-nord", buyer),
        flexible="yes",
    )
    network, _ = raw_network(replace(study, frames={**study.frames, "contracts": table}))
    nodes, lanes = network.nodes, network.lanes
    spared = {lanes.id[a] for a in np.flatnonzero(lanes.tariff_free)}
    pairs = {
        lanes.id[a]
        for a, (o, d) in enumerate(zip(lanes.origin, lanes.destination, strict=True))
        if nodes.place[o] == "gulf" and buyer in (nodes.place[d], nodes.country[d])
    }
    assert spared == pairs
    assert len(spared) >= 1
    assert not raw_network(study)[0].lanes.tariff_free.any()


# --- windows -------------------------------------------------------------------------------------


@given(
    start=st.integers(0, 60), days=st.floats(1, 60), first=st.integers(0, 8),
    rate=st.floats(0, 10), depth=st.floats(0, 1),
)  # fmt: skip
def test_windows_and_outlooks_keep_quotas_and_tariffs(
    start: int, days: float, first: int, rate: float, depth: float
):
    """With the true shocks an outlook from any period on is the rest of the run."""
    met = meet(
        RIVALS,
        Shock(tariff="M", rate=rate, start_day=start, days=days),
        Shock(quota="M", depth=depth, days=days, recovery=((10, 0.9),), lasting=0.05),
    )
    seen, part = outlook(RIVALS, met, first, 4, met.shocks), met.window(first, 4)
    for name in ("quota", "tariff"):
        assert getattr(seen, name) == pytest.approx(getattr(part, name), abs=1e-9)
        assert getattr(part, name) == pytest.approx(getattr(met, name)[:, first : first + 4])


# --- what is hit ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shock, expected",
    [
        (Shock(ban="M", commodity="ore"), True),
        (Shock(ban="M", commodity="ore", to="west"), True),
        (Shock(ban="M", commodity="ore", to="M"), False),
        (Shock(ban="M", commodity="metal"), False),
        (Shock(ban="east"), False),
        (Shock(quota="other"), True),
        (Shock(tariff="*", rate=0.1), True),
        (Shock(tariff="*", to="other", rate=0.1), False),
        (Shock(ban="*"), False),
        (Shock(place="mine", commodity="ore"), True),
        (Shock(place="west"), False),
        (Shock(demand="west", change=0.1), True),
        (Shock(demand="mine", change=0.1), False),
        (Shock(facility="pit"), True),
        (Shock(lane="mine-east"), True),
        (Shock(lane="east-mine"), False),
        (Shock(passage="strait"), False),
        (Shock(generator="pit"), False),
    ],
)
def test_which_shocks_touch_a_network(shock: Shock, expected: bool):
    assert hits(RIVALS, shock) is expected


def test_a_passage_is_hit_only_where_a_lane_crosses_it():
    network = networks.two_buyers()
    assert hits(network, Shock(passage="strait"))
    passages = replace(network.passages, id=("strait", "canal"), name=("strait", "canal"),
                       capacity=np.array([np.inf, np.inf]))  # fmt: skip
    assert not hits(replace(network, passages=passages), Shock(passage="canal"))


@pytest.mark.parametrize(
    "shock, words",
    [
        (Shock(ban="mien"), 'no ban "mien"; did you mean "mine"'),
        (Shock(quota="M", commodity="oer"), 'no commodity "oer"; did you mean "ore"'),
        (Shock(tariff="M", to="wset", rate=0.1), 'no destination "wset"; did you mean "west"'),
        (Shock(tariff="*", commodity="ore", to="other", rate=0.1),
         'no lane abroad of ore to other from "[*]"'),
        (Shock(quota="east", commodity="ore"), 'no lane abroad of ore from "east"'),
        (Shock(demand="mine", change=0.1), 'no demand in "mine"'),
        (Shock(place="west", commodity="ore"), 'no facility of ore in "west"'),
        (Shock(quota="*"), 'no quota "[*]"'),
    ],
)  # fmt: skip
def test_a_shock_that_hits_nothing_says_why(shock: Shock, words: str):
    """Either a name is unknown, with suggestions, or nothing lies where the names meet."""
    with pytest.raises(UnknownName, match=words) as caught:
        meet(RIVALS, shock)
    assert caught.value.exit_code == 2


def test_names_of_several_networks_are_suggested_together():
    found = missed([RIVALS, networks.hub()], Shock(ban="smelte", commodity="metal"))
    assert "smelter" in found.suggestions
    assert {"ore", "metal"} <= {*known(RIVALS, "commodity"), *known(networks.hub(), "commodity")}
    assert known(RIVALS, "generator") == []
