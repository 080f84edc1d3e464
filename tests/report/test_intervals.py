"""Intervals in the report: rounded to what is known, graded on the board."""

from __future__ import annotations

from functools import cache

import pytest
from tests.conftest import DATA

import seawall
from seawall.questions.stress import StressResult
from seawall.report import board, findings, views
from seawall.report.text import NB
from seawall.study import read

DRAWS = 20


@cache
def result(uncertain: int) -> StressResult:
    responses = ["frozen", "foresight"]
    return seawall.stress(read(DATA / "twelve"), "narrows-60d", responses, uncertain=uncertain)


def case(of: StressResult) -> views.Case:
    return views.case(of.study, of, views.Names(of.study))


def test_amounts_are_told_with_their_interval():
    """Two digits of the width, and no more digits than before without one."""
    told = findings.unserved(case(result(DRAWS)).of("NRD", "frozen"))
    whole = result(DRAWS).tables["intervals"]
    row = whole[(whole["place"] == "NRD") & (whole["response"] == "frozen")
                & (whole["tier"] == "all") & (whole["figure"] == "unserved")].iloc[0]  # fmt: skip
    assert told == f"about {row['value']:.2f}{NB}Mt ({row['p10']:.2f} to {row['p90']:.2f})"
    assert findings.unserved(case(result(0)).of("NRD", "frozen")) == f"0.82{NB}Mt"


def test_both_ends_of_a_bracket_keep_their_intervals():
    low, high = case(result(DRAWS)).bracket("NRD")
    said = findings.amount(low, high)
    assert said == f"{findings.unserved(low)} to {findings.unserved(high)}"
    assert said.count("(") == 2


@pytest.mark.parametrize("uncertain, grade", [(DRAWS, "ABCD"), (0, board.UNGRADED)])
def test_the_board_has_unit_interval_and_grade(uncertain: int, grade: str):
    """A cell without an uncertainty run says so."""
    found = result(uncertain)
    view, names = case(found), views.Names(found.study)
    cell = board.board(found.study, [view], names)["clean energy", "stress"]
    assert isinstance(cell, board.Cell)
    assert cell.grade
    assert cell.grade in grade
    assert ("P10 and P90" in cell.interval) == bool(uncertain)
