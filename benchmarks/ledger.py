"""The ledger beside plain writing: 100,000 pieces of evidence, appended and read as of a day.

*Seawall* checks every row against its rules and against the others, chains its digests and keeps
who, when and why; SQLite in a file.  *sqlite3* is one `executemany` of the same rows as JSON, with
a key and a time, into an indexed table of one file, and as of a day the newest row per key, parsed
back into the same typed table; no row is checked, and nobody would see one that is changed.
*pandas* is `to_sql` of the typed rows with their time and `read_sql` of them, the newest per key.
The columns that all three read are compared cell by cell; ours has eleven more, most of them empty.
What the chain and the checks cost is the ratio, without a target; a row more on top of 100,000 and
a verification have no peer that does the same, so they are told by themselves; so is the board, the
status of every promise of the reference study with 100,000 more pieces of evidence in a ledger.

python -m benchmarks.ledger writes benchmarks/ledger.md.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.measure import Row, Stopwatch, child, machine, markdown, report

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = Path(__file__).with_name("ledger.md")
COUNT = 100_000
REPEATS = 3
DAY = date(2999, 1, 1)
AT = "2026-11-01T00:00:00.000000+00:00"
TEXTS = ("id", "indicator", "date", "counted_in", "source", "confidence", "note")
ABOUT = """\
Made by `python -m benchmarks.ledger`; what is compared and how is said at the top of
`benchmarks/ledger.py`. Ratios are of CPU seconds on one thread, the smallest of three, each way in
a process of its own; a ratio above 1 is what checks, history and digests cost.
"""


def evidence() -> list[dict[str, Any]]:
    """Made-up rows, all different; two of three have a note."""
    return [
        {"id": f"e{n}", "indicator": "i1", "date": "2026-08-01", "value": n / 7,
         "counted_in": "plants", "source": "s1", "confidence": "assumption",
         "note": f"reading {n}" if n % 3 else None}
        for n in range(COUNT)
    ]  # fmt: skip


def measure_seawall(folder: Path) -> None:
    """Append, read, append one more and verify."""
    from seawall.ledger.book import Book
    from seawall.ledger.database import opened
    from seawall.ledger.entries import Entry

    rows = evidence()
    book = Book(opened(f"sqlite:///{folder / 'ledger.sqlite'}"), "b")
    shared = {"source": "s1", "confidence": "assumption"}
    pledge = {"id": "p1", "date": "2026-07", "sector": "clean energy", "what": "Plants"}
    indicator = {"id": "i1", "pledge": "p1", "what": "Plants", "measure": "level"}
    source = {"id": "s1", "title": "A made-up page", "publisher": "Nobody"}
    first = (("sources", source), ("pledges", pledge | shared), ("indicators", indicator | shared))
    book.append([Entry(kind, row, "A", "to begin") for kind, row in first])
    entries = [Entry("evidence", row, "A", "a benchmark") for row in rows]
    figures = {"append": _once(lambda: book.append(entries))}
    figures["read"] = _quickest(lambda: book.frame("evidence", DAY))
    more = [Entry("evidence", rows[0] | {"id": f"m{n}"}, "A", "one more") for n in range(REPEATS)]
    figures["one"] = _quickest(lambda: book.append([more.pop()]))
    figures["verify"] = _quickest(lambda: _sound(book.verify()))
    figures["board"] = _board(folder)
    report(figures | {"table": _table(book.frame("evidence", DAY).head(COUNT))})


def _board(folder: Path) -> tuple[float, float]:
    """The status of every promise of the reference study, its evidence spread over indicators."""
    import seawall
    from seawall.ledger.book import Book
    from seawall.ledger.database import opened
    from seawall.ledger.entries import Entry
    from seawall.questions.track.state import state_of
    from seawall.questions.track.status import statuses

    study = seawall.read("india-japan")
    wanted = study.frames["indicators"].query("counted_in != ''").to_dict("records")
    source = study.frames["evidence"]["source"].iloc[0]
    book = Book(opened(f"sqlite:///{folder / 'board.sqlite'}"), study.name, study.frames)
    rows = [
        row | {"indicator": (of := wanted[n % len(wanted)])["id"], "counted_in": of["counted_in"],
               "source": source}
        for n, row in enumerate(evidence())
    ]  # fmt: skip
    book.append([Entry("evidence", row, "A", "a benchmark") for row in rows])
    return _quickest(lambda: statuses(state_of(study, book, DAY)))


def measure_sqlite3(folder: Path) -> None:
    """Append and read JSON with the driver alone."""
    rows = evidence()
    base = sqlite3.connect(folder / "plain.sqlite")
    base.execute("CREATE TABLE rows (seq INTEGER PRIMARY KEY, key TEXT, at TEXT, content TEXT)")
    base.execute("CREATE INDEX by_key ON rows (key)")

    def append() -> None:
        with base:
            filled = ((row["id"], AT, json.dumps(row)) for row in rows)
            base.executemany("INSERT INTO rows (key, at, content) VALUES (?, ?, ?)", filled)

    def read() -> pd.DataFrame:
        asked = "SELECT content FROM rows WHERE at < ? ORDER BY seq"
        found = [json.loads(content) for (content,) in base.execute(asked, (DAY.isoformat(),))]
        return _newest(pd.DataFrame(found))

    figures = {"append": _once(append), "read": _quickest(read)}
    report(figures | {"table": _table(read())})


def measure_pandas(folder: Path) -> None:
    """Append and read typed rows with pandas."""
    from sqlalchemy import create_engine

    rows = evidence()
    engine = create_engine(f"sqlite:///{folder / 'pandas.sqlite'}")

    def append() -> None:
        pd.DataFrame(rows).assign(at=AT).to_sql("rows", engine, index=False)

    def read() -> pd.DataFrame:
        asked = f"SELECT * FROM rows WHERE at < '{DAY.isoformat()}' ORDER BY rowid"
        return _newest(pd.read_sql(asked, engine))

    figures = {"append": _once(append), "read": _quickest(read)}
    report(figures | {"table": _table(read())})


def rows() -> list[Row]:
    """Measure the three ways and compare them."""
    ways: dict[str, list[dict[str, Any]]] = {"seawall": [], "sqlite3": [], "pandas": []}
    for _ in range(REPEATS):  # by turns, so that a busy minute falls on all
        for way, found in ways.items():
            found.append(child("benchmarks.ledger", way).figures)
    best = {
        way: {step: min((each[step] for each in found), key=tuple) for step in found[0]
              if step != "table"}
        for way, found in ways.items()
    }  # fmt: skip
    ours = best["seawall"]
    table = []
    for step, label in (("append", "appended"), ("read", "read as of a day")):
        for way, peer in (("sqlite3", "sqlite3, JSON"), ("pandas", "pandas, SQL")):
            (cpu, _), (other, _) = ours[step], best[way][step]
            text = f"{cpu:.2f} s against {other:.2f} s"
            table.append(Row(f"evidence {label}, {COUNT:,}", peer, text, f"{cpu / other:.1f}"))
    tables = {found["table"] for each in ways.values() for found in each}
    same = len(tables) == 1
    told = "all cells the same" if same else "not the same"
    table.append(Row("what is read", "sqlite3 and pandas", told, "", "the same", same))
    one, verified = ours["one"][1], ours["verify"][1]
    table.append(Row(f"one row more on {COUNT:,}", "", f"{one * 1e3:.1f} ms on the clock", "",
                     "< 50 ms", one < 0.05))  # fmt: skip
    board = ours["board"][1]
    table.append(Row(f"board of {COUNT:,} pieces of evidence, read and judged", "",
                     f"{board:.2f} s on the clock", "", "< 2 s", board < 2.0))  # fmt: skip
    table.append(Row(f"verify {COUNT:,}", "", f"{verified:.2f} s on the clock",
                     f"{COUNT / ours['verify'][0]:,.0f} entries a CPU second"))  # fmt: skip
    return table


def _once(work: Callable[[], object]) -> tuple[float, float]:
    """(CPU seconds, clock seconds) of a piece of work."""
    watch = Stopwatch()
    work()
    return watch.read()


def _quickest(work: Callable[[], object]) -> tuple[float, float]:
    return min(_once(work) for _ in range(REPEATS))


def _newest(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop_duplicates("id", keep="last", ignore_index=True)


def _sound(found: tuple[str, ...]) -> None:
    if found:
        raise AssertionError(found)


def _table(frame: pd.DataFrame) -> str:
    """One number of all cells, to compare tables of several processes."""
    texts = frame[list(TEXTS)].astype("str")
    cells = texts.assign(value=frame["value"].map(repr))
    return str(pd.util.hash_pandas_object(cells.astype("object"), index=False).sum())


def main() -> None:
    """Measure, print the table and write it."""
    where = machine()
    table = markdown(rows())
    day = datetime.now(UTC).date().isoformat()
    print(f"{where}\n\n{table}")
    RESULTS.write_text(f"# The ledger\n\n{ABOUT}\n{day}: {where}.\n\n{table}\n", encoding="utf-8")


if __name__ == "__main__":
    import sys

    WAYS = {"seawall": measure_seawall, "sqlite3": measure_sqlite3, "pandas": measure_pandas}
    if len(sys.argv) == 1:
        main()
    else:
        with tempfile.TemporaryDirectory() as folder:
            WAYS[sys.argv[1]](Path(folder))
