"""What of a result speaks of fuels: the sections on scenarios, maps and grids are about these.

Other chains of goods have a part of the report of their own; tonnes of different goods must not be
added, and the largest figure of a table must be one of gas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping


def fuels(study: Any) -> frozenset[str] | None:
    """Goods of the chains whose goods hold energy, which the sections on scenarios are about; None
    where no other chain is beside them."""
    goods = study.table("commodities")
    if not {"chain", "energy_content"} <= set(goods.columns):
        return None
    chain = goods["chain"].fillna("").astype(str)
    burns = set(chain[pd.to_numeric(goods["energy_content"], errors="coerce").notna()])
    if not burns or burns == set(chain):
        return None
    return frozenset(goods.loc[chain.isin(burns), "id"].astype(str))


def only(
    tables: Mapping[str, pd.DataFrame], goods: frozenset[str] | None
) -> Mapping[str, pd.DataFrame]:
    """Tables of a result with the rows that speak of some goods; all rows for None."""
    if goods is None:
        return tables
    found = {}
    lanes: set[str] | None = None
    if "base_flows" in tables and "commodity" in tables["base_flows"]:
        flows = tables["base_flows"]
        lanes = set(flows.loc[flows["commodity"].astype(str).isin(goods), "lane"])
    for name, frame in tables.items():
        if "commodity" in frame:
            found[name] = frame[frame["commodity"].astype(str).isin(goods)].reset_index(drop=True)
        elif "lane" in frame and lanes is not None:
            found[name] = frame[frame["lane"].isin(lanes)].reset_index(drop=True)
        else:
            found[name] = frame
    return found


@dataclass(frozen=True)
class Narrowed:
    """A result with fewer rows in its tables."""

    tables: Mapping[str, pd.DataFrame]
    identity: Mapping[str, Any]


def narrowed(result: Any, study: Any) -> Any:
    """A result with only what it says of the chains that hold energy; None stays None."""
    goods = fuels(study)
    if result is None or goods is None:
        return result
    return Narrowed(only(result.tables, goods), getattr(result, "identity", {}))


def of_chain(
    study: Any, summary: Mapping[str, Any], goods: frozenset[str] | None
) -> Mapping[str, Any]:
    """A summary whose figures are those of the one chain that some goods are of."""
    parts, beliefs = summary.get("chains"), summary.get("beliefs") or {}
    if goods is None or not parts:
        return summary
    commodities = study.table("commodities")
    mine = set(commodities.loc[commodities["id"].astype(str).isin(goods), "chain"].astype(str))
    name = next((chain for chain in parts if chain in mine), None)
    if name is None:
        return summary
    return {**summary, "responses": parts[name], "belief": beliefs.get(name)}
