"""The closed list of units, and the only place where one is turned into another.

`data/units.csv` names every unit string that a table may hold, with its dimension, base unit and
factor. There is no grammar: a string is in the list or it is an error. A general unit parser reads
kt as knot; here it is the kilotonne, and the knot is kn.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from seawall.errors import UnitError, did_you_mean

__all__ = ["Unit", "all_units", "convert", "convert_price", "flow_dimension", "parse"]

# Rate of a stock dimension. Capacities and flows are rates; a year has 365 days throughout.
_FLOWS = MappingProxyType(
    {
        "mass": "mass flow",
        "mass, contained": "mass flow, contained",
        "gas volume": "gas flow",
        "energy": "power",
        "count": "count flow",
        "money": "money flow",
        "wafer area": "wafer area flow",
        "wafers": "wafer flow",
        "wafer capacity x time": "wafer capacity",
    }
)
# "t NdPr oxide", "t/yr NdPr oxide" and "t NdPr oxide/yr" speak of the same content.
_CONTENT = re.compile(r"^t(?:/yr)? (?P<content>.+?)(?: content| contained)?(?:/yr)?$")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the list.

    Attributes
    ----------
    name
        The string as tables write it.
    dimension, base
        What it measures, and the unit in which the factor is told.
    factor
        Base units in one of this unit.
    convertible
        False for counts of named things and for strings that carry a remark: these are read and
        shown, and never converted.
    content
        For contained mass the substance that is counted, else blank. A tonne of NdPr oxide is not
        a tonne of lithium, though both are tonnes.
    """

    name: str
    dimension: str
    base: str
    factor: float
    convertible: bool
    content: str = ""

    def compatible(self, other: Unit) -> bool:
        """Tell whether a value converts between the two units."""
        return self.name == other.name or (
            self.convertible
            and other.convertible
            and (self.dimension, self.base, self.content)
            == (other.dimension, other.base, other.content)
        )


@cache
def all_units() -> MappingProxyType[str, Unit]:
    """Return the whole list, by unit string, in the order of the file."""
    text = (files("seawall") / "data" / "units.csv").read_text(encoding="utf-8")
    units: dict[str, Unit] = {}
    for row in csv.DictReader(text.splitlines()):
        contained = row["dimension"].endswith(", contained")
        match = _CONTENT.match(row["unit"]) if contained else None
        unit = Unit(
            name=row["unit"],
            dimension=row["dimension"],
            base=row["base_unit"],
            factor=float(row["factor_to_base"]),
            convertible=row["convertible"] == "yes",
            content=match["content"] if match else "",
        )
        if unit.name in units:
            raise UnitError(f'units.csv lists "{unit.name}" twice')
        units[unit.name] = unit
    return MappingProxyType(units)


def parse(unit: str) -> Unit:
    """Return the unit of that string.

    Raises
    ------
    UnitError
        The string is not in the list; the message suggests the nearest ones.

    >>> parse("kt").factor
    1000.0
    """
    units = all_units()
    if unit in units:
        return units[unit]
    hint = did_you_mean(unit, units) or "see the list in seawall/data/units.csv"
    raise UnitError(f'unknown unit "{unit}"; {hint}')


def convert(value: float, unit: str, to: str) -> float:
    """Return `value` (in `unit`) in the unit `to`.

    Raises
    ------
    UnitError
        One of them is unknown, or they differ in dimension, base unit or content, or one of them
        is a count or carries a remark.

    >>> convert(1200, "kt", "Mt")
    1.2
    """
    source, target = parse(unit), parse(to)
    if source.name == target.name:
        return value
    if not source.compatible(target):
        raise UnitError(f"{_described(source)} does not convert to {_described(target)}")
    return value * source.factor / target.factor


def convert_price(value: float, unit: str, to: str, energy_content: float | None = None) -> float:
    """Return a price in another unit; between energy and mass through the energy content.

    Parameters
    ----------
    value, unit, to
        The price, its unit and the one wanted, e.g. "USD/MMBtu" and "USD/t".
    energy_content
        MMBtu in a tonne of the commodity; None where the commodity has none.

    Raises
    ------
    UnitError
        A unit is unknown or no price, currencies differ, or the energy content is missing.

    >>> convert_price(10, "USD/MMBtu", "USD/t", energy_content=51.5)
    515.0
    """
    source, target = parse(unit), parse(to)
    for item in (source, target):
        if item.dimension != "price":
            raise UnitError(f"{_described(item)} is no price")
    if source.compatible(target):
        return convert(value, unit, to)
    currency, per = _price_parts(source)
    other_currency, other_per = _price_parts(target)
    usable = source.convertible and target.convertible and currency == other_currency
    if not usable or {per, other_per} != {"t", "MMBtu"}:
        raise UnitError(f"{_described(source)} does not convert to {_described(target)}")
    if energy_content is None or not energy_content > 0:
        raise UnitError(
            f'"{unit}" to "{to}" needs the energy content of the commodity (MMBtu/t, above 0)'
        )
    per_mass = energy_content if per == "MMBtu" else 1 / energy_content
    return value * source.factor * per_mass / target.factor


def flow_dimension(unit: Unit) -> str:
    """Return the dimension of a rate of this unit ("mass" -> "mass flow").

    Raises
    ------
    UnitError
        No rate is defined for the dimension, e.g. for an angle.
    """
    if unit.dimension not in _FLOWS:
        raise UnitError(f"{_described(unit)} has no rate")
    return _FLOWS[unit.dimension]


def _price_parts(unit: Unit) -> tuple[str, str]:
    currency, _, per = unit.base.partition("/")
    return currency, per


def _described(unit: Unit) -> str:
    content = f" of {unit.content}" if unit.content else ""
    kind = f"{unit.dimension}{content}" if unit.convertible else "a count or remark"
    return f'"{unit.name}" ({kind})'
