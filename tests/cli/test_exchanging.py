"""`seawall import` and `seawall export`, to people and to machines."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

import seawall
from seawall.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.filterwarnings("ignore")
THREE = Path(__file__).parents[1] / "data" / "three"


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    yield
    logging.disable(before)


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A network with a name that no id can be, and a line that no study has."""
    import pypsa

    n = pypsa.Network(name="Two towns")
    n.set_snapshots(range(4))
    n.add("Bus", ["north", "south"])
    n.add("Generator", "wind & sun", bus="north", p_nom=9, marginal_cost=2)
    n.add("Link", "cable", bus0="north", bus1="south", p_nom=5, efficiency=0.8)
    n.add("Load", "homes", bus="south", p_set=4.0)
    n.export_to_netcdf(str(tmp_path / "towns.nc"))
    n.add("Line", "ac", bus0="north", bus1="south", x=0.1, s_nom=1)
    n.export_to_netcdf(str(tmp_path / "lines.nc"))
    return tmp_path / "towns.nc"


def test_a_network_becomes_a_study_that_can_be_asked(network: Path, tmp_path: Path) -> None:
    said = run("import", "pypsa", network, "--out", tmp_path / "towns")
    assert said.exit_code == 0, said.output
    assert "Carried over: 2 Bus, 1 Generator, 1 Link, 1 Load." in said.stdout
    assert "  wind & sun: wind-sun" in said.stdout
    asked = run("stress", tmp_path / "towns", "--json")
    assert asked.exit_code == 0, asked.output
    # 4 MWh take 5 at 2, four times.
    assert json.loads(asked.stdout)["summary"]["cost"] * 1e6 == pytest.approx(40.0)


def test_what_cannot_be_carried_over_is_refused_or_listed(network: Path, tmp_path: Path) -> None:
    lines = network.with_name("lines.nc")
    said = run("import", "pypsa", lines, "--out", tmp_path / "lines")
    assert said.exit_code == 3
    assert 'lines.nc:Line: "ac": flows on it follow Kirchhoff\'s laws; with --partly' in said.stderr
    assert not (tmp_path / "lines").exists()
    said = run("import", "pypsa", lines, "--out", tmp_path / "lines", "--partly", "--json")
    assert said.exit_code == 0, said.output
    answer = json.loads(said.stdout)
    assert answer["lost"][0].startswith("Line (ac): flows on it follow Kirchhoff's laws.")
    assert answer["carried"]["Link"] == 1
    assert answer["names"] == {"wind & sun": "wind-sun"}


def test_loads_that_may_be_cut(network: Path, tmp_path: Path) -> None:
    out = tmp_path / "towns"
    assert run("import", "pypsa", network, "--out", out, "--lost-load", "300").exit_code == 0
    said = run("stress", out, "--stop", "wind-sun", "--from", "2000-01-01", "--days", "0.125",
               "--json")  # fmt: skip
    assert said.exit_code == 0, said.output
    summary = json.loads(said.stdout)["summary"]
    # Three of four hours.
    assert summary["unserved"] == pytest.approx(12.0)
    assert summary["loss"] * 1e6 == pytest.approx(12 * 300 - 30)


@pytest.mark.parametrize(
    "args, code, words",
    [
        (("import", "pypsy", "x", "--out", "y"), 2, 'did you mean "pypsa"'),
        (("import", "pypsa", "none.nc", "--out", "y"), 2, "there is no file or folder"),
        (("import", "workbook", "none.xlsx", "--out", "y"), 2, "none.xlsx"),
        (("import", "workbook", "none.xlsx", "--out", "y", "--partly"), 2, "belong to"),
        (("export", str(THREE), "geojsn", "--out", "y"), 2, 'did you mean "geojson"'),
        (("export", str(THREE), "folder", "--out", "y", "--chain", "gas"), 2, "--chain belongs"),
        (("export", str(THREE), "geojson", "--out", "y.txt"), 2, "ends in .geojson"),
        (("export", "india-japan", "pypsa", "--out", "y.nc"), 2, "name one of"),
        (("export", "india-jpan", "pypsa", "--out", "y.nc"), 2, 'did you mean "india-japan"'),
    ],
)
def test_what_cannot_be_meant(
    args: tuple[str, ...], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run(*args)
    assert said.exit_code == code, said.output
    assert words in said.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form, name", [("folder", "study"), ("workbook", "study.xlsx")])
def test_a_study_goes_out_and_reads_the_same(form: str, name: str, tmp_path: Path) -> None:
    out = tmp_path / name
    said = run("export", THREE, form, "--out", out)
    assert said.exit_code == 0, said.output
    assert seawall.read(out).digest() == seawall.read(THREE).digest()


def test_a_workbook_becomes_a_folder(tmp_path: Path) -> None:
    assert run("export", THREE, "workbook", "--out", tmp_path / "study.xlsx").exit_code == 0
    said = run("import", "workbook", tmp_path / "study.xlsx", "--out", tmp_path / "study")
    assert said.exit_code == 0, said.output
    assert seawall.read(tmp_path / "study").digest() == seawall.read(THREE).digest()


def test_a_network_and_a_map_go_out(tmp_path: Path) -> None:
    said = run("export", THREE, "pypsa", "--out", tmp_path / "three")
    assert said.exit_code == 0, said.output
    assert "PyPSA has no word for:\n" in said.stdout
    assert (tmp_path / "three" / "links.csv").is_file()
    said = run("export", THREE, "geojson", "--out", tmp_path / "three.geojson")
    assert said.exit_code == 0, said.output
    assert json.loads((tmp_path / "three.geojson").read_text())["type"] == "FeatureCollection"
