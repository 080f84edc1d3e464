"""Writers at once, and writers that are killed."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

from tests.ledger.rows import base, write, write_on

from seawall.ledger.book import Book
from seawall.ledger.database import opened

CONTEXT = multiprocessing.get_context("fork")


def test_twenty_writers_lose_nothing(postgres: str):
    engine = opened(postgres)
    Book(engine, "b").append(base())
    engine.dispose()
    writers = [CONTEXT.Process(target=write, args=(postgres, n, 5)) for n in range(20)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert [each.exitcode for each in writers] == [0] * 20
    book = Book(engine, "b")
    assert set(book.frame("evidence")["id"]) == {f"w{w}-{n}" for w in range(20) for n in range(5)}
    assert book.head()[0] == 103
    assert book.verify() == ()
    engine.dispose()


def test_killed_writers_leave_a_ledger_that_verifies(url: str):
    engine = opened(url)
    book = Book(engine, "b")
    book.append(base())
    engine.dispose()
    chance = random.Random(0)
    reported: set[str] = set()
    for n in range(50):  # on each of two databases: 100 in all
        told, tells = CONTEXT.Pipe(duplex=False)
        writer = CONTEXT.Process(target=write_on, args=(url, n, tells))
        writer.start()
        tells.close()
        told.recv()  # it is writing now
        time.sleep(chance.uniform(0, 0.02))
        writer.kill()
        writer.join()
        reported |= {f"k{n}-{pair}{half}" for pair in (0, *rest(told)) for half in "ab"}
    keys = set(book.frame("evidence")["id"])
    assert len(reported) >= 100
    assert reported <= keys  # what was reported as recorded is there
    assert {key[:-1] + "ab"["ba".index(key[-1])] for key in keys} == keys  # pairs stay whole
    assert book.verify() == ()
    engine.dispose()


def rest(told: Connection) -> Iterator[int]:
    """What the pipe of a process that is no more still holds."""
    while True:
        try:
            yield told.recv()
        except EOFError:
            return
