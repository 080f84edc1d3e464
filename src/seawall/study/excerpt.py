"""Some chains of a study as a study of its own, without what then concerns nothing any more.

Where `chains.part` answers a question of one chain, this makes a smaller study for people to go on
with: places, passages, sources, assumptions, hazards and variants that only the other chains used
are gone. What is left gives the same answers as before.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import InputError, UnknownName
from seawall.study import checks
from seawall.study.cargo_records import CARGO_TABLES
from seawall.study.chains import chains_of, rows_of
from seawall.study.hub_records import HUB_TABLES, OUTPUTS
from seawall.study.keys import row_key
from seawall.study.protocol import study_protocol
from seawall.study.protocol_check import lent_commodity
from seawall.study.records import TABLES
from seawall.study.site_records import SITE_TABLES
from seawall.study.track_records import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from seawall.study.study import Study

__all__ = ["chains_named", "of_chains", "pruned"]

_WORD = re.compile(r"[^\W\d_]+")


def chains_named(study: Study, names: Iterable[str]) -> tuple[str, ...]:
    """Return the chains that names mean, in the study's order.

    A name is that of a chain, of a commodity (its chain is meant) or of a sector (all its chains).

    Raises
    ------
    UnknownName
        It is none of these.
    """
    chains = chains_of(study)
    goods = study.frames["commodities"]
    found: set[str] = set()
    for name in names:
        if name and name in chains:
            found.add(name)
            continue
        meant = (goods["id"] == name) | (goods["sector"] == name)
        if not name or not meant.any():
            known = [*chains, *goods["id"], *goods["sector"]]
            raise UnknownName("chain or commodity", name, [each for each in known if each])
        found.update(goods.loc[meant, "chain"])
    return tuple(chain for chain in chains if chain in found)


def of_chains(study: Study, chains: tuple[str, ...]) -> Study:
    """Return the study with the rows of some of its chains, and everything that is shared.

    Scenarios are all kept: only a network can tell what they hit.
    """
    known = chains_of(study)
    if set(chains) == set(known):
        return study
    goods = study.frames["commodities"]
    mine = set(goods.loc[goods["chain"].isin(chains), "id"])
    frames = {name: rows_of(study, name, mine) for name in study.frames}
    for name, column in (("shares", "chain"), ("processes", "commodity")):
        kept = frames[name][column].isin(["", *chains] if column == "chain" else mine)
        frames[name] = _numbered(frames[name], kept)
    ashore = frames["terminals"][frames["terminals"]["role"] == "receiving"]
    if not ashore["place"].isin(frames["stocks"]["place"]).any():
        # Ships bring nothing of what is kept: no terminals, no roads to them, no book, and no gas
        # that plants could make instead.
        gas = (table for table in SITE_TABLES if table not in HUB_TABLES)
        frames |= {table.name: frames[table.name].iloc[:0] for table in (*CARGO_TABLES, *gas)}
        frames["assumptions"] = _without_gas(frames["assumptions"])
    if not mine.issuperset(OUTPUTS):
        frames |= {table.name: frames[table.name].iloc[:0] for table in HUB_TABLES}
        frames["assumptions"] = _numbered(
            frames["assumptions"], ~frames["assumptions"]["id"].str.startswith("hub_")
        )
    others = ~frames["passages"]["chain"].isin(["", *chains])
    frames["passages"].loc[others, "capacity"] = np.nan
    frames["passages"].loc[others, ["capacity_unit", "chain"]] = ""
    protocol = study_protocol(study)
    lends = protocol is not None and lent_commodity(study, protocol) in mine
    calendars = {
        name: calendar.model_copy(
            update={"chains": tuple(c for c in calendar.chains if c in chains)}
        )
        for name, calendar in study.settings.calendars.items()
        if set(calendar.chains) & set(chains)
    }
    told = ", ".join(chain or "without a name" for chain in chains)
    settings = study.settings.model_copy(
        update={
            "title": f"{study.settings.title}: {told}",
            "about": f"{study.settings.about} Of its chains, only these are kept here: {told}.",
            "calendars": calendars,
        }
    )
    frames["assumptions"] = _numbered(
        frames["assumptions"], ~_speaks_of_others(frames["assumptions"], goods, set(chains))
    )
    return replace(
        study,
        folder=None,
        settings=settings,
        frames=frames,
        protocol_text=study.protocol_text if lends else "",
        draft_texts=study.draft_texts if lends else {},
    )


def pruned(study: Study) -> Study:
    """Return the study without what concerns nothing in it.

    Raises
    ------
    InputError
        What is left breaks a rule that the whole study kept.
    """
    frames = dict(study.frames)
    frames["passages"] = _crossed(frames)
    frames["hazards"] = _hazards_that_hit(frames)
    _drop_statements(study, frames)
    variants = _variants(study, frames)
    _drop_tracks(frames, {name for names in variants.values() for name in names})
    places = _places(study, frames)
    frames["places"] = _numbered(frames["places"], frames["places"]["id"].isin(places))
    countries = {*frames["places"]["id"], *frames["places"]["country"]}
    governed = frames["governance"]
    frames["governance"] = _numbered(governed, governed["country"].isin(countries))
    cited = _named(frames, "sources")
    frames["sources"] = _numbered(frames["sources"], frames["sources"]["id"].isin(cited))
    headline = tuple(name for name in study.settings.headline if name in countries)
    settings = study.settings.model_copy(update={"variants": variants, "headline": headline})
    chosen = {group: name for group, name in study.chosen.items() if group in variants}
    found = checks.run(frames, settings)
    if found.errors:
        raise InputError(found.errors, title=f'what is left of study "{study.name}"')
    return replace(
        study, settings=settings, frames=frames, chosen=chosen, warnings=tuple(found.warnings)
    )


def _numbered(frame: pd.DataFrame, keep: pd.Series[bool] | NDArray[np.bool_]) -> pd.DataFrame:
    return frame[keep].reset_index(drop=True)


def _named(frames: Mapping[str, pd.DataFrame], target: str) -> set[str]:
    """Keys of a table that the columns of other tables name."""
    named: set[str] = set()
    for table in TABLES.values():
        for column in table.columns:
            if column.references == target and table.name != target:
                named.update(frames[table.name][column.name])
    return named - {""}


def _crossed(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Passages that a lane crosses, a sea leg leads through, or a published total speaks of."""
    crossed = {name for passages in frames["lanes"]["passages"] for name, _ in passages}
    crossed |= set(frames["published"]["partner"]) | set(frames["sea_legs"]["passage"])
    passages = frames["passages"]
    return _numbered(passages, passages["id"].isin(crossed))


def _hazards_that_hit(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Hazards with the targets that are still there; those without any are dropped."""
    there = _targets(frames)
    hazards = frames["hazards"].copy()
    left = []
    for kind, target, good in zip(
        hazards["kind"], hazards["target"], hazards["commodity"], strict=True
    ):
        names = [name.strip() for name in target.split(";")]
        left.append([name for name in names if (name, good) in there[kind]])
    for i, names in enumerate(left):
        if len(names) < len(hazards["target"][i].split(";")):
            hazards.loc[i, "target"] = ";".join(names)
    return _numbered(hazards, hazards["target"] != "")


def _targets(frames: Mapping[str, pd.DataFrame]) -> dict[str, set[tuple[str, str]]]:
    """What a hazard of each kind can hit: id and commodity, the latter blank for any."""
    country = dict(zip(frames["places"]["id"], frames["places"]["country"], strict=True))
    recipes = frames["processes"]
    made = recipes[recipes["role"] != "input"]
    of_process = made.groupby("process")["commodity"].agg(list).to_dict()

    def spread(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        return {
            (name, each)
            for place, good in pairs
            for name in (place, country.get(place, place))
            for each in (good, "")
        }

    facilities, lanes, demands = frames["facilities"], frames["lanes"], frames["demands"]
    makes = [
        (place, good)
        for place, process in zip(facilities["place"], facilities["process"], strict=True)
        for good in of_process.get(process, [])
    ]
    return {
        **{
            kind: {(name, "") for name in frames[table]["id"]}
            for kind, table in (
                ("passage", "passages"), ("facility", "facilities"), ("lane", "lanes"),
            )
        },
        "place": spread(makes),
        "demand": spread(zip(demands["place"], demands["commodity"], strict=True)),
        "ban": spread(zip(lanes["origin"], lanes["commodity"], strict=True)),
    }  # fmt: skip


def _drop_statements(study: Study, frames: dict[str, pd.DataFrame]) -> None:
    """Keep statements of a roadmap that a question on these goods speaks to, with their links.

    A link stays if it names a scenario or a good that is still there; one that names neither stays
    with statements of the sectors that are.
    """
    links, pledges = frames["links"], frames["pledges"]
    sectors = set(frames["commodities"]["sector"])
    near = set(pledges.loc[pledges["sector"].isin(sectors), "id"])
    asked = (links["scenario"] != "") | (links["commodity"] != "")
    there = links["scenario"].isin(["", *study.scenario_texts])
    frames["links"] = _numbered(links, there & (asked | links["pledge"].isin(near)))
    linked = pledges["id"].isin(frames["links"]["pledge"])
    frames["pledges"] = _numbered(pledges, linked)


def _drop_tracks(frames: dict[str, pd.DataFrame], variants: set[str]) -> None:
    """Keep what tracks the statements that are left, and claims of the sources that make them.

    Evidence stays with what it supersedes, as both speak of one indicator or milestone.
    """
    pledges = frames["pledges"]
    for name in ("indicators", "milestones", "deliveries"):
        frames[name] = _numbered(frames[name], frames[name]["pledge"].isin(pledges["id"]))
    evidence, deliveries, claims = (frames[name] for name in ("evidence", "deliveries", "claims"))
    shows = evidence["indicator"].isin(frames["indicators"]["id"])
    shows |= evidence["milestone"].isin(frames["milestones"]["id"])
    frames["evidence"] = _numbered(evidence, shows)
    there = {
        name: {row_key(name, row) for _, row in frames[name].iterrows()}
        for name in set(deliveries["table"]) - {VARIANTS}
    }
    there[VARIANTS] = variants
    acts = [
        row in there[name]
        for name, row in zip(deliveries["table"], deliveries["name"], strict=True)
    ]
    frames["deliveries"] = _numbered(deliveries, np.array(acts, dtype=bool))
    frames["claims"] = _numbered(claims, claims["source"].isin(pledges["source"]))
    if pledges.empty:
        frames["rates"] = frames["rates"].iloc[:0]


def _variants(study: Study, frames: Mapping[str, pd.DataFrame]) -> dict[str, tuple[str, ...]]:
    """Groups of which a row or a scenario names a variant."""
    named: set[str] = set()
    for frame in frames.values():
        if "variant" in frame:
            named.update(frame["variant"])
    for text in study.scenario_texts.values():
        try:
            named.update(map(str, tomllib.loads(text).get("variants", ())))
        except (tomllib.TOMLDecodeError, TypeError):
            continue  # what it says is its own matter, as in reading
    groups = study.settings.variants.items()
    return {group: names for group, names in groups if named & set(names)}


def _places(study: Study, frames: Mapping[str, pd.DataFrame]) -> set[str]:
    """Places that a row, the headline or the protocol names, with those of which they are part."""
    everywhere = frames["places"]
    parent = dict(zip(everywhere["id"], everywhere["parent"], strict=True))
    seekers = {name: frame for name, frame in frames.items() if name not in ("governance",)}
    seekers["governance"] = frames["governance"].iloc[:0]
    named = _named(seekers, "places") | _named(seekers, "places or country")
    named |= set(frames["published"]["partner"]) | set(study.settings.headline)
    for kind, target in zip(frames["hazards"]["kind"], frames["hazards"]["target"], strict=True):
        if kind in ("place", "demand", "ban"):
            named |= {name.strip() for name in target.split(";")}
    protocol = study_protocol(study)
    if protocol is not None:
        named |= set(protocol.members)
    for country in named - set(parent):
        # A code that is no place of its own stands for the places of the country.
        inside = set(everywhere.loc[everywhere["country"] == country, "id"])
        if not inside & named:
            named = named | inside
    kept = named & set(parent)
    while above := {parent[name] for name in kept} - kept - {""}:
        kept |= above & set(parent)
    return kept


def _speaks_of_others(
    assumptions: pd.DataFrame, goods: pd.DataFrame, chains: set[str]
) -> pd.Series[bool]:
    """Assumptions of the builder that name goods of other chains only.

    Runs do not use them and nothing refers to them, so their words decide: what an assumption is
    called and applies to, against the words of goods, chains and sectors.
    """
    here = goods["chain"].isin(chains)
    mine, others = _words_of(goods[here]), _words_of(goods[~here])
    texts = assumptions["id"] + " " + assumptions["applies_to"]
    found = [_words(text) for text in texts]
    speaks = [bool(words & others) and not words & mine for words in found]
    return (assumptions["used_by"] == "builder") & np.array(speaks, dtype=bool)


def _without_gas(assumptions: pd.DataFrame) -> pd.DataFrame:
    """Assumptions of a study without ships: what only `redirect` or `site` read nobody reads.

    Hubs refine ore, not gas: theirs stay.
    """
    unread = assumptions["used_by"].isin(["redirect", "site"])
    kept = _numbered(assumptions, ~unread | assumptions["id"].str.startswith("hub_"))
    return kept.assign(used_by=kept["used_by"].replace("builder+redirect", "builder"))


def _words_of(goods: pd.DataFrame) -> set[str]:
    # Ids of several words hold common ones: wafer_starts would claim every start.
    names = [*goods["chain"], *goods["sector"], *(id for id in goods["id"] if "_" not in id)]
    return {word for name in names for word in _words(name)}


def _words(text: str) -> set[str]:
    """Words of a text, without case and without the s of a plural."""
    return {word.casefold().removesuffix("s") for word in _WORD.findall(text) if len(word) > 2}
