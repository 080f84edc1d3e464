"""Time to survive with low, middle and high stocks: what nobody publishes decides the most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seawall.errors import UnknownName
from seawall.questions.stress import stress

if TYPE_CHECKING:
    from seawall.shocks import Scenario
    from seawall.study import Study

COLUMNS = (
    "scenario", "stocks", "place", "commodity", "cover_days", "time_to_survive_days", "censored",
    "first_shortfall_day", "unserved", "unserved_share",
)  # fmt: skip


def by_stocks(study: Study, scenario: str | Scenario, group: str) -> pd.DataFrame:
    """What `frozen` says of the headline places under each variant of the stocks.

    Parameters
    ----------
    group
        Group of variants of the study whose rows are stocks.

    Raises
    ------
    UnknownName
        The study has no such group of variants.
    """
    if group not in study.settings.variants:
        raise UnknownName("group of variants", group, study.settings.variants)
    frames = []
    for variant in study.settings.variants[group]:
        result = stress(study.variant(variant), scenario, "frozen")
        table = result.tables["indicators"]
        whole = table[(table["tier"] == "all") & table["place"].isin(study.settings.headline)]
        frames.append(whole.assign(stocks=variant)[list(COLUMNS)])
    return pd.concat(frames, ignore_index=True)
