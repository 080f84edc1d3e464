"""The page of a morning: which cargo goes where, on one HTML file that loads nothing."""

from __future__ import annotations

from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from seawall.report import redirect_back, redirect_charts, redirect_tables, redirect_words, text
from seawall.report.html import page
from seawall.report.redirect_map import script, ship_map
from seawall.report.redirect_view import morning
from seawall.report.worldmap import shared_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from seawall.report.redirect_view import Morning

#: Name of the page in the folder of a run.
FILE = "report.html"


def redirect_page(result: Any, extra: Mapping[str, pd.DataFrame] | None = None) -> str:
    """Write the answer to a morning as one HTML page.

    Parameters
    ----------
    result
        Of `redirect`, computed or read back from the shelf.
    extra
        Further tables: `saved_by_offers`, what the pact saves over the number of spot offers.

    Returns
    -------
    The page. It holds its style, script, data and drawings; it has no address to load from.

    Raises
    ------
    UsageError
        The answer is of another question, or lacks a table or its study.
    """
    case = morning(result, extra)
    drawn = ship_map(case)
    sections = [
        ("today", "Today’s instructions", redirect_tables.today(case)),
        ("later", "The plan for the days after", redirect_tables.later(case)),
        ("map", "Ships and diversions by day", drawn.html),
        ("tanks", "Tank levels by day", redirect_charts.tanks(case)),
        ("shortage", "What goes short",
         redirect_tables.shortage(case) + redirect_charts.shortage_days(case)),
        ("ledger", "Who owes whom", redirect_tables.ledger(case)),
        ("saved", "What each plan saves",
         redirect_charts.ladder(case) + redirect_tables.saved(case) + redirect_charts.offers(case)),
        ("reasons", "Reasons", redirect_tables.reasons(case)),
        ("basis", "What it rests on", redirect_back.basis(case)),
    ]  # fmt: skip
    links = "".join(f'<li><a href="#{key}">{escape(title)}</a></li>' for key, title, _ in sections)
    body = [
        _style(), _header(case),
        f'<nav><ul class="contents">{links}</ul></nav>',
        *(f'<section id="{key}"><h2>{escape(title)}</h2>{inside}</section>'
          for key, title, inside in sections),
        _footer(case), script(drawn),
    ]  # fmt: skip
    return page(f"Redirect: {case.title}", shared_shapes() + drawn.shapes, "".join(body))


def _style() -> str:
    words = (resources.files("seawall") / "report" / "redirect.css").read_text(encoding="utf-8")
    return f"<style>{words}</style>"


def _header(case: Morning) -> str:
    told = [case.names.in_text(sentence) for sentence in redirect_words.sentences(case)]
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in told[1:])
    about = str(case.figures.get("about") or "")
    return (
        '<header><p class="kicker">Seawall: which cargo goes where this morning</p>'
        f"<h1>{escape(case.title)}: the morning of {text.day_name(case.as_of)}</h1>"
        f"{redirect_words.banner(case)}"
        f'<p class="answer">{escape(told[0])}</p>{redirect_words.tiles(case)}'
        f'<div id="headline"><ol>{items}</ol></div>'
        f'<p class="note">{escape(about)}</p></header>'
    )


def _footer(case: Morning) -> str:
    title = str(getattr(case.study.settings, "title", case.study))
    return (
        f"<footer><p>Made by Seawall from the study “{escape(title)}”. This page loads nothing "
        "from the network.</p></footer>"
    )
