"""Customs records -> base flows of lanes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import seawall
from seawall.errors import InputError
from seawall.study import Study
from seawall.study.refresh import Refreshed, refresh
from seawall.study.refresh.tables import mapping

#: Columns of the public API that matter here; all weights are INVENTED-FOR-TEST.
HEAD = (
    "freqCode,period,reporterISO,flowCode,partnerISO,partner2Code,customsCode,motCode,cmdCode,"
    "netWgt,isNetWgtEstimated,primaryValue"
)


def record(
    period: int = 2023, reporter: str = "JPN", flow: str = "M", partner: str = "CHN",
    code: str = "850511", kilograms: float | str = 5_580_000, *, mot: int = 0,
    estimated: str = "False",
) -> str:  # fmt: skip
    frequency = "A" if period < 10000 else "M"
    return (
        f"{frequency},{period},{reporter},{flow},{partner},0,C00,{mot},{code},{kilograms},"
        f"{estimated},1"
    )


def asked(study: Study, path: Path, as_of: date | None = None) -> Refreshed:
    return refresh(study, "comtrade", path, as_of=as_of)


def bases(found: Refreshed) -> dict[str, float]:
    return {c.row: float(c.value) for c in found.changes if c.column == "base"}


@pytest.fixture
def export(page: Callable[..., Path]) -> Callable[..., Path]:
    def write(*records: str) -> Path:
        return page("trade.csv", "\n".join([HEAD, *records]) + "\n")

    return write


def test_goods_of_one_code_keep_their_parts(built_in: Study, export: Callable[..., Path]):
    """Twice what the study has of Chinese magnets in Japan doubles both grades."""
    found = asked(built_in, export(record()))
    lanes = built_in.frames["lanes"].set_index("id")["base"]
    assert bases(found) == pytest.approx(
        {row: 2 * lanes[row] for row in ("CHN.JPN.magnet_dy", "CHN.JPN.magnet_dyfree")}, rel=1e-5
    )
    assert {c.confidence for c in found.changes} == {"estimate"}


def test_what_arrives_left_as_more(built_in: Study, export: Callable[..., Path]):
    """Customs weigh what arrives; lanes count what departs, boil-off included."""
    found = asked(built_in, export(record(reporter="IND", partner="QAT", code="271111",
                                          kilograms=12e9)))  # fmt: skip
    lanes = built_in.frames["lanes"].set_index("id")
    values = bases(found)
    assert set(values) == {"QAT.IND-EAST", "QAT.IND-WEST"}
    assert sum(v * (1 - lanes.loss[row]) for row, v in values.items()) == pytest.approx(
        12, rel=1e-5
    )
    assert {c.confidence for c in found.changes} == {"looked-up"}


def test_a_leap_year_is_a_year_of_366_days(built_in: Study, export: Callable[..., Path]):
    found = asked(built_in, export(record(period=2024)))
    assert found.figures["new"].iloc[0] == pytest.approx(5580 * 365 / 366)


def test_alternatives_of_a_variant_change_alike(built_in: Study, export: Callable[..., Path]):
    """By the Cape or by Suez, Germany sends Japan the same; only one of the two counts."""
    found = asked(built_in, export(record(partner="DEU", kilograms=120_000)))
    lanes = built_in.frames["lanes"].set_index("id")["base"]
    values = bases(found)
    assert {"DEU.JPN.magnet_dyfree", "DEU.JPN.magnet_dyfree.open"} <= set(values)
    factors = {round(values[row] / lanes[row], 4) for row in values}
    assert len(factors) == 1
    chosen = built_in.table("lanes")
    now = chosen[chosen["id"].isin(values)]["id"]
    assert sum(values[row] for row in now) == pytest.approx(120, rel=1e-5)


def test_the_importer_speaks_first(built_in: Study, export: Callable[..., Path]):
    mirror = record(reporter="CHN", flow="X", partner="JPN", kilograms=1)
    found = asked(built_in, export(record(), mirror))
    assert found.figures["new"].iloc[0] == pytest.approx(5580)
    assert any(t.what == "1 export records" for t in found.told)
    alone = asked(built_in, export(record(reporter="CHN", flow="X", partner="JPN")))
    assert bases(alone) == bases(found)


def test_months_are_added_and_part_of_a_year_warns(built_in: Study, export: Callable[..., Path]):
    year = [record(period=202300 + month, kilograms=465_000) for month in range(1, 13)]
    whole = asked(built_in, export(*year))
    assert whole.figures["new"].iloc[0] == pytest.approx(12 * 465)
    assert whole.warnings == ()
    part = asked(built_in, export(*year), date(2023, 2, 28))
    assert part.figures["new"].iloc[0] == pytest.approx(2 * 465 * 365 / 59)
    assert "2 months of monthly records" in part.warnings[0]


def test_what_is_left_out_is_told(built_in: Study, export: Callable[..., Path]):
    found = asked(built_in, export(
        record(), record(partner="W00"), record(mot=1000), record(period=2022), record(flow="RX"),
        record(partner="KOR", kilograms=""), record(code="811292"), record(code="847130"),
        record(partner="XYZ"), record(partner=""),
    ))  # fmt: skip
    told = " | ".join(f"{t.what}: {t.why}" for t in found.told)
    for words in (
        "the total of all partners", "parts of a flow", "of other periods than 2023",
        "flow RX: only imports (M) and exports (X)", "no net weight", "gallium, germanium, hafnium",
        "HS 847130, 1 records: no commodity", "no lane that is used between them", "no ISO code",
    ):  # fmt: skip
        assert words in told


def test_estimates_and_taiwan(built_in: Study, export: Callable[..., Path]):
    """Taiwan goes by another name there, and weights that the UN estimated are estimates."""
    lanes = built_in.frames["lanes"]
    found = asked(built_in, export(record(reporter="S19", code="271111", partner="QAT",
                                          kilograms=6e9, estimated="True")))  # fmt: skip
    assert set(bases(found)) <= set(lanes.loc[lanes["destination"] == "TWN", "id"])
    assert {c.confidence for c in found.changes} == {"estimate"}
    assert {c.column for c in found.changes} == {"base", "low", "high"}


def test_a_jump_warns(built_in: Study, export: Callable[..., Path]):
    found = asked(built_in, export(record(kilograms=5_580_000_000)))
    assert "more than a factor of 2" in found.warnings[0]


def test_own_goods_go_by_their_own_codes(data: Path, export: Callable[..., Path]):
    """A study of one's own: its codes count, and a zero that a spreadsheet dropped comes back."""
    study = seawall.read(data / "tiers")
    found = asked(study, export(record(reporter="HOM", partner="VAL", kilograms=2_000_000),
                                record(reporter="HOM", partner="MIN", code="902",
                                       kilograms=9_000)))  # fmt: skip
    assert bases(found) == pytest.approx({"val~hom.magnet": 2000, "min~hom.tea": 9})


@pytest.mark.parametrize(
    "lines, words",
    [
        (["period,reporterISO", "2023,JPN"], "columns are missing: flowCode, partnerISO, cmdCode"),
        ([HEAD, record(kilograms="many")], "no net weight; kilograms"),
        ([HEAD, record(period=23)], "no period"),
        ([HEAD, record(code="magnets")], "no HS code"),
        ([HEAD, record() + ",surplus"], "the row has 13 cells"),
        ([HEAD, record(), record(kilograms=7)], "line 2 says 5,580,000 kg of the same flow"),
        ([HEAD, record(partner="W00")], "no record is an import or export of a pair"),
        ([HEAD, record(code="847130")], "nothing in it speaks of a row"),
    ],
)
def test_another_layout_is_told(
    built_in: Study, page: Callable[..., Path], lines: list[str], words: str
):
    with pytest.raises(InputError, match=words):
        asked(built_in, page("trade.csv", "\n".join(lines) + "\n"))


def test_a_trailing_comma_is_no_cell(built_in: Study, page: Callable[..., Path]):
    path = page("trade.csv", f"{HEAD}\n{record()},\n")
    assert len(bases(asked(built_in, path))) == 2


def test_every_code_of_the_mapping_is_that_of_the_study(built_in: Study):
    goods = built_in.table("commodities").set_index("id")["hs"]
    for row in mapping("comtrade_goods"):
        known = goods[row["commodity"]]
        # LNG has no code in the study, hydroxide another than carbonate.
        assert known in (row["hs"], "") or row["hs"] == "282520"
