"""What a run rests on: overlays, beliefs, classes of evidence, and the sources that it used."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.report.brief.note import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.report.brief.words import Words
    from seawall.study import Study

#: Tables whose figures a run computes with.
COMPUTED = ("facilities", "lanes", "stocks", "demands", "prices", "passages", "contracts",
            "generators", "interties", "loads")  # fmt: skip
FIRM = ("looked-up", "recalled")
#: Sources of this kind are the study's own reasoning.
_OWN = "own-"
_SELF = "Seawall"
_VARIANT = "assumption.variant"


def figures_of(study: Study, chains: Sequence[str]) -> pd.DataFrame:
    """Rows that a run of some chains computes with: table, source, confidence."""
    frames = []
    for chain in chains:
        part = study.chain(chain)
        for name in COMPUTED:
            frame = part.table(name)
            if len(frame) and {"source", "confidence"} <= set(frame.columns):
                frames.append(frame[["source", "confidence"]].assign(table=name))
    if not frames:
        return pd.DataFrame(columns=["source", "confidence", "table"])
    # Tables without a good belong to every chain, and count once.
    return pd.concat(frames).reset_index(drop=True)


def overlays(study: Study, words: Words) -> list[str]:
    """The user's own changes, each with who and why."""
    titles = study.lookup("sources", "title")
    return [
        words.sentence(
            "assumption.overlay",
            who=change.who or words.say("assumption.overlay_unsigned"),
            what=f"{change.table} {change.row} {change.column}",
            value=change.value,
            why=change.why.rstrip("."),
            source=titles.get(change.source, change.source),
        )
        for change in study.overlays
    ]


def beliefs(study: Study, words: Words, chains: Sequence[str]) -> list[str]:
    """What those who re-plan believe, once for each calendar that the chains go by."""
    groups: dict[tuple[float, float, float, float], list[str]] = {}
    for chain in chains:
        settings = study.settings.for_chain(chain)
        market, step = settings.market, settings.period_days
        key = (
            market.window * step / 7,
            market.replan * step / 7,
            market.belief,
            market.belief_days,
        )
        groups.setdefault(key, []).append(chain)
    told = []
    for (window, replan, times, least), members in groups.items():
        names = [words.listed("chains", chain) for chain in members if chain]
        title = words.figures.join(names) if len(names) <= 3 else words.say("list.all_chains")
        told.append(
            words.sentence(
                "assumption.belief_once" if times == 1 else "assumption.belief",
                chain=title or words.say("list.all_chains"),
                window=f"{window:g}",
                replan=f"{replan:g}",
                least=f"{least:g}",
                **({} if times == 1 else {"times": f"{times:g}"}),
            )
        )
    return told


def evidence(study: Study, words: Words, chains: Sequence[str]) -> list[str]:
    """How much is looked up and how much is guessed, and whether anybody reviewed it."""
    rows = figures_of(study, chains)
    told = []
    if len(rows):
        count = Counter(rows["confidence"].astype(str))
        firm = sum(count[name] for name in FIRM)

        def part(number: int) -> str:
            return words.figures.share(number / len(rows))

        names = [words.listed("chains", chain) for chain in chains if chain]
        told.append(
            words.sentence(
                "assumption.evidence",
                count=f"{len(rows):,}",
                chains=words.figures.join(names)
                if 0 < len(names) <= 3
                else words.say("list.all_chains"),
                firm=part(firm),
                estimates=part(count["estimate"]),
                assumptions=part(count["assumption"]),
            )
        )
    table = study.table("assumptions")
    if len(table) and "review" in table:
        agreed = int((table["review"] == "agreed").sum())
        if agreed:
            told.append(
                words.sentence("assumption.reviewed", count=str(agreed), all=str(len(table)))
            )
        else:
            told.append(words.sentence("assumption.unreviewed"))
    return told


def groups_of(study: Study, chains: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Groups of variants that some chains have rows of, with their names."""
    used: set[str] = set()
    for chain in chains:
        for frame in study.chain(chain).frames.values():
            if "variant" in frame:
                used |= set(frame["variant"].astype(str))
    return {
        group: tuple(names) for group, names in study.settings.variants.items() if used & set(names)
    }


def rules(
    study: Study, words: Words, chains: Sequence[str], options: Mapping[str, Any]
) -> list[str]:
    """Variants, an order of allocation and the articles that the run obeyed."""
    told = []
    chosen = [
        words.say(
            _VARIANT,
            group=words.listed("variants", group),
            name=words.listed("variants", study.selected[group]),
        )
        for group in groups_of(study, chains)
    ]
    if chosen:
        joined = words.say("list.items").join(chosen)
        told.append(words.sentence("assumption.variants", list=joined))
    if options.get("rationing"):
        order = words.own_text(str(options["rationing"]))
        told.append(words.sentence("assumption.rationing", order=order))
    if options.get("protocol"):
        told.append(words.sentence("assumption.protocol"))
    return told


def sources(
    study: Study, words: Words, chains: Sequence[str], scenario: Mapping[str, Any] | None
) -> tuple[tuple[Source, ...], str]:
    """Sources that the run used, those of the scenario first, then by how many figures rest on
    them; and a sentence on what has no outside source."""
    found = [
        Source(
            key=f"scenario-{number}",
            publisher="",
            title=str(source.get("title", "")),
            date=str(source.get("date", "")),
            url=str(source.get("url", "")),
            used_for=words.say("check.used_scenario"),
        )
        for number, source in enumerate((scenario or {}).get("sources") or (), start=1)
    ]
    rows = figures_of(study, chains)
    counts = Counter(key for cell in rows["source"].astype(str) for key in cell.split(";") if key)
    known = study.table("sources").set_index("id")
    own = 0
    for key, count in counts.most_common():
        key = key.strip()
        if key not in known.index:
            continue
        row = known.loc[key]
        if key.startswith(_OWN) or str(row["publisher"]).strip() in ("", _SELF):
            own += count
            continue
        found.append(
            Source(
                key=key,
                publisher=str(row["publisher"]),
                title=str(row["title"]),
                date=str(row["date"]),
                url=str(row["url"]),
                used_for=words.say("check.used_for", count=f"{count:,}"),
            )
        )
    further = words.sentence("check.own", count=f"{own:,}") if own else ""
    return tuple(found), further
