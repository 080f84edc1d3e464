"""Checks of terminals, the roads of the sea, seasons, and of tanks on the day of a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall import units
from seawall.study.cargo_records import SHIPLESS
from seawall.study.cells import format_number
from seawall.study.checks.cargoes import listed, miles
from seawall.study.checks.context import Context, Row, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from seawall.errors import Problem

    Floats = NDArray[np.float64]

#: Roads are drawn coarsely, and a terminal may lie at the end of a gulf that none leads into; one
#: further from all of them lies inland, or its position is wrong [nm].
_NEAR = 300.0
#: What a length may fall short of the great circle by, for rounding of points.
_SLACK = 0.98
#: What a mean of months may differ from 1 by.
_ROUNDING = 0.02
_TOLERANCE = 1e-6
_LOADING_KINDS = ("plant_group", "plant_site")


@check("terminals", "places")
def terminals_stand_where_they_may(context: Context) -> Iterator[Problem]:
    """A receiving terminal is a place of kind terminal, a loading one is at plants."""
    kind = {row["id"]: row["kind"] for row in context.rows("places")}
    for row in context.rows("terminals"):
        found = kind.get(row["place"], "")
        right = {"receiving": ("terminal",), "loading": _LOADING_KINDS}.get(row["role"], ())
        if found and right and found not in right:
            yield context.problem(
                "terminals", row, "place", f'the place is of kind "{found}"',
                f"a {row['role']} terminal is at a place of kind " + " or ".join(right),
            )  # fmt: skip


@check("terminals")
def terminals_hold_together(context: Context) -> Iterator[Problem]:
    """Whole berths, and the smallest ship is not larger than the largest."""
    for row in context.rows("terminals"):
        if row["berths"] % 1 > 0:
            yield context.problem("terminals", row, "berths", "not a whole number", "e.g. 1")
        if row["smallest_ship"] > row["largest_ship"]:
            most = format_number(row["largest_ship"])
            rule, fix = f"larger than the largest ship ({most} m3)", f"at most {most}"
            yield context.problem("terminals", row, "smallest_ship", rule, fix)


@check("terminals", "facilities", "stocks")
def receiving_terminals_have_tanks_and_send_out(context: Context) -> Iterator[Problem]:
    """Where ships bring cargo there is a stock, and a facility that sends it out."""
    at_work = {row["place"] for row in context.rows("facilities")}
    stored = {row["place"] for row in context.rows("stocks")}
    for row in context.rows("terminals"):
        if row["role"] != "receiving" or not row["place"]:
            continue
        if row["place"] not in at_work:
            rule, fix = "nothing sends out what arrives there", "add a row to facilities.csv"
            yield context.problem("terminals", row, "place", rule, fix)
        if row["place"] not in stored:
            rule, fix = "nothing is stored there", "add a row to stocks.csv"
            yield context.problem("terminals", row, "place", rule, fix)


@check("tanks", "terminals")
def tanks_hold_what_they_can(context: Context) -> Iterator[Problem]:
    """Floor <= stock <= tank, at a terminal that receives."""
    role = {row["id"]: row["role"] for row in context.rows("terminals")}
    for row in context.rows("tanks"):
        if role.get(row["terminal"]) == "loading":
            rule, fix = "a loading terminal has no tanks in a book", "leave it out"
            yield context.problem("tanks", row, "terminal", rule, fix)
        tank, floor, stock = (row[name] for name in ("tank", "floor", "stock"))
        slack = 1 + _TOLERANCE
        for column in ("stock", "floor"):
            if row[column] > tank * slack:
                rule = f"more than the tank holds ({format_number(tank)} kt)"
                fix = f"at most {format_number(tank)}, or the true size of the tank"
                yield context.problem("tanks", row, column, rule, fix)
        if stock * slack < floor <= tank * slack:
            yield context.problem(
                "tanks", row, "stock", f"less than its floor ({format_number(floor)} kt)",
                f"lower the floor to {format_number(stock)} if the tanks are really so empty",
            )  # fmt: skip


@check("tanks", "terminals", "stocks", warning=True)
def tanks_are_as_large_as_the_study_s(context: Context) -> Iterator[Problem]:
    """A tank of the book is not larger than what the study knows of its place."""
    place = {row["id"]: row["place"] for row in context.rows("terminals")}
    size: dict[str, float] = {}
    for row in context.rows("stocks"):
        if row["unit"] and not np.isnan(row["tank"]) and _is_mass(row["unit"]):
            here = units.convert(row["tank"], row["unit"], "kt")
            size[row["place"]] = size.get(row["place"], 0.0) + here
    for row in context.rows("tanks"):
        known = size.get(place.get(row["terminal"], ""))
        if known is not None and row["tank"] > 1.05 * known:
            rule = f"larger than in stocks.csv ({format_number(round(known, 1))} kt)"
            yield context.problem("tanks", row, "tank", rule, "check its size and unit")


def _is_mass(unit: str) -> bool:
    return units.parse(unit).compatible(units.parse("kt"))


@check("cargoes", "tanks", "terminals")
def cargoes_go_where_tanks_are_known(context: Context) -> Iterator[Problem]:
    """A terminal to which a cargo goes has a row of tanks; it is told once."""
    role = {row["id"]: row["role"] for row in context.rows("terminals")}
    known = {row["terminal"] for row in context.rows("tanks")}
    for row in context.rows("cargoes"):
        name = row["destination"]
        if name in known or role.get(name) != "receiving":
            continue
        known.add(name)
        rule, fix = "nothing is known of its tanks", f'add a row "{name}" to tanks.csv'
        yield context.problem("cargoes", row, "destination", rule, fix)


@check("cargoes", "ships", "tanks", "terminals")
def a_ship_can_come(context: Context) -> Iterator[Problem]:
    """To each receiving terminal of a book some ship of it, or some offer, may come."""
    ships = [row for row in context.rows("ships") if row["size"] > 0]
    sizes = [(row["size"], listed(row["terminals"])) for row in ships]
    sizes += [
        (row["size"], [])
        for row in context.rows("cargoes")
        if row["state"] in SHIPLESS and row["size"] > 0
    ]
    used = {row["terminal"]: row for row in context.rows("tanks")}
    for row in context.rows("terminals") if sizes else []:
        if row["role"] != "receiving" or row["id"] not in used:
            continue
        low, high = row["smallest_ship"], row["largest_ship"]
        if low > high or np.isnan(high):
            continue
        if any(low <= size <= high and row["id"] in (may or used) for size, may in sizes):
            continue
        yield context.problem(
            "tanks", used[row["id"]], "terminal",
            "a terminal nobody can reach: no ship of the book, and no offer, may come",
            f"a ship of {format_number(low)} to {format_number(high)} m3",
        )  # fmt: skip


@check("sea_legs")
def sea_legs_are_as_long_as_they_look(context: Context) -> Iterator[Problem]:
    """A stretch is not shorter than the straight way between its ends."""
    for row in context.rows("sea_legs"):
        if not row["points"] or np.isnan(row["length"]):
            continue
        points = _points(row)
        ends = [{"lon": point[0], "lat": point[1]} for point in (points[0], points[-1])]
        far = miles(*ends)
        if row["length"] < _SLACK * far - 1.0 or row["length"] <= 0:
            rule = f"shorter than the straight way between its ends ({far:.0f} nm)"
            yield context.problem("sea_legs", row, "length", rule, f"at least {far:.0f}")


@check("sea_legs", "terminals")
def terminals_lie_by_the_sea(context: Context) -> Iterator[Problem]:
    """Every terminal is near a road of the sea."""
    _, far = _roads(context)
    for row in context.rows("terminals"):
        away = far.get(row["id"], 0.0)
        if away > _NEAR:
            rule = "a terminal nobody can reach: " + (
                f"the nearest sea leg is {away:.0f} nm away" if np.isfinite(away)
                else "there are no sea legs"
            )  # fmt: skip
            fix = "mend its position, or add a leg to sea_legs.csv"
            yield context.problem("terminals", row, "lat", rule, fix)


@check("sea_legs", "terminals", "cargoes", clean=True)
def roads_lead_to_terminals(context: Context) -> Iterator[Problem]:
    """By the roads of the sea, all passages open, a cargo can get from its load to its end."""
    if not context.rows("cargoes"):
        return
    part, _ = _roads(context)
    told: set[tuple[int, int]] = set()
    for row in context.rows("cargoes"):
        ends = part.get(row["load"]), part.get(row["destination"])
        if ends[0] is None or ends[1] is None or ends[0] == ends[1] or ends in told:
            continue
        told.add((ends[0], ends[1]))
        rule = f'a terminal nobody can reach from "{row["load"]}": no sea legs lead there'
        fix = "add the legs that are missing to sea_legs.csv"
        yield context.problem("cargoes", row, "destination", rule, fix)


def _points(leg: Row) -> Floats:
    """Points (k, 2) of a leg, longitude and latitude, pieces joined."""
    pieces = leg["points"].replace("|", ";").split(";")
    points: Floats = np.array([[float(x) for x in point.split()] for point in pieces])
    return points


def _roads(context: Context) -> tuple[dict[str, int], dict[str, float]]:
    """For each terminal the part of the sea it lies by, and how far the nearest leg is [nm].

    Legs that share a point, rounded to a thousandth of a degree, are of one part.
    """
    above: dict[object, object] = {}

    def root(name: object) -> object:
        while above.setdefault(name, name) != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    starts, ends, legs = [], [], []
    for number, row in enumerate(context.rows("sea_legs")):
        if not row["points"]:
            continue
        points = _points(row)
        for lon, lat in points[[0, -1]]:
            # Both sides of the antimeridian are one place.
            spot = (round((lon + 360) % 360, 3), round(float(lat), 3))
            above[root(spot)] = root(number)
        starts.append(points[:-1])
        ends.append(points[1:])
        legs += [number] * (len(points) - 1)
    terminals = [row for row in context.rows("terminals") if row["lat"] == row["lat"]]
    if not legs:
        return {}, dict.fromkeys((row["id"] for row in terminals), np.inf)
    names: dict[object, int] = {}
    part: dict[str, int] = {}
    far: dict[str, float] = {}
    first, last = np.vstack(starts), np.vstack(ends)
    for row in terminals:
        away = _away(first, last, row["lon"], row["lat"])
        at = int(np.argmin(away))
        far[row["id"]] = float(away[at])
        part[row["id"]] = names.setdefault(root(legs[at]), len(names))
    return part, far


def _away(first: Floats, last: Floats, lon: float, lat: float) -> Floats:
    """Nautical miles from a point to each stretch (k,), on a plane that touches at the point."""
    scale = np.array([60 * np.cos(np.radians(lat)), 60.0])

    def flat(points: Floats) -> Floats:
        east = (points[:, 0] - lon + 180) % 360 - 180
        plane: Floats = np.column_stack([east, points[:, 1] - lat]) * scale
        return plane

    a, b = flat(first), flat(last)
    along = b - a
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(-(a * along).sum(axis=1) / length, 0, 1)
    away: Floats = np.hypot(*(a + share[:, None] * along).T)
    return away


@check("seasons")
def seasons_are_years(context: Context) -> Iterator[Problem]:
    """Twelve whole months a place, and factors whose mean is 1."""
    years: dict[str, dict[float, Row]] = {}
    for row in context.rows("seasons"):
        if row["month"] % 1 > 0:
            yield context.problem("seasons", row, "month", "not a whole month", "1 to 12")
        elif row["place"] and row["month"] == row["month"]:
            years.setdefault(row["place"], {})[row["month"]] = row
    for months in years.values():
        row = next(iter(months.values()))
        missing = [format_number(m) for m in range(1, 13) if m not in months]
        if missing:
            rule = f"no factor for months {', '.join(missing)}"
            fix = "a place has one row for each of the twelve months"
            yield context.problem("seasons", row, "place", rule, fix)
            continue
        mean = float(np.mean([each["factor"] for each in months.values()]))
        if abs(mean - 1) > _ROUNDING:
            rule = f"the factors of its months have the mean {mean:.3f}"
            fix = "divide them by it: they are parts of the mean of the year"
            yield context.problem("seasons", row, "factor", rule, fix)
