"""`seawall import` and `seawall export`: to and from other forms and other programs."""

from __future__ import annotations

import json as text
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.app import Json, Overlays, StudyName, app, opened
from seawall.cli.guard import guarded

if TYPE_CHECKING:
    from seawall.study import Study

IMPORTS = ("pypsa", "workbook")
EXPORTS = ("folder", "workbook", "pypsa", "geojson")
_SHOWN = 20


@app.command("import")
@guarded
def take_in(
    form: Annotated[str, typer.Argument(metavar="pypsa|workbook", help="What the file is.")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An .xlsx; an .nc, or a folder of CSV files.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The study to make.")],
    partly: Annotated[
        bool,
        typer.Option("--partly", help="Of a network, carry over what can be and list the rest."),
    ] = False,
    lost_load: Annotated[
        float | None,
        typer.Option(
            "--lost-load",
            min=0.0,
            metavar="PRICE",
            help="Let loads of a network be cut, at this price for a MWh.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Make a study of a PyPSA network or of a workbook."""
    from seawall.errors import UnknownName, UsageError

    if form not in IMPORTS:
        raise UnknownName("form to import", form, IMPORTS)
    if form == "workbook":
        from seawall.cli.studies import import_workbook

        if partly or lost_load is not None or json:
            raise UsageError("--partly, --lost-load and --json belong to `import pypsa`")
        import_workbook(file, out)
        return
    from seawall.exchange.pypsa_import import REPORT, import_pypsa

    made = import_pypsa(file, out, partly=partly, lost_load=lost_load)
    losses = [str(loss) for loss in made.losses]
    if json:
        from seawall.cli.output import print_json

        print_json(text.dumps({
            "out": str(made.folder), "carried": made.counts, "lost": losses,
            "names": dict(made.names), "notes": list(made.notes),
        }))  # fmt: skip
        return
    carried = ", ".join(f"{number} {kind}" for kind, number in made.counts.items())
    typer.echo(f"Carried over: {carried}.")
    _list("Not carried over", losses)
    _list("Notes", list(made.notes))
    _list("Ids that differ from names", [f"{name}: {new}" for name, new in made.names])
    typer.echo(f"The study is in {out}; {REPORT} there says all this. Next:")
    typer.echo(f"  seawall stress {out} --response foresight")


@app.command("export")
@guarded
def hand_out(
    study: StudyName,
    form: Annotated[
        str,
        typer.Argument(metavar="folder|workbook|pypsa|geojson", help="What to make of the study."),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="PATH", help="A folder, an .xlsx, an .nc or a .geojson."),
    ],
    chain: Annotated[
        str | None,
        typer.Option("--chain", metavar="CHAIN", help="Only this chain of goods."),
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Write a study as a folder, a workbook, a PyPSA network or a GeoJSON map."""
    from seawall.errors import UnknownName, UsageError

    if form not in EXPORTS:
        raise UnknownName("form to export", form, EXPORTS)
    if chain is not None and form in ("folder", "workbook"):
        raise UsageError(f"--chain belongs to pypsa and geojson; for a {form} of one chain begin "
                         "with `seawall new DIR --from STUDY --only NAME`")  # fmt: skip
    read = opened(study, overlays)
    if form == "pypsa":
        _pypsa(read, out, chain)
    elif form == "geojson":
        from seawall.exchange.geojson import export_geojson

        typer.echo(f"The map is in {export_geojson(read, out, chain)}.")
    else:
        from seawall.cli.studies import export_folder, export_workbook

        (export_folder if form == "folder" else export_workbook)(read, out)


def _pypsa(study: Study, out: Path, chain: str | None) -> None:
    from seawall.exchange.pypsa_export import export_pypsa

    made = export_pypsa(study, out, chain)
    counts = ", ".join(f"{number} {kind}" for kind, number in made.counts.items())
    typer.echo(f"The network is in {made.path}: {counts}.")
    _list("PyPSA has no word for", list(made.lost))
    _list("How it is written", list(made.notes))


def _list(title: str, lines: list[str]) -> None:
    if not lines:
        return
    typer.echo(f"{title}:")
    for line in lines[:_SHOWN]:
        typer.echo(f"  {line}")
    if len(lines) > _SHOWN:
        typer.echo(f"  ... and {len(lines) - _SHOWN} more")
