"""What the report reads out of a study and its results, in one place.

The other files of this layer draw and write; they see only what is here: names instead of ids,
one ``Outcome`` per place and response, one ``Case`` per stress result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from seawall.errors import SeawallError
from seawall.report import text
from seawall.report.fuels import fuels, of_chain, only

SHORT = 0.001  # share of a tier unserved from which a period counts as short (design, 3.5)
LONG_HAUL = 0.0  # days: lanes of no length join a coast to its terminals and are not drawn


def table(study: Any, name: str) -> pd.DataFrame:
    """A table of the study, with the rows of its selected variants."""
    frame: pd.DataFrame = study.table(name)
    return frame


def column(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """A column, or blanks where the table does not have it."""
    if name in frame:
        return frame[name]
    return pd.Series([None] * len(frame), index=frame.index, dtype=object)


def figures(frame: pd.DataFrame, name: str) -> pd.Series[float]:
    """A column as floats, blanks as NaN."""
    return pd.to_numeric(column(frame, name), errors="coerce").astype(float)


class Names:
    """Ids to the words that a reader knows; lanes read "Qatar to Korea by the Cape"."""

    def __init__(self, study: Any) -> None:
        self._names: dict[str, str] = {}
        for part in ("places", "passages", "facilities", "commodities", "sources"):
            frame = table(study, part)
            title = "title" if part == "sources" else "name"
            for key, name in zip(column(frame, "id"), column(frame, title), strict=True):
                self._names.setdefault(str(key), str(name))
        for code, name in _country_names(table(study, "places")).items():
            self._names.setdefault(code, name)
        lanes = table(study, "lanes")
        columns = [column(lanes, c) for c in ("id", "origin", "destination", "route")]
        for key, origin, destination, route in zip(*columns, strict=True):
            way = f"{self.place(origin)} to {self.place(destination)}"
            self._names[str(key)] = way if text.missing(route) else f"{way} {route}"

        demands = table(study, "demands")
        columns = [column(demands, c) for c in ("id", "place", "sector")]
        for key, place, sector in zip(*columns, strict=True):
            self._names[str(key)] = f"{self.of(place)}: {sector}"

    def of(self, identifier: object) -> str:
        """Its name; an id that no table names is shown as words without separators."""
        key = str(identifier)
        return self._names.get(key) or text.words(key)

    def short(self, identifier: object) -> str:
        """Its name without what stands in brackets."""
        return bare(self.of(identifier))

    def place(self, identifier: object) -> str:
        """A place's name for a label: without brackets and without the list after a colon."""
        return self.short(identifier).split(":")[0]

    def good(self, commodity: object) -> str:
        """A commodity within a sentence: the first words of its name, without a capital."""
        name = bare(self.of(commodity)).split(",")[0]
        return name if name[1:2].isupper() else name[:1].lower() + name[1:]

    def known(self, identifier: object) -> bool:
        return str(identifier) in self._names

    def of_many(self, identifiers: object) -> str:
        """Names of a list such as ``"QAT+malacca"``."""
        if self.known(identifiers):
            return self.short(identifiers)
        parts = (
            identifiers
            if isinstance(identifiers, (list, tuple))
            else re.split(r"\s*[+;,|:]\s*", str(identifiers))
        )
        return text.join([self.short(part) for part in parts if str(part).strip()])

    def in_cell(self, value: object) -> str:
        """A table cell: its name when it is an id, else the value in words."""
        if isinstance(value, str) and self.known(value.strip()):
            return self.short(value.strip())
        return text.cell(value)

    def in_words(self, sentence: object) -> str:
        """Free text of a table with the codes of places written out."""
        return re.sub(
            r"\b[A-Z]{3}(?:-[A-Z]+)*\b",
            lambda m: self.short(m[0]) if self.known(m[0]) else m[0],
            str(sentence),
        )


def bare(name: str) -> str:
    """A name without brackets and what they hold."""
    return re.sub(r"\s*\([^)]*\)", "", name).strip()


def _country_names(places: pd.DataFrame) -> dict[str, str]:
    """Names of countries without a row of their own: the words that their places begin with."""
    groups: dict[str, list[list[str]]] = {}
    for code, name in zip(column(places, "country"), column(places, "name"), strict=True):
        groups.setdefault(str(code), []).append(re.sub(r"[,:(].*", "", str(name)).split())
    found = {}
    for code, names in groups.items():
        shared = []
        for parts in zip(*names, strict=False):
            if len(set(parts)) > 1:
                break
            shared.append(parts[0])
        if shared:
            found[code] = " ".join(shared)
    return found


@dataclass(frozen=True)
class Outcome:
    """What one response means for one place; quantities in Mt over the run, shares of 1."""

    place: str
    name: str
    good: str
    response: str
    demand: float
    unserved: float
    share: float
    priced_out: float | None
    missing: float | None
    value_lost: float | None
    first_day: float | None
    survive_days: float | None
    censored: bool
    recover_days: float | None
    cover_days: float | None
    weeks_short: float
    worst_share: float
    worst_start: pd.Timestamp | None
    low: float | None
    high: float | None
    grade: str

    @property
    def short(self) -> bool:
        return self.share > SHORT / 10


@dataclass(frozen=True)
class Case:
    """One stress result, ready to be written about."""

    title: str
    about: str
    sources: tuple[Mapping[str, Any], ...]
    responses: tuple[str, ...]
    places: tuple[str, ...]
    outcomes: Mapping[tuple[str, str], Outcome]
    indicators: pd.DataFrame
    timeline: pd.DataFrame
    flows: pd.DataFrame
    base_flows: pd.DataFrame
    shut: tuple[str, ...]
    struck: tuple[str, ...]
    span: tuple[float, float]
    run_days: float
    period_days: float
    losses: Mapping[str, float]
    belief: str
    tables: Mapping[str, pd.DataFrame]

    def table(self, name: str) -> pd.DataFrame:
        """A table of the result; empty where the study has nothing to fill it with."""
        return self.tables.get(name, pd.DataFrame())

    def of(self, place: str, response: str) -> Outcome:
        return self.outcomes[place, response]

    def bracket(self, place: str) -> tuple[Outcome, Outcome]:
        """The responses with the least and the most unserved, in that order."""
        found = [self.outcomes[place, r] for r in self.responses]
        return min(found, key=_unserved), max(found, key=_unserved)

    def normal_days(self, outcome: Outcome) -> float:
        """The unserved quantity as days of the place's normal use."""
        return outcome.share * self.run_days


def _unserved(outcome: Outcome) -> float:
    return outcome.unserved


def headline_places(study: Any, indicators: pd.DataFrame) -> tuple[str, ...]:
    """The places of the first page that the results speak of, in the study's order."""
    present = set(column(indicators, "place").astype(str))
    wanted = [str(p) for p in getattr(study.settings, "headline", ()) or ()]
    chosen = tuple(place for place in wanted if place in present)
    if not chosen:
        raise SeawallError(
            f"none of the study's headline places {wanted} is in the results, which speak of "
            f"{sorted(present)[:10]}"
        )
    return chosen


def main_commodity(indicators: pd.DataFrame, place: str) -> str:
    """The commodity of which the place's demand rows are largest."""
    rows = indicators[(indicators["place"] == place) & (indicators["tier"] == "all")]
    if rows.empty:
        raise SeawallError(f"no row for all tiers together of {place}")
    largest = figures(rows, "demand").groupby(rows["commodity"].astype(str)).max()
    return str(largest.idxmax())


def series(case: Case, place: str, response: str, tier: str = "all") -> pd.DataFrame:
    """Weekly rows of one place: period_start, demand, served, stock, price, share, summed up."""
    frame = case.timeline
    rows = frame[
        (frame["place"] == place) & (frame["response"] == response) & (frame["tier"] == tier)
    ]
    rows = rows[rows["commodity"] == main_commodity(case.indicators, place)]
    rows = rows.assign(period_start=pd.to_datetime(rows["period_start"]))
    summed = rows.groupby("period_start", as_index=False)[["demand", "served"]].sum()
    stock = case.timeline[
        (frame["place"] == place) & (frame["response"] == response) & (frame["tier"] == "all")
    ]
    level = figures(stock, "stock").groupby(pd.to_datetime(stock["period_start"])).sum(min_count=1)
    summed["stock"] = level.reindex(summed["period_start"]).to_numpy()
    ratio = summed["served"] / summed["demand"].where(summed["demand"] > 0)
    summed["share"] = ratio.clip(0.0, 1.0).fillna(1.0)
    return summed.sort_values("period_start", ignore_index=True)


def _text(source: Any, name: str) -> str:
    value = getattr(source, name, "")
    return "" if text.missing(value) else str(value)


def case(study: Any, result: Any, names: Names) -> Case:
    """Read one stress result.

    Raises
    ------
    SeawallError : a table or a headline place that the report needs is missing.
    """
    goods = fuels(study)
    tables: Mapping[str, pd.DataFrame] = only(result.tables, goods)
    for needed in ("indicators", "timeline", "flows", "base_flows"):
        if needed not in tables:
            raise SeawallError(f"the stress result has no table {needed!r}")
    indicators = tables["indicators"]
    scenario = getattr(result, "scenario", None)
    settings = study.settings
    period_days = float(settings.period_days)
    places = headline_places(study, indicators)
    responses = tuple(str(r) for r in result.responses)
    shocks = tuple(getattr(scenario, "shock", None) or ())
    summary = of_chain(study, result.summary(), goods)
    bare = Case(
        title=_text(scenario, "title") or "Without a shock",
        about=_text(scenario, "about"),
        sources=tuple(_mapping(s) for s in getattr(scenario, "sources", ()) or ()),
        responses=responses,
        places=places,
        outcomes={},
        indicators=indicators,
        timeline=tables["timeline"],
        flows=tables["flows"],
        base_flows=tables["base_flows"],
        shut=tuple(dict.fromkeys(_targets(shocks, "passage"))),
        struck=_struck(study, shocks),
        span=_span(shocks, 8.0 * period_days),
        run_days=float(settings.periods) * period_days,
        period_days=period_days,
        losses=losses(summary),
        belief=str(summary.get("belief") or ""),
        tables=tables,
    )
    outcomes = {
        (place, response): _outcome(bare, names, place, response)
        for place in places
        for response in responses
    }
    return Case(**{**bare.__dict__, "outcomes": outcomes})


def losses(summary: Mapping[str, Any]) -> dict[str, float]:
    """Loss of the whole study by response [million]."""
    found = {}
    for response, figures_of in (summary.get("responses") or {}).items():
        value = text.number(figures_of.get("loss"))
        if value is not None:
            found[str(response)] = value
    return found


def _mapping(source: Any) -> Mapping[str, Any]:
    if isinstance(source, Mapping):
        return source
    return {key: getattr(source, key, "") for key in ("title", "url", "date")}


def _targets(shocks: Iterable[Any], kind: str) -> list[str]:
    found = []
    for shock in shocks:
        value = getattr(shock, kind, None)
        if not text.missing(value):
            found.append(str(value))
    return found


def _struck(study: Any, shocks: tuple[Any, ...]) -> tuple[str, ...]:
    """Places whose plants a scenario stops: named themselves, by a facility or by a country."""
    facilities, places = table(study, "facilities"), table(study, "places")
    place_of = dict(
        zip(column(facilities, "id").astype(str), column(facilities, "place").astype(str),
            strict=True)
    )  # fmt: skip
    found = [place_of.get(f, f) for f in _targets(shocks, "facility")]
    for target in (
        *_targets(shocks, "place"),
        *_targets(shocks, "ban"),
        *_targets(shocks, "quota"),
    ):
        inside = column(places, "id")[column(places, "country").astype(str) == target]
        found += [target, *inside.astype(str)]
    return tuple(dict.fromkeys(found))


def _span(shocks: tuple[Any, ...], otherwise: float) -> tuple[float, float]:
    """First and last day of the longest shock, counted like the run from the first shock."""
    if not shocks:
        return 0.0, otherwise
    first = min(float(s.start_day) for s in shocks)
    longest = max(shocks, key=lambda s: float(s.days))
    begin = float(longest.start_day) - first
    return begin, begin + float(longest.days)


def _outcome(view: Case, names: Names, place: str, response: str) -> Outcome:
    rows = view.indicators
    rows = rows[(rows["place"] == place) & (rows["response"] == response) & (rows["tier"] == "all")]
    rows = rows[rows["commodity"] == main_commodity(view.indicators, place)]
    if len(rows) != 1:
        raise SeawallError(
            f"{len(rows)} rows of all tiers together for {place}, {response}: one is needed"
        )
    row = rows.iloc[0]
    weeks = series(view, place, response)
    gap = 1.0 - weeks["share"]
    worst = int(gap.to_numpy().argmax()) if len(weeks) else 0
    hit = len(weeks) > 0 and float(gap.iloc[worst]) > SHORT
    value = row.get
    return Outcome(
        place=place,
        name=names.short(place),
        good=names.good(main_commodity(view.indicators, place)),
        response=response,
        demand=text.number(value("demand")) or 0.0,
        unserved=text.number(value("unserved")) or 0.0,
        share=text.number(value("unserved_share")) or 0.0,
        priced_out=text.number(value("priced_out")),
        missing=text.number(value("missing")),
        value_lost=text.number(value("value_lost")),
        first_day=text.number(value("first_shortfall_day")),
        survive_days=text.number(value("time_to_survive_days")),
        censored=value("censored") is not None and bool(value("censored")),
        recover_days=text.number(value("time_to_recover_days")),
        cover_days=text.number(value("cover_days")),
        weeks_short=float((gap > SHORT).sum()) * view.period_days / 7.0,
        worst_share=float(gap.iloc[worst]) if hit else 0.0,
        worst_start=weeks["period_start"].iloc[worst] if hit else None,
        low=text.number(value("low")),
        high=text.number(value("high")),
        grade="" if text.missing(value("grade")) else str(value("grade")),
    )


def country_of(study: Any) -> dict[str, str]:
    """Place id to country code."""
    places = table(study, "places")
    return dict(
        zip(column(places, "id").astype(str), column(places, "country").astype(str), strict=True)
    )


def long_haul(study: Any, base_flows: pd.DataFrame) -> pd.DataFrame:
    """Base flows between countries, with numbers as floats; internal lanes left out."""
    frame = base_flows.copy()
    for name in ("quantity", "days", "freight"):
        frame[name] = figures(frame, name)
    return frame[(frame["days"] > LONG_HAUL) & (frame["quantity"] > 0)]


def imports_per_day(study: Any, base_flows: pd.DataFrame, place: str) -> float:
    """Mt a day that arrives at a country over long-haul lanes in the base."""
    countries = country_of(study)
    frame = long_haul(study, base_flows)
    into = frame["destination"].astype(str).map(lambda p: countries.get(p, p) == place)
    away = frame["origin"].astype(str).map(lambda p: countries.get(p, p) != place)
    return float(frame.loc[into & away, "quantity"].sum()) / 365.0


def run_days(study: Any) -> float:
    """Length of a run in days."""
    return float(study.settings.periods) * float(study.settings.period_days)


def terminals(study: Any, country: str) -> pd.DataFrame:
    """Places of a country with tanks that short lanes feed: place, usable, tank, landed.

    `landed` is Mt a year in the base; `usable` is the start stock above the floor.
    """
    countries = country_of(study)
    lanes, stocks = table(study, "lanes"), table(study, "stocks")
    short = lanes[figures(lanes, "days") <= LONG_HAUL]
    landed = figures(short, "base").groupby(short["destination"].astype(str)).sum()
    start, floor, tank = (figures(stocks, name) for name in ("start", "floor", "tank"))
    frame = pd.DataFrame(
        {"place": stocks["place"].astype(str), "usable": start - floor, "tank": tank}
    )
    frame["landed"] = frame["place"].map(landed)
    inside = frame["place"].map(countries) == country
    return frame[inside & (frame["landed"] > 0.0)].reset_index(drop=True)
