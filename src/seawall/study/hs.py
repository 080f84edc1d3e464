"""Codes of the Harmonized System: edition 2022, and what earlier editions had.

`data/hs2022.csv` has every subheading of the edition, so that headings and chapters follow from it.
A code of another edition is no small slip: figures of trade are looked up by it, and the same six
digits may have meant something else.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

__all__ = ["EDITION", "fault"]

#: The edition whose codes tables hold.
EDITION = "2022"
#: Subheadings that are named where a heading has many.
_SHOWN = 6


class _Retired(NamedTuple):
    edition: str
    now: tuple[str, ...]


def fault(code: str) -> tuple[str, str] | None:
    """Return what is wrong with a code and what would be right; None for one of edition 2022.

    Parameters
    ----------
    code
        Heading (4 digits) or subheading (6 digits), as text: "0101" is not 101.
    """
    digits = code.replace(".", "").replace("-", "")
    if not digits.isascii() or not digits.isdigit():
        return "an HS code has digits only", "a heading or subheading such as 8505 or 850511"
    if len(digits) in (3, 5) and (_is_current("0" + digits) or "0" + digits in _retired()):
        return "an HS code has 4 or 6 digits", f"write 0{digits}: spreadsheets drop leading zeros"
    if len(digits) in (8, 10):
        rule = "a national tariff line: what follows the sixth digit differs by country"
        return rule, _instead(digits[:6])
    if len(digits) not in (4, 6):
        return "an HS code has 4 or 6 digits", "a heading or subheading such as 8505 or 850511"
    if not _is_current(digits):
        return _unknown(digits)
    return None if digits == code else ("an HS code has digits only", f"write {digits}")


def _instead(subheading: str) -> str:
    if _is_current(subheading):
        return f"write {subheading}"
    return f"its first six digits, {subheading}, are not in HS {EDITION} either: " + _advice(
        subheading
    )


def _unknown(code: str) -> tuple[str, str]:
    """What is wrong with a code that the edition does not have."""
    editions = [old.edition for name, old in _retired().items() if name.startswith(code)]
    if editions:
        return f"a code of HS {max(editions)}, which HS {EDITION} no longer has", _advice(code)
    kind = "heading" if len(code) == 4 else "subheading"
    return f"no {kind} of HS {EDITION}", _advice(code)


def _advice(code: str) -> str:
    """What to write instead of a code that the edition does not have."""
    gone = [old for name, old in _retired().items() if name.startswith(code)]
    now = sorted({new[: len(code)] for old in gone for new in old.now})
    if now:
        return f"in HS {EDITION} it is {' or '.join(now)}"
    heading = code[:4]
    if _is_current(heading):
        return f"heading {heading} has {_some(sorted(c for c in _current() if c[:4] == heading))}"
    if any(c.startswith(code[:2]) for c in _current()):
        return f"there is no heading {heading}: look the goods up in chapter {code[:2]}"
    return f"there is no chapter {code[:2]}"


def _some(codes: list[str]) -> str:
    shown = ", ".join(codes[:_SHOWN])
    return shown if len(codes) <= _SHOWN else f"{shown} ... {codes[-1]}"


def _is_current(code: str) -> bool:
    return code in _current() or code in _headings()


@cache
def _current() -> frozenset[str]:
    """All subheadings of the edition."""
    return frozenset(row["code"] for row in _rows("hs2022.csv"))


@cache
def _headings() -> frozenset[str]:
    return frozenset(code[:4] for code in _current())


@cache
def _retired() -> dict[str, _Retired]:
    """Subheadings that earlier editions had, with the newest edition known to have them."""
    return {
        row["code"]: _Retired(row["edition"], tuple(filter(None, row["now"].split(";"))))
        for row in _rows("hs_retired.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("seawall") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
