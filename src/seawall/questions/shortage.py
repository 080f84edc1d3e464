"""Why the places that a study speaks of go short: how long they could hold out, and whether what
they lack is not there or was bought by others.

Both need runs of their own, so they are asked for the study's headline places only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.network.rationing import preferring
from seawall.questions.groups import Group, groups, series
from seawall.questions.priced_out import Split, split
from seawall.questions.survival import time_to_survive
from seawall.responses import Market

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.questions.prepared import Prepared
    from seawall.responses import Trajectory
    from seawall.shocks import Conditions

BUYERS = ("scenario", "response", "place", "commodity", "buyer", "quantity")
_NOTHING = 1e-6

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Shortage:
    """What is known of why places go short.

    `survive` holds the time to survive by (response, place, commodity), None where it outlasts the
    run; `splits` what a group lacks, by (response, place, commodity, tier, sector); neither has an
    entry where it was not asked.
    """

    survive: Mapping[Key, float | None] = field(default_factory=dict)
    splits: Mapping[tuple[str, str, str, str, str], Split] = field(default_factory=dict)

    def split_of(self, response: str, group: Group) -> Split | None:
        """The split of a group, if it was asked."""
        return self.splits.get((response, group.place, group.commodity, group.tier, group.sector))

    def buyers(self, scenario: str) -> pd.DataFrame:
        """Who bought what places were priced out of (table `buyers`), most first."""
        rows = [
            (scenario, response, place, commodity, buyer, quantity)
            for (response, place, commodity, tier, _), found in self.splits.items()
            if tier == "all"
            for buyer, quantity in found.buyers.items()
        ]
        return pd.DataFrame(rows, columns=list(BUYERS))


def shortage(ready: Prepared, met: Conditions, runs: Mapping[str, Trajectory]) -> Shortage:
    """Explain the shortages of the headline places under `runs`.

    Time to survive needs no market: it is one figure for all responses but `frozen` (whose own run
    shows it) and `pact`, where loans count.  The split into missing and priced out is asked for
    `market`, and holds for a pact under which nothing was turned over.
    """
    network = ready.network
    every = list(groups(network))
    whole = [g for g in every if g.whole and g.place in ready.study.settings.headline]
    survive = holding_out(ready, met, runs)
    splits: dict[tuple[str, str, str, str, str], Split] = {}
    wanted = network.demands.quantity[:, None] * met.wanted
    for group in whole if "market" in runs else ():
        gap = series(wanted, group) - series(runs["market"].served, group)
        if gap.sum() <= _NOTHING * series(wanted, group).sum():
            continue
        first = Market(preferring(network, group.steps), ready.planning).run(met)
        inside = set(group.steps.tolist())
        for part in every:
            if part.commodity != group.commodity or not inside.issuperset(part.steps.tolist()):
                continue
            found = split(network, met, runs["market"], first, part)
            key: tuple[Any, ...] = (part.place, part.commodity, part.tier, part.sector)
            for name in ("market", "pact"):
                if name in runs and not runs[name].transfers:
                    splits[(name, *key)] = found
    return Shortage(survive, splits)


def holding_out(
    ready: Prepared, met: Conditions, runs: Mapping[str, Trajectory]
) -> dict[Key, float | None]:
    """Time to survive of each headline place by (response, place, commodity) for all `runs` but
    `frozen`; empty where nothing strikes, and in a closed study, which has no base arrivals."""
    others = [name for name in runs if name != "frozen"]
    network = ready.network
    if not others or not met.shocked or network.terms.closed:
        return {}
    frozen = runs.get("frozen") or ready.frozen.run(met)
    survive: dict[Key, float | None] = {}
    for group in groups(network):
        if not (group.whole and group.place in ready.study.settings.headline):
            continue
        free = time_to_survive(network, met, frozen, group)
        for name in others:
            lent = runs[name] if runs[name].transfers else None
            survive[name, group.place, group.commodity] = (
                free if lent is None else time_to_survive(network, met, frozen, group, lent)
            )
    return survive
