"""A study with other figures, and its base."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.network import BaseCase, calibrate, raw_network, reconcile
from seawall.network.build import Spread

if TYPE_CHECKING:
    import pandas as pd

    from seawall.network import Network
    from seawall.network.network import Floats
    from seawall.questions.uncertainty.inputs import Inputs
    from seawall.study import Study


@dataclass(frozen=True)
class Stated:
    """A study as it is stated: what all draws are drawn around."""

    study: Study
    raw: Network
    spread: Spread
    case: BaseCase


def stated(study: Study, case: BaseCase) -> Stated:
    """What draws of a study of one chain, whose base is `case`, are drawn around."""
    raw, spread = raw_network(study)
    return Stated(study, raw, spread, case)


@dataclass(frozen=True)
class Redrawn:
    """A study under a draw, and what the room above base flows is multiplied by, row by row, for
    `facilities` and `lanes`: the base that it stands on is known only once it balances."""

    study: Study
    room: dict[str, Floats]


def redrawn(study: Study, inputs: Inputs, z: Floats) -> Redrawn:
    """`study` where its inputs are off by `z` (inputs,) standard deviations."""
    frames = dict(study.frames)
    before = {name: study.table(name) for name in {c.figure.table for c in inputs.columns}}
    frames.update({name: table.copy() for name, table in before.items()})
    room: dict[str, Floats] = {}
    for column in inputs.columns:
        figure, factor = column.figure, column.factor(z)
        if figure.column == "capacity" and figure.over:
            room[figure.table] = factor
            continue
        table = frames[figure.table]
        # Written as what is stated and a change, so that no change leaves it to the last digit.
        moved = np.where(column.errors.moves, column.errors.value * (factor - 1.0), 0.0)
        if figure.over:
            old = before[figure.table][figure.over].to_numpy(dtype=float)
            moved += table[figure.over].to_numpy(dtype=float) - old
        drawn = before[figure.table][figure.column].to_numpy(dtype=float) + moved
        if np.isfinite(figure.most):
            drawn = np.where(column.errors.moves, np.minimum(drawn, figure.most), drawn)
        if figure.key == "demands.wtp":
            drawn = _in_order(before["demands"], drawn)
        table[figure.column] = drawn
    return Redrawn(replace(study, frames=frames), room)


def _in_order(table: pd.DataFrame, drawn: Floats) -> Floats:
    """Drawn willingness to pay, handed out at each place in the order of what is stated: who pays
    more than whom is a statement of its own, and surer than how much either pays."""
    result = drawn.copy()
    stated = table["wtp"].to_numpy(dtype=float)
    known = table[~np.isnan(stated)]
    for rows in known.groupby(["place", "commodity", "wtp_unit"]).indices.values():
        at = known.index.to_numpy()[rows]
        order = at[np.argsort(stated[at], kind="stable")]
        result[order] = np.sort(drawn[at])
    return result


def drawn_base(draw: Redrawn, around: Stated) -> BaseCase:
    """The balanced and calibrated base of a draw.

    Balancing takes drawn figures as measured with the errors of the stated ones.  Where figures add
    up and errors are normal this draws from the distribution of the truth given all figures and
    that everything balances (randomise, then optimise: Bardsley et al. 2014; the randomised maximum
    likelihood of Oliver et al. 1996).  Lanes that the stated base has dropped stay dropped.  There
    is nothing to balance in a closed study.

    Raises
    ------
    ContradictionError
        No base balances these figures.
    NoPriceError
        Freight exceeds the value of a good at its destination.
    """
    raw, _ = raw_network(draw.study)
    if raw.terms.closed:
        plain = calibrate(_with_room(raw, around.case.network, draw.room))
        return replace(around.case, network=plain.network, residual=plain.residual)
    dropped = np.isin(raw.lanes.id, around.case.dropped)
    raw = replace(raw, lanes=replace(raw.lanes, base=np.where(dropped, 0.0, raw.lanes.base)))
    ground = around.raw
    spread = Spread(
        facility=_relative(around.spread.facility, ground.facilities.base, raw.facilities.base),
        lane=_relative(around.spread.lane, ground.lanes.base, raw.lanes.base),
        demand=_relative(around.spread.demand, ground.demands.quantity, raw.demands.quantity),
    )
    balanced = reconcile(raw, spread)
    network = _with_room(balanced.network, around.case.network, draw.room)
    priced = calibrate(network)
    return BaseCase(
        network=priced.network,
        moves=balanced.moves,
        raised=balanced.raised,
        dropped=around.case.dropped,
        residual=priced.residual,
        subsidised=priced.subsidised,
    )


def _relative(sigma: Floats, stated: Floats, drawn: Floats) -> Floats:
    """Relative to what is drawn, the standard deviation that the stated figure has."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = sigma * (stated / drawn)
    result: Floats = np.where((drawn == stated) | (drawn <= 0), sigma, scaled)
    return result


def _with_room(network: Network, before: Network, room: dict[str, Floats]) -> Network:
    """Capacities of plants and lanes that leave the drawn room above the drawn base."""
    facilities, lanes = network.facilities, network.lanes
    old, old_lanes = before.facilities, before.lanes
    spare = old.spare * (room.get("facilities", 1.0) - 1.0)
    capacity = old.capacity + (facilities.base - old.base) + spare
    limited = np.isfinite(old_lanes.capacity)
    free = np.where(limited, np.maximum(old_lanes.capacity - old_lanes.base, 0.0), 0.0)
    limit = old_lanes.capacity + (lanes.base - old_lanes.base)
    limit = limit + free * (room.get("lanes", 1.0) - 1.0)
    return replace(
        network,
        facilities=replace(facilities, capacity=np.maximum(capacity, facilities.base)),
        lanes=replace(lanes, capacity=np.maximum(limit, lanes.base)),
    )
