"""Siting: p-medians and facility locations, beside HiGHS on the whole formulation and spopt.

python -m benchmarks.siting [GROUP]...

Writes benchmarks/siting.md and the charts beside it; apart from `make bench`, because all groups
take more than an hour.  Groups: `GROUPS`.  Everything on the clock of one thread each, one process
after the other; ours compiles its loops before the clock starts.  Peers are given the same seconds
for solving and as many again for building (benchmarks/siting_peers.py).  spopt cannot be installed
beside Seawall: `SPOPT_PYTHON` names the interpreter of an environment with spopt 0.7, PuLP and
highspy; without it its rows say so.

A gap is (cost - bound) / cost.  Where no optimum is published, `off` is how far a cost is above the
best cost of the run.  Instances "like" those of OR-Library are drawn anew
(benchmarks/siting_instances.py).
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import BenchmarkError, Row, child, machine, markdown, report
from benchmarks.siting_chart import chart
from benchmarks.siting_instances import CAP, PMED, Facilities, case

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seawall.questions.site.result import Siting

    Curves = dict[str, tuple[Sequence[int], Sequence[float]]]

HERE = Path(__file__).parent
RESULTS = HERE / "siting.md"
PROOF = 1e-6
PLANE = (5, 10, 20, 50, 100, 200, 500)
CLUSTERED = (100, 200, 500, 1_000)
GROWTH = (250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)
#: n above which the whole formulation is not tried.
WHOLE = 1_000
#: Gap whose time is drawn, and what a capacitated problem like capa may leave open.
NEAR, CLOSE = 0.01, 0.001
NAMES = {"highs": "HiGHS", "spopt": "spopt"}


def solve(name: str, seconds: float) -> dict[str, Any]:
    """One case by Seawall in this process: what a child reports."""
    problem, p = case(name)
    _siting(*case("cap41" if isinstance(problem, Facilities) else _small(problem)), 1.0)
    began = time.perf_counter()
    found = _siting(problem, p, seconds)
    taken = time.perf_counter() - began
    near = [at for at, cost, bound in found.history if cost - bound <= NEAR * abs(cost)]
    return {
        "cost": found.cost, "bound": found.lower_bound, "seconds": taken,
        "near": min(near, default=None),
    }  # fmt: skip


def _small(problem: Any) -> str:
    """A little case of the same kind, with which the loops are compiled."""
    return "plane-200-5" if problem.shape[1] == 2 else "pmed1"


def _siting(problem: Any, p: int | None, seconds: float) -> Siting:
    if isinstance(problem, Facilities):
        from seawall.questions.site.facility import facility_location

        return facility_location(
            problem.open_cost, problem.assign_cost, capacity=problem.capacity,
            demand=problem.demand, time_limit=seconds,
        )  # fmt: skip
    from seawall.questions.site.median import p_median

    assert p is not None
    return p_median(problem, p, time_limit=seconds)


def ours(name: str, seconds: float) -> dict[str, Any]:
    """One case by Seawall in a process of its own, with its peak memory [MB]."""
    made = child("benchmarks.siting", "solve", name, str(seconds))
    return {**made.figures, "gap": _gap(made.figures), "peak": made.peak}


def peer(who: str, name: str, seconds: float) -> dict[str, Any]:
    """One case by a peer; a peer that fails for want of memory has no cost."""
    python = os.environ["SPOPT_PYTHON"] if who == "spopt" else sys.executable
    try:
        figures = child("benchmarks.siting_peers", who, name, str(seconds), python=python).figures
    except BenchmarkError as error:
        if "bad_alloc" not in str(error) and "MemoryError" not in str(error):
            raise
        figures = {"cost": None, "bound": None, "stopped": "MemoryError"}
    # What was stopped while it was built has used the time for building up.
    taken = figures.get("build", seconds) + figures.get("solve", 0.0)
    return {**figures, "seconds": taken, "gap": _gap(figures)}


def _gap(figures: dict[str, Any]) -> float:
    """1 where one of cost and bound is missing."""
    cost, bound = figures["cost"], figures["bound"]
    return 1.0 if cost is None or bound is None else max(0.0, cost - bound) / abs(cost)


def _peers(p_median: bool = True) -> list[str]:
    return ["highs", "spopt"] if p_median and "SPOPT_PYTHON" in os.environ else ["highs"]


def _against(label: str, names: Sequence[str], seconds: float, *, p_median: bool) -> list[Row]:
    """Ours and the peers on the same cases in the same seconds: proofs, gaps, time."""
    mine = [ours(name, seconds) for name in names]
    rows = []
    for who in _peers(p_median):
        theirs = [peer(who, name, seconds) for name in names]
        best = [min(x["cost"] for x in pair if x["cost"] is not None)
                for pair in zip(mine, theirs, strict=True)]  # fmt: skip
        words = f"{_summary(mine, best)}; against {_summary(theirs, best)}"
        rows.append(Row(f"{label}, {seconds:g} s", NAMES[who], words, _ratio(mine, theirs)))
    if p_median and "SPOPT_PYTHON" not in os.environ:
        rows.append(Row(label, "spopt", "not measured: SPOPT_PYTHON is not set"))
    return rows


def _ratio(mine: Sequence[dict[str, Any]], theirs: Sequence[dict[str, Any]]) -> str:
    """Seconds of all cases, where ours proves them all; a peer that does not needs more still."""
    if any(x["gap"] > PROOF for x in mine):
        gaps = [statistics.mean(x["gap"] for x in found) for found in (mine, theirs)]
        return f"mean gap {gaps[0]:.2%} against {gaps[1]:.2%}: {gaps[1] / gaps[0]:.1f}"
    spent, taken = (sum(x["seconds"] for x in found) for found in (theirs, mine))
    more = ">= " if any(x["gap"] > PROOF for x in theirs) else ""
    return f"{taken:.2f} s against {spent:.2f} s: {more}{spent / taken:.1f}"


def _summary(found: Sequence[dict[str, Any]], best: Sequence[float]) -> str:
    """Proofs, largest gap, and how far the costs are above the best of the run."""
    proofs = sum(x["gap"] <= PROOF for x in found)
    none = sum(x["cost"] is None for x in found)
    off = [x["cost"] / b - 1.0 for x, b in zip(found, best, strict=True) if x["cost"] is not None]
    words = f"{proofs} of {len(found)} proved"
    if proofs < len(found):
        words += f", gap at most {max(x['gap'] for x in found):.2%}" if not none else ""
        words += f", {none} without answer" if none else ""
        words += f", off at most {max(off, default=0.0):.3%}"
    return words


def _targets(
    label: str, found: Sequence[dict[str, Any]], optima: Sequence[float], seconds: float
) -> Row:
    """Published optima: all reached, each within so many seconds."""
    reached = sum(abs(x["cost"] - best) <= 1e-3 + 1e-8 * best and x["gap"] <= PROOF
                  for x, best in zip(found, optima, strict=True))  # fmt: skip
    longest = max(x["seconds"] for x in found)
    return Row(
        label, "published optima",
        f"{reached} of {len(found)} with proof, longest {longest:.2f} s",
        target=f"all, each < {seconds:g} s", met=reached == len(found) and longest < seconds,
    )  # fmt: skip


def pmed_rows() -> list[Row]:
    """OR-Library's own, and those like the forty."""
    own = _targets("pmed1-6, 10", [ours(x, 10.0) for x in PMED], list(PMED.values()), 10.0)
    forty = [f"like-pmed{k}" for k in range(1, 41)]
    found = [ours(name, 10.0) for name in forty]
    gap = max(x["gap"] for x in found)
    proofs = sum(x["gap"] <= PROOF for x in found)
    like = Row(
        "like pmed1-40, 10 s", "", f"{proofs} of 40 proved, largest gap {gap:.2%}, "
        f"longest {max(x['seconds'] for x in found):.1f} s",
        target="all proved, gap < 1 %", met=proofs == len(found) and gap < NEAR,
    )  # fmt: skip
    few = ["like-pmed6", "like-pmed10", "like-pmed16", "like-pmed20"]
    return [
        own, like, *_against("pmed1-5", list(PMED)[:5], 60.0, p_median=True),
        *_against("like pmed6, 10, 16, 20", few, 60.0, p_median=True),
    ]  # fmt: skip


def cap_rows() -> list[Row]:
    """cap41-134 and problems like capa."""
    own = _targets("cap41-134", [ours(x, 60.0) for x in CAP], list(CAP.values()), 1.0)
    rows = [own, *_against("cap41-134", list(CAP), 60.0, p_median=False)]
    for capacity in (8_000, 10_000, 12_000, 14_000):
        name = f"like-capa-{capacity}"
        found, whole = ours(name, 60.0), peer("highs", name, 60.0)
        above = (
            "" if whole["cost"] is None else f", cost {whole['cost'] / found['cost']:.2f} of ours"
        )
        rows.append(Row(
            f"like capa, {capacity:,}, 60 s", "HiGHS",
            f"gap {found['gap']:.3%} after {found['seconds']:.1f} s; "
            f"against {whole['gap']:.1%}{above}",
            _ratio([found], [whole]), "gap <= 0.1 %", found["gap"] <= CLOSE,
        ))  # fmt: skip
    return rows


def plane_rows() -> list[Row]:
    """3,000 points, 30 s; the reference is a search of four times as long."""
    rows, off = [], []
    for p in PLANE:
        name = f"plane-3000-{p}"
        short, long = ours(name, 30.0), ours(name, 120.0)
        off.append(short["cost"] / min(short["cost"], long["cost"]) - 1.0)
        # Nothing can be farther above the best than above the bound.
        rows.append(_row(f"plane, n = 3,000, p = {p}, 30 s", short, f", off {off[-1]:.3%}"))
    mean = statistics.mean(off)
    rows.append(Row("plane, n = 3,000, all p", "ours in 120 s", f"off {mean:.3%} in the mean",
                    target="<= 0.1 %", met=mean <= 1e-3))  # fmt: skip
    return [*rows, *_against("plane, n = 500, p = 10 and 50", ["plane-500-10", "plane-500-50"],
                             60.0, p_median=True)]  # fmt: skip


def clustered_rows() -> list[Row]:
    """20,000 and 90,000 points in clusters, 300 s."""
    names = [f"clustered-20000-{p}" for p in CLUSTERED]
    rows = [_row(f"{n.replace('-', ', ')}, 300 s", ours(n, 300.0), memory=4_000) for n in names]
    return [*rows, _row("clustered, 90000, 1000, 300 s", ours("clustered-90000-1000", 300.0))]


def _row(label: str, found: dict[str, Any], more: str = "", memory: float = math.inf) -> Row:
    words = f"gap {found['gap']:.3%} after {found['seconds']:.1f} s{more}, {found['peak']:.0f} MB"
    target = "gap <= 1 %" + (f", < {memory:g} MB" if math.isfinite(memory) else "")
    met = found["gap"] <= NEAR and found["peak"] < memory
    return Row(label, "", words, target=target, met=met)


def growth_rows() -> list[Row]:
    """Points in the plane, p = 50, 60 s: seconds to a gap of 1 %, and the gap at the end."""
    mine = [ours(f"plane-{n}-50", 60.0) for n in GROWTH]
    whole = [n for n in GROWTH if n <= WHOLE]
    theirs = {who: [peer(who, f"plane-{n}-50", 60.0) for n in whole] for who in _peers()}
    near: Curves = {"Seawall": (GROWTH, [x["near"] or math.nan for x in mine])}
    gaps: Curves = {"Seawall": (GROWTH, [100.0 * x["gap"] for x in mine])}
    for who, found in theirs.items():
        # Peers tell no history: their time is that of the whole solve, if it came that near.
        near[NAMES[who]] = (whole, [x["seconds"] if x["gap"] <= NEAR else math.nan for x in found])
        gaps[NAMES[who]] = (whole, [100.0 * x["gap"] for x in found])
    chart(HERE / "siting_time.svg", near, "Seconds until the gap is at most 1 %, p = 50", 0.01)
    chart(HERE / "siting_gap.svg", gaps, "Gap after 60 s [%], p = 50", 0.001)
    rows = []
    for i, (n, x) in enumerate(zip(GROWTH, mine, strict=True)):
        words = f"gap {x['gap']:.3%}, 1 % after {x['near'] or math.nan:.2f} s"
        for who, found in theirs.items():
            if i < len(found):
                words += f"; {NAMES[who]} gap {found[i]['gap']:.2%}, {found[i]['seconds']:.1f} s"
        peers = ", ".join(NAMES[who] for who in theirs) if n in whole else ""
        rows.append(Row(f"growth, plane, n = {n:,}, p = 50, 60 s", peers, words))
    return rows


GROUPS: dict[str, Callable[[], list[Row]]] = {
    "pmed": pmed_rows, "cap": cap_rows, "plane": plane_rows, "growth": growth_rows,
    "clustered": clustered_rows,
}  # fmt: skip


def main(*chosen: str) -> None:
    """Measure the groups, print the table and write it."""
    where, groups = machine(), chosen or tuple(GROUPS)
    rows: list[Row] = []
    for name in groups:
        rows += GROUPS[name]()
        print(markdown(rows), flush=True)
    day = datetime.now(UTC).date().isoformat()
    about = (__doc__ or "").split("\n\n", 2)[2].strip()
    text = f"# Siting\n\n{about}\n\n{day}, {', '.join(groups)}: {where}.\n\n{markdown(rows)}\n"
    if "growth" in groups:
        text += "\n![Seconds to one per cent](siting_time.svg)\n\n![Gap](siting_gap.svg)\n"
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["solve"]:
        report(solve(sys.argv[2], float(sys.argv[3])))
    else:
        main(*sys.argv[1:])
