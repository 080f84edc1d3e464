"""From whose point of view exposure is told, and of which elements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.exposure.tracing import RECYCLING, Tracing, sums

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.network import Network
    from seawall.network.network import Bools, Floats
    from seawall.study import Study

#: What a place does with a commodity.
DEMAND, RECIPE = "demand", "recipe"


@dataclass(frozen=True)
class Root:
    """A place and a commodity that it has use for: `weights` are the parts of its nodes."""

    place: str
    commodity: str
    use: str
    weights: Floats


@dataclass(frozen=True)
class Traced:
    """One element traced on one network, for all places that have use for what holds it."""

    element: str
    tracing: Tracing
    roots: tuple[Root, ...]

    @property
    def weights(self) -> Floats:
        """Weights of the roots, a column each."""
        return np.stack([root.weights for root in self.roots], axis=1)


def used_in_recipes(network: Network) -> Floats:
    """What recipes take from each node in the base [unit per period]."""
    recipe = network.facilities.recipe.tocoo()
    taken = np.maximum(-recipe.data * network.facilities.base[recipe.col], 0.0)
    return sums(recipe.row.astype(np.int64), taken, len(network.nodes))


def roots(network: Network, headline: Iterable[str] = ()) -> list[Root]:
    """Demand places; countries with several; headline places for what their recipes use, too."""
    nodes, demands = network.nodes, network.demands
    told = demands.explained
    wanted = sums(demands.node[told], demands.base[told], len(nodes))
    found: dict[tuple[str, str], list[int]] = {}
    lands: dict[tuple[str, str], list[int]] = {}
    for n in np.flatnonzero(wanted > 0).tolist():
        found.setdefault((nodes.place[n], nodes.commodity[n]), []).append(n)
        lands.setdefault((nodes.country[n], nodes.commodity[n]), []).append(n)
    found |= {k: at for k, at in lands.items() if len(at) > 1 and k not in found}
    result = [
        Root(place, good, DEMAND, _weights(wanted, at)) for (place, good), at in found.items()
    ]

    used = used_in_recipes(network)
    for place in headline:
        here = [place in (p, c) for p, c in zip(nodes.place, nodes.country, strict=True)]
        goods = dict.fromkeys(
            nodes.commodity[n] for n in np.flatnonzero(np.array(here) & (wanted + used > 0))
        )
        for good in goods:
            if (place, good) in found:
                continue
            at = [n for n, own in enumerate(here) if own and nodes.commodity[n] == good]
            use, size = (DEMAND, wanted) if wanted[at].sum() > 0 else (RECIPE, used)
            result.append(Root(place, good, use, _weights(size, at)))
    return result


def _weights(size: Floats, at: list[int]) -> Floats:
    weights = np.zeros(len(size))
    weights[at] = size[at] / size[at].sum()
    return weights


def traced(study: Study, network: Network) -> list[Traced]:
    """Every element that the commodities of a study hold; what holds none is traced as itself,
    under the element "".

    Raises
    ------
    NoSourceError
        An element runs in a circle into which nothing enters.
    """
    contains = {good: dict(held) for good, held in study.lookup("commodities", "contains").items()}
    places = roots(network, study.settings.headline)
    elements = dict.fromkeys(e for root in places for e in contains[root.commodity] or [""])
    kinds = {row.process: row.kind for row in study.rows("processes")}
    process = study.lookup("facilities", "process")
    recycles = np.array([kinds[process[f]] == RECYCLING for f in network.facilities.id], dtype=bool)
    filled = filled_lanes(study, network)
    result = []
    for element in elements:
        content = {good: held[element] for good, held in contains.items() if element in held}
        tracing = Tracing(
            network, content if element else None, recycles, filled, element, contains
        )
        using = [root for root in places if element in (contains[root.commodity] or [""])]
        result.append(Traced(element, tracing, tuple(of_held(root, tracing) for root in using)))
    return result


def of_held(root: Root, tracing: Tracing) -> Root:
    """The same root with the parts of its nodes in the element: amount times what a unit holds."""
    weights = root.weights * tracing.held
    whole = weights.sum()
    return replace(root, weights=weights / whole) if whole > 0 else root


def filled_lanes(study: Study, network: Network) -> Bools:
    """Whether the flow of each lane was filled in, since no figure on its pair is known."""
    basis = study.lookup("lanes", "basis")
    return np.array([basis[lane] == "filled" for lane in network.lanes.id], dtype=bool)
