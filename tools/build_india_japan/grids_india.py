"""Generators of the Mumbai grid and of the rest of Maharashtra."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.build_india_japan.grid_facts import HOURS, MUMBAI, WEST, generator
from tools.build_india_japan.tables import decimal, number

if TYPE_CHECKING:
    from tools.build_india_japan.grid_facts import GridFacts
    from tools.build_india_japan.tables import Row

# Ranges that stand in the notes of the facts: GWh a year of 2014 to 2018.
TROMBAY_7 = (1119, 1372)
BHIRA = (637, 947)
URAN = (2506, 3393)
TROMBAY_COAL = (3797, 5064)
_STANDS_IN = "no Indian rate of outages is known: available by that of North America"


def _mean(span: tuple[float, float]) -> float:
    return sum(span) / 2


def water(facts: GridFacts) -> float:
    """Energy of Mumbai's own hydro [GWh/yr]: Bhira's mean, the others at its load factor."""
    all_of_it = facts.value("MUM", "capacity", "hydro")
    return _mean(BHIRA) * all_of_it / facts.value("MUM", "plant", "Bhira")


def own_energy(facts: GridFacts) -> float:
    """What Mumbai's plants give in an ordinary year [GWh], coal at the load of Trombay 5 and 8."""
    coal = _mean(TROMBAY_COAL) / facts.value("MUM", "plant", "Trombay 5 and 8")
    return (
        coal * facts.value("MUM", "capacity", "coal") + water(facts) + _mean(TROMBAY_7)
    )  # fmt: skip


def heat_rate(facts: GridFacts) -> float:
    """Tonnes of gas per MWh: 0.85 million m3 a day run Trombay 7."""
    need = facts.value("MUM", "gas_need", "Trombay 7 at full load")  # million m3 a day
    per_mwh = need * 1e6 / (facts.value("MUM", "plant", "Trombay 7") * 24)
    return per_mwh / (facts.assume["india_gas_volume"] * 1000)


def gas_energy(facts: GridFacts) -> dict[str, float]:
    """What gas gives in each grid in an ordinary year [GWh]."""
    state = facts.value("MAHA", "generation", "gas") * 1000
    return {MUMBAI: _mean(TROMBAY_7), WEST: state - _mean(TROMBAY_7)}


def mumbai(facts: GridFacts) -> list[Row]:
    """Plants inside the city's own system; the rest of its energy comes over lines."""
    out = facts.outage
    own = {"source": "own sum of the city's plants"}
    rows = {fuel: facts.row("MUM", "capacity", fuel) | own for fuel in ("coal", "gas", "hydro")}
    return [
        generator(
            facts, MUMBAI, "coal", "coal", "grid_cost_coal", rows["coal"],
            capacity=number(rows["coal"], "value"), available=1 - out["coal"],
            note=f"Trombay 5 and 8, Dahanu; {_STANDS_IN}",
        ),
        generator(
            facts, MUMBAI, "gas", "gas", "grid_cost_must_run", rows["gas"],
            capacity=number(rows["gas"], "value"), available=1 - out["gas"],
            energy=_mean(TROMBAY_7), heat_rate=decimal(heat_rate(facts)), lng_share="0",
            note="Trombay 7, on domestic gas allotted by the state (recalled): so it runs before "
            f"coal, and no more than in 2014-2018; {_STANDS_IN}",
        ),
        generator(
            facts, MUMBAI, "hydro", "hydro", "grid_cost_free", rows["hydro"],
            capacity=number(rows["hydro"], "value"), available=1 - out["hydro"],
            energy=water(facts),
            note=f"Bhira, Bhivpuri, Khopoli, with reservoirs; energy of Bhira 2014-2018, the "
            f"others at its load factor; evenly over the year, the monsoon is a gap; {_STANDS_IN}",
        ),
    ]  # fmt: skip


def west(facts: GridFacts) -> list[Row]:
    """The state less Mumbai: its capacities are recalled, its energies estimates."""
    out, heat = facts.outage, decimal(heat_rate(facts))

    def left(item: str) -> float:
        own = facts.value("MUM", "capacity", item) if item in ("coal", "gas", "hydro") else 0.0
        return facts.value("MAHA", "capacity", item) - own

    def made(item: str) -> float:
        return facts.value("MAHA", "generation", item) * 1000

    def plant(name: str, fuel: str, cost: str, item: str, **more: object) -> Row:
        basis = facts.row("MAHA", "capacity", item)
        more = {"capacity": left(item), **more, "note": f"Maharashtra less Mumbai; {more['note']}"}
        return generator(facts, WEST, name, fuel, cost, basis, **more)  # type: ignore[arg-type]

    uran = facts.value("MAHA", "plant", "Uran")
    other, energy = left("gas") - uran, gas_energy(facts)[WEST] - _mean(URAN)
    found = [
        plant("coal", "coal", "grid_cost_coal", "coal", available=1 - out["coal"],
              note=_STANDS_IN),
        plant("gas of Uran", "gas", "grid_cost_must_run", "gas", capacity=uran,
              available=1 - out["gas"], firm=_mean(URAN) / HOURS / uran, energy=_mean(URAN),
              heat_rate=heat, lng_share="0",
              note="on gas of Bombay High (recalled), half idle for want of it; firm: the mean"),
        plant("other gas", "gas", "grid_cost_must_run", "gas", capacity=other,
              available=1 - out["gas"], firm=energy / HOURS / other, energy=energy,
              heat_rate=heat, lng_share="1",
              note="Ratnagiri and small ones; what is left of the state's gas energy, all of it "
              "counted as LNG, which is the most that it can be; firm: the mean"),
        plant("hydro", "hydro", "grid_cost_free", "hydro", available=1 - out["hydro"],
              energy=made("hydro") - water(facts), note=f"Koyna and others; {_STANDS_IN}"),
        plant("nuclear", "nuclear", "grid_cost_must_run", "nuclear",
              available=1 - out["nuclear"], energy=made("nuclear"),
              note=f"Tarapur; energy of FY2025; {_STANDS_IN}"),
        plant("biomass", "biomass", "grid_cost_must_run", "biomass and bagasse",
              firm=made("biomass and bagasse") / HOURS / left("biomass and bagasse"),
              energy=made("biomass and bagasse"), note="energy of FY2025; firm: the mean"),
    ]  # fmt: skip
    return found + [
        plant(item, item, "grid_cost_free", item, available=made(item) / HOURS / left(item),
              firm=0, note="runs at its mean of FY2025; not counted at the peak")
        for item in ("solar", "wind")
    ]  # fmt: skip
