"""What is refused, with the reason and what would be right."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event
from tests.ledger.rows import INDICATOR, PLEDGE, SOURCE, base, claim, proof, recorded

import seawall
from seawall.ledger.book import Book
from seawall.ledger.counted import slip_in
from seawall.ledger.database import opened
from seawall.ledger.entries import RECORDS, Entry
from seawall.ledger.rules import LedgerProblem, Refused, digest_of_text, problems
from seawall.study.checks.track import WORDS

MILESTONE = {"id": "m1", "pledge": "p1", "what": "A plant", "stage": "opened", "source": "s1",
             "confidence": "assumption"}  # fmt: skip
I2 = recorded("indicators", INDICATOR, id="i2")


def refused(book: Book, *entries: Entry, **options: object) -> tuple[LedgerProblem, ...]:
    before = book.head()
    with pytest.raises(Refused) as caught:
        book.append(entries, **options)  # type: ignore[arg-type]
    assert book.head() == before
    return caught.value.refused


@pytest.mark.parametrize(
    "entry, column, rule",
    [
        (proof("x", source="nowhere"), "source", "no such row"),
        (proof("x", indicator=None), "indicator", "an indicator or of a milestone"),
        (proof("x", milestone="m1"), "indicator", "an indicator or of a milestone"),
        (proof("x", value=None), "value", "has a figure"),
        (proof("x", low=4.0), "value", "outside of its range"),
        (proof("x", high=2.0), "value", "outside of its range"),
        (proof("x", low=9.0, high=2.0), "value", "outside of its range"),
        (proof("x", begins="2026-05", ends="2026-04-30"), "ends", "lies before begins"),
        (proof("x", indicator="i2", supersedes="e1"), "supersedes", "something else"),
        (proof("x", supersedes="x"), "supersedes", "loop"),
        (proof("x", supersedes="y"), "supersedes", "no such row"),
        (proof("x", counted_in="XQZ"), "counted_in", "unknown currency"),
        (proof("x", counted_in="bn XQZ"), "counted_in", "unknown currency XQZ"),
        (proof("x", counted_in="Kt"), "counted_in", "no such unit"),
        (proof("x", counted_in=None), "counted_in", "a figure and what it counts"),
        (proof("x", date=None), "date", "blank"),
        (proof("x", date="2026-06-30"), "date", "before the pledge"),
        (proof("x", date="2998"), "date", "future"),
        (proof("x", date="2026-02-30"), "date", "no such date"),
        (proof("x", date="1 May"), "date", "not a date"),
        (proof("x", value=float("inf")), "value", "not a number"),
        (proof("x", value=10**5000), "value", "not a number"),
        (proof("x", value=True), "value", "not a number"),
        (proof("x", value="3"), "value", "not a number"),
        (proof("x", confidence="sure"), "confidence", "no such choice"),
        (proof("x", note="a\0b"), "note", "not text"),
        (proof("x", note=b"a"), "note", "not text"),
        (proof("x", note="\ud800"), "note", "not text"),
        (proof("x", colour="red"), "colour", "no such column"),
        (proof("a b"), "id", "not an id"),
        (proof("e1", value=4.0), "id", "past row"),
        (proof("e1"), "id", "recorded already"),
        (Entry("evidence", proof("x").row, "A", "w", replaces=True), "id", "not there"),
        (recorded("indicators", INDICATOR, id="x", frequency=0.0), "frequency", "out of bounds"),
        (recorded("indicators", INDICATOR, id="x", begins="2030", deadline="2029"), "deadline",
         "lies before begins"),
        (recorded("pledges", PLEDGE, id="x", quantity=1.0), "counted_in", "belong together"),
        (recorded("pledges", PLEDGE, id="x", quantity=-1.0, counted_in="USD"), "quantity",
         "may not be negative"),
        (claim("x", quote=" ".join("a" * (WORDS + 1))), "quote", f"{WORDS} at most"),
        (claim("x", quote=None), "quote", "what is stated is quoted"),
        (claim("x", kind="derived"), "quote", "in so many words"),
        (claim("x", quantity=None), "counted_in", "nothing is counted"),
        (claim("x", source=None), "source", "blank"),
        (Entry("sources", {"id": "s2"}, " ", "w"), "who", "blank"),
        (Entry("sources", {"id": "s2"}, "A", ""), "why", "blank"),
        (Entry("nothing", {"id": "s2"}, "A", "w"), "", "no such kind"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_refused(file_book: Book, entry: Entry, column: str, rule: str):
    file_book.append([proof("e1"), I2, recorded("milestones", MILESTONE)])
    told = [each for each in refused(file_book, proof("good"), entry) if each.column == column]
    assert len(told) == 1
    assert rule in told[0].rule
    assert told[0].index == 1


def test_what_keeps_the_rules_is_recorded(file_book: Book):
    good = [
        recorded("milestones", MILESTONE),
        proof("at-ends", low=3.0, high=3.0, begins="2026-07", ends="2026"),
        proof("shown", indicator=None, milestone="m1", value=None, counted_in=None),
        proof("noun", counted_in="biogas digesters"),
        claim("twenty", quote=" ".join("a" * WORDS)),
        claim("derived", kind="derived", quote=None),
        recorded("indicators", INDICATOR, id="often", frequency=0.5),
        proof("newer", supersedes="at-ends"),
    ]
    assert len(file_book.append(good)) == len(good)


def test_all_reasons_are_told_at_once_and_none_follows_from_another(file_book: Book):
    bad = proof("x", date="soon", note="a\0b", low=9.0)
    told = refused(file_book, bad, proof("y", supersedes="x"))
    assert [(each.index, each.column) for each in told] == [(0, "date"), (0, "note"), (0, "value")]


@pytest.mark.parametrize(
    "name, meant",
    [
        ("Kt", '"kt"'), ("t / yr", '"t/yr"'), ("m³", '"m3"'), ("GWH", '"GWh"'), ("usd", '"USD"'),
        ("Plants", '"plants"'), ("bn JPY", '"JPY bn"'), ("million EUR", "in full, in EUR"),
        ("$ bn", "write its code"), ("US$", "write its code"), ("UDS", '"USD"'),
        ("bn XYZ", "known: EUR"), ("million ABC", "known: EUR"), ("XYZ crore", "known: EUR"),
        ("bn UDS a year", '"USD"'), ("XYZ", "known: EUR"), ("tonnes", '"t"'), ("Dollars", '"USD"'),
        ("megawatt-hours", '"MWh"'), ("yen", '"JPY"'),
    ],
)  # fmt: skip
def test_a_unit_that_is_nearly_one_is_told(name: str, meant: str):
    slip = slip_in(name, {"USD", "EUR", "JPY"})
    assert slip is not None
    assert meant in slip[1]


@pytest.mark.parametrize(
    "name", ["kt", "USD", "EUR", "USD bn", "plants", "companies", "million GPU", "million MWh",
             "LNG carriers", "mnemonics", "CNG stations", "yens of old", "rupee notes"],
)  # fmt: skip
def test_units_currencies_and_nouns_count(name: str):
    assert slip_in(name, {"USD", "EUR"}) is None


def test_a_quote_has_to_be_in_its_text(file_book: Book):
    texts = {"s1": "They said: ten\n  new plants,\tby 2030."}
    assert len(file_book.append([claim("c1"), claim("c2", quote="new  plants, by")], texts=texts))
    told = refused(file_book, claim("c3", quote="eleven new plants"), texts=texts)
    assert [(each.column, each.value) for each in told] == [("quote", "eleven new plants")]
    assert "not in the text of its source s1" in told[0].rule
    assert len(file_book.append([claim("c3", quote="eleven new plants")], texts={"s2": "none"}))


def test_another_text_than_the_one_that_was_kept_is_refused(file_book: Book):
    text = "They said: ten new plants.\nBy 2030.\n"
    kept = recorded("sources", SOURCE, id="s9", sha256=digest_of_text(text))
    file_book.append([kept])
    told = refused(file_book, claim("c8", source="s9"), texts={"s9": "They said: ten new plants!"})
    assert [(each.column, each.value) for each in told] == [("source", "s9")]
    assert "not the one that its source has the digest of" in told[0].rule
    windows = {"s9": text.replace("\n", "\r\n")}
    assert len(file_book.append([claim("c8", source="s9")], texts=windows)) == 1
    told = refused(file_book, recorded("sources", SOURCE, id="s10", sha256="ABC"))
    assert [(each.column, each.value, each.rule) for each in told] == [
        ("sha256", "ABC", "no SHA-256")
    ]


def test_what_rests_on_a_refused_entry_is_refused_too(file_book: Book):
    chain = [proof(f"e{n}", supersedes=f"e{n - 1}") for n in range(1, 400)]
    bad, good = proof("e0", date="2998"), proof("other")
    done = file_book.append([*reversed(chain), good, bad], partial=True)
    assert [each.entry.key for each in done] == ["other"]
    assert {each.key for each in done.refused} == {f"e{n}" for n in range(400)}
    assert {each.rule for each in done.refused[:-1]} == {"no such row of evidence"}


def test_what_rests_on_another_row_of_that_id_is_kept(file_book: Book):
    file_book.append([proof("e0")])
    wrong = Entry("evidence", proof("e0", date="2998").row, "A", "a slip", replaces=True)
    done = file_book.append([wrong, proof("e1", supersedes="e0")], partial=True)
    assert [each.entry.key for each in done] == ["e1"]


def test_a_loop_over_recorded_rows_is_found(file_book: Book):
    file_book.append([proof("a"), proof("b", supersedes="a"), proof("c", supersedes="b")])
    back = Entry("evidence", proof("a", supersedes="c").row, "A", "a slip", replaces=True)
    told = refused(file_book, back)
    assert [each.rule for each in told] == ["a loop: a > c > b > a"]


class Nothing:
    """A ledger without rows, which counts what is asked of it."""

    currencies = frozenset({"USD"})

    def __init__(self) -> None:
        self.asked = 0

    def load(self, names: object) -> None:
        """There is nothing to load."""

    def row(self, kind: str, key: str) -> None:
        self.asked += 1


@pytest.mark.parametrize("closed", [False, True])
def test_long_chains_are_walked_once(closed: bool):
    count = 3000
    known = Nothing()
    chain = [proof(f"e{n}", supersedes=f"e{n - 1}" if n else None) for n in range(count)]
    if closed:
        chain[0] = proof("e0", supersedes=f"e{count - 1}")
    told = problems([*base(), *chain], known, date(2026, 11, 1))
    assert known.asked == len(chain) + len(base())  # whether the id is taken
    if closed:
        assert [each.index for each in told] == [len(base()) + n for n in range(count)]
        assert told[0].rule == "a loop: e0 > e2999 > e2998 > e2997 > e2996 > ... > e0"
    else:
        assert told == ()


def test_only_rows_that_are_named_are_read(file_book: Book):
    file_book.append([proof(f"e{n}") for n in range(50)])
    read: list[str] = []

    def told(connection: object, cursor: object, statement: str, given: object, *rest: object):
        if "entries.content" in statement and "entries.digest" not in statement:
            read.append(json.dumps(given))

    event.listen(file_book.engine, "before_cursor_execute", told)
    file_book.append([proof("new", supersedes="e7")])
    named = {key for key in ("e7", "new", "s1", "i1", "p1") if any(f'"{key}"' in r for r in read)}
    assert named == {"e7", "new", "s1", "i1", "p1"}
    assert not any(f'"e{n}"' in each for each in read for n in range(50) if n != 7)


def test_what_a_study_may_hold_may_be_recorded(tmp_path: Path):
    study = seawall.read("india-japan")
    engine = opened(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    book = Book(engine, "b", {"rates": study.frames["rates"]})
    entries = [
        Entry(kind, {name: row[name] for name in table.by_name}, "A", "to begin")
        for kind, table in RECORDS.items()
        for row in study.frames[kind].to_dict("records")
    ]
    done = book.append(entries, partial=True)
    assert len(done) > len(entries) / 2
    # The one rule of the ledger's own: in a study, what was read before a pledge is its history.
    assert {each.rule.partition(" of ")[0].rpartition(" ")[0] for each in done.refused} <= {
        "before the pledge"
    }
    engine.dispose()


def test_rows_of_the_study_are_known_and_may_be_replaced(file_book: Book):
    study = seawall.read("india-japan")
    book = Book(file_book.engine, "other", study.frames)
    row = study.frames["sources"].to_dict("records")[0]
    kept = {name: row[name] for name in RECORDS["sources"].by_name}
    same = Entry("sources", kept, "A", "no change", replaces=True)
    assert [each.rule for each in refused(book, same)] == ["recorded already with the same content"]
    noted = Entry("sources", kept | {"note": "a new note"}, "A", "to note it", replaces=True)
    assert len(book.append([noted, claim("c1", source=row["id"])])) == 2
    assert book.verify() == ()
