"""What two members tell each other instead of their books: weekly volumes, nothing behind them.

An **offer** says how many whole cargoes of which class a member could lend in which week, by which
week they would be at the other's coasts and at what price; a **need** says what it goes short of,
week by week and tier by tier, and what it would pay at most.  Neither holds a plant, a ship, a
contract or a tank.  Both carry the digest of the protocol, so that the two sides cannot be matched
by different articles.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, get_type_hints

from seawall.errors import InputError, Problem, UsageError, did_you_mean
from seawall.study.toml import key_text, load, value_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = [
    "SIZES",
    "VERSION",
    "Acceptance",
    "Lack",
    "Lot",
    "Match",
    "Need",
    "Offer",
    "declared_text",
    "parse_declared",
    "read_declared",
    "same_articles",
    "size_class",
]

#: Form of the files; another number is refused.
VERSION = 1
#: Classes of ship by tank volume [m3]: name and upper bound.
SIZES = (
    ("small", 120_000.0), ("medium", 160_000.0), ("standard", 200_000.0), ("large", float("inf")),
)  # fmt: skip


def size_class(volume: float) -> str:
    """Class of a ship by its tank volume [m3].

    >>> size_class(174_000)
    'standard'
    """
    return next(name for name, bound in SIZES if volume < bound)


@dataclass(frozen=True)
class Lot:
    """Cargoes that are alike for who needs them.

    Attributes
    ----------
    id
        Key of the lot within its offer.
    week
        Week, from the day of the book (0), in which they must be told at the latest.
    decide_by
        Last day on which all of them can be told.
    size
        Class of their ships, of `SIZES`.
    cargoes
        How many, whole.
    quantity
        What each of them lands at the least [kt].
    price
        What they cost by the protocol, before costs and compensation [USD/MMBtu].
    arrives
        Coast -> week in which they can be alongside there.
    extra
        Coast -> what going there costs more, at most, for each [million USD].
    """

    id: str
    week: int
    decide_by: date
    size: str
    cargoes: int
    quantity: float
    price: float
    arrives: Mapping[str, int]
    extra: Mapping[str, float]


@dataclass(frozen=True)
class Lack:
    """What one tier of one place goes short of in one week: `quantity` [kt], for which up to
    `price` [USD/MMBtu] would be paid if it lands by `latest`."""

    id: str
    week: int
    place: str
    tier: str
    quantity: float
    price: float
    latest: date


@dataclass(frozen=True)
class Match:
    """Cargoes of a lot that go to a coast.

    Attributes
    ----------
    week
        In which they are told, from the day of the book.
    lot, size, coast, cargoes
        What goes where; `tier` is the highest that it serves.
    arrives
        Week in which they are alongside.
    quantity
        All of them together, at the least [kt].
    price
        What the borrower pays, compensation included, costs not [USD/MMBtu].
    extra
        The costs that it bears beside, all of them together [million USD].
    """

    id: str
    week: int
    lot: str
    size: str
    coast: str
    tier: str
    cargoes: int
    arrives: int
    quantity: float
    price: float
    extra: float


@dataclass(frozen=True)
class _Declared:
    """What every file begins with."""

    member: str
    other: str
    as_of: date
    protocol: str
    """Digest of the articles."""
    energy: float
    """Energy content by which prices are turned into money [MMBtu/t]."""


@dataclass(frozen=True)
class Offer(_Declared):
    """What `member` could lend `other`.  `own` tells which of its cargoes stand behind each lot,
    cheapest first; it stays at home and is never written."""

    lots: tuple[Lot, ...] = ()
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Need(_Declared):
    """What `member` goes short of and asks `other` for.

    Attributes
    ----------
    since
        First day on which it may ask by article 2; None: it may not.
    keeps
        Weeks that what has landed lasts for, the week of landing not counted.
    coasts
        Coast -> place that it sends gas to.
    takes
        Coast -> classes of ship that may call there.
    """

    since: date | None = None
    keeps: int = 2
    coasts: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lacks: tuple[Lack, ...] = ()


@dataclass(frozen=True)
class Acceptance(_Declared):
    """What was matched: `member` lends, `other` borrows; the same file goes to both."""

    matches: tuple[Match, ...] = ()


_KINDS: dict[str, tuple[type[_Declared], str, type[Lot | Lack | Match]]] = {
    "offer": (Offer, "lots", Lot),
    "need": (Need, "lacks", Lack),
    "acceptance": (Acceptance, "matches", Match),
}


def declared_text(declared: Offer | Need | Acceptance) -> str:
    """Return a declared view as TOML that reads back the same; what stays at home is left out."""
    kind, (made, rows, _) = next(
        (name, form) for name, form in _KINDS.items() if isinstance(declared, form[0])
    )
    inside = rows[:-1] if rows != "matches" else "match"
    lines = [f'kind = "{kind}"', f"version = {VERSION}"]
    for part in fields(made):
        value = getattr(declared, part.name)
        if part.name not in (rows, "own") and value is not None:
            lines.append(f"{part.name} = {value_text(value)}")
    for row in getattr(declared, rows):
        lines += ["", f"[[{inside}]]"]
        lines += [f"{key_text(p.name)} = {value_text(getattr(row, p.name))}" for p in fields(row)]
    return "\n".join(lines) + "\n"


def read_declared(path: Path) -> Offer | Need | Acceptance:
    """Read a declared view; see `parse_declared`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem(path.name, None, "", "", "the file is not UTF-8", "save it as UTF-8")
        raise InputError([problem]) from error
    return parse_declared(path.name, text)


def parse_declared(file: str, text: str) -> Offer | Need | Acceptance:
    """Return the offer, need or acceptance that a TOML text describes.

    Raises
    ------
    InputError
        With every key that is unknown, missing or wrong, its line and what would be right.
    """
    raw = load(text, file)
    kind = raw.pop("kind", None)
    if kind not in _KINDS:
        rule, fix = "not a kind of declared view", ", ".join(_KINDS)
        raise InputError([Problem(file, _lines(text).get(("", 0, "kind"), 1), "kind",
                                  _shown(kind), rule, fix)])  # fmt: skip
    version = raw.pop("version", None)
    reader = _Reader(file, _lines(text))
    if version != VERSION:
        reader.tell("", 0, "version", version, "another version of the form", f"{VERSION}")
    made, name, row_kind = _KINDS[kind]
    inside = name[:-1] if name != "matches" else "match"
    rows = raw.pop(inside, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        reader.tell("", 0, inside, rows, "not a list of tables", f"write each as [[{inside}]]")
        rows = []
    head = reader.record("", 0, raw, made, leave={name, "own"})
    read = [reader.record(inside, at, row, row_kind) for at, row in enumerate(rows)]
    reader.twice(inside, [row.get("id") for row in rows])
    if head is not None and not reader.problems:
        reader.agree(inside, head, read)
    if reader.problems or head is None:
        raise InputError(reader.problems)
    result: Offer | Need | Acceptance = replace(head, **{name: tuple(read)})
    return result


def same_articles(one: _Declared, other: _Declared, protocol: str) -> None:
    """Refuse to bring together what was declared by different articles, on different days, or
    between other members.

    Raises
    ------
    UsageError
    """
    wrong = [
        f"what {who.member} declares was made by other articles "
        f"({who.protocol[:12]}, not {protocol[:12]})"
        for who in (one, other)
        if who.protocol != protocol
    ]
    if one.as_of != other.as_of:
        wrong.append(f"one is of {one.as_of}, the other of {other.as_of}")
    if (one.member, one.other) != (other.other, other.member):
        wrong.append(
            f"one is of {one.member} for {one.other}, the other of {other.member} for {other.other}"
        )
    if one.energy != other.energy:
        wrong.append(f"one counts {one.energy:g} MMBtu/t, the other {other.energy:g}")
    if wrong:
        raise UsageError("these cannot be brought together: " + "; ".join(wrong))


def week_of(day: float) -> int:
    """Week that a day lies in, both counted from the day of the book."""
    return int(day // 7)


def last_day(as_of: date, week: int) -> date:
    """Last day of a week."""
    return as_of + timedelta(days=7 * week + 6)


@dataclass
class _Reader:
    """Turns tables into records and keeps everything that is wrong with them."""

    file: str
    lines: Mapping[tuple[str, int, str], int]
    problems: list[Problem] = field(default_factory=list)

    def tell(self, inside: str, at: int, key: str, value: object, rule: str, fix: str) -> None:
        top = key.partition(".")[0]
        row = self.lines.get((inside, at, top), self.lines.get((inside, at, "")))
        name = f"{inside}[{at + 1}].{key}" if inside else key
        self.problems.append(Problem(self.file, row, name, _shown(value), rule, fix))

    def record(
        self, inside: str, at: int, raw: Mapping[str, Any], kind: Any, leave: set[str] | None = None
    ) -> Any:
        """One record, None if anything in it is wrong."""
        before = len(self.problems)
        known = [part.name for part in fields(kind) if part.name not in (leave or set())]
        for key in raw:
            if key not in known:
                fix = did_you_mean(key, known) or "known keys: " + ", ".join(known)
                self.tell(inside, at, key, raw[key], "unknown key", fix)
        values = {}
        hints = get_type_hints(kind, localns=_HINTS)
        for key in known:
            if key not in raw:
                if key != "since":
                    self.tell(inside, at, key, "", "the key is missing", _FORMS[str(hints[key])][1])
                continue
            check, fix = _FORMS[str(hints[key])]
            value = check(raw[key])
            if value is None:
                self.tell(inside, at, key, raw[key], "not what it must be", fix)
            values[key] = value
        return kind(**values) if len(self.problems) == before else None

    def twice(self, inside: str, ids: list[object]) -> None:
        for at, key in enumerate(ids):
            if key is not None and key in ids[:at]:
                self.tell(inside, at, "id", key, "the key is there twice", "name each once")

    def agree(self, inside: str, head: Any, rows: list[Any]) -> None:
        """What the rows say against the head, or against themselves."""
        sizes = [name for name, _ in SIZES]
        if isinstance(head, Need):
            for coast in head.coasts.keys() ^ head.takes.keys():
                rule = "a coast of which only one of `coasts` and `takes` speaks"
                self.tell("", 0, "coasts", coast, rule, "name it in both")
            for coast, names in head.takes.items():
                for name in set(names) - set(sizes):
                    self.tell("", 0, f"takes.{coast}", name, "no class of ship", ", ".join(sizes))
        for at, row in enumerate(rows):
            if isinstance(row, Lot | Match) and row.size not in sizes:
                self.tell(inside, at, "size", row.size, "no class of ship", ", ".join(sizes))
            if isinstance(row, Lot):
                for coast in row.arrives.keys() ^ row.extra.keys():
                    rule = "a coast of which only one of `arrives` and `extra` speaks"
                    self.tell(inside, at, "arrives", coast, rule, "name it in both")
                for coast, week in row.arrives.items():
                    if week < row.week:
                        fix = f"week {row.week} at the earliest"
                        self.tell(inside, at, f"arrives.{coast}", week, "before it is told", fix)
                if week_of((row.decide_by - head.as_of).days) != row.week:
                    first = head.as_of + timedelta(days=7 * row.week)
                    fix = f"between {first} and {last_day(head.as_of, row.week)}"
                    self.tell(inside, at, "decide_by", row.decide_by, "not in its week", fix)
            if isinstance(row, Lack) and row.place not in head.coasts.values():
                rule, fix = "no coast sends gas there", "name one in `coasts`"
                self.tell(inside, at, "place", row.place, rule, fix)


def _lines(text: str) -> dict[tuple[str, int, str], int]:
    """Line of every key by (table, its number, key); "" as key is the table's own line."""
    found: dict[tuple[str, int, str], int] = {}
    inside, counts = "", {"": 0}
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if bare.startswith("[["):
            inside = bare.strip("[] ")
            counts[inside] = counts.get(inside, -1) + 1
            found[inside, counts[inside], ""] = number
        elif "=" in bare and not bare.startswith("#"):
            key = bare.partition("=")[0].strip().strip('"')
            found.setdefault((inside, counts[inside], key), number)
    return found


def _shown(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() and len(value) <= 200 else None


def _count(value: object) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000
    return int(str(value)) if good else None


def _amount(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    number = float(str(value)) if good else -1.0
    return number if 0 <= number <= 1e9 else None


def _day(value: object) -> date | None:
    return value if type(value) is date else None


def _names(value: object) -> tuple[str, ...] | None:
    good = isinstance(value, list) and all(_text(item) for item in value)
    return tuple(value) if good and isinstance(value, list) else None


def _each(check: Callable[[object], Any]) -> Callable[[object], dict[str, Any] | None]:
    def checked(value: object) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            return None
        made = {key: check(item) for key, item in value.items()}
        return None if None in made.values() else made

    return checked


_HINTS: dict[str, Any] = {}
_FORMS: dict[str, tuple[Callable[[object], Any], str]] = {}


def _forms() -> None:
    from collections.abc import Mapping as Map

    _HINTS["Mapping"] = Map
    count, amount = "a whole number from 0", "a number from 0"
    for kind, check, fix in (
        (str, _text, "text in quotes"),
        (int, _count, count),
        (float, _amount, amount),
        (date, _day, "a date such as 2026-03-02, without quotes"),
        (date | None, _day, "a date such as 2026-03-02, without quotes"),
        (Map[str, int], _each(_count), f"for each coast {count}"),
        (Map[str, float], _each(_amount), f"for each coast {amount}"),
        (Map[str, str], _each(_text), "for each coast its place"),
        (Map[str, tuple[str, ...]], _each(_names), "for each coast a list of classes of ship"),
    ):
        _FORMS[str(kind)] = check, fix


_forms()
