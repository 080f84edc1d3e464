"""Networks and maps of other programs: PyPSA in and out, GeoJSON out."""

from __future__ import annotations
