"""What tracks pledges: figures with units, spans in order, evidence of one thing, real changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seawall.study.roadmap_records import LINKS, PLEDGES
from seawall.study.track_records import (
    CLAIMS,
    DELIVERIES,
    INDICATORS,
    MILESTONES,
    OBSERVATIONS,
    RATES,
)

if TYPE_CHECKING:
    from tests.study.conftest import Folder

Row = dict[str, str]

TABLES = {
    table.name: table
    for table in (PLEDGES, LINKS, CLAIMS, INDICATORS, MILESTONES, OBSERVATIONS, DELIVERIES, RATES)
}
SURE = {"source": "made-up", "confidence": "looked-up"}
WHOLE: dict[str, list[Row]] = {
    "pledges": [{"id": "P", "sector": "people", "what": "they come", "date": "2026-07", **SURE}],
    "links": [{"pledge": "P", "question": "track", "why": "count them"}],
    "claims": [
        {"id": "a", "subject": "they", "predicate": "are", "value": "5 bn", "quantity": "5",
         "counted_in": "JPY", "begins": "2026", "ends": "2026", "quote": "5 bn", "kind": "stated",
         **SURE},
        {"id": "b", "subject": "they", "predicate": "are", "value": "many", "kind": "derived",
         **SURE},
    ],
    "indicators": [
        {"id": "P", "pledge": "P", "what": "came", "measure": "cumulative",
         "counted_in": "people", "target": "500", "begins": "2026-07-02", "deadline": "2026",
         **SURE},
        {"id": "P-steps", "pledge": "P", "what": "steps", "measure": "steps", **SURE},
    ],
    "milestones": [{"id": "m", "pledge": "P", "what": "visa", "stage": "opened", **SURE}],
    "evidence": [
        {"id": "e1", "indicator": "P", "date": "2025", "begins": "2025", "ends": "2025",
         "value": "7", "low": "6", "high": "7", "counted_in": "people", **SURE},
        {"id": "e2", "indicator": "P", "date": "2026", "value": "8", "counted_in": "people",
         "supersedes": "e1", **SURE},
        {"id": "e3", "milestone": "m", "date": "2026-08", "value": "1", **SURE},
    ],
    "rates": [{"currency": "JPY", "year": "2026", "per_usd": "150", **SURE}],
}  # fmt: skip


def fill(folder: Folder, tables: dict[str, list[Row]]) -> None:
    for name, rows in tables.items():
        head = [column.name for column in TABLES[name].columns]
        folder.put(name, [head, *([row.get(each, "") for each in head] for row in rows)])


def spoilt(table: str, row: int, **changes: str) -> dict[str, list[Row]]:
    rows = [dict(each) for each in WHOLE[table]]
    rows[row] |= changes
    return WHOLE | {table: rows}


def told(folder: Folder, tables: dict[str, list[Row]]) -> list[str]:
    fill(folder, tables)
    return [str(problem) for problem in folder.problems()]


def test_what_is_whole_is_read(folder: Folder) -> None:
    fill(folder, WHOLE)
    study = folder.read()
    assert study.warnings == ()
    assert study.table("evidence")["value"].tolist() == [7, 8, 1]
    assert study.table("claims")["quantity"].isna().tolist() == [False, True]


def test_a_study_without_these_tables_has_empty_ones(folder: Folder) -> None:
    study = folder.read()
    for name in set(TABLES) - {"pledges", "links"}:
        frame = study.table(name)
        assert frame.empty, name
        assert set(frame.columns) >= set(TABLES[name].by_name), name


BAD = [
    (spoilt("claims", 0, counted_in=""), "claims.csv:2:counted_in"),
    (spoilt("claims", 0, quantity=""), "claims.csv:2:counted_in"),
    (spoilt("claims", 0, counted_in="JPN"), "claims.csv:2:counted_in"),
    (spoilt("claims", 0, ends="2025-12"), "claims.csv:2:ends"),
    (spoilt("claims", 0, quote="so " * 21), "claims.csv:2:quote"),
    (spoilt("claims", 0, quote=""), "claims.csv:2:quote"),
    (spoilt("claims", 1, quote="many"), "claims.csv:3:quote"),
    (spoilt("claims", 0, source="nobody"), "claims.csv:2:source"),
    (spoilt("claims", 0, source=""), "claims.csv:2:source"),
    (spoilt("indicators", 0, counted_in=""), "indicators.csv:2:counted_in"),
    (spoilt("indicators", 0, deadline="2026-06"), "indicators.csv:2:deadline"),
    (spoilt("indicators", 0, measure="guess"), "indicators.csv:2:measure"),
    (spoilt("indicators", 0, pledge="Q"), "indicators.csv:2:pledge"),
    (WHOLE | {"milestones": [], "evidence": []}, "indicators.csv:3:measure"),
    (spoilt("evidence", 2, indicator="P"), "evidence.csv:4:indicator"),
    (spoilt("evidence", 2, milestone=""), "evidence.csv:4:indicator"),
    (spoilt("evidence", 1, value=""), "evidence.csv:3:value"),
    (spoilt("evidence", 0, low="8"), "evidence.csv:2:value"),
    (spoilt("evidence", 0, high="6.5"), "evidence.csv:2:value"),
    (spoilt("evidence", 0, ends="2024"), "evidence.csv:2:ends"),
    (spoilt("evidence", 1, supersedes="e9"), "evidence.csv:3:supersedes"),
    (spoilt("evidence", 1, supersedes="e3"), "evidence.csv:3:supersedes"),
    (spoilt("evidence", 0, supersedes="e2"), "evidence.csv:2:supersedes"),
    (spoilt("rates", 0, per_usd="0"), "rates.csv:2:per_usd"),
]


@pytest.mark.parametrize("tables,where", BAD)
def test_what_does_not_fit_is_told(
    folder: Folder, tables: dict[str, list[Row]], where: str
) -> None:
    assert any(problem.startswith(f"{where}: ") for problem in told(folder, tables))


def test_a_loop_is_told_of_its_members_only(folder: Folder) -> None:
    third = WHOLE["evidence"][1] | {"id": "e4", "supersedes": "e2"}
    rows = [WHOLE["evidence"][0] | {"supersedes": "e2"}, *WHOLE["evidence"][1:], third]
    found = [p for p in told(folder, WHOLE | {"evidence": rows}) if "supersedes itself" in p]
    assert len(found) == 2
    assert "e1 > e2 > e1" in found[0]


def test_two_rates_of_a_year_are_one_too_many(folder: Folder) -> None:
    tables = WHOLE | {"rates": [*WHOLE["rates"], WHOLE["rates"][0] | {"per_usd": "151"}]}
    assert any(p.startswith("rates.csv:3:currency") for p in told(folder, tables))


def _delivery(folder: Folder, **changes: str) -> dict[str, list[Row]]:
    line = next(
        n for n, row in enumerate(folder.cells("facilities")[1:], start=1)
        if row[folder.cells("facilities")[0].index("base")]
    )  # fmt: skip
    cells = folder.cells("facilities")
    base = cells[line][cells[0].index("base")]
    row = {
        "pledge": "P", "table": "facilities", "name": cells[line][cells[0].index("id")],
        "column": "base", "before": base, "after": "99", "why": "more of it", **SURE,
    }  # fmt: skip
    return WHOLE | {"deliveries": [row | changes]}


def test_a_delivery_changes_a_figure_that_is_there(folder: Folder) -> None:
    fill(folder, _delivery(folder))
    assert folder.read().table("deliveries")["after"].tolist() == [99]


def test_fresher_figures_do_not_break_a_delivery(folder: Folder) -> None:
    fill(folder, _delivery(folder, before="123456"))
    (warning,) = folder.read().warnings
    assert str(warning).startswith("deliveries.csv:2:before: ")
    assert "not the figure of facilities.csv" in str(warning)


def test_a_stock_is_named_by_its_cells(folder: Folder) -> None:
    head, first = folder.cells("stocks")[:2]
    cell = dict(zip(head, first, strict=True))
    key = "/".join((cell["place"], cell["commodity"], cell.get("holder", "")))
    changes = {"table": "stocks", "name": key, "column": "start", "before": cell["start"]}
    fill(folder, _delivery(folder, **changes))
    study = folder.read()
    assert study.warnings == ()
    assert study.table("deliveries")["name"].tolist() == [key]


@pytest.mark.parametrize(
    "changes,column",
    [
        ({"name": "no-such-plant"}, "name"),
        ({"column": "name"}, "column"),
        ({"column": "bass"}, "column"),
        ({"before": ""}, "before"),
        ({"after": ""}, "after"),
        ({"table": "places"}, "table"),
        ({"table": "variant", "column": "", "before": "", "after": ""}, "name"),
        ({"table": "variant", "column": "base"}, "column"),
    ],
)
def test_a_delivery_that_changes_nothing_is_told(folder: Folder, changes: Row, column: str) -> None:
    problems = told(folder, _delivery(folder, **changes))
    assert any(problem.startswith(f"deliveries.csv:2:{column}: ") for problem in problems)
