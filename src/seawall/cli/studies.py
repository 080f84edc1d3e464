"""Commands that begin a study, and those that turn it into another form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.app import Overlays, app, opened
from seawall.cli.guard import guarded

if TYPE_CHECKING:
    from seawall.study import Study

__all__ = ["export_folder", "export_workbook", "import_workbook"]

From = Annotated[
    str | None,
    typer.Option("--from", metavar="STUDY", help="A folder, a workbook or a built-in study."),
]


@app.command()
@guarded
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet.")],
    base: From = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="NAME[,NAME]",
            help="Only these chains of goods, by chain, commodity or sector, e.g. lng.",
        ),
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Begin a study of your own: a small example, or a copy of another study or of parts of it."""
    from seawall.errors import UsageError
    from seawall.study import write
    from seawall.study.beginning import begin, may_begin

    target = may_begin(folder)
    if base is None:
        if only is not None or overlays:
            raise UsageError("--only and --with need --from: of which study?")
        begin(target)
        scenario = "strait-shut"
    else:
        study = _only(opened(base, overlays), only)
        write(study, target)
        scenario = next(iter(study.scenarios()), "")
    typer.echo(f"The study is in {target}. Next:")
    _next(target, scenario)


@app.command()
@guarded
def template(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The workbook to write.")],
    base: From = None,
) -> None:
    """Write a workbook to fill in: columns explained, drop-downs, units, examples."""
    from seawall.study.template import write_template

    written = write_template(out, opened(base) if base else None)
    typer.echo(f"Fill in {written} (sheet README says how). Then:")
    typer.echo(f"  seawall check {_quoted(written)}")


def export_folder(study: Study, out: Path) -> None:
    """Write a study as a folder of CSV tables, and say what to do next."""
    from seawall.study import write
    from seawall.study.beginning import may_begin

    target = write(study, may_begin(out))
    typer.echo(f"The study is in {target}. Next:")
    _next(target, next(iter(study.scenarios()), ""))


def export_workbook(study: Study, out: Path) -> None:
    """Write a study as an Excel workbook, and say what to do next."""
    from seawall.study.workbook_writer import write_workbook

    target = write_workbook(study, out)
    typer.echo(f"The study is in {target}, a sheet a table. It is a study as it stands:")
    typer.echo(f"  seawall check {_quoted(target)}")


def import_workbook(file: Path, out: Path) -> None:
    """Read a workbook as a study and write it as a folder."""
    from seawall.errors import UnknownName
    from seawall.study.beginning import may_begin

    may_begin(out)
    if not file.is_file():
        raise UnknownName("workbook", str(file))
    export_folder(opened(str(file)), out)


def _only(study: Study, only: str | None) -> Study:
    from seawall.questions.remaining import excerpt

    if only is None:
        return study
    return excerpt(study, [name.strip() for name in only.split(",")])


def _next(folder: Path, scenario: str) -> None:
    place = _quoted(folder)
    typer.echo(f"  seawall check {place:<28} what it holds, or everything that is wrong with it")
    if scenario:
        asked = f"{place} {scenario}"
        typer.echo(f"  seawall stress {asked:<27} what happens to whom in a scenario")
    typer.echo(f"  seawall template FORM.xlsx --from {place:<8} a workbook to collect figures with")


def _quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)
