"""What stands at the end of the page of a morning: contracts, articles, assumptions, proof."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seawall.report import text
from seawall.report.redirect_tables import empty
from seawall.report.redirect_view import PLANS, kt, money
from seawall.report.tables import Cell, html_table

if TYPE_CHECKING:
    from seawall.report.redirect_view import Morning

#: Contracts that are listed; the others are counted.
CONTRACTS = 60


def basis(case: Morning) -> str:
    """Contracts and articles, assumptions, what was not read, and the certificate."""
    return "".join([
        "<h3>How sure the plan is</h3>", certificate(case),
        "<h3>What was not read</h3>", unread(case),
        "<h3>The pact</h3>", articles(case),
        "<h3>Contracts</h3>", contracts(case),
        "<h3>Assumptions</h3>", assumptions(case),
    ])  # fmt: skip


def certificate(case: Morning) -> str:
    """Cost, bound and gap of each plan that was searched for."""
    figures = case.figures
    bounds = dict(figures.get("lower_bound") or {})
    rows: list[list[Cell]] = []
    for plan in case.plans:
        if plan not in bounds:
            continue
        rows.append([
            PLANS[plan], money(dict(figures["cost"]).get(plan)), money(bounds[plan]),
            text.pct(dict(figures["gap"]).get(plan)), money(dict(figures["gap_usd"]).get(plan)),
        ])  # fmt: skip
    if not rows:
        return empty("No plan was searched for, so nothing is proven.")
    limit, gap = case.identity.get("time_limit"), case.identity.get("gap")
    asked = (
        f"Each search had {text.trim(text.sig(float(limit)))} seconds and might stop at a gap of "
        f"{text.pct(gap)}. "
        if limit is not None
        else ""
    )
    size = dict(figures.get("book") or {}).get("columns")
    choices = f"{int(size):,} choices of cargo, coast and day. " if size else ""
    return html_table(
        ["Plan", "Cost", "No plan costs less than", "Gap", "Gap [million USD]"], rows,
        caption="Certificate [million USD]", numbers=[1, 2, 3, 4],
        note=f"{asked}Solver: HiGHS, mixed-integer program over {choices or 'all choices. '}"
        "The bound is proven; the plan is the best that was found.",
    )  # fmt: skip


def unread(case: Morning) -> str:
    """Parts of the scenario that this question cannot read."""
    notes = [str(n) for n in case.figures.get("notes") or () if str(n).startswith("Not read")]
    if not notes:
        return empty("Every part of the scenario that bears on cargoes was read.")
    return "<ul>" + "".join(f"<li>{escape(case.names.in_text(n))}</li>" for n in notes) + "</ul>"


def articles(case: Morning) -> str:
    """The ten articles as a diplomat would read them."""
    from seawall.questions.articles import articles as worded

    if case.protocol is None:
        return empty("No pact was asked for: everyone plans for himself.")
    names = {member: case.names.short(member) for member in case.protocol.members}
    names[case.protocol.volume.commodity] = case.names.good(case.protocol.volume.commodity)
    items = "".join(
        f"<li><b>{escape(a.title)}.</b> {escape(a.text)}</li>" for a in worded(case.protocol, names)
    )
    return f'<details><summary>Its articles</summary><ol class="articles">{items}</ol></details>'


def contracts(case: Morning) -> str:
    """Contracts of the book: how many cargoes, and what becomes of them."""
    book = case.table("book")
    if book.empty:
        return empty("The book holds no cargo.")
    orders = case.table("instructions")
    moved = set(orders.loc[orders["action"].isin(("divert", "swap", "buy")), "cargo"].astype(str))
    kept = set(orders.loc[orders["action"] == "wait", "cargo"].astype(str))
    rows: list[list[Cell]] = []
    named = book.assign(contract=book["contract"].fillna("").astype(str))
    for _, mine in named.groupby(["contract", "seller", "buyer"], sort=False):
        first, cargoes = mine.iloc[0], set(mine["cargo"].astype(str))
        offer = bool((mine["state"] == "offer").all())
        rows.append([
            first["contract"] or ("offer" if offer else "no long contract"),
            text.cell(first["seller"]), text.cell(first["buyer"]),
            f"{len(mine)}", f"{len(cargoes & moved)}", f"{len(cargoes & kept)}",
            kt(mine["quantity"].sum()),
        ])  # fmt: skip
    rows.sort(key=lambda row: -int(str(row[3])))
    more = len(rows) - CONTRACTS
    drawn = html_table(
        ["Contract", "Seller", "Buyer", "Cargoes", "Moved", "Stay", "Aboard"], rows[:CONTRACTS],
        caption="Contracts whose cargoes are in the book", numbers=[3, 4, 5, 6],
        note=f"{more} more in the table of the book." if more > 0 else "",
    )  # fmt: skip
    return f"<details><summary>{len(rows)} contracts and sellers</summary>{drawn}</details>"


def assumptions(case: Morning) -> str:
    """Assumptions of the study that bear on ships, cargoes and terminals."""
    table = case.study.table("assumptions")
    if table.empty:
        return empty("The study states no assumptions.")
    used = _bearing(case)
    rows: list[list[Cell]] = [
        [text.capital(text.words(row["id"])), text.cell(row["value"]), text.cell(row["unit"]),
         text.cell(row["applies_to"]), text.cell(row["why"]), text.cell(row["confidence"])]
        for row in table.to_dict("records")
        if any(word in str(row["id"]) or word in str(row["applies_to"]) for word in used)
    ]  # fmt: skip
    made = (
        '<p class="note">The book itself is assumed: it was generated from contracts and base '
        "trade.</p>"
        if case.generated
        else ""
    )
    if not rows:
        return made + empty("The study states none on ships, cargoes or terminals.")
    drawn = html_table(
        ["Assumption", "Value", "Unit", "Applies to", "Why", "Confidence"], rows,
        caption="Assumptions on ships, cargoes and terminals", numbers=[1],
    )  # fmt: skip
    return f"{made}<details><summary>{len(rows)} assumptions</summary>{drawn}</details>"


def _bearing(case: Morning) -> tuple[str, ...]:
    """Words by which an assumption is one of cargoes, ships or terminals."""
    return ("ship", "cargo", "boil", "heel", "carrier", "charter", "berth", "port_", "fill_",
            "tank", "fuel", "spot", "book")  # fmt: skip
