"""Processes that put runs on a shelf and are killed at random moments; see `test_kills`.

Run as `python -m tests.runs.killing FOLDER KILLS SEED`: one process loads everything once and forks
a writer for each kill, which costs milliseconds where a fresh process would cost a second.  Half of
the writers are killed by the clock, half by themselves at a drawn system call, so that rare moments
(between two renames, inside the database) are met too.  Prints one JSON document of what it saw.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from tests.runs.answers import answer, titled

from seawall.runs import Run, Shelf, store
from seawall.runs.entries import entry_of

#: Longest time that a writer lives [s]: it keeps several runs in it.
LIFE = 0.08
#: Calls of the system (opening, renaming, connecting ...) among which one is drawn.
CALLS = 350


def writer(folder: Path, number: int, draw: random.Random, *, by_call: bool) -> None:
    """Keep runs for ever, every few of a new study; sometimes rebuild the index."""
    if by_call:
        left = draw.randrange(1, CALLS)

        def count(event: str, _: object) -> None:
            nonlocal left
            if event.startswith(("open", "os.", "sqlite3.")):
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
    place = Shelf(folder, lambda text: None)
    for step in range(10_000):
        study = titled(f"study {number} {step // 8}")
        place.keep(answer(float(step), study, seed=number), study)
        if draw.random() < 0.1:
            place.rebuild()


def wrong(place: Shelf, checked: set[str]) -> list[str]:
    """What is wrong after a kill: a run that is listed and not whole, or an index that lacks one.

    Reads no tables: the library that does starts threads, which no process may copy.
    """
    told = []
    listed = {entry.id: entry for entry in place.entries()}
    for folder in place.run_folders():
        if folder.name not in checked:
            checked.add(folder.name)
            told += store.faults_of(folder)
            if listed.get(folder.name) != entry_of(folder):
                told.append(f"{folder.name} is not listed as it is")
    if set(listed) != {folder.name for folder in place.run_folders()}:
        told.append("what is listed is not what is there")
    return told


def main(folder: Path, kills: int, seed: int) -> None:
    """Kill `kills` writers, look after each, and print what was found."""
    import pyarrow.parquet  # noqa: F401 - loaded here, it is loaded in every copy

    Run.of(answer(study=titled("")).identity).inputs()  # reads the study and the code once
    draw = random.Random(seed)
    checked: set[str] = set()
    told: list[str] = []
    killed = 0
    for number in range(kills):
        by_call, life, own = bool(number % 2), draw.uniform(0.0, LIFE), draw.randrange(2**31)
        child = os.fork()
        if not child:
            try:
                writer(folder, number, random.Random(own), by_call=by_call)
            finally:
                os._exit(1)
        if not by_call:
            time.sleep(life)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        told += wrong(Shelf(folder, lambda text: None), checked)
    sys.stdout.write(json.dumps({"killed": killed, "runs": len(checked), "wrong": told}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
