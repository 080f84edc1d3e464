"""Intervals: what a stress test says when its inputs are as uncertain as their evidence.

`with_intervals` draws the inputs, balances and calibrates the base anew, runs the test again, and
says how far each headline figure spreads, which inputs move it most, and how much of its variance
rests on estimates and assumptions.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from seawall.errors import SeawallError, UsageError
from seawall.questions.asked import asked
from seawall.questions.prepared import prepare
from seawall.questions.uncertainty import tables
from seawall.questions.uncertainty.inputs import inputs_of
from seawall.questions.uncertainty.redraw import stated
from seawall.questions.uncertainty.reruns import Chain, Point, Setup, rerun
from seawall.questions.uncertainty.samples import sample
from seawall.questions.uncertainty.tornados import (
    most_inputs,
    points,
    targets,
    tornado,
    tried,
)
from seawall.runs.executor import spread
from seawall.runs.progress import SilentProgress
from seawall.study.protocol import Protocol

if TYPE_CHECKING:
    import pandas as pd

    from seawall.questions.asked import Asked
    from seawall.questions.stress import StressResult
    from seawall.questions.uncertainty.samples import Sample
    from seawall.runs.kept import Kept
    from seawall.runs.progress import Progress

__all__ = ["setup", "with_intervals"]

#: One draw in so many is run once more with fresh sure inputs, for the grade; at least `LEAST`.
PAIRED = 4
LEAST = 20


def with_intervals(
    result: StressResult,
    n: int,
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> StressResult:
    """`result` with intervals, from `n` draws of all inputs.

    `indicators` gets `low`, `high` (P10 and P90 of what is unserved) and `grade`; tables
    `intervals`, `tornado` and `draws` are added; `uncertain` in the figures says how many draws
    were made and failed, and what to hear first.

    Parameters
    ----------
    n
        Draws, at least 2. Percentiles of 200 are good to about a tenth of the interval; under 20
        there are no grades.
    seed
        Draw i of a seed is the same whatever `n` and `workers` are.
    workers
        Processes to spread the draws over.
    kept
        Where finished draws are kept while it runs.

    Raises
    ------
    UsageError
        With fewer than two draws.
    SeawallError
        When fewer than two draws have a base.
    """
    if n < 2:
        raise UsageError(f"an interval takes at least 2 draws, not {n}")
    say = progress or SilentProgress()
    asking = setup(_question(result), seed)
    began = time.perf_counter()
    middle = {str(c): rerun(asking, Point(chain=c))[str(c)] for c in range(len(asking.chains))}
    each = time.perf_counter() - began
    sure = any((~chain.inputs.weak).any() for chain in asking.chains)
    pairs = min(n, max(LEAST, n // PAIRED)) if sure else 0
    most = n + pairs + 2 * most_inputs(n) * len(asking.chains)
    say.note(
        f"{n} draws, {pairs} more for grades and up to {most - n - pairs} runs of single inputs, "
        f"about {each:.1f} s each: {_duration(most * each / workers)} at most"
    )
    run = partial(spread, partial(rerun, asking), workers=workers, progress=say, kept=kept,
                  name=attrgetter("key"))  # fmt: skip
    todo = [Point(number=i) for i in range(n)]
    answers = run([*todo, *(replace(p, fresh=True) for p in todo[:pairs])], text="draws")
    found = sample(asking, middle, answers[:n], answers[n:])
    if len(found.numbers) < 2:
        raise SeawallError(f"none of {n} draws has a base, the first because {found.failed[0]}")
    wanted = targets(asking, found)
    single = points(tried(asking, found, wanted))
    reruns = dict(zip(single, run(single, text="single inputs"), strict=True))
    moved = tornado(asking, found, _name(result), wanted, reruns)
    return _with_tables(result, asking, found, moved, n)


def _question(result: StressResult) -> Asked:
    """What the result answered."""
    record = result.identity["protocol"]
    return asked(
        result.study,
        result.scenario,
        result.responses,
        None if record is None else Protocol.model_validate(record),
        result.identity["rationing"],
    )


def setup(question: Asked, seed: int) -> Setup:
    """Everything that draws of a question take."""
    chains = []
    for one in question.chains:
        study = one.part.study
        chains.append(
            Chain(
                around=stated(study, prepare(study).case),
                inputs=inputs_of(study, one.part.chain),
                scenario=one.part.scenario,
                responses=one.responses,
                order=one.order,
                protocol=question.protocol,
            )
        )
    return Setup(tuple(chains), seed)


def _with_tables(
    result: StressResult, setup: Setup, found: Sample, moved: pd.DataFrame, draws: int
) -> StressResult:
    """The result with what the draws say."""
    study = result.study
    cells = tables.followed(found, tuple(study.settings.headline))
    indicators = result.tables["indicators"]
    graded = tables.intervals(
        _name(result),
        cells,
        indicators,
        {name: figures["loss"] for name, figures in result.figures["responses"].items()},
        study.lookup("commodities", "unit"),
        f"million {study.settings.currency}",
    )
    uncertain = {
        "draws": draws,
        "seed": setup.seed,
        "failed": len(found.failed),
        "cautions": tables.cautions(found, draws, moved, graded),
    }
    return replace(
        result,
        identity={**result.identity, "uncertain": draws, "seed": setup.seed},
        tables={
            **result.tables,
            "indicators": tables.with_ranges(indicators, found),
            "intervals": graded,
            "tornado": moved,
            "draws": tables.every_draw(found, cells),
        },
        figures={**result.figures, "uncertain": uncertain},
    )


def _name(result: StressResult) -> str:
    return result.scenario.name if result.scenario else "base"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
