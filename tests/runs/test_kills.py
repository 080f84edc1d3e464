"""Two hundred processes are killed while they write: nothing on the shelf is ever half there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from seawall.runs import Shelf
from seawall.runs.verify import check_shelf

KILLS = 200


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
def test_killed_writers_leave_a_sound_shelf(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.runs.killing", str(tmp_path), str(KILLS), "20260302"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["killed"] == KILLS
    assert found["runs"] > KILLS / 4  # they did write
    said: list[str] = []
    place = Shelf(tmp_path, said.append)
    listed = place.listed()
    assert len(listed) == found["runs"]
    assert set(listed["status"]) == {"kept"}
    assert all(not finding.faults for finding in check_shelf(place))
    assert list(place.runs.glob(".*.partial"))  # some were hit in the middle
    known = place.index.all()
    place.rebuild()
    assert place.index.all() == known
    newest = place.find("last")
    assert place.study_of(newest).digest() == newest.run["study"]
