"""One cell: what is read, and what is told instead of being guessed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.study.cells import CellError, format_number, format_value, parse_cell
from seawall.study.records import TABLES

DAYS = TABLES["lanes"].by_name["days"]
LOSS = TABLES["lanes"].by_name["loss"]
LAT = TABLES["places"].by_name["lat"]
PASSAGES = TABLES["lanes"].by_name["passages"]
POINTS = TABLES["paths"].by_name["points"]
DATE = TABLES["contracts"].by_name["start"]
ID = TABLES["places"].by_name["id"]


@pytest.mark.parametrize(
    "text,value", [("0", 0), ("12.50", 12.5), (".5", 0.5), ("5.", 5), ("007", 7)]
)
def test_plain_decimals_are_read(text: str, value: float) -> None:
    assert parse_cell(DAYS, text) == value


def test_a_negative_number_is_read_where_it_may_be() -> None:
    assert parse_cell(LAT, "-33.5") == -33.5


@pytest.mark.parametrize(
    "text,rule,fix",
    [
        ("1,000", "no commas", 'write "1000" (or "1.000"'),
        ("1,000,000.5", "no commas", 'write "1000000.5"'),
        ("1,5", "decimal sign is a point", 'write "1.5"'),
        ("1.000,5", "decimal sign is a point", 'write "1000.5"'),
        ("１２", "ASCII digits", 'write "12"'),
        ("１，０００", "ASCII digits", "plain decimal"),
        ("−5", "ASCII digits", 'write "-5"'),
        ("٣", "not a number", "plain decimal"),
        ("NaN", "not a finite number", "leave the cell blank"),
        ("nan", "not a finite number", "leave the cell blank"),
        ("inf", "not a finite number", "leave the cell blank"),
        ("-Infinity", "not a finite number", "leave the cell blank"),
        ("1e3", "without exponent", 'write "1000"'),
        ("1E400", "without exponent", "finite"),
        ("9" * 400, "too large", "digits"),
        ("12 days", "not a number", "plain decimal"),
        ("5%", "not a number", "plain decimal"),
        ("1_000", "not a number", "plain decimal"),
        ("0x10", "not a number", "plain decimal"),
        ("NA", "not a number", "leave the cell blank"),
        ("-", "not a number", "leave the cell blank"),
        ("-1", "may not be negative", "at least 0, in day"),
    ],
)
def test_what_is_no_plain_number_is_told(text: str, rule: str, fix: str) -> None:
    with pytest.raises(CellError) as caught:
        parse_cell(DAYS, text)
    assert rule in caught.value.rule
    assert fix in caught.value.fix


@pytest.mark.parametrize("text", ["1", "1.2"])
def test_a_loss_of_all_is_out_of_bounds(text: str) -> None:
    with pytest.raises(CellError, match="out of bounds; a number below 1, in share"):
        parse_cell(LOSS, text)
    assert parse_cell(LOSS, "0.999") == 0.999


@pytest.mark.parametrize("text", ["2026", "2026-12", "2026-12-31", "2024-02-29"])
def test_dates_are_kept_as_they_are_written(text: str) -> None:
    assert parse_cell(DATE, text) == text


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13", "02/03/2026", "2026-3-2", "20260302", "soon", "２０２６"]
)
def test_a_date_that_is_none_is_told(text: str) -> None:
    with pytest.raises(CellError, match="date") as caught:
        parse_cell(DATE, text)
    assert "2026-03-02" in caught.value.fix


@pytest.mark.parametrize("text", ["NA", "JPN-KANTO", "lane.1_a~b", "007"])
def test_ids(text: str) -> None:
    assert parse_cell(ID, text) == text


@pytest.mark.parametrize("text", ["a b", "東京", "ＪＰＮ", "=A1", "-x", "a/b", "x" * 101])
def test_what_is_no_id_is_told(text: str) -> None:
    with pytest.raises(CellError, match="id"):
        parse_cell(ID, text)


def test_crossings_are_pairs_of_passage_and_days() -> None:
    value = parse_cell(PASSAGES, "hormuz@1.2; malacca@9.5")
    assert value == (("hormuz", 1.2), ("malacca", 9.5))
    assert format_value(PASSAGES, value) == "hormuz@1.2;malacca@9.5"


@pytest.mark.parametrize(
    "text,rule",
    [
        ("hormuz", "is not passage@days"),
        ("hormuz@", "is not passage@days"),
        ("hormuz@1.2;", "is not passage@days"),
        ("hormuz@1,2", "is not passage@days"),
        ("hormuz@-1", "before the departure"),
        ("hormuz@1;hormuz@2", "crossed twice"),
    ],
)
def test_crossings_that_are_none(text: str, rule: str) -> None:
    with pytest.raises(CellError, match=rule):
        parse_cell(PASSAGES, text)


@pytest.mark.parametrize(
    "text,rule",
    [
        ("1 2;3", "lon lat"),
        ("1 2", "at least two points"),
        ("1 2;3 4|5 6", "at least two points"),
        ("1 2;100 95", "off the map"),
        ("1 2;1,5 3", "lon lat"),
    ],
)
def test_points_that_are_none(text: str, rule: str) -> None:
    with pytest.raises(CellError, match=rule):
        parse_cell(POINTS, text)


def test_choices_and_units_are_told_with_the_nearest() -> None:
    with pytest.raises(CellError, match='did you mean "essential"'):
        parse_cell(TABLES["demands"].by_name["tier"], "esential")
    with pytest.raises(CellError, match=r'unknown unit; did you mean .*"Mt/yr"'):
        parse_cell(TABLES["lanes"].by_name["unit"], "Mt/y")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_so_that_they_read_back(value: float) -> None:
    text = format_number(value)
    assert "e" not in text.casefold()
    assert float(text) == value


def test_an_absent_number_is_a_blank_cell() -> None:
    assert format_value(DAYS, math.nan) == ""
