"""Exposure: where do we hang on a single source or passage?  No solving, only the base.

Direct shares are those of the suppliers of a node; look-through shares trace every unit back
through lanes and recipes to where it was extracted, in proportion to what flows into each node:

    X = S + W X,   W[n, m] the part of what enters n that comes from m,

a sparse linear system.  Passage shares trace the same way what crossed a passage on any leg.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csc_array, eye_array
from scipy.sparse.linalg import splu

from seawall.errors import SeawallError, UnknownName
from seawall.network.network import TINY
from seawall.questions.prepared import prepare
from seawall.questions.result import Result

if TYPE_CHECKING:
    from seawall.network import Network
    from seawall.network.network import Floats, Ints
    from seawall.study import Study

#: Benchmarks: one source above 65 % (EU Critical Raw Materials Act), one passage above 50 %.
SINGLE_SOURCE = 0.65
SINGLE_PASSAGE = 0.50


class NoSourceError(SeawallError):
    """Goods run in a circle into which nothing is extracted: they have no origin to trace to."""

    exit_code = 3


@dataclass(frozen=True)
class ExposureResult(Result):
    """Tables `direct`, `lookthrough`, `passages`, `indices`, `flags`."""

    study: Study


def exposure(
    study: Study, place: str | None = None, commodity: str | None = None
) -> ExposureResult:
    """Supplier, origin and passage shares of every demand place (and of countries with several).

    Parameters
    ----------
    place, commodity
        Keep only rows of this place (country) or commodity.

    Raises
    ------
    UnknownName
        When there is no such place or commodity among the rows.
    """
    network = prepare(study).network
    traced = _Traced(network)
    stage = study.lookup("commodities", "stage")
    tables = {
        "direct": _direct(network),
        "lookthrough": traced.origins(stage),
        "passages": traced.passages(),
    }
    for key, value in (("place", place), ("commodity", commodity)):
        if value is None:
            continue
        known = {str(x) for table in tables.values() for x in table[key]}
        if value not in known:
            raise UnknownName(key, value, known)
        tables = {name: t[t[key] == value].reset_index(drop=True) for name, t in tables.items()}
    tables["indices"] = _indices(tables["direct"], tables["lookthrough"])
    tables["flags"] = _flags(tables["lookthrough"], tables["passages"])
    flags = tables["flags"]
    return ExposureResult(
        question="exposure",
        identity={
            "question": "exposure", "study": study.name, "digest": study.digest(),
            "place": place, "commodity": commodity,
        },
        tables=tables,
        figures={
            "flags": len(flags),
            "largest_passage": None if tables["passages"].empty
            else tables["passages"].nlargest(1, "share").iloc[0].to_dict(),
        },
        units={"share": "share of supply", "HHI": "0-1", "effective_suppliers": "number"},
        study=study,
    )  # fmt: skip


class _Traced:
    """Proportional tracing on the base flows of one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        nodes, lanes, facilities = network.nodes, network.lanes, network.facilities
        size = len(nodes)
        recipe = facilities.recipe.tocoo()
        makes = recipe.data > 0
        made = recipe.data[makes] * facilities.base[recipe.col[makes]]
        landed = lanes.keep * lanes.base
        enters = np.bincount(lanes.destination, landed, size)
        enters += np.bincount(recipe.row[makes], made, size)
        self.enters = enters
        per = 1.0 / np.maximum(enters, TINY)

        rows: list[Ints] = [lanes.destination]
        cols: list[Ints] = [lanes.origin]
        data: list[Floats] = [landed * per[lanes.destination]]
        source = np.zeros(size)
        for f in range(len(facilities)):
            e = np.flatnonzero(recipe.col == f)
            outputs, inputs = e[recipe.data[e] > 0], e[recipe.data[e] < 0]
            for o in outputs:
                n, amount = recipe.row[o], recipe.data[o] * facilities.base[f]
                if not len(inputs):
                    source[n] += amount * per[n]
                    continue
                weight = -recipe.data[inputs] / -recipe.data[inputs].sum()
                rows.append(np.full(len(inputs), n))
                cols.append(recipe.row[inputs].astype(np.int64))
                data.append(amount * per[n] * weight)
        self.source = source
        self.ways = coo_array(
            (np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))),
            shape=(size, size),
        ).tocsr()
        self._must_have_sources()
        self.backwards = splu(csc_array(eye_array(size) - self.ways.T))

    def _must_have_sources(self) -> None:
        nodes, reached = self.network.nodes, self.source > 0
        for _ in range(len(nodes)):
            wider = reached | (self.ways @ reached.astype(float) > 0)
            if np.array_equal(wider, reached):
                break
            reached = wider
        lost = np.flatnonzero((self.enters > 0) & ~reached)
        if len(lost):
            named = ", ".join(f"{nodes.commodity[n]} at {nodes.place[n]}" for n in lost[:5])
            raise NoSourceError(f"runs in a circle without a source: {named}")

    def _places(self) -> list[tuple[str, str, Floats]]:
        """Demand places and countries with several, each with the weights of its nodes."""
        nodes, demands = self.network.nodes, self.network.demands
        weight = np.bincount(demands.node, demands.base, len(nodes))
        found: dict[tuple[str, str], list[int]] = {}
        lands: dict[tuple[str, str], list[int]] = {}
        for n in np.flatnonzero(weight > 0):
            found.setdefault((nodes.place[n], nodes.commodity[n]), []).append(int(n))
            lands.setdefault((nodes.country[n], nodes.commodity[n]), []).append(int(n))
        found |= {k: at for k, at in lands.items() if len(at) > 1 and k not in found}
        result = []
        for (place, commodity), at in found.items():
            share = np.zeros(len(nodes))
            share[at] = weight[at] / weight[at].sum()
            result.append((place, commodity, share))
        return result

    def origins(self, stage: dict[str, str]) -> pd.DataFrame:
        """Share of each place's supply by the node where it was extracted."""
        nodes = self.network.nodes
        rows: list[dict[str, Any]] = []
        for place, commodity, weight in self._places():
            # Adjoint: one solve a place gives what it draws on every node.
            drawn = self.backwards.solve(weight) * self.source
            rows += [
                {
                    "place": place,
                    "commodity": commodity,
                    "stage": stage[nodes.commodity[n]],
                    "origin": nodes.place[n],
                    "share": float(drawn[n]),
                }
                for n in np.argsort(-drawn)
                if drawn[n] > 1e-6
            ]
        return pd.DataFrame(rows, columns=["place", "commodity", "stage", "origin", "share"])

    def passages(self) -> pd.DataFrame:
        """Share of each place's supply that crossed each passage on its way."""
        network, lanes = self.network, self.network.lanes
        size, per = len(network.nodes), 1.0 / np.maximum(self.enters, TINY)
        rows: list[dict[str, Any]] = []
        for p, name in enumerate(network.passages.id):
            crosses = np.zeros(len(lanes), dtype=bool)
            crosses[lanes.crossing_lane[lanes.crossing_passage == p]] = True
            landed = (lanes.keep * lanes.base) * per[lanes.destination]
            over = np.bincount(lanes.destination, np.where(crosses, landed, 0.0), size)
            # What crosses on this leg, plus what had crossed before on the legs that do not.
            rest = coo_array(
                (landed[crosses], (lanes.destination[crosses], lanes.origin[crosses])),
                shape=(size, size),
            )
            system = csc_array(eye_array(size) - (self.ways - rest))
            share = splu(system).solve(over)
            for place, commodity, weight in self._places():
                part = float(weight @ share)
                if part > 1e-6:
                    rows.append(
                        {"place": place, "commodity": commodity, "passage": name, "share": part}
                    )
        frame = pd.DataFrame(rows, columns=["place", "commodity", "passage", "share"])
        return frame.sort_values(
            ["place", "commodity", "share"], ascending=[True, True, False], ignore_index=True
        )


def _direct(network: Network) -> pd.DataFrame:
    """Suppliers from abroad (by country) of the countries that demand, before any tracing."""
    nodes, lanes = network.nodes, network.lanes
    demand_countries = {nodes.country[n] for n in network.demands.node}
    landed = lanes.keep * lanes.base
    totals: dict[tuple[str, str, str], float] = {}
    for a in np.flatnonzero(landed > 0):
        o, d = lanes.origin[a], lanes.destination[a]
        if nodes.country[o] != nodes.country[d] and nodes.country[d] in demand_countries:
            for place in dict.fromkeys((nodes.country[d], nodes.place[d])):
                key = (place, nodes.commodity[d], nodes.country[o])
                totals[key] = totals.get(key, 0.0) + float(landed[a])
    frame = pd.DataFrame(
        [(*key, amount) for key, amount in totals.items()],
        columns=["place", "commodity", "supplier", "quantity"],
    )
    whole = frame.groupby(["place", "commodity"])["quantity"].transform("sum")
    frame["share"] = frame["quantity"] / whole
    frame["quantity"] *= 365.0 / network.terms.period_days
    return frame.sort_values(
        ["place", "commodity", "share"], ascending=[True, True, False], ignore_index=True
    )


def _indices(direct: pd.DataFrame, lookthrough: pd.DataFrame) -> pd.DataFrame:
    """Herfindahl-Hirschman index and effective number of suppliers (1 / HHI), direct and traced."""
    rows: list[dict[str, Any]] = []
    for prefix, table in (("", direct), ("lookthrough_", lookthrough)):
        for (place, commodity), part in table.groupby(["place", "commodity"], sort=False):
            hhi = float((part["share"] ** 2).sum())
            for index, value in (("HHI", hhi), ("effective_suppliers", 1.0 / hhi)):
                rows.append(
                    {"commodity": commodity, "place": place, "index": prefix + index,
                     "value": value}
                )  # fmt: skip
    return pd.DataFrame(rows, columns=["commodity", "place", "index", "value"])


def _flags(lookthrough: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    source = lookthrough[lookthrough["share"] > SINGLE_SOURCE]
    passage = passages[passages["share"] > SINGLE_PASSAGE]
    columns = ["place", "commodity", "flag", "what", "share", "benchmark"]
    rows = [
        (r.place, r.commodity, "single source", r.origin, r.share, SINGLE_SOURCE)
        for r in source.itertuples()
    ] + [
        (r.place, r.commodity, "single passage", r.passage, r.share, SINGLE_PASSAGE)
        for r in passage.itertuples()
    ]
    return pd.DataFrame(rows, columns=columns)
