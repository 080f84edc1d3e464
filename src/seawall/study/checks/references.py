"""Checks that rows name each other rightly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.errors import Problem
from seawall.study.checks.context import Context, Row, check, nearest
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator


_ONE_OF = {
    "commodities": "commodity",
    "contracts": "contract",
    "demands": "demand",
    "districts": "district",
    "feedstocks": "feedstock",
    "lanes": "lane",
    "passages": "passage",
    "places": "place",
    "places or country": "place or country",
    "processes": "process",
    "ships": "ship",
    "sources": "source",
    "terminals": "terminal",
    "variants": "variant",
    "pledges": "statement",
    "indicators": "indicator",
    "milestones": "milestone",
    "evidence": "evidence",
}


def _known(context: Context, target: str) -> tuple[set[str], str] | None:
    """Return the names that a reference may be and where they are kept; None if unreadable."""
    if target == "variants":
        return set(context.settings.variant_names()), "[variants] of study.toml"
    table = "places" if target == "places or country" else target
    if table in context.broken:
        return None
    key = TABLES[table].key[0]
    names = {row[key] for row in context.rows(table)}
    if target == "places or country":
        names |= {row["country"] for row in context.rows(table)}
    return names - {""}, TABLES[table].file


@check()
def references_exist(context: Context) -> Iterator[Problem]:
    """Every cell that names a place, commodity, process, lane, source or variant names one."""
    for table in TABLES.values():
        for column in table.columns:
            known = _known(context, column.references) if column.references else None
            if known is None:
                continue
            names, where = known
            kind = _ONE_OF[column.references]
            for row in context.rows(table.name):
                name = row[column.name]
                if name and name not in names:
                    yield context.problem(
                        table.name, row, column.name, f"unknown {kind}",
                        nearest(name, names, where),
                    )  # fmt: skip


@check()
def keys_are_unique(context: Context) -> Iterator[Problem]:
    """No two rows that can count at once have the same key."""
    for table in TABLES.values():
        first: dict[tuple[str, ...], list[Row]] = {}
        for row in context.rows(table.name):
            key = tuple(str(row[name]) for name in table.key)
            if not key[0]:
                continue
            clash = next((r for r in first.get(key, []) if not _exclude(context, r, row)), None)
            if clash is None:
                first.setdefault(key, []).append(row)
                continue
            what = " and ".join(name for name in table.key)
            yield context.problem(
                table.name, row, table.key[0],
                f"the same {what} as in row {clash['row']}",
                "give each row its own, or remove one",
            )  # fmt: skip


def _exclude(context: Context, one: Row, other: Row) -> bool:
    """Tell whether two rows are alternatives: different variants of one group."""
    variants = one.get("variant", ""), other.get("variant", "")
    groups = [context.settings.group_of(variant) for variant in variants]
    return "" not in variants and variants[0] != variants[1] and groups[0] == groups[1]


@check("passages")
def passages_are_defined(context: Context) -> Iterator[Problem]:
    """Every passage that a lane crosses is in passages.csv."""
    known = {row["id"] for row in context.rows("passages")}
    for row in context.rows("lanes"):
        for passage, _ in row["passages"]:
            if passage not in known:
                yield context.problem(
                    "lanes", row, "passages", f'unknown passage "{passage}"',
                    nearest(passage, known, "passages.csv"),
                )  # fmt: skip


@check("lanes")
def detours_fit(context: Context) -> Iterator[Problem]:
    """A detour replaces another, direct lane between the same nodes, and has no base of its own."""
    lanes: dict[str, list[Row]] = {}
    for row in context.rows("lanes"):
        lanes.setdefault(row["id"], []).append(row)
    for row in context.rows("lanes"):
        if not row["replaces"] or row["replaces"] not in lanes:
            continue
        if row["base"] > 0:
            yield context.problem(
                "lanes", row, "base", "a detour has no base of its own", "write 0"
            )
        for replaced in lanes[row["replaces"]]:
            rule = _misfit(row, replaced)
            if rule:
                fix = "name the direct lane of the same origin, destination and commodity"
                yield context.problem("lanes", row, "replaces", rule, fix)


def _misfit(row: Row, replaced: Row) -> str:
    """Return why a lane cannot be the detour of another, or ""."""
    if replaced["id"] == row["id"]:
        return "a lane is no detour of itself"
    for column in ("commodity", "origin", "destination"):
        if row[column] != replaced[column]:
            return f'that lane has another {column}: "{replaced[column]}"'
    if replaced["replaces"]:
        return "that lane is a detour itself"
    if replaced["variant"] not in ("", row["variant"]):
        return f'that lane counts only in variant "{replaced["variant"]}"'
    return ""


@check("places")
def parents_end(context: Context) -> Iterator[Problem]:
    """Going from part to whole comes to an end."""
    parent = {row["id"]: row["parent"] for row in context.rows("places")}
    for row in context.rows("places"):
        seen = [row["id"]]
        above = row["parent"]
        while above and above not in seen:
            seen.append(above)
            above = parent.get(above, "")
        if above and above == row["id"]:
            chain = " in ".join([*seen, above])
            yield context.problem(
                "places", row, "parent", f"a place is part of itself: {chain}", "name the larger"
            )


@check("commodities")
def calendars_name_chains(context: Context) -> Iterator[Problem]:
    """A calendar is one of chains that there are."""
    known = {row["chain"] for row in context.rows("commodities")} - {""}
    for name, calendar in context.settings.calendars.items():
        for chain in calendar.chains:
            if chain not in known:
                fix = nearest(chain, known, "column chain of commodities.csv")
                where = f"calendars.{name}.chains"
                yield Problem("study.toml", None, where, chain, "unknown chain", fix)


@check("places")
def headline_places_exist(context: Context) -> Iterator[Problem]:
    """The first page speaks of places that there are."""
    rows = context.rows("places")
    known = {row["id"] for row in rows} | {row["country"] for row in rows}
    for name in context.settings.headline:
        if name not in known:
            fix = nearest(name, known, "places.csv")
            yield Problem("study.toml", None, "headline", name, "unknown place or country", fix)
