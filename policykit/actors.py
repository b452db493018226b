"""Who acts in a sentence: the firm, its user, an SDK, a partner, an authority."""

from __future__ import annotations

import re

from policykit.scope import OTHERS, Sentence

# in front of somebody who receives, is used or is a source, and so does not act
_passive = re.compile(r"(?:向|与|和|同|给|至|对|从|通过|委托|接入|嵌入|使用|采用|为|经由|借助|根据|按照|依照|依据|包括|及其|到|将|在|用于|基于|跳转至|关于|集成|于|引入|授权|"
                      r"\bto|\bwith|\bfrom|\bthrough|\bvia|\busing|\bof|\bfor|\bon|\binto|\babout|\bincluding|\bengage|\bemploy|\buse|\bat"
                      r"|\bas)"
                      r"(?:您|我们|第三方|该|信息|技术|专业|其他|任何|上述|该等|以下|相关|外部|多个|一些|此类|有关|部分|国内|境外|必要的|具有|独立|特定|我们的|这些|相应的|此等|前述|授权|可信赖的|关联公司[、或及和]|包括"
                      r"|[、或及和]|的|\"|\s|\b(?:our|the|any|other|certain|these|such|a|an|some|selected|trusted|various|your|unaffiliated"
                      r"|outside|independent|authorized|non-affiliated)\b)*$")
_inside = re.compile(r"(?:中|内|里|页面|网站上|上(?![报传述]))")
# 我们接入的第三方SDK会收集: whose acts are told; 从我们接入的第三方SDK获取: from whom
_built_in = re.compile(r"(从|向|与|和|同|给|对|自|至|通过|借助|利用|经由|根据)?(?:我们|本公司|我司|其|您)?(?:接入|嵌入|内嵌|集成|使用|采用|引入|合作|内置|选用|植入|对接)了?的(?:其他|任何|部分|相关|上述"
                       r"|前述|该等|这些|一些|某些|多个|国内|独立|以下)*$")
# 与我们合作的第三方会收集: the first word is of the working together
_works_with_us = re.compile(r"(?<![及和或、])(?:与|和|同|跟)(?:我们|本公司|我司|我行)(?:有|存在|建立|达成|开展|签[订署约]了?)?[^,，。;；:您]{0,4}(?:合作|对接|签约|业务往来)(?:关系|协议)?的[^,，。;；:您的]{0,6}$")
_we_use = re.compile(r"(?: have| has| may| also| currently)*\s(?:integrated?|embed(?:ded)?|used?|access(?:ed)?|connect(?:ed)?(?: to)?"
                     r"|(?:cooperate|work|partner)(?:d|ed)? with|engaged?|employ(?:ed)?"
                     r"|introduced?)\s(?:(?:may|will|can|might|could|also|in|our|the|app|products?|services?|need|to)\s)*")
_our_place = re.compile(r"(?:所?(?:提供|运营|开发))?的?[^,，。;；您]{0,8}(?:中|上|内|里|平台|网站|应用)")
# 在您同意后, 当您使用该功能时
_adjunct = ("在", "当", "经", "经过", "征得", "取得", "获得", "得到", "于", "待")
_adverbial = re.compile(r"[^,，。;；]{0,40}?(?:时|后|中|期间|情况下|情形下|前提下|前|同意|授权|许可)(?:,|，)?[^,，。;；您你]{0,24}$")
_ON = ("统计", "分析", "识别", "了解", "区分", "标识", "追踪", "跟踪", "收集", "获取", "采集", "记录", "评估")
_CONSENT = ("获得", "取得", "征得", "获取", "得到")
_consents = re.compile(r"[^,，。;；您你]{0,8}(?:同意|授权|许可|允许)的?(?:情况|前提|情形|基础)?(?:下|之?后|时)")
_of = re.compile(r"(?:应用|平台|账号|帐号|商家|网站)?的(?![^,，。;；、)]{0,10}sdk)")
_means = re.compile(r"(?:我们|本公司|我司|我行|平台)[^,，。;；]{0,8}(?:通过|借助|经由|利用)[^,，。;；]{1,14}$")
# whose thing it is, not who acts: 银行发送的账单、向提供钱包的服务商获取、关联公司客户端
_made = re.compile(r"(?:发送|颁发|出具|签发|核发)的")
_made_by = re.compile(r"\b(?:developed|operated|made|owned|designed|issued|built|published) by (?:our |the |an? |its )*$")
_source = re.compile(r"[向从](?!您|你|用户)[^,，。;；您你]{1,18}的$")
_from_several = re.compile(r"从(?!您|你|用户)[^,，。;；]{1,70}的$")
_towards = re.compile(r"向(?!您|你|用户|我们|本公司)[^,，。;；:您由被]{0,70}$")
_and_takes = re.compile(r"(?:[^,，。;；:您由被会]|(?<=社)会){0,60}")
_at = re.compile(r"[自从向][^,，。;；]{0,40}$")
_combined = ("使用或整合", "使用及整合", "使用、整合", "整合")
# 应主管机关的要求提供: at whose wish
_wish = re.compile(r"的?(?:书面|合法|有效|依法)?(?:调查|要求|命令|指令|规定|请求|通知|询问)")
_goods = re.compile(r"的?(?:客户端|软件|网站|产品|平台|页面|应用)")
_with_ours = re.compile(r"我们(?:以及|及|和|与|或)在?[^,，。;；您]{0,12}(?:嵌入|接入|集成|内嵌|使用)的[^,，。;；您]{0,10}$")
_joined = re.compile(r"(?:和|及|与|以及|或|、|/|\band|\bor|&|,)\s*(?:我们的?|其|授权|their|our|its|the|\s)*$"
                     r"|(?:我们|本公司|我司)(?:和|及|与|以及|或|、|/)(?:(?:我们的?|其)?第三方|(?:提供|负责|从事|具有|具备)[^,，。;；您]{1,12}的(?:第三方)?)$"
                     r"|(?:和|及|以及|或|、)与(?:我们|本公司|我司|我行|平台)[^,，。;；:您]{0,4}合作的[^,，。;；:您的]{0,6}$")
# the firm by its name, beside others: Acme and our partners collect, Acme or third parties may
_beside = re.compile(r"(?:^|[.;:,]\s*|\s[–—-]\s*|\b(?:that|which)\s)(?!(?:you|your|users?|other|these|some|such|any|in|by|if|when|to|with"
                     r"|from|for|through)\b)(?:[a-z][\w.'&() -]{0,40}?\s(?:and|or|and/or|&)\s(?:any of )?our|"
                     r"(?![\w.'&() -]{0,40}?(?:network|provider|platform|google|facebook|twitter|advertis|third|social|store|vendor"
                     r"|partner|processor|sponsor|agency|bank|operator))[a-z][\w.'&() -]{0,40}?\s(?:and|or|and/or"
                     r"|&)\s(?:any of )?its)\s(?:[\w-]+\s){0,2}$")
_named = re.compile(r"(?:[^.;:,]{0,30}\s[–—-])?\s*(?!(?:you|your|users?|other|these|those|some|such|any|in|by|if|when|to|with|from|for"
                    r"|through|all|many|both|how|as|our|their|we|of|and|or|on|at)\b)"
                    r"(?:(?!(?:companies|company|networks?|sponsors?|vendors?|partners?|websites?|sites?|part(?:y|ies)|advertisers?"
                    r"|providers?|agencies|people|visitors|customers|members|friends|cookies|google|by|with|to|from|of|through|employees"
                    r"|others?|information|data|is|are|use|uses)\b)[\w.'&]+\s){1,3}(?:and|or|and/or"
                    r"|&)\s(?:(?:our|its|other|certain|some|selected|the)\s)?")
_by_them = re.compile(r"\bby (?:our |the |other |any |certain |such )*$")
_by = re.compile(r"(?: directly| solely| only)? by (?:(?:our|the|a|an|other|any|certain|such|these|those|independent|outside) )*(?:(?!(?:us|we|you|and|or)\b)[a-z-]+ )?")
_by_whom = re.compile(r"[由被]\S{0,4}$")
_and_us = re.compile(r"[^,.;]{0,30}\b(?:and|or) (?:by )?us\b")
_which = re.compile(r"[\w\s'\-]{0,25},?\s*\b(?:which|who|that)\s(?:(?:may|will|can|also|then|might|automatically|in turn|themselves)\s)*")
_place = re.compile(r"\b(?:on|of|in|within|through|via|at|across|throughout|visit|into|from)\s$")
_whose = re.compile(r"\b(?:of|from|about) (?:the |our |each |every |its |a )?(?:(?:current|present|relevant|corresponding|registered|individual|mobile|logged-in|login) ){0,2}$")
_to_us = re.compile(r"[向给至与](?:(?<!与)|(?!\S{2,4}向))(?:我们|本公司|平台|我司|我行)(?!的?(?:联系|取得联系|沟通|签)|合作|对接|有合作|有业务|存在|建立|达成|开展)")
_to_us_english = re.compile(r"\bto us\b|\bshar\w+\b[^.;]{0,80}\bwith us\b|\b(?:provide[sd]?|suppl(?:y|ies|ied)|gives?|gave|sends?|sent|furnish(?:es)?|tells?) us (?!(?:with )?(?:\w+ )?(?:analytics|statistic|services?|tools?|reports?|support|technolog|software|assistance|advice))")


def enumerated(sentence: Sentence, position: int) -> bool:
    """Whether a position is inside of brackets that list what somebody collects: 我们会收集使用记录(如…)."""
    opened = sentence.text.rfind("(", sentence.start, position)
    if opened < 0 or sentence.text.find(")", opened, position) >= 0:
        return False
    taken = [act for act in sentence.acts if act[1] <= opened and act[2] == "collect"]
    return bool(taken) and any(kind == "we" and start < taken[-1][0] for start, _, kind in sentence.actors)


def acting(sentence: Sentence, position: int, act: tuple[int, int, str] | None) -> tuple[str, str] | None:
    """Class and words of whoever acts on what stands at a position; None when nobody is named.

    The nearest before the verb who is not a recipient, a source or an instrument.
    """
    if not sentence.actors:
        return None
    asked = act or position     # with a verb the position does not matter
    if asked not in sentence.told:
        sentence.told[asked] = _acting(sentence, position, act)
    return sentence.told[asked]


def _acting(sentence: Sentence, position: int, act: tuple[int, int, str] | None) -> tuple[str, str] | None:
    text = sentence.text
    if act and act[2] in ("collect", "store", "use", "provide"):
        # English passive: collected by third parties
        for start, end, kind in sentence.actors:
            if kind in OTHERS and 0 < start - act[1] < 30 and _by.fullmatch(text[act[1]:start]) and not _and_us.match(text, end):
                return kind, text[start:end]
    limit = act[0] if act else position
    for start, end, kind in reversed([actor for actor in sentence.actors if actor[1] <= limit]):
        if kind in OTHERS:
            if any(other[2] in OTHERS and 0 <= start - other[1] <= 1 and text[other[1]:start] != ":" for other in sentence.actors):
                continue        # third-party service providers: the first word of the two stands for both
            head = text[max(sentence.start, start - 24):start]
            if kind != "sdk" and _inside.match(text, end):
                continue        # 在第三方平台中查阅: a place
            if _made.match(text, end) or _made_by.search(head) or kind == "affiliate" and _goods.match(text, end) or act and act[2] == "collect" and (_source.search(head) or _from_several.search(text, max(sentence.start, start - 80), start)):
                continue
            if text[end:end + 1] == "处" and act and act[2] == "collect" and _at.search(text, max(sentence.start, start - 60), start):
                continue        # 我们可自您选择的支付机构处收集: from whom
            if kind == "authority" and act and act[2] != "collect" and _wish.match(text, end):
                continue
            if act and act[2] in ("collect", "use") and _towards.search(text, max(sentence.start, start - 80), start) and _and_takes.fullmatch(text, end, act[0]):
                continue        # 向有关机构(如征信中心、银行)采集: from whom
            if kind == "sdk" and act and text.startswith(_combined, act[0]) and any(other[2] == "we" and other[1] < start for other in sentence.actors):
                continue        # 我们嵌入SDK收集甲，并可能使用或整合乙: who embeds it does the second
            if _of.match(text, end) and enumerated(sentence, start):
                continue        # 我们会收集使用记录(如第三方应用的授权时间): whose it is
            by = _by_whom.search(head)
            built_in = _built_in.search(head) if "的" in head else None
            if act and act[2] == "collect" and (works := _works_with_us.search(text, max(sentence.start, start - 24), start)) and not any(
                    other[2] == "we" and other[1] <= works.start() and sentence.part(other[0]) == sentence.part(start) for other in sentence.actors):
                return kind, text[start:end]        # 与我们合作的平台会收集
            if not by and (built_in[1] if built_in else _passive.search(head) or _means.search(head)) and not (act and _which.fullmatch(text[end:act[0]])):
                continue
            if _with_ours.search(head):
                return "we", text[start:end]        # 我们以及在应用中嵌入的安全SDK会收集
            if (joined := _joined.search(head)) and not (joined[0][0] == "," and not text[start].isascii()) and any(
                    0 <= start - other[1] < 14 and (joined[0][0] != "," or other[1] <= start - len(joined[0])) for other in sentence.actors if other[2] == "we"):
                return "we", text[start:end]        # us, our partners; but not: to do this, our partners
            if (beside := _beside.search(text, sentence.start, start) or _named.fullmatch(text, sentence.start, start)) and not any(
                    other[2] in OTHERS and beside.start() <= other[0] < start for other in sentence.actors):
                return "we", text[start:end]        # Acme and its partners
        elif kind == "user" and text.endswith(("依据", "根据", "按照", "基于"), 0, start) and any(other[1] <= start - 2 and other[2] != "user" and sentence.part(start) - sentence.part(other[0]) <= 1 for other in sentence.actors):
            continue        # 运营商会依据您确认的协议收集: what it rests on
        elif kind == "we" and text[start:start + 3] in ("our", "thi", "us") and _place.search(text[max(sentence.start, start - 16):start]) and any(
                other[2] in OTHERS for other in [other for other in sentence.actors if other[1] <= start][-1:]):
            continue        # third parties on our site: a place
        elif kind == "user" and _whose.search(text[max(sentence.start, start - 36):start]) and any(
                other[2] in OTHERS for other in [other for other in sentence.actors if other[1] <= start][-1:]):
            continue        # the SDK obtains features of the user
        elif kind == "we" and act and any(0 < start - other[1] <= 7 and other[2] in OTHERS for other in sentence.actors) and _we_use.fullmatch(text[end:act[0]]):
            continue        # the SDKs that we have integrated collect
        elif kind == "we" and text[start - 1:start] in ("在", "于") and _our_place.match(text, end) and any(other[1] < start and other[2] in OTHERS for other in sentence.actors):
            continue        # 合作伙伴会在我们的服务中使用SDK: a place
        elif kind == "user" and act and act[2] != "provide" and text.endswith(_adjunct, sentence.start, start) and _adverbial.match(text, end, act[0]):
            continue        # SDK会在您同意后收集: when, not who
        elif kind == "user" and text.endswith(_CONSENT, 0, start) and _consents.match(text, end):
            continue        # 商户会在获得您同意的情况下要求您填写: whose consent
        elif kind == "user" and act and act[2] == "collect" and text.endswith(_ON, 0, start) and any(other[1] < start and other[2] in OTHERS for other in sentence.actors):
            continue        # 第三方SDK用于统计用户偏好，需要获取: what it is about
        elif kind == "user" and text.endswith(("要求", "需要", "请", "让", "引导"), 0, start):
            continue        # 第三方需要您提供: the one who asks
        return kind, text[start:end]
    # English passive: collected by third parties
    if act:
        for start, end, kind in sentence.actors:
            if act[1] <= start < act[1] + 40 and kind in OTHERS and _by_them.search(text[act[1]:start]):
                return kind, text[start:end]
    return None


def to_us(sentence: Sentence) -> bool:
    """Whether the sentence says that somebody gives us something."""
    return sentence.once(_gives_us)


def _gives_us(sentence: Sentence) -> bool:
    text, start, end = sentence.text, sentence.start, sentence.end
    return _to_us.search(text, start, end) is not None or " us" in sentence.words and _to_us_english.search(text, start, end) is not None
