"""Copies of the studies that runs were asked of, so that any run can be explained and repeated.

STUDIES/<digest>/study/         the study in its own folder form, with all its variants
STUDIES/<digest>/snapshot.json  its digest, its name when it was first kept, SHA-256 of every file

One copy serves all runs of that content: which variants a run chose, what the study was called and
whose overlays lay over it stand in the record of the run.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Any

from seawall import files
from seawall.errors import InputError, IntegrityError, SeawallError, UsageError
from seawall.runs.document import plain
from seawall.runs.identity import SHORT, code_version
from seawall.study import builtin_studies, read, write
from seawall.study.overlay_file import Change
from seawall.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seawall.study import Study

RECORD = "snapshot.json"
CONTENT = "study"
FORMAT = 1


def origin_of(study: Study) -> dict[str, Any]:
    """What a run must remember of its study beside the digest.

    `name`; `built_in`; `base`, the digest without chosen variants; `chosen`, the variant of each
    group that is not at its default; `overlays`, the changes laid over it.
    """
    return {
        "name": study.name,
        "built_in": study.folder is not None and study.folder == builtin_studies().get(study.name),
        "base": _unchosen(study).digest(),
        "chosen": dict(study.chosen),
        "overlays": [plain(dataclasses.asdict(change)) for change in study.overlays],
    }


def keep(studies: Path, study: Study) -> Path:
    """Write a copy of a study unless there is one, and return its folder."""
    whole = _unchosen(study)
    target = studies / whole.digest()
    if target.is_dir():
        return target
    try:
        with files.atomic_folder(target) as partial:
            write(whole, partial / CONTENT)
            record = {
                "format": FORMAT,
                "digest": whole.digest(),
                "name": study.name,
                "code": code_version(),
                "files": {name: _sha(partial / name) for name in _inside(partial)},
            }
            files.write_text(partial / RECORD, json.dumps(record, indent=1))
    except FileExistsError:
        if not target.is_dir():
            raise  # else another process was quicker, with the same content
    return target


def restored(studies: Path, origin: Mapping[str, Any], digest: str) -> Study:
    """The study that a run was asked of.

    Parameters
    ----------
    studies
        Folder with the copies.
    origin, digest
        What the run remembers of it.

    Raises
    ------
    UsageError
        There is no copy and no built-in study of that digest, or another version wrote the copy.
    IntegrityError
        The copy has been edited.
    """
    base = str(origin.get("base") or digest)
    name = str(origin.get("name", ""))
    folder = studies / base
    if folder.is_dir():
        found = _read(folder, name)
        study = _as_asked(found, origin)
        if study.digest() != digest:
            raise IntegrityError(f"{folder} does not hold the study of digest {digest[:SHORT]}")
        return study
    for known in builtin_studies():
        try:
            study = _as_asked(read(known), origin)
        except SeawallError:
            continue  # a built-in study that lacks a variant or does not read is another one
        if study.digest() == digest:
            return study
    raise UsageError(
        f'the study "{name}" (digest {digest[:SHORT]}) is neither on the shelf nor built in; '
        "ask the question again on this machine, or name the study"
    )


def faults_of(folder: Path) -> list[str]:
    """What is wrong with a copy, a sentence each that names the file; none if it is as written."""
    path = folder / RECORD
    try:
        record = json.loads(path.read_bytes())
        listed = {str(name): str(sha) for name, sha in record["files"].items()}
    except OSError as error:
        return [f"{path} can't be read: {error.strerror}"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"{path} isn't the record of a study: {error}"]
    there = set(_inside(folder)) - {RECORD}
    told = [f"{folder / name} was not there when it was written" for name in there - listed.keys()]
    told += [f"{folder / name} is missing" for name in listed.keys() - there]
    told += [
        f"{folder / name} has changed since it was written"
        for name in listed.keys() & there
        if _sha(folder / name) != listed[name]
    ]
    if not told and folder.name != record.get("digest"):
        told.append(f"{folder} is the copy of a study with another digest")
    return sorted(told)


def _read(folder: Path, name: str) -> Study:
    faults = faults_of(folder)
    if faults:
        raise IntegrityError("; ".join(faults))
    code = json.loads((folder / RECORD).read_bytes())["code"]
    other = f"{folder} was written by Seawall {code}, whose tables this version does not have"
    try:
        study = read_snapshot(folder / CONTENT, name)
    except InputError as error:
        raise UsageError(f"{other}: {error}") from error
    if study.digest() != folder.name:
        # Its files are as they were written: it is the columns of the tables that have changed.
        raise UsageError(f"{other}; ask the question again")
    return study


def _as_asked(study: Study, origin: Mapping[str, Any]) -> Study:
    """The study with the run's name, variants and the authors of its changes."""
    chosen = study.variant(*origin.get("chosen", {}).values())
    return dataclasses.replace(
        chosen,
        name=str(origin.get("name") or study.name),
        overlays=tuple(_change(told) for told in origin.get("overlays", ())),
    )


def _change(told: Mapping[str, Any]) -> Change:
    """A change as it was, after JSON has made lists of its tuples."""
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in told.items()
    }
    try:
        return Change(**fields)
    except TypeError as error:
        raise UsageError(f"the run's overlays are those of another version: {error}") from error


def _unchosen(study: Study) -> Study:
    return dataclasses.replace(study, chosen={}) if study.chosen else study


def _inside(folder: Path) -> list[str]:
    """Files below a folder, by their path inside it, in order."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
