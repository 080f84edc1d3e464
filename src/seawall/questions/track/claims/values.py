"""Values of the same thing that cannot all be true: figures, counts, and words for one place."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from seawall.questions.track.claims.alike import candidates, same_subject, same_time
from seawall.questions.track.claims.found import Found, found
from seawall.questions.track.claims.lexicon import MEETINGS, ONE_VALUED
from seawall.questions.track.claims.words import countries_in, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seawall.questions.track.claims.statements import Statement

__all__ = ["figures", "words_for_one"]

#: Verbs that are followed by where.
_WHERE = re.compile(
    r"\b(?:held|met|meets|convened|gathered|hosted|tak\w+ place|took place) (?:in|at)\b"
)


def figures(statements: Sequence[Statement]) -> Iterator[Found]:
    """Figures of one thing that stay apart after conversion and rounding."""
    families: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        if statement.amount is not None:
            families[statement.amount.family].append(statement)
    for family, members in families.items():
        for one, other in candidates(members):
            if one.referred and other.referred:
                continue  # "the 5 bn fund" and "the 2 bn fund" are two funds
            if one.amount is None or other.amount is None or not one.amount.apart(other.amount):
                continue
            if same_subject(one, other) and same_time(one, other):
                kind = "count" if family.startswith("count|") else "value"
                yield found(kind, one.id, other.id, _apart(one, other))


def _apart(one: Statement, other: Statement) -> str:
    first, second = one.amount, other.amount
    if first is None or second is None or first.currency == second.currency:
        return "the figures stay apart after rounding and conversion to one unit"
    values = [_middle(amount.low, amount.high) / amount.per_usd for amount in (first, second)]
    ratio = max(values) / min(values)
    rates = ", ".join(
        sorted(f"{amount.per_usd:.6g} {amount.currency} a USD" for amount in (first, second)
               if amount.currency != "USD")
    )  # fmt: skip
    return f"in one currency the larger is {ratio:.1f} times the smaller (at {rates})"


def _middle(low: float, high: float) -> float:
    return low if math.isinf(high) else high if math.isinf(low) else (low + high) / 2


def words_for_one(statements: Sequence[Statement]) -> Iterator[Found]:
    """What can have one value only, told in words that do not fit: a venue, a winner, an owner."""
    asked: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        said = tokens(statement.predicate)
        where = {"where"} if _WHERE.search(statement.predicate.lower()) else set[str]()
        for what in sorted(where | {ONE_VALUED[word] for word in said if word in ONE_VALUED}):
            if statement.value and statement.amount is None:
                asked[what].append(statement)
    for what, members in asked.items():
        for one, other in _of_one(members):
            words = [frozenset(tokens(answer.value)) for answer in (one, other)]
            if words[0] <= words[1] or words[1] <= words[0]:
                continue
            if what == "where" and any(re.search(r"\d", answer.value) for answer in (one, other)):
                continue  # "held in 2025" tells when
            lands = [bool(countries_in(answer.value)) for answer in (one, other)]
            if what == "where" and lands[0] != lands[1]:
                continue  # a country, and perhaps a city in it
            yield found(
                "value", one.id, other.id, f"there is one answer to {what}, and two are told"
            )


def _of_one(members: Sequence[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Pairs of the same thing by the words of the subject: those of the predicate are the question.

    "The talks" are those of the meeting, whatever else a source calls them.
    """
    grounds: dict[tuple[frozenset[str], str], list[Statement]] = defaultdict(list)
    meetings: dict[str, list[Statement]] = defaultdict(list)
    for one in members:
        if one.event and any(word in MEETINGS for word in tokens(one.subject)):
            meetings[one.event].append(one)
        elif one.ground:
            grounds[one.ground, " ".join(sorted(one.scope))].append(one)
    for same in meetings.values():
        for one, other in combinations(same, 2):
            if one.ground <= other.ground or other.ground <= one.ground:
                yield one, other
    for same in grounds.values():
        for one, other in combinations(same, 2):
            if same_time(one, other):
                yield one, other
