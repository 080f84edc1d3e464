"""A generated book: real quantities, ships that can do it, nobody short while nothing happens."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import seawall
from seawall.errors import UsageError
from seawall.questions.redirect.generate import Programme, generate, programme
from seawall.study.book import with_book

DAYS = 90


@cache
def made(season: bool = True, seed: int = 0, days: int = DAYS) -> Programme:
    return programme(seawall.read("india-japan"), days=days, seed=seed, season=season)


@cache
def book(seed: int = 0) -> dict[str, pd.DataFrame]:
    return generate(seawall.read("india-japan"), days=DAYS, seed=seed)


@pytest.mark.parametrize("season, seed", [(True, 0), (False, 1), (True, 2)])
def test_nobody_is_short_and_no_tank_runs_over_while_nothing_happens(
    season: bool, seed: int
) -> None:
    plan = made(season, seed)
    for h in plan.trade.harbours:
        landed = np.zeros(DAYS)
        for one in plan.liftings:
            if one.harbour.id == h.id and one.arrives < DAYS:
                landed[one.arrives] += one.lands
        sent = h.use * plan.trade.factors(h.country, plan.as_of, DAYS)
        stock = h.stock + np.cumsum(landed - sent)
        assert stock.min() >= h.floor - 1e-6, h.id
        assert stock.max() <= h.tank + 1e-6, h.id


def test_landings_of_a_year_are_those_of_the_base() -> None:
    plan = made(False, 0, 365)
    cargoes = [one for one in plan.liftings if one.arrives < 365]
    assert 1150 < len(cargoes) < 1350
    for stream_end in ("country", "cluster"):
        base: dict[str, float] = {}
        landed: dict[str, float] = {}
        for h in plan.trade.harbours:
            key = getattr(h, stream_end)
            base[key] = base.get(key, 0.0) + h.use * 365
        for one in cargoes:
            key = getattr(one.harbour, stream_end)
            landed[key] = landed.get(key, 0.0) + one.lands
        for key, kt in base.items():
            assert landed[key] == pytest.approx(kt, abs=8 * 90, rel=0.02), key


def test_contracts_lift_what_really_lands() -> None:
    plan = made(False, 0, 365)
    lifted: dict[tuple[str, str], float] = {}
    base: dict[tuple[str, str], float] = {}
    for stream in plan.trade.streams:
        pair = (stream.group, stream.country)
        base[pair] = base.get(pair, 0.0) + stream.landed
    for one in plan.liftings:
        if one.arrives < 365:
            pair = (one.contract.group, one.contract.country)
            lifted[pair] = lifted.get(pair, 0.0) + one.lands
    for pair, kt in base.items():
        assert lifted.get(pair, 0.0) == pytest.approx(kt, abs=6 * 80), pair
    shares: dict[tuple[str, str], float] = {}
    for contract in plan.trade.contracts:
        pair = (contract.group, contract.country)
        shares[pair] = shares.get(pair, 0.0) + contract.share
    assert all(share == pytest.approx(1.0) for share in shares.values())


def test_as_few_ships_as_can_do_it() -> None:
    plan = made()
    assert all(pool.ships == pool.least for pool in plan.pools)
    assert sorted(n for ship in plan.ships for n in ship.cargoes) == list(range(len(plan.liftings)))
    for ship in plan.ships:
        for a, b in pairwise(ship.cargoes):
            assert plan.liftings[a].arrives < plan.liftings[b].load


def test_the_book_passes_every_check_of_a_book() -> None:
    study = with_book(seawall.read("india-japan"), book())
    assert len(study.table("cargoes")) == len(book()["cargoes"])
    assert (study.table("cargoes")["note"].str.contains("not a real position")).all()


def test_the_same_seed_gives_the_same_book_and_another_another() -> None:
    again = generate(seawall.read("india-japan"), days=DAYS, seed=0)
    for name, frame in book().items():
        pd.testing.assert_frame_equal(frame, again[name])
    assert not book()["cargoes"].equals(book(1)["cargoes"])


def test_offers_are_spread_over_prices_and_time() -> None:
    offers = book()["cargoes"].query("state == 'offer'")
    assert len(offers) == 24
    assert offers["price"].max() > 1.5 * offers["price"].min()
    assert offers["load"].nunique() > 6
    with pytest.raises(UsageError, match="0 offers or more"):
        generate(seawall.read("india-japan"), days=DAYS, offers=-1)
    with pytest.raises(UsageError, match="1 to 366 days"):
        generate(seawall.read("india-japan"), days=0)
