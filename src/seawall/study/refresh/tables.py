"""The mapping tables of the recipes: which figure of a file covers which rows of a study.

They are data, `maps/*.csv`, so that what a recipe assumes can be read and disputed without code.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

__all__ = ["mapping"]


@cache
def mapping(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `maps/NAME.csv`, each as text by column."""
    path = files("seawall") / "study" / "refresh" / "maps" / f"{name}.csv"
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
