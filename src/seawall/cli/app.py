"""The application, the options that commands share, and how an answer leaves it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seawall.questions.result import Result
    from seawall.runs import Progress
    from seawall.study import Study

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
Xlsx = Annotated[
    Path | None,
    typer.Option("--xlsx", metavar="FILE", help="Write the tables into this workbook, a sheet "
                 "each; it must end in .xlsx."),
]  # fmt: skip
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


Overlays = Annotated[
    list[Path] | None,
    typer.Option("--with", metavar="FILE", help="Lay an overlay over the study. Repeatable."),
]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes.")]
Again = Annotated[
    bool, typer.Option("--again", help="Compute it anew, although the answer is kept.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws.")]


#: Changes of overlays, and warnings of them, that are told beside an answer; `check` lists all.
MOST_CHANGES = 20


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """What-if planning for economic security: one supply network, one program, six questions."""


def usable(out: Path | None, xlsx: Path | None = None) -> None:
    """Refuse a folder or a workbook that can't be written before anything is computed."""
    from seawall.errors import UsageError
    from seawall.runs import store

    if out is not None:
        store.may_replace(out)
    if xlsx is not None and xlsx.suffix.lower() != ".xlsx":
        raise UsageError(f"--xlsx: the name of a workbook ends in .xlsx, not {xlsx.name}")
    if xlsx is not None and not xlsx.absolute().parent.is_dir():
        raise UsageError(f"--xlsx: there is no folder {xlsx.absolute().parent}")


def opened(study: str, overlays: list[Path] | None = None) -> Study:
    """Read a study with overlays over it; what is odd about these goes to standard error."""
    import seawall

    read = seawall.read(study, overlays or ())
    files = {str(file) for file in overlays or ()}
    warnings = [warning for warning in read.warnings if warning.file in files]
    for warning in warnings[:MOST_CHANGES]:
        typer.echo(f"warning: {warning}", err=True)
    if len(warnings) > MOST_CHANGES:
        more = f"{len(warnings) - MOST_CHANGES} more about the overlays"
        typer.echo(f"warning: {more} (seawall check STUDY --with FILE lists all)", err=True)
    return read


def progress_of(json: bool) -> AbstractContextManager[Progress]:
    """A bar on standard error, or silence where a machine listens."""
    from seawall.runs import SilentProgress, TerminalProgress

    return nullcontext(SilentProgress()) if json else TerminalProgress()


def tell_changes(study: Study) -> None:
    """Say on standard error what became of the cells that overlays changed."""
    if not study.overlays:
        return
    from seawall.questions.effects import effects, sentences

    told = sentences(study, effects(study))
    for sentence in told[:MOST_CHANGES]:
        typer.echo(f"changed: {sentence}", err=True)
    if len(told) > MOST_CHANGES:
        more = f"{len(told) - MOST_CHANGES} more changes"
        typer.echo(f"changed: {more} (seawall check STUDY --with FILE lists all)", err=True)


def deliver(
    result: Result, out: Path | None, *, json: bool,
    pages: Callable[[], Mapping[str, str]] | None = None, xlsx: Path | None = None,
) -> bool:  # fmt: skip
    """Write the run where asked, and print the document if asked: whether it was printed.

    Parameters
    ----------
    xlsx
        Workbook to write the tables into, if any.
    pages
        Makes further files of the run, such as `report.html`; called only when it is written.
    """
    from seawall.cli.output import print_json
    from seawall.runs import Run, store
    from seawall.runs.document import document
    from seawall.study.workbook import write_tables

    if result.study is not None:
        tell_changes(result.study)
    run = Run.of(result.identity)
    summary = result.summary()
    if out is not None:
        extra = pages() if pages else None
        written = store.write(out, run, summary, result.tables, extra, study=result.study)
        typer.echo(f"run {run.short_id} is in {written}", err=True)
    if xlsx is not None:
        write_tables(result.tables, xlsx)
        typer.echo(f"the tables are in {xlsx}", err=True)
    if json:
        print_json(document(run, summary, result.tables))
    return json
