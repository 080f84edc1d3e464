"""`seawall track`: what it prints and writes, what it takes from a ledger, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text
from tests.questions.track.promised import promised
from typer.testing import CliRunner

from seawall.cli import app
from seawall.ledger.database import opened

TODAY = ["--as-of", "2026-06-30"]


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEAWALL_RUNS", str(tmp_path / "shelf"))
    monkeypatch.delenv("SEAWALL_LEDGER", raising=False)
    return tmp_path / "shelf"


@pytest.fixture
def study(tmp_path: Path) -> str:
    return str(promised(tmp_path / "promised"))


def run(*words: object, code: int = 0) -> Any:
    told = CliRunner().invoke(app, [str(word) for word in words])
    assert told.exit_code == code, told.output
    return told


def test_the_board_is_printed_kept_and_written(study: str, tmp_path: Path) -> None:
    out, book = tmp_path / "board", tmp_path / "board.xlsx"
    told = run("track", study, *TODAY, "--out", out, "--xlsx", book)
    assert "Of 3 promises known by 2026-06-30, 1 has no evidence" in told.stdout
    assert "health care" in told.stdout
    assert {"report.html", "run.json", "tables"} <= {path.name for path in out.iterdir()}
    sheets = openpyxl.load_workbook(book)
    assert {"pledges", "sectors", "evidence", "contradictions"} <= set(sheets.sheetnames)
    assert sheets["pledges"].max_row == 4
    assert run("show", "last").stdout == told.stdout
    assert "3 pledges: 1 without evidence, 0 late" in run("runs").stdout
    assert "every cell is the same" in run("verify", "last", "--recompute").stdout


def test_the_document_has_the_tables(study: str) -> None:
    document = json.loads(run("track", study, *TODAY, "--json").stdout)
    assert document["summary"]["status"] == {
        "delivered": 0, "on track": 2, "moving": 0, "late": 0, "stalled": 0, "no evidence": 1,
    }  # fmt: skip
    assert {row["id"] for row in document["tables"]["pledges"]} == {"P-1", "P-2", "P-3"}


def test_one_pledge_shows_its_evidence(study: str) -> None:
    told = run("track", "pledge", study, "P-2", *TODAY).stdout
    for words in ("on track", "E-4", "https://example.org/paper", "100,000,000"):
        assert words in "".join(told.split("\n")).replace(" ", "") or words in told, words
    assert 'no pledge "P-9"' in run("track", "pledge", study, "P-9", code=2).stderr


def test_a_slip_is_one_command(study: str, tmp_path: Path) -> None:
    words = ("track", "slip", study, "P-1", "--scenario", "gate-60d", "--response", "frozen")
    told = run(*words, "--out", tmp_path / "slip")
    assert "7 days of its whole need" in told.stdout
    assert "holds out 7 days shorter (21 instead of 28)" in told.stdout
    assert (tmp_path / "slip" / "report.html").is_file()
    assert run("show", "last").stdout == told.stdout
    assert "P-1 2 years late: 7 days' need of gas in IMP" in " ".join(run("runs").stdout.split())
    assert "it does for: P-1" in run("track", "slip", study, "P-2", code=2).stderr


def test_rows_of_a_ledger_count_and_a_changed_one_is_found(
    study: str, tmp_path: Path, shelf: Path
) -> None:
    rows = tmp_path / "evidence.csv"
    rows.write_text(
        "id,indicator,date,begins,ends,value,counted_in,source,confidence\n"
        "L-1,I-2,2026-04-20,2026-01,2026-03,45000000,USD,paper,looked-up\n"
    )
    run("track", "import", study, rows, "--who", "A. Clerk", "--why", "quarterly", "--dry-run")
    assert "no evidence" in run("track", study).stdout
    assert not (shelf / "ledger.sqlite").exists()
    run("track", "import", study, rows, "--who", "A. Clerk", "--why", "quarterly")
    told = run("track", "pledge", study, "P-2").stdout
    assert "105 million" in told
    assert "L-1" in told
    assert "L-1" not in run("track", "pledge", study, "P-2", *TODAY).stdout  # not yet recorded
    assert "ledger: 1 of 1 as they were written" in run("verify").stdout
    engine = opened(f"sqlite:///{shelf / 'ledger.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE rows_evidence SET value = 1 WHERE id = 'L-1'"))
    engine.dispose()
    assert "value was changed from 45000000.0 to 1.0" in run("verify", code=6).stderr
    url = f"sqlite:///{tmp_path / 'none.sqlite'}"
    assert "there is no ledger" in run("track", study, "--ledger", url, code=2).stderr


def test_what_is_wrong_is_refused_before_anything_is_computed(study: str, tmp_path: Path) -> None:
    for words, reason in (
        (["--as-of", "yesterday"], "is no date"),
        (["--changes-since", "2027-01-01", *TODAY], "a day before 2026-06-30 is needed"),
        (["--sector", "finances"], 'did you mean "finance"'),
        (["--xlsx", "board.csv"], "ends in .xlsx"),
        (["--xlsx", str(tmp_path / "no" / "board.xlsx")], "there is no folder"),
    ):
        assert reason in run("track", study, *words, code=2).stderr
    assert "has no pledges" in run("track", Path(__file__).parents[1] / "data" / "three",
                                   code=2).stderr  # fmt: skip
