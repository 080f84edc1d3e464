"""Figures of the mineral fact tables by good and place, with aggregates split where we must.

`facts/mineral_splits.csv` says how: which part of an aggregate row ("ROW") belongs to which place,
which part of a row is counted elsewhere, and which flows the balance needs and no table has.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tools.build_india_japan.minerals_goods import (
    GOODS,
    MAGNETS,
    REST,
    UNKNOWN,
    Good,
    amount,
    mineral_assumptions,
    of_fact,
)
from tools.build_india_japan.sources import CONFIDENCE, confidence
from tools.build_india_japan.tables import FactError, Row, number, read

if TYPE_CHECKING:
    from collections.abc import Callable

#: How a pair flow is known, best first.
BASES = ("reported", "derived", "filled")


@dataclass(frozen=True)
class Figure:
    """A quantity a year in the unit of its good, with the row that it was taken from."""

    quantity: float
    fact: Row
    confidence: str
    note: str = ""


@dataclass(frozen=True)
class Flow:
    """What one place sends to another in a year; `origin` = `destination` is what stays at home."""

    good: str
    origin: str
    destination: str
    quantity: float
    basis: str
    fact: Row
    confidence: str
    note: str = ""
    forms: tuple[str, ...] = ()
    variant: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """Origin and destination."""
        return self.origin, self.destination


class Assumed:
    """Values of facts/mineral_assumptions.csv."""

    def __init__(self) -> None:
        self.rows = mineral_assumptions()

    def __getitem__(self, name: str) -> float:
        return number(self.fact(name), "value")

    def fact(self, name: str) -> Row:
        """The row of an assumption."""
        if name not in self.rows:
            raise FactError(f"facts/mineral_assumptions.csv has no row {name!r}")
        return self.rows[name]


class Facts:
    """All figures that the chains are made of."""

    def __init__(self) -> None:
        self.assume = Assumed()
        self._made = _production()
        self._flows = _flows(self.dy_share)
        self.gaps = read("mineral_gaps")

    def dy_share(self, maker: str) -> float:
        """Share of a maker's magnets that hold dysprosium or terbium."""
        china = maker == "CHN"
        return self.assume["magnet_dy_share_china" if china else "magnet_dy_share_abroad"]

    def made(self, good: str) -> dict[str, Figure]:
        """Production by place; of magnets that of this grade."""
        found = self._made.get(GOODS[good].fact, {})
        if good not in MAGNETS:
            return found
        return {
            place: replace(figure, quantity=figure.quantity * self.part(good, place))
            for place, figure in found.items()
        }

    def part(self, good: str, maker: str) -> float:
        """Share of a maker's magnets that are of this grade."""
        share = self.dy_share(maker)
        return share if good == "magnet_dy" else 1.0 - share

    def flows(self, good: str) -> list[Flow]:
        """Flows between different places, one a pair."""
        return [f for f in self._flows[good].values() if f.origin != f.destination]

    def kept(self, good: str) -> dict[str, Flow]:
        """What stays at home, by place."""
        return {f.origin: f for f in self._flows[good].values() if f.origin == f.destination}

    def out_of(self, good: str, place: str) -> float:
        """All that a place sends to others."""
        return sum(f.quantity for f in self.flows(good) if f.origin == place)

    def into(self, good: str, place: str) -> float:
        """All that a place gets from others."""
        return sum(f.quantity for f in self.flows(good) if f.destination == place)


def worst(one: str, other: str) -> str:
    """The weaker of two classes of evidence."""
    return max(one, other, key=CONFIDENCE.index)


def _splits(table: str) -> list[Row]:
    return [row for row in read("mineral_splits") if row["table"] == table]


def _production() -> dict[tuple[str, str], dict[str, Figure]]:
    found: dict[tuple[str, str], dict[str, Figure]] = defaultdict(dict)
    for row in read("minerals_production"):
        key = row["commodity"], row["stage"]
        if row["stage"] == "refine_capacity":
            continue
        found[key][row["country"]] = Figure(
            amount(row, of_fact(*key)[0]), row, confidence(row), row["note"]
        )
    for row in _splits("production"):
        key = row["commodity"], row["stage"]
        good = of_fact(*key)[0]
        moved, whole = amount(row, good), found[key][row["place"]]
        if moved > whole.quantity + 1e-9:
            raise FactError(f"mineral_splits.csv: more than there is in {row}")
        found[key][row["place"]] = replace(
            whole, quantity=whole.quantity - moved,
            confidence=worst(whole.confidence, "estimate"),
            note=f"less {_words(row, good)}; {whole.note}".strip("; "),
        )  # fmt: skip
        if row["to"]:
            if row["to"] in found[key]:
                raise FactError(f"mineral_splits.csv: {row['to']} has a row of its own: {row}")
            found[key][row["to"]] = Figure(
                moved, row, confidence(row), f"part of {row['place']}: {row['why']}"
            )
    return {
        key: {p: f for p, f in places.items() if f.quantity > 0} for key, places in found.items()
    }


def _words(row: Row, good: Good) -> str:
    to = f"of {row['to']}" if row["to"] else f"({row['why']})"
    return f"{row['quantity']} {good.unit if good.size == 1 else 't'} {to}"


def _flows(dy_share: Callable[[str], float]) -> dict[str, dict[tuple[str, str], Flow]]:
    found: dict[str, dict[tuple[str, str], Flow]] = defaultdict(dict)
    for row in read("minerals_flows"):
        for good in of_fact(row["commodity"], row["stage"]):
            basis = row["basis"]
            if row["source"].startswith("entropy fill"):
                basis = "filled"
            to = REST if row["importer"] == UNKNOWN else row["importer"]
            share = _grade(good.id, row["exporter"], dy_share)
            flow = Flow(
                good.id, row["exporter"], to, amount(row, good) * share, basis, row,
                # The share of a grade is assumed, however well the pair is known.
                worst(confidence(row), "estimate") if good.id in MAGNETS else confidence(row),
                row["note"], (row["form"],),
            )  # fmt: skip
            found[good.id][flow.pair] = _merged(found[good.id].get(flow.pair), flow)
    for row in _splits("flow"):
        (good,) = of_fact(row["commodity"], row["stage"])
        _move(found[good.id], row, good)
    return {
        good: {pair: flow for pair, flow in found[good].items() if flow.quantity > 0}
        for good in GOODS
    }


def _grade(good: str, maker: str, dy_share: Callable[[str], float]) -> float:
    if good not in MAGNETS:
        return 1.0
    return dy_share(maker) if good == "magnet_dy" else 1.0 - dy_share(maker)


def _merged(one: Flow | None, other: Flow) -> Flow:
    """Two rows of one pair (forms of the good) as one flow, with the larger one's source."""
    if one is None:
        return other
    larger = one if one.quantity >= other.quantity else other
    return replace(
        larger,
        quantity=one.quantity + other.quantity,
        basis=max(one.basis, other.basis, key=BASES.index),
        confidence=worst(one.confidence, other.confidence),
        note="; ".join(filter(None, (one.note, other.note))),
        forms=one.forms + other.forms,
    )


def _move(flows: dict[tuple[str, str], Flow], row: Row, good: Good) -> None:
    """Take a part of a pair's flow away, and give it to another exporter if one is named."""
    moved = amount(row, good)
    if row["place"]:
        pair = row["place"], row["importer"]
        if pair not in flows or moved > flows[pair].quantity + 1e-9:
            raise FactError(f"mineral_splits.csv: more than there is in {row}")
        flow = flows[pair]
        flows[pair] = replace(
            flow,
            quantity=flow.quantity - moved,
            confidence=worst(flow.confidence, confidence(row)),
            note=f"{flow.note}; less {row['quantity']} t: {row['why']}".strip("; "),
        )
    if row["to"]:
        pair = row["to"], row["importer"]
        flow = Flow(good.id, *pair, moved, row["basis"], row, confidence(row), row["why"])
        flows[pair] = _merged(flows.get(pair), flow)
