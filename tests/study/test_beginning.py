"""A study to begin with, and parts of one as a study of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seawall.errors import UnknownName, UsageError
from seawall.study import Study, read
from seawall.study.beginning import begin, may_begin
from seawall.study.cargo_records import CARGO_TABLES, REDIRECT
from seawall.study.excerpt import chains_named, of_chains, pruned
from seawall.study.hub_records import HUB_TABLES
from seawall.study.site_records import SITE, SITE_TABLES


@pytest.fixture(scope="module")
def whole() -> Study:
    return read("india-japan")


@pytest.fixture(scope="module")
def gas(whole: Study) -> Study:
    return pruned(of_chains(whole, ("gas",)))


def test_the_first_study_is_complete_and_without_a_warning(tmp_path: Path) -> None:
    study = read(begin(tmp_path / "mine"))
    assert study.warnings == ()
    assert study.scenarios() == ("strait-shut",)
    text = (tmp_path / "mine" / "study.toml").read_text(encoding="utf-8")
    assert text.startswith("# What the study is called")
    assert (tmp_path / "mine" / "README.md").is_file()


def test_every_row_of_the_first_study_says_where_it_is_from(tmp_path: Path) -> None:
    study = read(begin(tmp_path / "mine"))
    for name, frame in study.frames.items():
        if "source" in frame:
            assert set(frame["source"]) <= {"made-up"}, name
            assert set(frame["confidence"]) <= {"assumption"}, name


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    assert may_begin(mine) == mine  # an empty one will do
    (mine / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        begin(mine)
    with pytest.raises(UsageError, match="is a file"):
        begin(mine / "thesis.txt")
    with pytest.raises(UsageError, match="there is no folder"):
        begin(tmp_path / "a" / "b")
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]


def test_a_beginning_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("seawall.study.beginning.write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        begin(tmp_path / "mine")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "names, chains",
    [
        (["gas"], ("gas",)),
        (["lng"], ("gas",)),
        (["clean energy"], ("gas",)),
        (["chips", "lng"], ("gas", "chips")),
        (["advanced technology"], ("chips",)),
        (["magnet_dy"], ("rare_earths",)),
    ],
)
def test_a_chain_goes_by_its_name_its_goods_or_its_sector(
    whole: Study, names: list[str], chains: tuple[str, ...]
) -> None:
    assert chains_named(whole, names) == chains


@pytest.mark.parametrize("name, hint", [("lgn", '"lng"'), ("chip", '"chips"'), ("", "no chain")])
def test_another_name_is_unknown(whole: Study, name: str, hint: str) -> None:
    with pytest.raises(UnknownName, match=hint):
        chains_named(whole, [name])


def test_nothing_is_kept_that_concerns_only_other_goods(whole: Study, gas: Study) -> None:
    frames = gas.frames
    assert set(frames["commodities"]["id"]) == {"lng", "gas"}
    for name in ("lanes", "stocks", "demands", "prices", "contracts"):
        assert set(frames[name]["commodity"]) <= {"lng", "gas"}, name
    lanes = frames["lanes"]
    crossed = {passage for passages in lanes["passages"] for passage, _ in passages}
    crossed |= set(frames["sea_legs"]["passage"]) | set(frames["published"]["partner"])
    everywhere = set(whole.frames["passages"]["id"])
    assert set(frames["passages"]["id"]) == crossed & everywhere
    cited = {key for name, f in frames.items() if "source" in f for key in f["source"]}
    assert set(frames["sources"]["id"]) == cited - {""}
    named = {
        *lanes["origin"], *lanes["destination"], *frames["demands"]["place"],
        *frames["facilities"]["place"], *frames["generators"]["grid"],
    }  # fmt: skip
    assert named <= set(frames["places"]["id"])
    assert set(frames["places"]["parent"]) - {""} <= set(frames["places"]["id"])
    assert "MMR" not in set(frames["places"]["id"])  # rare earths, and nothing else
    assert "mineral_stocks" not in gas.settings.variants
    assert gas.settings.calendars == {}
    assumed = set(frames["assumptions"]["id"])
    assert {"holding_cost", "boil_off", "export_tank"} <= assumed
    assert not {"magnet_ndpr", "wafer_days", "mineral_ramp"} & assumed


def test_grids_stay_with_the_chain_that_feeds_them(whole: Study, gas: Study) -> None:
    for name in ("generators", "interties", "loads", "grid_gas"):
        assert len(gas.frames[name]) == len(whole.frames[name]) > 0
        assert pruned(of_chains(whole, ("nickel",))).frames[name].empty


def test_ships_stay_with_the_chain_whose_cargo_they_carry(whole: Study, gas: Study) -> None:
    ashore = [table.name for table in (*CARGO_TABLES, *SITE_TABLES) if table not in HUB_TABLES]
    for table in ashore:
        assert gas.frames[table].drop(columns="row").equals(whole.frames[table].drop(columns="row"))
    nickel = pruned(of_chains(whole, ("nickel",)))
    assert all(nickel.frames[table.name].empty for table in (*CARGO_TABLES, *SITE_TABLES))
    assert all(gas.frames[table.name].empty for table in HUB_TABLES)
    assert not any(name.startswith("hub_") for name in gas.frames["assumptions"]["id"])
    shared = {"builder", "engine"}
    for study, left in ((gas, {*shared, *REDIRECT, *SITE}), (nickel, shared)):
        assert set(study.frames["assumptions"]["used_by"]) == left
    assert nickel.lookup("assumptions", "used_by")["charter"] == "builder"


def test_hubs_stay_with_the_chain_of_their_oxides(whole: Study) -> None:
    goods = whole.lookup("commodities", "chain")
    assert goods["ndpr_oxide"] == goods["dytb_oxide"]
    magnets = pruned(of_chains(whole, (goods["ndpr_oxide"],)))
    for name in (table.name for table in HUB_TABLES):
        before = whole.frames[name].drop(columns="row")
        assert magnets.frames[name].drop(columns="row").equals(before)
    read = magnets.frames["assumptions"]
    assert set(read.loc[read["used_by"] == "site", "id"].str.partition("_")[0]) == {"hub"}
    assert magnets.frames["residues"].empty


def test_rows_that_stay_are_as_they_were(whole: Study, gas: Study) -> None:
    for name in ("lanes", "facilities", "demands", "stocks", "contracts"):
        before = whole.frames[name]
        key = "id" if "id" in before else "row"
        same = before[before[key].isin(gas.frames[name][key])].reset_index(drop=True)
        assert same.drop(columns="row").equals(gas.frames[name].drop(columns="row"))


def test_the_protocol_stays_with_the_goods_that_it_lends(whole: Study, gas: Study) -> None:
    assert gas.protocol_text == whole.protocol_text
    assert pruned(of_chains(whole, ("chips",))).protocol_text == ""


def test_a_calendar_keeps_the_chains_that_are_left(whole: Study) -> None:
    part = of_chains(whole, ("nickel", "chips"))
    (calendar,) = part.settings.calendars.values()
    assert set(calendar.chains) == {"nickel", "chips"}
    assert of_chains(whole, whole.chains) is whole


def test_a_hazard_keeps_the_targets_that_are_left(whole: Study) -> None:
    frames = dict(whole.frames)
    hazards = frames["hazards"].copy()
    at = int(hazards.index[hazards["id"] == "red-sea-closure"][0])
    assert hazards.loc[at, "target"] == "suez;bab_el_mandeb"
    lanes = frames["lanes"].copy()
    lanes["passages"] = [
        tuple(each for each in passages if each[0] != "suez") for passages in lanes["passages"]
    ]
    legs = frames["sea_legs"][frames["sea_legs"]["passage"] != "suez"].reset_index(drop=True)
    frames |= {"lanes": lanes, "published": frames["published"].iloc[:0], "sea_legs": legs}
    left = pruned(replace(whole, frames=frames)).frames["hazards"].set_index("id")["target"]
    assert left["red-sea-closure"] == "bab_el_mandeb"
    assert left["hormuz-closure"] == "hormuz"


def test_what_tracks_statements_goes_with_them(whole: Study, gas: Study) -> None:
    left = set(gas.frames["pledges"]["id"])
    assert 0 < len(left) < len(whole.frames["pledges"])
    for table in ("indicators", "milestones", "deliveries"):
        assert set(gas.frames[table]["pledge"]) <= left
    # The plants of the variants are no gas plants; the gas of biogas plants is.
    assert set(gas.frames["deliveries"]["table"]) == {"facilities"}
    evidence = gas.frames["evidence"]
    assert set(evidence["indicator"]) - {""} <= set(gas.frames["indicators"]["id"])
    assert set(evidence["milestone"]) - {""} <= set(gas.frames["milestones"]["id"])
    assert "C-24" in set(evidence["indicator"])
    assert set(gas.frames["claims"]["source"]) <= set(gas.frames["pledges"]["source"])
