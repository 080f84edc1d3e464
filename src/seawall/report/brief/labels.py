"""Headings of a note."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from seawall.report.brief.note import Labels

if TYPE_CHECKING:
    from seawall.report.brief.words import Words


def labels(words: Words) -> Labels:
    """The headings in the language of the note."""
    # Only whoever lays a list out knows what is left over: placeholders stay to be filled.
    open_ = {"count": "{count}", "words": "{words}"}
    return Labels(**{f.name: words.say(f"label.{f.name}", **open_) for f in fields(Labels)})
