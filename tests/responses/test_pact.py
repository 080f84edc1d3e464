"""Pact: the market under articles.  Hand cases on two importers, then any articles and closures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import DATA
from tests.responses.pacts import BORROWER, LENDER, PERIODS, pair, sharing_of
from tests.study.protocols import GOOD

from seawall.network import Network, base_case
from seawall.responses import Trajectory, breaches
from seawall.responses.lending import Transfer
from seawall.responses.market import Market, Planning
from seawall.responses.pact import Lending, Pact
from seawall.responses.sharing import Sharing, sharing
from seawall.shocks import Conditions, Scenario, Shock, conditions
from seawall.study import parse_protocol, read

CLOSED = Shock(passage="strait", days=56)
SOUTH_OUT = Shock(facility="south-wells", days=56, depth=0.8)
FIELDS = ("departures", "activity", "stock", "waiting", "served", "spill", "price")
TINY = 1e-6
NETWORK = pair()
MARKET = Market(NETWORK, Planning(window=16))


def meet(network: Network, *shocks: Shock) -> Conditions:
    return conditions(network, Scenario(title="test", shock=shocks), PERIODS)


class Watched(Lending):
    """A run that keeps every plan with what it met, and the books after it."""

    def __init__(self, pact: Pact, met: Conditions, warm: bool = True) -> None:
        super().__init__(pact, met, warm)
        self.kept: list[tuple[int, Conditions, Trajectory]] = []
        self.books: list[tuple[float, float, float]] = []

    def plan(self) -> Trajectory:
        window, _ = self.ahead()
        found = super().plan()
        self.kept.append((self.now, window, found))
        lent = sum(t.quantity for t in self.transfers if not t.is_return)
        back = sum(t.quantity for t in self.transfers if t.is_return)
        self.books.append((lent, back, sum(d.owed for d in self.debts)))
        return found


def lending(
    *shocks: Shock, market: Market = MARKET, articles: Sharing | None = None, **kinds: Any
) -> tuple[Watched, Trajectory]:
    """A run under the articles, watched plan by plan."""
    found = articles or sharing_of(market.network, **kinds)
    run = Watched(Pact(market, found), meet(market.network, *shocks))
    return run, run.finish()


def short(network: Network, met: Conditions, run: Trajectory, step: int) -> np.ndarray:
    """What a demand step lacks in each period."""
    found: np.ndarray = network.demands.quantity[step] * met.wanted[step] - run.served[step]
    return found


def assert_same(one: Trajectory, other: Trajectory) -> None:
    for name in FIELDS:
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


# --- what is lent, and when it lands -------------------------------------------------------------


def test_loans_begin_when_the_need_is_shown_and_land_after_the_lead_time():
    """The strait shuts in week 0; works at Bar go short from then on.  The first plan after a week
    of that is the one of week 2: cargo of week 1, at sea, and of week 2, each 1.5 weeks from its
    departure; two a week over two weeks are four."""
    run, found = lending(CLOSED)
    first = [t for t in run.transfers if t.decided == 2]
    names = NETWORK.lanes.id
    assert [(names[t.taken], names[t.given], t.departs) for t in first] == [
        ("south-lea", "south-bar", 1), ("south-lea", "south-bar", 2)
    ]  # fmt: skip
    assert [t.arrives for t in first] == [2.5, 3.5]
    assert [t.quantity for t in first] == pytest.approx([3, 1])  # eligible are three of a week
    assert min(t.decided for t in run.transfers) == 2
    # Nothing lands earlier than the lane takes: half of week 1 in week 2 and half in week 3.
    alone = MARKET.run(run.met)
    gain = short(NETWORK, run.met, alone, 3) - short(NETWORK, run.met, found, 3)
    assert gain[:6] == pytest.approx([0, 0, 1.5, 1.5 + 0.5, 0.5 + 1.5 + 0.5, 2.0], abs=0.6)
    assert gain[:2] == pytest.approx([0, 0], abs=1e-9)
    assert gain[2] == pytest.approx(1.5)


def test_cargo_at_sea_is_turned_over_only_if_the_articles_say_so():
    run, found = lending(CLOSED, eligible={"at_sea": False})
    assert run.transfers
    assert all(t.departs >= t.decided for t in run.transfers)
    with_sea, turned = lending(CLOSED)
    under_way = [t for t in with_sea.transfers if t.departs < t.decided]
    assert under_way
    alone = MARKET.run(with_sea.met)
    # What had left for Lea in week 1 is now on the lane to Bar.
    names = list(NETWORK.lanes.id)
    off, on = names.index("south-lea"), names.index("south-bar")
    moved = sum(t.quantity for t in under_way if t.departs == 1)
    assert turned.departures[off, 1] == pytest.approx(alone.departures[off, 1] - moved)
    assert turned.departures[on, 1] == pytest.approx(alone.departures[on, 1] + moved)
    for each, lent in ((run, found), (with_sea, turned)):
        assert max(breaches(NETWORK, each.met, lent).values()) < TINY


def test_a_ship_that_is_past_the_turn_is_not_turned_over():
    """Of ships at sea only those that can still land at the borrower's, and have landed nowhere."""
    run, _ = lending(CLOSED)
    lag = NETWORK.lanes.lag
    for t in run.transfers:
        assert t.departs + np.floor(lag[t.given]) >= t.decided
        assert t.departs + np.floor(lag[t.taken]) >= t.decided
        assert t.arrives == pytest.approx(t.departs + lag[t.given])


def test_borrowed_cargo_goes_to_the_tier_that_was_short():
    """What lands in the weeks of the closure is burnt at the works: it fills no tank and replaces
    no purchase."""
    run, found = lending(CLOSED)
    alone = MARKET.run(run.met)
    landed = run.lent_lands[BORROWER, :8].sum()
    gain = (short(NETWORK, run.met, alone, 3) - short(NETWORK, run.met, found, 3))[:8].sum()
    assert landed > 5
    assert gain >= landed - TINY


def test_without_volume_a_pact_is_the_market_to_the_last_bit():
    for shock in (CLOSED, SOUTH_OUT):
        run, found = lending(shock, volume=0.0)
        assert not run.transfers
        assert_same(found, MARKET.run(run.met))


def test_without_need_a_pact_is_the_market_to_the_last_bit():
    """A closure of four days leaves more than nine tenths of every tier."""
    run, found = lending(Shock(passage="strait", days=4, depth=0.3))
    assert not run.transfers
    assert_same(found, MARKET.run(run.met))


def test_a_pact_that_goes_along_with_a_market_run_ends_as_one_that_does_not():
    pact = Pact(MARKET, sharing_of(NETWORK))
    met = meet(NETWORK, Shock(facility="gulf-wells", days=70, depth=0.9))
    MARKET.run(met)
    along = pact.start(met)
    assert along.now > 0
    one = along.finish()
    MARKET.done = None
    other = pact.run(met)
    assert one.transfers
    assert one.transfers == other.transfers
    for name in FIELDS:
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-9), name


# --- article 2: need -----------------------------------------------------------------------------


def first_loan(depth: float = 1.0, **kinds: Any) -> int | None:
    run, _ = lending(Shock(passage="strait", days=70, depth=depth), **kinds)
    return min((t.decided for t in run.transfers if not t.is_return), default=None)


def test_a_trigger_that_pools_domestic_gas_fires_later_or_never():
    """Bar gets half less from the gulf; its works lack a fifth in week 2, nearly half later.
    If 0.4 of its gas is imported, 0.3 of that is 0.12 of all: reached two weeks earlier."""
    below = {"tier": "important", "below": 0.7}
    kinds = {"imported": 0.4, "trigger_periods": 2}
    assert first_loan(0.5, trigger=below | {"pooled": False}, **kinds) == 4
    assert first_loan(0.5, trigger=below | {"pooled": True}, **kinds) == 6
    far = {"tier": "important", "below": 0.5}
    assert first_loan(0.5, trigger=far | {"pooled": False}, **kinds) is not None
    assert first_loan(0.5, trigger=far | {"pooled": True}, **kinds) is None


def test_the_trigger_waits_for_its_days():
    """Three weeks of need in a row are seen in week 4, the first plan after them."""
    assert first_loan() == 2
    assert first_loan(trigger_periods=3) == 4
    assert first_loan(trigger_periods=PERIODS) is None


def test_the_trigger_watches_the_tier_that_it_names():
    assert first_loan(trigger={"tier": "essential"}) is None


# --- articles 3 to 6: what can be lent -----------------------------------------------------------


@pytest.mark.parametrize("volume, limit", [(0.5, 3.0), (2.0, 3.0), (9.0, 1.0)])
def test_volume_and_eligible_cargo_bound_what_is_lent(volume: float, limit: float):
    run, _ = lending(CLOSED, volume=volume, limit=limit)
    by_plan: dict[int, float] = {}
    by_departure: dict[tuple[int, int], float] = {}
    for t in run.transfers:
        by_departure[t.group, t.departs] = by_departure.get((t.group, t.departs), 0) + t.quantity
        if not t.is_return:
            by_plan[t.decided] = by_plan.get(t.decided, 0) + t.quantity
    assert max(by_plan.values()) <= 2 * volume + TINY
    assert max(by_departure.values()) <= limit + TINY
    if volume < limit:
        assert max(by_plan.values()) == pytest.approx(2 * volume)
    else:
        assert max(by_departure.values()) == pytest.approx(limit)


def test_nothing_is_lent_from_below_the_floor():
    """With a floor at what is there nothing is lent; with a lower one, less."""
    amounts = []
    for floor in (40.0, 36.0, 30.0, 20.0):
        run, _ = lending(CLOSED, floor=(floor, 5.0), volume=9.0, limit=9.0)
        amounts.append(sum(t.quantity for t in run.transfers if not t.is_return))
    assert amounts[0] == 0
    assert amounts == sorted(amounts)
    assert amounts[1] < amounts[3]


def test_lent_cargo_that_has_not_yet_been_missed_is_no_longer_spare():
    """Of 40 in the tank 20 may go; 6 of them are lent already and would land in weeks 2 and 3."""
    run = Watched(Pact(MARKET, sharing_of(NETWORK)), meet(NETWORK, CLOSED))
    assert run._spare(LENDER) == pytest.approx(20)
    taken, given = (NETWORK.lanes.id.index(name) for name in ("south-lea", "south-bar"))
    loan = Transfer(
        owner=LENDER, other=BORROWER, taken=taken, given=given, departs=0, decided=0, arrives=1.5,
        quantity=6.0, cost=2.0, group=0, limit=9.0,
    )  # fmt: skip
    run.transfers.append(loan)
    assert run._spare(LENDER) == pytest.approx(14)
    run.transfers[0] = loan.as_return(early=True)
    assert run._spare(LENDER) == pytest.approx(20)
    run.transfers[0] = replace(loan, departs=-3)
    assert run._spare(LENDER) == pytest.approx(20)


def test_a_lender_whose_own_first_tiers_are_short_lends_nothing():
    """Both run short of the south's cargo; with works among Lea's own first tiers it lends less."""
    wide = {"floor": (5.0, 2.0), "volume": 9.0, "limit": 9.0}
    homes, _ = lending(SOUTH_OUT, own=1, **wide)
    both, found = lending(SOUTH_OUT, own=2, **wide)
    lent = [sum(t.quantity for t in r.transfers if t.owner == LENDER and not t.is_return)
            for r in (homes, both)]  # fmt: skip
    assert 0 <= lent[1] < lent[0]
    alone = MARKET.run(both.met)
    assert short(NETWORK, both.met, found, 1).sum() <= short(
        NETWORK, both.met, alone, 1).sum() + TINY  # fmt: skip


def test_both_directions_work():
    """When Lea is the one in need, Bar lends and gets back."""
    network = pair(lender_stock=12.0)
    market = Market(network, Planning(window=16))
    run, found = lending(
        Shock(lane="south-lea", days=56), market=market, floor=(5.0, 2.0), volume=2.0
    )
    loans = [t for t in run.transfers if not t.is_return]
    assert loans
    assert {(t.owner, t.other) for t in loans} == {(BORROWER, LENDER)}
    assert {(t.owner, t.other) for t in run.transfers if t.is_return} == {(LENDER, BORROWER)}
    assert max(breaches(network, run.met, found).values()) < TINY


@pytest.mark.parametrize("floor", [16.0, 22.0, 26.0])
def test_a_floor_in_an_evaporating_tank_leaves_a_plan(floor: float):
    """Lea's tank loses 4 % a week, and soon after the loan nothing comes in any more."""
    network = pair(loss=0.04, lender_stock=30.0)
    run, found = lending(
        CLOSED, Shock(facility="south-wells", start_day=21, days=70),
        market=Market(network, Planning(window=16)), floor=(floor, 5.0), volume=9.0, limit=9.0,
    )  # fmt: skip
    assert run.transfers
    assert max(breaches(network, run.met, found).values()) < TINY


# --- article 8: return ---------------------------------------------------------------------------


def test_everything_is_given_back_by_the_day_it_is_due():
    run, _ = lending(CLOSED, due=12)
    assert sum(t.quantity for t in run.transfers if not t.is_return) > 5
    assert all(d.owed < TINY for d in run.debts)
    for debt in run.debts:
        borrowed = sum(t.quantity for t in run.transfers if not t.is_return
                       and t.decided + 12 <= debt.due)  # fmt: skip
        back = sum(t.quantity for t in run.transfers if t.is_return and t.departs < debt.due)
        assert back >= borrowed - TINY


def test_nothing_is_given_back_while_the_borrower_is_short_unless_it_is_due():
    """Due in 26 weeks, returns wait for the end of the need; due in four, they cannot."""
    late, _ = lending(CLOSED, due=26)
    assert min(t.decided for t in late.transfers if t.is_return) >= 8
    early, _ = lending(CLOSED, due=4)
    assert min(t.decided for t in early.transfers if t.is_return) < 8


def test_a_debt_that_is_not_due_within_the_run_stays_on_the_books():
    run, _ = lending(Shock(passage="strait", days=400), due=100)
    lent = sum(t.quantity for t in run.transfers if not t.is_return)
    assert lent > 10
    assert sum(d.owed for d in run.debts) == pytest.approx(lent)


def test_a_premium_is_given_back_on_top():
    run, _ = lending(CLOSED, **{"return": {"weeks": 26, "premium": 0.1}})
    lent, back, owed = run.books[-1]
    assert lent > 5
    assert owed < TINY
    assert back == pytest.approx(1.1 * lent)


@pytest.mark.parametrize("volume", [2.0, 8.0])
@pytest.mark.parametrize("days", [56, 100])
@pytest.mark.parametrize("target", ["strait", "gulf-wells"])
def test_while_it_lasts_a_single_borrower_is_better_off(target: str, days: int, volume: float):
    """Bar's watched tiers lack clearly less than under market as long as the shock lasts; after
    that they may lack more, because what was borrowed goes back."""
    kind = "passage" if target == "strait" else "facility"
    run, found = lending(Shock.model_validate({kind: target, "days": days}), volume=volume)
    alone = MARKET.run(run.met)
    steps, weeks = run.articles.members[BORROWER].watched, days // 7
    lacks = [sum(short(NETWORK, run.met, each, int(m))[:weeks].sum() for m in steps)
             for each in (found, alone)]  # fmt: skip
    assert lacks[0] < 0.9 * lacks[1]


# --- any articles, any closure -------------------------------------------------------------------

_SHOCKS = st.builds(
    lambda target, days, depth, start: Shock.model_validate(
        {**target, "days": days, "start_day": start}
        | ({} if "change" in target else {"depth": depth})
    ),
    st.sampled_from(
        [{"passage": "strait"}, {"facility": "gulf-wells"}, {"facility": "south-wells"},
         {"lane": "south-lea"}, {"ban": "south"}, {"demand": "bar", "change": 0.3},
         {"demand": "lea", "change": 0.3}]
    ),
    st.integers(7, 150), st.sampled_from([0.3, 0.7, 1.0]), st.integers(0, 60),
)  # fmt: skip


@st.composite
def any_articles(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "volume": draw(st.sampled_from([0.3, 2.0, 8.0])),
        "limit": draw(st.sampled_from([0.5, 3.0, 20.0])),
        "floor": (draw(st.floats(0, 45)), draw(st.floats(0, 12))),
        "due": draw(st.integers(1, 30)),
        "own": draw(st.integers(1, 2)),
        "trigger_periods": draw(st.integers(1, 4)),
        "imported": draw(st.sampled_from([0.5, 1.0])),
        "trigger": {"pooled": draw(st.booleans()), "below": draw(st.sampled_from([0.5, 0.9, 1.0]))},
        "eligible": {"at_sea": draw(st.booleans())},
        "return": {"weeks": 26, "premium": draw(st.sampled_from([0.0, 0.15]))},
        "fairness": {"rule": draw(st.sampled_from(["spare", "equal"]))},
        "objectives": {"order": draw(st.sampled_from([("arrival", "cost"), ("cost",)]))},
    }


@given(any_articles(), st.lists(_SHOCKS, min_size=1, max_size=2))
@settings(max_examples=40)
def test_whatever_the_articles_they_hold(kinds: dict[str, Any], found: list[Shock]):
    """All limits hold with the transfers; what is lent with its premium is returned or owed, at
    every date; volume, eligible cargo and lead times hold; no loan leaves the lender's own first
    tiers short in the plan or its tanks below its floor."""
    run, lent = lending(*found, **kinds)
    assert max(breaches(NETWORK, run.met, lent).values()) < TINY
    premium = 1 + kinds["return"]["premium"]
    for total, back, owed in run.books:
        assert total * premium == pytest.approx(back + owed, abs=TINY)
        assert owed >= -TINY
    assert lent.transfers == tuple(run.transfers)
    lag, articles = NETWORK.lanes.lag, run.articles
    for t in run.transfers:
        assert t.arrives == pytest.approx(t.departs + lag[t.given])
        assert t.departs + np.floor(lag[t.given]) >= t.decided
        assert (t.departs >= t.decided) or (kinds["eligible"]["at_sea"] and not t.is_return)
        assert NETWORK.lanes.origin[t.taken] == NETWORK.lanes.origin[t.given]
    for now, window, plan in run.kept:
        loans = [t for t in run.transfers if t.decided == now and not t.is_return]
        assert sum(t.quantity for t in loans) <= 2 * kinds["volume"] + TINY
        for i in {t.owner for t in loans}:
            assert_lender_is_safe(articles, i, window, plan)


def assert_lender_is_safe(articles: Sharing, i: int, window: Conditions, plan: Trajectory) -> None:
    """Articles 5 and 6 in the plan that carries a loan."""
    member = articles.members[i]
    wanted = NETWORK.demands.quantity[member.own, None] * window.wanted[member.own]
    assert (wanted - plan.served[member.own]).max() < 1e-5
    assert plan.stock[member.tanks].sum(axis=0).min() >= member.floor - TINY


@given(st.lists(_SHOCKS, min_size=1, max_size=2))
@settings(max_examples=15)
def test_nobody_lends_by_knowing_the_end(found: list[Shock]):
    """Loans and returns before the end of the first shock are the same if it lasts longer."""
    one, other = found[0], found[0].model_copy(update={"days": found[0].days + 50})
    first = found[0].start_day
    rest = [s for s in found[1:] if s.start_day >= first]
    short_run, _ = lending(one, *rest)
    long_run, _ = lending(other, *rest)
    # Ships set out by what they will meet at the strait, a quarter of a week later.
    same = 2 * ((int(one.days // 7) - 1) // 2)
    books = [
        [(t.taken, t.given, t.departs, round(t.quantity, 6)) for t in r.transfers
         if t.decided < same]
        for r in (short_run, long_run)
    ]  # fmt: skip
    assert books[0] == books[1]


# --- from the articles to the arrays -------------------------------------------------------------


@pytest.fixture(scope="module")
def nord() -> tuple[Network, Sharing]:
    study = read(DATA / "twelve")
    network = base_case(study).network
    return network, sharing(study, network, parse_protocol("protocol", GOOD))


def test_volume_days_and_weeks_become_units_and_periods(nord: tuple[Network, Sharing]):
    """Two cargoes of 0.07 Mt a week; seven days are one week; 26 weeks."""
    network, found = nord
    goods = found.volume / 0.14
    assert found.commodity == "lng"
    assert goods == pytest.approx(1.0) or goods == pytest.approx(1000.0)
    assert (found.trigger_periods, found.due_periods) == (1, 26)
    member = found.members[0]
    into = np.isin(network.lanes.destination, member.entries) & (network.lanes.lag > 0)
    use = (network.lanes.keep * network.lanes.base)[into].sum() / 7
    assert member.floor == pytest.approx(15 * use)


def test_members_have_their_own_coasts_tanks_and_tiers(nord: tuple[Network, Sharing]):
    network, found = nord
    places, demands = network.nodes.place, network.demands
    nrd, sud = found.members
    assert {places[i] for i in nrd.entries} == {"nord-west", "nord-east"}
    assert {places[i] for i in nrd.tanks} == {"nord-west-t", "nord-east"}
    assert {places[i] for i in sud.tanks} == {"suda-t"}
    assert {demands.tier_id[demands.tier_of[m]] for m in sud.watched} == {
        "suda-homes", "suda-industry"}  # fmt: skip
    assert {demands.tier_id[demands.tier_of[m]] for m in nrd.own} == {"nord-homes"}


def test_only_lanes_of_one_origin_with_eligible_cargo_and_no_narrow_canal_are_ways(
    nord: tuple[Network, Sharing],
):
    """gulf-nord may not be diverted (flexible = no, no consent); of gulf-suda, where nobody knows,
    half is eligible.  So Suda's gulf cargo can go to Nord's west coast, and nothing else moves."""
    network, found = nord
    names = network.lanes.id
    ways = {
        (found.members[o].name, names[a], names[b])
        for o, a, b in zip(found.moves.owner, found.moves.taken, found.moves.given, strict=True)
    }
    assert ways == {("SUD", "gulf~suda", "gulf~nord-west")}
    lanes = network.lanes
    assert np.array_equal(lanes.origin[found.moves.taken], lanes.origin[found.moves.given])
    assert found.moves.limit == pytest.approx(0.5 * 5 * 7 / 365 * found.volume / 0.14)


def test_with_consent_and_free_cargo_more_can_be_moved(nord: tuple[Network, Sharing]):
    network, found = nord
    study = read(DATA / "twelve")
    text = GOOD.replace("consent_share = 0.0", "consent_share = 0.25")
    more = sharing(study, network, parse_protocol("protocol", text))
    assert len(more.moves) > len(found.moves)
    owners = {more.members[o].name for o in more.moves.owner}
    assert owners == {"NRD", "SUD"}
    mine = more.moves.limit[more.moves.owner == 0]
    assert mine == pytest.approx(0.25 * 8 * 7 / 365 * more.volume / 0.14)
