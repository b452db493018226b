"""The words of the charts in English and Chinese: names of ids from the rulebook, names of firms, phrases of titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd

from policykit import law, rules
from policykit.charts.style import Lang, clip

STATUS: dict[str, dict[str, tuple[str, str]]] = {  # status -> language -> letter in the cell, words
    "collected": {"en": ("C", "collected"), "zh": ("收", "收集")},
    "third_party": {"en": ("3", "only by third parties"), "zh": ("三", "仅第三方收集")},
    "denied": {"en": ("N", "says it does not"), "zh": ("否", "声明不收集")},
    "user_warned": {"en": ("W", "users told not to provide"), "zh": ("警", "提醒勿提供")},
    "defined": {"en": ("d", "only named"), "zh": ("提", "仅提及")},
    "absent": {"en": ("", "not named"), "zh": ("", "未提及")},
}
VERDICT: dict[str, dict[str, tuple[str, str]]] = {
    "met": {"en": ("M", "met"), "zh": ("有", "已满足")},
    "partial": {"en": ("p", "in part"), "zh": ("部", "部分满足")},
    "missing": {"en": ("✕", "not found"), "zh": ("缺", "未找到")},
    "unknown": {"en": ("?", "for a person to judge"), "zh": ("？", "须人工判断")},
    "not_applicable": {"en": ("–", "does not apply"), "zh": ("–", "不适用")},
}
SEVERITY = {"high": {"en": "high", "zh": "严重"}, "medium": {"en": "medium", "zh": "中等"}, "low": {"en": "low", "zh": "轻微"}, "note": {"en": "note", "zh": "提示"}}
CATEGORY = {  # classes of GB/T 35273-2020, Annex A, and three of our own
    "A01": ("Basic profile", "基本资料"), "A02": ("Identity documents", "身份信息"), "A03": ("Biometrics", "生物识别"),
    "A04": ("Accounts, network identity", "网络身份标识"), "A05": ("Health", "健康生理"), "A06": ("Education, work", "教育工作"),
    "A07": ("Property, finance", "财产信息"), "A08": ("Communications", "通信信息"), "A09": ("Contacts", "联系人"),
    "A10": ("Online activity", "上网记录"), "A11": ("Device", "设备信息"), "A12": ("Location", "位置信息"), "A13": ("Other", "其他"),
    "P": ("Permissions", "权限资源"), "V": ("Vehicle", "车辆"), "N": ("Enterprise data", "企业数据"),
}
# items of the gold annotation that are classes over several items of the rulebook
CLASSES = {"bluetooth": ("Bluetooth, any", "蓝牙（合并）"), "browsing_history": ("browsing and clicks, any", "浏览与点击（合并）"), "id_card": ("identity document, any", "身份证件（合并）"),
           "running_processes": ("running processes, any", "运行进程（合并）"), "sms": ("SMS, any", "短信（合并）")}
CONTACTS = {"emails": ("E-mail", "电子邮箱"), "phones": ("Telephone", "联系电话")}  # facts that patterns find, without an entry in facts.yml
OTHERS = {"item": CLASSES, "fact": CONTACTS}
# where the names of a kind of id stand: a table of the rulebook, or of the law
_RULES = {"item": "items", "topic": "topics", "purpose": "purposes", "permission": "permissions", "fact": "facts", "sdk": "sdks"}
_LAW = {"requirement": "requirements", "defect": "defects", "instrument": "instruments"}
_han = re.compile("[\u3400-\u9fff]")
_NO_TYPE = ("no clause type", "未归类")


def say(lang: Lang, en: str, zh: str) -> str:
    """The words of the language.

    >>> say("zh", "firms", "企业")
    '企业'
    """
    return zh if lang == "zh" else en


@cache
def _names(kind: str, lang: Lang) -> dict[str, str]:
    """The names of all ids of a kind."""
    entries = getattr(law.load(), _LAW[kind]) if kind in _LAW else getattr(rules.load(), _RULES[kind])
    if kind == "sdk" and lang == "en":
        return {id_: latin(rule.name, id_, f"{rule.aliases}|{rule.context}") for id_, rule in entries.items()}
    return {id_: name for id_, rule in entries.items() if (name := getattr(rule, lang, "") or getattr(rule, "name", ""))}


def latin(name: str, id_: str, others: str) -> str:
    """A name for readers of English: the name itself, the first of the others without Chinese, or the id made readable.

    >>> latin("支付宝 SDK", "alipay", "支付宝SDK|Alipay SDK|支付宝"), latin("某推送", "some_push", "某推送SDK")
    ('Alipay SDK', 'Some Push')
    """
    found = [one for one in (name, *others.split("|")) if one and not _han.search(one)]
    return found[0] if found else " ".join(word[:1].upper() + word[1:] for word in id_.split("_"))


def label(kind: str, id_: Any, lang: Lang = "en") -> str:
    """The name of an id of the rulebook; the id itself, made readable, where the rulebook does not know it.

    >>> label("item", "no_such_item"), label("item", "imei", "zh"), label("topic", "", "zh")
    ('no such item', 'IMEI', '未归类')
    """
    if not isinstance(id_, str) or kind == "topic" and not id_:
        return _NO_TYPE[lang == "zh"] if id_ == "" else ""
    name = _names(kind, lang).get(id_)
    if name:
        return name
    if id_ in OTHERS.get(kind, {}):
        return OTHERS[kind][id_][lang == "zh"]
    return re.sub(r"[_.]+", " ", id_).strip() or id_


def labels(kind: str, ids: Iterable[str], lang: Lang = "en") -> dict[str, str]:
    """The name of each id; where two ids have one name, each says its id too.

    >>> labels("item", ["imei", "imsi"], "zh")
    {'imei': 'IMEI', 'imsi': 'IMSI'}
    """
    named = {id_: label(kind, id_, lang) for id_ in ids}
    often = Counter(named.values())
    return {id_: name if often[name] == 1 else f"{name} ({id_})" for id_, name in named.items()}


def category(item: str, lang: Lang = "en") -> str:
    """The name of the class that an item belongs to."""
    rule = rules.load().items.get(item)
    return CATEGORY.get(getattr(rule, "category", "A13"), CATEGORY["A13"])[lang == "zh"]


def firms(policies: pd.DataFrame, lang: Lang = "en", width: int = 24) -> dict[str, str]:
    """The name to show for each policy: the firm, or the policy's key where no firm is known; no name twice."""
    first, second = ("firm_zh", "firm") if lang == "zh" else ("firm", "firm_zh")
    names = {policy: next((name for name in names if isinstance(name, str) and name.strip()), policy)
             for policy, *names in zip(policies["policy"], policies[first], policies[second])}
    shown: dict[str, str] = {}
    for policy, name in names.items():
        short = clip(name, width)
        if name != policy and list(names.values()).count(name) > 1:
            short = clip(f"{clip(name, width // 2)} ({policy})", width + 6)
        number, unique = 2, short
        while unique in shown.values():
            unique, number = f"{short} {number}", number + 1
        shown[policy] = unique
    return shown


def listed(names: Iterable[str], lang: Lang = "en", most: int = 3) -> str:
    """Names as a phrase, the rest as a number.

    >>> listed(["A", "B", "C", "D", "E"]), listed(["甲", "乙"], "zh")
    ('A, B, C and 2 more', '甲、乙')
    """
    names = list(names)
    if lang == "zh":
        return "、".join(names) if len(names) <= most + 1 else "、".join(names[:most]) + f"等{len(names)}家"
    if len(names) <= 1:
        return "".join(names)
    if len(names) <= most + 1:
        return ", ".join(names[:-1]) + " and " + names[-1]
    return ", ".join(names[:most]) + f" and {len(names) - most} more"


def share(part: int, whole: int, lang: Lang = "en") -> str:
    """So many of so many; from forty on with the percentage behind a comma, for use within brackets.

    >>> share(2, 5), share(52, 104), share(52, 104, "zh")
    ('2 of 5', '52 of 104, 50%', '104家中的52家，50%')
    """
    return of(part, whole, lang) + (("，" if lang == "zh" else ", ") + f"{part / whole:.0%}" if whole >= 40 else "")


def of(part: int, whole: int, lang: Lang = "en") -> str:
    """So many of so many, for use within a sentence."""
    return f"{whole}家中的{part}家" if lang == "zh" else f"{part} of {whole}"
