"""Binding limits are there in the plan; values are what re-solving says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.questions.redirect.mornings import a_morning

from seawall.questions.redirect.completion import completed
from seawall.questions.redirect.counting import berths_taken
from seawall.questions.redirect.reasons import binding, reasons, stretches


def test_stretches():
    mask = np.array([True, True, False, True, False, False, True])
    assert list(stretches(mask)) == [(0, 1), (3, 3), (6, 6)]
    assert list(stretches(np.zeros(3, dtype=bool))) == []


@pytest.mark.parametrize("seed", [1, 5, 7])
def test_every_full_berth_is_named(seed: int):
    ready, plans = a_morning(seed, judge="average")
    plan, terminals = plans["alone"].plan, ready.instance.terminals
    ships = berths_taken(ready.instance, plan.column, plan.terminal)
    full = int((ships >= terminals.berths[None, :, None]).sum())
    rows = [row for row in binding(ready, plans["alone"]) if row[0] == "berth"]
    assert sum(row[8] for row in rows) == full


@pytest.mark.parametrize("seed", [1, 5, 6, 7])
def test_a_little_more_stock_is_worth_its_dual(seed: int):
    """By re-solving with a little more in the tank on the first morning, cargoes as they are."""
    ready, plans = a_morning(seed, judge="average", worlds=1)
    planned = plans["alone"]
    table = reasons(ready, planned)
    days = table[table["kind"] == "one day of stock"]
    terminals = ready.instance.terminals
    plan = planned.plan
    base = completed(ready.instance, plan.column, plan.terminal).cost
    for row in days.itertuples(index=False):
        named = row.why.split("at ")[1].split(":")[0]
        j = terminals.ids.index(named)
        size = float(row.why.split(": ")[1].split(" kt")[0])
        more = terminals.start.copy()
        more[j] += 0.01
        # What is left counts up to what was there at the start, which the dual does not move.
        richer = replace(ready.instance, terminals=replace(terminals, start=more))
        gain = (base - completed(richer, plan.column, plan.terminal).cost) / 0.01
        value = row.value / size
        assert value == pytest.approx(gain, rel=0.02) or row.low / size - 1e-6 <= gain


def test_ranges_hold_the_value():
    ready, plans = a_morning(1)
    table = reasons(ready, plans["alone"]).dropna(subset=["low", "high"])
    assert len(table)
    assert (table["low"] <= table["value"] + 1e-9).all()
    assert (table["value"] <= table["high"] + 1e-9).all()
