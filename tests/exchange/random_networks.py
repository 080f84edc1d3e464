"""Random linear PyPSA networks: everything that an import carries over, and nothing else.

Every bus has a dear generator and a free sink, so that there always is a plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pypsa

CARRIERS = ("AC", "gas", "heat")


def random_network(seed: int) -> pypsa.Network:
    """A network of two to five buses over three to nine snapshots."""
    import pypsa

    rng = np.random.default_rng(seed)
    n = pypsa.Network(name=f"random {seed}")
    n.set_snapshots(range(int(rng.integers(3, 10))))
    even = _weightings(n, rng)
    buses = [f"bus {i}" for i in range(int(rng.integers(2, 6)))]
    for bus in buses:
        n.add("Bus", bus, carrier=str(rng.choice(CARRIERS)))
        n.add("Generator", f"dear {bus}", bus=bus, p_nom=500, marginal_cost=rng.uniform(300, 400))
        n.add("Generator", f"sink {bus}", bus=bus, p_nom=500, sign=-1,
              marginal_cost=float(rng.choice([0.0, 1.0, -3.0])))  # fmt: skip
    for i in range(int(rng.integers(1, 4))):
        _generator(n, rng, f"plant {i}", str(rng.choice(buses)))
    for i in range(int(rng.integers(1, 4))):
        size = -2 if rng.random() < 0.2 else 0
        n.add("Load", f"load {i}", bus=str(rng.choice(buses)),
              p_set=_maybe_series(n, rng, size, 20))  # fmt: skip
    for i in range(int(rng.integers(0, 4))):
        _link(n, rng, f"link {i}", buses, even=even)
    if rng.random() < 0.3:
        _process(n, rng, "process", buses, even=even)
    for i in range(int(rng.integers(0, 3))):
        _store(n, rng, f"store {i}", str(rng.choice(buses)), even=even)
    for i in range(int(rng.integers(0, 3))):
        _storage_unit(n, rng, f"unit {i}", str(rng.choice(buses)), even=even)
    return n


def _weightings(n: pypsa.Network, rng: np.random.Generator) -> bool:
    """Weight the snapshots; whether all are of one length."""
    kind = int(rng.integers(5))
    if kind == 1:
        n.snapshot_weightings[:] = 3.0
    elif kind == 2:
        n.snapshot_weightings["objective"] = 365.0
    elif kind == 3:
        n.snapshot_weightings[:] = rng.integers(1, 5, (len(n.snapshots), 1)).astype(float)
    elif kind == 4:
        n.snapshot_weightings["objective"] = rng.uniform(0.5, 2, len(n.snapshots))
    return kind != 3


def _maybe_series(
    n: pypsa.Network, rng: np.random.Generator, low: float, high: float, often: float = 0.5
) -> Any:
    """One number, or as many as there are snapshots."""
    size = len(n.snapshots) if rng.random() < often else None
    return np.round(rng.uniform(low, high, size), 3)


def _generator(n: pypsa.Network, rng: np.random.Generator, name: str, bus: str) -> None:
    n.add(
        "Generator", name, bus=bus, p_nom=rng.uniform(5, 40),
        marginal_cost=_maybe_series(n, rng, -5, 60, 0.3), p_max_pu=_maybe_series(n, rng, 0, 1),
        p_min_pu=-0.2 if rng.random() < 0.1 else 0.0,
    )  # fmt: skip


def _link(
    n: pypsa.Network, rng: np.random.Generator, name: str, buses: list[str], *, even: bool
) -> None:
    """A link of two to four ports, sometimes with several inputs, delays or a way back."""
    ports = [str(bus) for bus in rng.choice(buses, int(rng.integers(2, 5)))]
    ports[1] = str(rng.choice([bus for bus in buses if bus != ports[0]]))
    given: dict[str, Any] = {"bus0": ports[0]}
    delayed = even and rng.random() < 0.5
    for number, bus in enumerate(ports[1:], start=1):
        suffix = "" if number == 1 else str(number)
        takes = number > 1 and rng.random() < 0.3
        given[f"bus{number}"] = bus
        given[f"efficiency{suffix}"] = (
            -rng.uniform(0, 0.5) if takes else _maybe_series(n, rng, 0.3, 1.0, 0.2)
        )
        if rng.random() < 0.1:
            given[f"efficiency{suffix}"] = 3.0
        given[f"delay{suffix}"] = int(rng.integers(0, 5)) if delayed and not takes else 0
        given[f"cyclic_delay{suffix}"] = False
    back = not delayed and rng.random() < 0.3
    n.add(
        "Link", name, p_nom=rng.uniform(2, 20), p_min_pu=-0.6 if back else 0.0,
        p_max_pu=_maybe_series(n, rng, 0, 1), marginal_cost=_maybe_series(n, rng, -1, 5, 0.3),
        **given,
    )  # fmt: skip


def _process(
    n: pypsa.Network, rng: np.random.Generator, name: str, buses: list[str], *, even: bool
) -> None:
    """A process of three ports, each with a rate of its own, the last of which may be late."""
    n.add(
        "Process", name, p_nom=rng.uniform(2, 20), marginal_cost=rng.uniform(0, 3),
        bus0=str(rng.choice(buses)), rate0=-rng.uniform(0.5, 2), bus1=str(rng.choice(buses)),
        rate1=_maybe_series(n, rng, 0.2, 1), bus2=str(rng.choice(buses)),
        rate2=rng.uniform(-0.3, 0.6), p_max_pu=_maybe_series(n, rng, 0, 1),
    )  # fmt: skip
    if even and n.c.processes.static.loc[name, "rate2"] > 0 and rng.random() < 0.5:
        n.c.processes.static.loc[name, "delay2"] = 2
        n.c.processes.static.loc[name, "cyclic_delay2"] = False


def _store(n: pypsa.Network, rng: np.random.Generator, name: str, bus: str, *, even: bool) -> None:
    size = rng.uniform(5, 60)
    loses = even and rng.random() < 0.5
    start = float(rng.choice([0.0, 0.4, 1.0]))
    n.add(
        "Store", name, bus=bus, e_nom=size, e_initial=size * start,
        e_min_pu=start / 2 if not loses and rng.random() < 0.3 else 0.0,
        standing_loss=rng.uniform(0, 0.1) if loses else 0.0,
        marginal_cost=2.0 if rng.random() < 0.3 else 0.0,
    )  # fmt: skip


def _storage_unit(
    n: pypsa.Network, rng: np.random.Generator, name: str, bus: str, *, even: bool
) -> None:
    size, hours = rng.uniform(2, 15), float(rng.integers(1, 7))
    n.add(
        "StorageUnit", name, bus=bus, p_nom=size, max_hours=hours,
        state_of_charge_initial=size * hours * float(rng.choice([0.0, 0.5, 1.0])),
        efficiency_store=_maybe_series(n, rng, 0.7, 1.0, 0.2),
        efficiency_dispatch=rng.uniform(0.7, 1), marginal_cost=_maybe_series(n, rng, 0, 3, 0.3),
        standing_loss=rng.uniform(0, 0.05) if even and rng.random() < 0.5 else 0.0,
        inflow=_maybe_series(n, rng, 0, 3) if rng.random() < 0.4 else 0.0,
        p_max_pu=_maybe_series(n, rng, 0, 1, 0.2),
        p_min_pu=float(rng.choice([-1.0, -0.5])),
    )  # fmt: skip
