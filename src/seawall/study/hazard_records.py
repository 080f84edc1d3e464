"""The record of the table `hazards`: shocks with a yearly frequency and distributions."""

from __future__ import annotations

from seawall.study.columns import (
    EVIDENCE,
    Column,
    Table,
    choice,
    id_column,
    number,
    ref,
    text,
)

#: Kinds of target that a hazard may have; the words of a scenario's shock.
TARGET_KINDS = ("passage", "facility", "place", "lane", "ban", "demand")
#: Longest event that is told from still longer ones [day].
MOST_DAYS = 1095.0

HAZARDS = Table(
    "hazards",
    "Shocks that may happen: how often, how long, how deep.",
    (
        id_column("Key of the hazard."),
        text("name", "Name as people write it.", required=True),
        choice("kind", TARGET_KINDS, "What sort of target it hits, as in a scenario's shock."),
        text("target", "What it hits: an id, or several joined by ; that are hit alike.",
             required=True),
        ref("commodity", "commodities", "Narrows a place, ban or demand; blank: all.",
            required=False),
        number("frequency", "events/year", "Mean number of events a year.", required=True),
        number("frequency_low", "events/year",
               "5th percentile of `frequency`; blank: by the row's confidence."),
        number("frequency_high", "events/year",
               "95th percentile of `frequency`; blank: by the row's confidence."),
        number("days_median", "day", "Median length of an event (lognormal).", required=True,
               above=True),
        number("days_sigma", "ratio", "Standard deviation of the logarithm of the length.",
               default=0, most=5),
        number("days_most", "day", "A longer event counts as that long.", default=MOST_DAYS,
               above=True),
        number("recovery_days", "day",
               "Days after its end in which half of what was lost is back.", default=0),
        number("depth", "share", "Mean share that is taken away; for demand: added.",
               required=True, most=1, above=True),
        number("depth_least", "share", "Least depth; blank: `depth`.", most=1),
        number("depth_most", "share", "Largest depth; blank: `depth`.", most=1),
        number("season_from", "", "Month (1 to 12) in which it may begin first; blank: any.",
               least=1, most=12),
        number("season_to", "", "Month (1 to 12) in which it may begin last; blank: any.",
               least=1, most=12),
        Column("cluster", "id",
               "Hazards of one cluster have good and bad years together; blank: independent."),
        number("dispersion", "ratio",
               "Variance of the cluster's yearly factor, whose mean is 1.", default=0, most=10),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip
