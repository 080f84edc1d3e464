"""Words of a text as the rules see them: lower case, stems, one word for what means the same."""

from __future__ import annotations

import re
from functools import lru_cache

from seawall.questions.track.claims.countries import COUNTRIES, COUNTRY_PHRASES
from seawall.questions.track.claims.lexicon import PHRASES, STOP, SYNONYMS
from seawall.questions.track.claims.stems import stem

__all__ = ["COUNTRY_WORDS", "countries_in", "phrased", "proper_words", "short_names", "tokens"]

#: Stems of the words that mean a country.
COUNTRY_WORDS = frozenset(stem(word) for word in COUNTRIES) | frozenset(COUNTRIES)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?", re.UNICODE)
_PREFIX = re.compile(r"\b(co|re|pre|non|anti|multi|sub)-(?=\w)")
#: How a thing runs, behind what it runs on: a coal-fired plant is a coal plant.
_DRIVEN = re.compile(r"(?<=\w)-(?:powered|driven|fuelled|fueled|fired|based|led|run)\b")
_LONG_NAME = re.compile(r"((?:[^\W\d_][\w'’-]*\s+){1,8}?)\(([A-Z][A-Za-z]{1,7})\)")
_SWAPS = {**PHRASES, **COUNTRY_PHRASES}
_PHRASE = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(one) for one in sorted(_SWAPS, key=len, reverse=True)) +
    r")(?!\w)"
)  # fmt: skip


@lru_cache(maxsize=1 << 16)
def phrased(text: str) -> str:
    """The text in lower case, phrases of several words made one."""
    plain = text.lower().replace("’", "'")
    plain = _PHRASE.sub(lambda match: _SWAPS[match[0]], plain)
    return _DRIVEN.sub("", _PREFIX.sub(r"\1", plain))


@lru_cache(maxsize=1 << 16)
def tokens(text: str) -> tuple[str, ...]:
    """Stems of a text in order, without the words that say nothing.

    >>> tokens("Memorandums of Understanding on the co-development of chips")
    ('memorandum', 'codevelop', 'semiconductor')
    """
    found = []
    for match in _WORD.finditer(phrased(text)):
        word = match[0].removesuffix("'s").replace("'", "")
        if word in STOP or not word:
            continue
        word = stem(word)
        found.append(SYNONYMS.get(word, word))
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def countries_in(text: str) -> tuple[str, ...]:
    """Countries that a text names, in order, each once."""
    found = (
        COUNTRIES.get(match[0].removesuffix("'s").replace("'", ""))
        for match in _WORD.finditer(phrased(text))
    )
    return tuple(dict.fromkeys(one for one in found if one))


def proper_words(text: str) -> frozenset[str]:
    """Stems of words written with a capital; the first may be none, the careful side."""
    found = (match for match in _WORD.finditer(text) if match[0][0].isupper())
    return frozenset(one for match in found for one in tokens(match[0]))


def short_names(text: str) -> dict[str, frozenset[str]]:
    """Words of a long name by the short one that follows in brackets, if its letters fit.

    >>> sorted(short_names("the Blue Harbour Fund (BHF)")["bhf"])
    ['blue', 'harbour', 'invest']
    """
    found = {}
    for match in _LONG_NAME.finditer(text):
        words = [word for word in re.split(r"[\s-]+", match[1]) if word]
        letters = "".join(word[0] for word in words if word.lower() not in STOP).lower()
        short = match[2].lower()
        for start in range(len(letters) - 1):
            if _in_order(short, letters[start:]):
                long = [word for word in words if word.lower() not in STOP][start:]
                found[short] = frozenset(tokens(" ".join(long)))
    return found


def _in_order(short: str, letters: str) -> bool:
    """Whether the letters begin and go on as the short name does, most letters found."""
    rest = iter(letters)
    return short[0] == letters[0] and sum(one in rest for one in short) * 2 > len(short)
