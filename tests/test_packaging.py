"""What is installed: the lock files hold exact, hashed versions and no address of an index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RUN = ROOT / "requirements" / "run.txt"
DEV = ROOT / "requirements" / "dev.txt"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(lock: Path) -> set[str]:
    """`name==version ; marker` of every package of a lock file."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return {line.removesuffix("\\").strip() for line in lines if re.match(r"[a-z0-9]", line)}


def names(requirements: list[str]) -> set[str]:
    """Bare names of requirements such as `pandas>=3.0`."""
    return {re.split(r"[<>=!~; \[]", each, maxsplit=1)[0].lower() for each in requirements}


@pytest.mark.parametrize("lock", [RUN, DEV], ids=lambda lock: lock.name)
def test_locks_hold_hashed_versions_and_no_addresses(lock: Path):
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^-", text, flags=re.MULTILINE), "an option such as --index-url"
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==\S+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_what_runs_is_what_was_tested():
    assert pins(RUN) <= pins(DEV)


def test_every_declared_package_is_locked():
    groups = PYPROJECT["dependency-groups"]
    run = PYPROJECT["project"]["dependencies"] + groups["build"]
    assert names(run) <= names(list(pins(RUN)))
    assert names(run + groups["dev"] + groups["oracle"]) <= names(list(pins(DEV)))
    assert not names(groups["oracle"]) & names(list(pins(RUN)))
