"""Disagreements: ages, periods and addresses that a policy gives twice, and differently, for one and the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policykit.faults import Reporter
from policykit.references import value_of
from policykit.rows import Defect, Fact
from policykit.structure import Document
from policykit.text import fold


def all_of(document: Document, report: Reporter, facts: list[Fact]) -> Iterator[Defect]:
    """Every disagreement, and the reply that takes too long."""
    yield from ages(document, report)
    yield from deadlines(document, report, facts)
    yield from retention(document, report)
    yield from addresses(report, facts)


_words = {"thirteen": 13, "fourteen": 14, "sixteen": 16, "eighteen": 18, "twelve": 12}
_years = r"(\d{2}|十[二三四六八]|thirteen|fourteen|sixteen|eighteen|twelve)"
_child = re.compile(
    rf"(?:未满|不满|低于|小于|不足)\s*{_years}(?:\([^()]{{1,6}}\))?\s*周?岁(?:\([^()]{{0,6}}\))?(?:以下)?的?\s*(?:儿童|小孩|孩子)"
    rf"|{_years}(?:\([^()]{{1,6}}\))?\s*周?岁(?:\(含\))?及?以下(?:\(含\))?的?\s*(?:儿童|小孩|孩子)"
    rf"|儿童[^。;,\n]{{0,10}}(?:是指|系指|指|即|\()[^。;,\n]{{0,6}}(?:未满|不满|低于)\s*{_years}"
    rf"|child(?:ren)? (?:who (?:are|is) )?(?:under|below|younger than)(?: the age of| age)? {_years}"
    rf"|(?:under|below|younger than)(?: the age of| age)? {_years}(?: years)?(?: of age| old)?[^.;\n]{{0,12}}child")
_named = re.compile("儿童|小孩|孩子|child")       # one of these is in every such statement


def _near_children(text: str, reach: int = 150) -> list[tuple[int, int]]:
    """The stretches of a folded text around words for children, in order, without overlap.

    >>> _near_children("x" * 400 + "child" + "x" * 90 + "child")
    [(250, 500)]
    """
    spans: list[tuple[int, int]] = []
    for hit in _named.finditer(text):
        start, end = max(0, hit.start() - reach), min(len(text), hit.end() + reach)
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return spans


# what is said of the child: statements of different use may well name different ages
_uses = tuple(map(re.compile, (
    r"是指|系指|指未满|指不满|指低于|以下(?:简)?称|means|defined|refers",
    r"监护人|父母|家长|parent|guardian",
    r"不会|不提供|不得|不面向|not (?:knowingly |intentionally )?(?:collect|solicit|direct|intended|request)|no information",
)))


def ages(document: Document, report: Reporter) -> Iterator[Defect]:
    """Ages below which a person is a child, where two statements of one use differ."""
    first: dict[int, tuple[int, str]] = {}
    for hit in (hit for start, end in _near_children(document.folded) for hit in _child.finditer(document.folded, start, end)):
        said = next(group for group in hit.groups() if group)
        age = _words.get(said) or value_of(said)
        left, right = _around(document.folded, hit.start(), hit.end())
        sentence = document.folded[left:right]
        if age is None or re.search(r"已满|coppa|california|additional|加州|欧盟|法律|条例|规定", sentence):
            continue
        for number, use in enumerate(_uses):
            if use.search(sentence):
                old = first.setdefault(number, (age, said))
                if old[0] != age:
                    yield report.row("ages_disagree", hit.start(), hit.end(), what=age, other=old[0])
                    return


# which right or service a period is for; what is told of all requests is compared with each right
_RIGHTS = tuple(map(re.compile, (
    r"访问请求|查阅|查询您|access", r"更正|修正|correct|rectif", r"删除请求|删除您的|请求删除|要求删除|delet|eras", r"注销|cancel|close your account",
    r"副本|复制|copy|portab", r"撤回|撤销|withdraw", r"投诉|举报|申诉|complain", r"疑问|意见|建议|question|comment|feedback|concern|inquir")))
_QUESTIONS, _ALL = len(_RIGHTS) - 1, -1
_contact = re.compile(r"联系|投诉|contact|complain")
_any_request = re.compile(r"上述请求|您的请求|权利|响应|your requests?|rights|respond")


def deadlines(document: Document, report: Reporter, facts: list[Fact]) -> Iterator[Defect]:
    """Periods for a reply that differ for one right, and the first that is too long."""
    days = [fact for fact in facts if fact.fact == "response_days"]
    told: set[int] = set()
    seen: dict[int, Fact] = {}
    for fact in days:
        for right in _rights(document, fact):
            # a period for requests of any kind stands against that for one of them
            against = [right, _ALL] if 0 <= right < 6 else [right] if right != _ALL else [_ALL, *range(6)]
            old = next((seen[one] for one in against if one in seen and (seen[one].value, seen[one].unit) != (fact.value, fact.unit)), None)
            seen.setdefault(right, fact)
            if old is not None and fact.start not in told:
                told.add(fact.start)
                en, zh = period(fact)
                other_en, other_zh = period(old)
                yield report.row("deadlines_disagree", fact.start, fact.end, what=en, other=other_en, zh={"what": zh, "other": other_zh})
    for fact in days:
        if fact.value.isdigit() and int(fact.value) > (15 if fact.unit == "working_day" else 21) and _reply.search(document.folded, fact.start - 20, fact.end + 20):
            en, zh = period(fact)
            yield report.row("slow_reply", fact.start, fact.end, what=en, zh={"what": zh})
            break


_reply = re.compile(r"回复|答复|反馈|响应|回应|处理您的(?:请求|申请|投诉)|完成|respon|repl|answer|process|complet|fulfil")


def _rights(document: Document, fact: Fact) -> list[int]:
    """The rights that a period is for, by the words of its sentence, else by the heading; -1 stands for requests of any kind."""
    left, right = _around(document.folded, fact.start, fact.end, 140)
    sentence = document.folded[left:right]
    named = [number for number, words in enumerate(_RIGHTS) if words.search(sentence)]
    if named:
        return named if len(named) <= 2 else [_ALL]
    title = fold(document.sections[document.clauses[fact.clause].section].title or "") if fact.clause < len(document.clauses) else ""
    if _contact.search(title):
        return [_QUESTIONS]
    return [_ALL] if _any_request.search(sentence) or _any_request.search(title) else []


def period(fact: Fact) -> tuple[str, str]:
    """A period of days in English and in Chinese."""
    working = fact.unit == "working_day"
    return f"{fact.value} {'working days' if working else 'days'}", f"{fact.value}{'个工作日' if working else '日'}"


_kept = re.compile(
    r"(网络日志|操作日志|用户日志|日志信息|登录数据|注册数据|登录记录|交易(?:信息|记录|数据)|订单(?:信息|记录)|通话录音|录音|聊天记录|位置信息|支付记录|浏览记录|搜索记录|简历|视频|"
    + "".join(f"{kind} (?:data|information|records?)|" for kind in "log transaction order location payment account registration".split()) + r"chat records?|recordings?)"
    r"[^。;.\n]{0,24}?(?:保存|保留|留存|存储|(?:kept|stored|retained|retain|keep|store)(?: it| them)?(?: for)?)[^。;.\n]{0,14}?"
    r"(?<!\d)(\d{1,3}|十[二五]?|[三六九]十|[一二两三四五六七八九半])\s*(?:\([^()]{1,4}\))?\s*(个?月|年|天|日|小时|months?|years?|days?|hours?)(?![内a-z])")
_lengths = {"年": 365.0, "月": 30.4, "天": 1.0, "日": 1.0, "时": 1 / 24, "y": 365.0, "m": 30.4, "d": 1.0, "h": 1 / 24}


def retention(document: Document, report: Reporter) -> Iterator[Defect]:
    """Periods for which one and the same kind of data is kept, given differently in two sentences."""
    first: dict[str, tuple[float, str, int]] = {}
    for hit in _kept.finditer(document.folded):
        number = 0.5 if hit[2] == "半" else float(value_of(hit[2].replace("两", "二")) or 0)
        unit = hit[3][0] if hit[3].isascii() else hit[3][-1]
        length = number * _lengths[unit]
        left, right = _around(document.folded, hit.start(), hit.end())
        sentence = document.folded[left:right]
        if not length or re.search(r"法》|》|例如|要求|for example|备份|backup", sentence):     # the law's own periods are quoted side by side
            continue
        words = document.policy.text[hit.start(2):hit.end(3)]
        old = first.setdefault(hit[1], (length, words, left))
        if abs(old[0] - length) > 0.05 * max(old[0], length) and old[2] != left:
            yield report.row("retention_disagrees", hit.start(), hit.end(), what=words, other=old[1])
            return


def addresses(report: Reporter, facts: list[Fact]) -> Iterator[Defect]:
    """E-mail addresses that differ by a slip: the same name at two endings, or one letter of the name."""
    mails: list[Fact] = []
    for fact in facts:
        if fact.fact == "emails":
            for other in mails:
                if _slip(fold(fact.value), fold(other.value)):
                    yield report.row("addresses_disagree", fact.start, fact.end, what=fact.value, other=other.value)
                    return
            mails.append(fact)


def _slip(one: str, other: str) -> bool:
    """Whether two addresses are one, written twice with a slip.

    >>> _slip("ask@example.cn", "ask@example.com"), _slip("privacy@a.cn", "privcay@a.cn"), _slip("privacy@a.cn", "privacy-kids@a.cn")
    (True, True, False)
    >>> _slip("help1@a.cn", "help2@a.cn"), _slip("ask@a.cn", "ask@b.cn")
    (False, False)
    """
    (a, at), (b, bt) = (address.rsplit("@", 1) if "@" in address else ("", address) for address in (one, other))
    if one == other or not a or not b:
        return False
    if a == b:
        return at.split(".")[0] == bt.split(".")[0]
    if at != bt or abs(len(a) - len(b)) > 1 or min(len(a), len(b)) < 6:
        return False
    if sorted(a) == sorted(b) and sum(x != y for x, y in zip(a, b)) == 2:      # two letters in the wrong order
        return not any(char.isdigit() for char in a)
    return False


def _around(text: str, start: int, end: int, most: int = 200) -> tuple[int, int]:
    """Where the sentence around a stretch stands."""
    left = max(text.rfind(mark, max(0, start - most), start) for mark in ("。", ";", "\n", ". "))
    stops = [place for mark in ("。", ";", "\n", ". ") if (place := text.find(mark, end, end + most)) >= 0]
    return left + 1, min(stops, default=min(len(text), end + most))
