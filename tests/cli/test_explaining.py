"""`seawall explain` and the shares of `seawall compare`, from runs that commands kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from seawall.cli import app
from seawall.runs import store


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def narrows(twelve: Path, tmp_path: Path) -> Path:
    out = tmp_path / "narrows"
    said = run("stress", twelve, "narrows-60d", "--response", "frozen", "--out", out)
    assert said.exit_code == 0, said.output
    return out


def test_a_number_is_explained_from_its_sentence_to_its_command(
    narrows: Path, twelve: Path
) -> None:
    said = run("explain", narrows, "SUD", "unserved", "--study", twelve)
    assert said.exit_code == 0, said.output
    lines = said.stdout.splitlines()
    assert lines[0] == (
        "Suda, gas in the grid, under frozen (The narrows shut for 60 days): 0.762 Mt go unserved."
    )
    assert "Equation: unserved = sum over t of max(0, demand[t] - served[t])" in lines
    assert any(line.startswith("In numbers: ") and line.endswith("= 0.762 Mt") for line in lines)
    words = [line.split() for line in lines]
    assert any(line[:6] == ["cut", "by", "the", "shock", "33.3", "%"]
               for line in words), said.stdout  # fmt: skip
    assert ["ask", "it", "again:", "seawall", "stress", "twelve", "narrows-60d", "--response",
            "frozen"] in words  # fmt: skip


def test_headlines_come_with_commands_to_paste(narrows: Path, twelve: Path) -> None:
    said = run("explain", narrows, "--study", twelve)
    assert said.exit_code == 0, said.output
    commands = [line.partition("seawall ")[2] for line in said.stdout.splitlines()[1:]]
    assert len(commands) >= 3
    number = commands[0].split()[2]
    again = run("explain", narrows, number, "--study", twelve, "--limits", "0")
    assert again.exit_code == 0, again.output


def test_last_run_on_the_shelf_needs_no_study(narrows: Path) -> None:
    said = run("explain", "last", "summary/frozen/loss")
    assert said.exit_code == 0, said.output
    assert "Computed again, it is the same number." in said.stdout
    (where,) = (line for line in said.stdout.splitlines() if line.startswith("rows of inputs"))
    assert (Path(where.partition(": ")[2]) / "lanes.csv").is_file()


def test_machines_get_one_document_and_a_folder(narrows: Path, tmp_path: Path) -> None:
    out = tmp_path / "explained"
    said = run("explain", "last", "SUD unserved", "--json", "--out", out)
    assert said.exit_code == 0, said.output
    found: dict[str, Any] = json.loads(said.stdout)
    assert found["summary"]["address"] == "indicators/frozen/SUD/gas/all/unserved"
    assert found["tables"]["figure"][0]["agrees"] is True
    assert found["tables"]["inputs"][0]["url"] == ""
    kept = store.read(out)
    assert len(kept.tables["inputs"]) == len(found["tables"]["inputs"])


@pytest.mark.parametrize(
    "words, said",
    [
        (["SUD", "unservd"], 'did you mean "unserved"'),
        (["indicators/frozen/SUD/gas/al/unserved"], 'did you mean "all"'),
        (["SUD"], "names no figure; add one of"),
        (["NRD", "gas", "important", "unserved"], None),
    ],
)
def test_a_wrong_number_ends_with_code_2(narrows: Path, words: list[str], said: str | None) -> None:
    found = run("explain", "last", *words)
    if said is None:
        assert found.exit_code == 0, found.output
    else:
        assert found.exit_code == 2
        assert said in found.stderr
        assert "Traceback" not in found.stderr


def test_a_run_whose_study_is_unknown_says_what_to_name(narrows: Path, shelf: Path) -> None:
    import shutil

    shutil.rmtree(shelf / "studies")
    found = run("explain", narrows, "SUD", "unserved")
    assert found.exit_code == 2
    assert "name it with --study" in found.stderr


def test_compare_says_first_what_changed_and_why(
    narrows: Path, twelve: Path, tmp_path: Path
) -> None:
    overlay, out = tmp_path / "o.csv", tmp_path / "other"
    overlay.write_text(
        "table,row,column,value,why,source,who\nstocks,suda-t/lng/,start,600,gauge,press,ab\n",
        encoding="utf-8",
    )
    asked = ("stress", twelve, "narrows-60d", "--response", "frozen", "--with", overlay)
    assert run(*asked, "--out", out).exit_code == 0
    said = run("compare", narrows, "last")
    assert said.exit_code == 0, said.output
    assert said.stdout.splitlines()[0] == (
        "Suda's shortage of gas in the grid under frozen rises from 0.762 to 0.950 Mt; "
        "100 % of that is stock of LNG at Suda terminal: start (800 to 600 kt)."
    )
    assert "Inputs that differ" in said.stdout
    assert "100.0 %" in said.stdout
    none = run("compare", narrows, out, "--shares", "0", "--json")
    document = json.loads(none.stdout)
    assert document["tables"]["shares"] == []
    assert document["summary"]["sentences"][0].endswith("0.950 Mt.")
