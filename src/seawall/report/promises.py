"""Promises in the report of the demonstration: the board by sector, and what a slip costs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from seawall.report import text
from seawall.report.board import Cell as Answer
from seawall.report.tables import Cell, html_table
from seawall.study.records import SECTORS

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    import pandas as pd

    from seawall.report.views import Names

__all__ = ["cells", "promises_section"]

_BOARD = ("pledges", "delivered", "on track", "moving", "late", "stalled", "no evidence")
_HEADS = (
    "Where", "Of", "Missing if kept", "Missing if late", "More, in days of its whole need",
    "Holds out if kept", "Holds out if late",
)  # fmt: skip
#: Statuses in words behind a number, the worst first.
_SAID = {
    "late": "late", "stalled": "stalled", "no evidence": "without evidence", "moving": "moving",
    "on track": "on track", "delivered": "delivered",
}  # fmt: skip


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


def cells(sectors: pd.DataFrame) -> dict[tuple[str, str], Answer]:
    """What each sector's cell of the report's board says of its promises, the worst first."""
    return {
        (row["sector"], "track"): _answer(row)
        for row in sectors.to_dict("records")
        if row["sector"] in SECTORS
    }


def _answer(row: dict[Hashable, Any]) -> Answer:
    worst, *rest = [(row[status], said) for status, said in _SAID.items() if row[status]]
    whole = row["pledges"]
    return Answer(
        f"{worst[0]} of {whole} promises {worst[1]}",
        ", ".join(f"{count} {said}" for count, said in rest),
        f"published for {whole - row['no evidence']} of {whole}",
        "#promises",
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
            text.few_days(row.days_more),
            *(text.held_out(day) for day in (row.survive_kept, row.survive_late)),
        ]
        for row in each
    ]  # fmt: skip
    return html_table(
        list(_HEADS), rows, caption="One promise, kept or two years late, under the ban",
        numbers=(2, 3, 4, 5, 6),
    )  # fmt: skip
