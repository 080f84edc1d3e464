"""A dive: whole numbers by fixing what the program without them is surest of, again and again.

Each step solves the program without whole numbers from the basis of the step before, so that a
first plan takes a few dozen short solves (diving: Achterberg 2007, Constraint Integer Programming,
chapter 9).
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import Infeasible, LimitReached, SolverError
from seawall.program import Loaded

if TYPE_CHECKING:
    from seawall.program import LinearProgram
    from seawall.questions.redirect.instance import Bools, Floats, Ints

__all__ = ["dive"]

#: What lies this near to a whole number counts as whole.
WHOLE = 1e-6
#: Part of what is still open that one step settles.
STEP = 0.2


def dive(program: LinearProgram, seconds: float) -> Floats | None:
    """A point of the program whose whole numbers are whole; None where the time was too short or
    the way led nowhere.

    Columns that must be whole lie between 0 and 1.

    Raises
    ------
    Infeasible
        When there is no point even without whole numbers.
    """
    if program.integrality is None:
        raise ValueError("the program asks for no whole numbers")
    began = time.monotonic()
    whole = program.integrality > 0
    loaded = Loaded(replace(program, integrality=None))
    x = loaded.solve().x
    lower, upper = program.lower.copy(), program.upper.copy()
    while True:
        open_ = whole & (np.abs(x - np.round(x)) > WHOLE)
        if not open_.any():
            return x
        if time.monotonic() - began > seconds:
            return None
        most = _surest(x, open_)
        # What is whole already is kept, so that the steps end.
        lower[whole & (x > 1.0 - WHOLE)] = 1.0
        for settled in (most, most[:1]):
            tried = lower.copy()
            tried[settled] = 1.0
            found = _again(loaded, tried, upper)
            if found is not None:
                lower, x = tried, found
                break
        else:
            # The surest of all cannot be: it is ruled out.
            upper[most[0]] = 0.0
            lower[most[0]] = 0.0
            found = _again(loaded, lower, upper)
            if found is None:
                return None
            x = found


def _surest(x: Floats, open_: Bools) -> Ints:
    """Open columns nearest to 1, the surest first."""
    at = np.flatnonzero(open_)
    order = at[np.argsort(-x[at], kind="stable")]
    return order[: max(1, int(STEP * len(order)))]


def _again(loaded: Loaded, lower: Floats, upper: Floats) -> Floats | None:
    """Solve from where the last solve ended; None where there is nothing."""
    base = loaded.program
    try:
        found = loaded.resolve(lower, upper, base.row_lower, base.row_upper, start=loaded.reached())
    except (Infeasible, LimitReached, SolverError):
        return None
    return found.x
