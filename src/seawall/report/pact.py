"""The section of the sharing pact: what it did, its articles, its ledger."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from seawall.report import pactworth, phrases, text, views
from seawall.report.tables import frame_table, html_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.report.views import Case, Names

_LEDGER_ROWS = 40
_NO_SUCH_PACT = (
    '<p class="about">There is no such pact. The articles are a draft for discussion; figures say '
    "what it changes against the market without it.</p>"
)


def asked(cases: Sequence[Case], extra: Mapping[str, pd.DataFrame]) -> bool:
    """Whether anything about a pact is known."""
    tables = ("articles", "pact_worth", "worth")
    return any(len(case.table("pact")) for case in cases) or any(
        len(extra.get(name, ())) for name in tables
    )


def pact_section(
    cases: Sequence[Case], extra: Mapping[str, pd.DataFrame], names: Names, currency: str
) -> str:
    """HTML of everything about the pact; empty where a study has none.

    The scenarios in which it does nothing or harm come first.
    """
    if not asked(cases, extra):
        return ""
    parts = [
        '<section id="pact"><h2>The sharing pact</h2>',
        _first(cases, names),
        _NO_SUCH_PACT,
        _by_scenario(cases, names),
        pactworth.family(extra.get("pact_worth", pd.DataFrame()), names),
        pactworth.decades(extra, names),
        articles(extra.get("articles", pd.DataFrame())),
        *(_ledger(case, names, currency) for case in cases),
        "</section>",
    ]
    return "".join(parts)


def _first(cases: Sequence[Case], names: Names) -> str:
    """What it does scenario by scenario; the first sentence stands alone."""
    told = [case for case in ordered(cases) if len(case.table("pact"))]
    if not told:
        return ""
    said = [
        f"{case.title}: "
        f"{phrases.pact_sentence(case.table('pact'), names, case.table('settlement'))}"
        for case in told
    ]
    unused = [case.title for case in told if not phrases.pact_used(case.table("pact"))]
    if len(unused) > 1:
        rest = [f"Nor in: {text.join(unused[1:])}.", *said[len(unused) :]]
    else:
        rest = said[1:]
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in rest)
    return f'<p class="lead">{escape(said[0])}</p>' + (f"<ul>{items}</ul>" if items else "")


def ordered(cases: Sequence[Case]) -> list[Case]:
    """Cases by what the pact is worth in them: unused first, then from harm to help."""

    def rank(case: Case) -> tuple[bool, float]:
        table = case.table("pact")
        return phrases.pact_used(table), float(views.figures(table, "worth").sum())

    return sorted(cases, key=rank)


def _by_scenario(cases: Sequence[Case], names: Names) -> str:
    rows = []
    for case in cases:
        table = case.table("pact")
        for record in table.to_dict("records"):
            used = phrases.pact_used(table)
            rows.append(
                [case.title, names.place(record["place"]),
                 phrases.signed(record["worth"]) if used else "not used",
                 *(text.mt(record.get(c)) for c in ("lent", "returned", "borrowed", "owed")),
                 phrases.signed(record.get("settlement"))]
            )  # fmt: skip
    if not rows:
        return ""
    return html_table(
        ["Scenario", "Member", "Worth of the pact", "Lends", "Gets back", "Borrows", "Still owes",
         "Paid to it"],
        rows, caption="What the pact does for each member", numbers=range(2, 8),
        note="Worth: what the member gains or loses against the market without a pact, payments "
        "counted. A pact can be worth something to one member and cost the other.",
    )  # fmt: skip


def articles(table: pd.DataFrame) -> str:
    """The articles in plain words, with what each costs and brings where that is known."""
    if table.empty:
        return ""
    effects = views.column(table, "effect")
    items = []
    for row, effect in zip(table.to_dict("records"), effects, strict=True):
        told = (
            "" if text.missing(effect) else f'<br><span class="note">{escape(str(effect))}</span>'
        )
        items.append(
            f'<li value="{int(row["number"])}"><b>{escape(str(row["title"]))}.</b> '
            f"{escape(str(row['text']))}{told}</li>"
        )
    return f'<h3>The articles</h3><ol class="articles">{"".join(items)}</ol>'


def _ledger(case: Case, names: Names, currency: str) -> str:
    """Weeks in which something moved, and every loan and return, folded."""
    settled, moved = case.table("settlement"), case.table("transfers")
    if settled.empty and moved.empty:
        return ""
    inside = _settlement(settled, names, currency) + _transfers(moved, names)
    return (
        f"<details><summary>{escape(case.title)}: ledger, loans and returns</summary>{inside}"
        "</details>"
    )


def _settlement(settled: pd.DataFrame, names: Names, currency: str) -> str:
    if settled.empty:
        return ""
    moves = views.figures(settled, "lent") + views.figures(settled, "returned")
    last = ~settled.duplicated(["lender", "borrower"], keep="last")
    shown = settled[(moves > phrases.NOTHING / 10) | last]
    rows = [
        [text.short_day(r["period_start"]), names.place(r["lender"]), names.place(r["borrower"]),
         *(text.mt(r[c]) for c in ("lent", "returned", "owed", "overdue")), text.cell(r["price"]),
         *(phrases.signed(r[c]) for c in ("extra_cost", "compensation", "payment"))]
        for r in shown.head(_LEDGER_ROWS).to_dict("records")
    ]  # fmt: skip
    more = (
        f" The first {_LEDGER_ROWS} of {len(shown)} such weeks."
        if len(shown) > _LEDGER_ROWS
        else ""
    )
    return html_table(
        ["Week of", "Lender", "Borrower", "Lent", "Returned", "Owed", "Overdue",
         f"Price, {currency} a tonne", "Extra freight and boil-off", "Compensation",
         "Borrower pays lender"],
        rows, caption="Settlement ledger", numbers=range(3, 11),
        note=f"Weeks in which cargo moved, and the last of the run.{more}",
    )  # fmt: skip


def _transfers(moved: pd.DataFrame, names: Names) -> str:
    if moved.empty:
        return ""
    shown = moved.assign(
        from_lane=[names.of(v) for v in moved["from_lane"]],
        to_lane=[names.of(v) for v in moved["to_lane"]],
        **{c: [text.short_day(v) for v in moved[c]] for c in ("decided", "departs", "arrives")},
    ).drop(columns=["scenario"])
    shown = shown.rename(columns={"from_lane": "instead of", "to_lane": "now"})
    return frame_table(
        shown, names, caption="Loans and returns", limit=_LEDGER_ROWS,
        note="Quantities as loaded, in Mt; extra cost in millions.",
    )  # fmt: skip
