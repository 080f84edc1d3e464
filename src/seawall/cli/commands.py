"""The commands that ask the study as a whole, one function each."""

from __future__ import annotations

from pathlib import Path
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


@app.command()
@guarded
def demo(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder of the report and its tables.")
    ] = Path("out/demo"),
    json: Json = False,
) -> None:
    """Show the reference study: the board, exposure and three stresses on india-japan."""
    from seawall.cli import demonstration

    with progress_of(json) as progress:
        demonstration.run(out, progress, json=json)


@app.command()
@guarded
def check(
    study: StudyName,
    plausible: Annotated[
        bool,
        typer.Option("--plausible", help="Compare the base with published totals, by lights."),
    ] = False,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="List assumptions that are proposed for review.")
    ] = False,
    overlays: Overlays = None,
    json: Json = False,
) -> None:
    """Read a study and say what it holds, or everything that is wrong with it."""
    from seawall.cli import checking

    code = checking.run(
        study, overlays or [], plausible=plausible, assumptions=assumptions, json=json
    )
    if code:
        raise typer.Exit(code)


@app.command()
@guarded
def sweep(
    study: StudyName,
    n: Annotated[
        int, typer.Option("--n", min=1, max=1, help="How many targets are lost at once.")
    ] = 1,
    response: Responses = None,
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            min=1,
            help="How long each loss lasts; default 60, and 180 for chains with long periods.",
        ),
    ] = None,
    overlays: Overlays = None,
    again: Again = False,
    out: Out = None,
    json: Json = False,
) -> None:
    """Take out every plant group, country and passage in turn, and rank what it does."""
    import seawall
    from seawall.cli import tables
    from seawall.cli.keeping import remembered
    from seawall.questions.sweep import asked_sweep

    usable(out)
    read = opened(study, overlays)
    responses = list(dict.fromkeys(response or ("foresight",)))
    with progress_of(json) as progress:
        result = remembered(
            asked_sweep(read, n, responses, days), read,
            lambda kept: seawall.sweep(
                read, n=n, response=responses, days=days, progress=progress, kept=kept
            ),
            again=again, json=json,
        )  # fmt: skip
    if not deliver(result, out, json=json):
        tables.print_sweep(result)


@app.command()
@guarded
def exposure(
    study: StudyName,
    place: Annotated[
        str | None, typer.Option("--place", metavar="PLACE", help="Only this place, e.g. JPN.")
    ] = None,
    commodity: Annotated[
        str | None, typer.Option("--commodity", metavar="X", help="Only this commodity.")
    ] = None,
    overlays: Overlays = None,
    again: Again = False,
    out: Out = None,
    json: Json = False,
) -> None:
    """Say on whom every place depends: suppliers, origins behind them, passages."""
    import seawall
    from seawall.cli import tables
    from seawall.cli.keeping import remembered
    from seawall.questions.exposure import asked_exposure

    usable(out)
    read = opened(study, overlays)
    result = remembered(
        asked_exposure(read, place, commodity), read,
        lambda _: seawall.exposure(read, place=place, commodity=commodity),
        again=again, json=json,
    )  # fmt: skip
    if not deliver(result, out, json=json):
        tables.print_exposure(result)


@app.command()
@guarded
def worth(
    study: StudyName,
    protocol: ProtocolFile = None,
    years: Annotated[int, typer.Option("--years", min=1, help="Years that are looked at.")] = 10,
    severities: Annotated[
        int, typer.Option("--severities", min=1, help="Cases that stand for each hazard.")
    ] = 3,
    draws: Annotated[
        int, typer.Option("--draws", min=1, help="How often those years are drawn.")
    ] = 10_000,
    seed: Seed = 0,
    workers: Workers = 1,
    overlays: Overlays = None,
    again: Again = False,
    out: Out = None,
    json: Json = False,
) -> None:
    """Ask whether a sharing pact is worth signing for each member, over hazards of many years."""
    import seawall
    from seawall.cli import worthwhile
    from seawall.cli.keeping import remembered
    from seawall.questions.worth import asked_worth
    from seawall.study.protocol_check import find_protocol

    usable(out)
    read = opened(study, overlays)
    articles = find_protocol(read, protocol) if protocol else None
    with progress_of(json) as progress:
        result = remembered(
            asked_worth(read, articles, years, severities, draws, seed), read,
            lambda kept: seawall.worth(
                read, articles, years=years, severities=severities, draws=draws, seed=seed,
                workers=workers, progress=progress, kept=kept,
            ),
            again=again, json=json,
        )  # fmt: skip
    if not deliver(result, out, json=json):
        worthwhile.print_worth(result)
