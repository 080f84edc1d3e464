"""Rows by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import seawall
from seawall.errors import UnknownName, UsageError
from seawall.study.keys import Keys, at, key_columns, row_key
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from tests.study.conftest import Folder

    from seawall.study import Study


def test_a_row_is_named_by_its_id(twelve_study: Study) -> None:
    row = next(twelve_study.rows("facilities"))
    assert row_key("facilities", row) == "liq-gulf"
    assert at(twelve_study, "facilities", "liq-gulf") == 0


def test_several_key_cells_are_joined_and_numbers_plain(twelve_study: Study) -> None:
    stock = next(twelve_study.rows("stocks"))
    assert row_key("stocks", stock) == "gulf/lng/"
    load = twelve_study.table("loads").iloc[1]
    assert row_key("loads", load) == f"{load['grid']}/2"
    assert row_key("prices", {"place": "NRD", "commodity": "gas"}) == "NRD/gas"
    assert key_columns("stocks") == "place/commodity/holder"


def test_blank_cells_at_the_end_of_a_key_may_be_left_out(twelve_study: Study) -> None:
    assert at(twelve_study, "stocks", "west/lng/") == at(twelve_study, "stocks", "west/lng") == 1


def test_every_row_of_every_table_is_found_by_its_name(twelve_study: Study) -> None:
    keys = Keys(twelve_study.frames)
    for table in TABLES:
        names = keys.names(table)
        assert [keys.at(table, name) for name in names] == list(range(len(names))), table
        assert len(set(names)) == len(names), table


def test_rows_of_alternatives_are_told_apart_by_their_variant(folder: Folder) -> None:
    line = folder.row_of("facilities", "wells-nord")
    folder.add("facilities", line, variant="unpooled", base="5")
    study = folder.read()
    with pytest.raises(UsageError, match="wells-nord@pooled or wells-nord@unpooled"):
        at(study, "facilities", "wells-nord")
    position = at(study, "facilities", "wells-nord@unpooled")
    assert study.frames["facilities"]["base"].iloc[position] == 5
    assert Keys(study.frames).names("facilities")[-1] == "wells-nord@unpooled"


def test_a_variant_may_be_named_where_it_need_not_be(twelve_study: Study) -> None:
    assert at(twelve_study, "facilities", "wells-nord@pooled") == 3


def test_what_is_not_there_is_told(twelve_study: Study) -> None:
    with pytest.raises(UnknownName, match='did you mean "liq-gulf"'):
        at(twelve_study, "facilities", "liq-gulff")
    with pytest.raises(UnknownName, match='did you mean "facilities"'):
        row_key("facility", {})


def test_rows_of_the_reference_study_have_names_of_their_own() -> None:
    study = seawall.read("india-japan")
    keys = Keys(study.frames)
    for table in TABLES:
        assert len(set(keys.names(table))) == len(study.frames[table]), table
