"""A curve over the number of offers, and whose book an answer is of."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.questions.redirect.test_ask import SCENARIO, book

from seawall.errors import UsageError
from seawall.questions.redirect import curve
from seawall.questions.redirect.curve import Curve, redirect_curve
from seawall.questions.redirect.figures import _origin
from seawall.study import Study
from seawall.study.book import BookedStudy, read_book, write_book


def note(asked: Study, *, generated: bool = False) -> str:
    morning: Any = SimpleNamespace(generated=generated, asked=asked)
    return _origin(morning)


def own() -> Study:
    """The same study, as if the book were its own."""
    laid = book()
    return Study(laid.name, laid.folder, laid.settings, laid.frames)


def test_a_book_that_was_read_is_the_users_and_named(tmp_path: Path) -> None:
    path = write_book(book(), tmp_path / "mine.xlsx")
    read = read_book(path, own())
    assert note(read) == "The book is yours: mine.xlsx."
    # Neither variants nor another process nor fewer offers make it another's.
    assert note(read.variant()) == note(read)
    assert note(pickle.loads(pickle.dumps(read))) == note(read)
    assert note(curve._with_offers(read, 1)) == note(read)
    assert str(tmp_path) not in note(read)


def test_a_book_in_memory_a_studys_own_and_a_generated_one_are_told_apart() -> None:
    assert isinstance(book(), BookedStudy)
    assert note(book()) == "The book is yours."
    assert note(own()) == "The book is the study's own."
    assert note(curve._with_offers(own(), 1)) == "The book is the study's own."
    assert note(book(), generated=True).startswith("The book was generated")


def test_a_name_is_no_part_of_what_a_study_answers(tmp_path: Path) -> None:
    path = write_book(book(), tmp_path / "mine.xlsx")
    assert read_book(path, own()).digest() == replace(book()).digest() == own().digest()


def test_fewer_offers_are_the_first_by_loading_date() -> None:
    cargoes = curve._with_offers(book(), 1).table("cargoes")
    assert cargoes.loc[cargoes["state"] == "offer", "id"].tolist() == ["o1"]
    assert len(cargoes) == len(book().table("cargoes")) - 1


def test_too_many_or_no_offers_are_refused_before_any_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("it was searched")

    monkeypatch.setattr(curve, "redirect", never)
    with pytest.raises(UsageError, match="has 2 offers, not 3"):
        redirect_curve(book(), SCENARIO, (0, 3))
    for counts in ((), (-1, 0)):
        with pytest.raises(UsageError, match="how many offers"):
            redirect_curve(book(), SCENARIO, counts)


def test_a_curve_says_what_it_depends_on_and_has_the_last_answer() -> None:
    made: Curve = redirect_curve(book(), SCENARIO, (2, 1), horizon=30, time_limit=5.0, gap=0.05)
    assert made.tables["saved_by_offers"]["offers"].tolist() == [1, 2]
    assert made.identity["offers"] == [1, 2]
    assert made.identity["question"] == made.question == "redirect_curve"
    assert made.answer.figures["book"]["offers"] == 2
    assert made.figures["book"]["note"] == "The book is yours."
    assert set(made.units) <= set(made.tables["saved_by_offers"].columns)
