"""Stand-ins for what the responses `market` and `pact`, the pact and the grids add to a result.

The numbers are made up; no test and no page may quote them as findings.
"""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from tests.report.mock import PERIODS, START, Result

RESPONSES = ("frozen", "market", "pact", "foresight")
BELIEF = "Everybody believes that what goes on lasts as long again as it has lasted."
LOSSES = {"frozen": 4700.0, "market": 5200.0, "pact": 5100.0, "foresight": 600.0}


def reacting(
    result: Result, *, used: bool = True, losses: dict[str, float] | None = None
) -> Result:
    """The result with all four responses; `used`: whether the pact lends anything."""
    name = str(result.tables["indicators"]["scenario"].iloc[0])
    tables = {
        **result.tables,
        "indicators": _indicators(result.tables["indicators"]),
        "timeline": _timeline(result.tables["timeline"]),
        "flows": _with(result.tables["flows"], "foresight", {}),
        "buyers": pd.DataFrame(
            [(name, response, "IND", "gas", who, amount)
             for response in ("market", "pact")
             for who, amount in (("CHN", 0.5), ("KOR", 0.3))],
            columns=["scenario", "response", "place", "commodity", "buyer", "quantity"],
        ),
        **pact_tables(name, used=used),
        **grid_tables(name),
    }  # fmt: skip
    figures = {
        "belief": BELIEF,
        "responses": {r: {"loss": loss} for r, loss in (losses or LOSSES).items()},
    }
    return dataclasses.replace(result, tables=tables, responses=RESPONSES, figures=figures)


def _with(frame: pd.DataFrame, like: str, factors: dict[str, float]) -> pd.DataFrame:
    """Rows of `like` once more as market and pact, figures times a factor."""
    parts = [frame]
    for response in ("market", "pact"):
        part = frame[frame["response"] == like].assign(response=response)
        factor = factors.get(response, 1.0)
        for column in ("unserved", "unserved_share", "value_lost", "worst_share"):
            if column in part:
                part[column] = part[column] * factor
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _indicators(frame: pd.DataFrame) -> pd.DataFrame:
    frame = _with(frame, "foresight", {"market": 1.5, "pact": 1.3})
    part = np.where(frame["response"] == "frozen", 0.0, 0.75)
    frame["priced_out"] = frame["unserved"] * part
    frame["missing"] = frame["unserved"] * (1.0 - part)
    frame["time_to_survive_days"] = frame["first_shortfall_day"]
    frame["censored"] = frame["first_shortfall_day"].isna()
    return frame


def _timeline(frame: pd.DataFrame) -> pd.DataFrame:
    parts = [frame]
    for response, factor in (("market", 1.5), ("pact", 1.3)):
        part = frame[frame["response"] == "foresight"].assign(response=response)
        lost = (part["demand"] - part["served"]) * factor
        price = pd.to_numeric(part["price"], errors="coerce") * factor
        parts.append(part.assign(served=(part["demand"] - lost).clip(lower=0.0), price=price))
    frame = pd.concat(parts, ignore_index=True)
    price = pd.to_numeric(frame["price"], errors="coerce")
    return frame.assign(price_low=price - 1.0, price_high=price + 2.0, price_unit="USD/MMBtu")


def pact_tables(name: str, *, used: bool) -> dict[str, pd.DataFrame]:
    rows = [
        (name, "IND", -900.0, -780.0, 120.0, 0.0, 0.53, 0.0, 0.13, -300.0),
        (name, "JPN", -30.0, -65.0, -35.0, 0.53, 0.0, 0.4, 0.0, 310.0),
    ]
    if not used:
        rows = [(*row[:3], row[2], *[0.0] * 6) for row in rows]
    ledger = [
        (name, START + timedelta(days=7 * week), "JPN", "IND", lent, back, owed, overdue, 560.0,
         4.0, 0.0, 150.0)
        for week, lent, back, owed, overdue in (
            (3, 0.3, 0.0, 0.3, 0.0), (4, 0.23, 0.0, 0.53, 0.0), (5, 0.0, 0.0, 0.53, 0.0),
            (20, 0.0, 0.4, 0.13, 0.0), (60, 0.0, 0.0, 0.13, 0.13),
        )
    ]  # fmt: skip
    day = START + timedelta(days=21)
    moved = [
        (name, kind, day, day, day + timedelta(days=12), "JPN", "IND", "QAT~JPN-KANTO",
         "QAT~IND-WEST", 0.3, 4.0)
        for kind in ("loan", "loan at sea", "return")
    ]  # fmt: skip
    return {
        "pact": pd.DataFrame(
            rows,
            columns=["scenario", "place", "value_market", "value_pact", "worth", "lent",
                     "borrowed", "returned", "owed", "settlement"],
        ),
        "settlement": pd.DataFrame(
            ledger if used else [],
            columns=["scenario", "period_start", "lender", "borrower", "lent", "returned", "owed",
                     "overdue", "price", "extra_cost", "compensation", "payment"],
        ),
        "transfers": pd.DataFrame(
            moved if used else [],
            columns=["scenario", "kind", "decided", "departs", "arrives", "lender", "borrower",
                     "from_lane", "to_lane", "quantity", "extra_cost"],
        ),
    }  # fmt: skip


#: grid, name, GWh cut if frozen, of it for gas, lowest margin, kind
GRIDS = (
    ("JP-tokyo", "Tokyo grid", 400.0, 100.0, -0.049, "both"),
    ("IN-mumbai", "Mumbai grid", 0.0, 0.0, 0.16, "none"),
)


def grid_tables(name: str) -> dict[str, pd.DataFrame]:
    rows: list[dict[str, Any]] = []
    weeks: list[dict[str, Any]] = []
    for grid, title, cut, for_gas, margin, kind in GRIDS:
        for response in RESPONSES:
            part = {"frozen": 1.0, "market": 0.5, "pact": 0.5, "foresight": 0.0}[response]
            rows.append(
                {"scenario": name, "response": response, "grid": grid, "name": title,
                 "load_gwh": 1e5, "gas_share_of_energy": 0.5, "lng_share_of_energy": 0.5,
                 "unserved_gwh": part * cut, "unserved_for_gas_gwh": part * for_gas,
                 "hours_short": 20.0 * part * (cut > 0), "worst_week": START if cut else None,
                 "reserve_margin_low": margin, "reserve_margin_week": START, "weeks_alert": 2,
                 "switched_gwh": 90.0, "saved_gwh": 1.0, "gas_fed_low": 0.4, "gas_burnt_kt": 9.0,
                 "extra_gas_kt": 0.0, "kind": kind}
            )  # fmt: skip
            weeks += [
                {"scenario": name, "response": response, "grid": grid,
                 "period_start": START + timedelta(days=7 * t), "load_gwh": 1e3,
                 "served_gwh": 1e3 - part * cut * (t < 4) / 4,
                 "unserved_gwh": part * cut * (t < 4) / 4, "gas_fed": 0.4 if t < 4 else 1.0,
                 "reserve_margin": margin}
                for t in range(PERIODS)
            ]  # fmt: skip
    return {"grids": pd.DataFrame(rows), "grid_weeks": pd.DataFrame(weeks)}


def extra() -> dict[str, pd.DataFrame]:
    """Tables about the study that come with the pact, the grids and the orders."""
    worlds = [(4, 1.0, 1.0, 0.0), (11, 1.0, 1.0, 40.0), (17, 1.0, 1.0, 120.0),
              (26, 1.0, 1.0, 250.0), (17, 0.5, 1.0, 210.0), (17, 1.5, 1.0, 60.0),
              (17, 1.0, 0.5, 70.0), (17, 1.0, 2.0, 240.0)]  # fmt: skip
    return {
        "pact_worth": pd.DataFrame(
            [(weeks, spot, belief, place, 0.1 * weeks, 0.09 * weeks, -300.0, -200.0, worth * sign,
              0.002 * worth if place == "JPN" else 0.0, 0.0)
             for weeks, spot, belief, worth in worlds
             for place, sign in (("IND", 1.0), ("JPN", -0.25))],
            columns=["weeks", "spot", "belief", "place", "unserved_market", "unserved_pact",
                     "value_market", "value_pact", "worth", "lent", "owed"],
        ),
        "articles": pd.DataFrame(
            [(1, "Members", "Its members are <India> and Japan.", None),
             (3, "Volume", "At most two cargoes a week are lent.", "Costs USD 3 million.")],
            columns=["number", "title", "text", "effect"],
        ),
        "orders": pd.DataFrame(
            [(order, "IND", tier, sector, lost, share, value, loss)
             for order, loss, shares in (
                 ("willingness to pay", 4000.0, (0.0, 0.30)),
                 ("equal weights", 4500.0, (0.15, 0.15)),
                 ("protected-homes", 4400.0, (0.02, 0.25)),
             )
             for tier, sector, share in (
                 ("essential", "city gas", shares[0]), ("deferrable", "power", shares[1]),
                 ("all", "all", 0.15),
             )
             for lost, value in ((share * 10.0, share * 900.0),)],
            columns=["order", "place", "tier", "sector", "unserved", "unserved_share",
                     "value_lost", "study_loss"],
        ),
        "worth": pd.DataFrame(
            [("IND", 31.0, 12.0, 70.0, -20.0, 25.0, 160.0, 0.21, 0.004, 0.05),
             ("JPN", -4.0, -9.0, -1.0, -30.0, -3.0, 9.0, 0.7, 0.05, 0.004)],
            columns=["place", "balance", "low", "high", "decade_low", "decade_median",
                     "decade_high", "chance_of_loss", "lent", "borrowed"],
        ),
        "compensation": pd.DataFrame(
            [("JPN", "IND", 0.05, 1.2, 3.4, "USD/MMBtu", True)],
            columns=["lender", "borrower", "lent", "least", "most", "unit", "agreeable"],
        ),
        "worth_hazards": pd.DataFrame(
            [("h1", "Hormuz shuts", "IND", 0.02, 1500.0, 30.0, 0.9),
             ("h2", "A small thing", "JPN", 0.5, 0.0, 0.0, 0.0)],
            columns=["hazard", "name", "place", "frequency", "balance_if", "balance", "share"],
        ),
        "grid_dependence": pd.DataFrame(
            [("JP-tokyo", "Tokyo grid", 0.55, 0.54, "Tokyo grid hangs on LNG."),
             ("IN-mumbai", "Mumbai grid", 0.07, 0.003, "Mumbai grid hardly hangs on LNG.")],
            columns=["grid", "name", "gas_share", "lng_share", "sentence"],
        ),
        "plausible": pd.DataFrame(
            [("a", "import", "IND", "", "lng", 26.0, 26.1, 25.0, 27.0, "Mt/yr", "green", True),
             ("b", "import", "JPN", "QAT", "lng", 9.0, 3.0, 2.8, 3.2, "Mt/yr", "red", True),
             ("c", "export", "QAT", "", "lng", 80.0, 79.0, 70.0, 81.0, "Mt/yr", "green", False)],
            columns=["id", "what", "place", "partner", "commodity", "model", "published", "low",
                     "high", "unit", "light", "independent"],
        ).assign(ratio=1.0, as_of="2025", confidence="looked-up", source="igu-2025", why="why so"),
    }  # fmt: skip
