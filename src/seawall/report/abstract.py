"""The demonstration in about a dozen sentences that a person can quote.

Templates over results, the most disappointing first; the report's first page and the command line
print the same ones.  Each sentence says its scenario and its response, so that it is true alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.report import findings, pact, pactworth, phrases, prices, text, views

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.questions.demo import DemoResult
    from seawall.questions.stress import StressResult
    from seawall.report.views import Names

NEXT_COMMANDS = (
    "seawall stress india-japan qatar-outage",
    "seawall exposure india-japan --place JPN",
    "seawall sweep india-japan --n 1 --days 30",
)


def sentences(demo: DemoResult) -> list[str]:
    """About a dozen sentences on the flagship, the pact, the grids, the passages, the worst
    failures and the doubts."""
    names = views.Names(demo.study)
    flagship, detour, *_ = demo.stresses
    hit: list[str] = []
    safe: list[str] = []
    for place in flagship.study.settings.headline:
        frozen = _row(flagship.tables["indicators"], place, "frozen")
        (safe if text.missing(frozen["first_shortfall_day"]) else hit).append(place)
    said = []
    for place in hit:
        said.append(_shortage(flagship, place, names))
        said.append(_outbid(flagship, place, names))
        said.append(_known_end(flagship, place, names))
        said.append(_who_bears_it(flagship, place, names))
        said.append(_first_terminal(flagship, place, names))
    said.append(_pact(demo.stresses, names))
    said += _pact_worth(demo.extra, names)
    said.append(_grids(demo.stresses, demo.extra.get("grid_dependence", pd.DataFrame()), names))
    spared = [_spared(flagship, place, names) for place in safe]
    depend = _dependence(demo, names)
    if spared and depend:
        spared[-1] = f"{spared[-1].removesuffix('.')}; {depend[:1].lower()}{depend[1:]}"
    said += spared or [depend]
    said.append(_detour_cost(detour, names))
    said.append(_worst_failures(demo.sweep.tables["ranking"], flagship, names))
    said.append(_pooling(demo.extra["variants"], flagship, names))
    said.append(_doubt(demo.doubt, flagship, names))
    return [s for s in said if s]


def _row(table: pd.DataFrame, place: str, response: str) -> pd.Series[Any]:
    rows = table[(table["place"] == place) & (table["response"] == response)]
    if "tier" in rows:
        rows = rows[rows["tier"] == "all"]
    return rows.iloc[0]


def _title(result: StressResult) -> str:
    return result.scenario.title if result.scenario else "The base"


def _uses(result: StressResult, place: str, response: str) -> pd.DataFrame:
    """Rows of single uses, which together are the whole: nothing is counted twice."""
    table = result.tables["indicators"]
    here = table[(table["place"] == place) & (table["response"] == response)]
    return here[(here["tier"] != "all") & (here["sector"] != "all")]


def _when(result: StressResult, place: str, response: str) -> str:
    """The first short week, and in brackets the days between which its shortage begins.

    The use that is cut first goes without from the beginning of a week whose total would have been
    served for a part of it: the truth lies between both.
    """
    day = _row(result.tables["indicators"], place, response)["first_shortfall_day"]
    first = _uses(result, place, response)["first_shortfall_day"].min()
    low, high = round(min(day, day if text.missing(first) else first)), round(day)
    days = f"day {high}" if low == high else f"between day {low} and day {high}"
    return f"{text.week_of(day)} ({days})"


def _shortage(result: StressResult, place: str, names: Names) -> str:
    frozen = _row(result.tables["indicators"], place, "frozen")
    days = float(frozen["unserved_share"]) * views.run_days(result.study)
    return (
        f"{_title(result)}: if nobody reacts, {names.place(place)} runs short in "
        f"{_when(result, place, 'frozen')} and goes without {text.mt(frozen['unserved'])} of "
        f"{names.good(frozen['commodity'])} over {text.weeks(frozen['weeks_short'])}, as much as "
        f"it uses in {text.duration(days)}; in the worst week {text.pct(frozen['worst_share'])} "
        "is not served."
    )


def _outbid(result: StressResult, place: str, names: Names) -> str:
    """What re-planning makes of it, and whether the place is outbid or nothing is there."""
    if "market" not in result.responses:
        return ""
    view = views.case(result.study, result, names)
    market, frozen = view.of(place, "market"), view.of(place, "frozen")
    more = "more" if market.unserved > frozen.unserved else "less"
    told = prices.outbid(view, place, names)
    worse = phrases.market_worse(view.losses)
    against = f" ({more} than the {text.mt(frozen.unserved)} if nobody reacts)"
    first = (
        f"{_title(result)}: if the market re-plans without knowing the end, {names.place(place)} "
        f"goes without {text.mt(market.unserved)}{against if market.short else ''}."
    )
    return " ".join(part for part in (first, told, text.capital(worse)) if part)


def _pact(results: list[StressResult], names: Names) -> str:
    """The pact in the flagship, and in the scenario in which it is worth most."""
    cases = [views.case(r.study, r, names) for r in results if len(r.tables.get("pact", ()))]
    if not cases:
        return ""
    first = cases[0]
    said = f"{first.title}: {phrases.pact_sentence(first.table('pact'), names)}"
    used = [case for case in pact.ordered(cases) if phrases.pact_used(case.table("pact"))]
    if not used:
        return (
            f"{said} It is not used in any of the {len(cases)} scenarios."
            if len(cases) > 1
            else said
        )
    if used[-1] is first:
        return said
    return f"{said} {used[-1].title}: {phrases.pact_sentence(used[-1].table('pact'), names)}"


def _pact_worth(extra: Mapping[str, pd.DataFrame], names: Names) -> list[str]:
    """What the pact is worth by spot supply, belief and length, and over the years."""
    said = []
    table = extra.get("pact_worth", pd.DataFrame())
    if len(table):
        told = pactworth.family_sentence(table, names)
        said.append(
            "By length of a closure of Hormuz that damages plants, spot supply and belief: "
            f"{told[0].lower()}{told[1:]}"
        )
    yearly = extra.get("worth", pd.DataFrame())
    if len(yearly):
        rows = yearly.sort_values("balance").to_dict("records")
        terms = pactworth.compensation_sentence(extra.get("compensation", pd.DataFrame()), names)
        parts = [*(pactworth.balance_sentence(row, names) for row in rows), terms]
        said.append(" ".join(part for part in parts if part))
    return said


def _grids(results: list[StressResult], dependence: pd.DataFrame, names: Names) -> str:
    """How little a grid hangs on LNG comes first, then what goes dark in the flagship and at the
    worst."""
    parts = phrases.dependence(dependence)[:1]
    cases = [views.case(r.study, r, names) for r in results if len(r.tables.get("grids", ()))]
    if cases:
        parts.append(f"{cases[0].title}: {phrases.dark(cases[0].table('grids'))}")
        worst = max(cases, key=lambda case: phrases.cut(case.table("grids")))
        if worst is not cases[0] and phrases.cut(worst.table("grids")) > 0.0:
            parts.append(f"{worst.title}: {phrases.dark(worst.table('grids'))}")
    return " ".join(parts)


def _known_end(result: StressResult, place: str, names: Names) -> str:
    """The other end of the bracket, and who would close the gap."""
    best = _row(result.tables["indicators"], place, "foresight")
    who = names.place(place)
    view = views.case(result.study, result, names)
    moved = findings.redirected(result.study, view, "foresight")
    extra = moved[(moved["to"] == place) & (moved["change"] > 0.0)]
    helpers = ", ".join(names.place(o) for o in extra["from"].head(3))
    cargo = (
        f": {helpers} and others would send {text.mt(extra['change'].sum())} more"
        if len(extra) > 3
        else ""
    )
    lost = _row(result.tables["indicators"], place, "frozen")["unserved"]
    if text.missing(best["first_shortfall_day"]):
        return (
            f"{_title(result)}: if everyone knew the end from the first day, {who} would lose "
            f"nothing{cargo}."
        )
    return (
        f"{_title(result)}: if everyone knew the end from the first day, {who} would still go "
        "without "
        f"{text.mt(best['unserved'])}{cargo}. What separates this from {text.mt(lost)} is the most "
        "that acting early can be worth."
    )


def _who_bears_it(result: StressResult, place: str, names: Names) -> str:
    """Which uses go short first, and which essential ones lose nothing."""
    uses = _uses(result, place, "frozen")
    hit = uses[uses["unserved"] > 0].sort_values("first_shortfall_day")
    safe = uses[(uses["unserved"] == 0) & (uses["tier"] == "essential")]
    if hit.empty:
        return ""
    first = text.join(
        [f"“{use}” ({text.week_of(day)})"
         for use, day in zip(hit["sector"].head(3), hit["first_shortfall_day"], strict=False)]
    )  # fmt: skip
    kept = text.join([f"“{use}”" for use in safe["sector"]])
    lost = uses[(uses["unserved"] > 0) & (uses["tier"] == "essential")]
    if len(safe) and lost.empty:
        kept = f"; {kept} stay served"
    else:
        kept = f"; only {kept} stay served" if len(safe) else ""
    return f"{_title(result)}: first to go short in {names.place(place)} are {first}{kept}."


def _first_terminal(result: StressResult, place: str, names: Names) -> str:
    """The terminal that lands most for its tanks: how long its own stock lasts."""
    table = views.terminals(result.study, place)
    if len(table) < 2:
        return ""
    table = table.assign(days=365.0 * table["usable"] / table["landed"])
    top = table.nlargest(1, "landed").iloc[0]
    part = top["landed"] / table["landed"].sum()
    tanks = top["tank"] / table["tank"].sum()
    if part < 2.0 * tanks / 1.5:
        return ""
    mean = 365.0 * table["usable"].sum() / table["landed"].sum()
    return (
        f"The bottleneck is {names.place(top['place'])}: it lands {text.pct(part)} of "
        f"{names.place(place)}’s LNG on {text.pct(tanks)} of the tanks, and what it can draw from "
        f"them lasts {float(top['days']):.0f} days against {mean:.0f} in all."
    )


def _spared(result: StressResult, place: str, names: Names) -> str:
    """A place that runs short of nothing, and what it costs its tanks."""
    rows = result.tables["timeline"]
    rows = rows[(rows["place"] == place) & (rows["response"] == "frozen") & (rows["tier"] == "all")]
    stock = views.figures(rows, "stock")
    per_day = views.imports_per_day(result.study, result.tables["base_flows"], place)
    drawn = ""
    if len(stock) and per_day > 0.0 and stock.iloc[0] > stock.min():
        drawn = (
            f": its stocks fall from {text.sig(float(stock.iloc[0]) / per_day)} to "
            f"{text.sig(float(stock.min()) / per_day)} days of imports"
        )
    case = views.case(result.study, result, names)
    taken = max((case.of(place, r) for r in result.responses), key=lambda o: o.unserved)
    if taken.short:
        return (
            f"{_title(result)}: {names.place(place)} runs short of nothing if nobody reacts, but "
            f"of {text.mt(taken.unserved)} under “{text.RESPONSES[taken.response]}”, because "
            f"others outbid it{drawn}."
        )
    return (
        f"{_title(result)}: {names.place(place)} runs short of nothing, even if nobody "
        f"reacts{drawn}."
    )


def _dependence(demo: DemoResult, names: Names) -> str:
    """What the flagship's passage carries of each headline place's imports and of all its use."""
    scenario = demo.stresses[0].scenario
    shut = [s.passage for s in scenario.shock if s.passage] if scenario else []
    if not shut:
        return ""
    goods = set(demo.stresses[0].tables["indicators"]["commodity"])
    crossed, origins = (
        table[table["commodity"].isin(goods) & (table["use"] == "demand")]
        for table in (demo.exposure.tables["passages"], demo.exposure.tables["lookthrough"])
    )
    origins = origins[origins["origin_kind"] != "conversion"]
    parts = []
    for place in demo.study.settings.headline:
        here = crossed[(crossed["place"] == place) & (crossed["passage"] == shut[0])]
        own = origins[(origins["place"] == place) & (origins["origin"] == place)]["share"].sum()
        if here.empty or own >= 1.0:
            continue
        share = float(here["share"].iloc[0])
        part = f"{text.pct(share / (1.0 - own))} of {names.place(place)}’s LNG"
        parts.append(part + (f" ({text.pct(share)} of all its gas)" if own > 0.0 else ""))
    verb = "crosses" if len(parts) == 1 else "cross"
    passage = text.the(names.place(shut[0]))
    return f"In a normal year {text.join(parts)} {verb} {passage}." if parts else ""


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
    if short:
        end = f"even so {text.join([names.place(p) for p in short])} runs short"
    else:
        end = f"neither {' nor '.join(names.place(p) for p in case.places)} runs short"
    return (
        f"{_title(result)}: ships with {text.mt(moved)} sail {text.sig(days)} days longer for "
        f"{text.musd(cost)}, USD{text.NB}{text.sig(cost / moved)} a tonne; {end}."
    )


def _worst_failures(ranking: pd.DataFrame, result: StressResult, names: Names) -> str:
    parts = []
    for place in result.study.settings.headline:
        here = ranking[(ranking["place"] == place) & (ranking["response"] == "frozen")]
        worst = here.nlargest(1, "unserved")
        if len(worst) and worst.iloc[0]["unserved"] > 0:
            top = worst.iloc[0]
            all_of = "all of " if top["kind"] == "country" else ""
            parts.append(
                f"for {names.place(place)} {all_of}{text.the(names.place(top['name']))} "
                f"({text.mt(top['unserved'])} of gas not served)"
            )
    if not parts:
        return ""
    tried = len(ranking[["targets", "kind"]].drop_duplicates())
    return (
        f"Of {tried} single failures of 60 days the worst is {text.join(parts)}, if nobody reacts."
    )


def _pooling(variants: pd.DataFrame, result: StressResult, names: Names) -> str:
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
    lost, kept = text.mt(pooled["unserved"]), text.mt(alone["unserved"])
    what = f"the same {lost}" if lost == kept else f"{kept} instead of {lost}"
    harder = (text.number(alone["unserved_share"]) or 0.0) / (
        text.number(pooled["unserved_share"]) or 1.0
    )
    times = "twice" if abs(harder - 2.0) < 0.1 else f"{text.sig(harder)} times"
    return (
        f"{_title(result)}: these losses are shared by all gas users of {names.place(place)}; if "
        f"home production stays with its own users, those of imported gas bear {what} alone, "
        f"{times} as large a share of their use."
    )


def _doubt(doubt: pd.DataFrame, result: StressResult, names: Names) -> str:
    for place, rows in doubt.groupby("place", sort=False):
        if rows["first_shortfall_day"].isna().any():
            continue
        rows = rows.sort_values("stock")
        spread = float(rows["stock"].max() - 1.0)
        less, usual, more = (
            (text.mt(rows["unserved"].iloc[k]), text.week_of(rows["first_shortfall_day"].iloc[k]))
            for k in (0, len(rows) // 2, -1)
        )
        moved = [
            f" and moves the first shortage from {usual[1]} to {other[1]}"
            if other[1] != usual[1]
            else ""
            for other in (less, more)
        ]
        return (
            f"Largest doubt in the data: {names.place(place)}’s stocks are an estimate. "
            f"{_title(result)}, if nobody reacts: {text.pct(spread)} less of them makes the loss "
            f"{less[0]} instead of {usual[0]}{moved[0]}; {text.pct(spread)} more makes it "
            f"{more[0]}{moved[1]}."
        )
    return ""
