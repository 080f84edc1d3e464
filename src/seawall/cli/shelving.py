"""`seawall runs | show | verify`: what is on the shelf, and whether it is what was put there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from seawall.cli.app import Json, Workers, app, progress_of
from seawall.cli.guard import guarded
from seawall.cli.ledgers import LedgerUrl, check_ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from seawall.errors import UnknownName
    from seawall.questions.result import Result
    from seawall.runs import Progress, Shelf
    from seawall.runs.verify import Finding

Reference = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help='A run: its id or the first digits of it, "last", or its folder.'
    ),
]
_SHOWN = ("id", "created", "question", "study", "scenario", "headline")


@app.command()
@guarded
def runs(json: Json = False) -> None:
    """List the runs that are kept, the last one computed or asked for first."""
    from seawall.cli.keeping import shelf
    from seawall.cli.output import console, print_json, print_table
    from seawall.runs.document import document

    place = shelf()
    listed = place.listed()
    damaged = listed[listed["status"] != "kept"]
    if json:
        summary = {"folder": str(place.folder), "runs": len(listed), "damaged": len(damaged)}
        print_json(document(None, summary, {"runs": listed}))
        return
    target = console()
    if listed.empty:
        target.print(f"No runs are kept in {place.folder} yet.", soft_wrap=True)
        return
    shown = listed.assign(created=listed["created"].str[:16].str.replace("T", " "))
    print_table(f"Runs in {place.folder}", shown, _SHOWN, limit=len(shown))
    for row in damaged.itertuples():
        target.print(f"{row.id}: {row.status}", soft_wrap=True)


@app.command()
@guarded
def show(run: Reference, json: Json = False) -> None:
    """Print a kept answer as the command that computed it did."""
    from seawall.cli.keeping import say, shelf
    from seawall.cli.output import print_json
    from seawall.errors import UsageError
    from seawall.questions.again import OF_A_STUDY, as_result
    from seawall.runs.document import document

    place = shelf()
    stored = place.find(run)
    if json:
        print_json(document(stored.run, stored.summary, stored.tables))
        return
    say(f"run {stored.short_id}, computed {stored.created[:10]}")
    if stored.run["question"] not in OF_A_STUDY:
        _print(as_result(stored, None))
        return
    try:
        study = place.study_of(stored)
    except UsageError as error:
        say(f"shown as plain tables: {error}")
        _print_tables(stored.summary, stored.tables)
    else:
        _print(as_result(stored, study))


def _print(result: Result) -> None:
    """What a person sees of an answer, by its kind."""
    from seawall.cli import comparing, redirecting, tables, tracking, worthwhile
    from seawall.cli.refining_hubs import print_hubs as hubs
    from seawall.cli.siting import print_site as plants
    from seawall.questions.compare import Comparison
    from seawall.questions.exposure import ExposureResult
    from seawall.questions.stress import StressResult
    from seawall.questions.sweep import SweepResult
    from seawall.questions.worth import WorthResult

    if isinstance(result, StressResult):
        tables.print_stress(result)
    elif isinstance(result, SweepResult):
        tables.print_sweep(result)
    elif isinstance(result, ExposureResult):
        tables.print_exposure(result)
    elif isinstance(result, WorthResult):
        worthwhile.print_worth(result)
    elif result.question == "redirect":
        redirecting.print_redirect(result)
    elif result.question == "site":
        (hubs if result.identity["layer"] == "refining" else plants)(result)
    elif result.question == "track":
        slipped = result.identity["layer"] == "slip"
        (tracking.print_slip if slipped else tracking.print_track)(result)
    elif isinstance(result, Comparison):
        comparing.print_comparison(result)
    else:
        _print_tables(result.summary(), result.tables)


def _print_tables(summary: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> None:
    """An answer that nothing prints in words: figures, then the head of every table."""
    from seawall.cli.output import cell, console, print_table

    target = console()
    for name, value in summary.items():
        if isinstance(value, str | int | float | None):
            target.print(f"{name.replace('_', ' ')}: {cell(value)}", soft_wrap=True)
    for name, table in tables.items():
        columns = [str(column) for column in table.columns]
        print_table(name, table, columns, units=summary.get("units"), limit=10)


@app.command()
@guarded
def verify(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN | STUDY]", help="A run, or a study to read and check; none is all runs."
        ),
    ] = None,
    recompute: Annotated[
        bool, typer.Option("--recompute", help="Compute runs anew and compare every cell.")
    ] = False,
    ledger: LedgerUrl = None,
    workers: Workers = 1,
    json: Json = False,
) -> None:
    """Check that kept runs and the ledger are as they were written, or that a study breaks no
    rule."""
    from seawall.cli.keeping import shelf
    from seawall.errors import UnknownName
    from seawall.runs.verify import check_run, check_shelf

    place = shelf()
    if what is None:
        findings = [*check_shelf(place), *check_ledger(ledger)]
    else:
        try:
            folder = place.folder_of(what)
        except UnknownName as unknown:
            _verify_study(what, place, unknown, json=json)
            return
        findings = [check_run(folder)]
    if recompute:
        with progress_of(json) as progress:
            findings = [_recomputed(found, place, what, workers, progress) for found in findings]
    _told(findings, json=json)


def _recomputed(
    found: Finding, place: Shelf, what: str | None, workers: int, progress: Progress
) -> Finding:
    """What was found of a run, with what computing it anew says."""
    from dataclasses import replace

    from seawall.errors import UsageError
    from seawall.questions.again import SEARCHED, again, contradiction
    from seawall.runs.identity import code_version, solver_version
    from seawall.runs.store import differences

    if found.kind != "run" or found.faults or not found.id:
        return found
    stored = place.find(what if what is not None else found.id)
    progress.note(f"computing run {stored.short_id} anew")
    try:
        new = again(stored, place.study_of(stored), workers, progress)
    except UsageError as error:  # it answers another kind of question, or its study is not here
        return replace(found, note=f"not computed anew: {error}")
    unlike = differences(stored.tables, new.tables)
    if not unlike:
        return replace(found, note="computed anew: every cell is the same")
    if stored.run["question"] in SEARCHED:
        wrong = contradiction(stored.summary, new.summary())
        if not wrong:
            return replace(
                found,
                note="computed anew: another plan, as a search with a time limit may find; what "
                "both prove agrees",
            )
        unlike = [wrong]
    told = f"run {stored.short_id} computed anew (kept, now): {'; '.join(unlike)}"
    if (stored.run["code"], stored.run["solver"]) != (code_version(), solver_version()):
        return replace(found, note=f"{told}; it was computed by {stored.run['code']}")
    return replace(found, faults=(told,))


def _told(findings: list[Finding], *, json: bool) -> None:
    """Print what was found; faults end the command with the exit code of damaged files."""
    import pandas as pd

    from seawall.cli.output import console, print_json
    from seawall.errors import IntegrityError
    from seawall.runs.document import document

    faults = [fault for found in findings for fault in found.faults]
    if json:
        rows = [(f.kind, f.id, not f.faults, "; ".join(f.faults), f.note) for f in findings]
        table = pd.DataFrame(rows, columns=["kind", "id", "sound", "faults", "note"])
        summary = {"checked": len(findings), "faults": len(faults)}
        print_json(document(None, summary, {"checked": table}))
    else:
        target = console()
        for found in findings:
            if found.note:
                target.print(f"{found.kind} {found.id}".strip() + f": {found.note}", soft_wrap=True)
        for kind in ("run", "study", "ledger"):
            every = [found for found in findings if found.kind == kind and found.id]
            if every:
                sound = sum(not found.faults for found in every)
                target.print(f"{kind}: {sound} of {len(every)} as they were written")
        if not findings:
            target.print("No runs are kept yet.")
    if faults:
        raise IntegrityError("\n  ".join([f"{len(faults)} faults; nothing was changed:", *faults]))


def _verify_study(name: str, place: Shelf, unknown: UnknownName, *, json: bool) -> None:
    """Read and check a study, and say which kept runs are of it as it is now."""
    import seawall
    from seawall.cli.output import console, print_json
    from seawall.errors import UnknownName
    from seawall.runs.document import document
    from seawall.runs.identity import SHORT

    try:
        study = seawall.read(name)
    except UnknownName as error:
        raise UnknownName("run or study", name, (*unknown.known, *error.known)) from None
    # A sharing pact is asked of one chain alone.
    digests = {study.digest(), *(study.chain(chain).digest() for chain in study.chains)}
    same = [entry for entry in place.entries() if entry.study == study.name]
    now = [entry for entry in same if entry.base in digests]
    summary = {
        "study": study.name, "digest": study.digest(), "warnings": len(study.warnings),
        "runs": len(now), "runs_of_other_states": len(same) - len(now),
    }  # fmt: skip
    if json:
        print_json(document(None, summary, {}))
        return
    console().print(
        f"{study.name} breaks no rule ({len(study.warnings)} warnings); digest "
        f"{study.digest()[:SHORT]}; {len(now)} kept runs are of it as it is, "
        f"{len(same) - len(now)} of other states of it",
        soft_wrap=True,
    )
