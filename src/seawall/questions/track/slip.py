"""What a slip costs: a pledge comes years late; what breaks in these years that would have held?

In the years of the slip the network is the one without the pledge.  Stress tests of both networks
say what a scenario does in either; the difference is the price of the slip, given that the
scenario strikes in these years.  How likely that is, the hazards of the study say: years of the
slip are drawn from them as decades are for a pact (`seawall.questions.decades`), with the loss of
each case in place of a pact's gain.

All else stays as in the study: nobody knows the network of 2030 otherwise, and what both networks
share cancels out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.errors import UsageError
from seawall.questions.decades import HIGH, LOW, Catalogue, draw
from seawall.questions.parts import parts
from seawall.questions.prepared import find_scenario
from seawall.questions.result import Result
from seawall.questions.stress import stress
from seawall.questions.track.delivery import delivery_of
from seawall.runs.executor import spread
from seawall.runs.progress import SilentProgress
from seawall.shocks.hazards import hazards, severities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.questions.parts import Part
    from seawall.questions.track.delivery import Delivery
    from seawall.runs.progress import Progress
    from seawall.shocks import Scenario
    from seawall.shocks.hazards import Hazard
    from seawall.study import Study

__all__ = ["CASES", "SLIPS", "TAILS", "SlipResult", "asked_slip", "slip"]

SLIPS = (
    "scenario", "response", "place", "commodity", "unit", "unserved_kept", "unserved_late",
    "unserved_more", "days_kept", "days_late", "days_more", "survive_kept", "survive_late",
    "survive_less", "value_kept", "value_late", "value_more",
)  # fmt: skip
TAILS = (
    "place", "years", "chance", "expected", "expected_low", "expected_high", "percentile_95",
    "worst_twentieth",
)  # fmt: skip
CASES = (
    "hazard", "name", "scenario", "frequency", "probability", "place", "value_kept", "value_late",
    "value_more",
)  # fmt: skip
#: How the world reacts, unless it is asked otherwise.
RESPONSES = ("market", "foresight")
#: Cases that stand for a hazard, and stretches of years that are drawn.
SEVERITIES, DRAWS = 3, 10_000
_UNITS = {
    "unserved_kept": "as unit says", "unserved_late": "as unit says",
    "unserved_more": "as unit says", "days_kept": "day", "days_late": "day", "days_more": "day",
    "survive_kept": "day", "survive_late": "day", "survive_less": "day", "years": "year",
    "chance": "share", "frequency": "events a year", "probability": "share",
    **dict.fromkeys(("value_kept", "value_late", "value_more", "expected", "expected_low",
                     "expected_high", "percentile_95", "worst_twentieth"), "money"),
}  # fmt: skip


@dataclass(frozen=True)
class SlipResult(Result):
    """Tables `slips` (a row a scenario, response, headline place and good), `tails` and `cases`
    (empty unless the hazards were asked)."""

    study: Study


def slip(
    study: Study,
    pledge: str,
    *,
    late: int = 2,
    scenarios: Sequence[str] = (),
    responses: Sequence[str] = RESPONSES,
    tail: int = 0,
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
) -> SlipResult:
    """What it costs that a pledge comes `late` years late.

    Parameters
    ----------
    pledge
        Id of a pledge that table `deliveries` links to the network.
    late
        Years, at least 1.
    scenarios
        Names of scenarios that may strike in these years; none: all of the study that strike a
        chain of goods which the pledge changes.
    responses
        How the world reacts.
    tail
        Severities of each hazard that are computed, to say what the years of the slip cost in the
        mean and in the worst case; 0: the hazards are not asked.
    seed, workers, progress
        Of the draws of hazards; see `worth`.

    Returns
    -------
    SlipResult
        Of `slips`: unserved goods [`unit`], the days for which they would serve the whole need,
        days from the first shock for which everything is served (None: to the end), and worth of
        what is not served [million], each if the pledge is kept, if it is late, and the
        difference.  Of `tails`, a headline place each, over the years of the slip: the chance that
        a hazard strikes with a loss, what is lost in the mean with its 90 % interval as far as
        frequencies are uncertain, the 95th percentile, and the mean of the worst twentieth.

    Raises
    ------
    UnknownName, UsageError, InputError, Infeasible, SolverError
    """
    _check(late, tail)
    told = progress or SilentProgress()
    delivery = delivery_of(study, pledge)
    names = _scenarios(delivery, scenarios)
    told.start(len(names), "scenarios")
    slips = []
    for name in names:
        slips.append(_slips(delivery, name, tuple(responses)))
        told.advance()
    table = pd.concat(slips, ignore_index=True) if slips else pd.DataFrame(columns=list(SLIPS))
    tails, cases = _tails(delivery, late, tail, seed, workers, told)
    return SlipResult(
        question="track",
        identity=asked_slip(study, pledge, late=late, scenarios=scenarios, responses=responses,
                            tail=tail, seed=seed),
        tables={"slips": table, "tails": tails, "cases": cases},
        figures=_figures(delivery, late, table, tails),
        units={name: f"million {study.settings.currency}" if unit == "money" else unit
               for name, unit in _UNITS.items()},
        study=study,
    )  # fmt: skip


def asked_slip(
    study: Study,
    pledge: str,
    *,
    late: int = 2,
    scenarios: Sequence[str] = (),
    responses: Sequence[str] = RESPONSES,
    tail: int = 0,
    seed: int = 0,
) -> dict[str, Any]:
    """Identity of the answer that `slip` gives to the same arguments, without computing it."""
    _check(late, tail)
    return {
        "question": "track", "study": study.name, "digest": study.digest(),
        "variants": dict(study.selected), "scenario": None, "layer": "slip", "pledge": pledge,
        "late": late, "scenarios": list(scenarios), "responses": list(responses), "tail": tail,
    } | ({"seed": seed} if tail else {})  # fmt: skip


def _check(late: int, tail: int) -> None:
    if late < 1:
        raise UsageError(f"a slip lasts at least one year, not {late}")
    if tail < 0:
        raise UsageError(f"a hazard has at least one severity, not {tail}")


def _scenarios(delivery: Delivery, names: Sequence[str]) -> tuple[str, ...]:
    """Scenarios that strike what the pledge changes."""
    asked = names or delivery.late.scenarios()
    hit = tuple(name for name in asked if _struck(delivery, find_scenario(delivery.late, name)))
    missed = [name for name in names if name not in hit]
    if missed:
        raise UsageError(
            f"{', '.join(missed)}: strikes nothing of {', '.join(delivery.chains)}, which the "
            "pledge changes"
        )
    return hit


def _struck(delivery: Delivery, scenario: Scenario | None) -> tuple[Part, ...]:
    """The chains that the pledge changes and the scenario strikes, without the pledge."""
    assert scenario is not None  # it has a name
    _no_variant_of(delivery, scenario)
    late = delivery.late.variant(*scenario.variants)
    return tuple(part for part in parts(late, scenario) if part.chain in delivery.chains)


def _no_variant_of(delivery: Delivery, scenario: Scenario) -> None:
    """Refuse a scenario that chooses the variants by which the pledge shows."""
    late, kept = (one.variant(*scenario.variants) for one in (delivery.late, delivery.kept))
    if dict(late.selected) == dict(kept.selected) != dict(delivery.late.selected):
        changed = {g for g, name in delivery.kept.selected.items()
                   if delivery.late.selected[g] != name}  # fmt: skip
        if changed & {delivery.late.settings.group_of(name) for name in scenario.variants}:
            raise UsageError(
                f"scenario {scenario.name} chooses the variant itself by which the pledge shows"
            )


def _slips(delivery: Delivery, name: str, responses: tuple[str, ...]) -> pd.DataFrame:
    """One scenario under both networks."""
    kept, late = _both(delivery, find_scenario(delivery.late, name), responses)
    both = kept.add_suffix("_kept").join(late.add_suffix("_late"), how="inner").reset_index()
    per_day = both["demand_late"] / _days(delivery.late, both["commodity"])
    found = pd.DataFrame({
        "scenario": name,
        **{column: both[column] for column in ("response", "place", "commodity", "unit")},
        **{f"unserved_{one}": both[f"unserved_{one}"] for one in ("kept", "late")},
        "unserved_more": both["unserved_late"] - both["unserved_kept"],
        **{f"days_{one}": both[f"unserved_{one}"] / per_day for one in ("kept", "late")},
        "days_more": (both["unserved_late"] - both["unserved_kept"]) / per_day,
        **{f"survive_{one}": both[f"time_to_survive_days_{one}"].astype(float)
           for one in ("kept", "late")},
        **{f"value_{one}": both[f"value_lost_{one}"] for one in ("kept", "late")},
        "value_more": both["value_lost_late"] - both["value_lost_kept"],
    })  # fmt: skip
    found["survive_less"] = found["survive_kept"] - found["survive_late"]
    hurt = (found["unserved_kept"] > 0) | (found["unserved_late"] > 0)
    return found.loc[hurt, list(SLIPS)].reset_index(drop=True)


def _both(
    delivery: Delivery, scenario: Scenario | None, responses: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Indicators of headline places with the pledge kept, and late."""
    struck = _struck(delivery, scenario)
    kept = delivery.kept.variant(*(scenario.variants if scenario else ()))
    return (
        pd.concat(_indicators(kept.chain(part.chain), part.scenario, responses) for part in struck),
        pd.concat(_indicators(part.study, part.scenario, responses) for part in struck),
    )


def _indicators(
    study: Study, scenario: Scenario | None, responses: tuple[str, ...]
) -> pd.DataFrame:
    """Indicators of headline places as wholes, of one chain."""
    table = stress(study, scenario, responses).tables["indicators"]
    whole = (table["tier"] == "all") & (table["sector"] == "all")
    table = table[whole & table["place"].isin(study.settings.headline)]
    table = table.assign(unit=table["commodity"].map(study.lookup("commodities", "unit")))
    return table.set_index(["response", "place", "commodity", "unit"])[
        ["demand", "unserved", "time_to_survive_days", "value_lost"]
    ]


def _days(study: Study, goods: pd.Series[str]) -> pd.Series[float]:
    """Days that a run of each good lasts."""
    chain = study.lookup("commodities", "chain")
    length = {}
    for name in study.chains:
        settings = study.chain(name).settings
        length[name] = float(settings.periods * settings.period_days)
    return goods.map(chain).map(length)


def _tails(
    delivery: Delivery, late: int, n: int, seed: int, workers: int, told: Progress
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the years of the slip cost over the hazards that strike the pledge's chains."""
    found = _hazards(delivery) if n else ()
    if not found:
        return pd.DataFrame(columns=list(TAILS)), pd.DataFrame(columns=list(CASES))
    cases = [(hazard, *case) for hazard in found for case in severities(hazard, n)]
    lost = np.array(spread(
        partial(_lost, delivery), [scenario for _, _, scenario in cases], workers, told,
        text="cases", name=lambda scenario: scenario.name,
    ))  # fmt: skip
    places = tuple(delivery.late.settings.headline)
    more = (lost[:, 1] - lost[:, 0]).reshape(len(found), n, len(places))
    catalogue = Catalogue(found, places, more, np.zeros_like(more), np.zeros_like(more))
    drawn = draw(catalogue, late, DRAWS, seed)
    total = drawn.gain * late
    uncertain = drawn.frequency @ more.mean(axis=1) * late
    rows = []
    for m, place in enumerate(places):
        worst = np.sort(total[:, m])[-len(total) // 20 :]
        low, high = np.percentile(uncertain[:, m], [LOW, HIGH])
        rows.append((
            place, late, float((total[:, m] > 0).mean()), float(catalogue.yearly(more)[m] * late),
            low, high, float(np.percentile(total[:, m], 95.0)), float(worst.mean()),
        ))  # fmt: skip
    listed = [
        (hazard.id, hazard.name, scenario.name, hazard.frequency, probability, place,
         lost[k, 0, m], lost[k, 1, m], lost[k, 1, m] - lost[k, 0, m])
        for k, (hazard, probability, scenario) in enumerate(cases)
        for m, place in enumerate(places)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(TAILS)), pd.DataFrame(listed, columns=list(CASES))


def _hazards(delivery: Delivery) -> tuple[Hazard, ...]:
    """Hazards that strike a chain which the pledge changes."""
    return tuple(
        hazard for hazard in hazards(delivery.late)
        if _struck(delivery, severities(hazard, 1)[0][1])
    )  # fmt: skip


def _lost(delivery: Delivery, scenario: Scenario) -> np.ndarray[Any, np.dtype[np.float64]]:
    """(2, places) worth of what is not served in each headline place, kept and late [million]."""
    found = [
        table.groupby("place")["value_lost"].sum()
        .reindex(delivery.late.settings.headline, fill_value=0.0)
        for table in _both(delivery, scenario, ("market",))
    ]  # fmt: skip
    return np.array(found, dtype=float)


def _figures(
    delivery: Delivery, late: int, slips: pd.DataFrame, tails: pd.DataFrame
) -> dict[str, Any]:
    worst = slips.sort_values("days_more", ascending=False, kind="stable").head(1)
    return {
        "pledge": delivery.pledge, "what": delivery.what, "late": late,
        "planned": delivery.planned, "until": _until(delivery.planned, late),
        "why": list(delivery.why), "chains": list(delivery.chains),
        "worst": worst.iloc[0].to_dict() if len(worst) else None,
        "expected": {row.place: row.expected for row in tails.itertuples()},
    }  # fmt: skip


def _until(planned: str, late: int) -> str:
    """The day on which it comes instead; blank where no day was stated."""
    return str((pd.Timestamp(planned) + pd.DateOffset(years=late)).date()) if planned else ""
