"""Parts and their wholes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seawall.study import read

if TYPE_CHECKING:
    from tests.study.conftest import Folder


@pytest.mark.parametrize("column", ["value", "low", "high"])
def test_an_assumed_share_above_one(folder: Folder, column: str) -> None:
    like = folder.row_of("assumptions", "contract_floor")
    changes = {"value": "0.5", "low": "0.4", "high": "0.6"}
    if column != "low":
        changes |= {"value": "1.2", "high": "1.3"}
    changes[column] = "1.3"
    row = folder.add("assumptions", like, id="yield", used_by="builder", **changes)
    told = [p for p in folder.problems() if p.column == column and p.rule == "a share above 1"]
    assert [(p.file, p.row, p.value) for p in told] == [("assumptions.csv", row, "1.3")]
    assert told[0].fix == "at most 1 share; what may be more is a ratio"


def test_a_ratio_may_be_more(folder: Folder) -> None:
    like = folder.row_of("assumptions", "contract_floor")
    folder.add("assumptions", like, id="growth", unit="ratio", value="1.3", low="", high="",
               used_by="builder")  # fmt: skip
    assert folder.read().lookup("assumptions", "value")["growth"] == 1.3


@pytest.mark.parametrize("unit,good,bad,most", [("%", "100", "101", "100 %"),
                                                ("share", "1", "1.01", "1 share")])  # fmt: skip
def test_a_published_part_of_more_than_the_whole(
    magnets: Folder, unit: str, good: str, bad: str, most: str
) -> None:
    row = magnets.row_of("published", "supplier")
    for column in ("low", "high"):
        magnets.set("published", row, column, "")
    magnets.set("published", row, "unit", unit).set("published", row, "value", good).read()
    (problem,) = magnets.set("published", row, "value", bad).problems()
    assert (problem.row, problem.column, problem.value) == (row, "value", bad)
    assert (problem.rule, problem.fix) == ("a share above 1", f"at most {most}")


def test_plants_may_run_above_their_nameplate(magnets: Folder) -> None:
    row = magnets.row_of("published", "plants")
    study = magnets.set("published", row, "value", "1.05").read()
    assert study.lookup("published", "value")["plants"] == 1.05


def test_a_duty_in_percent_is_a_warning(magnets: Folder) -> None:
    row = magnets.row_of("lanes", "magnet~exp~imp")
    assert magnets.set("lanes", row, "duty", "1").read().warnings == ()
    (warning,) = magnets.set("lanes", row, "duty", "3.5").read().warnings
    assert (warning.file, warning.row, warning.column) == ("lanes.csv", row, "duty")
    assert warning.rule == "a duty of 350 % of the value"


def test_contracts_of_more_than_leaves(folder: Folder) -> None:
    """30 Mt/yr leave the gulf in the base; contracts for 13 keep 0.8 of them, 10.4."""
    like = folder.row_of("contracts", "gulf-suda")
    row = folder.add("contracts", like, id="more", quantity="24.5")
    assert folder.read().warnings == ()  # 0.8 x 37.5 = 30
    (warning,) = folder.set("contracts", row, "quantity", "39.5").read().warnings
    assert (warning.file, warning.row, warning.column) == ("contracts.csv", row, "quantity")
    assert warning.rule == (
        'with it, contracts keep 1.4 of the lng that leaves "gulf" in the base: a share above 1'
    )
    assert folder.set("contracts", row, "flexible", "yes").read().warnings == ()
    folder.set("contracts", row, "flexible", "no").set("contracts", row, "floor", "0.4")
    assert folder.read().warnings == ()  # 10.4 + 0.4 x 39.5 = 26.2


def test_the_built_in_study_keeps_its_shares() -> None:
    warnings = read("india-japan").warnings
    assert [w for w in warnings if "share above 1" in w.rule or w.column == "duty"] == []


ITEM = {
    "item": "front", "name": "Front end", "sector": "AI", "chain": "", "kind": "stage",
    "country": "WST", "year": "2024", "share": "0.9", "source": "", "confidence": "estimate",
}  # fmt: skip


@pytest.fixture
def shared(folder: Folder) -> Folder:
    """The twelve-node study with shares of an item in three countries, rows 2 to 4."""
    like = ITEM | {"source": folder.cells("sources")[1][0]}
    rows = [like, like | {"country": "GLF", "share": "0.06"}, like | {"country": "ROW",
                                                                     "share": "0.05"}]  # fmt: skip
    folder.put("shares", [list(ITEM), *(list(row.values()) for row in rows)])
    return folder


def test_rounded_shares_may_add_up_to_one_percent_more(shared: Folder) -> None:
    assert shared.read().table("shares")["share"].tolist() == [0.9, 0.06, 0.05]


def test_shares_of_an_item_above_one_name_its_rows(shared: Folder) -> None:
    (problem,) = shared.set("shares", 3, "share", "0.11").problems()
    assert (problem.file, problem.row, problem.column) == ("shares.csv", 4, "share")
    assert problem.rule == ('the shares of "front" (rows 2, 3, 4) add up to 106 %: a share above 1')
    # Another item is another sum.
    for column, value in (("item", "back"), ("name", "Back end")):
        shared.set("shares", 3, column, value)
    shared.read()


@pytest.mark.parametrize("column,value,rule", [
    ("share", "1.2", "out of bounds"), ("share", "90", "out of bounds"),
    ("share", "-0.1", "negative"), ("share", "", "blank"), ("kind", "maker", "no such choice"),
    ("sector", "chips", "no such choice"), ("chain", "chip", "unknown chain"),
    ("country", "MYS+SGP", "not an id"), ("country", "ROW", "the same item and country as in row"),
    ("year", "2024.5", "not a whole year"), ("year", "2023", 'another year of "front"'),
    ("name", "Back end", 'another name of "front"'), ("item", "lng", "a commodity has this key"),
    ("source", "nobody", "unknown source"),
])  # fmt: skip
def test_a_wrong_cell_of_shares(shared: Folder, column: str, value: str, rule: str) -> None:
    problems = shared.set("shares", 3, column, value).problems()
    assert all(p.file == "shares.csv" for p in problems), [str(p) for p in problems]
    assert any(rule in p.rule for p in problems), [str(p) for p in problems]


def test_a_cell_that_broke_its_rule_is_told_once(shared: Folder) -> None:
    (problem,) = shared.set("shares", 3, "year", "last").problems()
    assert (problem.row, problem.column) == (3, "year")
