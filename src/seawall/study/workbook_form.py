"""How a study lies in a workbook: the names of sheets, and what the sheets without a table hold.

A sheet a table, under the same name and with the same columns. Settings are a sheet of keys and
values, a list being its names joined by ";". Scenarios and protocols are text, a row a line, so
that nothing of them is lost and their lines can be found.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from seawall.study.records import TABLES
from seawall.study.settings import Market, Model, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "IGNORED",
    "MAX_TEXT",
    "MEANINGS",
    "SHEETS",
    "STUDY",
    "TEXT_SHEETS",
    "file_name_rule",
    "nested",
    "setting_rows",
    "text_rows",
]

#: Most characters (UTF-16 units) in a cell, and rows on a sheet, in any spreadsheet.
MAX_TEXT = 32_767
MAX_ROWS = 1_048_576

STUDY = "study"
#: Sheets of text and their columns; the line is for the reader's eye, the order of rows counts.
TEXT_SHEETS: dict[str, tuple[str, ...]] = {
    "scenarios": ("name", "line", "text"),
    "protocol": ("line", "text"),
    "protocols": ("name", "line", "text"),
}
#: Sheets that people read and the reader passes over.
IGNORED = ("README", "examples", "lists")
#: All sheets that the reader knows, in the order in which they are filled.
SHEETS = (*IGNORED[:2], STUDY, *TABLES, *TEXT_SHEETS, IGNORED[2])

#: What the keys of the sheet `study` mean; calendars have those of model and market by their name.
MEANINGS = {
    "title": "What the study is called.",
    "about": "One sentence on what it is and is not.",
    "currency": "Currency of all money, ISO 4217: USD.",
    "money_year": "Its price level: 2026.",
    "start": "First day of a run: 2026-03-02.",
    "period_days": "Days in a period, 1 to 366; in a closed study also parts of a day.",
    "periods": "Periods of a run, 1 to 5000.",
    "headline": "Places or country codes that the first page speaks of: IND; JPN.",
    "model.terminal": "Value what is left in tanks and at sea at the end: true or false.",
    "model.discount": "Discount per period, a share below 0.1.",
    "model.calibrate": "Fit costs so that the base returns the base year: true or false.",
    "model.pipeline": "Count what is at sea on the first day: true or false.",
    "model.curtail": "Let plants stop when their tanks are full: true or false.",
    "model.kink": "Cost of leaving the base, a share of price, 0 to 0.2.",
    "model.closed": "A stretch of time without base year, where it is so: true or false.",
    "market.window": "Periods that a plan looks ahead, 2 to 520.",
    "market.replan": "Periods after which a new plan is made, 1 to 52.",
    "market.belief": "A shock is believed to last so many times as long again as it has.",
    "market.belief_days": "But at least so many days; not shorter than a period.",
    "market.precaution": "Share of the usable start stock that holders keep in any case.",
    "market.comfort": "Worth of the start stock to its holder in a period, a share of price.",
}
_CALENDAR = {
    "chains": "Chains (column chain of commodities) that go by this calendar: chips; nickel.",
    **{key: MEANINGS[key] for key in ("period_days", "periods")},
    "discount": MEANINGS["model.discount"],
    **{
        key: MEANINGS[f"market.{key}"]
        for key in ("window", "replan", "belief_days", "precaution", "comfort")
    },
}
_TEXTS = ("title", "about", "currency")
_LISTS = ("headline", "chains")
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

Cell = str | float


def setting_rows(settings: Settings | None) -> Iterator[tuple[str, Cell, str]]:
    """Yield key, value and meaning of the sheet `study`; without settings, the defaults.

    Keys without a value (a calendar that leaves one out) are not told, but required ones are.
    """
    if settings is None:
        model, market = Model().model_dump(), Market().model_dump()
        given = {key: "" for key in MEANINGS if "." not in key}
        content: dict[str, Any] = {**given, "model": model, "market": market}
    else:
        content = settings.model_dump()
    for key, value in _flat(content):
        yield key, value, _meaning(key)


def _flat(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Cell]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        elif isinstance(value, list | tuple):
            yield f"{before}{key}", "; ".join(value)
        elif isinstance(value, bool):
            # As text: LibreOffice would save a truth value as a formula.
            yield f"{before}{key}", str(value).lower()
        elif value is not None:
            yield f"{before}{key}", value.isoformat() if isinstance(value, date) else value


def _meaning(key: str) -> str:
    part, _, rest = key.partition(".")
    if part == "calendars":
        return _CALENDAR.get(rest.rpartition(".")[2], "")
    if part == "variants":
        return "Alternatives of this group; the first counts unless another is chosen."
    return MEANINGS.get(key, "")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return keys and values of the sheet `study` as `settings_of` takes them.

    Values are text; those of blank cells are left out. What is no number where one is wanted stays
    text, so that the rule of its key can say so.
    """
    content: dict[str, Any] = {}
    for key, value in pairs:
        if not value:
            continue
        part, _, rest = key.partition(".")
        branch = content.setdefault(part, {}) if rest else content
        if part == "calendars" and "." in rest and isinstance(branch, dict):
            # A calendar's name may hold points, its keys do not.
            name, _, rest = rest.rpartition(".")
            branch = branch.setdefault(name, {})
        if isinstance(branch, dict):
            kind = "headline" if part == "variants" else rest or part  # a group is a list, too
            branch[rest or part] = _value(kind, value)
    return content


def _value(key: str, text: str) -> Any:
    if key in _TEXTS:
        return text
    if key in _LISTS:
        return [name.strip() for name in text.split(";") if name.strip()]
    if key == "start":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if not _NUMBER.fullmatch(text):
        return text
    number = float(text)
    return int(number) if number.is_integer() else number


def text_rows(name: str, text: str) -> Iterator[tuple[str, int, str]]:
    """Yield name, number and content of each line of a text; joined by line feeds they are it."""
    for number, line in enumerate(text.split("\n"), start=1):
        yield name, number, line


def file_name_rule(name: str) -> str:
    """What is wrong with the name of a scenario or draft, which is a file's too; "" if nothing."""
    if not name or name != name.strip() or not name.isprintable():
        return "a name may not be blank, nor begin or end with a space"
    if name.startswith(".") or any(sign in name for sign in '/\\:*?"<>|'):
        return "the name is none for a file"
    if len(name.encode()) > 200:
        return "the name is too long"
    return ""
