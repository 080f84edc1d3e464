"""Build a wheel with what is installed and check that it carries data, studies and types."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def wanted() -> set[str]:
    """Every file of the package that a wheel must hold."""
    listed = subprocess.run(
        ["git", "ls-files", "src/seawall"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return {name.removeprefix("src/") for name in listed}


def main() -> None:
    """Build, compare, and name what is missing."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            held = set(archive.namelist())
    missing = sorted(wanted() - held)
    if missing:
        sys.exit(f"check_wheel: {wheel.name} lacks {missing}")
    if "seawall/py.typed" not in held or not any(n.startswith("seawall/data/") for n in held):
        sys.exit(f"check_wheel: {wheel.name} lacks py.typed or data")
    print(f"check_wheel: {wheel.name} holds all {len(held)} files")


if __name__ == "__main__":
    main()
