"""`seawall track import`: tables into the ledger, and proposals of claims from an article.

The command is registered by the group `track`; see `import_command`.
"""

from __future__ import annotations

import json as text
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seawall.cli.app import Json, StudyName, opened
from seawall.cli.guard import guarded
from seawall.cli.ledgers import LedgerUrl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from seawall.ledger.book import Book
    from seawall.questions.track.intake.tables import Plan
    from seawall.study import Study

ARTICLES = (".txt", ".md")
#: New rows and proposals that a person at a terminal is shown; `--json` has all.
MOST = 40
CHANGED = ("kind", "key", "column", "before", "after")

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="CSV files and workbooks, or one article (.txt, .md)."),
]
Who = Annotated[str, typer.Option("--who", metavar="NAME", help="Who records it.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="For what reason.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be recorded, and write nothing.")
]
Partial = Annotated[
    bool, typer.Option("--partial", help="Record what can be, and list what is kept out.")
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Rows may take the place of those with their ids.")
]
Kind = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help="What the CSV files hold, e.g. claims; without "
                 "it, their names say so."),
]  # fmt: skip
Text = Annotated[
    Path | None,
    typer.Option("--text", metavar="FILE", help="The article in which quotes must stand."),
]
Source = Annotated[
    str | None, typer.Option("--source", metavar="ID", help="Of an article: which source it is.")
]
Proposed = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Of an article: write the proposals into this CSV "
                 "file, to be answered."),
]  # fmt: skip
Ask = Annotated[
    bool, typer.Option("--ask", help="Of an article: ask about each proposal, here and now.")
]


@guarded
def import_command(
    study: StudyName,
    files: Files,
    who: Who = "",
    why: Why = "",
    ledger: LedgerUrl = None,
    dry_run: DryRun = False,
    partial: Partial = False,
    replace: Replace = False,
    kind: Kind = None,
    text_file: Text = None,
    source: Source = None,
    out: Proposed = None,
    ask: Ask = False,
    json: Json = False,
) -> None:
    """Record rows of tables in the ledger, or propose the claims of an article.

    An article only gives proposals: a claim is recorded when a person wrote yes beside it.
    """
    from seawall.errors import UsageError
    from seawall.ledger.rules import digest_of_text
    from seawall.questions.track.intake.tables import planned, planned_proposals

    article = any(file.suffix.casefold() in ARTICLES for file in files)
    if article and (len(files) > 1 or kind is not None or text_file is not None):
        raise UsageError("an article comes alone, without --kind and --text")
    if not article and (source is not None or out is not None or ask):
        raise UsageError("--source, --out and --ask belong to an article (.txt or .md)")
    recording = ask or not article
    if recording and not (who.strip() and why.strip()):
        raise UsageError("say who records the rows, and why: --who NAME --why TEXT")
    words = _words(text_file) if text_file is not None else None
    read = opened(study)
    with _book(read, ledger, dry_run or not recording) as book:
        if article:
            proposals = _proposals(read, book, files[0], source, out)
            proposals = _asked(proposals) if ask else _shown(proposals, json)
            if out is not None and not dry_run:
                _write(proposals, out)
            if not ask:
                typer.echo(
                    f"The text has the SHA-256 {digest_of_text(_words(files[0]))}: kept in the "
                    "column sha256 of its source, it lets no other text vouch for a quote.",
                    err=True,
                )
                return
            plan = planned_proposals(proposals, book, read, who, why, replaces=replace)
        else:
            plan = planned(files, book, read, who, why, replaces=replace, kind=kind, text=words)
        _carry_out(plan, book, dry_run=dry_run, partial=partial, json=json)


@contextmanager
def _book(study: Study, url: str | None, looking: bool) -> Iterator[Book]:
    """The book of a study; to one who only looks, a ledger that is not there is an empty one."""
    from tempfile import TemporaryDirectory

    from seawall.ledger import database
    from seawall.ledger.book import Book

    with ExitStack() as stack:
        try:
            engine = database.opened(url, create=not looking)
        except database.NoLedger:
            if not looking:
                raise
            folder = stack.enter_context(TemporaryDirectory())
            engine = database.opened(f"sqlite:///{Path(folder) / 'empty.sqlite'}")
        stack.callback(engine.dispose)
        yield Book(engine, study.name, study.frames)


def _words(path: Path) -> str:
    """The text of a file."""
    from seawall.errors import InputError, Problem, UsageError
    from seawall.study.csv_tables import Lines

    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    problems: list[Problem] = []
    words = "".join(Lines(path, path.name, problems))
    if problems:
        raise InputError(problems, f'the text "{path.name}"')
    return words


# --- rows --------------------------------------------------------------------------------------


def _carry_out(plan: Plan, book: Book, *, dry_run: bool, partial: bool, json: bool) -> None:
    """Record what a plan says, if it may be recorded, and say so."""
    from seawall.errors import InputError

    refused = bool(plan.problems) and not partial
    done: Sequence[object] = ()
    late: tuple[Any, ...] = ()
    if plan.entries and not refused and not dry_run:
        appended = book.append(plan.entries, partial)
        done, late = appended, appended.refused
    number, digest = book.head()
    if json:
        from seawall.cli.output import print_json

        print_json(text.dumps({
            "dry_run": dry_run, "recorded": len(done), "without_a_yes": plan.left,
            "last_entry": number, "digest": digest, "rows": _records(plan.rows),
            "changes": _records(plan.changes),
            "refused_by_the_ledger": [str(each.as_problem()) for each in late],
        }))  # fmt: skip
    else:
        _show(plan, refused=not refused)
    if refused:
        raise InputError(plan.problems, "the rows; nothing was recorded")
    if json:
        return
    for each in late:
        typer.echo(f"kept out, the ledger has changed meanwhile: {each.as_problem()}")
    if dry_run:
        typer.echo(f"A dry run: nothing was recorded; {len(plan.entries)} would have been.")
    else:
        typer.echo(f"Recorded: {len(done)}. The last entry of the book is {number}, {digest}.")


def _show(plan: Plan, *, refused: bool) -> None:
    """Counts, new rows, cells that change and, if they are not told elsewhere, refused rows."""
    from seawall.cli.output import print_table

    rows = plan.rows
    counts = [(int((rows["what"] == what).sum()), what) for what in ("new", "changed", "same")]
    told = ", ".join(f"{count} {what}" for count, what in counts)
    typer.echo(f"{told}, {int((rows['what'] == 'refused').sum())} refused.")
    if plan.left:
        typer.echo(f"Proposals without a yes, left out: {plan.left}.")
    typer.echo()
    new = rows[rows["what"] == "new"]
    if len(new):
        print_table("New", new.head(MOST), ("kind", "key", "file", "row"))
        if len(new) > MOST:
            typer.echo(f"... and {len(new) - MOST} more new rows (--json has all)\n")
    if len(plan.changes):
        exact = plan.changes.assign(
            before=plan.changes["before"].map(_exact), after=plan.changes["after"].map(_exact)
        )
        print_table("Cells that differ from what is known", exact, CHANGED, limit=len(exact))
    out = rows[rows["what"] == "refused"]
    if refused and len(out):
        print_table("Kept out", out, ("file", "row", "kind", "key", "reason"), limit=len(out))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


# --- an article --------------------------------------------------------------------------------


def _proposals(
    study: Study, book: Book, article: Path, source: str | None, out: Path | None
) -> pd.DataFrame:
    """What an article may claim; its source says when it was published."""
    from seawall.errors import UnknownName, UsageError
    from seawall.exchange.proposals import may_write
    from seawall.questions.track.intake.tables import proposals_of

    if source is None:
        raise UsageError("say which source the article is: --source ID")
    if out is not None:
        may_write(out)
    words = _words(article)
    dates: dict[str, str] = {}
    for frame in (study.frames["sources"], book.frame("sources")):
        dates |= dict(zip(frame["id"], frame["date"].fillna("").astype(str), strict=True))
    if source not in dates:
        raise UnknownName("source", source, dates)
    day = dates[source]
    return proposals_of(words, source, date.fromisoformat(day) if len(day) == 10 else None)


def _shown(proposals: pd.DataFrame, json: bool) -> pd.DataFrame:
    """Print proposals, and give them back as they are."""
    from seawall.cli.output import print_json, print_table
    from seawall.runs.document import plain

    if json:
        rows = [{name: plain(cell) for name, cell in row.items()} for row in _records(proposals)]
        print_json(text.dumps({"proposals": rows}))
        return proposals
    columns = ("number", "what", "quote", "start", "end", "value", "quantity", "counted_in")
    numbers = ("number", "start", "end", "quantity")
    exact = proposals.assign(**{name: proposals[name].map(_exact) for name in numbers})
    print_table("Proposals, none of them recorded", exact, columns, limit=len(exact), right=numbers)
    return proposals


def _exact(value: Any) -> str:
    """A cell with all its digits: two figures that differ must not look alike."""
    from seawall.study.cells import format_number

    if value is None or value != value:
        return ""
    return format_number(value) if isinstance(value, float) else str(value)


def _asked(proposals: pd.DataFrame) -> pd.DataFrame:
    """The proposals with a person's answers; what is not answered with yes is no.

    Raises
    ------
    UsageError
        There is no person: standard input is not a terminal.
    """
    from seawall.errors import UsageError

    if not at_terminal():
        raise UsageError("--ask needs a terminal; elsewhere write the proposals with --out FILE, "
                         "and import that file once somebody has answered them")  # fmt: skip
    answers, subjects = [], []
    for row in proposals.itertuples(index=False):
        typer.echo(f'\n{row.number:.0f}. {row.value} ({row.predicate}): "{row.quote}"', err=True)
        yes = typer.confirm("Record it?", default=False, err=True)
        subject = str(row.subject)
        if yes:
            subject = typer.prompt("Of what does it speak?", default=subject or None, err=True)
        answers.append("yes" if yes else "no")
        subjects.append(subject)
    return proposals.assign(accept=answers, subject=subjects)


def at_terminal() -> bool:
    """Whether a person sits before standard input."""
    import sys

    return sys.stdin.isatty()


def _write(proposals: pd.DataFrame, out: Path) -> None:
    from seawall.exchange.proposals import write_proposals

    write_proposals(proposals, out)
    typer.echo(f"The proposals are in {out}. Write yes into the column accept of those that hold, "
               "and import that file.", err=True)  # fmt: skip
