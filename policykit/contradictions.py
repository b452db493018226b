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
    r"未经|除非|除外|除了|除[^,。;]{1,14}外|以外|否则|如果|若您|如您|当您|在您|之前|之后|前,|后,|不再|额外|其[他它]|无关的|主动|原始|原图|完整|全部|全量|单独|直接|仅|只|无需|不会将|不会把|不会因|强制|明文|本身|(?:该|此|本)(?:项|类)?(?:功能|服务|业务|权限|环节|过程|步骤|页面|模式)|演示|游客|访客|浏览模式|儿童|未成年|十四|14|第三方|sdk|合作|他们|其(?:不|无)|存储|保存|留存|上传|记录您的|用于|目的|基础上|模式|过程中"
    r"|without|unless|except|other than|until|if you|when you|only|directly|third[- ]part|advertis|control|partner|knowingly|children|minors|under the age|store|retain|for the purpose|any longer|no longer|additional|raw|original|this (?:feature|function|service)|sell|rent|share|by e-?mail|through e-?mail|send|to (?:retrieve|identify|track|target)|respond")
_never = re.compile(r"不会?(?:收集|采集|获取|读取)|不(?:收集|采集|获取|读取)|(?:not|never)\s(?:\w+\s){0,2}(?:collect|obtain|gather|access)|under no circumstances")
_taking = re.compile(r"(?<!不会)(?<!不)(?:收集|采集|获取|收取|取得|提供|填写|上传|了解(?=您)|获知|collect|obtain|gather|receive|provide|submit)")
_looking = re.compile(r"(?<!不会)(?<!不)(?:读取|访问|调用|扫描|access|(?<![a-z])read(?![a-z]))")
_stays = re.compile(
    r"不会|不收集|不获取|不读取|不采集|不提供|拒绝|无需|仅保存|本地|设备上|设备内|更新的内容|再次征|征求您|删除|更正|查阅|注销|关闭|修改|可以通过|您应|妥善|泄[露漏]|联系我们"
    r"|(?<![a-z])(?:not|never|delete|correct|update|contact us|on your device|locally)(?![a-z])")


def denied_and_collected(document: Document, report: Reporter, practices: list[Practice], rulebook: Rulebook) -> Iterator[Defect]:
    """Items denied in one place and collected in another.

    Excused are another purpose, another actor or subject, another action, and a broader term (PoliGraph); a denial that
    is tied to a step, a mode or a condition; and what stays on the device.
    """
    collected: dict[str, list[Practice]] = defaultdict(list)
    for row in practices:
        if row.status == "collected" and row.action in (None, "collect", "permission") and row.actor in (None, "we"):
            collected[row.item].append(row)
    reported: set[str] = set()
    for row in practices:
        if row.status != "denied" or row.action not in (None, "collect") or row.actor not in (None, "we") or row.condition or row.item in reported or row.item not in collected:
            continue
        left, right = sentence_of(document, row)
        words = document.folded[left:right]
        never = _never.search(words)
        if never is None or _qualified.search(words) or _alien(document, row):
            continue
        taken = "读取" not in never[0] and "access" not in never[0]
        other = next((one for one in collected[row.item] if one.clause != row.clause and not _alien(document, one)
                      and (row.purpose is None or row.purpose == one.purpose) and _same_term(one, row) and _affirmed(document, one, taken) and _same_use(document, one, row)), None)
        if other is None:
            continue
        reported.add(row.item)
        rule = rulebook.items.get(row.item)
        yield report.row("contradiction", left, right, what=rule.en if rule else row.item, other=around(document, other.start, other.end),
                         zh={"what": rule.zh if rule else row.item})


# what has one meaning whatever the words, and no narrower kind
_PLAIN = frozenset(["installed_apps", "fingerprint", "iris", "voiceprint", "phone_number", "id_card_number", "imei", "imsi", "mac_address", "android_id", "idfa", "oaid", "contacts", "call_log", "sms_content", "clipboard", "bank_card", "real_name", "email", "postal_address", "location_generic", "gender", "birth_date"])


def _same_term(one: Practice, other: Practice) -> bool:
    """Whether two mentions are of one breadth: the denial of a narrow term is none of a broad one."""
    a, b = fold(one.quote), fold(other.quote)
    return one.item in _PLAIN or a == b or a in b and len(b) - len(a) <= 2 or b in a and len(a) - len(b) <= 2


def _affirmed(document: Document, row: Practice, taken: bool) -> bool:
    """Whether the sentence of a mention says that the firm takes it (or, with ``taken`` false, looks at it)."""
    left, right = sentence_of(document, row)
    words = document.folded[left:right]
    before = document.folded[max(left, row.start - 60):row.start]
    if _stays.search(words):
        return False
    return _taking.search(before) is not None or not taken and _looking.search(before) is not None


_unlocking = re.compile(r"登录|支付|解锁|转账|验证结果|(?:face|touch) ?id|面容|log ?in|(?<![a-z])pay|unlock")


def _same_use(document: Document, one: Practice, denial: Practice) -> bool:
    """Whether two mentions of a biometric are of one use: what the device checks itself is another than what is sent for a name check."""
    if one.item not in ("face", "fingerprint", "voiceprint", "biometric_generic", "liveness", "iris"):
        return True
    words = [document.folded[document.clauses[row.clause].start:document.clauses[row.clause].end] for row in (denial, one)]
    return _unlocking.search(words[0]) is None or _unlocking.search(words[1]) is not None


def _alien(document: Document, row: Practice) -> bool:
    """Whether a mention speaks of others: embedded code, partners, children."""
    clause = document.clauses[row.clause]
    words = fold(" ".join(section.title or "" for section in document.path(clause.section))) + document.folded[clause.start:clause.end]
    return bool(re.search(r"sdk|第三方|合作|儿童|未成年|third part|partner|child", words))


def sentence_of(document: Document, row: Practice) -> tuple[int, int]:
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
