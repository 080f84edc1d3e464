"""Orders: what an allocation order of a government costs, and whom it protects.

An order decides who goes short, not how much there is.  Beside willingness to pay, which loses
least where everybody can pay what a thing is worth to them, and equal weights, under which all
tiers are shed together, an order shows its price and those who pay it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.network.rationing import orders
from seawall.questions.groups import groups, series
from seawall.questions.parts import parts
from seawall.questions.prepared import find_scenario, prepare
from seawall.questions.result import stacked
from seawall.questions.stress import loss
from seawall.study.records import EQUAL

if TYPE_CHECKING:
    from seawall.questions.parts import Part
    from seawall.questions.prepared import Prepared
    from seawall.shocks import Scenario
    from seawall.study import Study

WILLINGNESS = "willingness to pay"
EQUAL_WEIGHTS = "equal weights"
COLUMNS = (
    "order", "response", "place", "commodity", "tier", "sector", "demand", "unserved",
    "unserved_share", "value_lost", "unserved_change", "effect", "study_loss", "order_cost",
)  # fmt: skip
#: A change of less than this share of what is wanted is the solver's, not the order's.
_NOISE = 1e-5
#: Ties and discount move the loss of one and the same service by up to this share.
_TIES = 1e-3


def compare_orders(
    study: Study, scenario: str | Scenario | None = None, response: str = "foresight"
) -> pd.DataFrame:
    """The same scenario under every allocation order of the study.

    Parameters
    ----------
    scenario
        Name of one of the study's scenarios, a Scenario, or None for the undisturbed base.
    response
        One of `seawall.questions.prepared.RESPONSES`.

    Returns
    -------
    DataFrame
        One row an order ("willingness to pay", "equal weights", then those of the study) and group
        of demand (places and countries as a whole, tiers, sectors).  `unserved` is the total over
        the run [unit], `value_lost` what it is worth [million]; `unserved_change` and `effect`
        ("better", "worse", "same") are against willingness to pay.  `study_loss` is the loss of
        the whole study and `order_cost` what of it the order costs [million], the same in all
        rows of an order and 0 within a thousandth of the loss, which ties may move; below zero
        where others than those who obey it gain more.

    Raises
    ------
    UnknownName
        When there is no such scenario or response, or it hits something unknown.
    """
    found = find_scenario(study, scenario)
    struck = parts(study.variant(*found.variants) if found else study, found)
    frames = [_compared(part, response) for part in struck]
    return stacked([{"orders": frame} for frame in frames])["orders"]


def _compared(part: Part, response: str) -> pd.DataFrame:
    """The orders of one chain."""
    ready = prepare(part.study)
    rows: list[dict[str, Any]] = []
    free: list[dict[str, Any]] = []
    names = {WILLINGNESS: None, EQUAL_WEIGHTS: EQUAL} | {name: name for name in orders(ready.study)}
    for title, order in names.items():
        outcome = _outcome(ready, order, part.scenario, response)
        free = free or outcome
        for row, before in zip(outcome, free, strict=True):
            change = row["unserved"] - before["unserved"]
            small = abs(change) <= _NOISE * row["demand"]
            cost = row["study_loss"] - before["study_loss"]
            free_of_cost = abs(cost) <= _TIES * abs(before["study_loss"])
            rows.append(
                {
                    "order": title,
                    "response": response,
                    **row,
                    "unserved_change": 0.0 if small else change,
                    "effect": "same" if small else ("worse" if change > 0 else "better"),
                    "order_cost": 0.0 if free_of_cost else cost,
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _outcome(
    ready: Prepared, order: str | None, scenario: Scenario | None, response: str
) -> list[dict[str, Any]]:
    """Who goes short under one order, a row a group, in the same order for all of them."""
    under = ready.rationed(order)
    network, met = under.network, under.conditions(scenario)
    run = under.response(response).run(met)
    lost = loss(network, met, run, ready.reference)
    wanted = network.demands.quantity[:, None] * met.wanted
    rows = []
    for group in groups(network):
        demand = float(series(wanted, group).sum())
        gap = (wanted - run.served)[group.steps].sum(axis=1)
        short = float(gap.sum())
        nothing = short <= _NOISE * demand
        rows.append(
            {
                "place": group.place,
                "commodity": group.commodity,
                "tier": group.tier,
                "sector": group.sector,
                "demand": demand,
                "unserved": 0.0 if nothing else short,
                "unserved_share": 0.0 if nothing else short / demand,
                "value_lost": 0.0 if nothing else float(network.demands.wtp[group.steps] @ gap),
                "study_loss": lost,
            }
        )
    return rows
