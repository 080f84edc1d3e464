"""Measuring in processes of their own: seconds, peak memory, and the table of results.

Ratios are of CPU seconds of one thread, which other work on the machine stretches far less than
seconds on the clock; limits that a user waits for are on the clock.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
PACKAGES = ("seawall", "highspy", "pypsa", "linopy", "numpy", "scipy", "pandas")
# One thread everywhere: HiGHS runs on one, and so must what numpy calls.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class BenchmarkError(Exception):
    """A measurement that did not end well: nothing may be reported from it."""


@dataclass(frozen=True)
class Row:
    """One line of the table; `met` is None where there is no target."""

    benchmark: str
    peer: str
    measured: str
    ratio: str = ""
    target: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Child:
    """What a process printed, how long it took on the clock and its peak memory in MB."""

    figures: dict[str, Any]
    wall: float
    peak: float


class Stopwatch:
    """CPU and clock seconds since it was made or last read."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def read(self) -> tuple[float, float]:
        """(CPU seconds, clock seconds) of this lap."""
        cpu, wall = time.process_time(), time.perf_counter()
        lap = cpu - self._cpu, wall - self._wall
        self._cpu, self._wall = cpu, wall
        return lap

    def cpu(self) -> float:
        """CPU seconds of this lap."""
        return self.read()[0]


def child(*arguments: str, python: str = sys.executable) -> Child:
    """Run `python -m ARGUMENTS` and read the JSON document that it prints last.

    `python` is the interpreter of a peer that cannot be installed beside Seawall.

    Raises
    ------
    BenchmarkError
        When the process fails.
    """
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [python, "-m", *arguments],
            stdout=out,
            stderr=err,
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT / "src")},
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        for stream in (out, err):
            stream.seek(0)
        lines = out.read().decode().splitlines()
        problem = err.read().decode()
    if process.returncode:
        raise BenchmarkError(f"python -m {' '.join(arguments)} failed:\n{problem[-2000:]}")
    # ru_maxrss is in kilobytes on Linux and in bytes on macOS.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    last = lines[-1] if lines and lines[-1].startswith("{") else "{}"
    return Child(figures=json.loads(last), wall=wall, peak=usage.ru_maxrss / unit)


def report(figures: dict[str, Any]) -> None:
    """Print what a child found, as the last line."""
    print(json.dumps(figures), flush=True)


def machine() -> str:
    """The machine in one line, without its name."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    memory = ""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
        memory = f", {size:.0f} GB"
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return (
        f"{os.cpu_count()} cores {platform.machine()}{memory}{load}; "
        f"Python {platform.python_version()}, {versions}"
    )


def markdown(rows: Sequence[Row]) -> str:
    """The rows as a table."""
    head = ("benchmark", "peer", "measured", "ratio", "target", "met?")
    cells = [head] + [
        (r.benchmark, r.peer, r.measured, r.ratio, r.target,
         "" if r.met is None else "yes" if r.met else "**no**")
        for r in rows
    ]  # fmt: skip
    width = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = [
        "| " + " | ".join(text.ljust(width[i]) for i, text in enumerate(row)) + " |"
        for row in cells
    ]
    rule = "|" + "|".join("-" * (w + 2) for w in width) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
