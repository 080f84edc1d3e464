"""What an entry of the ledger is, and which columns each kind of row has."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.study.columns import EVIDENCE, Table, choice, date, id_column, number, ref, text
from seawall.study.records import SOURCES
from seawall.study.roadmap_records import PLEDGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    Cell = str | float | None
    Row = Mapping[str, Cell]

__all__ = ["KINDS", "NOTHING", "RECORDS", "Entry", "Recorded", "content_of", "digest_of"]

#: Digest before the first entry of a book.
NOTHING = "0" * 64

_CLAIMS = Table(
    "claims",
    "What a source says, one statement a row.",
    (
        id_column("Key of the claim."),
        ref("source", "sources", "The article or page that says it."),
        text("subject", "What it speaks of.", required=True),
        text("predicate", "What it says of the subject.", required=True),
        text("value", "The value as stated."),
        number("quantity", "", "The value as a number; blank if it is none.", least=None),
        text("counted_in", "Unit, currency or counted noun of the quantity."),
        text("period", "The period as stated."),
        date("begins", "First day of the period."),
        date("ends", "Last day of the period."),
        text("quote", "Exact words, 20 or fewer."),
        choice("kind", ("stated", "derived"), "Whether the source says it in so many words."),
        text("event", "The meeting or event that it speaks of."),
        *EVIDENCE[1:],  # its source stands above
    ),
    key=("id",),
)
_INDICATORS = Table(
    "indicators",
    "What would show a pledge delivered: baseline, target and how it is measured.",
    (
        id_column("Key of the indicator."),
        ref("pledge", "pledges", "The pledge."),
        text("what", "What is measured.", required=True),
        choice("measure", ("cumulative", "level", "steps"), "How evidence adds up."),
        text("counted_in", "Unit, currency or counted noun."),
        number("baseline", "", "Value at the start.", least=None),
        date("baseline_date", "When the baseline was measured."),
        number("target", "", "Value to reach.", least=None),
        date("begins", "When counting starts."),
        date("deadline", "By when; blank: none was stated."),
        number("frequency", "", "Months between reports that would be enough."),
        text("instruments", "Instruments that count, with ; between; blank: all."),
        *EVIDENCE,
    ),
    key=("id",),
)
_MILESTONES = Table(
    "milestones",
    "Steps on the way to a pledge.",
    (
        id_column("Key of the milestone."),
        ref("pledge", "pledges", "The pledge."),
        text("what", "What is to be done.", required=True),
        date("due", "By when."),
        choice("stage", ("agreed", "funded", "building", "opened", "running", "closed"), "Stage."),
        *EVIDENCE,
    ),
    key=("id",),
)
_EVIDENCE = Table(
    "evidence",
    "What was measured or seen, with its date and source.",
    (
        id_column("Key of the evidence."),
        ref("indicator", "indicators", "What it measures; blank: a milestone.", required=False),
        ref("milestone", "milestones", "The milestone that it shows.", required=False),
        date("date", "When it was published."),
        date("begins", "First day of the period of a flow."),
        date("ends", "Last day of the period of a flow."),
        number("value", "", "The figure.", least=None),
        number("low", "", "Lower end of its range.", least=None),
        number("high", "", "Upper end of its range.", least=None),
        text("counted_in", "Unit, currency or counted noun."),
        text("instrument", "What sort of flow it is, so that nothing counts twice."),
        text("reviewed_by", "Who reviewed it; blank: nobody."),
        ref("supersedes", "evidence", "The evidence that it replaces.", required=False),
        *EVIDENCE,
    ),
    key=("id",),
)
#: Columns of each kind; every kind has its key in `id`.
RECORDS = {
    table.name: table for table in (SOURCES, _CLAIMS, PLEDGES, _INDICATORS, _MILESTONES, _EVIDENCE)
}
#: Kinds of rows, those that others refer to first.
KINDS = tuple(RECORDS)


@dataclass(frozen=True)
class Entry:
    """A row that somebody wants recorded.

    Attributes
    ----------
    kind
        One of `KINDS`.
    row
        Cells by column: text, number, or None where absent; columns left out are absent.
    who, why
        Who records it, and for what reason; neither may be blank.
    replaces
        Whether it is meant to take the place of the row that has its id.
    """

    kind: str
    row: Row
    who: str
    why: str
    replaces: bool = False

    @property
    def key(self) -> str:
        """The row's id, "" if it has none."""
        return str(self.row.get("id") or "")


@dataclass(frozen=True)
class Recorded:
    """An entry as the ledger holds it: its number, UTC time (ISO 8601) and SHA-256 in hex."""

    seq: int
    at: str
    digest: str
    entry: Entry


def whole(kind: str, row: Row) -> dict[str, Cell]:
    """The row with every column of its kind: text as str, numbers as float, None for absent."""
    cells: dict[str, Cell] = {}
    for column in RECORDS[kind].columns:
        value = row.get(column.name)
        if value is None or value == "" or value != value:
            cells[column.name] = None
        else:
            # + 0.0: a negative zero would be written otherwise than it is read back
            cells[column.name] = float(value) + 0.0 if column.kind == "number" else str(value)
    return cells


def content_of(row: Row) -> str:
    """Canonical JSON of a whole row: keys in order, no spaces, numbers in shortest form."""
    return json.dumps(dict(row), sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(
    previous: str, book: str, seq: int, kind: str, key: str, at: str, who: str, why: str,
    content: str,
) -> str:  # fmt: skip
    """SHA-256 in hex of the digest before and the canonical JSON of the entry.

    `content` is the row's own canonical JSON, so that it is made once.
    """
    text = previous + json.dumps([book, seq, kind, key, at, who, why, content])
    return hashlib.sha256(text.encode()).hexdigest()
