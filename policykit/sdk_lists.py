"""Names that stand in a row with names of SDKs: in an enumeration, or before the colons of numbered items."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

Span = tuple[int, int]

_joint = re.compile(r"\s*(?:、|/|&|\\)\s*")
_last_joint = re.compile(r"\s*(?:以?及|和|与|或)\s*")
_segment = re.compile(r"[\"']?(?P<name>[^\s、,，。;；:：()\[\]\"'“”《》|/\n的等和及与或](?:[^、,，。;；:：()\[\]\"'“”《》|/\n的等和及与或]{0,28}[^\s、,，。;；:：()\[\]\"'“”《》|/\n的等和及与或])?)[\"']?\s*")
_before = re.compile(r"[^、,，。;；:：()\[\]\"'“”《》|/\n]{2,40}$")
# what still belongs to a name: 七牛|PCDN、
_more = re.compile(r"(?:\s*\([^()]{1,30}\)|(?![等的和及与或])[^\s、,，。;；:：()\[\]\"'“”《》|/\n]{1,8}?)(?=\s*[、/])")
_stopped = re.compile(r"\s*(?:$|[、,，。;；:：()\n\"'/]|[等的和及与或来]|以及|sdk)")
_sdk = re.compile(r"(?:的|等)?\s?(?:第三方|相关)?\s?sdk(?![a-z])")
# after the last of them: …等第三方, …的SDK
_trusted_after = re.compile(r"\s*(?:(?:等|的){0,2}[^。;,、]{0,6}?(?:sdk(?![a-z])|第三方|服务商|厂商|合作(?:方|伙伴)|供应商|统计平台|分析平台))")
# before the first of them: 第三方SDK、SDK包括：, 合作伙伴（如
_trusted_before = re.compile(r"(?:sdk(?:有|为|是)?|(?:sdk|第三方(?:服务商?|平台|机构|公司)?|服务商|合作(?:方|伙伴)|供应商|提供商)[^。;,、]{0,8}?(?:包括但不限于|包括|包含|例如|比如|如|有|为|:){1,2})[\s\"(:]*$")
# SDK包括：甲、乙
_announced = re.compile(r"(?<![a-z])sdk(?:\([^()]{0,12}\))?(?:主要|具体|目前|分别|服务商|名称|有|如下|列表){0,3}(?:包括|包含|有|为|是|如下)?(?:但不限于|如下)?\s?:\s?(?=[^\s])")
_verb = re.compile(r"来(?=[优实提进完帮支检分])|(?:会|将|需要?|可能)(?=收集|获取|读取|采集|使用|为|向|通过|调用)|提供|实现|收集|获取|读取|采集|用于|进行|以便|为(?:您|了|用户)|完成")
# 第三方SDK“甲、乙”
_quoted = re.compile(r'(?<![a-z])sdk\s?"(?P<names>[^"。;:]{2,120})"')
_comma = re.compile(r"[、,]")
_rest = re.compile(r"(?:品牌)?(?:手机|终端)$")
_clean = re.compile(r"[\s*_]+$")
_not = re.compile(r"[我您你它们了着过每]|关联|企业$|小程序|网站|app$|网上银行|手机银行|储蓄卡|信用卡|余额|朋友圈|空间|好友|邮箱|短信|方式|用户|账[号户]|帐号|信息|数据|权限|手机号|验证码|机构|平台方|公司等|银行卡|其[他它]|服务商|厂商|合作|用于|以便|为了|进行|提供|获取|收集|应用商店|渠道|功能|规则|政策|协议|场景|接入|技术|系统|浏览器$|身份证|社交|物流|快递|收件|地址|电话|联系|通知|订单|优惠|活动|商家|版本|型号|网站|页面|第三方|业务|服务$|方$|者$|人$|商$|类$|等$|型$|品$|[一二三四五六七八九十]、")


def in_a_row(text: str, taken: Sequence[Span], starts: Callable[[str, int, int], int | None], named: Callable[[int, int], bool]) -> Iterator[Span]:
    """The names that stand in an enumeration with known ones.

    ``starts``: where a name begins in what stands before the first mark; ``named``: whether words can be a name.

    >>> text = "我们接入了云帆、星舟、月湾科技等第三方的服务"
    >>> [text[a:b] for a, b in in_a_row(text, [(5, 7), (8, 10)], lambda *_: None, lambda a, b: True)]
    ['月湾科技']
    """
    spans = sorted(taken)
    ends: dict[int, int] = {a: b for a, b in spans}
    seen: set[int] = set()
    for start, end in spans:
        if start in seen:
            continue
        row, new = [(start, end)], []
        at, begin = end, start
        while True:                                     # to the right
            more = _more.match(text, at)
            at = more.end() if more else at
            joint = _joint.match(text, at) or _last_joint.match(text, at)
            if not joint:
                break
            here = next((a for a in (joint.end(), joint.end() + 1) if a in ends), None)
            if here is not None:
                row.append((here, ends[here]))
                seen.add(here)
                at = ends[here]
                continue
            m = _segment.match(text, joint.end())
            if not m or any(a < m.end("name") and m.start("name") < b for a, b in spans):
                break
            a, b = m.span("name")
            verb = _verb.search(text, a + 2, b)
            b = verb.start() if verb else b
            tail = _sdk.search(text, a, b + 4)
            b = tail.start() if tail and tail.start() > a else b
            rest = _rest.search(text, a, b)
            b = rest.start() if rest else b
            b = a + len(_clean.sub("", text[a:b]))
            stopped = rest or verb or _stopped.match(text, b)
            if b - a < 2 or not stopped or _not.search(text[a:b]) or not named(a, b):
                break
            new.append((a, b))
            at = m.end("name") if not tail else b
            kit = _sdk.match(text, at)
            at = kit.end() if kit and _joint.match(text, kit.end()) else at
        while True:                                     # to the left
            joint = re.search(r"\s*[、/]\s*$", text[max(0, begin - 4):begin])
            if not joint:
                break
            stop = begin - len(joint[0])
            m = _before.search(text, max(0, stop - 40), stop)
            if not m or any(a < stop and m.start() < b for a, b in spans):
                break
            more = text[m.start() - 1:m.start()] in ("、", "/")
            glued = text.rfind("sdk", m.start(), stop)
            a = glued + 3 if glued >= 0 else m.start() if more else starts(text, m.start(), stop)      # 第三方SDK云帆、
            if a is None:
                break
            b = stop - len(re.search(r"\s*$", text[a:stop])[0])
            if b - a < 2 or b - a > 14 and not text[a:b].isascii() or _not.search(text[a:b]) or not named(a, b):
                break
            new.append((a, b))
            begin = a
            if not more:
                break
        lead = text[max(0, begin - 24):begin]
        if new and (len(row) > 1 or _trusted_before.search(lead) or _trusted_after.match(text, at)):
            yield from sorted(new)


def announced(text: str, named: Callable[[int, int], bool]) -> Iterator[Span]:
    """The names of an enumeration that a colon after the word SDK announces, or that stand in quotation marks after it.

    >>> text = "接入的sdk包括:云帆、星舟快传、月湾"
    >>> [text[a:b] for a, b in announced(text, lambda a, b: True)]
    ['云帆', '星舟快传', '月湾']
    >>> text = '第三方sdk"云帆统计、星舟"为上传图片'
    >>> [text[a:b] for a, b in announced(text, lambda a, b: True)]
    ['云帆统计', '星舟']
    """
    for quoted in _quoted.finditer(text):
        at = quoted.start("names")
        for name in _comma.split(quoted["names"]):
            a, b = at + len(name) - len(name.lstrip()), at + len(name.rstrip())
            at += len(name) + 1
            b = without_kit.start() if (without_kit := _sdk.search(text, a, b)) and without_kit.start() > a else b
            if 2 <= b - a <= 24 and not _not.search(text[a:b]) and named(a, b):
                yield a, b
    for intro in _announced.finditer(text):
        found, at = [], intro.end()
        while m := _segment.match(text, at):
            a, b = m.span("name")
            tail = _sdk.search(text, a, b)
            b = tail.start() if tail and tail.start() > a else b
            if b - a < 2 or b - a > 16 and not text[a:b].isascii() or _not.search(text[a:b]) or not named(a, b):
                found = []
                break
            found.append((a, b))
            joint = _joint.match(text, m.end())
            if not joint:
                if not re.match(r"\s*(?:$|[。;；\n]|等)", text[m.end():m.end() + 3]):
                    found = []
                break
            at = joint.end()
        if len(found) > 1:
            yield from found


_whose = re.compile(r"(?:接入|集成|嵌入|引入|使用)了?(?P<name>[\u4e00-\u9fffa-z0-9+]{2,12}?)的(?:第三方)?sdk(?![a-z])")


def whose(text: str, named: Callable[[int, int], bool]) -> Iterator[Span]:
    """The names before 的SDK that are said to be built in.

    >>> text = "我们接入了云帆分享的sdk和服务商的sdk"
    >>> [text[a:b] for a, b in whose(text, lambda a, b: True)]
    ['云帆分享']
    """
    for m in _whose.finditer(text):
        if not _not.search(m["name"]) and named(*m.span("name")):
            yield m.span("name")


_head = re.compile(r"(?P<number>[\s*#_]*(?:[(]?\d{1,2}\\?[.、)\]]+|[a-z][.、)]|[•·●◆■▪*-])[\s*_\\.]*)\"?(?P<name>[^:。;,，、\n]{2,40}?)[\s*_\"]*(?:说明)?:")


def heads(lines: Sequence[tuple[int, str]], is_sdk: Callable[[int, int, int], bool], named: Callable[[int, int, int], bool]) -> dict[int, Span]:
    """The names before the colons of numbered lines, where most lines of the row begin with an SDK's name.

    ``lines``: number and words; ``is_sdk``: whether a stretch of a line names an SDK.

    >>> lines = list(enumerate(["(1)云帆sdk:用于推送", "(2)星舟sdk:用于地图", "(3)月湾路由:用于跳转", "(4)海川sdk:用于支付"]))
    >>> {line: lines[line][1][a:b] for line, (a, b) in heads(lines, lambda line, a, b: "sdk" in lines[line][1][a:b], lambda line, a, b: True).items()}
    {2: '月湾路由'}
    """
    found: dict[int, Span] = {}
    run: list[tuple[int, int, int, bool]] = []
    style, gap = "", 0

    def close() -> None:
        known = sum(known for *_, known in run)
        if known >= 3 and known * 2 > len(run):
            found.update({line: (a, b) for line, a, b, own in run if not own})
        run.clear()

    texts = dict(lines)
    for line, text in lines:
        m = _head.match(text) if ":" in text else None
        kind = re.sub(r"\d+|(?<![a-z])[a-z](?![a-z])", "1", m["number"]).strip(" *_#\\") if m else ""
        if not m or run and kind != style:
            gap += 1
            if gap > 3 or m:
                close()
            if not m:
                continue
        gap, style = 0, kind
        run.append((line, *m.span("name"), is_sdk(line, *m.span("name"))))
    close()
    return {line: (a, b) for line, (a, b) in found.items() if b - a >= 2 and not _not_head.search(texts[line][a:b]) and named(line, a, b)}


_not_head = re.compile(r"[我您你]|第三方|为了|如果|收集|获取|以下|包括|(?:目的|信息|数据|类型|方式|权限|功能|服务|场景|情形|说明)$")
