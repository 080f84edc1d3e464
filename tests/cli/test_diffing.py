"""`seawall diff`, and `--with` of the other commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.study.overlay_files import overlay
from tests.test_cli import only_json, run

import seawall


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """An overlay of two cells."""
    return overlay(
        tmp_path / "mine.csv",
        "facilities liq-west capacity 47.3 looked-up annual_report",
        "demands nord-homes quantity 13.2",
    )


def test_diff_with_an_overlay_says_what_it_changes(twelve: Path, mine: Path):
    result = run("diff", twelve, "--with", mine)
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    (capacity,) = [line for line in lines if "capacity" in line]
    assert capacity[:6] == ["liq-west", "capacity", "43", "47.3", "Mt/yr", "+10.0%"]
    assert "annual" in capacity
    assert any(line[:4] == ["nord-homes", "low", "11.5", "12.65"] for line in lines)
    assert f"new: twelve with {mine}" in result.stdout


def test_diff_as_json_is_one_document(twelve: Path, mine: Path):
    document = only_json(run("diff", twelve, "--with", mine, "--json").stdout)
    rows = document["tables"]["differences"]
    (row,) = [row for row in rows if row["column"] == "capacity"]
    assert row["change"] == pytest.approx(0.1)
    assert (row["old"], row["new"], row["who"]) == ("43", "47.3", "A. Analyst")
    assert (row["source_old"], row["source_new"]) == ("made-up", "annual report")
    assert (row["confidence_old"], row["confidence_new"]) == ("recalled", "looked-up")
    assert document["summary"]["same"] is False
    assert document["summary"]["differences"] == len(rows) == 5


def test_diff_of_two_studies_and_of_none(twelve: Path, tmp_path: Path):
    copy = Path(shutil.copytree(twelve, tmp_path / "copy"))
    assert "Nothing differs." in run("diff", twelve, copy).stdout
    settings = (copy / "study.toml").read_text(encoding="utf-8")
    (copy / "study.toml").write_text(
        settings.replace("kink = 0.01", "kink = 0.02"), encoding="utf-8"
    )
    assert "model.kink" in run("diff", twelve, copy).stdout
    result = run("diff", twelve)
    assert result.exit_code == 2
    assert "two studies, or one and --with" in result.stderr


def test_overlays_lie_over_the_second_study(twelve: Path, mine: Path, tmp_path: Path):
    copy = Path(shutil.copytree(twelve, tmp_path / "copy"))
    document = only_json(run("diff", twelve, copy, "--with", mine, "--json").stdout)
    assert document["summary"]["old"]["overlays"] == []
    assert document["summary"]["new"]["overlays"] == [str(mine)]


def test_the_study_of_a_kept_run_can_be_compared(twelve: Path, mine: Path):
    result = run("exposure", twelve, "--with", mine)
    assert result.exit_code == 0, result.stderr
    document = only_json(run("diff", twelve, "last", "--json").stdout)
    columns = {(row["row"], row["column"]) for row in document["tables"]["differences"]}
    assert ("liq-west", "capacity") in columns
    who = {row["who"] for row in document["tables"]["differences"]}
    assert who == {"A. Analyst"}


def test_diff_writes_a_run_folder(twelve: Path, mine: Path, tmp_path: Path):
    result = run("diff", twelve, "--with", mine, "--out", tmp_path / "run")
    assert result.exit_code == 0
    assert (tmp_path / "run" / "tables" / "differences.parquet").is_file()


def test_a_stress_with_an_overlay_tells_what_became_of_it(twelve: Path, mine: Path):
    result = run("stress", twelve, "--with", mine, "--response", "frozen", "--json")
    assert result.exit_code == 0, result.stderr
    lines = result.stderr.splitlines()
    (capacity,) = [line for line in lines if "liq-west" in line]
    assert "capacity 43 -> 47.3 Mt/yr (A. Analyst): kept" in capacity
    assert any("nord-homes quantity 12 -> 13.2 Mt/yr" in line for line in lines)
    study = seawall.read(twelve, mine)
    assert only_json(result.stdout)["run"]["study"] == study.digest()


def test_a_stress_without_overlays_says_nothing_of_them(twelve: Path):
    assert "changed:" not in run("stress", twelve, "--response", "frozen").stderr


def test_a_wrong_overlay_ends_with_every_problem_and_exit_3(twelve: Path, tmp_path: Path):
    file = overlay(tmp_path / "o.csv", "lanes gulf~sud days 1", "lanes gulf~suda days x")
    for command in ("stress", "exposure", "sweep", "worth", "check", "diff"):
        result = run(command, twelve, "--with", file)
        assert result.exit_code == 3, command
        assert f"{file}:2:row" in result.stderr
        assert f"{file}:3:value" in result.stderr
        assert "Traceback" not in result.stderr


def test_an_overlay_that_is_not_there_is_a_wrong_question(twelve: Path, tmp_path: Path):
    result = run("stress", twelve, "--with", tmp_path / "no.csv")
    assert result.exit_code == 2
    assert "no overlay file" in result.stderr


def test_what_is_odd_about_an_overlay_is_told_before_the_answer(twelve: Path, tmp_path: Path):
    file = overlay(tmp_path / "o.csv", "facilities liq-west nameplate 50")
    result = run("exposure", twelve, "--with", file)
    assert "warning: " in result.stderr
    assert "no result changes; runs use capacity" in result.stderr


def test_check_lists_the_changes(twelve: Path, mine: Path):
    result = run("check", twelve, "--with", mine)
    assert result.exit_code == 0
    assert "What overlays change" in result.stdout
    assert "facilities liq-west capacity: a test [annual report]" in result.stdout
    assert "low 11.5 -> 12.65, scaled with it" in result.stdout
    document = only_json(run("check", twelve, "--with", mine, "--json").stdout)
    rows = document["tables"]["changes"]
    assert [row["column"] for row in rows] == ["capacity", "quantity"]
    assert rows[0]["confidence"] == "looked-up"
    assert document["summary"]["changes"] == 2


def test_check_counts_reviews_and_lists_what_is_proposed(twelve: Path, tmp_path: Path):
    assert "assumptions: 0 agreed, 0 proposed, 4 not reviewed" in run("check", twelve).stdout
    marks = overlay(
        tmp_path / "marks.csv",
        "assumptions demurrage review agreed",
        "assumptions demurrage reviewed_by B._Boss",
        "assumptions holding_cost review proposed",
        "assumptions holding_cost reviewed_by C._Clerk",
    )
    result = run("check", twelve, "--with", marks, "--assumptions")
    assert "assumptions: 1 agreed, 1 proposed, 2 not reviewed" in result.stdout
    listed = result.stdout[result.stdout.index("Proposed assumptions") :]
    assert "holding_cost" in listed
    assert "C. Clerk" in listed
    assert "demurrage" not in listed
    document = only_json(run("check", twelve, "--with", marks, "--assumptions", "--json").stdout)
    assert document["summary"]["reviews"] == {"agreed": 1, "proposed": 1, "not reviewed": 2}
    marks_of = {row["id"]: row["review"] for row in document["tables"]["assumptions"]}
    assert marks_of["demurrage"] == "agreed"
