"""`seawall refresh`: a file from elsewhere -> an overlay, what changes and what is left out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seawall.cli.app import Json, app
from seawall.cli.guard import guarded

if TYPE_CHECKING:
    from seawall.study.refresh import Refreshed

_SHOWN = 20
_WHO = "refresh"


@app.command()
@guarded
def refresh(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="meti-lng-stocks, ppac-monthly, comtrade or world-bank-prices.",
        ),
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file or an Excel workbook.")],
    study: Annotated[
        str, typer.Option("--study", metavar="STUDY", help="The study that it refreshes.")
    ] = "india-japan",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="OVERLAY.csv", help="Write the overlay; default: only show."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Use nothing after this day."),
    ] = None,
    who: Annotated[
        str, typer.Option("--who", metavar="NAME", help="Who stands for the changes.")
    ] = _WHO,
    json: Json = False,
) -> None:
    """Turn a file that you have into an overlay: new figures, their source, the change."""
    from datetime import UTC, date, datetime

    import seawall
    from seawall.errors import UsageError
    from seawall.study.refresh import refresh as refreshed
    from seawall.study.writer import write_overlay

    try:
        last = date.fromisoformat(as_of) if as_of else None
    except ValueError as error:
        raise UsageError(f"--as-of {as_of}: write a date such as 2026-11-15") from error
    if not who.strip():
        raise UsageError("--who may not be blank: every change has somebody who stands for it")
    if out is not None and out.exists():
        raise UsageError(f"{out} exists already: choose another name, or move it away")
    found = refreshed(seawall.read(study), kind, file, as_of=last)
    if out is not None:
        write_overlay(out, found.overlay(who.strip(), datetime.now(UTC).date().isoformat()))
    _show(found, study, out, json=json)


def _show(found: Refreshed, study: str, out: Path | None, *, json: bool) -> None:
    """Print the document, or tables for people."""
    import pandas as pd

    from seawall.cli.output import console, print_json, print_table
    from seawall.runs.document import document

    told = pd.DataFrame(
        [("" if t.row is None else str(t.row), t.what, t.why) for t in found.told],
        columns=["line", "what", "why"],
    )
    if json:
        summary = {
            "kind": found.kind, "file": found.file, "source": found.source,
            "overlay": str(out) if out else None, "changes": len(found.changes),
            "warnings": list(found.warnings),
        }  # fmt: skip
        tables = {"figures": found.figures, "changes": found.table, "left": told}
        print_json(document(None, summary, tables))
        return
    target = console()
    target.print(found.source, soft_wrap=True)
    target.print()
    percent = {"change": lambda table: table["change"].map(_percent)}
    figures = found.figures.assign(**percent)[["figure", "old", "new", "unit", "change", "rows"]]
    print_table("Figures of the file", figures, tuple(map(str, figures)), right=("change",))
    changes = found.table.assign(**percent)
    print_table("Cells that change", changes, tuple(map(str, changes)), limit=_SHOWN,
                right=("old", "new", "change"))  # fmt: skip
    if len(told):
        print_table("Left out of the file", told, tuple(map(str, told)), limit=_SHOWN)
    for warning in found.warnings:
        target.print(f"warning: {warning}", soft_wrap=True)
    if out is not None:
        typer.echo(
            f"{len(found.changes)} changes are in {out}; use them with: "
            f"seawall stress {study} ... --with {out}",
            err=True,
        )
    else:
        typer.echo("nothing is written: --out OVERLAY.csv keeps the changes", err=True)


def _percent(share: float) -> str:
    return "" if share != share else f"{share * 100:+.1f} %"
