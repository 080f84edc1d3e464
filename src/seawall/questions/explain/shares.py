"""Parts and inputs of the figures of exposure: shares by supplier, origin and passage, indices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, eye_array
from scipy.sparse.linalg import splu

from seawall.errors import UnknownName
from seawall.questions.explain.behind import LANES, LEAST, OWN, PLANTS
from seawall.questions.explain.evidence import Evidence
from seawall.questions.explain.parts import Parts
from seawall.questions.exposure.roots import traced
from seawall.questions.exposure.tracing import CONVERSION
from seawall.questions.prepared import Prepared, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from seawall.network import Network
    from seawall.network.network import Floats, Ints
    from seawall.questions.explain.address import Figure
    from seawall.questions.exposure.tracing import Tracing
    from seawall.runs.store import StoredRun
    from seawall.study import Study

_MOST = 12


@dataclass(frozen=True)
class Told:
    """What stands behind a figure of exposure."""

    parts: Parts
    evidence: Evidence


def told(stored: StoredRun, study: Study, figure: Figure, names: Mapping[str, str]) -> Told:
    """The parts of a figure of exposure and the rows behind it."""
    if figure.table in ("indices", "flags"):
        return _of_tables(stored, study, figure)
    chain = study.chain(str(study.lookup("commodities", "chain")[figure["commodity"]]))
    ready = prepare(chain)
    if figure.table == "direct":
        return _direct(chain, ready, figure)
    return _traced(chain, ready, figure, names)


def _direct(study: Study, ready: Prepared, figure: Figure) -> Told:
    network = ready.network
    nodes, lanes = network.nodes, network.lanes
    country = np.array(nodes.country, dtype=object)
    place, good = np.array(nodes.place, dtype=object), np.array(nodes.commodity, dtype=object)
    here = (country == figure["place"]) | (place == figure["place"])
    year = 365.0 / network.terms.period_days
    landed = lanes.keep * lanes.base * year
    arrives = here[lanes.destination] & (good[lanes.destination] == figure["commodity"])
    abroad = arrives & network.abroad & (landed > 0)
    mine = abroad & (country[lanes.origin] == figure["supplier"])
    unit = f"{study.lookup('commodities', 'unit')[figure['commodity']]}/yr"
    found, evidence = Parts(), Evidence(study, ready.case)
    total = float(landed[abroad].sum())
    for a in np.flatnonzero(mine)[np.argsort(-landed[mine], kind="stable")].tolist():
        found.add(f"lands by lane {lanes.id[a]}", float(landed[a]), unit, "+")
        part = float(landed[a]) / total
        evidence.add("lanes", lanes.id[a], ["base", "loss"], "lane", part, LANES)
    own = float(landed[mine].sum())
    if figure.column == "quantity":
        found.result, found.formula = own, " + ".join(f"{r['value']:.6g}" for r in found.rows)
        return Told(found, evidence)
    if figure.column == "of_supply":
        made = np.asarray(network.facilities.recipe.maximum(0) @ network.facilities.base) * year
        inside = here & (good == figure["commodity"])
        enters = arrives & ~here[lanes.origin]
        total = float(made[inside].sum() + landed[enters].sum())
        found.add("made at home and landed from abroad", total, unit)
    else:
        found.add("lands from all suppliers abroad", total, unit)
    found.result, found.formula = own / total, f"{own:.6g} / {total:.6g}"
    for a in np.flatnonzero(abroad & ~mine)[np.argsort(-landed[abroad & ~mine])][:_MOST].tolist():
        part = float(landed[a]) / total
        evidence.add("lanes", lanes.id[a], ["base"], "other supplier", part, PLANTS)
    return Told(found, evidence)


def _traced(study: Study, ready: Prepared, figure: Figure, names: Mapping[str, str]) -> Told:
    """A share of look-through or of a passage, by what enters the place first."""
    network = ready.network
    one = next((t for t in traced(study, network) if t.element == figure["element"]), None)
    root = None if one is None else next(
        (r for r in one.roots if (r.place, r.commodity) == (figure["place"], figure["commodity"])),
        None,
    )  # fmt: skip
    if one is None or root is None:
        raise UnknownName("traced place", f"{figure['place']} {figure['commodity']}")
    tracing, weights = one.tracing, root.weights
    if figure.table == "passages":
        passage = network.passages.id.index(figure["passage"])
        over = np.zeros(len(network.lanes), dtype=bool)
        over[network.lanes.crossing_lane[network.lanes.crossing_passage == passage]] = True
        made, share = np.zeros(len(network.nodes)), tracing.crossed(passage)
    else:
        maker = (figure["origin"], figure["stage_commodity"], figure["origin_kind"])
        made = tracing.made_by(tracing.makers.index(maker))
        over = np.zeros(len(network.lanes), dtype=bool)
        system = csc_array(eye_array(len(network.nodes)) - tracing.ways)
        share = splu(system).solve(made)
    found = _first_hop(network, tracing, weights, made, share, over, names)
    if abs((found.result or 0.0) - (figure.value or 0.0)) > 1e-6:
        # In a circle of recipes only the last making counts, which no single hop shows.
        found.result, found.formula = None, "runs in a circle of recipes: the last making counts"
    return Told(found, _on_the_way(study, ready, tracing, weights, share, over, figure))


def _pairs(network: Network, tracing: Tracing, over: Floats) -> tuple[Ints, Ints, Floats, Floats]:
    """(to, from, part, part that crosses) of what enters nodes by lanes."""
    lanes, size = network.lanes, len(network.nodes)
    to, origin, part, _ = tracing.lane_links()
    landed = lanes.keep * lanes.base
    key = lanes.destination * size + lanes.origin
    total = dict.fromkeys(key.tolist(), 0.0)
    crosses = dict.fromkeys(key.tolist(), 0.0)
    for k, amount, yes in zip(key.tolist(), landed.tolist(), over.tolist(), strict=True):
        total[k] += amount
        crosses[k] += amount if yes else 0.0
    of = [crosses[k] / total[k] if total[k] > 0 else 0.0 for k in (to * size + origin).tolist()]
    return to, origin, part, part * np.array(of)


def _first_hop(
    network: Network, tracing: Tracing, weights: Floats, made: Floats, share: Floats,
    over: Floats, names: Mapping[str, str],
) -> Parts:  # fmt: skip
    """The share as a sum over what enters the place: each with how much of it comes that way and
    what part of that is meant."""
    nodes = network.nodes
    found = Parts(result=0.0)
    rows: list[tuple[float, str]] = []
    own = float(weights @ made)
    if own > 0:
        rows.append((own, f"made there: {own:.1%}"))
    to, origin, part, crossing = _pairs(network, tracing, over)
    for i in np.flatnonzero(weights[to] * part > 0).tolist():
        enters = float(weights[to[i]] * part[i])
        meant = float(weights[to[i]] * (crossing[i] + (part[i] - crossing[i]) * share[origin[i]]))
        name = names.get(nodes.place[origin[i]], nodes.place[origin[i]])
        rows.append((meant, f"shipped from {name}: {enters:.1%} x {meant / enters:.1%}"))
    to, origin, part, _ = tracing.recipe_links()
    for i in np.flatnonzero(weights[to] * part > 0).tolist():
        enters, n = float(weights[to[i]] * part[i]), int(origin[i])
        place = names.get(nodes.place[n], nodes.place[n])
        good = names.get(nodes.commodity[n], nodes.commodity[n])
        text = f"made of {good} in {place}: {enters:.1%} x {share[n]:.1%}"
        rows.append((enters * float(share[n]), text))
    for value, name in sorted(rows, reverse=True):
        if value > 1e-9:
            found.add(name, value, "share", "+")
    found.result = sum(value for value, _ in rows)
    shown = [f"{row['value']:.4f}" for row in found.rows[:_MOST]]
    more = " + ..." if len(found.rows) > _MOST else ""
    found.formula = (" + ".join(shown) or "0") + more
    return found


def _on_the_way(
    study: Study, ready: Prepared, tracing: Tracing, weights: Floats, share: Floats,
    over: Floats, figure: Figure,
) -> Evidence:  # fmt: skip
    """Lanes by how much of the figure goes over them, and the plants that made it."""
    network = ready.network
    lanes, found = network.lanes, Evidence(study, ready.case)
    drawn = tracing.drawn(weights[:, None])[:, 0]
    to, origin, part, crossing = _pairs(network, tracing, over)
    carried = drawn[to] * (crossing + (part - crossing) * share[origin])
    of = {(t, o): c for t, o, c in zip(to.tolist(), origin.tolist(), carried.tolist(), strict=True)}
    flows = sorted(
        (
            (of.get((t, o), 0.0), a)
            for a, (t, o) in enumerate(
                zip(lanes.destination.tolist(), lanes.origin.tolist(), strict=True)
            )
            if lanes.base[a] > 0
        ),
        key=lambda item: -item[0],
    )
    for value, a in flows[:_MOST]:
        if value >= LEAST:
            columns = ["base", *(["passages"] if over[a] else [])]
            found.add("lanes", lanes.id[a], columns, "lane", value, LANES)
    made = figure["stage_commodity"]
    recipe = network.facilities.recipe.tocsc()
    for f, place in enumerate(network.facilities.place):
        rows = slice(recipe.indptr[f], recipe.indptr[f + 1])
        made_at = recipe.indices[rows][recipe.data[rows] > 0]
        goods = {network.nodes.commodity[n] for n in made_at.tolist()}
        if place == figure["origin"] and made in goods and network.facilities.base[f] > 0:
            found.add("facilities", network.facilities.id[f], ["base"], "plant", None, OWN)
    for good in (figure["commodity"], made):
        if good:
            found.add("commodities", good, ["contains"], "content", None, PLANTS)
    return found


def _of_tables(stored: StoredRun, study: Study, figure: Figure) -> Told:
    """Indices and flags: from other tables of the same run."""
    found, evidence = Parts(), Evidence(study)
    if figure.table == "flags":
        row = _rows(stored.tables["flags"], figure)
        found.add("share", float(row["share"].iloc[0]), "share")
        found.add("benchmark", float(row["benchmark"].iloc[0]), "share")
        found.result = float(row["share"].iloc[0])
        found.formula = f"{found.result:.4f} > {float(row['benchmark'].iloc[0]):g}"
        return Told(found, evidence)
    index = figure["index"]
    if not index.endswith(("HHI", "effective_suppliers")):
        for table in ("materials", "governance"):
            for key in study.table(table).get("commodity", []):
                if key == figure["commodity"]:
                    names = [c for c in study.table(table).columns if c not in ("row", "note")]
                    evidence.add(table, key, names, "published index", None, OWN)
        return Told(found, evidence)
    shares = _by_country(stored, figure)
    # Shares of the world are squared as they are: what they leave to 1 adds nothing.
    total = sum(shares.values()) if figure["place"] else 1.0
    for land, share in sorted(shares.items(), key=lambda item: -item[1]):
        found.add(f"{land}: share {share / total:.4f}, squared", (share / total) ** 2, "0-1", "+")
    hhi = sum((share / total) ** 2 for share in shares.values())
    found.result = hhi if index.endswith("HHI") else 1.0 / hhi
    found.formula = " + ".join(f"{(s / total) ** 2:.6g}" for s in list(shares.values())[:_MOST])
    if not index.endswith("HHI"):
        found.formula = f"1 / {hhi:.7g}"
    return Told(found, evidence)


def _rows(table: pd.DataFrame, figure: Figure) -> pd.DataFrame:
    for key, value in figure.keys.items():
        table = table[table[key].fillna("").astype(str) == value]
    return table


def _by_country(stored: StoredRun, figure: Figure) -> dict[str, float]:
    """Shares by country of which an index is made."""
    if not figure["place"]:
        rows = stored.tables["published_shares"]
        rows = rows[(rows["item"] == figure["commodity"]) & (rows["country"] != "ROW")]
        return {str(k): float(v) for k, v in zip(rows["country"], rows["share"], strict=True)}
    looked = figure["index"].startswith("lookthrough_")
    table = stored.tables["lookthrough" if looked else "direct"]
    rows = table[(table["place"] == figure["place"]) & (table["commodity"] == figure["commodity"])]
    if not looked:
        return {str(k): float(v) for k, v in zip(rows["supplier"], rows["share"], strict=True)}
    rows = rows[rows["element"].fillna("") == figure["element"]]
    if figure["stage_commodity"]:
        rows = rows[rows["stage_commodity"] == figure["stage_commodity"]]
    else:
        rows = rows[rows["origin_kind"] != CONVERSION]
    summed = rows.groupby("origin_country", sort=False)["share"].sum()
    return {str(k): float(v) for k, v in summed.items()}
