"""Redrawn studies: no error changes nothing, every draw keeps what must hold and has a base."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from tests.conftest import DATA

from seawall.network import Network, base_case
from seawall.questions.prepared import Prepared
from seawall.questions.uncertainty.inputs import Inputs, inputs_of
from seawall.questions.uncertainty.redraw import Stated, drawn_base, redrawn, stated
from seawall.questions.uncertainty.reruns import steady
from seawall.study import Study, read

STUDIES = ("three", "twelve", "tiers")


def opened(name: str) -> tuple[Study, Inputs, Stated]:
    study = read(DATA / name)
    study = study.chain(study.chains[0])
    return study, inputs_of(study), stated(study, base_case(study))


def differences(one: Network, other: Network) -> list[str]:
    found = []
    for block in fields(one):
        a, b = getattr(one, block.name), getattr(other, block.name)
        for field in fields(a) if is_dataclass(a) else ():
            x, y = getattr(a, field.name), getattr(b, field.name)
            if isinstance(x, np.ndarray) and not np.array_equal(
                x, y, equal_nan=x.dtype.kind == "f"
            ):
                found.append(f"{block.name}.{field.name}")
    return found


@pytest.mark.parametrize("name", STUDIES)
def test_no_error_is_the_stated_base_to_the_last_digit(name: str):
    """Zero spread: the same network, not only nearly."""
    study, inputs, around = opened(name)
    drawn = drawn_base(redrawn(study, inputs, np.zeros(len(inputs))), around)
    assert differences(drawn.network, around.case.network) == []


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_draw_keeps_what_must_hold(name: str, number: int):
    """Stocks within tanks, capacity above the base, shares within bounds, worth in its order."""
    study, inputs, around = opened(name)
    draw = redrawn(study, inputs, inputs.draw(11, number))
    stocks, demands = draw.study.table("stocks"), draw.study.table("demands")
    assert (stocks["floor"] <= stocks["start"] + 1e-12).all()
    assert (stocks["start"] <= stocks["tank"] + 1e-12).all()
    assert stocks["usable"].between(0, 1).all()
    before = study.table("demands")
    for _, rows in before.groupby(["place", "commodity", "wtp_unit"]):
        known = rows["wtp"].dropna().sort_values(kind="stable").index
        assert demands.loc[known, "wtp"].is_monotonic_increasing
    network = drawn_base(draw, around).network
    assert np.all(network.facilities.capacity >= network.facilities.base)
    assert np.all(network.lanes.capacity >= network.lanes.base)
    assert differences(network, around.case.network) != []


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("number", [0, 3])
def test_the_free_program_returns_every_redrawn_base(name: str, number: int):
    """Frozen is the base to 1e-9, and the program left to itself ships it within a thousandth."""
    study, inputs, around = opened(name)
    draw = redrawn(study, inputs, inputs.draw(5, number))
    ready = Prepared(draw.study, drawn_base(draw, around))
    base = steady(ready.network, ready.periods)
    frozen = ready.frozen.run(ready.base_conditions)
    free = ready.foresight.run(ready.base_conditions)
    for field in ("departures", "activity", "served", "stock"):
        wanted = getattr(base, field)
        size = max(float(wanted.max()), 1e-9)
        assert getattr(frozen, field) == pytest.approx(wanted, abs=1e-9 * size)
        if field != "stock":
            assert getattr(free, field) == pytest.approx(wanted, abs=1e-3 * size)


def test_room_stands_on_the_drawn_base():
    """What a plant can add is drawn itself, whatever balancing does to its base."""
    study, inputs, around = opened("twelve")
    at = next(i for i, one in enumerate(inputs.inputs) if one.key == "facilities.capacity/liq-west")
    network = drawn_base(redrawn(study, inputs, inputs.single(at, 1.0)), around).network
    plant = around.case.network.facilities.id.index("liq-west")
    before = around.case.network.facilities.spare[plant]
    column = next(c for c in inputs.columns if c.figure.key == "facilities.capacity")
    factor = column.factor(inputs.single(at, 1.0))[plant]
    assert factor > 1.05
    assert network.facilities.spare[plant] == pytest.approx(before * factor)


def test_balancing_draws_around_the_reconciled_base():
    """Figures that measure one quantity are known better together than alone, and unbiased.

    In a line of well, lane and user all flows are one: measured thrice to 10 %, it is known to
    about 10 % / sqrt(3); a little better than that, since the user's three tiers count apart."""
    study = read(DATA / "three")
    frames = dict(study.frames)
    for name in ("facilities", "lanes", "demands"):
        frames[name] = frames[name].assign(confidence="recalled")
    study = replace(study, frames=frames)
    inputs, around = inputs_of(study), stated(study, base_case(study))
    bases = [
        float(drawn_base(redrawn(study, inputs, inputs.draw(1, i)), around).network.lanes.base[0])
        for i in range(100)
    ]
    spread = np.std(bases) / float(around.case.network.lanes.base[0])
    assert 0.03 < spread < 0.07
    assert np.mean(bases) / around.case.network.lanes.base[0] == pytest.approx(
        1.0, abs=4 * spread / 100**0.5 + 0.005
    )
