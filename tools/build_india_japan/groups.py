"""Plant groups: the plants of one country on one sea, and the group's share of the 2026 base."""

from __future__ import annotations

from dataclasses import dataclass

from tools.build_india_japan.tables import FactError, Row, number, read

# First words of lng_liquefaction.status for plants that were exporting at the base date. Plants
# in force majeure since 2026-03-04 were; sanctioned plants export, though to China only.
OPERATING = ("operating", "restarted", "force majeure", "sanctioned")


@dataclass(frozen=True)
class Group:
    """One plant group.

    Attributes
    ----------
    base, low, high
        Exports in Mt a year at the base date, with their 5 % and 95 % points.
    base_2024
        Exports in Mt of 2024; zero for countries that began later.
    spare
        Reachable spare in Mt a year on top of the base.
    nameplate
        Sum of the operating plants' capacity in Mt a year; shown, never used.
    """

    id: str
    country: str
    port: Row
    plants: tuple[Row, ...]
    base: float
    base_2024: float
    low: float
    high: float
    spare: float
    nameplate: float
    margin: Row
    spare_row: Row | None


def load() -> dict[str, Group]:
    """Groups with exports at the base date, by id."""
    base = read("lng_base_2026")
    exports = {r["code"]: r for r in base if r["side"] == "export"}
    splits = {r["code"]: r for r in base if r["side"] == "export_split"}
    surge = {r["country"]: r for r in read("lng_surge")}
    plants: dict[str, list[Row]] = {}
    for row in read("lng_liquefaction"):
        if row["status"].startswith(OPERATING):
            plants.setdefault(row["plant_group"], []).append(row)
    found: dict[str, Group] = {}
    for group, rows in sorted(plants.items()):
        country = rows[0]["country"]
        margin = exports[country]
        share = _share(group, country, plants, splits)
        amount = number(margin, "mt_base_2026")
        if amount * share == 0:
            continue
        spare = surge.get(country)
        found[group] = Group(
            id=group,
            country=country,
            port=max(rows, key=lambda r: (number(r, "capacity_mtpa"), r["name"])),
            plants=tuple(rows),
            base=amount * share,
            base_2024=number(margin, "mt_2024") * share,
            low=number(margin, "low") * share,
            high=number(margin, "high") * share,
            spare=number(spare, "reachable_spare_mtpa") * share if spare else 0.0,
            nameplate=sum(number(r, "capacity_mtpa") for r in rows),
            margin=margin,
            spare_row=spare,
        )
    missing = {c for c, r in exports.items() if number(r, "mt_base_2026") > 0} - {
        g.country for g in found.values()
    }
    if missing:
        raise FactError(f"no operating plants for exporters {sorted(missing)}")
    return found


def _share(group: str, country: str, plants: dict[str, list[Row]], splits: dict[str, Row]) -> float:
    """Part of the country's exports: the published split, else by operating capacity."""
    sisters = [g for g in sorted(plants) if plants[g][0]["country"] == country]
    if len(sisters) == 1:
        return 1.0
    if group in splits:
        total = sum(number(splits[g], "mt_base_2026") for g in sisters)
        return number(splits[group], "mt_base_2026") / total
    size = {g: sum(number(r, "capacity_mtpa") for r in plants[g]) for g in sisters}
    return size[group] / sum(size.values())
