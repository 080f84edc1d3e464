"""Copies of studies: they read back as the study that a run was asked of."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from tests.conftest import DATA
from tests.runs.answers import answer, three, titled

import seawall
from seawall.errors import IntegrityError, UsageError
from seawall.runs import Shelf, snapshots, store
from seawall.study import Study
from seawall.study.overlay_file import Change

CHANGE = Change(
    table="demands", row="x", column="quantity", value="1.5", why="a newer figure",
    source="METI, 2026", who="Sato", confidence="looked-up", file="sato.csv", line=2,
    before="1.4", follows=("low", "high"),
)  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def with_variants() -> Study:
    return seawall.read("india-japan").variant("unpooled")


@pytest.mark.parametrize("name", ["three", "twelve", "tiers"])
def test_a_copy_is_the_same_study(place: Shelf, name: str):
    study = seawall.read(DATA / name)
    found = place.study_of(place.keep(answer(study=study), study))
    assert found.digest() == study.digest()
    assert found.name == name
    assert dict(found.scenario_texts) == dict(study.scenario_texts)
    assert found.protocol_text == study.protocol_text
    for table, frame in study.tables.items():
        assert list(found.tables[table].drop(columns="row")) == list(frame.drop(columns="row"))
        assert len(found.tables[table]) == len(frame)


def test_variants_share_a_copy(place: Shelf):
    study = with_variants()
    plain = seawall.read("india-japan")
    assert study.digest() != plain.digest()
    kept = [place.keep(answer(study=one), one) for one in (study, plain)]
    assert [path.name for path in place.studies.iterdir()] == [plain.digest()]
    found = place.study_of(kept[0])
    assert found.digest() == study.digest()
    assert dict(found.chosen) == dict(study.chosen)
    assert place.study_of(kept[1]).digest() == plain.digest()
    assert kept[0].origin["built_in"] is True


def test_the_chain_of_a_study_reads_back(place: Shelf):
    """Its hazards strike what belongs to other chains, which a check would not let pass."""
    chain = seawall.read("india-japan").chain("nickel")
    found = place.study_of(place.keep(answer(study=chain), chain))
    assert found.digest() == chain.digest()
    assert found.chains == ("nickel",)


def test_who_changed_what_survives(place: Shelf):
    study = dataclasses.replace(three(), overlays=(CHANGE,))
    kept = place.keep(answer(study=study), study)
    assert kept.origin["overlays"][0]["who"] == "Sato"
    assert place.study_of(kept).overlays == (CHANGE,)
    assert place.study_of(kept).digest() == study.digest()


def test_a_study_may_have_several_names(place: Shelf):
    other = dataclasses.replace(three(), name="copy of three")
    one = place.keep(answer(1.0), three())
    two = place.keep(answer(2.0, other), other)
    assert place.study_of(one).name == "three"
    assert place.study_of(two).name == "copy of three"
    assert len(list(place.studies.iterdir())) == 1


def test_a_run_from_elsewhere_finds_a_built_in_study(place: Shelf, tmp_path: Path):
    """A folder that a colleague sent has no copy of its study here."""
    study = with_variants()
    given = answer(study=study)
    folder = store.write(
        tmp_path / "sent", seawall.runs.Run.of(given.identity), given.summary(), given.tables,
        study=study,
    )  # fmt: skip
    found = place.study_of(place.find(folder))
    assert found.digest() == study.digest()
    assert found.folder is not None


def test_a_study_that_is_nowhere(place: Shelf, tmp_path: Path):
    study = titled("nowhere")
    given = answer(study=study)
    folder = store.write(
        tmp_path / "sent", seawall.runs.Run.of(given.identity), given.summary(), given.tables,
        study=study,
    )  # fmt: skip
    with pytest.raises(UsageError, match="neither on the shelf nor built in"):
        place.study_of(place.find(folder))


@pytest.mark.parametrize("how", ["changed", "removed", "added", "record"])
def test_an_edited_copy_is_told(place: Shelf, how: str):
    kept = place.keep(answer(), three())
    folder = place.studies / three().digest()
    path = folder / "study" / "lanes.csv"
    if how == "changed":
        path.write_text(path.read_text() + "\n")
    elif how == "removed":
        path.unlink()
    elif how == "added":
        path = folder / "study" / "more.csv"
        path.write_text("x")
    else:
        path = folder / "snapshot.json"
        path.write_text("{}")
    faults = snapshots.faults_of(folder)
    assert len(faults) == 1
    assert str(path) in faults[0]
    with pytest.raises(IntegrityError, match=path.name):
        place.study_of(kept)


def test_a_copy_that_another_version_wrote(place: Shelf, monkeypatch: pytest.MonkeyPatch):
    """Its files are as they were, but the tables of this version give another digest."""
    kept = place.keep(answer(), three())
    monkeypatch.setattr(
        "seawall.runs.snapshots.read_snapshot", lambda folder, name: titled("other columns")
    )
    with pytest.raises(UsageError, match="whose tables this version does not have"):
        place.study_of(kept)
