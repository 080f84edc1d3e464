"""A workbook to fill in: every table with its columns explained, drop-downs, units and examples."""

from __future__ import annotations

from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from seawall.files import write_bytes
from seawall.study.csv_tables import csv_rows, read_table
from seawall.study.reader import builtin_studies
from seawall.study.records import TABLES
from seawall.study.workbook_writer import Filling, may_write, workbook_bytes

if TYPE_CHECKING:
    import pandas as pd

    from seawall.errors import Problem
    from seawall.study.study import Study

__all__ = ["EXAMPLE", "write_template"]

#: The small study that comes with the package to begin with.
EXAMPLE = Path(str(files("seawall"))) / "examples" / "first"
#: Tables whose rows others name: taken over from a study, so that drop-downs offer them.
_NAMING = ("sources", "places", "commodities", "processes", "passages", "pledges")
_OWN = {"id": "own-assumption", "publisher": "own", "title": "Own assumptions"}
_ROWS = 2
_TITLE = "A study of Seawall, to be filled in"


def write_template(path: str | Path, study: Study | None = None, *, replace: bool = False) -> Path:
    """Write a workbook to fill in; once filled in, it reads as a study.

    Parameters
    ----------
    path
        Where to: a name that ends with .xlsx in a folder that exists.
    study
        Its settings, sources, places, commodities, processes, passages and the assumptions of runs
        are filled in already, for figures of one's own; None: only those assumptions that every
        study needs.
    replace
        Replace a file that exists.

    Raises
    ------
    UsageError
        The name does not end with .xlsx, or the file exists and `replace` is false.
    """
    target = may_write(path, replace=replace)
    if study is None:
        filling = Filling(title=_TITLE, frames=_needed(), examples=_examples())
    else:
        frames = {name: study.frames[name] for name in _NAMING}
        assumed = study.frames["assumptions"]
        frames["assumptions"] = assumed[assumed["used_by"] != "builder"].reset_index(drop=True)
        filling = Filling(
            title=f"{study.settings.title}: to be filled in",
            settings=study.settings,
            frames=frames,
            examples=_examples(),
        )
    return write_bytes(target, workbook_bytes(filling))


def _needed() -> dict[str, pd.DataFrame]:
    """Rows that no study can do without."""
    problems: list[Problem] = []
    frames = {
        name: read_table(EXAMPLE / TABLES[name].file, TABLES[name], problems)
        for name in ("sources", "assumptions")
    }
    sources, assumptions = frames["sources"], frames["assumptions"]
    if problems or sources is None or assumptions is None:
        raise AssertionError(f"the example that comes with the package is broken: {problems}")
    sources = sources.assign(**dict.fromkeys(("note", "date"), ""), **_OWN)
    return {"sources": sources, "assumptions": assumptions.assign(source=_OWN["id"])}


def _examples() -> dict[str, list[list[str]]]:
    """The first rows of each table in the example, or else in a built-in study."""
    found = {}
    for table in TABLES.values():
        for folder in (EXAMPLE, *builtin_studies().values()):
            path = folder / table.file
            if path.is_file():
                rows = csv_rows(path, table.file, [])
                found[table.name] = [cells for _, cells in islice(rows, _ROWS + 1)]
                break
    return found
