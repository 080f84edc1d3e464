"""Where simplex and crossover give up, interior point alone still gives a certified answer."""

from __future__ import annotations

import pytest
from tests.program.test_solve import random_program, simple

from seawall.errors import SolverError
from seawall.program import LinearProgram, Loaded, Solution


class Stuck(Loaded):
    """A solver whose simplex and crossover stop without an answer in every re-solve."""

    def __init__(self, program: LinearProgram) -> None:
        super().__init__(program)
        self.tries: list[tuple[str, str]] = []
        self.stuck = False

    def _run(self, program: LinearProgram, *, refining: bool = False) -> Solution:
        options = tuple(
            str(self._highs.getOptionValue(name)[1]) for name in ("solver", "run_crossover")
        )
        self.tries.append((options[0], options[1]))
        if self.stuck and options[1] == "on":
            raise SolverError("HiGHS stopped with kNotset")
        return super()._run(program, refining=refining)


@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("program", [simple(), random_program(3), random_program(7)])
def test_interior_point_alone_is_the_last_resort(program: LinearProgram, warm: bool):
    loaded = Stuck(program)
    free = loaded.solve()
    basis = loaded.basis()
    limits = (program.lower, program.upper, program.row_lower, program.row_upper)
    loaded.stuck, loaded.tries = True, []
    found = loaded.resolve(*limits, warm=warm)
    assert loaded.tries[-1] == ("ipm", "off")
    assert found.residuals.ok()
    assert found.cost == pytest.approx(free.cost, rel=1e-6, abs=1e-6)
    # The next solve starts from the base again.
    assert (loaded.basis().columns == basis.columns).all()
    loaded.stuck = False
    assert loaded.resolve(*limits).cost == pytest.approx(free.cost, abs=1e-7)
