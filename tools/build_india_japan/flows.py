"""Pair flows at the base date: known pairs of 2024, gravity in the gaps, fitted to 2026.

Deming and Stephan (1940), iterative proportional fitting: rows are plant groups, columns importing
places. Known zeros stay zero because the fitting only multiplies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tools.build_india_japan.tables import FactError, Row, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.assumptions import Assumptions
    from tools.build_india_japan.groups import Group

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Importer:
    """An importing place with its imports in Mt a year at the base date."""

    id: str
    code: str
    base: float
    low: float
    high: float
    row: Row
    margin: Row


@dataclass(frozen=True)
class Flow:
    """Fitted base flow of a pair in Mt a year, and whether a figure stands behind it."""

    origin: str
    destination: str
    amount: float
    known: Row | None


def importers() -> dict[str, Importer]:
    """Importing places by id; a code's base is shared out by ``share_of_base``."""
    margins = {r["code"]: r for r in read("lng_base_2026") if r["side"] == "import"}
    rows = read("lng_importers")
    # Shares are printed to four places; they are brought to a sum of one per code.
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["base_code"]] = sums.get(row["base_code"], 0.0) + number(row, "share_of_base")
    found: dict[str, Importer] = {}
    for row in rows:
        code = row["base_code"]
        share = number(row, "share_of_base") / sums[code]
        base, low, high = (
            number(margins[code], c) * share for c in ("mt_base_2026", "low", "high")
        )
        found[row["place"]] = Importer(row["place"], code, base, low, high, row, margins[code])
    return found


class Prior:
    """Prior matrix plant group x importing place for 2024, before fitting.

    Parameters
    ----------
    days
        Sailing and port days of each pair by the route of the base.
    contracted
        Contracted Mt a year by plant group and importer code, used only to split a known flow
        between the plant groups of one country.
    """

    def __init__(
        self,
        groups: dict[str, Group],
        places: dict[str, Importer],
        days: dict[tuple[str, str], float],
        contracted: dict[tuple[str, str], float],
        assume: Assumptions,
    ) -> None:
        self.groups = list(groups.values())
        self.places = list(places.values())
        self._assume = assume
        self._contracted = contracted
        shape = (len(self.groups), len(self.places))
        self.days = np.array(
            [[days[g.id, p.id] for p in self.places] for g in self.groups], dtype=np.float64
        ).reshape(shape)
        self.decay = np.exp(-self.days / assume["decay_days"])
        self._facts = {(r["exporter"], r["importer"]): r for r in read("lng_flows_2024")}
        self.known: dict[tuple[int, int], Row] = {}
        self.matrix: Matrix = np.zeros(shape)
        self._fill_known()
        self._fill_gaps()

    def _rows(self, country: str) -> list[int]:
        return [i for i, g in enumerate(self.groups) if g.country == country]

    def _columns(self, code: str) -> list[int]:
        return [j for j, p in enumerate(self.places) if p.code == code]

    def _fill_known(self) -> None:
        """Known pairs of 2024, spread over plant groups and places."""
        for country in sorted({g.country for g in self.groups}):
            rows = self._rows(country)
            found: dict[str, tuple[Row, list[int], Matrix]] = {}
            for (exporter, importer), fact in sorted(self._facts.items()):
                columns = self._columns(importer)
                if exporter == country and columns and fact["mt_prior"]:
                    amount = number(fact, "mt_prior")
                    split = self._split(importer, rows, columns, amount)
                    found[importer] = (fact, columns, split)
            if not any(fact_split.any() for _, _, fact_split in found.values()):
                for fact, columns, _ in found.values():  # nothing but known zeros
                    self.known |= {(i, j): fact for i in rows for j in columns}
                continue
            amounts = np.array([s.sum() for _, _, s in found.values()])
            by_group = np.array([s.sum(axis=1) for _, _, s in found.values()]).T
            # A group can't send more than it makes: fit the split to the groups' own output.
            output = np.array([self.groups[i].base_2024 for i in rows])
            fitted_split = fit(by_group, output * amounts.sum() / output.sum(), amounts, 500, False)
            scale = np.where(by_group > 0, fitted_split / np.where(by_group > 0, by_group, 1), 0)
            for n, (fact, columns, split) in enumerate(found.values()):
                for a, i in enumerate(rows):
                    for b, j in enumerate(columns):
                        self.known[i, j] = fact
                        self.matrix[i, j] = split[a, b] * scale[a, n]

    def _split(self, importer: str, rows: list[int], columns: list[int], amount: float) -> Matrix:
        """A known flow over plant groups and places: contracts first, the rest by gravity."""
        gravity = self.decay[np.ix_(rows, columns)].copy()
        gravity *= np.array([[self.groups[i].base] for i in rows])
        gravity *= np.array([[self.places[j].base for j in columns]])
        near = self.days[np.ix_(rows, columns)].min()
        for a, i in enumerate(rows):
            far = self.days[i, columns].min() - near > self._assume["split_reach"]
            if far and (self.groups[i].id, importer) != ("RUS-WEST", "CHN"):
                gravity[a, :] = 0.0
        signed = np.array([self._contracted.get((self.groups[i].id, importer), 0.0) for i in rows])
        if signed.sum() > amount:
            signed *= amount / signed.sum()
        across = gravity.sum(axis=1, keepdims=True)
        by_contract = np.where(across > 0, gravity / np.where(across > 0, across, 1.0), 0.0)
        rest = amount - signed.sum()
        return np.asarray(signed[:, None] * by_contract + rest * gravity / gravity.sum())

    def _fill_gaps(self) -> None:
        """Gravity within what the known pairs leave of exporters and importers in 2024."""
        exports = {
            r["exporter"]: number(r, "mt")
            for r in read("lng_trade")
            if r["importer"] == "WLD" and r["year"] == "2024"
        }
        imports = {
            c: sum(number(p.row, "imports_2024_mt") for p in self.places if p.code == c)
            for c in {p.code for p in self.places}
        }
        gap = np.ones_like(self.matrix, dtype=bool)
        for cell in self.known:
            gap[cell] = False
        new = np.zeros(len(self.groups), dtype=bool)
        rows = np.zeros(len(self.groups))
        for i, group in enumerate(self.groups):
            sisters = self._rows(group.country)
            share = group.base / sum(self.groups[k].base for k in sisters)
            # An exporter of 2025-26 has no 2024 total: its whole base is a gap.
            new[i] = group.country not in exports
            left = exports.get(group.country, group.base) - self.matrix[sisters].sum()
            rows[i] = group.base if new[i] else max(left, 0.0) * share
        columns = np.zeros(len(self.places))
        for j, place in enumerate(self.places):
            sisters = self._columns(place.code)
            share = place.base / sum(self.places[k].base for k in sisters)
            rest = self._facts.get(("OTH", place.code))
            left = imports[place.code] - self.matrix[:, sisters].sum()
            amount = number(rest, "mt_prior") if rest else max(left, 0.0)
            columns[j] = amount * share
        old = np.where(gap & ~new[:, None], self.decay, 0.0) * rows[:, None] * columns[None, :]
        rows_old = np.where(new | (old.sum(axis=1) == 0), 0.0, rows)
        columns_old = columns * rows_old.sum() / columns.sum()
        fitted = fit(old, rows_old, columns_old, rounds=200, exact=False)
        bases = np.array([p.base for p in self.places])
        gravity = np.where(gap & new[:, None], self.decay, 0.0) * bases[None, :]
        total = np.where(gravity.sum(axis=1) > 0, gravity.sum(axis=1), 1.0)
        self.matrix = self.matrix + fitted + gravity * (rows / total)[:, None]


def fit(
    matrix: Matrix, rows: Matrix, columns: Matrix, rounds: int = 2000, exact: bool = True
) -> Matrix:
    """Scale rows and columns in turn until both sums are met.

    Raises
    ------
    FactError
        If ``exact`` and the pattern of zeros leaves no matrix with these sums.
    """
    result = matrix.copy()
    for _ in range(rounds):
        sums = result.sum(axis=1)
        result *= np.where(sums > 0, rows / np.where(sums > 0, sums, 1.0), 0.0)[:, None]
        sums = result.sum(axis=0)
        result *= np.where(sums > 0, columns / np.where(sums > 0, sums, 1.0), 0.0)[None, :]
        if np.abs(result.sum(axis=1) - rows).max() < 1e-10:
            break
    if exact and np.abs(result.sum(axis=1) - rows).max() > 1e-6:
        raise FactError("the pair flows can't meet the totals of exporters and importers")
    return result


def fitted(prior: Prior, assume: Assumptions) -> list[Flow]:
    """Base flows of the pairs that are large enough, meeting the 2026 margins exactly.

    Pairs with a figure of the base year, and Arctic LNG 2 to China, are taken out of the margins
    before the fitting and put back after it. Gap pairs below ``min_gap`` and known pairs below
    ``min_lane`` are dropped step by step, and the rest is fitted again.
    """
    rows = np.array([g.base for g in prior.groups])
    columns = np.array([p.base for p in prior.places])
    if abs(rows.sum() - columns.sum()) > 1e-6:
        raise FactError(f"exports {rows.sum():.3f} and imports {columns.sum():.3f} differ")
    fixed, facts = _base_year(prior, assume)
    rows_free, columns_free = rows - fixed.sum(axis=1), columns - fixed.sum(axis=0)
    seed = prior.matrix.copy()
    for cell in facts:
        seed[cell] = 0.0
    known = np.zeros(seed.shape, dtype=bool)
    for cell in prior.known:
        known[cell] = True
    least = np.where(known, assume["min_lane"], assume["min_gap"])
    # Dropping all small pairs at once would drop pairs that then grow: raise the bar by steps.
    for bar in np.append(np.linspace(0.1, 1.0, 19), np.ones(20)):
        result = fit(seed, rows_free, columns_free)
        seed = np.where(result + fixed < least * bar, 0.0, seed)
    result = fit(seed, rows_free, columns_free) + fixed
    groups, places = [g.id for g in prior.groups], [p.id for p in prior.places]
    return [
        Flow(groups[i], places[j], float(result[i, j]), facts.get((i, j), prior.known.get((i, j))))
        for i in range(len(groups))
        for j in range(len(places))
        if result[i, j] > 0
    ]


def _base_year(prior: Prior, assume: Assumptions) -> tuple[Matrix, dict[tuple[int, int], Row]]:
    """Flows known at the base date itself, which no fitting may move."""
    fixed = np.zeros_like(prior.matrix)
    facts: dict[tuple[int, int], Row] = {}
    for row in read("lng_pairs_2026"):
        cells = [
            (i, j)
            for i, g in enumerate(prior.groups)
            for j, p in enumerate(prior.places)
            if g.country == row["exporter"] and p.code == row["importer"]
        ]
        weight = np.array([prior.matrix[c] for c in cells])
        for cell, share in zip(cells, weight / weight.sum(), strict=True):
            fixed[cell] = number(row, "mt_base_2026") * share
            facts[cell] = row
    groups, places = [g.id for g in prior.groups], [p.id for p in prior.places]
    fixed[groups.index("RUS-WEST"), places.index("CHN")] += assume["arctic_lng2"]
    return fixed, facts
