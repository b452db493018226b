"""Gaps in the section tree: sections that are announced only or empty, numbers that are left out or come twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from policykit import references
from policykit.faults import Reporter
from policykit.rows import Defect
from policykit.structure import Document, Irregularity
from policykit.text import fold


def _alike(one: str, other: str) -> float:
    """How alike two headings are, 0 to 1."""
    a, b = (re.sub(r"[\s\W_]+", "", fold(text)) for text in (one, other))
    return SequenceMatcher(None, a, b, autojunk=False).ratio() if a and b else 0.0


def _share_words(one: str, other: str) -> bool:
    """Whether two headings share a word of three characters, or an English word of six."""
    a, b = fold(one), fold(other)
    match = SequenceMatcher(None, a, b, autojunk=False).find_longest_match()
    return match.size >= (6 if a[match.a:match.a + match.size].isascii() else 3)


def _contained(one: str, other: str) -> bool:
    """Whether one of two headings is the other, shortened.

    >>> _contained("隐私条款变更", "变更"), _contained("如何联系我们", "联系方式")
    (True, False)
    """
    a, b = (re.sub(r"[\s\W_]+", "", fold(text)) for text in (one, other))
    return bool(a and b) and (a in b or b in a)


_SUBJECTS = tuple(map(re.compile, (
    "更新|修订|变更|修改|变动|updat|chang|revis|amend", "未成年|儿童|child|minor", "cookie|同类技术", "跨境|全球|境外|global|international|overseas",
    "收集|采集|collect|gather", "适用|scope", "联系|contact", "权利|管理|控制|right|control|manage", "共享|转让|披露|对外提供|shar|disclos|transfer", "停止运营|cease|discontinu", "争议|法律适用|disput|governing")))


def _subjects(title: str) -> set[int]:
    """What a heading is about, by its words: two headings of one subject may be one section under two names."""
    folded = fold(title)
    return {number for number, words in enumerate(_SUBJECTS) if words.search(folded)}


def _stands_alone(document: Document, title: str) -> bool:
    """Whether a heading stands in the body as a line of its own that was not taken for one."""
    wanted = re.sub(r"[\s\W_]+", "", fold(title))
    return any(clause.kind != "toc" and clause.end - clause.start < 3 * len(title) + 12 and re.sub(r"[\s\W_]+", "", document.folded[clause.start:clause.end]).endswith(wanted)
               for clause in document.clauses) if wanted else True


def _in_a_line(document: Document, title: str) -> bool:
    """Whether a heading with a number stands within a line of the body: … 与我们联系。 十、其他."""
    words = re.escape(fold(title).strip(" ;。.")).replace("\\ ", r"\s*")
    heading = re.compile(rf"(?<![\"《])(?:[一二三四五六七八九十]{{1,3}}|\d{{1,2}})\s*[、.)]\s*{words}")
    return any(heading.search(document.folded, clause.start, clause.end) for clause in document.clauses if clause.kind != "toc") if words else False


def in_sections(document: Document, report: Reporter) -> Iterator[Defect]:
    """What the section tree shows: sections that are announced only, empty ones, numbering."""
    text = document.policy.text
    odd = document.irregularities
    gone = [one for one in odd if one.kind == "toc_only"]
    sections = [section for section in document.sections if section.level and section.title]
    for one in gone if len(gone) <= 4 else ():
        if max((_alike(one.detail, section.title) for section in sections), default=0.0) >= 0.75 or _stands_alone(document, one.detail) or _in_a_line(document, one.detail):
            continue
        number = references.number_of(text[one.start:one.end])
        # sections that no other line of the contents announces
        free = [section for section in sections if not section.in_toc]
        other = next((section for section in free if number and section.number and references.number_of(section.number) == number
                      and (_alike(one.detail, section.title) > 0.3 or _share_words(one.detail, section.title))), None)
        other = other or next((section for section in free if section.level == 1 and _subjects(one.detail) & _subjects(section.title)), None)
        if other is not None and not _contained(one.detail, other.title):
            yield report.row("section_renamed", one.start, one.end, what=one.detail, other=other.title)
        elif other is None and number is not None and not one.detail.rstrip().endswith(("；", ";")):     # a list of what is explained
            yield report.row("section_missing", one.start, one.end, what=one.detail)
    empty = [one for one in odd if one.kind == "empty_section"]
    for one in empty:
        if "announced" in one.detail:
            last = text[one.start:one.end].rstrip()
            if last.endswith((":", "：")) and not _of_functions.search(last) and _list_is_over(document, report, one.end):
                yield report.row("section_empty", one.start, one.end, what=last[-60:])
        elif len(empty) <= 2 and references.number_of(text[one.start:one.end]) is not None and not _opens_below(document, report, one) and any(
                section.start == one.start and (section.level == 1 or section.in_toc) for section in document.sections):
            yield report.row("section_empty", one.start, one.end, what=text[one.start:one.end].strip()[:60])
    gaps = [one for one in odd if one.kind == "gap" and " is followed by " in one.detail and "contents" not in one.detail]
    if len(gaps) <= 3:   # more of them: a list that was torn apart on the way to the file
        for one in gaps:
            start, end = one.start, min(one.end, one.start + 40)
            before, after = re.match(r"(?:.*: )?(\S+) is followed by (\S+)", one.detail).groups()
            if _roman.match(document.folded, one.start):     # v and i are letters as well
                continue
            if before.isdigit() and after.isdigit() and (int(after) <= int(before) + 1 or _written_otherwise(document, int(before), one.start) or _written_before(document, int(after) - 1, one.start)):
                continue
            yield report.row("numbering_gap", start, end, what=one.detail, zh={"what": f"{before}之后为{after}"})
    twice = [one for one in odd if one.kind == "duplicate"]
    if len(twice) <= 3:
        for one in twice:
            number = re.match(r"\S+", one.detail)
            yield report.row("numbering_duplicate", one.start, min(one.end, one.start + 40), what=one.detail, zh={"what": number[0] if number else ""})


# what follows as sections of their own: each function, each purpose
_of_functions = re.compile(r"(?:功能|目的|场景|服务|用途)[^。；;]{0,14}[:：]$|(?:functions|purposes|services)[^.;]{0,30}:$")


def _opens_below(document: Document, report: Reporter, one: Irregularity) -> bool:
    """Whether what comes after a heading begins with the first number of a list, or the heading is that of the contents."""
    number = report.clause_at(one.start)
    after = next((clause for clause in document.clauses[(number or 0) + 1:(number or 0) + 3] if clause.kind != "toc"), None)
    if after is None or re.search(r"目录|contents", document.folded[one.start:one.end]):
        return True
    return references.number_of(after.text) == "1"


_marker = re.compile(r"[\s*#_]*([(\[【第]?)\s*([一二三四五六七八九十]{1,3}|\d{1,2}|[a-z])\s*([)\]】、.:章条]?)")


_roman = re.compile(r"[\s*#_(\[]*[ivxlcdm]{1,4}\s*[)\].、:]")


def _written_before(document: Document, number: int, start: int) -> bool:
    """Whether a line shortly before begins with this number in the very form that the number at ``start`` has."""
    hit = _marker.match(document.folded, start)
    if hit is None:
        return False
    chinese = "零一二三四五六七八九十"
    form = (chinese[number] if number <= 10 else "十" + chinese[number - 10]) if hit[2][0] in chinese else chr(96 + number) if hit[2].isalpha() else str(number)
    return re.search(r"(?:^|\n)[\s*#_]*" + re.escape(hit[1]) + r"\s*" + form + r"\s*" + re.escape(hit[3]) + r"(?!\d)", document.folded[max(0, start - 6000):start]) is not None


def _list_is_over(document: Document, report: Reporter, end: int) -> bool:
    """Whether what comes next is a later number of the list of sections, not the first of a list of its own."""
    number = report.clause_at(max(end - 1, 0))
    after = [clause for clause in document.clauses[(number or 0) + 1:(number or 0) + 3] if clause.kind != "toc"]
    if not after:
        return True
    section = document.sections[after[0].section]
    here = document.sections[document.clauses[number or 0].section]
    if after[0].kind != "heading" or section.start != after[0].start or section.section == here.section:
        return False
    marked = references.number_of(section.number or "")
    alone = sum(clause.section == here.section and clause.kind != "heading" for clause in document.clauses) <= 2
    return alone and marked is not None and not marked.endswith("1") and section.level <= here.level


def _written_otherwise(document: Document, before: int, start: int) -> bool:
    """Whether a line between the number before and the one at ``start`` begins with the number left out, in another form: d, ④, 4-."""
    def forms(number: int) -> str:
        found = [str(number)] + (["零一二三四五六七八九十"[number]] if number <= 10 else []) + ([chr(96 + number), chr(0x245F + number)] if number <= 20 else [])
        return "(?:^|\\n)[\\s(\\[【*#]*(?:" + "|".join(found) + ")(?![\\da-z])"

    lines = document.folded[max(0, start - 6000):start]
    last = [hit.start() for hit in re.finditer(forms(before), lines)]
    if bool(last) and re.search(forms(before + 1), lines[last[-1] + 1:]) is not None:
        return True
    # in the line before, or at its end, torn from its paragraph
    return re.search(rf"(?<!\d){before + 1}[.、][^\d]", document.folded[max(0, start - 120):start]) is not None or re.search(rf"[。;.]\s*{before + 1}\s*\\?[.、]\s*\n", document.folded[max(0, start - 3000):start]) is not None
