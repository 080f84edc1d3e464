"""Files that analysts already have -> overlays: refreshed figures with their source.

Each recipe reads one kind of file, maps its figures to rows of a study by the tables in `maps/`,
and proposes new values. What it cannot map it tells; nothing of a file is dropped silently.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seawall.errors import UnknownName
from seawall.study.refresh.comtrade import comtrade
from seawall.study.refresh.meti import meti_lng_stocks
from seawall.study.refresh.ppac import ppac_monthly
from seawall.study.refresh.proposal import Proposed, Refreshed, Told, Work
from seawall.study.refresh.sheets import read_sheets
from seawall.study.refresh.world_bank import world_bank_prices

if TYPE_CHECKING:
    from datetime import date

    from seawall.study.study import Study

__all__ = ["KINDS", "Proposed", "Refreshed", "Told", "refresh"]

#: Recipes by name: each takes the work, the sheets of the file and the last day that counts, and
#: returns what the overlay gives as source.
KINDS = {
    "meti-lng-stocks": meti_lng_stocks,
    "ppac-monthly": ppac_monthly,
    "comtrade": comtrade,
    "world-bank-prices": world_bank_prices,
}


def refresh(study: Study, kind: str, file: str | Path, *, as_of: date | None = None) -> Refreshed:
    """What a file changes in a study.

    Parameters
    ----------
    kind
        One of `KINDS`.
    file
        A CSV file or an Excel workbook.
    as_of
        Nothing after this day counts; None: the latest that the file has.

    Raises
    ------
    UnknownName
        There is no such recipe.
    UsageError
        There is no such file, or nothing in it lies before `as_of`.
    InputError
        With what was looked for and what was found, when the file has another layout; with every
        cell that cannot be read; and when nothing in it speaks of a row of the study.
    """
    if kind not in KINDS:
        raise UnknownName("recipe", kind, KINDS)
    path = Path(file)
    sheets = read_sheets(path)
    work = Work(study)
    source = KINDS[kind](work, sheets, as_of)
    return work.done(kind, path.name, source)
