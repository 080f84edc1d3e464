"""PyPSA's conventions, each on a network that a person can solve, and all that is refused."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import seawall
from seawall.errors import InputError, UsageError
from seawall.exchange import pypsa_file
from seawall.exchange.pypsa_import import REPORT, Imported, import_pypsa

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypsa

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    yield
    logging.disable(before)


def network(periods: int = 3, **load: Any) -> pypsa.Network:
    """One bus with a plant at 10 a MWh and a load of 1 MW."""
    import pypsa

    n = pypsa.Network(name="small")
    n.set_snapshots(range(periods))
    n.add("Bus", "a")
    n.add("Generator", "plant", bus="a", p_nom=100, marginal_cost=10)
    n.add("Load", "load", bus="a", **({"p_set": 1.0} | load))
    return n


def taken(n: Any, tmp_path: Path, **options: Any) -> Imported:
    return import_pypsa(n, tmp_path / "study", **options)


def cost(made: Imported) -> float:
    """Cost of the undisturbed study in whole money."""
    return float(seawall.stress(made.study, response="foresight").summary()["cost"]) * 1e6


def told(n: Any, tmp_path: Path) -> dict[str, str]:
    """What is refused, by column, with the components."""
    with pytest.raises(InputError) as caught:
        taken(n, tmp_path)
    assert not (tmp_path / "study").exists()
    return {p.column: p.value for p in caught.value.problems}


# --- conventions ---------------------------------------------------------------------------------


def test_switches_calendar_and_labels(tmp_path: Path) -> None:
    import pandas as pd

    n = network()
    n.set_snapshots(pd.date_range("2013-05-04", periods=4, freq="3h"))
    n.snapshot_weightings[:] = 3.0
    settings = taken(n, tmp_path).study.settings
    model = settings.model
    assert not any((model.terminal, model.calibrate, model.pipeline, model.curtail))
    assert (model.discount, model.closed) == (0.0, True)
    assert (settings.start.isoformat(), settings.period_days) == ("2013-05-04", 0.125)
    assert (settings.title, settings.periods) == ("small", 4)
    assert "4 snapshots of 3 h" in settings.about
    assert "its money is called USD" in settings.about


def test_periods_are_dated_to_the_hour(tmp_path: Path) -> None:
    made = taken(network(), tmp_path)
    table = seawall.stress(made.study, response="foresight").tables["timeline"]
    table = table[table["tier"] == "all"]
    assert [str(day) for day in table["period_start"]] == [
        "2000-01-01 00:00:00", "2000-01-01 01:00:00", "2000-01-01 02:00:00",
    ]  # fmt: skip
    assert set(table["unit"]) == {"MWh"}
    assert table["price_unit"].tolist() == ["USD/MWh"] * 3
    assert table["price"].tolist() == pytest.approx([10.0] * 3)


def test_weightings(tmp_path: Path) -> None:
    """Two hours a snapshot, each counting ten in the objective: 3 x 1 MW x 10 at 10."""
    n = network()
    n.snapshot_weightings["stores"] = 2.0
    n.snapshot_weightings["objective"] = 10.0
    made = taken(n, tmp_path)
    assert cost(made) == pytest.approx(3 * 10 * 10)
    assert made.study.table("demands")["quantity"].tolist() == [1.0]


def test_no_standing_loss_in_the_first_period(tmp_path: Path) -> None:
    """100 MWh lose a tenth an hour, but not in the first: 100 at once, or 90 an hour later."""
    for at, kept in ((0, 100.0), (1, 90.0), (2, 81.0)):
        n = network(p_set=[kept + 5 if t == at else 0.0 for t in range(3)])
        n.add("Store", "store", bus="a", e_nom=200, e_initial=100, standing_loss=0.1)
        assert cost(import_pypsa(n, tmp_path / f"at {at}")) == pytest.approx(50.0)


def test_a_full_store_that_loses(tmp_path: Path) -> None:
    """What is there at the start is no more than fits in, though a period's loss comes on top."""
    n = network(p_set=[0.0, 95.0, 0.0])
    n.add("Store", "store", bus="a", e_nom=100, e_initial=100, standing_loss=0.1)
    made = taken(n, tmp_path)
    stock = made.study.table("stocks").iloc[0]
    assert (stock["tank"], stock["start"]) == (100.0, 0.0)
    assert cost(made) == pytest.approx(50.0)


def test_the_efficiency_of_the_arrival_and_cargo_that_is_lost(tmp_path: Path) -> None:
    """8 MWh that arrive in the second hour at 0.8 take 10 in the first; what is sent in the last
    hour never arrives."""
    n = network(p_set=0.0)
    n.add("Bus", "b", carrier="heat")
    n.add("Load", "far", bus="b", p_set=[0.0, 8.0, 0.0])
    n.add("Link", "way", bus0="a", bus1="b", p_nom=20, efficiency=[0.1, 0.8, 0.3], delay=1,
          cyclic_delay=False)  # fmt: skip
    assert cost(taken(n, tmp_path)) == pytest.approx(100.0)
    n.c.loads.dynamic.p_set["far"] = [0.0, 0.0, 0.0]
    n.c.links.static.loc["way", "marginal_cost"] = -11.0
    # It earns 11 for every 10 spent on what is sent, to arrive or not; but nothing may arrive.
    other = import_pypsa(n, tmp_path / "other")
    assert cost(other) == pytest.approx(-20.0)


def test_several_inputs_and_outputs(tmp_path: Path) -> None:
    """A boiler that takes gas and power and gives heat and, a little, gas of another bus."""
    n = network(p_set=0.0)
    for bus in ("gas", "heat", "fumes"):
        n.add("Bus", bus, carrier=bus)
    n.add("Generator", "well", bus="gas", p_nom=50, marginal_cost=2)
    n.add("Generator", "chimney", bus="fumes", p_nom=1e3, sign=-1, marginal_cost=1)
    n.add("Load", "homes", bus="heat", p_set=9.0)
    n.add("Link", "boiler", bus0="gas", bus1="heat", bus2="a", bus3="fumes", p_nom=20,
          efficiency=0.9, efficiency2=-0.05, efficiency3=0.2, marginal_cost=0.5)  # fmt: skip
    # 10 gas at 2, 0.5 power at 10, 2 fumes at 1, 10 x 0.5: 32 an hour.
    made = taken(n, tmp_path)
    assert cost(made) == pytest.approx(3 * 32.0)
    recipe = made.study.table("processes")
    own = recipe[recipe["process"] == "boiler"].set_index("commodity")["quantity"]
    assert own.to_dict() == pytest.approx({"gas": 1.0, "AC": 0.05, "heat": 0.9, "fumes": 0.2})


def test_a_free_limit_and_a_heat_pump(tmp_path: Path) -> None:
    """No limit to what a plant gives, and three of heat for one of power."""
    n = network(p_set=0.0)
    n.c.generators.static["p_nom"] = np.inf
    n.add("Bus", "heat", carrier="heat")
    n.add("Load", "homes", bus="heat", p_set=30.0)
    n.add("Link", "pump", bus0="a", bus1="heat", p_nom=np.inf, efficiency=3.0)
    assert cost(taken(n, tmp_path)) == pytest.approx(3 * 100)


def test_buses_at_one_location_are_one_place(tmp_path: Path) -> None:
    n = network()
    n.c.buses.static.loc["a", ["x", "y"]] = [11.5, 48.1]
    n.add("Bus", "a gas", carrier="gas", x=11.5, y=48.1)
    n.add("Bus", "far", carrier="gas", x=2000.0, y=1e6)
    n.add("Link", "turbine", bus0="a gas", bus1="a", p_nom=1, efficiency=0.5)
    made = taken(n, tmp_path)
    places = made.study.table("places").set_index("id")
    assert places.loc["a", ["lon", "lat"]].tolist() == [11.5, 48.1]
    turbine = made.study.table("facilities").set_index("id").loc["turbine"]
    assert (turbine["place"], turbine["output_place"]) == ("a", "")
    assert places.loc["far", ["lon", "lat"]].tolist() == [0.0, 0.0]
    assert any("stand at 0, 0: far" in note for note in made.notes)


def test_names_that_ids_refuse_are_mapped_and_listed(tmp_path: Path) -> None:
    n = network()
    n.add("Bus", "b & c")
    n.add("Generator", "plant!", bus="a", p_nom=1)
    n.add("Generator", "プラント", bus="a", p_nom=1)
    n.add("Load", "b & c", bus="a", p_set=0.0)
    made = taken(n, tmp_path)
    assert ("plant!", "plant~2") in made.names
    assert ("プラント", "unnamed") in made.names
    assert set(made.study.table("facilities")["name"]) == {"plant", "plant!", "プラント"}
    report = (tmp_path / "study" / REPORT).read_text(encoding="utf-8")
    assert "- プラント: `unnamed`" in report
    assert "Nothing was lost." in report


def test_a_shock_cuts_loads_only_at_a_price(tmp_path: Path) -> None:
    """The plant stops in the second of three hours: 1 MWh at 5000 instead of 10."""
    from seawall.shocks import Scenario, Shock

    day = 1 / 24
    stop = Scenario(title="stop", shock=(Shock(facility="plant", start_day=day, days=day),))
    hard = taken(network(), tmp_path)
    with pytest.raises(seawall.Infeasible, match="AC at a misses 1 in all, first in period 1"):
        seawall.stress(hard.study, stop)
    soft = import_pypsa(network(), tmp_path / "soft", lost_load=5000.0)
    figures = seawall.stress(soft.study, stop).summary()
    assert figures["unserved"] == pytest.approx(1.0)
    assert figures["loss"] * 1e6 == pytest.approx(5000 - 10)
    assert list(figures["responses"]) == ["foresight"]
    with pytest.raises(UsageError, match="ask for foresight alone"):
        seawall.stress(soft.study, stop, response="market")


# --- what is refused -----------------------------------------------------------------------------


def test_everything_that_cannot_be_carried_over_is_told_at_once(tmp_path: Path) -> None:
    n = network()
    n.add("Bus", "b")
    n.add("Line", "line", bus0="a", bus1="b", s_nom=5, x=0.1)
    n.add("Generator", "old", bus="a", p_nom=5, committable=True, ramp_limit_up=0.2, p_min_pu=0.3)
    n.add("Generator", "new", bus="a", p_nom_extendable=True, marginal_cost_quadratic=0.1)
    n.add("Generator", "set", bus="a", p_nom=5, p_set=2.0, e_sum_max=10)
    n.add("Link", "slow", bus0="a", bus1="b", p_nom=1, delay=1)
    n.add("Store", "round", bus="a", e_nom=5, e_cyclic=True, e_min_pu=0.1, standing_loss=0.1)
    n.add("StorageUnit", "dam", bus="a", p_nom=5, spill_cost=1, cyclic_state_of_charge=True)
    n.add("GlobalConstraint", "co2", constant=5)
    n.add("Generator", "asleep", bus="a", committable=True, active=False)
    found = told(n, tmp_path)
    assert found == {
        "Line": "line", "Generator.committable": "old", "Generator.ramp_limit_up": "old",
        "Generator.p_min_pu": "old", "Generator.p_nom_extendable": "new",
        "Generator.marginal_cost_quadratic": "new", "Generator.p_set": "set",
        "Generator.e_sum_max": "set", "Link.cyclic_delay": "slow", "Store.e_cyclic": "round",
        "Store.e_min_pu": "round", "StorageUnit.spill_cost": "dam",
        "StorageUnit.cyclic_state_of_charge": "dam", "GlobalConstraint": "co2",
    }  # fmt: skip
    made = taken(n, tmp_path, partly=True)
    assert {loss.where for loss in made.losses} == set(found)
    report = (tmp_path / "study" / REPORT).read_text(encoding="utf-8")
    assert "- Line (line): flows on it follow Kirchhoff's laws. Instead: a lane each way" in report
    assert "1 Generator components are not active and are left out." in report
    lanes = made.study.table("lanes").set_index("id")
    assert lanes.loc[["line", "line~back"], "capacity"].tolist() == [5.0, 5.0]


def test_many_components_with_one_loss_are_one_line(tmp_path: Path) -> None:
    n = network()
    n.add("Generator", [f"g{i}" for i in range(8)], bus="a", committable=True)
    assert told(n, tmp_path) == {"Generator.committable": "g0, g1, g2, g3, g4 and 3 more"}


def test_snapshots_of_several_lengths_lose_delays_and_standing_losses(tmp_path: Path) -> None:
    n = network()
    n.snapshot_weightings["stores"] = [1.0, 2.0, 3.0]
    n.add("Store", "store", bus="a", e_nom=5, standing_loss=0.1)
    n.add("Bus", "b")
    n.add("Link", "way", bus0="a", bus1="b", p_nom=1, delay=1, cyclic_delay=False)
    assert told(n, tmp_path) == {"Store.standing_loss": "store", "Link.delay": "way"}


@pytest.mark.parametrize("periods, scenarios", [(True, False), (False, True)])
def test_several_futures_are_no_study(tmp_path: Path, periods: bool, scenarios: bool) -> None:
    n = network()
    if periods:
        n.set_investment_periods([2030, 2040])
    if scenarios:
        n.set_scenarios({"low": 0.5, "high": 0.5})
    column = "Network.investment_periods" if periods else "Network.scenarios"
    assert column in told(n, tmp_path)
    with pytest.raises(InputError):
        taken(n, tmp_path, partly=True)


def test_broken_figures_and_buses(tmp_path: Path) -> None:
    n = network()
    n.add("Generator", "blank", bus="a", p_nom=1)
    n.c.generators.static.loc["blank", "p_nom"] = float("nan")
    n.add("Load", "gap", bus="a", p_set=[1.0, float("nan"), 2.0])
    n.add("Link", "loose", bus0="a", bus1="nowhere", p_nom=1)
    n.snapshot_weightings["objective"] = [1.0, 0.0, 1.0]
    with pytest.raises(InputError) as caught:
        taken(n, tmp_path, partly=True)
    assert [(p.column, p.value) for p in caught.value.problems] == [
        ("Generator.p_nom of blank", "nan"), ("Link.bus1 of loose", "nowhere"),
        ("Load.p_set of gap", "nan"), ("snapshot_weightings.objective", "0"),
    ]  # fmt: skip
    assert "first at snapshot 1" in str(caught.value)


def test_too_many_snapshots(tmp_path: Path) -> None:
    assert "snapshots" in told(network(5001), tmp_path)


@pytest.mark.parametrize("content", [b"hello", b"", b"CDF\x01garbage"])
def test_a_file_that_is_no_network(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "n.nc").write_bytes(content)
    with pytest.raises(InputError, match=r"PyPSA cannot read it|no buses"):
        taken(tmp_path / "n.nc", tmp_path)


def test_a_netcdf_file_of_something_else(tmp_path: Path) -> None:
    import xarray as xr

    xr.Dataset({"t": ("x", [1.0, 2.0])}).to_netcdf(tmp_path / "n.nc")
    with pytest.raises(InputError, match=r"network"):
        taken(tmp_path / "n.nc", tmp_path)


@pytest.mark.parametrize("name", ["n.txt", "missing.nc"])
def test_files_that_cannot_be_meant(tmp_path: Path, name: str) -> None:
    (tmp_path / "n.txt").write_text("x")
    with pytest.raises(UsageError, match=name):
        taken(tmp_path / name, tmp_path)


def folder(tmp_path: Path) -> Path:
    """A small network as CSV files."""
    n = network(p_set=[1.0, 2.0, 3.0])
    n.export_to_csv_folder(str(tmp_path / "csv"))
    return tmp_path / "csv"


@pytest.mark.parametrize(
    "missing, column",
    [
        ("buses.csv", "buses.csv"),
        ("snapshots.csv", "snapshots.csv"),
        ("loads.csv", "loads-p_set.csv"),
    ],
)
def test_a_folder_that_lacks_a_file(tmp_path: Path, missing: str, column: str) -> None:
    source = folder(tmp_path)
    (source / missing).unlink()
    with pytest.raises(InputError) as caught:
        taken(source, tmp_path)
    assert [p.file for p in caught.value.problems] == [column]


def test_a_folder_with_a_name_twice_or_with_words_for_numbers(tmp_path: Path) -> None:
    source = folder(tmp_path)
    path = source / "generators.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r'generators.csv:3:name: "plant": the same name as in'):
        taken(source, tmp_path)
    path.write_text(text.replace("100", "plenty"), encoding="utf-8")
    with pytest.raises(InputError, match="PyPSA cannot read it"):
        taken(source, tmp_path)


def test_a_folder_that_is_there_already(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        taken(network(), tmp_path)
    assert (tmp_path / "study" / "mine.txt").read_text() == "mine"


def test_without_pypsa_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    (tmp_path / "n.nc").write_bytes(b"x")
    monkeypatch.setitem(sys.modules, "pypsa", None)
    monkeypatch.delitem(sys.modules, "pypsa.networks", raising=False)
    with pytest.raises(UsageError, match=r"pip install 'seawall\[pypsa\]'"):
        pypsa_file.read_network(tmp_path / "n.nc")
