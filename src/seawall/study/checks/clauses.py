"""Checks that cargoes, contracts and their clauses do not contradict each other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seawall.study.cargo_records import SHIPLESS
from seawall.study.checks.cargoes import listed, row_by_id
from seawall.study.checks.context import Context, Row, check, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem


class _Whereabouts:
    """What places and terminals are part of."""

    def __init__(self, context: Context) -> None:
        rows = context.rows("places")
        self.parent = {row["id"]: row["parent"] for row in rows}
        #: Country of each place, and of each country code.
        self.country = {row["country"]: row["country"] for row in rows}
        self.country |= {row["id"]: row["country"] for row in rows}
        self.terminals = row_by_id(context, "terminals")

    def around(self, place: str) -> set[str]:
        """A place, all that it is part of, and its country's code."""
        found: set[str] = set()
        while place and place not in found:
            found.add(place)
            place = self.parent.get(place, "")
        return found | {self.country[name] for name in found if self.country.get(name)}

    def within(self, name: str, among: list[str]) -> bool:
        """Whether a terminal or place is one of those named, or part of one."""
        terminal = self.terminals.get(name)
        here = {name, *self.around(name if terminal is None else terminal["place"])}
        return not here.isdisjoint(among)


@check("clauses", "terminals", "places")
def clauses_name_known_places(context: Context) -> Iterator[Problem]:
    """Destinations are terminals, coasts or countries that there are, each named once."""
    receiving = {r["id"] for r in context.rows("terminals") if r["role"] != "loading"}
    known = (receiving | set(_Whereabouts(context).country)) - {""}
    loading = {r["id"] for r in context.rows("terminals") if r["role"] == "loading"} - known
    for row in context.rows("clauses"):
        for name, count in Counter(listed(row["destinations"])).items():
            if name in loading:
                rule, fix = f'ships do not bring cargo to "{name}"', "name those that receive"
            elif name not in known:
                rule = f'unknown terminal, coast or country "{name}"'
                fix = nearest(name, known, "terminals.csv or places.csv")
            elif count > 1:
                rule, fix = f'"{name}" is there {count} times', "name each once"
            else:
                continue
            yield context.problem("clauses", row, "destinations", rule, fix)


@check("clauses", "contracts", "terminals", "places", "facilities")
def clauses_agree_with_contracts(context: Context) -> Iterator[Problem]:
    """A clause does not shut out what its contract says."""
    contracts = row_by_id(context, "contracts")
    plants = {row["output_place"] or row["place"] for row in context.rows("facilities")}
    plants |= {row["place"] for row in context.rows("terminals") if row["role"] == "loading"}
    where = _Whereabouts(context)
    for row in context.rows("clauses"):
        contract = contracts.get(row["contract"])
        if contract is None:
            continue
        names = listed(row["destinations"])
        end = contract["destination"]
        known = where.country.keys() | where.terminals.keys()
        # Either may be the larger: a contract to a country, a clause that names one coast.
        meets = where.within(end, names) or any(where.within(name, [end]) for name in names)
        if names and not meets and known.issuperset([end, *names]):
            rule = f'its contract goes to "{end}", and these leave that out'
            fix = f"add {end}, or leave it blank"
            yield context.problem("clauses", row, "destinations", rule, fix)
        if not names and contract["flexible"] == "yes" and row["consent"] == "no":
            rule = "its contract lets its cargo go anywhere (flexible is yes), so none is needed"
            fix = "yes, or the destinations that it may go to"
            yield context.problem("clauses", row, "consent", rule, fix)
        if row["pro_rata"] == "yes" and contract["origin"] and contract["origin"] not in plants:
            rule = f'no plant that force majeure could stop is at "{contract["origin"]}"'
            yield context.problem("clauses", row, "pro_rata", rule, "no or unknown")


@check("cargoes", "contracts", "places")
def cargoes_agree_with_contracts(context: Context) -> Iterator[Problem]:
    """A cargo under contract belongs to its buyer's country, and is no freer than the contract."""
    contracts, country = row_by_id(context, "contracts"), _Whereabouts(context).country
    for row in context.rows("cargoes"):
        contract = contracts.get(row["contract"])
        if contract is None:
            continue
        if row["state"] in SHIPLESS:
            rule, fix = "an offer is under no contract of the book", "leave it blank"
            yield context.problem("cargoes", row, "contract", rule, fix)
            continue
        if row["flexible"] == "yes" and contract["flexible"] == "no":
            yield context.problem(
                "cargoes", row, "flexible", f'its contract "{contract["id"]}" says no',
                "no, or mend the contract; what it allows besides is a row of clauses.csv",
            )  # fmt: skip
        if "" not in (row["basis"], contract["basis"]):
            bases = {row["basis"], contract["basis"]}
            if len(bases) > 1 and "unknown" not in bases:
                rule = f'its contract "{contract["id"]}" says {contract["basis"]}'
                yield context.problem("cargoes", row, "basis", rule, f"write {contract['basis']}")
        owner, buyer = country.get(row["owner"]), country.get(contract["destination"])
        if owner and buyer and owner != buyer:
            rule = f'the buyer of its contract "{contract["id"]}" is of {buyer}'
            yield context.problem("cargoes", row, "owner", rule, f"{buyer}, or another contract")


@check("cargoes", "contracts", "clauses", "terminals", "places")
def cargoes_go_where_contracts_let_them(context: Context) -> Iterator[Problem]:
    """A cargo whose destination is fixed goes where its contract or its clauses say."""
    contracts, where = row_by_id(context, "contracts"), _Whereabouts(context)
    clauses = {row["contract"]: row for row in context.rows("clauses")}
    for row in context.rows("cargoes"):
        contract = contracts.get(row["contract"])
        if contract is None or row["flexible"] != "no" or not row["destination"]:
            continue
        clause = clauses.get(row["contract"])
        if clause is not None and clause["consent"] == "yes":
            continue
        names = [*listed(clause["destinations"] if clause else ""), contract["destination"]]
        if row["destination"] not in where.terminals or "" in names:
            continue
        if not where.within(row["destination"], names):
            told = ", ".join(names)
            rule = f"not flexible, and its contract lets it go only to {told}"
            fix = "one of these; or flexible yes or unknown; or consent yes in clauses.csv"
            yield context.problem("cargoes", row, "destination", rule, fix)


@check("cargoes", "ships")
def ships_are_of_who_has_title(context: Context) -> Iterator[Problem]:
    """The buyer of a FOB cargo sends the ship, of a DES cargo the seller."""
    ships = row_by_id(context, "ships")
    for row in context.rows("cargoes"):
        ship = ships.get(row["ship"])
        if ship is None or not ship["operator"] or row["seller"] == row["buyer"]:
            continue
        other = {"FOB": "seller", "DES": "buyer"}.get(row["basis"])
        if other and ship["operator"] == row[other]:
            rule = f'{row["basis"]}, but its ship "{ship["id"]}" is sent by the {other}'
            fix = f"{'DES' if row['basis'] == 'FOB' else 'FOB'}, or another ship"
            yield context.problem("cargoes", row, "basis", rule, fix)


@check("cargoes", "contracts", "terminals", warning=True)
def cargoes_load_where_and_while_the_contract_runs(context: Context) -> Iterator[Problem]:
    """A cargo loads at the origin of its contract, between its first and last day."""
    contracts, terminals = row_by_id(context, "contracts"), row_by_id(context, "terminals")
    for row in context.rows("cargoes"):
        contract = contracts.get(row["contract"])
        if contract is None:
            continue
        load = terminals.get(row["load"])
        if load is not None and load["place"] and contract["origin"] not in ("", load["place"]):
            rule = f'its contract "{contract["id"]}" loads at "{contract["origin"]}"'
            yield context.problem("cargoes", row, "load", rule, "check the terminal")
        for column, text, ended in _outside(row, contract):
            rule = f'its contract "{contract["id"]}" {"ended" if ended else "begins"} {text}'
            yield context.problem("cargoes", row, column, rule, "check the contract")


def _outside(row: Row, contract: Row) -> Iterator[tuple[str, str, bool]]:
    """Column, date of the contract, and whether that is its end, where a window lies outside."""
    start, end = contract["start"], contract["end"]
    if start and row["load_to"] and row["load_to"][: len(start)] < start:
        yield "load_to", start, False
    if end and row["load_from"] and row["load_from"][: len(end)] > end:
        yield "load_from", end, True
