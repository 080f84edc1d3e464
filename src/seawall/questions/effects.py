"""What became of the cells that overlays changed: balancing may move a figure away from what was
asked, raise a capacity below its base, or drop a lane; and some changes no run reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from seawall import units
from seawall.errors import InputError
from seawall.questions.prepared import prepare
from seawall.study.cells import format_number
from seawall.study.keys import Keys
from seawall.study.overlay_rows import MAIN
from seawall.study.overlays import UNUSED, only_read_by
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.network import BaseCase
    from seawall.study import Study
    from seawall.study.overlay_file import Change

__all__ = ["EFFECTS", "effects", "sentences"]

EFFECTS = ("table", "row", "column", "before", "asked", "balanced", "who", "unit", "moved", "said")
#: Kinds of figure that balancing moves, by table.
_MOVED = {"facilities": "facility", "lanes": "lane", "demands": "demand"}
_RAISED = ("facilities", "lanes", "passages")
#: Below this share a figure counts as kept: it is told to three digits.
_KEPT = 5e-4
#: From this share on it is worth saying how a figure can be held.
_FAR = 0.05
_DIGITS = 6
_SAID = 4


class _Base(NamedTuple):
    """The bases of the chains in which a row counts, and the study of each."""

    study: Study
    case: BaseCase


def effects(study: Study) -> pd.DataFrame:
    """Return what became of each change of the study's overlays, a row a change.

    Parameters
    ----------
    study
        With overlays, and the variants chosen that are asked about.

    Returns
    -------
    Columns `table, row, column, before, asked, balanced, who`, the three values as text in the unit
    of the row (`unit`); `balanced` is what runs use, "" if they use none. `moved` is the share by
    which balancing changed a figure, 0 where it kept it, NaN where there is none; `said` is the
    same in words.
    """
    known: dict[str, _Base] = {}
    keys = Keys(study.frames)
    # A study of one chain keeps the changes of the whole, and has not all of its rows.
    here = [
        (change, keys.at(change.table, change.row))
        for change in study.overlays
        if keys.has(change.table, change.row)
    ]
    rows = [_effect(study, change, position, known) for change, position in here]
    return pd.DataFrame(rows, columns=list(EFFECTS))


def sentences(study: Study, table: pd.DataFrame) -> list[str]:
    """Return what became of each change in words: "Dahej (facilities dahej) capacity 17.5 -> 20
    Mt/yr (A. Analyst): kept".

    Parameters
    ----------
    table
        As `effects` gives it.
    """
    keys = Keys(study.frames)
    told = []
    for row in table.to_dict("records"):
        kind, key = str(row["table"]), str(row["row"])
        frame = study.frames[kind]
        name = str(frame["name"].iloc[keys.at(kind, key)]) if "name" in frame else ""
        what = f"{name} ({kind} {key})" if name and name != key else f"{kind} {key}"
        unit = f" {row['unit']}" if row["unit"] else ""
        step = f"{row['before'] or '(blank)'} -> {row['asked'] or '(blank)'}{unit}"
        told.append(f"{what} {row['column']} {step} ({row['who']}): {row['said']}")
    return told


def _effect(study: Study, change: Change, position: int, known: dict[str, _Base]) -> dict[str, Any]:
    row = study.frames[change.table].iloc[position]
    column = TABLES[change.table].by_name[change.column]
    unit = str(row[column.unit[1:]]) if column.unit[1:] in row else column.unit
    balanced, moved, said = _outcome(study, change, row, known)
    return {
        "table": change.table,
        "row": change.row,
        "column": change.column,
        "before": change.before,
        "asked": change.value,
        "balanced": balanced,
        "who": change.who,
        "unit": "" if unit.startswith("@") else unit,
        "moved": moved,
        "said": said,
    }


def _outcome(
    study: Study, change: Change, row: Mapping[str, Any] | pd.Series, known: dict[str, _Base]
) -> tuple[str, float, str]:
    """What runs use, by how much that is off what was asked, and the same in words."""
    table, column = change.table, change.column
    variant = row.get("variant", "")
    if variant and variant not in study.selected.values():
        return "", np.nan, f'not used: the row counts only where variant "{variant}" is chosen'
    if table == "assumptions" and row["used_by"] == "builder":
        return "", np.nan, "not used: only the tables were built with it"
    if (table, column) in UNUSED:
        return "", np.nan, f"not used: {UNUSED[table, column]}"
    if reader := only_read_by(table, column, row.get("used_by", "")):
        return change.value, np.nan, f"taken as it is: only {reader} reads it"
    figure = TABLES[table].by_name[column].kind == "number"
    if not figure:
        return change.value, np.nan, "taken as it is"
    asked = float(row[column])
    if np.isnan(asked):
        return "", np.nan, "left blank"
    kept = change.value, 0.0, "kept"
    moved, raised = column == MAIN.get(table), column == "capacity"
    if not (table in _MOVED and moved) and not (table in _RAISED and raised):
        return kept
    try:
        base = _base(study, table, str(row["id"]), known)
    except InputError as error:
        # Another chain than the one that was asked may not balance; its rows are still told.
        return "", np.nan, f"its chain cannot be balanced: {error.problems[0]}"
    if base is None:
        return kept
    tell = _raised if raised else _balanced
    return tell(base, change, row, asked)


def _base(study: Study, table: str, key: str, known: dict[str, _Base]) -> _Base | None:
    """The base of the chain in which a row counts; None for a row that no chain uses."""
    for chain in study.chains:
        if chain not in known:
            part = study.chain(chain)
            if key not in set(part.table(table)["id"]):
                continue
            known[chain] = _Base(part, prepare(part).case)
        rows = known[chain].study.table(table)
        found = rows[rows["id"] == key]
        # Every chain has all passages, with a limit where it is theirs.
        if len(found) and (table != "passages" or found["capacity"].notna().any()):
            return known[chain]
    return None


def _balanced(
    base: _Base, change: Change, row: Mapping[str, Any] | pd.Series, asked: float
) -> tuple[str, float, str]:
    """What balancing made of a figure."""
    case = base.case
    if change.table == "lanes" and row["id"] in case.dropped:
        return "0", -1.0, "dropped: balanced, it is too small to be kept"
    kind = _MOVED[change.table]
    move = next((m for m in case.moves if (m.kind, m.id) == (kind, row["id"])), None)
    if move is None or abs(move.value / move.prior - 1.0) < _KEPT:
        return change.value, 0.0, "kept"
    off = move.value / move.prior - 1.0
    value = asked * move.value / move.prior
    said = f"balanced to {_short(value, _SAID)} ({off:+.1%})"
    if abs(off) > _FAR and change.table == "demands":
        said += "; all tiers of a place move by one factor"
    elif abs(off) > _FAR and not change.confidence:
        said += "; a stated confidence would hold it more firmly"
    return _short(value), off, said


def _raised(
    base: _Base, change: Change, row: Mapping[str, Any] | pd.Series, asked: float
) -> tuple[str, float, str]:
    """Whether the balanced base needed more than the capacity that was asked for."""
    for name, stated, raised in base.case.raised:
        if name != row["id"]:
            continue
        unit = row["capacity_unit" if change.table == "passages" else "unit"]
        factor = stated / asked if asked else _factor(base.study, change.table, row, str(unit))
        # Names of facilities, lanes and passages may be the same: the figure tells which is meant.
        if asked and not np.isclose(factor, _factor(base.study, change.table, row, str(unit))):
            continue
        value = raised / factor
        off = raised / stated - 1.0 if stated else np.nan
        said = f"raised to {_short(value, _SAID)}: the balanced base lies above it"
        return (
            _short(value),
            off,
            said if change.table == "passages" else f"{said}; change base, too",
        )
    return change.value, 0.0, "kept"


def _factor(study: Study, table: str, row: Mapping[str, Any] | pd.Series, unit: str) -> float:
    """Size of one of the row's units in those in which the network counts a year."""
    if table == "passages":
        return units.convert(1.0, unit, "Mt/yr")
    if table == "lanes":
        good = row["commodity"]
    else:
        recipes = study.table("processes")
        own = recipes[(recipes["process"] == row["process"]) & (recipes["role"] == "output")]
        good = own["commodity"].iloc[0]
    counted = study.lookup("commodities", "unit")[str(good)]
    return units.convert(1.0, unit, f"{counted}/yr")


def _short(value: float, digits: int = _DIGITS) -> str:
    return format_number(float(f"{value:.{digits}g}"))
