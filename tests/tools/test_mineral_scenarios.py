"""Scenarios of minerals and chips: depths as measured, targets that exist, sources."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from tools.build_india_japan import mineral_scenarios
from tools.build_india_japan.tables import read

from seawall.shocks.scenario import Scenario, Shock, parse_scenario

LANES = [
    {"origin": "JPN", "destination": "TWN"},
    {"origin": "AUS-EAST", "destination": "TWN"},
    {"origin": "TWN", "destination": "JPN"},
]


@cache
def scenarios() -> dict[str, Scenario]:
    texts = mineral_scenarios.texts(LANES)
    return {name: parse_scenario(name, text) for name, text in texts.items()}


def shock(scenario: str, commodity: str) -> Shock:
    (found,) = [s for s in scenarios()[scenario].shock if s.commodity == commodity]
    return found


def test_the_seven_and_the_two_of_trade_rules() -> None:
    assert set(scenarios()) == {
        "rare-earth-ban", "heavy-rare-earth-licences", "gallium-germanium-ban",
        "graphite-permits", "indonesia-nickel-ban", "drc-cobalt-quota", "taiwan-strait",
        "china-to-japan-ban", "magnet-tariff",
    }  # fmt: skip
    for found in scenarios().values():
        assert found.about.endswith(".")
        assert "\n" not in found.about
        assert "  " not in found.about
        assert found.sources
        assert all(s.url.startswith("http") for s in found.sources)
        assert found.kind == ("back-test" if found.start else "what-if")


def test_goods_are_those_of_the_study() -> None:
    known = {
        "ndpr_oxide", "dytb_oxide", "ndpr_metal", "magnet_dy", "magnet_dyfree", "gallium",
        "germanium", "graphite", "spherical_graphite", "nickel", "nickel_intermediate",
        "cobalt_intermediate", None,
    }  # fmt: skip
    assert {s.commodity for found in scenarios().values() for s in found.shock} == known


@pytest.mark.parametrize(
    "name, goods",
    [("rare-earth-ban", 5), ("gallium-germanium-ban", 2), ("indonesia-nickel-ban", 3)],
)
def test_what_if_bans_are_total_and_last_half_a_year(name: str, goods: int) -> None:
    found = scenarios()[name].shock
    assert len(found) == goods
    assert all((s.depth, s.days, s.recovery, s.to) == (1.0, 180.0, (), None) for s in found)


def test_magnets_of_2025_follow_chinese_customs() -> None:
    """May -74 %, June -38.1 % on the year, July above: 102 days to the end of June less three."""
    for good in ("magnet_dy", "magnet_dyfree"):
        found = shock("heavy-rare-earth-licences", good)
        assert (found.ban, found.days) == ("CHN", 27.0)
        assert found.recovery == ((31.0, 0.26), (30.0, 0.619))
        # Over the second quarter about half of the normal is lost; hazards.csv says 40 %.
        lost = sum((end - start) * (1 - share) for start, end, share in found.levels())
        assert lost / 91 == pytest.approx(0.53, abs=0.01)
    assert scenarios()["heavy-rare-earth-licences"].start == date(2025, 4, 4)


def test_dysprosium_and_terbium_stop_for_two_months() -> None:
    found = shock("heavy-rare-earth-licences", "dytb_oxide")
    shares = [share for _, share in found.recovery]
    assert (found.depth, shares[0]) == (1.0, 0.0)
    # Nothing above what is normal, and the year ends on day 272.
    assert max(shares) == 1.0
    assert found.days + sum(days for days, _ in found.recovery) == 272


def test_graphite_permits_are_deepest_in_january() -> None:
    flake, ball = (shock("graphite-permits", g) for g in ("graphite", "spherical_graphite"))
    assert 1 - flake.depth == pytest.approx(0.25, abs=0.01)
    assert [s for _, s in flake.recovery] == pytest.approx([0.221, 0.296, 0.934], abs=0.001)
    # Fastmarkets: spherical in January and February 64.54 % below the year before.
    (january, first), (february, second) = ball.recovery
    mean = (january * first + february * second) / (january + february)
    assert 1 - mean == pytest.approx(0.6454, abs=0.01)


def test_congo_may_export_what_the_law_says() -> None:
    """Nothing, then 18,125 t to the end of 2025, then 96,600 t a year."""
    base = mineral_scenarios.congo_exports()
    assert base == pytest.approx(207_500)
    ban, first, later = scenarios()["drc-cobalt-quota"].shock
    assert (ban.ban, ban.days, ban.depth) == ("COD", 236.0, 1.0)
    assert first.start_day == 236
    assert later.start_day == 236 + first.days == 313
    assert (1 - first.depth) * base * first.days / 365 == pytest.approx(18_125, rel=0.002)
    assert (1 - later.depth) * base == pytest.approx(96_600, rel=0.002)
    assert f"{base:,.0f} t" in scenarios()["drc-cobalt-quota"].about


def test_taiwan_is_cut_off_both_ways() -> None:
    found = scenarios()["taiwan-strait"].shock
    assert {s.passage for s in found} == {"taiwan_strait", None}
    assert {(s.ban, s.to) for s in found if s.ban} == {
        ("TWN", None), ("JPN", "TWN"), ("AUS-EAST", "TWN"),
    }  # fmt: skip
    assert {s.days for s in found} == {90.0}


def test_trade_rules_name_who_is_meant() -> None:
    tariff = scenarios()["magnet-tariff"].shock
    assert {(s.tariff, s.to, s.rate, s.days) for s in tariff} == {("CHN", "IND", 0.35, 365.0)}
    assert {s.to for s in scenarios()["china-to-japan-ban"].shock} == {"JPN"}


def test_measured_figures_have_sources() -> None:
    for row in read("mineral_measures"):
        assert row["source"]
        assert row["url"].startswith("http")
        assert row["confidence"] in ("looked-up", "estimate")
        assert row["start"] <= row["end"]
