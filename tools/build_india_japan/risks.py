"""governance.csv, materials.csv, export_rules.csv: what indices of supply risk need.

Which commodity counts as which material of the EU list is a choice of ours, in
facts/risk_materials.csv with its reason. Rates and trade parameters are those of the EU's study of
2023, governance is that of the newest year of the Worldwide Governance Indicators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.questions.indices import EU, MEMBERS
from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import FactError, Row, by_key, decimal, number, read

if TYPE_CHECKING:
    from collections.abc import Collection

    from tools.build_india_japan.sources import Sources

GOVERNANCE = ("country", "year", "wgi", "source", "confidence", "note")
MATERIALS = (
    "commodity", "material", "stage", "eol_rir", "si_sr", "vulnerability", "source", "confidence",
    "note",
)  # fmt: skip
EXPORT_RULES = ("country", "commodity", "factor", "source", "confidence", "note")


def tables(
    countries: Collection[str], commodities: Collection[str], sources: Sources
) -> dict[str, tuple[tuple[str, ...], list[Row]]]:
    """The three tables for what a study has; none where it has no commodity that is rated."""
    rated = [row for row in read("risk_materials") if row["commodity"] in commodities]
    if not rated:
        return {}
    return {
        "governance": (GOVERNANCE, _governance(countries, sources)),
        "materials": (MATERIALS, _materials(rated, sources)),
        "export_rules": (EXPORT_RULES, _export_rules(rated, countries, sources)),
    }


def _governance(countries: Collection[str], sources: Sources) -> list[Row]:
    facts = read("wgi")
    year = max(row["year"] for row in facts)
    newest = by_key([row for row in facts if row["year"] == year], "iso3")
    rows = [
        {
            "country": country, "year": year, "wgi": newest[country]["wgi_scaled_0_10"],
            "source": sources.add(newest[country]), "confidence": confidence(newest[country]),
        }
        for country in sorted(set(countries) & set(newest))
    ]  # fmt: skip
    if EU in countries:
        members = [number(newest[c], "wgi_scaled_0_10") for c in sorted(MEMBERS - {EU})]
        rows.append(
            {
                "country": EU, "year": year, "wgi": decimal(sum(members) / len(members), 3),
                "source": sources.add(newest["DEU"]), "confidence": "estimate",
                "note": f"mean of the {len(members)} members, each counted once",
            }
        )  # fmt: skip
    return sorted(rows, key=lambda row: row["country"])


def _materials(rated: list[Row], sources: Sources) -> list[Row]:
    reference = by_key(read("eu_crm_reference"), "material")
    rows: list[Row] = []
    for choice in sorted(rated, key=lambda row: row["commodity"]):
        row = {name: choice[name] for name in ("commodity", "material", "stage", "note")}
        row["confidence"] = confidence(choice)
        if choice["material"]:
            fact = reference[choice["material"]]
            row |= {
                "eol_rir": decimal(number(fact, "eol_rir_pct") / 100),
                "si_sr": decimal(number(fact, "si_sr")),
                "source": sources.add(fact),
            }
        else:
            row["source"] = sources.own("rated-materials", "own choice of what indices rate")
        rows.append(row)
    return rows


def _export_rules(rated: list[Row], countries: Collection[str], sources: Sources) -> list[Row]:
    """Trade parameters above 1; those below are the EU's terms with its members, not the world's.

    Raises
    ------
    FactError
        A country has two parameters for one material and stage.
    """
    facts: dict[tuple[str, str], dict[str, Row]] = {}
    for row in read("eu_crm_supply_shares"):
        if number(row, "trade_parameter_t") <= 1:
            continue
        found = facts.setdefault((row["material"], row["stage"]), {})
        other = found.setdefault(row["iso3"], row)
        if other["trade_parameter_t"] != row["trade_parameter_t"]:
            raise FactError(f"two trade parameters of {row['iso3']}: {row} and {other}")
    return [
        {
            "country": country, "commodity": choice["commodity"],
            "factor": decimal(number(fact, "trade_parameter_t")),
            "source": sources.add(fact), "confidence": confidence(fact),
            "note": f"EU study of 2023, {fact['material']}, {fact['stage']}",
        }
        for choice in sorted(rated, key=lambda row: row["commodity"])
        for country, fact in sorted(facts.get((choice["material"], choice["stage"]), {}).items())
        if country in countries
    ]  # fmt: skip
