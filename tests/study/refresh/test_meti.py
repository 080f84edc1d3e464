"""Weekly LNG stocks of Japan's power companies -> stocks of terminals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import seawall
from seawall.errors import InputError, UsageError
from seawall.study import Study
from seawall.study.refresh import refresh
from seawall.study.refresh.tables import mapping

PAGE = """発電用LNGの在庫状況 INVENTED-FOR-TEST,,
令和８年１１月１８日 公表,,
（単位：万トン）,,
時点,大手電力のLNG在庫,前年同月末
11/1 時点,２０５,
11/8 時点,210,
11/15 時点,198（速報）,
10月末,201,220
"""


def new_starts(study: Study, path: Path, as_of: date | None = None) -> dict[str, float]:
    found = refresh(study, "meti-lng-stocks", path, as_of=as_of)
    return {change.row.split("/")[0]: float(change.value) for change in found.changes}


def test_the_latest_week_is_shared_by_what_stands_there(built_in: Study, page: Callable[..., Path]):
    """Terminals of power companies move whole, joint ones by half, those of gas companies not."""
    found = refresh(built_in, "meti-lng-stocks", page("a.csv", PAGE))
    held = found.figures["old"].iloc[0]
    # The study took twice METI's 2.19 Mt for all companies; ownership by terminal returns it.
    assert held == pytest.approx(2.19, abs=0.03)
    factor = 1.98 / held
    starts = new_starts(built_in, page("b.csv", PAGE))
    assert starts["futtsu"] == pytest.approx(0.28165 * factor, rel=1e-4)
    assert starts["negishi"] == pytest.approx(0.24437 * (0.5 + 0.5 * factor), rel=1e-4)
    assert "senboku-ii" not in starts
    old = built_in.frames["stocks"].set_index("place")["start"]
    parts = {row["place"]: float(row["part"]) for row in mapping("meti_lng_stocks")}
    covered = sum(starts[p] - (1 - parts[p]) * old[p] for p in starts)
    assert covered == pytest.approx(1.98, abs=1e-4)


def test_what_is_left_out_is_told(built_in: Study, page: Callable[..., Path]):
    found = refresh(built_in, "meti-lng-stocks", page("a.csv", PAGE))
    assert {(t.row, t.what) for t in found.told} == {(8, "10月末"), (None, "2 other weeks")}
    (change, *_) = found.overlay("ando", "2026-11-20")
    assert change.who == "ando"
    assert change.confidence == "estimate"
    assert "week of 2026-11-15: 1.98 Mt; provisional" in change.why
    assert change.source.endswith("week of 2026-11-15, file a.csv")


def test_an_earlier_day_can_be_asked_for(built_in: Study, page: Callable[..., Path]):
    path = page("a.csv", PAGE)
    early = new_starts(built_in, path, date(2026, 11, 9))
    assert early["futtsu"] / new_starts(built_in, path)["futtsu"] == pytest.approx(
        2.10 / 1.98, 1e-4
    )
    with pytest.raises(UsageError, match="the first is 2026-11-01"):
        refresh(built_in, "meti-lng-stocks", path, as_of=date(2026, 10, 1))


@pytest.mark.parametrize("header", ["Stock_kt", "LNG stock (thousand tonnes)", "在庫量（千トン）"])
def test_workbooks_and_other_units(built_in: Study, book: Callable[..., Path], header: str):
    rows = [["date", header], [date(2026, 11, 8), 2100], [date(2026, 11, 15), 1980]]
    same = new_starts(built_in, book("a.xlsx", {"Weekly": rows}))
    assert same["kawagoe"] == pytest.approx(0.1739 * 1.98 / 2.200285, rel=1e-4)


@pytest.mark.parametrize(
    "text, words",
    [
        ("week,price\n2026-11-15,3\n", "no row heads one column of days and one of stocks"),
        ("week,stock\n2026-11-15,198\n", "the unit of the stock is not said"),
        ("week,stock (kt)\n2026-11-15,many\n", "the stock is no number"),
        ("week,stock (kt)\n2026-11-15,0\n", "a stock is above 0"),
        ("week,stock (kt)\n2026-11-15,1980\n2026/11/15,1990\n", "the day stands in line 2"),
        ("week,stock (kt)\n11/15 時点,1980\n", "no row has a day and a stock"),
    ],
)
def test_another_layout_is_told(built_in: Study, page: Callable[..., Path], text: str, words: str):
    with pytest.raises(InputError, match=words):
        refresh(built_in, "meti-lng-stocks", page("a.csv", text))


def test_a_wrong_unit_shows(built_in: Study, page: Callable[..., Path]):
    """A tenth of the stock warns; ten times the stock does not fit into the tanks."""
    few = refresh(built_in, "meti-lng-stocks", page("a.csv", "week,stock (Mt)\n2026-11-15,1.05\n"))
    assert any("more than a factor of 2" in warning for warning in few.warnings)
    with pytest.raises(InputError, match="does not fit within floor and tank"):
        refresh(built_in, "meti-lng-stocks", page("b.csv", "week,stock (Mt)\n2026-11-15,19.8\n"))


def test_a_study_without_these_terminals_is_told(twelve: Path, page: Callable[..., Path]):
    with pytest.raises(UsageError, match="no stock at the Japanese terminals"):
        refresh(seawall.read(twelve), "meti-lng-stocks", page("a.csv", PAGE))


def test_operators_of_the_mapping_are_those_of_the_study(built_in: Study):
    notes = built_in.lookup("places", "note")
    for row in mapping("meti_lng_stocks"):
        assert f"operator: {row['operator']}" in notes[row["place"]]
