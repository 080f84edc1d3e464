"""`seawall brief` from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import DATA
from typer.testing import CliRunner

from seawall.cli import app

STUDY = str(DATA / "three")


@pytest.fixture
def kept() -> None:
    done = CliRunner().invoke(app, ["stress", STUDY, "gate-60d", "--response", "frozen"])
    assert done.exit_code == 0, done.stderr


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["brief", *arguments])
    return done.exit_code, done.stderr


@pytest.mark.usefixtures("kept")
def test_the_last_run_in_three_formats_at_once(tmp_path: Path) -> None:
    files = [tmp_path / f"note.{suffix}" for suffix in ("docx", "pptx", "xlsx")]
    options = [word for file in files for word in (f"--{file.suffix[1:]}", str(file))]
    code, said = run("last", *options, "--language", "ja")
    assert code == 0, said
    for file in files:
        assert file.read_bytes()[:2] == b"PK"
        assert f"wrote {file}" in said


def test_a_folder_of_a_run_needs_its_study(tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = CliRunner().invoke(app, ["stress", STUDY, "gate-60d", "--out", str(out)])
    assert done.exit_code == 0, done.stderr
    code, said = run(str(out), "--docx", str(tmp_path / "a.docx"), "--study", STUDY)
    assert code == 0, said
    code, said = run(str(out), "--docx", str(tmp_path / "b.docx"), "--study", str(DATA / "tiers"))
    assert code == 6
    assert "another state of the study" in said
    assert not (tmp_path / "b.docx").exists()


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "arguments, message",
    [
        (("last",), "say what to write: --docx FILE or --pptx FILE or --xlsx FILE"),
        (("last", "--docx", "note.pptx"), '--docx writes a .docx file, not "note.pptx"'),
        (("last", "--docx", "none/note.docx"), "there is no folder"),
        (("last", "--docx", "a.docx", "--language", "fr"), 'no language "fr"'),
        (("ffff", "--docx", "a.docx"), 'no run "ffff"'),
    ],
)
def test_what_cannot_be_meant_is_told(arguments: tuple[str, ...], message: str) -> None:
    code, said = run(*arguments)
    assert code == 2
    assert message in said


def test_help_loads_no_office_library() -> None:
    import subprocess
    import sys

    code = (
        "import sys, typer.testing, seawall.cli as c;"
        "typer.testing.CliRunner().invoke(c.app, ['brief', '--help']);"
        "print([m for m in ('docx', 'pptx', 'openpyxl', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
