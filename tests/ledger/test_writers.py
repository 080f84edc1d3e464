"""Writers at once, and writers that are killed."""

from __future__ import annotations

import multiprocessing
import time

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
    Book(engine, "b").append(base())
    engine.dispose()
    for n in range(50):  # on each of two databases: 100 in all
        writer = CONTEXT.Process(target=write_on, args=(url, n))
        writer.start()
        time.sleep(0.03 + 0.003 * n)
        writer.kill()
        writer.join()
    # However slow the machine is, one of them is killed after it has written.
    book, writer = Book(engine, "b"), CONTEXT.Process(target=write_on, args=(url, 50))
    writer.start()
    while book.frame("evidence").empty:
        time.sleep(0.01)
    writer.kill()
    writer.join()
    assert book.verify() == ()
    keys = set(book.frame("evidence")["id"])
    assert {key[:-1] + "ab"["ba".index(key[-1])] for key in keys} == keys  # pairs stay whole
    engine.dispose()
