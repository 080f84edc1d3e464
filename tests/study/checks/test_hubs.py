"""What is wrong with sites, circuits, ore and users of refining hubs is told."""

from __future__ import annotations

import pytest
from tests.study.books import with_hubs
from tests.study.conftest import Folder

from seawall.study.hub_records import HUB_TABLES


@pytest.fixture
def hubs(folder: Folder) -> Folder:
    """The twelve-node study with two sites for hubs, and the oxides that they make."""
    return with_hubs(folder)


CASES = {
    "a region that is no code": (
        ("hub_sites", 2, "region", "Kerala"), "region", "not an ISO 3166-2 code", "IN-KL",
    ),
    "more saved than it costs": (
        ("hub_sites", 2, "brownfield", "1.2"), "brownfield", "out of bounds", "at most 1",
    ),
    "low above middle": (
        ("hub_feeds", 2, "ndpr_low", "401"), "ndpr_low", "above ndpr (400 t/yr)", "at most 400",
    ),
    "middle above high": (
        ("hub_feeds", 3, "dytb", "91"), "dytb", "above dytb_high (90 t/yr)", "at most 90",
    ),
    "ore of nowhere": (("hub_feeds", 2, "place", "GLX"), "place", "unknown place", "GLF"),
    "a user of nowhere": (("hub_users", 2, "place", "GLX"), "place", "unknown place", "GLF"),
    "ore of no known state": (("hub_feeds", 2, "status", "open"), "status", "", "closed"),
    "cheap above what it costs": (
        ("hub_sizes", 2, "capital_low", "131"), "capital_low", "above capital (130", "at most 130",
    ),
    "what it costs above dear": (
        ("hub_sizes", 3, "capital", "301"), "capital", "above capital_high (300", "at most 300",
    ),
    "larger and dearer a tonne": (
        ("hub_sizes", 2, "capital", "95"), "capital", "out of line with the circuit of 500 t/yr",
        "95 to 190",
    ),
    "larger and cheaper": (
        ("hub_sizes", 2, "capital", "201"), "capital", "out of line with the circuit of 500 t/yr",
        "201 to 402",
    ),
    "an oxide that hubs do not make": (
        ("hub_sizes", 4, "output", "lng"), "output", "not an oxide that hubs make", "dytb_oxide",
    ),
    "a circuit twice": (("hub_sizes", 3, "size", "500"), "output", "the same output and size", ""),
    "cells of rare earths": (
        ("hub_users", 3, "dytb", "1"), "dytb", "makers of cells take no rare earths", "magnets",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_is_told(hubs: Folder, case: str) -> None:
    (table, row, column, value), cell, rule, fix = CASES[case]
    hubs.set(table, row, column, value)
    there = [p for p in hubs.problems() if p.file == f"{table}.csv" and p.column == cell]
    assert any(rule in p.rule and fix in p.fix for p in there), there


def test_good_tables_are_read(hubs: Folder) -> None:
    study = hubs.read()
    assert [len(study.tables[table.name]) for table in HUB_TABLES] == [2, 3, 2, 2]


def test_a_study_needs_none_of_them(folder: Folder) -> None:
    assert all(not len(folder.read().tables[table.name]) for table in HUB_TABLES)
