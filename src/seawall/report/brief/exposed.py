"""A brief on exposure: on whom the headline places depend, directly, further up, and by sea."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from seawall.report import text, views
from seawall.report.brief import check, evidence
from seawall.report.brief.labels import labels
from seawall.report.brief.note import Chart, Grid, Note
from seawall.report.brief.tables import units_of, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.report.brief.words import Words
    from seawall.runs.store import StoredRun
    from seawall.study import Study

_MOST_BARS = 8
#: A share of which less than this part is known to be traded so is no finding.
_KNOWN = 0.5


@dataclass(frozen=True)
class _Share:
    """The largest share of a place's good that one supplier, origin or passage has."""

    place: str
    good: str
    of: str
    share: float
    stage: str = ""


def note(stored: StoredRun, study: Study, words: Words) -> Note:
    """Everything that a brief on exposure says."""
    tables, options = stored.tables, stored.run["options"]
    headline = list(study.settings.headline)
    places = [str(options["place"])] if options.get("place") else headline
    direct = _largest(tables["direct"], places, "supplier")
    origins = _largest(_origins(tables["lookthrough"]), places, "origin_country")
    passages = _largest(tables["passages"], places, "passage")
    indices = _concentration(tables["indices"], places, {(s.place, s.good) for s in direct})
    goods = dict.fromkeys(s.good for s in (*direct, *origins, *passages))
    chains = tuple(dict.fromkeys(study.lookup("commodities", "chain")[good] for good in goods))
    told, further = evidence.sources(study, words, chains, None)
    named = words.figures.join([words.place(place) for place in places])
    known = views.figures(tables["direct"], "known")
    charts = _charts(words, direct, origins, passages, indices, stored)
    return Note(
        language=words.language,
        title=words.say("title.exposure", study=words.study_title()),
        question=words.sentence("question.exposure", places=named),
        answer=_answer(words, (direct, origins, passages), indices, tables["flags"], places, named),
        sure=(words.sentence("sure.none_exposure"),),
        table=_table(words, direct, origins, passages, indices),
        when=charts[0],
        bracket=charts[1],
        origin=charts[2],
        moves=charts[3],
        assumptions=(
            *evidence.overlays(study, words),
            words.sentence("assumption.traced"),
            *evidence.evidence(study, words, chains),
            *evidence.rules(study, words, chains, {}),
            words.sentence("assumption.base"),
        ),
        changes=(
            words.sentence(
                "change.exposure_known",
                count=f"{int((known < 1.0).sum()):,}",
                all=f"{len(known):,}",
            ),
            words.sentence("change.exposure_stress"),
        ),
        sources=told,
        further_sources=further,
        check=check.commands(stored, study, words),
        footer=check.footer(stored, words),
        labels=labels(words),
        run_id=stored.run["short_id"],
        created=stored.created,
        sheets=whole(stored),
        units=units_of(stored),
    )


def _origins(table: pd.DataFrame) -> pd.DataFrame:
    """Look-through shares by country of origin, upstream stages only, weighted by what is known."""
    rows = table[views.figures(table, "steps") > 0]
    shares = views.figures(rows, "share")
    rows = rows.assign(share=shares, told=shares * views.figures(rows, "known").fillna(0.0))
    keys = ["place", "commodity", "element", "stage", "stage_commodity", "origin_country"]
    summed = rows.groupby(keys, as_index=False, sort=False)[["share", "told"]].sum()
    summed["known"] = summed["told"] / summed["share"]
    return summed


def _largest(table: pd.DataFrame, places: Sequence[str], column: str) -> list[_Share]:
    """The largest known share of each place and good, the largest of all first."""
    known = views.figures(table, "known").fillna(0.0) >= _KNOWN
    rows = table[known & table["place"].isin(list(places))]
    rows = rows.assign(share=views.figures(rows, "share")).sort_values(
        "share", ascending=False, kind="stable"
    )
    rows = rows.drop_duplicates(["place", "commodity"])
    return [
        _Share(
            place=str(row["place"]),
            good=str(row["commodity"]),
            of=str(row[column]),
            share=float(row["share"]),
            stage=str(row.get("stage_commodity") or ""),
        )
        for row in rows.to_dict("records")
    ]


def _concentration(
    table: pd.DataFrame, places: Sequence[str], known: set[tuple[str, str]]
) -> dict[tuple[str, str], float]:
    """HHI of direct imports by place and good, where their trade is known, highest first."""
    rows = table[(table["index"] == "HHI") & table["place"].isin(list(places))]
    values = views.figures(rows, "value").sort_values(ascending=False)
    pairs = {
        (str(rows.at[i, "place"]), str(rows.at[i, "commodity"])): float(value)
        for i, value in values.items()
    }
    return {pair: value for pair, value in pairs.items() if pair in known}


def _answer(
    words: Words,
    found: tuple[Sequence[_Share], Sequence[_Share], Sequence[_Share]],
    indices: Mapping[tuple[str, str], float],
    flags: pd.DataFrame,
    places: Sequence[str],
    named: str,
) -> tuple[str, ...]:
    """Direct, further up, by sea, concentration, how many links are flagged."""
    direct, origins, passages = found
    none = words.sentence("exposure.none", places=named)
    here = flags[flags["place"].isin(list(places))] if len(flags) else flags
    kinds = here["flag"].astype(str).value_counts() if len(here) else pd.Series(dtype=float)
    count = words.sentence(
        "exposure.flags",
        single=str(int(kinds.get("single source", 0))),
        passage=str(int(kinds.get("single passage", 0))),
    )
    lead = none
    if direct:
        lead = _said(words, "exposure.lead", direct[0], supplier=words.place(direct[0].of))
    upstream = words.sentence("exposure.lookthrough_none")
    if origins:
        first = origins[0]
        upstream = _said(
            words,
            "exposure.lookthrough",
            first,
            origin=words.place(first.of),
            stage=words.good(first.stage),
        )
    by_sea = words.sentence("exposure.passages_none")
    if passages:
        name = words.the_passage(passages[0].of)
        by_sea = _said(words, "exposure.passages", passages[0], passage=name)
    concentrated = words.sentence("exposure.hhi_none")
    if indices:
        (place, good), value = next(iter(indices.items()))
        number = text.trim(text.sig(1.0 / value))
        concentrated = words.sentence(
            "exposure.hhi_one" if number == "1" else "exposure.hhi",
            good=words.good(good),
            place=words.place(place),
            value=f"{value:.2f}",
            number=number,
        )
    return lead, upstream, by_sea, concentrated, count


def _said(words: Words, key: str, share: _Share, **more: str) -> str:
    return words.sentence(
        key,
        place=words.place(share.place),
        good=words.good(share.good),
        share=words.figures.share(share.share),
        **more,
    )


def _table(
    words: Words,
    direct: Sequence[_Share],
    origins: Sequence[_Share],
    passages: Sequence[_Share],
    indices: Mapping[tuple[str, str], float],
) -> Grid:
    """A row a place and good."""
    by = [{(s.place, s.good): s for s in shares} for shares in (direct, origins, passages)]
    pairs = list(dict.fromkeys(pair for shares in by for pair in shares))

    def cell(share: _Share | None, name: str) -> str:
        if share is None:
            return text.NOTHING
        return words.say("table.named", name=name, share=words.figures.share(share.share))

    rows = []
    for pair in pairs:
        one, two, three = (shares.get(pair) for shares in by)
        hhi = indices.get(pair)
        rows.append(
            (
                _label(words, *pair),
                cell(one, words.place(one.of) if one else ""),
                cell(two, words.place(two.of) if two else ""),
                cell(three, words.passage(three.of) if three else ""),
                text.NOTHING if hhi is None else f"{hhi:.2f}",
            )
        )
    columns = ("place", "supplier", "origin", "passage", "hhi")
    return Grid(
        caption=words.sentence("table.exposure"),
        header=tuple(words.say(f"table.{name}") for name in columns),
        rows=tuple(rows) or ((words.say("table.nothing"), *[text.NOTHING] * (len(columns) - 1)),),
        left=4,
    )


def _label(words: Words, place: str, good: str) -> str:
    return words.say("name.cell", place=words.place(place), good=words.good(good))


def _charts(
    words: Words,
    direct: Sequence[_Share],
    origins: Sequence[_Share],
    passages: Sequence[_Share],
    indices: Mapping[tuple[str, str], float],
    stored: StoredRun,
) -> tuple[Chart, Chart, Chart, Chart]:
    run = stored.run["short_id"]
    made = [
        _bars(words, kind, shares, table, run)
        for kind, shares, table in (
            ("direct", direct, "direct"),
            ("lookthrough", origins, "lookthrough"),
            ("passages", passages, "passages"),
        )
    ]
    pairs = list(indices.items())[:_MOST_BARS]
    names = tuple(_label(words, *pair) for pair, _ in pairs) or (words.say("table.nothing"),)
    concentration = Chart(
        kind="bar",
        title=words.sentence("chart.hhi"),
        alt=words.say("chart.hhi_alt", category=names[0]),
        unit=words.say("chart.hhi_axis"),
        categories=names,
        series=((words.say("table.hhi"), tuple(round(v, 3) for _, v in pairs) or (0.0,)),),
        note=words.say("chart.source", table="indices", run=run),
    )
    return made[0], made[1], made[2], concentration


def _bars(words: Words, kind: str, shares: Sequence[_Share], table: str, run: str) -> Chart:
    """Shares as bars, each named by whose good it is and by whom it comes."""
    shown = shares[:_MOST_BARS]
    name = words.passage if kind == "passages" else words.place
    names = tuple(
        words.say("name.by", cell=_label(words, s.place, s.good), of=name(s.of)) for s in shown
    )
    return Chart(
        kind="bar",
        title=words.sentence(f"chart.{kind}"),
        alt=words.say(
            "chart.share_alt",
            peak=words.figures.share(shown[0].share if shown else 0.0),
            series=words.say(f"chart.{kind}"),
            category=names[0] if names else text.NOTHING,
        ),
        unit=words.say(f"chart.{kind}_axis"),
        categories=names or (words.say("table.nothing"),),
        series=((words.say("table.share"), tuple(round(s.share, 4) for s in shown) or (0.0,)),),
        note=words.say("chart.source", table=table, run=run),
        share=True,
    )
