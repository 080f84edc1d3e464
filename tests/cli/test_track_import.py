"""`seawall track import`: tables and articles at the command line, into a ledger of its own."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from tests.questions.track.intake.test_tables import ARTICLE, CLAIM, PROOF, SHEETS
from typer.testing import CliRunner, Result

from seawall.cli import track_import
from seawall.files import write_csv, write_text
from seawall.ledger.book import Book
from seawall.ledger.database import opened
from seawall.study.workbook import write_tables

THREE = Path(__file__).parents[1] / "data" / "three"
NOBODY = (0, "0" * 64)
SAID = ("--who", "A", "--why", "a test")

app = typer.Typer()
app.command("import")(track_import.import_command)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, content in SHEETS.items():
        write_text(tmp_path / f"{name}.csv", content)
    write_text(tmp_path / "article.txt", ARTICLE)
    return tmp_path


def run(*args: str, answers: str = "") -> Result:
    ledger = ("--ledger", f"sqlite:///{Path.cwd() / 'ledger.sqlite'}")
    return CliRunner().invoke(app, [str(THREE), *args, *ledger], input=answers)


def head() -> tuple[int, str]:
    engine = opened(f"sqlite:///{Path.cwd() / 'ledger.sqlite'}")
    found = Book(engine, "three").head()
    engine.dispose()
    return found


def keys(kind: str) -> list[str]:
    engine = opened(f"sqlite:///{Path.cwd() / 'ledger.sqlite'}")
    found = list(Book(engine, "three").frame(kind)["id"])
    engine.dispose()
    return found


def everything() -> tuple[str, ...]:
    return tuple(f"{name}.csv" for name in SHEETS)


@pytest.fixture
def recorded() -> tuple[int, str]:
    done = run(*everything(), *SAID)
    assert done.exit_code == 0, done.output
    return head()


def test_tables_are_recorded_and_then_known() -> None:
    done = run(*everything(), *SAID)
    assert done.exit_code == 0, done.output
    assert "6 new, 0 changed, 0 same, 0 refused." in done.stdout
    assert "Recorded: 6. The last entry of the book is 6, " in done.stdout
    assert head()[0] == 6
    assert head()[1] in done.stdout
    assert keys("evidence") == ["e1", "e2"]
    again = run(*everything(), *SAID)
    assert "0 new, 0 changed, 6 same, 0 refused." in again.stdout
    assert head()[0] == 6


def test_a_workbook_and_a_file_of_any_name_are_recorded(folder: Path) -> None:
    frames = {name: pd.read_csv(folder / f"{name}.csv", dtype=str) for name in SHEETS}
    write_tables({name: frame.fillna("") for name, frame in frames.items()}, folder / "all.xlsx")
    done = run("all.xlsx", *SAID)
    assert done.exit_code == 0, done.output
    assert "6 new, 0 changed, 0 same, 0 refused." in done.stdout
    write_text(folder / "march.csv", f"{PROOF}e3,i1,2024-03,1,USD,,paper,looked-up\n")
    assert run("march.csv", *SAID).exit_code == 3
    done = run("march.csv", *SAID, "--kind", "evidence")
    assert done.exit_code == 0, done.output
    assert keys("evidence") == ["e1", "e2", "e3"]


def test_a_dry_run_says_the_same_and_writes_nothing(folder: Path) -> None:
    before = sorted(folder.iterdir())
    dry = run(*everything(), *SAID, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "6 new, 0 changed, 0 same, 0 refused." in dry.stdout
    assert "A dry run: nothing was recorded; 6 would have been." in dry.stdout
    assert sorted(folder.iterdir()) == before  # not even an empty ledger
    run(*everything(), *SAID)
    there = head()
    write_text(folder / "evidence.csv", SHEETS["evidence"].replace("1234567.5", "1234567.25"))
    dry = run("evidence.csv", *SAID, "--dry-run", "--replace")
    assert dry.exit_code == 0, dry.output
    (change,) = [line.split() for line in dry.stdout.splitlines() if "1234567" in line]
    assert change == ["evidence", "e1", "value", "1234567.5", "1234567.25"]
    assert head() == there
    done = run("evidence.csv", *SAID, "--replace")
    assert "0 new, 1 changed, 1 same, 0 refused." in done.stdout
    assert head()[0] == there[0] + 1


def test_a_dry_run_on_an_address_that_means_nothing_says_so() -> None:
    done = CliRunner().invoke(
        app, [str(THREE), "claims.csv", *SAID, "--dry-run", "--ledger", "mysql://x/y"]
    )
    assert done.exit_code == 2
    assert "ledger" in done.stderr


@pytest.mark.usefixtures("recorded")
def test_a_past_row_needs_replace(folder: Path, recorded: tuple[int, str]) -> None:
    write_text(folder / "evidence.csv", SHEETS["evidence"].replace("2000000", "3000000"))
    done = run("evidence.csv", *SAID)
    assert done.exit_code == 3
    assert 'evidence.csv:3:id: "e2": a past row would change (value)' in done.stderr
    (change,) = [line.split() for line in done.stdout.splitlines() if "3000000" in line]
    assert change == ["evidence", "e2", "value", "2000000", "3000000"]
    assert head() == recorded


BAD = {
    "no source": ("claims.csv", CLAIM, "x,,A,b,,derived,looked-up", "source", "blank"),
    "currency": (
        "evidence.csv", PROOF, "x,i1,2024-03,1,EUX,,paper,looked-up", "counted_in", "currency",
    ),
    "before": (
        "evidence.csv", PROOF, "x,i1,2023-12-31,1,USD,,paper,looked-up", "date",
        "before the pledge",
    ),
    "future": (
        "evidence.csv", PROOF, "x,i1,2999,1,USD,,paper,looked-up", "date", "in the future",
    ),
    "loop": (
        "evidence.csv", PROOF, "x,i1,2024-03,1,USD,x,paper,looked-up", "supersedes", "a loop",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_one_bad_row_refuses_all_unless_the_user_wants_the_rest(
    name: str, recorded: tuple[int, str]
) -> None:
    file, header, bad, column, rule = BAD[name]
    good = {
        "claims.csv": "fine,paper,A,b,,derived,looked-up",
        "evidence.csv": "fine,i1,2024-03,1,USD,,paper,looked-up",
    }[file]
    write_text(Path.cwd() / file, f"{header}{good}\n{bad}\n")
    refused = run(file, *SAID)
    assert refused.exit_code == 3
    assert "1 problem in the rows; nothing was recorded" in refused.stderr
    assert f"{file}:3:{column}: " in refused.stderr
    assert rule in refused.stderr
    assert "Traceback" not in refused.output
    assert head() == recorded
    rest = run(file, *SAID, "--partial")
    assert rest.exit_code == 0, rest.output
    assert "1 new, 0 changed, 0 same, 1 refused." in rest.stdout
    assert "Kept out" in rest.stdout
    assert rule.split()[0] in rest.stdout
    assert "Recorded: 1." in rest.stdout
    assert head()[0] == recorded[0] + 1
    assert "fine" in keys(file.removesuffix(".csv"))
    assert "x" not in keys(file.removesuffix(".csv"))


def test_a_quote_has_to_stand_in_the_text(folder: Path, recorded: tuple[int, str]) -> None:
    row = SHEETS["claims"].splitlines()[1]
    moved = row.replace("c1", "c2"), row.replace("c1", "c3").replace("will lend the", "gave the")
    write_text(folder / "claims.csv", "\n".join([SHEETS["claims"].splitlines()[0], *moved, ""]))
    refused = run("claims.csv", *SAID, "--text", "article.txt")
    assert refused.exit_code == 3
    assert 'claims.csv:3:quote: "gave the Importer $40 million"' in refused.stderr
    assert head() == recorded
    rest = run("claims.csv", *SAID, "--text", "article.txt", "--partial")
    assert rest.exit_code == 0, rest.output
    assert keys("claims") == ["c1", "c2"]
    assert run("claims.csv", *SAID, "--text", "none.txt").exit_code == 2


def test_machines_get_one_document(recorded: tuple[int, str]) -> None:
    write_text(Path.cwd() / "evidence.csv", f"{PROOF}x,i1,2999,1,USD,,paper,looked-up\n")
    refused = run("evidence.csv", *SAID, "--json")
    assert refused.exit_code == 3
    told = json.loads(refused.stdout)
    assert (told["recorded"], told["last_entry"], told["digest"]) == (0, *recorded)
    assert [(row["key"], row["what"], row["row"]) for row in told["rows"]] == [("x", "refused", 2)]
    write_text(Path.cwd() / "evidence.csv", SHEETS["evidence"].replace("2000000", ""))
    done = run("evidence.csv", *SAID, "--json", "--replace")
    assert done.exit_code == 3  # a unit without a figure, or a figure taken away
    write_text(Path.cwd() / "evidence.csv", SHEETS["evidence"].replace(",e1,", ",,"))
    done = run("evidence.csv", *SAID, "--json", "--replace")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["changes"] == [
        {"kind": "evidence", "key": "e2", "column": "supersedes", "before": "e1", "after": None}
    ]


@pytest.mark.parametrize(
    "args",
    [
        ("claims.csv",),
        ("claims.csv", "--who", "A"),
        ("claims.csv", "--who", " ", "--why", "b"),
        ("claims.csv", *SAID, "--out", "p.csv"),
        ("claims.csv", *SAID, "--ask"),
        ("claims.csv", *SAID, "--source", "paper"),
        ("article.txt",),
        ("article.txt", "--source", "nobody"),
        ("article.txt", "claims.csv", "--source", "paper", *SAID),
        ("article.txt", "--source", "paper", "--text", "article.txt"),
        ("article.txt", "--source", "paper", "--ask"),
        ("article.txt", "--source", "paper", "--ask", *SAID),  # no person at a terminal
        ("article.txt", "--source", "paper", "--out", "p.txt"),
        ("claims.csv", *SAID, "--kind", "claim"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    args: tuple[str, ...], recorded: tuple[int, str]
) -> None:
    done = run(*args, answers="y\n" * 10)
    assert done.exit_code == 2, done.output
    assert done.stderr.startswith("seawall: ")
    assert head() == recorded


# --- an article --------------------------------------------------------------------------------


def answer(path: Path, **answers: str) -> None:
    """Write answers into a file of proposals, as a person would."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["accept"] = answers.get(row["id"].replace("-", "_"), "")
    write_csv(path, list(rows[0]), [list(row.values()) for row in rows])


def test_an_article_only_gives_proposals(folder: Path, recorded: tuple[int, str]) -> None:
    shown = run("article.txt", "--source", "paper")
    assert shown.exit_code == 0, shown.output
    assert "Proposals, none of them recorded" in shown.stdout
    assert "40000000" in shown.stdout
    assert "$40 million" in shown.stdout
    written = run("article.txt", "--source", "paper", "--out", "p.csv", *SAID)
    assert written.exit_code == 0, written.output
    assert head() == recorded
    again = run("article.txt", "--source", "paper", "--out", "p.csv")
    assert again.exit_code == 2  # answers are not written over
    nothing = run("p.csv", *SAID)
    assert nothing.exit_code == 0, nothing.output
    assert "Proposals without a yes, left out: 3." in nothing.stdout
    assert "Recorded: 0." in nothing.stdout
    assert head() == recorded
    answer(folder / "p.csv", paper_1="yes", paper_2="no")
    done = run("p.csv", *SAID, "--text", "article.txt")
    assert done.exit_code == 0, done.output
    assert "Recorded: 1." in done.stdout
    assert keys("claims") == ["c1", "paper-1"]


def test_an_accepted_quote_has_to_be_in_the_text_still(
    folder: Path, recorded: tuple[int, str]
) -> None:
    run("article.txt", "--source", "paper", "--out", "p.csv")
    answer(folder / "p.csv", paper_1="yes")
    write_text(folder / "article.txt", ARTICLE.replace("$40", "$50"))
    done = run("p.csv", *SAID, "--text", "article.txt")
    assert done.exit_code == 3
    assert "p.csv:2:quote: " in done.stderr
    assert head() == recorded


def test_a_dry_run_of_an_article_writes_no_file(folder: Path, recorded: tuple[int, str]) -> None:
    done = run("article.txt", "--source", "paper", "--out", "p.csv", "--dry-run")
    assert done.exit_code == 0, done.output
    assert not (folder / "p.csv").exists()
    told: dict[str, Any] = json.loads(run("article.txt", "--source", "paper", "--json").stdout)
    assert [row["accept"] for row in told["proposals"]] == ["", "", ""]
    assert head() == recorded


@pytest.mark.parametrize(
    "answers, subjects",
    [
        ("\n\n\n", {}),
        ("n\nn\nn\n", {}),
        ("y\n\n\nn\n", {"paper-1": "Exporter"}),
        ("n\nn\ny\nThe Exporter\n", {"paper-3": "The Exporter"}),
    ],
)
def test_at_a_terminal_only_a_yes_records(
    answers: str, subjects: dict[str, str], recorded: tuple[int, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(track_import, "at_terminal", lambda: True)
    done = run("article.txt", "--source", "paper", "--ask", *SAID, answers=answers)
    assert done.exit_code == 0, done.output
    assert head()[0] == recorded[0] + len(subjects)
    assert keys("claims") == ["c1", *subjects]


def test_who_walks_away_records_nothing(
    recorded: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track_import, "at_terminal", lambda: True)
    done = run("article.txt", "--source", "paper", "--ask", *SAID, answers="y\nExporter\n")
    assert done.exit_code != 0
    assert head() == recorded
