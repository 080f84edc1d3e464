"""Dates of one step that cannot both be, and aims called reached before their time is over."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from seawall.questions.track.claims import lexicon
from seawall.questions.track.claims.alike import same_subject, span_of
from seawall.questions.track.claims.found import Found, found
from seawall.questions.track.claims.statements import NEVER
from seawall.questions.track.claims.words import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seawall.questions.track.claims.statements import Statement

__all__ = ["reached_early", "steps"]

_DATE = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\b(?:january|february|march|april|june|july|august|september|october|"
    r"november|december)\b",
    re.IGNORECASE,
)
#: An aim and what is called reached are of about one size.
_NEARLY = 0.9


def steps(statements: Sequence[Statement]) -> Iterator[Found]:
    """Two dates of one step of one thing (opened, signed), where neither can mean the other."""
    told: dict[tuple[str, frozenset[str]], list[tuple[Statement, tuple[int, int]]]]
    told = defaultdict(list)
    for one in statements:
        said = tokens(one.predicate)
        stage = next((lexicon.STAGES[word] for word in said if word in lexicon.STAGES), "")
        span = span_of(one)
        if not stage or span is None or one.amount is not None or not _DATE.search(one.value):
            continue
        if stage == "deadline":
            span = (span[1], span[1])
        if one.ground:
            told[stage, one.ground].append((one, span))
    for (stage, _), members in told.items():
        for n, (one, span) in enumerate(members):
            for other, second in members[n + 1 :]:
                apart = span[1] < second[0] or second[1] < span[0]
                if apart and one.scope == other.scope and _same_place(one, other):
                    why = f"one step ({stage}) has two dates"
                    yield found("date", one.id, other.id, why)


def _same_place(one: Statement, other: Statement) -> bool:
    return one.countries == other.countries or not (one.countries and other.countries)


def reached_early(statements: Sequence[Statement]) -> Iterator[Found]:
    """An aim that one claim calls reached and another gives a later end."""
    sized = [one for one in statements if one.amount is not None]
    families: dict[str, list[Statement]] = defaultdict(list)
    for one in sized:
        if one.amount is not None:
            families[one.amount.family].append(one)
    for members in families.values():
        done = [one for one in members if _reached(one)]
        ids = {one.id for one in done}
        aims = sorted((one for one in members if one.id not in ids), key=_low)
        lows = [_low(one) for one in aims]
        for reached in done:
            near = slice(bisect_left(lows, _low(reached) * _NEARLY), bisect_right(
                lows, _low(reached) / _NEARLY))  # fmt: skip
            for aim in aims[near]:
                if _early(reached, aim):
                    why = f"{reached.id} calls it reached before the time {aim.id} gives is over"
                    yield found("date", reached.id, aim.id, why)


def _low(one: Statement) -> float:
    return one.amount.low if one.amount is not None else 0.0


def _reached(one: Statement) -> bool:
    said = tokens(f"{one.predicate} {one.value}")
    return any(word in lexicon.REACHED for word in said) and (one.referred or one.stance != "")


def _early(reached: Statement, aim: Statement) -> bool:
    when = reached.ends if reached.ends != NEVER else reached.told
    if aim.ends == NEVER or when == NEVER or aim.ends <= when or aim.amount is None:
        return False
    if reached.amount is None or reached.amount.apart(aim.amount):
        return False
    return _same_aim(reached, aim)


def _same_aim(reached: Statement, aim: Statement) -> bool:
    """Whether both speak of one aim: what is reached may be called former, or done."""
    scopes = reached.scope - {"past"} == aim.scope - {"past"}
    if not scopes or not _same_place(reached, aim):
        return False
    counted = reached.amount is not None and reached.amount.family.startswith("count|")
    named = counted and not (reached.core and aim.core)  # "the 500 schools goal" says which
    return named or reached.core == aim.core or same_subject(reached, aim)
