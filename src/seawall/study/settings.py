"""`study.toml`: what a study is called, its calendar, the switches of the model, its variants."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seawall.errors import InputError, Problem, did_you_mean

__all__ = ["FILE", "Model", "Settings", "parse_settings", "settings_text"]

FILE = "study.toml"

_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]*$", max_length=100)]
_Names = Annotated[tuple[_Name, ...], Field(strict=False)]
_Line = Annotated[str, Field(min_length=1, max_length=2000)]


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
    """

    terminal: bool = True
    discount: Annotated[float, Field(ge=0, lt=0.1)] = 0.00005
    calibrate: bool = True
    pipeline: bool = True
    curtail: bool = True
    kink: Annotated[float, Field(ge=0, le=0.2)] = 0.01


class Settings(_Strict):
    """The content of `study.toml`.

    Attributes
    ----------
    title, about
        What the study is called and one sentence on what it is and is not.
    currency, money_year
        ISO 4217 code and price level of all money.
    start, period_days, periods
        First day, days in a period and number of periods of a run.
    headline
        Places or country codes that the first page speaks of.
    variants
        Groups of alternatives; the first of each group counts unless another is chosen.
    """

    title: _Line
    about: _Line
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    money_year: Annotated[int, Field(ge=1900, le=2200)]
    start: date
    period_days: Annotated[int, Field(ge=1, le=366)]
    periods: Annotated[int, Field(ge=1, le=5000)]
    headline: _Names = ()
    model: Model = Model()
    variants: dict[_Name, Annotated[_Names, Field(min_length=1)]] = Field(default_factory=dict)

    def group_of(self, variant: str) -> str | None:
        """Return the group that a variant belongs to, or None if there is no such variant."""
        for group, names in self.variants.items():
            if variant in names:
                return group
        return None

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
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+), column (\d+)", str(error))
        row = int(found[1]) if found else len(text.splitlines())
        line = (text.splitlines() or [""])[row - 1 : row]
        raise InputError(
            [Problem(file, row, "", "".join(line), f"not valid TOML: {error}", "mend the syntax")]
        ) from error
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        lines = _lines_of_keys(text)
        raise InputError([_problem(item, lines, file) for item in error.errors()]) from error
    names = settings.variant_names()
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        line_of = _lines_of_keys(text)
        raise InputError(
            Problem(file, line_of.get("variants"), "variants", name,
                    "the variant is named twice", "names are unique over all groups")
            for name in twice
        )  # fmt: skip
    return settings


def _problem(item: Any, lines: dict[str, int], file: str) -> Problem:
    """Turn one complaint of pydantic into a problem of ours."""
    path = [str(part) for part in item["loc"] if part != "[key]"]
    key = ".".join(path)
    row = next((lines[k] for k in (key, ".".join(path[:-1])) if k in lines), None)
    if item["type"] == "extra_forbidden":
        known = Model.model_fields if path[:-1] == ["model"] else Settings.model_fields
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


def _lines_of_keys(text: str) -> dict[str, int]:
    """Return the line of every plain `key =` and `[section]` by dotted path.

    tomllib tells no lines. A key inside a multi-line string would be found wrongly; the first
    mention wins, and the line only helps the reader to look.
    """
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if head := re.match(r"\s*\[\s*([\w.\-\"]+)\s*\]", line):
            section = head[1].replace('"', "") + "."
            lines.setdefault(section[:-1], number)
        elif key := re.match(r"\s*([\w\-.\"]+)\s*=", line):
            lines.setdefault(section + key[1].replace('"', ""), number)
    return lines


def settings_text(settings: Settings) -> str:
    """Return settings as the text of a `study.toml` that reads back the same."""
    content = settings.model_dump()
    lines = [f"{key} = {_toml(content[key])}" for key in content if key not in _SECTIONS]
    for section in _SECTIONS:
        if content[section]:
            lines += ["", f"[{section}]"]
            lines += [f"{_key(key)} = {_toml(value)}" for key, value in content[section].items()]
    return "\n".join(lines) + "\n"


_SECTIONS = ("model", "variants")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    return "[" + ", ".join(_toml(item) for item in value) + "]"
