"""What a scenario means for a book: passages by day, plants, demand, gas from home, bans.

What it cannot mean here (power grids, quotas, tariffs, other goods, single lanes, terminals that
stop sending out) is told in words instead of being left out in silence.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import UnknownName, UsageError
from seawall.questions.redirect.worlds import pieces
from seawall.shocks.targets import found

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seawall.network import Network
    from seawall.questions.redirect.instance import Bools, Floats
    from seawall.questions.redirect.worlds import World
    from seawall.shocks import Scenario, Shock
    from seawall.study import Study

    Pieces = list[tuple[float, float, float]]
    AnyPieces = Sequence[tuple[float, float, float]]

__all__ = ["Ban", "Emergency", "Gate", "emergency_of", "every_nth", "level_on"]

OPEN = 1.0 - 1e-9


@dataclass(frozen=True)
class Gate:
    """When a passage is shut: for everybody (`shut`), and for those whose turn it is not while it
    is open in part (`narrow`); intervals of days that do not meet, in order."""

    shut: tuple[tuple[float, float], ...]
    narrow: tuple[tuple[float, float], ...]
    pieces: tuple[tuple[float, float, float], ...] = ()
    """(from day, to day, share that may pass)."""

    def opens(self, day: float, *, favoured: bool = False) -> float:
        """First moment from `day` on at which a ship may pass; inf: never."""
        for start, end in self.shut if favoured else self.narrow:
            if start <= day < end:
                return end
        return day


@dataclass(frozen=True)
class Ban:
    """LNG of some loading terminals that may not go to some clusters: `pieces` (from day of
    loading, to day, share that may)."""

    origins: frozenset[str]
    clusters: frozenset[str]
    pieces: Pieces


@dataclass(frozen=True)
class Emergency:
    """A scenario in the book's days.

    Attributes
    ----------
    gates
        For each world, the gate of each passage that is struck.
    plants
        Pieces by loading terminal: the share of its output that is left.
    wanted
        (network's demand steps, days) demand as a multiple of the base.
    home
        (network's facilities, days) share of a facility's output that is left.
    bans
        What may not go where.
    unread
        What of the scenario has no meaning for a book, in words.
    """

    gates: tuple[dict[str, Gate], ...]
    plants: dict[str, Pieces]
    wanted: Floats
    home: Floats
    bans: tuple[Ban, ...]
    unread: tuple[str, ...]

    @property
    def passages(self) -> tuple[str, ...]:
        """Passages that are struck in any world."""
        return tuple(dict.fromkeys(name for gates in self.gates for name in gates))


def level_on(found: AnyPieces, days: Floats) -> Floats:
    """Lowest level of `pieces` at given days; 1 outside of them."""
    result = np.ones(len(days))
    for start, end, level in found:
        result = np.where((days >= start) & (days < end), np.minimum(result, level), result)
    return result


def every_nth(shares: Sequence[float]) -> Bools:
    """Which of a row are picked so that of any first n about the sum of their shares is: the
    remainder is carried on, nobody draws lots.

    >>> every_nth([0.5, 0.5, 0.5, 0.5]).tolist()
    [False, True, False, True]
    """
    total = np.floor(np.cumsum(np.asarray(shares, dtype=float)) + 1e-9)
    result: Bools = np.diff(total, prepend=0.0) > 0
    return result


def emergency_of(
    study: Study,
    network: Network,
    scenario: Scenario | None,
    worlds: Sequence[World],
    shift: float,
    days: int,
    good: str,
) -> Emergency:
    """What `scenario` means in each of `worlds`.

    Parameters
    ----------
    network
        The base of the chain of goods that the cargoes belong to.
    shift
        Day of the book on which the scenario's day 0 lies.
    good
        The commodity that ships carry.

    Raises
    ------
    UnknownName
        A passage, place or commodity that the study does not know.
    """
    reading = _Reading(study, network, shift, days, good)
    shocks = scenario.shock if scenario else ()
    for shock in shocks:
        reading.read(shock)
    return Emergency(
        gates=tuple(_gates(shocks, world, shift) for world in worlds),
        plants=dict(reading.plants), wanted=reading.wanted, home=reading.home,
        bans=tuple(reading.bans), unread=tuple(dict.fromkeys(reading.unread)),
    )  # fmt: skip


def _gates(shocks: Iterable[Shock], world: World, shift: float) -> dict[str, Gate]:
    by_passage: dict[str, list[Shock]] = defaultdict(list)
    for shock in shocks:
        if shock.passage is not None:
            by_passage[shock.passage].append(shock)
    gates = {}
    for name, several in by_passage.items():
        # Another day of reopening is one of the last closure of the passage.
        last = max(several, key=lambda s: s.start_day + s.days)
        every: Pieces = []
        for shock in several:
            every += pieces(shock, shift, world.reopens.get(name) if shock is last else None)
        gates[name] = Gate(
            shut=_merged([(a, b) for a, b, level in every if level <= 1.0 - OPEN]),
            narrow=_merged([(a, b) for a, b, level in every if level < OPEN]),
            pieces=tuple(every),
        )
    return gates


def _merged(intervals: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    result: list[tuple[float, float]] = []
    for start, end in sorted(intervals):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


class _Reading:
    """Reads shocks one by one."""

    def __init__(self, study: Study, network: Network, shift: float, days: int, good: str) -> None:
        self.study, self.network, self.good = study, network, good
        self.shift, self.days = shift, np.arange(days, dtype=float)
        self.plants: dict[str, Pieces] = defaultdict(list)
        self.wanted = np.ones((len(network.demands), days))
        self.home = np.ones((len(network.facilities), days))
        self.bans: list[Ban] = []
        self.unread: list[str] = []
        self._country: dict[str, str] = study.lookup("places", "country")
        terminals = study.table("terminals")
        loading = terminals[terminals["role"] == "loading"]
        self._loads = list(zip(loading["id"], loading["place"], strict=True))
        receiving = terminals[terminals["role"] == "receiving"]
        parent = study.lookup("places", "parent")
        self._clusters = {parent.get(p) or p for p in receiving["place"]}
        self._receiving = set(receiving["place"])

    def read(self, shock: Shock) -> None:
        kind, name = shock.target
        if shock.on_grid or kind in ("quota", "tariff", "lane"):
            self.unread.append(f"the shock on {kind} {name}")
        elif kind == "passage":
            if name not in set(self.study.table("passages")["id"]):
                raise UnknownName("passage", name, self.study.table("passages")["id"])
        elif kind == "demand":
            self._demand(shock, name)
        elif kind == "ban":
            self._ban(shock, name)
        else:
            self._output(shock, kind, name)

    def _at(self, place: str, where: str) -> bool:
        return where in (place, self._country.get(place))

    def _known(self, name: str) -> None:
        places = self.study.table("places")
        known = {*places["id"], *places["country"]}
        if name not in known:
            raise UnknownName("place", name, known)

    def _demand(self, shock: Shock, name: str) -> None:
        self._known(name)
        rows = found(self.network, shock)
        if not rows:
            self.unread.append(f"the demand of {name}, which is of other goods")
            return
        level = _mean_levels(pieces(shock, self.shift), self.days)
        self.wanted[rows] *= level

    def _ban(self, shock: Shock, name: str) -> None:
        self._known(name)
        if shock.commodity not in (None, self.good):
            self.unread.append(f"the ban on {shock.commodity} from {name}")
            return
        origins = frozenset(i for i, place in self._loads if self._at(place, name))
        abroad = {c for c in self._clusters if not self._at(c, name)}
        to = {c for c in abroad if shock.to is None or self._at(c, shock.to)}
        self.bans.append(Ban(origins, frozenset(to), pieces(shock, self.shift)))

    def _output(self, shock: Shock, kind: str, name: str) -> None:
        facilities = self.study.table("facilities")
        if kind == "facility":
            own = facilities[facilities["id"] == name]
            if own.empty:
                raise UnknownName("facility", name, facilities["id"])
            where = set(own["place"])
        else:
            self._known(name)
            where = {p for p in self._country if self._at(p, name)} | {name}
        rows = [f for f in found(self.network, shock) if self._makes_nothing_of_it(f)]
        level = _mean_levels(pieces(shock, self.shift), self.days)
        self.home[rows] = np.minimum(self.home[rows], level)
        if shock.commodity in (None, self.good) and kind in ("facility", "place"):
            for terminal, place in self._loads:
                if place in where:
                    self.plants[terminal] += pieces(shock, self.shift)
        if where & self._receiving:
            self.unread.append(f"that {name} stops sending out what its tanks hold")
        elif shock.commodity not in (None, self.good) and not rows:
            self.unread.append(f"the shock on {shock.commodity} in {name}")

    def _makes_nothing_of_it(self, facility: int) -> bool:
        """Whether a facility takes nothing from the tanks of terminals."""
        recipe = self.network.facilities.recipe.tocsc()
        part = slice(recipe.indptr[facility], recipe.indptr[facility + 1])
        used = recipe.indices[part][recipe.data[part] < 0]
        return all(self.network.nodes.commodity[i] != self.good for i in used)


def _mean_levels(found: Pieces, days: Floats) -> Floats:
    """Mean level over each day."""
    result = np.ones(len(days))
    for start, end, level in found:
        inside = np.clip(np.minimum(days + 1.0, end) - np.maximum(days, start), 0.0, None)
        result += (level - 1.0) * inside
    return np.maximum(result, 0.0)


class WithoutEffectError(UsageError):
    """The emergency touches nothing of the book."""


def without_effect(looked_for: Sequence[str]) -> WithoutEffectError:
    """The error for an emergency that touches nothing of a book."""
    return WithoutEffectError(
        "this emergency has no effect on the book: " + "; ".join(looked_for or ["it says nothing"])
    )
