"""A PyPSA network on disk: netCDF file or CSV folder, read and written by PyPSA itself."""

from __future__ import annotations

import csv
import json
import logging
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall.errors import InputError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pypsa_module", "quiet", "read_network"]

SUFFIX = ".nc"
_EXTRA = "PyPSA is not installed: pip install 'seawall[pypsa]' brings it"


def pypsa_module() -> Any:
    """The package `pypsa`.

    Raises
    ------
    UsageError
        It is not installed; the message says how to get it.
    """
    try:
        import pypsa
    except ModuleNotFoundError as error:
        if error.name != "pypsa":
            raise
        raise UsageError(_EXTRA) from error
    return pypsa


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what PyPSA and the packages under it say of their own affairs off the terminal."""
    loggers = [logging.getLogger(name) for name in ("pypsa", "linopy")]
    before = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def read_network(path: str | Path) -> Any:
    """The PyPSA network of a netCDF file (.nc) or of a CSV folder.

    Raises
    ------
    UsageError
        PyPSA is not installed, or there is no such file.
    InputError
        It is not a PyPSA network, or parts of it are missing or named twice.
    """
    source = Path(path)
    if not source.exists():
        raise UsageError(f'there is no file or folder "{source}"')
    if source.is_file() and source.suffix != SUFFIX:
        raise UsageError(
            f'"{source.name}" is neither a netCDF file ({SUFFIX}) nor a folder of CSV files'
        )
    pypsa = pypsa_module()
    if source.is_dir():
        told = list(_folder_problems(source))
        if told:
            raise InputError(told, f'PyPSA network "{source.name}"')
    try:
        with quiet():
            network = pypsa.Network(str(source))
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        what = " ".join(str(error).split())
        fix = "write it anew with export_to_netcdf or export_to_csv_folder"
        rule = f"PyPSA cannot read it as a network: {what}"
        raise InputError([Problem(source.name, None, "", "", rule, fix)]) from error
    if network.buses.empty:
        rule, fix = "the network has no buses", "is it the file of a PyPSA network?"
        raise InputError([Problem(source.name, None, "buses", "", rule, fix)])
    return network


def _folder_problems(folder: Path) -> Iterator[Problem]:
    """What PyPSA would pass over in silence, or tell in words that do not help."""
    names = {item.name for item in folder.glob("*.csv")}
    for needed, what in (("buses.csv", "buses"), ("snapshots.csv", "snapshots")):
        if needed not in names:
            rule, fix = "the file is missing", f"a network has {what}; is it the right folder?"
            yield Problem(needed, None, "", "", rule, fix)
    for name in sorted(names):
        table, dash, attribute = name.removesuffix(".csv").partition("-")
        if dash and f"{table}.csv" not in names and "buses.csv" in names:
            rule = f"a series of {attribute}, but there is no {table}.csv"
            yield Problem(name, None, "", "", rule, f"add {table}.csv, or remove the series")
        elif not dash and name not in ("snapshots.csv", "network.csv"):
            yield from _named_twice(folder / name)
    meta = folder / "meta.json"
    if meta.is_file():
        try:
            json.loads(meta.read_text(encoding="utf-8"))
        except ValueError as error:
            yield Problem("meta.json", None, "", "", f"no JSON: {error}", "mend or remove it")


def _named_twice(path: Path) -> Iterator[Problem]:
    """Rows of one component that have one name: PyPSA keeps only one of them."""
    seen: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            for line, cells in enumerate(csv.reader(handle), start=1):
                if line == 1 or not cells:
                    continue
                if cells[0] in seen:
                    rule = f"the same name as in row {seen[cells[0]]}"
                    yield Problem(path.name, line, "name", cells[0], rule, "give each its own")
                seen.setdefault(cells[0], line)
    except (UnicodeDecodeError, csv.Error) as error:
        yield Problem(path.name, None, "", "", f"no UTF-8 CSV: {error}", "save it as UTF-8 CSV")
