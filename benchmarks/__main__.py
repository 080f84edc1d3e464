"""Run every benchmark, print one table and write benchmarks/results.md.

python -m benchmarks [--only NAME]...
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import intervals, ledger, minerals, n_minus_1, redirect, resolve, rolling, vs_pypsa
from benchmarks.measure import BenchmarkError, Row, machine, markdown

RESULTS = Path(__file__).with_name("results.md")
BENCHMARKS = {
    "vs_pypsa": vs_pypsa.rows,
    "resolve": resolve.rows,
    "rolling": rolling.rows,
    "minerals": minerals.rows,
    "intervals": intervals.rows,
    "n_minus_1": n_minus_1.rows,
    "redirect": redirect.rows,
    "ledger": ledger.rows,
}
ABOUT = """\
Made by `make bench`. Ratios are of CPU seconds on one thread, the smallest of three where a step
takes under some seconds; "on the clock" is what a user waits. Each peer runs in a process of its
own. What is compared and how is said at the top of `benchmarks/vs_pypsa.py`, `resolve.py`,
`rolling.py`, `minerals.py`, `intervals.py`, `n_minus_1.py`, `redirect.py` and `ledger.py`; only
`minerals.py` looks beyond gas. A target that is missed is marked; a benchmark that failed has a
line that says so.
"""


def main() -> None:
    """Run the benchmarks and write the table; exit 1 where one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="only this one")
    chosen = parser.parse_args().only or list(BENCHMARKS)
    where = machine()
    rows: list[Row] = []
    failed = False
    for name in chosen:
        try:
            rows += BENCHMARKS[name]()
        except BenchmarkError as error:
            failed = True
            print(error)
            rows.append(Row(name, "", "did not finish", met=False))
    table = markdown(rows)
    print(f"\n{where}\n\n{table}")
    if len(chosen) == len(BENCHMARKS):
        day = datetime.now(UTC).date().isoformat()
        RESULTS.write_text(
            f"# Benchmarks\n\n{ABOUT}\n{day}: {where}.\n\n{table}\n", encoding="utf-8"
        )
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
