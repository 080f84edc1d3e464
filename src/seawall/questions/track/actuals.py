"""What each indicator wants, and what its evidence shows: sums, levels and steps in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.questions.track.days import first_days, last_days, months_before
from seawall.questions.track.measured import measured, once_a_day, share_until
from seawall.questions.track.state import once
from seawall.questions.track.steps import steps

if TYPE_CHECKING:
    from seawall.questions.track.days import Days
    from seawall.questions.track.state import State

__all__ = ["PATIENCE", "USUAL_FREQUENCY", "actuals", "patience"]

USUAL_FREQUENCY = 12.0  # months: yearly reports, where the indicator states none
PATIENCE = 2  # reports that may be missing before silence counts as no progress
_NAT = np.datetime64("NaT", "D")


@once
def actuals(state: State) -> pd.DataFrame:
    """What each indicator wants, and what evidence shows.

    Returns
    -------
    DataFrame
        By position of the indicator: `pledge`, `indicator` (ids), `measure`, `unit`, `baseline`,
        `target`, `begins`, `ends` (the deadline) and `based` (last day of the baseline) as days,
        `deadline` as told, `frequency` (months); `actual`, `low`, `high`; `until`, last day that
        they speak of; `moved`, last day on which it came nearer; `evidence`, number of rows, and
        `newest`, id; `newest_day`, of all rows, those of before it began too; `unusable`,
        number of rows that could not be counted; `silent`, instruments that should count and of
        which nothing is known; `read`, the day on which the line is read, and `held_low`,
        `held_high`, what is held against it; of steps, what `steps.steps` says.
    """
    table = _asked(state)
    today = np.datetime64(state.as_of, "D")
    blank: dict[str, float | str | np.datetime64] = {
        "actual": np.nan, "low": np.nan, "high": np.nan, "held_low": np.nan, "held_high": np.nan,
        "until": _NAT, "moved": _NAT, "known": _NAT, "newest_day": _NAT, "evidence": 0,
        "newest": "", "unusable": 0, "due": np.nan, "dated": np.nan, "steps": 0, "next": "",
    }  # fmt: skip
    table = table.assign(**blank)
    for day in ("until", "moved", "known", "newest_day"):
        table[day] = table[day].astype("datetime64[s]")
    rows = measured(state)
    lost = rows.loc[~rows["usable"]].groupby("at").size()
    table.loc[lost.index, "unusable"] = lost
    rows = rows[rows["usable"]]
    last = rows.groupby("at")["ends"].max()
    table.loc[last.index, "newest_day"] = last
    measure = table["measure"].to_numpy()[rows["at"]]
    since = table["begins"].to_numpy().astype("datetime64[D]")
    patient = patience(table, today)
    for found in (
        _sums(once_a_day(rows[measure == "cumulative"], since), table, patient),
        _levels(rows[measure == "level"], table),
        steps(state, table),
    ):
        for name in found:
            table.loc[found.index, name] = found[name]
    known = table["known"].fillna(table["until"]).to_numpy().astype("datetime64[D]")
    read = np.where(np.isnat(known), patient, np.maximum(known, patient))
    return table.assign(
        read=read.astype("datetime64[s]"),
        held_low=table["held_low"].fillna(table["low"]),
        held_high=table["held_high"].fillna(table["high"]),
        silent=_silent(state, rows),
    )


def patience(table: pd.DataFrame, today: np.datetime64) -> Days:
    """The day of each indicator up to which silence counts as no progress."""
    return months_before(np.full(len(table), today), PATIENCE * table["frequency"].to_numpy())


def _asked(state: State) -> pd.DataFrame:
    """What each indicator wants: baseline, target, first day and deadline."""
    indicators = state.indicators
    made = dict(zip(state.pledges["id"], first_days(state.pledges["date"]), strict=True))
    begins = first_days(indicators["begins"])
    for other in (
        first_days(indicators["baseline_date"]),
        np.array([made.get(pledge, _NAT) for pledge in indicators["pledge"]], "datetime64[D]"),
    ):
        begins = np.where(np.isnat(begins), other, begins)
    of_base = last_days(indicators["baseline_date"])
    frequency = indicators["frequency"].to_numpy(dtype=float)
    return pd.DataFrame({
        "pledge": indicators["pledge"], "indicator": indicators["id"],
        "measure": indicators["measure"], "unit": indicators["counted_in"],
        "baseline": indicators["baseline"].astype(float),
        "target": indicators["target"].astype(float),
        "begins": begins, "ends": last_days(indicators["deadline"]),
        "based": np.where(of_base > begins, of_base, begins),
        "deadline": indicators["deadline"],
        "frequency": np.where(frequency > 0, frequency, USUAL_FREQUENCY),
    })  # fmt: skip


def _silent(state: State, rows: pd.DataFrame) -> list[str]:
    """Instruments that an indicator names and that no usable row is of, as a sentence has them."""
    seen = rows.groupby("at")["instrument"].agg(set).to_dict()
    named = [
        [name.strip() for name in text.split(";") if name.strip()]
        for text in state.indicators["instruments"]
    ]
    return [
        ", ".join(name for name in names if name not in seen.get(at, ()))
        for at, names in enumerate(named)
    ]


def _sums(flows: pd.DataFrame, table: pd.DataFrame, patient: Days) -> pd.DataFrame:
    """Flows since the first day, added up: one row an indicator that has any."""
    known = flows.groupby(["at", "instrument"])["ends"].max().groupby("at").min()
    flows = flows[flows["share"] > 0].sort_values(["at", "ends", "published"])
    base = table["baseline"].fillna(0.0)
    table.loc[table["measure"] == "cumulative", "baseline"] = base
    falling = (table["target"] < base).to_numpy()[flows["at"]]
    helps = np.where(falling, flows["value"] < 0, flows["value"] > 0)
    for name in ("value", "low", "high"):
        flows[name] = flows[name] * flows["share"]
    read = np.maximum(known.reindex(flows["at"]).to_numpy().astype("datetime64[D]"),
                      patient[flows["at"]])  # fmt: skip
    by_then = share_until(flows, read)
    for name in ("low", "high"):
        flows[f"held_{name}"] = flows[name] * by_then
    found = flows.groupby("at").agg(
        actual=("value", "sum"), low=("low", "sum"), high=("high", "sum"), until=("ends", "max"),
        evidence=("id", "size"), newest=("id", "last"), held_low=("held_low", "sum"),
        held_high=("held_high", "sum"),
    )  # fmt: skip
    found["known"] = known.loc[found.index]
    found["moved"] = flows[helps].groupby("at")["ends"].max()
    for name in ("actual", "low", "high", "held_low", "held_high"):
        found[name] += base.loc[found.index]
    return found


def _levels(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The newest reading of each indicator that has one, and when it last came nearer."""
    after = ~(rows["ends"].to_numpy() <= table["based"].to_numpy()[rows["at"]])
    levels = table["measure"] == "level"
    before = rows[~after].groupby("at")["value"].last()
    first = rows.groupby("at")["value"].first()
    base = table["baseline"].fillna(before.reindex(table.index)).fillna(first.reindex(table.index))
    table.loc[levels, "baseline"] = base[levels]
    rows = rows[after]
    sign = np.where(table["target"] < base, -1.0, 1.0)[rows["at"]]
    near = rows["value"] * sign
    before = near.groupby(rows["at"]).cummax().groupby(rows["at"]).shift(1)
    best = np.fmax(before, base.to_numpy()[rows["at"]] * sign)
    found = rows.groupby("at").agg(
        actual=("value", "last"), low=("low", "last"), high=("high", "last"), until=("ends", "max"),
        evidence=("id", "size"), newest=("id", "last"),
    )  # fmt: skip
    found["moved"] = rows[near > best].groupby("at")["ends"].max()
    return found
