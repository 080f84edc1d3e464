"""What tomllib lacks: the line of a key, and values as text that reads back the same."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from seawall.errors import InputError, Problem

__all__ = ["key_text", "lines_of_keys", "load", "value_text"]


def load(text: str, file: str) -> dict[str, Any]:
    """Return the content of a TOML text.

    Raises
    ------
    InputError
        The text is not TOML; with the line where it stops being so.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+), column (\d+)", str(error))
        row = int(found[1]) if found else len(text.splitlines())
        line = (text.splitlines() or [""])[row - 1 : row]
        raise InputError(
            [Problem(file, row, "", "".join(line), f"not valid TOML: {error}", "mend the syntax")]
        ) from error


def lines_of_keys(text: str) -> dict[str, int]:
    """Return the line of every plain `key =` and `[section]` by dotted path.

    tomllib tells no lines. A key inside a multi-line string would be found wrongly; the first
    mention wins, and the line only helps the reader to look.
    """
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if head := re.match(r"\s*\[\s*([\w.\-\"]+)\s*\]", line):
            section = head[1].replace('"', "") + "."
            lines.setdefault(section[:-1], number)
        elif key := re.match(r"\s*([\w\-.\"]+)\s*=", line):
            lines.setdefault(section + key[1].replace('"', ""), number)
    return lines


def key_text(name: str) -> str:
    """Return a key as TOML writes it, in quotes where it must be."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else value_text(name)


def value_text(value: Any) -> str:
    """Return a value (text, number, yes or no, date, list or table) as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        inside = (f"{key_text(key)} = {value_text(item)}" for key, item in value.items())
        return "{ " + ", ".join(inside) + " }"
    return "[" + ", ".join(value_text(item) for item in value) + "]"
