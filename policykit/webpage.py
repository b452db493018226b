"""Saved web pages to pieces: the policy without the page around it, nothing of the policy lost.

What cannot be seen is taken away, then the page is walked once in document order; every block of text keeps its
element, so that `furniture` can drop whole elements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from policykit.blocks import Piece, heads, one_line
from policykit.furniture import Run, choose, imprint
from policykit.markup import DEPTH, depth, flat, parse, size, strip_hidden, title
from policykit.text import HAN

_BLOCK = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form frameset "
    "h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul "
    "caption textarea html option".split()
)
_NUMERALS = "一二三四五六七八九十"
def _number(index: int, kind: str) -> str:
    """The automatic number of a list item as a browser shows it."""
    if kind in ("a", "A") and 0 < index <= 26:
        return chr(ord(kind) + index - 1) + "."
    if kind in ("i", "I") and 0 < index < 40:
        roman = "x" * (index // 10) + ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"][index % 10]
        return (roman if kind == "i" else roman.upper()) + "."
    return f"{index}."


_numbered = re.compile(rf"[(（【\[]?(?:\d+|[{_NUMERALS}]+|[a-zA-Z](?=[)）.．](?:\s|$))|[ivxIVX]+(?=[)）.．]))[)）】\].．、:：\s]|第[{_NUMERALS}\d]+[条章节]|[①-⑳⑴-⒇•·●◆■-]")


def _is_data(table: etree._Element) -> bool:
    """Whether a table holds data; others only lay out the page."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return False
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    if table.find(".//h1") is not None or table.find(".//h2") is not None or table.find(".//form") is not None:
        return False
    full = [row for row in rows if sum(bool("".join(cell.itertext()).strip()) for cell in row) >= 2]
    if len(full) < 2 or len(full) < len(rows) / 3:
        return False
    sizes = [size(cell) for row in rows for cell in row]
    first = [len("".join(row[0].itertext()).strip()) for row in full]
    if all(size <= 3 for size in first) and max(map(len, full)) == 2 and not any(row[0].tag == "th" for row in full):
        return False  # a list drawn with a table: bullets in the first column
    return max(sizes) < 3000 or table.find(".//th") is not None


@dataclass
class _Walk:
    """The state of one walk over a page."""

    anchors: frozenset[str]
    runs: list[Run] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    links: int = 0
    linked: int = 0
    bold: int = 0
    link_depth: int = 0
    bold_depth: int = 0
    pre_depth: int = 0
    tables: int = 0
    cell: Run | None = None
    cell_node: etree._Element | None = None
    cell_text: list[str] = field(default_factory=list)
    mark: str = ""

    def say(self, text: str | None) -> None:
        if not text:
            return
        text = text if self.pre_depth else text.replace("\n", "\x1f") if "\n" in text else text
        self.text.append(f"{_ON}{text}{_OFF}" if self.bold_depth and not self.pre_depth else text)
        size = len(text.strip())
        if self.link_depth:
            self.links += size
        if self.bold_depth:
            self.bold += size

    def flush(self, node: etree._Element, kind: str = "paragraph", level: int = 0) -> None:
        """Ends the block that is being read."""
        if not self.text:
            return
        text, self.text = "".join(self.text), []
        links, self.links, linked, self.linked, bold, self.bold = self.links, 0, self.linked, 0, self.bold, 0
        if not text.strip(_BLANKS + _ON + _OFF):
            return
        if self.pre_depth and self.cell is None:
            self.runs += [Run(node, "paragraph", line, raw=True) for line in text.split("\n")]
            return
        # \x1f is a line end of the source, which shows as a blank; \n is a <br>
        lines = [(one_line(_bold.sub("", part).replace("\x1f", "\n")), part) for part in text.split("\n")]
        parts = [part for part, _ in lines if part]
        if self.cell is not None:
            self.cell_text += parts
            self.cell.links += links
            return
        if self.mark and parts:
            parts[0] = parts[0] if _numbered.match(parts[0]) else f"{self.mark} {parts[0]}"
            self.mark = ""
        titles = {one for one, part in lines if one and one[-1] not in "：:" and not _in_bold.sub("", part).strip(_BLANKS)} if kind == "paragraph" and len(parts) > 1 else ()
        parts = _rejoin(parts) if kind != "heading" else [" ".join(parts)]
        size = sum(map(len, parts)) or 1
        for part, after in zip(parts, [*parts[1:], ""], strict=True):
            run = Run(node, kind, part, level, round(links * len(part) / size), linked, bold >= 0.95 * (size - len(parts)))
            alone = kind == "paragraph" and run.bold and len(parts) == 1
            above = part in titles and after and after not in titles        # <b>Title</b><br>text
            if (alone or above) and run.links <= 0.5 * len(part) and _titles(part):
                run.kind = "heading"
            self.runs.append(run)


_ON, _OFF = "\x0e", "\x0f"       # around text in bold, until its block ends
_bold, _in_bold = re.compile(f"[{_ON}{_OFF}]"), re.compile(f"{_ON}[^{_OFF}]*{_OFF}")
_BLANKS = " \t\r\n\f\xa0\x1f\u200b\u3000\ufeff"


def _titles(text: str) -> bool:
    """Whether a bold line reads as a heading."""
    if re.fullmatch(r"(?:\d+(?:\.\d+)*|[IVX]+|[A-Z])[.)]\s[^.;!?]{2,80}\.", text):
        return True  # 1. Scope of this policy.
    return len(text) <= (40 if re.search(f"[{HAN}]", text) else 130 if text.endswith("?") else 90) and not re.search(r"[。；;,，.!！]$", text)


def _rejoin(parts: list[str]) -> list[str]:
    """Lines between <br>, joined where a sentence was only wrapped."""
    joined = parts[:1]
    for part in parts[1:]:
        if len(joined[-1]) > 45 and re.match(r"[a-z]", part) and re.search(r"[a-z,]$", joined[-1]):
            joined[-1] += " " + part
        else:
            joined.append(part)
    return joined


_STYLE_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)|text-decoration(?:-line)?\s*:\s*underline", re.I)
_style_heading = re.compile(r"^(?:mso)?heading[\s-]?([1-6])$", re.I)


def _heading_level(element: etree._Element) -> int | None:
    """1 to 6 for headings by tag, role or Word's paragraph class."""
    tag = element.tag
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return int(tag[1])
    if element.get("role") == "heading":
        level = element.get("aria-level") or "2"
        return min(6, int(level)) if level.isdigit() and level != "0" else 2
    for name in (element.get("class") or "").split():
        if found := _style_heading.match(name):
            return int(found[1])
    return None


def walk(body: etree._Element, anchors: frozenset[str]) -> list[Run]:
    """Every block of text below an element, in the order of the page."""
    state = _Walk(anchors)
    kinds: list[tuple[str, int]] = [("paragraph", 0)]
    lists: list[list] = []         # [tag, next number, style]
    data: list[dict] = []          # data tables that are open
    heading_depth = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag
        if not isinstance(tag, str):
            if event == "end" and element is not body:
                state.say(element.tail)
            continue
        block = tag in _BLOCK
        level = _heading_level(element) if event == "start" or element.get("class") or len(tag) == 2 or element.get("role") else None
        if event == "start":
            if tag == "br":
                state.text.append("\n")
            if block or level:
                state.flush(element.getparent() if element is not body else element, *kinds[-1])
            if tag in ("ul", "ol", "menu", "dir"):
                start = element.get("start") or "1"
                hidden = "list-style:none" in (style := (element.get("style") or "").replace(" ", "").lower()) or "list-style-type:none" in style
                lists.append([tag, int(start) if re.fullmatch(r"-?\d{1,6}", start) else 1, element.get("type") or "1", hidden])
            elif tag == "li":
                kinds.append(("item", max(1, len(lists))) if not heading_depth else kinds[-1])
                if lists and lists[-1][0] == "ol":
                    value = element.get("value") or ""
                    if re.fullmatch(r"-?\d{1,6}", value):
                        lists[-1][1] = int(value)
                    state.mark = "" if lists[-1][3] else _number(lists[-1][1], lists[-1][2])
                    lists[-1][1] += 1
                else:
                    state.mark = ""
            elif level:
                kinds.append(("heading", level))
                heading_depth += 1
            elif tag == "dt":
                kinds.append(("heading", 0))
            elif tag == "summary":
                kinds.append(("heading", 0))
            elif tag == "caption":
                kinds.append(("paragraph", 0))
            elif tag == "table" and state.cell is None and _is_data(element):
                data.append({"node": element, "table": state.tables, "row": -1, "taken": set(), "from": len(state.runs), "thead": element.find(".//thead") is not None})
                state.tables += 1
            elif tag == "tr" and data:
                data[-1]["row"] += 1
                data[-1]["column"] = 0
            elif tag in ("td", "th") and data and state.cell is None:
                grid = data[-1]
                row, column = max(0, grid["row"]), grid.get("column", 0)
                while (row, column) in grid["taken"]:
                    column += 1
                across, down = _span(element.get("colspan")), _span(element.get("rowspan"))
                grid["taken"].update((row + i, column + j) for i in range(down) for j in range(across) if i or j)
                grid["column"] = column + across
                parent = element.getparent()
                header = tag == "th" and all(cell.tag == "th" for cell in parent if cell.tag in ("td", "th")) or parent.getparent() is not None and parent.getparent().tag == "thead"
                state.cell = Run(element, "cell", "", 0, table=grid["table"], row=row, column=column, header=header)
                state.cell_node, state.cell_text = element, []
            if tag in ("pre", "textarea"):
                state.pre_depth += 1
            if tag == "a" and _leads_away(element, anchors):
                state.link_depth += 1
                state.linked += 1
            if tag in ("b", "strong", "u") or _STYLE_BOLD.search(element.get("style") or ""):
                state.bold_depth += 1
            state.say(element.text)
            continue
        # the end of an element
        if block or level:
            state.flush(element, *kinds[-1])
        if tag in ("ul", "ol", "menu", "dir"):
            lists.pop()
        elif tag == "li" and len(kinds) > 1:
            kinds.pop()
            state.mark = ""
        elif level:
            kinds.pop()
            heading_depth -= 1
        elif tag in ("dt", "summary", "caption"):
            kinds.pop()
        elif tag in ("td", "th") and state.cell_node is element:
            cell = state.cell
            cell.text = "\n".join(state.cell_text)
            state.cell = state.cell_node = None
            if cell.text:
                state.runs.append(cell)
        elif tag == "table" and data and data[-1]["node"] is element:
            _head(state.runs, data.pop())
        if tag in ("pre", "textarea"):
            state.pre_depth -= 1
        if tag == "a" and _leads_away(element, anchors):
            state.link_depth -= 1
        if tag in ("b", "strong", "u") or _STYLE_BOLD.search(element.get("style") or ""):
            state.bold_depth -= 1
        if element is not body:
            state.say(element.tail)
    state.flush(body)
    return state.runs


def _span(value: str | None) -> int:
    return min(50, max(1, int(value))) if value and value.isdigit() and len(value) < 4 else 1


def _head(runs: list[Run], grid: dict) -> None:
    """Marks the first row of a finished table as headings where the page does not."""
    cells = [run for run in runs[grid["from"]:] if run.kind == "cell" and run.table == grid["table"]]
    if any(cell.header for cell in cells):
        return
    first = [cell for cell in cells if cell.row == 0]
    if heads([cell.text for cell in first], grid["row"] + 1):
        for cell in first:
            cell.header = True


def _leads_away(link: etree._Element, anchors: frozenset[str]) -> bool:
    """Whether a link leads to another page; links within the policy are part of it."""
    target = link.get("href")
    if not target or target.startswith(("mailto:", "tel:")):
        return False
    if "#" in target:
        name = target.rpartition("#")[2]
        return not (target.startswith("#") and name or name in anchors)
    return True


_number_alone = re.compile(rf"[(（]?(?:\d{{1,2}}|[{_NUMERALS}]{{1,3}}|[a-zA-Z])[)）.．、]|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}[.、]?|[①-⑳•·●]")


def _numbers(runs: list[Run]) -> list[Run]:
    """The runs, a number or bullet that stands in a box of its own before the text that it counts."""
    made: list[Run] = []
    for run in runs:
        last = made[-1] if made else None
        if (last is not None and last.kind in ("paragraph", "item", "heading") and len(last.text) < 9 and not last.raw and not run.raw and run.kind in ("paragraph", "item", "heading")
                and _number_alone.fullmatch(last.text) and not _numbered.match(run.text) and not _number_alone.fullmatch(run.text)):
            made[-1] = run
            run.text = f"{last.text} {run.text}"
            continue
        made.append(run)
    return made


def pieces(source: str, *, main: bool = True) -> tuple[list[Piece], str | None, str | None]:
    """The pieces of a page's policy, its title, and its verbatim text where it is all preformatted.

    >>> [p.text for p in pieces("<body><nav><a href='/x'>Home</a></nav><h1>隐私政策</h1><p>我们收集您的信息。</p></body>")[0]]
    ['隐私政策', '我们收集您的信息。']
    """
    if source.count("<") > 2 * DEPTH and depth(source) > DEPTH:
        return [Piece("paragraph", line) for line in map(one_line, flat(source).split("\n")) if line], None, None
    tree = parse(source)
    if tree is None:
        return [], None, None
    name = title(tree)
    strip_hidden(tree)
    body = tree.find("body") if tree.find("body") is not None else tree
    anchors = frozenset(value for element in body.iter(etree.Element) for value in (element.get("id"), element.get("name")) if value)
    runs = _numbers(walk(body, anchors))
    if main:
        kept = choose(runs, body)
        line = imprint(runs, kept)
        runs = [*kept, line] if line else kept
    raw = [run for run in runs if run.raw]
    if raw and len(raw) == len(runs):
        return [], name, "\n".join(run.text for run in raw)
    return [Piece(run.kind, run.text, run.level, run.table, run.row, run.column, run.header) for run in runs if run.text.strip()], name, None
