"""The command line: what it prints where, and how it ends.

The first part puts small results in place of the questions; the second, marked by a process of its
own, runs the real commands on the 12-node study.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import seawall
from seawall.cli import app
from seawall.cli.output import cell, number, print_table
from seawall.errors import (
    Infeasible,
    IntegrityError,
    Interrupted,
    LimitReached,
    SolverError,
    UnknownName,
)
from seawall.questions.exposure import ExposureResult
from seawall.questions.stress import StressResult
from seawall.questions.sweep import SweepResult
from seawall.runs import Kept, Progress, store
from seawall.shocks import Scenario, Shock
from seawall.study import Study

SCENARIO = Scenario(
    name="narrows-60d",
    title="The Narrows shut for 60 days",
    about="What if, not a forecast.",
    shock=(Shock(passage="narrows"),),
)
INDICATORS = pd.DataFrame(
    {
        "scenario": "narrows-60d",
        "response": ["frozen", "foresight"],
        "place": "HOME",
        "commodity": "lng",
        "tier": "all",
        "demand": [52.25, 52.25],
        "unserved": [1234.5, 0.5],
        "time_to_survive_days": [21.0, np.inf],
        "censored": [False, True],
    }
)
# What standard error says of an answer that was computed.
KEPT = r"kept as run [0-9a-f]{12} \(computed \d{4}-\d\d-\d\d\)\n"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def only_json(text: str) -> Any:
    """Read one strict JSON document and nothing around it."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} isn't JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Put small answers in place of the questions; returns how they were called."""
    calls: list[dict[str, Any]] = []

    def stress(
        study: Study, scenario: object = None, *, workers: int, progress: Progress, kept: Kept,
        **options: Any,
    ) -> StressResult:  # fmt: skip
        assert kept.get("0") is None
        calls.append({"scenario": scenario, **options})
        figures = {"loss": 3.25, "unserved": 0.5, "cost": np.inf}
        responses = tuple(options["response"] or ("frozen", "market", "foresight"))
        asked = options | {"responses": responses}
        return StressResult(
            "stress",
            {"question": "stress", "digest": study.digest(), "scenario": SCENARIO, **asked},
            {"indicators": INDICATORS},
            {
                "gap": np.inf,
                "responses": dict.fromkeys(responses, figures),
                "order_tolerance": 0.5,
            },
            {"demand": "Mt", "loss": "million", "order_tolerance": "million"},
            study,
            SCENARIO if scenario else None,
            responses,
        )

    def sweep(study: Study, *, progress: Progress, kept: Kept, **options: Any) -> SweepResult:
        assert kept.get("narrows") is None
        calls.append(options)
        progress.start(1, "single failures")
        progress.note("solved")
        ranking = pd.DataFrame(
            {"targets": ["narrows"], "kind": ["passage"], "unserved": [1.5], "value_lost": [9.5]}
        )
        identity = {"question": "sweep", "digest": study.digest(), **options}
        return SweepResult("sweep", identity, {"ranking": ranking}, {}, {}, study)

    def exposure(study: Study, **options: Any) -> ExposureResult:
        calls.append(options)
        direct = pd.DataFrame({"place": ["HOME"], "commodity": ["lng"], "share": [0.25]})
        identity = {"question": "exposure", "digest": study.digest(), **options}
        tables = {"direct": direct, "flags": direct.iloc[:0]}
        return ExposureResult("exposure", identity, tables, {}, {}, study)

    for name, stand_in in {"stress": stress, "sweep": sweep, "exposure": exposure}.items():
        monkeypatch.setitem(vars(seawall), name, stand_in)
    return calls


def raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def stress(*args: object, **options: object) -> None:
        raise error

    monkeypatch.setitem(vars(seawall), "stress", stress)


# What is asked


@pytest.mark.parametrize("scenario", [[], ["narrows-60d"]])
def test_stress_leaves_what_is_not_asked_to_the_question(
    twelve: Path, asked: list[dict[str, Any]], scenario: list[str]
):
    """Which responses there are hangs on the study, which the command does not know."""
    assert run("stress", twelve, *scenario).exit_code == 0
    assert asked == [
        {
            "scenario": scenario[0] if scenario else None,
            "response": None,
            "protocol": None,
            "rationing": None,
            "uncertain": 0,
            "seed": 0,
        }
    ]


def test_responses_are_passed_on_once_each(twelve: Path, asked: list[dict[str, Any]]):
    responses = ("--response", "frozen", "--response", "frozen", "--response", "foresight")
    run("stress", twelve, "narrows-60d", *responses)
    assert asked[0]["response"] == ["frozen", "foresight"]


def test_sweep_passes_its_options_on(twelve: Path, asked: list[dict[str, Any]]):
    run("sweep", twelve, "--n", "1", "--days", "30", "--response", "frozen")
    assert asked == [{"n": 1, "days": 30, "response": ["frozen"]}]


def test_exposure_passes_its_options_on(twelve: Path, asked: list[dict[str, Any]]):
    run("exposure", twelve, "--place", "HOME", "--commodity", "lng")
    assert asked == [{"place": "HOME", "commodity": "lng"}]


# What is printed


@pytest.mark.parametrize("args", [("stress", "narrows-60d"), ("sweep",), ("exposure",)])
def test_json_is_one_document_and_errors_are_silent(
    twelve: Path, asked: list[dict[str, Any]], args: tuple[str, ...]
):
    verb, *rest = args
    result = run(verb, twelve, *rest, "--json")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert list(only_json(result.stdout)) == ["run", "summary", "tables"]


def test_json_has_null_for_infinity(twelve: Path, asked: list[dict[str, Any]]):
    document = only_json(run("stress", twelve, "narrows-60d", "--json").stdout)
    assert document["summary"]["gap"] is None
    second = document["tables"]["indicators"][1]
    assert (second["time_to_survive_days"], second["censored"]) == (None, True)


def test_json_names_the_run_by_its_inputs(twelve: Path, asked: list[dict[str, Any]]):
    first, again, other = (
        only_json(run("stress", twelve, *args, "--json").stdout)["run"]
        for args in (["narrows-60d"], ["narrows-60d"], ["narrows-60d", "--response", "frozen"])
    )
    assert first == again
    assert first["id"] != other["id"]
    assert first["study"] == seawall.read(twelve).digest()
    assert first["scenario"]["shock"][0]["passage"] == "narrows"


def test_text_starts_with_what_the_scenario_is(twelve: Path, asked: list[dict[str, Any]]):
    result = run("stress", twelve, "narrows-60d")
    assert result.stdout.splitlines()[:2] == [SCENARIO.title, SCENARIO.about]
    assert "1,230" in result.stdout
    assert "frozen: loss 3.25 million" in result.stdout
    assert re.fullmatch(KEPT, result.stderr)


def test_notes_go_to_standard_error_unless_a_machine_listens(
    twelve: Path, asked: list[dict[str, Any]]
):
    assert re.fullmatch(f"solved\n{KEPT}", run("sweep", twelve).stderr)
    assert run("sweep", twelve, "--json").stderr == ""


def test_long_tables_say_what_is_left_out(capsys: pytest.CaptureFixture[str]):
    print_table("Ranks", pd.DataFrame({"rank": range(30)}), ["rank", "absent"], limit=3)
    printed = capsys.readouterr().out
    assert "... and 27 more rows" in printed
    assert "absent" not in printed


@pytest.mark.parametrize(
    "value, text",
    [
        (1234.5, "1,230"),
        (0.012345, "0.0123"),
        (-99.96, "-100"),
        (0.0, "0"),
        (2e9, "2,000,000,000"),
        (1e-5, "1.00e-05"),
    ],
)
def test_numbers_have_three_digits(value: float, text: str):
    assert number(value) == text


@pytest.mark.parametrize(
    "value, text", [(np.nan, ""), (None, ""), (np.inf, ""), (True, "yes"), (False, "no"), (3, "3")]
)
def test_absence_is_blank(value: object, text: str):
    assert cell(value) == text


# What is written


@pytest.mark.parametrize("args", [("stress", "narrows-60d"), ("sweep",), ("exposure",)])
def test_out_keeps_the_run(
    twelve: Path, asked: list[dict[str, Any]], tmp_path: Path, args: tuple[str, ...]
):
    verb, *rest = args
    result = run(verb, twelve, *rest, "--json", "--out", tmp_path / "run")
    assert result.exit_code == 0
    document = only_json(result.stdout)
    stored = store.read(tmp_path / "run")
    assert stored.run == document["run"]
    assert stored.summary == document["summary"]
    assert set(stored.tables) == set(document["tables"])


def test_a_folder_with_other_files_is_refused_before_work(
    twelve: Path, asked: list[dict[str, Any]], tmp_path: Path
):
    (tmp_path / "thesis.docx").write_text("years of work")
    result = run("stress", twelve, "narrows-60d", "--out", tmp_path)
    assert result.exit_code == 2
    assert asked == []


# How it ends


@pytest.mark.parametrize(
    "error, code",
    [
        (PermissionError(13, "Permission denied", "/run"), 1),
        (UnknownName("response", "frozn", ["frozen"]), 2),
        (Infeasible("no plan meets all limits"), 4),
        (LimitReached("stopped after 10 s"), 5),
        (IntegrityError("run.json has changed"), 6),
        (SolverError("HiGHS warned"), 1),
        (Interrupted("stopped"), 130),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("division by zero"), 1),
    ],
)
def test_every_way_to_fail_has_its_code_and_one_message(
    twelve: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
):
    monkeypatch.delenv("SEAWALL_DEBUG", raising=False)
    raising(monkeypatch, error)
    result = run("stress", twelve, "--json")
    assert result.exit_code == code
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("seawall: ")


def test_debug_shows_the_traceback(twelve: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEAWALL_DEBUG", "1")
    raising(monkeypatch, ZeroDivisionError("division by zero"))
    result = run("stress", twelve)
    assert result.exit_code == 1
    assert "Traceback" in result.stderr


@pytest.mark.parametrize("args", [["sweep", "x", "--n", "2"], ["stress"], ["tsunami"], ["--bad"]])
def test_wrong_usage_ends_with_2(args: list[str]):
    result = run(*args)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_the_version_is_the_packages():
    assert run("--version").stdout == f"seawall {seawall.__version__}\n"


# The real commands, each in a process of its own


def seawall_process(*args: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run `python -m seawall` and hold its exit code."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "seawall", *map(str, args)],
        capture_output=True,
        text=True,
        check=False,
        env={key: value for key, value in os.environ.items() if key != "SEAWALL_DEBUG"},
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_check_says_what_a_study_holds(twelve: Path):
    done = seawall_process("check", twelve)
    assert "the study is valid" in done.stdout
    assert done.stderr == ""
    document = only_json(seawall_process("check", twelve, "--json").stdout)
    assert document["summary"]["valid"] is True
    assert document["summary"]["rows"]["places"] > 0


def test_check_plausible_needs_published_totals(data: Path, tmp_path: Path):
    copy = tmp_path / "copy"
    seawall.write(seawall.read(data / "three"), copy)
    (copy / "published.csv").unlink()
    done = seawall_process("check", copy, "--plausible", code=2)
    assert "fill published.csv" in done.stderr


def test_check_plausible_prints_lights_and_what_they_are_worth(data: Path):
    done = seawall_process("check", data / "three", "--plausible")
    assert "red: loadings: 22% above; far too little" in done.stdout
    assert "10 rows independent: 1 red, 1 amber, 1 none, 7 green" in done.stdout
    assert "2 rows not independent" in done.stdout
    assert "agreement proves nothing" in done.stdout
    assert done.stdout.index("loadings") < done.stdout.index("plants have no nameplate")
    document = only_json(seawall_process("check", data / "three", "--plausible", "--json").stdout)
    assert document["summary"]["plausible"]["lights"]["red"] == 1
    lights = {row["id"]: row["light"] for row in document["tables"]["plausible"]}
    assert lights["loadings"] == "red"
    assert lights["netback"] == "green"
    plain = only_json(seawall_process("check", data / "three", "--json").stdout)
    assert "plausible" not in plain["tables"]


@pytest.fixture
def broken(twelve: Path, tmp_path: Path) -> Path:
    """A copy of the 12-node study with two wrong cells in one table."""
    study = seawall.read(twelve)
    copy = tmp_path / "broken"
    seawall.write(study, copy)
    path = copy / "demands.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *lines = csv.reader(file)
    lines[0][head.index("quantity")] = "1,000"
    lines[1][head.index("tier")] = "esential"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *lines])
    return copy


def test_check_lists_every_problem(broken: Path):
    done = seawall_process("check", broken, code=3)
    assert done.stdout == ""
    assert "demands.csv:2:quantity" in done.stderr
    assert "demands.csv:3:tier" in done.stderr
    document = only_json(seawall_process("check", broken, "--json", code=3).stdout)
    found = {(row["row"], row["column"]) for row in document["tables"]["problems"]}
    assert {(2, "quantity"), (3, "tier")} <= found


def test_an_invalid_study_is_not_computed(broken: Path):
    assert seawall_process("stress", broken, "--json", code=3).stdout == ""


def test_check_reads_the_scenarios_too(twelve: Path, tmp_path: Path):
    copy = tmp_path / "copy"
    seawall.write(seawall.read(twelve), copy)
    (copy / "scenarios").mkdir(exist_ok=True)
    (copy / "scenarios" / "typo.toml").write_text('title = "x"\n[[shock]]\npasage = "narrows"\n')
    assert "typo.toml" in seawall_process("check", copy, code=3).stderr


def test_check_finds_what_shocks_on_grids_hit(twelve: Path, tmp_path: Path):
    copy = tmp_path / "copy"
    seawall.write(seawall.read(twelve), copy)
    text = 'title = "x"\n[[shock]]\ngenerator = "city-gaz"\n'
    (copy / "scenarios" / "grid.toml").write_text(text)
    told = " ".join(seawall_process("check", copy, code=3).stderr.split())
    assert "grid.toml" in told
    assert "city-gas" in told


def test_an_unknown_study_is_told_near_names():
    done = seawall_process("check", "india-japn", code=2)
    assert len(done.stderr.splitlines()) == 1
    assert "india-japan" in done.stderr


def test_an_unknown_scenario_is_told_near_names(twelve: Path):
    done = seawall_process("stress", twelve, "narrows-60", code=2)
    assert 'did you mean "narrows-60d"' in done.stderr


def test_an_unknown_response_is_told_near_names(twelve: Path):
    done = seawall_process("stress", twelve, "narrows-60d", "--response", "frozn", code=2)
    assert 'did you mean "frozen"' in done.stderr


STRESS = {"scenario", "response", "place", "commodity", "tier", "demand", "unserved", "censored"}


def test_stress_answers(twelve: Path, tmp_path: Path):
    out = tmp_path / "run"
    done = seawall_process("stress", twelve, "narrows-60d", "--json", "--out", out)
    document = only_json(done.stdout)
    indicators = document["tables"]["indicators"]
    assert set(indicators[0]) >= STRESS
    assert {row["response"] for row in indicators} == {"frozen", "market", "foresight"}
    assert document["tables"]["pact"] == []
    assert document["summary"]["units"]
    assert store.read(out).run == document["run"]


def test_the_same_question_prints_the_same_bytes(twelve: Path):
    first, second = (
        seawall_process("stress", twelve, "narrows-60d", "--json").stdout for _ in range(2)
    )
    assert first == second


def test_stress_without_a_scenario_is_the_base(twelve: Path):
    summary = only_json(seawall_process("stress", twelve, "--json").stdout)["summary"]
    assert {"loss", "surplus", "cost", "unserved"} <= set(summary)
    assert "The base case" in seawall_process("stress", twelve).stdout


def test_sweep_ranks(twelve: Path):
    ranking = only_json(seawall_process("sweep", twelve, "--n", "1", "--json").stdout)["tables"][
        "ranking"
    ]
    assert {"targets", "kind", "response", "place", "unserved"} <= set(ranking[0])
    assert {row["kind"] for row in ranking} <= {"plant_group", "country", "passage"}


def test_exposure_shows_one_place(twelve: Path):
    study = seawall.read(twelve)
    place = study.settings.headline[0]
    tables = only_json(seawall_process("exposure", twelve, "--place", place, "--json").stdout)[
        "tables"
    ]
    assert {"direct", "lookthrough", "passages", "indices", "flags"} <= set(tables)
    assert {row["place"] for row in tables["direct"]} <= {place}


def test_an_unknown_place_is_told_near_names(twelve: Path):
    place = seawall.read(twelve).settings.headline[0]
    done = seawall_process("exposure", twelve, "--place", place + "x", code=2)
    assert f'did you mean "{place}"' in done.stderr


def test_text_is_readable_in_a_pipe(twelve: Path):
    done = seawall_process("stress", twelve, "narrows-60d")
    assert "\x1b" not in done.stdout
    assert done.stdout.strip()
