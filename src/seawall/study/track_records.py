"""Tables of the track question: what was claimed, what would show a pledge kept, what is known.

Their shapes follow the results of the International Aid Transparency Initiative (result, indicator
with baseline, target and actual per period) and, for milestones, the Open Contracting for
Infrastructure Data Standard (type, due, met).
"""

from __future__ import annotations

from seawall.study.columns import (
    EVIDENCE,
    Table,
    choice,
    date,
    id_column,
    number,
    ref,
    text,
)

__all__ = [
    "CLAIMS",
    "CLAIM_KINDS",
    "DELIVERIES",
    "DELIVERY_TABLES",
    "INDICATORS",
    "MEASURES",
    "MILESTONES",
    "OBSERVATIONS",
    "RATES",
    "STAGES",
    "TRACK_TABLES",
    "VARIANTS",
]

CLAIM_KINDS = ("stated", "derived")
#: How evidence adds up: flows, the newest reading, or the share of milestones that are done.
MEASURES = ("cumulative", "level", "steps")
STAGES = ("agreed", "funded", "building", "opened", "running", "closed")
#: In the place of a table: the variant of the study that stands for the pledge as delivered.
VARIANTS = "variant"
DELIVERY_TABLES = ("facilities", "lanes", "stocks", "demands", VARIANTS)

CLAIMS = Table(
    "claims",
    "What sources say, one statement a row, in their words: they need not agree.",
    (
        id_column("Key of the claim."),
        ref("source", "sources", "The article or page that says it."),
        text("subject", "Of what it speaks.", required=True),
        text("predicate", "What it says of the subject.", required=True),
        text("value", "The value as stated."),
        number("quantity", "", "The value as a number; blank: it is none.", least=None),
        text("counted_in", "Unit, currency or counted noun of the quantity; required with it."),
        text("period", "The period as stated."),
        date("begins", "First day of the period; blank: unknown."),
        date("ends", "Last day of the period; blank: unknown."),
        text("quote", "The exact words, 20 or fewer; blank where the claim is derived."),
        choice("kind", CLAIM_KINDS, "Whether the source says it in so many words."),
        text("event", "The meeting or event that it speaks of, as a key."),
        *EVIDENCE[1:],  # its source stands above
    ),
    key=("id",),
)

INDICATORS = Table(
    "indicators",
    "What would show a pledge delivered: baseline, target and how it is measured.",
    (
        id_column("Key of the indicator."),
        ref("pledge", "pledges", "The pledge; its first indicator is the headline."),
        text("what", "What is measured.", required=True),
        choice("measure", MEASURES,
               "How evidence adds up: flows since the start (cumulative), the newest value "
               "(level), or the share of the pledge's milestones that are done (steps)."),
        text("counted_in", "Unit, currency or counted noun; required with a figure."),
        number("baseline", "", "Value at the start.", least=None),
        date("baseline_date", "When the baseline was measured."),
        number("target", "", "Value to reach; below the baseline a fall is wanted.", least=None),
        date("begins", "When counting starts; blank: with the baseline, else with the pledge."),
        date("deadline", "By when; blank: none was stated."),
        number("frequency", "", "Months between reports that would be enough; blank: 12.",
               above=True),
        text("instruments", "Instruments that count, with ; between; blank: all."),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

MILESTONES = Table(
    "milestones",
    "Steps on the way to a pledge.",
    (
        id_column("Key of the milestone."),
        ref("pledge", "pledges", "The pledge."),
        text("what", "What is to be done.", required=True),
        date("due", "By when; blank: no day was stated."),
        choice("stage", STAGES, "The stage that is reached with it."),
        *EVIDENCE,
    ),
    key=("id",),
)

OBSERVATIONS = Table(
    "evidence",
    "What was measured or seen, with its date and source.",
    (
        id_column("Key of the evidence."),
        ref("indicator", "indicators", "What it measures; blank: it shows a milestone.",
            required=False),
        ref("milestone", "milestones", "The milestone that it shows; blank: it measures an "
            "indicator.", required=False),
        date("date", "When it was published."),
        date("begins", "First day of the period of a flow."),
        date("ends", "Last day of that period; of a level, the day of the reading."),
        number("value", "", "The figure; 0 for a milestone says that it is not done.",
               least=None),
        number("low", "", "Lower end of its range; blank: as `value`.", least=None),
        number("high", "", "Upper end of its range; blank: as `value`.", least=None),
        text("counted_in", "Unit, currency or counted noun; required with a figure, unless it "
             "shows a milestone."),
        text("instrument", "What sort of flow it is, so that nothing counts twice."),
        text("reviewed_by", "Who reviewed it; blank: nobody."),
        ref("supersedes", "evidence", "The evidence that it replaces.", required=False),
        *EVIDENCE,
    ),
    key=("id",),
)  # fmt: skip

DELIVERIES = Table(
    "deliveries",
    "What a pledge changes in the network, to ask what a slip costs.",
    (
        ref("pledge", "pledges", "The pledge."),
        choice("table", DELIVERY_TABLES, "The table of which a figure changes; or a variant, "
               "with which the study stands as delivered."),
        text("name", "The key of the row that changes, its cells joined by a slash "
             "(`IND/cobalt/users`), without its variant; or the name of the variant.",
             required=True),
        text("column", "The column that changes; blank for a variant."),
        number("before", "", "The figure of the study, without the pledge; blank for a variant. "
               "The pledge adds what lies between this and `after`.",
               least=None),
        number("after", "", "The figure once it is delivered; blank for a variant.", least=None),
        date("planned", "By when it should act; blank: no day was stated."),
        text("why", "Why the pledge means this.", required=True),
        *EVIDENCE,
    ),
    key=("pledge", "table", "name", "column"),
)  # fmt: skip

RATES = Table(
    "rates",
    "What a dollar costs, the mean of each year, to compare amounts in several currencies.",
    (
        text("currency", "Code of the currency, ISO 4217.", required=True),
        number("year", "", "The year.", required=True, least=1900, most=2200),
        number("per_usd", "", "Units of the currency for one US dollar.", required=True,
               above=True),
        *EVIDENCE,
    ),
    key=("currency", "year"),
)  # fmt: skip

TRACK_TABLES = (CLAIMS, INDICATORS, MILESTONES, OBSERVATIONS, DELIVERIES, RATES)
