"""Shocks in a few words: what they mean in a study, and what is told when they mean nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import seawall
from seawall.errors import UnknownName, UsageError
from seawall.shocks import Scenario, Shock
from seawall.shocks.given import given
from seawall.study import Study


@pytest.fixture(scope="module")
def twelve_study() -> Study:
    return seawall.read(Path(__file__).parents[1] / "data" / "twelve")


@pytest.fixture(scope="module")
def tiers_study() -> Study:
    return seawall.read(Path(__file__).parents[1] / "data" / "tiers")


@pytest.fixture(scope="module")
def built_in() -> Study:
    return seawall.read("india-japan")


def made(study: Study, **asked: Any) -> Scenario:
    found = given(study, **asked)
    assert found is not None
    return found


def hit(study: Study, option: str, text: str) -> list[dict[str, Any]]:
    """What one option hits, without what all shocks have."""
    return [
        shock.model_dump(exclude_defaults=True, exclude={"days"})
        for shock in made(study, **{option: [text]}).shock
    ]


def test_the_example_of_the_design(built_in: Study):
    found = made(built_in, close=["hormuz"], start="2026-12-01", days="60", depth="1.0")
    assert found.title == "Strait of Hormuz shut for 60 days from 1 December 2026"
    assert found.name == "hormuz-shut-60d-from-2026-12-01"
    assert found.start == date(2026, 12, 1)
    assert found.shock == (Shock(passage="hormuz", days=60),)


@pytest.mark.parametrize(
    "option, text, expected",
    [
        ("close", "STRAIT of hormuz", [{"passage": "hormuz"}]),
        ("close", "bab-el-mandeb", [{"passage": "bab_el_mandeb"}]),
        ("close", "Panama Canal", [{"passage": "panama"}]),
        ("stop", "Qatar", [{"place": "QAT"}]),
        ("stop", "Dahej regasification", [{"facility": "dahej-regas"}]),
        ("stop", "QAT:lng", [{"place": "QAT", "commodity": "lng"}]),
        ("stop", "JP-tokyo-gas", [{"generator": "JP-tokyo-gas"}]),
        ("ban", "CHN::JPN", [{"ban": "CHN", "to": "JPN"}]),
        ("ban", "Indonesia:nickel_ore", [{"ban": "IDN", "commodity": "nickel_ore"}]),
        ("demand", "Korea:lng:-10%", [{"demand": "KOR", "commodity": "lng", "change": -0.1}]),
        ("demand", "Japan:+5%", [{"demand": "JPN", "change": 0.05}]),
        ("demand", "JP-tokyo:+5%", [{"load": "JP-tokyo", "change": 0.05}]),
    ],
)
def test_names_are_those_of_people(
    built_in: Study, option: str, text: str, expected: list[dict[str, Any]]
):
    assert hit(built_in, option, text) == expected


@pytest.mark.parametrize(
    "word", ["magnets", "Magnet", "ndfeb_magnet", "850511", "permanent magnets"]
)
def test_a_word_may_mean_several_goods(built_in: Study, word: str):
    """Customs and people know one magnet, the study two: a ban is on both."""
    assert hit(built_in, "ban", f"CHN:{word}:Japan") == [
        {"ban": "CHN", "commodity": "magnet_dy", "to": "JPN"},
        {"ban": "CHN", "commodity": "magnet_dyfree", "to": "JPN"},
    ]


def test_of_a_chain_only_what_is_exported_is_banned(built_in: Study):
    """China sends no swarf abroad; a shock on it would hit nothing and be an error."""
    banned = {one["commodity"] for one in hit(built_in, "ban", "CHN:rare earths")}
    assert {"ndpr_metal", "dytb_oxide", "magnet_dy"} <= banned
    assert "swarf" not in banned
    assert [one["commodity"] for one in hit(built_in, "ban", "CHN:253090")] == ["ndpr_ore"]


def test_an_exact_word_comes_before_its_singular(tiers_study: Study):
    """There the chain is called magnets and one of its goods magnet."""
    assert {one["commodity"] for one in hit(tiers_study, "ban", "MIN:magnets")} == {
        "oxide", "magnet",
    }  # fmt: skip
    assert hit(tiers_study, "ban", "MIN:magnet") == [{"ban": "MIN", "commodity": "magnet"}]
    assert hit(tiers_study, "ban", "MIN:teas") == [{"ban": "MIN", "commodity": "tea"}]


def test_demand_for_lng_is_demand_for_gas_where_nobody_burns_lng(built_in: Study):
    found = made(built_in, demand=["JPN:lng:+20%"])
    assert found.shock == (Shock(demand="JPN", commodity="gas", change=0.2),)
    assert found.title == "Demand for natural gas in Japan up 20 % for 60 days"
    assert "all of which is made from it" in found.about
    half = made(built_in, demand=["IND:lng:+20%"])
    assert "natural gas, 50% of which is made from it in the base" in half.about


def test_gaps_and_by_products_are_no_use(built_in: Study):
    """Japan's stated gap of oxide is nobody's demand, and magnets without dysprosium need none."""
    assert hit(built_in, "demand", "JPN:dytb_oxide:+5%") == [
        {"demand": "JPN", "commodity": "magnet_dy", "change": 0.05}
    ]


def test_what_is_made_elsewhere_is_told(tiers_study: Study):
    found = made(tiers_study, demand=["Homeland:oxide:+10%"])
    assert found.shock[0].commodity == "magnet"
    assert "brought there ready made" in found.about
    with pytest.raises(UsageError, match=r"nobody in Otherland uses ore .* used there: nothing"):
        given(tiers_study, demand=["OTH:ore:+10%"])


def test_lanes_and_lines_are_closed_by_their_ids(twelve_study: Study):
    lane = twelve_study.frames["lanes"]["id"].iloc[0]
    line = twelve_study.frames["interties"]["id"].iloc[0]
    assert hit(twelve_study, "close", lane) == [{"lane": lane}]
    assert hit(twelve_study, "close", line) == [{"intertie": line}]


def test_one_beginning_length_and_depth_for_all(twelve_study: Study):
    found = made(
        twelve_study,
        close=["narrows", "narrows"],
        stop=["liq-gulf"],
        demand=["Nord:gas:+10%"],
        start=date(2026, 7, 1),
        days=30,
        depth="50%",
    )
    assert found.shock == (
        Shock(passage="narrows", days=30, depth=0.5),
        Shock(facility="liq-gulf", days=30, depth=0.5),
        Shock(demand="NRD", commodity="gas", days=30, change=0.1),
    )
    assert found.title == (
        "The narrows 50 % shut, Gulf liquefaction cut by 50 % and demand for gas in the grid in "
        "Nord up 10 % for 30 days from 1 July 2026"
    )


def test_different_questions_have_different_names(twelve_study: Study):
    asked = [
        {"close": ["narrows"]},
        {"close": ["narrows"], "days": 61},
        {"close": ["narrows"], "depth": 0.5},
        {"close": ["narrows"], "start": "2026-12-01"},
        {"stop": ["liq-gulf"]},
        {"demand": ["NRD:gas:+10%"]},
        {"demand": ["NRD:gas:-10%"]},
    ]
    names = [made(twelve_study, **each).name for each in asked]
    assert len(set(names)) == len(names)
    every = [row.id for row in twelve_study.rows("lanes")]
    long = made(twelve_study, close=every).name
    assert len(long) <= 80
    assert long != made(twelve_study, close=every[:-1]).name


def test_own_name_and_title(twelve_study: Study):
    found = made(twelve_study, close=["narrows"], name="mine", title="As I see it")
    assert (found.name, found.title) == ("mine", "As I see it")


def test_nothing_asked_is_nothing(twelve_study: Study):
    assert given(twelve_study) is None
    assert given(twelve_study, beside="narrows-60d") is None


def test_one_unknown_name_stays_one_with_its_suggestions(built_in: Study):
    with pytest.raises(UnknownName, match='did you mean "hormuz"') as caught:
        given(built_in, close=["hormus"])
    assert caught.value.suggestions == ("hormuz",)


@pytest.mark.parametrize(
    "asked, words",
    [
        ({"ban": ["CHN:ore"]}, "could be ndpr_ore .*lithium_ore"),
        ({"ban": ["CHN:a:b:c"]}, "PLACE:COMMODITY:PLACE"),
        ({"ban": [":lng"]}, "PLACE:COMMODITY"),
        ({"ban": ["QAT:lng:QAT"]}, "another country"),
        ({"demand": ["JPN:lng:20%"]}, "a sign and %"),
        ({"demand": ["JPN:lng:+0%"]}, "not nothing"),
        ({"demand": ["JPN:lng:-101%"]}, "from -100%"),
        ({"demand": ["JPN"]}, "PLACE:COMMODITY:CHANGE"),
        ({"demand": ["JPN:lng:+20%"], "depth": "0.5"}, "--depth: a change of demand"),
        ({"close": ["hormuz"], "start": "1.12.2026"}, "year-month-day"),
        ({"close": ["hormuz"], "start": "2026-02-30"}, "year-month-day"),
        ({"close": ["hormuz"], "start": "9999-12-31"}, "from 1900 to 2999"),
        ({"close": ["hormuz"], "days": "0"}, "above 0"),
        ({"close": ["hormuz"], "days": "inf"}, "above 0"),
        ({"close": ["hormuz"], "days": "6_0"}, "above 0"),
        ({"close": ["hormuz"], "days": "６０"}, "above 0"),
        ({"close": ["hormuz"], "depth": "50"}, "0.5 or 50%"),
        ({"close": ["hormuz"], "beside": "qatar-outage"}, 'either the scenario "qatar-outage"'),
        ({"days": 3}, "--days belongs to shocks"),
        ({"start": "2026-12-01", "name": "x"}, "--from, --save belong to shocks"),
    ],
)
def test_what_cannot_be_meant_is_told(built_in: Study, asked: dict[str, Any], words: str):
    with pytest.raises(UsageError, match=words):
        given(built_in, **asked)


def test_everything_wrong_is_told_at_once(built_in: Study):
    with pytest.raises(UsageError) as caught:
        given(built_in, close=["hormus"], demand=["JPN:lng:20%"], days="x", beside="y")
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("4 problems")
    assert [line.split()[0] for line in lines[1:]] == ["--close", "--demand", "--days", "either"]
