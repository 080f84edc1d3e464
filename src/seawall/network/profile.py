"""Series of a closed study -> how figures run through the periods of its only run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.network.network import Profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.network.network import Floats
    from seawall.study import Study


def profile(study: Study) -> Profile | None:
    """How figures of `study` run through its periods; None where none of them changes."""
    frame = study.table("series")
    if frame.empty:
        return None
    rows: dict[tuple[str, str, str], list[tuple[int, float]]] = {}
    cells = zip(frame["table"], frame["column"], frame["id"], frame["from_period"], frame["factor"],
                strict=True)  # fmt: skip
    for table, column, name, start, factor in cells:
        rows.setdefault((table, column, name), []).append((int(start), float(factor)))
    ids = {table: list(study.table(table)["id"]) for table in ("facilities", "lanes", "demands")}

    def factors(table: str, column: str) -> Floats:
        return _factors(ids[table], table, column, rows, study.settings.periods)

    return Profile(
        capacity=factors("facilities", "capacity"),
        cost=factors("facilities", "cost"),
        lane_capacity=factors("lanes", "capacity"),
        freight=factors("lanes", "freight"),
        wanted=factors("demands", "quantity"),
    )


def _factors(
    ids: Sequence[str],
    table: str,
    column: str,
    rows: dict[tuple[str, str, str], list[tuple[int, float]]],
    periods: int,
) -> Floats:
    """Factors of one column (rows of the table, periods); 1 where nothing is said."""
    result = np.ones((len(ids), periods))
    for i, name in enumerate(ids):
        for start, factor in sorted(rows.get((table, column, name), ())):
            result[i, start:] = factor
    return result
