"""A PyPSA network as plain tables and arrays: its active components, dense series, weightings."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from seawall.network.network import Floats

__all__ = ["KINDS", "Peer"]

#: Components that hold, make, move or want something.
KINDS = ("Generator", "Load", "Store", "StorageUnit", "Link", "Process", "Line", "Transformer")
_BUS = re.compile(r"bus[0-9]*")
#: Attributes that must be numbers, by component.
_NEEDED = {
    "Generator": ("p_nom", "p_max_pu", "p_min_pu", "marginal_cost", "sign"),
    "Load": ("p_set", "sign"),
    "Store": ("e_nom", "e_initial", "standing_loss", "marginal_cost", "e_min_pu", "e_max_pu"),
    "StorageUnit": ("p_nom", "max_hours", "state_of_charge_initial", "efficiency_store",
                    "efficiency_dispatch", "standing_loss", "inflow", "marginal_cost", "p_max_pu",
                    "p_min_pu"),
    "Link": ("p_nom", "p_max_pu", "p_min_pu", "marginal_cost"),
    "Process": ("p_nom", "p_max_pu", "p_min_pu", "marginal_cost"),
    "Line": ("s_nom", "s_max_pu"),
    "Transformer": ("s_nom", "s_max_pu"),
}  # fmt: skip
_MAY_BE_INFINITE = ("p_nom", "e_nom", "s_nom")


class Peer:
    """A PyPSA network, seen through what an import needs.

    Attributes
    ----------
    network
        The `pypsa.Network`.
    periods
        Number of snapshots.
    """

    def __init__(self, network: Any) -> None:
        self.network = network
        self.periods = len(network.snapshots)
        self._frames: dict[str, pd.DataFrame] = {}

    def all(self, kind: str) -> pd.DataFrame:
        """The static attributes of every component of a kind, by name."""
        part = self._part(kind)
        frame: pd.DataFrame = self.network.buses.iloc[:0, :0] if part is None else part.static
        return frame

    def _part(self, kind: str) -> Any:
        """PyPSA's own object for a kind; None where its version has none (Process came late)."""
        parts = {part.name: part for part in self.network.components}
        return parts.get(kind)

    def frame(self, kind: str) -> pd.DataFrame:
        """The static attributes of the active components of a kind, by name."""
        if kind not in self._frames:
            frame = self.all(kind)
            if "active" in frame:
                frame = frame[frame["active"].astype(bool)]
            self._frames[kind] = frame
        return self._frames[kind]

    def series(self, kind: str, attribute: str) -> Floats:
        """An attribute of the active components over time (components, snapshots)."""
        frame = self.frame(kind)
        if attribute not in frame:
            return np.zeros((len(frame), self.periods))
        fixed = frame[attribute].to_numpy(dtype=float)
        table = np.repeat(fixed[:, None], self.periods, axis=1)
        part = self._part(kind)
        varying = None if part is None else part.dynamic.get(attribute)
        if varying is not None and len(varying.columns):
            place = {name: i for i, name in enumerate(frame.index)}
            for name in varying.columns:
                if name in place:
                    table[place[name]] = varying[name].to_numpy(dtype=float)
        return table

    def varies(self, kind: str, attribute: str) -> list[str]:
        """Names of the active components of which an attribute changes over time."""
        table = self.series(kind, attribute)
        changes = (table != table[:, :1]).any(axis=1)
        return [str(name) for name in self.frame(kind).index[changes]]

    def piecewise(self, kind: str) -> list[str]:
        """Attributes of a kind that PyPSA gives in pieces."""
        component = self._part(kind) if len(self.frame(kind)) else None
        has = getattr(component, "has_piecewise", None)  # before 1.3 nothing was in pieces
        names = ("marginal_cost", "efficiency", "rate", "capital_cost")
        return [name for name in names if has is not None and has(name)]

    @cached_property
    def hours(self) -> Floats:
        """Length of each snapshot in hours: the weighting by which stores fill."""
        found: Floats = self.network.snapshot_weightings["stores"].to_numpy(dtype=float)
        return found

    @cached_property
    def steps(self) -> Floats:
        """Length of each snapshot in the unit in which delays are counted."""
        found: Floats = self.network.snapshot_weightings["generators"].to_numpy(dtype=float)
        return found

    @property
    def even(self) -> bool:
        """Whether all snapshots are of one length."""
        return bool(np.ptp(self.hours) == 0 and np.ptp(self.steps) == 0)

    @cached_property
    def worth(self) -> Floats:
        """What a megawatt-hour of each snapshot counts in the objective."""
        counted = self.network.snapshot_weightings["objective"].to_numpy(dtype=float)
        found: Floats = counted / self.hours
        return found

    def problems(self, source: str) -> Iterator[Problem]:
        """What is broken: names twice, buses that are not there, figures that are none."""
        for kind in ("Bus", *KINDS):
            names = self.all(kind).index
            for name in dict.fromkeys(names[names.duplicated()]):
                rule = f"two components of kind {kind} have this name"
                yield Problem(source, None, kind, str(name), rule, "give each its own")
        buses = set(self.network.buses.index)
        for kind in KINDS:
            frame = self.frame(kind)
            for column in [str(c) for c in frame.columns if _BUS.fullmatch(str(c))]:
                optional = column not in ("bus", "bus0", "bus1")
                for name, bus in frame[column].items():
                    if bus not in buses and not (optional and bus in ("", None)):
                        rule, fix = "there is no such bus", "add the bus, or name another"
                        where = f"{kind}.{column} of {name}"
                        yield Problem(source, None, where, str(bus), rule, fix)
        yield from self._no_numbers(source)
        for column in ("objective", "stores", "generators"):
            weights = self.network.snapshot_weightings[column].to_numpy(dtype=float)
            wrong = ~np.isfinite(weights) | (weights <= 0)
            if wrong.any():
                first = self.network.snapshots[int(np.argmax(wrong))]
                rule, fix = "a weighting must be a number above 0", f"mend it at {first}"
                value = f"{weights[wrong][0]:g}"
                yield Problem(source, None, f"snapshot_weightings.{column}", value, rule, fix)

    def _no_numbers(self, source: str) -> Iterator[Problem]:
        for kind, needed in _NEEDED.items():
            frame = self.frame(kind)
            more = [str(c) for c in frame.columns if str(c).startswith(("efficiency", "rate"))]
            for attribute in dict.fromkeys(
                (*needed, *(more if kind in ("Link", "Process") else ()))
            ):
                if attribute not in frame:
                    continue
                table = self.series(kind, attribute)
                wrong = np.isnan(table)
                if attribute not in _MAY_BE_INFINITE:
                    wrong |= np.isinf(table)
                wrong &= ~self._unused_port(kind, attribute)[:, None]
                for i in np.flatnonzero(wrong.any(axis=1)):
                    t = int(np.argmax(wrong[i]))
                    when = self.network.snapshots[t]
                    yield Problem(
                        source, None, f"{kind}.{attribute} of {frame.index[int(i)]}",
                        f"{table[i, t]:g}", f"not a number (first at snapshot {when})",
                        "give it a value",
                    )  # fmt: skip

    def _unused_port(self, kind: str, attribute: str) -> np.ndarray:
        """Which components have no bus at the port of an efficiency or rate."""
        frame = self.frame(kind)
        none = np.zeros(len(frame), dtype=bool)
        if not attribute.startswith(("efficiency", "rate")) or kind not in ("Link", "Process"):
            return none
        port = attribute.removeprefix("efficiency").removeprefix("rate") or "1"
        bus = frame.get(f"bus{port}")
        return none if bus is None else ~bus.isin(self.network.buses.index).to_numpy()
