"""The demonstration beyond gas: the chains of minerals and chips, asked what stands behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from seawall.questions.balances import balances
from seawall.questions.exposure import ExposureResult, exposure
from seawall.questions.second_source import qualification, second_sources
from seawall.questions.stock_variants import by_stocks
from seawall.questions.stress import StressResult, stress
from seawall.questions.sweep import sweep
from seawall.questions.variants import origins_by_variant, shortages_by_variant

if TYPE_CHECKING:
    from seawall.runs.progress import Progress
    from seawall.study import Study

T = TypeVar("T")

#: Scenarios of the demonstration that strike no gas.
STRESSES = (
    "rare-earth-ban", "heavy-rare-earth-licences", "gallium-germanium-ban", "graphite-permits",
    "indonesia-nickel-ban", "drc-cobalt-quota", "taiwan-strait",
)  # fmt: skip
#: Where qualification times decide how soon a second source helps.
QUALIFIED = "rare-earth-ban"
STOCKS = "mineral_stocks"
#: Plants that India means to build, and what they are asked about.
PLANTS, PLANTS_CHAIN, PLANTS_PLACE = "indian_plants", "rare_earths", "IND"
#: A bottleneck of minerals is a matter of half a year, not of weeks.
SWEEP_DAYS = 180.0


@dataclass(frozen=True)
class ChainsResult:
    """Results for the chains other than gas.

    `tables` holds `ranking` (all single failures of 180 days), `balances`, `by_stocks` (time to
    survive with low, middle and high stocks), `second_sources` and `qualification`,
    `plant_origins` and `plant_shortages` (what Indian plants for magnets change).
    """

    stresses: list[StressResult]
    exposure: ExposureResult
    tables: dict[str, pd.DataFrame]


def run(study: Study, gas: str, progress: Progress) -> ChainsResult:
    """Ask everything of the chains of `study` other than `gas`."""
    chains = [name for name in study.chains if name != gas]
    progress.start(3 * len(STRESSES) + len(chains) + 5, "minerals and chips")

    def done(answer: T) -> T:
        progress.advance(1)
        return answer

    stresses = [done(stress(study, name)) for name in STRESSES]
    tables = {
        "balances": done(balances(study)),
        "by_stocks": pd.concat(
            [done(by_stocks(study, name, STOCKS)) for name in STRESSES], ignore_index=True
        ),
        "second_sources": pd.concat(
            [done(second_sources(study, name)) for name in STRESSES], ignore_index=True
        ),
        "qualification": done(qualification(study, QUALIFIED)),
        "plant_origins": done(origins_by_variant(study, PLANTS, PLANTS_CHAIN, PLANTS_PLACE)),
        "plant_shortages": done(shortages_by_variant(study, PLANTS, PLANTS_PLACE, [QUALIFIED])),
        "ranking": pd.concat(
            [
                done(sweep(study.chain(name), days=SWEEP_DAYS).tables["ranking"]).assign(chain=name)
                for name in chains
            ],
            ignore_index=True,
        ),
    }
    return ChainsResult(stresses, done(exposure(study)), tables)
