"""The named assumptions of facts: those of the model, of minerals, of biogas and of hubs.

No figure of the builder lives in code.
"""

from __future__ import annotations

from tools.build_india_japan.tables import FactError, Row, by_key, number, read

TABLES = ("model_assumptions", "mineral_assumptions", "biogas_assumptions", "hub_assumptions")


class Assumptions:
    """Values by id."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = by_key([row for name in TABLES for row in read(name)], "id")

    def __getitem__(self, name: str) -> float:
        if name not in self.rows:
            raise FactError(f"no assumption {name!r} in facts")
        return number(self.rows[name], "value")
