"""HiGHS, in one file: nothing else in Seawall knows which solver there is.

A `Loaded` program stays in the solver: a scenario sends only the bounds (and, where it sets a
tariff, the costs) that differ from the base and starts from the base basis every time (going on
from the last scenario's basis is slower).
Warnings of the solver are errors here, and every solution is certified by our own arithmetic,
because a warm start has been seen to end in a wrong 'optimal' (HiGHS issue 3194).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import highspy
import numpy as np

from seawall.errors import Infeasible, LimitReached, SolverError
from seawall.program.linear import Basis, LinearProgram, Solution, certify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

VERSION = f"HiGHS {highspy.Highs().version()}"  # type: ignore[no-untyped-call]
CERTIFIED = 1e-6
#: Iterations from a basis after which another way is taken; most scenarios need a fifth.
FAR = 8000
#: Iterations after which the dual of a little more or a little less counts as not found.
BESIDE = 5000

_Status = highspy.HighsModelStatus
_KINDS = (
    highspy.HighsBasisStatus.kLower,
    highspy.HighsBasisStatus.kBasic,
    highspy.HighsBasisStatus.kUpper,
)
#: A free or fixed column that is not basic counts as at its lower bound.
_CODES = {
    **{kind: code for code, kind in enumerate(_KINDS)},
    highspy.HighsBasisStatus.kZero: Basis.LOWER,
    highspy.HighsBasisStatus.kNonbasic: Basis.LOWER,
}


def _to_highs(basis: Basis | Reached) -> highspy.HighsBasis:
    if isinstance(basis, Reached):
        return basis.basis
    result = highspy.HighsBasis()
    result.col_status = [_KINDS[i] for i in basis.columns]
    result.row_status = [_KINDS[i] for i in basis.rows]
    result.valid = True
    return result


@dataclass(frozen=True)
class Reached:
    """A basis in the solver's own form: turning it into a `Basis` takes as long as many a solve
    of a rolling plan."""

    basis: highspy.HighsBasis


def _check(status: highspy.HighsStatus, what: str) -> None:
    if status != highspy.HighsStatus.kOk:
        raise SolverError(f"{what}: HiGHS answered {status.name}")


class Loaded:
    """One program in the solver, to be solved again and again under other bounds.

    Parameters
    ----------
    program
        The base program.
    options
        HiGHS options on top of one thread and no output.
    far
        Iterations from a basis after which `resolve` starts from nothing.
    """

    def __init__(
        self,
        program: LinearProgram,
        options: Mapping[str, str | int | float | bool] | None = None,
        far: int = FAR,
    ) -> None:
        self.program = program
        self.far = far
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        settings: dict[str, str | int | float | bool] = {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            **(options or {}),
        }
        for name, value in settings.items():
            _check(self._highs.setOptionValue(name, value), f"option {name}")
        _pass(self._highs, program)
        self._basis: highspy.HighsBasis | None = None
        self._last: highspy.HighsBasis | None = None

    def start_from(self, basis: Basis | Reached) -> None:
        """Begin the base solve from a basis."""
        _check(self._highs.setBasis(_to_highs(basis)), "setting a starting basis")

    def begin_at(self, point: Floats) -> None:
        """Offer a point to the search over whole numbers: its whole numbers, from which the solver
        finds the rest."""
        whole = self.program.integrality
        at = np.arange(len(point)) if whole is None else np.flatnonzero(whole)
        _check(
            self._highs.setSolution(len(at), at.astype(np.int32), np.round(point[at])),
            "setting a point to start from",
        )

    def reached(self) -> Reached:
        """The basis in which the last solve ended."""
        if self._last is None:
            raise SolverError("nothing has been solved yet")
        return Reached(self._last)

    def basis(self) -> Basis:
        """The basis in which the last solve ended, column by column and row by row."""
        last = self.reached().basis
        return Basis(
            columns=np.array([_CODES[kind] for kind in last.col_status], dtype=np.int8),
            rows=np.array([_CODES[kind] for kind in last.row_status], dtype=np.int8),
        )

    def solve(self) -> Solution:
        """Solve the base program and keep its basis for later solves."""
        solution = self._run(self.program)
        if self.program.integrality is None:
            self._basis = self._last = self._highs.getBasis()
        return solution

    def resolve(
        self,
        lower: Floats,
        upper: Floats,
        row_lower: Floats,
        row_upper: Floats,
        *,
        cost: Floats | None = None,
        warm: bool = True,
        start: Basis | Reached | None = None,
        around: tuple[Ints, Floats] | None = None,
    ) -> Solution:
        """Solve under other bounds, from a basis (`warm`: `start`, or that of the base) or from
        nothing; afterwards the loaded program is the base again.

        Parameters
        ----------
        cost
            Costs of all columns; None: those of the base.
        around
            Rows, and by how much their bounds are then moved, all up and all down, to see between
            which values their duals lie (`Solution.row_dual_range`).  A move must be small against
            what passes through a row and large against the solver's tolerance (1e-7).
        """
        base = self.program
        cost = base.c if cost is None else cost
        changed = LinearProgram(cost, base.A, row_lower, row_upper, lower, upper)
        self._send(base, changed)
        try:
            try:
                found = self._solved(changed, start, warm=warm)
            finally:
                last = self._highs.getBasis()
                self._last = last if last.valid else self._basis
            if around is None:
                return found
            return self._ranged(found, changed, around, Reached(last) if last.valid else None)
        finally:
            self._send(changed, base)

    def _solved(
        self, program: LinearProgram, start: Basis | Reached | None, *, warm: bool
    ) -> Solution:
        """Solve what is loaded, from a basis or from nothing."""
        basis = self._basis if start is None else _to_highs(start)
        if warm and basis is not None:
            found = self._from_basis(program, basis)
            if found is not None:
                return found
        _check(self._highs.clearSolver(), "clearing the solver")
        try:
            with self._set(solver="ipm" if warm else "choose"):
                return self._run(program)
        except SolverError:
            return self._inside(program)

    def _ranged(
        self,
        found: Solution,
        program: LinearProgram,
        around: tuple[Ints, Floats],
        optimum: Reached | None,
    ) -> Solution:
        """`found` with the range of the duals of some rows: its own, and those of the optima in
        which all these rows are moved up and down.

        A dual is infinite where no solution lies that way, nan where none was found within
        `BESIDE` iterations or the optimum has no basis to go on from.
        """
        rows, step = around
        sides = {}
        for sign in (1.0, -1.0):
            sides[sign] = np.full(len(rows), np.nan)
            if optimum is None:
                continue
            row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
            row_lower[rows] += sign * step
            row_upper[rows] += sign * step
            beside = LinearProgram(
                program.c, program.A, row_lower, row_upper, program.lower, program.upper
            )
            self._send(program, beside)
            try:
                sides[sign] = self._beside(beside, optimum, rows)
            except Infeasible:
                sides[sign] = np.full(len(rows), sign * np.inf)
            finally:
                self._send(beside, program)
        low, high = (np.full(len(found.row_dual), np.nan) for _ in range(2))
        duals = [found.row_dual[rows], *sides.values()]
        # The cost is convex in the bounds, so the lowest dual lies below and the highest above.
        low[rows] = np.where(np.isnan(sides[-1.0]), np.nan, np.nanmin(duals, axis=0))
        high[rows] = np.where(np.isnan(sides[1.0]), np.nan, np.nanmax(duals, axis=0))
        return replace(found, row_dual_range=(low, high))

    def _beside(self, program: LinearProgram, optimum: Reached, rows: Ints) -> Floats:
        """Duals of some rows of a program next to one whose optimum is known; nan where the way
        there is long or ends in nothing certain."""
        for fresh in (False, True):
            # What interior point has left in the solver can spoil the way; forgetting it takes
            # longer, so it is done second.
            if fresh:
                _check(self._highs.clearSolver(), "clearing the solver")
            _check(self._highs.setBasis(optimum.basis), "setting a basis")
            with self._set(simplex_iteration_limit=BESIDE):
                try:
                    found = self._run(program, refining=True)
                except (SolverError, LimitReached):
                    continue
            if self._highs.getModelStatus() == _Status.kOptimal:
                return found.row_dual[rows]
        return np.full(len(rows), np.nan)

    def _from_basis(self, program: LinearProgram, basis: highspy.HighsBasis) -> Solution | None:
        """Solve from a basis; None where that leads too far: a world that stays far from
        the base is found sooner from nothing, by interior point and crossover."""
        # Whatever an earlier solve has left behind would decide between equal optima.
        _check(self._highs.clearSolver(), "clearing the solver")
        _check(self._highs.setBasis(basis), "setting a basis")
        with self._set(simplex_iteration_limit=self.far):
            try:
                found = self._run(program)
            except (SolverError, LimitReached):
                return None
            return found if self._highs.getModelStatus() == _Status.kOptimal else None

    def _inside(self, program: LinearProgram) -> Solution:
        """Solve by interior point alone: where very many tiers are worth nearly the same, crossover
        and simplex can end in a singular basis.  What comes back is certified as any other."""
        _check(self._highs.clearSolver(), "clearing the solver")
        with self._set(solver="ipm", run_crossover="off"):
            return self._run(program)

    @contextmanager
    def _set(self, **options: str | float) -> Iterator[None]:
        """Set options of the solver for a while."""
        before = {name: self._highs.getOptionValue(name)[1] for name in options}
        try:
            for name, value in options.items():
                _check(self._highs.setOptionValue(name, value), f"option {name}")
            yield
        finally:
            for name, value in before.items():
                _check(self._highs.setOptionValue(name, value), f"option {name}")

    def _send(self, old: LinearProgram, new: LinearProgram) -> None:
        costs = np.flatnonzero(old.c != new.c)
        if len(costs):
            _check(
                self._highs.changeColsCost(len(costs), costs.astype(np.int32), new.c[costs]),
                "changing costs",
            )
        columns = np.flatnonzero((old.lower != new.lower) | (old.upper != new.upper))
        if len(columns):
            _check(
                self._highs.changeColsBounds(
                    len(columns), columns.astype(np.int32), new.lower[columns], new.upper[columns]
                ),
                "changing column bounds",
            )
        rows = np.flatnonzero((old.row_lower != new.row_lower) | (old.row_upper != new.row_upper))
        if len(rows):
            # The stubs of highspy miss this one.
            change = self._highs.changeRowsBounds  # type: ignore[attr-defined]
            _check(
                change(len(rows), rows.astype(np.int32), new.row_lower[rows], new.row_upper[rows]),
                "changing row bounds",
            )

    def _refine(self, program: LinearProgram) -> Solution:
        """Go on from the present basis with tolerances a hundred times tighter."""
        with self._set(primal_feasibility_tolerance=1e-9, dual_feasibility_tolerance=1e-9):
            return self._run(program, refining=True)

    def _run(self, program: LinearProgram, *, refining: bool = False) -> Solution:
        status = self._highs.run()
        outcome = self._highs.getModelStatus()
        if outcome in (_Status.kInfeasible, _Status.kUnboundedOrInfeasible):
            raise Infeasible("the program has no feasible solution")
        limited = outcome in (_Status.kTimeLimit, _Status.kIterationLimit, _Status.kSolutionLimit)
        if outcome != _Status.kOptimal and not limited:
            raise SolverError(f"HiGHS stopped with {outcome.name}")
        if not limited:
            _check(status, "solving")
        found = self._highs.getSolution()
        info = self._highs.getInfo()
        if limited and not found.value_valid:
            raise LimitReached("the time limit ended the search before any solution was found")
        x = np.asarray(found.col_value, dtype=float)
        if program.integrality is not None and program.integrality.any():
            return _integer_solution(program, x, info)
        row_dual = np.asarray(found.row_dual, dtype=float)
        residuals, bound = certify(program, x, row_dual)
        if limited and not residuals.primal <= CERTIFIED:
            raise LimitReached("the time limit ended the search before any solution was found")
        if limited and not residuals.dual <= CERTIFIED:
            bound = -np.inf  # the duals point at bounds that are not there and prove nothing
        if not limited and not residuals.ok(CERTIFIED) and not refining:
            return self._refine(program)
        if not limited and not residuals.ok(CERTIFIED):
            raise SolverError(
                f"HiGHS calls a solution optimal that is not: primal {residuals.primal:.1e}, "
                f"dual {residuals.dual:.1e}, gap {residuals.gap:.1e}"
            )
        return Solution(
            x=x,
            row_dual=row_dual,
            reduced_cost=program.c - program.A.T @ row_dual,
            cost=float(np.sum(program.c * x)),
            lower_bound=bound,
            gap=residuals.gap,
            residuals=residuals,
            iterations=int(info.simplex_iteration_count),
        )


def solve(
    program: LinearProgram,
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    near: float | None = None,
    start: Floats | None = None,
) -> Solution:
    """Solve one program.

    Parameters
    ----------
    time_limit
        Seconds; None = no limit.
    gap
        Relative gap at which a search over whole numbers may stop.
    near
        Distance from the bound, in units of the cost, at which it may stop as well.
    start
        A point (n,) to begin a search over whole numbers from; where only its whole numbers can
        be kept, the rest is found anew.

    Raises
    ------
    Infeasible, SolverError, LimitReached
    """
    options: dict[str, str | int | float | bool] = {}
    if time_limit is not None:
        options["time_limit"] = float(time_limit)
    if gap is not None:
        options["mip_rel_gap"] = float(gap)
    if near is not None:
        options["mip_abs_gap"] = float(near)
    loaded = Loaded(program, options)
    if start is not None:
        loaded.begin_at(start)
    return loaded.solve()


def _integer_solution(program: LinearProgram, x: Floats, info: highspy.HighsInfo) -> Solution:
    none = np.zeros(program.shape[0])
    residuals, _ = certify(program, x, none)
    cost, bound = float(program.c @ x), float(info.mip_dual_bound)
    relative = abs(cost - bound) / (1.0 + abs(cost))
    whole = program.integrality > 0 if program.integrality is not None else np.zeros(len(x), bool)
    broken = float(np.abs(x[whole] - np.round(x[whole])).max(initial=0.0))
    if max(residuals.primal, broken) > CERTIFIED:
        raise SolverError(
            f"HiGHS returned a point that breaks its rows by {residuals.primal:.1e} "
            f"or whole numbers by {broken:.1e}"
        )
    return Solution(
        x=x,
        row_dual=none,
        reduced_cost=program.c.copy(),
        cost=cost,
        lower_bound=bound,
        gap=relative,
        residuals=type(residuals)(primal=max(residuals.primal, broken), dual=0.0, gap=relative),
        iterations=int(info.simplex_iteration_count),
    )


def _pass(highs: highspy.Highs, program: LinearProgram) -> None:
    """Load a program as whole arrays: attribute by attribute, a HighsLp is filled cell by cell,
    which takes seven times as long."""
    m, n = program.shape
    whole = np.zeros(n) if program.integrality is None else program.integrality
    status = highs.passModel(
        n,
        m,
        program.A.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        program.c,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        program.A.indptr.astype(np.int32),
        program.A.indices.astype(np.int32),
        program.A.data,
        # 0 = continuous, 1 = whole, as in HighsVarType; an empty array is not taken for none.
        whole.astype(np.int32),
    )
    _check(status, "loading the program")
