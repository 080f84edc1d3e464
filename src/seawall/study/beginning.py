"""A folder to begin a study of one's own in."""

from __future__ import annotations

from pathlib import Path

from seawall.errors import UsageError
from seawall.files import atomic_folder, write_bytes
from seawall.study.template import EXAMPLE

__all__ = ["begin", "may_begin"]


def may_begin(folder: str | Path) -> Path:
    """Return the folder if a study may be written there.

    Raises
    ------
    UsageError
        It holds something, is a file, or there is nothing to put it into.
    """
    target = Path(folder)
    if target.is_file():
        raise UsageError(f"{target} is a file; name a folder that is not there yet")
    if target.is_dir() and any(target.iterdir()):
        raise UsageError(f"{target} is not empty: nothing is written over; name another folder")
    if not target.resolve().parent.is_dir():
        raise UsageError(f"there is no folder {target.resolve().parent} to put it into")
    return target


def begin(folder: str | Path) -> Path:
    """Write a small study that is complete and explained; whole or not at all.

    Raises
    ------
    UsageError
        See `may_begin`.
    """
    target = may_begin(folder)
    with atomic_folder(target) as partial:
        for file in sorted(EXAMPLE.rglob("*")):
            if file.is_file():
                copy = partial / file.relative_to(EXAMPLE)
                copy.parent.mkdir(exist_ok=True)
                write_bytes(copy, file.read_bytes())
    return target
