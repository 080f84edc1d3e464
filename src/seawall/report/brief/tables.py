"""Tables of a run for a workbook: whole where short, else the rows of the headline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.report import views
from seawall.report.brief.note import Sheet

if TYPE_CHECKING:
    import pandas as pd

    from seawall.report.brief.cells import Reading
    from seawall.runs.store import StoredRun

#: Rows of one sheet: what people scroll through, and what is written within a second.
MOST_ROWS = 1_000
#: Tables of single draws say nothing by themselves, and there are many of them.
_LEFT_OUT = ("draws",)
_MONEY = (
    "worth",
    "value_market",
    "value_pact",
    "settlement",
    "payment",
    "extra_cost",
    "compensation",
)
_SHARES = ("share", "unserved_share", "worst_share", "share_of_variance", "known", "of_supply")


def whole(stored: StoredRun) -> dict[str, Sheet]:
    """Every table of a run, its first rows where it is long."""
    return {
        name: Sheet(table.head(MOST_ROWS), len(table))
        for name, table in stored.tables.items()
        if len(table) and name not in _LEFT_OUT
    }


def of_headline(read: Reading) -> dict[str, Sheet]:
    """Every table of a stress run; of a long one the rows that speak of the headline places."""
    found = {}
    for name, table in read.stored.tables.items():
        if table.empty or name in _LEFT_OUT:
            continue
        shown = table if len(table) <= MOST_ROWS else _narrowed(read, table)
        found[name] = Sheet(shown.head(MOST_ROWS).reset_index(drop=True), len(table))
    return found


def _narrowed(read: Reading, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of headline places, or of lanes to them, all tiers together, the told response first."""
    country = views.country_of(read.study)
    headline = {cell.place for cell in read.cells}
    if "place" in table:
        inside = table["place"].astype(str).map(lambda p: country.get(p, p)).isin(headline)
        table = table[inside]
    elif "lane" in table:
        flows = read.table("base_flows")
        to = flows["destination"].astype(str).map(lambda p: country.get(p, p))
        away = flows["origin"].astype(str).map(lambda p: country.get(p, p))
        lanes = flows.loc[to.isin(headline) & (to != away), "lane"]
        table = table[table["lane"].isin(set(lanes))]
        if "quantity" in table:
            table = table[views.figures(table, "quantity") > 0.0]
    if "tier" in table:
        table = table[table["tier"] == "all"]
    if "response" in table and len(table) > MOST_ROWS:
        table = table[table["response"] == read.central]
    return table


def units_of(stored: StoredRun) -> dict[str, str]:
    """Unit of each column; shares are shown as per cent."""
    told = {str(name): str(unit) for name, unit in (stored.summary.get("units") or {}).items()}
    money = told.get("loss") or told.get("study_loss")
    found = dict.fromkeys(_SHARES, "share")
    if money:
        found |= dict.fromkeys(_MONEY, money) | {"value": f"{money} per unit"}
    return {**found, **told}
