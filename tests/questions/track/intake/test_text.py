"""Claims that are proposed from articles: made up ones, with what a reader would note down."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.questions.track.intake.moments import moments
from seawall.questions.track.intake.numerals import value_of
from seawall.questions.track.intake.text import QUOTED, Proposal, propose

HERE = Path(__file__).parent
DAY = date(2026, 7, 4)
#: What a reader finds and the rules do not, by article.
MISSED = {
    "harbour": {"four"},
    "grid": {"23 billion shillings", "Sh7.5 billion"},
    "cable": {"65,000 tonnes", "second", "nineteen", "900 litres per second"},
}
ARTICLES = {
    "harbour": date(2025, 3, 14), "grid": date(2026, 6, 3), "cable": date(2027, 5, 9),
}  # fmt: skip


def figures(text: str, published: date | None = DAY) -> list[tuple[str, float, str]]:
    """Kind, figure and unit of all that is no date."""
    rows = propose(text, published=published)
    rows = rows[rows["kind"] != "date"]
    return list(zip(rows["kind"], rows["quantity"], rows["counted_in"], strict=True))


@pytest.mark.parametrize("name", ARTICLES)
def test_what_a_reader_would_note_down_is_proposed(name: str) -> None:
    text = (HERE / f"{name}.txt").read_text(encoding="utf-8")
    left = propose(text, published=ARTICLES[name]).to_dict("records")
    missed = set()
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        wanted = list(csv.DictReader(file))
    for want in wanted:
        hit = next((row for row in left if _same(row, want)), None)
        if hit is None:
            missed.add(want["words"])
        else:
            left.remove(hit)
    assert missed == MISSED[name]
    # Few things that nobody would note.
    assert len(left) <= 3


def _same(row: dict[Any, Any], want: dict[str, str]) -> bool:
    if row["kind"] != want["kind"] or want["words"].split()[0] not in row["quote"]:
        return False
    if want["kind"] == "date":
        return (row["begins"], row["ends"]) == (want["begins"], want["ends"])
    quantity = float(want["quantity"])
    close = abs(row["quantity"] - quantity) <= 1e-9 * quantity
    return close and row["counted_in"] == want["counted_in"]


@pytest.mark.parametrize("name", ARTICLES)
def test_quotes_stand_in_the_text_and_are_short(name: str) -> None:
    text = (HERE / f"{name}.txt").read_text(encoding="utf-8")
    found = propose(text, published=ARTICLES[name])
    assert len(found) > 10
    for row in found.itertuples(index=False):
        assert text[row.start : row.end] == row.quote
        assert text[row.at : row.until] == row.value
        assert row.start <= row.at < row.until <= row.end
        assert len(row.quote.split()) <= QUOTED
        assert "\n" not in row.quote


@given(
    st.text(
        alphabet="$¥₹ 0123456789,.-ab Million yen per cent of 10 the two plants\n“”", max_size=200
    )
)
def test_offsets_hold_in_any_text(text: str) -> None:
    for row in propose(text, published=DAY).itertuples(index=False):
        assert text[row.start : row.end] == row.quote
        assert text[row.at : row.until] == row.value


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("a fund of ¥10 trillion", [("amount", 1e13, "JPY")]),
        ("a ten-trillion-yen goal", [("amount", 1e13, "JPY")]),
        ("worth Rs 58,905 crore", [("amount", 589_050_000_000.0, "INR")]),
        ("worth Rs. 1.2 lakh crore today", [("amount", 1.2e12, "INR")]),
        ("US$27.5bn in trade", [("amount", 2.75e10, "USD")]),
        ("a multi-billion-dollar roadmap", []),
        ("at 40 percent of it", [("share", 40.0, "%")]),
        ("a 3 MW plant", [("quantity", 3.0, "MW")]),
        ("400,000 tonnes a year", [("quantity", 400_000.0, "t/yr")]),
        ("1,00,000 new homes", [("count", 100_000.0, "homes")]),
        ("five memorandums of understanding", [("count", 5.0, "memorandums")]),
        ("the two nations agreed", []),
        ("one of the plants", []),
        ("10 years of talks", []),
        ("double its fleet", [("multiple", 2.0, "times")]),
        ("a threefold rise", [("multiple", 3.0, "times")]),
        ("ten times as much, or 10-fold", [("multiple", 10.0, "times")] * 2),
        ("the 16th summit", [("rank", 16.0, "ordinal")]),
        ("a first-ever pact", [("first", 1.0, "ordinal")]),
        ("the 2030 goal", []),
    ],
)
def test_figures_as_newspapers_write_them(text: str, wanted: list[tuple[str, float, str]]) -> None:
    assert figures(text) == wanted


@pytest.mark.parametrize(
    "text, begins, ends",
    [
        ("on July 2, 2026", "2026-07-02", "2026-07-02"),
        ("on 2 July 2026", "2026-07-02", "2026-07-02"),
        ("in February 2028", "2028-02-01", "2028-02-29"),
        ("by 2030", "2030-01-01", "2030-12-31"),
        ("in 2025-26", "2025-04-01", "2026-03-31"),
        ("from 2022-2026", "2022-01-01", "2026-12-31"),
        ("in FY26", "2025-04-01", "2026-03-31"),
        ("on Thursday", "2026-07-02", "2026-07-02"),
        ("over the next 10 years", "2026-07-04", "2036-07-04"),
        ("within six months", "2026-07-04", "2027-01-04"),
        ("in the coming decade", "2026-07-04", "2036-07-04"),
        ("on 2026-07-31", "2026-07-31", "2026-07-31"),
    ],
)
def test_dates_as_newspapers_write_them(text: str, begins: str, ends: str) -> None:
    found = list(moments(text, DAY))
    assert [(one.begins, one.ends) for one in found] == [(begins, ends)]


def test_days_that_do_not_exist_and_amounts_are_no_dates() -> None:
    assert not list(moments("on 2026-02-31", DAY))
    assert not list(moments("it cost $2026 and 2026 MW", DAY))
    # Without the day of the text its spans have no dates.
    assert [(one.begins, one.ends) for one in moments("in the next decade")] == [("", "")]


def test_a_sentence_gives_its_only_date_to_its_figures() -> None:
    found = propose("They invest 3 billion yen by 2030. In 2026 and 2027 it was 5 billion yen.")
    amounts = found[found["kind"] == "amount"]
    assert list(zip(amounts["begins"], amounts["ends"], strict=True)) == [
        ("2030-01-01", "2030-12-31"), ("", ""),
    ]  # fmt: skip


def test_bounds_are_told() -> None:
    text = "More than 200 plants, about 30 ships, up to 5 ports, 12 trains."
    assert list(propose(text)["bound"]) == ["at least", "about", "at most", ""]


class _Model:
    """Another proposer: one quote that stands in the text, one that does not."""

    name = "model"

    def proposals(self, text: str, published: date | None) -> list[Proposal]:
        del published
        there = text.index("goodwill")
        good = Proposal("count", "", "goodwill", None, "", "", "", "", "goodwill", there,
                        there + 8, there, there + 8)  # fmt: skip
        made_up = Proposal("count", "", "x", 1.0, "", "", "", "", "not in it", 0, 9, 0, 9)
        return [good, made_up]


def test_other_proposers_are_kept_only_where_they_quote_the_text() -> None:
    found = propose("There was much goodwill.", others=[_Model()])
    assert list(found["proposer"]) == ["model"]
    assert list(found["quote"]) == ["goodwill"]


def test_nothing_is_proposed_of_nothing() -> None:
    found = propose("")
    assert isinstance(found, pd.DataFrame)
    assert found.empty
    assert "quote" in found.columns


@given(st.integers(0, 10**9))
def test_numbers_with_and_without_groups_are_the_same(number: int) -> None:
    assert value_of(f"{number:,}", None) == value_of(str(number), None) == number
