"""Titles that vary: the office of a person, and the name of a document or its kind."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.questions.track.claims import lexicon
from seawall.questions.track.claims.found import Found, found
from seawall.questions.track.claims.stems import stem
from seawall.questions.track.claims.words import COUNTRY_WORDS, phrased, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seawall.questions.track.claims.statements import Statement

__all__ = ["names", "offices"]

#: Offices by what they are, in words that the titles of most countries use.
_OFFICES = {
    "head of government": r"prime minister|premier|chancellor|head of (?:the )?government|"
                          r"taoiseach|first minister|pm",
    "head of state": r"president|head of state|king|queen|emperor|emir|sultan|monarch",
    "junior minister": r"under-?secretary|minister of state|state secretary|"
                       r"parliamentary secretary",
    "chief minister": r"chief minister",
    "minister": r"minister|(?:cabinet )?secretary|head of the \w+ ministry",
    "governor": r"governor",
    "mayor": r"mayor",
    "ambassador": r"ambassador|envoy|high commissioner",
    "chief executive": r"chief executive(?: officer)?|ceo|managing director",
    "chair": r"chair(?:man|woman|person)?",
    "director": r"director(?:[- ]general)?|dg",
    "spokesperson": r"spokes(?:man|woman|person)",
    "member of parliament": r"member of parliament|lawmaker|senator|congress(?:man|woman)|mp",
    "general": r"general|admiral|commander(?:-in-chief)?",
}  # fmt: skip
_OFFICE = re.compile(
    "|".join(rf"(?P<k{n}>\b(?:{words})\b)" for n, words in enumerate(_OFFICES.values()))
)
#: Words for a person that leave the office open.
_VAGUE = re.compile(
    r"\b(?:official|representative|politician|delegate|dignitary|figure|diplomat)\b"
)
_PEER = re.compile(r"\bcounterparts?\b")
_RANK = re.compile(r"\b(?:deputy|vice|former|acting|interim|designate|elect|assistant|junior|ex)\b")
_ASKS = frozenset(map(stem, (
    "title", "position", "office", "role", "post", "rank", "described", "identified", "introduced",
    "presented", "is", "was", "serves", "appointed",
)))  # fmt: skip
#: Two offices of one person compare when told within so many days.
_YEAR = 366
#: Share of its words that the shorter topic of two documents must have in the other.
_TOPIC = 2 / 3


@dataclass(frozen=True, slots=True)
class _Office:
    """An office: its kind, "deputy" and the like, and of what."""

    kind: str
    rank: frozenset[str]
    field: frozenset[str]


def offices(statements: Sequence[Statement]) -> Iterator[Found]:
    """Claims that give one person, at about one time, titles that do not fit."""
    people: dict[str, list[tuple[Statement, frozenset[str], tuple[_Office, ...], str]]]
    people = defaultdict(list)
    for one in statements:
        if not any(word in _ASKS for word in tokens_of(one.predicate)):
            continue
        held, vague = _offices_in(one.value)
        words = _name(one.subject)
        if words and (held or vague):
            people[words[-1]].append((one, frozenset(words), held, vague))
    for members in people.values():
        for n, (one, name, held, vague) in enumerate(members):
            for other, called, theirs, unclear in members[n + 1 :]:
                if not (name <= called or called <= name) or not _about_then(one, other):
                    continue
                yield from _compared(one, held, vague, other, theirs, unclear)


def _compared(
    one: Statement, held: tuple[_Office, ...], vague: str,
    other: Statement, theirs: tuple[_Office, ...], unclear: str,
) -> Iterator[Found]:  # fmt: skip
    if held and theirs:
        if not any(_fit(first, second) for first in held for second in theirs):
            yield found("title", one.id, other.id, "one person is given two offices")
        return
    if "open" not in {vague, unclear} or vague == unclear:
        return
    clear = one if vague != "open" else other
    why = "one gives the office, the other only an unclear word for it"
    yield found("title", one.id, other.id, why, clear.id, "it is the more specific")


def _about_then(one: Statement, other: Statement) -> bool:
    """Whether both are told within a year of each other, or one says no time."""
    return min(one.told, other.told) < -_YEAR * 1000 or abs(one.told - other.told) <= _YEAR


def _offices_in(value: str) -> tuple[tuple[_Office, ...], str]:
    """Offices of a value, part by part; else "open" for a vague word, "peer" for a peer."""
    plain = phrased(value)
    held = []
    kinds = list(_OFFICES)
    for part in re.split(r";|,| and (?=\w+ (?:minister|secretary))", plain):
        match = _OFFICE.search(part)
        if match is None or match.lastgroup is None:
            continue
        rest = part[: match.start()] + " " + part[match.end() :]
        rank = frozenset(_RANK.findall(part))
        field = {word for word in tokens(_RANK.sub(" ", rest)) if word not in COUNTRY_WORDS}
        field -= {"cabinet", "female", "male", "woman", "first", "head", "foreign", "affair"}
        if re.search(r"\b(?:foreign|external)\b", part):
            field.add("foreign")
        held.append(_Office(kinds[int(match.lastgroup[1:])], rank, frozenset(field)))
    if held:
        return tuple(held), ""
    if _PEER.search(plain):
        return (), "peer"
    return (), "open" if _VAGUE.search(plain) else ""


def _fit(one: _Office, other: _Office) -> bool:
    """Whether two titles can be one office: the same kind, and no other field or rank."""
    if one.kind != other.kind or one.rank != other.rank:
        return False
    return not one.field or not other.field or bool(one.field & other.field)


def _name(subject: str) -> list[str]:
    """Words of a person's name, without a title before it."""
    plain = _RANK.sub(" ", _OFFICE.sub(" ", phrased(subject)))
    return [word for word in re.findall(r"[^\W\d_]+", plain) if word not in COUNTRY_WORDS]


def tokens_of(predicate: str) -> tuple[str, ...]:
    """Stems of a predicate."""
    return tuple(stem(word) for word in re.findall(r"[^\W\d_]+", phrased(predicate)))


@dataclass(frozen=True, slots=True)
class _Document:
    """A document that a meeting brought about: its topic, its kind and its words."""

    by: Statement
    topic: frozenset[str]
    kind: str
    words: frozenset[str]
    named: bool


def names(statements: Sequence[Statement]) -> Iterator[Found]:
    """Documents of one meeting and topic that two sources call by other words.

    A strategy that one source calls a roadmap and another a framework; or two names of the same
    subject.
    """
    meetings: dict[tuple[str, str], list[_Document]] = defaultdict(list)
    for one in statements:
        if one.event:
            for document in _documents(one):
                words = document.topic if not document.named else document.words
                for word in words:
                    meetings[one.event, word].append(document)
    seen = set()
    for members in meetings.values():
        for n, first in enumerate(members):
            for second in members[n + 1 :]:
                pair = first.by.id, second.by.id
                if first.by.source == second.by.source or pair in seen:
                    continue
                if _renamed(first, second):
                    seen.add(pair)
                    why = "one thing of one meeting goes by two names"
                    yield found("name", *pair, why)


def _renamed(first: _Document, second: _Document) -> bool:
    if first.kind == second.kind:
        return False
    few, many = sorted((first.topic, second.topic), key=len)
    return bool(few) and len(few & many) >= _TOPIC * len(few)


def _documents(one: Statement) -> Iterator[_Document]:
    """Strategies that a claim says were brought about, each of its phrases apart."""
    if not any(word in lexicon.PRODUCED for word in tokens(one.predicate)):
        return
    for phrase in re.split(r";|,|\band (?:a|an|the)\b", phrased(one.value)):
        said = tokens(phrase)
        kinds = [word for word in said if lexicon.DOCUMENTS.get(word) == "strategy"]
        if not kinds:
            continue
        words = frozenset(
            word for word in said
            if word not in lexicon.LIGHT and word not in lexicon.DOCUMENTS
            and word not in COUNTRY_WORDS and word not in {"partnership", "coopera"}
        )  # fmt: skip
        yield _Document(one, words, kinds[0], words, named=False)
