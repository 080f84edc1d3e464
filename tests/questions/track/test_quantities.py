"""Amounts made common: units, currencies, counted nouns, rounding and the words before a figure."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.questions.track.scoring import RATES

from seawall.questions.track.quantities import (
    Amount,
    amount_of,
    figure_in,
    in_common,
    rates_of,
    vague_in,
)

KNOWN = rates_of(RATES)


def amount(value: float, unit: str, words: str = "", predicate: str = "") -> Amount:
    return amount_of(value, unit, words, predicate, 2026, KNOWN)


@pytest.mark.parametrize(
    "value, unit, other, when, expected",
    [
        (49.0, "kt", "t", "2023", 49_000.0),
        (10e12, "JPY", "USD", "2026-07", 10e12 / 155.9),
        (1.0, "USD", "JPY", "2027", 155.9),  # the nearest year with a rate
        (1.0, "USD", "JPY", "2030", None),
        (3.0, "JPY bn", "JPY", "", 3e9),
        (1.0, "AUD", "EUR", "2024", 0.924 / 1.515),
        (5.0, "MoUs", "memoranda of understanding", "", 5.0),
        (5.0, "firms", "companies", "", 5.0),
        (5.0, "firms", "plants", "", None),
        (5.0, "MW", "t", "", None),
        (5.0, "XYZ", "USD", "2026", None),  # no rate
    ],
)
def test_values_in_common(
    value: float, unit: str, other: str, when: str, expected: float | None
) -> None:
    got = in_common(value, unit, other, when, RATES)
    assert got == (None if expected is None else pytest.approx(expected))


def test_no_rates_leave_currencies_apart_and_units_alone() -> None:
    none = pd.DataFrame({"currency": [], "year": [], "per_usd": []})
    assert in_common(1.0, "USD", "JPY", "2026", none) is None
    assert in_common(1.0, "USD mn", "USD", "2026", none) == 1e6


@pytest.mark.parametrize(
    "first, second, apart",
    [
        (amount(27.5e9, "USD", "approximately $27.5 billion"), amount(27.47e9, "USD"), False),
        (amount(27e9, "USD", "surged past $27 billion"), amount(27.5e9, "USD"), False),
        (amount(27.3e9, "USD"), amount(27.5e9, "USD"), True),
        (amount(27.4e9, "USD"), amount(27.5e9, "USD"), False),  # 27.45 is written either way
        (amount(10e9, "USD"), amount(10e12, "JPY"), True),
        (amount(66e9, "USD"), amount(10e12, "JPY"), False),
        (amount(5, "MoUs"), amount(6, "MoUs"), True),
        (amount(5, "MoUs"), amount(10, "documents", "over 10"), True),
        (amount(12, "MoUs"), amount(10, "documents", "over 10"), False),
        (amount(12, "agreements (lower bound)"), amount(20, "MoUs"), False),
        (amount(480, "MW"), amount(0.48, "GW"), False),
        (amount(369, "km"), amount(370, "km"), False),
        (amount(900_000, "t", "less than 900,000 tonnes"), amount(1.3, "Mt"), True),
        (amount(5, "plants"), amount(5, "beds"), False),  # nothing in common to stand apart in
        (amount(27e9, "USD", predicate="exceeds"), amount(50e9, "USD"), False),
    ],
)
def test_figures_that_stay_apart(first: Amount, second: Amount, apart: bool) -> None:
    assert first.apart(second) is apart
    assert second.apart(first) is apart


@given(st.floats(1.0, 1e15), st.integers(2, 6))
def test_a_rounded_figure_never_stands_apart_from_what_it_rounds(value: float, digits: int) -> None:
    rounded = float(f"{value:.{digits - 1}e}")
    assert not amount(rounded, "USD").apart(amount(value, "USD"))


def test_a_word_within_a_word_opens_nothing() -> None:
    """The "over" of "turnover" says nothing of the figure."""
    assert amount(505e6, "USD", "turnover of $505 million").high < 506e6


def test_words_without_a_figure() -> None:
    several = vague_in("several", "agreement", 2026, KNOWN)
    assert several is not None
    assert (several.low, several.high, several.vague) == (2.0, math.inf, True)
    billions = vague_in("multi-billion-dollar", "", 2026, KNOWN)
    assert billions is not None
    assert not billions.apart(amount(10e12, "JPY"))
    assert billions.apart(amount(10e6, "USD"))
    assert vague_in("several", "", 2026, KNOWN) is None


@pytest.mark.parametrize(
    "text, value, unit",
    [
        ("10 bn USD funding", 10e9, "USD"),
        ("5 trillion yen finance target", 5e12, "JPY"),
        ("the $4.5 billion extension", 4.5e9, "USD"),
        ("10,000 homes target", 10_000.0, "homes"),
        ("one million bicycles goal", 1e6, "bicycles"),
    ],
)
def test_the_figure_that_a_subject_names(text: str, value: float, unit: str) -> None:
    found = figure_in(text)
    assert found is not None
    assert found[:2] == (pytest.approx(value), unit)


@pytest.mark.parametrize("text", ["16th summit", "line 2", "roadmap", "first phase", "G20 talks"])
def test_no_figure(text: str) -> None:
    assert figure_in(text) is None
