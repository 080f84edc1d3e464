"""Runs to write briefs on: of the small studies, and of every scenario of the reference study."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from tests.conftest import DATA

import seawall
from seawall.runs import Run
from seawall.runs.store import StoredRun

if TYPE_CHECKING:
    from seawall.questions.result import Result
    from seawall.study import Study

CREATED = "2026-11-23T08:15:00+00:00"
REFERENCE = "india-japan"


@functools.cache
def study(name: str) -> Study:
    """A small study of tests/data, or the reference study."""
    return seawall.read(name if name == REFERENCE else DATA / name)


def stored(result: Result) -> StoredRun:
    """A result as it would be read back from the shelf."""
    run = Run.of(result.identity).document()
    tables = {name: table.copy() for name, table in result.tables.items()}
    return StoredRun(dict(run), result.summary(), tables, CREATED, Path())


@functools.cache
def stressed(name: str, scenario: str, response: str | None = None) -> StoredRun:
    """A stress run, computed once; a caller changes nothing in it."""
    return stored(seawall.stress(study(name), scenario, response=response))


@functools.cache
def in_all_responses(scenario: str) -> StoredRun:
    """A scenario of the reference study with as many rows as a whole run has.

    Only what is quick is computed: the answer if nobody reacts stands for the other responses too,
    a tenth smaller each.  It is for the looks of a brief, not for its figures.
    """
    run = stressed(REFERENCE, scenario, "frozen")
    names = ("frozen", "market", "pact", "foresight")
    tables = {}
    for name, table in run.tables.items():
        if "response" not in table:
            tables[name] = table
            continue
        copies = []
        for number, response in enumerate(names):
            copy = table.assign(response=response)
            for column in {"unserved", "unserved_share", "missing"} & set(copy.columns):
                copy[column] = copy[column].astype(float) * (1.0 - 0.1 * number)
            copies.append(copy)
        tables[name] = pd.concat(copies, ignore_index=True)
    frozen = run.summary["responses"]["frozen"]
    summary = {**run.summary, "responses": dict.fromkeys(names, frozen)}
    options = {**run.run["options"], "responses": list(names)}
    return replace(run, run={**run.run, "options": options}, summary=summary, tables=tables)


def variant(scenario: str) -> Study:
    """The reference study with the variants that a scenario chooses."""
    chosen = stressed(REFERENCE, scenario, "frozen").run["scenario"]["variants"]
    return study(REFERENCE).variant(*chosen)
