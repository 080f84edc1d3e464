"""What the draws say as tables, and what a reader should hear first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions.groups import ALL
from seawall.questions.uncertainty.reruns import LOSS
from seawall.questions.uncertainty.statistics import happens, percentiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.questions.uncertainty.reruns import Cell
    from seawall.questions.uncertainty.samples import Drawn, Sample

INTERVALS = (
    "scenario", "response", "place", "commodity", "tier", "figure", "unit", "value", "p10", "p50",
    "p90", "grade", "weak_share", "weak_share_error", "happens", "draws",
)  # fmt: skip
DRAWS = ("draw", "response", "place", "commodity", "tier", "figure", "value")
#: Share of draws without a base above which the intervals are not to be trusted.
MANY_FAILED = 0.05
#: Share of the variance by which one input decides a figure, and all that are shown explain little.
DECIDES, LITTLE = 0.5, 0.3
#: Share of draws from which on something that does not happen as stated is told.
OFTEN = 0.1

_UNITS = {
    "unserved_share": "share", "worst_share": "share", "first_shortfall_day": "day",
    "time_to_survive_days": "day", "weeks_short": "week",
}  # fmt: skip
_KEY = ["response", "place", "commodity", "tier", "sector"]


def followed(sample: Sample, headline: tuple[str, ...]) -> dict[Cell, Drawn]:
    """The headline figures: those of headline places, tier by tier, and the study's loss."""
    return {
        cell: drawn
        for cell, drawn in sample.figures.items()
        if cell.figure == LOSS or (cell.place in headline and cell.sector == ALL)
    }


def intervals(
    scenario: str,
    cells: Mapping[Cell, Drawn],
    stated: pd.DataFrame,
    losses: Mapping[str, float],
    units: Mapping[str, str],
    money: str,
) -> pd.DataFrame:
    """Table `intervals`.

    Parameters
    ----------
    stated
        The answer without errors: table `indicators`.
    losses, units, money
        Loss by response, unit by commodity, unit of money.
    """
    known = stated.set_index(_KEY)
    rows = []
    for cell, drawn in cells.items():
        value = losses[cell.response] if cell.figure == LOSS else known[cell.figure][cell[:-1]]
        low, middle, high = percentiles(drawn.values)
        found = drawn.evidence
        amount = money if cell.figure in (LOSS, "value_lost") else units.get(cell.commodity, "")
        rows.append(
            {
                "scenario": scenario,
                **cell._asdict(),
                "unit": _UNITS.get(cell.figure, amount),
                "value": value,
                "p10": low,
                "p50": middle,
                "p90": high,
                "grade": found.grade,
                "weak_share": found.weak,
                "weak_share_error": found.error,
                "happens": happens(drawn.values),
                "draws": len(drawn.values),
            }
        )
    return pd.DataFrame(rows, columns=list(INTERVALS)).astype(
        dict.fromkeys(["value", "p10", "p50", "p90", "weak_share", "weak_share_error"], float)
    )


def every_draw(sample: Sample, cells: Mapping[Cell, Drawn]) -> pd.DataFrame:
    """Table `draws`: each figure in each draw, blank where it never comes."""
    parts = [
        pd.DataFrame(
            {
                "draw": sample.numbers,
                **{k: v for k, v in cell._asdict().items() if k != "sector"},
                "value": np.where(np.isfinite(drawn.values), drawn.values, np.nan),
            }
        )
        for cell, drawn in cells.items()
    ]
    return pd.concat(parts, ignore_index=True)[list(DRAWS)]


def with_ranges(indicators: pd.DataFrame, sample: Sample) -> pd.DataFrame:
    """Table `indicators` with P10 and P90 of what is unserved and its grade."""
    table = indicators.copy()
    ranges: dict[str, list[Any]] = {"low": [], "high": [], "grade": []}
    found = {cell[:-1]: drawn for cell, drawn in sample.figures.items()
             if cell.figure == "unserved"}  # fmt: skip
    for key in table[_KEY].itertuples(index=False, name=None):
        drawn = found[key]
        low, _, high = percentiles(drawn.values)
        for name, value in zip(ranges, (low, high, drawn.evidence.grade), strict=True):
            ranges[name].append(value)
    return table.assign(
        low=np.array(ranges["low"], dtype=float),
        high=np.array(ranges["high"], dtype=float),
        grade=pd.array(ranges["grade"], dtype=object),
    )


def cautions(sample: Sample, draws: int, tornado: pd.DataFrame, graded: pd.DataFrame) -> list[str]:
    """What a reader should hear before the intervals, worst first; empty if nothing."""
    said = []
    runs = draws + sum(len(d.fresh) for d in list(sample.figures.values())[:1])
    if len(sample.failed) > MANY_FAILED * runs:
        said.append(
            f"{len(sample.failed)} of about {runs} draws have no base ({sample.failed[0]}): the "
            "intervals leave them out and are too narrow"
        )
    whole = graded[(graded["figure"] == "unserved") & (graded["tier"] == ALL)]
    said += [
        f"as stated, {row.place} is not short of {row.commodity} under {row.response}, but in "
        f"{row.happens:.0%} of the draws it is"
        for row in whole[(whole["value"] == 0) & (whole["happens"] >= OFTEN)].itertuples()
    ]
    keys = ["response", "place", "commodity", "figure"]
    for key, rows in tornado.groupby(keys, sort=False):
        top, total = rows.iloc[0], float(rows["share_of_variance"].sum())
        response, *about = (str(part) for part in key)
        what = " ".join(part for part in (*about, f"under {response}") if part)
        if top["share_of_variance"] > DECIDES:
            said.append(
                f"one input makes {top['share_of_variance']:.0%} of the variance of {what}: "
                f"{top['name']} ({top['confidence']})"
            )
        elif total < LITTLE:
            said.append(
                f"the {len(rows)} inputs that move {what} most make only {total:.0%} of its "
                "variance: it is made of many small errors and of what they do together"
            )
    moved = graded[graded["weak_share"].notna()]
    if len(moved) and (moved["grade"] == "D").all():
        said.append(
            "every figure that moves is graded D: more than 60 % of its variance rests on "
            "estimates and assumptions"
        )
    return said
