"""Load blocks keep what the tables say of a month."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.grid_cases import make_grids

import seawall
from seawall.network.grids import BLOCKS, block_loads, grids


def blocks(minimum: float, mean: float, peak: float) -> np.ndarray:
    return block_loads(make_grids({}, loads={"a": (minimum, mean, peak)}))[0, 0]


@given(
    minimum=st.floats(0, 100),
    above=st.floats(0.05, 0.95),
    span=st.floats(1, 1000),
)
def test_blocks_keep_energy_and_stay_between_lowest_and_highest_load(
    minimum: float, above: float, span: float
):
    found = blocks(minimum, minimum + above * span, minimum + span)
    assert found @ np.array(BLOCKS) == pytest.approx(minimum + above * span, rel=1e-9)
    assert np.all(np.diff(found) <= 1e-9 * span)
    assert minimum - 1e-9 * span <= found[-1]
    assert found[0] <= minimum + span * (1 + 1e-9)


def test_a_straight_curve_by_hand():
    """A mean in the middle gives a straight line: the top 2 % of hours lie at 99 % of the span."""
    assert blocks(0, 50, 100) == pytest.approx([99, 94, 80, 55, 20])


def test_a_study_without_loads_has_no_grids(data: Path):
    found = grids(seawall.read(data / "three"))
    assert len(found) == 0
    assert found.generator == found.intertie == found.demand == ()


def test_units_and_defaults_of_the_built_in_study():
    """Costs per MWh, energy per day; a blank firm share is the available one."""
    study = seawall.read("india-japan")
    found = grids(study)
    table = study.table("generators").set_index("id")
    at = found.generator.index("JP-tokyo-coal")
    assert found.cost[at] == pytest.approx(table.loc["JP-tokyo-coal", "cost"], rel=1e-5)
    assert found.energy[at] == pytest.approx(table.loc["JP-tokyo-coal", "energy"] / 365)
    assert np.isinf(found.energy[found.generator.index("JP-tokyo-gas")])
    assert np.isnan(table.loc["JP-tokyo-coal", "firm"])
    assert found.firm[at] == found.available[at] == table.loc["JP-tokyo-coal", "available"]
    line = found.intertie.index("tohoku-tokyo")
    assert found.base[line] == pytest.approx(26_000 / 8.76)
    tokyo = found.id.index("JP-tokyo")
    assert found.mean[tokyo, 0] == pytest.approx(25_000_000 / (31 * 24))


def test_only_demands_of_the_chosen_variants_feed_a_grid():
    study = seawall.read("india-japan")
    pooled, alone = grids(study), grids(study.variant("unpooled"))
    assert "IND.power-peak-hours" in pooled.demand
    assert "IND.power-peak-hours.imported" not in pooled.demand
    assert "IND.power-peak-hours.imported" in alone.demand
    for found in (pooled, alone):
        assert np.all(np.asarray(found.feeds.sum(axis=1)) > 0)
