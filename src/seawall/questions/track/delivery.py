"""The study with a pledge delivered, and without: what table `deliveries` says that it changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import InputError, UnknownName, UsageError
from seawall.questions.track.days import first_days, text_of
from seawall.study import checks
from seawall.study.keys import row_key
from seawall.study.track_records import DELIVERY_TABLES, VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from seawall.study import Study

__all__ = ["Delivery", "delivery_of"]


@dataclass(frozen=True)
class Delivery:
    """A pledge as it acts on the network.

    Attributes
    ----------
    pledge, what
        Its id and what was promised.
    kept, late
        The study with what it adds, and without.
    planned
        The day by which it should act, ISO 8601; blank where none was stated.
    chains
        Chains of goods that it changes.
    why
        Why the pledge means these changes, one sentence each.
    """

    pledge: str
    what: str
    kept: Study
    late: Study
    planned: str
    chains: tuple[str, ...]
    why: tuple[str, ...]


def delivery_of(study: Study, pledge: str) -> Delivery:
    """Both studies of a pledge.

    A figure changes by `after` less `before`, so that it may be otherwise in this study than it was
    when the pledge was linked.  Of a variant, the study without it has the first of its group.

    Raises
    ------
    UnknownName
        There is no such pledge.
    UsageError
        No table says what the pledge changes, or the study without it would be the same.
    InputError
        The changed study breaks a rule.
    """
    pledges = study.table("pledges").set_index("id")
    linked = study.table("deliveries")
    if pledge not in pledges.index:
        raise UnknownName("pledge", pledge, pledges.index)
    rows = linked[linked["pledge"] == pledge]
    if rows.empty:
        known = ", ".join(linked["pledge"].unique()) or "none"
        raise UsageError(
            f"deliveries.csv does not say what {pledge} changes in the network, so that a slip "
            f"cannot be reckoned; it does for: {known}"
        )
    late, kept = _variants(study, rows)
    kept = _figures(kept, rows[rows["table"] != VARIANTS])
    planned = [day for day in first_days(rows["planned"]) if not np.isnat(day)]
    return Delivery(
        pledge=pledge, what=str(pledges["what"][pledge]), kept=kept, late=late,
        planned=text_of(min(planned)) if planned else "", chains=_changed(late, kept),
        why=tuple(dict.fromkeys(rows["why"])),
    )  # fmt: skip


def _variants(study: Study, rows: pd.DataFrame) -> tuple[Study, Study]:
    """The study without and with the variants of the pledge."""
    late, kept = study, study
    for name in rows.loc[rows["table"] == VARIANTS, "name"]:
        group = study.settings.group_of(name)
        assert group is not None  # checked when the study was read
        kept = kept.variant(name)
        if study.selected[group] == name:
            late = late.variant(study.settings.variants[group][0])
        if late.selected[group] == name:
            raise UsageError(
                f'"{name}" is the first variant of {group}: there is nothing that the study is '
                "without it"
            )
    return late, kept


def _figures(study: Study, rows: pd.DataFrame) -> Study:
    """The study with figures changed."""
    frames = dict(study.frames)
    each: Iterator[Any] = rows.itertuples(index=False)
    for row in each:
        frame = frames[row.table]
        hit = [row_key(row.table, one) == row.name for _, one in frame.iterrows()]
        frame = frame.copy()
        frame.loc[hit, row.column] += row.after - row.before
        frames[row.table] = frame
    if rows.empty:
        return study
    found = checks.run(frames, study.settings)
    if found.errors:
        raise InputError(found.errors, title="the study with the pledge delivered")
    return replace(study, frames=frames)


def _changed(late: Study, kept: Study) -> tuple[str, ...]:
    """Chains of goods of which a row differs between the two studies."""
    tables = [name for name in DELIVERY_TABLES if name != VARIANTS]
    found = []
    for chain in late.chains:
        one, other = late.chain(chain), kept.chain(chain)
        if any(not _rows(one, name).equals(_rows(other, name)) for name in tables):
            found.append(chain)
    return tuple(found)


def _rows(study: Study, table: str) -> pd.DataFrame:
    return study.table(table).drop(columns="row")
