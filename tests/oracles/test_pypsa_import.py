"""A network that came from PyPSA has PyPSA's optimum here, and again when it goes back.

Random linear networks with all that an import carries over: series of limits, loads and costs,
changing efficiencies, links with several inputs and outputs, delays, ways back, stores and storage
units with losses and inflow, sinks, negative costs, weightings (tests/exchange/random_networks.py).
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.random_networks import random_network

import seawall
from seawall.exchange.pypsa_export import export_pypsa
from seawall.exchange.pypsa_file import read_network
from seawall.exchange.pypsa_import import import_pypsa
from seawall.exchange.twin import undiscounted
from seawall.network import base_case
from seawall.program import assemble, solve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.study import Study

# Warnings of PyPSA and what it builds on say nothing of Seawall.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    yield
    logging.disable(before)


def by_pypsa(network: Any) -> float:
    """PyPSA's optimum."""
    status, condition = network.optimize(
        solver_name="highs", solver_options={"output_flag": False}, log_to_console=False,
        include_objective_constant=False,
    )  # fmt: skip
    assert (status, condition) == ("ok", "optimal")
    return float(network.objective)


def by_us(study: Study) -> float:
    """Cost of the undisturbed study in whole money."""
    return float(seawall.stress(study, response="foresight").summary()["cost"]) * 1e6


@given(st.integers(0, 100_000))
@settings(max_examples=20)
def test_the_optimum_is_that_of_pypsa(seed: int) -> None:
    network = random_network(seed)
    with tempfile.TemporaryDirectory() as folder:
        study = import_pypsa(network, Path(folder) / "study").study
        assert by_us(study) == pytest.approx(by_pypsa(network), rel=1e-6, abs=1e-6)


@given(st.integers(0, 100_000))
@settings(max_examples=4)
def test_there_and_back_again(seed: int) -> None:
    """network -> study -> network -> study: four optima, all the same."""
    network = random_network(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = import_pypsa(network, folder / "first").study
        exported = export_pypsa(first, folder / "network").network
        second = import_pypsa(folder / "network", folder / "second").study
        optimum = by_us(first)
        assert by_pypsa(exported) == pytest.approx(optimum, rel=1e-6, abs=1e-6)
        assert by_us(second) == pytest.approx(optimum, rel=1e-6, abs=1e-6)


def test_a_file_and_a_folder_are_the_same_network(tmp_path: Path) -> None:
    network = random_network(3)
    network.export_to_netcdf(str(tmp_path / "n.nc"))
    network.export_to_csv_folder(str(tmp_path / "n"))
    ours = [
        by_us(import_pypsa(source, tmp_path / f"study {i}").study)
        for i, source in enumerate((tmp_path / "n.nc", tmp_path / "n", network))
    ]
    assert ours == pytest.approx([by_pypsa(network)] * 3, rel=1e-6)


@pytest.mark.parametrize("chain", ["three", "twelve"])
def test_a_calibrated_base_goes_to_pypsa_with_its_optimum(
    data: Path, tmp_path: Path, chain: str
) -> None:
    """That of its program; contract floors and a passage's limit, which are lost, bind nobody."""
    study = seawall.read(data / chain)
    made = export_pypsa(study, tmp_path / "network.nc")
    read = read_network(tmp_path / "network.nc")
    network = undiscounted(base_case(study).network)
    program = assemble(network, network.terms.periods)
    optimum = solve(program.linear).cost / program.scale.money
    assert by_pypsa(read) == pytest.approx(optimum * 1e6, rel=1e-6)
    assert made.counts["Bus"] == len(read.buses)
