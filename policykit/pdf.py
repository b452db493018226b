"""PDF to pieces: reading order, running heads dropped, lines joined to paragraphs, headings by size and weight."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from policykit.blocks import Piece, heads
from policykit.decoding import unified
from policykit.text import HAN

MOST_PAGES = 1000
MOST_SECONDS = 120


class Trouble(Exception):
    """Why a PDF cannot be read, and the remedy."""


_WHY = {
    "password": "is protected with a password; save it without one",
    "damaged": "is a damaged or truncated PDF; download it again or print it to PDF once more",
    "memory": "is a PDF that needs too much memory; print the policy alone to PDF, or give it as text",
    "time": f"is a PDF that takes longer than {MOST_SECONDS} seconds; print the policy alone to PDF, or give it as text",
}


def _extract(data: bytes) -> dict:
    """What the reading program finds; a crash of it is a damaged file."""
    program = Path(__file__).with_name("pdf_lines.py")
    try:
        done = subprocess.run([sys.executable, "-P", str(program), str(MOST_PAGES)], input=data, capture_output=True, timeout=MOST_SECONDS, check=False)
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise Trouble(_WHY["time"]) from error
    except ValueError as error:
        raise Trouble(_WHY["damaged"]) from error
    match found.get("error"):
        case None:
            return found
        case "pages":
            raise Trouble(f"has {found['count']:,} pages, more than a policy can have ({MOST_PAGES:,}); give the pages of the policy alone")
        case reason:
            raise Trouble(_WHY.get(reason, _WHY["damaged"]))


@dataclass(slots=True)
class Line:
    """A line of a page; ``table`` instead of text where a table stands."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    page: int
    base: float = 0.0      # where its letters stand
    column: int = 0        # number of its column on the page
    right: float = 0.0     # where the lines of its column end
    left: float = 0.0      # and begin
    table: dict | None = None


_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


def _plain(text: str) -> str:
    """A line without ligatures and radicals.

    >>> _plain("ﬁrst 使⽤")
    'first 使用'
    """
    if "(cid:" in text:  # a glyph without a character; alone before words it is a bullet, and 127 always is
        text = re.sub(r"\(cid:\d+\)", "\ufffd", re.sub(r"^\(cid:\d+\)(?=\s)|\(cid:127\)", "•", text))
    return unified(text.translate(_LIGATURES))


def _page_lines(page: dict, number: int) -> list[Line]:
    """The lines of a page in reading order, the tables among them."""
    segments = [Line(_plain(s["text"]), s["x0"], s["x1"], s["top"], s["bottom"], s["size"], s["bold"], number, s["base"]) for s in page["lines"]]
    tables = [Line("", t["box"][0], t["box"][2], t["box"][1], t["box"][3], 0.0, False, number, t["box"][3], table=t) for t in page["tables"]]
    gutter = _gutter(segments, page["width"])
    ordered: list[Line] = []
    if gutter is None:
        columns = [_merged(segments) + tables]
    else:
        crossing = sorted([s for s in segments + tables if s.x0 < gutter < s.x1], key=lambda s: s.top)
        columns, rest = [], [s for s in segments + tables if not s.x0 < gutter < s.x1]
        for bar in [*crossing, None]:
            above = [s for s in rest if bar is None or s.top < bar.top]
            rest = [s for s in rest if bar is not None and s.top >= bar.top]
            for side in ([s for s in above if s.x1 <= gutter], [s for s in above if s.x0 >= gutter]):
                columns.append(_merged([s for s in side if s.table is None]) + [s for s in side if s.table is not None])
            if bar is not None:
                columns.append([bar])
    for index, column in enumerate(columns):
        for line in column:
            line.column = index
        ordered += sorted(column, key=lambda line: line.top)
    return ordered


def _set_margins(lines: list[Line]) -> None:
    """Tells each line where its column begins and ends; columns that stand at one place on several pages are one."""
    groups: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        if line.table is None:
            groups.setdefault((line.page, line.column), []).append(line)
    columns: dict[int, list[Line]] = {}
    for group in groups.values():
        columns.setdefault(round(min(line.x0 for line in group) / 20), []).extend(group)
    for column in columns.values():
        long = sorted(line.x1 for line in column)[-max(1, len(column) // 3):]
        left, right = min(line.x0 for line in column), long[len(long) // 2]
        for line in column:
            line.left, line.right = left, max(right, min(long[-1], right + line.size))


def _gutter(segments: list[Line], width: float) -> float | None:
    """Where the blank strip between two columns of text is, if the page has two."""
    if len(segments) < 12:
        return None
    edges = Counter(round(s.x0) for s in segments if 0.35 * width < s.x0 < 0.7 * width)
    for edge, count in edges.most_common(3):
        at = edge - 3
        left, right = [s for s in segments if s.x1 <= at], [s for s in segments if s.x0 >= at]
        beside = sum(any(abs(one.base - other.base) < one.size for other in left) for one in right)
        long = [s for s in left + right if s.x1 - s.x0 > 0.25 * width]
        if count >= 4 and beside >= 5 and len(left) + len(right) >= 0.7 * len(segments) and len(long) >= 0.5 * len(left + right):
            return float(at)
    return None


def _merged(segments: list[Line]) -> list[Line]:
    """Segments on one base line as one line."""
    merged: list[Line] = []
    for segment in sorted(segments, key=lambda s: (round(s.bottom), s.x0)):
        before = next((line for line in reversed(merged[-4:]) if min(line.bottom, segment.bottom) - max(line.top, segment.top) > 0.5 * min(line.size, segment.size)), None)
        if before is None:
            merged.append(segment)
        elif segment.x0 >= before.x1:
            before.text += " " + segment.text
            before.x1, before.bold = max(before.x1, segment.x1), before.bold and segment.bold
        else:
            before.text = segment.text + " " + before.text
            before.x0, before.bold = min(before.x0, segment.x0), before.bold and segment.bold
    return merged


_page_number = re.compile(r"[-–—\s]*(?:第\s*)?\d{1,4}\s*(?:页|頁)?\s*(?:[/／of共,，]+\s*(?:共\s*)?\d{1,4}\s*(?:页|頁)?)?[-–—\s]*|page\s*\d+(?:\s*(?:of|/)\s*\d+)?|[ivxlc]{1,6}", re.I)


def _without_running(pages: list[list[Line]], heights: list[float]) -> list[list[Line]]:
    """Pages without running heads, feet and page numbers."""
    def shape(line: Line) -> tuple[str, int]:
        return re.sub(r"\d+", "#", line.text), round(line.bottom / 6)

    def outside(line: Line) -> bool:
        return line.table is None and (line.bottom < 0.1 * heights[line.page] or line.top > 0.9 * heights[line.page])

    seen = Counter(key for lines in pages for key in {shape(line) for line in lines if outside(line)})
    often = max(2, 0.5 * len(pages)) if len(pages) < 6 else max(3, 0.3 * len(pages))
    return [
        [line for line in lines if not (outside(line) and (seen[shape(line)] >= often and len(pages) > 1 or _page_number.fullmatch(line.text)))]
        for lines in pages
    ]


_bullet = re.compile(r"([•●▪■◆◦‣∙·○▶►➢✓\uf0b7\uf0a7\uf0d8\uf06e\uf0fc]|[–—-](?=\s))\s*")
_starts = re.compile(
    r"[(（【\[]?(?:\d+(?:\.\d+)*|[一二三四五六七八九十百]+|[a-zA-Z]|[ivxIVX]+)[)）】\]、]|\d+(?:\.\d+)*[.．](?!\d)\s*\S|\d+(?:\.\d+)+\s|第[一二三四五六七八九十百\d]+[条章节部编款]|[①-⑳⑴-⒇]"
)
_ends = re.compile(r"[。！？；.!?;:：][”’\"')）】]*$")
_KEEP = frozenset("third opt non self co cross first real e in sub pre re multi user well log sign up end on off de-facto anti inter two one long short".split())


def _glued(before: str, after: str, words: Counter[str]) -> str:
    """Two lines of one paragraph as one.

    >>> _glued("we collect infor-", "mation", Counter()), _glued("收集您的手", "机号码", Counter()), _glued("a", "b", Counter())
    ('we collect information', '收集您的手机号码', 'a b')
    """
    if before.endswith("\xad"):
        return before[:-1] + after
    if (head := re.search(r"([A-Za-z]+)-$", before)) and (tail := re.match(r"[a-z]+", after)):
        whole, hyphened = (head[1] + tail[0]).lower(), f"{head[1]}-{tail[0]}".lower()
        if words[hyphened] > words[whole] or not words[whole] and head[1].lower() in _KEEP:
            return before + after
        return before[:-1] + after
    if re.search(f"[{HAN}，。、；：）】》”“（]$", before) and re.match(f"[{HAN}，。、；：（【《“”）]", after):
        return before + after
    if re.search(r"(?:https?://|www\.)\S*[/._=&?-]$", before):
        return before + after
    return f"{before} {after}"


_first_word = re.compile(r"[（《“「【(\[]*(?:[!-~]+|.)[）》”」】，。、；：]*|")


class _Layout:
    """What is usual in this document: size of the text, distance of its lines, sizes of headings."""

    def __init__(self, lines: list[Line]) -> None:
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[line.size] += len(line.text)
        self.size = sizes.most_common(1)[0][0] if sizes else 10.0
        same = [line for line in lines if abs(line.size - self.size) < 0.6]
        steps = [b.base - a.base for a, b in zip(same, same[1:], strict=False) if a.page == b.page and 0.9 * self.size < b.base - a.base < 4 * self.size]
        # lines of one paragraph stand closest; a third of the distances or more are theirs where any are
        common = Counter(round(step * 2) / 2 for step in steps)
        close = sorted(step for step, count in common.items() if count >= max(2, 0.1 * len(steps)))
        self.step = close[0] if close else median(steps) if steps else 1.4 * self.size
        self.bold = sum(len(line.text) for line in same if line.bold) > 0.5 * sum(len(line.text) for line in same)
        larger = sorted({line.size for line in lines if line.size > 1.12 * self.size and len(line.text) > 1}, reverse=True)
        self.levels: dict[float, int] = {}
        for size in larger:
            near = next((known for known in self.levels if abs(known - size) < 0.6), None)
            self.levels[size] = self.levels[near] if near is not None else min(6, len(set(self.levels.values())) + 1)

    def heading(self, line: Line) -> int | None:
        if line.size in self.levels and len(line.text) <= 160:
            return self.levels[line.size]
        if line.bold and not self.bold and len(line.text) <= (40 if re.search(f"[{HAN}]", line.text) else 90) and not re.search(r"[。；;,，.!！]$", line.text):
            return 0
        return None

    def continues(self, before: Line, line: Line) -> bool:
        """Whether a line goes on with the sentence of the line before."""
        if abs(before.size - line.size) > 0.8 or _bullet.match(line.text) or before.bold != line.bold and len(before.text) < 60 and _ends.search(before.text):
            return False
        if _starts.match(line.text) and (_ends.search(before.text) or before.x1 < before.right - 3 * line.size):
            return False
        turned = line.page != before.page or line.top < before.top  # a new page or column
        step = line.base - before.base
        if not turned and step > 1.35 * self.step * max(1.0, line.size / self.size):
            return False
        if turned:
            return not _ends.search(before.text) and before.x1 > before.right - 6 * line.size
        if line.x0 > before.x0 + 1.2 * line.size and before.x0 < before.left + 1.2 * line.size and _ends.search(before.text):
            return False  # the first line of a paragraph is set in
        # the line before was full if the first word of this one had no room in it
        word = _first_word.match(line.text)[0]
        width = sum(1.0 if character >= "\u2e80" else 0.5 for character in word[:60]) * line.size
        full = before.x1 + max(width, 2.2 * line.size if line.text[:1] >= "\u2e80" else 0.0) > before.right - line.size
        return full or bool(re.match(r"[a-z]", line.text) and not _ends.search(before.text))


def pieces(data: bytes) -> tuple[list[Piece], str | None, str | None, str | None]:
    """Pieces, title, no verbatim text, and what is wrong."""
    found = _extract(data)
    pages = [_page_lines(page, number) for number, page in enumerate(found["pages"])]
    pages = _without_running(pages, [page["height"] for page in found["pages"]])
    lines = [line for page in pages for line in page]
    _set_margins(lines)
    text = sum(len(line.text) for line in lines) + sum(len(part["text"]) for line in lines if line.table for cell in line.table["cells"] for part in cell["lines"])
    images = sum(page["images"] > 0 for page in found["pages"])
    if text < 20 * max(1, len(pages)) and (images or not text):
        if not pages:
            raise Trouble(_WHY["damaged"])
        raise Trouble("is a scanned PDF: its pages are pictures without text; run text recognition on it (for example ocrmypdf) and give the result")
    unknown = sum(len(re.findall("[\ue000-\uf8ff\ufffd]", line.text)) for line in lines)
    if unknown > 0.3 * text:
        raise Trouble("is a PDF whose fonts do not tell which characters they show; print the policy to PDF from a browser, or give it as text")
    trouble = []
    if found["failed"]:
        trouble.append(f"{found['failed']} of its pages are damaged and left out; download it again")
    if b"%%EOF" not in data[-4096:]:
        trouble.append("the PDF ends before its end, so pages may be missing; download it again")
    return _pieces(lines), _plain(found["title"] or "") or None, None, "; ".join(trouble) or None


def _pieces(lines: list[Line]) -> list[Piece]:
    layout = _Layout([line for line in lines if line.table is None])
    words = Counter(re.findall(r"[a-z]+(?:-[a-z]+)*", " ".join(line.text for line in lines).lower()))
    made: list[Piece] = []
    before: Line | None = None
    tables, last = 0, None
    indents: list[float] = []
    for line in lines:
        if line.table is not None:
            if last is not None and _goes_on(last[0], line, before):
                rows = last[1] + _cells(made, line.table, tables - 1, last[1], words)
            else:
                rows = _cells(made, line.table, tables, 0, words)
                tables += 1
            last, before = (line, rows), None
            continue
        level = layout.heading(line)
        if before is not None and made and made[-1].kind != "cell":
            was = made[-1]
            if was.kind == "heading":
                if level == was.level and line.size == before.size and line.bold == before.bold and line.page == before.page \
                        and 0 < line.base - before.base < 1.5 * line.size + 2 and not _starts.match(line.text) and before.x1 > before.left + 0.6 * (before.right - before.left):
                    made[-1] = Piece("heading", _glued(was.text, line.text, words), was.level)
                    before = line
                    continue
            elif level is None and layout.continues(before, line) or level == 0 and before.bold and layout.continues(before, line):
                made[-1] = Piece(was.kind, _glued(was.text, line.text, words), was.level)
                before = line
                continue
        bullet = _bullet.match(line.text)
        if level is not None and not bullet:
            made.append(Piece("heading", line.text, level))
        elif bullet and len(line.text) > bullet.end():
            indents = [x for x in indents if x < line.x0 - 3] + [line.x0]
            made.append(Piece("item", line.text[bullet.end():], len(indents)))
        else:
            made.append(Piece("paragraph", line.text))
            indents = [] if line.x0 < line.left + 3 else indents
        before = line
    return made


def _goes_on(before: Line, line: Line, between: Line | None) -> bool:
    """Whether a table continues the one on the page before."""
    return between is None and line.page == before.page + 1 and before.table["columns"] == line.table["columns"] and abs(before.x0 - line.x0) < 5


def _cells(made: list[Piece], table: dict, number: int, first_row: int, words: Counter[str]) -> int:
    """Adds a table's cells; how many rows it has."""
    texts = []
    for cell in table["cells"]:
        text = ""
        for part in cell["lines"]:
            line = _plain(part["text"])
            text = _glued(text, line, words) if text else line
        texts.append((cell["row"], cell["column"], text))
    top = [text for row, _, text in texts if row == 0]
    repeated = first_row and top == [p.text for p in made if p.kind == "cell" and p.table == number and p.row == 0]
    named = first_row == 0 and heads(top, table["rows"])
    for row, column, text in texts:
        if not (repeated and row == 0):
            made.append(Piece("cell", text, 0, number, first_row + row - bool(repeated), column, named and row == 0))
    return table["rows"] - bool(repeated)
