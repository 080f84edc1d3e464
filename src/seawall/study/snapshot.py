"""A study read back from a copy that Seawall itself wrote, known by its digest.

Nothing is checked again: content whose digest is that of a study has been checked when that study
was read. So the chain of a study reads back too, whose rows refer to what belongs to other chains.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seawall.errors import InputError, Problem
from seawall.study.csv_tables import empty_frame, read_table
from seawall.study.protocol import FILE as PROTOCOL
from seawall.study.records import TABLES
from seawall.study.settings import FILE as SETTINGS
from seawall.study.settings import parse_settings
from seawall.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_snapshot"]


def read_snapshot(folder: str | Path, name: str) -> Study:
    """Read a folder that `seawall.write` wrote, as the study `name`, without checking it.

    The caller compares the digest with the one that it looks for.

    Raises
    ------
    InputError
        A cell, a table or the settings cannot be read: another version wrote them.
    """
    source = Path(folder)
    problems: list[Problem] = []
    frames: dict[str, pd.DataFrame] = {}
    for table in TABLES.values():
        path = source / table.file
        frame = read_table(path, table, problems) if path.is_file() else None
        frames[table.name] = empty_frame(table) if frame is None else frame
    settings = parse_settings((source / SETTINGS).read_text(encoding="utf-8"))
    if problems:
        raise InputError(problems, title=f'the copy of study "{name}"')
    protocol = source / PROTOCOL
    return Study(
        name=name,
        folder=None,
        settings=settings,
        frames=frames,
        scenario_texts=_texts(source / "scenarios"),
        protocol_text=_text(protocol) if protocol.is_file() else "",
        draft_texts=_texts(source / "protocols"),
    )


def _texts(folder: Path) -> dict[str, str]:
    return {path.stem: _text(path) for path in sorted(folder.glob("*.toml"))}


def _text(path: Path) -> str:
    """The text with its line ends as they are."""
    return path.read_bytes().decode("utf-8")
