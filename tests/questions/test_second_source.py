"""Second sources, qualification times and stocks of the study of three tiers, by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from seawall.errors import UnknownName
from seawall.questions.balances import BALANCES, balances
from seawall.questions.second_source import qualification, second_sources
from seawall.questions.stock_variants import by_stocks
from seawall.shocks import Scenario, Shock
from seawall.study import read

DATA = Path(__file__).parents[1] / "data"
BAN = Scenario(
    title="Half the magnets", shock=(Shock(ban="MIN", commodity="magnet", days=180, depth=0.5),)
)
#: Flows of the tables, a year, and periods of four weeks in it.
LOST, GROWTH, QUALIFY, YEAR = 50.0, 4.0, 182.0, 365.0 / 28.0


@pytest.fixture(scope="module")
def tiers():
    return read(DATA / "tiers")


def test_what_others_could_replace_is_told_by_hand(tiers):
    (row,) = second_sources(tiers, BAN).to_dict("records")
    assert (row["place"], row["commodity"], row["others"]) == ("HOM", "magnet", "Valley")
    assert row["lost"] == pytest.approx(LOST, rel=1e-6)
    assert row["lost_share"] == pytest.approx(50 / 1500, rel=1e-6)
    assert row["qualify_days"] == pytest.approx(QUALIFY)
    # Four tonnes more in every period of four weeks, from day 182 on.
    assert row["growth"] == pytest.approx(GROWTH * YEAR * YEAR)
    days = QUALIFY + 28.0 * (LOST / YEAR) / GROWTH
    assert row["replaced_days"] == pytest.approx(days, rel=1e-6)
    # Valley can make 1760 instead of 1680.
    assert row["spare"] == pytest.approx(80.0, rel=1e-3)
    assert row["spare_share"] == pytest.approx(1.6, rel=1e-3)
    whole = Scenario(title="All", shock=(Shock(ban="MIN", commodity="magnet", days=180),))
    (row,) = second_sources(tiers, whole).to_dict("records")
    # Eighty tonnes more are not a hundred, however fast the lane may grow.
    assert (row["spare_share"], row["replaced_days"]) == (pytest.approx(0.8, rel=1e-3), None)


def test_nobody_left_is_never_replaced(tiers):
    both = Scenario(
        title="None",
        shock=tuple(Shock(ban=maker, commodity="magnet", days=180) for maker in ("MIN", "VAL")),
    )
    (row,) = second_sources(tiers, both).to_dict("records")
    assert row["lost_share"] == pytest.approx(1.0)
    assert (row["others"], row["replaced_days"], row["qualify_days"]) == ("", None, None)


def test_a_detour_is_late_and_not_lost(tiers):
    shut = Scenario(title="Shut", shock=(Shock(passage="narrows", days=60),))
    table = second_sources(tiers, shut)
    # Magnets have no way round and are lost; oxide to Valley goes round, and Valley is no headline.
    assert set(table["commodity"]) == {"magnet"}


def test_longer_qualification_never_helps(tiers):
    longer = Scenario(title="A year", shock=(Shock(ban="MIN", commodity="oxide", days=360),))
    table = qualification(tiers, longer, (0.0, 1.0, 4.0), response="foresight")
    home = table[table["place"] == "HOM"]
    unserved = home.sort_values("factor")["unserved"].to_list()
    assert set(table["place"]) == {"", "HOM"}
    assert unserved[0] < unserved[-1]
    assert unserved == sorted(unserved)


def test_balances_tell_what_the_tables_disagree_about(tiers):
    table = balances(tiers)
    assert list(table) == list(BALANCES)
    assert list(dict.fromkeys(table["chain"])) == ["magnets", "tea"]
    assert table["gap"].abs().max() == pytest.approx(0.0, abs=1e-9)
    frames = tiers.tables
    more = frames["facilities"]
    more.loc[more["id"] == "oth-mine", "base"] += 5.0
    off = balances(replace(tiers, frames=dict(frames) | {"facilities": more}))
    (row,) = off[off["gap"].abs() > 1e-6].to_dict("records")
    assert (row["commodity"], row["place"], row["unit"]) == ("ore", "OTH", "t/yr")
    assert row["gap"] == pytest.approx(5.0)
    assert row["share_of_world"] == pytest.approx(5.0 / 1005.0)
    assert row["left_over"] == pytest.approx(0.0, abs=1e-6)
    assert row.keys() >= {"stated_gap"}


def test_a_gap_that_the_study_states_is_told_apart(tiers):
    frames = tiers.tables
    rows = frames["demands"]
    stored = rows[rows["id"] == "min-all"].assign(
        id="stored", tier="deferrable", sector="stock building (gap)", quantity=20.0
    )
    frames = dict(frames) | {"demands": pd.concat([rows, stored], ignore_index=True)}
    table = balances(replace(tiers, frames=frames))
    row = table[(table["commodity"] == "magnet") & (table["place"] == "MIN")].iloc[0]
    assert row["stated_gap"] == pytest.approx(20.0)
    assert row["gap"] == pytest.approx(-20.0)


def test_an_unlisted_feed_is_a_stated_gap_the_other_way(tiers):
    frames = tiers.tables
    works = frames["facilities"]
    feed = works[works["id"] == "oth-mine"].assign(id="feed", name="Unlisted (gap)", base=5.0)
    changed = dict(frames) | {"facilities": pd.concat([works, feed], ignore_index=True)}
    table = balances(replace(tiers, frames=changed))
    row = table[(table["commodity"] == "ore") & (table["place"] == "OTH")].iloc[0]
    assert row["stated_gap"] == pytest.approx(-5.0)


def test_stocks_come_in_variants(tiers):
    frames = tiers.tables
    rows = frames["stocks"]
    half = rows.assign(start=rows["start"] / 2, variant="half", holder="few")
    full = rows.assign(variant="full")
    settings = tiers.settings.model_copy(update={"variants": {"stocks": ("full", "half")}})
    frames = dict(frames) | {"stocks": pd.concat([full, half], ignore_index=True)}
    study = replace(tiers, settings=settings, frames=frames)
    table = by_stocks(study, "oxide-ban", "stocks").set_index("stocks")
    assert table.loc["half", "cover_days"] < table.loc["full", "cover_days"]
    survive = table["time_to_survive_days"]
    assert survive["half"] < survive["full"]
    with pytest.raises(UnknownName, match='did you mean "stocks"'):
        by_stocks(study, "oxide-ban", "stock")
