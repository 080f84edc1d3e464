"""Scenarios: a named set of shocks, read from `scenarios/NAME.toml` or made in Python."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from seawall.errors import InputError, Problem
from seawall.study.toml import value_text

if TYPE_CHECKING:
    from pathlib import Path

#: Targets on power grids, which lie on top of the network: only the grid layer knows them.
GRID_TARGETS = ("generator", "intertie", "load")
TARGETS = (
    "passage", "facility", "place", "lane", "ban", "quota", "tariff", "demand", *GRID_TARGETS,
)  # fmt: skip
#: In the place of an origin: every one.
EVERYWHERE = "*"

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Days = Annotated[float, Field(ge=0.0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where a scenario's dates and depths come from."""

    title: str
    url: str = ""
    date: str = ""


class BrokenRules(ValueError):
    """Rules between the keys of one shock that it breaks: (key, rule), a blank key for the whole
    shock."""

    def __init__(self, broken: list[tuple[str, str]]) -> None:
        self.broken = tuple(broken)
        super().__init__("; ".join(rule for _, rule in broken))


class Shock(_Strict):
    """One event: what is hit, from which day, for how long, how hard, and how it comes back.

    Exactly one of `passage`, `facility`, `place`, `lane`, `ban`, `quota`, `tariff`, `demand`,
    `generator`, `intertie`, `load` names the target; the last three are on power grids.  `depth` is
    the share taken away (for `demand` and `load`, `change` is the share added; for `tariff`, `rate`
    is the share of the value that is paid on top).  `to` narrows a ban or a tariff to what goes
    there.  After the end, `recovery` gives [days, share available] steps, and `lasting` is what
    stays lost for good.
    """

    passage: str | None = None
    facility: str | None = None
    place: str | None = None
    lane: str | None = None
    ban: str | None = None
    quota: str | None = None
    tariff: str | None = None
    demand: str | None = None
    generator: str | None = None
    intertie: str | None = None
    load: str | None = None
    commodity: str | None = None
    to: str | None = None
    start_day: Days = 0.0
    days: Days = 60.0
    depth: Share = 1.0
    change: Annotated[float, Field(ge=-1.0, le=10.0)] = 0.0
    rate: Annotated[float, Field(ge=0.0, le=10.0)] | None = None
    recovery: tuple[tuple[Days, Share], ...] = ()
    lasting: Share = 0.0

    @model_validator(mode="after")
    def _rules(self) -> Shock:
        named = [name for name in TARGETS if getattr(self, name) is not None]
        if len(named) != 1:
            raise BrokenRules([("", f"a shock has exactly one target of {', '.join(TARGETS)}")])
        broken = []
        if (self.demand is None and self.load is None) != (self.change == 0.0):
            rule = "`change` belongs to a shock on `demand` or `load`, and only to those"
            broken.append(("change", rule))
        if self.commodity is not None and self.on_grid:
            broken.append(("commodity", "a shock on a power grid has no `commodity`"))
        if self.to is not None and self.ban is None and self.tariff is None:
            broken.append(("to", "`to` belongs to a `ban` or a `tariff`, and only to those"))
        if (self.tariff is None) != (self.rate is None):
            broken.append(("rate", "`rate` belongs to a `tariff`, and every tariff has one"))
        if self.tariff is not None:
            # A duty takes nothing away, and is either in force or not.
            broken += [
                (key, f"a `tariff` has a `rate` and no `{key}`")
                for key, plain in (("depth", 1.0), ("recovery", ()), ("lasting", 0.0))
                if getattr(self, key) != plain
            ]
        if broken:
            raise BrokenRules(broken)
        return self

    @property
    def target(self) -> tuple[str, str]:
        """Kind of target and its name."""
        for kind in TARGETS:
            name = getattr(self, kind)
            if name is not None:
                return kind, name
        raise AssertionError("validated on construction")

    @property
    def on_grid(self) -> bool:
        """Whether it hits a power grid, and so nothing of the gas network."""
        return any(getattr(self, name) is not None for name in GRID_TARGETS)

    def levels(self) -> list[tuple[float, float, float]]:
        """Pieces (from day, to day, share available) in which the share is not 1; of a tariff,
        what a unit costs of its value with the duty."""
        if self.rate is not None:
            left = 1.0 + self.rate
        elif self.demand is not None or self.load is not None:
            left = 1.0 + self.change
        else:
            left = 1.0 - self.depth
        day = self.start_day + self.days
        pieces = [(self.start_day, day, left)]
        for length, share in self.recovery:
            pieces.append((day, day + length, share))
            day += length
        if self.lasting > 0:
            pieces.append((day, float("inf"), 1.0 - self.lasting))
        return pieces


class Scenario(_Strict):
    """A named set of shocks.

    `about` is the first line printed with every result: what the scenario is and is not.
    `variants` choose other variants of the study (for example a base in which Suez is open).
    The window of a run begins on the first day of the first shock.
    """

    name: str = "scenario"
    title: str
    about: str = ""
    start: date | None = None
    variants: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    shock: tuple[Shock, ...] = Field(min_length=1)
    kind: Literal["what-if", "back-test"] = "what-if"

    def length_days(self) -> float:
        """Day on which the last shock (without recovery) ends."""
        return max(s.start_day + s.days for s in self.shock)


def read_scenario(path: Path) -> Scenario:
    """Read one scenario file; see `parse_scenario`."""
    return parse_scenario(path.stem, path.read_text(encoding="utf-8"))


def parse_scenario(name: str, text: str) -> Scenario:
    """The scenario that a TOML text describes.

    Raises
    ------
    InputError
        With every problem of the text: key, value, rule.
    """
    file = f"scenarios/{name}.toml"
    try:
        return Scenario.model_validate({"name": name, **tomllib.loads(text)})
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            [Problem(file, None, "", "", f"is not valid TOML: {error}", "mend the syntax")]
        ) from error
    except ValidationError as error:
        told: list[dict[str, Any]] = [dict(e) for e in error.errors()]
        inner = {e["loc"][:size] for e in told for size in range(len(e["loc"]))}
        # With every shock broken the list of them counts as empty too: that is told already.
        found = [p for e in told if e["loc"] not in inner for p in _problems(file, e)]
        raise InputError(found) from error


def _problems(file: str, error: dict[str, Any]) -> list[Problem]:
    """What pydantic says of one place of a scenario file, key by key."""
    path = ".".join(str(part) for part in error["loc"])
    fix = "see the reference of scenario files"
    cause = error.get("ctx", {}).get("error")
    if not isinstance(cause, BrokenRules):
        return [Problem(file, None, path, str(error["input"]), error["msg"], fix)]
    said = error["input"]
    return [
        Problem(
            file, None, f"{path}.{key}" if key else path,
            str(said.get(key, "")) if key else str(said), rule, fix,
        )
        for key, rule in cause.broken
    ]  # fmt: skip


def scenario_text(scenario: Scenario) -> str:
    """A scenario as the TOML of its file, which `parse_scenario` reads back as the same.

    Its name is that of the file; what is at its default is left out.
    """
    head = scenario.model_dump(exclude_defaults=True, exclude={"name", "shock", "sources"})
    lines = [f"{key} = {_toml(value)}" for key, value in head.items()]
    tables = [("sources", scenario.sources), ("shock", scenario.shock)]
    for section, rows in tables:
        for row in rows:
            lines += ["", f"[[{section}]]"]
            inside = row.model_dump(exclude_defaults=True)
            lines += [f"{key} = {_toml(value)}" for key, value in inside.items()]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """A value as TOML, whole numbers without their ".0"."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return value_text(value)
