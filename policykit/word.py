"""Word files to pieces: headings by style or outline, lists with the numbers that Word computes, tables, text boxes."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from policykit.blocks import Piece, heads, one_line
from policykit.text import HAN

MOST_UNPACKED = 300_000_000   # bytes of all parts together
MOST_XML = 80_000_000         # of one part that is read
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Trouble(Exception):
    """Why a Word file cannot be read, and the remedy."""


def _opened(data: bytes):
    """The document, after a look at how much it would unpack to."""
    from docx import Document     # it takes a while to load, and most policies are no Word files
    from docx.opc.exceptions import PackageNotFoundError

    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise Trouble("is a damaged or truncated Word file; download it again or save it from Word once more") from error
    if len(parts) > 10_000 or sum(part.file_size for part in parts) > MOST_UNPACKED or any(part.file_size > MOST_XML for part in parts if part.filename.endswith((".xml", ".rels"))):
        raise Trouble("would unpack to far more than a policy can hold, like a zip bomb; save the policy alone as .docx or .txt")
    if any(part.flag_bits & 1 for part in parts):
        raise Trouble("is protected with a password; save it without one")
    if not any(part.filename.startswith("word/") for part in parts):
        raise Trouble("is not a Word file but another kind of archive; unpack it and give the files in it")
    try:
        return Document(io.BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, AttributeError, EOFError, OSError) as error:
        raise Trouble("is a damaged Word file; open it in Word, repair it and save it again") from error


def _val(element: etree._Element | None, path: str) -> str | None:
    """The w:val of an element below."""
    found = element.find(path) if element is not None else None
    return found.get(W + "val") if found is not None else None


_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """A number as Word counts in Chinese.

    >>> [chinese(n) for n in (1, 10, 12, 20, 35, 101)]
    ['一', '十', '十二', '二十', '三十五', '一百零一']
    """
    if not 0 < number < 1000:
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = (_DIGITS[hundreds] + "百" if hundreds else "") + ("零" if hundreds and not tens and ones else "")
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    return text + (_DIGITS[ones] if ones else "")


def _roman(number: int) -> str:
    text = ""
    for value, sign in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            text, number = text + sign, number - value
    return text


def counted(number: int, form: str) -> str:
    """A number in one of Word's number formats.

    >>> counted(3, "chineseCountingThousand"), counted(3, "lowerLetter"), counted(3, "decimalEnclosedCircleChinese")
    ('三', 'c', '③')
    """
    if not 0 < number < 5000:
        return str(number)
    if form.startswith("chinese") or form in ("japaneseCounting", "ideographDigital", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseDigitalTenThousand"):
        return chinese(number)
    match form:
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter if form == "lowerLetter" else letter.upper()
        case "lowerRoman":
            return _roman(number).lower()
        case "upperRoman":
            return _roman(number)
        case "decimalZero":
            return f"{number:02d}"
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if number <= 20:
            return chr(0x2460 + number - 1)
        case "ideographTraditional" if number <= 10:
            return "甲乙丙丁戊己庚辛壬癸"[number - 1]
        case "decimalFullWidth" | "decimalFullWidth2":
            return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
        case "none":
            return ""
    return str(number)


class Numbering:
    """Word's automatic numbers, counted as the paragraphs go by."""

    def __init__(self, root: etree._Element | None) -> None:
        self.levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self.lists: dict[str, str] = {}
        self.starts: dict[tuple[str, int], int] = {}
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        self.begun: set[tuple[str, int]] = set()
        if root is None:
            return
        for abstract in root.iter(W + "abstractNum"):
            name = abstract.get(W + "abstractNumId")
            for level in abstract.iter(W + "lvl"):
                self._level(name, level)
        for number in root.iter(W + "num"):
            name = number.get(W + "numId")
            self.lists[name] = _val(number, W + "abstractNumId") or ""
            for override in number.iter(W + "lvlOverride"):
                depth = int(override.get(W + "ilvl") or 0)
                if (start := _val(override, W + "startOverride")) and start.isdigit():
                    self.starts[name, depth] = int(start)

    def _level(self, name: str, level: etree._Element) -> None:
        start = _val(level, W + "start") or "1"
        form = _val(level, W + "numFmt") or "decimal"
        text = _val(level, W + "lvlText")
        self.levels[name, int(level.get(W + "ilvl") or 0)] = (form, text if text is not None else "%1.", int(start) if start.isdigit() else 1)

    def next(self, number: str, depth: int) -> tuple[str, str]:
        """The number of the next paragraph in a list, and its format."""
        name = self.lists.get(number, "")
        form, text, start = self.levels.get((name, depth), ("bullet", "", 1))
        counts = self.counts[name]
        if (number, depth) in self.starts and (number, depth) not in self.begun:
            counts[depth] = self.starts[number, depth] - 1
        self.begun.add((number, depth))
        counts[depth] = counts.get(depth, start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        if form in ("bullet", "none"):
            return "", form

        def shown(found: re.Match) -> str:
            level = int(found[1]) - 1
            inner, _, first = self.levels.get((name, level), ("decimal", "", 1))
            return counted(counts.get(level, first), inner)

        return re.sub(r"%([1-9])", shown, text), form


class _Styles:
    """What paragraph styles say: outline level, list, bold; through the styles they are based on."""

    def __init__(self, root: etree._Element | None) -> None:
        self.by_id = {style.get(W + "styleId"): style for style in root.iter(W + "style")} if root is not None else {}

    def chain(self, style: str | None) -> Iterator[etree._Element]:
        seen = set()
        while style in self.by_id and style not in seen:
            seen.add(style)
            yield self.by_id[style]
            style = _val(self.by_id[style], W + "basedOn")

    def heading(self, style: str | None) -> int | None:
        for found in self.chain(style):
            name = _val(found, W + "name") or ""
            if match := re.match(r"(?:heading|标题)\s*([1-9])", name, re.I):
                return min(6, int(match[1]))
            if re.fullmatch(r"title|标题", name, re.I):
                return 1
            if re.fullmatch(r"subtitle|副标题", name, re.I):
                return 0
            if (outline := _val(found, f"{W}pPr/{W}outlineLvl")) and outline.isdigit() and int(outline) < 9:
                return min(6, int(outline) + 1)
        return None

    def first(self, style: str | None, path: str) -> etree._Element | None:
        return next((found for one in self.chain(style) if (found := one.find(path)) is not None), None)

    def contents(self, style: str | None) -> bool:
        return any(re.match(r"toc\s*\d|目录\s*\d", _val(found, W + "name") or "", re.I) for found in self.chain(style))


def _on(element: etree._Element | None) -> bool:
    return element is not None and element.get(W + "val") not in ("0", "false", "off", "none")


_SKIP = {W + "del", W + "moveFrom", W + "instrText", W + "delText", W + "txbxContent", W + "pict", W + "drawing"}


def _text(paragraph: etree._Element) -> tuple[str, int, int]:
    """A paragraph's visible text, and how many of its characters are bold and seen."""
    parts: list[str] = []
    bold = size = 0
    stack = [iter(paragraph)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
            continue
        tag = element.tag
        if tag in _SKIP or not isinstance(tag, str) or tag.endswith("}AlternateContent"):
            continue
        if tag == W + "r":
            properties = element.find(W + "rPr")
            if properties is not None and _on(properties.find(W + "vanish")):
                continue
            said = ""
            for child in element:
                if child.tag == W + "t":
                    said += child.text or ""
                elif child.tag in (W + "tab", W + "ptab"):
                    said += "\t"
                elif child.tag in (W + "br", W + "cr"):
                    said += "\n" if child.get(W + "type") in (None, "textWrapping") else ""
                elif child.tag == W + "noBreakHyphen":
                    said += "-"
                elif child.tag == W + "sym":
                    said += "•"
            parts.append(said)
            size += len(said.strip())
            if properties is not None and _on(properties.find(W + "b")):
                bold += len(said.strip())
        else:
            stack.append(iter(element))
    return "".join(parts), bold, size


_marked = re.compile(r"[(（]?(?:\d+(?:\.\d+)*|[一二三四五六七八九十]+)[)）.．、:：\s]|第[一二三四五六七八九十\d]+[条章节部]")


class _Reader:
    """One walk over a document's body."""

    def __init__(self, document) -> None:
        part = document.part
        self.styles = _Styles(document.styles.element)
        numbering = next((relation.target_part for relation in part.rels.values() if relation.reltype.endswith("/numbering") and not relation.is_external), None)
        self.numbering = Numbering(getattr(numbering, "element", None))
        self.default = next((name for name, style in self.styles.by_id.items() if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true")), None)
        self.tables = 0
        self.pieces: list[Piece] = []

    def body(self, parent: etree._Element) -> None:
        for element in _children(parent):
            if element.tag == W + "p":
                self.paragraph(element)
            elif element.tag == W + "tbl":
                self.table(element)

    def mark(self, paragraph: etree._Element, style: str | None) -> tuple[str, int | None, str]:
        """The automatic number, the depth in its list (None: not in a list), and the number's format."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        base = self.styles.first(style, f"{W}pPr/{W}numPr")
        number = _val(own, W + "numId") or _val(base, W + "numId")
        if not number or number == "0":
            return "", None, ""
        depth = _val(own, W + "ilvl") or _val(base, W + "ilvl") or "0"
        depth = int(depth) if depth.isdigit() else 0
        text, form = self.numbering.next(number, depth)
        return text, depth, form

    def paragraph(self, paragraph: etree._Element) -> None:
        style = _val(paragraph, f"{W}pPr/{W}pStyle") or self.default
        text, bold, size = _text(paragraph)
        if text.strip() and not self.styles.contents(style):
            number, depth, form = self.mark(paragraph, style)
            level = self.styles.heading(style)
            if (outline := _val(paragraph, f"{W}pPr/{W}outlineLvl")) and outline.isdigit() and int(outline) < 9:
                level = int(outline) + 1
            said = [one for one in map(one_line, text.split("\n")) if one]
            if number and said and not _marked.match(said[0]):
                said[0] = f"{number}{'' if number.endswith(('、', '）', '章', '节', '条')) else ' '}{said[0]}"
            if level is not None:
                self.pieces.append(Piece("heading", " ".join(said), min(level, 6)))
            elif len(said) == 1 and bold >= 0.95 * size and _titles(said[0]) or len(said) == 1 and _on(self.styles.first(style, f"{W}rPr/{W}b")) and bold == 0 and _titles(said[0]):
                self.pieces.append(Piece("heading", said[0]))
            else:
                kind = "paragraph" if depth is None else "item"
                self.pieces += [Piece(kind, one, depth + 1 if depth is not None else 0) for one in said]
        elif text.strip():
            self.pieces += [Piece("item", one_line(text.replace("\t", " ")), 1)]
        self.boxes(paragraph)

    def boxes(self, paragraph: etree._Element) -> None:
        """The text boxes that hang on a paragraph; each is written twice, for new and old versions of Word."""
        seen = set()
        for box in paragraph.iter(W + "txbxContent"):
            if any(ancestor.tag.endswith("}Fallback") for ancestor in box.iterancestors()):
                continue
            said = "".join(box.itertext())
            if said not in seen:
                seen.add(said)
                self.body(box)

    def table(self, table: etree._Element) -> None:
        rows = [row for row in _children(table) if row.tag == W + "tr"]
        cells: list[tuple[int, int, str, bool]] = []
        for number, row in enumerate(rows):
            header = _on(row.find(f"{W}trPr/{W}tblHeader"))
            before = _val(row, f"{W}trPr/{W}gridBefore") or "0"
            column = int(before) if before.isdigit() else 0
            for cell in (child for child in _children(row) if child.tag == W + "tc"):
                across = _val(cell, f"{W}tcPr/{W}gridSpan") or "1"
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                if merge is None or merge.get(W + "val") == "restart":
                    cells.append((number, column, self.cell(cell), header))
                column += int(across) if across.isdigit() else 1
        if len(rows) < 2 or len({column for _, column, text, _ in cells if text}) < 2:
            # a frame around text, no table
            for row in rows:
                for cell in (child for child in _children(row) if child.tag == W + "tc"):
                    self.body(cell)
            return
        named = any(header for *_, header in cells) or heads([text for row, _, text, _ in cells if row == 0], len(rows))
        marked = any(header for *_, header in cells)
        for row, column, text, header in cells:
            self.pieces.append(Piece("cell", text, 0, self.tables, row, column, header if marked else named and row == 0))
        self.tables += 1

    def cell(self, cell: etree._Element) -> str:
        """A cell's paragraphs, a line each; a table inside it gives its lines too."""
        said = []
        for paragraph in cell.iter(W + "p"):
            number, _, _ = self.mark(paragraph, _val(paragraph, f"{W}pPr/{W}pStyle") or self.default)
            text = "\n".join(one for one in map(one_line, _text(paragraph)[0].split("\n")) if one)
            said.append(f"{number} {text}" if number and text else text)
        return "\n".join(filter(None, said))


def _titles(text: str) -> bool:
    return len(text) <= (40 if re.search(f"[{HAN}]", text) else 90) and not re.search(r"[。；;,，.!！]$", text)


def _children(parent: etree._Element) -> Iterator[etree._Element]:
    """Children, through content controls and insertions."""
    for element in parent:
        if element.tag in (W + "sdt", W + "sdtContent", W + "ins", W + "moveTo", W + "customXml", W + "smartTag"):
            yield from _children(element)
        else:
            yield element


def pieces(data: bytes) -> tuple[list[Piece], str | None, str | None, str | None]:
    """Pieces, title, no verbatim text, and what is wrong."""
    document = _opened(data)
    reader = _Reader(document)
    reader.body(document.element.body)
    notes = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/footnotes") and not r.is_external), None)
    if notes is not None:
        root = etree.fromstring(notes.blob, etree.XMLParser(resolve_entities=False, no_network=True))
        for note in root.iter(W + "footnote"):
            if note.get(W + "type") is None:
                reader.body(note)
    try:
        title = (document.core_properties.title or "").strip() or None
    except (ValueError, KeyError, AttributeError):
        title = None
    return reader.pieces, title, None, None
