"""A siting problem put to HiGHS as it stands, or to spopt, in a process of its own.

python -m benchmarks.siting_peers highs|spopt CASE SECONDS

Prints one JSON document: cost and bound (null where there is none), seconds of building and of
solving.  Both pose the whole formulation: a column for each pair of client and site, at most as
much as the site is open.  SECONDS limits solving; building may take as long again and is stopped
then, as is what needs more memory than `MEMORY`.  spopt builds with PuLP and is given HiGHS too, so
that the two differ in what they pose and how they pose it, not in who solves it.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measure import report
from benchmarks.siting_instances import Facilities, case

if TYPE_CHECKING:
    from types import FrameType

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Bytes that a peer may ask for.
MEMORY = 12 << 30


class OutOfTime(Exception):
    """Building took too long."""


def facilities_of(distance: Floats) -> Facilities:
    """A p-median as a facility location without fixed cost or capacity."""
    n, m = distance.shape
    return Facilities(np.zeros(m), distance, np.full(m, float(n)), np.ones(n))


def highs(problem: Facilities, p: int | None, seconds: float) -> dict[str, Any]:
    """Whole formulation, columns x by client, then y."""
    import highspy

    began = time.perf_counter()
    n, m = problem.assign_cost.shape
    pairs = n * m
    row, column = np.divmod(np.arange(pairs), m)
    # Rows: n clients, n * m links x - y <= 0, then capacities or the number of sites.
    capacitated = p is None
    last = m if capacitated else 1
    rows = n + pairs + last
    of_x = [row, n + np.arange(pairs)]
    value_x = [np.ones(pairs), np.ones(pairs)]
    if capacitated:
        of_x.append(n + pairs + column)
        value_x.append(problem.demand[row])
    tall = n + 1
    start = np.concatenate(
        [np.arange(pairs) * len(of_x), pairs * len(of_x) + np.arange(m + 1) * tall]
    )
    links = n + np.arange(pairs).reshape(n, m).T
    final = n + pairs + (np.arange(m) if capacitated else np.zeros(m, dtype=np.int64))
    index_y = np.column_stack([links, final])
    value_y = np.column_stack([-np.ones((m, n)), -problem.capacity if capacitated else np.ones(m)])
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = pairs + m, rows
    model.col_cost_ = np.concatenate([problem.assign_cost.ravel(), problem.open_cost])
    model.col_lower_, model.col_upper_ = np.zeros(pairs + m), np.ones(pairs + m)
    low = np.concatenate([np.ones(n), np.full(pairs + last, -highspy.kHighsInf)])
    high = np.concatenate([np.ones(n), np.zeros(pairs + last)])
    if not capacitated:
        low[-1] = high[-1] = p or 0
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = start.astype(np.int32)
    model.a_matrix_.index_ = np.concatenate(
        [np.column_stack(of_x).ravel(), index_y.ravel()]
    ).astype(np.int32)
    model.a_matrix_.value_ = np.concatenate([np.column_stack(value_x).ravel(), value_y.ravel()])
    kinds = [highspy.HighsVarType.kContinuous] * pairs + [highspy.HighsVarType.kInteger] * m
    model.integrality_ = kinds
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", float(seconds))
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    built = time.perf_counter()
    signal.alarm(0)
    solver.run()
    return {**_answer(solver), "build": built - began, "solve": time.perf_counter() - built}


def spopt(distance: Floats, p: int, seconds: float) -> dict[str, Any]:
    """spopt's p-median."""
    import pulp  # type: ignore[import-not-found]
    from spopt.locate import PMedian  # type: ignore[import-not-found]

    began = time.perf_counter()
    model = PMedian.from_cost_matrix(distance, np.ones(len(distance)), p_facilities=p)
    built = time.perf_counter()
    signal.alarm(0)
    solver = pulp.HiGHS(msg=False, timeLimit=seconds, gapRel=0.0, threads=1)
    model.problem.solve(solver)
    answer = _answer(model.problem.solverModel)
    return {**answer, "build": built - began, "solve": time.perf_counter() - built}


def _answer(solver: Any) -> dict[str, Any]:
    info = solver.getInfo()
    found, bound = info.objective_function_value, info.mip_dual_bound
    has = info.primal_solution_status == 2
    return {
        "cost": float(found) if has else None,
        "bound": float(bound) if abs(bound) < 1e20 else None,
    }


def main(who: str, name: str, seconds: float) -> None:
    """Pose and solve one case."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise OutOfTime

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    problem, p = case(name)
    if not isinstance(problem, Facilities) and problem.shape[1] == 2:
        problem = np.hypot(*(problem[:, None, :] - problem[None, :, :]).transpose(2, 0, 1))
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(int(seconds) + 1)
    try:
        if who == "spopt":
            if isinstance(problem, Facilities) or p is None:
                raise ValueError("spopt has no facility location with fixed costs")
            figures = spopt(problem, p, seconds)
        else:
            asked = problem if isinstance(problem, Facilities) else facilities_of(problem)
            figures = highs(asked, p, seconds)
    except (OutOfTime, MemoryError) as error:
        figures = {"cost": None, "bound": None, "stopped": type(error).__name__}
    report(figures)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
