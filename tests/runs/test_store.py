"""Stored runs: whole or not there, the same when read back, and damage is noticed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seawall.errors import IntegrityError, UsageError
from seawall.runs import Run, store

RUN = Run("stress", "a" * 64, options={"response": ["frozen"]})
SUMMARY = {"loss": 12.5, "time": np.inf, "units": {"loss": "MUSD"}}
TABLES = {
    "indicators": pd.DataFrame(
        {
            "place": ["JPN", "NA"],
            "unserved": [0.25, np.nan],
            "time_to_survive_days": [np.inf, 14.0],
            "period_start": pd.to_datetime(["2026-03-02", "2026-03-09"]),
            "censored": [True, False],
        }
    ),
    "flows": pd.DataFrame({"lane": pd.Series([], dtype="str"), "quantity": []}),
}


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A run in a folder whose parent didn't exist."""
    return store.write(tmp_path / "new" / "run", RUN, SUMMARY, TABLES, {"report.html": "<p>é"})


def test_a_run_reads_back_as_it_was(stored: Path):
    read = store.read(stored)
    assert read.run == RUN.document()
    assert read.summary == {"loss": 12.5, "time": None, "units": {"loss": "MUSD"}}
    assert set(read.tables) == set(TABLES)
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(read.tables[name], table)
    assert (stored / "report.html").read_text(encoding="utf-8") == "<p>é"


def test_nothing_temporary_is_left(stored: Path):
    assert [path.name for path in stored.parent.iterdir()] == ["run"]


def test_a_run_is_replaced_as_a_whole(stored: Path):
    store.write(stored, RUN, {}, {"ranking": TABLES["indicators"]})
    assert set(store.read(stored).tables) == {"ranking"}
    assert not (stored / "report.html").exists()


def test_the_same_run_writes_the_same_bytes(stored: Path, tmp_path: Path):
    again = store.write(tmp_path / "again", RUN, SUMMARY, TABLES, {"report.html": "<p>é"})
    first, second = (json.loads((run / "run.json").read_text()) for run in (stored, again))
    assert first["files"] == second["files"]


def test_a_foreign_folder_is_never_replaced(tmp_path: Path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(UsageError, match="holds files that aren't a run"):
        store.write(tmp_path, RUN, SUMMARY, TABLES)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]
    with pytest.raises(UsageError, match="is a file"):
        store.write(tmp_path / "thesis.docx", RUN, SUMMARY, TABLES)


def test_an_empty_folder_is_used(tmp_path: Path):
    store.write(tmp_path, RUN, SUMMARY, TABLES)
    assert store.read(tmp_path).run["id"] == RUN.id


def test_a_failed_write_keeps_the_old_run(stored: Path):
    unfit = pd.DataFrame({"mixed": [1, "a", object()]})
    with pytest.raises(Exception, match="object"):
        store.write(stored, RUN, SUMMARY, {"unfit": unfit})
    assert set(store.read(stored).tables) == set(TABLES)
    assert [path.name for path in stored.parent.iterdir()] == ["run"]


def test_a_table_cannot_climb_out_of_the_folder(tmp_path: Path):
    with pytest.raises(ValueError, match="can't be the name of a table"):
        store.write(tmp_path / "run", RUN, SUMMARY, {"../evil": TABLES["flows"]})


@pytest.mark.parametrize("name", ["tables/indicators.parquet", "tables/flows.csv", "report.html"])
def test_a_changed_file_is_noticed(stored: Path, name: str):
    path = stored / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(IntegrityError, match="has changed since it was written"):
        store.read(stored)


def test_a_missing_file_is_noticed(stored: Path):
    (stored / "tables" / "flows.parquet").unlink()
    with pytest.raises(IntegrityError, match="can't be read"):
        store.read(stored)


def test_changed_inputs_are_noticed(stored: Path):
    path = stored / "run.json"
    path.write_text(path.read_text().replace('"frozen"', '"foresight"'))
    with pytest.raises(IntegrityError, match="don't give the run's id"):
        store.read(stored)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run": 1, "files": {}, "summary": {}}'])
def test_a_broken_record_is_noticed(stored: Path, text: str):
    (stored / "run.json").write_text(text)
    with pytest.raises(IntegrityError, match=r"isn't the record of a run"):
        store.read(stored)


def test_no_run_is_a_question_put_wrongly(tmp_path: Path):
    with pytest.raises(UsageError, match="there is no run"):
        store.read(tmp_path)


def test_spreadsheets_get_text_and_no_formulas():
    table = pd.DataFrame(
        {
            "name": ["=HYPERLINK(1)", "+1", "-a", "@x", "Ras Laffan", None],
            "figure": [-1.5, np.inf, np.nan, 0.1, 2.0, 1e-12],
            "=head": [1, 2, 3, 4, 5, 6],
        }
    )
    lines = list(csv.reader(io.StringIO(store.spreadsheet_csv(table))))
    assert lines[0] == ["name", "figure", "'=head"]
    assert [line[0] for line in lines[1:]] == [
        "'=HYPERLINK(1)",
        "'+1",
        "'-a",
        "'@x",
        "Ras Laffan",
        "",
    ]
    # Negative numbers stay numbers; infinity has no spreadsheet form.
    assert [line[1] for line in lines[1:]] == ["-1.5", "", "", "0.1", "2.0", "1e-12"]


def test_dates_in_spreadsheets_are_iso():
    text = store.spreadsheet_csv(TABLES["indicators"])
    assert text.splitlines()[1].split(",")[3] == "2026-03-02"
