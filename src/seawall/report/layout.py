"""Where words go on a drawing: widths of text, boxes, and labels that do not overlap.

Widths are those of Arial, Helvetica and Liberation Sans, which share one set of metrics; the
drawings ask for these fonts. Text in other scripts is taken as one em a character.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FONT = "Arial, Helvetica, 'Liberation Sans', 'Noto Sans CJK JP', 'Noto Sans', sans-serif"
SMALLEST = 12.0  # px: no text on a drawing is smaller

_NARROW = "ijl.,:;|'!I ()[]ft/-r"
_WIDE = "mwMWO@%QGCD"


def text_width(text: str, size: float) -> float:
    """Width of ``text`` in px at font size ``size``; a little generous, never short."""
    em = 0.0
    for letter in text:
        if ord(letter) > 0x2E7F:
            em += 1.0
        elif letter in _NARROW:
            em += 0.34
        elif letter in _WIDE:
            em += 0.9
        elif letter.isupper():
            em += 0.7
        else:
            em += 0.57
    return em * size


@dataclass(frozen=True)
class Box:
    """A rectangle in px, y downwards."""

    x: float
    y: float
    width: float
    height: float
    text: str = ""

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        return (
            self.x < other.x + other.width + gap
            and other.x < self.x + self.width + gap
            and self.y < other.y + other.height + gap
            and other.y < self.y + self.height + gap
        )

    def within(self, width: float, height: float) -> bool:
        right, bottom = self.x + self.width, self.y + self.height
        return self.x >= 0 and self.y >= 0 and right <= width and bottom <= height


@dataclass(frozen=True)
class Label:
    """Text at a baseline point; ``anchor`` is start, middle or end."""

    text: str
    x: float
    y: float
    size: float = 13.0
    anchor: str = "start"
    colour: str = "#1f2a37"
    bold: bool = False
    halo: bool = False

    @property
    def box(self) -> Box:
        width = text_width(self.text, self.size) * (1.06 if self.bold else 1.0)
        left = {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Box(self.x - left, self.y - 0.8 * self.size, width, 1.05 * self.size, self.text)

    def svg(self) -> str:
        weight = ' font-weight="bold"' if self.bold else ""
        halo = ' class="halo"' if self.halo else ""
        return (
            f'<text x="{self.x:.1f}" y="{self.y:.1f}" font-size="{self.size:g}" '
            f'text-anchor="{self.anchor}" fill="{self.colour}"{weight}{halo}>'
            f"{escape(self.text)}</text>"
        )


@dataclass(frozen=True)
class Figure:
    """A drawing: SVG text, the boxes of its words, and its size in px."""

    svg: str
    boxes: tuple[Box, ...]
    width: float
    height: float


def figure(
    width: float, height: float, shapes: Iterable[str], labels: Sequence[Label], title: str
) -> Figure:
    """Put shapes and labels into one SVG; ``title`` is what a screen reader says."""
    small = [label.text for label in labels if label.size < SMALLEST]
    if small:
        raise ValueError(f"text smaller than {SMALLEST:g} px: {small}")
    body = "".join(shapes) + "".join(label.svg() for label in labels)
    svg = (
        f'<svg class="figure" role="img" aria-label="{escape(title, quote=True)}" '
        f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
        f'font-family="{FONT}">{body}</svg>'
    )
    return Figure(svg, tuple(label.box for label in labels if label.text), width, height)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions as little as needed so that neighbours are ``gap`` apart within bounds.

    Order is kept. When they do not all fit, they are spaced evenly and the gap is smaller.
    """
    if not wanted:
        return []
    gap = min(gap, (high - low) / max(1, len(wanted) - 1)) if len(wanted) > 1 else gap
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    placed = [min(max(wanted[k], low), high) for k in order]
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + gap)
    placed[-1] = min(placed[-1], high)
    for k in range(len(placed) - 2, -1, -1):
        placed[k] = min(placed[k], placed[k + 1] - gap)
    result = [0.0] * len(wanted)
    for position, k in zip(placed, order, strict=True):
        result[k] = position
    return result


@dataclass(frozen=True)
class Wish:
    """A label that wants to stand beside a point on a map."""

    text: str
    x: float
    y: float
    radius: float
    size: float = 13.0
    colour: str = "#1f2a37"
    bold: bool = False
    needed: bool = False


def beside(wish: Wish) -> list[Label]:
    """Places to try, best first: right, left, above, below, the corners, then farther out."""
    height = wish.size
    result = []
    for out in (4.0, 14.0, 26.0, 40.0, 56.0):
        reach = wish.radius + out
        slope = 0.72 * reach
        spots = [
            (reach, 0.36 * height, "start"),
            (-reach, 0.36 * height, "end"),
            (0.0, -reach, "middle"),
            (0.0, reach + 0.8 * height, "middle"),
            (slope, -slope, "start"),
            (slope, slope + 0.6 * height, "start"),
            (-slope, -slope, "end"),
            (-slope, slope + 0.6 * height, "end"),
        ]
        for dx, dy, anchor in spots:
            x, y = wish.x + dx, wish.y + dy
            result.append(
                Label(wish.text, x, y, wish.size, anchor, wish.colour, wish.bold, halo=True)
            )
    return result


def place_labels(
    wishes: Sequence[Wish], taken: Iterable[Box], width: float, height: float
) -> tuple[list[Label], list[tuple[float, float, float, float]]]:
    """Place labels in the given order of importance so that no two boxes meet.

    Parameters
    ----------
    wishes : labels, most important first.
    taken : boxes that no label may cover (markers, keys).

    Returns
    -------
    labels placed, and leader lines (x1, y1, x2, y2) for those that stand apart from their point.
    A label without room is left out unless ``needed``.

    Raises
    ------
    ValueError : a needed label has no room at all.
    """
    blocked = list(taken)
    labels: list[Label] = []
    leaders: list[tuple[float, float, float, float]] = []
    for wish in wishes:
        tries = [*beside(wish), *(_anywhere(wish, width, height) if wish.needed else ())]
        for rank, label in enumerate(tries):
            box = label.box
            if not box.within(width, height) or any(box.overlaps(b, 2.0) for b in blocked):
                continue
            if rank >= 8 and not wish.needed:
                break
            blocked.append(box)
            labels.append(label)
            if rank >= 8:
                leaders.append((wish.x, wish.y, *_nearest(box, wish.x, wish.y)))
            break
        else:
            if wish.needed:
                raise ValueError(f"no room on the map for the label {wish.text!r}")
    return labels, leaders


def _anywhere(wish: Wish, width: float, height: float) -> list[Label]:
    """Places all over the drawing, the nearest to the point first."""
    spots = [
        (x, y)
        for x in range(4, int(width), 24)
        for y in range(16, int(height), 16)
    ]  # fmt: skip
    spots.sort(key=lambda spot: (spot[0] - wish.x) ** 2 + (spot[1] - wish.y) ** 2)
    return [
        Label(wish.text, x, y, wish.size, "start", wish.colour, wish.bold, halo=True)
        for x, y in spots
    ]


def shorten(words: str, limit: int = 36) -> str:
    """Words cut at a space when they are too long for a drawing."""
    return words if len(words) <= limit else words[:limit].rsplit(" ", 1)[0] + " …"


def _nearest(box: Box, x: float, y: float) -> tuple[float, float]:
    return (
        min(max(x, box.x), box.x + box.width),
        min(max(y, box.y), box.y + box.height),
    )
