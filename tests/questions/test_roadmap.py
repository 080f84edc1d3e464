"""The roadmap: statements, the question that speaks to each, and what its last run said."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from tests.study.checks.test_roadmap import GAS, LINKED, MEETING, NOTHING, SHUT, STATED

import seawall
from seawall.errors import UnknownName
from seawall.files import write_csv
from seawall.questions.result import Result
from seawall.questions.roadmap import STATUSES, Roadmap, roadmap
from seawall.questions.roadmap_answers import ANSWERS
from seawall.runs import Run, StoredRun, store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.study import Study

DATA = Path(__file__).parents[1] / "data"
STATED_LATER = MEETING | {"id": "P-3", "sector": "finance", "what": "they invest"}
LINKS = [
    SHUT | {"scenario": "narrows-60d", "commodity": "gas"},
    {"pledge": "P-1", "question": "exposure", "place": "SUD", "commodity": "lng", "why": "whose"},
    {"pledge": "P-1", "question": "sweep", "why": "the worst"},
    NOTHING,
    {"pledge": "P-3", "question": "plan", "why": "where money goes"},
]


@dataclass
class Drawer:
    """Runs in the order in which they were put, the newest last."""

    folder: Path
    runs: list[StoredRun] = field(default_factory=list)

    def put(self, result: Result) -> StoredRun:
        where = self.folder / str(len(self.runs))
        store.write(where, Run.of(result.identity), result.summary(), result.tables)
        self.runs.append(store.read(where))
        return self.runs[-1]

    def matching(self, question: str, scenario: str | None, study: str) -> Iterator[StoredRun]:
        for run in reversed(self.runs):
            named = (run.run["scenario"] or {}).get("name")
            if run.run["question"] == question and named == scenario:
                yield run


@pytest.fixture
def study(tmp_path: Path) -> Study:
    folder = tmp_path / "twelve"
    shutil.copytree(DATA / "twelve", folder)
    for name, head, rows in (
        ("pledges", STATED, [GAS, MEETING, STATED_LATER]),
        ("links", LINKED, LINKS),
    ):
        cells = [[row.get(column, "") for column in head] for row in rows]
        write_csv(folder / f"{name}.csv", head, cells)
    return seawall.read(folder)


@pytest.fixture
def drawer(tmp_path: Path) -> Drawer:
    return Drawer(tmp_path / "runs")


def statuses(result: Roadmap) -> list[str]:
    return result.tables["roadmap"]["status"].tolist()


def test_nothing_was_asked_yet(study: Study, drawer: Drawer) -> None:
    result = roadmap(study, drawer)
    assert statuses(result) == [*["not asked yet"] * 3, "not modelled", "not built yet"]
    table = result.tables["roadmap"]
    assert table["command"].tolist() == [
        "seawall stress twelve narrows-60d",
        "seawall exposure twelve --place SUD --commodity lng",
        "seawall sweep twelve",
        "",
        "",
    ]
    counts = dict(zip(STATUSES, (0, 0, 1, 1, 1), strict=True))
    assert result.figures == {"statements": 3, **counts}


def test_answers_are_those_of_the_runs(study: Study, drawer: Drawer) -> None:
    stressed = seawall.stress(study, "narrows-60d", "frozen")
    kept = drawer.put(stressed)
    exposed = seawall.exposure(study)
    drawer.put(exposed)
    swept = seawall.sweep(study, response="frozen")
    drawer.put(swept)
    result = roadmap(study, drawer)
    table = result.tables["roadmap"]
    assert statuses(result) == [*["answered"] * 3, "not modelled", "not built yet"]
    assert table["run"].tolist()[0] == kept.run["short_id"]
    rows = stressed.tables["indicators"]
    whole = rows[(rows["place"] == "SUD") & (rows["commodity"] == "gas") & (rows["tier"] == "all")]
    share = float(whole["unserved_share"].iloc[0])
    assert share > 0.01
    assert f"frozen {100 * share:.2g} %" in table["answer"].tolist()[0]
    behind = exposed.tables["lookthrough"]
    of_sud = behind[(behind["place"] == "SUD") & (behind["commodity"] == "lng")]
    largest = of_sud.groupby("origin_country")["share"].sum().max()
    assert f"{100 * largest:.2g} %" in table["answer"].tolist()[1]
    ranking = swept.tables["ranking"]
    for place, part in ranking.groupby("place"):
        worst = part.loc[part["value_lost"].idxmax(), "name"]
        assert f"loses most by {worst}" in table["answer"].tolist()[2], place


def test_a_run_of_another_state_is_told_as_such(study: Study, drawer: Drawer) -> None:
    drawer.put(seawall.stress(seawall.read(DATA / "twelve"), "narrows-60d", "frozen"))
    first = roadmap(study, drawer).tables["roadmap"].iloc[0]
    assert first["status"] == "answered by another state"
    assert first["answer"]
    drawer.put(seawall.stress(study, "narrows-60d", "frozen"))
    drawer.put(seawall.stress(seawall.read(DATA / "twelve"), "narrows-60d", "foresight"))
    # An answer of this very study counts, even if another one is newer.
    found = roadmap(study, drawer).tables["roadmap"].iloc[0]
    assert (found["status"], found["run"]) == ("answered", drawer.runs[1].run["short_id"])


def test_a_run_that_does_not_speak_of_the_place_is_passed_over(
    study: Study, drawer: Drawer
) -> None:
    drawer.put(seawall.exposure(study, place="NRD"))
    assert statuses(roadmap(study, drawer))[1] == "not asked yet"


def test_one_sector(study: Study, drawer: Drawer) -> None:
    assert roadmap(study, drawer, sector="finance").tables["roadmap"]["pledge"].tolist() == ["P-3"]
    with pytest.raises(UnknownName, match="finance"):
        roadmap(study, drawer, sector="finances")


def test_what_redirect_says_is_in_one_line(study: Study, drawer: Drawer) -> None:
    """The best plan, what it saves, its distance from the bound; silent if none was judged."""
    link = SimpleNamespace(place="SUD")
    columns = ["plan", "world", "place", "total", "gap_usd", "unserved", "unit"]
    rows = [
        ("nothing", "as given", "all", 1.0, None, 9000.0, "kt"),
        ("nothing", "average", "SUD", -40.0, None, 1500.0, "kt"),
        ("nothing", "average", "all", -100.0, 422.0, 2034.0, "kt"),
        ("alone", "average", "SUD", -60.0, None, 1400.0, "kt"),
        ("alone", "average", "all", -439.0, 62.6, 2025.0, "kt"),
    ]
    saved = pd.DataFrame(rows, columns=columns)
    said = ANSWERS["redirect"](study, {"saved": saved}, link)
    assert "1,500 kt if nothing is done, 1,400 at best (everyone for himself)" in said
    assert f"saves all 339 million {study.settings.currency} and is within 63 of" in said
    assert said.endswith("the pact lends nothing")
    lent = [("pact", "average", "all", -500.0, 20.0, 1800.0, "kt"),
            ("pact", "average", "SUD", -70.0, None, 1300.0, "kt")]  # fmt: skip
    more = pd.concat([saved, pd.DataFrame(lent, columns=columns)], ignore_index=True)
    said = ANSWERS["redirect"](study, {"saved": more}, link)
    assert "1,300 at best (with the pact)" in said
    assert "saves all 400 million" in said
    assert "lends nothing" not in said
    assert ANSWERS["redirect"](study, {"saved": saved}, SimpleNamespace(place="NRD")) == ""
    unjudged = saved[saved["world"] == "as given"]
    assert ANSWERS["redirect"](study, {"saved": unjudged}, link) == ""
