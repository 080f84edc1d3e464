"""Declared views as files: what may be sent to the other side, and what stays at home beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seawall.errors import InputError, Problem, UsageError
from seawall.files import write_text
from seawall.questions.redirect.declared import Offer, declared_text
from seawall.study.toml import key_text, load, value_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.questions.redirect.declared import Acceptance, Need

__all__ = ["home_file", "read_home", "write_declared"]

_HOME = "# Stays at home: which of your cargoes stand behind each lot of the offer."


def home_file(path: Path) -> Path:
    """Where it is kept which cargoes stand behind the lots of an offer."""
    return path.with_name(f"{path.stem}.home.toml")


def write_declared(path: str | Path, declared: Offer | Need | Acceptance) -> Path:
    """Write a declared view, and beside an offer what stays at home; return the view's path.

    Raises
    ------
    UsageError
        There is such a file already: it may have been sent.
    """
    target = Path(path)
    files = [target, home_file(target)] if isinstance(declared, Offer) else [target]
    for file in files:
        if file.exists():
            raise UsageError(f"{file} exists already: choose another name, or move it away")
    if isinstance(declared, Offer):
        lines = [f"{key_text(lot)} = {value_text(names)}" for lot, names in declared.own.items()]
        write_text(files[1], "\n".join([_HOME, *lines]) + "\n")
    return write_text(target, declared_text(declared))


def read_home(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Which cargoes stand behind each lot.

    Raises
    ------
    InputError
    """
    raw = load(path.read_text(encoding="utf-8-sig"), path.name)
    problems = [
        Problem(path.name, None, lot, str(names), "not a list of cargoes", '["cargo-1"]')
        for lot, names in raw.items()
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names)
    ]
    if problems:
        raise InputError(problems)
    return {lot: tuple(names) for lot, names in raw.items()}
