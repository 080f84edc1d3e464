"""The base of a study -> a PyPSA network, and what of the study PyPSA has no word for."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import UnknownName, UsageError
from seawall.exchange.pypsa_file import pypsa_module, quiet
from seawall.exchange.twin import Measure, components, undiscounted
from seawall.files import atomic_folder, write_bytes
from seawall.network import base_case
from seawall.questions.stress import dates_of
from seawall.shocks import undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.network import Network
    from seawall.study import Study

KINDS = ("Bus", "Generator", "Link", "Store", "Load")

__all__ = ["Exported", "export_pypsa", "one_chain", "pypsa_network"]


@dataclass(frozen=True)
class Exported:
    """A study that has become a PyPSA network.

    Attributes
    ----------
    network
        The `pypsa.Network`; its objective is in the study's money.
    counts
        Components by kind.
    lost
        What of the study PyPSA has no word for.
    notes
        What stands for what where that is not plain.
    path
        Where it was written; None if it was not.
    """

    network: Any
    counts: dict[str, int]
    lost: tuple[str, ...]
    notes: tuple[str, ...]
    path: Path | None = None


def export_pypsa(study: Study, path: str | Path, chain: str | None = None) -> Exported:
    """Write the base of a study as a PyPSA network: a netCDF file if `path` ends in .nc, else a
    folder of CSV files.

    Raises
    ------
    UsageError
        PyPSA is not installed, the study has several chains and none is named, the path has
        another suffix, or there is something already.
    UnknownName
        The study has no such chain.
    InputError
        The figures of the study cannot be balanced.
    """
    target = Path(path)
    if target.suffix not in ("", ".nc"):
        raise UsageError(f'"{target.name}": write to a file that ends in .nc, or to a folder')
    if target.exists() and (target.is_file() or any(target.iterdir())):
        raise UsageError(f'"{target}" exists already: name another')
    if not target.parent.is_dir():
        raise UsageError(f'there is no folder "{target.parent}"')
    made = pypsa_network(study, chain)
    with quiet():
        if target.suffix:
            with tempfile.TemporaryDirectory() as folder:
                inside = Path(folder) / "network.nc"
                made.network.export_to_netcdf(str(inside))
                write_bytes(target, inside.read_bytes())
        else:
            with atomic_folder(target) as temporary:
                made.network.export_to_csv_folder(str(temporary))
    return Exported(made.network, made.counts, made.lost, made.notes, target)


def pypsa_network(study: Study, chain: str | None = None) -> Exported:
    """The base of a study, balanced and calibrated as the study says, as a PyPSA network.

    Quantities are those of a period: of what is counted in Mt, kt; of what is counted in MWh, MW.

    Raises
    ------
    UsageError, UnknownName, InputError
        As `export_pypsa`.
    """
    pypsa_module()
    part = one_chain(study, chain)
    network = base_case(part).network
    met = undisturbed(network, network.terms.periods)
    measure, unit = _measure(part)
    with quiet():
        snapshots = np.array(dates_of(part, None, met.periods), dtype="datetime64[ns]")
        made = components(undiscounted(network), met, measure, list(snapshots)).pypsa
        _describe(made, part, network, unit)
    counts = {kind: len(made.components[kind].static) for kind in KINDS}
    lost = tuple(_lost(part, network))
    made.name = part.settings.title
    made.meta = {"seawall": {
        "study": study.name, "digest": study.digest(), "chain": chain or "",
        "period_days": part.settings.period_days, "currency": part.settings.currency,
        "lost": list(lost),
    }}  # fmt: skip
    return Exported(made, counts, lost, tuple(_notes(network)))


def one_chain(study: Study, chain: str | None) -> Study:
    """The study of one chain; None: the only one that there is."""
    if chain is not None:
        return study.chain(chain)
    if len(study.chains) > 1:
        names = ", ".join(name or '""' for name in study.chains)
        raise UsageError(
            f"the study has several chains of goods, each a network of its own: name one of "
            f"{names} (--chain)"
        )
    if not study.chains:
        raise UnknownName("chain", "")
    return study.chain(study.chains[0])


def _measure(study: Study) -> tuple[Measure, dict[str, str]]:
    """How quantities are counted, and the unit of each commodity."""
    units: dict[str, str] = study.lookup("commodities", "unit")
    kinds = set(units.values())
    if kinds == {"MWh"}:
        measure = Measure(amount=1.0, hours=study.settings.period_days * 24.0, money=1e6)
        return measure, dict.fromkeys(units, "MW")
    if kinds == {"Mt"}:
        return Measure(amount=1000.0, money=1e6), dict.fromkeys(units, "kt")
    return Measure(amount=1.0, money=1e6), units


def _describe(made: Any, study: Study, network: Network, unit: dict[str, str]) -> None:
    """Say where buses are and what flows through them."""
    places = {row.id: row for row in study.rows("places")}
    buses = made.buses
    for column, values in (
        ("carrier", list(network.nodes.commodity)),
        ("location", list(network.nodes.place)),
        ("country", list(network.nodes.country)),
        ("unit", [unit[good] for good in network.nodes.commodity]),
        ("x", [places[place].lon for place in network.nodes.place]),
        ("y", [places[place].lat for place in network.nodes.place]),
    ):
        buses[column] = values
    made.add("Carrier", sorted(set(network.nodes.commodity)))


def _lost(study: Study, network: Network) -> Iterator[str]:
    """What PyPSA has no word for, each with how many there are."""
    contracts = int((network.contracts.share > 0).sum())
    if contracts:
        yield f"{contracts} contract floors: shares of what an origin ships"
    limits = int(np.isfinite(network.passages.capacity).sum())
    if limits:
        yield f"{limits} capacities of passages that lanes share"
    if network.terms.discount:
        yield f"the discount of {network.terms.discount:g} a period"
    lanes = network.lanes
    frictions = int((np.isfinite(lanes.growth) | (lanes.qualify > 0)).sum())
    frictions += int((network.facilities.ramp > 0).sum())
    if frictions:
        yield f"{frictions} limits to how fast flows and output may rise after a shock"
    if len(lanes.crossing_lane):
        yield f"{len(lanes.crossing_lane)} crossings of passages: which lanes a closure would stop"
    detours = int((lanes.replaces >= 0).sum())
    if detours:
        yield f"{detours} detours, which are shut while their lanes are open"
    for table, what in (
        ("rationing", "rows of allocation orders"), ("hazards", "hazards"),
        ("generators", "plants of power grids"),
    ):  # fmt: skip
        if len(study.table(table)):
            yield f"{len(study.table(table))} {what}"
    if study.scenarios():
        yield f"{len(study.scenarios())} scenarios"
    if study.protocol_text:
        yield "the protocol of sharing"


def _notes(network: Network) -> Iterator[str]:
    if network.terms.kink:
        yield "lanes and plants are two components each, up to the base flow and beyond it"
    if not np.isnan(network.demands.elasticity).all():
        yield "elastic demand is a ladder of generators with sign -1, each at its own price"
    if network.terms.curtail and len(network.demands):
        yield "demand is generators with sign -1, whose cost is minus the willingness to pay"
    if network.terms.terminal:
        yield "what is left at the end has its value as a cost of the last snapshots, below 0"
    if network.terms.pipeline:
        yield "what was at sea before the first day arrives as negative loads"
