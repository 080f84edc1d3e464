"""A Study -> a folder that reads back as the same study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seawall.files import atomic_folder, write_csv, write_text
from seawall.study.cells import format_value
from seawall.study.protocol import FILE as PROTOCOL
from seawall.study.records import TABLES
from seawall.study.settings import FILE, settings_text

if TYPE_CHECKING:
    from seawall.study.study import Study

__all__ = ["write"]


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
            cells = [
                [format_value(column, value) for value in frame[column.name]]
                for column in table.columns
            ]
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
