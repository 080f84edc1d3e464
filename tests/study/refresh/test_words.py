"""What people write for people, read as days, months, numbers and labels."""

from __future__ import annotations

from datetime import date

import pytest

from seawall.study.refresh.words import (
    day_of,
    days_in,
    is_provisional,
    label,
    month_of,
    number_of,
)


@pytest.mark.parametrize(
    "cell, number",
    [
        (2.5, 2.5), ("2,963", 2963), ("1,23,456.7", 123456.7), ("２０５", 205),
        ("198（速報）", 198), ("5800 (P)", 5800), ("12.5*", 12.5), ("-3", -3),
        ("…", None), ("", None), (None, None), ("n.a.", None), ("-", None),
    ],
)  # fmt: skip
def test_numbers(cell: str | float | None, number: float | None):
    assert number_of(cell) == number


@pytest.mark.parametrize("cell", ["about 5", "1,2", "5 6", "=1+1", date(2026, 1, 1), "1e5"])
def test_what_is_no_number_is_told(cell: str | date):
    with pytest.raises(ValueError, match=r"number|date"):
        number_of(cell)


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 11, 15), "2026-11-15", "2026/11/15", "2026年11月15日", "令和8年11月15日",
        "令和８年１１月１５日", "R8.11.15", "2026-11-15 00:00:00", "11/15 時点", "11月15日時点",
    ],
)  # fmt: skip
def test_days(cell: str | date):
    assert day_of(cell, published=date(2026, 11, 18)) == date(2026, 11, 15)


def test_a_day_without_a_year_is_the_last_before_publication():
    assert day_of("12/27 時点", published=date(2027, 1, 6)) == date(2026, 12, 27)
    assert day_of("12/27 時点") is None
    assert day_of("2026-02-30") is None
    assert day_of("10月末", published=date(2026, 11, 18)) is None


@pytest.mark.parametrize(
    "cell, month",
    [
        ("2026M08", (2026, 8)), ("Apr-26", (2026, 4)), ("April 2026 (P)", (2026, 4)),
        ("Sept 2026", (2026, 9)), ("202604", (2026, 4)), ("2026-04", (2026, 4)),
        ("2026年4月", (2026, 4)), (date(2026, 4, 1), (2026, 4)), ("April-September 2026", None),
        ("2025-26", None), ("202613", None), ("Total", None), (2026.0, None),
    ],
)  # fmt: skip
def test_months(cell: str | date | float, month: tuple[int, int] | None):
    assert month_of(cell) == month


def test_labels_lose_numbering_brackets_and_marks():
    assert label(" (a) Net Production (net of flare)* ") == "net production"
    assert label("ii. LNG Import #") == "lng import"
    assert label("Ｐｏｗｅｒ") == "power"


def test_small_words():
    assert is_provisional("Sep-2026 (P)")
    assert not is_provisional("Power")
    assert (days_in((2024, 2)), days_in((2026, 12))) == (29, 31)
