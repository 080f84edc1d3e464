"""What inputs are called by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.questions.uncertainty.inputs import Input, row_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from seawall.study import Study

#: Characters of a source's title that are shown; the table has its key.
LONGEST = 60


class Names:
    """Names of the inputs of one study."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._places: dict[str, str] = study.lookup("places", "name")
        self._titles: dict[str, str] = study.lookup("sources", "title")
        self._rows: dict[str, dict[str, str]] = {}

    def of(self, one: Input) -> str:
        """An input in a few words."""
        words = one.figure.words
        if one.kind == "source":
            whose = _short(self._titles.get(one.source) or one.source)
            return f'{words}: what {len(one.rows)} rows of "{whose}" have in common'
        if len(one.rows) == 1:
            return f"{self._row(one.figure.table, one.rows[0])}: {words}"
        return f"{words} of {one.stated:g} {one.unit}, {len(one.rows)} rows"

    def _row(self, table: str, key: str) -> str:
        if table not in self._rows:
            title = _TITLES[table]
            frame = self._study.table(table)
            titles = [title(row, self._places) for row in frame.itertuples(index=False)]
            self._rows[table] = dict(zip(row_keys(table, frame), titles, strict=True))
        return self._rows[table][key]


def _short(title: str) -> str:
    """A title cut at a word."""
    if len(title) <= LONGEST:
        return title
    return title[:LONGEST].rsplit(" ", 1)[0].rstrip(",;:") + " ..."


_TITLES: dict[str, Callable[[Any, dict[str, str]], str]] = {
    "facilities": lambda row, places: row.name,
    "lanes": lambda row, places: (
        f"{places[row.origin]} to {places[row.destination]}, {row.commodity}"
    ),
    "passages": lambda row, places: row.name,
    "stocks": lambda row, places: f"{places[row.place]}, {row.commodity}",
    "demands": lambda row, places: f"{places[row.place]}, {row.commodity}, {row.sector}",
    "prices": lambda row, places: f"{places[row.place]}, {row.commodity}",
    "contracts": lambda row, places: f"{row.seller} to {row.buyer}, {row.commodity}",
    "assumptions": lambda row, places: f"{row.id.replace('_', ' ')} ({row.applies_to})",
}
