"""Track: are the promises being kept, and who says so?

What is known as of a day (`state`: the study's rows and those of a ledger) is judged by rule
(`status`), searched for claims that cannot all be true (`contradictions`) and looked ahead from
(`forecast`, with the naive forecast beside it and a back-test).  Every figure has its trail of
evidence (`trail`).  Nobody types a status in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.errors import UnknownName, UsageError
from seawall.questions.result import Result
from seawall.questions.track import trail
from seawall.questions.track.backtest import backtest, coverage
from seawall.questions.track.contradictions import contradictions
from seawall.questions.track.forecast import forecasts
from seawall.questions.track.history import COLUMNS as CHANGES
from seawall.questions.track.history import changes
from seawall.questions.track.instruments import by_instrument
from seawall.questions.track.state import State, state_of
from seawall.questions.track.status import STATUSES, standing, statuses
from seawall.questions.track.steps import shown
from seawall.questions.track.timeline import timeline
from seawall.study.roadmap_records import STATED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from seawall.ledger.book import Book
    from seawall.study import Study

__all__ = ["TrackResult", "asked_track", "track"]

_INDICATORS = (
    "pledge", "indicator", "what", "measure", "status", "baseline", "target", "actual", "unit",
    "as_of", "expected", "low", "high", "deadline", "evidence", "newest", "stale", "why",
)  # fmt: skip
_STEPS = ("pledge", "id", "what", "stage", "due_on", "done", "since", "newest", "rows")
_UNITS = {
    **dict.fromkeys(("target", "actual", "expected", "low", "high", "forecast", "naive",
                     "baseline", "counted", "value"), "as unit says"),
    "probability": "share", "counts": "share", "inside": "share", "usd": "USD",
}  # fmt: skip


@dataclass(frozen=True)
class TrackResult(Result):
    """Tables `pledges` (a row a pledge, with its status), `sectors`, `indicators`, `milestones`,
    `evidence`, `claims`, `contradictions`, `timeline`, `forecasts`, `instruments`, `backtest`,
    `coverage`, and `changes` (empty unless asked for)."""

    study: Study


def track(
    study: Study,
    book: Book | None = None,
    *,
    as_of: date,
    changes_since: date | None = None,
    sectors: Sequence[str] = (),
    seed: int = 0,
) -> TrackResult:
    """Whether promises are kept, as it was known at the end of a day.

    Parameters
    ----------
    book
        Of a ledger, with rows recorded after the study was made; None: the study alone.
    as_of
        The day; nothing that was said or recorded later is used.
    changes_since
        An earlier day: table `changes` says what is otherwise since its end.
    sectors
        Only pledges of these; none: of all.
    seed
        Of the draws of the forecasts.

    Raises
    ------
    UsageError
        The earlier day is not earlier, or the study has no pledges.
    UnknownName
        There is no such sector.
    IntegrityError
        Evidence supersedes itself in a loop.
    """
    identity = asked_track(study, book, as_of=as_of, changes_since=changes_since, sectors=sectors,
                           seed=seed)  # fmt: skip
    state = _of(state_of(study, book, as_of), sectors)
    ahead = forecasts(state, seed)
    made = {
        "pledges": _with_forecasts(statuses(state), ahead),
        "sectors": pd.DataFrame(), "indicators": _named(state), "milestones": _steps(state),
        "evidence": trail.evidence(state), "claims": trail.claims(state),
        "contradictions": contradictions(state), "timeline": timeline(state),
        "forecasts": ahead, "instruments": by_instrument(state),
        "backtest": backtest(state, seed),
    }  # fmt: skip
    made["sectors"] = _board(made["pledges"])
    made["coverage"] = coverage(made["backtest"])
    made["changes"] = pd.DataFrame(columns=list(CHANGES))
    if changes_since is not None:
        earlier = _of(state_of(study, book, changes_since), sectors)
        made["changes"] = changes(earlier, state, book)
    return TrackResult(
        question="track", identity=identity, tables=made,
        figures=_figures(state, made, changes_since, book), units=_UNITS, study=study,
    )  # fmt: skip


def asked_track(
    study: Study,
    book: Book | None = None,
    *,
    as_of: date,
    changes_since: date | None = None,
    sectors: Sequence[str] = (),
    seed: int = 0,
) -> dict[str, Any]:
    """Identity of the answer that `track` gives to the same arguments, without computing it."""
    known = set(study.table("pledges")["sector"])
    if not known:
        raise UsageError(f'study "{study.name}" has no pledges: add pledges.csv')
    for name in sectors:
        if name not in known:
            raise UnknownName("sector", name, sorted(known))
    if changes_since is not None and changes_since >= as_of:
        raise UsageError(f"changes since {changes_since}: a day before {as_of} is needed")
    head = book.head() if book is not None else (0, "")
    return {
        "question": "track", "study": study.name, "digest": study.digest(),
        "variants": dict(study.selected), "scenario": None, "layer": "board",
        "as_of": as_of.isoformat(),
        "changes_since": changes_since.isoformat() if changes_since else None,
        "sectors": list(sectors), "entries": head[0], "head": head[1], "seed": seed,
    }  # fmt: skip


def _of(state: State, sectors: Sequence[str]) -> State:
    """The state of some sectors' pledges; claims are of all."""
    if not sectors:
        return state
    pledges = state.pledges[state.pledges["sector"].isin(sectors)]
    indicators = state.indicators[state.indicators["pledge"].isin(pledges["id"])]
    milestones = state.milestones[state.milestones["pledge"].isin(pledges["id"])]
    shown_by = state.evidence["indicator"].isin(indicators["id"])
    shown_by |= state.evidence["milestone"].isin(milestones["id"])
    return replace(
        state, pledges=pledges.reset_index(drop=True),
        indicators=indicators.reset_index(drop=True),
        milestones=milestones.reset_index(drop=True),
        evidence=state.evidence[shown_by].reset_index(drop=True),
    )  # fmt: skip


def _with_forecasts(table: pd.DataFrame, ahead: pd.DataFrame) -> pd.DataFrame:
    """Pledges with the forecast of the indicator that decides their status."""
    first = ahead.set_index("indicator")[["forecast", "probability", "by"]]
    named = first.rename(columns={"by": "forecast_by"})
    return table.join(named, on="indicator").fillna({"forecast_by": ""})


def _board(pledges: pd.DataFrame) -> pd.DataFrame:
    """A row a sector that any pledge is of, in the order of the roadmap: pledges by status."""
    counts = pd.crosstab(pledges["sector"], pledges["status"])
    order = [sector for sector in STATED if sector in counts.index]
    counts = counts.reindex(index=order, columns=list(STATUSES), fill_value=0)
    counts.insert(0, "pledges", counts.sum(axis=1))
    counts["stale"] = pledges.groupby("sector")["stale"].sum().reindex(order).astype(int)
    return counts.rename_axis(columns=None).reset_index()


def _named(state: State) -> pd.DataFrame:
    what = state.indicators.set_index("id")["what"]
    table = standing(state)
    return table.assign(what=table["indicator"].map(what))[list(_INDICATORS)]


def _steps(state: State) -> pd.DataFrame:
    table = shown(state)
    days = table["since"].dt.strftime("%Y-%m-%d").fillna("")
    return table.assign(since=days)[list(_STEPS)]


def _figures(
    state: State, made: dict[str, pd.DataFrame], since: date | None, book: Book | None
) -> dict[str, Any]:
    counts = made["pledges"]["status"].value_counts()
    every = made["coverage"]
    whole = every[every["target"] == "all"]
    return {
        "as_of": state.as_of.isoformat(), "changes_since": since.isoformat() if since else None,
        "pledges": len(state.pledges),
        "status": {name: int(counts.get(name, 0)) for name in STATUSES},
        "stale": int(made["pledges"]["stale"].sum()), "claims": len(state.claims),
        "contradictions": len(made["contradictions"]),
        "decided": int((made["contradictions"]["preferred"] != "").sum()),
        "evidence": len(state.evidence), "changes": len(made["changes"]),
        "entries": book.head()[0] if book is not None else 0,
        "backtest": whole.iloc[0].drop("target").to_dict() if len(whole) else None,
    }  # fmt: skip
