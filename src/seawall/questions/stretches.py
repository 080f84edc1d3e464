"""What a scenario does to power grids, day by day: stretches of days in which nothing changes."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import UnknownName
from seawall.network.grids import DAYS_OF_MONTH
from seawall.program.dispatch import Stretches
from seawall.shocks.conditions import first_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from seawall.network.grids import Grids
    from seawall.network.network import Bools, Floats
    from seawall.shocks import Shock

#: Two days this close are one: sums of days are not exact.
_SAME = 1e-6


def ordinary_year(grids: Grids) -> Stretches:
    """Twelve periods of one month each, nothing out."""
    return Stretches(
        period=np.arange(12),
        month=np.arange(12),
        days=np.array(DAYS_OF_MONTH, dtype=float),
        plant=np.ones((12, len(grids.generator))),
        tie=np.ones((12, len(grids.intertie))),
        load=np.ones((12, len(grids))),
        added=np.zeros((12, len(grids))),
    )


def stretches(
    grids: Grids, dates: Sequence[date], period_days: float, shocks: tuple[Shock, ...] = ()
) -> Stretches:
    """The periods that begin on `dates`, cut where a shock on a grid begins, changes or ends.

    A period has the loads of the month in which its middle lies.  Where two shocks hit one
    generator or line the lower level holds; on a load they multiply.

    Raises
    ------
    UnknownName
        A shock names a generator, line or grid that the study does not have.
    """
    first = first_day(shocks)
    ours = [(shock, _position(grids, shock)) for shock in shocks if shock.on_grid]
    pieces = [
        (shock, at, [(a - first, b - first, level) for a, b, level in shock.levels()])
        for shock, at in ours
    ]
    cuts = sorted({day for _, _, parts in pieces for a, b, _ in parts for day in (a, b)})
    period, days, middle = [], [], []
    for t in range(len(dates)):
        begin, end = t * period_days, (t + 1) * period_days
        edges = [begin, *(day for day in cuts if begin + _SAME < day < end - _SAME), end]
        for a, b in pairwise(edges):
            period.append(t)
            days.append(b - a)
            middle.append((a + b) / 2)
    when = Stretches(
        period=np.array(period, dtype=np.int64),
        month=np.array([_month(dates[t], period_days) for t in period], dtype=np.int64),
        days=np.array(days, dtype=float),
        plant=np.ones((len(period), len(grids.generator))),
        tie=np.ones((len(period), len(grids.intertie))),
        load=np.ones((len(period), len(grids))),
        added=np.zeros((len(period), len(grids))),
    )
    for shock, at, parts in pieces:
        _strike(when, shock, at, _level(np.array(middle, dtype=float), parts))
    return when


def struck(grids: Grids, shocks: Iterable[Shock]) -> Bools:
    """Whether a shock hits a grid itself: its load, a plant of it or a line that ends there."""
    hit = np.zeros(len(grids), dtype=bool)
    for shock in shocks:
        if shock.on_grid:
            at = _position(grids, shock)
            if shock.generator is not None:
                hit[grids.grid[at]] = True
            elif shock.load is not None:
                hit[at] = True
            else:
                hit[[grids.origin[at], grids.destination[at]]] = True
    return hit


def check_targets(grids: Grids, shocks: Iterable[Shock]) -> None:
    """Find what each shock on a grid hits.

    Raises
    ------
    UnknownName
        A shock names a generator, line or grid that the study does not have.
    """
    for shock in shocks:
        if shock.on_grid:
            _position(grids, shock)


def _position(grids: Grids, shock: Shock) -> int:
    kind, name = shock.target
    known = {"generator": grids.generator, "intertie": grids.intertie, "load": grids.id}[kind]
    if name not in known:
        raise UnknownName("grid" if kind == "load" else kind, name, known)
    return known.index(name)


def _month(day: date, period_days: float) -> int:
    return (day + timedelta(days=period_days / 2)).month - 1


def _level(middle: Floats, parts: list[tuple[float, float, float]]) -> Floats:
    """Level in each stretch: that of the piece in which its middle lies, else 1."""
    level = np.ones_like(middle)
    for begin, end, share in parts:
        level[(middle >= begin) & (middle < end)] = share
    return level


def _strike(when: Stretches, shock: Shock, at: int, level: Floats) -> None:
    """Put the level of one shock on what it hits, in place: the arrays are still ours."""
    if shock.load is not None:
        when.load[:, at] *= level
        return
    block = when.plant if shock.generator is not None else when.tie
    block[:, at] = np.minimum(block[:, at], level)
