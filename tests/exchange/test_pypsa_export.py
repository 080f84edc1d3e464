"""The base of a study as a PyPSA network: what becomes what, what is lost, where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import seawall
from seawall.errors import UnknownName, UsageError
from seawall.exchange.pypsa_export import export_pypsa, pypsa_network
from seawall.exchange.pypsa_file import read_network

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore")


def test_the_three_nodes(data: Path, tmp_path: Path) -> None:
    """36.5 Mt/yr is 700 kt a week, two weeks at sea; homes pay 40 USD/MMBtu of 50 MMBtu/t."""
    made = export_pypsa(seawall.read(data / "three"), tmp_path / "three.nc")
    network = read_network(tmp_path / "three.nc")
    assert set(network.buses.index) == {"plant|lng", "coast|lng", "IMP|gas"}
    plant = network.buses.loc["plant|lng"]
    assert (plant["carrier"], plant["location"], plant["unit"]) == ("lng", "plant", "kt")
    lane = network.links.loc["plant~coast low"]
    assert (lane["p_nom"], lane["delay"], bool(lane["cyclic_delay"])) == (
        pytest.approx(700.0), 2, False,
    )  # fmt: skip
    homes = network.generators.loc["homes#000000"]
    assert homes["sign"] == -1.0
    assert homes["marginal_cost"] == pytest.approx(-40 * 50 * 1000, rel=1e-3)  # and a tie
    assert network.stores.loc["coast|lng stock", "e_initial"] == pytest.approx(1400.0)
    assert len(network.snapshots) == 26
    assert str(network.snapshots[1].date()) == "2026-03-09"
    assert any("the discount of 5e-05 a period" in lost for lost in made.lost)
    assert any("1 crossings of passages" in lost for lost in made.lost)
    assert network.meta["seawall"]["lost"] == list(made.lost)
    assert any("negative loads" in note for note in made.notes)


def test_contract_floors_and_passages_are_told(twelve: Path) -> None:
    made = pypsa_network(seawall.read(twelve))
    assert [lost for lost in made.lost if lost.startswith(("2 contract", "1 capacities"))] == [
        "2 contract floors: shares of what an origin ships",
        "1 capacities of passages that lanes share",
    ]
    assert made.path is None
    assert made.counts["Bus"] == len(made.network.buses)


def test_an_extraction_of_two_goods_runs_backwards() -> None:
    """Wells that bring up oil and half as much gas: a link that gives at both its ends."""
    from tests import networks

    from seawall.exchange.twin import components
    from seawall.shocks import undisturbed

    network = networks.twins(periods=4)
    link = components(network, undisturbed(network, 4)).pypsa.links.loc["wells high"]
    assert (link["bus0"], link["bus1"]) == ("field|gas", "field|oil")
    assert (link["efficiency"], link["p_min_pu"], link["p_max_pu"]) == (-2.0, -1.0, 0.0)


def test_a_study_of_several_chains_needs_one(tmp_path: Path) -> None:
    study = seawall.read("india-japan")
    with pytest.raises(UsageError, match=r"name one of gas, .* \(--chain\)"):
        export_pypsa(study, tmp_path / "n.nc")
    with pytest.raises(UnknownName, match="did you mean"):
        export_pypsa(study, tmp_path / "n.nc", "gass")
    assert not (tmp_path / "n.nc").exists()


@pytest.mark.parametrize("name", ["n.csv", "none/n.nc", "there.nc", "there"])
def test_where_it_cannot_be_written(data: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "there").mkdir()
    for file in ("there.nc", "there/mine.txt"):
        (tmp_path / file).write_text("mine")
    with pytest.raises(UsageError):
        export_pypsa(seawall.read(data / "three"), tmp_path / name)
    assert (tmp_path / "there.nc").read_text() == "mine"
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["mine.txt"]
