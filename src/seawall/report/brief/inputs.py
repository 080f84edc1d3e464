"""What the inputs of a tornado are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.report.brief.words import Words


def name(words: Words, row: Mapping[Any, Any]) -> str:
    """An input of the table `tornado` in a few words.

    Its id is TABLE.COLUMN/KEY, the key as the study's tables have it, with a slash between columns.
    """
    column = f"{row['table']}.{row['column']}"
    if not words.has(f"inputs.{column}"):
        return words.own_text(str(row.get("name") or row["input"]))
    figure = words.say(f"inputs.{column}")
    rows = int(row["rows"])
    if rows != 1:
        return words.figures.sentence(words.say("input.many", figure=figure, rows=f"{rows:,}"))
    what = _row(words, str(row["table"]), str(row["input"]).partition("/")[2])
    return words.figures.sentence(words.say("input.one", what=what, figure=figure))


def _row(words: Words, table: str, key: str) -> str:
    """The row of a table that a key names."""
    parts = [*key.split("/"), "", ""]
    if table == "facilities":
        return words.facility(key)
    if table == "lanes":
        return words.lane(key)
    if table == "passages":
        return words.passage(key)
    if table in ("stocks", "prices"):
        return _cell(words, parts[0], parts[1])
    if table == "demands":
        rows = words.study.table("demands").set_index("id")
        if key in rows.index:
            return _cell(words, rows.at[key, "place"], rows.at[key, "commodity"])
    if table == "contracts":
        return words.say("input.contract", id=parts[0])
    return words.own_text(key.replace("_", " "))


def _cell(words: Words, place: object, good: object) -> str:
    return words.say("name.cell", place=words.place(place), good=words.good(good))
