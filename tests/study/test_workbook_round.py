"""Folder -> workbook -> folder loses nothing."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.study.workbooks import DATA, edited, exported

from seawall.errors import InputError, UsageError
from seawall.study import Study, read, write
from seawall.study.cells import format_number
from seawall.study.records import TABLES
from seawall.study.settings import Calendar, Market, Model, settings_of
from seawall.study.workbook_form import MEANINGS, file_name_rule, nested, setting_rows
from seawall.study.workbook_writer import write_workbook

NASTY = [
    "東京湾とその周辺", "दिल्ली और मुंबई", "NA", "007", "-5", "+1", "=1+1", "@SUM(A1)",
    "=cmd|' /C calc'!A0", "'quoted",
    "two\nlines", "old\rMac", "Windows\r\nlines", "2026-03-02", "1E5", "TRUE", "#REF!",
    '"', ",", "a\u2028b", "tab\tinside", "emoji 🚢", "_x000D_", "_x005F_", "bell\x07", "&lt;b&gt;",
    "<b>", "1,000", "x" * 32_767,
]  # fmt: skip


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def assert_round(study: Study, folder: Path) -> Study:
    """Through a workbook and back: the same study, and the same files."""
    again = read(write_workbook(study, folder / "book.xlsx"))
    one, two = write(study, folder / "one"), write(again, folder / "two")
    assert bytes_of(one) == bytes_of(two)
    assert study.digest() == again.digest()
    assert study.settings == again.settings
    return again


def with_note(study: Study, note: str) -> Study:
    sources = study.frames["sources"].copy()
    sources.loc[0, "note"] = note
    return replace(study, frames={**study.frames, "sources": sources})


@pytest.mark.parametrize("name", ["three", "twelve", "tiers"])
def test_the_test_studies_come_back(tmp_path: Path, name: str) -> None:
    again = assert_round(read(DATA / name), tmp_path)
    assert again.folder is None
    assert again.name == "book"


def test_the_big_study_comes_back_within_seconds(tmp_path: Path) -> None:
    study = read("india-japan")
    start = time.perf_counter()
    again = assert_round(study, tmp_path)
    assert time.perf_counter() - start < 20
    assert again.protocol_text == study.protocol_text != ""
    assert again.draft_texts == study.draft_texts != {}


def test_text_comes_back_as_it_was_and_is_no_formula(tmp_path: Path) -> None:
    study = read(DATA / "three")
    sources = pd.concat([study.frames["sources"]] * (len(NASTY) + 1), ignore_index=True)
    sources["id"] = ["hand", *(f"s{k}" for k in range(len(NASTY)))]
    sources["note"] = ["", *NASTY]
    again = assert_round(replace(study, frames={**study.frames, "sources": sources}), tmp_path)
    assert again.frames["sources"]["note"].tolist() == ["", *NASTY]
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["sources"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    notes = [sheet.cell(row + 3, sheet.max_column) for row in range(len(NASTY))]
    quoted = {note for note, cell in zip(NASTY, notes, strict=True) if cell.quotePrefix}
    assert quoted == {note for note in NASTY if note.startswith(("=", "+", "-", "@"))}


NUMBERS = [0.1 + 0.2, 1e-9, 1 / 3, 123456789.123456789, 2.0**53, 5e-324, 36.0, -0.7, 1e300]


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    study = read(DATA / "three")
    assumed = study.frames["assumptions"]
    more = pd.concat([assumed.iloc[[0]]] * len(NUMBERS), ignore_index=True)
    more = more.assign(id=[f"n{k}" for k in range(len(NUMBERS))], value=NUMBERS)
    frames = {**study.frames, "assumptions": pd.concat([assumed, more], ignore_index=True)}
    again = assert_round(replace(study, frames=frames), tmp_path)
    assert again.frames["assumptions"]["value"].tolist()[len(assumed) :] == NUMBERS


def test_ids_with_zeros_dates_and_negative_numbers_come_back(tmp_path: Path) -> None:
    study = read(DATA / "three")
    places, sources = study.frames["places"].copy(), study.frames["sources"].copy()
    new = places.iloc[[0]].assign(id="007", name="007", lat=-33.05, lon=-179.999)
    places = pd.concat([places, new], ignore_index=True)
    sources["date"] = "2015-04"
    frames = {**study.frames, "places": places, "sources": sources}
    again = assert_round(replace(study, frames=frames), tmp_path)
    last = again.frames["places"].iloc[-1]
    assert (last["id"], last["lat"], last["lon"]) == ("007", -33.05, -179.999)
    assert again.frames["sources"]["date"].tolist() == ["2015-04"]


TEXTS = {
    "plain": "a = 1\nb = 2\n",
    "windows": "a = 1\r\n\r\nb = 2\r\n",
    "no end": "a = 1",
    "blank": "",
    "only-lines": "\n\n\n",
    "indented": "  a = [\n\t1,\n  ]  \n",
    "東京": '= 1\n"-2"\n',
}


def test_texts_come_back_line_by_line(tmp_path: Path) -> None:
    study = replace(
        read(DATA / "three"),
        scenario_texts=TEXTS,
        draft_texts=TEXTS,
        protocol_text=TEXTS["windows"],
    )
    again = assert_round(study, tmp_path)
    assert dict(again.scenario_texts) == TEXTS
    assert dict(again.draft_texts) == TEXTS
    assert again.protocol_text == TEXTS["windows"]


def test_settings_with_calendars_and_variants_come_back() -> None:
    given = read(DATA / "twelve").settings
    settings = given.model_copy(
        update={
            "title": "2026",
            "about": "=not a formula\nbut two lines",
            "model": Model(discount=1e-9, curtail=False, kink=0.1),
            "market": Market(belief=0.1 + 0.2),
            "calendars": {
                "four.weekly": Calendar(chains=("x", "y"), period_days=28, periods=26),
                "1": Calendar(chains=("z",), period_days=20, periods=2, comfort=0.0015),
            },
            "variants": {**given.variants, "dotted.group": ("one", "two.5")},
        }
    )
    cells = [
        (key, value if isinstance(value, str) else format_number(value))
        for key, value, _ in setting_rows(settings)
    ]
    assert settings_of(nested(cells), {}) == settings


def test_every_key_of_the_settings_has_a_meaning() -> None:
    settings = read(DATA / "twelve").settings
    every = settings.model_copy(
        update={
            "calendars": {
                "c": Calendar(
                    chains=("x",), period_days=28, periods=2, discount=0.0, window=3, replan=1,
                    belief_days=30.0, precaution=0.1, comfort=0.0,
                )
            }
        }
    )  # fmt: skip
    rows = list(setting_rows(every))
    assert [key for key, _, meaning in rows if not meaning] == []
    assert set(MEANINGS) - {"model.closed"} <= {key for key, _, _ in rows}
    assert len(rows) == len({key for key, _, _ in rows})


def test_what_contradicts_itself_in_keys_is_left_to_their_rules() -> None:
    found = nested([("model", "x"), ("model.kink", "0.1"), ("calendars.a", "1"), ("title", "3")])
    assert found == {"model": "x", "calendars": {"a": 1}, "title": "3"}


def test_a_spreadsheet_may_save_it_again(tmp_path: Path) -> None:
    study = read("india-japan")
    path = edited(exported(tmp_path, study), lambda book: None)
    assert read(path).digest() == study.digest()


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    study = read(DATA / "twelve")
    one = write_workbook(study, tmp_path / "one.xlsx").read_bytes()
    assert one == write_workbook(study, tmp_path / "two.xlsx").read_bytes()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = exported(tmp_path)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        exported(tmp_path)
    assert path.read_bytes() == before
    assert write_workbook(read(DATA / "twelve"), path, replace=True) == path
    with pytest.raises(UsageError, match=r"does not end with \.xlsx"):
        write_workbook(read(DATA / "three"), tmp_path / "book.xls")
    assert [each.name for each in tmp_path.iterdir()] == ["book.xlsx"]


@pytest.mark.parametrize(
    "note, rule",
    [
        ("x" * 32_768, "32,768 characters"),
        ("🚢" * 16_384, "16,384 characters"),
        ("\uffff", "U+FFFF"),
    ],
)
def test_what_no_workbook_can_hold_is_told(tmp_path: Path, note: str, rule: str) -> None:
    with pytest.raises(InputError) as caught:
        write_workbook(with_note(read(DATA / "three"), note), tmp_path / "book.xlsx")
    (problem,) = caught.value.problems
    assert (problem.file, problem.row, problem.column) == ("sources.csv", 2, "note")
    assert rule in problem.rule
    assert list(tmp_path.iterdir()) == []


def test_a_long_line_or_a_strange_name_of_a_scenario_is_told(tmp_path: Path) -> None:
    texts = {"long": "a\n" + "#" * 40_000, " blank": "", "a/b": ""}
    with pytest.raises(InputError) as caught:
        write_workbook(replace(read(DATA / "three"), scenario_texts=texts), tmp_path / "book.xlsx")
    found = {(p.file, p.row) for p in caught.value.problems}
    assert found == {
        ("scenarios/long.toml", 2), ("scenarios/ blank.toml", None), ("scenarios/a/b.toml", None),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["", ".hidden", "../evil", "a\\b", "C:x", "a\nb", "x" * 300])
def test_names_that_are_none_for_a_file(name: str) -> None:
    assert file_name_rule(name)


# Any text that a CSV file can hold, trimmed as cells are; two characters no workbook holds.
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff")
CELL = st.text(LETTERS, max_size=30).map(str.strip)
LINE = st.text(LETTERS, max_size=30)
NUMBER = st.floats(0, allow_nan=False, allow_infinity=False)


@settings(max_examples=20)
@given(
    notes=st.lists(CELL, min_size=2, max_size=2),
    prices=st.lists(NUMBER, min_size=2, max_size=2),
    texts=st.dictionaries(CELL.filter(lambda name: not file_name_rule(name)), LINE, max_size=3),
    about=st.text(LETTERS, min_size=1, max_size=50).filter(str.strip),
)
def test_any_study_comes_back(
    notes: list[str], prices: list[float], texts: dict[str, str], about: str
) -> None:
    study = read(DATA / "three")
    frame = study.frames["prices"].assign(price=prices, note=notes)
    folded = {name.casefold(): name for name in texts}
    if len(folded) < len(texts):
        return  # no folder on every system can hold both
    changed: Any = replace(
        study,
        frames={**study.frames, "prices": frame},
        scenario_texts=texts,
        settings=study.settings.model_copy(update={"about": about.strip()}),
    )
    with tempfile.TemporaryDirectory() as folder:
        again = read(write_workbook(changed, Path(folder) / "x.xlsx"))
    assert again.settings == changed.settings
    assert dict(again.scenario_texts) == texts
    for name in TABLES:
        left, right = changed.frames[name], again.frames[name]
        pd.testing.assert_frame_equal(left.drop(columns="row"), right.drop(columns="row"))
    assert again.digest() == changed.digest()
