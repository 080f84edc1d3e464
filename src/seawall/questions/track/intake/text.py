"""Claims that a text makes, proposed by rules: amounts, shares, quantities, counts, ranks, dates.

Each proposal says where it stands: `text[start:end]` is its quote, of at most twenty words, and
`text[at:until]` the words that hold the figure.  Nothing is added to a ledger here; a person says
yes to each.  Other proposers, such as a language model, can be given (`Proposer`); what they
propose is kept only where its quote stands in the text.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from seawall.questions.track.intake.moments import moments
from seawall.questions.track.intake.numerals import (
    CURRENCIES,
    NUMBER,
    SCALE,
    UNITS,
    value_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from seawall.questions.track.intake.moments import Moment

__all__ = ["Proposal", "Proposer", "propose"]

#: Words that a quote may have.
QUOTED = 20
#: Words before and after a count's noun that may describe it.
DESCRIBED = 5


@dataclass(frozen=True)
class Proposal:
    """One claim that a text may make.

    Attributes
    ----------
    kind
        amount, share, quantity, count, multiple, rank, first, date.
    subject
        What it seems to be said of, in the text's words; a guess.
    value
        The words that hold the figure.
    quantity, counted_in
        The figure, in its currency, unit or counted noun; None where there is none.
    bound
        "at least", "at most", "about" or "".
    begins, ends
        The only date in the same sentence, if there is one.
    quote, start, end, at, until
        The quote and where it and the figure stand.
    """

    kind: str
    subject: str
    value: str
    quantity: float | None
    counted_in: str
    bound: str
    begins: str
    ends: str
    quote: str
    start: int
    end: int
    at: int
    until: int
    proposer: str = "rules"


class Proposer(Protocol):
    """Something else that reads a text, e.g. a language model behind an interface of one's own."""

    @property
    def name(self) -> str:
        """What it is called in the column `proposer`."""

    def proposals(self, text: str, published: date | None) -> Iterable[Proposal]:
        """What it would propose."""


def propose(
    text: str, *, published: date | None = None, others: Iterable[Proposer] = ()
) -> pd.DataFrame:
    """What a text claims, a row a proposal, in the order of the text.

    Parameters
    ----------
    published
        When it was published: days of the week and "the next ten years" count from then.
    others
        Further proposers.  What has no quote in the text, or a longer one than twenty words, is
        left out.
    """
    found = list(_by_rules(text, published))
    for other in others:
        for one in other.proposals(text, published):
            quoted = text[one.start : one.end] == one.quote and one.quote
            if quoted and len(one.quote.split()) <= QUOTED:
                found.append(Proposal(**{**asdict(one), "proposer": other.name}))
    found.sort(key=lambda one: (one.at, one.until, one.kind))
    names = [part.name for part in fields(Proposal)]
    return pd.DataFrame([asdict(one) for one in found], columns=names)


@dataclass(frozen=True)
class _Figure:
    """A figure before its quote and dates are known."""

    kind: str
    quantity: float | None
    counted_in: str
    start: int
    end: int


def _by_rules(text: str, published: date | None) -> Iterator[Proposal]:
    for low, high in _sentences(text):
        dates = list(moments(text[low:high], published))
        taken = [(one.start + low, one.end + low) for one in dates]
        for rule in (_money, _shares, _firsts, _ranks, _multiples, _counts):
            for figure in rule(text, low, high):
                if any(figure.start < b and a < figure.end for a, b in taken):
                    continue
                taken.append((figure.start, figure.end))
                yield _proposal(text, low, high, figure, _only(dates))
        for moment in dates:
            figure = _Figure("date", None, "", moment.start + low, moment.end + low)
            yield _proposal(text, low, high, figure, (moment.begins, moment.ends))


def _only(dates: list[Moment]) -> tuple[str, str]:
    """The date of a sentence that has one."""
    spans = {(one.begins, one.ends) for one in dates}
    return spans.pop() if len(spans) == 1 else ("", "")


_STOP = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“(]?[A-Z0-9])|\n+")
#: A stop after these ends no sentence.
_SHORT = re.compile(r"(?:\b(?:Rs|Mr|Ms|Mrs|Dr|No|approx|St|U\.S|Inc|Ltd|Co)\.)[\s]*$")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end."""
    begin = 0
    for stop in _STOP.finditer(text):
        if "\n" not in stop[0] and _SHORT.search(text[begin : stop.start()]):
            continue
        if text[begin : stop.start()].strip():
            yield begin, stop.start()
        begin = stop.end()
    if text[begin:].strip():
        yield begin, len(text)


def _names(names: Iterable[str]) -> str:
    return "|".join(
        re.escape(name) + (r"\b" if name[-1].isalnum() else "")
        for name in sorted(names, key=len, reverse=True)
    )


_MONEY = re.compile(
    rf"(?<![\w.,])(?P<before>{_names(CURRENCIES)})\s?(?P<n1>\d[\d,]*(?:\.\d+)?)(?P<s1>{SCALE})?"
    rf"|(?<![\w.,$¥₹€])(?P<n2>{NUMBER})(?P<s2>{SCALE})?[\s-]*(?P<after>{_names(CURRENCIES)})",
    re.IGNORECASE,
)
_SHARE = re.compile(
    rf"(?<![\w.,])(?P<n>{NUMBER})(?P<s>{SCALE})?[\s-]?(?P<unit>{_names(UNITS)})(?P<per>"
    r"\s?(?:per|a|/)\s?(?:day|year|month|week)\b(?!\s+(?:earlier|before|ago|later)))?",
    re.IGNORECASE,
)
_RANKS = {
    word: n
    for n, word in enumerate(
        ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
        start=2,
    )
}
_RANK = re.compile(
    rf"\b(?P<n>\d{{1,3}})(?:st|nd|rd|th)\b|\b(?P<word>{'|'.join(_RANKS)})"
    r"(?=[\s-]+(?:and\s+\w+-)?(?:largest|biggest|summit|round|meeting|edition|most))",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"\bfirst[\s-]ever\b|\b(?:the|its|their|[’']s)\s+(?:\w+\s+)?first\b", re.IGNORECASE
)
_MULTIPLE = re.compile(
    r"\b(?P<word>double[sd]?|doubling|triple[sd]?|tripling|quadruple[sd]?|quadrupling|"
    r"halve[sd]?|halving)\b|\b(?P<n>\d+(?:\.\d+)?|two|three|four|five|ten)(?:[\s-]?fold|\s+times)\b",
    re.IGNORECASE,
)
_TIMES = {"doub": 2.0, "trip": 3.0, "quad": 4.0, "halv": 0.5}
_COUNT = re.compile(
    rf"(?<![\w.,$¥₹€-])(?P<n>{NUMBER})(?P<s>{SCALE})?(?![\d%]|[.,]\d)", re.IGNORECASE
)
#: Another number that counts the same: "18 to 22 vessels", "3 of the 5 licences".
_RANGE = re.compile(
    rf"\s*(?:to|or|-|–|(?:out\s+)?of\s+(?:the|its|their))\s*{NUMBER}", re.IGNORECASE
)
#: Words that end the phrase that a number counts.
_ENDS = frozenset(word for line in (
    "a an the of in on at to for from by with and or but that which who when while where as is are",
    "was were be been has have had will would can could may than across over under into their its",
    "this these those every each per after before during since until between among against",
    "through via not also only including such both signed agreed",
    # What counts time is a date.
    "years year months month weeks week days day hours hour decades decade minutes times percent",
) for word in line.split())  # fmt: skip
#: Of two of these is said what is said of both: no count that anybody would check.
_BOTH = frozenset(
    ("nations", "countries", "sides", "leaders", "governments", "powers", "parties", "neighbours")
)
#: No plural ends like gas, basis or surplus.
_PLURAL = re.compile(
    r"^(?:[A-Za-z][\w’'-]*(?<![aius])s|people|men|women|children|memoranda|personnel|staff|MoU)$"
)


def _money(text: str, low: int, high: int) -> Iterator[_Figure]:
    for found in _MONEY.finditer(text, low, high):
        number, scale = found["n1"] or found["n2"], found["s1"] or found["s2"]
        name = (found["before"] or found["after"]).lower()
        value = value_of(number.rstrip(","), scale)
        yield _Figure("amount", value, CURRENCIES[name], *found.span())


def _shares(text: str, low: int, high: int) -> Iterator[_Figure]:
    for found in _SHARE.finditer(text, low, high):
        unit = UNITS[found["unit"].lower()]
        kind = "share" if unit.startswith(("%", "perc")) else "quantity"
        per = re.sub(r"^\s?(?:per|a|/)\s?", "/", found["per"] or "").replace("/year", "/yr")
        yield _Figure(kind, value_of(found["n"], found["s"]), unit + per, *found.span())


def _firsts(text: str, low: int, high: int) -> Iterator[_Figure]:
    for found in _FIRST.finditer(text, low, high):
        yield _Figure("first", 1.0, "ordinal", *found.span())


def _ranks(text: str, low: int, high: int) -> Iterator[_Figure]:
    for found in _RANK.finditer(text, low, high):
        number = float(found["n"]) if found["n"] else float(_RANKS[found["word"].lower()])
        yield _Figure("rank", number, "ordinal", *found.span())


def _multiples(text: str, low: int, high: int) -> Iterator[_Figure]:
    for found in _MULTIPLE.finditer(text, low, high):
        named = found["word"]
        times = _TIMES[named.lower()[:4]] if named else value_of(found["n"], None)
        yield _Figure("multiple", times, "times", *found.span())


def _counts(text: str, low: int, high: int) -> Iterator[_Figure]:
    """A number and the plural noun that it counts, with what describes the noun between them."""
    for found in _COUNT.finditer(text, low, high):
        noun = _counted(text, found.end(), high)
        other = _RANGE.match(text, found.end(), high)
        if noun is None and other:
            noun = _counted(text, other.end(), high)
        plain = found["n"].lower()
        if noun is None or plain == "one" or (plain == "two" and noun[0].lower() in _BOTH):
            continue
        value = value_of(found["n"], found["s"])
        yield _Figure("count", value, noun[0], found.start(), found.end() if other else noun[1])


def _counted(text: str, at: int, high: int) -> tuple[str, int] | None:
    """The first plural noun of the phrase that begins here, and where it ends."""
    phrase = re.finditer(r"[\s-]*([A-Za-z][\w’'-]*)([.,;:)]?)", text[at:high])
    for words, found in enumerate(phrase):
        word = found[1]
        if (words == 0 and found.start() > 0) or word.lower() in _ENDS or words > DESCRIBED:
            return None
        if _PLURAL.match(word) and not word.endswith(("’s", "'s")):
            return word, at + found.end(1)
        if found[2]:
            return None
    return None


_BOUNDS = {
    "at least": r"more than|over|above|at least|exceed(?:s|ed|ing)?|past|upwards of|"
    r"surpass(?:ed|es|ing)?",
    "at most": r"less than|under|below|at most|up to|as many as|nearly|almost",
    "about": r"about|around|some|approximately|roughly|approx\.?|close to|an estimated",
}


def _bound(before: str) -> str:
    """What the words before a figure make of it."""
    for told, words in _BOUNDS.items():
        if re.search(rf"\b(?:{words})\s*$", before, re.IGNORECASE):
            return told
    return ""


def _proposal(text: str, low: int, high: int, figure: _Figure, when: tuple[str, str]) -> Proposal:
    start, end = _quoted(text, low, high, figure)
    return Proposal(
        figure.kind, _subject(text, low, figure), text[figure.start : figure.end],
        figure.quantity, figure.counted_in, _bound(text[low : figure.start]), *when,
        text[start:end], start, end, figure.start, figure.end,
    )  # fmt: skip


def _quoted(text: str, low: int, high: int, figure: _Figure) -> tuple[int, int]:
    """A quote around the figure: its sentence, or as many words of it as a quote may have."""
    words = [(m.start() + low, m.end() + low) for m in re.finditer(r"\S+", text[low:high])]
    inside = [n for n, (a, b) in enumerate(words) if a < figure.end and figure.start < b]
    first, last = inside[0], min(inside[-1], inside[0] + QUOTED - 1)
    spare = QUOTED - (last - first + 1)
    back = min(first, max(spare // 2, spare - (len(words) - 1 - last)))
    first -= back
    last = min(len(words) - 1, last + spare - back)
    return words[first][0], words[last][1]


#: Words with a capital, joined by small words within a name.
_NAME = re.compile(r"[A-Z][\w’'.-]*(?:\s+(?:(?:of|and|for|the)\s+)?[A-Z][\w’'.-]*)*")


def _subject(text: str, low: int, figure: _Figure) -> str:
    """What the figure seems to be said of: the nearest name before it."""
    names = [found[0] for found in _NAME.finditer(text[low : figure.start])]
    names = [name for name in names if name.lower() not in _ENDS and len(name) > 1]
    return names[-1] if names else ""
