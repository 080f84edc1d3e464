"""Write a program in LP format with names that a person can read and check by hand."""

from __future__ import annotations

import numpy as np

from seawall.network import Network
from seawall.program import Program

_LANE_COLUMNS = ("departure_low", "departure_high")
_FACILITY_COLUMNS = ("activity_low", "activity_high")


def unit_name(network: Network, family: str, unit: int) -> str:
    """The id of a unit of a family of columns or rows."""
    if family in _LANE_COLUMNS:
        return network.lanes.id[unit]
    if family in _FACILITY_COLUMNS:
        return network.facilities.id[unit]
    if family == "served":
        return network.demands.tier_id[network.demands.tier_of[unit]]
    if family == "contract":
        return network.contracts.id[unit]
    if family == "passage":
        return network.passages.id[unit]
    return f"{network.nodes.place[unit]}.{network.nodes.commodity[unit]}"


def _names(program: Program, kind: str) -> list[str]:
    blocks = getattr(program.layout, kind)
    return [
        f"{family}[{unit_name(program.network, family, int(unit))},t{t}]"
        for family, block in blocks.items()
        for unit in block.units
        for t in range(block.periods)
    ]


def column_names(program: Program) -> list[str]:
    """Name of every column, e.g. `stock[port.lng,t1]`."""
    return _names(program, "columns")


def row_names(program: Program) -> list[str]:
    """Name of every row, e.g. `balance[port.lng,t1]`."""
    return _names(program, "rows")


def _sum(coefficients: np.ndarray, names: list[str]) -> str:
    terms = [
        f"{'-' if c < 0 else '+'} {'' if abs(c) == 1 else f'{abs(c):.6g} '}{names[j]}"
        for j, c in enumerate(coefficients)
        if abs(c) > 1e-12
    ]
    return " ".join(terms).removeprefix("+ ")


def rows_text(program: Program, family: str) -> str:
    """The rows of one family in the network's units, one a line."""
    matrix, columns, rows = program.linear.A.toarray(), column_names(program), row_names(program)
    lines = ["subject to"]
    q = program.scale.quantity
    for i in range(*program.layout.rows[family].slice.indices(len(rows))):
        low, high = program.linear.row_lower[i] / q, program.linear.row_upper[i] / q
        side = f"= {low:.6g}" if low == high else f">= {low:.6g}"
        side = side if np.isfinite(low) else f"<= {high:.6g}"
        lines.append(f" {rows[i]}: {_sum(matrix[i], columns)} {side}")
    return "\n".join([*lines, "end", ""])


def columns_text(program: Program) -> str:
    """Cost and bounds of every column in the network's units, one a line."""
    linear, q = program.linear, program.scale.quantity
    cost = linear.c * q / program.scale.money
    lines = ["\\ cost of one unit; bounds"]
    for j, name in enumerate(column_names(program)):
        low, high = linear.lower[j] / q, linear.upper[j] / q
        lines.append(f" {name}: {cost[j]:+.6g}; {low:.6g} <= x <= {high:.6g}")
    return "\n".join([*lines, ""])
