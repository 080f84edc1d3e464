"""The commands, one function each."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.guard import guarded

if TYPE_CHECKING:
    from seawall.questions.result import Result
    from seawall.runs import Progress

app = typer.Typer(
    name="seawall",
    help="What-if planning for economic security: one supply network, one program, six questions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

StudyName = Annotated[
    str, typer.Argument(metavar="STUDY", help="A folder, or the name of a built-in study.")
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else on stdout.")
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Write the run into this folder.")
]
Responses = Annotated[
    list[str] | None,
    typer.Option(
        "--response",
        metavar="R",
        help="How the world reacts: frozen, market, pact, foresight. Repeatable.",
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        from seawall import __version__

        typer.echo(f"seawall {__version__}")
        raise typer.Exit


ProtocolFile = Annotated[
    str | None,
    typer.Option("--protocol", metavar="FILE", help="Another protocol: a file or a draft."),
]


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """What-if planning for economic security: one supply network, one program, six questions."""


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

    with _progress(json) as progress:
        demonstration.run(out, progress, json=json)


@app.command()
@guarded
def check(
    study: StudyName,
    plausible: Annotated[
        bool,
        typer.Option("--plausible", help="Compare the base with published totals, by lights."),
    ] = False,
    json: Json = False,
) -> None:
    """Read a study and say what it holds, or everything that is wrong with it."""
    from seawall.cli import checking

    code = checking.run(study, plausible=plausible, json=json)
    if code:
        raise typer.Exit(code)


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

    _usable(out)
    read = seawall.read(study)
    articles = find_protocol(read, protocol) if protocol else None
    responses = list(dict.fromkeys(response)) if response else None
    result = seawall.stress(
        read, scenario, response=responses, protocol=articles, rationing=rationing
    )
    if not _deliver(result, out, json=json):
        tables.print_stress(result)


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
    out: Out = None,
    json: Json = False,
) -> None:
    """Take out every plant group, country and passage in turn, and rank what it does."""
    import seawall
    from seawall.cli import tables

    _usable(out)
    read = seawall.read(study)
    responses = list(dict.fromkeys(response or ("foresight",)))
    with _progress(json) as progress:
        result = seawall.sweep(read, n=n, response=responses, days=days, progress=progress)
    if not _deliver(result, out, json=json):
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
    out: Out = None,
    json: Json = False,
) -> None:
    """Say on whom every place depends: suppliers, origins behind them, passages."""
    import seawall
    from seawall.cli import tables

    _usable(out)
    result = seawall.exposure(seawall.read(study), place=place, commodity=commodity)
    if not _deliver(result, out, json=json):
        tables.print_exposure(result)


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

    _usable(out)
    named = seawall.read(study) if study else None
    result = seawall.compare(run_a, run_b, study=named)
    if not _deliver(result, out, json=json):
        comparing.print_comparison(result)


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
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws.")] = 0,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes.")] = 1,
    out: Out = None,
    json: Json = False,
) -> None:
    """Ask whether a sharing pact is worth signing for each member, over hazards of many years."""
    import seawall
    from seawall.cli import worthwhile
    from seawall.study.protocol_check import find_protocol

    _usable(out)
    read = seawall.read(study)
    articles = find_protocol(read, protocol) if protocol else None
    with _progress(json) as progress:
        result = seawall.worth(
            read, articles, years=years, severities=severities, draws=draws, seed=seed,
            workers=workers, progress=progress,
        )  # fmt: skip
    if not _deliver(result, out, json=json):
        worthwhile.print_worth(result)


def _usable(out: Path | None) -> None:
    """Refuse a folder that can't take a run before anything is computed."""
    from seawall.runs import store

    if out is not None:
        store.may_replace(out)


def _progress(json: bool) -> AbstractContextManager[Progress]:
    """A bar on standard error, or silence where a machine listens."""
    from seawall.runs import SilentProgress, TerminalProgress

    return nullcontext(SilentProgress()) if json else TerminalProgress()


def _deliver(result: Result, out: Path | None, *, json: bool) -> bool:
    """Write the run where asked, and print the document if asked: whether it was printed."""
    from seawall.cli.output import print_json
    from seawall.runs import Run, store
    from seawall.runs.document import document

    run = Run.of(result.identity)
    summary = result.summary()
    if out is not None:
        written = store.write(out, run, summary, result.tables)
        typer.echo(f"run {run.short_id} is in {written}", err=True)
    if json:
        print_json(document(run, summary, result.tables))
    return json
