"""Files and folders appear whole or not at all."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from seawall.files import atomic_folder, csv_text, write_bytes, write_csv, write_text

if TYPE_CHECKING:
    from pathlib import Path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_text_is_written_as_utf8_with_its_line_ends(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "東京\r\nदिल्ली\n")
    assert path.read_bytes() == "東京\r\nदिल्ली\n".encode()
    assert names(tmp_path) == ["a.txt"]


def test_a_failed_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_bytes(tmp_path / "a.bin", b"old")

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_text(tmp_path / "none" / "a.txt", "x")


def test_cells_survive_the_csv_module(tmp_path: Path) -> None:
    row = ["a,b", 'say "x"', "two\nlines", "lone\rreturn", "", "plain"]
    path = write_csv(tmp_path / "a.csv", ["h"] * 6, [row])
    with path.open(encoding="utf-8", newline="") as handle:
        assert list(csv.reader(handle))[1] == row
    assert csv_text(["x"], [["1"]]) == "x\n1\n"
    assert list(csv.reader(io.StringIO(csv_text(["x", "y"], [])))) == [["x", "y"]]


def test_a_folder_appears_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with atomic_folder(target) as folder:
        (folder / "sub").mkdir()
        write_text(folder / "sub" / "a.txt", "x")
        assert not target.exists()
    assert (target / "sub" / "a.txt").read_text() == "x"
    assert names(tmp_path) == ["out"]


def test_a_folder_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def build() -> None:
        with atomic_folder(tmp_path / "out") as folder:
            write_text(folder / "a.txt", "x")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        build()
    assert names(tmp_path) == []


def test_a_folder_is_replaced_only_when_asked(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with atomic_folder(target) as folder:
        write_text(folder / "old.txt", "x")
    with pytest.raises(FileExistsError), atomic_folder(target):
        pass
    assert names(target) == ["old.txt"]
    with atomic_folder(target, replace=True) as folder:
        write_text(folder / "new.txt", "y")
    assert names(target) == ["new.txt"]
    assert names(tmp_path) == ["out"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with atomic_folder(tmp_path / "out") as folder:
        write_text(folder / "a.txt", "x")
    assert names(tmp_path / "out") == ["a.txt"]


def test_a_failed_rename_brings_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    with atomic_folder(target) as folder:
        write_text(folder / "old.txt", "x")
    original = type(target).replace

    def failing(self: Path, to: Path) -> Path:
        if to == target and not (self / "old.txt").exists():
            raise OSError("busy")
        return original(self, to)

    monkeypatch.setattr(type(target), "replace", failing)
    with pytest.raises(OSError, match="busy"), atomic_folder(target, replace=True) as folder:
        write_text(folder / "new.txt", "y")
    assert names(target) == ["old.txt"]
    assert names(tmp_path) == ["out"]


def test_who_is_quicker_is_not_replaced(tmp_path: Path) -> None:
    """Another process makes the folder while this one builds it."""
    target = tmp_path / "out"

    def late() -> None:
        with atomic_folder(target) as folder:
            write_text(folder / "mine.txt", "x")
            with atomic_folder(target) as other:
                write_text(other / "theirs.txt", "y")

    with pytest.raises(FileExistsError, match="exists already"):
        late()
    assert names(target) == ["theirs.txt"]
    assert names(tmp_path) == ["out"]
