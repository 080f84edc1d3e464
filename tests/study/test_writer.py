"""Folder -> read -> write -> read loses nothing."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.study import Study, read, write
from seawall.study.records import TABLES, Column

TWELVE = Path(__file__).parents[1] / "data" / "twelve"

if TYPE_CHECKING:
    from tests.study.conftest import Folder


def assert_same(one: Study, other: Study) -> None:
    assert one.settings == other.settings
    assert one.scenario_texts == other.scenario_texts
    for name in TABLES:
        left, right = one.frames[name], other.frames[name]
        pd.testing.assert_frame_equal(left.drop(columns="row"), right.drop(columns="row"))
    assert one.digest() == other.digest()


@pytest.mark.parametrize("name", ["twelve", "three"])
def test_the_test_studies_come_back(data: Path, tmp_path: Path, name: str) -> None:
    study = read(data / name)
    assert_same(study, read(write(study, tmp_path / name)))


NOTES = [
    "東京湾とその周辺",
    "दिल्ली और मुंबई",
    "NA",
    "007",
    "-5",
    'he said "stop", then left',
    "two\nlines",
    "old\rMac",
    "Windows\r\nlines",
    "=1+1",
    "2026-03-02",
    '"',
    ",",
    "a\u2028b",
    "tab\tinside",
    "emoji 🚢",
]


@pytest.mark.parametrize("note", NOTES)
def test_text_comes_back_as_it_was(folder: Folder, tmp_path: Path, note: str) -> None:
    study = folder.read()
    frames = dict(study.frames)
    lanes = frames["lanes"].copy()
    lanes.loc[1, "note"] = note
    changed = replace(study, frames=frames | {"lanes": lanes})
    again = read(write(changed, tmp_path / "again"))
    assert again.table("lanes")["note"].tolist()[1] == note
    assert_same(changed, again)


def test_leading_zeros_dates_and_negative_numbers_come_back(folder: Folder, tmp_path: Path) -> None:
    folder.add("places", 2, id="007", name="007", lat="-33.05", lon="-179.999")
    folder.set("contracts", 2, "start", "2015-04")
    again = read(write(folder.read(), tmp_path / "again"))
    last = again.table("places").iloc[-1]
    assert (last["id"], last["lat"], last["lon"]) == ("007", -33.05, -179.999)
    assert again.table("contracts")["start"].tolist()[0] == "2015-04"


def test_rows_of_all_variants_are_written(twelve_study: Study, tmp_path: Path) -> None:
    again = read(write(twelve_study.variant("unpooled"), tmp_path / "again"))
    assert_same(again, twelve_study)


def test_writing_twice_gives_the_same_bytes(twelve_study: Study, tmp_path: Path) -> None:
    one = write(twelve_study, tmp_path / "one")
    two = write(read(one), tmp_path / "two")
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    there = [path for path in TWELVE.rglob("*") if path.is_file()]
    assert len(files) == len(there)
    assert all((one / file).read_bytes() == (two / file).read_bytes() for file in files)


def test_a_folder_is_not_overwritten_unasked(twelve_study: Study, tmp_path: Path) -> None:
    write(twelve_study, tmp_path / "out")
    with pytest.raises(FileExistsError):
        write(twelve_study, tmp_path / "out")
    write(twelve_study, tmp_path / "out", replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_write_that_fails_leaves_nothing(
    twelve_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("seawall.study.writer.write_csv", full)
    with pytest.raises(OSError, match="no space"):
        write(twelve_study, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


# Any text that a file can hold: no surrogates, no NUL, and trimmed as cells are.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40).map(
    str.strip
)


def cells(column: Column) -> st.SearchStrategy[Any]:
    """Values that a column may hold, absent ones among them."""
    if column.kind == "number":
        low = -1e12 if column.minimum is None else column.minimum
        high = 1e12 if column.maximum is None else column.maximum
        return st.floats(low, high, exclude_min=column.above, exclude_max=column.below)
    if column.kind == "date":
        full = st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(str)
        return st.one_of(st.just(""), full, full.map(lambda text: text[:7]))
    return TEXT if not column.required else TEXT.filter(bool)


FREE = [
    ("sources", "title"),
    ("sources", "date"),
    ("sources", "note"),
    ("places", "name"),
    ("places", "lat"),
    ("places", "lon"),
    ("lanes", "route"),
    ("lanes", "qualify_days"),
    ("lanes", "duty"),
    ("facilities", "nameplate"),
    ("stocks", "loss"),
    ("contracts", "seller"),
]


@given(st.data())
@settings(max_examples=30)
def test_whatever_a_cell_holds_comes_back(twelve_study: Study, data: st.DataObject) -> None:
    frames = dict(twelve_study.frames)
    for table, name in FREE:
        frame = frames[table].copy()
        column = TABLES[table].by_name[name]
        values = data.draw(st.lists(cells(column), min_size=len(frame), max_size=len(frame)))
        frame[name] = pd.Series(values, dtype=frame[name].dtype)
        frames[table] = frame
    study = replace(twelve_study, frames=frames)
    with tempfile.TemporaryDirectory() as folder:
        assert_same(study, read(write(study, Path(folder) / "study")))
