"""How much room words take, so that a page or a box holds what it is given.

Widths are estimates on the safe side: a full-width character is as wide as the font is high, any
other a little over half of it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NARROW = 0.52
_ENDS = re.compile(r"(?<=[.。;])\s*")


def width(words: str, points: float) -> float:
    """Width of words on one line [points]."""
    return points * sum(
        1.0 if unicodedata.east_asian_width(sign) in "WF" else _NARROW for sign in words
    )


def lines(words: str, room: float, points: float) -> int:
    """Lines that words take in a column of `room` points."""
    return max(1, math.ceil(width(words, points) / room))


@dataclass(frozen=True)
class Room:
    """A column of text: its width, the size of its font and its spacing of lines [points]."""

    room: float
    points: float
    pitch: float
    gap: float = 0.0

    def height(self, words: str) -> float:
        """Height of one paragraph [points]."""
        return lines(words, self.room, self.points) * self.pitch + self.gap

    def total(self, paragraphs: Sequence[str]) -> float:
        """Height of several paragraphs [points]."""
        return sum(self.height(words) for words in paragraphs)

    def fitted(self, paragraphs: Sequence[str], height: float, more: str) -> list[str]:
        """As many paragraphs as fit into `height`, then how many are left out.

        The first is always there, cut at the end of a sentence if it is too long by itself.

        Parameters
        ----------
        more
            A template with `{count}`.
        """
        if self.total(paragraphs) <= height:
            return list(paragraphs)
        left = height - self.pitch - self.gap
        taken: list[str] = []
        for words in paragraphs:
            need = self.height(words)
            if need > left:
                if taken:
                    break
                words = self.shortened(words, left)
                need = self.height(words)
            taken.append(words)
            left -= need
        rest = len(paragraphs) - len(taken)
        return [*taken, more.format(count=rest)] if rest else taken

    def cut(self, words: str, most: float, after: str = "") -> str:
        """Words cut at a word so that they take at most so many lines with `after` behind them."""
        room = most * self.room - width(f"{after}… ", self.points)
        if width(words, self.points) <= room:
            return words
        kept = words
        while kept and width(kept, self.points) > room:
            kept = kept[:-8]
        whole = kept.rpartition(" ")[0] if kept.isascii() else kept
        return f"{(whole or kept).rstrip()}…"

    def shortened(self, words: str, height: float) -> str:
        """The first sentences that fit into `height`, an ellipsis where some are left out."""
        if self.height(words) <= height:
            return words
        kept = ""
        for part in _ENDS.split(words):
            longer = f"{kept} {part}".strip() if part.isascii() else kept + part
            if self.height(f"{longer} …") > height:
                break
            kept = longer
        if kept:
            return f"{kept} …"
        # Not even one sentence fits: cut where the room ends.
        count = int(max(1.0, height // self.pitch) * self.room / self.points) - 1
        return f"{words[:count]}…"
