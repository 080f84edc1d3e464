"""The shelf: runs are found again by their inputs, and are what was put there."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from tests.runs.answers import TABLE, answer, three, titled

from seawall.errors import IntegrityError, UnknownName, UsageError
from seawall.runs import Run, Shelf
from seawall.runs.shelf import default_folder
from seawall.runs.verify import check_shelf


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def place(tmp_path: Path, said: list[str]) -> Shelf:
    """An empty shelf in a folder that is not there yet."""
    return Shelf(tmp_path / "new" / "shelf", said.append)


def aged(path: Path, seconds: float) -> None:
    """Make a folder and all in it look older."""
    then = time.time() - seconds
    for item in (*path.rglob("*"), path):
        os.utime(item, (then, then))


def test_a_kept_answer_is_found_by_its_inputs(place: Shelf, said: list[str]):
    given = answer()
    run = Run.of(given.identity)
    assert place.lookup(run) is None
    kept = place.keep(given, given.study)
    assert kept.folder == place.runs / run.short_id
    found = place.lookup(run)
    assert found is not None
    assert found.run == run.document()
    assert found.summary == given.summary()
    pd.testing.assert_frame_equal(found.tables["indicators"], given.tables["indicators"])
    assert found.tables["indicators"]["unserved"].iloc[0] == 0.1 + 0.2
    # No tables for spreadsheets: nobody opens these folders by hand.
    names = {path.name for path in kept.folder.rglob("*") if path.is_file()}
    assert names == {"run.json", "indicators.parquet"}
    assert place.lookup(Run.of(answer(2.0).identity)) is None
    assert said == []


def test_where_the_shelf_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("SEAWALL_RUNS", str(tmp_path / "mine"))
    assert default_folder() == tmp_path / "mine"
    monkeypatch.delenv("SEAWALL_RUNS")
    assert default_folder().parts[-2:] == ("seawall", "runs")


def test_keeping_twice_changes_nothing(place: Shelf):
    first = place.keep(answer(), three())
    before = (first.folder / "run.json").read_bytes()
    assert place.keep(answer(), three()).created == first.created
    assert (first.folder / "run.json").read_bytes() == before
    assert len(place.listed()) == 1


def test_the_same_inputs_must_give_the_same_tables(place: Shelf):
    kept = place.keep(answer(), three())
    other = answer(tables={"indicators": TABLE.assign(depth=1.0, unserved=[0.3, None])})
    with pytest.raises(IntegrityError, match=r"0\.3000000000000000.* and .*0\.3.* in row 1 of uns"):
        place.keep(other, three())
    assert place.find(kept.short_id).tables["indicators"]["unserved"].iloc[0] == 0.1 + 0.2
    fewer = answer(tables={"timeline": TABLE})
    with pytest.raises(IntegrityError, match="indicators is in one of them only"):
        place.keep(fewer, three())


def test_ways_to_name_a_run(place: Shelf, tmp_path: Path):
    kept = [place.keep(answer(n), three()) for n in (1.0, 2.0, 3.0)]
    first = kept[0]
    for name in (first.short_id, first.short_id[:6], first.run["id"], str(first.folder)):
        assert place.find(name).run["id"] == first.run["id"]
    assert place.find(first.folder).run["id"] == first.run["id"]
    assert place.find("last").run["id"] == kept[2].run["id"]
    # The last one is the one that was last asked for.
    place.lookup(Run.of(answer(1.0).identity))
    assert place.find("last").run["id"] == first.run["id"]


def test_names_of_no_run(place: Shelf, tmp_path: Path):
    with pytest.raises(UnknownName, match='no run "last"'):
        place.find("last")
    kept = place.keep(answer(), three())
    slip = kept.short_id[:-1] + ("0" if kept.short_id[-1] != "0" else "1")
    with pytest.raises(UnknownName, match=f'did you mean "{kept.short_id}"'):
        place.find(slip)
    for name in (kept.short_id[:3], "india-japan", tmp_path):
        with pytest.raises(UnknownName):
            place.find(name)


def test_digits_of_two_runs(place: Shelf):
    kept = place.keep(answer(), three())
    shutil.copytree(kept.folder, place.runs / (kept.short_id[:8] + "0000"))
    with pytest.raises(UsageError, match="digits of several runs"):
        place.find(kept.short_id[:8])


def test_what_a_list_says(place: Shelf):
    place.keep(answer(1.0), three())
    place.keep(answer(2.0, scenario=None, responses=["frozen", "market"]), three())
    listed = place.listed()
    assert list(listed) == [
        "id", "created", "question", "study", "scenario", "title", "responses", "headline",
        "status",
    ]  # fmt: skip
    newest, oldest = listed.to_dict("records")
    assert (newest["scenario"], newest["responses"]) == ("", "frozen, market")
    assert oldest["scenario"] == "gate-60d"
    assert oldest["title"] == "The gate shut"
    assert oldest["study"] == "three"
    assert oldest["headline"] == "market: loss 12,300 million USD"
    assert oldest["status"] == "kept"


def test_the_latest_answer(place: Shelf):
    place.keep(answer(1.0), three())
    newer = place.keep(answer(2.0), three())
    place.keep(answer(3.0, scenario=None), three())
    place.keep(answer(4.0, question="sweep"), three())
    found = place.latest("stress", "gate-60d", "three")
    assert found is not None
    assert found.run["id"] == newer.run["id"]
    base = place.latest("stress", None)
    assert base is not None
    assert base.run["scenario"] is None
    assert place.latest("stress", "gate-60d", "other") is None
    assert [run.run["scenario"]["depth"] for run in place.matching("stress", "gate-60d")] == [2, 1]


# The index is a cache


@pytest.mark.parametrize(
    "how, told",
    [
        ("missing", "is not there"),
        ("blank", "schema 0"),
        ("junk", "file is not a database"),
        ("cut", "malformed"),
        ("schema", "schema 99"),
        ("columns", "no such table"),
    ],
)
def test_a_useless_index_is_rebuilt_and_said(place: Shelf, said: list[str], how: str, told: str):
    for number in range(40):
        place.keep(answer(float(number)), three())
    before = place.entries()
    path = place.folder / "index.sqlite"
    if how == "missing":
        path.unlink()
    elif how == "blank":
        path.write_bytes(b"")
    elif how == "junk":
        path.write_bytes(b"junk" * 4096)
    elif how == "cut":
        path.write_bytes(path.read_bytes()[:4096])
    else:
        with sqlite3.connect(path) as database:
            change = "PRAGMA user_version = 99" if how == "schema" else "DROP TABLE runs"
            database.execute(change)
        database.close()
    for beside in ("-wal", "-shm"):
        Path(f"{path}{beside}").unlink(missing_ok=True)
    assert place.entries() == before
    assert len(said) == 1
    assert said[0].startswith("the index of runs is rebuilt: ")
    assert told in said[0]
    assert place.entries() == before
    assert len(said) == 1


def test_a_stale_index_is_brought_up_to_date_and_said(place: Shelf, said: list[str]):
    kept = [place.keep(answer(float(n)), three()) for n in range(3)]
    aside = place.folder / "aside"
    kept[0].folder.rename(aside)
    assert len(place.listed()) == 2
    assert said == ["the index of runs is brought up to date: 0 new or changed, 1 gone"]
    aside.rename(kept[0].folder)
    assert len(place.listed()) == 3
    assert said[1:] == ["the index of runs is brought up to date: 1 new or changed, 0 gone"]
    rebuilt = place.entries()
    place.rebuild()
    assert place.entries() == rebuilt
    assert len(said) == 2


def test_an_index_that_another_holds_does_not_stop_anybody(
    place: Shelf, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("seawall.runs.index._PATIENCE", 0.05)
    place.keep(answer(1.0), three())
    holder = sqlite3.connect(place.folder / "index.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    place.keep(answer(2.0), three())
    holder.execute("ROLLBACK")
    holder.close()
    assert len(place.listed()) == 2
    assert said == ["the index of runs is brought up to date: 1 new or changed, 0 gone"]


def test_without_anybody_to_say_it_to_it_is_a_warning(tmp_path: Path):
    place = Shelf(tmp_path)
    place.keep(answer(), three())
    (tmp_path / "index.sqlite").unlink()
    with pytest.warns(UserWarning, match="the index of runs is rebuilt"):
        place.listed()


# Edited by hand


def edited(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"gate-60d", b"gate-61d") + b" ")


@pytest.mark.parametrize("name", ["run.json", "tables/indicators.parquet"])
def test_an_edited_run_is_told_and_stays(place: Shelf, name: str):
    kept = place.keep(answer(), three())
    other = place.keep(answer(2.0), three())
    edited(kept.folder, name)
    for call in (
        lambda: place.find(kept.short_id),
        lambda: place.lookup(Run.of(answer().identity)),
        lambda: place.keep(answer(), three()),
    ):
        with pytest.raises(IntegrityError, match=name):
            call()
    findings = {found.id: found for found in check_shelf(place)}
    assert len(findings[kept.short_id].faults) == 1
    assert str(kept.folder / name) in findings[kept.short_id].faults[0]
    assert findings[other.short_id].faults == ()
    assert kept.folder.is_dir()


def test_an_edited_summary_breaks_the_seal(place: Shelf):
    """Figures of the summary are no inputs: the id alone would not notice."""
    kept = place.keep(answer(), three())
    path = kept.folder / "run.json"
    path.write_text(path.read_text().replace("12345.6", "11111.1"))
    with pytest.raises(IntegrityError, match=r"run\.json has changed .* seal"):
        place.find(kept.short_id)
    assert place.listed()["status"].iloc[0].startswith("damaged: ")
    assert place.latest("stress", "gate-60d") is None


def test_a_renamed_run_and_a_missing_file(place: Shelf):
    kept = [place.keep(answer(float(n)), three()) for n in range(2)]
    kept[0].folder.rename(place.runs / "0123456789ab")
    (kept[1].folder / "tables" / "indicators.parquet").unlink()
    faults = {found.id: found.faults for found in check_shelf(place)}
    assert "it has been renamed" in faults["0123456789ab"][0]
    assert "can't be read: No such file" in faults[kept[1].short_id][0]
    other = Run.of(answer(7.0).identity)
    shutil.copytree(place.runs / "0123456789ab", place.runs / other.short_id)
    with pytest.raises(IntegrityError, match="it has been renamed"):
        place.lookup(other)


def test_what_lies_beside_is_noted(place: Shelf):
    kept = place.keep(answer(), three())
    (kept.folder / "notes.txt").write_text("mine")
    found = next(f for f in check_shelf(place) if f.id == kept.short_id)
    assert found.faults == ()
    assert "notes.txt" in found.note


def test_a_run_of_another_version_is_told(place: Shelf):
    kept = place.keep(answer(), three())
    path = kept.folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 1}))
    with pytest.raises(UsageError, match="another version of Seawall wrote"):
        place.find(kept.short_id)


# What crashes leave


def test_leftovers_are_not_listed_and_are_swept_in_time(place: Shelf):
    place.keep(answer(), three())
    old = place.runs / ".0123456789ab.0011.partial"
    young = place.studies / ".abc.0022.partial"
    for path in (old, young):
        (path / "tables").mkdir(parents=True)
        (path / "tables" / "half.parquet").write_bytes(b"PAR1")
    items = place.partial / "0123456789ab"
    items.mkdir(parents=True)
    aged(old, 2 * 86_400)
    aged(items, 20 * 86_400)
    assert len(place.listed()) == 1
    assert not old.exists()
    assert young.is_dir()
    assert items.is_dir()
    findings = check_shelf(place)
    assert "1 folders are being written" in findings[-1].note
    aged(young, 3600)
    aged(items, 31 * 86_400)
    assert all(not found.note for found in check_shelf(place))
    assert not young.exists()
    assert not items.exists()


WRITER = """
import sys
from tests.runs.answers import answer, titled
from seawall.runs import Shelf
place = Shelf(sys.argv[1], lambda text: None)
for number in range(25):
    place.keep(answer(float(number), titled(f"study {number % 3}")), titled(f"study {number % 3}"))
"""


def test_two_processes_may_write_at_once(tmp_path: Path):
    """Both keep the same runs of the same studies, in the same order."""
    root = Path(__file__).parents[2]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], cwd=root) for _ in range(2)
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    place = Shelf(tmp_path, lambda text: None)
    assert len(place.listed()) == 25
    assert all(not found.faults for found in check_shelf(place))
    assert len(list(place.studies.iterdir())) == 3
    known = place.index.all()
    place.rebuild()
    assert place.index.all() == known


def test_titles_make_other_studies():
    """What the test above rests on."""
    assert titled("a").digest() != titled("b").digest()
