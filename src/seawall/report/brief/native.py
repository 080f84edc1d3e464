"""Native charts: drawn by Word and PowerPoint from figures in a workbook inside the file, so that
whoever gets the brief can change colours, labels and numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pptx.chart.chart import Chart as PptxChart
    from pptx.chart.data import CategoryChartData

    from seawall.report.brief.note import Chart

#: Distinct in grey too: dark, orange, light, middle.
COLOURS = ("1F3A5F", "D9822B", "8FB3D9", "5B7F5B", "A05A78", "C8B560", "6E6E6E", "B0B0B0")
LATIN = "Arial"
EAST_ASIAN = "Yu Gothic"
#: A label of the workbook in a chart that begins so would be run as a formula.
_FORMULA = re.compile(r"^(?=[=+\-@\t\r])")
_MOST_LABELS = 12
#: A share from which the axis goes up to the whole.
_NEARLY_ALL = 0.8
#: Formats of an axis of time: within a year, and over years.
_DATES = {"en": ("d mmm", "mmm yy"), "ja": ("m/d", "yyyy/m")}
_DAYS_SHOWN = 100


def safe(label: str) -> str:
    """A label that no spreadsheet takes for a formula."""
    return _FORMULA.sub("'", label)


def data_of(chart: Chart) -> CategoryChartData:
    """Categories and series as python-pptx wants them."""
    from pptx.chart.data import CategoryChartData

    # Parts of the library have no types.
    made: Any = CategoryChartData
    data = made(number_format=chart.number_format)
    data.categories = chart.dates or [safe(category) for category in chart.categories]
    for name, values in chart.series:
        data.add_series(safe(name), values)
    done: CategoryChartData = data
    return done


def kind_of(chart: Chart) -> Any:
    """The type of chart by its name in PowerPoint."""
    from pptx.enum.chart import XL_CHART_TYPE

    return {
        "line": XL_CHART_TYPE.LINE,
        "bar": XL_CHART_TYPE.BAR_CLUSTERED,
        "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    }[chart.kind]


def styled(native: PptxChart, chart: Chart, points: float, language: str) -> None:
    """Give a chart its fonts, axes, colours and legend; `points` is the size of its text."""
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
    from pptx.util import Pt

    native.has_title = False
    native.font.size = Pt(points)
    native.font.name = LATIN
    _east_asian(native, language)
    native.has_legend = len(chart.series) > 1
    if native.has_legend and native.legend is not None:
        native.legend.position = XL_LEGEND_POSITION.BOTTOM
        native.legend.include_in_layout = False
    _value_axis(native, chart, points)
    axis = native.category_axis
    axis.has_major_gridlines = False
    axis.tick_labels.font.size = Pt(points)
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.format.line.color.rgb = rgb("808080")
    if chart.kind == "bar":
        # The first category stands on top, as it does in the table.
        axis.reverse_order = True
        _every_label(axis)
    if chart.dates:
        _time_axis(native, chart, language)
    _series(native, chart, points)


def _value_axis(native: PptxChart, chart: Chart, points: float) -> None:
    from pptx.util import Pt

    axis = native.value_axis
    axis.has_title = True
    axis.axis_title.text_frame.text = chart.unit
    run = axis.axis_title.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(points), False
    axis.tick_labels.number_format = chart.number_format
    axis.tick_labels.number_format_is_linked = False
    axis.tick_labels.font.size = Pt(points)
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = rgb("D9D9D9")
    axis.format.line.fill.background()
    values = [value for _, series in chart.series for value in series if value is not None]
    if all(value >= 0.0 for value in values):
        axis.minimum_scale = 0.0
    if chart.share and chart.largest > _NEARLY_ALL:
        axis.maximum_scale = 1.0
    if not any(values):
        # An axis from 0 to 0 draws nothing; a whole unit shows that there is nothing to show.
        axis.maximum_scale = 1.0
    if chart.kind == "bar":
        # With the first category on top the axis of values would climb there too.
        from pptx.oxml.ns import qn

        axis._element.find(qn("c:crosses")).set("val", "max")


def _every_label(axis: Any) -> None:
    """Keep a program from leaving out every other name of an axis."""
    from pptx.oxml.ns import qn

    skip = axis._element.makeelement(qn("c:tickLblSkip"), {"val": "1"})
    axis._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def _time_axis(native: PptxChart, chart: Chart, language: str) -> None:
    """Labels of an axis of time: days within a year, else months; never so many that they
    overlap."""
    from pptx.oxml.ns import qn

    axis = native.category_axis
    days = (chart.dates[-1] - chart.dates[0]).days
    within = days <= _DAYS_SHOWN
    axis.tick_labels.number_format = _DATES[language][0 if within else 1]
    axis.tick_labels.number_format_is_linked = False
    step = (chart.dates[1] - chart.dates[0]).days if len(chart.dates) > 1 else 1
    unit, every = (
        ("days", step * max(1, -(-days // (step * _MOST_LABELS))))
        if within
        else ("months", max(1, -(-days // (30 * _MOST_LABELS))))
    )
    element = axis._element
    for tag in ("c:baseTimeUnit", "c:majorUnit", "c:majorTimeUnit"):
        for old in element.findall(qn(tag)):
            element.remove(old)
    for tag, value in (
        ("c:baseTimeUnit", "days"), ("c:majorUnit", str(every)), ("c:majorTimeUnit", unit),
    ):  # fmt: skip
        element.append(element.makeelement(qn(tag), {"val": value}))


def _series(native: PptxChart, chart: Chart, points: float) -> None:
    from pptx.util import Pt

    for number, series in enumerate(native.plots[0].series):
        colour = rgb(COLOURS[number % len(COLOURS)])
        if chart.kind == "line":
            series.smooth = False
            series.format.line.width = Pt(2.25)
            series.format.line.color.rgb = colour
            _dashed(series, number)
            _no_marker(series)
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour
            series.invert_if_negative = False
    if chart.kind != "line":
        native.plots[0].gap_width = 60
        native.plots[0].overlap = 0
        _labelled(native, chart, points)


def _labelled(native: PptxChart, chart: Chart, points: float) -> None:
    """Print the figures at the bars where there is room for them."""
    if len(chart.categories) * len(chart.series) > 16:
        return
    from pptx.util import Pt

    plot = native.plots[0]
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format = label_format(chart)
    labels.number_format_is_linked = False
    labels.font.size = Pt(max(8.0, points - 2.0))
    labels.show_value = True


def label_format(chart: Chart) -> str:
    """Format of the figures at bars: about two digits of the largest."""
    if chart.share:
        return "0%" if chart.largest >= 0.2 else "0.0%" if chart.largest >= 0.002 else "0.00%"
    return "#,##0" if chart.largest >= 20 else "0.0" if chart.largest >= 0.4 else "0.00"


def _dashed(series: Any, number: int) -> None:
    from pptx.enum.dml import MSO_LINE

    kinds = (MSO_LINE.SOLID, MSO_LINE.DASH, MSO_LINE.ROUND_DOT, MSO_LINE.DASH_DOT)
    series.format.line.dash_style = kinds[number % len(kinds)]


def _no_marker(series: Any) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE

    series.marker.style = XL_MARKER_STYLE.NONE


def rgb(colour: str) -> Any:
    """A colour from its six hexadecimal digits."""
    from pptx.dml.color import RGBColor

    made: Any = RGBColor
    return made.from_string(colour)


def _east_asian(native: PptxChart, language: str) -> None:
    """Name a font for Japanese, which python-pptx can't."""
    from pptx.oxml.ns import qn

    for properties in native._chartSpace.iter(qn("a:defRPr")):
        properties.set("lang", "ja-JP" if language == "ja" else "en-GB")
        if properties.find(qn("a:ea")) is None:
            font = properties.makeelement(qn("a:ea"), {"typeface": EAST_ASIAN})
            latin = properties.find(qn("a:latin"))
            if latin is not None:
                latin.addnext(font)


def part_of(chart: Chart, points: float, language: str) -> tuple[bytes, bytes]:
    """Chart and workbook as parts of any Office file: XML of the chart, whose external data has the
    relationship id `rId1`, and the workbook behind it."""
    from pptx import Presentation
    from pptx.util import Cm

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    frame = slide.shapes.add_chart(kind_of(chart), Cm(0), Cm(0), Cm(16), Cm(8), data_of(chart))
    native = frame.chart
    styled(native, chart, points, language)
    part = native.part
    workbook = part.chart_workbook.xlsx_part
    if workbook is None:
        raise AssertionError("python-pptx gives every chart a workbook")
    return part.blob, workbook.blob
