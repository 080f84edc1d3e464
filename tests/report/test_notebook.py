"""What a notebook shows of a result: a frame of its own that loads nothing."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

import pytest

import seawall
from seawall.questions.result import Result
from seawall.report.notebook import ROWS

DATA = Path(__file__).parents[1] / "data"


def inside(result: Result) -> str:
    """The page in the frame."""
    shown = result._repr_html_()
    found = re.fullmatch(r'<iframe [^>]* srcdoc="([^"]*)"></iframe>', shown)
    assert found, shown[:200]
    return html.unescape(found.group(1))


@cache
def stressed() -> Result:
    return seawall.stress(seawall.read(DATA / "twelve"), "narrows-60d", ["frozen", "foresight"])


def test_a_stress_test_of_a_fuel_has_answer_bracket_and_map() -> None:
    page = inside(stressed())
    assert "<h2>The narrows shut for 60 days</h2>" in page
    assert "What is not served, by response" in page
    assert '<figure class="map">' in page
    assert page.count("<svg") >= 2
    for name, table in stressed().tables.items():
        assert f"<summary>{name}: {len(table)} rows</summary>" in page


def test_nothing_is_loaded_from_anywhere() -> None:
    page = inside(stressed())
    assert "default-src 'none'" in html.unescape(page)
    assert not re.search(r'(src|href)="https?:|url\((?!#)|@import|<script src', page)


def test_a_stress_test_of_minerals_shows_its_headline_places() -> None:
    study = seawall.read(DATA / "tiers")
    name = study.scenarios()[0]
    result = seawall.stress(study, name, "frozen")
    page = inside(result)
    rows = result.tables["indicators"]
    whole = rows[(rows["tier"] == "all") & rows["place"].isin(study.settings.headline)]
    assert len(whole) > 0
    goods = study.lookup("commodities", "name")
    for good in whole["commodity"]:
        assert goods[good] in page


@pytest.mark.parametrize("question", ["exposure", "sweep"])
def test_other_questions_show_their_first_table(question: str) -> None:
    study = seawall.read(DATA / "twelve")
    result = seawall.exposure(study) if question == "exposure" else seawall.sweep(study)
    page = inside(result)
    first = next(iter(result.tables))
    assert f"<caption>{first} " in page
    count = len(result.tables[first])
    assert f"<summary>{first}: {count} rows</summary>" in page
    assert (f"{count - ROWS} more rows in .tables[" in page) == (count > ROWS)


def test_words_of_a_user_are_escaped() -> None:
    result = Result(
        question="stress test",
        identity={},
        tables={},
        figures={"title": "<script>alert(1)</script>", "loss": 1.5},
        units={"loss": "million USD"},
    )
    page = inside(result)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "1.50" in page
