"""What a workbook says of itself: README, list of sheets, assumptions of the study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall.report.brief.note import Front

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.report.brief.note import Note
    from seawall.report.brief.words import Words
    from seawall.runs.store import StoredRun
    from seawall.study import Study

_ASSUMED = ("id", "value", "unit", "applies_to", "why", "low", "high", "source", "confidence")
_SOURCES = ("id", "publisher", "title", "date", "url")
#: Names of columns are those of the study's own tables, in every language.
_SAID = "note"


def front(stored: StoredRun, study: Study, words: Words, note: Note) -> Front:
    """Texts of the workbook of a note."""
    say = words.say
    run = stored.run
    chains = chains_of(study, note)
    assumptions = _assumptions(study, note, chains)
    readme = (
        (say("readme.question"), note.title),
        ("", note.question),
        (say("readme.answer"), note.answer[0]),
        *(("", sentence) for sentence in (*note.answer[1:], *note.sure)),
        (say("readme.what"), say("readme.what_text")),
        (say("readme.run"), str(run["short_id"])),
        (say("readme.created"), words.figures.date(stored.created[:10])),
        (say("readme.code"), f"{run['code']}, {run['solver']}"),
        (say("readme.study"), words.study_title()),
        (say("readme.digest"), str(run["study"])),
        (say("readme.units"), say("readme.units_text")),
        (say("readme.read"), say("readme.read_text")),
        (say("readme.check"), note.check[2]),
        *(("", sentence) for sentence in (*note.check[3:], say("readme.note"))),
    )
    return Front(
        readme=readme,
        contents_head=(say("readme.sheet"), say("readme.holds"), say("readme.rows")),
        contents=_contents(words, note, len(assumptions)),
        assumptions_head=(say("sheet.assumptions_holds"), *_ASSUMED),
        assumptions=assumptions,
        sources_head=(say("sheet.sources_holds"), *_SOURCES, say("readme.used_for")),
    )


def chains_of(study: Study, note: Note) -> set[str]:
    """Chains of the goods that the tables of a note speak of."""
    chain = study.lookup("commodities", "chain")
    found: set[str] = set()
    for sheet in note.sheets.values():
        if "commodity" in sheet.frame:
            found |= {chain[good] for good in set(sheet.frame["commodity"]) if good in chain}
    return found


def _assumptions(study: Study, note: Note, chains: set[str]) -> tuple[tuple[Any, ...], ...]:
    """What the note says it assumes, then the recorded assumptions on the run's chains."""
    said = [(_SAID, None, "", "", words, None, None, "", "") for words in note.assumptions]
    others = set(study.chains) - chains
    rows = [
        tuple(getattr(row, name) for name in _ASSUMED)
        for row in study.rows("assumptions")
        if not others & _named(str(row.applies_to))
    ]
    return (*said, *rows)


def _named(applies_to: str) -> set[str]:
    """Chains that an assumption names in front of a colon."""
    head, colon, _ = applies_to.partition(":")
    return {part.strip() for part in head.replace(" and ", ",").split(",")} if colon else set()


def _contents(words: Words, note: Note, assumptions: int) -> tuple[tuple[str, str, str], ...]:
    """Every sheet with what it holds and how many rows."""
    say = words.say

    def rows(shown: int, every: int) -> str:
        if shown == every:
            return f"{every:,}"
        return say("readme.cut", shown=f"{shown:,}", rows=f"{every:,}")

    tables: Sequence[tuple[str, str, str]] = [
        (name, say("sheet.table_holds"), rows(len(sheet.frame), sheet.rows))
        for name, sheet in note.sheets.items()
    ]
    return (
        ("summary", say("sheet.summary_holds"), f"{len(note.table.rows):,}"),
        ("charts", say("sheet.charts_holds"), ""),
        *tables,
        ("assumptions", say("sheet.assumptions_holds"), f"{assumptions:,}"),
        ("sources", say("sheet.sources_holds"), f"{len(note.sources):,}"),
    )
