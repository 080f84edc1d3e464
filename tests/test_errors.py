"""The exception tree: exit codes, messages, suggestions."""

from __future__ import annotations

import inspect
import pickle

import pytest

from seawall import errors
from seawall.errors import (
    InputError,
    LimitReached,
    Problem,
    SeawallError,
    SolverError,
    UnknownName,
    did_you_mean,
    suggest,
)


@pytest.mark.parametrize(
    "name,code",
    [
        ("SeawallError", 1),
        ("UsageError", 2),
        ("UnknownName", 2),
        ("InputError", 3),
        ("UnitError", 3),
        ("Infeasible", 4),
        ("LimitReached", 5),
        ("IntegrityError", 6),
        ("SolverError", 1),
        ("Interrupted", 130),
    ],
)
def test_exit_codes_are_those_of_the_design(name: str, code: int) -> None:
    assert getattr(errors, name).exit_code == code


def test_the_tree_at_the_top_of_the_file_names_every_error() -> None:
    classes = [
        name
        for name, item in vars(errors).items()
        if inspect.isclass(item) and issubclass(item, SeawallError)
    ]
    assert errors.__doc__ is not None
    assert all(name in errors.__doc__ for name in classes)
    assert set(classes) < set(errors.__all__)


def test_a_problem_reads_as_a_sentence_with_its_place() -> None:
    problem = Problem("lanes.csv", 7, "days", "1,000", "no commas in a number", 'write "1000"')
    assert str(problem) == 'lanes.csv:7:days: "1,000": no commas in a number; write "1000"'


def test_a_problem_of_a_whole_file_has_neither_row_nor_column() -> None:
    assert str(Problem("lanes.csv", None, "", "", "the file is missing")) == (
        'lanes.csv: "": the file is missing'
    )


def test_a_long_or_unprintable_value_stays_on_one_short_line() -> None:
    shown = str(Problem("a.csv", 2, "note", "x\ny\x1b[31m" + "z" * 5000, "too long"))
    assert "\n" not in shown
    assert "\x1b" not in shown
    assert "(5,008 characters)" in shown
    assert len(shown) < 200


def test_input_error_lists_all_problems_once_in_order() -> None:
    one = Problem("b.csv", 10, "x", "1", "r")
    two = Problem("b.csv", 9, "x", "1", "r")
    three = Problem("a.csv", None, "", "", "r")
    error = InputError([one, two, three, one], title="here")
    assert error.problems == (three, two, one)
    assert str(error).splitlines()[0] == "3 problems in here"
    assert len(str(error).splitlines()) == 4


def test_a_message_ends_before_it_floods_the_screen() -> None:
    error = InputError(Problem("a.csv", n + 2, "x", "1", "r") for n in range(57_000))
    assert len(error.problems) == 57_000
    assert len(str(error).splitlines()) == 2_002
    assert str(error).splitlines()[-1] == "  and 55,000 more"


def test_unknown_name_suggests_what_is_close() -> None:
    error = UnknownName("study", "india-japn", ["india-japan", "other"])
    assert error.suggestions == ("india-japan",)
    assert str(error) == 'no study "india-japn"; did you mean "india-japan"?'


def test_unknown_name_lists_a_few_known_names_where_none_is_close() -> None:
    assert str(UnknownName("scenario", "zzz", ["b", "a"])) == 'no scenario "zzz"; known: a, b'
    assert str(UnknownName("scenario", "zzz")) == 'no scenario "zzz"'


def test_suggestions_pass_over_case_and_give_up_on_junk() -> None:
    assert suggest("HORMUS", ["hormuz"]) == ("hormuz",)
    assert suggest("x" * 10_000, ["hormuz"] * 3) == ()
    assert suggest("lane-7001x", [f"lane-{i}" for i in range(20_000)])[0] == "lane-7001"
    assert did_you_mean("quite other", ["hormuz"]) == ""


@pytest.mark.parametrize(
    "error",
    [
        UnknownName("place", "JPX", ["JPN", "IND"]),
        InputError([Problem("lanes.csv", 3, "base", "x", "not a number")], title="a study"),
        LimitReached("out of time", result=3),
        SolverError("stopped"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_the_way_between_processes(error: SeawallError) -> None:
    """With their message and attributes, though their constructors take other arguments."""
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
