"""Sweep: many shocks, one after the other, on one loaded program.

`n=1` asks for each single failure (a plant group, a country's plants, a passage) what it does to
the places that the study speaks of.  Failures that touch nothing in the base are not solved: the
base still meets their bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.errors import UnknownName, UsageError
from seawall.questions.groups import groups, series
from seawall.questions.indicators import drawn_from_stock, first_short_day, survival_days
from seawall.questions.prepared import Prepared, prepare
from seawall.questions.result import Result, in_units
from seawall.questions.stress import loss
from seawall.runs.executor import spread
from seawall.shocks import Scenario, Shock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.responses import Trajectory
    from seawall.runs.kept import Kept
    from seawall.runs.progress import Progress
    from seawall.shocks import Conditions
    from seawall.study import Study

RANKING = (
    "targets", "kind", "name", "response", "place", "commodity", "unserved", "unserved_share",
    "value_lost", "first_shortfall_day", "time_to_survive_days", "study_loss",
)  # fmt: skip
#: Kinds of place that can fail as one: a country's wells do not.
PLANT_PLACES = ("plant_group", "plant_site")


@dataclass(frozen=True)
class Failure:
    """One single failure: what stops, and what people call it."""

    target: str
    kind: str
    name: str
    shock: Shock


@dataclass(frozen=True)
class SweepResult(Result):
    """Table `ranking`: one row a failure, response and headline place, worst first."""

    study: Study


def sweep(
    study: Study,
    n: int = 1,
    response: str | Iterable[str] = "foresight",
    days: float | None = None,
    places: Iterable[str] = (),
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> SweepResult:
    """Rank all single failures of `days` days by what they cost `places`.

    Parameters
    ----------
    days
        How long each lasts; None: 60 days, and 180 in chains that count in periods longer than two
        weeks, whose stocks outlast two months.
    n
        How many things fail at once; only 1.
    places
        Places to report and to rank by; default the study's headline.
    kept
        Where finished failures are kept, so that an interrupted sweep goes on from there; of this
        sweep alone.

    Raises
    ------
    UsageError
        When `n` is not 1.
    UnknownName
        When one of `places` demands nothing.
    Interrupted
        When the user stops it and failures are kept.
    """
    names = (response,) if isinstance(response, str) else tuple(response)
    identity = asked_sweep(study, n, names, days, places)
    ready = {name: prepare(study.chain(name)) for name in study.chains}
    wanted = tuple(identity["places"])
    known = {g.place for one in ready.values() for g in groups(one.network) if g.whole}
    for place in wanted:
        if place not in known:
            raise UnknownName("place with demand", place, known)
    failures = {
        name: single_failures(study.chain(name), one, days or _usual_days(one))
        for name, one in ready.items()
    }
    count = len({failure.target for found in failures.values() for failure in found})
    answers = spread(
        lambda item: _asked(ready[item[0]], item[1], names, wanted),
        [(name, failure) for name, found in failures.items() for failure in found],
        progress=progress,
        text="single failures",
        name=lambda item: f"{item[0]} {item[1].target}".lstrip(),
        kept=kept,
    )
    rows = [row for answer in answers for row in answer]
    ranking = pd.DataFrame(rows, columns=list(RANKING))
    order = ranking.groupby("targets")["value_lost"].transform("sum")
    ranking = (
        ranking.assign(order=order)
        .sort_values(
            ["order", "targets", "response", "place", "commodity"],
            ascending=[False, True, True, True, True],
        )
        .drop(columns="order")
        .reset_index(drop=True)
    )
    return SweepResult(
        question="sweep",
        identity=identity,
        tables={"ranking": ranking},
        figures={"failures": count, "worst": _worst(ranking)},
        units=in_units(
            [study], {"unserved": "amount", "value_lost": "money", "study_loss": "money"}
        ),
        study=study,
    )


def asked_sweep(
    study: Study,
    n: int = 1,
    response: str | Iterable[str] = "foresight",
    days: float | None = None,
    places: Iterable[str] = (),
) -> dict[str, Any]:
    """Identity of the answer that `sweep` gives to the same arguments, without computing it.

    Raises
    ------
    UsageError
        When `n` is not 1.
    """
    if n != 1:
        raise UsageError(f"sweep asks for single failures (n = 1), not n = {n}")
    return {
        "question": "sweep",
        "study": study.name,
        "digest": study.digest(),
        "n": n,
        "responses": [response] if isinstance(response, str) else list(response),
        "days": None if days is None else float(days),
        "places": list(places) or list(study.settings.headline),
    }


def _usual_days(ready: Prepared) -> float:
    return 60.0 if ready.network.terms.period_days <= 14 else 180.0


def _asked(
    ready: Prepared, failure: Failure, names: tuple[str, ...], places: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Rows of one failure in one chain."""
    scenario = Scenario(name=failure.target, title=failure.name, shock=(failure.shock,))
    met = ready.conditions(scenario)
    rows = []
    for name in names:
        rows += _rows(ready, met, ready.response(name).run(met), failure, places)
    return rows


def single_failures(study: Study, ready: Prepared, days: float) -> list[Failure]:
    """Every plant group, country and passage of one chain whose failure touches a used lane or
    facility.

    Where plants are grouped, a group and a country's groups fail; where a chain knows countries
    only, what a country makes of one commodity.  A country is left out where it is the same as its
    one plant group.
    """
    network = ready.network
    kind, country = study.lookup("places", "kind"), study.lookup("places", "country")
    grouped = any(kind[p] == "plant_group" and country[p] != p for p in network.facilities.place)
    found = (_group_failures if grouped else _country_failures)(study, ready, days)
    crossed = set(
        network.lanes.crossing_passage[network.lanes.base[network.lanes.crossing_lane] > 0]
    )
    found += [
        Failure(network.passages.id[p], "passage", network.passages.name[p],
                Shock(passage=network.passages.id[p], days=days))
        for p in sorted(crossed)
    ]  # fmt: skip
    return found


def _group_failures(study: Study, ready: Prepared, days: float) -> list[Failure]:
    """Plant groups that extract, and countries that have several."""
    network = ready.network
    place_name, kind = study.lookup("places", "name"), study.lookup("places", "kind")
    used = network.facilities.base > 0
    extracts = np.asarray((network.facilities.recipe < 0).sum(axis=0)).ravel() == 0
    country = dict(zip(network.nodes.place, network.nodes.country, strict=True))
    groups_of: dict[str, list[str]] = {}
    for place in dict.fromkeys(
        network.facilities.place[f]
        for f in np.flatnonzero(used & extracts)
        if kind[network.facilities.place[f]] in PLANT_PLACES
    ):
        groups_of.setdefault(country[place], []).append(place)
    found = []
    for land, here in groups_of.items():
        found += [Failure(p, "plant_group", place_name[p], Shock(place=p, days=days)) for p in here]
        if len(here) > 1:
            label = place_name.get(land, land)
            found.append(Failure(land, "country", label, Shock(place=land, days=days)))
    return found


def _country_failures(study: Study, ready: Prepared, days: float) -> list[Failure]:
    """What each country makes of each commodity, all its plants together."""
    nodes, facilities = ready.network.nodes, ready.network.facilities
    name = study.lookup("places", "name") | study.lookup("commodities", "name")
    makes = facilities.recipe.tocoo()
    # What falls off while something else is made fails with that.
    made = (makes.data > 0) & (facilities.base[makes.col] > 0) & ~facilities.free_output[makes.row]
    pairs = dict.fromkeys((nodes.country[n], nodes.commodity[n]) for n in makes.row[made])
    goods: dict[str, list[str]] = {}
    for land, good in pairs:
        goods.setdefault(land, []).append(good)
    found = []
    for land, here in goods.items():
        label = name.get(land, land)
        found += [
            Failure(f"{land}:{good}", "country and commodity", f"{label}: {name[good]}",
                    Shock(place=land, commodity=good, days=days))
            for good in here
        ]  # fmt: skip
        if len(here) > 1:
            title = f"{label}: all that it makes in the chain"
            found.append(Failure(land, "country", title, Shock(place=land, days=days)))
    return found


def _rows(
    ready: Prepared, met: Conditions, run: Trajectory, failure: Failure, places: tuple[str, ...]
) -> list[dict[str, Any]]:
    network = ready.network
    lost = loss(network, met, run, ready.reference)
    wanted = network.demands.quantity[:, None] * met.wanted
    rows = []
    for group in groups(network):
        if not group.whole or group.place not in places:
            continue
        demand, served = series(wanted, group), series(run.served, group)
        gap = np.maximum(demand - served, 0.0)
        gap[gap < 1e-9 * demand] = 0.0
        worth = network.demands.wtp[group.steps] @ (wanted - run.served)[group.steps].sum(axis=1)
        days = network.terms.period_days
        drawn = drawn_from_stock(network, run, group)
        rows.append(
            {
                "targets": failure.target,
                "kind": failure.kind,
                "name": failure.name,
                "response": run.response,
                "place": group.place,
                "commodity": group.commodity,
                "unserved": float(gap.sum()),
                "unserved_share": float(gap.sum() / demand.sum()),
                "value_lost": float(worth) if gap.any() else 0.0,
                "first_shortfall_day": first_short_day(demand, gap, days, drawn),
                "time_to_survive_days": survival_days(demand, gap, days, drawn)
                if run.response == "frozen"
                else None,
                "study_loss": lost,
            }
        )
    return rows


def _worst(ranking: pd.DataFrame) -> str | None:
    hurt = ranking[ranking["unserved"] > 0]
    return None if hurt.empty else str(hurt.iloc[0]["name"])
