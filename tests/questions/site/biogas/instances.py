"""Small instances of siting gas plants, and every choice of plants tried."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np

from seawall.errors import Infeasible
from seawall.questions.site.biogas.bound import Prices
from seawall.questions.site.biogas.cells import Pairs
from seawall.questions.site.biogas.flows import MISSING, Plan, operate
from seawall.questions.site.biogas.instance import Instance


def small(
    seed: int, *, sites: int = 5, count: int = 2, output: float = 0.0, classes: int = 1
) -> Instance:
    """A few sites that share pools and buyers; each reaches its own pools and its neighbours'."""
    rng = np.random.default_rng(seed)
    feeds, places = 2, 2
    available = rng.uniform(0.5, 3.0, size=sites * feeds)
    rows = [
        (j, cell * feeds + feed, feed, rng.uniform(0.5, 2.5) + 0.3 * abs(j - cell))
        for j in range(sites) for cell in range(max(j - 1, 0), min(j + 2, sites))
        for feed in range(feeds)
    ]  # fmt: skip
    owner, pool, feed, cost = (np.array(column) for column in zip(*rows, strict=True))
    reach = [
        (j, d) for j in range(sites) for d in range(places) if (j + d) % 3 or rng.random() < 0.5
    ]
    seller, place = (np.array(column) for column in zip(*reach, strict=True))
    peak = np.ones((feeds, classes))
    if classes == 2:
        peak = np.array([[1.0, 1.0], [2.0, 0.0]])
    region = np.arange(sites) % 2
    return Instance(
        first=np.searchsorted(owner, np.arange(sites + 1)), pool=pool, cost=cost,
        gas=np.where(feed == 0, 0.1, 0.05), feed=feed, available=available, peak=peak,
        cap=np.array([0.1, 0.3]), fixed=np.array([1.0, 2.0]), least_use=0.5,
        outlet=np.searchsorted(seller, np.arange(sites + 1)), place=place,
        price=rng.uniform(40.0, 60.0, size=len(place)), demand=rng.uniform(0.2, 0.6, size=places),
        count=count, output=output, region=region, most=np.array([count, count]),
        least=np.array([0, 0]),
    )  # fmt: skip


def around(instance: Instance) -> Pairs:
    """Every site near every other."""
    n = instance.sites
    other = np.array([[j, *(k for k in range(n) if k != j)] for j in range(n)])
    return Pairs(np.arange(0, n * n + 1, n), other.ravel(), np.zeros(n * n))


def run(instance: Instance, sites: tuple[int, ...], sizes: tuple[int, ...]) -> Plan:
    """These plants at their best."""
    return operate(
        instance, np.array(sites), np.array(sizes), Prices.nothing(instance),
        np.ones(len(instance.pool)), np.inf,
    )  # fmt: skip


def best(instance: Instance) -> float:
    """Value of the best choice of sites and sizes, found by trying all."""
    found = -np.inf
    able = np.flatnonzero(np.diff(instance.outlet) > 0)
    for sites in combinations(able.tolist(), instance.count):
        built = np.bincount(instance.region[list(sites)], minlength=len(instance.most))
        if (built > instance.most).any() or (built < instance.least).any():
            continue
        for sizes in product(range(len(instance.cap)), repeat=instance.count):
            try:
                plan = run(instance, sites, sizes)
            except Infeasible:
                continue
            if plan.missing < 1e-7:
                found = max(found, plan.value)
            else:
                assert plan.value < MISSING
    return found
