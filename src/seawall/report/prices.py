"""Who was outbid, who bought it, and at which prices."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from seawall.report import phrases, text, views
from seawall.report.charts import Line
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from seawall.report.views import Case, Names

_BUYERS_SHOWN = 6


def lines(case: Case, place: str, periods: int) -> tuple[str, list[Line], pd.Timestamp]:
    """Unit, price paths and first day of a place; no lines where no response has a price.

    A response without a market has no price.  Where prices are not unique, the line has the
    interval of all that fit.
    """
    found: list[Line] = []
    unit, start = "", pd.Timestamp(0)
    frame = case.timeline
    good = views.main_commodity(case.indicators, place)
    for response in case.responses:
        rows = frame[
            (frame["place"] == place)
            & (frame["response"] == response)
            & (frame["tier"] == "all")
            & (frame["commodity"] == good)
        ]
        rows = rows.assign(period_start=pd.to_datetime(rows["period_start"]))
        rows = rows.sort_values("period_start").head(periods)
        price = views.figures(rows, "price")
        if price.isna().all():
            continue
        start = rows["period_start"].iloc[0]
        unit = next((str(u) for u in views.column(rows, "price_unit") if not text.missing(u)), "")
        days = [float((day - start).days) for day in rows["period_start"]]
        low, high = views.figures(rows, "price_low"), views.figures(rows, "price_high")
        known = not (low.isna() | high.isna()).all()
        found.append(
            Line(text.RESPONSES.get(response, response), response, days, list(price),
                 list(low) if known else (), list(high) if known else ())
        )  # fmt: skip
    return unit, found, start


def priced(case: Case) -> str | None:
    """The response whose split into missing and priced out is told: the market if it is there."""
    return next((r for r in ("market", "pact", "foresight") if r in case.responses), None)


def outbid(case: Case, place: str, names: Names) -> str:
    """Whether what a place lacks is missing or outbid, under the market; empty if not known."""
    response = priced(case)
    if response is None:
        return ""
    o = case.of(place, response)
    bought = phrases.buyers_of(case.table("buyers"), place, response, names)
    return phrases.outbid(o.name, o.good, o.missing, o.priced_out, [who for who, _ in bought])


def buyers_html(case: Case, names: Names) -> str:
    """Table of who bought what the headline places were outbid for."""
    response = priced(case)
    if response is None:
        return ""
    rows = []
    for place in case.places:
        bought = phrases.buyers_of(case.table("buyers"), place, response, names)
        lost = case.of(place, response).priced_out or 0.0
        rows += [
            [case.of(place, response).name, who, text.mt(quantity),
             text.pct(quantity / lost) if lost > 0.0 else text.NOTHING]
            for who, quantity in bought[:_BUYERS_SHOWN]
        ]  # fmt: skip
    if not rows:
        return ""
    table = html_table(
        ["Outbid", "Who bought it", "Quantity", "Share of what was outbid"], rows,
        caption="Who bought it", numbers=(2, 3),
        note=f"What others would have gone without if this country had paid whatever it takes; the "
        f"{_BUYERS_SHOWN} largest buyers.",
    )  # fmt: skip
    return f"<h3>{escape(text.RESPONSES[response])}: who pays more</h3>{table}"
