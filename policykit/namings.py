"""Namings: a word for a data item that only names a function, a group of permissions or what a user is advised to use."""

from __future__ import annotations

import re

from policykit.entries import ItemRule
from policykit.rules import Rulebook
from policykit.scope import Sentence

# the system puts a permission in a group whose name says more than is done: 归到“电话”权限下，实际上我们并未读取
_group = re.compile(r"(?:归(?:到|入|类|属|在|并|为|纳|于)|划(?:分|归|入)|列(?:入|在|为)|描述为|(?:显示|提示|标识|标注|标示)(?:为|[\"“])|名(?:称)?为"
                    r"|称(?:之)?为)([^。;；]{0,80}?)[,，]"
                    r"(?:但是?|然而|而|不过)?(?:我们|本公司|我司|我行|平台|本应用)?(?:实际上?|事实上|其实)[^。;；]{0,14}?(?:并未|并不|不会|没有|从未|未|不)[^。;；,，]{0,8}?(?:读取|收集|获取"
                    r"|访问|采集|使用|监听|查看|调用|记录|接收)")
advised_use = re.compile(r"(?:推荐|建议)(?:您|你|用户)?(?:优先)?(?:使用|采用|连接|选择|在)[^,，。;；]{0,10}$")
# 公积金查询, 头像更换: what is done, not what is collected
task = re.compile(r"(?:查询|办理|缴费|缴纳|代缴|提取|申领|更换|测算|估算)(?!信息|记录|时间|结果|条件|内容|您|所需)")
functions = re.compile(r"[\u4e00-\u9fffa-z0-9]{0,8}(?:[、/和及与或][\u4e00-\u9fffa-z0-9]{1,12}){0,8}?等(?:相关|各项|多种|多项|其他|一系列|具体|业务|技术|基础|基本|核心|附加)?"
                       r"(?:功能|服务|场景|业务|模块)(?=[,，。;；:：()\"时中后前上内]|$)")
_numbering = re.compile(r"[\s\d.、()*•·\-]*")
# the items that a function is named after; those of the device and of permissions are what a function uses
_DATA = frozenset({"A01", "A02", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A13"})


def group(sentence: Sentence) -> tuple[int, int] | None:
    """Where the name of the group stands in which the system puts a permission, when nothing of it is read."""
    if "实际" not in sentence.words and "事实上" not in sentence.words and "其实" not in sentence.words:
        return None
    match = _group.search(sentence.text, sentence.start, sentence.end)
    return match.span(1) if match else None


def recommended(sentence: Sentence, start: int) -> bool:
    """Whether a network is what the user is advised to use: 建议您使用WLAN."""
    return advised_use.search(sentence.text[max(sentence.start, start - 28):start]) is not None


_managed = re.compile(r"(?:您|你|用户)[^。;；]{0,20}(?:可以?|有权|能够|自行)[^。;；]{0,30}(?:管理|删除|清除|清理|关闭|禁用|停用|拒绝|阻止|屏蔽)[^。;；,，]{0,16}cookie")
_set_by_us = re.compile(r"(?:我们|本网站|本公司|平台|本应用|本站|我行|网站|系统)[^。;；,，]{0,16}(?:使用|存储|储存|放置|设置|发送|收集|读取|写入|利用|采用|通过|用|植入|记录|访问"
                        r"|获取)[^。;；]{0,20}cookie|cookie[^。;；,，]{0,8}(?:收集|记录|存储|获取)")


def managed(sentence: Sentence) -> bool:
    """Whether a sentence only says what the user may do with cookies: 您可以通过浏览器设置管理Cookie."""
    words = sentence.words
    return "cookie" in words and _managed.search(words) is not None and not _set_by_us.search(words)


def _lists_functions(sentence: Sentence) -> bool:
    return any(word in sentence.words for word in ("等功能", "等服务", "等场景", "等业务", "等模块", "等相关", "等各项", "等多", "等其他", "等一系列", "等具体", "等技术", "等基", "等核心", "等附加"))


def function(sentence: Sentence, start: int, end: int, item: ItemRule, rulebook: Rulebook) -> bool:
    """Whether a word is a part of a function's name: 公积金查询、头像更换等功能."""
    text = sentence.text
    if item.category not in _DATA or text[start] < "\u4e00":
        return False
    if not ((item.category == "A07" or "replaceable" in item.traits) and task.match(text, end)):
        listed = functions.match(text, end) if sentence.once(_lists_functions) else None
        if not listed or any(word in listed[0] for word in rulebook.listed["no_function"]):
            return False
    before = text[sentence.parts[sentence.part(start)][0]:start]
    return not any(word in before for word in rulebook.listed["asked_of"])


# the name of an SDK that is made of what it does: 语音合成SDK
of_an_sdk = re.compile(r"(?:(?![的和及与或等由被向给对将把从会可需使用收集获取权限信息列表数据])[\u4e00-\u9fff]){0,6} ?sdk(?![a-z])")


# what stands between the verb and a word of the name, and between the word and "SDK": 接入甲的刷脸认证及乙的语音识别的SDK
_NAMES = r"(?:(?!收集|获取|采集|读取|访问|权限|信息|数据|您|用户|我们|会|可能|用于|以便|实现|来)[^,，。;；:：()|])"
_builds_in = re.compile(r"(?:接入|集成|嵌入|引入|植入)了?(?!的)" + _NAMES + r"{0,24}$")
_then_sdk = re.compile(_NAMES + r"{0,20}的 ?sdk(?![a-z])")


def of_sdk(sentence: Sentence, start: int, end: int, rulebook: Rulebook) -> bool:
    """Whether a word is a part of an SDK's name: 语音合成SDK."""
    text = sentence.text
    if "的sdk" in sentence.words.replace(" ", "") and _then_sdk.match(text, end, sentence.end) and _builds_in.search(text, sentence.start, start):
        return True
    return text[start] >= "\u4e00" and not text.endswith(tuple(rulebook.listed["no_part"]), start, end) and "sdk" in sentence.words and of_an_sdk.match(text, end, sentence.end) is not None


_they = re.compile(r"[,，;；]\s*(它们|他们|其|前者)(?:会|可能|将|可以|需要?)")


_built_in = re.compile(r"(?:集成|接入|嵌入|使用|引入)了?([\u4e00-\u9fffa-z0-9+]{2,10}?)\s?sdk")


def they(sentence: Sentence) -> tuple[int, str] | None:
    """Where a sentence that names SDKs or other firms goes on with what they do: 我们接入了推送服务，它们会收集…"""
    match = _they.search(sentence.text, sentence.start, sentence.end)
    if match is None and "sdk" in sentence.words and (named := _built_in.search(sentence.text, sentence.start, sentence.end)):
        again = re.compile(r"[,，;；]\s*(" + re.escape(named[1]) + r"[\u4e00-\u9fffa-z]{0,10}?)(?=会|可|将|需|能)").search(sentence.text, named.end(), sentence.end)
        return (again.start(1), again[1]) if again else None        # 我们的产品集成云雀SDK，云雀统计服务会收集…
    if match is None or not (any(end <= match.start() and kind in ("sdk", "third", "partner") for _, end, kind in sentence.actors)
                             or any(hit[1] <= match.start() for hit in sentence.of("named_sdk"))):
        return None
    return match.start(1), match[1]


# what stands between a name and what its bearer does, and what makes of the bearer a means of ours
_then_does = re.compile(r"\s?(?:sdk|服务|插件|组件)?(?:会|可能会?|将会?|可(?:以|能)?|需要?)(?:自动|同时|同步)?|\s(?:(?:may|will|can|could|might|also|automatically)\s)*")
_means = re.compile(r"(?:使用|通过|利用|借助|经由?|采用|由|委托|授权|允许|向|给|从|与|和|及|、)$|\b(?:via|through|using|use|uses|by|with|to|from|allow|allows|let|lets|and|or|like|as|including)\s$")


_own_policy = r".{0,30}?(?:隐私|协议|条款|privacy|policy|notice|terms|\(\W?we\b)"


def subject(sentence: Sentence, opening: str) -> tuple[int, str] | None:
    """The known SDK that is said to do something: Quickcount may collect …; not one whose own policy this is, as its ``opening`` shows."""
    if "named_sdk" not in sentence.hits:
        return None
    text, starts = sentence.text, {act[0] for act in sentence.acts}
    for start, end, sense in sentence.of("named_sdk"):
        if sense.need == "" and (does := _then_does.match(text, end, sentence.end)) and does.end() in starts and not _means.search(text, sentence.start, start) and not re.search(re.escape(text[start:end]) + _own_policy, opening):
            return start, text[start:end]
    return None


def entry(sentence: Sentence) -> str:
    """The known SDK whose name and a colon begin a sentence: AnyChat:…"""
    if "named_sdk" not in sentence.hits:
        return ""
    start, end, _ = sentence.of("named_sdk")[0]
    return sentence.text[start:end] if sentence.text[end:end + 1] == ":" and _numbering.fullmatch(sentence.text, sentence.start, start) else ""
