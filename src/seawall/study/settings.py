"""`study.toml`: what a study is called, its calendar, the switches of the model, its variants."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from seawall.errors import InputError, Problem, did_you_mean
from seawall.study.toml import key_text, lines_of_keys, load, value_text

__all__ = [
    "FILE",
    "Calendar",
    "Market",
    "Model",
    "Settings",
    "parse_settings",
    "settings_of",
    "settings_text",
]

FILE = "study.toml"

_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]*$", max_length=100)]
_Names = Annotated[tuple[_Name, ...], Field(strict=False)]
_Line = Annotated[str, Field(min_length=1, max_length=2000)]


def _plain(days: float) -> float:
    """Whole days as a whole number, as they were before parts of a day could be."""
    return int(days) if days == int(days) else days


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Model(_Strict):
    """Switches and small constants of the model.

    Attributes
    ----------
    terminal
        Value what is left in tanks and at sea after the last period.
    discount
        Discount per period, a share; smaller than `kink` divided by the periods of a run.
    calibrate
        Fit costs so that the free base program returns the base year.
    pipeline
        Count what is at sea on the first day.
    curtail
        Let plants stop when their tanks are full.
    kink
        Cost of leaving the base, as a share of price.
    closed
        The run is a closed stretch of time without a base year: figures stand as they are and are
        not balanced, every run begins on the first day of the study, no cargo waits, and only
        foresight answers. Needs `terminal`, `calibrate` and `pipeline` off.
    """

    terminal: bool = True
    discount: Annotated[float, Field(ge=0, lt=0.1)] = 0.00005
    calibrate: bool = True
    pipeline: bool = True
    curtail: bool = True
    kink: Annotated[float, Field(ge=0, le=0.2)] = 0.01
    closed: bool = False

    @model_serializer(mode="wrap")
    def _as_it_was(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Younger than the digests of studies that do not have it, which must stay as they are.
        content: dict[str, Any] = handler(self)
        if not self.closed:
            content.pop("closed", None)
        return content


class Market(_Strict):
    """How people plan who do not know the future (responses `market` and `pact`).

    Attributes
    ----------
    window, replan
        Periods that a plan looks ahead, and after which a new one is made.
    belief
        A shock that goes on is believed to last so many times as long again as it has lasted.
    belief_days
        But at least so many days; not shorter than a period.
    precaution
        Share of the usable start stock that holders keep in any case.
    comfort
        What having the start stock is worth to its holder in a period, as a share of price.
    """

    window: Annotated[int, Field(ge=2, le=520)] = 26
    replan: Annotated[int, Field(ge=1, le=52)] = 2
    belief: Annotated[float, Field(ge=0, le=100)] = 1.0
    belief_days: Annotated[float, Field(gt=0, le=3650)] = 28.0
    precaution: Annotated[float, Field(ge=0, le=1)] = 0.4
    comfort: Annotated[float, Field(ge=0, le=0.05)] = 0.0015


class Calendar(_Strict):
    """How time runs for some chains of goods, where it differs from the study's own.

    Attributes
    ----------
    chains
        Chains (column `chain` of commodities.csv) that go by this calendar.
    period_days, periods
        Days in a period and number of periods of a run.
    discount
        Discount per period, a share; None: as in `Model`.
    window, replan, belief_days, precaution, comfort
        As in `Market`, in periods of this calendar; None: as there.
    """

    chains: Annotated[_Names, Field(min_length=1)]
    period_days: Annotated[int, Field(ge=1, le=366)]
    periods: Annotated[int, Field(ge=1, le=5000)]
    discount: Annotated[float, Field(ge=0, lt=0.1)] | None = None
    window: Annotated[int, Field(ge=2, le=520)] | None = None
    replan: Annotated[int, Field(ge=1, le=52)] | None = None
    belief_days: Annotated[float, Field(gt=0, le=3650)] | None = None
    precaution: Annotated[float, Field(ge=0, le=1)] | None = None
    comfort: Annotated[float, Field(ge=0, le=0.05)] | None = None


class Settings(_Strict):
    """The content of `study.toml`.

    Attributes
    ----------
    title, about
        What the study is called and one sentence on what it is and is not.
    currency, money_year
        ISO 4217 code and price level of all money.
    start, period_days, periods
        First day, days in a period (part of a day only in a closed study) and number of periods of
        a run.
    headline
        Places or country codes that the first page speaks of.
    calendars
        Chains of goods for which time runs otherwise.
    variants
        Groups of alternatives; the first of each group counts unless another is chosen.
    """

    title: _Line
    about: _Line
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    money_year: Annotated[int, Field(ge=1900, le=2200)]
    start: date
    period_days: Annotated[
        float, Field(gt=0, le=366), AfterValidator(_plain), PlainSerializer(_plain, int | float)
    ]
    periods: Annotated[int, Field(ge=1, le=5000)]
    headline: _Names = ()
    model: Model = Model()
    market: Market = Market()
    calendars: dict[_Name, Calendar] = Field(default_factory=dict)
    variants: dict[_Name, Annotated[_Names, Field(min_length=1)]] = Field(default_factory=dict)

    def group_of(self, variant: str) -> str | None:
        """Return the group that a variant belongs to, or None if there is no such variant."""
        for group, names in self.variants.items():
            if variant in names:
                return group
        return None

    def for_chain(self, chain: str) -> Settings:
        """Return the settings of one chain of goods: its calendar is the only one."""
        own = next((c for c in self.calendars.values() if chain in c.chains), None)
        if own is None:
            return self.model_copy(update={"calendars": {}})
        given = {k: v for k, v in own.model_dump().items() if v is not None and k != "chains"}
        parts: dict[str, Any] = {"calendars": {}}
        for part in ("model", "market"):
            mine = getattr(self, part)
            parts[part] = mine.model_copy(
                update={k: v for k, v in given.items() if k in type(mine).model_fields}
            )
        whole = {k: v for k, v in given.items() if k in Settings.model_fields}
        return self.model_copy(update=parts | whole)

    def variant_names(self) -> tuple[str, ...]:
        """Return all variants of all groups."""
        return tuple(name for names in self.variants.values() for name in names)


def parse_settings(text: str, file: str = FILE) -> Settings:
    """Return the settings of the text of a `study.toml`.

    Raises
    ------
    InputError
        With every key that is unknown, missing or wrong, and the line where it stands.
    """
    return settings_of(load(text, file), lines_of_keys(text), file)


def settings_of(raw: dict[str, Any], lines: dict[str, int], file: str = FILE) -> Settings:
    """Return the settings of nested keys and values, checked.

    Parameters
    ----------
    raw
        As a TOML text has them: `{"title": ..., "model": {"kink": ...}}`.
    lines
        Where each key stands, by dotted path.
    file
        What problems call the file.

    Raises
    ------
    InputError
        With every key that is unknown, missing or wrong, and the line where it stands.
    """
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        raise InputError([_problem(item, lines, file) for item in error.errors()]) from error
    contradictions = _market_problems(settings, "market", lines, file)
    contradictions += _calendar_problems(settings, lines, file)
    contradictions += _closed_problems(settings, lines, file)
    if contradictions:
        raise InputError(contradictions)
    names = settings.variant_names()
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            Problem(file, lines.get("variants"), "variants", name,
                    "the variant is named twice", "names are unique over all groups")
            for name in twice
        )  # fmt: skip
    return settings


def _market_problems(
    settings: Settings, part: str, lines: dict[str, int], file: str
) -> list[Problem]:
    """What contradicts itself in how people plan; `part` is the section that says so."""
    market, days = settings.market, settings.period_days
    found = []

    def told(key: str, value: str, rule: str, fix: str) -> None:
        line = lines.get(f"{part}.{key}", lines.get(part))
        found.append(Problem(file, line, f"{part}.{key}", value, rule, fix))

    if market.belief_days < days:
        told("belief_days", f"{market.belief_days:g}",
             f"the belief is shorter than a period ({days} days)", f"at least {days}")  # fmt: skip
    if market.replan >= market.window:
        told("replan", str(market.replan),
             f"a plan for {market.window} periods is carried out to its end before the next",
             f"fewer periods than {part}.window")  # fmt: skip
    return found


def _calendar_problems(settings: Settings, lines: dict[str, int], file: str) -> list[Problem]:
    """What contradicts itself in calendars: each on its own, and a chain that has two."""
    found = []
    seen: dict[str, str] = {}
    for name, calendar in settings.calendars.items():
        part = f"calendars.{name}"
        found += _market_problems(settings.for_chain(calendar.chains[0]), part, lines, file)
        for chain in calendar.chains:
            if chain in seen:
                found.append(
                    Problem(file, lines.get(f"{part}.chains"), f"{part}.chains", chain,
                            f"calendar {seen[chain]} has the chain already", "one calendar a chain")
                )  # fmt: skip
            seen[chain] = name
    return found


def _closed_problems(settings: Settings, lines: dict[str, int], file: str) -> list[Problem]:
    """What cannot be in a closed study, and what can be in no other."""
    model, days = settings.model, settings.period_days
    found = [
        Problem(file, lines.get(f"model.{key}", lines.get("model")), f"model.{key}", "true",
                "a closed study has no base year, nothing before and nothing after", "false")
        for key in ("terminal", "calibrate", "pipeline")
        if model.closed and getattr(model, key)
    ]  # fmt: skip
    if model.closed and settings.calendars:
        name = next(iter(settings.calendars))
        where = f"calendars.{name}"
        rule = "a closed study has one calendar"
        found.append(Problem(file, lines.get(where), where, name, rule, "remove it"))
    if not model.closed and days != int(days):
        rule = "periods are whole days, but in a closed study"
        where = "period_days"
        found.append(Problem(file, lines.get(where), where, f"{days:g}", rule, "1 to 366"))
    return found


def _problem(item: Any, lines: dict[str, int], file: str) -> Problem:
    """Turn one complaint of pydantic into a problem of ours."""
    path = [str(part) for part in item["loc"] if part != "[key]"]
    key = ".".join(path)
    row = next((lines[k] for k in (key, ".".join(path[:-1])) if k in lines), None)
    if item["type"] == "extra_forbidden":
        parts = {"model": Model.model_fields, "market": Market.model_fields}
        known = parts.get(".".join(path[:-1]), Settings.model_fields)
        if path[0] == "calendars" and len(path) == 3:
            known = Calendar.model_fields
        fix = did_you_mean(path[-1], known) or "known keys: " + ", ".join(known)
        return Problem(file, row, key, str(item["input"]), "unknown key", fix)
    if item["type"] == "missing":
        about = _EXAMPLES.get(path[-1], "see the reference of study.toml")
        return Problem(file, row, key, "", "the key is missing", f"add e.g. {about}")
    fix = f"e.g. {_EXAMPLES[path[0]]}" if path[0] in _EXAMPLES else ""
    return Problem(file, row, key, str(item["input"]), item["msg"], fix)


_EXAMPLES = {
    "title": 'title = "India and Japan"',
    "about": 'about = "What the study is and is not."',
    "currency": 'currency = "USD"',
    "money_year": "money_year = 2026",
    "start": "start = 2026-03-02",
    "period_days": "period_days = 7",
    "periods": "periods = 104",
    "headline": 'headline = ["IND", "JPN"]',
    "variants": 'red_sea = ["avoided", "open"]',
}


def settings_text(settings: Settings) -> str:
    """Return settings as the text of a `study.toml` that reads back the same."""
    content = settings.model_dump()
    lines = _pairs({k: v for k, v in content.items() if k not in (*_SECTIONS, "calendars")})
    for section in _SECTIONS:
        if content[section]:
            lines += ["", f"[{section}]"]
            lines += _pairs(content[section])
    for name, calendar in content["calendars"].items():
        lines += ["", f"[calendars.{key_text(name)}]", *_pairs(calendar)]
    return "\n".join(lines) + "\n"


def _pairs(content: dict[str, Any]) -> list[str]:
    """Keys that are given, a line each."""
    return [
        f"{key_text(key)} = {value_text(value)}"
        for key, value in content.items()
        if value is not None
    ]


_SECTIONS = ("model", "market", "variants")
