"""Each rule of the status, on cases worked by hand, and the figures that it gives as its reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from tests.questions.track.tables import TODAY, frame, one, state

from seawall.questions.track.state import State
from seawall.questions.track.status import standing, statuses


def judged(known: State) -> Any:
    """The only row of the board."""
    table = statuses(known)
    assert len(table) == 1
    return table.iloc[0]


def flows(*values: float, year: int = 2021, **more: Any) -> list[dict[str, Any]]:
    """Evidence of a flow a year."""
    return [
        {"date": f"{y + 1}-02", "begins": str(y), "ends": str(y), "value": value, **more}
        for y, value in enumerate(values, year)
    ]


# 2021 to 2030 is ten years; by the end of 2025 a straight line to 10 is at 5.
DECADE: dict[str, Any] = {
    "target": 10.0, "begins": "2021", "deadline": "2030", "frequency": 12.0,
}  # fmt: skip
BY_2025 = pytest.approx(5.0, abs=2e-3)  # a decade holds leap years


def test_behind_the_line_is_late_and_says_by_how_much() -> None:
    row = judged(one(*flows(1.0, 1.0, 0.5, 0.5, 0.2), **DECADE))
    assert (row["status"], row["actual"], row["expected"]) == ("late", pytest.approx(3.2), BY_2025)
    assert row["why"] == "3.2 of 10 plants by 2025-12-31, a straight line would be at 5"
    assert (row["evidence"], row["newest"], row["as_of"]) == (5, "e4", "2025-12-31")
    assert not row["stale"]


def test_at_the_line_or_above_it_is_on_track() -> None:
    assert judged(one(*flows(1.0, 1.0, 1.0, 1.0, 1.1), **DECADE))["status"] == "on track"


def test_behind_by_no_more_than_its_own_error_is_on_track() -> None:
    """4.5 of 5: each year's figure may be 0.05 more, or 0.2 more, and they err alike."""
    near = flows(0.9, 0.9, 0.9, 0.9, 0.9, low=0.8, high=0.95)
    wide = flows(0.9, 0.9, 0.9, 0.9, 0.9, low=0.7, high=1.1)
    assert judged(one(*near, **DECADE))["status"] == "late"
    row = judged(one(*wide, **DECADE))
    assert (row["status"], row["low"], row["high"]) == (
        "on track", pytest.approx(3.5), pytest.approx(5.5),
    )  # fmt: skip
    assert row["why"].startswith("4.5 (3.5 to 5.5) of 10 plants by 2025-12-31")


def test_delivered_only_with_the_whole_interval() -> None:
    assert judged(one(*flows(11.0), **DECADE))["status"] == "delivered"
    assert judged(one(*flows(11.0, low=9.0, high=13.0), **DECADE))["status"] == "on track"


def test_past_the_deadline_it_is_late_or_delivered() -> None:
    past = DECADE | {"deadline": "2024"}
    row = judged(one(*flows(2.0, 3.0, 4.0), **past))
    assert (row["status"], row["expected"]) == ("late", pytest.approx(9.73, abs=0.01))
    assert row["why"].startswith("9 of 10 plants by 2023-12-31, the deadline was 2024")
    row = judged(one(*flows(2.0, 3.0, 4.0, 0.5, 1.0), **past))
    assert row["status"] == "delivered"
    assert row["why"] == "10.5 of 10 plants by 2025-12-31, shown 365 days after the deadline"


def test_the_last_day_of_the_deadline_still_counts() -> None:
    past = DECADE | {"deadline": "2026-11"}
    assert judged(one(*flows(2, 2, 2, 2, 1.9), as_of=date(2026, 11, 30), **past))["status"] == (
        "on track"
    )
    assert judged(one(*flows(2, 2, 2, 2, 1.9), as_of=date(2026, 12, 1), **past))["status"] == "late"


def test_nothing_that_moves_for_two_reports_is_stalled() -> None:
    still = judged(one(*flows(1.0, 0.5, 0.0, 0.0, 0.0), **DECADE))
    assert still["status"] == "stalled"
    assert still["why"].endswith("nothing has moved since 2022-12-31")
    assert judged(one(*flows(1.0, 0.5, 0.0, 0.0, 0.1), **DECADE))["status"] == "late"


def test_ahead_of_the_line_it_may_rest() -> None:
    assert judged(one(*flows(8.0, 0.0, 0.0, 0.0, 0.0), **DECADE))["status"] == "on track"


def test_silence_is_held_against_the_line_after_two_reports() -> None:
    """4 by the end of 2023 was above the line; two years of silence later it is no longer."""
    told = flows(2.0, 1.0, 1.0)
    row = judged(one(*told, as_of=date(2025, 6, 30), **DECADE))
    assert (row["status"], row["expected"], row["stale"]) == (
        "on track", pytest.approx(3.0, abs=2e-3), True,
    )  # fmt: skip
    row = judged(one(*told, as_of=date(2027, 12, 31), **DECADE))
    assert (row["status"], row["expected"]) == ("stalled", BY_2025)
    assert "a straight line would be at 5 on 2025-12-31" in row["why"]


def test_the_frequency_decides_what_is_stale() -> None:
    told = [{"date": "2026-05-31", "value": 6.0}]
    assert judged(one(*told, **DECADE | {"frequency": 3.0}))["stale"]
    assert not judged(one(*told, **DECADE | {"frequency": 6.0}))["stale"]
    assert not judged(one(*told, **DECADE | {"frequency": float("nan")}))["stale"]  # 12 months


def test_without_a_deadline_it_is_judged_by_whether_it_moves() -> None:
    endless: dict[str, Any] = {"target": 1000.0, "begins": "2025-12"}
    opened = [{"date": "2025-12-15", "value": 1.0}, {"date": "2026-01-19", "value": 1.0}]
    row = judged(one(*opened, **endless))
    assert (row["status"], row["actual"]) == ("moving", 2.0)
    assert "no deadline was stated" in row["why"]
    assert judged(one(*opened, as_of=date(2028, 2, 1), **endless))["status"] == "stalled"


def test_without_evidence_there_is_no_status() -> None:
    row = judged(one(**DECADE))
    assert (row["status"], row["stale"], row["evidence"]) == ("no evidence", True, 0)
    assert row["why"] == "nothing shows progress since 2021-01-01"
    row = judged(state(pledges=frame("pledges", {})))
    assert (row["status"], row["why"]) == (
        "no evidence", "no indicator says what would show it",
    )  # fmt: skip
    # A reading of the first day is a baseline, and a flow of before says nothing.
    begun = {"measure": "level", "baseline": 7.0, "baseline_date": "2025-10"} | DECADE
    assert judged(one({"date": "2025-10", "value": 7.0}, **begun))["status"] == "no evidence"
    assert judged(one(*flows(5.0, year=2019), **DECADE))["status"] == "no evidence"


def test_figures_that_cannot_be_told_in_the_unit_are_left_out_and_said() -> None:
    row = judged(one(*flows(1.0), {"date": "2024", "value": 5.0, "counted_in": "t"}, **DECADE))
    assert row["actual"] == 1.0
    assert "1 row of evidence left out" in row["why"]


LEVEL = DECADE | {"measure": "level", "baseline": 100.0, "target": 200.0}


@pytest.mark.parametrize(
    "values, status",
    [
        ((110, 130, 151), "on track"),
        ((110, 130, 149), "late"),
        ((110, 201, 199), "on track"),  # the newest counts, and it is above the line
        ((110, 130, 200), "delivered"),
        ((99, 98, 97), "stalled"),  # never nearer than at the start
        ((130, 130, 130), "late"),  # moved in 2024-12: within two years
    ],
)
def test_levels(values: tuple[float, ...], status: str) -> None:
    told = [
        {"date": f"{y}-12-31", "value": v} for y, v in zip((2024, 2025, 2025), values, strict=True)
    ]
    told[1]["date"] = "2025-06-30"
    assert judged(one(*told, as_of=date(2026, 6, 30), **LEVEL))["status"] == status


@pytest.mark.parametrize(
    "value, status", [(149.0, "on track"), (151.0, "late"), (100.0, "delivered")]
)
def test_a_target_below_the_baseline_wants_a_fall(value: float, status: str) -> None:
    falling = LEVEL | {"baseline": 200.0, "target": 100.0}
    row = judged(one({"date": "2025-12-31", "value": value}, **falling))
    assert row["status"] == status
    assert row["expected"] == pytest.approx(150.0, abs=0.05)
    assert "to fall from 200 to 100" in row["why"]


def test_a_fall_is_late_only_if_even_the_low_end_is_above_the_line() -> None:
    falling = LEVEL | {"baseline": 200.0, "target": 100.0}
    near = {"date": "2025-12-31", "value": 160.0, "high": 170.0}
    assert judged(one(near | {"low": 152.0}, **falling))["status"] == "late"
    assert judged(one(near | {"low": 148.0}, **falling))["status"] == "on track"


def test_a_deficit_may_fall_to_nothing() -> None:
    falling = LEVEL | {"baseline": 15.0, "target": 0.0}
    assert judged(one({"date": "2025-12-31", "value": 8.0}, **falling))["status"] == "late"
    assert judged(one({"date": "2025-12-31", "value": -1.0}, **falling))["status"] == "delivered"


def test_a_level_without_baseline_starts_at_its_last_reading_before() -> None:
    told = [{"date": d, "value": v} for d, v in (("2019", 50.0), ("2020", 80.0), ("2025", 141.0))]
    row = judged(one(*told, **LEVEL | {"baseline": float("nan")}))
    assert (row["status"], row["expected"]) == ("on track", pytest.approx(140.0, abs=0.05))


def steps(*days: tuple[str, str], evidence: list[dict[str, Any]], **indicator: Any) -> State:
    """A pledge with steps (what, due) and what shows them done."""
    return state(
        pledges=frame("pledges", {}),
        indicators=frame("indicators", {"pledge": "p0", "measure": "steps", **indicator}),
        milestones=frame("milestones", *({"pledge": "p0", "what": w, "due": d} for w, d in days)),
        evidence=frame("evidence", *evidence),
    )


DATED = (("signed", "2025-01"), ("funded", "2025-12"), ("built", "2027-06"), ("running", "2028"))


def test_steps_due_by_now_must_be_done() -> None:
    signed = {"milestone": "m0", "date": "2026-01"}
    row = judged(steps(*DATED, evidence=[signed]))
    assert (row["status"], row["actual"], row["expected"]) == ("late", 0.25, 0.5)
    assert row["why"] == (
        "1 of 4 steps shown as done by 2026-01-31, next: funded (due 2025-12), 2 were due"
    )
    funded = {"milestone": "m1", "date": "2026-02"}
    assert judged(steps(*DATED, evidence=[signed, funded]))["status"] == "on track"
    every = [{"milestone": f"m{n}", "date": "2026-02"} for n in range(4)]
    assert judged(steps(*DATED, evidence=every))["status"] == "delivered"


def test_a_step_can_be_taken_back() -> None:
    signed, left = {"milestone": "m0", "date": "2025-01"}, {"milestone": "m0", "date": "2026-03"}
    row = judged(steps(("signed", ""), ("running", ""), evidence=[signed, left | {"value": 0.0}]))
    assert (row["actual"], row["evidence"], row["status"]) == (0.0, 2, "stalled")


def test_steps_without_days_share_the_line_to_the_deadline() -> None:
    undated = [(name, "") for name in ("a", "b", "c", "d")]
    first = [{"milestone": "m0", "date": "2025-12-31"}]
    row = judged(steps(*undated, evidence=first, begins="2021", deadline="2030"))
    assert (row["status"], row["expected"]) == ("late", pytest.approx(0.5, abs=1e-3))
    row = judged(steps(*undated, evidence=first))
    assert (row["status"], pd.isna(row["expected"])) == ("moving", True)


def test_the_first_indicator_decides() -> None:
    known = state(
        pledges=frame("pledges", {}, {"what": "other"}),
        indicators=frame(
            "indicators",
            {"pledge": "p0", **DECADE},
            {"pledge": "p0", **DECADE, "target": 1.0},
        ),
        evidence=frame(
            "evidence", *({**row, "indicator": i} for i in ("i0", "i1") for row in flows(6.0))
        ),
    )
    assert statuses(known)["status"].tolist() == ["on track", "no evidence"]
    assert standing(known)["status"].tolist() == ["on track", "delivered"]
    assert known.as_of == TODAY


def test_a_sum_is_held_against_the_line_where_all_its_instruments_are_known() -> None:
    """Loans are known to June 2025, investment to the end of 2024: 3.6 of 4 by then is late, though
    4.2 is counted in all; with investment of 0.4 a year more it is not."""
    loans = [{"date": f"{y}-06-30", "value": 0.3, "instrument": "loan"} for y in (2024, 2025)]
    late = [*flows(0.825, 0.825, 0.825, 0.825, instrument="fdi"), *loans]
    day = date(2025, 12, 1)
    row = judged(one(*late, as_of=day, **DECADE))
    assert (row["status"], row["actual"], row["as_of"]) == (
        "late", pytest.approx(3.9), "2025-06-30",
    )  # fmt: skip
    assert row["why"] == (
        "3.9 of 10 plants by 2025-06-30, 3.6 by 2024-12-31, to which all instruments are known, "
        "where a straight line would be at 4"
    )
    more = [*flows(0.93, 0.93, 0.93, 0.93, instrument="fdi"), *loans]
    assert judged(one(*more, as_of=day, **DECADE))["status"] == "on track"


def test_instruments_of_which_nothing_is_known_are_named() -> None:
    row = judged(one(*flows(1.0, instrument="fdi"), instruments="fdi;bond;loan", **DECADE))
    assert "nothing is known of bond, loan" in row["why"]


def test_the_newest_figure_of_before_is_told() -> None:
    row = judged(one(*flows(5.0, year=2019), **DECADE))
    assert row["why"].endswith("the newest figure is of 2019-12-31")
