"""India's monthly gas figures -> use by sector, own gas, LNG."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import seawall
from seawall.errors import InputError, UsageError
from seawall.study import Study
from seawall.study.refresh import Refreshed, refresh

MONTHS = ["Oct-25", "Nov-25", "Dec-25", "Jan-26", "Feb-26", "Mar-26", "Apr-26", "May-26", "Jun-26",
          "Jul-26", "Aug-26", "Sep-26 (P)"]  # fmt: skip
SERIES = {
    "(a) Gross production": 3000, "(b) Net production (for sale)": 2900, "LNG import": 2900,
    "Total Consumption": 5800, "Fertilizer": 1800, "Power": 800, "CGD": 1250, "Refinery": 700,
    "Petrochemical": 400, "Others*": 600, "LPG shrinkage": 250,
}  # fmt: skip
#: Million scm in a year of these months, in Mt a year.
PER_MONTH = 12 / 1312


def across(series: dict[str, float], months: list[str] = MONTHS) -> list[list[object]]:
    rows: list[list[object]] = [["Gas at a glance INVENTED-FOR-TEST (MMSCM)"]]
    rows.append(["Details", *months, "April-September 2026 (P)"])
    return rows + [[name, *[value] * len(months), 9e9] for name, value in series.items()]


def down(series: dict[str, float], months: list[str] = MONTHS) -> list[list[object]]:
    rows: list[list[object]] = [["INVENTED-FOR-TEST"], ["Month", *(f"{s} (MMSCM)" for s in series)]]
    return rows + [[month, *series.values()] for month in months]


def new(found: Refreshed, column: str = "") -> dict[str, float]:
    return {
        c.row: float(c.value)
        for c in found.changes
        if c.column == (column or ("quantity" if c.table == "demands" else "base"))
    }


@pytest.mark.parametrize("layout", [across, down])
def test_a_year_of_months_becomes_rates(
    built_in: Study, book: Callable[..., Path], layout: Callable[..., list[list[object]]]
):
    found = refresh(built_in, "ppac-monthly", book("a.xlsx", {"gas": layout(SERIES)}))
    values = new(found)
    sectors = {
        "IND.refinery": 700, "IND.lpg-extraction-and-pipeline-fuel": 250,
    }  # fmt: skip
    for row, volume in sectors.items():
        assert values[row] == pytest.approx(volume * PER_MONTH, rel=1e-5)
    fertiliser = values["IND.fertiliser-rest"] + values["IND.fertiliser-sowing-season-need"]
    assert fertiliser == pytest.approx(1800 * PER_MONTH, rel=1e-5)
    other = [v for row, v in values.items() if row.startswith("IND.petrochemical")
             and not row.endswith("imported")]  # fmt: skip
    assert sum(other) == pytest.approx(1000 * PER_MONTH, rel=1e-5)


def test_the_balance_holds(built_in: Study, book: Callable[..., Path]):
    """India's own gas is what is used less LNG; LNG arrives, is landed, and is used unpooled."""
    found = refresh(built_in, "ppac-monthly", book("a.xlsx", {"gas": across(SERIES)}))
    values = new(found)
    lng = 2900 * PER_MONTH
    assert values["IND-domestic-gas"] == pytest.approx(5800 * PER_MONTH - lng, rel=1e-5)
    capacity = new(found, "capacity")["IND-domestic-gas"]
    assert capacity == pytest.approx(values["IND-domestic-gas"], rel=1e-5)
    landed = sum(v for row, v in values.items() if row.endswith("-regas"))
    assert landed == pytest.approx(lng, rel=1e-4)
    assert sum(v for row, v in values.items() if row.endswith(".imported")) == pytest.approx(
        lng, 1e-4
    )
    lanes = built_in.table("lanes").set_index("id")
    sea = [row for row in values if row in lanes.index and "." in row and lanes.days[row] > 0]
    assert sum(values[r] * (1 - lanes.loss[r]) for r in sea) == pytest.approx(lng, rel=1e-4)


def test_no_terminal_lands_more_than_it_can(built_in: Study, book: Callable[..., Path]):
    """Dahej is nearly full: what does not fit there goes to the others."""
    more = SERIES | {"LNG import": 3300, "Total Consumption": 6200}
    values = new(refresh(built_in, "ppac-monthly", book("a.xlsx", {"gas": across(more)})))
    assert values["dahej-regas"] == pytest.approx(17.5)
    assert values["kochi-regas"] / 1.078 > 3300 / 2900
    assert sum(v for r, v in values.items() if r.endswith("-regas")) == pytest.approx(
        3300 * PER_MONTH, rel=1e-4
    )


def test_what_is_left_out_is_told(built_in: Study, book: Callable[..., Path]):
    path = book("a.xlsx", {"gas": across(SERIES | {"Moonshine": 1})})
    found = refresh(built_in, "ppac-monthly", path)
    told = {t.what: t.why for t in found.told}
    assert "columns that are not one month" in told["April-September 2026 (P)"]
    assert told["Moonshine"] == "no series of the recipe"
    assert "not used" in next(
        why for what, why in told.items() if what.startswith("net production")
    )
    assert all("provisional" in c.why for c in found.changes if c.row == "IND.refinery")
    assert found.warnings == ()


def test_part_of_a_year_warns_and_months_must_follow_each_other(
    built_in: Study, book: Callable[..., Path]
):
    gap = [month for month in MONTHS if month != "Jun-26"]
    found = refresh(built_in, "ppac-monthly", book("a.xlsx", {"gas": across(SERIES, gap)}))
    assert "3 months only" in found.warnings[0]
    assert "2026-07 to 2026-09" in found.source
    early = refresh(
        built_in, "ppac-monthly", book("b.xlsx", {"gas": across(SERIES)}), as_of=date(2026, 3, 31)
    )
    assert "2025-10 to 2026-03" in early.source


def test_months_under_a_fiscal_year_and_figures_a_day(built_in: Study, book: Callable[..., Path]):
    """MMSCMD times the days of the month; January of 2025-26 is in 2026."""
    names = ["April", "May", "June", "July", "August", "September", "October", "November",
             "December", "January", "February", "March"]  # fmt: skip
    rows = [["Consumption 2025-26, MMSCMD, INVENTED-FOR-TEST"], ["Sector", *names],
            ["Refinery", *[20] * 12]]  # fmt: skip
    found = refresh(built_in, "ppac-monthly", book("a.xlsx", {"gas": rows}))
    assert "2025-04 to 2026-03" in found.source
    assert new(found)["IND.refinery"] == pytest.approx(20 * 365 / 1312, rel=1e-5)
    assert any("nothing on fertiliser" in warning for warning in found.warnings)
    assert any("own gas stays as it is" in warning for warning in found.warnings)


def test_sectors_that_miss_the_total_warn(built_in: Study, book: Callable[..., Path]):
    path = book("a.xlsx", {"gas": across(SERIES | {"Total Consumption": 6500})})
    assert any("sectors add up to" in w for w in refresh(built_in, "ppac-monthly", path).warnings)


@pytest.mark.parametrize(
    "rows, words",
    [
        ([["a", "b", "c"], ["d", 1, 2]], "no row of months above series"),
        ([["MMSCM"], ["x", "Apr-26"], ["Power", "lots"]], "no number"),
        ([["x", "Apr-26"], ["Power", 5]], "the unit is not said"),
        ([["MMSCM"], ["x", "Apr-26"], ["Power", 5], ["Power", 6]], "stands there twice"),
        ([["MMSCM"], ["x", "Apr-26"], ["Power", 5], ["Power sector", 6]], "a second figure"),
    ],
)  # fmt: skip
def test_another_layout_is_told(
    built_in: Study, book: Callable[..., Path], rows: list[list[object]], words: str
):
    with pytest.raises(InputError, match=words):
        refresh(built_in, "ppac-monthly", book("a.xlsx", {"gas": rows}))


def test_impossible_figures_are_told(built_in: Study, book: Callable[..., Path]):
    path = book("a.xlsx", {"gas": across(SERIES | {"LNG import": 5900})})
    with pytest.raises(UsageError, match="more than all gas that is used"):
        refresh(built_in, "ppac-monthly", path)


def test_another_study_is_told(twelve: Path, book: Callable[..., Path]):
    with pytest.raises(InputError, match="nothing in it speaks of a row"):
        refresh(seawall.read(twelve), "ppac-monthly", book("a.xlsx", {"gas": across(SERIES)}))
