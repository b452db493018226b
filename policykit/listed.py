"""Lists of SDKs and partners: whose row, entry or block a sentence stands in."""

from __future__ import annotations

import re

from policykit.inherited import Surroundings
from policykit.rows import Clause
from policykit.scope import Sentence

# an entry of a list of SDKs
_entry = re.compile(r"[\s\d.、()（）*•·\-]*([^\s,，。;；:：我您][^,，。;；:：我您]{0,24}sdk)[^,，。;；:：]{0,6}[:：]")
# or of a table that gives the link to each company's own policy
_linked_row = re.compile(r"[\s|]*([^|\t。;；:：]{2,24})\|[^|]+\|[^|]+\|\s*(?:<|&lt;|\[[^\]|]*\]\()?(?:https?://|www\.)")
_sdk_row = re.compile(r"[\s|]*([^|\t。;；]{0,30}sdk[^|\t。;；]{0,12})(?:\||\t)[^\n]*[|\t]")
_company = re.compile(r"有限公司|有限责任公司|股份公司|\bco\., ?ltd|\binc\b|\bllc\b|\blimited\b")
_ourselves = re.compile(r"我们|本公司|您|\b(?:we|us|our|you|your)\b")
# a block of labelled lines: SDK名称:…, 公司名称:…, 使用目的:…, 收集的个人信息类型:…
_label = re.compile(r"[^:,，。;；]{1,24}:")
_name_line = re.compile(r"[\s\d.、()*•·\-]*(?:第三方)?(?:sdk|软件开发工具包|插件)(?:的)?(?:名称|产品名称)?\s*:"
                        r"|[\s\d.、()*•·\-]*(?:第三方|合作方|服务商|供应商|接收方)(?:主体|公司|机构|sdk|服务商)?(?:的)?(?:名称)?\s*:"
                        r"|\s*(?:third[- ]party )?sdk(?: name)?\s*:")
_data_line = re.compile(r"[\s\d.、()*•·\-]*(?:sdk)?(?:主要|可能|拟|所)?(?:收集|获取|采集|涉及|共享|调用|使用|处理)(?:到)?的?(?:用户|您的)?(?:个人|敏感|设备)*(?:信息|数据|字段"
                        r"|权限)[^:,，。]{0,12}:|[\s\d.、()*•·\-]*(?:个人)?(?:信息|数据)(?:的)?(?:类型|字段|种类|获取)[^:,，。]{0,10}:"
                        r"|[^:,.;]{0,60}\b(?:information|data|fields?|permissions?)\b[^:,.;]{0,40}:")
# or a line that is nothing but a name: 3. 友盟SDK
_bare_name = re.compile(r"[\s\d.、()*•·\-]*([^\s:,，。;；|我您][^:,，。;；|我您]{0,28}sdk)\s*(?:\([^()]{0,20}\))?\s*")
FAR = 9     # lines of a block


def listed_company(sentence: Sentence, clause: Clause, around: Surroundings) -> str:
    """The company whose row of a table or list of providers a sentence stands in."""
    if listed_company not in sentence.told:
        sentence.told[listed_company] = _listed_company(sentence.text, clause, around)
    return sentence.told[listed_company]


def _listed_company(text: str, clause: Clause, around: Surroundings) -> str:
    if clause.kind == "cell":
        found = around.row(clause.clause)
        if found:
            for number in found[1]:
                if number is not None and number != clause.clause:
                    other = around.scanned[number].view.text
                    if "sdk" in other[:60] or len(other) < 60 and _company.search(other):
                        return other[:40]
        return ""
    if block := _block(text, clause, around) or unrolled(clause, around):
        return block
    if "|" in text or "\t" in text:
        if (sdk := _sdk_row.match(text) or _linked_row.match(text)) is not None:
            return sdk[1].strip()
        if text.count("|") + text.count("\t") >= 2 and (company := _company.search(text)):
            return text[max(0, company.start() - 16):company.end()].split("|")[-1].strip()
    # a row whose cells were joined by commas: name, company, what for, data, address of its policy
    if "http" in text and text.count(",") >= 4 and (company := _company.search(text, 0, 140)) and not _ourselves.search(text):
        return text[max(0, company.start() - 16):company.end()].split(",")[-1].strip()
    return ""


def _block(text: str, clause: Clause, around: Surroundings) -> str:
    """The name that heads the block of labelled lines whose line of data this is."""
    at = clause.clause
    if ":" not in text or not _data_line.match(text):
        at -= 1     # the label may stand on the line before
        if at < 0 or not (before := around.scanned[at].view.text).rstrip().endswith(":") or not _data_line.match(before):
            return ""
    for number in range(at - 1, max(-1, at - FAR), -1):
        other = around.scanned[number].view.text
        if around.document.clauses[number].section != clause.section and not _name_line.match(other):
            return ""
        if _name_line.match(other):
            return other.split(":", 1)[1].strip()[:40] or other[:40]
        if len(other) < 50 and (name := _bare_name.fullmatch(other)):
            return name[1].strip()
        if not _label.match(other) and not _label.match(around.scanned[number - 1].view.text):
            return ""
    return ""


_only_company = re.compile(r"\s*[^\s,，。;；:：|您]{2,30}(?:有限公司|有限责任公司|股份公司|株式会社|集团公司)\s*(?:[(<\[]*https?:\S*)?\s*")
ROW, TABLE = 4, 40      # lines between the company of a row and its data; lines in which the next rows begin


def unrolled(clause: Clause, around: Surroundings) -> str:
    """The company whose row this is, in a table that was written a cell a line: company, product, data, purpose; or the company last."""
    if clause.kind not in ("paragraph", "item"):
        return ""
    lines, here = around.scanned, clause.clause
    for way in (range(here - 1, max(-1, here - 1 - ROW), -1), range(here + 1, min(len(lines), here + 1 + ROW))):
        for number in way:
            other = lines[number].view.text
            if "公司" in other and len(other) < 120 and _only_company.fullmatch(other):
                near = (lines[at].view.text for at in range(max(0, number - TABLE), min(len(lines), number + TABLE)))
                if len({words for words in near if "公司" in words and len(words) < 120 and _only_company.fullmatch(words)}) > 2:
                    return other.strip()
                break
            if len(other) > 60 and abs(number - here) > 1 or "。" in other:
                break
    return ""


def listed_sdk(sentence: Sentence) -> str:
    """The SDK whose entry in a list begins with the sentence: 百度地图SDK:…"""
    entry = _entry.match(sentence.text) if sentence.start == 0 else None
    return entry[1] if entry else ""
