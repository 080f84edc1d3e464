"""Who goes without because nothing is there, and who because others paid more.

The counterfactual is the same response in a world in which the place outbids everybody
(`seawall.network.rationing.preferring`).  What is unserved even there is physically missing; the
rest was priced out, and those bought it who are served less when the place comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from seawall.network import Network
    from seawall.network.network import Floats
    from seawall.questions.groups import Group
    from seawall.responses import Trajectory
    from seawall.shocks import Conditions

#: Amounts below this part of demand are noise.
NOISE = 1e-6


@dataclass(frozen=True)
class Split:
    """What a group goes without, over a run [unit].

    Attributes
    ----------
    missing
        What it would not have got either if it had outbid everybody.
    priced_out
        The rest.
    buyers
        Who bought what was priced out, most first; it adds up to `priced_out`.  Places within the
        group's own country are named, others by country.  Empty where nothing was priced out, or
        where nobody would have been served less: then it would have been made or shipped for the
        group alone, at a price that its demand did not reach, or it went into another good of its
        own country.
    """

    missing: float
    priced_out: float
    buyers: dict[str, float]


def split(
    network: Network, met: Conditions, run: Trajectory, counterfactual: Trajectory, group: Group
) -> Split:
    """Split what `group` is not served under `run` into physically missing and priced out.

    Steps are split one by one, so the tiers and sectors of a place add up to the whole.

    Parameters
    ----------
    counterfactual
        The same response, run on `preferring(network, steps)` with all steps of the place to which
        the group belongs.
    """
    wanted = (network.demands.quantity[:, None] * met.wanted).sum(axis=1)
    unserved = _unserved(wanted, run)
    steps = group.steps
    missing = float(np.minimum(unserved, _unserved(wanted, counterfactual))[steps].sum())
    priced_out = float(unserved[steps].sum()) - missing
    if priced_out <= NOISE * float(wanted[steps].sum()):
        return Split(missing + max(priced_out, 0.0), 0.0, {})
    less = (run.served - counterfactual.served).sum(axis=1)
    return Split(missing, priced_out, _buyers(network, wanted, less, group, priced_out))


def _unserved(wanted: Floats, run: Trajectory) -> Floats:
    """What is not served of each demand step over the run (demand steps,)."""
    gap = wanted - run.served.sum(axis=1)
    return np.where(gap > NOISE * wanted, gap, 0.0)


def _buyers(
    network: Network, wanted: Floats, less: Floats, group: Group, priced_out: float
) -> dict[str, float]:
    """Places that are served `less` (demand steps,) in the counterfactual, scaled to what was
    priced out."""
    given_up: dict[str, float] = {}
    demand: dict[str, float] = {}
    own = set(network.demands.node[group.steps].tolist())
    home = {network.nodes.country[n] for n in own}
    for m, n in enumerate(network.demands.node.tolist()):
        country, good = network.nodes.country[n], network.nodes.commodity[n]
        # What a country makes of it at home is no sale to anybody; abroad it is, as LNG for gas.
        if n in own or (country in home and good != group.commodity):
            continue
        name = network.nodes.place[n] if country in home else country
        given_up[name] = given_up.get(name, 0.0) + float(less[m])
        demand[name] = demand.get(name, 0.0) + float(wanted[m])
    bought = {k: v for k, v in given_up.items() if v > NOISE * demand[k]}
    total = sum(bought.values())
    ordered = sorted(bought, key=lambda k: (-bought[k], k))
    return {name: bought[name] * priced_out / total for name in ordered}
