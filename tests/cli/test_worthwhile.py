"""`seawall worth`: what it asks, what it prints, how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.conftest import DATA
from typer.testing import CliRunner, Result

from seawall.cli import app
from seawall.cli.worthwhile import compensation_text
from seawall.questions import worth
from seawall.questions.worth import Account
from seawall.shocks import Scenario
from seawall.study import Study
from seawall.study.protocol import Protocol

PACT = """title = "A pact of Nord and Suda"
members = ["NRD", "SUD"]

[floor]
days = { NRD = 0, SUD = 0 }
"""


@pytest.fixture
def pact(tmp_path: Path) -> Path:
    """A file with the articles."""
    path = tmp_path / "pact.toml"
    path.write_text(PACT, encoding="utf-8")
    return path


@pytest.fixture
def stressed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put a made-up balance in place of the stress tests; returns which protocols were asked."""
    titles: list[str] = []

    def made_up(study: Study, protocol: Protocol, scenario: Scenario) -> dict[str, Account]:
        titles.append(protocol.title)
        shut = 1.0 if scenario.shock[0].passage else 0.0
        return {
            "NRD": Account(0.0, -30.0 * shut, 0.1 * shut),
            "SUD": Account(0.0, 80.0 * shut, 0.0),
        }

    monkeypatch.setattr(worth, "_stressed", made_up)
    return titles


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, ["worth", *(str(arg) for arg in args)])


def test_it_prints_who_gains_and_at_which_price(pact: Path, stressed: list[str]) -> None:
    """Use, balances, the compensation in a sentence, the hazards behind it."""
    done = run(DATA / "twelve", "--protocol", pact, "--severities", "1", "--draws", "500")
    assert done.exit_code == 0, done.output
    text = " ".join(done.stdout.split())
    assert text.startswith("A pact of Nord and Suda Used in ")
    assert "1 of 3 cases of 3 hazards" in text
    assert "Agreeable to all on average: a compensation from 5.8" in text
    assert "The narrows shut" in text
    assert "A cold winter" not in text  # moves nothing
    assert stressed == ["A pact of Nord and Suda"] * 3


def test_options_reach_the_question(pact: Path, stressed: list[str], tmp_path: Path) -> None:
    """Years, severities, draws and seed are in the document, and the run is written."""
    done = run(
        DATA / "twelve", "--protocol", pact, "--years", "5", "--severities", "2", "--draws", "50",
        "--seed", "3", "--out", tmp_path / "out", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["summary"]["years"], told["summary"]["draws"]) == (5, 50)
    assert told["summary"]["cases"] == 6
    assert len(told["tables"]["worth"]) == 2
    assert (tmp_path / "out" / "tables" / "worth_cases.parquet").is_file()
    assert len(stressed) == 6


def test_a_study_without_articles_is_told_what_is_missing() -> None:
    """Exit 2, and nothing is computed."""
    done = run(DATA / "twelve")
    assert done.exit_code == 2
    assert "has no protocol.toml: name a protocol" in done.output


def test_a_study_without_hazards_is_told_what_is_missing(tmp_path: Path, pact: Path) -> None:
    """Exit 2 again."""
    folder = shutil.copytree(DATA / "twelve", tmp_path / "twelve")
    (folder / "hazards.csv").unlink()
    done = run(folder, "--protocol", pact)
    assert done.exit_code == 2
    assert "no hazards: add hazards.csv" in done.output


@pytest.mark.parametrize("option", ["--years", "--severities", "--draws", "--workers"])
def test_numbers_below_one_are_a_usage_error(option: str, pact: Path) -> None:
    """Refused by the parser of the command line."""
    assert run(DATA / "twelve", "--protocol", pact, option, "0").exit_code == 2


@pytest.mark.parametrize(
    "least,most,agreeable,words",
    [
        (1.5, 4.0, True, "from 1.50 to 4.00 USD/MMBtu lent"),
        (None, 4.0, True, "of up to 4.00 USD/MMBtu"),
        (1.5, None, True, "from 1.50 USD/MMBtu upwards"),
        (5.0, 2.0, False, "lenders would need 5.00 USD/MMBtu, and borrowers could pay 2.00"),
        (None, 2.0, False, "a member loses whatever is paid"),
        (None, None, False, "No compensation matters"),
    ],
)
def test_the_compensation_reads_as_a_sentence(
    least: float | None, most: float | None, agreeable: bool, words: str
) -> None:
    """Every shape of the interval has its own."""
    found = {"least": least, "most": most, "agreeable": agreeable, "unit": "USD/MMBtu"}
    assert words in compensation_text(found)
