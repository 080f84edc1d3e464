"""The one way in which Seawall writes files: whole or not at all.

Content goes to a temporary name in the same folder, is flushed to disk and then renamed. A reader
sees the old file or the new one, never a part; a crash leaves at most a file that starts with a
dot and ends with `.partial`.
"""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["atomic_folder", "csv_text", "write_bytes", "write_csv", "write_text"]


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write `content` to `path` atomically and return the path. The folder must exist.

    Raises
    ------
    OSError
        The folder is missing or not writable, or the disk is full; `path` is then unchanged.
    """
    target = Path(path)
    partial = _partial(target)
    try:
        with partial.open("xb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return target


def write_text(path: str | Path, text: str) -> Path:
    """Write `text` as UTF-8 with its line ends as they are; see `write_bytes`."""
    return write_bytes(path, text.encode("utf-8"))


def write_csv(path: str | Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Write a table of text cells as UTF-8 CSV; see `write_bytes`."""
    return write_text(path, csv_text(header, rows))


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of text cells as CSV with `\\n` between rows and only needed quotes."""
    lines = [",".join(_quoted(cell) for cell in row) for row in (header, *rows)]
    return "\n".join(lines) + "\n"


def _quoted(cell: str) -> str:
    # The csv module leaves a lone carriage return unquoted before Python 3.13; it would end a row.
    if any(sign in cell for sign in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@contextmanager
def atomic_folder(path: str | Path, *, replace: bool = False) -> Iterator[Path]:
    """Build a folder under a temporary name and give it its own name when all is written.

    Parameters
    ----------
    path
        The folder to make; its parent must exist.
    replace
        Replace a folder of that name, which is moved aside first and restored if the rename fails.
        Without it a folder that another process makes meanwhile is left as it is.

    Yields
    ------
    Path
        The temporary folder to write into. If the block raises, it is removed and `path` is
        unchanged.

    Raises
    ------
    FileExistsError
        `path` exists, or does so by the end, and `replace` is false. An empty folder may always be
        replaced.
    """
    target = Path(path)
    if target.exists() and not replace and not _is_empty_folder(target):
        raise FileExistsError(f"{target} exists already")
    partial = _partial(target)
    partial.mkdir()
    try:
        yield partial
        for file in partial.rglob("*"):
            if file.is_file():
                _sync_file(file)
        if replace:
            _swap(partial, target)
        else:
            _claim(partial, target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    _sync_folder(target.parent)


def _claim(partial: Path, target: Path) -> None:
    """Rename `partial` to `target`, unless somebody was quicker: there is no moment without it."""
    if os.name == "nt" and _is_empty_folder(target):
        target.rmdir()  # there no rename replaces a folder
    try:
        partial.rename(target)
    except OSError as error:
        if target.exists():
            raise FileExistsError(f"{target} exists already") from error
        raise


def _swap(partial: Path, target: Path) -> None:
    """Rename `partial` to `target`; a folder that is there already is kept until it is done."""
    if not target.exists():
        partial.replace(target)
        return
    aside = _partial(target)
    target.replace(aside)
    try:
        partial.replace(target)
    except BaseException:
        aside.replace(target)
        raise
    shutil.rmtree(aside)


def _partial(target: Path) -> Path:
    return target.parent / f".{target.name}.{secrets.token_hex(6)}.partial"


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _sync_file(path: Path) -> None:
    # Windows flushes only handles that may write.
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def _sync_folder(path: Path) -> None:
    """Flush the folder's own entry, so that the new name outlasts a power cut."""
    if os.name == "nt":  # a folder cannot be opened there, and renames are journalled
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
