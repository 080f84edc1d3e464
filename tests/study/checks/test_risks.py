"""Tables of supply-risk indices: what is wrong is told with its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.study.conftest import Folder

TABLES = {
    "governance": [
        ["country", "year", "wgi", "source", "confidence"],
        ["WST", "2022", "2.5", "", "estimate"],
        ["WST", "2023", "2.6", "", "estimate"],
        ["GLF", "2023", "6", "", "estimate"],
    ],
    "materials": [
        ["commodity", "material", "stage", "eol_rir", "si_sr", "vulnerability", "source",
         "confidence"],
        ["lng", "Gallium", "processing", "0", "0.98", "", "", "assumption"],
        ["gas", "", "", "", "", "0.3", "", "assumption"],
    ],
    "export_rules": [
        ["country", "commodity", "factor", "source", "confidence"],
        ["GLF", "lng", "1.1", "", "estimate"],
    ],
}  # fmt: skip


@pytest.fixture
def rated(folder: Folder) -> Folder:
    """The twelve-node study with tables of supply risk."""
    source = folder.cells("sources")[1][0]
    for table, cells in TABLES.items():
        at = cells[0].index("source")
        filled = [list(row) for row in cells]
        for row in filled[1:]:
            row[at] = source
        folder.put(table, filled)
    return folder


def test_the_tables_are_read(rated: Folder):
    study = rated.read()
    assert study.table("governance")["wgi"].tolist() == [2.5, 2.6, 6]
    materials = study.table("materials").set_index("commodity")
    assert materials["material"].tolist() == ["Gallium", ""]
    assert materials["vulnerability"].isna().tolist() == [True, False]
    assert study.table("export_rules")["factor"].tolist() == [1.1]


WRONG = [
    ("governance", 2, "country", "NOWHERE", "unknown place or country", ""),
    ("governance", 2, "wgi", "57", "", ""),
    ("governance", 2, "wgi", "-1.6", "", ""),
    ("governance", 2, "year", "2022.5", "not a whole year", "2023"),
    ("materials", 2, "commodity", "gallium", "unknown commodity", ""),
    # A share above 1, as when percent is written.
    ("materials", 2, "eol_rir", "22", "", ""),
    ("materials", 2, "eol_rir", "", "Gallium needs eol_rir", "0.01"),
    ("materials", 2, "stage", "", "Gallium needs stage", "processing"),
    ("materials", 2, "stage", "smelting", "no such choice", ""),
    ("materials", 3, "si_sr", "0.9", "si_sr without a material", "blank"),
    ("materials", 3, "vulnerability", "1.2", "", ""),
    ("export_rules", 2, "factor", "0", "", ""),
]


@pytest.mark.parametrize("table,row,column,value,rule,fix", WRONG)
def test_a_wrong_cell(
    rated: Folder, table: str, row: int, column: str, value: str, rule: str, fix: str
):
    problems = rated.set(table, row, column, value).problems()
    found = [p for p in problems if (p.file, p.row, p.column) == (f"{table}.csv", row, column)]
    assert len(found) == 1, [str(p) for p in problems]
    assert found[0].value == value
    assert rule in found[0].rule
    assert fix in found[0].fix


def test_a_country_has_one_score_a_year(rated: Folder):
    (problem,) = rated.set("governance", 3, "year", "2022").problems()
    assert (problem.file, problem.row) == ("governance.csv", 3)
    assert "the same country and year as in row 2" in problem.rule
