"""A PyPSA network -> a closed study with the same optimum.

What PyPSA does and a study does not, or does otherwise, is settled here: there is no standing loss
in the first period; what arrives later has the efficiency of the period in which it arrives; cargo
that would arrive after the end is lost and worth nothing.  `docs/reference/pypsa.md` has the whole
list.  What cannot be carried over is told, and nothing is written unless that is agreed to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall.errors import InputError, Problem, UsageError
from seawall.exchange.carry import carry
from seawall.exchange.losses import Loss, Losses, fatal
from seawall.exchange.peer import Peer
from seawall.exchange.pypsa_file import quiet, read_network
from seawall.exchange.tables import SOURCE, Tables, cell, tables
from seawall.files import atomic_folder, write_csv, write_text
from seawall.study import read
from seawall.study.records import TABLES
from seawall.study.settings import FILE, Model, Settings, settings_text

if TYPE_CHECKING:
    from seawall.study import Study

__all__ = ["REPORT", "Imported", "import_pypsa"]

REPORT = "IMPORT.md"
MOST_PERIODS = 5000
_NOMINAL = date(2000, 1, 1)


@dataclass(frozen=True)
class Imported:
    """A network that has become a study.

    Attributes
    ----------
    study
        The study as it reads from its folder.
    folder
        Where it is.
    counts
        Components carried over, by kind.
    losses
        What could not be carried over.
    names
        Names that ids cannot hold, each with its id.
    notes
        What else a reader should know.
    """

    study: Study
    folder: Path
    counts: dict[str, int]
    losses: tuple[Loss, ...]
    names: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    def report(self) -> str:
        """All of it as Markdown: the text of IMPORT.md."""
        return _report(self)


def import_pypsa(
    source: str | Path | Any,
    out: str | Path,
    *,
    partly: bool = False,
    lost_load: float | None = None,
) -> Imported:
    """Carry a PyPSA network over into a folder that reads as a closed study.

    Under `foresight`, `cost` of the undisturbed study is PyPSA's objective in millions.

    Parameters
    ----------
    source
        A netCDF file, a CSV folder or a `pypsa.Network`.
    out
        The folder to make; its parent must exist.
    partly
        Carry over what can be and list the rest, where otherwise nothing is written.
    lost_load
        What a load pays for a megawatt-hour [money / MWh].  With it loads may be cut at that price
        (`curtail` on), so that a scenario can leave them unserved; without it they must be served,
        as in PyPSA.

    Raises
    ------
    UsageError
        PyPSA is not installed, there is no such file, or the folder exists.
    InputError
        The network is broken, or parts of it cannot be carried over: all of them, at once.
    """
    target = Path(out)
    _may_make(target)
    if isinstance(source, str | Path):
        network, called = read_network(source), Path(source).name
    else:
        network, called = source, str(source.name)
    peer = Peer(network)
    _refuse([loss.problem(called) for loss in fatal(network)], called)
    _refuse(list(peer.problems(called)), called)
    if peer.periods > MOST_PERIODS:
        rule = f"{peer.periods} snapshots: a run has at most {MOST_PERIODS} periods"
        fix = "keep fewer: n.set_snapshots(n.snapshots[:5000])"
        _refuse([Problem(called, None, "snapshots", "", rule, fix)], called)
    losses = Losses()
    with quiet():
        carried, names = carry(peer, losses)
    if not partly:
        _refuse([loss.problem(called) for loss in losses.all()], called)
    if not carried.activities and not carried.held:
        rule = "neither generators nor links nor stores"
        _refuse([Problem(called, None, "", "", rule, "there is nothing to carry over")], called)
    made = tables(carried, names, _hours(peer), peer.periods, lost_load)
    settings = _settings(peer, called, lost_load is not None)
    _support(made, called, network)
    changed = tuple(pair for table in names.values() for pair in table.changed if pair[0])
    with atomic_folder(target) as temporary:
        _write(temporary, settings, made)
        counts = {kind: n for kind, n in carried.counts.items() if n}
        study = replace(read(temporary), folder=target, name=target.resolve().name)
        result = Imported(
            study, target, counts, losses.all(), tuple(dict.fromkeys(changed)),
            (*carried.notes, *_remarks(peer)),
        )  # fmt: skip
        write_text(temporary / REPORT, result.report())
    return result


def _may_make(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f'"{target}" exists already: name another folder')
    if not target.parent.is_dir():
        raise UsageError(f'there is no folder "{target.parent}"')


def _refuse(problems: list[Problem], called: str) -> None:
    if problems:
        raise InputError(problems, f'PyPSA network "{called}"')


def _hours(peer: Peer) -> float:
    """Length of a period of the study: that of the snapshots, or their mean."""
    return float(peer.hours.mean())


def _settings(peer: Peer, called: str, cut: bool) -> Settings:
    first = peer.network.snapshots[0]
    dated = isinstance(first, datetime)
    hours = _hours(peer)
    name = str(peer.network.name or "").strip()
    title = name if name and name != "Unnamed Network" else Path(called).stem
    about = [
        f"PyPSA network {called}, carried over: {peer.periods} snapshots of {hours:g} h.",
        "A closed stretch of time without a base year; ask it with foresight.",
    ]
    if not peer.even:
        about.append(
            "Snapshots differ in length: a period is their mean, and series make up for it."
        )
    if peer.worth.min() != 1.0 or peer.worth.max() != 1.0:
        about.append("Costs are weighted as in the objective of the network.")
    about.append("PyPSA knows no currency: its money is called USD.")
    if not dated:
        about.append("Its snapshots have no dates: the first day is nominal.")
    begin = first.date() if dated else _NOMINAL
    return Settings(
        title=title[:2000], about=" ".join(about), currency="USD",
        money_year=min(max(begin.year, 1900), 2200), start=begin, period_days=hours / 24,
        periods=peer.periods,
        model=Model(terminal=False, discount=0.0, calibrate=False, pipeline=False, curtail=cut,
                    kink=0.0, closed=True),
    )  # fmt: skip


def _support(made: Tables, called: str, network: Any) -> None:
    """Sources, and the assumptions that every study has: none is used here."""
    made.add("sources", id=SOURCE, publisher="the authors of the network",
             title=f"PyPSA network {called}", note=f"PyPSA {_version(network)}")  # fmt: skip
    for name, unit in (("holding_cost", "share/week"), ("demurrage", "share/week"),
                       ("contract_floor", "share"), ("drop_below", "Mt/yr")):  # fmt: skip
        made.add("assumptions", id=name, value=0.0, unit=unit, applies_to="all",
                 why="PyPSA has no such thing", used_by="engine")  # fmt: skip


def _version(network: Any) -> str:
    found = getattr(network, "pypsa_version", "") or getattr(network, "_pypsa_version", "")
    return str(found)


def _write(folder: Path, settings: Settings, made: Tables) -> None:
    write_text(folder / FILE, settings_text(settings))
    for table in TABLES.values():
        rows = made.of(table.name)
        if not rows and not table.required:
            continue
        names = [column.name for column in table.columns]
        cells = [[cell(row.get(name, "")) for name in names] for row in rows]
        write_csv(folder / table.file, names, cells)


def _remarks(peer: Peer) -> list[str]:
    """What is as it should be and yet worth knowing."""
    remarks = []
    for kind in ("Generator", "Load", "Store", "StorageUnit", "Link", "Process"):
        idle = len(peer.all(kind)) - len(peer.frame(kind))
        if idle:
            remarks.append(f"{idle} {kind} components are not active and are left out.")
    shunts = len(peer.network.shunt_impedances)
    if shunts:
        remarks.append(f"{shunts} ShuntImpedance have no part in PyPSA's optimisation, nor here.")
    return remarks


def _report(result: Imported) -> str:
    lines = [f"# {result.study.settings.title}", "", result.study.settings.about, ""]
    carried = ", ".join(f"{number} {kind}" for kind, number in result.counts.items())
    lines += ["## Carried over", "", carried or "Nothing.", ""]
    lines += ["## Not carried over", ""]
    lines += [f"- {loss}" for loss in result.losses] or ["Nothing was lost."]
    if result.notes:
        lines += ["", "## Notes", "", *(f"- {note}" for note in result.notes)]
    if result.names:
        lines += ["", "## Names", "", "Ids hold ASCII letters, digits, `-`, `_`, `.` and `~`.", ""]
        lines += [f"- {name}: `{made}`" for name, made in result.names]
    return "\n".join(lines) + "\n"
