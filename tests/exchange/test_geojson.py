"""The map of a study as GeoJSON: what RFC 7946 asks for, and what the tables say."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

import seawall
from seawall.errors import UnknownName, UsageError
from seawall.exchange.geojson import _cut, export_geojson, feature_collection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def positions(geometry: dict[str, Any] | None) -> Iterator[list[float]]:
    """All positions of a geometry."""
    if geometry is None:
        return
    depth = {"Point": 0, "LineString": 1, "MultiLineString": 2}[geometry["type"]]
    level = [geometry["coordinates"]]
    for _ in range(depth):
        level = [item for part in level for item in part]
    yield from level


def check(whole: dict[str, Any]) -> None:
    """The rules of RFC 7946 that a writer can break."""
    assert set(whole) == {"type", "features"}  # no crs
    assert whole["type"] == "FeatureCollection"
    assert len({feature["id"] for feature in whole["features"]}) == len(whole["features"])
    for feature in whole["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
        for position in positions(feature["geometry"]):
            assert len(position) == 2
            assert -180 <= position[0] <= 180
            assert -90 <= position[1] <= 90
        shape = feature["geometry"] or {"type": "Point"}
        lines = {"LineString": lambda c: [c], "MultiLineString": lambda c: c}
        for line in lines.get(shape["type"], lambda _: [])(shape.get("coordinates")):
            assert len(line) >= 2
            assert all(abs(a[0] - b[0]) <= 180 for a, b in pairwise(line)), feature["id"]


def test_the_map_of_the_twelve_nodes(twelve: Path, tmp_path: Path) -> None:
    study = seawall.read(twelve)
    path = export_geojson(study, tmp_path / "map.geojson")
    whole = json.loads(path.read_text(encoding="utf-8"))
    check(whole)
    by_id = {feature["id"]: feature for feature in whole["features"]}
    assert len(by_id) == sum(len(study.table(name)) for name in ("places", "passages", "lanes"))
    place = study.table("places").iloc[0]
    point = by_id[f"place/{place['id']}"]
    assert point["geometry"] == {"type": "Point", "coordinates": [place["lon"], place["lat"]]}
    assert point["properties"]["name"] == place["name"]
    lane = study.table("lanes").iloc[1]
    told = by_id[f"lane/{lane['id']}"]["properties"]
    assert (told["base"], told["unit"], told["commodity"]) == (
        lane["base"], lane["unit"], lane["commodity"],
    )  # fmt: skip
    assert told["passages"] == ["narrows", "sound"]
    assert (told["source"], told["confidence"]) == (lane["source"], lane["confidence"])
    drawn = set(study.table("paths")["lane"])
    for lane_id in study.table("lanes")["id"]:
        assert (by_id[f"lane/{lane_id}"]["geometry"] is not None) == (lane_id in drawn)
    assert "capacity" not in by_id["passage/narrows"]["properties"]  # absent cells are left out


def test_the_map_of_the_built_in_study_is_small_and_right() -> None:
    whole = feature_collection(seawall.read("india-japan"))
    check(whole)
    assert len(json.dumps(whole, separators=(",", ":"))) < 1_500_000


def test_a_chain_alone(tmp_path: Path) -> None:
    study = seawall.read("india-japan")
    whole, gas = feature_collection(study), feature_collection(study, "gas")
    check(gas)
    goods = set(study.chain("gas").table("commodities")["id"])
    lanes = [f["properties"] for f in gas["features"] if f["properties"]["what"] == "lane"]
    assert {lane["commodity"] for lane in lanes} <= goods
    assert 0 < len(gas["features"]) < len(whole["features"])
    ends = {lane[end] for lane in lanes for end in ("origin", "destination")}
    assert ends <= {f["properties"]["id"] for f in gas["features"]}
    with pytest.raises(UnknownName, match="did you mean"):
        feature_collection(study, "gass")


@pytest.mark.parametrize(
    "line, pieces",
    [
        (
            [(170.0, 0.0), (-170.0, 10.0)],
            [[(170.0, 0.0), (180.0, 5.0)], [(-180.0, 5.0), (-170.0, 10.0)]],
        ),
        (
            [(-170.0, 0.0), (175.0, 3.0)],
            [[(-170.0, 0.0), (-180.0, 2.0)], [(180.0, 2.0), (175.0, 3.0)]],
        ),
        ([(10.0, 0.0), (20.0, 1.0)], [[(10.0, 0.0), (20.0, 1.0)]]),
        ([(170.0, 0.0), (-180.0, 5.0)], [[(170.0, 0.0), (180.0, 5.0)]]),
    ],
)  # fmt: skip
def test_lines_are_cut_at_the_antimeridian(line: Any, pieces: Any) -> None:
    assert _cut(line) == pieces


@pytest.mark.parametrize("name", ["map.txt", "none/map.geojson", "there.geojson"])
def test_where_it_cannot_be_written(twelve: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "there.geojson").write_text("mine")
    with pytest.raises(UsageError):
        export_geojson(seawall.read(twelve), tmp_path / name)
    assert (tmp_path / "there.geojson").read_text() == "mine"
