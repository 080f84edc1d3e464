"""Checks of a book of cargoes: who carries what, from where to where, and when.

What is certain to be impossible is an error: a ship in two places, a cargo larger than its ship.
What only the day itself can show, such as an early arrival, is a warning.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from seawall.study.cargo_records import SHIPLESS
from seawall.study.cells import format_number
from seawall.study.checks.context import Context, Row, check, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem

__all__ = ["book_days", "listed", "miles", "row_by_id"]

#: Days after the day of the book within which a cargo may load.
_MOST_DAYS = 400
#: Faster than this no carrier sails [kn].
_FASTEST = 21.0
_EARTH = 3440.065  # radius [nm]
_FULL = len("2026-03-02")
#: Columns that only a cargo that has been bought has.
_BOUGHT = ("buyer", "owner", "ship", "destination", "eta")
_DATES = {
    "cargoes": ("load_from", "load_to", "eta"), "ships": ("free_from",), "tanks": ("as_of",),
}  # fmt: skip
#: States in which a cargo has its ship to itself.
_UNDER_WAY = ("laden", "loading", "ballast")


def row_by_id(context: Context, table: str) -> dict[str, Row]:
    """Rows of a table by their id."""
    return {row["id"]: row for row in context.rows(table)}


def book_days(context: Context) -> tuple[date | None, list[Row]]:
    """Return the day of the book (None without one), and rows of `tanks` of another day."""
    rows = [row for row in context.rows("tanks") if _day(row["as_of"]) is not None]
    if not rows:
        return None, []
    often = Counter(row["as_of"] for row in rows)
    # The day that most rows have; of equal ones the first.
    usual = max(often, key=lambda day: often[day])
    return _day(usual), [row for row in rows if row["as_of"] != usual]


def listed(text: str) -> list[str]:
    """Names in a cell, separated by ";"."""
    return [name.strip() for name in text.split(";") if name.strip()]


def miles(a: Row, b: Row) -> float:
    """Nautical miles between two rows with a position, along the great circle."""
    lat = np.radians([a["lat"], b["lat"]])
    lon = np.radians(b["lon"] - a["lon"])
    half = np.sin((lat[1] - lat[0]) / 2) ** 2 + np.prod(np.cos(lat)) * np.sin(lon / 2) ** 2
    return float(2 * _EARTH * np.arcsin(np.sqrt(min(1.0, half))))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if len(text) == _FULL else None


def _known_days(row: Row, *columns: str) -> tuple[date, ...] | None:
    days = [_day(row[column]) for column in columns]
    return None if None in days else tuple(day for day in days if day is not None)


@check(*_DATES)
def days_are_days(context: Context) -> Iterator[Problem]:
    """Dates of a book are days, not months or years."""
    for table, columns in _DATES.items():
        for row in context.rows(table):
            for column in columns:
                if row[column] and len(row[column]) < _FULL:
                    yield context.problem(
                        table, row, column, "not a day", "year, month and day: 2026-03-02"
                    )


@check("tanks")
def book_has_one_day(context: Context) -> Iterator[Problem]:
    """All tanks were read on one morning."""
    day, others = book_days(context)
    for row in others:
        rule = f"another day than that of the book ({day})"
        yield context.problem("tanks", row, "as_of", rule, "readings of one morning for all tanks")


@check("cargoes")
def cargoes_are_bought_or_offered(context: Context) -> Iterator[Problem]:
    """Who has bought a cargo has a ship for it and a place for it to go; an offer has a price."""
    for row in context.rows("cargoes"):
        if not row["state"]:
            continue
        if row["state"] in SHIPLESS:
            for column in _BOUGHT:
                if row[column]:
                    rule = f"an offer has no {column}: its seller brings it to who buys it"
                    yield context.problem("cargoes", row, column, rule, "leave it blank")
            if np.isnan(row["price"]):
                rule, fix = "an offer without a price", "what it costs delivered, in USD/MMBtu"
                yield context.problem("cargoes", row, "price", rule, fix)
            continue
        for column in _BOUGHT:
            if not row[column]:
                what = "a cargo without a ship" if column == "ship" else f"no {column} is named"
                fix = "name it; only an offer (state offer) may leave it blank"
                yield context.problem("cargoes", row, column, what, fix)


@check("cargoes")
def windows_and_arrivals_are_in_order(context: Context) -> Iterator[Problem]:
    """A window begins before it ends, and a cargo is due after it is loaded."""
    for row in context.rows("cargoes"):
        window = _known_days(row, "load_from", "load_to")
        if window is None:
            continue
        if window[1] < window[0]:
            yield context.problem(
                "cargoes", row, "load_to", "the loading window ends before it begins",
                f"{row['load_from']} or later",
            )  # fmt: skip
            continue
        due = _day(row["eta"])
        # A cargo that is aboard may have been loaded on the first day of a long window.
        first = window[0] if row["state"] == "laden" else window[1]
        if due is not None and due < first:
            yield context.problem(
                "cargoes", row, "eta", "due before it is loaded",
                f"{first} or later, or a loading window that ends before",
            )  # fmt: skip


@check("cargoes", "tanks")
def cargoes_are_of_the_book_s_days(context: Context) -> Iterator[Problem]:
    """What is planned lies ahead, what is aboard was loaded, and nothing is due in the past."""
    day, _ = book_days(context)
    if day is None:
        return
    for row in context.rows("cargoes"):
        window = _known_days(row, "load_from", "load_to")
        state = row["state"]
        if window is not None and state:
            found = _misdated(state, window, day)
            if found:
                column, rule, fix = found
                yield context.problem("cargoes", row, column, rule, fix)
        due = _day(row["eta"])
        if due is not None and due < day:
            yield context.problem(
                "cargoes", row, "eta", f"due before the day of the book ({day})",
                "the day on which it is due now; leave out a cargo that has been unloaded",
            )  # fmt: skip
        if due is not None and (due - day).days > 2 * _MOST_DAYS:
            rule = f"more than {2 * _MOST_DAYS} days after the day of the book ({day})"
            yield context.problem("cargoes", row, "eta", rule, "a nearer day")


def _misdated(state: str, window: tuple[date, ...], day: date) -> tuple[str, str, str] | None:
    """Column, rule and fix where the window contradicts the state."""
    first, last = window
    if (first - day).days > _MOST_DAYS:
        rule = f"more than {_MOST_DAYS} days after the day of the book ({day})"
        return "load_from", rule, "a book holds what loads within that time"
    if state in ("laden", "loading") and first > day:
        rule = f"{state}, but its window begins after the day of the book ({day})"
        return "load_from", rule, f"{day} or earlier, or state planned"
    if state not in ("laden", "loading") and last < day:
        if state == "offer":
            rule, fix = "the offer has expired", "leave it out, or give its new window"
        else:
            rule, fix = f"{state}, but its window is past", "state laden, or its new window"
        return "load_to", f"{rule} (the day of the book is {day})", fix
    return None


@check("cargoes", "ships")
def ships_are_in_one_place(context: Context) -> Iterator[Problem]:
    """A ship carries one cargo at a time."""
    for rows in _by_ship(context).values():
        busy = [row for row in rows if row["state"] in _UNDER_WAY]
        for row in busy[1:]:
            yield context.problem(
                "cargoes", row, "ship",
                f'a ship in two places: it is {_doing(busy[0])} "{busy[0]["id"]}" '
                f"(row {busy[0]['row']}) as well",
                "name the ship that really carries it",
            )  # fmt: skip
        told = {row["row"] for row in busy[1:]}
        for before, after in pairwise(_in_order(rows)):
            due, last = _day(before["eta"]), _day(after["load_to"])
            if due is None or last is None or last >= due or after["row"] in told:
                continue
            yield context.problem(
                "cargoes", after, "ship",
                f'a ship in two places: it brings "{before["id"]}" (row {before["row"]}) '
                f"on {due}, and this window ends on {last}",
                "another ship, or a window that ends later",
            )  # fmt: skip


def _by_ship(context: Context) -> dict[str, list[Row]]:
    cargoes: dict[str, list[Row]] = {}
    for row in context.rows("cargoes"):
        if row["ship"] and row["state"] not in SHIPLESS:
            cargoes.setdefault(row["ship"], []).append(row)
    return cargoes


def _in_order(rows: list[Row]) -> list[Row]:
    """Cargoes of a ship as it carries them: what is aboard first, then by window."""
    dated = [row for row in rows if _known_days(row, "load_from", "load_to") is not None]
    aboard = ("laden", "loading")
    return sorted(dated, key=lambda row: (row["state"] not in aboard, row["load_from"]))


def _doing(row: Row) -> str:
    return {"laden": "laden with", "loading": "loading", "ballast": "on the way to load"}[
        row["state"]
    ]


@check("cargoes", "ships", "tanks")
def ships_are_free_when_they_load(context: Context) -> Iterator[Problem]:
    """A ship is free after it has brought what it has, and before its next window ends."""
    ships = row_by_id(context, "ships")
    day, _ = book_days(context)
    for row in ships.values():
        free = _day(row["free_from"])
        if free is not None and day is not None and (free - day).days > _MOST_DAYS:
            rule = f"more than {_MOST_DAYS} days after the day of the book ({day})"
            yield context.problem("ships", row, "free_from", rule, "leave such a ship out")
    for name, rows in _by_ship(context).items():
        free = _day(ships[name]["free_from"]) if name in ships else None
        if free is None:
            continue
        for row in rows:
            due, last = _day(row["eta"]), _day(row["load_to"])
            if row["state"] in ("laden", "loading"):
                if due is not None and free < due:
                    yield context.problem(
                        "ships", ships[name], "free_from",
                        f'free before it has brought "{row["id"]}", which is due on {due}',
                        f"{due} or later, or blank",
                    )  # fmt: skip
            elif last is not None and last < free:
                yield context.problem(
                    "ships", ships[name], "free_from",
                    f'free only after the window of its cargo "{row["id"]}" has ended ({last})',
                    f"{last} or earlier, or another ship for the cargo",
                )  # fmt: skip


@check("cargoes", "ships")
def cargoes_fit_their_ships(context: Context) -> Iterator[Problem]:
    """A cargo is no larger than the tanks of its ship."""
    ships = row_by_id(context, "ships")
    for row in context.rows("cargoes"):
        ship = ships.get(row["ship"])
        if ship is not None and row["size"] > ship["size"]:
            most = format_number(ship["size"])
            rule = f'larger than the tanks of its ship "{ship["id"]}" ({most} m3)'
            yield context.problem("cargoes", row, "size", rule, f"at most {most}, or another ship")


@check("cargoes", "ships", "terminals")
def ships_fit_their_terminals(context: Context) -> Iterator[Problem]:
    """A ship may come to where its cargo loads and to where it goes."""
    ships, terminals = row_by_id(context, "ships"), row_by_id(context, "terminals")
    for row in context.rows("cargoes"):
        ship = ships.get(row["ship"])
        for column in ("load", "destination"):
            terminal = terminals.get(row[column])
            if terminal is None:
                continue
            size = row["size"] if ship is None else ship["size"]
            if not _fits(size, terminal):
                low = format_number(terminal["smallest_ship"])
                high = format_number(terminal["largest_ship"])
                what = "the offer" if ship is None else f'its ship "{ship["id"]}"'
                rule = f"{what} does not fit there: {format_number(size)} m3"
                fix = f"ships of {low} to {high} m3 may come"
                yield context.problem("cargoes", row, column, rule, fix)
            elif ship is not None and not _may_call(ship, terminal):
                rule = f'its ship "{ship["id"]}" may not call there'
                fix = f"another ship or terminal, or add it to terminals of {ship['id']}"
                yield context.problem("cargoes", row, column, rule, fix)


def _fits(size: float, terminal: Row) -> bool:
    """Whether a ship may come; what is not known forbids nothing."""
    return not (size < terminal["smallest_ship"] or size > terminal["largest_ship"])


def _may_call(ship: Row, terminal: Row) -> bool:
    may = listed(ship["terminals"])
    return not may or terminal["id"] in may


@check("ships", "terminals")
def ships_call_at_terminals(context: Context) -> Iterator[Problem]:
    """Every name in the list of a ship is a terminal, and is there once."""
    known = set(row_by_id(context, "terminals")) - {""}
    for row in context.rows("ships"):
        names = listed(row["terminals"])
        for name, count in Counter(names).items():
            if name not in known:
                rule, fix = f'unknown terminal "{name}"', nearest(name, known, "terminals.csv")
                yield context.problem("ships", row, "terminals", rule, fix)
            elif count > 1:
                rule = f'"{name}" is there {count} times'
                yield context.problem("ships", row, "terminals", rule, "name each once")


@check("cargoes", "terminals")
def cargoes_go_from_loading_to_receiving(context: Context) -> Iterator[Problem]:
    """A cargo is loaded where ships take cargo, and goes where they bring it."""
    role = {row["id"]: row["role"] for row in context.rows("terminals")}
    wanted = (("load", "loading", "take cargo"), ("destination", "receiving", "bring cargo"))
    for row in context.rows("cargoes"):
        for column, right, what in wanted:
            if role.get(row[column]) not in (None, "", right):
                rule = f"ships do not {what} there: its role is {role[row[column]]}"
                yield context.problem("cargoes", row, column, rule, f"a {right} terminal")


@check("cargoes", "ships", "terminals", "tanks", warning=True)
def arrivals_are_not_too_early(context: Context) -> Iterator[Problem]:
    """Between two ends no ship sails faster than along the great circle at full speed."""
    ships, terminals = row_by_id(context, "ships"), row_by_id(context, "terminals")
    today, _ = book_days(context)
    for row in context.rows("cargoes"):
        end, due = terminals.get(row["destination"]), _day(row["eta"])
        start, left = terminals.get(row["load"]), _day(row["load_from"])
        if row["state"] == "laden":
            start, left = ships.get(row["ship"]), today
        if start is None or end is None or due is None or left is None:
            continue
        days = (due - left).days + 1
        far = miles(start, end)
        if days > 0 and far > _FASTEST * 24 * days:
            rule = f"{format_number(round(far))} nm in {days} days: {far / days / 24:.0f} knots"
            yield context.problem("cargoes", row, "eta", rule, "check the day and the places")
