"""Ctrl-C in the middle of a long command: what is done is kept, and the same command goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.test_worthwhile import PACT

from seawall.runs import Shelf

# The command as it is, but every item takes its time, and says so in a file.
SLOW = """
import sys, time
from pathlib import Path
from seawall.questions import {module}
original = {module}.{name}
def slow(*args, **options):
    with Path({log!r}).open("a") as log:
        log.write("x")
    time.sleep(0.3)
    return original(*args, **options)
{module}.{name} = slow
from seawall.cli import main
main()
"""


def command(tmp_path: Path, module: str, name: str, *args: str | Path) -> list[str]:
    script = tmp_path / "slow.py"
    script.write_text(SLOW.format(module=module, name=name, log=str(tmp_path / "log")))
    return [sys.executable, str(script), *map(str, args)]


def wait_for(partial: Path, items: int) -> None:
    end = time.monotonic() + 120
    while len(list(partial.glob("*/*.json"))) < items:
        assert time.monotonic() < end, "nothing was kept"
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
@pytest.mark.parametrize("verb", ["sweep", "worth"])
def test_an_interrupted_command_goes_on(
    twelve: Path, tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch, verb: str
):
    (tmp_path / "pact.toml").write_text(PACT, encoding="utf-8")
    args: tuple[str | Path, ...] = ("sweep", twelve, "--response", "frozen")
    slow = ("sweep", "_asked")
    if verb == "worth":
        args = (
            "worth", twelve, "--protocol", tmp_path / "pact.toml", "--severities", "2",
            "--draws", "100",
        )  # fmt: skip
        slow = ("worth", "_stressed")
    line = command(tmp_path, *slow, *args)
    started = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(shelf / "partial", 2)
    started.send_signal(signal.SIGINT)
    out, told = started.communicate(timeout=60)
    assert started.returncode == 130, told
    assert out == ""
    noun = "single failures" if verb == "sweep" else "cases"
    kept = len(list((shelf / "partial").glob("*/*.json")))
    assert kept >= 2
    assert f"stopped: {kept} of " in told
    assert f" {noun} are kept; the same command goes on from there" in told
    assert len(Shelf().listed()) == 0

    (tmp_path / "log").unlink()
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    whole = int(told.split(" of ")[1].split()[0])
    assert len((tmp_path / "log").read_text()) == whole - kept
    assert not list((shelf / "partial").iterdir())
    first = Shelf().find("last")

    # What was computed in two pieces is what is computed in one.
    monkeypatch.setenv("SEAWALL_RUNS", str(shelf / "other"))
    subprocess.run(line, capture_output=True, check=True)
    whole_run = Shelf().find("last")
    assert whole_run.run == first.run
    for name, table in whole_run.tables.items():
        assert table.equals(first.tables[name])
