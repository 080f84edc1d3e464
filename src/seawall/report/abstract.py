"""The demonstration in about eight sentences that a person can quote.

Templates over results, the most disappointing first; the report's first page and the command line
print the same ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall.report import findings, text, views

if TYPE_CHECKING:
    import pandas as pd

    from seawall.questions.demo import DemoResult
    from seawall.questions.stress import StressResult
    from seawall.report.views import Names

NEXT_COMMANDS = (
    "seawall stress india-japan qatar-outage",
    "seawall exposure india-japan --place JPN",
    "seawall sweep india-japan --n 1 --days 30",
)


def sentences(demo: DemoResult) -> list[str]:
    """About eight sentences on the flagship, the passages, the worst failures and the doubts."""
    names = views.Names(demo.study)
    flagship, detour, *_ = demo.stresses
    said = [_shortage(flagship, place, names) for place in flagship.study.settings.headline]
    said.append(_who_bears_it(flagship, names))
    said.append(_weakest_link(demo.exposure.tables["passages"], flagship, names))
    said.append(_detour_cost(detour, names))
    said.append(_worst_failures(demo.sweep.tables["ranking"], flagship, names))
    said.append(_pooling(demo.extra["variants"], names))
    said.append(_doubt(demo.doubt, names))
    return [s for s in said if s]


def _row(table: pd.DataFrame, place: str, response: str) -> pd.Series[Any]:
    rows = table[(table["place"] == place) & (table["response"] == response)]
    if "tier" in rows:
        rows = rows[rows["tier"] == "all"]
    return rows.iloc[0]


def _shortage(result: StressResult, place: str, names: Names) -> str:
    table = result.tables["indicators"]
    frozen, best = _row(table, place, "frozen"), _row(table, place, "foresight")
    title = _title(result)
    who = names.place(place)
    if text.missing(frozen["first_shortfall_day"]):
        return f"{title}: {who} runs short of nothing, even if nobody reacts."
    day = text.day_of(frozen["first_shortfall_day"])
    return (
        f"{title}: if nobody reacts, {who} runs short on {day} and goes without "
        f"{text.mt(frozen['unserved'])} of {names.good(frozen['commodity'])} over "
        f"{text.weeks(frozen['weeks_short'])}; if everyone knew the end, without "
        f"{text.mt(best['unserved'])}."
    )


def _title(result: StressResult) -> str:
    return result.scenario.title if result.scenario else "The base"


def _who_bears_it(result: StressResult, names: Names) -> str:
    """Which uses lose most in the first headline place, and which lose nothing."""
    place = result.study.settings.headline[0]
    table = result.tables["indicators"]
    here = table[(table["place"] == place) & (table["response"] == "frozen")]
    uses = here[(here["tier"] != "all") & (here["sector"] != "all")]
    hit = uses[uses["unserved"] > 0].sort_values("unserved", ascending=False)
    safe = uses[(uses["unserved"] == 0) & (uses["tier"] == "essential")]
    if hit.empty:
        return ""
    first = text.join([f"“{sector}”" for sector in hit["sector"].head(3)])
    kept = text.join([f"“{sector}”" for sector in safe["sector"]])
    kept = f"; {kept} stay served" if len(safe) else ""
    return f"In {names.place(place)} the loss falls on {first}{kept}."


def _weakest_link(passages: pd.DataFrame, result: StressResult, names: Names) -> str:
    parts = []
    for place in result.study.settings.headline:
        here = passages[passages["place"] == place].nlargest(1, "share")
        if len(here):
            top = here.iloc[0]
            passage = text.the(names.place(top["passage"]))
            parts.append(
                f"{text.pct(top['share'])} of {names.place(place)}’s gas crosses {passage}"
            )
    return f"Weakest link: {text.join(parts)}." if parts else ""


def _detour_cost(result: StressResult, names: Names) -> str:
    case = views.case(result.study, result, names)
    used = findings.detours(result.study, case, "frozen")
    if used.empty:
        return ""
    moved = float(used["quantity"].sum())
    days = float((used["days"] * used["quantity"]).sum() / moved)
    cost = float(used["cost"].sum())
    short = [
        p for p in case.places
        if not text.missing(_row(result.tables["indicators"], p, "frozen")["first_shortfall_day"])
    ]  # fmt: skip
    who = text.join([names.place(p) for p in short]) if short else "neither headline country"
    return (
        f"{_title(result)}: the detour takes {text.sig(days)} days more for {text.mt(moved)} and "
        f"costs {text.musd(cost)}; {who} runs short if nobody reacts."
    )


def _worst_failures(ranking: pd.DataFrame, result: StressResult, names: Names) -> str:
    parts = []
    for place in result.study.settings.headline:
        here = ranking[(ranking["place"] == place) & (ranking["response"] == "frozen")]
        worst = here.nlargest(1, "unserved")
        if len(worst) and worst.iloc[0]["unserved"] > 0:
            top = worst.iloc[0]
            parts.append(
                f"for {names.place(place)} {text.the(names.place(top['name']))} "
                f"({text.mt(top['unserved'])} in 60 days)"
            )
    return f"The worst single failure is {text.join(parts)}." if parts else ""


def _pooling(variants: pd.DataFrame, names: Names) -> str:
    rows = variants[(variants["response"] == "frozen") & (variants["unserved"] > 0)]
    both = {
        place: here.set_index("variant")
        for place, here in rows.groupby("place")
        if len(here) == 2
    }  # fmt: skip
    if not both:
        return ""
    place, table = next(iter(both.items()))
    pooled, alone = table.loc["pooled"], table.loc["unpooled"]
    day, usual = (text.day_of(row["first_shortfall_day"]) for row in (alone, pooled))
    when = day if day == usual else f"{day} instead of {usual}"
    return (
        f"All of this shares {names.place(place)}’s own gas among all users; if its own users keep "
        f"it, those who burn imported gas are short from {when} and lose "
        f"{text.mt(alone['unserved'])} where all together lose {text.mt(pooled['unserved'])}."
    )


def _doubt(doubt: pd.DataFrame, names: Names) -> str:
    for place, rows in doubt.groupby("place", sort=False):
        if rows["first_shortfall_day"].isna().any():
            continue
        days = rows.sort_values("stock")["first_shortfall_day"]
        spread = float(rows["stock"].max() - 1.0)
        return (
            f"Largest doubt: {names.place(place)}’s stocks are an estimate; with "
            f"{text.pct(spread)} less or more of them the first shortage comes on "
            f"{text.day_of(days.iloc[0])} or {text.day_of(days.iloc[-1])}."
        )
    return ""
