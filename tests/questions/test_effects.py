"""What balancing makes of the cells that overlays changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from tests.study.books import with_seas
from tests.study.conftest import Folder
from tests.study.overlay_files import overlay

from seawall.errors import InputError
from seawall.network import base_case
from seawall.questions.effects import EFFECTS, effects, sentences
from seawall.questions.prepared import prepare
from seawall.study import Study, read

TWELVE = Path(__file__).parents[1] / "data" / "twelve"


def study(tmp_path: Path, *rows: str) -> Study:
    return read(TWELVE, overlay(tmp_path / "o.csv", *rows))


def one(tmp_path: Path, row: str) -> dict[str, object]:
    """The only row of the effects."""
    ((_, found),) = effects(study(tmp_path, row)).iterrows()
    return dict(found)


def test_without_overlays_there_is_nothing_to_tell() -> None:
    table = effects(read(TWELVE))
    assert list(table.columns) == list(EFFECTS)
    assert table.empty


def test_a_base_is_told_as_it_is_balanced(tmp_path: Path) -> None:
    changed = study(tmp_path, "facilities liq-gulf base 33 recalled")
    (row,) = effects(changed).to_dict("records")
    network = prepare(changed).network
    at = network.facilities.id.index("liq-gulf")
    balanced = float(network.facilities.base[at]) * 365 / 7
    assert (row["before"], row["asked"]) == ("30", "33")
    assert float(row["balanced"]) == pytest.approx(balanced, rel=1e-5)
    assert 30 < balanced < 33
    assert row["moved"] == pytest.approx(balanced / 33 - 1)
    assert str(row["said"]).startswith("balanced to 3")
    (sentence,) = sentences(changed, pd.DataFrame([row]))
    assert sentence.startswith(
        "Gulf liquefaction (facilities liq-gulf) base 30 -> 33 Mt/yr (A. Analyst): balanced to 3"
    )


def test_the_stated_confidence_decides_how_far_a_figure_is_moved(tmp_path: Path) -> None:
    loose = one(tmp_path, "facilities wells-nord base 12")
    firm = one(tmp_path, "facilities wells-nord base 12 looked-up")
    assert abs(float(str(firm["moved"]))) < abs(float(str(loose["moved"])))
    assert abs(float(str(loose["moved"]))) > 0.05
    assert "a stated confidence would hold it more firmly" in str(loose["said"])
    assert "confidence" not in str(firm["said"])


def test_a_demand_moves_with_the_tiers_of_its_place(tmp_path: Path) -> None:
    changed = study(tmp_path, "demands nord-power quantity 17 estimate")
    (row,) = effects(changed).to_dict("records")
    network = prepare(changed).network
    at = network.demands.tier_id.index("nord-power")
    prior = 17.0
    move = next(m for m in base_case(changed).moves if m.id == "nord-power")
    assert float(row["balanced"]) == pytest.approx(prior * move.value / move.prior, rel=1e-5)
    assert network.demands.tier[at] == "important"
    assert "all tiers of a place move by one factor" in row["said"]


@pytest.mark.parametrize(
    "row, balanced, said",
    [
        ("facilities liq-west capacity 45", "45", "kept"),
        ("lanes gulf~suda days 15", "15", "kept"),
        ("stocks west/lng start 0.4", "0.4", "kept"),
        ("passages canal capacity 90", "90", "kept"),
        ("lanes gulf~suda route another", "another", "taken as it is"),
        ("facilities liq-west capacity _", "", "left blank"),
        ("facilities liq-west nameplate 50", "", "not used: runs use capacity"),
    ],
)
def test_what_is_not_balanced_is_kept(tmp_path: Path, row: str, balanced: str, said: str) -> None:
    found = one(tmp_path, row)
    assert (found["balanced"], found["said"]) == (balanced, said)


def test_a_capacity_below_the_base_is_raised(tmp_path: Path) -> None:
    changed = study(tmp_path, "facilities liq-west capacity 20")
    (row,) = effects(changed).to_dict("records")
    network = prepare(changed).network
    at = network.facilities.id.index("liq-west")
    used = float(network.facilities.capacity[at]) * 365 / 7
    assert used > 39
    assert float(row["balanced"]) == pytest.approx(used, rel=1e-5)
    assert "the balanced base lies above it; change base, too" in row["said"]


def test_a_passage_too_narrow_for_its_base_is_raised(tmp_path: Path) -> None:
    row = one(tmp_path, "passages canal capacity 1")
    assert float(str(row["balanced"])) > 5
    assert "raised to" in str(row["said"])


def test_a_row_of_another_variant_is_not_used(tmp_path: Path) -> None:
    changed = study(tmp_path, "facilities wells-nord cost 310")
    assert effects(changed)["said"].tolist() == ["kept"]
    (row,) = effects(changed.variant("unpooled")).to_dict("records")
    assert row["balanced"] == ""
    assert row["said"] == 'not used: the row counts only where variant "pooled" is chosen'


@pytest.mark.parametrize(
    "row",
    ["assumptions heel value 0.04", "passages narrows toll 4", "terminals suda-t berths 2",
     "seasons NRD/3 factor 1.1", "sea_legs gulf-narrows length 340"],
)  # fmt: skip
def test_what_redirect_alone_reads_is_told(tmp_path: Path, row: str) -> None:
    folder = with_seas(Folder(Path(shutil.copytree(TWELVE, tmp_path / "twelve"))))
    line = folder.row_of("assumptions", "demurrage")
    folder.add("assumptions", line, id="heel", used_by="redirect")
    folder.set("passages", 2, "toll", "3").set("passages", 2, "toll_unit", "USD/t")
    changed = read(folder.path, overlay(tmp_path / "o.csv", row))
    ((_, found),) = effects(changed).iterrows()
    assert found["said"] == "taken as it is: only redirect reads it"
    assert found["balanced"] == found["asked"]


def test_a_study_of_one_chain_tells_only_of_its_rows(tmp_path: Path) -> None:
    tiers = Path(__file__).parents[1] / "data" / "tiers"
    facilities = read(tiers).frames["facilities"]
    file = overlay(
        tmp_path / "o.csv", *(f"facilities {name} ramp_days 9" for name in facilities["id"])
    )
    changed = read(tiers, file)
    whole = effects(changed)
    assert len(whole) == len(facilities)
    parts = [effects(changed.chain(chain)) for chain in changed.chains]
    assert sum(map(len, parts)) == len(whole)


def test_figures_beyond_balancing_are_told_at_the_overlay(tmp_path: Path) -> None:
    changed = study(tmp_path, "demands nord-homes quantity 24 looked-up")
    with pytest.raises(InputError) as caught:
        base_case(changed)
    (problem,) = caught.value.problems
    assert (problem.file, problem.row) == (str(tmp_path / "o.csv"), 2)
    assert "contradicts the other figures" in problem.rule
    assert "demands.csv:3" in problem.rule
    (row,) = effects(changed).to_dict("records")
    assert "its chain cannot be balanced" in row["said"]


def test_figures_of_other_rows_beyond_balancing_name_the_overlays(tmp_path: Path) -> None:
    changed = study(tmp_path, "facilities liq-west base 70 looked-up")
    with pytest.raises(InputError) as caught:
        base_case(changed)
    others = [p for p in caught.value.problems if p.file != str(tmp_path / "o.csv")]
    assert [p.file for p in others] == ["demands.csv"]
    assert all(f"what overlays change: {tmp_path / 'o.csv'}:2" in p.rule for p in others)
