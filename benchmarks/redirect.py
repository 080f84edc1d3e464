"""Redirection: Seawall against CP-SAT in the same time, and how soon a plan of real size is good.

Both get the same made-up instances (tests/questions/redirect/instances.py) and the same seconds on
the clock, one thread each; CP-SAT runs in a process of its own (benchmarks/redirect_cpsat.py), and
what it chooses is given the best send-out and replayed as any plan.  The ratio is its gap over
ours, both against the higher of the two bounds.  For instances of real size, with one world and
with three, the log of one search is read at 20, 60, 120 and 300 s.  *Re-planning* starts from the
plan of the search before, after the buyers' offers have become a tenth dearer.
"""

from __future__ import annotations

import pickle
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import BenchmarkError, Row, child, report

if TYPE_CHECKING:
    from seawall.questions.redirect.instance import Instance
    from seawall.questions.redirect.search import Step

MIDDLING = (0, 1, 2)
SECONDS = 60
MARKS = (20, 60, 120, 300)
AGAIN = 60
#: Part of what a plan spends that may be unproven after a minute, with one world.
GAP = 0.01


def made(kind: str, seed: int, worlds: int) -> Instance:
    """An instance whose lender keeps no more than it would without loans."""
    from tests.questions.redirect import instances

    from seawall.questions.redirect.alone import nothing

    instance = getattr(instances, kind)(seed, worlds=worlds)
    return instances.with_floors(instance, nothing(instance))


def compare(kind: str, seed: int, seconds: float) -> dict[str, Any]:
    """Both on one instance: cost and bound [million USD] of each."""
    import numpy as np

    from seawall.questions.redirect.alone import greedy, nothing
    from seawall.questions.redirect.check import completed, replay
    from seawall.questions.redirect.search import solve

    instance = made(kind, seed, 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instance.pickle"
        path.write_bytes(pickle.dumps(instance))
        said = child("benchmarks.redirect_cpsat", str(path), str(seconds)).figures
    ours = solve(instance, time_limit=seconds, gap=0.0)
    result = {
        "ours": ours.cost, "bound": ours.lower_bound, "their_bound": said["bound"],
        "spent": float(instance.weights @ ours.spent), "theirs": None,
        "nothing": nothing(instance).cost, "greedy": greedy(instance).cost,
        "ok": replay(instance, ours).ok,
    }  # fmt: skip
    if "column" in said:
        plan = completed(instance, np.array(said["column"]), np.array(said["terminal"]))
        result["theirs"] = plan.cost
        result["ok"] = result["ok"] and replay(instance, plan).ok
    return result


def size(worlds: int) -> dict[str, Any]:
    """One long search of real size: first plan, gaps at the marks, and planning again."""
    from seawall.questions.redirect.check import replay
    from seawall.questions.redirect.search import solve

    instance = made("large", 0, worlds)
    steps: list[Step] = []
    plan = solve(instance, time_limit=MARKS[-1], gap=0.0, progress=steps.append)
    columns = instance.columns
    bought = (instance.cargoes.owner[columns.cargo] < 0)[:, None]
    dearer = replace(columns, cost=columns.cost + 0.1 * bought * (columns.cost - columns.freight))
    changed = replace(instance, columns=dearer)
    again: list[Step] = []
    second = solve(changed, time_limit=AGAIN, gap=GAP, start=plan, progress=again.append)
    return {
        "steps": [(step.seconds, step.gap) for step in steps],
        "again": [(step.seconds, step.gap) for step in again],
        "ok": replay(instance, plan).ok and replay(changed, second).ok,
    }


def measure(what: str, *arguments: str) -> None:
    """One measurement in this process."""
    if what == "size":
        report(size(int(arguments[0])))
    else:
        report(compare(what, int(arguments[0]), float(arguments[1])))


def rows() -> list[Row]:
    """Measure and compare."""
    table = [_against("middle", seed, SECONDS) for seed in MIDDLING]
    table.append(_against("large", 0, SECONDS))
    for worlds in (1, 3):
        table += _of_size(worlds)
    return table


def _against(kind: str, seed: int, seconds: int) -> Row:
    found = child("benchmarks.redirect", kind, str(seed), str(seconds)).figures
    if not found["ok"]:
        raise BenchmarkError(f"a plan of {kind} {seed} breaks a rule")
    label = f"redirect, {kind} {seed}, {seconds} s"
    bound = max(found["bound"], found["their_bound"])
    ours = (found["ours"] - bound) / found["spent"]
    idle, acted = (f"{name} {found[name]:.1f}" for name in ("nothing", "greedy"))
    if found["theirs"] is None:
        return Row(
            label, "CP-SAT", f"{found['ours']:.2f} against no plan ({idle}, {acted})",
            f"gap {ours:.2%}", "no dearer", met=True,
        )  # fmt: skip
    theirs = (found["theirs"] - bound) / found["spent"]
    ratio = f"{theirs / ours:.1f}" if ours > 1e-6 else f"gap {ours:.2%} against {theirs:.2%}"
    return Row(
        label, "CP-SAT",
        f"{found['ours']:.2f} against {found['theirs']:.2f} million USD ({idle}, {acted})",
        ratio, "no dearer", found["ours"] <= found["theirs"] + 0.0101,
    )  # fmt: skip


def _of_size(worlds: int) -> list[Row]:
    found = child("benchmarks.redirect", "size", str(worlds)).figures
    if not found["ok"]:
        raise BenchmarkError(f"a plan of real size with {worlds} worlds breaks a rule")
    steps, again = found["steps"], found["again"]
    label = f"redirect, real size, {worlds} world{'s' * (worlds > 1)}"
    table = [Row(f"{label}, first plan", "", f"{steps[0][0]:.1f} s, gap {steps[0][1]:.2%}")]
    for mark in MARKS:
        reached = [gap for seconds, gap in steps if seconds <= mark]
        wanted = mark == SECONDS and worlds == 1
        table.append(
            Row(
                f"{label}, gap at {mark} s", "", f"{min(reached):.2%}" if reached else "no plan",
                "", f"<= {GAP:.0%}" if wanted else "",
                (bool(reached) and min(reached) <= GAP) if wanted else None,
            )
        )  # fmt: skip
    near = [seconds for seconds, gap in again if gap <= GAP]
    took = f"{near[0]:.1f} s to {GAP:.0%}" if near else f"{min(g for _, g in again):.2%}, {AGAIN} s"
    return [*table, Row(f"{label}, planned again", "", took)]


if __name__ == "__main__":
    measure(*sys.argv[1:])
