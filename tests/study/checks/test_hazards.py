"""What the table of hazards may not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.study.conftest import Folder


@pytest.mark.parametrize(
    "row,target,value,rule,fix",
    [
        (2, "narrow", "narrow", 'unknown passage "narrow"', 'did you mean "narrows"'),
        (3, "gulf;sout", "gulf;sout", 'unknown place "sout"', 'did you mean "south"'),
        (4, "NRT", "NRT", 'unknown demand "NRT"', 'did you mean "NRD"'),
        (2, "narrows;narrows", "narrows;narrows", "named twice", "once"),
        (3, "nord-west", "nord-west", 'no lng is made at "nord-west"', "another kind"),
    ],
)
def test_targets_that_are_not_there(
    folder: Folder, row: int, target: str, value: str, rule: str, fix: str
) -> None:
    """Each unknown id of a list is told with its file, line, column and what is close."""
    problem = folder.set("hazards", row, "target", target).problems()[0]
    assert (problem.file, problem.row, problem.column) == ("hazards.csv", row, "target")
    assert problem.value == value
    assert rule in problem.rule
    assert fix in problem.fix


def test_demand_of_a_good_that_nobody_wants_there(folder: Folder) -> None:
    """Nord wants gas, not LNG."""
    (problem,) = folder.set("hazards", 4, "commodity", "lng").problems()
    assert problem.rule == 'no lng is wanted at "NRD"'


def test_a_passage_is_hit_whole(folder: Folder) -> None:
    """A commodity narrows places only."""
    (problem,) = folder.set("hazards", 2, "commodity", "lng").problems()
    assert (problem.column, problem.rule) == ("commodity", "a passage is hit whole")


@pytest.mark.parametrize(
    "row,changes,column,rule",
    [
        (3, {"depth_most": ""}, "depth_most", "only one of the two bounds"),
        (3, {"depth": "0.1"}, "depth", "allows nothing but that bound"),
        (3, {"depth": "0.95"}, "depth_most", "depth_most is below depth"),
        (4, {"season_to": ""}, "season_to", "a first and a last month"),
        (4, {"season_from": "11.5"}, "season_from", "not a month"),
        (4, {"season_from": "13"}, "season_from", "out of bounds"),
        (2, {"frequency_low": ""}, "frequency_low", "only one of the two percentiles"),
        (2, {"frequency_low": "0"}, "frequency_low", "may be 0 has no distribution"),
        (2, {"frequency_low": "0.3"}, "frequency_low", "frequency_low is above"),
        (2, {"frequency": "-1"}, "frequency", "may not be negative"),
        (2, {"days_median": "0"}, "days_median", "out of bounds"),
        (2, {"depth": "1.2"}, "depth", "out of bounds"),
        (2, {"dispersion": "2"}, "dispersion", 'cluster "strife" has'),
        (3, {"dispersion": "2"}, "cluster", "a dispersion without a cluster"),
        (4, {"recovery_days": "7"}, "recovery_days", "does not recover in steps"),
    ],
)
def test_distributions_that_contradict_themselves(
    folder: Folder, row: int, changes: dict[str, str], column: str, rule: str
) -> None:
    """Each is told in its cell."""
    for name, value in changes.items():
        folder.set("hazards", row, name, value)
    problems = folder.problems()
    assert any(p.column == column and rule in p.rule for p in problems), problems
    assert {p.file for p in problems} == {"hazards.csv"}


def test_all_problems_are_told_at_once(folder: Folder) -> None:
    """One wrong target and one wrong season are two problems of one error."""
    folder.set("hazards", 2, "target", "strait").set("hazards", 4, "season_to", "")
    assert {p.column for p in folder.problems()} == {"target", "season_to"}


def test_a_study_need_not_have_hazards(folder: Folder) -> None:
    """The table is optional."""
    (folder.path / "hazards.csv").unlink()
    assert folder.read().table("hazards").empty
