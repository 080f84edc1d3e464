"""Declared views: what they say, what they hide, how they are read and matched."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.questions.redirect.instances import middle

from seawall.errors import InputError, UsageError
from seawall.questions.redirect.clear import clear, matches_table
from seawall.questions.redirect.declared import (
    SIZES,
    Lack,
    Lot,
    Need,
    Offer,
    declared_text,
    parse_declared,
)
from seawall.questions.redirect.instance import NOBODY, Instance, Plan
from seawall.questions.redirect.own_part import (
    chosen,
    lacks_of,
    lots_of,
    only_accepted,
    own_part,
    price_of_secrecy,
    without_loans,
)
from seawall.questions.redirect.search import solve
from seawall.questions.redirect.volumes import loans, safe, spared
from seawall.study import Protocol

DAY = date(2026, 3, 2)
ENERGY = 51.5
PROTOCOL = Protocol.model_validate(
    {"title": "made up", "members": ["near", "far"], "floor": {"days": {"near": 5.0, "far": 5.0}}}
)
LOTS = (
    Lot("L1", 0, DAY + timedelta(6), "standard", 2, 70.0, 10.0, {"w": 2, "e": 3},
        {"w": 1.0, "e": 0.5}),
    Lot("L2", 1, DAY + timedelta(8), "large", 3, 90.0, 10.0, {"w": 2}, {"w": 1.0}),
)  # fmt: skip
LACKS = (
    Lack("N1", 2, "south", "important", 60.0, 16.0, DAY + timedelta(20)),
    Lack("N2", 3, "south", "essential", 150.0, 40.0, DAY + timedelta(27)),
)
OFFER = Offer("far", "near", DAY, PROTOCOL.digest(), ENERGY, LOTS, {"L1": ("a", "b")})
NEED = Need(
    "near", "far", DAY, PROTOCOL.digest(), ENERGY, DAY, 2, {"w": "south", "e": "south"},
    {"w": ("standard", "large"), "e": ("standard",)}, LACKS,
)  # fmt: skip


def test_views_read_back_and_keep_what_stays_at_home():
    accepted = clear(OFFER, NEED, PROTOCOL).acceptance
    for made in (OFFER, NEED, replace(NEED, since=None), accepted):
        assert parse_declared("x.toml", declared_text(made)) == made
    assert '"a"' not in declared_text(OFFER)
    assert "own" not in declared_text(OFFER)


def test_everything_wrong_is_told_at_once_with_its_line():
    text = (
        declared_text(OFFER)
        .replace("cargoes = 2", "cargos = 2")
        .replace("price = 10", "price = -1", 1)
    )
    text = text.replace("version = 1", "version = 9").replace('id = "L2"', 'id = "L1"')
    with pytest.raises(InputError) as told:
        parse_declared("x.toml", text)
    lines = text.splitlines()
    problems = {p.column: p for p in told.value.problems}
    assert set(problems) == {
        "version",
        "lot[1].cargoes",
        "lot[1].cargos",
        "lot[1].price",
        "lot[2].id",
    }
    for column, word in (("lot[1].price", "price = -1"), ("lot[1].cargos", "cargos")):
        row = problems[column].row
        assert row is not None
        assert word in lines[row - 1]
    assert all(p.fix for p in problems.values())


@pytest.mark.parametrize(
    "old, new, column",
    [
        ('size = "large"', 'size = "huge"', "lot[2].size"),
        ("arrives = { w = 2 }", "arrives = { x = 2 }", "lot[2].arrives"),
        ("arrives = { w = 2 }", "arrives = { w = 0 }", "lot[2].arrives.w"),
        ("decide_by = 2026-03-10", "decide_by = 2026-04-10", "lot[2].decide_by"),
    ],
)
def test_what_does_not_agree_is_told(old: str, new: str, column: str):
    text = declared_text(OFFER)
    assert old in text
    with pytest.raises(InputError) as told:
        parse_declared("x.toml", text.replace(old, new))
    assert column in {p.column for p in told.value.problems}


def test_other_articles_days_and_members_are_refused_together():
    other = replace(NEED, protocol="0" * 64, as_of=DAY + timedelta(1), other="else")
    with pytest.raises(UsageError) as told:
        clear(OFFER, other, PROTOCOL)
    for word in ("other articles", "2026-03-03", "else"):
        assert word in str(told.value)


def test_matches_are_whole_within_article_3_and_priced_by_article_7():
    made = clear(OFFER, NEED, PROTOCOL)
    table = matches_table(made.acceptance)
    # Two large cargoes give 180 of the 210 kt that are lacking: 150 at 40, 30 at 16, each at 10.
    assert table[["lot", "coast", "cargoes"]].to_numpy().tolist() == [["L2", "w", 2]]
    worth = (150 * 40 + 30 * 16 - 180 * 10) * ENERGY / 1000 - 2 * 1.0
    assert made.surplus == pytest.approx(worth)
    assert made.bound == pytest.approx(made.surplus)
    paid = PROTOCOL.model_copy(
        update={
            "price": PROTOCOL.price.model_copy(update={"compensation": 2.0, "plus_cost": False})
        }
    )
    offer, need = (replace(x, protocol=paid.digest()) for x in (OFFER, NEED))
    match = clear(offer, need, paid).acceptance.matches[0]
    assert (match.price, match.extra) == (12.0, 0.0)
    tight = PROTOCOL.model_copy(
        update={"volume": PROTOCOL.volume.model_copy(update={"cargoes_per_week": 0.5})}
    )
    offer, need = (replace(x, protocol=tight.digest()) for x in (OFFER, NEED))
    assert sum(m.cargoes for m in clear(offer, need, tight).acceptance.matches) == 1


def test_who_is_not_in_need_gets_nothing_and_is_told_why():
    made = clear(OFFER, replace(NEED, since=None), PROTOCOL)
    assert made.acceptance.matches == ()
    assert "article 2" in made.why
    # From the second week on, cargoes that had to be told in the first come too early to be asked.
    late = clear(OFFER, replace(NEED, since=DAY + timedelta(7)), PROTOCOL)
    assert {m.lot for m in late.acceptance.matches} == {"L2"}


def test_article_10_decides_between_equals():
    alike = [
        Lot("L1", 0, DAY, "standard", 1, 70.0, 10.0, {"w": 3}, {"w": 1.0}),
        Lot("L2", 0, DAY, "standard", 1, 70.0, 10.0, {"w": 2}, {"w": 1.0}),
    ]
    need = replace(NEED, lacks=(Lack("N", 3, "south", "essential", 70.0, 40.0, DAY),))
    for lots in (alike, alike[::-1]):
        made = clear(replace(OFFER, lots=tuple(lots)), need, PROTOCOL)
        assert [m.lot for m in made.acceptance.matches] == ["L2"]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 2), st.integers(50, 90),
                          st.integers(0, 30)), min_size=1, max_size=3),
       st.lists(st.tuples(st.integers(1, 5), st.integers(10, 200), st.integers(5, 60)),
                min_size=1, max_size=3))  # fmt: skip
def test_clearing_is_as_good_as_trying_everything(
    lots: list[tuple[int, int, int, int]], lacks: list[tuple[int, int, int]]
):
    offer = replace(OFFER, lots=tuple(
        Lot(f"L{i}", week, DAY + timedelta(7 * week), "standard", n, float(kt), 10.0,
            {"w": week + 1}, {"w": float(extra)})
        for i, (week, n, kt, extra) in enumerate(lots)
    ))  # fmt: skip
    need = replace(NEED, keeps=9, lacks=tuple(
        Lack(f"N{i}", 9, "south", "essential", float(kt), float(price), DAY)
        for i, (_, kt, price) in enumerate(lacks)
    ))  # fmt: skip
    best = 0.0
    for counts in product(*(range(lot.cargoes + 1) for lot in offer.lots)):
        by_week = [sum(n for n, lot in zip(counts, offer.lots, strict=True) if lot.week == w)
                   for w in range(3)]  # fmt: skip
        if max(by_week) > 2:
            continue
        gas = sum(n * lot.quantity for n, lot in zip(counts, offer.lots, strict=True))
        value = -sum(n * (lot.quantity * 10.0 * ENERGY / 1000 + lot.extra["w"])
                     for n, lot in zip(counts, offer.lots, strict=True))  # fmt: skip
        for lack in sorted(need.lacks, key=lambda lack: -lack.price):
            used = min(gas, lack.quantity)
            gas -= used
            value += used * lack.price * ENERGY / 1000
        best = max(best, value)
    made = clear(offer, need, PROTOCOL)
    assert made.surplus == pytest.approx(best, abs=1e-4)
    assert made.surplus <= made.bound + 1e-6


@pytest.fixture(scope="module")
def morning() -> tuple[Instance, Instance, Plan]:
    """A middling morning, the lender's own part of it, and its plan alone."""
    whole = middle(1, loans=True)
    part = own_part(whole, 1)
    return whole, part, solve(without_loans(part), time_limit=3.0, gap=0.05)


def test_nothing_of_the_others_is_in_ones_own_part(morning: tuple[Instance, Instance, Plan]):
    whole, part, _ = morning
    rng = np.random.default_rng(0)
    ashore, steps = whole.terminals, whole.steps
    theirs = ashore.member != 1
    step = (ashore.region_member != 1)[steps.region]
    changed = replace(
        whole,
        terminals=replace(ashore, start=np.where(theirs, rng.random(len(theirs)), ashore.start)),
        steps=replace(steps, wanted=np.where(step[None, :, None], 7.0, steps.wanted)),
        cargoes=replace(
            whole.cargoes, value=np.where(whole.cargoes.owner == 0, 99.0, whole.cargoes.value)
        ),
    )
    other = own_part(changed, 1)
    for kind in ("terminals", "steps", "cargoes", "columns"):
        for part_of in fields(getattr(part, kind)):
            one, two = (getattr(getattr(x, kind), part_of.name) for x in (part, other))
            assert np.array_equal(one, two), (kind, part_of.name)
    assert not (part.cargoes.owner[part.columns.cargo] == 0).any()


def test_what_is_spared_leaves_the_floor_and_the_first_tiers(
    morning: tuple[Instance, Instance, Plan],
):
    _, part, plan = morning
    spares = spared(part, plan, 1, 0, cap=2.0, days=35, order=("arrival", "cost"))
    assert spares
    names = {s.cargo for s in spares}
    assert safe(part, plan, 1, names)
    every = {int(c) for c in np.flatnonzero((plan.column != NOBODY).any(axis=0))}
    dry = replace(part, terminals=replace(part.terminals, start=0.0 * part.terminals.start,
                                          floor=0.0 * part.terminals.floor))  # fmt: skip
    # Without any cargo and with empty tanks nobody serves its first tiers.
    needs = replace(dry, lending=replace(
        dry.lending, serves=dry.steps.wanted, floor=0.0 * dry.lending.floor))  # fmt: skip
    assert not safe(needs, plan, 1, every)
    for week in range(5):
        assert sum(s.decide // 7 <= week for s in spares) <= 2 * (week + 1)
    assert names <= {s.cargo for s in loans(part, 1, 0)}


def test_lots_tell_the_worst_of_their_cargoes(morning: tuple[Instance, Instance, Plan]):
    _, part, plan = morning
    spares = spared(part, plan, 1, 0, cap=2.0, days=35, order=("arrival", "cost"))
    prices = {name: 10.0 + i / 1000 for i, name in enumerate(part.cargoes.ids)}
    lots, own = lots_of(part, spares, prices, DAY, 0)
    assert sum(lot.cargoes for lot in lots) == len(spares)
    by_name = {part.cargoes.ids[s.cargo]: s for s in spares}
    for lot in lots:
        assert len(own[lot.id]) == lot.cargoes
        assert lot.size in dict(SIZES)
        for name in own[lot.id]:
            spare = by_name[name]
            assert lot.quantity <= spare.lands
            assert lot.price >= prices[name]
            assert lot.decide_by <= DAY + timedelta(spare.decide)
            for k, day in spare.arrives.items():
                coast = part.terminals.clusters[k]
                assert lot.arrives[coast] == day // 7
                assert lot.extra[coast] >= spare.extra[k]
            text = declared_text(replace(OFFER, lots=lots, own=own))
            assert name not in text


def test_lacks_are_what_the_plan_leaves_unserved(morning: tuple[Instance, Instance, Plan]):
    whole, _, _ = morning
    part = own_part(whole, 0)
    plan = solve(without_loans(part), time_limit=3.0, gap=0.05)
    short = np.maximum(part.steps.wanted - plan.served, 0.0)
    lacks = lacks_of(part, plan, 0, ENERGY, DAY, 5)
    told = sum(lack.quantity for lack in lacks)
    assert told <= short.sum() + 1e-6
    assert told > short.sum() - len(part.steps.ids) * 5 - 5
    assert len({lack.id for lack in lacks}) == len(lacks)


def test_the_cheapest_serve_first():
    matches = clear(OFFER, NEED, PROTOCOL).acceptance
    assert chosen(matches, {"L2": ("c", "b", "a")}) == {"c": 0, "b": 0}


def test_the_price_of_secrecy_is_never_below_what_the_search_leaves_open(
    morning: tuple[Instance, Instance, Plan],
):
    whole, part, plan = morning
    spares = spared(part, plan, 1, 0, cap=1.5, days=35, order=("arrival", "cost"))
    lots, own = lots_of(part, spares, dict.fromkeys(part.cargoes.ids, 1.0), DAY, 0)
    ashore = whole.terminals
    coasts = {c: ashore.regions[ashore.cluster_region[k]] for k, c in enumerate(ashore.clusters)
              if ashore.region_member[ashore.cluster_region[k]] == 0}  # fmt: skip
    need = replace(
        NEED, coasts=coasts, takes=dict.fromkeys(coasts, tuple(n for n, _ in SIZES)),
        lacks=tuple(Lack(f"N{w}", w, r, "essential", 80.0, 60.0, DAY)
                    for w in range(6) for r in set(coasts.values())),
    )  # fmt: skip
    made = clear(replace(OFFER, lots=lots, own=own), need, PROTOCOL)
    assert made.acceptance.matches
    bound = only_accepted(whole, made.acceptance, own)
    lent = {bound.cargoes.ids[c] for c in bound.columns.cargo[bound.columns.lender != NOBODY]}
    assert lent <= set(chosen(made.acceptance, own))
    full = solve(whole, time_limit=3.0, gap=0.05)
    price = price_of_secrecy(whole, solve(bound, time_limit=3.0, gap=0.05), full)
    # No plan by matches is better than what is proven of all plans.
    assert price.high >= -1e-6
    assert price.low <= price.price <= price.high
