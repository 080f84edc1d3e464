"""Diff: what differs between two studies, and on whose word?"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.questions.result import Result
from seawall.study.diff import Difference, differences

if TYPE_CHECKING:
    from seawall.study import Study

__all__ = ["COLUMNS", "diff"]

#: Columns of `differences`: `a` and `b` of a difference are `old` and `new` here.
COLUMNS = (
    "table", "row", "column", "kind", "old", "new", "unit", "change", "who", "why", "source_old",
    "source_new", "confidence_old", "confidence_new",
)  # fmt: skip
_KINDS = ("changed", "added", "removed", "order")
_NAMES = {
    "a": "old",
    "b": "new",
    "source_a": "source_old",
    "source_b": "source_new",
    "confidence_a": "confidence_old",
    "confidence_b": "confidence_new",
}


def diff(old: Study, new: Study) -> Result:
    """What differs between two studies: cells, rows, settings, scenarios, protocols.

    Parameters
    ----------
    old, new
        Two studies, or one without and with overlays.

    Returns
    -------
    Result
        Table `differences`, a row a difference (columns `COLUMNS`; `change` is a share), and
        `counts` (table, changed, added, removed, order). Figures: `old` and `new` say which studies
        they are, `differences` how many there are, and `same` whether both have one digest, so
        that they answer every question alike.
    """
    found = differences(old, new)
    return Result(
        question="diff",
        identity={
            "question": "diff",
            "study": new.name,
            "digest": new.digest(),
            "old": old.digest(),
            # Texts and the words of overlays are no part of a digest, and here they are told.
            "differences": [[str(value) for value in dataclasses.astuple(each)] for each in found],
        },
        tables={"differences": _frame(found), "counts": _counts(found)},
        figures={
            "old": _told(old),
            "new": _told(new),
            "differences": len(found),
            "same": old.digest() == new.digest(),
        },
        units={"change": "share"},
    )


def _frame(found: tuple[Difference, ...]) -> pd.DataFrame:
    names = [field.name for field in dataclasses.fields(Difference)]
    rows = [dataclasses.astuple(each) for each in found]
    frame = pd.DataFrame(rows, columns=names).rename(columns=_NAMES)
    return frame.loc[:, list(COLUMNS)].astype({"change": "float64"})


def _counts(found: tuple[Difference, ...]) -> pd.DataFrame:
    tables = dict.fromkeys(each.table for each in found)
    rows = [
        (table, *(sum((e.table, e.kind) == (table, kind) for e in found) for kind in _KINDS))
        for table in tables
    ]
    return pd.DataFrame(rows, columns=["table", *_KINDS])


def _told(study: Study) -> dict[str, Any]:
    return {
        "study": study.name,
        "title": study.settings.title,
        "digest": study.digest(),
        "overlays": list(dict.fromkeys(change.file for change in study.overlays)),
    }
