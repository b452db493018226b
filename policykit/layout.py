"""Blocks to units: wrapped lines joined again, tables cut into cells, rules and page furniture named."""

from __future__ import annotations

import re

from policykit.read import Policy
from policykit.text import INVISIBLE
from policykit.units import Chrome, Unit, cut_at, marked
from policykit.wrapping import joined, width_of, wrapped_chinese

__all__ = ["Chrome", "Unit", "cut_at", "units"]

_ruler = re.compile(r"[\s=\-_*~—–·.#+^<>|]*")
_border = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*")
_drawn = re.compile(r"[^\n]+")
_hidden = re.compile(f"[{INVISIBLE}\\s]*")
_furniture = re.compile(
    r"skip to (?:main )?content|返回顶部|回到顶部|back to top|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|page \d+(?: of \d+)?|[-–—]\s*\d+\s*[-–—]|展开全部|收起", re.I)
# what lines of these kinds begin with
_RULED, _FURNISHED = frozenset("=-_*~—–·.#+^<>|:"), frozenset("sSſ返回bB第pP-–—展收")


def units(policy: Policy) -> tuple[list[Unit], list[Chrome]]:
    """The units of a policy in order, and the chrome between them."""
    text, made, chrome = policy.text, [], []
    lines: list[Unit] = []
    table = 1 + max((block.table for block in policy.blocks if block.table is not None), default=-1)

    def flush() -> None:
        nonlocal table
        if lines:
            table = _lines(text, lines, made, chrome, table, full)
            lines.clear()

    last = 0
    plain = policy.format in (None, "txt", "md") or _preformatted(policy)
    full = 0 if plain else _full(policy)
    for block in policy.blocks:
        if block.start == block.end or text[block.start:block.end].isspace():
            continue
        if block.kind == "paragraph":
            for line in _split(text, block.start, block.end):
                lines.append(Unit(line[0], line[1], gap=not full and text.count("\n", last, line[0]) > 1, indent=_indent(text, line[0])))
                last = line[1]
            if not plain and not full and lines and "\n" not in text[block.start:block.end]:
                flush()   # a paragraph of HTML, PDF or Word is whole
            continue
        flush()
        if block.kind == "cell":
            made.append(Unit(block.start, block.end, "cell", table=block.table or 0, row=block.row or 0, column=block.column or 0, header=block.header))
        else:
            made.append(Unit(block.start, block.end, block.kind, block.level, gap=True))
        last = block.end
    flush()
    made = [part for unit in made for part in marked(text, unit)]
    return made, _furnished(text, made, chrome)


def _preformatted(policy: Policy) -> bool:
    """Whether the paragraphs of a page are lines of plain text: no blank line stands between two of them."""
    return any(before.kind == after.kind == "paragraph" and policy.text[before.end:after.start].count("\n") == 1
               for before, after in zip(policy.blocks, policy.blocks[1:]))


def _full(policy: Policy) -> int:
    """How long a full line is on a page whose paragraphs are lines that end wherever the paper did; 0 on others."""
    found = [block for block in policy.blocks if block.kind == "paragraph"]
    sizes = sorted(block.end - block.start for block in found)
    if len(found) < 20 or not 20 <= (wide := sizes[len(sizes) * 9 // 10]) <= 130:
        return 0
    reach = [block for block in found if 0.85 * wide <= block.end - block.start <= 1.15 * wide]
    cut = sum(policy.text[block.end - 1] not in _closing for block in reach)
    return wide if sizes[-1] <= 1.3 * wide and len(reach) >= 0.4 * len(found) and cut >= 0.6 * len(reach) else 0


_closing = frozenset("。！？!?；;：:….”’\"')）」』】]")


def _furnished(text: str, units: list[Unit], named: list[Chrome]) -> list[Chrome]:
    """All text between the units: what was named already, and signs that only draw."""
    chrome = list(named)
    taken = sorted([(unit.start, unit.end) for unit in units] + [(one.start, one.end) for one in named]) + [(len(text), len(text))]
    at = 0
    for start, end in taken:
        if start > at and not text[at:start].isspace():
            for found in _drawn.finditer(text, at, start):
                piece = found[0].strip()
                if piece:
                    left = found.start() + found[0].index(piece)
                    kind = "border" if "|" in piece else "mark" if piece.strip("#") == "" else "invisible" if _hidden.fullmatch(piece) else "ruler" if _ruler.fullmatch(piece) else "page"
                    chrome.append(Chrome(kind, left, left + len(piece)))
        at = max(at, end)
    return sorted(chrome, key=lambda one: one.start)


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The lines of a stretch, trimmed of blanks, without empty ones."""
    found = []
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        left, right = start, stop
        piece = text[start:stop]
        stripped = piece.strip(" \t\r\f\v\u00a0\u3000\u200b\ufeff")
        if stripped:
            left = start + piece.index(stripped)
            right = left + len(stripped)
            found.append((left, right))
        start = stop + 1
    return found


def _indent(text: str, start: int) -> int:
    """How many blanks stand before a line."""
    line = text.rfind("\n", 0, start) + 1
    return start - line


def _lines(text: str, lines: list[Unit], made: list[Unit], chrome: list[Chrome], table: int, full: int = 0) -> int:
    """Lines of plain text as units: rulers apart, tables as cells, wrapped lines joined; the next free table number."""
    rows = _tables(text, lines)
    kept: list[tuple[Unit, int | None]] = []
    for number, line in enumerate(lines):
        piece = text[line.start:line.end]
        if (piece[0] in _RULED or piece[0].isspace()) and (_ruler.fullmatch(piece) or _border.fullmatch(piece)):
            kept.append((line, -1))
        elif len(piece) < 40 and piece[0] in _FURNISHED and _furniture.fullmatch(piece):
            chrome.append(Chrome("page", line.start, line.end))
            kept.append((line, -1))
        else:
            kept.append((line, rows.get(number)))
    width = width_of(text, [line for line, row in kept if row is None])
    chinese = wrapped_chinese(text, [line for line, row in kept if row is None])
    open_unit: Unit | None = None
    current = None
    rule = True
    for line, row in kept:
        if row == -1:
            open_unit, rule = None, True
            continue
        line.gap = line.gap or rule
        if row is not None:
            if row != current:
                current, count = row, 0
                table += 1
            for column, (start, end) in enumerate(_cells(text, line.start, line.end)):
                if start < end:
                    made.append(Unit(start, end, "cell", table=table - 1, row=count, column=column, header=count == 0))
            count += 1
            open_unit, rule = None, False
            continue
        current = None
        if open_unit is not None and joined(text, open_unit, line, width, chinese, full):
            open_unit.end = line.end
        else:
            made.append(line)
            open_unit = line
        rule = False
    return table


def _tables(text: str, lines: list[Unit]) -> dict[int, int]:
    """Which lines are rows of a table: line number -> number of the table among these lines."""
    rows: dict[int, int] = {}
    if not lines or "|" not in text and "\t" not in text:
        return rows
    counts = [text.count("|", line.start, line.end) for line in lines]
    tabs = [len(re.findall(r"\t+", text[line.start:line.end])) if "\t" in text[line.start:line.end] else 0 for line in lines]
    number = 0
    while number < len(lines):
        if counts[number] and number + 1 < len(lines) and _bordered(text, lines[number], lines[number + 1]):
            name = number
            rows[number] = name
            number += 1 + bool(_border.fullmatch(text, lines[number + 1].start, lines[number + 1].end))
            while number < len(lines) and counts[number]:
                rows[number] = name
                number += 1
        elif counts[number] >= 2 or tabs[number]:
            measure = counts if counts[number] >= 2 else tabs
            stop = number
            while stop < len(lines) and measure[stop] == measure[number]:
                stop += 1
            if stop - number >= (2 if measure[number] >= 2 else 3):
                rows |= dict.fromkeys(range(number, stop), number)
            number = max(stop, number + 1)
        else:
            number += 1
    return rows


def _bordered(text: str, line: Unit, after: Unit) -> bool:
    """Whether the rule under a heading row of a table follows a line."""
    if _border.fullmatch(text, after.start, after.end):
        return True
    return any(_border.fullmatch(between) for between in text[line.end:after.start].split("\n") if "|" in between)


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The cells of one row, trimmed; an empty cell has start == end."""
    piece = text[start:end]
    sign = r"\|" if "|" in piece else r"\t+"
    edges = [start - 1] + [start + found.start() for found in re.finditer(sign, piece)] + [end]
    rights = [start] + [start + found.end() for found in re.finditer(sign, piece)]
    cells = []
    for left, right in zip(rights, edges[1:]):
        inner = text[left:right]
        stripped = inner.strip()
        at = left + (inner.index(stripped) if stripped else 0)
        cells.append((at, at + len(stripped)))
    if sign == r"\|":
        if piece.startswith("|"):
            cells = cells[1:]
        if piece.endswith("|") and cells:
            cells = cells[:-1]
    return cells
