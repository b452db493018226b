"""Names of SDKs by their shape: where one begins, what is no name, what stands in an address."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

SHAPE = re.compile(r"(?P<name>(?:[a-z][a-z0-9+.#_-]{0,30}[ -]){0,3}[a-z][a-z0-9+.#_]{0,30}|[\u4e00-\u9fffa-z0-9+#]{2,18}?)(?P<sdk>(?: api)?[ -]?sdk)(?![a-z0-9_])")
# the same for an interface, which counts beside SDKs alone
API = re.compile(r"(?P<name>(?:[a-z][a-z0-9+.#_-]{0,30}[ -]){0,2}[a-z][a-z0-9+.#_]{0,30}|[\u4e00-\u9fffa-z0-9+#]{2,14}?)(?P<sdk>[ -]?api)(?![a-z0-9_])")
_suffix = re.compile(r"(?:\s?(?:(?![的会将可需要通过等由是和及与或在有为向其])[\u4e00-\u9fff]){0,4}\s?(?:sdk|api)(?![a-z]))?")
_kit = re.compile(r"[\s-]*(?:sdk|api)$")
_fill = re.compile(r"[\W_]|sdk|api|消息|厂商|手机|服务|平台|开放|组件|插件|系统|功能|第三方|集成|登[录陆]/?分享")
_latin = re.compile(r"[a-z]")
_more = re.compile(r"(?:\s?[\u4e00-\u9fff]{0,4}\s?(?:sdk|api)(?![a-z]))?")
# words after which a Chinese name begins
_cut = re.compile(r".*(?:下载|注意查阅|查阅|查看|阅读|参阅|更多|有关|关于|通过|可以|我们|您|我行|我司|本应用|本软件|接入了?|集成了?|使用了?|嵌入了?|采用了?|引入了?|内置了?|内嵌|调用|包括|包含|通过|例如|比如|如|的|由|为|及|以及|和|与|或|还|(?<!社)会|将|可能|需|需要|提供|来自|之|是|了|于|等|该|此|其中|(?:应用|产品|软件|服务|app|端)中|其|入|含|至|到|授权)(?=.)", re.DOTALL)
_conjunction = re.compile(r"[和与如为由及是等该此其入含至到之]")
_end = re.compile(r"(?:[和与或及、]|使用|接入|集成|嵌入|技术和|以便)$")
_inside = re.compile(r"[\u4e00-\u9fffa-z0-9+#](?<![的了用入成括为如由及和与或在])")
_opening = re.compile(r"(?:.*[。;:\n])?[\s\d.、()*•·\-\"①-⑳]*", re.DOTALL)
# the cells beside a name: what an SDK is for, how to reach its firm
_beside = re.compile(r"(?:提供|用于|实现|支持(?!宝)|进行|完成|帮助|联系方式|联系电话|隐私政策|官网|公司)(?!.*sdk$)")
_mark = re.compile(r"[()\[\]、,;&\n|]")
_web = re.compile(r"(?:https?:|www\.)[^\s\u4e00-\u9fff,;)]*$")
_file_end = re.compile(r"(?:https?:|www\.)[^\s\u4e00-\u9fff,;()<>]{3,200}?\.(?:s?html?|php|jsp)(?P<name>[a-z][a-z0-9+]{3,20})(?=[\s\u4e00-\u9fff|,;]|$)")
_run_before = re.compile(r"[^\s\u4e00-\u9fff,;()<>\[\]]*$")
_file_after = re.compile(r"[^\s\u4e00-\u9fff,;()<>\[\]]*\.(?:html?|php|jsp|aspx?|com|cn)")
# words that no name holds
_function = re.compile(r"认真|简称|点击|查看|包括|包含|详见|参见|[我您你该此其的会将需等这那]|类$|参照|对应|渠道方|通过|可以|更多|有关|了解|第三方|合作|以下|上述|相关|可能|提供|任何|部分|不同|收集|信息$|个人信息|设备信息|关于|为了|如果|并|但|且|则|请|允许|减少|优化|以便|情况|逐项|行业|标准|同类|系列|附件|以上")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the rulebook that make no name."""

    generic_zh: re.Pattern[str]
    generic_en: re.Pattern[str]
    function_en: re.Pattern[str]

    def generic(self, name: str) -> bool:
        """Whether a name says only what an SDK does: 支付SDK, 第三方SDK, SDK."""
        bare = re.sub(r"[\s\-/、,]*sdks?(?=$|[和与及])", "", name).strip()
        if not bare:
            return True
        if _beside.match(name):
            return True
        if bare.isascii():
            return all(self.generic_en.fullmatch(word) or self.function_en.fullmatch(word) for word in re.split(r"[ /-]", bare) if word)
        return bool(self.generic_zh.fullmatch(bare.replace(" ", "")))

    def beginning(self, text: str, start: int, end: int) -> int | None:
        """Where the name of an SDK of unknown kind begins; None where the words are no name."""
        name = text[start:end]
        if name.isascii():
            words = list(re.finditer(r"\S+", name))
            last = max((number for number, word in enumerate(words) if self.function_en.fullmatch(word[0])), default=-1)
            keep = words[last + 1:]
            if not keep or self.generic(" ".join(word[0] for word in keep)) or len(keep[0][0]) < 2:
                return None
            return start + keep[0].start()
        cut = _cut.match(name)
        if start and not cut and _inside.match(text, start - 1) and not _cut.match(text[max(0, start - 2):start]):
            return None                                             # the name goes on to the left, where no word cuts it
        if cut and cut.end() == 1 and _conjunction.match(name) and _opening.fullmatch(text, max(0, start - 8), start):
            cut = None                                              # （4）和飞信SDK: nothing stands before that "和" could join
        at = start + (cut.end() if cut else 0)
        if cut and name[cut.end() - 1] == "和" and cut.end() > 1 and (left := _cut.match(name[:cut.end() - 1] + "x")) and left.end() == cut.end() - 1:
            at -= 1                                                 # 使用了和家亲SDK
        number = re.match(r"\d+[.、](?=[\u4e00-\u9fffa-z])", text[at:end])
        at += number.end() if number else 0
        name = text[at:end]
        return None if not 2 <= len(name) <= 14 or _function.search(name) or _end.search(name) or self.generic(name) else at


def with_suffix(text: str, end: int) -> int:
    """Where a name ends with the word SDK that follows it.

    >>> with_suffix("友盟统计 sdk收集", 2)
    8
    """
    return end + len(_suffix.match(text, end)[0])


def words_after(text: str, end: int) -> str:
    """What stands between a name and the word SDK, with it: it may say that another SDK is meant.

    >>> words_after("中国移动和包支付sdk", 4)
    '和包支付sdk'
    """
    return _more.match(text, end)[0]


def without_suffix(text: str, start: int, end: int) -> int:
    """Where a name ends without the word SDK.

    >>> without_suffix("友盟统计 sdk收集", 0, 8)
    4
    """
    return start + len(_kit.sub("", text[start:end])) or end


def same(one: str, other: str) -> bool:
    """Whether two names of one SDK or maker are the same name, or its translation; not two of its products.

    >>> same("友盟", "友盟统计sdk"), same("小米推送", "小米消息推送sdk"), same("微信", "wechat"), same("华为推送", "华为hms")
    (True, True, True, False)
    """
    a, b = (_fill.sub("", name.lower()).replace("push", "推送").replace("登陆", "登录") for name in (one, other))
    if a in b or b in a:
        return True
    return a.isascii() and not _latin.search(b) or b.isascii() and not _latin.search(a)


def within(one: str, other: str) -> bool:
    """Whether one of two names as printed holds the other.

    >>> within("友盟", "友盟+统计SDK"), within("友盟SDK", "友盟统计SDK")
    (True, False)
    """
    a, b = (re.sub(r"[\W_]", "", name).lower() for name in (one, other))
    return a in b or b in a


def says_more(name: str) -> bool:
    """Whether words hold one that no name holds.

    >>> says_more("以上相关星舟"), says_more("星舟")
    (True, False)
    """
    return _function.search(name) is not None


def in_path(text: str, start: int, end: int) -> bool:
    """Whether a name behind a slash is part of a path.

    >>> in_path("华为/oppo/vivo手机", 8, 12), in_path("说明(/oppo/vivo/use.html)", 9, 13), in_path("a.example.com/vivo", 14, 18)
    (False, True, True)
    """
    before = _run_before.search(text, max(0, start - 120), start)
    return any(mark in before[0] for mark in ".:@") or before[0].startswith("/") and not text[before.start() - 1:before.start()].isalnum() or _file_after.match(text, end) is not None


def in_address(text: str, start: int, end: int) -> bool:
    """Whether a name stands inside a web or e-mail address.

    >>> in_address("见https://bugly.qq.com/v2", 9, 14), in_address("使用bugly。", 2, 7), in_address("问privacy@getui.com", 9, 14)
    (True, False, True)
    """
    left, right = text[start - 1:start], text[end:end + 4]
    if text[start].isascii() and _web.search(text, max(0, start - 300), start):
        return True
    if text[start].isascii() and (left and left in "/@_" and (left != "/" or in_path(text, start, end)) or left == "." and re.match(r"[a-z]", text[start - 2:start - 1]) or left == "-" and "http" in text[max(0, start - 80):start]):
        return True
    if re.match(r"\.(?:com|cn|net|io)", right):
        return True
    return text[end - 1].isascii() and bool(re.match(r"\.[a-z]|[/@_]", right)) and "http" in text[max(0, start - 60):start]


def glued(text: str, known: Container[str]) -> Iterator[tuple[int, int]]:
    """The known Latin names that a flattened table glues to the end of an address.

    >>> text = "见https://a.example/p.htmlfirebase统计崩溃 https://b.example/p.htmlfire.html"
    >>> [text[a:b] for a, b in glued(text, {"firebase", "fire"})]
    ['firebase']
    """
    for m in _file_end.finditer(text) if ".htm" in text or ".php" in text or ".jsp" in text else ():
        if m["name"] in known:
            yield m.span("name")


def pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the names of a cell stand that names several; what stands in brackets belongs to the name before them.

    >>> text = "云帆、星舟(甲、乙)sdk;月湾"
    >>> [text[a:b] for a, b in pieces(text, 0, len(text))]
    ['云帆', '星舟(甲、乙)sdk', '月湾']
    """
    found, depth, at = [], 0, start
    for m in _mark.finditer(text, start, end):
        if m[0] in "([":
            depth += 1
        elif m[0] in ")]":
            depth = max(0, depth - 1)
        elif not depth:
            found.append((at, m.start()))
            at = m.end()
    return [(a, b) for a, b in (*found, (at, end)) if text[a:b].strip()]


def belongs(text: str, firm: tuple[int, int], sdk: tuple[int, int]) -> bool:
    """Whether a firm's name stands so close to an SDK's that it is its provider's.

    >>> text = "微信支付sdk(甲乙科技有限公司)"
    >>> belongs(text, (8, 16), (0, 7))
    True
    """
    if firm[1] <= sdk[0]:
        return bool(re.fullmatch(r"(?:所?(?:提供|运营|开发|拥有))?的?[^,。;:、()]{0,6}[\s\"(]*", text[firm[1]:sdk[0]]))
    return bool(re.fullmatch(r"[\s\")]*(?:[(:,]|由|是由|[,(]?(?:提供方?|运营方|公司名称|所属公司|服务商|开发者)[:为])[\s\"]*", text[sdk[1]:firm[0]]))
