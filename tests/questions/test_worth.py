"""Worth: from hazards over cases to tables, with a made-up balance of each case."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from functools import partial

import pandas as pd
import pytest
from tests.conftest import DATA

import seawall
from seawall.errors import InputError, UnknownName, UsageError
from seawall.questions import worth as worth_module
from seawall.questions.worth import (
    COMPENSATION,
    DECADES,
    WORTH,
    WORTH_CASES,
    WORTH_HAZARDS,
    Account,
    WorthResult,
)
from seawall.shocks import Scenario
from seawall.study import Study, read
from seawall.study.protocol import Protocol

PACT = Protocol(
    title="A pact of Nord and Suda",
    members=("NRD", "SUD"),
    floor={"days": {"NRD": 0.0, "SUD": 0.0}},  # type: ignore[arg-type]
)


def study() -> Study:
    return read(DATA / "twelve")


def made_up(scenario: Scenario) -> dict[str, Account]:
    """Nord lends 0.1 when the narrows shut: it loses 30, Suda gains 80. Else nothing."""
    if scenario.shock[0].passage:
        return {"NRD": Account(-100, -130, 0.1), "SUD": Account(-500, -420, 0.0)}
    return {"NRD": Account(-7, -7, 0.0), "SUD": Account(0, 0, 0.0)}


def broken(scenario: Scenario) -> dict[str, Account]:
    if scenario.name == "plants-stop-2-of-2":
        raise UnknownName("place", "plant", ["plants"])
    return made_up(scenario)


def marked(folder: str, scenario: Scenario) -> dict[str, Account]:
    with open(os.path.join(folder, f"{os.getpid()}"), "a", encoding="utf-8") as file:
        file.write("x")
    return made_up(scenario)


@pytest.fixture(scope="module")
def result() -> WorthResult:
    return seawall.worth(study(), PACT, severities=2, draws=4000, balance=made_up)


def test_tables_have_their_columns(result: WorthResult):
    """The columns that the reference describes, in their order."""
    expected = {
        "worth": WORTH, "compensation": COMPENSATION, "worth_hazards": WORTH_HAZARDS,
        "worth_cases": WORTH_CASES, "decades": DECADES,
    }  # fmt: skip
    assert {name: tuple(table.columns) for name, table in result.tables.items()} == expected


def test_the_balance_is_frequency_times_gain(result: WorthResult):
    """0.05 closures a year, each costing Nord 30 and bringing Suda 80."""
    table = result.tables["worth"].set_index("place")
    assert table["balance"].to_dict() == pytest.approx({"NRD": -1.5, "SUD": 4.0})
    assert table["lent"].to_dict() == pytest.approx({"NRD": 0.005, "SUD": 0.0})
    assert table["borrowed"].to_dict() == pytest.approx({"NRD": 0.0, "SUD": 0.005})
    assert result.figures["balance"] == pytest.approx({"NRD": -1.5, "SUD": 4.0})


def test_intervals_hold_the_mean_and_follow_the_frequency(result: WorthResult):
    """The interval of the expectation is that of the closure's frequency, 0.01 to 0.12."""
    row = result.tables["worth"].set_index("place").loc["SUD"]
    assert row["low"] < row["balance"] < row["high"]
    assert row["high"] / row["low"] == pytest.approx(12, rel=0.3)
    # Most decades see no closure at all.
    assert row["decade_low"] == row["decade_median"] == 0
    assert row["decade_high"] > row["high"]
    nord = result.tables["worth"].set_index("place").loc["NRD"]
    assert nord["chance_of_loss"] == nord["chance_lends"] == result.figures["chance_used"]
    assert 0.2 < result.figures["chance_used"] < 0.45


def test_the_compensation_is_quoted_as_gas_is(result: WorthResult):
    """300 to 800 million a Mt at 51.5 (or what the study says) MMBtu a tonne."""
    row = result.tables["compensation"].iloc[0]
    energy = study().lookup("commodities", "energy_content")["lng"]
    assert (row["lender"], row["borrower"], row["unit"]) == ("NRD", "SUD", "USD/MMBtu")
    assert (row["least"], row["most"]) == pytest.approx((300 / energy, 800 / energy))
    assert row["agreeable"]
    told = result.figures["compensation"]
    assert told["agreeable"]
    assert told["least"] == pytest.approx(300 / energy)


def test_hazards_say_what_they_contribute(result: WorthResult):
    """All of it is the closure's; shares add up to one."""
    table = result.tables["worth_hazards"]
    first = table[table["place"] == "SUD"].iloc[0]
    assert (first["hazard"], first["share"]) == ("narrows-shut", pytest.approx(1))
    assert first["balance_if"] == pytest.approx(80)
    assert table.groupby("place")["share"].sum().tolist() == pytest.approx([1, 1])


def test_cases_lead_back_to_the_runs(result: WorthResult):
    """Two cases of each of three hazards, for two members, with what the run was worth."""
    table = result.tables["worth_cases"]
    assert len(table) == 3 * 2 * 2
    one = table[(table["scenario"] == "narrows-shut-1-of-2") & (table["place"] == "NRD")].iloc[0]
    assert (one["value_market"], one["value_pact"], one["balance_if"]) == (-100, -130, -30)
    assert table.groupby("place")["probability"].sum().tolist() == pytest.approx([3, 3])
    cold = table[table["hazard"] == "cold-nord"]
    assert cold["depth"].mean() == pytest.approx(0.15)


def test_percentiles_rise(result: WorthResult):
    """101 percentiles a member, each column sorted."""
    for _, part in result.tables["decades"].groupby("place"):
        assert part["percentile"].tolist() == list(range(101))
        assert part["balance"].is_monotonic_increasing
        assert part["lent"].is_monotonic_increasing


def test_the_same_seed_gives_the_same_tables():
    """And another seed other decades, but the same expectation."""
    one, two, other = (
        seawall.worth(study(), PACT, severities=1, draws=300, seed=s, balance=made_up)
        for s in (3, 3, 4)
    )
    for name in one.tables:
        pd.testing.assert_frame_equal(one.tables[name], two.tables[name])
    assert one.identity == two.identity != other.identity
    assert not one.tables["decades"].equals(other.tables["decades"])
    assert one.figures["balance"] == other.figures["balance"]


def test_workers_share_the_cases(tmp_path):
    """The cases are computed in other processes, with the same result."""
    found = seawall.worth(
        study(), PACT, severities=2, draws=50, workers=2, balance=partial(marked, str(tmp_path))
    )
    one = seawall.worth(study(), PACT, severities=2, draws=50, balance=made_up)
    pd.testing.assert_frame_equal(found.tables["worth"], one.tables["worth"])
    marks = {path.name: len(path.read_text()) for path in tmp_path.iterdir()}
    assert sum(marks.values()) == 6
    assert str(os.getpid()) not in marks


def test_a_case_that_fails_is_named():
    """The error is led by the case."""
    with pytest.raises(UnknownName, match='plants-stop-2-of-2: no place "plant"'):
        seawall.worth(study(), PACT, severities=2, draws=10, balance=broken)


def test_without_hazards_or_protocol_there_is_nothing_to_ask():
    """Each is told, with what to add."""
    bare = study()
    without = replace(bare, frames={**bare.frames, "hazards": bare.frames["hazards"].iloc[:0]})
    with pytest.raises(UsageError, match=r"no hazards: add hazards\.csv"):
        seawall.worth(without, PACT, balance=made_up)
    with pytest.raises(UsageError, match=r"no protocol\.toml"):
        seawall.worth(replace(bare, protocol_text=""), balance=made_up)


@pytest.mark.parametrize("option", ["years", "severities", "draws"])
def test_numbers_below_one_are_refused_before_anything_is_computed(option: str):
    """No case is asked."""
    with pytest.raises(UsageError, match="is needed, not 0"):
        seawall.worth(study(), PACT, balance=broken, **{option: 0})  # type: ignore[arg-type]


def test_a_protocol_that_does_not_fit_the_study_is_refused_first():
    """Its members must be places of the study."""
    other = Protocol(
        title="Elsewhere", members=("NRD", "XXX"),
        floor={"days": {"NRD": 0.0, "XXX": 0.0}},  # type: ignore[arg-type]
    )  # fmt: skip
    with pytest.raises(InputError, match="XXX"):
        seawall.worth(study(), other, balance=broken)


def test_three_members_must_say_who_borrowed():
    """Of three, what one lends does not tell who gets it."""
    accounts = [Account(0, 1, 1.0), Account(0, 1, 0.0), Account(0, 1, 0.0)]
    with pytest.raises(UsageError, match="more than two members"):
        worth_module._borrowed(accounts)
    told = [a._replace(borrowed=b) for a, b in zip(accounts, (0.0, 0.4, 0.6), strict=True)]
    assert worth_module._borrowed(told) == [0.0, 0.4, 0.6]


def test_the_reference_of_results_names_every_column(result: WorthResult):
    """Each table has its section, with the columns that it has, and every figure is told."""
    text = (DATA.parents[1] / "docs" / "reference" / "results.md").read_text(encoding="utf-8")
    text = text.split("\n## worth\n")[1].split("\n## ")[0]
    for name, table in result.tables.items():
        section = text.split(f"### {name}\n")[1].split("\n### ")[0]
        told = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", section, re.M)))
        assert sorted(told) == sorted(str(column) for column in table.columns), name
    for key in result.figures:
        assert f"`{key}`" in text, key


def test_every_column_of_figures_has_its_unit(result: WorthResult):
    """Money and amounts are written out, a year where they are a year's."""
    assert result.units["balance"] == "million USD a year"
    assert result.units["lent_if"] == "Mt"
    named = {"place", "hazard", "name", "scenario", "lender", "borrower", "unit", "agreeable",
             "percentile"}  # fmt: skip
    for table in result.tables.values():
        for column in table.columns:
            assert column in result.units or column in named or column.endswith(("_low", "_high"))
