"""Rules for definitions: what a policy means by a class of data, and whether it collects that class."""

from __future__ import annotations

import re

from policykit import questions as ask
from policykit.inherited import Frame, concerns
from policykit.scope import Sentence
from policykit.verdicts import Mention, Setting, Verdict

# a definition that says itself that the user gives the data to the firm
_given = re.compile(r"\b(?:you (?:provide|submit|give|supply|enter|share)|(?:provided|submitted|given|supplied) by you"
                    r"|we (?:may )?(?:collect|obtain|receive))\b"
                    r"|您[^,，。;；]{0,16}(?:提供|提交|填写|上传)(?:给我们)?的|我们[^,，。;；]{0,12}(?:收集|获取|采集)(?:到)?的")
_comprises = re.compile(r"[^,，。;；:：您]{0,6}(?:包括|包含)")
called_so = re.compile(r"[^,，。;；:：]{0,4}(?:属于|为|是)(?:您的)?(?:个人敏感|敏感个人|敏感)信息"
                     r"|(?: \w+){0,2} (?:is|are|belongs? to) (?:a kind of |your )?(?:personal )?sensitive (?:personal )?(?:information"
                     r"|data)\b")
_refused = re.compile(r"(?:拒绝|不|选择不|(?:refuse|decline|not) to )$")
_of_a_person = re.compile(r"^(?!non).*(?:personal|identif|sensitive)")


# the words of the law for what is sensitive, which policies repeat
_of_law = re.compile(r"\bonce (?:it is |they are |such \w+ (?:is|are) )?(?:leaked|disclosed)|\beasily (?:cause|lead|endanger|harm)|\bdignity\b")


def defines(sentence: Sentence, earlier: Frame | None) -> str:
    """What a sentence that does something, defines or names data leaves to the next: that it goes on defining."""
    if sentence.of("define") or ask.class_list(sentence, sentence.end):
        return "definition"
    if earlier is not None and earlier.defines and (concerns.search(sentence.text, sentence.start, sentence.end)
                                                    or not any(act[2] in ("collect", "use", "provide") for act in sentence.acts)):
        return earlier.defines
    return ""


def lists_a_class(at: Setting) -> bool:
    """Whether a sentence lists the members of a class of data that the policy collects: 设备信息：包括IMEI…"""
    return not at.section.third and bool(at.around.member(at.sentence))


def member_of_a_collected_class(m: Mention) -> Verdict | None:
    """设备信息：包括IMEI…, where the policy says elsewhere that it collects device information."""
    if any(a[2] == "collect" for a in m.before) or m.by_others() and any(a[2] == "collect" for a in m.sentence.acts):
        return None
    at = m.setting
    return Verdict("collected", f"collected: {at.around.member(m.sentence)}, which the policy collects, includes it", "we", "collect", at.lead)


def defined_by_heading(m: Mention) -> Verdict | None:
    """Under the heading 定义, unless the firm collects it there."""
    if any(a[2] == "collect" and m.by_firm(a) for a in m.before):
        return None
    return Verdict("defined", f"defined: heading {m.setting.section.defines}", None)


def member_of_a_defined_class(m: Mention) -> Verdict | None:
    """“Personal information” means your name …, where the policy collects personal information."""
    at, term = m.setting, m.text[m.start].isascii() and ask.meant(m.sentence, m.start)
    if term and not at.section.defines and not _of_law.search(m.sentence.words) and (at.section.own and not at.around.declined(term) or not _of_a_person.search(term) and at.around.takes(term)):
        return Verdict("collected", f"collected: {term}, which the policy collects, includes it", "we", "collect", at.lead)
    return None


def definition(m: Mention) -> Verdict | None:
    """个人信息是指…姓名…: named in a definition."""
    for cue in m.sentence.of("define"):
        if cue.start < m.start and not ask.aside(m.sentence, cue.start) and not _given.search(m.text[cue.start:m.start]) and not any(
                a[2] == "collect" and a[0] > cue.end and m.by_firm(a) for a in m.before):
            return Verdict("defined", f"defined: {m.text[cue.start:cue.end]} (context.yml {cue.payload.id})", None)
    return None


def list_of_a_class(m: Mention) -> Verdict | None:
    """个人敏感信息包括身份证件号码…: a class and its members, which nobody collects; unless a lead-in says that the firm does."""
    named = ask.class_list(m.sentence, m.start)
    if not named:
        return None
    lead = m.setting.lead
    collected = m.setting.clause.lead is not None and lead is not None and (
        lead.actor in (None, "we") and "collect" in lead.acts or lead.actor in (None, "we", "user") and "provide" in lead.acts) and not (
        lead.defines or lead.third or lead.denied)
    return None if collected and ask.heads(m.sentence, named) else Verdict("defined", f"defined: {named} (context.yml class_subject)", None)


def after_a_definition(at: Setting) -> bool:
    """Whether the sentence before defines and this one does nothing."""
    return at.earlier is not None and bool(at.earlier.defines) and not any(
        a[2] in ("collect", "provide", "permit", "share", "store", "use") for a in at.sentence.acts)


def definition_before(m: Mention) -> Verdict:
    """…是指…。例如您的姓名。"""
    return Verdict("defined", "defined: the definition before it", None)


def concerned(m: Mention) -> Verdict | None:
    """本政策涉及的个人信息包括…, after a definition."""
    earlier = m.setting.earlier
    concern = concerns.search(m.text, m.sentence.start, m.start)
    if concern and not m.firm and (earlier is not None and earlier.defines or _comprises.match(m.text, concern.end(), m.start)):
        return Verdict("defined", f"defined: {concern[0]}, after a definition", None)
    return None


def defined_by_lead(m: Mention) -> Verdict | None:
    """个人信息包括：（1）姓名…"""
    lead = m.setting.lead
    return Verdict("defined", f"defined: lead-in {lead.defines}", None) if lead else None


def called_sensitive(m: Mention) -> Verdict | None:
    """人脸属于敏感个人信息，您可以拒绝提供: nothing is said of who collects."""
    called = None if m.before else called_so.match(m.text, m.end)
    if called and all(a[2] in ("provide", "permit") and _refused.search(m.text[max(0, a[0] - 11):a[0]]) for a in m.after if a[0] >= called.end()):
        return Verdict("defined", f"defined: {called[0]}", None)
    return None
