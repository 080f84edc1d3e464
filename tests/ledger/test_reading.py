"""What is read is exactly what was recorded, on both databases."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import text
from tests.ledger.rows import base, proof

from seawall.ledger.book import Book

NUMBERS = (
    0.1, 1 / 3, -2.5e-308, 5e-324, 1.7976931348623157e308, 123456789012345678.0, 0.1 + 0.2, -0.0,
    float(np.nextafter(1, 2)), 1e22, 2.0**53 + 2,
)  # fmt: skip
TEXTS = (
    "plain", 'a "quote"', "a, comma", "two\nlines", "a\r\nb", "a\rb", "NULL", "nan", "\\N", "None",
    " spaces ", "100 %s %% :x", "日本語 \U0001f600", "\\.", "'; --", "1.0", "a\u2028b", "\x7f\x01",
)  # fmt: skip


def test_numbers_are_exact(book: Book):
    book.append([proof(f"n{n}", value=value) for n, value in enumerate(NUMBERS)])
    assert list(book.frame("evidence")["value"]) == list(NUMBERS)
    assert math.copysign(1, book.frame("evidence")["value"][NUMBERS.index(-0.0)]) == 1
    assert book.verify() == ()


def test_texts_are_exact_and_absent_cells_absent(book: Book):
    entries = [proof(f"t{n}", note=note) for n, note in enumerate(TEXTS)]
    book.append([*entries, proof("none", note=None), proof("blank", note="")])
    frame = book.frame("evidence")
    assert list(frame["note"][: len(TEXTS)]) == list(TEXTS)
    assert frame["note"][len(TEXTS) :].isna().all()
    assert frame["supersedes"].isna().all()
    assert frame["low"].isna().all()
    types = frame.dtypes.astype(str).to_dict()
    assert {types.pop(name) for name in ("value", "low", "high")} == {"float64"}
    assert types.pop("seq") == "int64"
    assert set(types.values()) == {"str"}
    assert book.verify() == ()


def test_an_empty_frame_has_the_same_types(book: Book):
    empty = book.frame("evidence")
    book.append([proof("e1")])
    pd.testing.assert_series_equal(empty.dtypes, book.frame("evidence").dtypes)


def test_a_book_may_have_any_name(book: Book):
    odd = Book(book.engine, 'it\'s 100 % :odd \\ "name"')
    odd.append([*base(), proof("e1")])
    assert list(odd.frame("evidence", date(2999, 1, 1))["id"]) == ["e1"]
    assert book.frame("evidence").empty
    assert odd.verify() == ()


def test_infinity_written_by_hand_is_read_and_told(book: Book):
    book.append([proof("e1"), proof("e2")])
    value = "'Infinity'" if book.engine.dialect.name == "postgresql" else "9e999"
    with book.engine.begin() as connection:
        connection.execute(text(f"UPDATE rows_evidence SET value = {value} WHERE seq = 5"))
    assert list(book.frame("evidence")["value"]) == [3.0, math.inf]
    assert any("e2: value was changed from 3.0 to inf" in line for line in book.verify())
