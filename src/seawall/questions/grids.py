"""Power grids: what a gas shortage does to electricity, and what no gas could mend.

A grid is a layer on a trajectory of the gas network; nothing comes back from it.  For each grid and
period:

    usual   what its gas plants burn in the cheapest dispatch of the undisturbed grid
    more    = sum_d share_d wanted_d / sum_d share_d q_d, over the demands d of grid_gas.csv with
            base use q_d: 1 unless the scenario changes the demand for gas
    need    what they burn under the scenario with all the gas they like; where `more` is not 1 and
            the scenario does not hit the grid itself, with (more - 1) usual as added load, whether
            it is a cold spell or a reactor that is out
    fed     = sum_d share_d served_d / sum_d share_d wanted_d, under a response
    gas     = fed max(need, more usual): what the plants may burn

Shares, not tonnes: the gas base has no seasons, a grid has months.  A second dispatch with `gas`
then finds by itself what steps in (oil, coal, imports, pumped storage, saving) and what stays dark.
The tiers only say in which order gas is lost; how much of it can be replaced is physics.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.network.grids import grids as grids_of
from seawall.program.dispatch import Dispatched, Stretches, dispatch
from seawall.questions.stretches import ordinary_year, stretches, struck
from seawall.study.grid_records import FUELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from seawall.network import Network
    from seawall.network.grids import Grids
    from seawall.network.network import Floats
    from seawall.responses import Trajectory
    from seawall.shocks import Conditions
    from seawall.study import Study

#: Below this reserve margin Japan calls an alert (criterion since 2018).
ALERT = 0.03
#: Gas counts as short where less than this share of what is wanted is served.
_FED = 1.0 - 1e-3
_NOTHING_GWH = 1e-3

GRIDS = (
    "scenario", "response", "grid", "name", "load_gwh", "gas_share_of_energy",
    "lng_share_of_energy", "unserved_gwh", "unserved_for_gas_gwh", "hours_short", "worst_week",
    "reserve_margin_low", "reserve_margin_week", "weeks_alert", "switched_gwh", "saved_gwh",
    "gas_fed_low", "gas_burnt_kt", "extra_gas_kt", "kind",
)  # fmt: skip
_FUEL_COLUMNS = tuple(f"{fuel.replace(' ', '_')}_gwh" for fuel in FUELS)
GRID_WEEKS = (
    "scenario", "response", "grid", "period_start", "load_gwh", "served_gwh", "unserved_gwh",
    *_FUEL_COLUMNS, "pumping_gwh", "net_import_gwh", "gas_fed", "reserve_margin",
)  # fmt: skip
DEPENDENCE = (
    "grid", "name", "energy_gwh", "gas_share_of_energy", "lng_share_of_energy", "import_share",
    "gas_kt", "sentence",
)  # fmt: skip


@dataclass(frozen=True)
class _Run:
    """One response on the grids: `run` with the gas it leaves, `full` with all the gas wanted,
    `usual` without the scenario."""

    scenario: str
    response: str
    dates: Sequence[date]
    usual: Dispatched
    full: Dispatched
    run: Dispatched
    fed: Floats
    margin: Floats


def grid_tables(
    study: Study,
    network: Network,
    met: Conditions,
    runs: Mapping[str, Trajectory],
    scenario: str,
    dates: Sequence[date],
) -> dict[str, pd.DataFrame]:
    """Tables `grids` (a row a response and grid) and `grid_weeks` (and period) of a stress test.

    Parameters
    ----------
    study, network, met, runs
        The study with its variants chosen, its network, what the scenario means there and what
        each response makes of it.
    scenario, dates
        Its name, and the first day of each period.

    Raises
    ------
    UnknownName
        The scenario hits a generator, line or grid that the study does not have.
    SolverError
    """
    grids = grids_of(study)
    step = network.terms.period_days
    # Also for a study without grids: a shock on one of them is then a misspelt name.
    when = stretches(grids, dates, step, met.shocks)
    if not len(grids) or not runs:
        return _frames([], [])
    usual = _alike(grids, stretches(grids, dates, step), None)
    more = wanted_share(grids, network, met)
    when = _with_added(grids, when, usual, np.where(struck(grids, met.shocks)[:, None], 1.0, more))
    full = _alike(grids, when, None)
    margin = _lowest(reserve_margin(grids, when), when)
    base = dependence(study).to_dict("records")
    heads: list[dict[str, Any]] = []
    weeks: list[dict[str, Any]] = []
    for name, trajectory in runs.items():
        fed = fed_share(grids, network, met, trajectory)
        gas = fed * np.maximum(full.gas, more * usual.gas)
        run = _alike(grids, when, gas) if (fed < _FED).any() else full
        found = _Run(scenario, name, dates, usual, full, run, fed, margin)
        heads += [_head(grids, found, n, base[n]) for n in range(len(grids))]
        weeks += [_week(grids, found, n, t) for n in range(len(grids)) for t in range(when.periods)]
    return _frames(heads, weeks)


def _frames(heads: list[dict[str, Any]], weeks: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    return {
        "grids": pd.DataFrame(heads, columns=list(GRIDS)),
        "grid_weeks": pd.DataFrame(weeks, columns=list(GRID_WEEKS)),
    }


def wanted_share(grids: Grids, network: Network, met: Conditions) -> Floats:
    """Gas that the demands behind each grid want, as a multiple of the base (grids, periods); 1
    for a grid without gas plants."""
    demands = network.demands
    base = grids.feeds @ _by_demand(grids, network, demands.base[:, None])
    wanted = grids.feeds @ _by_demand(grids, network, demands.quantity[:, None] * met.wanted)
    return _ratio(wanted, np.broadcast_to(base, wanted.shape))


def fed_share(grids: Grids, network: Network, met: Conditions, run: Trajectory) -> Floats:
    """Share of the gas wanted for each grid that a response serves (grids, periods); 1 for a grid
    without gas plants, and where nothing is wanted."""
    wanted = network.demands.quantity[:, None] * met.wanted
    served = grids.feeds @ _by_demand(grids, network, run.served)
    return np.clip(_ratio(served, grids.feeds @ _by_demand(grids, network, wanted)), 0.0, 1.0)


def _by_demand(grids: Grids, network: Network, steps: Floats) -> Floats:
    """Sum of a table (demand steps, periods) by the rows of demands.csv that feed grids."""
    demands = network.demands
    row = {name: d for d, name in enumerate(grids.demand)}
    total = np.zeros((len(grids.demand), steps.shape[1]))
    for m, i in enumerate(demands.tier_of):
        if demands.tier_id[i] in row:
            total[row[demands.tier_id[i]]] += steps[m]
    return total


def _ratio(part: Floats, whole: Floats) -> Floats:
    some = whole > 0
    result: Floats = np.where(some, part / np.where(some, whole, 1.0), 1.0)
    return result


def _with_added(grids: Grids, when: Stretches, usual: Dispatched, more: Floats) -> Stretches:
    """The stretches with what the gas network's demand shocks add to the load of each grid."""
    burnt = np.zeros((len(grids), when.periods))
    gas = grids.heat_rate > 0
    np.add.at(burnt, grids.grid[gas], usual.generation[gas])
    hours = 24.0 * np.bincount(when.period, weights=when.days)
    added = (more - 1.0) * burnt / hours * 1000.0
    return replace(when, added=added.T[when.period])


def reserve_margin(grids: Grids, when: Stretches) -> Floats:
    """Reserve margin at the peak of each stretch (stretches, grids), by the Japanese rule.

    (firm capacity + what the neighbours can spare - peak) / peak.  The peak is the month's, with
    what the scenario makes of it.  A
    neighbour spares what it has beyond its own peak, within the limits of the lines.  It counts
    megawatts alone: fuel is not part of it, and a tonne of LNG does not raise it.
    """
    peak = np.maximum(grids.peak.T[when.month] * when.load + when.added, 1.0)
    firm = np.zeros_like(peak)
    np.add.at(firm.T, grids.grid, (grids.capacity * grids.firm * when.plant).T)
    spare = np.maximum(firm - peak, 0.0)
    offer = np.minimum(grids.limit * when.tie, spare[:, grids.origin])
    # Several lines out of one grid share what it can spare.
    offered = np.zeros_like(peak)
    np.add.at(offered.T, grids.origin, offer.T)
    scale = np.minimum(1.0, spare / np.where(offered > 0, offered, 1.0))
    got = np.zeros_like(peak)
    np.add.at(got.T, grids.destination, (offer * scale[:, grids.origin]).T)
    result: Floats = (firm + got - peak) / peak
    return result


def dependence(study: Study) -> pd.DataFrame:
    """How far each grid hangs on gas and LNG in an ordinary year: the finding that comes first.

    Shares are traced through imports: what comes over a line counts as the mix of the grid that
    sends it.  `import_share` is the part of its energy that comes over lines, net of nothing.
    """
    grids = grids_of(study)
    if not len(grids):
        return pd.DataFrame(columns=list(DEPENDENCE))
    year = dispatch(grids, ordinary_year(grids))
    own = year.generation.sum(axis=1) * ~grids.burns("pumped storage")
    flow = year.flow.sum(axis=1)
    size = len(grids)
    made, brought, mix = np.zeros(size), np.zeros(size), np.zeros((size, size))
    np.add.at(made, grids.grid, own)
    np.add.at(brought, grids.destination, flow)
    total = made + brought
    np.add.at(mix, (grids.destination, grids.origin), flow)
    traced = {}
    for what, part in (("gas", grids.heat_rate > 0), ("lng", grids.lng_share)):
        amount = np.zeros(size)
        np.add.at(amount, grids.grid, own * part)
        traced[what] = np.linalg.solve(np.diag(total) - mix, amount)
    rows = [
        {
            "grid": grids.id[n],
            "name": grids.name[n],
            "energy_gwh": float(year.load[n].sum()),
            "gas_share_of_energy": float(traced["gas"][n]),
            "lng_share_of_energy": float(traced["lng"][n]),
            "import_share": float(brought[n] / total[n]),
            "gas_kt": float(year.gas[n].sum()),
            "sentence": _sentence(grids.name[n], traced["gas"][n], traced["lng"][n]),
        }
        for n in range(size)
    ]
    return pd.DataFrame(rows, columns=list(DEPENDENCE))


def _sentence(name: str, gas: float, lng: float) -> str:
    """The finding in one sentence."""
    if lng < 0.05:
        verdict = "it hardly hangs on LNG"
    elif lng < 0.25:
        verdict = "it hangs on LNG in part"
    else:
        verdict = "it hangs on LNG"
    shares = f"{_percent(gas)} of its electricity from gas and {_percent(lng)} from LNG"
    return f"{name} gets {shares}: {verdict}."


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "under 1 %"


def _alike(grids: Grids, when: Stretches, gas: Floats | None) -> Dispatched:
    """Dispatch each kind of period once: most weeks of a run are alike."""
    keys: dict[tuple[Any, ...], int] = {}
    kind = np.zeros(when.periods, dtype=np.int64)
    example: list[int] = []
    for t in range(when.periods):
        at = when.period == t
        parts = (
            when.month, np.round(when.days, 9), when.plant, when.tie, when.load,
            np.round(when.added, 6),
        )  # fmt: skip
        key = tuple(np.ascontiguousarray(part[at]).tobytes() for part in parts)
        if gas is not None:
            key += (np.round(gas[:, t], 9).tobytes(),)
        if key not in keys:
            keys[key] = len(example)
            example.append(t)
        kind[t] = keys[key]
    chosen = np.array(example, dtype=np.int64)
    found = dispatch(grids, when.only(chosen), None if gas is None else gas[:, chosen])
    return Dispatched(
        generation=found.generation[:, kind],
        pumping=found.pumping[:, kind],
        flow=found.flow[:, kind],
        load=found.load[:, kind],
        unserved=found.unserved[:, kind],
        hours_short=found.hours_short[:, kind],
        gas=found.gas[:, kind],
        residuals=found.residuals,
    )


def _lowest(margin: Floats, when: Stretches) -> Floats:
    """Lowest reserve margin of each period (grids, periods)."""
    low = np.full((when.periods, margin.shape[1]), np.inf)
    np.minimum.at(low, when.period, margin)
    return low.T.copy()


def _head(grids: Grids, of: _Run, n: int, base: Mapping[Any, Any]) -> dict[str, Any]:
    """One row of `grids`."""
    run, full = of.run, of.full
    here = grids.grid == n
    saving = here & grids.burns("saving")
    unserved = run.unserved[n]
    dark = float(unserved.sum())
    for_gas = max(0.0, dark - float(full.unserved[n].sum()))
    lowest = int(np.argmin(of.margin[n]))
    return {
        "scenario": of.scenario,
        "response": of.response,
        "grid": grids.id[n],
        "name": grids.name[n],
        "load_gwh": float(run.load[n].sum()),
        "gas_share_of_energy": base["gas_share_of_energy"],
        "lng_share_of_energy": base["lng_share_of_energy"],
        "unserved_gwh": dark,
        "unserved_for_gas_gwh": for_gas,
        "hours_short": float(run.hours_short[n].sum()),
        "worst_week": of.dates[int(np.argmax(unserved))] if dark > _NOTHING_GWH else None,
        "reserve_margin_low": float(of.margin[n, lowest]),
        "reserve_margin_week": of.dates[lowest],
        "weeks_alert": int((of.margin[n] < ALERT).sum()),
        "switched_gwh": _switched(grids, of, n),
        "saved_gwh": float(run.generation[saving].sum()),
        "gas_fed_low": float(of.fed[n].min()),
        "gas_burnt_kt": float(run.gas[n].sum()),
        "extra_gas_kt": float((full.gas[n] - of.usual.gas[n]).sum()),
        "kind": _kind(of, n),
    }


def _switched(grids: Grids, of: _Run, n: int) -> float:
    """GWh that other fuels and imports give beyond what they give with all the gas wanted."""
    other = (grids.grid == n) & (grids.heat_rate == 0) & ~grids.burns("saving")
    more = of.run.generation[other].sum(axis=0) - of.full.generation[other].sum(axis=0)
    more -= of.run.pumping[other].sum(axis=0) - of.full.pumping[other].sum(axis=0)
    more += _net_import(grids, of.run, n) - _net_import(grids, of.full, n)
    return float(np.maximum(more, 0.0).sum())


def _net_import(grids: Grids, run: Dispatched, n: int) -> Floats:
    result: Floats = run.flow[grids.destination == n].sum(axis=0) - run.flow[grids.origin == n].sum(
        axis=0
    )
    return result


def _kind(of: _Run, n: int) -> str:
    """What is short: "tonnes" (gas for its plants), "megawatts" (plants and lines, whatever gas
    there is), "both" or "none"."""
    tonnes = bool((of.fed[n] < _FED).any() and of.full.gas[n].sum() > 0)
    megawatts = bool(of.full.unserved[n].sum() > _NOTHING_GWH or of.margin[n].min() < ALERT)
    if tonnes and megawatts:
        return "both"
    return "tonnes" if tonnes else "megawatts" if megawatts else "none"


def _week(grids: Grids, of: _Run, n: int, t: int) -> dict[str, Any]:
    """One row of `grid_weeks`."""
    run = of.run
    here = grids.grid == n
    fuels = {
        column: float(run.generation[here & grids.burns(fuel), t].sum())
        for fuel, column in zip(FUELS, _FUEL_COLUMNS, strict=True)
    }
    return {
        "scenario": of.scenario,
        "response": of.response,
        "grid": grids.id[n],
        "period_start": of.dates[t],
        "load_gwh": float(run.load[n, t]),
        "served_gwh": float(run.load[n, t] - run.unserved[n, t]),
        "unserved_gwh": float(run.unserved[n, t]),
        **fuels,
        "pumping_gwh": float(run.pumping[here, t].sum()),
        "net_import_gwh": float(_net_import(grids, run, n)[t]),
        "gas_fed": float(of.fed[n, t]),
        "reserve_margin": float(of.margin[n, t]),
    }
