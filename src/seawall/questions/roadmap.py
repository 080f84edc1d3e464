"""Roadmap: every statement of an agreement, the question that speaks to it, and its last answer.

The study says which question speaks to which statement (`links`), or why none does.  Answers are
those of runs that were kept; nothing is computed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from seawall.errors import UnknownName
from seawall.questions.result import Result
from seawall.questions.roadmap_answers import ANSWERS, answerable
from seawall.runs.identity import SHORT, Run
from seawall.study.roadmap_records import NOT_MODELLED

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from seawall.study import Study

COLUMNS = (
    "pledge", "sector", "kind", "what", "deadline", "question", "command", "status", "answer",
    "run", "computed", "why", "source", "confidence",
)  # fmt: skip
#: What can stand in the column `status`.
ANSWERED, OTHER_STATE, NOT_ASKED = "answered", "answered by another state", "not asked yet"
NOT_BUILT, NONE = "not built yet", "not modelled"
STATUSES = (ANSWERED, OTHER_STATE, NOT_ASKED, NOT_BUILT, NONE)


class Answered(Protocol):
    """A run, as far as its answer counts here."""

    @property
    def run(self) -> Mapping[str, Any]:
        """Its ids and inputs."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Its tables by name."""

    @property
    def created(self) -> str:
        """When it was kept; blank for one of this moment."""


class Kept(Protocol):
    """Where runs are kept."""

    def matching(self, question: str, scenario: str | None, study: str) -> Iterable[Answered]:
        """Runs of a question about a study of that name, the newest first."""


@dataclass(frozen=True)
class _Fresh:
    run: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    created: str = ""


class Fresh:
    """Answers of this moment, in the place of kept ones."""

    def __init__(self, results: Iterable[Result]) -> None:
        self.runs = [_Fresh(Run.of(one.identity).document(), one.tables) for one in results]

    def matching(self, question: str, scenario: str | None, study: str) -> Iterable[Answered]:
        """Answers to a question, of whatever study they are."""
        for run in self.runs:
            named = (run.run["scenario"] or {}).get("name")
            if run.run["question"] == question and named == scenario:
                yield run


@dataclass(frozen=True)
class Roadmap(Result):
    """Table `roadmap`: a row a statement and question that speaks to it."""


def roadmap(study: Study, kept: Kept, sector: str | None = None) -> Roadmap:
    """Lay the statements of `study` beside the last answers of `kept`.

    Parameters
    ----------
    sector
        Only statements of this sector.

    Raises
    ------
    UnknownName
        When no statement is of that sector.
    """
    pledges = {row.id: row for row in study.rows("pledges")}
    sectors = dict.fromkeys(row.sector for row in pledges.values())
    if sector is not None and sector not in sectors:
        raise UnknownName("sector of a statement", sector, sectors)
    order = {name: at for at, name in enumerate(sectors)}
    digests = {study.digest(), *(study.variant(n).digest() for n in study.settings.variant_names())}
    rows = [
        _row(study, pledges[link.pledge], link, kept, digests)
        for link in study.rows("links")
        if sector in (None, pledges[link.pledge].sector)
    ]
    rows.sort(key=lambda row: order[row["sector"]])  # stable: the study's order within
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return Roadmap(
        question="roadmap",
        identity={
            "question": "roadmap",
            "study": study.name,
            "digest": study.digest(),
            "sector": sector,
            "runs": sorted(set(table["run"]) - {""}),
        },
        tables={"roadmap": table},
        figures=_figures(table),
        units={},
    )


def command(study: Study, link: Any) -> str:
    """What to type to have a link's question answered."""
    words = ["seawall", link.question, study.name, link.scenario]
    if link.question == "exposure":
        words += ["--place", link.place] if link.place else []
        words += ["--commodity", link.commodity] if link.commodity else []
    return " ".join(word for word in [*words, link.options] if word)


def _row(
    study: Study, pledge: Any, link: Any, kept: Kept, digests: Container[str]
) -> dict[str, Any]:
    said = {"status": NONE, "answer": "", "run": "", "computed": ""}
    asked = link.question != NOT_MODELLED
    if asked:
        said["status"] = NOT_ASKED if answerable(link) else NOT_BUILT
    if answerable(link):
        said |= _last(study, link, kept, digests)
    return {
        "pledge": pledge.id, "sector": pledge.sector, "kind": pledge.kind, "what": pledge.what,
        "deadline": pledge.deadline, "question": link.question if asked else "",
        "command": command(study, link) if answerable(link) else "",
        **said, "why": link.why, "source": pledge.source, "confidence": pledge.confidence,
    }  # fmt: skip


def _last(study: Study, link: Any, kept: Kept, digests: Container[str]) -> dict[str, str]:
    """The newest run that says something of what the link is about; of these states if any."""
    other: dict[str, str] = {}
    for run in kept.matching(link.question, link.scenario or None, study.name):
        answer = ANSWERS[link.question](study, run.tables, link)
        if not answer:
            continue
        found = {"answer": answer, "run": run.run["id"][:SHORT], "computed": run.created}
        if run.run["study"] in digests:
            return {"status": ANSWERED, **found}
        other = other or {"status": OTHER_STATE, **found}
    return other


def _figures(table: pd.DataFrame) -> dict[str, Any]:
    """How many statements have what: each counts by the best of its rows."""
    rank = table["status"].map({name: at for at, name in enumerate(STATUSES)})
    best = rank.groupby(table["pledge"]).min()
    counts = {name: int((best == at).sum()) for at, name in enumerate(STATUSES)}
    return {"statements": len(best), **counts}
