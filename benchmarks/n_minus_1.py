"""What a user waits for: every single failure of the gas chain, and the demonstration."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measure import Row, Stopwatch, child, report

STUDY = "india-japan"


class Laps:
    """A `Progress` that times each failure on the clock."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._watch = Stopwatch()

    def start(self, total: int, text: str) -> None:
        """Begin: what came before is making the study ready."""
        del total, text
        self._watch.read()

    def advance(self, n: int = 1) -> None:
        """One failure is done."""
        del n
        self.seconds.append(self._watch.read()[1])

    def note(self, text: str) -> None:
        """Nothing to say."""


def measure() -> None:
    """Sweep all single failures in this process."""
    import seawall

    laps = Laps()
    watch = Stopwatch()
    result = seawall.sweep(seawall.read(STUDY).chain("gas"), n=1, progress=laps)
    cpu, wall = watch.read()
    # The first failure pays for loading and solving the base.
    report({"cpu": cpu, "wall": wall, "laps": laps.seconds, "rows": len(result.tables["ranking"])})


def rows() -> list[Row]:
    """Measure the sweep, then `seawall demo`."""
    sweep = child("benchmarks.n_minus_1")
    found = sweep.figures
    laps = found["laps"]
    with tempfile.TemporaryDirectory() as folder:
        demo = child("seawall", "demo", "--out", str(Path(folder) / "demo"))
    return [
        Row(f"N-1, {len(laps)} failures, foresight", "", f"{found['wall']:.1f} s on the clock",
            f"{found['cpu']:.1f} s of CPU", "< 40 s", found["wall"] < 40),
        Row("N-1, one failure", "",
            f"median {np.median(laps):.2f} s, most {max(laps[1:]):.2f} s (the first, with the base "
            f"solve, {laps[0]:.2f} s)"),
        Row("N-1, peak memory", "", f"{sweep.peak:.0f} MB"),
        Row("seawall demo", "", f"{demo.wall:.1f} s on the clock", "", "< 90 s", demo.wall < 90),
        Row("seawall demo, peak memory", "", f"{demo.peak:.0f} MB", "", "< 2000 MB",
            demo.peak < 2000),
    ]  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit("n_minus_1 takes no arguments")
    measure()
