"""What a plant of its own changes for a place that buys magnets: shares by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from seawall.errors import UnknownName
from seawall.questions.variants import ORIGINS, origins_by_variant, shortages_by_variant
from seawall.study import read

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def with_plant():
    """Homeland may make its 1400 t of magnets itself, from Mineland's oxide."""
    study = read(DATA / "tiers")
    frames = study.tables
    lanes, works = frames["lanes"], frames["facilities"]
    bought = lanes[lanes["id"] == "val~hom.magnet"].index
    lanes.loc[bought, "variant"] = "none"
    fewer = lanes[lanes["id"] == "val~hom.magnet"].assign(id="less", base=0.0, variant="plant")
    oxide = lanes[lanes["id"] == "min~val.oxide"]
    lanes.loc[oxide.index, "variant"] = "none"
    moved = [
        oxide.assign(id="to-hom", destination="HOM", variant="plant"),
        oxide.assign(id="to-val", base=0.0, variant="plant"),
    ]
    made = works[works["id"] == "val-magnet"]
    works.loc[made.index, "variant"] = "none"
    plants = [
        made.assign(id="hom-magnet", place="HOM", base=1400.0, variant="plant"),
        made.assign(id="val-less", base=280.0, variant="plant"),
    ]
    settings = study.settings.model_copy(update={"variants": {"plants": ("none", "plant")}})
    changed = {
        "lanes": pd.concat([lanes, fewer, *moved], ignore_index=True),
        "facilities": pd.concat([works, *plants], ignore_index=True),
    }
    return replace(study, settings=settings, frames=dict(frames) | changed)


def _share(table: pd.DataFrame, variant: str, stage: str, country: str) -> float:
    rows = table[
        (table["variant"] == variant) & (table["stage"] == stage) & (table["country"] == country)
    ]
    return float(rows["share"].sum())


def test_a_plant_moves_the_dependence_one_stage_up(with_plant):
    table = origins_by_variant(with_plant, "plants", "magnets", "HOM")
    assert list(table) == list(ORIGINS)
    # Magnets: from Valley alone but for Mineland's 100 t; then its own.
    assert _share(table, "none", "magnet", "VAL") == pytest.approx(1400 / 1500)
    assert _share(table, "plant", "magnet", "HOM") == pytest.approx(1400 / 1500)
    assert _share(table, "plant", "magnet", "VAL") == 0.0
    # Oxide: the plant drops Valley's third country, and hangs on Mineland alone.
    assert _share(table, "none", "oxide", "OTH") == pytest.approx(1400 / 1500 * 140 / 840)
    assert _share(table, "plant", "oxide", "MIN") == pytest.approx(1.0)


def test_what_a_plant_changes_in_a_ban_of_oxide(with_plant):
    table = shortages_by_variant(with_plant, "plants", "HOM", ["oxide-ban"], "frozen")
    short = table[table["commodity"] == "magnet"].set_index("variant")["unserved"]
    # Valley's stock of oxide and its other supplier carried Homeland through most of it.
    assert short["plant"] > 2 * short["none"] > 0


def test_an_unknown_group_is_told(with_plant):
    with pytest.raises(UnknownName, match='did you mean "plants"'):
        origins_by_variant(with_plant, "plant", "magnets", "HOM")
