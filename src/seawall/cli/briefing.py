"""`seawall brief`: a kept run as a note in Word, six slides or a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seawall.cli.app import Overlays, app, opened
from seawall.cli.guard import guarded
from seawall.cli.shelving import Reference


def _file(suffix: str, what: str) -> typer.models.OptionInfo:
    """The option that names a file to write."""
    option: typer.models.OptionInfo = typer.Option(
        f"--{suffix}", metavar=f"FILE.{suffix}", help=f"Write {what}."
    )
    return option


@app.command()
@guarded
def brief(
    run: Reference,
    docx: Annotated[Path | None, _file("docx", "a two-page note for Word")] = None,
    pptx: Annotated[Path | None, _file("pptx", "six slides for PowerPoint")] = None,
    xlsx: Annotated[Path | None, _file("xlsx", "a workbook for Excel")] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="en|ja", help="English or Japanese.")
    ] = "en",
    study: Annotated[
        str | None,
        typer.Option("--study", metavar="STUDY", help="The run's study, if it is not kept."),
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Hand in a stress test, a sweep or an exposure as a note, slides or a workbook."""
    from seawall.cli.keeping import shelf
    from seawall.errors import UsageError
    from seawall.report.brief import FORMATS, brief, refuse

    asked = {".docx": docx, ".pptx": pptx, ".xlsx": xlsx}
    wanted = {suffix: path for suffix, path in asked.items() if path is not None}
    if not wanted:
        names = " or ".join(f"--{suffix[1:]} FILE" for suffix in FORMATS)
        raise UsageError(f"say what to write: {names}")
    for suffix, path in wanted.items():
        if path.suffix.lower() != suffix:
            raise UsageError(f'--{suffix[1:]} writes a {suffix} file, not "{path.name}"')
    place = shelf()
    stored = place.find(run)
    refuse(stored, wanted.values(), language)
    of = opened(study, overlays) if study else place.study_of(stored)
    of = of.variant(*_variants(stored.run)) if study else of
    for path in wanted.values():
        typer.echo(f"wrote {brief(stored, of, path, language)}", err=True)


def _variants(run: dict[str, object]) -> list[str]:
    """Names of the variants that a run was asked with."""
    options = run["options"]
    chosen = options.get("variants") if isinstance(options, dict) else None
    return [str(name) for name in chosen.values()] if isinstance(chosen, dict) else []
