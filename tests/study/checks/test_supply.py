"""Where goods come from: stages that somebody makes, circles that are fed, demands reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.study.conftest import Folder


def test_a_demand_that_nothing_reaches(folder: Folder) -> None:
    row = folder.add("demands", 2, id="far", place="WST")
    (problem,) = folder.problems()
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "demands.csv", row, "place", "WST",
    )  # fmt: skip
    assert "no lane or facility brings lng" in problem.rule
    assert "add a lane or facility" in problem.fix


def test_a_demand_behind_a_terminal_that_nothing_reaches(folder: Folder) -> None:
    cells = folder.cells("lanes")
    folder.put("lanes", [row for row in cells if row[0] != "suda~suda-t"])
    problems = folder.problems()
    demands = [p for p in problems if p.file == "demands.csv"]
    assert [p.value for p in demands] == ["SUD", "SUD", "SUD"]
    assert "nothing reaches them: regas-suda" in demands[0].fix
    ends = [p for p in problems if p.file == "lanes.csv"]
    assert {(p.column, p.value) for p in ends} == {("destination", "suda")}


def test_a_demand_that_only_another_variant_cuts_off(folder: Folder) -> None:
    row = folder.row_of("lanes", "suda~suda-t")
    folder.set("lanes", row, "variant", "pooled")
    problems = folder.problems()
    assert [p.value for p in problems] == ["SUD", "SUD", "SUD"]
    assert all("variants: unpooled" in p.rule for p in problems)


def test_a_stock_alone_supplies_nobody(folder: Folder) -> None:
    folder.add("demands", 2, id="far", place="WST")
    folder.add("stocks", 2, place="WST")
    assert [p.file for p in folder.problems()] == ["demands.csv"]


def test_a_lane_without_capacity_carries_nothing(folder: Folder) -> None:
    folder.add("demands", 2, id="far", place="WST")
    folder.add("lanes", 6, id="near", destination="WST", capacity="0", base="0")
    assert [p.file for p in folder.problems()] == ["demands.csv"]


def without(folder: Folder, table: str, *keys: str) -> Folder:
    """Take out the rows of some keys."""
    folder.put(table, [row for row in folder.cells(table) if row[0] not in keys])
    return folder


def test_a_stage_that_no_process_makes(magnets: Folder) -> None:
    without(magnets, "processes", "metal_making")
    without(magnets, "facilities", "exp-metal")
    row = magnets.row_of("commodities", "ndpr_metal")
    user = next(
        i for i, cells in enumerate(magnets.cells("processes"), 1) if cells[2] == "ndpr_metal"
    )
    (problem,) = magnets.problems()
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "commodities.csv", row, "stage", "metal",
    )  # fmt: skip
    assert problem.rule == (
        f'nobody makes "ndpr_metal" (stage metal), and row {user} of processes.csv uses it'
    )
    assert problem.fix == "add a process with it as an output, and a facility that runs it"


def test_a_stage_whose_process_nobody_runs(magnets: Folder) -> None:
    """Demands, lanes and swarf behind it are not told: one stage, one error."""
    without(magnets, "facilities", "exp-magnets")
    # Nothing else makes swarf either: two stages of one process.
    first, second = magnets.problems()
    assert (first.file, first.value, second.value) == ("commodities.csv", "magnet", "scrap")
    first_use = f"row {magnets.row_of('demands', 'imp-motors')} of demands.csv"
    assert first.rule == (
        f'nobody makes "magnet" (stage magnet), and {first_use} and 3 more use it'
    )
    assert first.fix == second.fix == 'add a facility that runs "magnet_making"'


def test_a_stage_whose_plants_stand_still(magnets: Folder) -> None:
    row = magnets.row_of("facilities", "exp-metal")
    magnets.set("facilities", row, "base", "0").set("facilities", row, "capacity", "0")
    (problem,) = magnets.problems()
    assert (problem.value, problem.fix) == (
        "metal", "give exp-metal a base or a capacity above 0",
    )  # fmt: skip


def test_other_demands_are_told_beside_a_stage_that_nobody_makes(magnets: Folder) -> None:
    without(magnets, "facilities", "exp-metal")
    row = magnets.add("demands", 2, id="far", place="plant")
    assert [(p.file, p.row) for p in magnets.problems()] == [
        ("commodities.csv", magnets.row_of("commodities", "ndpr_metal")),
        ("demands.csv", row),
    ]


def test_a_commodity_that_nobody_uses_need_not_be_made(magnets: Folder) -> None:
    like = magnets.row_of("commodities", "magnet")
    magnets.add("commodities", like, id="motor", hs="850131")
    assert "motor" in magnets.read().lookup("commodities", "stage")


def circle(folder: Folder) -> tuple[int, int]:
    """Two places that send each other oxide, while the only separation stands still elsewhere."""
    without(folder, "facilities", "exp-swarf")
    row = folder.row_of("facilities", "exp-separation")
    folder.set("facilities", row, "place", "plant")
    like = folder.row_of("lanes", "magnet~exp~imp")
    there = folder.add("lanes", like, id="there", commodity="ndpr_oxide")
    back = folder.add("lanes", like, id="back", commodity="ndpr_oxide", origin="IMP",
                      destination="EXP")  # fmt: skip
    return there, back


def test_a_circle_of_lanes_without_a_source(magnets: Folder) -> None:
    rows = circle(magnets)
    (problem,) = magnets.problems()
    assert (problem.file, problem.column) == ("lanes.csv", "origin")
    assert problem.row in rows
    one, two = "EXP (ndpr_oxide)", "IMP (ndpr_oxide)"
    beginning, _, chain = problem.rule.partition(": ")
    assert beginning == "goods go round and come from nowhere"
    assert chain in (f"{one} -> {two} -> {one}", f"{two} -> {one} -> {two}")
    assert problem.fix == "add the extraction, facility or lane that feeds it"


def test_a_circle_that_is_fed_is_trade(magnets: Folder) -> None:
    circle(magnets)
    like = magnets.row_of("lanes", "there")
    magnets.add("lanes", like, id="feed", origin="plant", destination="EXP")
    assert {"there", "feed"} <= set(magnets.read().lookup("lanes", "days"))


def test_a_circle_behind_another_is_told_once(magnets: Folder) -> None:
    """Magnets turn between two places behind oxide that turns: the oxide is the reason."""
    rows = circle(magnets)
    like = magnets.row_of("lanes", "magnet~exp~imp")
    magnets.add("lanes", like, id="returned", origin="IMP", destination="EXP")
    assert [p.row in rows for p in magnets.problems()] == [True]


def test_a_circle_of_recipes_without_a_source(magnets: Folder) -> None:
    """Swarf feeds the magnets that give the swarf, and no ore is mined."""
    without(magnets, "facilities", "exp-separation")
    (problem,) = magnets.problems()
    assert (problem.file, problem.column) == ("facilities.csv", "process")
    assert problem.rule.startswith("goods go round and come from nowhere: EXP (")
    for good in ("ndpr_oxide", "ndpr_metal", "swarf"):
        assert f"EXP ({good}) ->" in problem.rule


def test_what_leads_into_a_circle_is_named(magnets: Folder) -> None:
    circle(magnets)
    like = magnets.row_of("lanes", "there")
    magnets.add("lanes", like, id="dry", origin="coast", destination="EXP")
    problems = magnets.problems()
    assert any(
        p.fix.endswith("these lead into it, and nothing reaches them: dry") for p in problems
    )


def test_a_long_circle_is_cut_short(magnets: Folder) -> None:
    without(magnets, "facilities", "exp-swarf")
    magnets.set("facilities", magnets.row_of("facilities", "exp-separation"), "place", "plant")
    like = magnets.row_of("lanes", "magnet~exp~imp")
    places = ["EXP", *(f"P{k:02}" for k in range(20))]
    for place in places[1:]:
        magnets.add("places", magnets.row_of("places", "EXP"), id=place, country=place)
    for one, two in zip(places, [*places[1:], places[0]], strict=True):
        magnets.add("lanes", like, id=f"{one}~{two}", origin=one, destination=two,
                    commodity="ndpr_oxide")  # fmt: skip
    (problem,) = magnets.problems()
    assert problem.rule.count("->") == 9
    assert "-> ... ->" in problem.rule


@pytest.mark.parametrize("made", [("pooled", "unpooled"), ("unpooled",)])
def test_a_circle_that_only_a_variant_leaves_dry(folder: Folder, made: tuple[str, ...]) -> None:
    like = folder.row_of("lanes", "suda~suda-t")
    folder.add("lanes", like, id="back", origin="suda-t", destination="suda", days="1")
    cells = folder.cells("lanes")
    folder.put("lanes", [r for r in cells if r[2] != "suda" or r[0] in ("back",)])
    feed = folder.row_of("lanes", "suda~suda-t")
    if "pooled" in made:
        folder.add("lanes", feed, id="feed", origin="gulf", destination="suda")
        folder.read()
        return
    folder.add("lanes", feed, id="feed", origin="gulf", destination="suda", variant="unpooled")
    problem = folder.problems()[0]
    assert problem.rule.endswith("(variants: pooled)")
    assert "suda (lng)" in problem.rule
