"""The single-file HTML report: opens by double click, loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.errors import UsageError
from seawall.report import (
    back,
    board,
    bracket,
    findings,
    fuels,
    grids,
    lights,
    minerals,
    orders,
    pact,
    promises,
    scenario,
    statements,
    text,
    views,
    worldmap,
)

if TYPE_CHECKING:
    from seawall.questions.demo_chains import ChainsResult

EXTRAS = (
    "moves", "raised", "variants", "closure_lengths", "closure_sources", "pact_worth", "articles",
    "orders", "worth", "worth_hazards", "compensation", "grid_dependence", "plausible", "roadmap",
    "promises", "slips",
)  # fmt: skip


def render(
    study: Any,
    stresses: Any,
    sweep: Any = None,
    exposure: Any = None,
    extra: Mapping[str, pd.DataFrame] | None = None,
    sentences: Sequence[str] = (),
    chains: ChainsResult | None = None,
) -> str:
    """Write the report as one HTML page.

    Parameters
    ----------
    study : the study, for names, sources and assumptions.
    stresses : one stress result or several (a sequence, or a mapping whose values count); the
        first one gives the line under the title.
    sweep, exposure : results of these questions, if they were asked.
    extra : further tables by name: ``moves``, ``raised``, ``variants``, ``closure_lengths``,
        ``closure_sources`` (date, title, url: where its dates come from), ``pact_worth``,
        ``articles``, ``orders``, ``worth``, ``worth_hazards``, ``compensation``,
        ``grid_dependence``, ``plausible``, ``roadmap``, ``promises``, ``slips``. A table that
        is empty or absent has no section.
    sentences : the headline in words, worst first; without any they are made from the results.
    chains : what was asked of minerals and chips; they have sections of their own.

    Returns
    -------
    The page. It holds its style, script and drawings; it has no address to load from.

    Raises
    ------
    UsageError : no stress result, or a table in ``extra`` of an unknown name.
    SeawallError : a result lacks a table, or speaks of none of the study's headline places.
    """
    results = _results(stresses)
    more = _filled(extra or {})
    names = views.Names(study)
    sweep, exposure = (fuels.narrowed(result, study) for result in (sweep, exposure))
    cases = [views.case(study, result, names) for result in results]
    maps = [
        worldmap.world_map(study, case, names, str(k), case.responses[0])
        for k, case in enumerate(cases, 1)
    ]
    places = cases[0].places
    cells = dict(board.board(study, cases, names, sweep=sweep, exposure=exposure, extra=more))
    others = minerals.sections(study, chains) if chains else []
    cells |= promises.cells(_extra(more, "promises"))
    cells |= minerals.cells(study, chains) if chains else {}
    body = [
        _header(study, cases),
        minerals.navigation(others) if others else "",
        _headline(study, cases, sentences, names, _extra(more, "grid_dependence")),
        f'<section id="board"><h2>The board</h2>{board.board_html(cells)}</section>',
        statements.statements_section(_extra(more, "roadmap")),
        promises.promises_section(_extra(more, "promises"), _extra(more, "slips"), names),
        bracket.bracket_section(cases),
        *(
            scenario.section(study, case, names, k, drawn)
            for k, (case, drawn) in enumerate(zip(cases, maps, strict=True), 1)
        ),
        pact.pact_section(cases, more, names, str(study.settings.currency)),
        grids.grids_section(cases, _extra(more, "grid_dependence")),
        orders.orders_section(_extra(more, "orders"), names, places),
        back.lengths_section(more["closure_lengths"], names, more.get("closure_sources"))
        if "closure_lengths" in more
        else "",
        back.variants_section(more["variants"], names) if "variants" in more else "",
        back.sweep_section(sweep, names, places) if sweep is not None else "",
        back.exposure_section(exposure, names, places) if exposure is not None else "",
        *(minerals.section_html(part) for part in others),
        lights.plausible_section(_extra(more, "plausible"), names),
        back.base_section(more, names),
        back.data_section(study, names),
        back.sources_section(study),
        back.limits_section(),
        _footer(study),
    ]
    own = [*(drawn.shapes for drawn in maps), *(part.shapes for part in others)]
    shapes = worldmap.shared_shapes() + "".join(own)
    return page(str(study.settings.title), shapes, "".join(body))


def _results(stresses: Any) -> list[Any]:
    if isinstance(stresses, Mapping):
        found = list(stresses.values())
    elif isinstance(stresses, Iterable):
        found = list(stresses)
    else:
        found = [stresses]
    if not found:
        raise UsageError("a report needs at least one stress result")
    return found


def _filled(extra: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The further tables that have rows, all of known names."""
    unknown = sorted(set(extra) - set(EXTRAS))
    if unknown:
        raise UsageError(f"unknown extra tables {unknown}; known: {', '.join(EXTRAS)}")
    return {name: frame for name, frame in extra.items() if len(frame)}


def _extra(more: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    return more.get(name, pd.DataFrame())


def _header(study: Any, cases: list[views.Case]) -> str:
    settings = study.settings
    about = getattr(settings, "about", "")
    facts = (
        f"Runs begin on {text.day_name(settings.start)} and last "
        f"{round(cases[0].run_days / 7)} weeks. Money in {settings.currency} of "
        f"{settings.money_year}."
    )
    return (
        f'<header><p class="kicker">Seawall: what-if planning for economic security</p>'
        f"<h1>{escape(str(settings.title))}</h1>"
        f'<p class="answer">{escape(findings.answer(cases[0]))}</p>'
        f"{_tiles(study, cases[0])}"
        f'<p class="note">{escape(str(about or ""))} {escape(facts)}</p></header>'
    )


def _lowest_stock(study: Any, case: views.Case, place: str) -> str:
    """How far the stocks of a place fall that is never short; empty where none are kept."""
    per_day = views.imports_per_day(study, case.base_flows, place)
    runs = [views.series(case, place, response)["stock"].dropna() for response in case.responses]
    if per_day <= 0.0 or any(run.empty for run in runs):
        return ""
    start = max(float(run.iloc[0]) for run in runs) / per_day
    low = min(float(run.min()) for run in runs) / per_day
    return (
        "<dl><div><dt>lowest stock, in days of imports</dt>"
        f"<dd>{text.sig(low)} (before: {text.sig(start)})</dd></div></dl>"
    )


def _tiles(study: Any, case: views.Case) -> str:
    """The first scenario in four figures a country."""
    tiles = []
    for place in case.places:
        low, high = case.bracket(place)
        if not high.short:
            tiles.append(
                f'<div class="tile safe"><h2>{escape(high.name)}</h2><p class="big">not short</p>'
                f"<p>of {escape(high.good)} in any week</p>"
                f"{_lowest_stock(study, case, place)}</div>"
            )
            continue
        days = [case.normal_days(o) for o in (low, high)]
        lost = text.between(*map(text.duration, days))
        worst = text.between(text.pct(low.worst_share), text.pct(high.worst_share))
        first = min((o.first_day for o in (low, high) if o.first_day is not None), default=None)
        tiles.append(
            f'<div class="tile"><h2>{escape(high.name)}</h2><p class="big">{escape(lost)}</p>'
            f"<p>of normal {escape(high.good)} use not served</p><dl>"
            f"<div><dt>in all</dt><dd>{escape(findings.amount(low, high))}</dd></div>"
            f"<div><dt>first shortage</dt><dd>{escape(text.week_of(first))}</dd></div>"
            f"<div><dt>short in the worst week</dt><dd>{escape(worst)}</dd></div>"
            f"{_split(case, place)}</dl></div>"
        )
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _split(case: views.Case, place: str) -> str:
    """The middle of the bracket, and what of it is outbid and not missing."""
    if "market" not in case.responses:
        return ""
    o = case.of(place, "market")
    told = (
        f", {text.pct(o.priced_out / o.unserved)} of it outbid"
        if o.unserved and o.priced_out is not None
        else ""
    )
    return (
        "<div><dt>if the market re-plans</dt>"
        f"<dd>{escape(text.mt(o.unserved))}{escape(told)}</dd></div>"
    )


def _headline(
    study: Any,
    cases: list[views.Case],
    sentences: Sequence[str],
    names: views.Names,
    dependence: pd.DataFrame,
) -> str:
    weak = back.confidence_counts(study)
    found = [] if sentences else findings.headline(cases, weak, names, dependence)
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences) or "".join(
        f"<li><b>{escape(f.title)}:</b> {escape(f.sentence)}</li>" for f in found
    )
    bracket = "; ".join(
        f"<b>{text.RESPONSES[r]}</b>: {text.RESPONSE_MEANING[r]}" for r in cases[0].responses
    )
    lead = "An answer is a bracket, not a number. " if len(cases[0].responses) > 1 else ""
    return (
        f'<section id="headline"><h2>What was found, the bad news first</h2><ol>{items}</ol>'
        f'<p class="note">{lead}{bracket}.</p></section>'
    )


def _footer(study: Any) -> str:
    return (
        "<footer><p>Made by Seawall from the study "
        f"“{escape(str(study.settings.title))}”. This page loads nothing from the network.</p>"
        "</footer>"
    )


def _asset(name: str) -> str:
    return (resources.files("seawall") / "report" / name).read_text(encoding="utf-8")


def page(title: str, shapes: str, body: str) -> str:
    """A whole page from its title, the shapes that drawings share, and its body."""
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy, quote=True)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_asset('page.css')}</style></head>\n<body>"
        '<svg class="shared" width="0" height="0" aria-hidden="true"><defs>'
        f"{shapes}</defs></svg><main>{body}</main>\n<script>{_asset('page.js')}</script>"
        "</body></html>\n"
    )
