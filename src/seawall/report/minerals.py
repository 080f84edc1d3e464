"""The report's part on minerals and chips: what is assumed, who stands behind it, what if it stops.

Tonnes come before money, and what disappoints before the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from seawall.report import (
    chains_stress,
    chains_tables,
    market_shares,
    mineral_map,
    mineral_words,
    plants,
    text,
    tiers,
)
from seawall.report.board import UNGRADED, Cell
from seawall.report.chains_view import ChainsView, details
from seawall.report.views import Names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.questions.demo_chains import ChainsResult
    from seawall.report.worldmap import WorldMap

#: Goods whose trees are shown at once, those with most elements and tiers first; beside them one
#: of which no pair is known. The others are folded.
OPEN = 1
#: Sentences on minerals and chips beside those on gas, where a page begins.
HEADLINE = 4


@dataclass(frozen=True)
class Part:
    """One section of the page, and what its shapes need to be defined."""

    id: str
    title: str
    html: str
    shapes: str = ""


def sections(study: Any, chains: ChainsResult) -> list[Part]:
    """All sections on minerals and chips, in their order; those without content are left out."""
    view = ChainsView(study, chains, Names(study))
    drawn = mineral_map.draw(view)
    found = [
        Part("minerals", "Minerals and chips: what was found, the bad news first", _found(view)),
        Part("assumed", "What was assumed about them", chains_tables.assumptions_table(view)),
        Part("tiers", "Who stands behind it, tier by tier", _trees(view), tiers.HATCH),
        Part("dependence", "On whom they depend, seen through", _dependence(view)),
        Part("averages", "Chips: what the average hides", market_shares.shares_part(view)),
        Part("bans", "What if it stops", chains_stress.stress_part(view)),
        Part("second", "What a second source would take",
             chains_stress.sources_part(view) + chains_stress.qualification_part(view)),
        Part("single", "If one thing fails", chains_stress.ranking_part(view)),
        Part("routes", "By which ways it comes", _map(drawn) if drawn else "",
             drawn.shapes if drawn else ""),
        Part("closing", "Do the chains close?", chains_tables.balances_part(view)),
        Part("plants", "What plants at home change, and what they cannot",
             plants.plants_part(view)),
    ]  # fmt: skip
    return [part for part in found if part.html]


def section_html(part: Part) -> str:
    return f'<section id="{part.id}"><h2>{escape(part.title)}</h2>{part.html}</section>'


def navigation(parts: Sequence[Part]) -> str:
    """Links to the sections, for the top of the page."""
    links = "".join(f'<li><a href="#{p.id}">{escape(p.title)}</a></li>' for p in parts)
    return f'<nav aria-label="Minerals and chips"><ul class="contents">{links}</ul></nav>'


def headline(study: Any, chains: ChainsResult) -> list[str]:
    """The sentences that belong on the first page, with what disappoints first."""
    return mineral_words.sentences(ChainsView(study, chains, Names(study)))[:HEADLINE]


def _found(view: ChainsView) -> str:
    said = "".join(f"<li>{escape(s)}</li>" for s in mineral_words.sentences(view))
    return f'<ol class="found">{said}</ol>' if said else ""


def _dependence(view: ChainsView) -> str:
    table, said = chains_tables.exposure_table(view), market_shares.evidence(view)
    return f'<p class="about">{escape(said)}</p>{table}' if table and said else table


def _trees(view: ChainsView) -> str:
    """The trees of the good with most tiers, then those of the others, folded."""
    drawn = tiers.trees(view)
    if not drawn:
        return ""
    colours = tiers.palette(view, drawn)
    goods = dict.fromkeys(tree.good for tree in drawn)
    depth = {g: [(len(t.columns), t.element) for t in drawn if t.good == g] for g in goods}
    order = sorted(
        goods, key=lambda g: (-len({e for _, e in depth[g]}), -max(n for n, _ in depth[g]))
    )
    blocks = []
    shown = {*order[:OPEN], *[t.good for t in drawn if t.guessed][:1]}
    for good in sorted(order, key=lambda g: g not in shown):
        figures = "".join(_figure(view, tree, colours) for tree in drawn if tree.good == good)
        inside = figures + chains_tables.tree_table(view, good)
        blocks.append(
            inside if good in shown else details(f"Trees of {escape(view.good(good))}", inside)
        )
    return (
        '<p class="about">Each column is a stage, the last one on the left. A bar is a country’s '
        "share of what is made at that stage of all that the country of the title uses; a band is "
        "what one maker has from another, in the colour of the earlier one. What enters a country "
        "mixes there. Scrap is a source of its own. Hatched: no trade between the pair is known "
        "and the figure is filled in. Links under 1 % are not drawn, and makers under "
        f"{100 * tiers.SMALL:g} % are drawn as others.</p>{''.join(blocks)}"
    )


def _map(drawn: WorldMap) -> str:
    return (
        '<figure class="map"><h3>What reaches them in the base year, by chain</h3>'
        f'<div class="wide">{drawn.wide.svg}</div><div class="narrow">{drawn.narrow.svg}</div>'
        f"{drawn.key}<figcaption>{escape(drawn.caption)}</figcaption></figure>"
    )


def _figure(view: ChainsView, tree: tiers.Tree, colours: Mapping[str, str]) -> str:
    wide, narrow = (tiers.draw(view, tree, colours, w).svg for w in (tiers.WIDE, tiers.NARROW))
    guess = " (hatched: pairs not known)" if tree.guessed else ""
    title = (
        f"{view.place(tree.place)}: the {view.element(tree.element, tree.good)} in its "
        f"{view.good(tree.good)}{guess}"
    )
    return (
        f'<figure class="map tree"><h3>{escape(title)}</h3><div class="wide">{wide}</div>'
        f'<div class="narrow">{narrow}</div></figure>'
    )


def cells(study: Any, chains: ChainsResult) -> dict[tuple[str, str], Cell]:
    """Cells of the board by sector and question: on whom they depend, what if it stops."""
    view = ChainsView(study, chains, Names(study))
    sectors = dict.fromkeys(view.sector(good) for good in sorted(view.finals))
    found: dict[tuple[str, str], Cell] = {}
    for sector in sectors:
        for question, told, link in (
            ("exposure", mineral_words.depends(view, sector), "#dependence"),
            ("stress", mineral_words.stopped(view, sector), "#bans"),
        ):
            if told:
                found[sector, question] = Cell(text.capital(told[0]), told[1], UNGRADED, link)
    return found
