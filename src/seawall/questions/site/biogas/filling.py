"""The compiled loops of `search`: plants that open, take, sell and close."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from seawall.questions.site.biogas.bound import filled_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Data", "State", "fill", "refilled", "trim"]

#: Plants that are closed in one go: at least, and below.
FEWEST, MOST = 2, 8
#: Plants that are opened for those beyond their number, where so many may be spared.
MORE = 3
#: Prices on pools and demand count from nothing to so many times while refilling.
LARGEST = 1.2


class Data(NamedTuple):
    """What does not change; see `Instance`.  `use` (i,) capacity that a kt of an item takes;
    `price` (o,) with the worth of gas that is promised."""

    first: Ints
    pool: Ints
    cost: Floats
    gas: Floats
    use: Floats
    outlet: Ints
    place: Ints
    price: Floats
    cap: Floats
    fixed: Floats
    least_use: float
    region: Ints
    most: Ints
    least: Ints


class State(NamedTuple):
    """What changes; see `Filling`."""

    size: Ints
    left: Floats
    room: Floats
    taken: Floats
    sold: Floats
    built: Ints


@numba.njit(cache=True, nogil=True)
def _sale(d, s, j, delta):  # type: ignore[no-untyped-def]
    """Best price, less the price of demand, among buyers with room."""
    best = -np.inf
    for o in range(d.outlet[j], d.outlet[j + 1]):
        net = d.price[o] - delta[d.place[o]]
        if s.room[d.place[o]] > 1e-6 and net > best:
            best = net
    return best


@numba.njit(cache=True, nogil=True)
def _items(d, s, j, sale, pi):  # type: ignore[no-untyped-def]
    """Items of a site, the best first: their order, margin, capacity and what is left."""
    a, b = d.first[j], d.first[j + 1]
    net = d.gas[a:b] * sale - d.cost[a:b] - pi[d.pool[a:b]]
    order = np.argsort(-net / d.use[a:b])
    return order, net[order], d.use[a:b][order], s.left[d.pool[a:b]][order]


@numba.njit(cache=True, nogil=True)
def _offer(d, s, j, pi, delta):  # type: ignore[no-untyped-def]
    """Worth of the best plant here with what is left, and its size."""
    sale = _sale(d, s, j, delta)
    if sale == -np.inf:
        return -np.inf, 0
    _, net, weight, amount = _items(d, s, j, sale, pi)
    worth = filled_to(net, weight, amount, d.cap, d.least_use)[1] - d.fixed
    size = np.argmax(worth)
    return worth[size], size


@numba.njit(cache=True, nogil=True)
def _open(d, s, j, size, pi, delta):  # type: ignore[no-untyped-def]
    """Build a plant, buyer by buyer: feeds are taken as long as they pay at the price of the best
    one that has room, or the plant would be used too little.  Returns sales less costs, and
    whether it is used enough."""
    s.size[j] = size
    s.built[d.region[j]] += 1
    a, needed = d.first[j], d.least_use * d.cap[size]
    used, worth, alone = 0.0, -d.fixed[size], np.zeros(1)
    while True:
        sale, buyer = -np.inf, -1
        for o in range(d.outlet[j], d.outlet[j + 1]):
            net = d.price[o] - delta[d.place[o]]
            if s.room[d.place[o]] > 1e-6 and net > sale:
                sale, buyer = net, o
        if buyer < 0:
            break
        order, net, weight, amount = _items(d, s, j, sale, pi)
        alone[0] = d.cap[size] - used
        least = max(needed - used, 0.0) / max(alone[0], 1e-12)
        level = filled_to(net, weight, amount, alone, least)[0][0]
        wanted, made = s.room[d.place[buyer]], 0.0
        for at in range(len(order)):
            if level <= 1e-12 or made >= wanted:
                break
            i = a + order[at]
            some = min(amount[at], level / weight[at], (wanted - made) / d.gas[i])
            s.left[d.pool[i]] -= some
            s.taken[i] += some
            level -= some * weight[at]
            used += some * weight[at]
            made += some * d.gas[i]
            worth -= some * d.cost[i]
        s.sold[buyer] += made
        s.room[d.place[buyer]] -= made
        worth += made * d.price[buyer]
        if made < wanted - 1e-9:
            break
    return worth, used >= needed * (1.0 - 1e-9)


@numba.njit(cache=True, nogil=True)
def _close(d, s, j):  # type: ignore[no-untyped-def]
    """Give back what a plant took and sold; returns the sales less costs that go with it."""
    worth = -d.fixed[s.size[j]]
    s.size[j] = -1
    s.built[d.region[j]] -= 1
    for i in range(d.first[j], d.first[j + 1]):
        if s.taken[i] > 0.0:
            s.left[d.pool[i]] += s.taken[i]
            worth -= s.taken[i] * d.cost[i]
            s.taken[i] = 0.0
    for o in range(d.outlet[j], d.outlet[j + 1]):
        if s.sold[o] > 0.0:
            s.room[d.place[o]] += s.sold[o]
            worth += s.sold[o] * d.price[o]
            s.sold[o] = 0.0
    return worth


@numba.njit(cache=True, nogil=True)
def fill(d, s, sites, number, least, pi, delta):  # type: ignore[no-untyped-def]
    """Open up to `number` of these sites that are worth more than `least`, lazily; returns sales
    less costs, and how many."""
    count = len(sites)
    value = np.full(count, -np.inf)
    size = np.zeros(count, dtype=np.int64)
    for n in range(count):
        if s.size[sites[n]] < 0:
            value[n], size[n] = _offer(d, s, sites[n], pi, delta)
    fresh = np.ones(count, dtype=np.bool_)
    gained, opened = 0.0, 0
    while opened < number:
        best = np.argmax(value)
        if value[best] <= least:
            break
        j = sites[best]
        if s.built[d.region[j]] >= d.most[d.region[j]]:
            value[best] = -np.inf
        elif not fresh[best]:
            value[best], size[best] = _offer(d, s, j, pi, delta)
            fresh[best] = True
        else:
            worth, enough = _open(d, s, j, size[best], pi, delta)
            value[best] = -np.inf
            if enough:
                gained += worth
                opened += 1
                fresh[:] = False
            else:
                # Its buyers had too little room.
                _close(d, s, j)
    return gained, opened


@numba.njit(cache=True, nogil=True)
def _worth_of(d, s, j):  # type: ignore[no-untyped-def]
    """Sales less costs of a plant as it runs."""
    worth = -d.fixed[s.size[j]]
    for i in range(d.first[j], d.first[j + 1]):
        worth -= s.taken[i] * d.cost[i]
    for o in range(d.outlet[j], d.outlet[j + 1]):
        worth += s.sold[o] * d.price[o]
    return worth


@numba.njit(cache=True, nogil=True)
def trim(d, s, number):  # type: ignore[no-untyped-def]
    """Close the plants that are worth least, where their regions may lose one."""
    sites = np.flatnonzero(s.size >= 0)
    worth = np.array([_worth_of(d, s, j) for j in sites])
    for n in np.argsort(worth):
        j = sites[n]
        if number > 0 and s.built[d.region[j]] > d.least[d.region[j]]:
            _close(d, s, j)
            number -= 1


@numba.njit(cache=True, nogil=True)
def _held(d, s, here):  # type: ignore[no-untyped-def]
    """What the plants among these sites are, take and sell, to be put back."""
    items, outlets = 0, 0
    for j in here:
        items += d.first[j + 1] - d.first[j]
        outlets += d.outlet[j + 1] - d.outlet[j]
    taken, sold = np.empty(items), np.empty(outlets)
    items, outlets = 0, 0
    for j in here:
        for i in range(d.first[j], d.first[j + 1]):
            taken[items] = s.taken[i]
            items += 1
        for o in range(d.outlet[j], d.outlet[j + 1]):
            sold[outlets] = s.sold[o]
            outlets += 1
    return s.size[here], taken, sold


@numba.njit(cache=True, nogil=True)
def _put_back(d, s, here, size, taken, sold):  # type: ignore[no-untyped-def]
    """Undo: these sites are again what they were."""
    for j in here:
        if s.size[j] >= 0:
            _close(d, s, j)
    items, outlets = 0, 0
    for n in range(len(here)):
        j = here[n]
        s.size[j] = size[n]
        s.built[d.region[j]] += size[n] >= 0
        for i in range(d.first[j], d.first[j + 1]):
            s.taken[i] = taken[items]
            s.left[d.pool[i]] -= taken[items]
            items += 1
        for o in range(d.outlet[j], d.outlet[j + 1]):
            s.sold[o] = sold[outlets]
            s.room[d.place[o]] -= sold[outlets]
            outlets += 1


@numba.njit(cache=True, nogil=True)
def refilled(d, s, start, other, pi, delta, toll, count, spare, turns, heat, rng):  # type: ignore[no-untyped-def]
    """Close a few plants and open the best there anew, `turns` times; see `refill`.  The prices are
    scaled at random, so that what is dear to others counts now more, now less."""
    scaled, dear = np.empty_like(pi), np.empty_like(delta)
    plants = np.flatnonzero(s.size >= 0)
    excess = len(plants) - count
    for _ in range(turns):
        middle = plants[rng.integers(0, len(plants))]
        if s.size[middle] < 0:
            plants = np.flatnonzero(s.size >= 0)
            continue
        width = rng.integers(FEWEST, MOST)
        stop, end, closed = start[middle], start[middle + 1], 0
        while stop < end and closed < width:
            closed += s.size[other[stop]] >= 0
            stop += 1
        here = other[start[middle] : stop]
        size, taken, sold = _held(d, s, here)
        lost = 0.0
        for j in here:
            if s.size[j] >= 0:
                lost += _close(d, s, j)
        scale, dearer = rng.random() * LARGEST, rng.random() * LARGEST
        for j in here:
            for i in range(d.first[j], d.first[j + 1]):
                scaled[d.pool[i]] = pi[d.pool[i]] * scale
            for o in range(d.outlet[j], d.outlet[j + 1]):
                dear[d.place[o]] = delta[d.place[o]] * dearer
        number = closed + min(MORE, max(spare - excess, 0))
        gained, opened = fill(d, s, here, number, toll, scaled, dear)
        more = opened - closed
        # Whoever begins with too many or too few may at least come nearer.
        barred = abs(excess + more) > max(spare, abs(excess))
        for j in here:
            barred |= s.built[d.region[j]] < d.least[d.region[j]]
        luck = heat * np.log(1.0 - rng.random())
        if barred or gained - toll * more < lost + luck:
            _put_back(d, s, here, size, taken, sold)
        else:
            excess += more
    return len(plants)
