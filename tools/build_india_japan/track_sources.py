"""Which source, and how sure, a fact on the roadmap is: their tables write both in several ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import Row, by_key, read

if TYPE_CHECKING:
    from tools.build_india_japan.sources import Sources


def article_of(number: str, sources: Sources) -> str:
    """Id of the source that a press article is."""
    article = by_key(read("articles"), "id")[number]
    title = f"Press article {number}: {article['title']}"
    return sources.add({**article, "url": ""}, title)


def site(url: str) -> str:
    """The name of the site that a page stands on."""
    return url.rsplit("//", maxsplit=1)[-1].split("/", maxsplit=1)[0].removeprefix("www.")


def cited(fact: Row, sources: Sources) -> str:
    """Id of the source of a fact: a page by its site, an article, or what was recalled."""
    named = fact.get("source", "")
    if named[:3].isdecimal() and named.endswith(".txt"):
        return article_of(named[:3], sources)
    url = named if named.startswith("http") else fact.get("url", "")
    if url.startswith("http") and (not named or named == url):
        return sources.add({"url": url}, f"Page on {site(url)}")
    if named:
        return sources.add({"url": url}, named)
    return sources.own("recalled-not-re-read", "recalled from publications that were not re-read")


def sureness(fact: Row) -> str:
    """The fact's confidence in the study's words; a mixed one counts as its weaker part."""
    word = fact["confidence"]
    if word.startswith("article"):
        return "looked-up"  # read in a press article; what was inferred stands in the note
    if "recalled" in word:
        return "recalled"
    return confidence(fact)
