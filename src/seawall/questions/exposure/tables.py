"""Tables of exposure: suppliers, origins, passages and the links between tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.questions.exposure.roots import DEMAND, used_in_recipes
from seawall.questions.exposure.tracing import sums

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seawall.network import Network
    from seawall.network.network import Bools, Floats, Ints
    from seawall.questions.exposure.roots import Root, Traced

#: Shares below this are rounding, and left out.
LEAST = 1e-6
#: Links below this share of a place's supply are left out: a tree must be readable.
LEAST_LINK = 0.01

COLUMNS: dict[str, tuple[str, ...]] = {
    "direct": ("place", "commodity", "supplier", "quantity", "share", "of_supply", "known"),
    "lookthrough": (
        "place", "commodity", "element", "stage", "stage_commodity", "steps", "origin",
        "origin_country", "origin_kind", "share", "known", "use",
    ),
    "passages": ("place", "commodity", "element", "passage", "share", "known", "use"),
    "links": (
        "place", "commodity", "element", "from_place", "from_commodity", "to_place",
        "to_commodity", "kind", "share", "known",
    ),
}  # fmt: skip


def direct(network: Network, filled: Bools) -> pd.DataFrame:
    """Suppliers from abroad (by country) of the countries that demand anything, and of those that
    use the commodity in a recipe, before any tracing."""
    nodes, lanes = network.nodes, network.lanes
    country = np.array(nodes.country, dtype=object)
    good = np.array(nodes.commodity, dtype=object)
    demand = set(country[network.demands.node])
    uses = used_in_recipes(network) > 0
    using = set(zip(country[uses], good[uses], strict=True))
    arrives = np.array(
        [c in demand or (c, g) in using for c, g in zip(country, good, strict=True)], dtype=bool
    )
    landed = lanes.keep * lanes.base
    o, d = lanes.origin, lanes.destination
    a = np.flatnonzero((landed > 0) & (country[o] != country[d]) & arrives[d])
    own = pd.DataFrame(
        {
            "place": country[d[a]], "commodity": good[d[a]], "supplier": country[o[a]],
            "quantity": landed[a], "known": np.where(filled[a], 0.0, landed[a]),
        }
    )  # fmt: skip
    # A place that is not its own country has rows of its own, beside those of the country.
    place = np.array(nodes.place, dtype=object)[d[a]]
    frame = pd.concat([own, own.assign(place=place)[place != country[d[a]]]])
    keys = ["place", "commodity", "supplier"]
    frame = frame.groupby(keys, sort=False, as_index=False)[["quantity", "known"]].sum()
    frame["share"] = frame["quantity"] / frame.groupby(keys[:2])["quantity"].transform("sum")
    frame["known"] /= frame["quantity"]
    every = _supply(network)
    pairs = zip(frame["place"], frame["commodity"], strict=True)
    frame["of_supply"] = frame["quantity"] / [every[pair] for pair in pairs]
    frame["quantity"] *= 365.0 / network.terms.period_days
    return _sorted(frame[list(COLUMNS["direct"])], keys[:2])


def _supply(network: Network) -> dict[tuple[str, str], float]:
    """What enters each country, and each place, from outside it, and what is made in it, by
    commodity [unit per period]."""
    nodes, lanes = network.nodes, network.lanes
    landed = lanes.keep * lanes.base
    recipe = network.facilities.recipe
    made = np.asarray(recipe.maximum(0) @ network.facilities.base, dtype=float)
    found: dict[tuple[str, str], float] = {}
    for names in (nodes.place, nodes.country):
        at = np.array(names, dtype=object)
        outside = at[lanes.origin] != at[lanes.destination]
        enters = sums(lanes.destination, np.where(outside, landed, 0.0), len(nodes)) + made
        sized: dict[tuple[str, str], float] = {}
        for pair, size in zip(zip(names, nodes.commodity, strict=True), enters, strict=True):
            sized[pair] = sized.get(pair, 0.0) + float(size)
        # A country that is also the name of one of its places counts as the country.
        found |= sized
    return found


def lookthrough(
    found: Sequence[Traced], stage: Mapping[str, str], country: Mapping[str, str]
) -> pd.DataFrame:
    """Share of each place's element by the place where it was made, at every stage.

    Parameters
    ----------
    stage
        Stage of each commodity.
    country
        Country of each place.
    """
    frames = []
    for one in found:
        tracing, weights = one.tracing, one.weights
        shares = tracing.by_maker(weights)
        told = tracing.by_maker(weights, told=True) if tracing.guessed else shares
        maker, root = np.nonzero(shares > LEAST)
        made = [tracing.makers[g] for g in maker]
        frame = _of_roots(one, root)
        frame["stage"] = [stage[good] for _, good, _ in made]
        frame["stage_commodity"] = [good for _, good, _ in made]
        frame["steps"] = [
            tracing.steps(one.roots[r].commodity, good)
            for r, (_, good, _) in zip(root, made, strict=True)
        ]
        frame["origin"] = [place for place, _, _ in made]
        frame["origin_country"] = [country[place] for place, _, _ in made]
        frame["origin_kind"] = [kind for _, _, kind in made]
        frame["share"] = shares[maker, root]
        frame["known"] = _part(told[maker, root], shares[maker, root])
        frames.append(frame)
    return _table("lookthrough", frames, ["place", "commodity", "element", "steps"])


def passages(found: Sequence[Traced], names: Sequence[str]) -> pd.DataFrame:
    """Share of each place's element that crossed each passage on any leg of its way."""
    frames = []
    for one in found:
        tracing, weights = one.tracing, one.weights.T
        shares = np.zeros((len(names), len(one.roots)))
        told = np.zeros_like(shares)
        for p in range(len(names)):
            shares[p] = weights @ tracing.crossed(p)
            told[p] = weights @ tracing.crossed(p, told=True) if tracing.guessed else shares[p]
        passage, root = np.nonzero(shares > LEAST)
        frame = _of_roots(one, root)
        frame["passage"] = [names[p] for p in passage.tolist()]
        frame["share"] = shares[passage, root]
        frame["known"] = _part(told[passage, root], shares[passage, root])
        frames.append(frame)
    return _table("passages", frames, ["place", "commodity", "element"])


def links(found: Sequence[Traced], headline: Collection[str]) -> pd.DataFrame:
    """Share of the element of a headline place's demand that runs over each link of its supply."""
    frames = []
    for one in found:
        picked = [
            r for r, root in enumerate(one.roots) if root.place in headline and root.use == DEMAND
        ]
        if not picked:
            continue
        drawn = one.tracing.drawn(one.weights[:, picked])
        for kind, held in (
            ("lane", one.tracing.lane_links()), ("recipe", one.tracing.recipe_links()),
        ):  # fmt: skip
            frames.append(_links(one, np.array(picked), drawn, kind, held))
    return _table("links", frames, ["place", "commodity", "element"])


def _links(
    one: Traced, picked: Ints, drawn: Floats, kind: str, held: tuple[Ints, Ints, Floats, Floats]
) -> pd.DataFrame:
    nodes = one.tracing.network.nodes
    place = np.array(nodes.place, dtype=object)
    good = np.array(nodes.commodity, dtype=object)
    to, origin, part, told = held
    shares = part[:, None] * drawn[to]
    link, root = np.nonzero(shares >= LEAST_LINK)
    frame = _of_roots(one, picked[root])
    frame["from_place"], frame["from_commodity"] = place[origin[link]], good[origin[link]]
    frame["to_place"], frame["to_commodity"] = place[to[link]], good[to[link]]
    frame["kind"] = kind
    frame["share"] = shares[link, root]
    frame["known"] = _part(told[link], part[link])
    return frame


def _of_roots(one: Traced, root: Ints) -> pd.DataFrame:
    rows: list[Root] = [one.roots[r] for r in root]
    return pd.DataFrame(
        {
            "place": [row.place for row in rows],
            "commodity": [row.commodity for row in rows],
            "element": one.element,
            "use": [row.use for row in rows],
        }
    )


def _part(part: Floats, whole: Floats) -> Floats:
    """What part is of the whole, from 0 to 1 whatever the rounding."""
    result: Floats = np.clip(part / whole, 0.0, 1.0)
    return result


def _table(name: str, frames: Sequence[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    whole = pd.concat([f for f in frames if len(f)]) if any(map(len, frames)) else pd.DataFrame()
    return _sorted(whole.reindex(columns=list(COLUMNS[name])), keys)


def _sorted(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return frame.sort_values(
        [*keys, "share"], ascending=[*(True for _ in keys), False], ignore_index=True,
        kind="stable",
    )  # fmt: skip
