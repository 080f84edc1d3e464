"""Scenario files: what they may say, and what is told when they do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from pydantic import ValidationError

from seawall.errors import InputError
from seawall.shocks import Scenario, Shock, parse_scenario, read_scenario, scenario_text
from seawall.shocks.scenario import GRID_TARGETS, TARGETS, Source

GOOD = 'title = "t"\n[[shock]]\npassage = "gate"\ndays = 60\n'


@pytest.mark.parametrize("study", ["three", "twelve"])
def test_scenarios_of_the_studies_are_read(data: Path, study: str):
    """Every scenario file of the test studies parses to its name."""
    for path in (data / study / "scenarios").glob("*.toml"):
        assert read_scenario(path).name == path.stem


@pytest.mark.parametrize(
    "text, words",
    [
        ("title = ", "not valid TOML"),
        (GOOD + 'lane = "a"\n', "exactly one target"),
        ('title = "t"\n[[shock]]\ndays = 60\n', "exactly one target"),
        (GOOD + "depth = 1.5\n", "less than or equal to 1"),
        (GOOD + "days = 6\n", "not valid TOML"),
        (GOOD + "dayz = 6\n", "dayz"),
        (GOOD + "change = 0.2\n", "change"),
        ('title = "t"\n[[shock]]\ndemand = "JPN"\n', "change"),
        ('title = "t"\n', "shock"),
        ("title = 't'\nshock = []\n", "shock"),
        (GOOD + 'start_day = "soon"\n', "start_day"),
        (GOOD + "recovery = [[14, 1.4]]\n", "recovery"),
        (GOOD.replace('title = "t"', ""), "title"),
    ],
)
def test_malformed_scenarios_are_input_errors(text: str, words: str):
    """Broken syntax, unknown keys, two targets and impossible figures exit with 3 and say where."""
    with pytest.raises(InputError, match=words) as caught:
        parse_scenario("bad", text)
    assert caught.value.exit_code == 3
    assert all(p.file == "scenarios/bad.toml" for p in caught.value.problems)


def test_every_problem_is_listed():
    """Two wrong shocks are two problems in one error."""
    text = GOOD + '[[shock]]\npassage = "a"\ndepth = 2\n[[shock]]\nlane = "b"\ndays = -1\n'
    with pytest.raises(InputError) as caught:
        parse_scenario("bad", text)
    assert {p.column for p in caught.value.problems} == {"shock.1.depth", "shock.2.days"}


TRADE = 'title = "t"\n[[shock]]\n'


@pytest.mark.parametrize(
    "text, column, value, words",
    [
        (TRADE + 'tariff = "CHN"\n', "shock.0.rate", "", "every tariff has one"),
        (TRADE + 'ban = "CHN"\nrate = 0.2\n', "shock.0.rate", "0.2", "belongs to a `tariff`"),
        (TRADE + 'tariff = "CHN"\nrate = -0.1\n', "shock.0.rate", "-0.1", "greater than or equal"),
        (TRADE + 'tariff = "CHN"\nrate = 11\n', "shock.0.rate", "11", "less than or equal to 10"),
        (TRADE + 'tariff = "CHN"\nrate = 1\ndepth = 0.5\n', "shock.0.depth", "0.5", "no `depth`"),
        (TRADE + 'tariff = "A"\nrate = 1\nrecovery = [[7, 0.5]]\n', "shock.0.recovery",
         "[[7, 0.5]]", "no `recovery`"),
        (TRADE + 'tariff = "A"\nrate = 1\nlasting = 0.5\n', "shock.0.lasting", "0.5",
         "no `lasting`"),
        (TRADE + 'quota = "COD"\nto = "CHN"\n', "shock.0.to", "CHN", "`ban` or a `tariff`"),
        (TRADE + 'quota = "COD"\nban = "COD"\n', "shock.0", "", "exactly one target"),
    ],
)  # fmt: skip
def test_trade_rules_that_make_no_sense_are_told_by_key(
    text: str, column: str, value: str, words: str
):
    with pytest.raises(InputError) as caught:
        parse_scenario("bad", text)
    (problem,) = caught.value.problems
    assert (problem.file, problem.column) == ("scenarios/bad.toml", column)
    assert words in problem.rule
    assert problem.value == value or not value


def test_every_problem_of_a_trade_rule_is_listed():
    """Four wrong keys in one shock and one in another are five problems."""
    text = TRADE + 'tariff = "CHN"\ndepth = 0.5\nlasting = 0.1\nchange = 0.2\n'
    text += '[[shock]]\nquota = "COD"\nto = "CHN"\n'
    with pytest.raises(InputError) as caught:
        parse_scenario("bad", text)
    assert [p.column for p in caught.value.problems] == [
        "shock.0.change", "shock.0.depth", "shock.0.lasting", "shock.0.rate", "shock.1.to",
    ]  # fmt: skip


def test_trade_rules_are_read_and_written_again():
    """A dumped scenario is the same scenario, as stored runs need it."""
    text = TRADE + 'ban = "CHN"\ncommodity = "magnet"\nto = "JPN"\ndays = 180\n'
    text += '[[shock]]\nquota = "COD"\ndepth = 0.4\nrecovery = [[30, 0.8]]\n'
    text += '[[shock]]\ntariff = "*"\nto = "USA"\nrate = 0.25\n'
    scenario = parse_scenario("good", text)
    assert [s.target for s in scenario.shock] == [("ban", "CHN"), ("quota", "COD"), ("tariff", "*")]
    assert scenario.shock[1].levels() == [(0, 60, pytest.approx(0.6)), (60, 90, 0.8)]
    assert scenario.shock[2].levels() == [(0, 60, 1.25)]
    assert Scenario.model_validate(scenario.model_dump(mode="json")) == scenario


def test_levels_are_the_pieces_of_a_shock():
    """Depth, recovery steps and lasting damage follow each other in days."""
    shock = Shock(
        facility="x", start_day=3, days=28, depth=0.9, recovery=((14, 0.4), (7, 0.7)), lasting=0.17
    )
    assert shock.levels() == [
        (3, 31, pytest.approx(0.1)), (31, 45, 0.4), (45, 52, 0.7),
        (52, float("inf"), pytest.approx(0.83)),
    ]  # fmt: skip
    assert shock.target == ("facility", "x")


def test_demand_shocks_add_their_change():
    """change = -0.25 leaves three quarters of what is wanted."""
    assert Shock(demand="JPN", change=-0.25, days=7).levels() == [(0, 7, 0.75)]


def test_scenarios_cannot_be_changed():
    """A scenario is frozen, so that results can refer to it."""
    scenario = parse_scenario("good", GOOD)
    with pytest.raises(ValidationError):
        scenario.title = "other"
    assert isinstance(scenario, Scenario)
    assert scenario.length_days() == 60


def test_a_shock_on_a_power_grid_is_none_of_the_network():
    """It names its target, may change a load, and has no commodity."""
    shock = Shock(load="a", change=0.2, days=1)
    assert shock.on_grid
    assert shock.target == ("load", "a")
    assert shock.levels() == [(0.0, 1.0, 1.2)]
    assert Shock(generator="g", depth=0.3).levels() == [(0.0, 60.0, 0.7)]
    assert not Shock(passage="p").on_grid
    with pytest.raises(ValueError, match="no `commodity`"):
        Shock(intertie="i", commodity="lng")
    with pytest.raises(ValueError, match="`change`"):
        Shock(generator="g", change=0.1)
    with pytest.raises(ValueError, match="`change`"):
        Shock(load="a", depth=0.1)


_days = st.floats(0, 1e6)
_shares = st.floats(0, 1)
_words = st.text(max_size=20)


@st.composite
def shocks(draw: st.DrawFn) -> Shock:
    """Any shock that keeps the rules."""
    kind = draw(st.sampled_from(TARGETS))
    fields: dict[str, Any] = {kind: draw(_words), "start_day": draw(_days), "days": draw(_days)}
    if kind not in GRID_TARGETS:
        fields["commodity"] = draw(st.none() | _words)
    if kind in ("ban", "tariff"):
        fields["to"] = draw(st.none() | _words)
    if kind in ("demand", "load"):
        fields["change"] = draw(st.floats(-1, 10).filter(bool))
    if kind == "tariff":
        fields["rate"] = draw(st.floats(0, 10))
    else:
        steps = st.lists(st.tuples(_days, _shares), max_size=3)
        fields |= {"depth": draw(_shares), "recovery": draw(steps), "lasting": draw(_shares)}
    return Shock(**fields)


@hypothesis.given(
    st.builds(
        Scenario,
        title=_words,
        about=_words,
        start=st.none() | st.dates(),
        variants=st.lists(_words, max_size=2),
        sources=st.lists(st.builds(Source, title=_words, url=_words, date=_words), max_size=2),
        shock=st.lists(shocks(), min_size=1, max_size=3),
        kind=st.sampled_from(["what-if", "back-test"]),
    )
)
def test_any_scenario_comes_back_from_its_text(scenario: Scenario):
    assert parse_scenario("scenario", scenario_text(scenario)) == scenario


@pytest.mark.parametrize("study", ["three", "twelve"])
def test_scenarios_of_the_studies_come_back(data: Path, study: str):
    for path in (data / study / "scenarios").glob("*.toml"):
        scenario = read_scenario(path)
        assert parse_scenario(scenario.name, scenario_text(scenario)) == scenario


def test_text_is_for_people():
    """Whole numbers are whole, and what is at its default is not there."""
    scenario = Scenario(
        title="日本", start=date(2026, 12, 1), shock=(Shock(passage="gate", recovery=((14, 0.5),)),)
    )
    assert scenario_text(scenario) == (
        'title = "日本"\nstart = 2026-12-01\n\n[[shock]]\n'
        'passage = "gate"\nrecovery = [[14, 0.5]]\n'
    )
