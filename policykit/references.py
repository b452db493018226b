"""References inside a document: to sections, annexes and lists that should be there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from difflib import SequenceMatcher

from policykit.faults import Reporter
from policykit.rows import Clause, Defect, Sdk
from policykit.structure import Document
from policykit.text import fold

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_number = re.compile(r"[\s(\[*#]*(?:第\s*)?([一二三四五六七八九十百]+|\d+(?:\.\d+)*|[ivx]+)\s*(?:章|条|部分|节|[、.)\]:\s]|$)")


def value_of(number: str) -> int | None:
    """The value of a Chinese, Arabic or Roman number.

    >>> value_of("十二"), value_of("7"), value_of("VII"), value_of("x条")
    (12, 7, 7, None)
    """
    number = fold(number).strip()
    if number.isdigit():
        return int(number)
    if number and all(char in _ROMAN for char in number):
        values = [_ROMAN[char] for char in number]
        return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))
    if number and all(char in _DIGITS or char in "十百" for char in number):
        total, digit = 0, 0
        for char in number:
            if char in "十百":
                total += (digit or 1) * (10 if char == "十" else 100)
                digit = 0
            else:
                digit = _DIGITS[char]
        return total + digit
    return None


def number_of(line: str) -> str | None:
    """The number with which a line or heading begins, in Arabic digits.

    >>> number_of("（三）您的权利"), number_of("VII. Your rights"), number_of("3.2 Cookie"), number_of("您的权利")
    ('3', '7', '3.2', None)
    """
    hit = _number.match(fold(line))
    if not hit:
        return None
    if "." in hit[1]:
        return hit[1]
    value = value_of(hit[1])
    return None if value is None else str(value)


_titled = re.compile(r"\"\s*(?:第\s*)?(?:([一二三四五六七八九十]{1,3}|[ivx]{1,5}|\d{1,2})\s*(?:[、.:](?!\d)|章|部分|条)|(\d{1,2}(?:\.\d{1,2})+)[、.:]?)\s*([^\"\n]{2,60}?)\s*[。.,]?\"")
_numbered = re.compile(
    r"(?:本(?:政策|隐私政策|隐私权政策|协议|声明|指引)(?:的|之)?|(?:参见|详见|请见|参照|请参阅|见(?:本政策|本隐私政策)?))\s*\"?第\s*([一二三四五六七八九十]{1,3}|\d{1,2})\s*(章|条|部分|节)"
    r"|(?:see|refer to|set out in|described in|according to|pursuant to)\s+(?:section|chapter|part)\s+([ivx]{1,5}|\d{1,2})(?![a-z0-9.])(?: of this)?")


def _plain(title: str) -> str:
    return re.sub(r"[\s\W_]+", "", fold(title))


def broken(document: Document, report: Reporter) -> Iterator[Defect]:
    """References to a section whose number is another's, or that there is not."""
    sections = [(number_of(section.number or "") or "", section) for section in document.sections if section.level and section.title]
    if len(sections) < 3:
        return
    numbers = {int(number) for number, section in sections if number.isdigit()}
    titles = [_plain(section.title or "") for _, section in sections]
    told = 0
    for clause in _clauses(document, _maybe):
        if clause.kind in ("toc", "heading") or told >= 4:
            continue
        folded = document.folded[clause.start:clause.end]
        for hit in _titled.finditer(folded):
            number, wanted = hit[2] or value_of(hit[1]), _plain(hit[3])
            if number is None or len(wanted) < 2:
                continue
            scored = [(_alike(wanted, title), place, section) for (place, section), title in zip(sections, titles)]
            score, place, section = max(scored, key=lambda one: (one[0], one[1] == str(number)))
            if score < 0.8 or any(other >= 0.8 and marked == str(number) for other, marked, _ in scored) or not place:
                continue   # another document, or the right number
            told += 1
            yield report.row("broken_reference", clause.start + hit.start(), clause.start + hit.end(), what=document.policy.text[clause.start + hit.start() + 1:clause.start + hit.end() - 1],
                             other=f"but “{section.title}” is number {section.number}", zh={"other": f"而“{section.title}”的编号是{section.number}"})
        for hit in _numbered.finditer(folded):
            number = value_of(hit[1] or hit[3])
            before = folded[max(0, hit.start() - 12):hit.start()]
            if number is None or number in numbers or "》" in before or not numbers or max(numbers) < 3 or hit[2] == "节":
                continue
            if number > max(numbers):
                told += 1
                yield report.row("broken_reference", clause.start + hit.start(), clause.start + hit.end(), what=document.policy.text[clause.start + hit.start():clause.start + hit.end()],
                                 other="and no section has that number", zh={"other": "没有这一编号的章节"})


# what a reference holds in any case
_maybe = re.compile(r"\"\s*(?:第\s*)?[一二三四五六七八九十ivx\d]|第\s*[一二三四五六七八九十\d]{1,3}\s*[章条部节]|section\s|chapter\s|part\s")


def _clauses(document: Document, pattern: re.Pattern[str]) -> Iterator[Clause]:
    """The clauses in which an expression is found, in order."""
    starts, past = [clause.start for clause in document.clauses], -1
    for hit in pattern.finditer(document.folded):
        number = bisect_right(starts, hit.start()) - 1
        if number > past:
            past = number
            yield document.clauses[number]


def _alike(one: str, other: str) -> float:
    """How alike two titles are, 0 to 1; 0 where that is less than 0.8."""
    if 2 * min(len(one), len(other)) < 0.8 * (len(one) + len(other)):
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= 0.8 else 0.0


_annex = re.compile(
    r"(?:参见|详见|请见|见|参阅|查看|阅读|载于|列于|参照|本(?:政策|协议|声明|指引|隐私政策)(?:的|之)?)\s*[\"(《]?(?:本(?:政策|协议|声明|指引|隐私政策|文)(?:的|之)?)?(附录|附件|附表)\s*([一二三四五六七八九十\d]{0,2})(?!》)"
    r"|(?:see|refer to|set out in|listed in|in) (?:the )?(appendix|annex|schedule)(?![a-z])")
_annex_word = re.compile("附录|附件|附表|附[:：]|appendix|annex|schedule")
_annex_head = re.compile(r"[\s\"《【\[(*#>\-]*(附录|附件|附表|附[:：]|appendix|annex|schedule)")


def annexes(document: Document, report: Reporter) -> Iterator[Defect]:
    """Annexes that the text refers to and that are not in the file."""
    named = [clause for clause in _clauses(document, _annex_word) if clause.kind != "toc"]
    if any(_annex_head.match(document.folded, clause.start, clause.end) for clause in named):
        return
    told: set[str] = set()
    for clause in named:
        for hit in _annex.finditer(document.folded, clause.start, clause.end):
            word = hit[1] or hit[3]
            after = document.folded[hit.end():hit.end() + 4]
            if word in told or hit[3] == "schedule" or after.startswith(("内容", "功能", "下载", "的文件", "等")):
                continue
            told.add(word)
            yield report.row("annex_missing", hit.start(), hit.end(), what=document.policy.text[hit.start():hit.end()])


_list = re.compile(r"(?:第三方|sdk|合作伙伴|合作方|共享|权限|个人信息|收集|应用)[^。;,\n\"《》]{0,16}(?:清单|目录|列表|名单)")
_list_word = re.compile("清单|目录|列表|名单")
_list_cue = re.compile(r"[\"《【]|点击|查看|详见|参见|请见|见|访问|了解|链接")


def lists(document: Document, report: Reporter, sdks: list[Sdk]) -> Iterator[Defect]:
    """Lists that the text names or links and whose content is not in the file."""
    told: set[str] = set()
    in_tables = {cell for table in document.tables for line in table for cell in line if cell is not None}
    tables = [document.clauses[min(cell for line in table for cell in line if cell is not None)].start for table in document.tables if any(cell is not None for line in table for cell in line)]
    listed = len({sdk.sdk for sdk in sdks if sdk.rule.startswith(("table", "list"))})
    for clause in _clauses(document, _list_word):
        if clause.kind in ("toc", "heading") or clause.clause in in_tables or len(told) >= 3:
            continue
        for hit in _list.finditer(document.folded, clause.start, clause.end):
            name = re.sub(r"^.*?(?:查看|点击|阅读|了解)", "", hit[0]).lstrip("我们的和与及")
            around = document.folded[max(clause.start, hit.start() - 8):hit.end() + 8]
            if not _list_cue.search(around) or name in told or len(name) < 4 or re.search(r"应用列表|软件列表|好友列表|安装列表|程序列表|设备列表|联系人列表|消息列表|黑名单|收藏", name):
                continue
            if listed >= 2 or any(place > clause.start for place in tables):
                continue
            headed = any(section.level and name in fold(section.title or "") for section in document.sections)
            if headed:
                continue
            told.add(name)
            yield report.row("list_not_included", hit.start(), hit.end(), what=document.policy.text[hit.start():hit.end()])


_firm = re.compile(r"(?:有限公司|有限责任公司|co\.?,? ?ltd|(?<![a-z])(?:inc|llc|gmbh|corp)(?![a-z]))")


def companies(document: Document) -> bool:
    """Whether at least two companies are named."""
    found: set[str] = set()
    for hit in _firm.finditer(document.folded):
        found.add(document.folded[max(0, hit.start() - 6):hit.end()])
        if len(found) > 1:
            return True
    return False
