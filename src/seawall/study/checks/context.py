"""What a check sees, and the list that every check puts itself on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from seawall.errors import Problem, did_you_mean
from seawall.study.cells import format_value
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from seawall.study.settings import Settings

__all__ = ["CHECKS", "Check", "Context", "Node", "Row", "check", "ends", "nearest", "sides"]

#: A row of a table by column name, `row` being its line.
Row = dict[str, Any]
#: A place and a commodity.
Node = tuple[str, str]
Rule = Callable[["Context"], Iterator[Problem]]


class Check(NamedTuple):
    """A rule over tables, with what it needs."""

    rule: Rule
    tables: tuple[str, ...]
    warning: bool
    clean: bool


CHECKS: list[Check] = []


def check(*tables: str, warning: bool = False, clean: bool = False) -> Callable[[Rule], Rule]:
    """Put a rule on the list.

    Parameters
    ----------
    tables
        Tables without which the rule cannot judge; it is passed over if one of them is unreadable.
    warning
        What it finds is odd but allowed.
    clean
        Run only when no other rule found an error: a network with a misspelt place would be told
        to be cut in two, which is true and no help.
    """

    def register(rule: Rule) -> Rule:
        CHECKS.append(Check(rule, tables, warning, clean))
        return rule

    return register


@dataclass
class Context:
    """The tables of one study with all variants, as the reader parsed them.

    Cells that broke a rule of their own are absent here (blank or NaN), so that a check says
    nothing about them: every rule passes over what is absent.
    """

    tables: Mapping[str, pd.DataFrame]
    settings: Settings
    broken: frozenset[str] = frozenset()
    _rows: dict[str, list[Row]] = field(default_factory=dict, repr=False)

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table, all variants."""
        if table not in self._rows:
            frame = self.tables[table]
            columns = [frame[name].tolist() for name in frame.columns]
            names = [str(name) for name in frame.columns]
            self._rows[table] = [
                dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)
            ]
        return self._rows[table]

    def problem(self, table: str, row: Row, column: str, rule: str, fix: str) -> Problem:
        """Return a problem of one cell, with its value as the file has it."""
        value = format_value(TABLES[table].by_name[column], row[column]) if column else ""
        return Problem(TABLES[table].file, int(row["row"]), column, value, rule, fix)

    @cached_property
    def commodities(self) -> dict[str, Row]:
        """Commodities by id."""
        return {row["id"]: row for row in self.rows("commodities")}

    @cached_property
    def recipes(self) -> dict[str, list[Row]]:
        """Rows of the process table by process."""
        recipes: dict[str, list[Row]] = {}
        for row in self.rows("processes"):
            recipes.setdefault(row["process"], []).append(row)
        return recipes

    def main_output(self, process: str) -> str:
        """Return the commodity that counts a process's activity: its first output, or ""."""
        outputs = (r["commodity"] for r in self.recipes.get(process, []) if r["role"] == "output")
        return next(outputs, "")

    def commodity_of(self, table: str, row: Row) -> str:
        """Return the commodity that a row's quantities count, or "" where it is not known."""
        if table == "commodities":
            return str(row["id"])
        if table == "facilities":
            return self.main_output(row["process"])
        return str(row.get("commodity", ""))

    def selections(self) -> Iterator[dict[str, str]]:
        """Yield the default choice of variants, then each with one group changed."""
        default = {group: names[0] for group, names in self.settings.variants.items()}
        yield default
        for group, names in self.settings.variants.items():
            for name in names[1:]:
                yield default | {group: name}

    def selected_rows(self, table: str, selection: dict[str, str]) -> list[Row]:
        """Return the rows of a table that count under a choice of variants."""
        counts = {"", *selection.values()}
        return [row for row in self.rows(table) if row.get("variant", "") in counts]


def sides(context: Context, facility: Row) -> tuple[list[Node], list[Node]]:
    """Return the nodes that a facility draws on and those it fills."""
    recipe = context.recipes.get(facility["process"], [])
    outside = facility["output_place"] or facility["place"]
    inputs = [(facility["place"], r["commodity"]) for r in recipe if r["role"] == "input"]
    outputs = [(outside, r["commodity"]) for r in recipe if r["role"] in ("output", "by-product")]
    return inputs, outputs


def ends(lane: Row) -> tuple[Node, Node]:
    """Return the nodes where a lane starts and ends."""
    commodity = lane["commodity"]
    return (lane["origin"], commodity), (lane["destination"], commodity)


@lru_cache(maxsize=2000)
def _hint(name: str, known: tuple[str, ...]) -> str:
    # The same misspelt place often stands in a hundred rows.
    return did_you_mean(name, known)


def nearest(name: str, known: set[str], where: str) -> str:
    """Say which known name may be meant; where none is close, name a few or tell where to add."""
    names = tuple(sorted(known))
    hint = _hint(name, names)
    if hint:
        return hint
    if 0 < len(names) <= 8:
        return f"known: {', '.join(names)}"
    return f"add it to {where}"
