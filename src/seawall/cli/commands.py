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
        "--response", metavar="R", help="How the world reacts: frozen, foresight. Repeatable."
    ),
]
BOTH = ("frozen", "foresight")
"""An answer is a bracket: nobody adapts, and everybody knew."""


def _version(wanted: bool) -> None:
    if wanted:
        from seawall import __version__

        typer.echo(f"seawall {__version__}")
        raise typer.Exit


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
def check(study: StudyName, json: Json = False) -> None:
    """Read a study and say what it holds, or everything that is wrong with it."""
    from seawall.cli import checking

    code = checking.run(study, json=json)
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
    out: Out = None,
    json: Json = False,
) -> None:
    """Ask what happens to every place when a scenario strikes."""
    import seawall
    from seawall.cli import tables

    _usable(out)
    responses = list(dict.fromkeys(response or (BOTH if scenario else BOTH[1:])))
    result = seawall.stress(seawall.read(study), scenario, response=responses)
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
    days: Annotated[int, typer.Option("--days", min=1, help="How long each loss lasts.")] = 60,
    out: Out = None,
    json: Json = False,
) -> None:
    """Take out every plant group, country and passage in turn, and rank what it does."""
    import seawall
    from seawall.cli import tables

    _usable(out)
    read = seawall.read(study)
    responses = list(dict.fromkeys(response or BOTH[1:]))
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
