"""The bracket of every scenario on one page: what each response loses, and when it begins."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seawall.report import charts, findings, phrases, text
from seawall.report.charts import Bar
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.report.views import Case, Outcome


def bracket_section(cases: Sequence[Case]) -> str:
    """Table of scenarios by responses; where the market does worse than frozen it says so first."""
    known = [r for r in text.RESPONSES if any(r in case.responses for case in cases)]
    if len(known) < 2:
        return ""
    worse = [
        f"<li><b>{escape(case.title)}:</b> {escape(found)}</li>"
        for case in cases
        for found in (
            phrases.market_worse(case.losses),
            *(f.sentence for place in case.places for f in findings.worse_off(case, place)),
        )
        if found
    ]
    warning = f"<ul>{''.join(worse)}</ul>" if worse else ""
    meaning = "; ".join(f"<b>{text.RESPONSES[r]}</b>: {text.RESPONSE_MEANING[r]}" for r in known)
    belief = "".join(
        f'<p class="note">{escape(sentence)}</p>'
        for sentence in dict.fromkeys(case.belief for case in cases)
        if sentence
    )
    blocks = [_chart(case, place) for case in cases for place in case.places
              if case.bracket(place)[1].short]  # fmt: skip
    return (
        '<section id="bracket"><h2>How the world may react</h2>'
        f'<p class="about">{meaning}.</p>{warning}{_table(cases)}'
        f'<div class="charts">{"".join(blocks)}</div>{belief}</section>'
    )


def _table(cases: Sequence[Case]) -> str:
    places = cases[0].places
    loss = any(case.losses for case in cases)
    names = [cases[0].of(place, cases[0].responses[0]).name for place in places]
    head = ["Scenario", "Response", *(["Loss of all"] if loss else [])]
    for name in names:
        head += [f"{name}: not served", "First short in", "Time to survive"]
    rows = []
    for case in cases:
        for k, (responses, row) in enumerate(_rows(case, loss)):
            # The title stands once: its responses are read below each other.
            rows.append([case.title if k == 0 else "", responses, *row])
    return html_table(
        head, rows, caption="The bracket of each scenario", numbers=range(2, len(head)),
        note="Loss: what the whole study loses against the undisturbed base, in willingness to pay "
        "and costs. Time to survive: how long everything is served if all others go on as usual "
        "and nothing more comes than they leave.",
    )  # fmt: skip


def _rows(case: Case, loss: bool) -> list[tuple[str, list[str]]]:
    """Cells of a scenario by response; responses with the same cells share a row."""
    found: dict[tuple[str, ...], str] = {}
    for response in case.responses:
        row = [text.musd(case.losses.get(response))] if loss else []
        for place in case.places:
            o = case.of(place, response)
            row += [text.mt(o.unserved) if o.short else "nothing",
                    text.week_of(o.first_day), survive(o, case.run_days)]  # fmt: skip
        word = text.RESPONSES.get(response, response)
        key = tuple(row)
        found[key] = f"{found[key]}, {word.lower()}" if key in found else word
    return [(words, list(key)) for key, words in found.items()]


def survive(outcome: Outcome, run_days: float) -> str:
    """How long a place gets by: in words, "over 2 years" when it outlasts the run."""
    if outcome.survive_days is not None:
        return text.duration(outcome.survive_days)
    if outcome.censored:
        return f"over {text.duration(run_days).removeprefix('about ')}"
    return text.NOTHING


def _chart(case: Case, place: str) -> str:
    bars = []
    for response in case.responses:
        o = case.of(place, response)
        split = (
            f", {text.plain(o.priced_out)} outbid"
            if o.priced_out is not None and o.priced_out >= phrases.NOTHING
            else ""
        )
        bars.append(
            Bar(text.RESPONSES.get(response, response), o.unserved,
                f"{text.plain(o.unserved)}{split}", colour=charts.COLOUR.get(response, charts.INK))
        )  # fmt: skip
    name = case.of(place, case.responses[0]).name
    title = f"{name}: {case.title}"
    return charts.block(title, charts.bar_chart(bars, title=title, unit="not served, Mt"))
