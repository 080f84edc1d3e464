"""Where solves start from, and what happens when that leads too far."""

from __future__ import annotations

from pathlib import Path

import pytest

import seawall
from seawall.errors import SolverError
from seawall.network import base_case
from seawall.program import assemble, bounds, highs
from seawall.program.start import calibrated_basis
from seawall.shocks import conditions, parse_scenario

TWELVE = Path(__file__).parents[1] / "data" / "twelve"


def test_the_calibrated_basis_is_close_to_the_optimum_of_the_base() -> None:
    """From the basis that calibration implies the base takes a small part of the iterations."""
    network = base_case(seawall.read(TWELVE)).network
    program = assemble(network, 104)
    cold = highs.Loaded(program.linear).solve()
    loaded = highs.Loaded(program.linear)
    loaded.start_from(calibrated_basis(network, program.layout))
    warm = loaded.solve()
    assert warm.cost == pytest.approx(cold.cost, rel=1e-9)
    assert warm.iterations < cold.iterations / 4


def test_the_reference_study_starts_near_its_base() -> None:
    """About 1,400 iterations in November 2026; ten times as many would mean that prices and
    starting basis no longer fit each other."""
    network = base_case(seawall.read("india-japan").chain("gas")).network
    program = assemble(network)
    loaded = highs.Loaded(program.linear)
    loaded.start_from(calibrated_basis(network, program.layout))
    assert loaded.solve().iterations < 5_000


@pytest.mark.parametrize("name", ["narrows-60d", "gulf-outage"])
def test_a_scenario_far_from_the_base_is_solved_another_way(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """With the way from the base basis cut off at once, the answer is certified and the same, and
    the next solve starts from the base again."""
    study = seawall.read(TWELVE)
    network = base_case(study).network
    program = assemble(network, 104)
    loaded = highs.Loaded(program.linear)
    base = loaded.solve()
    met = conditions(network, parse_scenario(name, study.scenario_texts[name]), 104)
    limits = bounds(network, program.layout, met, program.scale)
    near = loaded.resolve(*limits)
    monkeypatch.setattr(loaded, "far", 1)
    far = loaded.resolve(*limits)
    assert far.residuals.ok()
    assert far.cost == pytest.approx(near.cost, rel=1e-9)
    monkeypatch.undo()
    linear = program.linear
    again = loaded.resolve(linear.lower, linear.upper, linear.row_lower, linear.row_upper)
    assert again.cost == pytest.approx(base.cost, rel=1e-9)


def test_a_solve_goes_on_from_where_the_last_one_ended() -> None:
    """From the basis that it ended in, the same limits need no iteration, from the base many;
    the form of the solver and that of columns and rows say the same."""
    study = seawall.read(TWELVE)
    network = base_case(study).network
    program = assemble(network, 26)
    loaded = highs.Loaded(program.linear)
    with pytest.raises(SolverError, match="nothing has been solved"):
        loaded.reached()
    loaded.solve()
    met = conditions(
        network, parse_scenario("narrows-60d", study.scenario_texts["narrows-60d"]), 26
    )
    limits = bounds(network, program.layout, met, program.scale)
    first = loaded.resolve(*limits)
    reached, basis = loaded.reached(), loaded.basis()
    assert first.iterations > 20
    for start in (reached, basis):
        again = loaded.resolve(*limits, start=start)
        assert again.iterations == 0
        assert again.cost == pytest.approx(first.cost, rel=1e-12)
