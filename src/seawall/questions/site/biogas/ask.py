"""The question: where do a thousand gas plants belong, how large, and fed with what?"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.errors import UsageError
from seawall.questions.assumed import assumption
from seawall.questions.result import Result
from seawall.questions.site.biogas import tables
from seawall.questions.site.biogas.arrange import READINGS, Wish, arrange
from seawall.questions.site.biogas.phases import phased
from seawall.questions.site.biogas.solve import solve
from seawall.runs.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.questions.site.biogas.arrange import Arranged
    from seawall.questions.site.biogas.phases import Phases
    from seawall.questions.site.biogas.solve import Solved
    from seawall.runs.progress import Progress
    from seawall.study import Study

__all__ = ["BiogasResult", "asked_biogas", "biogas"]

_UNITS = {
    "lat": "deg", "lon": "deg", "size": "t/day", "output": "t/yr", "cost": "INR/kg",
    "value": "million INR", "capital": "million INR", "aid": "million INR", "feed": "t/yr",
    "haul": "km", "quantity": "t", "cumulative": "kt/yr", "output_kt": "kt/yr", "load": "share",
    "cost_per_kg": "INR/kg", "price": "INR/kg", "gap": "share", "co2_mt": "Mt CO2/yr",
    "lng_mt": "Mt/yr", "budget": "million INR",
}  # fmt: skip
#: MJ in a million British thermal units, by definition.
MJ_PER_MMBTU = 1055.056


@dataclass(frozen=True)
class BiogasResult(Result):
    """Tables `plants`, `feed`, `supply_curve`, `regions`, `sales`, `phases`, `robust`, `bounds`.

    `solved` holds the plan of each reading of the residues with the arrays that it answers.
    """

    study: Study
    solved: Mapping[str, tuple[Arranged, Solved]]


@dataclass(frozen=True)
class _Options:
    """How it is asked, beside the wish; see `biogas`."""

    readings: tuple[str, ...]
    years: int
    budget: float | None
    time_limit: float
    gap: float
    seed: int

    def __post_init__(self) -> None:
        unknown = [name for name in self.readings if name not in READINGS]
        if unknown or not self.readings:
            raise UsageError(f"readings are some of {', '.join(READINGS)}, not {self.readings}")
        if self.time_limit <= 0 or self.gap < 0:
            raise UsageError("the time limit is above 0, the gap not below 0")


def biogas(
    study: Study,
    *,
    count: int = 1000,
    mean_size: float | None = None,
    readings: Sequence[str] = ("middle",),
    capital: str = "built",
    feedstocks: Sequence[str] = (),
    cells: int = 5000,
    most: Mapping[str, int] | None = None,
    least: Mapping[str, int] | None = None,
    price: float | None = None,
    years: int = 10,
    budget: float | None = None,
    time_limit: float = 120.0,
    gap: float = 0.01,
    seed: int = 0,
    progress: Progress | None = None,
) -> BiogasResult:
    """Where `count` plants belong, how large they are, from which cells they are fed in which
    month, whom they supply, and what that costs.

    Parameters
    ----------
    mean_size
        Gas that all plants must make at least, in t/day of size a plant; None: the study's
        `site_mean_size`; 0: no such promise.
    readings
        Of the residues: "low", "middle", "high".  The first is what the tables tell; all say which
        plants are chosen whatever the residues come to.
    capital
        What a plant costs: "built", "norm" (as policy has it) or "dear".
    feedstocks
        Those that are taken; none named: all.
    cells
        Parts into which districts are split; each is a site.
    most, least
        Plants that a region (ISO 3166-2) may and must have.
    price
        INR/kg of gas; None: the study's.
    years, budget
        Over which plants open, and million INR a year; None: capital in equal parts.
    time_limit, gap
        Seconds for each reading, and the gap (`Solved.gap`) at which it may stop sooner.

    Raises
    ------
    UnknownName, UsageError, InputError, LimitReached
    """
    options = _Options(tuple(readings), years, budget, time_limit, gap, seed)
    wish = _wish(count, mean_size, capital, feedstocks, cells, most, least, price, options)
    told = progress or SilentProgress()
    solved = {}
    for reading in options.readings:
        arranged = arrange(study, replace(wish, reading=reading))
        told.note(f"{reading} residues: {arranged.instance.sites} cells")
        solved[reading] = (
            arranged,
            solve(arranged, time_limit=time_limit, gap=gap, seed=seed, progress=told),
        )
    arranged, found = solved[options.readings[0]]
    phases = phased(
        arranged.capital[found.plan.sizes],
        arranged.sizes[found.plan.sizes],
        years=years, budget=budget, discount=assumption(study, "site_discount"),
    )  # fmt: skip
    made = _tables(study, solved, phases)
    return BiogasResult(
        question="site", identity=_identity(study, wish, options), tables=made,
        figures=_figures(study, solved, made, phases), units=_UNITS, study=study, solved=solved,
    )  # fmt: skip


def asked_biogas(study: Study, **asked: Any) -> dict[str, Any]:
    """Identity of the answer that `biogas` gives to the same arguments, without computing it."""
    names = ("readings", "years", "budget", "time_limit", "gap", "seed")
    given = {name: asked.pop(name) for name in names if name in asked}
    standard: dict[str, Any] = {"readings": ("middle",), "years": 10, "budget": None,
                                "time_limit": 120.0, "gap": 0.01, "seed": 0}  # fmt: skip
    options = _Options(
        **{**standard, **given, "readings": tuple(given.get("readings", ("middle",)))}
    )
    kept = {name: asked.get(name) for name in ("mean_size", "most", "least", "price")}
    wish = _wish(
        asked.get("count", 1000), kept["mean_size"], asked.get("capital", "built"),
        asked.get("feedstocks", ()), asked.get("cells", 5000), kept["most"], kept["least"],
        kept["price"], options,
    )  # fmt: skip
    return _identity(study, wish, options)


def _wish(
    count: int, mean_size: float | None, capital: str, feedstocks: Sequence[str], cells: int,
    most: Mapping[str, int] | None, least: Mapping[str, int] | None, price: float | None,
    options: _Options,
) -> Wish:  # fmt: skip
    return Wish(
        count, mean_size, options.readings[0], capital, tuple(feedstocks), cells, dict(most or {}),
        dict(least or {}), price,
    )  # fmt: skip


def _identity(study: Study, wish: Wish, options: _Options) -> dict[str, Any]:
    """What the answer depends on."""
    return {
        "question": "site", "study": study.name, "digest": study.digest(),
        "variants": dict(study.selected), "scenario": None, "layer": "biogas",
        **{name: value for name, value in asdict(wish).items() if name != "reading"},
        "feedstocks": list(wish.feedstocks), "readings": list(options.readings),
        "years": options.years, "budget": options.budget, "time_limit": options.time_limit,
        "gap": options.gap, "seed": options.seed,
    }  # fmt: skip


def _tables(
    study: Study, solved: Mapping[str, tuple[Arranged, Solved]], phases: Phases
) -> dict[str, pd.DataFrame]:
    arranged, found = next(iter(solved.values()))
    always = reduce(np.intersect1d, [one.plan.sites for _, one in solved.values()])
    power = assumption(study, "site_power") * assumption(study, "site_power_price")
    staff = assumption(study, "site_staff")
    plants = tables.plants(arranged, found.plan, phases, always, staff, power)
    opened = plants.groupby("opened", as_index=False).agg(
        plants=("site", "size"), output=("output", "sum"), capital=("capital", "sum")
    )
    bounds = pd.DataFrame(
        [
            {"reading": reading, "value": one.plan.value, "bound": one.bound, "cost": one.cost,
             "gap": one.gap, "output": one.plan.output * 1000.0, "seconds": one.seconds}
            for reading, (_, one) in solved.items()
        ]
    )  # fmt: skip
    return {
        "plants": plants,
        "feed": tables.feed(arranged, found.plan),
        "supply_curve": tables.supply_curve(plants),
        "regions": tables.regions(plants),
        "sales": tables.sales(arranged, found.plan),
        "phases": opened,
        "robust": tables.robust(solved),
        "bounds": bounds,
    }


def _figures(
    study: Study, solved: Mapping[str, tuple[Arranged, Solved]], made: Mapping[str, pd.DataFrame],
    phases: Phases,
) -> dict[str, Any]:  # fmt: skip
    arranged, _ = next(iter(solved.values()))
    plants = made["plants"]
    output = float(plants["output"].sum()) / 1000.0
    lng = study.table("commodities").set_index("id")["energy_content"]
    heat = assumption(study, "site_energy")
    return {
        "plants": len(plants),
        "not_paying": int((plants["value"] < 0).sum()),
        "price": arranged.price,
        "cost_per_kg": float((plants["cost"] * plants["output"]).sum() / plants["output"].sum()),
        "output_kt": output,
        "capital": float(plants["capital"].sum()),
        "aid": float(plants["aid"].sum()),
        "value": float(plants["value"].sum()),
        "jobs": float(plants["jobs"].sum()),
        "co2_mt": output / 1000.0 * assumption(study, "site_co2"),
        "lng_mt": output / 1000.0 * heat / (float(lng["lng"]) * MJ_PER_MMBTU / 1000.0)
        if "lng" in lng else None,
        "gap": {reading: one.gap for reading, (_, one) in solved.items()},
        # As of every search: what is minimised, and what nothing undercuts.
        "cost": {reading: -one.plan.value for reading, (_, one) in solved.items()},
        "lower_bound": {reading: -one.bound for reading, (_, one) in solved.items()},
        "always": int(plants["always"].sum()),
        "always_districts": int((made["robust"]["in_all"] > 0).sum()),
        "budget": phases.budget,
        "cells": arranged.instance.sites,
    }  # fmt: skip
