"""A state holds what was known on its day: no later row, no replaced one, the ledger's on top."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from tests.questions.track.tables import frame, study

from seawall.errors import IntegrityError
from seawall.questions.track.days import first_days, last_days
from seawall.questions.track.state import State, in_force, once, state_of

DAY = date(2026, 7, 2)


class Book:
    """A book of a ledger that holds a few rows: (kind, day of recording, frame)."""

    def __init__(self, *kept: tuple[str, str, pd.DataFrame]) -> None:
        self.kept = kept

    def frame(self, kind: str, as_of: date | None = None) -> pd.DataFrame:
        """The rows of a kind that were recorded by then."""
        rows = [
            held.assign(recorded=pd.Timestamp(day), who="clerk", why="read it", seq=1)
            for name, day, held in self.kept
            if name == kind and (as_of is None or day <= as_of.isoformat())
        ]
        return pd.concat(rows) if rows else pd.DataFrame()


def test_dates_mean_their_first_or_last_day() -> None:
    texts = ["2024-02", "", "2026", "2026-03-05"]
    assert [str(day) for day in last_days(texts)] == [
        "2024-02-29", "NaT", "2026-12-31", "2026-03-05",
    ]  # fmt: skip
    assert [str(day) for day in first_days(texts)] == [
        "2024-02-01", "NaT", "2026-01-01", "2026-03-05",
    ]  # fmt: skip
    assert len(last_days([])) == 0


def test_rows_of_later_days_are_left_out() -> None:
    known = study(
        sources=frame("sources", {"date": "2026-07-02"}, {"date": "2026-07-03"}, {"date": ""}),
        claims=frame("claims", *({"source": f"s{n}"} for n in range(3))),
        pledges=frame("pledges", {"date": "2026-07-02"}, {"date": "2026-07"}, {"date": ""}),
        indicators=frame("indicators", *({"pledge": f"p{n}"} for n in range(3))),
        milestones=frame("milestones", *({"pledge": f"p{n}"} for n in range(3))),
        evidence=frame(
            "evidence",
            {"indicator": "i0", "date": "2026-07-02"},
            {"indicator": "i0", "date": "2026-07-03"},
            {"indicator": "i1", "date": "2026-01"},  # of a pledge that is not known yet
            {"milestone": "m2", "date": "2026-06"},
        ),
    )
    state = state_of(known, None, DAY)
    assert state.claims["id"].tolist() == ["c0", "c2"]
    assert state.pledges["id"].tolist() == ["p0", "p2"]  # 2026-07 may have been its last day
    assert state.indicators["id"].tolist() == ["i0", "i2"]
    assert state.milestones["id"].tolist() == ["m0", "m2"]
    assert state.evidence["id"].tolist() == ["e0", "e3"]
    assert len(state.sources) == 3
    assert set(state.evidence["who"]) == {""}
    assert "row" not in state.evidence


def test_a_ledger_adds_rows_and_takes_the_place_of_the_studys() -> None:
    known = study(
        pledges=frame("pledges", {"what": "as the study has it"}, {}),
        indicators=frame("indicators", {"pledge": "p0"}),
    )
    book = Book(
        ("pledges", "2026-07-01", frame("pledges", {"what": "as the ledger has it"})),
        ("evidence", "2026-07-02", frame("evidence", {"indicator": "i0", "date": "2026-06"})),
        ("evidence", "2026-07-03", frame("evidence", {"id": "late", "indicator": "i0"})),
    )
    state = state_of(known, book, DAY)
    assert dict(zip(state.pledges["id"], state.pledges["what"], strict=True)) == {
        "p1": "a promise", "p0": "as the ledger has it",
    }  # fmt: skip
    assert state.evidence[["id", "who"]].to_numpy().tolist() == [["e0", "clerk"]]
    assert state.evidence["recorded"].iloc[0].startswith("2026-07-02")


def test_what_a_ledger_holds_as_none_is_absent() -> None:
    known = study(pledges=frame("pledges", {}), indicators=frame("indicators", {"pledge": "p0"}))
    held = frame("evidence", {"indicator": "i0", "date": "2026-06", "value": 3.0})
    held = held.astype(object).assign(low=None, supersedes=None, milestone=None)
    evidence = state_of(known, Book(("evidence", "2026-07-01", held)), DAY).evidence
    assert evidence[["supersedes", "milestone"]].to_numpy().tolist() == [["", ""]]
    assert evidence["low"].dtype == float
    assert evidence["low"].isna().all()
    assert evidence["value"].tolist() == [3.0]


def test_superseded_evidence_is_dropped_along_the_chain() -> None:
    rows = frame(
        "evidence",
        {"id": "a"},
        {"id": "b", "supersedes": "a"},
        {"id": "c", "supersedes": "b"},
        {"id": "other"},
    )
    assert in_force(rows)["id"].tolist() == ["c", "other"]
    # Before c was published b counted, and a had gone already.
    assert in_force(rows[rows["id"] != "c"])["id"].tolist() == ["b", "other"]


def test_a_later_row_does_not_supersede_yet() -> None:
    known = study(
        pledges=frame("pledges", {}),
        indicators=frame("indicators", {"pledge": "p0"}),
        evidence=frame(
            "evidence",
            {"id": "a", "indicator": "i0", "date": "2026-01"},
            {"id": "b", "indicator": "i0", "date": "2026-08", "supersedes": "a"},
        ),
    )
    assert state_of(known, None, DAY).evidence["id"].tolist() == ["a"]
    assert state_of(known, None, date(2026, 8, 31)).evidence["id"].tolist() == ["b"]


def test_a_loop_is_told_and_not_dropped() -> None:
    rows = frame(
        "evidence",
        {"id": "a", "supersedes": "b"},
        {"id": "b", "supersedes": "a"},
        {"id": "c"},
    )
    with pytest.raises(IntegrityError, match="in a loop: a, b"):
        in_force(rows)


def test_what_tables_rest_on_is_worked_out_once_and_stays_as_it_was() -> None:
    worked: list[State] = []

    @once
    def numbers(state: State) -> pd.DataFrame:
        worked.append(state)
        return pd.DataFrame({"n": [1, 2]})

    one, other = (state_of(study(), None, DAY) for _ in range(2))
    first = numbers(one)
    first["n"] = 0
    first.loc[:, "more"] = "x"
    assert numbers(one).equals(pd.DataFrame({"n": [1, 2]}))
    numbers(other)
    assert worked == [one, other]
