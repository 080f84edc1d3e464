"""A study: frozen, with variants, scenarios and a digest of its content."""

from __future__ import annotations

import dataclasses
import pickle
import shutil
from typing import TYPE_CHECKING

import pytest
from tests.study.books import BOOK, with_hubs, with_plants, with_seas

from seawall.errors import UnknownName, UsageError
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from tests.study.conftest import Folder

    from seawall.study import Study


def test_the_default_variant_counts(twelve_study: Study) -> None:
    assert dict(twelve_study.selected) == {"domestic_gas": "pooled"}
    assert "wells-nord" in twelve_study.table("facilities")["id"].tolist()
    assert len(twelve_study.table("demands")) == 8


def test_another_variant_gives_other_rows(twelve_study: Study) -> None:
    other = twelve_study.variant("unpooled")
    assert "wells-nord" not in other.table("facilities")["id"].tolist()
    assert other.table("demands").index.tolist() == list(range(7))
    assert len(other.tables["demands"]) == 8, "tables holds the rows of all variants"
    assert other.variant("pooled").digest() == twelve_study.digest()
    assert "wells-nord" in twelve_study.table("facilities")["id"].tolist()


def test_an_unknown_variant_is_told(twelve_study: Study) -> None:
    with pytest.raises(UnknownName, match='did you mean "pooled" or "unpooled"'):
        twelve_study.variant("poold")


def test_two_alternatives_at_once_are_refused(twelve_study: Study) -> None:
    with pytest.raises(UsageError, match="alternatives"):
        twelve_study.variant("pooled", "unpooled")


def test_frames_are_copies(twelve_study: Study) -> None:
    before = twelve_study.digest()
    for frame in (twelve_study.table("lanes"), twelve_study.tables["lanes"]):
        frame.loc[:, "base"] = 0.0
        frame.loc[len(frame)] = frame.iloc[0]
    assert twelve_study.digest() == before
    assert twelve_study.table("lanes")["base"].sum() > 0


def test_a_study_cannot_be_changed(twelve_study: Study) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        twelve_study.name = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        twelve_study.frames["lanes"] = twelve_study.table("paths")  # type: ignore[index]


@pytest.mark.parametrize("name", list(TABLES))
def test_frames_have_the_columns_of_the_records(twelve_study: Study, name: str) -> None:
    names = [column.name for column in TABLES[name].columns]
    assert list(twelve_study.table(name).columns) == [*names, "row"]


def test_rows_are_named_tuples(twelve_study: Study) -> None:
    lane = next(iter(twelve_study.rows("lanes")))
    assert (lane.id, lane.days, lane.passages, lane.row) == (
        "gulf~nord-west", 8.5, (("narrows", 1.0),), 2,
    )  # fmt: skip


def test_an_unknown_table_is_told(twelve_study: Study) -> None:
    with pytest.raises(UnknownName, match='did you mean "lanes"'):
        twelve_study.table("lane")


def test_scenarios(twelve_study: Study) -> None:
    assert twelve_study.scenarios() == ("canal-60d", "demand-up", "gulf-outage", "narrows-60d")
    path = twelve_study.scenario_path("canal-60d")
    assert path.read_text(encoding="utf-8") == twelve_study.scenario_texts["canal-60d"]
    with pytest.raises(UnknownName, match='did you mean "canal-60d"') as caught:
        twelve_study.scenario_path("canal-60")
    assert caught.value.exit_code == 2


def test_the_study_keeps_what_it_read(folder: Folder) -> None:
    study = folder.read()
    before = study.digest()
    folder.bytes("scenarios/canal-60d.toml", b"days = 60", b"days = 90")
    folder.set("lanes", 2, "base", "11")
    assert study.digest() == before
    assert "days = 60" in study.scenario_texts["canal-60d"]


#: Rows of tables that the study of twelve nodes has no use for.
OTHERS = {
    "governance": "country,year,wgi,source,confidence,note\nGLF,2023,4.5,made-up,looked-up,\n",
    "materials": "commodity,material,stage,eol_rir,si_sr,source,confidence,note\n"
    "lng,Methane,processing,0,0.9,made-up,looked-up,\n",
    "export_rules": "country,commodity,factor,source,confidence,note\n"
    "GLF,lng,1.1,made-up,looked-up,\n",
    "shares": "item,name,sector,kind,country,year,share,source,confidence,note\n"
    "ships,Ships,supply chains,stage,GLF,2023,0.4,made-up,looked-up,\n",
    "pledges": "id,sector,what,source,confidence,note\n"
    "P-1,clean energy,gas keeps flowing,made-up,looked-up,\n",
    "links": "pledge,question,why\nP-1,none,says nothing\n",
    "claims": "id,source,subject,predicate,kind,confidence,note\n"
    "A-1,made-up,gas,keeps flowing,derived,looked-up,\n",
    "indicators": "id,pledge,what,measure,source,confidence,note\n"
    "I-1,P-1,steps,steps,made-up,looked-up,\n",
    "milestones": "id,pledge,what,stage,source,confidence,note\n"
    "M-1,P-1,agreed,agreed,made-up,looked-up,\n",
    "evidence": "id,milestone,date,source,confidence,note\nE-1,M-1,2026,made-up,looked-up,\n",
    "deliveries": "pledge,table,name,why,source,confidence,note\n"
    "P-1,variant,unpooled,as if,made-up,looked-up,\n",
    "rates": "currency,year,per_usd,source,confidence,note\nJPY,2026,150,made-up,looked-up,\n",
}
#: What is changed in a row of each table; elsewhere its note.
CHANGED = {"paths": ("points", "1 2;3 4"), "links": ("why", "changed")}


def test_the_digest_follows_every_table_and_the_settings(folder: Folder) -> None:
    for table, text in OTHERS.items():
        (folder.path / f"{table}.csv").write_text(text, encoding="utf-8")
    shutil.copytree(BOOK, with_hubs(with_plants(with_seas(folder))).path, dirs_exist_ok=True)
    digests = {folder.read().digest()}
    tables = [table for table in TABLES if table != "series"]  # only closed studies have series
    for table in tables:
        column, value = CHANGED.get(table, ("note", "changed"))
        digests.add(folder.set(table, 2, column, value).read().digest())
    folder.bytes("study.toml", b"periods = 104", b"periods = 103")
    digests.add(folder.read().digest())
    digests.add(folder.read().variant("unpooled").digest())
    assert len(digests) == len(tables) + 3


def test_the_digest_does_not_follow_how_it_is_written(folder: Folder) -> None:
    before = folder.read().digest()
    folder.set("lanes", 3, "base", "8.00").set("lanes", 2, "duty", "0")
    folder.bytes("prices.csv", b"alba", b"\n alba ")
    assert folder.read().digest() == before


def test_a_study_survives_the_way_between_processes(twelve_study: Study) -> None:
    chosen = twelve_study.variant("unpooled")
    again = pickle.loads(pickle.dumps(chosen))
    assert again.digest() == chosen.digest()
    assert again.selected == chosen.selected
    assert again.scenario_texts == chosen.scenario_texts
    assert again.protocol_text == chosen.protocol_text
    with pytest.raises(TypeError):
        again.frames["lanes"] = again.frames["places"]
