"""`seawall stress`."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from seawall.cli.app import (
    Again,
    Json,
    Out,
    Overlays,
    ProtocolFile,
    Responses,
    Seed,
    StudyName,
    Workers,
    app,
    deliver,
    opened,
    progress_of,
    usable,
)
from seawall.cli.guard import guarded

Close = Annotated[
    list[str] | None,
    typer.Option("--close", metavar="PASSAGE", help="Shut a passage. Repeatable."),
]
Ban = Annotated[
    list[str] | None,
    typer.Option(
        "--ban",
        metavar="PLACE[:GOODS[:PLACE]]",
        help="Stop exports, such as CHN:magnets or CHN:magnets:JPN. Repeatable.",
    ),
]
Stop = Annotated[
    list[str] | None,
    typer.Option("--stop", metavar="FACILITY", help="Stop a facility, or PLACE:GOODS. Repeatable."),
]
Demand = Annotated[
    list[str] | None,
    typer.Option(
        "--demand",
        metavar="PLACE:GOODS:+N%",
        help="Change a demand, such as JPN:lng:+20%. Repeatable.",
    ),
]
Begin = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="Day on which the shocks begin.")
]
Days = Annotated[
    str | None, typer.Option("--days", metavar="DAYS", help="How long they last; default 60.")
]
Depth = Annotated[
    str | None,
    typer.Option("--depth", metavar="SHARE", help="Share taken away, 0.5 or 50%; default all."),
]
Save = Annotated[
    str | None,
    typer.Option("--save", metavar="NAME", help="Keep the shocks as a scenario of the study."),
]
Title = Annotated[str | None, typer.Option("--title", help="Title of the scenario.")]
Uncertain = Annotated[
    int,
    typer.Option(
        "--uncertain", metavar="N", min=0, help="Redraw the inputs N times, for intervals."
    ),
]


@app.command()
@guarded
def stress(
    study: StudyName,
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO", help="A scenario of the study; none is the base."),
    ] = None,
    close: Close = None,
    ban: Ban = None,
    stop: Stop = None,
    demand: Demand = None,
    start: Begin = None,
    days: Days = None,
    depth: Depth = None,
    save: Save = None,
    title: Title = None,
    response: Responses = None,
    protocol: ProtocolFile = None,
    rationing: Annotated[
        str | None,
        typer.Option("--rationing", metavar="ORDER", help="An allocation order, or equal."),
    ] = None,
    uncertain: Uncertain = 0,
    seed: Seed = 0,
    workers: Workers = 1,
    overlays: Overlays = None,
    again: Again = False,
    out: Out = None,
    json: Json = False,
) -> None:
    """Ask what happens to every place when a scenario strikes."""
    import seawall
    from seawall.cli import intervals, tables
    from seawall.cli.keeping import remembered
    from seawall.questions.asked import asked_stress
    from seawall.shocks import scenario_text
    from seawall.shocks.given import given
    from seawall.study.protocol_check import find_protocol
    from seawall.study.writer import scenario_file, write_scenario

    usable(out)
    read = opened(study, overlays)
    shocks = given(
        read,
        close=close or (),
        ban=ban or (),
        stop=stop or (),
        demand=demand or (),
        start=start,
        days=days,
        depth=depth,
        name=save,
        title=title,
        beside=scenario,
    )
    if save:
        scenario_file(read, save)
    articles = find_protocol(read, protocol) if protocol else None
    responses = list(dict.fromkeys(response)) if response else None
    with progress_of(json) as progress:
        result = remembered(
            asked_stress(
                read, shocks or scenario, responses, protocol=articles, rationing=rationing,
                uncertain=uncertain, seed=seed,
            ),
            read,
            lambda kept: seawall.stress(
                read, shocks or scenario, response=responses, protocol=articles,
                rationing=rationing, uncertain=uncertain, seed=seed, workers=workers,
                progress=progress, kept=kept,
            ),
            again=again, json=json,
        )  # fmt: skip
    if save and shocks:
        path = write_scenario(read, save, scenario_text(shocks))
        anew = f"seawall stress {shlex.quote(study)} {save}"
        typer.echo(f"the scenario is in {path}; ask again with: {anew}", err=True)
    if not deliver(result, out, json=json):
        intervals.print_cautions(result)
        tables.print_stress(result)
        intervals.print_intervals(result)
