"""Tables of published supply-risk indices: how countries are governed, what materials they rate."""

from __future__ import annotations

from seawall.study.columns import EVIDENCE, Column, Table, number, ref, text

__all__ = ["EXPORT_RULES", "GOVERNANCE", "MATERIALS", "RISK_TABLES"]

GOVERNANCE = Table(
    "governance",
    "How countries are governed, as indices of supply risk count it; the newest year counts.",
    (
        ref("country", "places or country", "The country."),
        number("year", "", "Year that the score speaks of.", required=True, least=1996, most=2100),
        number("wgi", "", "Mean of the six Worldwide Governance Indicators, as 2 * (2.5 - mean): "
               "0 best, 10 worst.", required=True, most=10),
        *EVIDENCE,
    ),
    key=("country", "year"),
)  # fmt: skip

MATERIALS = Table(
    "materials",
    "Commodities that indices of supply risk rate, and as which material they rate them.",
    (
        ref("commodity", "commodities", "The commodity."),
        text("material", "Material of the EU list; blank: the list has none, no EU index."),
        Column("stage", "choice", "Stage of that material; blank with `material`.",
               choices=("extraction", "processing")),
        number("eol_rir", "share", "Part of supply that is recycled from end-of-life products; "
               "with `material`, and only there.", most=1),
        number("si_sr", "ratio", "Substitution index for supply risk; 1: nothing can take its "
               "place; with `material`, and only there.", most=1),
        number("vulnerability", "ratio", "Economic vulnerability after Nassar et al. (2020), 0 to "
               "1; blank: not known, their index is left out.", most=1),
        *EVIDENCE,
    ),
    key=("commodity",),
)  # fmt: skip

EXPORT_RULES = Table(
    "export_rules",
    "What exporting countries do to their exports, as the EU index of supply risk counts it.",
    (
        ref("country", "places or country", "Country that exports."),
        ref("commodity", "commodities", "Of what."),
        number("factor", "ratio", "Trade parameter t: 1 no measure, above it export tax, quota or "
               "ban.", required=True, above=True, most=10),
        *EVIDENCE,
    ),
    key=("country", "commodity"),
)  # fmt: skip

RISK_TABLES = (GOVERNANCE, MATERIALS, EXPORT_RULES)
