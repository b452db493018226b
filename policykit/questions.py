"""What is asked of a sentence, of its verbs and of a place in it, before the cue that decides is looked for."""

from __future__ import annotations

import re

from policykit.actors import acting, to_us
from policykit.scope import Act, Sentence

_local = re.compile(r"(?:存储|保存|储存|留存|处理|完成|存放|验证|比对)[^。,，;；]{0,12}(?:您的|用户的|手机|移动|终端|操作)[^。,，;；]{0,8}(?:设备|手机|终端|系统)?(?:操作系统)?(?:本地|安全芯片"
                    r"|中$)|(?:仅|只)[^。;；]{0,10}(?:设备|手机|终端|本地)|在(?:您的)?(?:设备|手机|终端|本机)(?:本地|端)|仅(?:会)?(?:接收|获取|使用|返回|读取|向我们返回)[^。;；]{0,14}结果"
                    r"|\bonly (?:receive|get|use)[^.]{0,40}\bresult|\bonly on your (?:device|phone)"
                    r"|在(?:您的|用户的)?(?:本地)?(?:设备|手机|终端)(?:上|端|中|本地)[^,，。;；]{0,6}完成[^,，。;；]{0,8}(?:验证|识别|比对|认证)"
                    r"|(?:终端|手机|设备)[^,，。;；您]{0,8}在本地(?:保存|存储|储存|留存|处理|完成|验证|比对)|\blocally on|\bnever leaves? (?:your|the) (?:device|phone)"
                    r"|\b(?:stored|kept|stays?|remains?|saved|held)\b (?:\w+ly |only )?(?:on|in|within"
                    r"|inside) (?:the [a-z ]{1,30}of )?your (?:own )?(?:mobile |smart)?(?:device|phone|terminal|handset)\b")
_asked = re.compile(r"(?:要求|需要|请|让|引导|邀请)(?:您|你|用户)[^,，。;；]{0,3}$|\bask(?:s|ed)? (?:you|for)")
_told = re.compile(r"(?:您|用户|我们|我司|本公司|系统|平台|运营[方者])[^,，。;；:：、]{0,16}(?:提供|提交|填写|上传|收集|采集|获取)(?:到)?的")


def words(sentence: Sentence, act: Act) -> str:
    return sentence.text[act[0]:act[1]]


def class_list(sentence: Sentence, position: int) -> str:
    """The class of data whose members a sentence lists, when nobody collects them: 个人敏感信息包括…"""
    text = sentence.text
    for cue in sentence.of("data"):
        if cue.start > position:
            break
        if any(act[2] in ("collect", "use", "share", "provide", "store") and act[1] <= cue.start for act in sentence.acts):
            continue
        if _listing.search(text[cue.start:min(position, cue.end + 60)]) and not _told.search(text, cue.end, position):
            return text[cue.start:cue.end]
    return ""


_listing = re.compile(r"包括|包含|[是指如:(]|\b(?:includ|such as|means?\b|refers?\b)")


_through = re.compile(r"(?:通过|经由|借助|利用|\b(?:through|via|using))\s*(?:您的|用户的|设备的|your |the )?$")
_taking = re.compile(r"[将把]")


def goes_through(sentence: Sentence) -> bool:
    """Whether a sentence can name what something goes through: 通过相机权限获取."""
    words = sentence.words
    return "通过" in words or "经由" in words or "借助" in words or "利用" in words or "through" in words or "via" in words or "using" in words


def governing(sentence: Sentence, start: int, before: list[Act], after: list[Act], act: Act | None) -> Act | None:
    """The verb that governs a mention; ``act`` is the nearest before it, or else the first after it."""
    text = sentence.text
    if before and after and _taking.search(text, before[-1][1], start) and sentence.part(after[0][0]) - sentence.part(start) <= 3:
        act = after[0]      # 我们会将您的…提供给: the verb follows
    if after and sentence.once(goes_through) and _through.search(text[max(0, start - 12):start]) and sentence.part(after[0][0]) == sentence.part(start):
        act = after[0]      # 通过相机权限获取: what is gone through belongs to the verb after it
    if act is not None and act in before and words(sentence, act) == "权限":
        # 获取您的位置权限: what is taken, not who takes
        act = next((a for a in reversed(before) if a[2] == "collect" and sentence.part(a[0]) == sentence.part(act[0])), act)
    return act


def asks(sentence: Sentence) -> bool:
    return sentence.words.rstrip("\"') ").endswith("?")


def stays(sentence: Sentence) -> str:
    local = _local.search(sentence.text, sentence.start, sentence.end)
    return local[0] if local else ""


def collects(sentence: Sentence) -> list[Act]:
    return [act for act in sentence.acts if act[2] in ("collect", "provide", "permit", "share", "store")]


def heads(sentence: Sentence, named: str) -> bool:
    """Whether a sentence begins with the class whose members it lists, as a line of a list does."""
    return 0 <= sentence.text.find(named, sentence.start, sentence.start + len(named) + 8)


# what an English definition defines: "demographic information" is information that
_term = re.compile(r"[\s\d.()*•·-]*(?:(?:for example|in this policy|as used (?:here|herein"
                   r"|in this (?:policy|notice|statement))),? )?(?:the term )?[\"“]?((?:[a-z]+[ -]){1,3}(?:information"
                   r"|data))[\"”]?(?: \([^()]{1,40}\))?,?\s*")


def meant(sentence: Sentence, position: int) -> str:
    """The class of data that the sentence defines before a position: demographic information is information that."""
    for cue in sentence.of("define"):
        if cue.start < position and (match := _term.fullmatch(sentence.text, sentence.start, cue.start)):
            return match[1]
    return ""


def aside(sentence: Sentence, position: int) -> bool:
    """Whether a position is inside of brackets that follow something that the firm collects: we collect the identifier (which means …)."""
    text = sentence.text
    opened = text.rfind("(", sentence.start, position)
    if opened < 0 or text.find(")", opened, position) >= 0:
        return False
    return any(act[2] == "collect" and act[1] <= opened and (who := acting(sentence, act[0], act)) is not None and who[0] == "we" for act in sentence.acts)


def services(sentence: Sentence) -> set[Act]:
    """The verbs by which the firm gives something: 我们提供…功能."""
    if "provide" not in sentence.hits:
        return set()
    provided = [act for act in sentence.acts if act[2] == "provide"]
    if not provided or to_us(sentence):
        return set()
    return {act for act in provided if (gives := acting(sentence, act[0], act)) is not None and gives[0] == "we"
            and not _asked.search(sentence.text[max(sentence.start, act[0] - 8):act[0]]) and not _yours.match(sentence.text, act[1])}


_yours = re.compile(r"(?:您|你|用户)的?(?:真实|个人|有效|本人|相关|身份)*(?:信息|资料|数据|姓名)")      # 按平台的提示提供您的信息: the user does


def subject(sentence: Sentence, act: Act) -> bool:
    """Whether somebody else shares the firm's data; sharing with us is collecting."""
    return not any(actor[2] == "we" for actor in sentence.actors if actor[1] <= act[0])


# a part of a list of things: , your user name
_member = re.compile(r"\s(?:and |or |as well as )?(?!(?:which|when|if|so|to|because|while|as|where|these|this|it|we|you|they|but"
                     r"|for)\b)(?:\S+\s?){1,6}$")


def governed(sentence: Sentence, act: Act, start: int) -> bool:
    """Whether a verb that takes data governs the mention, near enough for an ambiguous item."""
    if act[2] not in ("collect", "provide", "store", "permit"):
        return False
    here, there = sentence.part(act[0]), sentence.part(start)
    return abs(there - here) <= 2 or act[1] <= start and sentence.text[start].isascii() and all(
        b - a < 40 and sentence.text[a - 1] == "," and _member.match(sentence.text, a, b) for a, b in sentence.parts[here + 1:there + 1])
