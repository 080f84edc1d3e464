"""Independent errors: who shares one, that draws repeat, and what a single input is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.conftest import DATA

from seawall.questions.uncertainty.inputs import P90, SHARED, Input, Inputs, inputs_of
from seawall.study import Study, read


@pytest.fixture(scope="module")
def study() -> Study:
    return read(DATA / "twelve")


@pytest.fixture(scope="module")
def found(study: Study) -> Inputs:
    return inputs_of(study)


def at(found: Inputs, key: str) -> int:
    return next(i for i, one in enumerate(found.inputs) if one.key == key)


def column(found: Inputs, key: str):
    return next(c for c in found.columns if c.figure.key == key)


def test_rows_of_one_source_share_half_of_their_variance(found: Inputs):
    """Two stocks of one source and class correlate by one half, those of another not at all."""
    starts = column(found, "stocks.start")
    draws = np.array([np.log(starts.factor(found.draw(3, i))) for i in range(4000)])
    table = np.corrcoef(draws.T)
    alba, north, suda, gulf = 4, 5, 7, 0
    assert table[alba, north] == pytest.approx(SHARED, abs=0.04)
    assert abs(table[alba, suda]) < 0.05
    assert abs(table[alba, gulf]) < 0.05
    assert draws[:, alba].std() == pytest.approx(float(starts.errors.up[alba]), rel=0.05)


def test_what_many_rows_state_alike_is_one_input(study: Study, found: Inputs):
    """Lanes with one growth have one error; each different growth its own."""
    stated = study.table("lanes")["growth"].dropna()
    terms = [one for one in found.inputs if one.figure.key == "lanes.growth"]
    assert {one.stated for one in terms} == set(stated[stated > 0])
    assert sum(len(one.rows) for one in terms) == (stated > 0).sum()
    assert {one.kind for one in terms} == {"term"}


def test_assumptions_share_nothing(found: Inputs):
    """What somebody assumes of demurrage says nothing of contracts."""
    assumed = [one for one in found.inputs if one.figure.table == "assumptions"]
    assert all(one.kind == "term" and len(one.rows) == 1 for one in assumed)


def test_a_draw_is_the_same_whoever_makes_it(study: Study, found: Inputs):
    """By seed and number alone: not by other draws, other tables, or the rows of another column."""
    again = inputs_of(study)
    assert np.array_equal(found.draw(7, 5), again.draw(7, 5))
    assert not np.array_equal(found.draw(7, 5), found.draw(7, 6))
    assert not np.array_equal(found.draw(7, 5), found.draw(8, 5))
    fewer = dict(study.frames)
    fewer["contracts"] = fewer["contracts"].iloc[:1]
    less = inputs_of(replace(study, frames=fewer))
    key = "stocks.start/nord-west-t/lng/utilities"
    assert less.draw(7, 5)[at(less, key)] == found.draw(7, 5)[at(found, key)]


def test_chains_have_errors_of_their_own(study: Study):
    """Two chains with the same tables would not be wrong together."""
    one, other = inputs_of(study, "gas"), inputs_of(study, "metal")
    assert not np.array_equal(one.draw(0, 0), other.draw(0, 0))


def test_a_single_row_is_as_far_off_as_its_figure(found: Inputs):
    """Alone, a row goes to the 10th percentile of its whole error, though it owns half of it."""
    key = at(found, "stocks.start/nord-west-t/lng/utilities")
    starts = column(found, "stocks.start")
    factor = starts.factor(found.single(key, -P90))
    assert found.own_share(key) == pytest.approx(1.0 - SHARED)
    assert factor[5] == pytest.approx(np.exp(-P90 * starts.errors.down[5]))
    assert np.all(np.delete(factor, 5) == 1.0)
    low, high = found.span(key)
    floor, above = 0.4, 0.8
    assert low == pytest.approx(floor + above * np.exp(-P90 * starts.errors.down[5]))
    assert high == pytest.approx(floor + above * np.exp(P90 * starts.errors.up[5]))


def test_a_source_moves_all_its_rows(found: Inputs):
    """What rows have in common is told as a multiple of what they state."""
    key = next(
        i for i, one in enumerate(found.inputs)
        if one.kind == "source" and one.key.startswith("stocks.start/made-up/recalled")
    )  # fmt: skip
    factor = column(found, "stocks.start").factor(found.single(key, P90))
    moved = np.flatnonzero(factor != 1.0)
    assert moved.tolist() == [4, 5, 6]
    assert found.span(key)[1] == pytest.approx(float(factor[4]))


def test_the_weakest_row_decides_the_class_of_a_term():
    """A rule that a looked-up and an assumed row state is an assumption."""
    twelve = read(DATA / "twelve")
    frames = dict(twelve.frames)
    lanes = frames["lanes"].copy()
    growing = lanes.index[lanes["growth"] > 0][:2]
    lanes.loc[growing, "growth"] = 0.123
    lanes.loc[growing, "confidence"] = ["looked-up", "assumption"]
    frames["lanes"] = lanes
    found = inputs_of(replace(twelve, frames=frames))
    term: Input = next(
        o for o in found.inputs if o.figure.key == "lanes.growth" and o.stated == 0.123
    )
    assert term.confidence == "assumption"
    assert term.weak
