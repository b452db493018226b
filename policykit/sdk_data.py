"""What an SDK is said to take: the items of the sentences, cells and lines that tell of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from policykit.mentions import addressed
from policykit.rows import Clause
from policykit.sdk_blocks import Blocks

Span = tuple[int, int]


class Data(Blocks):
    """Finds the data that a document says its SDKs take."""

    def taken(self, spans: Iterable[tuple[int, int, int]], named: bool = False, of: Iterable[str] = (), through: bool = False, aim: Span | None = None) -> str | None:
        """The items that are said to be taken, separated by blanks; spans: clause and stretch of the policy.

        ``named``: the column or label says that what stands there is taken; ``of``: the names of the SDKs, which say nothing of data;
        ``through``: the firm itself takes what is taken, by way of the SDK; ``aim``: where it stands what the SDK is for.
        """
        found: dict[str, None] = {}
        own = [name.lower() for name in of]
        text = self.document.policy.text
        for clause, start, end in spans:
            scanned = self.scans[clause]
            kinds = _kinds.search(scanned.view.text) if not named and _given.search(scanned.view.text) else None
            listed = scanned.view.back(kinds.end()) if kinds else end          # …回传给云帆。个人信息包括：IMEI is no definition
            said = [p for p in self.items.get(clause, ()) if start <= p.start < end and not (through and p.status == "collected")]
            for p in said:
                if p.status in ("denied", "user_warned") or p.status == "defined" and not named and p.start < listed:
                    continue
                if "contact" in self.rulebook.items[p.item].traits and _reached.search(text, max(start, p.start - 24), p.start):
                    continue
                if any(p.quote.lower() in name for name in own) and not _of_data.match(text, p.end) or aim and aim[0] <= p.start < aim[1]:
                    continue
                found[p.item] = None
            hits = [h for h in scanned.hits.get("item", ()) if start <= scanned.view.back(h.start) < end and not addressed(scanned.view.text, h.start, h.end)]
            if named and not said and not _not_taken.search(scanned.view.text):
                found |= dict.fromkeys(h.payload.id for h in hits if h.payload.need != "weak" or _apart(scanned.view.text, h.start, h.end))
            if kinds and not any(p.start >= listed for p in said):
                found |= dict.fromkeys(h.payload.id for h in hits if h.start >= kinds.end() and not h.payload.need and h.start < sentence_end(scanned.view.text, kinds.end()))
            for m in _granted.finditer(scanned.view.text):      # 需要存储、拍照等权限
                if start <= scanned.view.back(m.start()) < end and not _not_taken.search(scanned.view.text, max(0, m.start() - 12), m.end()):
                    found |= dict.fromkeys(h.payload.id for h in hits if m.start() <= h.start < m.end() and self.rulebook.items[h.payload.id].category in ("P", "A11"))
                    found |= {"location_generic": None} if _location.search(m[0]) else {}
        return " ".join(found) or None

    def place(self, clause: Clause, purpose: str | None) -> Span | None:
        """Where the words for what an SDK is for stand, unless they say themselves that data is taken."""
        if not purpose or _taking.search(purpose):
            return None
        at = self.document.policy.text.find(purpose, clause.start, clause.end)
        return (at, at + len(purpose)) if at >= 0 else None


def through(text: str, start: int) -> bool:
    """Whether a firm takes data by way of what is named at a place, rather than that itself.

    >>> through("data via sign-on services (e.g., starboat)", 33), through("您可以使用第三方账号(云帆、星舟)登录", 14), through("云帆会收集imei", 0)
    (True, True, False)
    """
    return bool(_through.search(text, max(0, start - 60), start) or _account.search(text, max(0, start - 48), start))


def _apart(text: str, start: int, end: int) -> bool:
    """Whether a word stands by itself in an enumeration: 姓名、手机, not 星舟手机."""
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def sentence_end(text: str, start: int = 0) -> int:
    """Where the sentence ends that begins at a place."""
    stop = text.find("。", start)
    return len(text) if stop < 0 else stop


# 请通过下列联系方式与我们联系: how the firm is reached
_reached = re.compile(r"(?:通过|按照?|拨打|联系|公布|列明)[^。;；,，收集采获读]{0,20}$")
_of_data = re.compile(r"(?:的?(?:信息|权限|地址|号|数据|内容|列表))")
# what is enumerated before the word permission or function
_granted = re.compile(r"(?:获取|访问|授予|授权|开启|申请|请求|调用|读取|使用)[^。;,]{0,60}(?:权限|功能)(?=[^\u4e00-\u9fff]|$|用于|以|来|实现|为)")
_location = re.compile(r"(?:定位|位置)(?:功能|权限)?(?=[、和及与或]|权限|功能)")
# the kinds of data stand in the sentence after the one that names the SDK
_kinds = re.compile(r"[。;]\s*(?:该等|上述|前述|以上|这些|此类|相关|所涉|具体)?的?(?:个人|用户)?信息(?:的?类型|种类|内容)?(?:具体|主要)?(?:包括|如下)")
_given = re.compile(r"(?:回传|共享|提供|传输|上报)[^。;]{0,30}(?:sdk|第三方|合作)|(?:sdk|第三方|合作方)[^。;]{0,30}(?:收集|获取|采集)")
# 第三方账号（微信、QQ）登录: what the firm gets from there
_account = re.compile(r"第三方(?:平台)?的?(?:账号|帐号|账户|平台)?(?:\(|,?(?:例如|比如|如|包括))[^()。;]{0,30}$")
_through = re.compile(r"\b(?:via|through)\b[^.;,:]{0,40}(?:\((?:e\.g\.,?|such as) )?$")
_taking = re.compile(r"收集|获取|读取|采集|访问|授权|识别|定位|扫描|核验|核实|验证|比对|匹配|查询|记录|collect|access|obtain|read")
_not_taken = re.compile(r"(?:不会?|未|无需|没有)(?:收集|采集|获取|涉及)")
