"""A light stem: plural, possessive, spelling and the commonest endings taken off."""

from __future__ import annotations

from functools import cache

__all__ = ["stem"]

_IRREGULAR = {
    "memoranda": "memorandum", "memorandums": "memorandum", "mous": "mou", "people": "people",
    "persons": "person", "men": "men", "women": "women", "children": "child", "feet": "foot",
    "built": "build", "held": "hold", "met": "met", "paid": "pay", "laid": "lay", "began": "begin",
    "begun": "begin", "won": "win", "sold": "sell", "spent": "spend", "drawn": "draw",
    "news": "news",    "series": "series", "species": "species", "gas": "gas", "bus": "bus",
    "status": "status",
    "headquarters": "headquarters", "talks": "talks", "ran": "run", "flew": "fly", "grew": "grow",
    "drew": "draw", "gave": "give", "chips": "chip", "lies": "lie", "said": "say", "named": "name",
    "dated": "date", "owned": "own", "used": "use", "ended": "end", "added": "add", "based": "base",
    "inked": "ink", "led": "lead", "sent": "send", "lost": "lose", "made": "make", "wheat": "wheat",
    "agreement": "agreement", "agreements": "agreement", "analyses": "analysis",
    "crises": "crisis", "criteria": "criterion",
}  # fmt: skip
_ENDINGS = ("ments", "ment", "ings", "ing", "tions", "tion", "ed")
#: Letters that must be left when an ending is taken off.
_LEAST = 4


@cache
def stem(word: str) -> str:
    """The stem of one word in lower case.

    >>> [stem(word) for word in ("agreements", "signed", "memoranda", "production", "produces")]
    ['agreement', 'sign', 'memorandum', 'produc', 'produc']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    word = word.replace("ization", "isation").replace("izing", "ising")
    word = word.replace("ized", "ised").replace("ize", "ise") if len(word) > _LEAST + 1 else word
    word = _singular(word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            word = _undoubled(word[: -len(ending)])
            break
    while word.endswith("e") and len(word) > _LEAST:
        word = word[:-1]
    return word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > _LEAST:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    plural = word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural and len(word) > _LEAST - 1 else word


def _undoubled(word: str) -> str:
    """Without the letter that was doubled before an ending: planned, plan."""
    doubled = word[-1] == word[-2] and word[-1] in "bdgmnprt"
    return word[:-1] if doubled and len(word) > _LEAST else word
