"""What commodities contain, their codes in trade, and chains that passages name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.study.conftest import Folder


@pytest.mark.parametrize(
    "unit,contains,share",
    [
        ("t", "NdPr@1.01", "1.01 t of NdPr"),
        ("t", "NdPr@0.7;DyTb@0.35", "1.05 t of NdPr and DyTb"),
        ("kt", "NdPr@1001", "1.001 t of NdPr"),
        ("t NdPr oxide", "NdPr@1.2", "1.2 t of NdPr"),
    ],
)
def test_more_in_a_tonne_than_a_tonne(
    magnets: Folder, unit: str, contains: str, share: str
) -> None:
    row = magnets.add("commodities", magnets.row_of("commodities", "magnet"), id="heavy",
                      unit=unit, contains=contains)  # fmt: skip
    (problem,) = magnets.problems()
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "commodities.csv", row, "contains", contains,
    )  # fmt: skip
    assert problem.rule == f"a share above 1: {share} in a tonne of it"
    assert problem.fix.startswith(f"tonnes in one {unit}, together at most 1")


def test_a_kilotonne_holds_a_thousand_tonnes_and_a_wafer_what_it_does(magnets: Folder) -> None:
    like = magnets.row_of("commodities", "magnet")
    magnets.add("commodities", like, id="nickel", unit="kt", contains="Ni@1000", hs="7502")
    magnets.add("commodities", like, id="wafer", unit="k wafers", contains="wafer@7", hs="381800")
    held = magnets.read().lookup("commodities", "contains")
    assert (held["nickel"], held["wafer"]) == ((("Ni", 1000.0),), (("wafer", 7.0),))


@pytest.mark.parametrize(
    "code,rule,fix",
    [
        ("854140", "a code of HS 2017, which HS 2022 no longer has",
         "in HS 2022 it is 854141 or 854142 or 854143 or 854149"),
        ("85051110", "a national tariff line: what follows the sixth digit differs by country",
         "write 850511"),
        ("850513", "no subheading of HS 2022", "heading 8505 has 850511, 850519, 850520, 850590"),
    ],
)  # fmt: skip
def test_a_code_of_another_edition(magnets: Folder, code: str, rule: str, fix: str) -> None:
    row = magnets.row_of("commodities", "magnet")
    (problem,) = magnets.set("commodities", row, "hs", code).problems()
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "commodities.csv", row, "hs", code,
    )  # fmt: skip
    assert (problem.rule, problem.fix) == (rule, fix)


def test_a_code_keeps_its_leading_zero(magnets: Folder) -> None:
    row = magnets.row_of("commodities", "magnet")
    study = magnets.set("commodities", row, "hs", "0101").read()
    assert study.lookup("commodities", "hs")["magnet"] == "0101"


def test_a_passage_of_an_unknown_chain(magnets: Folder) -> None:
    cells = magnets.cells("passages")
    magnets.put("passages", [[*cells[0], "chain"], *([*row, "magnet"] for row in cells[1:])])
    (problem,) = magnets.problems()
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "passages.csv", 2, "chain", "magnet",
    )  # fmt: skip
    assert problem.rule == "unknown chain"
    assert "magnets" in problem.fix
    magnets.set("passages", 2, "chain", "magnets").read()
