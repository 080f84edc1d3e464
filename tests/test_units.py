"""The closed list of units and what converts to what."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from seawall import units
from seawall.errors import UnitError
from seawall.study.records import TABLES

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize(
    "unit,dimension,factor",
    [
        ("kt", "mass", 1000.0),
        ("Mt/yr", "mass flow", 1e6),
        ("kn", "speed", 44.448),
        ("USD/t", "price", 1.0),
        ("GWh", "energy", 3412.14),
        ("bcm", "gas volume", 1e9),
        ("share/week", "share per time", 1 / 7),
    ],
)
def test_units_have_their_dimension_and_factor(unit: str, dimension: str, factor: float) -> None:
    parsed = units.parse(unit)
    assert (parsed.dimension, parsed.factor) == (dimension, pytest.approx(factor))


def test_the_list_is_read_whole_and_without_doubles() -> None:
    path = Path(units.__file__).parent / "data" / "units.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        names = [row["unit"] for row in csv.DictReader(handle)]
    assert len(names) == len(set(names)) > 270
    assert list(units.all_units()) == names


def test_every_factor_is_a_positive_number() -> None:
    assert all(0 < unit.factor < float("inf") for unit in units.all_units().values())


@pytest.mark.parametrize(
    "value,unit,to,expected",
    [
        (1200, "kt", "Mt", 1.2),
        (1, "t/day", "t/yr", 365),
        (7, "day", "week", 1),
        (2, "t NdPr oxide/yr", "t/yr NdPr oxide", 2),
        (3, "t Li content", "t Li content", 3),
        (1, "GWh/yr", "kW", 114.155251141553),
        (5, "share/week", "share/day", 5 / 7),
        (4, "H100 GPU", "H100 GPU", 4),
    ],
)
def test_conversions(value: float, unit: str, to: str, expected: float) -> None:
    assert units.convert(value, unit, to) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "unit,to",
    [
        ("kt", "kn"),  # a kilotonne is no knot
        ("Mt", "Mt/yr"),
        ("t NdPr oxide", "t LCE"),  # tonnes of different things
        ("t NdPr oxide", "t"),
        ("H100 GPU", "H200 GPU"),  # counts of named things
        ("t/yr by 2030", "t/yr"),  # carries a remark
        ("USD", "JPY"),  # no fixed rate
        ("USD/t", "USD/MMBtu"),  # only with an energy content
    ],
)
def test_what_differs_in_kind_does_not_convert(unit: str, to: str) -> None:
    with pytest.raises(UnitError, match="does not convert"):
        units.convert(1.0, unit, to)


def test_an_unknown_unit_is_told_with_the_nearest() -> None:
    with pytest.raises(UnitError, match=r'unknown unit "Mtt/yr"; did you mean "Mt/yr"'):
        units.parse("Mtt/yr")
    with pytest.raises(UnitError, match=r"units\.csv"):
        units.parse("furlong per fortnight of the moon")


@pytest.mark.parametrize("unit", ["mt", "KT", " Mt", "Mt ", "", "Ｍｔ"])
def test_near_spellings_are_not_taken(unit: str) -> None:
    with pytest.raises(UnitError):
        units.parse(unit)


@pytest.mark.parametrize(
    "value,unit,to,energy,expected",
    [
        (10, "USD/MMBtu", "USD/t", 51.5, 515),
        (515, "USD/t", "USD/MMBtu", 51.5, 10),
        (1, "USD/kg", "USD/MMBtu", 50, 20),
        (2, "USD/kg", "USD/t", None, 2000),
    ],
)
def test_prices_convert_through_the_energy_content(
    value: float, unit: str, to: str, energy: float | None, expected: float
) -> None:
    assert units.convert_price(value, unit, to, energy) == pytest.approx(expected)


@pytest.mark.parametrize(
    "unit,to,energy,match",
    [
        ("USD/MMBtu", "USD/t", None, "energy content"),
        ("USD/MMBtu", "USD/t", float("nan"), "energy content"),
        ("USD/MMBtu", "USD/t", 0.0, "energy content"),
        ("Mt", "USD/t", 50.0, "is no price"),
        ("EUR/MWh", "USD/t", 50.0, "does not convert"),
        ("USD/bbl", "USD/t", 50.0, "does not convert"),
    ],
)
def test_prices_that_do_not_convert(unit: str, to: str, energy: float | None, match: str) -> None:
    with pytest.raises(UnitError, match=match):
        units.convert_price(1.0, unit, to, energy)


def test_flow_dimensions() -> None:
    assert units.flow_dimension(units.parse("Mt")) == "mass flow"
    assert units.flow_dimension(units.parse("t LCE")) == "mass flow, contained"
    with pytest.raises(UnitError, match="has no rate"):
        units.flow_dimension(units.parse("deg"))


@pytest.mark.parametrize("study", ["twelve", "three"])
def test_every_unit_of_a_study_parses(study: str) -> None:
    found = 0
    for table in TABLES.values():
        path = DATA / study / table.file
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                for column in table.columns:
                    if column.kind == "unit" and row.get(column.name):
                        units.parse(row[column.name])
                        found += 1
    assert found > 20


def test_units_that_records_name_are_in_the_list() -> None:
    for table in TABLES.values():
        for column in table.columns:
            if column.unit.startswith("@"):
                name = column.unit.removeprefix("@")
                assert name == "commodity" or table.by_name[name].kind == "unit"
            elif column.unit:
                assert units.parse(column.unit).name == column.unit
