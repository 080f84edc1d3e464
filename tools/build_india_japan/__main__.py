"""Command line: ``python -m tools.build_india_japan [--distances] [--check]``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tools.build_india_japan import (
    cargoes,
    flows,
    groups,
    mineral_routes,
    mineral_sea,
    report,
    routes,
    sea,
    sea_legs,
)
from tools.build_india_japan.build import PASSAGE_KINDS, build
from tools.build_india_japan.tables import FACTS, STUDY, number, read, to_csv

if TYPE_CHECKING:
    from pathlib import Path


def write_distances() -> int:
    """Rewrite facts/sea_lanes.csv; needs searoute."""
    origins = {g.id: (number(g.port, "lon"), number(g.port, "lat")) for g in groups.load().values()}
    ends = {r["place"]: (number(r, "lon"), number(r, "lat")) for r in read("lng_importers")}
    rows = sea.lane_rows(origins, ends, routes.avoided)
    (FACTS / "sea_lanes.csv").write_text(to_csv(list(rows[0]), rows), encoding="utf-8")
    return len(rows)


def write_mineral_distances() -> int:
    """Rewrite facts/mineral_sea_lanes.csv; needs searoute."""
    rows = mineral_sea.lane_rows()
    text = to_csv(mineral_routes.COLUMNS, rows)
    (FACTS / "mineral_sea_lanes.csv").write_text(text, encoding="utf-8")
    return len(rows)


def write_legs() -> int:
    """Rewrite facts/sea_legs.csv; needs searoute."""
    plants, ends = (
        [(number(row, "lon"), number(row, "lat")) for row in facts]
        for facts in cargoes.ports(groups.load(), flows.importers())
    )
    rows = sea_legs.leg_rows(plants, ends, sorted(PASSAGE_KINDS))
    (FACTS / "sea_legs.csv").write_text(to_csv(sea_legs.COLUMNS, rows), encoding="utf-8")
    return len(rows)


def write_study(folder: Path, files: dict[str, str]) -> None:
    """Write the study's files and remove those that are no longer built."""
    patterns = ("*.csv", "scenarios/*.toml", "protocols/*.toml")
    for old in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        if old.relative_to(folder).as_posix() not in files:
            old.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def main() -> int:
    """Build the study and print what a gas analyst would look at first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--distances", action="store_true", help="rewrite the sea lanes in facts/")
    parser.add_argument("--check", action="store_true", help="compare with what is committed")
    options = parser.parse_args()
    if options.distances:
        print(f"facts/sea_lanes.csv: {write_distances()} routes")
        print(f"facts/mineral_sea_lanes.csv: {write_mineral_distances()} ways")
        print(f"facts/sea_legs.csv: {write_legs()} legs")
    built = build()
    if options.check:
        stale = [
            n for n, text in built.files.items()
            if not (STUDY / n).exists() or (STUDY / n).read_text(encoding="utf-8") != text
        ]  # fmt: skip
        print("\n".join(f"not as built: {name}" for name in stale) or "as committed")
        return 1 if stale else 0
    write_study(STUDY, built.files)
    print(report.text(built))
    return 0


if __name__ == "__main__":
    sys.exit(main())
