"""Tables -> indexed arrays: a balanced, calibrated network and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.errors import InputError
from seawall.network.build import raw_network
from seawall.network.calibrate import Calibrated, calibrate
from seawall.network.contradictions import cannot_balance, far_moves
from seawall.network.network import Network
from seawall.network.reconcile import ContradictionError, Move, Reconciled, reconcile

if TYPE_CHECKING:
    from seawall.network.network import Floats
    from seawall.study import Study

__all__ = [
    "BaseCase",
    "Calibrated",
    "Move",
    "Network",
    "Reconciled",
    "base_case",
    "calibrate",
    "raw_network",
    "reconcile",
]


@dataclass(frozen=True)
class BaseCase:
    """The network of a study in its base, and every liberty taken to get there."""

    network: Network
    moves: tuple[Move, ...]
    raised: tuple[tuple[str, float, float], ...]
    dropped: tuple[str, ...]
    residual: Floats
    subsidised: tuple[tuple[str, float, float], ...]


def base_case(study: Study) -> BaseCase:
    """Read a study's tables into a network, balance it and calibrate it.

    Raises
    ------
    InputError
        When the figures contradict each other beyond reconciling: the rows that would have to move
        too far, or those of a place that cannot be balanced at all.
    """
    raw, spread = raw_network(study)
    assumed = study.lookup("assumptions", "value")
    least = float(assumed["drop_below"]) * study.settings.period_days / 365.0
    try:
        balanced = reconcile(raw, spread, drop_below=least)
    except ContradictionError as error:
        raise InputError(list(cannot_balance(study, raw, error)), study.name) from error
    far = list(far_moves(study, balanced.moves))
    if far:
        raise InputError(far, study.name)
    priced = calibrate(balanced.network)
    return BaseCase(
        network=priced.network,
        moves=balanced.moves,
        raised=balanced.raised,
        dropped=balanced.dropped,
        residual=priced.residual,
        subsidised=priced.subsidised,
    )
