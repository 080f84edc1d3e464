"""The public names: sorted, complete, lazy, and never shadowed by a module of the same name."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import seawall

HEAVY = {"highspy", "numpy", "openpyxl", "pandas", "pyarrow", "scipy"}


def modules_after(code: str) -> set[str]:
    """Top-level names in `sys.modules` after some code in a fresh interpreter."""
    report = "; import sys; print('\\n' + ' '.join({n.split('.')[0] for n in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_all_is_sorted_and_matches_what_loads():
    assert seawall.__all__ == sorted(seawall.__all__)
    assert set(seawall.__all__) == set(seawall._MODULE_OF)
    assert set(seawall.__all__) <= set(dir(seawall))


@pytest.mark.parametrize("name", seawall.__all__)
def test_every_public_name_loads_from_its_module(name: str):
    module = importlib.import_module(seawall._MODULE_OF[name])
    assert getattr(seawall, name) is getattr(module, name)
    assert getattr(seawall, name).__doc__


@pytest.mark.parametrize("name", ["stress", "sweep", "exposure", "plausible", "compare", "diff"])
def test_a_verb_is_the_function_even_after_its_module_is_imported(name: str):
    module = importlib.import_module(f"seawall.questions.{name}")
    assert callable(getattr(seawall, name))
    assert getattr(seawall, name) is getattr(module, name)


@pytest.mark.parametrize("name", sorted(seawall._SUBMODULES))
def test_submodules_are_reached_as_attributes(name: str):
    assert getattr(seawall, name).__name__ == f"seawall.{name}"


def test_unknown_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="no attribute 'stres'"):
        _ = seawall.stres


def test_importing_seawall_imports_nothing_heavy():
    assert not modules_after("import seawall; seawall.SeawallError") & HEAVY


def test_help_imports_nothing_heavy():
    code = (
        "import sys; sys.argv = ['seawall', '--help']\n"
        "from seawall.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "pass"
    )
    assert not modules_after(code) & HEAVY
