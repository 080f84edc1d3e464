"""`seawall compare`, and what `seawall check` says of protocols, to people and to machines."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.questions.test_compare import dumped, stored
from tests.study.protocols import GOOD
from typer.testing import CliRunner, Result

from seawall.cli import app
from seawall.runs import store


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two runs by different articles."""
    other = dumped("weeks = 26", "weeks = 39")
    return (
        stored(tmp_path / "a", protocol=dumped()),
        stored(tmp_path / "b", protocol=other, loss=8.0, rationing="equal"),
    )


def test_people_see_articles_options_and_changes(two: tuple[Path, Path]) -> None:
    said = run("compare", *two)
    assert said.exit_code == 0, said.output
    assert (
        "Article 8. Return\n  A: What is lent is given back in kind within 26 weeks" in said.stdout
    )
    assert "  B: What is lent is given back in kind within 39 weeks" in said.stdout
    # The articles say it in words; the key of the file is not repeated.
    assert "protocol.return" not in said.stdout
    lines = [line.split() for line in said.stdout.splitlines()]
    assert ["rationing", "none", "equal"] in lines
    assert ["loss", "10.0", "8.00", "-2.00", "-0.200"] in lines
    assert any(line[:4] == ["pact", "place", "IND", "value_pact"] for line in lines)


def test_the_same_run_twice(tmp_path: Path) -> None:
    said = run("compare", stored(tmp_path / "a"), stored(tmp_path / "b"))
    assert said.exit_code == 0
    assert "The same run twice" in said.stdout
    assert "No figure differs." in said.stdout


def test_names_come_from_the_study(two: tuple[Path, Path], twelve: Path, tmp_path: Path) -> None:
    other = stored(tmp_path / "c", protocol=dumped("NRD = 15", "NRD = 14"))
    assert "Nord 14 days" in run("compare", two[0], other, "--study", twelve).stdout
    assert "NRD 14 days" in run("compare", two[0], other).stdout


def test_machines_get_one_document(two: tuple[Path, Path]) -> None:
    said = run("compare", *two, "--json")
    assert said.exit_code == 0
    found: dict[str, Any] = json.loads(said.stdout)
    assert found["summary"]["articles_changed"] == 1
    assert found["tables"]["articles"][0]["article"] == 8
    assert found["run"]["question"] == "compare"


def test_a_comparison_is_written_as_a_run(two: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("compare", *two, "--out", out).exit_code == 0
    kept = store.read(out)
    assert kept.run["options"]["runs"] == [store.read(folder).run["id"] for folder in two]
    assert list(kept.tables["headline"]["figure"]) == ["loss"]


def test_two_questions_end_with_code_2(tmp_path: Path) -> None:
    said = run("compare", stored(tmp_path / "a"), stored(tmp_path / "b", question="sweep"))
    assert said.exit_code == 2
    assert "only two answers to the same question can be compared" in said.stderr


def test_a_spoilt_run_ends_with_code_6(two: tuple[Path, Path]) -> None:
    (two[1] / "tables" / "pact.parquet").unlink()
    assert run("compare", *two).exit_code == 6


def test_check_tells_the_protocol_and_what_is_wrong_with_it(twelve: Path, tmp_path: Path) -> None:
    study = Path(shutil.copytree(twelve, tmp_path / "study"))
    assert "protocol: none" in run("check", study).stdout
    (study / "protocol.toml").write_text(GOOD, encoding="utf-8")
    (study / "protocols").mkdir()
    (study / "protocols" / "long.toml").write_text(GOOD.replace("26", "39"), encoding="utf-8")
    said = run("check", study)
    assert said.exit_code == 0, said.output
    assert "protocol: Nord and Suda lend each other cargoes; other drafts: long" in said.stdout
    (study / "protocols" / "long.toml").write_text(
        GOOD.replace("NRD = 15", "NRD = 150"), encoding="utf-8"
    )
    (study / "protocol.toml").write_text(GOOD.replace("weeks = 26", "weeks = 1"), encoding="utf-8")
    said = run("check", study)
    assert said.exit_code == 3
    assert "protocol.toml:33:return.weeks" in said.stderr
    assert "Article 8 (return)" in said.stderr
    assert "protocols/long.toml:21:floor.days.NRD" in said.stderr
    assert "Article 5 (floor): the floor is above the tanks" in said.stderr
