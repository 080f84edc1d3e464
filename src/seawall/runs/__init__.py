"""Runs: what makes one the same as another, where it is kept, how far it is."""

from seawall.runs.identity import Run
from seawall.runs.progress import Progress, SilentProgress, TerminalProgress
from seawall.runs.store import StoredRun, read, write

__all__ = [
    "Progress",
    "Run",
    "SilentProgress",
    "StoredRun",
    "TerminalProgress",
    "read",
    "write",
]
