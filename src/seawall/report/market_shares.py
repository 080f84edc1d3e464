"""What the flows of a chain hide, and how much of them anybody has counted."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seawall.report import text, views
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from seawall.report.chains_view import ChainsView
    from seawall.report.tables import Cell

#: Countries of an item that are named.
NAMED = 3
BASIS = {"reported": "reported by trade figures", "derived": "derived from balances",
         "filled": "filled in"}  # fmt: skip


def shares_part(view: ChainsView) -> str:
    """Shares of countries in goods that no flow tells apart, the most concentrated first."""
    table = view.chains.exposure.tables.get("published_shares")
    if table is None or table.empty:
        return ""
    rows: list[list[Cell]] = []
    items = sorted(
        table.groupby("item", sort=False), key=lambda pair: -float(pair[1]["share"].max())
    )
    for _, of_item in items:
        top = of_item.sort_values("share", ascending=False).head(NAMED)
        first = top.iloc[0]
        who = ", ".join(
            f"{view.place(country)} {text.pct(share)}"
            for country, share in zip(top["country"], top["share"], strict=True)
        )
        rows.append([str(first["name"]), who, f"{first['year']:g}", str(first["confidence"])])
    said = (
        "All wafers count as one good here, old and new, memory and logic, so a stress test does "
        "not see what only one country makes. These shares have no tonnes and no pairs of trade "
        "behind them: they are shown as they are, and nothing is traced through them."
    )
    return f'<p class="about">{escape(said)}</p>' + html_table(
        ["What", "Who makes it", "Year", "Confidence"], rows, caption="Shares of world output"
    )


def evidence(view: ChainsView) -> str:
    """How the flows that the shares rest on are known, by chain."""
    lanes = views.table(view.study, "lanes")
    lanes = lanes[(lanes["base"] > 0) & ~lanes["commodity"].isin(view.gas)]
    if lanes.empty:
        return ""
    basis = lanes["basis"].astype(str).where(lanes["basis"].astype(str) != "", "derived")
    counted = basis.value_counts()
    parts = [f"{counted.get(key, 0)} {words}" for key, words in BASIS.items()]
    return (
        f"Of the {len(lanes)} flows between countries behind these shares, {text.join(parts)}: "
        "read them as a structure, not as a statistic."
    )
