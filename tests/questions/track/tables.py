"""Small tables of promises and what became of them, made up for the tests."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pandas as pd

from seawall.questions.track.state import State
from seawall.study import Study

NAN = float("nan")
TODAY = date(2026, 11, 23)

_BLANK: dict[str, dict[str, Any]] = {
    "sources": {"id": "", "publisher": "", "title": "", "date": ""},
    "claims": {"id": "", "source": "", "subject": "", "value": ""},
    "pledges": {"id": "", "date": "2020", "sector": "finance", "what": "a promise"},
    "indicators": {
        "id": "", "pledge": "", "what": "", "measure": "cumulative", "counted_in": "plants",
        "baseline": NAN, "baseline_date": "", "target": NAN, "begins": "", "deadline": "",
        "frequency": NAN, "instruments": "",
    },
    "milestones": {"id": "", "pledge": "", "what": "", "due": "", "stage": "agreed"},
    "evidence": {
        "id": "", "indicator": "", "milestone": "", "date": "", "begins": "", "ends": "",
        "value": NAN, "low": NAN, "high": NAN, "counted_in": "plants", "instrument": "",
        "reviewed_by": "", "supersedes": "",
    },
    "rates": {"currency": "", "year": NAN, "per_usd": NAN},
}  # fmt: skip


def frame(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of a table, blank where nothing is said; ids are its first letter and a number."""
    blank = _BLANK[table]
    full = [blank | {"id": f"{table[0]}{n}"} | row for n, row in enumerate(rows)]
    return pd.DataFrame(full, columns=list(blank)).astype(
        {name: float if isinstance(value, float) else str for name, value in blank.items()}
    )


class Tables:
    """A study, as far as its tables are asked for."""

    def __init__(self, **tables: pd.DataFrame) -> None:
        self.tables = {name: frame(name) for name in _BLANK} | tables

    def table(self, name: str) -> pd.DataFrame:
        """A copy of a table, with the line of each row."""
        return self.tables[name].assign(row=range(2, len(self.tables[name]) + 2))


def study(**tables: pd.DataFrame) -> Study:
    """A study of some tables; the others are empty."""
    return cast("Study", Tables(**tables))


def state(as_of: date = TODAY, **tables: pd.DataFrame) -> State:
    """A state of some tables, as they are."""
    whole = {name: frame(name) for name in _BLANK} | tables
    for name in set(whole) - {"rates"}:
        whole[name] = whole[name].assign(recorded="", who="")
    return State(study(), as_of, **whole)


def one(*evidence: dict[str, Any], as_of: date = TODAY, **indicator: Any) -> State:
    """A state of one pledge with one indicator and its evidence."""
    return state(
        as_of,
        pledges=frame("pledges", {}),
        indicators=frame("indicators", {"pledge": "p0", **indicator}),
        evidence=frame("evidence", *({"indicator": "i0", **row} for row in evidence)),
        rates=frame("rates", *({"currency": "JPY", "year": y, "per_usd": r} for y, r in _JPY)),
    )


_JPY = ((2022, 130.0), (2023, 140.0), (2024, 150.0), (2025, 150.0))
