"""`new`, `template` and the forms of a study on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import seawall
from seawall.cli import app
from seawall.cli.studies import export_folder, export_workbook, import_workbook
from seawall.errors import UnknownName, UsageError

DATA = Path(__file__).parents[1] / "data"


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_new_begins_a_study_that_can_be_asked(tmp_path: Path) -> None:
    code, out, _ = run("new", tmp_path / "mine")
    assert code == 0
    assert f"seawall check {tmp_path / 'mine'}" in out
    assert "strait-shut" in out
    code, out, _ = run("check", tmp_path / "mine", "--json")
    assert code == 0
    assert json.loads(out)["summary"]["warnings"] == 0
    code, out, _ = run("stress", tmp_path / "mine", "strait-shut", "--response", "frozen", "--json")
    assert code == 0
    assert json.loads(out)["summary"]["responses"]["frozen"]["loss"] > 100


def test_new_copies_a_study(tmp_path: Path) -> None:
    code, out, _ = run("new", tmp_path / "mine", "--from", DATA / "twelve")
    assert code == 0
    study = seawall.read(tmp_path / "mine")
    assert study.digest() == seawall.read(DATA / "twelve").digest()
    assert study.scenarios()[0] in out


def test_new_with_only_some_goods(tmp_path: Path) -> None:
    code, _, _ = run("new", tmp_path / "mine", "--from", "india-japan", "--only", "lng, nickel")
    assert code == 0
    assert set(seawall.read(tmp_path / "mine").chains) == {"gas", "nickel"}
    code, out, _ = run("check", tmp_path / "mine")
    assert code == 0, out


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--from", "india-japan", "--only", "lgn"], 'did you mean "lng"'),
        (["--from", "india-japn"], 'did you mean "india-japan"'),
        (["--only", "lng"], "--only and --with need --from"),
    ],
)
def test_new_refuses_what_it_cannot_mean(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    code, _, err = run("new", tmp_path / "mine", *arguments)
    assert code == 2
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_new_refuses_a_folder_in_use_before_it_reads_anything(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("x", encoding="utf-8")
    code, _, err = run("new", tmp_path, "--from", "none-such")
    assert code == 2
    assert "is not empty" in err


def test_a_template_is_written_and_not_written_over(tmp_path: Path) -> None:
    code, out, _ = run("template", tmp_path / "form.xlsx", "--from", DATA / "three")
    assert code == 0
    assert f"seawall check {tmp_path / 'form.xlsx'}" in out
    code, _, err = run("template", tmp_path / "form.xlsx")
    assert code == 2
    assert "exists already" in err
    code, _, err = run("check", tmp_path / "form.xlsx")
    assert code == 3
    assert "form.xlsx[lanes]:1" in err


def test_a_workbook_is_a_study_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = seawall.read(DATA / "three")
    export_workbook(study, tmp_path / "three.xlsx")
    assert f"seawall check {tmp_path / 'three.xlsx'}" in capsys.readouterr().out
    code, out, _ = run("check", tmp_path / "three.xlsx")
    assert code == 0
    assert "the study is valid" in out
    asked = ("gate-60d", "--response", "frozen", "--json")
    name = next(name for name in study.scenarios() if "60" in name)
    asked = (name, *asked[1:])
    one, two = (run("stress", where, *asked) for where in (tmp_path / "three.xlsx", DATA / "three"))
    assert one[0] == two[0] == 0
    assert json.loads(one[1])["tables"] == json.loads(two[1])["tables"]


def test_folder_workbook_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = seawall.read(DATA / "twelve")
    export_folder(study, tmp_path / "one")
    export_workbook(study, tmp_path / "book.xlsx")
    import_workbook(tmp_path / "book.xlsx", tmp_path / "two")
    assert "seawall stress" in capsys.readouterr().out
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*"))
    assert len(files) > 10
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_forms_are_refused_where_something_stands(tmp_path: Path) -> None:
    study = seawall.read(DATA / "three")
    (tmp_path / "in-use").mkdir()
    (tmp_path / "in-use" / "x").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        export_folder(study, tmp_path / "in-use")
    with pytest.raises(UnknownName, match="workbook"):
        import_workbook(tmp_path / "none.xlsx", tmp_path / "out")
    with pytest.raises(UsageError, match=r"\.xlsx"):
        export_workbook(study, tmp_path / "out.pdf")
