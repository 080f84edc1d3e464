"""Worth: over the hazards of ten years, is the pact worth signing for each member?

Every hazard is asked in a few severities what the pact changes for each member (the catalogue);
then thousands of decades are drawn from the catalogue.  The pact's cost of the years in which
nothing happens is zero: articles that bind stocks or money at all times are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from seawall.errors import UsageError
from seawall.network.build import Goods
from seawall.questions.decades import (
    HIGH,
    LOW,
    Catalogue,
    Decades,
    Terms,
    compensation,
    contributions,
    draw,
)
from seawall.questions.pact_worth import accounts
from seawall.questions.parts import lending
from seawall.questions.prepared import prepare
from seawall.questions.result import Result, in_units
from seawall.runs.executor import spread
from seawall.runs.kept import Packed
from seawall.shocks.hazards import hazards, severities
from seawall.study.protocol import study_protocol
from seawall.study.protocol_check import check_protocol, lent_commodity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seawall.runs.kept import Kept
    from seawall.runs.progress import Progress
    from seawall.shocks import Scenario
    from seawall.shocks.hazards import Hazard
    from seawall.study import Study
    from seawall.study.protocol import Protocol

WORTH = (
    "place", "balance", "low", "high", "decade_low", "decade_median", "decade_high",
    "chance_of_loss", "lent", "borrowed", "chance_lends", "chance_borrows",
)  # fmt: skip
WORTH_HAZARDS = (
    "hazard", "name", "place", "frequency", "frequency_low", "frequency_high", "balance_if",
    "balance", "share", "lent_if", "borrowed_if",
)  # fmt: skip
WORTH_CASES = (
    "hazard", "scenario", "probability", "days", "depth", "place", "value_market", "value_pact",
    "balance_if", "lent_if", "borrowed_if",
)  # fmt: skip
COMPENSATION = (
    "lender", "borrower", "lent", "least", "least_low", "least_high", "most", "most_low",
    "most_high", "unit", "agreeable", "chance_agreeable",
)  # fmt: skip
DECADES = ("place", "percentile", "balance", "lent", "borrowed")

_UNITS = {
    "balance": "money a year", "low": "money a year", "high": "money a year",
    "decade_low": "money a year", "decade_median": "money a year", "decade_high": "money a year",
    "balance_if": "money", "value_market": "money", "value_pact": "money",
    "lent": "amount a year", "borrowed": "amount a year", "lent_if": "amount",
    "borrowed_if": "amount", "chance_of_loss": "share", "chance_lends": "share",
    "chance_borrows": "share", "chance_used": "share", "chance_agreeable": "share",
    "share": "share", "frequency": "events a year", "frequency_low": "events a year",
    "frequency_high": "events a year", "probability": "share", "days": "day", "depth": "share",
    "least": "as unit says", "most": "as unit says",
}  # fmt: skip


class Account(NamedTuple):
    """What one case means for one member.

    Attributes
    ----------
    value_market, value_pact
        Worth of the run to it without and with the pact [million]; more is better.
    lent
        What it lends [unit].
    borrowed
        What it borrows [unit]; None: what the other one of two members lends.
    """

    value_market: float
    value_pact: float
    lent: float
    borrowed: float | None = None


@dataclass(frozen=True)
class WorthResult(Result):
    """Tables `worth`, `compensation`, `worth_hazards`, `worth_cases`, `decades`."""

    study: Study
    protocol: Protocol


def worth(
    study: Study,
    protocol: Protocol | None = None,
    *,
    years: int = 10,
    severities: int = 3,
    draws: int = 10_000,
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
    balance: Callable[[Scenario], Mapping[str, Account]] | None = None,
    kept: Kept | None = None,
) -> WorthResult:
    """What a sharing pact brings each member over the hazards of `years` years.

    Parameters
    ----------
    protocol
        Articles of the pact; None: those of the study.
    severities
        Cases that stand for each hazard.
    draws
        Decades that are drawn.
    workers
        Processes that compute the cases.
    balance
        What a case means for each member; None: a stress test with the responses `market` and
        `pact`. With several workers it must be picklable.
    kept
        Where finished cases of these arguments alone are kept, to go on from.

    Returns
    -------
    WorthResult
        A member's `balance` is its expected yearly gain; `low` and `high` its 90 % interval as far
        as the frequencies are uncertain, `decade_low` and `decade_high` that of what a single
        decade brings.

    Raises
    ------
    UsageError
        When the study has no hazards or no protocol, or a number is below 1.
    UnknownName, InputError, Infeasible, SolverError
        As a stress test of the case that is named.
    Interrupted
        When the user stops it and cases are kept.
    """
    found = hazards(study)
    articles = protocol or _own(study)
    identity = asked_worth(study, articles, years, severities, draws, seed, own=bool(balance))
    study = lending(study, articles)
    cases = _cases(found, severities)
    accounts = spread(
        balance or partial(_stressed, study, articles),
        [case.scenario for case in cases],
        workers,
        progress,
        text="cases",
        name=lambda scenario: scenario.name,
        kept=Packed(kept, _packed, _unpacked) if kept else None,
    )
    catalogue = _catalogue(found, articles.members, severities, accounts)
    drawn = draw(catalogue, years, draws, seed)
    terms = compensation(catalogue, drawn)
    factor, unit = Goods(study).quote(_commodity(study, articles))
    return WorthResult(
        question="worth",
        identity=identity,
        tables={
            "worth": _worth(catalogue, drawn),
            "compensation": _compensation(terms, factor, unit),
            "worth_hazards": _by_hazard(catalogue),
            "worth_cases": _by_case(cases, accounts, catalogue),
            "decades": _percentiles(catalogue, drawn),
        },
        figures=_figures(study, catalogue, drawn, terms, factor, unit),
        units=_in_units(study),
        study=study,
        protocol=articles,
    )


def asked_worth(
    study: Study,
    protocol: Protocol | None = None,
    years: int = 10,
    severities: int = 3,
    draws: int = 10_000,
    seed: int = 0,
    *,
    own: bool = False,
) -> dict[str, Any]:
    """Identity of the answer that `worth` gives to the same arguments, without computing it.

    It is of the chain whose cargo is lent. `own` says that cases are weighed by a function of the
    caller's, which makes the answer another one.

    Raises
    ------
    UsageError
        When the study has no hazards or no protocol, or a number is below 1.
    InputError
        When the articles do not fit the study.
    """
    articles = protocol or _own(study)
    chain = lending(study, articles)
    if not hazards(study):
        raise UsageError(f'study "{study.name}" has no hazards: add hazards.csv')
    for what, number in (("year", years), ("severity", severities), ("draw", draws)):
        if number < 1:
            raise UsageError(f"at least one {what} is needed, not {number}")
    check_protocol(chain, articles)
    identity = {
        "question": "worth",
        "study": chain.name,
        "digest": chain.digest(),
        "variants": dict(chain.selected),
        "protocol": articles.model_dump(mode="json"),
        "years": years,
        "severities": severities,
        "draws": draws,
        "seed": seed,
    }
    return identity | ({"balance": "of the caller"} if own else {})


def _packed(accounts: Mapping[str, Account]) -> dict[str, list[float | None]]:
    return {member: list(account) for member, account in accounts.items()}


def _unpacked(packed: Mapping[str, Any]) -> dict[str, Account]:
    return {member: Account(*account) for member, account in packed.items()}


@dataclass(frozen=True)
class _Case:
    """One severity of one hazard."""

    hazard: str
    probability: float
    scenario: Scenario


def _cases(found: tuple[Hazard, ...], n: int) -> list[_Case]:
    return [
        _Case(hazard.id, probability, scenario)
        for hazard in found
        for probability, scenario in severities(hazard, n)
    ]


def _own(study: Study) -> Protocol:
    protocol = study_protocol(study)
    if protocol is None:
        raise UsageError(f'study "{study.name}" has no protocol.toml: name a protocol')
    return protocol


def _commodity(study: Study, protocol: Protocol) -> str:
    return protocol.volume.commodity or lent_commodity(study, protocol)


def _stressed(study: Study, protocol: Protocol, scenario: Scenario) -> dict[str, Account]:
    """A case with and without the pact."""
    ready = prepare(study.variant(*scenario.variants))
    _, _, table = accounts(ready, scenario, protocol)
    columns = (table[n].astype(float) for n in ("value_market", "value_pact", "lent", "borrowed"))
    return {
        str(place): Account(*numbers)
        for place, *numbers in zip(table["place"], *columns, strict=True)
    }


def _catalogue(
    found: tuple[Hazard, ...],
    members: tuple[str, ...],
    n: int,
    accounts: list[Mapping[str, Account]],
) -> Catalogue:
    shape = (len(found), n, len(members))
    of = [[case[member] for member in members] for case in accounts]
    gain = np.array([[a.value_pact - a.value_market for a in row] for row in of])
    lent = np.array([[a.lent for a in row] for row in of])
    borrowed = np.array([_borrowed(row) for row in of])
    return Catalogue(found, members, *(x.reshape(shape) for x in (gain, lent, borrowed)))


def _borrowed(accounts: list[Account]) -> list[float]:
    """What each member borrows; of two members each borrows what the other lends."""
    known = [a.borrowed for a in accounts if a.borrowed is not None]
    if len(known) == len(accounts):
        return known
    if len(accounts) != 2:
        raise UsageError("with more than two members each account says what was borrowed")
    return [accounts[1].lent, accounts[0].lent]


def _worth(catalogue: Catalogue, drawn: Decades) -> pd.DataFrame:
    """One row a member."""
    gain, lent = catalogue.yearly(catalogue.gain), catalogue.yearly(catalogue.lent)
    borrowed = catalogue.yearly(catalogue.borrowed)
    uncertain = drawn.frequency @ catalogue.gain.mean(axis=1)
    rows = []
    for m, member in enumerate(catalogue.members):
        low, high = np.percentile(uncertain[:, m], [LOW, HIGH])
        decade = np.percentile(drawn.gain[:, m], [LOW, 50.0, HIGH])
        rows.append(
            {
                "place": member, "balance": gain[m], "low": low, "high": high,
                "decade_low": decade[0], "decade_median": decade[1], "decade_high": decade[2],
                "chance_of_loss": (drawn.gain[:, m] < 0).mean(), "lent": lent[m],
                "borrowed": borrowed[m], "chance_lends": (drawn.lent[:, m] > 0).mean(),
                "chance_borrows": (drawn.borrowed[:, m] > 0).mean(),
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(WORTH))


def _by_hazard(catalogue: Catalogue) -> pd.DataFrame:
    """One row a hazard and member, that which moves the member's balance most first."""
    rows = []
    for m, member in enumerate(catalogue.members):
        mean = {
            name: amounts[:, :, m].mean(axis=1)
            for name, amounts in (
                ("balance_if", catalogue.gain),
                ("lent_if", catalogue.lent),
                ("borrowed_if", catalogue.borrowed),
            )
        }
        expected = catalogue.frequency * mean["balance_if"]
        moved = float(np.abs(expected).sum())
        for h in contributions(catalogue, m):
            hazard = catalogue.hazards[h]
            rows.append(
                {
                    "hazard": hazard.id, "name": hazard.name, "place": member,
                    "frequency": hazard.frequency, "frequency_low": hazard.low,
                    "frequency_high": hazard.high, "balance": expected[h],
                    # Gains and losses of one member must not cancel in what they are shares of.
                    "share": abs(expected[h]) / moved if moved else 0.0,
                    **{name: values[h] for name, values in mean.items()},
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(WORTH_HAZARDS))


def _by_case(
    cases: list[_Case], accounts: list[Mapping[str, Account]], catalogue: Catalogue
) -> pd.DataFrame:
    """One row a case and member: what the catalogue holds."""
    n = catalogue.severities
    rows = []
    for i, (case, account) in enumerate(zip(cases, accounts, strict=True)):
        shock = case.scenario.shock[0]
        for m, member in enumerate(catalogue.members):
            here = account[member]
            rows.append(
                {
                    "hazard": case.hazard, "scenario": case.scenario.name,
                    "probability": case.probability, "days": shock.days,
                    "depth": shock.depth if shock.demand is None else shock.change,
                    "place": member, "value_market": here.value_market,
                    "value_pact": here.value_pact,
                    "balance_if": here.value_pact - here.value_market, "lent_if": here.lent,
                    "borrowed_if": catalogue.borrowed[i // n, i % n, m],
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(WORTH_CASES))


def _compensation(terms: list[Terms], factor: float, unit: str) -> pd.DataFrame:
    """One row a lender, and one for the pact as a whole where several lend."""
    rows = [
        {
            "lender": t.lender, "borrower": t.borrower, "lent": t.lent,
            "least": t.least * factor, "least_low": t.least_low * factor,
            "least_high": t.least_high * factor, "most": t.most * factor,
            "most_low": t.most_low * factor, "most_high": t.most_high * factor, "unit": unit,
            "agreeable": t.agreeable, "chance_agreeable": t.chance,
        }
        for t in terms
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COMPENSATION))


def _percentiles(catalogue: Catalogue, drawn: Decades) -> pd.DataFrame:
    """What decades bring, percentile by percentile; each column in its own order."""
    at = np.arange(0, 101)
    parts = []
    for m, member in enumerate(catalogue.members):
        columns: dict[str, Any] = {"place": member, "percentile": at}
        for name, amounts in (
            ("balance", drawn.gain), ("lent", drawn.lent), ("borrowed", drawn.borrowed),
        ):  # fmt: skip
            columns[name] = np.percentile(amounts[:, m], at)
        parts.append(pd.DataFrame(columns, columns=list(DECADES)))
    return pd.concat(parts, ignore_index=True)


def _figures(
    study: Study,
    catalogue: Catalogue,
    drawn: Decades,
    terms: list[Terms],
    factor: float,
    unit: str,
) -> dict[str, Any]:
    whole = terms[-1]
    expected = catalogue.yearly(catalogue.gain)
    run = study.settings.periods * study.settings.period_days
    return {
        "years": drawn.years,
        "draws": len(drawn.uses),
        "hazards": len(catalogue.hazards),
        "cases": catalogue.used.size,
        "cases_used": int(catalogue.used.sum()),
        "chance_used": float((drawn.uses > 0).mean()),
        "uses": float(catalogue.frequency @ catalogue.used.mean(axis=1) * drawn.years),
        "balance": {m: float(x) for m, x in zip(catalogue.members, expected, strict=True)},
        "compensation": {
            "least": _told(whole.least * factor),
            "most": _told(whole.most * factor),
            "agreeable": whole.agreeable,
            "unit": unit,
        },
        # A run of a case ends before the longest events do.
        "run_days": run,
    }


def _told(value: float) -> float | None:
    return None if np.isnan(value) else value


def _in_units(study: Study) -> dict[str, str]:
    """Units, with money and amounts a year written out."""
    yearly = {k: v for k, v in _UNITS.items() if v in ("money a year", "amount a year")}
    found = in_units([study], _UNITS | {k: v.removesuffix(" a year") for k, v in yearly.items()})
    return found | {k: f"{found[k]} a year" for k in yearly}
