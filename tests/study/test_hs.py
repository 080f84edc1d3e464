"""Codes of the Harmonized System."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from seawall.study.hs import fault


def codes(name: str) -> list[dict[str, str]]:
    text = (files("seawall") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_the_edition_is_whole() -> None:
    """5,612 subheadings in 1,228 headings and 96 chapters: 77 is kept for later."""
    current = [row["code"] for row in codes("hs2022.csv")]
    assert current == sorted(set(current))
    assert all(len(code) == 6 and code.isdigit() for code in current)
    assert len(current) == 5612
    assert len({code[:4] for code in current}) == 1228
    assert {code[:2] for code in current} == {f"{k:02}" for k in range(1, 98) if k != 77}


def test_what_retired_codes_became_is_of_the_edition() -> None:
    current = {row["code"] for row in codes("hs2022.csv")}
    retired = codes("hs_retired.csv")
    assert current.isdisjoint(row["code"] for row in retired)
    assert {row["edition"] for row in retired} == {"1992", "2007", "2017"}
    for row in retired:
        assert current.issuperset(filter(None, row["now"].split(";")))
        assert row["edition"] == "2017" or not row["now"]


@pytest.mark.parametrize(
    "code",
    ["0101", "2504", "250410", "280461", "280530", "2846", "284690", "283691", "282520", "2822",
     "260500", "381800", "380110", "7502", "750210", "8105", "810520", "811231", "811292",
     "850511", "850760", "854231", "8549", "854911"],
)  # fmt: skip
def test_codes_of_minerals_and_chips(code: str) -> None:
    assert fault(code) is None


@pytest.mark.parametrize(
    "code,rule,fix",
    [
        ("854810", "a code of HS 2017", "854911 or 854912 or 854913 or 854914 or 854919"),
        ("810600", "a code of HS 2017", "in HS 2022 it is 810610 or 810690"),
        ("8107", "a code of HS 2017", "in HS 2022 it is 8112"),
        ("852812", "no subheading of HS 2022", "heading 8528 has 852842, 852849"),
        ("8520", "a code of HS 1992", "there is no heading 8520: look the goods up in chapter 85"),
        ("101", "4 or 6 digits", "write 0101: spreadsheets drop leading zeros"),
        ("30211", "4 or 6 digits", "write 030211"),
        ("8505.11", "digits only", "write 850511"),
        ("2504sph", "digits only", "8505 or 850511"),
        ("85", "4 or 6 digits", "8505 or 850511"),
        ("8505111000", "a national tariff line", "write 850511"),
        ("85414010", "a national tariff line",
         "its first six digits, 854140, are not in HS 2022 either: in HS 2022 it is 854141"),
        ("9801", "no heading of HS 2022", "there is no chapter 98"),
        ("770100", "no subheading of HS 2022", "there is no chapter 77"),
    ],
)  # fmt: skip
def test_what_is_wrong_and_what_would_be_right(code: str, rule: str, fix: str) -> None:
    wrong = fault(code)
    assert wrong is not None
    assert rule in wrong[0]
    assert fix in wrong[1]


def test_every_retired_code_is_told_with_its_edition() -> None:
    for row in codes("hs_retired.csv"):
        wrong = fault(row["code"])
        assert wrong is not None
        assert wrong[0] == f"a code of HS {row['edition']}, which HS 2022 no longer has"
