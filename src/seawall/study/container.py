"""Where a study is kept: what a folder and a workbook both answer, and the folder.

The reader puts a study together from a container and knows nothing of files or sheets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from seawall.errors import InputError, Problem, did_you_mean
from seawall.study.csv_tables import Lines, empty_frame, read_table
from seawall.study.protocol import FILE as PROTOCOL
from seawall.study.records import TABLES
from seawall.study.settings import FILE as SETTINGS
from seawall.study.settings import Settings, parse_settings

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from seawall.study.records import Table

__all__ = ["Container", "Folder"]


class Container(Protocol):
    """What the reader asks of the place where a study is kept.

    Whatever is wrong goes to `problems`, with the names of files that a folder has
    ("lanes.csv"); `told` says it in the names of the container.
    """

    @property
    def name(self) -> str:
        """What the study is called."""

    @property
    def folder(self) -> Path | None:
        """The folder, if it is one."""

    def settings(self, problems: list[Problem]) -> Settings | None:
        """The settings; None if they cannot be read."""

    def strangers(self) -> list[Problem]:
        """What is wrong with the container as a whole; tables that nobody would read."""

    def holds(self, table: Table) -> bool:
        """Whether the table is there, readable or not."""

    def table(self, table: Table, problems: list[Problem]) -> pd.DataFrame | None:
        """One table; None if it cannot be read, or is missing and required."""

    def texts(self, inside: str, problems: list[Problem]) -> dict[str, str]:
        """The "scenarios", or the drafts of protocols ("protocols"), by name."""

    def protocol(self, problems: list[Problem]) -> str:
        """The text of the protocol, "" if there is none."""

    def told(self, problem: Problem) -> Problem:
        """A problem with the place where a reader of this container looks for it."""


class Folder:
    """A study as a folder of CSV tables and TOML texts."""

    def __init__(self, path: Path, name: str) -> None:
        self.folder: Path = path
        self.name = name

    def settings(self, problems: list[Problem]) -> Settings | None:
        path = self.folder / SETTINGS
        if not path.is_file():
            rule, fix = "the file is missing", "every study has a study.toml"
            problems.append(Problem(SETTINGS, None, "", "", rule, fix))
            return None
        text = "".join(Lines(path, SETTINGS, problems))
        try:
            return parse_settings(text)
        except InputError as error:
            problems += error.problems
            return None

    def strangers(self) -> list[Problem]:
        """Tell tables that nobody would read, among them misspelt ones."""
        known = [table.file for table in TABLES.values()]
        return [
            Problem(
                path.name, None, "", "", "no table has this name",
                did_you_mean(path.name, known) or "known tables: " + ", ".join(known),
            )
            for path in sorted(self.folder.iterdir())
            if path.suffix.casefold() == ".csv"
            and path.name not in known
            and not path.name.startswith(".")
        ]  # fmt: skip

    def holds(self, table: Table) -> bool:
        return (self.folder / table.file).is_file()

    def table(self, table: Table, problems: list[Problem]) -> pd.DataFrame | None:
        path = self.folder / table.file
        if not path.is_file() and not table.required:
            return empty_frame(table)
        return read_table(path, table, problems)

    def texts(self, inside: str, problems: list[Problem]) -> dict[str, str]:
        # What they say is their own matter: a question about something else need not mind.
        return {
            path.stem: self._text(f"{inside}/{path.name}", problems)
            for path in sorted((self.folder / inside).glob("*.toml"))
            if not path.name.startswith(".")
        }

    def protocol(self, problems: list[Problem]) -> str:
        text = self._text(PROTOCOL, problems)
        if (self.folder / PROTOCOL).is_file() and not text.strip():
            rule, fix = "the file is empty", "write the articles, or remove the file"
            problems.append(Problem(PROTOCOL, 1, "", "", rule, fix))
        return text

    def told(self, problem: Problem) -> Problem:
        return problem

    def _text(self, file: str, problems: list[Problem]) -> str:
        """Return the text of a file, "" if there is none."""
        path = self.folder / file
        return "".join(Lines(path, file, problems)) if path.is_file() else ""
