"""What one member can say from its own part of a problem, and what saying no more costs.

On the plain arrays: the problem of a member alone, the lots and lacks that follow from its plan,
the problem in which only what was accepted is lent, and the price of secrecy: what the plan by
matches costs more than the plan with full information.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.declared import Lack, Lot, last_day, size_class
from seawall.questions.redirect.instance import NOBODY, Columns
from seawall.questions.redirect.volumes import lacking

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from seawall.questions.redirect.declared import Acceptance
    from seawall.questions.redirect.instance import Bools, Instance, Plan
    from seawall.questions.redirect.volumes import Spare

__all__ = [
    "Secrecy",
    "lacks_of",
    "lots_of",
    "only_accepted",
    "own_part",
    "price_of_secrecy",
    "since_of",
    "without_loans",
]


@dataclass(frozen=True)
class Secrecy:
    """What it costs not to show each other the books [million USD].

    `price` is the cost of the plan by matches less that of the plan with full information; it lies
    between `low` and `high` by what the two searches prove.  `unserved` [kt] is what more goes
    unserved, by the judgement of the instance.
    """

    price: float
    low: float
    high: float
    unserved: float
    gap_by_matches: float
    gap_in_full: float


def kept_columns(columns: Columns, keep: Bools) -> Columns:
    """Only some of the columns."""
    return Columns(**{part.name: getattr(columns, part.name)[keep] for part in fields(Columns)})


def without_loans(instance: Instance) -> Instance:
    """The problem in which nobody lends."""
    lending = replace(instance.lending, cargoes_per_week=0.0)
    columns = kept_columns(instance.columns, instance.columns.lender == NOBODY)
    return replace(instance, columns=columns, lending=lending)


def own_part(instance: Instance, member: int) -> Instance:
    """The problem as a member alone sees it: its terminals, its demand, its cargoes and the offers
    of the market; of the others only where their coasts are.

    Columns that take its own cargoes to others stay: they are what it could lend.
    """
    columns, terminals, steps = instance.columns, instance.terminals, instance.steps
    owner = instance.cargoes.owner
    known = (owner == member) | (owner == NOBODY)
    there = terminals.region_member[terminals.cluster_region[columns.cluster]]
    mine = known[columns.cargo] & ((there == member) | (columns.lender == member))
    # A loan that comes in is the other's business.
    mine &= (columns.lender == NOBODY) | (columns.lender == member)
    foreign = terminals.member != member
    region = terminals.region_member != member
    step = region[steps.region]
    return replace(
        instance,
        terminals=replace(
            terminals,
            start=np.where(foreign, 0.0, terminals.start),
            floor=np.where(foreign, 0.0, terminals.floor),
        ),
        steps=replace(
            steps,
            wanted=np.where(step[None, :, None], 0.0, steps.wanted),
            home=np.where(region[None, :, None], 0.0, steps.home),
        ),
        cargoes=replace(instance.cargoes, value=np.where(known, instance.cargoes.value, 0.0)),
        columns=kept_columns(columns, mine),
    )


def lots_of(
    instance: Instance,
    spares: Sequence[Spare],
    prices: Mapping[str, float],
    as_of: date,
    borrower: int,
) -> tuple[tuple[Lot, ...], dict[str, tuple[str, ...]]]:
    """Lots of the cargoes that can be spared, and which cargoes stand behind each, cheapest first.

    Cargoes are of one lot if they are told in the same week, of one class of ship, and at the same
    coasts in the same weeks; of each figure a lot tells the worst, rounded to its disadvantage.

    Parameters
    ----------
    prices
        By id of a cargo, by article 7 [USD/MMBtu].
    """
    terminals = instance.terminals
    groups: dict[tuple[int, str, tuple[tuple[str, int], ...]], list[Spare]] = {}
    for spare in spares:
        weeks = tuple(sorted((terminals.clusters[k], d // 7) for k, d in spare.arrives.items()))
        size = size_class(float(instance.cargoes.size[spare.cargo]))
        groups.setdefault((spare.decide // 7, size, weeks), []).append(spare)
    lots, own = [], {}
    for number, (key, alike) in enumerate(sorted(groups.items()), start=1):
        group = sorted(alike, key=lambda s: (min(s.extra.values()), s.cargo))
        names = tuple(instance.cargoes.ids[spare.cargo] for spare in group)
        cluster = {terminals.clusters[k]: k for k in group[0].arrives}
        extra = {
            coast: float(np.ceil(10 * max(s.extra[k] for s in group) - 1e-9) / 10)
            for coast, k in sorted(cluster.items())
        }
        lots.append(
            Lot(
                id=f"L{number}", week=key[0], size=key[1], cargoes=len(group),
                decide_by=as_of + timedelta(days=min(s.decide for s in group)),
                quantity=float(np.floor(min(s.lands for s in group) + 1e-9)),
                price=float(np.ceil(100 * max(prices[name] for name in names) - 1e-6) / 100),
                arrives={coast: group[0].arrives[k] // 7 for coast, k in sorted(cluster.items())},
                # Saying `max(value, 0.0)` would keep a minus zero.
                extra={coast: value if value > 0 else 0.0 for coast, value in extra.items()},
            )
        )  # fmt: skip
        own[f"L{number}"] = names
    return tuple(lots), own


def lacks_of(
    instance: Instance, alone: Plan, member: int, energy: float, as_of: date, weeks: int
) -> tuple[Lack, ...]:
    """What a member lacks in its plan alone, whole kt and whole cents."""
    rows = [row for row in lacking(instance, alone, member, weeks) if row[3] >= 1.0]
    return tuple(
        Lack(
            id=f"N{number}", week=week, place=instance.terminals.regions[region], tier=tier,
            quantity=float(np.floor(amount)), latest=last_day(as_of, week),
            price=float(np.floor(100 * worth * 1000.0 / energy + 1e-6) / 100),
        )
        for number, (week, region, tier, amount, worth) in enumerate(rows, start=1)
    )  # fmt: skip


def since_of(instance: Instance, member: int) -> int | None:
    """Day from which a member may ask by article 2 in every world in which it may at all."""
    days = instance.lending.from_day[:, member]
    asked = days[days != NOBODY]
    return int(asked.max()) if len(asked) else None


def only_accepted(
    instance: Instance, acceptance: Acceptance, own: Mapping[str, Sequence[str]]
) -> Instance:
    """The problem in which accepted cargoes may go where they were accepted for, and nothing else
    is lent.

    Articles 3, 5 and 6 hold in it as in `instance`: its plans are plans of `instance`.

    Parameters
    ----------
    instance
        With the columns of loans.
    own
        Cargoes by lot, as the lender chose them.
    """
    columns, terminals = instance.columns, instance.terminals
    lends, cargoes = chosen(acceptance, own), list(instance.cargoes.ids)
    keep = columns.lender == NOBODY
    for name, match in lends.items():
        cargo = cargoes.index(name)
        coast = terminals.clusters.index(acceptance.matches[match].coast)
        mine = columns.cargo == cargo
        week = acceptance.matches[match].arrives
        soon = np.all((columns.day == NOBODY) | (columns.day // 7 <= week + 1), axis=1)
        loan = mine & (columns.lender != NOBODY) & (columns.cluster == coast) & soon
        keep = keep | loan
    return replace(instance, columns=kept_columns(columns, keep))


def chosen(acceptance: Acceptance, own: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Which own cargo serves which match (its row): the cheapest of the lot first."""
    left = {lot: list(names) for lot, names in own.items()}
    result: dict[str, int] = {}
    for row, match in enumerate(acceptance.matches):
        names = left.get(match.lot, [])
        for name in names[: match.cargoes]:
            result[name] = row
        left[match.lot] = names[match.cargoes :]
    return result


def price_of_secrecy(instance: Instance, by_matches: Plan, full: Plan) -> Secrecy:
    """Cost of the plan by matches less that of the plan with full information.

    Both are plans for the same morning, `full` with every loan of the pact, `by_matches` with only
    those that were accepted.  The bound of `full` holds for both, and so does `by_matches` as a
    plan with full information: where its search found the better one, that stands for both.
    """
    if by_matches.cost < full.cost:
        full = replace(by_matches, lower_bound=full.lower_bound)

    def unserved(plan: Plan) -> float:
        short = np.maximum(instance.steps.wanted - plan.served, 0.0).sum(axis=(1, 2))
        return float(short.max() if instance.judge == "worst" else instance.weights @ short)

    return Secrecy(
        price=by_matches.cost - full.cost,
        low=max(by_matches.lower_bound - full.cost, 0.0),
        high=by_matches.cost - full.lower_bound,
        unserved=unserved(by_matches) - unserved(full),
        gap_by_matches=by_matches.cost - by_matches.lower_bound,
        gap_in_full=full.cost - full.lower_bound,
    )
