"""Tables -> indexed arrays: a balanced, calibrated network and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.errors import InputError, UsageError
from seawall.network.build import raw_network
from seawall.network.calibrate import Calibrated, calibrate
from seawall.network.contradictions import cannot_balance, far_moves
from seawall.network.network import Network
from seawall.network.reconcile import ContradictionError, Move, Reconciled, reconcile
from seawall.study.overlay_blame import blamed

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
    """Read the tables of a study of one chain into a network, balance it and calibrate it.

    A closed study has no base year: its figures stand as they are.

    Raises
    ------
    UsageError
        The study has several chains, each a network with a calendar of its own.
    InputError
        When the figures contradict each other beyond reconciling: the rows that would have to move
        too far, or those of a place that cannot be balanced at all; by file and line of the
        overlay that changed them.
    """
    if len(study.chains) > 1:
        raise UsageError(f"a base is that of one chain: {', '.join(study.chains)}")
    raw, spread = raw_network(study)
    if raw.terms.closed:
        asis = calibrate(raw)
        return BaseCase(asis.network, (), (), (), asis.residual, ())
    try:
        balanced = reconcile(raw, spread, drop_below=_least(study))
    except ContradictionError as error:
        rows = cannot_balance(study, raw, error)
        raise InputError(blamed(rows, study.overlays), study.name) from error
    far = list(far_moves(study, balanced.moves))
    if far:
        raise InputError(blamed(far, study.overlays), study.name)
    priced = calibrate(balanced.network)
    return BaseCase(
        network=priced.network,
        moves=balanced.moves,
        raised=balanced.raised,
        dropped=balanced.dropped,
        residual=priced.residual,
        subsidised=priced.subsidised,
    )


def _least(study: Study) -> float:
    """Flow of a period below which balancing drops a lane: the threshold is one of bulk trade in
    megatonnes, beside which the whole world trade of a metal counted in tonnes is small."""
    bulk = set(study.table("commodities")["unit"]) == {"Mt"}
    yearly = float(study.lookup("assumptions", "value")["drop_below"]) if bulk else 0.0
    return yearly * study.settings.period_days / 365.0
