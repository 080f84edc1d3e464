"""The Pink Sheet -> base prices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from seawall.errors import InputError, UnknownName, UsageError
from seawall.study import Study
from seawall.study.refresh import Refreshed, refresh

NAMES = [None, "Crude oil, Brent", "Natural gas, Europe", "Liquefied natural gas, Japan", "Nickel "]
UNITS = [None, "($/bbl)", "($/mmbtu)", "($/mmbtu)", "($/mt)"]


def grid(months: int = 14, **changed: object) -> list[list[object]]:
    """The sheet as the World Bank lays it out; prices are INVENTED-FOR-TEST."""
    rows: list[list[object]] = [
        ["World Bank Commodity Price Data (The Pink Sheet)"],
        ["monthly prices in nominal US dollars, INVENTED-FOR-TEST"],
        ["(Monthly series are available only in nominal US dollars)"],
        ["Updated on December 02, 2026"],
        list(changed.get("names", NAMES)),  # type: ignore[call-overload]
        list(changed.get("units", UNITS)),  # type: ignore[call-overload]
    ]
    for k in range(months):
        month = 2025 * 12 + 9 + k
        rows.append([f"{month // 12}M{month % 12 + 1:02}", 70, 10 + k, 12.0, 15000 + 100 * k])
    return rows


@pytest.fixture
def sheet(book: Callable[..., Path]) -> Callable[..., Path]:
    def write(rows: list[list[object]], name: str = "Monthly Prices") -> Path:
        return book("pink.xlsx", {"AFOSHEET": [], name: rows, "Description": [["x"]]})

    return write


def prices(found: Refreshed, commodity: str) -> set[float]:
    return {float(c.value) for c in found.changes if c.row.endswith(f"/{commodity}")}


def test_prices_are_means_of_the_latest_months(built_in: Study, sheet: Callable[..., Path]):
    found = refresh(built_in, "world-bank-prices", sheet(grid()))
    assert prices(found, "lng") == {22.5}
    assert prices(found, "nickel") == {15000 + 100 * 7.5}
    assert prices(found, "nickel_intermediate") == {0.88 * 15750}
    assert found.source.startswith("World Bank, Commodity Price Data (Pink Sheet), Updated on Dec")
    assert "data to 2026-11" in found.source


def test_only_rows_made_from_the_sheet_change(built_in: Study, sheet: Callable[..., Path]):
    """Prices in Asia rest on an assumption: they stay, and that is said."""
    found = refresh(built_in, "world-bank-prices", sheet(grid()))
    rows = {c.row for c in found.changes if c.row.endswith("/lng")}
    assert rows == {"EU-MED/lng", "EU-NW/lng", "GBR/lng", "TUR/lng"}
    assert any("no spot price of LNG in Asia" in t.why for t in found.told)
    assert any(t.what == "1 other series" for t in found.told)
    japan = {c.column: c.value for c in found.changes if c.table == "published"}
    assert japan == {"value": "12", "as_of": "2026-11"}


def test_holes_are_passed_over_and_told(built_in: Study, sheet: Callable[..., Path]):
    rows = grid()
    rows[-1][2] = "…"
    rows[-2][4] = ".."
    found = refresh(built_in, "world-bank-prices", sheet(rows))
    assert prices(found, "lng") == {21.5}
    assert found.warnings == ("Nickel: 11 of the 12 months to 2026-11 have a price",) * 2


def test_a_day_in_the_past(built_in: Study, sheet: Callable[..., Path]):
    found = refresh(built_in, "world-bank-prices", sheet(grid()), as_of=date(2026, 2, 28))
    assert prices(found, "lng") == {13.5}
    with pytest.raises(UsageError, match="no price up to 2020-01-01"):
        refresh(built_in, "world-bank-prices", sheet(grid()), as_of=date(2020, 1, 1))


@pytest.mark.parametrize(
    "rows, name, words",
    [
        (grid(), "Annual Prices", 'no sheet "Monthly Prices"'),
        (grid(names=[None, "a", "b", "c", "d"]), "Monthly Prices", "looked for the columns"),
        (grid(units=[None, "($/bbl)", "($/gallon)", "($/mmbtu)", "($/mt)"]), "Monthly Prices",
         "the unit below the name is unknown"),
    ],
)  # fmt: skip
def test_another_layout_is_told(
    built_in: Study, sheet: Callable[..., Path], rows: list[list[object]], name: str, words: str
):
    with pytest.raises(InputError, match=words):
        refresh(built_in, "world-bank-prices", sheet(rows, name))


def test_a_series_that_is_gone_is_told(built_in: Study, sheet: Callable[..., Path]):
    rows = grid(names=[*NAMES[:4], "Nickel, new grade"])
    found = refresh(built_in, "world-bank-prices", sheet(rows))
    assert any(t.what == "Nickel" and "no such column" in t.why for t in found.told)


def test_an_unknown_recipe_is_told(built_in: Study, sheet: Callable[..., Path]):
    with pytest.raises(UnknownName, match='did you mean "world-bank-prices"'):
        refresh(built_in, "world-bank-price", sheet(grid()))
