"""The question: where do a few refining hubs belong, of which ore, for whom?"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.errors import Infeasible, LimitReached, UsageError
from seawall.questions.result import Result
from seawall.questions.site.refining import tables
from seawall.questions.site.refining.arrange import GOODS, READINGS, Wish, arrange
from seawall.questions.site.refining.instance import OXIDES
from seawall.questions.site.refining.solve import most_of, place
from seawall.runs.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.questions.site.refining.arrange import Arranged
    from seawall.questions.site.refining.solve import Placed
    from seawall.runs.progress import Progress
    from seawall.study import Study

    Solved = Mapping[str, tuple[Arranged, Placed | None]]

__all__ = ["RefiningResult", "asked_refining", "refining"]

_UNITS = {
    "lat": "deg", "lon": "deg", "size": "t/yr", "output": "t/yr", "load": "share",
    "capital": "million USD", "cost": "USD/kg", "price": "USD/kg", "value": "million USD/yr",
    "port_km": "km", "magnets_km": "km", "cells_km": "km", "delivery_km": "km", "km": "km",
    "ndpr": "t/yr", "dytb": "t/yr", "share": "share", "quantity": "t/yr", "cumulative": "t/yr",
    "wanted": "t/yr", "hubs": "t/yr", "share_before": "share", "share_after": "share",
    "gap": "share", "needed": "share", "seconds": "s",
}  # fmt: skip
#: What became of a search: a plan, the proof that there is none, or neither in the time given.
FOUND, IMPOSSIBLE, TOO_SHORT = "plan", "no plan is possible", "no plan found in the time given"
#: Numbers of hubs that are compared.
MOST_HUBS = 5


@dataclass(frozen=True)
class RefiningResult(Result):
    """Tables `plants` (a row a circuit), `hubs`, `ore`, `oxide`, `supply_curve`, `count`,
    `robust`, `bounds`, `exposure`.

    `solved` holds the plan of each reading of the ore, None where no plan is possible.
    """

    study: Study
    solved: Solved


@dataclass(frozen=True)
class _Options:
    """How it is asked, beside the wish; see `refining`."""

    readings: tuple[str, ...]
    time_limit: float
    gap: float

    def __post_init__(self) -> None:
        unknown = [name for name in self.readings if name not in READINGS]
        if unknown or not self.readings:
            raise UsageError(f"readings are some of {', '.join(READINGS)}, not {self.readings}")
        if self.time_limit <= 0 or self.gap < 0:
            raise UsageError("the time limit is above 0, the gap not below 0")


def refining(
    study: Study,
    *,
    hubs: int = 3,
    readings: Sequence[str] = ("middle", "low", "high"),
    capital: str = "middle",
    premium: float = 0.0,
    promise: Mapping[str, float] | None = None,
    open_all: bool = False,
    time_limit: float = 60.0,
    gap: float = 0.001,
    progress: Progress | None = None,
) -> RefiningResult:
    """Where refining hubs belong, which circuits they have, whose ore they take, whom they supply.

    Parameters
    ----------
    hubs
        How many; table `count` compares one to five.
    readings
        Of the ore: "low", "middle", "high".  The first is what the tables tell.
    capital
        What hubs cost: "low", "middle", "high".
    premium
        What users pay above the study's price, as a share of it.
    promise
        t/yr of `ndpr` and `dytb` oxide that users at home get at least; what is not named: for
        NdPr what they want, as far as the ore goes; for Dy and Tb nothing.
    open_all
        Whether ore that is bound to others counts as well.
    time_limit, gap
        Seconds for each reading, and the gap (`Placed.gap`) at which it may stop sooner.

    Raises
    ------
    UsageError, InputError, Infeasible, LimitReached
    """
    options = _Options(tuple(readings), time_limit, gap)
    wish = Wish(hubs, options.readings[0], capital, premium, _promised(promise), open_all)
    told = progress or SilentProgress()
    solved: dict[str, tuple[Arranged, Placed | None]] = {}
    found: dict[str, str] = {}
    for reading in options.readings:
        arranged = arrange(study, replace(wish, reading=reading))
        told.note(f"{reading} reading of the ore: {arranged.hubs.yields[:, 0].sum():,.0f} t NdPr")
        one = _placed(arranged, wish, promise, options, solved)
        found[reading] = one if isinstance(one, str) else FOUND
        solved[reading] = (arranged, None if isinstance(one, str) else one)
    made = _tables(study, solved, found, wish, promise, options, told)
    return RefiningResult(
        question="site", identity=_identity(study, wish, options, promise), tables=made,
        figures=_figures(solved, made, wish), units=_UNITS, study=study, solved=solved,
    )  # fmt: skip


def asked_refining(study: Study, **asked: Any) -> dict[str, Any]:
    """Identity of the answer that `refining` gives to the same arguments, without computing it."""
    options = _Options(
        tuple(asked.get("readings", ("middle", "low", "high"))), asked.get("time_limit", 60.0),
        asked.get("gap", 0.001),
    )  # fmt: skip
    promise = asked.get("promise")
    wish = Wish(
        asked.get("hubs", 3), options.readings[0], asked.get("capital", "middle"),
        asked.get("premium", 0.0), _promised(promise), asked.get("open_all", False),
    )  # fmt: skip
    return _identity(study, wish, options, promise)


def _promised(promise: Mapping[str, float] | None) -> tuple[float, float]:
    """t/yr of each oxide that was promised in so many words."""
    unknown = set(promise or ()) - set(OXIDES)
    if unknown:
        raise UsageError(f"promise is of {' and '.join(OXIDES)}, not {', '.join(sorted(unknown))}")
    named = promise or {}
    return named.get(OXIDES[0], 0.0), named.get(OXIDES[1], 0.0)


def _identity(
    study: Study, wish: Wish, options: _Options, promise: Mapping[str, float] | None
) -> dict[str, Any]:
    """What the answer depends on."""
    return {
        "question": "site", "study": study.name, "digest": study.digest(),
        "variants": dict(study.selected), "scenario": None, "layer": "refining",
        **{name: value for name, value in asdict(wish).items() if name not in
           ("reading", "promise")},
        "promise": dict(promise or {}), "readings": list(options.readings),
        "time_limit": options.time_limit, "gap": options.gap,
    }  # fmt: skip


def _wanted(
    arranged: Arranged, count: int, promise: Mapping[str, float] | None
) -> tuple[float, float]:
    """The promise that holds: what is not named is what home wants of NdPr, nothing of Dy, Tb."""
    named = dict(promise or {})
    named.setdefault(OXIDES[0], most_of(arranged.hubs, count, 0))
    return named[OXIDES[0]], named.get(OXIDES[1], 0.0)


def _placed(
    arranged: Arranged, wish: Wish, promise: Mapping[str, float] | None, options: _Options,
    before: Solved,
) -> Placed | str:  # fmt: skip
    """The plan of a reading; of one after the first, why there is none."""
    try:
        return place(
            arranged.hubs, wish.hubs, _wanted(arranged, wish.hubs, promise),
            time_limit=options.time_limit, gap=options.gap,
        )  # fmt: skip
    except (Infeasible, LimitReached) as error:
        if not before:
            raise
        return _why(error)


def _why(error: Exception) -> str:
    return IMPOSSIBLE if isinstance(error, Infeasible) else TOO_SHORT


def _tables(
    study: Study, solved: Solved, found: Mapping[str, str], wish: Wish,
    promise: Mapping[str, float] | None, options: _Options, told: Progress,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    arranged, placed = next(iter(solved.values()))
    assert placed is not None
    plans = [one for _, one in solved.values() if one is not None]
    always = reduce(np.intersect1d, [one.sites for one in plans])
    plants = tables.plants(arranged, placed, always.tolist())
    oxide = tables.oxide(arranged, placed)
    count = _count(arranged, placed, wish, promise, options, told)
    bounds = pd.DataFrame([
        {"reading": reading, "possible": one is not None, "found": found[reading],
         "ore_ndpr": at.hubs.yields[:, 0].sum(), "ore_dytb": at.hubs.yields[:, 1].sum(),
         **({"ndpr": one.made[:, 0].sum(), "dytb": one.made[:, 1].sum(), "value": one.value,
             "bound": one.bound, "cost": one.cost, "gap": one.gap, "seconds": one.seconds}
            if one else {})}
        for reading, (at, one) in solved.items()
    ])  # fmt: skip
    return {
        "plants": plants, "hubs": tables.hubs(arranged, placed, plants),
        "ore": tables.ore(arranged, placed), "oxide": oxide,
        "supply_curve": tables.supply_curve(plants), "count": count,
        "robust": tables.robust(solved), "bounds": bounds,
        "exposure": tables.exposed(study, arranged, oxide),
    }  # fmt: skip


def _count(
    arranged: Arranged, placed: Placed, wish: Wish, promise: Mapping[str, float] | None,
    options: _Options, told: Progress,
) -> pd.DataFrame:  # fmt: skip
    """One to five hubs under the same promise."""
    rows = []
    for number in range(1, min(MOST_HUBS, arranged.hubs.sites) + 1):
        one: Placed | None = placed if number == wish.hubs else None
        if one is None:
            told.note(f"{number} hubs, to compare")
            try:
                one = place(
                    arranged.hubs, number, _wanted(arranged, number, promise),
                    time_limit=options.time_limit / 2.0, gap=options.gap,
                )  # fmt: skip
            except (Infeasible, LimitReached) as error:
                rows.append({"number": number, "possible": False, "found": _why(error),
                             "sites": ""})  # fmt: skip
                continue
        names = ";".join(arranged.sites["id"].iloc[one.sites])
        rows.append({
            "number": number, "possible": True, "found": FOUND, "sites": names,
            "ndpr": one.made[:, 0].sum(), "dytb": one.made[:, 1].sum(), "value": one.value,
            "cost": one.cost, "gap": one.gap,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _figures(solved: Solved, made: Mapping[str, pd.DataFrame], wish: Wish) -> dict[str, Any]:
    arranged, placed = next(iter(solved.values()))
    assert placed is not None
    sales = float((placed.sold * arranged.price).sum()) / tables.MILLION
    home = arranged.feeds["place"] == arranged.home
    plants = made["plants"]
    return {
        "hubs": wish.hubs, "sites": list(made["hubs"]["site"]),
        "home_ndpr": float(placed.sold[:, arranged.hubs.home, 0].sum()),
        "home_dytb": float(placed.sold[:, arranged.hubs.home, 1].sum()),
        "home_wanted": float(arranged.hubs.wanted[arranged.hubs.home, 0].sum()),
        "ndpr": float(placed.made[:, 0].sum()), "dytb": float(placed.made[:, 1].sum()),
        "ore_ndpr": float(arranged.hubs.yields[:, 0].sum()),
        "ore_dytb": float(arranged.hubs.yields[:, 1].sum()),
        "home_ore_ndpr": float(arranged.hubs.yields[home, 0].sum()),
        "home_ore_dytb": float(arranged.hubs.yields[home, 1].sum()),
        "capital": float(plants["capital"].sum()), "value": placed.value,
        "price": {good: float(p) / 1000.0 for good, p in zip(GOODS, arranged.price, strict=True)},
        "premium": wish.premium,
        # What users would have to pay on top, as a share of what they pay, for nothing to be lost.
        "needed": max(-placed.value, 0.0) / sales if sales > 0 else None,
        "gap": {r: one.gap for r, (_, one) in solved.items() if one},
        # As of every search: what is minimised, and what nothing undercuts.
        "cost": {r: -one.value for r, (_, one) in solved.items() if one},
        "lower_bound": {r: -one.bound for r, (_, one) in solved.items() if one},
        "impossible": list(_told(made["bounds"], IMPOSSIBLE)),
        "too_short": list(_told(made["bounds"], TOO_SHORT)),
        "always": int((made["robust"]["in_all"] > 0).sum()),
        "readings": list(solved),
    }  # fmt: skip


def _told(bounds: pd.DataFrame, found: str) -> pd.Series[str]:
    return bounds.loc[bounds["found"] == found, "reading"]
