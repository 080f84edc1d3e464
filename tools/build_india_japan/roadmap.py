"""pledges.csv and links.csv: the roadmap's statements, and which question speaks to each.

What was stated comes from facts/commitments.csv (press articles) and facts/external_commitments.csv
(further pages).  Which question speaks to it is our judgement: facts/roadmap_links.csv.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import FactError, Row, read
from tools.build_india_japan.track_sources import article_of, site

if TYPE_CHECKING:
    from tools.build_india_japan.sources import Sources

PLEDGES = (
    "id", "date", "sector", "kind", "what", "quantity", "counted_in", "deadline", "parties",
    "indicator", "source", "confidence", "note",
)  # fmt: skip
LINKS = ("pledge", "question", "scenario", "place", "commodity", "options", "why")
#: The study's words for sectors of the fact tables, where they differ by more than a dash.
SECTORS = {"ai": "AI", "industrial": "industrial collaboration"}
#: Statements of a sector that the fact tables do not have: they file these under another.
OTHERS = {"C-37": "small firms", "C-40": "health care", "X-2025-04": "people"}


def tables(sources: Sources) -> dict[str, tuple[tuple[str, ...], list[Row]]]:
    """Both tables.

    Raises
    ------
    FactError
        A statement has no link, or a link no statement.
    """
    pledges = [*_of_articles(sources), *_of_pages(sources)]
    links = read("roadmap_links")
    stated, linked = {row["id"] for row in pledges}, {row["pledge"] for row in links}
    if stated != linked:
        raise FactError(f"roadmap_links.csv and the statements differ in {stated ^ linked}")
    return {"pledges": (PLEDGES, pledges), "links": (LINKS, links)}


def _of_articles(sources: Sources) -> list[Row]:
    """Statements that were read in the press articles."""
    articles = {row["id"]: row for row in read("articles")}
    rows = []
    for fact in read("commitments"):
        first, *others = (name[:3] for name in fact["article"].split(";"))
        source = article_of(first, sources)
        rows.append({
            **_common(fact), "date": articles[first]["date"], "kind": fact["kind"],
            "indicator": fact["indicator"], "source": source, "confidence": "looked-up",
            "note": f"{1 + len(others)} of 5 articles say so" if others else "",
        })  # fmt: skip
    return rows


def _of_pages(sources: Sources) -> list[Row]:
    """Statements of further pages."""
    return [
        {
            **_common(fact), "date": fact["date"], "kind": "", "indicator": "",
            "source": sources.add(fact, f"Page on {site(fact['url'])}"),
            "confidence": confidence(fact), "note": fact["note"],
        }
        for fact in read("external_commitments")
    ]  # fmt: skip


def _common(fact: Row) -> Row:
    return {
        "id": fact["id"],
        "sector": OTHERS.get(fact["id"]) or SECTORS.get(fact["sector"])
        or fact["sector"].replace("_", " "),
        "what": fact["what"], "quantity": fact["quantity"], "counted_in": fact["unit"],
        "deadline": fact["deadline"], "parties": fact["parties"],
    }  # fmt: skip
