"""Published shares of goods whose quantities and trade nobody publishes by pair."""

from __future__ import annotations

from seawall.study.columns import EVIDENCE, SECTORS, Column, Table, choice, number, text

__all__ = ["SHARES"]

SHARES = Table(
    "shares",
    "Shares of countries in what a study has no flows of, such as one class of chips. Shown as "
    "they are: nothing is traced through them, and no shock reaches them.",
    (
        Column("item", "id", "Key of what is shared out; all its rows share it. No key of "
               "commodities.csv.", required=True),
        text("name", "Name as people write it.", required=True),
        choice("sector", SECTORS, "Sector of the roadmap that it belongs to."),
        Column("chain", "id", "Chain of goods that it stands beside; blank: none, it is shown with "
               "every chain."),
        choice("kind", ("stage", "process", "tool", "material", "company"),
               "What is counted: a stage or a process of making it, a tool or a material that it "
               "takes, or companies by their home."),
        Column("country", "id", "ISO 3166-1 alpha-3, or a code of the study: ROW for all others, "
               "MYS-SGP for two that no figure parts.", required=True),
        number("year", "", "Year that the share speaks of.", required=True, least=1990, most=2100),
        number("share", "share", "Part of the world's.", required=True, most=1),
        *EVIDENCE,
    ),
    key=("item", "country"),
)  # fmt: skip
