"""What contracts say on moving a cargo: where it may go, who must agree, by when, what is paid.

Terminals of one cluster count as one destination: within it no seller needs to be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.questions.redirect.ashore import Shore
    from seawall.study import Study

__all__ = ["ANYWAY", "NEVER", "ONLY_WITH", "Clause", "Rules", "tolerated"]

#: Answers to "may it go there?": in every world, only where sellers consent, in none.
ANYWAY, ONLY_WITH, NEVER = "anyway", "only with consent", "never"


@dataclass(frozen=True)
class Clause:
    """Rules of one contract; those of a contract without a row are the defaults."""

    destinations: frozenset[str] = frozenset()
    consent: str = "unknown"
    fee: float = 0.0
    notice: float = 0.0
    tolerance_down: float = 0.0
    pro_rata: str = "unknown"


class Rules:
    """Clauses of the book's contracts, by contract; "" has none."""

    def __init__(self, study: Study, shore: Shore) -> None:
        self._clauses = {row.contract: _clause(row) for row in study.rows("clauses")}
        self._names: list[frozenset[str]] = []
        country = study.lookup("places", "country")
        terminals = shore.terminals
        for k, cluster in enumerate(terminals.clusters):
            own = [j for j in range(len(terminals.ids)) if terminals.cluster[j] == k]
            self._names.append(frozenset({
                cluster, country.get(cluster, ""), *(terminals.ids[j] for j in own),
                *(shore.places[j] for j in own),
                terminals.members[terminals.region_member[terminals.cluster_region[k]]],
            }))  # fmt: skip

    def clause(self, contract: str) -> Clause:
        """Rules of a contract."""
        return self._clauses.get(contract, _NONE)

    def named(self, contract: str, cluster: int) -> bool:
        """Whether a contract names a cluster, or something in it, as a destination."""
        return bool(self.clause(contract).destinations & self._names[cluster])

    def may(self, row: Any, cluster: int, planned: int, *, home: bool) -> str:
        """Whether a cargo may go to a cluster without the other member's pact.

        Parameters
        ----------
        row
            Row of `cargoes`.
        planned
            Cluster that it is meant to go to; -1: none.
        home
            Whether the cluster lies in the country of its owner.
        """
        if cluster == planned or self.named(row.contract, cluster):
            return ANYWAY
        if row.flexible == "yes" or (home and row.basis == "FOB"):
            return ANYWAY
        consent = self.clause(row.contract).consent
        if consent == "yes":
            return ANYWAY
        return ONLY_WITH if consent == "unknown" else NEVER

    def fee(self, row: Any, cluster: int, planned: int, energy: float, aboard: float) -> float:
        """What the seller is paid for a diversion [million USD]."""
        if cluster == planned or planned < 0 or self.named(row.contract, cluster):
            return 0.0
        fee = self.clause(row.contract).fee
        return fee * energy * aboard / 1000.0


_NONE = Clause()


def _clause(row: Any) -> Clause:
    names = frozenset(p.strip() for p in row.destinations.split(";") if p.strip())
    return Clause(
        destinations=names, consent=row.consent or "unknown", fee=_number(row.fee),
        notice=_number(row.notice), tolerance_down=_number(row.tolerance_down),
        pro_rata=row.pro_rata or "unknown",
    )  # fmt: skip


def _number(value: float) -> float:
    return 0.0 if np.isnan(value) else float(value)


def tolerated(
    rules: Rules,
    cargoes: Sequence[Any],
    aboard: Mapping[str, float],
    yearly: Mapping[str, float],
) -> frozenset[str]:
    """Cargoes that may be left unlifted without being paid for: of each contract as many whole ones
    as its downward tolerance of the year's quantity [kt] allows, those that load last."""
    by_contract: dict[str, list[Any]] = {}
    for row in cargoes:
        if row.contract and row.state in ("planned", "ballast"):
            by_contract.setdefault(row.contract, []).append(row)
    found: set[str] = set()
    for contract, rows in by_contract.items():
        left = rules.clause(contract).tolerance_down * yearly.get(contract, 0.0)
        for row in sorted(rows, key=lambda r: (r.load_from, r.id), reverse=True):
            left -= aboard[row.id]
            if left < -1e-9:
                break
            found.add(row.id)
    return frozenset(found)
