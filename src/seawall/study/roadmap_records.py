"""Tables of a roadmap: what was stated, and which question speaks to it."""

from __future__ import annotations

from seawall.study.columns import (
    EVIDENCE,
    SECTORS,
    Column,
    Table,
    choice,
    date,
    id_column,
    number,
    ref,
    text,
)

__all__ = ["ASKED", "LINKS", "NOT_MODELLED", "PLEDGES", "ROADMAP_TABLES"]

#: Sectors of statements: those of the roadmap, and what else the two governments speak of.
STATED = (
    *SECTORS, "finance", "trade", "connectivity", "defence", "people", "health care", "small firms",
)  # fmt: skip
#: In the place of a question: no question of Seawall can speak to the statement.
NOT_MODELLED = "none"
ASKED = ("exposure", "stress", "sweep", "worth", "redirect", "site", "track", "plan")
#: Questions that are asked of a scenario.
OF_A_SCENARIO = ("stress", "redirect")

PLEDGES = Table(
    "pledges",
    "What was promised, aimed at or reported: the statements of a roadmap, one a row.",
    (
        id_column("Key of the statement."),
        date("date", "When it was made."),
        choice("sector", STATED, "Sector that it speaks of."),
        text("kind", "What sort of statement: target, commitment, mechanism, agreement ..."),
        text("what", "What it says, in our words.", required=True),
        number("quantity", "", "The figure that it names."),
        text("counted_in", "What the figure counts; required with it."),
        text("deadline", "By when, as stated; blank: none was stated."),
        text("parties", "Who is bound by it."),
        text("indicator", "What would show that it is delivered."),
        *EVIDENCE,
    ),
    key=("id",),
)

LINKS = Table(
    "links",
    "Which question speaks to which statement, or why none does.",
    (
        ref("pledge", "pledges", "The statement."),
        choice("question", (*ASKED, NOT_MODELLED), "The command that speaks to it."),
        Column("scenario", "id", "Scenario of the study, for stress and redirect and only there."),
        ref("place", "places or country", "Whose answer counts; blank: all of the study.",
            required=False),
        ref("commodity", "commodities", "The good that the answer is about; blank: all.",
            required=False),
        text("options", "Further options of the command."),
        text("why", "What the answer says of the statement, or why there is none.",
             required=True),
    ),
    key=("pledge", "question", "scenario", "place", "commodity"),
)  # fmt: skip

ROADMAP_TABLES = (PLEDGES, LINKS)
