"""Contradictions: items that a policy denies in one place and collects in another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from policykit.faults import Reporter
from policykit.rows import Defect, Practice
from policykit.rules import Rulebook
from policykit.structure import Document
from policykit.text import fold


def around(document: Document, start: int, end: int) -> str:
    """The words around a mention, up to the ends of its sentence or 60 characters."""
    text = document.policy.text
    left = max(text.rfind(mark, max(0, start - 40), start) for mark in "。；;\n.")
    left = left + 1 if left >= 0 else max(0, start - 40)
    stops = [place for mark in "。；;\n" if (place := text.find(mark, end, end + 40)) >= 0]
    return text[left:min(stops, default=min(len(text), end + 40))].strip()


# A denial that says less than "we do not collect it": PoliGraph's excuses for the Chinese and English of policies.
_qualified = re.compile(
    r"未经|除非|除外|除了|以外|否则|如果|若您|如您|当您|在您|之前|之后|前,|后,|不再|额外|其他无关|无关的|主动|原始|原图|完整|单独|直接|仅|只|无需|不会将|不会把|不会因|强制|明文|本身|该(?:项|类)?(?:功能|服务|业务|权限)|此(?:项|类)?(?:功能|服务|业务)|本功能|演示|游客|儿童|未成年|十四|14|第三方|sdk|合作|他们|其(?:不|无)|存储|保存|留存|上传|记录您的|用于|目的|基础上|模式"
    r"|without|unless|except|other than|until|if you|when you|only|directly|third[- ]part|advertis|control|partner|knowingly|children|minors|under the age|store|retain|for the purpose|any longer|no longer|additional|raw|original|this (?:feature|function|service)|sell|rent|share")


def denied_and_collected(document: Document, report: Reporter, practices: list[Practice], rulebook: Rulebook) -> Iterator[Defect]:
    """Items denied in one place and collected in another.

    Excused are another purpose, another actor or subject, another action, and a broader term (PoliGraph).
    """
    collected: dict[str, list[Practice]] = defaultdict(list)
    for row in practices:
        if row.status == "collected" and row.action in (None, "collect") and row.actor in (None, "we"):
            collected[row.item].append(row)
    reported: set[str] = set()
    for row in practices:
        if row.status != "denied" or row.action not in (None, "collect") or row.actor not in (None, "we") or row.condition or row.item in reported or row.item not in collected:
            continue
        left, right = _sentence(document, row)
        words = document.folded[left:right]
        if _qualified.search(words) or not re.search(r"不会?(?:收集|采集|获取|读取)|不(?:收集|采集|获取|读取)|(?:not|never)\s(?:\w+\s){0,2}(?:collect|obtain|gather|access)|under no circumstances", words):
            continue
        other = next((one for one in collected[row.item] if one.clause != row.clause and not _alien(document, one)
                      and (row.purpose is None or row.purpose == one.purpose) and _same_term(one, row) and _same_use(document, one, row) and _affirmed(document, one)), None)
        if other is None:
            continue
        reported.add(row.item)
        rule = rulebook.items.get(row.item)
        yield report.row("contradiction", left, right, what=rule.en if rule else row.item, other=around(document, other.start, other.end),
                         zh={"what": rule.zh if rule else row.item})


def _same_term(one: Practice, other: Practice) -> bool:
    """Whether two mentions are of one breadth: the denial of a narrow term is none of a broad one."""
    a, b = fold(one.quote), fold(other.quote)
    return a == b or a in b and len(b) - len(a) <= 2 or b in a and len(a) - len(b) <= 2


def _affirmed(document: Document, row: Practice) -> bool:
    """Whether the sentence of a mention says that it is collected, without a word of denial."""
    left, right = _sentence(document, row)
    words = document.folded[left:right]
    before = document.folded[max(left, row.start - 80):row.start]
    return bool(re.search(r"(?:收集|采集|获取|读取|记录|提供|填写|上传)(?!.*(?:通过|联系|反馈))|collect|obtain|receive|provide|record|gather|access", before)) \
        and not re.search(r"不会|不收集|不获取|不读取|不采集|无需|(?<![a-z])(?:not|never)(?![a-z])", words)


_unlocking = re.compile(r"(?:指纹|面容|面部|人脸|刷脸|声纹|face ?id|touch ?id|生物)[^。;]{0,40}(?:登录|支付|解锁|转账)|(?:登录|支付|解锁|转账)[^。;]{0,40}(?:指纹|面容|刷脸|face ?id|touch ?id)|(?:fingerprint|face id|touch id)[^.;]{0,60}(?:log ?in|pay|unlock)")


def _same_use(document: Document, one: Practice, other: Practice) -> bool:
    """Whether two mentions of a biometric are of one use: what the device checks itself is another than what is sent for a name check."""
    if one.item not in ("face", "fingerprint", "voiceprint", "biometric_generic", "liveness", "iris"):
        return True
    return all(_unlocking.search(document.folded[document.clauses[row.clause].start:document.clauses[row.clause].end]) for row in (one, other))


def _alien(document: Document, row: Practice) -> bool:
    """Whether a mention speaks of others: embedded code, partners, children."""
    clause = document.clauses[row.clause]
    words = fold(" ".join(section.title or "" for section in document.path(clause.section))) + document.folded[clause.start:clause.end]
    return bool(re.search(r"sdk|第三方|合作|儿童|未成年|third part|partner|child", words))


def _sentence(document: Document, row: Practice) -> tuple[int, int]:
    """Where the sentence of a mention stands."""
    clause = document.clauses[row.clause]
    text = document.folded
    left = max((place for mark in ("。", ";", "!", "?", "\n\n") if (place := text.rfind(mark, clause.start, row.start)) >= 0), default=clause.start - 1) + 1
    right = min((place + 1 for mark in ("。", ";", "!", "?", ". ") if (place := text.find(mark, row.end, clause.end)) >= 0), default=clause.end)
    dot = text.rfind(". ", left, row.start)
    left = dot + 2 if dot >= 0 else left
    while left < right and text[left].isspace():
        left += 1
    while right > left and text[right - 1].isspace():
        right -= 1
    return left, right
