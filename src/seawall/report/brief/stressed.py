"""A brief on a stress run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.report import text
from seawall.report.brief import answer as answers
from seawall.report.brief import changes, check, evidence, pictures, question
from seawall.report.brief.cells import SHORT, reading
from seawall.report.brief.intervals import Intervals
from seawall.report.brief.labels import labels
from seawall.report.brief.note import Grid, Note
from seawall.report.brief.tables import of_headline, units_of

if TYPE_CHECKING:
    from seawall.report.brief.cells import Cell, Outcome, Reading
    from seawall.report.brief.words import Words
    from seawall.runs.store import StoredRun
    from seawall.study import Study

#: Beyond so many rows only one response of each cell is told.
_MOST_ROWS = 12


def note(stored: StoredRun, study: Study, words: Words) -> Note:
    """Everything that a brief on a stress run says."""
    read = reading(stored, study)
    title, asked = question.asked(read.scenario, words)
    chains = chains_of(read)
    movers = changes.movers(read, words)
    told, further = evidence.sources(study, words, chains, read.scenario)
    first = read.short[0] if read.short else None
    address = f"{first.place} unserved {answers.told(first)} {first.good}" if first else ""
    return Note(
        language=words.language,
        title=title,
        question=asked,
        answer=answers.answer(read, words),
        sure=tuple(
            Intervals(read, words).sure(first, answers.told(first) if first else read.central)
        ),
        table=_table(read, words) if read.short else _served(read, words),
        when=pictures.when(read, words),
        bracket=pictures.bracket(read, words),
        origin=pictures.origin(read, words),
        moves=pictures.moves(read, words, movers),
        assumptions=tuple(_assumptions(read, words, chains)),
        changes=tuple(changes.sentences(read, words, movers)),
        sources=told,
        further_sources=further,
        check=check.commands(stored, study, words, address),
        footer=check.footer(stored, words),
        labels=labels(words),
        run_id=stored.run["short_id"],
        created=stored.created,
        sheets=of_headline(read),
        units=units_of(stored),
    )


def chains_of(read: Reading) -> tuple[str, ...]:
    """Chains of goods that the run speaks of."""
    return tuple(dict.fromkeys(cell.chain for cell in (*read.cells, *read.others)))


def _assumptions(read: Reading, words: Words, chains: tuple[str, ...]) -> list[str]:
    """What the run takes for granted: the user's own changes first, then what the scenario is."""
    told = evidence.overlays(read.study, words)
    if read.scenario is not None:
        _, about = words.scenario(read.scenario)
        if about:
            told.append(about)
    if {"market", "pact"} & set(read.responses):
        told += evidence.beliefs(read.study, words, chains)
    told += evidence.evidence(read.study, words, chains)
    told += evidence.rules(read.study, words, chains, read.stored.run["options"])
    told.append(words.sentence("assumption.base"))
    return told


def _table(read: Reading, words: Words) -> Grid:
    """Every response of the cells that are short; only the central one where they are many."""
    say = words.say
    cells = read.short
    every = sum(len(cell.outcomes) for cell in cells) <= _MOST_ROWS
    pairs = [
        (cell, name)
        for cell in cells
        for name in (cell.outcomes if every else (answers.told(cell),))
    ]
    rows = tuple(_row(words, cell, name) for cell, name in pairs)
    notes = []
    served = [
        pictures.label(words, cell)
        for cell in read.cells
        if not cell.short and (cell.place, cell.good) not in read.unknown
    ]
    if served:
        notes.append(words.sentence("table.served_note", list=_listed(words, served)))
    notes += _not_answered(read, words)
    columns = ("place", "response", "demand", "unserved", "share", "missing", "priced_out",
               "first", "weeks", "cover")  # fmt: skip
    return Grid(
        caption=words.sentence("table.stress", span=answers.span(read, words, cells[0])),
        header=tuple(say(f"table.{name}") for name in columns),
        rows=rows,
        note=words.say("list.sentences").join(notes),
        left=2,
    )


def _row(words: Words, cell: Cell, name: str) -> tuple[str, ...]:
    outcome: Outcome = cell.outcomes[name]
    figures = words.figures
    # A response that knows the end sets no prices between buyers: the split is not told.
    split = (
        (figures.amount(outcome.missing, cell.unit), figures.amount(outcome.priced_out, cell.unit))
        if outcome.missing is not None and outcome.priced_out is not None
        else (text.NOTHING, text.NOTHING)
    )
    short = outcome.share > SHORT
    return (
        pictures.label(words, cell),
        words.say(f"response.{name}"),
        figures.amount(outcome.demand, cell.unit, 3),
        figures.amount(outcome.unserved, cell.unit),
        figures.share(outcome.share),
        *split,
        figures.day(outcome.first_day) if short and outcome.first_day is not None else text.NOTHING,
        figures.weeks(outcome.weeks_short),
        figures.days(outcome.cover_days),
    )


def _served(read: Reading, words: Words) -> Grid:
    """Stocks of those who are served, those first whose stocks fall most."""
    say, figures = words.say, words.figures
    falls = {(fall.cell.place, fall.cell.good): fall for fall in answers.falls(read)}
    order = [fall.cell for fall in falls.values()]
    order += [
        cell
        for cell in read.cells
        if (cell.place, cell.good) not in falls and (cell.place, cell.good) not in read.unknown
    ]
    rows = []
    for cell in order:
        fall = falls.get((cell.place, cell.good))
        survive = cell.outcomes.get("frozen", cell.middle).survive_days
        rows.append(
            (
                pictures.label(words, cell),
                figures.amount(cell.middle.demand, cell.unit, 3),
                figures.amount(cell.middle.unserved, cell.unit),
                figures.days(fall.usual if fall else None),
                figures.days(fall.low if fall else None),
                say("table.beyond") if survive is None else figures.duration(survive),
            )
        )
    notes = _not_answered(read, words)
    columns = ("place", "demand", "unserved", "usual", "lowest", "survive")
    return Grid(
        caption=words.sentence("table.served", span=answers.span(read, words, read.cells[0])),
        header=tuple(say(f"table.{name}") for name in columns),
        rows=tuple(rows),
        note=words.say("list.sentences").join(notes),
    )


def _not_answered(read: Reading, words: Words) -> list[str]:
    unknown = [
        pictures.label(words, cell)
        for cell in read.cells
        if (cell.place, cell.good) in read.unknown and not cell.short
    ]
    return [words.sentence("table.not_answered", list=_listed(words, unknown))] if unknown else []


def _listed(words: Words, names: list[str]) -> str:
    """A list of at most six, then how many more."""
    if len(names) <= 6:
        return words.say("list.items").join(names)
    more = words.say("list.more", count=len(names) - 6)
    return words.say("list.items").join([*names[:6], more])
