"""Plausible: does the base look like the world?  Published totals by traffic lights.

Green: the base lies within the published range, or within twice the relative standard deviation of
the figure's class of evidence.  Amber: within twice that distance.  Red: beyond.  A row that is not
independent was itself an input: its light says only whether balancing kept it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.errors import UsageError
from seawall.network.build import SIGMA
from seawall.questions.parts import chain_of
from seawall.questions.result import Result
from seawall.questions.totals import Totals

if TYPE_CHECKING:
    from seawall.study import Study

#: Lights in the order in which they are told; "none": nothing to compare.
LIGHTS = ("red", "amber", "none", "green")
#: A range without one of its ends reaches this many standard deviations.
GREEN = 2.0
#: Amber reaches this many times as far from the figure as green.
AMBER = 2.0
PLAUSIBLE = (
    "id", "what", "place", "partner", "commodity", "model", "published", "low", "high", "unit",
    "ratio", "light", "independent", "as_of", "confidence", "source", "why",
)  # fmt: skip


@dataclass(frozen=True)
class PlausibleResult(Result):
    """Table `plausible`: one row a published total, worst light first."""

    study: Study


def plausible(study: Study) -> PlausibleResult:
    """Compare the base of `study` with its published totals (table `published`).

    Returns
    -------
    PlausibleResult
        Its summary counts the lights of independent rows (`lights`) and of the others
        (`not_independent`).

    Raises
    ------
    UsageError
        When the study has no published totals.
    InputError
        When the base cannot be balanced.
    """
    rows = list(study.rows("published"))
    if not rows:
        raise UsageError(f'study "{study.name}" has no published totals: fill published.csv')
    totals = {name: Totals(study.chain(name)) for name in study.chains}
    told = sorted(
        (_compared(row, totals[chain_of(study, row.commodity)].of(row)) for row in rows),
        key=_order,
    )
    table = pd.DataFrame(told, columns=list(PLAUSIBLE))
    return PlausibleResult(
        question="plausible",
        identity={
            "question": "plausible", "study": study.name, "digest": study.digest(),
            "variants": dict(study.selected),
        },
        tables={"plausible": table},
        figures={
            "rows": len(table),
            "lights": _count(table[table["independent"]]),
            "not_independent": _count(table[~table["independent"]]),
        },
        units={
            "model": "as unit says", "published": "as unit says", "low": "as unit says",
            "high": "as unit says", "ratio": "model / published",
        },
        study=study,
    )  # fmt: skip


def band(value: float, low: float, high: float, confidence: str) -> tuple[float, float]:
    """Least and most that agree with a published figure.

    Parameters
    ----------
    value, low, high
        The figure and its range; an end that is not given is nan.
    confidence
        Class of evidence, which sets the ends that are not given.
    """
    reach = GREEN * SIGMA[confidence] * value
    least = max(value - reach, 0.0) if np.isnan(low) else low
    most = value + reach if np.isnan(high) else high
    return least, most


def light(model: float | None, value: float, least: float, most: float) -> str:
    """The light of a base figure against a published one that `least` to `most` agrees with."""
    if model is None:
        return "none"
    if _within(model, least, most):
        return "green"
    far = _within(model, value - AMBER * (value - least), value + AMBER * (most - value))
    return "amber" if far else "red"


def _within(model: float, least: float, most: float) -> bool:
    # A figure that rests on itself must not fail by rounding.
    slack = 1e-9 * abs(most)
    return least - slack <= model <= most + slack


def _compared(row: Any, model: float | None) -> dict[str, Any]:
    least, most = band(row.value, row.low, row.high, row.confidence)
    return {
        "id": row.id,
        "what": row.what,
        "place": row.place,
        "partner": row.partner,
        "commodity": row.commodity,
        "model": np.nan if model is None else model,
        "published": row.value,
        "low": least,
        "high": most,
        "unit": row.unit,
        "ratio": np.nan if model is None else model / row.value,
        "light": light(model, row.value, least, most),
        "independent": row.independent == "yes",
        "as_of": row.as_of,
        "confidence": row.confidence,
        "source": row.source,
        "why": "; ".join(part for part in (_why(row.value, model), row.note) if part),
    }


def _why(value: float, model: float | None) -> str:
    """How far the base lies from the figure, in words."""
    if model is None:
        return "the base holds nothing to compare"
    off = model / value - 1.0
    if abs(off) < 0.005:
        return "the same"
    return f"{abs(off):.0%} {'above' if off > 0 else 'below'}"


def _order(row: dict[str, Any]) -> tuple[int, bool, float]:
    """Worst light first, then what is independent, then what is farther off."""
    off = 0.0 if np.isnan(row["ratio"]) else abs(np.log(max(row["ratio"], 1e-12)))
    return LIGHTS.index(row["light"]), not row["independent"], -off


def _count(table: pd.DataFrame) -> dict[str, int]:
    return {name: int((table["light"] == name).sum()) for name in LIGHTS}
