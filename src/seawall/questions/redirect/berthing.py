"""Cargoes put one after another to terminals, each where there is a berth and room in the tank.

A tank has room where it would not overflow on any later day while it sends out its part of what
its region uses; where no terminal has, while it sends out all it can.  The second is exactly what
a plan needs (`completion.emptiest`), the first keeps gas from being sent out for nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.completion import emptiest
from seawall.questions.redirect.instance import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.questions.redirect.instance import Floats, Instance

__all__ = ["Board", "needs"]


def needs(instance: Instance) -> Floats:
    """(worlds, regions, days) what regions use beyond what comes from home, as far as their
    terminals can send it out [kt a day]."""
    terminals, steps = instance.terminals, instance.steps
    of_region = steps.region[:, None] == np.arange(len(terminals.regions))
    wanted = np.einsum("wmd,mr->wrd", steps.wanted, of_region.astype(float))
    region = terminals.cluster_region[terminals.cluster]
    most = np.bincount(region, weights=terminals.send_out, minlength=len(terminals.regions))
    result: Floats = np.clip(wanted - steps.home, 0.0, most[:, None])
    return result


class Board:
    """Who unloads where and when, as it is filled: `column` and `terminal` (worlds, cargoes),
    `lands` (worlds, J, days) kt and `taken` (worlds, J, days) berths."""

    def __init__(self, instance: Instance) -> None:
        terminals = instance.terminals
        shape = (instance.worlds, len(terminals.ids), instance.days)
        self.instance = instance
        self.column = np.full((instance.worlds, len(instance.cargoes.ids)), NOBODY)
        self.terminal = self.column.copy()
        self.lands = np.zeros(shape)
        self.taken = np.zeros(shape, dtype=int)
        self.floor = np.minimum(terminals.floor, terminals.start)
        clusters = range(len(terminals.clusters))
        self.members = [np.flatnonzero(terminals.cluster == k) for k in clusters]
        region = terminals.cluster_region[terminals.cluster]
        most = np.bincount(region, weights=terminals.send_out, minlength=len(terminals.regions))
        part = terminals.send_out / np.maximum(most[region], 1e-9)
        self.usual = needs(instance)[:, region] * part[:, None]
        self.highest = np.broadcast_to(terminals.send_out[:, None], shape)

    def worlds_of(self, column: int) -> Iterable[int]:
        """Worlds in which a column counts."""
        own = int(self.instance.columns.world[column])
        return range(self.instance.worlds) if own == NOBODY else (own,)

    def put(self, column: int) -> bool:
        """Let a cargo take a column in all its worlds; False, and nothing done, where there is
        no berth or no room."""
        for use in (self.usual, self.highest):
            found = {w: self._terminal(column, w, use) for w in self.worlds_of(column)}
            if all(j is not None for j in found.values()):
                self._write(column, {w: j for w, j in found.items() if j is not None})
                return True
        return False

    def take(self, cargo: int, world: int) -> dict[int, tuple[int, int]]:
        """Take a cargo off the board, in a world, or in all that share its column; what it did:
        world -> (column, terminal)."""
        columns = self.instance.columns
        chosen = int(self.column[world, cargo])
        if chosen == NOBODY:
            return {}
        before = {}
        for w in self.worlds_of(chosen):
            j = int(self.terminal[w, cargo])
            before[w] = (chosen, j)
            if j != NOBODY:
                day = int(columns.day[chosen, w])
                self.lands[w, j, day] -= columns.lands[chosen, w]
                self.taken[w, j, day : day + self.instance.terminals.port_days[j]] -= 1
            self.column[w, cargo] = self.terminal[w, cargo] = NOBODY
        return before

    def restore(self, before: dict[int, tuple[int, int]]) -> None:
        """Put back what `take` has taken."""
        for w, (column, j) in before.items():
            self._write(column, {w: j})

    def _write(self, column: int, at: dict[int, int]) -> None:
        columns = self.instance.columns
        cargo = int(columns.cargo[column])
        for w, j in at.items():
            self.column[w, cargo], self.terminal[w, cargo] = column, j
            if j != NOBODY:
                day = int(columns.day[column, w])
                self.lands[w, j, day] += columns.lands[column, w]
                self.taken[w, j, day : day + self.instance.terminals.port_days[j]] += 1

    def _terminal(self, column: int, world: int, use: Floats) -> int | None:
        """The emptiest terminal that can have it; NOBODY: it does not arrive; None: there is
        none."""
        columns, terminals = self.instance.columns, self.instance.terminals
        day = int(columns.day[column, world])
        if day == NOBODY:
            return NOBODY
        at = self.members[columns.cluster[column]]
        at = at[self.instance.fits[columns.cargo[column], at]]
        free = [
            self.taken[world, j, day : day + terminals.port_days[j]].max() < terminals.berths[j]
            for j in at
        ]
        at = at[np.array(free, dtype=bool)]
        if not len(at):
            return None
        lands = self.lands[world, at].copy()
        lands[:, day] += columns.lands[column, world]
        stock = emptiest(terminals.start[at], self.floor[at], lands, use[world, at])
        room = (stock <= terminals.tank[at, None] + 1e-9).all(axis=1)
        if not room.any():
            return None
        full = np.where(room, stock[:, day] / terminals.tank[at], np.inf)
        return int(at[np.argmin(full)])
