"""What the builder prints: counts and shares to look at hard."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.build_india_japan.build import Built
    from tools.build_india_japan.lanes import Lane


def base_lanes(built: Built, variant: str = "avoided") -> list[Lane]:
    """Lanes that count under one state of the Red Sea."""
    return [lane for lane in built.lanes if lane.variant in ("", variant)]


def share(built: Built, country: str, exporters: Iterable[str]) -> float:
    """Share of a country's base imports that comes from these plant groups."""
    total = [f for f in built.flows if f.destination.startswith(country)]
    part = sum(f.amount for f in total if f.origin in set(exporters))
    return part / sum(f.amount for f in total)


def passing(built: Built, passage: str, country: str = "") -> float:
    """Base flow in Mt a year through a passage, into one country or all."""
    return sum(
        lane.base
        for lane in base_lanes(built)
        if passage in lane.passages and lane.destination.startswith(country)
    )


def text(built: Built) -> str:
    """Return a page of counts and shares."""
    lanes = base_lanes(built)
    qatar = sorted((f.amount, f.destination) for f in built.flows if f.origin == "QAT")[::-1]
    used, detours = sum(x.base > 0 for x in lanes), sum(bool(x.replaces) for x in lanes)
    gulf, with_oman = ["QAT", "ARE"], ["QAT", "ARE", "OMN"]
    through = {name: passing(built, name) for name in ("malacca", "panama", "suez", "gibraltar")}
    lines = [
        f"plant groups {len(built.groups)}, importing places {len(built.places)}",
        (
            f"used pairs {len(built.flows)}, long-haul lanes {len(lanes)}: with flow {used}, "
            f"detours {detours}, unused {len(lanes) - used - detours}"
        ),
        f"lanes with the Red Sea open {len(base_lanes(built, 'open'))}, rows {len(built.lanes)}",
        (
            f"exports {sum(g.base for g in built.groups.values()):.2f}, "
            f"flows {sum(f.amount for f in built.flows):.2f} Mt/yr"
        ),
        (
            f"through Hormuz {passing(built, 'hormuz'):.1f} Mt/yr; share of India "
            f"{share(built, 'IND', gulf):.3f}, of Japan {share(built, 'JPN', gulf):.3f}, "
            f"of Japan with Oman {share(built, 'JPN', with_oman):.3f}"
        ),
        "through " + ", ".join(f"{name} {amount:.1f}" for name, amount in through.items()),
        "Qatar to " + ", ".join(f"{place} {amount:.1f}" for amount, place in qatar[:6]),
    ]
    for country in ("IND", "JPN"):
        sums: dict[str, float] = {}
        for flow in built.flows:
            if flow.destination.startswith(country):
                sums[flow.origin] = sums.get(flow.origin, 0.0) + flow.amount
        ranked = sorted(sums.items(), key=lambda item: -item[1])
        lines.append(f"{country} from " + ", ".join(f"{o} {x:.2f}" for o, x in ranked))
    return "\n".join(lines)
