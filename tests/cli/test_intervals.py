"""`seawall stress --uncertain`: what is printed first, the table, and that it is kept."""

from __future__ import annotations

import json
from pathlib import Path

from tests.test_cli import run

WHAT = ("gate-60d", "--response", "frozen", "--uncertain", "20")


def test_what_disappoints_comes_first(data: Path):
    """A stock that just lasts does not last in every other draw: told before the answer."""
    shown = run("stress", data / "three", "gate-14d", *WHAT[1:])
    assert shown.stdout.startswith("Note: as stated, IMP is not short of gas under frozen, but in ")


def test_intervals_are_printed_rounded(data: Path):
    """Figures have no more digits than their interval bears."""
    shown = run("stress", data / "three", *WHAT)
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    told = next(line for line in lines if line.startswith("IMP gas") and "not served" in line)
    assert "about " in told
    assert "Mt (" in told
    assert "100 %" in told
    assert any("What moves not served most: IMP gas, frozen" in line for line in lines)
    assert "20 draws" in shown.stderr


def test_the_second_time_it_is_the_kept_answer(data: Path):
    """Draws and seed are part of what is looked up."""
    first = run("stress", data / "three", *WHAT)
    again = run("stress", data / "three", *WHAT)
    assert "the kept answer" in again.stderr
    assert again.stdout == first.stdout
    other = run("stress", data / "three", *WHAT, "--seed", "1")
    assert "the kept answer" not in other.stderr
    assert other.stdout != first.stdout


def test_json_is_one_document_with_the_tables(data: Path):
    shown = run("stress", data / "three", *WHAT, "--json")
    document = json.loads(shown.stdout)
    assert {"intervals", "tornado", "draws"} <= set(document["tables"])
    assert document["summary"]["uncertain"]["draws"] == 20
    assert document["run"]["options"]["uncertain"] == 20
    assert document["run"]["seed"] == 0
    assert all(row["grade"] in "ABCD" for row in document["tables"]["intervals"])


def test_one_draw_is_refused(data: Path):
    shown = run("stress", data / "three", "gate-60d", "--response", "frozen", "--uncertain", "1")
    assert shown.exit_code == 2
    assert "an interval takes at least 2 draws" in shown.stderr
