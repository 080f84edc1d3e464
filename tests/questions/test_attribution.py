"""Which input makes how much of what two runs differ in, on the twelve-node study."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.conftest import DATA
from tests.study.books import with_seas
from tests.study.conftest import Folder

import seawall
from seawall.errors import InputError
from seawall.questions.attribution import figures_of
from seawall.questions.compare import Comparison, compare
from seawall.questions.hybrids import MOST, End, mixed, players
from seawall.runs import Shelf, StoredRun
from seawall.study import Study
from seawall.study.diff import differences

HEAD = "table,row,column,value,why,source,who\n"


def laid(folder: Path, *rows: str, name: str = "overlay") -> Study:
    """The twelve-node study with an overlay of `rows`."""
    file = folder / f"{name}.csv"
    file.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return seawall.read(DATA / "twelve", [file])


def kept(study: Study, scenario: str = "narrows-60d", response: str = "frozen", **asked: Any
         ) -> StoredRun:  # fmt: skip
    result = seawall.stress(study, scenario, response, **asked)
    return Shelf().keep(result, result.study)


def of(result: Comparison, figure: str, place: str = "") -> pd.DataFrame:
    table = result.tables["shares"]
    return table[(table["figure"] == figure) & (table["place"] == place)]


STOCK = "stocks,suda-t/lng/,start,600,gauge,press,ab"
LANE = "lanes,gulf~suda,base,9,customs,press,ab"
PLANT = "facilities,regas-suda,capacity,30,a berth is lost,press,ab"


def test_one_input_is_the_whole_difference(tmp_path: Path) -> None:
    one, other = kept(seawall.read(DATA / "twelve")), kept(laid(tmp_path, STOCK))
    result = compare(one, other)
    (row,) = of(result, "unserved", "SUD").to_dict("records")
    assert row["share"] == 1.0
    assert row["amount"] == row["change"] == row["run_b"] - row["run_a"]
    assert (row["error"], row["method"], row["unit"]) == (0.0, "exact", "Mt")
    assert (row["input"], row["from"], row["to"]) == (
        "stock of LNG at Suda terminal: start", "800 kt", "600 kt",
    )  # fmt: skip
    assert (of(result, "loss")["share"] == 1.0).all()
    assert result.figures["sentences"][0] == (
        "Suda's shortage of gas in the grid under frozen rises from 0.762 to 0.950 Mt; "
        "100 % of that is stock of LNG at Suda terminal: start (800 to 600 kt)."
    )
    (listed,) = result.tables["inputs"].to_dict("records")
    assert (listed["who"], listed["why"]) == ("ab", "gauge")
    assert "stocks suda-t/lng/ start" in listed["cells"]


def test_cells_of_a_row_that_were_changed_for_one_reason_are_one_input(tmp_path: Path) -> None:
    together = laid(tmp_path, PLANT, "facilities,regas-suda,base,22,a berth is lost,press,ab")
    a = End(seawall.read(DATA / "twelve"), None, None, None)
    found = players(a, End(together, None, None, None), ("",))
    assert [p.name for p in found] == ["Suda regasification: base and capacity"]
    assert found[0].before == "base 23.6 Mt/yr, capacity 35 Mt/yr"
    apart = laid(tmp_path, PLANT, "facilities,regas-suda,base,22,less is used,press,ab", name="two")
    assert len(players(a, End(apart, None, None, None), ("",))) == 2


def test_what_only_redirect_reads_is_no_input_of_a_stress_test(tmp_path: Path) -> None:
    folder = with_seas(Folder(Path(shutil.copytree(DATA / "twelve", tmp_path / "one"))))
    line = folder.row_of("assumptions", "demurrage")
    folder.add("assumptions", line, id="heel", used_by="redirect")
    folder.set("passages", 2, "toll", "3").set("passages", 2, "toll_unit", "USD/t")
    before = End(folder.read(), None, None, None)
    folder.set("passages", 2, "toll", "4").set("terminals", 2, "berths", "9")
    folder.set("sea_legs", 2, "length", "999").set("seasons", 2, "factor", "1.3")
    heel = folder.row_of("assumptions", "heel")
    folder.set("assumptions", heel, "value", "0.007")
    after = End(folder.read(), None, None, None)
    assert players(before, after, ("",)) == []
    folder.set("assumptions", heel, "used_by", "engine")
    folder.set("assumptions", heel, "value", "0.008")
    assert players(before, End(folder.read(), None, None, None), ("",))


def test_two_inputs_share_a_difference_as_by_hand(tmp_path: Path) -> None:
    base, both = seawall.read(DATA / "twelve"), laid(tmp_path, STOCK, LANE)
    result = compare(kept(base), kept(both))
    alone = {
        name: figures_of(End.of(study, base_scenario(base)), ["frozen"])
        for name, study in (
            ("none", base), ("both", both),
            ("stock", laid(tmp_path, STOCK, name="s")), ("lane", laid(tmp_path, LANE, name="l")),
        )
    }  # fmt: skip
    key = ("frozen", "SUD", "gas", "unserved")
    v = {name: float(found[key] or 0.0) for name, found in alone.items()}
    stock = ((v["stock"] - v["none"]) + (v["both"] - v["lane"])) / 2
    lane = ((v["lane"] - v["none"]) + (v["both"] - v["stock"])) / 2
    rows = of(result, "unserved", "SUD").set_index("input")
    assert rows.loc["stock of LNG at Suda terminal: start", "amount"] == pytest.approx(stock)
    assert rows.loc["Gulf plants to Suda coast: base", "amount"] == pytest.approx(lane)
    assert rows["share"].sum() == pytest.approx(1.0, abs=1e-12)
    assert set(rows["method"]) == {"shapley, all orders"}
    table = result.tables["shares"]
    sums = table.groupby(["response", "place", "commodity", "figure"])["amount"].sum()
    changes = table.groupby(["response", "place", "commodity", "figure"])["change"].first()
    assert sums.to_numpy() == pytest.approx(changes.to_numpy(), rel=1e-9)


def base_scenario(study: Study) -> Any:
    from seawall.questions.prepared import find_scenario

    return find_scenario(study, "narrows-60d")


def test_everything_turned_over_is_the_other_study(tmp_path: Path) -> None:
    base, both = seawall.read(DATA / "twelve"), laid(tmp_path, STOCK, LANE, PLANT)
    a, b = (End(study, None, None, None) for study in (base, both))
    found = players(a, b, ("",))
    assert mixed(a, b, found).study.digest() == both.digest()
    assert mixed(a, b, []).study.digest() == base.digest()
    half = mixed(a, b, found[:1]).study
    rest = {d.table for d in differences(half, both)}
    assert rest == {d.table for p in found[1:] for d in p.differences}


def test_the_scenario_and_an_order_are_inputs(tmp_path: Path) -> None:
    base = seawall.read(DATA / "twelve")
    result = compare(kept(base), kept(base, "canal-60d"))
    assert list(result.tables["inputs"]["input"]) == ["scenario"]
    assert (result.tables["shares"]["share"] == 1.0).all()
    stock = laid(tmp_path, STOCK)
    result = compare(kept(base), kept(stock, "canal-60d", rationing="equal"))
    assert set(result.tables["inputs"]["input"]) == {
        "scenario", "rationing", "stock of LNG at Suda terminal: start",
    }  # fmt: skip
    rows = of(result, "loss")
    assert rows["share"].sum() == pytest.approx(1.0)


def test_a_variant_that_the_scenario_chose_goes_with_it() -> None:
    base = seawall.read(DATA / "twelve")
    result = compare(kept(base), kept(base, "demand-up"))  # of the variant without domestic gas
    assert list(result.tables["inputs"]["input"]) == ["scenario"]
    a = End(base, None, None, None)
    (alone,) = players(a, End(base.variant("unpooled"), None, None, None), ("",))
    assert (alone.name, alone.before, alone.after) == (
        "variant of domestic_gas", "pooled", "unpooled",
    )  # fmt: skip
    b = End(base.variant("unpooled"), None, None, None)
    assert mixed(a, b, [alone]).study.digest() == b.study.digest()


def test_what_no_stress_test_reads_is_no_input(tmp_path: Path) -> None:
    base = seawall.read(DATA / "twelve")
    other = laid(
        tmp_path, "facilities,regas-suda,nameplate,50,sign,press,ab",
        "stocks,suda-t/lng/,note,looked at,visit,press,ab",
    )  # fmt: skip
    assert base.digest() != other.digest()
    result = compare(kept(base), kept(other))
    assert result.tables["shares"].empty
    assert result.figures["notes"] == ["No input differs that a stress test reads."]


def test_inputs_that_break_a_rule_alone_are_taken_together(tmp_path: Path) -> None:
    # The tank holds 1,500 kt: more in it than that needs the larger tank.
    rows = ("stocks,suda-t/lng/,start,1600,gauge,press,ab", "stocks,suda-t/lng/,tank,2000,new,p,ab")
    result = compare(kept(seawall.read(DATA / "twelve")), kept(laid(tmp_path, *rows, LANE)))
    names = list(result.tables["inputs"]["input"])
    assert "stock of LNG at Suda terminal: start with stock of LNG at Suda terminal: tank" in names
    assert len(names) == 2
    assert any("count as one input" in note for note in result.figures["notes"])


def test_a_study_between_that_breaks_a_rule_is_told(tmp_path: Path) -> None:
    rows = ("stocks,suda-t/lng/,start,1600,gauge,press,ab", "stocks,suda-t/lng/,tank,2000,new,p,ab")
    a, b = (
        End(s, None, None, None) for s in (seawall.read(DATA / "twelve"), laid(tmp_path, *rows))
    )
    alone = next(p for p in players(a, b, ("",)) if p.name.endswith("start"))
    with pytest.raises(InputError, match="a study between the two runs"):
        mixed(a, b, [alone])


def many(folder: Path, count: int) -> Study:
    demands = pd.read_csv(DATA / "twelve" / "demands.csv", dtype=str)
    rows = [
        f"demands,{row.id},quantity,{float(row.quantity) * 1.01:.6f},census {row.id},press,ab"
        for row in demands.itertuples()
    ]
    lanes = pd.read_csv(DATA / "twelve" / "lanes.csv", dtype=str)
    rows += [
        f"lanes,{row.id},days,{float(row.days) + 1},weather {row.id},press,ab"
        for row in lanes.itertuples()
        if float(row.days) > 0 and float(row.base) > 0
    ]
    return laid(folder, *rows[:count])


def test_many_inputs_are_drawn_when_asked(tmp_path: Path) -> None:
    one, other = kept(seawall.read(DATA / "twelve")), kept(many(tmp_path, 7))
    silent = compare(one, other)
    assert silent.tables["shares"].empty
    assert "7 inputs differ: --shares 40" in silent.figures["notes"][0]
    result = compare(one, other, shares=4, seed=2)
    rows = of(result, "loss")
    assert len(rows) == 7
    assert rows["amount"].sum() == pytest.approx(rows["change"].iloc[0], rel=1e-9)
    assert set(rows["method"]) == {"shapley, drawn orders"}
    assert (rows["error"] > 0).any()
    again = compare(one, other, shares=4, seed=2)
    pd.testing.assert_frame_equal(again.tables["shares"], result.tables["shares"])


def test_very_many_are_taken_together_by_overlay(tmp_path: Path) -> None:
    a = End(seawall.read(DATA / "twelve"), None, None, None)
    b = End(many(tmp_path, MOST + 4), None, None, None)
    (found,) = players(a, b, ("",))
    assert found.name == f"{tmp_path / 'overlay.csv'} ({MOST + 4} rows)"
    assert mixed(a, b, [found]).study.digest() == b.study.digest()


def test_slow_responses_are_left_out_of_many_and_can_be_asked_for(tmp_path: Path) -> None:
    rows = (STOCK, LANE, PLANT, "lanes,south~suda,days,8,weather,press,ab")
    pair = [
        kept(study, response=("frozen", "market"))  # type: ignore[arg-type]
        for study in (seawall.read(DATA / "twelve"), laid(tmp_path, *rows))
    ]
    result = compare(*pair)
    assert set(result.tables["shares"]["response"]) == {"frozen"}
    assert any("--response market" in note for note in result.figures["notes"])


def test_no_shares_without_the_study(tmp_path: Path, shelf: Path) -> None:
    import shutil

    one, other = kept(seawall.read(DATA / "twelve")), kept(laid(tmp_path, STOCK))
    shutil.rmtree(shelf / "studies")
    result = compare(one, other)
    assert result.tables["shares"].empty
    assert "No shares of inputs for run A: the study of run" in result.figures["notes"][0]
    # Given by hand they are known again.
    found = compare(one, other, studies=[seawall.read(DATA / "twelve"), laid(tmp_path, STOCK)])
    assert (found.tables["shares"]["share"] == 1.0).all()
    assert compare(one, other, shares=0).tables["shares"].empty


def test_workers_do_not_change_shares(tmp_path: Path) -> None:
    pair = [kept(s) for s in (seawall.read(DATA / "twelve"), laid(tmp_path, STOCK, LANE))]
    one, two = (compare(*pair, workers=w).tables["shares"] for w in (1, 2))
    pd.testing.assert_frame_equal(one, two)
