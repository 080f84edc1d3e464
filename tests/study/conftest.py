"""A study folder that a test may spoil, cell by cell."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.study.magnets import write

from seawall.errors import InputError, Problem
from seawall.files import csv_text
from seawall.study import Study, read

DATA = Path(__file__).parents[1] / "data"


@dataclass
class Folder:
    """A copy of a test study. Rows are told by the line in their file, the header being 1."""

    path: Path

    def cells(self, table: str) -> list[list[str]]:
        text = (self.path / f"{table}.csv").read_text(encoding="utf-8")
        return list(csv.reader(text.splitlines()))

    def put(self, table: str, cells: list[list[str]]) -> None:
        text = csv_text(cells[0], cells[1:])
        (self.path / f"{table}.csv").write_text(text, encoding="utf-8", newline="")

    def set(self, table: str, row: int, column: str, value: str) -> Folder:
        """Overwrite one cell."""
        cells = self.cells(table)
        cells[row - 1][cells[0].index(column)] = value
        self.put(table, cells)
        return self

    def add(self, table: str, like: int, **changes: str) -> int:
        """Append a copy of a row with changes and return its line."""
        cells = self.cells(table)
        new = list(cells[like - 1])
        for column, value in changes.items():
            new[cells[0].index(column)] = value
        self.put(table, [*cells, new])
        return len(cells) + 1

    def drop_column(self, table: str, column: str) -> None:
        cells = self.cells(table)
        at = cells[0].index(column)
        self.put(table, [[*row[:at], *row[at + 1 :]] for row in cells])

    def row_of(self, table: str, key: str) -> int:
        """Return the line of the row whose first cell is `key`."""
        return next(i for i, row in enumerate(self.cells(table), start=1) if row[0] == key)

    def bytes(self, file: str, old: bytes, new: bytes) -> None:
        """Replace the first occurrence of some bytes, which must be there."""
        content = (self.path / file).read_bytes()
        assert old in content
        (self.path / file).write_bytes(content.replace(old, new, 1))

    def read(self) -> Study:
        return read(self.path)

    def problems(self) -> tuple[Problem, ...]:
        """Read the folder, which must fail, and return the problems."""
        with pytest.raises(InputError) as caught:
            read(self.path)
        return caught.value.problems


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A copy of the twelve-node study."""
    return Folder(Path(shutil.copytree(DATA / "twelve", tmp_path / "twelve")))


@pytest.fixture
def magnets(tmp_path: Path) -> Folder:
    """The worked example of docs/how-to-add-a-commodity.md."""
    return Folder(write(tmp_path / "magnets"))


@pytest.fixture(scope="session")
def twelve_study() -> Study:
    """The twelve-node study as it is."""
    return read(DATA / "twelve")
