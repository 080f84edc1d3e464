"""Re-planning: a market run over two years with warm plans, against one with cold ones.

The same loaded program, the same closures and the same belief; only where each plan starts differs:
*warm*, the basis in which the last plan ended; *cold*, nothing, so that HiGHS presolves and chooses
by itself.  Both runs stop when the world is back in its base, so the number of plans is told.  A
plan may have many optima, so the two runs may drift apart: what they lose is compared.  The ratio
is of clock seconds per plan, which is what a person waits; in CPU seconds, of which the solver
spends some in a thread that waits, it is lower and told beside it.
"""

from __future__ import annotations

import sys

from benchmarks.measure import Row, Stopwatch, child, report

STUDY = "india-japan"
SCENARIOS = ("hormuz-60d", "malacca-60d")
REPEATS = 3
EQUAL = 1e-2


def measure() -> None:
    """Run every scenario both ways in this process."""
    import seawall
    from seawall.questions.prepared import find_scenario, prepare
    from seawall.questions.stress import loss

    study = seawall.read(STUDY).chain("gas")
    figures = {}
    for name in SCENARIOS:
        scenario = find_scenario(study, name)
        chosen = study.variant(*scenario.variants) if scenario else study
        ready = prepare(chosen)
        met, market = ready.conditions(scenario), ready.market
        ways = {}
        for way, times in (("warm", REPEATS), ("cold", 1)):
            seconds = []
            for _ in range(times):
                rolling = market.start(met, warm=way == "warm")
                watch = Stopwatch()
                run = rolling.finish()
                seconds.append(watch.read())
            lost = loss(ready.network, met, run, ready.reference)
            cpu, clock = (min(column) for column in zip(*seconds, strict=True))
            ways[way] = {"cpu": cpu, "clock": clock, "plans": rolling.plans, "loss": lost}
        figures[name] = ways
    report({"runs": figures})


def rows() -> list[Row]:
    """Measure and compare each scenario, and both together."""
    runs = child("benchmarks.rolling").figures["runs"]
    table = []
    for name, ways in runs.items():
        warm, cold = ways["warm"], ways["cold"]
        apart = abs(warm["loss"] - cold["loss"]) / (1.0 + abs(cold["loss"]))
        table += [
            _row(f"market run, {name}", [warm], [cold]),
            Row(f"loss under market, {name}", "", f"apart by {apart:.0e}", "", f"<= {EQUAL:.0e}",
                apart <= EQUAL),
        ]  # fmt: skip
    together = _row(
        "market runs together", *([ways[way] for ways in runs.values()] for way in ("warm", "cold"))
    )
    return [*table, together]


def _row(label: str, warm: list[dict[str, float]], cold: list[dict[str, float]]) -> Row:
    """Seconds of some runs, and the ratio of seconds per plan."""
    plans = [int(sum(run["plans"] for run in runs)) for runs in (warm, cold)]

    def of(kind: str) -> tuple[float, float]:
        ours, theirs = (sum(run[kind] for run in runs) for runs in (warm, cold))
        return ours, theirs

    def per_plan(kind: str) -> float:
        ours, theirs = of(kind)
        return (theirs / plans[1]) / (ours / plans[0])

    (ours, theirs), ratio = of("clock"), per_plan("clock")
    return Row(
        label, "cold plans",
        f"{ours:.1f} s ({plans[0]} plans) against {theirs:.1f} s ({plans[1]} plans), "
        f"in CPU seconds {per_plan('cpu'):.1f} times",
        f"{ratio:.1f}", ">= 5", ratio >= 5,
    )  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit("rolling takes no arguments")
    measure()
