"""One line about a kept run: what a list shows without opening its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seawall.errors import IntegrityError, UsageError
from seawall.runs import store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEPT, DAMAGED = "kept", "damaged"
#: Of several responses the first of these speaks for a stress test.
_SPEAKS = ("market", "pact", "foresight", "frozen")


@dataclass(frozen=True)
class Entry:
    """One run of a shelf.

    Attributes
    ----------
    id
        Name of its folder.
    created
        When it was computed, ISO time in UTC; blank if it is damaged.
    question, study, base, scenario, title, responses, headline
        What was asked of what, and the answer in a few words; blank where it has none. `base` is
        the digest of the study without chosen variants.
    status
        "kept", or "damaged" with what is wrong.
    touched
        When it was last computed or asked for [ns], from the file system.
    size
        Length of run.json [bytes].
    """

    id: str
    created: str
    question: str
    study: str
    base: str
    scenario: str
    title: str
    responses: str
    headline: str
    status: str
    touched: int
    size: int


def entry_of(folder: Path) -> Entry:
    """The entry of a run's folder; its tables are not read."""
    touched, size = stamp(folder)
    try:
        record = store.record(folder)
        if record["run"]["short_id"] != folder.name:
            raise IntegrityError(
                f"{folder} holds the run {record['run']['short_id']}: it has been renamed"
            )
    except (IntegrityError, UsageError) as error:
        blank = ("",) * 8
        return Entry(folder.name, *blank, f"{DAMAGED}: {error}", touched, size)
    run, summary = record["run"], record["summary"]
    scenario = run["scenario"] if isinstance(run["scenario"], dict) else {}
    return Entry(
        id=folder.name,
        created=str(record["created"]),
        question=str(run["question"]),
        study=str(record["study"].get("name", "")),
        base=str(record["study"].get("base", "")),
        scenario=str(scenario.get("name", "")),
        title=str(scenario.get("title") or summary.get("title") or ""),
        responses=", ".join(str(name) for name in run["options"].get("responses", ())),
        headline=headline(str(run["question"]), summary),
        status=KEPT,
        touched=touched,
        size=size,
    )


def stamp(folder: Path) -> tuple[int, int]:
    """When run.json was last touched [ns] and how long it is; zeros if it is not there."""
    try:
        found = (folder / store.RECORD).stat()
    except OSError:
        return 0, 0  # told as damaged by who reads it
    return found.st_mtime_ns, found.st_size


def headline(question: str, summary: Mapping[str, Any]) -> str:
    """The answer in a few words; blank where there is none to be had."""
    units = summary.get("units") or {}
    if question == "stress":
        by = summary.get("responses") or {}
        name = next((name for name in _SPEAKS if (by.get(name) or {}).get("loss") is not None), "")
        return f"{name}: loss {_short(by[name]['loss'])} {units.get('loss', '')}" if name else ""
    if question == "sweep":
        return f"worst of {summary.get('failures')}: {summary.get('worst') or 'none hurts'}"
    if question == "exposure":
        return f"{summary.get('flags')} flags"
    if question == "worth":
        gains = (summary.get("balance") or {}).items()
        told = ", ".join(f"{member} {_short(gain)}" for member, gain in gains)
        return f"{told} {units.get('balance', '')}"
    if question == "site":
        worst = max((summary.get("gap") or {}).values(), default=None)
        what = "hubs" if "hubs" in summary else "plants"
        return f"{summary.get(what)} {what}, gap {worst:.2%}" if worst is not None else ""
    if question == "track":
        return _tracked(summary)
    return ""


def _tracked(summary: Mapping[str, Any]) -> str:
    """Of a board how much is known; of a slip what it costs where it costs most."""
    if "status" in summary:
        late, nothing = (summary["status"].get(name) for name in ("late", "no evidence"))
        return f"{summary['pledges']} pledges: {nothing} without evidence, {late} late"
    worst = summary.get("worst") or {}
    told = f"{summary.get('pledge')} {summary.get('late')} years late"
    if not worst:
        return f"{told}: nothing changes"
    days = _short(worst["days_more"])
    return f"{told}: {days} days' need of {worst['commodity']} in {worst['place']}"


def _short(value: float) -> str:
    """Three digits: 12345.6 is 12,300."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:g}"
