"""Plants that `site` chose as GeoJSON (RFC 7946), for any map program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["plants_geojson"]


def plants_geojson(plants: pd.DataFrame) -> str:
    """A FeatureCollection: one point a plant, all other columns as properties; position is
    longitude first, in WGS 84."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {
                str(name): _plain(value)
                for name, value in row.items() if name not in ("lat", "lon")
            },
        }
        for row in plants.to_dict("records")
    ]  # fmt: skip
    whole = {"type": "FeatureCollection", "features": features}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _plain(value: Any) -> Any:
    """A figure with six digits, a count as it is."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return value
