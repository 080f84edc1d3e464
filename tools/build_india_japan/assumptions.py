"""The named assumptions of facts/model_assumptions.csv: no figure of the builder lives in code."""

from __future__ import annotations

from tools.build_india_japan.tables import FactError, Row, by_key, number, read


class Assumptions:
    """Values by id."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = by_key(read("model_assumptions"), "id")

    def __getitem__(self, name: str) -> float:
        if name not in self.rows:
            raise FactError(f"facts/model_assumptions.csv has no row {name!r}")
        return number(self.rows[name], "value")
