"""Units: the stretches of text that become clauses, each with the number at its head; headings cut from the text run in with them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policykit.headings import BLANK, Marker, marker, strength
from policykit.text import HAN


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


_bold_title = re.compile(r"([^*\n]{2,45})\*\*[ \u3000]*(?=[^\s*，。；：、,;:])")
_plain_title = re.compile(
    rf"(?P<title>[{HAN}、与和及/“”《》（）A-Za-z ]{{0,26}}?(?:信息|共享|转让|披露|权利|安全|保护|更新|修订|变更|我们|技术|规则|功能|方式|范围|条款|定义|其他|存储|储存|期限|例外|措施|说明|权限|解释|终止|责任|原则|地点|适用))"
    rf"(?:(?P<colon>[：:])[{BLANK}]*|[{BLANK}]+)(?=[\d{HAN}“《（(])")
_subject = re.compile(r"我们|我司|本公司|本平台|您|你|为|当|如|在|根据|除|本|由于|对于|未经|若")
_announced = re.compile("以下|如下|下列|包括")
_inner = re.compile("[，。；,;]")


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
