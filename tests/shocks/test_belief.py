"""What people believe about shocks that go on: by hand, and for any shock and day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.shocks import Shock
from seawall.shocks.belief import Belief, believed, over

BELIEF = Belief(multiple=1.0, least_days=28.0)


def test_a_shock_is_believed_to_last_as_long_again_and_at_least_four_weeks():
    assert BELIEF.remaining(0) == 28
    assert BELIEF.remaining(28) == 28
    assert BELIEF.remaining(70) == 70
    assert Belief(multiple=0.5, least_days=10).remaining(40) == 20


def test_what_goes_on_keeps_its_announced_recovery_and_damage():
    """After 42 of 60 days the end is believed on day 84, restart and damage after that."""
    shock = Shock(facility="x", days=60, depth=0.8, recovery=((14, 0.5),), lasting=0.1)
    (seen,) = believed([shock], 42, BELIEF)
    assert seen.levels() == [
        (0, 84, pytest.approx(0.2)), (84, 98, 0.5), (98, float("inf"), 0.9)
    ]  # fmt: skip


def test_days_count_from_the_first_day_of_the_shock_itself():
    """One that began on day 50 has lasted 40 days on day 90: it is believed to end on day 130."""
    (seen,) = believed([Shock(passage="x", start_day=50, days=300)], 90, BELIEF)
    assert (seen.start_day, seen.days) == (50, 80)


def test_what_has_not_begun_is_unknown_and_what_is_over_is_known():
    past = Shock(passage="a", days=10, recovery=((20, 0.5),))
    future = Shock(passage="b", start_day=40, days=10)
    assert believed([past, future], 30, BELIEF) == (past,)
    assert believed([past, future], 10, BELIEF) == (past,)
    today = believed([past, future], 40, BELIEF)
    assert [s.days for s in today] == [10, 28]


def test_the_world_is_over_its_shocks_when_the_last_recovery_is():
    """Neither before a shock that is still to come nor ever with lasting damage."""
    shocks = [Shock(passage="a", days=10, recovery=((20, 0.5),)), Shock(lane="b", start_day=5,
                                                                        days=2)]  # fmt: skip
    assert not over(shocks, 29)
    assert over(shocks, 30)
    assert not over([*shocks, Shock(lane="c", start_day=90, days=2)], 60)
    assert not over([Shock(passage="a", days=10, lasting=0.1)], 1e6)
    assert over([], 0)


@given(
    start=st.floats(0, 200), days=st.floats(0, 400), other=st.floats(0, 400), day=st.floats(0, 500),
    multiple=st.floats(0, 4), least=st.floats(1, 100),
)  # fmt: skip
def test_nobody_sees_the_end_before_it_comes(
    start: float, days: float, other: float, day: float, multiple: float, least: float
):
    """Two shocks that both go on are believed to be the same; the end is believed to be ahead; one
    that has ended is as it was."""
    belief = Belief(multiple, least)
    one, two = (Shock(passage="x", start_day=start, days=d, depth=0.7) for d in (days, other))
    seen = believed([one], day, belief)
    if day < start:
        assert seen == ()
        return
    elapsed = day - start
    if elapsed >= days:
        assert seen == (one,)
        return
    end = seen[0].start_day + seen[0].days
    assert end >= day + least - 1e-9
    assert end == pytest.approx(start + elapsed + max(least, multiple * elapsed))
    if elapsed < other:
        assert seen == believed([two], day, belief)
