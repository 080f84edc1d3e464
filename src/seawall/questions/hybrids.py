"""Between two runs: the inputs in which they differ, and studies with some of them turned over.

An input is a row whose cells were changed together for one reason; a row that only one study has;
a key of study.toml; the choice of a variant; the scenario, the protocol or the allocation order.
With more than `MOST` of them rows are taken together by overlay file, or else by table.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.errors import InputError
from seawall.questions.explain.words import good_of
from seawall.questions.parts import parts
from seawall.study import checks
from seawall.study.cargo_records import CARGO_TABLES
from seawall.study.diff import SETTINGS, differences, row_names
from seawall.study.overlay_rows import MAIN
from seawall.study.overlays import UNUSED
from seawall.study.records import TABLES
from seawall.study.site_records import SITE_TABLES
from seawall.study.track_records import TRACK_TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from seawall.shocks import Scenario
    from seawall.study import Protocol, Study
    from seawall.study.diff import Difference
    from seawall.study.settings import Settings

#: With more inputs than this, rows count by overlay or by table.
MOST = 12
#: Tables and columns that no stress test reads.
SILENT_TABLES = (
    "sources", "paths", "published", "pledges", "links", "governance", "materials",
    "export_rules", "shares", "hazards", "generators", "interties", "loads", "grid_gas",
    *(table.name for table in (*CARGO_TABLES, *SITE_TABLES, *TRACK_TABLES)),
)  # fmt: skip
SILENT_COLUMNS = (
    "name", "note", "source", "lat", "lon", "parent", "hs", "basis", "seller", "buyer", "end",
    "licence", "applies_to", "why", "review", "reviewed_by", "reviewed_on", "wtp_low", "wtp_high",
    "toll", "toll_unit", "kind",
)  # fmt: skip
_SILENT_SETTINGS = ("title", "about", "headline", "money_year")
_CHOSEN = "chosen."
_ASKED = ("scenario", "protocol", "rationing")


@dataclass(frozen=True)
class End:
    """What one of two runs was asked: the study with its variants, and the rest.

    `struck` is what of the scenario strikes each chain that it strikes.
    """

    study: Study
    scenario: Scenario | None
    protocol: Protocol | None
    rationing: str | None
    struck: Mapping[str, Scenario | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, study: Study, scenario: Scenario | None, protocol: Protocol | None = None,
        rationing: str | None = None,
    ) -> End:  # fmt: skip
        """What a run was asked, with the chains that its scenario strikes."""
        struck = {part.chain: part.scenario for part in parts(study, scenario)}
        return cls(study, scenario, protocol, rationing, struck)


@dataclass(frozen=True)
class Player:
    """One input in which two runs differ.

    Attributes
    ----------
    name
        What it is, in words.
    before, after
        How it stands in each run, in words.
    differences
        The cells, rows, settings and variants that are turned over together.
    asked
        Which of scenario, protocol and rationing is turned over with it.
    """

    name: str
    before: str
    after: str
    differences: tuple[Difference, ...] = ()
    asked: tuple[str, ...] = ()


def players(a: End, b: End, chains: Collection[str]) -> list[Player]:
    """The inputs in which two runs differ, that can change a stress test of `chains`.

    Cells of variants that neither run chose, and of chains that neither strikes, are none.
    """
    names = _words(a.study) | _words(b.study)
    asked = [
        Player(what, _told(getattr(a, what)), _told(getattr(b, what)), asked=(what,))
        for what in _ASKED
        if _plain(getattr(a, what)) != _plain(getattr(b, what))
    ]
    groups: dict[tuple[str, str, str], list[Difference]] = {}
    settings: list[Player] = []
    for found in _counting(a.study, b.study, chains):
        if found.table == SETTINGS:
            name = found.column.removeprefix(_CHOSEN)
            kind = "variant of " if found.column.startswith(_CHOSEN) else "study.toml "
            settings.append(Player(kind + name, found.a, found.b, (found,)))
        else:
            groups.setdefault((found.table, found.row, found.why), []).append(found)
    rows = [_player(group, names) for group in groups.values()]
    if len(asked) + len(settings) + len(rows) > MOST:
        rows = _together(rows, a.study, b.study)
    return [*asked, *_of_scenario(asked, settings, a, b), *rows]


def _plain(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value


def _told(value: Any) -> str:
    if value is None:
        return "none"
    return str(getattr(value, "title", value))


def _of_scenario(asked: list[Player], settings: list[Player], a: End, b: End) -> list[Player]:
    """Settings without the variants that a scenario chose: they are turned over with it."""
    at = next((i for i, player in enumerate(asked) if player.asked == ("scenario",)), None)
    if at is None:
        return settings
    named = {name for end in (a, b) if end.scenario for name in end.scenario.variants}
    mine = [p for p in settings if {p.before, p.after} & named]
    joined = tuple(d for player in mine for d in player.differences)
    asked[at] = replace(asked[at], differences=joined)
    return [player for player in settings if player not in mine]


def _counting(a: Study, b: Study, chains: Collection[str]) -> Iterable[Difference]:
    """Differences that a stress test of `chains` can notice."""
    if a.digest() == b.digest():
        return
    whole = [d for d in differences(a, b) if d.table == SETTINGS]
    yield from (d for d in whole if d.column.partition(".")[0] not in _SILENT_SETTINGS)
    chosen = {"", *a.selected.values(), *b.selected.values()}
    seen: set[tuple[str, str, str]] = set()
    for chain in chains:
        pair = [study.chain(chain) for study in (a, b) if chain in study.chains]
        if len(pair) < 2:
            continue
        lines: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
        for found in differences(*pair):
            key = (found.table, found.row, found.column)
            if found.table not in TABLES or key in seen or _unread(found):
                continue
            if found.table not in lines:
                lines[found.table] = _lines(found.table, *pair)
            if _idle(found.table, lines[found.table][found.row], chosen):
                continue
            seen.add(key)
            yield found


def _unread(found: Difference) -> bool:
    """Whether no stress test reads the column, whatever the row."""
    return (
        found.table in SILENT_TABLES
        or found.kind == "order"
        or (found.table, found.column) in UNUSED
        or found.column in SILENT_COLUMNS
        or (found.table == "contracts" and found.column == "start")
    )


def _idle(table: str, rows: Sequence[Mapping[str, Any]], chosen: Collection[str]) -> bool:
    """Whether no stress test reads a row: it is of a variant that nobody chose, or an assumption
    that others read."""
    if all(row.get("variant", "") not in chosen for row in rows):
        return True
    return table == "assumptions" and all(row["used_by"] != "engine" for row in rows)


def _lines(table: str, a: Study, b: Study) -> dict[str, list[Mapping[str, Any]]]:
    """Rows of a table in both studies by name."""
    frames = (a.frames[table], b.frames[table])
    found: dict[str, list[Mapping[str, Any]]] = {}
    for frame, names in zip(frames, row_names(table, *frames), strict=True):
        for name, row in zip(names, frame.to_dict("records"), strict=True):
            found.setdefault(name, []).append({str(k): v for k, v in row.items()})
    return found


def _words(study: Study) -> dict[str, str]:
    named: dict[str, str] = {}
    for table in ("facilities", "commodities", "passages", "places"):
        named |= {str(key): str(name) for key, name in study.lookup(table, "name").items()}
    named |= {good: good_of(name) for good, name in study.lookup("commodities", "name").items()}
    lanes = study.table("lanes")
    ends = zip(lanes["id"], lanes["origin"], lanes["destination"], strict=True)
    return named | {lane: f"{named[o]} to {named[d]}" for lane, o, d in ends}


def _player(group: Sequence[Difference], names: Mapping[str, str]) -> Player:
    """The input that a row's cells are, by its main figure."""
    first, table = group[0], group[0].table
    main = MAIN.get(table, "")
    figures = [d for d in group if TABLES[table].by_name.get(d.column, None) is not None]
    figures = [d for d in figures if d.column not in ("low", "high", "confidence")] or figures
    figures.sort(key=lambda d: d.column != main)
    row = _row_in_words(first, names)
    if first.kind in ("added", "removed"):
        there = f"{first.a or first.b} {first.unit}".strip() or "there"
        before, after = ("none", there) if first.kind == "added" else (there, "none")
        title = row if row.startswith(table) else f"{table} {row}"
        return Player(title, before, after, tuple(group))
    columns = " and ".join(d.column.replace("_", " ") for d in figures)
    return Player(f"{row}: {columns}", _cells(figures, "a"), _cells(figures, "b"), tuple(group))


def _row_in_words(found: Difference, names: Mapping[str, str]) -> str:
    """What people call a row: a plant or lane by its name, else the table and its key."""
    cells = found.row.partition("@")[0].split("/")
    told = [names.get(cell, cell) for cell in cells if cell]
    if found.table == "stocks" and len(told) > 1:
        holder = f" ({told[2]})" if len(told) > 2 else ""
        return f"stock of {told[1]} at {told[0]}{holder}"
    named = found.row in names
    return ", ".join(told) if named else f"{found.table} {', '.join(told)}"


def _cells(figures: Sequence[Difference], side: str) -> str:
    """The figures of an input in one of two studies; several with their columns."""
    several = len(figures) > 1
    texts = [f"{getattr(d, side) or 'blank'} {d.unit}".strip() for d in figures]
    pairs = zip(figures, texts, strict=True)
    return ", ".join(f"{d.column} {text}" if several else text for d, text in pairs)


def _together(rows: list[Player], a: Study, b: Study) -> list[Player]:
    """Rows by the overlay that changed them, those of no overlay by table."""
    files = {
        (change.table, change.row, column): change.file
        for study in (a, b)
        for change in study.overlays
        for column in (change.column, *change.follows)
    }
    groups: dict[str, list[Player]] = {}
    for player in rows:
        keys = [(d.table, d.row, d.column) for d in player.differences]
        file = next((files[key] for key in keys if key in files), "")
        groups.setdefault(file or f"table {player.differences[0].table}", []).append(player)
    return [
        members[0]
        if len(members) == 1
        else Player(
            f"{name} ({len(members)} rows)", "as in run A", "as in run B",
            tuple(d for member in members for d in member.differences),
        )
        for name, members in groups.items()
    ]  # fmt: skip


def merged(one: Player, other: Player) -> Player:
    """Two inputs that cannot be told apart, as one."""
    return Player(
        f"{one.name} with {other.name}",
        f"{one.before}; {other.before}",
        f"{one.after}; {other.after}",
        (*one.differences, *other.differences),
        (*one.asked, *other.asked),
    )


def mixed(a: End, b: End, turned: Sequence[Player]) -> End:
    """What is between two runs: as `a`, with the inputs in `turned` as in `b`.

    Raises
    ------
    InputError
        The study between them breaks a rule.
    """
    asked = {name for player in turned for name in player.asked}
    cells = [d for player in turned for d in player.differences]
    return End(
        study=_study(a.study, b.study, cells),
        struck=(b if "scenario" in asked else a).struck,
        **{name: getattr(b if name in asked else a, name) for name in _ASKED},
    )


def _study(a: Study, b: Study, cells: Sequence[Difference]) -> Study:
    """Study `a` with some differences turned over to `b`; sources of both, which no run reads."""
    frames = dict(a.frames)
    by_table: dict[str, list[Difference]] = {}
    for found in cells:
        by_table.setdefault(found.table, []).append(found)
    settings = _settings(a.settings, b.settings, by_table.pop(SETTINGS, []))
    chosen = dict(a.selected)
    for found in cells:
        if found.table == SETTINGS and found.column.startswith(_CHOSEN):
            group = found.column.removeprefix(_CHOSEN)
            chosen[group] = b.selected[group]
    for table, wanted in by_table.items():
        frames[table] = _frame(table, a.frames[table], b.frames[table], wanted)
    sources = pd.concat([a.frames["sources"], b.frames["sources"]])
    frames["sources"] = sources.drop_duplicates("id").reset_index(drop=True)
    found_by_checks = checks.run(frames, settings)
    if found_by_checks.errors:
        raise InputError(found_by_checks.errors, title="a study between the two runs")
    known = {group: name for group, name in chosen.items() if group in settings.variants}
    return replace(a, frames=frames, settings=settings, chosen=known, overlays=(), warnings=())


def _settings(a: Settings, b: Settings, wanted: Sequence[Difference]) -> Settings:
    """Settings `a` with some keys as in `b`."""
    one, other = a.model_dump(), b.model_dump()
    for found in wanted:
        if found.column.startswith(_CHOSEN):
            continue
        *path, last = found.column.split(".")
        inside, source = one, other
        for key in path:
            inside, source = inside.setdefault(key, {}), source.get(key, {})
        if last in source:
            inside[last] = source[last]
        else:
            inside.pop(last, None)
    return type(a).model_validate(one)


def _frame(
    table: str, a: pd.DataFrame, b: pd.DataFrame, wanted: Sequence[Difference]
) -> pd.DataFrame:
    """Table `a` with some cells and rows as in `b`; rows of `b` come last."""
    names_a, names_b = row_names(table, a, b)
    at_a = {name: i for i, name in enumerate(names_a)}
    at_b = {name: i for i, name in enumerate(names_b)}
    result = a.reset_index(drop=True).copy()
    for found in wanted:
        if found.kind == "changed":
            value = b[found.column].iloc[at_b[found.row]]
            # `at` takes tuples as they are; the stubs know only what fits a plain column.
            result.at[at_a[found.row], found.column] = value
    gone = [at_a[found.row] for found in wanted if found.kind == "removed"]
    new = [at_b[found.row] for found in wanted if found.kind == "added"]
    kept = result.drop(index=gone)
    return pd.concat([kept, *([b.iloc[new]] if new else [])], ignore_index=True)
