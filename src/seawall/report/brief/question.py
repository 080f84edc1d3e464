"""The question of a stress run in words: its title, or its events one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.report.brief.words import Words

_TARGETS = ("passage", "facility", "place", "lane", "ban", "quota", "tariff", "demand",
            "generator", "intertie", "load")  # fmt: skip
_MOST_CLAUSES = 3
_MOST_GOODS = 3
_EVERYWHERE = "*"


def asked(scenario: Mapping[str, Any] | None, words: Words) -> tuple[str, str]:
    """Title and question of a stress run.

    A scenario without a title in the language of the note is called by its events; one of many
    events, or of some that come back by steps, only by its title.
    """
    if scenario is None:
        return words.say("question.base"), words.say("question.base")
    title, _ = words.scenario(scenario)
    events = _events(scenario)
    stepped = any(shock["recovery"] or shock["lasting"] for shock in scenario["shock"])
    if title is not None and (stepped or len(events) > _MOST_CLAUSES):
        return title, words.say("question.many", title=title)
    rest = len(events) - _MOST_CLAUSES
    shown = list(events.items())[: _MOST_CLAUSES - (1 if rest > 0 else 0)]
    clauses = [_clause(words, key, goods) for key, goods in shown]
    if rest > 0:
        clauses.append(words.say("clause.more", count=rest + 1))
    told = words.say("list.events").join(clauses)
    asked_ = words.say("question.asked", clauses=told)
    return title if title is not None else words.say("title.asked", clauses=told), asked_


def _events(scenario: Mapping[str, Any]) -> dict[tuple[Any, ...], list[str]]:
    """The goods of each event of a scenario; shocks that hit one target alike are one event."""
    grouped: dict[tuple[Any, ...], list[str]] = {}
    for shock in scenario["shock"]:
        kind = next(name for name in _TARGETS if shock.get(name) is not None)
        key = (
            kind, shock[kind], shock.get("to"), shock["days"], shock["depth"], shock["change"],
            shock.get("rate"),
        )  # fmt: skip
        grouped.setdefault(key, []).append(shock.get("commodity") or "")
    return grouped


def _clause(words: Words, key: tuple[Any, ...], goods: list[str]) -> str:
    kind, target, to, days, depth, change, rate = key
    named = [words.good(good) for good in dict.fromkeys(goods) if good]
    if len(named) > _MOST_GOODS:
        named = [words.say("clause.goods", count=len(named))]
    values: dict[str, object] = {
        "name": _name(words, kind, str(target)),
        "goods": words.figures.join(named) if named else words.say("clause.everything"),
        "days": f"{float(days):,.0f}",
        "depth": words.figures.share(depth),
        "change": ("+" if change > 0 else "") + words.figures.share(change),
        "rate": words.figures.share(rate or 0.0),
        "to": words.place(to) if to else "",
    }
    if kind == "passage" and depth < 1.0:
        return words.say("clause.passage_part", **values)
    if kind == "ban":
        ending = f"{'_to' if to else ''}{'_part' if depth < 1.0 else ''}"
        return words.say(f"clause.ban{ending}", **values)
    return words.say(f"clause.{kind}", **values)


def _name(words: Words, kind: str, target: str) -> str:
    if target == _EVERYWHERE:
        return words.say("clause.everywhere")
    if kind == "passage":
        return words.the_passage(target)
    if kind == "facility":
        return words.facility(target)
    if kind == "lane":
        return words.lane(target)
    if kind in ("generator", "intertie"):
        return words.own_text(target)
    return words.place(target)
