"""The India-Japan study built and solved by Seawall and by PyPSA: same program, same solver.

Both start from the same balanced and calibrated base (PyPSA has no such step), without discount,
with every family of rows: contract floors, passage capacities, terminal values, pipeline, lead
times in broken weeks.  HiGHS runs on one thread in both.

- *build*: from the network's arrays to a program loaded in HiGHS.  PyPSA: components, its model by
  `create_model` without consistency checks, the rows that linopy adds, handing over in memory.
  Seawall's starting basis is no part of the program: it counts in the answer.
- *tables to answer*: reading the tables, balancing, calibrating, building, solving, and turning the
  solution into quantities.  Seawall solves its base from the basis that calibration gives and a
  scenario from there; PyPSA has neither and solves from nothing.

Each peer runs in a process of its own.
"""

from __future__ import annotations

import logging
import sys
import warnings
from typing import TYPE_CHECKING

from benchmarks.measure import Child, Row, Stopwatch, child, report

if TYPE_CHECKING:
    from seawall.network import Network
    from seawall.program import Loaded, Program
    from seawall.shocks import Conditions

STUDY = "india-japan"
SCENARIOS = ("base", "hormuz-60d")
REPEATS = 3
EQUAL = 1e-6


def question(scenario: str) -> tuple[Network, Conditions]:
    """The undiscounted network of the study, and what it meets."""
    import seawall
    from benchmarks.pypsa_twin import undiscounted
    from seawall.network import base_case
    from seawall.questions.prepared import find_scenario
    from seawall.shocks import conditions

    study = seawall.read(STUDY).chain("gas")
    found = None if scenario == "base" else find_scenario(study, scenario)
    if found is not None:
        study = study.variant(*found.variants)
    network = undiscounted(base_case(study).network)
    return network, conditions(network, found, network.terms.periods)


def run_seawall(scenario: str) -> None:
    """Build a few times, then go from tables to answer a few times, by Seawall."""
    from seawall.program import Loaded, assemble, bounds
    from seawall.program.start import calibrated_basis
    from seawall.responses.foresight import trajectory

    def build() -> tuple[Program, Loaded]:
        program = assemble(network, met.periods)
        return program, Loaded(program.linear)

    network, met = question(scenario)
    builds, answers = [], []
    for _ in range(REPEATS):
        watch = Stopwatch()
        build()
        builds.append(watch.cpu())
    for _ in range(REPEATS):
        watch = Stopwatch()
        network, met = question(scenario)
        program, loaded = build()
        loaded.start_from(calibrated_basis(network, program.layout))
        solution = loaded.solve()
        if scenario != "base":
            limits = bounds(network, program.layout, met, program.scale)
            solution = loaded.resolve(*limits)
        trajectory(program, solution, "foresight")
        answers.append(watch.cpu())
        del loaded
    rows, columns = program.linear.shape
    report(
        {
            "build": min(builds),
            "answer": min(answers),
            "cost": solution.cost / program.scale.money,
            "rows": rows,
            "columns": columns,
            "entries": int(program.linear.A.nnz),
        }
    )


def run_pypsa(scenario: str) -> None:
    """The same by PyPSA; the long way from tables to answer only once."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    from linopy.io import to_highspy

    from benchmarks.pypsa_twin import twin

    builds = []
    for _ in range(REPEATS):
        network, met = question(scenario)
        watch = Stopwatch()
        loaded = to_highspy(twin(network, met).build())
        builds.append(watch.cpu())
    size = {"rows": loaded.getNumRow(), "columns": loaded.getNumCol(), "entries": loaded.getNumNz()}
    del loaded
    watch = Stopwatch()
    network, met = question(scenario)
    peer = twin(network, met)
    peer.build()
    cost = peer.solve()
    report({"build": min(builds), "answer": watch.cpu(), "cost": cost, **size})


def rows() -> list[Row]:
    """Measure both and compare."""
    table: list[Row] = []
    for scenario in SCENARIOS:
        ours = child("benchmarks.vs_pypsa", "seawall", scenario)
        theirs = child("benchmarks.vs_pypsa", "pypsa", scenario)
        table += _compare(scenario, ours, theirs)
    return table


def _compare(scenario: str, ours: Child, theirs: Child) -> list[Row]:
    a, b = ours.figures, theirs.figures
    off = abs(a["cost"] - b["cost"]) / (1.0 + abs(b["cost"]))
    build, answer = b["build"] / a["build"], b["answer"] / a["answer"]
    peer = "PyPSA 1.4"
    return [
        Row(f"build, {scenario}", peer, f"{a['build']:.3f} s against {b['build']:.2f} s",
            f"{build:.0f}", ">= 50", build >= 50),
        Row(f"tables to answer, {scenario}", peer,
            f"{a['answer']:.2f} s against {b['answer']:.1f} s", f"{answer:.1f}", ">= 2",
            answer >= 2),
        Row(f"optimum, {scenario}", peer, f"{a['cost']:.6f} and {b['cost']:.6f} million",
            f"apart by {off:.0e}", f"<= {EQUAL:.0e}", off <= EQUAL),
        Row(f"peak memory, {scenario}", peer, f"{ours.peak:.0f} MB against {theirs.peak:.0f} MB",
            f"{theirs.peak / ours.peak:.1f}"),
        Row(f"size, {scenario}", peer,
            f"{a['rows']} x {a['columns']}, {a['entries']} entries against "
            f"{b['rows']} x {b['columns']}, {b['entries']} entries"),
    ]  # fmt: skip


if __name__ == "__main__":
    {"seawall": run_seawall, "pypsa": run_pypsa}[sys.argv[1]](sys.argv[2])
