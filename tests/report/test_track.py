"""The pages of promises: all is there, nothing loads, and hostile text stays text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pandas as pd
import pytest
from tests.questions.track.promised import TABLES, promised

from seawall.errors import UsageError
from seawall.questions.exposure import exposure
from seawall.questions.track.ask import TrackResult, track
from seawall.questions.track.slip import SlipResult, slip
from seawall.report.notebook import drawn
from seawall.report.promises import cells, promises_section
from seawall.report.slip import slip_page
from seawall.report.track import track_page
from seawall.report.track_words import chance, in_short, slip_told, told
from seawall.report.views import Names
from seawall.study import read

TODAY = date(2026, 6, 30)
SECOND = (
    "A-2,daily,aid to farmers,amount,200 million dollars,200000000,USD,2024,"
    '"200 million <b>dollars</b>"'
)


class Page(HTMLParser):
    """Text, sections, and what a page would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.sections: list[str] = []
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "section":
            self.sections += [value or "" for name, value in attrs if name == "id"]
        if tag in ("script", "img", "link", "iframe"):
            self.loads += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> TrackResult:
    folder = tmp_path_factory.mktemp("board") / "promised"
    claims = TABLES["claims"] + SECOND + ",stated,looked-up\n"
    pledges = TABLES["pledges"].replace("a hospital", "<script>alert(1)</script> & Söhne")
    study = read(promised(folder, claims=claims, pledges=pledges))
    return track(study, as_of=TODAY, changes_since=date(2025, 12, 31))


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> SlipResult:
    study = read(promised(tmp_path_factory.mktemp("late") / "promised"))
    return slip(study, "P-1", scenarios=["gate-60d"], responses=["frozen"])


def test_the_board_is_all_there(board: TrackResult) -> None:
    page = Page(track_page(board))
    assert page.loads == []
    assert page.sections == [
        "board", "promises", "contradictions", "forecasts", "timeline", "changes", "claims",
        "rules",
    ]  # fmt: skip
    for words in (
        "Clean energy", "Finance", "Health care", "a third tank on the coast",
        "100 million dollars",
        "60 million USD", "6 billion JPY", "permit given", "On promises made up",
        "not yet made", "Amounts that cannot all be true", "200 million USD (2024)",
    ):  # fmt: skip
        assert words.casefold() in page.text.casefold(), words


def test_hostile_text_stays_text(board: TrackResult) -> None:
    page = Page(track_page(board))
    assert page.tags.count("script") == 1  # the page's own
    assert "<script>alert(1)</script> & Söhne" in page.text
    assert "“200 million <b>dollars</b>”" in page.text


def test_an_address_that_is_no_page_is_no_link(board: TrackResult) -> None:
    evil = {
        name: table.assign(url="javascript:alert(1)") if "url" in table else table
        for name, table in board.tables.items()
    }
    assert "javascript:" not in track_page(replace(board, tables=evil))


def test_sentences_tell_the_worst_first(board: TrackResult) -> None:
    lines = told(board)
    assert lines[0] == (
        "Of 3 promises known by 2026-06-30, 1 has no evidence that anything came of it."
    )
    assert "Once sources contradict each other" in lines[-1]
    assert (chance(0.001), chance(0.4), chance(0.999)) == ("below 1 %", "40 %", "above 99 %")


def test_a_slip_is_told(late: SlipResult) -> None:
    first, second = slip_told(late)
    assert "a third tank on the coast: 2 years late, 2028-01-01 to 2030-01-01" in first
    assert "0.7 Mt more of gas, 7 days of its whole need" in second
    assert "holds out 7 days shorter (21 instead of 28)" in second
    page = Page(slip_page(late))
    assert page.loads == []
    assert page.sections == ["slips", "why"]
    for words in ("The gate shuts for 60 days", "28 days", "21 days", "a week of imports"):
        assert words in page.text


def test_both_in_short(board: TrackResult, late: SlipResult) -> None:
    first, second = in_short(board, late)
    assert first.startswith("Of 3 promises")
    assert second.startswith("P-1, a third tank")
    assert "7 days" in second


def test_a_slip_that_changes_nothing_says_so(late: SlipResult) -> None:
    none = replace(late, tables={**late.tables, "slips": late.tables["slips"].iloc[:0]})
    assert "does the slip change what is served" in slip_told(none)[1]
    assert "Everything is served" in slip_page(none)


def test_the_board_of_the_report_tells_promises_by_sector_the_worst_first() -> None:
    counts = {"delivered": 0, "on track": 1, "moving": 3, "stalled": 0, "stale": 5}
    rows = [
        {"sector": "clean energy", "pledges": 12, **counts, "late": 1, "no evidence": 7},
        {"sector": "AI", "pledges": 4, **counts, "late": 0, "no evidence": 0},
        {"sector": "finance", "pledges": 4, **counts, "late": 0, "no evidence": 0},
    ]
    found = cells(pd.DataFrame(rows))
    assert list(found) == [("clean energy", "track"), ("AI", "track")]  # no row of finance there
    energy, ai = found.values()
    assert energy.headline == "1 of 12 promises late"
    assert energy.interval == "7 without evidence, 3 moving, 1 on track"
    assert energy.grade == "published for 5 of 12"
    assert (ai.headline, ai.interval) == ("3 of 4 promises moving", "1 on track")
    assert cells(pd.DataFrame()) == {}


def test_fractions_of_a_day_are_not_told(late: SlipResult) -> None:
    slips = late.tables["slips"].assign(days_more=[0.088] * len(late.tables["slips"]))
    page = promises_section(pd.DataFrame(), slips, Names(late.study))
    assert "under 1" in page
    assert "0.088" not in page
    assert "28 days" in page
    assert "21 days" in page


def test_notebooks_show_the_pages(board: TrackResult, late: SlipResult) -> None:
    assert "Are the promises being kept?" in drawn(board)
    assert "What a slip costs".casefold() in drawn(late).casefold()


def test_other_answers_are_refused(board: TrackResult, late: SlipResult) -> None:
    with pytest.raises(UsageError):
        track_page(late)
    with pytest.raises(UsageError):
        slip_page(board)
    with pytest.raises(UsageError, match="exposure"):
        track_page(exposure(late.study))
