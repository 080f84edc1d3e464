"""Which rows of a study stand behind a figure of a stress test, the most telling first.

If the run has a tornado (its inputs were redrawn), its inputs lead, in its order.  Else the order
is that of the network: 1 what the shock cuts of the place's supply, 2 stocks behind it, 3 its
demand rows, 4 its own plants and terminals, 5 lanes that supply it, 6 plants of its suppliers,
7 contracts to it, 8 prices, 9 assumptions and settings that hold for all; within a group by the
share of the place's base supply (traced through all stages) that hangs on the row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.explain.evidence import MOVES, Evidence
from seawall.questions.explain.supply import base_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from seawall.network.network import Bools, Floats
    from seawall.questions.explain.case import Case
    from seawall.questions.groups import Group

#: Shares of supply below this are left out.
LEAST = 0.005
#: Most rows of one group of the order.
_MOST = 12
CUT, STOCKS, DEMANDS, OWN, LANES, PLANTS, CONTRACTS, PRICES, GENERAL = range(1, 10)
#: Columns of plants and lanes that only who re-plans makes use of.
_LIMITS = {"facilities": ("capacity", "ramp_days"), "lanes": ("capacity", "growth", "qualify_days")}
_MONEY = ("value_lost", "loss", "surplus", "cost", "priced_out", "missing", "study_loss")
_MARKET = ("window", "replan", "belief", "belief_days", "precaution", "comfort")


def inputs_of(
    case: Case, group: Group, column: str, tornado: pd.DataFrame | None = None
) -> Evidence:
    """The rows behind a figure of `group`.

    Parameters
    ----------
    column
        The figure: money figures have prices and willingness to pay behind them, too.
    tornado
        Rows of the run's table `tornado` for this figure, if there are any.
    """
    found = Evidence(case.study, case.ready.case)
    if tornado is not None:
        for row in tornado.sort_values("rank").to_dict("records"):
            if row["kind"] == "row":
                key = str(row["input"]).partition("/")[2]
                share = float(row["share_of_variance"])
                found.add(row["table"], key, [row["column"]], MOVES, share, 0)
            else:
                found.common({str(k): v for k, v in row.items()}, 0)
    path = base_path(case, group)
    over, made = path.lanes(), path.facilities()
    plans, money = case.response != "frozen", column in _MONEY
    _lanes(found, case, over, plans=plans)
    _stocks(found, case, group)
    _demands(found, case, group, money=money or plans)
    _plants(found, case, group, made, plans=plans)
    if plans:
        _contracts(found, case, over)
    if plans or money:
        _prices(found, case, group)
        _general(found, case)
    return found


def cut_lanes(case: Case) -> Bools:
    """Which lanes the scenario shuts or narrows at some time, detours left aside (lanes,)."""
    lanes = case.network.lanes
    result: Bools = (case.met.open < 1.0 - 1e-9).any(axis=1) & (lanes.base > 0)
    return result


def _ordered(share: Floats, mask: Bools) -> list[int]:
    at = np.flatnonzero(mask & (share >= LEAST))
    return [int(i) for i in at[np.argsort(-share[at], kind="stable")][:_MOST]]


def _lanes(found: Evidence, case: Case, over: Floats, *, plans: bool) -> None:
    lanes, cut = case.network.lanes, cut_lanes(case)
    far = lanes.lag > 0
    for mask, group, words in (
        (cut, CUT, "cut by the shock"), (far & ~cut, LANES, "lane to it"),
    ):  # fmt: skip
        for a in _ordered(over, mask):
            about = words
            found.add("lanes", lanes.id[a], ["base"], about, float(over[a]), group)
            more = [*(["passages"] if group == CUT else []), "days", "loss"]
            more += _LIMITS["lanes"] if plans and group == LANES else ()
            found.add("lanes", lanes.id[a], more, about, float(over[a]), group)


def _stocks(found: Evidence, case: Case, group: Group) -> None:
    nodes = case.network.nodes
    whole = _stocks_of_place(case, group)
    usable = {n: part * float(nodes.start[n] - nodes.floor[n]) for n, part in whole.items()}
    total = sum(usable.values()) or 1.0
    holders: dict[tuple[str, str], list[str]] = {}
    for row in case.study.rows("stocks"):
        holders.setdefault((row.place, row.commodity), []).append(row.holder)
    for n in sorted(usable, key=lambda n: -usable[n])[:_MOST]:
        for holder in holders.get((nodes.place[n], nodes.commodity[n]), []):
            row = f"{nodes.place[n]}/{nodes.commodity[n]}/{holder}"
            columns = ["start", "floor", "usable"]
            found.add("stocks", row, columns, "stock", usable[n] / total, STOCKS)


def _stocks_of_place(case: Case, group: Group) -> Mapping[int, float]:
    """Nodes with stock behind a group's place, also for one of its tiers."""
    from seawall.questions.groups import groups

    for one in groups(case.network):
        if one.whole and (one.place, one.commodity) == (group.place, group.commodity):
            return dict(zip(one.stocks.tolist(), one.yields.tolist(), strict=True))
    return {}


def _demands(found: Evidence, case: Case, group: Group, *, money: bool) -> None:
    demands = case.network.demands
    total = float(demands.base[group.steps].sum()) or 1.0
    for row in dict.fromkeys(demands.tier_of[group.steps].tolist()):
        steps = group.steps[demands.tier_of[group.steps] == row]
        share = float(demands.base[steps].sum()) / total
        columns = ["quantity", *(["wtp", "elasticity"] if money else [])]
        found.add("demands", demands.tier_id[row], columns, "demand", share, DEMANDS)


def _plants(found: Evidence, case: Case, group: Group, made: Floats, *, plans: bool) -> None:
    facilities, nodes = case.network.facilities, case.network.nodes
    homes = {nodes.country[n] for n in case.network.demands.node[group.steps].tolist()}
    land = dict(zip(nodes.place, nodes.country, strict=True))
    own = np.array([land.get(place) in homes for place in facilities.place], dtype=bool)
    for mask, at, words in (
        (own, OWN, "own plant"), (~own, PLANTS, "supplier"),
    ):  # fmt: skip
        for f in _ordered(made, mask):
            columns = ["base", *(_LIMITS["facilities"] if plans else ())]
            found.add("facilities", facilities.id[f], columns, words, float(made[f]), at)


def _contracts(found: Evidence, case: Case, over: Floats) -> None:
    contracts = case.network.contracts
    share = np.asarray(contracts.member @ over, dtype=float)
    for c in np.argsort(-share, kind="stable")[:_MOST].tolist():
        if share[c] < LEAST:
            break
        for name in contracts.id[c].split("+"):
            columns = ["quantity", "floor"]
            found.add("contracts", name, columns, "contract", float(share[c]), CONTRACTS)


def _prices(found: Evidence, case: Case, group: Group) -> None:
    nodes = case.network.nodes
    for n in dict.fromkeys(case.network.demands.node[group.steps].tolist()):
        row = f"{nodes.place[n]}/{nodes.commodity[n]}"
        found.add("prices", row, ["price"], "price", None, PRICES)


def _general(found: Evidence, case: Case) -> None:
    used = case.study.table("assumptions")
    for name in used.loc[used["used_by"] == "engine", "id"]:
        found.add("assumptions", str(name), ["value"], "holds for all", None, GENERAL)
    if case.response in ("market", "pact"):
        for name in _MARKET:
            value = float(getattr(case.study.settings.market, name))
            found.setting("market", name, value, "how people plan", GENERAL)


def inputs_of_study(cases: list[Case], lost: list[tuple[str, float]]) -> Evidence:
    """The rows behind a figure of the whole study: what the shock cuts of the world's trade, and
    the demand rows that lose most."""
    case = cases[0]
    found = Evidence(case.study, case.ready.case)
    for one in cases:
        found.study, found.base = one.study, one.ready.case
        found.fresh()
        network = one.network
        lanes, cut = network.lanes, cut_lanes(one)
        total = float(lanes.base[lanes.lag > 0].sum()) or 1.0
        share = np.where(cut, lanes.base, 0.0) / total
        for a in _ordered(share, cut):
            columns = ["base", "passages", "days"]
            about = "cut by the shock"
            found.add("lanes", lanes.id[a], columns, about, float(share[a]), CUT)
        demands = network.demands
        worth = demands.wtp * (one.wanted - one.run.served).sum(axis=1)
        by_row = np.bincount(demands.tier_of, worth, len(demands.tier_id))
        whole = float(np.maximum(by_row, 0.0).sum()) or 1.0
        for row in _ordered(by_row / whole, by_row > 0):
            about = "demand"
            columns = ["quantity", "wtp", "elasticity"]
            part = float(by_row[row] / whole)
            found.add("demands", demands.tier_id[row], columns, about, part, DEMANDS)
        if one.response != "frozen":
            _general(found, one)
    return found
