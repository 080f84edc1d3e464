"""Tables of two runs joined on their keys: changes, rows of one run only, what has no key."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.questions.pacts import agreed

import seawall
from seawall.questions.joining import KEYS, joined
from seawall.questions.orders import compare_orders
from seawall.questions.pact_worth import World, pact_worth
from seawall.questions.plausible import plausible
from seawall.questions.prepared import RESPONSES, find_scenario


def indicators(*rows: tuple[str, str, float], scenario: str = "s") -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["response", "place", "unserved"])
    return table.assign(scenario=scenario, commodity="gas", tier="all", sector="all", grade="A")


def status(found: object, table: str) -> str:
    rows = {row["table"]: row for row in found.tables}  # type: ignore[attr-defined]
    return str(rows[table]["status"])


def test_numbers_that_differ_come_largest_first() -> None:
    a = indicators(("market", "IND", 4.0), ("market", "JPN", 2.0), ("market", "KOR", 1.0))
    b = indicators(("market", "KOR", 1.0), ("market", "JPN", 1.5), ("market", "IND", 1.0))
    found = joined({"indicators": a}, {"indicators": b})
    assert [(row["run_a"], row["run_b"]) for row in found.changes] == [(4.0, 1.0), (2.0, 1.5)]
    first = found.changes[0]
    assert first["table"] == "indicators"
    assert first["column"] == "unserved"
    assert "place IND" in first["row"]
    assert (first["change"], first["relative"], first["of_column"]) == (-3.0, -0.75, 0.75)
    assert found.tables == [
        {"table": "indicators", "status": "changed", "rows_a": 3, "rows_b": 3, "joined": 3,
         "changed": 2}
    ]  # fmt: skip


def test_the_largest_is_told_by_the_scale_of_its_column() -> None:
    # A tenth of a large column weighs less than the whole of a small one.
    a = indicators(("market", "IND", 0.001)).assign(cost=1000.0)
    b = indicators(("market", "IND", 0.0)).assign(cost=900.0)
    found = joined({"indicators": a}, {"indicators": b})
    assert [row["column"] for row in found.changes] == ["unserved", "cost"]


def test_what_appears_or_vanishes_is_told_without_a_change() -> None:
    a = indicators(("market", "IND", np.nan), ("market", "JPN", 8.0))
    b = indicators(("market", "IND", 8.0), ("market", "JPN", np.nan))
    found = joined({"indicators": a}, {"indicators": b})
    assert [(row["run_a"], row["run_b"], row["change"]) for row in found.changes] == [
        (None, 8.0, None),
        (8.0, None, None),
    ]


def test_rounding_of_a_solver_is_no_change() -> None:
    a = indicators(("market", "IND", 4.0), ("market", "JPN", 0.0))
    b = indicators(("market", "IND", 4.0 + 1e-12), ("market", "JPN", 1e-12))
    found = joined({"indicators": a}, {"indicators": b})
    assert found.changes == []
    assert status(found, "indicators") == "same"


def test_words_that_differ_are_told_apart_from_numbers() -> None:
    a = indicators(("market", "IND", 4.0))
    found = joined({"indicators": a}, {"indicators": a.assign(grade="C")})
    assert found.changes == []
    assert [(row["column"], row["run_a"], row["run_b"]) for row in found.texts] == [
        ("grade", "A", "C")
    ]


def test_rows_that_only_one_run_has_are_listed() -> None:
    a = indicators(("market", "IND", 4.0), ("market", "JPN", 4.0))
    b = indicators(("market", "IND", 4.0), ("market", "KOR", 4.0))
    found = joined({"indicators": a}, {"indicators": b})
    assert [(row["only_in"], "place JPN" in row["row"]) for row in found.rows] == [
        ("run_a", True),
        ("run_b", False),
    ]


def test_what_was_asked_differently_does_not_part_the_rows() -> None:
    a = indicators(("market", "IND", 4.0), scenario="short")
    b = indicators(("pact", "IND", 3.0), scenario="long")
    (change,) = joined({"indicators": a}, {"indicators": b}).changes
    assert change["row"] == "place IND, commodity gas, tier all, sector all"
    # With two responses in a run, market is compared with market.
    both = indicators(("market", "IND", 4.0), ("pact", "IND", 3.0))
    found = joined({"indicators": both}, {"indicators": indicators(("pact", "IND", 2.0))})
    assert [row["run_b"] for row in found.changes] == [2.0]
    assert [row["only_in"] for row in found.rows] == ["run_a"]


def test_what_cannot_be_compared_says_why() -> None:
    row = indicators(("market", "IND", 4.0))
    twice = pd.concat([row, row])
    a = {"indicators": twice, "gone": row, "unheard": row, "pact": row.drop(columns="place")}
    b = {"indicators": row, "unheard": row, "pact": row, "new": row}
    found = joined(a, b)
    assert status(found, "indicators").endswith("do not name single rows")
    assert status(found, "gone") == "only in run_a"
    assert status(found, "new") == "only in run_b"
    assert status(found, "unheard") == "no key columns are declared for it"
    assert status(found, "pact") == "a run lacks the key column place"
    assert found.changes == []


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=6))
def test_a_table_is_the_same_as_itself_in_any_order(values: list[float | None]) -> None:
    rows = [("market", f"P{n}", np.nan if v is None else v) for n, v in enumerate(values)]
    table = indicators(*rows)
    found = joined({"indicators": table}, {"indicators": table.iloc[::-1]})
    assert found.changes == found.texts == found.rows == []
    assert status(found, "indicators") == "same"


@pytest.fixture(scope="module")
def answers() -> dict[str, pd.DataFrame]:
    study = agreed()
    closure = find_scenario(study, "narrows-60d")
    assert closure is not None
    worths = [World(4.0), World(60 / 7), World(4.0, spot=0.0), World(4.0, belief=0.5)]
    found = {
        **seawall.stress(study, closure, RESPONSES).tables,
        **seawall.sweep(study).tables,
        **seawall.exposure(study).tables,
        **plausible(study).tables,
        "orders": compare_orders(study, closure, "frozen"),
        "pact_worth": pact_worth(study, closure, worths),
    }
    for name in ("buyers", "pact", "settlement", "transfers", "grids", "grid_weeks", "orders"):
        assert len(found[name]) > 1, name
    return found


def test_the_declared_keys_name_single_rows(answers: dict[str, pd.DataFrame]) -> None:
    """Of every table that a question answers with, or it could not be compared."""
    missing = [name for name in answers if name not in KEYS]
    assert not missing, f"declare the key columns of {missing}"
    for name, table in answers.items():
        assert set(KEYS[name]) <= set(table.columns), name
        assert not table.duplicated(list(KEYS[name])).any(), name
