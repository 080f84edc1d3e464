"""A brief on a sweep: which single failure hurts, and how many do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from seawall.report import text, views
from seawall.report.brief import check, evidence
from seawall.report.brief.cells import CENTRAL, SHORT, guessed
from seawall.report.brief.labels import labels
from seawall.report.brief.note import Chart, Grid, Note
from seawall.report.brief.tables import units_of, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.report.brief.words import Words
    from seawall.runs.store import StoredRun
    from seawall.study import Study

_MOST_BARS = 8
_MOST_LISTED = 3
_KINDS = {
    "passage": "sweep.kind_passage",
    "plant_group": "sweep.kind_plant_group",
    "country": "sweep.kind_country",
    "country and commodity": "sweep.kind_good",
}


@dataclass(frozen=True)
class _Hit:
    """A failure and the place and good that it leaves shortest."""

    target: str
    kind: str
    name: str
    place: str
    good: str
    unit: str
    unserved: float
    share: float
    first_day: float | None
    loss: float

    def label(self, words: Words) -> str:
        return words.target(self.target, self.name)


def note(stored: StoredRun, study: Study, words: Words) -> Note:
    """Everything that a brief on a sweep says."""
    options = stored.run["options"]
    asked = [str(name) for name in options.get("responses") or ["foresight"]]
    response = next((name for name in CENTRAL if name in asked), asked[0])
    places = [str(place) for place in options.get("places") or study.settings.headline]
    ranking = stored.tables["ranking"]
    unknown = guessed(study)
    pairs = zip(ranking["place"], ranking["commodity"], strict=True)
    known = pd.Series([pair not in unknown for pair in pairs], index=ranking.index, dtype=bool)
    rows = ranking[known & (ranking["response"] == response)]
    hits = _hits(rows, study)
    chains = tuple(
        dict.fromkeys(study.lookup("commodities", "chain")[g] for g in rows["commodity"])
    )
    told, further = evidence.sources(study, words, chains, None)
    days = options.get("days")
    length = (
        words.say("assumption.sweep_usual") if days is None else words.figures.days(float(days))
    )
    named = words.figures.join([words.place(place) for place in places])
    return Note(
        language=words.language,
        title=words.say("title.sweep", study=words.study_title()),
        question=words.sentence("question.sweep", places=named),
        answer=_answer(words, hits, rows, response, named, study.settings.currency),
        sure=(words.sentence("sure.none_sweep"),),
        table=_table(words, hits, response, length),
        when=_shares(words, hits, response, stored),
        bracket=_losses(words, hits, study, stored),
        origin=_kinds(words, hits, rows, stored),
        moves=None,
        assumptions=(
            *evidence.overlays(study, words),
            words.sentence("assumption.single", days=length),
            words.sentence("assumption.extent", count=f"{rows['targets'].nunique():,}"),
            words.sentence("assumption.reaction", response=words.say(f"if.{response}")),
            *evidence.evidence(study, words, chains),
            *evidence.rules(study, words, chains, {}),
            words.sentence("assumption.base"),
        ),
        changes=(
            words.sentence("change.sweep_long"),
            words.sentence("change.sweep_two"),
            words.sentence(
                "change.responses",
                list=words.figures.join([words.say(f"response.{name}") for name in asked]),
            ),
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


def _hits(rows: pd.DataFrame, study: Study) -> list[_Hit]:
    """Failures that leave somebody short, the largest share of a demand first."""
    units = study.lookup("commodities", "unit")
    shares = views.figures(rows, "unserved_share").fillna(0.0)
    short = rows.assign(share=shares)[shares > SHORT].sort_values("share", ascending=False)
    worst = short.drop_duplicates("targets")
    return [
        _Hit(
            target=str(row["targets"]),
            kind=str(row["kind"]),
            name=str(row["name"]),
            place=str(row["place"]),
            good=str(row["commodity"]),
            unit=str(units[row["commodity"]]),
            unserved=float(row["unserved"]),
            share=float(row["share"]),
            first_day=text.number(row["first_shortfall_day"]),
            loss=float(row["study_loss"]),
        )
        for row in worst.to_dict("records")
    ]


def _answer(
    words: Words,
    hits: Sequence[_Hit],
    rows: pd.DataFrame,
    response: str,
    places: str,
    currency: str,
) -> tuple[str, ...]:
    """Worst, next, passages, how many are absorbed, money."""
    figures = words.figures
    every = rows["targets"].nunique()
    count = words.sentence(
        "sweep.count", hurt=str(len(hits)), all=f"{every:,}", rest=f"{every - len(hits):,}"
    )
    losses = views.figures(rows, "study_loss")
    dearest = rows.iloc[int(losses.argmax())]
    money = words.sentence(
        "sweep.loss",
        money=figures.money(hits[0].loss if hits else float(losses.max()), currency),
        name=words.target(dearest["targets"], str(dearest["name"])),
        most=figures.money(float(losses.max()), currency),
    )
    if not hits:
        return (
            words.sentence("sweep.lead_none", places=places),
            words.sentence("sweep.second_none"),
            words.sentence("sweep.passages_none"),
            count,
            money,
        )
    first = hits[0]
    lead = words.sentence(
        "sweep.lead",
        name=first.label(words),
        place=words.place(first.place),
        amount=figures.amount(first.unserved, first.unit),
        good=words.good(first.good),
        share=figures.share(first.share),
        response=words.say(f"if.{response}"),
    )
    next_ones = [
        words.say(
            "sweep.item",
            name=hit.label(words),
            place=words.place(hit.place),
            good=words.good(hit.good),
            share=figures.share(hit.share),
        )
        for hit in hits[1 : 1 + _MOST_LISTED]
    ]
    second = (
        words.sentence("sweep.second", list=figures.join(next_ones))
        if next_ones
        else words.sentence("sweep.second_none")
    )
    return lead, second, _passage(words, hits), count, money


def _passage(words: Words, hits: Sequence[_Hit]) -> str:
    passage = next((hit for hit in hits if hit.kind == "passage"), None)
    if passage is None:
        return words.sentence("sweep.passages_none")
    return words.sentence(
        "sweep.passages",
        name=words.the_passage(passage.target),
        place=words.place(passage.place),
        share=words.figures.share(passage.share),
        good=words.good(passage.good),
    )


def _table(words: Words, hits: Sequence[_Hit], response: str, length: str) -> Grid:
    figures = words.figures
    rows = tuple(
        (
            hit.label(words),
            words.say("name.cell", place=words.place(hit.place), good=words.good(hit.good)),
            figures.amount(hit.unserved, hit.unit),
            figures.share(hit.share),
            text.NOTHING if hit.first_day is None else figures.day(hit.first_day),
        )
        for hit in hits
    )
    columns = ("failure", "place", "unserved", "share", "first")
    return Grid(
        caption=words.sentence(
            "table.sweep", days=length, response=words.say(f"response.{response}")
        ),
        header=tuple(words.say(f"table.{name}") for name in columns),
        rows=rows or ((words.say("table.nothing"), *[text.NOTHING] * (len(columns) - 1)),),
        left=2,
    )


def _shares(words: Words, hits: Sequence[_Hit], response: str, stored: StoredRun) -> Chart:
    shown = hits[:_MOST_BARS]
    names = tuple(hit.label(words) for hit in shown) or (words.say("table.nothing"),)
    return Chart(
        kind="bar",
        title=words.sentence("chart.sweep", response=words.say(f"if.{response}")),
        alt=words.say(
            "chart.sweep_alt",
            peak=words.figures.share(shown[0].share if shown else 0.0),
            category=names[0],
        ),
        unit=words.say("chart.bracket_axis"),
        categories=names,
        series=((words.say("table.unserved"), tuple(hit.share for hit in shown) or (0.0,)),),
        note=words.say("chart.source", table="ranking", run=stored.run["short_id"]),
        share=True,
    )


def _losses(words: Words, hits: Sequence[_Hit], study: Study, stored: StoredRun) -> Chart:
    currency = study.settings.currency
    shown = sorted(hits, key=lambda hit: -hit.loss)[:_MOST_BARS]
    names = tuple(hit.label(words) for hit in shown) or (words.say("table.nothing"),)
    return Chart(
        kind="bar",
        title=words.say("chart.sweep_loss"),
        alt=words.say(
            "chart.sweep_loss_alt",
            peak=words.figures.money(shown[0].loss if shown else 0.0, currency),
            category=names[0],
        ),
        unit=words.say("chart.loss_axis", currency=words.figures.currency(currency)),
        categories=names,
        series=(
            (
                words.say("chart.loss_series"),
                tuple(round(hit.loss, 2) for hit in shown) or (0.0,),
            ),
        ),
        note=words.say("chart.source", table="ranking", run=stored.run["short_id"]),
    )


def _kinds(words: Words, hits: Sequence[_Hit], rows: pd.DataFrame, stored: StoredRun) -> Chart:
    """How many failures of each kind were asked, and how many hurt."""
    every = rows.drop_duplicates("targets")["kind"].astype(str).value_counts()
    hurt = pd.Series([hit.kind for hit in hits], dtype="str").value_counts()
    kinds = [kind for kind in _KINDS if kind in every]
    return Chart(
        kind="bar",
        title=words.say("chart.sweep_kinds"),
        alt=words.say("chart.sweep_kinds_alt"),
        unit=words.say("chart.sweep_kinds_axis"),
        categories=tuple(words.say(_KINDS[kind]) for kind in kinds),
        series=(
            (words.say("chart.sweep_kinds_all"), tuple(float(every[kind]) for kind in kinds)),
            (
                words.say("chart.sweep_kinds_series"),
                tuple(float(hurt.get(kind, 0)) for kind in kinds),
            ),
        ),
        note=words.say("chart.source", table="ranking", run=stored.run["short_id"]),
    )
