"""What the draws say, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.questions.uncertainty.reruns import LOSS, Cell
from seawall.questions.uncertainty.statistics import Evidence, evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.network.network import Floats, Ints
    from seawall.questions.uncertainty.reruns import Chain, Setup


@dataclass(frozen=True)
class Drawn:
    """One figure in all draws that have a base.

    Attributes
    ----------
    values : (draws,)
        Infinite where the figure is blank.
    paired, fresh : (pairs,)
        The figure in some draws, and in the same with other looked-up and recalled inputs.
    stated
        The figure without any error, infinite where it is blank.
    longest
        What stands for a blank where a variance is taken: the days of the run.
    sure
        Whether any of its inputs are looked-up or recalled.
    """

    values: Floats
    paired: Floats
    fresh: Floats
    stated: float
    longest: float
    sure: bool

    @property
    def finite(self) -> Floats:
        """The draws, a blank counting as the whole run."""
        return self.told(self.values)

    def told(self, values: Floats) -> Floats:
        """`values` with the whole run for blanks."""
        return np.where(np.isfinite(values), values, self.longest)

    @property
    def evidence(self) -> Evidence:
        """What the figure rests on."""
        pairs = (self.told(self.paired), self.told(self.fresh)) if self.sure else None
        return evidence(self.finite, pairs)


@dataclass(frozen=True)
class Sample:
    """All figures of a stress test in all draws.

    `numbers` (draws,) are the draws that have a base; `failed` says why the others have none;
    `figures` holds those of all chains, in their order, and the loss of the whole study last;
    `chain_loss` the loss of each chain by (chain, response).
    """

    numbers: Ints
    failed: tuple[str, ...]
    figures: Mapping[Cell, Drawn]
    chain_loss: Mapping[tuple[int, str], Drawn]
    chain_of: Mapping[Cell, int]


def sample(
    setup: Setup,
    middle: Mapping[str, Any],
    draws: Sequence[Mapping[str, Any]],
    fresh: Sequence[Mapping[str, Any]],
) -> Sample:
    """Put answers of `rerun` in order.

    Parameters
    ----------
    middle
        The answer without any error.
    draws, fresh
        Answers of draws, and of the first of them with fresh sure inputs.
    """
    good = [i for i, answer in enumerate(draws) if "failed" not in answer]
    both = [i for i in good if i < len(fresh) and "failed" not in fresh[i]]
    figures: dict[Cell, Drawn] = {}
    chain_of: dict[Cell, int] = {}
    chain_loss: dict[tuple[int, str], Drawn] = {}
    for c, chain in enumerate(setup.chains):
        key = str(c)
        values = _array([draws[i][key] for i in good], chain)
        paired = _array([draws[i][key] for i in both], chain)
        others = _array([fresh[i][key] for i in both], chain)
        stated = _array([middle[key]], chain)[0]
        terms = chain.around.case.network.terms
        sure = bool((~chain.inputs.weak).any())
        for j, cell in enumerate(chain.cells):
            found = Drawn(
                values=values[:, j],
                paired=paired[:, j],
                fresh=others[:, j],
                stated=float(stated[j]),
                longest=terms.periods * terms.period_days,
                sure=sure,
            )
            if cell.figure == LOSS:
                chain_loss[c, cell.response] = found
            else:
                figures[cell] = found
                chain_of[cell] = c
    for name in dict.fromkeys(name for chain in setup.chains for name in chain.responses):
        figures[Cell(name, "", "", "", "", LOSS)] = _total(setup, chain_loss, name)
    return Sample(
        numbers=np.array(good, dtype=np.int64),
        failed=tuple(str(a["failed"]) for a in (*draws, *fresh) if "failed" in a),
        figures=figures,
        chain_loss=chain_loss,
        chain_of=chain_of,
    )


def _array(answers: Sequence[Sequence[float | None]], chain: Chain) -> Floats:
    """Answers (runs, figures), infinite where blank."""
    table = [[np.inf if v is None else float(v) for v in answer] for answer in answers]
    return np.array(table, dtype=float).reshape(len(answers), len(chain.cells))


def _total(setup: Setup, of_chain: Mapping[tuple[int, str], Drawn], response: str) -> Drawn:
    """Loss of the study: of all chains together, one that the protocol does not reach counting
    with its market."""
    parts = [
        of_chain[c, response] if (c, response) in of_chain else of_chain[c, "market"]
        for c in range(len(setup.chains))
        if (c, response) in of_chain or (c, "market") in of_chain
    ]
    return Drawn(
        values=np.sum([part.values for part in parts], axis=0),
        paired=np.sum([part.paired for part in parts], axis=0),
        fresh=np.sum([part.fresh for part in parts], axis=0),
        stated=float(sum(part.stated for part in parts)),
        longest=0.0,
        sure=any(part.sure for part in parts),
    )
