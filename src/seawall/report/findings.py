"""Sentences from results: templates only, the most disappointing first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from seawall.report import phrases, prices, rounding, text, views

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.report.views import Case, Names, Outcome


@dataclass(frozen=True)
class Finding:
    """A sentence, what it is about, and how bad it is; the worst is printed first."""

    weight: float
    title: str
    sentence: str


def run_words(days: float) -> str:
    """Length of a run as a possessive: 728 days as "two years'", 182 as "26 weeks'"."""
    years = days / 365.25
    if abs(years - round(years)) < 0.02 and 1 <= round(years) <= 3:
        return {1: "one year’s", 2: "two years’", 3: "three years’"}[round(years)]
    return f"{round(days / 7)} weeks’"


def amount(low: Outcome, high: Outcome) -> str:
    """Both ends of a bracket as "4.8 to 8 Mt", each with its interval where one is known."""
    if low.low is None or high.low is None:
        return text.between(text.mt(low.unserved), text.mt(high.unserved))
    ends = dict.fromkeys([unserved(low), unserved(high)])
    return " to ".join(ends)


def unserved(o: Outcome) -> str:
    """What one response leaves unserved, rounded to its interval where one is known."""
    if o.low is None or o.high is None:
        return text.mt(o.unserved)
    return rounding.rounded(o.unserved, o.low, o.high, "Mt")


def share(low: Outcome, high: Outcome) -> str:
    return text.between(text.pct(low.share), text.pct(high.share))


def days_of_use(case: Case, low: Outcome, high: Outcome) -> str:
    """What is not served against normal use: "less than a day to about 2 weeks of normal use"."""
    both = text.between(*(text.duration(case.normal_days(o)) for o in (low, high)))
    return f"{both} of normal use"


def worst(low: Outcome, high: Outcome) -> str:
    return text.between(text.pct(low.worst_share), text.pct(high.worst_share))


def answer(case: Case) -> str:
    """One line for the top of the page: what each country goes without."""
    parts = []
    safe = [case.bracket(p)[1] for p in case.places if not case.bracket(p)[1].short]
    for place in case.places:
        low, high = case.bracket(place)
        if not high.short:
            continue
        parts.append(
            f"{high.name} goes without {amount(low, high)} of {high.good}, "
            f"{days_of_use(case, low, high)}; in the worst week {worst(low, high)} of its use "
            "is not served"
        )
    if safe:
        be = "is" if len(safe) == 1 else "are"
        parts.append(f"{text.join([o.name for o in safe])} {be} not short of {safe[0].good}")
    return f"{case.title}: {'; '.join(parts)}."


def place_findings(case: Case, place: str, names: Names | None = None) -> list[Finding]:
    """What one scenario means for one place."""
    low, high = case.bracket(place)
    if not high.short:
        return [Finding(0.0, case.title, f"{high.name} stays supplied in every response.")]
    found = [
        _unavoidable(case, low, high),
        *worse_off(case, place),
        *_split(case, place, names),
        *_essential(case, place),
    ]
    if high.worst_start is not None and high.worst_share > 0.02:
        found.append(
            Finding(
                60.0 * high.worst_share,
                case.title,
                f"{high.name}’s worst week begins on {text.day_name(high.worst_start)}: "
                f"{text.pct(high.worst_share)} of that week’s use is not served if "
                f"{_if(high.response)}. The first shortage shows {_after(high.first_day)}.",
            )
        )
    return found


def _split(case: Case, place: str, names: Names | None) -> list[Finding]:
    """Missing or outbid, where it is known and worth telling."""
    if names is None:
        return []
    told = prices.outbid(case, place, names)
    response = prices.priced(case)
    if not told or response is None:
        return []
    o = case.of(place, response)
    return [Finding(30.0 + 500.0 * o.share, case.title, f"under the market, {told}")]


def reaction_findings(case: Case, names: Names) -> list[Finding]:
    """What market, pact and grids make of one scenario; a pact that does nothing weighs much."""
    found = []
    worse = phrases.market_worse(case.losses)
    if worse:
        found.append(Finding(55.0, case.title, worse))
    pact = case.table("pact")
    told = phrases.pact_sentence(pact, names, case.table("settlement"))
    hit = any(case.bracket(place)[1].short for place in case.places)
    if told and (hit or phrases.pact_used(pact)):
        found.append(Finding(45.0 if phrases.pact_used(pact) else 50.0, case.title, told))
    grids = case.table("grids")
    if phrases.cut(grids) > 0.0:
        found.append(Finding(35.0, case.title, phrases.dark(grids)))
    return found


def _if(response: str) -> str:
    return {
        "frozen": "nobody reacts",
        "market": "the market re-plans without knowing the end",
        "pact": "the pact is in force",
        "foresight": "everyone knows the whole future",
    }[response]


def _after(day: float | None) -> str:
    if day is None:
        return "never"
    return "at once" if day < 1.0 else f"after {text.duration(day)}"


def _unavoidable(case: Case, low: Outcome, high: Outcome) -> Finding:
    """Both ends of the bracket and, where it is asked, the market between them."""
    name, place = high.name, high.place
    if not {"frozen", "foresight"} <= set(case.responses):
        return Finding(
            100.0 * low.share,
            case.title,
            f"{name} goes without {amount(low, high)} of {high.good} ({share(low, high)} of "
            f"{run_words(case.run_days)} use).",
        )
    known, frozen = case.of(place, "foresight"), case.of(place, "frozen")
    rest = f"If nobody reacts, it is {unserved(frozen)}"
    if "market" in case.responses:
        rest += f"; if the market re-plans as it goes, {unserved(case.of(place, 'market'))}"
    if not known.short:
        return Finding(
            1.0 + 100.0 * high.share,
            case.title,
            f"{name} could get through without a shortage if everyone knew the whole future. "
            f"{rest}.",
        )
    return Finding(
        5.0 + 1000.0 * known.share,
        case.title,
        f"even if everyone knew the whole future, {name} would go without "
        f"{unserved(known)} of {known.good}, as much as it uses in "
        f"{text.duration(case.normal_days(known))}. {rest}.",
    )


def worse_off(case: Case, place: str) -> list[Finding]:
    """A country that does worse when the others react: they buy its cargo."""
    if "frozen" not in case.responses:
        return []
    frozen = case.of(place, "frozen")
    said = {
        "market": "the market re-plans",
        "foresight": "everyone plans ahead",
    }
    for response, words in said.items():
        if response not in case.responses:
            continue
        o = case.of(place, response)
        if o.unserved <= 1.02 * frozen.unserved + 5e-3:
            continue
        does = "re-planning" if response == "market" else "knowing the future"
        return [
            Finding(
                40.0 + 1000.0 * o.share,
                case.title,
                f"{does} does not help {frozen.name}. It goes without {text.mt(o.unserved)} when "
                f"{words} and {text.mt(frozen.unserved)} when nobody reacts, because others "
                "outbid it.",
            )
        ]
    return []


def _essential(case: Case, place: str) -> list[Finding]:
    """Essential uses that lose more than a thousandth, under their worst response."""
    rows = tier_rows(case, place)
    rows = rows[(rows["tier"] == "essential") & (rows["unserved_share"] > views.SHORT)]
    if rows.empty:
        return []
    worst = rows.sort_values("unserved_share", ascending=False).drop_duplicates("use").head(3)
    response = str(worst["response"].iloc[0])
    listed = text.join(
        [f"{text.pct(v)} of “{use}”" for use, v in
         zip(worst["use"], worst["unserved_share"], strict=True)]
    )  # fmt: skip
    days = worst["first_shortfall_day"].map(text.number).dropna()
    first = f", first {_after(float(days.min()))}" if len(days) else ""
    return [
        Finding(
            20.0 + 2000.0 * float(worst["unserved_share"].max()),
            case.title,
            f"essential needs in {case.of(place, response).name} are not safe if "
            f"{_if(response)}: {listed} is not served{first}.",
        )
    ]


def tier_rows(case: Case, place: str) -> pd.DataFrame:
    """Rows of single tiers of one place with a column ``use`` (the sector in words)."""
    rows = case.indicators
    rows = rows[(rows["place"] == place) & (rows["tier"] != "all")]
    sector = views.column(rows, "sector")
    whole = sector.astype(str) == "all"  # a tier of several uses has a row for them together
    split = rows.loc[~whole, "tier"].unique()
    rows = rows[~(whole & rows["tier"].isin(split))].copy()
    sector = views.column(rows, "sector")
    rows["use"] = [
        text.TIERS.get(str(tier), str(tier))
        if text.missing(words) or words == "all"
        else str(words)
        for words, tier in zip(sector, rows["tier"], strict=True)
    ]
    for name in ("demand", "unserved", "unserved_share"):
        rows[name] = views.figures(rows, name).fillna(0.0)
    return rows


def headline(
    cases: Sequence[Case],
    weak: Mapping[str, int],
    names: Names | None = None,
    dependence: pd.DataFrame | None = None,
) -> list[Finding]:
    """Findings for the first page: at most nine, the most disappointing first.

    Parameters
    ----------
    weak : number of figures of the study by confidence class.
    names : for what market, pact and grids make of it; without them those are left out.
    dependence : how far each grid hangs on LNG.
    """
    found = [
        f for case in cases for place in case.places for f in place_findings(case, place, names)
    ]
    if names is not None:
        found += [f for case in cases for f in reaction_findings(case, names)]
    found.sort(key=lambda f: -f.weight)
    chosen = found[:7] if names is not None else found[:6]
    little = phrases.dependence(dependence) if dependence is not None else []
    if little:
        chosen.append(Finding(0.0, "Electricity", little[0]))
    total = sum(weak.values())
    guessed = weak.get("estimate", 0) + weak.get("assumption", 0)
    if total and guessed:
        chosen.append(
            Finding(
                0.0,
                "The data",
                f"{text.pct(guessed / total)} of the study’s rows are estimates or assumptions, "
                "not figures read in a source. The weakest are listed below.",
            )
        )
    return chosen


def detours(study: object, case: Case, response: str) -> pd.DataFrame:
    """Detours that are used: lane, Mt over the run, extra days, extra USD/t and MUSD in all.

    A detour is a lane that replaces another; its extra cost is the difference of both freights.
    """
    lanes = views.table(study, "lanes")
    keys = lanes["id"].astype(str)
    days = dict(zip(keys, views.figures(lanes, "days"), strict=True))
    freight = dict(zip(keys, views.figures(lanes, "freight"), strict=True))
    replaces = dict(zip(keys, views.column(lanes, "replaces"), strict=True))
    flows = case.flows[case.flows["response"] == response]
    moved = views.figures(flows, "quantity").groupby(flows["lane"].astype(str)).sum()
    rows = []
    for lane, quantity in zip(moved.index.astype(str), moved, strict=True):
        if text.missing(replaces.get(lane)) or quantity <= 1e-6:
            continue
        usual = replaces[lane]
        dearer = freight[lane] - freight[usual]
        longer = days[lane] - days[usual]
        rows.append((lane, float(quantity), longer, dearer, dearer * float(quantity)))
    frame = pd.DataFrame(rows, columns=["lane", "quantity", "days", "freight", "cost"])
    return frame.sort_values("quantity", ascending=False, ignore_index=True)


def redirected(study: object, case: Case, response: str, weeks: int = 26) -> pd.DataFrame:
    """What is sent more or less than in the base, in Mt over the first weeks: from, to, change.

    Places are countries where several places share one; lanes between the same two are summed.
    """
    countries = views.country_of(study)
    lanes = views.long_haul(study, case.base_flows)
    known = case.base_flows.drop_duplicates("lane").set_index("lane")
    flows = case.flows[case.flows["response"] == response]
    dates = sorted(flows["period_start"].unique())[:weeks]
    if not dates:
        return pd.DataFrame(columns=["from", "to", "change"])
    moved = flows[flows["period_start"].isin(dates)]
    sent = views.figures(moved, "quantity").groupby(moved["lane"].astype(str)).sum()
    usual = lanes.groupby("lane")["quantity"].sum() * len(dates) * case.period_days / 365.0
    change = sent.sub(usual, fill_value=0.0)
    change = change[[a in known.index and float(known.loc[a, "days"]) > 0 for a in change.index]]
    ends = [
        [countries.get(str(known.loc[a, end]), str(known.loc[a, end])) for a in change.index]
        for end in ("origin", "destination")
    ]
    frame = pd.DataFrame({"from": ends[0], "to": ends[1], "change": change.to_numpy()})
    summed = frame.groupby(["from", "to"])["change"].sum().reset_index()
    return summed.sort_values("change", ascending=False, ignore_index=True)


def elsewhere(study: object, case: Case, limit: int = 8) -> pd.DataFrame:
    """Other places by share of use lost, one column of shares and of Mt per response."""
    rows = case.indicators
    rows = rows[(rows["tier"] == "all") & ~rows["place"].isin(case.places)]
    countries = views.country_of(study)
    listed = set(rows["place"].astype(str))
    part = [  # a coast of a headline country, or of a country that has a row of its own
        countries.get(p, p) in case.places or (countries.get(p, p) != p and countries[p] in listed)
        for p in rows["place"].astype(str)
    ]
    rows = rows[[not p for p in part]].copy()
    rows["unserved"] = views.figures(rows, "unserved")
    rows["unserved_share"] = views.figures(rows, "unserved_share")
    shares = rows.pivot_table(index="place", columns="response", values="unserved_share")
    amounts = rows.pivot_table(index="place", columns="response", values="unserved", aggfunc="sum")
    order = shares.max(axis=1).sort_values(ascending=False)
    order = order[order > views.SHORT].head(limit)
    responses = [r for r in case.responses if r in shares]
    return pd.DataFrame(
        {
            "place": order.index,
            **{f"unserved {r}": amounts.loc[order.index, r].to_numpy() for r in responses},
            **{f"share {r}": shares.loc[order.index, r].to_numpy() for r in responses},
        }
    )
