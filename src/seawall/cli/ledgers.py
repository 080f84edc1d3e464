"""Where commands find the ledger."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.ledger.book import Book
    from seawall.runs.verify import Finding
    from seawall.study import Study

LedgerUrl = Annotated[
    str | None,
    typer.Option("--ledger", metavar="URL", envvar="SEAWALL_LEDGER",
                 help="sqlite:///FILE or postgresql://USER@HOST/NAME; without it, ledger.sqlite "
                 "in the folder of runs."),
]  # fmt: skip


def check_ledger(url: str | None) -> list[Finding]:
    """What of each book of a ledger does not agree with its digests; none where no ledger was
    named and none has been begun."""
    from seawall.ledger import database
    from seawall.ledger.checking import faults
    from seawall.runs.verify import Finding

    if url is None and not database.begun():
        return []
    engine = database.opened(url, create=False)
    try:
        return [
            Finding("ledger", name, tuple(f"ledger: {each}" for each in told))
            for name, told in faults(engine).items()
        ]
    finally:
        engine.dispose()


@contextmanager
def read_book(study: Study, url: str | None) -> Iterator[Book | None]:
    """The study's book to read in; None where no ledger was named and none has been begun."""
    from seawall.ledger import database
    from seawall.ledger.book import Book

    if url is None and not database.begun():
        yield None
        return
    engine = database.opened(url, create=False)
    try:
        yield Book(engine, study.name, study.frames)
    finally:
        engine.dispose()
