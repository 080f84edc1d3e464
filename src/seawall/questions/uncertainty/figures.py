"""Which figures of a study are uncertain, and by how much.

A figure is redrawn as what it states times a lognormal error, so that the stated figure is the
median.  A row's own low and high are its 5th and 95th percentile: each side has its own spread
(two-piece lognormal; Fechner 1897, Wallis 2014), because stated ranges are rarely even.  A row
without a range takes the spread of its class of evidence.

What a table states as a level under or over another is drawn as the distance between the two: what
a stock holds above its floor, the room left in its tank, what a plant can make beyond its base.
These cannot become negative, so floor <= start <= tank and base <= capacity hold in every draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from seawall.network.build import P95, SIGMA

if TYPE_CHECKING:
    import pandas as pd

    from seawall.network.network import Bools, Floats

#: Spread of the logarithm of a figure by its class of evidence: that of a lognormal whose standard
#: deviation is the stated share of its mean.
LOG_SIGMA = {name: float(np.sqrt(np.log1p(share**2))) for name, share in SIGMA.items()}
#: Classes of evidence that nobody has measured, counted or published: the grade is about them.
WEAK = ("estimate", "assumption")


@dataclass(frozen=True)
class Figure:
    """One column of one table that is redrawn.

    Attributes
    ----------
    table, column
        Where it stands.
    unit
        The column that holds its unit, or the unit itself.
    kind
        `quantity`: a row is a figure of its own, and rows of one source share a part of their
        error.  `term`: a rule or a price, which many rows repeat; rows that state the same are one
        figure.
    words
        What it is, for people.
    low, high
        Columns of its range, "" if there are none.
    over
        The column of the same row that it is counted from, "" for none.
    most
        The drawn figure is at most this.
    """

    table: str
    column: str
    unit: str
    kind: Literal["quantity", "term"]
    words: str
    low: str = ""
    high: str = ""
    over: str = ""
    most: float = np.inf

    @property
    def key(self) -> str:
        return f"{self.table}.{self.column}"


#: In the order in which they are redrawn: `over` comes before what is counted from it.
FIGURES = (
    Figure("facilities", "base", "unit", "quantity", "base output", "low", "high"),
    Figure("facilities", "capacity", "unit", "quantity", "reachable beyond the base", over="base"),
    Figure("facilities", "ramp_days", "day", "term", "days to reachable capacity"),
    Figure("facilities", "cost", "cost_unit", "term", "cost"),
    Figure("lanes", "base", "unit", "quantity", "base flow", "low", "high"),
    Figure("lanes", "capacity", "unit", "quantity", "room beyond the base flow", over="base"),
    Figure("lanes", "freight", "freight_unit", "quantity", "freight"),
    Figure("lanes", "growth", "growth_unit", "term", "growth of a lane in a period"),
    Figure("lanes", "qualify_days", "day", "term", "days to qualify a supplier"),
    Figure("passages", "capacity", "capacity_unit", "quantity", "capacity"),
    Figure("stocks", "floor", "unit", "quantity", "stock that may not be drawn"),
    Figure("stocks", "start", "unit", "quantity", "stock above the floor", over="floor"),
    Figure("stocks", "tank", "unit", "quantity", "room in tanks", over="start"),
    Figure("stocks", "usable", "share", "term", "usable share of a stock", most=1.0),
    Figure("stocks", "loss", "share/day", "term", "loss of a stock", most=0.99),
    Figure("demands", "quantity", "unit", "quantity", "demand", "low", "high"),
    Figure("demands", "wtp", "wtp_unit", "term", "willingness to pay", "wtp_low", "wtp_high"),
    Figure("demands", "elasticity", "ratio", "term", "price elasticity"),
    Figure("prices", "price", "unit", "term", "base price", "low", "high"),
    Figure("contracts", "quantity", "unit", "quantity", "contract"),
    Figure("contracts", "floor", "share", "term", "kept share of a contract", most=1.0),
    Figure("assumptions", "value", "unit", "term", "assumption", "low", "high"),
)  # fmt: skip


@dataclass(frozen=True)
class Errors:
    """How far each row of a column may be off.

    Attributes
    ----------
    value : (rows,)
        What is stated, less what it is counted from.
    down, up : (rows,)
        Spread of the logarithm below and above the median; 0 where nothing is redrawn.
    straight : (rows,) of bool
        Below the median the figure falls in a straight line, to 0 and no further: its range begins
        at 0, of which there is no logarithm.  `down` is then a share of the value.
    """

    value: Floats
    down: Floats
    up: Floats
    straight: Bools

    @property
    def moves(self) -> Bools:
        """Which rows are redrawn."""
        result: Bools = (self.down > 0) | (self.up > 0)
        return result

    def factor(self, z: Floats) -> Floats:
        """What the figures are multiplied by where their errors are `z` standard deviations."""
        spread = np.where(z < 0, self.down, self.up)
        with np.errstate(over="ignore"):
            curved = np.exp(spread * z)
        result: Floats = np.where(
            self.straight & (z < 0), np.maximum(1.0 + self.down * z, 0.0), curved
        )
        return result


def errors(figure: Figure, table: pd.DataFrame) -> Errors:
    """How far each row of `figure` in `table` may be off.

    Nothing is redrawn where no figure is stated, where it is 0, and where a share is all of it:
    that says that there is nothing to tell.
    """
    stated = _column(table, figure.column)
    value = stated - _column(table, figure.over) if figure.over else stated
    by_class = table["confidence"].map(LOG_SIGMA).to_numpy(dtype=float)
    down, up = by_class.copy(), by_class.copy()
    straight = np.zeros(len(table), dtype=bool)
    if figure.low:
        low, high = _column(table, figure.low), _column(table, figure.high)
        with np.errstate(divide="ignore", invalid="ignore"):
            own_down, own_up = np.log(value / low) / P95, np.log(high / value) / P95
            to_zero = (value - low) / value / P95
        straight = low <= 0
        down = np.where(np.isnan(low), down, np.where(straight, to_zero, own_down))
        up = np.where(np.isnan(high), up, own_up)
    told = (value > 0) & ~np.isnan(value)
    if np.isfinite(figure.most):
        told &= value < figure.most
    if figure.table == "assumptions":
        # An assumption without a range is a setting, not a figure; what only built the tables is
        # in their rows.
        told &= ((table["used_by"] == "engine") & ~np.isnan(low) & ~np.isnan(high)).to_numpy()
    return Errors(
        value=value,
        down=np.where(told, np.maximum(down, 0.0), 0.0),
        up=np.where(told, np.maximum(up, 0.0), 0.0),
        straight=straight,
    )


def _column(table: pd.DataFrame, name: str) -> Floats:
    result: Floats = table[name].to_numpy(dtype=float, na_value=np.nan)
    return result
