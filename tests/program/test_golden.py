"""Each family of rows alone, on a network so small that its LP file can be checked by hand.

To look at a changed program: `python -m tests.program.test_golden` writes the files anew.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests import networks
from tests.program.lp_text import columns_text, rows_text

from seawall.network import Network
from seawall.program import Program, assemble
from seawall.program.assemble import ROW_FAMILIES

GOLDEN = Path(__file__).parent / "golden"


def bent(network: Network) -> Network:
    """The same with a kink, so that lanes in use are two columns."""
    return replace(network, lanes=replace(network.lanes, kink=network.lanes.base * 0 + 1.0))


#: The network on which each family of rows is shown, all over three periods.
SHOWN = {
    "balance": networks.chain,
    "departed": networks.two_buyers,
    "contract": networks.two_buyers,
    "passage": lambda: bent(networks.canal()),
    "quota": lambda: bent(networks.rivals()),
}


def program_of(family: str) -> Program:
    return assemble(SHOWN[family](), 3, quotas=family == "quota")


@pytest.mark.parametrize("family", sorted(ROW_FAMILIES))
def test_every_family_has_a_golden_file(family: str):
    """A family of rows that nobody has checked by hand cannot be added."""
    assert family in SHOWN
    assert (GOLDEN / f"{family}.lp").is_file()


def test_no_golden_file_outlives_its_family():
    """Golden files are of families that exist (and one of columns)."""
    assert {path.stem for path in GOLDEN.glob("*.lp")} == {*ROW_FAMILIES, "columns"}


@pytest.mark.parametrize("family", sorted(SHOWN))
def test_rows_are_as_checked_by_hand(family: str):
    """Coefficients, lags, losses, signs and right-hand sides are those of the golden file."""
    assert rows_text(program_of(family), family) == (GOLDEN / f"{family}.lp").read_text("utf-8")


def test_columns_are_as_checked_by_hand():
    """Costs, terminal values and bounds are those of the golden file."""
    text = columns_text(assemble(networks.chain(), 3))
    assert text == (GOLDEN / "columns.lp").read_text("utf-8")


def write() -> None:
    """Write all golden files anew; read them before you trust them."""
    for family in SHOWN:
        text = rows_text(program_of(family), family)
        (GOLDEN / f"{family}.lp").write_text(text, encoding="utf-8")
    columns = columns_text(assemble(networks.chain(), 3))
    (GOLDEN / "columns.lp").write_text(columns, encoding="utf-8")


if __name__ == "__main__":
    write()
