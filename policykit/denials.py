"""Rules for what is denied: in the sentence itself, by a lead-in, because it stays on the user's device."""

from __future__ import annotations

import re

from policykit import questions as ask
from policykit.actors import acting
from policykit.negations import Denial, denials
from policykit.scope import OTHERS
from policykit.verdicts import ACTION, Mention, Verdict

_TAKING = frozenset({"collect", "store", "permit", "provide"})
_DOING = frozenset({"share", "use", "delete"})
# we do not read other content of your clipboard: what is denied is the rest
_rest = re.compile(r"\b(?:other|unrelated|irrelevant)\b (?:\w+ ){0,2}(?:information|contents?|data) "
                   r"(?:in|on|from|of|within|stored (?:in|on)) (?:the |your |their )*$")
_rest_of_it = re.compile(r"(?:中|内|里)?的?其[他它](?:任何|无关)?的?(?:信息|内容|数据)")      # 不会收集您的剪贴板其他信息
_demand = re.compile(r"要求|需|ask|requ|need")
_used_at_all = re.compile(r"\b(?:use|uses|need|require|activate|turn on|switch on)s? (?:(?:your|the|any|or|a|device's|phone's"
                          r"|\w+,?) ){0,5}$")
_restricted = re.compile(r"[^.;]{0,40}\b(?:for|in|to|without|unless|when|if|other|beyond|more|while|until|except|as)\b")
_no_such = re.compile(r"no\s+(?:\w+\s+)?")
_cookies_at_all = re.compile(r"\b(?:use|set|place|employ|utili[sz]e|deploy)s? (?:any |no )?$")
_nothing_more = re.compile(r"\s*(?:at all\s*)?(?:[.;]|$|or\b|and\b|on (?:our|this)\b)")
# not any of it, whoever was asked for it
_none_of_it = re.compile(r"(?:收集|获取|采集|读取|接触|获得)[^,，。;；]{0,4}(?:您的)?(?:这些|上述|前述|该等|此类|该|以上|任何)(?:个人)?(?:信息|数据)")

_nothing_of_it = re.compile(r"(?:收集|获取|采集|读取|接触|获得|知悉|存储)(?:您|用户)[向给在与][^,，。;；]{1,14}?(?:提供|填写|提交|上传|输入)的?(?:任何|全部|上述|前述|该等|这些)(?:个人)?(?:信息|数据|资料)")


# the function that a maker provides is no item that anybody provides: 指纹支付的功能由厂商提供，我们不会收集该类信息
_made_by = re.compile(r"由[^,，。;；您用]{1,14}$")


def denied(m: Mention) -> Verdict | None:
    """我们不会收集您的通讯录: the first negation that says something of it decides."""
    for denial in denials(m.sentence):
        if denial.start <= m.start < denial.end:
            if _only_the_rest(m, denial):
                return None
            verdict = _reached(m, denial)
        else:
            verdict = _followed(m, denial) if m.end <= denial.start else None
        if verdict is not None:
            return verdict
    return None


def _only_the_rest(m: Mention, denial: Denial) -> bool:
    """Whether a negation denies all but the item: 不会收集您手机号以外的信息."""
    return any(only.start >= m.end and only.start - m.end < 6 for only in m.sentence.of("only")) or (
        _rest.search(m.text[max(denial.start, m.start - 60):m.start]) is not None or _rest_of_it.match(m.text, m.end) is not None)


def _reached(m: Mention, denial: Denial) -> Verdict | None:
    """What a negation says of an item in its reach."""
    kinds = denial.act(m.sentence, m.start, m.end)
    who = acting(m.sentence, denial.start, (denial.start, denial.start, ""))
    actor = who[0] if who else "we"
    actor = "we" if actor == "user" else actor      # a user who does not act was sorted out before
    if who and actor in OTHERS and actor != "sdk" and kinds & {"collect", "store", "provide"}:
        return Verdict("defined", f"defined: {who[1]}, {denial.words}: of others (context.yml deny)", actor, "collect")
    if denial.conditional:      # 未经您同意不会…: with your consent it is done
        if kinds and not kinds - _DOING and not (kinds == {"use"} and m.data.category == "P"):
            return _nothing_on_collecting(denial, actor, "share")
        return None
    if kinds == {"provide"} and not _demand.search(denial.words) and not ("upload" in denial.words and who and who[0] == "we"):
        if "includ" in denial.words or "contain" in denial.words:
            return Verdict("defined", f"defined: {denial.words} (context.yml deny)", actor)
        # 用户没有提供… says nothing
        return _nothing_on_collecting(denial, "we", "share") if who is not None and who[0] == "we" else None
    if kinds & _TAKING or kinds == {"use"} and _unused(m, denial) or "cookie" in m.data.traits and _no_cookies(m, denial):
        return _denied(denial, actor, "store" if kinds == {"store"} else "collect")
    if kinds & _DOING:
        return _nothing_on_collecting(denial, actor, ACTION[next(a[2] for a in denial.acts if a[2] in kinds)])
    return None


def _unused(m: Mention, denial: Denial) -> bool:
    """Whether a permission is not used at all: we do not use your camera."""
    return m.data.category == "P" and _used_at_all.search(m.text[denial.start:m.start]) is not None and not _restricted.match(m.text, m.end, m.sentence.end)


def _no_cookies(m: Mention, denial: Denial) -> bool:
    """No cookies are set; we use no cookies; we do not set any cookies."""
    return _no_such.fullmatch(m.text, denial.start, m.start) is not None or (
        _cookies_at_all.search(m.text[denial.start:m.start]) is not None and _nothing_more.match(m.text[m.end:m.sentence.end]) is not None)


def _followed(m: Mention, denial: Denial) -> Verdict | None:
    """What a negation says of an item before it: 您的通讯录我们不会收集."""
    kinds, sentence = {a[2] for a in denial.acts}, m.sentence
    if not m.before and m.after and m.after[0][0] == denial.acts[0][0] and kinds <= _DOING and not denial.conditional:
        return _nothing_on_collecting(denial, "we", "share")
    if not (denial.bare or _nothing_of_it.search(m.text, denial.start, denial.end)) or sentence.part(denial.start) - sentence.part(m.start) > 2:
        return None
    positive = {a[2] for a in m.before if a[2] in _TAKING}
    if "collect" in kinds and (_none_of_it.search(m.text, denial.start, denial.end) or _nothing_of_it.search(m.text, denial.start, denial.end)) and positive <= {"provide", "permit"}:
        return _denied(denial, "we", "collect")
    if not kinds & {"collect", "store"} or any(
            m.end <= a[0] < denial.start and a[2] in ("collect", "provide", "store", "share") and not _made_by.search(m.text, m.end, a[0]) for a in sentence.acts):
        return None
    if not positive or sentence.part(m.start) == sentence.part(denial.start) and not m.before:
        return _denied(denial, "we", "store" if kinds == {"store"} else "collect")
    return None


def _denied(denial: Denial, actor: str, action: str) -> Verdict:
    return Verdict("denied", f"denied: {denial.words} (context.yml deny)", actor, action)


def _nothing_on_collecting(denial: Denial, actor: str, action: str) -> Verdict:
    """我们不会出售您的姓名: that it is collected remains open."""
    return Verdict("defined", f"defined: {denial.words} says nothing on collecting (context.yml deny)", actor, action)


def stays_on_the_device(m: Mention) -> Verdict | None:
    """您的指纹仅存储在您的设备上."""
    local = m.sentence.once(ask.stays)
    return Verdict("denied", f"denied: {local}, it stays on the device", "user", "store") if local else None


def denied_by_lead(m: Mention) -> Verdict | None:
    """我们不会收集以下信息：通讯录；短信…"""
    lead = m.setting.lead
    return Verdict("denied", f"denied: lead-in {lead.denied} (context.yml deny)", lead.actor or "we", "collect") if lead else None


def denied_by_heading(m: Mention) -> Verdict:
    """Under the heading 我们不收集的信息."""
    return Verdict("denied", f"denied: heading {m.setting.section.denied} (context.yml deny)", "we", "collect")
