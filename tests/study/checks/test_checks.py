"""The list of checks itself."""

from __future__ import annotations

import inspect

import pandas as pd

from seawall.study import Study, checks


def test_every_check_says_in_one_sentence_what_must_hold() -> None:
    for check in checks.CHECKS:
        doc = inspect.getdoc(check.rule)
        assert doc is not None, check.rule
        assert doc.endswith("."), check.rule


def test_every_generator_of_problems_is_on_the_list() -> None:
    listed = {check.rule for check in checks.CHECKS}
    for module in (
        checks.references,
        checks.measures,
        checks.rules,
        checks.graph,
        checks.hazards,
        checks.published,
    ):
        rules = {
            item
            for name, item in vars(module).items()
            if inspect.isgeneratorfunction(item) and not name.startswith("_")
        }
        assert rules <= listed


def test_a_flood_of_problems_is_cut_short_and_said_so(twelve_study: Study) -> None:
    tables = dict(twelve_study.tables)
    lanes = tables["lanes"]
    tables["lanes"] = pd.concat([lanes.assign(commodity=f"none-{i}") for i in range(80)])
    told = [p for p in checks.run(tables, twelve_study.settings).errors if p.column == "commodity"]
    assert len(told) == 1001
    assert "and more like it" in told[-1].rule


def test_a_check_is_passed_over_without_its_tables(twelve_study: Study) -> None:
    tables = dict(twelve_study.tables)
    tables["places"] = tables["places"].iloc[:0]
    told = checks.run(tables, twelve_study.settings).errors
    assert any(p.rule == "unknown place" for p in told)
    silent = checks.run(tables, twelve_study.settings, broken={"places"}).errors
    assert not any(p.rule == "unknown place" for p in silent)
