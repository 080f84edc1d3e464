"""Promises in the report of the demonstration: the board by sector, and what a slip costs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from seawall.report import text
from seawall.report.tables import Cell, html_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from seawall.report.views import Names

__all__ = ["promises_section"]

_BOARD = ("pledges", "delivered", "on track", "moving", "late", "stalled", "no evidence")
_HEADS = (
    "Where", "Of", "Missing if kept", "Missing if late", "More, in days of its whole need",
    "Holds out if kept", "Holds out if late",
)  # fmt: skip


def promises_section(sectors: pd.DataFrame, slips: pd.DataFrame, names: Names) -> str:
    """Promises by sector and status, and one of them two years late; empty without either.

    Parameters
    ----------
    sectors
        Table of that name of `track`.
    slips
        Table of that name of `slip`.
    """
    if sectors.empty and slips.empty:
        return ""
    parts = [_board(sectors)] if len(sectors) else []
    if len(slips):
        parts.append(_slips(slips, names))
    return (
        '<section id="promises"><h2>Are the promises being kept?</h2>'
        '<p class="about">Statuses follow from evidence by rule; nobody types one in. '
        "<code>seawall track india-japan</code> shows every promise with its evidence, and "
        "<code>seawall track slip india-japan PLEDGE</code> what it costs that one comes late."
        f"</p>{''.join(parts)}</section>"
    )


def _board(sectors: pd.DataFrame) -> str:
    rows: list[list[Cell]] = [
        [text.capital(str(row["sector"])), *(str(row[name]) for name in _BOARD)]
        for row in sectors.to_dict("records")
    ]
    rows.append(["All", *(str(int(sectors[name].sum())) for name in _BOARD)])
    return html_table(
        ["Sector", "promises", *_BOARD[1:]], rows, caption="Promises by sector and status",
        numbers=tuple(range(1, len(_BOARD) + 1)),
    )  # fmt: skip


def _slips(slips: pd.DataFrame, names: Names) -> str:
    each: Iterator[Any] = slips.itertuples()
    rows: list[list[Cell]] = [
        [
            names.place(row.place), escape(names.good(row.commodity)),
            *(text.mt(amount, row.unit) for amount in (row.unserved_kept, row.unserved_late)),
            text.sig(row.days_more, 2), *(_until(day) for day in (row.survive_kept,
                                                                  row.survive_late)),
        ]
        for row in each
    ]  # fmt: skip
    return html_table(
        list(_HEADS), rows, caption="One promise, kept or two years late, under the ban",
        numbers=(2, 3, 4, 5, 6),
    )  # fmt: skip


def _until(day: float) -> str:
    return "to the end" if day != day else text.duration(day)
