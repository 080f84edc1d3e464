"""The named assumptions of facts/model_assumptions.csv and facts/mineral_assumptions.csv.

No figure of the builder lives in code.
"""

from __future__ import annotations

from tools.build_india_japan.tables import FactError, Row, by_key, number, read


class Assumptions:
    """Values by id."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = by_key(
            [*read("model_assumptions"), *read("mineral_assumptions")], "id"
        )

    def __getitem__(self, name: str) -> float:
        if name not in self.rows:
            raise FactError(f"no assumption {name!r} in facts")
        return number(self.rows[name], "value")
