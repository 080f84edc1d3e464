"""`seawall demo`: one folder with the report, its tables and the record of the run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.questions.track.promised import promised
from tests.report import chains
from typer.testing import CliRunner

import seawall
from seawall.cli import app, demonstration
from seawall.questions.demo_chains import ChainsResult
from seawall.report import minerals
from seawall.runs import Progress, Shelf, store


@dataclass(frozen=True)
class Demo:
    """What `seawall.questions.demo.run` returns, and what is to be said of it."""

    study: Any
    sentences: list[str]
    stresses: list[Any]
    sweep: Any
    exposure: Any
    board: Any
    slipped: Any
    extra: dict[str, pd.DataFrame] = field(default_factory=dict)
    doubt: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"place": ["HOME"]}))
    chains: ChainsResult = field(default_factory=chains.result)

    @property
    def asked(self) -> list[Any]:
        """The stress tests as they were asked."""
        return self.stresses


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo of the 12-node study, with promises of another one."""
    other = seawall.read(promised(tmp_path_factory.mktemp("demo") / "promised"))
    study = seawall.read(Path(__file__).parent / "data" / "twelve")
    return Demo(
        study=study,
        sentences=["The narrows hurt.", "[The canal] doesn't."],
        stresses=[seawall.stress(study, name) for name in ("narrows-60d", "canal-60d")],
        sweep=seawall.sweep(study),
        exposure=seawall.exposure(study),
        board=seawall.track(other, as_of=date(2026, 6, 30)),
        slipped=seawall.slip(other, "P-1", scenarios=["gate-60d"], responses=["frozen"]),
    )


@pytest.fixture
def shown(answer: Demo, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """Put the small demo in place of the reference study's."""

    def run(progress: Progress, workers: int = 1) -> Demo:
        progress.start(1, "stress")
        return answer

    monkeypatch.setattr(demonstration.demo, "run", run)
    # The small demo has two studies: gas of twelve nodes, and three tiers of magnets.
    whole = chains.study()
    headline, sections, cells = minerals.headline, minerals.sections, minerals.cells
    monkeypatch.setattr(minerals, "headline", lambda _, found: headline(whole, found)[:1])
    monkeypatch.setattr(minerals, "sections", lambda _, found: sections(whole, found))
    monkeypatch.setattr(minerals, "cells", lambda _, found: cells(whole, found))
    monkeypatch.setattr(demonstration.abstract, "sentences", lambda demo: demo.sentences)
    monkeypatch.setattr(demonstration.abstract, "NEXT_COMMANDS", ("seawall sweep x --n 1",))
    return answer


def test_sentences_are_numbered_and_commands_follow(shown: Demo, tmp_path: Path):
    result = CliRunner().invoke(app, ["demo", "--out", str(tmp_path / "demo")])
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[2].startswith("3. Mineland exports no oxide for 180 days: Homeland goes without ")
    assert lines[3].startswith("4. Of 3 promises known by 2026-06-30, 1 has no evidence")
    assert lines[4].startswith("5. P-1, a third tank on the coast: 2 years late")
    assert [*lines[:2], *lines[5:]] == [
        "1. The narrows hurt.",
        "2. [The canal] doesn't.",
        "",
        "Next:",
        "  seawall sweep x --n 1",
    ]
    assert str(tmp_path / "demo" / "report.html") in result.stderr


def test_the_folder_holds_report_tables_and_record(shown: Demo, tmp_path: Path):
    out = tmp_path / "demo"
    for _ in range(2):  # a second demo replaces the first
        assert CliRunner().invoke(app, ["demo", "--out", str(out)]).exit_code == 0
    assert (out / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    stored = store.read(out)
    assert set(stored.tables) >= {"indicators", "timeline", "flows", "ranking", "direct", "flags"}
    assert "stock_doubt" in stored.tables
    asked = {"narrows-60d", "canal-60d", chains.BAN, chains.BOTH}
    assert set(stored.tables["indicators"]["scenario"]) == asked
    # Gas and magnets stand in one table, what is asked of chains alone in tables of its own.
    assert set(stored.tables["ranking"]["targets"]) >= {"narrows", "MIN:oxide"}
    assert {"balances", "by_stocks", "second_sources", "plant_origins"} <= set(stored.tables)
    for name in stored.tables:
        assert (out / "tables" / f"{name}.csv").is_file()


def test_its_parts_are_kept_as_runs_of_their_own(shown: Demo, tmp_path: Path):
    """What the demo asked need not be asked again."""
    assert CliRunner().invoke(app, ["demo", "--out", str(tmp_path / "demo")]).exit_code == 0
    listed = Shelf().listed()
    gas = listed[listed["study"] == "twelve"]
    assert sorted(gas["question"]) == ["exposure", "stress", "stress", "sweep"]
    assert set(gas["scenario"]) == {"", "narrows-60d", "canal-60d"}
    study = Path(__file__).parent / "data" / "twelve"
    done = CliRunner().invoke(app, ["stress", str(study), "narrows-60d"])
    assert "the kept answer" in done.stderr


def test_json_is_the_same_demo(shown: Demo, tmp_path: Path):
    result = CliRunner().invoke(app, ["demo", "--json", "--out", str(tmp_path / "demo")])
    document = json.loads(result.stdout)
    assert result.stderr == ""
    assert document["summary"]["sentences"][: len(shown.sentences)] == shown.sentences
    assert document["run"]["question"] == "demo"


def test_a_folder_with_other_files_is_refused_before_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "thesis.docx").write_text("years of work")

    def run(progress: Progress) -> None:
        raise AssertionError("computed for nothing")

    monkeypatch.setattr(demonstration.demo, "run", run)
    assert CliRunner().invoke(app, ["demo", "--out", str(tmp_path)]).exit_code == 2
