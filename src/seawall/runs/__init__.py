"""Runs: what makes one the same as another, where it is kept, how far it is."""

from seawall.runs.identity import Run
from seawall.runs.kept import Kept, KeptFolder, Packed
from seawall.runs.progress import Progress, SilentProgress, TerminalProgress
from seawall.runs.shelf import Shelf
from seawall.runs.store import StoredRun, read, write

__all__ = [
    "Kept",
    "KeptFolder",
    "Packed",
    "Progress",
    "Run",
    "Shelf",
    "SilentProgress",
    "StoredRun",
    "TerminalProgress",
    "read",
    "write",
]
