"""`protocol.toml`: the articles of a sharing pact.

A protocol is a rule, not an option: when it is triggered, its lenders lend.  Each part of the file
is an article with a number, and every error names it.

    Article 1  title, members   who takes part
    Article 2  [trigger]        when a member may ask
    Article 3  [volume]         how much is lent, of what
    Article 4  [eligible]       which cargo may be turned over
    Article 5  [floor]          what stays in the lender's tanks
    Article 6  [priority]       which of the lender's own demand comes first
    Article 7  [price]          what the borrower pays
    Article 8  [return]         when it is given back, and with how much on top
    Article 9  [fairness]       how lenders share the burden
    Article 10 [objectives]     which eligible cargo is moved first
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from seawall import units
from seawall.errors import InputError, Problem, UnitError, did_you_mean
from seawall.study.toml import key_text, lines_of_keys, load, value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from seawall.study.study import Study

__all__ = [
    "ARTICLES",
    "FILE",
    "Protocol",
    "article_of",
    "article_problem",
    "parse_protocol",
    "protocol_text",
    "read_protocol",
    "study_protocol",
    "with_lines",
]

FILE = "protocol.toml"
#: Number of the article that a key at the top of the file belongs to.
ARTICLES = {
    "title": 1, "members": 1, "trigger": 2, "volume": 3, "eligible": 4, "floor": 5, "priority": 6,
    "price": 7, "return": 8, "fairness": 9, "objectives": 10,
}  # fmt: skip

#: Tiers that a protocol can speak of; an elastic ladder is no rank.
Tier = Literal["essential", "important", "deferrable"]
_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]*$", max_length=100)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Positive = Annotated[float, Field(gt=0, le=1e9)]
_Amount = Annotated[float, Field(ge=0, le=1e9)]


def _unit(name: str) -> str:
    """Refuse a unit that nothing can be counted in."""
    try:
        known = units.parse(name)
    except UnitError as error:
        hint = str(error).partition("; ")[2]
        raise PydanticCustomError("unit", "unknown unit; {hint}", {"hint": hint}) from error
    if not known.convertible:
        raise PydanticCustomError("unit", "a count or a remark, no unit")
    return name


def _price_unit(name: str) -> str:
    """Refuse a unit that is no price."""
    dimension = units.parse(_unit(name)).dimension
    if dimension != "price":
        raise PydanticCustomError("unit", "it measures {of}, not a price", {"of": dimension})
    return name


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False,
        validate_by_name=True, validate_by_alias=True, serialize_by_alias=True,
    )  # fmt: skip


class Trigger(_Strict):
    """Article 2: when a member may ask.

    Attributes
    ----------
    tier
        Tier of its demand that is watched.
    below
        Share of that tier's demand that is served; below it a member is in need.
    days
        For how many days in a row.
    pooled
        Whether gas produced at home counts towards the share. If not, only what the imported part
        of the tier gets is watched.
    """

    tier: Tier = "important"
    below: Annotated[float, Field(gt=0, le=1)] = 0.9
    days: Annotated[float, Field(ge=0, le=3650)] = 7.0
    pooled: bool = False


class Volume(_Strict):
    """Article 3: how much is lent, of what.

    Attributes
    ----------
    cargoes_per_week
        Most that is lent to all borrowers together in a week; 0: nothing is ever lent.
    cargo, unit
        Size of a cargo.
    commodity
        What is lent; blank: the one commodity that the members import and keep in tanks.
    """

    cargoes_per_week: Annotated[float, Field(ge=0, le=10_000)] = 2.0
    cargo: _Positive = 0.07
    unit: Annotated[str, AfterValidator(_unit)] = "Mt"
    commodity: Literal[""] | _Name = ""


class Eligible(_Strict):
    """Article 4: which cargo of the lender may be turned over.

    Cargo whose contract leaves the destination free is eligible in any case.

    Attributes
    ----------
    unknown_share
        Part of the cargo whose contract does not say whether its destination is free.
    consent_share
        Part of the cargo whose destination is fixed, to whose diversion the seller consents.
    at_sea
        Whether cargo that is at sea already may be turned over.
    """

    unknown_share: _Share = 0.5
    consent_share: _Share = 0.0
    at_sea: bool = True


class Floor(_Strict):
    """Article 5: what stays in the lender's tanks.

    Attributes
    ----------
    days
        For each member the days of its own use (imports of the base year) that are never lent. It
        bounds what diverted arrivals may take a tank to.
    """

    days: dict[_Name, Annotated[float, Field(ge=0, le=3650)]]


class Priority(_Strict):
    """Article 6: this tier of the lender, and all above it, are served before anything is lent."""

    own_tier: Tier = "essential"


class Price(_Strict):
    """Article 7: what the borrower pays.

    Attributes
    ----------
    basis
        Price of what is lent: that of the lender's contract, or the market's of the day.
    plus_cost
        Whether the borrower bears extra freight and boil-off as well.
    compensation, unit
        On top for every unit lent, for those at the lender's who go short.
    """

    basis: Literal["contract", "market"] = "contract"
    plus_cost: bool = True
    compensation: _Amount = 0.0
    unit: Annotated[str, AfterValidator(_price_unit)] = "USD/MMBtu"


class Return(_Strict):
    """Article 8: what is given back.

    Attributes
    ----------
    weeks
        Weeks after the loan by which all of it is given back, in kind.
    premium
        Share given back on top.
    """

    weeks: Annotated[int, Field(ge=1, le=520)] = 26
    premium: _Share = 0.0


class Fairness(_Strict):
    """Article 9: lenders share a loan by their stock above the floor ("spare") or equally."""

    rule: Literal["spare", "equal"] = "spare"


class Objectives(_Strict):
    """Article 10: which eligible cargo is moved first: the earliest to arrive, or the cheapest.

    What comes later in the list decides between cargo that is equal in what comes before.
    """

    order: Annotated[tuple[Literal["arrival", "cost"], ...], Field(strict=False, min_length=1)] = (
        "arrival",
        "cost",
    )


class Protocol(_Strict):
    """The articles of a sharing pact.

    One that contradicts itself cannot be made: building it raises `InputError` with every
    contradiction, each with the number of its article.

    Attributes
    ----------
    title
        What the pact is called.
    members
        Country codes or places, at least two.
    trigger, volume, eligible, floor, priority, price, return_, fairness, objectives
        Articles 2 to 10. `return_` is the table `return` of the file.
    """

    title: Annotated[str, Field(min_length=1, max_length=2000)]
    members: Annotated[tuple[_Name, ...], Field(strict=False, min_length=2)]
    trigger: Trigger = Trigger()
    volume: Volume = Volume()
    eligible: Eligible = Eligible()
    floor: Floor
    priority: Priority = Priority()
    price: Price = Price()
    return_: Annotated[Return, Field(alias="return")] = Return()
    fairness: Fairness = Fairness()
    objectives: Objectives = Objectives()

    @model_validator(mode="after")
    def _consistent(self) -> Protocol:
        found = _contradictions({name: getattr(self, name) for name in type(self).model_fields})
        if found:
            # Not a ValueError: pydantic would wrap it and lose which article is meant.
            raise InputError(found, title="the protocol")
        return self

    def digest(self) -> str:
        """Return the SHA-256 of all articles, as hexadecimal; the order of keys does not count."""
        content = self.model_dump(mode="json")
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


def article_of(key: str) -> str:
    """Return the number and name of the article that a dotted key belongs to.

    >>> article_of("floor.days.JPN")
    'Article 5 (floor)'
    """
    top = key.partition(".")[0]
    return f"Article {ARTICLES[top]} ({'members' if top == 'title' else top})"


def parse_protocol(name: str, text: str) -> Protocol:
    """Return the protocol that a TOML text describes.

    Parameters
    ----------
    name
        Name of the file, with or without ".toml", for messages.
    text
        Its content.

    Raises
    ------
    InputError
        With every key that is unknown, missing or wrong and every article that contradicts
        another, each with its number and line.
    """
    file = name if name.endswith(".toml") else f"{name}.toml"
    raw = load(text, file)
    lines = lines_of_keys(text)
    try:
        return Protocol.model_validate(raw)
    except InputError as error:
        raise InputError(with_lines(error.problems, lines, file)) from None
    except ValidationError as error:
        problems = [_problem(item, raw) for item in error.errors()]
        problems += _contradictions(_sound(raw, error))
        raise InputError(with_lines(problems, lines, file)) from error


def read_protocol(path: Path) -> Protocol:
    """Read a protocol file; see `parse_protocol`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            [Problem(path.name, None, "", "", "the file is not UTF-8", "save it as UTF-8")]
        ) from error
    return parse_protocol(path.name, text)


def study_protocol(study: Study) -> Protocol | None:
    """Return the protocol of a study, None if it has no protocol.toml.

    Raises
    ------
    InputError
        See `parse_protocol`. Whether it fits the study's tables, `check_protocol` tells.
    """
    return parse_protocol(FILE, study.protocol_text) if study.protocol_text else None


def protocol_text(protocol: Protocol) -> str:
    """Return a protocol as the text of a `protocol.toml` that reads back the same."""
    content = protocol.model_dump()
    lines = [f"{key} = {value_text(content[key])}" for key in ("title", "members")]
    for key, part in content.items():
        if isinstance(part, dict):
            lines += ["", f"[{key}]"]
            lines += [f"{key_text(name)} = {value_text(value)}" for name, value in part.items()]
    return "\n".join(lines) + "\n"


def article_problem(key: str, value: object, rule: str, fix: str) -> Problem:
    """Return a problem of one key, without its line."""
    known = key.partition(".")[0] in ARTICLES
    return Problem(
        FILE, None, key, _shown(value), f"{article_of(key)}: {rule}" if known else rule, fix
    )


def _shown(value: object) -> str:
    """Return a value as the file writes it, a whole number without its point."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value_text(value) if isinstance(value, bool | int | float | list | tuple) else str(value)


def with_lines(problems: Iterable[Problem], lines: Mapping[str, int], file: str) -> list[Problem]:
    """Return problems with their file, and the line of their key or of the table around it."""
    found = []
    for problem in problems:
        path = problem.column.split(".")
        keys = (".".join(path[:size]) for size in range(len(path), 0, -1))
        row = next((lines[key] for key in keys if key in lines), None)
        found.append(Problem(file, row, problem.column, problem.value, problem.rule, problem.fix))
    return found


_EXAMPLES = {
    "title": 'title = "India and Japan lend each other cargoes"',
    "members": 'members = ["IND", "JPN"]',
    "floor": "a table [floor] with days = { JPN = 15, IND = 8 }",
    "days": "days = { JPN = 15, IND = 8 }",
    "volume.unit": 'unit = "Mt"',
    "price.unit": 'unit = "USD/MMBtu"',
}


def _problem(item: Any, raw: Mapping[str, Any]) -> Problem:
    """Turn one complaint of pydantic into a problem of ours."""
    path = [str(part) for part in item["loc"] if part not in ("[key]", "constrained-str")]
    path = [part for part in path if not part.startswith("literal[")]
    key = ".".join(path)
    if item["type"] == "extra_forbidden":
        known = _known_keys(path[:-1])
        fix = did_you_mean(path[-1], known) or "known keys: " + ", ".join(known)
        return article_problem(key, item["input"], "unknown key", fix)
    if item["type"] == "missing":
        example = _EXAMPLES.get(path[-1], "see the reference of protocol.toml")
        return article_problem(key, "", "the key is missing", f"add e.g. {example}")
    if item["type"] == "literal_error":
        wanted = item["ctx"]["expected"].replace("'", '"')
        return article_problem(key, item["input"], "not one of the words that it may be", wanted)
    if key == "members" and item["type"] == "too_short":
        rule = "a pact has at least two members"
        return article_problem(key, item["input"], rule, f"e.g. {_EXAMPLES['members']}")
    example = _EXAMPLES.get(key, _EXAMPLES.get(path[0], ""))
    return article_problem(key, item["input"], item["msg"], f"e.g. {example}" if example else "")


def _known_keys(path: list[str]) -> list[str]:
    """Return the keys that the table at a path may have."""
    if not path:
        return list(ARTICLES)
    field = next(f for n, f in Protocol.model_fields.items() if path[0] in (n, f.alias))
    model: Any = field.annotation
    return list(model.model_fields)


def _sound(raw: Mapping[str, Any], error: ValidationError) -> dict[str, Any]:
    """Return those parts of a spoilt file that are valid in themselves, defaults included.

    So that an article that contradicts another is told together with a misspelt key of a third.
    """
    spoilt = {str(item["loc"][0]) for item in error.errors()}
    parts: dict[str, Any] = {}
    for name, info in Protocol.model_fields.items():
        key = info.alias or name
        if key in spoilt:
            continue
        model: Any = info.annotation
        if key not in raw:
            parts[name] = info.get_default()
        elif isinstance(raw[key], dict):
            parts[name] = model.model_validate(raw[key])
        else:
            parts[name] = tuple(raw[key]) if isinstance(raw[key], list) else raw[key]
    return parts


def _contradictions(parts: Mapping[str, Any]) -> list[Problem]:
    """Return what the articles say against each other, as far as they are there."""
    found: list[Problem] = []
    members, floor = parts.get("members"), parts.get("floor")
    trigger, given_back = parts.get("trigger"), parts.get("return_")
    if members:
        twice = sorted({name for name in members if members.count(name) > 1})
        rule, fix = "a member is named twice", "name each member once"
        found += [article_problem("members", name, rule, fix) for name in twice]
    if members and floor:
        for name in floor.days:
            if name not in members:
                fix = did_you_mean(name, members) or f"members: {', '.join(members)}"
                rule = "a floor for one who is no member (Article 1)"
                found.append(article_problem(f"floor.days.{name}", name, rule, fix))
        for name in dict.fromkeys(members):
            if name not in floor.days:
                rule = "a member (Article 1) without a floor"
                fix = f"add {name} = days of its own use; 0 lends everything"
                found.append(article_problem("floor.days", name, rule, fix))
    if trigger and given_back and given_back.weeks * 7 <= trigger.days:
        rule = (
            f"a loan would be due back after {given_back.weeks * 7} days, before a need of "
            f"{trigger.days:g} days (Article 2) has even been shown"
        )
        fix = f"at least {int(trigger.days // 7) + 1} weeks"
        found.append(article_problem("return.weeks", given_back.weeks, rule, fix))
    objectives = parts.get("objectives")
    if objectives and len(set(objectives.order)) < len(objectives.order):
        rule = "an objective is named twice"
        found.append(article_problem("objectives.order", objectives.order, rule, "name each once"))
    return found
