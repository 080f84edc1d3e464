"""Commands about runs that are kept: side by side, and number by number."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seawall.cli.app import (
    Json,
    Out,
    Overlays,
    Responses,
    Seed,
    Workers,
    app,
    deliver,
    opened,
    progress_of,
    usable,
)
from seawall.cli.guard import guarded

RUN_HELP = "Id of a run, its first digits, last, or its folder."
Studies = Annotated[
    list[str] | None,
    typer.Option("--study", metavar="STUDY", help="A run's study, if it is not kept. Repeatable."),
]


@app.command()
@guarded
def compare(
    run_a: Annotated[str, typer.Argument(metavar="RUN", help=RUN_HELP)],
    run_b: Annotated[str, typer.Argument(metavar="RUN", help="The run to compare with it.")],
    study: Studies = None,
    overlays: Overlays = None,
    shares: Annotated[
        int | None,
        typer.Option(
            "--shares",
            metavar="N",
            min=0,
            help="Orders to draw for the shares of more than six inputs; 0: no shares.",
        ),
    ] = None,
    response: Responses = None,
    seed: Seed = 0,
    workers: Workers = 1,
    out: Out = None,
    json: Json = False,
) -> None:
    """Lay two runs side by side: what differs, and which input makes how much of it."""
    import seawall
    from seawall.cli import comparing

    usable(out)
    known = [opened(name, files) for name in study or () for files in _with(overlays)]
    with progress_of(json) as progress:
        result = seawall.compare(
            run_a, run_b, study=known[0] if known else None, studies=known, shares=shares,
            responses=response or (), seed=seed, workers=workers, progress=progress,
        )  # fmt: skip
    if not deliver(result, out, json=json):
        comparing.print_comparison(result)


def _with(overlays: list[Path] | None) -> list[list[Path]]:
    """Without overlays, and with them: either of two runs may have had them."""
    return [[], overlays] if overlays else [[]]


@app.command()
@guarded
def explain(
    run: Annotated[str, typer.Argument(metavar="RUN", help=RUN_HELP)],
    number: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NUMBER",
            help="TABLE/KEY/.../COLUMN, or words: IND unserved frozen; none lists the headlines.",
        ),
    ] = None,
    study: Studies = None,
    overlays: Overlays = None,
    tried: Annotated[
        int | None,
        typer.Option("--limits", min=0, help="Limits to compute again with more; 2 to 5 if not."),
    ] = None,
    out: Out = None,
    json: Json = False,
) -> None:
    """Say what a number is made of: equation, inputs with source, limits, path of supply, run."""
    from seawall.cli import explaining
    from seawall.questions.explain import explain as explained
    from seawall.questions.explain import explainable

    usable(out)
    known = [opened(name, files) for name in study or () for files in _with(overlays)]
    if not number:
        explaining.print_explainable(explainable(run, known))
        return
    result = explained(run, number, known, tried=tried)
    if not deliver(result, out, json=json):
        explaining.print_explanation(result)
