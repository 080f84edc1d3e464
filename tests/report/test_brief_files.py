"""Briefs as files: native charts, styles, languages, print areas, and nothing that runs."""

from __future__ import annotations

import datetime
import io
import math
import zipfile
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from tests.report.briefs import CREATED, in_all_responses, stored, stressed, study, variant

import seawall
from seawall.report.brief import note_of, sheets, slides, word
from seawall.report.brief.native import safe
from seawall.report.brief.note import Chart, Note, Sheet

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"


@pytest.fixture(scope="module")
def note() -> Note:
    return note_of(stressed("three", "gate-60d"), study("three"))


@pytest.fixture(scope="module")
def japanese() -> Note:
    return note_of(in_all_responses("rare-earth-ban"), variant("rare-earth-ban"), "ja")


@pytest.fixture(scope="module")
def docx(note: Note) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(word.document(note)))


def test_the_chart_in_word_is_words_own_with_its_workbook(
    docx: zipfile.ZipFile, note: Note
) -> None:
    import openpyxl

    types = ElementTree.fromstring(docx.read("[Content_Types].xml"))
    declared = {part.get("PartName"): part.get("ContentType") for part in types}
    assert declared["/word/charts/chart1.xml"] == CHART_TYPE
    chart = ElementTree.fromstring(docx.read("word/charts/chart1.xml"))
    assert len(chart.findall(f".//{C}ser")) == len(note.when.series)
    related = ElementTree.fromstring(docx.read("word/charts/_rels/chart1.xml.rels"))
    targets = {part.get("Id"): str(part.get("Target")) for part in related}
    external = chart.find(f"{C}externalData")
    assert external is not None
    book = openpyxl.load_workbook(
        io.BytesIO(docx.read("word/" + targets[external.get(f"{R}id")].removeprefix("../")))
    )
    rows = list(book.worksheets[0].values)
    assert rows[0][1:] == tuple(name for name, _ in note.when.series)
    assert [row[1] for row in rows[1:]] == list(note.when.series[0][1])


def test_word_knows_what_it_shows(docx: zipfile.ZipFile, note: Note) -> None:
    text = docx.read("word/document.xml").decode()
    tree = ElementTree.fromstring(text)
    about = [e for e in tree.iter() if e.tag.endswith("}docPr")]
    assert [e.get("descr") for e in about] == [note.when.alt]
    assert len(tree.findall(f".//{W}tblHeader")) == 1
    assert len(tree.findall(f".//{W}tr")) == 1 + len(note.table.rows)
    styles = {e.get(f"{W}val") for e in tree.iter(f"{W}pStyle")}
    assert {"Title", "Heading1", "ListBullet", "Caption"} <= styles
    assert tree.find(f".//{W}tblStyle") is not None
    footer = docx.read("word/footer1.xml").decode()
    assert note.run_id in footer
    assert "what-if, not a forecast" in footer


def test_word_has_properties_fonts_and_languages(docx: zipfile.ZipFile, note: Note) -> None:
    import docx as library

    made = library.Document(io.BytesIO(word.document(note)))
    properties = made.core_properties
    assert properties.title == note.title
    assert properties.keywords == note.run_id
    assert properties.language == "en-GB"
    assert properties.created == datetime.datetime.fromisoformat(CREATED)
    styles = ElementTree.fromstring(docx.read("word/styles.xml"))
    for name in ("Normal", "Heading1"):
        style = next(s for s in styles.iter(f"{W}style") if s.get(f"{W}styleId") == name)
        fonts, spoken = style.find(f".//{W}rFonts"), style.find(f".//{W}lang")
        assert fonts is not None
        assert fonts.get(f"{W}eastAsia") == "Yu Gothic"
        assert not any("Theme" in key for key in fonts.attrib)
        assert spoken is not None
        assert (spoken.get(f"{W}val"), spoken.get(f"{W}eastAsia")) == ("en-GB", "ja-JP")


def test_links_go_only_to_the_web(note: Note) -> None:
    odd = replace(note.sources[0], url="javascript:alert(1)", title="Odd")
    made = zipfile.ZipFile(io.BytesIO(word.document(replace(note, sources=(odd,)))))
    assert "javascript" not in made.read("word/_rels/document.xml.rels").decode()


def test_signs_that_no_office_file_holds_are_left_out() -> None:
    base = study("three")
    run = stressed("three", "gate-60d")
    scenario = {**run.run["scenario"], "title": "A \x0btitle\x00", "about": "x\x1f" * 9000}
    odd = note_of(replace(run, run={**run.run, "scenario": scenario}), base)
    assert odd.title == "A title"
    for layout in (word, slides, sheets):
        assert layout.document(odd)


def deck(of: Note) -> Any:
    import pptx

    return pptx.Presentation(io.BytesIO(slides.document(of)))


@pytest.fixture(scope="module")
def decks(note: Note, japanese: Note) -> list[Any]:
    return [deck(note), deck(japanese)]


def test_six_slides_in_wide_with_native_charts(decks: list[Any], note: Note) -> None:
    for made in decks:
        assert len(made.slides) == 6
        assert made.slide_width / made.slide_height == pytest.approx(16 / 9, abs=1e-3)
        for number in (1, 2, 3):
            charts = [s for s in made.slides[number].shapes if s.has_chart]
            assert len(charts) == 1
            assert charts[0]._element.nvGraphicFramePr.cNvPr.get("descr")
    chart = next(s for s in decks[0].slides[1].shapes if s.has_chart).chart
    assert [s.name for s in chart.plots[0].series] == [name for name, _ in note.when.series]
    assert tuple(chart.plots[0].series[0].values) == note.when.series[0][1]
    assert note.moves is not None
    assert any(s.has_chart for s in decks[0].slides[4].shapes)


def test_every_slide_has_a_title_and_says_where_its_figures_are_from(decks: list[Any]) -> None:
    for made in decks:
        for slide in made.slides:
            assert slide.shapes.title.text_frame.text
            assert slide.notes_slide.notes_text_frame.text
    assert "timeline" in decks[0].slides[1].notes_slide.notes_text_frame.text


def test_nothing_overlaps_or_leaves_the_slide(decks: list[Any]) -> None:
    for made in decks:
        for slide in made.slides:
            boxes = [(s.left, s.top, s.left + s.width, s.top + s.height) for s in slide.shapes]
            for left, top, right, bottom in boxes:
                assert left >= 0
                assert top >= 0
                assert right <= made.slide_width
                assert bottom <= made.slide_height
            for i, a in enumerate(boxes):
                for b in boxes[i + 1 :]:
                    apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
                    assert apart, (slide.shapes.title.text_frame.text, a, b)


def book(of: Note) -> Any:
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(sheets.document(of)))


def test_the_workbook_explains_itself_and_can_be_printed(note: Note) -> None:
    made = book(note)
    names = made.sheetnames
    assert names[:3] == ["README", "summary", "charts"]
    assert names[-2:] == ["assumptions", "sources"]
    told = {row[0].value for row in made["README"].iter_rows()}
    assert {"Question", "Answer", "Run", "Units", "How to read", "How to check"} <= told
    assert set(names[1:]) <= told
    for sheet in made.worksheets:
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area
        if sheet.title not in ("README", "charts"):
            assert sheet.freeze_panes == "A3"
            assert sheet.auto_filter.ref.startswith("A2:")
            assert sheet.print_title_rows == "$1:$2"
            assert sheet.page_setup.orientation == "landscape"
    assert len(made["charts"]._charts) == 4


def test_tables_of_the_workbook_have_units_formats_and_true_figures(note: Note) -> None:
    made = book(note)["indicators"]
    units, names = ([cell.value for cell in row] for row in made.iter_rows(max_row=2))
    at = names.index("unserved")
    assert units[at] == "Mt"
    assert units[names.index("unserved_share")] == "share"
    frame = note.sheets["indicators"].frame
    assert made.cell(3, at + 1).value == pytest.approx(frame["unserved"].iloc[0])
    assert made.cell(3, names.index("unserved_share") + 1).number_format == "0.0%"
    dates = book(note)["timeline"]
    column = [cell.value for cell in next(dates.iter_rows(min_row=2, max_row=2))]
    first = dates.cell(3, column.index("period_start") + 1)
    assert first.value.date().isoformat() == "2026-03-02"
    assert first.number_format == "yyyy-mm-dd"


def test_only_sources_that_were_used_are_listed(note: Note) -> None:
    listed = [row[0] for row in book(note)["sources"].iter_rows(min_row=3, values_only=True)]
    used = set(study("three").table("lanes")["source"]) | set(
        study("three").table("facilities")["source"]
    )
    assert listed
    assert set(listed) <= set(study("three").table("sources")["id"])
    assert used & set(listed)


def test_nothing_in_a_workbook_runs_or_has_no_end(note: Note) -> None:
    frame = pd.DataFrame(
        {
            "text": ["=1+1", "+cmd", "-2", "@x", "\tx", "plain"],
            "number": [math.inf, -math.inf, math.nan, 1.5, 0.0, -2.0],
        }
    )
    chart = Chart("bar", "=t", "a", "u", ("=HYPERLINK(1)", "b"), (("=s", (1.0, None)),))
    odd = replace(note, sheets={"odd": Sheet(frame, 6)}, when=chart, title="=2+2")
    made = book(odd)
    for sheet in made.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
    rows = list(made["odd"].iter_rows(min_row=3, values_only=True))
    assert [row[0] for row in rows] == ["'=1+1", "'+cmd", "'-2", "'@x", "'\tx", "plain"]
    assert [row[1] for row in rows] == [None, None, None, 1.5, 0, -2]
    inner = zipfile.ZipFile(io.BytesIO(word.document(odd)))
    import openpyxl

    hidden = openpyxl.load_workbook(
        io.BytesIO(inner.read("word/embeddings/Microsoft_Excel_Sheet1.xlsx"))
    )
    cells = [cell for row in hidden.worksheets[0].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert safe("=x") == "'=x"


def test_a_long_table_is_cut_to_the_headline_and_says_so() -> None:
    note = note_of(in_all_responses("hormuz-60d"), variant("hormuz-60d"))
    timeline = note.sheets["timeline"]
    assert timeline.rows > 20_000
    assert 0 < len(timeline.frame) <= 1_000
    assert {place[:3] for place in timeline.frame["place"]} == {"IND", "JPN"}
    cut = next(row for row in note.front.contents if row[0] == "timeline")
    assert cut[2] == f"{len(timeline.frame):,} of {timeline.rows:,} rows, headline places only"


@pytest.mark.parametrize("question", ["sweep", "exposure"])
def test_other_questions_become_files_too(question: str) -> None:
    base = study("three")
    result = seawall.sweep(base, days=30) if question == "sweep" else seawall.exposure(base)
    note = note_of(stored(result), base, "ja")
    assert len(deck(note).slides) == 6
    assert book(note).sheetnames[0] == "README"
    assert zipfile.ZipFile(io.BytesIO(word.document(note))).testzip() is None
