"""The study of three tiers with variants of plants and stocks, asked what the report shows."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
from tests.conftest import DATA

import seawall
from seawall.questions.balances import balances
from seawall.questions.demo_chains import ChainsResult
from seawall.questions.second_source import qualification, second_sources
from seawall.questions.stock_variants import by_stocks
from seawall.questions.stress import stress
from seawall.questions.sweep import sweep
from seawall.questions.variants import origins_by_variant, shortages_by_variant
from seawall.report.chains_view import ChainsView
from seawall.report.views import Names

if TYPE_CHECKING:
    from seawall.study import Study

BAN, BOTH = "oxide-ban", "both"


@cache
def study() -> Study:
    """Homeland may make its magnets itself, from Mineland's oxide, and may hold other stocks."""
    base = seawall.read(DATA / "tiers")
    frames = base.tables
    lanes, works, stocks = frames["lanes"], frames["facilities"], frames["stocks"]
    bought = lanes["id"] == "val~hom.magnet"
    oxide = lanes["id"] == "min~val.oxide"
    made = works["id"] == "val-magnet"
    held = (stocks["place"] == "HOM") & (stocks["commodity"] == "magnet")
    moved = [
        lanes[bought].assign(id="less", base=0.0, variant="plants-magnets"),
        lanes[oxide].assign(id="to-hom", destination="HOM", variant="plants-magnets"),
        lanes[oxide].assign(id="to-val", base=0.0, variant="plants-magnets"),
    ]
    plants = [
        works[made].assign(id="hom-magnet", place="HOM", base=1400.0, variant="plants-magnets"),
        works[made].assign(id="val-less", base=280.0, variant="plants-magnets"),
    ]
    more = [
        stocks[held].assign(start=start, variant=name)
        for name, start in (("stocks-low", 100.0), ("stocks-high", 390.0))
    ]
    lanes.loc[bought | oxide, "variant"] = "plants-none"
    works.loc[made, "variant"] = "plants-none"
    stocks.loc[held, "variant"] = "stocks-middle"
    variants = {
        "plants": ("plants-none", "plants-magnets"),
        "stocks": ("stocks-middle", "stocks-low", "stocks-high"),
    }
    changed = {
        "lanes": pd.concat([lanes, *moved], ignore_index=True),
        "facilities": pd.concat([works, *plants], ignore_index=True),
        "stocks": pd.concat([stocks, *more], ignore_index=True),
    }
    settings = base.settings.model_copy(update={"variants": variants})
    return replace(base, settings=settings, frames=dict(frames) | changed)


@cache
def result() -> ChainsResult:
    asked = study()
    ranking = [
        sweep(asked.chain(name), days=180.0).tables["ranking"].assign(chain=name)
        for name in asked.chains
    ]
    tables = {
        "balances": balances(asked),
        "by_stocks": pd.concat(
            [by_stocks(asked, name, "stocks") for name in (BAN, BOTH)], ignore_index=True
        ),
        "second_sources": second_sources(asked, BAN),
        "qualification": qualification(asked, BAN),
        "plant_origins": origins_by_variant(asked, "plants", "magnets", "HOM"),
        "plant_shortages": shortages_by_variant(asked, "plants", "HOM", [BAN]),
        "ranking": pd.concat(ranking, ignore_index=True),
    }
    return ChainsResult(
        [stress(asked, name) for name in (BAN, BOTH)], seawall.exposure(asked), tables
    )


def view() -> ChainsView:
    return ChainsView(study(), result(), Names(study()))
