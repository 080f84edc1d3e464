"""Arrays -> linear program -> certified solution."""

from __future__ import annotations

from seawall.program.assemble import Program, assemble, bounds, costs, serves
from seawall.program.highs import VERSION, Loaded, solve
from seawall.program.linear import LinearProgram, Residuals, Solution, certify

__all__ = [
    "VERSION",
    "LinearProgram",
    "Loaded",
    "Program",
    "Residuals",
    "Solution",
    "assemble",
    "bounds",
    "certify",
    "costs",
    "serves",
    "solve",
]
