"""Published totals: each names what its kind needs, in a unit of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seawall.study.published_records import PUBLISHED, TOTALS

if TYPE_CHECKING:
    from tests.study.conftest import Folder

HEAD = [column.name for column in PUBLISHED.columns]
GOOD = {
    "id": "one", "what": "import", "place": "SUD", "commodity": "lng", "value": "24",
    "unit": "Mt/yr", "as_of": "2025", "independent": "yes", "source": "made-up",
    "confidence": "looked-up",
}  # fmt: skip
UNIT = {"flow": "Mt/yr", "commodity": "kt", "share": "%", "time": "day", "price": "USD/MMBtu"}


def fill(folder: Folder, *rows: dict[str, str]) -> None:
    folder.put("published", [HEAD, *([row.get(name, "") for name in HEAD] for row in rows)])


def needed(what: str) -> dict[str, str]:
    """A row of a kind with all that it needs and nothing else."""
    total = TOTALS[what]
    partner = {"places": "GLF", "passages": "narrows"}[total.partner_in]
    return GOOD | {
        "id": what,
        "what": what,
        "place": "SUD" if total.place == "needed" else "",
        "partner": partner if total.partner == "needed" else "",
        "unit": UNIT[total.dimension],
    }


def test_every_kind_can_be_filled(folder: Folder) -> None:
    fill(folder, *(needed(what) for what in TOTALS))
    assert len(folder.read().table("published")) == len(TOTALS)


BAD = [
    ({"what": "imports"}, "what", "no such choice", "import"),
    ({"place": "SUX"}, "place", "unknown place or country", "SUD"),
    ({"commodity": "oil"}, "commodity", "unknown commodity", "lng"),
    ({"partner": "narrows"}, "partner", "unknown place or country", "places.csv"),
    ({"partner": "GLX"}, "partner", "unknown place or country", "GLF"),
    ({"value": "0"}, "value", "out of bounds", "above 0"),
    ({"value": "24,5"}, "value", "decimal sign is a point", "24.5"),
    ({"value": ""}, "value", "may not be blank", ""),
    ({"as_of": ""}, "as_of", "may not be blank", ""),
    ({"as_of": "FY2025"}, "as_of", "not a date", "2026-03"),
    ({"independent": "perhaps"}, "independent", "no such choice", "yes, no"),
    ({"source": "nobody"}, "source", "unknown source", ""),
    ({"low": "25"}, "low", "low is above value (24)", "low <= value <= high"),
    ({"high": "23"}, "high", "high is below value (24)", "low <= value <= high"),
    ({"unit": "Mt"}, "unit", 'mass is not what "lng" is counted in', "converts to Mt/yr"),
    ({"unit": "share"}, "unit", 'share is not what "lng" is counted in', "converts to Mt/yr"),
    (needed("import_share") | {"place": ""}, "place", "import_share without a place", "whose"),
    (needed("import_share") | {"partner": ""}, "partner", "without a partner", "places.csv"),
    (needed("import_share") | {"unit": "Mt/yr"}, "unit", "is a share, not mass flow", "share or %"),
    (needed("passage") | {"partner": ""}, "partner", "without a partner", "passages.csv"),
    (needed("passage") | {"partner": "narows"}, "partner", "unknown passage", "narrows"),
    (needed("passage_share") | {"partner": "GLF"}, "partner", "unknown passage", "known: "),
    (needed("stock") | {"partner": "GLF"}, "partner", "stock has no partner", "leave it blank"),
    (needed("stock") | {"unit": "Mt/yr"}, "unit", "mass flow is not what", "converts to Mt"),
    (needed("stock_days") | {"unit": "Mt"}, "unit", "is a time, not mass", "write day"),
    (needed("price") | {"unit": "EUR/MWh"}, "unit", "money is USD", "USD/t"),
]


@pytest.mark.parametrize("changes, column, rule, fix", BAD)
def test_a_bad_row_is_refused(
    folder: Folder, changes: dict[str, str], column: str, rule: str, fix: str
) -> None:
    fill(folder, GOOD | changes)
    problems = folder.problems()
    assert [(p.file, p.row, p.column) for p in problems] == [("published.csv", 2, column)]
    assert rule in problems[0].rule
    assert fix in problems[0].fix


def test_two_rows_of_one_key_are_refused(folder: Folder) -> None:
    fill(folder, GOOD, GOOD)
    (problem,) = folder.problems()
    assert (problem.row, problem.column) == (3, "id")


def test_all_problems_come_at_once(folder: Folder) -> None:
    fill(folder, GOOD | {"unit": "Mt"}, needed("stock") | {"partner": "GLF", "place": ""})
    told = {(p.row, p.column) for p in folder.problems()}
    assert told == {(2, "unit"), (3, "partner"), (3, "place")}
