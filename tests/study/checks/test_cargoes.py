"""What is wrong with a book of cargoes is told by file, row, column, value, rule and fix."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.study.books import Book, book_in, study_with_seas

from seawall.study import Study

Cell = tuple[str, int, str, str]
#: What is put into a cell of the small book, where that is told, and words of rule and fix.
CASES: dict[str, tuple[Cell, tuple[str, int, str], str, str]] = {
    "no ship": (("cargoes", 5, "ship", ""), ("cargoes", 5, "ship"), "without a ship", "offer"),
    "no owner": (("cargoes", 6, "owner", ""), ("cargoes", 6, "owner"), "no owner", "name it"),
    "no arrival": (("cargoes", 5, "eta", ""), ("cargoes", 5, "eta"), "no eta", "name it"),
    "unknown ship": (
        ("cargoes", 6, "ship", "dasy"), ("cargoes", 6, "ship"), "unknown ship", '"daisy"?',
    ),
    "unknown terminal": (
        ("cargoes", 6, "destination", "suda"), ("cargoes", 6, "destination"), "unknown terminal",
        '"suda-t"?',
    ),
    "offer with owner": (
        ("cargoes", 7, "owner", "NRD"), ("cargoes", 7, "owner"), "an offer has no owner", "blank",
    ),
    "offer without price": (
        ("cargoes", 7, "price", ""), ("cargoes", 7, "price"), "without a price", "USD/MMBtu",
    ),
    "offer under contract": (
        ("cargoes", 7, "contract", "west-alba"), ("cargoes", 7, "contract"), "no contract",
        "leave it blank",
    ),
    "offer expired": (
        ("cargoes", 7, "load_to", "2026-11-30"), ("cargoes", 7, "load_to"), "ends before",
        "2026-12-03 or later",
    ),
    "two cargoes under way": (
        ("cargoes", 3, "ship", "aster"), ("cargoes", 3, "ship"), "in two places: it is laden",
        "really carries",
    ),
    "window before the last arrival": (
        ("cargoes", 2, "eta", "2027-01-08"), ("cargoes", 5, "ship"),
        'in two places: it brings "c-laden" (row 2) on 2027-01-08', "a window that ends later",
    ),
    "free too early": (
        ("ships", 2, "free_from", "2026-12-05"), ("ships", 2, "free_from"),
        "free before it has brought", "2026-12-10 or later",
    ),
    "free too late": (
        ("ships", 5, "free_from", "2026-12-28"), ("ships", 5, "free_from"), "free only after",
        "2026-12-26 or earlier",
    ),
    "free outside the book": (
        ("ships", 4, "free_from", "2029-01-01"), ("ships", 4, "free_from"), "more than 400 days",
        "leave such a ship out",
    ),
    "stock above the tank": (
        ("tanks", 2, "stock", "2500"), ("tanks", 2, "stock"), "more than the tank holds (2400 kt)",
        "at most 2400",
    ),
    "floor above the tank": (
        ("tanks", 3, "floor", "1600"), ("tanks", 3, "floor"), "more than the tank holds (1500 kt)",
        "at most 1500",
    ),
    "stock below the floor": (
        ("tanks", 3, "stock", "200"), ("tanks", 3, "stock"), "less than its floor (250 kt)",
        "lower the floor to 200",
    ),
    "tanks of a loading terminal": (
        ("tanks", 3, "terminal", "west-load"), ("tanks", 3, "terminal"), "loading terminal", "",
    ),
    "two days": (
        ("tanks", 3, "as_of", "2026-12-02"), ("tanks", 3, "as_of"), "another day", "one morning",
    ),
    "a month is no day": (
        ("cargoes", 6, "eta", "2026-12"), ("cargoes", 6, "eta"), "not a day", "2026-03-02",
    ),
    "larger than its ship": (
        ("cargoes", 6, "size", "150000"), ("cargoes", 6, "size"), "larger than the tanks of its",
        "at most 145000",
    ),
    "window backwards": (
        ("cargoes", 6, "load_to", "2026-12-23"), ("cargoes", 6, "load_to"), "ends before it begins",
        "2026-12-24 or later",
    ),
    "due before loaded": (
        ("cargoes", 6, "eta", "2026-12-25"), ("cargoes", 6, "eta"), "due before it is loaded",
        "2026-12-26 or later",
    ),
    "due in the past": (
        ("cargoes", 2, "eta", "2026-11-25"), ("cargoes", 2, "eta"), "before the day of the book",
        "due now",
    ),
    "laden in the future": (
        ("cargoes", 6, "state", "laden"), ("cargoes", 6, "load_from"), "laden, but its window",
        "2026-12-01 or earlier",
    ),
    "planned in the past": (
        ("cargoes", 2, "state", "planned"), ("cargoes", 2, "load_to"), "planned, but its window is",
        "state laden",
    ),
    "ship too large": (
        ("ships", 5, "size", "300000"), ("cargoes", 6, "load"), "does not fit there: 300000 m3",
        "270000 m3 may come",
    ),
    "ship may not call": (
        ("ships", 4, "terminals", "gulf-load;nord-west-t"), ("cargoes", 3, "destination"),
        'its ship "cedar" may not call there', "add it to terminals of cedar",
    ),
    "unknown name in the list": (
        ("ships", 4, "terminals", "gulf-load;nord-west-t;suda-t;gulf-lod"),
        ("ships", 4, "terminals"), 'unknown terminal "gulf-lod"', '"gulf-load"?',
    ),
    "to a loading terminal": (
        ("cargoes", 6, "destination", "west-load"), ("cargoes", 6, "destination"),
        "do not bring cargo there", "a receiving terminal",
    ),
    "from a receiving terminal": (
        ("cargoes", 6, "load", "suda-t"), ("cargoes", 6, "load"), "do not take cargo there",
        "a loading terminal",
    ),
    "beyond the book": (
        ("cargoes", 5, "load_from", "2028-02-01"), ("cargoes", 5, "load_to"), "ends before it",
        "2028-02-01 or later",
    ),
    "contract of others": (
        ("cargoes", 6, "contract", "gulf-nord"), ("cargoes", 6, "owner"), "is of NRD",
        "another contract",
    ),
    "freer than its contract": (
        ("cargoes", 2, "flexible", "yes"), ("cargoes", 2, "flexible"), "says no", "clauses.csv",
    ),
    "other basis than its contract": (
        ("cargoes", 4, "basis", "DES"), ("cargoes", 4, "basis"), "says FOB", "write FOB",
    ),
    "ship of the wrong side": (
        ("ships", 3, "operator", "West Gas"), ("cargoes", 4, "basis"), "sent by the seller", "DES",
    ),
    "unknown destination of a clause": (
        ("clauses", 2, "destinations", "NRD;sudat"), ("clauses", 2, "destinations"),
        'unknown terminal, coast or country "sudat"', "did you mean",
    ),
    "clause without its own end": (
        ("clauses", 2, "destinations", "SUD"), ("clauses", 2, "destinations"),
        'its contract goes to "NRD"', "add NRD",
    ),
    "consent to nothing": (
        ("clauses", 3, "consent", "no"), ("clauses", 3, "consent"), "lets its cargo go anywhere",
        "yes, or the destinations",
    ),
}  # fmt: skip
#: Cases of which the small book makes two: several rules speak of the cell.
SEVERAL = {
    "offer expired", "two cargoes under way", "two days", "tanks of a loading terminal",
    "to a loading terminal", "from a receiving terminal", "beyond the book", "planned in the past",
    "laden in the future", "contract of others", "free outside the book", "ship too large",
    "other basis than its contract",
}  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study_with_seas(tmp_path_factory.mktemp("seas"))


@pytest.fixture
def book(tmp_path: Path, study: Study) -> Book:
    return book_in(tmp_path / "book", study)


@pytest.mark.parametrize("case", CASES)
def test_each_is_told(book: Book, case: str) -> None:
    (table, row, column, value), (file, line, cell), rule, fix = CASES[case]
    book.set(table, row, column, value)
    told = book.problems()
    there = [p for p in told if (p.file, p.row, p.column) == (f"{file}.csv", line, cell)]
    assert any(rule in p.rule and fix in p.fix for p in there), [str(p) for p in told]
    assert case in SEVERAL or len(told) == 1, [str(p) for p in told]
    if (table, row, column) == (file, line, cell):
        assert there[0].value == value


def test_everything_wrong_is_told_at_once(book: Book) -> None:
    book.set("cargoes", 5, "ship", "")
    book.set("cargoes", 3, "eta", "soon")
    book.set("cargoes", 6, "size", "150000")
    book.set("cargoes", 7, "price", "")
    book.set("ships", 4, "terminals", "gulf-lod")
    book.set("tanks", 2, "stock", "2500")
    book.set("clauses", 2, "destinations", "SUD")
    book.set("clauses", 3, "source", "made-upp")
    told = {(p.file, p.row, p.column) for p in book.problems()}
    assert told >= {
        ("cargoes.csv", 5, "ship"), ("cargoes.csv", 3, "eta"), ("cargoes.csv", 6, "size"),
        ("cargoes.csv", 7, "price"), ("ships.csv", 4, "terminals"), ("tanks.csv", 2, "stock"),
        ("clauses.csv", 2, "destinations"), ("clauses.csv", 3, "source"),
    }  # fmt: skip


def test_a_ship_that_is_there_twice_is_told(book: Book) -> None:
    line = book.add("ships", 2, lat="0")
    told = book.problems()
    assert [(p.file, p.row, p.column) for p in told] == [("ships.csv", line, "id")]
    assert "the same id as in row 2" in told[0].rule


def test_a_terminal_without_tanks_is_told_once(book: Book) -> None:
    book.put("tanks", book.cells("tanks")[:2])
    told = book.problems()
    assert [(p.file, p.row, p.column) for p in told] == [("cargoes.csv", 3, "destination")]
    assert "nothing is known of its tanks" in told[0].rule


def test_a_terminal_that_no_ship_fits_is_told(book: Book) -> None:
    for row in (2, 3, 5):
        book.set("ships", row, "terminals", "gulf-load;west-load;nord-west-t;nowhere-else")
    book.set("ships", 4, "terminals", "gulf-load;nord-west-t")
    book.put("cargoes", [row for row in book.cells("cargoes") if "offer" not in row])
    told = [p for p in book.problems() if p.file == "tanks.csv"]
    assert [(p.row, p.column) for p in told] == [(3, "terminal")]
    assert "a terminal nobody can reach" in told[0].rule
    assert "60000 to 217000 m3" in told[0].fix


def test_a_cargo_that_consent_lets_go_elsewhere_is_fine(book: Book) -> None:
    book.set("cargoes", 5, "destination", "suda-t")
    book.set("clauses", 2, "destinations", "NRD")
    told = book.problems()
    assert [(p.file, p.row, p.column) for p in told] == [("cargoes.csv", 5, "destination")]
    assert "only to NRD" in told[0].rule
    book.set("clauses", 2, "consent", "yes")
    assert book.read().frames["clauses"]["consent"][0] == "yes"


def test_odd_but_possible_things_are_warnings(book: Book) -> None:
    book.set("cargoes", 6, "eta", "2026-12-26")
    book.set("tanks", 2, "tank", "2600")
    book.set("cargoes", 3, "load", "west-load")
    book.set("ships", 4, "terminals", "")
    book.set("ships", 4, "size", "200000")
    book.set("cargoes", 3, "size", "200000")
    book.set("cargoes", 5, "load_to", "2027-01-20")
    found = {(w.file, w.row, w.column) for w in book.read().warnings}
    assert ("tanks.csv", 2, "tank") in found  # 2.4 Mt in stocks.csv
    assert ("cargoes.csv", 3, "load") in found  # its contract loads at the gulf
    assert ("cargoes.csv", 3, "eta") in found  # across the Pacific and back in nine days
    assert ("cargoes.csv", 6, "eta") not in found
