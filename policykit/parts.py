"""Parts: where a document, or a second one glued to it, begins, and what is policy and what terms of use."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policykit.headings import bare, bracketed, marker, strength
from policykit.layout import Unit
from policykit.rows import Section
from policykit.text import HAN, language

_title = re.compile(
    r"隐私|个人信息|(?:用户|使用|服务|注册|软件|许可)[^。，,]{0,8}(?:协议|条款|须知|规则|合同)|法律声明|免责声明|cookies? (?:policy|notice)|privacy|terms (?:of|and)|user agreement|terms & conditions", re.I)
_titled = re.compile(r"(?:政策|声明|协议|指引|条款|条例|须知|规则|说明|摘要|概要|公告|policy|statement|notice|agreement|terms(?: of (?:use|service))?|conditions|guidelines?)(?:[（(][^）)]*[）)]|[》】」”\"\]]|\s|[vV]?[\d.]+)*$", re.I)
_of_policy = re.compile(r"隐私|个人信息|儿童|未成年人|privacy|personal (?:information|data)|cookies?", re.I)
_of_terms = re.compile(r"(?:用户|使用|服务|注册|软件|许可|会员)[^。，,]{0,10}(?:协议|条款|须知|规则|合同)|法律声明|免责声明|知识产权|terms (?:of|and|&)|user agreement|licen[cs]e agreement|legal (?:statement|notice)|disclaimer", re.I)
# what a document calls itself
_calls_policy = re.compile(r"隐私(?:权)?(?:保护)?(?:政策|声明|指引|条款)|本(?:政策|指引|声明)|privacy (?:policy|notice|statement)|this (?:policy|notice|statement)", re.I)
_calls_terms = re.compile(r"(?:服务|用户|使用|注册)(?:协议|条款)|本(?:协议|条款)|user agreement|terms of (?:use|service)|th(?:is agreement|ese terms)", re.I)
_pure = re.compile(
    r"[^，。,；;：:]{0,16}?(?:隐私(?:权)?(?:保护)?(?:政策|声明|协议|条款|指引)|个人信息(?:保护)?(?:政策|声明|处理规则)|(?:用户|使用|服务|注册|用户服务|用户注册|用户使用|软件许可及服务)(?:协议|条款))"
    r"|(?:our |the )?(?:privacy (?:policy|statement|notice)|terms (?:of (?:use|service)|and conditions|& conditions)|user agreement)", re.I)


def named(title: str) -> bool:
    """Whether a text may be the title of a policy or of terms of use.

    >>> named("示例隐私政策"), named("我们重视您的隐私。"), named("3. 隐私")
    (True, False, False)
    """
    return _title.search(title) is not None and strength(title) == 2 and marker(title) is None


def entitled(title: str) -> bool:
    """Whether a text is the title of a policy or of terms of use, and no sentence about them.

    >>> entitled("《示例隐私政策》"), entitled("本隐私政策将帮助您了解：")
    (True, False)
    """
    return named(title) and _titled.search(title.strip("*_# 》《")) is not None


_wrap = re.compile(rf"\s*\n\s*(?=[{HAN}])|(?<=[{HAN}])\s*\n\s*")
_bold = re.compile(r"\*\* *\*\*|\*\*|__")


def clean(title: str) -> str:
    """A title without line ends, bold signs and closing colon."""
    title = _wrap.sub("", title) if "\n" in title else title
    title = _bold.sub("", title) if "**" in title or "__" in title else title
    title = " ".join(title.split()).strip("*_#").strip()
    if bracketed(title):
        title = title.rstrip("：:")[1:-1].strip()
    return title.rstrip("：:。").strip("*_# ")


def leading(text: str, units: Sequence[Unit], top: set[int]) -> int:
    """The line that names the document: of titles above one another, as in a row of tabs, the one that the text speaks of."""
    of_policy = next((number for number in sorted(top) if _of_policy.search(text[units[number].start:units[number].end])), None)
    if of_policy is None or of_policy == min(top):
        return min(top)
    opening = text[units[max(top)].end:units[max(top)].end + 1500]
    return of_policy if len(_calls_policy.findall(opening)) > len(_calls_terms.findall(opening)) else min(top)


def titles_of(text: str, units: Sequence[Unit], toc: set[int], name: str | None) -> tuple[set[int], set[int]]:
    """Units that are the title of the document, at the top, and those where a second document or version begins."""
    found: set[int] = set()
    for number, unit in enumerate(units[:12]):   # the top
        piece = text[unit.start:unit.end]
        if unit.marker is not None or number in toc:
            break
        if unit.kind == "cell" or len(piece) > 90 or piece.lower().startswith("apkid"):
            continue
        named = name is not None and clean(piece) == clean(name) and bare(piece)
        if named or (number < 6 or unit.kind == "heading") and _title.search(piece) and _titled.search(piece.strip("*_# 》《")) and strength(piece) == 2:
            if not found or named or max(found) == number - 1:
                found.add(number)
    top, found = found, set()
    last = max(top, default=-1)
    first = units[leading(text, units, top)] if top else None
    opening = text[first.start:first.end] if first else ""
    current = "policy" if _of_policy.search(opening) or not _of_terms.search(opening) else "terms"
    # later: a title that is followed by numbering from one again, or by the other language
    begins = [number for number, unit in enumerate(units) if unit.marker is not None and unit.marker.value == 1 and unit.marker.kind in ("chapter", "part", "han", "article", "1", "I")]
    for number in range(last + 1, len(units)):
        unit = units[number]
        size = unit.end - unit.start
        if unit.marker is not None or size > 90 or unit.kind == "cell" or number in toc or number - 1 in toc and not unit.gap:
            continue
        piece = text[unit.start:unit.end]
        if _introduced(text, piece.strip("*_# 》《"), unit.end) and not text[unit.end:unit.end + size + 8].strip("\n\r\t *_# 》《").startswith(piece.strip("*_# 》《")):
            found.add(number)
            current = "policy" if _of_policy.search(piece) else "terms" if _of_terms.search(piece) else current
            continue
        if not _title.search(piece) or not _titled.search(piece.strip("*_# 》《")) or strength(piece) < 2 or piece.lstrip("*_# ").startswith(("《", "“", "\"")):
            continue
        sort = "policy" if _of_policy.search(piece) else "terms" if _of_terms.search(piece) else current
        if sort != current and _pure.fullmatch(piece.strip("*_# 》《“”\"")) and number + 1 < len(units) and units[number + 1].end - units[number + 1].start > 30:
            found.add(number)
            current = sort
            continue
        before = language(text[max(0, unit.start - 1500):unit.start])
        after = language(text[unit.end:unit.end + 1500])
        turned = {before, after} == {"zh", "en"} and language(piece) == after
        if turned or begins and _anew(units, begins, number, toc):
            found.add(number)
    return top, found


def _introduced(text: str, title: str, end: int) -> bool:
    """Whether the text after a line names it as the title of a document that begins there: 《…协议》（以下简称“本协议”）

    >>> page = "同步授权协议\\n您同意本《同步授权协议》（以下称“本协议”）后，我们会同步头像。"
    >>> _introduced(page, "同步授权协议", 6), _introduced(page, "授权协议", 6)
    (True, False)
    """
    at = text.find(f"《{title}》", end, end + 400) if 3 < len(title) <= 40 and _titled.search(title) else -1
    return at >= 0 and _hereafter.match(text, at + len(title) + 2) is not None


_hereafter = re.compile(r"\s*[（(]?以?下?(?:简|统)?称?为?[^。]{0,6}[“\"「]本")


def _anew(units: Sequence[Unit], begins: Sequence[int], number: int, toc: set[int]) -> bool:
    """Whether the chapters count from one again after this unit, as they did before it."""
    after = next((place for place in begins if place > number and place not in toc), None)
    if after is None or after - number > 40:
        return False
    kind = units[after].marker.kind
    earlier = [unit.marker for place, unit in enumerate(units[:number]) if unit.marker is not None and unit.marker.kind == kind and place not in toc]
    between = [place for place in range(number, after) if place not in toc and units[place].marker is not None and units[place].marker.kind == kind and units[place].marker.value > 1]
    rank = kind in ("chapter", "part", "han", "article", "I")
    return bool(earlier) and not between and rank and max(mark.value for mark in earlier) >= 3


def parts_of(sections: Sequence[Section]) -> tuple[str, ...]:
    """To what each section belongs: policy, terms, or front."""
    def verdict(section: Section) -> str | None:
        title = section.title or ""
        if _of_policy.search(title):
            return "policy"
        return "terms" if _of_terms.search(title) else None

    made = ["policy"] * len(sections)
    roots = [section for section in sections if section.level == 0]
    verdicts = {section.section: verdict(section) for section in roots}
    ranked = [section for section in sections if section.level == 1 and re.match(r"part|第.+(?:部分|编|篇)", section.number or "", re.I)]
    private = [section for section in ranked if verdict(section) == "policy"]
    if len(ranked) > 1 and len(private) == 1:
        of = {section.section: "policy" if section in private else "terms" for section in ranked}
        for section in sections:
            top = section
            while top.level > 1 and top.parent is not None:
                top = sections[top.parent]
            made[section.section] = of.get(top.section, "front" if top.section < ranked[0].section else "policy")
        return tuple(made)
    if "terms" in verdicts.values():
        policy_there = "policy" in verdicts.values()
        for section in sections:
            top = section
            while top.parent is not None:
                top = sections[top.parent]
            said = verdicts.get(top.section)
            made[section.section] = said or ("front" if top.section == 0 and policy_there else "policy")
    return tuple(made)
