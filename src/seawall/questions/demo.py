"""The demonstration: what the reference study says when it is asked everything at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.errors import UnknownName, UsageError
from seawall.network.build import SIGMA
from seawall.questions import demo_chains
from seawall.questions.article_effects import article_effects
from seawall.questions.exposure import ExposureResult, exposure
from seawall.questions.grids import dependence
from seawall.questions.groups import Group, groups, series
from seawall.questions.indicators import drawn_from_stock, first_short_day
from seawall.questions.orders import compare_orders
from seawall.questions.pact_worth import World, lasting, pact_worth
from seawall.questions.parts import lending
from seawall.questions.plausible import plausible
from seawall.questions.prepared import Prepared, find_scenario, prepare
from seawall.questions.roadmap import Fresh, roadmap
from seawall.questions.stress import StressResult, stress
from seawall.questions.sweep import SweepResult, sweep
from seawall.questions.track.ask import TrackResult, track
from seawall.questions.track.slip import SlipResult, slip
from seawall.questions.worth import worth
from seawall.responses import Frozen
from seawall.study import read, study_protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.network import Network
    from seawall.questions.demo_chains import ChainsResult
    from seawall.runs.progress import Progress
    from seawall.shocks import Scenario
    from seawall.study import Study

STUDY = "india-japan"
FLAGSHIP = "hormuz-60d"
STRESSES = (FLAGSHIP, "malacca-60d", "australia-outage")
#: The closure of 2026 is asked at these lengths, because its end is not known.
BACK_TEST, CLOSURE_WEEKS = "hormuz-2026", (4, 11, 17, 26)
OTHER_VARIANT = "unpooled"
PACT_WEEKS = 17
#: Where the pact is asked: at each length, and at the assumed one with other spot supply (times the
#: spare output that can be reached) and other beliefs.
WORLDS = (
    *(World(weeks) for weeks in CLOSURE_WEEKS),
    World(PACT_WEEKS, spot=0.5), World(PACT_WEEKS, belief=0.5), World(PACT_WEEKS, belief=2.0),
)  # fmt: skip
#: As of which day promises are judged: the newest evidence is of that month.
JUDGED = date(2026, 7, 31)
#: A promise, years by which it is late, and what strikes in these years.
SLIPPED, LATE, STRUCK = "C-15", 2, "rare-earth-ban"
#: Cases that stand for each hazard.
SEVERITIES = 2
#: The ends of the bracket get intervals from so many draws; re-planning would take hours.
ENDS, DRAWS = ("frozen", "foresight"), 60
HEADLINE = ["response", "place", "unserved", "unserved_share", "first_shortfall_day",
            "weeks_short", "value_lost"]  # fmt: skip
#: A stock of the confidence class "estimate" may be this much smaller or larger.
STOCK_DOUBT = SIGMA["estimate"]


@dataclass(frozen=True)
class DemoResult:
    """Results of the demonstration.

    `extra` holds tables about the study: `moves` and `raised` (what balancing changed),
    `variants` (the flagship with other rules), `closure_lengths` with `closure_sources`,
    `plausible`, `grid_dependence`, `orders` (who is served first), `articles`, `pact_worth` (by
    length, spot supply and belief), `worth`, `worth_hazards` and `compensation` (over ten years).
    `asked` are the stress tests as they were asked; in `stresses` the flagship has its intervals.
    `doubt` says what the flagship's first shortage becomes when stocks are smaller or larger;
    `chains` holds what is asked of minerals and chips; `board` which promises are kept, and
    `slipped` what it costs that one comes late.
    """

    study: Study
    stresses: list[StressResult]
    asked: list[StressResult]
    sweep: SweepResult
    exposure: ExposureResult
    extra: dict[str, pd.DataFrame]
    doubt: pd.DataFrame
    chains: ChainsResult
    board: TrackResult
    slipped: SlipResult


def run(progress: Progress, workers: int = 1) -> DemoResult:
    """Ask the reference study of gas: exposure, three stresses, all single failures, what the pact
    is worth, and what if the closure lasts longer, domestic gas is not shared, tiers are served in
    another order, or stocks are not what we think; then of the other chains what stands behind
    them."""
    study = read(STUDY)
    gas = lending(study)
    progress.start(len(STRESSES) + 5, "reading and balancing the study")
    ready = prepare(gas)
    exposed = exposure(gas)
    progress.advance(1)
    results = []
    for name in STRESSES:
        results.append(stress(study, name))
        progress.advance(1)
    extra = {
        "moves": moves(gas, ready),
        "raised": raised(ready),
        "variants": variants(study, results[0]),
        "closure_lengths": closure_lengths(study),
        "closure_sources": closure_sources(study),
        "plausible": plausible(study).tables["plausible"],
        "grid_dependence": dependence(study),
        "orders": compare_orders(study, BACK_TEST, "frozen").assign(scenario=BACK_TEST),
    }
    progress.advance(3)
    ends = stress(study, FLAGSHIP, ENDS, uncertain=DRAWS, workers=workers, progress=progress)
    shown = [ranged(results[0], ends), *results[1:]]
    doubt = stock_doubt(study, ready)
    progress.advance(1)
    failures = sweep(gas, response=("frozen", "foresight"), progress=progress)
    extra["pact_worth"] = pact_worth(
        study, _back_test(study), WORLDS, workers=workers, progress=progress
    )
    extra["articles"] = articles_table(study, extra["pact_worth"], workers, progress)
    decade = worth(study, severities=SEVERITIES, workers=workers, progress=progress)
    extra |= {name: decade.tables[name] for name in ("worth", "worth_hazards", "compensation")}
    others = demo_chains.run(study, gas.chains[0], progress)
    board = track(study, as_of=JUDGED)
    slipped = slip(study, SLIPPED, late=LATE, scenarios=(STRUCK,), responses=("market",))
    extra |= {"promises": board.tables["sectors"], "slips": slipped.tables["slips"]}
    asked = [*results, failures, decade, *others.stresses, others.exposure, exposed, board]
    extra["roadmap"] = roadmap(study, Fresh(asked)).tables["roadmap"]
    return DemoResult(
        study, shown, [*results, ends], failures, exposed, extra, doubt, others, board, slipped
    )


def ranged(result: StressResult, ends: StressResult) -> StressResult:
    """A stress test with the intervals, grades and tornado that the ends of its bracket have."""
    key = ["response", "place", "commodity", "tier", "sector"]
    known = ends.tables["indicators"].set_index(key)[["low", "high", "grade"]]
    whole = result.tables["indicators"].drop(columns=["low", "high", "grade"])
    more = {name: ends.tables[name] for name in ("intervals", "tornado")}
    tables = {**result.tables, **more, "indicators": whole.join(known, on=key)}
    figures = {**result.figures, "uncertain": ends.figures["uncertain"]}
    return replace(result, tables=tables, figures=figures)


def articles_table(
    study: Study, known: pd.DataFrame, workers: int, progress: Progress
) -> pd.DataFrame:
    """The study's articles in plain words, with what changing each would change in the central
    world of `known` (table `pact_worth`)."""
    protocol = study_protocol(study)
    if protocol is None:
        raise UsageError(f'study "{study.name}" has no protocol.toml')
    central = known[
        (known["weeks"] == PACT_WEEKS) & (known["spot"] == 1.0) & (known["belief"] == 1.0)
    ]
    usual = {
        str(place): (worth, lent)
        for place, worth, lent in zip(
            central["place"], central["worth"].astype(float), central["lent"].astype(float),
            strict=True,
        )
    }  # fmt: skip
    scenario = _back_test(study)
    return article_effects(study, scenario, PACT_WEEKS, protocol, usual, workers, progress)


def moves(study: Study, ready: Prepared) -> pd.DataFrame:
    """What balancing changed, largest first; per year."""
    tables = {"facility": "facilities", "lane": "lanes", "demand": "demands"}
    evidence = {(kind, row.id): row for kind, table in tables.items() for row in study.rows(table)}
    return pd.DataFrame(
        [
            (
                m.kind, m.id, m.prior, m.value, m.value / m.prior - 1.0 if m.prior else None,
                m.sigma, evidence[m.kind, m.id].source, evidence[m.kind, m.id].confidence,
            )
            for m in ready.case.moves
        ],
        columns=["what", "id", "prior", "reconciled", "change", "sigma", "source", "confidence"],
    )  # fmt: skip


def raised(ready: Prepared) -> pd.DataFrame:
    """Capacities that the balanced base needed to be larger than stated; per year."""
    return pd.DataFrame(ready.case.raised, columns=["id", "stated", "raised"])


def variants(study: Study, default: StressResult) -> pd.DataFrame:
    """The flagship under the default rules and with domestic gas kept to its own users."""
    other = stress(study.variant(OTHER_VARIANT), FLAGSHIP)
    return pd.concat(
        [headline(default, "variant", "pooled"), headline(other, "variant", OTHER_VARIANT)],
        ignore_index=True,
    )


def closure_lengths(study: Study) -> pd.DataFrame:
    """The closure of 2026 at several lengths, if nobody reacts."""
    base = _back_test(study)
    parts = [
        headline(stress(study, lasting(base, weeks), "frozen"), "weeks", weeks)
        for weeks in CLOSURE_WEEKS
    ]
    return pd.concat(parts, ignore_index=True)


def headline(result: StressResult, column: str, value: str | float) -> pd.DataFrame:
    """What a stress test says of the headline places as a whole, marked by one more column."""
    table = result.tables["indicators"]
    places = result.study.settings.headline
    whole = table[(table["tier"] == "all") & table["place"].isin(places)]
    return whole.assign(**{column: value})[[column, *HEADLINE]]


def _back_test(study: Study) -> Scenario:
    found = find_scenario(study, BACK_TEST)
    if found is None:
        raise UnknownName("scenario", BACK_TEST, study.scenarios())
    return found


def closure_sources(study: Study) -> pd.DataFrame:
    """Where the dates and depths of the closure of 2026 come from."""
    rows = [(s.date, s.title, s.url) for s in _back_test(study).sources]
    return pd.DataFrame(rows, columns=["date", "title", "url"])


def stock_doubt(study: Study, ready: Prepared) -> pd.DataFrame:
    """First shortage and shortage of the headline places under the flagship, if nobody reacts,
    with the stocks behind them as estimated and one standard deviation smaller or larger."""
    met = ready.conditions(find_scenario(study, FLAGSHIP))
    network = ready.network
    whole = [g for g in groups(network) if g.whole and g.place in study.settings.headline]
    rows = []
    for factor in (1.0 - STOCK_DOUBT, 1.0, 1.0 + STOCK_DOUBT):
        changed = _with_stocks(network, whole, factor)
        run = Frozen(changed).run(met)
        for group in whole:
            demand = series(network.demands.quantity[:, None] * met.wanted, group)
            gap = np.maximum(demand - series(run.served, group), 0.0)
            drawn = drawn_from_stock(changed, run, group)
            day = first_short_day(demand, gap, network.terms.period_days, drawn)
            rows.append((group.place, factor, day, float(gap.sum())))
    return pd.DataFrame(rows, columns=["place", "stock", "first_shortfall_day", "unserved"])


def _with_stocks(network: Network, whole: Iterable[Group], factor: float) -> Network:
    """The network with the start stocks behind some groups changed, within floor and tank."""
    nodes = network.nodes
    start = nodes.start.copy()
    for group in whole:
        at = group.stocks
        start[at] = np.clip(nodes.start[at] * factor, nodes.floor[at], nodes.tank[at])
    return replace(network, nodes=replace(nodes, start=start))
