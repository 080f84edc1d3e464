"""Which inputs move a figure most: found among the draws, then run one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions.groups import ALL
from seawall.questions.uncertainty.inputs import P90
from seawall.questions.uncertainty.names import Names
from seawall.questions.uncertainty.reruns import LOSS, Cell, Point
from seawall.questions.uncertainty.statistics import candidates, moves, shares, single_variance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.network.network import Floats
    from seawall.questions.uncertainty.reruns import Chain, Setup
    from seawall.questions.uncertainty.samples import Drawn, Sample

TORNADO = (
    "scenario", "response", "place", "commodity", "figure", "rank", "input", "kind", "table",
    "column", "rows", "source", "confidence", "name", "unit", "low_input", "high_input", "low",
    "high", "share_of_variance", "share_error",
)  # fmt: skip
#: Inputs that are shown of each figure, and that are tried for each.
SHOWN = 10
TRIED = 16
#: Draws that it takes to tell the share of one input more.
DRAWS_EACH = 5


@dataclass(frozen=True)
class Target:
    """A figure whose inputs are asked for, in one chain: `cell` of its answers, and `total`, the
    draws of the figure that is reported (the loss of a study is that of all its chains)."""

    chain: int
    cell: Cell
    own: Drawn
    total: Drawn


def targets(setup: Setup, sample: Sample) -> list[Target]:
    """What headline places go short of as a whole, and the loss of the study, where P10 and P90
    differ: of what hardly ever happens the draws cannot tell the causes."""
    found = [
        Target(c, cell, sample.figures[cell], sample.figures[cell])
        for cell, c in sample.chain_of.items()
        if cell.figure == "unserved"
        and cell.tier == ALL
        and cell.place in setup.chains[c].around.study.settings.headline
    ]
    for (c, response), own in sample.chain_loss.items():
        cell = Cell(response, "", "", "", "", LOSS)
        found.append(Target(c, cell, own, sample.figures[cell]))
    return [target for target in found if moves(np.quantile(target.own.finite, [0.1, 0.9]))]


def tried(setup: Setup, sample: Sample, wanted: Sequence[Target]) -> list[tuple[int, int]]:
    """Inputs (chain, input) that may move one of the figures, likeliest first within each chain."""
    found: list[tuple[int, int]] = []
    for c in range(len(setup.chains)):
        mine = [target for target in wanted if target.chain == c]
        if not mine:
            continue
        z = errors_drawn(setup, sample, c)
        lists = [candidates(z, target.own.finite, TRIED) for target in mine]
        ranked = [at for k in range(TRIED) for one in lists for at in one[k : k + 1]]
        found += [(c, at) for at in list(dict.fromkeys(ranked))[: most_inputs(len(z))]]
    return found


def most_inputs(draws: int) -> int:
    """Inputs that are run for a chain: two runs each, so no more than fits the draws themselves."""
    return min(40, max(10, draws // DRAWS_EACH))


def errors_drawn(setup: Setup, sample: Sample, chain: int) -> Floats:
    """Errors of the inputs of a chain in all draws that have a base (draws, inputs)."""
    inputs = setup.chains[chain].inputs
    return np.array([inputs.draw(setup.seed, int(i)) for i in sample.numbers])


def points(inputs: Sequence[tuple[int, int]]) -> list[Point]:
    """Each input at its 10th and its 90th percentile, all others as they are stated."""
    return [Point(chain=c, at=at, z=z) for c, at in inputs for z in (-P90, P90)]


def tornado(
    setup: Setup,
    sample: Sample,
    scenario: str,
    wanted: Sequence[Target],
    reruns: Mapping[Point, Mapping[str, Any]],
) -> pd.DataFrame:
    """Table `tornado`: the inputs that make most of the variance of each figure.

    Which these are is told by running them one by one, and where that moves nothing (an answer
    that only several errors together move) by the draws; their shares of the variance come from
    the draws.  An input that leaves no base at one of its percentiles has no row.
    """
    drawn = {c: errors_drawn(setup, sample, c) for c in {target.chain for target in wanted}}
    names = [Names(chain.around.study) for chain in setup.chains]
    by_figure: dict[Cell, list[dict[str, Any]]] = {}
    for target in wanted:
        chain, z = setup.chains[target.chain], drawn[target.chain]
        ends = _ends(reruns, target, chain.cells.index(target.cell))
        alone, chosen = _chosen(chain, target, z, ends)
        parts = shares(z[:, chosen], target.own.finite, float(np.var(target.total.finite, ddof=1)))
        by_figure.setdefault(target.cell, []).extend(
            {
                **_input(chain, names[target.chain], at),
                "low": ends[at][0] + _rest(target),
                "high": ends[at][1] + _rest(target),
                "share_of_variance": share,
                "share_error": error,
            }
            for at, (share, error) in zip(chosen, parts, strict=True)
            # What moves nothing by itself and little in the draws is chance.
            if at in alone or share > 2.0 * error
        )
    rows: list[dict[str, Any]] = []
    for cell, mine in by_figure.items():
        mine.sort(key=lambda row: (-row["share_of_variance"], row["input"]))
        rows += [
            {"scenario": scenario, **cell._asdict(), "rank": rank, **row}
            for rank, row in enumerate(mine[:SHOWN], start=1)
        ]
    return pd.DataFrame(rows, columns=list(TORNADO))


def _chosen(
    chain: Chain, target: Target, z: Floats, ends: Mapping[int, tuple[float, float]]
) -> tuple[set[int], list[int]]:
    """The inputs that move the figure by themselves, and those to show: of these the ones that make
    most, then those that the draws point to; no more than the draws can tell apart."""
    middle = float(target.own.told(np.array([target.own.stated]))[0])
    made = {
        at: single_variance(low, middle, high, chain.inputs.own_share(at))
        for at, (low, high) in ends.items()
        if moves(np.array([low, middle, high]))
    }
    alone = sorted(made, key=lambda at: (-made[at], at))
    pointed = [at for at in candidates(z, target.own.finite, TRIED) if at in ends]
    shown = list(dict.fromkeys([*alone, *pointed]))[: min(SHOWN, len(z) // DRAWS_EACH)]
    return set(alone), shown


def _ends(
    reruns: Mapping[Point, Mapping[str, Any]], target: Target, at_cell: int
) -> dict[int, tuple[float, float]]:
    """The figure of a chain where each input is low and high; none that leaves no base."""
    found: dict[int, tuple[float, float]] = {}
    for at in dict.fromkeys(point.at for point in reruns if point.chain == target.chain):
        answers = [reruns[point] for point in points([(target.chain, at)])]
        if any("failed" in answer for answer in answers):
            continue
        values = [answer[str(target.chain)][at_cell] for answer in answers]
        low, high = target.own.told(
            np.array([np.inf if value is None else float(value) for value in values])
        )
        found[at] = float(low), float(high)
    return found


def _rest(target: Target) -> float:
    """What other chains add to the figure as they are stated."""
    return 0.0 if target.total is target.own else target.total.stated - target.own.stated


def _input(chain: Chain, names: Names, at: int) -> dict[str, Any]:
    one = chain.inputs.inputs[at]
    low_input, high_input = chain.inputs.span(at)
    return {
        "input": one.key,
        "kind": one.kind,
        "table": one.figure.table,
        "column": one.figure.column,
        "rows": len(one.rows),
        "source": one.source,
        "confidence": one.confidence,
        "name": names.of(one),
        "unit": one.unit,
        "low_input": low_input,
        "high_input": high_input,
    }
