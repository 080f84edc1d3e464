"""What a claim says, taken apart: of what, in which scope, when, how much."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.track.claims import lexicon
from seawall.questions.track.claims.countries import COUNTRIES
from seawall.questions.track.claims.stems import stem
from seawall.questions.track.claims.words import (
    COUNTRY_WORDS,
    countries_in,
    phrased,
    proper_words,
    short_names,
    tokens,
)
from seawall.questions.track.days import first_days, last_days
from seawall.questions.track.quantities import (
    amount_of,
    figure_in,
    rates_of,
    vague_in,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from seawall.questions.track.quantities import Amount, Rates

__all__ = ["NEVER", "Statement", "short_names_of", "statements_of"]

#: Stands for a day that nobody told.
NEVER = -(1 << 40)
_MONTH = re.compile(r"(?<!\d)(\d{4})-(0[1-9]|1[0-2])(?!\d)")
_HEAD_END = re.compile(r"\b(?:of|in|for|to|from|between|with|at|on|by)\b|[,;(]")
_TO = re.compile(r"\bto (?:the )?(\w+)")
_FROM = re.compile(r"\bfrom (?:the )?(\w+)")
#: A number that tells one of several: "line 2", "phase 3"; years are longer.
_NUMBERED = re.compile(r"([^\W\d_]+)[ -](\d{1,3})(?![\d.,%])")
_TEXTS = ("id", "source", "event", "subject", "predicate", "value", "quote", "period")
#: Words of a quote after an amount that may say what the amount is.
_NAMED_AFTER = 3


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One claim, taken apart.

    Attributes
    ----------
    id, source, event, subject, predicate, value, quote, period
        As the claim has them.
    begins, ends
        Days since 1970, `NEVER` where unknown.
    told
        The day that stands for when it was said: its own first day, else its meeting's month, else
        its source's date; `NEVER` if none is known.
    core
        Words that say of what it speaks, without those that narrow nothing.
    proper, head, ground
        Words of the core that are names, the last word of the subject's first phrase, and the
        words of the subject alone.
    document
        "agreement" or "strategy" where it speaks of one, else "".
    scope
        Words that narrow it (public, north, phase).
    countries, flow
        Those named, and from which to which goods go where it speaks of exports or imports.
    stance
        "goal", "realised" or "".
    amount
        What its figure leaves open; None without one.
    referred
        The figure stands in the subject: the claim speaks of something of that size.
    rank
        Place among sources: 0 measured or read at an official site, more is weaker.
    """

    id: str
    source: str
    event: str
    subject: str
    predicate: str
    value: str
    quote: str
    period: str
    begins: int
    ends: int
    told: int
    core: frozenset[str]
    proper: frozenset[str]
    head: str
    ground: frozenset[str]
    document: str
    scope: frozenset[str]
    countries: frozenset[str]
    flow: tuple[str, str] | None
    stance: str
    amount: Amount | None
    referred: bool
    derived: bool
    published: int
    rank: int


@dataclass(frozen=True, slots=True)
class _Figure:
    """The figure of a claim before it is weighed, and the words around it."""

    quantity: float
    counted_in: str
    about: str
    referred: bool


def statements_of(
    claims: pd.DataFrame, sources: pd.DataFrame, rates: pd.DataFrame
) -> list[Statement]:
    """The claims taken apart, in order of id, so that the order of rows does not matter."""
    short = short_names_of(claims)
    known = rates_of(rates)
    dates = dict(zip(sources["id"], last_days(sources["date"]).astype(np.int64), strict=True))
    ranks = _ranks(sources)
    ordered = claims.sort_values("id", kind="stable")
    begins = _days(first_days(ordered["begins"]))
    ends = _days(last_days(ordered["ends"]))
    rows = ordered.to_dict("records")
    return [
        _statement(row, begins[n], ends[n], _day(dates.get(row["source"])), ranks, short, known)
        for n, row in enumerate(rows)
    ]


def _statement(
    row: Mapping[Hashable, object],
    begins: int,
    ends: int,
    published: int,
    ranks: Mapping[str, int],
    short: Mapping[str, frozenset[str]],
    rates: Rates,
) -> Statement:
    text = {name: str(row[name]) for name in _TEXTS}
    figure = _figure(row)
    about = figure.about if figure else f"{text['subject']} {text['predicate']}"
    subject = about if figure and figure.referred else text["subject"]
    said = tokens(about)
    event_day = _event_day(text["event"])
    told = next((day for day in (begins, event_day, published) if day != NEVER), NEVER)
    year = 1970 + int(told // 365.2425) if told != NEVER else 0
    noun = _noun(figure.counted_in) if figure else ""
    amount = _amount(figure, text, said, year, rates)
    documents = [lexicon.DOCUMENTS[word] for word in said if word in lexicon.DOCUMENTS]
    return Statement(
        **text,
        begins=begins,
        ends=ends,
        told=told,
        core=_core(said, noun, short),
        proper=proper_words(about) - COUNTRY_WORDS,
        head=_head(subject),
        ground=_core(tokens(subject), "", short),
        document=documents[0] if documents else "",
        scope=_scope(said, subject),
        countries=frozenset(countries_in(about)),
        flow=_flow(about, said),
        stance=_stance(said, text["quote"] if figure and figure.referred else text["value"]),
        amount=amount,
        referred=bool(figure and figure.referred),
        derived=row.get("kind") == "derived",
        published=published,
        rank=ranks.get(text["source"], 1),
    )


def _figure(row: Mapping[Hashable, object]) -> _Figure | None:
    """The figure of the value, else one that the subject names."""
    quantity = float(str(row["quantity"] if row["quantity"] is not None else "nan") or "nan")
    subject, predicate, quote = (str(row[name]) for name in ("subject", "predicate", "quote"))
    if not math.isnan(quantity):
        return _Figure(quantity, str(row["counted_in"]), f"{subject} {predicate}", False)
    found = figure_in(subject)
    if found is None:
        return None
    value, unit, start, end = found
    return _Figure(value, unit, f"{subject[:start]} {subject[end:]} {_after(quote, value)}", True)


def _after(quote: str, value: float) -> str:
    """The words that follow the same figure in the quote."""
    found = figure_in(quote)
    if found is None or not math.isclose(found[0], value):
        return ""
    rest = re.split(
        r"[.,;:]|\b(?:for|in|to|from|over|by|of|was|is|are|were|has|had|will)\b", quote[found[3] :]
    )[0]
    return " ".join(rest.split()[:_NAMED_AFTER])


def _amount(
    figure: _Figure | None, text: Mapping[str, str], said: tuple[str, ...], year: int, rates: Rates
) -> Amount | None:
    if figure is not None:
        words = "" if figure.referred else f"{text['value']} . {text['quote']}"
        predicate = "" if figure.referred else text["predicate"]
        return amount_of(figure.quantity, figure.counted_in, words, predicate, year, rates)
    counted = [lexicon.NOUNS[word] for word in said if word in lexicon.NOUNS]
    return vague_in(text["value"], counted[0] if counted else "", year, rates)


def _core(said: tuple[str, ...], noun: str, short: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Words that say of what a text speaks; a short name stands for its long one."""
    found: set[str] = set()
    for word in said:
        found |= short.get(word, {word})
    return frozenset(
        word for word in found
        if word not in lexicon.LIGHT and word not in lexicon.DOCUMENTS
        and word not in lexicon.ACTORS and word not in lexicon.MEETINGS
        and word not in lexicon.GOALS and word not in lexicon.REALISED
        and word not in COUNTRY_WORDS and word not in lexicon.QUALIFIERS
        and word != noun and not (word.isdecimal() and len(word) < 5)
    )  # fmt: skip


def _scope(said: tuple[str, ...], subject: str) -> frozenset[str]:
    """Words that narrow, and numbers that tell one of several (line 2)."""
    found = {word for word in said if word in lexicon.QUALIFIERS}
    found |= {"past" for word in said if word in lexicon.PAST}
    found |= {
        f"{stem(word)} {number}"
        for word, number in _NUMBERED.findall(phrased(subject))
        if word not in lexicon.STOP
    }
    return frozenset(found)


def _stance(said: tuple[str, ...], value: str) -> str:
    words = (*said, *tokens(value))
    if any(word in lexicon.REALISED for word in words):
        return "realised"
    return "goal" if any(word in lexicon.GOALS for word in words) else ""


def _flow(about: str, said: tuple[str, ...]) -> tuple[str, str] | None:
    """From which country to which, of exports and imports that name both."""
    named = countries_in(about)
    out = any(word in lexicon.EXPORTS for word in said)
    into = any(word in lexicon.IMPORTS for word in said)
    if len(named) != 2 or out == into:
        return None
    plain = phrased(about)
    to = [COUNTRIES.get(word) for word in _TO.findall(plain)]
    source = [COUNTRIES.get(word) for word in _FROM.findall(plain)]
    for there in filter(None, to):
        other = named[0] if there == named[1] else named[1]
        return other, there
    for here in filter(None, source):
        other = named[0] if here == named[1] else named[1]
        return here, other
    return (named[0], named[1]) if out else (named[1], named[0])


def _head(subject: str) -> str:
    first = _HEAD_END.split(phrased(subject), maxsplit=1)[0]
    said = [word for word in tokens(first) if word not in lexicon.DOCUMENTS]
    return said[-1] if said else ""


def _noun(counted_in: str) -> str:
    said = tokens(counted_in)
    return said[-1] if said else ""


def short_names_of(claims: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Long names by the short ones that any claim explains; two readings of one are none."""
    found: dict[str, frozenset[str]] = {}
    unclear = set()
    for name in ("subject", "predicate", "value", "quote"):
        for text in claims[name].unique():
            if "(" not in text:
                continue
            for short, long in short_names(text).items():
                long = frozenset(word for word in long if word not in COUNTRY_WORDS)
                if found.setdefault(short, long) != long:
                    unclear.add(short)
    return {short: long for short, long in found.items() if short not in unclear and long}


def _ranks(sources: pd.DataFrame) -> dict[str, int]:
    """0 for what governments and banks of issue publish, 1 for the rest."""
    official = re.compile(
        r"//[^/]*(?:\.gov\b|\.go\.|\.gob\.|\.gouv\.|\.mil\b|\.int\b|europa\.eu)|"
        r"\b(?:ministry|government|statistics office|central bank|press information bureau)\b",
        re.IGNORECASE,
    )
    texts = sources.reindex(columns=["publisher", "title", "url"], fill_value="").fillna("")
    return {
        key: 0 if official.search(" ".join(map(str, row))) else 1
        for key, row in zip(sources["id"], texts.to_numpy(), strict=True)
    }


def _event_day(event: str) -> int:
    """First day of the month that the key of a meeting ends with."""
    match = _MONTH.search(event)
    if match is None:
        return NEVER
    return int(np.datetime64(f"{match[1]}-{match[2]}", "D").astype(np.int64))


def _days(days: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> list[int]:
    return [NEVER if np.isnat(day) else int(day.astype(np.int64)) for day in days]


def _day(day: np.int64 | None) -> int:
    return NEVER if day is None or day == np.iinfo(np.int64).min else int(day)
