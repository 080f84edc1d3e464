"""What-if planning for economic security: one supply network, one program, six questions.

    import seawall

    study = seawall.read("india-japan")
    result = seawall.stress(study, "hormuz-60d", response="foresight")
    result.summary()

Names load when they are first used: `import seawall` alone imports neither pandas nor a solver.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seawall.errors import (
        Infeasible,
        InputError,
        IntegrityError,
        Interrupted,
        LimitReached,
        SeawallError,
        SolverError,
        UnitError,
        UnknownName,
        UsageError,
    )
    from seawall.exchange.geojson import export_geojson
    from seawall.exchange.pypsa_export import export_pypsa
    from seawall.exchange.pypsa_import import import_pypsa
    from seawall.questions.compare import compare
    from seawall.questions.diff import diff
    from seawall.questions.explain import explain
    from seawall.questions.exposure import exposure
    from seawall.questions.plausible import plausible
    from seawall.questions.redirect.ask import redirect
    from seawall.questions.roadmap import roadmap
    from seawall.questions.site.biogas.ask import biogas
    from seawall.questions.site.refining.ask import refining
    from seawall.questions.stress import stress
    from seawall.questions.sweep import sweep
    from seawall.questions.track.ask import track
    from seawall.questions.track.slip import slip
    from seawall.questions.worth import worth
    from seawall.report.notebook import drawn
    from seawall.shocks import Scenario
    from seawall.study import Protocol, Study, read, write

__version__ = "0.1.0"

__all__ = [
    "Infeasible",
    "InputError",
    "IntegrityError",
    "Interrupted",
    "LimitReached",
    "Protocol",
    "Scenario",
    "SeawallError",
    "SolverError",
    "Study",
    "UnitError",
    "UnknownName",
    "UsageError",
    "biogas",
    "compare",
    "diff",
    "drawn",
    "explain",
    "export_geojson",
    "export_pypsa",
    "exposure",
    "import_pypsa",
    "plausible",
    "read",
    "redirect",
    "refining",
    "roadmap",
    "slip",
    "stress",
    "sweep",
    "track",
    "worth",
    "write",
]

_MODULE_OF = {
    "Infeasible": "seawall.errors",
    "InputError": "seawall.errors",
    "IntegrityError": "seawall.errors",
    "Interrupted": "seawall.errors",
    "LimitReached": "seawall.errors",
    "Protocol": "seawall.study",
    "Scenario": "seawall.shocks",
    "SeawallError": "seawall.errors",
    "SolverError": "seawall.errors",
    "Study": "seawall.study",
    "UnitError": "seawall.errors",
    "UnknownName": "seawall.errors",
    "UsageError": "seawall.errors",
    "compare": "seawall.questions.compare",
    "diff": "seawall.questions.diff",
    "drawn": "seawall.report.notebook",
    "explain": "seawall.questions.explain",
    "export_geojson": "seawall.exchange.geojson",
    "export_pypsa": "seawall.exchange.pypsa_export",
    "exposure": "seawall.questions.exposure",
    "import_pypsa": "seawall.exchange.pypsa_import",
    "plausible": "seawall.questions.plausible",
    "read": "seawall.study",
    "redirect": "seawall.questions.redirect.ask",
    "refining": "seawall.questions.site.refining.ask",
    "roadmap": "seawall.questions.roadmap",
    "biogas": "seawall.questions.site.biogas.ask",
    "slip": "seawall.questions.track.slip",
    "stress": "seawall.questions.stress",
    "sweep": "seawall.questions.sweep",
    "track": "seawall.questions.track.ask",
    "worth": "seawall.questions.worth",
    "write": "seawall.study",
}
_SUBMODULES = frozenset(
    {
        "errors",
        "exchange",
        "ledger",
        "network",
        "program",
        "questions",
        "report",
        "responses",
        "runs",
        "shocks",
        "study",
        "units",
    }
)


def __getattr__(name: str) -> object:
    """Load a public name, or a submodule such as `seawall.program`, on first use."""
    if name in _MODULE_OF:
        value = getattr(importlib.import_module(_MODULE_OF[name]), name)
        globals()[name] = value
        return value
    if name in _SUBMODULES:
        return importlib.import_module(f"seawall.{name}")
    raise AttributeError(f"module 'seawall' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_SUBMODULES})
