"""What of a PyPSA network a study cannot hold: told one and all, never dropped in silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seawall.exchange.peer import Peer

__all__ = ["Loss", "Losses", "unsupported"]

_SHOWN = 5


@dataclass(frozen=True)
class Loss:
    """One thing that cannot be carried over.

    Attributes
    ----------
    kind, attribute
        PyPSA's class of component ("Generator"; "Network" for the network as a whole) and
        attribute.
    names
        Components that have it.
    why
        Why it cannot.
    instead
        What is carried over in its place with `partly`; blank: nothing can be.
    """

    kind: str
    attribute: str
    names: tuple[str, ...]
    why: str
    instead: str

    def __str__(self) -> str:
        return f"{self.where} ({self.who}): {self.why}. Instead: {self.instead}."

    @property
    def where(self) -> str:
        return f"{self.kind}.{self.attribute}" if self.attribute else self.kind

    @property
    def who(self) -> str:
        """The components, the first few by name."""
        more = len(self.names) - _SHOWN
        return ", ".join(self.names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")

    def problem(self, source: str) -> Problem:
        """The loss as a problem of the file it stands in."""
        fix = f"with --partly: {self.instead}" if self.instead else "no part of it can be"
        return Problem(source, None, self.where, self.who, self.why, fix)


@dataclass
class Losses:
    """Losses in the making: components with the same loss are one."""

    found: dict[tuple[str, str, str, str], list[str]] = field(default_factory=dict)

    def add(self, kind: str, attribute: str, names: Iterable[str], why: str, instead: str) -> None:
        """Note that components cannot be carried over as they are; none: nothing is noted."""
        new = [str(name) for name in names]
        if new:
            self.found.setdefault((kind, attribute, why, instead), []).extend(new)

    def all(self) -> tuple[Loss, ...]:
        """All losses in the order in which they were found."""
        return tuple(
            Loss(kind, attribute, tuple(dict.fromkeys(names)), why, instead)
            for (kind, attribute, why, instead), names in self.found.items()
        )


_IGNORED = "it is left out"
#: (component, attribute, default, why, what happens with `partly`): any other value is a loss.
_STATIC: tuple[tuple[tuple[str, ...], str, float | bool, str, str], ...] = (
    (("Generator", "Link", "Process"), "committable", False,
     "units that are on or off are no linear program", "it runs at any output, free to start"),
    (("Generator", "Link", "Process"), "maintainable", False,
     "the choice of a time for maintenance is no linear program", _IGNORED),
    (("Generator", "Link", "Process", "StorageUnit"), "p_nom_extendable", False,
     "a study has no choice of capacity", "the capacity is p_nom"),
    (("Store",), "e_nom_extendable", False, "a study has no choice of capacity",
     "the capacity is e_nom"),
    (("Generator",), "e_sum_min", -np.inf, "no sum over time has a limit", _IGNORED),
    (("Generator",), "e_sum_max", np.inf, "no sum over time has a limit", _IGNORED),
    (("Store",), "e_cyclic", False, "a run has a first day and does not return to it",
     "it starts with e_initial and ends as it likes"),
    (("StorageUnit",), "cyclic_state_of_charge", False,
     "a run has a first day and does not return to it",
     "it starts with state_of_charge_initial and ends as it likes"),
    (("Store", "StorageUnit"), "sign", 1.0, "a store has no sign", "the sign is 1"),
    (("Generator", "Link", "Process"), "ramp_limit_start_up", np.nan,
     "no change from period to period has a limit", _IGNORED),
    (("Generator", "Link", "Process"), "ramp_limit_shut_down", np.nan,
     "no change from period to period has a limit", _IGNORED),
)  # fmt: skip
_SERIES: tuple[tuple[tuple[str, ...], str, float, str, str], ...] = (
    (("Generator", "Link", "Process"), "ramp_limit_up", np.nan,
     "no change from period to period has a limit", _IGNORED),
    (("Generator", "Link", "Process"), "ramp_limit_down", np.nan,
     "no change from period to period has a limit", _IGNORED),
    (("Generator", "Link", "Process", "StorageUnit", "Store"), "marginal_cost_quadratic", 0.0,
     "costs that rise with the square are no linear program", _IGNORED),
    (("Generator", "Link", "Process", "Store", "StorageUnit"), "p_set", np.nan,
     "an output that is fixed in advance is no limit of a study", _IGNORED),
    (("Store",), "e_set", np.nan, "a filling that is fixed in advance is no limit of a study",
     _IGNORED),
    (("StorageUnit",), "state_of_charge_set", np.nan,
     "a filling that is fixed in advance is no limit of a study", _IGNORED),
    (("StorageUnit",), "p_dispatch_set", np.nan,
     "an output that is fixed in advance is no limit of a study", _IGNORED),
    (("StorageUnit",), "p_store_set", np.nan,
     "an output that is fixed in advance is no limit of a study", _IGNORED),
    (("Store", "StorageUnit"), "marginal_cost_storage", 0.0,
     "a study has no cost of holding what is stored", _IGNORED),
    (("StorageUnit",), "spill_cost", 0.0, "a study has no cost of letting inflow go", _IGNORED),
)  # fmt: skip
_PIECEWISE = ("Generator", "Link", "Process", "Store", "StorageUnit")


def unsupported(peer: Peer, losses: Losses) -> None:
    """Note every attribute and component of a network that no part of a study stands for."""
    for kinds, attribute, default, why, instead in _STATIC:
        for kind in kinds:
            frame = peer.frame(kind)
            if attribute in frame:
                names = frame.index[_differs(frame[attribute].to_numpy(), default)]
                losses.add(kind, attribute, names, why, instead)
    for kinds, attribute, default, why, instead in _SERIES:
        for kind in kinds:
            if attribute in peer.frame(kind):
                table = peer.series(kind, attribute)
                names = peer.frame(kind).index[_differs(table, default).any(axis=1)]
                losses.add(kind, attribute, names, why, instead)
    for kind in _PIECEWISE:
        for attribute in peer.piecewise(kind):
            names = peer.frame(kind).index
            losses.add(kind, attribute, names, "costs or yields in pieces", "the plain value")
    for kind in ("Line", "Transformer"):
        losses.add(
            kind, "", peer.frame(kind).index, "flows on it follow Kirchhoff's laws",
            "a lane each way that carries s_nom, without Kirchhoff's laws and without losses",
        )  # fmt: skip
    limits = peer.network.global_constraints.index
    losses.add("GlobalConstraint", "", limits, "no limit spans components", _IGNORED)


def fatal(network: Any) -> Iterator[Loss]:
    """What makes a network no one stretch of time with one future: nothing of it can be taken."""
    whole = (
        ("has_investment_periods", "investment_periods", "a study has no periods of investment"),
        ("has_scenarios", "scenarios", "a study has one future, and scenarios that disturb it"),
        ("has_risk_preference", "risk_preference", "a study has no preference for risk"),
    )
    for flag, attribute, why in whole:
        if getattr(network, flag, False):
            yield Loss("Network", attribute, (str(network.name),), why, "")


def _differs(values: Any, default: float | bool) -> Any:
    """Where values are not the default; absent stands for the default."""
    if isinstance(default, bool):
        return np.asarray(values, dtype=bool) != default
    table = np.asarray(values, dtype=float)
    return ~np.isnan(table) & (table != default)
