"""Statements of a roadmap and the questions that speak to them: each pair is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seawall.study.roadmap_records import LINKS, PLEDGES

if TYPE_CHECKING:
    from tests.study.conftest import Folder

STATED = [column.name for column in PLEDGES.columns]
LINKED = [column.name for column in LINKS.columns]
GAS = {
    "id": "P-1", "sector": "clean energy", "what": "gas keeps flowing", "quantity": "2",
    "counted_in": "cargoes", "source": "made-up", "confidence": "looked-up",
}  # fmt: skip
MEETING = {
    "id": "P-2", "sector": "defence", "what": "they meet", "source": "made-up",
    "confidence": "recalled",
}  # fmt: skip
SHUT = {
    "pledge": "P-1", "question": "stress", "scenario": "shut", "place": "SUD", "why": "says much",
}  # fmt: skip
NOTHING = {"pledge": "P-2", "question": "none", "why": "no goods"}


def fill(folder: Folder, pledges: list[dict[str, str]], links: list[dict[str, str]]) -> None:
    for table, head, rows in (("pledges", STATED, pledges), ("links", LINKED, links)):
        folder.put(table, [head, *([row.get(name, "") for name in head] for row in rows)])


def test_a_whole_roadmap_is_read(folder: Folder) -> None:
    fill(folder, [GAS, MEETING], [SHUT, NOTHING])
    study = folder.read()
    assert study.table("pledges")["quantity"].tolist()[0] == 2
    assert study.table("links")["question"].tolist() == ["stress", "none"]


def test_redirect_too_is_asked_of_a_scenario(folder: Folder) -> None:
    fill(folder, [GAS, MEETING], [SHUT | {"question": "redirect"}, NOTHING])
    assert folder.read().table("links")["scenario"].tolist() == ["shut", ""]


BAD = [
    ([GAS | {"counted_in": ""}, MEETING], [SHUT, NOTHING], "pledges.csv:2:counted_in"),
    ([GAS | {"quantity": ""}, MEETING], [SHUT, NOTHING], "pledges.csv:2:counted_in"),
    ([GAS, MEETING], [SHUT], "pledges.csv:3:id"),
    ([GAS, MEETING], [SHUT | {"scenario": ""}, NOTHING], "links.csv:2:scenario"),
    ([GAS, MEETING], [SHUT | {"question": "sweep"}, NOTHING], "links.csv:2:scenario"),
    (
        [GAS, MEETING],
        [SHUT | {"question": "redirect", "scenario": ""}, NOTHING],
        "links.csv:2:scenario",
    ),
    ([GAS, MEETING], [SHUT, NOTHING, NOTHING | {"pledge": "P-1"}], "links.csv:4:question"),
    ([GAS, MEETING], [SHUT | {"pledge": "P-9"}, NOTHING], "links.csv:2:pledge"),
    ([GAS, MEETING], [SHUT | {"question": "guess"}, NOTHING], "links.csv:2:question"),
    ([GAS, MEETING], [SHUT | {"why": ""}, NOTHING], "links.csv:2:why"),
]


@pytest.mark.parametrize("pledges,links,where", BAD)
def test_what_does_not_fit_is_told(
    folder: Folder, pledges: list[dict[str, str]], links: list[dict[str, str]], where: str
) -> None:
    fill(folder, pledges, links)
    assert any(str(p).startswith(f"{where}: ") for p in folder.problems())
