"""Rounding and wording."""

import math

import pandas as pd
import pytest

from seawall.report import text


def plain(words: str) -> str:
    return words.replace(text.NB, " ")


@pytest.mark.parametrize(
    "value,digits,expected",
    [
        (0.0, 2, "0"),
        (1234567.0, 3, "1,230,000"),
        (0.0956, 2, "0.096"),
        (9.96, 2, "10"),
        (99.6, 2, "100"),
        (-1.94, 2, "-1.9"),
        (math.inf, 2, text.NOTHING),
    ],
)
def test_sig(value: float, digits: int, expected: str) -> None:
    assert text.sig(value, digits) == expected


def test_no_more_than_three_digits() -> None:
    with pytest.raises(ValueError, match="three significant"):
        text.sig(1.0, 4)


@pytest.mark.parametrize(
    "days,expected",
    [
        (None, text.NOTHING),
        (0.0, "none"),
        (0.4, "less than a day"),
        (1.2, "about 1 day"),
        (19.0, "about 3 weeks"),
        (100.0, "about 3 months"),
        (1100.0, "about 3 years"),
    ],
)
def test_duration(days: float | None, expected: str) -> None:
    assert text.duration(days) == expected


@pytest.mark.parametrize(
    "amount,expected",
    [(0.0, "0 Mt"), (0.001, "under 0.01 Mt"), (0.056, "0.06 Mt"), (1.234, "1.2 Mt"), (87, "87 Mt")],
)
def test_mt(amount: float, expected: str) -> None:
    assert plain(text.mt(amount)) == expected


@pytest.mark.parametrize(
    "share,expected",
    [(0.0, "0 %"), (0.0005, "under 0.1 %"), (0.0041, "0.4 %"), (0.123, "12 %"), (1.0, "100 %"),
     (0.9999, "over 99 %")],
)  # fmt: skip
def test_pct(share: float, expected: str) -> None:
    assert plain(text.pct(share)) == expected


def test_between() -> None:
    assert plain(text.between(text.mt(4.8), text.mt(8.0))) == "4.8 to 8.0 Mt"
    assert plain(text.between(text.pct(0.1), text.pct(0.1))) == "10 %"
    assert plain(text.between(text.mt(0.0), text.mt(0.3))) == "up to 0.30 Mt"
    assert plain(text.between(text.pct(0.0), text.pct(0.0004))) == "under 0.1 %"
    assert text.between("about 5 weeks", "about 8 weeks") == "about 5 to 8 weeks"
    assert text.between("less than a day", "about 1 day") == "less than a day to about 1 day"
    assert plain(text.between(text.pct(0.0001), text.pct(0.2))) == "under 0.1 % to 20 %"


def test_dates_money_and_lists() -> None:
    assert plain(text.day_name("2026-03-02")) == "2 March 2026"
    assert plain(text.short_day(pd.Timestamp("2026-04-20"))) == "20 Apr 2026"
    assert plain(text.musd(8712.0)) == "USD 8.7 billion"
    assert plain(text.musd(0.2)) == "under USD 1 million"
    assert text.join(["a", "b", "c"]) == "a, b and c"
    assert text.the("Strait of Hormuz") == "the Strait of Hormuz"
    assert text.the("Bab-el-Mandeb") == "Bab-el-Mandeb"


@pytest.mark.parametrize("value", [None, math.nan, pd.NaT, "", "  "])
def test_missing(value: object) -> None:
    assert text.missing(value)
    assert text.cell(value) == text.NOTHING
    assert text.day_of(None) == "never"


def test_cells_are_rounded_but_years_are_not() -> None:
    assert text.cell(12345.678) == "12,300"
    assert text.cell(2026) == "2026"
    assert text.cell(0.5) == "0.5"
    assert text.cell(True) == "yes"
