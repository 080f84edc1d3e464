"""Offer, need, clear, accept on a made-up study: one coast is cut off, the island is not."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from tests.questions.redirect import harbours
from tests.questions.redirect.harbours import at_sea, cargo, on

from seawall.errors import UnknownName, UsageError
from seawall.questions.redirect.clear import clear
from seawall.questions.redirect.declared import declared_text
from seawall.questions.redirect.secret import accept, need, offer, own_book
from seawall.study import Protocol, Study, study_protocol
from seawall.study.book import with_book

HOW: dict[str, Any] = {"horizon": 42, "weeks": 5, "time_limit": 5.0}


def morning(*more: dict[str, Any], **jetty: Any) -> Study:
    """The island has many cargoes from the south, the coast one behind the shut strait."""
    island = [
        cargo(f"island-{i}", load="south", load_from=on(4 + 2 * i), load_to=on(5 + 2 * i),
              eta=on(7 + 2 * i))
        for i in range(17)
    ]  # fmt: skip
    coast = at_sea("coast-1", 5.0, owner="COAST", buyer="Coast Gas", contract="K3", basis="DES",
                   flexible="no", destination="jetty", **jetty)  # fmt: skip
    return harbours.with_cargoes(*island, at_sea("island-sea", 45.0), coast, *more)


def articles() -> Protocol:
    found = study_protocol(harbours.study())
    assert found is not None
    return found


@pytest.fixture(scope="module")
def both() -> tuple[Any, Any]:
    how = HOW | {"protocol": articles(), "scenario": harbours.shut("strait", 60.0)}
    return offer(morning(), "ISLAND", **how), need(morning(), "COAST", **how)


def test_an_offer_names_no_plant_ship_contract_or_tank(both: tuple[Any, Any]):
    made, lacks = both
    assert made.lots
    book = morning()
    for text in (declared_text(made), declared_text(lacks)):
        for table in ("cargoes", "ships", "terminals"):
            for name in book.table(table)["id"]:
                assert f'"{name}"' not in text
        for name in ("K1", "K2", "K3", "Island Gas", "north-plant"):
            assert name not in text


def test_a_need_says_what_its_own_coast_lacks(both: tuple[Any, Any]):
    _, made = both
    assert made.since is not None
    assert {lack.place for lack in made.lacks} == {"COAST"}
    assert set(made.coasts.values()) == {"COAST"}


def test_what_the_other_has_changes_nothing_that_is_declared(both: tuple[Any, Any]):
    how = HOW | {"protocol": articles(), "scenario": harbours.shut("strait", 60.0)}
    other = morning(size=120_000.0)
    tanks = other.table("tanks").drop(columns="row")
    tanks["stock"] = tanks["stock"].mask(tanks["terminal"] == "jetty", 399.0)
    frames = {n: other.table(n).drop(columns="row") for n in ("cargoes", "ships", "clauses")}
    other = with_book(harbours.study(), {**frames, "tanks": tanks})
    assert declared_text(offer(other, "ISLAND", **how)) == declared_text(both[0])


def test_ones_own_book_holds_nobody_elses_rows():
    mine = own_book(morning(), "ISLAND")
    assert set(mine.table("cargoes")["owner"]) == {"ISLAND"}
    assert "s-coast-1" not in set(mine.table("ships")["id"])
    tanks = mine.table("tanks").set_index("terminal")
    assert tanks.loc["jetty", "stock"] == 0.0
    assert tanks.loc["harbour", "stock"] == 200.0


def test_acceptances_go_home_and_become_cargoes(both: tuple[Any, Any]):
    made, lacks = both
    accepted = clear(made, lacks, articles()).acceptance
    assert accepted.matches
    count = sum(match.cargoes for match in accepted.matches)
    lender = accept(morning(), accepted, "ISLAND", own=made.own)
    lent = lender.table("cargoes")
    lent = lent[lent["owner"] == "COAST"]
    lent = lent[lent["id"] != "coast-1"]
    assert len(lent) == count
    assert set(lent["destination"]) == {"jetty"}
    assert set(lent["id"]) <= {name for names in made.own.values() for name in names}
    borrower = accept(morning(), accepted, "COAST")
    came = borrower.table("cargoes")
    came = came[came["id"].str.startswith("loan-")]
    assert len(came) == count
    assert set(came["state"]) == {"laden"}
    # What it lands is what the match promised, at the time that it promised.
    ready = harbours.ready(borrower, None)
    by_id = {c.row.id: c for c in ready.cargoes}
    match = accepted.matches[0]
    first = by_id[came["id"].iloc[0]]
    assert first.due == 7 * match.arrives + 6
    landed = first.lands(first.due, first.departs)
    assert landed == pytest.approx(match.quantity / match.cargoes, rel=0.01)


def test_what_cannot_be_taken_home_is_refused(both: tuple[Any, Any]):
    made, lacks = both
    accepted = clear(made, lacks, articles()).acceptance
    with pytest.raises(UsageError, match="stand behind"):
        accept(morning(), accepted, "ISLAND")
    with pytest.raises(UsageError, match="were accepted"):
        accept(morning(), accepted, "ISLAND", own={})
    with pytest.raises(UnknownName):
        accept(morning(), accepted, "NORTH")
    later = morning()
    tanks = later.table("tanks").drop(columns="row").assign(as_of=on(1))
    frames = {n: later.table(n).drop(columns="row") for n in ("cargoes", "ships", "clauses")}
    moved = with_book(harbours.study(), {**frames, "tanks": pd.DataFrame(tanks)})
    with pytest.raises(UsageError, match="the book is of"):
        accept(moved, accepted, "COAST")


def test_members_are_those_of_the_protocol():
    with pytest.raises(UnknownName):
        offer(morning(), "NORTH", protocol=articles())
    with pytest.raises(UsageError, match="itself"):
        offer(morning(), "ISLAND", other="ISLAND", protocol=articles())
