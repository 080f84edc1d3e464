"""A made-up answer of `redirect` with exactly the agreed columns: two members, two worlds, a pact.

The numbers are made up; no test and no page may quote them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.questions.redirect.curve import SAVED_BY_OFFERS
from seawall.questions.redirect.instructions import INSTRUCTIONS
from seawall.questions.redirect.reasons import REASONS
from seawall.questions.redirect.settlement import SETTLEMENT
from seawall.questions.redirect.tables import (
    BOOK,
    SAVED,
    SHORTAGE,
    SHORTAGE_DAYS,
    TANKS,
    VOYAGES,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = date(2026, 3, 2)
DAYS = 28
WORLDS = ("open after 7 days", "open after 20 days")
PLANS = ("nothing", "alone", "pact")
NASTY = "<script>alert(1)</script>"
PASSAGE = (56.4, 26.5)
ENDS = {
    "load-a": ("Loading <A>", "loading", "QQQ", 51.6, 25.9),
    "load-b": ("Bayou", "loading", "LLL", -93.3, 29.8),
    "north-bay": ("North Bay", "receiving", "north-bay", 139.9, 35.4),
    "west-cape": ("West Cape", "receiving", "west-cape", 72.5, 21.7),
}
COURSES = {
    "gulf": "51.60 25.90;55.00 26.00;56.40 26.50;60.00 24.00;72.50 21.70",
    "ocean": "-93.30 29.80;-79.90 9.40;-79.50 8.90;-120.00 20.00;-170.00 35.00;139.90 35.40",
    "south": "60.00 10.00;72.50 21.70",
    "east": "60.00 10.00;80.00 5.50;103.00 1.20;120.00 21.00;139.90 35.40",
}
PROTOCOL = {
    "title": "A draft", "members": ["AAA", "BBB"],
    "trigger": {"tier": "important", "below": 0.9, "days": 7.0, "pooled": False},
    "volume": {"cargoes_per_week": 2.0, "cargo": 0.07, "unit": "Mt", "commodity": "gas"},
    "eligible": {"unknown_share": 0.5, "consent_share": 0.0, "at_sea": True},
    "floor": {"days": {"AAA": 15.0, "BBB": 8.0}},
    "priority": {"own_tier": "essential"},
    "price": {"basis": "contract", "plus_cost": True, "compensation": 0.0, "unit": "USD/MMBtu"},
    "return": {"weeks": 26, "premium": 0.0},
    "fairness": {"rule": "spare"},
    "objectives": {"order": ["arrival", "cost"]},
}  # fmt: skip


@dataclass(frozen=True)
class Study:
    """In the place of a study: its tables and title."""

    frames: Mapping[str, pd.DataFrame]
    settings: Any = field(default_factory=lambda: SimpleNamespace(title="Made <up>"))

    def table(self, name: str) -> pd.DataFrame:
        return self.frames.get(name, pd.DataFrame())


@dataclass(frozen=True)
class Answer:
    """In the place of a result."""

    tables: Mapping[str, pd.DataFrame]
    figures: Mapping[str, Any]
    study: Any
    identity: Mapping[str, Any]
    question: str = "redirect"
    units: Mapping[str, str] = field(default_factory=dict)


def study() -> Study:
    coasts = [("AAA", "Arcadia", "AAA", "country", 138.0, 36.0, None),
              ("BBB", "Borduria", "BBB", "country", 78.0, 22.0, None),
              ("AAA-N", "North coast of Arcadia", "AAA", "cluster", 139.0, 36.0, "AAA"),
              ("north-bay", "North Bay place", "AAA", "terminal", 139.9, 35.4, "AAA-N"),
              ("west-cape", "West Cape place", "BBB", "terminal", 72.5, 21.7, "BBB"),
              ("QQQ", "Quantia", "QQQ", "country", 51.0, 25.0, None),
              ("LLL", "Lulu", "LLL", "country", -93.0, 30.0, None)]  # fmt: skip
    return Study({
        "places": pd.DataFrame(
            coasts, columns=["id", "name", "country", "kind", "lon", "lat", "parent"]
        ),
        "passages": pd.DataFrame(
            [("narrows", "The <Narrows>", *PASSAGE)], columns=["id", "name", "lon", "lat"]
        ),
        "commodities": pd.DataFrame([("gas", "Gas")], columns=["id", "name"]),
        "terminals": pd.DataFrame(
            [(key, *row) for key, row in ENDS.items()],
            columns=["id", "name", "role", "place", "lon", "lat"],
        ),
        "ships": pd.DataFrame([("s-1", f"Ship {NASTY}")], columns=["id", "name"]),
        "assumptions": pd.DataFrame(
            [("ship_speed", 17.0, "kn", "ships", "usual", "assumption")],
            columns=["id", "value", "unit", "applies_to", "why", "confidence"],
        ),
    })  # fmt: skip


def day(number: int | None) -> date | None:
    return None if number is None else DAY + timedelta(days=number)


def voyages() -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for plan, (w, world) in itertools.product(PLANS, enumerate(WORLDS)):
        opens = (7, 20)[w]
        rows.append(("C-1", "s-1", plan, world, "go on", "west-cape", day(0), day(opens + 4),
                     COURSES["gulf"], f"narrows@{opens}.00"))  # fmt: skip
        rows.append(("C-2", "s-2", plan, world, "go on", "north-bay", day(2), day(24),
                     COURSES["ocean"], ""))  # fmt: skip
        moved = plan == "pact"
        rows.append(("C-3", "s-3", plan, world, "divert" if moved else "go on",
                     "west-cape" if moved else "north-bay", day(0), day(5 if moved else 12),
                     COURSES["south" if moved else "east"], ""))  # fmt: skip
    return pd.DataFrame(rows, columns=list(VOYAGES))


def orders() -> pd.DataFrame:
    def row(cargo: str, action: str, goal: str, today: bool, world: str, **more: Any) -> Any:
        found: dict[str, Any] = dict.fromkeys(INSTRUCTIONS)
        found |= {
            "cargo": cargo, "action": action, "from": "north-bay", "to": goal, "depart": day(0),
            "arrive": day(5), "extra_days": -7.0, "extra_cost": 1.2345678, "ship": "s-1",
            "why": "lands on day 5: in the week from 2026-03-07 the important tier in BBB would be "
            "60 kt short if nothing were done; its usual way leads through narrows, which is shut",
            "owner": "AAA", "quantity": 73.1234567, "unit": "kt", "decide_by": day(0),
            "today": today, "world": world, **more,
        }  # fmt: skip
        return tuple(found[name] for name in INSTRUCTIONS)

    return pd.DataFrame([
        row("C-3", "divert", "west-cape", True, "all", lender="AAA", borrower="BBB"),
        row("C-4", "ask", "west-cape", True, "all", why=f"nobody knows {NASTY}"),
        row("C-1", "go on", "west-cape", True, "all"),
        row("C-2", "delay", "north-bay", False, WORLDS[0], extra_days=4.0),
        row("C-5", "wait", "", False, WORLDS[1], depart=None, arrive=None, extra_days=float("nan")),
    ], columns=list(INSTRUCTIONS))  # fmt: skip


def ledger() -> pd.DataFrame:
    found: dict[str, Any] = dict.fromkeys(SETTLEMENT)
    found |= {
        "loan": "L1", "cargo": "C-3", "world": "all", "kind": "cargo", "lender": "AAA",
        "borrower": "BBB", "quantity": 73.1234567, "unit": "kt", "delivered": day(5),
        "due": day(187), "owed": 73.1234567, "price": 11.6, "amount": 43.21,
        "extra_cost": 0.71, "compensation": 0.0, "why": "article 3",
    }  # fmt: skip
    return pd.DataFrame([[found[name] for name in SETTLEMENT]], columns=list(SETTLEMENT))


def tanks() -> pd.DataFrame:
    rows = []
    for plan, world in itertools.product(PLANS, WORLDS):
        for place, kind, tank in (("AAA", "country", 900.0), ("BBB", "country", 500.0),
                                  ("north-bay", "terminal", 900.0),
                                  ("west-cape", "terminal", 500.0)):  # fmt: skip
            for k in range(DAYS):
                level = tank * (0.7 - 0.02 * k + (0.01 * k if plan == "pact" else 0.0))
                kept = 200.0 if plan == "pact" and place == "AAA" else float("nan")
                rows.append((plan, world, place, kind, k, day(k), level, 0.1 * tank, tank, kept,
                             "kt"))  # fmt: skip
    return pd.DataFrame(rows, columns=list(TANKS))


def shortage() -> tuple[pd.DataFrame, pd.DataFrame]:
    lost = {"nothing": 120.0, "greedy": 120.2, "alone": 90.0, "pact": 40.0}
    whole = [
        (plan, world, member, tier, 400.0, gap, gap / 400.0, gap * 0.8, day(4) if gap else None,
         "kt")
        for plan, world in itertools.product(lost, WORLDS)
        for member, tier in (("AAA", "essential"), ("BBB", "essential"), ("BBB", "important"))
        for gap in [lost[plan] if (member, tier) == ("BBB", "important") else 0.0]
    ]  # fmt: skip
    daily = [
        (plan, world, "BBB", "BBB", "important", k, day(k), 14.0, lost[plan] / 24 * (k >= 4), "kt")
        for plan, world, k in itertools.product(PLANS, WORLDS, range(DAYS))
    ]
    return (pd.DataFrame(whole, columns=list(SHORTAGE)),
            pd.DataFrame(daily, columns=list(SHORTAGE_DAYS)))  # fmt: skip


def saved() -> pd.DataFrame:
    lost = {"nothing": 120.0, "greedy": 120.2, "alone": 90.0, "pact": 40.0}
    rows = []
    for plan, world in itertools.product(lost, (*WORLDS, "average")):
        for place in ("AAA", "BBB", "all"):
            gap = 0.0 if place == "AAA" else lost[plan]
            rows.append((plan, world, place, 0.8 * gap, 3.0, 0.0, 5.0, 8.0 + 0.8 * gap, 0.0, 0.0,
                         50.0, 0.8 * gap - 42.0, 0.0, 0.1, 1.0, gap, "kt"))  # fmt: skip
    return pd.DataFrame(rows, columns=list(SAVED))


def reasons() -> pd.DataFrame:
    nan = float("nan")
    return pd.DataFrame([
        ("berth", "west-cape", day(3), day(4), 1.0, "ships alongside", "every berth is taken",
         WORLDS[1], 2, nan, nan),
        ("volume", "all", day(0), day(6), 2.0, "cargoes", "as much is lent as article 3 allows",
         WORLDS[1], 7, nan, nan),
        ("one more cargo", "BBB", day(3), day(9), 51.23456, "million USD",
         "at west-cape: 73.2 kt", WORLDS[0], 7, 40.0, 60.0),
        ("one day of stock", "BBB", day(0), day(0), 11.0, "million USD", "at west-cape: 14.0 kt",
         WORLDS[0], 1, 11.0, 11.0),
    ], columns=list(REASONS))  # fmt: skip


def book() -> pd.DataFrame:
    rows = [
        (f"C-{k}", f"s-{k}", "laden", "K1" if k < 4 else "", "A seller & sons", "A buyer", "AAA",
         "load-a", "north-bay" if k != 1 else "west-cape", day(-9), day(-8), day(12), day(12), 77.1,
         "kt")
        for k in range(1, 6)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(BOOK))


def figures() -> dict[str, Any]:
    against = {"saved": 40.0, "low": -3.0, "high": 55.0, "unserved": 50.0}
    return {
        "scenario": "narrows", "title": "The narrows shut", "about": "A what-if.",
        "as_of": DAY.isoformat(), "horizon_days": DAYS, "plan": "pact",
        "pact": "By the articles of 'A draft'.",
        "saved": {"pact_against_alone": against,
                  "pact_against_nothing": {**against, "low": 35.0}},
        "cost": {"nothing": 54.0, "greedy": 54.2, "alone": 30.0, "pact": -10.0},
        "lower_bound": {"alone": 21.0, "pact": -25.0}, "gap": {"alone": 0.11, "pact": 0.3712345},
        "gap_usd": {"alone": 9.0, "pact": 15.0}, "judge": "average",
        "worlds": [
            {"name": WORLDS[0], "weight": 0.4, "reopens": {"narrows": 7.0}, "consent": False},
            {"name": WORLDS[1], "weight": 0.6, "reopens": {"narrows": None}, "consent": False},
        ],
        "book": {"generated": True, "cargoes": 5, "offers": 0, "ships": 5, "columns": 42},
        "notes": ["Not read of the scenario: the shock on barter."],
    }  # fmt: skip


def answer(**changes: Any) -> Answer:
    """The answer, with some tables or figures replaced."""
    whole, daily = shortage()
    tables = {
        "instructions": orders(), "settlement": ledger(), "tanks": tanks(), "shortage": whole,
        "shortage_days": daily, "saved": saved(), "reasons": reasons(), "voyages": voyages(),
        "book": book(),
    }  # fmt: skip
    told = {**figures(), **changes.pop("figures", {})}
    identity = {"protocol": PROTOCOL, "time_limit": 60.0, "gap": 0.01}
    return Answer({**tables, **changes}, told, study(), identity)


def curve() -> pd.DataFrame:
    """What the pact saves over offers."""
    return pd.DataFrame([
        (0, 54.0, 54.0, 40.0, -10.0, 50.0, 20.0, 70.0, 0.1, 0.2, 120.0, 100.0, 40.0, 73.0, "kt"),
        (12, 54.0, 54.0, 30.0, -10.0, 40.0, -3.0, 55.0, 0.1, 0.2, 120.0, 90.0, 40.0, 73.0, "kt"),
        (40, 54.0, 54.0, -5.0, -10.0, 5.0, 0.0, 9.0, 0.1, 0.2, 120.0, 60.0, 40.0, 73.0, "kt"),
    ], columns=list(SAVED_BY_OFFERS))  # fmt: skip


def without_rows(name: str) -> Answer:
    """The answer with one table empty."""
    made = answer()
    return answer(**{name: made.tables[name].iloc[:0]})
