"""What a slip costs: hand-checked on three nodes, and against the stress tests of two studies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import gamma
from tests.questions.track.promised import TABLES, promised

import seawall
from seawall.errors import InputError, UnknownName, UsageError
from seawall.questions.again import again
from seawall.questions.track.delivery import delivery_of
from seawall.questions.track.slip import asked_slip, slip
from seawall.runs import Shelf
from seawall.shocks.hazards import hazards
from seawall.study import Study, read

HAZARDS = (
    "id,name,kind,target,frequency,frequency_low,frequency_high,days_median,days_sigma,days_most,"
    "depth,source,confidence\n"
    "gate,The gate shuts,passage,gate,0.2,0.1,0.4,60,0,60,1,paper,looked-up\n"
)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return read(promised(tmp_path / "promised"))


def test_a_week_of_stock_is_a_week_of_survival(study: Study) -> None:
    """The gate shuts for 60 days; ships past it land for a week, then stocks of 14 or 21 days of
    need are all there is, of 0.1 Mt a day."""
    result = slip(study, "P-1", scenarios=["gate-60d"], responses=["frozen"])
    (row,) = result.tables["slips"].itertuples()
    assert (row.place, row.commodity, row.unit) == ("IMP", "gas", "Mt")
    assert (row.survive_kept, row.survive_late) == (pytest.approx(28), pytest.approx(21))
    assert row.survive_less == pytest.approx(7)
    assert row.unserved_more == pytest.approx(0.7)
    assert row.days_more == pytest.approx(7)
    assert row.unserved_late == pytest.approx(60 * 0.1 - 14 * 0.1)
    figures = result.summary()
    assert (figures["planned"], figures["until"]) == ("2028-01-01", "2030-01-01")
    assert result.tables["tails"].empty


@pytest.mark.parametrize("response", ["market", "foresight"])
def test_it_is_the_difference_of_two_stress_tests(
    study: Study, tmp_path: Path, response: str
) -> None:
    overlay = tmp_path / "tank.csv"
    overlay.write_text(
        "table,row,column,value,source,who,why\nstocks,coast/lng/,start,2.1,a tank,me,try\n"
    )
    found = slip(study, "P-1", responses=[response]).tables["slips"]
    assert set(found["scenario"]) <= {"gate-14d", "gate-60d"}
    found = found[found["scenario"] == "gate-60d"]
    kept, late = (
        seawall.stress(one, "gate-60d", response).tables["indicators"]
        for one in (read(study.folder, [overlay]), study)
    )
    rows = [one[(one["tier"] == "all") & (one["sector"] == "all")].iloc[0] for one in (kept, late)]
    (row,) = found.itertuples()
    assert [row.unserved_kept, row.unserved_late] == pytest.approx(
        [one["unserved"] for one in rows]
    )
    assert row.value_more == pytest.approx(rows[1]["value_lost"] - rows[0]["value_lost"])


def test_hazards_say_what_the_years_of_the_slip_cost(tmp_path: Path) -> None:
    """One hazard of one certain case: counts of a gamma-Poisson, times what the case costs."""
    study = read(promised(tmp_path / "p", hazards=HAZARDS))
    found = slip(study, "P-1", scenarios=["gate-60d"], responses=["market"], tail=1, late=3)
    (case,) = found.tables["cases"].itertuples()
    (tail,) = found.tables["tails"].itertuples()
    assert case.value_more == pytest.approx(case.value_late - case.value_kept)
    assert case.value_more > 0
    assert tail.expected == pytest.approx(0.2 * 3 * case.value_more)
    assert tail.expected_low < tail.expected < tail.expected_high
    (gate,) = hazards(study)
    often = gamma(gate.frequency_shape, scale=0.2 / gate.frequency_shape)
    assert [tail.expected_low, tail.expected_high] == pytest.approx(
        often.ppf([0.05, 0.95]) * 3 * case.value_more, rel=0.05
    )
    assert tail.worst_twentieth >= tail.percentile_95 >= 0
    # At a frequency of exactly 0.2 the chance of none in three years is exp(-0.6).
    assert tail.chance == pytest.approx(1 - np.exp(-0.6), abs=0.05)
    assert (
        slip(study, "P-1", tail=1, responses=["market"])
        .tables["tails"]
        .equals(slip(study, "P-1", tail=1, responses=["market"]).tables["tails"])
    )


def test_a_variant_is_the_pledge_delivered(tmp_path: Path) -> None:
    folder = promised(tmp_path / "p", deliveries=(
        "pledge,table,name,column,before,after,planned,why,source,confidence\n"
        "P-1,variant,full,,,,,as if it stood,paper,looked-up\n"
    ))  # fmt: skip
    settings = folder / "study.toml"
    settings.write_text(settings.read_text() + '\n[variants]\ntank = ["empty", "full"]\n')
    stocks = folder / "stocks.csv"
    head, plant, coast = stocks.read_text().splitlines()
    full = coast.replace("1.4,0,2.8", "2.1,0,2.8")
    stocks.write_text(f"{head},variant\n{plant},\n{coast},empty\n{full},full\n")
    study = read(folder)
    for asked in (study, study.variant("full")):  # of either choice the same two are compared
        (row,) = (
            slip(asked, "P-1", scenarios=["gate-60d"], responses=["frozen"])
            .tables["slips"]
            .itertuples()
        )
        assert row.survive_less == pytest.approx(7)
    assert delivery_of(study, "P-1").planned == ""


def test_a_figure_that_has_changed_since_keeps_the_pledge_s_part(study: Study) -> None:
    frames = dict(study.frames)
    frames["stocks"] = frames["stocks"].assign(start=lambda rows: rows["start"] + 0.05)
    both = delivery_of(replace(study, frames=frames), "P-1")
    starts = [one.table("stocks")["start"][1] for one in (both.late, both.kept)]
    assert starts == pytest.approx([1.45, 2.15])
    assert both.chains == study.chains


def test_what_cannot_be_asked_is_refused(study: Study, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match='no pledge "P-9"'):
        slip(study, "P-9")
    with pytest.raises(UsageError, match="it does for: P-1"):
        slip(study, "P-2")
    with pytest.raises(UsageError, match="at least one year"):
        slip(study, "P-1", late=0)
    with pytest.raises(UnknownName, match="gate-61d"):
        slip(study, "P-1", scenarios=["gate-61d"])
    too_much = TABLES["deliveries"].replace("1.4,2.1", "1.4,3.1")
    with pytest.raises(InputError, match="tank"):
        slip(read(promised(tmp_path / "q", deliveries=too_much)), "P-1")


def test_the_same_question_again(study: Study, tmp_path: Path) -> None:
    result = slip(study, "P-1", scenarios=["gate-60d"], responses=["market"])
    assert result.identity == asked_slip(study, "P-1", scenarios=["gate-60d"], responses=["market"])
    stored = Shelf(tmp_path / "shelf").keep(result, study)
    assert again(stored, study).tables["slips"].equals(result.tables["slips"])
