"""What a trajectory means for people: who is short, from which day, of how much, for how long.

All days count from the beginning of the first shock.  A period in which more than `SHORT` of what
is wanted is not served counts as short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.questions.groups import Group, cover_days, groups, series

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from seawall.network.network import Floats, Network
    from seawall.questions.priced_out import Split
    from seawall.questions.shortage import Shortage
    from seawall.responses import Trajectory
    from seawall.shocks import Conditions

SHORT = 1e-3
_NOTHING = 1e-6

INDICATORS = (
    "scenario", "response", "place", "commodity", "tier", "sector", "demand", "unserved",
    "unserved_share", "priced_out", "missing", "value_lost", "first_shortfall_day",
    "time_to_survive_days", "time_to_recover_days", "weeks_short", "worst_share", "worst_day",
    "cover_days", "censored", "low", "high", "grade",
)  # fmt: skip
TIMELINE = (
    "scenario", "response", "place", "commodity", "tier", "period_start", "demand", "served",
    "stock", "price", "price_low", "price_high", "price_unit",
)  # fmt: skip


def indicators(
    network: Network,
    met: Conditions,
    run: Trajectory,
    scenario: str,
    why: Shortage | None = None,
) -> list[dict[str, Any]]:
    """One row a group (see `INDICATORS`); quantities are totals over the run.

    `priced_out` and `missing` split what is unserved; under `frozen` nobody bids, so all of it is
    missing.  For other responses the split and the time to survive are those of `why`, null where
    it does not say.  `low`, `high` and `grade` are null unless the inputs were redrawn.
    """
    wanted = network.demands.quantity[:, None] * met.wanted
    period = network.terms.period_days
    rows = []
    first: dict[tuple[str, str], float | None] = {}
    for group in groups(network):
        demand, served = series(wanted, group), series(run.served, group)
        gap = np.maximum(demand - served, 0.0)
        drawn = drawn_from_stock(network, run, group)
        day = first_short_day(demand, gap, period, drawn)
        key = (group.place, group.commodity)
        first.setdefault(key, day)
        if day is not None:
            # No tier goes short before the place as a whole, which comes first.
            day = max(day, first[key] or 0.0)
        total = float(gap.sum()) if gap.sum() > _NOTHING * demand.sum() else 0.0
        lost = network.demands.wtp[group.steps] @ (wanted - run.served)[group.steps].sum(axis=1)
        frozen = run.response == "frozen"
        split = why.split_of(run.response, group) if why and not frozen else None
        asked, survive = frozen, survival_days(demand, gap, period, drawn) if frozen else None
        if why and not frozen and group.whole:
            whose = (run.response, group.place, group.commodity)
            asked, survive = whose in why.survive, why.survive.get(whose)
        worst = int(np.argmax(gap / np.maximum(demand, _NOTHING)))
        rows.append(
            {
                "scenario": scenario,
                "response": run.response,
                "place": group.place,
                "commodity": group.commodity,
                "tier": group.tier,
                "sector": group.sector,
                "demand": float(demand.sum()),
                "unserved": total,
                "unserved_share": total / max(float(demand.sum()), _NOTHING),
                **_lack(total, split, frozen=frozen),
                "value_lost": float(lost) if total else 0.0,
                "first_shortfall_day": day,
                "time_to_survive_days": survive if group.whole else None,
                "time_to_recover_days": recovery_day(demand, gap, period),
                "weeks_short": float((gap > SHORT * demand).sum()) * period / 7,
                "worst_share": float(gap[worst] / max(demand[worst], _NOTHING)) if total else 0.0,
                "worst_day": worst * period if total else None,
                "cover_days": cover_days(network, group) if group.whole else None,
                "censored": bool(asked and group.whole and survive is None),
                "low": None,
                "high": None,
                "grade": None,
            }
        )
    return rows


def _lack(total: float, split: Split | None, *, frozen: bool) -> dict[str, float | None]:
    """What is unserved, split into priced out and physically missing."""
    if frozen or not total:
        return {"priced_out": 0.0, "missing": total}
    if split is None:
        return {"priced_out": None, "missing": None}
    return {"priced_out": split.priced_out, "missing": split.missing}


def drawn_from_stock(network: Network, run: Trajectory, group: Group) -> Floats | None:
    """What the stocks behind a group gave in each period; None where none stands behind it."""
    if not len(group.stocks):
        return None
    held = group.yields @ run.stock[group.stocks]
    before = np.concatenate([[group.yields @ network.nodes.start[group.stocks]], held[:-1]])
    result: Floats = np.maximum(before - held, 0.0)
    return result


def first_short_day(
    demand: Floats, gap: Floats, period_days: float, drawn: Floats | None = None
) -> float | None:
    """First day of the first period with more than 0.1 % unserved."""
    return _short_from(demand, gap, period_days, drawn, SHORT)


def survival_days(
    demand: Floats, gap: Floats, period_days: float, drawn: Floats | None = None
) -> float | None:
    """Time to survive (after Simchi-Levi et al. 2015): the longest time for which everything is
    served; None when it outlasts the horizon."""
    return _short_from(demand, gap, period_days, drawn, _NOTHING)


def _short_from(
    demand: Floats, gap: Floats, period_days: float, drawn: Floats | None, least: float
) -> float | None:
    """Day on which the first short period (more than `least` of demand) turns short.

    Goods come evenly and stocks fill the hole until they are empty, so of a period in which stocks
    gave `drawn` and `gap` was still missing the part drawn / (drawn + gap) was served in full.
    Without stocks the same rule reads 1 - gap / demand: everything until there is nothing.
    """
    short = np.flatnonzero(gap > least * demand)
    if not len(short):
        return None
    t = int(short[0])
    hole = float(demand[t] if drawn is None else gap[t] + drawn[t])
    return float(period_days * (t + 1 - gap[t] / hole))


def recovery_day(demand: Floats, gap: Floats, period_days: float) -> float | None:
    """Day from which everything is served again for good; None when never short or still short at
    the end."""
    short = np.flatnonzero(gap > SHORT * demand)
    if not len(short) or short[-1] == len(gap) - 1:
        return None
    return float(period_days * (short[-1] + 1))


def timeline(
    network: Network,
    met: Conditions,
    run: Trajectory,
    scenario: str,
    dates: list[date],
    quotes: Mapping[str, tuple[float, str]],
) -> list[dict[str, Any]]:
    """One row a group (places and tiers, not sectors) and period; stock and price for the whole of
    a place, price as the demand-weighted mean in the unit that `quotes` gives the commodity."""
    wanted = network.demands.quantity[:, None] * met.wanted
    rows: list[dict[str, Any]] = []
    for group in groups(network):
        if group.sector != "all":
            continue
        demand, served = series(wanted, group), series(run.served, group)
        stock = group.yields @ run.stock[group.stocks] if len(group.stocks) else None
        weighed = (network, group, wanted)
        price, low, high = (
            _mean_price(table, *weighed) if group.whole else None
            for table in (run.price, run.price_low, run.price_high)
        )
        factor, unit = quotes[group.commodity]
        for t, day in enumerate(dates):
            rows.append(
                {
                    "scenario": scenario,
                    "response": run.response,
                    "place": group.place,
                    "commodity": group.commodity,
                    "tier": group.tier,
                    "period_start": day,
                    "demand": float(demand[t]),
                    "served": float(served[t]),
                    "stock": None if stock is None else float(stock[t]),
                    "price": _quote(price, t, factor),
                    "price_low": _quote(low, t, factor),
                    "price_high": _quote(high, t, factor),
                    "price_unit": None if price is None else unit,
                }
            )
    return rows


def _quote(price: Floats | None, t: int, factor: float) -> float | None:
    """A price as it is quoted; None where it is unknown or without end."""
    if price is None or not np.isfinite(price[t]):
        return None
    return float(price[t]) * factor


def _mean_price(
    price: Floats | None, network: Network, group: Group, wanted: Floats
) -> Floats | None:
    if price is None:
        return None
    weight = wanted[group.steps]
    # An end of an interval may be infinite; where nothing is wanted it does not count.
    there = np.where(weight > 0, price[network.demands.node[group.steps]], 0.0)
    result: Floats = (weight * there).sum(axis=0) / np.maximum(weight.sum(axis=0), _NOTHING * 1e-6)
    return result
