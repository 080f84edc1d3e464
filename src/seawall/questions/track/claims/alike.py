"""Which claims speak of the same thing at the same time, found without looking at every pair."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from itertools import product
from typing import TYPE_CHECKING

from seawall.questions.track.claims.lexicon import EXPORTS, IMPORTS, MASSES
from seawall.questions.track.claims.statements import NEVER, Statement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    Words = frozenset[str]

__all__ = ["candidates", "same_meeting", "same_subject", "same_time", "span_of"]

#: Share of words that two subjects told in other words must have in common.
_SHARED = 2 / 3
#: Share of the longer of two periods that must be in both.
_PERIODS = 0.8
#: Days of a span that is a moment: a day or a month.
_MOMENT = 31
_TRADED = EXPORTS | IMPORTS


def same_meeting(one: Statement, other: Statement) -> bool:
    """Whether both speak of one meeting, by its key."""
    return one.event != "" and one.event == other.event


def span_of(statement: Statement) -> tuple[int, int] | None:
    """First and last day; what only begins counts as a moment; None where neither is told."""
    begins, ends = statement.begins, statement.ends
    if begins == NEVER and ends == NEVER:
        return None
    if ends == NEVER:
        return begins, begins + _MOMENT - 1
    return (ends if begins == NEVER else begins), ends


def same_time(one: Statement, other: Statement) -> bool:
    """Whether the periods leave both claims speaking of the same.

    What is said at two meetings compares only for the same long period, and aims do not: a later
    meeting may set another.
    """
    first, second = span_of(one), span_of(other)
    meetings = one.event and other.event
    if meetings and one.event != other.event:
        aims = "goal" in {one.stance, other.stance}
        long = first is not None and first[1] - first[0] > _MOMENT
        both = first is not None and second is not None and _overlap(first, second) >= _PERIODS
        return both and long and not aims
    if first is None or second is None:
        return same_meeting(one, other) or (first is None and second is None)
    if _overlap(first, second) >= _PERIODS:
        return True
    brief = [span[1] - span[0] <= _MOMENT for span in (first, second)]
    if all(brief) and min(first[1], second[1]) >= max(first[0], second[0]):
        return True
    return any(brief) and same_meeting(one, other)


def same_subject(one: Statement, other: Statement) -> bool:
    """Whether both speak of the same thing in the same scope; says nothing of the time."""
    if one.scope != other.scope or {one.stance, other.stance} == {"goal", "realised"}:
        return False
    if one.document and other.document and one.document != other.document:
        return False
    together = same_meeting(one, other)
    if one.flow is not None and other.flow is not None:
        if one.flow != other.flow:
            return False
        return _cores(one, other, one.core - _TRADED, other.core - _TRADED, together=together)
    if one.countries != other.countries and not (
        together and not (one.countries and other.countries)
    ):
        return False
    return _cores(one, other, one.core, other.core, together=together)


def _cores(
    one: Statement,
    other: Statement,
    core: frozenset[str],
    second: frozenset[str],
    *,
    together: bool,
) -> bool:
    if core == second:
        # Words of scope alone ("aid to Nepal in 2024") tell a thing by land and time.
        told = bool(one.scope and one.countries) and span_of(one) is not None
        return bool(core) or together or one.flow is not None or told
    if not core or not second:
        families = {part.amount.family for part in (one, other) if part.amount is not None}
        counts = len(families) == 1 and min(families).startswith("count|")
        return together and (counts or (one.document == other.document != ""))
    shared, extra = core & second, core ^ second
    if shared in (core, second):
        if not extra <= (one.ground | other.ground):
            return False  # a word more of what is said of the subject asks something else
        if together and one.head == other.head:
            return len(shared) > 1 or one.head not in MASSES
        named = shared & (one.proper | other.proper)
        return (
            bool(named) and len(shared) > len(extra) + 1 and not extra & (one.proper | other.proper)
        )
    if extra & (one.proper | other.proper) or one.head != other.head:
        return False
    return len(shared) > 1 and len(shared) / len(core | second) >= _SHARED


def candidates(statements: Sequence[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Pairs whose words and times leave it open that they speak of the same, each once.

    Told without looking at every pair: first the sets of words that can match, then, of two such
    sets, the claims of one meeting or of periods that can overlap.
    """
    groups: dict[frozenset[str], list[Statement]] = defaultdict(list)
    for statement in statements:
        groups[statement.core - _TRADED].append(statement)
    for members in groups.values():
        yield from _timely(members, members, alone=True)
    together = set(_near(groups))
    for one, other in sorted(together, key=lambda pair: [sorted(core) for core in pair]):
        yield from _timely(groups[one], groups[other], alone=False)
    yield from _of_meetings(statements, together)


def _near(groups: Mapping[Words, Sequence[Statement]]) -> Iterator[tuple[Words, Words]]:
    """Pairs of sets that share two thirds of their words, and all that are names.

    A set with a name is compared with those that have its rarest name; of sets without names, two
    that share two thirds share one of their rarest words (prefix filter of S. Chaudhuri, V. Ganti
    and R. Kaushik, A primitive operator for similarity joins in data cleaning, ICDE 2006, section
    4).
    """
    often = Counter(word for core in groups for word in core)
    having: dict[str, list[Words]] = defaultdict(list)
    for core in groups:
        for word in core:
            having[word].append(core)
    plain: dict[str, list[Words]] = defaultdict(list)
    for core, members in groups.items():
        named = core.intersection(*(one.proper for one in members))
        ordered = sorted(named or core, key=lambda word: (often[word], word))
        if named:
            yield from (
                _ordered(core, other) for other in having[ordered[0]] if _alike(core, other)
            )
            continue
        prefix = ordered[: len(core) - math.ceil(_SHARED * len(core)) + 1] if core else []
        for word in prefix:
            yield from (_ordered(core, other) for other in plain[word] if _alike(core, other))
        for word in prefix:
            plain[word].append(core)


def _alike(core: Words, other: Words) -> bool:
    return core != other and len(core & other) >= _SHARED * len(core | other)


def _ordered(core: Words, other: Words) -> tuple[Words, Words]:
    return (core, other) if sorted(core) < sorted(other) else (other, core)


def _timely(
    some: Sequence[Statement], others: Sequence[Statement], *, alone: bool
) -> Iterator[tuple[Statement, Statement]]:
    """Pairs of one meeting, of the same years or without any; with `alone`, within one list."""
    meetings: dict[str, list[Statement]] = defaultdict(list)
    years: dict[int | None, list[Statement]] = defaultdict(list)
    for other in others:
        meetings[other.event].append(other)
        years[_year(other)].append(other)
    for one in some:
        near: dict[str, Statement] = {}
        span, year = span_of(one), _year(one)
        if one.event:
            near |= {other.id: other for other in meetings[one.event]}
        reach = 1 if span is None else 1 + (span[1] - span[0]) // (4 * 365)
        for other_year in [None] if year is None else range(year - reach, year + reach + 1):
            near |= {other.id: other for other in years.get(other_year, ())}
        for other in near.values():
            if other.id != one.id and (not alone or one.id < other.id):
                yield one, other


def _year(statement: Statement) -> int | None:
    span = span_of(statement)
    return None if span is None else span[0] // 365


def _of_meetings(
    statements: Sequence[Statement], known: Collection[tuple[Words, Words]]
) -> Iterator[tuple[Statement, Statement]]:
    """Pairs of a meeting of which one has all words of the other, or none at all."""
    meetings: dict[str, dict[Words, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for statement in statements:
        if statement.event:
            meetings[statement.event][statement.core - _TRADED].append(statement)
    for groups in meetings.values():
        having: dict[str, list[Words]] = defaultdict(list)
        for core in groups:
            for word in core:
                having[word].append(core)
        for core in groups:
            rarest = min(core, key=lambda word: (len(having[word]), word)) if core else ""
            for longer in having[rarest] if core else groups:
                if core < longer and _ordered(core, longer) not in known:
                    yield from product(groups[core], groups[longer])


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Days in both periods as a share of the days in either."""
    shared = min(one[1], other[1]) - max(one[0], other[0]) + 1
    return max(0, shared) / (max(one[1], other[1]) - min(one[0], other[0]) + 1)
