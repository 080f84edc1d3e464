"""The next morning: a book rolled forward by what was decided (rolling horizon: Baker 1977,
Decision Sciences 8).

What was decided before the new day has happened as planned, in the heaviest world: cargoes that
were told have sailed their way, deliveries have landed, tanks are where the plan had them, ships
are free again, offers that nobody took are gone.  What nobody had to be told yet stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import UsageError
from seawall.network.seaways import Seaways
from seawall.questions.redirect.courses import along, crossings_of, made_good, points_of
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.lending import Past
from seawall.study.book import with_book

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from seawall.questions.redirect.ladder import Planned
    from seawall.questions.redirect.prepare import Prepared
    from seawall.questions.redirect.worlds import World
    from seawall.study import Study

__all__ = ["gone_by", "matching_worlds", "rolled"]

#: Where a cargo that has sailed or was bought comes from, in the words of `buyer`.
BOUGHT = "bought on the day"
#: Part of the way to a shut passage by which a ship that waits stays on this side of it.
BEFORE = 1e-3


def matching_worlds(before: Sequence[World], now: Sequence[World]) -> dict[int, int]:
    """For each world of today the one of an earlier day: of the same name, else the heaviest."""
    names = {world.name: i for i, world in enumerate(before)}
    heaviest = int(np.argmax([world.weight for world in before]))
    return {i: names.get(world.name, heaviest) for i, world in enumerate(now)}


def gone_by(planned: Planned, days: int, before: Past | None = None) -> Past:
    """What was wanted and served, in the heaviest world, by the end of a plan's first `days`."""
    w = int(np.argmax(planned.instance.weights))
    wanted = planned.instance.steps.wanted[w, :, :days]
    served = planned.plan.served[w, :, :days]
    if before is not None:
        wanted = np.concatenate([before.wanted, wanted], axis=1)
        served = np.concatenate([before.served, served], axis=1)
    return Past(wanted, served)


def rolled(ready: Prepared, planned: Planned, as_of: date) -> Study:
    """The study with the book of a later day.

    Parameters
    ----------
    ready, planned
        The earlier morning, and what was decided on it.
    as_of
        The new day, within the horizon.

    Raises
    ------
    UsageError
        The day is not after the morning, or lies beyond its horizon.
    InputError
        The book that comes out breaks a rule.
    """
    days = (as_of - ready.as_of).days
    if not 0 < days < planned.instance.days:
        raise UsageError(
            f"a book of {ready.as_of} planned for {planned.instance.days} days cannot be rolled to "
            f"{as_of}"
        )
    roll = _Roll(ready, planned, days)
    frames = {name: ready.study.table(name) for name in ("cargoes", "ships", "tanks", "clauses")}
    cargoes: Any = frames["cargoes"]
    moved = [roll.cargo(row) for row in cargoes.to_dict("records")]
    frames["cargoes"] = cargoes.iloc[:0].from_records(
        [row for row in moved if row is not None], columns=list(cargoes)
    )
    frames["cargoes"] = roll.relieved(frames["cargoes"])
    frames["ships"] = roll.ships(frames["ships"], frames["cargoes"])
    frames["tanks"] = roll.tanks(frames["tanks"])
    return with_book(ready.study, frames)


@dataclass
class _Roll:
    """What has happened by the new day; `at` and `free` fill up as cargoes are moved."""

    ready: Prepared
    planned: Planned
    days: int

    def __post_init__(self) -> None:
        instance = self.planned.instance
        self._world = int(np.argmax(instance.weights))
        self._index = {name: c for c, name in enumerate(instance.cargoes.ids)}
        self._at: dict[str, tuple[float, float]] = {}
        self._free: dict[str, int] = {}
        self._new: list[dict[str, Any]] = []
        self._seaways: Seaways | None = None
        self._places: Any = self.ready.study.table("terminals").set_index("id")

    @property
    def today(self) -> date:
        return self.ready.as_of + timedelta(days=self.days)

    def cargo(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """A row of `cargoes` on the new day; None where it is delivered, expired or given up."""
        c = self._index.get(str(row["id"]), NOBODY)
        column = int(self.planned.plan.column[self._world, c]) if c != NOBODY else NOBODY
        offer = row["state"] == "offer"
        if column == NOBODY or not self._told(c, column):
            over = str(row["load_to"]) < self.today.isoformat()
            # Not lifted in its window: it is not lifted any more.
            return None if over and row["state"] in ("offer", "planned", "ballast") else row
        seat = self._seat(c, column)
        terminals, columns = self.planned.instance.terminals, self.planned.instance.columns
        way: Any = self.ready.voyages.iloc[int(columns.voyage[column])]
        day = int(columns.day[column, self._world])
        if offer:
            row = self._bought(row, terminals.members[int(terminals.member[seat])])
        ship = str(row["ship"])
        if day != NOBODY and day < self.days:
            place = self._places.loc[terminals.ids[seat]]
            self._at[ship] = float(place["lon"]), float(place["lat"])
            self._free[ship] = day + int(terminals.port_days[seat])
            return None
        if columns.lender[column] != NOBODY:
            # It is the borrower's now; what it was lifted under says nothing on where it goes.
            borrower = terminals.members[int(terminals.member[seat])]
            row = {**row, "owner": borrower, "contract": "", "flexible": "no"}
        alongside = day if day != NOBODY else int(np.ceil(float(way["arrive_day"])))
        row = {**row, "destination": terminals.ids[seat],
               "eta": (self.ready.as_of + timedelta(days=alongside)).isoformat()}  # fmt: skip
        return self._sailed(row, way, ship)

    def _sailed(self, row: dict[str, Any], way: Any, ship: str) -> dict[str, Any]:
        """A cargo that is under way, loading, or still to be loaded."""
        departs, arrives = float(way["depart_day"]), float(way["arrive_day"])
        if departs <= self.days and np.isfinite(arrives):
            part = made_good(
                self.days,
                departs,
                arrives,
                float(way["wait_days"]),
                crossings_of(str(way["crossings"]), departs),
            )
            self._at[ship] = along(points_of(str(way["points"])), part)
            return {**row, "state": "laden"}
        load = self._places.loc[str(row["load"])]
        if row["state"] != "laden" and departs - float(load["port_days"]) <= self.days:
            self._at[ship] = float(load["lon"]), float(load["lat"])
            row = {**row, "state": "loading"}
        if str(row["load_to"]) < self.today.isoformat():
            # It loads later than its window said: the plan has it wait.
            begins = np.ceil(departs) if np.isfinite(departs) else float(self.days)
            last = self.ready.as_of + timedelta(days=int(max(begins, self.days)))
            row = {**row, "load_to": last.isoformat()}
        return row

    def _told(self, cargo: int, column: int) -> bool:
        """Whether it was told before the new day."""
        instance = self.planned.instance
        return bool(instance.cargoes.now[cargo] or instance.columns.decide[column] < self.days)

    def _seat(self, cargo: int, column: int) -> int:
        seat = int(self.planned.plan.terminal[self._world, cargo])
        if seat != NOBODY:
            return seat
        instance = self.planned.instance
        mine = instance.terminals.cluster == instance.columns.cluster[column]
        return int(np.flatnonzero(mine & instance.fits[cargo])[0])

    def _bought(self, row: dict[str, Any], member: str) -> dict[str, Any]:
        """An offer that was taken: somebody's own now, on a ship like others of the book."""
        ships: Any = self.ready.study.table("ships")
        usual = ships[["speed", "boil_off", "boil_off_ballast", "heel", "charter"]].median()
        load = self._places.loc[str(row["load"])]
        ship = str(row["ship"]) or f"{row['id']}-ship"
        sender = row["seller"] if row["basis"] == "DES" else BOUGHT
        if not row["ship"]:
            self._new.append({
                **ships.iloc[0].to_dict(), **usual.to_dict(), "id": ship, "name": ship,
                "size": row["size"], "operator": sender, "owner": "", "terminals": "",
                "lon": float(load["lon"]), "lat": float(load["lat"]), "free_from": "",
            })  # fmt: skip
        return {**row, "state": "planned", "owner": member, "buyer": BOUGHT, "ship": ship}

    def relieved(self, cargoes: pd.DataFrame) -> pd.DataFrame:
        """Cargoes whose ship is still bringing another when their window ends are lifted by a
        relief: a ship like their own, chartered for it, that lies where they load."""
        ships: Any = self.ready.study.table("ships").set_index("id", drop=False)
        until: dict[str, str] = {}
        rows: Any = cargoes.to_dict("records")
        for row in sorted(rows, key=lambda row: (row["state"] != "laden", str(row["load_from"]))):
            ship = str(row["ship"])
            free = row["state"] in ("planned", "ballast")
            late = free and str(row["load_to"]) < until.get(ship, "")
            if not late or ship not in ships.index:
                until[ship] = max(until.get(ship, ""), str(row["eta"]))
                continue
            row["ship"], row["state"] = f"{ship}-relief", "planned"
            if all(new["id"] != row["ship"] for new in self._new):
                load = self._places.loc[str(row["load"])]
                self._new.append({
                    **ships.loc[ship].to_dict(), "id": row["ship"], "name": row["ship"],
                    "lon": float(load["lon"]), "lat": float(load["lat"]), "free_from": "",
                })  # fmt: skip
        result: pd.DataFrame = cargoes.iloc[:0].from_records(rows, columns=list(cargoes))
        return result

    def ships(self, ships: Any, cargoes: pd.DataFrame) -> pd.DataFrame:
        """Ships where they are on the new day; those in ballast have sailed towards their next
        cargo."""
        rows: list[dict[str, Any]] = ships.to_dict("records") + self._new
        next_ = cargoes.sort_values("load_from", kind="stable").drop_duplicates("ship")
        follows: Any = next_.set_index("ship")
        aboard = set(cargoes.loc[cargoes["state"].isin(("laden", "loading")), "ship"])
        for row in rows:
            name = str(row["id"])
            if name in self._at:
                row["lon"], row["lat"] = self._at[name]
            if name in aboard:
                row["free_from"] = ""
            elif name in self._free:
                row["free_from"] = (self.ready.as_of + timedelta(days=self._free[name])).isoformat()
            if name in follows.index and follows.loc[name, "state"] == "ballast":
                row["lon"], row["lat"] = self._in_ballast(row, str(follows.loc[name, "load"]))
        result: pd.DataFrame = ships.iloc[:0].from_records(rows, columns=list(ships))
        return result

    def _in_ballast(self, row: dict[str, Any], load: str) -> tuple[float, float]:
        """Where a ship is that sails to load and lies there if it is early; before a passage that
        is shut it waits."""
        here = float(row["lon"]), float(row["lat"])
        if self._seaways is None:
            self._seaways = Seaways.of(self.ready.study)
        route = self._seaways.route(here, load)
        if route is None or route.nm <= 0:
            return here
        pace = 24.0 * float(row["speed"])
        day, done = 0.0, 0.0
        for passage, at in sorted(route.crossings, key=lambda crossing: crossing[1]):
            opens = self.ready.worlds[self._world].reopens.get(passage, 0.0)
            there = day + (at - done) / pace
            if there >= self.days:
                break
            day, done = max(there, opens), at
            if day >= self.days:
                done = at * (1.0 - BEFORE)
                break
        done += pace * max(0.0, self.days - day)
        return along([tuple(point) for point in route.points], min(1.0, done / route.nm))

    def tanks(self, tanks: pd.DataFrame) -> pd.DataFrame:
        """What the terminals hold on the new morning: what the plan left on the evening before."""
        instance = self.planned.instance
        stock = self.planned.plan.stock[self._world, :, self.days - 1]
        held = dict(zip(instance.terminals.ids, stock, strict=True))
        now = [held.get(t, s) for t, s in zip(tanks["terminal"], tanks["stock"], strict=True)]
        # A solver's dust is no reading of a tank.
        level = np.clip(np.array(now, dtype=float), 0.0, tanks["tank"].to_numpy(dtype=float))
        return tanks.assign(stock=level, as_of=self.today.isoformat())
