"""Places, lanes and passages of a study as GeoJSON (RFC 7946).

Positions are longitude first, in WGS 84, which needs no `crs` member; lines that cross the
antimeridian are cut there.  There are no borders in it: none that a study does not draw.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import UsageError
from seawall.files import write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.study import Study

__all__ = ["export_geojson", "feature_collection"]

Point = tuple[float, float]
SUFFIXES = (".geojson", ".json")


def export_geojson(study: Study, path: str | Path, chain: str | None = None) -> Path:
    """Write a study's map as one GeoJSON file.

    Raises
    ------
    UsageError
        The file has another suffix, exists, or has no folder.
    UnknownName
        The study has no such chain.
    """
    target = Path(path)
    if target.suffix not in SUFFIXES:
        raise UsageError(f'"{target.name}": write to a file that ends in {SUFFIXES[0]}')
    if target.exists():
        raise UsageError(f'"{target}" exists already: name another file')
    if not target.parent.is_dir():
        raise UsageError(f'there is no folder "{target.parent}"')
    whole = feature_collection(study, chain)
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return write_text(target, text + "\n")


def feature_collection(study: Study, chain: str | None = None) -> dict[str, Any]:
    """A study's places, lanes and passages as a FeatureCollection.

    Of a chain only what its goods touch. A lane whose course nobody drew has no geometry.

    Raises
    ------
    UnknownName
        The study has no such chain.
    """
    part = study if chain is None else study.chain(chain)
    lanes = part.table("lanes")
    touched = None
    if chain is not None:
        plants = part.table("facilities")
        touched = {
            *lanes["origin"], *lanes["destination"], *part.table("demands")["place"],
            *part.table("stocks")["place"], *plants["place"], *plants["output_place"],
        }  # fmt: skip
    features = [
        *_points(part, "places", touched),
        *_points(part, "passages", None if chain is None else _crossed(part)),
        *_lanes(part),
    ]
    return {"type": "FeatureCollection", "features": features}


def _crossed(study: Study) -> set[str]:
    return {name for lane in study.rows("lanes") for name, _ in lane.passages}


def _points(study: Study, table: str, only: set[str] | None) -> Iterator[dict[str, Any]]:
    for row in study.rows(table):
        if only is not None and row.id not in only:
            continue
        own: dict[str, Any] = {"id": row.id, "name": row.name, "kind": row.kind}
        if table == "places":
            own |= {"country": row.country, "parent": row.parent}
        else:
            own |= {"capacity": row.capacity, "capacity_unit": row.capacity_unit}
        geometry = {"type": "Point", "coordinates": [row.lon, row.lat]}
        yield _feature(table[:-1], row, own, geometry)


def _lanes(study: Study) -> Iterator[dict[str, Any]]:
    names = study.lookup("places", "name")
    drawn = {row.lane: row.points for row in study.rows("paths")}
    for row in study.rows("lanes"):
        own = {
            "id": row.id, "commodity": row.commodity, "origin": row.origin,
            "origin_name": names[row.origin], "destination": row.destination,
            "destination_name": names[row.destination], "route": row.route, "days": row.days,
            "base": row.base, "capacity": row.capacity, "unit": row.unit,
            "passages": [name for name, _ in row.passages], "replaces": row.replaces,
        }  # fmt: skip
        yield _feature("lane", row, own, _line(drawn.get(row.id)))


def _feature(what: str, row: Any, own: dict[str, Any], geometry: Any) -> dict[str, Any]:
    evidence = {"source": row.source, "confidence": row.confidence, "note": row.note}
    properties = {key: value for key, value in (own | evidence).items() if _is_given(value)}
    return {
        "type": "Feature", "id": f"{what}/{row.id}", "geometry": geometry,
        "properties": {"what": what, **properties},
    }  # fmt: skip


def _is_given(value: Any) -> bool:
    """Whether a cell says something: absent ones are left out."""
    return not (value in ("", []) or (isinstance(value, float) and np.isnan(value)))


def _line(points: str | None) -> dict[str, Any] | None:
    """The course of a lane: one line, or several where it is cut."""
    if points is None:
        return None
    pieces = []
    for piece in points.split("|"):
        line = [(float(lon), float(lat)) for lon, lat in (p.split() for p in piece.split(";"))]
        pieces += _cut(line)
    if len(pieces) == 1:
        return {"type": "LineString", "coordinates": pieces[0]}
    return {"type": "MultiLineString", "coordinates": pieces}


def _cut(line: list[Point]) -> list[list[Point]]:
    """A line in pieces, none of which crosses the antimeridian (RFC 7946, 3.1.9)."""
    pieces = [[line[0]]]
    for (lon, lat), (to_lon, to_lat) in pairwise(line):
        if abs(to_lon - lon) > 180:
            edge = 180.0 if lon > 0 else -180.0
            whole = 360.0 - abs(to_lon - lon)
            share = (edge - lon) / np.copysign(whole, edge) if whole else 0.0
            at = round(lat + share * (to_lat - lat), 6)
            pieces[-1].append((edge, at))
            pieces.append([(-edge, at)])
        pieces[-1].append((to_lon, to_lat))
    # A line that ends on the antimeridian leaves a point on the other side.
    return [piece for piece in pieces if len(set(piece)) > 1]
