"""Say which rows of a study contradict each other beyond reconciling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.network.network import Network
    from seawall.network.reconcile import ContradictionError, Move
    from seawall.study import Study

#: A figure that must move by more than this many of its own standard deviations contradicts others.
MAX_SIGMAS = 6.0
_TABLE = {
    "facility": ("facilities", "base"),
    "lane": ("lanes", "base"),
    "demand": ("demands", "quantity"),
}


def far_moves(study: Study, moves: tuple[Move, ...]) -> Iterator[Problem]:
    """One problem a figure that balancing moves further than its evidence can bear."""
    for move in moves:
        far, one = abs(move.value - move.prior), move.sigma * abs(move.prior)
        if far <= MAX_SIGMAS * one:
            continue
        table, column = _TABLE[move.kind]
        row = next(r for r in study.rows(table) if r.id == move.id)
        yield Problem(
            file=f"{table}.csv",
            row=int(row.row),
            column=column,
            value=f"{getattr(row, column):g}",
            rule=(
                f"contradicts the other figures: balancing would need {move.value / move.prior:.3g}"
                f" times this, {far / one:.0f} standard deviations away"
            ),
            fix="mend this row or those it trades with, or state a wider low and high",
        )


def cannot_balance(study: Study, network: Network, error: ContradictionError) -> Iterator[Problem]:
    """The rows of the place that no base can balance."""
    nodes = network.nodes
    place, commodity = nodes.place[error.row], nodes.commodity[error.row]
    words = (
        f"{commodity} at {place} cannot be balanced: what enters and what leaves differ by "
        f"{abs(error.off) * 365.0 / network.terms.period_days:.4g} a year at the least"
    )
    fix = "make what enters and what leaves this place fit each other"
    found = False
    for table, ends, column in (
        ("demands", ("place",), "quantity"),
        ("lanes", ("origin", "destination"), "base"),
    ):
        for row in study.rows(table):
            here = place in [getattr(row, end) for end in ends] and row.commodity == commodity
            if here and getattr(row, column) > 0:
                found = True
                yield Problem(
                    f"{table}.csv", int(row.row), column, f"{getattr(row, column):g}", words, fix
                )
    for row in study.rows("facilities"):
        if place in (row.place, row.output_place) and row.base > 0:
            found = True
            yield Problem("facilities.csv", int(row.row), "base", f"{row.base:g}", words, fix)
    if not found:
        yield Problem("stocks.csv", None, "loss", "", words, fix)
