"""The worked example of docs/how-to-add-a-commodity.md as a study: a small chain of magnets."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from textwrap import dedent

from seawall.files import csv_text

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to-add-a-commodity.md"
#: A study with the places and the source that the example speaks of.
THREE = ROOT / "tests" / "data" / "three"


def blocks(language: str) -> list[str]:
    """Fenced blocks of one language, without the indent of the list that they stand in."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [dedent(block) for block in found]


def tables() -> dict[str, list[dict[str, str]]]:
    """Rows of the example by table."""
    text = PAGE.read_text(encoding="utf-8")
    names = re.findall(r"^ *```csv (\w+)$", text, re.MULTILINE)
    return {name: list(csv.DictReader(blocks(f"csv {name}")[0].splitlines())) for name in names}


def write(folder: Path) -> Path:
    """A copy of the three-node study with the example's rows in it."""
    shutil.copytree(THREE, folder)
    for name, rows in tables().items():
        path = folder / f"{name}.csv"
        old = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        header = list(dict.fromkeys([*old[0], *rows[0]]))
        cells = [[row.get(column, "") for column in header] for row in [*old, *rows]]
        path.write_text(csv_text(header, cells), encoding="utf-8", newline="")
    settings = folder / "study.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n" + blocks("toml")[0], "utf-8")
    return folder
