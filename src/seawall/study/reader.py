"""A folder, a workbook or a name -> a Study, or one error that lists every problem of it."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from seawall.errors import InputError, Problem, UnknownName
from seawall.study import checks
from seawall.study.container import Folder
from seawall.study.csv_tables import empty_frame
from seawall.study.records import TABLES
from seawall.study.settings import FILE as SETTINGS
from seawall.study.study import Study

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from seawall.study.container import Container

__all__ = ["builtin_studies", "read"]

#: Files that are, or may be taken for, a study in one file.
_WORKBOOKS = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".ods", ".numbers", ".csv", ".tsv"}
)


def read(path_or_name: str | Path, overlays: str | Path | Iterable[str | Path] = ()) -> Study:
    """Read and check a study.

    Parameters
    ----------
    path_or_name
        A folder, a workbook (.xlsx), or the name of a built-in study such as "india-japan".
    overlays
        Overlay files that are laid over it; see `seawall.study.overlays`.

    Returns
    -------
    Study
        Frozen; its `warnings` list what is odd but allowed.

    Raises
    ------
    UnknownName
        There is neither such a folder, nor such a workbook, nor such a built-in study.
    InputError
        With every problem of every file; those of a workbook name sheet, row and column.
    """
    container = _container_of(path_or_name)
    problems: list[Problem] = []
    study = _study_in(container, problems)
    if study is None:
        raise InputError(map(container.told, problems), title=f'study "{container.name}"')
    given = [overlays] if isinstance(overlays, str | Path) else list(overlays)
    if given:
        from seawall.study.overlays import overlaid

        study = overlaid(study, given)
    return replace(study, warnings=tuple(map(container.told, study.warnings)))


def builtin_studies() -> dict[str, Path]:
    """Return the folders of the studies that come with the package, by name."""
    root = Path(str(files("seawall"))) / "studies"
    if not root.is_dir():
        return {}
    return {
        folder.name.replace("_", "-"): folder
        for folder in sorted(root.iterdir())
        if (folder / SETTINGS).is_file()
    }


def _container_of(path_or_name: str | Path) -> Container:
    """Return where the study that is meant is kept."""
    path = Path(path_or_name)
    builtin = builtin_studies()
    if str(path_or_name) in builtin:
        # A built-in name always means the built-in; ./india-japan means the folder.
        return Folder(builtin[str(path_or_name)], str(path_or_name))
    if str(path_or_name) and path.is_dir():
        files_there = {item.name for item in path.iterdir()}
        if files_there.isdisjoint({SETTINGS, *(table.file for table in TABLES.values())}):
            raise UnknownName(f"study in this folder (it has no {SETTINGS})", str(path_or_name))
        return Folder(path, path.resolve().name)
    in_a_folder = {SETTINGS, *(table.file for table in TABLES.values())}
    if path.is_file() and path.suffix.casefold() in _WORKBOOKS and path.name not in in_a_folder:
        from seawall.study.workbook_reader import Workbook

        return Workbook(path)
    if path.is_file():
        raise UnknownName("study folder or workbook (this is a file)", str(path_or_name), builtin)
    raise UnknownName("study", str(path_or_name), builtin)


def _study_in(container: Container, problems: list[Problem]) -> Study | None:
    """Return the checked study of a container; None, with `problems`, if it breaks a rule."""
    settings = container.settings(problems)
    problems += container.strangers()
    tables: dict[str, pd.DataFrame] = {}
    broken: set[str] = set()
    for table in TABLES.values():
        found = len(problems)
        frame = container.table(table, problems)
        if frame is None:
            broken.add(table.name)
        elif table.required and frame.empty and len(problems) == found:
            problems.append(Problem(table.file, 1, "", "", "the table has no rows", "add rows"))
        tables[table.name] = empty_frame(table) if frame is None else frame
    scenarios = container.texts("scenarios", problems)
    protocol = container.protocol(problems)
    drafts = container.texts("protocols", problems)
    if settings is None:
        return None
    found_by_checks = checks.run(tables, settings, broken=broken, clean=not problems)
    # A cell or row that is unreadable is absent to the checks, and already told.
    told = {(p.file, p.row, p.column) for p in problems}
    problems += [
        p
        for p in found_by_checks.errors
        if (p.file, p.row, p.column) not in told and (p.file, p.row, "") not in told
    ]
    if problems:
        return None
    return Study(
        name=container.name,
        folder=container.folder,
        settings=settings,
        frames=tables,
        scenario_texts=scenarios,
        protocol_text=protocol,
        draft_texts=drafts,
        warnings=tuple(found_by_checks.warnings),
    )
