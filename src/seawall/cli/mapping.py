"""`seawall roadmap`: every statement of an agreement beside its last answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from seawall.cli.app import Json, Out, Overlays, StudyName, app, deliver, opened, usable
from seawall.cli.guard import guarded

if TYPE_CHECKING:
    from seawall.questions.roadmap import Roadmap


@app.command()
@guarded
def roadmap(
    study: StudyName,
    sector: Annotated[
        str | None, typer.Option("--sector", metavar="S", help="Only statements of this sector.")
    ] = None,
    overlays: Overlays = None,
    out: Out = None,
    json: Json = False,
) -> None:
    """Lay every statement of the roadmap beside the command that speaks to it and its last run."""
    import seawall
    from seawall.runs.shelf import Shelf

    usable(out)
    result = seawall.roadmap(opened(study, overlays), Shelf(), sector=sector)
    if not deliver(result, out, json=json):
        print_roadmap(result)


def print_roadmap(result: Roadmap) -> None:
    """Statements by sector: what was stated, what speaks to it, what it said last."""
    from seawall.cli.output import console

    target = console()
    table = result.tables["roadmap"]
    for sector, rows in table.groupby("sector", sort=False):
        target.print(f"\n{str(sector).upper()}")
        for pledge, links in rows.groupby("pledge", sort=False):
            first = links.iloc[0]
            due = f" (by {first['deadline']})" if first["deadline"] else ""
            target.print(f"{pledge}  {first['what']}{due}", soft_wrap=True)
            for link in links.itertuples():
                target.print(f"    {_line(link)}", soft_wrap=True)
    figures = dict(result.figures)
    target.print(f"\n{figures.pop('statements')} statements: ", end="")
    target.print(", ".join(f"{count} {status}" for status, count in figures.items() if count))


def _line(link: Any) -> str:
    """What speaks to a statement: the last answer, or what to type, or why nothing does."""
    from seawall.questions.roadmap import OTHER_STATE

    if link.answer:
        note = " (another state of the study)" if link.status == OTHER_STATE else ""
        return f"{link.answer} [run {link.run}, {link.computed[:10]}{note}]"
    said = f"{link.status}: {link.why}"
    if link.command:
        return f"{said} -> {link.command}"
    return f"{said} (seawall {link.question})" if link.question else said
