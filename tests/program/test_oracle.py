"""Our optimum against that of a solver that shares no code with ours."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests import networks
from tests.program.test_solve import random_program

from seawall.network import base_case
from seawall.program import LinearProgram, assemble, solve
from seawall.study import read

needs_ortools = pytest.mark.skipif(
    importlib.util.find_spec("ortools") is None, reason="OR-Tools is not installed"
)


def as_json(program: LinearProgram) -> dict[str, list]:
    entries = program.A.tocoo()
    vectors = ("c", "lower", "upper", "row_lower", "row_upper")
    return {
        **{name: getattr(program, name).tolist() for name in vectors},
        "entries": [
            [int(i), int(j), float(v)]
            for i, j, v in zip(entries.row, entries.col, entries.data, strict=True)
        ],
    }


@needs_ortools
def test_programs_agree_with_ortools(data: Path):
    """Random programs, small networks and both studies have the optimum that GLOP finds."""
    programs = [random_program(seed) for seed in range(5)]
    programs += [
        assemble(networks.calibrated(make()), 8).linear for make in networks.CATALOGUE.values()
    ]
    programs += [
        assemble(base_case(read(data / name)).network, 12).linear for name in ("three", "twelve")
    ]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("glop.py"))],
        input=json.dumps([as_json(p) for p in programs]),
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    theirs = json.loads(done.stdout)
    assert [solve(p).cost for p in programs] == pytest.approx(theirs, rel=1e-7, abs=1e-6)
