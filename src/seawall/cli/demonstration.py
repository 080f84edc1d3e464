"""`seawall demo`: the reference study in one report, its tables, and what to try next."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pandas as pd
import typer

from seawall.cli.keeping import keep_all
from seawall.cli.output import console, print_json
from seawall.questions import demo
from seawall.report import abstract, html, minerals, track_words
from seawall.runs import Run, store
from seawall.runs.document import document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from seawall.runs import Progress

REPORT = "report.html"


def run(out: Path, progress: Progress, *, json: bool) -> None:
    """Compute the demonstration, write `out` and print the sentences."""
    store.may_replace(out)
    result = demo.run(progress, workers=os.cpu_count() or 1)
    chains = result.chains
    others = [result.sweep, *chains.stresses, chains.exposure]
    results, asked = [*result.stresses, *others], [*result.asked, *others]
    study = result.study
    sentences = [
        *abstract.sentences(result), *minerals.headline(study, result.chains),
        *track_words.in_short(result.board, result.slipped),
    ]  # fmt: skip
    page = html.render(
        study, result.stresses, result.sweep, result.exposure, result.extra, sentences, chains
    )
    more = {name: table for name, table in chains.tables.items() if name != "ranking"}
    tables = {**merged(results), **result.extra, **more, "stock_doubt": result.doubt}
    tables["ranking"] = pd.concat([tables["ranking"], chains.tables["ranking"]], ignore_index=True)
    summary = {"sentences": sentences, "next_commands": list(abstract.NEXT_COMMANDS)}
    asked += [result.board, result.slipped]
    parts = [Run.of(part.identity).inputs() for part in asked]
    made = Run("demo", study.digest(), options={"parts": parts})
    folder = store.write(out, made, summary, tables, {REPORT: page}, study)
    keep_all([*asked, result.exposure])
    if json:
        print_json(document(made, summary, tables))
        return
    target = console()
    for place, sentence in enumerate(sentences, start=1):
        target.print(f"{place}. {sentence}", soft_wrap=True)
    target.print("\nNext:")
    for command in abstract.NEXT_COMMANDS:
        target.print(f"  {command}", soft_wrap=True)
    typer.echo(f"report: {folder / REPORT}", err=True)


def merged(results: Iterable[Any]) -> dict[str, pd.DataFrame]:
    """The tables of several results, those of one name below each other."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for result in results:
        for name, table in result.tables.items():
            parts.setdefault(name, []).append(table)
    return {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}
