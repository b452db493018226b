"""Mentions: whether a word that can mean a data item means it where it stands."""

from __future__ import annotations

import re

from policykit.rules import Hit, ItemRule, Rulebook

# between two members of an enumeration
_between = re.compile(r"(?:[\s、,，/|&+()（）\"'·;；*_和及与或以等的]|(?:\b(?:and|or|your|the|a|an|such|as|other|of|any|user|postal|mailing|physical"
                      r"|fax|work|business|home|office|personal|daytime|full|current)\b)|您|你|用户|信息|号码|号|地址|权限|数据|information|number|data"
                      r"|address)*")
_separator = re.compile(r"[、,，/|&+;；和及与或(（\t\n]|以及|\band\b|\bor\b|\bsuch as\b")
_own_before = re.compile(r"(?:您|你|用户|本人|其|对方|个人|他人|客户|会员|您本人|您所在|您输入|您填写|(?<![为向给])您提供|设备|手机)的?$"
                         r"|\b(?:your|their|user's|users'|his|her|my|personal|customer's|customers'|device|his/her)\s(?:\w+\s)?$")
_OWNERS_END = frozenset("的您你户人其方员在入写供备机")      # quick to look at
_data_after = re.compile(r"(?:的?(?:信息|数据|记录|资料|内容|权限|状态|列表|详情)|\s*(?:information|data|numbers?|details|permissions?|records?)\b)")
_read_before = re.compile(r"(?:读取|访问|获取|收集|读写|采集|读、写|发送和接收|读/写|接收和读取)[^,，。;；、]{0,12}$"
                          r"|\b(?:read|access|collect|obtain|scan|copy)(?:s|ing|ed)?\b (?:\w+ ){0,4}$")
_permission_names = re.compile(r"权限(?:名称|列表|组|有|为|包括|包含|如下)*[\s:|\"“(]+$")     # 权限:发送短信
_permission_near = re.compile(r"权限|授权|permission|access|authority|rights\b")
# a way to reach somebody: 通过短信、邮件等方式通知, by e-mail or telephone
_channel_after = re.compile(r"[^。,，;；]{0,24}?(?:等)?(?:形式|(?<!联系)方式|渠道|途径|手段|发送|通知|告知|宣传单页|回访|订阅)"
                            r"|\s*(?:sending|delivery|notifications?|messages?)\b")
_channel_before = re.compile(r"(?:通过|以(?![下及便上外])|采用|采取|发送|拨打|经由)[^。,，;；您你]{0,24}$|方式(?:包括|包含|有|为|是)(?:但不限于|并不限于)?[^。,，;；您你]{0,16}$"
                             r"|\b(?:by(?! (?:us|you|them|our|your|third|other)\b)|via|through|send|sending)\b[^.;]{0,40}$")
# how a position is found, not what is read: 通过GPS或WiFi等方式获取位置
_by_way = re.compile(r"(?:通过|借助|利用|采用|经由)[^。,，;；您你]{0,24}$")
_of_ways = re.compile(r"[^。,，;；您你]{0,16}?等?(?:方式|途径|手段)")
_on_a_phone = re.compile(r"\b(?:of|in|on|onto|from|access|via) (?:your|the|a|an"
                         r"|any) $")     # of your mobile phone: the thing, not its number
_its_number = re.compile(r"\s*(?:number|#)")
_thing = re.compile(r"[\u4e00-\u9fff](?<![和或及与等号是为信数资])")
_thing_of = re.compile(r"的(?!号|信息|数据|归属|联系)[\u4e00-\u9fff]")
_permission_of = re.compile(r"\s*(?:permission|access|authority|rights\b|status|state\b)")
_permissions = re.compile(r"[^,，。;；:：]{0,40}权限")
_names_between = re.compile(r"、(?:[a-z\u4e00-\u9fff]{2,6}、){0,3}")
_noun = re.compile(r"(?:信息|数据|记录|内容|页面)$")
_you = re.compile(r"[您你户人方员]$")         # 您浏览 is a verb, 您的浏览 what is collected
# 搜索、浏览与播放功能: what one can do; 通过浏览、搜索找到: what one does
_function = re.compile(r"[^,，。;；:：信记数]{0,12}?(?:功能|服务)(?=[,，。;；:：()（）\"\s时中后]|$)")
_doing = re.compile(r"(?:通过|可以|可|能够|进行|方便|便于|用于|支持|实现|享受|无法)(?![^,，。;；]{0,8}[收集记录获取采读存])[^,，。;；:：()（）您你]{0,8}$")
_address = re.compile(r"(?:https?://|www\.)[\w.~:/?#\[\]@!$&'*+,;=%-]*$", re.ASCII)
# what is next to each word of an address, and what an address is made of
_MARKS = frozenset(".@/\\-_=?&#:%~")
_run_before = re.compile(r"[\w.@/\\%~:+-]*$", re.ASCII)
_run_after = re.compile(r"[\w.@/\\%~=?&#+-]*", re.ASCII)
_host = re.compile(r"(?:[\w+-]+[.@])+(?:com|cn|net|org|gov|edu|io|tv|cc|biz|top|xyz|hk|tw|uk|jp|sg|eu|vip|ltd"
                   r"|mobi)(?![\w-])[\w.@/%~=?&#:+-]*"
                   r"|[\w./\\-]*\w\.(?:html?|php|aspx?|jsp|json|xml|pdf|docx?|xlsx?|txt|png|jpe?g|apk|js|db|dat|log)(?![\w-])"
                   r"|(?<!\w)/(?:sdcard|storage|data|android|system|proc|etc|var)/[\w./-]*", re.ASCII)
_package = re.compile(r"(?:com|cn|org|net|io)\.[\w-]+\.", re.ASCII)
_compound = re.compile(r"[\u4e00-\u9fff](?<![、和及与或并且的您你户在会可以括如由将者时后中间上下里内能过次被所用来去自行])$")      # 机票搜索: what is offered


def owned(text: str, start: int) -> bool:
    """Whether the word at a position is somebody's: 您的, your."""
    last = text[start - 1:start]
    return (last in _OWNERS_END or last.isspace()) and _own_before.search(text[max(0, start - 16):start]) is not None


def addressed(text: str, start: int, end: int) -> bool:
    """Whether a word is inside of a web address, a host name, a mailbox, a package or a file path: its words say nothing.

    >>> [addressed(t, t.index("camera"), t.index("camera") + 6) for t in ("登录camera.example.cn", "help@camera.example.com", "android.permission.camera", "相机(camera)")]
    [True, True, False, False]
    """
    if text[start - 1:start] not in _MARKS and text[end:end + 1] not in _MARKS:
        return False
    if _address.search(text[max(0, start - 120):start]):
        return True
    left = _run_before.search(text[max(0, start - 120):start])[0]
    token = left + text[start:end] + _run_after.match(text, end, end + 120)[0]
    return any(match.start() <= len(left) for match in _host.finditer(token)) or _package.match(token) is not None and "permission" not in token


def counts(text: str, mentions: list[Hit], number: int, permissions: bool, rulebook: Rulebook) -> bool:
    """Whether an ambiguous word means the item here: in an enumeration, after 您的 or before 信息."""
    hit, items = mentions[number], rulebook.items
    if hit.payload.need in ("", "feature"):
        return True
    if hit.payload.need == "object":
        if permissions and (until := _permissions.match(text, hit.end)) and any(_is("permitted", other, items) and other.payload.need != "object" for other in [
                *beside(text, mentions, number), *_listed_on(text, mentions, number, until.end())]):
            return True         # 蓝牙、短信、位置权限; 短信、NFC、通讯录的访问权限
        return bool(_read_before.search(text[max(0, hit.start - 40):hit.start])) and not _channel_after.match(text, hit.end)
    if hit.payload.need == "permission":
        if _permission_near.match(text[hit.end:hit.end + 8].lstrip("空间功能设备的及和、 ")):
            return True
        if not permissions:
            return False
        if _permission_names.search(text[max(0, hit.start - 16):hit.start]):
            return True
        near = [other for other in mentions[max(0, number - 1):number + 2] if other is not hit]
        return any(_is("listed_permission", other, items) and _joined(text, hit, other) for other in near)
    traits = items[hit.payload.id].traits
    if "channel" in traits and not owned(text, hit.start) and (
            _channel_after.match(text, hit.end) or _channel_before.search(text[max(0, hit.start - 48):hit.start])):
        return False
    if "network" in traits and _of_ways.match(text, hit.end) and _by_way.search(text[max(0, hit.start - 32):hit.start]):
        return False
    if "telephone" in traits and _on_a_phone.search(text[max(0, hit.start - 16):hit.start]) and not _its_number.match(text[hit.end:hit.end + 9]):
        return False
    if "system" in traits:       # IMEI/Android/IDFA: the identifier, not the system
        return len([other for other in beside(text, mentions, number) if _is("identifier", other, items)]) == 2
    if "telephone" in traits and text[hit.start].isascii() and _permission_of.match(text, hit.end):
        return False        # telephone permissions
    if text[hit.start:hit.end] in rulebook.listed["thing"] and _thing.match(text, hit.end) and (
            not beside(text, mentions, number) or _thing_of.match(text, hit.end) or any(other.start == hit.end for other in mentions[number + 1:number + 2])):
        return False        # 您的手机展示, 手机的位置, 机型以及手机相机: the thing, not its number
    if text[hit.start:hit.end] == "电话" and _permissions.match(text, hit.end) and any(_is("permitted", other, items) for other in beside(text, mentions, number)):
        return False        # 电话、相机、存储权限: the permission
    if "activity" in traits:
        # what one does online is a verb too: 搜索信息
        before = text[max(0, hit.start - 16):hit.start]
        if _function.match(text, hit.end) or _doing.search(before) or _compound.search(before) and text[hit.start:hit.end] in ("搜索", "浏览"):
            return False
        if owned(text, hit.start) and (_noun.search(text, hit.start, hit.end) or not _you.search(before)):
            return True
    elif "telephone" in traits and text[hit.start].isascii():
        return _its_number.match(text[hit.end:hit.end + 9]) is not None or bool(beside(text, mentions, number))      # your phone: the thing
    elif owned(text, hit.start) or (after := _data_after.match(text, hit.end)) and not ("media" in traits and after[0].endswith(("内容", "content"))):
        return True
    near = beside(text, mentions, number)
    if "media" in traits and all(_is("media", other, items) for other in near):
        # 视频、音频等服务内容: what is offered, unless somebody takes or uploads it
        around = text[max(0, hit.start - 60):hit.end + 30]
        return bool(near) and rulebook.derived(_taken).search(around) is not None
    return bool(near)


def _taken(rulebook: Rulebook) -> re.Pattern[str]:
    """Words by which somebody takes pictures or uploads them; English ones whatever their ending."""
    return re.compile("|".join(r"\b" * word.isascii() + re.escape(word) for word in sorted(rulebook.listed["takes_media"])))


def _is(trait: str, hit: Hit, items: dict[str, ItemRule]) -> bool:
    """Whether the item of a mention has a trait."""
    return trait in items[hit.payload.id].traits


def beside(text: str, mentions: list[Hit], number: int) -> list[Hit]:
    """The mentions before and after one that stand in an enumeration with it."""
    hit = mentions[number]
    return [other for other in mentions[max(0, number - 1):number + 2] if other is not hit and _joined(text, hit, other)]


def _listed_on(text: str, mentions: list[Hit], number: int, end: int) -> list[Hit]:
    """The mentions after one, up to a position, with nothing but short names between: 短信、NFC、通讯录."""
    hit = mentions[number]
    return [other for other in mentions[number + 1:number + 5] if other.start < end and _names_between.fullmatch(text, hit.end, other.start)]


def _joined(text: str, one: Hit, other: Hit) -> bool:
    a, b = sorted((one, other), key=lambda hit: hit.start)
    if b.start - a.end > 24 or b.start <= a.end and b.start != a.end:
        return False
    gap = text[a.end:b.start]
    return _separator.search(gap) is not None and _between.fullmatch(gap) is not None
