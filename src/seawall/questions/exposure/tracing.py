"""Proportional tracing of one element on the base flows of a network.

What enters a node mixes there, and what leaves it is that mixture:

    X = S + W X,    W[n, m] = the part of the element that enters n which comes from m

with S the part that begins at n.  Parts are of the element, not of the commodity: a unit at n holds
q[n] of it, and makers of the same commodity may put in more or less,

    q[n] enters[n] = sum of landed q[origin] over lanes + sum of made q[made] over facilities

so that a lane counts with what its cargo holds.  A recipe passes on what its inputs bring of the
element (amount times q), and takes it from them in that proportion: iron or coke have no part in
where neodymium comes from.  What a process loses of its main element it loses of all, which is why
losses change no shares (`_kept`).  An element begins where a facility makes it from
inputs that do not hold it (a mine, a well), or from scrap: recycling is an origin of its own, and
nothing is traced behind it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, eye_array
from scipy.sparse.csgraph import connected_components, shortest_path
from scipy.sparse.linalg import splu

from seawall.errors import SeawallError
from seawall.network.network import TINY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seawall.network import Network
    from seawall.network.network import Bools, Floats, Ints

    #: Node, facility and amount [unit per period] of each input or output of the recipes in use.
    Entries = tuple[Ints, Ints, Floats]

#: What a facility is to an element.
EXTRACTION, CONVERSION, RECYCLING = "extraction", "conversion", "recycling"


class NoSourceError(SeawallError):
    """Goods run in a circle into which nothing is extracted: they have no origin to trace to."""

    exit_code = 3


def sums(at: Ints, values: Floats, size: int) -> Floats:
    """Sums of the values at each of `size` positions."""
    result: Floats = np.bincount(at, values, size).astype(np.float64)
    return result


class Tracing:
    """Where an element comes from, by node of a network.

    Parameters
    ----------
    content
        How much of the element one unit of a commodity holds, nominally; commodities that are not
        named hold none. None: every commodity is traced as itself, and inputs weigh by their
        amount.
    recycles
        Whether a facility recycles, one each.
    filled
        Whether the flow of a lane was filled in for want of figures on its pair, one each.
    element
        Its name, for errors.
    every
        All that one unit of each commodity holds, by commodity and element. None: this element.

    Attributes
    ----------
    kind
        What each facility is to the element: extraction, conversion or recycling.
    makers
        (place, commodity, kind) of the facilities that make what holds the element.
    guessed
        Whether any flow of the element was filled in.
    held
        How much of the element a unit at each node holds in fact.
    """

    def __init__(
        self,
        network: Network,
        content: Mapping[str, float] | None = None,
        recycles: Bools | None = None,
        filled: Bools | None = None,
        element: str = "",
        every: Mapping[str, Mapping[str, float]] | None = None,
    ) -> None:
        self.network, self.element = network, element
        nodes, lanes, facilities = network.nodes, network.lanes, network.facilities
        self._size = size = len(nodes)
        holds = np.array(
            [1.0 if content is None else content.get(good, 0.0) for good in nodes.commodity]
        )
        landed = np.where(holds[lanes.destination] > 0, lanes.keep * lanes.base, 0.0)
        recipe = facilities.recipe.tocoo()
        node, facility = recipe.row.astype(np.int64), recipe.col.astype(np.int64)
        amount = np.where(holds[node] > 0, recipe.data * facilities.base[facility], 0.0)
        made, used = amount > 0, amount < 0

        enters = sums(lanes.destination, landed, size)
        enters += sums(node[made], amount[made], size)
        self.enters: Floats = enters

        brought = -amount[used] * holds[node[used]]
        inputs = sums(facility[used], brought, len(facilities))
        again = np.zeros(len(facilities), dtype=bool) if recycles is None else recycles
        self.kind = np.where(again, RECYCLING, np.where(inputs > 0, CONVERSION, EXTRACTION))

        unknown = np.zeros(len(lanes), dtype=bool) if filled is None else filled
        self.guessed = bool((landed[unknown] > 0).any())
        self._told = ~unknown
        into = node[used], facility[used], -amount[used]
        out = node[made], facility[made], amount[made]
        self._weigh(holds, landed, into, out)
        self._must_have_sources()
        self.held: Floats = holds
        if content is not None:
            self.held = self._contents(holds, landed, into, out, self._kept(holds, every))
            self._weigh(self.held, landed, into, out, self._put_in)
        self._groups()

    def _weigh(
        self, held: Floats, landed: Floats, into: Entries, out: Entries, put: Floats | None = None
    ) -> None:
        """Parts of what enters each node, with what a unit at each node holds (`held`), and what
        a unit of each output holds (`put`; None: the same)."""
        lanes, size = self.network.lanes, self._size
        at, by, made = out
        mass = landed * held[lanes.origin]
        made = made * (held[at] if put is None else put)
        per = 1.0 / np.maximum(sums(lanes.destination, mass, size) + sums(at, made, size), TINY)
        self._lane: Floats = mass * per[lanes.destination]
        self._made = at, by, made * per[at]
        self._recipes = self._through_recipes(into[0], into[1], into[2] * held[into[0]])
        begins = self.kind[by] != CONVERSION
        self.source: Floats = sums(at[begins], self._made[2][begins], size)
        self.ways = self._ways()

    def _kept(self, holds: Floats, every: Mapping[str, Mapping[str, float]] | None) -> Floats:
        """What a recipe keeps of what it is brought, by node and facility (nodes of the same main
        element alike).

        A commodity is counted by its main element, of which it holds most: a tonne of carbonate
        holds the same lithium whether much or little was lost on the way to it.  What more than
        that a recipe is brought of its main element is lost, and so is the same part of the others;
        and what goes into an output that is not said to hold the element is lost for it.
        """
        nodes, facilities = self.network.nodes, self.network.facilities
        own = zip(nodes.commodity, holds.tolist(), strict=True)
        contents = every or {good: {self.element: x} for good, x in own if x > 0}
        main = {good: max(held, key=held.__getitem__) for good, held in contents.items() if held}
        recipe = facilities.recipe
        kept = np.ones((self._size, len(facilities)))
        for element in sorted(set(main.values())):
            size = np.array([contents.get(good, {}).get(element, 0.0) for good in nodes.commodity])
            brought = -np.asarray(size @ recipe.minimum(0))
            given = np.asarray(np.where(holds > 0, size, 0.0) @ recipe.maximum(0))
            part = np.divide(given, brought, out=np.ones(len(facilities)), where=brought > 0)
            kept[[main.get(good) == element for good in nodes.commodity]] = part
        return kept

    def _contents(
        self, holds: Floats, landed: Floats, into: Entries, out: Entries, kept: Floats
    ) -> Floats:
        """How much of the element a unit at each node holds; sets what a unit of each output does.

        Sources give the nominal content.  A recipe shares what it keeps among its outputs in
        proportion to their nominal contents.
        """
        lanes, size = self.network.lanes, self._size
        at, by, made = out
        nominal = sums(by, made * holds[at], len(self.kind))
        goes_on = self.kind[by] == CONVERSION
        # Per unit of each output, of all that the inputs of its facility bring.
        rate = np.where(goes_on, holds[at] * kept[at, by] / np.maximum(nominal[by], TINY), 0.0)
        shape = (size, len(self.kind))
        gives = coo_array((made * rate, (at, by)), shape=shape).tocsr()
        takes = coo_array((into[2], (into[0], into[1])), shape=shape).tocsr()
        moved = coo_array((landed, (lanes.destination, lanes.origin)), shape=(size, size)).tocsr()
        begins = sums(at, np.where(goes_on, 0.0, made * holds[at]), size)
        # Where nothing comes in, or only from where nothing does, a unit holds nothing, and what
        # leaves there is left out of what it mixes with.
        known = ~goes_on | (np.asarray(takes.T @ self._reached)[by] > 0)
        enters = np.asarray(moved @ self._reached) + sums(at, np.where(known, made, 0.0), size)
        some = self._reached & (enters > 0)
        per = np.where(some, 1.0 / np.where(some, enters, 1.0), 0.0)
        mixes = csr_array((moved + gives @ takes.T).multiply(per[:, None]))
        try:
            held: Floats = splu(csc_array(eye_array(size) - mixes)).solve(begins * per)
        except RuntimeError:  # singular
            held = np.full(size, np.nan)
        if not (np.isfinite(held).all() and (held[some] > 0).all()):
            # Recipes that give more than they are brought, in a circle: no amount fits them.
            held = np.where(some, holds, 0.0)
            self._put_in: Floats = holds[at]
            return held
        supply = np.asarray(takes.T @ held)
        self._put_in = np.where(goes_on, rate * supply[by], holds[at])
        return held

    def _through_recipes(self, node: Ints, facility: Ints, brought: Floats) -> csr_array:
        """The part of what enters each node that comes from each input of the recipes."""
        at, by, part = self._made
        goes_on = self.kind[by] == CONVERSION
        inputs = np.maximum(sums(facility, brought, len(self.kind)), TINY)
        shape = (self._size, len(self.kind))
        out = coo_array((part[goes_on], (at[goes_on], by[goes_on])), shape=shape).tocsr()
        into = coo_array((brought / inputs[facility], (node, facility)), shape=shape).tocsr()
        return csr_array(out @ into.T)

    def _groups(self) -> None:
        """Number the makers and mark what each makes of what enters each node."""
        nodes, places = self.network.nodes, self.network.facilities.place
        at, by, part = self._made
        found: dict[tuple[str, str, str], int] = {}
        group = [
            found.setdefault((places[f], nodes.commodity[n], str(self.kind[f])), len(found))
            for n, f in zip(at.tolist(), by.tolist(), strict=True)
        ]
        self.makers = tuple(found)
        self._makes = coo_array((part, (group, at)), shape=(len(found), self._size)).tocsr()

    def _ways(self, lanes: Bools | None = None, recipes: csr_array | None = None) -> csr_array:
        """W, over some of the lanes."""
        ends = self.network.lanes
        part = self._lane if lanes is None else np.where(lanes, self._lane, 0.0)
        used = np.flatnonzero(part)
        moved = coo_array(
            (part[used], (ends.destination[used], ends.origin[used])),
            shape=(self._size, self._size),
        )
        return csr_array(moved.tocsr() + (self._recipes if recipes is None else recipes))

    def _solver(self, ways: csr_array) -> Callable[..., Floats]:
        """Solve (I - W)' x = b, with trans="T" (I - W) x = b."""
        solve: Callable[..., Floats] = splu(csc_array(eye_array(self._size) - ways.T)).solve
        return solve

    @cached_property
    def _back(self) -> Callable[..., Floats]:
        return self._solver(self.ways)

    @cached_property
    def _back_told(self) -> Callable[..., Floats]:
        return self._solver(self._ways(self._told)) if self.guessed else self._back

    def _must_have_sources(self) -> None:
        nodes, reached = self.network.nodes, self.source > 0
        for _ in range(self._size):
            wider = reached | (self.ways @ reached.astype(float) > 0)
            if np.array_equal(wider, reached):
                break
            reached = wider
        self._reached: Bools = reached
        lost = np.flatnonzero((self.enters > TINY) & ~reached)
        if len(lost):
            named = ", ".join(f"{nodes.commodity[n]} at {nodes.place[n]}" for n in lost[:5])
            what = f"{self.element} " if self.element else ""
            raise NoSourceError(f"{what}runs in a circle without a source: {named}")

    def drawn(self, weights: Floats, *, told: bool = False) -> Floats:
        """What passes through each node for a unit of the element at the `weights` (a column each):
        one factorisation for all of them.

        Parameters
        ----------
        told
            Only what comes from there to them on lanes whose flows are known.
        """
        return (self._back_told if told else self._back)(weights)

    def by_maker(self, weights: Floats, *, told: bool = False) -> Floats:
        """Share of the element at `weights` (a column each) that each of `makers` has made.

        What runs in a circle of recipes was made several times as the same commodity; the last
        time counts, so that no stage has more than all.
        """
        shares: Floats = np.asarray(self._makes @ self.drawn(weights, told=told))
        lanes = self._told if told else None
        for commodity in self._circular:
            into = [c == commodity for c in self.network.nodes.commodity]
            other = csr_array(self._recipes.multiply(~np.array(into)[:, None]))
            last = self._solver(self._ways(lanes, other))(weights)
            rows = [
                g for g, (_, good, kind) in enumerate(self.makers)
                if good == commodity and kind == CONVERSION
            ]  # fmt: skip
            shares[rows] = (self._makes @ last)[rows]
        return shares

    def made_by(self, maker: int) -> Floats:
        """Part of what enters each node that one of `makers` has made (nodes,)."""
        result: Floats = self._makes[[maker]].toarray()[0]
        return result

    def crossed(self, passage: int, *, told: bool = False) -> Floats:
        """Share of the element at each node that crossed a passage on any leg before; with `told`
        the part of it whose way from the (last) crossing to the node is known."""
        lanes = self.network.lanes
        over = np.zeros(len(lanes), dtype=bool)
        over[lanes.crossing_lane[lanes.crossing_passage == passage]] = True
        if not self._lane[over].any():
            return np.zeros(self._size)
        allowed = self._told if told else np.ones(len(lanes), dtype=bool)
        first = sums(lanes.destination, np.where(over & allowed, self._lane, 0.0), self._size)
        # What crosses on this leg, plus what had crossed before on the legs that do not.
        return self._solver(self._ways(allowed & ~over))(first, "T")

    def lane_links(self) -> tuple[Ints, Ints, Floats, Floats]:
        """(to, from, part, known part) of what enters nodes by lanes, one row a pair."""
        lanes = self.network.lanes
        shape = (self._size, self._size)
        pair = (lanes.destination, lanes.origin)
        # One matrix for both, so that they keep the same pattern.
        both = coo_array((self._lane + 1j * self._lane * self._told, pair), shape=shape)
        held = both.tocsr().tocoo()
        return (held.row.astype(np.int64), held.col.astype(np.int64), held.data.real,
                held.data.imag)  # fmt: skip

    def recipe_links(self) -> tuple[Ints, Ints, Floats, Floats]:
        """(to, from, part, known part) of what enters nodes by recipes; recipes are known."""
        held = self._recipes.tocoo()
        data: Floats = held.data
        return held.row.astype(np.int64), held.col.astype(np.int64), data, data

    @cached_property
    def _goods(self) -> tuple[dict[str, int], csr_array]:
        """Commodities by number, and which is made from which by the recipes in use."""
        nodes = self.network.nodes
        number = {good: i for i, good in enumerate(dict.fromkeys(nodes.commodity))}
        at = np.array([number[good] for good in nodes.commodity], dtype=np.int64)
        made = self._recipes.tocoo()
        shape = (len(number), len(number))
        graph = coo_array((np.ones(made.nnz), (at[made.row], at[made.col])), shape=shape)
        return number, csr_array(graph.tocsr())

    @cached_property
    def _circular(self) -> tuple[str, ...]:
        """Commodities from which, by recipes, they are made again."""
        number, graph = self._goods
        _, part = connected_components(graph, directed=True, connection="strong")
        several = np.bincount(part)[part] > 1
        again = several | (graph.diagonal() > 0)
        return tuple(good for good, i in number.items() if again[i])

    @cached_property
    def _steps(self) -> Floats:
        steps: Floats = shortest_path(self._goods[1], unweighted=True)
        return steps

    def steps(self, commodity: str, origin: str) -> int:
        """Fewest recipes between a commodity and one that it is made from."""
        number = self._goods[0]
        return int(self._steps[number[commodity], number[origin]])
