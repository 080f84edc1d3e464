"""Which number of a run is meant: `TABLE/KEY/.../COLUMN`, or a few words in any order.

`indicators/frozen/IND/gas/all/unserved`, `IND unserved frozen` and `unserved IND` with one response
are the same cell.  Every word must be a table, a column, or a value of one of the columns that name
the rows (`joining.KEYS`); a key that no word speaks of is "all" where there is such a row.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.errors import UnknownName, UsageError
from seawall.questions.joining import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.runs.store import StoredRun

SUMMARY = "summary"
ALL = "all"
#: How an address writes a key that is blank.
BLANK = "-"
#: Columns that can be explained, by table, in the order in which a bare word is looked up.
EXPLAINED: dict[str, dict[str, tuple[str, ...]]] = {
    "stress": {
        SUMMARY: ("loss", "surplus", "cost", "unserved"),
        "indicators": (
            "unserved", "unserved_share", "missing", "priced_out", "value_lost",
            "first_shortfall_day", "time_to_survive_days", "time_to_recover_days", "weeks_short",
            "worst_share", "worst_day", "cover_days", "demand",
        ),
    },
    "sweep": {
        "ranking": (
            "unserved", "unserved_share", "value_lost", "first_shortfall_day",
            "time_to_survive_days", "study_loss",
        ),
    },
    "exposure": {
        "lookthrough": ("share",),
        "direct": ("share", "of_supply", "quantity"),
        "passages": ("share",),
        "indices": ("value",),
        "flags": ("share",),
    },
}  # fmt: skip
#: Figures of a summary that stand once for each response.
FIGURES = ("loss", "surplus", "cost", "unserved")
#: Columns that count in the unit of the commodity.
AMOUNTS = ("demand", "unserved", "missing", "priced_out")
_MOST_CHOICES = 12


@dataclass(frozen=True)
class Figure:
    """One number of a run.

    Attributes
    ----------
    table, column
        Where it stands; table "summary" for figures of the whole study.
    keys
        The columns that name its row, in order, with their values.
    value
        The number; None where the cell is blank.
    unit
        Its unit, "" for a plain number.
    """

    table: str
    keys: Mapping[str, str]
    column: str
    value: float | None
    unit: str

    @property
    def address(self) -> str:
        """The full address: it means this number and no other."""
        named = [
            value or BLANK for key, value in self.keys.items()
            if key != "scenario" and not (key == "sector" and value == ALL)
        ]  # fmt: skip
        return "/".join([self.table, *named, self.column])

    def __getitem__(self, key: str) -> str:
        return self.keys.get(key, "")


def find(
    stored: StoredRun, number: str | Sequence[str], amounts: Mapping[str, str] | None = None
) -> Figure:
    """The number that is meant.

    Parameters
    ----------
    number
        An address, or words, or a list of both.
    amounts
        Unit of each commodity.

    Raises
    ------
    UnknownName
        A word is neither a table nor a column nor a key; with suggestions.
    UsageError
        Nothing of this run can be explained, or several numbers are meant; with their addresses.
    """
    question = str(stored.run["question"])
    known = EXPLAINED.get(question)
    if known is None:
        raise UsageError(
            f'numbers of "{question}" cannot be explained yet; those of {", ".join(EXPLAINED)} can'
        )
    words = _words(number)
    if not words:
        raise UsageError("name a number, such as IND unserved frozen")
    spoken = " ".join(words)
    rows = [
        replace(figure, unit=_unit(stored, figure, amounts or {}))
        for table in known
        for figure in _rows(stored, table, known[table], words)
    ]
    if len(rows) == 1:
        return rows[0]
    if rows:
        raise UsageError(_several(spoken, rows))
    raise _nothing(stored, known, words)


def every(stored: StoredRun, table: str, column: str, amounts: Mapping[str, str]) -> list[Figure]:
    """All numbers of a column of a table, or of a figure of the summary."""
    if table == SUMMARY:
        found = [f for f in _of_summary(stored) if f.column == column]
    else:
        frame = stored.tables.get(table)
        rows = [] if frame is None or column not in frame else frame.to_dict("records")
        found = [_figure(table, row, column) for row in rows]
    return [replace(figure, unit=_unit(stored, figure, amounts)) for figure in found]


def _words(number: str | Sequence[str]) -> list[str]:
    """Parts of addresses between slashes, and words; a part may hold spaces, a word may not."""
    given = [number] if isinstance(number, str) else list(number)
    parts = [part for text in given for part in (text.split("/") if "/" in text else text.split())]
    return [part.strip() for part in parts if part.strip()]


def _same(word: str, value: object) -> bool:
    return word.casefold() == str(value).casefold()


def _rows(
    stored: StoredRun, table: str, columns: tuple[str, ...], words: Sequence[str]
) -> list[Figure]:
    """Numbers of a table that all words fit."""
    words = [word for word in words if not _same(word, table)]
    named = [c for c in columns if any(_same(word, c) for word in words)]
    if len(columns) > 1 and not named:
        return []
    column = named[0] if named else columns[0]
    left = [word for word in words if not _same(word, column)]
    if table == SUMMARY:
        found = [
            f for f in _of_summary(stored)
            if f.column == column and all(any(_same(w, v) for v in f.keys.values()) for w in left)
        ]  # fmt: skip
        # Without a word on a chain the whole study is meant.
        return [f for f in found if "chain" not in f.keys] or found
    frame = stored.tables.get(table)
    if frame is None or column not in frame:
        return []
    frame, spoken = _fitting(frame, [k for k in KEYS[table] if k in frame], left)
    for key in ("tier", "sector"):
        if key in frame and key not in spoken and (frame[key] == ALL).any():
            frame = frame[frame[key] == ALL]
    if "sector" in frame and "sector" not in spoken and "tier" in spoken and len(frame) > 1:
        frame = frame[frame["sector"] == ALL]
    return [_figure(table, row, column) for row in frame.to_dict("records")]


def _fitting(
    frame: pd.DataFrame, keys: list[str], words: Sequence[str]
) -> tuple[pd.DataFrame, set[str]]:
    """Rows that have every word in a key of its own, and the keys that were spoken of."""
    texts = frame[keys].map(lambda value: (_text(value) or BLANK).casefold())
    keep = pd.Series(True, index=frame.index)
    spoken: set[str] = set()
    for word in words:
        at = texts == word.casefold()
        # Place, origin and supplier can be the same country: one word speaks of the first key
        # that no word has spoken of yet.
        first = next((k for k in keys if k not in spoken and (at[k] & keep).any()), None)
        if first is None:
            return frame.iloc[:0], spoken
        spoken.add(first)
        keep &= at[first]
    return frame[keep], spoken


def _of_summary(stored: StoredRun) -> list[Figure]:
    """Figures of the whole study, by response, and of its chains."""
    parts: list[tuple[dict[str, str], Mapping[str, Any]]]
    parts = [({}, stored.summary.get("responses") or {})]
    parts += [({"chain": name}, of) for name, of in (stored.summary.get("chains") or {}).items()]
    return [
        Figure(SUMMARY, {**where, "response": response}, name, figures[name], "")
        for where, responses in parts
        for response, figures in responses.items()
        for name in FIGURES
        if figures.get(name) is not None
    ]


def _figure(table: str, row: Mapping[Any, Any], column: str) -> Figure:
    value = row[column]
    keys = {k: _text(row[k]) for k in KEYS[table] if k in row}
    blank = value is None or value != value
    return Figure(table, keys, column, None if blank else float(value), "")


def _unit(stored: StoredRun, figure: Figure, amounts: Mapping[str, str]) -> str:
    """Unit of a figure; amounts count in that of their commodity."""
    good = amounts.get(figure["commodity"], "")
    if figure.column in AMOUNTS and good:
        return good
    if figure.column == "quantity" and good:
        return f"{good}/yr"
    return str(stored.summary.get("units", {}).get(figure.column, ""))


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)


def command(run: str, figure: Figure) -> str:
    """What explains a figure, ready to paste."""
    return f"seawall explain {run} {shlex.quote(figure.address)}"


def _several(number: str, rows: list[Figure]) -> str:
    rows = sorted(rows, key=lambda f: -abs(f.value or 0.0))
    values = ["" if f.value is None else format(f.value, ".4g") for f in rows]
    shown = [
        f"  {f.address}   {value} {f.unit}".rstrip()
        for f, value in zip(rows[:_MOST_CHOICES], values, strict=False)
    ]
    more = [f"  and {len(rows) - _MOST_CHOICES} more"] if len(rows) > _MOST_CHOICES else []
    return "\n".join([f'"{number}" means {len(rows)} numbers; name one:', *shown, *more])


def _nothing(
    stored: StoredRun, known: Mapping[str, tuple[str, ...]], words: Sequence[str]
) -> UsageError:
    """Why no number fits: a word that nothing is called, or words that do not meet."""
    names: dict[str, None] = {}
    for table, columns in known.items():
        names |= dict.fromkeys([table, *columns])
        frame = stored.tables.get(table)
        if frame is not None:
            for key in KEYS[table]:
                if key in frame:
                    names |= dict.fromkeys(str(v) for v in frame[key].dropna().unique())
    names |= dict.fromkeys(v for f in _of_summary(stored) for v in f.keys.values())
    spelled = {name.casefold() for name in names}
    for word in words:
        if word.casefold() not in spelled:
            return UnknownName("number or part of one", word, names)
    figures = {c.casefold() for of in known.values() for c in of}
    if not any(word.casefold() in figures for word in words):
        told = ", ".join(dict.fromkeys(c for of in known.values() for c in of))
        return UsageError(f'"{" ".join(words)}" names no figure; add one of {told}')
    return UsageError(f'this run has no number that is all of "{" ".join(words)}"')
