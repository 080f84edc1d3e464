"""The section of one scenario: bracket, charts, tiers, map, detours, who else loses."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.report import charts, findings, phrases, prices, text, tornado, views
from seawall.report.bracket import survive
from seawall.report.charts import Axis, Bar, Line, Note
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.report.layout import Figure
    from seawall.report.views import Case, Names, Outcome
    from seawall.report.worldmap import WorldMap

SHOWN_AFTER = 8  # periods drawn after the last shortage
WORTH_TELLING = 0.05  # Mt over the run
AT_LEAST = 26  # periods drawn in any case
STOCK_MOVES, PRICE_MOVES = 0.02, 0.05  # share of its start by which a line moves to be drawn


def section(study: Any, case: Case, names: Names, number: int, drawn: WorldMap) -> str:
    """HTML of one scenario, headed by what it is and is not."""
    parts = [
        f'<section class="case" id="case-{number}"><h2>{escape(case.title)}</h2>',
        f'<p class="about">{escape(case.about)}</p>' if case.about else "",
        _sources(case),
        f'<p class="lead">{escape(findings.answer(case))}</p>',
        _reactions(case, names),
        bracket_table(case, names) if _hit(case) else "",
        '<div class="charts">',
        *(charts.block(*pair) for pair in figures(study, case)),
        "</div>",
        prices.buyers_html(case, names),
        *(tier_table(case, place, names) for place in _hit(case)),
        *(tornado.tornado_html(case, place) for place in case.places),
        map_html(drawn) if case.shut or case.struck else "",
        detour_html(study, case, names),
        redirect_html(study, case, names),
        elsewhere_html(study, case, names),
        "</section>",
    ]
    return "".join(parts)


def _hit(case: Case) -> list[str]:
    """Headline places that go short under some response."""
    return [place for place in case.places if case.bracket(place)[1].short]


def _reactions(case: Case, names: Names) -> str:
    """What the market and the pact make of it, in words; what disappoints first."""
    settled = case.table("settlement")
    said = [
        phrases.market_worse(case.losses),
        phrases.pact_sentence(case.table("pact"), names, settled),
        *(f.sentence for place in _hit(case) for f in findings.worse_off(case, place)),
        *(prices.outbid(case, place, names) for place in _hit(case)),
        phrases.dark(case.table("grids")),
    ]
    items = "".join(f"<li>{escape(text.capital(sentence))}</li>" for sentence in said if sentence)
    belief = f'<p class="note">{escape(case.belief)}</p>' if case.belief else ""
    return f"<ul>{items}</ul>{belief}" if items else belief


def map_html(drawn: WorldMap) -> str:
    return (
        f'<figure class="map"><h3>What happens to the ships</h3>'
        f'<div class="wide">{drawn.wide.svg}</div><div class="narrow">{drawn.narrow.svg}</div>'
        f"{drawn.key}<figcaption>{escape(drawn.caption)}</figcaption></figure>"
    )


def _sources(case: Case) -> str:
    items = []
    for source in case.sources:
        title, day = str(source.get("title") or "source"), str(source.get("date") or "")
        shown = "" if text.missing(day) or day in title else f", {escape(day)}"
        items.append(f"<li>{link(str(source.get('url') or ''), escape(title))}{shown}</li>")
    if not items:
        return ""
    count = "1 source" if len(items) == 1 else f"{len(items)} sources"
    return f"<details><summary>{count} of the scenario</summary><ul>{''.join(items)}</ul></details>"


def link(url: str, safe_words: str) -> str:
    """A link for a web address; any other address is left out, the words stay."""
    if not url.startswith(("https://", "http://")):
        return safe_words
    return f'<a href="{escape(url, quote=True)}" rel="noopener noreferrer">{safe_words}</a>'


def bracket_table(case: Case, names: Names) -> str:
    """Every response for every country."""
    interval = any(o.low is not None and o.high is not None for o in case.outcomes.values())
    priced = any(o.priced_out for o in case.outcomes.values())
    survives = any(o.survive_days is not None or o.censored for o in case.outcomes.values())
    head = ["Country", "Response", "Not served", "Share of use", "As days of normal use",
            "First short in", "Weeks short", "Worst week"]  # fmt: skip
    head += ["Time to survive"] if survives else []
    head += ["Physically missing", "Priced out"] if priced else []
    head += ["Value lost"]
    head += ["P10 to P90", "Evidence"] if interval else []
    rows = []
    for place in case.places:
        same: dict[tuple[str, ...], str] = {}
        for response in case.responses:
            key = tuple(_cells(case, case.of(place, response), survives, priced, interval))
            word = text.RESPONSES.get(response, response)
            same[key] = f"{same[key]}, {word.lower()}" if key in same else word
        name = case.of(place, case.responses[0]).name
        rows += [[name, words, *key] for key, words in same.items()]
    meaning = "; ".join(f"{text.RESPONSES[r]}: {text.RESPONSE_MEANING[r]}" for r in case.responses)
    traded = dict.fromkeys(views.main_commodity(case.indicators, p) for p in case.places)
    goods = text.join([names.of(c) for c in traded])
    note = (
        f"{meaning}. Shares are of {findings.run_words(case.run_days)} use; quantities are "
        f"in million tonnes (Mt): {goods}. The truth lies between the responses only as far as the "
        "data are right."
    )
    return html_table(
        head, rows, caption="What is not served, by response",
        numbers=range(2, len(head) - interval), note=note,
    )  # fmt: skip


def _cells(case: Case, o: Outcome, survives: bool, priced: bool, interval: bool) -> list[str]:
    """Cells of one response for one country."""
    worst = (
        f"{text.pct(o.worst_share)} short, {text.short_day(o.worst_start)}"
        if o.worst_start is not None
        else text.NOTHING
    )
    row = [
        text.mt(o.unserved), text.pct(o.share), text.duration(case.normal_days(o)),
        text.week_of(o.first_day), text.weeks(o.weeks_short), worst,
    ]  # fmt: skip
    row += [survive(o, case.run_days)] if survives else []
    row += [text.mt(o.missing), text.mt(o.priced_out)] if priced else []
    row.append(text.musd(o.value_lost))
    if interval:
        both = o.low is not None and o.high is not None
        row += [
            text.between(text.mt(o.low), text.mt(o.high)) if both else text.NOTHING,
            o.grade or "not graded",
        ]
    return row


def figures(study: Any, case: Case) -> list[tuple[str, Figure]]:
    """Charts of one scenario with their titles: shares served, days of cover, uses hit."""
    span = case.span
    result = [share_chart(case, place, span) for place in _hit(case)]
    for place in case.places:
        per_day = views.imports_per_day(study, case.base_flows, place)
        chart = cover_chart(case, place, per_day, span)
        if chart:
            result.append(chart)
    for place in case.places:
        chart = price_chart(case, place, span)
        if chart:
            result.append(chart)
    for place in case.places:
        chart = use_chart(case, place)
        if chart:
            result.append(chart)
    return result


def _weeks_shown(case: Case, span: tuple[float, float]) -> int:
    """Periods to draw: up to a while after the last shortage anywhere in this scenario."""
    last = AT_LEAST
    for place in case.places:
        for response in case.responses:
            gap = 1.0 - views.series(case, place, response)["share"]
            short = gap[gap > views.SHORT]
            last = max(last, int(short.index.max()) + SHOWN_AFTER if len(short) else 0)
    last = max(last, int(span[1] / case.period_days) + SHOWN_AFTER)
    return min(last, len(views.series(case, case.places[0], case.responses[0])))


def _time_axis(start: pd.Timestamp, periods: int, period_days: float) -> Axis:
    """Months along the x axis, which is counted in days from the start."""
    end = start + pd.Timedelta(days=periods * period_days)
    every = max(1, round((end - start).days / 30.4 / 6))
    firsts = pd.date_range(start.normalize(), end, freq="MS")[::every]
    ticks = []
    for k, day in enumerate(firsts):
        year = f" {day.year}" if k == 0 or day.year != firsts[k - 1].year else ""
        ticks.append((float((day - start).days), f"{day.strftime('%b')}{year}"))
    return Axis(0.0, periods * period_days, ticks)


def _lines(
    case: Case, place: str, periods: int, column: str, factor: float
) -> tuple[list[Line], pd.Timestamp]:
    lines = []
    start = pd.Timestamp(0)
    for response in case.responses:
        rows = views.series(case, place, response).head(periods)
        start = rows["period_start"].iloc[0]
        days = [float((d - start).days) for d in rows["period_start"]]
        values = [float(v) * factor for v in rows[column]]
        lines.append(Line(text.RESPONSES.get(response, response), response, days, values))
    return _merged(lines), start


def _merged(lines: list[Line]) -> list[Line]:
    """Without lines that lie on each other: a pact that is never used is the market."""
    kept: list[Line] = []
    for line in lines:
        same = next((k for k, other in enumerate(kept) if _alike(line, other)), None)
        if same is None:
            kept.append(line)
        else:
            both = f"{kept[same].name}, {line.name.lower()}"
            kept[same] = replace(kept[same], name=both)
    return kept


def _alike(one: Line, other: Line) -> bool:
    top = max(float(np.nanmax(np.abs([*one.y, *other.y], dtype=float))), 1e-12)
    return bool(np.allclose(one.y, other.y, rtol=0.0, atol=1e-3 * top, equal_nan=True))


def _shade(case: Case, span: tuple[float, float], limit: float) -> tuple[float, float, str] | None:
    if not (case.shut or case.struck):
        return None
    word = "shut" if case.shut else "shock"
    return (span[0], min(span[1], limit), word)


def share_chart(case: Case, place: str, span: tuple[float, float]) -> tuple[str, Figure]:
    """Share of use served, week by week."""
    periods = _weeks_shown(case, span)
    lines, start = _lines(case, place, periods, "share", 100.0)
    good = case.of(place, case.responses[0]).good
    lowest = min(min(line.y) for line in lines)
    axis = charts.share_axis(lowest, f"share of {good} use served")
    notes = []
    for line in lines:
        worst = min(line.y)
        if worst < 99.9:
            at = line.y.index(worst)
            notes.append(
                Note(f"{text.pct(worst / 100.0)} in the worst week", line.x[at], worst, line.key)
            )
    name = case.of(place, case.responses[0]).name
    title = f"{name}: {good} served"
    x_axis = _time_axis(start, periods, case.period_days)
    return title, charts.line_chart(
        lines, x_axis, axis, title=title, band=True, notes=notes,
        shade=_shade(case, span, x_axis.high),
    )  # fmt: skip


def cover_chart(
    case: Case, place: str, per_day: float, span: tuple[float, float]
) -> tuple[str, Figure] | None:
    """Stock as days of normal imports; None where no stock is kept or nothing is imported."""
    if per_day <= 0.0:
        return None
    periods = _weeks_shown(case, span)
    lines, start = _lines(case, place, periods, "stock", 1.0 / per_day)
    if any(value != value for line in lines for value in line.y):
        return None
    name = case.of(place, case.responses[0]).name
    top = max(max(line.y) for line in lines)
    if not any(_moves(line.y, STOCK_MOVES) for line in lines):
        return None
    title = f"{name}: days of cover"
    x_axis = _time_axis(start, periods, case.period_days)
    return title, charts.line_chart(
        lines, x_axis, charts.value_axis(0.0, top, "days", "stock, in days of normal imports"),
        title=title, shade=_shade(case, span, x_axis.high),
    )  # fmt: skip


def _moves(values: Sequence[float], share: float) -> bool:
    """Whether a line leaves its start by more than a share of it: flat ones are not drawn."""
    known = [v for v in values if v == v]
    return bool(known) and max(known) - min(known) > share * max(abs(known[0]), 1e-12)


def price_chart(case: Case, place: str, span: tuple[float, float]) -> tuple[str, Figure] | None:
    """Price week by week with its interval; None where no response has a price."""
    periods = _weeks_shown(case, span)
    unit, lines, start = prices.lines(case, place, periods)
    lines = _merged(lines)
    if not any(_moves(line.y, PRICE_MOVES) for line in lines):
        return None
    good, name = case.of(place, case.responses[0]).good, case.of(place, case.responses[0]).name
    values = [v for line in lines for v in (*line.y, *line.low, *line.high) if v == v]
    title = f"{name}: price of {good}"
    x_axis = _time_axis(start, periods, case.period_days)
    banded = any(len(line.low) for line in lines)
    words = f"price, {unit}" + ("; shaded: every price that fits" if banded else "")
    return title, charts.line_chart(
        lines, x_axis, charts.value_axis(min(0.0, *values), max(values), "", words), title=title,
        shade=_shade(case, span, x_axis.high),
    )  # fmt: skip


def _by_use(case: Case, place: str) -> pd.DataFrame:
    """Uses of a place by response: not served (Mt), share, first shortage; largest first."""
    rows = findings.tier_rows(case, place)
    grouped = rows.groupby(["use", "tier", "response"], sort=False)
    frame = grouped[["demand", "unserved"]].sum()
    first = rows.assign(day=views.figures(rows, "first_shortfall_day"))
    frame["day"] = first.groupby(["use", "tier", "response"], sort=False)["day"].min()
    frame["share"] = frame["unserved"] / frame["demand"].where(frame["demand"] > 0)
    return pd.DataFrame(frame.unstack("response"))


def use_chart(case: Case, place: str) -> tuple[str, Figure] | None:
    """Uses that go short: bars for the market, ticks for frozen; without a market bars for the
    first response and ticks for foresight."""
    frame = _by_use(case, place)
    asked = case.responses
    lead, tick = ("market", "frozen") if "market" in asked else (asked[0], "foresight")
    other = tick if tick in asked and tick != lead else None
    amounts = pd.DataFrame(frame["unserved"]).fillna(0.0)
    amounts = amounts.assign(worst=amounts[[r for r in (lead, other) if r]].max(axis=1))
    frame = amounts[amounts["worst"] > 5e-4].sort_values("worst", ascending=False).head(9)
    if frame.empty:
        return None
    bars = []
    for (use, _tier), row in zip(frame.index, frame.to_dict("records"), strict=True):
        value, mark = float(row[lead]), float(row[other]) if other else None
        words = text.plain(value) + ("" if mark is None else f" | {text.plain(mark)}")
        bars.append(Bar(text.capital(str(use)), value, words, mark,
                        charts.COLOUR.get(lead, charts.INK), other or "foresight"))  # fmt: skip
    unit = f"not served, Mt: {'bar ' if other else ''}{text.RESPONSES[lead].lower()}"
    unit += f" | tick {text.RESPONSES[other].lower()}" if other else ""
    name = case.of(place, lead).name
    title = f"{name}: which uses go short"
    return title, charts.bar_chart(bars, title=title, unit=unit)


def tier_table(case: Case, place: str, names: Names) -> str:
    """All uses of a place, in the order in which they are cut last to first."""
    frame = _by_use(case, place)
    order = {tier: k for k, tier in enumerate(text.TIERS)}
    frame = frame.sort_index(key=lambda i: i.map(order) if i.name == "tier" else i, level="tier")
    words = [text.RESPONSES.get(r, r).lower() for r in case.responses]
    head = ["Use", "Tier", "Demand", *(f"Not served, {word}" for word in words),
            "Largest share", "First short in"]  # fmt: skip
    rows = []
    for use, tier in frame.index:
        row = frame.loc[(use, tier)]
        rows.append(
            [text.capital(str(use)), text.TIERS.get(str(tier), str(tier)),
             text.mt(row["demand"].max()),
             *(text.mt(row["unserved"][response]) for response in case.responses),
             text.pct(row["share"].max()), text.week_of(row["day"].min())]
        )  # fmt: skip
    table = html_table(
        head, rows, caption=f"{names.of(place)}: uses by tier", numbers=range(2, len(head)),
        note=f"Demand and what is not served are totals over {round(case.run_days / 7)} weeks; "
        "share and first shortage are those of the worst response.",
    )  # fmt: skip
    return (
        f"<details><summary>{escape(names.of(place))}: table of all uses</summary>{table}</details>"
    )


def detour_html(study: Any, case: Case, names: Names) -> str:
    """What the long way round costs, under the first response in which a ship takes it."""
    for response in case.responses:
        frame = findings.detours(study, case, response)
        total, cost = float(frame["quantity"].sum()), float(frame["cost"].sum())
        if total < WORTH_TELLING:
            continue
        average = float((frame["days"] * frame["quantity"]).sum()) / total
        lead = (
            f"Under “{text.RESPONSES.get(response, response)}” ships carry {text.mt(total)} the "
            f"long way round: {text.sig(average)} days more on average, "
            f"{text.musd(cost)} more in freight."
        )
        rows = [
            [names.of(r["lane"]), text.mt(r["quantity"]), f"{text.sig(r['days'])}{text.NB}days",
             f"USD{text.NB}{text.sig(r['freight'])} a{text.NB}tonne", text.musd(r["cost"])]
            for r in frame.head(8).to_dict("records")
        ]  # fmt: skip
        table = html_table(
            ["Lane", "Carried", "Longer by", "Dearer by", "In all"], rows,
            caption="Detours, largest first", numbers=range(1, 5),
            note=f"The 8 largest of {len(frame)}." if len(frame) > 8 else "",
        )  # fmt: skip
        return f"<h3>What a detour costs</h3><p>{escape(lead)}</p>{table}"
    return (
        "<h3>What a detour costs</h3><p>Hardly any ship takes a detour in this scenario: no lane "
        "is hit, or those that are have no other way.</p>"
    )


def redirect_html(study: Any, case: Case, names: Names) -> str:
    """Who sends whom more cargo when everybody plans ahead: what the map, frozen, cannot show."""
    response = next((r for r in ("market", "foresight") if r in case.responses), None)
    if response is None:
        return ""
    frame = findings.redirected(study, case, response, AT_LEAST)
    more = frame[frame["change"] >= WORTH_TELLING].head(10)
    if more.empty:
        return ""
    lost = float(-frame["change"].clip(upper=0.0).sum())
    gained = float(frame["change"].clip(lower=0.0).sum())
    if lost > gained + WORTH_TELLING:
        rest = "; the rest comes out of tanks or is not used"
    elif gained > lost + WORTH_TELLING:
        rest = "; plants that make more and exporters’ tanks give it"
    else:
        rest = ""
    rows = [[names.place(r["from"]), names.place(r["to"]), text.mt(r["change"])]
            for r in more.to_dict("records")]  # fmt: skip
    lead = (
        f"Under “{text.RESPONSES[response]}” some pairs lose {text.mt(lost)} in {AT_LEAST} "
        f"weeks and others get {text.mt(gained)} more{rest}."
    )
    table = html_table(
        ["From", "To", "More than usual"], rows, caption="Cargo that goes elsewhere, largest first",
        numbers=(2,),
    )  # fmt: skip
    return f"<h3>Who helps out</h3><p>{escape(lead)}</p>{table}"


def elsewhere_html(study: Any, case: Case, names: Names) -> str:
    """Other places that lose, so that a country does not read only about itself."""
    frame = findings.elsewhere(study, case)
    if frame.empty:
        return ""
    responses = [r for r in case.responses if f"share {r}" in frame]
    words = [text.RESPONSES.get(r, r).lower() for r in responses]
    head = ["Place", *(f"Share, {word}" for word in words), "Not served at the worst"]
    rows = [
        [names.place(record["place"]), *(text.pct(record[f"share {r}"]) for r in responses),
         text.mt(max(text.number(record[f"unserved {r}"]) or 0.0 for r in responses))]
        for record in frame.to_dict("records")
    ]  # fmt: skip
    return html_table(
        head, rows, caption="Who else goes short", numbers=range(1, len(head)),
        note="Share of its own use that a place goes without.",
    )  # fmt: skip
