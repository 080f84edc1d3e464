"""Results on standard output: one JSON document, or tables for people."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from seawall.runs.document import plain

if TYPE_CHECKING:
    import pandas as pd

WIDTH_OF_FILES = 140
"""Columns of text when standard output isn't a terminal."""
SMALL = 1e-4
"""Below this a number is printed with an exponent."""


def print_json(text: str) -> None:
    """Write the document, and nothing else, to standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def console() -> Console:
    """Standard output for people: no colours in files, and wide enough there."""
    made = Console(highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = WIDTH_OF_FILES
    return made


def print_table(
    title: str,
    table: pd.DataFrame,
    columns: Sequence[str],
    *,
    units: Mapping[str, str] | None = None,
    limit: int = 20,
    right: Sequence[str] = (),
) -> None:
    """Print the first rows of a table, with units in the head and a word on what is left out.

    Numbers are set flush right, and so are the columns in `right`.
    """
    shown = table.loc[:, [name for name in columns if name in table]].head(limit)
    printed = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name in shown:
        unit = (units or {}).get(str(name), "")
        numeric = shown[name].dtype.kind in "fiu" or name in right
        head = str(name).replace("_", " ") + (f"\n{unit}" if unit else "")
        printed.add_column(head, justify="right" if numeric else "left", overflow="fold")
    for row in shown.itertuples(index=False, name=None):
        printed.add_row(*(cell(value) for value in row))
    target = console()
    target.print(printed)
    if len(table) > limit:
        target.print(f"... and {len(table) - limit} more rows (--json or --out DIR has all)")
    target.print()


def cell(value: Any) -> str:
    """A value for people, nothing for what is absent."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value)
    return str(value)


def number(value: float) -> str:
    """Three significant digits: 1234.5 is 1,230 and 0.01234 is 0.0123."""
    if value == 0:
        return "0"
    if abs(value) < SMALL:
        return f"{value:.2e}"
    rounded = float(f"{value:.2e}")
    digits = 2 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{max(digits, 0)}f}"
