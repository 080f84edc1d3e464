"""The catalogues: templates by key, terms from the glossary, names by language.

`en.toml` and `ja.toml` hold the same keys with the same placeholders.  A placeholder in braces is
filled by the caller; one in double brackets is a term of the glossary, with a capital where it is
written with one.
"""

from __future__ import annotations

import hashlib
import string
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from seawall.errors import SeawallError, UnknownName
from seawall.report import text
from seawall.report.brief.figures import English, Japanese
from seawall.report.views import Names, bare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.report.brief.figures import Figures
    from seawall.study import Study

LANGUAGES = ("en", "ja")
_OPEN = "\N{FULLWIDTH LEFT PARENTHESIS}"
_NAMED = ("places", "passages", "commodities", "studies")


@cache
def catalogue(name: str) -> dict[str, Any]:
    """A file of `report/catalogue`, parsed."""
    file = resources.files("seawall.report") / "catalogue" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def templates(language: str) -> dict[str, str]:
    """Every template of a language by its dotted key, terms filled in.

    Raises
    ------
    SeawallError
        When a template names a term that the glossary does not have.
    """
    terms = catalogue("glossary")
    return {
        key: _with_terms(key, template, terms, language)
        for key, template in _flat(catalogue(language)).items()
    }


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = str(value)
    return found


def _with_terms(key: str, template: str, terms: Mapping[str, Any], language: str) -> str:
    """A template with `[[term]]` and `[[Term]]` replaced."""
    parts = template.split("[[")
    done = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition("]]")
        term = terms.get(name.lower())
        if term is None:
            raise SeawallError(f"{language}.toml: {key} names {name!r}, which glossary.toml lacks")
        said = str(term[language])
        done.append((text.capital(said) if name[:1].isupper() else said) + rest)
    return "".join(done)


def placeholders(template: str) -> set[str]:
    """Names in braces of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def checked() -> bool:
    """Whether a native speaker has signed every term of the glossary."""
    return all(str(term.get("checked_by", "")).strip() for term in catalogue("glossary").values())


def english_digest(title: str, about: str) -> str:
    """What `of` in scenarios.toml must be for a translation to belong to an English text."""
    return hashlib.sha256(f"{title}\n{about}".encode()).hexdigest()[:8]


@dataclass
class Words:
    """What a brief is written with: templates, figures and names of one language.

    Attributes
    ----------
    language
        "en" or "ja".
    study
        Whose names are used.
    untranslated
        Names and texts that stayed English for want of an entry, in the order met.
    """

    language: str
    study: Study
    figures: Figures = field(init=False)
    untranslated: dict[str, None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise UnknownName("language", self.language, LANGUAGES)
        self._names = Names(self.study)
        self._templates = templates(self.language)
        self._own = catalogue("names")
        self.figures = English() if self.language == "en" else Japanese(self._own["units"])
        self._known = {english: own for part in _NAMED for english, own in self._own[part].items()}
        facilities = self.study.table("facilities")
        columns = zip(facilities["id"], facilities["place"], facilities["process"], strict=True)
        self._plants = {key: (place, process) for key, place, process in columns}
        self._passages = frozenset(self.study.table("passages")["id"])
        self._lanes = {row.id: row for row in self.study.rows("lanes")}

    def say(self, key: str, **values: object) -> str:
        """The template of `key` with its placeholders filled."""
        return self._templates[key].format(**values)

    def sentence(self, key: str, **values: object) -> str:
        """`say`, as a sentence begins."""
        return self.figures.sentence(self.say(key, **values))

    def has(self, key: str) -> bool:
        """Whether there is a template of that key."""
        return key in self._templates

    def place(self, identifier: object) -> str:
        """A place, country or region by its name."""
        name = self._own_name(self._names.of(identifier), self._names.place(identifier))
        # "All others" is no proper name, and stands within sentences.
        return f"all {name[4:]}" if name.startswith("All ") else name

    def good(self, identifier: object) -> str:
        """A commodity within a sentence."""
        english = self._names.of(identifier)
        if self.language == "en":
            return self._names.good(identifier)
        # What a name holds in brackets is how it is counted: too long for a sentence.
        return self._own_name(english, self._names.good(identifier)).partition(_OPEN)[0]

    def passage(self, identifier: object) -> str:
        """A passage as a label."""
        return self._own_name(self._names.of(identifier), self._names.short(identifier))

    def the_passage(self, identifier: object) -> str:
        """A passage within a sentence, with the article that English wants."""
        name = self.passage(identifier)
        return text.the(name) if self.language == "en" else name

    def study_title(self) -> str:
        """What the study is called."""
        title = self.study.settings.title
        return self._own_name(title, title)

    def lane(self, identifier: object) -> str:
        """A lane: from where to where, and what."""
        row = self._lanes.get(str(identifier))
        if row is None:
            return self._names.short(identifier)
        ends = (self.place(row.origin), self.place(row.destination))
        return self.say("name.lane", origin=ends[0], to=ends[1], good=self.good(row.commodity))

    def facility(self, identifier: object) -> str:
        """A plant by its own name; in Japanese by its place and what it does."""
        english = self._names.short(identifier)
        found = self._plants.get(str(identifier))
        if self.language == "en" or found is None:
            return english
        process = self._own["processes"].get(found[1])
        if process is None:
            return self._left(english)
        return self.say("name.facility", place=self.place(found[0]), process=process)

    def stock(self, identifier: object) -> str:
        """A stock, named PLACE.COMMODITY."""
        place, _, good = str(identifier).rpartition(".")
        return self.say("name.stock", place=self.place(place), good=self.good(good))

    def listed(self, part: str, key: str) -> str:
        """A word for a key of the study: `chains` or `variants`."""
        if self.has(f"{part}.{key}"):
            return self.say(f"{part}.{key}")
        return self.own_text(text.words(key))

    def own_text(self, english: str) -> str:
        """A text of the study or the run, in the language in which it is."""
        return english if self.language == "en" or not english.isascii() else self._left(english)

    def target(self, identifier: object, english: str) -> str:
        """What fails in a sweep: a passage, a place, or a place and a commodity."""
        key = str(identifier)
        place, _, good = key.partition(":")
        if good:
            return self.say("name.maker", place=self.place(place), good=self.good(good))
        if key in self._passages:
            return self.passage(key)
        return english if self.language == "en" else self.place(key)

    def scenario(self, scenario: Mapping[str, Any]) -> tuple[str | None, str]:
        """Title and caveats of a scenario; no title where there is none in this language.

        Caveats stay English, and are counted as such, where no translation belongs to them.
        """
        title, about = str(scenario.get("title", "")), str(scenario.get("about", ""))
        if self.language == "en":
            return title, about
        own = catalogue("scenarios").get(str(scenario.get("name", "")))
        if own is None or own["of"] != english_digest(title, about):
            return None, self._left(about) if about else ""
        return str(own["title"]), str(own["about"])

    def _own_name(self, english: str, short: str) -> str:
        """A name in the language, looked up in full, without brackets and then in short."""
        if self.language == "en":
            return short
        for candidate in (english, bare(english), short):
            if candidate in self._known:
                return str(self._known[candidate])
        return short if not short.isascii() else self._left(short)

    def _left(self, english: str) -> str:
        self.untranslated[english] = None
        return english
