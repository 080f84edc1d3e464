"""Commands about runs that are kept: side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seawall.cli.app import Json, Out, app, deliver, usable
from seawall.cli.guard import guarded


@app.command()
@guarded
def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run (--out wrote it).")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of the run to compare.")],
    study: Annotated[
        str | None,
        typer.Option("--study", metavar="STUDY", help="Name places as this study does."),
    ] = None,
    out: Out = None,
    json: Json = False,
) -> None:
    """Lay two runs side by side: what was asked differently, and what came out differently."""
    import seawall
    from seawall.cli import comparing

    usable(out)
    named = seawall.read(study) if study else None
    result = seawall.compare(run_a, run_b, study=named)
    if not deliver(result, out, json=json):
        comparing.print_comparison(result)
