"""The section of one scenario: bracket, charts, tiers, map, detours, who else loses."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.report import charts, findings, text, views
from seawall.report.charts import Axis, Bar, Line, Note
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from seawall.report.layout import Figure
    from seawall.report.views import Case, Names
    from seawall.report.worldmap import WorldMap

SHOWN_AFTER = 8  # periods drawn after the last shortage
WORTH_TELLING = 0.05  # Mt over the run
AT_LEAST = 26  # periods drawn in any case


def section(study: Any, case: Case, names: Names, number: int, drawn: WorldMap) -> str:
    """HTML of one scenario, headed by what it is and is not."""
    parts = [
        f'<section class="case" id="case-{number}"><h2>{escape(case.title)}</h2>',
        f'<p class="about">{escape(case.about)}</p>' if case.about else "",
        _sources(case),
        f'<p class="lead">{escape(findings.answer(case))}</p>',
        bracket_table(case, names) if _hit(case) else "",
        '<div class="charts">',
        *(charts.block(*pair) for pair in figures(study, case)),
        "</div>",
        *(tier_table(case, place, names) for place in _hit(case)),
        map_html(drawn),
        detour_html(study, case, names),
        redirect_html(study, case, names),
        elsewhere_html(study, case, names),
        "</section>",
    ]
    return "".join(parts)


def _hit(case: Case) -> list[str]:
    """Headline places that go short under some response."""
    return [place for place in case.places if case.bracket(place)[1].short]


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
    """Both ends of the bracket for every country."""
    interval = any(o.low is not None and o.high is not None for o in case.outcomes.values())
    priced = any(o.priced_out for o in case.outcomes.values())
    head = ["Country", "Response", "Not served", "Share of use", "As days of normal use",
            "First short in", "Weeks short", "Worst week"]  # fmt: skip
    head += ["Priced out"] if priced else []
    head += ["Value lost"]
    head += ["P10 to P90", "Evidence"] if interval else []
    rows = []
    for place in case.places:
        for response in case.responses:
            o = case.of(place, response)
            worst = (
                f"{text.pct(o.worst_share)} short, {text.short_day(o.worst_start)}"
                if o.worst_start is not None
                else text.NOTHING
            )
            row = [
                o.name, text.RESPONSES.get(response, response), text.mt(o.unserved),
                text.pct(o.share), text.duration(case.normal_days(o)), text.week_of(o.first_day),
                text.weeks(o.weeks_short), worst,
            ]  # fmt: skip
            row += [text.mt(o.priced_out)] if priced else []
            row.append(text.musd(o.value_lost))
            if interval:
                both = o.low is not None and o.high is not None
                row += [
                    text.between(text.mt(o.low), text.mt(o.high)) if both else text.NOTHING,
                    o.grade or "not graded",
                ]
            rows.append(row)
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
    return lines, start


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
    if top <= 0.0:
        return None
    title = f"{name}: days of cover"
    x_axis = _time_axis(start, periods, case.period_days)
    return title, charts.line_chart(
        lines, x_axis, charts.value_axis(0.0, top, "days", "stock, in days of normal imports"),
        title=title, shade=_shade(case, span, x_axis.high),
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
    """Uses that go short, bars for the first response and ticks for foresight."""
    frame = _by_use(case, place)
    lead = case.responses[0]
    other = "foresight" if "foresight" in case.responses and lead != "foresight" else None
    amounts = pd.DataFrame(frame["unserved"]).fillna(0.0)
    amounts = amounts.assign(worst=amounts.max(axis=1))
    frame = amounts[amounts["worst"] > 5e-4].sort_values("worst", ascending=False).head(9)
    if frame.empty:
        return None
    bars = []
    for (use, _tier), row in zip(frame.index, frame.to_dict("records"), strict=True):
        value, mark = float(row[lead]), float(row[other]) if other else None
        words = text.plain(value) + ("" if mark is None else f" | {text.plain(mark)}")
        bars.append(Bar(text.capital(str(use)), value, words, mark,
                        charts.COLOUR.get(lead, charts.INK)))  # fmt: skip
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
    head = ["Use", "Tier", "Demand"]
    for response in case.responses:
        word = text.RESPONSES.get(response, response).lower()
        head += [f"Not served, {word}", f"Share, {word}", f"First short in, {word}"]
    rows = []
    for use, tier in frame.index:
        row = frame.loc[(use, tier)]
        cells = [text.capital(str(use)), text.TIERS.get(str(tier), str(tier)),
                 text.mt(row["demand"].max())]  # fmt: skip
        for response in case.responses:
            cells += [
                text.mt(row["unserved"][response]),
                text.pct(row["share"][response]),
                text.week_of(row["day"][response]),
            ]
        rows.append(cells)
    table = html_table(
        head, rows, caption=f"{names.of(place)}: uses by tier", numbers=range(2, len(head)),
        note=f"Demand and what is not served are totals over {round(case.run_days / 7)} weeks.",
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
    if "foresight" not in case.responses:
        return ""
    frame = findings.redirected(study, case, "foresight", AT_LEAST)
    more = frame[frame["change"] >= WORTH_TELLING].head(10)
    if more.empty:
        return ""
    lost = float(-frame["change"].clip(upper=0.0).sum())
    gained = float(frame["change"].clip(lower=0.0).sum())
    rows = [[names.place(r["from"]), names.place(r["to"]), text.mt(r["change"])]
            for r in more.to_dict("records")]  # fmt: skip
    lead = (
        f"Under “{text.RESPONSES['foresight']}” some pairs lose {text.mt(lost)} in {AT_LEAST} "
        f"weeks and others get {text.mt(gained)} more; the rest comes out of tanks or is "
        "not used."
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
    head = ["Place"]
    for response in responses:
        word = text.RESPONSES.get(response, response).lower()
        head += [f"Not served, {word}", f"Share, {word}"]
    rows = []
    for record in frame.to_dict("records"):
        cells = [names.place(record["place"])]
        for response in responses:
            cells += [text.mt(record[f"unserved {response}"]),
                      text.pct(record[f"share {response}"])]  # fmt: skip
        rows.append(cells)
    return html_table(head, rows, caption="Who else goes short", numbers=range(1, len(head)))
