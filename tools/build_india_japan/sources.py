"""sources.csv: one row per publisher's page that a figure of the study was taken from."""

from __future__ import annotations

import re

from tools.build_india_japan.tables import FactError, Row

COLUMNS = ("id", "publisher", "title", "date", "url", "licence", "note")
# How sources of ours begin: rules and differences, not publications.
OWN = ("own ", "residual", "estimate", "derivation")
LICENCES = {
    "CC BY 4.0": "CC BY 4.0",
    "US EIA": "public domain",
    "USGS, Mineral Commodity Summaries": "public domain",
    "searoute": "Apache-2.0",
}
CONFIDENCE = ("looked-up", "recalled", "estimate", "assumption")


class Sources:
    """Collects sources as rows are built and gives each a stable, readable id."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Row] = {}
        self._ids: set[str] = set()

    def add(self, fact: Row, source: str = "") -> str:
        """Id of the source of a fact row."""
        text = source or fact["source"]
        if not text:
            raise FactError(f"no source in {fact}")
        return self._id(text, fact.get("url", ""))

    def own(self, name: str, title: str) -> str:
        """Id of a source of ours, such as a rule of the builder."""
        return self._id(title, "", name)

    def _id(self, text: str, url: str, name: str = "") -> str:
        text = re.sub(r"^lng_trade\.csv: ", "", text)
        key = (text, url)
        if key not in self._rows:
            stem = name or _slug(text)
            identity, n = stem, 1
            while identity in self._ids:
                n += 1
                identity = f"{stem}-{n}"
            self._ids.add(identity)
            own = text.startswith(OWN)
            year = re.search(r"\b(19|20)\d\d(-\d\d){0,2}\b", text)
            address, _, remark = url.partition(" ")
            self._rows[key] = {
                "id": identity,
                "publisher": "Seawall" if own else _publisher(text),
                "title": text,
                "date": year.group(0) if year and not own else "",
                "url": address,
                "licence": _licence(text, own),
                "note": remark.strip("() "),
            }
        return self._rows[key]["id"]

    def rows(self) -> list[Row]:
        """All sources by id."""
        return sorted(self._rows.values(), key=lambda r: r["id"])


def confidence(fact: Row) -> str:
    """The row's confidence in the study's four words."""
    word = fact["confidence"]
    if word == "computed":
        return "estimate"
    if word not in CONFIDENCE:
        raise FactError(f"confidence {word!r} in {fact}")
    return word


def _slug(text: str) -> str:
    """Whole words of a title, at most 40 characters."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return slug if len(slug) <= 40 else slug[:41].rpartition("-")[0]


def _publisher(text: str) -> str:
    """What stands before the first comma or bracket, without the year."""
    first = re.split(r"[,;:(]", text)[0].strip()
    return re.sub(r"\s+(19|20)\d\d.*$", "", first) or first


def _licence(text: str, own: bool) -> str:
    if own:
        return "Apache-2.0"
    for words, licence in LICENCES.items():
        if words in text:
            return licence
    return "figures only, all rights with the publisher"
