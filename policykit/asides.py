"""Rules for words that are no mention, or name an item aside from what is collected: contacts, warnings, questions, advice."""

from __future__ import annotations

import re

from policykit import namings
from policykit import questions as ask
from policykit.advice import advised
from policykit.mentions import owned
from policykit.verdicts import NO_MENTION, Mention, Setting, Verdict

# --- the word does not mean the item ---------------------------------------------------------------------------------

# a value follows: the firm's own telephone, address, mailbox
_place = re.compile(r"[:：为]\s*\S{0,20}?(?:省|市|区|县|路|街|号|大厦)|[:：].{0,60}?\b(?:street|road|avenue|floor|district|building)\b")
_value = re.compile(r"[\s)\"'」】]*(?:[为是]?[:：]|为|是|at\b|is\b|\bto\b)?[\s\"'(]*(?:\+?\d[\d\s()\-]{5,}|[\w.+-]+@[\w-]+\.|https?:|www\.)")
_value_before = re.compile(r"(?:@[\w.-]+|\d{7,}|\d{3,4}-\d{7,8})[\s)\"'】」]*(?:的)?$")
_reach_us = re.compile(r"[^。,，;；您]{0,8}(?:与我们|和我们|联系我们|联系到我们|取得联系|进行联系|向我们反馈|向我们投诉|反馈)")
# calls with the firm's own desk are no list of calls
_with_us = re.compile(r"(?:(?:与|和)我们|客服)(?:[^。;；]{0,8}(?:沟通|通话|联系|通讯|聊天|互动)[^。;；]{0,24}|[^,，。;；]{0,10})$")
_when_reached = re.compile(r"\b(?:contact(?:ing|ed|s)?|call(?:ing|ed)?|reach|consult(?:ing)?|communicat\w+ with|complain\w* to|in touch with) (?:us|our|(?:the )?customer service)\b[^.;]{0,120}$"
                           r"|\b(?:customer service|complaints?|consultations?)\b[^.;]{0,60}$|\bcommunications?[ ,/]+(?:or |and |/ ?)?$")


# 本政策中提供的联系方式, 协议列明的邮箱: where to find the firm's own
_given_here = re.compile(r"(?:政策|协议|声明|条款|指引|规则|文末|文首|页面|下文|上文|章节|以下|如下)(?:的?(?:文末|末尾|结尾|最后|开头|首部|末))?(?:中|内|里|上|处)?所?"
                         r"(?:列明|载明|列示|列出|注明|公布|公示|提供|披露|所列|标明|写明|留)的?[^,，。;；您]{0,12}$")
_given_to_us = re.compile(r"(?:(?:您|你|用户|会员|玩家)(?:本人)?(?:在|于|向)|收集|获取|采集|记录|保存)[^,，。;；]{0,16}$")      # 您在页面中提供的: the user's


def place_of_the_firm(m: Mention) -> Verdict | None:
    """联系地址：北京市…: the firm's own address follows."""
    return NO_MENTION if _place.match(m.text, m.end) else None


def calls_with_the_firm(m: Mention) -> Verdict | None:
    """您与我们的通话记录: no list of the user's calls."""
    if m.text[m.start].isascii():
        return NO_MENTION if _when_reached.search(m.text, m.sentence.start, m.start) else None
    return NO_MENTION if _with_us.search(m.text[max(0, m.start - 44):m.start]) else None


def _published(before: str) -> bool:
    """Whether words before a way to reach somebody say that the document itself gives it; not 您在页面中提供的.

    >>> _published("您可以通过本政策中提供的"), _published("我们会收集您在注册页面中提供的")
    (True, False)
    """
    found = _given_here.search(before[-32:])
    return found is not None and _given_to_us.search(before, 0, len(before) - len(before[-32:]) + found.start()) is None


def contact_of_the_firm(m: Mention) -> Verdict | None:
    """客服电话：400…, 邮箱与我们联系: a way to reach the firm."""
    text, start, end = m.text, m.start, m.end
    if not owned(text, start) and (_reach_us.match(text, end) or _published(text[max(0, start - 48):start])):
        return NO_MENTION
    given = _value.match(text, end) or _value_before.search(text[max(0, start - 40):start]) or text[end:end + 1] == ":" and not m.sentence.acts
    return NO_MENTION if given else None


def contact_section(m: Mention) -> Verdict | None:
    """In a section on how to reach the firm, unless it asks the user for it."""
    acts = m.sentence.acts
    asked = any(a[2] in ("provide", "collect") for a in acts) and m.sentence.of("user") or any(a[2] == "collect" for a in acts)
    return None if asked else NO_MENTION


# --- the user is told not to provide it ------------------------------------------------------------------------------

def told_not_to_provide(m: Mention) -> Verdict | None:
    """请勿向他人提供您的密码: the user is warned."""
    sentence, text = m.sentence, m.text
    for warn in sentence.of("warn"):
        if any(actor[2] == "we" and 0 <= warn.start - actor[1] <= 2 for actor in sentence.actors):
            continue        # we do not give others your name
        before = warn.start < m.start and not any(contrast.start > warn.end and contrast.start < m.start for contrast in sentence.of("contrast"))
        if before or warn.start >= m.end and sentence.part(warn.start) - sentence.part(m.start) <= 1 and (sentence.end - warn.end < 8 or "secret" in m.data.traits):
            return Verdict("user_warned", f"user_warned: {text[warn.start:warn.end]} (context.yml {warn.payload.id})", "user")
    return None


# --- nothing is asked for now ----------------------------------------------------------------------------------------

# what a later version of the policy may ask for
later = re.compile(r"(?:如果?|若|倘若|一旦|当)[^,，。;；]{0,12}(?:更新|修订|变更|修改|新增)[^,，。;；]{0,16}(?:采集|收集|获取|读取|使用|调用|涉及)"
                    r"|\bif (?:the |any )?(?:updated|new|revised|changed|amended) (?:\w+ ){0,3}(?:needs?|requires?|involves?|asks?)\b"
                    r"[^.;:]{0,30}\b(?:collect|obtain|access|read|acquir\w+)")
short_form = re.compile(r"(?:简称|统称|合称|下称)(?:为|:)?[\"“]$")
leaving_out = re.compile(r"(e(?<=\be)x(?:cluding|cept for)\b|n(?<=\bn)ot (?:even )?including\b|不(?:包括|包含|含))[^.。;；)）]*$")
# you need not give it: nobody asks for it here
unneeded = re.compile(r"\b(?:(?:do|does|did) not (?:need|have) to|(?:don't|doesn't) (?:need|have) to|need not|no need to"
                       r"|(?:are|is) not (?:required|obliged|obligated) to|not necessary to"
                       r"|without (?:\w+ly )?(?:giving|providing|submitting|entering|revealing|disclosing|supplying|having to"
                       r"|being asked))\b[^.;:,]*$")
unasked = re.compile(r"\s*(?:\w+\s){0,3}(?:is|are) not (?:required|necessary|needed)\b")
# 无需提供姓名、手机号即可浏览, 不需要位置信息的功能; but 无需再次输入: it was given before
needless = re.compile(r"(?:无需|无须|毋需|不必|不用|不需要?)(?!再|重复|反复|每次|另行|逐一|担心|(?:您|用户)?(?:再|重复|反复|每次))(?:您|用户)?(?:先|预先|事先)?"
                      r"(?:提供|填写|提交|输入|上传|使用|授权|开启|登记|出示|绑定)?(?:任何|您的?|用户的?|本人的?|自己的?)?(?:[^,，。;；:：即就便而将会]{0,24}[、/和或及与])?$"
                      r"|(?<![因将则会能])(?<!导致我们)无法(?:准确|直接)?(?:识别|判断|获知|得知|知悉|知晓|辨别)(?:到)?(?:您|用户|该用户)的?(?:具体|真实|实际|准确)?的?$")
# 具体权限因设备型号、系统版本不同而存在差异: what something else depends on
because = re.compile(r"(?:因|由于|视)[^,，。;；:：]{0,24}$|(?:如果?|若)(?:您|你|用户)?(?:所?使用|当前|持有)的[^,，。;；:：]{0,12}$|\b(?:vary|varies|differs?|different)\b[^.;:]{0,24}\b(?:depending|according|due|based)\b[^.;:]{0,40}$"
                     r"|\b(?:due to|because of) (?:the )?(?:different|differences?)\b[^.;:]{0,40}$")
_differs = re.compile(r"[^,，。;；:：]{0,16}(?:不同|差异|而异|各异|不一致|支持|兼容)")
DIFFERS = "不同|差异|而异|各异|不一致|支持|兼容|vary|varies|differ"
# usage data that is not linked to your name
_unlinked = re.compile(r"\b(?:not|never|cannot be|without being) (?:\w+ )?(?:linked|tied|connected|associated|matched|correlated"
                       r"|attached)\b"
                       r"[^.;:]{0,12}\b(?:to|with) (?:(?!, (?:we|you)\b)[^.;:])*$")
LINKED = "linked|tied|connected|associated|matched|correlated|attached"


def once_it_changes(m: Mention) -> Verdict | None:
    """若更新后需要收集…，将再次征得您的同意: not collected now."""
    change = later.search(m.text, m.sentence.start, m.start)
    if change and (m.text.find("同意", m.end, m.sentence.end) >= 0 or m.text.find("consent", m.end, m.sentence.end) >= 0):
        return Verdict("defined", f"defined: {change[0]}, once it changes", None)
    return None


def a_question(m: Mention) -> Verdict | None:
    """Do you collect my address?"""
    return Verdict("defined", "defined: a question", None) if m.sentence.once(ask.asks) else None


def advice(m: Mention) -> Verdict | None:
    """You may delete cookies in your browser: advice, or what devices are like."""
    told = m.text[m.start].isascii() and advised(m.sentence, m.data.traits, m.start, m.setting.book)
    return Verdict("defined", f"defined: {told}: advice or a general statement", "user") if told else None


def a_short_name(m: Mention) -> Verdict | None:
    """以下简称“位置”: the word stands for something else."""
    if m.text[m.start - 1:m.start] in ("\"", "“") and short_form.search(m.text[max(m.sentence.start, m.start - 8):m.start]):
        return Verdict("defined", "defined: a short name", None)
    return None


def left_out(m: Mention) -> Verdict | None:
    """不包括您的密码, excluding your address."""
    out = leaving_out.search(m.text[max(m.sentence.start, m.start - 90):m.start])
    return Verdict("defined", f"defined: {out[1]}", None) if out else None


def need_not_be_given(m: Mention) -> Verdict | None:
    """You need not give us your name; 无需提供手机号即可浏览."""
    if not m.text[m.start].isascii():
        if not needless.search(m.text, m.sentence.start, m.start):
            return None
        return Verdict("defined", "defined: the user need not give it", "user")
    if unneeded.search(m.text, m.sentence.start, m.start) and not m.sentence.of("contrast") or unasked.match(m.text, m.end, m.sentence.end):
        return Verdict("defined", "defined: the user need not give it", "user")
    return None


def what_varies(m: Mention) -> Verdict | None:
    """因设备型号不同而存在差异."""
    before = because.search(m.text, m.sentence.start, m.start)
    if before and (m.text[m.start].isascii() and before[0].isascii() or _differs.match(m.text, m.end, m.sentence.end)):
        return Verdict("defined", "defined: what something depends on", None)
    return None


def not_linked(m: Mention) -> Verdict | None:
    """Statistics that are not linked to your name."""
    unlinked = None if m.sentence.of("define") else _unlinked.search(m.text, m.sentence.start, m.start)
    if unlinked is not None and not any(a[0] > unlinked.end() for a in m.before):
        return Verdict("defined", "defined: it is not linked to it", None)
    return None


# --- a permission, a choice, a function ------------------------------------------------------------------------------

def permission_group(m: Mention) -> Verdict | None:
    """系统将其归入“电话”权限，实际上我们并未读取: the name of the group, of which nothing is read."""
    put = m.sentence.once(namings.group)
    if not put or not put[0] <= m.start < put[1]:
        return None
    if "permitted" in m.data.traits or "listed_permission" in m.data.traits:
        return Verdict("denied", "denied: the name of the permission, of which nothing is read", "we", "collect")
    return Verdict("defined", "defined: the name of the permission, of which nothing is read", None)


def choice_on_cookies(m: Mention) -> Verdict | None:
    """您可以通过浏览器清除Cookie."""
    return Verdict("defined", "defined: what the user may do with cookies", "user", "delete") if m.sentence.once(namings.managed) else None


# whose cookies they are: 这些Cookie不受我们的控制
uncontrolled = re.compile(r"(?:不受|不在)(?:我们|本公司|本平台|本网站|本站)的?控制|不受本[^,，。;；]{0,8}(?:协议|政策|声明|指引|条款)的?(?:约束|管辖)")


def not_under_control(m: Mention) -> Verdict | None:
    """这些Cookie不受我们的控制: they are set by others."""
    loose = None if any(m.by_firm(act) for act in m.before) else uncontrolled.search(m.text, m.end, m.sentence.end)
    return Verdict("third_party", f"third_party: {loose[0]}", "third", "collect") if loose else None


# what a service shows to its users: 您从本平台获得的内容, of which nothing is warranted
offered = re.compile(r"(?:您|用户)[^。;；]{0,60}?(?:从|通过|经由)[^,，。;；您]{1,16}?(?:获得|获取|取得|下载|得到)的[^,，。;；您]{0,4}(?:内容|信息|资料|数据)")
_unwarranted = re.compile(r"不(?:能|会|对其|作|做|予|提供|作出|做出){0,3}(?:任何)?(?:形式的)?(?:保证|担保|承诺)")


def offered_to_the_user(m: Mention) -> Verdict | None:
    """对于您从本平台获得的内容，包括音频，我们不作保证."""
    offer = offered.search(m.text, m.sentence.start, m.start)
    return Verdict("defined", "defined: what users get from the service", "user") if offer and _unwarranted.search(m.text, m.end, m.sentence.end) else None


def recommended(m: Mention) -> Verdict | None:
    """建议您使用WLAN."""
    return Verdict("defined", "defined: what the user is advised to use", "user", "use") if namings.recommended(m.sentence, m.start) else None


def named_after_a_function(m: Mention) -> Verdict:
    """指纹登录: the word itself names a function."""
    return Verdict("defined", "defined: the name of a function", None)


def part_of_a_function(m: Mention) -> Verdict | None:
    """公积金查询、头像更换等功能."""
    named = namings.function(m.sentence, m.start, m.end, m.data, m.setting.book)
    return Verdict("defined", "defined: the name of a function", None) if named else None


def name_of_an_sdk(m: Mention) -> Verdict | None:
    """语音合成SDK."""
    return Verdict("defined", "defined: in the name of an SDK", None) if namings.of_sdk(m.sentence, m.start, m.end, m.setting.book) else None


# --- what it is written or read about --------------------------------------------------------------------------------

# what is written about: we use your address to contact you regarding your order
about_what = re.compile(r"\b(communicat\w*|contact(?:ing)?|notif\w+|inform(?:ing)?|respond\w*|reply|e-?mails?|messages?|write|questions?"
                        r"|inquir\w+|announcements?|updates?)\b"
                    r"[^.;:]{0,60}?\b(regarding|concerning|about|relating to|related to|in relation to|with regard to|with respect to) "
                    r"(?:(?!\bcollect|\bincluding|\binclude)[^.;:()]){0,60}$"
                    r"|\b(opt[- ]out of receiving|unsubscribe from)\b[^.;:]{0,40}?\b(regarding|concerning|about|relating to|related to) [^.;:()]{0,120}$")
_example = re.compile(r"(?:如|例如|such as|e\.g\.?,?)\s*(?:an? |your |the )?$")
_handled = re.compile(r"\b(?:you (?:enter|submit|provide|give|input|type|send us|supply)"
                      r"|we (?:may )?(?:transmit|collect|receive|ask|obtain|request))\b")
# what is sent to the user: 向您发送订单、活动信息
sent_you = re.compile(r"(?:向(?:您|你|用户)(?:发送|推送|发出)[^,，。;；:：您的]{0,12}|(?:通知|提醒|告知)(?:您|你|用户)(?:有关|关于|相关)?"
                      r"|接受[^,，。;；]{0,8}提供的(?:各类|各种)信息[^。;；]{0,40}|(?:宣传|推广|促销|营销)信息(?:、[^、,，。;；]{1,8}){0,2}、)$")
# 不影响您使用浏览、搜索功能: what can still be done
unaffected = re.compile(r"不(?:会)?影响(?:您|你|用户)?(?:正常|继续)?(?:地)?(?:使用|享受|进行)?[^,，。;；您]{0,30}$")
# a place that is inferred from the network address
by_address = re.compile(r"(?:通过|根据|使用|基于|利用|依据)[^,，。;；、和及与]{0,6}ip ?地址[^,，。;；、和及与gw]{0,24}$")
_question = re.compile(r"如何|怎样|怎么|什么|哪些|为什么|\?|\bhow\b|\bwhat\b|\bwhy\b")


def works(m: Mention) -> Verdict:
    """您授权我们使用您上传的照片，包括著作权: works and who owns them."""
    return Verdict("defined", "defined: works and who owns them", None)


def example_of_encryption(m: Mention) -> Verdict | None:
    """传输敏感信息（例如银行卡号）时加密: just a word on encryption."""
    text, start = m.text, m.start
    if _example.search(text[max(0, start - 14):start]) and not _handled.search(text, m.sentence.start, start):
        return Verdict("defined", "defined: an example of what is encrypted", None)
    return None


def written_about(m: Mention) -> Verdict | None:
    """We use your address to contact you regarding your order."""
    about = about_what.search(m.text, m.sentence.start, m.start)
    return Verdict("defined", f"defined: {about[1] or about[3]} … {about[2] or about[4]}: what is written about", "we", "use") if about else None


def sent_to_the_user(m: Mention) -> Verdict | None:
    """向您发送订单信息."""
    return Verdict("defined", "defined: what is sent to the user", None) if sent_you.search(m.text, m.sentence.start, m.start) else None


doubts = re.compile(r"(?:疑问|疑义|疑虑|疑惑|异议)")
_doubted = re.compile(r"对(?:于)?[^,，。;；对]{0,30}$")
_has_doubts = re.compile(r"[^,，。;；]{0,14}(?:有|存在|产生|提出)(?:任何|什么|其他|相关)?(?:的)?(?:疑问|疑义|疑虑|疑惑|异议)")


def doubted(m: Mention) -> Verdict | None:
    """当您对未成年人的个人信息有疑问时."""
    found = _has_doubts.match(m.text, m.end) and _doubted.search(m.text, m.sentence.start, m.start)
    return Verdict("defined", "defined: what somebody has questions about", None) if found else None


def goes_on(m: Mention) -> Verdict | None:
    """不影响您使用浏览、搜索功能."""
    return Verdict("defined", "defined: functions that go on", None) if unaffected.search(m.text, m.sentence.start, m.start) else None


def asking_heading(at: Setting) -> bool:
    """Whether a sentence is a heading that asks: 我们如何使用您的照片."""
    sentence = at.sentence
    return at.clause.kind == "heading" and sentence.end - sentence.start < 90 and _question.search(sentence.text, sentence.start, sentence.end) is not None


def question_in_a_heading(m: Mention) -> Verdict:
    """我们如何使用您的照片."""
    return Verdict("defined", "defined: a question in a heading", None)


def by_network_address(m: Mention) -> Verdict | None:
    """根据IP地址判断您的大致位置: not by the device."""
    address = by_address.search(m.text, m.sentence.start, m.start)
    return Verdict("defined", f"defined: {address[0]}, not by the device", None) if address else None


# --- law, conduct, security ------------------------------------------------------------------------------------------

def words_of_law(m: Mention) -> Verdict:
    """与犯罪侦查、起诉有关的犯罪记录: a case set by law, in which nobody takes anything."""
    law = m.sentence.of("law")[0]
    return Verdict("defined", f"defined: {m.text[law.start:law.end]} (context.yml law)", None)


def warned_by_lead(m: Mention) -> Verdict | None:
    """请勿上传以下内容：身份证…"""
    lead = m.setting.lead
    return Verdict("user_warned", f"user_warned: lead-in {lead.warns}", "user") if lead and not m.firm else None


_refused = re.compile(r"要求[^,，。;；]{0,6}?(?:拒绝|拒不|不予|不愿|未能?|不)(?:向[^,，。;；]{1,6})?(?:提供|提交|填写)[^,，。;；]{0,30}$")


def conduct_of_lead(m: Mention) -> Verdict | None:
    """用户不得实施下列行为：窃取他人密码…; but 经平台要求拒绝提供住址: what it asks for."""
    lead = m.setting.lead
    if not lead or m.firm or _refused.search(m.text, m.sentence.start, m.start):
        return None
    return Verdict("defined", f"defined: lead-in {lead.conduct} (context.yml conduct)", "user")


_to_prevent = re.compile(r"为了?(?:防止|避免|防范|杜绝)[^,，。;；]{0,12}$")


def _firm_goes_on(m: Mention, start: int, end: int) -> bool:
    """Whether the firm does something with the item after a cue: 为防止冒用他人身份，我们会启用人脸识别; so does who is named only by the product's name."""
    act, part = m.act, m.sentence.part
    if act is None or not end < act[0] < m.start:
        return False
    between = [kind for at, _, kind in m.sentence.actors if end < at < act[0] and part(at) > part(end - 1)]
    return "we" in between or "user" not in between and part(act[0]) > part(end - 1) and bool(_to_prevent.search(m.text, m.sentence.start, start))


def conduct(m: Mention) -> Verdict | None:
    """不得冒用他人账号: what users must not do."""
    for cue in m.sentence.of("conduct"):
        done_so = any(a[2] == "collect" and 0 <= a[0] - cue.end <= 1 for a in m.sentence.acts)       # 违法违规收集您的信息
        if cue.start < m.start and (done_so or not any(a[2] == "collect" and a[0] < cue.start and not m.by_others_of(a) for a in m.sentence.acts)) and not _firm_goes_on(m, cue.start, cue.end):
            return Verdict("defined", f"defined: {m.text[cue.start:cue.end]} (context.yml {cue.payload.id})", "user")
    return None


def security_advice(m: Mention) -> Verdict | None:
    """妥善保管您的密码."""
    cues = m.sentence.of("security")
    if not any(cue.start < m.start for cue in cues) or m.firm or any(a[2] in ("collect", "provide") for a in m.before if a[0] > cues[0].end):
        return None
    if not m.before or m.before[0][0] > cues[0].start:
        return Verdict("defined", "defined: security advice (context.yml security)", None)
    return None


def prevented(m: Mention) -> Verdict | None:
    """使用加密技术防止密码泄露: what is prevented."""
    if m.act is not None and m.act[2] == "use" and any(m.act[1] <= cue.start and cue.end <= m.start for cue in m.sentence.of("security")):
        return Verdict("defined", "defined: what is prevented (context.yml security)", None)
    return None
