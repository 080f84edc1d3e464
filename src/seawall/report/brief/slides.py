"""The note as six slides, 16:9, with charts that PowerPoint can edit and the source of each figure
in the speaker's notes."""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING, Any

from seawall.report.brief import native
from seawall.report.brief.fitting import Room

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pptx.presentation import Presentation
    from pptx.slide import Slide

    from seawall.report.brief.note import Chart, Note

_POINTS_AN_INCH = 72.0
#: Inches: the slide, its margins, and where title, body and footer stand.
_WIDE, _HIGH = 13.333, 7.5
_SIDE = 0.6
_TITLE_TOP, _TITLE_HIGH = 0.35, 0.95
_BODY_TOP, _BODY_HIGH = 1.4, 5.4
_FOOT_TOP, _FOOT_HIGH = 6.98, 0.32
_FULL = _WIDE - 2 * _SIDE
_GAP = 0.4
_HEADING = 0.5
#: Insets of a text box [inches].
_INSET = 0.05
#: Sizes of text that are tried in a box, the largest first [points].
_SIZES = (24.0, 22.0, 20.0, 18.0, 16.0, 14.0, 13.0, 12.0)
_PITCH, _BETWEEN = 1.25, 0.4
_TITLE_ONLY = 5
_PROPERTY = 255


def document(note: Note) -> bytes:
    """The note as the content of a .pptx file."""
    import pptx
    from pptx.util import Inches

    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Inches(_WIDE), Inches(_HIGH)
    _properties(deck, note)
    _answer(deck, note)
    for chart in (note.when, note.bracket, note.origin):
        _charted(deck, note, chart)
    _assumptions(deck, note)
    _sources(deck, note)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def _properties(deck: Presentation, note: Note) -> None:
    import seawall

    properties = deck.core_properties
    properties.title, properties.subject = note.title[:_PROPERTY], note.question[:_PROPERTY]
    properties.author = properties.last_modified_by = f"Seawall {seawall.__version__}"
    properties.keywords, properties.comments = note.run_id, note.footer
    properties.language = "ja-JP" if note.language == "ja" else "en-GB"
    at = datetime.datetime.fromisoformat(note.created).replace(tzinfo=None)
    properties.created = properties.modified = at


def _answer(deck: Presentation, note: Note) -> None:
    """Slide 1: the question, five sentences, how sure they are."""
    slide = _slide(deck, note, note.title)
    question = 0.75
    box = (_SIDE, _BODY_TOP, _FULL, question)
    colour = native.COLOURS[1]
    _text(slide, note, box, [note.question], sizes=(18.0, 16.0, 14.0), colour=colour)
    top = _BODY_TOP + question + 0.05
    sure = 0.7
    _text(
        slide, note, (_SIDE, top, _FULL, _BODY_HIGH - question - sure - 0.15), note.answer,
        bullets=True,
    )  # fmt: skip
    said = [note.labels.lead_in.format(words=note.labels.sure) + " ".join(note.sure)]
    _text(
        slide, note, (_SIDE, _BODY_TOP + _BODY_HIGH - sure, _FULL, sure), said, sizes=(13.0, 12.0)
    )
    _notes(slide, [note.bracket.note, note.when.note, *note.check])


def _charted(deck: Presentation, note: Note, chart: Chart) -> None:
    """Slides 2 to 4: one chart each, its title says what it shows."""
    slide = _slide(deck, note, chart.title)
    _chart(slide, note, chart, (_SIDE, _BODY_TOP, _FULL, _BODY_HIGH))
    _notes(slide, [chart.alt, chart.note])


def _assumptions(deck: Presentation, note: Note) -> None:
    """Slide 5: assumptions, what would change the answer, and a chart of it if there is one."""
    slide = _slide(deck, note, note.labels.continued)
    half = (_FULL - _GAP) / 2
    right = _SIDE + half + _GAP
    _headed(slide, note, (_SIDE, _BODY_TOP, half, _BODY_HIGH), note.labels.assumptions,
            note.assumptions)  # fmt: skip
    if note.moves is None:
        _headed(
            slide, note, (right, _BODY_TOP, half, _BODY_HIGH), note.labels.changes, note.changes
        )
    else:
        words = _BODY_HIGH * 0.43
        _headed(slide, note, (right, _BODY_TOP, half, words), note.labels.changes, note.changes)
        below = (right, _BODY_TOP + words + 0.05, half, _HEADING)
        _text(slide, note, below, [note.moves.title], sizes=(14.0, 12.0), bold=True)
        top = below[1] + below[3]
        _chart(slide, note, note.moves, (right, top, half, _BODY_TOP + _BODY_HIGH - top), 10.0)
    _notes(slide, [*note.assumptions, *note.changes, note.moves.note if note.moves else ""])


def _sources(deck: Presentation, note: Note) -> None:
    """Slide 6: sources, and what to type to check."""
    slide = _slide(deck, note, f"{note.labels.sources} / {note.labels.check}")
    half = (_FULL - _GAP) / 2
    cited = [
        source.cited + note.labels.aside.format(words=source.used_for) for source in note.sources
    ]
    own = [note.further_sources] if note.further_sources else []
    _headed(slide, note, (_SIDE, _BODY_TOP, half, _BODY_HIGH), note.labels.sources, [*own, *cited])
    right = _SIDE + half + _GAP
    _headed(slide, note, (right, _BODY_TOP, half, _BODY_HIGH), note.labels.check, note.check)
    _notes(slide, [*cited, *(source.url for source in note.sources if source.url)])


def _slide(deck: Presentation, note: Note, title: str) -> Slide:
    """A slide with a title of its own and the footer."""
    from pptx.util import Inches, Pt

    slide: Slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    shape = slide.shapes.title
    if shape is None:
        raise AssertionError("the layout has a title")
    shape.left, shape.top = Inches(_SIDE), Inches(_TITLE_TOP)
    shape.width, shape.height = Inches(_FULL), Inches(_TITLE_HIGH)
    size, said = _fitted(Room(_inside(_FULL), 28.0, 0.0), [title], _TITLE_HIGH,
                         (30.0, 26.0, 22.0, 18.0), note.labels.more)  # fmt: skip
    frame = shape.text_frame
    frame.word_wrap = True
    frame.text = said[0]
    run = frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(size), True
    _styled(run, note.language, native.COLOURS[0])
    _left(frame.paragraphs[0])
    _text(
        slide, note, (_SIDE, _FOOT_TOP, _FULL, _FOOT_HIGH), [note.footer], sizes=(10.0, 9.0),
        colour="606060",
    )  # fmt: skip
    return slide


def _left(paragraph: Any) -> None:
    from pptx.enum.text import PP_ALIGN

    paragraph.alignment = PP_ALIGN.LEFT


def _headed(
    slide: Slide,
    note: Note,
    box: tuple[float, float, float, float],
    heading: str,
    paragraphs: Sequence[str],
) -> None:
    left, top, wide, high = box
    _text(slide, note, (left, top, wide, _HEADING), [heading], sizes=(16.0,), bold=True,
          colour=native.COLOURS[1])  # fmt: skip
    _text(slide, note, (left, top + _HEADING, wide, high - _HEADING), paragraphs,
          sizes=(16.0, 14.0, 13.0, 12.0, 11.0), bullets=True)  # fmt: skip


def _inside(wide: float) -> float:
    """Width of the text in a box [points]."""
    return (wide - 2 * _INSET) * _POINTS_AN_INCH


def _fitted(
    column: Room, paragraphs: Sequence[str], high: float, sizes: Sequence[float], more: str
) -> tuple[float, list[str]]:
    """The largest size at which all fits into a height [inches]; at the smallest, what fits."""
    room = (high - 2 * _INSET) * _POINTS_AN_INCH
    for size in sizes:
        sized = Room(column.room, size, size * _PITCH, size * _BETWEEN)
        if sized.total(paragraphs) <= room:
            return size, list(paragraphs)
    return sizes[-1], sized.fitted(paragraphs, room, more)


def _text(
    slide: Slide,
    note: Note,
    box: tuple[float, float, float, float],
    paragraphs: Sequence[str],
    *,
    sizes: Sequence[float] = _SIZES,
    bullets: bool = False,
    bold: bool = False,
    colour: str = "202020",
) -> None:
    """A box of text at the largest size at which it holds all of it."""
    from pptx.util import Inches, Pt

    indent = 16.0 if bullets else 0.0
    size, said = _fitted(
        Room(_inside(box[2]) - indent, sizes[0], 0.0), paragraphs, box[3], sizes, note.labels.more
    )
    shape = slide.shapes.add_textbox(*(Inches(value) for value in box))
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = Inches(_INSET)
    frame.margin_top = frame.margin_bottom = Inches(_INSET)
    for number, words in enumerate(said):
        paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = words
        run.font.size, run.font.bold = Pt(size), bold
        _styled(run, note.language, colour)
        paragraph.line_spacing, paragraph.space_after = Pt(size * 1.18), Pt(size * _BETWEEN * 0.8)
        if bullets:
            _bullet(paragraph, indent)


def _bullet(paragraph: Any, indent: float) -> None:
    """A bullet of the paragraph's own: a text box inherits none."""
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(Pt(indent)))
    properties.set("indent", str(-Pt(indent)))
    mark = properties.makeelement(qn("a:buChar"), {"char": "•"})
    properties.append(mark)


def _styled(run: Any, language: str, colour: str) -> None:
    """Fonts for both scripts, language and colour."""
    from pptx.oxml.ns import qn

    run.font.name = native.LATIN
    run.font.color.rgb = native.rgb(colour)
    properties = run._r.get_or_add_rPr()
    properties.set("lang", "ja-JP" if language == "ja" else "en-GB")
    if language == "ja":
        properties.set("altLang", "en-GB")
    font = properties.makeelement(qn("a:ea"), {"typeface": native.EAST_ASIAN})
    properties.find(qn("a:latin")).addnext(font)


def _chart(
    slide: Slide,
    note: Note,
    chart: Chart,
    box: tuple[float, float, float, float],
    points: float = 14.0,
) -> None:
    from pptx.util import Inches

    left, top, wide, high = (Inches(value) for value in box)
    # The library's types take the frame for the chart in it.
    shapes: Any = slide.shapes
    frame = shapes.add_chart(native.kind_of(chart), left, top, wide, high, native.data_of(chart))
    frame.name = chart.title[:_PROPERTY]
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.alt)
    native.styled(frame.chart, chart, points, note.language)


def _notes(slide: Slide, paragraphs: Sequence[str]) -> None:
    """The speaker's notes: where each figure of the slide is from."""
    frame = slide.notes_slide.notes_text_frame
    if frame is None:
        raise AssertionError("a notes slide has a frame for text")
    frame.text = "\n".join(words for words in paragraphs if words)
