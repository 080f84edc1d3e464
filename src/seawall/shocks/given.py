"""A scenario from single shocks in a few words, as an analyst gives them on the command line.

    close   PASSAGE                        hormuz, "Strait of Hormuz"; a lane or a power line too
    ban     PLACE[:COMMODITY[:PLACE]]      CHN:magnets, China:ndfeb_magnet:Japan, CHN::JPN
    stop    FACILITY or PLACE[:COMMODITY]  dahej-regas, Qatar, QAT:lng; a generator too
    demand  PLACE[:COMMODITY]:CHANGE       JPN:gas:+20%, Japan:lng:-10%; a power grid too

One beginning, one length and one depth hold for all of them.
"""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from seawall.errors import UnknownName, UsageError, quote
from seawall.shocks import names
from seawall.shocks.scenario import Scenario, Shock
from seawall.shocks.touched import exported, made, wanted_as

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seawall.shocks.names import Goods, Named
    from seawall.study import Study

__all__ = ["given"]

#: Days that a shock lasts unless told otherwise, as in scenario files.
DAYS = 60.0
_MOST_DAYS = 36500.0
_LONGEST_NAME = 80
_YEARS = (1900, 2999)
_ABOUT = "A what-if put together from single shocks, not a forecast."
_SHOCKS = ("close", "ban", "stop", "demand")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_Any = TypeVar("_Any")


@dataclass(frozen=True)
class _Piece:
    """What one option asks for: the shocks without their time, what happens to what in words, its
    part of the name, and what a reader must be told."""

    shocks: tuple[dict[str, str | float], ...]
    words: str
    verb: str
    slug: str
    note: str = ""

    @property
    def sized(self) -> bool:
        """Whether it has a size of its own, and so no depth."""
        return "change" in self.shocks[0]


@dataclass
class _Reading:
    """Reads options one by one and keeps what is wrong, so that all of it is told at once."""

    problems: list[str] = field(default_factory=list)
    errors: list[UsageError] = field(default_factory=list)

    def each(self, option: str, said: Sequence[str], read: Callable[[str], _Any]) -> list[_Any]:
        found = []
        for text in dict.fromkeys(said):
            try:
                found.append(read(text))
            except UsageError as error:
                self.problems.append(f"--{option} {text}: {error}")
                self.errors.append(error)
        return found

    def one(
        self, option: str, said: str | float | date | None, read: Callable[[str], _Any]
    ) -> _Any | None:
        found = [] if said is None else self.each(option, [str(said)], read)
        return found[0] if found else None


def given(
    study: Study,
    *,
    close: Sequence[str] = (),
    ban: Sequence[str] = (),
    stop: Sequence[str] = (),
    demand: Sequence[str] = (),
    start: date | str | None = None,
    days: float | str | None = None,
    depth: float | str | None = None,
    name: str | None = None,
    title: str | None = None,
    beside: str | None = None,
) -> Scenario | None:
    """The scenario that a few words ask for; None if nothing is asked for.

    Parameters
    ----------
    close, ban, stop, demand
        The shocks, each in the form that stands at the top of this module. Ids of the study come
        first, then names as people write them. A commodity may also be an HS code, a stage
        ("magnets") or a chain ("rare earths"): then all that belongs to it is hit.
    start
        Day on which all of them begin, "2026-12-01"; None: the study's own.
    days, depth
        How long they last (default 60 days) and the share taken away (default all of it, 0.5 or
        "50%"); a change of demand has its own size and no depth.
    name, title
        Name and title of the scenario; None: made from the shocks.
    beside
        Name of a scenario that was asked for as well, which is a mistake.

    Raises
    ------
    UsageError
        With everything that is wrong, each by its option; UnknownName where that is one name.
    """
    shocks = {"close": close, "ban": ban, "stop": stop, "demand": demand}
    reading = _Reading()
    pieces = [
        piece
        for option, read in zip(_SHOCKS, (_close, _ban, _stop, _demand), strict=True)
        for piece in reading.each(option, shocks[option], partial(read, study))
    ]
    begin = reading.one("from", start, _date)
    length = reading.one("days", days, _length)
    share = reading.one("depth", depth, _share)
    told = {"from": start, "days": days, "depth": depth, "save": name, "title": title}
    reading.problems += _astray(shocks, told, beside)
    if reading.problems:
        raise _told(reading)
    if not pieces:
        return None
    lasting = DAYS if length is None else length
    depth_now = 1.0 if share is None else share
    return Scenario(
        name=name or _name(pieces, lasting, depth_now, begin),
        title=title or _title(pieces, lasting, depth_now, begin),
        about=" ".join([_ABOUT, *dict.fromkeys(p.note for p in pieces if p.note)]),
        start=begin,
        shock=tuple(
            Shock.model_validate(
                {**one, "days": lasting} | ({} if "change" in one else {"depth": depth_now})
            )
            for piece in pieces
            for one in piece.shocks
        ),
    )


def _astray(
    shocks: dict[str, Sequence[str]], told: Mapping[str, object], beside: str | None
) -> list[str]:
    """Options that have nothing to belong to, or that exclude each other."""
    asked = [f"--{option}" for option in _SHOCKS if shocks[option]]
    found = []
    if asked and beside is not None:
        found.append(
            f'either the scenario "{beside}" or {", ".join(asked)}: '
            "copy the scenario's file to change it"
        )
    without = [f"--{option}" for option, value in told.items() if value is not None]
    if without and not asked:
        belong = "belongs" if len(without) == 1 else "belong"
        found.append(
            f"{', '.join(without)} {belong} to shocks given here: name one with "
            f"{', '.join('--' + option for option in _SHOCKS)}"
        )
    if told["depth"] is not None and asked == ["--demand"]:
        found.append("--depth: a change of demand has its size in its percentage")
    return found


def _told(reading: _Reading) -> UsageError:
    """One error for all that is wrong; a single unknown name stays one, with its suggestions."""
    problems = reading.problems
    if len(problems) > 1:
        head = f"{len(problems)} problems with the shocks that are asked for"
        return UsageError("\n".join([head, *(f"  {problem}" for problem in problems)]))
    if reading.errors and isinstance(reading.errors[0], UnknownName):
        return reading.errors[0]
    return UsageError(problems[0])


def _close(study: Study, text: str) -> _Piece:
    passages = names.rows(study, "passages", "passage")
    try:
        found = names.find(text, passages, "passage")
    except UsageError:
        # A lane or a line is closed by its id; a misspelt name is that of a passage.
        others = [*names.lanes(study), *names.rows(study, "interties", "intertie")]
        exact = [each for each in others if each.id == text]
        if not exact:
            raise
        found = exact[0]
    noun = {"lane": "lane ", "intertie": "line "}.get(found.kind, "")
    return _Piece(
        ({found.kind: found.id},),
        f"{noun}{found.id if noun else found.short}",
        "shut",
        f"{found.id}-shut",
    )


def _ban(study: Study, text: str) -> _Piece:
    parts = _parts(text, 3, "PLACE:COMMODITY or PLACE:COMMODITY:PLACE, such as CHN:magnets:JPN")
    origin = names.find(parts[0], names.places(study), "place")
    goods = names.goods(study, parts[1]) if parts[1] else None
    to = names.find(parts[2], names.places(study), "place") if parts[2] else None
    if to is not None and to.id == origin.id:
        raise UsageError("a ban is on what goes to another country")
    goods = exported(study, origin, goods) if goods else None
    one: dict[str, str | float] = {"ban": origin.id, **({"to": to.id} if to else {})}
    words = f"exports{' of ' + goods.called if goods else ''} from {origin.short}"
    return _Piece(
        _of_each(one, goods),
        words + (f" to {to.short}" if to else ""),
        "banned",
        "-".join(["ban", *_ids(origin, goods), *([to.id] if to else [])]),
    )


def _stop(study: Study, text: str) -> _Piece:
    parts = _parts(text, 2, "FACILITY, PLACE or PLACE:COMMODITY, such as QAT:lng")
    pools = names.places(study)
    if not parts[1]:
        pools = [
            *names.rows(study, "facilities", "facility"),
            *names.rows(study, "generators", "generator"),
            *pools,
        ]
    found = names.find(parts[0], pools, "place" if parts[1] else "facility or place")
    goods = made(study, found, names.goods(study, parts[1])) if parts[1] else None
    making = f"making of {goods.called} in " if goods else ""
    return _Piece(
        _of_each({found.kind: found.id}, goods),
        f"{making}{found.short}",
        "stopped",
        "-".join(["stop", *_ids(found, goods)]),
    )


def _demand(study: Study, text: str) -> _Piece:
    form = "PLACE:COMMODITY:CHANGE, such as JPN:lng:+20%"
    where, _, said = text.rpartition(":")
    if not where:
        raise UsageError(f"write {form}")
    change = _change(said)
    parts = _parts(where, 2, form)
    place = names.find(parts[0], names.places(study), "place")
    verb = f"{'up' if change > 0 else 'down'} {abs(change) * 100:g} %"
    size = f"{'plus' if change > 0 else 'minus'}-{abs(change) * 100:g}"
    if not parts[1] and place.id in set(study.table("loads")["grid"]):
        return _Piece(
            ({"load": place.id, "change": change},),
            f"load of {place.short}",
            verb,
            f"load-{place.id}-{size}",
        )
    one: dict[str, str | float] = {"demand": place.id, "change": change}
    if not parts[1]:
        slug = f"demand-{place.id}-{size}"
        return _Piece((one,), f"all demand in {place.short}", verb, slug)
    goods = names.goods(study, parts[1])
    hit, note = wanted_as(study, place, goods)
    return _Piece(
        _of_each(one, hit),
        f"demand for {hit.called} in {place.short}",
        verb,
        "-".join(["demand", *_ids(place, hit), size]),
        note,
    )


def _parts(text: str, most: int, form: str) -> list[str]:
    """The parts of "A:B:C", blank where left out."""
    parts = [part.strip() for part in text.split(":")]
    if len(parts) > most or not parts[0]:
        raise UsageError(f"write {form}")
    return parts + [""] * (most - len(parts))


def _of_each(
    one: dict[str, str | float], goods: Goods | None
) -> tuple[dict[str, str | float], ...]:
    """A shock for each commodity that a word means."""
    return tuple({**one, "commodity": good} for good in goods.ids) if goods else (one,)


def _ids(place: Named, goods: Goods | None) -> list[str]:
    if goods is None:
        return [place.id]
    return [place.id, goods.slug]


def _change(text: str) -> float:
    """A share from "+20%" or "-10%": the sign says that it is a change, not a level."""
    found = re.fullmatch(r"([+\-\u2212])\s*(\d+(?:\.\d+)?)\s*%", text.strip())
    if found is None:
        raise UsageError(f"{quote(text)} is no change: write a sign and %, such as +20% or -10%")
    share = float(found[2]) / 100 * (1 if found[1] == "+" else -1)
    if share == 0 or not -1 <= share <= 10:
        raise UsageError(f"{quote(text)}: a change is from -100% to +1000%, and not nothing")
    return share


def _date(text: str) -> date:
    fix = "write a date as year-month-day, such as 2026-12-01"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is None:
        raise UsageError(fix)
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{error}; {fix}") from error
    if not _YEARS[0] <= found.year <= _YEARS[1]:
        raise UsageError(f"a year from {_YEARS[0]} to {_YEARS[1]}")
    return found


def _length(text: str) -> float:
    days = _number(text)
    if not 0 < days <= _MOST_DAYS:
        raise UsageError(f"write a number of days above 0 and up to {_MOST_DAYS:,.0f}")
    return days


def _share(text: str) -> float:
    percent = text.strip().endswith("%")
    share = _number(text.strip().removesuffix("%")) / (100 if percent else 1)
    if not 0 < share <= 1:
        raise UsageError("write the share that is taken away, such as 0.5 or 50%")
    return share


def _number(text: str) -> float:
    """A finite number, or NaN, which no bound holds."""
    try:
        found = float(text)
    except ValueError:
        return math.nan
    return found if text.isascii() and "_" not in text else math.nan


def _title(pieces: list[_Piece], days: float, depth: float, start: date | None) -> str:
    """What happens, how long and from when: "Strait of Hormuz shut for 60 days"."""
    said = [
        f"{piece.words} {piece.verb if piece.sized or depth == 1 else _partly(piece.verb, depth)}"
        for piece in pieces
    ]
    text = said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1]
    since = f" from {start.day} {_MONTHS[start.month - 1]} {start.year}" if start else ""
    length = "a day" if days == 1 else f"{days:g} days"
    return f"{text[:1].upper()}{text[1:]} for {length}{since}"


def _partly(verb: str, depth: float) -> str:
    return f"{depth * 100:g} % shut" if verb == "shut" else f"cut by {depth * 100:g} %"


def _name(pieces: list[_Piece], days: float, depth: float, start: date | None) -> str:
    """A name for files and tables; what is asked differently has another."""
    parts = [piece.slug for piece in pieces] + [f"{days:g}d"]
    if depth < 1 and not all(piece.sized for piece in pieces):
        parts.append(f"depth-{depth:g}")
    if start:
        parts.append(f"from-{start.isoformat()}")
    text = re.sub(r"[^\w.]+", "-", "-".join(parts)).strip("-").lower()
    if len(text) <= _LONGEST_NAME:
        return text
    # File systems bound names; the hash keeps two that begin alike apart.
    tail = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{text[: _LONGEST_NAME - 9].rstrip('-')}-{tail}"
