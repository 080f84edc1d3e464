"""Where plants belong: kernels on plain arrays, and the layer of gas plants on its own.

`p_median` and `facility_location` are loaded when they are asked for: their loops are compiled.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seawall.questions.site.facility import facility_location
    from seawall.questions.site.median import p_median

__all__ = ["facility_location", "p_median"]

_MODULE_OF = {"facility_location": "facility", "p_median": "median"}


def __getattr__(name: str) -> Any:
    """Load a kernel on first use."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
