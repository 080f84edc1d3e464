"""A stress run read for a brief: one cell a headline place and good, one outcome a response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.errors import SeawallError
from seawall.report import text, views

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.runs.store import StoredRun
    from seawall.study import Study

#: Share of demand not served from which a place counts as short, as on the board.
SHORT = views.SHORT / 10
#: The response that a brief speaks of first, if it was asked.
CENTRAL = ("market", "pact", "foresight", "frozen")


@dataclass(frozen=True)
class Outcome:
    """What one response means for a cell; quantities in its unit, None where not known."""

    demand: float
    unserved: float
    share: float
    missing: float | None
    priced_out: float | None
    value_lost: float | None
    first_day: float | None
    survive_days: float | None
    cover_days: float | None
    weeks_short: float
    worst_share: float
    worst_day: float | None
    low: float | None
    high: float | None
    grade: str


@dataclass(frozen=True)
class Cell:
    """A place and a good with its outcomes by response."""

    place: str
    good: str
    unit: str
    chain: str
    outcomes: Mapping[str, Outcome]

    @property
    def central(self) -> str:
        """The response to speak of first."""
        return next(name for name in CENTRAL if name in self.outcomes)

    @property
    def middle(self) -> Outcome:
        """Its outcome."""
        return self.outcomes[self.central]

    @property
    def worst(self) -> float:
        """The largest share that any response leaves unserved."""
        return max(outcome.share for outcome in self.outcomes.values())

    @property
    def short(self) -> bool:
        """Whether any response leaves it short."""
        return self.worst > SHORT


@dataclass(frozen=True)
class Reading:
    """A stress run as a brief needs it.

    Attributes
    ----------
    cells
        Headline cells, the worst first.
    others
        Cells outside the headline that are short, the worst first.
    unknown
        Cells all of whose pairs of trade were filled in: their figures answer nothing.
    """

    stored: StoredRun
    study: Study
    scenario: Mapping[str, Any] | None
    responses: tuple[str, ...]
    cells: tuple[Cell, ...]
    others: tuple[Cell, ...]
    unknown: frozenset[tuple[str, str]]
    start: pd.Timestamp

    @property
    def short(self) -> tuple[Cell, ...]:
        """Headline cells that any response leaves short, the worst first."""
        return tuple(cell for cell in self.cells if cell.short)

    @property
    def central(self) -> str:
        """The response that sums are told of first."""
        return next(name for name in CENTRAL if name in self.responses)

    def table(self, name: str) -> pd.DataFrame:
        """A table of the run, empty if it has none of that name."""
        return self.stored.tables.get(name, pd.DataFrame())

    def settings(self, chain: str) -> Any:
        """Settings of one chain: its calendar and its market."""
        return self.study.settings.for_chain(chain)

    def loss(self, response: str) -> float | None:
        """Loss of the whole study [million]."""
        found = (self.stored.summary.get("responses") or {}).get(response) or {}
        return text.number(found.get("loss"))

    @property
    def event(self) -> tuple[float, float]:
        """First and last day of the scenario's shocks, steps of recovery included; nothing twice
        without a scenario."""
        shocks = (self.scenario or {}).get("shock") or ()
        ends = [
            float(s["start_day"]) + float(s["days"]) + sum(float(r[0]) for r in s["recovery"])
            for s in shocks
        ]
        return min((float(s["start_day"]) for s in shocks), default=0.0), max(ends, default=0.0)

    def date(self, day: float | None) -> pd.Timestamp | None:
        """The date of a day of the run."""
        return None if day is None else self.start + pd.Timedelta(days=int(day))

    def unserved(self, cell: Cell) -> pd.DataFrame:
        """Of a cell by period and response: period_start, response, share not served, stock and
        days of stock."""
        step = float(self.settings(cell.chain).period_days)
        frame = self.table("timeline")
        rows = frame[
            (frame["place"] == cell.place)
            & (frame["commodity"] == cell.good)
            & (frame["tier"] == "all")
        ]
        demand, served = views.figures(rows, "demand"), views.figures(rows, "served")
        wanted = demand.where(demand > 0)
        # A solver leaves an empty tank a hair below nothing.
        stock = views.figures(rows, "stock").clip(lower=0.0)
        return pd.DataFrame(
            {
                "period_start": pd.to_datetime(rows["period_start"]),
                "response": rows["response"].astype(str),
                "share": ((demand - served) / wanted).clip(0.0, 1.0).fillna(0.0),
                "stock": stock,
                "cover": stock / wanted * step,
            }
        ).reset_index(drop=True)


def reading(stored: StoredRun, study: Study) -> Reading:
    """Read a stress run.

    Raises
    ------
    SeawallError
        When a table that every stress run has is missing.
    """
    for name in ("indicators", "timeline", "flows", "base_flows"):
        if name not in stored.tables:
            raise SeawallError(f"run {stored.run['short_id']} has no table {name!r}")
    frame = stored.tables["indicators"]
    whole = frame[frame["tier"] == "all"]
    goods = study.table("commodities").set_index("id")
    headline = set(study.settings.headline) or set(whole["place"].astype(str))
    found = [
        _cell(rows, str(place), str(good), goods)
        for (place, good), rows in whole.groupby(["place", "commodity"], sort=False)
    ]
    ordered = sorted(found, key=lambda cell: -cell.worst)
    starts = pd.to_datetime(stored.tables["timeline"]["period_start"])
    return Reading(
        stored=stored,
        study=study,
        scenario=stored.run.get("scenario"),
        responses=tuple(stored.run["options"].get("responses") or dict.fromkeys(whole["response"])),
        cells=tuple(cell for cell in ordered if cell.place in headline),
        others=tuple(cell for cell in ordered if cell.place not in headline and cell.short),
        unknown=frozenset(guessed(study)),
        start=pd.Timestamp(starts.min()),
    )


def _cell(rows: pd.DataFrame, place: str, good: str, goods: pd.DataFrame) -> Cell:
    outcomes = {str(row["response"]): _outcome(row) for row in rows.to_dict("records")}
    unit, chain = str(goods.at[good, "unit"]), str(goods.at[good, "chain"] or "")
    return Cell(place, good, unit, chain, outcomes)


def _outcome(row: Mapping[Any, Any]) -> Outcome:
    def number(name: str) -> float | None:
        return text.number(row.get(name))

    return Outcome(
        demand=number("demand") or 0.0,
        unserved=number("unserved") or 0.0,
        share=number("unserved_share") or 0.0,
        missing=number("missing"),
        priced_out=number("priced_out"),
        value_lost=number("value_lost"),
        first_day=number("first_shortfall_day"),
        survive_days=number("time_to_survive_days"),
        cover_days=number("cover_days"),
        weeks_short=number("weeks_short") or 0.0,
        worst_share=number("worst_share") or 0.0,
        worst_day=number("worst_day"),
        low=number("low"),
        high=number("high"),
        grade="" if text.missing(row.get("grade")) else str(row.get("grade")),
    )


def guessed(study: Study) -> set[tuple[str, str]]:
    """Places and goods whose every supplier from abroad was filled in, none known."""
    lanes, country = study.table("lanes"), study.lookup("places", "country")
    used = lanes[(lanes["base"] > 0) & (lanes["origin"] != lanes["destination"])]
    ends = list(zip(used["destination"].map(country), used["commodity"], strict=True))
    known = {end for end, basis in zip(ends, used["basis"], strict=True) if basis != "filled"}
    return set(ends) - known
