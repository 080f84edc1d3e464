"""A run's id: the same for the same inputs, another for any other input."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import math
import os
import subprocess
import sys

import numpy as np
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.runs import Run
from seawall.runs.identity import canonical, code_version, digest, solver_version

BASE = Run(
    "stress",
    "a" * 64,
    scenario={"title": "Hormuz", "days": 60.0},
    options={"response": ["frozen"]},
    seed=1,
    code="0.1.0+0",
    solver="HiGHS 1",
)


def test_the_same_inputs_have_the_same_id():
    assert dataclasses.replace(BASE, scenario={"days": 60.0, "title": "Hormuz"}).id == BASE.id


@pytest.mark.parametrize(
    "change",
    [
        {"question": "sweep"},
        {"study": "b" * 64},
        {"scenario": None},
        {"scenario": {"title": "Hormuz", "days": 61.0}},
        {"options": {}},
        {"options": {"response": ["frozen", "foresight"]}},
        {"seed": None},
        {"code": "0.1.1+0"},
        {"solver": "HiGHS 2"},
    ],
)
def test_every_input_counts(change: dict[str, object]):
    assert dataclasses.replace(BASE, **change).id != BASE.id


def test_the_id_is_what_it_was():
    # Stored runs are found by their ids: a change of the recipe must be meant.
    assert BASE.short_id == "41dc56b0245c"
    assert BASE.id.startswith(BASE.short_id)


def test_a_result_says_what_its_run_depends_on():
    identity = {"question": "stress", "digest": "a" * 64, "scenario": None, "responses": ["frozen"]}
    run = Run.of(identity)
    assert (run.question, run.study, run.options) == (
        "stress",
        "a" * 64,
        {"responses": ["frozen"]},
    )
    # A copy of a study under another name gives the same answers.
    assert Run.of({**identity, "study": "copy"}).id == run.id
    assert Run.of({**identity, "responses": ["foresight"]}).id != run.id
    assert Run.of({**identity, "seed": 7}).seed == 7
    with pytest.raises(TypeError, match="seed"):
        Run.of({**identity, "seed": "7"})


def test_the_document_holds_ids_and_inputs():
    document = BASE.document()
    assert document["id"] == BASE.id
    assert digest({k: v for k, v in document.items() if k not in ("id", "short_id")}) == BASE.id


def test_versions_name_code_and_solver():
    run = Run("exposure", "a" * 64)
    assert run.code == code_version()
    assert run.code.startswith("0.")
    assert "+" in run.code
    assert run.solver == solver_version()
    assert run.solver.startswith("HiGHS 1.")


def test_the_id_does_not_depend_on_the_process():
    # Text hashes differ from process to process; sets must not bring that in.
    code = "from seawall.runs.identity import digest; print(digest({'s': {'lng', 'gas', 'ore'}}))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


class Kind(enum.Enum):
    STRAIT = "strait"


class Level(enum.IntEnum):
    HIGH = 3


class Model(pydantic.BaseModel):
    depth: float
    when: datetime.date


@dataclasses.dataclass
class Plain:
    place: str
    tiers: tuple[str, ...]


@pytest.mark.parametrize(
    "value, expected",
    [
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (np.float64("inf"), "inf"),
        (math.nan, "nan"),
        (np.int64(3), 3),
        (np.array([1.5, 2.0]), [1.5, 2.0]),
        ({"b", "a"}, ["a", "b"]),
        (("x", 1), ["x", 1]),
        (Kind.STRAIT, "strait"),
        (Level.HIGH, 3),
        (datetime.date(2026, 3, 2), "2026-03-02"),
        (datetime.datetime(2026, 3, 2, 6, tzinfo=datetime.UTC), "2026-03-02T06:00:00+00:00"),
        (datetime.timedelta(days=1), 86400.0),
        (Model(depth=1, when=datetime.date(2026, 3, 2)), {"depth": 1.0, "when": "2026-03-02"}),
        (Plain("JPN", ("essential",)), {"place": "JPN", "tiers": ["essential"]}),
        (True, True),
        (None, None),
    ],
)
def test_canonical_forms(value: object, expected: object):
    assert canonical(value) == expected


@pytest.mark.parametrize("value", [object(), {1: "a"}, b"bytes", Plain])
def test_what_has_no_canonical_form_is_refused(value: object):
    with pytest.raises(TypeError):
        canonical(value)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(PLAIN)
def test_canonical_forms_are_fixed_points(value: object):
    once = canonical(value)
    assert canonical(once) == once
    assert len(digest(value)) == 64
