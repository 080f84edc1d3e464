"""Charts of a stress run: when, by response, from where, and what would move the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.report import phrases, text, views
from seawall.report.brief import answer as answers
from seawall.report.brief.note import Chart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.report.brief.cells import Cell, Reading
    from seawall.report.brief.changes import Mover
    from seawall.report.brief.words import Words

Series = tuple[str, tuple[float | None, ...]]
_MOST_LINES = 4
_MOST_PERIODS = 60
_FEWEST_PERIODS = 8
_WEEKS_OF_GRIDS = 26
_MOST_BARS = 8
_MOST_MOVERS = 6
#: Two responses read the same where their shares differ by no more.
_SAME = 1e-6
_YEAR = 365.0


def label(words: Words, cell: Cell) -> str:
    """A cell as a label: place and good."""
    return words.say("name.cell", place=words.place(cell.place), good=words.good(cell.good))


def when(reading: Reading, words: Words) -> Chart:
    """What is not served over time; days of stock, or margins of grids, where all is served."""
    if not reading.short:
        return _margins(reading, words) if _grid_story(reading) else _covers(reading, words)
    note = words.say("chart.source", table="timeline", run=reading.stored.run["short_id"])
    if len(reading.short) == 1:
        cell = reading.short[0]
        frame = reading.unserved(cell)
        lines = _merged(words, frame, list(cell.outcomes))
        title = words.say("chart.when", place=words.place(cell.place), good=words.good(cell.good))
    else:
        lines = {}
        for cell in reading.short[:_MOST_LINES]:
            frame = reading.unserved(cell)
            rows = frame[frame["response"] == reading.central]
            rows = rows if len(rows) else frame[frame["response"] == cell.central]
            lines[label(words, cell)] = rows.set_index("period_start")["share"]
        title = words.say("chart.when_many", response=words.say(f"if.{reading.central}"))
    table = _trimmed(pd.DataFrame(lines).fillna(0.0))
    peak_series = str(table.max().idxmax())
    peak_date = table[peak_series].idxmax()
    return Chart(
        kind="line",
        title=words.figures.sentence(title),
        alt=words.say(
            "chart.when_alt",
            peak=words.figures.share(float(table[peak_series].max())),
            series=peak_series,
            date=words.figures.date(peak_date),
        ),
        unit=words.say("chart.when_axis"),
        categories=tuple(words.figures.date(date) for date in table.index),
        dates=tuple(date.date() for date in table.index),
        series=_series(table),
        note=note,
        share=True,
    )


def _merged(
    words: Words, frame: pd.DataFrame, responses: Sequence[str]
) -> dict[str, pd.Series[float]]:
    """A line a response; responses that read the same share a line and its name."""
    found: list[tuple[list[str], pd.Series[float]]] = []
    for name in responses:
        line = frame[frame["response"] == name].set_index("period_start")["share"]
        twin = next((names for names, other in found if _alike(line, other)), None)
        if twin is None:
            found.append(([name], line))
        else:
            twin.append(name)
    return {" / ".join(words.say(f"response.{n}") for n in names): line for names, line in found}


def _alike(one: pd.Series[float], other: pd.Series[float]) -> bool:
    return len(one) == len(other) and bool(((one - other).abs() <= _SAME).all())


def _trimmed(table: pd.DataFrame) -> pd.DataFrame:
    """Up to a little after the last period in which anything moves; every nth of a long run."""
    ordered = table.sort_index()
    moving = ((ordered - ordered.iloc[-1]).abs() > _SAME).any(axis=1).to_numpy().nonzero()[0]
    last = int(moving[-1]) + 3 if len(moving) else _FEWEST_PERIODS
    cut = ordered.iloc[: max(last, _FEWEST_PERIODS)]
    step = -(-len(cut) // _MOST_PERIODS)
    if step == 1:
        return cut
    # The worst of each stretch is shown: a mean would hide the week that hurts.
    worst = cut.groupby(np.arange(len(cut)) // step).max()
    worst.index = cut.index[::step]
    return worst


def _series(table: pd.DataFrame) -> tuple[Series, ...]:
    return tuple(
        (str(name), tuple(None if pd.isna(v) else round(float(v), 6) for v in table[name]))
        for name in table.columns
    )


def _covers(reading: Reading, words: Words) -> Chart:
    """Days of stock of the headline cells whose stocks fall most."""
    found = answers.falls(reading)
    if found:
        # Weeks and months don't share an axis.
        step = reading.settings(found[0].cell.chain).period_days
        found = [f for f in found if reading.settings(f.cell.chain).period_days == step]
    found = found[:_MOST_LINES]
    response = found[0].response if found else reading.central
    lines = {
        label(words, fall.cell): fall.rows.set_index("period_start")["cover"] for fall in found
    }
    table = pd.DataFrame(lines)
    if table.empty:
        return _losses(reading, words)
    # Lowest of a stretch is what matters, so signs are turned for the thinning and back.
    table = -_trimmed(-table)
    low_series = str(table.min().idxmin())
    low_date = table[low_series].idxmin()
    return Chart(
        kind="line",
        title=words.say("chart.cover", response=words.say(f"if.{response}")),
        alt=words.say(
            "chart.cover_alt",
            low=words.figures.days(float(table[low_series].min())),
            series=low_series,
            date=words.figures.date(low_date),
        ),
        unit=words.say("chart.cover_axis"),
        categories=tuple(words.figures.date(date) for date in table.index),
        dates=tuple(date.date() for date in table.index),
        series=_series(table),
        note=words.say("chart.source", table="timeline", run=reading.stored.run["short_id"]),
    )


def _grid_story(reading: Reading) -> bool:
    """Whether the scenario is about a power grid, or comes near a cut of one."""
    grids = reading.table("grids")
    if grids.empty:
        return False
    low = views.figures(grids, "reserve_margin_low").min()
    return phrases.cut(grids) > 0.0 or bool(low < phrases.ALERT)


def _margins(reading: Reading, words: Words) -> Chart:
    """Reserve margins by week."""
    frame = reading.table("grid_weeks")
    rows = frame[frame["response"] == reading.central]
    lines = {
        words.place(grid): pd.Series(
            views.figures(here, "reserve_margin").to_numpy(),
            index=pd.to_datetime(here["period_start"]),
        )
        for grid, here in rows.groupby("grid", sort=False)
    }
    # An alert is a matter of weeks, however far the run looks ahead.
    table = pd.DataFrame(lines).sort_index().iloc[:_WEEKS_OF_GRIDS]
    low_series = str(table.min().idxmin())
    low_date = table[low_series].idxmin()
    return Chart(
        kind="line",
        title=words.say("chart.margin", response=words.say(f"if.{reading.central}")),
        alt=words.say(
            "chart.margin_alt",
            low=words.figures.share(float(table[low_series].min())),
            series=low_series,
            date=words.figures.date(low_date),
        ),
        unit=words.say("chart.margin_axis"),
        categories=tuple(words.figures.date(date) for date in table.index),
        dates=tuple(date.date() for date in table.index),
        series=_series(table),
        note=words.say("chart.source", table="grid_weeks", run=reading.stored.run["short_id"]),
        share=True,
    )


def bracket(reading: Reading, words: Words) -> Chart:
    """Responses side by side; what all lose where nobody is short."""
    if not reading.short:
        return _losses(reading, words)
    cells = reading.short[:_MOST_BARS]
    series = tuple(
        (
            words.say(f"response.{name}"),
            tuple(
                round(cell.outcomes[name].share, 6) if name in cell.outcomes else None
                for cell in cells
            ),
        )
        for name in reading.responses
    )
    peak, cell, name = max(
        ((outcome.share, cell, name) for cell in cells for name, outcome in cell.outcomes.items()),
        key=lambda item: item[0],
    )
    return Chart(
        kind="bar",
        title=words.sentence("chart.bracket", span=answers.span(reading, words, cells[0])),
        alt=words.say(
            "chart.bracket_alt",
            peak=words.figures.share(peak),
            series=words.say(f"response.{name}"),
            category=label(words, cell),
        ),
        unit=words.say("chart.bracket_axis"),
        categories=tuple(label(words, cell) for cell in cells),
        series=series,
        note=words.say("chart.source", table="indicators", run=reading.stored.run["short_id"]),
        share=True,
    )


def _losses(reading: Reading, words: Words) -> Chart:
    currency = reading.study.settings.currency
    losses = {name: reading.loss(name) or 0.0 for name in reading.responses}
    # What a solver leaves of nothing is not drawn.
    losses = {name: 0.0 if abs(loss) < 0.05 else loss for name, loss in losses.items()}
    largest = max(losses, key=lambda name: abs(losses[name]))
    return Chart(
        kind="bar",
        title=words.say("chart.loss"),
        alt=words.say(
            "chart.loss_alt",
            peak=words.figures.money(losses[largest], currency),
            category=words.say(f"response.{largest}"),
        ),
        unit=words.say("chart.loss_axis", currency=words.figures.currency(currency)),
        categories=tuple(words.say(f"response.{name}") for name in losses),
        series=((words.say("chart.loss_series"), tuple(round(v, 3) for v in losses.values())),),
        note=words.say("chart.source", table="run.json", run=reading.stored.run["short_id"]),
    )


def origin(reading: Reading, words: Words) -> Chart:
    """Where the first cell's good is shipped from: usually, and during the event."""
    cell = answers.focus(reading)
    country = views.country_of(reading.study)
    lanes = _inward(reading, cell, country)
    good = str(lanes["commodity"].iloc[0]) if len(lanes) else cell.good
    name = cell.central
    shipped = _during(reading, cell, name, lanes)
    table = pd.DataFrame({"usual": lanes.groupby("land")["quantity"].sum(), "during": shipped})
    table = table.fillna(0.0).sort_values("usual", ascending=False)
    table = table[(table > 1e-3 * table.to_numpy().max()).any(axis=1)].head(_MOST_BARS)
    unit = words.study.lookup("commodities", "unit").get(good, cell.unit)
    factor, unit_words = words.figures.scaled(float(table.to_numpy().max(initial=0.0)), unit)
    names = tuple(words.place(land) for land in table.index)
    series: tuple[Series, ...] = (
        (words.say("chart.origin_usual"), tuple(round(v * factor, 4) for v in table["usual"])),
    )
    if reading.scenario is not None:
        during = words.say("chart.origin_during", response=words.say(f"if.{name}"))
        series += ((during, tuple(round(v * factor, 4) for v in table["during"])),)
    return Chart(
        kind="bar",
        title=words.sentence("chart.origin", good=words.good(good), place=words.place(cell.place)),
        alt=words.say("chart.origin_alt", category=names[0] if names else text.NOTHING),
        unit=words.say("chart.origin_axis", unit=unit_words),
        categories=names or (words.say("chart.origin_own"),),
        series=series if names else ((words.say("chart.origin_usual"), (0.0,)),),
        note=words.say("chart.source_origin", run=reading.stored.run["short_id"]),
    )


def _inward(reading: Reading, cell: Cell, country: Mapping[str, str]) -> pd.DataFrame:
    """Lanes from abroad that bring a cell its good, or what its good is made of where the good
    itself is not shipped: lane, land of origin, commodity, quantity a year."""
    frame = reading.table("base_flows")
    to = frame["destination"].astype(str).map(lambda p: country.get(p, p))
    land = frame["origin"].astype(str).map(lambda p: country.get(p, p))
    frame = frame.assign(land=land, quantity=views.figures(frame, "quantity"))
    frame = frame[(to == cell.place) & (land != cell.place)]
    chain = reading.study.lookup("commodities", "chain")
    for wanted in (
        frame["commodity"] == cell.good,
        frame["commodity"].map(chain) == cell.chain,
    ):
        found = frame[wanted]
        if float(found["quantity"].sum()) > 0.0:
            largest = found.groupby("commodity")["quantity"].sum().idxmax()
            return found[found["commodity"] == largest]
    return frame.iloc[:0]


def _during(reading: Reading, cell: Cell, response: str, lanes: pd.DataFrame) -> pd.Series[float]:
    """Departures a year's rate while the event lasts, by land of origin."""
    flows = reading.table("flows")
    first, last = reading.event
    step = float(reading.settings(cell.chain).period_days)
    periods = max(1, round((last - first) / step))
    land = dict(zip(lanes["lane"].astype(str), lanes["land"], strict=True))
    rows = flows[(flows["response"] == response) & flows["lane"].isin(land)]
    dates = pd.to_datetime(rows["period_start"])
    rows = rows[dates < dates.min() + pd.Timedelta(days=periods * step)]
    rate = views.figures(rows, "quantity") * _YEAR / (periods * step)
    return rate.groupby(rows["lane"].astype(str).map(land)).sum()


def moves(reading: Reading, words: Words, movers: Sequence[Mover]) -> Chart | None:
    """What would move the answer: the tornado of a run with draws, else capacities."""
    if not movers:
        return None
    shown = movers[:_MOST_MOVERS]
    currency = reading.study.settings.currency
    if shown[0].low is not None:
        cell = answers.focus(reading)
        largest = max(abs(m.high or 0.0) for m in shown)
        factor, unit = words.figures.scaled(largest, cell.unit)
        return Chart(
            kind="bar",
            title=words.sentence("chart.tornado", figure=label(words, cell)),
            alt=words.say("chart.tornado_alt", category=shown[0].name),
            unit=words.say("chart.tornado_axis", unit=unit),
            categories=tuple(m.name for m in shown),
            series=(
                (words.say("chart.tornado_low"), _scaled([m.low for m in shown], factor)),
                (words.say("chart.tornado_high"), _scaled([m.high for m in shown], factor)),
            ),
            note=words.say("chart.source", table="tornado", run=reading.stored.run["short_id"]),
        )
    large = max(m.saving for m in shown) >= 1.0
    return Chart(
        kind="bar",
        title=words.sentence("chart.moves", unit=shown[0].unit),
        alt=words.say("chart.moves_alt", category=shown[0].name),
        unit=words.say("chart.moves_axis_million" if large else "chart.moves_axis",
                       currency=words.figures.currency(currency)),
        categories=tuple(m.name for m in shown),
        series=((words.say("chart.moves_series"),
                 _scaled([m.saving for m in shown], 1.0 if large else 1e3)),),
        note=words.say("chart.source", table="marginals", run=reading.stored.run["short_id"]),
    )  # fmt: skip


def _scaled(values: Sequence[float | None], factor: float) -> tuple[float | None, ...]:
    return tuple(None if v is None else round(v * factor, 4) for v in values)
