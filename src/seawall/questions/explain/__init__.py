"""Explain: a number of a kept run, down to what it is made of.

Its equation with the numbers in it; the rows of the study behind it, with source and confidence;
what binds, and what more would save; where the supply comes from, before and in the shock; and how
to compute it again.  The figure is computed anew on the way and compared with the kept one.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions.explain import words
from seawall.questions.explain.address import SUMMARY, Figure, every, find
from seawall.questions.explain.behind import inputs_of, inputs_of_study
from seawall.questions.explain.case import Case, case_of, cases, group_of, lack
from seawall.questions.explain.equations import equation_of
from seawall.questions.explain.evidence import COLUMNS as INPUTS
from seawall.questions.explain.evidence import Evidence
from seawall.questions.explain.limits import LIMITS, limits_of
from seawall.questions.explain.parts import (
    PARTS,
    PERIODS,
    Parts,
    loss_of,
    lost_by_country,
    measured,
    parts_of,
    parts_of_summary,
)
from seawall.questions.explain.shares import told
from seawall.questions.explain.supply import SUPPLY, supply_rows
from seawall.questions.result import Result
from seawall.questions.stored import files_of, stored_run, study_of
from seawall.runs.identity import code_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from seawall.runs.store import StoredRun
    from seawall.study import Study

__all__ = ["Explanation", "Figure", "explain", "explainable", "find"]

#: Columns of the tables of an explanation.
COLUMNS: dict[str, tuple[str, ...]] = {
    "figure": (
        "address", "value", "unit", "low", "middle", "high", "grade", "again", "result", "agrees",
    ),
    "equation": ("symbols", "words", "numbers", "function", "docs"),
    "parts": PARTS,
    "periods": PERIODS,
    "inputs": INPUTS,
    "limits": LIMITS,
    "supply": SUPPLY,
    "sentences": ("sentence",),
    "run": ("what", "value"),
}  # fmt: skip
#: A figure computed again agrees with the kept one within this part of it.
AGREES = 1e-6
_MOST_LISTED = 6


@dataclass(frozen=True)
class Explanation(Result):
    """One number of a run: tables `figure`, `equation`, `parts`, `periods`, `inputs`, `limits`,
    `supply`, `sentences`, `run`; `number` is the number that was explained."""

    study: Study | None = field(default=None)
    number: Figure | None = field(default=None)


@dataclass
class _Found:
    """What is known of a figure, before it is put into tables."""

    parts: Parts
    evidence: Evidence
    sentences: list[str]
    again: float | None = None
    limits: list[dict[str, Any]] = field(default_factory=list)
    supply: list[dict[str, Any]] = field(default_factory=list)


def explain(
    run: str | Path | StoredRun,
    number: str | Sequence[str],
    studies: Iterable[Study] = (),
    *,
    tried: int | None = None,
) -> Explanation:
    """Explain a number of a kept run.

    Parameters
    ----------
    run
        Id, digits of it, "last", a folder, or the run itself.
    number
        `TABLE/KEY/.../COLUMN`, or words such as "IND unserved frozen".
    studies
        Where the run's study may be, if it is not kept; only one with the run's content counts.
    tried
        How many limits are computed again with more of them; None: 2 to 5 by response, 0: none.

    Raises
    ------
    UnknownName, UsageError
        There is no such run or number, several are meant, or the run's study is not known.
    IntegrityError
        The run is not what it was when it was written.
    """
    stored = stored_run(run)
    chosen = study_of(stored, studies)
    figure = find(stored, number, chosen.lookup("commodities", "unit"))
    names = _names(chosen)
    if stored.run["question"] == "exposure":
        found = _of_exposure(stored, chosen, figure, names)
    elif figure.table == SUMMARY or figure.column == "study_loss":
        found = _of_study(stored, chosen, figure, names)
    else:
        found = _of_place(stored, chosen, figure, names, tried)
    return _explanation(stored, chosen, figure, found)


def _names(study: Study) -> dict[str, str]:
    named: dict[str, str] = {}
    for table in ("facilities", "commodities", "passages", "places"):
        named |= {str(key): str(name) for key, name in study.lookup(table, "name").items()}
    lanes = study.table("lanes")
    for lane, *ends in zip(lanes["id"], lanes["origin"], lanes["destination"], strict=True):
        named[lane] = " to ".join(named[end] for end in ends)
    return named


def _of_place(
    stored: StoredRun, study: Study, figure: Figure, names: Mapping[str, str], tried: int | None
) -> _Found:
    case, amounts = case_of(stored, study, figure), study.lookup("commodities", "unit")
    group = group_of(case, figure)
    short = lack(case, group)
    tornado = _about(stored, "tornado", figure)
    if tornado is None:  # drawn for what goes unserved, which the other figures follow
        tornado = _about(stored, "tornado", replace(figure, column="unserved"))
    evidence = inputs_of(case, group, figure.column, tornado)
    periods = _weeks(case, short.short)
    supply = supply_rows(case, group, periods, names)
    limits = limits_of(case, group, figure.column, names, tried=tried)
    row = measured(case, group)
    sentences = [words.of_place(figure, case, names), words.shortage(case, short)]
    if figure.table == "indicators":
        sentences.append(_outbid(stored, figure, names))
    sentences += words.path(
        _frame("supply", supply), case, periods.tolist(), amounts[group.commodity]
    )
    sentences += [words.limit(one) for one in limits if one["gain"] is not None or one["share"]]
    parts = parts_of(case, group, figure.column, figure.unit)
    if figure.column in ("missing", "priced_out"):
        again = _split(parts, stored, figure, names)
    elif figure.column == "time_to_survive_days" and case.response != "frozen":
        again = None
    else:
        again = row[figure.column]
    return _Found(parts, evidence, sentences, again, limits, supply)


def _weeks(case: Case, short: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Periods of which the path of supply is told: those in which the place is short, else those of
    the shock."""
    if len(short):
        return np.arange(int(short[0]), int(short[-1]) + 1)
    if case.scenario is None:
        return np.arange(1)
    first = min(shock.start_day for shock in case.scenario.shock)
    last = (case.scenario.length_days() - first) / case.period
    return np.arange(int(np.clip(np.ceil(last), 1, case.run.periods)))


def _outbid(stored: StoredRun, figure: Figure, names: Mapping[str, str]) -> str:
    buyers = _about(stored, "buyers", figure)
    most = [] if buyers is None or figure["tier"] != "all" else buyers.to_dict("records")[:3]
    return words.outbid(
        _row_of(stored, figure), [names.get(row["buyer"], row["buyer"]) for row in most]
    )


def _row_of(stored: StoredRun, figure: Figure) -> dict[str, Any]:
    """The row of `indicators` in which a figure stands."""
    frame = stored.tables["indicators"]
    for key, value in figure.keys.items():
        frame = frame[frame[key].astype(str) == value]
    return {str(key): value for key, value in frame.iloc[0].items()}


def _split(
    parts: Parts, stored: StoredRun, figure: Figure, names: Mapping[str, str]
) -> float | None:
    """Missing and priced out: from the run's own tables, which hold what runs of their own said."""
    row = _row_of(stored, figure)
    other = "missing" if figure.column == "priced_out" else "priced_out"
    parts.rows.clear()
    parts.add("not served", float(row["unserved"]), figure.unit, "+")
    parts.add(other.replace("_", " "), float(row[other]), figure.unit, "-")
    buyers = _about(stored, "buyers", figure)
    for buyer in (
        buyers.to_dict("records") if buyers is not None and figure["tier"] == "all" else ()
    ):
        name = names.get(buyer["buyer"], buyer["buyer"])
        parts.add(f"bought by {name}", float(buyer["quantity"]), figure.unit)
    parts.result = float(row["unserved"]) - float(row[other])
    parts.formula = f"{row['unserved']:.5g} - {row[other]:.5g}"
    return None


def _about(stored: StoredRun, table: str, figure: Figure) -> pd.DataFrame | None:
    """Rows of another table of the run that speak of a figure; None if there are none."""
    frame = stored.tables.get(table)
    if frame is None or frame.empty:
        return None
    wanted = {**figure.keys, "figure": figure.column}
    for key in ("scenario", "response", "place", "commodity", "tier", "figure"):
        if key in frame and key in wanted:
            frame = frame[frame[key].fillna("").astype(str) == wanted[key]]
    return None if frame.empty else frame


def _of_study(stored: StoredRun, study: Study, figure: Figure, names: Mapping[str, str]) -> _Found:
    if figure.table == SUMMARY:
        asked = cases(stored, study, figure["response"])
        if "chain" in figure.keys:
            asked = [case for case in asked if figure["chain"] in case.study.chains]
    else:
        asked = [case_of(stored, study, figure)]
    column = "loss" if figure.column == "study_loss" else figure.column
    parts = parts_of_summary(asked, column, figure.unit)
    lost = [pair for case in asked for pair in lost_by_country(case)]
    evidence = inputs_of_study(asked, lost)
    title = asked[0].scenario.title if asked[0].scenario else "the undisturbed base"
    value = words.said(figure.value, figure.unit)
    sentences = [
        f"{words.STUDY[figure.column]} under {figure['response']} is {value}: {title}.",
    ]
    if column == "loss":
        shortfall = sum(amount for _, amount in lost)
        sentences += words.loss(parts.rows, figure.unit)
        most = [(names.get(n, n), x) for n, x in sorted(lost, key=lambda p: -p[1])[:4] if x > 0]
        if most and shortfall > 0:
            told_ = ", ".join(f"{name} {x / shortfall:.0%}" for name, x in most)
            sentences.append(f"Of what goes unserved most is lost in {told_}.")
    sentences += words.worth_more(_worth(stored, figure, names), figure.unit)
    again = parts.result if column != "loss" else sum(loss_of(case) for case in asked)
    return _Found(parts, evidence, sentences, again)


def _worth(
    stored: StoredRun, figure: Figure, names: Mapping[str, str]
) -> list[tuple[str, str, float]]:
    """What a unit a year more of plants and lanes is worth to the study: name, kind, millions."""
    table = stored.tables.get("marginals")
    if table is None or not figure["response"]:
        return []
    # A price is that of the first unit: of a tank it says little about a whole one.
    rows = table[(table["response"] == figure["response"]) & (table["kind"] != "stock")]
    rows = rows.sort_values("value", ascending=False)
    return [
        (names.get(row["id"], row["id"]), row["kind"], float(row["value"]))
        for row in rows.head(_MOST_LISTED // 2).to_dict("records")
    ]


def _of_exposure(
    stored: StoredRun, study: Study, figure: Figure, names: Mapping[str, str]
) -> _Found:
    found = told(stored, study, figure, names)
    place = names.get(figure["place"], figure["place"])
    good = words.good_of(names.get(figure["commodity"], figure["commodity"]))
    value = words.said(figure.value, figure.unit)
    if figure.table == "lookthrough":
        origin = names.get(figure["origin"], figure["origin"])
        element = f"the {figure['element']} in " if figure["element"] else ""
        made = words.good_of(names.get(figure["stage_commodity"], figure["stage_commodity"]))
        how = {"extraction": "was extracted as", "recycling": "was recycled as"}.get(
            figure["origin_kind"], "was made as"
        )
        text = f"{value} of {element}{place}'s {good} {how} {made} in {origin}."
    elif figure.table == "direct":
        supplier = names.get(figure["supplier"], figure["supplier"])
        text = f"{place} lands {value} of its {good} from {supplier} ({figure.column})."
    elif figure.table == "passages":
        passage = names.get(figure["passage"], figure["passage"])
        text = f"{value} of {place}'s {good} passes {passage} on some leg of its way."
    else:
        what = figure["index"] or f"{figure['flag']} {figure['what']}"
        text = f"{what} of {good}{f' for {place}' if place else ', world'}: {value}."
    sentences = [text]
    if figure.table in ("lookthrough", "passages") and found.parts.rows:
        most = "; ".join(row["name"] for row in found.parts.rows[:3])
        sentences.append(
            f"By the last step, its part of the supply x the part of that which is meant: {most}."
        )
    return _Found(found.parts, found.evidence, sentences, found.parts.result)


def _explanation(stored: StoredRun, study: Study, figure: Figure, found: _Found) -> Explanation:
    inputs = found.evidence.frame()
    spread = _about(stored, "intervals", figure)
    ends = {
        name: None if spread is None else float(spread.iloc[0][column])
        for name, column in (("low", "p10"), ("middle", "p50"), ("high", "p90"))
    }
    grade = "" if spread is None else str(spread.iloc[0]["grade"] or "")
    agrees = _agrees(figure.value, found.again)
    sentences = [text for text in found.sentences if text]
    sentences += [words.interval(ends["low"], ends["middle"], ends["high"], grade, figure.unit)]
    sentences += [*words.evidence(inputs), _checked(stored, figure, found, agrees=agrees)]
    equation = equation_of(figure.table, figure.column, figure["index"])
    tables: dict[str, Sequence[Mapping[str, Any]]] = {
        "figure": [
            {
                "address": figure.address, "value": figure.value, "unit": figure.unit, **ends,
                "grade": grade, "again": found.again, "result": found.parts.result,
                "agrees": agrees,
            }
        ],
        "equation": [
            {
                "symbols": equation.symbols, "words": equation.words,
                "numbers": found.parts.formula, "function": equation.function,
                "docs": equation.docs,
            }
        ],
        "parts": found.parts.rows,
        "periods": found.parts.periods,
        "limits": found.limits,
        "supply": found.supply,
        "sentences": [{"sentence": text} for text in sentences if text],
        "run": _run(stored, study, figure),
    }  # fmt: skip
    frames = {name: _frame(name, rows) for name, rows in tables.items()} | {"inputs": inputs}
    return Explanation(
        question="explain",
        identity={
            "question": "explain", "digest": stored.run["study"], "of": stored.run["id"],
            "number": figure.address,
        },
        tables={name: frames[name] for name in COLUMNS},
        figures={
            "address": figure.address, "value": figure.value, "unit": figure.unit,
            "run": stored.short_id, "agrees": agrees, "sentences": [t for t in sentences if t],
        },
        units={"value": figure.unit},
        study=study,
        number=figure,
    )  # fmt: skip


def _frame(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS[name]))


def _agrees(kept: float | None, again: float | None) -> bool | None:
    """Whether a figure computed again is the kept one; None where it was not computed again."""
    if kept is None or again is None:
        return None
    return abs(again - kept) <= AGREES * max(abs(kept), 1e-9)


def _checked(stored: StoredRun, figure: Figure, found: _Found, *, agrees: bool | None) -> str:
    """What came of computing the figure again."""
    code = str(stored.run["code"])
    other = "" if code == code_version() else f" (the run was made by version {code})"
    if agrees is None:
        return f"Taken from the kept run; not computed again{other}." if found.again is None else ""
    if agrees:
        return f"Computed again, it is the same number{other}."
    value = words.said(found.again, figure.unit)
    return (
        f"COMPUTED AGAIN IT IS {value}, not {words.said(figure.value, figure.unit)}{other}: what "
        "is said here of weeks, limits and supply is of the new figure."
    )


def _run(stored: StoredRun, study: Study, figure: Figure) -> list[dict[str, str]]:
    run = stored.run
    rows = {
        "run": run["id"],
        "computed": stored.created,
        "folder": str(stored.folder),
        "study": study.name,
        "study digest": run["study"],
        "rows of inputs are in": str(files_of(stored, study) or "no folder here"),
        "overlays": ", ".join(dict.fromkeys(change.file for change in study.overlays)) or "none",
        "variants": ", ".join(f"{k} = {v}" for k, v in study.selected.items()) or "none",
        "code": run["code"],
        "code now": code_version(),
        "solver": run["solver"],
        "seed": "none" if run.get("seed") is None else str(run["seed"]),
        "compute it again": f"seawall verify {stored.short_id}",
        "ask it again": _command(stored, study, figure),
    }
    return [{"what": what, "value": str(value)} for what, value in rows.items()]


def _command(stored: StoredRun, study: Study, figure: Figure) -> str:
    """The command that asks the question of the run, as far as names can say it."""
    run, options = stored.run, stored.run.get("options", {})
    parts = ["seawall", str(run["question"]), shlex.quote(study.name)]
    scenario = run.get("scenario")
    if scenario:
        if scenario["name"] not in study.scenarios():
            return f"seawall verify {stored.short_id}  (its scenario is no file of the study)"
        parts.append(shlex.quote(scenario["name"]))
    if figure["response"]:
        parts += ["--response", figure["response"]]
    if options.get("rationing"):
        parts += ["--rationing", shlex.quote(str(options["rationing"]))]
    for file in dict.fromkeys(change.file for change in study.overlays):
        parts += ["--with", shlex.quote(file)]
    return " ".join(parts)


def explainable(run: str | Path | StoredRun, studies: Iterable[Study] = ()) -> pd.DataFrame:
    """Headline numbers of a run that can be explained: `number`, `value`, `unit`, `command`.

    Raises
    ------
    UnknownName, UsageError, IntegrityError
        As `explain`.
    """
    stored = stored_run(run)
    chosen = study_of(stored, studies)
    amounts = chosen.lookup("commodities", "unit")
    headline = set(chosen.settings.headline)
    found: list[Figure] = []
    question = stored.run["question"]
    if question == "stress":
        for column in ("unserved", "first_shortfall_day"):
            rows = every(stored, "indicators", column, amounts)
            found += [
                f for f in rows
                if f["place"] in headline and f["tier"] == "all" and (f.value or 0.0) > 0
            ]  # fmt: skip
        found += [f for f in every(stored, SUMMARY, "loss", amounts) if "chain" not in f.keys]
    elif question == "exposure":
        rows = [f for f in every(stored, "flags", "share", amounts) if f["place"] in headline]
        found = sorted(rows, key=lambda f: -(f.value or 0.0))[: 2 * _MOST_LISTED]
    elif question == "sweep":
        rows = every(stored, "ranking", "unserved", amounts)
        found = [f for f in rows if (f.value or 0.0) > 0][: 2 * _MOST_LISTED]
    else:
        find(stored, "any")  # says that its numbers cannot be explained
    return pd.DataFrame(
        [
            {
                "number": f.address, "value": f.value, "unit": f.unit,
                "command": f"seawall explain {stored.short_id} {shlex.quote(f.address)}",
            }
            for f in found
        ],
        columns=["number", "value", "unit", "command"],
    )  # fmt: skip
