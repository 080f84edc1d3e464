"""Books on both databases: adding, reading as of a day, refusing, and finding what was changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text
from tests.ledger.rows import proof

from seawall.errors import IntegrityError, UsageError
from seawall.ledger.book import Book
from seawall.ledger.database import NoLedger, opened
from seawall.ledger.entries import Entry
from seawall.ledger.rules import Refused

FAR = date(2999, 1, 1)
SWAP = (
    "UPDATE rows_evidence SET seq = -seq WHERE seq > 4;"
    "UPDATE rows_evidence SET seq = 11 + seq WHERE seq < 0"
)


def run(book: Book, *statements: str) -> None:
    with book.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_rows_are_read_back_as_of_a_day(book: Book):
    done = book.append([proof("e1"), proof("e2", value=0.1, supersedes="e1")])
    assert [each.seq for each in done] == [4, 5]
    assert book.head() == (5, done[-1].digest)
    frame = book.frame("evidence")
    assert list(frame["value"]) == [3.0, 0.1]
    assert list(frame["supersedes"])[1] == "e1"
    assert frame["low"].dtype == "float64"
    day = date.fromisoformat(done[0].at[:10])
    assert len(book.frame("evidence", day)) == 2
    assert book.frame("evidence", day - timedelta(days=1)).empty
    assert book.verify() == ()
    assert Book(book.engine, "other").frame("evidence").empty


def test_a_replaced_row_keeps_its_history(book: Book):
    book.append([proof("e1")])
    row = proof("e1", value=4.0).row
    book.append([Entry("evidence", row, "B", "a typing error", replaces=True)])
    assert list(book.frame("evidence")["value"]) == [4.0]
    assert [each.entry.row["value"] for each in book.history("evidence", "e1")] == [3.0, 4.0]
    changes = book.changes(date(2000, 1, 1), FAR).query("key == 'e1' and column == 'value'")
    assert changes[["who", "before", "after"]].to_numpy().tolist() == [
        ["A", None, 3.0],
        ["B", 3.0, 4.0],
    ]
    assert book.changes(FAR, FAR).empty


def test_entries_are_refused_and_the_rest_kept_as_chosen(book: Book):
    bad = [proof("bad", source="nowhere"), proof("worse", note="a\0b"), proof("x", supersedes="x")]
    before = book.head()
    with pytest.raises(Refused) as caught:
        book.append([proof("good"), *bad])
    assert [each.index for each in caught.value.refused] == [1, 2, 3]
    assert book.head() == before
    done = book.append([proof("good"), *bad], partial=True)
    assert [each.entry.key for each in done] == ["good"]
    assert [each.index for each in done.refused] == [1, 2, 3]
    assert book.verify() == ()


@pytest.mark.parametrize(
    "statement, told",
    [
        ("UPDATE rows_evidence SET value = 9 WHERE seq = 5", "b 5 evidence e2: value was changed"),
        ("UPDATE rows_evidence SET note = 'x' WHERE seq = 5", "b 5 evidence e2: note was changed"),
        ("UPDATE entries SET who = 'Z' WHERE seq = 5", "b 5 evidence e2: the entry was changed"),
        ("UPDATE entries SET at = '2020' WHERE seq = 5", "b 5 evidence e2: the entry was changed"),
        ("UPDATE entries SET content = '{}' WHERE seq = 5", "b 5 evidence e2: content was"),
        ("DELETE FROM rows_evidence WHERE seq = 5", "b 5 evidence e2: missing"),
        ("DELETE FROM rows_evidence WHERE seq = 5; DELETE FROM entries WHERE seq = 5",
         "b 5: missing"),
        ("INSERT INTO rows_milestones (book, seq, id) VALUES ('b', 5, 'm')", "milestones m: added"),
        ("UPDATE rows_evidence SET value = 'NaN' WHERE seq = 5", "e2: value was changed from 3.0"),
        ("UPDATE rows_evidence SET low = '-Infinity' WHERE seq = 5", "e2: low was changed from"),
        ("UPDATE entries SET seq = 2000000000 WHERE seq = 6", "b 6 to 1999999999: missing"),
        ("UPDATE entries SET seq = -1 WHERE seq = 6", "b -1 evidence e3: the entry was changed"),
        ("DELETE FROM heads", "b: its head is entry 0, its last entry is 6"),
        (SWAP, "b 5 evidence e2: id was changed"),
    ],
)  # fmt: skip
def test_a_change_behind_the_back_is_found(book: Book, statement: str, told: str):
    book.append([proof("e1"), proof("e2"), proof("e3")])
    off = "SET session_replication_role = replica"  # as an owner who hides his traces would
    first = [off] if book.engine.dialect.name == "postgresql" else []
    run(book, *first, *statement.split(";"))
    found = book.verify()
    assert any(told in each for each in found), found


def test_a_cut_tail_is_found_by_a_kept_head(book: Book):
    book.append([proof("e1")])
    short = book.head()
    book.append([proof("e2")])
    head = book.head()
    run(
        book,
        "DELETE FROM rows_evidence WHERE seq = 5",
        "DELETE FROM entries WHERE seq = 5",
        f"UPDATE heads SET seq = 4, digest = '{short[1]}'",
    )
    assert book.verify() == ()
    assert book.verify(head=short) == ()
    assert "cut" in book.verify(head=head)[0]


def test_a_newer_or_foreign_database_is_refused(url: str):
    engine = opened(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE seawall_ledger_version SET version_num = '9999'"))
    with pytest.raises(IntegrityError, match="newer"):
        opened(url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE seawall_ledger_version"))
    with pytest.raises(IntegrityError, match="no ledger of Seawall"):
        opened(url)
    engine.dispose()


def test_no_ledger_is_made_unasked(url: str):
    with pytest.raises(NoLedger, match="there is no ledger"):
        opened(url, create=False)


@pytest.mark.parametrize("address", ["nonsense", "mysql://x/y", "sqlite://"])
def test_an_address_that_cannot_be_meant_is_refused(address: str):
    with pytest.raises(UsageError):
        opened(address)


def test_migrations_make_the_tables_of_the_code(engine: Engine):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from seawall.ledger.tables import METADATA, VERSIONS

    with engine.connect() as connection:
        options = {"version_table": VERSIONS, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []
