"""Recipes: what they make, out of what, and of which chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.study.conftest import Folder


def test_a_recipe_that_makes_something_from_nothing(folder: Folder) -> None:
    (problem,) = folder.set("processes", 5, "quantity", "1.01").problems()
    assert (problem.file, problem.row, problem.column) == ("processes.csv", 5, "quantity")
    assert problem.value == "1.01"
    assert "something from nothing: 1010000 t out of 1000000" in problem.rule


def test_rounding_of_a_recipe_is_allowed(folder: Folder) -> None:
    folder.set("processes", 5, "quantity", "1.001")
    assert folder.read().name == "twelve"


def test_by_products_weigh_too(folder: Folder) -> None:
    folder.add("commodities", 2, id="ngl", unit="kt")
    folder.add("processes", 5, commodity="ngl", role="by-product", quantity="15")
    folder.read()
    row = folder.row_of("commodities", "ngl")
    folder.set("commodities", row, "unit", "Mt")
    problems = folder.problems()
    assert [p.column for p in problems] == ["quantity"]
    assert "something from nothing" in problems[0].rule


def test_energy_from_mass_is_no_something_from_nothing(folder: Folder) -> None:
    folder.add("commodities", 2, id="power", unit="GWh", energy_content="")
    folder.add("processes", 5, commodity="power", quantity="7000")
    assert folder.read().name == "twelve"


def test_a_conversion_without_inputs(folder: Folder) -> None:
    cells = folder.cells("processes")
    folder.put("processes", [row for row in cells if row[3] != "input"])
    problem = folder.problems()[0]
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "processes.csv", 4, "process", "regas",
    )  # fmt: skip
    assert "without inputs" in problem.rule


def test_an_extraction_with_inputs(folder: Folder) -> None:
    row = folder.add("processes", 4, process="wells", kind="extraction")
    (problem,) = folder.problems()
    assert (problem.row, problem.column, problem.value) == (row, "role", "input")
    assert problem.rule == "an extraction has no inputs"


def test_a_process_of_two_kinds(folder: Folder) -> None:
    problems = folder.set("processes", 5, "kind", "extraction").problems()
    assert any((p.row, p.column) == (5, "kind") and "row 4" in p.rule for p in problems)


def test_a_process_that_makes_only_by_products(folder: Folder) -> None:
    problems = folder.set("processes", 3, "role", "by-product").problems()
    assert any(p.rule == "the process has no output" and p.value == "wells" for p in problems)


def test_the_example_weighs_up(magnets: Folder) -> None:
    assert magnets.read().warnings == ()


def row_of(folder: Folder, process: str, commodity: str) -> int:
    cells = folder.cells("processes")
    return next(i for i, row in enumerate(cells, 1) if (row[0], row[2]) == (process, commodity))


def test_more_of_an_element_out_than_in(magnets: Folder) -> None:
    row = row_of(magnets, "magnet_making", "swarf")
    (problem,) = magnets.set("processes", row, "quantity", "0.24").problems()
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "processes.csv", row, "quantity", "0.24",
    )  # fmt: skip
    # 0.28 in the magnet and 0.24 x 0.3 in the swarf.
    assert problem.rule == "the recipe makes something from nothing: 0.352 NdPr out of 0.35"
    assert problem.fix == (
        "outputs and by-products together at most 0.35 NdPr, by what they contain"
    )


def test_recycling_makes_no_more_than_its_scrap_holds(magnets: Folder) -> None:
    row = row_of(magnets, "swarf_recycling", "swarf")
    (problem,) = magnets.set("processes", row, "quantity", "2.8").problems()
    assert problem.row == row_of(magnets, "swarf_recycling", "ndpr_oxide")
    assert "0.857 NdPr out of 0.84" in problem.rule


def test_an_element_that_no_input_brings(magnets: Folder) -> None:
    good = magnets.row_of("commodities", "magnet")
    magnets.set("commodities", good, "contains", "NdPr@0.28;DyTb@0.03")
    (problem,) = magnets.problems()
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "processes.csv", row_of(magnets, "magnet_making", "magnet"), "commodity", "magnet",
    )  # fmt: skip
    assert problem.rule == (
        "the recipe makes something from nothing: DyTb comes out, and no input contains it"
    )


def test_scrap_from_outside_may_bring_more_elements(magnets: Folder) -> None:
    good = magnets.row_of("commodities", "ndpr_oxide")
    # Terbium in the oxide: the swarf that is named holds none, other scrap may. Metal making is
    # told of it, which takes it in and leaves it nowhere.
    magnets.set("commodities", good, "contains", "NdPr@0.857;Tb@0.001")
    (warning,) = magnets.read().warnings
    assert warning.row == row_of(magnets, "metal_making", "ndpr_oxide")
    assert warning.rule == "Tb goes in with it, and nothing that comes out contains any"


def test_a_count_may_begin_in_a_conversion(magnets: Folder) -> None:
    """Wafers are sawn from silicon: no silicon holds wafers."""
    like = magnets.row_of("commodities", "magnet")
    magnets.add("commodities", like, id="wafer", unit="million square inches", hs="381800",
                contains="NdPr@1;wafer@1")  # fmt: skip
    row = row_of(magnets, "magnet_making", "magnet")
    magnets.add("processes", row, process="sawing", commodity="wafer")
    magnets.add("processes", row, process="sawing", commodity="ndpr_metal", role="input",
                quantity="3")  # fmt: skip
    magnets.read()
    magnets.set("commodities", like, "contains", "NdPr@0.28;wafer@0.1")
    rules = [problem.rule for problem in magnets.problems()]
    assert (
        rules
        == ["the recipe makes something from nothing: wafer comes out, and no input contains it"]
        * 2
    )


def test_an_input_of_unknown_contents_is_a_warning(magnets: Folder) -> None:
    good = magnets.row_of("commodities", "ndpr_metal")
    warnings = magnets.set("commodities", good, "contains", "").read().warnings
    assert [(w.file, w.row, w.column) for w in warnings] == [
        ("processes.csv", row_of(magnets, "magnet_making", "ndpr_metal"), "commodity")
    ]
    assert "the recipe is not weighed" in warnings[0].rule


def test_without_contents_the_weight_counts(magnets: Folder) -> None:
    for name in ("ndpr_oxide", "ndpr_metal", "magnet", "swarf"):
        magnets.set("commodities", magnets.row_of("commodities", name), "contains", "")
    (problem,) = magnets.problems()
    assert problem.row == row_of(magnets, "magnet_making", "swarf")
    assert problem.rule == "the recipe makes something from nothing: 1.233 t out of 0.35"
    assert problem.fix == "outputs and by-products together at most 0.35"


def test_recycling_without_inputs_is_an_origin(magnets: Folder) -> None:
    cells = magnets.cells("processes")
    kept = [row for row in cells if row[0] != "separation" and row[2:4] != ["swarf", "input"]]
    magnets.put("processes", kept)
    magnets.put("facilities", [r for r in magnets.cells("facilities") if r[0] != "exp-separation"])
    assert magnets.read().name == "magnets"
    row = row_of(magnets, "swarf_recycling", "ndpr_oxide")
    problem = magnets.set("processes", row, "kind", "conversion").problems()[0]
    assert "a conversion without inputs" in problem.rule
    assert problem.fix == 'add its inputs, or call it "extraction" or "recycling"'


def test_chains_share_no_recipe(magnets: Folder) -> None:
    row = row_of(magnets, "magnet_making", "magnet")
    good = magnets.row_of("commodities", "magnet")
    problems = magnets.set("commodities", good, "chain", "motors").problems()
    assert [(p.file, p.row, p.column) for p in problems] == [("processes.csv", row, "commodity")]
    assert problems[0].rule == (
        '"ndpr_metal" is of chain "magnets" and "magnet" of chain "motors": chains share no recipe'
    )
    magnets.set("commodities", good, "chain", "")
    assert '"magnet" of the chain without a name' in magnets.problems()[0].rule


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    quantities=st.lists(st.integers(1, 60), min_size=3, max_size=3),
    contents=st.lists(st.integers(1, 99), min_size=3, max_size=3),
)
def test_the_element_is_weighed_as_by_hand(
    magnets: Folder, quantities: list[int], contents: list[int]
) -> None:
    """Metal in, magnet and swarf out, against whole numbers of hundredths."""
    for good, amount in zip(("ndpr_metal", "magnet", "swarf"), contents, strict=True):
        line = magnets.row_of("commodities", good)
        magnets.set("commodities", line, "contains", f"NdPr@{amount / 100:.2f}")
        line = row_of(magnets, "magnet_making", good)
        at = ("ndpr_metal", "magnet", "swarf").index(good)
        magnets.set("processes", line, "quantity", f"{quantities[at] / 100:.2f}")
    # The other recipes lose nearly everything, so that only this one is judged.
    magnets.set("processes", row_of(magnets, "metal_making", "ndpr_oxide"), "quantity", "1000")
    magnets.set("processes", row_of(magnets, "swarf_recycling", "swarf"), "quantity", "1000")
    metal, magnet, swarf = (q * c for q, c in zip(quantities, contents, strict=True))
    if magnet + swarf > metal * 1.001:
        (problem,) = magnets.problems()
        assert problem.row == row_of(magnets, "magnet_making", "swarf")
    else:
        magnets.read()
