"""Answers are kept, looked up, listed, shown and verified."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import seawall
from seawall.cli import app
from seawall.runs import Shelf, store

ASKED = {
    "stress": ("narrows-60d", "--response", "frozen"),
    "sweep": ("--response", "frozen", "--days", "30"),
    "exposure": ("--place", "NRD"),
}


def run(*args: str | Path, code: int = 0) -> Result:
    done = CliRunner().invoke(app, [str(arg) for arg in args])
    assert done.exit_code == code, done.output
    return done


def kept_id(done: Result) -> str:
    found = re.search(r"run ([0-9a-f]{12})", done.stderr)
    assert found
    return found[1]


def refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on nothing may be computed."""

    def never(*args: object, **options: object) -> None:
        raise AssertionError("computed again")

    for name in ASKED:
        monkeypatch.setitem(vars(seawall), name, never)


@pytest.mark.parametrize("verb", ASKED)
def test_an_answer_is_computed_once(
    twelve: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
):
    """Text, document and folder of a kept answer are those of the first time."""
    question = (verb, twelve, *ASKED[verb])
    first = run(*question)
    assert first.stderr.startswith("kept as run ")
    document = run(*question, "--json", "--out", tmp_path / "a").stdout
    refuse(monkeypatch)
    second = run(*question)
    assert second.stdout == first.stdout
    assert second.stderr == (
        f"run {kept_id(first)}, computed {Shelf().find('last').created[:10]}: the kept answer "
        "(--again computes it anew)\n"
    )
    done = run(*question, "--json", "--out", tmp_path / "b")
    assert done.stdout == document
    assert done.stderr.splitlines()[0].startswith(f"run {kept_id(first)} is in ")
    a, b = (store.read(tmp_path / name) for name in "ab")
    assert a.run == b.run
    assert a.origin == b.origin
    assert store.differences(a.tables, b.tables) == []


@pytest.mark.parametrize("verb", ASKED)
def test_show_prints_what_the_command_did(twelve: Path, verb: str):
    first = run(verb, twelve, *ASKED[verb])
    document = run(verb, twelve, *ASKED[verb], "--json").stdout
    for name in ("last", kept_id(first), kept_id(first)[:5]):
        assert run("show", name).stdout == first.stdout
    assert run("show", "last", "--json").stdout == document


def test_other_options_are_computed(twelve: Path):
    ids = {
        kept_id(run("exposure", twelve, *args))
        for args in ((), ("--place", "NRD"), ("--place", "SUD"))
    }
    assert len(ids) == 3


def test_worth_is_kept_with_its_articles(twelve: Path, tmp_path: Path):
    from tests.cli.test_worthwhile import PACT

    (tmp_path / "pact.toml").write_text(PACT, encoding="utf-8")
    question = (
        "worth", twelve, "--protocol", tmp_path / "pact.toml", "--severities", "1",
        "--draws", "100",
    )  # fmt: skip
    first = run(*question)
    second = run(*question)
    assert "the kept answer" in second.stderr
    assert second.stdout == first.stdout
    assert run("show", "last").stdout == first.stdout
    assert not any(Shelf().partial.iterdir())


def test_again_computes_anew_and_compares(
    twelve: Path, monkeypatch: pytest.MonkeyPatch, shelf: Path
):
    question = ("exposure", twelve)
    first = run(*question)
    done = run(*question, "--again")
    assert done.stdout == first.stdout
    assert kept_id(done) == kept_id(first)
    assert done.stderr.startswith("kept as run")
    original = seawall.exposure

    def other(*args: Any, **options: Any) -> Any:
        result = original(*args, **options)
        result.tables["direct"]["share"] *= 1.5
        return result

    monkeypatch.setitem(vars(seawall), "exposure", other)
    done = run(*question, "--again", code=6)
    assert done.stdout == ""
    assert "in row 1 of share" in done.stderr
    assert "is left as it is" in done.stderr
    assert run(*question).stdout == first.stdout


def test_an_edited_run_is_not_used(twelve: Path):
    first = run("exposure", twelve)
    folder = Shelf().folder_of("last")
    path = folder / "tables" / "direct.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    for command in (("exposure", twelve), ("show", "last"), ("verify", kept_id(first))):
        done = run(*command, code=6)
        assert "direct.parquet has changed since it was written" in done.stderr
    assert path.is_file()


def test_a_disk_that_does_not_take_it(twelve: Path, monkeypatch: pytest.MonkeyPatch):
    """The answer is there all the same."""

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device", "run.json")

    monkeypatch.setattr(Shelf, "keep", full)
    done = run("exposure", twelve)
    assert done.stderr == ("the answer could not be kept: run.json: No space left on device\n")
    assert "Direct" in done.stdout or "direct" in done.stdout


def test_runs_lists_them(twelve: Path, shelf: Path):
    assert "No runs are kept" in run("runs").stdout
    one, two = run("exposure", twelve), run("stress", twelve, *ASKED["stress"])
    lines = run("runs").stdout.splitlines()
    assert lines[0].startswith(f"Runs in {shelf}")
    assert lines[1].split() == ["id", "created", "question", "study", "scenario", "headline"]
    assert lines[2].startswith(kept_id(two))
    assert "stress" in lines[2]
    assert "narrows-60d" in lines[2]
    assert "frozen: loss" in lines[2]
    assert lines[3].startswith(kept_id(one))
    document = json.loads(run("runs", "--json").stdout)
    assert [row["id"] for row in document["tables"]["runs"]] == [kept_id(two), kept_id(one)]
    assert document["summary"] == {"folder": str(shelf), "runs": 2, "damaged": 0}


def test_a_damaged_run_is_listed_as_such(twelve: Path):
    run("exposure", twelve)
    (Shelf().folder_of("last") / "run.json").write_text("{}")
    done = run("runs")
    assert "brought up to date" in done.stderr
    assert "damaged: " in done.stdout


def test_an_unknown_run_is_told_near_ones(twelve: Path):
    id = kept_id(run("exposure", twelve))
    done = run("show", "f" + id[1:], code=2) if id[0] != "f" else run("show", "0" + id[1:], code=2)
    assert f'did you mean "{id}"' in done.stderr


def test_verify_all(twelve: Path, shelf: Path):
    run("exposure", twelve)
    run("stress", twelve, *ASKED["stress"])
    done = run("verify")
    assert done.stdout == "run: 2 of 2 as they were written\nstudy: 1 of 1 as they were written\n"
    (shelf / "index.sqlite").write_bytes(b"junk")
    assert "the index of runs is rebuilt" in run("verify").stderr
    (copy,) = (shelf / "studies").iterdir()
    path = copy / "study" / "lanes.csv"
    path.write_text(path.read_text() + " ")
    folder = Shelf().folder_of("last")
    (folder / "tables" / "flows.parquet").unlink()
    done = run("verify", code=6)
    assert "1 of 2 as they were written" in done.stdout
    assert f"{path} has changed" in done.stderr
    assert "flows.parquet can't be read" in done.stderr
    assert "2 faults; nothing was changed" in done.stderr
    document = json.loads(run("verify", "--json", code=6).stdout)
    assert document["summary"] == {"checked": 3, "faults": 2}
    assert sum(row["sound"] for row in document["tables"]["checked"]) == 1


def test_verify_a_folder(twelve: Path, tmp_path: Path):
    run("exposure", twelve, "--out", tmp_path / "mine")
    assert "1 of 1" in run("verify", tmp_path / "mine").stdout
    path = tmp_path / "mine" / "tables" / "direct.csv"
    path.write_text(path.read_text().replace("NRD", "NDR", 1))
    assert "direct.csv has changed" in run("verify", tmp_path / "mine", code=6).stderr


def test_verify_by_computing_anew(twelve: Path, monkeypatch: pytest.MonkeyPatch):
    run("exposure", twelve)
    assert "every cell is the same" in run("verify", "last", "--recompute").stdout
    original = seawall.questions.again.exposure

    def other(*args: Any, **options: Any) -> Any:
        result = original(*args, **options)
        result.tables["direct"]["share"] += 1e-15
        return result

    monkeypatch.setattr("seawall.questions.again.exposure", other)
    done = run("verify", "--recompute", code=6)
    assert "in row 1 of share" in done.stderr
    # Other code may give other figures; that is no damage.
    monkeypatch.setattr("seawall.runs.identity.code_version", lambda: "9.9.9+x")
    done = run("verify", "--recompute")
    assert "it was computed by " in done.stdout


def test_verify_a_study(twelve: Path, tmp_path: Path):
    run("exposure", twelve)
    assert "twelve breaks no rule (0 warnings)" in run("verify", twelve).stdout
    assert "1 kept runs are of it as it is, 0 of other states" in run("verify", twelve).stdout
    copy = Path(shutil.copytree(twelve, tmp_path / "twelve"))
    path = copy / "study.toml"
    path.write_text(path.read_text().replace("title = ", 'title = "Other" # '))
    assert "0 kept runs are of it as it is, 1 of other states" in run("verify", copy).stdout
    (copy / "lanes.csv").write_text("x")
    assert "lanes.csv" in run("verify", copy, code=3).stderr
    assert (
        'no run or study "india-japn"; did you mean "india-japan"'
        in run("verify", "india-japn", code=2).stderr
    )


def test_a_run_whose_study_is_gone_is_shown_as_tables(twelve: Path, shelf: Path):
    run("exposure", twelve)
    shutil.rmtree(shelf / "studies")
    done = run("show", "last")
    assert "shown as plain tables" in done.stderr
    assert "direct" in done.stdout
    # Who has the study gets the kept answer as ever.
    assert "the kept answer" in run("exposure", twelve).stderr
