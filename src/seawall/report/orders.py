"""The section of allocation orders: what an order costs and whom it protects."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seawall.report import phrases, text, views
from seawall.report.tables import html_table

if TYPE_CHECKING:
    import pandas as pd

    from seawall.report.views import Names

FREE = "willingness to pay"
_TIES = 1e-3
_FELT = 0.001


def orders_section(table: pd.DataFrame, names: Names, places: tuple[str, ...]) -> str:
    """HTML of the orders side by side; empty without any."""
    if table.empty:
        return ""
    frame = table.assign(
        **{c: views.figures(table, c).fillna(0.0)
           for c in ("unserved", "unserved_share", "value_lost", "study_loss")}
    )  # fmt: skip
    said = "".join(f"<li>{escape(s)}</li>" for s in sentences(frame, names, places))
    return (
        '<section id="orders"><h2>If a government decides who goes short</h2><p class="about">An '
        "order shares a shortage out; it brings no gas. It is shown beside what everybody would "
        f"pay, and beside equal weights for all.{_asked(frame, names)}</p><ul>{said}</ul>"
        f"{_table(frame, names, places)}</section>"
    )


def _asked(frame: pd.DataFrame, names: Names) -> str:
    """The scenario and the response of the table, where it says so."""
    said = []
    for column, word in (("scenario", "Scenario"), ("response", "Response")):
        values = dict.fromkeys(str(v) for v in views.column(frame, column) if not text.missing(v))
        shown = [text.RESPONSES[v].lower() if v in text.RESPONSES else names.of(v) for v in values]
        if shown:
            said.append(f"{word}: {text.join(shown)}.")
    return escape(" ".join(["", *said]))


def _title(order: object) -> str:
    return text.capital(text.words(order).replace("-", " "))


def cost(frame: pd.DataFrame, order: str) -> float | None:
    """What an order costs the whole study against willingness to pay [million]; 0 within what
    ties may move, None without a comparison."""
    loss = frame.groupby("order")["study_loss"].first()
    if FREE not in loss or order not in loss:
        return None
    difference = float(loss[order] - loss[FREE])
    return 0.0 if abs(difference) <= _TIES * abs(float(loss[FREE])) else difference


def sentences(frame: pd.DataFrame, names: Names, places: tuple[str, ...]) -> list[str]:
    """One sentence an order: its price, whom it protects, who pays; the dearest first."""
    found = []
    for order in dict.fromkeys(frame["order"].astype(str)):
        price = cost(frame, order)
        if order == FREE or price is None:
            continue
        better, worse = _moved(frame, order, names, places)
        if price > 0.0:
            head = f"costs {text.musd(price)} more than willingness to pay"
        elif price < 0.0:
            head = f"costs {text.musd(-price)} less than willingness to pay"
        else:
            head = "costs nothing against willingness to pay"
        who = [f"protects {text.join(better)}"] if better else []
        who += [f"takes from {text.join(worse)}"] if worse else []
        tail = f"; it {' and '.join(who)}" if who else " and changes nothing for anybody"
        sentence = f"The order “{_title(order)}” {head}{tail}."
        found.append((price, sentence))
    return [sentence for _, sentence in sorted(found, key=lambda item: -item[0])]


def _moved(
    frame: pd.DataFrame, order: str, names: Names, places: tuple[str, ...]
) -> tuple[list[str], list[str]]:
    """Uses of the headline places that go short less, and more, than without the order."""
    rows = _uses(frame, places)
    wide = rows.pivot_table(
        index=["place", "tier", "sector"], columns="order", values="unserved_share", sort=False
    )
    change = (wide[order] - wide[FREE]).dropna()
    several = len(set(rows["place"])) > 1

    def told(part: pd.Series[float]) -> list[str]:
        shown = []
        for key in part.sort_values(key=abs, ascending=False).index[:3]:
            place, _, sector = key
            where = f"{names.place(place)}: " if several else ""
            now, before = text.pct(wide.loc[key, order]), text.pct(wide.loc[key, FREE])
            shown.append(f"“{where}{sector}” ({now} short instead of {before})")
        return shown

    return told(change[change < -_FELT]), told(change[change > _FELT])


def _uses(frame: pd.DataFrame, places: tuple[str, ...]) -> pd.DataFrame:
    """Single uses of the headline places that go short under any order."""
    rows = frame[
        frame["place"].isin(places) & (frame["tier"] != "all") & (frame["sector"] != "all")
    ]
    hit = rows.groupby(["place", "tier", "sector"])["unserved_share"].transform("max") > _FELT
    return rows[hit]


def _table(frame: pd.DataFrame, names: Names, places: tuple[str, ...]) -> str:
    orders = list(dict.fromkeys(frame["order"].astype(str)))
    rows = []
    for (place, tier, sector), part in _uses(frame, places).groupby(
        ["place", "tier", "sector"], sort=False
    ):
        share = part.groupby("order")["unserved_share"].first()
        rows.append(
            [names.place(place), text.capital(str(sector)), text.TIERS.get(str(tier), str(tier)),
             *(text.pct(share.get(order)) for order in orders)]
        )  # fmt: skip
    whole = frame[(frame["tier"] == "all") & (frame["sector"] == "all")]
    for place in places:
        lost = whole[whole["place"] == place].groupby("order")["value_lost"].first()
        if len(lost):
            rows.append([names.place(place), "Value lost", "",
                         *(text.musd(lost.get(order)) for order in orders)])  # fmt: skip
    loss = frame.groupby("order")["study_loss"].first()
    rows.append(["All places", "Loss of the whole study", "",
                 *(text.musd(loss[order]) for order in orders)])  # fmt: skip
    extra = [cost(frame, order) for order in orders]
    rows.append(["All places", "What the order costs", "",
                 *(text.NOTHING if v is None else phrases.signed(v) for v in extra)])  # fmt: skip
    return html_table(
        ["Where", "Use", "Tier", *(_title(order) for order in orders)], rows,
        caption="Share of each use that goes unserved, by order", numbers=range(3, 3 + len(orders)),
    )  # fmt: skip
