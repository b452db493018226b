"""What a sentence says of a data item: the cue that decides, one rule after another."""

from __future__ import annotations

import re
from typing import NamedTuple

from policykit import namings, questions as ask
from policykit.actors import Frame, Surroundings, acting, to_us
from policykit.advice import advised
from policykit.listed import listed_company, listed_sdk
from policykit.mentions import DONE, MEDIA, PERMITTED, owned
from policykit.rows import Clause
from policykit.rules import Hit, Rulebook
from policykit.scope import OTHERS, Sentence

# what a contact section gives of the firm itself
CONTACT = frozenset({"phone_number", "email", "postal_address", "landline", "real_name", "home_address", "third_party_account"})
DEALINGS = frozenset({"order_info", "transaction", "payment_info", "payment_details", "account_name", "coupons_points", "invoice"})
# verbs that do nothing in the name of an item: 绑定手机, 搜索查询
IDLE = frozenset({"绑定", "预留", "存储", "储存", "查询", "注册", "登录", "设置", "识别", "检测", "登记", "更新", "管理", "显示", "查看"})
BIOMETRIC = "A03"
ACTION = {"collect": "collect", "provide": "collect", "use": "use", "share": "share", "store": "store", "delete": "delete", "permit": "permission"}
# a value follows: the firm's own telephone, address, mailbox
_place = re.compile(r"[:：为]\s*\S{0,20}?(?:省|市|区|县|路|街|号|大厦)|[:：].{0,60}?\b(?:street|road|avenue|floor|district|building)\b")
_value = re.compile(r"[\s)\"'」】]*(?:[为是]?[:：]|为|是|at\b|is\b|\bto\b)?[\s\"'(]*(?:\+?\d[\d\s()\-]{5,}|[\w.+-]+@[\w-]+\.|https?:|www\.)")
_value_before = re.compile(r"(?:@[\w.-]+|\d{7,}|\d{3,4}-\d{7,8})[\s)\"'】」]*(?:的)?$")


class Verdict(NamedTuple):
    """What is said of a mention."""

    status: str
    rule: str
    actor: str | None = "we"
    action: str | None = None
    frame: Frame | None = None


# what a policy is about: after a definition it goes on defining
_concerns = re.compile(r"(?:政策|声明|指引|协议|条款|规则|本文)[^,，。;；:：您]{0,8}涉及[^,，。;；:：您]{0,3}的?[^,，。;；:：您]{0,8}信息|personal (?:information|data) (?:involved|concerned) in this (?:policy|notice|statement)|this (?:policy|notice|statement) (?:involves|concerns) personal|在(?:本|该)(?:隐私)?(?:政策|声明|指引|协议)中[^,，。;；:：您]{0,4}(?=包括)")
# a place that is inferred from the network address
_by_address = re.compile(r"(?:通过|根据|使用|基于|利用|依据)[^,，。;；、和及与]{0,6}ip ?地址[^,，。;；、和及与gw]{0,24}$")
# we do not read other content of your clipboard: what is denied is the rest
_rest = re.compile(r"\b(?:other|unrelated|irrelevant)\b (?:\w+ ){0,2}(?:information|contents?|data) (?:in|on|from|of|within|stored (?:in|on)) (?:the |your |their )*$")
# you need not give it: nobody asks for it here
_unneeded = re.compile(r"\b(?:(?:do|does|did) not (?:need|have) to|(?:don't|doesn't) (?:need|have) to|need not|no need to|(?:are|is) not (?:required|obliged|obligated) to|not necessary to|without (?:\w+ly )?(?:giving|providing|submitting|entering|revealing|disclosing|supplying|having to|being asked))\b[^.;:,]*$")
_unasked = re.compile(r"\s*(?:\w+\s){0,3}(?:is|are) not (?:required|necessary|needed)\b")
# usage data that is not linked to your name
_unlinked = re.compile(r"\b(?:not|never|cannot be|without being) (?:\w+ )?(?:linked|tied|connected|associated|matched|correlated|attached)\b[^.;:]{0,12}\b(?:to|with) [^.;:]*$")
_against = re.compile(r"(?:prevent|protect|detect|against|avoid|fight|combat|identify|防|避免|打击|识别|抵御)[^,;:，；：]{0,30}$")
_cookies_at_all = re.compile(r"\b(?:use|set|place|employ|utili[sz]e|deploy)s? (?:any )?$")
QUOTES = ("\"", "“")
_short = re.compile(r"(?:简称|统称|合称|下称)(?:为|:)?[\"“]$")
_used_at_all = re.compile(r"\b(?:use|uses|need|require|activate|turn on|switch on)s? (?:(?:your|the|any|or|a|device's|phone's|\w+,?) ){0,5}$")
_restricted = re.compile(r"[^.;]{0,40}\b(?:for|in|to|without|unless|when|if|other|beyond|more|while|until|except|as)\b")
_no_such = re.compile(r"no\s+(?:\w+\s+)?")
_left_out = re.compile(r"(e(?<=\be)x(?:cluding|cept for)\b|n(?<=\bn)ot (?:even )?including\b|不(?:包括|包含|含))[^.。;；)）]*$")
_question = re.compile(r"如何|怎样|怎么|什么|哪些|为什么|\?|\bhow\b|\bwhat\b|\bwhy\b")
_example = re.compile(r"(?:如|例如|such as|e\.g\.?,?)\s*(?:an? |your |the )?$")
# we do not allow partners to collect your name
_forbidden = re.compile(r"\b(?:prohibit\w*|forbid\w*|bar(?:s|red)?)\b[^.;:]{0,60}\bfrom\b[^.;:]*$|(?<!you )\b(?:do|does|will|would)(?: not|n't) (?:\w+ly )?(?:allow|permit|authori[sz]e|let)\b (?!us\b|our (?:site|app))[^.;:]*$"
                        r"|\b(?:not (?:allowed|permitted|authori[sz]ed)|prohibited|forbidden) (?:to|from)\b[^.;:]*$")
# what the user gives to others: information you provide to such third-party sites, including your card
_to_them = re.compile(r"[^.;:]{0,40}?\b(to (?:(?:such|these|those|the|any|other|our|a) ){0,2}(?:third[ -]+part(?:y|ies)|linked|external|other (?:web ?)?sites|advertisers?|merchants?|partners?)(?: (?:web ?)?sites?)?)\b(?! and (?:to )?us\b)")
# what is written about: we use your address to contact you regarding your order
_about = re.compile(r"\b(communicat\w*|contact(?:ing)?|notif\w+|inform(?:ing)?|respond\w*|reply|e-?mails?|messages?|write|questions?|inquir\w+|announcements?|updates?)\b[^.;:]{0,60}?\b(regarding|concerning|about|relating to|related to|in relation to|with regard to|with respect to) (?:(?!\bcollect|\bincluding|\binclude)[^.;:()]){0,60}$")
_handled = re.compile(r"\b(?:you (?:enter|submit|provide|give|input|type|send us|supply)|we (?:may )?(?:transmit|collect|receive|ask|obtain|request))\b")    # not just a word on encryption
_transit = re.compile(r"\bssl\b|加密|交换数据|\bencrypt|exchange data")
_self_told = re.compile(r"披露自己的(?:个人)?信息|与其他用户(?:交互|交流|分享)|交易对方[^,，。;；]{0,6}提供自己的(?:个人)?信息|\bdisclose your (?:own )?personal information|\binevitably (?:have to |need to )?(?:provide|disclose|reveal)\b")
# a definition that says itself that the user gives the data to the firm
_given = re.compile(r"\b(?:you (?:provide|submit|give|supply|enter|share)|(?:provided|submitted|given|supplied) by you|we (?:may )?(?:collect|obtain|receive))\b"
                    r"|您[^,，。;；]{0,16}(?:提供|提交|填写|上传)(?:给我们)?的|我们[^,，。;；]{0,12}(?:收集|获取|采集)(?:到)?的")
# calls with the firm's own desk are no list of calls
_with_us = re.compile(r"(?:(?:与|和)我们|客服)(?:[^。;；]{0,8}(?:沟通|通话|联系|通讯|聊天|互动)[^。;；]{0,24}|[^,，。;；]{0,10})$")
# what a later version of the policy may ask for
_later = re.compile(r"(?:如果?|若|倘若|一旦|当)[^,，。;；]{0,12}(?:更新|修订|变更|修改|新增)[^,，。;；]{0,16}(?:采集|收集|获取|读取|使用|调用|涉及)|\bif (?:the |any )?(?:updated|new|revised|changed|amended) (?:\w+ ){0,3}(?:needs?|requires?|involves?|asks?)\b[^.;:]{0,30}\b(?:collect|obtain|access|read|acquir\w+)")
# not any of it, whoever was asked for it
_none_of_it = re.compile(r"(?:收集|获取|采集|读取|接触|获得)[^,，。;；]{0,4}(?:您的)?(?:这些|上述|前述|该等|此类|该|以上|任何)(?:个人)?(?:信息|数据)")
_comprises = re.compile(r"[^,，。;；:：您]{0,6}(?:包括|包含)")
# 不影响您使用浏览、搜索功能: what can still be done
_unaffected = re.compile(r"不(?:会)?影响(?:您|你|用户)?(?:正常|继续)?(?:地)?(?:使用|享受|进行)?[^,，。;；您]{0,30}$")
# who provides the firm with it, as the name of a trade: 为我们提供位置数据的地图服务商
_for_us = re.compile(r"(?:为|向)我们提供[^,，。;；]{0,8}$")
_trade = re.compile(r"[^,，。;；()]{0,4}的[^,，。;；()您]{0,8}(?:供应商|服务商|提供商|提供者)")
# what is sent to the user: 向您发送订单、活动信息
_sent_you = re.compile(r"向(?:您|你|用户)(?:发送|推送|发出)[^,，。;；:：您的]{0,12}$")
_called = re.compile(r"[^,，。;；:：]{0,4}(?:属于|为|是)(?:您的)?(?:个人敏感|敏感个人|敏感)信息|(?: \w+){0,2} (?:is|are|belongs? to) (?:a kind of |your )?(?:personal )?sensitive (?:personal )?(?:information|data)\b")
_refused = re.compile(r"(?:拒绝|不|选择不|(?:refuse|decline|not) to )$")
_taking = re.compile(r"[将把]")
_demand = re.compile(r"要求|需|ask|requ|need")
_through = re.compile(r"(?:通过|经由|借助|利用|\b(?:through|via|using))\s*(?:您的|用户的|设备的|your |the )?$")
_they = re.compile(r"\s*(?:they|these (?:companies|parties|third|advertisers|partners|providers))\b|(?:它们|他们|其)(?=会|可能|将|可以)")
# other firms, whoever was named before
_those = re.compile(r"\s*(?:these|those|such) (?:other |third |outside |advertising |analytics )*(?:companies|businesses|advertisers|networks|firms|organi[sz]ations)\b(?! (?:are|were|is) )")
_staff = re.compile(r"员工|工作人员|访问人员|内部人员|技术人员|\bemployees?\b|\bstaff\b|\bpersonnel\b")
_reach_us = re.compile(r"[^。,，;；您]{0,8}(?:与我们|和我们|联系我们|联系到我们|取得联系|进行联系|向我们反馈|向我们投诉|反馈)")


def follow(sentence: Sentence, earlier: Frame | None, around: Surroundings) -> Frame | None:
    """What a sentence leaves to the next one of its clause."""
    if not (sentence.acts or sentence.of("define") or sentence.of("data")):
        if earlier is None and any(kind in OTHERS for _, _, kind in sentence.actors):
            return Frame(others=True)       # advertisers show banners here: "they" may be them
        return earlier
    frame = Frame(acts={act[2] for act in sentence.acts}, others=any(kind in OTHERS for _, _, kind in sentence.actors)
                  or earlier is not None and earlier.others and _they.match(sentence.text, sentence.start) is not None)
    if sentence.acts:
        frame.words = sentence.text[sentence.acts[0][0]:sentence.acts[0][1]]
        who = acting(sentence, sentence.end, sentence.acts[-1])
        frame.actor = who[0] if who else earlier.actor if earlier else None
    if sentence.of("define") or ask.class_list(sentence, sentence.end):
        frame.defines = "definition"
    elif earlier and earlier.defines and (_concerns.search(sentence.text, sentence.start, sentence.end) or not any(act[2] in ("collect", "use", "provide") for act in sentence.acts)):
        frame.defines = earlier.defines
    return frame


def judge(sentence: Sentence, hit: Hit, clause: Clause, around: Surroundings, earlier: Frame | None, rulebook: Rulebook) -> Verdict | None:
    """The status of a mention and the cue that decided; None where it is no mention of the item at all."""
    text, start, end = sentence.text, hit.start, hit.end
    item = hit.payload.id
    section = around.section(clause.section)
    lead = around.above(clause)
    hits = sentence.hits
    acts = sentence.acts
    before = [act for act in acts if act[1] <= start or start <= act[0] and act[1] <= end]
    after = [act for act in acts if act[0] >= end]
    if named_so := sentence.named:
        before = [act for act in before if act[0] not in named_so or text[act[0]:act[1]] not in IDLE]
        after = [act for act in after if act[0] not in named_so]
    # we provide a service: nothing is collected by that
    if giving := sentence.once(ask.services):
        before, after = [a for a in before if a not in giving], [a for a in after if a not in giving]
    act = before[-1] if before else after[0] if after else None
    if before and after and _taking.search(text, before[-1][1], start) and sentence.part(after[0][0]) - sentence.part(start) <= 3:
        act = after[0]      # 我们会将您的…提供给: the verb follows
    if after and sentence.once(ask.goes_through) and _through.search(text[max(0, start - 12):start]) and sentence.part(after[0][0]) == sentence.part(start):
        act = after[0]      # 通过相机权限获取: what is gone through belongs to the verb after it

    if act in before and text[act[0]:act[1]] == "权限":
        # 获取您的位置权限: what is taken, not who takes
        act = next((a for a in reversed(before) if a[2] == "collect" and sentence.part(a[0]) == sentence.part(act[0])), act)

    if item in ("postal_address", "home_address") and _place.match(text, end):
        return None
    if item == "call_log" and _with_us.search(text[max(0, start - 44):start]):
        return None
    if item in CONTACT:
        if _reach_us.match(text, end) and not owned(text, start):
            return None
        if _value.match(text, end) or _value_before.search(text[max(0, start - 40):start]) or text[end:end + 1] == ":" and not acts:
            return None
    if section.contact and item in CONTACT:
        asked = any(a[2] in ("provide", "collect") for a in acts) and sentence.of("user") or any(a[2] == "collect" for a in acts)
        if not asked:
            return None

    # told not to provide
    for warn in sentence.of("warn"):
        if any(actor[2] == "we" and 0 <= warn.start - actor[1] <= 2 for actor in sentence.actors):
            continue        # we do not give others your name
        if warn.start < start and not any(contrast.start > warn.end and contrast.start < start for contrast in sentence.of("contrast")):
            return Verdict("user_warned", f"user_warned: {text[warn.start:warn.end]} (context.yml {warn.payload.id})", "user")
        if warn.start >= end and sentence.part(warn.start) - sentence.part(start) <= 1 and (sentence.end - warn.end < 8 or item in ("password", "verification_code", "account_name", "payment_password")):
            return Verdict("user_warned", f"user_warned: {text[warn.start:warn.end]} (context.yml {warn.payload.id})", "user")

    if sentence.once(ask.of_change) and (later := _later.search(text, sentence.start, start)) and (text.find("同意", end, sentence.end) >= 0 or text.find("consent", end, sentence.end) >= 0):
        return Verdict("defined", f"defined: {later[0]}, once it changes", None)
    if sentence.once(ask.asks):
        return Verdict("defined", "defined: a question", None)
    if text[start].isascii() and (told := advised(sentence, item, start)):
        return Verdict("defined", f"defined: {told}: advice or a general statement", "user")
    if text[start - 1:start] in QUOTES and _short.search(text[max(sentence.start, start - 8):start]):
        return Verdict("defined", "defined: a short name", None)
    if sentence.once(ask.leaves_out) and (left_out := _left_out.search(text[max(sentence.start, start - 90):start])) is not None:
        return Verdict("defined", f"defined: {left_out[1]}", None)

    if sentence.once(ask.need) and (_unneeded.search(text, sentence.start, start) and not sentence.of("contrast") or _unasked.match(text, end, sentence.end)):
        return Verdict("defined", "defined: the user need not give it", "user")

    if sentence.once(ask.link) and not sentence.of("define") and (unlinked := _unlinked.search(text, sentence.start, start)) is not None and not any(a[0] > unlinked.end() for a in before):
        return Verdict("defined", "defined: it is not linked to it", None)
    if sentence.once(ask.of_crooks) and (crook := ask.crooks.search(text, sentence.start, start)) and not _against.search(text[max(sentence.start, crook.start() - 40):crook.start()]) and not any(kind == "we" and crook.end() <= a < start for a, _, kind in sentence.actors):
        return Verdict("defined", f"defined: what {crook[0]} do", None)

    if sentence.once(ask.forbids) and text[start].isascii() and (forbidden := _forbidden.search(text, sentence.start, start)) and not sentence.of("condition"):
        return Verdict("defined", f"defined: {forbidden[0][:40].strip()}", None)

    if (put := sentence.once(namings.group)) and put[0] <= start < put[1]:
        if item in PERMITTED or item == "call_status":
            return Verdict("denied", "denied: the name of the permission, of which nothing is read", "we", "collect")
        return Verdict("defined", "defined: the name of the permission, of which nothing is read", None)
    if item == "cookies" and sentence.once(namings.managed):
        return Verdict("defined", "defined: what the user may do with cookies", "user", "delete")
    if namings.recommended(sentence, item, start):
        return Verdict("defined", "defined: what the user is advised to use", "user", "use")

    # denied
    for denial in sentence.denials:
        if denial.start <= start < denial.end:
            if any(only.start >= end and only.start - end < 6 for only in sentence.of("only")) or _rest.search(text[max(denial.start, start - 60):start]):
                break
            denied = denial.act(sentence, start, end)
            who = acting(sentence, denial.start, (denial.start, denial.start, ""))
            actor = who[0] if who else "we"
            actor = "we" if actor == "user" else actor      # a user who does not act was sorted out before
            if actor in OTHERS and actor != "sdk" and denied & {"collect", "store", "provide"}:
                return Verdict("defined", f"defined: {who[1]}, {denial.words}: of others (context.yml deny)", actor, "collect")
            if denial.conditional:
                if denied and not denied - {"share", "use", "delete"} and not (denied == {"use"} and rulebook.items[item].category == "P"):
                    return Verdict("defined", f"defined: {denial.words} says nothing on collecting (context.yml deny)", actor, "share")
                continue
            if denied == {"provide"} and not _demand.search(denial.words) and not ("upload" in denial.words and who and who[0] == "we"):
                if "includ" in denial.words or "contain" in denial.words:
                    return Verdict("defined", f"defined: {denial.words} (context.yml deny)", actor)
                if who is not None and who[0] == "we":
                    return Verdict("defined", f"defined: {denial.words} says nothing on collecting (context.yml deny)", "we", "share")
                continue        # 用户没有提供…
            if denied & {"collect", "store", "permit", "provide"} or denied == {"use"} and rulebook.items[item].category == "P" and _used_at_all.search(text[denial.start:start]) and not _restricted.match(text, end, sentence.end) or item == "cookies" and _no_such.fullmatch(text, denial.start, start) or item == "cookies" and _cookies_at_all.search(text[denial.start:start]) and re.match(r"\s*(?:[.;]|$|or\b|and\b|on (?:our|this)\b)", text[end:sentence.end]):
                return Verdict("denied", f"denied: {denial.words} (context.yml deny)", actor, "store" if denied == {"store"} else "collect")
            if denied & {"share", "use", "delete"}:
                return Verdict("defined", f"defined: {denial.words} says nothing on collecting (context.yml deny)", actor, ACTION[next(a[2] for a in denial.acts if a[2] in denied)])
        elif end <= denial.start and not before and after and after[0][0] == denial.acts[0][0] and {a[2] for a in denial.acts} <= {"share", "use", "delete"} and not denial.conditional:
            return Verdict("defined", f"defined: {denial.words} says nothing on collecting (context.yml deny)", "we", "share")
        elif denial.bare and end <= denial.start and sentence.part(denial.start) - sentence.part(start) <= 2:
            kinds = {a[2] for a in denial.acts}
            positive = [a for a in before if a[2] in ("collect", "provide", "permit", "store")]
            here = sentence.part(start) == sentence.part(denial.start)
            between = [a for a in acts if end <= a[0] < denial.start and a[2] in ("collect", "provide", "store", "share")]
            if kinds & {"collect"} and _none_of_it.search(text, denial.start, denial.end) and {a[2] for a in positive} <= {"provide", "permit"}:
                return Verdict("denied", f"denied: {denial.words} (context.yml deny)", "we", "collect")
            if kinds & {"collect", "store"} and not positive and not between or here and kinds & {"collect", "store"} and not before and not between:
                return Verdict("denied", f"denied: {denial.words} (context.yml deny)", "we", "store" if kinds == {"store"} else "collect")

    if rulebook.items[item].category == BIOMETRIC and (local := sentence.once(ask.stays)):
        return Verdict("denied", f"denied: {local}, it stays on the device", "user", "store")

    if hit.payload.need == "feature" or namings.function(sentence, start, end, rulebook.items[item].category, item):
        return Verdict("defined", "defined: the name of a function", None)
    who = acting(sentence, start, act)
    if (they := _those.match(text, sentence.start) or earlier is not None and earlier.others and _they.match(text, sentence.start)):
        who = "third", they[0].strip()
    if who is not None and who[0] == "we" and act is not None and (entry := sentence.once(listed_sdk)) and not any(kind == "we" and a < act[0] and sentence.part(a) == sentence.part(act[0]) for a, _, kind in sentence.actors):
        who = "sdk", entry       # 百度地图SDK:我们使用了它,需要获取您的位置
    if (them := sentence.once(namings.they)) and act is not None and act in before and them[0] < act[0] and not any(kind in ("we", "user") and them[0] < a <= act[0] for a, _, kind in sentence.actors):
        who = "sdk", them[1]
    if who is None and (headed := sentence.once(namings.entry)):
        who = "sdk", headed
    firm = who is not None and who[0] == "we"

    # a class of data that the policy collects, and what it means by it
    if (member := around.member(sentence)) and not any(a[2] == "collect" for a in before) and not any(a[2] == "collect" for a in acts if who and who[0] in OTHERS) and not section.third:
        return Verdict("collected", f"collected: {member}, which the policy collects, includes it", "we", "collect", lead)

    # named in a definition
    collects = sentence.once(ask.collects)
    if section.defines and not any(a[2] == "collect" and (doer := acting(sentence, a[0], a)) is not None and doer[0] == "we" for a in before):
        return Verdict("defined", f"defined: heading {section.defines}", None)
    if text[start].isascii() and (term := ask.meant(sentence, start)) and not section.defines and (
            section.own and not around.declined(term) or not _of_a_person.search(term) and around.takes(term)):
        return Verdict("collected", f"collected: {term}, which the policy collects, includes it", "we", "collect", lead)
    for cue in sentence.of("define"):
        if cue.start < start and not ask.aside(sentence, cue.start) and not _given.search(text[cue.start:start]) and not any(a[2] == "collect" and a[0] > cue.end and (acts_ := acting(sentence, a[0], a)) is not None and acts_[0] == "we" for a in before):
            return Verdict("defined", f"defined: {text[cue.start:cue.end]} (context.yml {cue.payload.id})", None)
    named = ask.class_list(sentence, start)
    if named and not (clause.lead is not None and lead is not None and lead.actor in (None, "we") and "collect" in lead.acts and not (lead.defines or lead.third or lead.denied) and ask.heads(sentence, named)):
        return Verdict("defined", f"defined: {named} (context.yml class_subject)", None)
    if earlier is not None and earlier.defines and not any(a[2] in ("collect", "provide", "permit", "share", "store", "use") for a in acts):
        return Verdict("defined", "defined: the definition before it", None)
    if sentence.once(ask.concerned) and (concern := _concerns.search(text, sentence.start, start)) and not firm and (earlier is not None and earlier.defines or _comprises.match(text, concern.end(), start)):
        return Verdict("defined", f"defined: {concern[0]}, after a definition", None)
    if lead is not None and lead.defines and not collects:
        return Verdict("defined", f"defined: lead-in {lead.defines}", None)
    if item in MEDIA and sentence.once(ask.of_works):
        return Verdict("defined", "defined: works and who owns them", None)
    if rulebook.items[item].gold == "bank_card" and _example.search(text[max(0, start - 12):start]) and _transit.search(text, sentence.start, sentence.end) and not _handled.search(text, sentence.start, start):
        return Verdict("defined", "defined: an example of what is encrypted", None)
    if act is not None and act[2] == "provide" and act in before and sentence.once(ask.hands_over) and (them := _to_them.match(text, act[1], start)):
        return Verdict("third_party", f"third_party: given {them[1]}", "third", "collect")
    if item in DEALINGS and (about := _about.search(text, sentence.start, start)):
        return Verdict("defined", f"defined: {about[1]} … {about[2]}: what is written about", "we", "use")
    if sentence.once(ask.tells_self) and _self_told.search(text, sentence.start, start):
        return Verdict("defined", "defined: the user does 披露", "user", "share")
    if item in DONE and _staff.search(text, sentence.start, sentence.end) and not re.search(r"您的|你的|用户的|\byour\b", text[sentence.start:sentence.end]):
        return Verdict("defined", "defined: what staff do", None)
    if sentence.once(ask.supplied) and _for_us.search(text, sentence.start, start) and _trade.match(text, end):
        return Verdict("defined", "defined: the name of a trade", None)
    if rulebook.items[item].gold == "order_info" and _sent_you.search(text, sentence.start, start):
        return Verdict("defined", "defined: what is sent to the user", None)
    if item in DONE and sentence.once(ask.keeps_on) and _unaffected.search(text, sentence.start, start):
        return Verdict("defined", "defined: functions that go on", None)
    if clause.kind == "heading" and sentence.end - sentence.start < 90 and _question.search(text, sentence.start, sentence.end):
        return Verdict("defined", "defined: a question in a heading", None)
    if sentence.of("law") and not collects:
        return Verdict("defined", f"defined: {text[sentence.of('law')[0].start:sentence.of('law')[0].end]} (context.yml law)", None)
    if lead is not None and lead.warns and not firm:
        return Verdict("user_warned", f"user_warned: lead-in {lead.warns}", "user")
    if lead is not None and lead.conduct and not firm:
        return Verdict("defined", f"defined: lead-in {lead.conduct} (context.yml conduct)", "user")
    for cue in sentence.of("conduct"):
        if cue.start < start and not any(a[2] == "collect" and a[0] < cue.start for a in acts):
            return Verdict("defined", f"defined: {text[cue.start:cue.end]} (context.yml {cue.payload.id})", "user")
    if "security" in hits and any(cue.start < start for cue in hits["security"]) and not firm and not any(a[2] in ("collect", "provide") for a in before if a[0] > sentence.of("security")[0].end):
        if not before or before[0][0] > sentence.of("security")[0].start:
            return Verdict("defined", "defined: security advice (context.yml security)", None)

    if act is not None and act[2] == "use" and any(act[1] <= cue.start and cue.end <= start for cue in sentence.of("security")):
        return Verdict("defined", "defined: what is prevented (context.yml security)", None)

    # under a negative lead-in
    if lead is not None and lead.denied and not collects:
        return Verdict("denied", f"denied: lead-in {lead.denied} (context.yml deny)", lead.actor or "we", "collect")

    # a line of a list of SDKs: name | purpose | company | data
    row = listed_company(sentence, clause, around)
    if row and not firm:
        return Verdict("third_party", f"third_party: in a row with {row}", "sdk", "collect", lead)

    if item == "location_generic" and (address := _by_address.search(text, sentence.start, start)):
        return Verdict("defined", f"defined: {address[0]}, not by the device", None)

    needs = rulebook.items[item].needs == "act"
    # 人脸属于敏感个人信息，您可以拒绝提供: nothing is said of who collects
    if sentence.once(ask.sensitive) and (called := _called.match(text, end)) and all(a[2] in ("provide", "permit") and _refused.search(text[max(0, a[0] - 11):a[0]]) for a in after if a[0] >= called.end()) and not before:
        return Verdict("defined", f"defined: {called[0]}", None)

    # in this sentence
    if act is not None and (not needs or ask.governed(sentence, act, start)):
        kind = act[2]
        # of several verbs the one that collects tells more
        told = act
        if kind in ("use", "delete", "permit", "provide") and act in before:
            told = next((a for a in reversed(before[-4:]) if a[2] == "collect"), act)
            kind = told[2]
        verb = ask.words(sentence, told)
        if told is not act and act[2] == "use" and who and who[0] == "user" and (doer := acting(sentence, start, told)) and doer[0] in OTHERS:
            who = doer      # 运营商会收集…用户使用数据: a noun of the list, not the user
        actor = who[0] if who else None
        if actor is None:
            if lead is not None and lead.third and not lead.actor == "we":
                actor = lead.actor if lead.actor in OTHERS else "third"
            elif lead is not None and lead.actor:
                actor = lead.actor
            elif earlier is not None and earlier.actor:
                actor = earlier.actor
            elif section.third:
                actor = "third"
        if actor in OTHERS and not to_us(sentence):
            if kind == "share" and not (who and act[0] > 0 and who[0] in OTHERS and ask.subject(sentence, act)):
                return Verdict("collected", f"collected: {verb}", "we", "share", lead)
            return Verdict("third_party", f"third_party: {who[1] if who else section.third or 'lead-in'} {verb}", actor, ACTION[kind], lead)
        if actor == "user" and kind == "share" and not firm and text[act[0] - 2:act[0]] in ("向其", "给其"):
            return Verdict("defined", f"defined: the user does {verb}", "user", "share")
        if actor == "user" and kind == "share" and not firm and not to_us(sentence) and not any(a[2] in ("collect", "provide", "store", "use") for a in acts) and not (item in PERMITTED and lead is not None and "permit" in lead.acts):
            return Verdict("defined", f"defined: the user does {verb}", "user", "share")
        if kind == "share" and not (firm or actor in (None, "we", "user") or section.own or to_us(sentence)):
            return Verdict("defined", f"defined: {verb}", actor, "share")
        return Verdict("collected", f"collected: {verb}", actor or "we", ACTION[kind], lead)

    if needs:
        return Verdict("defined", "defined: nothing is done with it here", None)
    # inherited from the sentence before, the lead-in, the table, the heading
    if earlier is not None and earlier.acts:
        if earlier.actor in OTHERS:
            return Verdict("third_party", f"third_party: the sentence before, {earlier.words}", earlier.actor, "collect", earlier)
        if clause.kind != "heading":
            return Verdict("collected", f"collected: the sentence before, {earlier.words}", earlier.actor or "we", "collect", lead)
    if lead is not None and (lead.acts or lead.third):
        if lead.third:
            return Verdict("third_party", f"third_party: lead-in {lead.words or lead.third}", lead.actor or "third", "collect", lead)
        return Verdict("collected", f"collected: lead-in {lead.words}", lead.actor or "we", ACTION[next((k for k in ("collect", "provide", "use", "share", "store", "permit") if k in lead.acts), "delete")], lead)
    if section.third:
        return Verdict("third_party", f"third_party: heading {section.third}", "third", "collect")
    if section.own and clause.kind != "heading":
        return Verdict("collected", f"collected: heading {section.own}", "we", "collect")
    return Verdict("defined", "defined: named only", None)


_of_a_person = re.compile(r"^(?!non).*(?:personal|identif|sensitive)")
