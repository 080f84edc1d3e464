"""Say in the study's words why a program has no feasible solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, eye_array, hstack

from seawall.program.highs import solve
from seawall.program.linear import LinearProgram

if TYPE_CHECKING:
    from seawall.network.network import Floats
    from seawall.program.assemble import Program


def why_infeasible(program: Program, limits: tuple[Floats, ...] | None = None) -> str:
    """Name the nodes and periods whose balance misses the least in total.

    The elastic program (Chinneck 2008, ch. 6) lets every row miss at a cost of 1 per unit; the
    rows that still miss at its optimum are those that the limits cannot meet together.
    """
    linear, plan, nodes = program.linear, program.layout, program.network.nodes
    low, high, row_low, row_high = limits or (
        linear.lower, linear.upper, linear.row_lower, linear.row_upper,
    )  # fmt: skip
    m, n = linear.shape
    elastic = LinearProgram(
        c=np.concatenate([np.zeros(n), np.ones(2 * m)]),
        A=csc_array(hstack([linear.A, eye_array(m), -eye_array(m)])),
        row_lower=row_low,
        row_upper=row_high,
        lower=np.concatenate([low, np.zeros(2 * m)]),
        upper=np.concatenate([high, np.full(2 * m, np.inf)]),
    )
    x = solve(elastic).x
    missing = (x[n : n + m] + x[n + m :]) / program.scale.quantity
    lines = []
    balance = plan.rows["balance"].table(missing)
    for i in np.argsort(-balance.sum(axis=1))[:5]:
        if balance[i].sum() > 1e-9:
            first = int(np.flatnonzero(balance[i] > 1e-9)[0])
            lines.append(
                f"{nodes.commodity[i]} at {nodes.place[i]} misses {balance[i].sum():.4g} in all, "
                f"first in period {first}"
            )
    names = {
        "contract": program.network.contracts.id,
        "passage": program.network.passages.id,
        "quota": [f"of {c} at {p}" for p, c in zip(nodes.place, nodes.commodity, strict=True)],
    }
    for name, ids in names.items():
        rows = plan.rows[name].table(missing)
        for i in np.flatnonzero(rows.sum(axis=1) > 1e-9)[:3]:
            unit = ids[int(plan.rows[name].units[i])]
            lines.append(f"{name} {unit} cannot be kept by {rows[i].sum():.4g}")
    if not program.network.terms.curtail:
        lines.append("demand may not be cut here (curtail is off in study.toml)")
    return "no plan meets all limits: " + "; ".join(lines)
