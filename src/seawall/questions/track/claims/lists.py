"""Lists of what a document covers or who is in it that differ, and counts against lists."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.questions.track.claims import lexicon
from seawall.questions.track.claims.alike import same_time
from seawall.questions.track.claims.found import Found, found
from seawall.questions.track.claims.words import countries_in, phrased, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seawall.questions.track.claims.statements import Statement

__all__ = ["lists"]

_COUNTED = re.compile(r"^\s*\d+\s*\((?P<list>.+)\)\s*$")
_CONCLUDED = frozenset({"sign", "finalis", "conclud", "ink", "seal"})
_WEAK = lexicon.LIGHT | {
    "network",
    "resilienc",
    "resili",
    "secur",
    "sector",
    "system",
    "technology",
}


@dataclass(frozen=True, slots=True)
class _List:
    """A list that a claim gives.

    `of` says what it lists (themes or members), `document` and `ground` of what; `whole` that the
    source counts the items, so that nothing is missing; `open` that it says it is a part.
    """

    by: Statement
    of: str
    document: str
    items: tuple[frozenset[str], ...]
    whole: bool
    open: bool


def lists(statements: Sequence[Statement]) -> Iterator[Found]:
    """Lists of one thing that differ, what a whole list leaves out, and counts that do not fit."""
    given = [one for statement in statements if (one := _list_of(statement))]
    groups: dict[tuple[object, ...], list[_List]] = defaultdict(list)
    for one in given:
        groups[one.by.event or one.by.ground, one.of, one.document].append(one)
    for members in groups.values():
        for n, first in enumerate(members):
            for second in members[n + 1 :]:
                if first.by.source != second.by.source and _of_one(first.by, second.by):
                    yield from _compared(first, second)
    yield from _left_out(statements, given)
    yield from _miscounted(statements, given)


def _compared(first: _List, second: _List) -> Iterator[Found]:
    only_first = [item for item in first.items if not _has(second.items, item)]
    only_second = [item for item in second.items if not _has(first.items, item)]
    differ = only_first and only_second and not (first.open and second.open)
    one_more = (only_first and not first.open) or (only_second and not second.open)
    members = first.of == "member" and not (first.open or second.open) and one_more
    if differ or members:
        yield found("list", first.by.id, second.by.id,
                    "the lists differ: each has what the other lacks" if differ
                    else "one list has members that the other lacks")  # fmt: skip


def _left_out(statements: Sequence[Statement], given: Sequence[_List]) -> Iterator[Found]:
    """Agreements told to be concluded that a counted list of the meeting's agreements lacks."""
    whole: dict[str, list[_List]] = defaultdict(list)
    for one in given:
        if one.whole and one.document == "agreement" and one.by.event:
            whole[one.by.event].append(one)
    for statement in statements:
        if not any(word in _CONCLUDED for word in tokens(statement.predicate)):
            continue
        said = tokens(statement.value)
        if not any(lexicon.DOCUMENTS.get(word) == "agreement" for word in said):
            continue
        topic = frozenset(word for word in said if word not in lexicon.DOCUMENTS)
        topic -= lexicon.LIGHT
        for one in whole.get(statement.event, ()):
            if one.by.source != statement.source and topic and not _has(one.items, topic):
                why = f"{one.by.id} counts the agreements and names what they cover: not this one"
                yield found("list", one.by.id, statement.id, why)


def _miscounted(statements: Sequence[Statement], given: Sequence[_List]) -> Iterator[Found]:
    """Counts of what a list names, where the list is longer, or is not open and shorter."""
    counts: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for one in statements:
        counted = one.amount is not None and one.amount.family.startswith("count|")
        if counted and not _COUNTED.match(one.value):
            of = _what(one)
            if of:
                counts[one.event, of].append(one)
    for listed in given:
        if listed.whole:
            continue
        for one in counts.get((listed.by.event, listed.of), ()):
            if one.id == listed.by.id or one.amount is None or not _of_one(one, listed.by):
                continue
            length = len(listed.items)
            if length > one.amount.high or (length < one.amount.low and not listed.open):
                yield found("count", one.id, listed.by.id,
                            f"the list has {length}, the count is another")  # fmt: skip


def _what(one: Statement) -> str:
    """What a count counts, if lists name such things: by its predicate, else by its unit."""
    words = (*tokens(one.predicate), *(one.amount.family.removeprefix("count|").split()
             if one.amount else ()))  # fmt: skip
    return next((lexicon.LISTED[word] for word in words if word in lexicon.LISTED), "")


def _list_of(one: Statement) -> _List | None:
    counted = _COUNTED.match(one.value)
    text = counted["list"] if counted else one.value
    parts = [part.strip() for part in text.split(";") if part.strip()]
    said = tokens(one.predicate)
    of = next((lexicon.LISTED[word] for word in said if word in lexicon.LISTED), "")
    if len(parts) < 2 or not of:
        return None
    items = tuple(frozenset(countries_in(part)) or frozenset(tokens(part)) for part in parts)
    plain = f" {one.predicate.lower()} {phrased(one.quote)} "
    is_open = any(f" {word} " in plain for word in lexicon.OPEN_LIST)
    return _List(one, of, one.document, items, counted is not None, is_open)


def _of_one(one: Statement, other: Statement) -> bool:
    """Whether two lists, or a list and a count, are of the same thing."""
    if one.scope != other.scope or not same_time(one, other):
        return False
    if one.document != other.document:
        return False
    themes = frozenset(lexicon.LISTED) | lexicon.LIGHT
    first, second = one.ground - themes, other.ground - themes
    return first == second or (one.event != "" and (first < second or second < first))


def _has(items: Sequence[frozenset[str]], item: frozenset[str]) -> bool:
    """Whether a list has an item, told in these or like words."""
    strong = item - _WEAK or item
    return any(strong & (other - _WEAK or other) for other in items)
