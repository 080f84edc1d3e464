"""A Study -> a folder that reads back as the same study."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from seawall.errors import UsageError, quote
from seawall.files import atomic_folder, write_csv, write_text
from seawall.study.cells import format_column
from seawall.study.overlay_file import overlay_text
from seawall.study.protocol import FILE as PROTOCOL
from seawall.study.reader import builtin_studies
from seawall.study.records import TABLES
from seawall.study.settings import FILE, settings_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.study.overlay_file import Change
    from seawall.study.study import Study

__all__ = ["scenario_file", "write", "write_overlay", "write_scenario"]

_LONGEST_NAME = 100


def write(study: Study, folder: str | Path, *, replace: bool = False) -> Path:
    """Write a study as a folder: study.toml, one CSV a table, scenarios, protocols.

    Rows of all variants are written, the defaults of study.toml are kept. Tables without rows are
    written only where they are required. The folder appears whole or not at all.

    Parameters
    ----------
    study, folder
        What to write and where; the parent folder must exist.
    replace
        Replace a folder that exists.

    Raises
    ------
    FileExistsError
        The folder exists, holds something, and `replace` is false.
    """
    target = Path(folder)
    with atomic_folder(target, replace=replace) as temporary:
        write_text(temporary / FILE, settings_text(study.settings))
        for table in TABLES.values():
            frame = study.frames[table.name]
            if frame.empty and not table.required:
                continue
            names = [column.name for column in table.columns]
            cells = [format_column(column, frame[column.name]) for column in table.columns]
            write_csv(temporary / table.file, names, list(zip(*cells, strict=True)))
        if study.protocol_text:
            write_text(temporary / PROTOCOL, study.protocol_text)
        for inside, texts in (
            ("scenarios", study.scenario_texts),
            ("protocols", study.draft_texts),
        ):
            if texts:
                (temporary / inside).mkdir()
            for name, text in texts.items():
                write_text(temporary / inside / f"{name}.toml", text)
    return target


def scenario_file(study: Study, name: str) -> Path:
    """The file in which a new scenario of a study belongs; nothing is written yet.

    Raises
    ------
    UsageError
        The name is none for a file, there is such a scenario, or the study is built-in or was not
        read from a folder.
    """
    if study.folder is None or not study.folder.is_dir():
        raise UsageError(
            f'study "{study.name}" is not a folder, so nothing can be saved in it: '
            "seawall export writes it as one"
        )
    if study.folder in builtin_studies().values():
        raise UsageError(
            f'study "{study.name}" is built in and stays as it is; '
            f"copy it first: seawall new DIR --from {study.name}"
        )
    if re.fullmatch(r"\w[\w\-]*", name) is None or len(name) > _LONGEST_NAME:
        raise UsageError(
            f"{quote(name)} is no name for a scenario: "
            f"letters, digits, - and _, at most {_LONGEST_NAME}"
        )
    path = study.folder / "scenarios" / f"{name}.toml"
    if name in study.scenario_texts or path.exists():
        raise UsageError(f'there is a scenario "{name}" already: choose another name')
    return path


def write_scenario(study: Study, name: str, text: str) -> Path:
    """Write a new scenario into a study's own folder and return its path; see `scenario_file`.

    Parameters
    ----------
    text
        Its TOML, as `seawall.shocks.scenario_text` makes it.
    """
    path = scenario_file(study, name)
    path.parent.mkdir(exist_ok=True)
    return write_text(path, text)


def write_overlay(path: str | Path, changes: Iterable[Change]) -> Path:
    """Write changes as an overlay file and return its path; the folder must exist.

    Raises
    ------
    UsageError
        There is such a file already: an overlay is somebody's work.
    """
    target = Path(path)
    if target.exists():
        raise UsageError(f"{target} exists already: choose another name, or move it away")
    return write_text(target, overlay_text(changes))
