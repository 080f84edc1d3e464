"""One region in one world, cut out of an instance.

Once it is settled which cargo comes to which region, regions have nothing to do with each other but
the floors of lenders that have several; a part takes what the other regions hold as given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.instance import NOBODY, Columns, Instance, Lending, Steps, Terminals

if TYPE_CHECKING:
    from seawall.questions.redirect.instance import Bools, Floats, Ints

__all__ = ["Part", "cut", "in_world", "used_in"]


@dataclass(frozen=True)
class Part:
    """A region in a world: an instance of its own, and where its rows lie in the whole.

    Attributes
    ----------
    terminals, columns, steps
        Numbers in the whole of its terminals, columns and steps of demand.
    floors
        (1, 1, days) stock that all its terminals keep together; -inf: no limit.
    """

    world: int
    region: int
    instance: Instance
    terminals: Ints
    columns: Ints
    steps: Ints
    floors: Floats


def cut(instance: Instance, world: int, region: int, only: Bools, others: Floats | None) -> Part:
    """Cut a region out of a world, with the columns `only` (O,).

    Parameters
    ----------
    others
        (days,) what the other regions of its member hold; None: its member keeps no floor.
    """
    terminals, columns, steps = instance.terminals, instance.columns, instance.steps
    clusters = np.flatnonzero(terminals.cluster_region == region)
    own = np.flatnonzero(np.isin(terminals.cluster, clusters))
    member = int(terminals.region_member[region])
    used = np.flatnonzero(
        only
        & np.isin(columns.cluster, clusters)
        & ((columns.world == NOBODY) | (columns.world == world))
    )
    steps_here = np.flatnonzero(steps.region == region)
    here = np.array([world])
    numbering = np.full(len(terminals.clusters), NOBODY)
    numbering[clusters] = np.arange(len(clusters))
    floors = np.full((1, 1, instance.days), -np.inf)
    if others is not None:
        floors[0, 0] = instance.lending.floor[world, member] - others
    small = replace(
        instance,
        weights=np.ones(1),
        judge="average",
        terminals=_terminals(terminals, own, clusters, region, numbering),
        steps=Steps(
            ids=tuple(steps.ids[m] for m in steps_here),
            region=np.zeros(len(steps_here), dtype=int),
            tier=tuple(steps.tier[m] for m in steps_here),
            worth=steps.worth[steps_here],
            wanted=steps.wanted[np.ix_(here, steps_here)],
            home=steps.home[world : world + 1, region : region + 1],
        ),
        columns=_columns(columns, used, world, numbering),
        lending=_lending(instance.lending, world, member, steps_here),
        end_value=instance.end_value[clusters],
        fits=instance.fits[:, own],
    )
    return Part(world, region, small, own, used, steps_here, floors)


def _terminals(
    terminals: Terminals, own: Ints, clusters: Ints, region: int, numbering: Ints
) -> Terminals:
    arrays = ("start", "floor", "tank", "send_out", "berths", "port_days", "largest", "smallest")
    return replace(
        terminals,
        ids=tuple(terminals.ids[j] for j in own),
        cluster=numbering[terminals.cluster[own]],
        clusters=tuple(terminals.clusters[k] for k in clusters),
        cluster_region=np.zeros(len(clusters), dtype=int),
        regions=(terminals.regions[region],),
        region_member=np.zeros(1, dtype=int),
        members=(terminals.members[int(terminals.region_member[region])],),
        **{name: getattr(terminals, name)[own] for name in arrays},
    )


def _columns(columns: Columns, used: Ints, world: int, numbering: Ints) -> Columns:
    in_world = ("day", "lands", "cost", "freight", "fee")
    plain = ("cargo", "decide", "voyage", "priority")
    return Columns(
        cluster=numbering[columns.cluster[used]],
        world=np.zeros(len(used), dtype=int),
        # A loan is settled when a region is cut out: it is a cargo like any other.
        lender=np.full(len(used), NOBODY),
        **{name: getattr(columns, name)[used, world : world + 1] for name in in_world},
        **{name: getattr(columns, name)[used] for name in plain},
    )


def _lending(lending: Lending, world: int, member: int, steps: Ints) -> Lending:
    return replace(
        lending,
        floor=lending.floor[world : world + 1, member : member + 1],
        serves=lending.serves[np.ix_(np.array([world]), steps)],
        from_day=lending.from_day[world : world + 1, member : member + 1],
        share=np.full(1, np.nan),
    )


def in_world(instance: Instance, world: int, only: Bools, more: Floats | None = None) -> Instance:
    """One world of an instance, with the columns `only` (O,): what would be best if it were known
    that it comes.

    Its columns are those of the whole, in the same order, so `numpy.flatnonzero` of what is used
    numbers them.  `more` (O,) is added to their cost: what one world pays another for doing the
    same today.
    """
    columns = instance.columns
    used = used_in(instance, world, only)
    small = _columns(columns, used, world, np.arange(len(instance.terminals.clusters)))
    extra = np.zeros(len(used)) if more is None else more[used]
    here = slice(world, world + 1)
    return replace(
        instance,
        weights=np.ones(1),
        judge="average",
        columns=replace(
            small, lender=columns.lender[used], cost=small.cost + extra[:, None]
        ),
        steps=replace(
            instance.steps, wanted=instance.steps.wanted[here], home=instance.steps.home[here]
        ),
        lending=replace(
            instance.lending, floor=instance.lending.floor[here],
            serves=instance.lending.serves[here], from_day=instance.lending.from_day[here],
        ),
    )  # fmt: skip


def used_in(instance: Instance, world: int, only: Bools) -> Ints:
    """Numbers of the columns `only` that count in a world."""
    own = instance.columns.world
    return np.flatnonzero(only & ((own == NOBODY) | (own == world)))
