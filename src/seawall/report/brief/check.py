"""How a reader can check a brief: run, versions, and the commands that show more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seawall.report.brief.words import Words
    from seawall.runs.store import StoredRun
    from seawall.study import Study


def footer(stored: StoredRun, words: Words) -> str:
    """One line: run, date, code, and what a run is not."""
    return words.say(
        "footer.line",
        run=stored.run["short_id"],
        date=words.figures.date(stored.created[:10]),
        code=stored.run["code"],
    )


def commands(stored: StoredRun, study: Study, words: Words, number: str = "") -> tuple[str, ...]:
    """Sentences on the run and what to type; `number` is the address of its first figure."""
    run = stored.run
    short = run["short_id"]
    return (
        words.say(
            "check.run",
            id=short,
            date=words.figures.date(stored.created[:10]),
            code=run["code"],
            solver=run["solver"],
        ),
        words.say("check.study", study=study.name, digest=str(run["study"])[:12]),
        words.say("check.show", short=short),
        words.say("check.explain", short=short, number=number)
        if number
        else words.say("check.explain_tables", short=short),
        words.say("check.verify", short=short),
    )
