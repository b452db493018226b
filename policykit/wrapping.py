"""Wrapped lines: whether a line of plain text goes on with the sentence of the line before it."""

from __future__ import annotations

import re
from collections import Counter

from policykit.headings import BLANK, BLANKS, NUMERALS, bracketed, marker
from policykit.text import HAN
from policykit.units import Unit

_stop = re.compile(rf"(?:[。！？!?；;：:…]|(?<![.\d])\.)[”’\"'）)」』】\]*_{BLANK}]*$")
_open_end = re.compile(
    rf"(?:[，、,（(《“「\[—/&＋+]|(?:根据|依据|按照|向|为|对|与|和|给|由|当|如果|若|以及|及|或|或者|并|并且|而|从|将|把|被|即|于|在|通过)(?:您|你|我们|本)?)[*_{BLANK}]*$")
_hanging = re.compile(rf"(?:(?:按照|(?<!律)根据|依照|以及|或者|并且|通过|对于|由于)(?:您|你|我们|本)?|[（(](?:以下|下称|简称|统称)[^（()）\n]{{0,30}}[)）])[*_{BLANK}]*$")      # nothing ends with these
_closer = re.compile(rf"[*_{BLANK}]*(?:[，。、；：！？）》”」』】,;:!?)\]%]|\.(?!\d))")
_continues = re.compile(rf"[*_{BLANK}]*[“\"'‘(（]?[a-z]")
_goes_on = re.compile(r"[*_]*(?:(?:后|时|外|下|中)[，,]|的(?![士确])|等(?:[，,。、信个相内方]|$)|和(?!平)|以及|及(?!时)|或者?|并且?[^行])")
# what sentences, labels and sections begin with
_starts = re.compile(
    r"我们|我司|本|您|你|用户|如|为|在|当|根据|依[据照]|按照|若|请|但|除|对|此外|另外|同时|以[上下]|上述|下列|通过|由于|因|其[中他]|例如|关于|未经|经|凡|任何|目前|随着|一旦|特别|点击|感谢|附[录件]|版本|更新|生效|发布|联系|[^，。；、]{1,14}[：:]|[^，。；]{0,16}(?:有限公司|公司|SDK|政策|协议)\s*\Z|[^，。；：:]{0,20}\Z")
_word = re.compile(r"\S+")
_dangling = re.compile(rf"(?:[；;。，,：:]|^)[{BLANK}]*(?:[（(]?\d{{1,2}}[)）.、]|\d{{1,2}}\\\.)[{BLANK}]*$")
_connective = re.compile(r"(?:Therefore|However|Thus|Hence|These|Those|Such|This|But|And|Or|Then|Also|Moreover|Furthermore|Otherwise|They|It|Among)\b")
_han = re.compile(f"[{HAN}]")
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
# the last characters that some of these can end with, closing signs and blanks apart
_CLOSERS, _MARKS = "”’\"'）)」』】]*_" + BLANKS, "*_" + BLANKS
_HANGING = frozenset("照据及者且过于您你们本)）")
_latin = re.compile(f"[A-Za-z]{{2,12}}[{HAN}]")
_STOPS = frozenset("。！？!?；;：:….")
_OPEN = frozenset("，、,（(《“「[—/&＋+据照向为对与和给由当果若以及或者并且而从将把被即于在过您你们本")
_SHORT = frozenset("PCcMSiINdLEeK")
_NUMBERED = frozenset(")）.、")


# a number that stands on its line alone, and what its text begins with
_alone = re.compile(
    rf"[*_{BLANK}]*(?:[-*•·●][{BLANK}]+)?[*_]*(?:\d{{1,2}}(?:\\?[.．]\d{{1,2}}){{1,4}}\\?[.．、)）]?|[（(](?:\d{{1,2}}|[{NUMERALS}]{{1,3}})[)）]|(?:\d{{1,2}}|[A-Za-z])\\?[.．、)）]|[{NUMERALS}]{{1,3}}、|[①-⑳])[*_{BLANK}]*")
_begins = re.compile(rf"[*_\[{BLANK}]*[“\"'‘《〈「【（(]?[{HAN}A-Za-z]")
_refers = re.compile(rf"(?:[请详参可](?:见|看|参[见阅])|请(?:参照|查阅|查看|点击|阅读|访问)|点击|参阅|查阅)[*_{BLANK}]*$")


def _last_line(text: str, unit: Unit) -> int:
    """Where the last line of a unit begins."""
    return max(text.rfind("\n", unit.start, unit.end) + 1, unit.start)


def joined(text: str, before: Unit, line: Unit, width: int, chinese: bool, full: int = 0) -> bool:
    """Whether a line goes on with the sentence of the lines before it; ``full``: how long a full line is where lines end as the paper did."""
    last = text[_last_line(text, before):before.end]
    if len(last) < 20 and _alone.fullmatch(last) and _last_line(text, before) == before.start:
        return marker(text, line.start, line.end) is None and _begins.match(text, line.start, line.end) is not None
    closes = _closer.match(text, line.start, line.end) is not None
    if line.gap:
        return closes and _stop.search(last) is None and not bracketed(last)
    if bracketed(last):
        return False
    if closes and not _ended(last[-8:]):
        return True
    sign = last.rstrip(_MARKS)[-1:]     # an expression for the end of a line is tried where it can match
    if sign in _SHORT and _abbreviation.search(last) and _belonging.match(text, line.start, line.end) or sign.isdecimal() and _count.search(last) and _unit.match(text, line.start, line.end) or _brackets(text, before, line):
        return True
    numbered = marker(text, line.start, line.end) is not None
    if numbered or _special.match(text, line.start, line.end):
        return not numbered and (text.startswith("**", line.start) and last.rstrip("*_ ").endswith(("，", "、", ",")) or text.startswith(("**[", "["), line.start) and _refers.search(last[-8:]) is not None)
    if ("://" in last or "." in last) and _linked.search(last) and _han.search(text, line.start, min(line.end, line.start + 10)):
        return False
    size = len(last)
    word = _word.match(text, line.start, line.end).end() - line.start
    latin = not _han.search(last[-12:]) and not _han.match(text[line.start])
    ended = _ended(last[-12:])
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
    if full and size >= 0.85 * full:
        return True
    if last.rstrip(BLANKS)[-1:] in _NUMBERED and _dangling.search(last):
        return True
    if size >= 8 and sign in _HANGING and _hanging.search(last) and _han.match(text[line.start]):
        return True
    if chinese and size > 12 and "。" in last and _latin.match(text, line.start, line.end):
        return True
    if chinese and _goes_on.match(text, line.start, line.end):
        return True
    if size >= 30 and _han.match(text[line.start]) and _han.match(last.rstrip(_MARKS)[-1:]) and not _starts.match(text, line.start, line.end):
        begun = text.rfind("。", before.start, before.end) + 1
        if begun and marker(text, begun, before.end) is None:
            return True     # behind a sentence stands the beginning of another
    if last.endswith("**") and last.count("**") == 2 and _wordy.search(last[:last.index("**")]):
        return True   # html2text breaks the line after bold words
    if sign in _OPEN and _open_end.search(last) and (last.rstrip("*_ ")[-1] in "，、,（(《“「[—/&＋+" and size > 12 or chinese and _inner.search(last)):
        return True
    return chinese and size >= 30 and _inner.search(last) is not None and last.count("：") < 2


def _ended(last: str) -> bool:
    """Whether a sentence ends with the end of a line.

    >>> _ended("我们收集。”"), _ended("version 3."), _ended("我们")
    (True, False, False)
    """
    return last.rstrip(_CLOSERS)[-1:] in _STOPS and _stop.search(last) is not None


def _brackets(text: str, before: Unit, line: Unit) -> bool:
    """Whether a line closes the bracket that the line before it opened.

    >>> page = "我们会收集位置信息（GPS\\n位置、基站），用于导航"
    >>> _brackets(page, Unit(0, 13), Unit(14, len(page))), _brackets(page, Unit(0, 9), Unit(14, len(page)))
    (True, False)
    """
    title = text.rfind("《", max(before.start, before.end - 60), before.end)
    if title >= 0 and text.find("》", title, before.end) < 0 and (end := text.find("》", line.start, min(line.end, line.start + 40))) >= 0 and text.find("《", line.start, end) < 0:
        return True
    opened = max(text.rfind("（", before.start, before.end), text.rfind("(", before.start, before.end))
    closed = max(text.rfind("）", before.start, before.end), text.rfind(")", before.start, before.end))
    if opened <= closed or before.end - opened > 160:
        return False
    first = _bracket.search(text, line.start, min(line.end, line.start + 120))
    return first is not None and first[0] in "）)" and not _numbered.match(text, line.start, line.end) and _han.search(text, opened, line.end) is not None


def width_of(text: str, lines: list[Unit]) -> int:
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


def wrapped_chinese(text: str, lines: list[Unit]) -> bool:
    """Whether lines break inside Chinese sentences: some line ends or begins as no sentence does."""
    seen = plain = 0
    for before, line in zip(lines, lines[1:]):
        if line.gap or not _han.search(text, before.start, before.end):
            continue
        last = text[max(before.start, before.end - 12):before.end]
        if _ended(last) or marker(text, line.start, line.end) is not None:
            continue
        if _closer.match(text, line.start, line.end) or last.rstrip(_MARKS)[-1:] in _OPEN and _open_end.search(last):
            seen += 1 if before.end - before.start > 12 else 0.5
        elif before.end - before.start >= 30 and _inner.search(text, before.start, before.end):
            plain += 1    # may be a list whose entries have no full stop
    return seen >= 1 and seen * 6 >= plain
