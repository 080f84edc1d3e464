"""Proposals of claims -> a CSV file in which a person answers each with yes or no."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seawall.errors import UsageError
from seawall.files import write_csv
from seawall.questions.track.intake.tables import PROPOSALS
from seawall.study.cells import format_column

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["may_write", "write_proposals"]


def may_write(path: str | Path) -> None:
    """Refuse a name that no proposals can be written to, before anything is asked.

    Raises
    ------
    UsageError
        It does not end in .csv, its folder is missing, or it is there: somebody's answers may be
        in it.
    """
    target = Path(path)
    if target.suffix.casefold() != ".csv":
        raise UsageError(f"proposals are a .csv file, not {target.name}")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {target.absolute().parent}")
    if target.exists():
        raise UsageError(
            f"{target} is there already, maybe with answers: choose another name, or remove it"
        )


def write_proposals(proposals: pd.DataFrame, path: str | Path) -> Path:
    """Write proposals, with the answers that they have, so that they read back the same.

    Raises
    ------
    UsageError
        As `may_write`.
    """
    may_write(path)
    columns = PROPOSALS.columns
    cells = [format_column(c, proposals[c.name]) for c in columns]
    return write_csv(path, [c.name for c in columns], list(zip(*cells, strict=True)))
