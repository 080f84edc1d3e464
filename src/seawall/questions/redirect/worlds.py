"""Worlds: the ways in which what is not known on the day of the book may turn out.

Two things are not known: when a shut passage opens again, and whether sellers consent where a
contract is silent.  One world for each pair of answers; what must be told today is the same in all
of them (two-stage programming with recourse, Dantzig 1955, Management Science 1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from seawall.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from seawall.shocks import Scenario, Shock

__all__ = ["CONSENTS", "World", "first_day", "pieces", "worlds_of"]

#: What is assumed where nobody knows whether a seller consents.
CONSENTS = ("refused", "granted", "both")


@dataclass(frozen=True)
class World:
    """One way in which it may turn out.

    Attributes
    ----------
    name
        What tables call it.
    weight
        Its weight in the average; all weights add up to 1.
    reopens
        Day, from that of the book, on which each struck passage is no longer shut (before it
        recovers); inf: never.
    consent
        Whether sellers agree where it is not known.
    """

    name: str
    weight: float
    reopens: Mapping[str, float]
    consent: bool


def first_day(scenario: Scenario | None, as_of: date, began: date | None = None) -> float:
    """Day of the book on which day 0 of a scenario lies.

    That is the day of the book, or the scenario's own `start` where that is later; `began` is the
    date on which it began when the book is rolled on (the day is then below 0).
    """
    if began is not None:
        return float((began - as_of).days)
    if scenario is None or scenario.start is None:
        return 0.0
    return float(max(0, (scenario.start - as_of).days))


def worlds_of(
    scenario: Scenario | None,
    as_of: date,
    *,
    reopen: Sequence[float] = (),
    consent: Literal["refused", "granted", "both"] = "refused",
    weights: Sequence[float] = (),
    began: date | None = None,
) -> tuple[World, ...]:
    """The worlds against which a plan is made.

    Parameters
    ----------
    reopen
        Days after the scenario's first day on which the shut passages may open again, one world
        each, in the place of the scenario's own; none: as the scenario says.
    consent
        Whether sellers agree where it is not known; "both" crosses the two with `reopen`.
    weights
        One a world, in the order of `reopen`, refused before granted; none: all alike.
    began
        See `first_day`.

    Raises
    ------
    UsageError
        Days that are none, or lie before the passage is shut; weights that do not fit.
    """
    if consent not in CONSENTS:
        raise UsageError(f"consent is one of {', '.join(CONSENTS)}, not {consent!r}")
    shift = first_day(scenario, as_of, began)
    closures = [s for s in scenario.shock if s.passage is not None] if scenario else []
    if reopen and not closures:
        raise UsageError("no passage is shut in this scenario, so none can open again")
    ways: list[tuple[str, dict[str, float]]] = []
    for day in dict.fromkeys(float(d) for d in reopen):
        late = [s.passage for s in closures if not s.start_day < day]
        if late or not day + shift > 0 or math.isnan(day):
            raise UsageError(
                f"a passage cannot open again {day:g} days after the first day: "
                + (f"{late[0]} is not shut before" if late else "that is past")
            )
        name = "stays shut" if math.isinf(day) else f"open after {day:g} days"
        ways.append((name, {str(s.passage): shift + day for s in closures}))
    if not ways:
        ends: dict[str, float] = {}
        for s in closures:
            ends[str(s.passage)] = max(
                ends.get(str(s.passage), -math.inf), shift + s.start_day + s.days
            )
        ways.append(("as in the scenario", ends))
    grants = {"refused": (False,), "granted": (True,), "both": (False, True)}[consent]
    named = [
        (f"{name}, consent {'granted' if yes else 'refused'}" if len(grants) > 1 else name, at, yes)
        for name, at in ways
        for yes in grants
    ]
    given = list(weights) or [1.0] * len(named)
    if len(given) != len(named) or min(given) < 0 or not 0 < sum(given) < math.inf:
        raise UsageError(
            f"{len(named)} worlds need as many weights, none below 0 and not all 0: "
            f"{len(given)} are given"
        )
    return tuple(
        World(name, weight / sum(given), at, yes)
        for (name, at, yes), weight in zip(named, given, strict=True)
    )


def pieces(
    shock: Shock, shift: float, ends: float | None = None
) -> list[tuple[float, float, float]]:
    """Pieces (from day, to day, level) of a shock in days of the book.

    `ends` is the day on which it ends in the place of its own end; what follows moves along.
    """
    own = shift + shock.start_day + shock.days
    later = 0.0 if ends is None else ends - own
    found = []
    for n, (start, end, level) in enumerate(shock.levels()):
        begin = start + shift + (later if n else 0.0)
        found.append((begin, end + shift + later, level))
    return [(a, b, level) for a, b, level in found if b > a]
