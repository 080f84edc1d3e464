"""Which of the claims that contradict each other is preferred, where something decides it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seawall.questions.track.claims.found import Found
    from seawall.questions.track.claims.statements import Statement

__all__ = ["Choice", "choose"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The claim that is preferred and why; both blank where nothing decides."""

    claim: str = ""
    why: str = ""


def choose(
    kind: str, members: Sequence[Statement], pairs: Sequence[Found], adds_up: frozenset[str]
) -> Choice:
    """The preferred claim of a contradiction.

    Tried in this order, each only if it leaves one side: what adds up with other figures; what the
    rule itself prefers (the earlier of two firsts, the specific title); what is nearest to the
    primary source; what most sources say.  A sum that fails decides nothing: any of the three
    figures may be wrong.
    """
    if kind == "sum":
        return Choice()
    sides = _sides(members, pairs)
    for why, good in (
        ("it adds up with the other figures", set(adds_up)),
        ("", {pair.preferred for pair in pairs if pair.preferred}),
        ("its source is official, the others are not", _official(members)),
    ):
        chosen = [side for side in sides if any(one.id in good for one in side)]
        if len(chosen) == 1:
            claim = min((one for one in chosen[0] if one.id in good), key=_order)
            return Choice(claim.id, why or _rules_own(claim.id, pairs))
    return _most(sides)


def _sides(members: Sequence[Statement], pairs: Sequence[Found]) -> list[list[Statement]]:
    """Claims that stand against the same others say the same."""
    against: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        against[pair.one].add(pair.other)
        against[pair.other].add(pair.one)
    sides: dict[frozenset[str], list[Statement]] = defaultdict(list)
    for one in members:
        sides[frozenset(against[one.id])].append(one)
    return list(sides.values())


def _official(members: Iterable[Statement]) -> set[str]:
    return {one.id for one in members if one.rank == 0}


def _rules_own(claim: str, pairs: Sequence[Found]) -> str:
    return next(pair.preference for pair in pairs if pair.preferred == claim)


def _most(sides: Sequence[Sequence[Statement]]) -> Choice:
    votes = sorted((len({one.source for one in side}), n) for n, side in enumerate(sides))
    most, place = votes[-1]
    others = sum(count for count, _ in votes[:-1])
    if most <= others or most < 2:
        return Choice()
    return Choice(min(sides[place], key=_order).id, f"{most} sources of {most + others} say so")


def _order(one: Statement) -> tuple[bool, int, str]:
    """Said in so many words before derived, newest first, then by id."""
    return one.derived, -one.published, one.id
