"""Blocks to units: wrapped lines joined again, tables cut into cells, rules and page furniture named."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from policykit.headings import BLANK, Marker, bracketed, marker, strength
from policykit.read import Policy
from policykit.text import HAN, INVISIBLE


@dataclass(slots=True)
class Unit:
    """A stretch of text that will become one clause, and what is known of it so far."""

    start: int
    end: int
    kind: str = "paragraph"            # what the file's format says: heading, paragraph, item, cell
    level: int = 0                     # of a heading or list item, where the format shows it
    marker: Marker | None = None
    title: int = 0                     # where the text after marker and decoration begins
    gap: bool = False                  # a blank line stands before it
    indent: int = 0
    table: int | None = None
    row: int = 0
    column: int = 0
    header: bool = False


@dataclass(frozen=True, slots=True)
class Chrome:
    """Text that says nothing: a ruler, a table's border, a link of the page around the policy."""

    kind: str
    start: int
    end: int


_ruler = re.compile(r"[\s=\-_*~—–·.#+^<>|]*")
_border = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*")
_drawn = re.compile(r"[^\n]+")
_hidden = re.compile(f"[{INVISIBLE}\\s]*")
_furniture = re.compile(
    r"skip to (?:main )?content|返回顶部|回到顶部|back to top|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|page \d+(?: of \d+)?|[-–—]\s*\d+\s*[-–—]|展开全部|收起", re.I)
_stop = re.compile(rf"(?:[。！？!?；;：:…]|(?<![.\d])\.)[”’\"'）)」』】\]*_{BLANK}]*$")
_open_end = re.compile(
    rf"(?:[，、,（(《“「\[—/&＋+]|(?:根据|依据|按照|向|为|对|与|和|给|由|当|如果|若|以及|及|或|或者|并|并且|而|从|将|把|被|即|于|在|通过)(?:您|你|我们|本)?)[*_{BLANK}]*$")
_closer = re.compile(rf"[*_{BLANK}]*(?:[，。、；：！？）》”」』】,;:!?)\]%]|\.(?!\d))")
_continues = re.compile(rf"[*_{BLANK}]*[“\"'‘(（]?[a-z]")
_goes_on = re.compile(r"[*_]*(?:(?:后|时|外|下|中)[，,]|的(?![士确])|等(?:[，,。、信个相内方]|$)|和(?!平)|以及|及(?!时)|或者?|并且?[^行])")
_word = re.compile(r"\S+")
_dangling = re.compile(rf"(?:[；;。，,：:]|^)[{BLANK}]*(?:[（(]?\d{{1,2}}[)）.、]|\d{{1,2}}\\\.)[{BLANK}]*$")
_connective = re.compile(r"(?:Therefore|However|Thus|Hence|These|Those|Such|This|But|And|Or|Then|Also|Moreover|Furthermore|Otherwise|They|It|Among)\b")
_han = re.compile(f"[{HAN}]")
_bold_title = re.compile(r"([^*\n]{2,45})\*\*[ \u3000]*(?=[^\s*，。；：、,;:])")
_plain_title = re.compile(
    rf"(?P<title>[{HAN}、与和及/“”《》（）A-Za-z ]{{0,26}}?(?:信息|共享|转让|披露|权利|安全|保护|更新|修订|变更|我们|技术|规则|功能|方式|范围|条款|定义|其他|存储|储存|期限|例外|措施|说明|权限|解释|终止|责任|原则|地点|适用))"
    rf"(?:(?P<colon>[：:])[{BLANK}]*|[{BLANK}]+)(?=[\d{HAN}“《（(])")
_subject = re.compile(r"我们|我司|本公司|本平台|您|你|为|当|如|在|根据|除|本|由于|对于|未经|若")
_announced = re.compile("以下|如下|下列|包括")
# html2text breaks lines at blanks, and so between IP and 地址
_abbreviation = re.compile(rf"[、，,（(：:{HAN}][*_{BLANK}]*(?:IP|MAC|Mac|mac|SIM|GPS|Wi-?F[iI]|WIFI|WLAN|Android|IMEI|IMSI|URL|Cookie|cookie|SDK)[*_{BLANK}]*$")
_belonging = re.compile(r"[*_]*(?:地址|接入点|状态|卡|标识|号码?|位置|列表|信息|版本|权限)[*_]*[、，,。；;）)和及与或的等]")
_count = re.compile(rf"[{HAN}][*_{BLANK}]*\d{{1,4}}[*_{BLANK}]*$")            # 不满 14 / 周岁的人
_unit = re.compile(rf"[*_{BLANK}]*(?:周?岁|天|日|年|个?(?:工作日|自然日|月|小时)|分钟|元|次|位)(?=[{HAN}，。；、,.;）)])")
_linked = re.compile(r"[:：|][\s<\[]*(?:https?://|www\.)[\x21-\x7e]*$|^[\s<\[]*https?://[\x21-\x7e]*$", re.IGNORECASE)   # 官网：https://...
_bracket = re.compile(r"[（(）)]")
_numbered = re.compile(rf"[*_{BLANK}]*[0-9a-zA-Z一二三四五六七八九十]{{1,3}}[)）]")
_wordy = re.compile(f"[{HAN}A-Za-z]{{2}}")
_inner = re.compile("[，。；,;]")
_special = re.compile(r"[【\[#>|]|\*\*|https?:")


def units(policy: Policy) -> tuple[list[Unit], list[Chrome]]:
    """The units of a policy in order, and the chrome between them."""
    text, made, chrome = policy.text, [], []
    lines: list[Unit] = []
    table = 1 + max((block.table for block in policy.blocks if block.table is not None), default=-1)

    def flush() -> None:
        nonlocal table
        if lines:
            table = _lines(text, lines, made, chrome, table)
            lines.clear()

    last = 0
    plain = policy.format in (None, "txt", "md") or _preformatted(policy)
    for block in policy.blocks:
        if not text[block.start:block.end].strip():
            continue
        if block.kind == "paragraph":
            for line in _split(text, block.start, block.end):
                lines.append(Unit(line[0], line[1], gap=text.count("\n", last, line[0]) > 1, indent=_indent(text, line[0])))
                last = line[1]
            if not plain and lines and "\n" not in text[block.start:block.end]:
                flush()   # a paragraph of HTML, PDF or Word is whole
            continue
        flush()
        if block.kind == "cell":
            for start, end in [(block.start, block.end)]:
                made.append(Unit(start, end, "cell", table=block.table or 0, row=block.row or 0, column=block.column or 0, header=block.header))
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


def marked(text: str, unit: Unit) -> list[Unit]:
    """A unit with its marker found, cut where a heading and its text are run together."""
    made = [unit]
    unit.title = unit.start
    while unit.kind != "cell":
        unit.marker = marker(text, unit.start, unit.end)
        if unit.marker is None:
            break
        unit.title = unit.marker.end
        cut = _run_in(text, unit)
        if cut is None:
            break
        rest = Unit(cut[1], unit.end, "paragraph", title=cut[1], indent=unit.indent)
        unit.end = cut[0]
        made.append(rest)
        unit = rest
    return made


def cut_at(text: str, unit: Unit, places: list[int]) -> list[Unit]:
    """A unit cut at the places given, each part with its marker."""
    edges = [unit.start, *places, unit.end]
    made = []
    for start, end in zip(edges, edges[1:]):
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            left = start + piece.index(stripped)
            made += marked(text, Unit(left, left + len(stripped), "paragraph" if made else unit.kind, unit.level if not made else 0, gap=unit.gap and not made, indent=unit.indent))
    return made


def _furnished(text: str, units: list[Unit], named: list[Chrome]) -> list[Chrome]:
    """All text between the units: what was named already, and signs that only draw."""
    chrome = list(named)
    taken = sorted([(unit.start, unit.end) for unit in units] + [(one.start, one.end) for one in named]) + [(len(text), len(text))]
    at = 0
    for start, end in taken:
        if start > at:
            for found in _drawn.finditer(text, at, start):
                piece = found[0].strip()
                if piece:
                    left = found.start() + found[0].index(piece)
                    kind = "border" if "|" in piece else "mark" if piece.strip("#") == "" else "invisible" if _hidden.fullmatch(piece) else "ruler" if _ruler.fullmatch(piece) else "page"
                    chrome.append(Chrome(kind, left, left + len(piece)))
        at = max(at, end)
    return sorted(chrome, key=lambda one: one.start)


def _run_in(text: str, unit: Unit) -> tuple[int, int] | None:
    """Where a numbered heading ends and the text run together with it begins, if that is so."""
    if unit.end - unit.title < 12 or unit.kind == "cell":
        return None
    kind = unit.marker.kind
    if unit.marker.bold:
        bold = _bold_title.match(text, unit.title, min(unit.end, unit.title + 60))
        if bold and unit.end - bold.end() > 6 and strength(bold[1]) == 2:
            return bold.end(1) + 2, bold.end()
    title = _plain_title.match(text, unit.title, min(unit.end, unit.title + 60))
    if title is not None and kind in ("part", "chapter", "section", "han", "(han)", "1", "1、") and not title["colon"]:
        inner = marker(text, title.end(), unit.end)
        if inner is not None and inner.value == 1 and inner.kind != kind and inner.family != "-":
            return title.end("title"), title.end()
    if title is not None and not title["colon"] and kind in ("chapter", "section", "han", "(han)") and _subject.match(text, title.end(), unit.end) and text[unit.end - 1] in "。：:":
        return title.end("title"), title.end()
    if title is None or unit.end - title.end() < 20 or kind not in ("part", "chapter", "section", "article", "han", "(han)", "1", "1、", "(1)", "1)", "1.1") or unit.end - unit.title < 30 or not _inner.search(text, title.end(), unit.end):
        return None
    if kind in ("1", "1、", "(1)", "1)", "1.1") and not _subject.match(text, title.end(), unit.end):
        return None
    if title["colon"] and (kind not in ("han", "chapter", "part", "section") or _announced.search(title[0])):
        return None
    return title.end("title"), title.end()


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


def _lines(text: str, lines: list[Unit], made: list[Unit], chrome: list[Chrome], table: int) -> int:
    """Lines of plain text as units: rulers apart, tables as cells, wrapped lines joined; the next free table number."""
    rows = _tables(text, lines)
    kept: list[tuple[Unit, int | None]] = []
    for number, line in enumerate(lines):
        piece = text[line.start:line.end]
        if _ruler.fullmatch(piece) or _border.fullmatch(piece):
            kept.append((line, -1))
        elif len(piece) < 40 and _furniture.fullmatch(piece):
            chrome.append(Chrome("page", line.start, line.end))
            kept.append((line, -1))
        else:
            kept.append((line, rows.get(number)))
    width = _width(text, [line for line, row in kept if row is None])
    chinese = _wrapped_chinese(text, [line for line, row in kept if row is None])
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
        if open_unit is not None and _joined(text, open_unit, line, width, chinese):
            open_unit.end = line.end
        else:
            made.append(line)
            open_unit = line
        rule = False
    return table


def _last_line(text: str, unit: Unit) -> int:
    """Where the last line of a unit begins."""
    return max(text.rfind("\n", unit.start, unit.end) + 1, unit.start)


def _joined(text: str, before: Unit, line: Unit, width: int, chinese: bool) -> bool:
    """Whether a line goes on with the sentence of the lines before it."""
    start = _last_line(text, before)
    last = text[start:before.end]
    if bracketed(last):
        return False
    if line.gap:
        return bool(_closer.match(text, line.start, line.end)) and not _stop.search(last)
    if _closer.match(text, line.start, line.end) and not _stop.search(last[-8:]):
        return True
    if _abbreviation.search(last) and _belonging.match(text, line.start, line.end) or _count.search(last) and _unit.match(text, line.start, line.end) or _brackets(text, before, line):
        return True
    if marker(text, line.start, line.end) is not None or _special.match(text, line.start, line.end):
        return bool(text.startswith("**", line.start)) and last.rstrip("*_ ").endswith(("，", "、", ",")) and marker(text, line.start, line.end) is None
    if _linked.search(last) and _han.search(text, line.start, min(line.end, line.start + 10)):
        return False
    size = len(last)
    word = _word.match(text, line.start, line.end).end() - line.start
    latin = not _han.search(last[-12:]) and not _han.match(text[line.start])
    ended = _stop.search(last[-12:]) is not None
    if latin:
        reach = size + 1 + word - width if width else -9   # how far the next word would have stood over the edge
        if ended:
            if last.rstrip().endswith((":", "：")):
                return False
            if _continues.match(text, line.start, line.end):
                return width > 0 and size > width - 20
            return reach > 1 and size <= width + 2 and text.find(" ", line.start, line.end) > 0 or 0 <= reach <= 1 and _connective.match(text, line.start) is not None
        if _continues.match(text, line.start, line.end):
            return width > 0 or size > 60 or last.rstrip().endswith(",")
        quoted = width > 0 and (text.count('"', before.start, before.end) % 2 == 1 or text.count("(", before.start, before.end) > text.count(")", before.start, before.end))
        return reach > 0 or quoted
    if ended:
        return False
    if _dangling.search(last):
        return True
    if chinese and _goes_on.match(text, line.start, line.end):
        return True
    if last.endswith("**") and last.count("**") == 2 and _wordy.search(last[:last.index("**")]):
        return True   # html2text breaks the line after bold words
    if _open_end.search(last) and (last.rstrip("*_ ")[-1] in "，、,（(《“「[—/&＋+" and size > 12 or chinese and _inner.search(last)):
        return True
    return chinese and size >= 30 and _inner.search(last) is not None and last.count("：") < 2


def _brackets(text: str, before: Unit, line: Unit) -> bool:
    """Whether a line closes the bracket that the line before it opened.

    >>> page = "我们会收集位置信息（GPS\\n位置、基站），用于导航"
    >>> _brackets(page, Unit(0, 13), Unit(14, len(page))), _brackets(page, Unit(0, 9), Unit(14, len(page)))
    (True, False)
    """
    opened = max(text.rfind("（", before.start, before.end), text.rfind("(", before.start, before.end))
    closed = max(text.rfind("）", before.start, before.end), text.rfind(")", before.start, before.end))
    if opened <= closed or before.end - opened > 160:
        return False
    first = _bracket.search(text, line.start, min(line.end, line.start + 120))
    return first is not None and first[0] in "）)" and not _numbered.match(text, line.start, line.end) and _han.search(text, opened, line.end) is not None


def _width(text: str, lines: list[Unit]) -> int:
    """The column at which Latin text was wrapped; 0 where lines are whole paragraphs.

    A line that goes on in lower case says that its own length fits and that the next word did not.
    """
    votes: Counter[int] = Counter()
    seen = 0
    for before, line in zip(lines, lines[1:]):
        if line.gap or not _continues.match(text, line.start, line.end):
            continue
        last = text[before.end - 1]
        if last.isascii() and last not in ".:;!?":
            seen += 1
            size = before.end - before.start
            if size < 200:
                for column in range(size, size + 1 + _word.match(text, line.start, line.end).end() - line.start):
                    votes[column] += 1
    if seen < 6:
        return 0
    width, fitting = max(votes.items(), key=lambda vote: (vote[1], vote[0]), default=(0, 0))
    return width if 40 <= width and fitting * 3 >= seen else 0


def _wrapped_chinese(text: str, lines: list[Unit]) -> bool:
    """Whether lines break inside Chinese sentences: some line ends or begins as no sentence does."""
    seen = plain = 0
    for before, line in zip(lines, lines[1:]):
        if line.gap or not _han.search(text[before.start:before.end]):
            continue
        last = text[max(before.start, before.end - 12):before.end]
        if _stop.search(last) or marker(text, line.start, line.end) is not None:
            continue
        if _closer.match(text, line.start, line.end) or _open_end.search(last):
            seen += 1 if before.end - before.start > 12 else 0.5
        elif before.end - before.start >= 30 and _inner.search(text, before.start, before.end):
            plain += 1    # may be a list whose entries have no full stop
    return seen >= 1 and seen * 6 >= plain


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
