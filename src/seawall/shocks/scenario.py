"""Scenarios: a named set of shocks, read from `scenarios/NAME.toml` or made in Python."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from seawall.errors import InputError, Problem

if TYPE_CHECKING:
    from pathlib import Path

#: Targets on power grids, which lie on top of the network: only the grid layer knows them.
GRID_TARGETS = ("generator", "intertie", "load")
TARGETS = ("passage", "facility", "place", "lane", "ban", "demand", *GRID_TARGETS)

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Days = Annotated[float, Field(ge=0.0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where a scenario's dates and depths come from."""

    title: str
    url: str = ""
    date: str = ""


class Shock(_Strict):
    """One event: what is hit, from which day, for how long, how hard, and how it comes back.

    Exactly one of `passage`, `facility`, `place`, `lane`, `ban`, `demand`, `generator`, `intertie`,
    `load` names the target; the last three are on power grids.  `depth` is the share taken away
    (for `demand` and `load`, `change` is the share added).  After the end, `recovery` gives
    [days, share available] steps, and `lasting` is what stays lost for good.
    """

    passage: str | None = None
    facility: str | None = None
    place: str | None = None
    lane: str | None = None
    ban: str | None = None
    demand: str | None = None
    generator: str | None = None
    intertie: str | None = None
    load: str | None = None
    commodity: str | None = None
    start_day: Days = 0.0
    days: Days = 60.0
    depth: Share = 1.0
    change: Annotated[float, Field(ge=-1.0, le=10.0)] = 0.0
    recovery: tuple[tuple[Days, Share], ...] = ()
    lasting: Share = 0.0

    @model_validator(mode="after")
    def _one_target(self) -> Shock:
        named = [name for name in TARGETS if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError(f"a shock has exactly one target of {', '.join(TARGETS)}")
        if (self.demand is None and self.load is None) != (self.change == 0.0):
            raise ValueError("`change` belongs to a shock on `demand` or `load`, and only to those")
        if self.commodity is not None and self.on_grid:
            raise ValueError("a shock on a power grid has no `commodity`")
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
        """Pieces (from day, to day, share available) in which the share is not 1."""
        changes = self.demand is not None or self.load is not None
        left = 1.0 + self.change if changes else 1.0 - self.depth
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
        raise InputError(
            Problem(
                file,
                None,
                ".".join(str(part) for part in e["loc"]),
                str(e["input"]),
                e["msg"],
                "see the reference of scenario files",
            )
            for e in error.errors()
        ) from error
