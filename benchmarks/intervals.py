"""Intervals: `--uncertain 200` on LNG, frozen and foresight, against 200 cold runs.

*The command*: `seawall.stress("hormuz-60d", ["frozen", "foresight"], uncertain=200, workers=2)`
in a process of its own: the run itself, 200 draws, the draws that the grade takes, every input of
the tornado run by itself.  The limit is what a user waits; CPU seconds are of all its processes.

*Cold*: what those draws would take without what is kept between them: each reads the study, gets
the same errors, balances, calibrates, assembles, and solves base and scenario with HiGHS from
nothing (presolve and its own choice of simplex, as in `resolve.py`), then runs frozen and takes the
same figures.  A cold solve takes up to minutes, so cold runs are of a sample, the first draws, and
200 of them are reckoned by their mean.  The first ratio is of CPU seconds over the same draws, ours
and theirs; the second is 200 cold runs against the whole command, grades and tornado included.
What a draw says must be the same both ways.
"""

from __future__ import annotations

import resource
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Row, Stopwatch, child, report

if TYPE_CHECKING:
    from seawall.questions.uncertainty.reruns import Setup

STUDY = "india-japan"
SCENARIO = "hormuz-60d"
RESPONSES = ("frozen", "foresight")
DRAWS = 200
WORKERS = 2
SAMPLE = 3
#: What a figure may differ by, relative to 1 plus its size; losses are in millions.
EQUAL = 1e-6


def measure_command() -> None:
    """The whole question in this process and its workers."""
    import seawall

    watch = Stopwatch()
    result = seawall.stress(
        seawall.read(STUDY), SCENARIO, RESPONSES, uncertain=DRAWS, workers=WORKERS
    )
    cpu, wall = watch.read()
    # Workers have ended by now, so their time is that of the children.
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    table = result.tables["intervals"]
    whole = table[(table["place"] == "IND") & (table["tier"] == "all")]
    shown = whole[whole["figure"] == "unserved"].set_index("response")
    report(
        {
            "cpu": cpu + used.ru_utime + used.ru_stime,
            "wall": wall,
            "failed": result.figures["uncertain"]["failed"],
            "unserved": {r: [shown.at[r, p] for p in ("p10", "p50", "p90")] for r in RESPONSES},
        }
    )


def _setup() -> Setup:
    import seawall
    from seawall.questions.asked import asked
    from seawall.questions.uncertainty import setup

    return setup(asked(seawall.read(STUDY), SCENARIO, RESPONSES), 0)


def measure_cold(sample: int) -> None:
    """The first draws, ours and cold."""
    from seawall.questions.uncertainty.reruns import Point, rerun

    ready = _setup()
    rerun(ready, Point())  # imports and first calls are not part of a draw
    ours: list[float] = []
    theirs: list[float] = []
    apart = 0.0
    for number in range(sample):
        watch = Stopwatch()
        warm = rerun(ready, Point(number=number))["0"]
        ours.append(watch.cpu())
        cold = _cold(number)
        theirs.append(watch.cpu())
        for one, other in zip(warm, cold, strict=True):
            a, b = (-1.0 if value is None else value for value in (one, other))
            apart = max(apart, abs(a - b) / (1.0 + abs(a)))
    report({"ours": ours, "theirs": theirs, "apart": apart})


def _cold(number: int) -> list[Any]:
    """One draw from reading to figures, keeping nothing."""
    from dataclasses import replace

    from seawall.program.assemble import assemble, bounds, costs
    from seawall.program.highs import Loaded
    from seawall.questions.prepared import Prepared
    from seawall.questions.uncertainty.redraw import drawn_base, redrawn
    from seawall.responses.foresight import trajectory

    chain = replace(_cold_setup().chains[0])
    z = chain.inputs.draw(0, number)
    draw = redrawn(chain.around.study, chain.inputs, z)
    ready = Prepared(draw.study, drawn_base(draw, chain.around))
    met = ready.conditions(chain.scenario)
    program = assemble(ready.network, ready.periods)
    loaded = Loaded(program.linear)
    loaded.solve()
    limits = bounds(ready.network, program.layout, met, program.scale)
    found = loaded.resolve(*limits, cost=costs(program, met), warm=False)
    runs = {
        "frozen": ready.frozen.run(met),
        "foresight": trajectory(program, found, "foresight"),
    }
    return chain.figures(ready, met, runs)


def _cold_setup() -> Setup:
    """The study read anew, with nothing kept of an earlier one."""
    from seawall.questions import prepared

    prepared._KEPT.clear()
    return _setup()


def rows() -> list[Row]:
    """Measure the command and the cold sample, each in a process of its own."""
    whole = child("benchmarks.intervals", "command").figures
    both = child("benchmarks.intervals", "cold", str(SAMPLE)).figures
    ours, theirs = sum(both["ours"]), sum(both["theirs"])
    cold = DRAWS * theirs / SAMPLE
    spans = "; ".join(
        f"{name} {low:.2f}, {middle:.2f}, {high:.2f} Mt"
        for name, (low, middle, high) in whole["unserved"].items()
    )
    return [
        Row(f"stress {SCENARIO} --uncertain {DRAWS}, {WORKERS} workers", "",
            f"{whole['wall']:.0f} s on the clock", f"{whole['cpu']:.0f} s of CPU", "< 300 s",
            whole["wall"] < 300),
        Row("the same: India's unserved, P10, P50, P90", "", spans,
            f"{whole['failed']} draws without a base"),
        Row(f"{SAMPLE} draws", "cold: read to answer, HiGHS from nothing",
            f"{ours:.1f} s against {theirs:.1f} s", f"{theirs / ours:.1f}", ">= 10",
            theirs / ours >= 10),
        Row("the whole command, grades and tornado with it", f"{DRAWS} cold runs",
            f"{whole['cpu']:.0f} s against {cold:.0f} s", f"{cold / whole['cpu']:.1f}", ">= 10",
            cold / whole["cpu"] >= 10),
        Row("figures of a draw, warm and cold", "", "", f"apart by {both['apart']:.0e}",
            f"<= {EQUAL:.0e}", both["apart"] <= EQUAL),
    ]  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "cold":
        measure_cold(int(sys.argv[2]))
    else:
        measure_command()
