"""What another variant of a study changes for one place: whom it hangs on, and what it goes short
of.

A plant at home moves a dependence one stage up; whether it ends it shows only stage by stage and
element by element.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seawall.errors import UnknownName
from seawall.questions.exposure import exposure
from seawall.questions.stress import stress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.shocks import Scenario
    from seawall.study import Study

ORIGINS = (
    "variant", "place", "commodity", "element", "stage", "stage_commodity", "country",
    "origin_kind", "share", "known",
)  # fmt: skip
SHORTAGES = (
    "variant", "scenario", "response", "place", "commodity", "demand", "unserved",
    "unserved_share", "first_shortfall_day", "time_to_survive_days", "censored",
)  # fmt: skip


def _names(study: Study, group: str) -> tuple[str, ...]:
    if group not in study.settings.variants:
        raise UnknownName("group of variants", group, study.settings.variants)
    return study.settings.variants[group]


def origins_by_variant(study: Study, group: str, chain: str, place: str) -> pd.DataFrame:
    """Which countries stand behind the final goods of a chain at a place, stage by stage and
    element by element, under each variant of a group.

    Raises
    ------
    UnknownName
        There is no such group, chain or place.
    """
    frames = []
    for variant in _names(study, group):
        part = study.variant(variant).chain(chain)
        table = exposure(part, place).tables["lookthrough"]
        table = table[(table["place"] == place) & (table["use"] == "demand")]
        keys = [name for name in ORIGINS if name in table and name not in ("share", "known")]
        by = (
            table.rename(columns={"origin_country": "country"})
            .assign(known=table["share"] * table["known"])
            .groupby([*keys, "country"], sort=False, as_index=False)[["share", "known"]]
            .sum()
        )
        by["known"] /= by["share"]
        frames.append(by.assign(variant=variant)[list(ORIGINS)])
    return pd.concat(frames, ignore_index=True)


def shortages_by_variant(
    study: Study,
    group: str,
    place: str,
    scenarios: Iterable[str | Scenario],
    response: str | Iterable[str] | None = None,
) -> pd.DataFrame:
    """What a place goes short of in each scenario under each variant of a group.

    Raises
    ------
    UnknownName
        There is no such group, scenario or response.
    """
    frames = []
    for variant in _names(study, group):
        for scenario in scenarios:
            table = stress(study.variant(variant), scenario, response).tables["indicators"]
            rows = table[(table["tier"] == "all") & (table["place"] == place)]
            frames.append(rows.assign(variant=variant)[list(SHORTAGES)])
    return pd.concat(frames, ignore_index=True)
