"""What a long computation has finished, kept item by item, so that an interruption loses nothing.

One file an item, written whole or not at all. Answers are JSON; Python writes every float with as
many digits as bring the same float back.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any, Protocol

from seawall import files
from seawall.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NAME = 24  # characters of the hash of a key: a key may hold what no file name may


class Kept(Protocol):
    """Where finished items go and come back from."""

    def get(self, key: str) -> Any | None:
        """The answer of an item, None if it is not there."""

    def put(self, key: str, answer: Any) -> None:
        """Keep the answer of an item: what JSON can hold, and not None."""


class KeptFolder:
    """Finished items in a folder, which is made with the first of them.

    Parameters
    ----------
    folder
        Of one computation alone: the same key means the same answer.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> Any | None:
        """The answer of an item, None if it is not there.

        Raises
        ------
        IntegrityError
            The file has been edited, or is of another item.
        """
        path = self._path(key)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            record = json.loads(text)
            whole = record["key"] == key and record["sha256"] == _sha(record["answer"])
        except (ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            raise IntegrityError(
                f"{path} has changed since it was written; remove it, and what it held is "
                "computed anew"
            )
        return record["answer"]

    def put(self, key: str, answer: Any) -> None:
        """Keep the answer of an item."""
        self.folder.mkdir(parents=True, exist_ok=True)
        held = json.loads(_text(answer))
        files.write_text(self._path(key), _text({"key": key, "answer": held, "sha256": _sha(held)}))

    def remove(self) -> None:
        """Forget all items: the computation is finished and its result is kept."""
        if self.folder.is_dir():
            shutil.rmtree(self.folder)

    def _path(self, key: str) -> Path:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:_NAME]}.json"


class Packed:
    """Answers that JSON cannot hold as they are, kept in a form that it can.

    Parameters
    ----------
    kept
        Where the packed answers go.
    pack, unpack
        From answer to JSON and back, without loss.
    """

    def __init__(
        self, kept: Kept, pack: Callable[[Any], Any], unpack: Callable[[Any], Any]
    ) -> None:
        self._kept, self._pack, self._unpack = kept, pack, unpack

    def get(self, key: str) -> Any | None:
        """The answer of an item, None if it is not there."""
        packed = self._kept.get(key)
        return None if packed is None else self._unpack(packed)

    def put(self, key: str, answer: Any) -> None:
        """Keep the answer of an item."""
        self._kept.put(key, self._pack(answer))


def _text(value: Any) -> str:
    # NaN and infinity are written by their names, which come back as they were.
    return json.dumps(value, default=_number, ensure_ascii=False)


def _number(value: Any) -> Any:
    """Numpy's numbers and arrays as Python's."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} can't be kept: JSON has no form for it")


def _sha(value: Any) -> str:
    return hashlib.sha256(_text(value).encode()).hexdigest()
