"""A small book of cargoes upon the twelve-node study, and ways to spoil it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.study.conftest import DATA, Folder

from seawall.errors import InputError, Problem
from seawall.study import Study
from seawall.study.book import read_book
from seawall.study.hub_records import OUTPUTS

#: Terminals, sea legs and seasons to be added to the twelve-node study; and the book.
SEAS, BOOK, PLANTS = DATA / "seas", DATA / "book", DATA / "plants"
HUBS = DATA / "hubs"


@dataclass
class Book(Folder):
    """The small book as a folder, and the study that it is laid upon."""

    study: Study

    def read(self) -> Study:
        return read_book(self.path, self.study)

    def problems(self) -> tuple[Problem, ...]:
        """Read the book, which must fail, and return the problems."""
        with pytest.raises(InputError) as caught:
            self.read()
        return caught.value.problems


def with_plants(folder: Folder) -> Folder:
    """The study with what siting needs."""
    shutil.copytree(PLANTS, folder.path, dirs_exist_ok=True)
    return folder


def with_hubs(folder: Folder) -> Folder:
    """The study with two sites for refining hubs, and the oxides that they make."""
    shutil.copytree(HUBS, folder.path, dirs_exist_ok=True)
    for output in OUTPUTS:
        folder.add("commodities", 2, id=output, name=output, energy_content="", gas_volume="")
    return folder


def with_seas(folder: Folder) -> Folder:
    """Give the twelve-node study terminals, the roads of the sea and seasons."""
    shutil.copytree(SEAS, folder.path, dirs_exist_ok=True)
    return folder


def book_in(path: Path, study: Study) -> Book:
    """Write the small book into a new folder."""
    return Book(Path(shutil.copytree(BOOK, path)), study)


def study_with_seas(path: Path) -> Study:
    """The twelve-node study with its seas, in a new folder inside of `path`."""
    return with_seas(Folder(Path(shutil.copytree(DATA / "twelve", path / "twelve")))).read()
