"""The roadmap in the report: every statement, what speaks to it, and what is not modelled."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seawall.questions.roadmap import ANSWERED, NONE, NOT_ASKED, NOT_BUILT, OTHER_STATE
from seawall.report import text
from seawall.report.tables import Cell, Html, html_table

if TYPE_CHECKING:
    import pandas as pd

#: How a status reads in the page; the colour never stands alone.
_WORDS = {
    ANSWERED: "answered",
    OTHER_STATE: "answered by an earlier state of the study",
    NOT_ASKED: "can be asked",
    NOT_BUILT: "question not built yet",
    NONE: "not modelled",
}
#: How many statements have a status, after the count.
_COUNTED = {
    ANSWERED: "answered",
    OTHER_STATE: "answered by an earlier state of the study",
    NOT_ASKED: "that can be asked",
    NOT_BUILT: "that wait for a question that is not built yet",
    NONE: "that nothing models",
}


def statements_section(table: pd.DataFrame) -> str:
    """All statements by sector, those that are answered first; empty without statements."""
    if table.empty:
        return ""
    best = table["status"].map({name: at for at, name in enumerate(_WORDS)})
    by_pledge = best.groupby(table["pledge"], sort=False).min()
    counts = [int((by_pledge == at).sum()) for at in range(len(_WORDS))]
    said = text.join([
        f"{count} {words}" for count, words in zip(counts, _COUNTED.values(), strict=True) if count
    ])  # fmt: skip
    parts = [_sector(str(name), rows) for name, rows in table.groupby("sector", sort=False)]
    return (
        '<section id="roadmap"><h2>The roadmap, statement by statement</h2>'
        f'<p class="about">Of {len(by_pledge)} statements in the press and in other pages, '
        f"{said}. What a statement says is in our words; its source stands in the study’s "
        f"table <i>pledges</i>.</p>{''.join(parts)}</section>"
    )


def _sector(name: str, table: pd.DataFrame) -> str:
    order = {status: at for at, status in enumerate(_WORDS)}
    first = table.groupby("pledge", sort=False)["status"].transform(
        lambda statuses: min(order[s] for s in statuses)
    )
    rows: list[list[Cell]] = []
    shown = ""
    for row in table.assign(order=first).sort_values("order", kind="stable").itertuples():
        again = row.pledge == shown
        shown = str(row.pledge)
        rows.append([
            "" if again else shown,
            "" if again else _stated(str(row.what), str(row.deadline)),
            _WORDS[str(row.status)],
            _answer(str(row.answer), str(row.why), str(row.command)),
        ])  # fmt: skip
    body = html_table(
        ["", "What was stated", "Status", "What speaks to it"], rows,
        caption=text.capital(name), numbers=(),
    )  # fmt: skip
    count = table["pledge"].nunique()
    some = f"{count} statement{'' if count == 1 else 's'}"
    return f"<details><summary>{escape(text.capital(name))}: {some}</summary>{body}</details>"


def _stated(what: str, deadline: str) -> str:
    return f"{what} (by: {deadline})" if deadline else what


def _answer(answer: str, why: str, command: str) -> Cell:
    parts = [f"<p>{escape(answer)}</p>"] if answer else []
    parts.append(f'<p class="note">{escape(why)}</p>')
    if command:
        parts.append(f"<p><code>{escape(command)}</code></p>")
    return Html("".join(parts))
