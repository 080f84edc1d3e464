"""Whether the articles of a protocol fit the tables of a study, and what they mean there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from seawall import units
from seawall.errors import InputError, UnitError, UnknownName, did_you_mean
from seawall.study.protocol import (
    FILE,
    Protocol,
    article_problem,
    parse_protocol,
    read_protocol,
    with_lines,
)
from seawall.study.toml import lines_of_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seawall.errors import Problem
    from seawall.study.study import Study

__all__ = [
    "check_protocol",
    "daily_use",
    "find_protocol",
    "lent_commodity",
    "member_places",
    "protocol_problems",
]

_DAYS_PER_YEAR = 365.0


def find_protocol(study: Study, given: str | Path) -> Protocol:
    """Return a protocol by file, or by the name of one of the study's drafts, checked.

    Parameters
    ----------
    study
        The study that it has to fit.
    given
        A file that exists, or the name of a draft (`protocols/NAME.toml`).

    Raises
    ------
    UnknownName
        There is neither such a file nor such a draft.
    InputError
        What `parse_protocol` and `check_protocol` find.
    """
    path = Path(given)
    if path.is_file():
        protocol = read_protocol(path)
        text = path.read_text(encoding="utf-8-sig")
        check_protocol(study, protocol, file=path.name, text=text)
        return protocol
    name = str(given)
    if name not in study.draft_texts:
        raise UnknownName("protocol file or draft", name, study.draft_texts)
    file, text = f"protocols/{name}.toml", study.draft_texts[name]
    protocol = parse_protocol(file, text)
    check_protocol(study, protocol, file=file, text=text)
    return protocol


def check_protocol(study: Study, protocol: Protocol, file: str = FILE, text: str = "") -> None:
    """Check that every article can be carried out with the tables of a study.

    Parameters
    ----------
    study, protocol
        What is asked, and by which articles.
    file, text
        Name and content of the file, so that problems can name the line.

    Raises
    ------
    InputError
        With every problem, each with the number of its article.
    """
    places = {member: member_places(study, member) for member in protocol.members}
    problems = _members(study, protocol, places)
    commodity, about_commodity = _commodity(study, protocol, places)
    problems += about_commodity + _money(study, protocol, commodity)
    if commodity:
        for member in protocol.members:
            if places[member]:
                problems += _capability(study, protocol, commodity, member, places[member])
    if problems:
        title = f'the protocol for study "{study.name}"'
        raise InputError(with_lines(problems, lines_of_keys(text), file), title=title)


def protocol_problems(study: Study) -> list[Problem]:
    """Return what is wrong with the study's protocol.toml and with each of its drafts."""
    texts = {FILE: study.protocol_text} if study.protocol_text else {}
    texts |= {f"protocols/{name}.toml": text for name, text in study.draft_texts.items()}
    found: list[Problem] = []
    for file, text in texts.items():
        try:
            check_protocol(study, parse_protocol(file, text), file=file, text=text)
        except InputError as error:
            found += error.problems
    return found


def member_places(study: Study, member: str) -> frozenset[str]:
    """Return all places of a member: the place itself, what is part of it, its country's places.

    Empty if the study knows no such place or country.
    """
    table = study.table("places")
    found = set(table.loc[(table["id"] == member) | (table["country"] == member), "id"])
    parents = list(zip(table["id"], table["parent"], strict=True))
    while more := {place for place, parent in parents if parent in found} - found:
        found |= more
    return frozenset(found)


def lent_commodity(study: Study, protocol: Protocol) -> str:
    """Return the commodity that the protocol lends.

    That is `volume.commodity`, or else the one commodity that a member keeps in tanks, that more
    members import than any other, and in whose unit the cargo can be counted.

    Raises
    ------
    InputError
        There is none, or more than one.
    """
    places = {member: member_places(study, member) for member in protocol.members}
    commodity, problems = _commodity(study, protocol, places)
    if problems:
        raise InputError(problems, title="the protocol")
    return commodity


def daily_use(study: Study, commodity: str, places: Iterable[str]) -> float:
    """Return what arrives at places from outside on a day of the base year [commodity's unit]."""
    per_year = study.lookup("commodities", "unit")[commodity] + "/yr"
    arrives = [
        units.convert(lane.base, lane.unit, per_year) * (1 - lane.loss)
        for lane in _lanes_into(study, commodity, frozenset(places))
    ]
    return float(sum(arrives)) / _DAYS_PER_YEAR


def _lanes_into(study: Study, commodity: str, places: frozenset[str]) -> list[Any]:
    """Return the lanes of a commodity that bring it to places from outside of them."""
    return [
        lane
        for lane in study.rows("lanes")
        if lane.commodity == commodity and lane.destination in places and lane.origin not in places
    ]


def _members(
    study: Study, protocol: Protocol, places: Mapping[str, frozenset[str]]
) -> list[Problem]:
    """Articles 1 and 2: members are places with demand, of the tier that is watched."""
    table = study.table("places")
    known = {*table["id"], *table["country"]}
    demands = study.table("demands")
    found: list[Problem] = []
    for member in protocol.members:
        if not places[member]:
            rule = "no place or country of the study has this name"
            fix = did_you_mean(member, known) or "a place or country of places.csv"
            found.append(article_problem("members", member, rule, fix))
            continue
        others = [m for m in protocol.members if m != member and places[member] < places[m]]
        for other in others:
            rule = f"it is part of {other}, which is a member too"
            found.append(article_problem("members", member, rule, "name one of the two"))
        own = demands[demands["place"].isin(places[member])]
        tier = protocol.trigger.tier
        if own.empty:
            rule = "the member has no demand, so it can never be in need"
            fix = f"add rows for {member} to demands.csv, or leave it out"
            found.append(article_problem("members", member, rule, fix))
        elif tier not in set(own["tier"]):
            has = ", ".join(sorted(set(own["tier"])))
            rule = f"{member} has no demand of this tier, so it can never be in need"
            fix = f"its tiers are: {has}"
            found.append(article_problem("trigger.tier", tier, rule, fix))
    return found


def _commodity(
    study: Study, protocol: Protocol, places: Mapping[str, frozenset[str]]
) -> tuple[str, list[Problem]]:
    """Article 3: the commodity that is lent, "" with the reason where it cannot be told."""
    unit_of = study.lookup("commodities", "unit")
    volume = protocol.volume
    cargo = units.parse(volume.unit)
    if volume.commodity:
        if volume.commodity not in unit_of:
            fix = did_you_mean(volume.commodity, unit_of) or f"known: {', '.join(unit_of)}"
            rule = "no commodity of the study has this name"
            return "", [article_problem("volume.commodity", volume.commodity, rule, fix)]
        counted = unit_of[volume.commodity]
        if not cargo.compatible(units.parse(counted)):
            rule = f"{cargo.dimension} is not what {volume.commodity} is counted in"
            fix = f"a unit that converts to {counted}"
            return "", [article_problem("volume.unit", volume.unit, rule, fix)]
        return volume.commodity, []
    known = [own for own in places.values() if own]
    stocks = study.table("stocks")
    stored = set(stocks.loc[stocks["place"].isin(frozenset().union(*known)), "commodity"])
    importers = {c: sum(bool(_lanes_into(study, c, own)) for own in known) for c in stored}
    most = max(importers.values(), default=0)
    imported = [c for c in unit_of if most and importers.get(c) == most]
    if not imported:
        rule = "no commodity is imported by a member and kept in a tank by one"
        return "", [article_problem("volume.commodity", "", rule, "add lanes and stocks")]
    fitting = [c for c in imported if cargo.compatible(units.parse(unit_of[c]))]
    if not fitting:
        counted = ", ".join(f"{c} in {unit_of[c]}" for c in imported)
        rule = f"{cargo.dimension} is not what members lend is counted in"
        return "", [article_problem("volume.unit", volume.unit, rule, f"counted: {counted}")]
    if len(fitting) > 1:
        rule = "members could lend more than one commodity, and none is named"
        fix = "name it, e.g. " + " or ".join(f'commodity = "{c}"' for c in fitting)
        return "", [article_problem("volume.commodity", "", rule, fix)]
    return fitting[0], []


def _money(study: Study, protocol: Protocol, commodity: str) -> list[Problem]:
    """Article 7: the compensation is in money of the study, per unit of what is lent."""
    unit, currency = protocol.price.unit, study.settings.currency
    if units.parse(unit).base.partition("/")[0] != currency:
        rule = f"the study's money is {currency}, and no exchange rate is fixed"
        return [article_problem("price.unit", unit, rule, f"e.g. {currency}/t")]
    if not commodity:
        return []
    content = study.lookup("commodities", "energy_content")[commodity]
    try:
        units.convert_price(1.0, unit, f"{currency}/t", energy_content=content)
    except UnitError as error:
        return [article_problem("price.unit", unit, str(error), f"e.g. {currency}/t")]
    return []


def _capability(
    study: Study, protocol: Protocol, commodity: str, member: str, places: frozenset[str]
) -> list[Problem]:
    """Articles 1, 5 and 8: cargo comes to a member, its floor fits its tanks, loans arrive."""
    into = _lanes_into(study, commodity, places)
    if not into:
        rule = f"no lane brings {commodity} to {member}: it can neither lend nor borrow"
        fix = "add lanes to lanes.csv, or leave it out"
        return [article_problem("members", member, rule, fix)]
    counted = study.lookup("commodities", "unit")[commodity]
    found: list[Problem] = []
    use = daily_use(study, commodity, places)
    tank = sum(
        units.convert(stock.tank, stock.unit, counted) * stock.usable
        for stock in study.rows("stocks")
        if stock.commodity == commodity and stock.place in places
    )
    days = protocol.floor.days[member]
    if days * use > tank * (1 + 1e-9):
        rule = (
            f"the floor is above the tanks: {days:g} days of {use:.3g} {counted} are "
            f"{days * use:.3g} {counted}, and {tank:.3g} {counted} fit in"
        )
        fix = f"at most {int(tank / use * 10) / 10:g} days"
        found.append(article_problem(f"floor.days.{member}", days, rule, fix))
    weeks = protocol.return_.weeks
    # The first thing that could be given back is a loan that left on the day of the request.
    shortest = max(min(lane.days for lane in into), float(study.settings.period_days))
    if weeks * 7 <= shortest:
        rule = (
            f"a loan would be due back after {weeks * 7} days, before one can have reached "
            f"{member} and been booked ({shortest:g} days)"
        )
        fix = f"at least {int(shortest // 7) + 1} weeks"
        found.append(article_problem("return.weeks", weeks, rule, fix))
    return found
