"""Runs of a draw: as the stress test itself, warm as cold, and known where it is a sum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.conftest import DATA

import seawall
from seawall.network.reconcile import ContradictionError
from seawall.program.assemble import assemble
from seawall.questions.asked import asked
from seawall.questions.prepared import Prepared, prepare
from seawall.questions.uncertainty import setup
from seawall.questions.uncertainty.figures import LOG_SIGMA
from seawall.questions.uncertainty.redraw import drawn_base, redrawn
from seawall.questions.uncertainty.reruns import Chain, Point, Setup, foresight, reference, rerun
from seawall.responses import Foresight, value
from seawall.study import Study, read

KEYS = ["response", "place", "commodity", "tier", "sector"]


def ready(study: Study, scenario: str, *responses: str) -> Setup:
    return setup(asked(study, scenario, responses), seed=0)


def only(chain: Chain, *keys: str) -> Chain:
    """The chain whose other figures are all certain."""
    columns = tuple(c for c in chain.inputs.columns if c.figure.key in keys)
    return replace(chain, inputs=replace(chain.inputs, columns=columns))


@pytest.mark.parametrize("name, scenario", [("twelve", "narrows-60d"), ("tiers", "oxide-ban")])
def test_no_error_is_the_stress_test_itself(name: str, scenario: str):
    """Frozen to the last digit; foresight, which starts elsewhere, within the solver's accuracy."""
    study = read(DATA / name)
    ask = ready(study, scenario, "frozen", "foresight")
    result = seawall.stress(study, scenario, ["frozen", "foresight"])
    table = result.tables["indicators"].set_index(KEYS)
    found = rerun(ask, Point())["0"]
    for cell, figure in zip(ask.chains[0].cells, found, strict=True):
        if cell.figure == "loss":
            wanted = result.figures["responses"][cell.response]["loss"]
        else:
            wanted = table[cell.figure][cell[:-1]]
        if pd.isna(wanted):
            assert figure is None
        elif cell.response == "frozen" and cell.figure != "loss":
            assert figure == wanted
        else:
            assert figure == pytest.approx(wanted, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize(
    "name, scenario",
    [("twelve", "narrows-60d"), ("twelve", "canal-60d"), ("tiers", "oxide-ban")],
)
def test_a_draw_from_the_calibrated_basis_is_the_draw_solved_from_nothing(name: str, scenario: str):
    """Same loss: the start decides how long it takes, not what comes out."""
    chain = ready(read(DATA / name), scenario, "foresight").chains[0]
    for number in range(3):
        drawn = redrawn(chain.around.study, chain.inputs, chain.inputs.draw(0, number))
        now = Prepared(drawn.study, drawn_base(drawn, chain.around))
        met = now.conditions(chain.scenario)
        warm = foresight(now.network, now.periods, met)
        cold = Foresight(assemble(now.network, now.periods)).run(met, warm=False)
        assert warm.residuals is not None
        assert warm.residuals.ok()
        size = abs(reference(now).surplus)
        one, other = (value(now.network, met, run).surplus for run in (warm, cold))
        assert one == pytest.approx(other, abs=1e-6 * size)


@pytest.mark.parametrize("name", ["three", "twelve", "tiers"])
def test_value_of_the_base_is_that_of_its_simulation(name: str):
    """It is written down, not simulated: that saves a run in every draw."""
    study = read(DATA / name)
    now = prepare(study.chain(study.chains[0]))
    written, run = reference(now), now.reference
    size = abs(run.surplus)
    for field in ("benefit", "cost", "left", "shortfall"):
        assert getattr(written, field) == pytest.approx(getattr(run, field), abs=1e-9 * size)


def toy() -> Chain:
    """One exporter, one importer, the passage shut for 60 days: what is missing under frozen is a
    constant less what the coast's tank holds, which is an assumption of 1.4 Mt."""
    study = read(DATA / "three")
    stocks = study.frames["stocks"].assign(confidence="assumption")
    study = replace(study, frames={**study.frames, "stocks": stocks})
    return only(ready(study, "gate-60d", "frozen").chains[0], "stocks.start")


def test_a_figure_that_is_a_sum_has_the_distribution_of_its_term():
    """Unserved = c - 1.4 exp(sigma z): mean, spread and percentiles within Monte Carlo error."""
    chain = toy()
    at = next(i for i, c in enumerate(chain.cells) if c[1:] == ("IMP", "gas", "all", "all",
                                                                "unserved"))  # fmt: skip
    middle = chain.run(np.zeros(len(chain.inputs)))[at]
    assert middle is not None
    draws, sigma = 150, LOG_SIGMA["assumption"]
    drawn = np.array([chain.run(chain.inputs.draw(2, i))[at] for i in range(draws)], dtype=float)
    held = 1.4 - (drawn - middle)
    assert np.log(held / 1.4).mean() == pytest.approx(0.0, abs=4 * sigma / draws**0.5)
    assert np.log(held / 1.4).std() == pytest.approx(sigma, rel=4 / (2 * draws) ** 0.5)
    for share, z in ((0.1, -1.2816), (0.5, 0.0), (0.9, 1.2816)):
        below = np.mean(held <= 1.4 * np.exp(sigma * z))
        assert below == pytest.approx(share, abs=4 * (share * (1 - share) / draws) ** 0.5)


def test_a_draw_without_a_base_is_told(monkeypatch: pytest.MonkeyPatch):
    """It is neither an error of the whole nor quietly replaced."""
    ask = ready(read(DATA / "three"), "gate-14d", "frozen")

    def contradicted(*_: object) -> None:
        raise ContradictionError(1, 2.0)

    monkeypatch.setattr("seawall.questions.uncertainty.reruns.drawn_base", contradicted)
    assert rerun(ask, Point(number=0)) == {"failed": "balance 1 stays off by 2"}


def test_a_fresh_draw_keeps_what_is_weak():
    """Pairs for the grade differ in looked-up and recalled figures only."""
    ask = ready(read(DATA / "twelve"), "narrows-60d", "frozen")
    one, other = (ask.errors(Point(number=4, fresh=fresh))[0] for fresh in (False, True))
    weak = ask.chains[0].inputs.weak
    assert np.array_equal(one[weak], other[weak])
    assert not np.isclose(one[~weak], other[~weak]).any()
