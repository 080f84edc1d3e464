"""Sources of the mineral tables: a publisher where one is named, else a derivation of ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.build_india_japan.sources import OWN, Sources

if TYPE_CHECKING:
    from tools.build_india_japan.tables import Row

#: How the source of a row begins that names who published the figure.
PUBLISHERS = (
    "Cabinet decision", "China customs", "Chinese customs", "Chinese import statistics",
    "Clarksons", "Cobalt Institute", "CSIS", "EU CRM study", "European Commission", "IEA",
    "IESA", "International Nickel Study Group", "JOGMEC", "Japan Ministry of Finance",
    "Japan customs", "Korean customs", "LME", "Lynas", "MP Materials", "Ministry of",
    "Rare Earth Exchanges", "Reuters", "SEMI", "SIA", "SMM", "Syrah", "UN Comtrade", "USGS,",
    "USGS Europe", "USGS US", "USGS yearly", "WSTS", "officials", "press", "trade press",
)  # fmt: skip
_TABLE = re.compile(r" \(minerals_trade\.csv\)")


class MineralSources(Sources):
    """The study's sources, to which those of minerals are added in words that a reader knows."""

    def __init__(self, whole: Sources) -> None:
        self._rows, self._ids = whole._rows, whole._ids

    def add(self, fact: Row, source: str = "") -> str:
        """Id of the source of a fact row; what names no publisher is told as ours."""
        text = _TABLE.sub("", source or fact["source"])
        if text and not text.startswith((*PUBLISHERS, *OWN)):
            text = f"own derivation: {text.removeprefix('own: ')}"
        return super().add(fact, text)
