"""Checks of the network as a whole: what joins what, under every choice of variants."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING

from seawall.study.checks.context import Context, Node, Row, check, ends, sides
from seawall.study.checks.supply import reached, unmade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem


@check("lanes", "facilities", "processes", "places", "demands", "stocks", clean=True)
def lanes_join_nodes(context: Context) -> Iterator[Problem]:
    """A lane starts where its good is made or arrives, and ends where something takes it."""
    if context.settings.model.closed:
        return  # what starts there may come from a series alone; a run says what it lacks
    filled = {(row["place"], row["commodity"]) for row in context.rows("stocks")}
    drawn = filled | {(row["place"], row["commodity"]) for row in context.rows("demands")}
    for facility in context.rows("facilities"):
        inputs, outputs = sides(context, facility)
        filled |= set(outputs)
        drawn |= set(inputs)
    # What nobody makes is told once, not for every lane.
    nobodys = unmade(context)
    lanes = [
        (lane, *ends(lane)) for lane in context.rows("lanes") if lane["commodity"] not in nobodys
    ]
    filled |= {end for _, _, end in lanes}
    drawn |= {start for _, start, _ in lanes}
    for lane, start, end in lanes:
        if start not in filled:
            yield context.problem(
                "lanes", lane, "origin", f"no {start[1]} is made, stored or received there",
                "add the facility or lane that supplies it, or name another place",
            )  # fmt: skip
        if end not in drawn:
            yield context.problem(
                "lanes", lane, "destination", f"no {end[1]} is used, stored or sent on from there",
                "add the demand, facility or lane that takes it, or name another place",
            )  # fmt: skip


@check("lanes", "facilities", "processes", "places", clean=True)
def nothing_turns_in_no_time(context: Context) -> Iterator[Problem]:
    """No circle of lanes and facilities takes zero days: goods would turn in it for ever.

    Recycling closes no circle: what comes back as scrap is less each time. A circle that nothing
    feeds is told as that. A closed study has no base flows that could be followed round.
    """
    if context.settings.model.closed:
        return
    told: set[frozenset[Node]] = set()
    for selection in context.selections():
        before: dict[Node, set[Node]] = {}
        lane_into: dict[tuple[Node, Node], Row] = {}
        for lane in context.selected_rows("lanes", selection):
            start, end = ends(lane)
            if lane["days"] == 0:
                before.setdefault(end, set()).add(start)
                lane_into[start, end] = lane
        facility_into: dict[tuple[Node, Node], Row] = {}
        for facility in context.selected_rows("facilities", selection):
            recipe = context.recipes.get(facility["process"], [])
            if any(row["kind"] == "recycling" for row in recipe):
                continue
            inputs, outputs = sides(context, facility)
            for end in outputs:
                before.setdefault(end, set()).update(inputs)
                facility_into.update({(start, end): facility for start in inputs})
        try:
            TopologicalSorter(before).prepare()
        except CycleError as error:
            circle: list[Node] = error.args[1]
            if frozenset(circle) in told or not reached(context, selection).issuperset(circle):
                continue
            told.add(frozenset(circle))
            steps = list(pairwise(circle))
            chain = " -> ".join(f"{place} ({commodity})" for place, commodity in circle)
            rule = f"goods go round in no time: {chain}"
            lane_step = next((step for step in steps if step in lane_into), None)
            if lane_step is not None:
                row = lane_into[lane_step]
                yield context.problem("lanes", row, "days", rule, "give one of the lanes its days")
            else:
                row = facility_into[steps[0]]
                yield context.problem(
                    "facilities", row, "process", rule, "put a lane with its days between them"
                )


@check("lanes", "contracts", "places", warning=True, clean=True)
def contracts_have_a_lane(context: Context) -> Iterator[Problem]:
    """A contract without any lane from its origin to its destination binds nobody."""
    country = {row["id"]: row["country"] for row in context.rows("places")}
    served = set()
    for lane in context.rows("lanes"):
        for end in (lane["destination"], country.get(lane["destination"], "")):
            served.add((lane["origin"], end, lane["commodity"]))
    for row in context.rows("contracts"):
        if (row["origin"], row["destination"], row["commodity"]) not in served:
            rule = f'no lane carries {row["commodity"]} there from "{row["origin"]}"'
            fix = "the contract is not used; add the lane if it should be"
            yield context.problem("contracts", row, "destination", rule, fix)


@check("lanes", "facilities", "processes", "places", "demands", warning=True, clean=True)
def prices_and_stocks_have_a_node(context: Context) -> Iterator[Problem]:
    """A price or stock belongs to a node that something reaches, leaves or uses."""
    nodes = {(row["place"], row["commodity"]) for row in context.rows("demands")}
    for lane in context.rows("lanes"):
        nodes.update(ends(lane))
    for facility in context.rows("facilities"):
        inputs, outputs = sides(context, facility)
        nodes.update(inputs, outputs)
    for table in ("prices", "stocks"):
        for row in context.rows(table):
            if (row["place"], row["commodity"]) not in nodes:
                rule = f"no lane, facility or demand has {row['commodity']} there"
                yield context.problem(table, row, "place", rule, "is another place meant?")
