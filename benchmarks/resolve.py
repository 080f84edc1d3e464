"""Fifty scenarios re-solved from the base basis, against solving them from nothing.

The scenarios are drawn with a fixed seed: closures of a passage that base trade uses and outages of
plants, of differing depth, length and first day, one or two at once.  All of them are re-solved
from the base basis.  Solving one from nothing takes up to minutes, so cold solves are of a sample,
and each ratio is of totals over the same scenarios.  Three kinds of cold:

- *nothing*: what HiGHS does by itself: presolve, then its own choice of simplex;
- *interior point*: HiGHS's IPM with crossover to a vertex;
- *calibrated basis*: from the basis that calibration gives without any solving, which is Seawall's
  own doing and no peer: it says how much of the gain is the calibration's and how much the solve's.

The network is one component (checked), so nothing is gained by leaving untouched parts out.
Every solution is certified by Seawall's own residuals; warm and cold optima must agree.  Where a
cold solve ends in an error of the solver, that scenario counts on neither side, and it is said.  A
warm solve may not fail.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import BenchmarkError, Row, Stopwatch, child, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from seawall.network import Network
    from seawall.program import Solution
    from seawall.shocks import Conditions

STUDY = "india-japan"
NUMBER = 50
SAMPLE = 5
SEED = 20260302
EQUAL = 1e-7


def scenarios(network: Network, number: int = NUMBER) -> list[Conditions]:
    """Seeded closures and outages on what the base uses."""
    from seawall.shocks import Scenario, Shock, conditions

    rng = np.random.default_rng(SEED)
    lanes, facilities = network.lanes, network.facilities
    crossed = np.unique(lanes.crossing_passage[lanes.base[lanes.crossing_lane] > 0])
    passages = [network.passages.id[p] for p in crossed]
    extracts = np.asarray((facilities.recipe < 0).sum(axis=0)).ravel() == 0
    plants = [facilities.id[f] for f in np.flatnonzero(extracts & (facilities.base > 0))]
    drawn = []
    for k in range(number):
        shocks = []
        for _ in range(1 + (rng.random() < 0.3)):
            shock = Shock(
                passage=str(rng.choice(passages)),
                start_day=float(rng.integers(0, 60)),
                days=float(rng.integers(14, 121)),
                depth=float(np.round(rng.uniform(0.3, 1.0), 2)),
            )
            if rng.random() < 0.5:
                plant = str(rng.choice(plants))
                shock = shock.model_copy(update={"passage": None, "facility": plant})
            shocks.append(shock)
        drawn.append(Scenario(name=f"draw-{k}", title=f"Draw {k}", shock=tuple(shocks)))
    return [conditions(network, one, network.terms.periods) for one in drawn]


def components(network: Network) -> int:
    """Number of parts of the network that no lane, recipe, contract or passage capacity ties."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    lanes = network.lanes
    recipe = network.facilities.recipe.tocsc()
    links = [(int(o), int(d)) for o, d in zip(lanes.origin, lanes.destination, strict=True)]
    for f in range(len(network.facilities)):
        at = recipe.indices[recipe.indptr[f] : recipe.indptr[f + 1]]
        links += [(int(at[0]), int(i)) for i in at[1:]]
    size = len(network.nodes)
    ends = np.array(links).T
    graph = coo_array((np.ones(len(links)), (ends[0], ends[1])), shape=(size, size))
    found, _ = connected_components(graph, directed=False)
    return int(found)


def measure(sample: int) -> None:
    """Solve everything in this process and report totals."""
    import seawall
    from seawall.errors import SolverError
    from seawall.network import base_case
    from seawall.program import LinearProgram, Loaded, assemble, bounds
    from seawall.program.start import calibrated_basis

    network = base_case(seawall.read(STUDY).chain("gas")).network
    program = assemble(network)
    linear, plan = program.linear, program.layout
    limits = [bounds(network, plan, met, program.scale) for met in scenarios(network)]

    watch = Stopwatch()
    loaded = Loaded(linear)
    loaded.start_from(calibrated_basis(network, plan))
    loaded.solve()
    base = watch.cpu()
    warm, cost = [], []
    for one in limits:
        watch = Stopwatch()
        cost.append(loaded.resolve(*one).cost)
        warm.append(watch.cpu())

    chosen = np.linspace(0, len(limits) - 1, sample).astype(int)
    interior = Loaded(linear, {"solver": "ipm"})
    cold: dict[str, list[float | None]] = {"nothing": [], "interior": [], "calibrated": []}
    apart = 0.0
    for k in chosen:
        low, high, row_low, row_high = limits[k]
        started = Loaded(LinearProgram(linear.c, linear.A, row_low, row_high, low, high))
        started.start_from(calibrated_basis(network, plan))
        ways: dict[str, Callable[[], Solution]] = {
            "nothing": partial(loaded.resolve, *limits[k], warm=False),
            "interior": partial(interior.resolve, *limits[k], warm=False),
            "calibrated": started.solve,
        }
        for name, solve in ways.items():
            watch = Stopwatch()
            try:
                found = solve().cost
            except SolverError as error:
                print(f"scenario {k}, {name}: {error}", file=sys.stderr)
                cold[name].append(None)
                continue
            cold[name].append(watch.cpu())
            apart = max(apart, abs(found - cost[k]) / (1.0 + abs(cost[k])))
    report(
        {
            "base": base,
            "warm": warm,
            "sample": [warm[k] for k in chosen],
            "cold": cold,
            "apart": apart,
            "components": components(network),
        }
    )


def rows(sample: int = SAMPLE) -> list[Row]:
    """Measure and compare totals."""
    run = child("benchmarks.resolve", str(sample))
    found = run.figures
    if found["components"] != 1:
        raise BenchmarkError(f"the network has {found['components']} components: count them apart")
    warm = found["warm"]
    table = [
        Row(f"{len(warm)} scenarios re-solved warm, in total", "",
            f"{sum(warm):.1f} s (median {np.median(warm):.2f}, most {max(warm):.2f})"),
    ]  # fmt: skip
    for kind, label, target in (
        ("nothing", "HiGHS from nothing", 9.0),
        ("interior", "HiGHS interior point", None),
        ("calibrated", "from the calibrated basis", None),
    ):
        pairs = [
            (w, c)
            for w, c in zip(found["sample"], found["cold"][kind], strict=True)
            if c is not None
        ]
        ours, theirs = (sum(column) for column in zip(*pairs, strict=True))
        given_up = sample - len(pairs)
        ratio = theirs / ours
        table.append(
            Row(f"re-solve, total of a sample of {len(pairs)}", label,
                f"{ours:.1f} s against {theirs:.1f} s"
                + (f"; the peer gave up on {given_up} more" if given_up else ""),
                f"{ratio:.1f}", f">= {target:.0f}" if target else "",
                ratio >= target if target else None)
        )  # fmt: skip
    table.append(
        Row("optima, warm and cold", "", "", f"apart by {found['apart']:.0e}", f"<= {EQUAL:.0e}",
            found["apart"] <= EQUAL)
    )  # fmt: skip
    return table


if __name__ == "__main__":
    measure(int(sys.argv[1]))
