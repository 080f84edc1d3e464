"""The board, its trail, its history: what was known on which day, and by whose word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.questions.track.promised import TABLES, promised

from seawall.errors import UnknownName, UsageError
from seawall.ledger.book import Book
from seawall.ledger.database import opened
from seawall.ledger.entries import Entry
from seawall.questions.again import again
from seawall.questions.track.ask import asked_track, track
from seawall.runs import Shelf
from seawall.study import Study, read

TODAY = date(2026, 6, 30)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return read(promised(tmp_path / "promised"))


def test_a_board_says_what_is_kept_and_by_whose_word(study: Study) -> None:
    result = track(study, as_of=TODAY)
    found = result.tables["pledges"].set_index("id")
    assert found["status"].to_dict() == {"P-1": "on track", "P-2": "on track", "P-3": "no evidence"}
    # 20 million and 6 billion yen at 150: the figure that was replaced counts no more.
    assert found["actual"]["P-2"] == pytest.approx(60e6)
    trail = result.tables["evidence"].set_index("id")
    assert list(trail.index) == ["E-1", "E-2", "E-4"]
    assert trail["counted"]["E-4"] == pytest.approx(40e6)
    assert trail.loc[trail["pledge"] == "P-2", "counted"].sum() == pytest.approx(60e6)
    assert set(trail["publisher"]) == {"A paper"}
    assert trail["url"]["E-2"] == "https://example.org/paper"
    board = result.tables["sectors"].set_index("sector")
    assert list(board.index) == ["clean energy", "finance", "health care"]
    assert board.loc["health care", ["pledges", "no evidence"]].tolist() == [1, 1]
    assert result.summary()["status"]["no evidence"] == 1
    assert result.tables["claims"]["publisher"].tolist() == ["A paper"]


def test_a_past_day_knows_nothing_of_what_came_later(study: Study) -> None:
    then = track(study, as_of=date(2026, 3, 31)).tables
    assert then["pledges"].set_index("id")["actual"]["P-2"] == pytest.approx(40e6)
    assert set(then["evidence"]["id"]) == {"E-1", "E-2", "E-3"}
    before = track(study, as_of=date(2025, 12, 31)).tables
    assert set(before["pledges"]["id"]) == {"P-1", "P-2"}  # the hospital was not yet promised
    assert set(before["evidence"]["id"]) == {"E-1", "E-2"}
    assert len(track(study, as_of=date(2024, 1, 14)).tables["claims"]) == 0


def test_changes_between_two_days(study: Study) -> None:
    made = track(study, as_of=TODAY, changes_since=date(2025, 12, 31)).tables["changes"]
    rows = {(row.change, row.kind, row.key) for row in made.itertuples()}
    assert rows == {
        ("status", "pledges", "P-3"), ("known", "pledges", "P-3"), ("known", "evidence", "E-4"),
        ("status", "pledges", "P-2"),
    }  # fmt: skip
    status = made[made["change"] == "status"].set_index("key")
    assert (status["before"]["P-3"], status["after"]["P-3"]) == ("not yet made", "no evidence")
    later = track(study, as_of=TODAY, changes_since=date(2026, 3, 31)).tables["changes"]
    assert ("gone", "E-3") in {(row.change, row.key) for row in later.itertuples()}


def test_the_timeline_tells_each_step_once(study: Study) -> None:
    line = track(study, as_of=TODAY).tables["timeline"]
    told = [(row.date, row.kind, row.id) for row in line.itertuples()]
    assert ("2024-06-01", "done", "M-1") in told
    assert ("2028", "due", "M-2") in told
    assert ("2028", "deadline", "I-1") in told
    assert ("2025-12", "evidence", "E-4") in told
    assert [row for row in told if row[2] in ("M-1", "E-1")] == [("2024-06-01", "done", "M-1")]
    assert line["last"].is_monotonic_increasing


def test_sectors_can_be_asked_alone(study: Study) -> None:
    found = track(study, as_of=TODAY, sectors=["finance"]).tables
    assert found["pledges"]["id"].tolist() == ["P-2"]
    assert set(found["evidence"]["pledge"]) == {"P-2"}
    with pytest.raises(UnknownName, match='no sector "finances"; did you mean "finance"'):
        track(study, as_of=TODAY, sectors=["finances"])


def test_what_cannot_be_asked_is_refused(study: Study) -> None:
    with pytest.raises(UsageError, match="a day before 2026-06-30 is needed"):
        track(study, as_of=TODAY, changes_since=TODAY)
    empty = replace(study, frames={**study.frames, "pledges": study.frames["pledges"].iloc[:0]})
    with pytest.raises(UsageError, match="has no pledges"):
        track(empty, as_of=TODAY)


def entry(key: str, value: float, day: str, **more: str) -> Entry:
    row = {
        "id": key, "indicator": "I-2", "date": day, "begins": "2026-01", "ends": "2026-03",
        "value": value, "counted_in": "USD", "source": "paper", "confidence": "looked-up", **more,
    }  # fmt: skip
    return Entry("evidence", row, "A. Clerk", "quarterly report")


def test_a_ledger_adds_evidence_and_its_past_stays(study: Study, tmp_path: Path) -> None:
    engine = opened(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    book = Book(engine, study.name, study.frames)
    book.append([entry("L-1", 45e6, "2026-04-20")])
    today = datetime.now(UTC).date()
    alone, kept = track(study, as_of=today), track(study, book, as_of=today)
    amounts = [one.tables["pledges"].set_index("id")["actual"]["P-2"] for one in (alone, kept)]
    assert amounts == [pytest.approx(60e6), pytest.approx(105e6)]
    trail = kept.tables["evidence"].set_index("id")
    assert trail["who"]["L-1"] == "A. Clerk"
    assert trail["recorded"]["L-1"].startswith(str(today.year))
    assert alone.identity != kept.identity
    # The entry was recorded today: no day before shows it, though its evidence is older.
    before = track(study, book, as_of=TODAY)
    assert "L-1" not in set(before.tables["evidence"]["id"])
    changes = track(study, book, as_of=today, changes_since=TODAY).tables["changes"]
    recorded = changes[(changes["change"] == "recorded") & (changes["key"] == "L-1")]
    assert set(recorded["who"]) == {"A. Clerk"}
    assert dict(zip(recorded["column"], recorded["after"], strict=True))["value"] == "45000000.0"
    engine.dispose()


def test_a_changed_past_row_is_found(study: Study, tmp_path: Path) -> None:
    from seawall.ledger.checking import faults, names

    engine = opened(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    Book(engine, study.name, study.frames).append([entry("L-1", 45e6, "2026-04-20")])
    assert names(engine) == (study.name,)
    assert faults(engine) == {study.name: ()}
    with engine.begin() as connection:
        connection.execute(text("UPDATE rows_evidence SET value = 60000000 WHERE id = 'L-1'"))
    (told,) = faults(engine)[study.name]
    assert "value was changed from 45000000.0 to 60000000.0" in told
    engine.dispose()


def test_the_same_question_again(study: Study, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    result = track(study, as_of=TODAY, changes_since=date(2025, 12, 31), sectors=("finance",))
    assert result.identity == asked_track(
        study, as_of=TODAY, changes_since=date(2025, 12, 31), sectors=("finance",)
    )
    stored = shelf.keep(result, study)
    repeated = again(stored, study)
    for name, table in result.tables.items():
        assert repeated.tables[name].equals(table), name


def test_evidence_in_a_unit_that_does_not_convert_is_said_to_be_left_out(tmp_path: Path) -> None:
    other = TABLES["evidence"].replace("20000000,USD", "20000000,trees")
    found = track(read(promised(tmp_path / "p", evidence=other)), as_of=TODAY).tables
    assert found["pledges"].set_index("id")["actual"]["P-2"] == pytest.approx(40e6)
    assert "1 row of evidence left out" in found["pledges"].set_index("id")["why"]["P-2"]
    trail = found["evidence"].set_index("id")
    assert trail["counts"].isna()["E-2"]
