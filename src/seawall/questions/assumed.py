"""Named assumptions of a study, by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.errors import InputError, Problem

if TYPE_CHECKING:
    from seawall.study import Study

__all__ = ["assumption"]


def assumption(study: Study, name: str, default: float | None = None) -> float:
    """Value of a named assumption of the study.

    Raises
    ------
    InputError
        It is not there, and there is no default.
    """
    table = study.table("assumptions")
    own = table.loc[table["id"] == name, "value"]
    if len(own):
        return float(own.iloc[0])
    if default is not None:
        return default
    rule, fix = "what was asked needs it", f"add a row {name} to assumptions.csv"
    raise InputError([Problem("assumptions.csv", None, "id", name, rule, fix)])
