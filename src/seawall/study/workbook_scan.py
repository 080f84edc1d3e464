"""What a workbook file is before anything of it is read: whether it is safe, and what it hides.

A workbook is a zip of XML. Everything here goes by the bytes: sizes are those that the directory of
the zip promises and that reading confirms, so that no bomb goes off; cells are only looked at for
what their values would not tell: formulas, errors, hidden rows, merged cells.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Facts", "Sheet", "Unusable", "facts_of", "opened", "percent_styles", "sheets_of"]

#: Bytes that all parts of a workbook, and any part but a sheet, may hold when they are unpacked.
MAX_ALL = 1_000_000_000
MAX_PART = 200_000_000
MAX_PARTS = 10_000
#: A part this many times its packed size is none that a spreadsheet wrote.
MAX_RATIO = 400
_SMALL = 1_000_000
_CHUNK = 1 << 20

#: What `zipfile` raises for a file that is not whole.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
    ValueError,
)  # fmt: skip
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
#: Cells and rows that hold nothing but a format: a coloured column has a million of them.
_BLANK = (
    re.compile(rb'(?:<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]+")?/>)++'),
    re.compile(rb'(?:<row r="[0-9]{1,7}"[^<>]*+(?<=/)>|<row r="[0-9]{1,7}"[^<>]*+></row>)++'),
)
_STYLES = "xl/styles.xml"
_COLUMN = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_SAVE = "save it as an Excel workbook (.xlsx)"


class Unusable(Exception):
    """The file as a whole cannot be read: (rule, fix) for each reason."""

    def __init__(self, *reasons: tuple[str, str]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(rule for rule, _ in reasons))


@dataclass(frozen=True)
class Sheet:
    """One sheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


@dataclass
class Facts:
    """What of one sheet its values do not tell; rows and columns count from 1.

    `filled` counts cells with a value, `rows` and `columns` are the last that have one; `percent`
    are cells that show a hundred times what they hold.
    """

    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    percent: list[tuple[int, int]] = field(default_factory=list)
    filled: int = 0
    rows: int = 0
    columns: int = 0


def opened(path: Path) -> zipfile.ZipFile:
    """Open a workbook whose every part is whole, plain and of a size that can be read.

    Raises
    ------
    Unusable
        It is no workbook, holds macros or links, is locked, broken, or a bomb.
    """
    with path.open("rb") as handle:
        head = handle.read(8)
        if not head:
            raise Unusable(("the file is empty", _SAVE))
        if head == _OLE:
            raise Unusable(_ole(handle.read(_CHUNK)))
    if head[:4] != b"PK\x03\x04":
        raise Unusable(("the file is no workbook", f"{_SAVE}, or name a folder of CSV files"))
    try:
        book = zipfile.ZipFile(path)
    except _BROKEN as error:
        rule = f"the file is broken or cut off: {error}"
        raise Unusable((rule, "take a whole copy")) from error
    try:
        _sizes(book)
        _kind(book)
        _whole(book)
    except BaseException:
        book.close()
        raise
    return book


def _ole(rest: bytes) -> tuple[str, str]:
    if "EncryptedPackage".encode("utf-16-le") in rest:
        return "the workbook is locked by a password", "save it without one"
    return "an old or locked workbook (.xls)", _SAVE


def _sizes(book: zipfile.ZipFile) -> None:
    parts = book.infolist()
    names = [part.filename.casefold() for part in parts]
    reasons = []
    if len(parts) > MAX_PARTS:
        reasons.append((f"{len(parts):,} parts in the file", "a workbook has a few dozen"))
    twice = sorted({name for name in names if names.count(name) > 1} if len(parts) < 1000 else ())
    reasons += [(f'the part "{name}" is there twice', "save it anew") for name in twice]
    whole = sum(part.file_size for part in parts)
    if whole > MAX_ALL:
        reasons.append(_bomb("the file", whole))
    for part in parts:
        limit = MAX_ALL if part.filename.startswith("xl/worksheets/") else MAX_PART
        swollen = part.file_size > max(_SMALL, MAX_RATIO * part.compress_size)
        if part.file_size > limit or swollen:
            reasons.append(_bomb(f'the part "{part.filename}"', part.file_size))
        if part.flag_bits & 1:
            reasons.append((f'the part "{part.filename}" is locked', "save it without a password"))
    if reasons:
        raise Unusable(*reasons)


def _bomb(what: str, size: int) -> tuple[str, str]:
    rule = f"{what} would unpack to {size / 1e6:,.0f} MB, far more than its size warrants"
    return rule, "remove what nobody needs (formats of blank rows), or save the tables as CSV files"


def _kind(book: zipfile.ZipFile) -> None:
    """Tell what a zip is that is no plain workbook, and parts that nobody should have to trust."""
    names = {part.filename.casefold(): part.filename for part in book.infolist()}
    if "xl/workbook.xml" not in names:
        if "mimetype" in names and b"opendocument" in book.read(names["mimetype"]):
            raise Unusable(("an OpenDocument file (.ods)", _SAVE))
        if "xl/workbook.bin" in names:
            raise Unusable(("a binary workbook (.xlsb)", _SAVE))
        raise Unusable(("the file is a zip, but no workbook", _SAVE))
    reasons = []
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
        reasons.append(("the workbook holds macros", "save it without them, as .xlsx"))
    if links := sorted(name for name in names if re.match(r"xl/externallinks/[^/]+\.xml$", name)):
        told = f"the workbook links to {len(links)} other file{'s' if len(links) > 1 else ''}"
        reasons.append((told, "break the links (Data > Edit Links) and paste values"))
    if "xl/connections.xml" in names:
        reasons.append(("the workbook fetches data from elsewhere", "remove its connections"))
    if reasons:
        raise Unusable(*reasons)


def _whole(book: zipfile.ZipFile) -> None:
    """Unpack every part once: sizes and checksums are as promised, and no XML defines entities."""
    for part in book.infolist():
        before = b""
        is_xml = part.filename.casefold().endswith((".xml", ".rels", ".vml"))
        try:
            with book.open(part) as content:
                while chunk := content.read(_CHUNK):
                    wide = not before and _wide(chunk)
                    if is_xml and (wide or b"<!DOCTYPE" in before + chunk):
                        rule = f'the XML of "{part.filename}" defines entities or is no UTF-8'
                        raise Unusable((rule, "no spreadsheet writes that: take another copy"))
                    before = chunk[-16:]
        except _BROKEN as error:
            rule = f"the file is broken or cut off: {error}"
            raise Unusable((rule, "take a whole copy")) from error


def _wide(start: bytes) -> bool:
    """Whether XML begins in another encoding than UTF-8, in which no DOCTYPE would be seen."""
    return (
        start[:2] in (b"\xff\xfe", b"\xfe\xff")
        or b"\0" in start[:4]
        or bool(
            re.search(rb"^<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-?8)", start[:200], re.IGNORECASE)
        )
    )


def sheets_of(book: zipfile.ZipFile) -> list[Sheet]:
    """The sheets in their order, names as they are, twice if there are two of one.

    Raises
    ------
    Unusable
        The list of sheets is no XML, or names a part that is not there.
    """
    targets: dict[str, str] = {}
    for _, at in _elements(book, "xl/_rels/workbook.xml.rels", "Relationship"):
        target = at.get("Target", "")
        targets[at.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    found = []
    names = set(book.namelist())
    for _, at in _elements(book, "xl/workbook.xml", "sheet"):
        link = next((value for key, value in at.items() if key.rpartition(":")[2] == "id"), "")
        part = targets.get(link, "")
        if part not in names:
            rule = f'the sheet "{at.get("name", "")}" is listed, but not in the file'
            raise Unusable((rule, "take a whole copy"))
        found.append(Sheet(at.get("name", ""), part, at.get("state", "visible") != "visible"))
    return found


def _elements(
    book: zipfile.ZipFile, part: str, name: str, within: str = ""
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield name and attributes of the elements of one local name (inside those of another)."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    inside = [not within]

    def start(tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == within:
            inside[0] = True
        elif tag == name and inside[0]:
            found.append((tag, attributes))

    def end(tag: str) -> None:
        if tag.rpartition(":")[2] == within:
            inside[0] = False

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    _parse(parser, book, part)
    yield from found


def _parse(
    parser: expat.XMLParserType,
    book: zipfile.ZipFile,
    part: str,
    without: tuple[re.Pattern[bytes], ...] = (),
) -> None:
    """Parse a part, leaving out what patterns match; no element of theirs is cut by a chunk."""
    try:
        with book.open(part) as content:
            rest = b""
            while chunk := content.read(_CHUNK):
                text = rest + chunk
                end = text.rfind(b"<") if without else len(text)
                text, rest = text[:end], text[end:]
                for pattern in without:
                    text = pattern.sub(b"", text)
                parser.Parse(text, False)
            parser.Parse(rest, True)
    except (expat.ExpatError, KeyError) as error:
        raise Unusable((f'"{part}" is no XML: {error}', "take a whole copy")) from error


def percent_styles(book: zipfile.ZipFile) -> frozenset[str]:
    """The styles of cells that are shown in per cent.

    Raises
    ------
    Unusable
        The styles are no XML.
    """
    if _STYLES not in book.namelist():
        return frozenset()
    formats = {
        at.get("numFmtId", "")
        for _, at in _elements(book, _STYLES, "numFmt")
        if "%" in re.sub(r'"[^"]*"|\\.', "", at.get("formatCode", ""))
    }
    shapes = _elements(book, _STYLES, "xf", within="cellXfs")
    ids = {"9", "10", *formats}  # the two that every spreadsheet knows
    return frozenset(str(i) for i, (_, at) in enumerate(shapes) if at.get("numFmtId") in ids)


def facts_of(book: zipfile.ZipFile, sheet: Sheet, percent: frozenset[str] = frozenset()) -> Facts:
    """Look through the cells of a sheet; `percent` are styles, as of `percent_styles`.

    Raises
    ------
    Unusable
        The sheet is no XML.
    """
    looker = _Looker(percent)
    _parse(looker.parser, book, sheet.part, without=_BLANK)
    return looker.facts


class _Looker:
    """Walks the XML of one sheet. Cells without content cost next to nothing."""

    def __init__(self, percent: frozenset[str]) -> None:
        self.facts = Facts()
        self.percent = percent
        self.style = ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.row = self.column = 0
        self.hidden = False
        self.is_error = False
        self.within: list[str] | None = None  # text of a formula or of an error
        self.hides: list[tuple[int, int]] = []

    def _start(self, tag: str, at: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._cell(at)
        elif tag in ("v", "is"):
            self._filled()
            if self.is_error:
                self._listen()
        elif tag == "f":
            self._filled()
            self._listen()
        elif tag == "row":
            self.row = _whole_number(at.get("r")) or self.row + 1
            self.column = 0
            self.hidden = _yes(at.get("hidden")) or at.get("ht") in ("0", "0.0")
        elif tag == "col":
            if _yes(at.get("hidden")) or at.get("width") in ("0", "0.0"):
                self.hides.append((_whole_number(at.get("min")), _whole_number(at.get("max"))))
        elif tag == "mergeCell":
            self.facts.merged.append(at.get("ref", ""))

    def _cell(self, at: dict[str, str]) -> None:
        if place := _COLUMN.fullmatch(at.get("r", "")):
            self.column = _number(place[1])
        else:
            self.column += 1
        self.is_error = at.get("t") == "e"
        self.style = at.get("s", "") if at.get("t", "n") == "n" else ""

    def _filled(self) -> None:
        facts = self.facts
        facts.filled += 1
        facts.rows = max(facts.rows, self.row)
        facts.columns = max(facts.columns, self.column)
        if self.style and self.style in self.percent:
            facts.percent.append((self.row, self.column))
        if self.hidden and (not facts.hidden_rows or facts.hidden_rows[-1] != self.row):
            facts.hidden_rows.append(self.row)
        if self.hides and any(low <= self.column <= high for low, high in self.hides):
            facts.hidden_columns.add(self.column)

    def _listen(self) -> None:
        self.within = []
        self.parser.CharacterDataHandler = self.within.append

    def _end(self, tag: str) -> None:
        if self.within is None:
            return
        self.parser.CharacterDataHandler = None
        tag = tag.rpartition(":")[2]
        place, text = (self.row, self.column), "".join(self.within)
        self.within = None
        if tag == "f":
            self.facts.formulas[place] = f"={text}"
        else:
            self.facts.errors[place] = text


def _yes(value: str | None) -> bool:
    return value in ("1", "true")


def _whole_number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
