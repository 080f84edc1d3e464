"""`seawall site`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from seawall.cli import app
from seawall.cli.siting import headline, limits
from seawall.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

SMALL = ["site", "india-japan", "biogas", "--count", "15", "--cells", "650", "--reading", "middle",
         "--time-limit", "2", "--years", "3"]  # fmt: skip


@pytest.fixture(autouse=True)
def _shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEAWALL_RUNS", str(tmp_path / "shelf"))


def test_plants_are_printed_and_written(tmp_path: Path) -> None:
    out = tmp_path / "plants"
    told = CliRunner().invoke(app, [*SMALL, "--out", str(out)])
    assert told.exit_code == 0, told.output
    assert "INR/kg" in told.output
    assert "Plants by region" in told.output
    assert "No plan can be better" in told.output
    assert {"report.html", "plants.geojson", "replaced.csv", "run.json"} <= {
        path.name for path in out.iterdir()
    }
    assert len(json.loads((out / "plants.geojson").read_text())["features"]) == 15
    assert (out / "replaced.csv").read_text().startswith("table,row,column,value")


def test_a_kept_answer_is_shown_as_it_was_told_and_listed() -> None:
    told = CliRunner().invoke(app, SMALL)
    assert told.exit_code == 0, told.output
    assert CliRunner().invoke(app, ["show", "last"]).stdout == told.stdout
    assert "15 plants, gap" in CliRunner().invoke(app, ["runs"]).stdout
    for words in (["explain", "last", "plants"], ["brief", "last", "--xlsx", "brief.xlsx"]):
        refused = CliRunner().invoke(app, words)
        assert refused.exit_code == 2
        assert "stress, sweep, exposure" in refused.stderr


def test_the_document_has_the_tables_of_the_interface() -> None:
    told = CliRunner().invoke(app, [*SMALL, "--json"])
    assert told.exit_code == 0, told.output
    document = json.loads(told.stdout)
    plant, feed = document["tables"]["plants"][0], document["tables"]["feed"][0]
    assert {"site", "lat", "lon", "size", "opened", "output", "cost"} <= set(plant)
    assert {"site", "cell", "month", "feedstock", "quantity"} <= set(feed)
    assert document["tables"]["supply_curve"]
    assert document["summary"]["plants"] == 15


@pytest.mark.parametrize(
    "words,said",
    [
        (["biogass"], 'no layer "biogass"'),
        ([], "name what is to be sited: biogas or refining"),
        (["refining", "--hubs", "40"], "31 rows of hub_sites.csv"),
        (["refining", "--promise", "ndpr=x"], "write OXIDE=T"),
        (["refining", "--promise", "tin=4"], "promise is of ndpr and dytb"),
        (["refining", "--capital", "dear"], "'dear'"),
        (["refining", "--cells", "3"], "--cells"),
        (["biogas", "--capital", "cheap"], "'cheap'"),
        (["biogas", "--most", "IN-PB"], "write REGION=N"),
        (["biogas", "--least", "IN-XX=3"], "IN-XX"),
        (["biogas", "--feedstock", "straw"], 'no feedstock "straw"'),
        (["biogas", "--reading", "medium"], "medium"),
        (["biogas", "--budget", "1", "--count", "5", "--cells", "650", "--time-limit", "1"],
         "build nothing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_without_a_traceback(words: list[str], said: str) -> None:
    told = CliRunner().invoke(app, ["site", "india-japan", *words])
    assert told.exit_code == 2, told.output
    assert said in told.output + told.stderr
    assert "Traceback" not in told.output


def test_limits_tell_all_that_is_wrong() -> None:
    assert limits("--most", ["IN-PB=50", "IN-BR=0"]) == {"IN-PB": 50, "IN-BR": 0}
    with pytest.raises(UsageError, match=r"--most: .*IN-PB.*IN-BR=x"):
        limits("--most", ["IN-PB", "IN-BR=x"])


def test_a_choice_in_which_all_pay_says_nothing_of_those_that_do_not() -> None:
    figures = {
        "not_paying": 0, "plants": 3, "price": 77.0, "output_kt": 1.0, "cost_per_kg": 50.0,
        "capital": 1.0, "aid": 0.0, "lng_mt": None, "gap": {"middle": 0.01},
    }  # fmt: skip
    assert len(headline(figures)) == 2


def test_hubs_are_printed_and_written_and_kept(tmp_path: Path) -> None:
    out = tmp_path / "hubs"
    words = ["site", "india-japan", "refining", "--hubs", "1", "--reading", "middle", "--gap",
             "0.2", "--time-limit", "600"]  # fmt: skip
    told = CliRunner().invoke(app, [*words, "--out", str(out)])
    assert told.exit_code == 0, told.output
    assert "USD/kg" in told.output
    assert "No plan can be better" in told.output
    assert {"report.html", "hubs.geojson", "run.json"} <= {path.name for path in out.iterdir()}
    assert CliRunner().invoke(app, ["show", "last"]).stdout == told.stdout.replace(
        f"run is in {out}", ""
    )
    again = CliRunner().invoke(app, [*words, "--json"])
    assert again.exit_code == 0, again.output
    document = json.loads(again.stdout)
    assert {"site", "lat", "lon", "size", "output", "cost"} <= set(document["tables"]["plants"][0])
    assert len(document["tables"]["count"]) == 5
    assert document["summary"]["hubs"] == 1
    run = document["run"]["id"]
    verified = CliRunner().invoke(app, ["verify", run])
    assert verified.exit_code == 0, verified.output
