"""`seawall diff`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seawall.cli.app import Json, Out, Overlays, StudyName, app, deliver, opened, usable
from seawall.cli.guard import guarded

if TYPE_CHECKING:
    import pandas as pd

    from seawall.questions.result import Result
    from seawall.study import Study

MOST = 60
#: A longer text is cut: the whole is in the table (--json, --out).
WIDEST = 60
COLUMNS = ("row", "column", "old", "new", "unit", "change", "who", "source", "confidence")


@app.command()
@guarded
def diff(
    study: StudyName,
    other: Annotated[
        str | None,
        typer.Argument(metavar="STUDY", help="The study to compare; none is the first itself."),
    ] = None,
    overlays: Overlays = None,
    out: Out = None,
    json: Json = False,
) -> None:
    """Say what differs between two studies, or what overlays (laid over the second) change.

    The study of a kept run is named by the id of the run.
    """
    import seawall
    from seawall.errors import UsageError

    usable(out)
    if other is None and not overlays:
        raise UsageError("diff takes two studies, or one and --with FILE")
    old = _read(study)
    new = old if other is None else _read(other)
    if overlays:
        new = opened(study if other is None else other, overlays)
    result = seawall.diff(old, new)
    if not deliver(result, out, json=json):
        print_diff(result)


def _read(name: str) -> Study:
    """A study, or that of a kept run: by the id of the run, its first digits, or "last"."""
    import seawall
    from seawall.errors import UnknownName
    from seawall.questions.stored import stored_run, study_of

    try:
        return seawall.read(name)
    except UnknownName:
        if not re.fullmatch(r"last|[0-9a-f]{4,64}", name):
            raise
    return study_of(stored_run(name))


def print_diff(result: Result) -> None:
    """How much differs, then the differences table by table."""
    from seawall.cli.output import console, print_table

    target = console()
    for which in ("old", "new"):
        target.print(f"{which}: {_study(result.figures[which])}", soft_wrap=True)
    found, counts = result.tables["differences"], result.tables["counts"]
    if not len(found):
        target.print("Nothing differs.")
        return
    target.print()
    if len(counts) > 1:
        print_table("How much differs", counts, [str(name) for name in counts], limit=len(counts))
    for table, rows in found.groupby("table", sort=False):
        shown = _shown(rows)
        filled = [name for name in COLUMNS if (shown[name] != "").any()]
        print_table(str(table), shown, filled, limit=MOST, right=("old", "new", "change"))


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Differences as a person reads them: what happened to a row in words, shares in percent."""
    words = {"added": "(added)", "removed": "(removed)", "order": "(another order of rows)"}
    return rows.assign(
        column=[
            column or words.get(kind, kind)
            for column, kind in zip(rows["column"], rows["kind"], strict=True)
        ],
        old=[_short(text) for text in rows["old"]],
        new=[_short(text) for text in rows["new"]],
        change=["" if share != share else f"{share:+.1%}" for share in rows["change"]],
        source=_steps(rows["source_old"], rows["source_new"]),
        confidence=_steps(rows["confidence_old"], rows["confidence_new"]),
    )


def _steps(old: pd.Series, new: pd.Series) -> list[str]:
    """From what to what the evidence went, one word where it stayed."""
    return [
        f"{_short(one)} -> {_short(other)}" if one and other and one != other else other or one
        for one, other in zip(old, new, strict=True)
    ]


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}..."


def _study(told: dict[str, Any]) -> str:
    laid = f" with {', '.join(told['overlays'])}" if told["overlays"] else ""
    return f"{told['study']}{laid} ({told['title']}; digest {told['digest'][:12]})"
