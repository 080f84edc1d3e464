"""Differences of two studies."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.study.books import BOOK, with_seas
from tests.study.overlay_files import overlay

from seawall.study import read
from seawall.study.diff import Difference, differences

if TYPE_CHECKING:
    from tests.study.conftest import Folder

    from seawall.study import Study

TWELVE = Path(__file__).parents[1] / "data" / "twelve"


def told(a: Study, b: Study) -> list[tuple[str, str, str, str, str, str]]:
    return [(d.table, d.row, d.column, d.a, d.b, d.kind) for d in differences(a, b)]


def test_a_study_does_not_differ_from_itself(twelve_study: Study) -> None:
    assert differences(twelve_study, read(TWELVE)) == ()


def test_a_changed_cell_says_how_much_and_on_whose_evidence(
    twelve_study: Study, tmp_path: Path
) -> None:
    row = "facilities liq-west capacity 51.6 looked-up annual_report"
    study = read(TWELVE, overlay(tmp_path / "o.csv", row))
    (found,) = differences(twelve_study, study)
    assert found == Difference(
        "facilities", "liq-west", "capacity", "43", "51.6", "changed", unit="Mt/yr",
        change=pytest.approx(0.2), source_a="made-up", source_b="annual report",
        confidence_a="recalled", confidence_b="looked-up", who="A. Analyst", why="a test",
    )  # fmt: skip
    (back,) = differences(study, twelve_study)
    assert (back.a, back.b, back.source_a) == ("51.6", "43", "annual report")
    assert back.who == "A. Analyst"


def test_cells_edited_in_the_file_have_the_evidence_of_their_row(
    twelve_study: Study, folder: Folder
) -> None:
    folder.set("lanes", 3, "passages", "narrows@1;sound@9")
    folder.set("facilities", 2, "capacity", "34")
    capacity, passages = differences(twelve_study, folder.read())
    assert (capacity.a, capacity.b, capacity.who) == ("", "34", "")
    assert capacity.change != capacity.change, "there is no share of nothing"
    assert (capacity.source_b, capacity.confidence_b) == ("made-up", "looked-up")
    assert (passages.a, passages.b) == ("narrows@1;sound@9.5", "narrows@1;sound@9")


def test_rows_that_one_study_has_are_told_by_their_main_figure(
    twelve_study: Study, folder: Folder
) -> None:
    line = folder.row_of("demands", "nord-homes")
    folder.add("demands", line, id="nord-farms", sector="farms", quantity="0.5", low="", high="")
    study = folder.read()
    assert told(twelve_study, study) == [("demands", "nord-farms", "", "", "0.5", "added")]
    assert told(study, twelve_study) == [("demands", "nord-farms", "", "0.5", "", "removed")]
    (found,) = differences(twelve_study, study)
    assert (found.unit, found.source_b, found.source_a) == ("Mt/yr", "made-up", "")


def test_rows_are_matched_by_key_and_their_order_is_told(
    twelve_study: Study, folder: Folder
) -> None:
    cells = folder.cells("lanes")
    folder.put("lanes", [cells[0], cells[2], cells[1], *cells[3:]])
    study = folder.read()
    assert study.digest() != twelve_study.digest()
    assert told(twelve_study, study) == [("lanes", "", "", "", "", "order")]


def test_terminals_and_a_book_are_matched_by_their_keys(folder: Folder) -> None:
    shutil.copytree(BOOK, with_seas(folder).path, dirs_exist_ok=True)
    before = folder.read()
    changes = [
        ("terminals", "berths", "3"), ("sea_legs", "length", "340"), ("seasons", "factor", "1.1"),
        ("cargoes", "eta", "2026-12-12"), ("ships", "charter", "61000"),
        ("tanks", "stock", "1250"), ("clauses", "fee", "0.4"),
    ]  # fmt: skip
    for table, column, value in changes:
        folder.set(table, 2, column, value)
    found = told(before, folder.read())
    assert {(table, column, b) for table, _, column, _, b, _ in found} == set(changes)
    rows = {table: row for table, row, *_ in found}
    assert rows == {
        "terminals": "gulf-load", "sea_legs": "gulf-narrows", "seasons": "NRD/1",
        "cargoes": "c-laden", "ships": "aster", "tanks": "nord-west-t", "clauses": "gulf-nord",
    }  # fmt: skip


def test_alternatives_of_one_key_are_matched_by_variant(
    twelve_study: Study, folder: Folder
) -> None:
    line = folder.row_of("facilities", "wells-nord")
    folder.add("facilities", line, variant="unpooled", base="5", capacity="5.5")
    two = folder.read()
    assert told(twelve_study, two) == [
        ("facilities", "wells-nord@unpooled", "", "", "5", "added"),
    ]
    folder.set("facilities", line, "base", "6.1")
    assert told(two, folder.read()) == [
        ("facilities", "wells-nord@pooled", "base", "6", "6.1", "changed")
    ]


def test_settings_and_chosen_variants_are_told_by_key(twelve_study: Study, folder: Folder) -> None:
    folder.bytes("study.toml", b"kink = 0.01", b"kink = 0.02")
    assert told(twelve_study, folder.read()) == [
        ("study.toml", "", "model.kink", "0.01", "0.02", "changed")
    ]
    assert told(twelve_study, twelve_study.variant("unpooled")) == [
        ("study.toml", "", "chosen.domestic_gas", "pooled", "unpooled", "changed")
    ]


def test_scenarios_are_told_by_key_and_comments_do_not_count(
    twelve_study: Study, folder: Folder
) -> None:
    scenarios = folder.path / "scenarios"
    text = (scenarios / "canal-60d.toml").read_text(encoding="utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title"))
    (scenarios / "canal-60d.toml").write_text(
        "# a comment\n" + text.replace(title, 'title = "Another"'), encoding="utf-8"
    )
    (scenarios / "mine.toml").write_text('title = "Mine"\nabout = "x"\n', encoding="utf-8")
    (scenarios / "narrows-60d.toml").unlink()
    (folder.path / "protocol.toml").write_text('title = "Ours"\n', encoding="utf-8")
    found = told(twelve_study, folder.read())
    old = twelve_study.scenario_texts
    assert 'title = "' in old["narrows-60d"]
    kinds = {(table, row, column): (b, kind) for table, row, column, _, b, kind in found}
    assert kinds[("scenarios", "canal-60d", "title")] == ("Another", "changed")
    assert kinds[("scenarios", "mine", "")] == ("Mine", "added")
    assert kinds[("scenarios", "narrows-60d", "")] == ("", "removed")
    assert kinds[("protocol.toml", "", "")] == ("Ours", "added")
    assert len(found) == 4


def test_a_broken_text_is_told_as_a_whole(twelve_study: Study, folder: Folder) -> None:
    (folder.path / "scenarios" / "canal-60d.toml").write_text("title =", encoding="utf-8")
    ((table, row, column, _, b, kind),) = told(twelve_study, folder.read())
    assert (table, row, column, b, kind) == (
        "scenarios", "canal-60d", "", "not valid TOML", "changed",
    )  # fmt: skip
