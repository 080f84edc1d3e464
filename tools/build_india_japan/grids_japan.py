"""Generators of the Tokyo grid and of the rest of Japan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.build_india_japan.grid_facts import HOURS, REST, TOKYO, generator
from tools.build_india_japan.tables import decimal, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.grid_facts import GridFacts
    from tools.build_india_japan.tables import Row


def _gas_cost(facts: GridFacts) -> float:
    """Fuel of a MWh at the base price of LNG."""
    per_tonne = facts.assume["price_asia"] * facts.assume["energy_content"]
    return per_tonne * facts.assume["gas_heat_rate"]


def tokyo(facts: GridFacts) -> list[Row]:
    assume, runs = facts.assume, 1 - facts.outage["Japan"]
    heat = decimal(assume["gas_heat_rate"])

    def fact(kind: str, item: str) -> tuple[Row, float]:
        return facts.row("TEPCO", kind, item), facts.value("TEPCO", kind, item)

    def made(item: str) -> float:
        return facts.value("TEPCO", "generation", item) * 1000

    def even(item: str, energy: float) -> float:
        return energy / HOURS / facts.value("TEPCO", "capacity", item)

    unplanned = "available: 1 less the unplanned outage rate of OCCTO"
    gas, coal = facts.row("TEPCO", "capacity", "gas"), facts.row("TEPCO", "capacity", "coal")
    above, per_day = fact("fuel_switch", "Hirono and Hitachinaka coal run above rating")
    oil, reserve = fact("capacity", "oil")
    nuclear, nameplate = fact("capacity", "nuclear")
    hydro, water = fact("capacity", "hydro")
    pumped, storage = fact("capacity", "pumped storage")
    fill = facts.value("TEPCO", "pumped_energy", "energy of full upper reservoirs, one fill")
    own_water = made("hydro") - 6000
    blast = sum(facts.value("TEPCO", "plant", name) for name in ("Kashima Kyodo", "Kimitsu"))
    saving, asked = fact("fuel_switch", "saving asked of consumers and reached")

    def plant(name: str, fuel: str, cost: str | float, basis: Row, **more: object) -> Row:
        return generator(facts, TOKYO, name, fuel, cost, basis, **more)  # type: ignore[arg-type]

    found = [
        plant("gas", "gas", _gas_cost(facts), gas, capacity=number(gas, "value"),
              available=runs, heat_rate=heat, lng_share="1",
              note=f"{unplanned}; all of its gas counts as LNG (Japan's own is a few per cent); "
              "no energy limit: gas is what the other fuels leave"),
        plant("coal", "coal", "grid_cost_coal", coal, capacity=number(coal, "value"),
              available=runs, energy=made("coal"), note=f"{unplanned}; energy of FY2023"),
        plant("coal above rating", "coal", "grid_cost_coal_above_rating", above,
              capacity=per_day * 1000 / 24, firm=0, energy=per_day * 365,
              note="2.4 GWh a day were won so in January 2021; not counted at the peak"),
        plant("oil in reserve", "oil", "grid_cost_oil", oil, capacity=reserve, available=runs,
              note=f"{unplanned}; older lists count 10 GW, nearly all retired"),
        plant("by-product gas and other", "other", "grid_cost_must_run",
              facts.row("TEPCO", "plant", "Kashima Kyodo"), capacity=blast,
              firm=made("oil and other") / HOURS / blast, energy=made("oil and other"),
              note="Kashima Kyodo and Kimitsu; the 6 TWh of oil and other in FY2023 count as "
              "theirs; firm: the mean"),
        plant("nuclear", "nuclear", "grid_cost_must_run", nuclear, capacity=nameplate,
              available=0, note="nameplate; none ran in FY2023. Kashiwazaki-Kariwa 6 (1,356 MW) "
              "began again in January-February 2026 (recalled) and is not counted"),
        plant("hydro", "hydro", "grid_cost_free", hydro, capacity=water,
              available=1 - facts.outage["hydro"], firm=even("hydro", own_water),
              energy=own_water, note="13 TWh in FY2023 less 6 of pumped storage, evenly over the "
              "year: its seasons are a gap; firm: the mean"),
        plant("pumped storage", "pumped storage", "grid_cost_free", pumped, capacity=storage,
              available=1 - facts.outage["hydro"], fill=decimal(fill),
              firm=fill * 1000 / assume["grid_high_hours"] / storage,
              efficiency=decimal(assume["grid_pumped_efficiency"]),
              note="one fill lasts a day; firm: a fill over the hours of high load "
              "(assumption grid_high_hours)"),
        plant("biomass", "biomass", "grid_cost_must_run", facts.row("TEPCO", "capacity", "biomass"),
              capacity=facts.value("TEPCO", "capacity", "biomass"), available=runs,
              firm=even("biomass", made("biomass")), energy=made("biomass"),
              note="energy of FY2023; firm: the mean"),
        plant("saving", "saving", "grid_cost_saving", saving, capacity=asked, firm=0,
              energy=asked * assume["grid_saving_hours"] * 365 / 1000,
              note="what consumers gave up when asked on 2022-03-22, some hours a day"),
    ]  # fmt: skip
    for item in ("solar", "wind"):
        basis = facts.row("TEPCO", "capacity", item)
        found.append(
            plant(item, item, "grid_cost_free", basis, capacity=number(basis, "value"),
                  available=even(item, made(item)), firm=0,
                  note="runs at its mean of FY2023 in every hour; not counted at the peak, which "
                  "falls in the evening or in bad weather")
        )  # fmt: skip
    return found


def _thermal_left(facts: GridFacts) -> tuple[float, dict[str, float]]:
    """Rest of Japan: energy of the loads [GWh/yr], and of coal and oil what loads leave them.

    National generation holds self-generation of industry, which loads of grid areas don't. So the
    thermal part is scaled to what area loads and the flow to Tokyo leave.
    """
    loads = rest_ratio(facts)[0] * sum(
        facts.value("TEPCO", "load_month", f"month {m:02d}") * 1000 for m in range(1, 13)
    )
    made = {
        fuel: 1000 * (facts.value("JPN", "generation", fuel)
                      - facts.value("TEPCO", "generation", theirs))
        for fuel, theirs in (("gas", "gas"), ("coal", "coal"), ("oil", "oil and other"))
    }  # fmt: skip
    clean = 1000 * sum(
        facts.value("JPN", "generation", fuel)
        - (0 if fuel == "geothermal" else facts.value("TEPCO", "generation", fuel))
        for fuel in ("nuclear", "hydro", "solar", "wind", "biomass", "geothermal")
    )
    sent = 1000 * facts.value("TEPCO", "generation", "net import")
    scale = (loads + sent - clean) / sum(made.values())
    return loads, {fuel: amount * scale for fuel, amount in made.items()}


def rest_ratio(facts: GridFacts) -> tuple[float, float]:
    """Energy and peak of the rest of Japan as multiples of Tokyo's."""
    tokyo = sum(facts.value("TEPCO", "load_month", f"month {m:02d}") for m in (7, 8))
    east = facts.value("JPN-EAST", "load_month", "July and August (Hokkaido, Tohoku, Tokyo)")
    west = facts.value("JPN-WEST", "load_month", "July and August (six western areas)")
    peak = facts.value("TEPCO", "peak_month", "month 08")
    return (east + west - tokyo) / tokyo, (facts.value("JPN", "peak", "ten areas") - peak) / peak


def rest(facts: GridFacts) -> list[Row]:
    assume, runs = facts.assume, 1 - facts.outage["Japan"]
    thermal = _thermal_left(facts)[1]

    def left(kind: str, item: str) -> float:
        return facts.value("JPN", kind, item) - facts.value("TEPCO", kind, item)

    def made(item: str) -> float:
        return 1000 * left("generation", item)

    def plant(name: str, fuel: str, cost: str | float, item: str, **more: object) -> Row:
        more = {"capacity": left("capacity", item), **more}
        more["note"] = f"Japan less Tokyo; {more['note']}"
        basis = facts.row("JPN", "capacity", item)
        return generator(facts, REST, name, fuel, cost, basis, **more)  # type: ignore[arg-type]

    def even(item: str) -> float:
        return made(item) / HOURS / left("capacity", item)

    tiers = {r["sector"]: number(r, "share") for r in read("demand_tiers") if r["place"] == "JPN"}
    switched = tiers["power: replaceable by oil plants"] / tiers["power (all)"]
    scaled = "thermal of FY2023 scaled to what area loads leave, without self-generation"
    heat = facts.value("JPN", "generation", "geothermal")
    steady = thermal["oil"] / HOURS
    fill = facts.row("TEPCO", "pumped_energy", "energy of full upper reservoirs, one fill")
    days = number(fill, "value") / facts.value("TEPCO", "capacity", "pumped storage")
    stored = left("capacity", "pumped storage")
    found = [
        plant("gas", "gas", _gas_cost(facts), "gas", available=runs, lng_share="1",
              heat_rate=decimal(assume["gas_heat_rate"]), note="no energy limit, as in Tokyo"),
        plant("coal", "coal", "grid_cost_coal", "coal", available=runs, energy=thermal["coal"],
              note=scaled),
        plant("oil and other in use", "other", "grid_cost_must_run", "oil", capacity=steady,
              energy=thermal["oil"], note=f"the mean of what runs in the base; {scaled}"),
        plant("oil in reserve", "oil", "grid_cost_oil", "oil", available=runs,
              capacity=left("capacity", "oil") - steady, energy=switched * thermal["gas"],
              note="energy: the share of gas for power that oil can replace (demand_tiers.csv)"),
        plant("nuclear", "nuclear", "grid_cost_must_run", "nuclear",
              available=made("nuclear") / HOURS / left("capacity", "nuclear"),
              note="runs at its mean of FY2023; 13.3 GW in 14 reactors had restarted"),
        plant("hydro and geothermal", "hydro", "grid_cost_free", "hydro",
              available=1 - facts.outage["hydro"],
              firm=(made("hydro") + 1000 * heat) / HOURS / left("capacity", "hydro"),
              energy=made("hydro") + 1000 * heat,
              note="evenly over the year; firm: the mean"),
        plant("pumped storage", "pumped storage", "grid_cost_free", "pumped storage",
              available=1 - facts.outage["hydro"], fill=decimal(days * stored),
              firm=days * 1000 / assume["grid_high_hours"],
              efficiency=decimal(assume["grid_pumped_efficiency"]),
              note="a fill as long as Tokyo's; firm as there"),
        plant("biomass", "biomass", "grid_cost_must_run", "biomass", available=runs,
              firm=even("biomass"), energy=made("biomass"), note="energy of FY2023"),
    ]  # fmt: skip
    return found + [
        plant(item, item, "grid_cost_free", item, available=even(item), firm=0,
              note="runs at its mean of FY2023; not counted at the peak")
        for item in ("solar", "wind")
    ]  # fmt: skip
