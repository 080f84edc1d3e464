"""Sets of claims with the pairs that contradict each other marked, and how well rules find them.

A pair counts once, whatever kinds of contradiction it is found under.  A cluster counts as the
pairs that stand against each other in it: claims of one side are not paired.  A sum that fails
counts as its whole with each of its parts.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
from tools.build_india_japan.track import COUNTED, EVENTS, PERIODS, SUMMIT

from seawall.questions.track.contradictions import found_in

HERE = Path(__file__).parent
FACTS = HERE.parents[2] / "facts" / "claims.csv"
RATES = pd.DataFrame(
    [
        ("JPY", 2024, 151.5), ("JPY", 2025, 149.6), ("JPY", 2026, 155.9), ("KES", 2025, 129.3),
        ("AUD", 2024, 1.515), ("EUR", 2024, 0.924), ("EUR", 2025, 0.89), ("CAD", 2025, 1.40),
    ],
    columns=["currency", "year", "per_usd"],
).astype({"year": float})  # fmt: skip

Pairs = set[tuple[str, str]]


def made(name: str) -> tuple[pd.DataFrame, Pairs]:
    """Claims of a made-up set, and its marked pairs."""
    rows = _rows(HERE / name)
    claims = pd.DataFrame(rows).drop(columns=["conflicts_with", "remark"])
    return _numbered(claims), marked({row["id"]: row["conflicts_with"] for row in rows})


def facts() -> tuple[pd.DataFrame, Pairs]:
    """The facts' claims as the study takes them up, and the pairs that the facts mark."""
    rows = _rows(FACTS)
    claims = []
    for row in rows:
        begins, ends = PERIODS.get(row["date_or_period"]) or (row["date_or_period"],) * 2
        first = row["value"].partition(" (")[0]
        quantity = first if first.isdecimal() else ""
        claims.append({
            "id": row["claim_id"], "source": row["article"], "subject": row["subject"],
            "predicate": row["predicate"], "value": row["value"], "quantity": quantity,
            "counted_in": COUNTED.get(row["predicate"], row["unit"]) if quantity else "",
            "period": row["date_or_period"], "begins": begins, "ends": ends,
            "quote": "" if row["quote"] == "(derived)" else row["quote"],
            "kind": "derived" if row["quote"] == "(derived)" else "stated",
            "event": EVENTS.get(row["article"][:3], SUMMIT),
        })  # fmt: skip
    return _numbered(pd.DataFrame(claims)), marked(
        {row["claim_id"]: row["conflicts_with"] for row in rows}
    )


def marked(against: dict[str, str]) -> Pairs:
    """Pairs from the ids that each claim is marked against."""
    return {
        (min(one, other), max(one, other))
        for one, others in against.items()
        for other in filter(None, others.split(";"))
    }


def pairs(claims: pd.DataFrame) -> Pairs:
    """Pairs that the rules find."""
    rows = found(claims)
    return {tuple(sorted(pair.split("~"))) for cell in rows["pairs"] for pair in cell.split(";")}


def found(claims: pd.DataFrame) -> pd.DataFrame:
    """What the rules find, of sources without date or standing."""
    return found_in(claims, sources(claims), RATES)


def sources(claims: pd.DataFrame) -> pd.DataFrame:
    """The sources that claims name, with nothing known of them."""
    ids = sorted(set(claims["source"]))
    return pd.DataFrame({"id": ids, "publisher": "", "title": "", "date": "", "url": ""})


def score(claims: pd.DataFrame, wanted: Pairs) -> tuple[float, float]:
    """Precision and recall."""
    got = pairs(claims)
    both = len(got & wanted)
    return both / len(got), both / len(wanted)


def _numbered(claims: pd.DataFrame) -> pd.DataFrame:
    return claims.assign(quantity=pd.to_numeric(claims["quantity"], errors="coerce"))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
