"""The rules of the status, written a second time for one indicator, against the board of many."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from tests.questions.track.tables import frame, state

from seawall.questions.track.status import STATUSES, standing

TODAY = date(2026, 12, 31)
NAN = float("nan")


def back(day: date, months: int) -> date:
    """The day so many months before; 31 December and whole years are all that is asked."""
    assert months % 12 == 0
    return day.replace(year=day.year - months // 12)


def by_the_rules(one: dict[str, Any], evidence: list[dict[str, Any]]) -> str:
    """The status of one indicator, straight from the words of `status`."""
    begins = date(one["begins"], 1, 1)
    rows = sorted((row for row in evidence if row["day"] > begins), key=lambda row: row["day"])
    if not rows:
        return "no evidence"
    start = 0.0 if one["measure"] == "cumulative" else one["baseline"]
    falling = one["target"] < start
    sign = -1 if falling else 1
    if one["measure"] == "cumulative":
        low, high = (start + sum(row[end] for row in rows) for end in ("low", "high"))
        moves = [row["day"] for row in rows if sign * row["value"] > 0]
    else:
        low, high = rows[-1]["low"], rows[-1]["high"]
        moves, best = [], sign * start
        for row in rows:
            if sign * row["value"] > best:
                best = sign * row["value"]
                moves.append(row["day"])
    better, worse = (-low, -high) if falling else (high, low)
    if worse >= sign * one["target"]:
        return "delivered"
    patient = back(TODAY, 2 * 12)
    idle = max([begins, *moves]) < patient
    if one["deadline"] is None:
        return "stalled" if idle else "moving"
    deadline = date(one["deadline"], 12, 31)
    if deadline < TODAY:
        return "late"
    read = max(rows[-1]["day"], patient)
    passed = ((read - begins).days + 1) / ((deadline - begins).days + 1)
    line = start + (one["target"] - start) * min(passed, 1.0)
    if better >= sign * line:
        return "on track"
    return "stalled" if idle else "late"


def test_a_board_of_many_follows_the_rules_one_by_one() -> None:
    """1,400 made-up indicators, rising and falling, sums and levels, with and without deadline."""
    rng = np.random.default_rng(26)
    indicators, evidence, expected = [], [], []
    for n in range(1400):
        measure = str(rng.choice(["cumulative", "level"]))
        baseline = NAN if measure == "cumulative" else float(rng.integers(2, 9))
        one = {
            "measure": measure, "baseline": baseline, "begins": int(rng.integers(2018, 2026)),
            "target": float(rng.integers(-6, 16)),
            "deadline": None if rng.random() < 0.2 else int(rng.integers(2024, 2034)),
        }  # fmt: skip
        own = []
        for _ in range(rng.integers(0, 7)):
            day = date(2018, 1, 2) + timedelta(days=int(rng.integers(0, 3285)))
            value, error = float(rng.integers(-2, 10)), float(rng.choice([0.0, 0.25, 1.5]))
            if all(row["day"] != day for row in own):
                own.append({"day": day, "value": value, "low": value - error,
                            "high": value + error})  # fmt: skip
        expected.append(by_the_rules(one, own))
        indicators.append({
            "pledge": "p0", **one, "begins": str(one["begins"]),
            "deadline": str(one["deadline"] or ""), "frequency": 12.0,
        })  # fmt: skip
        evidence += [{**row, "indicator": f"i{n}", "date": str(row["day"])} for row in own]
    rows = [{k: v for k, v in row.items() if k != "day"} for row in evidence]
    rng.shuffle(rows)  # type: ignore[arg-type]
    found = standing(state(
        TODAY,
        pledges=frame("pledges", {"date": ""}),
        indicators=frame("indicators", *indicators),
        evidence=frame("evidence", *rows),
    ))["status"].tolist()  # fmt: skip
    assert found == expected
    assert min(expected.count(status) for status in STATUSES) > 30
