"""Intervals of a run, if it has any: around a figure, and how sure the whole is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall.report import text, views

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.report.brief.cells import Cell, Reading
    from seawall.report.brief.words import Words


class Intervals:
    """Reads the tables `intervals` and `tornado`, which runs with draws have."""

    def __init__(self, reading: Reading, words: Words) -> None:
        self._reading = reading
        self._words = words
        self.table = reading.table("intervals")
        self.tornado = reading.table("tornado")
        self.drawn: Mapping[str, Any] = reading.stored.summary.get("uncertain") or {}

    def row(self, cell: Cell, response: str, figure: str) -> Mapping[Any, Any] | None:
        """The interval of a figure of a cell, all tiers together."""
        if self.table.empty:
            return None
        rows = self.table
        for name, value in (
            ("response", response), ("place", cell.place), ("commodity", cell.good),
            ("tier", "all"), ("figure", figure),
        ):  # fmt: skip
            rows = rows[rows[name] == value]
        return None if rows.empty else rows.iloc[0].to_dict()

    def around(self, cell: Cell, response: str, said: str) -> str:
        """An amount not served with its interval behind it; `said` where there is none."""
        found = self._ends(cell, response, "unserved")
        if found is None:
            return said
        value, low, high = found
        return said if high is None else self._words.figures.around(value, low, high, cell.unit)

    def _ends(
        self, cell: Cell, response: str, figure: str
    ) -> tuple[float, float, float | None] | None:
        """Value, P10 and P90 of a figure; P90 is None where a tenth never ends."""
        row = self.row(cell, response, figure)
        if row is None:
            return None
        value, low = text.number(row["value"]), text.number(row["p10"])
        return None if value is None or low is None else (value, low, text.number(row["p90"]))

    def sure(self, cell: Cell | None, response: str) -> list[str]:
        """How sure the answer is: draws, grade, or that nobody asked."""
        words = self._words
        if self.table.empty or not self.drawn:
            return [words.sentence("sure.none")]
        said = []
        found = self._ends(cell, response, "unserved") if cell is not None else None
        if cell is not None and found is not None and found[2] is not None:
            row = self.row(cell, response, "unserved") or {}
            said.append(
                words.sentence(
                    "sure.interval",
                    figure=words.say(
                        "name.cell", place=words.place(cell.place), good=words.good(cell.good)
                    ),
                    around=words.figures.around(found[0], found[1], found[2], cell.unit),
                    draws=self.drawn.get("draws"),
                    grade=words.say("sure.grade", grade=row["grade"]) if row.get("grade") else "",
                )
            )
            day = self._ends(cell, response, "first_shortfall_day")
            if day is not None:
                said.append(words.sentence("sure.day", around=words.figures.days_around(*day)))
        failed = int(self.drawn.get("failed") or 0)
        if failed:
            said.append(words.sentence("sure.failed", failed=failed, draws=self.drawn.get("draws")))
        return said

    def movers(self, cell: Cell, response: str) -> list[Mapping[Any, Any]]:
        """Inputs that move what a cell lacks, the most first."""
        if self.tornado.empty:
            return []
        rows = self.tornado
        for name, value in (
            ("response", response), ("place", cell.place), ("commodity", cell.good),
            ("figure", "unserved"),
        ):  # fmt: skip
            rows = rows[rows[name] == value]
        ordered = rows.assign(order=views.figures(rows, "rank")).sort_values("order")
        return [dict(row) for row in ordered.to_dict("records")]
