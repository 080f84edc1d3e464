"""Briefs: a run as a note in Word, six slides or a workbook.

`brief` reads a stored run and its study into a `Note` (what is said, in a language), and one of
three files lays it out.  Sentences come from templates of `report/catalogue`, never free text.
"""

from __future__ import annotations

import dataclasses
import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall import files
from seawall.errors import IntegrityError, UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.report.brief.note import Note
    from seawall.report.brief.words import Words
    from seawall.runs.store import StoredRun
    from seawall.study import Study

__all__ = ["brief", "note_of", "refuse"]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

#: Suffix, and the module whose `document` lays a note out so.
FORMATS = {".docx": "word", ".pptx": "slides", ".xlsx": "sheets"}
#: Question, and the module whose `note` tells it.
QUESTIONS = {"stress": "stressed", "sweep": "swept", "exposure": "exposed"}


def brief(stored: StoredRun, study: Study, target: str | Path, language: str = "en") -> Path:
    """Write a brief on a run and return its path.

    Parameters
    ----------
    stored
        A run of stress, sweep or exposure.
    study
        The study that it was asked of, for names, sources, assumptions and overlays.
    target
        The file to write; its suffix is .docx, .pptx or .xlsx. Its folder must exist.
    language
        "en" or "ja".

    Raises
    ------
    UsageError
        The run answers another question, the suffix is another, or the folder is missing.
    UnknownName
        There is no such language.
    IntegrityError
        The study is not the one that the run was asked of.
    """
    path = Path(target)
    refuse(stored, [path], language)
    made = note_of(stored, study, language)
    layout = importlib.import_module(f"{__name__}.{FORMATS[path.suffix.lower()]}")
    return files.write_bytes(path, layout.document(made))


def refuse(stored: StoredRun, targets: Iterable[Path], language: str) -> None:
    """Refuse what no brief can be written of, before anything is read or computed.

    Raises
    ------
    UsageError, UnknownName
        See `brief`.
    """
    from seawall.report.brief.words import LANGUAGES

    question = str(stored.run["question"])
    if question not in QUESTIONS:
        known = ", ".join(QUESTIONS)
        raise UsageError(
            f"run {stored.run['short_id']} answers {question}; there are briefs on {known}"
        )
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    for path in targets:
        if path.suffix.lower() not in FORMATS:
            raise UsageError(f'a brief is a .docx, .pptx or .xlsx file, not "{path.name}"')
        if not path.absolute().parent.is_dir():
            raise UsageError(f"there is no folder {path.absolute().parent} for {path.name}")


def note_of(stored: StoredRun, study: Study, language: str = "en") -> Note:
    """What a brief on a run says; see `brief`."""
    from seawall.report.brief.front import front
    from seawall.report.brief.words import Words

    if study.digest() != stored.run["study"]:
        raise IntegrityError(
            f"run {stored.run['short_id']} was asked of another state of the study: it has digest "
            f"{stored.run['study'][:12]}, {study.name} has {study.digest()[:12]}"
        )
    words = Words(language, study)
    module = importlib.import_module(f"{__name__}.{QUESTIONS[str(stored.run['question'])]}")
    made: Note = module.note(stored, study, words)
    sure = (*made.sure, *_on_language(words))
    made = dataclasses.replace(made, sure=sure)
    made = dataclasses.replace(made, front=front(stored, study, words, made))
    found: Note = printable(made)
    return found


def _on_language(words: Words) -> list[str]:
    """What a reader must know of the words: not checked, and what stayed English."""
    from seawall.report.brief.words import checked

    if words.language == "en":
        return []
    told = [] if checked() else [words.sentence("sure.not_checked")]
    if words.untranslated:
        told.append(words.sentence("sure.untranslated", count=str(len(words.untranslated))))
    return told


def printable(value: Any) -> Any:
    """The same without signs that no Office file can hold, in every text of a note."""
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    if isinstance(value, tuple):
        return tuple(printable(part) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: printable(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **changed)
    return value
