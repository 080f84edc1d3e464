"""Sentences on how the world reacts: outbid or missing, market against frozen, pact, grids.

They take plain tables, so that the report, the abstract and the command line say the same.  What
disappoints stands first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.report import text, views

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from seawall.report.views import Names

#: A loss is larger than another when it is so by this share of it.
LARGER = 0.005
#: Quantities below this [unit] are told as nothing.
NOTHING = 5e-4
_DARK_GWH = 0.05
#: Reserve margin below which Japan calls an alert.
ALERT = 0.03
_MOST_BUYERS = 3


def outbid(
    name: str,
    good: str,
    missing: float | None,
    priced_out: float | None,
    buyers: Sequence[str],
    unit: str = "Mt",
) -> str:
    """What a place lacks because nothing is there, and what because others paid more.

    Parameters
    ----------
    name, good : the place and its commodity, in words.
    missing, priced_out : the split of what is not served [`unit`]; None where it is not known.
    buyers : who bought it, largest first, in words.
    """
    if missing is None or priced_out is None or missing + priced_out < NOTHING:
        return ""
    lost = missing + priced_out
    all_of, gone, sold = (text.mt(amount, unit) for amount in (lost, missing, priced_out))
    others = ["others"] if len(buyers) > _MOST_BUYERS else []
    who = f", by {text.join([*buyers[:_MOST_BUYERS], *others])}" if buyers else ""
    lacks = f"{name} goes without {all_of} of {good}"
    if priced_out <= 0.01 * lost:
        return f"{lacks}: missing, not outbid, nobody else gets it."
    if missing <= 0.01 * lost:
        return f"{lacks}: not missing, outbid. All {sold} are bought elsewhere{who}."
    if priced_out >= missing:
        return (
            f"{lacks}, mostly not missing but outbid: {sold} are bought elsewhere{who}; "
            f"{gone} were not for sale at any price."
        )
    return (
        f"{lacks}, mostly missing: {gone} were not for sale at any price, and {sold} are bought "
        f"elsewhere{who}."
    )


def buyers_of(
    buyers: pd.DataFrame, place: str, response: str, names: Names, commodity: str | None = None
) -> list[tuple[str, float]]:
    """Who bought what a place was outbid for under a response, largest first [unit]."""
    if buyers.empty:
        return []
    rows = buyers[(buyers["place"] == place) & (buyers["response"] == response)]
    if commodity is not None:
        rows = rows[rows["commodity"] == commodity]
    summed = views.figures(rows, "quantity").groupby(rows["buyer"].astype(str)).sum()
    summed = summed[summed >= NOTHING].sort_values(ascending=False)
    return [(names.place(key), float(value)) for key, value in summed.items()]


def market_worse(losses: Mapping[str, float]) -> str:
    """Says so where re-planning loses more than doing nothing; else empty."""
    frozen, market = losses.get("frozen"), losses.get("market")
    if frozen is None or market is None or market <= frozen + LARGER * abs(frozen):
        return ""
    return (
        f"re-planning does worse than doing nothing: the market loses {text.musd(market)}, frozen "
        f"{text.musd(frozen)}. Plans made without knowing the end can cost more than they save."
    )


def pact_used(pact: pd.DataFrame) -> bool:
    """Whether anything is lent."""
    return bool(len(pact)) and float(views.figures(pact, "lent").sum()) >= NOTHING


def pact_sentence(pact: pd.DataFrame, names: Names, settled: pd.DataFrame | None = None) -> str:
    """What the pact does in one scenario; empty where it was not asked.

    Parameters
    ----------
    pact : rows of one scenario: place, worth, lent, returned, owed.
    settled : ledger of the same scenario, for what is overdue.
    """
    if pact.empty:
        return ""
    if not pact_used(pact):
        members = text.join([names.place(p) for p in pact["place"]])
        return (
            "the pact never triggers a loan: nothing is lent, and it changes nothing for "
            f"{members}."
        )
    rows = pact.assign(**{c: views.figures(pact, c) for c in ("worth", "lent", "returned", "owed")})
    lent = [
        f"{names.place(r['place'])} lends {text.mt(r['lent'])} and gets {text.mt(r['returned'])} "
        "back"
        for r in rows.to_dict("records")
        if r["lent"] >= NOTHING
    ]
    owed = [
        f"{names.place(r['place'])} still owes {text.mt(r['owed'])} when the run ends"
        for r in rows.to_dict("records")
        if r["owed"] >= NOTHING
    ]
    total = float(rows["worth"].sum())
    head = "the pact costs its members more than it brings: it " if total < -0.5 else "the pact "
    late = "; some of it is overdue" if settled is not None and _overdue(settled) else ""
    parts = [worth_words(rows, names), text.join(lent), *owed]
    return f"{head}{'; '.join(part for part in parts if part)}{late}."


def _overdue(settled: pd.DataFrame) -> bool:
    if settled.empty:
        return False
    return bool((views.figures(settled, "overdue") >= NOTHING).any())


def worth_words(rows: pd.DataFrame, names: Names) -> str:
    """Whom it costs what, then to whom it is worth what: "costs Japan USD 40 million and is worth
    USD 120 million to India"."""
    cost, gain, none = [], [], []
    for row in rows.sort_values("worth").to_dict("records"):
        name, worth = names.place(row["place"]), float(row["worth"])
        if worth <= -0.5:
            cost.append(f"{name} {text.musd(-worth)}")
        elif worth >= 0.5:
            gain.append(f"{text.musd(worth)} to {name}")
        else:
            none.append(f"nothing to {name}")
    parts = [f"costs {text.join(cost)}"] if cost else []
    parts += [f"is worth {text.join([*none, *gain])}"] if none or gain else []
    return text.join(parts)


def signed(value: object) -> str:
    """Money from MUSD with its sign: "USD +120 million"."""
    amount = text.number(value)
    if amount is None:
        return text.NOTHING
    if abs(amount) < 0.5:
        return f"USD{text.NB}0"
    sign = "+" if amount > 0 else text.MINUS
    return text.musd(abs(amount)).replace(f"USD{text.NB}", f"USD{text.NB}{sign}", 1)


def span(low: object, high: object) -> str:
    """Two amounts of money with their signs: "USD +3.0 to +9.0 million"."""
    ends = signed(low), signed(high)
    first, second = (end.split(text.NB) for end in ends)
    if len(first) == len(second) == 3 and first[2] == second[2]:
        return f"USD{text.NB}{first[1]} to {second[1]}{text.NB}{first[2]}"
    return f"{ends[0]} to {ends[1]}"


def dependence(table: pd.DataFrame) -> list[str]:
    """A sentence a grid on how far it hangs on LNG, the least dependent first."""
    if table.empty:
        return []
    lng = views.figures(table, "lng_share")
    if lng.isna().all():
        lng = views.figures(table, "lng_share_of_energy")
    order = lng.sort_values(kind="stable").index
    return [str(s) for s in table.loc[order, "sentence"]]


def cut(grids: pd.DataFrame) -> float:
    """The largest cut of a grid under any response [GWh]; 0 for what is told as nothing."""
    if grids.empty:
        return 0.0
    largest = float(views.figures(grids, "unserved_gwh").max())
    return largest if largest >= _DARK_GWH else 0.0


def dark(grids: pd.DataFrame) -> str:
    """What goes dark on the grids of one scenario, over all responses; empty without grids."""
    if grids.empty:
        return ""
    rows = grids.assign(**{c: views.figures(grids, c).fillna(0.0) for c in _GRID_FIGURES})
    parts = []
    lit: list[str] = []
    for name, here in rows.groupby("name", sort=False):
        low, high = float(here["unserved_gwh"].min()), float(here["unserved_gwh"].max())
        if high < _DARK_GWH:
            lit.append(str(name))
            continue
        worst = here.nlargest(1, "unserved_gwh").iloc[0]
        part = float(worst["unserved_for_gas_gwh"]) / high
        share = (
            "none of it for want of gas: no loan of LNG would help"
            if part < 0.005
            else "all of it for want of gas"
            if part > 0.995
            else f"{text.pct(part)} of it for want of gas"
        )
        amount = text.between(gwh(low), gwh(high))
        if gwh(low) != gwh(high):
            amount += f" (most under “{text.RESPONSES.get(str(worst['response']), 'it')}”)"
        hours = text.sig(float(here["hours_short"].max()))
        parts.append(f"{name} lacks {amount} in up to {hours} hours, {share}")
    margins = alert(grids)
    if not parts:
        return f"no grid cuts anything under any response{f', but {margins}' if margins else ''}."
    rest = f"; nothing is cut in {text.join(lit)}" if lit else ""
    return f"{'; '.join([*parts, *([margins] if margins else [])])}{rest}."


def alert(grids: pd.DataFrame) -> str:
    """The lowest reserve margin where it is below what calls for an alert; else empty."""
    if "reserve_margin_low" not in grids:
        return ""
    rows = grids.assign(low=views.figures(grids, "reserve_margin_low"))
    worst = rows.nsmallest(1, "low").iloc[0]
    if not worst["low"] < ALERT:
        return ""
    return (
        f"the reserve margin of {worst['name']} falls to {margin(worst['low'])}, which no gas "
        "would raise"
    )


def margin(value: object) -> str:
    """A reserve margin in per cent with its sign: below 0 the peak cannot be met."""
    share = text.number(value)
    if share is None:
        return text.NOTHING
    return f"{text.MINUS if share < 0.0 else ''}{text.pct(abs(share))}"


_GRID_FIGURES = ("unserved_gwh", "unserved_for_gas_gwh", "hours_short")


def gwh(value: object) -> str:
    """Electricity: "0 GWh", "12 GWh"."""
    amount = text.number(value)
    if amount is None:
        return text.NOTHING
    if 0.0 < amount < _DARK_GWH:
        return f"under 0.1{text.NB}GWh"
    return f"{text.sig(amount)}{text.NB}GWh"
