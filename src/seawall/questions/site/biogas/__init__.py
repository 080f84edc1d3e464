"""A thousand small gas plants on residues: where, how large, and fed from which cells when."""

from __future__ import annotations
