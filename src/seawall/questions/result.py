"""What every question gives back: a small frozen object with tables and a summary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from seawall.study import Study


@dataclass(frozen=True)
class Result:
    """Answer to one question.

    Attributes
    ----------
    question
        Name of the question ("stress", "sweep", "exposure").
    identity
        What the answer depends on: study and its digest, scenario, options.
    tables
        Frames by name, with the columns of the reference docs.
    figures
        Headline figures; `summary()` returns them with their units.
    units
        Unit of each figure and table column.
    study
        The study that was asked, with its chosen variants; None where the answer is of none.
    """

    question: str
    identity: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    figures: Mapping[str, Any]
    units: Mapping[str, str]
    # A factory, so that answers of a study may say `study: Study` and have no default.
    study: Study | None = field(default_factory=lambda: None, kw_only=True)

    def summary(self) -> dict[str, Any]:
        """Headline figures, with their units under `units`."""
        return {**self.figures, "units": dict(self.units)}

    def to_excel(self, path: str | Path) -> None:
        """Write all tables into one workbook, a sheet each; text that a spreadsheet would run as a
        formula is escaped."""
        from seawall.study.workbook import write_tables

        write_tables(self.tables, path)

    def _repr_html_(self) -> str:
        """What a notebook shows: headline, map where there is one, tables; loads nothing."""
        # Drawing is a later layer's business; the package as a whole knows both.
        import seawall

        return seawall.drawn(self)


def in_units(studies: Sequence[Study], kinds: Mapping[str, str]) -> dict[str, str]:
    """Units by name, with "money" and "amount" written out for the chains that were asked."""
    found = {row.unit for study in studies for row in study.rows("commodities")}
    words = {
        "money": f"million {studies[0].settings.currency}",
        "amount": found.pop() if len(found) == 1 else "unit of the commodity",
    }
    return {name: words.get(kind, kind) for name, kind in kinds.items()}


def stacked(parts: Sequence[Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Tables of several chains, one below the other."""
    import pandas as pd

    if len(parts) == 1:
        return dict(parts[0])
    result = {}
    for name in dict.fromkeys(name for part in parts for name in part):
        frames = [part[name] for part in parts if name in part]
        # An empty frame has no types, and would take those of the others away.
        filled = [frame for frame in frames if not frame.empty]
        result[name] = pd.concat(filled, ignore_index=True) if filled else frames[0]
    return result
