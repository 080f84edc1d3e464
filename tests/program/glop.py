"""Solve linear programs from standard input (JSON) with OR-Tools' GLOP and print their costs.

A process of its own: OR-Tools and highspy cannot be loaded in one.
"""

from __future__ import annotations

import json
import sys

from ortools.linear_solver import pywraplp


def cost(program: dict[str, list]) -> float:
    solver = pywraplp.Solver.CreateSolver("GLOP")
    columns = [
        solver.NumVar(low, high, "")
        for low, high in zip(program["lower"], program["upper"], strict=True)
    ]
    rows = [
        solver.Constraint(low, high)
        for low, high in zip(program["row_lower"], program["row_upper"], strict=True)
    ]
    for i, j, value in program["entries"]:
        rows[i].SetCoefficient(columns[j], value)
    for column, c in zip(columns, program["c"], strict=True):
        solver.Objective().SetCoefficient(column, c)
    solver.Objective().SetMinimization()
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        raise SystemExit("GLOP found no optimum")
    return solver.Objective().Value()


sys.stdout.write(json.dumps([cost(program) for program in json.load(sys.stdin)]))
