"""`seawall check`: everything that is wrong with a study, or what it holds."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pandas as pd
import typer

import seawall
from seawall.cli.output import console, print_json, print_table
from seawall.cli.tables import print_plausible
from seawall.errors import InputError, Problem, UnknownName
from seawall.network.grids import grids
from seawall.questions.effects import effects
from seawall.questions.parts import parts
from seawall.questions.prepared import prepare
from seawall.questions.stretches import check_targets
from seawall.runs.document import document
from seawall.shocks import parse_scenario
from seawall.study import protocol_problems, study_protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seawall.study import Study

PROBLEM_COLUMNS = [field.name for field in dataclasses.fields(Problem)]


#: Where the review of an assumption stands, and the word for a blank cell.
REVIEWS = {"agreed": "agreed", "proposed": "proposed", "": "not reviewed"}
CHANGES = (
    "table", "row", "column", "before", "asked", "balanced", "unit", "who", "confidence", "said",
)  # fmt: skip
ASSUMED = ("id", "value", "unit", "applies_to", "why", "reviewed_by", "reviewed_on")


def run(
    name: str, overlays: Sequence[Path], *, plausible: bool, assumptions: bool, json: bool
) -> int:
    """Check a study with overlays over it, print the findings and return the exit code: 0, or 3
    for an invalid study.

    A base that looks unlike the world is not invalid: lights of `plausible` don't change the code.
    """
    try:
        study = seawall.read(name, overlays)
        _check_scenarios(study)
    except InputError as error:
        if json:
            print_json(document(None, {"valid": False}, {"problems": _frame(error.problems)}))
        typer.echo(f"seawall: {error}", err=True)
        return error.exit_code
    summary = _summary(study)
    compared = seawall.plausible(study) if plausible else None
    changes = _changes(study)
    if json:
        tables = {"problems": _frame(()), "warnings": _frame(study.warnings)}
        if overlays:
            tables["changes"] = changes
        if assumptions:
            tables["assumptions"] = study.table("assumptions").drop(columns="row")
        if compared is not None:
            summary["plausible"] = compared.summary()
            tables |= compared.tables
        print_json(document(None, summary, tables))
        return 0
    _print(study, summary)
    if overlays:
        _print_changes(changes)
    if assumptions:
        _print_proposed(study)
    if compared is not None:
        print_plausible(compared)
    return 0


def _check_scenarios(study: Study) -> None:
    """Balance the study, read every protocol, and every scenario and find what it hits.

    Raises
    ------
    InputError
        With the rows that contradict each other, or the problems of all protocols and scenarios.
    """
    for chain in study.chains:
        prepare(study.chain(chain))
    problems = protocol_problems(study)
    for name in study.scenarios():
        try:
            scenario = parse_scenario(name, study.scenario_texts[name])
            chosen = study.variant(*scenario.variants)
            for part in parts(chosen, scenario):
                prepare(part.study).conditions(part.scenario)
            check_targets(grids(chosen), scenario.shock)
        except InputError as error:
            problems += error.problems
        except UnknownName as error:
            file = f"scenarios/{name}.toml"
            problems.append(Problem(file, None, error.kind, error.name, str(error)))
    if problems:
        raise InputError(problems, title=f'protocols and scenarios of "{study.name}"')


def _changes(study: Study) -> pd.DataFrame:
    """What overlays change, what became of it, on what evidence."""
    table = effects(study)
    for name in ("why", "source", "evidence", "file", "line", "note"):
        table[name] = [getattr(change, name) for change in study.overlays]
    return table.rename(columns={"evidence": "confidence"})


def _print_changes(changes: pd.DataFrame) -> None:
    target = console()
    target.print()
    print_table("What overlays change", changes, CHANGES, limit=len(changes))
    for row in changes.to_dict("records"):
        note = f" ({row['note']})" if row["note"] else ""
        what = f"{row['table']} {row['row']} {row['column']}"
        target.print(f"{what}: {row['why']} [{row['source']}]{note}", soft_wrap=True)


def _print_proposed(study: Study) -> None:
    table = study.table("assumptions")
    proposed = table[table["review"] == "proposed"]
    if len(proposed):
        console().print()
        print_table("Proposed assumptions", proposed, ASSUMED, limit=len(proposed))


def _reviews(study: Study) -> dict[str, int]:
    """How many assumptions stand where in their review."""
    marks = study.table("assumptions")["review"]
    return {word: int((marks == mark).sum()) for mark, word in REVIEWS.items()}


def _frame(problems: Sequence[Problem]) -> pd.DataFrame:
    rows = [dataclasses.asdict(problem) for problem in problems]
    return pd.DataFrame(rows, columns=PROBLEM_COLUMNS)


def _summary(study: Study) -> dict[str, Any]:
    protocol = study_protocol(study)
    return {
        "valid": True,
        "title": study.settings.title,
        "digest": study.digest(),
        "rows": {name: len(table) for name, table in study.tables.items()},
        "scenarios": list(study.scenarios()),
        "protocol": protocol.title if protocol else None,
        "protocol_drafts": sorted(study.draft_texts),
        "warnings": len(study.warnings),
        "reviews": _reviews(study),
        "changes": len(study.overlays),
    }


def _print(study: Study, summary: dict[str, Any]) -> None:
    target = console()
    target.print(f"{summary['title']}: the study is valid")
    for name, count in summary["rows"].items():
        target.print(f"  {name:<14}{count:>7,} rows")
    target.print(f"scenarios: {', '.join(summary['scenarios']) or 'none'}", soft_wrap=True)
    drafts = summary["protocol_drafts"]
    target.print(
        f"protocol: {summary['protocol'] or 'none'}"
        + (f"; other drafts: {', '.join(drafts)}" if drafts else ""),
        soft_wrap=True,
    )
    reviews = ", ".join(f"{count} {word}" for word, count in summary["reviews"].items())
    target.print(f"assumptions: {reviews}", soft_wrap=True)
    for warning in study.warnings:
        target.print(f"warning: {warning}", soft_wrap=True)
    target.print(f"{summary['warnings']} warnings; digest {summary['digest'][:12]}")
