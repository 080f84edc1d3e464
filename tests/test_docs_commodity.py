"""The worked example of how to add a commodity is a study that can be read and solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.study import magnets

import seawall
from seawall.questions.prepared import prepare

if TYPE_CHECKING:
    from pathlib import Path

    from seawall.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder: Path = tmp_path_factory.mktemp("docs") / "magnets"
    return seawall.read(magnets.write(folder))


def test_the_example_is_a_study_without_a_warning(study: Study) -> None:
    assert study.warnings == ()
    assert study.chains == ("", "magnets")
    assert len(magnets.tables()) == 6


def test_its_chain_goes_by_its_calendar_and_balances(study: Study) -> None:
    part = study.chain("magnets")
    assert part.settings.period_days == 28
    network = prepare(part).network
    made = dict(zip(network.facilities.id, network.facilities.base, strict=True))
    # A year has 365/28 periods; rounding of the recipes is what reconciling moves.
    assert made["exp-magnets"] * 365 / 28 == pytest.approx(1000, rel=0.01)
    assert made["exp-separation"] * 365 / 28 == pytest.approx(332, rel=0.01)
