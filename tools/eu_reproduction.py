"""Compute the supply risks that the EU published in 2023 anew from the inputs that it printed.

    python -m tools.eu_reproduction            print the table
    python -m tools.eu_reproduction --write    put it into docs/reference/supply-risk.md

Inputs are facts/eu_crm_reference.csv, facts/eu_crm_supply_shares.csv and facts/wgi.csv.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.files import write_text
from seawall.questions.supply_risk import eu_supply_risk
from tools.build_india_japan.tables import ROOT, Row, number, read

if TYPE_CHECKING:
    from collections.abc import Hashable

PAGE = ROOT / "docs" / "reference" / "supply-risk.md"
BEGIN = "<!-- made by: python -m tools.eu_reproduction --write -->"
END = "<!-- end of what is made -->"
#: The study of 2023 used the mean of these years of the Worldwide Governance Indicators.
YEARS = range(2016, 2021)
#: Published figures have one decimal, shares one decimal of a percent or none.
TOLERANCE = 0.15


def reproduction() -> pd.DataFrame:
    """One row a material: what was published (NaN where it was not carried over) and computed.

    Columns: material, stage, basis, published, computed, difference, exact_test (bool).
    """
    wgi = governance()
    shares = _shares()
    rows = []
    for fact in read("eu_crm_reference"):
        stage, computed = fact["bottleneck_stage"], _computed(fact, shares, wgi)
        published = number(fact, "sr_2023") if fact["sr_2023"] else math.nan
        rows.append(
            {
                "material": fact["material"],
                "stage": stage,
                "basis": fact["supply_basis"],
                "published": published,
                "computed": computed,
                "difference": computed - published,
                "exact_test": fact["exact_test"] == "yes",
            }
        )
    return pd.DataFrame(rows)


def governance() -> dict[str, float]:
    """Scaled governance by country, mean of the years of the study."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in read("wgi"):
        if int(row["year"]) in YEARS:
            found[row["iso3"]].append(number(row, "wgi_scaled_0_10"))
    return {country: sum(values) / len(values) for country, values in found.items()}


def _shares() -> dict[tuple[str, str, str], list[Row]]:
    """Rows of the share table by material, stage and basis."""
    found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in read("eu_crm_supply_shares"):
        found[row["material"], row["stage"], row["basis"]].append(row)
    return found


def _computed(
    fact: Row, shares: dict[tuple[str, str, str], list[Row]], wgi: dict[str, float]
) -> float:
    key = fact["material"], fact["bottleneck_stage"]
    world, own = shares[*key, "global_supply"], shares[*key, "eu_sourcing"]
    global_only = fact["supply_basis"] == "GSonly"
    reliance = math.nan if global_only else number(fact, "import_reliance_pct") / 100
    return eu_supply_risk(
        _fractions(world), _fractions(own), wgi, _terms(world), reliance,
        number(fact, "eol_rir_pct") / 100, number(fact, "si_sr"),
        sourcing_trade=_terms(own), global_only=global_only,
    )  # fmt: skip


def _fractions(rows: list[Row]) -> dict[str, float]:
    return {row["iso3"]: number(row, "share_pct") / 100 for row in rows}


def _terms(rows: list[Row]) -> dict[str, float]:
    return {row["iso3"]: number(row, "trade_parameter_t") for row in rows}


def table(found: pd.DataFrame) -> str:
    """The reproduction as a Markdown table: exact tests, those without a figure, the others."""
    exact = found["exact_test"]
    parts = found[exact & found["published"].notna()], found[found["published"].isna()]
    lines = [
        "| material | stage | basis | published | computed | difference | exact test |",
        "|---|---|---|---|---|---|---|",
    ]
    for part in (*parts, found[~exact & found["published"].notna()]):
        lines += [_line(row) for row in part.sort_values("material").to_dict("records")]
    return "\n".join(lines) + "\n"


def _line(row: dict[Hashable, Any]) -> str:
    known = not math.isnan(row["published"])
    cells = (
        row["material"],
        row["stage"],
        "world alone" if row["basis"] == "GSonly" else "world and EU",
        f"{row['published']:.1f}" if known else "",
        f"{row['computed']:.2f}",
        # Adding 0 turns a rounded -0 into 0.
        f"{round(row['difference'], 2) + 0.0:+.2f}" if known else "",
        "yes" if row["exact_test"] else "no",
    )
    return "| " + " | ".join(cells) + " |"


def page(text: str, made: str) -> str:
    """A page with what stands between the two marks replaced."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{made}\n{END}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into the documentation")
    options = parser.parse_args()
    made = table(reproduction())
    print(made)
    if options.write:
        write_text(PAGE, page(PAGE.read_text(encoding="utf-8"), made))


if __name__ == "__main__":
    main()
