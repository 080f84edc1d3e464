"""Where goods come from: each commodity is made, each circle is fed, each demand is reached."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from seawall.study.checks.context import Context, Node, Row, check, ends, sides

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seawall.errors import Problem

#: Circles without a source that are told of one choice of variants.
_MOST_CIRCLES = 20
#: Nodes of a circle that are named.
_MOST_NAMED = 10


class _Step(NamedTuple):
    """A lane or facility that can run: with all of `needed` at hand it fills `filled`."""

    needed: frozenset[Node]
    filled: frozenset[Node]
    table: str
    row: Row


@check("lanes", "facilities", "processes", "places", "commodities", "demands", clean=True)
def goods_come_from_somewhere(context: Context) -> Iterator[Problem]:
    """Every commodity in use is made, every circle fed, every demand reached, in every variant.

    In this order, and each only for what those before do not explain: a stage that nobody makes
    would cut off a hundred demands behind it. A closed study may live on what it starts with, so it
    is left to a run to say what cannot be served.
    """
    if context.settings.model.closed:
        return
    nobodys = unmade(context)
    for name, (rule, fix) in nobodys.items():
        yield context.problem("commodities", context.commodities[name], "stage", rule, fix)
    told: set[object] = set()
    for selection in context.selections():
        steps = _steps(context, selection)
        missing = {node for step in steps for node in step.needed if node[1] in nobodys}
        at_hand = _reach(steps, missing)
        circles = _circles(steps, at_hand)
        chosen = ", ".join(selection.values())
        where = f" (variants: {chosen})" if chosen else ""
        for circle in circles:
            if frozenset(circle) not in told:
                told.add(frozenset(circle))
                yield _no_source(context, steps, at_hand, circle, where)
        at_hand = _reach(steps, at_hand.union(*circles))
        for row in context.selected_rows("demands", selection):
            node = (row["place"], row["commodity"])
            if node in at_hand or not row["quantity"] > 0 or row["row"] in told:
                continue
            if node[1] in nobodys:
                continue
            told.add(row["row"])
            yield context.problem(
                "demands", row, "place",
                f'no lane or facility brings {node[1]} to "{node[0]}" from where it is extracted '
                f"or recycled{where}",
                _nearby(steps, node),
            )  # fmt: skip


def unmade(context: Context) -> dict[str, tuple[str, str]]:
    """Return the commodities in use that no facility makes in any variant, each with what is wrong
    and what would make it."""
    running = {f["process"] for f in context.rows("facilities") if _runs(f)}
    makers: dict[str, list[str]] = {}
    for process, rows in context.recipes.items():
        for row in rows:
            if row["role"] != "input":
                makers.setdefault(row["commodity"], []).append(process)
    users: dict[str, list[str]] = {}
    for table in ("demands", "lanes", "processes"):
        for row in context.rows(table):
            if table == "demands" and not row["quantity"] > 0:
                continue
            if table == "processes" and (row["role"] != "input" or row["process"] not in running):
                continue
            users.setdefault(row["commodity"], []).append(f"row {row['row']} of {table}.csv")
    found = {}
    for name, row in context.commodities.items():
        if name not in users or running.intersection(makers.get(name, ())):
            continue
        more = len(users[name]) - 1
        used = users[name][0] + (f" and {more} more use it" if more else " uses it")
        rule = f'nobody makes "{name}" (stage {row["stage"]}), and {used}'
        found[name] = (rule, _what_would(context, makers.get(name, [])))
    return found


def _runs(facility: Row) -> bool:
    return bool(facility["base"] > 0 or facility["capacity"] > 0)


def _what_would(context: Context, makers: list[str]) -> str:
    """Say what would make a commodity that these processes make on paper."""
    if not makers:
        return "add a process with it as an output, and a facility that runs it"
    idle = [f["id"] for f in context.rows("facilities") if f["process"] in makers]
    if idle:
        return f"give {' or '.join(idle[:5])} a base or a capacity above 0"
    names = " or ".join(f'"{name}"' for name in makers[:5])
    return f"add a facility that runs {names}"


def reached(context: Context, selection: dict[str, str]) -> set[Node]:
    """Return all nodes that some extraction or recycling can supply."""
    return _reach(_steps(context, selection), ())


def _steps(context: Context, selection: dict[str, str]) -> list[_Step]:
    """What can move or make goods under a choice of variants."""
    steps = []
    for facility in context.selected_rows("facilities", selection):
        if _runs(facility):
            inputs, outputs = sides(context, facility)
            steps.append(_Step(frozenset(inputs), frozenset(outputs), "facilities", facility))
    for lane in context.selected_rows("lanes", selection):
        if lane["capacity"] != 0:
            start, end = ends(lane)
            steps.append(_Step(frozenset((start,)), frozenset((end,)), "lanes", lane))
    return steps


def _reach(steps: list[_Step], given: Iterable[Node]) -> set[Node]:
    """Return all nodes that can be supplied, those `given` among them."""
    waiting: dict[Node, list[int]] = {}
    missing = [len(step.needed) for step in steps]
    for i, step in enumerate(steps):
        for node in step.needed:
            waiting.setdefault(node, []).append(i)
    found: set[Node] = set()
    ready = [i for i, count in enumerate(missing) if count == 0]
    fresh = list(given)
    while fresh or ready:
        for node in fresh:
            if node in found:
                continue
            found.add(node)
            for i in waiting.get(node, ()):
                missing[i] -= 1
                if missing[i] == 0:
                    ready.append(i)
        fresh = list(steps[ready.pop()].filled) if ready else []
    return found


def _circles(steps: list[_Step], at_hand: set[Node]) -> list[list[Node]]:
    """Return circles of goods that nothing feeds, without those that another one would feed."""
    found: list[list[Node]] = []
    given = at_hand
    while len(found) < _MOST_CIRCLES and (circle := _circle(steps, given)):
        found.append(circle)
        given = _reach(steps, given.union(circle))
    return [
        circle
        for circle in found
        if not _reach(steps, at_hand.union(*(c for c in found if c is not circle))).issuperset(
            circle
        )
    ]


def _circle(steps: list[_Step], at_hand: set[Node]) -> list[Node]:
    """Return one circle of nodes that are not at hand, first and last the same; [] if none."""
    before: dict[Node, set[Node]] = {}
    for step in steps:
        for end in step.filled - at_hand:
            before.setdefault(end, set()).update(step.needed - at_hand)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        circle: list[Node] = error.args[1]
        return circle
    return []


def _no_source(
    context: Context, steps: list[_Step], at_hand: set[Node], circle: list[Node], where: str
) -> Problem:
    """Tell a circle, at the first lane in it or else at a facility."""
    turns = set(pairwise(circle))
    inside = [s for s in steps if any((a, b) in turns for a in s.needed for b in s.filled)]
    step = min(inside, key=lambda s: s.table != "lanes")
    named = [f"{place} ({commodity})" for place, commodity in circle]
    if len(named) > _MOST_NAMED:
        named = [*named[: _MOST_NAMED - 2], "...", named[-1]]
    into = [
        str(s.row["id"])
        for s in steps
        if s not in inside and s.filled.intersection(circle) and not s.needed <= at_hand
    ]
    fix = "add the extraction, facility or lane that feeds it"
    if into:
        fix += "; these lead into it, and nothing reaches them: " + ", ".join(into[:5])
    return context.problem(
        step.table, step.row, "origin" if step.table == "lanes" else "process",
        f"goods go round and come from nowhere: {' -> '.join(named)}{where}", fix,
    )  # fmt: skip


def _nearby(steps: list[_Step], node: Node) -> str:
    """Say what leads to a node, though nothing comes through it."""
    into = [str(s.row["id"]) for table in ("lanes", "facilities") for s in steps
            if s.table == table and node in s.filled]  # fmt: skip
    if not into:
        return "add a lane or facility that ends there"
    return "only these lead there, and nothing reaches them: " + ", ".join(into[:5])
