"""A made-up morning around a made-up instance: book, voyages and worlds that fit its arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from tests.questions.redirect.instances import tiny

from seawall.questions.redirect.alone import greedy, nothing
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.ladder import Planned
from seawall.questions.redirect.planned import planned as as_planned
from seawall.questions.redirect.rules import ANYWAY, ONLY_WITH
from seawall.questions.redirect.search import solve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.questions.redirect.instance import Instance

DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class World:
    name: str
    weight: float
    reopens: Mapping[str, float]
    consent: bool = False


@dataclass(frozen=True)
class Book:
    """In the place of a study: its tables."""

    frames: Mapping[str, pd.DataFrame]

    def table(self, name: str) -> pd.DataFrame:
        return self.frames[name].copy()


@dataclass(frozen=True)
class Ready:
    """In the place of `Prepared`."""

    study: Book
    as_of: date
    worlds: tuple[World, ...]
    instance: Instance
    voyages: pd.DataFrame
    chooser: Any
    cargoes: tuple[Any, ...]


class _Rules:
    """In the place of the clauses: sellers of every other cargo would have to be asked."""

    def may(self, row: Any, cluster: int, planned: int, *, home: bool) -> str:
        asks = row.flexible == "unknown" and cluster != planned
        return ONLY_WITH if asks else ANYWAY


def ready_of(instance: Instance) -> Any:
    """Terminals are where cargoes were meant to go by `planned`; every way of a stuck cargo crosses
    the strait, which opens on another day in each world."""
    worlds = tuple(
        World(f"world {w}", float(weight), {"strait": 10.0 * (w + 1)})
        for w, weight in enumerate(instance.weights)
    )
    base = as_planned(instance)
    book = _book(instance, base[0])
    seats = {name: j for j, name in enumerate(instance.terminals.ids)}
    movable = tuple(
        SimpleNamespace(
            row=row, owner=int(instance.cargoes.owner[c]),
            cluster=int(instance.terminals.cluster[seats[row.destination]])
            if row.destination else NOBODY,
        )
        for c, row in enumerate(book["cargoes"].itertuples(index=False))
    )  # fmt: skip
    return Ready(
        Book(book), DAY, worlds, instance, _voyages(instance, base),
        SimpleNamespace(rules=_Rules()), movable,
    )  # fmt: skip


def _book(instance: Instance, base: Any) -> dict[str, pd.DataFrame]:
    cargoes, columns, terminals = instance.cargoes, instance.columns, instance.terminals
    rows = []
    for c, name in enumerate(cargoes.ids):
        offer = cargoes.owner[c] == NOBODY
        o = base[c]
        first = int(np.flatnonzero(terminals.cluster == columns.cluster[o])[0]) if o >= 0 else 0
        day = int(columns.day[o].max()) if o >= 0 else 0
        rows.append({
            "id": name, "contract": "" if offer else f"contract-{c}", "seller": "seller",
            "buyer": "" if offer else "buyer", "state": "offer" if offer else "laden",
            "owner": "" if offer else terminals.members[cargoes.owner[c]],
            "load": "plant", "load_from": "2026-02-20", "load_to": "2026-02-22",
            "ship": "" if offer else f"ship-{c}", "size": cargoes.size[c], "energy": np.nan,
            "basis": "DES", "flexible": "unknown" if c % 2 else "yes",
            "destination": "" if offer else terminals.ids[first],
            "eta": "" if offer else (DAY + timedelta(days=max(day, 0))).isoformat(),
            "price": 15.0 if offer else np.nan,
        })  # fmt: skip
    ships = pd.DataFrame({"id": [row["ship"] for row in rows if row["ship"]]})
    return {
        "cargoes": pd.DataFrame(rows), "ships": ships,
        "clauses": pd.DataFrame({"contract": [], "consent": []}, dtype=object),
    }  # fmt: skip


def _voyages(instance: Instance, base: Any) -> pd.DataFrame:
    columns, terminals = instance.columns, instance.terminals
    day = columns.day.max(axis=1)
    return pd.DataFrame({
        "voyage": np.arange(len(day)),
        "cargo": [instance.cargoes.ids[c] for c in columns.cargo],
        "world": columns.world,
        "terminal": [terminals.ids[np.flatnonzero(terminals.cluster == k)[0]]
                     for k in columns.cluster],
        "depart_day": 0.0, "arrive_day": np.where(day < 0, instance.days, day).astype(float),
        "wait_days": 0.0,
        "crossings": ["strait@4.00" if c % 3 == 0 else "" for c in columns.cargo],
        "points": ["0.00 0.00;1.00 1.00"] * len(day),
        "base": np.isin(np.arange(len(day)), base),
    })  # fmt: skip


def ladder(instance: Instance, time_limit: float = 20.0) -> dict[str, Planned]:
    """The plans of an instance; the pact is the instance's own lending."""
    made = {
        "nothing": nothing(instance),
        "greedy": greedy(instance),
        "alone": solve(instance, time_limit=time_limit, gap=0.0),
    }
    return {name: Planned(name, instance, plan) for name, plan in made.items()}


def a_morning(seed: int, **changes: object) -> tuple[Any, dict[str, Planned]]:
    """A tiny morning and its plans."""
    instance = tiny(seed, **changes)
    return ready_of(instance), ladder(instance)
