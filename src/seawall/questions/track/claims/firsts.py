"""A "first" or a launch of something that is told to have been there before."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.questions.track.claims import lexicon
from seawall.questions.track.claims.alike import same_meeting
from seawall.questions.track.claims.found import Found, found
from seawall.questions.track.claims.statements import NEVER
from seawall.questions.track.claims.words import COUNTRY_WORDS, countries_in, phrased, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seawall.questions.track.claims.statements import Statement

__all__ = ["firsts"]

_FIRST = re.compile(
    r"\b(?:first(?:[- ]ever)?|maiden|never before)\b(?! (?:quarter|half|phase|stage|batch|tranche|"
    r"two|three|few|and|or|to|time|day|week|month|year|lady|minister))"
)
_ORDINALS = re.compile(r"\b(?:first-ever|first|ever|maiden|never before)\b")
_LAUNCH = re.compile(r"\b(?:launch(?:ed|es)?|newly (?:created|established|founded)|brand[- ]new)\b")
_PLANNED = re.compile(
    r"\b(?:plan(?:s|ned)?|propos\w+|will|would|intend\w*|to be|upcoming|future)\b"
)
#: Share of the words of a "first" that the earlier claim must have.
_SHARED = 0.75
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class _Thing:
    """What is called the first, or has happened."""

    by: Statement
    words: frozenset[str]
    countries: frozenset[str]
    actor: frozenset[str]


def firsts(statements: Sequence[Statement], short: Mapping[str, frozenset[str]]) -> Iterator[Found]:
    """Each first or launch with each earlier claim of the same thing, and with each rival first.

    Parameters
    ----------
    short
        Long names by their short ones.
    """
    called = [thing for one in statements if (thing := _called_first(one, short))]
    launched = [thing for one in statements if (thing := _launch(one, short))]
    happened = [thing for one in statements if (thing := _event(one, short))]
    index: dict[str, list[_Thing]] = defaultdict(list)
    for thing in happened:
        for word in thing.words:
            index[word].append(thing)
    for thing in (*called, *launched):
        for other in _near(thing, index):
            if _earlier(other.by, thing.by):
                why = f"{other.by.id} tells of it at an earlier date than {thing.by.id}"
                yield found("first", thing.by.id, other.by.id, why, other.by.id,
                            "it is the earlier, and something happened first once")  # fmt: skip
    yield from _rivals(called)


def _rivals(called: Sequence[_Thing]) -> Iterator[Found]:
    same: dict[tuple[frozenset[str], frozenset[str]], list[_Thing]] = defaultdict(list)
    for thing in called:
        same[thing.words, thing.countries].append(thing)
    for things in same.values():
        for n, one in enumerate(things):
            for other in things[n + 1 :]:
                if same_meeting(one.by, other.by) or not one.actor or not other.actor:
                    continue
                if not one.actor & other.actor:
                    yield found("first", one.by.id, other.by.id, "two are called the first")


def _near(thing: _Thing, index: Mapping[str, Sequence[_Thing]]) -> Iterator[_Thing]:
    shared: Counter[int] = Counter()
    by_place: dict[int, _Thing] = {}
    for word in thing.words:
        for other in index.get(word, ()):
            shared[id(other)] += 1
            by_place[id(other)] = other
    for place, count in shared.items():
        other = by_place[place]
        apart = thing.countries and other.countries and not thing.countries <= other.countries
        alone = len(thing.words) < _LEAST_WORDS and thing.countries != other.countries
        if other.by.id == thing.by.id or apart or alone:
            continue
        if count >= _SHARED * len(thing.words):
            yield other


def _earlier(one: Statement, other: Statement) -> bool:
    """Whether the first claim speaks of a time that was over when the second's began."""
    ends = one.ends if one.ends != NEVER else one.begins
    return ends != NEVER and other.told != NEVER and ends < other.told


def _called_first(one: Statement, short: Mapping[str, frozenset[str]]) -> _Thing | None:
    said = phrased(f"{one.predicate} {one.value}")
    match = _FIRST.search(said)
    if match is None:
        return None
    after = said[match.end() :]
    subject = tokens(one.subject)
    words = _words(tokens(after), short)
    if len(words) < _LEAST_WORDS:
        words = _words((*tokens(after), *subject), short)
    countries = frozenset(countries_in(said)) or frozenset(countries_in(one.subject))
    if not words or (len(words) < _LEAST_WORDS and not countries):
        return None
    actor = frozenset(subject) - words - COUNTRY_WORDS
    return _Thing(one, words, countries, actor)


def _launch(one: Statement, short: Mapping[str, frozenset[str]]) -> _Thing | None:
    if not _LAUNCH.search(phrased(f"{one.predicate} {one.value} {one.quote}")):
        return None
    words = _words(tokens(one.subject), short)
    if len(words) < _LEAST_WORDS and not words & frozenset(short):
        return None
    return _Thing(one, words, frozenset(countries_in(one.subject)), frozenset())


def _event(one: Statement, short: Mapping[str, frozenset[str]]) -> _Thing | None:
    """What a claim tells to have happened; plans and aims have not."""
    text = f"{one.predicate} {one.value}"
    told = f"{one.subject} {text}"
    happened = any(word in lexicon.HAPPENED for word in tokens(f"{text} {one.quote}"))
    if (
        not happened
        or one.begins == NEVER
        or one.stance == "goal"
        or _PLANNED.search(phrased(text))
    ):
        return None
    words = _words(tokens(told), short)
    return _Thing(one, words, frozenset(countries_in(told)), frozenset()) if words else None


def _words(said: Sequence[str], short: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    for word in said:
        found |= short.get(word, {word})
    ordinals = {"first", "ever", "maiden", "never"}
    return frozenset(
        word for word in found
        if word not in lexicon.LIGHT and word not in lexicon.DOCUMENTS
        and word not in lexicon.MEETINGS and word not in lexicon.HAPPENED
        and word not in COUNTRY_WORDS and word not in ordinals and not word.isdecimal()
    )  # fmt: skip
