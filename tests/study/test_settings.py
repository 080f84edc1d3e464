"""study.toml: what is read, and every wrong key with its line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.errors import InputError, Problem
from seawall.study.settings import Market, Settings, parse_settings, settings_text

GOOD = """\
title = "T"
about = "A"
currency = "USD"
money_year = 2026
start = 2026-03-02
period_days = 7
periods = 104

[model]
kink = 0.01

[variants]
red_sea = ["avoided", "open"]
"""


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        parse_settings(text)
    return caught.value.problems


def test_a_good_file_is_read() -> None:
    settings = parse_settings(GOOD)
    assert settings.start == date(2026, 3, 2)
    assert settings.model.discount == 0.00005
    assert settings.variants == {"red_sea": ("avoided", "open")}
    assert settings.group_of("open") == "red_sea"
    assert settings.group_of("shut") is None


@pytest.mark.parametrize(
    "old,new,row,column,value,text",
    [
        ("periods = 104", "periods = -1", 7, "periods", "-1", "greater than or equal to 1"),
        ("periods = 104", 'periods = "104"', 7, "periods", "104", "integer"),
        ("periods = 104", "periods = true", 7, "periods", "True", "integer"),
        ("periods = 104", "perods = 104", 7, "perods", "104", 'did you mean "period'),
        ("kink = 0.01", "kink = nan", 10, "model.kink", "nan", "finite"),
        ("kink = 0.01", "knik = 0.01", 10, "model.knik", "0.01", 'did you mean "kink"'),
        ("start = 2026-03-02", 'start = "2026-03-02"', 5, "start", "2026-03-02", "valid date"),
        ('"USD"', '"usd"', 3, "currency", "usd", "pattern"),
        ('title = "T"', 'title = ""', 1, "title", "", "at least 1 character"),
        ('["avoided", "open"]', "[]", 13, "variants.red_sea", "", "at least 1"),
        ('"open"', '"avoided"', 12, "variants", "avoided", "twice"),
        ("money_year = 2026", "", None, "money_year", "", "missing"),
        ('"A"', '"A', 2, "", 'about = "A', "not valid TOML"),
        ("periods = 104", "periods = 104\nperiods = 3", 8, "", "periods = 3", "not valid TOML"),
        ("period_days = 7", "period_days = 7\ncalendar = 1", 7, "calendar", "1", "unknown key"),
    ],
)
def test_a_wrong_key_is_told_with_its_line(
    old: str, new: str, row: int | None, column: str, value: str, text: str
) -> None:
    found = problems(GOOD.replace(old, new))
    match = [p for p in found if (p.row, p.column) == (row, column)]
    assert match, found
    assert match[0].file == "study.toml"
    assert value in match[0].value
    assert text in f"{match[0].rule}; {match[0].fix}"


def test_all_problems_are_told_at_once() -> None:
    text = GOOD.replace("104", "0").replace("0.01", "9").replace('"USD"', "5")
    assert {p.column for p in problems(text)} == {"periods", "model.kink", "currency"}


def test_an_empty_file_misses_every_required_key() -> None:
    assert {p.column for p in problems("")} == {
        "title", "about", "currency", "money_year", "start", "period_days", "periods",
    }  # fmt: skip


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(title=TEXT, about=TEXT, discount=st.floats(0, 0.09))
def test_settings_are_written_so_that_they_read_back(
    title: str, about: str, discount: float
) -> None:
    settings = parse_settings(GOOD)
    model = settings.model.model_copy(update={"discount": discount})
    changed = settings.model_copy(update={"title": title, "about": about, "model": model})
    assert parse_settings(settings_text(changed)) == changed


def test_group_names_with_points_are_quoted() -> None:
    settings = parse_settings(GOOD + '"a.b" = ["x"]\n')
    assert parse_settings(settings_text(settings)) == settings


def test_settings_are_frozen() -> None:
    settings: Settings = parse_settings(GOOD)
    with pytest.raises(ValueError, match="frozen"):
        settings.periods = 3  # type: ignore[misc]


# --- [market] ------------------------------------------------------------------------------------

MARKET = GOOD + "\n[market]\n"


def test_the_market_has_defaults_and_is_read() -> None:
    assert parse_settings(GOOD).market == Market()
    read = parse_settings(MARKET + "window = 12\nreplan = 3\nbelief = 2.5\nbelief_days = 7\n")
    assert (read.market.window, read.market.replan) == (12, 3)
    assert (read.market.belief, read.market.belief_days) == (2.5, 7.0)
    assert parse_settings(settings_text(read)) == read


@pytest.mark.parametrize(
    "line, column, value, rule, fix",
    [
        ("belief_days = 6", "belief_days", "6", "shorter than a period (7 days)", "at least 7"),
        ("belief_days = 0", "belief_days", "0", "greater than 0", ""),
        ("replan = 26", "replan", "26", "a plan for 26 periods", "fewer periods than"),
        ("replan = 0", "replan", "0", "greater than or equal to 1", ""),
        ("window = 1", "window", "1", "greater than or equal to 2", ""),
        ("window = 12.5", "window", "12.5", "integer", ""),
        ("belief = -1", "belief", "-1", "greater than or equal to 0", ""),
        ("precaution = 1.5", "precaution", "1.5", "less than or equal to 1", ""),
        ("comfort = nan", "comfort", "nan", "finite", ""),
        ("beleif = 2", "beleif", "2", "unknown key", 'did you mean "belief"'),
        ("kink = 0.01", "kink", "0.01", "unknown key", "known keys: window, replan"),
    ],
)
def test_a_wrong_key_of_the_market_is_told_with_its_line(
    line: str, column: str, value: str, rule: str, fix: str
) -> None:
    (found,) = problems(MARKET + line + "\n")
    row = len(MARKET.splitlines()) + 1
    assert (found.file, found.row, found.column) == ("study.toml", row, f"market.{column}")
    assert found.value == value
    assert rule in found.rule
    assert fix in found.fix
    assert str(found).startswith(f"study.toml:{row}:market.{column}")


def test_plans_that_contradict_themselves_are_told_together() -> None:
    found = problems(MARKET + "window = 4\nreplan = 4\nbelief_days = 1\n")
    assert {p.column for p in found} == {"market.replan", "market.belief_days"}
    parse_settings(MARKET + "window = 4\nreplan = 3\nbelief_days = 7\n")


def test_a_default_that_does_not_fit_the_period_is_told_without_a_line() -> None:
    (found,) = problems(GOOD.replace("period_days = 7", "period_days = 30"))
    assert (found.row, found.column, found.value) == (None, "market.belief_days", "28")
    assert found.fix == "at least 30"


CALENDAR = GOOD.replace(
    "[variants]",
    """\
[calendars.slow]
chains = ["ore", "metal"]
period_days = 28
periods = 26
discount = 0.0002
window = 13
replan = 1

[variants]""",
)


def test_a_chain_goes_by_its_calendar() -> None:
    settings = parse_settings(CALENDAR)
    slow, usual = settings.for_chain("metal"), settings.for_chain("tea")
    assert (slow.period_days, slow.periods, slow.market.window) == (28, 26, 13)
    assert slow.market.replan == 1
    assert (slow.model.discount, slow.model.kink) == (0.0002, 0.01)
    # What the calendar does not say is as everywhere.
    assert slow.market.belief_days == settings.market.belief_days
    assert (usual.period_days, usual.periods, usual.market.window) == (7, 104, 26)
    assert slow.calendars == usual.calendars == {}
    assert slow.variants == settings.variants


def test_calendars_come_back_as_written() -> None:
    settings = parse_settings(CALENDAR)
    assert parse_settings(settings_text(settings)) == settings


@pytest.mark.parametrize(
    "old,new,column,text",
    [
        ("window = 13", "windows = 13", "calendars.slow.windows", 'did you mean "window"'),
        ("replan = 1\n", "replan = 13\n", "calendars.slow.replan", "carried out to its end"),
        ("period_days = 28", "period_days = 0", "calendars.slow.period_days", "greater than"),
        ('["ore", "metal"]', "[]", "calendars.slow.chains", "at least 1"),
        ("periods = 26\n", "periods = 26\nbelief_days = 7\n", "calendars.slow.belief_days",
         "shorter than a period (28 days)"),
    ],
)  # fmt: skip
def test_a_wrong_calendar_is_told_with_its_line(old: str, new: str, column: str, text: str) -> None:
    (problem,) = problems(CALENDAR.replace(old, new, 1))
    assert problem.column == column
    assert problem.row is not None
    assert text in f"{problem.rule} {problem.fix}"


def test_a_chain_has_one_calendar() -> None:
    two = CALENDAR.replace(
        "[variants]",
        """\
[calendars.other]
chains = ["metal"]
period_days = 14
periods = 52

[variants]""",
    )
    (problem,) = problems(two)
    assert (problem.column, problem.value) == ("calendars.other.chains", "metal")
    assert "calendar slow has the chain already" in problem.rule
