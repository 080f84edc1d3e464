"""What the pact is worth: never one number alone.

By length of the closure, spot supply and belief as small multiples, and over the hazards of many
years as a balance with its interval.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.report import charts, phrases, text, views
from seawall.report.charts import SERIES, Axis, Line
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.report.views import Names

_HAZARDS = 8
_SLICES: Mapping[str, tuple[str, str]] = {
    "weeks": ("by length of the closure", "weeks shut"),
    "spot": ("by spot supply", "times the spare output that can be reached"),
    "belief": ("by belief", "times as long again"),
}
_SIZE = (556.0, 210.0)


def family(table: pd.DataFrame, names: Names) -> str:
    """Worth to each member by weeks shut, spot supply and belief: a chart for each, and a table."""
    if table.empty:
        return ""
    keys = (*_SLICES, "worth", "lent")
    frame = table.assign(**{c: views.figures(table, c) for c in keys})
    blocks = []
    if (frame["worth"].abs() >= 0.5).any():
        blocks = [block for key in _SLICES if (block := _chart(frame, key, names))]
    return (
        '<h3 id="pact-worth">What it is worth, by spot supply, belief and length of the closure'
        f"</h3><p>{escape(family_sentence(frame, names))}</p>"
        f'<div class="charts">{"".join(blocks)}</div>{_family_table(frame, names)}'
    )


def family_sentence(frame: pd.DataFrame, names: Names) -> str:
    """In how many combinations it is used, and the range of its worth to each member."""
    cases = frame.drop_duplicates(["weeks", "spot", "belief"])
    lent = frame.groupby(["weeks", "spot", "belief"])["lent"].sum()
    unused = int((lent < phrases.NOTHING).sum())
    first = f"In {unused} of {len(cases)} combinations the pact lends nothing."
    if unused == len(cases):
        return f"{first} It is worth nothing in any of them."
    ranges = []
    for place, rows in frame.groupby("place", sort=False):
        low, high = float(rows["worth"].min()), float(rows["worth"].max())
        negative = int((rows["worth"] < -0.5).sum())
        harm = f" (a cost in {negative} of {len(rows)})" if negative else ""
        ranges.append(f"from {phrases.span(low, high)} for {names.place(place)}{harm}")
    return f"{first} Its worth ranges {text.join(ranges)}."


def _centre(frame: pd.DataFrame) -> dict[str, float]:
    """The world about which the others vary: the most common value of each dimension; of several,
    the middle length, and what is nearest to the estimate."""
    worlds = frame.drop_duplicates(list(_SLICES))
    centre = {}
    for key in _SLICES:
        counts = worlds[key].value_counts()
        common = sorted(float(v) for v in counts[counts == counts.max()].index)
        middle = common[len(common) // 2]
        centre[key] = middle if key == "weeks" else min(common, key=lambda v: abs(v - 1.0))
    return centre


def _chart(frame: pd.DataFrame, key: str, names: Names) -> str:
    """Worth to each member along one dimension, the others at their centre; empty where that is
    a single point."""
    centre = _centre(frame)
    here = frame
    for other, value in centre.items():
        if other != key:
            here = here[here[other] == value]
    points = sorted(here[key].unique())
    if len(points) < 2:
        return ""
    lines = []
    for colour, (place, rows) in zip(SERIES, here.groupby("place", sort=False), strict=False):
        path = rows.sort_values(key)
        lines.append(Line(names.place(place), colour, list(path[key]), list(path["worth"])))
    low, high = min(0.0, float(frame["worth"].min())), max(0.0, float(frame["worth"].max()))
    title, words = _SLICES[key]
    held = [_point(other, value) for other, value in centre.items() if other != key]
    title = f"Worth of the pact {title}; {text.join(held)}"
    ticks = [(float(p), text.trim(text.sig(float(p), 3))) for p in points]
    edge = 0.1 * (points[-1] - points[0])
    y_axis = charts.value_axis(low, high, "", f"worth of the pact, USD million; below: {words}")
    x_axis = Axis(float(points[0]) - edge, float(points[-1]), ticks)
    return charts.block(title, charts.line_chart(lines, x_axis, y_axis, title=title, size=_SIZE))


def _point(key: str, value: float) -> str:
    """One dimension at one value, in words."""
    if key == "weeks":
        return f"{value:.0f} weeks shut"
    if key == "spot":
        return f"spot supply {spot_words(value)}"
    return f"believed to last {belief_words(value)}"


def spot_words(spot: float) -> str:
    """A multiple of the spare output that can be reached: "as estimated", "0.5 times"."""
    if abs(spot - 1.0) < 1e-9:
        return "as estimated"
    return "none" if spot < 0.005 else f"{text.trim(text.sig(spot))} times"


def belief_words(multiple: float) -> str:
    """How much longer people expect it to last, as a multiple of what it has lasted."""
    for known, words in ((0.5, "half as long again"), (1.0, "as long again"),
                         (2.0, "twice as long again")):  # fmt: skip
        if abs(multiple - known) < 1e-9:
            return words
    return f"{text.trim(text.sig(multiple))} times as long again"


def _family_table(frame: pd.DataFrame, names: Names) -> str:
    rows = [
        [f"{r['weeks']:.0f}", spot_words(r["spot"]), belief_words(r["belief"]),
         names.place(r["place"]), text.mt(r["unserved_market"]), text.mt(r["unserved_pact"]),
         phrases.signed(r["worth"]), text.mt(r["lent"]), text.mt(r["owed"])]
        for r in frame.to_dict("records")
    ]  # fmt: skip
    table = html_table(
        ["Weeks shut", "Spot supply", "Believed to last", "Member", "Not served, market",
         "Not served, pact", "Worth", "Lends", "Still owes"],
        rows, caption="Worth of the pact in every combination", numbers=(0, 4, 5, 6, 7, 8),
        note="Spot supply: what plants can make beyond their base, against the estimate. Belief: "
        "how much longer everybody thinks it lasts, against how long it has.",
    )  # fmt: skip
    return f"<details><summary>Table of all {len(frame)} results</summary>{table}</details>"


def decades(extra: Mapping[str, pd.DataFrame], names: Names) -> str:
    """The balance over the hazards, the agreeable compensation, and what moves it."""
    table = extra.get("worth", pd.DataFrame())
    if table.empty:
        return ""
    frame = table.assign(balance=views.figures(table, "balance")).sort_values("balance")
    said = [balance_sentence(r, names) for r in frame.to_dict("records")]
    terms = compensation_sentence(extra.get("compensation", pd.DataFrame()), names)
    rows = [
        [names.place(r["place"]), phrases.signed(r["balance"]), _span(r, "low", "high"),
         _span(r, "decade_low", "decade_high"), text.pct(r["chance_of_loss"]),
         text.mt(r["lent"]), text.mt(r["borrowed"])]
        for r in frame.to_dict("records")
    ]  # fmt: skip
    balance = html_table(
        ["Member", "Expected, a year", "90 % interval, a year", "What single decades bring, a year",
         "Chance that a decade brings a loss", "Lends, a year", "Borrows, a year"],
        rows, caption="Is it worth signing?", numbers=range(1, 7),
        note="Over all hazards of the study. The first interval: how often they strike is not "
        "known. The second: luck besides, from the 5th to the 95th percentile. What keeping the "
        "pact ready costs in quiet years is not counted.",
    )  # fmt: skip
    return (
        '<h3 id="pact-years">What it is worth over the years</h3>'
        f"<p>{escape(' '.join([*said, terms]).strip())}</p>{balance}"
        f"{_hazards(extra.get('worth_hazards', pd.DataFrame()), names)}"
    )


def _span(row: Mapping[Any, Any], low: str, high: str) -> str:
    return phrases.span(row.get(low), row.get(high))


def balance_sentence(row: Mapping[Any, Any], names: Names) -> str:
    """Expected yearly balance of a member with its 90 % interval."""
    name, balance = names.place(row["place"]), text.number(row["balance"]) or 0.0
    span = f"(90 % interval {_span(row, 'low', 'high')})"
    if abs(balance) < 0.5:
        return f"Over the hazards the pact brings {name} nothing worth telling a year {span}."
    verb = "brings" if balance > 0.0 else "costs"
    return f"Over the hazards the pact {verb} {name} {text.musd(abs(balance))} a year {span}."


def compensation_sentence(table: pd.DataFrame, names: Names) -> str:
    """Which compensation makes both sign, pair by pair; where none does, that first."""
    said = []
    rows = table.to_dict("records")
    for row in sorted(rows, key=lambda r: bool(r["agreeable"])):
        if any(text.missing(row[c]) for c in ("lender", "borrower")):
            continue
        least, most, unit = text.number(row["least"]), text.number(row["most"]), row["unit"]
        lender, borrower = names.place(row["lender"]), names.place(row["borrower"])
        if not row["agreeable"]:
            need = "more than can be said" if least is None else f"{text.sig(least)} {unit}"
            pays = "nothing" if most is None else f"{text.sig(most)} {unit}"
            said.append(
                f"No compensation suits both: {lender} needs {need} and {borrower} can pay {pays}."
            )
        elif least is not None and least <= 0.0:
            said.append(f"{lender} gains without any compensation.")
        elif least is not None and most is not None:
            said.append(
                f"Between {text.sig(least)} and {text.sig(most)} {unit} lent, both {lender} and "
                f"{borrower} gain."
            )
        elif least is not None:
            said.append(f"{lender} gains from {text.sig(least)} {unit} lent upwards.")
        elif most is not None:
            said.append(f"{borrower} gains up to {text.sig(most)} {unit} lent.")
    return " ".join(said)


def _hazards(table: pd.DataFrame, names: Names) -> str:
    if table.empty:
        return ""
    shown = table.assign(balance=views.figures(table, "balance"))
    shown = shown[shown["balance"].abs() >= 0.005]
    shown = shown.sort_values("balance", key=abs, ascending=False).head(_HAZARDS)
    if shown.empty:
        return ""
    rows = [
        [str(r["name"]), names.place(r["place"]), every(r["frequency"]),
         phrases.signed(r["balance_if"]), phrases.signed(r["balance"]), text.pct(r["share"])]
        for r in shown.to_dict("records")
    ]  # fmt: skip
    return html_table(
        ["Hazard", "Member", "How often", "Worth if it strikes", "Expected, a year",
         "Share of all that moves the member’s balance"],
        rows, caption="Which hazards make the pact worth something", numbers=range(3, 6),
    )  # fmt: skip


def every(frequency: object) -> str:
    """Events a year in words: 0.05 as "once in 20 years"."""
    rate = text.number(frequency)
    if rate is None or rate <= 0.0:
        return text.NOTHING
    years = 1.0 / rate
    return f"{text.sig(rate)} a year" if years < 1.5 else f"once in {text.sig(years)} years"
