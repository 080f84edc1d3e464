"""What the pact is worth by how long a closure lasts, what is to be had, and what is believed.

One number for a pact would be a lie: it depends on the length of the closure, on how much more the
world's plants can make (spot supply), and on what people believe about the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.questions.accounts import pact_tables
from seawall.questions.groups import groups, series
from seawall.questions.parts import lending
from seawall.questions.prepared import Prepared, prepare
from seawall.questions.stress import dates_of
from seawall.runs.executor import spread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.responses import Trajectory
    from seawall.runs.progress import Progress
    from seawall.shocks import Conditions, Scenario
    from seawall.study import Protocol, Study

#: A run ends when the closure, its restarts and the time to give back are over, and then some
#: [weeks]; what is left counts.
AFTER = 40

PACT_WORTH = (
    "weeks", "spot", "belief", "place", "unserved_market", "unserved_pact", "value_market",
    "value_pact", "worth", "lent", "borrowed", "owed",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """One world in which the pact is asked: shocks that last `weeks` weeks, `spot` times the spare
    output that can be reached, and shocks believed to last `belief` times as long again."""

    weeks: float
    spot: float = 1.0
    belief: float = 1.0

    def __str__(self) -> str:
        return f"{self.weeks:g} weeks, spot {self.spot:g}, belief {self.belief:g}"


def pact_worth(
    study: Study,
    scenario: Scenario,
    worlds: Iterable[World],
    protocol: Protocol | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """What the pact changes for each member, in each of `worlds`.

    Parameters
    ----------
    scenario
        Its shocks get the length of each world, their recovery stays.

    Returns
    -------
    DataFrame
        One row a world and member: unserved over the run [unit], values against the base and what
        the pact is worth [million], lent, borrowed and still owed at the end [unit].
    """
    cases = list(worlds)
    chosen = lending(study.variant(*scenario.variants), protocol)
    found = spread(
        partial(_members, chosen, scenario, protocol),
        cases, workers, progress, text="closures with and without the pact",
    )  # fmt: skip
    rows = [row for part in found for row in part]
    return pd.DataFrame(rows, columns=list(PACT_WORTH))


def lasting(scenario: Scenario, weeks: float) -> Scenario:
    """The same scenario with every shock `weeks` long (before its recovery)."""
    shocks = tuple(s.model_copy(update={"days": 7.0 * weeks}) for s in scenario.shock)
    return scenario.model_copy(update={"shock": shocks})


def accounts(
    ready: Prepared, scenario: Scenario, protocol: Protocol | None
) -> tuple[Conditions, dict[str, Trajectory], pd.DataFrame]:
    """`scenario` under market and pact alone: what it meets, both runs, and the table `pact`."""
    met = ready.conditions(scenario)
    runs = {name: ready.response(name, protocol).run(met) for name in ("market", "pact")}
    dates = dates_of(ready.study, scenario, met.periods)
    articles = ready.articles(protocol)
    tables = pact_tables(ready.network, met, articles, runs, ready.base, scenario.name, dates)
    return met, runs, tables["pact"]


def _members(
    study: Study, scenario: Scenario, protocol: Protocol | None, world: World
) -> list[tuple[Any, ...]]:
    ready = for_weeks(_in_world(prepare(study), world), world.weeks)
    met, runs, table = accounts(ready, lasting(scenario, world.weeks), protocol)
    wanted = ready.network.demands.quantity[:, None] * met.wanted
    gaps = {
        (group.place, name): float((series(wanted, group) - series(run.served, group)).sum())
        for group in groups(ready.network)
        if group.whole
        for name, run in runs.items()
    }
    return [
        (
            world.weeks, world.spot, world.belief, row.place,
            gaps.get((str(row.place), "market")), gaps.get((str(row.place), "pact")),
            row.value_market, row.value_pact, row.worth, row.lent, row.borrowed, row.owed,
        )
        for row in table.itertuples(index=False)
    ]  # fmt: skip


def for_weeks(ready: Prepared, weeks: float) -> Prepared:
    """A study whose runs are no longer than a closure of `weeks` weeks needs."""
    days = ready.network.terms.period_days
    return ready.over(min(ready.periods, int((weeks + AFTER) * 7 / days)))


def _in_world(ready: Prepared, world: World) -> Prepared:
    """The study with other spare output and another belief."""
    if world.spot == 1.0 and world.belief == ready.study.settings.market.belief:
        return ready
    facilities = ready.network.facilities
    capacity = facilities.base + world.spot * facilities.spare
    network = replace(ready.network, facilities=replace(facilities, capacity=capacity))
    other = Prepared(ready.study, replace(ready.case, network=network))
    belief = replace(ready.planning.belief, multiple=world.belief)
    return other.believing(belief)
