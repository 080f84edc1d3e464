"""Worlds: reopening days crossed with consent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.questions.redirect.harbours import DAY, shut

from seawall.errors import UsageError
from seawall.questions.redirect.worlds import first_day, pieces, worlds_of
from seawall.shocks import Shock


def test_reopening_days_are_crossed_with_consent() -> None:
    worlds = worlds_of(shut("strait"), DAY, reopen=(30, 60), consent="both")
    assert [(w.reopens["strait"], w.consent) for w in worlds] == [
        (30, False), (30, True), (60, False), (60, True),
    ]  # fmt: skip
    assert sum(w.weight for w in worlds) == pytest.approx(1.0)
    assert len({w.name for w in worlds}) == 4
    (own,) = worlds_of(shut("strait", days=45.0, start_day=5), DAY)
    assert own.reopens == {"strait": 50}
    given = worlds_of(shut("strait"), DAY, reopen=(30, 60), weights=(3, 1))
    assert [w.weight for w in given] == [0.75, 0.25]


def test_a_scenario_begins_on_the_day_of_the_book_or_later() -> None:
    later = shut("strait").model_copy(update={"start": DAY + timedelta(days=9)})
    earlier = shut("strait").model_copy(update={"start": date(2020, 1, 1)})
    assert first_day(shut("strait"), DAY) == 0
    assert first_day(later, DAY) == 9
    assert first_day(earlier, DAY) == 0
    # A book that is rolled on by four days.
    rolled = worlds_of(shut("strait"), DAY, reopen=(30,), began=DAY - timedelta(days=4))
    assert rolled[0].reopens == {"strait": 26}


@pytest.mark.parametrize(
    "told, words",
    [
        ({"reopen": (5,), "scenario": shut("strait", start_day=5)}, "is not shut before"),
        ({"reopen": (5,), "scenario": None}, "no passage is shut"),
        ({"consent": "perhaps"}, "consent is one of"),
        ({"weights": (1, 2)}, "as many weights"),
        ({"reopen": (3,), "began": DAY - timedelta(days=4)}, "that is past"),
    ],
)
def test_what_cannot_be_meant_is_refused(told: dict[str, object], words: str) -> None:
    scenario = told.pop("scenario", shut("strait"))
    with pytest.raises(UsageError, match=words):
        worlds_of(scenario, DAY, **told)  # type: ignore[arg-type]


def test_what_follows_a_closure_moves_with_its_end() -> None:
    shock = Shock(passage="strait", start_day=2, days=10, recovery=((5, 0.5),), lasting=0.1)
    assert pieces(shock, 1.0) == [(3, 13, 0), (13, 18, 0.5), (18, float("inf"), 0.9)]
    assert pieces(shock, 1.0, 20.0)[:2] == [(3, 20, 0), (20, 25, 0.5)]
