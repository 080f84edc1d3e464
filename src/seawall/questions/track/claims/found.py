"""Two claims that cannot both hold, or tell one thing differently, as a rule finds them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Found", "found"]


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """What a rule says of two claims.

    Attributes
    ----------
    kind
        value, count, sum, first, title, name, list or date.
    one, other
        Ids, in order.
    why
        In plain words.
    preferred, preference
        Which of the two the rule itself can prefer, and why; blank where it cannot.
    """

    kind: str
    one: str
    other: str
    why: str
    preferred: str = ""
    preference: str = ""


def found(
    kind: str, one: str, other: str, why: str, preferred: str = "", preference: str = ""
) -> Found:
    """The same whichever of the two comes first."""
    first, second = sorted((one, other))
    return Found(kind, first, second, why, preferred, preference)
