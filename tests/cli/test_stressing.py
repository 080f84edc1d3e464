"""`seawall stress --protocol --rationing`: what is passed on, what is refused, what it changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.study.protocols import GOOD
from tests.test_cli import only_json, run, seawall_process

import seawall
from seawall.errors import UsageError


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Put a refusal in place of the question; returns how it was called."""
    calls: list[dict[str, Any]] = []

    def stress(*_: object, **options: Any) -> None:
        calls.append(options)
        raise UsageError("asked")

    monkeypatch.setitem(vars(seawall), "stress", stress)
    return calls


@pytest.fixture
def agreed(twelve: Path, tmp_path: Path) -> Path:
    """A copy of the 12-node study with a protocol and a draft of another."""
    copy = tmp_path / "agreed"
    seawall.write(seawall.read(twelve), copy)
    (copy / "protocol.toml").write_text(GOOD, encoding="utf-8")
    (copy / "protocols").mkdir(exist_ok=True)
    (copy / "protocols" / "short.toml").write_text(
        GOOD.replace("weeks = 26", "weeks = 13"), encoding="utf-8"
    )
    return copy


def test_a_protocol_is_a_draft_or_a_file(agreed: Path, asked: list[dict[str, Any]], tmp_path: Path):
    run("stress", agreed, "narrows-60d", "--protocol", "short")
    assert asked[0]["protocol"].return_.weeks == 13
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace("weeks = 26", "weeks = 40"), encoding="utf-8")
    run("stress", agreed, "narrows-60d", "--protocol", file)
    assert asked[1]["protocol"].return_.weeks == 40


def test_an_order_is_passed_on(twelve: Path, asked: list[dict[str, Any]]):
    run("stress", twelve, "narrows-60d", "--rationing", "works-first")
    assert asked[0]["rationing"] == "works-first"


def test_an_unknown_draft_is_told_near_names_before_work(agreed: Path, asked: list[dict[str, Any]]):
    result = run("stress", agreed, "narrows-60d", "--protocol", "shrot")
    assert result.exit_code == 2
    assert 'no protocol file or draft "shrot"; did you mean "short"?' in result.stderr
    assert asked == []


def test_a_protocol_that_does_not_fit_is_refused_before_work(
    agreed: Path, asked: list[dict[str, Any]], tmp_path: Path
):
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace("SUD", "SUX"), encoding="utf-8")
    result = run("stress", agreed, "narrows-60d", "--protocol", file)
    assert result.exit_code == 3
    assert "mine.toml:2:members" in result.stderr
    assert asked == []


def test_an_unknown_order_is_told_near_names(twelve: Path):
    done = seawall_process("stress", twelve, "narrows-60d", "--rationing", "work-first", code=2)
    assert 'no allocation order "work-first"; did you mean "works-first"?' in done.stderr
    assert done.stdout == ""


def test_a_pact_needs_a_protocol(twelve: Path):
    done = seawall_process("stress", twelve, "narrows-60d", "--response", "pact", code=2)
    assert "has no protocol.toml" in done.stderr


def test_an_order_changes_who_goes_short(twelve: Path):
    """Works that are guaranteed 60 % from the third week get it at others' expense."""
    args = ("narrows-60d", "--response", "frozen", "--json")
    free, ordered, equal = (
        only_json(seawall_process("stress", twelve, *args, *order).stdout)
        for order in ([], ["--rationing", "works-first"], ["--rationing", "equal"])
    )
    assert [d["run"]["options"]["rationing"] for d in (free, ordered, equal)] == [
        None, "works-first", "equal",
    ]  # fmt: skip
    assert len({d["run"]["id"] for d in (free, ordered, equal)}) == 3

    def short(document: Any, tier: str) -> float:
        return sum(
            row["unserved"]
            for row in document["tables"]["indicators"]
            if (row["place"], row["tier"], row["sector"]) == ("NRD", tier, "all")
        )

    assert short(ordered, "deferrable") < short(free, "deferrable")
    assert short(ordered, "essential") + short(ordered, "important") > short(
        free, "essential"
    ) + short(free, "important")
