"""What was claimed, what would show each pledge delivered, and what is known today.

Read from the facts: claims (claims.csv), flows and counts (fdi.csv), trade (trade_hs.csv), ties of
states (partnerships.csv), rates (rates.csv).  Our judgement is kept apart, in files of its own:
track_indicators.csv, track_milestones.csv, track_evidence.csv (each row points to the fact that it
rests on) and track_deliveries.csv.

Rules, as the facts leave them open:

- The day on which a figure of a series was published is not known for most: the last day of its
  period stands for it, so that no day before is shown what it could not know.
- A series that serves several indicators is written once for each.
- A target is as sure as its pledge where the pledge states it; else it is our reading.
- What is computed here of two figures is an estimate, and recalled if one of them is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.build_india_japan import track_series
from tools.build_india_japan.tables import FactError, Row, by_key, number, read
from tools.build_india_japan.track_sources import article_of, cited, sureness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.build_india_japan.sources import Sources

Table = tuple[tuple[str, ...], list[Row]]

END = ("source", "confidence", "note")
CLAIMS = (
    "id", "source", "subject", "predicate", "value", "quantity", "counted_in", "period", "begins",
    "ends", "quote", "kind", "event", "confidence", "note",
)  # fmt: skip
INDICATORS = (
    "id", "pledge", "what", "measure", "counted_in", "baseline", "baseline_date", "target",
    "begins", "deadline", "frequency", "instruments", *END,
)  # fmt: skip
MILESTONES = ("id", "pledge", "what", "due", "stage", *END)
EVIDENCE = (
    "id", "indicator", "milestone", "date", "begins", "ends", "value", "low", "high",
    "counted_in", "instrument", "reviewed_by", "supersedes", *END,
)  # fmt: skip
DELIVERIES = ("pledge", "table", "name", "column", "before", "after", "planned", "why", *END)
RATES = ("currency", "year", "per_usd", *END)

#: Meeting that an article speaks of; all but one speak of the summit of July 2026.
EVENTS = {"001": "g20-2025-11"}
SUMMIT = "summit-2026-07"
#: What a bare "count" counts, by predicate.
COUNTED = {"count and topics": "MoUs"}
#: Periods that are more than a date: first and last day.
PERIODS = {
    "Thursday (= 2026-07-02, from A4-01)": ("2026-07-02", "2026-07-02"),
    "2026-07 (no horizon given)": ("2026-07", ""),
    "2025-11-23 (date not in the article; from outside)": ("2025-11-23", "2025-11-23"),
    "fiscal year": ("2025-04", "2026-03"),
    "fiscal year (unnamed)": ("2025-04", "2026-03"),
    "the fiscal year (unnamed; FY2025-26 by outside sources)": ("2025-04", "2026-03"),
    "next decade": ("2026-07", "2036-07"),
    "next 10 years (2026-2036 as written)": ("2026-07", "2036-07"),
    "2022-": ("2022", ""),
    "historical": ("", ""),
    "recent (undated)": ("", ""),
    "": ("", ""),
}
_INFERRED = "the fiscal year is inferred: 2025-26 by outside sources"
#: Tables that a row of evidence can rest on, and the column that names a row.
FACTS = {
    "ai_compute": "name", "cbg_projects": "name", "external_commitments": "id", "fdi": "name",
    "hydrogen": "name", "minerals_projects": "name", "north_east": "name",
}  # fmt: skip
_OWN = "own reading of what would show a statement delivered"


def tables(pledges: Iterable[Row], sources: Sources) -> dict[str, Table]:
    """The six tables.

    Parameters
    ----------
    pledges
        Rows of pledges.csv, whose sources the targets share.

    Raises
    ------
    FactError
        A pledge has no indicator, or a row names something that is not there.
    """
    stated = by_key(pledges, "id")
    indicators = _indicators(stated, sources)
    milestones = _milestones(sources)
    wanted = {row["pledge"] for row in indicators}
    if wanted != set(stated):
        raise FactError(f"track_indicators.csv and the statements differ in {wanted ^ set(stated)}")
    if strange := {row["pledge"] for row in milestones} - set(stated):
        raise FactError(f"track_milestones.csv names statements that are not there: {strange}")
    return {
        "claims": (CLAIMS, _claims(sources)),
        "indicators": (INDICATORS, indicators),
        "milestones": (MILESTONES, milestones),
        "evidence": (EVIDENCE, _evidence(sources)),
        "deliveries": (DELIVERIES, _deliveries(sources)),
        "rates": (RATES, _rates(sources)),
    }


def _claims(sources: Sources) -> list[Row]:
    rows = []
    for fact in read("claims"):
        article = fact["article"][:3]
        derived = fact["quote"] == "(derived)"
        begins, ends = PERIODS.get(fact["date_or_period"]) or (fact["date_or_period"],) * 2
        quantity = _figure(fact["value"])
        notes = [fact["check_note"]]
        if "fiscal" in fact["date_or_period"]:
            notes.append(_INFERRED)
        rows.append({
            "id": fact["claim_id"], "source": article_of(article, sources),
            "subject": fact["subject"], "predicate": fact["predicate"], "value": fact["value"],
            "quantity": quantity,
            "counted_in": COUNTED.get(fact["predicate"], fact["unit"]) if quantity else "",
            "period": fact["date_or_period"], "begins": begins, "ends": ends,
            "quote": "" if derived else fact["quote"],
            "kind": "derived" if derived else "stated", "event": EVENTS.get(article, SUMMIT),
            "confidence": "estimate" if derived else "looked-up",
            "note": "; ".join(filter(None, notes)),
        })  # fmt: skip
    return rows


def _figure(value: str) -> str:
    """The number that a value is, or with which one in words begins ("5 (AI; defence)")."""
    first = value.partition(" (")[0]
    return first if first.isdecimal() else ""


def _indicators(stated: dict[str, Row], sources: Sources) -> list[Row]:
    own = sources.own("own-indicators", _OWN)
    rows = []
    for fact in read("track_indicators"):
        pledge = stated.get(fact["pledge"])
        if pledge is None:
            raise FactError(f"track_indicators.csv: no statement {fact['pledge']}")
        of_pledge = fact["basis"] == "stated"
        rows.append(
            {name: fact.get(name, "") for name in INDICATORS}
            | {"source": pledge["source"] if of_pledge else own,
               "confidence": pledge["confidence"] if of_pledge else "assumption"}
        )  # fmt: skip
    return rows


def _milestones(sources: Sources) -> list[Row]:
    own = sources.own("own-indicators", _OWN)
    rows = []
    for fact in read("track_milestones"):
        found = _fact(fact["fact"]) if fact["fact"] else None
        rows.append(
            {name: fact.get(name, "") for name in MILESTONES}
            | {"source": cited(found, sources) if found else own,
               "confidence": sureness(found) if found else "assumption"}
        )  # fmt: skip
    return rows


def _evidence(sources: Sources) -> list[Row]:
    rows = [*track_series.rows(sources), *_single(sources)]
    seen: dict[str, int] = {}
    for row in rows:
        of = row.get("indicator") or row["milestone"]
        seen[of] = seen.get(of, 0) + 1
        row["id"] = f"{of}-e{seen[of]}"
    return rows


def _single(sources: Sources) -> list[Row]:
    """What is no part of a series: steps that were shown, plants that opened."""
    rows = []
    for fact in read("track_evidence"):
        found = _fact(fact["fact"])
        rows.append(
            {name: fact.get(name, "") for name in EVIDENCE}
            | {"source": cited(found, sources), "confidence": sureness(found)}
        )
    return rows


def _fact(pointer: str) -> Row:
    """The row of the facts that "table:name" points to; names that recur mean the first."""
    table, _, name = pointer.partition(":")
    if table in FACTS:
        for row in read(table):
            if row[FACTS[table]] == name:
                return row
    raise FactError(f"no row {pointer!r} in the facts")


def _deliveries(sources: Sources) -> list[Row]:
    own = sources.own("own-deliveries", "own reading of what a pledge changes in the network")
    return [
        {name: fact.get(name, "") for name in DELIVERIES}
        | {"source": own, "confidence": "assumption"}
        for fact in read("track_deliveries")
    ]


def _rates(sources: Sources) -> list[Row]:
    rows = []
    for fact in read("rates"):
        if number(fact, "per_usd") <= 0:
            raise FactError(f"a rate is above 0: {fact}")
        rows.append(
            {name: fact.get(name, "") for name in RATES}
            | {"source": cited(fact, sources), "confidence": sureness(fact)}
        )
    return rows
