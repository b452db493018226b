"""Language versions: where the Chinese and the English half of a policy say different things, the surest first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policykit.faults import Reporter
from policykit.rows import Clause, Defect, Pair, Practice
from policykit.rules import Rulebook
from policykit.structure import Document

_SIDES = {"zh only": ("only the Chinese has", "仅中文有"), "en only": ("only the English has", "仅英文有")}
_PLACES = {"section": "章节", "list entry": "列表项", "table cell": "表格单元", "entry of the table of contents": "目录项", "paragraph": "段落"}
_KINDS = {"heading": "section", "item": "list entry", "cell": "table cell", "toc": "entry of the table of contents", "paragraph": "paragraph"}
MOST = {"number": 20, "negation": 20, "missing": 12, "item": 8}      # rows of a policy, by kind


def told(difference: str, rulebook: Rulebook) -> tuple[str, str]:
    """The difference of a pair in English and Chinese words, with names in place of ids.

    >>> from policykit import rules
    >>> told("zh only: imei, 30; en only: section", rules.load())
    ('only the Chinese has: IMEI, 30; only the English has: section', '仅中文有：IMEI、30；仅英文有：章节')
    """
    en, zh = [], []
    for part in difference.split("; "):
        side, _, what = part.partition(": ")
        if side not in _SIDES:
            numbers = re.fullmatch(r"numbered (.+) in zh, (.+) in en", part)
            en.append(part.replace(" in zh, ", " in the Chinese, ").replace(" in en", " in the English") if numbers else part)
            zh.append(f"中文编号{numbers[1]}，英文编号{numbers[2]}" if numbers else part)
            continue
        names = [(rulebook.items.get(name) or rulebook.sdks.get(name), name) for name in what.split(", ")]
        en.append(f"{_SIDES[side][0]}: " + ", ".join(getattr(rule, "en", "") or name for rule, name in names))
        zh.append(f"{_SIDES[side][1]}：" + "、".join(getattr(rule, "zh", "") or _PLACES.get(name, name) for rule, name in names))
    return "; ".join(en), "；".join(zh)


# words in which 不 or 无 denies nothing that a translation must deny too
_idle = re.compile(
    r"不同|不仅|不断|不时|不限|不少于|不超过|不低于|不高于|不论|不良|不便|不满|不当|不定期|不足|不管|不妨|不可抗力|不可分割|不可避免|不一致|不一|不得已|不符|不准确|不实|不适用|不完整|不幸|不慎|不真实|不合理|不正当|不法|不及时|不利|不安全|"
    r"无论|无关|无线|无障碍|无痕|非常|非法|未来|未成年|未满|未成|无须|无需|有无|是否|能否|可否|除非|差不多|密不可分|离不开|无误|无忧|无卡无折|消耗|不匿名|要不|不予|毫无")
_denied_zh = re.compile(r"[不没未]|无法|无权|禁止|绝不|无")
_denied_en = re.compile(
    r"(?<![a-z])(?:not|never|no|nor|neither|none|nothing|cannot|without|unable|refus\w*|prohibit\w*|forbid\w*|prevent\w*|avoid\w*|fail\w*|lack\w*|declin\w*|reject\w*|den(?:y|ied|ies)|stop\w*|rather than|unless|exclud\w*|except\w*|inseparable|mis[a-z]{4,}|un[a-z]{4,}|in(?:valid|complete|accura\w*|correct)|il+egal\w*|ir+e[a-z]+|im(?:possible|proper)\w*|dis(?:agree|able|close d)\w*|free of|hardly|only|exempt\w*|other than|apart from|beyond|outside|lose|loss|lost|less than|under the age|minors?|exceed\w*|absence)(?![a-z])|n't|non-")
_strict_en = re.compile(r"(?<![a-z])(?:not|never|no|nor|neither|none|cannot|unable|refus\w*|prohibit\w*|without|avoid\w*|stop\w*|prevent\w*|exclud\w*|from being|no longer|fail\w*|ceas\w*)(?![a-z])|n't")
_will_not = re.compile(r"(?:我们|公司|平台|本\w{0,4}|方)?(?:绝|均|也|都|并)?不(?:会|得|再|将|向)(?!(?:少于|低于|超过|影响))")
_not_en = re.compile(r"(?<![a-z])(?:(?:will|do|does|shall|may|must|can|would|should|is|are)\s+not|never|cannot)(?![a-z])")
_any_zh = re.compile(r"[不未无非没禁拒勿莫免否除防避绝难失停别仅只]|以外|之外|超出|限于|否则")


def negated(zh: str, en: str) -> str | None:
    """Which of two folded clauses, "zh" or "en", denies what the other one says; None where both do the same.

    >>> negated("我们不会共享您的信息。", "we will share your information."), negated("我们会共享您的信息。", "we will not share your information.")
    ('zh', 'en')
    >>> negated("我们不会共享您的信息。", "we will never share your information."), negated("除此以外我们会删除。", "we will not keep the rest.")
    (None, None)
    """
    plain, en = _idle.sub("", zh), en.replace("do not track", "")
    if _will_not.search(plain) and not _strict_en.search(en) or _denied_zh.search(plain) and not _denied_en.search(en):
        return "zh"
    if _not_en.search(en) and not _any_zh.search(zh):
        return "en"
    return None


# what either language has one name for, so that a translation keeps it
_PLAIN = frozenset([
    "phone_number", "id_card_number", "passport", "imei", "imsi", "meid", "iccid", "mac_address", "android_id", "idfa", "idfv", "oaid", "gaid", "ip_address", "bank_card", "email", "gender", "birth_date",
    "face", "fingerprint", "voiceprint", "precise_location", "location_generic", "sms_content", "call_log", "clipboard", "microphone", "camera", "calendar", "postal_address", "password", "wifi_info", "ssid_bssid", "bluetooth_mac",
    "marital_status", "education", "driver_licence", "vehicle_licence", "vin", "nickname", "avatar"])


_phone = re.compile(r"手机|电话|phone|mobile|telephone|(?<![a-z])cell(?![a-z])")


def differences(document: Document, report: Reporter, pairs: list[Pair], rulebook: Rulebook, practices: list[Practice] = ()) -> Iterator[Defect]:
    """What the alignment of the two versions shows: numbers, denials, clauses of one version only, data items of one only."""
    if not pairs:
        return
    found: list[tuple[str, Clause, str, str]] = []
    times: dict[tuple[str, int], int] = {}
    for pair in pairs:
        for side, number in (("zh", pair.zh_clause), ("en", pair.en_clause)):
            if number is not None:
                times[side, number] = times.get((side, number), 0) + 1
    said: dict[int, set[str]] = {}
    for row in practices:
        if row.status in ("collected", "third_party", "denied"):
            said.setdefault(row.clause, set()).add(row.item)
    for pair in pairs:
        if pair.zh_clause is None or pair.en_clause is None:
            number = pair.zh_clause if pair.zh_clause is not None else pair.en_clause
            if number is not None and _matters(document, document.clauses[number]) and pair.difference:
                found.append(("missing", document.clauses[number], *told(pair.difference, rulebook)))
            continue
        zh, en = document.clauses[pair.zh_clause], document.clauses[pair.en_clause]
        kind = _sort(pair.difference)
        if kind == "item":
            named = _named(pair.difference or "") & (said.get(zh.clause, set()) | said.get(en.clause, set()))
            if not _phone.search(document.folded, zh.start, zh.end) and not _phone.search(document.folded, en.start, en.end):
                named.discard("phone_number")     # 联系方式 may mean one
            if pair.similarity < 0.5 or not named:
                kind = None
        if kind is not None and pair.difference:
            found.append((kind, zh, *told(pair.difference, rulebook)))
        if times["zh", zh.clause] == times["en", en.clause] == 1 and pair.similarity >= 0.45 and zh.kind != "toc" and len(zh.text) > 8:
            side = negated(document.folded[zh.start:zh.end], document.folded[en.start:en.end])
            if side is not None:
                found.append(("negation", zh, *(("the Chinese denies what the English says", "中文为否定，英文为肯定") if side == "zh" else ("the English denies what the Chinese says", "英文为否定，中文为肯定"))))
    left = dict(MOST)
    for kind, clause, en_words, zh_words in found:
        if left[kind] > 0:
            left[kind] -= 1
            yield report.row("versions_differ", clause.start, min(clause.end, clause.start + 120), severity="low" if kind == "item" else None, what=en_words, zh={"what": zh_words})


def _matters(document: Document, clause: Clause) -> bool:
    """Whether a clause without counterpart is worth telling: more than a heading or a scrap."""
    return clause.kind in ("paragraph", "item") and len(clause.text) >= (16 if clause.lang == "zh" else 50)


def _named(difference: str) -> set[str]:
    """The items in a difference that have one name in either language."""
    return {name for part in difference.split("; ") for name in part.partition(": ")[2].split(", ")} & _PLAIN


def _sort(difference: str | None) -> str | None:
    """The kind of a difference between two clauses: a number on either side, or items and names.

    >>> _sort("zh only: 15; en only: 30"), _sort("zh only: imei"), _sort("zh only: 6, 59"), _sort(None)
    ('number', 'item', None, None)
    """
    if not difference:
        return None
    if "numbered " in difference:
        return "number"
    sides: dict[str, list[str]] = {"zh only": [], "en only": []}
    for part in difference.split("; "):
        side, _, what = part.partition(": ")
        if side in sides:
            sides[side] += what.split(", ")
    numbers = [[one for one in side if re.fullmatch(r"\d+(?:\.\d+)?", one)] for side in sides.values()]
    if all(numbers):
        return "number"
    return "item" if any(not re.fullmatch(r"[\d.]+", one) for side in sides.values() for one in side) else None
