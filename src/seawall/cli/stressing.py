"""`seawall stress`."""

from __future__ import annotations

from typing import Annotated

import typer

from seawall.cli.app import Json, Out, ProtocolFile, Responses, StudyName, app, deliver, usable
from seawall.cli.guard import guarded


@app.command()
@guarded
def stress(
    study: StudyName,
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO", help="A scenario of the study; none is the base."),
    ] = None,
    response: Responses = None,
    protocol: ProtocolFile = None,
    rationing: Annotated[
        str | None,
        typer.Option("--rationing", metavar="ORDER", help="An allocation order, or equal."),
    ] = None,
    out: Out = None,
    json: Json = False,
) -> None:
    """Ask what happens to every place when a scenario strikes."""
    import seawall
    from seawall.cli import tables
    from seawall.study.protocol_check import find_protocol

    usable(out)
    read = seawall.read(study)
    articles = find_protocol(read, protocol) if protocol else None
    responses = list(dict.fromkeys(response)) if response else None
    result = seawall.stress(
        read, scenario, response=responses, protocol=articles, rationing=rationing
    )
    if not deliver(result, out, json=json):
        tables.print_stress(result)
