"""Rules for what is done with an item: by the verb of its sentence, or by what the sentence before, the lead-in or the heading says."""

from __future__ import annotations

import re

from policykit import questions as ask
from policykit.actors import acting, to_us
from policykit.listed import listed_company, unrolled
from policykit.negations import denials
from policykit.scope import OTHERS
from policykit.verdicts import ACTION, Mention, Setting, Verdict


def row_of_others(at: Setting) -> str:
    """The SDK or company whose row or block of a list a sentence stands in."""
    return listed_company(at.sentence, at.clause, at.around)


def in_a_row_of_others(m: Mention) -> Verdict | None:
    """友盟 | 统计 | 友盟同欣有限公司 | IMEI."""
    if m.firm and not (m.act is not None and m.act[2] == "collect" and unrolled(m.setting.clause, m.setting.around)):
        return None         # in a table of companies they too say 我们会收集
    return Verdict("third_party", f"third_party: in a row with {row_of_others(m.setting)}", "sdk", "collect", m.setting.lead)


taken = re.compile(r"[,，;；]\s*(?:该|上述|前述|此|以上|这些)(?:类|些|等|项)?(?:个人)?信息(?:均|都|全部)?(?:为|是|由|将由|系)"
                   r"(?!我们|本公司|本平台|我司|您|为)[^,，。;；]{1,20}?(?:收集|采集|获取)(?=[,，。;；]|$)")


def taken_by_others(m: Mention) -> Verdict | None:
    """办理时需要收集您的姓名，该信息由业务方收集."""
    return Verdict("third_party", "third_party: said to be collected by others", "third", "collect") if taken.search(m.text, m.end, m.sentence.end) else None


# may not disclose the name in the user's registration data: what the user gave on registering is held
registered = re.compile(r"注册(?:资料|信息|数据)(?:中|里|内)(?:的|所?(?:含有?|包含|包括)的?)")
_of_anybody = re.compile(r"(?:他人|别人|对方|冒用|盗用|窃取|虚假|其[他它]用户)[^,，。;；]{0,6}$")
_ends = re.compile(r"[,，。;；:：]|[但除]")


def in_the_registration_data(m: Mention) -> Verdict | None:
    """不得向第三方公开用户注册资料中的姓名、住址; but 我们不会读取您注册资料中的姓名 denies it."""
    if any(denial.start <= m.start < denial.end and denial.act(m.sentence, m.start, m.end) & {"collect", "store"} for denial in denials(m.sentence)):
        return None
    for found in registered.finditer(m.text, m.sentence.start, m.start):
        if not (_ends.search(m.text, found.end(), m.start) or _of_anybody.search(m.text, m.sentence.start, found.start())):
            return Verdict("collected", f"collected: {found[0]}", "user", "collect")
    return None


def verb_close_by(m: Mention) -> Verdict | None:
    """我们会收集您的成绩: of an item that means something only where a verb that takes data stands near it."""
    return verb_of_its_sentence(m) if m.act is not None and ask.governed(m.sentence, m.act, m.start) else None


def verb_of_its_sentence(m: Mention) -> Verdict | None:
    """我们会收集您的手机号: what the verb says, and of whom."""
    act, lead = m.act, m.setting.lead
    if act is None:
        return None
    # of several verbs the one that collects tells more
    told = act
    if act[2] in ("use", "delete", "permit", "provide") and act in m.before:
        near, given = m.before[:-5:-1], m.setting.book.listed["given"]
        told = next((a for a in near if a[2] == "collect"), None) or next((a for a in near if ask.words(m.sentence, a) in given), act)
    kind, verb, who = told[2], ask.words(m.sentence, told), m.who
    if told is not act and act[2] == "use" and who and who[0] == "user" and (doer := acting(m.sentence, m.start, told)) and doer[0] in OTHERS:
        who = doer      # 运营商会收集…用户使用数据: a noun of the list, not the user
    actor = who[0] if who else _inherited_actor(m.setting)
    if actor in OTHERS and not to_us(m.sentence):
        if kind == "share" and not (who and act[0] > 0 and who[0] in OTHERS and ask.subject(m.sentence, act)):
            return Verdict("collected", f"collected: {verb}", "we", "share", lead)      # the firm shares with them
        return Verdict("third_party", f"third_party: {who[1] if who else m.setting.section.third or 'lead-in'} {verb}", actor, ACTION[kind], lead)
    if kind == "share":
        if actor == "user" and not m.firm and _user_shares(m):
            return Verdict("defined", f"defined: the user does {verb}", "user", "share")
        if not (m.firm or actor in (None, "we", "user") or m.setting.section.own or to_us(m.sentence)):
            return Verdict("defined", f"defined: {verb}", actor, "share")
    return Verdict("collected", f"collected: {verb}", actor or "we", ACTION[kind], lead)


def _inherited_actor(at: Setting) -> str | None:
    """Who acts where the sentence names nobody."""
    lead = at.lead
    if lead is not None and lead.third and lead.actor != "we":
        return lead.actor if lead.actor in OTHERS else "third"
    earlier = at.earlier.actor if at.earlier is not None else None
    # a user named beside them takes nothing: under 第三方SDK, and after a sentence on what an SDK takes
    if lead is not None and lead.actor and not (lead.actor == "user" and (at.section.third or earlier in OTHERS)):
        return lead.actor
    if earlier and not (earlier == "user" and at.section.third):
        return earlier
    return "third" if at.section.third else None


def _user_shares(m: Mention) -> bool:
    """Whether it is the user who shares: 您可以向其发送位置."""
    act, lead = m.act, m.setting.lead
    if act is not None and m.text[act[0] - 2:act[0]] in ("向其", "给其"):
        return True
    return not to_us(m.sentence) and not any(a[2] in ("collect", "provide", "store", "use") for a in m.sentence.acts) and not (
        "permitted" in m.data.traits and lead is not None and "permit" in lead.acts)


def nothing_is_done(m: Mention) -> Verdict:
    """An item that means something only where it is collected or used."""
    return Verdict("defined", "defined: nothing is done with it here", None)


def by_the_sentence_before(m: Mention) -> Verdict | None:
    """我们会收集以下信息。姓名、手机号。"""
    earlier = m.setting.earlier
    if earlier is None:
        return None
    if earlier.actor in OTHERS:
        return Verdict("third_party", f"third_party: the sentence before, {earlier.words}", earlier.actor, "collect", earlier)
    if m.setting.clause.kind != "heading":
        return Verdict("collected", f"collected: the sentence before, {earlier.words}", earlier.actor or "we", "collect", m.setting.lead)
    return None


_STRONGEST = ("collect", "provide", "use", "share", "store", "permit")


def by_the_lead(m: Mention) -> Verdict | None:
    """我们会收集：（1）姓名…"""
    lead = m.setting.lead
    if lead is None:
        return None
    if lead.third:
        return Verdict("third_party", f"third_party: lead-in {lead.words or lead.third}", lead.actor or "third", "collect", lead)
    action = ACTION[next((kind for kind in _STRONGEST if kind in lead.acts), "delete")]
    return Verdict("collected", f"collected: lead-in {lead.words}", lead.actor or "we", action, lead)


def by_a_heading_of_others(m: Mention) -> Verdict:
    """Under the heading 第三方收集的信息."""
    return Verdict("third_party", f"third_party: heading {m.setting.section.third}", "third", "collect")


def by_a_heading(m: Mention) -> Verdict:
    """Under the heading 我们收集的信息."""
    return Verdict("collected", f"collected: heading {m.setting.section.own}", "we", "collect")


def named_only(m: Mention) -> Verdict:
    """Nothing is said of it."""
    return Verdict("defined", "defined: named only", None)
