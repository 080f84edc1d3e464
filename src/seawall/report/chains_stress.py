"""What scenarios mean for minerals and chips: shortages, second sources, single failures."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.report import text
from seawall.report.chains_tables import folded
from seawall.report.chains_view import FELT, RESPONSES, ChainsView, Hurt
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.report.tables import Cell

#: Single failures shown.
RANKED = 15
FACTORS = {0.0: "no time", 0.5: "half the time", 1.0: "as it is", 2.0: "twice the time"}


def stress_part(view: ChainsView) -> str:
    """Scenarios by who is hurt, and in one sentence those that hurt nobody."""
    hurt = view.hurt
    struck = {h.number for h in hurt}
    quiet = [view.title(k) for k in range(len(view.chains.stresses)) if k not in struck]
    said = (
        f"<p>No country of this report goes short of any of these goods in: "
        f"{escape(text.join(quiet))}. That is what the model finds, not that nothing would "
        "happen: it counts goods, not fear.</p>"
        if quiet
        else ""
    )
    if not hurt:
        return said
    stocks = _stock_names(view)
    head = ["Scenario", "Country", "Good", *(text.RESPONSES[r] for r in RESPONSES), "First short",
            "Weeks short", *(f"Gets by, {word} stocks" for word in stocks.values())]  # fmt: skip
    rows = [_stress_row(view, h, list(stocks)) for h in hurt]
    return said + html_table(
        head, rows, caption="Who goes short of what", numbers=range(3, len(head)),
        note="Frozen, market, foresight: share of the use of the whole run of "
        f"{view.run} that is not served, and how much. First short: the earlier day of frozen "
        "and market, counted from the first shock; who knows the future saves at once. Weeks "
        "short: the most under any response. Gets by: how long everything "
        "is served with low, middle and high stocks if nobody reacts; stocks are published by "
        "hardly anybody.",
    )  # fmt: skip


def _stock_names(view: ChainsView) -> dict[str, str]:
    """Variants of the stocks, the smallest first, and what to call them."""
    table = view.table("by_stocks")
    if table.empty:
        return {}
    cover = pd.to_numeric(table["cover_days"], errors="coerce")
    order = cover.groupby(table["stocks"].astype(str)).mean().sort_values(kind="stable")
    return {str(name): str(name).split("-")[-1].split("_")[-1] for name in order.index}


def _stress_row(view: ChainsView, hurt: Hurt, stocks: list[str]) -> list[Cell]:
    unit = view.unit(hurt.good)
    weeks = [hurt.figure(r, "weeks_short") or 0.0 for r in hurt.rows]
    return [
        view.title(hurt.number), view.place(hurt.place), text.capital(view.good(hurt.good)),
        *(_unserved(hurt, response, unit) for response in RESPONSES),
        text.day_of(hurt.first_day), text.weeks(max(weeks)),
        *(_gets_by(view, hurt, name) for name in stocks),
    ]  # fmt: skip


def _unserved(hurt: Hurt, response: str, unit: str) -> str:
    share = hurt.share(response)
    if share is None:
        return text.NOTHING
    if share <= FELT:
        return "nothing"
    return f"{text.pct(share)}, {text.mt(hurt.figure(response, 'unserved'), unit)}"


def _gets_by(view: ChainsView, hurt: Hurt, stocks: str) -> str:
    table = view.table("by_stocks")
    scenario = view.chains.stresses[hurt.number].scenario
    rows = table[
        (table["stocks"] == stocks) & (table["scenario"] == (scenario.name if scenario else "base"))
        & (table["place"] == hurt.place) & (table["commodity"] == hurt.good)
    ]  # fmt: skip
    if rows.empty:
        return text.NOTHING
    row = rows.iloc[0]
    days = text.number(row["time_to_survive_days"])
    if days is not None:
        return text.duration(days) if days > 0 else "at once short"
    return "not short" if bool(row["censored"]) else text.NOTHING


def sources_part(view: ChainsView) -> str:
    """Who else could deliver, and when that would be enough."""
    table = view.table("second_sources")
    table = table[~table["commodity"].isin(view.gas)] if len(table) else table
    if table.empty:
        return ""
    rows: list[list[Cell]] = []
    for row in table.to_dict("records"):
        unit = view.unit(row["commodity"])
        weeks = text.number(row["qualify_days"])
        back = text.number(row["replaced_days"])
        rows.append(
            [view.scenario_title(row["scenario"]), view.place(row["place"]),
             text.capital(view.good(row["commodity"])),
             f"{text.mt(row['lost'], unit)} a year, {text.pct(row['lost_share'])}",
             view.people(row["others"]) or "nobody",
             text.NOTHING if weeks is None else f"{text.sig(weeks / 7.0)}{text.NB}weeks",
             "never" if back is None else f"{text.sig(back / 30.4)}{text.NB}months",
             _covers(row["spare_share"])]
        )  # fmt: skip
    return folded(
        ["Scenario", "Country", "Good", "Lost, of what arrives", "Who else", "Qualification",
         "Replaced after", "Spare output covers"],
        rows, caption="What a second source would take", numbers=(5, 6, 7), rest="losses",
        note="Nobody buys a magnet or a wafer from a maker whom he has not tested. Qualification: "
        "the shortest among the others. Replaced after: when their lanes may have grown by what "
        "was lost. What they can make more within half a year is the last column; where that is "
        "under 100 % the loss is never replaced, only shared out anew.",
    )  # fmt: skip


def _covers(share: object) -> str:
    amount = text.number(share)
    if amount is None:
        return text.NOTHING
    return "all of it" if amount >= 1.0 else f"{text.pct(amount)}"


def qualification_part(view: ChainsView) -> str:
    """What longer or shorter tests would change."""
    table = view.table("qualification")
    table = table[table["commodity"].isin(view.finals)] if len(table) else table
    if table.empty or not (table["unserved_share"] > FELT).any():
        return ""
    factors = sorted(set(table["factor"].astype(float)))
    shares = {
        (str(place), str(good)): dict(
            zip(part["factor"].astype(float), part["unserved_share"].astype(float), strict=True)
        )
        for (place, good), part in table.groupby(["place", "commodity"], sort=False)
    }
    felt = {key: by for key, by in shares.items() if max(by.values()) > FELT}
    rows = [
        [view.place(place) if place else "All buyers", text.capital(view.good(good)),
         *(text.pct(by.get(factor)) for factor in factors)]
        for (place, good), by in sorted(felt.items(), key=lambda item: not item[0][0])
    ]  # fmt: skip
    said = [
        _no_help(view, place, good, by, shares.get(("", good), {}))
        for (place, good), by in felt.items()
        if place and by.get(0.0, 0.0) > 1.05 * by.get(1.0, 0.0)
    ]
    response = text.RESPONSES.get(str(table["response"].iloc[0]), "")
    heads = [FACTORS.get(f, f"{text.sig(f)} times") for f in factors]
    title = view.scenario_title(table["scenario"].iloc[0])
    listed = "".join(f"<li>{escape(s)}</li>" for s in said)
    return (f"<ul>{listed}</ul>" if said else "") + html_table(
        ["Country", "Good", *(text.capital(h) for h in heads)], rows,
        caption=f"If tests of a new supplier took another time: share not served. {title}",
        numbers=range(2, 2 + len(factors)), note=f"Response: {response.lower()}.",
    )  # fmt: skip


def _no_help(
    view: ChainsView, place: str, good: str, by: Mapping[float, float],
    world: Mapping[float, float],
) -> str:  # fmt: skip
    """That a place loses when tests take no time, because the others win."""
    all_of = (
        f" All buyers together gain: {text.pct(world[0.0])} instead of {text.pct(world[1.0])}."
        if world.get(0.0, 1.0) < world.get(1.0, 0.0)
        else ""
    )
    return (
        f"Faster tests would not help {view.place(place)} with {view.good(good)}: with no time for "
        f"tests at all {text.pct(by[0.0])} is not served instead of {text.pct(by[1.0])}, because "
        f"others could move their orders to the same makers.{all_of}"
    )


def ranking_part(view: ChainsView) -> str:
    """Single failures, the worst first: by share, since tonnes of different goods do not add."""
    rows = ranked(view)
    if rows.empty:
        return ""
    cells = [
        [str(k), text.capital(failure(view, row)), view.place(row["place"]),
         text.capital(view.good(row["commodity"])), text.pct(row["unserved_share"]),
         text.mt(row["unserved"], view.unit(row["commodity"])), text.musd(row["value_lost"])]
        for k, row in enumerate(rows.head(RANKED).to_dict("records"), 1)
    ]  # fmt: skip
    tried = len(view.table("ranking")[["chain", "targets"]].drop_duplicates())
    felt = len(rows[["chain", "targets"]].drop_duplicates())
    response = ", ".join(
        text.RESPONSES.get(str(r), str(r)).lower() for r in dict.fromkeys(rows["response"])
    )
    return html_table(
        ["", "What stops", "Whom it hurts", "Short of", "Share not served", "Amount",
         "Worth, indicative"],
        cells, caption="Single failures of half a year, the worst first", numbers=(0, 4, 5, 6),
        note=f"{tried} single failures were tried, one chain at a time; {felt} leave a country "
        f"short. Response: {response}, so this is the least that is lost. Shares are of the use "
        f"of the whole run of {view.run}. A passage counts once in each chain.",
    )  # fmt: skip


def ranked(view: ChainsView) -> pd.DataFrame:
    """Rows of single failures that leave a headline place short of a good in use."""
    table = view.table("ranking")
    if table.empty:
        return table
    table = table[table["commodity"].isin(view.finals) & table["place"].isin(view.places)]
    table = table[table["unserved_share"] > FELT]
    return table.sort_values("unserved_share", ascending=False, kind="stable")


def failure(view: ChainsView, row: dict[Any, Any]) -> str:
    """What stops: a passage, what a country makes of a good, or all that it makes in the chain."""
    country, _, good = str(row["targets"]).partition(":")
    if good and good in view.outputs:
        return f"{view.place(country)}: {view.good(good)}"
    if good:
        return f"{view.place(country)}: all works that give off {view.good(good)}"
    if row.get("kind") == "country":
        return f"{view.place(country)}: all that it makes of {text.words(row['chain'])}"
    return view.names.short(country)
