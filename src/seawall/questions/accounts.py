"""What a run is worth to each member of a pact, and who owes whom.

A member's account counts what is served at its willingness to pay, less what it pays: contracted
cargo at the base price, what it buys beyond that at the market price of the week, cargo that the
pact brings at the price of the articles.  What it lends leaves its contracts, so replacing it costs
the market price.  What is left in tanks counts at the base price; what is owed at the end counts
nothing, because whoever gets it back pays for it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.responses.trajectory import landings
from seawall.shocks import undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from seawall.network import Network
    from seawall.network.network import Floats
    from seawall.responses import Sharing, Trajectory, Transfer
    from seawall.responses.sharing import Member
    from seawall.shocks import Conditions

PACT = (
    "scenario", "place", "value_market", "value_pact", "worth", "lent", "borrowed", "returned",
    "owed", "settlement",
)  # fmt: skip
SETTLEMENT = (
    "scenario", "period_start", "lender", "borrower", "lent", "returned", "owed", "overdue",
    "price", "extra_cost", "compensation", "payment",
)  # fmt: skip
TRANSFERS = (
    "scenario", "kind", "decided", "departs", "arrives", "lender", "borrower", "from_lane",
    "to_lane", "quantity", "extra_cost",
)  # fmt: skip


def pact_tables(
    network: Network,
    met: Conditions,
    articles: Sharing | None,
    runs: dict[str, Trajectory],
    base: Trajectory,
    scenario: str,
    dates: list[date],
) -> dict[str, pd.DataFrame]:
    """Tables `pact`, `settlement` and `transfers`; empty unless both market and pact were run.

    Values are in millions against the undisturbed base; `worth` is what the pact changes.
    """
    rows: list[tuple[Any, ...]] = []
    ledger: list[tuple[Any, ...]] = []
    moved: list[tuple[Any, ...]] = []
    if articles is not None and "pact" in runs:
        pact = runs["pact"]
        ledger, paid, cash = _settlement(network, articles, pact, scenario, dates)
        moved = _transfers(network, articles, pact, scenario, dates[0])
        if "market" in runs:
            rows = [
                (scenario, *row)
                for row in _values(network, met, articles, runs["market"], pact, base, paid, cash)
            ]
    return {
        "pact": pd.DataFrame(rows, columns=list(PACT)),
        "settlement": pd.DataFrame(ledger, columns=list(SETTLEMENT)),
        "transfers": pd.DataFrame(moved, columns=list(TRANSFERS)),
    }


def _values(
    network: Network,
    met: Conditions,
    articles: Sharing,
    market: Trajectory,
    pact: Trajectory,
    base: Trajectory,
    paid: Floats,
    cash: Floats,
) -> list[tuple[Any, ...]]:
    rows = []
    calm = undisturbed(network, met.periods)
    for i, member in enumerate(articles.members):
        usual = _account(network, calm, articles, i, base)
        alone = _account(network, met, articles, i, market) - usual
        under = _account(network, met, articles, i, pact) - usual + float(paid[i])
        lent = sum(t.quantity for t in pact.transfers if not t.is_return and t.owner == i)
        back = sum(t.quantity for t in pact.transfers if t.is_return and t.other == i)
        owes = sum(_open(articles, pact, lender, i) for lender in range(len(articles.members)))
        got = sum(t.quantity for t in pact.transfers if not t.is_return and t.other == i)
        rows.append(
            (member.name, alone, under, under - alone, lent, got, back, owes, float(cash[i]))
        )
    return rows


def _open(articles: Sharing, run: Trajectory, lender: int, borrower: int) -> float:
    """What `borrower` still owes `lender` at the end [unit]."""
    premium = 1.0 + articles.protocol.return_.premium
    lent = sum(t.quantity for t in run.transfers
               if not t.is_return and (t.owner, t.other) == (lender, borrower))  # fmt: skip
    back = sum(t.quantity for t in run.transfers
               if t.is_return and (t.owner, t.other) == (borrower, lender))  # fmt: skip
    return max(0.0, lent * premium - back)


def _account(
    network: Network, met: Conditions, articles: Sharing, i: int, run: Trajectory
) -> float:
    """Worth of a run to a member, without payments under the articles [million]."""
    member, nodes = articles.members[i], network.nodes
    steps = np.concatenate(list(member.steps.values()))
    steps = np.union1d(steps, member.watched)
    wanted = network.demands.quantity[steps, None] * met.wanted[steps, : run.periods]
    # As a shortfall, so that a demand shock does not count the demand itself as a gain.
    lost = float(network.demands.wtp[steps] @ (wanted - run.served[steps]).sum(axis=1))
    left = float(nodes.price[member.tanks] @ run.stock[member.tanks, -1])
    return left - lost - _bought(network, met, member, i, run)


def _bought(network: Network, met: Conditions, member: Member, i: int, run: Trajectory) -> float:
    """What a member pays for its own cargo [million]."""
    lanes, nodes, periods = network.lanes, network.nodes, run.periods
    lands = np.isin(lanes.destination, member.entries) & (lanes.lag > 0)
    sent = np.where(lands[:, None], run.departures, 0.0)
    got = landings(network, sent)[member.entries] + met.arrivals[member.entries]
    gone, given = (np.zeros((len(lanes), periods)) for _ in range(2))
    for t in run.transfers:
        if t.owner == i:
            gone[t.taken, t.departs] += t.quantity
        if t.other == i:
            given[t.given, t.departs] += t.quantity
    usual = np.bincount(
        lanes.destination[lands], (lanes.keep * lanes.base)[lands], len(nodes)
    )[member.entries].sum()  # fmt: skip
    own = got - landings(network, given)[member.entries]
    entitled = np.maximum(0.0, usual - landings(network, gone)[member.entries].sum(axis=0))
    total = own.sum(axis=0)
    contracted = np.minimum(total, entitled)
    price = nodes.price[member.entries]
    weight = own / np.maximum(total, 1e-12)
    market = run.price[member.entries] if run.price is not None else price[:, None]
    spot = (weight * market).sum(axis=0)
    fixed = (weight * price[:, None]).sum(axis=0)
    return float(contracted @ fixed + (total - contracted) @ spot)


def _settlement(
    network: Network, articles: Sharing, run: Trajectory, scenario: str, dates: list[date]
) -> tuple[list[tuple[Any, ...]], Floats, Floats]:
    """The ledger by period and pair; what cargo that changes hands costs each member in all, its
    own contracts counted (`paid`); and what the other members pay it, net [million]."""
    paid, cash = np.zeros(len(articles.members)), np.zeros(len(articles.members))
    weeks: dict[tuple[int, int], dict[int, dict[str, float]]] = {}
    premium = 1.0 + articles.protocol.return_.premium
    terms = articles.protocol.price
    for t in run.transfers:
        lender, borrower = (t.other, t.owner) if t.is_return else (t.owner, t.other)
        when = max(t.departs, t.decided)
        entry = weeks.setdefault((lender, borrower), {}).setdefault(when, defaultdict(float))
        landed = t.quantity * network.lanes.keep[t.taken]
        at = network.lanes.destination[t.taken]
        contract = float(network.nodes.price[at])
        price = contract
        if terms.basis == "market" and run.price is not None:
            price = float(run.price[at, min(when, run.periods - 1)])
        extra = t.cost * t.quantity
        on_top = 0.0 if t.is_return else articles.compensation * t.quantity
        bears = extra if terms.plus_cost and not t.is_return else 0.0
        sale = landed * price
        entry["returned" if t.is_return else "lent"] += t.quantity
        entry["price"] = price
        entry["extra_cost"] += extra
        entry["compensation"] += on_top
        entry["payment"] += -sale if t.is_return else sale + on_top + bears
        cash[t.owner] += sale + on_top
        cash[t.other] -= sale + on_top
        # Who gets cargo pays for it; who gives it passes its contract price on to the seller.
        paid[t.other] -= sale + on_top + bears
        paid[t.owner] += sale - landed * contract + on_top - (extra - bears)
    rows: list[tuple[Any, ...]] = []
    for (lender, borrower), entries in weeks.items():
        names = articles.members[lender].name, articles.members[borrower].name
        rows += _ledger_rows(entries, names, premium, articles.due_periods, scenario, dates)
    return sorted(rows, key=lambda row: (row[1], row[2], row[3])), paid, cash


def _ledger_rows(
    entries: dict[int, dict[str, float]],
    names: tuple[str, str],
    premium: float,
    due: int,
    scenario: str,
    dates: list[date],
) -> Iterable[tuple[Any, ...]]:
    lent = back = 0.0
    for when in range(min(entries), len(dates)):
        e = entries.get(when, {})
        lent += e.get("lent", 0.0) * premium
        back += e.get("returned", 0.0)
        owed = max(0.0, lent - back)
        was_due = premium * sum(
            entry.get("lent", 0.0) for at, entry in entries.items() if at + due <= when
        )
        overdue = max(0.0, was_due - back)
        if e or owed > 1e-9:
            yield (
                scenario, dates[when], *names, e.get("lent", 0.0), e.get("returned", 0.0), owed,
                overdue, e.get("price"), e.get("extra_cost", 0.0), e.get("compensation", 0.0),
                e.get("payment", 0.0),
            )  # fmt: skip


def _transfers(
    network: Network, articles: Sharing, run: Trajectory, scenario: str, start: date
) -> list[tuple[Any, ...]]:
    days = network.terms.period_days

    def on(period: float) -> date:
        return start + timedelta(days=days * period)

    def kind(t: Transfer) -> str:
        if t.is_return:
            return "return"
        return "loan at sea" if t.departs < t.decided else "loan"

    return [
        (
            scenario, kind(t), on(t.decided), on(t.departs), on(t.arrives),
            articles.members[t.other if t.is_return else t.owner].name,
            articles.members[t.owner if t.is_return else t.other].name,
            network.lanes.id[t.taken], network.lanes.id[t.given], t.quantity, t.cost * t.quantity,
        )
        for t in run.transfers
    ]  # fmt: skip
