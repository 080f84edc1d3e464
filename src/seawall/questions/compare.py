"""Compare: what differs between two runs, in what was asked and in what came out.

Two answers to the same question are laid side by side.  What was asked: study, scenario, articles
of the protocol, options, code.  What came out: headline figures, and every cell of every table that
both runs have, joined on the columns that name its rows.  And why: each input's share of what
changed, where the studies of both runs are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.errors import UsageError
from seawall.questions.articles import articles
from seawall.questions.attribution import SHARES, attribute
from seawall.questions.difference_words import difference_sentences, idle_sentence
from seawall.questions.hybrids import End
from seawall.questions.joining import Joined, joined
from seawall.questions.result import Result
from seawall.questions.stored import protocol_of, scenario_of, stored_run, study_of
from seawall.runs.identity import SHORT, digest
from seawall.runs.store import StoredRun

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from seawall.questions.attribution import Attributed
    from seawall.runs.progress import Progress
    from seawall.study import Study

#: Columns of the tables of a comparison.
COLUMNS = {
    "asked": ("what", "run_a", "run_b"),
    "articles": ("article", "title", "run_a", "run_b"),
    "headline": ("figure", "run_a", "run_b", "change", "relative"),
    "changes": (
        "table", "row", "column", "run_a", "run_b", "change", "relative", "of_column",
    ),
    "texts": ("table", "row", "column", "run_a", "run_b"),
    "rows": ("table", "row", "only_in"),
    "tables": ("table", "status", "rows_a", "rows_b", "joined", "changed"),
    "inputs": ("input", "from", "to", "cells", "who", "why"),
    "shares": SHARES,
}  # fmt: skip
# Parts of a summary that are no figures of the answer.
_NO_FIGURES = ("units", "residuals", "sentences", "notes", "next_commands")


@dataclass(frozen=True)
class Comparison(Result):
    """What differs between two runs: tables `asked`, `articles`, `headline`, `changes`, `texts`,
    `rows`, `tables`, `inputs`, `shares`."""

    runs: tuple[Mapping[str, Any], Mapping[str, Any]] = field(default=({}, {}))


def compare(
    run_a: str | Path | StoredRun,
    run_b: str | Path | StoredRun,
    study: Study | None = None,
    *,
    studies: Iterable[Study] = (),
    shares: int | None = None,
    responses: Collection[str] = (),
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """What differs between two runs, and which input makes how much of it.

    Parameters
    ----------
    run_a, run_b
        Ids, first digits, "last", folders, or the runs; changes are those from `run_a` to `run_b`.
    study
        Study whose names of places and commodities are to be used; None: that of the second run if
        it is known, else ids.
    studies
        Where the studies of the runs may be, if they are not kept.
    shares, seed
        Orders to draw for the shares of more than six inputs, and their seed. None: shares only of
        up to six inputs, exactly; 0: no shares.
    responses
        Responses of which to compute shares; none: all, with more than three inputs the quick ones.

    Raises
    ------
    UnknownName, UsageError
        There is no such run, the runs answer different questions, or count in different units.
    IntegrityError
        A folder is not what it was when it was written.
    InputError
        A study between the two breaks a rule.
    """
    a, b = stored_run(run_a), stored_run(run_b)
    question = _one_question(a, b, run_a, run_b)
    units = _one_unit_each(a, b)
    known = [*studies, *([study] if study else [])]
    notes: list[str] = []
    pair = _studies(a, b, known, notes) if question == "stress" else None
    named = study or (pair[1] if pair else None)
    tables = joined(a.tables, b.tables)
    worded = _articles(a, b, _names(named))
    headline = _headline(a.summary, b.summary)
    asked = _asked(a, b)
    why = None
    if pair and shares != 0 and a.run["id"] != b.run["id"]:
        why = attribute(
            (a, b), (_end(a, pair[0]), _end(b, pair[1])), samples=shares, responses=responses,
            seed=seed, workers=workers, progress=progress,
        )  # fmt: skip
        notes += why.notes
    found = {
        "asked": asked,
        "articles": worded,
        "headline": headline,
        "changes": tables.changes,
        "texts": tables.texts,
        "rows": tables.rows,
        "tables": tables.tables,
        "inputs": _inputs_of(why),
        "shares": why.rows if why else [],
    }
    places = pair[1].settings.headline if pair else ()
    sentences = difference_sentences(a, b, _names(named), places, found["shares"])
    notes += [text for text in [idle_sentence(found["shares"])] if text]
    return Comparison(
        question="compare",
        identity=_identity(a, b, named)
        | {"shares": shares, "responses": sorted(responses), "seed": seed},
        tables={name: _frame(name, rows) for name, rows in found.items()},
        figures=_figures(question, (a, b), asked, worded, headline, tables)
        | {"sentences": sentences, "notes": notes},
        units=units,
        runs=(a.run, b.run),
    )


def _identity(a: StoredRun, b: StoredRun, named: Study | None) -> dict[str, Any]:
    return {
        "question": "compare",
        "digest": digest([a.run["study"], b.run["study"]]),
        "runs": [a.run["id"], b.run["id"]],
        "names": named.digest() if named else None,
    }


def _studies(
    a: StoredRun, b: StoredRun, known: list[Study], notes: list[str]
) -> tuple[Study, Study] | None:
    """The studies of both runs; None and a note where one is not known."""
    found = []
    for name, run in (("A", a), ("B", b)):
        try:
            found.append(study_of(run, known))
        except UsageError as error:
            notes.append(f"No shares of inputs for run {name}: {error}.")
    return (found[0], found[1]) if len(found) == 2 else None


def _end(run: StoredRun, study: Study) -> End:
    rationing = run.run["options"].get("rationing")
    return End.of(study, scenario_of(run), protocol_of(run), rationing)


def _inputs_of(why: Attributed | None) -> list[dict[str, Any]]:
    """The inputs in which the runs differ, with the cells that each is."""
    return [
        {
            "input": player.name,
            "from": player.before,
            "to": player.after,
            "cells": "; ".join(f"{d.table} {d.row} {d.column}".strip() for d in player.differences),
            "who": ", ".join(dict.fromkeys(d.who for d in player.differences if d.who)),
            "why": "; ".join(dict.fromkeys(d.why for d in player.differences if d.why)),
        }
        for player in (why.inputs if why else ())
    ]


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS[name]))


def _figures(
    question: str,
    runs: tuple[StoredRun, StoredRun],
    asked: list[dict[str, Any]],
    worded: list[dict[str, Any]],
    headline: list[dict[str, Any]],
    tables: Joined,
) -> dict[str, Any]:
    a, b = (one.run for one in runs)
    return {
        "compared": question,
        "run_a": a["id"][:SHORT],
        "run_b": b["id"][:SHORT],
        "same_inputs": a["id"] == b["id"],
        "asked_differently": len(asked),
        "articles_changed": len(worded),
        "figures_changed": len(headline),
        "cells_changed": len(tables.changes) + len(tables.texts),
        "rows_in_one_only": len(tables.rows),
        "tables_not_compared": [
            row["table"] for row in tables.tables if row["status"] not in ("same", "changed")
        ],
    }


def _one_question(a: StoredRun, b: StoredRun, *named: str | Path | StoredRun) -> str:
    one, other = str(a.run["question"]), str(b.run["question"])
    run_a, run_b = (
        f"run {run.short_id}" if isinstance(name, StoredRun) else name
        for name, run in zip(named, (a, b), strict=True)
    )
    if one != other:
        raise UsageError(
            f'{run_a} answers "{one}" and {run_b} answers "{other}"; only two answers to the same '
            "question can be compared"
        )
    return one


def _one_unit_each(a: StoredRun, b: StoredRun) -> dict[str, str]:
    """Return the units of both runs; figures in different units have no difference."""
    one, other = a.summary.get("units", {}), b.summary.get("units", {})
    differing = [name for name in one if name in other and one[name] != other[name]]
    if differing:
        told = ", ".join(f"{name} ({one[name]}, {other[name]})" for name in differing)
        raise UsageError(f"the runs count in different units and cannot be compared: {told}")
    return {**one, **other}


def _names(study: Study | None) -> dict[str, str]:
    if study is None:
        return {}
    named: dict[str, str] = {}
    for table in ("commodities", "places"):
        named |= {str(key): str(name) for key, name in study.lookup(table, "name").items()}
    return named


def _asked(a: StoredRun, b: StoredRun) -> list[dict[str, Any]]:
    """Return every input in which the runs differ, lists and tables leaf by leaf."""
    one, other = _leaves(_inputs(a)), _leaves(_inputs(b))
    return [
        {"what": key, "run_a": _text(one.get(key)), "run_b": _text(other.get(key))}
        for key in {**one, **other}
        if one.get(key) != other.get(key) or (key in one) != (key in other)
    ]


def _inputs(run: StoredRun) -> dict[str, Any]:
    """What a run was asked; options stand beside the rest, as users know no such word."""
    inputs = {key: value for key, value in run.run.items() if key not in ("id", "short_id")}
    options = inputs.pop("options", {})
    return {**inputs, **options}


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Return what is inside a value by dotted path; an empty list or table is a leaf."""
    if isinstance(value, Mapping) and value:
        parts = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list) and value and not all(isinstance(v, str) for v in value):
        parts = [(str(place), item) for place, item in enumerate(value, start=1)]
    else:
        return {path: value}
    found: dict[str, Any] = {}
    for key, item in parts:
        found |= _leaves(item, f"{path}.{key}" if path else key)
    return found


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


def _articles(a: StoredRun, b: StoredRun, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the articles that are worded differently; blank where a run has no protocol."""
    protocols = (protocol_of(run) for run in (a, b))
    worded = [
        {article.number: article for article in articles(protocol, names)} if protocol else {}
        for protocol in protocols
    ]
    one, other = worded
    titles = {number: article.title for number, article in {**one, **other}.items()}
    rows = []
    for number, title in sorted(titles.items()):
        texts = [side[number].text if number in side else "" for side in (one, other)]
        if texts[0] != texts[1]:
            rows.append({"article": number, "title": title, "run_a": texts[0], "run_b": texts[1]})
    return rows


def _headline(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of both summaries that differ, the largest relative change first."""
    single = all(len(summary.get("responses") or {}) == 1 for summary in (a, b))
    one, other = _numbers(a, single=single), _numbers(b, single=single)
    rows: list[dict[str, Any]] = []
    for name in {**one, **other}:
        before, after = one.get(name), other.get(name)
        if before != after:
            rows.append({"figure": name, "run_a": before, "run_b": after} | _change(before, after))
    # A figure that only one run has, or that was 0, has no relative change: it comes first.
    rows.sort(key=lambda row: (row["relative"] is not None, -abs(row["relative"] or 0.0)))
    return rows


def _change(before: float | None, after: float | None) -> dict[str, float | None]:
    if before is None or after is None:
        return {"change": None, "relative": None}
    return {
        "change": after - before,
        "relative": (after - before) / abs(before) if before else None,
    }


def _numbers(summary: Mapping[str, Any], *, single: bool) -> dict[str, float]:
    """Return the figures of a summary by dotted path.

    Where each run has a single response (`single`), its figures stand at the top of the summary,
    and those under its name are left out; else the other way round.
    """
    responses = summary.get("responses") or {}
    twice = {"responses"} if single else {key for part in responses.values() for key in part}
    left_out = {*_NO_FIGURES, *twice}
    kept = {key: value for key, value in summary.items() if key not in left_out}
    found: dict[str, float] = {}
    for path, value in _leaves(kept).items():
        inside = path.split(".")
        if any(part in _NO_FIGURES for part in inside):
            continue
        if isinstance(value, int | float) and not isinstance(value, bool):
            found[path] = float(value)
    return found
