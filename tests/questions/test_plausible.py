"""Plausible: totals of the base against figures worked out by hand, and lights."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import seawall
from seawall.errors import UsageError
from seawall.network.build import SIGMA
from seawall.questions.plausible import LIGHTS, PLAUSIBLE, band, light
from seawall.questions.totals import Totals
from seawall.study import Study, read
from seawall.study.published_records import PUBLISHED, TOTALS

DATA = Path(__file__).parents[1] / "data"
GOLDEN = Path(__file__).parent / "golden" / "plausible.csv"
HEAD = [column.name for column in PUBLISHED.columns]


def asking(folder: Path, rows: list[dict[str, str]]) -> Study:
    """A copy of a study with other published totals."""
    with (folder / "published.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEAD)
        writer.writeheader()
        for i, row in enumerate(rows):
            filled = {"id": f"row-{i}", "value": "1", "as_of": "2026", "independent": "yes",
                      "source": "hand", "confidence": "looked-up"}  # fmt: skip
            writer.writerow(filled | row)
    return read(folder)


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """The three-node study with a nameplate for its regasification: twice its base."""
    folder = Path(shutil.copytree(DATA / "three", tmp_path / "three"))
    path = folder / "facilities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["nameplate"] = "73" if row["id"] == "regas" else ""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


# One plant, one lane of 36.5 Mt a year through the gate, one coast with 1.4 Mt in its tanks, one
# market; 50 MMBtu a tonne, 10 USD/MMBtu at the coast, freight 50 USD/t.
BY_HAND = [
    ("import", "", "", "lng", "Mt/yr", 36.5),
    ("import", "IMP", "", "lng", "kt/yr", 36500.0),
    ("import", "coast", "plant", "lng", "Mt/yr", 36.5),
    ("import", "EXP", "", "lng", "Mt/yr", 0.0),
    ("export", "", "", "lng", "Mt/yr", 36.5),
    ("export", "EXP", "IMP", "lng", "Mt/yr", 36.5),
    ("export", "IMP", "", "lng", "Mt/yr", 0.0),
    ("import_share", "IMP", "EXP", "lng", "share", 1.0),
    ("import_share", "IMP", "coast", "lng", "%", 0.0),
    ("import_share", "EXP", "IMP", "lng", "share", None),
    ("demand", "IMP", "", "gas", "Mt/yr", 36.5),
    ("demand", "IMP", "", "lng", "Mt/yr", None),
    ("stock", "IMP", "", "lng", "Mt", 1.4),
    ("stock", "IMP", "", "gas", "Mt", None),
    ("stock_days", "IMP", "", "lng", "day", 14.0),
    ("stock_days", "plant", "", "lng", "day", None),
    ("utilisation", "IMP", "", "gas", "%", 50.0),
    ("utilisation", "coast", "", "gas", "share", 0.5),
    ("utilisation", "", "", "gas", "share", 0.5),
    ("utilisation", "EXP", "", "lng", "share", None),
    ("price", "IMP", "", "lng", "USD/MMBtu", 10.0),
    ("price", "EXP", "", "lng", "USD/MMBtu", 9.0),
    ("price", "EXP", "", "lng", "USD/t", 450.0),
    ("price", "IMP", "", "gas", "USD/MMBtu", 10.0),
    ("passage", "", "gate", "lng", "Mt/yr", 36.5),
    ("passage", "IMP", "gate", "lng", "Mt/yr", 36.5),
    ("passage", "EXP", "gate", "lng", "Mt/yr", 0.0),
    ("passage_share", "", "gate", "lng", "share", 1.0),
    ("passage_share", "IMP", "gate", "lng", "%", 100.0),
    ("origin_share", "IMP", "EXP", "gas", "share", 1.0),
    ("origin_share", "IMP", "IMP", "gas", "share", 0.0),
    ("origin_share", "EXP", "EXP", "gas", "share", None),
]


def test_every_kind_is_worked_out_by_hand(three: Path) -> None:
    assert {case[0] for case in BY_HAND} == set(TOTALS)
    names = ("what", "place", "partner", "commodity", "unit")
    study = asking(three, [dict(zip(names, case, strict=False)) for case in BY_HAND])
    totals = Totals(study)
    for row, case in zip(study.rows("published"), BY_HAND, strict=True):
        found = totals.of(row)
        assert found == (case[-1] if case[-1] is None else pytest.approx(case[-1])), case


def test_lights_of_the_three_node_study() -> None:
    table = seawall.plausible(read(DATA / "three")).tables["plausible"]
    assert list(table.columns) == list(PLAUSIBLE)
    assert dict(zip(table["id"], table["light"], strict=True)) == {
        "loadings": "red",  # 36.5 is 22 % above 30; green ends at 4 %, amber at 8 %
        "cover": "amber",  # 14 days; green ends at 13.7, amber at 14.2
        "plants": "none",
        **dict.fromkeys(
            ("trade", "arrivals", "supplier", "use", "tanks", "netback", "strait", "exposed",
             "origin"), "green",
        ),
    }  # fmt: skip


def test_the_worst_comes_first_and_inputs_come_last() -> None:
    table = seawall.plausible(read(DATA / "three")).tables["plausible"]
    ranks = [LIGHTS.index(name) for name in table["light"]]
    assert ranks == sorted(ranks)
    green = table[table["light"] == "green"]
    assert green["independent"].tolist() == sorted(green["independent"], reverse=True)
    assert green["id"].iloc[0] == "supplier"  # the farthest off of the independent greens


def test_the_summary_keeps_inputs_apart() -> None:
    summary = seawall.plausible(read(DATA / "three")).summary()
    assert summary["rows"] == 12
    assert sum(summary["lights"].values()) == 10
    assert summary["lights"]["red"] == 1
    assert summary["not_independent"] == {"red": 0, "amber": 0, "none": 0, "green": 2}


def test_what_cannot_be_compared_says_so() -> None:
    table = seawall.plausible(read(DATA / "three")).tables["plausible"].set_index("id")
    row = table.loc["plants"]
    assert pd.isna(row["model"])
    assert pd.isna(row["ratio"])
    assert row["why"] == "the base holds nothing to compare; plants have no nameplate here"
    assert table.loc["loadings", "why"] == "22% above; far too little"
    assert table.loc["use", "why"].startswith("the same; ")


def test_a_study_without_published_totals_is_told_what_to_fill(three: Path) -> None:
    (three / "published.csv").unlink()
    with pytest.raises(UsageError, match=r"fill published\.csv"):
        seawall.plausible(read(three))


def test_utilisation_is_of_the_nameplate_not_of_what_can_be_reached(twelve: Path) -> None:
    """West: a base of 40 before balancing, reachable 43, nameplate 48 Mt a year."""
    table = seawall.plausible(read(twelve)).tables["plausible"].set_index("id")
    assert table.loc["west-plants", "model"] == pytest.approx(100 * 40 / 48, rel=0.03)
    assert table.loc["alba-use", "model"] == pytest.approx(28500, rel=0.03)
    assert set(table["light"]) == {"green"}


def test_parts_add_up(twelve: Path, tmp_path: Path) -> None:
    """Over all countries imports from each are all imports, and shares are 1."""
    folder = Path(shutil.copytree(twelve, tmp_path / "twelve"))
    asked = [{"what": what, "place": "NRD", "partner": partner, "commodity": "lng", "unit": unit}
             for what, unit in (("import", "Mt/yr"), ("import_share", "share"))
             for partner in ("GLF", "WST", "STH", "HBL", "ALB", "SUD")]  # fmt: skip
    asked.append({"what": "import", "place": "NRD", "commodity": "lng", "unit": "Mt/yr"})
    study = asking(folder, asked)
    found = [Totals(study).of(row) or 0.0 for row in study.rows("published")]
    assert sum(found[:6]) == pytest.approx(found[-1])
    assert sum(found[6:12]) == pytest.approx(1.0)
    assert 30 < found[-1] < 45  # 37 Mt a year before balancing


def test_shares_agree_with_exposure(twelve: Path, tmp_path: Path) -> None:
    """Two ways to the same figure: totals here, tables of exposure there."""
    folder = Path(shutil.copytree(twelve, tmp_path / "twelve"))
    suppliers = seawall.exposure(read(twelve)).tables["direct"]
    suppliers = suppliers[(suppliers["place"] == "SUD") & (suppliers["commodity"] == "lng")]
    study = asking(
        folder,
        [{"what": "import_share", "place": "SUD", "partner": name, "commodity": "lng",
          "unit": "share"} for name in suppliers["supplier"]],
    )  # fmt: skip
    found = [Totals(study).of(row) for row in study.rows("published")]
    assert len(found) > 1
    assert found == pytest.approx(suppliers["share"].tolist())


FIGURES = st.floats(0.01, 1e4)


@given(value=FIGURES, word=st.sampled_from(sorted(SIGMA)), off=st.floats(-0.99, 4.0))
def test_without_a_range_the_confidence_decides(value: float, word: str, off: float) -> None:
    least, most = band(value, float("nan"), float("nan"), word)
    sigma = SIGMA[word]
    if abs(abs(off) - 2 * sigma) > 1e-6 and abs(abs(off) - 4 * sigma) > 1e-6:
        # A range can't reach below 0, which only the widest class would do.
        wanted = "green" if abs(off) < 2 * sigma else "amber" if abs(off) < 4 * sigma else "red"
        assert light(value * (1 + off), value, least, most) == wanted


@given(
    value=FIGURES,
    below=st.floats(0.0, 0.4),
    above=st.floats(0.0, 3.0),
    near=st.floats(-0.99, 10.0),
    more=st.floats(1.0, 3.0),
)
def test_farther_off_is_never_better(
    value: float, below: float, above: float, near: float, more: float
) -> None:
    least, most = value * (1 - below), value * (1 + above)
    order = ("green", "amber", "red")
    one = light(value * (1 + near), value, least, most)
    other = light(value * (1 + near * more), value, least, most)
    assert order.index(other) >= order.index(one)
    assert light(value, value, least, most) == "green"


def test_one_given_end_leaves_the_other_to_the_confidence() -> None:
    assert band(100.0, 90.0, float("nan"), "recalled") == (90.0, 120.0)
    assert band(100.0, float("nan"), 101.0, "looked-up") == (96.0, 101.0)
    assert band(100.0, float("nan"), float("nan"), "assumption") == (0.0, 200.0)


def test_the_reference_study_is_as_plausible_as_it_was() -> None:
    """The golden table tells a change of the data; a red light in it is a finding, not a fault."""
    table = seawall.plausible(read("india-japan")).tables["plausible"]
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        golden = {row["id"]: row for row in csv.DictReader(file)}
    assert len(table) >= 40
    assert table["independent"].sum() >= 25
    assert not (table["light"] == "none").any()
    assert set(table["id"]) == set(golden)
    for row in table.itertuples():
        told = golden[row.id]
        assert row.light == told["light"], f"{row.id} is {row.light}, was {told['light']}"
        assert row.ratio == pytest.approx(float(told["ratio"]), rel=5e-3), row.id
