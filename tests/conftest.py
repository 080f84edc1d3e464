"""What all tests share: the small studies of tests/data, and tests that repeat exactly."""

from __future__ import annotations

import secrets
from pathlib import Path

import hypothesis
import pytest

# The same examples every time, and no clock: a slow machine must not fail a test.
hypothesis.settings.register_profile(
    "seawall",
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("seawall")

DATA = Path(__file__).parent / "data"


@pytest.fixture
def data() -> Path:
    """The folder with the small studies of the tests."""
    return DATA


@pytest.fixture
def twelve() -> Path:
    """The 12-node study that the engine's tests use."""
    return DATA / "twelve"


@pytest.fixture(autouse=True)
def shelf(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shelf of its own for every test, of the commands that it starts too; made when used."""
    folder = tmp_path_factory.getbasetemp() / "shelves" / secrets.token_hex(6)
    monkeypatch.setenv("SEAWALL_RUNS", str(folder))
    return folder
