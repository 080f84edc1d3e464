"""Rules over tables: many small checks, all run, all that they find collected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

# Imported for what they put on the list.
from seawall.study.checks import (
    cargoes,
    clauses,
    closed,
    goods,
    graph,
    grids,
    hazards,
    hubs,
    measures,
    published,
    recipes,
    references,
    risks,
    roadmap,
    rules,
    shares,
    sites,
    supply,
    terminals,
    track,
)
from seawall.study.checks.context import CHECKS, Check, Context

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from seawall.errors import Problem
    from seawall.study.settings import Settings

__all__ = [
    "CHECKS",
    "Check",
    "Context",
    "Found",
    "cargoes",
    "clauses",
    "closed",
    "goods",
    "graph",
    "grids",
    "hazards",
    "hubs",
    "measures",
    "published",
    "recipes",
    "references",
    "risks",
    "roadmap",
    "rules",
    "run",
    "shares",
    "sites",
    "supply",
    "terminals",
    "track",
]


#: Of one check: a table whose every row is wrong is wrong in one way.
_MAX_PROBLEMS = 1000


@dataclass(frozen=True)
class Found:
    """What the checks found: errors forbid the study, warnings come with it."""

    errors: list[Problem]
    warnings: list[Problem]


def run(
    tables: Mapping[str, pd.DataFrame],
    settings: Settings,
    *,
    broken: Iterable[str] = (),
    clean: bool = True,
) -> Found:
    """Run every check and return all that they find.

    Parameters
    ----------
    tables, settings
        As the reader parsed them; cells that broke a rule of their own are absent.
    broken
        Tables that could not be read at all; checks that need them are passed over.
    clean
        Whether cells and files were without problems; the checks of the whole network run only
        then, and only if no other check finds an error.
    """
    context = Context(tables, settings, frozenset(broken))
    runnable = [check for check in CHECKS if not context.broken.intersection(check.tables)]
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for whole_network in (False, True):
        if whole_network and (errors or not clean):
            break
        for check in runnable:
            if check.clean == whole_network:
                found = list(islice(check.rule(context), _MAX_PROBLEMS + 1))
                if len(found) > _MAX_PROBLEMS:
                    last = found[-1]
                    rule = f"{last.rule} (and more like it: {_MAX_PROBLEMS:,} are told)"
                    found[-1] = replace(last, rule=rule)
                (warnings if check.warning else errors).extend(found)
    return Found(errors, warnings)
