"""What a word means in a study: ids first, then names as people write them.

A word is compared with ids as they are, then with ids and names without regard to case, hyphens
and what stands in brackets, then with the part of names before a comma; the first of these that
fits decides, and must fit one thing only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.errors import UnknownName, UsageError, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seawall.study import Study

#: Trade words for goods, by the subheading of HS 2022 in which customs find them.  Customs do not
#: tell magnets with heavy rare earths from those without, so one word may mean several commodities.
TRADE_WORDS = {
    "ndfeb magnet": "850511",
    "permanent magnet": "850511",
    "rare earth magnet": "850511",
}
_SHOWN = 6


@dataclass(frozen=True)
class Named:
    """One thing that a word can mean: its kind, its id, and its name as people write it."""

    kind: str
    id: str
    name: str

    @property
    def short(self) -> str:
        """The name without what stands in brackets: "Qatar (LNG plants)" is Qatar."""
        return _without_brackets(self.name) or self.name


@dataclass(frozen=True)
class Goods:
    """The commodities that a word means, what to call them in a sentence and in a file name."""

    ids: tuple[str, ...]
    called: str
    slug: str


def find(word: str, known: Iterable[Named], what: str) -> Named:
    """The one of `known` that `word` means.

    Parameters
    ----------
    word
        An id or a name.
    known
        All that could be meant; where two have one id, the first counts.
    what
        What is looked for, in words, for the message.

    Raises
    ------
    UnknownName
        Nothing is called so; with suggestions.
    UsageError
        Several things are.
    """
    pool = list(known)
    for each in pool:
        if each.id == word:
            return each
    plain = _plain(word)
    for spellings in (_ids, _names, _heads):
        found = list(dict.fromkeys(each for each in pool if plain in spellings(each)))
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{quote(word)} could be {_listed(found)}: write the id")
    raise UnknownName(what, word, [n for each in pool for n in (each.id, each.short)])


def _ids(each: Named) -> set[str]:
    return {_plain(each.id)}


def _names(each: Named) -> set[str]:
    return {_plain(each.name), _plain(each.short)}


def _heads(each: Named) -> set[str]:
    return {_plain(each.short.partition(",")[0])}


def goods(study: Study, word: str) -> Goods:
    """The commodities that `word` means: an id, a name, an HS code, a stage or a chain of goods.

    Raises
    ------
    UnknownName
        Nothing is called so; with suggestions.
    UsageError
        Several commodities that do not belong together are.
    """
    known = [Named("commodity", row.id, row.name) for row in study.rows("commodities")]
    for spelling in dict.fromkeys([word, word.rstrip().removesuffix("s")]):
        try:
            one = find(spelling, known, "commodity")
        except UnknownName:
            several = _group(study, _plain(spelling))
            if several:
                plain = _plain(word)
                called = f"goods of HS {plain}" if plain.isdigit() else plain
                return Goods(several, called, plain)
        else:
            return Goods((one.id,), _in_sentence(one.short.partition(",")[0]), one.id)
    raise UnknownName("commodity", word, [n for each in known for n in (each.id, each.short)])


def places(study: Study) -> list[Named]:
    """Places of a study, and the country codes that no place has for an id."""
    found = [Named("place", row.id, row.name) for row in study.rows("places")]
    ids = {each.id for each in found}
    codes = sorted(set(study.frames["places"]["country"]) - ids)
    return found + [Named("place", code, code) for code in codes]


def rows(study: Study, table: str, kind: str) -> list[Named]:
    """Rows of a table with an id, and a name where the table has names."""
    return [Named(kind, row.id, getattr(row, "name", "") or row.id) for row in study.rows(table)]


def lanes(study: Study) -> Iterator[Named]:
    """Lanes of a study; they have no names, only ids."""
    for row in study.rows("lanes"):
        yield Named("lane", row.id, f"{row.origin} to {row.destination} {row.route}")


def _group(study: Study, plain: str) -> tuple[str, ...]:
    """Commodities that a word means together; () if none."""
    table = study.table("commodities")
    code = TRADE_WORDS.get(plain, plain)
    if code.isdigit() and len(code) in (4, 6):
        return tuple(table.loc[table["hs"].str.startswith(code), "id"])
    for column in ("chain", "stage"):
        found = table[table[column].map(_plain) == plain] if plain else table.iloc[:0]
        if column == "stage" and found["chain"].nunique() > 1:
            these = [Named("commodity", str(row.id), str(row.name)) for row in found.itertuples()]
            raise UsageError(f"{quote(plain)} could be {_listed(these)}: write the id")
        if len(found):
            return tuple(found["id"])
    return ()


def _plain(text: str) -> str:
    """A word without case, width, hyphens and doubled spaces."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_\-]+", " ", text).strip()


def _without_brackets(name: str) -> str:
    return re.sub(r"\s*\([^)]*\)", "", name).strip()


def _in_sentence(name: str) -> str:
    """A name inside a sentence: "Natural gas" loses its capital, "LNG" and "NdFeB" do not."""
    first, rest = name[:1], name.partition(" ")[0][1:]
    return name if rest != rest.lower() else first.lower() + name[1:]


def _listed(found: list[Named]) -> str:
    shown = [f"{each.id} ({each.name})" for each in found[:_SHOWN]]
    more = len(found) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
