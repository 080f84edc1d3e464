"""A closed study by hand: its first day, its series, nothing that waits, one response.

Three nodes: a plant that liquefies for 300 USD/t up to 0.7 Mt a week, a lane of two weeks for 50
USD/t, a coast that makes gas, and three tiers that want 0.28, 0.28 and 0.14 Mt a week.  Tanks hold
0.35 Mt at the plant and 1.4 Mt at the coast.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import seawall
from seawall.errors import UsageError
from seawall.exchange.twin import Measure, components
from seawall.files import write_csv
from seawall.network import base_case
from seawall.program import assemble
from seawall.questions.stress import dates_of
from seawall.shocks import Scenario, Shock, conditions, undisturbed
from seawall.study import Study
from seawall.study.records import column_names

DATA = Path(__file__).parents[1] / "data" / "three"
WEEKS = 6
LIQ, SHIP = 300.0, 50.0


def closed(folder: Path, *series: tuple[str, str, str, float, float]) -> Study:
    """The three nodes over six weeks, closed, with series."""
    study = Path(shutil.copytree(DATA, folder / "closed"))
    text = (study / "study.toml").read_text(encoding="utf-8")
    for key in ("terminal", "calibrate", "pipeline"):
        text = text.replace(f"{key} = true", f"{key} = false")
    text = text.replace("periods = 26", f"periods = {WEEKS}").replace("0.00005", "0.0")
    (study / "study.toml").write_text(text.replace("[model]", "[model]\nclosed = true"), "utf-8")
    if series:
        cells = [[t, i, c, str(p), str(f), "hand", "estimate", ""] for t, i, c, p, f in series]
        write_csv(study / "series.csv", column_names("series"), cells)
    return seawall.read(study)


def served(study: Study, scenario: Scenario | None = None) -> tuple[float, float]:
    """Cost in millions and what is not served in Mt."""
    figures = seawall.stress(study, scenario, response="foresight").summary()
    return figures["cost"], figures["unserved"]


def test_figures_stand_as_they_are(tmp_path: Path) -> None:
    """4.2 Mt are wanted; 1.4 Mt lie at the coast and 0.35 Mt at the plant, 2.45 Mt are made."""
    study = closed(tmp_path)
    case = base_case(study)
    assert case.moves == ()
    assert case.network.facilities.base[0] == pytest.approx(0.7)
    cost, unserved = served(study)
    assert unserved == 0.0
    assert cost == pytest.approx(2.45 * LIQ + 2.8 * SHIP)


def test_series_of_demand_capacity_cost_and_freight(tmp_path: Path) -> None:
    """1.05 Mt are wanted in each of the last two weeks: 1.4 Mt lie at the coast, 0.35 Mt at the
    plant, and 0.35 Mt are made in week 2, at half the cost and as much as can be made then.  Ships
    are free from week 2 on.
    """
    tiers = [("demands", tier, "quantity", *at) for tier in ("homes", "power", "industry")
             for at in ((0, 0.0), (4, 1.5))]  # fmt: skip
    study = closed(
        tmp_path, *tiers,
        ("facilities", "liq", "cost", 2, 0.5), ("facilities", "liq", "cost", 3, 2.0),
        ("facilities", "liq", "capacity", 2, 0.5), ("lanes", "plant~coast", "freight", 2, 0.0),
    )  # fmt: skip
    assert served(study) == pytest.approx((0.35 * LIQ / 2, 0.0), abs=1e-9)
    case = base_case(study).network
    assert undisturbed(case, WEEKS).capacity[0].tolist() == [1, 1, 0.5, 0.5, 0.5, 0.5]
    assert undisturbed(case, WEEKS).wanted[0].tolist() == [0, 0, 0, 0, 1.5, 1.5]
    assert undisturbed(case, 8).wanted[0].tolist() == [0, 0, 0, 0, *[1.5] * 4]


def test_a_negative_demand_is_brought_in_and_has_to_go_somewhere(tmp_path: Path) -> None:
    """The homes bring 0.28 Mt of gas a week in the first two weeks, which others use."""
    study = closed(tmp_path, ("demands", "homes", "quantity", 0, -1.0),
                   ("demands", "homes", "quantity", 2, 1.0))  # fmt: skip
    cost, unserved = served(study)
    assert unserved == 0.0
    # Wanted from the lane: 4 x 0.7 and 2 x 0.14, of which 1.4 lie at the coast.
    assert cost == pytest.approx((4 * 0.7 + 2 * 0.14 - 1.75) * LIQ + (4 * 0.7 + 0.28 - 1.4) * SHIP)


def test_every_run_begins_on_the_first_day(tmp_path: Path) -> None:
    study = closed(tmp_path)
    stop = Scenario(
        title="stop", start="2026-03-09", shock=(Shock(facility="regas", start_day=7, days=7),)
    )
    network = base_case(study).network
    open_share = conditions(network, stop, WEEKS).capacity[1]
    assert open_share.tolist() == [1, 1, 0, 1, 1, 1]
    assert str(dates_of(study, stop, WEEKS)[0]) == "2026-03-02"
    # A week of all three tiers goes unserved; what was made for it is not made.
    assert served(study, stop)[1] == pytest.approx(0.7)


def test_nothing_waits(tmp_path: Path) -> None:
    assert assemble(base_case(closed(tmp_path)).network, WEEKS).layout.columns["waiting"].size == 0
    open_study = assemble(base_case(seawall.read(DATA)).network, WEEKS)
    assert open_study.layout.columns["waiting"].size > 0


@pytest.mark.parametrize("response", ["frozen", "market", "pact"])
def test_only_foresight_answers(tmp_path: Path, response: str) -> None:
    with pytest.raises(UsageError, match="ask for foresight alone"):
        seawall.stress(closed(tmp_path), response=response)


def test_a_loss_counts_where_a_tank_starts_empty(tmp_path: Path) -> None:
    study = closed(tmp_path)
    folder = study.folder
    assert folder is not None
    path = folder / "stocks.csv"
    text = path.read_text(encoding="utf-8").replace("tank,unit,", "tank,loss,unit,")
    text = text.replace("0.35,0,0.7,", "0,0,0.7,0.01,").replace("1.4,0,2.8,", "1.4,0,2.8,,")
    path.write_text(text, encoding="utf-8")
    nodes = base_case(seawall.read(folder)).network.nodes
    assert nodes.loss[nodes.index()["plant", "lng"]] == pytest.approx(1 - 0.99**7)


def test_the_twin_has_the_series(tmp_path: Path) -> None:
    """PyPSA's network says what the arrays say."""
    study = closed(tmp_path, ("facilities", "liq", "cost", 3, -2.0),
                   ("demands", "homes", "quantity", 1, -0.5))  # fmt: skip
    network = base_case(study).network
    made = components(network, undisturbed(network, WEEKS), Measure(money=1e6)).pypsa
    costs = made.generators_t.marginal_cost["liq high"]
    assert costs.tolist() == pytest.approx([LIQ * 1e3] * 3 + [-2 * LIQ * 1e3] * 3)
    assert made.loads_t.p_set["homes"].tolist() == pytest.approx(np.array([280] + [-140] * 5))
