"""Overlay files for tests."""

from __future__ import annotations

from pathlib import Path

from seawall.files import csv_text

HEADER = ("table", "row", "column", "value", "why", "source", "who", "confidence", "date")


def overlay(path: Path, *rows: str, who: str = "A. Analyst") -> Path:
    """Write an overlay of rows "table row column value [confidence [source]]" and return it.

    "_" stands for a blank cell, and for a space inside a value.
    """
    cells = []
    for row in rows:
        table, key, column, value, confidence, source = (*row.split(), "_", "_")[:6]
        plain = [text.replace("_", " ").strip() for text in (value, confidence, source)]
        value, confidence, source = plain
        cells.append((table, key, column, value, "a test", source or "press", who, confidence, ""))
    path.write_text(csv_text(HEADER, cells), encoding="utf-8")
    return path
