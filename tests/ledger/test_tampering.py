"""Cells edited by hand to anything that a file can hold: `verify` says so and never fails."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError as Constraint
from tests.ledger.rows import claim, proof, recorded

from seawall.errors import IntegrityError
from seawall.ledger.book import Book
from seawall.ledger.chain import broken
from seawall.ledger.database import read_anything
from seawall.ledger.tables import ENTRIES, METADATA

#: As SQLite writes them. NaN is NULL there; 1e999 is infinity.
VALUES = (
    "NULL", "''", "'text'", "'3.0'", "'{}'", "'evidence'", "char(0)", "CAST(x'ff' AS TEXT)", "x''",
    "x'ff'", "0", "-1", "0.5", "-0.0", "1e999", "-1e999", "9223372036854775807",
    "'99999999999999999999999999'",
)  # fmt: skip
#: Every cell of the first row of each table, and of the last entry, which nothing follows.
CELLS = [("min", table.name, each.name) for table in METADATA.sorted_tables for each in table.c]
CELLS += [("max", ENTRIES.name, column.name) for column in ENTRIES.c]


@pytest.fixture
def full(file_book: Book) -> Book:
    """A book with two rows of each kind."""
    milestone = {"pledge": "p1", "what": "A plant", "stage": "opened", "source": "s1",
                 "confidence": "assumption"}  # fmt: skip
    file_book.append([proof("e1"), claim("c1"), recorded("milestones", milestone, id="m1")])
    file_book.append([proof("e2", value=0.0), claim("c2", quote="more words")])
    return file_book


def test_any_value_in_any_cell_is_found(full: Book):
    changed = 0
    with full.engine.connect() as connection:
        read_anything(connection)
        assert broken(connection, "b") == ()
        for end, table, column in CELLS:
            at = f"(SELECT {end}(rowid) FROM {table})"
            held = text(
                f"SELECT typeof({column}) || quote({column}) FROM {table} WHERE rowid = {at}"
            )
            before = connection.execute(held).scalar()
            for value in VALUES:
                tried = connection.begin_nested()
                try:
                    connection.execute(
                        text(f"UPDATE {table} SET {column} = {value} WHERE rowid = {at}")
                    )
                except Constraint:
                    tried.rollback()  # the database itself keeps it out
                    continue
                found = broken(connection, "b")
                same = connection.execute(held).scalar() == before
                assert (found == ()) == same, (table, column, value, found)
                assert all(line.isprintable() or "\0" in line for line in found)
                changed += not same
                tried.rollback()
        assert broken(connection, "b") == ()
    assert changed > 1000


def test_rows_that_follow_no_rule_at_all_are_found(full: Book):
    """Rows added in every table, with nonsense where the tables allow it."""
    with full.engine.begin() as connection:
        for table in METADATA.sorted_tables:
            cells = ", ".join("'b'" if each.name == "book" else "x'ff'" for each in table.c)
            if table.name != "heads":
                connection.execute(text(f"INSERT INTO {table.name} VALUES ({cells})"))
    found = full.verify()
    assert sum("added, no entry records it" in line for line in found) == 6
    assert sum("has no number" in line for line in found) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entries WHERE seq = 8",
        "DELETE FROM heads",
        "UPDATE heads SET seq = 7",
        "UPDATE heads SET digest = x'00'",
        "UPDATE entries SET at = 'soon' WHERE seq = 8",
        "UPDATE entries SET at = x'00' WHERE seq = 8",
        "UPDATE entries SET seq = 'x' WHERE seq = 8",
        "UPDATE entries SET content = '[]' WHERE kind = 'evidence'",
    ],
)
def test_nothing_is_built_on_what_was_changed(full: Book, statement: str):
    with full.engine.begin() as connection:
        connection.execute(text(statement))
    with pytest.raises(IntegrityError, match="seawall verify"):
        full.append([proof("e3", supersedes="e2")])
    assert full.verify() != ()
