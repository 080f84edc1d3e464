"""Made-up problems of one morning: tiny enough to enumerate, middling, and as large as a real one.

Quantities are whole tonnes, worth is whole dollars a tonne and money whole thousands of dollars,
so that a solver of whole numbers meets the same problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.redirect.instance import (
    NOBODY,
    Cargoes,
    Columns,
    Instance,
    Lending,
    Steps,
    Terminals,
)

if TYPE_CHECKING:
    from seawall.questions.redirect.instance import Bools, Floats, Ints, Plan

#: Worth of gas at the base price [million USD a kt]: 11.3 USD/MMBtu.
BASE = 0.582
#: A day of a ship [million USD].
SHIP_DAY = 0.096
CUBIC_METRES = np.array([140_000.0, 155_000.0, 174_000.0, 174_000.0, 215_000.0])
#: Loaded kt a m3.
FILLED = 0.985 * 0.45 / 1e3


def tiny(seed: int, **changes: object) -> Instance:
    """4-7 cargoes, 2-3 terminals, 6-12 days: can be enumerated."""
    rng = np.random.default_rng(seed)
    sizes: dict[str, object] = {
        "cargoes": int(rng.integers(3, 6)),
        "offers": int(rng.integers(1, 3)),
        "clusters": int(rng.integers(1, 3)),
        "terminals": int(rng.integers(2, 4)),
        "days": int(rng.integers(6, 13)),
        "worlds": int(rng.integers(1, 3)),
        "loans": bool(rng.integers(2)),
        "latest": 2,
        "judge": ("average", "worst")[int(rng.integers(2))],
        "stocks": (0.0, 0.25),
    }
    return make(seed, **(sizes | changes))  # type: ignore[arg-type]


def middle(seed: int, **changes: object) -> Instance:
    """30-60 cargoes, 8 terminals, 30-40 days."""
    rng = np.random.default_rng(seed)
    sizes: dict[str, object] = {
        "cargoes": int(rng.integers(30, 61)),
        "offers": 6,
        "clusters": 4,
        "terminals": 8,
        "days": int(rng.integers(30, 41)),
        "worlds": 1,
        "loans": bool(rng.integers(2)),
        "latest": 5,
    }
    return make(seed, **(sizes | changes))  # type: ignore[arg-type]


def large(seed: int = 0, **changes: object) -> Instance:
    """As large as a real one: 310 cargoes, 43 terminals, 90 days, use of 75 + 180 kt a day."""
    sizes: dict[str, object] = {
        "cargoes": 310, "offers": 24, "clusters": 7, "terminals": 43, "days": 90, "worlds": 1,
        "loans": True, "latest": 10,
    }  # fmt: skip
    return make(seed, **(sizes | changes))  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Setting:
    """What the parts of an instance are made from."""

    rng: np.random.Generator
    days: int
    reopens: Floats
    latest: int
    loans: bool
    use: Floats
    """Daily use of each terminal [kt]."""
    terminals: Terminals

    @property
    def cluster_member(self) -> Ints:
        """Member of each cluster."""
        result: Ints = self.terminals.region_member[self.terminals.cluster_region]
        return result


def make(
    seed: int,
    *,
    cargoes: int,
    clusters: int,
    terminals: int,
    days: int,
    worlds: int,
    offers: int,
    loans: bool,
    latest: int = 10,
    judge: str = "average",
    stocks: tuple[float, float] = (0.1, 0.5),
) -> Instance:
    """An instance with that many of everything; a passage opens again on another day in each
    world, in some never.  Member 0 has one region, member 1 a region for each of its clusters.
    Tanks begin with between the two parts `stocks` of what is above their floors."""
    rng = np.random.default_rng([seed, cargoes, days])
    use = cargoes * 78.0 / days
    ashore, used = _terminals(rng, clusters, terminals, use, stocks)
    reopens = np.sort(np.rint(days * rng.uniform(0.3, 0.8, size=worlds)))
    if worlds > 1 and rng.random() < 0.3:
        reopens[-1] = np.inf
    setting = _Setting(rng, days, reopens, latest, loans and clusters > 1, used, ashore)
    book, planned, eta, sail, stuck, free = _cargoes(setting, cargoes, offers)
    fits = book.size[:, None] <= ashore.largest[None, :]
    columns = _columns(setting, book, fits, planned, eta, sail, stuck, free)
    weights = np.array({1: [1.0], 2: [0.4, 0.6], 3: [0.2, 0.5, 0.3]}.get(worlds, [0.0]))
    steps = _steps(setting, worlds)
    return Instance(
        days=days, weights=weights if len(weights) == worlds else np.full(worlds, 1 / worlds),
        judge=judge, terminals=ashore, steps=steps, cargoes=book, columns=columns,
        lending=_lending(setting, worlds, steps), end_value=np.full(clusters, 0.576), fits=fits,
    )  # fmt: skip


def _terminals(
    rng: np.random.Generator,
    clusters: int,
    terminals: int,
    use: float,
    stocks: tuple[float, float],
) -> tuple[Terminals, Floats]:
    """Terminals, and what each sends out on a usual day."""
    first = min(2, max(1, clusters - 1))
    region = np.concatenate([np.zeros(first, int), np.arange(1, clusters - first + 1)])
    member = np.array([0] + [1] * int(region.max()))
    if clusters > 5:
        counts = np.array([6, 2] + [1] * (clusters - 2))
        more = rng.multinomial(terminals - counts.sum(), np.full(clusters - 2, 1 / (clusters - 2)))
        counts[2:] += more
    else:
        counts = np.ones(clusters, int)
        np.add.at(counts, rng.integers(0, clusters, size=terminals - clusters), 1)
    cluster = np.repeat(np.arange(clusters), counts)
    weight = rng.choice([0.5, 1.0, 1.0, 2.0, 4.0, 8.0], size=terminals)
    own = member[region[cluster]]
    used = np.zeros(terminals)
    shares = np.array([0.3, 0.7]) if len(member) > 1 else np.array([1.0])
    for m, share in enumerate(shares):
        used[own == m] = share * use * weight[own == m] / weight[own == m].sum()
    tank = np.clip(used * rng.uniform(12, 40, size=terminals), 70, 1100)
    small = tank < 160
    tank[small] = rng.choice([80.0, 120.0, 160.0])
    floor = 0.05 * tank
    start = floor + (tank - floor) * rng.uniform(*stocks, size=terminals)
    largest = np.where(tank < 100, 145_000.0, np.where(tank < 200, 180_000.0, 266_000.0))
    ashore = Terminals(
        ids=tuple(f"terminal-{j}" for j in range(terminals)), cluster=cluster,
        start=start.round(3), floor=floor.round(3), tank=tank.round(3),
        send_out=(used * rng.uniform(1.2, 1.8, size=terminals)).round(3),
        berths=np.clip(np.ceil(used * 2 / 70 * 1.5), 1, 4).astype(int),
        port_days=rng.choice([1, 2, 2], size=terminals), largest=largest,
        smallest=np.zeros(terminals), clusters=tuple(f"cluster-{k}" for k in range(clusters)),
        cluster_region=region, regions=tuple(f"region-{r}" for r in range(len(member))),
        region_member=member, members=("near", "far")[: int(member.max()) + 1],
    )  # fmt: skip
    return ashore, used


def _steps(setting: _Setting, worlds: int) -> Steps:
    """Three steps in each region; a fifth of what it wants comes from home."""
    rng, ashore = setting.rng, setting.terminals
    regions = len(ashore.regions)
    use = np.bincount(ashore.cluster_region[ashore.cluster], weights=setting.use, minlength=regions)
    region = np.repeat(np.arange(regions), 3)
    worth = np.sort(rng.uniform(0.6, 3.5, size=(regions, 3)), axis=1)[:, ::-1].ravel().round(3)
    part = np.tile([0.4, 0.35, 0.25], regions)
    season = 1.0 + 0.1 * np.sin(np.arange(setting.days) / 15.0 + rng.uniform(0, 6))
    wanted = (part * 1.25 * use[region])[:, None] * season
    home = np.tile((0.25 * use)[:, None], (1, setting.days))
    return Steps(
        ids=tuple(f"step-{m}" for m in range(len(region))), region=region,
        tier=("essential", "important", "deferrable") * regions, worth=worth,
        wanted=np.tile(wanted.round(3), (worlds, 1, 1)),
        home=np.tile(home.round(3), (worlds, 1, 1)),
    )  # fmt: skip


def _cargoes(
    setting: _Setting, cargoes: int, offers: int
) -> tuple[Cargoes, Ints, Ints, Ints, Bools, Bools]:
    """Cargoes, and of each: planned cluster, day on which it would be there, days at sea, whether
    it lies behind the closed passage, whether its seller may be asked to send it elsewhere."""
    rng, ashore = setting.rng, setting.terminals
    total = cargoes + offers
    use = np.bincount(ashore.cluster, weights=setting.use)
    planned = rng.choice(len(use), size=total, p=use / use.sum())
    size = rng.choice(CUBIC_METRES, size=total)
    for c in range(cargoes):  # only ships that can call where they are meant to go
        largest = ashore.largest[ashore.cluster == planned[c]].max()
        size[c] = rng.choice(CUBIC_METRES[largest >= CUBIC_METRES])
    eta = np.sort(rng.integers(0, setting.days, size=cargoes))
    eta = np.concatenate([eta, rng.integers(setting.days // 4, setting.days, size=offers)])
    far = rng.random(total) < 0.3
    sail = np.where(far, rng.integers(13, 26, total), rng.integers(4, 13, total))
    soon = eta - sail <= 3 if setting.days > 20 else rng.random(total) < 0.5
    owner = setting.cluster_member[planned].copy()
    owner[cargoes:] = NOBODY
    stuck = (owner == 0) & (rng.random(total) < 0.25)
    aboard = (size * FILLED).round(3)
    book = Cargoes(
        ids=tuple(f"cargo-{c}" if c < cargoes else f"offer-{c - cargoes}" for c in range(total)),
        owner=owner, size=size, aboard=aboard,
        value=np.where(owner == NOBODY, 0.0, aboard * BASE * 0.99).round(3),
        now=soon, group=np.arange(total),
    )  # fmt: skip
    return book, planned, eta, sail, stuck, rng.random(total) < 0.35


def _columns(
    setting: _Setting,
    book: Cargoes,
    fits: Bools,
    planned: Ints,
    eta: Ints,
    sail: Ints,
    stuck: Bools,
    free: Bools,
) -> Columns:
    """Every cluster to which a cargo may go, by every way, with every delay."""
    rng, days, worlds = setting.rng, setting.days, len(setting.reopens)
    member = setting.cluster_member
    rows = []
    for c in range(len(book.ids)):
        price = BASE * rng.uniform(1.1, 2.5) * book.aboard[c] if book.owner[c] == NOBODY else 0.0
        for k in range(len(member)):
            own = book.owner[c] in (NOBODY, member[k])
            loan = not own and setting.loans and free[c] and member[k] == 0
            elsewhere = book.owner[c] != NOBODY and k != planned[c]
            if not fits[c, setting.terminals.cluster == k].any() or not (own or loan):
                continue
            if elsewhere and own and not (free[c] or rng.random() < 0.5):
                continue
            extra = int(rng.integers(-2, 8)) if k != planned[c] else 0
            fee = round(float(rng.uniform(0.2, 2.0)), 3) if elsewhere else 0.0
            lender = int(book.owner[c]) if loan else NOBODY
            priority = round(float(rng.uniform(0, 0.1)), 3) if loan else 0.0
            ways = [(stuck[c], extra, 0.0)]
            if stuck[c]:
                ways.append((np.False_, extra + 12, 2.5))
            for barred, longer, toll in ways:
                arrival = np.full(worlds, eta[c] + longer, dtype=float)
                if barred:
                    arrival = np.maximum(arrival, setting.reopens + 3)
                for delay in range(setting.latest + 1):
                    day = np.where(arrival + delay < days, arrival + delay, NOBODY)
                    day = np.where(day < 0, NOBODY, day).astype(int)
                    late = np.where(np.isinf(arrival), days, arrival + delay) - eta[c]
                    freight = np.abs(SHIP_DAY * late) + toll
                    freight = (freight + (elsewhere * 0.2)).round(3)
                    lands = book.aboard[c] * (0.97 - 0.001 * (sail[c] + np.maximum(late, 0)))
                    for w in [NOBODY] if book.now[c] else range(worlds):
                        if (day if w == NOBODY else day[w]).max() < 0:
                            continue
                        rows.append(
                            (c, w, k, day, lands.round(3), (freight + fee + price).round(3),
                             freight, fee, lender, max(0, eta[c] - sail[c]), priority)
                        )  # fmt: skip
    rows.sort(key=lambda row: (row[0], row[1], row[2], row[3].max(), row[5].max()))
    parts = list(zip(*rows, strict=True)) if rows else [()] * 11
    cargo, world, cluster, lent, decide = (np.array(parts[i], dtype=int) for i in (0, 1, 2, 8, 9))
    wide = [np.array(parts[i], dtype=float).reshape(-1, worlds) for i in (3, 4, 5, 6)]
    fees = np.tile(np.array(parts[7], dtype=float)[:, None], (1, worlds))
    return Columns(
        cargo=cargo, cluster=cluster, world=world, day=wide[0].astype(int), lands=wide[1],
        cost=wide[2], freight=wide[3], fee=fees, lender=lent, decide=decide,
        voyage=np.arange(len(cargo)), priority=np.array(parts[10], dtype=float),
    )  # fmt: skip


def _lending(setting: _Setting, worlds: int, steps: Steps) -> Lending:
    """Half of what it starts with is what the lender keeps; what comes from home it serves."""
    ashore, days = setting.terminals, setting.days
    members = len(ashore.members)
    held = np.bincount(ashore.member, weights=ashore.start, minlength=members)
    floor = np.tile((0.5 * held).round(3)[None, :, None], (worlds, 1, days))
    floor[:, 0] = 0.0
    serves = np.zeros((worlds, len(steps.ids), days))
    first = np.flatnonzero(np.array(steps.tier) == "essential")
    serves[:, first] = 0.5 * np.minimum(steps.home[:, steps.region[first]], steps.wanted[:, first])
    from_day = np.full((worlds, members), NOBODY)
    from_day[:, 0] = 0
    return Lending(
        cargoes_per_week=1.5 if setting.loans else 0.0, floor=floor, serves=serves.round(3),
        from_day=from_day, share=np.full(members, np.nan), return_weeks=26, premium=0.0,
    )  # fmt: skip


def with_floors(instance: Instance, alone: Plan) -> Instance:
    """The instance in which a lender keeps and serves no more than in a plan without loans."""
    lending, own = instance.lending, instance.terminals.member
    held = np.stack(
        [alone.stock[:, own == m].sum(axis=1) for m in range(len(instance.terminals.members))],
        axis=1,
    )
    floor, serves = np.minimum(lending.floor, held), np.minimum(lending.serves, alone.served)
    return replace(instance, lending=replace(lending, floor=floor, serves=serves))
