"""Checks of shares: a part is no more than its whole, alone or added up.

Columns of shares have their own bounds (`seawall.study.records`). These are the ones that only
another column, table or row can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall import units
from seawall.study.cells import format_number
from seawall.study.checks.context import Context, Row, check, nearest
from seawall.study.checks.measures import ENGINE_ASSUMPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem

#: Kinds of published total that are a part of something: a plant may run above its nameplate.
_PARTS = ("import_share", "passage_share", "origin_share")
#: Base departures that are too small to be promised twice: rounding.
_TOLERANCE = 0.001
#: What shares of one item may add up to: published ones are rounded to whole percent.
_ALL = 1.01
#: What rows of one item say of the item, not of the country.
_OF_ITEM = ("name", "sector", "chain", "kind", "year")


@check()
def parts_are_no_more_than_the_whole(context: Context) -> Iterator[Problem]:
    """A figure in the unit share is 1 at most; what may be more is a ratio."""
    tables = (("assumptions", ("value", "low", "high")), ("published", ("value",)))
    for table, columns in tables:
        for row in context.rows(table):
            if not _is_part(table, row):
                continue
            for column in columns:
                most = 1 / units.parse(row["unit"]).factor
                if row[column] > most * (1 + 1e-9):
                    yield context.problem(
                        table, row, column, "a share above 1",
                        f"at most {format_number(round(most, 6))} {row['unit']}"
                        + ("; what may be more is a ratio" if table == "assumptions" else ""),
                    )  # fmt: skip


def _is_part(table: str, row: Row) -> bool:
    """Tell whether a row's figure is a part of something; the engine's own are judged apart."""
    if not row["unit"] or not units.parse(row["unit"]).convertible:
        return False
    if table == "published":
        return row["what"] in _PARTS and units.parse(row["unit"]).dimension == "share"
    return row["unit"] == "share" and row["id"] not in ENGINE_ASSUMPTIONS


@check(warning=True)
def duties_are_shares(context: Context) -> Iterator[Problem]:
    """A duty above the value itself is rare, and often meant in percent."""
    for row in context.rows("lanes"):
        if row["duty"] > 1:
            percent = format_number(float(f"{row['duty'] * 100:.6g}"))
            yield context.problem(
                "lanes", row, "duty", f"a duty of {percent} % of the value",
                "write 25 % as 0.25; if it is meant, leave it",
            )  # fmt: skip


@check("contracts", "lanes", "commodities", warning=True, clean=True)
def contracts_keep_no_more_than_leaves(context: Context) -> Iterator[Problem]:
    """What the contracts of an origin keep is no more than what leaves it in the base."""
    leaves = _departures(context)
    default = next(
        (row["value"] for row in context.rows("assumptions") if row["id"] == "contract_floor"), 0.0
    )
    kept: dict[tuple[str, str], float] = {}
    for row in context.rows("contracts"):
        key = (row["origin"], row["commodity"])
        if row["flexible"] == "yes" or leaves.get(key, 0.0) <= 0:
            continue
        floor = default if np.isnan(row["floor"]) else row["floor"]
        before = kept.get(key, 0.0)
        kept[key] = before + floor * row["quantity"] * units.parse(row["unit"]).factor
        most = leaves[key] * (1 + _TOLERANCE)
        if kept[key] > most >= before:
            share = format_number(float(f"{kept[key] / leaves[key]:.4g}"))
            yield context.problem(
                "contracts", row, "quantity",
                f"with it, contracts keep {share} of the {row['commodity']} that leaves "
                f'"{row["origin"]}" in the base: a share above 1',
                "no buyer keeps more than what it gets in the base",
            )  # fmt: skip


def _departures(context: Context) -> dict[tuple[str, str], float]:
    """Base flow out of each node under the default variants, in base units a year."""
    leaves: dict[tuple[str, str], float] = {}
    for lane in context.selected_rows("lanes", next(context.selections())):
        key = (lane["origin"], lane["commodity"])
        leaves[key] = leaves.get(key, 0.0) + lane["base"] * units.parse(lane["unit"]).factor
    return leaves


@check()
def shares_of_an_item_are_parts_of_it(context: Context) -> Iterator[Problem]:
    """What countries have of one item is all of it at most."""
    for item, rows in _by_item(context).items():
        total = float(np.nansum([row["share"] for row in rows]))
        if total > _ALL + 1e-9:
            lines = ", ".join(str(row["row"]) for row in rows)
            percent = format_number(round(total * 100, 4))
            yield context.problem(
                "shares", rows[-1], "share",
                f'the shares of "{item}" (rows {lines}) add up to {percent} %: a share above 1',
                f"at most {format_number(_ALL)} together, since each may be rounded",
            )  # fmt: skip


@check()
def rows_of_an_item_agree(context: Context) -> Iterator[Problem]:
    """Rows that are added up speak of the same thing and year."""
    for item, (first, *others) in _by_item(context).items():
        for row in others:
            for column in _OF_ITEM:
                if _differ(first[column], row[column], blank=column == "chain"):
                    yield context.problem(
                        "shares", row, column,
                        f'another {column} of "{item}" than in row {first["row"]}',
                        "the same in all rows of an item, or an item of its own",
                    )  # fmt: skip


@check("commodities")
def items_stand_beside_the_chains(context: Context) -> Iterator[Problem]:
    """An item is no commodity, which has flows; its chain is one that there is; years are whole."""
    chains = {row["chain"] for row in context.rows("commodities")} - {""}
    for row in context.rows("shares"):
        if row["item"] in context.commodities:
            yield context.problem(
                "shares", row, "item", "a commodity has this key",
                "another key; what has flows needs no shares",
            )  # fmt: skip
        if row["chain"] and row["chain"] not in chains:
            fix = nearest(row["chain"], chains, "column chain of commodities.csv")
            yield context.problem("shares", row, "chain", "unknown chain", fix)
        if row["year"] % 1 > 0:
            yield context.problem("shares", row, "year", "not a whole year", "e.g. 2024")


def _by_item(context: Context) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in context.rows("shares"):
        if row["item"]:
            found.setdefault(row["item"], []).append(row)
    return found


def _differ(one: str | float, other: str | float, *, blank: bool) -> bool:
    """Whether two cells say different things; an absent one (blank or NaN) broke a rule of its own
    and is told already, unless it may be `blank`."""
    absent = any(value != value or (value == "" and not blank) for value in (one, other))
    return one != other and not absent
