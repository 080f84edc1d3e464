"""Checks of what tracks pledges: claims, indicators, milestones, evidence, deliveries and rates."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from seawall.study.cells import format_number
from seawall.study.checks.context import Context, Row, check, nearest
from seawall.study.keys import row_key
from seawall.study.records import TABLES
from seawall.study.track_records import VARIANTS
from seawall.units import all_units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem

#: Words of a source that are repeated, at most: enough to find the place, and no more.
WORDS = 20
#: Figures of each table, and the first and last day of its spans of time.
_FIGURES = {"claims": ("quantity",), "indicators": ("baseline", "target"), "evidence": ("value",)}
_SPANS = (
    ("claims", "begins", "ends"),
    ("indicators", "begins", "deadline"),
    ("indicators", "baseline_date", "deadline"),
    ("evidence", "begins", "ends"),
)
_CURRENCY = re.compile(r"[A-Z]{3}")
_DOLLAR = "USD"
_ROUNDING = 1e-9  # of a figure
_DIGEST = re.compile(r"[0-9a-f]{64}")


def first_day(text: str) -> date:
    """The first day that "2026", "2026-03" or "2026-03-04" can mean."""
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    return date(year, month, day)


def last_day(text: str) -> date:
    """The last day that such a date can mean."""
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else monthrange(year, month)[1])


@check("milestones")
def figures_of_pledges_count_something(context: Context) -> Iterator[Problem]:
    """A figure counts something; a claim without one counts nothing."""
    for table, figures in _FIGURES.items():
        for row in context.rows(table):
            known = any(not math.isnan(row[name]) for name in figures)
            told = bool(row["counted_in"])
            step = row.get("milestone") or row.get("measure") == "steps"
            if known and not told and not step:
                yield context.problem(
                    table, row, "counted_in", "a figure and what it counts belong together",
                    "write the unit, the currency or what is counted",
                )  # fmt: skip
            elif told and not known and table == "claims":
                yield context.problem(
                    table, row, "counted_in", "nothing is counted without a figure",
                    "write the figure too, or neither",
                )  # fmt: skip


@check("rates")
def currencies_have_a_rate(context: Context) -> Iterator[Problem]:
    """Three capitals are a currency, and are compared with others by a rate."""
    known = {_DOLLAR, *(row["currency"] for row in context.rows("rates"))}
    for table in _FIGURES:
        for row in context.rows(table):
            name = row["counted_in"]
            if _CURRENCY.fullmatch(name) and name not in known and name not in all_units():
                fix = nearest(name, known, "rates.csv")
                yield context.problem(table, row, "counted_in", "a currency without a rate", fix)


@check()
def spans_of_pledges_end_after_they_begin(context: Context) -> Iterator[Problem]:
    """Periods, and the time of a pledge, do not end before they begin."""
    for table, start, end in _SPANS:
        for row in context.rows(table):
            if row[start] and row[end] and last_day(row[end]) < first_day(row[start]):
                rule = f"{end} lies before {start}, {row[start]}"
                yield context.problem(table, row, end, rule, "write the later day")


@check()
def quotes_are_short(context: Context) -> Iterator[Problem]:
    """What is stated is quoted, in few words; what is derived stands in no source."""
    for row in context.rows("claims"):
        words = len(row["quote"].split())
        if words > WORDS:
            rule = f"{words} words: a quote has {WORDS} at most"
            yield context.problem("claims", row, "quote", rule, "keep those that say it")
        elif row["kind"] == "stated" and not words:
            rule = "what is stated is quoted"
            fix = 'write the exact words, or "derived" as its kind'
            yield context.problem("claims", row, "quote", rule, fix)
        elif row["kind"] == "derived" and words:
            rule = "what is derived stands in no source in so many words"
            yield context.problem("claims", row, "quote", rule, "leave it blank")


@check()
def digests_of_texts_are_digests(context: Context) -> Iterator[Problem]:
    """By its digest the text of a source is known again."""
    for row in context.rows("sources"):
        if row["sha256"] and not _DIGEST.fullmatch(row["sha256"]):
            fix = "write its 64 hex digits in lower case, or leave it blank"
            yield context.problem("sources", row, "sha256", "no SHA-256", fix)


@check("milestones")
def steps_have_milestones(context: Context) -> Iterator[Problem]:
    """An indicator that counts steps has some to count."""
    stepped = {row["pledge"] for row in context.rows("milestones")}
    for row in context.rows("indicators"):
        if row["measure"] == "steps" and row["pledge"] not in stepped:
            rule = "its pledge has no milestones"
            yield context.problem("indicators", row, "measure", rule, "add some to milestones.csv")


@check()
def evidence_shows_one_thing(context: Context) -> Iterator[Problem]:
    """Evidence measures an indicator or shows a milestone, and a figure lies within its range."""
    for row in context.rows("evidence"):
        if bool(row["indicator"]) == bool(row["milestone"]):
            rule = "evidence speaks of an indicator or of a milestone"
            yield context.problem("evidence", row, "indicator", rule, "name one of the two")
        if row["indicator"] and math.isnan(row["value"]):
            rule = "what measures an indicator has a figure"
            yield context.problem("evidence", row, "value", rule, "write it, or leave the row out")
        low, value, high = (row[name] for name in ("low", "value", "high"))
        if low > value or high < value or low > high:
            rule = "the figure lies outside of its range"
            yield context.problem("evidence", row, "value", rule, "low <= value <= high")


@check("evidence")
def evidence_supersedes_its_like(context: Context) -> Iterator[Problem]:
    """What replaces a row speaks of the same thing, and replacing comes to an end."""
    rows = {row["id"]: row for row in context.rows("evidence")}
    for row in context.rows("evidence"):
        old = rows.get(row["supersedes"])
        if old is None:
            continue
        if any(old[name] != row[name] for name in ("indicator", "milestone")):
            rule = "what it supersedes speaks of something else"
            fix = "name evidence of the same indicator or milestone"
            yield context.problem("evidence", row, "supersedes", rule, fix)
        chain = _chain(row, rows)
        if chain[-1] == row["id"]:
            rule = f"it supersedes itself: {' > '.join(chain)}"
            yield context.problem("evidence", row, "supersedes", rule, "name the older only")


def _chain(row: Row, rows: dict[str, Row]) -> list[str]:
    """Ids from a row over what it supersedes, up to one that recurs or has none."""
    seen = [str(row["id"])]
    ahead = row["supersedes"]
    while ahead in rows:
        seen.append(str(ahead))
        if ahead in seen[:-1]:
            break
        ahead = rows[ahead]["supersedes"]
    return seen


@check("facilities", "lanes", "stocks", "demands")
def deliveries_change_what_is_there(context: Context) -> Iterator[Problem]:
    """What a pledge changes is a figure of the study, as it stands before."""
    variants = set(context.settings.variant_names())
    for row in context.rows("deliveries"):
        if not row["table"]:
            continue  # told already: no such table
        if row["table"] == VARIANTS:
            yield from _of_variant(context, row, variants)
        else:
            yield from _of_row(context, row)


def _of_variant(context: Context, row: Row, variants: set[str]) -> Iterator[Problem]:
    if row["name"] and row["name"] not in variants:
        fix = nearest(row["name"], variants, "[variants] of study.toml")
        yield context.problem("deliveries", row, "name", "unknown variant", fix)
    for name in ("column", "before", "after"):
        if row[name] and not (isinstance(row[name], float) and math.isnan(row[name])):
            rule = "a variant is chosen as a whole"
            yield context.problem("deliveries", row, name, rule, "leave it blank")


def _of_row(context: Context, row: Row) -> Iterator[Problem]:
    table = row["table"]
    keyed = [(row_key(table, each), each) for each in context.rows(table)]
    targets = [each for key, each in keyed if key == row["name"]]
    if not targets:
        if row["name"]:
            fix = nearest(row["name"], {key for key, _ in keyed}, f"{table}.csv")
            yield context.problem("deliveries", row, "name", f"no such row of {table}.csv", fix)
        return
    numbers = {column.name for column in TABLES[table].columns if column.kind == "number"}
    if row["column"] not in numbers:
        fix = nearest(row["column"], numbers, f"a column of {table}.csv")
        rule = f"no figure of {table}.csv"
        yield context.problem("deliveries", row, "column", rule, fix)
        return
    for name in ("before", "after"):
        if math.isnan(row[name]):
            rule = "a change has a figure before and one after"
            yield context.problem("deliveries", row, name, rule, "write both")
            return


@check("facilities", "lanes", "stocks", "demands", warning=True)
def deliveries_begin_at_the_study(context: Context) -> Iterator[Problem]:
    """The figure before is that of the study; fresher figures may have moved it since."""
    for row in context.rows("deliveries"):
        if row["table"] in ("", VARIANTS) or math.isnan(row["before"]):
            continue
        found = [
            each.get(row["column"])
            for each in context.rows(row["table"])
            if row_key(row["table"], each) == row["name"]
        ]
        numbers = [value for value in found if isinstance(value, float)]
        if numbers and not any(
            math.isclose(row["before"], value, rel_tol=_ROUNDING) for value in numbers
        ):
            rule = f"not the figure of {row['table']}.csv, which is "
            rule += ", ".join(map(format_number, numbers))
            fix = "the pledge still adds what lies between before and after"
            yield context.problem("deliveries", row, "before", rule, fix)
