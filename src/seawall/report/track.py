"""The page of promises: board, each promise with its evidence, contradictions, what may come."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from seawall.errors import UsageError
from seawall.questions.track.reasons import amount
from seawall.questions.track.status import STATUSES
from seawall.report import tables, text, track_charts, track_more, track_words
from seawall.report.html import page
from seawall.report.tables import Cell, Html

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

__all__ = ["FILE", "track_page"]

#: Name of the page in the folder of a run.
FILE = "report.html"
_RULES = (
    ("no evidence", "nothing was published that measures it since it began"),
    ("delivered", "the evidence reaches the target, with its whole interval"),
    ("late", "its deadline has passed, or it is behind the line by more than the evidence's error"),
    ("stalled", "behind the line, or without one, and nothing has moved for two reports"),
    ("moving", "no deadline or no figure was stated, so that nothing says what would be on track"),
    ("on track", "whatever is left"),
)  # fmt: skip


def track_page(result: Any) -> str:
    """Write a board as one HTML page that loads nothing.

    Raises
    ------
    UsageError
        The answer is of another question.
    """
    if result.question != "track" or "pledges" not in result.tables:
        raise UsageError(f'an answer to "{result.question}" has no board of promises')
    made = result.tables
    sections = [
        ("board", "The board", _board(made["sectors"])),
        ("promises", "Each promise and its evidence", _promises(made)),
        ("contradictions", "Where sources disagree",
         track_more.contradictions(made, _sources(result))),
        ("forecasts", "What may come", track_more.forecasts(made)),
        ("timeline", "What happened, and what is due",
         track_more.timeline(made["timeline"], result.summary()["as_of"])),
        ("changes", "What has changed", track_more.changes(made, result.summary())),
        ("claims", "What sources say", track_more.claims(made["claims"])),
        ("rules", "How this is judged", _rules()),
    ]  # fmt: skip
    shown = [section for section in sections if section[2]]
    links = "".join(f'<li><a href="#{key}">{escape(title)}</a></li>' for key, title, _ in shown)
    body = [
        _header(result), f'<nav><ul class="contents">{links}</ul></nav>',
        *(f'<section id="{key}"><h2>{escape(title)}</h2>{inside}</section>'
          for key, title, inside in shown),
    ]  # fmt: skip
    return page("Promises, and who says so", "", "".join(body))


def _sources(result: Any) -> dict[str, tuple[str, str]]:
    """Title and address of each source, by id."""
    if not result.study:
        return {}
    table = result.study.table("sources")
    told = zip(table["title"], table["url"], strict=True)
    return dict(zip(table["id"], told, strict=True))


def _header(result: Any) -> str:
    first, *rest = track_words.told(result)
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in rest)
    figures = result.summary()
    study = result.study.settings.title if result.study else ""
    return (
        f'<header id="headline"><p class="kicker">Seawall: promises · {escape(study)} · as known '
        f"on {escape(figures['as_of'])}</p><h1>Are the promises being kept?</h1>"
        f'<p class="answer">{escape(first)}</p><ol>{items}</ol></header>'
    )


def _board(sectors: pd.DataFrame) -> str:
    most = int(sectors["pledges"].max())
    rows: list[list[Cell]] = [
        [
            text.capital(str(row["sector"])),
            Html(track_charts.status_bar([int(row[name]) for name in STATUSES], most)),
            *(_count(row[name]) for name in ("pledges", *STATUSES, "stale")),
        ]
        for row in sectors.to_dict("records")
    ]
    totals = [int(sectors[name].sum()) for name in ("pledges", *STATUSES, "stale")]
    rows.append(["All", "", *(_count(total) for total in totals)])
    return track_charts.status_key() + tables.html_table(
        ["sector", "", "promises", *STATUSES, "stale"], rows,
        caption="Promises by sector and status", numbers=range(2, len(STATUSES) + 4),
        note="Stale: the newest evidence speaks of a day more than one report ago, or there is "
        "none. Every sector that a source names is here.",
    )  # fmt: skip


def _count(value: Any) -> str:
    return str(int(value)) if value else "·"


def _promises(made: dict[str, pd.DataFrame]) -> str:
    """Promises by sector, each with what it rests on."""
    pledges = made["pledges"]
    order = {name: n for n, name in enumerate(("late", "stalled", "on track", "moving",
                                               "delivered", "no evidence"))}  # fmt: skip
    parts = []
    for sector in made["sectors"]["sector"]:
        rows = pledges[pledges["sector"] == sector]
        rows = rows.iloc[rows["status"].map(order).argsort(kind="stable")]
        told = text.join([
            f"{count} {name}" for name in order if (count := int((rows["status"] == name).sum()))
        ])  # fmt: skip
        inside = "".join(_promise(row, made) for row in _rows(rows))
        parts.append(f"<h3>{escape(text.capital(str(sector)))}: {escape(told)}</h3>{inside}")
    return "".join(parts)


def _promise(row: Any, made: dict[str, pd.DataFrame]) -> str:
    """A promise in a line, and behind it steps and evidence."""
    chance = (
        "" if row.probability != row.probability
        else f" Probability {track_words.chance(row.probability)} by {row.forecast_by}."
    )  # fmt: skip
    head = (
        f"<b>{escape(row.status)}</b> · {escape(text.capital(str(row.what)))} "
        f'<span class="grade">{escape(row.id)}</span>'
    )
    inside = [f"<p>{escape(text.capital(row.why))}.{escape(chance)}</p>"]
    inside += [part for part in (_indicators(row.id, made), _steps(row.id, made),
                                 _evidence(row.id, made)) if part]  # fmt: skip
    return f"<details><summary>{head}</summary>{''.join(inside)}</details>"


def _of(name: str, pledge: str, made: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return made[name][made[name]["pledge"] == pledge]


def _indicators(pledge: str, made: dict[str, pd.DataFrame]) -> str:
    rows: list[list[Cell]] = [
        [
            row.what, figure(row.baseline, row.unit), figure(row.target, row.unit),
            figure(row.actual, row.unit), row.as_of, row.deadline or "none stated", row.status,
        ]
        for row in _rows(_of("indicators", pledge, made))
    ]  # fmt: skip
    if not rows:
        return ""
    head = ["what would show it", "at the start", "target", "shown", "as of", "by", "status"]
    return tables.html_table(head, rows, caption="Indicators")


def _steps(pledge: str, made: dict[str, pd.DataFrame]) -> str:
    rows: list[list[Cell]] = [
        [row.what, row.due_on or "none stated", f"done, {row.since}" if row.done else "not shown"]
        for row in _rows(_of("milestones", pledge, made))
    ]
    return tables.html_table(["step", "due", "state"], rows, caption="Steps") if rows else ""


def _evidence(pledge: str, made: dict[str, pd.DataFrame]) -> str:
    what = dict(zip(made["milestones"]["id"], made["milestones"]["what"], strict=True))
    what |= dict(zip(made["indicators"]["indicator"], made["indicators"]["what"], strict=True))
    rows: list[list[Cell]] = []
    for row in _rows(_of("evidence", pledge, made)):
        counts = "" if row.counts != row.counts else f"{row.counts:.0%}".replace("%", " %")
        reviewed = row.reviewed_by or (f"recorded by {row.who}" if row.who else "nobody")
        rows.append([
            what.get(row.indicator or row.milestone, ""), _period(row),
            figure(row.value, row.counted_in), row.instrument, counts,
            source(row.publisher, row.title, row.url), row.confidence, reviewed,
        ])  # fmt: skip
    if not rows:
        return ""
    head = ["shows", "of", "figure", "sort", "counts", "source", "evidence", "reviewed by"]
    return tables.html_table(
        head, rows, caption="Evidence, the oldest first", numbers=(4,),
        note="Counts: the share of the figure that is part of what is shown; a day counts once.",
    )  # fmt: skip


def _period(row: Any) -> str:
    if row.begins and row.begins != row.ends:
        return f"{row.begins} to {row.ends}"
    return str(row.ends or row.date)


def figure(value: float, unit: str) -> str:
    """A figure with its unit; blank where there is none, a share of steps in per cent."""
    if value != value:
        return ""
    return f"{amount(value)} {unit}" if unit else text.pct(value)


def source(publisher: str, title: str, url: str) -> Html:
    """A source by its publisher and title, with its address."""
    name = title if title.casefold().startswith(publisher.casefold()) else f"{publisher}: {title}"
    return track_more.linked(name, url)


def _rules() -> str:
    items = "".join(f"<li><b>{escape(name)}</b>: {escape(what)}</li>" for name, what in _RULES)
    return (
        '<p class="about">The first rule that fits decides; nobody types a status in. The line '
        "runs straight from the start to the target on the deadline.</p>"
        f"<ol>{items}</ol><ul>"
        "<li>Days of publication are not known for all series: there the end of their period "
        "stands for it, so that no past day shows what it could not know.</li>"
        "<li>What would show a promise delivered is our reading where the promise does not state "
        "it; such targets are marked as assumptions in the table of indicators.</li>"
        "<li>That nobody has shown anything does not mean that nothing was done.</li></ul>"
    )


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return frame.itertuples(index=False)
