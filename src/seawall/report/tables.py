"""HTML tables that can be copied into a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from seawall.report import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seawall.report.views import Names


@dataclass(frozen=True)
class Html:
    """Markup that is already safe; anything else in a table cell is escaped."""

    markup: str


Cell = str | Html


def markup(value: Cell) -> str:
    return value.markup if isinstance(value, Html) else escape(value)


def html_table(
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    caption: str,
    numbers: Sequence[int] = (),
    note: str = "",
) -> str:
    """A table with a caption and a copy button.

    Parameters
    ----------
    numbers : columns (from 0) set flush right.
    note : a line below the table.

    Raises
    ------
    ValueError : a row is not as long as the head.
    """
    ragged = [row for row in rows if len(row) != len(head)]
    if ragged:
        raise ValueError(f"a row of {len(ragged[0])} cells under a head of {len(head)}")
    kinds = [' class="number"' if k in numbers else "" for k in range(len(head))]
    top = "".join(
        f'<th scope="col"{kind}>{escape(h)}</th>' for h, kind in zip(head, kinds, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{kind}>{markup(c)}</td>" for c, kind in zip(row, kinds, strict=True))
        + "</tr>"
        for row in rows
    )
    below = f'<p class="note">{escape(note)}</p>' if note else ""
    return (
        f'<div class="table"><table><caption>{escape(caption)} '
        f'<button type="button" class="copy">Copy table</button></caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>{below}</div>"
    )


# Columns that a frame from outside may have: heading and how to write a value.
HEADINGS: dict[str, tuple[str, Callable[[object], str] | None]] = {
    "unserved": ("not served", text.mt),
    "demand": ("demand", text.mt),
    "unserved_share": ("share of use", text.pct),
    "share": ("share", text.pct),
    "benchmark": ("benchmark", text.pct),
    "priced_out": ("priced out", text.mt),
    "missing": ("physically missing", text.mt),
    "value_lost": ("value lost", text.musd),
    "first_shortfall_day": ("first short in", text.week_of),
    "time_to_survive_days": ("time to survive", text.duration),
    "time_to_recover_days": ("time to recover", text.duration),
    "weeks": ("weeks shut", None),
    "weeks_short": ("weeks short", text.weeks),
    "worst_share": ("short in the worst week", text.pct),
    "relative": ("change in per cent", text.pct),
    "sigma": ("allowed error", text.pct),
    "id": ("place or lane", None),
}


def frame_table(
    frame: pd.DataFrame, names: Names, *, caption: str, note: str = "", limit: int | None = None
) -> str:
    """Any frame as a table: ids become names, numbers are rounded, columns get plain headings."""
    shown = frame if limit is None else frame.head(limit)
    head, columns, numbers = [], [], []
    for k, column in enumerate(map(str, shown.columns)):
        heading, write = HEADINGS.get(column, (text.words(column), None))
        values = shown.iloc[:, k]
        if column == "response":
            cells = [text.RESPONSES.get(str(v), str(v)) for v in values]
        elif write is not None:
            cells = [write(v) for v in values]
        else:
            cells = [text.capital(names.in_cell(v)) for v in values]
        if write is not None or pd.api.types.is_numeric_dtype(values.dtype):
            numbers += [k] if k else []
        head.append(text.capital(heading))
        columns.append(cells)
    rows = list(zip(*columns, strict=True))
    if limit is not None and len(frame) > limit:
        note = f"{note} The {limit} largest of {len(frame)} rows.".strip()
    return html_table(head, rows, caption=caption, numbers=numbers, note=note)
