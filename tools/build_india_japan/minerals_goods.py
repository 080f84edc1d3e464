"""Goods of the mineral and chip chains: what they are counted in and where facts speak of them."""

from __future__ import annotations

from dataclasses import dataclass

from tools.build_india_japan.tables import FactError, Row, by_key, decimal, number, read

#: Where the fact tables write somebody who is not known.
UNKNOWN = "unknown"
REST = "ROW"
#: Tonnes in one unit of a good; a fact in another unit needs no factor.
TONNES = {"t": 1.0, "kt": 1000.0}


@dataclass(frozen=True)
class Good:
    """A commodity of the study.

    `fact` is its commodity and stage in the fact tables, blank where they have none; `price` and
    `stage` name its row of minerals_values.csv where that is another one.
    """

    id: str
    name: str
    chain: str
    stage: str
    unit: str
    fact: tuple[str, str]
    element: str
    hs: str = ""
    final: bool = False
    note: str = ""

    @property
    def rate(self) -> str:
        """Unit of its flows."""
        return f"{self.unit}/yr"

    @property
    def size(self) -> float:
        """Units of the fact tables in one unit of the study."""
        return TONNES.get(self.unit, 1.0)

    @property
    def price_unit(self) -> str:
        """Unit in which it is priced."""
        return {"t": "USD/t", "kt": "USD/t", "k wafers": "USD/wafer"}.get(
            self.unit, f"USD/{self.unit}"
        )

    @property
    def sector(self) -> str:
        """Sector of the roadmap."""
        return "advanced technology" if self.chain == "chips" else "critical minerals"


_RARE, _BATTERY = "rare_earths", "battery_metals"
_ALL = (
    Good("ndpr_ore", "Neodymium-praseodymium in ore or concentrate, as oxide", _RARE, "ore", "t",
         ("ndpr_oxide", "mine"), "NdPr", "253090"),
    Good("ndpr_oxide", "Neodymium-praseodymium oxide", _RARE, "oxide", "t",
         ("ndpr_oxide", "refine"), "NdPr", "284690"),
    Good("ndpr_metal", "Neodymium-praseodymium metal and alloy, as metal", _RARE, "metal", "t",
         ("ndpr_metal", "metal"), "NdPr", "280530"),
    Good("dytb_ore", "Dysprosium and terbium in ore or concentrate, as oxide", _RARE, "ore", "t",
         ("dytb_oxide", "mine"), "DyTb", "253090"),
    Good("dytb_oxide", "Dysprosium and terbium oxide", _RARE, "oxide", "t",
         ("dytb_oxide", "refine"), "DyTb", "284690", note="metal and alloy are counted as oxide"),
    Good("magnet_dy", "Sintered magnets with dysprosium or terbium", _RARE, "magnet", "t",
         ("ndfeb_magnet", "magnet"), "NdPr;DyTb", "850511", final=True,
         note="content of Chinese magnets; others take about half as much Dy and Tb again"),
    Good("magnet_dyfree", "Sintered magnets without dysprosium or terbium", _RARE, "magnet", "t",
         ("ndfeb_magnet", "magnet"), "NdPr", "850511", final=True),
    Good("swarf", "New scrap of magnet making, as NdPr metal", _RARE, "scrap", "t",
         ("", ""), "NdPr", note="its Dy and Tb are not modelled"),
    Good("lithium_ore", "Lithium in ore, brine or sulphate", _BATTERY, "ore", "t",
         ("lithium", "mine"), "Li", "253090"),
    Good("lithium_chemicals", "Lithium carbonate and hydroxide, as carbonate", _BATTERY, "refined",
         "t", ("lithium", "refine"), "Li", "283691", final=True),
    Good("cobalt_ore", "Cobalt in ore", _BATTERY, "ore", "t", ("cobalt", "mine"), "Co", "260500"),
    Good("cobalt_intermediate", "Cobalt in hydroxide, sulphide and matte", _BATTERY,
         "intermediate", "t", ("cobalt", "intermediate"), "Co", "810520"),
    Good("cobalt", "Refined cobalt, metal and chemicals", _BATTERY, "refined", "t",
         ("cobalt", "refine"), "Co", "810520", final=True),
    Good("nickel_ore", "Nickel in ore", "nickel", "ore", "kt", ("nickel", "mine"), "Ni", "260400"),
    Good("nickel_intermediate", "Nickel in mixed hydroxide, sulphide and matte", "nickel",
         "intermediate", "kt", ("nickel", "intermediate"), "Ni", "750120"),
    Good("nickel", "Primary nickel, nickel pig iron and ferronickel included", "nickel", "refined",
         "kt", ("nickel", "refine"), "Ni", "750210", final=True),
    Good("graphite", "Natural graphite, flake and amorphous", "graphite", "mined", "kt",
         ("natural_graphite", "mine"), "C", "250410", final=True),
    Good("spherical_graphite", "Spherical purified graphite", "graphite", "refined", "kt",
         ("spherical_graphite", "refine"), "C", "250410", final=True),
    Good("gallium", "Gallium, primary and recycled", "gallium", "metal", "t",
         ("gallium", "refine"), "Ga", "811292", final=True),
    Good("germanium", "Germanium, metal and dioxide, as metal", "germanium", "metal", "t",
         ("germanium", "refine"), "Ge", "811292", final=True),
    Good("polysilicon", "Electronic polysilicon", "chips", "polysilicon", "t",
         ("polysilicon_electronic", "refine"), "Si", "280461"),
    Good("silicon_wafer", "Polished and epitaxial silicon wafers", "chips", "wafer",
         "million square inches", ("silicon_wafer", "wafer"), "Si", "381800"),
    Good("wafer_starts", "Chips, as wafers started (200 mm equivalent)", "chips", "chip",
         "k wafers", ("wafer_fab_capacity", "fab"), "Si", "854231", final=True),
)  # fmt: skip
GOODS: dict[str, Good] = {good.id: good for good in _ALL}
CHAINS = tuple(dict.fromkeys(good.chain for good in _ALL))
MAGNETS = ("magnet_dy", "magnet_dyfree")


def of_fact(commodity: str, stage: str) -> tuple[Good, ...]:
    """Goods that a commodity and stage of the fact tables stand for: two for magnets."""
    found = tuple(good for good in _ALL if good.fact == (commodity, stage))
    if not found:
        raise FactError(f"no good of the study is {commodity} at stage {stage}")
    return found


class Values:
    """Prices, tiers, stock days and frictions of goods: facts/minerals_values.csv."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], list[Row]] = {}
        for row in read("minerals_values"):
            self._rows.setdefault((row["commodity"], row["stage"]), []).append(row)

    def base(self, good: Good) -> Row:
        """The row that holds everywhere; the first of the tiers where there are tiers."""
        return self.tiers(good)[0]

    def tiers(self, good: Good) -> list[Row]:
        """Rows of the tiers, or the one row of an intermediate good."""
        found = [row for row in self._of(good) if row["place"] == "*"]
        if not found:
            raise FactError(f"minerals_values.csv has no row for {good.id}")
        return found

    def override(self, good: Good, place: str, column: str) -> Row | None:
        """The row with another figure for one place, None where there is none.

        Prices and stock days are overridden by rows of their own.
        """
        wanted = "stock only" if column.startswith("stock") else "price only"
        for row in self._of(good):
            named = row["place"]
            here = named == place
            here |= named == "outside CHN" and place != "CHN"
            here |= named.startswith("brine") and place in named
            if named != "*" and here and row["why"].startswith(wanted):
                return row
        return None

    def _of(self, good: Good) -> list[Row]:
        return self._rows.get(good.fact, [])


def by_air(row: Row) -> bool:
    """Whether a good of these values flies."""
    return row["freight_mode"].startswith(("air", "chips by air"))


def figure(value: float, digits: int = 6) -> str:
    """A number with so many significant digits, without exponent."""
    if value == 0:
        return "0"
    before = len(f"{abs(value):.0f}") if abs(value) >= 1 else 0
    return decimal(value, max(digits - before, 2))


def mineral_assumptions() -> dict[str, Row]:
    """Rows of facts/mineral_assumptions.csv by id."""
    return by_key(read("mineral_assumptions"), "id")


def amount(row: Row, good: Good, column: str = "quantity") -> float:
    """A figure of a fact table in the unit of the good."""
    return number(row, column) / good.size
