"""What the page of a morning reads out of a result: names, plans, worlds, days.

Only tables, figures and the study's own names are read, so that an answer that is read back from
the shelf has the same page as one that was just computed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.errors import UsageError
from seawall.report import text, views

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLANS: Mapping[str, str] = {
    "nothing": "Nothing is done",
    "greedy": "Everyone for himself, by rule of thumb",
    "alone": "Everyone for himself, at his best",
    "pact": "With the pact",
}
SHORT_PLANS: Mapping[str, str] = {
    "nothing": "nothing is done", "greedy": "rule of thumb", "alone": "everyone for himself",
    "pact": "with the pact",
}  # fmt: skip
#: Colours and dashes of the plans in charts, as `charts` knows them.
KEYS: Mapping[str, str] = {
    "nothing": "frozen", "greedy": "foresight", "alone": "market", "pact": "pact",
}  # fmt: skip
ACTIONS: Mapping[str, str] = {
    "go on": "goes on", "divert": "sent elsewhere", "swap": "changes places", "delay": "later",
    "buy": "bought", "wait": "stays", "ask": "ask consent",
}  # fmt: skip
#: Rows of `world` that hold all worlds together, by what the plan was judged by.
TOGETHER = ("average", "worst")
TABLES = ("instructions", "settlement", "tanks", "shortage", "shortage_days", "saved", "reasons",
          "voyages", "book")  # fmt: skip
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.~/-]*[A-Za-z0-9]")
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
#: Words that no table means as a place, whatever its keys are.
_NO_NAMES = frozenset({"all", "nothing", "alone", "pact", "the", "of", "in", "at", "and", "to"})


class Names(views.Names):
    """Ids to words, with terminals, ships and tiers of a book."""

    def __init__(self, study: Any) -> None:
        super().__init__(study)
        self._ends: dict[str, str] = {}
        self._ships: dict[str, str] = {}
        for part, into in (("terminals", self._ends), ("ships", self._ships)):
            frame = study.table(part)
            for key, name in zip(
                views.column(frame, "id"), views.column(frame, "name"), strict=True
            ):
                into[str(key)] = str(name)
        passages = study.table("passages")
        self._in_text = {str(key) for key in views.column(passages, "id")} | set(self._ends)
        self._in_text |= {str(key) for key in views.column(study.table("places"), "id")}
        self._in_text -= _NO_NAMES

    def end(self, identifier: object) -> str:
        """A terminal, or a coast while no terminal is decided; a dash for none."""
        if text.missing(identifier):
            return text.NOTHING
        return self._ends.get(str(identifier)) or self.short(identifier)

    def ship(self, identifier: object) -> str:
        """A ship as people call it; a key that no table names as words."""
        if text.missing(identifier):
            return text.NOTHING
        name = self._ships.get(str(identifier), "")
        # A generated name only says again that it is one, as the page does on top.
        if not name or name == f"generated {identifier}":
            name = str(identifier).replace("-", " ").replace("_", " ")
        return name

    def in_text(self, sentence: object) -> str:
        """A sentence of the answer with places and passages by their names."""
        if text.missing(sentence):
            return text.NOTHING
        dated = _DATE.sub(lambda m: text.day_name(m[0]), str(sentence))
        return _WORD.sub(lambda m: self._named(m[0]), dated)

    def _named(self, word: str) -> str:
        if word not in self._in_text:
            return word
        return self._ends.get(word) or text.the(self.short(word))


@dataclass(frozen=True)
class World:
    """One way in which it may turn out; `reopens` holds the day of the book on which each struck
    passage opens, None for never."""

    name: str
    weight: float
    reopens: Mapping[str, float | None]
    consent: bool

    @property
    def words(self) -> str:
        """Its name for people."""
        return text.capital(self.name)


@dataclass(frozen=True)
class Morning:
    """The answer to a morning, ready to be drawn and written about."""

    study: Any
    names: Names
    tables: Mapping[str, pd.DataFrame]
    figures: Mapping[str, Any]
    identity: Mapping[str, Any]
    plans: tuple[str, ...]
    worlds: tuple[World, ...]
    members: tuple[str, ...]
    as_of: date
    days: int
    protocol: Any = None
    extra: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What has happened."""
        return str(self.figures.get("title") or text.words(self.figures.get("scenario", "")))

    @property
    def plan(self) -> str:
        """The plan that the instructions follow."""
        return str(self.figures.get("plan") or self.plans[-1])

    @property
    def shown(self) -> tuple[str, ...]:
        """Plans that have voyages, tanks and days: the rule of thumb has none."""
        return tuple(plan for plan in self.plans if plan != "greedy")

    @property
    def heaviest(self) -> World:
        """The world that counts most."""
        return max(self.worlds, key=lambda world: world.weight)

    @property
    def together(self) -> str:
        """The word under which `saved` holds all worlds together."""
        found = set(self.tables["saved"]["world"].astype(str))
        return next((word for word in TOGETHER if word in found), self.heaviest.name)

    @property
    def generated(self) -> bool:
        """Whether cargoes and positions were made up from contracts and trade."""
        return bool(dict(self.figures.get("book") or {}).get("generated"))

    def day(self, value: object) -> int | None:
        """Day of the book of a date; None for none."""
        if text.missing(value):
            return None
        return (pd.Timestamp(str(value)).date() - self.as_of).days

    def date(self, day: float) -> date:
        """Date of a day of the book."""
        return self.as_of + timedelta(days=int(day))

    def table(self, name: str) -> pd.DataFrame:
        """A table of the answer, or of what was given beside it; empty where there is none."""
        return self.extra.get(name, self.tables.get(name, pd.DataFrame()))

    def of(self, plan: str, place: str, column: str, world: str = "") -> float:
        """A figure of the ladder; 0 where it has none."""
        rows = self.tables["saved"]
        rows = rows[(rows["plan"] == plan) & (rows["place"] == place)]
        rows = rows[rows["world"] == (world or self.together)]
        found = None if rows.empty else text.number(rows.iloc[0][column])
        return found or 0.0

    def demand(self, member: str) -> float:
        """What a member wants over the horizon [kt], by weight of the worlds."""
        rows = self.tables["shortage"]
        rows = rows[(rows["place"] == member) & (rows["plan"] == "nothing")]
        weight = {world.name: world.weight for world in self.worlds}
        return float(sum(
            weight.get(str(w), 0.0) * float(d)
            for w, d in zip(rows["world"], rows["demand"], strict=True)
        ))  # fmt: skip

    def saving(self, name: str) -> Mapping[str, float] | None:
        """A row of what one plan saves against another, such as "pact_against_alone"."""
        return dict(self.figures.get("saved") or {}).get(name)


def morning(result: Any, extra: Mapping[str, pd.DataFrame] | None = None) -> Morning:
    """Read an answer.

    Parameters
    ----------
    result
        Of `redirect`, computed or read back from the shelf; with its study.
    extra
        Further tables: `saved_by_offers`.

    Raises
    ------
    UsageError
        It answers another question, lacks a table, or has no study.
    """
    missing = [name for name in TABLES if name not in result.tables]
    if result.question != "redirect" or missing:
        raise UsageError(
            f"this page shows an answer of redirect, not of {result.question}"
            + (f" without {', '.join(missing)}" if missing else "")
        )
    if result.study is None:
        raise UsageError("this page needs the study of the answer, for its names")
    figures = result.figures
    saved = result.tables["saved"]
    present = set(saved["plan"].astype(str))
    places = [str(place) for place in dict.fromkeys(saved["place"]) if place != "all"]
    return Morning(
        study=result.study,
        names=Names(result.study),
        tables=result.tables,
        figures=figures,
        identity=result.identity,
        plans=tuple(plan for plan in PLANS if plan in present),
        worlds=_worlds(figures.get("worlds") or (), result.tables),
        members=tuple(places),
        as_of=pd.Timestamp(str(figures["as_of"])).date(),
        days=int(figures["horizon_days"]),
        protocol=_protocol(result),
        extra=dict(extra or {}),
    )


def _worlds(
    told: Sequence[Mapping[str, Any]], tables: Mapping[str, pd.DataFrame]
) -> tuple[World, ...]:
    found = tuple(
        World(
            str(world["name"]), float(world["weight"]),
            {str(name): text.number(day) for name, day in dict(world["reopens"]).items()},
            bool(world["consent"]),
        )
        for world in told
    )  # fmt: skip
    if found:
        return found
    names = [str(name) for name in dict.fromkeys(tables["tanks"]["world"])]
    return tuple(World(name, 1.0 / len(names), {}, consent=False) for name in names)


def _protocol(result: Any) -> Any:
    """The articles that were asked with; None for none."""
    import json

    from seawall.study import Protocol

    asked = result.identity.get("protocol")
    return None if asked is None else Protocol.model_validate_json(json.dumps(asked))


def kt(amount: object) -> str:
    """A mass for people: below a million tonnes in kt, above in Mt."""
    number = text.number(amount)
    if number is None:
        return text.NOTHING
    if abs(number) < 0.05:
        return f"0{text.NB}kt"
    if abs(number) < 995.0:
        return f"{text.trim(text.sig(number))}{text.NB}kt"
    return text.mt(number / 1000.0)


def money(amount: object) -> str:
    """Millions of USD in a column: whole above ten, two digits below; a minus sign for less."""
    number = text.number(amount)
    if number is None:
        return text.NOTHING
    if abs(number) < 0.005:
        return "0"
    # Beside a total of thousands the digits below ten are noise.
    words = f"{abs(number):,.0f}" if abs(number) >= 9.95 else text.trim(text.plain(abs(number)))
    return f"{text.MINUS if number < 0 else ''}{words}"
