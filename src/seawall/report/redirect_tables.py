"""Tables of the page of a morning: instructions, shortage, ledger, costs, reasons."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.report import rounding, text
from seawall.report.redirect_view import ACTIONS, PLANS, kt, money
from seawall.report.tables import Cell, Html, html_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.report.redirect_view import Morning

#: Rows of a table of limits; the others are counted.
LIMITS = 40
_KINDS = {
    "berth": "berths", "tank": "tank is full", "floor": "tanks at their floor",
    "send-out": "send-out", "volume": "volume of the pact",
}  # fmt: skip
_VALUES = ("one more cargo", "one day of stock", "one more berth")
_HEAD = ("Cargo", "Do", "From", "To", "Depart", "Arrive", "Extra days", "Extra cost [million USD]",
         "Why")  # fmt: skip


def empty(words: str) -> str:
    """Why a table is not there."""
    return f'<p class="empty-table note">{escape(words)}</p>'


def day(value: object) -> str:
    """A date of the plan in a narrow column; the year is that of the page."""
    if text.missing(value):
        return text.NOTHING
    stamp = pd.Timestamp(str(value))
    return f"{stamp.day}{text.NB}{stamp.strftime('%b')}"


def today(case: Morning) -> str:
    """What must be told today: what changes as a table, what goes on behind its count."""
    rows = case.table("instructions")
    rows = rows[rows["today"].astype(bool)] if len(rows) else rows
    if rows.empty:
        return empty("Nobody has to be told anything today: no cargo sails or is decided within "
                     "the days of notice.")  # fmt: skip
    changed = rows[rows["action"] != "go on"]
    same = rows[rows["action"] == "go on"]
    asks = int((rows["action"] == "ask").sum())
    lead = (
        f"{len(changed)} of {len(rows)} orders of today change something"
        + (f"; {asks} of them first need a seller’s consent" if asks else "")
        + f". Orders are of {text.day_name(case.as_of)} and hold however it turns out."
    )
    parts = [f'<p class="lead">{escape(lead)}</p>']
    if changed.empty:
        parts.append(empty("No cargo is told anything but to go on."))
    else:
        parts.append(_orders(case, changed, "What changes today"))
    if len(same):
        parts.append(
            f"<details><summary>{_counted(len(same), 'cargo goes', 'cargoes go')} on as planned"
            f"</summary>"
            f"{_orders(case, same, 'Goes on as planned')}</details>"
        )
    return "".join(parts)


def later(case: Morning) -> str:
    """What is planned for the days after, world by world."""
    rows = case.table("instructions")
    rows = rows[~rows["today"].astype(bool)] if len(rows) else rows
    rows = rows[rows["action"] != "go on"] if len(rows) else rows
    if rows.empty:
        return empty("Nothing else is planned yet: every later cargo goes on.")
    parts = [
        (
            '<p class="note">Not told yet, and to be planned anew each morning. A cargo that does '
            "not stand here goes on.</p>"
        )
    ]
    for world in dict.fromkeys(rows["world"].astype(str)):
        mine = rows[rows["world"] == world]
        words = "However it turns out" if world == "all" else text.capital(world)
        counts = mine["action"].value_counts()
        told = text.join([f"{n} {ACTIONS.get(str(a), str(a))}" for a, n in counts.items()])
        parts.append(
            f"<details><summary>{escape(f'{words}: {told}')}</summary>"
            f"{_orders(case, mine, words)}</details>"
        )
    return "".join(parts)


def _orders(case: Morning, rows: pd.DataFrame, caption: str) -> str:
    book = case.table("book").drop_duplicates("cargo").set_index("cargo")
    found: list[list[Cell]] = []
    for row in rows.to_dict("records"):
        cargo = str(row["cargo"])
        origin = book["load"].get(cargo)
        about = [f"from {case.names.end(origin)}"] if not text.missing(origin) else []
        if not text.missing(row["ship"]):
            about.append(case.names.ship(row["ship"]))
        found.append([
            _named(cargo, ", ".join(about)),
            _action(case, row), case.names.end(row["from"]), case.names.end(row["to"]),
            day(row["depart"]), day(row["arrive"]), _days(row["extra_days"]),
            money(row["extra_cost"]), text.capital(case.names.in_text(row["why"])),
        ])  # fmt: skip
    return html_table(
        list(_HEAD), found, caption=caption, numbers=[6, 7],
        note="Extra days and cost against what was planned before; below zero it is sooner or "
        "cheaper.",
    )  # fmt: skip


def _named(cargo: str, about: str) -> Html:
    """A cargo with what is told of it below."""
    return Html(f'<b>{escape(cargo)}</b><br><span class="quiet">{escape(about)}</span>')


def _action(case: Morning, row: Mapping[Any, Any]) -> Cell:
    action = str(row["action"])
    words = escape(text.capital(ACTIONS.get(action, action)))
    if action == "ask":
        return Html(f'<span class="flag">{words}</span>')
    lent = ""
    if not text.missing(row["lender"]):
        lent = (
            f'<br><span class="quiet">lent by {escape(case.names.short(row["lender"]))} to '
            f"{escape(case.names.short(row['borrower']))}</span>"
        )
    return Html(f"{words}{lent}")


def _days(value: object) -> str:
    amount = text.number(value)
    if amount is None:
        return text.NOTHING
    whole = round(amount)
    return f"{text.MINUS if whole < 0 else '+' if whole > 0 else ''}{abs(whole)}"


def shortage(case: Morning) -> str:
    """What each tier of each member does not get, plan by plan, in each world."""
    table = case.table("shortage")
    if table.empty:
        return empty("No demand is known in this study, so nothing can go short.")
    table = table[table["demand"].astype(float) > 0.0]
    plans = [plan for plan in case.plans if (table["plan"] == plan).any()]
    parts = []
    for world in case.worlds:
        mine = table[table["world"] == world.name]
        rows: list[list[Cell]] = []
        for place, tier in dict.fromkeys(zip(mine["place"], mine["tier"], strict=True)):
            own = mine[(mine["place"] == place) & (mine["tier"] == tier)].set_index("plan")
            first = own["first_day"].get(case.plan)
            rows.append([
                case.names.short(place), text.capital(text.TIERS.get(str(tier), str(tier))),
                kt(own["demand"].iloc[0]),
                *(_gap(own, plan) for plan in plans),
                "never" if text.missing(first) else day(first),
            ])  # fmt: skip
        words = "What is not served" + (f": {world.name}" if len(case.worlds) > 1 else "")
        parts.append(html_table(
            ["Country", "Tier", "Wanted", *(PLANS[plan] for plan in plans),
             f"First short ({PLANS[case.plan].lower()})"],
            rows, caption=words, numbers=list(range(2, 3 + len(plans))),
            note=f"Over {case.days} days; in brackets the share of what the tier wants.",
        ))  # fmt: skip
    return "".join(parts)


def _gap(own: pd.DataFrame, plan: str) -> str:
    if plan not in own.index:
        return text.NOTHING
    lost, share = float(own["unserved"][plan]), float(own["unserved_share"][plan])
    return "0" if lost < 0.05 else f"{kt(lost)} ({text.pct(share)})"


def ledger(case: Morning) -> str:
    """Who owes whom."""
    table = case.table("settlement")
    if table.empty:
        return empty(f"Nobody owes anybody anything. {case.figures.get('pact') or ''}".strip())
    rows: list[list[Cell]] = []
    for row in table.to_dict("records"):
        price = text.number(row["price"])
        rows.append([
            Html(f'<b>{escape(str(row["cargo"]))}</b><br><span class="quiet">'
                 f"{escape(_loan(case, row))}</span>"),
            case.names.short(row["lender"]), case.names.short(row["borrower"]),
            kt(row["quantity"]), day(row["delivered"]), _long_day(row["due"]),
            kt(row["owed"]),
            f"{price:.2f}" if price is not None else "not known",
            money(row["amount"]), money(row["extra_cost"]), money(row["compensation"]),
            text.capital(case.names.in_text(row["why"])),
        ])  # fmt: skip
    told = "".join(f'<p class="lead">{escape(words)}</p>' for words in _owed(case, table))
    return (
        told
        + html_table(
            ["Cargo", "Lender", "Borrower", "Lent", "Delivered", "Due back", "Owed",
             "Price [USD/MMBtu]", "To pay [million USD]", "Extra cost [million USD]",
             "Compensation [million USD]", "Why"],
            rows, caption="Settlement of loans", numbers=[3, 6, 7, 8, 9, 10],
        )
    )  # fmt: skip


def _owed(case: Morning, table: pd.DataFrame) -> list[str]:
    """Who owes whom in all, a sentence for each way in which it may turn out."""
    found = []
    for world in case.worlds:
        mine = table[table["world"].isin((world.name, "all"))]
        # What is left of a loan after what came back within the horizon.
        totals: dict[tuple[str, str], float] = {}
        for row in mine.to_dict("records"):
            pair = str(row["borrower"]), str(row["lender"])
            totals[pair] = totals.get(pair, 0.0) + (text.number(row["owed"]) or 0.0)
        debts = text.join([
            f"{case.names.short(borrower)} owes {case.names.short(lender)} {kt(amount)} of gas"
            for (borrower, lender), amount in totals.items()
            if amount > 0.0
        ])  # fmt: skip
        lead = f"{world.words}: " if len(case.worlds) > 1 else ""
        found.append(f"{lead}{debts or 'nobody owes anybody anything'}.")
    return found


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _loan(case: Morning, row: Mapping[Any, Any]) -> str:
    kind = "" if text.missing(row.get("kind")) else text.words(row["kind"])
    world = str(row.get("world") or "")
    if len(case.worlds) > 1 and world and world != "all":
        return f"{kind}, {world}".strip(", ")
    return kind


def _long_day(value: object) -> str:
    return text.NOTHING if text.missing(value) else text.short_day(pd.Timestamp(str(value)))


def saved(case: Morning) -> str:
    """What each plan costs, with bound and gap, and what one saves against another."""
    return _costs(case) + _savings(case)


def _costs(case: Morning) -> str:
    figures, rows = case.figures, []
    for plan in case.plans:
        bound = dict(figures.get("lower_bound") or {}).get(plan)
        gap = dict(figures.get("gap") or {}).get(plan)
        over = dict(figures.get("gap_usd") or {}).get(plan)
        parts = [
            money(case.of(plan, "all", name))
            for name in ("shortage", "freight", "fees", "purchases", "left", "total")
        ]
        rows.append([
            PLANS[plan], kt(case.of(plan, "all", "unserved")), *parts,
            money(bound), text.pct(gap), money(over),
        ])  # fmt: skip
    return html_table(
        ["Plan", "Not served", "What customers lose", "Freight", "Fees", "Purchases",
         "Left in tanks", "Total", "Proven bound", "Gap", "Gap [million USD]"],
        rows, caption="What each plan costs [million USD]", numbers=list(range(1, 11)),
        note="Freight and fees are changes against the book as it was, so they may be below zero. "
        "Left is the worth of gas in tanks at the end, up to what they held, and of cargoes that "
        "stay with their sellers; it is taken off. The gap is the distance of a plan from its "
        "proven bound, as a share of what it spends; plans that were not searched for have none.",
    )  # fmt: skip


def _savings(case: Morning) -> str:
    rows: list[list[Cell]] = []
    for name in dict(case.figures.get("saved") or {}):
        better, _, worse = str(name).partition("_against_")
        found = case.saving(name)
        if found is None or better not in PLANS or worse not in PLANS:
            continue
        rows.append([
            PLANS[better], PLANS[worse],
            rounding.rounded(float(found["saved"]), float(found["low"]), float(found["high"])),
            _less(float(found["unserved"])),
        ])  # fmt: skip
    if not rows:
        return empty("No plan is set against another.")
    return html_table(
        ["Plan", "Against", "Saves [million USD] (proven between)", "Less unserved"],
        rows, caption="What a plan saves against another", numbers=[2, 3],
        note="No search is exact. In brackets: what the best plans of both kinds may differ by, "
        "from what is proven of each.",
    )  # fmt: skip


def _less(amount: float) -> str:
    if abs(amount) < 0.05:
        return "the same"
    return kt(amount) if amount > 0 else f"{kt(-amount)} more"


def reasons(case: Morning) -> str:
    """What one more of a thing is worth, and which limits bind."""
    table = case.table("reasons")
    if table.empty:
        return empty("No limit binds in this plan, and nothing more of anything is worth anything.")
    worth = table[table["kind"].isin(_VALUES)]
    parts = [_worth(case, worth)] if len(worth) else [
        empty("What one more cargo, berth or day of stock is worth is not known here: nothing goes "
              "short, or the plan is judged by its worst world.")
    ]  # fmt: skip
    limits = table[~table["kind"].isin(_VALUES)]
    if len(limits):
        parts.append(_limits(case, limits))
    return "".join(parts)


def _worth(case: Morning, worth: pd.DataFrame) -> str:
    worth = worth.sort_values("value", ascending=False, kind="stable")
    many = len(case.worlds) > 1
    rows: list[list[Cell]] = []
    for row in worth.to_dict("records"):
        low, high = text.number(row["low"]), text.number(row["high"])
        value = float(row["value"])
        known = low is not None and high is not None and low <= value <= high
        rows.append([
            text.capital(str(row["kind"])), case.names.end(row["place"]),
            rounding.rounded(value, low if known else None, high if known else None),
            _span(row["from"], row["to"]), text.capital(case.names.in_text(row["why"])),
            *([text.capital(str(row["world"]))] if many else []),
        ])  # fmt: skip
    return html_table(
        ["One more", "Where", "Worth [million USD]", "When", "How", *(["World"] if many else [])],
        rows, caption="What one more would be worth", numbers=[2],
        note="At the margin, with every cargo doing what the plan says: a whole cargo brings at "
        "most that.",
    )  # fmt: skip


def _span(first: object, last: object) -> str:
    return day(first) if str(first) == str(last) else f"{day(first)} to {day(last)}"


def _limits(case: Morning, limits: pd.DataFrame) -> str:
    """Stretches of one limit at one place together, the longest first."""
    here = limits[limits["world"] == case.heaviest.name]
    if here.empty:
        return empty(f"No limit binds in the world “{case.heaviest.name}”.")
    summed = here.groupby(["kind", "place", "why"], sort=False).agg(
        days=("days", "sum"), first=("from", "min"), last=("to", "max"), times=("days", "size"),
    ).reset_index().sort_values("days", ascending=False, kind="stable")  # fmt: skip
    rows: list[list[Cell]] = [
        [text.capital(_KINDS.get(str(row.kind), str(row.kind))),
         "Everyone" if row.place == "all" else case.names.end(row.place),
         f"{row.days:,.0f}", f"{row.times:,.0f}", _span(row.first, row.last),
         text.capital(case.names.in_text(row.why))]
        for row in summed.head(LIMITS).itertuples(index=False)
    ]  # fmt: skip
    more = len(summed) - len(rows)
    note = f"{more} more limits stand in the table of reasons. " if more > 0 else ""
    if len(case.worlds) > 1:
        note += f"In the world “{case.heaviest.name}”."
    drawn = html_table(
        ["Limit", "Where", "Days", "Times", "Between", "What"], rows,
        caption="Limits that bind, the longest first", numbers=[2, 3], note=note.strip(),
    )  # fmt: skip
    return f"<details><summary>{len(summed)} limits bind</summary>{drawn}</details>"
