"""Reasons: which limits bind, where and when, and what one more of a thing would be worth.

Limits are read off the plan.  Values are the duals of the program over single terminals in which
every cargo does what the plan says (marginal values with the whole numbers fixed: Williams 1999,
Model Building in Mathematical Programming): they say what one more kt on one day is worth while
all cargoes stay as they are.  Where an optimum has many duals both ends are told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.program import Loaded
from seawall.questions.redirect.counting import berths_taken
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.program import assemble, split
from seawall.questions.redirect.solutions import point
from seawall.questions.redirect.tables import UNIT, day_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.questions.redirect.instance import Bools, Floats
    from seawall.questions.redirect.ladder import Planned
    from seawall.questions.redirect.prepare import Prepared

__all__ = ["REASONS", "binding", "reasons", "stretches", "values"]

REASONS = ("kind", "place", "from", "to", "value", "unit", "why", "world", "days", "low",
           "high")  # fmt: skip
#: Of a tank, a floor or a send-out: how near counts as reached.
NEAR = 1e-3
MONEY = "million USD"


def reasons(ready: Prepared, planned: Planned) -> pd.DataFrame:
    """Limits that bind and values, of every world."""
    rows = [*binding(ready, planned), *values(ready, planned)]
    return pd.DataFrame(rows, columns=list(REASONS))


def stretches(mask: Bools) -> Iterator[tuple[int, int]]:
    """First and last day of every run of days in a mask (days,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(after) - 1


def binding(ready: Prepared, planned: Planned) -> Iterator[tuple[Any, ...]]:
    """Limits that the plan reaches: place and stretch of days; `value` says by how much."""
    instance, plan = planned.instance, planned.plan
    terminals = instance.terminals
    ships = berths_taken(instance, plan.column, plan.terminal)
    floor = np.minimum(terminals.floor, terminals.start)[:, None]
    cargo = _typical(planned)
    region = terminals.cluster_region[terminals.cluster]
    for w in range(instance.worlds):
        short = np.zeros((len(terminals.regions), instance.days))
        np.add.at(short, instance.steps.region, planned.unserved[w])
        lacks = short[region] > NEAR
        stock, sent, out = plan.stock[w], plan.sent[w], terminals.send_out[:, None]
        room = terminals.tank[:, None] - stock
        limits = {
            "berth": (ships[w] >= terminals.berths[:, None], "ships alongside",
                      "every berth is taken", ships[w]),
            "tank": (room < cargo, UNIT, "no room for a cargo of usual size", stock),
            "floor": ((stock <= floor + NEAR) & lacks, UNIT,
                      "the tanks are at their floor while the region goes short", stock),
            "send-out": ((sent >= out - NEAR) & lacks & (stock > floor + NEAR), "kt a day",
                         "it sends out all that it can while the region goes short", sent),
        }  # fmt: skip
        for kind, (mask, unit, why, size) in limits.items():
            for j, name in enumerate(terminals.ids):
                for first, last in stretches(mask[j]):
                    value = float(size[j, first : last + 1].mean())
                    yield _reason(ready, w, kind, name, first, last, value, unit, why)
        yield from _articles(ready, planned, w, cargo)


def _articles(
    ready: Prepared, planned: Planned, world: int, cargo: float
) -> Iterator[tuple[Any, ...]]:
    """Limits of the pact: the volume of a week, and the lenders' floors."""
    instance = planned.instance
    lending, columns, terminals = instance.lending, instance.columns, instance.terminals
    if lending.cargoes_per_week <= 0 or not (columns.lender != NOBODY).any():
        return
    _, column = planned.taken(world)
    loans = column[columns.lender[column] != NOBODY]
    weeks = -(-instance.days // 7)
    count = np.bincount(np.clip(columns.decide[loans], 0, instance.days - 1) // 7, minlength=weeks)
    allowed = np.floor(lending.cargoes_per_week * np.arange(1, weeks + 1) + 1e-9)
    full = count >= np.minimum(
        np.ceil(lending.cargoes_per_week - 1e-9), allowed - np.cumsum(count) + count
    )
    for first, last in stretches(full & (count > 0)):
        end = min(7 * last + 6, instance.days - 1)
        yield _reason(
            ready, world, "volume", "all", 7 * first, end, float(count[first : last + 1].sum()),
            "cargoes", "as much is lent as article 3 allows",
        )  # fmt: skip
    lenders = set(columns.lender[loans].tolist())
    for m in sorted(lenders):
        stock = planned.plan.stock[world, terminals.member == m].sum(axis=0)
        near = stock - lending.floor[world, m] < cargo
        for first, last in stretches(near):
            value = float((stock - lending.floor[world, m])[first : last + 1].min())
            yield _reason(
                ready, world, "floor", terminals.members[m], first, last, value, UNIT,
                "the lender's tanks are within a cargo of what article 5 keeps in them",
            )  # fmt: skip


def values(ready: Prepared, planned: Planned) -> Iterator[tuple[Any, ...]]:
    """What one more cargo, day of stock or berth is worth [million USD], in each world by itself.

    A cargo is one of usual size, a little at a time, at the terminal and on the days of a region
    where it is worth most; a day of stock is a day of the region's demand in its tanks on the
    first morning.  Worth falls as the gap closes, so a whole cargo brings at most that.
    """
    instance = planned.instance
    if instance.judge == "worst" and instance.worlds > 1:
        return  # duals there belong to the one world that counts
    duals = _Duals(planned)
    price, cargo = duals.price, _typical(planned)
    region = instance.terminals.cluster_region[instance.terminals.cluster]
    found: list[tuple[str, int, int, int, int, int, float]] = []
    for w in range(instance.worlds):
        use = np.zeros(len(instance.terminals.regions))
        np.add.at(use, instance.steps.region, instance.steps.wanted[w].mean(axis=1))
        for r in range(len(instance.terminals.regions)):
            mine = np.flatnonzero(region == r)
            if not mine.size:
                continue
            best = price[w, mine].max(axis=0)
            day = int(np.argmax(best))
            first, last = next(s for s in stretches(best >= best[day] * (1 - 1e-6)) if s[0] == day)
            at = int(mine[np.argmax(price[w, mine, day])])
            if best[day] > 0:
                found.append(("one more cargo", w, r, at, first, last, cargo))
            at = int(mine[np.argmax(price[w, mine, 0])])
            if price[w, at, 0] > 0:
                found.append(("one day of stock", w, r, at, 0, 0, float(use[r])))
    low, high = duals.around([(w, at, first) for _, w, _, at, first, _, _ in found])
    for i, (kind, w, r, at, first, last, size) in enumerate(found):
        yield _reason(
            ready, w, kind, instance.terminals.regions[r], first, last,
            size * price[w, at, first], MONEY,
            f"at {instance.terminals.ids[at]}: {size:.1f} kt, the first of them worth "
            f"{price[w, at, first]:.2f} million USD a kt",
            size * low[i], size * high[i],
        )  # fmt: skip
    yield from _berths(ready, planned)


class _Duals:
    """Duals of the program over single terminals in which every cargo does what the plan says."""

    #: By how much balances are moved to see both ends of a dual [kt].
    _STEP = 0.05

    def __init__(self, planned: Planned) -> None:
        instance, plan = planned.instance, planned.plan
        only = np.zeros(len(instance.columns.cargo), dtype=bool)
        only[plan.column[plan.column != NOBODY]] = True
        program, self._layout = assemble(instance, split(instance), only)
        whole = point(instance, self._layout, plan.column, plan.terminal)
        count = len(self._layout.column)
        lower, upper = program.lower.copy(), program.upper.copy()
        lower[:count] = upper[:count] = whole[:count]
        self._program = replace(program, lower=lower, upper=upper, integrality=None)
        self._loaded = Loaded(self._program)
        self._weights = instance.weights
        balance = self._layout.rows["balance"]
        # A row is stock + sent - landed = start: raising it is more gas, which lowers the cost.
        dual = -self._loaded.solve().row_dual[balance] / self._weights[:, None, None]
        self.price: Floats = np.maximum(dual, 0.0)
        """(worlds, J, days) worth of a kt more in a tank [million USD]."""

    def around(self, at: list[tuple[int, int, int]]) -> tuple[Floats, Floats]:
        """Lowest and highest worth at (world, terminal, day), each moved by itself [million USD a
        kt]: of a little more and of a little less; nan where none was found."""
        program, balance = self._program, self._layout.rows["balance"]
        low, high = np.full(len(at), np.nan), np.full(len(at), np.nan)
        for i, (w, j, day) in enumerate(at):
            row = np.array([balance[w, j, day]])
            found = self._loaded.resolve(
                program.lower, program.upper, program.row_lower, program.row_upper,
                around=(row, np.array([self._STEP])),
            )  # fmt: skip
            assert found.row_dual_range is not None  # it was asked for
            least, most = (float(side[row[0]]) for side in found.row_dual_range)
            low[i], high[i] = -most / self._weights[w], -least / self._weights[w]
        return low, high


def _berths(ready: Prepared, planned: Planned) -> Iterator[tuple[Any, ...]]:
    """One more berth in a cluster, by the program over clusters without whole numbers."""
    instance = planned.instance
    program, layout = assemble(instance)
    solution = Loaded(replace(program, integrality=None)).solve()
    dual = -solution.row_dual[layout.rows["berth"]] / instance.weights[:, None, None]
    for w in range(instance.worlds):
        for p, cluster in enumerate(layout.pools.cluster):
            days = np.flatnonzero(dual[w, p] > NEAR)
            if days.size:
                yield _reason(
                    ready, w, "one more berth", instance.terminals.clusters[cluster],
                    int(days[0]), int(days[-1]), float(np.maximum(dual[w, p], 0.0).sum()), MONEY,
                    "on every day of the horizon, were cargoes divisible: a guide, not a proof",
                )  # fmt: skip


def _typical(planned: Planned) -> float:
    """A cargo of usual size [kt]: the median of what lands."""
    lands = planned.instance.columns.lands
    return float(np.median(lands[lands > 0])) if (lands > 0).any() else 0.0


def _reason(
    ready: Prepared, world: int, kind: str, place: str, first: int, last: int, value: float,
    unit: str, why: str, low: float = float("nan"), high: float = float("nan"),
) -> tuple[Any, ...]:  # fmt: skip
    return (
        kind, place, day_date(ready, first), day_date(ready, last), float(value), unit, why,
        ready.worlds[world].name, last - first + 1, float(low), float(high),
    )  # fmt: skip
