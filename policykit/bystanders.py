"""Rules for words that are said of others: crooks, staff, partners who may not, and what users tell them."""

from __future__ import annotations

import re

from policykit.verdicts import Mention, Verdict

_against = re.compile(r"(?:prevent|protect|detect|against|avoid|fight|combat|identify|防|避免|打击|识别|抵御)[^,;:，；：]{0,30}$")
# we do not allow partners to collect your name
_forbidden = re.compile(r"\b(?:prohibit\w*|forbid\w*|bar(?:s|red)?)\b[^.;:]{0,60}\bfrom\b[^.;:]*$"
                        r"|(?<!you )\b(?:do|does|will|would)(?: not|n't) (?:\w+ly )?(?:allow|permit|authori[sz]e|let)\b (?!us\b"
                        r"|our (?:site|app))[^.;:]*$"
                        r"|\b(?:not (?:allowed|permitted|authori[sz]ed)|prohibited|forbidden) (?:to|from)\b[^.;:]*$")
FORBIDS = "prohibit|forbid| bars |barred|allow|permit|authori|let "
# what the user gives to others: information you provide to such third-party sites, including your card
_to_them = re.compile(r"[^.;:]{0,40}?\b(to (?:(?:such|these|those|the|any|other|our|a) ){0,2}(?:third[ -]+part(?:y|ies)|linked|external"
                      r"|other (?:web ?)?sites"
                      r"|advertisers?|merchants?|partners?)(?: (?:web ?)?sites?)?)\b(?! and (?:to )?us\b)")
self_told = re.compile(r"披露自己的(?:个人)?信息|可让您[^。;；]{0,60}公开[和与、/]?分享(?:您|自己)的|与其他用户(?:交互|交流|分享)|交易对方[^,，。;；]{0,6}提供自己的(?:个人)?信息"
                        r"|\bdisclose your (?:own )?personal information|\binevitably (?:have to |need to )?(?:provide|disclose|reveal)\b")
_yours = re.compile(r"您的|你的|用户的|\byour\b")
# who provides the firm with it, as the name of a trade: 为我们提供位置数据的地图服务商
_for_us = re.compile(r"(?:为|向)我们提供[^,，。;；]{0,8}$")
trade = re.compile(r"[^,，。;；()]{0,4}的[^,，。;；()您]{0,8}(?:供应商|服务商|提供商|提供者)")


def what_crooks_do(m: Mention) -> Verdict | None:
    """Phishing sites ask for your password."""
    sentence, text, start = m.sentence, m.text, m.start
    crook = sentence.of("crook")[0]
    if crook.end <= start and not _against.search(text[max(sentence.start, crook.start - 40):crook.start]) and not any(
            kind == "we" and crook.end <= a < start for a, _, kind in sentence.actors):
        return Verdict("defined", f"defined: what {text[crook.start:crook.end]} do", None)
    return None


def forbidden_to_others(m: Mention) -> Verdict | None:
    """We do not allow partners to collect your name."""
    forbidden = m.text[m.start].isascii() and _forbidden.search(m.text, m.sentence.start, m.start)
    if forbidden and not m.sentence.of("condition"):
        return Verdict("defined", f"defined: {forbidden[0][:40].strip()}", None)
    return None


# we will inform you of the name and contact information of the recipient
informed = re.compile(r"\b(?:inform|tell|notify)(?:ed|s|ing)? you\b[^.;:]{0,60}$")
_of_receiver = re.compile(r"[^.;:]{0,80}?(?:\bof (?:the |an? |that |any )?(?:new |overseas |foreign |domestic |data |third )*(?:receiver|recipient|receiving|part(?:y|ies)\b|processor|transferee|company)"
                          r"|\bprocessing (?:purpose|method))")


def told_to_the_user(m: Mention) -> Verdict | None:
    """We will inform you of the name and contact information of the recipient: not of the user."""
    if m.text[m.start].isascii() and informed.search(m.text, m.sentence.start, m.start) and _of_receiver.match(m.text, m.end, m.sentence.end):
        return Verdict("defined", "defined: what the user is told of others", "we")
    return None


def given_to_others(m: Mention) -> Verdict | None:
    """Information you provide to third-party sites, including your card."""
    if m.act is not None and m.act[2] == "provide" and m.act in m.before and (them := _to_them.match(m.text, m.act[1], m.start)):
        return Verdict("third_party", f"third_party: given {them[1]}", "third", "collect")
    return None


def told_by_the_user(m: Mention) -> Verdict | None:
    """您与其他用户交流时披露自己的信息: the user does it."""
    if self_told.search(m.text, m.sentence.start, m.start):
        return Verdict("defined", "defined: the user does 披露", "user", "share")
    return None


def done_by_staff(m: Mention) -> Verdict | None:
    """员工的浏览记录: of staff, not of users."""
    return None if _yours.search(m.sentence.words) else Verdict("defined", "defined: what staff do", None)


def name_of_a_trade(m: Mention) -> Verdict | None:
    """为我们提供位置数据的地图服务商."""
    if _for_us.search(m.text, m.sentence.start, m.start) and trade.match(m.text, m.end):
        return Verdict("defined", "defined: the name of a trade", None)
    return None
