"""The frozen, validated study."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from seawall.errors import UnknownName, UsageError
from seawall.study.cells import format_column
from seawall.study.chains import chains_of, part
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from seawall.errors import Problem
    from seawall.study.overlay_file import Change
    from seawall.study.settings import Settings

__all__ = ["Study"]


@dataclass(frozen=True, eq=False)
class Study:
    """Everything needed to ask the questions: checked tables and settings, never changed.

    Frames are handed out as copies, so that nothing a caller does reaches the study. Their
    columns are those of `records.TABLES` in that order, and `row`, the line in the file (int64).
    Numbers are float64 in the units of their row, NaN where absent; text, ids, choices, units and
    dates are str, "" where absent; `lanes.passages` holds tuples of (passage, days), () if none.
    A blank cell of a column with a default holds the default.

    Attributes
    ----------
    name
        Name of the built-in study or of the folder.
    folder
        Where it was read from; None if it was made in memory.
    settings
        The content of study.toml.
    frames
        All rows of all variants by table; use `tables` or `table()`.
    scenario_texts
        The text of each scenario file by name, as it was when the study was read.
    protocol_text
        The text of protocol.toml, "" if there is none; `study_protocol` reads it.
    draft_texts
        The text of each other draft of the protocol (`protocols/*.toml`) by name.
    warnings
        What is odd but allowed.
    chosen
        The chosen variant of each group that is not at its default.
    overlays
        What overlays changed, cell by cell: the frames hold it already.
    """

    name: str
    folder: Path | None
    settings: Settings
    frames: Mapping[str, pd.DataFrame] = field(repr=False)
    scenario_texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    protocol_text: str = field(default="", repr=False)
    draft_texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    warnings: tuple[Problem, ...] = field(default=(), repr=False)
    chosen: Mapping[str, str] = field(default_factory=dict)
    overlays: tuple[Change, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for name in ("frames", "scenario_texts", "draft_texts", "chosen"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as plain dicts: a mapping proxy cannot be sent to a worker process."""
        kept = {f.name: getattr(self, f.name) for f in fields(self)}
        plain = {k: dict(v) if isinstance(v, MappingProxyType) else v for k, v in kept.items()}
        return _restored, (plain,)

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """All tables with the rows of all variants."""
        return MappingProxyType({name: frame.copy() for name, frame in self.frames.items()})

    @property
    def selected(self) -> Mapping[str, str]:
        """The variant that counts, by group."""
        default = {group: names[0] for group, names in self.settings.variants.items()}
        return MappingProxyType(default | dict(self.chosen))

    def table(self, name: str) -> pd.DataFrame:
        """Return a table with only the rows of the selected variants, numbered from 0.

        Raises
        ------
        UnknownName
            No table has that name. A table without a file is empty, not unknown.
        """
        if name not in self.frames:
            raise UnknownName("table", name, self.frames)
        frame = self.frames[name]
        if "variant" in frame:
            frame = frame[frame["variant"].isin(["", *self.selected.values()])]
        return frame.reset_index(drop=True).copy()

    def rows(self, name: str) -> Iterator[Any]:
        """Yield the rows of `table(name)` as named tuples, a field a column."""
        return self.table(name).itertuples(index=False)

    def lookup(self, name: str, column: str) -> dict[str, Any]:
        """Return `column` of `table(name)` by the id of the row."""
        table = self.table(name)
        return dict(zip(table["id"], table[column], strict=True))

    def variant(self, *names: str) -> Study:
        """Return the study with other variants selected; groups not named stay as they are.

        Raises
        ------
        UnknownName
            No group has a variant of that name.
        UsageError
            Two names are of the same group.
        """
        chosen: dict[str, str] = {}
        for name in names:
            group = self.settings.group_of(name)
            if group is None:
                raise UnknownName("variant", name, self.settings.variant_names())
            if chosen.get(group, name) != name:
                raise UsageError(
                    f'variants "{chosen[group]}" and "{name}" are alternatives of "{group}"'
                )
            chosen[group] = name
        if chosen.items() <= self.chosen.items():
            return self
        key = tuple(sorted(chosen.items()))
        if key not in self._variants:
            self._variants[key] = replace(self, chosen=dict(self.chosen) | chosen)
        return self._variants[key]

    @cached_property
    def _variants(self) -> dict[tuple[tuple[str, str], ...], Study]:
        """Variants that were asked for; what each works out of itself is worked out once."""
        return {}

    @property
    def chains(self) -> tuple[str, ...]:
        """Names of the chains of goods; a study whose commodities name none has one, ""."""
        return chains_of(self)

    def chain(self, name: str) -> Study:
        """Return the study of one chain of goods: its rows and its calendar.

        Raises
        ------
        UnknownName
            No commodity is of that chain.
        """
        if name not in self._parts:
            self._parts[name] = part(self, name)
        return self._parts[name]

    @cached_property
    def _parts(self) -> dict[str, Study]:
        """Chains that were asked for; each is taken out of the tables once."""
        return {}

    def scenarios(self) -> tuple[str, ...]:
        """Return the names of the study's scenarios, sorted."""
        return tuple(sorted(self.scenario_texts))

    def scenario_path(self, name: str) -> Path:
        """Return the file of a scenario.

        Raises
        ------
        UnknownName
            The study has no scenario of that name, or was not read from a folder.
        """
        if name not in self.scenario_texts or self.folder is None:
            raise UnknownName("scenario", name, self.scenario_texts if self.folder else ())
        return self.folder / "scenarios" / f"{name}.toml"

    def digest(self) -> str:
        """Return the SHA-256 of settings, selected variants and all rows, as hexadecimal.

        Two studies with the same digest answer every question alike: folder, line numbers and the
        order of columns do not count, the order of rows does. Scenarios and protocols have their
        own identity.
        """
        return self._digest

    @cached_property
    def _digest(self) -> str:
        canonical = {
            "settings": self.settings.model_dump(mode="json"),
            "selected": dict(sorted(self.selected.items())),
            "tables": {name: self._cells(name) for name in TABLES if not self.frames[name].empty},
        }
        text = json.dumps(canonical, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def _cells(self, table: str) -> dict[str, list[str]]:
        """Return the columns of a table as the text that a file would hold."""
        frame = self.frames[table]
        return {
            column.name: format_column(column, frame[column.name])
            for column in TABLES[table].columns
        }


def _restored(kept: dict[str, Any]) -> Study:
    """The study that was pickled."""
    return Study(**kept)
