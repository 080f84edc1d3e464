"""The note as a Word file: two pages of A4, with a chart that Word can edit."""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING, Any

from seawall.report.brief import native
from seawall.report.brief.fitting import Room, width

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from seawall.report.brief.note import Grid, Note

_POINTS_A_CM = 72 / 2.54
_PAGE = (21.0, 29.7)
_MARGIN_SIDE, _MARGIN_TOP, _MARGIN_BOTTOM = 2.0, 1.7, 1.9
_WIDTH = (_PAGE[0] - 2 * _MARGIN_SIDE) * _POINTS_A_CM
_HEIGHT = (_PAGE[1] - _MARGIN_TOP - _MARGIN_BOTTOM) * _POINTS_A_CM
#: Width, least and greatest height [cm].
_CHART = (17.0, 6.6, 9.5)
_INDENT = 14.0
#: Style: size, pitch of lines, space before, space after [points].
_STYLES = {
    "Title": (17, 22, 0, 4),
    "Heading 1": (11.5, 15, 8, 3),
    "Normal": (10, 13.5, 0, 3),
    "List Bullet": (9.5, 12.5, 0, 2),
    "Caption": (9, 12, 2, 3),
    "Small": (8, 10.5, 0, 1.5),
    "Cell": (8, 10.5, 1, 1),
    "Footer": (8, 10, 0, 0),
}
#: Longest property that the format takes.
_PROPERTY = 255
_MOST_SOURCES = 12
_MOST_ROWS = 14
#: Words narrower than this stay on one line in a table [points].
_SHORT = 60.0
#: Kept free on every page: another program breaks lines elsewhere [points].
_SPARE = 24.0
#: Share of the second page below the chart for each list.
_SHARES = {"assumptions": 0.42, "changes": 0.30, "sources": 0.28}


def document(note: Note) -> bytes:
    """The note as the content of a .docx file."""
    import docx

    made = docx.Document()
    _page(made)
    _styles(made, note.language)
    _properties(made, note)
    left = _first_page(made, note)
    # A short table leaves room for the chart beside it, and the second page to the rest.
    tall = min(_CHART[2], (left - _around_chart(note) - _SPARE) / _POINTS_A_CM)
    early = tall >= _CHART[1]
    if early:
        _figure(made, note, tall)
    _second_page(made, note, charted=early)
    _footer(made, note)
    _settings(made, note.language)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _page(made: Document) -> None:
    from docx.shared import Cm

    section = made.sections[0]
    section.page_width, section.page_height = Cm(_PAGE[0]), Cm(_PAGE[1])
    section.left_margin = section.right_margin = Cm(_MARGIN_SIDE)
    section.top_margin, section.bottom_margin = Cm(_MARGIN_TOP), Cm(_MARGIN_BOTTOM)
    section.footer_distance = Cm(0.9)


def _styles(made: Document, language: str) -> None:
    """Sizes, exact pitches (a font may otherwise ask for twice the line), fonts and language."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt, RGBColor

    for name in ("Small", "Cell"):
        made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = made.styles["Normal"]
    for name, (size, pitch, before, after) in _STYLES.items():
        style: Any = made.styles[name]
        style.font.size, style.font.name = Pt(size), native.LATIN
        _fonts(style.element.get_or_add_rPr(), language)
        layout = style.paragraph_format
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
        layout.space_before, layout.space_after = Pt(before), Pt(after)
        if name in ("Title", "Heading 1", "Caption"):
            style.font.color.rgb = RGBColor.from_string(native.COLOURS[0])
            style.font.bold, style.font.italic = True, False
            layout.keep_with_next = True
    _no_rule(made.styles["Title"].element)
    bullet = made.styles["List Bullet"].paragraph_format
    bullet.left_indent, bullet.first_line_indent = Pt(_INDENT), Pt(-_INDENT)


def _fonts(properties: Any, language: str) -> None:
    """Fonts for both scripts, instead of those of a theme that has none for Japanese."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), native.LATIN)
    fonts.set(qn("w:eastAsia"), native.EAST_ASIAN)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    spoken = OxmlElement("w:lang")
    # Latin words in Japanese text stay English, or lines would break within them.
    spoken.set(qn("w:val"), "en-GB")
    spoken.set(qn("w:eastAsia"), "ja-JP")
    properties.append(spoken)


def _no_rule(style: Any) -> None:
    """Without the line that the template draws below a title."""
    from docx.oxml.ns import qn

    for border in style.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        return


def _properties(made: Document, note: Note) -> None:
    import seawall

    at = datetime.datetime.fromisoformat(note.created)
    properties = made.core_properties
    properties.title, properties.subject = note.title[:_PROPERTY], note.question[:_PROPERTY]
    properties.author = properties.last_modified_by = f"Seawall {seawall.__version__}"
    properties.keywords, properties.comments = note.run_id, note.footer
    properties.category = "what-if"
    properties.language = "ja-JP" if note.language == "ja" else "en-GB"
    properties.created = properties.modified = at.replace(tzinfo=None)
    properties.revision = 1


def _room(style: str, indent: float = 0.0) -> Room:
    size, pitch, before, after = _STYLES[style]
    return Room(_WIDTH - indent, size, pitch, before + after)


def _first_page(made: Document, note: Note) -> float:
    """Question, answer, how sure it is, and the table in what room is left; what is left then."""
    labels = note.labels
    bullets = _room("List Bullet", _INDENT)
    # A title or an answer of a user's own study may be long; the table needs a third of the page.
    title = _room("Title").shortened(note.title, 3 * _STYLES["Title"][1] + 4)
    question = _room("Normal").shortened(note.question, 3 * _STYLES["Normal"][1] + 3)
    answer = [bullets.shortened(words, 5 * 12.5 + 2) for words in note.answer]
    sure = _room("Small").fitted(note.sure, 4 * 10.5 + 6, labels.more)
    made.add_paragraph(title, style="Title")
    made.add_paragraph(labels.question, style="Heading 1")
    made.add_paragraph(question, style="Normal")
    made.add_paragraph(labels.answer, style="Heading 1")
    for words in answer:
        made.add_paragraph(words, style="List Bullet")
    for number, words in enumerate(sure):
        paragraph = made.add_paragraph(style="Small")
        if not number:
            paragraph.add_run(labels.lead_in.format(words=labels.sure)).bold = True
        paragraph.add_run(words)
    headings = 3 * _room("Heading 1").height("x")
    used = (
        _room("Title").height(title)
        + _room("Normal").height(question)
        + bullets.total(answer)
        + _room("Small").total([f"{labels.sure}: {words}" for words in sure])
        + headings
        + _room("Caption").height(note.table.caption)
    )
    made.add_paragraph(labels.table, style="Heading 1")
    caption = labels.table_caption.format(words=note.table.caption)
    made.add_paragraph(caption, style="Caption")
    return _HEIGHT - used - _table(made, note.table, _HEIGHT - used - _SPARE, note)


def _widths(grid: Grid) -> list[float]:
    """Widths of columns [points]: figures never wrap, words have what is left."""
    bold = 1.2
    least, most, heads = [], [], []
    for number, head in enumerate(grid.header):
        # Programs put a little room between Latin and Japanese signs.
        longest = max(
            (width(row[number], 8) * (1.0 if row[number].isascii() else 1.1) for row in grid.rows),
            default=0.0,
        )
        headed = bold * max(width(part, 8) for part in head.split())
        wrapped = longest if longest < _SHORT else longest / (2.2 if number < grid.left else 1.5)
        heads.append(headed + 13.0)
        least.append(max(wrapped, headed, 24.0) + 13.0)
        most.append(max(bold * longest, headed) + 13.0)
    spare = _WIDTH - sum(least)
    if spare <= 0.0:
        # Words break over lines better than figures do.
        give = [
            max(0.0, least[n] - max(50.0, heads[n])) if n < grid.left else 0.0
            for n in range(len(least))
        ]
        taken = min(1.0, -spare / sum(give)) if any(give) else 0.0
        least = [each - taken * more for each, more in zip(least, give, strict=True)]
        return [each * _WIDTH / sum(least) for each in least]
    wanted = [
        max(0.0, most[number] - least[number]) if number < grid.left else 0.0
        for number in range(len(least))
    ]
    given = min(1.0, spare / sum(wanted)) if any(wanted) else 0.0
    even = (spare - given * sum(wanted)) / len(least)
    return [each + given * more + even for each, more in zip(least, wanted, strict=True)]


def _table(made: Document, grid: Grid, height: float, note: Note) -> float:
    """A table with a repeated head; rows that don't fit are counted below it. What it takes
    [points]."""
    from docx.enum.table import WD_TABLE_ALIGNMENT

    widths = _widths(grid)
    size, pitch, before, after = _STYLES["Cell"]
    rooms = [Room(each - 10.0, size, pitch, before + after) for each in widths]
    below = _room("Small")

    def tall(row: tuple[str, ...]) -> float:
        return max(room.height(words) for room, words in zip(rooms, row, strict=True)) + 1.0

    left = room = height - tall(grid.header) - below.height(grid.note) - below.height("x")
    shown: list[tuple[str, ...]] = []
    for row in grid.rows[:_MOST_ROWS]:
        # Cells of the first column that say the same are one, as high as all their rows.
        alike = sum(1 for other in grid.rows[:_MOST_ROWS] if other[0] == row[0])
        left -= max(tall(("", *row[1:])), tall((row[0], *[""] * (len(row) - 1))) / alike)
        if left < 0.0 and shown:
            break
        shown.append(row)
        room = left
    table = made.add_table(rows=1 + len(shown), cols=len(grid.header))
    table.style = made.styles["Light Grid Accent 1"]
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for row, values in zip(table.rows, [grid.header, *shown], strict=True):
        for number, (cell, words) in enumerate(zip(row.cells, values, strict=True)):
            cell.width = _points(widths[number])
            _fill(cell.paragraphs[0], words, flush_right=number >= grid.left)
    for column, each in zip(table.columns, widths, strict=True):
        column.width = _points(each)
    _merge_repeated(table, shown)
    _dressed(table, grid.caption)
    rest = len(grid.rows) - len(shown)
    said = [grid.note] if grid.note else []
    if rest:
        said.append(note.labels.more.format(count=rest))
    if said:
        made.add_paragraph(" ".join(said), style="Small")
    return height - room


def _points(value: float) -> Any:
    from docx.shared import Pt

    return Pt(value)


def _fill(paragraph: Paragraph, words: str, *, flush_right: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.style = "Cell"
    paragraph.add_run(words)
    if flush_right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _merge_repeated(table: Any, rows: list[tuple[str, ...]]) -> None:
    """One cell where the first column says the same several times."""
    start = 0
    for number in range(1, len(rows) + 1):
        if number < len(rows) and rows[number][0] == rows[start][0]:
            continue
        if number - start > 1:
            for below in range(start + 1, number):
                table.cell(below + 1, 0).paragraphs[0].runs[0].text = ""
            merged = table.cell(start + 1, 0).merge(table.cell(number, 0))
            for empty in merged.paragraphs[1:]:
                empty._p.getparent().remove(empty._p)
        start = number


def _dressed(table: Any, caption: str) -> None:
    """Head repeated on a further page, rows not split, described for those who don't see it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    head = table.rows[0]._tr.get_or_add_trPr()
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    head.append(mark)
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().insert(0, whole)
    properties = table._tbl.tblPr
    described = OxmlElement("w:tblCaption")
    described.set(qn("w:val"), caption)
    properties.append(described)


def _around_chart(note: Note) -> float:
    """What the heading and the caption of the chart take [points]."""
    caption = note.labels.chart_caption.format(words=note.when.title)
    return _room("Heading 1").height("x") + 6.0 + _room("Caption").height(caption)


def _figure(made: Document, note: Note, height: float) -> Paragraph:
    """Heading, chart of a height [cm] and caption; the heading is returned."""
    heading = made.add_paragraph(note.labels.chart, style="Heading 1")
    _chart(made, note, height)
    caption = note.labels.chart_caption.format(words=note.when.title)
    made.add_paragraph(caption, style="Caption").paragraph_format.keep_with_next = False
    return heading


def _second_page(made: Document, note: Note, *, charted: bool) -> None:
    """Chart if it is still to come, assumptions, what would change the answer, sources, how to
    check."""
    labels = note.labels
    small, bullets = _room("Small"), _room("List Bullet", _INDENT)
    check = [note.check[0], *note.check[2:]]
    first = None if charted else _figure(made, note, _CHART[1])
    room = (
        _HEIGHT
        - (0.0 if charted else _around_chart(note) + _CHART[1] * _POINTS_A_CM)
        - 4 * _room("Heading 1").height("x")
        - small.total(check)
        - _SPARE
    )
    lists = (
        (labels.assumptions, note.assumptions, _SHARES["assumptions"]),
        (labels.changes, note.changes, _SHARES["changes"]),
    )
    spare = 0.0
    for title, paragraphs, share in lists:
        fitted = bullets.fitted(paragraphs, share * room + spare, labels.more)
        spare += share * room - bullets.total(fitted)
        heading = made.add_paragraph(title, style="Heading 1")
        first = first or heading
        for words in fitted:
            made.add_paragraph(words, style="List Bullet")
    made.add_paragraph(labels.sources, style="Heading 1")
    _sources(made, note, _SHARES["sources"] * room + spare)
    made.add_paragraph(labels.check, style="Heading 1")
    for words in check:
        made.add_paragraph(words, style="Small")
    if first is not None:
        first.paragraph_format.page_break_before = True


def _sources(made: Document, note: Note, height: float) -> None:
    """Sources with links, the most used first; what has no source; how many more there are."""
    small = _room("Small")
    cited = note.sources[:_MOST_SOURCES]
    used = [note.labels.aside.format(words=source.used_for) for source in cited]
    said = [small.cut(source.cited, 2.0, after) for source, after in zip(cited, used, strict=True)]
    left = height - small.height(f"{note.further_sources} {note.labels.more}")
    shown = 0
    for words, after in zip(said, used, strict=True):
        left -= small.height(words + after)
        if left < 0.0 and shown:
            break
        shown += 1
    for source, words, after in list(zip(cited, said, used, strict=True))[:shown]:
        paragraph = made.add_paragraph(style="Small")
        if source.url.startswith(("https://", "http://")):
            _link(paragraph, words, source.url)
        else:
            paragraph.add_run(words)
        paragraph.add_run(after)
    rest = len(note.sources) - shown
    last = [note.further_sources] if note.further_sources else []
    if rest:
        last.append(note.labels.more.format(count=rest))
    if last:
        made.add_paragraph(" ".join(last), style="Small")


def _link(paragraph: Paragraph, words: str, url: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    key = paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), key)
    run = paragraph.add_run(words)
    run.font.color.rgb = RGBColor.from_string(native.COLOURS[0])
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _chart(made: Document, note: Note, height: float) -> None:
    """A chart as Word's own: its XML and its workbook are parts of the file."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.shared import Cm

    drawn, workbook = native.part_of(note.when, 9.0, note.language)
    package = made.part.package
    book = Part(
        PackURI("/word/embeddings/Microsoft_Excel_Sheet1.xlsx"),
        CONTENT_TYPE.SML_SHEET,
        workbook,
        package,
    )
    chart = Part(PackURI("/word/charts/chart1.xml"), CONTENT_TYPE.DML_CHART, drawn, package)
    chart.load_rel(RELATIONSHIP_TYPE.PACKAGE, book, "rId1")
    key = made.part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
    paragraph = made.add_paragraph(style="Normal")
    paragraph.paragraph_format.keep_with_next = True
    # An exact pitch would cut the chart off at one line.
    paragraph.paragraph_format.line_spacing = 1.0
    frame: Any = parse_xml(_FRAME)
    frame.find(".//{*}extent").set("cx", str(Cm(_CHART[0])))
    frame.find(".//{*}extent").set("cy", str(Cm(height)))
    about = frame.find(".//{*}docPr")
    about.set("descr", note.when.alt)
    about.set("title", note.when.title)
    frame.find(".//{*}chart").set(
        "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", key
    )
    paragraph.add_run()._r.append(frame)


_FRAME = """
<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
 <wp:inline distT="0" distB="0" distL="0" distR="0">
  <wp:extent cx="0" cy="0"/><wp:effectExtent l="0" t="0" r="0" b="0"/>
  <wp:docPr id="1" name="Chart 1"/><wp:cNvGraphicFramePr/>
  <a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">
   <c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>
  </a:graphicData></a:graphic>
 </wp:inline>
</w:drawing>
"""


def _footer(made: Document, note: Note) -> None:
    """Run, date, code, what it is not; page of pages."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm

    paragraph = made.sections[0].footer.paragraphs[0]
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Cm(_CHART[0]), WD_TAB_ALIGNMENT.RIGHT)
    for stop in list(made.styles["Footer"].paragraph_format.tab_stops):
        made.styles["Footer"].paragraph_format.tab_stops.clear_all()
        del stop
        break
    paragraph.add_run(f"{note.footer}\t")
    _field(paragraph, "PAGE", "1")
    paragraph.add_run(" / ")
    _field(paragraph, "NUMPAGES", "2")


def _field(paragraph: Paragraph, code: str, shown: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run(shown)
    field.append(run._r)
    paragraph._p.append(field)


def _settings(made: Document, language: str) -> None:
    """Language of the document as a whole, in its defaults."""
    from docx.oxml.ns import qn

    defaults = made.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is not None:
        _fonts(defaults, language)
