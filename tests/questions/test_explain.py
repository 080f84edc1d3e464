"""Explained numbers: every one can be made again from the parts that are told."""

from __future__ import annotations

import csv
import importlib
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import DATA

import seawall
from seawall.errors import UnknownName, UsageError
from seawall.questions.explain import Explanation, explain, explainable
from seawall.questions.explain.address import EXPLAINED, find
from seawall.questions.explain.equations import EXPOSURE, INDICATORS, SUMMARY
from seawall.questions.result import Result
from seawall.runs import Run, StoredRun, store
from seawall.study import Study

ROOT = Path(__file__).parents[2]
RESPONSES = ("frozen", "market", "foresight")


def written(folder: Path, result: Result) -> StoredRun:
    run = Run.of(result.identity)
    store.write(folder, run, result.summary(), result.tables, study=result.study)
    return store.read(folder)


@pytest.fixture(scope="module")
def twelve_study() -> Study:
    return seawall.read(DATA / "twelve")


@pytest.fixture(scope="module")
def narrows(tmp_path_factory: pytest.TempPathFactory, twelve_study: Study) -> StoredRun:
    folder = tmp_path_factory.mktemp("runs") / "narrows"
    return written(folder, seawall.stress(twelve_study, "narrows-60d", RESPONSES))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, twelve_study: Study) -> StoredRun:
    return written(tmp_path_factory.mktemp("runs") / "seen", seawall.exposure(twelve_study))


def told(run: StoredRun, number: str, study: Study, **how: Any) -> Explanation:
    return explain(run, number, [study], **({"tried": 0} | how))


def figure(result: Explanation) -> dict[str, Any]:
    (row,) = result.tables["figure"].to_dict("records")
    return row


@pytest.mark.parametrize("response", RESPONSES)
@pytest.mark.parametrize("place", ["SUD", "NRD"])
@pytest.mark.parametrize("column", EXPLAINED["stress"]["indicators"])
def test_every_figure_of_a_place_is_made_again(
    narrows: StoredRun, twelve_study: Study, response: str, place: str, column: str
) -> None:
    result = told(narrows, f"indicators/{response}/{place}/gas/all/{column}", twelve_study)
    row, by_program = figure(result), column == "time_to_survive_days" and response != "frozen"
    if row["value"] is None or math.isnan(row["value"]) or by_program:
        return
    if column in ("missing", "priced_out") and response == "foresight":
        return
    assert row["result"] == pytest.approx(row["value"], rel=1e-9, abs=1e-12)
    assert row["agrees"] in (True, None)
    assert result.tables["equation"]["numbers"].item()


def test_unserved_is_what_was_wanted_less_what_was_served(
    narrows: StoredRun, twelve_study: Study
) -> None:
    """From the run's own timeline, without a function of the package."""
    result = told(narrows, "SUD unserved frozen", twelve_study)
    lines = narrows.tables["timeline"]
    lines = lines[(lines["place"] == "SUD") & (lines["tier"] == "all")]
    lines = lines[lines["response"] == "frozen"]
    gap = (lines["demand"] - lines["served"]).clip(lower=0)
    assert figure(result)["value"] == pytest.approx(gap.sum())
    parts = result.tables["parts"].set_index("name")["value"]
    assert parts["demand over the run"] - parts["served over the run"] == pytest.approx(gap.sum())
    periods = result.tables["periods"]
    assert periods["gap"].sum() == pytest.approx(gap.sum(), rel=1e-3)
    assert (periods["demand"] - periods["served"]).to_numpy() == pytest.approx(periods["gap"])


def test_the_first_day_follows_from_the_period_that_is_told(
    narrows: StoredRun, twelve_study: Study
) -> None:
    result = told(narrows, "SUD first_shortfall_day frozen", twelve_study)
    (period,) = result.tables["periods"].to_dict("records")
    hole = period["gap"] + period["drawn"]
    assert figure(result)["value"] == pytest.approx(7 * (period["period"] - period["gap"] / hole))
    assert "7 x (5 + 1 - " in result.tables["equation"]["numbers"].item()


def test_what_others_bought_is_told(narrows: StoredRun, twelve_study: Study) -> None:
    result = told(narrows, "indicators/market/SUD/gas/all/priced_out", twelve_study)
    table = narrows.tables["buyers"]
    mine = table[(table["place"] == "SUD") & (table["response"] == "market")]
    parts = result.tables["parts"]
    bought = parts[parts["name"].str.startswith("bought by ")]
    assert bought["value"].sum() == pytest.approx(mine["quantity"].sum())
    told_ = [text for text in result.figures["sentences"] if "others bought" in text]
    assert len(told_) == (1 if figure(result)["value"] else 0)


def test_a_tier_and_a_sector_of_it(narrows: StoredRun, twelve_study: Study) -> None:
    result = told(narrows, "indicators/frozen/SUD/gas/deferrable/unserved", twelve_study)
    assert figure(result)["result"] == pytest.approx(figure(result)["value"])
    sector = told(narrows, "indicators/frozen/SUD/gas/deferrable/power/value_lost", twelve_study)
    assert figure(sector)["address"] == "indicators/frozen/SUD/gas/deferrable/power/value_lost"
    (row,) = sector.tables["parts"].to_dict("records")
    assert row["name"].startswith("demands suda-power: ")
    demand = sector.tables["inputs"].set_index("column").loc["wtp"]
    assert (demand["value"], demand["unit"], demand["low"]) == ("669.5", "USD/t", "618")


@pytest.mark.parametrize("response", RESPONSES)
@pytest.mark.parametrize("column", ["loss", "surplus", "cost", "unserved"])
def test_figures_of_the_whole_study(
    narrows: StoredRun, twelve_study: Study, response: str, column: str
) -> None:
    result = told(narrows, f"summary/{response}/{column}", twelve_study)
    row = figure(result)
    assert row["result"] == pytest.approx(row["value"], rel=1e-7)
    parts = result.tables["parts"]
    signed = parts["value"].where(parts["sign"] == "+", -parts["value"])
    assert signed.sum() == pytest.approx(row["value"], rel=1e-7)


def test_rows_behind_it_stand_where_they_are_said_to(
    narrows: StoredRun, twelve_study: Study
) -> None:
    inputs = told(narrows, "SUD unserved market", twelve_study).tables["inputs"]
    assert {"lanes", "stocks", "demands", "facilities", "contracts", "prices"} <= set(
        inputs["table"]
    )
    for row in inputs[inputs["line"].notna()].to_dict("records"):
        with (DATA / "twelve" / row["file"]).open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        cells = dict(zip(lines[0], lines[int(row["line"]) - 1], strict=True))
        if cells[row["column"]]:  # a blank cell stands for its default
            assert row["value"] == cells[row["column"]]
        assert row["confidence"] == cells["confidence"]
    first = inputs.iloc[0]
    assert (first["about"], first["row"]) == ("cut by the shock", "gulf~suda")
    assert (first["publisher"], first["title"]) == (
        "Seawall tests", "Figures of the twelve-node study",
    )  # fmt: skip
    assert first["moved"] == pytest.approx(float(first["balanced"]) / 8 - 1, abs=1e-5)
    settings = inputs[inputs["table"] == "study.toml"]
    assert dict(zip(settings["column"], settings["value"], strict=True))["window"] == "26"


def test_who_changed_a_row_is_told(tmp_path: Path) -> None:
    overlay = tmp_path / "o.csv"
    overlay.write_text(
        "table,row,column,value,why,source,who\nstocks,suda-t/lng/,start,600,gauge,press,ab\n",
        encoding="utf-8",
    )
    study = seawall.read(DATA / "twelve", [overlay])
    run = written(tmp_path / "run", seawall.stress(study, "narrows-60d", "frozen"))
    result = told(run, "SUD unserved", study)
    row = result.tables["inputs"].set_index(["table", "column"]).loc[("stocks", "start")]
    assert (row["value"], row["who"], row["why"], row["confidence"]) == (
        "600", "ab", "gauge", "assumption",
    )  # fmt: skip
    said = list(result.tables["sentences"]["sentence"])
    assert "suda-t/lng/ start (stocks) is 600 by ab: gauge." in said


@pytest.mark.parametrize("response", RESPONSES)
def test_supply_is_whole_before_and_in_the_shock(
    narrows: StoredRun, twelve_study: Study, response: str
) -> None:
    supply = told(narrows, f"SUD unserved {response}", twelve_study).tables["supply"]
    whole = supply[supply["kind"].isin(["origin", "stock"])]
    assert whole["base_share"].sum() == pytest.approx(1.0, abs=2e-3)
    assert whole["run_share"].sum() == pytest.approx(1.0, abs=2e-3)
    assert (supply["kind"] == "stock").any()


def test_the_path_of_the_base_is_that_of_exposure(
    narrows: StoredRun, seen: StoredRun, twelve_study: Study
) -> None:
    supply = told(narrows, "SUD unserved frozen", twelve_study).tables["supply"]
    seen_passages = seen.tables["passages"]
    known = seen_passages[(seen_passages["place"] == "SUD") & (seen_passages["commodity"] == "gas")]
    mine = supply[supply["kind"] == "passage"].set_index("id")["base_share"]
    assert mine.to_dict() == pytest.approx(dict(zip(known["passage"], known["share"], strict=True)))
    made = seen.tables["lookthrough"]
    made = made[(made["place"] == "SUD") & (made["commodity"] == "gas")]
    made = made[made["origin_kind"] == "extraction"].set_index("origin")["share"]
    mine = supply[supply["kind"] == "origin"].set_index("id")["base_share"]
    assert mine.to_dict() == pytest.approx(made.to_dict())


def test_more_in_the_tank_saves_what_is_said(
    narrows: StoredRun, twelve_study: Study, tmp_path: Path
) -> None:
    result = told(narrows, "SUD unserved frozen", twelve_study, tried=1)
    limits = result.tables["limits"].set_index("kind")
    stock = limits.loc["stock"]
    overlay = tmp_path / "more.csv"
    # Kilotonnes of LNG of which 95 % count; a tonne becomes 0.985 t of gas.
    start = 800 + 1000 * stock["step"] / 0.95 / 0.985
    overlay.write_text(
        "table,row,column,value,why,source,who\n"
        f"stocks,suda-t/lng/,start,{start:.6f},more,press,ab\n",
        encoding="utf-8",
    )
    other = seawall.stress(seawall.read(DATA / "twelve", [overlay]), "narrows-60d", "frozen")
    table = other.tables["indicators"]
    now = table[(table["place"] == "SUD") & (table["tier"] == "all")]["unserved"].item()
    assert stock["gain"] == pytest.approx(figure(result)["value"] - now, rel=1e-3)
    assert stock["gain"] > 0
    shut = limits.loc["shock"]
    assert (shut["id"], shut["from_period"], shut["to_period"]) == ("narrows", 1, 9)
    assert any(
        text.startswith("Weeks 1 to 9: nothing passes The narrows, by which 33% of its base supply")
        for text in result.tables["sentences"]["sentence"]
    ), list(result.tables["sentences"]["sentence"])


def test_limits_of_a_plan_are_computed_again(narrows: StoredRun, twelve_study: Study) -> None:
    limits = told(narrows, "SUD unserved market", twelve_study, tried=None).tables["limits"]
    assert {"shock", "stock"} <= set(limits["kind"])
    assert "at what their holders keep" in limits.set_index("kind").loc["stock", "words"]
    tried = limits[limits["gain"].notna()]
    assert len(tried) == 2
    none = told(narrows, "SUD unserved market", twelve_study, tried=0).tables["limits"]
    assert none["gain"].isna().all()


@pytest.mark.parametrize(
    "words",
    [
        "indicators/frozen/SUD/gas/all/unserved",
        "SUD unserved frozen",
        "unserved frozen sud",
        "indicators SUD gas frozen unserved all",
        "indicators/frozen/SUD/gas/all/all/unserved",
    ],
)
def test_many_ways_to_say_one_number(narrows: StoredRun, words: str) -> None:
    assert find(narrows, words).address == "indicators/frozen/SUD/gas/all/unserved"
    assert find(narrows, words.split(" ")).value == find(narrows, words).value


@pytest.mark.parametrize(
    "words, kind, said",
    [
        (
            "SUD unserved",
            UsageError,
            r'"SUD unserved" means 3 numbers; name one:\n  indicators/mar',
        ),
        ("SUD unservd frozen", UnknownName, 'did you mean "unserved"'),
        ("SUDD unserved frozen", UnknownName, 'did you mean "SUD"'),
        ("SUD frozen", UsageError, "names no figure; add one of loss, "),
        ("SUD homes unserved frozen", UsageError, 'no number that is all of "SUD homes'),
        ("loss", UsageError, "means 3 numbers"),
        ("", UsageError, "name a number"),
    ],
)
def test_what_no_number_is(narrows: StoredRun, words: str, kind: type, said: str) -> None:
    with pytest.raises(kind, match=said):
        find(narrows, words)


@pytest.mark.parametrize("study_name, place", [("twelve", "SUD"), ("tiers", None)])
def test_every_share_of_exposure_is_made_again(
    tmp_path: Path, study_name: str, place: str | None
) -> None:
    study = seawall.read(DATA / study_name)
    run = written(tmp_path / "run", seawall.exposure(study, place))
    for table, columns in EXPLAINED["exposure"].items():
        frame = run.tables[table]
        for column in columns:
            for row in frame.head(25).to_dict("records"):
                number = find_row(run, table, row, column)
                result = told(run, number, study)
                assert figure(result)["result"] == pytest.approx(row[column], abs=1e-9), number


def find_row(run: StoredRun, table: str, row: dict[Any, Any], column: str) -> str:
    from seawall.questions.joining import KEYS

    keys = [str(row[k]) if row[k] and row[k] == row[k] else "-" for k in KEYS[table] if k in row]
    number = "/".join([table, *keys, column])
    assert find(run, number).address == number
    return number


def test_a_share_of_look_through_names_its_plants_and_lanes(
    seen: StoredRun, twelve_study: Study
) -> None:
    result = told(seen, "passages SUD gas narrows", twelve_study)
    assert result.tables["parts"]["value"].sum() == pytest.approx(figure(result)["value"])
    inputs = result.tables["inputs"]
    assert "gulf~suda" in set(inputs["row"])


def test_failures_of_a_sweep(tmp_path: Path, twelve_study: Study) -> None:
    run = written(tmp_path / "run", seawall.sweep(twelve_study, response="frozen"))
    table = run.tables["ranking"]
    hurt = table[(table["unserved"] > 0) & (table["place"] == "SUD")]
    target = str(hurt["targets"].iloc[0])
    for column in EXPLAINED["sweep"]["ranking"]:
        number = f"ranking {target} SUD {column}"
        row = figure(told(run, number, twelve_study))
        assert row["agrees"] is True
        assert row["result"] == pytest.approx(row["value"], rel=1e-6)
    assert explainable(run, [twelve_study])["number"].str.startswith("ranking/").all()


def test_headlines_are_listed_with_their_commands(
    narrows: StoredRun, seen: StoredRun, twelve_study: Study
) -> None:
    listed = explainable(narrows, [twelve_study])
    assert "summary/frozen/loss" in set(listed["number"])
    assert "indicators/frozen/SUD/gas/all/unserved" in set(listed["number"])
    for row in listed.to_dict("records"):
        assert find(narrows, row["number"]).value == row["value"]
        assert row["command"] == f"seawall explain {narrows.short_id} {row['number']}"
    assert list(explainable(seen, [twelve_study]).columns) == list(listed.columns)


def test_a_number_that_is_not_what_comes_out_now_is_told(
    narrows: StoredRun, twelve_study: Study
) -> None:
    table = narrows.tables["indicators"].copy()
    at = (table["place"] == "SUD") & (table["response"] == "frozen") & (table["tier"] == "all")
    table.loc[at, "unserved"] += 0.5
    other = replace(narrows, tables={**narrows.tables, "indicators": table})
    result = told(other, "SUD unserved frozen", twelve_study)
    assert figure(result)["agrees"] is False
    assert "COMPUTED AGAIN IT IS 0.762 Mt, not 1.26 Mt" in result.figures["sentences"][-1]


def test_intervals_and_the_tornado_of_a_run_are_used(tmp_path: Path, twelve_study: Study) -> None:
    result = seawall.stress(twelve_study, "narrows-60d", "frozen", uncertain=12)
    run = written(tmp_path / "run", result)
    explained = told(run, "SUD unserved", twelve_study)
    row = figure(explained)
    spread = run.tables["intervals"]
    wanted = spread[(spread["place"] == "SUD") & (spread["figure"] == "unserved")]
    wanted = wanted[wanted["tier"] == "all"]
    assert (row["low"], row["high"]) == (wanted["p10"].item(), wanted["p90"].item())
    assert any("in 8 of 10 draws" in text for text in explained.figures["sentences"])
    first = explained.tables["inputs"].iloc[0]
    assert first["about"] == "moves it most"


def test_a_question_that_is_not_explained_says_so(tmp_path: Path) -> None:
    run = Run.of({"question": "worth", "digest": "d" * 64})
    store.write(tmp_path / "run", run, {}, {})
    with pytest.raises(UsageError, match='numbers of "worth" cannot be explained yet'):
        find(store.read(tmp_path / "run"), "value")


def test_equations_name_what_there_is() -> None:
    pages = {}
    for equation in (*INDICATORS.values(), *SUMMARY.values(), *EXPOSURE.values()):
        found: Any = None
        parts = equation.function.split(".")
        for size in range(len(parts), 0, -1):
            try:
                found = importlib.import_module(".".join(parts[:size]))
            except ModuleNotFoundError:
                continue
            for name in parts[size:]:
                found = getattr(found, name)
            break
        assert callable(found), equation.function
        page, _, anchor = equation.docs.partition("#")
        text = pages.setdefault(page, (ROOT / page).read_text(encoding="utf-8"))
        titles = [line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")]
        assert anchor in {title.lower().replace(" ", "-") for title in titles}, equation.docs
